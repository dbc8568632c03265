/*
 * Conditions of gates and classes along a line of weights: both sides as functions of t.
 */
#include "engine/whatif/track.h"

static bool is_whole(td_subject subject, size_t index)
{
    return index == 0 &&
           (subject == TD_SUBJ_POINTS || subject == TD_SUBJ_SHARE || subject == TD_SUBJ_BONUS);
}

static bool test_varies(const td_condition *test)
{
    return is_whole(test->subject, test->index) || is_whole(test->right_subject, test->right_index);
}

bool td_condition_varies(const td_condition *condition, size_t *n_tests)
{
    if (condition == NULL)
        return false;
    bool varies = condition->logic == TD_TEST && test_varies(condition);
    *n_tests += varies;
    for (size_t i = 0; i < condition->n_children; i++)
        varies |= td_condition_varies(&condition->children[i], n_tests);
    return varies;
}

typedef struct follow {
    td_course *course;
    const td_rider *rider;
    td_fraction t;
} follow;

static td_quotient constant(td_fraction x)
{
    return (td_quotient){{x.num, 0}, {x.den, 0}};
}

/* One side as a function of t; a constant without value has den 0. */
static td_quotient side_along(const follow *f, td_subject subject, size_t index)
{
    const td_track *track = f->course->track;
    const td_rider *rider = f->rider;
    if (!is_whole(subject, index))
        return constant(td_case_side(&rider->the, subject, index));
    if (subject == TD_SUBJ_SHARE)
        return (td_quotient){rider->points, rider->assigned};
    td_int128 grid =
        td_mul_checked(track->d, td_pow10(track->block->rules->view.decimals), &f->course->failed);
    return (td_quotient){subject == TD_SUBJ_POINTS ? rider->points : rider->bonus, {grid, 0}};
}

static td_quotient right_along(const follow *f, const td_condition *test)
{
    td_fraction number = test->exact_number;
    if (test->right_subject == TD_SUBJ_NONE)
        return constant(number);
    td_quotient side = side_along(f, test->right_subject, test->right_index);
    bool *failed = &f->course->failed;
    return (td_quotient){td_affine_scale(side.num, number.num, failed),
                         td_affine_scale(side.den, number.den, failed)};
}

static td_fraction at(const follow *f, const td_quotient *q)
{
    return (td_fraction){td_affine_at(q->num, f->t, &f->course->failed),
                         td_affine_at(q->den, f->t, &f->course->failed)};
}

static bool test_at(const td_condition *test, const void *context)
{
    const follow *f = context;
    if (!test_varies(test))
        return td_case_holds(&f->rider->the, test);
    td_quotient left = side_along(f, test->subject, test->index), right = right_along(f, test);
    td_fraction x = at(f, &left), y = at(f, &right);
    return x.den > 0 && y.den > 0 && td_compares(td_fraction_order(x, y), test->comparison);
}

bool td_rider_holds(td_course *course, const td_rider *rider, const td_condition *condition,
                    td_fraction t)
{
    const follow f = {course, rider, t};
    return td_condition_holds(condition, test_at, &f);
}

size_t td_rider_turns(td_course *course, const td_rider *rider, const td_condition *condition,
                      td_root *out)
{
    size_t n = 0;
    if (condition == NULL)
        return 0;
    if (condition->logic == TD_TEST && test_varies(condition)) {
        const follow f = {.course = course, .rider = rider};
        td_quotient left = side_along(&f, condition->subject, condition->index);
        td_quotient right = right_along(&f, condition);
        td_root roots[2];
        bool identical;
        size_t found = td_quotients_meet(&left, &right, roots, &identical, &course->failed);
        for (size_t i = 0; i < found; i++, n++)
            if (out != NULL)
                out[n] = roots[i];
    }
    for (size_t i = 0; i < condition->n_children; i++)
        n += td_rider_turns(course, rider, &condition->children[i], out == NULL ? NULL : out + n);
    return n;
}
