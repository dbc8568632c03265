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

td_status td_field_init(td_awarding *a, size_t award, td_field *field)
{
    *field = (td_field){.rule = &a->policy->awards[award]};
    for (size_t u = 0; u < a->n_units; u++)
        field->n += td_award_decision(a, award, u)->state == TD_OUTSIDE_QUOTA;
    size_t n_merits = field->rule->n_merits;
    field->unit = calloc(field->n + 1, sizeof *field->unit);
    field->keys = calloc(field->n * n_merits + 1, sizeof *field->keys);
    field->order = calloc(2 * field->n + 1, sizeof *field->order);
    if (field->unit == NULL || field->keys == NULL || field->order == NULL)
        return TD_ENOMEM;
    size_t n = 0;
    const uint64_t asked = td_awards_asked(field->rule);
    for (size_t u = 0; u < a->n_units; u++) {
        if (td_award_decision(a, award, u)->state != TD_OUTSIDE_QUOTA)
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

typedef struct sorting {
    const td_awarding *a;
    const td_field *field;
    td_scope scope;
} sorting;

static int before(const sorting *s, size_t x, size_t y)
{
    size_t p = td_region_of(s->a, s->scope, s->field->unit[x]);
    size_t q = td_region_of(s->a, s->scope, s->field->unit[y]);
    int sign = (p > q) - (p < q);
    if (sign == 0)
        sign = td_merit_cmp(s->field, x, y);
    return sign != 0 ? sign : (x > y) - (x < y);
}

static void merge_sort(const sorting *s, size_t *order, size_t *scratch, size_t n)
{
    if (n < 2)
        return;
    size_t half = n / 2, i = 0, j = half, k = 0;
    merge_sort(s, order, scratch, half);
    merge_sort(s, order + half, scratch, n - half);
    while (i < half && j < n)
        scratch[k++] = before(s, order[i], order[j]) <= 0 ? order[i++] : order[j++];
    while (i < half)
        scratch[k++] = order[i++];
    while (j < n)
        scratch[k++] = order[j++];
    memcpy(order, scratch, n * sizeof *order);
}

void td_field_sort(const td_awarding *a, td_field *field, td_scope scope)
{
    sorting s = {a, field, scope};
    for (size_t i = 0; i < field->n; i++)
        field->order[i] = i;
    merge_sort(&s, field->order, field->order + field->n, field->n);
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

void td_give_places(td_awarding *a, size_t award, td_field *field)
{
    td_field_sort(a, field, field->rule->scope);
    for (size_t i = 0, end; i < field->n; i = end) {
        end = end_of_region(a, field, i);
        give_places_in(a, award, field, i, end);
    }
}
