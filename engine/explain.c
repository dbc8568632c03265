#include "engine/explain.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "engine/base/messages.h"

td_line *td_tell(td_telling *t, td_line_kind kind, size_t j, size_t depth)
{
    if (t->n == t->capacity) {
        size_t capacity = t->capacity == 0 ? 64 : 2 * t->capacity;
        td_line *grown = realloc(t->lines, capacity * sizeof *grown);
        if (grown == NULL) {
            t->failed = true;
            return &t->spare;
        }
        t->lines = grown;
        t->capacity = capacity;
    }
    td_line *line = &t->lines[t->n++];
    *line = (td_line){.kind = kind,
                      .criterion = j == TD_NONE ? TD_NONE : j - 1,
                      .depth = depth,
                      .counted = true,
                      .max_q = NAN,
                      .points_q = NAN,
                      .running_q = t->running_q,
                      .why = {"", ""},
                      .source = TD_NONE,
                      .value = NAN};
    return line;
}

void td_tell_step(td_telling *t, td_line *line, double step_q)
{
    line->additive = true;
    line->step_q = isnan(step_q) ? 0 : step_q;
    t->running_q += line->step_q;
    line->running_q = t->running_q;
}

void td_say(td_telling *t, const char *why[2], td_message message, ...)
{
    const char *args[TD_MAX_ARGS];
    size_t n = 0;
    va_list list;
    va_start(list, message);
    for (const char *arg; n < TD_MAX_ARGS && (arg = va_arg(list, const char *)) != NULL;)
        args[n++] = arg;
    va_end(list);
    for (int lang = TD_VI; lang <= TD_EN; lang++) {
        const char *text = td_message_text(message, (td_lang)lang);
        size_t length = td_message_fill(text, (td_lang)lang, args, n, NULL, 0);
        char *filled = td_arena_alloc(t->arena, length + 1, 1);
        if (filled == NULL) {
            t->failed = true;
            return;
        }
        td_message_fill(text, (td_lang)lang, args, n, filled, length + 1);
        why[lang] = filled;
    }
}

const char *td_quanta_arg(double quanta, int decimals, char text[TD_ARG])
{
    td_points_text(quanta, decimals, TD_MARK, '\0', text, TD_ARG);
    return text;
}

/* A figure of the column, in points, with at most four places. */
static const char *column_arg(const td_telling *t, size_t j, double x, char text[TD_ARG])
{
    const td_rules *rules = t->scoring->rules;
    if (!td_column_is_raw(rules, j))
        x /= (double)td_pow10(rules->view.leaf_decimals);
    td_decimal d;
    if (td_decimal_of(x, &d) && d.places <= 4)
        td_number_text(x, TD_MARK, text, TD_ARG);
    else
        td_points_text(td_round_real(x, 4), 4, TD_MARK, '\0', text, TD_ARG);
    return text;
}

void td_say_normalized(td_telling *t, const char *why[2], size_t j)
{
    static const td_message OF_METHOD[][2] = {
        [TD_MIN_MAX] = {TD_MSG_WHY_MIN_MAX, TD_MSG_WHY_MIN_MAX_ALL},
        [TD_Z_SCORE] = {TD_MSG_WHY_Z_SCORE, TD_MSG_WHY_Z_SCORE_ALL},
        [TD_SHARE_OF_BEST] = {TD_MSG_WHY_SHARE_OF_BEST, TD_MSG_WHY_SHARE_OF_BEST_ALL},
        [TD_PERCENTILE] = {TD_MSG_WHY_PERCENTILE, TD_MSG_WHY_PERCENTILE_ALL},
        [TD_SHARE_OF_MAX] = {TD_MSG_WHY_SHARE_OF_MAX, TD_MSG_WHY_SHARE_OF_MAX},
    };
    const td_criterion *c = &t->scoring->rules->criteria[j];
    const td_standard *s = &t->scoring->seen[j];
    bool z = c->normalize.method == TD_Z_SCORE;
    bool best_only = c->normalize.method == TD_SHARE_OF_BEST;
    char first[TD_ARG], second[TD_ARG], count[TD_ARG];
    double x = z ? s->mean : best_only && !c->lower_is_better ? s->hi : s->lo;
    snprintf(count, sizeof count, "%zu", s->n);
    td_say(t, why, OF_METHOD[c->normalize.method][c->normalize.over_all],
           column_arg(t, j, x, first), column_arg(t, j, z ? s->sd : s->hi, second), count, NULL);
}

