/*
 * Scoring a cluster: criteria from the last to the first, so that children come before
 * their parents; each criterion for all units of the cluster before the next.
 */
#include "engine/score.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

bool td_is_raw(const td_rules *rules, const td_criterion *leaf)
{
    return leaf->n_parts == 1 && rules->parts[leaf->first_part].function->is_raw;
}

bool td_is_real(const td_rules *rules, size_t j)
{
    const td_criterion *c = &rules->criteria[j];
    if (!c->under_mean)
        return false;
    bool mean = c->n_children > 0 && c->combine != TD_SUM;
    return td_is_raw(rules, c) || mean || c->normalize.method != TD_NORM_NONE;
}

static bool over_all(const td_criterion *c)
{
    return c->normalize.method != TD_NORM_NONE && c->normalize.over_all;
}

size_t td_levels_of(const td_rules *rules, size_t *levels)
{
    for (size_t j = 0; j < rules->n_criteria; j++)
        levels[j] = 0;
    for (size_t j = rules->n_criteria - 1; j >= 1; j--) {
        levels[j] += over_all(&rules->criteria[j]);
        size_t *parent = &levels[rules->criteria[j].parent];
        if (levels[j] > *parent)
            *parent = levels[j];
    }
    return levels[0];
}

static size_t most_peers_bytes(const td_rules *rules)
{
    size_t most = 0;
    for (size_t j = 0; j < rules->n_criteria; j++) {
        const td_criterion *c = &rules->criteria[j];
        size_t bytes = 0;
        for (size_t p = 0; p < c->n_parts; p++)
            bytes += rules->parts[c->first_part + p].function->peers_size;
        most = bytes > most ? bytes : most;
    }
    return most;
}

td_status td_scoring_init(td_scoring *s, const td_evaluation *evaluation, size_t rules,
                          size_t max_units, td_errors *errors)
{
    *s = (td_scoring){.data = &evaluation->data,
                      .rules = evaluation->rules[rules],
                      .table = &evaluation->data.tables[rules],
                      .capacity = max_units > 0 ? max_units : 1,
                      .errors = errors};
    s->cells = calloc(s->rules->n_criteria * s->capacity, sizeof *s->cells);
    s->column = calloc(s->capacity, sizeof *s->column);
    s->left_out = calloc(s->capacity, sizeof *s->left_out);
    s->peers = calloc(most_peers_bytes(s->rules) + 1, 1);
    s->children = calloc(2 * s->rules->n_criteria, sizeof *s->children);
    s->seen = calloc(s->rules->n_criteria, sizeof *s->seen);
    if (s->cells != NULL && s->column != NULL && s->left_out != NULL && s->peers != NULL &&
        s->children != NULL && s->seen != NULL)
        return TD_OK;
    td_scoring_release(s);
    return TD_ENOMEM;
}

void td_scoring_release(td_scoring *s)
{
    free(s->cells);
    free(s->column);
    free(s->left_out);
    free(s->peers);
    free(s->children);
    free(s->seen);
    *s = (td_scoring){0};
}

static td_cell *cells_of(const td_scoring *s, size_t j)
{
    return s->cells + j * s->n_units;
}

static size_t first_row(const td_scoring *s)
{
    return s->data->row_of_unit[s->cluster->first_unit];
}

static void out_of_range(td_scoring *s, size_t j, size_t u)
{
    const td_unit *unit = &s->data->units[s->cluster->first_unit + u];
    td_place place = {.file = s->rules->view.path, .pointer = s->rules->criteria[j].pointer};
    td_errors_add(s->errors, TD_MSG_DATA_OUT_OF_RANGE, &place, unit->id, s->rules->criteria[j].code,
                  NULL);
    s->status = TD_EDATA;
}

/* ---- leaves ---- */

static double in_unit_of(const td_scoring *s, size_t j, double quanta)
{
    return td_is_real(s->rules, j) ? quanta / (double)td_pow10(s->rules->view.leaf_decimals)
                                   : quanta;
}

static void not_applicable(const td_scoring *s, size_t j, td_cell *cell)
{
    const td_criterion *leaf = &s->rules->criteria[j];
    double max = (double)td_scored_max(leaf);
    bool stays = leaf->na == TD_NA_FULL || leaf->na == TD_NA_ZERO;
    *cell = (td_cell){.value = leaf->na == TD_NA_FULL ? in_unit_of(s, j, max)
                               : stays                ? 0
                                                      : NAN,
                      .assigned_q = stays ? max : 0,
                      .given_q = leaf->na == TD_NA_REDISTRIBUTE ? max : 0,
                      .state = stays ? TD_PRESENT : TD_NOT_APPLICABLE,
                      .settled = true};
}

