/*
 * Weighted sums: totals of units under one weight vector.
 *
 * points   [n * m], row-major: row u holds the m items of unit u, whole quanta
 * weights  [m], multiples of 2^-20
 * totals   [n], does not overlap the inputs
 *
 * Every product and every partial sum is exact (fewer than 53 bits, checked by the
 * caller), so the order of summation cannot show. No allocation, no errors.
 */
#ifndef TD_KERNELS_WEIGH_H
#define TD_KERNELS_WEIGH_H

#include <stddef.h>

void td_weigh(size_t n, size_t m, const double *restrict points, const double *restrict weights,
              double *restrict totals);

/* The plain twin that tests compare with, bit for bit. */
void td_weigh_naive(size_t n, size_t m, const double *points, const double *weights,
                    double *totals);

#endif
