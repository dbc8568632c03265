/*
 * Outline in one pass: each thread has a desk with the rows of one tile on it, and writes down what
 * becomes of its units before it takes the next.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/linear.h"
#include "engine/outline.h"
#include "engine/passes.h"

/* What one thread needs. */
typedef struct desk {
    td_prepared *prepared; /* its blocks have the rows of one tile */
    td_worker worker;
    td_standing *standing; /* [rows of a tile] */
    double *largest;       /* [items] see td_largest_items() */
    double *of_tile;       /* [items] likewise of the tile at hand */
    td_local_scratch *awards;
    td_linear_scratch scratch;
    double *rivals; /* [TD_ROWS_RANKED] */
    float *counts;  /* [2 * TD_ROWS_RANKED] */
} desk;

typedef struct td_office office;
struct td_office {
    td_evaluation *evaluation; /* a copy of the one at hand: plans and desks look at it */
    td_local *awards;
    td_local_ranks by_ranks;
    td_outline *out;
    size_t max_units; /* of a cluster, at most */
    size_t n_rows;    /* of a tile */
    int n_desks;
    desk *desks;
    double *ones;           /* [items] the official weights */
    td_linear_plan **plans; /* [rules] NULL: its leaves are no lines */
    size_t rules;           /* at hand */
    td_linear_plan *plan;   /* its plan; NULL: there is none, or it does not fit */
    bool is_bare;           /* totals and ranks are all there is */
};

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

static uint8_t *award_states(const office *o, size_t first_unit)
{
    return o->out->award_state + first_unit;
}

static void award_by_ranks(const office *o, desk *d, size_t c)
{
    const size_t first_unit = o->evaluation->data.clusters[c].first_unit;
    td_local_decide_ranks(o->awards, d->awards, c, o->out->rank + first_unit,
                          award_states(o, first_unit), o->out->n_units);
}

/* What became of the units of cluster c, whose first has this row of its block. */
static void keep_cluster(const office *o, desk *d, size_t c, size_t first_row,
                         const td_standing *standing)
{
    const td_cluster *the = &o->evaluation->data.clusters[c];
    for (size_t u = 0; u < the->n_units; u++)
        td_outline_keep(&standing[u], the->first_unit + u, o->out);
    if (o->by_ranks.suffice && !o->by_ranks.equal_assigned) {
        award_by_ranks(o, d, c);
        return;
    }
    const td_local_cluster of = {.prepared = d->prepared,
                                 .block = &d->prepared->blocks[o->rules],
                                 .first_row = first_row,
                                 .cluster = c,
                                 .first_unit = the->first_unit,
                                 .standing = standing};
    td_local_decide(o->awards, d->awards, &of, award_states(o, the->first_unit), o->out->n_units);
}

