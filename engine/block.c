/*
 * Blocks: room for what scoring leaves behind of the units under one rule set, all of them or
 * those of a tile, and the way into it.
 */
#include <stdlib.h>

#include "engine/passes.h"
#include "engine/prepared.h"
#include "engine/watch.h"

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

/* The rows of a tile are looked at through a table of their own. */
static void place_rows(td_block *b, const td_table *table, size_t n_rows, td_table *slice)
{
    b->first_row = 0;
    b->n_rows = n_rows > 0 ? n_rows : table->n_rows;
    b->table = table;
    if (n_rows == 0)
        return;
    *slice = (td_table){.rules = table->rules,
                        .n_rows = n_rows,
                        .n_indicators = table->n_indicators,
                        .value = table->value};
    b->table = b->slice = slice;
}

void td_block_move(td_block *b, const td_table *table, size_t first_row)
{
    b->first_row = first_row;
    b->slice->value = table->value + first_row * table->n_indicators;
}

/* n_rows 0: those of the data. */
static td_status make_block(td_prepared *prepared, size_t r, size_t level, size_t n_rows)
{
    const td_evaluation *evaluation = prepared->evaluation;
    const td_rules *rules = evaluation->rules[r];
    td_block *b = &prepared->blocks[r];
    bool failed = false;
    td_table *slice = room(prepared, 1, sizeof *slice, &failed);
    if (failed)
        return TD_ENOMEM;
    *b = (td_block){.rules = rules, .first_item = prepared->n_items};
    place_rows(b, &evaluation->data.tables[r], n_rows, slice);
    td_status status = find_items(b, level, prepared->arena);
    if (status != TD_OK)
        return status;
    prepared->n_items += b->n_items;
    size_t cells = b->n_rows * b->n_items;
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

static td_status fill(td_prepared *prepared, size_t level, size_t n_rows, td_errors *errors)
{
    const td_evaluation *evaluation = prepared->evaluation;
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
        status = make_block(prepared, r, level, n_rows);
    return status;
}

td_status td_prepared_new(const td_evaluation *evaluation, const td_options *options,
                          size_t max_units, size_t n_rows, td_prepared **out, td_errors *errors)
{
    size_t level = options != NULL && options->level > 0 ? options->level : 1;
    td_prepared *prepared = calloc(1, sizeof *prepared);
    if (prepared == NULL)
        return TD_ENOMEM;
    prepared->evaluation = evaluation;
    prepared->max_units = max_units;
    td_status status = fill(prepared, level, n_rows, errors);
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

td_standard *td_prepared_standards(const td_prepared *prepared, size_t rules)
{
    return prepared->standards == NULL ? NULL
                                       : prepared->standards + prepared->first_standard[rules];
}

const td_block *td_block_of_unit(const td_prepared *prepared, size_t unit, size_t *row)
{
    const td_dataset *data = &prepared->evaluation->data;
    const td_block *b = &prepared->blocks[data->clusters[data->units[unit].cluster].rules];
    *row = td_block_row(b, data, unit);
    return b;
}
