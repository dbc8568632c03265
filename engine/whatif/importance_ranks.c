/*
 * What an item decides: everybody gets the same share of it, and the cluster is evaluated again.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/whatif/importance.h"

/* The block with points, bonuses and watched criteria of its own. */
typedef struct levelled {
    td_block block;
    td_worker worker;
    td_standing *standing; /* of the cluster at hand */
} levelled;

static size_t cells_of(const td_block *b)
{
    return b->n_rows * b->n_items;
}

static td_status levelled_init(levelled *l, const td_sight *s)
{
    const td_block *b = s->block;
    *l = (levelled){.block = *b};
    td_status status = td_worker_init(&l->worker, s->prepared);
    l->standing = calloc(s->prepared->max_units + 1, sizeof *l->standing);
    l->block.points = calloc(cells_of(b) + 1, sizeof *b->points);
    l->block.bonus = calloc(cells_of(b) + 1, sizeof *b->bonus);
    l->block.watch = calloc(b->n_rows * b->n_watched + 1, sizeof *b->watch);
    if (l->standing == NULL || l->block.points == NULL || l->block.bonus == NULL ||
        l->block.watch == NULL)
        status = TD_ENOMEM;
    if (status != TD_OK)
        return status;
    memcpy(l->block.points, b->points, cells_of(b) * sizeof *b->points);
    memcpy(l->block.bonus, b->bonus, cells_of(b) * sizeof *b->bonus);
    if (b->n_watched > 0)
        memcpy(l->block.watch, b->watch, b->n_rows * b->n_watched * sizeof *b->watch);
    return TD_OK;
}

static void levelled_release(levelled *l)
{
    td_worker_release(&l->worker);
    free(l->standing);
    free(l->block.points);
    free(l->block.bonus);
    free(l->block.watch);
}

/* ---- the same share for everybody ---- */

/* Rows of one cluster. */
typedef struct rows {
    size_t first, n;
    const td_standing *official;
} rows;

/* What counts for the mean: a ranked unit that has the item. */
static bool counts(const td_block *b, const rows *r, size_t u, size_t k)
{
    return r->official[u].state != TD_UNRANKED &&
           b->state[(r->first + u) * b->n_items + k] == TD_PRESENT;
}

/*
 * Per unit of assigned maximum, or per unit where there is none (*by_max false). Quanta are whole
 * and their sums exact; numbers are added in the order of their size.
 */
static double mean_of(const td_sight *s, const rows *r, size_t k, const double *matrix,
                      bool *by_max, double *scratch)
{
    const td_block *b = s->block;
    double sum = 0, assigned = 0;
    size_t n = 0;
    for (size_t u = 0; u < r->n; u++) {
        size_t at = (r->first + u) * b->n_items + k;
        if (!counts(b, r, u, k))
            continue;
        scratch[n++] = matrix[at];
        assigned += b->assigned[at];
    }
    double mean = td_standard_of(scratch, n).mean;
    for (size_t i = 0; i < n; i++)
        sum += scratch[i];
    *by_max = assigned > 0 && !td_is_real(s->rules, b->items[k]);
    return *by_max ? sum / assigned : mean;
}

/* The grid of the points of items: whole quanta, of the total where groups are rounded to it. */
static double step_of(const td_rules *rules)
{
    int finer = rules->view.leaf_decimals - rules->view.decimals;
    return rules->rounding == TD_ROUND_GROUP ? (double)td_pow10(finer) : 1;
}

static void level(const td_sight *s, const rows *r, size_t k, const double *from, double *to,
                  double *scratch)
{
    const td_block *b = s->block;
    bool by_max, is_real = td_is_real(s->rules, b->items[k]);
    double mean = mean_of(s, r, k, from, &by_max, scratch), step = step_of(s->rules);
    for (size_t u = 0; u < r->n; u++) {
        size_t at = (r->first + u) * b->n_items + k;
        if (b->state[at] != TD_PRESENT)
            continue;
        double x = by_max ? mean * b->assigned[at] : mean;
        to[at] = is_real ? x : round(x / step) * step;
    }
}

