#include "engine/whatif/trial.h"

#include <stdlib.h>
#include <string.h>

#include "datasets/value.h"

static void *copy_of(td_trial *t, const void *from, size_t n, size_t size)
{
    if (from == NULL)
        return NULL;
    void *to = td_arena_alloc(t->arena, n, size);
    if (to == NULL)
        t->status = TD_ENOMEM;
    else if (n > 0)
        memcpy(to, from, n * size);
    return to;
}

/* The table of the unit's rule set becomes the trial's own. */
static void copy_table(td_trial *t)
{
    td_dataset *data = &t->evaluation.data;
    data->tables = copy_of(t, data->tables, data->n_rules, sizeof *data->tables);
    if (data->tables == NULL)
        return;
    td_table *table = &data->tables[t->rules];
    size_t n = table->n_rows * table->n_indicators;
    table->value = copy_of(t, table->value, n, sizeof *table->value);
    table->source = copy_of(t, table->source, n, sizeof *table->source);
    table->extent = copy_of(t, table->extent, table->n_indicators, sizeof *table->extent);
    for (size_t c = 0; c < table->rules->n_channels; c++)
        table->by_channel[c] = copy_of(t, table->by_channel[c], n, sizeof *table->by_channel[c]);
}

static void copy_block(td_trial *t)
{
    td_prepared *p = t->prepared;
    p->blocks = copy_of(t, p->blocks, t->evaluation.n_rules, sizeof *p->blocks);
    if (p->blocks == NULL)
        return;
    td_block *b = &p->blocks[t->rules];
    size_t rows = b->n_rows, cells = rows * b->n_items;
    b->table = &t->evaluation.data.tables[t->rules];
    b->points = copy_of(t, b->points, cells, sizeof *b->points);
    b->assigned = copy_of(t, b->assigned, cells, sizeof *b->assigned);
    b->bonus = copy_of(t, b->bonus, cells, sizeof *b->bonus);
    b->given = copy_of(t, b->given, cells, sizeof *b->given);
    b->state = copy_of(t, b->state, cells, 1);
    b->deduction_q = copy_of(t, b->deduction_q, rows, sizeof *b->deduction_q);
    b->missing_leaf = copy_of(t, b->missing_leaf, rows, sizeof *b->missing_leaf);
    b->absent_leaf = copy_of(t, b->absent_leaf, rows, sizeof *b->absent_leaf);
    b->watch = copy_of(t, b->watch, rows * b->n_watched, sizeof *b->watch);
    b->lowest_group = copy_of(t, b->lowest_group, rows, sizeof *b->lowest_group);
    b->lowest_leaf = copy_of(t, b->lowest_leaf, rows, sizeof *b->lowest_leaf);
    b->below_any_floor = copy_of(t, b->below_any_floor, rows, sizeof *b->below_any_floor);
}

/* Faults among the unit's values; -1 as a size when memory runs out. */
static size_t count_faults(td_trial *t)
{
    td_errors *errors = td_errors_new();
    const td_place nowhere = {0};
    if (errors == NULL || !td_value_check(&t->evaluation, t->unit, &nowhere, errors) ||
        td_errors_status(errors) == TD_ENOMEM)
        t->status = TD_ENOMEM;
    size_t n = errors == NULL ? 0 : td_errors_count(errors, TD_ERROR);
    td_errors_free(errors);
    return n;
}

static void copy_evaluation(td_trial *t)
{
    const td_prepared *official = t->official;
    t->evaluation = *official->evaluation;
    t->evaluation.arena = t->arena;
    t->evaluation.data.arena = t->arena;
    copy_table(t);
    t->prepared = copy_of(t, official, 1, sizeof *official);
    if (t->status != TD_OK)
        return;
    t->prepared->evaluation = &t->evaluation;
    copy_block(t);
}

static bool is_over_all(const td_rules *rules, size_t leaf)
{
    for (size_t j = leaf; j != TD_NONE; j = rules->criteria[j].parent)
        if (rules->criteria[j].normalize.method != TD_NORM_NONE &&
            rules->criteria[j].normalize.over_all)
            return true;
    return false;
}

static void find_touching(td_trial *t, const td_rules *rules)
{
    for (size_t p = 0; p < rules->n_parts; p++)
        for (size_t i = 0; i < rules->parts[p].n_inputs; i++)
            t->touches_all[rules->parts[p].inputs[i]] |=
                is_over_all(rules, rules->parts[p].criterion);
}

static td_status make(td_trial *t)
{
    const td_rules *rules = t->official->evaluation->rules[t->rules];
    t->ones = calloc(t->official->n_items + 1, sizeof *t->ones);
    t->levels = calloc(rules->n_criteria, sizeof *t->levels);
    t->touches_all = calloc(rules->n_indicators + 1, sizeof *t->touches_all);
    t->before = calloc(t->official->evaluation->data.n_units + 1, sizeof *t->before);
    if (t->ones == NULL || t->levels == NULL || t->touches_all == NULL || t->before == NULL)
        return TD_ENOMEM;
    find_touching(t, rules);
    for (size_t i = 0; i < t->official->n_items; i++)
        t->ones[i] = 1;
    td_status status =
        td_scoring_init(&t->scoring, &t->evaluation, t->rules, t->official->max_units, NULL);
    if (status == TD_OK)
        status = td_worker_init(&t->worker, t->prepared);
    if (status == TD_OK)
        status = td_evaluate(t->official, 1, NULL, NULL, &t->results, NULL);
    t->scoring.levels = t->levels;
    t->scoring.level = td_levels_of(rules, t->levels);
    t->scoring.standards = td_prepared_standards(t->official, t->rules);
    for (size_t u = 0; status == TD_OK && u < t->results.n_units; u++)
        t->before[u] = t->results.standing[u];
    t->n_faults = count_faults(t);
    return status == TD_OK ? t->status : status;
}

