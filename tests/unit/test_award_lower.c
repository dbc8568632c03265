/*
 * Lower bounds and what conflicts; explanations of every decision; what is refused.
 */
#include "tests/unit/award_case.h"

#define TWO_CLUSTERS "c,C,p,n\nd,D,p,n\n"

/* ---- lower bounds ---- */

static void lower_bounds_change_as_little_as_they_must(void **state)
{
    (void)state;
    awarded y;
    open_well(&y,
              (award_case){
                  ONE_CLUSTER, FIVE, "a,9,0\nb,8,0\nk,7,0\nl,6,0\nm,5,0\n", NULL, NULL,
                  AWARD("f", "\"limits\": [{\"within\": \"cluster\", \"count\": 2}], "
                             "\"lower\": [{\"category\": [\"y\"], \"within\": \"all\", \"share\": "
                             "0.6}]") "," AWARD("g", "\"limits\": [{\"within\": \"cluster\", "
                                                     "\"count\": 3}], "
                                                     "\"lower\": [{\"category\": [\"y\"], "
                                                     "\"within\": \"cluster\", \"at_least\": 2}]"),
                  NULL, NULL});
    expect_states(&y, "f", "a O b P k O l P m O"); /* ceil(0.6 * 2) = 2: both are y */
    expect_states(&y, "g", "a P b P k O l P m O");
    case_close(&y);
}

/* b or l: either meets the bound, so one seat is the council's, and both bounds know it. */
static void ties_under_lower_bounds_keep_their_seats_open(void **state)
{
    (void)state;
    awarded y;
    open_well(
        &y,
        (award_case){
            ONE_CLUSTER, FIVE, "a,9,0\nb,8,0\nk,9,0\nl,8,0\nm,5,0\n", NULL, NULL,
            AWARD("f", "\"limits\": [{\"within\": \"cluster\", \"count\": 3}], "
                       "\"lower\": [{\"category\": [\"y\"], \"within\": \"all\", \"at_least\": "
                       "1}]") "," AWARD("g", "\"conditions\": [{\"not\": {\"rank_at_most\": 4}}]"),
            "{\"awards\": [\"f\", \"g\"], \"within\": \"cluster\", \"count\": 3}", NULL});
    expect_states(&y, "f", "a P b T k P l T m O");
    expect_quota(quota_at(&y, 0, TD_WITHIN_CLUSTER, 0), 3, 2, 1, 0);
    expect_states(&y, "g", "a N b N k N l N m O");
    case_close(&y);
}

static void lower_bounds_that_conflict_are_named(void **state)
{
    (void)state;
    awarded y;
    award_case the = {"c,C,p,\nd,D,p,\n",
                      "a,A,c,x\nb,B,c,x\nk,K,d,y\n",
                      "a,9,0\nb,8,0\nk,7,0\n",
                      NULL,
                      NULL,
                      AWARD("f", "\"limits\": [{\"within\": \"all\", \"share\": 0.7, \"of\": "
                                 "\"units\"}], \"lower\": ["
                                 "{\"category\": [\"x\"], \"within\": \"all\", \"at_least\": 1}, "
                                 "{\"category\": [\"y\"], \"within\": \"cluster\", \"at_least\": "
                                 "1}]") "," AWARD("g", ONE_IN_CLUSTER),
                      NULL,
                      NULL};
    assert_int_equal(case_open(&y, &the), TD_EINFEASIBLE);
    expect_states(&y, "f", "a O b O k O");
    expect_states(&y, "g", "a P b O k P"); /* the others are decided all the same */
    size_t named = 0;
    for (size_t i = 0; i < td_errors_size(y.errors); i++) {
        td_fault fault = td_errors_view(y.errors, i);
        if (strcmp(fault.code, "award-lower-bounds-conflict") != 0)
            continue;
        named++;
        assert_non_null(strstr(fault.place.pointer, "/awards/0/lower/1"));
    }
    assert_int_equal(named, 1); /* nobody of y stands in the first cluster: that alone conflicts */
    case_close(&y);
}

