/*
 * What bounds come to: denominators counted in each place, limits by exact rounding.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/award/award.h"
#include "engine/base/messages.h"

/* Nearly always 64 bits hold the product. */
static size_t short_limit(uint64_t num, uint64_t den, td_quota_rounding rounding)
{
    switch (rounding) {
    case TD_QUOTA_CEIL:
        return (num + den - 1) / den;
    case TD_QUOTA_NEAREST:
        return num / den + (num % den >= den - num % den);
    default:
        return num / den;
    }
}

size_t td_share_limit(td_ratio share, size_t denominator, td_quota_rounding rounding)
{
    uint64_t product;
    if (!__builtin_mul_overflow((uint64_t)share.num, denominator, &product) &&
        product <= INT64_MAX - (uint64_t)share.den)
        return short_limit(product, (uint64_t)share.den, rounding);
    td_int128 num = (td_int128)share.num * (td_int128)denominator, den = share.den;
    switch (rounding) {
    case TD_QUOTA_CEIL:
        return (size_t)((num + den - 1) / den);
    case TD_QUOTA_NEAREST:
        return (size_t)td_div_round(num, den);
    default:
        return (size_t)(num / den);
    }
}

/* ---- planning ---- */

static size_t places_of(const td_awarding *a, td_scope within)
{
    return within == TD_WITHIN_CLUSTER ? a->n_clusters
           : within == TD_WITHIN_GROUP ? a->n_groups
                                       : 1;
}

/* Calls each(context) for every bound of the policy, in order: number, award, bound. */
typedef void visit(td_awarding *a, size_t number, size_t award, const td_bound *bound);

static void each_bound(td_awarding *a, visit *each)
{
    size_t number = 0;
    for (size_t w = 0; w < a->policy->n_awards; w++) {
        const td_award_rule *rule = &a->policy->awards[w];
        for (size_t i = 0; i < rule->n_bounds; i++)
            each(a, number++, w, &rule->bounds[i]);
        if (rule->distributes)
            each(a, number++, w, NULL);
    }
    for (size_t i = 0; i < a->policy->n_bounds; i++)
        each(a, number++, TD_NONE, &a->policy->bounds[i]);
    a->n_bounds = number;
}

static td_scope scope_of(const td_bound *bound)
{
    return bound == NULL ? TD_WITHIN_CLUSTER : bound->within; /* NULL: a total shared out */
}

static void count_places(td_awarding *a, size_t number, size_t award, const td_bound *bound)
{
    (void)number;
    (void)award;
    a->n_quotas += places_of(a, scope_of(bound));
}

static void make_quotas(td_awarding *a, size_t number, size_t award, const td_bound *bound)
{
    a->first_quota[number] = a->n_quotas;
    for (size_t where = 0; where < places_of(a, scope_of(bound)); where++) {
        a->left[a->n_quotas] = INT64_MAX;
        a->quotas[a->n_quotas++] = (td_quota){.award = award,
                                              .within = scope_of(bound),
                                              .where = where,
                                              .is_share = bound != NULL && bound->is_share,
                                              .is_distributed = bound == NULL,
                                              .limit = TD_NONE,
                                              .bound = bound};
    }
}

td_status td_bounds_plan(td_awarding *a)
{
    a->n_quotas = 0;
    each_bound(a, count_places);
    a->first_quota = td_arena_alloc(a->arena, a->n_bounds, sizeof *a->first_quota);
    a->quotas = td_arena_alloc(a->arena, a->n_quotas, sizeof *a->quotas);
    a->left = td_arena_alloc(a->arena, a->n_quotas, sizeof *a->left);
    if (a->first_quota == NULL || a->quotas == NULL || a->left == NULL)
        return TD_ENOMEM;
    a->n_quotas = 0;
    each_bound(a, make_quotas);
    return TD_OK;
}

/* ---- denominators ---- */

static bool leads(const td_awarding *a, const td_cluster *c)
{
    for (size_t u = c->first_unit; u < c->first_unit + c->n_units; u++)
        if (td_award_standing(a, u)->rank == 1)
            return td_award_standing(a, u)->n_ranked >= 2;
    return false;
}

static bool holds_any(const td_awarding *a, const size_t *awards, size_t n, size_t unit)
{
    for (size_t i = 0; i < n; i++)
        if (td_award_holds(a, awards[i], unit))
            return true;
    return false;
}

