/*
 * Clusters are independent but for normalizations over all units, which take one more pass per
 * level.
 */
#include "engine/passes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/threads.h"

typedef struct pass {
    const td_passes *of;
    const td_rules *rules;
    size_t *levels;
    size_t level;     /* standards known so far */
    double **columns; /* [n_criteria] collected values by row, NULL where not wanted */
    bool keep;        /* the last pass: hand over */
    bool *suspicious; /* [n_clusters of the data] had findings or faults */
} pass;

/* What one thread works with: made when it is wanted, since `instead` may do everything. */
typedef struct desk {
    td_scoring scoring;
    bool is_made;
    td_status status;
} desk;

static void collect(const pass *p, const td_scoring *s)
{
    size_t row = s->data->row_of_unit[s->cluster->first_unit];
    for (size_t j = 1; j < s->rules->n_criteria; j++)
        for (size_t u = 0; p->columns[j] != NULL && u < s->n_units; u++) {
            td_cell cell = td_cell_get(s, j, u);
            p->columns[j][row + u] = cell.settled ? NAN : cell.value;
        }
}

static void set_level(const pass *p, td_scoring *s)
{
    s->levels = p->levels;
    s->level = p->level;
    s->standards = p->of->standards;
}

static bool make_desk(const pass *p, desk *d)
{
    if (!d->is_made)
        d->status = td_scoring_init(&d->scoring, p->of->evaluation, p->of->rules,
                                    td_units_of_tile(p->of->max_units), NULL);
    d->is_made = true;
    return d->status == TD_OK;
}

/* n clusters from `first` on are a tile. */
static void score_one(const pass *p, desk *d, size_t first, size_t n, int thread)
{
    if (p->keep && p->of->instead != NULL && p->of->instead(p->of->context, thread, first, n))
        return;
    if (!make_desk(p, d))
        return;
    td_scoring *s = &d->scoring;
    set_level(p, s);
    /* A value out of range ends the tile: then any of its clusters may have more of them. */
    bool ended = td_score_tile(s, first, n) != TD_OK;
    for (size_t c = 0, u = 0; c < s->n_clusters; c++)
        for (size_t end = u + s->cluster[c].n_units; u < end; u++)
            p->suspicious[first + c] |= s->found[u] || ended;
    if (p->keep)
        p->of->keep(p->of->context, thread, s, ended);
    else
        collect(p, s);
}

size_t td_units_of_tile(size_t max_units)
{
    return max_units > TD_TILE_UNITS ? max_units : TD_TILE_UNITS;
}

size_t td_largest_cluster(const td_dataset *data)
{
    size_t most = 0;
    for (size_t c = 0; c < data->n_clusters; c++)
        most = data->clusters[c].n_units > most ? data->clusters[c].n_units : most;
    return most;
}

/* Clusters that a thread takes at once: some tiles, but so few that all threads end together. */
static size_t clusters_at_once(size_t n_clusters, int n_threads)
{
    size_t share = n_clusters / (16 * (size_t)n_threads);
    return share < 4 ? 4 : share > 256 ? 256 : share;
}

/* Clusters c .. end - 1 as far as they are under the rule set, tile by tile. */
static void score_some(const pass *p, desk *d, size_t c, size_t end, int thread)
{
    const td_cluster *clusters = p->of->evaluation->data.clusters;
    while (c < end) {
        size_t n = 0, n_units = 0;
        for (; c + n < end && clusters[c + n].rules == p->of->rules; n++) {
            if (n > 0 && n_units + clusters[c + n].n_units > TD_TILE_UNITS)
                break;
            n_units += clusters[c + n].n_units;
        }
        if (n > 0)
            score_one(p, d, c, n, thread);
        c += n > 0 ? n : 1;
    }
}

