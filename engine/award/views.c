/*
 * What reports and certificates show of awards beyond the decisions: merit keys, places, where
 * a bound stands in its policy.
 */
#include <stdlib.h>
#include <string.h>

#include "engine/award/award.h"

static bool is_candidate(td_award_state state)
{
    return state == TD_PROPOSED || state == TD_TIED_AT_CUT || state == TD_RESERVE ||
           state == TD_OUTSIDE_QUOTA;
}

/* Decisions as they were when the award's turn came. */
static td_decision *decisions_before(const td_policy *policy, const td_awards *awards, size_t award)
{
    size_t n = awards->n_units;
    td_decision *copy = calloc(awards->n_awards * n + 1, sizeof *copy);
    if (copy == NULL)
        return NULL;
    memcpy(copy, awards->decision, awards->n_awards * n * sizeof *copy);
    for (size_t w = award; w < awards->n_awards; w++)
        for (size_t u = 0; u < n; u++) {
            td_award_state *state = &copy[w * n + u].state;
            if (w == award && is_candidate(*state))
                *state = TD_OUTSIDE_QUOTA;
            else if (!policy->awards[w].given)
                *state = TD_NOT_ELIGIBLE;
        }
    return copy;
}

static void keep_keys(const td_field *field, td_merits *out)
{
    for (size_t i = 0; i < field->n; i++)
        for (size_t m = 0; m < out->n_keys; m++) {
            td_share key = field->keys[i * out->n_keys + m];
            out->numerator[field->unit[i] * out->n_keys + m] = key.points_q;
            out->denominator[field->unit[i] * out->n_keys + m] = key.assigned_q;
        }
}

td_status td_award_merits(const td_prepared *prepared, const td_results *results,
                          const td_awards *awards, size_t award, td_merits *out)
{
    td_awarding a;
    td_field field = {0};
    td_awarding_start(&a, prepared, results, NULL, NULL);
    if (a.policy == NULL || award >= awards->n_awards || results->n_units != awards->n_units)
        return TD_EINVAL;
    td_merits merits = {.n_keys = a.policy->awards[award].n_merits, .n_units = awards->n_units};
    size_t cells = merits.n_keys * merits.n_units;
    merits.numerator = calloc(2 * cells + 1, sizeof *merits.numerator);
    merits.denominator = merits.numerator + cells;
    a.decision = decisions_before(a.policy, awards, award);
    td_status status = merits.numerator == NULL || a.decision == NULL
                           ? TD_ENOMEM
                           : td_field_init(&a, award, &field);
    if (status == TD_OK) {
        keep_keys(&field, &merits);
        *out = merits;
    } else {
        free(merits.numerator);
    }
    td_field_release(&field);
    free(a.decision);
    return status;
}

void td_merits_release(td_merits *merits)
{
    free(merits->numerator);
    *merits = (td_merits){0};
}

const char *td_award_merit_name(const td_policy *policy, size_t award, size_t key, td_lang lang)
{
    const td_award_rule *rule = &policy->awards[award];
    return key < rule->n_merits ? rule->merits[key].text.in[lang] : NULL;
}

const char *td_award_region(const td_evaluation *evaluation, size_t award, size_t region)
{
    const td_dataset *data = &evaluation->data;
    td_scope scope = evaluation->policy->awards[award].scope;
    if (scope == TD_WITHIN_CLUSTER && region < data->n_clusters)
        return data->clusters[region].name;
    return scope == TD_WITHIN_GROUP && region < data->n_groups ? data->groups[region] : "";
}

const char *td_quota_pointer(const td_evaluation *evaluation, const td_quota *quota)
{
    const td_bound *bound = quota->bound;
    return bound != NULL ? bound->pointer : evaluation->policy->awards[quota->award].pointer;
}