/* ---- inner nodes ---- */

static td_cell cell_of(const td_telling *t, size_t j)
{
    return td_cell_get(t->scoring, j, t->u);
}

static void adjust(td_telling *t, size_t j, size_t depth, double step_q, td_message why)
{
    if (step_q == 0 || isnan(step_q))
        return;
    char text[TD_ARG];
    td_line *line = td_tell(t, TD_LINE_ADJUST, j == 0 ? TD_NONE : j, depth);
    line->points_q = step_q;
    td_tell_step(t, line, step_q);
    td_say(t, line->why, why, td_quanta_arg(step_q, t->scoring->rules->view.leaf_decimals, text),
           NULL);
}

/* A line of what a scenario does to a criterion; how much, unless that is not known (NaN). */
static td_line *tell_amendment(td_telling *t, size_t j, size_t depth, double change_q)
{
    td_line *line = td_tell(t, TD_LINE_ADJUST, j, depth);
    line->points_q = change_q;
    return line;
}

static const char *points_arg(const td_telling *t, int64_t quanta, char text[TD_ARG])
{
    td_decimal points = {quanta, t->scoring->rules->view.leaf_decimals};
    td_number_text(td_decimal_value(points), TD_MARK, text, TD_ARG);
    return text;
}

double td_tell_amended(td_telling *t, size_t j, size_t depth, double points_q, bool counted)
{
    const td_criterion *c = &t->scoring->rules->criteria[j];
    double scaled = td_amend_scale(c, points_q), capped = td_amend_cap(c, scaled, 1);
    if (c->amend == NULL)
        return points_q;
    char first[TD_ARG], second[TD_ARG];
    if (c->amend->scored_max_q != c->max_q && !(scaled == points_q)) {
        td_line *line = tell_amendment(t, j, depth, scaled - points_q);
        if (counted)
            td_tell_step(t, line, line->points_q);
        td_say(t, line->why, TD_MSG_WHY_SCENARIO_SCALED, points_arg(t, c->max_q, first),
               points_arg(t, c->amend->scored_max_q, second), NULL);
    }
    if (c->amend->cap_q != TD_NO_CAP && !(capped == scaled)) {
        td_line *line = tell_amendment(t, j, depth, capped - scaled);
        if (counted)
            td_tell_step(t, line, line->points_q);
        td_say(t, line->why, TD_MSG_WHY_SCENARIO_CAPPED, points_arg(t, c->amend->cap_q, first),
               NULL);
    }
    return capped;
}

/* A sum on its way through redistribution, clamp and rounding: a line for each that did
   something. */
static void adjust_sum(td_telling *t, size_t j, size_t depth)
{
    const td_rules *rules = t->scoring->rules;
    const td_criterion *node = &rules->criteria[j];
    double sum = 0, assigned = 0, given = 0, bonus = 0;
    size_t i = j + 1;
    for (size_t k = 0; k < node->n_children; k++, i += 1 + rules->criteria[i].n_below) {
        const td_cell child = cell_of(t, i);
        sum += child.state == TD_PRESENT ? child.value : 0;
        assigned += child.assigned_q;
        given += child.given_q;
        bonus += child.bonus_q;
    }
    double shared = td_redistribute(sum, bonus, assigned, given);
    double clamped = td_clamp_quanta(node, shared, bonus);
    adjust(t, j, depth, shared - sum, TD_MSG_WHY_REDISTRIBUTED);
    adjust(t, j, depth, clamped - shared, TD_MSG_WHY_CLAMPED);
    double amended = td_tell_amended(t, j, depth, clamped, true);
    adjust(t, j, depth, cell_of(t, j).value - amended, TD_MSG_WHY_ROUNDED_GROUP);
}

