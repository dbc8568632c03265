/*
 * Candidates in order of merit. Every key is a fraction, larger is better: scalars are
 * fractions over 1.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/award/award.h"

static td_share scalar(double x)
{
    return (td_share){isnan(x) ? -TD_MAX_QUANTA / 2 : x, 1};
}

/* The share of a criterion; none: 0 of 0. */
static td_share share_of_criterion(const td_nominee *the, const td_merit *merit)
{
    const td_block *b = the->block;
    size_t j = td_nominee_criterion(the, merit->code, merit->n_code);
    const td_watch *w = j == TD_NONE ? NULL : &b->watch[the->row * b->n_watched + b->watch_of[j]];
    return w == NULL || isnan(w->points) ? (td_share){0, 0} : (td_share){w->points, w->assigned_q};
}

td_share td_nominee_merit(const td_nominee *the, const td_merit *merit)
{
    const td_standing *s = the->standing;
    const td_rules_view *view = &the->block->rules->view;
    double votes;
    switch (merit->kind) {
    case TD_MERIT_RANK:
        return scalar(-s->rank);
    case TD_MERIT_SHARE:
        return (td_share){s->total_q, s->assigned_q};
    case TD_MERIT_POINTS:
        return (td_share){s->total_q, (double)td_pow10(view->decimals)};
    case TD_MERIT_CLASS:
        return scalar(s->class_index == TD_NONE ? NAN : -(double)s->class_index);
    case TD_MERIT_VOTES:
        votes = the->prepared->evaluation->data.units[the->unit].votes;
        return scalar(isnan(votes) ? 0 : votes);
    case TD_MERIT_FEWER_DEDUCTIONS:
        return (td_share){-s->deduction_q, (double)td_pow10(view->leaf_decimals)};
    case TD_MERIT_MORE_BONUS:
        return (td_share){s->bonus_q, (double)td_pow10(view->leaf_decimals)};
    case TD_MERIT_CRITERION:
        return share_of_criterion(the, merit);
    case TD_MERIT_HELD:
        return scalar((double)td_nominee_past(the, &merit->past, false));
    default:
        return scalar(-(double)td_nominee_past(the, &merit->past, false));
    }
}

/* Also after the choice, before the reserve list is filled. */
static bool is_candidate(td_award_state state)
{
    return state == TD_OUTSIDE_QUOTA || state == TD_PROPOSED || state == TD_TIED_AT_CUT;
}

td_status td_field_init(td_awarding *a, size_t award, td_field *field)
{
    *field = (td_field){.rule = &a->policy->awards[award]};
    for (size_t u = 0; u < a->n_units; u++)
        field->n += is_candidate(td_award_decision(a, award, u)->state);
    size_t n_merits = field->rule->n_merits;
    field->unit = calloc(field->n + 1, sizeof *field->unit);
    field->keys = calloc(field->n * n_merits + 1, sizeof *field->keys);
    field->order = calloc(2 * field->n + 1, sizeof *field->order);
    if (field->unit == NULL || field->keys == NULL || field->order == NULL)
        return TD_ENOMEM;
    size_t n = 0;
    const uint64_t asked = td_awards_asked(field->rule);
    for (size_t u = 0; u < a->n_units; u++) {
        if (!is_candidate(td_award_decision(a, award, u)->state))
            continue;
        td_nominee the = td_award_nominee(a, u, asked);
        for (size_t m = 0; m < n_merits; m++)
            field->keys[n * n_merits + m] = td_nominee_merit(&the, &field->rule->merits[m]);
        field->unit[n++] = u;
    }
    return TD_OK;
}

void td_field_release(td_field *field)
{
    free(field->unit);
    free(field->keys);
    free(field->order);
    *field = (td_field){0};
}

static int key_cmp(td_share x, td_share y)
{
    if (x.assigned_q == y.assigned_q) /* most keys: no fractions needed */
        return (x.points_q > y.points_q) - (x.points_q < y.points_q);
    return td_share_cmp(x.points_q, x.assigned_q, y.points_q, y.assigned_q);
}

int td_merit_cmp(const td_field *field, size_t x, size_t y)
{
    size_t n = field->rule->n_merits;
    int sign = 0;
    for (size_t m = 0; m < n && sign == 0; m++)
        sign = -key_cmp(field->keys[x * n + m], field->keys[y * n + m]);
    return sign;
}

/* Best first, equals by number. */
static int before(const td_field *field, size_t x, size_t y)
{
    int sign = td_merit_cmp(field, x, y);
    return sign != 0 ? sign : (x > y) - (x < y);
}

