/*
 * A cluster scored once more, with all its cells at hand: for details and explanations.
 */
#ifndef TD_ENGINE_DETAIL_H
#define TD_ENGINE_DETAIL_H

#include "engine/prepared.h"

typedef struct td_rescored {
    td_scoring scoring;
    size_t *levels;
} td_rescored;

/* Released by td_rescored_release(). Returns TD_OK, TD_EDATA or TD_ENOMEM. */
td_status td_rescore(const td_prepared *prepared, size_t cluster, td_rescored *out);
void td_rescored_release(td_rescored *rescored);

/* Points of criterion j of unit u in quanta of the leaf grid, a real one rounded; NaN if absent. */
double td_cell_quanta(const td_scoring *scoring, size_t j, size_t u);

#endif
