/*
 * What a unit would need: by hand, and confirmed by evaluating changed copies.
 */
#include "tests/unit/line_year.h"

static const char *const RULES = WHATIF_HEAD
    "\"scale\": 10, \"indicators\": {\"n\": {\"kind\": \"count\"}, \"p\": {\"unit\": \"%\", "
    "\"min\": 0, "
    "\"max\": 100}}, \"criteria\": [{\"code\": \"A\", \"max\": 6, \"direct\": true},"
    "{\"code\": \"B\", \"max\": 3, \"deduction_cap\": 3, \"deduct\": {\"n\": 0.25}}, {\"code\": "
    "\"C\", \"max\": 1, \"bands\": {\"of\": \"p\", \"table\": {\"[90, 100]\": 1, \"[50, 90)\": "
    "0.5, "
    "\"<50\": 0}}}]}";

static td_reach_options to_rank(size_t rank)
{
    return (td_reach_options){.rank = rank, .award = TD_NONE};
}

static const td_reach_step *step_of(const year *y, const td_reach_result *r, const char *code)
{
    for (size_t i = 0; i < r->n_alone; i++)
        if (strcmp(td_rules_indicator(y->evaluation->rules[0], r->alone[i].indicator), code) == 0)
            return &r->alone[i];
    return NULL;
}

/* p: 4.5 + (3 - 4/4) + 0.5 = 7; q: 5.1 + 2.5 + 0.5 = 8.1. 1.1 points are missing. */
static void what_is_missing_is_found(void **state)
{
    (void)state;
    year y;
    td_reach_result r = {0};
    const td_reach_options first = to_rank(1);
    year_write(&y, RULES, NULL, "id,name\nc,C\n", "id,name,cluster\np,P,c\nq,Q,c\n",
               "unit,A,n,p\np,4.5,4,61.25\nq,5.1,2,70\n", NULL);
    assert_int_equal(td_reach_unit(y.prepared, 0, &first, &r, y.errors), TD_OK);
    assert_false(r.already);
    assert_true(r.rank_now == 2 && r.needed_q == 110);
    assert_int_equal(r.n_alone, 3);
    const td_reach_step *a = step_of(&y, &r, "A"), *n = step_of(&y, &r, "n");
    const td_reach_step *p = step_of(&y, &r, "p");
    assert_true(a->reaches && a->to == 5.6 && a->decimals == 1 && a->gain_q == 110);
    assert_true(a->best == 6 && a->rank == 1);
    assert_false(n->reaches); /* no deductions: 1 point more */
    assert_true(n->to == 0 && n->gain_q == 100 && n->rank == 2);
    assert_false(p->reaches);
    assert_true(p->gain_q == 50 && p->to >= 90 && p->decimals == 2);
    assert_true(r.mix_reaches && r.n_mix == 1);
    assert_true(r.mix[0].to == 5.6 && fabs(r.mix_way - 1.1 / 1.5) < 1e-12);
    td_reach_release(&r);
    assert_int_equal(td_reach_unit(y.prepared, 1, &first, &r, y.errors), TD_OK);
    assert_true(r.already && r.needed_q == -110);
    td_reach_release(&r);
    year_close(&y);
}

/* 3.5 points are missing: 1.5 of A, 1 of n, 0.5 of p bring 3. */
static void what_cannot_be_reached_is_said(void **state)
{
    (void)state;
    year y;
    td_reach_result r = {0};
    const td_reach_options first = to_rank(1);
    year_write(&y, RULES, NULL, "id,name\nc,C\n", "id,name,cluster\np,P,c\nq,Q,c\n",
               "unit,A,n,p\np,4.5,4,61.25\nq,6,0,95\n", NULL);
    assert_int_equal(td_reach_unit(y.prepared, 0, &first, &r, y.errors), TD_OK);
    assert_true(r.needed_q == 300);
    assert_true(r.mix_reaches && r.n_mix == 3); /* just: 10 = 10, a shared first place */
    assert_true(r.mix[2].rank == 1 && r.mix[1].rank == 2);
    for (size_t i = 0; i < r.n_alone; i++)
        assert_false(r.alone[i].reaches);
    td_reach_release(&r);
    year_close(&y);
}

static void faults_are_named(void **state)
{
    (void)state;
    year y;
    td_reach_result r = {.n_mix = 77};
    td_reach_options what = to_rank(3);
    year_write(&y, RULES, NULL, "id,name\nc,C\n", "id,name,cluster\np,P,c\nq,Q,c\n",
               "unit,A,n,p\np,4.5,4,61.25\nq,6,0,95\n", NULL);
    assert_int_equal(td_reach_unit(y.prepared, 0, &what, &r, y.errors), TD_EINVAL);
    assert_string_equal(td_errors_view(y.errors, 0).code, "flip-rank");
    what.award = 0;
    assert_int_equal(td_reach_unit(y.prepared, 0, &what, &r, y.errors), TD_EINVAL);
    assert_string_equal(td_errors_view(y.errors, 1).code, "flip-no-award");
    assert_int_equal(td_reach_unit(y.prepared, 2, &what, &r, y.errors), TD_EINVAL);
    volatile int stop = 1;
    what = to_rank(1);
    what.cancelled = &stop;
    assert_int_equal(td_reach_unit(y.prepared, 0, &what, &r, y.errors), TD_EINTERRUPTED);
    assert_int_equal(r.n_mix, 77);
    year_close(&y);
}

