/*
 * Evaluate: weigh, settle and rank every cluster under k weight vectors. The official
 * result is the vector of ones: there is no second path.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "engine/base/threads.h"
#include "engine/methods/method.h"

#define WEIGHT_LIMIT 1024.0
#define WEIGHT_GRID 1048576.0

void td_worker_release(td_worker *w)
{
    td_matrix_free(w->matrix);
    free(w->totals.points);
    free(w->order);
    free(w->keys);
    *w = (td_worker){0};
}

td_status td_worker_init(td_worker *w, const td_prepared *prepared)
{
    size_t n = prepared->max_units + 1, most_ties = 1;
    bool has_method = false;
    for (size_t r = 0; r < prepared->evaluation->n_rules; r++) {
        const td_rules *rules = prepared->evaluation->rules[r];
        most_ties = rules->n_ties > most_ties ? rules->n_ties : most_ties;
        has_method |= td_rules_has_method(rules);
    }
    double *totals = calloc(4 * n + 2 * prepared->n_items, sizeof *totals);
    *w = (td_worker){.totals.points = totals,
                     .order = calloc(2 * n, sizeof *w->order),
                     .keys = calloc(n * (most_ties + 1), sizeof *w->keys)};
    if (totals == NULL || w->order == NULL || w->keys == NULL)
        return TD_ENOMEM;
    w->totals.assigned = totals + n;
    w->totals.bonus = totals + 2 * n;
    w->totals.given = totals + 3 * n;
    w->totals.scratch = totals + 4 * n;
    if (has_method)
        w->matrix = td_matrix_new(n, prepared->n_items);
    return has_method && w->matrix == NULL ? TD_ENOMEM : TD_OK;
}

void td_evaluate_cluster(const td_prepared *prepared, const td_block *b, size_t c,
                         const double *weights, td_worker *w, td_standing *standing)
{
    const td_dataset *data = &prepared->evaluation->data;
    const td_cluster *cluster = &data->clusters[c];
    size_t first_row = td_block_row(b, data, cluster->first_unit);
    td_weigh_cluster(b, first_row, cluster->n_units, weights + b->first_item, &w->totals);
    for (size_t u = 0; u < cluster->n_units; u++) {
        td_case the = {.prepared = prepared,
                       .block = b,
                       .unit = cluster->first_unit + u,
                       .row = first_row + u,
                       .before_q = w->totals.points[u],
                       .assigned_q = w->totals.assigned[u],
                       .bonus_q = w->totals.bonus[u],
                       .deduction_q = b->deduction_q[first_row + u]};
        td_settle(&the, &standing[u]);
    }
    if (td_rules_has_method(b->rules))
        td_method_score(b, first_row, cluster->n_units, weights + b->first_item, w->matrix,
                        standing);
    td_rank_cluster(prepared, b, c, standing, w->order, w->keys);
}

#define STEPS_OF_UNIT 10 /* of td_threads_for(): weighing, settling and ranking one unit */

static td_status evaluate_all(const td_prepared *prepared, size_t k, const double *weights,
                              const td_options *options, td_results *out)
{
    const td_dataset *data = &prepared->evaluation->data;
    size_t n_pieces = k * data->n_clusters;
    int n_threads = td_threads_for(options, n_pieces, k * data->n_units * STEPS_OF_UNIT);
    td_worker *workers = calloc((size_t)n_threads, sizeof *workers);
    td_status status = workers == NULL ? TD_ENOMEM : TD_OK;
    for (int t = 0; t < n_threads && status == TD_OK; t++)
        status = td_worker_init(&workers[t], prepared);
    if (status == TD_OK) {
#pragma omp parallel for num_threads(n_threads) if (n_threads > 1) schedule(dynamic, 8)
        for (size_t piece = 0; piece < n_pieces; piece++) {
            size_t v = piece / data->n_clusters, c = piece % data->n_clusters;
            const td_cluster *cluster = &data->clusters[c];
            td_evaluate_cluster(prepared, &prepared->blocks[cluster->rules], c,
                                weights + v * prepared->n_items, &workers[td_thread()],
                                out->standing + v * data->n_units + cluster->first_unit);
        }
    }
    for (int t = 0; workers != NULL && t < n_threads; t++)
        td_worker_release(&workers[t]);
    free(workers);
    return status;
}

/* ---- weights ---- */

static bool on_grid(double w)
{
    return w >= 0 && w < WEIGHT_LIMIT && w * WEIGHT_GRID == floor(w * WEIGHT_GRID);
}

static td_status bad_weight(const td_prepared *prepared, size_t v, size_t item, double w,
                            td_errors *errors)
{
    char row[24], value[48];
    const char *code = "";
    for (size_t r = 0; r < prepared->evaluation->n_rules; r++) {
        const td_block *b = &prepared->blocks[r];
        if (item < b->first_item || item >= b->first_item + b->n_items)
            continue;
        code = b->rules->criteria[b->items[item - b->first_item]].code;
    }
    snprintf(row, sizeof row, "%zu", v + 1);
    td_number_text(w, TD_MARK, value, sizeof value);
    td_place place = {.row = v + 1, .column = item + 1, .field = code};
    td_errors_add(errors, TD_MSG_WEIGHT_INVALID, &place, value, code, row, NULL);
    return TD_EWEIGHT;
}

