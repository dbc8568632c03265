/*
 * Weighted sum and weighted product (geometric mean) of what the units have.
 *
 * Where less of an item is better, values cannot be added up as they are: the sum then takes
 * them by min-max, the product as a share of the best (OECD/JRC, Handbook on Constructing
 * Composite Indicators, 2008, sections 5.3, 5.4 and 6.4).
 */
#include <math.h>

#include "engine/methods/method.h"

static double by_min_max(const td_matrix *t, double x, size_t k)
{
    double best = td_matrix_best(t, k), worst = td_matrix_worst(t, k);
    return best == worst ? 1 : (x - worst) / (best - worst);
}

/* As the normalization share-of-best: the best is 1, also where it is no positive number. */
static double by_best(const td_matrix *t, double x, size_t k)
{
    double best = td_matrix_best(t, k);
    if (!t->lower[k])
        return best > 0 ? x / best : 0;
    if (x == best)
        return 1;
    return best > 0 ? best / x : 0;
}

void td_method_weighted_sum(td_matrix *t)
{
    for (size_t u = 0; u < t->n; u++) {
        size_t n = 0;
        for (size_t k = 0; k < t->m; k++) {
            double x = td_matrix_at(t, u, k);
            if (isnan(x))
                continue;
            x = t->has_lower ? by_min_max(t, x, k) : x * t->unit;
            t->terms[n++] = td_matrix_share(t, u, k) * x;
        }
        t->merit[u] = td_matrix_sum(t->terms, n);
    }
}

void td_method_geometric_mean(td_matrix *t)
{
    for (size_t u = 0; u < t->n; u++) {
        size_t n = 0;
        bool zero = false;
        for (size_t k = 0; k < t->m; k++) {
            double x = td_matrix_at(t, u, k);
            if (isnan(x))
                continue;
            x = t->has_lower ? by_best(t, x, k) : x * t->unit;
            zero |= x <= 0;
            t->terms[n++] = x <= 0 ? 0 : td_matrix_share(t, u, k) * log(x);
        }
        t->merit[u] = zero ? 0 : exp(td_matrix_sum(t->terms, n));
    }
}
