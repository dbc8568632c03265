/*
 * What decides: what the files importance*.c tell each other.
 */
#ifndef TD_WHATIF_IMPORTANCE_H
#define TD_WHATIF_IMPORTANCE_H

#include "engine/prepared.h"

/* ---- variance-based indices of any function ---- */

/* y[i] of the i-th of n points x[n * m] in the unit cube; NaN where there is no value. */
typedef void td_response(void *context, size_t n, const double *x, double *y);

typedef struct td_indices {
    size_t m;
    td_estimate *first, *total; /* [m], the caller's */
    size_t n_used;              /* base points whose values all exist */
    bool is_sequence;           /* a Sobol sequence; else pseudo-random numbers */
} td_indices;

/* The most points that a response is asked for at a time. */
#define TD_SOBOL_TILE 256

/* Inputs up to which a Sobol sequence is used: GSL's has 40 dimensions, two for each. */
#define TD_SEQUENCE_INPUTS 20

/*
 * From n base points, n * (m + 2) evaluations. TD_OK, TD_EINTERRUPTED or TD_ENOMEM. seed: of the
 * pseudo-random numbers.
 */
td_status td_sobol_indices(size_t n, uint64_t seed, td_response *f, void *context,
                           const volatile int *cancelled, td_indices *out);

/*
 * The estimators alone. y holds n values each for the points of A, of B, and of A with column 1, 2
 * ... m from B. First order after Saltelli et al. 2010, total after Jansen 1999, both over the
 * variance of A and B together; errors by the delta method, as if the points were random. NaN when
 * nothing varies.
 */
void td_sobol_estimate(size_t n, const double *y, td_indices *out);

/* A sum of independent terms: exact. */
void td_sobol_additive(const double *variance, td_indices *out);

/* ---- the units that are looked at ---- */

typedef struct td_sight {
    const td_prepared *prepared;
    const td_block *block;
    const td_rules *rules;
    const double *weights;     /* [n_items of the block] */
    const double *all_weights; /* [td_items] */
    const td_results *results;
    size_t first_cluster, end_cluster; /* those of other rule sets are passed over */
    size_t n_units;                    /* with a rank */
    size_t *row;                       /* [n_units] in the block */
    double *part;     /* [n_units * n_items] what each item adds to the figure that ranks;
                                   NaN where items do not add up */
    bool adds_up;     /* parts exist */
    bool is_additive; /* so that items drawn from different units add up as well */
} td_sight;

/* ---- importance_draw.c: items drawn independently of each other ---- */

td_status td_importance_draw(const td_sight *sight, const td_importance_options *options,
                             td_indices *out);

/* ---- importance_ranks.c ---- */

/* Fills pairs, ranks and leaders of every item. TD_OK, TD_EINTERRUPTED or TD_ENOMEM. */
td_status td_importance_decide(const td_sight *sight, const td_importance_options *options,
                               td_importance *out);

#endif
