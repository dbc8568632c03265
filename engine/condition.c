/*
 * Conditions of gates and classes, on everything that is known of a unit after scoring.
 * Sides are compared as exact fractions; a side that does not exist makes the test false.
 */
#include <math.h>
#include <string.h>

#include "engine/prepared.h"

static const td_fraction ABSENT = {0, 0};

static td_fraction of_total(const td_case *the, td_subject subject)
{
    const td_rules_view *view = &the->block->rules->view;
    switch (subject) {
    case TD_SUBJ_POINTS:
        return td_points_ratio(the->before_q, view->decimals);
    case TD_SUBJ_SHARE:
        return td_share_ratio(the->before_q, the->assigned_q);
    case TD_SUBJ_DEDUCTIONS:
        return td_points_ratio(the->deduction_q, view->leaf_decimals);
    default:
        return td_points_ratio(the->bonus_q, view->leaf_decimals);
    }
}

static const td_watch *watch_of(const td_case *the, size_t criterion)
{
    const td_block *b = the->block;
    return &b->watch[the->row * b->n_watched + b->watch_of[criterion]];
}

static td_fraction of_criterion(const td_case *the, td_subject subject, size_t criterion)
{
    const td_watch *w = watch_of(the, criterion);
    int decimals = the->block->rules->view.leaf_decimals;
    switch (subject) {
    case TD_SUBJ_POINTS:
        return td_points_ratio(w->points, decimals);
    case TD_SUBJ_SHARE:
        return td_share_ratio(w->points, w->assigned_q);
    case TD_SUBJ_DEDUCTIONS:
        return td_points_ratio(w->deduction_q, decimals);
    default:
        return td_points_ratio(w->bonus_q, decimals);
    }
}

static double indicator_value(const td_case *the, size_t indicator)
{
    const td_table *table = the->block->table;
    return table->value[the->row * table->n_indicators + indicator];
}

static td_fraction lowest_share(const td_share *shares, size_t row)
{
    return td_share_ratio(shares[row].points_q, shares[row].assigned_q);
}

/* Not in lowest terms. */
static td_fraction side(const td_case *the, td_subject subject, size_t index)
{
    switch (subject) {
    case TD_SUBJ_INDICATOR:
        return td_fraction_of_double(indicator_value(the, index));
    case TD_SUBJ_LOWEST_GROUP:
        return lowest_share(the->block->lowest_group, the->row);
    case TD_SUBJ_LOWEST_LEAF:
        return lowest_share(the->block->lowest_leaf, the->row);
    case TD_SUBJ_POINTS:
    case TD_SUBJ_SHARE:
    case TD_SUBJ_DEDUCTIONS:
    case TD_SUBJ_BONUS:
        return index == 0 ? of_total(the, subject) : of_criterion(the, subject, index);
    default:
        return ABSENT;
    }
}

td_fraction td_case_side(const td_case *the, td_subject subject, size_t index)
{
    return td_fraction_reduced(side(the, subject, index));
}

static bool below_floor(const td_case *the, size_t criterion)
{
    if (criterion == TD_NONE)
        return the->block->below_any_floor[the->row];
    const td_criterion *c = &the->block->rules->criteria[criterion];
    double points = watch_of(the, criterion)->points;
    return c->has_floor && !isnan(points) && points < (double)c->floor_q;
}

static bool test(const td_condition *c, const void *context)
{
    const td_case *the = context;
    const td_unit *unit = &the->prepared->evaluation->data.units[the->unit];
    switch (c->subject) {
    case TD_SUBJ_CHANNEL:
        return !unit->has_channel[c->index] == c->expected;
    case TD_SUBJ_CATEGORY:
        return unit->category != NULL && strcmp(unit->category, c->text) == 0;
    case TD_SUBJ_BELOW_FLOOR:
        return below_floor(the, c->index);
    default:
        break;
    }
    if (c->comparison == TD_ABSENT)
        return isnan(indicator_value(the, c->index)) == c->expected;
    td_fraction left = side(the, c->subject, c->index);
    td_fraction right = c->exact_number;
    if (c->right_subject != TD_SUBJ_NONE)
        right = td_fraction_mul(right, td_case_side(the, c->right_subject, c->right_index));
    return td_fraction_ok(left) && td_fraction_ok(right) &&
           td_compares(td_fraction_cmp(left, right), c->comparison);
}

bool td_case_holds(const td_case *the, const td_condition *condition)
{
    return td_condition_holds(condition, test, the);
}