static bool counts(const td_awarding *a, const td_bound *bound, size_t award, size_t unit)
{
    bool ranked = td_award_standing(a, unit)->rank > 0;
    switch (bound->of) {
    case TD_OF_UNITS:
        return true;
    case TD_OF_RANKED:
        return ranked;
    case TD_OF_ELIGIBLE:
        return award != TD_NONE && td_award_decision(a, award, unit)->state == TD_OUTSIDE_QUOTA;
    case TD_OF_REMAINING:
        return ranked && award != TD_NONE &&
               !holds_any(a, a->policy->awards[award].exclusive,
                          a->policy->awards[award].n_exclusive, unit);
    default:
        return td_award_holds(a, bound->holders, unit);
    }
}

static size_t denominator_of_cluster(const td_awarding *a, const td_bound *bound, size_t award,
                                     const td_cluster *c)
{
    if (bound->of == TD_OF_LEADERS)
        return leads(a, c);
    size_t n = 0;
    for (size_t u = c->first_unit; u < c->first_unit + c->n_units; u++)
        n += counts(a, bound, award, u);
    return n;
}

static size_t where_of(td_scope within, const td_cluster *clusters, size_t c)
{
    return within == TD_WITHIN_CLUSTER ? c : within == TD_WITHIN_GROUP ? clusters[c].group : 0;
}

/* How many units are tied at each bound of one award. */
static void count_tied(const td_awarding *a, size_t award, size_t *tied)
{
    for (size_t u = 0; u < a->n_units; u++) {
        const td_decision *d = td_award_decision(a, award, u);
        if (d->state == TD_TIED_AT_CUT && d->quota != TD_NONE && a->quotas[d->quota].award == award)
            tied[d->quota]++;
    }
}

/* Seats that the council has still to fill count as held where they surely fall. */
static void count_open(td_awarding *a, const td_bound *bound, size_t first, const size_t *tied)
{
    const td_cluster *clusters = a->prepared->evaluation->data.clusters;
    for (size_t q = 0; q < a->n_quotas; q++) {
        const td_quota *at = &a->quotas[q];
        size_t seats = tied[q] < at->open ? tied[q] : at->open;
        if (seats == 0 || at->within > bound->within)
            continue;
        size_t where = at->within == bound->within ? at->where
                       : at->within == TD_WITHIN_CLUSTER
                           ? where_of(bound->within, clusters, at->where)
                           : 0;
        if (where == TD_NONE)
            continue;
        size_t *denominator = &a->quotas[first + where].denominator;
        if (bound->of == TD_OF_HOLDERS)
            *denominator += seats;
        else
            *denominator -= seats < *denominator ? seats : *denominator;
    }
}

static td_status set_denominators(td_awarding *a, const td_bound *bound, size_t award, size_t first)
{
    const td_cluster *clusters = a->prepared->evaluation->data.clusters;
    for (size_t c = 0; c < a->n_clusters; c++) {
        size_t where = where_of(bound->within, clusters, c);
        if (where != TD_NONE)
            a->quotas[first + where].denominator +=
                denominator_of_cluster(a, bound, award, &clusters[c]);
    }
    if (award == TD_NONE || (bound->of != TD_OF_REMAINING && bound->of != TD_OF_HOLDERS))
        return TD_OK;
    size_t *tied = calloc(a->n_quotas + 1, sizeof *tied);
    if (tied == NULL)
        return TD_ENOMEM;
    const td_award_rule *rule = &a->policy->awards[award];
    if (bound->of == TD_OF_HOLDERS)
        count_tied(a, bound->holders, tied);
    for (size_t i = 0; bound->of == TD_OF_REMAINING && i < rule->n_exclusive; i++)
        count_tied(a, rule->exclusive[i], tied);
    count_open(a, bound, first, tied);
    free(tied);
    return TD_OK;
}

/* `only` bounds hold where all clusters of the place have that kind. */
static void find_where_it_holds(td_awarding *a, const td_bound *bound, size_t first)
{
    const td_cluster *clusters = a->prepared->evaluation->data.clusters;
    for (size_t c = 0; c < a->n_clusters; c++) {
        size_t where = where_of(bound->within, clusters, c);
        bool holds = bound->only == NULL ||
                     (clusters[c].kind != NULL && strcmp(clusters[c].kind, bound->only) == 0);
        if (where != TD_NONE && holds)
            a->quotas[first + where].limit = 0;
    }
}

