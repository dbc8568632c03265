/*
 * Any bytes as an evaluation folder. A line "=== name" starts the next file of the folder; files
 * that the input does not bring are those of a small valid evaluation, so that a
 * mutation of one file still meets the others. What loads is evaluated and explained.
 */
#include "engine/thidua.h"
#include "tests/lib/files.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const valid[][2] = {
    {"rules.json",
     "{\"thidua\": \"rule-set/1\", \"code\": \"f\", \"name\": \"f\", \"valid\": {\"from\": "
     "\"2025-01-01\"},"
     " \"scale\": 10, \"criteria\": [{\"code\": \"a\", \"max\": 4, \"direct\": true},"
     " {\"code\": \"b\", \"max\": 6, \"relative\": {\"actual\": \"b.a\", \"target\": \"b.t\"}}]}"},
    {"evaluation.json", "{\"thidua\": \"evaluation/1\", \"code\": \"f\", \"name\": \"f\","
                        " \"year\": 2025, \"rules\": \"rules.json\"}"},
    {"clusters.csv", "id,name\nc1,Cụm 1\nc2,Cụm 2\n"},
    {"units.csv", "id,name,cluster\nu1,Xã A,c1\nu2,Xã B,c1\nu3,Xã C,c2\n"},
    {"values.csv", "unit;a;b.a;b.t\nu1;3,5;120;100\nu2;2,25;60;50\nu3;4;75;\n"},
};

#define N_VALID (sizeof valid / sizeof *valid)

/* Names that may be written; anything else would let the input leave its folder. */
static const char *const names[] = {
    "rules.json",      "evaluation.json", "clusters.csv",       "units.csv",   "values.csv",
    "values-self.csv", "votes.csv",       "not-applicable.csv", "reasons.csv", "history.csv"};

#define N_NAMES (sizeof names / sizeof *names)

static void write_parts(const td_folder *folder, const char *data, size_t size)
{
    const char *end = data + size, *at = data;
    while (at < end) {
        const char *line = memchr(at, '\n', (size_t)(end - at));
        const char *body = line ? line + 1 : end;
        const char *next = memmem(body, (size_t)(end - body), "\n=== ", 5);
        const char *stop = next ? next + 1 : end;
        for (size_t i = 0; i < N_NAMES; i++) {
            size_t length = strlen(names[i]);
            if ((size_t)(end - at) >= length + 4 && memcmp(at, "=== ", 4) == 0 &&
                memcmp(at + 4, names[i], length) == 0 && at + 4 + length == body - 1)
                free(td_folder_write_bytes(folder, names[i], body, (size_t)(stop - body)));
        }
        at = stop;
    }
}

static void explain_all(const td_prepared *prepared, const td_results *results, td_errors *errors)
{
    for (size_t u = 0; u < results->n_units; u++) {
        td_explanation explanation = {0};
        if (td_explain(prepared, results, u, &explanation, errors) == TD_OK)
            td_explanation_release(&explanation);
    }
}

static void evaluate(const td_evaluation *evaluation, td_errors *errors)
{
    td_options options = {.threads = 1};
    td_prepared *prepared = NULL;
    td_results results = {0};
    if (td_prepare(evaluation, &options, &prepared, errors) == TD_OK &&
        td_evaluate(prepared, 1, NULL, &options, &results, errors) == TD_OK)
        explain_all(prepared, &results, errors);
    td_results_release(&results);
    td_prepared_free(prepared);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static td_folder folder;
    if (!folder.path[0])
        td_folder_init(&folder);
    for (size_t i = 0; i < N_VALID; i++)
        free(td_folder_write(&folder, valid[i][0], valid[i][1]));
    write_parts(&folder, (const char *)data, size);

    td_errors *errors = td_errors_new();
    td_evaluation *evaluation = NULL;
    td_status status = td_evaluation_load(folder.path, NULL, &evaluation, errors);
    /* The folder that mutations start from must be a valid one. */
    if ((status == TD_OK) != (evaluation != NULL) || (size == 0 && status != TD_OK))
        abort();
    if (evaluation)
        evaluate(evaluation, errors);
    td_evaluation_free(evaluation);
    td_errors_free(errors);
    td_folder_clear(&folder);
    return 0;
}
