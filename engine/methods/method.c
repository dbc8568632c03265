/*
 * The methods by name, and what they are given: one row of METHODS per method.
 */
#include "engine/methods/method.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Weights of means count to this many decimals, so that all sums of weights are exact. */
#define WEIGHT_DECIMALS 10
#define WEIGHT_GRID 1048576.0

typedef struct method_row {
    const char *name;
    td_message word;
    td_method_rule *rule;  /* NULL: the rule set's own */
    td_combine same, also; /* a root that combines like this already is that method */
} method_row;

static const method_row METHODS[] = {
    {"official", TD_MSG_METHOD_OFFICIAL, NULL, TD_N_COMBINE, TD_N_COMBINE},
    {"weighted-sum", TD_MSG_METHOD_WEIGHTED_SUM, td_method_weighted_sum, TD_SUM, TD_ARITHMETIC},
    {"geometric-mean", TD_MSG_METHOD_GEOMETRIC_MEAN, td_method_geometric_mean, TD_GEOMETRIC,
     TD_N_COMBINE},
    {"topsis", TD_MSG_METHOD_TOPSIS, td_method_topsis, TD_N_COMBINE, TD_N_COMBINE},
    {"topsis-min-max", TD_MSG_METHOD_TOPSIS_MIN_MAX, td_method_topsis_min_max, TD_N_COMBINE,
     TD_N_COMBINE},
    {"vikor", TD_MSG_METHOD_VIKOR, td_method_vikor, TD_N_COMBINE, TD_N_COMBINE},
    {"promethee-ii", TD_MSG_METHOD_PROMETHEE, td_method_promethee, TD_N_COMBINE, TD_N_COMBINE},
    {"copeland", TD_MSG_METHOD_COPELAND, td_method_copeland, TD_N_COMBINE, TD_N_COMBINE},
    {"borda", TD_MSG_METHOD_BORDA, td_method_borda, TD_N_COMBINE, TD_N_COMBINE},
};

#define N_METHODS (sizeof METHODS / sizeof METHODS[0])

const char *td_method_name(size_t method)
{
    return method < N_METHODS ? METHODS[method].name : NULL;
}

const char *td_method_text(size_t method, td_lang lang)
{
    return method < N_METHODS ? td_message_text(METHODS[method].word, lang) : NULL;
}

size_t td_method_find(const char *name)
{
    for (size_t i = 0; i < N_METHODS; i++)
        if (strcmp(METHODS[i].name, name) == 0)
            return i;
    return TD_NONE;
}

size_t td_rules_method(const td_rules *rules)
{
    return rules->method;
}

/* A raw indicator of which less is better; one that is normalized was turned already. */
static bool is_cost(const td_rules *rules, size_t criterion)
{
    const td_criterion *c = &rules->criteria[criterion];
    return c->n_children == 0 && c->lower_is_better && c->normalize.method == TD_NORM_NONE;
}

/* By the rule set alone, so that no weight vector changes what the means do. */
static bool has_costs(const td_rules *rules)
{
    for (size_t j = 1; j < rules->n_criteria; j++)
        if (rules->criteria[j].depth == 1 && rules->criteria[j].weight > 0 && is_cost(rules, j))
            return true;
    return false;
}

bool td_rules_has_method(const td_rules *rules)
{
    const method_row *row = &METHODS[rules->method];
    td_combine own = rules->criteria[0].combine;
    return row->rule != NULL && ((own != row->same && own != row->also) || has_costs(rules));
}

/* ---- memory ---- */

td_matrix *td_matrix_new(size_t max_n, size_t max_m)
{
    size_t most = max_n > max_m ? max_n : max_m;
    td_matrix *t = calloc(1, sizeof *t);
    if (t == NULL)
        return NULL;
    t->x = calloc(max_n * max_m + 3 * max_m + most + 3 * max_n + 1, sizeof *t->x);
    t->weight = calloc(max_m + max_n + 1, sizeof *t->weight);
    t->lower = calloc(max_m + 1, sizeof *t->lower);
    t->unit_of = calloc(max_n + max_m + 1, sizeof *t->unit_of);
    if (t->x == NULL || t->weight == NULL || t->lower == NULL || t->unit_of == NULL) {
        td_matrix_free(t);
        return NULL;
    }
    t->item_of = t->unit_of + max_n;
    t->held = t->weight + max_m;
    t->lo = t->x + max_n * max_m;
    t->hi = t->lo + max_m;
    t->spans = t->hi + max_m;
    t->terms = t->spans + max_m;
    t->first = t->terms + most;
    t->second = t->first + max_n;
    t->merit = t->second + max_n;
    return t;
}

void td_matrix_free(td_matrix *t)
{
    if (t == NULL)
        return;
    free(t->x);
    free(t->weight);
    free(t->lower);
    free(t->unit_of);
    free(t);
}

/* ---- sums ---- */

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double td_matrix_sum(double *terms, size_t n)
{
    double sum = 0;
    qsort(terms, n, sizeof *terms, ascending);
    for (size_t i = 0; i < n; i++)
        sum += terms[i];
    return sum;
}

/* ---- filling ---- */

