/*
 * What decides: the units in sight, what each item adds to the figure that ranks, and the shares
 * of items in its variance and covariance.
 */
#include <math.h>
#include <stdlib.h>

#include "engine/whatif/importance.h"

/* ---- the units in sight ---- */

static bool in_sight(const td_sight *s, size_t c)
{
    const td_dataset *data = &s->prepared->evaluation->data;
    return &s->prepared->blocks[data->clusters[c].rules] == s->block;
}

static void count_units(td_sight *s, td_importance *out)
{
    const td_dataset *data = &s->prepared->evaluation->data;
    for (size_t c = s->first_cluster; c < s->end_cluster; c++) {
        const td_cluster *cluster = &data->clusters[c];
        size_t n = 0;
        for (size_t u = cluster->first_unit; u < cluster->first_unit + cluster->n_units; u++) {
            if (!in_sight(s, c) || s->results->standing[u].state == TD_UNRANKED)
                continue;
            s->row[s->n_units++] = data->row_of_unit[u];
            n++;
        }
        out->n_clusters += n > 0;
        out->n_pairs += n * (n - 1) / 2;
    }
    out->n_units = s->n_units;
}

/* ---- parts of the figure that ranks ---- */

/* The weights that a mean divides by, of the items present. */
static double weights_present(const td_sight *s, size_t row)
{
    const td_block *b = s->block;
    double sum = 0;
    for (size_t k = 0; k < b->n_items; k++)
        if (b->state[row * b->n_items + k] == TD_PRESENT)
            sum += s->weights[k] * s->rules->criteria[b->items[k]].weight;
    return sum;
}

/* What the parts of a unit are divided by: its assigned maximum, its weights, or 1. */
static double divisor_of(const td_sight *s, size_t row)
{
    const td_block *b = s->block;
    if (s->rules->criteria[0].combine == TD_ARITHMETIC)
        return weights_present(s, row);
    if (s->rules->view.rank_by == TD_BY_POINTS)
        return 1;
    double assigned = 0;
    for (size_t k = 0; k < b->n_items; k++)
        assigned += s->weights[k] * b->assigned[row * b->n_items + k];
    return assigned;
}

static void fill_parts(td_sight *s)
{
    const td_block *b = s->block;
    bool is_mean = s->rules->criteria[0].combine == TD_ARITHMETIC;
    double grid = (double)td_pow10(s->rules->view.leaf_decimals);
    for (size_t i = 0; i < s->n_units; i++) {
        double divisor = divisor_of(s, s->row[i]);
        for (size_t k = 0; k < b->n_items; k++) {
            size_t j = b->items[k];
            double x = s->weights[k] * b->points[s->row[i] * b->n_items + k];
            if (is_mean)
                x *= s->rules->criteria[j].weight / (td_is_real(s->rules, j) ? 1 : grid);
            s->part[i * b->n_items + k] = x / divisor;
        }
    }
}

/* ---- when independent draws add up ---- */

/* Do all units have a value, and where maxima count the same maximum, in the same items? */
static bool all_alike(const td_sight *s, bool by_share)
{
    const td_block *b = s->block;
    for (size_t i = 0; i < s->n_units; i++)
        for (size_t k = 0; k < b->n_items; k++) {
            size_t at = s->row[i] * b->n_items + k, first = s->row[0] * b->n_items + k;
            if (b->state[at] != b->state[first] ||
                (by_share && b->assigned[at] != b->assigned[first]))
                return false;
        }
    return true;
}

static bool is_redistributed(const td_sight *s)
{
    const td_block *b = s->block;
    for (size_t i = 0; i < s->n_units && b->given != NULL; i++)
        for (size_t k = 0; k < b->n_items; k++)
            if (b->given[s->row[i] * b->n_items + k] != 0)
                return true;
    return false;
}

