/*
 * All crossings of all items: clusters over threads.
 */
#include "engine/whatif/crossings.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/threads.h"

#define BLOCK_CROSSINGS ((size_t)1 << 19) /* 6 MB */

/* ---- sweeping ---- */

/* A list that was left out. */
typedef struct left_out {
    size_t list;
    td_obstacle why;
} left_out;

typedef struct worker {
    td_lines lines;
    td_crossing_work *work;
    const td_crossing_kernel *kernel;
    td_crossing_rows rows;
    td_crossing_block *block;
    size_t n, n_left_out, most_left_out;
    left_out *left_out;
    bool has_places;
    td_status status;
} worker;

typedef struct sweeping {
    const td_prepared *prepared;
    const td_sweep_options *options;
    td_lane_plan *plans;
    int n_threads;
    worker *workers;
    size_t usual; /* crossings to a block */
    td_crossings *out;
} sweeping;

static bool is_free(const td_obstacle *obstacle)
{
    return obstacle->message == TD_N_MESSAGES;
}

static td_status leave_out(worker *w, size_t list, td_obstacle why)
{
    if (w->n_left_out == w->most_left_out) {
        size_t room = 2 * w->most_left_out + 16;
        left_out *moved = realloc(w->left_out, room * sizeof *moved);
        if (moved == NULL)
            return TD_ENOMEM;
        w->left_out = moved;
        w->most_left_out = room;
    }
    w->left_out[w->n_left_out++] = (left_out){list, why};
    return TD_OK;
}

/* Room for a list of n; false: out of memory. */
static bool begin_list(sweeping *s, worker *w, size_t n, double **at, uint32_t **who)
{
    if (w->block == NULL || w->block->room - w->block->used < n)
        w->block = td_crossing_block_take(s->out, n, s->usual);
    if (w->block == NULL)
        return false;
    *at = w->block->at + w->block->used;
    *who = w->block->who + w->block->used;
    w->block->used += n;
    w->n += n;
    return true;
}

/* Positions among ranked units become positions in the cluster; the order stays. */
static void rename_units(const td_lines *lines, uint32_t *who, size_t n)
{
    for (size_t k = 0; k < n; k++)
        who[k] = lines->position[td_crossing_up(who[k])] |
                 (uint32_t)lines->position[td_crossing_down(who[k])] << 16;
}

/* Eight lanes by the kernel. */
static td_status sweep_lanes(sweeping *s, worker *w, size_t first_lane, td_crossing_list *lists)
{
    const td_lane_plan *plan = w->lines.plan;
    const double *a = w->lines.a + first_lane, *e = w->lines.e + first_lane;
    w->kernel->find(plan->width, a, e, plan->end + first_lane, w->work);
    w->kernel->sort(w->work);
    for (size_t l = 0; l < TD_CROSSING_LANES && first_lane + l < plan->n; l++) {
        double *at;
        uint32_t *who;
        size_t n = w->work->counts[l];
        if (!begin_list(s, w, n, &at, &who))
            return TD_ENOMEM;
        td_crossing_write(w->work, l, plan->width, a, e, at, who);
        if (w->lines.is_partial)
            rename_units(&w->lines, who, n);
        lists[plan->lanes[first_lane + l].item] =
            (td_crossing_list){.n = n, .at = at, .who = who, .is_swept = true};
    }
    return TD_OK;
}

static td_status sweep_by_kernel(sweeping *s, worker *w, td_crossing_list *lists)
{
    td_status status = TD_OK;
    if (w->work->n != w->lines.n)
        td_crossing_begin(w->work, w->lines.n);
    td_lines_fill(&w->lines);
    for (size_t l = 0; l < w->lines.plan->n && status == TD_OK; l += TD_CROSSING_LANES)
        status = sweep_lanes(s, w, l, lists);
    return status;
}

/* ---- the other ways ---- */

static td_status keep_places(worker *w, td_crossing_list *list)
{
    td_root *places = malloc((list->n + 1) * sizeof *places);
    if (places == NULL)
        return TD_ENOMEM;
    for (size_t k = 0; k < list->n; k++)
        places[k] = w->rows.rows[k].place;
    list->places = places;
    w->has_places = true;
    return TD_OK;
}

static td_status keep_rows(sweeping *s, worker *w, bool with_places, td_crossing_list *list)
{
    double *at;
    uint32_t *who;
    if (!begin_list(s, w, w->rows.n, &at, &who))
        return TD_ENOMEM;
    for (size_t k = 0; k < w->rows.n; k++) {
        at[k] = w->rows.rows[k].at;
        who[k] = w->rows.rows[k].who;
    }
    *list = (td_crossing_list){.n = w->rows.n, .at = at, .who = who, .is_swept = true};
    return with_places ? keep_places(w, list) : TD_OK;
}

