/*
 * Ranks inside one cluster: a merge sort by class (when the rule set says so), ranking
 * basis and tie keys; units equal in all of them share a rank.
 */
#include <math.h>
#include <string.h>

#include "engine/methods/method.h"

typedef struct contest {
    const td_rules *rules;
    const td_standing *standing; /* of the cluster */
    const double *basis;         /* [n] what ranks first of all, larger is better; NaN never */
    bool by_share;               /* the basis is the share, rounded once: equal ones may differ */
    const double *keys;          /* [n * n_ties], larger is better; NaN never */
} contest;

static int larger_first(double a, double b)
{
    return (a < b) - (a > b);
}

static int by_share(const contest *c, size_t a, size_t b)
{
    const td_standing *x = &c->standing[a], *y = &c->standing[b];
    return -td_share_cmp(x->total_q, x->assigned_q, y->total_q, y->assigned_q);
}

/* A quotient rounded once is never smaller than that of a smaller share. */
static int by_basis(const contest *c, size_t a, size_t b)
{
    double x = c->basis[a], y = c->basis[b];
    return x != y || !c->by_share ? larger_first(x, y) : by_share(c, a, b);
}

static int by_class(const contest *c, size_t a, size_t b)
{
    size_t x = c->standing[a].class_index, y = c->standing[b].class_index;
    return c->rules->view.rank_class_first ? (x > y) - (x < y) : 0;
}

static int by_tie(const contest *c, size_t t, size_t a, size_t b)
{
    if (c->rules->ties[t].kind == TD_TIE_SHARE)
        return by_share(c, a, b);
    size_t n = c->rules->n_ties;
    return larger_first(c->keys[a * n + t], c->keys[b * n + t]);
}

/* < 0 when a comes first; *key: what decided, TD_NONE when nothing did. */
static int compare(const contest *c, size_t a, size_t b, size_t *key)
{
    int sign = by_class(c, a, b);
    *key = 0;
    if (sign == 0) {
        sign = by_basis(c, a, b);
        *key = 1;
    }
    for (size_t t = 0; t < c->rules->n_ties && sign == 0; t++) {
        sign = by_tie(c, t, a, b);
        *key = 2 + t;
    }
    if (sign == 0)
        *key = TD_NONE;
    return sign;
}

static void merge_sort(const contest *c, size_t *order, size_t *scratch, size_t n)
{
    if (n < 2)
        return;
    size_t half = n / 2, i = 0, j = half, k = 0, key;
    merge_sort(c, order, scratch, half);
    merge_sort(c, order + half, scratch, n - half);
    while (i < half && j < n)
        scratch[k++] = compare(c, order[i], order[j], &key) <= 0 ? order[i++] : order[j++];
    while (i < half)
        scratch[k++] = order[i++];
    while (j < n)
        scratch[k++] = order[j++];
    memcpy(order, scratch, n * sizeof *order);
}

static bool was_awarded(const td_dataset *data, const td_unit *unit, const td_tie *tie)
{
    for (size_t h = 0; h < unit->n_held; h++) {
        const td_held *held = &data->held[unit->first_held + h];
        if (held->years_ago >= 1 && held->years_ago <= tie->years &&
            strcmp(held->award, tie->award) == 0)
            return true;
    }
    return false;
}

static double or_worst(double x)
{
    return isnan(x) ? -INFINITY : x;
}

double td_tie_key(const td_prepared *prepared, const td_block *b, const td_tie *tie, size_t unit,
                  const td_standing *standing)
{
    const td_dataset *data = &prepared->evaluation->data;
    size_t row = td_block_row(b, data, unit);
    switch (tie->kind) {
    case TD_TIE_CRITERION:
        return or_worst(b->watch[row * b->n_watched + b->watch_of[tie->index]].points);
    case TD_TIE_INDICATOR: {
        double x = b->table->value[row * b->table->n_indicators + tie->index];
        return or_worst(tie->lower_is_better ? -x : x);
    }
    case TD_TIE_FEWER_DEDUCTIONS:
        return -standing->deduction_q;
    case TD_TIE_MORE_BONUS:
        return standing->bonus_q;
    case TD_TIE_POINTS:
        return standing->total_q;
    case TD_TIE_VOTES:
        return isnan(data->units[unit].votes) ? 0 : data->units[unit].votes;
    case TD_TIE_NOT_AWARDED:
        return was_awarded(data, &data->units[unit], tie) ? 0 : 1;
    default:
        return 0;
    }
}

/* Ranks of one group of equals that begins at position i of the order. */
static void rank_group(const contest *c, td_standing *standing, const size_t *order, size_t i,
                       size_t n_equal, size_t n_groups_before, size_t key)
{
    double rank = c->rules->ranks == TD_DENSE ? (double)(n_groups_before + 1) : (double)(i + 1);
    if (c->rules->ranks == TD_FRACTIONAL)
        rank += ((double)n_equal - 1) / 2;
    for (size_t k = i; k < i + n_equal; k++) {
        standing[order[k]].rank = rank;
        standing[order[k]].n_tied = n_equal;
        standing[order[k]].key = key;
    }
}

static void give_ranks(const contest *c, td_standing *standing, const size_t *order, size_t n)
{
    size_t key = TD_NONE, next_key = TD_NONE, n_groups = 0;
    for (size_t i = 0, end; i < n; i = end, key = next_key, n_groups++) {
        for (end = i + 1; end < n; end++)
            if (compare(c, order[end - 1], order[end], &next_key) != 0)
                break;
        rank_group(c, standing, order, i, end - i, n_groups, key);
    }
}

static double basis_of(const td_rules *rules, const td_standing *standing)
{
    if (td_rules_has_method(rules))
        return standing->score_q;
    if (rules->view.rank_by == TD_BY_ROUNDED_SHARE)
        return td_rounded_share(standing, rules);
    if (rules->view.rank_by == TD_BY_SHARE)
        return standing->assigned_q > 0 ? standing->total_q / standing->assigned_q : -INFINITY;
    return standing->total_q;
}

void td_rank_cluster(const td_prepared *prepared, const td_block *b, size_t cluster,
                     td_standing *standing, size_t *order, double *keys)
{
    const td_cluster *the = &prepared->evaluation->data.clusters[cluster];
    const td_rules *rules = prepared->evaluation->rules[the->rules];
    double *basis = keys + the->n_units * rules->n_ties;
    contest c = {.rules = rules,
                 .standing = standing,
                 .basis = basis,
                 .by_share = rules->view.rank_by == TD_BY_SHARE && !td_rules_has_method(rules),
                 .keys = keys};
    size_t n = 0;
    for (size_t u = 0; u < the->n_units; u++) {
        if (standing[u].state == TD_UNRANKED)
            continue;
        order[n++] = u;
        basis[u] = basis_of(rules, &standing[u]);
        for (size_t t = 0; t < rules->n_ties; t++)
            keys[u * rules->n_ties + t] =
                td_tie_key(prepared, b, &rules->ties[t], the->first_unit + u, &standing[u]);
    }
    merge_sort(&c, order, order + the->n_units, n);
    give_ranks(&c, standing, order, n);
    for (size_t u = 0; u < the->n_units; u++)
        standing[u].n_ranked = n;
}
