/*
 * Any bytes as a file of weight vectors for a small evaluation: what is accepted is evaluated.
 */
#include "datasets/wide.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char RULES[] =
    "{\"thidua\": \"rule-set/1\", \"code\": \"f\", \"name\": \"f\", \"valid\": {\"from\": "
    "\"2025-01-01\"}, \"scale\": 30, \"criteria\": [{\"code\": \"I\", \"max\": 20, \"direct\": "
    "true}, {\"code\": \"II\", \"max\": 10, \"direct\": true}, {\"code\": \"P\", \"max\": 0, "
    "\"parts\": [{\"effect\": \"bonus\", \"function\": \"per-case\", \"of\": \"n\", \"points\": 1, "
    "\"cap\": 3}]}]}";
static const char DATA[] = "cluster,unit,I,II,n\nk,X,11.5,3,1\nk,Y,7,0,0\nl,Z,1,9,2\n";

static td_evaluation *evaluation(td_errors *errors)
{
    td_rules *rules = NULL;
    td_evaluation *out = NULL;
    if (td_rules_parse(RULES, sizeof RULES - 1, "r", &rules, errors) != TD_OK ||
        td_evaluation_parse_wide(DATA, sizeof DATA - 1, "d", rules, NULL, &out, errors) != TD_OK)
        abort();
    return out;
}

static void try(const td_prepared *prepared, const td_vectors *vectors, td_errors *errors)
{
    const td_options one = {.threads = 1};
    td_results official = {0};
    td_tried tried = {0};
    if (td_evaluate(prepared, 1, NULL, &one, &official, errors) != TD_OK ||
        td_vectors_try(prepared, &official, vectors, &one, NULL, NULL, NULL, &tried, errors) !=
            TD_OK ||
        tried.k != vectors->k)
        abort(); /* what the reader accepts can be evaluated */
    for (size_t u = 0; u < tried.n_units; u++) {
        const td_stands *s = &tried.stands[u];
        if (s->n_ranked != tried.k || s->best > s->median || s->median > s->worst)
            abort();
    }
    td_tried_release(&tried);
    td_results_release(&official);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    td_errors *errors = td_errors_new();
    td_evaluation *year = evaluation(errors);
    td_prepared *prepared = NULL;
    const td_options one = {.threads = 1};
    if (td_prepare(year, &one, &prepared, errors) != TD_OK)
        abort();
    td_vectors vectors = {0};
    td_status status =
        td_vectors_parse(prepared, (const char *)data, size, "fuzz.csv", &vectors, errors);
    if ((status == TD_OK) != (vectors.k > 0) ||
        (status == TD_OK) != (td_errors_count(errors, TD_ERROR) == 0))
        abort();
    if (status == TD_OK)
        try(prepared, &vectors, errors);
    td_vectors_release(&vectors);
    td_prepared_free(prepared);
    td_evaluation_free(year);
    td_errors_free(errors);
    return 0;
}
