/*
 * Scenarios as they were written down: growing lists in one arena. Private to scenarios*.c.
 */
#ifndef TD_ENGINE_WHATIF_SCENARIOS_H
#define TD_ENGINE_WHATIF_SCENARIOS_H

#include "engine/base/arena.h"
#include "engine/base/errors.h"

#define TD_MAX_SCENARIOS 1000
#define TD_MAX_CHANGES 10000 /* of one scenario */

struct td_scenarios {
    td_arena *arena;
    size_t n, capacity, change_capacity; /* the latter of the last scenario */
    td_scenario *items;
    td_change *changes; /* of the last scenario */
};

/* A new scenario at the end, a new change of the last one; NULL when out of memory. */
td_scenario *td_scenarios_grow(td_scenarios *scenarios);
td_change *td_scenarios_grow_changes(td_scenarios *scenarios);

#endif
