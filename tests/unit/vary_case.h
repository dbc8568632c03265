/*
 * What the tests of scenarios share: a base, and one scenario of it prepared and evaluated.
 */
#ifndef TD_TESTS_VARY_CASE_H
#define TD_TESTS_VARY_CASE_H

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

#define SAMPLE "datasets/samples/two-clusters"
#define COUNT(list) (sizeof(list) / sizeof(list)[0])
#define SET(c, n)                                                                                  \
    {                                                                                              \
        .kind = TD_CHANGE_SET, .code = c, .number = n                                              \
    }
#define CAP(c, n)                                                                                  \
    {                                                                                              \
        .kind = TD_CHANGE_CAP, .code = c, .number = n                                              \
    }
#define DROP(c)                                                                                    \
    {                                                                                              \
        .kind = TD_CHANGE_DROP, .code = c                                                          \
    }
#define NA(t)                                                                                      \
    {                                                                                              \
        .kind = TD_CHANGE_NA_POLICY, .text = t                                                     \
    }
#define METHOD(t)                                                                                  \
    {                                                                                              \
        .kind = TD_CHANGE_METHOD, .text = t                                                        \
    }
#define VALUE(u, c, t)                                                                             \
    {                                                                                              \
        .kind = TD_CHANGE_VALUE, .unit = u, .code = c, .text = t                                   \
    }

/* A base, and one scenario of it prepared and evaluated. */
typedef struct trial {
    td_errors *errors;
    td_evaluation *base, *varied;
    td_prepared *prepared;
    td_results results;
} trial;

static inline void print_faults(const td_errors *errors)
{
    for (size_t i = 0; i < td_errors_size(errors); i++) {
        char text[400];
        td_errors_what(errors, i, TD_EN, text, sizeof text);
        fprintf(stderr, "%s: %s\n", td_errors_view(errors, i).code, text);
    }
}

static inline void trial_open(trial *t, const char *path)
{
    *t = (trial){.errors = td_errors_new()};
    if (td_evaluation_load(path, NULL, &t->base, t->errors) != TD_OK) {
        print_faults(t->errors);
        fail_msg("cannot load %s", path);
    }
}

static inline void drop_variation(trial *t)
{
    td_results_release(&t->results);
    td_prepared_free(t->prepared);
    td_evaluation_free(t->varied);
    t->prepared = NULL;
    t->varied = NULL;
}

static inline void trial_close(trial *t)
{
    drop_variation(t);
    td_evaluation_free(t->base);
    td_errors_free(t->errors);
}

static inline void vary(trial *t, size_t n, const td_change *changes)
{
    drop_variation(t);
    td_scenario scenario = {.n_changes = n, .changes = changes};
    if (td_evaluation_vary(t->base, &scenario, &t->varied, t->errors) != TD_OK) {
        print_faults(t->errors);
        fail_msg("cannot vary");
    }
    assert_int_equal(td_prepare(t->varied, NULL, &t->prepared, t->errors), TD_OK);
    assert_int_equal(td_evaluate(t->prepared, 1, NULL, NULL, &t->results, t->errors), TD_OK);
}

static inline const td_standing *standing_of(const trial *t, const char *unit)
{
    size_t u = td_evaluation_find_unit(t->varied, unit);
    assert_true(u != TD_NONE);
    return &t->results.standing[u];
}

static inline size_t criterion_of(const trial *t, const char *code)
{
    const td_rules *rules = td_evaluation_rules(t->varied, 0);
    for (size_t j = 0; j < td_rules_get(rules).n_criteria; j++)
        if (strcmp(td_rules_criterion(rules, j).code, code) == 0)
            return j;
    fail_msg("no criterion %s", code);
    return 0;
}

static inline double max_of(const trial *t, const char *code)
{
    return td_rules_criterion(td_evaluation_rules(t->varied, 0), criterion_of(t, code)).max;
}

/* Quanta of one criterion of one unit. */
static inline double points_of(const trial *t, const char *unit, const char *code)
{
    size_t u = td_evaluation_find_unit(t->varied, unit);
    size_t cluster = td_evaluation_unit(t->varied, u).cluster;
    td_detail detail = {0};
    assert_int_equal(td_detail_cluster(t->prepared, cluster, &detail, t->errors), TD_OK);
    size_t first = td_evaluation_cluster(t->varied, cluster).first_unit;
    double points = detail.points_q[(u - first) * detail.n_criteria + criterion_of(t, code)];
    td_detail_release(&detail);
    return points;
}

static inline bool has_fault(const td_errors *errors, const char *code)
{
    for (size_t i = 0; i < td_errors_size(errors); i++)
        if (strcmp(td_errors_view(errors, i).code, code) == 0)
            return true;
    return false;
}

/* The steps of every unit's explanation add up to its total; how many say `what`. */
static inline size_t explanations_add_up(trial *t, const char *what)
{
    size_t found = 0;
    for (size_t u = 0; u < t->results.n_units; u++) {
        td_explanation e = {0};
        assert_int_equal(td_explain(t->prepared, &t->results, u, &e, t->errors), TD_OK);
        double sum = 0;
        for (size_t i = 0; i < e.n_lines; i++) {
            sum += e.lines[i].additive ? e.lines[i].step_q : 0;
            if (e.lines[i].additive)
                assert_true(e.lines[i].running_q == sum);
            found += strstr(e.lines[i].why[TD_EN], what) != NULL;
        }
        assert_true(sum == t->results.standing[u].total_q);
        td_explanation_release(&e);
    }
    return found;
}

/* ---- small tables ---- */

#define HEAD                                                                                       \
    "{\"thidua\": \"rule-set/1\", \"code\": \"t\", \"name\": \"t\", "                              \
    "\"valid\": {\"from\": \"2025-01-01\"}, \"reasons\": \"optional\", "

/* One cluster with units a, b, c under the rules. */
static inline void write_year(const td_folder *folder, const char *rules, const char *values)
{
    free(td_folder_write(folder, "evaluation.json",
                         "{\"thidua\": \"evaluation/1\", \"code\": \"t\", \"name\": \"t\", "
                         "\"year\": 2025, \"rules\": \"rules.json\"}"));
    free(td_folder_write(folder, "rules.json", rules));
    free(td_folder_write(folder, "clusters.csv", "id,name\nk,K\n"));
    free(td_folder_write(folder, "units.csv", "id,name,cluster\na,A,k\nb,B,k\nc,C,k\n"));
    free(td_folder_write(folder, "values.csv", values));
}

#endif
