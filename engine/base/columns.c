#include "engine/base/columns.h"

#include <math.h>

bool td_whole_of_column(size_t n, const double *restrict x, double lo, double hi, int places,
                        double *restrict whole)
{
    const double scale = td_scale_of(places);
    double n_good = 0;
#pragma omp simd reduction(+ : n_good)
    for (size_t u = 0; u < n; u++) {
        double m = td_nearest_whole(x[u] * scale);
        bool good =
            (x[u] >= lo) & (x[u] <= hi) & (m / scale == x[u]) & (fabs(m) <= TD_COLUMN_LIMIT);
        whole[u] = good ? m : 0;
        n_good += good ? 1 : 0;
    }
    return n_good == (double)n;
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
