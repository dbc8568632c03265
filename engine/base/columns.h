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
 * Kernels are built for the widest vectors of the machine and chosen when the program is loaded. The
 * results are the same: no sum of theirs is rounded. clang 14 gives such functions another name than
 * their callers use.
 */
#if defined(__x86_64__) && defined(__linux__) && defined(__OPTIMIZE__) && !defined(__clang__) &&   \
    !defined(__SANITIZE_ADDRESS__)
#define TD_VECTORIZED __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define TD_VECTORIZED
#endif

/* Which values of a column are taken. */
typedef struct td_limits {
    double lo, hi;
    bool all_or_nothing; /* only 0, hi and -hi */
} td_limits;

static inline bool td_within(const td_limits *limits, double x)
{
    return (x >= limits->lo) & (x <= limits->hi) &
           (!limits->all_or_nothing | (x == 0) | (x == limits->hi) | (x == -limits->hi));
}

/*
 * whole[u] = x[u] * 10^places where x[u] is within the limits and has no more places, and the result
 * is at most TD_COLUMN_LIMIT; NaN elsewhere. Returns how many are NaN. Does not overlap.
 */
size_t td_whole_of_column(size_t n, const double *restrict x, const td_limits *limits, int places,
                          double *restrict whole);

/* sum[u] += x[u] */
void td_add_column(size_t n, const double *restrict x, double *restrict sum);

/* all[u] |= bits[u] */
void td_or_column(size_t n, const uint8_t *restrict bits, uint8_t *restrict all);

/* column[u] = x */
void td_fill_column(size_t n, double x, double *column);

/* columns[i * stride + u] = rows[u * m + i] for n rows of m numbers. */
void td_turn_rows(size_t n, size_t m, const double *restrict rows, size_t stride,
                  double *restrict columns);

/* The first u from `from` on with known[u] != 0; n when there is none. */
size_t td_next_marked(size_t n, const uint8_t *known, size_t from);

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
