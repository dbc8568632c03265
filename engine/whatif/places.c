/*
 * Where on a line of weights the order, a class or a state may change: every place where two
 * units meet in what separates them, or a unit meets a bound.
 */
#include <string.h>

#include "engine/whatif/track.h"

/* Roots are counted, and kept where there is room. */
typedef struct sink {
    td_course *course;
    td_root *out; /* NULL: only counted */
    size_t n;
} sink;

/* Returns true when the two are the same everywhere. */
static bool meet(sink *to, const td_quotient *x, const td_quotient *y)
{
    td_root roots[2];
    bool identical;
    size_t n = td_quotients_meet(x, y, roots, &identical, &to->course->failed);
    for (size_t i = 0; i < n; i++, to->n++)
        if (to->out != NULL)
            to->out[to->n] = roots[i];
    return identical;
}

/* ---- pairs ---- */

/* Units as they stand on a stretch of the line where the deductions of gates do not change. */
static td_affine total_along(td_course *course, size_t u)
{
    td_affine total = course->riders[u].points;
    total.at0 -= course->spots[u].deduction;
    return total;
}

static td_quotient plain(td_affine x)
{
    return (td_quotient){x, {1, 0}};
}

static td_quotient basis_along(td_course *course, size_t u)
{
    td_affine total = total_along(course, u);
    if (course->track->block->rules->view.rank_by == TD_BY_POINTS)
        return plain(total);
    return (td_quotient){total, course->riders[u].assigned};
}

/* A tie key as a function of t; false: it does not follow the weights. */
static bool key_along(td_course *course, td_tie_kind kind, size_t u, td_quotient *out)
{
    const td_rider *rider = &course->riders[u];
    switch (kind) {
    case TD_TIE_SHARE:
        *out = (td_quotient){total_along(course, u), rider->assigned};
        return true;
    case TD_TIE_POINTS:
        *out = plain(total_along(course, u));
        return true;
    case TD_TIE_MORE_BONUS:
        *out = plain(rider->bonus);
        return true;
    case TD_TIE_FEWER_DEDUCTIONS: {
        td_int128 all = rider->deduction + course->spots[u].deduction;
        *out = plain((td_affine){-all, 0});
        return true;
    }
    default:
        return false;
    }
}

/* The first key in which two units differ somewhere decides between them. */
static void meet_pair(sink *to, size_t a, size_t b)
{
    td_course *course = to->course;
    const td_rules *rules = course->track->block->rules;
    td_quotient x = basis_along(course, a), y = basis_along(course, b);
    bool identical = meet(to, &x, &y);
    for (size_t i = 0; i < rules->n_ties && identical; i++) {
        if (key_along(course, rules->ties[i].kind, a, &x) &&
            key_along(course, rules->ties[i].kind, b, &y))
            identical = meet(to, &x, &y);
        else
            identical = course->riders[a].keys[i] == course->riders[b].keys[i];
    }
}

static void meet_pairs(sink *to)
{
    for (size_t a = 0; a < to->course->n; a++)
        for (size_t b = a + 1; b < to->course->n && !to->course->riders[a].is_out; b++)
            if (!to->course->riders[b].is_out)
                meet_pair(to, a, b);
}

/* ---- bounds of classes ---- */

static void meet_bound(sink *to, size_t u, td_fraction edge)
{
    td_course *course = to->course;
    const td_track *track = course->track;
    const td_rules *rules = track->block->rules;
    td_int128 grid = track->d * td_pow10(rules->view.decimals);
    td_quotient limit = {{edge.num, 0}, {edge.den * (rules->class_by_share ? 100 : 1), 0}};
    td_affine total = total_along(course, u), scale = {0, 0};
    td_quotient figure = {total, rules->class_by_share ? course->riders[u].assigned
                                                       : (td_affine){grid, 0}};
    meet(to, &figure, &limit);
    if (!rules->class_cap)
        return;
    scale.at0 = track->d * (td_int128)(rules->view.scale * (double)td_pow10(rules->view.decimals));
    td_quotient whole = plain(total), cap = plain(scale), capped = {scale, figure.den};
    meet(to, &whole, &cap);
    meet(to, &capped, &limit);
}

static void meet_classes(sink *to)
{
    const td_rules *rules = to->course->track->block->rules;
    for (size_t u = 0; u < to->course->n; u++)
        for (size_t c = 0; c < rules->n_classes && !to->course->riders[u].is_out; c++)
            if (rules->classes[c].has_bound)
                meet_bound(to, u, rules->classes[c].exact_bound);
}

/* ---- stretches ---- */

static size_t turns_of(td_course *course, bool only_deductions, td_root *out)
{
    const td_track *track = course->track;
    const td_rules *rules = track->block->rules;
    size_t n = 0;
    for (size_t u = 0; u < course->n; u++) {
        for (size_t i = 0; i < track->n_conditions && !course->riders[u].is_out; i++) {
            bool is_gate = i < rules->n_gates;
            if (!track->varies[i] ||
                (only_deductions && !(is_gate && rules->gates[i].effect == TD_GATE_DEDUCT)))
                continue;
            const td_condition *when =
                is_gate ? rules->gates[i].when : rules->classes[i - rules->n_gates].when;
            n += td_rider_turns(course, &course->riders[u], when, out == NULL ? NULL : out + n);
        }
    }
    return n;
}

/* Fills spots[u].deduction with what gates take on this stretch. */
static void take_deductions(td_course *course, td_fraction t)
{
    for (size_t u = 0; u < course->n; u++) {
        td_spot spot;
        td_course_settle(course, u, t, &spot);
        td_int128 all = spot.deduction / t.den; /* whole: every part of it is a multiple */
        course->spots[u].deduction = all - course->riders[u].deduction;
    }
}

/* Where gates deduct depending on the total, units are other lines on each stretch. */
static void meet_on_stretches(sink *to)
{
    td_course *course = to->course;
    size_t n = 0;
    td_root *cuts = course->cuts;
    cuts[n++] = td_root_of((td_fraction){0, 1});
    if (course->track->deduction_varies)
        n += turns_of(course, true, cuts + n);
    cuts[n++] = td_root_of((td_fraction){1, 1});
    td_roots_sort(cuts, course->scratch, n, &course->failed);
    for (size_t i = 0; i + 1 < n && !course->failed; i++) {
        bool undecided = false;
        if (td_root_order(&cuts[i], &cuts[i + 1], &undecided) == 0)
            continue;
        take_deductions(course, td_root_between(&cuts[i], &cuts[i + 1], &course->failed));
        meet_pairs(to);
        meet_classes(to);
    }
}

size_t td_course_places(td_course *course, td_root *out)
{
    sink to = {course, out, 0};
    to.n += turns_of(course, false, out);
    meet_on_stretches(&to);
    return to.n;
}

/* ---- sorting ---- */

static void merge_sort(td_root *roots, td_root *scratch, size_t n, bool *undecided)
{
    if (n < 2)
        return;
    size_t half = n / 2, i = 0, j = half, k = 0;
    merge_sort(roots, scratch, half, undecided);
    merge_sort(roots + half, scratch, n - half, undecided);
    while (i < half && j < n)
        scratch[k++] =
            td_root_order(&roots[i], &roots[j], undecided) <= 0 ? roots[i++] : roots[j++];
    while (i < half)
        scratch[k++] = roots[i++];
    while (j < n)
        scratch[k++] = roots[j++];
    memcpy(roots, scratch, n * sizeof *roots);
}

void td_roots_sort(td_root *roots, td_root *scratch, size_t n, bool *failed)
{
    merge_sort(roots, scratch, n, failed);
}
