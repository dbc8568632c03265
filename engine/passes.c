/*
 * Clusters are independent but for normalizations over all units, which take one more pass per
 * level.
 */
#include "engine/passes.h"

#include <math.h>
#include <stdlib.h>

#include "engine/base/threads.h"

/* Adjacent clusters, scored together. */
typedef struct tile {
    size_t first_cluster, n_clusters;
} tile;

typedef struct pass {
    const td_passes *of;
    const td_rules *rules;
    size_t n_tiles;
    tile *tiles; /* the clusters under the rule set */
    size_t *levels;
    size_t level;     /* standards known so far */
    double **columns; /* [n_criteria] collected values by row, NULL where not wanted */
    bool keep;        /* the last pass: hand over */
    bool *suspicious; /* [n_clusters of the data] had findings or faults */
} pass;

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

static void score_one(const pass *p, td_scoring *s, size_t i, int thread)
{
    const tile *the = &p->tiles[i];
    if (p->keep && p->of->instead != NULL &&
        p->of->instead(p->of->context, thread, the->first_cluster, the->n_clusters))
        return;
    set_level(p, s);
    /* A value out of range ends the tile: then any of its clusters may have more of them. */
    bool ended = td_score_tile(s, the->first_cluster, the->n_clusters) != TD_OK;
    for (size_t c = 0, u = 0; c < s->n_clusters; c++)
        for (size_t end = u + s->cluster[c].n_units; u < end; u++)
            p->suspicious[the->first_cluster + c] |= s->found[u] || ended;
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

/* Tiles that a thread takes at once: few, so that all threads end together. */
static int tiles_at_once(size_t n_tiles, int n_threads)
{
    size_t share = n_tiles / (16 * (size_t)n_threads);
    return share < 1 ? 1 : share > 16 ? 16 : (int)share;
}

/* One scoring per thread, made before the parallel region. */
static td_status run_pass(const pass *p, const td_options *options)
{
    size_t n_rows = p->of->evaluation->data.tables[p->of->rules].n_rows;
    int n_threads = td_threads_for(options, p->n_tiles, n_rows * p->rules->n_criteria);
    int n_at_once = tiles_at_once(p->n_tiles, n_threads);
    td_scoring *scorings = calloc((size_t)n_threads, sizeof *scorings);
    td_status status = scorings == NULL ? TD_ENOMEM : TD_OK;
    for (int t = 0; t < n_threads && status == TD_OK; t++)
        status = td_scoring_init(&scorings[t], p->of->evaluation, p->of->rules,
                                 td_units_of_tile(p->of->max_units), NULL);
    if (status == TD_OK) {
#pragma omp parallel num_threads(n_threads) if (n_threads > 1)
        {
            int t = td_thread();
#pragma omp for schedule(dynamic, n_at_once)
            for (size_t i = 0; i < p->n_tiles; i++)
                score_one(p, &scorings[t], i, t);
        }
    }
    for (int t = 0; scorings != NULL && t < n_threads; t++)
        td_scoring_release(&scorings[t]);
    free(scorings);
    return status;
}

/* Clusters with findings are scored once more, in order, to say what was found. */
static td_status report(const pass *p, td_errors *errors)
{
    td_scoring s;
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

/* Cuts the clusters under rule set r into tiles; tiles: [n_clusters]. Returns how many. */
static size_t cut_tiles(const td_dataset *data, size_t r, tile *tiles)
{
    size_t n = 0, n_units = 0;
    for (size_t c = 0; c < data->n_clusters; c++) {
        const td_cluster *cluster = &data->clusters[c];
        if (cluster->rules != r)
            continue;
        tile *last = n > 0 ? &tiles[n - 1] : NULL;
        if (last != NULL && last->first_cluster + last->n_clusters == c &&
            n_units + cluster->n_units <= TD_TILE_UNITS) {
            last->n_clusters++;
            n_units += cluster->n_units;
        } else {
            tiles[n++] = (tile){c, 1};
            n_units = cluster->n_units;
        }
    }
    return n;
}

td_status td_run_passes(const td_passes *passes, const td_options *options, td_errors *errors)
{
    const td_dataset *data = &passes->evaluation->data;
    const td_rules *rules = passes->evaluation->rules[passes->rules];
    pass p = {.of = passes,
              .rules = rules,
              .tiles = calloc(data->n_clusters + 1, sizeof *p.tiles),
              .levels = calloc(rules->n_criteria, sizeof *p.levels),
              .columns = calloc(rules->n_criteria, sizeof *p.columns),
              .suspicious = calloc(data->n_clusters + 1, sizeof *p.suspicious)};
    td_status status = TD_ENOMEM;
    if (p.tiles != NULL && p.levels != NULL && p.columns != NULL && p.suspicious != NULL) {
        p.n_tiles = cut_tiles(data, passes->rules, p.tiles);
        status = run_all(&p, td_levels_of(rules, p.levels), options, errors);
    }
    free(p.suspicious);
    free(p.columns);
    free(p.levels);
    free(p.tiles);
    return status;
}