static void level_watched(const td_sight *s, levelled *l, const rows *r, size_t k)
{
    const td_block *b = s->block;
    size_t w = b->n_watched > 0 ? b->watch_of[b->items[k]] : TD_NONE;
    for (size_t u = 0; u < r->n && w != TD_NONE; u++) {
        td_watch *seen = &l->block.watch[(r->first + u) * b->n_watched + w];
        double x = l->block.points[(r->first + u) * b->n_items + k];
        if (!isnan(seen->points))
            seen->points = td_is_real(s->rules, b->items[k])
                               ? round(x * (double)td_pow10(s->rules->view.leaf_decimals))
                               : x;
    }
}

/* Back to what is prepared. */
static void restore(const td_sight *s, levelled *l, const rows *r)
{
    const td_block *b = s->block;
    size_t start = r->first * b->n_items, size = r->n * b->n_items * sizeof *b->points;
    memcpy(l->block.points + start, b->points + start, size);
    memcpy(l->block.bonus + start, b->bonus + start, size);
    if (b->n_watched > 0)
        memcpy(l->block.watch + r->first * b->n_watched, b->watch + r->first * b->n_watched,
               r->n * b->n_watched * sizeof *b->watch);
}

/* ---- what changes ---- */

static bool both_ranked(const td_standing *before, const td_standing *after)
{
    return before->state != TD_UNRANKED && after->state != TD_UNRANKED;
}

static int order(const td_standing *a, const td_standing *b)
{
    return (a->rank > b->rank) - (a->rank < b->rank);
}

/* Is the unit one of those that nobody stands before? */
static bool leads(const td_standing *standing, size_t n, size_t u)
{
    for (size_t v = 0; v < n; v++)
        if (standing[v].state != TD_UNRANKED && standing[v].rank < standing[u].rank)
            return false;
    return standing[u].state != TD_UNRANKED;
}

static void compare(const td_standing *before, const td_standing *after, size_t n,
                    td_importance_item *out)
{
    bool leaders_change = false;
    for (size_t u = 0; u < n; u++) {
        out->ranks += before[u].rank != after[u].rank;
        leaders_change |= leads(before, n, u) != leads(after, n, u);
        for (size_t v = 0; v < u; v++)
            out->pairs += both_ranked(&before[u], &after[u]) &&
                          both_ranked(&before[v], &after[v]) &&
                          order(&before[u], &before[v]) != order(&after[u], &after[v]);
    }
    out->leaders += leaders_change;
}

static void decide_cluster(const td_sight *s, size_t c, levelled *l, td_importance *out)
{
    const td_dataset *data = &s->prepared->evaluation->data;
    const td_cluster *cluster = &data->clusters[c];
    rows r = {.first = data->row_of_unit[cluster->first_unit],
              .n = cluster->n_units,
              .official = s->results->standing + cluster->first_unit};
    double *scratch = l->worker.totals.points; /* room for every unit, filled only afterwards */
    for (size_t k = 0; k < s->block->n_items; k++) {
        level(s, &r, k, s->block->points, l->block.points, scratch);
        level(s, &r, k, s->block->bonus, l->block.bonus, scratch);
        level_watched(s, l, &r, k);
        td_evaluate_cluster(s->prepared, &l->block, c, s->all_weights, &l->worker, l->standing);
        compare(r.official, l->standing, r.n, &out->item[k]);
        restore(s, l, &r);
    }
}

td_status td_importance_decide(const td_sight *s, const td_importance_options *options,
                               td_importance *out)
{
    levelled l;
    td_status status = levelled_init(&l, s);
    for (size_t c = s->first_cluster; c < s->end_cluster && status == TD_OK; c++) {
        if (options->cancelled != NULL && *options->cancelled)
            status = TD_EINTERRUPTED;
        else if (s->block ==
                     &s->prepared->blocks[s->prepared->evaluation->data.clusters[c].rules] &&
                 s->prepared->evaluation->data.clusters[c].n_units > 0)
            decide_cluster(s, c, &l, out);
    }
    levelled_release(&l);
    return status;
}
