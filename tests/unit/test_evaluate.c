/*
 * The stages through the public header: weights, ranks, gates, explanations and details,
 * on the sample that is calculated by hand and on small tables written here.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "engine/thidua.h"
#include "tests/lib/files.h"

typedef struct year {
    td_errors *errors;
    td_evaluation *evaluation;
    td_prepared *prepared;
    td_results results;
} year;

static void print_faults(const td_errors *errors)
{
    for (size_t i = 0; i < td_errors_size(errors); i++) {
        char text[300];
        td_errors_what(errors, i, TD_EN, text, sizeof text);
        fprintf(stderr, "%s: %s\n", td_errors_view(errors, i).code, text);
    }
}

static void year_open(year *y, const char *path)
{
    *y = (year){.errors = td_errors_new()};
    if (td_evaluation_load(path, NULL, &y->evaluation, y->errors) != TD_OK) {
        print_faults(y->errors);
        fail_msg("cannot load %s", path);
    }
    assert_int_equal(td_prepare(y->evaluation, NULL, &y->prepared, y->errors), TD_OK);
    assert_int_equal(td_evaluate(y->prepared, 1, NULL, NULL, &y->results, y->errors), TD_OK);
}

static void year_close(year *y)
{
    td_results_release(&y->results);
    td_prepared_free(y->prepared);
    td_evaluation_free(y->evaluation);
    td_errors_free(y->errors);
}

/* A folder with one cluster per line of units, scored by rules. */
static void write_year(const td_folder *folder, const char *rules, const char *clusters,
                       const char *units, const char *values)
{
    free(td_folder_write(folder, "evaluation.json",
                         "{\"thidua\": \"evaluation/1\", \"code\": \"t\", \"name\": \"t\", "
                         "\"year\": 2025, \"rules\": \"rules.json\"}"));
    free(td_folder_write(folder, "rules.json", rules));
    free(td_folder_write(folder, "clusters.csv", clusters));
    free(td_folder_write(folder, "units.csv", units));
    free(td_folder_write(folder, "values.csv", values));
}

#define HEAD                                                                                       \
    "{\"thidua\": \"rule-set/1\", \"code\": \"t\", \"name\": \"t\", "                              \
    "\"valid\": {\"from\": \"2025-01-01\"}, \"reasons\": \"optional\", "

static const td_standing *standing_of(const year *y, const char *unit)
{
    size_t u = td_evaluation_find_unit(y->evaluation, unit);
    assert_true(u != TD_NONE);
    return &y->results.standing[u];
}

/* ---- weights ---- */

static void official_result_is_the_vector_of_ones(void **state)
{
    (void)state;
    year y;
    year_open(&y, "datasets/samples/two-clusters");
    size_t m = td_items(y.prepared);
    double *weights = calloc(2 * m, sizeof *weights);
    for (size_t i = 0; i < m; i++) {
        weights[i] = 1;
        weights[m + i] = 2;
    }
    td_results both = {0};
    assert_int_equal(td_evaluate(y.prepared, 2, weights, NULL, &both, y.errors), TD_OK);
    size_t n = y.results.n_units;
    assert_memory_equal(both.standing, y.results.standing, n * sizeof *both.standing);
    for (size_t u = 0; u < n; u++) { /* doubling all weights changes no total before gates but by
                                        2 */
        const td_standing *once = &both.standing[u], *twice = &both.standing[n + u];
        assert_true(twice->before_q == 2 * once->before_q);
        assert_true(twice->assigned_q == 2 * once->assigned_q);
    }
    td_results_release(&both);
    free(weights);
    year_close(&y);
}

/* ---- weighted items at a lower level ---- */

#define NESTED(group)                                                                              \
    HEAD "\"scale\": 30, \"criteria\": ["                                                          \
         "{\"code\": \"a\", \"max\": 10, \"direct\": true},"                                       \
         "{\"code\": \"g\", \"max\": 20, " group "\"children\": ["                                 \
         "{\"code\": \"g1\", \"max\": 15, \"direct\": true},"                                      \
         "{\"code\": \"g2\", \"max\": 5, \"direct\": true}]}]}"