static td_message group_message(const td_criterion *node)
{
    static const td_message OF_MEAN[] = {[TD_SUM] = TD_MSG_WHY_SUM,
                                         [TD_ARITHMETIC] = TD_MSG_WHY_ARITHMETIC,
                                         [TD_GEOMETRIC] = TD_MSG_WHY_GEOMETRIC,
                                         [TD_HARMONIC] = TD_MSG_WHY_HARMONIC};
    return OF_MEAN[node->combine];
}

static void explain_node(td_telling *t, size_t j, size_t depth, bool additive)
{
    const td_rules *rules = t->scoring->rules;
    const td_criterion *node = &rules->criteria[j];
    if (node->amend != NULL && node->amend->dropped) {
        td_line *line = td_tell(t, node->n_children == 0 ? TD_LINE_LEAF : TD_LINE_GROUP, j, depth);
        td_say(t, line->why, TD_MSG_WHY_SCENARIO_DROPPED, NULL);
        if (additive)
            td_tell_step(t, line, 0);
        return;
    }
    if (node->n_children == 0) {
        td_explain_leaf(t, j, depth, additive);
        return;
    }
    bool plain = node->combine == TD_SUM && node->normalize.method == TD_NORM_NONE;
    const td_cell cell = cell_of(t, j);
    td_line *line = td_tell(t, TD_LINE_GROUP, j, depth);
    line->max_q = node->has_max ? cell.assigned_q : NAN;
    line->points_q = td_cell_quanta(t->scoring, j, t->u);
    if (additive && !plain)
        td_tell_step(t, line, line->points_q);
    bool absent = cell.state != TD_PRESENT;
    if (!absent && node->normalize.method != TD_NORM_NONE)
        td_say_normalized(t, line->why, j);
    else
        td_say(t, line->why,
               cell.state == TD_NOT_APPLICABLE ? TD_MSG_WHY_NOT_APPLICABLE
               : absent                        ? TD_MSG_WHY_GROUP_MISSING
                                               : group_message(node),
               NULL);
    size_t i = j + 1;
    for (size_t k = 0; k < node->n_children; k++, i += 1 + rules->criteria[i].n_below)
        explain_node(t, i, depth + 1, additive && plain && !absent);
    if (additive && plain && !absent)
        adjust_sum(t, j, depth + 1);
    else if (!absent)
        td_tell_amended(t, j, depth + 1, NAN, false);
}

/* ---- the total ---- */

static void adjust_root(td_telling *t, size_t row)
{
    const td_block *b = &t->prepared->blocks[t->scoring->cluster->rules];
    double sum = 0, assigned = 0, given = 0, bonus = 0;
    for (size_t k = 0; k < b->n_items; k++) {
        size_t at = row * b->n_items + k;
        sum += b->points[at];
        assigned += b->assigned[at];
        bonus += b->bonus[at];
        given += b->given != NULL ? b->given[at] : 0;
    }
    double shared = td_redistribute(sum, bonus, assigned, given);
    double clamped = td_clamp_quanta(&b->rules->criteria[0], shared, bonus);
    adjust(t, 0, 0, shared - sum, TD_MSG_WHY_REDISTRIBUTED);
    adjust(t, 0, 0, clamped - shared, TD_MSG_WHY_CLAMPED);
}

static td_message gate_message(td_gate_effect effect)
{
    static const td_message OF_EFFECT[] = {[TD_GATE_DEDUCT] = TD_MSG_WHY_GATE_DEDUCTS,
                                           [TD_GATE_BAR] = TD_MSG_WHY_GATE_BARS,
                                           [TD_GATE_UNRANKED] = TD_MSG_WHY_GATE_UNRANKS,
                                           [TD_GATE_DEFERRED] = TD_MSG_WHY_GATE_DEFERS};
    return OF_EFFECT[effect];
}