static td_status run_pass(const pass *p, const td_options *options)
{
    const size_t n_clusters = p->of->evaluation->data.n_clusters;
    const size_t n_rows = p->of->evaluation->data.tables[p->of->rules].n_rows;
    int n_threads = td_threads_for(options, n_clusters, n_rows * p->rules->n_criteria);
    const size_t n_at_once = clusters_at_once(n_clusters, n_threads);
    desk *desks = calloc((size_t)n_threads, sizeof *desks);
    td_status status = desks == NULL ? TD_ENOMEM : TD_OK;
    if (status == TD_OK) {
#pragma omp parallel num_threads(n_threads) if (n_threads > 1)
        {
            int t = td_thread();
#pragma omp for schedule(dynamic)
            for (size_t c = 0; c < n_clusters; c += n_at_once)
                score_some(p, &desks[t], c, n_clusters - c < n_at_once ? n_clusters : c + n_at_once,
                           t);
        }
    }
    for (int t = 0; desks != NULL && t < n_threads; t++) {
        status = status == TD_OK ? desks[t].status : status;
        td_scoring_release(&desks[t].scoring);
    }
    free(desks);
    return status;
}

/* Clusters with findings are scored once more, in order, to say what was found. */
static td_status report(const pass *p, td_errors *errors)
{
    td_scoring s;
    const size_t n_clusters = p->of->evaluation->data.n_clusters;
    if (memchr(p->suspicious, true, n_clusters * sizeof *p->suspicious) == NULL)
        return TD_OK;
    td_status status =
        td_scoring_init(&s, p->of->evaluation, p->of->rules, p->of->max_units, errors);
    if (status != TD_OK)
        return status;
    set_level(p, &s);
    for (size_t c = 0; c < s.data->n_clusters; c++)
        if (p->suspicious[c]) {
            td_status of_cluster = td_score_cluster(&s, c);
            status = status == TD_OK ? of_cluster : status;
        }
    td_scoring_release(&s);
    return status;
}

static td_status columns_for(const pass *p, size_t n_rows)
{
    const td_rules *rules = p->rules;
    for (size_t j = 1; j < rules->n_criteria; j++) {
        const td_normalize *how = &rules->criteria[j].normalize;
        bool wanted = how->method != TD_NORM_NONE && how->over_all && p->levels[j] == p->level + 1;
        p->columns[j] = NULL;
        if (!wanted)
            continue;
        p->columns[j] = td_arena_alloc(p->of->arena, n_rows, sizeof(double));
        if (p->columns[j] == NULL)
            return TD_ENOMEM;
    }
    return TD_OK;
}

static void standards_of(const pass *p, size_t n_rows)
{
    for (size_t j = 1; j < p->rules->n_criteria; j++) {
        double *column = p->columns[j];
        size_t n = 0;
        for (size_t row = 0; column != NULL && row < n_rows; row++)
            if (!isnan(column[row]))
                column[n++] = column[row];
        if (column != NULL)
            p->of->standards[j] = td_standard_of(column, n);
    }
}

static td_status run_all(pass *p, size_t n_levels, const td_options *options, td_errors *errors)
{
    size_t n_rows = p->of->evaluation->data.tables[p->of->rules].n_rows;
    td_status status = TD_OK;
    for (p->level = 0; p->level < n_levels && status == TD_OK; p->level++) {
        status = columns_for(p, n_rows);
        if (status == TD_OK)
            status = run_pass(p, options);
        if (status == TD_OK)
            standards_of(p, n_rows);
    }
    p->keep = true;
    if (status == TD_OK)
        status = run_pass(p, options);
    return status == TD_OK ? report(p, errors) : status;
}

td_status td_run_passes(const td_passes *passes, const td_options *options, td_errors *errors)
{
    const td_dataset *data = &passes->evaluation->data;
    const td_rules *rules = passes->evaluation->rules[passes->rules];
    pass p = {.of = passes,
              .rules = rules,
              .levels = calloc(rules->n_criteria, sizeof *p.levels),
              .columns = calloc(rules->n_criteria, sizeof *p.columns),
              .suspicious = calloc(data->n_clusters + 1, sizeof *p.suspicious)};
    td_status status = TD_ENOMEM;
    if (p.levels != NULL && p.columns != NULL && p.suspicious != NULL)
        status = run_all(&p, td_levels_of(rules, p.levels), options, errors);
    free(p.suspicious);
    free(p.columns);
    free(p.levels);
    return status;
}
