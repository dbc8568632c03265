/*
 * thidua check: every fault of a rule set, of an award policy or of an evaluation.
 */
#include <string.h>

#include "apps/cli/run.h"
#include "apps/report/json_read.h"

typedef struct findings {
    const td_format *format;
    const td_errors *faults;
} findings;

static td_status write_faults(const td_report *report, const void *context, td_errors *errors)
{
    const findings *f = context;
    (void)errors;
    return f->format->faults(report, f->faults);
}

static bool is_rule_file(const char *path)
{
    size_t length = strlen(path);
    return length > 5 && strcmp(path + length - 5, ".json") == 0;
}

/* What cannot be read at all is left to the reader of rule sets, which says why. */
static bool is_policy(const char *path)
{
    struct cJSON *document = NULL;
    bool found =
        td_document_read(path, &document, NULL) == TD_OK && td_document_is_policy(document);
    td_document_free(document);
    return found;
}

static td_status check_policy(const char *path, td_errors *faults)
{
    td_policy *policy = NULL;
    td_status status = td_policy_load(path, &policy, faults);
    td_policy_free(policy);
    return status;
}

static td_status check_rules(const char *path, td_errors *faults)
{
    if (is_policy(path))
        return check_policy(path, faults);
    td_rules *rules = NULL;
    td_status status = td_rules_load(path, &rules, faults);
    td_rules_free(rules);
    return status;
}

/* Faults are what this verb reports; only what is no fault of the input fails it. */
td_exit td_run_check(const td_settings *settings)
{
    td_run run = {0};
    td_errors *errors = td_errors_new(), *faults = td_errors_new();
    if (errors == NULL || faults == NULL) {
        td_errors_free(errors);
        td_errors_free(faults);
        return td_run_end(settings, TD_ENOMEM, NULL);
    }
    const char *path = settings->operands[0];
    td_status found = is_rule_file(path) ? check_rules(path, faults)
                                         : td_run_evaluation(settings, path, &run, faults);
    findings f = {td_run_format(settings), faults};
    td_status listed = td_errors_status(faults);
    bool is_whole = found != TD_ENOMEM && listed != TD_ENOMEM && listed != TD_EINVAL;
    td_status status = is_whole ? TD_OK : listed != TD_OK ? listed : found;
    if (status == TD_OK)
        status = td_run_report(settings, run.evaluation, write_faults, &f, errors);
    else
        td_errors_append(errors, faults);
    td_exit verdict = td_run_exit(found, faults);
    td_run_release(&run);
    td_errors_free(faults);
    td_exit code = td_run_end(settings, status, errors);
    return code != TD_EXIT_OK ? code : verdict;
}
