/*
 * Prepare: scores every cluster once and keeps what weighing, gates, classes and ties
 * need. Clusters are independent but for normalizations over all units, which take one
 * more pass per level.
 */
#include <math.h>
#include <stdlib.h>

#include "engine/prepared.h"
#include "engine/base/threads.h"
#include "engine/watch.h"

/* Adjacent clusters, scored together. */
typedef struct tile {
    size_t first_cluster, n_clusters;
} tile;

typedef struct pass {
    td_prepared *prepared;
    size_t rules;
    size_t n_tiles;
    const tile *tiles; /* the clusters under the rule set */
    const size_t *levels;
    size_t level;     /* standards known so far */
    double **columns; /* [n_criteria] collected values by row, NULL where not wanted */
    bool keep;        /* the last pass: fill the block */
    bool *suspicious; /* [n_clusters of the data] had findings or faults */
} pass;

static td_block *block_of(const pass *p)
{
    return &p->prepared->blocks[p->rules];
}

static void collect(const pass *p, const td_scoring *s)
{
    size_t row = s->data->row_of_unit[s->cluster->first_unit];
    for (size_t j = 1; j < s->rules->n_criteria; j++)
        for (size_t u = 0; p->columns[j] != NULL && u < s->n_units; u++) {
            td_cell cell = td_cell_get(s, j, u);
            p->columns[j][row + u] = cell.settled ? NAN : cell.value;
        }
}

void td_block_keep_unit(td_block *b, const td_scoring *s, size_t row, size_t u)
{
    double deduction = 0;
    for (size_t k = 0; k < b->n_items; k++) {
        size_t from = b->items[k] * s->stride + u, at = row * b->n_items + k;
        b->points[at] = s->cells.value[from];
        b->assigned[at] = s->cells.assigned_q[from];
        b->bonus[at] = s->cells.bonus_q[from];
        if (b->given != NULL)
            b->given[at] = s->cells.given_q[from];
        b->state[at] = s->cells.state[from];
        deduction += s->cells.deduction_q[from];
    }
    b->deduction_q[row] = deduction;
    b->missing_leaf[row] = s->missing_leaf[u];
    b->absent_leaf[row] = s->absent_leaf[u];
    td_watch_unit(b, s, row, u);
}

static void score_one(const pass *p, td_scoring *s, size_t i)
{
    s->levels = p->levels;
    s->level = p->level;
    s->standards = td_prepared_standards(p->prepared, p->rules);
    /* A value out of range ends the tile: then any of its clusters may have more of them. */
    bool ended = td_score_tile(s, p->tiles[i].first_cluster, p->tiles[i].n_clusters) != TD_OK;
    for (size_t c = 0, u = 0; c < s->n_clusters; c++)
        for (size_t end = u + s->cluster[c].n_units; u < end; u++)
            p->suspicious[p->tiles[i].first_cluster + c] |= s->found[u] || ended;
    if (!p->keep) {
        collect(p, s);
        return;
    }
    size_t row = s->data->row_of_unit[s->cluster->first_unit];
    for (size_t u = 0; u < s->n_units; u++)
        td_block_keep_unit(block_of(p), s, row + u, u);
}

static size_t units_of_tile(const pass *p)
{
    return p->prepared->max_units > TD_TILE_UNITS ? p->prepared->max_units : TD_TILE_UNITS;
}

/* One scoring per thread, made before the parallel region. */
static td_status run_pass(const pass *p, const td_options *options)
{
    const td_evaluation *evaluation = p->prepared->evaluation;
    int n_threads = td_threads(options, p->n_tiles);
    td_scoring *scorings = calloc((size_t)n_threads, sizeof *scorings);
    td_status status = scorings == NULL ? TD_ENOMEM : TD_OK;
    for (int t = 0; t < n_threads && status == TD_OK; t++)
        status = td_scoring_init(&scorings[t], evaluation, p->rules, units_of_tile(p), NULL);
    if (status == TD_OK) {
#pragma omp parallel num_threads(n_threads) if (n_threads > 1)
        {
            int t = td_thread();
#pragma omp for schedule(dynamic)
            for (size_t i = 0; i < p->n_tiles; i++)
                score_one(p, &scorings[t], i);
        }
    }
    for (int t = 0; scorings != NULL && t < n_threads; t++)
        td_scoring_release(&scorings[t]);
    free(scorings);
    return status;
}

