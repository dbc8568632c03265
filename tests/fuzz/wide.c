/*
 * Any bytes as one wide CSV under a rule set that has an indicator of every kind.
 */
#include "engine/thidua.h"
#include "tests/lib/files.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char rules_text[] =
    "{\"thidua\": \"rule-set/1\", \"code\": \"w\", \"valid\": {\"from\": \"2025-01-01\"},"
    " \"scale\": 10, \"missing\": \"zero\", \"indicators\": {\"sent\": {\"kind\": \"date\"},"
    "  \"late\": {\"days_after\": \"2025-12-15\", \"of\": \"sent\"}}, \"criteria\": ["
    "{\"code\": \"a\", \"max\": 4, \"direct\": true},"
    "{\"code\": \"n\", \"max\": 2, \"deduct\": {\"cases\": 0.5}, \"clamp\": {\"min\": 0}},"
    "{\"code\": \"f\", \"max\": 1, \"pass\": \"done\"},"
    "{\"code\": \"p\", \"max\": 2, \"bands\": {\"of\": \"pct\", \"table\":"
    "  {\">=95\": 2, \"[80, 95)\": 1.5, \"<80\": 0}}},"
    "{\"code\": \"d\", \"max\": 1, \"parts\": [{\"effect\": \"deduct\", \"function\": \"per-step\","
    "  \"of\": \"late\", \"above\": 0, \"points\": 0.25, \"cap\": 1}]}]}";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static td_folder folder;
    static char *rules_path;
    if (!rules_path) {
        td_folder_init(&folder);
        rules_path = td_folder_write(&folder, "rules.json", rules_text);
    }
    char *path = td_folder_write_bytes(&folder, "wide.csv", data, size);

    td_errors *errors = td_errors_new();
    td_load_options options = {.rules = rules_path, .year = 2025};
    td_evaluation *evaluation = NULL;
    td_status status = td_evaluation_load(path, &options, &evaluation, errors);
    if ((status == TD_OK) != (evaluation != NULL))
        abort();
    td_evaluation_free(evaluation);
    td_errors_free(errors);
    free(path);
    return 0;
}