static void blank_leaf(const td_criterion *leaf, td_cell *cell)
{
    bool to_parent = leaf->missing == TD_MISSING_TO_PARENT;
    *cell = (td_cell){.value = to_parent ? NAN : 0,
                      .assigned_q = (double)td_scored_max(leaf),
                      .state = to_parent ? TD_CELL_MISSING : TD_PRESENT,
                      .unranked = !to_parent && leaf->missing != TD_MISSING_ZERO,
                      .settled = true};
}

static void find_left_out(const td_scoring *s, size_t j)
{
    for (size_t u = 0; u < s->n_units; u++)
        s->left_out[u] =
            s->table->not_applicable != NULL &&
            s->table->not_applicable[(first_row(s) + u) * s->rules->n_criteria + j] != 0;
}

static td_scene scene_of(const td_scoring *s)
{
    return (td_scene){.rules = s->rules,
                      .leaf_decimals = s->rules->view.leaf_decimals,
                      .n_units = s->n_units,
                      .values = s->table->value + first_row(s) * s->table->n_indicators,
                      .stride = s->table->n_indicators,
                      .left_out = s->left_out};
}

static void compare_peers(td_scoring *s, const td_criterion *leaf, td_scene *scene)
{
    unsigned char *peers = s->peers;
    for (size_t p = 0; p < leaf->n_parts; p++) {
        const td_part *part = &s->rules->parts[leaf->first_part + p];
        scene->part = part;
        if (part->function->compare != NULL)
            part->function->compare(scene, peers);
        peers += part->function->peers_size;
    }
}

static void report_spread(td_scoring *s, size_t j, size_t u, double spread)
{
    s->n_findings++;
    char percent[32];
    td_share_text(spread * 1e6, 1e6, 0, TD_MARK, percent, sizeof percent);
    td_place place = {.file = s->rules->view.path, .pointer = s->rules->criteria[j].pointer};
    td_errors_add(s->errors, TD_MSG_DATA_SCORERS_FAR_APART, &place,
                  s->data->units[s->cluster->first_unit + u].id, s->rules->criteria[j].code,
                  percent, NULL);
}

static double whole_or_fault(td_scoring *s, td_fraction points, size_t j, size_t u)
{
    int64_t quanta;
    if (td_fraction_round(points, &quanta))
        return (double)quanta;
    out_of_range(s, j, u);
    return 0;
}

static void present_leaf(td_scoring *s, size_t j, size_t u, const td_leaf_result *r, td_cell *cell)
{
    const td_criterion *leaf = &s->rules->criteria[j];
    *cell = (td_cell){.assigned_q = (double)td_scored_max(leaf), .state = TD_PRESENT};
    bool raw =
        td_is_raw(s->rules, leaf) && (leaf->under_mean || leaf->normalize.method != TD_NORM_NONE);
    cell->value = raw ? r->raw_value : whole_or_fault(s, r->points, j, u);
    cell->bonus_q = whole_or_fault(s, r->added, j, u);
    cell->deduction_q = whole_or_fault(s, r->deducted, j, u);
    if (!isnan(r->widest_spread))
        report_spread(s, j, u, r->widest_spread);
}

/* What unit u of the cluster sees; everybody's values are in the scene already. */
static void look_from(const td_scoring *s, size_t u, td_scene *scene)
{
    const td_unit *unit = &s->data->units[s->cluster->first_unit + u];
    scene->unit = u;
    scene->held = s->data->held + unit->first_held;
    scene->n_held = unit->n_held;
}

static void score_leaf(td_scoring *s, size_t j)
{
    const td_criterion *leaf = &s->rules->criteria[j];
    td_cell *cells = cells_of(s, j);
    find_left_out(s, j);
    td_scene scene = scene_of(s);
    compare_peers(s, leaf, &scene);
    for (size_t u = 0; u < s->n_units; u++) {
        if (s->left_out[u]) {
            not_applicable(s, j, &cells[u]);
            continue;
        }
        look_from(s, u, &scene);
        td_leaf_result result;
        td_leaf_score(&scene, leaf, s->peers, NULL, &result);
        if (result.outcome != TD_SCORED)
            blank_leaf(leaf, &cells[u]);
        else
            present_leaf(s, j, u, &result, &cells[u]);
    }
}

void td_trace_leaf(td_scoring *s, size_t j, size_t u, td_part_trace *trace, td_leaf_result *out)
{
    const td_criterion *leaf = &s->rules->criteria[j];
    find_left_out(s, j);
    td_scene scene = scene_of(s);
    compare_peers(s, leaf, &scene);
    look_from(s, u, &scene);
    td_leaf_score(&scene, leaf, s->peers, trace, out);
}

/* ---- inner nodes ---- */

/* Children of j, one after another: the first is j + 1. */
static size_t next_sibling(const td_rules *rules, size_t child)
{
    return child + 1 + rules->criteria[child].n_below;
}

