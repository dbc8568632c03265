/*
 * Outline: what becomes of every unit, a few bytes for each. In one pass; a policy that looks
 * beyond clusters is decided by the three stages, for all units at once.
 */
#include "engine/outline.h"

#include <stdlib.h>

td_status td_outline_by_stages(const td_evaluation *evaluation, const td_options *options,
                               td_outline *out, td_errors *errors)
{
    td_prepared *prepared = NULL;
    td_results results = {0};
    td_awards awards = {0};
    const td_award_options award = {.threads = options == NULL ? 0 : options->threads};
    td_status status = td_prepare(evaluation, options, &prepared, errors);
    if (status == TD_OK)
        status = td_evaluate(prepared, 1, NULL, options, &results, errors);
    if (status == TD_OK)
        status = td_award(prepared, &results, &award, &awards, errors);
    for (size_t u = 0; u < out->n_units && status == TD_OK; u++)
        td_outline_keep(&results.standing[u], u, out);
    for (size_t i = 0; i < awards.n_awards * awards.n_units; i++)
        out->award_state[i] = (uint8_t)awards.decision[i].state;
    td_awards_release(&awards);
    td_results_release(&results);
    td_prepared_free(prepared);
    return status;
}

/* Cuts the memory into arrays, the widest numbers first. */
static void divide(td_outline *out)
{
    const size_t n = out->n_units;
    out->total_q = out->memory;
    double *next = out->total_q + n;
    out->assigned_q = out->with_assigned ? next : NULL;
    next += out->with_assigned ? n : 0;
    out->rank = (float *)next;
    out->state = (uint8_t *)(out->rank + n);
    out->class_index = out->state + n;
    out->award_state = out->class_index + n;
}

static td_status make_room(const td_evaluation *evaluation, td_outline *out)
{
    const td_policy *policy = evaluation->policy;
    const size_t n = evaluation->data.n_units, n_awards = policy == NULL ? 0 : policy->n_awards;
    const size_t per_unit = sizeof(double) * (out->with_assigned ? 2 : 1) + sizeof(float) + 2;
    const size_t bytes = n * (per_unit + n_awards) + 1;
    if (bytes > out->capacity) {
        free(out->memory);
        out->memory = malloc(bytes);
        out->capacity = out->memory == NULL ? 0 : bytes;
        td_memory_large(out->memory, out->capacity);
    }
    out->n_units = out->memory == NULL ? 0 : n;
    out->n_awards = n_awards;
    if (out->memory == NULL)
        return TD_ENOMEM;
    divide(out);
    return TD_OK;
}

td_status td_outline_run_in(td_office **office, const td_evaluation *evaluation,
                            const td_options *options, td_outline *out, td_errors *errors)
{
    td_status status = make_room(evaluation, out);
    if (status != TD_OK)
        return status;
    status = td_office_open(office, evaluation, options, errors);
    if (status == TD_EINVAL)
        return td_outline_by_stages(evaluation, options, out, errors);
    return status == TD_OK ? td_outline_by_tiles(*office, evaluation, options, out, errors)
                           : status;
}

td_status td_outline_run(const td_evaluation *evaluation, const td_options *options,
                         td_outline *out, td_errors *errors)
{
    td_office *office = NULL;
    td_status status = td_outline_run_in(&office, evaluation, options, out, errors);
    td_office_close(office);
    return status;
}

void td_outline_release(td_outline *outline)
{
    free(outline->memory);
    *outline = (td_outline){0};
}
