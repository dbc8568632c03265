/*
 * A year with an award policy, written, loaded and evaluated; claims made of its decisions.
 */
#ifndef TD_TESTS_AWARD_YEAR_H
#define TD_TESTS_AWARD_YEAR_H

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
    td_folder folder;
    td_errors *errors;
    td_evaluation *evaluation;
    td_prepared *prepared;
    td_results results;
} year;

static const char RULES[] =
    "{\"thidua\": \"rule-set/1\", \"code\": \"t\", \"name\": \"t\", \"scale\": 10,"
    " \"valid\": {\"from\": \"2025-01-01\"}, \"reasons\": \"optional\", \"channels\": [\"final\"],"
    " \"gates\": [{\"code\": \"late\", \"when\": {\"indicator\": \"late\", \"=\": 1},"
    "  \"effect\": \"bar\", \"awards\": [\"flag\"], \"reason\": \"late\"}],"
    " \"indicators\": {\"late\": {\"kind\": \"flag\", \"blank\": 0}},"
    " \"criteria\": [{\"code\": \"a\", \"max\": 10, \"direct\": true}]}";

static inline void open_year(year *y, const char *policy, const char *clusters, const char *units,
                             const char *values)
{
    *y = (year){.errors = td_errors_new()};
    td_folder_init(&y->folder);
    free(
        td_folder_write(&y->folder, "evaluation.json",
                        "{\"thidua\": \"evaluation/1\", \"code\": \"t\", \"name\": \"t\", "
                        "\"year\": 2025, \"rules\": \"rules.json\", \"policy\": \"policy.json\"}"));
    free(td_folder_write(&y->folder, "rules.json", RULES));
    free(td_folder_write(&y->folder, "policy.json", policy));
    free(td_folder_write(&y->folder, "clusters.csv", clusters));
    free(td_folder_write(&y->folder, "units.csv", units));
    free(td_folder_write(&y->folder, "values-final.csv", values));
    td_status status = td_evaluation_load(y->folder.path, NULL, &y->evaluation, y->errors);
    for (size_t i = 0; status != TD_OK && i < td_errors_size(y->errors); i++) {
        char text[300];
        td_errors_what(y->errors, i, TD_EN, text, sizeof text);
        print_message("%s: %s\n", td_errors_view(y->errors, i).code, text);
    }
    assert_int_equal(status, TD_OK);
    assert_int_equal(td_prepare(y->evaluation, NULL, &y->prepared, y->errors), TD_OK);
    assert_int_equal(td_evaluate(y->prepared, 1, NULL, NULL, &y->results, y->errors), TD_OK);
}

static inline void close_year(year *y)
{
    td_results_release(&y->results);
    td_prepared_free(y->prepared);
    td_evaluation_free(y->evaluation);
    td_errors_free(y->errors);
    td_folder_release(&y->folder);
}

/* ---- claims ---- */

static inline td_award_claims claims_of(const td_awards *awards)
{
    size_t n = awards->n_awards * awards->n_units;
    td_award_claim *claim = calloc(n + 1, sizeof *claim);
    for (size_t i = 0; i < n; i++)
        claim[i] = (td_award_claim){awards->decision[i].state, awards->decision[i].quota};
    static size_t open[1000];
    for (size_t q = 0; q < awards->n_quotas && q < 1000; q++)
        open[q] = awards->quotas[q].open;
    return (td_award_claims){.n_awards = awards->n_awards,
                             .n_units = awards->n_units,
                             .claim = claim,
                             .open = open,
                             .n_open = awards->n_quotas < 1000 ? awards->n_quotas : 1000};
}

static inline td_award_claim *claim_at(const td_award_claims *claims, size_t award, size_t unit)
{
    return (td_award_claim *)claims->claim + award * claims->n_units + unit;
}

static inline td_status verify(const year *y, const td_award_options *options,
                               const td_award_claims *claims, td_errors *errors)
{
    td_awards out = {0};
    td_status status =
        td_award_verify(y->prepared, &y->results, options, claims, &out, NULL, errors);
    td_awards_release(&out);
    return status;
}

#endif