void td_largest_of_rows(const td_block *b, size_t n, double *largest)
{
    for (size_t row = 0; row < n; row++)
        for (size_t k = 0; k < b->n_items; k++) {
            size_t i = row * b->n_items + k;
            double size = fmax(fabs(b->points[i]), b->assigned[i] + fabs(b->bonus[i]));
            largest[k] = fmax(largest[k], size);
        }
}

double *td_largest_items(const td_prepared *prepared)
{
    double *largest = calloc(prepared->n_items + 1, sizeof *largest);
    for (size_t r = 0; largest != NULL && r < prepared->evaluation->n_rules; r++) {
        const td_block *b = &prepared->blocks[r];
        td_largest_of_rows(b, b->n_rows, largest + b->first_item);
    }
    return largest;
}

/* weights, largest: of the items of the block. */
static bool sum_is_in_range(const td_block *b, const double *weights, const double *largest)
{
    double sum = 0;
    bool fractional = false;
    for (size_t k = 0; k < b->n_items; k++) {
        sum += weights[k] * largest[k];
        fractional |= weights[k] != floor(weights[k]);
    }
    return sum < (fractional ? TD_MAX_QUANTA / WEIGHT_GRID : TD_MAX_QUANTA);
}

/* A mean is at most the largest of its items, and rounded to the grid of totals. */
static bool mean_is_in_range(const td_block *b, const double *largest)
{
    double most = 0, grid = (double)td_pow10(b->rules->view.leaf_decimals);
    for (size_t k = 0; k < b->n_items; k++)
        most = fmax(most, td_is_real(b->rules, b->items[k]) ? largest[k] : largest[k] / grid);
    return most * (double)td_pow10(b->rules->view.decimals) < TD_MAX_QUANTA;
}

bool td_totals_in_range(const td_block *b, const double *weights, const double *largest)
{
    return b->rules->criteria[0].combine == TD_SUM ? sum_is_in_range(b, weights, largest)
                                                   : mean_is_in_range(b, largest);
}

td_status td_check_totals(const td_prepared *prepared, const double *weights, const double *largest,
                          td_errors *errors)
{
    for (size_t r = 0; r < prepared->evaluation->n_rules; r++) {
        const td_block *b = &prepared->blocks[r];
        size_t i = b->first_item;
        if (td_totals_in_range(b, weights + i, largest + i))
            continue;
        td_place place = {.file = b->rules->view.path};
        td_errors_add(errors, TD_MSG_DATA_TOTAL_OUT_OF_RANGE, &place, b->rules->view.code, NULL);
        return TD_EDATA;
    }
    return TD_OK;
}

static td_status check_weights(const td_prepared *prepared, size_t k, const double *weights,
                               td_errors *errors)
{
    td_status status = TD_OK;
    size_t m = prepared->n_items;
    for (size_t i = 0; i < k * m; i++)
        if (!on_grid(weights[i]))
            status = bad_weight(prepared, i / m, i % m, weights[i], errors);
    if (status != TD_OK)
        return status;
    double *largest = td_largest_items(prepared);
    if (largest == NULL)
        return TD_ENOMEM;
    for (size_t v = 0; v < k && status == TD_OK; v++)
        status = td_check_totals(prepared, weights + v * m, largest, errors);
    free(largest);
    return status;
}

td_status td_evaluate(const td_prepared *prepared, size_t k, const double *weights,
                      const td_options *options, td_results *out, td_errors *errors)
{
    if (k == 0 || (weights == NULL && k > 1))
        return TD_EINVAL;
    size_t m = prepared->n_items, n_units = prepared->evaluation->data.n_units;
    double *ones = NULL;
    if (weights == NULL) {
        ones = calloc(m + 1, sizeof *ones);
        for (size_t i = 0; ones != NULL && i < m; i++)
            ones[i] = 1;
    }
    const double *vectors = weights != NULL ? weights : ones;
    td_results results = {.k = k, .n_units = n_units};
    results.standing = calloc(k * n_units + 1, sizeof *results.standing);
    td_status status = vectors == NULL || results.standing == NULL ? TD_ENOMEM : TD_OK;
    if (status == TD_OK)
        status = check_weights(prepared, k, vectors, errors);
    if (status == TD_OK)
        status = evaluate_all(prepared, k, vectors, options, &results);
    free(ones);
    if (status != TD_OK)
        td_results_release(&results);
    else
        *out = results;
    return status;
}

void td_results_release(td_results *results)
{
    free(results->standing);
    *results = (td_results){0};
}
