/*
 * thidua award: who is proposed for which award.
 */
#include "apps/cli/awards.h"
#include "apps/cli/find.h"

typedef struct proposals {
    const td_format *format;
    td_scored scored;
} proposals;

static td_status write_proposals(const td_report *report, const void *context, td_errors *errors)
{
    const proposals *p = context;
    return p->format->awards(report, &p->scored, errors);
}

td_exit td_run_award(const td_settings *settings)
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
    proposals p = {
        .format = td_run_format(settings),
        .scored = {run.evaluation, run.prepared, &run.results, TD_NONE, &awards.awarded}};
    if (status == TD_OK && settings->given[TD_OPT_CLUSTER])
        status = td_find_cluster(run.evaluation, settings->text[TD_OPT_CLUSTER], &p.scored.cluster,
                                 errors);
    if (status == TD_OK)
        status = td_run_report(settings, run.evaluation, write_proposals, &p, errors);
    if (status == TD_OK)
        status = td_run_certificate(settings, &p.scored, errors);
    td_award_run_release(&awards);
    td_run_release(&run);
    return td_run_end(settings, status, errors);
}
