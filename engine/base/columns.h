/*
 * Columns of decimals as whole numbers: one value per unit, NaN where there is none. What is
 * exact here is exact in fractions too; what is not, says so, and the caller takes the fractions.
 */
#ifndef TD_BASE_COLUMNS_H
#define TD_BASE_COLUMNS_H

#include <math.h>

#include "engine/base/decimal.h"
#include "engine/base/vectorized.h"

/* Points of one part stay below this, so that sums over all parts of a leaf are exact. */
#define TD_COLUMN_LIMIT 140737488355328.0 /* 2^47 */

/* What holds of all values of one indicator. */
typedef struct td_extent {
    double least, most; /* no value lies beyond; INFINITY, -INFINITY: there is none */
    int places;         /* times 10^places all are whole numbers up to TD_COLUMN_LIMIT, the nearest
                           to the product; -1: there are no such places */
    bool has_blank;     /* false: no cell is NaN */
} td_extent;

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

/* So many numbers of a column are added together; columns have room for a multiple of it. */
#define TD_LANES 8

/* Which values of a column are taken. */
typedef struct td_accepted {
    double lo, hi;
    bool all_or_nothing; /* only 0, hi and -hi */
} td_accepted;

static inline bool td_within(const td_accepted *limits, double x)
{
    return (x >= limits->lo) & (x <= limits->hi) &
           (!limits->all_or_nothing | (x == 0) | (x == limits->hi) | (x == -limits->hi));
}

/*
 * whole[u] = x[u] * 10^places where x[u] is within the limits and has no more places, and the result
 * is at most TD_COLUMN_LIMIT; NaN elsewhere. Returns how many are NaN. Does not overlap.
 */
size_t td_whole_of_column(size_t n, const double *restrict x, const td_accepted *limits, int places,
                          double *restrict whole);

/* whole[u] = x[u] * scale as the nearest whole number: exact where the column is known to have no more
   places (td_extent, td_places_of_column). Returns how many are NaN. Does not overlap. */
size_t td_scale_column(size_t n, const double *restrict x, double scale, double *restrict whole);

/* The NaN among n numbers, n <= 64, as bits. */
uint64_t td_blanks(size_t n, const double *x);

/* sum[u]: what the columns of a matrix that begin at the given places add up to; reads and writes up
   to the next multiple of TD_LANES units. */
void td_sum_columns(size_t n, size_t n_columns, const size_t *first, const double *matrix,
                    double *sum);

/* all[u]: the bits of such columns, or'ed; likewise. Returns those of all n. */
uint8_t td_or_columns(size_t n, size_t n_columns, const size_t *first, const uint8_t *matrix,
                      uint8_t *all);

/* known[u] |= bit where marked[u] */
void td_mark_column(size_t n, const bool *marked, uint8_t bit, uint8_t *known);

/* column[u] = x */
void td_fill_column(size_t n, double x, double *column);

/* columns[i * stride + u] = rows[u * m + i] for n rows of m numbers. */
void td_turn_rows(size_t n, size_t m, const double *restrict rows, size_t stride,
                  double *restrict columns);

/* The first u from `from` on with known[u] != 0; n when there is none. */
size_t td_next_marked(size_t n, const uint8_t *known, size_t from);

/* Those of n bytes below 128 that are not 0, n <= 64, as bits. */
uint64_t td_marked(size_t n, const uint8_t *bytes);

/* Takes the first one out of the bits, of which there is one; returns where it is. */
static inline size_t td_take_mark(uint64_t *marks)
{
    size_t at = (size_t)__builtin_ctzll(*marks);
    *marks &= *marks - 1;
    return at;
}

/* The fewest places, at least `least`, that hold every number of the column as a whole number of at
   most `limit` (below 2^47); -1 when there are none. NaN is passed over. */
int td_places_of_column(size_t n, const double *x, int least, double limit);

/* |points| times the share num / den, rounded: what td_round_share() says. */
typedef struct td_rounded {
    double points; /* NaN where doubles cannot tell: only fractions can */
    double known;  /* TD_POINTS_EXACT, ROUNDED or ASK (criteria/function.h), as a number */
} td_rounded;

/*
 * points * num / den, halves away from zero, for whole numbers points, num >= 0 and den > 0; num and
 * den may be off by a few roundings (2^-50 of themselves).
 *
 * The size x of the quotient is a multiple of 1/den, and a border k + 1/2 is one of 1/(2 den): y = x +
 * 1/(4 den) rounds as x does, and lies at least 1/(4 den) off every border. The double of y is less
 * than 2^-48 x off; when both ends of that interval round to the same number, so does y. Nothing here
 * depends on how a machine rounds, as long as it is no worse than that.
 */
static inline td_rounded td_round_share(double points, double num, double den)
{
    const double size = fabs(points) * (num / den), slack = size * 0x1p-48, margin = 0.25 / den;
    const double low = td_nearest_whole(size + margin - slack);
    const double high = td_nearest_whole(size + margin + slack);
    const bool is_sure = (low == high) & (high <= TD_COLUMN_LIMIT);
    const bool is_whole = (fabs(size - low) + slack) * den < 0.75; /* else at least 1/den off */
    const double sign = points < 0 ? -1 : 1, known = is_whole ? 0 : 1;
    return (td_rounded){is_sure ? sign * low + 0.0 : (double)NAN, is_sure ? known : 4};
}

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
