#include <stdlib.h>
#include <string.h>

#include "apps/cli/batch.h"
#include "apps/report/text.h"

/* ---- figures of one evaluation ---- */

/* Whether several units share the best rank of a cluster. */
static bool is_first_shared(const td_run *run, const td_cluster_view *cluster)
{
    const td_standing *best = NULL;
    for (size_t u = 0; u < cluster->n_units; u++) {
        const td_standing *s = &run->results.standing[cluster->first_unit + u];
        if (s->rank > 0 && (best == NULL || s->rank < best->rank))
            best = s;
    }
    return best != NULL && best->n_tied > 1;
}

td_status td_batch_figures(const td_run *run, const td_awards *awards, td_batch_row *row)
{
    td_evaluation_view view = td_evaluation_get(run->evaluation);
    row->code = view.code == NULL ? NULL : strdup(view.code);
    if (view.code != NULL && row->code == NULL)
        return TD_ENOMEM;
    row->has_figures = true;
    row->year = (size_t)view.year;
    row->n_units = view.n_units;
    row->n_clusters = view.n_clusters;
    for (size_t u = 0; u < view.n_units; u++)
        row->n_ranked += run->results.standing[u].rank > 0;
    row->n_unranked = view.n_units - row->n_ranked;
    for (size_t c = 0; c < view.n_clusters; c++) {
        td_cluster_view cluster = td_evaluation_cluster(run->evaluation, c);
        row->n_ties += is_first_shared(run, &cluster);
    }
    row->has_policy = awards != NULL;
    for (size_t i = 0; awards != NULL && i < awards->n_awards * awards->n_units; i++)
        row->n_proposed += awards->decision[i].state == TD_PROPOSED;
    return TD_OK;
}

static char *named(const char *name, const char *ending)
{
    size_t size = strlen(name) + strlen(ending) + 1;
    char *file = malloc(size);
    if (file != NULL)
        snprintf(file, size, "%s%s", name, ending);
    return file;
}

char *td_batch_result(const td_settings *settings, const char *name)
{
    static const char *const ENDINGS[TD_N_FORMATS] = {".txt", ".csv", ".json"};
    return named(name, ENDINGS[settings->whole[TD_OPT_FORMAT]]);
}

char *td_batch_faults(const char *name)
{
    return named(name, ".faults.json");
}

/* ---- the summary ---- */

static const struct {
    const char *code;
    td_message word;
    td_tone tone;
} STATES[TD_N_BATCH_STATES] = {
    [TD_BATCH_LEFT] = {"left", TD_MSG_WORD_BATCH_LEFT, TD_PLAIN},
    [TD_BATCH_OK] = {"ok", TD_MSG_WORD_BATCH_OK, TD_PLAIN},
    [TD_BATCH_FINDINGS] = {"findings", TD_MSG_WORD_BATCH_FINDINGS, TD_WARN},
    [TD_BATCH_FAILED] = {"failed", TD_MSG_WORD_BATCH_FAILED, TD_BAD},
    [TD_BATCH_SKIPPED] = {"skipped", TD_MSG_WORD_BATCH_SKIPPED, TD_FAINT},
};

size_t td_batch_count(const td_batch_list *list, const td_batch_row *rows, td_batch_state state)
{
    size_t n = 0;
    for (size_t i = 0; i < list->n; i++)
        n += rows[i].state == state;
    return n;
}

static void count_fact(td_tabulation *sheet, const char *key, td_message word, size_t count)
{
    td_tab_fact(sheet, key, word);
    td_tab_count(sheet, count);
}

static void fill_facts(const td_batch_list *list, const td_batch_row *rows, td_tabulation *sheet)
{
    static const struct {
        const char *key;
        td_message word;
        size_t offset;
    } SUMS[] = {
        {"units", TD_MSG_WORD_BATCH_UNITS, offsetof(td_batch_row, n_units)},
        {"clusters", TD_MSG_WORD_BATCH_CLUSTERS, offsetof(td_batch_row, n_clusters)},
        {"ranked", TD_MSG_WORD_BATCH_RANKED, offsetof(td_batch_row, n_ranked)},
        {"unranked", TD_MSG_WORD_BATCH_UNRANKED, offsetof(td_batch_row, n_unranked)},
        {"ties", TD_MSG_WORD_BATCH_TIES, offsetof(td_batch_row, n_ties)},
        {"proposed", TD_MSG_WORD_BATCH_PROPOSED, offsetof(td_batch_row, n_proposed)},
        {"finding_count", TD_MSG_WORD_BATCH_FOUND, offsetof(td_batch_row, n_findings)},
        {"error_count", TD_MSG_WORD_BATCH_ERRORS, offsetof(td_batch_row, n_errors)},
    };
    count_fact(sheet, "evaluations", TD_MSG_WORD_BATCH_EVALUATIONS, list->n);
    for (td_batch_state s = TD_BATCH_OK; s < TD_N_BATCH_STATES; s++)
        count_fact(sheet, STATES[s].code, STATES[s].word, td_batch_count(list, rows, s));
    count_fact(sheet, "left", TD_MSG_WORD_BATCH_LEFT, td_batch_count(list, rows, TD_BATCH_LEFT));
    for (size_t k = 0; k < sizeof SUMS / sizeof SUMS[0]; k++) {
        size_t sum = 0;
        for (size_t i = 0; i < list->n; i++)
            sum += *(const size_t *)((const char *)&rows[i] + SUMS[k].offset);
        count_fact(sheet, SUMS[k].key, SUMS[k].word, sum);
    }
}