/* Clusters with findings are scored once more, in order, to say what was found. */
static td_status report(const pass *p, td_errors *errors)
{
    td_scoring s;
    td_status status =
        td_scoring_init(&s, p->prepared->evaluation, p->rules, p->prepared->max_units, errors);
    if (status != TD_OK)
        return status;
    s.levels = p->levels;
    s.level = p->level;
    s.standards = td_prepared_standards(p->prepared, p->rules);
    for (size_t c = 0; c < s.data->n_clusters; c++)
        if (p->suspicious[c]) {
            td_status of_cluster = td_score_cluster(&s, c);
            status = status == TD_OK ? of_cluster : status;
        }
    td_scoring_release(&s);
    return status;
}

static td_status columns_for(const pass *p, size_t n_rows)
{
    const td_rules *rules = p->prepared->evaluation->rules[p->rules];
    for (size_t j = 1; j < rules->n_criteria; j++) {
        const td_normalize *how = &rules->criteria[j].normalize;
        bool wanted = how->method != TD_NORM_NONE && how->over_all && p->levels[j] == p->level + 1;
        p->columns[j] = NULL;
        if (!wanted)
            continue;
        p->columns[j] = td_arena_alloc(p->prepared->arena, n_rows, sizeof(double));
        if (p->columns[j] == NULL)
            return TD_ENOMEM;
    }
    return TD_OK;
}

static void standards_of(const pass *p, size_t n_rows)
{
    const td_rules *rules = p->prepared->evaluation->rules[p->rules];
    td_standard *standards = p->prepared->standards + p->prepared->first_standard[p->rules];
    for (size_t j = 1; j < rules->n_criteria; j++) {
        double *column = p->columns[j];
        size_t n = 0;
        for (size_t row = 0; column != NULL && row < n_rows; row++)
            if (!isnan(column[row]))
                column[n++] = column[row];
        if (column != NULL)
            standards[j] = td_standard_of(column, n);
    }
}

static td_status run_passes(pass *p, size_t n_levels, const td_options *options, td_errors *errors)
{
    size_t n_rows = block_of(p)->n_rows;
    td_status status = TD_OK;
    for (p->level = 0; p->level < n_levels && status == TD_OK; p->level++) {
        status = columns_for(p, n_rows);
        if (status == TD_OK)
            status = run_pass(p, options);
        if (status == TD_OK)
            standards_of(p, n_rows);
    }
    p->keep = true;
    if (status == TD_OK)
        status = run_pass(p, options);
    return status == TD_OK ? report(p, errors) : status;
}

/* Cuts the clusters under rule set r into tiles; tiles: [n_clusters]. Returns how many. */
static size_t cut_tiles(const td_dataset *data, size_t r, tile *tiles)
{
    size_t n = 0, n_units = 0;
    for (size_t c = 0; c < data->n_clusters; c++) {
        const td_cluster *cluster = &data->clusters[c];
        if (cluster->rules != r)
            continue;
        tile *last = n > 0 ? &tiles[n - 1] : NULL;
        if (last != NULL && last->first_cluster + last->n_clusters == c &&
            n_units + cluster->n_units <= TD_TILE_UNITS) {
            last->n_clusters++;
            n_units += cluster->n_units;
        } else {
            tiles[n++] = (tile){c, 1};
            n_units = cluster->n_units;
        }
    }
    return n;
}

static td_status prepare_rules(td_prepared *prepared, size_t r, const td_options *options,
                               td_errors *errors)
{
    const td_dataset *data = &prepared->evaluation->data;
    const td_rules *rules = prepared->evaluation->rules[r];
    tile *tiles = calloc(data->n_clusters + 1, sizeof *tiles);
    size_t *levels = calloc(rules->n_criteria, sizeof *levels);
    double **columns = calloc(rules->n_criteria, sizeof *columns);
    bool *suspicious = calloc(data->n_clusters + 1, sizeof *suspicious);
    td_status status = TD_ENOMEM;
    if (tiles != NULL && levels != NULL && columns != NULL && suspicious != NULL) {
        pass p = {.prepared = prepared,
                  .rules = r,
                  .n_tiles = cut_tiles(data, r, tiles),
                  .tiles = tiles,
                  .levels = levels,
                  .columns = columns,
                  .suspicious = suspicious};
        status = run_passes(&p, td_levels_of(rules, levels), options, errors);
    }
    free(suspicious);
    free(columns);
    free(levels);
    free(tiles);
    return status;
}

