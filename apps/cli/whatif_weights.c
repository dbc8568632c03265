/*
 * Weight vectors from a file: where every unit stands over them.
 */
#include "apps/cli/whatif.h"

#include <math.h>
#include <string.h>

#include "apps/cli/progress.h"
#include "apps/report/ranking.h"

/* What the library shows while it goes through the vectors. */
typedef struct watching {
    td_whatif *w;
    const td_vectors *vectors;
    bool wants_rows; /* the table vector by unit */
    td_progress_line progress;
} watching;

static const td_rules *rules_of(const td_whatif *w, size_t cluster)
{
    const td_evaluation *evaluation = w->year->evaluation;
    return td_evaluation_rules(evaluation, td_evaluation_cluster(evaluation, cluster).rules);
}

/* ---- vector by vector ---- */

static void begin_vectors(const td_whatif *w)
{
    const td_tab_column columns[] = {
        td_tab_column_of("vector", TD_MSG_WHATIF_VECTOR, TD_RIGHT, TD_FOR_ALL),
        td_tab_column_of("name", TD_MSG_WHATIF_NAME, TD_LEFT, TD_FOR_ALL),
        td_tab_column_of("cluster", TD_MSG_WORD_CLUSTER_CODE, TD_LEFT, TD_FOR_ALL),
        td_tab_column_of("id", TD_MSG_WORD_UNIT_CODE, TD_LEFT, TD_FOR_MACHINES),
        td_tab_column_of("unit", TD_MSG_WORD_UNIT, TD_LEFT, TD_FOR_ALL),
        td_tab_column_of("rank", TD_MSG_WORD_RANK, TD_RIGHT, TD_FOR_ALL),
        td_tab_column_of("points", TD_MSG_WORD_POINTS, TD_RIGHT, TD_FOR_ALL),
        td_tab_column_of("share", TD_MSG_WORD_SHARE_PERCENT, TD_RIGHT, TD_FOR_ALL)};
    TD_TAB_TABLE(w->sheet, "vectors", TD_MSG_WHATIF_VECTORS, columns);
    td_tab_section(w->sheet, NULL, NULL);
}

static void tell_vector(const watching *at, size_t v, const td_standing *standing)
{
    td_tabulation *sheet = at->w->sheet;
    for (size_t c = td_whatif_first_cluster(at->w); c < td_whatif_end_cluster(at->w); c++) {
        td_cluster_view cluster = td_evaluation_cluster(at->w->year->evaluation, c);
        td_rules_view rules = td_rules_get(rules_of(at->w, c));
        for (size_t u = cluster.first_unit; u < cluster.first_unit + cluster.n_units; u++) {
            const td_standing *s = &standing[u];
            td_unit_view unit = td_evaluation_unit(at->w->year->evaluation, u);
            td_tab_row(sheet, TD_PLAIN);
            td_tab_count(sheet, v + 1);
            td_tab_text(sheet, at->vectors->name[v]);
            td_tab_text(sheet, cluster.id);
            td_tab_text(sheet, unit.id);
            td_tab_text(sheet, unit.name);
            td_tab_rank(sheet, s->rank);
            td_tab_points(sheet, s->total_q, rules.decimals);
            td_tab_percent(sheet, s->assigned_q > 0 ? s->total_q / s->assigned_q : NAN,
                           rules.share_decimals);
        }
    }
}

static void see(void *context, size_t first, const td_results *block)
{
    watching *at = context;
    for (size_t v = 0; at->wants_rows && v < block->k; v++)
        tell_vector(at, first + v, block->standing + v * block->n_units);
    td_progress_step(&at->progress, first + block->k, at->vectors->k);
}

/* ---- unit by unit ---- */

static void begin_units(const td_whatif *w)
{
    td_tab_column columns[] = {
        td_tab_column_of("cluster", TD_MSG_WORD_CLUSTER_CODE, TD_LEFT, TD_FOR_MACHINES),
        td_tab_column_of("id", TD_MSG_WORD_UNIT_CODE, TD_LEFT, TD_FOR_MACHINES),
        td_tab_column_of("unit", TD_MSG_WORD_UNIT, TD_LEFT, TD_FOR_ALL),
        td_tab_column_of("official", TD_MSG_WHATIF_RANK_OFFICIAL, TD_RIGHT, TD_FOR_ALL),
        td_tab_column_of("best", TD_MSG_WHATIF_BEST, TD_RIGHT, TD_FOR_ALL),
        td_tab_column_of("worst", TD_MSG_WHATIF_WORST, TD_RIGHT, TD_FOR_ALL),
        td_tab_column_of("median", TD_MSG_WHATIF_MEDIAN, TD_RIGHT, TD_FOR_ALL),
        td_tab_column_of("at_official", TD_MSG_WHATIF_AT_OFFICIAL, TD_RIGHT, TD_FOR_ALL),
        td_tab_column_of("first", TD_MSG_WHATIF_FIRST, TD_RIGHT, TD_FOR_ALL),
        td_tab_column_of("n_ranked", TD_MSG_WHATIF_N_RANKED, TD_RIGHT, TD_FOR_MACHINES)};
    TD_TAB_TABLE(w->sheet, "units", TD_MSG_WHATIF_STANDS, columns);
}

