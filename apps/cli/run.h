/*
 * What the verbs share: language, loading, writing reports, saying faults, ending with the
 * right code.
 */
#ifndef TD_CLI_RUN_H
#define TD_CLI_RUN_H

#include "apps/cli/output.h"
#include "apps/cli/verbs.h"
#include "apps/report/format.h"

td_lang td_run_lang(const td_settings *settings);

/*
 * The code that a run ends with: of the worst family among the errors (internal, then usage,
 * reading and writing, rules, data), TD_EXIT_FINDINGS when there are only warnings.
 */
td_exit td_run_exit(td_status status, const td_errors *errors);

/* The code of the two that td_run_exit() lets outweigh the other. */
td_exit td_run_worse(td_exit a, td_exit b);

/*
 * Says faults on standard error (with --quiet only errors), frees `errors`, which may be NULL
 * when memory ran out, and gives the exit code.
 */
td_exit td_run_end(const td_settings *settings, td_status status, td_errors *errors);

/* A loaded and evaluated year. Zero-initialize; release also after failure. */
typedef struct td_run {
    td_evaluation *base; /* what evaluation is a scenario of; NULL: it is as the files have it */
    td_evaluation *evaluation;
    td_prepared *prepared;
    td_results results;
} td_run;

/* Loads, prepares, evaluates. Statuses of the library; faults and findings in errors. */
td_status td_run_evaluation(const td_settings *settings, const char *path, td_run *run,
                            td_errors *errors);
/* The same, ranked by --method where it is given. */
td_status td_run_by_method(const td_settings *settings, const char *path, td_run *run,
                           td_errors *errors);
void td_run_release(td_run *run);

/* What a verb writes; `context` is its own. */
typedef td_status td_run_writer(const td_report *report, const void *context, td_errors *errors);

/*
 * Writes a report to where the settings say, unless td_run_no_input() refuses. TD_EINVAL, TD_EIO,
 * or what `write` returns; a file is put in place only when all went well.
 */
td_status td_run_report(const td_settings *settings, const td_evaluation *evaluation,
                        td_run_writer *write, const void *context, td_errors *errors);

/* The same to another place, such as the certificate's. */
td_status td_run_write(const td_settings *settings, const char *path,
                       const td_evaluation *evaluation, td_run_writer *write, const void *context,
                       td_errors *errors);

/*
 * TD_EINVAL with a fault when `path` is a file that is read: an operand, the file of an option,
 * or a rule set or the policy of `evaluation` (NULL: none).
 */
td_status td_run_no_input(const td_settings *settings, const char *path,
                          const td_evaluation *evaluation, td_errors *errors);

/* TD_EINVAL with a fault when report and certificate would go to the same place. */
td_status td_run_same_output(const td_settings *settings, td_errors *errors);

/* The format that the settings name. */
const td_format *td_run_format(const td_settings *settings);

#endif