/* ---- memory ---- */

static void *room(td_prepared *prepared, size_t n, size_t size, bool *failed)
{
    void *memory = td_arena_alloc(prepared->arena, n, size);
    *failed |= memory == NULL;
    return memory;
}

static bool redistributes(const td_rules *rules)
{
    for (size_t j = 1; j < rules->n_criteria; j++)
        if (rules->criteria[j].na == TD_NA_REDISTRIBUTE)
            return true;
    return false;
}

/* ---- weighted items ---- */

/* The fault of an inner node that makes more of its children than their sum; TD_N_MESSAGES: none. */
static td_message obstacle(const td_rules *rules, const td_criterion *node)
{
    const bool is_root = node->depth == 0;
    if (node->combine != TD_SUM)
        return TD_MSG_LEVEL_ABOVE_MEAN;
    if (node->normalize.method != TD_NORM_NONE)
        return TD_MSG_LEVEL_ABOVE_NORMALIZED;
    if (!is_root && (node->has_clamp_min || node->has_clamp_max))
        return TD_MSG_LEVEL_ABOVE_CLAMP;
    if (node->amend != NULL && !node->amend->dropped)
        return TD_MSG_LEVEL_ABOVE_SCENARIO;
    if (!is_root && rules->rounding == TD_ROUND_GROUP)
        return TD_MSG_LEVEL_ABOVE_ROUNDING;
    return redistributes(rules) ? TD_MSG_LEVEL_ABOVE_REDISTRIBUTED : TD_N_MESSAGES;
}

/* Points of items below the top must reach the total as they are. */
static td_status check_level(const td_rules *rules, size_t level, td_errors *errors)
{
    td_status status = TD_OK;
    for (size_t j = 0; j < rules->n_criteria && level > 1; j++) {
        const td_criterion *node = &rules->criteria[j];
        if (node->n_children == 0 || node->depth >= level)
            continue;
        td_message fault = obstacle(rules, node);
        if (fault == TD_N_MESSAGES)
            continue;
        td_place place = {.file = rules->view.path, .pointer = node->pointer};
        td_errors_add(errors, fault, &place, node->depth == 0 ? rules->view.code : node->code,
                      NULL);
        status = TD_EINVAL;
    }
    return status;
}

/* Criteria of depth `level`, and the leaves above it, in the order of the file. */
static td_status find_items(td_block *b, size_t level, td_arena *arena)
{
    const td_rules *rules = b->rules;
    b->items = td_arena_alloc(arena, rules->n_criteria, sizeof *b->items);
    if (b->items == NULL)
        return TD_ENOMEM;
    for (size_t j = 1; j < rules->n_criteria; j++) {
        const td_criterion *c = &rules->criteria[j];
        if (c->depth == level || (c->depth < level && c->n_children == 0))
            b->items[b->n_items++] = j;
    }
    return TD_OK;
}

static td_status make_block(td_prepared *prepared, size_t r, size_t level)
{
    const td_evaluation *evaluation = prepared->evaluation;
    const td_rules *rules = evaluation->rules[r];
    td_block *b = &prepared->blocks[r];
    *b = (td_block){.rules = rules,
                    .table = &evaluation->data.tables[r],
                    .n_rows = evaluation->data.tables[r].n_rows,
                    .first_item = prepared->n_items};
    td_status status = find_items(b, level, prepared->arena);
    if (status != TD_OK)
        return status;
    prepared->n_items += b->n_items;
    size_t cells = b->n_rows * b->n_items;
    bool failed = false;
    b->points = room(prepared, cells, sizeof(double), &failed);
    b->assigned = room(prepared, cells, sizeof(double), &failed);
    b->bonus = room(prepared, cells, sizeof(double), &failed);
    if (redistributes(rules))
        b->given = room(prepared, cells, sizeof(double), &failed);
    b->state = room(prepared, cells, 1, &failed);
    b->deduction_q = room(prepared, b->n_rows, sizeof(double), &failed);
    b->missing_leaf = room(prepared, b->n_rows, sizeof(size_t), &failed);
    b->absent_leaf = room(prepared, b->n_rows, sizeof(size_t), &failed);
    return failed ? TD_ENOMEM : td_watch_plan(b, evaluation->policy, prepared->arena);
}