/* What an item weighs officially, as a whole number on a grid that all items share. */
static td_int128 official_weight(const td_rules *rules, size_t criterion)
{
    const td_criterion *c = &rules->criteria[criterion];
    if (c->amend != NULL && c->amend->dropped)
        return 0;
    if (rules->criteria[0].combine == TD_SUM)
        return c->max_q;
    td_fraction weight = td_fraction_mul(td_fraction_of_double(c->weight),
                                         td_fraction_of(td_pow10(WEIGHT_DECIMALS)));
    return td_fraction_ok(weight) ? td_div_round(weight.num, weight.den) : 0;
}

/* A share of the assigned maximum where points add up, else the value as the mean takes it. */
static double value_of(const td_block *b, size_t row, size_t k)
{
    const td_rules *rules = b->rules;
    size_t at = row * b->n_items + k;
    if (b->state[at] != TD_PRESENT)
        return NAN;
    if (rules->criteria[0].combine == TD_SUM)
        return b->assigned[at] > 0 ? b->points[at] / b->assigned[at] : NAN;
    return td_is_real(rules, b->items[k])
               ? b->points[at]
               : b->points[at] / (double)td_pow10(rules->view.leaf_decimals);
}

static void fill_columns(td_matrix *t, const td_block *b, const double *weights)
{
    t->m = 0;
    t->table = 0;
    t->has_lower = has_costs(b->rules);
    for (size_t k = 0; k < b->n_items; k++) {
        td_int128 weight =
            official_weight(b->rules, b->items[k]) * (td_int128)(weights[k] * WEIGHT_GRID);
        if (weight == 0)
            continue;
        t->item_of[t->m] = k;
        t->weight[t->m] = weight;
        t->lower[t->m] = is_cost(b->rules, b->items[k]);
        t->table += weight;
        t->m++;
    }
}

/* Takes in a unit that has something with a weight. */
static void fill_row(td_matrix *t, const td_block *b, size_t row, size_t unit)
{
    double *x = t->x + t->n * t->m;
    td_int128 held = 0;
    for (size_t k = 0; k < t->m; k++) {
        x[k] = value_of(b, row, t->item_of[k]);
        held += isnan(x[k]) ? 0 : t->weight[k];
    }
    if (held == 0)
        return;
    t->held[t->n] = held;
    t->unit_of[t->n++] = unit;
}

static void find_bounds(td_matrix *t)
{
    t->total = 0;
    for (size_t k = 0; k < t->m; k++) {
        t->lo[k] = INFINITY;
        t->hi[k] = -INFINITY;
        for (size_t u = 0; u < t->n; u++) {
            t->lo[k] = fmin(t->lo[k], td_matrix_at(t, u, k)); /* fmin passes NaN over */
            t->hi[k] = fmax(t->hi[k], td_matrix_at(t, u, k));
        }
        t->total += t->lo[k] <= t->hi[k] ? t->weight[k] : 0;
    }
}

/* ---- from merits to scores ---- */

/* Quanta that no share holds: items without a maximum, whatever else the unit was given. */
static double points_outside(const td_block *b, size_t row, const double *weights)
{
    double points_q = 0;
    for (size_t k = 0; k < b->n_items && b->rules->criteria[0].combine == TD_SUM; k++) {
        size_t at = row * b->n_items + k;
        if (b->state[at] == TD_PRESENT && !(b->assigned[at] > 0))
            points_q += weights[k] * b->points[at];
    }
    return points_q;
}

/* The whole table in quanta of the leaf grid, under the weights. */
static double whole_table(const td_matrix *t, const td_rules *rules)
{
    if (rules->criteria[0].combine == TD_SUM)
        return (double)t->table / WEIGHT_GRID;
    return rules->view.scale * (double)td_pow10(rules->view.leaf_decimals);
}

/* What stands beside the method takes or gives the same share as it does of the table. */
static double score_of(const td_matrix *t, const td_block *b, size_t row, const double *weights,
                       double merit, const td_standing *standing)
{
    const td_rules *rules = b->rules;
    double fine = (double)td_pow10(rules->view.leaf_decimals - rules->view.decimals);
    double deducted = (standing->before_q - standing->total_q) * fine;
    double beside = points_outside(b, row, weights) - deducted, whole = whole_table(t, rules);
    double share = whole > 0 ? beside / whole : 0;
    return td_round_real(100 * (merit + share), TD_SCORE_DECIMALS);
}

void td_method_score(const td_block *b, size_t first_row, size_t n_units, const double *weights,
                     td_matrix *t, td_standing *standing)
{
    const td_rules *rules = b->rules;
    fill_columns(t, b, weights);
    t->n = 0;
    t->unit = rules->criteria[0].combine == TD_SUM ? 1 : 1 / rules->view.scale;
    for (size_t u = 0; u < n_units; u++)
        if (standing[u].state != TD_UNRANKED)
            fill_row(t, b, first_row + u, u);
    find_bounds(t);
    METHODS[rules->method].rule(t);
    for (size_t u = 0, i = 0; u < n_units; u++) {
        double merit = i < t->n && t->unit_of[i] == u ? t->merit[i++] : 0;
        if (standing[u].state != TD_UNRANKED)
            standing[u].score_q = score_of(t, b, first_row + u, weights, merit, &standing[u]);
    }
}
