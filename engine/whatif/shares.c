/*
 * Drawing shares: uniform on the simplex (exponentials over their sum; L. Devroye, Non-Uniform
 * Random Variate Generation, 1986, chapter XI.4.1), Dirichlet, and uniform under limits by
 * rejection or by hit-and-run (R. L. Smith, Operations Research 32, 1984).
 */
#include <math.h>

#include "engine/base/vectorized.h"
#include "engine/whatif/sample.h"

/* Rejection costs at most a few hundred draws per vector. */
#define PILOT_DRAWS 4096
#define PILOT_KEPT 16

/* Exponentials that are not all 0; returns their sum. */
static double draw_exponentials(size_t n, td_random *random, double *w)
{
    double sum = 0;
    while (!(sum > 0)) {
        td_random_exponentials(random, n, w);
        sum = 0;
        for (size_t f = 0; f < n; f++)
            sum += w[f];
    }
    return sum;
}

/* The share of one of them inside the lower limits. */
static inline double share_of(const td_region *r, size_t f, double exponential, double sum)
{
    return r->low[f] + r->room * (exponential / sum);
}

static void draw_simplex(const td_region *r, td_random *random, double *w)
{
    double sum = draw_exponentials(r->n_free, random, w);
    for (size_t f = 0; f < r->n_free; f++)
        w[f] = share_of(r, f, w[f], sum);
}

static double row_value(const td_region *r, size_t row, const double *w)
{
    double value = 0;
    for (size_t f = 0; f < r->n_free; f++)
        value += r->coefficient[row * r->n_free + f] * w[f];
    return value;
}

static bool keeps_limits(const td_region *r, const double *w)
{
    for (size_t i = 0; i < r->n_looked; i++)
        if (row_value(r, i, w) < r->least[i])
            return false;
    return true;
}

void td_region_choose(td_region *r, td_random *random, double *scratch)
{
    size_t kept = 0;
    td_random_start(random, 0, 0); /* the same pilot for every seed: the method is not drawn */
    for (size_t i = 0; i < PILOT_DRAWS; i++) {
        draw_simplex(r, random, scratch);
        kept += keeps_limits(r, scratch);
    }
    r->how = kept >= PILOT_KEPT ? TD_SAMPLING_REJECTION : TD_SAMPLING_CHAIN;
    r->acceptance = kept >= PILOT_KEPT ? (double)kept / PILOT_DRAWS : 1;
}

/* ---- hit-and-run ---- */

/* A direction on the plane where shares keep their sum, every one equally likely. */
static void draw_direction(const td_region *r, td_random *random, double *d)
{
    double mean = 0;
    for (size_t f = 0; f < r->n_free; f++)
        mean += d[f] = td_random_gauss(random, 1);
    mean /= (double)r->n_free;
    for (size_t f = 0; f < r->n_free; f++)
        d[f] -= mean;
}

/* Cuts [lo, hi] where value + t * slope >= least. */
static void cut(double value, double slope, double least, double *lo, double *hi)
{
    double t = (least - value) / slope;
    if (slope > 0 && t > *lo)
        *lo = t;
    if (slope < 0 && t < *hi)
        *hi = t;
}

static void step(const td_region *r, td_random *random, double *w, double *d)
{
    double lo = -INFINITY, hi = INFINITY, sum = 0;
    draw_direction(r, random, d);
    for (size_t f = 0; f < r->n_free; f++)
        cut(w[f], d[f], 0, &lo, &hi);
    for (size_t i = 0; i < r->n_rows; i++)
        cut(row_value(r, i, w), row_value(r, i, d), r->least[i], &lo, &hi);
    double t = lo + (hi - lo) * td_random_uniform(random);
    if (!(lo <= hi && isfinite(t)))
        return; /* rounding put the point into a corner: it stays */
    for (size_t f = 0; f < r->n_free; f++)
        sum += w[f] = fmax(w[f] + t * d[f], 0);
    for (size_t f = 0; f < r->n_free; f++)
        w[f] /= sum;
}

/*
 * From a point well inside, hit-and-run mixes in O(n^2) steps times the squared ratio of the
 * region's outer to inner radius (L. Lovasz, Mathematical Programming 86, 1999); the constants
 * are chosen, and what is left shows in the errors by tiles.
 */