static void count_or_blank(td_tabulation *sheet, bool is_known, size_t count)
{
    if (is_known)
        td_tab_count(sheet, count);
    else
        td_tab_blank(sheet);
}

static td_status file_or_blank(td_tabulation *sheet, bool is_there, char *file)
{
    if (file != NULL)
        td_tab_text(sheet, is_there ? file : NULL);
    free(file);
    return file == NULL ? TD_ENOMEM : TD_OK;
}

static td_status fill_row(const td_settings *settings, const td_batch_item *item,
                          const td_batch_row *row, td_tabulation *sheet)
{
    const size_t counts[] = {row->n_units, row->n_clusters, row->n_ranked, row->n_unranked,
                             row->n_ties};
    td_tab_row(sheet, STATES[row->state].tone);
    td_tab_text(sheet, item->path);
    td_tab_text(sheet, row->code);
    if (row->has_figures)
        td_tab_number(sheet, (double)row->year, 0); /* a count would be grouped: 2.025 */
    else
        td_tab_blank(sheet);
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++)
        count_or_blank(sheet, row->has_figures, counts[i]);
    count_or_blank(sheet, row->has_figures && row->has_policy, row->n_proposed);
    td_tab_count(sheet, row->n_findings);
    td_tab_count(sheet, row->n_errors);
    td_tab_coded(sheet, STATES[row->state].code, STATES[row->state].word);
    td_status status = file_or_blank(sheet, row->has_output, td_batch_result(settings, item->name));
    td_status faults = file_or_blank(sheet, row->has_faults, td_batch_faults(item->name));
    return status == TD_OK ? faults : status;
}

static void begin_table(td_tabulation *sheet)
{
    const td_tab_column columns[] = {
        td_tab_column_of("path", TD_MSG_WORD_BATCH_PATH, TD_LEFT, TD_FOR_ALL),
        td_tab_column_of("code", TD_MSG_WORD_BATCH_CODE, TD_LEFT, TD_FOR_ALL),
        td_tab_column_of("year", TD_MSG_WORD_BATCH_YEAR, TD_RIGHT, TD_FOR_ALL),
        td_tab_column_of("units", TD_MSG_WORD_BATCH_UNITS, TD_RIGHT, TD_FOR_ALL),
        td_tab_column_of("clusters", TD_MSG_WORD_BATCH_CLUSTERS, TD_RIGHT, TD_FOR_ALL),
        td_tab_column_of("ranked", TD_MSG_WORD_BATCH_RANKED, TD_RIGHT, TD_FOR_ALL),
        td_tab_column_of("unranked", TD_MSG_WORD_BATCH_UNRANKED, TD_RIGHT, TD_FOR_ALL),
        td_tab_column_of("ties", TD_MSG_WORD_BATCH_TIES, TD_RIGHT, TD_FOR_ALL),
        td_tab_column_of("proposed", TD_MSG_WORD_BATCH_PROPOSED, TD_RIGHT, TD_FOR_ALL),
        td_tab_column_of("findings", TD_MSG_WORD_BATCH_FOUND, TD_RIGHT, TD_FOR_ALL),
        td_tab_column_of("errors", TD_MSG_WORD_BATCH_ERRORS, TD_RIGHT, TD_FOR_ALL),
        td_tab_column_of("status", TD_MSG_WORD_BATCH_STATUS, TD_LEFT, TD_FOR_ALL),
        td_tab_column_of("output", TD_MSG_WORD_BATCH_OUTPUT, TD_LEFT, TD_FOR_MACHINES),
        td_tab_column_of("faults", TD_MSG_WORD_BATCH_FAULTS, TD_LEFT, TD_FOR_ALL),
    };
    TD_TAB_TABLE(sheet, "evaluations", TD_MSG_WORD_BATCH_TABLE, columns);
}

td_status td_batch_summarize(const td_settings *settings, const td_batch_list *list,
                             const td_batch_row *rows, td_tabulation *sheet)
{
    size_t n_left = td_batch_count(list, rows, TD_BATCH_LEFT);
    fill_facts(list, rows, sheet);
    if (n_left > 0)
        TD_TAB_COUNTED(sheet, TD_WARN, TD_MSG_WORD_BATCH_CUT_SHORT, n_left);
    begin_table(sheet);
    td_tab_section(sheet, NULL, NULL);
    td_status status = TD_OK;
    for (size_t i = 0; i < list->n && status == TD_OK; i++)
        if (rows[i].state != TD_BATCH_LEFT)
            status = fill_row(settings, &list->items[i], &rows[i], sheet);
    return status;
}
