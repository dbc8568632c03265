/*
 * thidua verify: checks a certificate against the inputs, choosing nobody.
 */
#include "apps/cli/awards.h"
#include "apps/report/certificate.h"
#include "apps/report/text.h"

typedef struct checking {
    const td_settings *settings;
    td_run run;
    td_certificate certificate;
    td_awarded awarded;
    size_t n_by_exchange;
} checking;

static td_status load(checking *c, td_errors *errors)
{
    const td_settings *settings = c->settings;
    td_status status = td_certificate_read(settings->operands[0], &c->certificate, errors);
    if (status != TD_OK)
        return status;
    const char *path = settings->n_operands > 1 ? settings->operands[1] : c->certificate.path;
    td_errors *findings = td_errors_new();
    status = findings == NULL ? TD_ENOMEM : td_run_evaluation(settings, path, &c->run, findings);
    if (status != TD_OK && findings != NULL)
        td_errors_append(errors, findings); /* warnings are the matter of `check` */
    td_errors_free(findings);
    if (status == TD_OK && td_evaluation_policy(c->run.evaluation) == NULL) {
        td_place place = {.file = path};
        td_errors_add(errors, TD_MSG_CLI_NO_POLICY, &place, NULL);
        status = TD_EDATA;
    }
    return status;
}

static td_status verify(checking *c, td_errors *errors)
{
    const td_policy *policy = td_evaluation_policy(c->run.evaluation);
    td_status status = td_certificate_match(&c->certificate, c->run.evaluation, errors);
    if (status != TD_OK)
        return status;
    td_award_claims claims = td_certificate_claims(&c->certificate, td_policy_get(policy).n_awards);
    c->awarded.policy = policy;
    c->awarded.options = (td_award_options){.n_strikes = c->certificate.n_strikes,
                                            .strikes = c->certificate.strikes};
    status = td_award_verify(c->run.prepared, &c->run.results, &c->awarded.options, &claims,
                             &c->awarded.awards, &c->n_by_exchange, errors);
    td_scored scored = {c->run.evaluation, c->run.prepared, &c->run.results, TD_NONE, &c->awarded};
    return status == TD_OK ? td_certificate_compare(&c->certificate, &scored, errors) : status;
}

static td_status say_good(const td_report *report, const void *context, td_errors *errors)
{
    const checking *c = context;
    char text[1024], awards[24], units[24], partly[24];
    (void)errors;
    snprintf(awards, sizeof awards, "%zu", c->awarded.awards.n_awards);
    snprintf(units, sizeof units, "%zu", c->awarded.awards.n_units);
    snprintf(partly, sizeof partly, "%zu", c->n_by_exchange);
    td_message id = c->n_by_exchange == 0 ? TD_MSG_WORD_VERIFIED : TD_MSG_WORD_VERIFIED_PARTLY;
    td_text_print(report->out, td_phrase(text, sizeof text, report->lang, id, c->certificate.file,
                                         awards, units, partly, NULL));
    fputc('\n', report->out);
    return TD_OK;
}

td_exit td_run_verify(const td_settings *settings)
{
    checking c = {.settings = settings};
    td_errors *errors = td_errors_new();
    if (errors == NULL)
        return td_run_end(settings, TD_ENOMEM, NULL);
    td_status status = load(&c, errors);
    if (status == TD_OK)
        status = verify(&c, errors);
    if (status == TD_OK)
        status = td_run_report(settings, c.run.evaluation, say_good, &c, errors);
    td_awards_release(&c.awarded.awards);
    td_certificate_release(&c.certificate);
    td_run_release(&c.run);
    return td_run_end(settings, status, errors);
}
