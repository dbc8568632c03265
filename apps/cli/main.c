/*
 * thidua: scores, ranks and rewards the units of emulation clusters.
 */
#include <stdlib.h>
#include <string.h>

#include "apps/cli/output.h"
#include "apps/cli/run.h"
#include "apps/cli/verbs.h"

static td_status unknown_verb(const char *name, td_errors *errors)
{
    const char *names[TD_N_VERBS];
    for (size_t v = 0; v < TD_N_VERBS; v++)
        names[v] = td_verbs[v].name;
    const char *nearest = td_nearest(name, names, TD_N_VERBS);
    if (nearest == NULL)
        td_errors_add(errors, TD_MSG_CLI_UNKNOWN_VERB, NULL, name, NULL);
    else
        td_errors_add(errors, TD_MSG_CLI_UNKNOWN_VERB_NEAR, NULL, name, nearest, NULL);
    return TD_EINVAL;
}

static td_status check_operands(const td_settings *settings, td_verb_id verb, td_errors *errors)
{
    const td_verb *row = &td_verbs[verb];
    if (settings->n_operands < row->min_operands)
        td_errors_add(errors, TD_MSG_CLI_TOO_FEW, NULL, row->name, NULL);
    else if (settings->n_operands > row->max_operands)
        td_errors_add(errors, TD_MSG_CLI_TOO_MANY, NULL, settings->operands[row->max_operands],
                      row->name, NULL);
    else
        return TD_OK;
    return TD_EINVAL;
}

/* The verb that is meant, also by --help and --version; TD_N_VERBS: help of the program. */
static td_status find_verb(const td_settings *settings, td_verb_id *verb, td_errors *errors)
{
    *verb = settings->given[TD_OPT_VERSION] ? TD_VERB_VERSION : TD_N_VERBS;
    if (settings->verb == NULL) {
        if (settings->given[TD_OPT_HELP] || settings->given[TD_OPT_VERSION])
            return TD_OK;
        td_errors_add(errors, TD_MSG_CLI_NO_VERB, NULL, NULL);
        return TD_EINVAL;
    }
    *verb = td_verb_find(settings->verb);
    bool asks_about = *verb == TD_VERB_HELP && settings->n_operands > 0;
    if (*verb == TD_N_VERBS)
        return unknown_verb(settings->verb, errors);
    if (asks_about && td_verb_find(settings->operands[0]) == TD_N_VERBS)
        return unknown_verb(settings->operands[0], errors);
    if (settings->given[TD_OPT_HELP])
        return TD_OK;
    td_status status = td_settings_belong(settings, *verb, settings->verb, errors);
    return status == TD_OK ? check_operands(settings, *verb, errors) : status;
}

/* --lang speaks before the environment, the environment before the default. */
static td_status set_language(td_settings *settings, td_errors *errors)
{
    const char *wanted = getenv("THIDUA_LANG");
    if (settings->given[TD_OPT_LANG] || wanted == NULL || *wanted == '\0')
        return TD_OK;
    if (strcmp(wanted, "vi") != 0 && strcmp(wanted, "en") != 0) {
        td_errors_add(errors, TD_MSG_CLI_BAD_LANGUAGE, NULL, wanted, NULL);
        return TD_EINVAL;
    }
    settings->whole[TD_OPT_LANG] = strcmp(wanted, "en") == 0;
    return TD_OK;
}

/* What parsing did not reach may still say in which language its fault is wanted. */
static void look_ahead_for_language(int argc, char *argv[], td_settings *settings)
{
    for (int i = 1; i < argc && !settings->given[TD_OPT_LANG]; i++) {
        bool en = strcmp(argv[i], "--lang=en") == 0, vi = strcmp(argv[i], "--lang=vi") == 0;
        if (strcmp(argv[i], "--lang") == 0 && i + 1 < argc) {
            en = strcmp(argv[i + 1], "en") == 0;
            vi = strcmp(argv[i + 1], "vi") == 0;
        }
        settings->given[TD_OPT_LANG] = en || vi;
        settings->whole[TD_OPT_LANG] = en;
    }
}

int main(int argc, char *argv[])
{
    td_settings settings;
    td_verb_id verb = TD_N_VERBS;
    td_process_prepare();
    td_errors *errors = td_errors_new();
    td_status status = td_settings_parse(argc, argv, &settings, errors);
    if (status != TD_OK)
        look_ahead_for_language(argc, argv, &settings);
    td_status language = set_language(&settings, status == TD_OK ? errors : NULL);
    if (status == TD_OK)
        status = language;
    if (status == TD_OK)
        status = find_verb(&settings, &verb, errors);
    if (status != TD_OK || errors == NULL)
        return (int)td_run_end(&settings, status, errors);
    td_errors_free(errors);
    if (verb == TD_N_VERBS || settings.given[TD_OPT_HELP])
        return (int)td_help_print(verb, &settings);
    return (int)td_verbs[verb].run(&settings);
}