static void insert(const td_field *field, size_t *order, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        size_t moving = order[i], k = i;
        for (; k > 0 && before(field, order[k - 1], moving) > 0; k--)
            order[k] = order[k - 1];
        order[k] = moving;
    }
}

static void merge_sort(const td_field *field, size_t *order, size_t *scratch, size_t n)
{
    if (n <= 8) {
        insert(field, order, n);
        return;
    }
    size_t half = n / 2, i = 0, j = half, k = 0;
    merge_sort(field, order, scratch, half);
    merge_sort(field, order + half, scratch, n - half);
    if (before(field, order[half - 1], order[half]) <= 0)
        return;
    while (i < half && j < n)
        scratch[k++] = before(field, order[i], order[j]) <= 0 ? order[i++] : order[j++];
    while (i < half)
        scratch[k++] = order[i++];
    while (j < n)
        scratch[k++] = order[j++];
    memcpy(order, scratch, n * sizeof *order);
}

void td_field_sort_all(td_field *field)
{
    for (size_t i = 0; i < field->n; i++)
        field->order[i] = i;
    merge_sort(field, field->order, field->order + field->n, field->n);
}

/* Candidates by region, units without one last; begins[n_regions + 2] tells where each begins. */
static void split(const td_awarding *a, td_field *field, td_scope scope, size_t n_regions,
                  size_t *begins)
{
    for (size_t i = 0; i < field->n; i++) {
        size_t region = td_region_of(a, scope, field->unit[i]);
        begins[(region == TD_NONE ? n_regions : region) + 1]++;
    }
    for (size_t r = 0; r <= n_regions; r++)
        begins[r + 1] += begins[r];
    for (size_t i = 0; i < field->n; i++) {
        size_t region = td_region_of(a, scope, field->unit[i]);
        field->order[begins[region == TD_NONE ? n_regions : region]++] = i;
    }
    memmove(begins + 1, begins, (n_regions + 1) * sizeof *begins);
    begins[0] = 0;
}

td_status td_field_sort(const td_awarding *a, td_field *field, td_scope scope)
{
    size_t n_regions = scope == TD_WITHIN_CLUSTER ? a->n_clusters
                       : scope == TD_WITHIN_GROUP ? a->n_groups
                                                  : 1;
    size_t *begins = calloc(n_regions + 2, sizeof *begins);
    if (begins == NULL)
        return TD_ENOMEM;
    split(a, field, scope, n_regions, begins);
    for (size_t r = 0; r <= n_regions; r++)
        merge_sort(field, field->order + begins[r], field->order + field->n,
                   begins[r + 1] - begins[r]);
    free(begins);
    return TD_OK;
}

/* ---- places and the reserve list ---- */

static size_t end_of_region(const td_awarding *a, const td_field *f, size_t begin)
{
    size_t region = td_region_of(a, f->rule->scope, f->unit[f->order[begin]]), end = begin;
    while (end < f->n && td_region_of(a, f->rule->scope, f->unit[f->order[end]]) == region)
        end++;
    return end;
}

/* One region: equals share a place; those outside fill the reserve list in order. */
static void give_places_in(td_awarding *a, size_t award, const td_field *f, size_t begin,
                           size_t end)
{
    size_t on_list = 0, wanted = f->rule->reserve_all ? SIZE_MAX : f->rule->reserve;
    for (size_t i = begin, next; i < end; i = next) {
        size_t outside = 0;
        for (next = i; next < end && td_merit_cmp(f, f->order[i], f->order[next]) == 0; next++)
            outside +=
                td_award_decision(a, award, f->unit[f->order[next]])->state == TD_OUTSIDE_QUOTA;
        for (size_t k = i; k < next; k++) {
            td_decision *d = td_award_decision(a, award, f->unit[f->order[k]]);
            d->place = i - begin + 1;
            d->region = td_region_of(a, f->rule->scope, f->unit[f->order[k]]);
            if (d->state == TD_OUTSIDE_QUOTA && on_list < wanted) {
                d->state = TD_RESERVE;
                d->reserve = on_list + 1;
            }
        }
        on_list += outside;
    }
}

td_status td_give_places(td_awarding *a, size_t award, td_field *field)
{
    td_status status = td_field_sort(a, field, field->rule->scope);
    if (status != TD_OK)
        return status;
    for (size_t i = 0, end; i < field->n; i = end) {
        end = end_of_region(a, field, i);
        give_places_in(a, award, field, i, end);
    }
    return TD_OK;
}
