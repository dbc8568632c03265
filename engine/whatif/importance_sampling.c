/*
 * Variance-based indices (I. M. Sobol, Sensitivity estimates for nonlinear mathematical models,
 * Mathematical Modelling and Computational Experiments 1, 1993) by the estimators of A. Saltelli et
 * al., Variance based sensitivity analysis of model output, Computer Physics Communications 181,
 * 2010, and M. J. W. Jansen, Analysis of variance designs for model output, ibid. 117, 1999.
 */
#include <gsl/gsl_qrng.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/random.h"
#include "engine/whatif/importance.h"

/* Points of the cube of 2 m dimensions, from GSL's Sobol sequence or its generator. */
typedef struct source {
    size_t dimension;
    gsl_qrng sequence; /* GSL's own allocation ends the process when memory runs out */
    td_random *random; /* NULL: the sequence */
    bool has_begun;
} source;

static td_status source_init(source *s, size_t m, uint64_t seed)
{
    *s = (source){.dimension = 2 * m};
    if (m > TD_SEQUENCE_INPUTS) {
        s->random = td_random_new();
        if (s->random == NULL)
            return TD_ENOMEM;
        td_random_start(s->random, seed, 0);
        return TD_OK;
    }
    s->sequence.type = gsl_qrng_sobol;
    s->sequence.dimension = (unsigned)s->dimension;
    s->sequence.state_size = gsl_qrng_sobol->state_size((unsigned)s->dimension);
    s->sequence.state = calloc(1, s->sequence.state_size);
    if (s->sequence.state == NULL)
        return TD_ENOMEM;
    gsl_qrng_sobol->init_state(s->sequence.state, (unsigned)s->dimension);
    return TD_OK;
}

static void source_release(source *s)
{
    td_random_free(s->random);
    free(s->sequence.state);
}

/* GSL leaves out the origin, with which the first 2^k points of the sequence are balanced. */
static void source_get(source *s, double *point)
{
    if (s->random != NULL)
        for (size_t i = 0; i < s->dimension; i++)
            point[i] = td_random_uniform(s->random);
    else if (s->has_begun)
        gsl_qrng_get(&s->sequence, point);
    else
        memset(point, 0, s->dimension * sizeof *point);
    s->has_begun = true;
}

/* ---- evaluations ---- */

/* x: [TD_SOBOL_TILE * m] of A or B (column TD_NONE), or A with one column from B. */
static void mix(const double *points, size_t n, size_t m, bool from_b, size_t column, double *x)
{
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < m; j++)
            x[i * m + j] = points[i * 2 * m + (from_b || j == column ? m : 0) + j];
}

/* Values of n base points into y[(m + 2) * stride] at `at`. */
static void evaluate(td_response *f, void *context, const double *points, size_t n, size_t m,
                     double *x, size_t stride, size_t at, double *y)
{
    mix(points, n, m, false, TD_NONE, x);
    f(context, n, x, y + at);
    mix(points, n, m, true, TD_NONE, x);
    f(context, n, x, y + stride + at);
    for (size_t j = 0; j < m; j++) {
        mix(points, n, m, false, j, x);
        f(context, n, x, y + (j + 2) * stride + at);
    }
}

/* Closes the gaps that base points without a value leave; returns how many are left. */
static size_t drop_missing(size_t n, size_t m, double *y)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        bool exists = true;
        for (size_t k = 0; k < m + 2; k++)
            exists &= !isnan(y[k * n + i]);
        for (size_t k = 0; k < m + 2 && exists; k++)
            y[k * n + kept] = y[k * n + i];
        kept += exists;
    }
    for (size_t k = 1; k < m + 2 && kept < n; k++)
        memmove(y + k * kept, y + k * n, kept * sizeof *y);
    return kept;
}

td_status td_sobol_indices(size_t n, uint64_t seed, td_response *f, void *context,
                           const volatile int *cancelled, td_indices *out)
{
    size_t m = out->m;
    source s;
    td_status status = source_init(&s, m, seed);
    double *y = calloc((m + 2) * n + 1, sizeof *y);
    double *points = calloc(TD_SOBOL_TILE * 2 * m + 1, sizeof *points);
    double *x = calloc(TD_SOBOL_TILE * m + 1, sizeof *x);
    if (y == NULL || points == NULL || x == NULL)
        status = TD_ENOMEM;
    for (size_t at = 0; at < n && status == TD_OK; at += TD_SOBOL_TILE) {
        size_t size = n - at < TD_SOBOL_TILE ? n - at : TD_SOBOL_TILE;
        for (size_t i = 0; i < size; i++)
            source_get(&s, points + i * 2 * m);
        evaluate(f, context, points, size, m, x, n, at, y);
        if (cancelled != NULL && *cancelled)
            status = TD_EINTERRUPTED;
    }
    if (status == TD_OK) {
        out->is_sequence = s.random == NULL;
        out->n_used = drop_missing(n, m, y);
        td_sobol_estimate(out->n_used, y, out);
    }
    source_release(&s);
    free(y);
    free(points);
    free(x);
    return status;
}

/* ---- estimates ---- */

/* Values of A, B and A with one column from B; where they are centred, and their variance. */
typedef struct design {
    size_t n;
    const double *a, *b, *mixed;
    double centre, mean, variance;
} design;

/* The index's numerator at one base point. */
static double term(const design *d, size_t i, bool is_total)
{
    double step = d->mixed[i] - d->a[i];
    return is_total ? step * step / 2 : (d->b[i] - d->centre) * step;
}

/* mean(terms) / variance; the error of the variance counts as well. */
static td_estimate index_of(const design *d, bool is_total)
{
    double value = 0, square = 0;
    for (size_t i = 0; i < d->n; i++)
        value += term(d, i, is_total);
    value = value / (double)d->n / d->variance;
    for (size_t i = 0; i < d->n; i++) {
        double a = d->a[i] - d->mean, b = d->b[i] - d->mean;
        double off = (term(d, i, is_total) - value * (a * a + b * b) / 2) / d->variance;
        square += off * off;
    }
    return (td_estimate){value, sqrt(square) / (double)d->n};
}

void td_sobol_estimate(size_t n, const double *y, td_indices *out)
{
    design d = {.n = n, .a = y, .b = y + n};
    if (n > 0) {
        d.centre = gsl_stats_mean(y, 1, (out->m + 2) * n);
        d.mean = gsl_stats_mean(y, 1, 2 * n);
        d.variance = gsl_stats_variance_with_fixed_mean(y, 1, 2 * n, d.mean);
    }
    for (size_t j = 0; j < out->m; j++) {
        d.mixed = y + (j + 2) * n;
        out->first[j] = out->total[j] = (td_estimate){NAN, NAN};
        if (!(d.variance > 0))
            continue;
        out->first[j] = index_of(&d, false);
        out->total[j] = index_of(&d, true);
    }
}

void td_sobol_additive(const double *variance, td_indices *out)
{
    double sum = 0;
    for (size_t j = 0; j < out->m; j++)
        sum += variance[j];
    for (size_t j = 0; j < out->m; j++)
        out->first[j] = out->total[j] =
            sum > 0 ? (td_estimate){variance[j] / sum, 0} : (td_estimate){NAN, NAN};
}
