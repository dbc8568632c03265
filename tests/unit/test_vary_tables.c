/*
 * Scenarios on tables with groups that are rounded, normalized criteria, and several rule sets.
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

#define SET(c, n)                                                                                  \
    {                                                                                              \
        .kind = TD_CHANGE_SET, .code = c, .number = n                                              \
    }
#define HEAD                                                                                       \
    "{\"thidua\": \"rule-set/1\", \"code\": \"%s\", \"name\": \"t\", "                             \
    "\"valid\": {\"from\": \"2025-01-01\"}, \"reasons\": \"optional\", "

typedef struct trial {
    td_folder folder;
    td_errors *errors;
    td_evaluation *base, *varied;
    td_prepared *prepared;
    td_results results;
} trial;

static void write_rules(const td_folder *folder, const char *name, const char *code,
                        const char *rest)
{
    char text[2000];
    int length = snprintf(text, sizeof text, HEAD "%s}", code, rest);
    assert_true(length > 0 && (size_t)length < sizeof text);
    free(td_folder_write(folder, name, text));
}

/* rules: what stands after the head; second: of the clusters of kind "y", NULL when there are none */
static void trial_open(trial *t, const char *rules, const char *second, const char *values)
{
    *t = (trial){.errors = td_errors_new()};
    td_folder_init(&t->folder);
    free(td_folder_write(
        &t->folder, "evaluation.json",
        second == NULL
            ? "{\"thidua\": \"evaluation/1\", \"code\": \"t\", \"name\": \"t\", \"year\": 2025, "
              "\"rules\": \"x.json\"}"
            : "{\"thidua\": \"evaluation/1\", \"code\": \"t\", \"name\": \"t\", \"year\": 2025, "
              "\"rules\": {\"x\": \"x.json\", \"y\": \"y.json\"}}"));
    write_rules(&t->folder, "x.json", "bang-x", rules);
    if (second != NULL)
        write_rules(&t->folder, "y.json", "bang-y", second);
    free(td_folder_write(&t->folder, "clusters.csv",
                         second == NULL ? "id,name\nk,K\n" : "id,name,kind\nk,K,x\nl,L,y\n"));
    free(td_folder_write(&t->folder, "units.csv",
                         second == NULL ? "id,name,cluster\na,A,k\nb,B,k\n"
                                        : "id,name,cluster\na,A,k\nb,B,l\n"));
    free(td_folder_write(&t->folder, "values.csv", values));
    td_status status = td_evaluation_load(t->folder.path, NULL, &t->base, t->errors);
    if (status != TD_OK) {
        char what[300];
        td_errors_what(t->errors, 0, TD_EN, what, sizeof what);
        fail_msg("cannot load: %s", what);
    }
}

static void vary(trial *t, size_t n, const td_change *changes)
{
    td_results_release(&t->results);
    td_prepared_free(t->prepared);
    td_evaluation_free(t->varied);
    td_scenario scenario = {.n_changes = n, .changes = changes};
    assert_int_equal(td_evaluation_vary(t->base, &scenario, &t->varied, t->errors), TD_OK);
    assert_int_equal(td_prepare(t->varied, NULL, &t->prepared, t->errors), TD_OK);
    assert_int_equal(td_evaluate(t->prepared, 1, NULL, NULL, &t->results, t->errors), TD_OK);
}

static void trial_close(trial *t)
{
    td_results_release(&t->results);
    td_prepared_free(t->prepared);
    td_evaluation_free(t->varied);
    td_evaluation_free(t->base);
    td_errors_free(t->errors);
    td_folder_release(&t->folder);
}

/* How many lines of the explanation of unit u say `what`; its steps add up to the total. */
static size_t explain(trial *t, size_t u, const char *what)
{
    td_explanation e = {0};
    size_t found = 0;
    double sum = 0;
    assert_int_equal(td_explain(t->prepared, &t->results, u, &e, t->errors), TD_OK);
    for (size_t i = 0; i < e.n_lines; i++) {
        found += strstr(e.lines[i].why[TD_EN], what) != NULL;
        sum += e.lines[i].additive ? e.lines[i].step_q : 0;
    }
    td_rules_view rules = td_rules_get(td_evaluation_rules(t->varied, 0));
    double fine = pow(10, rules.leaf_decimals - rules.decimals);
    assert_true(sum == t->results.standing[u].total_q * fine);
    td_explanation_release(&e);
    return found;
}

/* Leaves carry 6 decimals; the group is rescaled on that grid and then rounded to 2. */
static void a_rounded_group_is_rescaled_before_it_is_rounded(void **state)
{
    (void)state;
    trial t;
    trial_open(&t,
               "\"scale\": 10, \"rounding\": \"group\", \"criteria\": [{\"code\": \"G\", \"max\": "
               "10, \"children\": [{\"code\": \"p\", \"max\": 10, \"ratio\": {\"actual\": \"p\", "
               "\"target\": 7}}]}]",
               NULL, "unit,p\na,5\nb,3\n");
    const td_change changes[] = {SET("G", 3)};
    vary(&t, 1, changes);
    /* 50/7 = 7.142857, times 0.3 = 2.142857: 2.14; rounding first gives 7.14 and 2.14 too */
    assert_true(t.results.standing[0].total_q == 214);
    /* 30/7 = 4.285714, times 0.3 = 1.285714: 1.29; rounding first would give 4.29 * 0.3 = 1.287 */
    assert_true(t.results.standing[1].total_q == 129);
    assert_int_equal(explain(&t, 0, "× 3/10"), 1);
    td_change off = SET("G", 3.123456); /* a top maximum fits the decimals of the table */
    td_scenario scenario = {.n_changes = 1, .changes = &off};
    td_evaluation *out = NULL;
    assert_int_equal(td_evaluation_vary(t.base, &scenario, &out, t.errors), TD_EINVAL);
    trial_close(&t);
}

