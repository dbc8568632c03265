/*
 * thidua explain: every figure of one unit.
 */
#include <math.h>

#include "apps/cli/awards.h"
#include "apps/cli/find.h"
#include "apps/report/explanation.h"

typedef struct account {
    const td_format *format;
    td_scored scored;
    td_explanation explanation;
} account;

static td_status write_account(const td_report *report, const void *context, td_errors *errors)
{
    const account *a = context;
    (void)errors;
    return a->format->explanation(report, &a->scored, &a->explanation);
}

/* The figures shown add up to the total shown, or the run fails. */
static td_status check_sum(const account *a)
{
    td_explained explained = td_explained_of(&a->scored, &a->explanation);
    double total = td_total_of(&a->explanation);
    return isnan(total) || td_steps_sum(&explained) == total ? TD_OK : TD_EINTERNAL;
}

td_exit td_run_explain(const td_settings *settings)
{
    td_run run = {0};
    td_award_run awards = {0};
    td_errors *errors = td_errors_new();
    if (errors == NULL)
        return td_run_end(settings, TD_ENOMEM, NULL);
    size_t unit = TD_NONE;
    td_status status = td_run_evaluation(settings, settings->operands[0], &run, errors);
    if (status == TD_OK)
        status = td_find_unit(run.evaluation, settings->operands[1], &unit, errors);
    if (status == TD_OK)
        status = td_run_awards(settings, &run, &awards, errors);
    account a = {.format = td_run_format(settings),
                 .scored = {run.evaluation, run.prepared, &run.results, TD_NONE,
                            awards.has_policy ? &awards.awarded : NULL}};
    if (status == TD_OK)
        status = td_explain(run.prepared, &run.results, unit, &a.explanation, errors);
    if (status == TD_OK)
        status = check_sum(&a);
    if (status == TD_OK) {
        a.scored.cluster = td_evaluation_unit(run.evaluation, unit).cluster;
        status = td_run_report(settings, run.evaluation, write_account, &a, errors);
    }
    td_explanation_release(&a.explanation);
    td_award_run_release(&awards);
    td_run_release(&run);
    return td_run_end(settings, status, errors);
}
