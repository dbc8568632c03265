#include "apps/cli/awards.h"

#include <stdlib.h>
#include <string.h>

#include "apps/cli/find.h"
#include "apps/report/certificate.h"

/* ---- strikes ---- */

static td_status bad_strike(const char *text, td_errors *errors)
{
    td_errors_add(errors, TD_MSG_CLI_BAD_STRIKE, NULL, text, NULL);
    return TD_EINVAL;
}

/* "UNIT=reason": splits a copy in place. */
static td_status read_strike(const td_run *run, char *text, const char *typed, td_strike *out,
                             td_errors *errors)
{
    char *sign = strchr(text, '=');
    if (sign == NULL || sign == text || sign[1 + strspn(sign + 1, " ")] == '\0')
        return bad_strike(typed, errors);
    *sign = '\0';
    out->reason = sign + 1;
    return td_find_unit(run->evaluation, text, &out->unit, errors);
}

static td_status read_strikes(const td_settings *settings, const td_run *run, td_award_run *out,
                              td_errors *errors)
{
    size_t size = 1, n = td_settings_count(settings, TD_OPT_STRIKE);
    for (size_t s = 0; s < n; s++)
        size += strlen(td_settings_listed(settings, TD_OPT_STRIKE, s)) + 1;
    out->texts = malloc(size);
    out->strikes = calloc(n + 1, sizeof *out->strikes);
    if (out->texts == NULL || out->strikes == NULL)
        return TD_ENOMEM;
    char *text = out->texts;
    for (size_t s = 0; s < n; s++) {
        const char *typed = td_settings_listed(settings, TD_OPT_STRIKE, s);
        size_t length = strlen(typed) + 1;
        memcpy(text, typed, length);
        td_status status = read_strike(run, text, typed, &out->strikes[s], errors);
        for (size_t t = 0; t < s && status == TD_OK; t++)
            if (out->strikes[t].unit == out->strikes[s].unit) {
                td_errors_add(errors, TD_MSG_CLI_STRUCK_TWICE, NULL, text, NULL);
                status = TD_EINVAL;
            }
        if (status != TD_OK)
            return status;
        text += length;
    }
    return TD_OK;
}

/* ---- decisions ---- */

static uint64_t infeasible_awards(const td_errors *errors)
{
    uint64_t awards = 0;
    for (size_t i = 0; i < td_errors_size(errors); i++) {
        td_fault fault = td_errors_view(errors, i);
        const char *pointer = fault.place.pointer;
        bool in_award = pointer != NULL && strncmp(pointer, "/awards/", 8) == 0;
        unsigned long award = in_award ? strtoul(pointer + 8, NULL, 10) : 64;
        if (fault.status == TD_EINFEASIBLE && award < 64)
            awards |= (uint64_t)1 << award;
    }
    return awards;
}

/* Conflicting lower bounds are said; what was decided is shown all the same. */
static td_status decide(const td_run *run, const td_award_options *options, td_awards *out,
                        td_errors *errors)
{
    td_status status = td_award(run->prepared, &run->results, options, out, errors);
    return status == TD_EINFEASIBLE ? TD_OK : status;
}

static td_status decide_all(const td_run *run, td_awarded *out, td_errors *errors)
{
    size_t n = out->options.n_strikes;
    td_status status = TD_OK;
    out->steps = calloc(n + 1, sizeof *out->steps);
    if (out->steps == NULL)
        return TD_ENOMEM;
    for (size_t s = 0; s < n && status == TD_OK; s++) {
        td_award_options some = out->options;
        some.n_strikes = s;
        status = decide(run, &some, &out->steps[s], NULL);
    }
    if (status == TD_OK)
        status = decide(run, &out->options, &out->awards, errors);
    out->infeasible = infeasible_awards(errors);
    return status;
}

td_status td_run_awards(const td_settings *settings, const td_run *run, td_award_run *out,
                        td_errors *errors)
{
    const td_policy *policy = td_evaluation_policy(run->evaluation);
    size_t n_strikes = td_settings_count(settings, TD_OPT_STRIKE);
    bool is_asked = n_strikes > 0 || settings->given[TD_OPT_CERTIFICATE] ||
                    td_verb_find(settings->verb) == TD_VERB_AWARD;
    bool is_alone = td_verb_find(settings->verb) != TD_VERB_BATCH;
    if (policy == NULL) {
        td_place place = {.file = settings->operands[0]};
        if (!is_asked)
            return TD_OK;
        td_errors_add(errors, TD_MSG_CLI_NO_POLICY, &place, NULL);
        return TD_EDATA;
    }
    td_status status = read_strikes(settings, run, out, errors);
    out->has_policy = true;
    out->awarded.policy = policy;
    out->awarded.options =
        (td_award_options){.n_strikes = n_strikes,
                           .strikes = out->strikes,
                           .time_limit_s = (double)settings->whole[TD_OPT_TIME_LIMIT],
                           .cancelled = is_alone ? td_process_patience(true) : NULL,
                           .threads = (int)settings->whole[TD_OPT_THREADS]};
    if (status == TD_OK)
        status = decide_all(run, &out->awarded, errors);
    bool is_interrupted = is_alone && *td_process_patience(false) != 0;
    return status == TD_OK && is_interrupted ? TD_EINTERRUPTED : status;
}

void td_award_run_release(td_award_run *run)
{
    for (size_t s = 0; run->awarded.steps != NULL && s < run->awarded.options.n_strikes; s++)
        td_awards_release(&run->awarded.steps[s]);
    free(run->awarded.steps);
    td_awards_release(&run->awarded.awards);
    free(run->strikes);
    free(run->texts);
    *run = (td_award_run){0};
}

/* ---- certificate ---- */

typedef struct certificate {
    const td_scored *scored;
    const char *path;
} certificate;

static td_status write_certificate(const td_report *report, const void *context, td_errors *errors)
{
    const certificate *c = context;
    (void)errors;
    return td_certificate_write(report->out, c->scored, c->path);
}

td_status td_run_certificate(const td_settings *settings, const td_scored *scored,
                             td_errors *errors)
{
    const char *path = settings->text[TD_OPT_CERTIFICATE];
    if (path == NULL)
        return TD_OK;
    certificate c = {scored, settings->operands[0]};
    return td_run_write(settings, path, scored->evaluation, write_certificate, &c, errors);
}