static td_status make_standards(td_prepared *prepared)
{
    const td_evaluation *evaluation = prepared->evaluation;
    bool failed = false, wanted = false;
    prepared->first_standard = room(prepared, evaluation->n_rules, sizeof(size_t), &failed);
    size_t n = 0;
    for (size_t r = 0; r < evaluation->n_rules && !failed; r++) {
        prepared->first_standard[r] = n;
        n += evaluation->rules[r]->n_criteria;
        wanted |= evaluation->rules[r]->sees_all;
    }
    if (wanted)
        prepared->standards = room(prepared, n, sizeof(td_standard), &failed);
    return failed ? TD_ENOMEM : TD_OK;
}

static td_status make(const td_evaluation *evaluation, size_t level, td_prepared **out,
                      td_errors *errors)
{
    td_prepared *prepared = calloc(1, sizeof *prepared);
    if (prepared == NULL)
        return TD_ENOMEM;
    *out = prepared;
    prepared->evaluation = evaluation;
    prepared->arena = td_arena_new();
    if (prepared->arena == NULL)
        return TD_ENOMEM;
    bool failed = false;
    prepared->blocks = room(prepared, evaluation->n_rules, sizeof(td_block), &failed);
    td_status status = failed ? TD_ENOMEM : make_standards(prepared);
    for (size_t r = 0; r < evaluation->n_rules && status != TD_ENOMEM; r++) {
        td_status linear = check_level(evaluation->rules[r], level, errors);
        status = status == TD_OK ? linear : status;
    }
    for (size_t r = 0; r < evaluation->n_rules && status == TD_OK; r++)
        status = make_block(prepared, r, level);
    for (size_t c = 0; c < evaluation->data.n_clusters; c++)
        if (evaluation->data.clusters[c].n_units > prepared->max_units)
            prepared->max_units = evaluation->data.clusters[c].n_units;
    return status;
}

td_status td_prepare(const td_evaluation *evaluation, const td_options *options, td_prepared **out,
                     td_errors *errors)
{
    td_prepared *prepared = NULL;
    size_t level = options != NULL && options->level > 0 ? options->level : 1;
    td_status status = make(evaluation, level, &prepared, errors);
    for (size_t r = 0; r < evaluation->n_rules && status == TD_OK; r++)
        status = prepare_rules(prepared, r, options, errors);
    if (status == TD_OK)
        *out = prepared;
    else
        td_prepared_free(prepared);
    return status;
}

void td_prepared_free(td_prepared *prepared)
{
    if (prepared == NULL)
        return;
    td_arena_free(prepared->arena);
    free(prepared);
}

const td_standard *td_prepared_standards(const td_prepared *prepared, size_t rules)
{
    return prepared->standards == NULL ? NULL
                                       : prepared->standards + prepared->first_standard[rules];
}

const td_block *td_block_of_unit(const td_prepared *prepared, size_t unit, size_t *row)
{
    const td_dataset *data = &prepared->evaluation->data;
    *row = data->row_of_unit[unit];
    return &prepared->blocks[data->clusters[data->units[unit].cluster].rules];
}

size_t td_items(const td_prepared *prepared)
{
    return prepared->n_items;
}

td_item_view td_item_get(const td_prepared *prepared, size_t item)
{
    size_t r = 0;
    while (item >= prepared->blocks[r].first_item + prepared->blocks[r].n_items)
        r++;
    const td_block *b = &prepared->blocks[r];
    const td_criterion *root = &b->rules->criteria[0];
    const td_criterion *c = &b->rules->criteria[b->items[item - b->first_item]];
    double sum = 0;
    for (size_t k = 0; k < b->n_items; k++) {
        const td_criterion *other = &b->rules->criteria[b->items[k]];
        sum += root->combine == TD_SUM ? (double)other->max_q : other->weight;
    }
    double own = root->combine == TD_SUM ? (double)c->max_q : c->weight;
    return (td_item_view){.rules = r,
                          .criterion = b->items[item - b->first_item] - 1,
                          .max_q = root->combine == TD_SUM ? own : NAN,
                          .weight = own,
                          .sum = sum,
                          .share = sum > 0 ? own / sum : 0};
}
