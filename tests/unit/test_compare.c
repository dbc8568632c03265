/*
 * Comparing two results: moves, and Kendall's tau-b against hand values and against its
 * definition pair by pair.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "datasets/dataset.h"

#define MOST 40

/* One cluster of n units, with ranks given. */
typedef struct two {
    td_evaluation evaluation;
    td_cluster clusters[2];
    td_standing first[MOST], second[MOST];
    td_results a, b;
} two;

static void two_init(two *t, size_t n, const double *x, const double *y)
{
    memset(t, 0, sizeof *t);
    t->clusters[0] = (td_cluster){.first_unit = 0, .n_units = n};
    t->evaluation.data = (td_dataset){.n_units = n, .n_clusters = 1, .clusters = t->clusters};
    for (size_t u = 0; u < n; u++) {
        t->first[u].rank = x[u];
        t->second[u].rank = y[u];
    }
    t->a = (td_results){.k = 1, .n_units = n, .standing = t->first};
    t->b = (td_results){.k = 1, .n_units = n, .standing = t->second};
}

static td_rank_change compare(size_t n, const double *x, const double *y)
{
    two t;
    td_rank_change change;
    two_init(&t, n, x, y);
    assert_int_equal(td_compare_ranks(&t.evaluation, &t.a, 0, &t.b, 0, &change), TD_OK);
    return change;
}

/* By the definition, every pair looked at. */
static double tau_of_pairs(size_t n, const double *x, const double *y)
{
    double sum = 0, left = 0, right = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < i; j++) {
            if (x[i] == 0 || y[i] == 0 || x[j] == 0 || y[j] == 0)
                continue;
            double a = (x[i] > x[j]) - (x[i] < x[j]), b = (y[i] > y[j]) - (y[i] < y[j]);
            sum += a * b;
            left += a * a;
            right += b * b;
        }
    return left == 0 || right == 0 ? NAN : sum / sqrt(left * right);
}

static void hand_values(void **state)
{
    (void)state;
    const double up[] = {1, 2, 3, 4}, down[] = {4, 3, 2, 1}, one[] = {1, 3, 2, 4};
    assert_true(compare(4, up, up).tau_b == 1);
    assert_true(compare(4, up, down).tau_b == -1);
    assert_true(compare(4, up, one).tau_b == 4.0 / 6);
    /* of 6 pairs one is tied in x, another in y */
    const double x[] = {1, 2, 2, 4}, y[] = {1, 1, 3, 4};
    assert_true(compare(4, x, y).tau_b == 4 / 5.0); /* 4 concordant, none the other way */
    const double level[] = {1, 1, 1, 1};
    assert_true(isnan(compare(4, level, up).tau_b));
    assert_true(isnan(compare(4, up, level).tau_b));
    assert_true(isnan(compare(1, up, up).tau_b));
    assert_true(isnan(compare(0, up, up).tau_b));
}

static void moves_and_who_made_them(void **state)
{
    (void)state;
    const double x[] = {1, 2, 3, 0, 4.5, 4.5}, y[] = {3, 2, 1, 4, 0, 5};
    td_rank_change change = compare(6, x, y);
    assert_int_equal(change.n_both, 4);
    assert_int_equal(change.n_moved, 3);
    assert_true(change.move == -2); /* unit 0 fell by two; unit 2 rose by two, but comes later */
    assert_int_equal(change.moved_most, 0);
    assert_int_equal(change.n_entered, 1);
    assert_int_equal(change.n_left, 1);
    td_rank_change none = compare(6, x, x);
    assert_int_equal(none.n_moved, 0);
    assert_true(none.move == 0);
    assert_int_equal(none.moved_most, TD_NONE);
}

static void as_the_definition(void **state)
{
    (void)state;
    uint64_t seed = 20251125;
    for (size_t run = 0; run < 3000; run++) {
        double x[MOST], y[MOST];
        size_t n = run % MOST, spread = 1 + run % 7 * 5;
        for (size_t u = 0; u < n; u++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            x[u] = (double)((seed >> 33) % (spread + 1)); /* 0: not ranked */
            y[u] = (double)((seed >> 45) % (spread + 1));
        }
        double fast = compare(n, x, y).tau_b, slow = tau_of_pairs(n, x, y);
        assert_true(fast == slow || (isnan(fast) && isnan(slow)));
    }
}

static void what_does_not_fit_is_refused(void **state)
{
    (void)state;
    const double x[] = {1, 2};
    two t;
    td_rank_change change = {.n_both = 77};
    two_init(&t, 2, x, x);
    assert_int_equal(td_compare_ranks(&t.evaluation, &t.a, 1, &t.b, 0, &change), TD_EINVAL);
    assert_int_equal(td_compare_ranks(&t.evaluation, &t.a, 0, &t.b, 1, &change), TD_EINVAL);
    t.b.n_units = 1;
    assert_int_equal(td_compare_ranks(&t.evaluation, &t.a, 0, &t.b, 0, &change), TD_EINVAL);
    assert_int_equal(change.n_both, 77);
}

static void awards_that_change(void **state)
{
    (void)state;
    td_decision first[] = {{.state = TD_PROPOSED},
                           {.state = TD_RESERVE},
                           {.state = TD_TIED_AT_CUT},
                           {.state = TD_GIVEN}};
    td_decision second[] = {{.state = TD_TIED_AT_CUT},
                            {.state = TD_PROPOSED},
                            {.state = TD_RESERVE},
                            {.state = TD_GIVEN}};
    td_awards a = {.n_awards = 1, .n_units = 4, .decision = first};
    td_awards b = {.n_awards = 1, .n_units = 4, .decision = second}, none = {0};
    const td_award_change expected[] = {TD_AWARD_LOST, TD_AWARD_GAINED, TD_AWARD_SHIFTED,
                                        TD_AWARD_SAME};
    for (size_t u = 0; u < 4; u++) {
        assert_int_equal(td_compare_award(&a, &b, 0, u), expected[u]);
        assert_int_equal(td_compare_award(&a, &a, 0, u), TD_AWARD_SAME);
        assert_int_equal(td_compare_award(&a, &none, 0, u), TD_AWARD_SAME);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hand_values),        cmocka_unit_test(moves_and_who_made_them),
        cmocka_unit_test(as_the_definition),  cmocka_unit_test(what_does_not_fit_is_refused),
        cmocka_unit_test(awards_that_change),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
