/*
 * Outline in one pass: each thread has a desk with the rows of one tile on it, and writes down what
 * becomes of its units before it takes the next.
 */
#include <stdlib.h>

#include "engine/outline.h"
#include "engine/passes.h"

/* What one thread needs. */
typedef struct desk {
    td_prepared *prepared; /* its blocks have the rows of one tile */
    td_worker worker;
    td_standing *standing; /* [rows of a tile] */
    double *largest;       /* [items] see td_largest_items() */
    double *of_tile;       /* [items] likewise of the tile at hand */
} desk;

typedef struct office {
    const td_evaluation *evaluation;
    td_outline *out;
    size_t n_rows; /* of a tile */
    int n_desks;
    desk *desks;
    double *ones; /* [items] the official weights */
    size_t rules; /* at hand */
} office;

/* A tile whose totals leave the exact range is not looked at: the whole ends in a fault. */
static bool totals_in_range(const office *o, desk *d, size_t n_units)
{
    const td_block *b = &d->prepared->blocks[o->rules];
    double *largest = d->largest + b->first_item;
    for (size_t k = 0; k < b->n_items; k++)
        d->of_tile[k] = 0;
    td_largest_of_rows(b, n_units, d->of_tile);
    for (size_t k = 0; k < b->n_items; k++)
        largest[k] = d->of_tile[k] > largest[k] ? d->of_tile[k] : largest[k];
    return td_totals_in_range(b, o->ones + b->first_item, d->of_tile);
}

static void settle_clusters(const office *o, desk *d, const td_scoring *s)
{
    const size_t first_unit = s->cluster->first_unit;
    for (size_t c = 0, u = 0; c < s->n_clusters; u += s->cluster[c].n_units, c++)
        td_evaluate_cluster(d->prepared, &d->prepared->blocks[o->rules],
                            (size_t)(s->cluster - s->data->clusters) + c, o->ones, &d->worker,
                            d->standing + u);
    for (size_t u = 0; u < s->n_units; u++)
        td_outline_keep(&d->standing[u], first_unit + u, o->out);
}

static void keep_tile(void *context, int thread, const td_scoring *s, bool ended)
{
    const office *o = context;
    desk *d = &o->desks[thread];
    td_block *b = &d->prepared->blocks[o->rules];
    if (ended)
        return;
    td_block_move(b, s->table, s->data->row_of_unit[s->cluster->first_unit]);
    for (size_t u = 0; u < s->n_units; u++)
        td_block_keep_unit(b, s, u, u);
    if (totals_in_range(o, d, s->n_units))
        settle_clusters(o, d, s);
}

/* ---- desks ---- */

static void clear_desk(desk *d)
{
    td_worker_release(&d->worker);
    td_prepared_free(d->prepared);
    free(d->standing);
    free(d->largest);
    free(d->of_tile);
}

static td_status make_desk(const office *o, const td_options *options, desk *d, td_errors *errors)
{
    td_status status = td_prepared_new(o->evaluation, options, o->n_rows, &d->prepared, errors);
    if (status != TD_OK)
        return status;
    d->standing = calloc(o->n_rows, sizeof *d->standing);
    d->largest = calloc(d->prepared->n_items + 1, sizeof *d->largest);
    d->of_tile = calloc(d->prepared->n_items + 1, sizeof *d->of_tile);
    if (d->standing == NULL || d->largest == NULL || d->of_tile == NULL)
        return TD_ENOMEM;
    return td_worker_init(&d->worker, d->prepared);
}

static void close_office(office *o)
{
    for (int t = 0; o->desks != NULL && t < o->n_desks; t++)
        clear_desk(&o->desks[t]);
    free(o->desks);
    free(o->ones);
}

static td_status open_office(office *o, const td_options *options, td_errors *errors)
{
    const td_dataset *data = &o->evaluation->data;
    o->n_rows = td_units_of_tile(td_largest_cluster(data));
    o->n_desks = td_threads(options, data->n_clusters);
    o->desks = calloc((size_t)o->n_desks, sizeof *o->desks);
    td_status status = o->desks == NULL ? TD_ENOMEM : TD_OK;
    for (int t = 0; t < o->n_desks && status == TD_OK; t++)
        status = make_desk(o, options, &o->desks[t], t == 0 ? errors : NULL);
    if (status != TD_OK)
        return status;
    size_t n_items = o->desks[0].prepared->n_items;
    o->ones = calloc(n_items + 1, sizeof *o->ones);
    for (size_t i = 0; o->ones != NULL && i < n_items; i++)
        o->ones[i] = 1;
    return o->ones == NULL ? TD_ENOMEM : TD_OK;
}

/* ---- the pass ---- */

/* Standards of normalizations over all units are those of the first desk. */
static td_status run_rules(office *o, size_t r, const td_options *options, td_errors *errors)
{
    td_prepared *first = o->desks[0].prepared;
    td_passes passes = {.evaluation = o->evaluation,
                        .rules = r,
                        .max_units = first->max_units,
                        .standards = td_prepared_standards(first, r),
                        .arena = first->arena,
                        .keep = keep_tile,
                        .context = o};
    o->rules = r;
    return td_run_passes(&passes, options, errors);
}

static td_status check_totals(const office *o, td_errors *errors)
{
    const td_prepared *first = o->desks[0].prepared;
    double *largest = o->desks[0].largest;
    for (int t = 1; t < o->n_desks; t++)
        for (size_t i = 0; i < first->n_items; i++)
            largest[i] = o->desks[t].largest[i] > largest[i] ? o->desks[t].largest[i] : largest[i];
    return td_check_totals(first, o->ones, largest, errors);
}

td_status td_outline_by_tiles(const td_evaluation *evaluation, const td_options *options,
                              td_outline *out, td_errors *errors)
{
    office o = {.evaluation = evaluation, .out = out};
    td_status status = open_office(&o, options, errors);
    for (size_t r = 0; r < evaluation->n_rules && status == TD_OK; r++)
        status = run_rules(&o, r, options, errors);
    if (status == TD_OK)
        status = check_totals(&o, errors);
    close_office(&o);
    return status;
}