/* ---- confirmed by changed copies ---- */

/* Rank of the unit when indicators have other values; 0: refused or unranked. */
static double rank_with(const year *y, const td_reach_step *steps, size_t n, size_t unit, int less)
{
    char values[8][40];
    td_change changes[8] = {0};
    const td_rules *rules =
        y->evaluation->rules[td_evaluation_cluster(y->evaluation,
                                                   td_evaluation_unit(y->evaluation, unit).cluster)
                                 .rules];
    for (size_t i = 0; i < n && i < 8; i++) {
        double grid = (double)td_pow10(steps[i].decimals);
        double back = less != 0 ? (steps[i].best > steps[i].from ? -1 : 1) : 0;
        td_points_text(nearbyint(steps[i].to * grid) + back, steps[i].decimals, '.', 0, values[i],
                       sizeof values[i]);
        changes[i] = (td_change){.kind = TD_CHANGE_VALUE,
                                 .code = td_rules_indicator(rules, steps[i].indicator),
                                 .unit = td_evaluation_unit(y->evaluation, unit).id,
                                 .text = values[i]};
    }
    const td_scenario scenario = {.n_changes = n, .changes = changes};
    td_evaluation *copy = NULL;
    td_prepared *prepared = NULL;
    td_results results = {0};
    const td_options alone = {.threads = 1};
    double rank = 0;
    if (td_evaluation_vary(y->evaluation, &scenario, &copy, y->errors) == TD_OK &&
        td_prepare(copy, &alone, &prepared, y->errors) == TD_OK &&
        td_evaluate(prepared, 1, NULL, &alone, &results, y->errors) == TD_OK)
        rank = results.standing[unit].rank;
    td_results_release(&results);
    td_prepared_free(prepared);
    td_evaluation_free(copy);
    return rank;
}

static size_t check_reach(const year *y, size_t unit, size_t rank)
{
    td_reach_result r = {0};
    const td_reach_options options = to_rank(rank);
    size_t n_reaching = 0;
    if (td_reach_unit(y->prepared, unit, &options, &r, y->errors) != TD_OK)
        return 0;
    for (size_t i = 0; i < r.n_alone; i++) {
        double there = rank_with(y, &r.alone[i], 1, unit, 0);
        assert_true(there == r.alone[i].rank);
        assert_true(r.alone[i].reaches == (there > 0 && there <= (double)rank));
        if (!r.alone[i].reaches)
            continue;
        double before = rank_with(y, &r.alone[i], 1, unit, 1);
        assert_true(before == 0 || before > (double)rank);
        n_reaching++;
    }
    if (r.mix_reaches && r.n_mix < 8) {
        double there = rank_with(y, r.mix, r.n_mix, unit, 0);
        assert_true(there > 0 && there <= (double)rank);
    }
    td_reach_release(&r);
    return n_reaching;
}

static void random_needs_are_confirmed(void **state)
{
    (void)state;
    size_t n = 0;
    for (uint64_t seed = 0; seed < 60; seed++) {
        year y;
        year_random(&y, seed, NULL);
        for (size_t u = 0; u < y.results.n_units; u++)
            n += check_reach(&y, u, 1 + seed % 2);
        year_close(&y);
    }
    print_message("%zu single moves\n", n);
    assert_true(n > 100);
}

/* Every function of the rule language, on the sample. */
static void the_sample_is_confirmed(void **state)
{
    (void)state;
    year y = {0};
    year_load(&y, "datasets/samples/two-clusters", 1);
    size_t n = 0;
    for (size_t u = 0; u < y.results.n_units; u++)
        n += check_reach(&y, u, 1);
    assert_true(n > 0);
    year_close(&y);
}

/* Some criteria of this table are normalized over all units: then everybody moves. */
static void normalizing_over_all_is_confirmed(void **state)
{
    (void)state;
    year y = {0};
    year_load(&y, "datasets/samples/hcmc-2025", 1);
    size_t n = 0;
    for (size_t u = 1; u < 30; u += 14)
        n += check_reach(&y, u, (size_t)fmax(1, y.results.standing[u].rank - 1));
    assert_true(n > 0);
    year_close(&y);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_missing_is_found),
        cmocka_unit_test(what_cannot_be_reached_is_said),
        cmocka_unit_test(faults_are_named),
        cmocka_unit_test(the_sample_is_confirmed),
        cmocka_unit_test(normalizing_over_all_is_confirmed),
        cmocka_unit_test(random_needs_are_confirmed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