static void items_of_a_lower_level_give_the_same_result(void **state)
{
    (void)state;
    td_folder folder;
    td_folder_init(&folder);
    write_year(&folder, NESTED(""), "id,name\nc,C\n", "id,name,cluster\nu,U,c\nv,V,c\n",
               "unit,a,g1,g2\nu,2.385,14.5,0.25\nv,9.1,7.05,1\n");
    year y;
    year_open(&y, folder.path);
    td_prepared *deep = NULL;
    td_options options = {.level = 2};
    td_results results = {0};
    assert_int_equal(td_prepare(y.evaluation, &options, &deep, y.errors), TD_OK);
    assert_int_equal(td_items(y.prepared), 2);
    assert_int_equal(td_items(deep), 3); /* a, a leaf at the top, stays an item */
    assert_int_equal(td_item_get(deep, 2).criterion, 3);
    assert_true(td_item_get(deep, 2).share == 5.0 / 30.0);
    assert_int_equal(td_evaluate(deep, 1, NULL, NULL, &results, y.errors), TD_OK);
    assert_memory_equal(results.standing, y.results.standing, 2 * sizeof *results.standing);
    td_results_release(&results);
    const double WEIGHTS[] = {1, 2, 4};
    assert_int_equal(td_evaluate(deep, 1, WEIGHTS, NULL, &results, y.errors), TD_OK);
    assert_true(results.standing[0].total_q == 239 + 2 * 1450 + 4 * 25);
    td_results_release(&results);
    td_prepared_free(deep);
    year_close(&y);
    td_folder_release(&folder);
}

static void a_level_below_what_is_no_sum_is_refused(void **state)
{
    (void)state;
    static const char *const CASES[][2] = {
        {NESTED("\"clamp\": {\"max\": 18}, "), "level-above-clamp"},
        {NESTED("\"normalize\": {\"method\": \"min-max\"}, "), "level-above-normalized"},
        {NESTED("\"combine\": \"arithmetic\", "), "level-above-mean"},
        {NESTED("\"not_applicable\": \"redistribute\", "), "level-above-redistributed"},
    };
    for (size_t i = 0; i < 4; i++) {
        td_folder folder;
        td_folder_init(&folder);
        write_year(&folder, CASES[i][0], "id,name\nc,C\n", "id,name,cluster\nu,U,c\n",
                   "unit,a,g1,g2\nu,2,14.5,0.25\n");
        year y;
        year_open(&y, folder.path);
        td_prepared *untouched = NULL;
        td_options options = {.level = 2};
        td_errors *errors = td_errors_new();
        assert_int_equal(td_prepare(y.evaluation, &options, &untouched, errors), TD_EINVAL);
        assert_null(untouched);
        assert_string_equal(td_errors_view(errors, 0).code, CASES[i][1]);
        td_errors_free(errors);
        year_close(&y);
        td_folder_release(&folder);
    }
}

static void bad_weights_are_named(void **state)
{
    (void)state;
    year y;
    year_open(&y, "datasets/samples/two-clusters");
    size_t m = td_items(y.prepared);
    double *weights = calloc(m, sizeof *weights);
    const double BAD[] = {-1, 1024, 0.1, NAN, INFINITY};
    for (size_t b = 0; b < sizeof BAD / sizeof BAD[0]; b++) {
        td_errors *errors = td_errors_new();
        td_results untouched = {.k = 77};
        for (size_t i = 0; i < m; i++)
            weights[i] = 1;
        weights[m - 1] = BAD[b];
        assert_int_equal(td_evaluate(y.prepared, 1, weights, NULL, &untouched, errors), TD_EWEIGHT);
        assert_int_equal(untouched.k, 77);
        assert_int_equal(td_errors_view(errors, 0).place.column, m);
        assert_string_equal(td_errors_view(errors, 0).place.field, "C");
        td_errors_free(errors);
    }
    td_results untouched = {.k = 77};
    assert_int_equal(td_evaluate(y.prepared, 0, NULL, NULL, &untouched, y.errors), TD_EINVAL);
    assert_int_equal(td_evaluate(y.prepared, 2, NULL, NULL, &untouched, y.errors), TD_EINVAL);
    free(weights);
    year_close(&y);
}

static void totals_out_of_range_are_refused(void **state)
{
    (void)state;
    td_folder folder;
    td_folder_init(&folder);
    write_year(&folder,
               HEAD "\"scale\": 100000000, \"criteria\": [{\"code\": \"A\", \"max\": 100000000, "
                    "\"direct\": true}]}",
               "id,name\nc,C\n", "id,name,cluster\nu,U,c\n", "unit,A\nu,99999999.99\n");
    year y;
    year_open(&y, folder.path);
    double weight = 1.5;
    td_results untouched = {.k = 77};
    assert_int_equal(td_evaluate(y.prepared, 1, &weight, NULL, &untouched, y.errors), TD_EDATA);
    assert_int_equal(untouched.k, 77);
    year_close(&y);
    td_folder_release(&folder);
}

