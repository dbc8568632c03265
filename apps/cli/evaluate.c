/*
 * thidua evaluate: ranks the units of every cluster, and proposes awards by the policy.
 */
#include "apps/cli/awards.h"
#include "apps/cli/find.h"

typedef struct ranking {
    const td_format *format;
    td_scored scored;
} ranking;

static td_status write_ranking(const td_report *report, const void *context, td_errors *errors)
{
    const ranking *r = context;
    return r->format->ranking(report, &r->scored, errors);
}

td_exit td_run_evaluate(const td_settings *settings)
{
    td_run run = {0};
    td_award_run awards = {0};
    td_errors *errors = td_errors_new();
    if (errors == NULL)
        return td_run_end(settings, TD_ENOMEM, NULL);
    td_status status = td_run_same_output(settings, errors);
    if (status == TD_OK)
        status = td_run_by_method(settings, settings->operands[0], &run, errors);
    if (status == TD_OK)
        status = td_run_awards(settings, &run, &awards, errors);
    ranking r = {.format = td_run_format(settings),
                 .scored = {run.evaluation, run.prepared, &run.results, TD_NONE,
                            awards.has_policy ? &awards.awarded : NULL}};
    if (status == TD_OK && settings->given[TD_OPT_CLUSTER])
        status = td_find_cluster(run.evaluation, settings->text[TD_OPT_CLUSTER], &r.scored.cluster,
                                 errors);
    if (status == TD_OK)
        status = td_run_report(settings, run.evaluation, write_ranking, &r, errors);
    if (status == TD_OK)
        status = td_run_certificate(settings, &r.scored, errors);
    td_award_run_release(&awards);
    td_run_release(&run);
    return td_run_end(settings, status, errors);
}
