/*
 * thidua diff: what changed between two rule sets, two results or two evaluations.
 */
#include <string.h>
#include <sys/stat.h>

#include "apps/cli/run.h"
#include "apps/report/json_read.h"

/* One operand, whole: the difference borrows from it. */
typedef struct operand {
    struct cJSON *document; /* of a JSON file */
    td_rules *rules;        /* of a rule set */
    td_run run;             /* of an evaluation */
    td_result_model model;
} operand;

typedef struct comparison {
    const td_format *format;
    td_difference difference;
} comparison;

static bool is_json_file(const char *path)
{
    struct stat info;
    size_t length = strlen(path);
    if (strcmp(path, "-") == 0)
        return true;
    if (stat(path, &info) == 0 && S_ISDIR(info.st_mode))
        return false;
    return length < 4 || strcmp(path + length - 4, ".csv") != 0;
}

/* The linter of the library decides whether a rule set is one; comparing needs its text. */
static td_status load_rules(const char *path, operand *out, td_errors *faults)
{
    td_status status = td_rules_load(path, &out->rules, faults);
    if (status != TD_OK)
        return status;
    td_rules_view view = td_rules_get(out->rules);
    out->model.source = (td_difference_source){.path = path,
                                               .title = {view.name[TD_VI], view.name[TD_EN]},
                                               .rules_hash = view.hash,
                                               .data_hash = "",
                                               .in_force = strcmp(view.status, "in-force") == 0};
    return TD_OK;
}

static td_status load_evaluation(const td_settings *settings, const char *path, operand *out,
                                 td_errors *faults)
{
    td_status status = td_run_evaluation(settings, path, &out->run, faults);
    if (status != TD_OK)
        return status;
    td_scored scored = {out->run.evaluation, out->run.prepared, &out->run.results, TD_NONE, NULL};
    return td_result_model_of(&scored, path, &out->model);
}

static td_status load_document(const char *path, operand *out, td_errors *faults)
{
    td_status status = td_document_read(path, &out->document, faults);
    if (status != TD_OK)
        return status;
    if (td_document_is_rules(out->document))
        return load_rules(path, out, faults);
    return td_result_model_read(out->document, path, &out->model, faults);
}

/* Warnings are the matter of `check`; here they would hide what differs. */
static td_status load_operand(const td_settings *settings, const char *path, operand *out,
                              td_errors *errors)
{
    td_errors *faults = td_errors_new();
    td_status status = TD_ENOMEM;
    if (faults != NULL && is_json_file(path))
        status = load_document(path, out, faults);
    else if (faults != NULL)
        status = load_evaluation(settings, path, out, faults);
    if (status != TD_OK)
        td_errors_append(errors, faults);
    td_errors_free(faults);
    return status;
}

static void release_operand(operand *o)
{
    td_result_model_release(&o->model);
    td_document_free(o->document);
    td_rules_free(o->rules);
    td_run_release(&o->run);
}

static td_status compare(operand operands[2], td_difference *out, td_errors *errors)
{
    bool of_rules = operands[0].rules != NULL;
    if (of_rules != (operands[1].rules != NULL)) {
        td_errors_add(errors, TD_MSG_CLI_UNLIKE, NULL, operands[0].model.source.path,
                      operands[1].model.source.path, NULL);
        return TD_EINVAL;
    }
    out->of_rules = of_rules;
    for (size_t s = 0; s < 2; s++)
        out->source[s] = operands[s].model.source;
    if (of_rules)
        return td_diff_rules(operands[0].document, operands[1].document, out);
    td_result_model models[2] = {operands[0].model, operands[1].model};
    return td_diff_results(models, out);
}

static td_status write_difference(const td_report *report, const void *context, td_errors *errors)
{
    const comparison *c = context;
    (void)errors;
    return c->format->difference(report, &c->difference);
}

td_exit td_run_diff(const td_settings *settings)
{
    operand operands[2] = {0};
    comparison c = {.format = td_run_format(settings)};
    td_errors *errors = td_errors_new();
    if (errors == NULL)
        return td_run_end(settings, TD_ENOMEM, NULL);
    td_status status = TD_OK;
    for (size_t s = 0; status == TD_OK && s < 2; s++)
        status = load_operand(settings, settings->operands[s], &operands[s], errors);
    if (status == TD_OK)
        status = compare(operands, &c.difference, errors);
    if (status == TD_OK)
        status = td_run_report(settings, NULL, write_difference, &c, errors);
    bool differs = td_difference_size(&c.difference) > 0;
    for (size_t s = 0; s < 2; s++)
        release_operand(&operands[s]);
    td_difference_release(&c.difference);
    td_exit code = td_run_end(settings, status, errors);
    return code == TD_EXIT_OK && differs ? TD_EXIT_FINDINGS : code;
}
