/*
 * Inner nodes of a cluster: how the cells of the children become the cells of the parent, column by
 * column for plain sums, unit by unit for the rest.
 */
#include <math.h>
#include <string.h>

#include "engine/base/columns.h"
#include "engine/score.h"

/* Children of j, one after another: the first is j + 1. */
static size_t next_sibling(const td_rules *rules, size_t child)
{
    return child + 1 + rules->criteria[child].n_below;
}

/* ---- columns ---- */

/* Returns whether the columns of all of them are plain. */
static bool list_children(const td_scoring *s, size_t j)
{
    bool plain = true;
    size_t i = j + 1;
    for (size_t k = 0; k < s->rules->criteria[j].n_children; k++, i = next_sibling(s->rules, i)) {
        s->siblings[k] = i * s->stride;
        plain &= s->cells.plain[i];
    }
    return plain;
}

/* Adds up one figure of the children of n units. */
static void add_children(const td_scoring *s, size_t j, size_t n, double *matrix)
{
    td_sum_columns(n, s->rules->criteria[j].n_children, s->siblings, matrix,
                   matrix + j * s->stride);
}

/* Not applicable when all children are; missing when one of them is; present else. Returns
   whether all n units are present. */
static bool join_states(const td_scoring *s, size_t j, size_t n)
{
    uint8_t *state = s->cells.state + j * s->stride;
    uint8_t all =
        td_or_columns(n, s->rules->criteria[j].n_children, s->siblings, s->cells.state, state);
    if (all == TD_PRESENT)
        return true;
    all = 0;
#pragma omp simd reduction(| : all)
    for (size_t u = 0; u < n; u++) {
        uint8_t bits = state[u];
        bits = (bits & TD_PRESENT) != 0 ? bits & (uint8_t)~TD_NOT_APPLICABLE : bits;
        bits = (bits & TD_CELL_MISSING) != 0 ? TD_CELL_MISSING : bits;
        state[u] = bits;
        all |= bits;
    }
    return all == TD_PRESENT;
}

/* Sums of all figures and the state, before anything is made of them. Returns whether all units are
   present. Of plain columns the sums are plain too, and stay as they are. */
static bool add_up(td_scoring *s, size_t j)
{
    bool plain = list_children(s, j);
    add_children(s, j, s->n_units, s->cells.value);
    if (s->bearing[j].bonus)
        add_children(s, j, s->n_units, s->cells.bonus_q);
    if (s->bearing[j].deduction)
        add_children(s, j, s->n_units, s->cells.deduction_q);
    if (plain && s->cells.plain[j])
        return true;
    s->cells.plain[j] = plain;
    size_t n = plain ? s->stride : s->n_units;
    add_children(s, j, n, s->cells.assigned_q);
    if (s->bearing[j].given)
        add_children(s, j, n, s->cells.given_q);
    memset(s->cells.settled + j * s->stride, false, n);
    return join_states(s, j, n);
}

/* ---- sums ---- */

static void absent(td_cell *cell)
{
    cell->value = NAN;
    if (cell->state == TD_NOT_APPLICABLE)
        *cell = (td_cell){.value = NAN, .given_q = cell->given_q, .state = TD_NOT_APPLICABLE};
}

static void finish_sum(td_scoring *s, size_t j, size_t u)
{
    const td_criterion *node = &s->rules->criteria[j];
    td_cell cell = td_cell_get(s, j, u);
    if (cell.given_q > 0 && cell.assigned_q == 0)
        cell.state = TD_NOT_APPLICABLE;
    if (cell.state != TD_PRESENT) {
        absent(&cell);
    } else {
        cell.value = td_redistribute(cell.value, cell.bonus_q, cell.assigned_q, cell.given_q);
        cell.assigned_q += cell.given_q;
        cell.given_q = 0;
        if (node->normalize.method == TD_NORM_NONE)
            cell.value = td_clamp_quanta(node, cell.value, cell.bonus_q);
    }
    td_cell_put(s, j, u, &cell);
}

static void sum_node(td_scoring *s, size_t j)
{
    const td_criterion *node = &s->rules->criteria[j];
    bool all_present = add_up(s, j);
    bool clamps = node->has_clamp_min || node->has_clamp_max;
    for (size_t u = 0; u < s->n_units && !(all_present && !clamps && !s->bearing[j].given); u++)
        finish_sum(s, j, u);
}

/* ---- means ---- */

static double real_value(const td_scoring *s, size_t i, double value)
{
    if (td_is_real(s->rules, i))
        return value;
    return value / (double)td_pow10(s->rules->view.leaf_decimals);
}

static void report_negative(td_scoring *s, size_t j, size_t u)
{
    s->n_findings++;
    s->found[u] = true;
    td_place place = {.file = s->rules->view.path, .pointer = s->rules->criteria[j].pointer};
    td_errors_add(s->errors, TD_MSG_DATA_MEAN_OF_NEGATIVE, &place,
                  s->data->units[s->cluster->first_unit + u].id, s->rules->criteria[j].code, NULL);
}

/* Values and weights of the children that are present; returns how many. */
static size_t gather_children(const td_scoring *s, size_t j, size_t u, double *values,
                              double *weights)
{
    size_t n = 0, i = j + 1;
    for (size_t k = 0; k < s->rules->criteria[j].n_children; k++, i = next_sibling(s->rules, i)) {
        if (s->cells.state[i * s->stride + u] != TD_PRESENT)
            continue;
        values[n] = real_value(s, i, s->cells.value[i * s->stride + u]);
        weights[n++] = s->rules->criteria[i].weight;
    }
    return n;
}

/* A mean, unrounded and in points. */
static void mean_node(td_scoring *s, size_t j, size_t u)
{
    const td_criterion *node = &s->rules->criteria[j];
    td_cell cell = td_cell_get(s, j, u);
    double *values = s->children, *weights = values + node->n_children;
    size_t n = gather_children(s, j, u, values, weights);
    if (cell.state == TD_CELL_MISSING && node->rescale_missing && n > 0)
        cell.state = TD_PRESENT;
    bool negative = false;
    cell.value =
        cell.state == TD_PRESENT ? td_mean(node->combine, n, values, weights, &negative) : NAN;
    if (negative)
        report_negative(s, j, u);
    if (cell.state == TD_PRESENT && isnan(cell.value))
        cell.state = TD_CELL_MISSING;
    cell.given_q = 0;
    cell.assigned_q = cell.state == TD_NOT_APPLICABLE ? 0 : (double)td_scored_max(node);
    /* A mean that a sum will take up is rounded to the grid, unless it is put on a scale first. */
    if (cell.state == TD_PRESENT && !td_is_real(s->rules, j) &&
        node->normalize.method == TD_NORM_NONE) {
        cell.value = td_round_real(cell.value, s->rules->view.leaf_decimals);
        cell.value = td_clamp_quanta(node, cell.value, 0);
    }
    td_cell_put(s, j, u, &cell);
}

void td_combine_node(td_scoring *s, size_t j)
{
    if (s->rules->criteria[j].combine == TD_SUM) {
        sum_node(s, j);
        return;
    }
    add_up(s, j);
    for (size_t u = 0; u < s->n_units; u++)
        mean_node(s, j, u);
}
