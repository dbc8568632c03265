/*
 * Points of the units of one cluster, row by row: criteria that are straight lines of one number
 * each lie across the lanes of registers, so rows are read as they are stored.
 *
 * For value x of criterion j, with round() to the nearest whole number:
 *
 *   q = min(max(round(x * slope[j] + start[j]), least[j]), most[j])
 *   points = q                                                 where scaled[j] is 0
 *   points = base[j] + span[j] * (q - lo) / (hi - lo), rounded     elsewhere, lo and hi being the
 *            smallest and largest q of the cluster; with turned[j]: hi - q in place of q - lo;
 *            even[j] where lo == hi
 *
 * and the total of a unit is the sum of its points. Nothing is divided per unit, and every result is
 * exact all the same: by what the caller sees to, no rounding comes near a border.
 *
 * Lemma. Let e = N / D >= 0 with whole N and D > 0, and e' = e + 1/(4D). Halves away from zero, e is
 * rounded to the whole number nearest to e'; and e' is at least 1/(4D) away from both borders of
 * those that are rounded to it. For borders are odd multiples of 1/2, so that e lies on one, which
 * belongs to the number above it, or is at least 1/(2D) away. Hence a v with |v - e'| < 1/(4D) is
 * rounded to the same number, and how v is computed, with or without fused operations, cannot show.
 *
 * Line: e = (A + B w) / D where x is the double nearest to w / 10^p. slope is the double nearest to
 * B 10^p / D and start that of A/D + 1/(4D). With u = 2^-53, x * slope has at most three roundings
 * and start one, their sum one more: the error is below (4 |B w| + 2 |A| + 1) u / D up to factors
 * of 1 + 4u. Scale: e = (F R + S d) / R with R = hi - lo, d = q - lo, computed as d * (S * (1/R)) +
 * (F + (1/R) / 4), which has no more roundings. So |A| + |B w| < 2^48, and F R + S R < 2^48, leave a
 * factor of 8 to 1/(4D).
 *
 * Negative e must come to least >= 0: e <= -1/D then, v < 0 is rounded to at most 0, and least is
 * what it would be anyway. Whole numbers stay below 2^51 and totals below 2^53.
 */
#ifndef TD_KERNELS_ROWS_H
#define TD_KERNELS_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TD_ROWS_STEP 8 /* doubles of the widest registers: criteria are filled up to a multiple */
#define TD_ROWS_LIMIT 281474976710656.0 /* 2^48, see above */

/* [width] each; criteria that fill up are 0 in all but value. */
typedef struct td_rows {
    size_t n, width; /* criteria; a multiple of TD_ROWS_STEP */
    double *slope, *start, *least, *most;
    int64_t *scaled, *turned;   /* 0 or -1: all bits */
    double *base, *span, *even; /* whole, base and span >= 0 */
    bool may_be_blank;          /* false: no value is NaN */
} td_rows;

/*
 * totals[u] of n_units units. rows: unit u's values are at rows + u * stride, n rounded up to a
 * multiple of the kernel's lanes can be read. scratch: [n_units * TD_ROWS_STEP] at a multiple of
 * 64 bytes. False: a value is NaN, and totals mean nothing. n_units > 0.
 */
typedef bool td_rows_add_up(const td_rows *plan, size_t n_units, const double *rows, size_t stride,
                            double *scratch, double *totals);

/* counts[u] = how many of n rivals are above totals[u], with or_equal also those equal to it. totals
   and counts have room for n rounded up to a multiple of TD_ROWS_STEP. */
typedef void td_rows_count(size_t n, const double *totals, const double *rivals, bool or_equal,
                           float *counts);

#define TD_ROWS_RANKED 64 /* beyond, sorting is cheaper than comparing all with all */

typedef struct td_rows_kernel {
    const char *name; /* of the instruction set */
    size_t lanes;
    td_rows_add_up *add_up;
    td_rows_count *count;
} td_rows_kernel;

/* Those that this machine can run, the best first; the last is the plain twin. NULL past it. */
const td_rows_kernel *td_rows_kernel_get(size_t i);

#endif
