/*
 * A unit and its rivals: points by item, and what ties do.
 */
#include <math.h>
#include <stdlib.h>

#include "engine/whatif/flip.h"

#define MOST_WEIGHT (1024 - 1.0 / 1048576)

static const td_criterion *criterion_of(const td_block *b, size_t item)
{
    return &b->rules->criteria[b->items[item]];
}

/* ---- what cannot be decided by linear programmes ---- */

static td_message obstacle_of_rules(const td_rules *rules)
{
    size_t n = 0;
    if (rules->criteria[0].combine != TD_SUM)
        return TD_MSG_FLIP_MEAN;
    if (rules->view.leaf_decimals != rules->view.decimals)
        return TD_MSG_FLIP_ROUNDED_TOTAL;
    if (rules->view.rank_by == TD_BY_ROUNDED_SHARE)
        return TD_MSG_FLIP_ROUNDED_SHARE;
    if (rules->view.rank_class_first)
        return TD_MSG_FLIP_CLASS_FIRST;
    for (size_t g = 0; g < rules->n_gates; g++)
        if ((rules->gates[g].effect == TD_GATE_DEDUCT ||
             rules->gates[g].effect == TD_GATE_UNRANKED) &&
            td_condition_varies(rules->gates[g].when, &n))
            return TD_MSG_FLIP_GATE;
    return TD_N_MESSAGES;
}

/* A linear function on the weights is within bounds when it is so at every corner. */
static bool is_clamped(const td_duel *duel, size_t row, size_t u)
{
    const td_block *b = duel->block;
    const td_criterion *root = &b->rules->criteria[0];
    const double *points = duel->points + u * (duel->m + 1);
    double fixed_bonus = 0;
    for (size_t k = 0; k < b->n_items; k++)
        if (criterion_of(b, k)->max_q == 0)
            fixed_bonus += b->bonus[row * b->n_items + k];
    for (size_t k = 0; k < duel->m; k++) {
        double factor = duel->scale / duel->max[k];
        double core = factor * points[k] + points[duel->m];
        if (root->bonus_outside)
            core -= factor * b->bonus[row * b->n_items + duel->items[k]] + fixed_bonus;
        if ((root->has_clamp_min && core < (double)root->clamp_min_q) ||
            (root->has_clamp_max && core > (double)root->clamp_max_q))
            return true;
    }
    return false;
}

static bool is_given(const td_block *b, size_t row)
{
    for (size_t k = 0; b->given != NULL && k < b->n_items; k++)
        if (b->given[row * b->n_items + k] > 0)
            return true;
    return false;
}

/* ---- units ---- */

/* Columns of the block by item with a maximum, then the sum of the others. */
static void take_row(const td_duel *duel, const double *column, size_t row, double *out)
{
    const td_block *b = duel->block;
    out[duel->m] = 0;
    for (size_t k = 0, i = 0; k < b->n_items; k++) {
        double q = column[row * b->n_items + k];
        if (criterion_of(b, k)->max_q > 0)
            out[i++] = q;
        else
            out[duel->m] += q;
    }
}

static bool key_follows(td_tie_kind kind)
{
    return kind == TD_TIE_POINTS || kind == TD_TIE_SHARE || kind == TD_TIE_MORE_BONUS;
}

/* Gates do not look at totals here, so deductions are those of today. */
static td_at_tie at_tie(const td_duel *duel, const td_standing *standing, size_t rival)
{
    const td_rules *rules = duel->block->rules;
    for (size_t i = 0; i < rules->n_ties; i++) {
        if (key_follows(rules->ties[i].kind))
            return TD_TIE_DEPENDS;
        double mine = td_tie_key(duel->prepared, duel->block, &rules->ties[i],
                                 duel->first_unit + duel->me, &standing[duel->me]);
        double other = td_tie_key(duel->prepared, duel->block, &rules->ties[i],
                                  duel->first_unit + rival, &standing[rival]);
        if (mine != other)
            return mine > other ? TD_TIE_AHEAD : TD_TIE_BEHIND;
    }
    return rules->ranks == TD_FRACTIONAL ? TD_TIE_BEHIND : TD_TIE_AHEAD;
}

static bool same_assigned(const td_duel *duel)
{
    const double *mine = duel->assigned + duel->me * (duel->m + 1);
    for (size_t u = 0; u < duel->n; u++)
        for (size_t k = 0; k <= duel->m && duel->ranked[u]; k++)
            if (duel->assigned[u * (duel->m + 1) + k] != mine[k])
                return false;
    return true;
}