/* ---- ranks, gates, N/A ---- */

static void means_out_of_range_are_refused(void **state)
{
    (void)state;
    td_folder folder;
    td_folder_init(&folder);
    write_year(&folder,
               HEAD "\"scale\": 100, \"decimals\": 6, \"combine\": \"arithmetic\", "
                    "\"criteria\": [{\"code\": \"A\", \"value\": {\"of\": \"a\"}}]}",
               "id,name\nc,C\n", "id,name,cluster\nu,U,c\nv,V,c\n",
               "unit,a\nu,450200000000\nv,7\n");
    td_errors *errors = td_errors_new();
    td_evaluation *evaluation = NULL;
    td_prepared *prepared = NULL;
    td_results untouched = {.k = 77};
    assert_int_equal(td_evaluation_load(folder.path, NULL, &evaluation, errors), TD_OK);
    assert_int_equal(td_prepare(evaluation, NULL, &prepared, errors), TD_OK);
    assert_int_equal(td_evaluate(prepared, 1, NULL, NULL, &untouched, errors), TD_EDATA);
    assert_int_equal(untouched.k, 77);
    td_prepared_free(prepared);
    td_evaluation_free(evaluation);
    td_errors_free(errors);
    td_folder_release(&folder);
}

static void places_are_shared_only_when_all_keys_are_equal(void **state)
{
    (void)state;
    td_folder folder;
    td_folder_init(&folder);
    write_year(&folder,
               HEAD "\"scale\": 10, \"ties\": [{\"criterion\": \"A\"}], \"criteria\": ["
                    "{\"code\": \"A\", \"max\": 5, \"direct\": true},"
                    "{\"code\": \"B\", \"max\": 5, \"direct\": true}]}",
               "id,name\nc,C\n", "id,name,cluster\np,P,c\nq,Q,c\nr,R,c\ns,S,c\nt,T,c\n",
               "unit,A,B\np,2.385,4.5\nq,4.5,2.385\nr,4.5,2.385\ns,1,1\nt,5,5\n");
    year y;
    year_open(&y, folder.path);
    assert_true(standing_of(&y, "t")->rank == 1);
    assert_true(standing_of(&y, "q")->rank == 2);
    assert_true(standing_of(&y, "r")->rank == 2);
    assert_int_equal(standing_of(&y, "r")->n_tied, 2);
    assert_true(standing_of(&y, "p")->rank == 4); /* 6.89 as well, but less in A */
    assert_int_equal(standing_of(&y, "p")->key, 2);
    assert_true(standing_of(&y, "p")->total_q == 689);
    assert_true(standing_of(&y, "s")->rank == 5);
    assert_int_equal(standing_of(&y, "s")->key, 1);
    year_close(&y);
    td_folder_release(&folder);
}

static void gates_act_in_their_four_ways(void **state)
{
    (void)state;
    td_folder folder;
    td_folder_init(&folder);
    write_year(&folder,
               HEAD
               "\"scale\": 10, \"indicators\": {\"g\": {\"kind\": \"number\"}}, "
               "\"classes\": [{\"code\": \"x\", \"name\": \"x\", \"from\": 5}, "
               "{\"code\": \"y\", \"name\": \"y\"}], \"gates\": ["
               "{\"code\": \"d\", \"reason\": \"d\", \"when\": {\"indicator\": \"g\", \"=\": 1}, "
               "\"effect\": \"deduct\", \"points\": 2.5},"
               "{\"code\": \"b\", \"reason\": \"b\", \"when\": {\"indicator\": \"g\", \"=\": 2}, "
               "\"effect\": \"bar\", \"classes\": [\"x\"]},"
               "{\"code\": \"u\", \"reason\": \"u\", \"when\": {\"indicator\": \"g\", \"=\": 3}, "
               "\"effect\": \"unranked\"},"
               "{\"code\": \"f\", \"reason\": \"f\", \"when\": {\"indicator\": \"g\", \"=\": 4}, "
               "\"effect\": \"deferred\"}], "
               "\"criteria\": [{\"code\": \"A\", \"max\": 10, \"direct\": true}]}",
               "id,name\nc,C\n", "id,name,cluster\n1,P,c\n2,Q,c\n3,R,c\n4,S,c\n5,T,c\n",
               "unit,A,g\n1,7,1\n2,6,2\n3,9,3\n4,8,4\n5,4.5,0\n");
    year y;
    year_open(&y, folder.path);
    assert_true(standing_of(&y, "1")->total_q == 450);
    assert_true(standing_of(&y, "1")->deduction_q == 250);
    assert_int_equal(standing_of(&y, "1")->class_index, 1);
    assert_int_equal(standing_of(&y, "2")->class_index, 1);
    assert_int_equal(standing_of(&y, "3")->state, TD_UNRANKED);
    assert_int_equal(standing_of(&y, "3")->gate, 2);
    assert_true(standing_of(&y, "3")->rank == 0);
    assert_int_equal(standing_of(&y, "4")->state, TD_DEFERRED);
    assert_true(standing_of(&y, "4")->rank == 1);
    assert_true(standing_of(&y, "2")->rank == 2);
    assert_true(standing_of(&y, "1")->rank == 3);
    assert_true(standing_of(&y, "5")->rank == 3);
    assert_int_equal(standing_of(&y, "5")->n_ranked, 4);
    year_close(&y);
    td_folder_release(&folder);
}

