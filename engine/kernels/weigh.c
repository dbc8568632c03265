#include "engine/kernels/weigh.h"

void td_weigh(size_t n, size_t m, const double *restrict points, const double *restrict weights,
              double *restrict totals)
{
    for (size_t u = 0; u < n; u++) {
        const double *row = points + u * m;
        double even = 0, odd = 0;
        size_t j = 0;
        for (; j + 2 <= m; j += 2) {
            even += weights[j] * row[j];
            odd += weights[j + 1] * row[j + 1];
        }
        if (j < m)
            even += weights[j] * row[j];
        totals[u] = even + odd;
    }
}

void td_weigh_naive(size_t n, size_t m, const double *points, const double *weights, double *totals)
{
    for (size_t u = 0; u < n; u++) {
        totals[u] = 0;
        for (size_t j = m; j-- > 0;)
            totals[u] += weights[j] * points[u * m + j];
    }
}