static void take_units(td_duel *duel, const td_standing *standing, td_obstacle *obstacle)
{
    const td_dataset *data = &duel->prepared->evaluation->data;
    size_t first_row = data->row_of_unit[duel->first_unit];
    for (size_t u = 0; u < duel->n; u++) {
        double *points = duel->points + u * (duel->m + 1);
        take_row(duel, duel->block->points, first_row + u, points);
        take_row(duel, duel->block->assigned, first_row + u, duel->assigned + u * (duel->m + 1));
        duel->ranked[u] = standing[u].state != TD_UNRANKED;
        if (!duel->ranked[u])
            continue;
        if (is_given(duel->block, first_row + u))
            *obstacle = (td_obstacle){TD_MSG_FLIP_REDISTRIBUTED, duel->first_unit + u};
        else if (is_clamped(duel, first_row + u, u))
            *obstacle = (td_obstacle){TD_MSG_FLIP_CLAMPED, duel->first_unit + u};
        points[duel->m] -= standing[u].before_q - standing[u].total_q;
        duel->at_tie[u] = at_tie(duel, standing, u);
    }
    duel->by_share = duel->block->rules->view.rank_by == TD_BY_SHARE && !same_assigned(duel);
}

/* ---- memory ---- */

static td_status make_room(td_duel *duel)
{
    size_t n = duel->n, m = duel->m;
    duel->memory = calloc(3 * (m + 1) + 2 * n * (m + 1), sizeof *duel->memory);
    duel->items = calloc(m + 1, sizeof *duel->items);
    duel->ranked = calloc(n + 1, sizeof *duel->ranked);
    duel->at_tie = calloc(n + 1, sizeof *duel->at_tie);
    if (duel->memory == NULL || duel->items == NULL || duel->ranked == NULL || duel->at_tie == NULL)
        return TD_ENOMEM;
    duel->max = duel->memory;
    duel->lo = duel->max + m + 1;
    duel->hi = duel->lo + m + 1;
    duel->points = duel->hi + m + 1;
    duel->assigned = duel->points + n * (m + 1);
    return TD_OK;
}

static void take_items(td_duel *duel, const double *lo, const double *hi)
{
    const td_block *b = duel->block;
    for (size_t k = 0, i = 0; k < b->n_items; k++) {
        if (criterion_of(b, k)->max_q == 0)
            continue;
        size_t item = b->first_item + k;
        duel->items[i] = k;
        duel->max[i] = (double)criterion_of(b, k)->max_q;
        double factor = duel->scale / duel->max[i];
        duel->lo[i] = lo != NULL ? lo[item] * factor : 0;
        duel->hi[i] = fmin((hi != NULL ? hi[item] : 1) * factor, MOST_WEIGHT);
        duel->is_bounded |=
            (lo != NULL && lo[item] > 0) || (hi != NULL && hi[item] < 1) || factor > MOST_WEIGHT;
        i++;
    }
}

td_status td_duel_init(td_duel *duel, const td_prepared *prepared, size_t unit, const double *lo,
                       const double *hi, td_obstacle *obstacle)
{
    size_t row;
    const td_dataset *data = &prepared->evaluation->data;
    size_t cluster = data->units[unit].cluster;
    *duel = (td_duel){.prepared = prepared,
                      .block = td_block_of_unit(prepared, unit, &row),
                      .cluster = cluster,
                      .first_unit = data->clusters[cluster].first_unit,
                      .n = data->clusters[cluster].n_units,
                      .me = unit - data->clusters[cluster].first_unit};
    *obstacle = (td_obstacle){obstacle_of_rules(duel->block->rules), TD_NONE};
    if (obstacle->message != TD_N_MESSAGES)
        return TD_OK;
    for (size_t k = 0; k < duel->block->n_items; k++) {
        duel->m += criterion_of(duel->block, k)->max_q > 0;
        duel->scale += (double)criterion_of(duel->block, k)->max_q;
    }
    td_results official = {0};
    td_status status = make_room(duel);
    if (status == TD_OK)
        status = td_evaluate(prepared, 1, NULL, NULL, &official, NULL);
    if (status == TD_OK) {
        take_items(duel, lo, hi);
        take_units(duel, official.standing + duel->first_unit, obstacle);
    }
    td_results_release(&official);
    return status;
}

void td_duel_release(td_duel *duel)
{
    free(duel->memory);
    free(duel->items);
    free(duel->ranked);
    free(duel->at_tie);
    *duel = (td_duel){0};
}
