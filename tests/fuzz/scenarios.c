/*
 * Any bytes as a file of scenarios: read, then every change of what was accepted tried on a small
 * evaluation.
 */
#include "datasets/wide.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char RULES[] =
    "{\"thidua\": \"rule-set/1\", \"code\": \"f\", \"name\": \"f\", \"valid\": {\"from\": "
    "\"2025-01-01\"}, \"scale\": 30, \"criteria\": [{\"code\": \"I\", \"max\": 20, \"clamp\": "
    "{\"max\": 18}, \"floor\": 2, \"children\": [{\"code\": \"a\", \"max\": 12, \"direct\": true}, "
    "{\"code\": \"b\", \"max\": 8, \"deduct\": {\"late\": 0.5}, \"deduction_cap\": 8}]}, "
    "{\"code\": \"II\", \"max\": 10, \"combine\": \"arithmetic\", \"children\": [{\"code\": \"c\", "
    "\"max\": 5, \"direct\": true}, {\"code\": \"d\", \"max\": 5, \"weight\": 2, \"direct\": "
    "true}]}]}";
static const char DATA[] = "cluster,unit,a,late,c,d\nk,X,11.5,3,4,2.25\nk,Y,7,0,5,5\nl,Z,1,9,0,1\n";

static td_evaluation *evaluation(void)
{
    td_rules *rules = NULL;
    td_evaluation *out = NULL;
    td_errors *errors = td_errors_new();
    if (td_rules_parse(RULES, sizeof RULES - 1, "r", &rules, errors) != TD_OK ||
        td_evaluation_parse_wide(DATA, sizeof DATA - 1, "d", rules, NULL, &out, errors) != TD_OK)
        abort();
    td_errors_free(errors);
    return out;
}

static void try(const td_evaluation *base, const td_scenario *scenario)
{
    td_evaluation *varied = NULL;
    td_prepared *prepared = NULL;
    td_results results = {0};
    td_errors *errors = td_errors_new();
    td_status status = td_evaluation_vary(base, scenario, &varied, errors);
    if ((status == TD_OK) != (varied != NULL) ||
        (status == TD_OK) != (td_errors_count(errors, TD_ERROR) == 0))
        abort();
    const td_options one = {.threads = 1};
    if (varied != NULL && td_prepare(varied, &one, &prepared, errors) == TD_OK &&
        td_evaluate(prepared, 1, NULL, &one, &results, errors) == TD_OK)
        for (size_t u = 0; u < results.n_units; u++)
            if (results.standing[u].rank > (double)results.standing[u].n_ranked)
                abort();
    td_results_release(&results);
    td_prepared_free(prepared);
    td_evaluation_free(varied);
    td_errors_free(errors);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    td_errors *errors = td_errors_new();
    td_scenarios *scenarios = NULL;
    td_status status =
        td_scenarios_parse((const char *)data, size, "fuzz.json", &scenarios, errors);
    if ((status == TD_OK) != (scenarios != NULL) ||
        (status == TD_OK) != (td_errors_count(errors, TD_ERROR) == 0))
        abort();
    if (scenarios != NULL) {
        td_evaluation *base = evaluation();
        for (size_t i = 0; i < td_scenarios_size(scenarios); i++) {
            td_scenario scenario = td_scenarios_get(scenarios, i);
            try(base, &scenario);
        }
        td_evaluation_free(base);
    }
    td_scenarios_free(scenarios);
    td_errors_free(errors);
    return 0;
}
