/*
 * A year from texts, evaluated officially: what tests of what-if start from.
 */
#ifndef TD_TESTS_WHATIF_YEAR_H
#define TD_TESTS_WHATIF_YEAR_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/prepared.h"
#include "tests/lib/files.h"

typedef struct whatif_year {
    td_folder folder;
    td_errors *errors;
    td_evaluation *evaluation;
    td_prepared *prepared;
    td_results results;
} whatif_year;

#define WHATIF_HEAD                                                                                \
    "{\"thidua\": \"rule-set/1\", \"code\": \"t\", \"name\": \"t\", "                              \
    "\"valid\": {\"from\": \"2025-01-01\"}, \"reasons\": \"optional\", "

static inline void whatif_faults(const td_errors *errors)
{
    for (size_t i = 0; i < td_errors_size(errors); i++) {
        char text[300];
        td_errors_what(errors, i, TD_EN, text, sizeof text);
        print_message("  %s: %s\n", td_errors_view(errors, i).code, text);
    }
}

static inline void whatif_open_path(whatif_year *y, const char *path, size_t level)
{
    td_options options = {.level = level};
    if (td_evaluation_load(path, NULL, &y->evaluation, y->errors) != TD_OK ||
        td_prepare(y->evaluation, &options, &y->prepared, y->errors) != TD_OK) {
        whatif_faults(y->errors);
        fail_msg("cannot open %s", path);
    }
    assert_int_equal(td_evaluate(y->prepared, 1, NULL, NULL, &y->results, y->errors), TD_OK);
}

/* Rows of units.csv (id,name,cluster), of values.csv with its header; clusters "c" and "d";
   not-applicable.csv with its header, or NULL. */
static inline void whatif_open_with(whatif_year *y, const char *rules, const char *units,
                                    const char *values, const char *not_applicable)
{
    *y = (whatif_year){.errors = td_errors_new()};
    td_folder_init(&y->folder);
    size_t size = strlen(units) + 40;
    char *all = malloc(size);
    assert_non_null(all);
    snprintf(all, size, "id,name,cluster\n%s", units);
    free(td_folder_write(&y->folder, "evaluation.json",
                         "{\"thidua\": \"evaluation/1\", \"code\": \"t\", \"name\": \"t\", "
                         "\"year\": 2025, \"rules\": \"rules.json\"}"));
    free(td_folder_write(&y->folder, "rules.json", rules));
    free(td_folder_write(&y->folder, "clusters.csv",
                         strstr(units, ",d\n") != NULL ? "id,name\nc,C\nd,D\n" : "id,name\nc,C\n"));
    free(td_folder_write(&y->folder, "units.csv", all));
    free(td_folder_write(&y->folder, "values.csv", values));
    free(all);
    if (not_applicable != NULL)
        free(td_folder_write(&y->folder, "not-applicable.csv", not_applicable));
    whatif_open_path(y, y->folder.path, 1);
}

static inline void whatif_open(whatif_year *y, const char *rules, const char *units,
                               const char *values)
{
    whatif_open_with(y, rules, units, values, NULL);
}

/* A sample of the tree instead. */
static inline void whatif_open_sample(whatif_year *y, const char *path, size_t level)
{
    *y = (whatif_year){.errors = td_errors_new()};
    td_folder_init(&y->folder);
    whatif_open_path(y, path, level);
}

static inline void whatif_close(whatif_year *y)
{
    td_results_release(&y->results);
    td_prepared_free(y->prepared);
    td_evaluation_free(y->evaluation);
    td_errors_free(y->errors);
    td_folder_release(&y->folder);
}

#endif