/* Could the root's clamp bind for some draw? The sums of the lowest and highest parts tell. */
static bool may_clamp(const td_sight *s)
{
    const td_criterion *root = &s->rules->criteria[0];
    const td_block *b = s->block;
    if (root->combine == TD_ARITHMETIC || (!root->has_clamp_min && !root->has_clamp_max))
        return root->has_clamp_min || root->has_clamp_max;
    double lowest = 0, highest = 0;
    for (size_t k = 0; k < b->n_items; k++) {
        double lo = INFINITY, hi = -INFINITY;
        for (size_t i = 0; i < s->n_units; i++) {
            size_t at = s->row[i] * b->n_items + k;
            double x = s->weights[k] * (b->points[at] - (root->bonus_outside ? b->bonus[at] : 0));
            lo = fmin(lo, x);
            hi = fmax(hi, x);
        }
        lowest += lo;
        highest += hi;
    }
    return (root->has_clamp_min && lowest < (double)root->clamp_min_q) ||
           (root->has_clamp_max && highest > (double)root->clamp_max_q);
}

static void look(td_sight *s)
{
    td_combine combine = s->rules->criteria[0].combine;
    bool by_share = combine == TD_SUM && s->rules->view.rank_by != TD_BY_POINTS;
    s->adds_up = combine == TD_SUM || combine == TD_ARITHMETIC;
    if (s->adds_up)
        fill_parts(s);
    s->is_additive = s->adds_up && !is_redistributed(s) && !may_clamp(s) &&
                     ((combine == TD_SUM && !by_share) || all_alike(s, by_share));
}

/* ---- figures ---- */

static double *column(const td_sight *s, const double *matrix, bool by_row, size_t k, double *out)
{
    for (size_t i = 0; i < s->n_units; i++)
        out[i] = matrix[(by_row ? s->row[i] : i) * s->block->n_items + k];
    return out;
}

/* Centred products in the order of their size: the order of the units cannot show. */
static double covariance(size_t n, const double *x, double mean_x, const double *y, double mean_y,
                         double *scratch)
{
    for (size_t i = 0; i < n; i++)
        scratch[i] = (x[i] - mean_x) * (y[i] - mean_y);
    return td_standard_of(scratch, n).mean;
}

/*
 * scratch: [4 * n_units]. The sum of the parts is the figure before gates and the root's limits,
 * so that the shares add up to 1.
 */
static void fill_covariances(const td_sight *s, td_importance *out, double *scratch)
{
    size_t n = s->n_units, m = s->block->n_items;
    double *sum = scratch, *x = scratch + n, *sorted = scratch + 2 * n, *more = scratch + 3 * n;
    for (size_t i = 0; i < n; i++) {
        sum[i] = sorted[i] = 0;
        for (size_t k = 0; k < m; k++)
            sum[i] += s->part[i * m + k];
        sorted[i] = sum[i];
    }
    td_standard all = td_standard_of(sorted, n);
    double variance = all.lo < all.hi ? covariance(n, sum, all.mean, sum, all.mean, more) : 0;
    for (size_t k = 0; k < m && variance > 0; k++) {
        column(s, s->part, false, k, x);
        column(s, s->part, false, k, sorted);
        double mean = td_standard_of(sorted, n).mean;
        out->item[k].covariance = covariance(n, x, mean, sum, all.mean, more) / variance;
    }
}

/* scratch: [n_items + n_units] */
static void fill_variances(const td_sight *s, td_indices *indices, double *scratch)
{
    double *variance = scratch, *values = scratch + indices->m;
    for (size_t k = 0; k < indices->m; k++) {
        double sd = td_standard_of(column(s, s->part, false, k, values), s->n_units).sd;
        variance[k] = sd * sd;
    }
    td_sobol_additive(variance, indices);
}

static void fill_columns(const td_sight *s, td_importance *out, double *scratch)
{
    const td_block *b = s->block;
    for (size_t k = 0; k < b->n_items; k++) {
        td_standard of = td_standard_of(column(s, b->points, true, k, scratch), s->n_units);
        td_importance_item *item = &out->item[k];
        *item = (td_importance_item){.item = b->first_item + k,
                                     .share = td_item_get(s->prepared, b->first_item + k).share,
                                     .is_number = td_is_real(s->rules, b->items[k]),
                                     .lowest = s->n_units > 0 ? of.lo : NAN,
                                     .highest = s->n_units > 0 ? of.hi : NAN,
                                     .mean = s->n_units > 0 ? of.mean : NAN,
                                     .sd = of.sd,
                                     .first = {NAN, NAN},
                                     .total = {NAN, NAN},
                                     .covariance = NAN};
    }
}

