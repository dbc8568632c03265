/*
 * What holds of all values of an indicator, proved once so that no cell need be looked at again.
 */
#ifndef TD_DATASETS_EXTENT_H
#define TD_DATASETS_EXTENT_H

#include "datasets/dataset.h"

/* Of no values at all. */
void td_extent_clear(size_t n, td_extent *extent);

/* Widens the n_indicators extents to hold n rows of the table too. Time O(cells). */
void td_extent_widen(const td_table *table, size_t first_row, size_t n, td_extent *extent);

/* Widens a to hold what b holds. */
void td_extent_join(size_t n, const td_extent *b, td_extent *a);

#endif