static void settle_clusters(const office *o, desk *d, const td_scoring *s)
{
    const size_t first_cluster = (size_t)(s->cluster - s->data->clusters);
    for (size_t c = 0, u = 0; c < s->n_clusters; u += s->cluster[c].n_units, c++) {
        td_evaluate_cluster(d->prepared, &d->prepared->blocks[o->rules], first_cluster + c, o->ones,
                            &d->worker, d->standing);
        keep_cluster(o, d, first_cluster + c, u, d->standing);
    }
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

/* ---- row by row ---- */

/* Totals differ as shares do where all have the same maximum. */
static bool is_bare(const office *o, const td_linear_plan *plan)
{
    const td_rules *rules = plan->rules;
    td_rank_basis by = rules->view.rank_by;
    return (o->by_ranks.suffice || o->out->n_awards == 0) && rules->n_gates == 0 &&
           rules->n_classes == 0 && rules->n_ties == 0 &&
           (by == TD_BY_POINTS || (by == TD_BY_SHARE && plan->assigned_q > 0));
}

/* One of each group of equals, the others below all. */
static void single_out(size_t n, const double *totals, double *rivals)
{
    for (size_t u = 0; u < n; u++) {
        rivals[u] = totals[u];
        for (size_t before = 0; before < u; before++)
            if (totals[before] == totals[u])
                rivals[u] = -INFINITY;
    }
}

static void rank_bare(const office *o, const desk *d, const double *totals, size_t n, float *rank)
{
    const td_rows_kernel *kernel = o->plan->kernel;
    const double *rivals = totals;
    const td_ranks how = o->plan->rules->ranks;
    float *above = d->counts, *at_least = above + TD_ROWS_RANKED;
    if (how == TD_DENSE) {
        single_out(n, totals, d->rivals);
        rivals = d->rivals;
    }
    kernel->count(n, totals, rivals, false, above);
    if (how == TD_FRACTIONAL)
        kernel->count(n, totals, totals, true, at_least);
    for (size_t u = 0; u < n; u++)
        rank[u] = how == TD_FRACTIONAL ? (above[u] + at_least[u] + 1) / 2 : above[u] + 1;
}

/* State and class are there already. */
static void keep_bare(const office *o, const desk *d, const double *totals, size_t first_unit,
                      size_t n)
{
    td_outline *out = o->out;
    double *total = out->total_q + first_unit;
    for (size_t u = 0; u < n; u++)
        total[u] = totals[u];
    for (size_t u = first_unit; u < first_unit + n && out->assigned_q != NULL; u++)
        out->assigned_q[u] = o->plan->assigned_q;
    rank_bare(o, d, totals, n, out->rank + first_unit);
}

static void settle_totals(const office *o, desk *d, const double *totals, size_t c)
{
    const td_cluster *the = &o->evaluation->data.clusters[c];
    const td_block *b = &d->prepared->blocks[o->rules];
    for (size_t u = 0; u < the->n_units; u++) {
        b->missing_leaf[u] = b->absent_leaf[u] = TD_NONE;
        b->deduction_q[u] = 0;
        td_case unit = {.prepared = d->prepared,
                        .block = b,
                        .unit = the->first_unit + u,
                        .row = u,
                        .before_q = totals[u],
                        .assigned_q = o->plan->assigned_q};
        td_settle(&unit, &d->standing[u]);
    }
    td_rank_cluster(d->prepared, b, c, d->standing, d->worker.order, d->worker.keys);
    keep_cluster(o, d, c, 0, d->standing);
}

/* What became of n clusters whose totals are there; returns the row past them. */
static size_t keep_rows(const office *o, desk *d, size_t c, size_t n, size_t row)
{
    const double *totals = d->scratch.totals;
    for (size_t end = c + n; c < end; c++) {
        const td_cluster *the = &o->evaluation->data.clusters[c];
        if (o->is_bare && the->n_units <= TD_ROWS_RANKED) {
            keep_bare(o, d, totals, the->first_unit, the->n_units);
            if (o->out->n_awards > 0)
                award_by_ranks(o, d, c);
        } else {
            td_block_move(&d->prepared->blocks[o->rules], o->plan->table, row);
            settle_totals(o, d, totals, c);
        }
        row += the->n_units;
        totals += the->n_units;
    }
    return row;
}

/* Clusters whose rows are looked at together: some, so that divisions of one wait beside another, and
   not many, so that reading and working take turns often enough for memory to keep up. */
#define BITE 32 /* units */
static size_t bite_of(const td_cluster *clusters, size_t n_clusters)
{
    size_t n = 0, n_units = 0;
    while (n < n_clusters && (n == 0 || n_units + clusters[n].n_units <= BITE))
        n_units += clusters[n++].n_units;
    return n;
}

static bool by_rows(void *context, int thread, size_t first_cluster, size_t n_clusters)
{
    const office *o = context;
    desk *d = &o->desks[thread];
    const td_dataset *data = &o->evaluation->data;
    const size_t end = first_cluster + n_clusters;
    const size_t *row_of = &data->row_of_unit[data->clusters[first_cluster].first_unit];
    size_t row = *row_of;
    __builtin_prefetch(row_of + 4 * TD_TILE_UNITS);
    for (size_t c = first_cluster, n; c < end; c += n) {
        const td_cluster *some = &data->clusters[c];
        n = bite_of(some, end - c);
        if (!td_linear_totals(o->plan, row, n, some, &d->scratch))
            return false;
        row = keep_rows(o, d, c, n, row);
    }
    return true;
}

/* ---- desks ---- */

static void clear_desk(desk *d)
{
    td_worker_release(&d->worker);
    td_prepared_free(d->prepared);
    free(d->standing);
    free(d->largest);
    free(d->of_tile);
    td_local_scratch_free(d->awards);
    free(d->rivals);
    free(d->counts);
    td_linear_scratch_release(&d->scratch);
}

static td_status make_desk(const office *o, const td_options *options, desk *d, td_errors *errors)
{
    td_status status =
        td_prepared_new(o->evaluation, options, o->max_units, o->n_rows, &d->prepared, errors);
    if (status != TD_OK)
        return status;
    d->standing = calloc(o->n_rows, sizeof *d->standing);
    d->largest = calloc(d->prepared->n_items + 1, sizeof *d->largest);
    d->of_tile = calloc(d->prepared->n_items + 1, sizeof *d->of_tile);
    d->awards = td_local_scratch_new(o->awards, d->prepared->max_units);
    d->rivals = calloc(TD_ROWS_RANKED, sizeof *d->rivals);
    d->counts = calloc(2 * TD_ROWS_RANKED, sizeof *d->counts);
    if (d->standing == NULL || d->largest == NULL || d->of_tile == NULL || d->rivals == NULL ||
        d->counts == NULL || d->awards == NULL)
        return TD_ENOMEM;
    return td_worker_init(&d->worker, d->prepared);
}

void td_office_close(office *o)
{
    if (o == NULL)
        return;
    for (int t = 0; o->desks != NULL && t < o->n_desks; t++)
        clear_desk(&o->desks[t]);
    td_local_free(o->awards);
    free(o->desks);
    free(o->ones);
    free(o->plans);
    free(o->evaluation);
    free(o);
}

/* The desks have room for rows of whatever is to be copied. */
static td_status make_plan(office *o, size_t r)
{
    td_prepared *first = o->desks[0].prepared;
    td_status status = td_linear_plan_new(&first->blocks[r], first->arena, &o->plans[r]);
    for (int t = 0; t < o->n_desks && o->plans[r] != NULL && status == TD_OK; t++) {
        td_linear_scratch_release(&o->desks[t].scratch);
        status = td_linear_scratch_init(&o->desks[t].scratch, o->n_rows, o->plans[r]);
    }
    return status;
}

static td_status furnish(office *o, const td_options *options, td_errors *errors)
{
    const size_t n_rules = o->evaluation->n_rules;
    td_status status = td_local_new(o->evaluation, &o->awards, NULL);
    if (status != TD_OK)
        return status;
    o->by_ranks = td_local_by_ranks(o->awards);
    o->desks = calloc((size_t)o->n_desks, sizeof *o->desks);
    o->plans = calloc(n_rules + 1, sizeof *o->plans);
    status = o->desks == NULL || o->plans == NULL ? TD_ENOMEM : TD_OK;
    for (int t = 0; t < o->n_desks && status == TD_OK; t++)
        status = make_desk(o, options, &o->desks[t], t == 0 ? errors : NULL);
    for (size_t r = 0; r < n_rules && status == TD_OK; r++)
        status = make_plan(o, r);
    if (status != TD_OK)
        return status;
    size_t n_items = o->desks[0].prepared->n_items;
    o->ones = calloc(n_items + 1, sizeof *o->ones);
    for (size_t i = 0; o->ones != NULL && i < n_items; i++)
        o->ones[i] = 1;
    return o->ones == NULL ? TD_ENOMEM : TD_OK;
}

static bool suits(const office *o, const td_evaluation *evaluation, size_t max_units, int n_desks)
{
    const td_evaluation *was = o->evaluation;
    bool same = was->n_rules == evaluation->n_rules && was->policy == evaluation->policy &&
                (was->data.held == NULL) == (evaluation->data.held == NULL);
    for (size_t r = 0; r < was->n_rules && same; r++)
        same = was->rules[r] == evaluation->rules[r];
    return same && max_units <= o->max_units && n_desks <= o->n_desks;
}

td_status td_office_open(office **out, const td_evaluation *evaluation, const td_options *options,
                         td_errors *errors)
{
    const size_t max_units = td_largest_cluster(&evaluation->data);
    const int n_desks = td_threads(options, evaluation->data.n_clusters);
    if (*out != NULL && suits(*out, evaluation, max_units, n_desks)) {
        *(*out)->evaluation = *evaluation;
        return TD_OK;
    }
    td_office_close(*out);
    office *o = *out = calloc(1, sizeof *o);
    if (o == NULL)
        return TD_ENOMEM;
    o->max_units = max_units;
    o->n_rows = td_units_of_tile(max_units);
    o->n_desks = n_desks;
    o->evaluation = malloc(sizeof *o->evaluation);
    if (o->evaluation != NULL)
        *o->evaluation = *evaluation;
    td_status status = o->evaluation == NULL ? TD_ENOMEM : furnish(o, options, errors);
    if (status != TD_OK) {
        td_office_close(o);
        *out = NULL;
    }
    return status;
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
    o->plan = o->plans[r];
    if (o->plan != NULL && !td_linear_plan_fit(o->plan, &o->evaluation->data.tables[r]))
        o->plan = NULL;
    o->is_bare = o->plan != NULL && is_bare(o, o->plan);
    passes.instead = o->plan != NULL ? by_rows : NULL;
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

static void clear_largest(const office *o)
{
    const size_t n_items = o->desks[0].prepared->n_items;
    for (int t = 0; t < o->n_desks; t++)
        memset(o->desks[t].largest, 0, n_items * sizeof *o->desks[t].largest);
}

td_status td_outline_by_tiles(office *o, const td_evaluation *evaluation, const td_options *options,
                              td_outline *out, td_errors *errors)
{
    td_status status = TD_OK;
    o->out = out;
    clear_largest(o);
    memset(out->state, TD_RANKED, out->n_units);
    memset(out->class_index, TD_OUTLINE_NONE, out->n_units);
    for (size_t r = 0; r < evaluation->n_rules && status == TD_OK; r++)
        status = run_rules(o, r, options, errors);
    return status == TD_OK ? check_totals(o, errors) : status;
}
