/*
 * thidua evaluate: ranks the units of every cluster, and proposes awards by the policy.
 * thidua award: who is proposed for which award.
 */
#include "apps/cli/awards.h"
#include "apps/cli/find.h"

typedef struct shown {
    td_scored_writer *write;
    td_scored scored;
} shown;

static td_status write_shown(const td_report *report, const void *context, td_errors *errors)
{
    const shown *s = context;
    return s->write(report, &s->scored, errors);
}

td_status td_run_scored(const td_settings *settings, td_scored_writer *write, td_run *run,
                        td_award_run *awards, td_errors *errors)
{
    td_status status = td_run_same_output(settings, errors);
    if (status == TD_OK)
        status = td_run_by_method(settings, settings->operands[0], run, errors);
    if (status == TD_OK)
        status = td_run_awards(settings, run, awards, errors);
    shown s = {write,
               {run->evaluation, run->prepared, &run->results, TD_NONE,
                awards->has_policy ? &awards->awarded : NULL}};
    if (status == TD_OK && settings->given[TD_OPT_CLUSTER])
        status = td_find_cluster(run->evaluation, settings->text[TD_OPT_CLUSTER], &s.scored.cluster,
                                 errors);
    if (status == TD_OK)
        status = td_run_report(settings, run->evaluation, write_shown, &s, errors);
    return status == TD_OK ? td_run_certificate(settings, &s.scored, errors) : status;
}

static td_exit show(const td_settings *settings, td_scored_writer *write)
{
    td_run run = {0};
    td_award_run awards = {0};
    td_errors *errors = td_errors_new();
    if (errors == NULL)
        return td_run_end(settings, TD_ENOMEM, NULL);
    td_status status = td_run_scored(settings, write, &run, &awards, errors);
    td_award_run_release(&awards);
    td_run_release(&run);
    return td_run_end(settings, status, errors);
}

td_exit td_run_evaluate(const td_settings *settings)
{
    return show(settings, td_run_format(settings)->ranking);
}

td_exit td_run_award(const td_settings *settings)
{
    return show(settings, td_run_format(settings)->awards);
}
