/*
 * Many scenarios from a file in one table, and the rank of every unit under each.
 */
#include "apps/cli/whatif_compare.h"

#include <stdlib.h>
#include <string.h>

#include "apps/report/ranking.h"

/* One scenario, evaluated. */
typedef struct trial {
    td_scenario scenario;
    td_summary summary;
    char *what[2]; /* its sentence */
} trial;

typedef struct trials {
    td_whatif *w;
    td_scenarios *file;
    size_t n, n_units;
    trial *list;
    double *rank; /* [n * n_units] */
    td_rank_change *changes;
} trials;

static void trials_release(trials *t)
{
    for (size_t i = 0; t->list != NULL && i < t->n; i++)
        for (int lang = TD_VI; lang <= TD_EN; lang++)
            free(t->list[i].what[lang]);
    free(t->list);
    free(t->rank);
    free(t->changes);
    td_scenarios_free(t->file);
}

static td_status trials_init(trials *t, td_whatif *w, td_errors *errors)
{
    *t = (trials){.w = w, .n_units = w->official.results.n_units};
    td_status status = td_scenarios_load(w->settings->text[TD_OPT_SCENARIOS], &t->file, errors);
    if (status != TD_OK)
        return status;
    t->n = td_scenarios_size(t->file);
    t->list = calloc(t->n, sizeof *t->list);
    t->rank = calloc(t->n * t->n_units + 1, sizeof *t->rank);
    t->changes =
        calloc(td_evaluation_get(w->official.evaluation).n_clusters + 1, sizeof *t->changes);
    return t->list == NULL || t->rank == NULL || t->changes == NULL ? TD_ENOMEM : TD_OK;
}

/* ---- evaluating ---- */

static td_status keep(trials *t, size_t i, const td_variation *variation)
{
    trial *one = &t->list[i];
    td_evaluation_view view = td_evaluation_get(variation->run.evaluation);
    for (int lang = TD_VI; lang <= TD_EN; lang++) {
        one->what[lang] = strdup(view.scenario[lang]);
        if (one->what[lang] == NULL)
            return TD_ENOMEM;
    }
    for (size_t u = 0; u < t->n_units; u++)
        t->rank[i * t->n_units + u] = variation->run.results.standing[u].rank;
    return td_summarize(t->w, &variation->run, &variation->awards, t->changes, &one->summary);
}

/* The scenario, with what the command line changes besides. */
static td_status try_one(trials *t, size_t i, td_errors *errors)
{
    td_whatif *w = t->w;
    td_scenario scenario = td_scenarios_get(t->file, i), always = td_scenarios_get(w->changes, 0);
    t->list[i].scenario = scenario;
    size_t n = scenario.n_changes + always.n_changes;
    td_change *changes = calloc(n + 1, sizeof *changes);
    if (changes == NULL)
        return TD_ENOMEM;
    for (size_t k = 0; k < n; k++)
        changes[k] =
            k < scenario.n_changes ? scenario.changes[k] : always.changes[k - scenario.n_changes];
    scenario.changes = changes;
    scenario.n_changes = n;
    if (scenario.rule_set == NULL)
        scenario.rule_set = w->settings->text[TD_OPT_RULE_SET];
    td_variation variation = {0};
    td_status status = td_whatif_vary(w, &scenario, &variation, errors);
    if (status == TD_OK)
        status = keep(t, i, &variation);
    td_variation_release(&variation);
    free(changes);
    return status;
}

/* Faults of every scenario are said, not only those of the first that has some. */
static td_status try_all(trials *t, td_errors *errors)
{
    td_status status = TD_OK;
    for (size_t i = 0; i < t->n && status != TD_ENOMEM; i++) {
        td_status one = try_one(t, i, errors);
        status = status == TD_OK || one == TD_ENOMEM ? one : status;
    }
    return status;
}

/* ---- telling ---- */

static bool stays(const trials *t, size_t unit)
{
    double official = t->w->official.results.standing[unit].rank;
    for (size_t i = 0; i < t->n; i++)
        if (t->rank[i * t->n_units + unit] != official)
            return false;
    return official > 0;
}

static void say(const trials *t)
{
    const td_evaluation *evaluation = t->w->official.evaluation;
    size_t n_stay = 0, n_shown = 0;
    for (size_t k = td_whatif_first_cluster(t->w); k < td_whatif_end_cluster(t->w); k++) {
        td_cluster_view cluster = td_evaluation_cluster(evaluation, k);
        for (size_t u = cluster.first_unit; u < cluster.first_unit + cluster.n_units; u++) {
            n_stay += stays(t, u);
            n_shown += t->w->official.results.standing[u].rank > 0;
        }
    }
    TD_TAB_COUNTED(t->w->sheet, TD_BOLD, TD_MSG_WHATIF_STAY, n_stay, n_shown, t->n);
}

