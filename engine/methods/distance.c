/*
 * Methods that measure how far a unit is from the best of each item.
 *
 * TOPSIS: C. L. Hwang, K. Yoon, Multiple Attribute Decision Making (1981). VIKOR: S. Opricovic,
 * G. H. Tzeng, Compromise solution by MCDM methods, European Journal of Operational Research
 * 156 (2004).
 */
#include <math.h>

#include "engine/methods/method.h"

/* Weight of the majority against that of the largest regret. */
static const double VIKOR_V = 0.5;

/* Q stretches the range of S (of R) to 1, so a range that is only the rounding of sums of
   numbers up to 1 must count as none. */
static const double VIKOR_NO_RANGE = 1e-12;

/* Euclidean length of a column. */
static double length_of(const td_matrix *t, size_t k, double *terms)
{
    size_t n = 0;
    for (size_t u = 0; u < t->n; u++) {
        double x = td_matrix_at(t, u, k);
        if (!isnan(x))
            terms[n++] = x * x;
    }
    return sqrt(td_matrix_sum(terms, n));
}

/* Weighted distance of unit u from a point; spans: what 1 is in every column, 0: no distance. */
static double distance(const td_matrix *t, size_t u, const double *spans,
                       double (*point)(const td_matrix *, size_t))
{
    size_t n = 0;
    for (size_t k = 0; k < t->m; k++) {
        double x = td_matrix_at(t, u, k);
        if (isnan(x) || spans[k] == 0)
            continue;
        double d = td_matrix_share(t, u, k) * ((x - point(t, k)) / spans[k]);
        t->terms[n++] = d * d;
    }
    return sqrt(td_matrix_sum(t->terms, n));
}

static void closeness(td_matrix *t, const double *spans)
{
    for (size_t u = 0; u < t->n; u++) {
        double to_best = distance(t, u, spans, td_matrix_best);
        double to_worst = distance(t, u, spans, td_matrix_worst);
        t->merit[u] = to_best + to_worst == 0 ? 1 : to_worst / (to_best + to_worst);
    }
}

void td_method_topsis(td_matrix *t)
{
    for (size_t k = 0; k < t->m; k++)
        t->spans[k] = length_of(t, k, t->terms);
    closeness(t, t->spans);
}

void td_method_topsis_min_max(td_matrix *t)
{
    for (size_t k = 0; k < t->m; k++)
        t->spans[k] = t->n == 0 ? 0 : t->hi[k] - t->lo[k];
    closeness(t, t->spans);
}

/* Where x lies between its least and its largest: 0 to 1; 0 when all are the same. */
static double between(const double *of, size_t n, double x)
{
    double lo = INFINITY, hi = -INFINITY;
    for (size_t i = 0; i < n; i++) {
        lo = fmin(lo, of[i]);
        hi = fmax(hi, of[i]);
    }
    return hi - lo <= VIKOR_NO_RANGE ? 0 : (x - lo) / (hi - lo);
}

void td_method_vikor(td_matrix *t)
{
    double *sum = t->first, *regret = t->second;
    for (size_t u = 0; u < t->n; u++) {
        size_t n = 0;
        regret[u] = 0;
        for (size_t k = 0; k < t->m; k++) {
            double x = td_matrix_at(t, u, k), best = td_matrix_best(t, k);
            if (isnan(x) || t->lo[k] == t->hi[k])
                continue;
            double gap = (best - x) / (best - td_matrix_worst(t, k));
            t->terms[n] = td_matrix_share(t, u, k) * gap;
            regret[u] = fmax(regret[u], t->terms[n++]);
        }
        sum[u] = td_matrix_sum(t->terms, n);
    }
    for (size_t u = 0; u < t->n; u++)
        t->merit[u] = 1 - (VIKOR_V * between(sum, t->n, sum[u]) +
                           (1 - VIKOR_V) * between(regret, t->n, regret[u]));
}
