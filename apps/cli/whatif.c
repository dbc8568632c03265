/*
 * thidua whatif: other weights, and how firm a result is.
 */
#include "apps/cli/whatif.h"

#include <stdlib.h>
#include <string.h>

#include "apps/cli/find.h"
#include "apps/report/ranking.h"
#include "apps/report/text.h"

#define MOST_USED 10
#define HINT_BYTES 256

td_whatif_fill td_whatif_flip, td_whatif_importance, td_whatif_method_check, td_whatif_reach,
    td_whatif_sample, td_whatif_scenario, td_whatif_scenarios, td_whatif_sweep, td_whatif_sweep_all,
    td_whatif_weights;

/* A mode: the option that asks for it, and the options that only it (and others that list them)
   understand. TD_N_OPTIONS ends a list. */
typedef struct mode {
    td_option_id option;
    td_whatif_fill *fill;
    const char *kind;
    td_message title;
    td_option_id uses[MOST_USED];
} mode;

static const mode MODES[] = {
    {TD_OPT_SCENARIOS,
     td_whatif_scenarios,
     "what-if-scenarios",
     TD_MSG_WHATIF_SCENARIOS_TITLE,
     {TD_N_OPTIONS}},
    {TD_OPT_WEIGHTS,
     td_whatif_weights,
     "what-if-weights",
     TD_MSG_WHATIF_WEIGHTS_TITLE,
     {TD_OPT_LEVEL, TD_N_OPTIONS}},
    {TD_OPT_METHOD_CHECK,
     td_whatif_method_check,
     "what-if-method-check",
     TD_MSG_WORD_TITLE_METHOD_CHECK,
     {TD_OPT_LEVEL, TD_N_OPTIONS}},
    {TD_OPT_IMPORTANCE,
     td_whatif_importance,
     "what-if-importance",
     TD_MSG_IMPORTANCE_TITLE,
     {TD_OPT_SEED, TD_OPT_LEVEL, TD_N_OPTIONS}},
    {TD_OPT_SAMPLE,
     td_whatif_sample,
     "what-if-sample",
     TD_MSG_SAMPLE_TITLE,
     {TD_OPT_LEVEL, TD_OPT_SEED, TD_OPT_SPREAD, TD_OPT_LIMIT, TD_OPT_NOISE, TD_OPT_STATE,
      TD_OPT_NO_AWARDS, TD_OPT_EXACT, TD_N_OPTIONS}},
    {TD_OPT_EXACT,
     td_whatif_exact,
     "what-if-exact",
     TD_MSG_EXACT_TITLE,
     {TD_OPT_LIMIT, TD_OPT_LEVEL, TD_N_OPTIONS}},
    {TD_OPT_SWEEP,
     td_whatif_sweep,
     "what-if-sweep",
     TD_MSG_WHATIF_SWEEP_TITLE,
     {TD_OPT_LEVEL, TD_OPT_NO_AWARDS, TD_N_OPTIONS}},
    {TD_OPT_SWEEP_ALL,
     td_whatif_sweep_all,
     "what-if-sweep-all",
     TD_MSG_WHATIF_ALL_TITLE,
     {TD_OPT_LEVEL, TD_N_OPTIONS}},
    {TD_OPT_FLIP,
     td_whatif_flip,
     "what-if-flip",
     TD_MSG_WHATIF_FLIP_TITLE,
     {TD_OPT_LEVEL, TD_OPT_TO, TD_OPT_TO_AWARD, TD_OPT_LIMIT, TD_N_OPTIONS}},
    {TD_OPT_REACH,
     td_whatif_reach,
     "what-if-reach",
     TD_MSG_WHATIF_REACH_TITLE,
     {TD_OPT_TO, TD_OPT_TO_AWARD, TD_N_OPTIONS}},
    {TD_N_OPTIONS, td_whatif_scenario, "what-if-scenario", TD_MSG_WHATIF_TITLE, {TD_N_OPTIONS}},
};

#define N_MODES (sizeof MODES / sizeof MODES[0])

/* ---- which mode ---- */

static bool uses(const mode *m, td_option_id option)
{
    for (size_t i = 0; i < MOST_USED && m->uses[i] != TD_N_OPTIONS; i++)
        if (m->uses[i] == option)
            return true;
    return m->option == option;
}

static const char *flag(td_option_id option, char text[64])
{
    snprintf(text, 64, "--%s", td_options_table[option].name);
    return text;
}

static td_status refuse_two(const mode *m, td_option_id other, td_errors *errors)
{
    char a[64], b[64];
    td_errors_add(errors, TD_MSG_CLI_TWO_MODES, NULL, flag(m->option, a), flag(other, b), NULL);
    return TD_EINVAL;
}