static void tell_gate(td_telling *t, const td_gate *gate, double coarse)
{
    char points[TD_ARG];
    td_line *line = td_tell(t, TD_LINE_GATE, TD_NONE, 0);
    line->label = gate->code;
    double taken = gate->effect == TD_GATE_DEDUCT ? -(double)gate->points_q * coarse : 0;
    line->points_q = taken;
    td_tell_step(t, line, taken);
    int decimals = t->scoring->rules->view.leaf_decimals;
    const char *amount = td_quanta_arg(-taken, decimals, points);
    const char *said[2][2] = {{"", ""}, {"", ""}};
    for (int lang = TD_VI; lang <= TD_EN; lang++) {
        td_say(t, said[lang], gate_message(gate->effect), gate->reason.in[lang], amount, NULL);
        line->why[lang] = said[lang][lang];
    }
}

static void explain_total(td_telling *t, const td_standing *standing, size_t unit)
{
    const td_rules *rules = t->scoring->rules;
    size_t row;
    const td_block *b = td_block_of_unit(t->prepared, unit, &row);
    double coarse = (double)td_pow10(rules->view.leaf_decimals - rules->view.decimals);
    bool additive = rules->criteria[0].combine == TD_SUM && !isnan(standing->before_q);
    if (additive) {
        adjust_root(t, row);
        adjust(t, 0, 0, standing->before_q * coarse - t->running_q, TD_MSG_WHY_ROUNDED_TOTAL);
    }
    td_case the = {.prepared = t->prepared,
                   .block = b,
                   .unit = unit,
                   .row = row,
                   .before_q = standing->before_q,
                   .assigned_q = standing->assigned_q,
                   .bonus_q = standing->bonus_q,
                   .deduction_q = b->deduction_q[row]};
    if (!additive)
        t->running_q = standing->before_q * coarse;
    for (size_t g = 0; g < rules->n_gates; g++)
        if (td_case_holds(&the, rules->gates[g].when))
            tell_gate(t, &rules->gates[g], coarse);
    td_line *line = td_tell(t, TD_LINE_TOTAL, TD_NONE, 0);
    line->max_q = standing->assigned_q * coarse;
    line->points_q = standing->total_q * coarse;
    td_say(t, line->why, group_message(&rules->criteria[0]), NULL);
}

static void walk(td_telling *t, const td_standing *standing, size_t unit)
{
    const td_rules *rules = t->scoring->rules;
    bool additive = rules->criteria[0].combine == TD_SUM;
    for (size_t j = 1; j < rules->n_criteria; j += 1 + rules->criteria[j].n_below)
        explain_node(t, j, 0, additive);
    explain_total(t, standing, unit);
}

td_status td_explain(const td_prepared *prepared, const td_results *results, size_t unit,
                     td_explanation *out, td_errors *errors)
{
    (void)errors;
    const td_dataset *data = &prepared->evaluation->data;
    if (results->k != 1 || unit >= data->n_units)
        return TD_EINVAL;
    size_t cluster = data->units[unit].cluster;
    td_rescored rescored;
    td_status status = td_rescore(prepared, cluster, &rescored);
    if (status != TD_OK)
        return status;
    td_telling t = {.prepared = prepared,
                    .scoring = &rescored.scoring,
                    .u = unit - data->clusters[cluster].first_unit,
                    .arena = td_arena_new()};
    td_explanation explanation = {.unit = unit, .above_q = NAN};
    t.failed = t.arena == NULL;
    if (!t.failed) {
        walk(&t, &results->standing[unit], unit);
        td_explain_rank(&t, results, unit, &explanation);
    }
    td_rescored_release(&rescored);
    explanation.n_lines = t.n;
    explanation.lines = t.lines;
    explanation.memory = t.arena;
    if (t.failed) {
        td_explanation_release(&explanation);
        return TD_ENOMEM;
    }
    *out = explanation;
    return TD_OK;
}

void td_explanation_release(td_explanation *explanation)
{
    free(explanation->lines);
    td_arena_free(explanation->memory);
    *explanation = (td_explanation){0};
}