static td_status fill_indices(const td_sight *s, const td_importance_options *options,
                              double *scratch, td_importance *out)
{
    size_t m = s->block->n_items;
    td_estimate *estimates = calloc(2 * m + 1, sizeof *estimates);
    if (estimates == NULL)
        return TD_ENOMEM;
    td_indices indices = {.m = m, .first = estimates, .total = estimates + m};
    td_status status = TD_OK;
    if (s->is_additive)
        fill_variances(s, &indices, scratch);
    else
        status = td_importance_draw(s, options, &indices);
    bool varies = false;
    for (size_t k = 0; k < m && status == TD_OK; k++) {
        out->item[k].first = indices.first[k];
        out->item[k].total = indices.total[k];
        varies |= !isnan(indices.first[k].value);
    }
    out->n = indices.n_used;
    if (varies)
        out->how = s->is_additive        ? TD_IMPORTANCE_EXACT
                   : indices.is_sequence ? TD_IMPORTANCE_SEQUENCE
                                         : TD_IMPORTANCE_RANDOM;
    free(estimates);
    return status;
}

static td_status fill(td_sight *s, const td_importance_options *options, td_importance *out)
{
    double *scratch = calloc(4 * s->n_units + s->block->n_items + 1, sizeof *scratch);
    if (scratch == NULL)
        return TD_ENOMEM;
    look(s);
    fill_columns(s, out, scratch);
    td_status status = TD_OK;
    if (s->n_units > 1) {
        if (s->adds_up)
            fill_covariances(s, out, scratch);
        status = fill_indices(s, options, scratch, out);
    }
    free(scratch);
    return status == TD_OK ? td_importance_decide(s, options, out) : status;
}

static double *ones(size_t n)
{
    double *weights = calloc(n + 1, sizeof *weights);
    for (size_t i = 0; weights != NULL && i < n; i++)
        weights[i] = 1;
    return weights;
}

td_status td_importance_of(const td_prepared *prepared, const double *weights,
                           const td_results *results, size_t rules, size_t cluster,
                           const td_importance_options *options, td_importance *out)
{
    static const td_importance_options DEFAULTS = {0};
    const td_dataset *data = &prepared->evaluation->data;
    bool one = cluster != TD_NONE;
    if (rules >= data->n_rules || results->k != 1 || results->n_units != data->n_units ||
        (one && (cluster >= data->n_clusters || data->clusters[cluster].rules != rules)))
        return TD_EINVAL;
    const td_block *b = &prepared->blocks[rules];
    double *official = weights == NULL ? ones(prepared->n_items) : NULL;
    td_sight s = {.prepared = prepared,
                  .block = b,
                  .rules = b->rules,
                  .results = results,
                  .first_cluster = one ? cluster : 0,
                  .end_cluster = one ? cluster + 1 : data->n_clusters,
                  .all_weights = weights != NULL ? weights : official};
    size_t n_rows = one ? data->clusters[cluster].n_units : b->n_rows;
    td_importance importance = {.rules = rules, .cluster = cluster, .n_items = b->n_items};
    importance.item = calloc(b->n_items + 1, sizeof *importance.item);
    s.row = calloc(n_rows + 1, sizeof *s.row);
    s.part = calloc(n_rows * b->n_items + 1, sizeof *s.part);
    td_status status = TD_ENOMEM;
    if (s.all_weights != NULL && importance.item != NULL && s.row != NULL && s.part != NULL) {
        s.weights = s.all_weights + b->first_item;
        count_units(&s, &importance);
        status = fill(&s, options != NULL ? options : &DEFAULTS, &importance);
    }
    free(official);
    free(s.row);
    free(s.part);
    if (status == TD_OK)
        *out = importance;
    else
        td_importance_release(&importance);
    return status;
}

void td_importance_release(td_importance *importance)
{
    free(importance->item);
    *importance = (td_importance){0};
}
