/*
 * Conditions: the logic that parts, gates and classes share, and tests on a row of indicators.
 */
#include <math.h>

#include "criteria/function.h"

bool td_compares(int order, td_comparison comparison)
{
    switch (comparison) {
    case TD_EQ:
        return order == 0;
    case TD_NE:
        return order != 0;
    case TD_LT:
        return order < 0;
    case TD_LE:
        return order <= 0;
    case TD_GT:
        return order > 0;
    case TD_GE:
        return order >= 0;
    default:
        return false;
    }
}

bool td_condition_holds(const td_condition *condition, td_condition_test *test, const void *context)
{
    bool all = condition->logic == TD_ALL;
    switch (condition->logic) {
    case TD_TEST:
        return test(condition, context);
    case TD_NOT:
        return !td_condition_holds(&condition->children[0], test, context);
    default:
        for (size_t i = 0; i < condition->n_children; i++)
            if (td_condition_holds(&condition->children[i], test, context) != all)
                return !all;
        return all;
    }
}

/* x against factor * y, exactly where both are decimals. */
static int order_of_multiple(double x, double factor, double y)
{
    td_fraction a = td_fraction_of_double(x);
    td_fraction b = td_fraction_mul(td_fraction_of_double(factor), td_fraction_of_double(y));
    if (td_fraction_ok(a) && td_fraction_ok(b))
        return td_fraction_cmp(a, b);
    return (x > factor * y) - (x < factor * y);
}

static bool test_on_row(const td_condition *test, const void *context)
{
    const double *row = context;
    double x = row[test->index];
    if (test->comparison == TD_ABSENT)
        return isnan(x) == test->expected;
    if (isnan(x))
        return false;
    if (test->right_subject != TD_SUBJ_INDICATOR)
        return td_compares((x > test->number) - (x < test->number), test->comparison);
    double y = row[test->right_index];
    return !isnan(y) && td_compares(order_of_multiple(x, test->number, y), test->comparison);
}

bool td_condition_on_row(const td_condition *condition, const double *row)
{
    return td_condition_holds(condition, test_on_row, row);
}
