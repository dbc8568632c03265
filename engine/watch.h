/*
 * What gates, classes and tie keys look at beyond the weighted items: found once in the
 * rule set, kept for every unit.
 */
#ifndef TD_ENGINE_WATCH_H
#define TD_ENGINE_WATCH_H

#include "engine/prepared.h"

/*
 * Finds the watched criteria of the block's rule set and makes room for them. policy: NULL when
 * no awards are proposed.
 */
td_status td_watch_plan(td_block *block, const td_policy *policy, td_arena *arena);

/* Keeps what is watched of unit u of the cluster just scored, in its row. */
void td_watch_unit(td_block *block, const td_scoring *scoring, size_t row, size_t u);

#endif
