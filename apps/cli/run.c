#include "apps/cli/run.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "apps/report/faults.h"
#include "apps/report/text.h"

#define MAX_SAID 20

td_lang td_run_lang(const td_settings *settings)
{
    return settings->whole[TD_OPT_LANG] == 0 ? TD_VI : TD_EN;
}

const td_format *td_run_format(const td_settings *settings)
{
    return &td_formats[settings->whole[TD_OPT_FORMAT]];
}

/* In the order of weight: what comes later outweighs what comes before. */
static const struct {
    td_status status;
    td_exit code;
} FAMILIES[] = {
    {TD_OK, TD_EXIT_OK},           {TD_EINFEASIBLE, TD_EXIT_INFEASIBLE},
    {TD_EDATA, TD_EXIT_DATA},      {TD_EWEIGHT, TD_EXIT_DATA},
    {TD_ERULES, TD_EXIT_RULES},    {TD_EIO, TD_EXIT_IO},
    {TD_EINVAL, TD_EXIT_USAGE},    {TD_EINTERRUPTED, TD_EXIT_INTERRUPTED},
    {TD_ENOMEM, TD_EXIT_INTERNAL}, {TD_EINTERNAL, TD_EXIT_INTERNAL},
};

static size_t weight_of(td_status status)
{
    size_t n = sizeof FAMILIES / sizeof FAMILIES[0];
    for (size_t i = 0; i < n; i++)
        if (FAMILIES[i].status == status)
            return i;
    return n - 1;
}

td_exit td_run_exit(td_status status, const td_errors *errors)
{
    size_t worst = weight_of(status), n = td_errors_size(errors);
    for (size_t i = 0; i < n; i++) {
        td_fault fault = td_errors_view(errors, i);
        if (fault.severity == TD_ERROR && weight_of(fault.status) > worst)
            worst = weight_of(fault.status);
    }
    if (worst == 0 && td_errors_count(errors, TD_WARNING) > 0)
        return TD_EXIT_FINDINGS;
    return FAMILIES[worst].code;
}

td_exit td_run_worse(td_exit a, td_exit b)
{
    size_t n = sizeof FAMILIES / sizeof FAMILIES[0];
    if (a == TD_EXIT_OK || b == TD_EXIT_OK)
        return a == TD_EXIT_OK ? b : a;
    for (size_t i = n; i-- > 0;)
        if (FAMILIES[i].code == a || FAMILIES[i].code == b)
            return FAMILIES[i].code;
    return TD_EXIT_FINDINGS;
}

static void say_fault(const td_errors *errors, size_t i, td_lang lang)
{
    char text[TD_FAULT_TEXT];
    td_fault fault = td_errors_view(errors, i);
    bool is_error = fault.severity == TD_ERROR;
    fprintf(stderr,
            "thidua: %s: ", td_word(lang, is_error ? TD_MSG_WORD_ERROR : TD_MSG_WORD_WARNING));
    if (fault.place.file != NULL) {
        td_text_print(stderr, fault.place.file);
        td_place_text(&fault.place, lang, text, sizeof text);
        fputs(*text == '\0' ? "" : ", ", stderr);
        td_text_print(stderr, text);
        fputs(": ", stderr);
    }
    td_errors_what(errors, i, lang, text, sizeof text);
    td_text_print(stderr, text);
    td_errors_fix(errors, i, lang, text, sizeof text);
    if (*text != '\0') {
        fputs("; ", stderr);
        td_text_print(stderr, text);
    }
    fputc('\n', stderr);
}

/* Errors come first: the warnings must not push them out of the lines that are said. */
static void say_faults(const td_errors *errors, td_lang lang, bool quiet)
{
    size_t said = 0, left = 0;
    for (int pass = TD_ERROR; pass >= (quiet ? TD_ERROR : TD_WARNING); pass--)
        for (size_t i = 0; i < td_errors_size(errors); i++) {
            if ((int)td_errors_view(errors, i).severity != pass)
                continue;
            if (said < MAX_SAID) {
                say_fault(errors, i, lang);
                said++;
            } else {
                left++;
            }
        }
    if (left == 0)
        return;
    char line[256], count[24];
    snprintf(count, sizeof count, "%zu", left);
    fprintf(stderr, "thidua: %s\n",
            td_phrase(line, sizeof line, lang, TD_MSG_WORD_MORE_FAULTS, count, NULL));
}

td_exit td_run_end(const td_settings *settings, td_status status, td_errors *errors)
{
    td_lang lang = td_run_lang(settings);
    if (errors == NULL) {
        fprintf(stderr, "thidua: %s\n", td_word(lang, TD_MSG_WORD_NO_MEMORY));
        return TD_EXIT_INTERNAL;
    }
    say_faults(errors, lang, settings->given[TD_OPT_QUIET]);
    td_exit code = td_run_exit(status, errors);
    if (status == TD_ENOMEM)
        fprintf(stderr, "thidua: %s\n", td_word(lang, TD_MSG_WORD_NO_MEMORY));
    else if (status == TD_EINTERRUPTED && td_errors_count(errors, TD_ERROR) == 0)
        fprintf(stderr, "thidua: %s\n", td_word(lang, TD_MSG_WORD_INTERRUPTED));
    else if (status != TD_OK && td_errors_count(errors, TD_ERROR) == 0)
        fprintf(stderr, "thidua: %s\n", td_word(lang, TD_MSG_WORD_INTERNAL));
    td_errors_free(errors);
    return code;
}

static td_status load(const td_settings *settings, const char *path, td_evaluation **out,
                      td_errors *errors)
{
    td_load_options options = {.rules = settings->text[TD_OPT_RULES],
                               .policy = settings->text[TD_OPT_POLICY],
                               .year = (int)settings->whole[TD_OPT_YEAR],
                               .threads = (int)settings->whole[TD_OPT_THREADS]};
    return td_evaluation_load(path, &options, out, errors);
}