/* Only in the last of n clusters nobody is of x: one bound in one place conflicts, however many. */
static void the_smallest_conflict_is_found_among_many(void **state)
{
    (void)state;
    static const size_t N[] = {2, 14, 70};
    for (size_t i = 0; i < 3; i++) {
        static char clusters[4000], units[4000], values[4000];
        clusters[0] = units[0] = values[0] = '\0';
        for (size_t c = 0; c < N[i]; c++) {
            size_t a = strlen(clusters), b = strlen(units), v = strlen(values);
            snprintf(clusters + a, sizeof clusters - a, "c%02zu,C%02zu,p,\n", c, c);
            snprintf(units + b, sizeof units - b, "u%02zu,U%02zu,c%02zu,%s\n", c, c, c,
                     c + 1 == N[i] ? "y" : "x");
            snprintf(values + v, sizeof values - v, "u%02zu,%.1f,0\n", c, 0.1 * (double)(c + 1));
        }
        awarded y;
        award_case the = {
            clusters,
            units,
            values,
            NULL,
            NULL,
            AWARD("f",
                  "\"lower\": [{\"category\": [\"x\"], \"within\": \"cluster\", \"at_least\": 1}]"),
            NULL,
            NULL};
        assert_int_equal(case_open(&y, &the), TD_EINFEASIBLE);
        size_t named = 0;
        for (size_t f = 0; f < td_errors_size(y.errors); f++)
            named += strcmp(td_errors_view(y.errors, f).code, "award-lower-bounds-conflict") == 0;
        assert_int_equal(named, 1);
        case_close(&y);
    }
}

static void nobody_at_all_cannot_be_at_least_one(void **state)
{
    (void)state;
    awarded y;
    award_case the = {
        "c,C,p,\nd,D,p,\n",
        "a,A,c,x\nb,B,c,x\nk,K,d,x\n",
        "a,9,0\nb,8,0\nk,7,2\n",
        NULL,
        NULL,
        AWARD("f",
              "\"lower\": [{\"category\": [\"x\"], \"within\": \"cluster\", \"at_least\": 1}]"),
        NULL,
        NULL};
    assert_int_equal(case_open(&y, &the), TD_EINFEASIBLE);
    expect_states(&y, "f", "a O b O k B");
    case_close(&y);
}

static void solving_stops_when_asked_to(void **state)
{
    (void)state;
    awarded y;
    award_case the = {
        ONE_CLUSTER,
        FIVE,
        "a,9,0\nb,8,0\nk,7,0\nl,6,0\nm,5,0\n",
        NULL,
        NULL,
        AWARD("f", "\"lower\": [{\"category\": [\"y\"], \"within\": \"all\", \"at_least\": 1}]"),
        NULL,
        NULL};
    case_rank(&y, &the);
    volatile int cancelled = 1;
    td_award_options options = {.cancelled = &cancelled};
    td_awards untouched = {.n_awards = 77};
    assert_int_equal(td_award(y.prepared, &y.results, &options, &untouched, y.errors),
                     TD_EINTERRUPTED);
    assert_int_equal(untouched.n_awards, 77);
    case_close(&y);
}

/* ---- explanations and errors ---- */

static void every_decision_is_explained(void **state)
{
    (void)state;
    awarded y;
    award_case the = {
        TWO_CLUSTERS,
        "a,A,c,x\nb,B,c,y\nk,K,c,x\nl,L,d,y\nm,M,d,x\nn,N,d,x\n",
        "a,9,0\nb,8,0\nk,8,3\nl,6,1\nm,5,4\nn,2,0\n",
        "a,2,3,7,1\nb,1,,,\n",
        "a,2024,f\n",
        AWARD("t", "\"given\": true") "," AWARD(
            "f", ONE_IN_CLUSTER
            ", \"reserve\": "
            "1") "," AWARD("g",
                           "\"exclusive_with\": [\"f\"], \"conditions\": [{\"any\": "
                           "[{\"rank_at_most\": 2}, "
                           "{\"all\": [{\"leader\": true}, {\"not\": {\"category\": [\"x\"]}}]}]}, "
                           "{\"votes_at_least\": \"2/3\", \"of\": \"present\"}, "
                           "{\"cluster_size_at_least\": 2}, "
                           "{\"held_every_year\": \"f\", \"years_back\": [1, 1]}, {\"not_holds\": "
                           "\"t\"}]") "," AWARD("h", "\"lower\": [{\"category\": [\"y\"], "
                                                     "\"within\": \"all\", \"at_least\": 3}]"),
        NULL,
        NULL};
    assert_int_equal(case_open(&y, &the), TD_EINFEASIBLE);
    for (size_t w = 0; w < y.awards.n_awards; w++)
        for (size_t u = 0; u < y.awards.n_units; u++) {
            td_award_explanation e;
            assert_int_equal(td_award_explain(y.prepared, &y.results, NULL, &y.awards, w, u, &e),
                             TD_OK);
            td_award_state s = y.awards.decision[w * y.awards.n_units + u].state;
            for (int lang = 0; lang < 2; lang++) {
                assert_string_not_equal(e.why[lang], "");
                if (s != TD_PROPOSED && s != TD_GIVEN)
                    assert_string_not_equal(e.change[lang], "");
                assert_null(strchr(e.why[lang], '{'));
                for (size_t i = 0; i < e.n_lines; i++)
                    assert_string_not_equal(e.lines[i].text[lang], "");
            }
            if (w == 2)
                assert_int_equal(e.n_lines, 10);
            td_award_explanation_release(&e);
        }
    case_close(&y);
}