static td_status refuse_alone(td_option_id option, td_errors *errors)
{
    char a[64], b[64], modes[512] = "";
    for (size_t i = 0; i < N_MODES; i++)
        if (uses(&MODES[i], option))
            td_text_join(modes, sizeof modes, ", ", flag(MODES[i].option, b));
    td_errors_add(errors, TD_MSG_CLI_OPTION_OF_MODE, NULL, flag(option, a), modes, NULL);
    return TD_EINVAL;
}

/* An option that only other modes understand, or another mode, is refused: it would do nothing. */
static td_status check_uses(const td_settings *settings, const mode *m, td_errors *errors)
{
    for (td_option_id o = 0; o < TD_N_OPTIONS; o++) {
        if (!settings->given[o] || uses(m, o))
            continue;
        for (size_t i = 0; i < N_MODES; i++) {
            if (MODES[i].option == o)
                return refuse_two(m, o, errors);
            if (uses(&MODES[i], o))
                return refuse_alone(o, errors);
        }
    }
    return TD_OK;
}

/* The first mode of the table that was asked for; the last row asks for nothing special. */
static td_status find_mode(const td_settings *settings, const mode **out, td_errors *errors)
{
    size_t i = 0;
    while (i + 1 < N_MODES && !settings->given[MODES[i].option])
        i++;
    *out = &MODES[i];
    return check_uses(settings, *out, errors);
}

/* ---- the year ---- */

td_award_options td_whatif_award_options(const td_settings *settings)
{
    return (td_award_options){.time_limit_s = (double)settings->whole[TD_OPT_TIME_LIMIT],
                              .cancelled = td_process_patience(true),
                              .threads = (int)settings->whole[TD_OPT_THREADS]};
}

td_status td_whatif_decide(const td_settings *settings, const td_run *run, td_awards *out,
                           td_errors *errors)
{
    td_award_options options = td_whatif_award_options(settings);
    td_status status = td_award(run->prepared, &run->results, &options, out, errors);
    return status == TD_EINFEASIBLE ? TD_OK : status;
}

static td_status prepare_items(td_whatif *w, td_errors *errors)
{
    td_options options = {.threads = (int)w->settings->whole[TD_OPT_THREADS],
                          .level = (size_t)w->settings->whole[TD_OPT_LEVEL]};
    if (options.level == 1) {
        w->items = w->year->prepared;
        return TD_OK;
    }
    return td_prepare(w->year->evaluation, &options, &w->items, errors);
}

/* Said before the work, not after it. A state need not exist yet to be the output too. */
static td_status check_output(const td_whatif *w, td_errors *errors)
{
    const td_settings *settings = w->settings;
    const char *path = settings->text[TD_OPT_OUTPUT], *state = settings->text[TD_OPT_STATE];
    if (state == NULL || strcmp(state, path) != 0)
        return td_run_no_input(settings, path, w->official.evaluation, errors);
    td_errors_add(errors, TD_MSG_CLI_OUTPUT_IS_INPUT, NULL, path, NULL);
    return TD_EINVAL;
}

static td_status open(td_whatif *w, td_errors *errors)
{
    const td_settings *settings = w->settings;
    td_status status = td_run_evaluation(settings, settings->operands[0], &w->official, errors);
    if (status == TD_OK)
        status = check_output(w, errors);
    w->year = &w->official;
    w->has_policy = status == TD_OK && td_evaluation_policy(w->official.evaluation) != NULL;
    if (w->has_policy)
        status = td_whatif_decide(settings, w->year, &w->of_official, errors);
    w->awards = &w->of_official;
    if (status == TD_OK)
        status = td_whatif_change(w, errors);
    if (status == TD_OK && settings->given[TD_OPT_CLUSTER])
        status = td_find_cluster(w->year->evaluation, settings->text[TD_OPT_CLUSTER], &w->cluster,
                                 errors);
    return status == TD_OK ? prepare_items(w, errors) : status;
}

static void release(td_whatif *w)
{
    td_tabulation_free(w->sheet);
    if (w->year != NULL && w->items != w->year->prepared)
        td_prepared_free(w->items);
    td_variation_release(&w->changed);
    td_scenarios_free(w->changes);
    td_awards_release(&w->of_official);
    td_run_release(&w->official);
}

/* ---- what modes ask ---- */

size_t td_whatif_first_cluster(const td_whatif *w)
{
    return w->cluster == TD_NONE ? 0 : w->cluster;
}

