/*
 * Awards as the verbs need them: strikes of the command line, decisions, certificate.
 */
#ifndef TD_CLI_AWARDS_H
#define TD_CLI_AWARDS_H

#include "apps/cli/run.h"
#include "apps/report/awards.h"

/* Zero-initialize; release also after failure. */
typedef struct td_award_run {
    td_awarded awarded;
    td_strike *strikes;
    char *texts; /* owns what strikes point to */
    bool has_policy;
} td_award_run;

/*
 * Decides the awards of an evaluated year with the strikes and the time limit of the settings.
 * Without a policy nothing happens; asking for a certificate or strikes is then a fault. An award
 * whose lower bounds conflict is a fault too, but not a failure. An interrupt ends the solving,
 * except in `batch`, which finishes what it has in hand. TD_OK, TD_EINVAL, TD_EDATA,
 * TD_EINTERRUPTED, TD_ENOMEM.
 */
td_status td_run_awards(const td_settings *settings, const td_run *run, td_award_run *out,
                        td_errors *errors);
void td_award_run_release(td_award_run *run);

/*
 * What `evaluate`, `award` and every evaluation of `batch` do: loads the first operand, evaluates,
 * decides awards, writes the report where the settings say, and a certificate if they ask for one.
 * The status of the first step that fails; run and awards are the caller's to release.
 */
typedef td_status td_scored_writer(const td_report *report, const td_scored *scored,
                                   td_errors *errors);
td_status td_run_scored(const td_settings *settings, td_scored_writer *write, td_run *run,
                        td_award_run *awards, td_errors *errors);

/* Writes the certificate that the settings ask for, if they do. */
td_status td_run_certificate(const td_settings *settings, const td_scored *scored,
                             td_errors *errors);

#endif
