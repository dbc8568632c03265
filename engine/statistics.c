/*
 * Statistics of a column, over its sorted values: the order of the input cannot show.
 */
#include <gsl/gsl_sort_double.h>
#include <gsl/gsl_statistics_double.h>

#include "engine/score.h"

td_standard td_standard_of(double *values, size_t n)
{
    if (n == 0)
        return (td_standard){.sorted = values};
    gsl_sort(values, 1, n);
    td_standard s = {.n = n, .lo = values[0], .hi = values[n - 1], .sorted = values};
    s.mean = gsl_stats_mean(values, 1, n);
    if (n > 1 && s.lo < s.hi)
        s.sd = gsl_stats_sd_m(values, 1, n, s.mean);
    return s;
}
