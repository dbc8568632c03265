/*
 * Points of the units of clusters, row by row: criteria that are straight lines of one number
 * each lie across the lanes of registers, so rows are read as they are stored.
 *
 * For value x of criterion j, with round() to the nearest whole number, halves away from zero:
 *
 *   q = min(max(round(line j at x), least[j]), most[j])
 *   points = q                                                 where scaled[j] is 0
 *   points = base[j] + round(span[j] * (q - lo) / (hi - lo))   elsewhere, lo and hi being the
 *            smallest and largest q of the cluster; with turned[j] (span < 0): -span and hi - q;
 *            even[j] where lo == hi
 *
 * and the total of a unit is the sum of its points. Nothing is divided per unit, and every result is
 * exact all the same: by what the caller sees to, no rounding comes near a border. Borders of
 * rounding are odd multiples of 1/2. A fraction N / D, with whole N and D > 0, lies on one or is at
 * least 1/(2D) away from it. u = 2^-53; factors of 1 + 16u are left out below.
 *
 * Stretched. Let n = N / D >= 0 and N < 2^48. Any v from n (1 + 3u) to n (1 + 13u) is rounded to the
 * same number as n: on a border (n >= 1/2) v is above it, and n 13u < 1/(2D) is not enough to
 * reach the next. So slope[j] = (1 + 8u) B 10^p / D serves for x, the double nearest to w / 10^p, and
 * n = B w / D: two roundings of slope, one of x, one of the product make up 4u. Likewise (1 + 8u) /
 * R, times span, times q - lo, which is exact. Where n <= 0 and start + n >= 0, 1 - 8u does the same.
 *
 * Shifted, for lines whose start is not whole or whose slope changes sign with x. Let e = (A + B w)
 * / D >= 0 and e' = e + 1/(4D): at least 1/(4D) away from the borders of what e is rounded to. Any v
 * with |v - e'| < 1/(4D) is rounded to the same number. slope[j] is the double nearest to B 10^p /
 * D, start[j] that of A/D + 1/(4D). The product has three roundings, start one, their sum one: the
 * error is below (4 |B w| + 2 |A| + 1) u / D, a factor of 8 less if |A| + |B w| < 2^48.
 *
 * Either way neither the order of operations nor fused ones can show. Negative e must come to
 * least >= 0 (stretched, negative n to least >= start): v is not above 0 then, and least is what it
 * would be anyway. What is computed keeps the order of x, so that what lies beyond a bound stays
 * there, however large. Whole numbers stay below 2^51 and totals below 2^53.
 */
#ifndef TD_KERNELS_ROWS_H
#define TD_KERNELS_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TD_ROWS_STEP 8 /* doubles of the widest registers: criteria are filled up to a multiple */
#define TD_ROWS_LIMIT 281474976710656.0        /* 2^48, see above */
#define TD_ROWS_STRETCH 8.8817841970012523e-16 /* 8u */

/* [width] each; criteria that fill up are 0 in all but value. */
typedef struct td_rows {
    size_t n, width; /* criteria; a multiple of TD_ROWS_STEP */
    double *slope, *start, *least, *most;
    int64_t *scaled, *turned;   /* 0 or -1: all bits */
    double *base, *span, *even; /* whole */
    bool is_shifted;            /* all lines; else all are stretched, and start is whole */
    bool may_be_blank;          /* only where shifted; false: no value is NaN */
} td_rows;

/* Clusters one after another, of n_units[c] > 0 units each; the values of unit u, which may be counted
   through all of them, are values[u * stride + j]. */
typedef struct td_rows_table {
    size_t n_clusters, stride;
    const size_t *n_units;
    const double *values;
} td_rows_table;

/* totals[u] of all units. scratch: TD_ROWS_SCRATCH of their number, at a multiple of 64 bytes. False:
   a value is NaN, and totals mean nothing. */
typedef bool td_rows_add_up(const td_rows *plan, const td_rows_table *table, double *scratch,
                            double *totals);
#define TD_ROWS_SCRATCH(n_units) ((n_units) * (size_t)(10 * TD_ROWS_STEP))

/* counts[u] = how many of n rivals are above totals[u], with or_equal also those equal to it. totals
   can be read, and counts written, up to n rounded up to a multiple of TD_ROWS_RANKS. */
typedef void td_rows_count(size_t n, const double *totals, const double *rivals, bool or_equal,
                           float *counts);

#define TD_ROWS_RANKS 16  /* units that are ranked together, at most */
#define TD_ROWS_RANKED 64 /* beyond, sorting is cheaper than comparing all with all */

typedef struct td_rows_kernel {
    const char *name; /* of the instruction set */
    td_rows_add_up *add_up;
    td_rows_count *count;
} td_rows_kernel;

/* Those that this machine can run, the best first; the last is the plain twin. NULL past it. */
const td_rows_kernel *td_rows_kernel_get(size_t i);

#endif