static size_t burn_in(const td_region *r)
{
    return 64 + 16 * r->n_free * r->n_free;
}

static size_t thinning(const td_region *r)
{
    return 2 * r->n_free;
}

/* ---- a tile ---- */

static void draw_next(const td_region *r, td_random *random, double *w, double *d)
{
    switch (r->how) {
    case TD_SAMPLING_DIRICHLET:
        td_random_dirichlet(random, r->n_free, r->alpha, w);
        break;
    case TD_SAMPLING_CHAIN:
        for (size_t i = thinning(r); i > 0; i--)
            step(r, random, w, d);
        break;
    default:
        do
            draw_simplex(r, random, w);
        while (!keeps_limits(r, w));
    }
}

/* On the grid, half up; below 2^31 conversion to int32 is floor(), and the compiler vectorizes it. */
static inline double multiplier_of(double share, double official)
{
    return (int32_t)(share / official * TD_WEIGHT_GRID + 0.5) * (1 / TD_WEIGHT_GRID);
}

static void write_row(const td_region *r, const double *multipliers, double *row)
{
    for (size_t f = 0; f < r->n_free; f++)
        row[r->item[f]] = multipliers[f];
}

/* Sums of some vectors at once, each in the order of its shares. */
static void add_up(size_t n, const double *restrict w, double *restrict sum)
{
    for (size_t v = 0; v < TD_DRAWN_TOGETHER; v++)
        sum[v] = 0;
    for (size_t f = 0; f < n; f++)
        for (size_t v = 0; v < TD_DRAWN_TOGETHER; v++)
            sum[v] += w[v * n + f];
}

/* Most samples are of this kind: shares and multipliers in one loop. */
TD_VECTORIZED
static void draw_uniform(const td_region *r, td_random *random, double *restrict scratch,
                         size_t stride, double *restrict multipliers)
{
    double sum[TD_DRAWN_TOGETHER];
    for (size_t v = 0; v < TD_SAMPLE_TILE; v++) {
        double *w = scratch + v % TD_DRAWN_TOGETHER * r->n_free,
               *total = &sum[v % TD_DRAWN_TOGETHER];
        if (w == scratch) {
            td_random_exponentials(random, TD_DRAWN_TOGETHER * r->n_free, scratch);
            add_up(r->n_free, scratch, sum);
        }
        if (!(*total > 0))
            *total = draw_exponentials(r->n_free, random, w);
#pragma omp simd
        for (size_t f = 0; f < r->n_free; f++)
            w[f] = multiplier_of(share_of(r, f, w[f], *total), r->share[f]);
        write_row(r, w, multipliers + v * stride);
    }
}

static void draw_others(const td_region *r, td_random *random, double *w, double *d, size_t stride,
                        double *multipliers)
{
    for (size_t f = 0; f < r->n_free; f++)
        w[f] = r->centre[f];
    for (size_t i = r->how == TD_SAMPLING_CHAIN ? burn_in(r) : 0; i > 0; i--)
        step(r, random, w, d);
    for (size_t v = 0; v < TD_SAMPLE_TILE; v++) {
        draw_next(r, random, w, d);
        for (size_t f = 0; f < r->n_free; f++)
            multipliers[v * stride + r->item[f]] = multiplier_of(w[f], r->share[f]);
    }
}

void td_region_draw(const td_region *r, uint64_t seed, uint64_t tile, td_random *random,
                    double *scratch, size_t stride, double *multipliers)
{
    double *first = multipliers + r->first_item;
    bool has_fixed = r->n_free < r->n_items || r->how == TD_SAMPLING_NONE;
    for (size_t v = 0; v < TD_SAMPLE_TILE && has_fixed; v++)
        for (size_t k = 0; k < r->n_items; k++)
            first[v * stride + k] = 1;
    if (r->how == TD_SAMPLING_NONE)
        return;
    /* A stream per rule set: what one draws does not depend on the others. */
    td_random_start(random, seed + r->rules * UINT64_C(0x9E3779B97F4A7C15), tile);
    if (r->how == TD_SAMPLING_UNIFORM)
        draw_uniform(r, random, scratch, stride, first);
    else
        draw_others(r, random, scratch, scratch + r->n_free, stride, first);
}
