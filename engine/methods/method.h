/*
 * Other ways to rank the units of a cluster. A method sees a table of values, with the exact
 * weights of its columns, and gives every unit a merit from 0 to 1.
 *
 * Nothing depends on the order of units or items: weights are whole numbers, and what is
 * added up in double is sorted first.
 */
#ifndef TD_ENGINE_METHODS_METHOD_H
#define TD_ENGINE_METHODS_METHOD_H

#include "engine/prepared.h"

/* Units that are ranked against each other, items with a weight above 0. */
typedef struct td_matrix {
    size_t n, m;
    double *x;              /* [n * m] row-major; NaN: left out for this unit */
    bool *lower;            /* [m] lower is better */
    td_int128 *weight;      /* [m] > 0 */
    td_int128 total;        /* of all weights of items that some unit has */
    td_int128 table;        /* of all weights */
    td_int128 *held;        /* [n] of the items that the unit has, > 0 */
    double *lo, *hi;        /* [m] of the column */
    double *spans;          /* [m] scratch */
    bool has_lower;         /* the rule set has an item of which less is better */
    double unit;            /* what a value counts in the means: 1 for shares, else 1 / scale */
    double *terms;          /* [max(n, m)] scratch */
    double *first, *second; /* [n] scratch */
    size_t *unit_of;        /* [n] position in the cluster */
    size_t *item_of;        /* [m] position among the weighted items */
    double *merit;          /* [n] the result */
} td_matrix;

/* merit[u] for every row, never NaN. */
typedef void td_method_rule(td_matrix *matrix);

td_method_rule td_method_weighted_sum, td_method_geometric_mean;
td_method_rule td_method_topsis, td_method_topsis_min_max, td_method_vikor;
td_method_rule td_method_promethee, td_method_copeland, td_method_borda;

/* Room for clusters of max_n units and max_m items; NULL when out of memory. _free takes NULL. */
td_matrix *td_matrix_new(size_t max_n, size_t max_m);
void td_matrix_free(td_matrix *matrix);

/*
 * Gives the units of a cluster that are not unranked their score_q under the method of the
 * rule set. standing: settled, of the first unit of the cluster.
 */
void td_method_score(const td_block *block, size_t first_row, size_t n_units, const double *weights,
                     td_matrix *matrix, td_standing *standing);

/* ---- for methods ---- */

static inline double td_matrix_at(const td_matrix *t, size_t u, size_t k)
{
    return t->x[u * t->m + k];
}

/* Weight of item k among the items that unit u has: they add up to 1. */
static inline double td_matrix_share(const td_matrix *t, size_t u, size_t k)
{
    return (double)t->weight[k] / (double)t->held[u];
}

static inline double td_matrix_best(const td_matrix *t, size_t k)
{
    return t->lower[k] ? t->lo[k] : t->hi[k];
}

static inline double td_matrix_worst(const td_matrix *t, size_t k)
{
    return t->lower[k] ? t->hi[k] : t->lo[k];
}

/* Sorts the terms and adds them up, the smallest first. */
double td_matrix_sum(double *terms, size_t n);

#endif