static void wrong_arguments_are_refused(void **state)
{
    (void)state;
    awarded y;
    award_case the = {ONE_CLUSTER, FIVE, "a,9,0\nb,8,0\nk,7,0\nl,6,0\nm,5,0\n",
                      NULL,        NULL, AWARD("f", ONE_IN_CLUSTER),
                      NULL,        NULL};
    case_rank(&y, &the);
    td_awards untouched = {.n_awards = 77};
    td_strike strike = {y.results.n_units, "?"};
    td_award_options options = {.n_strikes = 1, .strikes = &strike};
    assert_int_equal(td_award(y.prepared, &y.results, &options, &untouched, y.errors), TD_EINVAL);
    td_results two = y.results;
    two.k = 2;
    assert_int_equal(td_award(y.prepared, &two, NULL, &untouched, y.errors), TD_EINVAL);
    two = y.results;
    two.n_units--;
    assert_int_equal(td_award(y.prepared, &two, NULL, &untouched, y.errors), TD_EINVAL);
    assert_int_equal(untouched.n_awards, 77);
    assert_int_equal(td_award(y.prepared, &y.results, NULL, &y.awards, y.errors), TD_OK);
    td_award_explanation e = {.n_lines = 77};
    assert_int_equal(td_award_explain(y.prepared, &y.results, NULL, &y.awards, 1, 0, &e),
                     TD_EINVAL);
    assert_int_equal(td_award_explain(y.prepared, &y.results, NULL, &y.awards, 0, 5, &e),
                     TD_EINVAL);
    assert_int_equal(e.n_lines, 77);
    td_awards_release(&y.awards);
    td_awards_release(&y.awards); /* twice is once */
    case_close(&y);
}

static void without_a_policy_there_are_no_awards(void **state)
{
    (void)state;
    td_errors *errors = td_errors_new();
    td_evaluation *evaluation;
    td_prepared *prepared;
    td_results results = {0};
    td_awards awards = {.n_awards = 77};
    assert_int_equal(
        td_evaluation_load("datasets/samples/quang-tri-police-2025", NULL, &evaluation, errors),
        TD_OK);
    assert_int_equal(td_prepare(evaluation, NULL, &prepared, errors), TD_OK);
    assert_int_equal(td_evaluate(prepared, 1, NULL, NULL, &results, errors), TD_OK);
    if (td_evaluation_policy(evaluation) == NULL) {
        assert_int_equal(td_award(prepared, &results, NULL, &awards, errors), TD_OK);
        assert_int_equal(awards.n_awards, 0);
        td_awards_release(&awards);
    }
    td_results_release(&results);
    td_prepared_free(prepared);
    td_evaluation_free(evaluation);
    td_errors_free(errors);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lower_bounds_change_as_little_as_they_must),
        cmocka_unit_test(ties_under_lower_bounds_keep_their_seats_open),
        cmocka_unit_test(lower_bounds_that_conflict_are_named),
        cmocka_unit_test(the_smallest_conflict_is_found_among_many),
        cmocka_unit_test(nobody_at_all_cannot_be_at_least_one),
        cmocka_unit_test(solving_stops_when_asked_to),
        cmocka_unit_test(every_decision_is_explained),
        cmocka_unit_test(wrong_arguments_are_refused),
        cmocka_unit_test(without_a_policy_there_are_no_awards),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