/* A normalized group is put on its official scale first; inside it, shares move with maxima. */
static void a_normalized_group(void **state)
{
    (void)state;
    trial t;
    trial_open(&t,
               "\"scale\": 20, \"criteria\": [{\"code\": \"N\", \"max\": 20, \"normalize\": "
               "{\"method\": \"share-of-best\"}, \"children\": [{\"code\": \"p\", \"max\": 10, "
               "\"direct\": true}, {\"code\": \"q\", \"max\": 10, \"direct\": true}]}]",
               NULL, "unit,p,q\na,8,2\nb,4,4\n");
    const td_change whole[] = {SET("N", 5)};
    vary(&t, 1, whole); /* 10 and 8 of best 10: 20 and 16, a quarter of it */
    assert_true(t.results.standing[0].total_q == 500);
    assert_true(t.results.standing[1].total_q == 400);
    assert_int_equal(explain(&t, 1, "× 5/20"), 1);
    const td_change inside[] = {SET("q", 30)};
    vary(&t, 1, inside); /* 8 + 6 and 4 + 12 of best 16, on a scale of 40 */
    assert_true(t.results.standing[0].total_q == 3500);
    assert_true(t.results.standing[1].total_q == 4000);
    trial_close(&t);
}

/* A code stands for the criterion of every rule set that has it. */
static void several_rule_sets(void **state)
{
    (void)state;
    trial t;
    trial_open(&t,
               "\"scale\": 15, \"criteria\": [{\"code\": \"p\", \"max\": 10, \"direct\": true}, "
               "{\"code\": \"q\", \"max\": 5, \"direct\": true}]",
               "\"scale\": 12, \"criteria\": [{\"code\": \"p\", \"max\": 8, \"direct\": true}, "
               "{\"code\": \"r\", \"max\": 4, \"direct\": true}]",
               "unit,p,q,r\na,7,3,\nb,7,,2\n");
    const td_change changes[] = {SET("p", 4), {.kind = TD_CHANGE_DROP, .code = "r"}};
    vary(&t, 2, changes);
    assert_true(t.results.standing[0].total_q == 280 + 300);
    assert_true(t.results.standing[1].total_q == 350);
    assert_string_equal(td_evaluation_get(t.varied).scenario[TD_VI],
                        "tiêu chí p (bảng bang-x): 4 thay vì 10 điểm; tiêu chí p (bảng bang-y): 4 "
                        "thay vì 8 điểm; bỏ tiêu chí r (bảng bang-y)");
    td_errors *errors = td_errors_new();
    td_evaluation *out = NULL;
    const td_change nothing[] = {{.kind = TD_CHANGE_DROP, .code = "p"},
                                 {.kind = TD_CHANGE_DROP, .code = "r"}};
    td_scenario scenario = {.n_changes = 2, .changes = nothing};
    assert_int_equal(td_evaluation_vary(t.base, &scenario, &out, errors), TD_EINVAL);
    assert_string_equal(td_errors_view(errors, td_errors_size(errors) - 1).code,
                        "scenario-nothing-left");
    td_errors_free(errors);
    trial_close(&t);
}

/* Full points of a task not assigned are rescaled too. */
static void what_is_not_assigned_is_rescaled(void **state)
{
    (void)state;
    trial t;
    trial_open(&t,
               "\"scale\": 15, \"not_applicable\": \"full\", \"missing\": \"zero\", \"criteria\": "
               "[{\"code\": \"p\", \"max\": 10, \"direct\": true}, {\"code\": \"q\", \"max\": 5, "
               "\"direct\": true}]",
               NULL, "unit,p,q\na,,3\nb,7,4\n");
    free(td_folder_write(&t.folder, "not-applicable.csv", "unit,criterion,approved_by\na,p,HĐ\n"));
    td_evaluation_free(t.base);
    assert_int_equal(td_evaluation_load(t.folder.path, NULL, &t.base, t.errors), TD_OK);
    const td_change changes[] = {SET("p", 4)};
    vary(&t, 1, changes);
    assert_true(t.results.standing[0].total_q == 400 + 300);
    assert_true(t.results.standing[0].assigned_q == 900);
    assert_true(t.results.standing[1].total_q == 280 + 400);
    assert_int_equal(explain(&t, 0, "× 4/10"), 1);
    trial_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rounded_group_is_rescaled_before_it_is_rounded),
        cmocka_unit_test(a_normalized_group),
        cmocka_unit_test(several_rule_sets),
        cmocka_unit_test(what_is_not_assigned_is_rescaled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