size_t td_whatif_end_cluster(const td_whatif *w)
{
    return w->cluster == TD_NONE ? td_evaluation_get(w->year->evaluation).n_clusters
                                 : w->cluster + 1;
}

td_status td_whatif_each_unit(const td_whatif *w, const td_run *run, td_whatif_visit *visit,
                              const void *context)
{
    td_scored scored = {run->evaluation, run->prepared, &run->results, w->cluster, NULL};
    for (size_t c = td_whatif_first_cluster(w); c < td_whatif_end_cluster(w); c++) {
        td_place_row *rows = NULL;
        td_status status = td_places_of(&scored, c, &rows);
        if (status != TD_OK)
            return status;
        td_cluster_view cluster = td_evaluation_cluster(run->evaluation, c);
        td_tab_section(w->sheet, cluster.name, cluster.name);
        for (size_t i = 0; i < cluster.n_units; i++)
            visit(context, &cluster, rows[i].unit);
        free(rows);
    }
    return TD_OK;
}

td_criterion_view td_whatif_item(const td_whatif *w, size_t item)
{
    td_item_view view = td_item_get(w->items, item);
    return td_rules_criterion(td_evaluation_rules(w->year->evaluation, view.rules), view.criterion);
}

td_status td_whatif_find_item(const td_whatif *w, const char *code, size_t *item, td_errors *errors)
{
    size_t n = td_items(w->items);
    for (size_t i = 0; i < n; i++)
        if (strcmp(td_whatif_item(w, i).code, code) == 0) {
            *item = i;
            return TD_OK;
        }
    const char **codes = calloc(n + 1, sizeof *codes);
    if (codes == NULL)
        return TD_ENOMEM;
    size_t n_codes = 0; /* rule sets may share codes */
    for (size_t i = 0; i < n; i++) {
        size_t k = 0;
        while (k < n_codes && strcmp(codes[k], td_whatif_item(w, i).code) != 0)
            k++;
        codes[k] = td_whatif_item(w, i).code;
        n_codes += k == n_codes;
    }
    char hint[HINT_BYTES] = "";
    const char *nearest = td_nearest(code, codes, n_codes);
    for (size_t k = 0; nearest == NULL && k < n_codes; k++)
        if (!td_text_join(hint, sizeof hint, ", ", codes[k]))
            break;
    td_errors_add(errors, TD_MSG_CLI_UNKNOWN_ITEM, NULL, code, nearest != NULL ? nearest : hint,
                  NULL);
    free(codes);
    return TD_EINVAL;
}

/* ---- the report ---- */

static td_status write_sheet(const td_report *report, const void *context, td_errors *errors)
{
    const td_whatif *w = context;
    (void)errors;
    td_scored scored = {w->year->evaluation, w->year->prepared, &w->year->results, w->cluster,
                        NULL};
    return td_run_format(w->settings)->tabulation(report, &scored, w->sheet);
}

static td_status choose_part(td_whatif *w, td_errors *errors)
{
    const char *part = w->settings->text[TD_OPT_PART];
    if (td_tabulation_choose(w->sheet, part))
        return TD_OK;
    char keys[256] = "";
    for (size_t i = 0; td_tabulation_key(w->sheet, i) != NULL; i++) {
        strncat(keys, i > 0 ? ", " : "", sizeof keys - strlen(keys) - 1);
        strncat(keys, td_tabulation_key(w->sheet, i), sizeof keys - strlen(keys) - 1);
    }
    td_errors_add(errors, TD_MSG_CLI_UNKNOWN_PART, NULL, part, keys, NULL);
    return TD_EINVAL;
}

static td_status fill(td_whatif *w, const mode *m, td_errors *errors)
{
    w->sheet = td_tabulation_new(m->kind, m->title);
    if (w->sheet == NULL)
        return TD_ENOMEM;
    td_status status = m->fill(w, errors);
    return status == TD_OK ? choose_part(w, errors) : status;
}

td_exit td_run_whatif(const td_settings *settings)
{
    td_whatif w = {.settings = settings, .cluster = TD_NONE};
    const mode *m = NULL;
    td_errors *errors = td_errors_new();
    if (errors == NULL)
        return td_run_end(settings, TD_ENOMEM, NULL);
    td_status status = find_mode(settings, &m, errors);
    if (status == TD_OK)
        status = open(&w, errors);
    if (status == TD_OK)
        status = fill(&w, m, errors);
    (void)td_process_patience(false);
    if (status == TD_OK)
        status = td_run_report(settings, w.official.evaluation, write_sheet, &w, errors);
    if (status == TD_OK && w.interrupted)
        status = TD_EINTERRUPTED;
    release(&w);
    return td_run_end(settings, status, errors);
}
