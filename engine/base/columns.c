#include "engine/base/columns.h"

#include <math.h>
#include <string.h>

TD_VECTORIZED
size_t td_whole_of_column(size_t n, const double *restrict x, const td_limits *limits, int places,
                          double *restrict whole)
{
    const double scale = td_scale_of(places);
    const td_limits within = *limits;
    double n_bad = 0;
#pragma omp simd reduction(+ : n_bad)
    for (size_t u = 0; u < n; u++) {
        double m = td_nearest_whole(x[u] * scale);
        bool good = td_within(&within, x[u]) & (m / scale == x[u]) & (fabs(m) <= TD_COLUMN_LIMIT);
        whole[u] = good ? m : (double)NAN;
        n_bad += good ? 0 : 1;
    }
    return (size_t)n_bad;
}

TD_VECTORIZED
void td_add_column(size_t n, const double *restrict x, double *restrict sum)
{
#pragma omp simd
    for (size_t u = 0; u < n; u++)
        sum[u] += x[u];
}

TD_VECTORIZED
void td_or_column(size_t n, const uint8_t *restrict bits, uint8_t *restrict all)
{
#pragma omp simd
    for (size_t u = 0; u < n; u++)
        all[u] |= bits[u];
}

TD_VECTORIZED
void td_fill_column(size_t n, double x, double *column)
{
#pragma omp simd
    for (size_t u = 0; u < n; u++)
        column[u] = x;
}

#define LINE 8 /* doubles of a cache line: so many rows are read along, and columns written whole */

void td_turn_rows(size_t n, size_t m, const double *restrict rows, size_t stride,
                  double *restrict columns)
{
    size_t first = 0;
    for (; first + LINE <= n; first += LINE)
        for (size_t i = 0; i < m; i++) {
            const double *restrict from = rows + first * m + i;
            double *restrict to = columns + i * stride + first;
#pragma GCC unroll 8
            for (size_t u = 0; u < LINE; u++)
                to[u] = from[u * m];
        }
    for (size_t u = first; u < n; u++)
        for (size_t i = 0; i < m; i++)
            columns[i * stride + u] = rows[u * m + i];
}

#define WORDS 4 /* looked at together: marks are rare */

size_t td_next_marked(size_t n, const uint8_t *known, size_t from)
{
    size_t u = from;
    for (uint64_t word[WORDS]; u + sizeof word <= n; u += sizeof word) {
        memcpy(word, known + u, sizeof word);
        if ((word[0] | word[1] | word[2] | word[3]) != 0)
            break;
    }
    while (u < n && known[u] == 0)
        u++;
    return u;
}

static bool holds_column(size_t n, const double *x, double scale, double limit)
{
    for (size_t u = 0; u < n; u++) {
        double m = td_nearest_whole(x[u] * scale);
        if (!isnan(x[u]) && !(m / scale == x[u] && fabs(m) <= limit))
            return false;
    }
    return true;
}

int td_places_of_column(size_t n, const double *x, int least, double limit)
{
    for (int places = least; places <= TD_MAX_PLACES; places++)
        if (holds_column(n, x, td_scale_of(places), limit))
            return places;
    return -1;
}