static td_status set_bound(td_awarding *a, size_t number, size_t award, const td_bound *bound)
{
    td_status status = TD_OK;
    size_t first = a->first_quota[number];
    find_where_it_holds(a, bound, first);
    if (bound->is_share)
        status = set_denominators(a, bound, award, first);
    for (size_t where = 0; where < places_of(a, bound->within); where++) {
        td_quota *q = &a->quotas[first + where];
        if (q->limit == TD_NONE)
            continue;
        q->limit = bound->is_share ? td_share_limit(bound->share, q->denominator, bound->rounding)
                                   : bound->count;
        a->left[first + where] = (int64_t)q->limit;
    }
    return status;
}

/* ---- a total shared out ---- */

static td_status set_distribution(td_awarding *a, size_t number, size_t award)
{
    const td_award_rule *rule = &a->policy->awards[award];
    const td_cluster *clusters = a->prepared->evaluation->data.clusters;
    size_t n = a->n_clusters, open = 0, first = a->first_quota[number];
    size_t *weights = calloc(2 * n + 1, sizeof *weights);
    bool *tied = calloc(n + 1, sizeof *tied);
    if (weights == NULL || tied == NULL) {
        free(tied);
        free(weights);
        return TD_ENOMEM;
    }
    for (size_t c = 0; c < n; c++) {
        weights[c] = clusters[c].n_units;
        if (rule->by_ranked)
            weights[c] = td_award_standing(a, clusters[c].first_unit)->n_ranked;
    }
    bool ok = td_apportion(rule->method, rule->total, n, weights, weights + n, tied, &open);
    char text[32];
    snprintf(text, sizeof text, "%zu", open);
    for (size_t c = 0; c < n && ok; c++) {
        td_quota *q = &a->quotas[first + c];
        q->limit = weights[n + c];
        q->denominator = weights[c];
        a->left[first + c] = (int64_t)q->limit;
        td_place place = {.file = a->policy->view.path, .pointer = rule->pointer};
        if (tied[c])
            td_errors_add(a->errors, TD_MSG_AWARD_SEAT_TIED, &place, clusters[c].name, text, NULL);
    }
    free(tied);
    free(weights);
    return ok ? TD_OK : TD_EDATA;
}

/* ---- one award ---- */

td_status td_bounds_set(td_awarding *a, size_t award)
{
    size_t number = 0;
    td_status status = TD_OK;
    for (size_t w = 0; w < a->policy->n_awards; w++) {
        const td_award_rule *rule = &a->policy->awards[w];
        for (size_t i = 0; i < rule->n_bounds; i++, number++)
            if (w == award && status == TD_OK)
                status = set_bound(a, number, w, &rule->bounds[i]);
        if (rule->distributes && w == award && status == TD_OK)
            status = set_distribution(a, number, w);
        number += rule->distributes;
    }
    for (size_t i = 0; i < a->policy->n_bounds; i++, number++)
        if (award == TD_NONE && status == TD_OK)
            status = set_bound(a, number, TD_NONE, &a->policy->bounds[i]);
    return status;
}

static bool touches(const td_bound *bound, size_t award)
{
    for (size_t i = 0; i < bound->n_awards; i++)
        if (bound->awards[i] == award)
            return true;
    return false;
}

size_t td_bounds_of(const td_awarding *a, size_t award, td_reach *reach, size_t most)
{
    size_t number = 0, n = 0;
    for (size_t w = 0; w < a->policy->n_awards; w++) {
        const td_award_rule *rule = &a->policy->awards[w];
        for (size_t i = 0; i < rule->n_bounds; i++, number++)
            if (w == award && n < most)
                reach[n++] = (td_reach){a->first_quota[number], rule->bounds[i].within};
        if (rule->distributes && w == award && n < most)
            reach[n++] = (td_reach){a->first_quota[number], TD_WITHIN_CLUSTER};
        number += rule->distributes;
    }
    for (size_t i = 0; i < a->policy->n_bounds; i++, number++)
        if (touches(&a->policy->bounds[i], award) && n < most)
            reach[n++] = (td_reach){a->first_quota[number], a->policy->bounds[i].within};
    return n;
}

