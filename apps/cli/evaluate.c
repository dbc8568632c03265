/*
 * thidua evaluate: ranks the units of every cluster.
 */
#include "apps/cli/find.h"
#include "apps/cli/run.h"

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
    td_errors *errors = td_errors_new();
    if (errors == NULL)
        return td_run_end(settings, TD_ENOMEM, NULL);
    td_status status = td_run_evaluation(settings, settings->operands[0], &run, errors);
    ranking r = {.format = td_run_format(settings),
                 .scored = {run.evaluation, run.prepared, &run.results, TD_NONE}};
    if (status == TD_OK && settings->given[TD_OPT_CLUSTER])
        status = td_find_cluster(run.evaluation, settings->text[TD_OPT_CLUSTER], &r.scored.cluster,
                                 errors);
    if (status == TD_OK)
        status = td_run_report(settings, run.evaluation, write_ranking, &r, errors);
    td_run_release(&run);
    return td_run_end(settings, status, errors);
}