td_status td_trial_init(td_trial *t, const td_prepared *official, size_t unit)
{
    const td_dataset *data = &official->evaluation->data;
    size_t cluster = data->units[unit].cluster;
    *t = (td_trial){.official = official,
                    .unit = unit,
                    .cluster = cluster,
                    .rules = data->clusters[cluster].rules,
                    .row = data->row_of_unit[unit]};
    t->arena = td_arena_new();
    if (t->arena == NULL)
        return TD_ENOMEM;
    copy_evaluation(t);
    return t->status == TD_OK ? make(t) : t->status;
}

void td_trial_release(td_trial *t)
{
    td_results_release(&t->results);
    td_worker_release(&t->worker);
    td_scoring_release(&t->scoring);
    td_prepared_free(t->whole);
    free(t->before);
    free(t->touches_all);
    free(t->levels);
    free(t->ones);
    td_arena_free(t->arena);
    *t = (td_trial){0};
}

/* ---- values ---- */

static const td_table *table_of(const td_trial *t)
{
    return &t->evaluation.data.tables[t->rules];
}

void td_trial_put(td_trial *t, size_t indicator, double x)
{
    const td_table *table = table_of(t);
    size_t channel = td_value_channel(&t->official->evaluation->data, table, t->unit, indicator);
    if (table->by_channel[channel] != NULL)
        td_value_put(table, t->row, indicator, channel, x);
}

double td_trial_value(const td_trial *t, size_t indicator)
{
    const td_table *table = table_of(t);
    return table->value[t->row * table->n_indicators + indicator];
}

bool td_trial_is_valid(td_trial *t)
{
    return count_faults(t) <= t->n_faults;
}

/* ---- running ---- */

static td_standing *cluster_of(td_trial *t)
{
    return t->results.standing + t->evaluation.data.clusters[t->cluster].first_unit;
}

/* Does a value differ that moves everybody, by a normalization over all units? */
static bool moves_all(const td_trial *t)
{
    const td_table *now = table_of(t), *was = &t->official->evaluation->data.tables[t->rules];
    size_t first = t->row * now->n_indicators;
    for (size_t i = 0; i < now->n_indicators; i++)
        if (t->touches_all[i] && now->value[first + i] != was->value[first + i])
            return true;
    return false;
}

static td_status run_whole(td_trial *t)
{
    td_results results = {0};
    const td_options alone = {.threads = 1};
    td_status status = td_prepare(&t->evaluation, &alone, &t->whole, NULL);
    if (status == TD_OK)
        status = td_evaluate(t->whole, 1, NULL, &alone, &results, NULL);
    if (status == TD_OK) {
        td_results_release(&t->results);
        t->results = results;
    }
    return status;
}

/* Everybody else as today. */
static void forget_whole(td_trial *t)
{
    if (t->whole == NULL)
        return;
    td_prepared_free(t->whole);
    t->whole = NULL;
    for (size_t u = 0; u < t->results.n_units; u++)
        t->results.standing[u] = t->before[u];
}

const td_prepared *td_trial_prepared(const td_trial *t)
{
    return t->whole != NULL ? t->whole : t->prepared;
}

static td_status run_cluster(td_trial *t)
{
    const td_dataset *data = &t->evaluation.data;
    const td_cluster *cluster = &data->clusters[t->cluster];
    td_block *b = &t->prepared->blocks[t->rules];
    size_t first = data->row_of_unit[cluster->first_unit];
    t->scoring.n_findings = 0;
    td_status status = td_score_cluster(&t->scoring, t->cluster);
    for (size_t u = 0; u < cluster->n_units && status == TD_OK; u++)
        td_block_keep_unit(b, &t->scoring, first + u, u);
    if (status == TD_OK)
        td_evaluate_cluster(t->prepared, b, t->cluster, t->ones, &t->worker, cluster_of(t));
    return status;
}

const td_standing *td_trial_run(td_trial *t)
{
    forget_whole(t);
    if (t->status == TD_OK)
        t->status = moves_all(t) ? run_whole(t) : run_cluster(t);
    return t->status == TD_OK ? &t->results.standing[t->unit] : NULL;
}

const td_standing *td_trial_run_points(td_trial *t, double before_q)
{
    const td_block *b = &t->prepared->blocks[t->rules];
    td_standing *mine = &t->results.standing[t->unit];
    td_case the = {.prepared = t->prepared,
                   .block = b,
                   .unit = t->unit,
                   .row = t->row,
                   .before_q = before_q,
                   .assigned_q = mine->assigned_q,
                   .bonus_q = mine->bonus_q,
                   .deduction_q = b->deduction_q[t->row]};
    td_settle(&the, mine);
    td_rank_cluster(t->prepared, b, t->cluster, cluster_of(t), t->worker.order, t->worker.keys);
    return mine;
}
