/*
 * One year under several methods: the same as each of them as a scenario of its own.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "engine/thidua.h"

#define MOST_UNITS 200

typedef struct year {
    td_errors *errors;
    td_evaluation *evaluation;
    td_prepared *prepared;
    td_results results;
    td_awards awards;
} year;

static void year_rank(year *y)
{
    assert_int_equal(td_prepare(y->evaluation, NULL, &y->prepared, y->errors), TD_OK);
    assert_int_equal(td_evaluate(y->prepared, 1, NULL, NULL, &y->results, y->errors), TD_OK);
    assert_int_equal(td_award(y->prepared, &y->results, NULL, &y->awards, y->errors), TD_OK);
}

static void year_open(year *y, const char *path)
{
    *y = (year){.errors = td_errors_new()};
    assert_int_equal(td_evaluation_load(path, NULL, &y->evaluation, y->errors), TD_OK);
    year_rank(y);
    assert_in_range(y->results.n_units, 1, MOST_UNITS);
}

/* The same year as the scenario of one method. */
static void year_vary(year *y, const td_evaluation *base, size_t method)
{
    td_change change = {.kind = TD_CHANGE_METHOD, .text = td_method_name(method)};
    td_scenario scenario = {.n_changes = 1, .changes = &change};
    *y = (year){.errors = td_errors_new()};
    assert_int_equal(td_evaluation_vary(base, &scenario, &y->evaluation, y->errors), TD_OK);
    year_rank(y);
}

static void year_close(year *y)
{
    td_awards_release(&y->awards);
    td_results_release(&y->results);
    td_prepared_free(y->prepared);
    td_evaluation_free(y->evaluation);
    td_errors_free(y->errors);
}

static int worth(const td_awards *awards, size_t award, size_t unit)
{
    td_award_state state = awards->decision[award * awards->n_units + unit].state;
    return state == TD_PROPOSED || state == TD_GIVEN ? 2 : state == TD_TIED_AT_CUT ? 1 : 0;
}

static void each_method_is_its_own_scenario(void **state)
{
    (void)state;
    year official, varied;
    td_method_check check = {0};
    year_open(&official, "datasets/samples/hcmc-2025");
    assert_int_equal(td_method_check_run(official.prepared, &official.results, &official.awards, 0,
                                         NULL, NULL, NULL, &check, official.errors),
                     TD_OK);
    assert_int_equal(check.n_methods, 7);
    assert_true(!check.interrupted);
    size_t n = check.n_units, n_same_rank[MOST_UNITS] = {0}, n_same_awards[MOST_UNITS] = {0};
    size_t n_moved = 0;
    for (size_t i = 0; i < check.n_methods; i++) {
        year_vary(&varied, official.evaluation, check.methods[i]);
        const td_standing *standing = varied.results.standing;
        assert_memory_equal(standing, check.results[i].standing, n * sizeof *standing);
        for (size_t u = 0; u < n; u++) {
            bool same = true;
            for (size_t w = 0; w < varied.awards.n_awards; w++) {
                assert_int_equal(worth(&varied.awards, w, u), worth(&check.awards[i], w, u));
                same = same && worth(&varied.awards, w, u) == worth(&official.awards, w, u);
            }
            assert_int_equal(same, check.same_awards[i * n + u]);
            n_same_awards[u] += same;
            n_same_rank[u] += standing[u].rank == official.results.standing[u].rank;
            n_moved += !same;
        }
        year_close(&varied);
    }
    assert_true(n_moved > 0); /* there is something to see */
    assert_memory_equal(check.n_same_rank, n_same_rank, n * sizeof *n_same_rank);
    assert_memory_equal(check.n_same_awards, n_same_awards, n * sizeof *n_same_awards);
    td_method_check_release(&check);
    year_close(&official);
}

static void check_refuses_and_stops(void **state)
{
    (void)state;
    static const size_t UNKNOWN[] = {2, 99}, TWO[] = {3, 8};
    year y;
    year_open(&y, "datasets/samples/two-clusters");
    td_method_check check = {.n_units = 77};
    td_results other = {.k = 2, .n_units = 6, .standing = y.results.standing};
    td_results fewer = {.k = 1, .n_units = 5, .standing = y.results.standing};
    const struct {
        const td_results *official;
        size_t n;
        const size_t *methods;
    } WRONG[] = {
        {&y.results, 2, UNKNOWN}, {&y.results, 0, TWO}, {&other, 2, TWO}, {&fewer, 2, TWO}};
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(td_method_check_run(y.prepared, WRONG[i].official, NULL, WRONG[i].n,
                                             WRONG[i].methods, NULL, NULL, &check, y.errors),
                         TD_EINVAL);
        assert_int_equal(check.n_units, 77);
    }
    volatile int cancelled = 1;
    td_award_options award = {.cancelled = &cancelled};
    assert_int_equal(
        td_method_check_run(y.prepared, &y.results, NULL, 2, TWO, NULL, &award, &check, y.errors),
        TD_OK);
    assert_true(check.interrupted);
    assert_int_equal(check.n_methods, 1); /* the one in hand was finished */
    assert_int_equal(check.methods[0], 3);
    assert_int_equal(check.n_same_awards[0], 1); /* no awards: none is lost */
    assert_null(check.awards);
    td_method_check_release(&check);
    td_method_check_release(&check);
    year_close(&y);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_method_is_its_own_scenario),
        cmocka_unit_test(check_refuses_and_stops),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
