/*
 * Any bytes as one wide CSV, in memory, under a rule set with every kind of indicator, missing
 * values refused: what loads is scored and explained, and has a value wherever one is needed. Reading
 * it in parts gives as many faults.
 */
#include "datasets/wide.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char RULES[] =
    "{\"thidua\": \"rule-set/1\", \"code\": \"w\", \"name\": \"W\","
    " \"valid\": {\"from\": \"2025-01-01\"}, \"scale\": 15, \"channels\": [\"final\"],"
    " \"indicators\": {\"sent\": {\"kind\": \"date\"}, \"pct\": {\"min\": 0, \"max\": 100},"
    "  \"late\": {\"days_after\": \"2025-12-15\", \"of\": \"sent\"}}, \"criteria\": ["
    " {\"code\": \"a\", \"max\": 4, \"direct\": true},"
    " {\"code\": \"n\", \"max\": 2, \"deduct\": {\"cases\": 0.5}, \"clamp\": {\"min\": 0}},"
    " {\"code\": \"f\", \"max\": 1, \"pass\": \"done\"},"
    " {\"code\": \"p\", \"max\": 2, \"bands\": {\"of\": \"pct\", \"table\":"
    "   {\">=95\": 2, \"[80, 95)\": 1.5, \"<80\": 0}}},"
    " {\"code\": \"r\", \"max\": 3, \"relative\": {\"actual\": \"r.a\", \"target\": \"r.t\"}},"
    " {\"code\": \"q\", \"max\": 2, \"ratio\": {\"actual\": \"q.a\", \"target\": \"q.t\"}},"
    " {\"code\": \"d\", \"max\": 1, \"parts\": [{\"effect\": \"deduct\","
    "   \"function\": \"per-step\", \"of\": \"late\", \"above\": 0, \"points\": 0.25, \"cap\": "
    "1}]}]}";

static void evaluate(const td_evaluation *evaluation)
{
    const td_options options = {.threads = 1};
    td_errors *errors = td_errors_new();
    td_prepared *prepared = NULL;
    td_results results = {0};
    td_status status = td_prepare(evaluation, &options, &prepared, errors);
    if (status != TD_OK && status != TD_EDATA)
        abort();
    if (prepared != NULL && td_evaluate(prepared, 1, NULL, &options, &results, errors) == TD_OK)
        for (size_t u = 0; u < results.n_units; u++)
            if (results.standing[u].why == TD_WHY_MISSING)
                abort();
    td_results_release(&results);
    td_prepared_free(prepared);
    td_errors_free(errors);
}

static bool is_text(const uint8_t *data, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (data[i] == 0)
            return false;
    return true;
}

static td_evaluation *load(const uint8_t *data, size_t size, size_t part_bytes, td_errors *errors)
{
    const td_load_options options = {.threads = 1};
    td_rules *rules = NULL;
    td_evaluation *evaluation = NULL;
    if (td_rules_parse(RULES, strlen(RULES), "rules.json", &rules, errors) != TD_OK)
        abort();
    td_status status = td_evaluation_parse_parts((const char *)data, size, "fuzz.csv", rules,
                                                 &options, part_bytes, &evaluation, errors);
    if ((status == TD_OK) != (evaluation != NULL))
        abort();
    return evaluation;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!is_text(data, size))
        return 0;
    td_errors *errors = td_errors_new(), *of_parts = td_errors_new();
    td_evaluation *evaluation = load(data, size, TD_PART_BYTES, errors);
    td_evaluation *parts = load(data, size, size == 0 ? 1 : 1 + data[size - 1] % 64u, of_parts);
    if ((evaluation == NULL) != (parts == NULL) ||
        td_errors_size(errors) != td_errors_size(of_parts))
        abort();
    for (size_t i = 0; i < td_errors_size(errors); i++) {
        char text[512];
        td_errors_what(errors, i, TD_VI, text, sizeof text);
        td_errors_fix(errors, i, TD_EN, text, sizeof text);
    }
    if (evaluation != NULL)
        evaluate(evaluation);
    td_evaluation_free(evaluation);
    td_evaluation_free(parts);
    td_errors_free(errors);
    td_errors_free(of_parts);
    return 0;
}
