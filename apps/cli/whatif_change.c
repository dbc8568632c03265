/*
 * The year under other maxima, values or rules: what every mode works on.
 */
#include "apps/cli/output.h"
#include "apps/cli/whatif.h"

typedef struct source {
    td_option_id option;
    td_change_kind kind;
} source;

static const source LISTS[] = {{TD_OPT_SET, TD_CHANGE_SET},
                               {TD_OPT_CAP, TD_CHANGE_CAP},
                               {TD_OPT_DROP, TD_CHANGE_DROP},
                               {TD_OPT_UNIT, TD_CHANGE_VALUE}};
static const source WORDS[] = {{TD_OPT_NA_POLICY, TD_CHANGE_NA_POLICY},
                               {TD_OPT_METHOD, TD_CHANGE_METHOD}};

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

static td_status add(td_whatif *w, const source *from, const char *text, td_errors *errors)
{
    char option[64];
    snprintf(option, sizeof option, "--%s", td_options_table[from->option].name);
    return td_scenarios_add(w->changes, from->kind, text, option, errors);
}

/* Every text that cannot be read is said, not only the first. */
static td_status read_options(td_whatif *w, td_errors *errors)
{
    const td_settings *settings = w->settings;
    td_status status = TD_OK;
    for (size_t i = 0; i < COUNT(LISTS); i++)
        for (size_t k = 0; k < td_settings_count(settings, LISTS[i].option); k++) {
            const char *text = td_settings_listed(settings, LISTS[i].option, k);
            td_status read = add(w, &LISTS[i], text, errors);
            status = status == TD_OK ? read : status;
        }
    for (size_t i = 0; i < COUNT(WORDS); i++)
        if (settings->given[WORDS[i].option] && status == TD_OK)
            status = add(w, &WORDS[i], settings->text[WORDS[i].option], errors);
    return status;
}

bool td_whatif_is_changed(const td_whatif *w)
{
    return td_scenarios_get(w->changes, 0).n_changes > 0 ||
           w->settings->text[TD_OPT_RULE_SET] != NULL;
}

td_status td_whatif_change(td_whatif *w, td_errors *errors)
{
    w->changes = td_scenarios_new();
    td_status status = w->changes == NULL ? TD_ENOMEM : read_options(w, errors);
    if (status != TD_OK || !td_whatif_is_changed(w))
        return status;
    td_scenario scenario = td_scenarios_get(w->changes, 0);
    scenario.rule_set = w->settings->text[TD_OPT_RULE_SET];
    status = td_whatif_vary(w, &scenario, &w->changed, errors);
    if (status != TD_OK)
        return status;
    w->year = &w->changed.run;
    w->awards = &w->changed.awards;
    return TD_OK;
}

/* ---- variations ---- */

static td_status vary(const td_whatif *w, const td_scenario *scenario, td_variation *out,
                      td_errors *errors)
{
    td_load_options load = {.rules = w->settings->text[TD_OPT_RULES],
                            .policy = w->settings->text[TD_OPT_POLICY],
                            .year = (int)w->settings->whole[TD_OPT_YEAR],
                            .instead_of_rules = scenario->rule_set};
    const td_evaluation *base = w->official.evaluation;
    if (scenario->rule_set != NULL) {
        const char *output = w->settings->text[TD_OPT_OUTPUT];
        if (td_output_is_input(output, scenario->rule_set)) {
            td_errors_add(errors, TD_MSG_CLI_OUTPUT_IS_INPUT, NULL, output, NULL);
            return TD_EINVAL;
        }
        td_status status = td_evaluation_load(w->settings->operands[0], &load, &out->base, errors);
        if (status != TD_OK)
            return status;
        base = out->base;
    }
    return td_evaluation_vary(base, scenario, &out->run.evaluation, errors);
}

/* Findings on the data were said for the official year already. */
static td_status evaluate(const td_whatif *w, td_run *run, td_errors *errors)
{
    td_options options = {.threads = (int)w->settings->whole[TD_OPT_THREADS]};
    td_errors *scratch = td_errors_new();
    if (scratch == NULL)
        return TD_ENOMEM;
    td_status status = td_prepare(run->evaluation, &options, &run->prepared, scratch);
    td_errors_free(scratch);
    if (status != TD_OK)
        return status == TD_ENOMEM ? status
                                   : td_prepare(run->evaluation, &options, &run->prepared, errors);
    return td_evaluate(run->prepared, 1, NULL, &options, &run->results, errors);
}

td_status td_whatif_vary(const td_whatif *w, const td_scenario *scenario, td_variation *out,
                         td_errors *errors)
{
    td_variation made = {0};
    td_status status = vary(w, scenario, &made, errors);
    if (status == TD_OK)
        status = evaluate(w, &made.run, errors);
    if (status == TD_OK && w->has_policy)
        status = td_whatif_decide(w->settings, &made.run, &made.awards, errors);
    if (status == TD_OK)
        *out = made;
    else
        td_variation_release(&made);
    return status;
}

void td_variation_release(td_variation *variation)
{
    td_awards_release(&variation->awards);
    td_run_release(&variation->run);
    td_evaluation_free(variation->base);
    *variation = (td_variation){0};
}
