/*
 * For tests of methods: one cluster under a small rule set, ranked by any method.
 */
#ifndef TD_TESTS_METHOD_CASE_H
#define TD_TESTS_METHOD_CASE_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "engine/prepared.h"
#include "tests/lib/files.h"

typedef struct year {
    td_folder folder;
    td_errors *errors;
    td_evaluation *evaluation;
    td_prepared *prepared;
    td_results results;
} year;

/* rules: members of the rule set after its head. values: values.csv; units are its first column. */
static inline void year_open(year *y, const char *rules, const char *values, const char *absent)
{
    char text[4096], units[1024] = "id,name,cluster\n";
    *y = (year){.errors = td_errors_new()};
    td_folder_init(&y->folder);
    snprintf(text, sizeof text,
             "{\"thidua\": \"rule-set/1\", \"code\": \"t\", \"name\": \"t\", "
             "\"valid\": {\"from\": \"2025-01-01\"}, \"reasons\": \"optional\", %s}",
             rules);
    for (const char *line = strchr(values, '\n') + 1; *line != '\0';
         line = strchr(line, '\n') + 1) {
        int length = (int)strcspn(line, ",");
        size_t n = strlen(units);
        snprintf(units + n, sizeof units - n, "%.*s,%.*s,c\n", length, line, length, line);
    }
    free(td_folder_write(&y->folder, "evaluation.json",
                         "{\"thidua\": \"evaluation/1\", \"code\": \"t\", \"name\": \"t\", "
                         "\"year\": 2025, \"rules\": \"rules.json\"}"));
    free(td_folder_write(&y->folder, "rules.json", text));
    free(td_folder_write(&y->folder, "clusters.csv", "id,name\nc,C\n"));
    free(td_folder_write(&y->folder, "units.csv", units));
    free(td_folder_write(&y->folder, "values.csv", values));
    if (absent != NULL)
        free(td_folder_write(&y->folder, "not-applicable.csv", absent));
    td_status status = td_evaluation_load(y->folder.path, NULL, &y->evaluation, y->errors);
    for (size_t i = 0; status != TD_OK && i < td_errors_size(y->errors); i++) {
        td_errors_what(y->errors, i, TD_EN, text, sizeof text);
        fprintf(stderr, "%s\n", text);
    }
    assert_int_equal(status, TD_OK);
}

/* Evaluates anew under a method; weights NULL: official. */
static inline void rank_by(year *y, const char *method, const double *weights)
{
    td_results_release(&y->results);
    td_prepared_free(y->prepared);
    y->prepared = NULL;
    y->evaluation->rules[0]->method = td_method_find(method);
    assert_int_not_equal(y->evaluation->rules[0]->method, TD_NONE);
    assert_int_equal(td_prepare(y->evaluation, NULL, &y->prepared, y->errors), TD_OK);
    assert_int_equal(td_evaluate(y->prepared, 1, weights, NULL, &y->results, y->errors), TD_OK);
}

static inline void year_close(year *y)
{
    td_results_release(&y->results);
    td_prepared_free(y->prepared);
    td_evaluation_free(y->evaluation);
    td_errors_free(y->errors);
    td_folder_release(&y->folder);
}

static inline const td_standing *standing_of(const year *y, const char *unit)
{
    size_t u = td_evaluation_find_unit(y->evaluation, unit);
    assert_int_not_equal(u, TD_NONE);
    return &y->results.standing[u];
}

/* Scores of the units in the order of the data, as printed: "55.972896 37.608209 ...". */
static inline void assert_scores(year *y, const char *method, const char *expected)
{
    char got[1024] = "";
    rank_by(y, method, NULL);
    for (size_t u = 0; u < y->results.n_units; u++) {
        char score[64];
        td_points_text(y->results.standing[u].score_q, TD_SCORE_DECIMALS, '.', 0, score,
                       sizeof score);
        size_t n = strlen(got);
        snprintf(got + n, sizeof got - n, "%s%s", n > 0 ? " " : "", score);
    }
    if (strcmp(got, expected) != 0)
        print_error("%s\n", method);
    assert_string_equal(got, expected);
}

#endif
