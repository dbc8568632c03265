/*
 * Weighing: from weighted items to totals. One row of METHODS per way to combine the top
 * criteria.
 */
#include <math.h>

#include "engine/kernels/weigh.h"
#include "engine/prepared.h"

typedef void method(const td_block *block, size_t first_row, size_t n_units, const double *weights,
                    td_totals *totals);

static uint8_t state_of(const td_block *b, size_t row, size_t item)
{
    return b->state[row * b->n_items + item];
}

static bool has(const td_block *b, size_t row, td_cell_state state)
{
    for (size_t k = 0; k < b->n_items; k++)
        if (state_of(b, row, k) == state)
            return true;
    return false;
}

/* Redistribution among the top criteria, the root's clamp, and its rounding. */
static double finish_sum(const td_block *b, size_t row, const td_totals *t, size_t u)
{
    const td_rules *rules = b->rules;
    if (has(b, row, TD_CELL_MISSING) || !has(b, row, TD_PRESENT))
        return NAN;
    double points = t->points[u];
    if (b->given != NULL) {
        if (t->given[u] > 0 && t->assigned[u] == 0)
            return NAN;
        points = td_redistribute(points, t->bonus[u], t->assigned[u], t->given[u]);
    }
    points = td_clamp_quanta(&rules->criteria[0], points, t->bonus[u]);
    return td_coarsen(points, rules->view.leaf_decimals, rules->view.decimals);
}

static void sum(const td_block *b, size_t first_row, size_t n, const double *weights, td_totals *t)
{
    size_t m = b->n_items, start = first_row * m;
    td_weigh(n, m, b->points + start, weights, t->points);
    td_weigh(n, m, b->assigned + start, weights, t->assigned);
    td_weigh(n, m, b->bonus + start, weights, t->bonus);
    if (b->given != NULL)
        td_weigh(n, m, b->given + start, weights, t->given);
    for (size_t u = 0; u < n; u++) {
        t->points[u] = finish_sum(b, first_row + u, t, u);
        if (b->given != NULL && t->assigned[u] > 0)
            t->assigned[u] += t->given[u];
        t->assigned[u] =
            td_coarsen(t->assigned[u], b->rules->view.leaf_decimals, b->rules->view.decimals);
    }
}

static size_t present_items(const td_block *b, size_t row, const double *weights, double *values,
                            double *of)
{
    size_t n = 0;
    double grid = (double)td_pow10(b->rules->view.leaf_decimals);
    for (size_t k = 0; k < b->n_items; k++) {
        size_t j = b->items[k];
        if (state_of(b, row, k) != TD_PRESENT)
            continue;
        double points = b->points[row * b->n_items + k];
        values[n] = td_is_real(b->rules, j) ? points : points / grid;
        of[n++] = weights[k] * b->rules->criteria[j].weight;
    }
    return n;
}

static void mean(const td_block *b, size_t first_row, size_t n_units, const double *weights,
                 td_totals *t)
{
    const td_criterion *root = &b->rules->criteria[0];
    td_weigh(n_units, b->n_items, b->bonus + first_row * b->n_items, weights, t->bonus);
    for (size_t u = 0; u < n_units; u++) {
        size_t row = first_row + u;
        double *values = t->scratch, *of = values + b->n_items;
        size_t n = present_items(b, row, weights, values, of);
        bool whole = !has(b, row, TD_CELL_MISSING) || root->rescale_missing;
        bool negative;
        double x = whole && n > 0 ? td_mean(root->combine, n, values, of, &negative) : NAN;
        t->points[u] = isnan(x) ? NAN : td_round_real(x, b->rules->view.decimals);
        double fine = (double)td_pow10(b->rules->view.leaf_decimals - b->rules->view.decimals);
        if (!isnan(x))
            t->points[u] = td_clamp_quanta(root, t->points[u] * fine, 0) / fine;
        t->assigned[u] = n > 0 ? (double)root->max_q / fine : 0;
    }
}

static method *const METHODS[] = {
    [TD_SUM] = sum,
    [TD_ARITHMETIC] = mean,
    [TD_GEOMETRIC] = mean,
    [TD_HARMONIC] = mean,
};

void td_weigh_cluster(const td_block *block, size_t first_row, size_t n_units,
                      const double *weights, td_totals *totals)
{
    METHODS[block->rules->criteria[0].combine](block, first_row, n_units, weights, totals);
}