/* One lane by fractions, or place by place. */
static td_status sweep_lane(sweeping *s, worker *w, const td_lane *lane, td_obstacle obstacle,
                            td_crossing_list *list)
{
    const td_lines *lines = &w->lines;
    td_status status = TD_OK;
    if (is_free(&obstacle) && lines->is_sum)
        status = td_crossing_pairs(lines, lane, &w->rows);
    else if (is_free(&obstacle))
        status = td_crossing_walk(s->prepared, lane->item + lines->plan->block->first_item,
                                  lines->cluster, &w->rows, NULL, &obstacle);
    if (status == TD_EDATA) {
        obstacle = (td_obstacle){TD_MSG_SWEEP_TOO_LARGE, TD_NONE};
        status = TD_OK;
    }
    if (status != TD_OK)
        return status;
    return is_free(&obstacle) ? keep_rows(s, w, !lines->is_sum, list)
                              : leave_out(w, (size_t)(list - s->out->lists), obstacle);
}

/* What bends a lane of the cluster. all_free: is no lane bent? */
static td_status look_for_bends(const sweeping *s, const td_lines *lines, td_obstacle *obstacles,
                                bool *all_free)
{
    const td_lane_plan *plan = lines->plan;
    td_status status = TD_OK;
    *all_free = true;
    for (size_t l = 0; l < plan->n && status == TD_OK; l++) {
        obstacles[l] = (td_obstacle){TD_N_MESSAGES, TD_NONE};
        if (plan->may_bend)
            status =
                td_crossing_obstacle(s->prepared, plan->lanes[l].item + plan->block->first_item,
                                     lines->cluster, &obstacles[l]);
        *all_free &= is_free(&obstacles[l]);
    }
    return status;
}

static td_status sweep_other(sweeping *s, worker *w, td_crossing_list *lists)
{
    const td_lane_plan *plan = w->lines.plan;
    td_obstacle *obstacles = calloc(plan->n + 1, sizeof *obstacles);
    if (obstacles == NULL)
        return TD_ENOMEM;
    bool all_free;
    td_status status = look_for_bends(s, &w->lines, obstacles, &all_free);
    if (status == TD_OK && all_free && w->lines.is_sum && w->lines.fits)
        status = sweep_by_kernel(s, w, lists);
    else
        for (size_t l = 0; l < plan->n && status == TD_OK; l++)
            status = sweep_lane(s, w, &plan->lanes[l], obstacles[l], &lists[plan->lanes[l].item]);
    free(obstacles);
    return status;
}

static td_status leave_out_all(sweeping *s, worker *w, td_crossing_list *lists)
{
    td_status status = TD_OK;
    const td_lane_plan *plan = w->lines.plan;
    for (size_t l = 0; l < plan->n && status == TD_OK; l++)
        status = leave_out(w, (size_t)(lists + plan->lanes[l].item - s->out->lists),
                           (td_obstacle){TD_MSG_SWEEP_TOO_LARGE, TD_NONE});
    return status;
}

static td_status sweep_cluster(sweeping *s, worker *w, size_t i)
{
    const td_cluster *cluster = &s->prepared->evaluation->data.clusters[s->out->clusters[i]];
    const td_lane_plan *plan = &s->plans[cluster->rules];
    td_crossing_list *lists = s->out->lists + i * s->out->n_items;
    memset(lists, 0, s->out->n_items * sizeof *lists);
    if (plan->refusal != TD_N_MESSAGES)
        return TD_OK;
    lists += plan->block->first_item;
    td_lines_enter(&w->lines, plan, s->out->clusters[i]);
    if (cluster->n_units > UINT16_MAX)
        return leave_out_all(s, w, lists);
    return w->lines.is_sum && w->lines.fits && !plan->may_bend ? sweep_by_kernel(s, w, lists)
                                                               : sweep_other(s, w, lists);
}

/* ---- all of it ---- */

static bool cancelled(const sweeping *s)
{
    return s->options->cancelled != NULL && *s->options->cancelled != 0;
}

static td_status sweep_clusters(sweeping *s)
{
#pragma omp parallel for num_threads(s->n_threads) if (s->n_threads > 1) schedule(dynamic, 16)
    for (size_t i = 0; i < s->out->n_clusters; i++) {
        worker *w = &s->workers[td_thread()];
        if (w->status == TD_OK)
            w->status = cancelled(s) ? TD_EINTERRUPTED : sweep_cluster(s, w, i);
        else
            memset(s->out->lists + i * s->out->n_items, 0, s->out->n_items * sizeof *s->out->lists);
    }
    td_status status = TD_OK;
    bool has_places = false;
    for (int t = 0; t < s->n_threads; t++) {
        const worker *w = &s->workers[t];
        status = status == TD_OK || w->status == TD_ENOMEM ? w->status : status;
        s->out->n += w->n;
        has_places |= w->has_places;
    }
    td_crossings_own_places(s->out, has_places);
    return status;
}

static td_status find_clusters(const td_prepared *prepared, const td_sweep_options *options,
                               td_crossings *out)
{
    const td_dataset *data = &prepared->evaluation->data;
    size_t n = options->clusters == NULL ? data->n_clusters : options->n_clusters;
    for (size_t i = 0; i < n && options->clusters != NULL; i++)
        if (options->clusters[i] >= data->n_clusters)
            return TD_EINVAL;
    td_status status = td_crossings_make_lists(out, n, prepared->n_items);
    if (status != TD_OK)
        return status;
    out->n_clusters = n;
    for (size_t i = 0; i < n; i++)
        out->clusters[i] = options->clusters == NULL ? i : options->clusters[i];
    return TD_OK;
}

