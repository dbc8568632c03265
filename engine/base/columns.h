/*
 * Columns of decimals as whole numbers: one value per unit, NaN where there is none. What is
 * exact here is exact in fractions too; what is not, says so, and the caller takes the fractions.
 */
#ifndef TD_BASE_COLUMNS_H
#define TD_BASE_COLUMNS_H

#include "engine/base/decimal.h"

/* Points of one part stay below this, so that sums over all parts of a leaf are exact. */
#define TD_COLUMN_LIMIT 140737488355328.0 /* 2^47 */

/* Whole number nearest to x, |x| < 2^51; never -0. */
static inline double td_nearest_whole(double x)
{
    const double grid = 6755399441055744.0; /* 1.5 * 2^52: doubles near it are whole numbers */
    return (x + grid) - grid;
}

/* 10^n as a double, 0 <= n <= 18. */
static inline double td_scale_of(int n)
{
    return (double)td_pow10(n);
}

/*
 * whole[u] = x[u] * 10^places where x[u] lies in [lo, hi] and has no more places, and the result is
 * below the limit; 0 elsewhere. Returns whether every x[u] is such a value. Does not overlap.
 */
bool td_whole_of_column(size_t n, const double *restrict x, double lo, double hi, int places,
                        double *restrict whole);

/* The fewest places, at least `least`, that hold every number of the column as a whole number of at
   most `limit` (below 2^47); -1 when there are none. NaN is passed over. */
int td_places_of_column(size_t n, const double *x, int least, double limit);

/* A value of such a column as a whole number of 10^-places. */
static inline int64_t td_whole_at(double x, double scale)
{
    return (int64_t)td_nearest_whole(x * scale);
}

/* round(num / den), halves away from zero, den > 0; *exact: nothing was rounded. */
static inline int64_t td_round_quotient(int64_t num, int64_t den, bool *exact)
{
    int64_t whole = num / den, rest = num - whole * den;
    int64_t size = rest < 0 ? -rest : rest;
    *exact = rest == 0;
    if (size >= den - size)
        whole += num < 0 ? -1 : 1;
    return whole;
}

#endif