static void add_children(const td_scoring *s, size_t j, size_t u, td_cell *sum, size_t *n_present)
{
    const td_criterion *node = &s->rules->criteria[j];
    *sum = (td_cell){.state = TD_PRESENT};
    size_t n_not_applicable = 0;
    *n_present = 0;
    for (size_t k = 0, i = j + 1; k < node->n_children; k++, i = next_sibling(s->rules, i)) {
        const td_cell *child = &cells_of(s, i)[u];
        sum->assigned_q += child->assigned_q;
        sum->given_q += child->given_q;
        sum->bonus_q += child->bonus_q;
        sum->deduction_q += child->deduction_q;
        sum->unranked |= child->unranked;
        *n_present += child->state == TD_PRESENT;
        n_not_applicable += child->state == TD_NOT_APPLICABLE;
        if (child->state == TD_PRESENT)
            sum->value += child->value;
    }
    if (n_not_applicable == node->n_children)
        sum->state = TD_NOT_APPLICABLE;
    else if (*n_present + n_not_applicable < node->n_children)
        sum->state = TD_CELL_MISSING;
}

static void absent(td_cell *cell)
{
    cell->value = NAN;
    if (cell->state == TD_NOT_APPLICABLE)
        *cell = (td_cell){.value = NAN, .given_q = cell->given_q, .state = TD_NOT_APPLICABLE};
}

static void sum_node(td_scoring *s, size_t j, size_t u)
{
    const td_criterion *node = &s->rules->criteria[j];
    td_cell *cell = &cells_of(s, j)[u];
    size_t n_present;
    add_children(s, j, u, cell, &n_present);
    if (cell->given_q > 0 && cell->assigned_q == 0)
        cell->state = TD_NOT_APPLICABLE;
    if (cell->state != TD_PRESENT) {
        absent(cell);
        return;
    }
    cell->value = td_redistribute(cell->value, cell->bonus_q, cell->assigned_q, cell->given_q);
    cell->assigned_q += cell->given_q;
    cell->given_q = 0;
    if (node->normalize.method == TD_NORM_NONE)
        cell->value = td_clamp_quanta(node, cell->value, cell->bonus_q);
}

static double real_value(const td_scoring *s, size_t i, double value)
{
    if (td_is_real(s->rules, i))
        return value;
    return value / (double)td_pow10(s->rules->view.leaf_decimals);
}

static void report_negative(td_scoring *s, size_t j, size_t u)
{
    s->n_findings++;
    td_place place = {.file = s->rules->view.path, .pointer = s->rules->criteria[j].pointer};
    td_errors_add(s->errors, TD_MSG_DATA_MEAN_OF_NEGATIVE, &place,
                  s->data->units[s->cluster->first_unit + u].id, s->rules->criteria[j].code, NULL);
}

/* A mean, unrounded and in points. */
static void mean_node(td_scoring *s, size_t j, size_t u)
{
    const td_criterion *node = &s->rules->criteria[j];
    td_cell *cell = &cells_of(s, j)[u];
    double *values = s->children, *weights = values + node->n_children;
    size_t n_present, n = 0;
    add_children(s, j, u, cell, &n_present);
    for (size_t k = 0, i = j + 1; k < node->n_children; k++, i = next_sibling(s->rules, i)) {
        const td_cell *child = &cells_of(s, i)[u];
        if (child->state != TD_PRESENT)
            continue;
        values[n] = real_value(s, i, child->value);
        weights[n++] = s->rules->criteria[i].weight;
    }
    if (cell->state == TD_CELL_MISSING && node->rescale_missing && n > 0)
        cell->state = TD_PRESENT;
    bool negative = false;
    cell->value =
        cell->state == TD_PRESENT ? td_mean(node->combine, n, values, weights, &negative) : NAN;
    if (negative)
        report_negative(s, j, u);
    if (cell->state == TD_PRESENT && isnan(cell->value))
        cell->state = TD_CELL_MISSING;
    cell->given_q = 0;
    cell->assigned_q = cell->state == TD_NOT_APPLICABLE ? 0 : (double)td_scored_max(node);
}

/* A mean that a sum will take up is rounded to the grid, unless it is put on a scale first. */
static void finish_mean(const td_scoring *s, size_t j, td_cell *cell)
{
    const td_criterion *node = &s->rules->criteria[j];
    if (cell->state != TD_PRESENT || td_is_real(s->rules, j) ||
        node->normalize.method != TD_NORM_NONE)
        return;
    cell->value = td_round_real(cell->value, s->rules->view.leaf_decimals);
    cell->value = td_clamp_quanta(node, cell->value, 0);
}