static void redistribution_shares_out_what_is_not_assigned(void **state)
{
    (void)state;
    td_folder folder;
    td_folder_init(&folder);
    write_year(&folder,
               HEAD "\"scale\": 20, \"not_applicable\": \"redistribute\", \"criteria\": ["
                    "{\"code\": \"G\", \"max\": 10, \"children\": ["
                    "{\"code\": \"G1\", \"max\": 3, \"direct\": true}, "
                    "{\"code\": \"G2\", \"max\": 7, \"direct\": true}]},"
                    "{\"code\": \"H\", \"max\": 10, \"direct\": true}]}",
               "id,name\nc,C\n", "id,name,cluster\nu,U,c\nv,V,c\nw,W,c\n",
               "unit,G1,G2,H\nu,2,,5\nv,,,5\nw,,,\n");
    free(td_folder_write(&folder, "not-applicable.csv",
                         "unit,criterion,approved_by\nu,G2,x\nv,G,x\nw,G,x\nw,H,x\n"));
    year y;
    year_open(&y, folder.path);
    assert_true(standing_of(&y, "u")->total_q == 667 + 500); /* 2 of 3 blown up to 10 */
    assert_true(standing_of(&y, "u")->assigned_q == 2000);
    assert_true(standing_of(&y, "v")->total_q == 1000); /* 5 of 10 blown up to 20 */
    assert_int_equal(standing_of(&y, "w")->state, TD_UNRANKED);
    assert_int_equal(standing_of(&y, "w")->why, TD_WHY_NOTHING_ASSIGNED);
    year_close(&y);
    td_folder_release(&folder);
}

/* 0.3333 three times: each leaf rounds down to 0.33, the total of the carried leaves to 1. */
static void rounding_happens_where_the_table_says(void **state)
{
    (void)state;
    static const struct {
        const char *rounding;
        double total_q;
    } CASES[] = {{"leaf", 99}, {"group", 99}, {"total", 100}};
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        td_folder folder;
        td_folder_init(&folder);
        char rules[800];
        snprintf(rules, sizeof rules,
                 HEAD
                 "\"scale\": 3, \"rounding\": \"%s\", \"criteria\": ["
                 "{\"code\": \"A\", \"max\": 1, \"ratio\": {\"actual\": \"a\", \"target\": 3}},"
                 "{\"code\": \"B\", \"max\": 1, \"ratio\": {\"actual\": \"a\", \"target\": 3}},"
                 "{\"code\": \"C\", \"max\": 1, \"ratio\": {\"actual\": \"a\", \"target\": 3}}]}",
                 CASES[i].rounding);
        write_year(&folder, rules, "id,name\nc,C\n", "id,name,cluster\nu,U,c\n", "unit,a\nu,1\n");
        year y;
        year_open(&y, folder.path);
        assert_true(standing_of(&y, "u")->total_q == CASES[i].total_q);
        year_close(&y);
        td_folder_release(&folder);
    }
}

/* ---- explanations ---- */

