/*
 * The units of a cluster at one place of a line: gates, classes, ranks; and where they may
 * change. The same rules as settle.c and rank.c, on exact fractions.
 */
#include <math.h>
#include <string.h>

#include "engine/whatif/track.h"

/* ---- gates and classes ---- */

static bool holds(td_course *course, const td_rider *rider, size_t i, const td_condition *when,
                  td_fraction t)
{
    return course->track->varies[i] ? td_rider_holds(course, rider, when, t) : rider->holds[i];
}

static void defer_or_unrank(const td_gate *gate, td_spot *spot)
{
    if (gate->effect == TD_GATE_UNRANKED)
        spot->state = TD_UNRANKED;
    else if (spot->state == TD_RANKED)
        spot->state = TD_DEFERRED;
}

/* Returns the classes that gates bar, as bits. */
static uint64_t pass_gates(td_course *course, const td_rider *rider, td_fraction t, td_spot *spot)
{
    const td_rules *rules = course->track->block->rules;
    uint64_t barred = 0;
    for (size_t g = 0; g < rules->n_gates; g++) {
        const td_gate *gate = &rules->gates[g];
        if (!holds(course, rider, g, gate->when, t))
            continue;
        if (gate->effect == TD_GATE_DEDUCT) {
            td_int128 points =
                td_mul_checked(course->track->d * gate->points_q, t.den, &course->failed);
            spot->total -= points;
            spot->deduction += points;
        } else if (gate->effect == TD_GATE_BAR) {
            for (size_t i = 0; i < gate->n_classes; i++)
                barred |= (uint64_t)1 << gate->classes[i];
        } else {
            defer_or_unrank(gate, spot);
        }
    }
    return barred;
}

static int against_bound(td_course *course, const td_spot *spot, td_int128 den, size_t class)
{
    const td_track *track = course->track;
    const td_rules *rules = track->block->rules;
    td_int128 total = spot->total;
    if (rules->class_cap) {
        td_int128 cap = td_mul_checked(track->cap, den, &course->failed);
        total = total < cap ? total : cap;
    }
    td_int128 of =
        rules->class_by_share ? spot->assigned : td_mul_checked(track->grid, den, &course->failed);
    return of > 0 ? td_fraction_order((td_fraction){total, of}, track->edges[class]) : -1;
}

static size_t class_at(td_course *course, const td_rider *rider, td_fraction t, const td_spot *spot,
                       uint64_t barred)
{
    const td_rules *rules = course->track->block->rules;
    for (size_t c = 0; c < rules->n_classes; c++) {
        const td_class *class = &rules->classes[c];
        if ((barred >> c & 1) != 0)
            continue;
        int sign = class->has_bound ? against_bound(course, spot, t.den, c) : 1;
        if (sign < 0 || (sign == 0 && class->open_bound))
            continue;
        if (class->when == NULL || holds(course, rider, rules->n_gates + c, class->when, t))
            return c;
    }
    return TD_NONE;
}

void td_course_settle(td_course *course, size_t u, td_fraction t, td_spot *spot)
{
    const td_rider *rider = &course->riders[u];
    bool *failed = &course->failed;
    *spot = (td_spot){.total = td_affine_at(rider->points, t, failed),
                      .assigned = td_affine_at(rider->assigned, t, failed),
                      .bonus = td_affine_at(rider->bonus, t, failed),
                      .deduction = td_mul_checked(rider->deduction, t.den, failed),
                      .state = rider->is_out ? TD_UNRANKED : TD_RANKED,
                      .class_index = TD_NONE};
    uint64_t barred = pass_gates(course, rider, t, spot);
    if (rider->is_out)
        spot->state = TD_UNRANKED;
    if (spot->state != TD_UNRANKED)
        spot->class_index = class_at(course, rider, t, spot, barred);
}

/* ---- ranks ---- */

static int larger_first(td_int128 a, td_int128 b)
{
    return (a < b) - (a > b);
}

static int by_share(const td_spot *x, const td_spot *y)
{
    if (x->assigned <= 0 || y->assigned <= 0)
        return (y->assigned > 0) - (x->assigned > 0);
    if (x->assigned == y->assigned)
        return larger_first(x->total, y->total);
    return -td_fraction_order((td_fraction){x->total, x->assigned},
                              (td_fraction){y->total, y->assigned});
}

static int by_tie(const td_course *course, const td_spot *spots, size_t i, size_t a, size_t b)
{
    const td_spot *x = &spots[a], *y = &spots[b];
    switch (course->track->block->rules->ties[i].kind) {
    case TD_TIE_SHARE:
        return by_share(x, y);
    case TD_TIE_POINTS:
        return larger_first(x->total, y->total);
    case TD_TIE_MORE_BONUS:
        return larger_first(x->bonus, y->bonus);
    case TD_TIE_FEWER_DEDUCTIONS:
        return larger_first(-x->deduction, -y->deduction);
    default: {
        double p = course->riders[a].keys[i], q = course->riders[b].keys[i];
        return (p < q) - (p > q);
    }
    }
}

/* < 0 when a comes first. */
static int compare(const td_course *course, const td_spot *spots, size_t a, size_t b)
{
    const td_rules *rules = course->track->block->rules;
    const td_spot *x = &spots[a], *y = &spots[b];
    int sign = 0;
    if (rules->view.rank_class_first)
        sign = (x->class_index > y->class_index) - (x->class_index < y->class_index);
    if (sign == 0)
        sign =
            rules->view.rank_by == TD_BY_POINTS ? larger_first(x->total, y->total) : by_share(x, y);
    for (size_t i = 0; i < rules->n_ties && sign == 0; i++)
        sign = by_tie(course, spots, i, a, b);
    return sign;
}

static void merge_sort(const td_course *course, const td_spot *spots, size_t *order,
                       size_t *scratch, size_t n)
{
    if (n < 2)
        return;
    size_t half = n / 2, i = 0, j = half, k = 0;
    merge_sort(course, spots, order, scratch, half);
    merge_sort(course, spots, order + half, scratch, n - half);
    while (i < half && j < n)
        scratch[k++] = compare(course, spots, order[i], order[j]) <= 0 ? order[i++] : order[j++];
    while (i < half)
        scratch[k++] = order[i++];
    while (j < n)
        scratch[k++] = order[j++];
    memcpy(order, scratch, n * sizeof *order);
}

static void give_ranks(const td_course *course, td_spot *spots, size_t n)
{
    const td_rules *rules = course->track->block->rules;
    const size_t *order = course->order;
    for (size_t i = 0, end, n_groups = 0; i < n; i = end, n_groups++) {
        for (end = i + 1; end < n; end++)
            if (compare(course, spots, order[end - 1], order[end]) != 0)
                break;
        double rank = rules->ranks == TD_DENSE ? (double)(n_groups + 1) : (double)(i + 1);
        if (rules->ranks == TD_FRACTIONAL)
            rank += ((double)(end - i) - 1) / 2;
        for (size_t k = i; k < end; k++) {
            spots[order[k]].rank = rank;
            spots[order[k]].is_first = i == 0;
        }
    }
}

void td_course_stand(td_course *course, td_fraction t, td_spot *spots)
{
    size_t n = 0;
    for (size_t u = 0; u < course->n; u++) {
        td_course_settle(course, u, t, &spots[u]);
        if (spots[u].state != TD_UNRANKED)
            course->order[n++] = u;
    }
    merge_sort(course, spots, course->order, course->order + course->n, n);
    give_ranks(course, spots, n);
}