static void combine_node(td_scoring *s, size_t j)
{
    for (size_t u = 0; u < s->n_units; u++) {
        if (s->rules->criteria[j].combine == TD_SUM) {
            sum_node(s, j, u);
        } else {
            mean_node(s, j, u);
            finish_mean(s, j, &cells_of(s, j)[u]);
        }
    }
}

/* ---- normalization ---- */

bool td_column_is_raw(const td_rules *rules, size_t j)
{
    const td_criterion *c = &rules->criteria[j];
    return c->n_children > 0 ? c->combine != TD_SUM : td_is_raw(rules, c);
}

static void put_on_scale(td_scoring *s, size_t j, td_cell *cell, const td_standard *standard)
{
    const td_criterion *c = &s->rules->criteria[j];
    bool real = td_is_real(s->rules, j);
    int decimals = s->rules->view.leaf_decimals;
    /* The maximum is quanta: bring it to the unit of the column. */
    double assigned = td_column_is_raw(s->rules, j) ? cell->assigned_q / (double)td_pow10(decimals)
                                                    : cell->assigned_q;
    td_normalized n = td_normalize_value(c, real, decimals, standard, cell->value, assigned);
    int64_t quanta = 0;
    if (real)
        cell->value = n.number;
    else if (n.exact &&
             td_fraction_round(td_fraction_mul(n.fraction, td_fraction_of(td_pow10(decimals))),
                               &quanta))
        cell->value = td_clamp_quanta(c, (double)quanta, 0);
    else
        cell->value = td_clamp_quanta(c, td_round_real(n.number, decimals), 0);
    cell->bonus_q = cell->deduction_q = 0;
}

static bool takes_part(const td_cell *cell)
{
    return cell->state == TD_PRESENT && !cell->settled;
}

static void normalize_criterion(td_scoring *s, size_t j)
{
    td_cell *cells = cells_of(s, j);
    td_standard standard = {0};
    if (s->rules->criteria[j].normalize.over_all) {
        standard = s->standards[j];
    } else {
        size_t n = 0;
        for (size_t u = 0; u < s->n_units; u++)
            if (takes_part(&cells[u]))
                s->column[n++] = cells[u].value;
        standard = td_standard_of(s->column, n);
    }
    s->seen[j] = standard;
    for (size_t u = 0; u < s->n_units; u++)
        if (takes_part(&cells[u]))
            put_on_scale(s, j, &cells[u], &standard);
}

/* Real criteria keep their clamp too, in points. */
static void clamp_real(const td_scoring *s, size_t j)
{
    const td_criterion *c = &s->rules->criteria[j];
    if (!td_is_real(s->rules, j) || !(c->has_clamp_min || c->has_clamp_max))
        return;
    double grid = (double)td_pow10(s->rules->view.leaf_decimals);
    td_cell *cells = cells_of(s, j);
    for (size_t u = 0; u < s->n_units; u++)
        if (takes_part(&cells[u])) {
            double lo = c->has_clamp_min ? (double)c->clamp_min_q / grid : cells[u].value;
            double hi = c->has_clamp_max ? (double)c->clamp_max_q / grid : cells[u].value;
            cells[u].value = cells[u].value < lo ? lo : cells[u].value > hi ? hi : cells[u].value;
        }
}

static void round_group(const td_scoring *s, size_t j)
{
    const td_rules *rules = s->rules;
    if (rules->rounding != TD_ROUND_GROUP || rules->criteria[j].depth != 1 || td_is_real(rules, j))
        return;
    int fine = rules->view.leaf_decimals, coarse = rules->view.decimals;
    double step = (double)td_pow10(fine - coarse);
    td_cell *cells = cells_of(s, j);
    for (size_t u = 0; u < s->n_units; u++)
        if (cells[u].state == TD_PRESENT)
            cells[u].value = td_coarsen(cells[u].value, fine, coarse) * step;
}

td_status td_score_cluster(td_scoring *s, size_t cluster)
{
    s->cluster = &s->data->clusters[cluster];
    s->n_units = s->cluster->n_units;
    s->status = TD_OK;
    for (size_t j = s->rules->n_criteria - 1; j >= 1 && s->status == TD_OK; j--) {
        const td_criterion *c = &s->rules->criteria[j];
        if (c->amend != NULL && c->amend->dropped) {
            td_amend_cells(s, j);
            continue;
        }
        if (c->n_children == 0)
            score_leaf(s, j);
        else
            combine_node(s, j);
        if (over_all(c) && s->levels[j] > s->level)
            continue; /* its standards are still being collected */
        if (c->normalize.method != TD_NORM_NONE)
            normalize_criterion(s, j);
        clamp_real(s, j);
        if (c->amend != NULL)
            td_amend_cells(s, j);
        round_group(s, j);
    }
    return s->status;
}