/* No more than there can be. */
static size_t usual_block(const sweeping *s)
{
    size_t most = 1;
    for (size_t i = 0; i < s->out->n_clusters && most < BLOCK_CROSSINGS; i++) {
        const td_cluster *c = &s->prepared->evaluation->data.clusters[s->out->clusters[i]];
        most += c->n_units * c->n_units / 2 * s->plans[c->rules].n;
    }
    return most < BLOCK_CROSSINGS ? most : BLOCK_CROSSINGS;
}

static td_status start(sweeping *s)
{
    const td_options threads = {.threads = s->options->threads};
    td_status status = TD_OK;
    s->n_threads = td_threads(&threads, s->out->n_clusters);
    s->plans = td_lane_plans(s->prepared);
    s->workers = calloc((size_t)s->n_threads, sizeof *s->workers);
    if (s->plans == NULL || s->workers == NULL)
        return TD_ENOMEM;
    s->usual = usual_block(s);
    for (int t = 0; t < s->n_threads && status == TD_OK; t++) {
        worker *w = &s->workers[t];
        w->kernel = td_crossing_kernel_get(0);
        w->work = aligned_alloc(64, sizeof *w->work);
        status = td_lines_init(&w->lines, s->prepared, s->plans);
        if (w->work == NULL)
            status = TD_ENOMEM;
        else
            td_crossing_begin(w->work, 0);
    }
    return status;
}

static void finish(sweeping *s)
{
    for (int t = 0; s->workers != NULL && t < s->n_threads; t++) {
        td_lines_release(&s->workers[t].lines);
        td_crossing_rows_release(&s->workers[t].rows);
        free(s->workers[t].work);
        free(s->workers[t].left_out);
    }
    free(s->workers);
    td_lane_plans_free(s->plans, s->prepared->evaluation->n_rules);
}

/* ---- what was left out ---- */

static int by_list(const void *a, const void *b)
{
    size_t x = ((const left_out *)a)->list, y = ((const left_out *)b)->list;
    return (x > y) - (x < y);
}

static void say_left_out(const sweeping *s, const left_out *l, td_errors *errors)
{
    const td_dataset *data = &s->prepared->evaluation->data;
    const td_cluster *cluster = &data->clusters[s->out->clusters[l->list / s->out->n_items]];
    const td_block *b = &s->prepared->blocks[cluster->rules];
    const td_criterion *item =
        &b->rules->criteria[b->items[l->list % s->out->n_items - b->first_item]];
    td_place place = {.file = b->rules->view.path, .pointer = item->pointer};
    td_errors_add(errors, l->why.message, &place, item->code, cluster->name,
                  l->why.unit == TD_NONE ? "" : data->units[l->why.unit].name, NULL);
}

static td_status say_all_left_out(const sweeping *s, td_errors *errors)
{
    size_t n = 0;
    for (int t = 0; t < s->n_threads; t++)
        n += s->workers[t].n_left_out;
    left_out *all = calloc(n + 1, sizeof *all);
    if (all == NULL)
        return TD_ENOMEM;
    n = 0;
    for (int t = 0; t < s->n_threads; t++)
        for (size_t i = 0; i < s->workers[t].n_left_out; i++)
            all[n++] = s->workers[t].left_out[i];
    qsort(all, n, sizeof *all, by_list);
    for (size_t i = 0; i < n; i++)
        say_left_out(s, &all[i], errors);
    free(all);
    return TD_OK;
}

/* A rule set that cannot be swept, once. */
static void say_refusals(const sweeping *s, td_errors *errors)
{
    const td_dataset *data = &s->prepared->evaluation->data;
    for (size_t r = 0; r < s->prepared->evaluation->n_rules; r++) {
        const td_block *b = &s->prepared->blocks[r];
        bool used = false;
        for (size_t i = 0; i < s->out->n_clusters && !used; i++)
            used = data->clusters[s->out->clusters[i]].rules == r;
        if (used && s->plans[r].refusal != TD_N_MESSAGES)
            td_errors_add(errors, TD_MSG_SWEEP_RULES_LEFT_OUT,
                          &(td_place){.file = b->rules->view.path}, b->rules->view.code, NULL);
    }
}

td_status td_sweep_all(const td_prepared *prepared, const td_sweep_options *options,
                       td_crossings *out, td_errors *errors)
{
    static const td_sweep_options DEFAULTS = {0};
    sweeping s = {.prepared = prepared, .out = out};
    s.options = options != NULL ? options : &DEFAULTS;
    td_status status = find_clusters(prepared, s.options, out);
    if (status != TD_OK)
        return status;
    status = start(&s);
    if (status == TD_OK)
        status = sweep_clusters(&s);
    if (status == TD_OK)
        say_refusals(&s, errors);
    if (status == TD_OK)
        status = say_all_left_out(&s, errors);
    finish(&s);
    return status;
}