static td_status rank(const td_settings *settings, td_run *run, td_errors *errors)
{
    td_options options = {.threads = (int)settings->whole[TD_OPT_THREADS]};
    td_status status = td_prepare(run->evaluation, &options, &run->prepared, errors);
    if (status == TD_OK)
        status = td_evaluate(run->prepared, 1, NULL, &options, &run->results, errors);
    /* A list that lost a finding must not pass for a whole one. */
    return status == TD_OK && td_errors_status(errors) == TD_ENOMEM ? TD_ENOMEM : status;
}

td_status td_run_evaluation(const td_settings *settings, const char *path, td_run *run,
                            td_errors *errors)
{
    td_status status = load(settings, path, &run->evaluation, errors);
    return status == TD_OK ? rank(settings, run, errors) : status;
}

td_status td_run_by_method(const td_settings *settings, const char *path, td_run *run,
                           td_errors *errors)
{
    if (!settings->given[TD_OPT_METHOD])
        return td_run_evaluation(settings, path, run, errors);
    if (settings->given[TD_OPT_CERTIFICATE]) {
        td_errors_add(errors, TD_MSG_CLI_CERTIFICATE_BY_METHOD, NULL, NULL);
        return TD_EINVAL;
    }
    td_change method = {.kind = TD_CHANGE_METHOD, .text = settings->text[TD_OPT_METHOD]};
    td_scenario scenario = {.n_changes = 1, .changes = &method};
    td_status status = load(settings, path, &run->base, errors);
    if (status == TD_OK)
        status = td_evaluation_vary(run->base, &scenario, &run->evaluation, errors);
    return status == TD_OK ? rank(settings, run, errors) : status;
}

void td_run_release(td_run *run)
{
    td_results_release(&run->results);
    td_prepared_free(run->prepared);
    td_evaluation_free(run->evaluation);
    td_evaluation_free(run->base);
    *run = (td_run){0};
}

/* Options whose files are read. */
static const td_option_id FILES[] = {TD_OPT_RULES,     TD_OPT_POLICY,  TD_OPT_RULE_SET,
                                     TD_OPT_SCENARIOS, TD_OPT_WEIGHTS, TD_OPT_STATE};

static bool is_input_of(const td_settings *settings, const char *path,
                        const td_evaluation *evaluation)
{
    for (size_t i = 0; i < settings->n_operands; i++)
        if (td_output_is_input(path, settings->operands[i]))
            return true;
    for (size_t i = 0; i < sizeof FILES / sizeof FILES[0]; i++)
        if (settings->text[FILES[i]] != NULL && td_output_is_input(path, settings->text[FILES[i]]))
            return true;
    for (size_t r = 0; evaluation != NULL && r < td_evaluation_get(evaluation).n_rules; r++) {
        const char *rules = td_rules_get(td_evaluation_rules(evaluation, r)).path;
        if (rules != NULL && td_output_is_input(path, rules))
            return true;
    }
    const td_policy *policy = evaluation == NULL ? NULL : td_evaluation_policy(evaluation);
    return policy != NULL && td_policy_get(policy).path != NULL &&
           td_output_is_input(path, td_policy_get(policy).path);
}

td_status td_run_no_input(const td_settings *settings, const char *path,
                          const td_evaluation *evaluation, td_errors *errors)
{
    if (!is_input_of(settings, path, evaluation))
        return TD_OK;
    td_errors_add(errors, TD_MSG_CLI_OUTPUT_IS_INPUT, NULL, path, NULL);
    return TD_EINVAL;
}

static bool is_colored(const td_settings *settings, FILE *stream)
{
    enum { AUTO, ALWAYS };
    const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");
    if (settings->whole[TD_OPT_COLOR] != AUTO)
        return settings->whole[TD_OPT_COLOR] == ALWAYS;
    if (no_color != NULL && *no_color != '\0')
        return false;
    return isatty(fileno(stream)) && (term == NULL || strcmp(term, "dumb") != 0);
}

td_status td_run_report(const td_settings *settings, const td_evaluation *evaluation,
                        td_run_writer *write, const void *context, td_errors *errors)
{
    return td_run_write(settings, settings->text[TD_OPT_OUTPUT], evaluation, write, context,
                        errors);
}

td_status td_run_write(const td_settings *settings, const char *path,
                       const td_evaluation *evaluation, td_run_writer *write, const void *context,
                       td_errors *errors)
{
    td_output output;
    td_status status = td_run_no_input(settings, path, evaluation, errors);
    if (status == TD_OK)
        status = td_output_open(path, &output, errors);
    if (status != TD_OK)
        return status;
    td_report report = {.out = output.stream,
                        .lang = td_run_lang(settings),
                        .color = is_colored(settings, output.stream),
                        .csv_vn = settings->whole[TD_OPT_CSV_STYLE] == 1};
    status = write(&report, context, errors);
    td_status closed = td_output_close(&output, status == TD_OK, errors);
    return status != TD_OK ? status : closed;
}

td_status td_run_same_output(const td_settings *settings, td_errors *errors)
{
    const char *report = settings->text[TD_OPT_OUTPUT];
    const char *certificate = settings->text[TD_OPT_CERTIFICATE];
    if (certificate == NULL ||
        (strcmp(report, certificate) != 0 && !td_output_is_input(certificate, report)))
        return TD_OK;
    td_errors_add(errors, TD_MSG_CLI_SAME_OUTPUT, NULL, certificate, NULL);
    return TD_EINVAL;
}