size_t td_region_of(const td_awarding *a, td_scope scope, size_t unit)
{
    const td_dataset *data = &a->prepared->evaluation->data;
    return where_of(scope, data->clusters, data->units[unit].cluster);
}

size_t td_quota_of(const td_awarding *a, const td_reach *reach, size_t unit)
{
    size_t where = td_region_of(a, reach->within, unit);
    return where == TD_NONE ? TD_NONE : reach->first + where;
}

/* ---- in words ---- */

const char *td_quota_place(const td_evaluation *evaluation, const td_quota *quota)
{
    return quota->within == TD_WITHIN_CLUSTER ? evaluation->data.clusters[quota->where].name
           : quota->within == TD_WITHIN_GROUP ? evaluation->data.groups[quota->where]
                                              : "";
}

static td_message rounding_message(td_quota_rounding rounding)
{
    static const td_message OF_ROUNDING[] = {[TD_QUOTA_FLOOR] = TD_MSG_AWARD_FLOOR,
                                             [TD_QUOTA_NEAREST] = TD_MSG_AWARD_NEAREST,
                                             [TD_QUOTA_CEIL] = TD_MSG_AWARD_CEIL};
    return OF_ROUNDING[rounding];
}

static td_message denominator_message(td_denominator of)
{
    static const td_message OF_DENOMINATOR[] = {
        [TD_OF_UNITS] = TD_MSG_AWARD_OF_UNITS,         [TD_OF_RANKED] = TD_MSG_AWARD_OF_RANKED,
        [TD_OF_LEADERS] = TD_MSG_AWARD_OF_LEADERS,     [TD_OF_ELIGIBLE] = TD_MSG_AWARD_OF_ELIGIBLE,
        [TD_OF_REMAINING] = TD_MSG_AWARD_OF_REMAINING, [TD_OF_HOLDERS] = TD_MSG_AWARD_OF_HOLDERS};
    return OF_DENOMINATOR[of];
}

/* "0.2" where that is exact, else "2/3". */
static void ratio_text(td_ratio r, char *text, size_t size)
{
    double x = (double)r.num / (double)r.den;
    td_decimal d;
    bool exact = td_decimal_of(x, &d) && d.places <= 6 &&
                 (td_int128)d.mantissa * r.den == (td_int128)r.num * td_pow10(d.places);
    if (exact)
        td_number_text(x, TD_MARK, text, size);
    else
        snprintf(text, size, "%lld/%lld", (long long)r.num, (long long)r.den);
}

size_t td_quota_text(const td_evaluation *evaluation, const td_quota *quota, td_lang lang,
                     char *text, size_t size)
{
    (void)evaluation;
    char limit[24], denominator[24], ratio[48];
    snprintf(limit, sizeof limit, "%zu", quota->limit);
    snprintf(denominator, sizeof denominator, "%zu", quota->denominator);
    const td_bound *bound = quota->bound;
    if (quota->limit == TD_NONE)
        return td_message_fill(td_message_text(TD_MSG_AWARD_NO_BOUND, lang), lang, NULL, 0, text,
                               size);
    if (bound == NULL || !bound->is_share) {
        const char *args[] = {limit, denominator};
        td_message message = bound == NULL       ? TD_MSG_AWARD_SHARED_OUT
                             : quota->limit == 0 ? TD_MSG_AWARD_COUNT_NOTHING
                                                 : TD_MSG_AWARD_COUNT;
        return td_message_fill(td_message_text(message, lang), lang, args, 2, text, size);
    }
    ratio_text(bound->share, ratio, sizeof ratio);
    const char *args[] = {ratio, denominator, limit,
                          td_message_text(rounding_message(bound->rounding), lang),
                          td_message_text(denominator_message(bound->of), lang)};
    td_message message = quota->denominator == 0 ? TD_MSG_AWARD_SHARE_OF_NOTHING
                         : quota->limit == 0     ? TD_MSG_AWARD_SHARE_NOTHING
                                                 : TD_MSG_AWARD_SHARE;
    return td_message_fill(td_message_text(message, lang), lang, args, 5, text, size);
}