static void explanations_add_up(const year *y)
{
    for (size_t u = 0; u < y->results.n_units; u++) {
        td_explanation e;
        assert_int_equal(td_explain(y->prepared, &y->results, u, &e, y->errors), TD_OK);
        double sum = 0;
        for (size_t i = 0; i < e.n_lines; i++) {
            if (e.lines[i].additive)
                sum += e.lines[i].step_q;
            if (e.lines[i].additive)
                assert_true(e.lines[i].running_q == sum);
            for (int lang = 0; lang < 2; lang++)
                assert_non_null(e.lines[i].why[lang]);
        }
        const td_line *last = &e.lines[e.n_lines - 1];
        assert_int_equal(last->kind, TD_LINE_TOTAL);
        if (!isnan(last->points_q))
            assert_true(last->points_q == sum);
        assert_true(e.rank_why[TD_VI][0] != '\0');
        td_explanation_release(&e);
    }
}

static void every_explanation_of_every_sample_adds_up(void **state)
{
    (void)state;
    const char *SAMPLES[] = {"datasets/samples/two-clusters",
                             "datasets/samples/quang-tri-police-2025",
                             "datasets/samples/hcmc-2025"};
    for (size_t i = 0; i < sizeof SAMPLES / sizeof SAMPLES[0]; i++) {
        year y;
        year_open(&y, SAMPLES[i]);
        explanations_add_up(&y);
        year_close(&y);
    }
}

static void explain_refuses_what_it_cannot_explain(void **state)
{
    (void)state;
    year y;
    year_open(&y, "datasets/samples/two-clusters");
    td_explanation e;
    assert_int_equal(td_explain(y.prepared, &y.results, y.results.n_units, &e, y.errors),
                     TD_EINVAL);
    td_results two = y.results;
    two.k = 2;
    assert_int_equal(td_explain(y.prepared, &two, 0, &e, y.errors), TD_EINVAL);
    year_close(&y);
}

static void details_sum_up_to_the_totals(void **state)
{
    (void)state;
    year y;
    year_open(&y, "datasets/samples/quang-tri-police-2025");
    const td_rules *rules = td_evaluation_rules(y.evaluation, 0);
    td_rules_view view = td_rules_get(rules);
    td_detail d;
    assert_int_equal(td_detail_cluster(y.prepared, 0, &d, y.errors), TD_OK);
    assert_int_equal(d.n_criteria, 230);
    for (size_t u = 0; u < d.n_units; u++) {
        double sum = 0;
        for (size_t j = 0; j < d.n_criteria; j++)
            if (td_rules_criterion(rules, j).n_children == 0)
                sum +=
                    isnan(d.points_q[u * d.n_criteria + j]) ? 0 : d.points_q[u * d.n_criteria + j];
        assert_true(y.results.standing[u].before_q == sum);
    }
    assert_int_equal(view.leaf_decimals, 2);
    td_detail_release(&d);
    year_close(&y);
}

/* ---- threads ---- */

static void threads_change_no_bit(void **state)
{
    (void)state;
    year y;
    year_open(&y, "datasets/samples/hcmc-2025");
    for (int threads = 1; threads <= 5; threads++) {
        td_options options = {.threads = threads};
        td_prepared *prepared;
        td_results results = {0};
        assert_int_equal(td_prepare(y.evaluation, &options, &prepared, y.errors), TD_OK);
        assert_int_equal(td_evaluate(prepared, 1, NULL, &options, &results, y.errors), TD_OK);
        assert_memory_equal(results.standing, y.results.standing,
                            results.n_units * sizeof *results.standing);
        td_results_release(&results);
        td_prepared_free(prepared);
    }
    year_close(&y);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(official_result_is_the_vector_of_ones),
        cmocka_unit_test(items_of_a_lower_level_give_the_same_result),
        cmocka_unit_test(a_level_below_what_is_no_sum_is_refused),
        cmocka_unit_test(bad_weights_are_named),
        cmocka_unit_test(totals_out_of_range_are_refused),
        cmocka_unit_test(means_out_of_range_are_refused),
        cmocka_unit_test(places_are_shared_only_when_all_keys_are_equal),
        cmocka_unit_test(gates_act_in_their_four_ways),
        cmocka_unit_test(redistribution_shares_out_what_is_not_assigned),
        cmocka_unit_test(rounding_happens_where_the_table_says),
        cmocka_unit_test(every_explanation_of_every_sample_adds_up),
        cmocka_unit_test(explain_refuses_what_it_cannot_explain),
        cmocka_unit_test(details_sum_up_to_the_totals),
        cmocka_unit_test(threads_change_no_bit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