static bool is_firm(const td_stands *s, size_t k)
{
    return s->n_official == k && s->official > 0;
}

typedef struct outcome {
    const td_whatif *w;
    const td_tried *tried;
} outcome;

static void tell_unit(const void *context, const td_cluster_view *cluster, size_t unit)
{
    const td_whatif *w = ((const outcome *)context)->w;
    const td_tried *tried = ((const outcome *)context)->tried;
    const td_stands *s = &tried->stands[unit];
    td_unit_view view = td_evaluation_unit(w->year->evaluation, unit);
    double k = (double)tried->k;
    td_tab_row(w->sheet, is_firm(s, tried->k) ? TD_FAINT : TD_PLAIN);
    td_tab_text(w->sheet, cluster->id);
    td_tab_text(w->sheet, view.id);
    td_tab_text(w->sheet, view.name);
    td_tab_rank(w->sheet, s->official);
    td_tab_rank(w->sheet, s->best);
    td_tab_rank(w->sheet, s->worst);
    td_tab_rank(w->sheet, s->median);
    td_tab_percent(w->sheet, s->official > 0 ? (double)s->n_official / k : NAN, 1);
    td_tab_percent(w->sheet, (double)s->n_first / k, 1);
    td_tab_count(w->sheet, s->n_ranked);
}

static td_status fill_units(const td_whatif *w, const td_tried *tried)
{
    begin_units(w);
    return td_whatif_each_unit(w, w->year, tell_unit, &(outcome){w, tried});
}

static void say(const td_whatif *w, const td_tried *tried)
{
    size_t n_firm = 0, n_ranked = 0, n_leaders = 0, n_clusters = 0;
    for (size_t c = td_whatif_first_cluster(w); c < td_whatif_end_cluster(w); c++) {
        td_cluster_view cluster = td_evaluation_cluster(w->year->evaluation, c);
        bool one_leads = false;
        for (size_t u = cluster.first_unit; u < cluster.first_unit + cluster.n_units; u++) {
            n_firm += is_firm(&tried->stands[u], tried->k);
            n_ranked += tried->stands[u].official > 0;
            one_leads |= tried->stands[u].n_first == tried->k;
        }
        n_leaders += one_leads;
        n_clusters++;
    }
    TD_TAB_COUNTED(w->sheet, TD_BOLD, TD_MSG_WHATIF_FIRM, n_firm, n_ranked);
    TD_TAB_COUNTED(w->sheet, TD_PLAIN, TD_MSG_WHATIF_FIRM_LEADERS, n_leaders, n_clusters);
}

/* ---- the mode ---- */

/* All vectors times all units is for machines, and for who asks for it. */
static bool wants_rows(const td_settings *settings)
{
    const char *part = settings->text[TD_OPT_PART];
    if (part != NULL)
        return strcmp(part, "vectors") == 0;
    return strcmp(td_run_format(settings)->name, "json") == 0;
}

static td_status go_through(td_whatif *w, const td_vectors *vectors, td_tried *tried,
                            td_errors *errors)
{
    td_options options = {.threads = (int)w->settings->whole[TD_OPT_THREADS]};
    const volatile int *cancelled = td_whatif_award_options(w->settings).cancelled;
    watching at = {.w = w, .vectors = vectors, .wants_rows = wants_rows(w->settings)};
    if (at.wants_rows)
        begin_vectors(w);
    td_progress_begin(&at.progress, w->settings, TD_MSG_WHATIF_PROGRESS, 0);
    td_status status = td_vectors_try(w->items, &w->year->results, vectors, &options, cancelled,
                                      see, &at, tried, errors);
    td_progress_end(&at.progress);
    return status;
}

td_status td_whatif_weights(td_whatif *w, td_errors *errors)
{
    td_vectors vectors = {0};
    td_tried tried = {0};
    td_status status =
        td_vectors_load(w->items, w->settings->text[TD_OPT_WEIGHTS], &vectors, errors);
    if (status == TD_OK)
        status = go_through(w, &vectors, &tried, errors);
    w->interrupted = status == TD_OK && tried.k < vectors.k;
    if (status == TD_OK && tried.k == 0)
        status = TD_EINTERRUPTED;
    if (status == TD_OK) {
        td_tab_fact(w->sheet, "n_vectors", TD_MSG_WHATIF_N_VECTORS);
        td_tab_count(w->sheet, tried.k);
        say(w, &tried);
        status = fill_units(w, &tried);
    }
    td_tried_release(&tried);
    td_vectors_release(&vectors);
    return status;
}