static void fill_scenarios(const trials *t)
{
    const td_tab_column columns[] = {
        td_tab_column_of("code", TD_MSG_WHATIF_CODE, TD_LEFT, TD_FOR_ALL),
        td_tab_column_of("name", TD_MSG_WHATIF_NAME, TD_LEFT, TD_FOR_ALL),
        td_tab_column_of("change", TD_MSG_WHATIF_WHAT, TD_LEFT, TD_FOR_ALL),
        td_tab_column_of("n_units", TD_MSG_WHATIF_N_UNITS, TD_RIGHT, TD_FOR_MACHINES),
        td_tab_column_of("n_moved", TD_MSG_WHATIF_N_MOVED, TD_RIGHT, TD_FOR_ALL),
        td_tab_column_of("n_leaders", TD_MSG_WHATIF_N_LEADERS, TD_RIGHT, TD_FOR_ALL),
        td_tab_column_of("n_classes", TD_MSG_WHATIF_N_CLASSES, TD_RIGHT, TD_FOR_ALL),
        td_tab_column_of("n_awards", TD_MSG_WHATIF_N_AWARDS, TD_RIGHT, TD_FOR_ALL),
        td_tab_column_of("tau_mean", TD_MSG_WHATIF_TAU_MEAN, TD_RIGHT, TD_FOR_ALL),
        td_tab_column_of("tau_min", TD_MSG_WHATIF_TAU_MIN, TD_RIGHT, TD_FOR_ALL)};
    td_tabulation *sheet = t->w->sheet;
    TD_TAB_TABLE(sheet, "scenarios", TD_MSG_WHATIF_SCENARIOS, columns);
    td_tab_section(sheet, NULL, NULL);
    for (size_t i = 0; i < t->n; i++) {
        const trial *one = &t->list[i];
        td_tab_row(sheet, one->summary.n_moved > 0 ? TD_PLAIN : TD_FAINT);
        td_tab_text(sheet, one->scenario.code);
        td_tab_both(sheet, one->scenario.name[TD_VI], one->scenario.name[TD_EN]);
        td_tab_both(sheet, one->what[TD_VI], one->what[TD_EN]);
        td_tab_count(sheet, one->summary.n_both);
        td_tab_count(sheet, one->summary.n_moved);
        td_tab_count(sheet, one->summary.n_leaders);
        td_tab_count(sheet, one->summary.n_classes);
        td_tab_count(sheet, one->summary.n_awards);
        td_tab_number(sheet, one->summary.tau_mean, 3);
        td_tab_number(sheet, one->summary.tau_min, 3);
    }
}

#define FIXED 4 /* columns before those of the scenarios */

static void begin_ranks(const trials *t, td_tab_column *columns, char (*keys)[TD_CELL])
{
    columns[0] = td_tab_column_of("cluster", TD_MSG_WORD_CLUSTER_CODE, TD_LEFT, TD_FOR_MACHINES);
    columns[1] = td_tab_column_of("id", TD_MSG_WORD_UNIT_CODE, TD_LEFT, TD_FOR_MACHINES);
    columns[2] = td_tab_column_of("unit", TD_MSG_WORD_UNIT, TD_LEFT, TD_FOR_ALL);
    columns[3] = td_tab_column_of("official", TD_MSG_WHATIF_RANK_OFFICIAL, TD_RIGHT, TD_FOR_ALL);
    for (size_t i = 0; i < t->n; i++) {
        const char *code = t->list[i].scenario.code;
        snprintf(keys[i], TD_CELL, "rank_%s", code);
        columns[FIXED + i] = (td_tab_column){keys[i], {code, code}, TD_RIGHT, TD_FOR_ALL, false};
    }
    td_tab_table(t->w->sheet, "ranks", TD_MSG_WHATIF_RANKS, FIXED + t->n, columns);
}

static void fill_unit(const void *context, const td_cluster_view *cluster, size_t u)
{
    const trials *t = context;
    const td_run *run = &t->w->official;
    td_unit_view unit = td_evaluation_unit(run->evaluation, u);
    td_tab_row(t->w->sheet, stays(t, u) ? TD_FAINT : TD_PLAIN);
    td_tab_text(t->w->sheet, cluster->id);
    td_tab_text(t->w->sheet, unit.id);
    td_tab_text(t->w->sheet, unit.name);
    td_tab_rank(t->w->sheet, run->results.standing[u].rank);
    for (size_t i = 0; i < t->n; i++)
        td_tab_rank(t->w->sheet, t->rank[i * t->n_units + u]);
}

static td_status fill_ranks(const trials *t)
{
    td_tab_column *columns = calloc(FIXED + t->n, sizeof *columns);
    char(*keys)[TD_CELL] = calloc(t->n, sizeof *keys);
    td_status status = columns == NULL || keys == NULL ? TD_ENOMEM : TD_OK;
    if (status == TD_OK) {
        begin_ranks(t, columns, keys);
        status = td_whatif_each_unit(t->w, &t->w->official, fill_unit, t);
    }
    free(keys);
    free(columns);
    return status;
}

td_status td_whatif_scenarios(td_whatif *w, td_errors *errors)
{
    trials t;
    td_status status = trials_init(&t, w, errors);
    if (status == TD_OK)
        status = try_all(&t, errors);
    if (status == TD_OK) {
        say(&t);
        fill_scenarios(&t);
        status = fill_ranks(&t);
    }
    trials_release(&t);
    return status;
}
