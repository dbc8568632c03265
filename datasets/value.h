/*
 * One value as an indicator takes it: read by its kind, within its bounds.
 */
#ifndef TD_DATASETS_VALUE_H
#define TD_DATASETS_VALUE_H

#include "datasets/dataset.h"
#include "datasets/number.h"

/*
 * Reads a cell. TD_N_MESSAGES: fine, *out is the value or NaN when blank. Else the fault that
 * refuses it, for the arguments {1} cell, {2} where, {3} *bound (NaN: none).
 */
td_message td_value_read(td_names *names, td_csv_cell cell, td_mark mark,
                         const td_indicator *indicator, double *out, double *bound);

/*
 * Changing a loaded dataset: the matrices and extents must be the caller's own.
 *
 * td_value_channel: the channel whose value prevails; of a blank the highest in which the unit has
 * any value, else the first.
 * td_value_put: puts x there; what is computed from it follows, and the extents hold it. The channel has a matrix.
 * td_value_check: checks all values of one unit as loading does; place stands in faults. False:
 * out of memory.
 */
size_t td_value_channel(const td_dataset *data, const td_table *table, size_t unit,
                        size_t indicator);
void td_value_put(const td_table *table, size_t row, size_t indicator, size_t channel, double x);
bool td_value_check(td_evaluation *evaluation, size_t unit, const td_place *place,
                    td_errors *errors);

#endif
