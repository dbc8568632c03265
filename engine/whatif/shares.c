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

/*
 * Uniform multipliers, TD_RANK_STEP vectors at once, vectors across the lanes of registers.
 *
 * What is wanted is what multiplier_of(share_of()) makes of exponentials and their sum. All but a
 * few vectors in ten thousand have it from logarithms that are cheaper, and from one quotient for
 * all shares: where every multiplier is farther from a border of rounding than it can be off.
 * The others are settled by the exact way.
 *
 * How far off: with n exponentials y, each less than TD_NEAR off, and their sum S > 1024 n TD_NEAR,
 * the quotient y/S is off by less than TD_NEAR/S + y/S (n TD_NEAR/S) (1 + 2^-9), and a multiplier
 * m = (low + room y/S) / share by less than (m + room / (n share)) (n TD_NEAR/S) (1 + 2^-9). Sums
 * and quotients are rounded, here and in the exact way less than 2 n + 10 times at 2^-53: less than
 * m n 2^-50. And adding 0.5 there is rounded: less than 2^-41 of the grid, kept by HALF.
 */
#define NEAREST 0x1.8p32               /* added and taken off, it rounds to the grid */
#define HALF (0x1p-21 * (1 - 0x1p-20)) /* of the grid's steps */

/* exponentials, [n * TD_RANK_STEP] share by share, become multipliers; in doubt is a vector
   whose doubt is not below HALF. */
TD_VECTORIZED
static void round_off(const td_region *r, double *restrict exponentials, double *restrict doubt)
{
    enum { V = TD_RANK_STEP };
    const double n = (double)r->n_free, near = 2 * TD_NEAR;
    double scale[V], off[V];
    for (size_t v = 0; v < V; v++)
        scale[v] = 0;
    for (size_t f = 0; f < r->n_free; f++)
#pragma omp simd
        for (size_t v = 0; v < V; v++)
            scale[v] += exponentials[f * V + v];
#pragma omp simd
    for (size_t v = 0; v < V; v++) {
        doubt[v] = scale[v] > 1024 * n * TD_NEAR ? 0 : 1;
        off[v] = n * (near / scale[v] + 0x1p-50);
        scale[v] = r->room / scale[v];
    }
    for (size_t f = 0; f < r->n_free; f++) {
        const double low = r->low[f], per = 1 / r->share[f], least = r->room * per / n;
        double *restrict w = exponentials + f * V;
#pragma omp simd
        for (size_t v = 0; v < V; v++) {
            double m = (low + w[v] * scale[v]) * per, rounded = (m + NEAREST) - NEAREST;
            double reach = fabs(m - rounded) + off[v] * (m + least);
            doubt[v] = reach > doubt[v] ? reach : doubt[v];
            w[v] = rounded;
        }
    }
}

/* One vector, the exact way; of its exponentials all may be 0. */
static void settle(const td_region *r, td_random *random, const uint32_t *words, double *scratch,
                   double *drawn)
{
    double sum = 0;
    td_exponentials_of(r->n_free, words, scratch);
    for (size_t f = 0; f < r->n_free; f++)
        sum += scratch[f];
    if (!(sum > 0))
        sum = draw_exponentials(r->n_free, random, scratch);
    for (size_t f = 0; f < r->n_free; f++)
        drawn[f * TD_RANK_STEP] = multiplier_of(share_of(r, f, scratch[f], sum), r->share[f]);
}

static void turn(size_t n, const uint32_t *restrict words, uint32_t *restrict turned)
{
    for (size_t v = 0; v < TD_RANK_STEP; v++)
        for (size_t f = 0, at = td_rank_weight(0, v); f < n; f++)
            turned[f * TD_RANK_STEP + at] = words[v * n + f];
}

static void draw_together(const td_region *r, td_random *random, double *scratch, double *drawn)
{
    const size_t n = r->n_free;
    double doubt[TD_RANK_STEP];
    uint32_t *words = (uint32_t *)scratch, *turned = words + TD_RANK_STEP * n;
    td_random_words(random, TD_RANK_STEP * n, words);
    turn(n, words, turned);
    td_exponentials_near(TD_RANK_STEP * n, turned, drawn);
    round_off(r, drawn, doubt);
    for (size_t v = 0; v < TD_RANK_STEP; v++)
        if (!(doubt[td_rank_weight(0, v)] < HALF))
            settle(r, random, words + v * n, scratch + TD_RANK_STEP * n,
                   drawn + td_rank_weight(n, v));
}

static void draw_others(const td_region *r, td_random *random, double *w, double *d, double *drawn)
{
    for (size_t f = 0; f < r->n_free; f++)
        w[f] = r->centre[f];
    for (size_t i = r->how == TD_SAMPLING_CHAIN ? burn_in(r) : 0; i > 0; i--)
        step(r, random, w, d);
    for (size_t v = 0; v < TD_SAMPLE_TILE; v++) {
        double *out = drawn + td_rank_weight(r->n_free, v);
        draw_next(r, random, w, d);
        for (size_t f = 0; f < r->n_free; f++)
            out[f * TD_RANK_STEP] = multiplier_of(w[f], r->share[f]);
    }
}

void td_region_draw(const td_region *r, uint64_t seed, uint64_t tile, td_random *random,
                    double *scratch, double *drawn)
{
    /* A stream per rule set: what one draws does not depend on the others. */
    td_random_start(random, seed + r->rules * UINT64_C(0x9E3779B97F4A7C15), tile);
    switch (r->how) {
    case TD_SAMPLING_NONE:
        for (size_t i = 0; i < TD_SAMPLE_TILE * r->n_free; i++)
            drawn[i] = 1;
        break;
    case TD_SAMPLING_UNIFORM:
        for (size_t v = 0; v < TD_SAMPLE_TILE; v += TD_RANK_STEP)
            draw_together(r, random, scratch, drawn + v * r->n_free);
        break;
    default:
        draw_others(r, random, scratch, scratch + r->n_free, drawn);
    }
}

void td_region_spread(const td_region *r, const double *drawn, size_t stride, double *multipliers)
{
    for (size_t v = 0; v < TD_SAMPLE_TILE; v++) {
        const double *from = drawn + td_rank_weight(r->n_free, v);
        double *to = multipliers + v * stride + r->first_item;
        for (size_t f = 0; f < r->n_free; f++)
            to[r->item[f]] = from[f * TD_RANK_STEP];
    }
}
