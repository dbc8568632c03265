/*
 * thidua diff: what changed between two rule sets, two results or two evaluations.
 */
#include <string.h>
#include <sys/stat.h>

#include "apps/cli/run.h"
#include "apps/report/json_read.h"

/* One operand: the document of a JSON file, or the model of an evaluated folder. */
typedef struct operand {
    struct cJSON *document;
    bool of_rules;
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

static const char *first_name(const td_rules_view *view)
{
    const char *name = view->name[TD_VI] != NULL ? view->name[TD_VI] : view->name[TD_EN];
    return name != NULL ? name : view->code;
}

/* The linter of the library decides whether a rule set is one; comparing needs its text. */
static td_status load_rules(const char *path, operand *out, td_errors *errors)
{
    td_rules *rules = NULL;
    td_errors *faults = td_errors_new();
    td_status status = faults == NULL ? TD_ENOMEM : td_rules_load(path, &rules, faults);
    if (status != TD_OK) {
        td_errors_append(errors, faults);
    } else {
        td_rules_view view = td_rules_get(rules);
        out->of_rules = true;
        if (!td_result_model_source(&out->model, path, first_name(&view), "") ||
            !td_result_model_hash(&out->model, view.hash))
            status = TD_ENOMEM;
    }
    td_errors_free(faults);
    td_rules_free(rules);
    return status;
}

static td_status load_evaluation(const td_settings *settings, const char *path,
                                 td_result_model *out, td_errors *errors)
{
    td_run run = {0};
    td_errors *faults = td_errors_new();
    td_status status =
        faults == NULL ? TD_ENOMEM : td_run_evaluation(settings, path, &run, faults);
    td_scored scored = {run.evaluation, run.prepared, &run.results, TD_NONE};
    if (status == TD_OK)
        status = td_result_model_of(&scored, path, out);
    else
        td_errors_append(errors, faults);
    td_errors_free(faults);
    td_run_release(&run);
    return status;
}

static td_status load_operand(const td_settings *settings, const char *path, operand *out,
                              td_errors *errors)
{
    if (!is_json_file(path))
        return load_evaluation(settings, path, &out->model, errors);
    td_status status = td_document_read(path, &out->document, errors);
    if (status != TD_OK)
        return status;
    if (td_document_is_rules(out->document))
        return load_rules(path, out, errors);
    return td_result_model_read(out->document, path, &out->model, errors);
}

static td_status compare(operand operands[2], td_difference *out, td_errors *errors)
{
    bool of_rules = operands[0].of_rules;
    if (of_rules != operands[1].of_rules) {
        td_errors_add(errors, TD_MSG_CLI_UNLIKE, NULL, operands[0].model.source.path,
                      operands[1].model.source.path, NULL);
        return TD_EINVAL;
    }
    out->of_rules = of_rules;
    for (size_t s = 0; s < 2; s++) {
        out->source[s] = operands[s].model.source;
        operands[s].model.source = (td_difference_source){0};
    }
    if (of_rules)
        return td_diff_rules(operands[0].document, operands[1].document, out);
    td_result_model models[2] = {operands[0].model, operands[1].model};
    td_status status = td_diff_results(models, out);
    operands[0].model = models[0];
    operands[1].model = models[1];
    return status;
}

static td_status write_difference(const td_report *report, const void *context,
                                  td_errors *errors)
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
    for (size_t s = 0; s < 2; s++) {
        td_document_free(operands[s].document);
        td_result_model_release(&operands[s].model);
    }
    td_difference_release(&c.difference);
    td_exit code = td_run_end(settings, status, errors);
    return code == TD_EXIT_OK && differs ? TD_EXIT_FINDINGS : code;
}
