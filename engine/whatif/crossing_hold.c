/*
 * How far an item can move from today's maximum; and the value of a crossing in words.
 */
#include <stdio.h>
#include <stdlib.h>

#include "engine/base/threads.h"
#include "engine/whatif/crossings.h"

typedef struct holding {
    const td_prepared *prepared;
    const td_crossings *crossings;
    const td_lane_plan *plans;
    td_sweep_hold *out;
} holding;

/* ---- exact values ---- */

/* Where a unit of the cluster is among the lines. */
static size_t line_of(const td_lines *lines, size_t position)
{
    size_t i = position < lines->n ? position : lines->n - 1;
    while (lines->position[i] > position)
        i--;
    return i;
}

/* The value of a crossing that is not walked, in points. */
static td_fraction value_of(const td_lines *lines, const td_lane *lane, uint32_t who)
{
    bool ahead, failed = false;
    return td_lines_meet(lines, lane, line_of(lines, td_crossing_down(who)),
                         line_of(lines, td_crossing_up(who)), &ahead, &failed);
}

static const td_lane *lane_of(const td_lane_plan *plan, size_t item)
{
    size_t l = 0;
    while (plan->lanes[l].item != item)
        l++;
    return &plan->lanes[l];
}

size_t td_crossing_text(const td_prepared *prepared, const td_crossings *crossings, size_t i,
                        size_t k, char *text, size_t size)
{
    const td_crossing_list *list = &crossings->lists[i];
    size_t cluster = crossings->clusters[i / crossings->n_items], length = 0;
    const td_lane_plan *plan;
    td_lane_plan *plans = td_lane_plans(prepared);
    td_lines lines = {0};
    if (plans == NULL || td_lines_init(&lines, prepared, plans) != TD_OK) {
        length = (size_t)snprintf(text, size, "%.17g", list->at[k]);
    } else {
        plan = &plans[prepared->evaluation->data.clusters[cluster].rules];
        td_lines_enter(&lines, plan, cluster);
        const td_lane *lane = lane_of(plan, i % crossings->n_items - plan->block->first_item);
        length = list->places != NULL
                     ? td_root_text((const td_root *)list->places + k, lane->end, text, size)
                     : td_fraction_text(value_of(&lines, lane, list->who[k]), text, size);
    }
    td_lines_release(&lines);
    td_lane_plans_free(plans, prepared->evaluation->n_rules);
    return length;
}

/* ---- around today ---- */

static double total_of(const td_lines *lines, size_t u)
{
    return lines->sum[u] + lines->beside[u];
}

/* The crossings of a list that are at today's maximum are begin .. end - 1. */
typedef struct today {
    size_t begin, end;
} today;

static today find_today(const td_lines *lines, const td_lane *lane, const td_crossing_list *list)
{
    const td_decimal max = {lane->max_q, lines->plan->block->rules->view.decimals};
    const td_fraction exact = td_fraction_of_decimal(max);
    const double value = td_decimal_value(max);
    size_t lo = 0, hi = list->n;
    while (lo < hi) {
        size_t middle = (lo + hi) / 2;
        if (list->at[middle] < value)
            lo = middle + 1;
        else
            hi = middle;
    }
    while (lo < list->n && list->at[lo] == value &&
           td_fraction_order(value_of(lines, lane, list->who[lo]), exact) < 0)
        lo++;
    for (hi = lo; hi < list->n && list->at[hi] == value; hi++)
        if (td_fraction_order(value_of(lines, lane, list->who[hi]), exact) > 0)
            break;
    return (today){lo, hi};
}

/* Places in the list around today: the last one before and the first one after that `unit` is part
   of, going up or down; TD_NONE: whoever it is. */
static td_sweep_stretch stretch_around(const td_lane *lane, const td_crossing_list *list, today t,
                                       size_t unit)
{
    size_t below = t.begin, above = t.end;
    while (below > 0 && unit != TD_NONE && td_crossing_up(list->who[below - 1]) != unit)
        below--;
    while (above < list->n && unit != TD_NONE && td_crossing_down(list->who[above]) != unit)
        above++;
    td_sweep_stretch stretch = {0, lane->end, TD_NONE, TD_NONE};
    if (below > 0) {
        stretch.from = list->at[below - 1];
        stretch.from_crossing = below - 1;
    }
    if (above < list->n) {
        stretch.to = list->at[above];
        stretch.to_crossing = above;
    }
    return stretch;
}

/* The position of a unit that is first today. */
static size_t leader_of(const td_lines *lines)
{
    size_t best = 0;
    for (size_t u = 1; u < lines->n; u++)
        if (total_of(lines, u) > total_of(lines, best))
            best = u;
    return best;
}

static bool is_first(const td_lines *lines, size_t leader, size_t position)
{
    return total_of(lines, line_of(lines, position)) == total_of(lines, leader);
}

/*
 * Where two units meet today they are tied (no key parts them): today's ranks hold today alone, and
 * so do its leaders if they are among those that meet. Who is first together with others and meets
 * none of them is on one line with them.
 */
static void hold_sums(const td_lines *lines, const td_lane *lane, const td_crossing_list *list,
                      today t, td_sweep_hold *hold)
{
    if (lines->n == 0) {
        hold->ranking = hold->leader = (td_sweep_stretch){0, lane->end, TD_NONE, TD_NONE};
        return;
    }
    size_t leader = leader_of(lines), k = t.begin;
    while (k < t.end && !is_first(lines, leader, td_crossing_up(list->who[k])))
        k++;
    const double at = t.begin < t.end ? list->at[t.begin] : 0;
    hold->ranking = t.begin < t.end ? (td_sweep_stretch){at, at, t.begin, t.begin}
                                    : stretch_around(lane, list, t, TD_NONE);
    hold->leader = k < t.end ? (td_sweep_stretch){at, at, k, k}
                             : stretch_around(lane, list, t, lines->position[leader]);
}

static td_status hold_list(const holding *h, const td_lines *lines, const td_lane *lane, size_t i,
                           td_crossing_rows *rows)
{
    const td_crossing_list *list = &h->crossings->lists[i];
    today t = {0, 0};
    if (list->places == NULL)
        t = find_today(lines, lane, list);
    if (list->places == NULL && (t.begin == t.end || lines->plan->block->rules->n_ties == 0)) {
        hold_sums(lines, lane, list, t, &h->out[i]);
        return TD_OK;
    }
    td_obstacle obstacle;
    return td_crossing_walk(h->prepared, i % h->crossings->n_items, lines->cluster, rows,
                            &h->out[i], &obstacle);
}

static td_status hold_cluster(const holding *h, td_lines *lines, size_t i, td_crossing_rows *rows)
{
    const td_crossings *c = h->crossings;
    const td_cluster *cluster = &h->prepared->evaluation->data.clusters[c->clusters[i]];
    const td_lane_plan *plan = &h->plans[cluster->rules];
    td_status status = TD_OK;
    if (plan->refusal != TD_N_MESSAGES)
        return TD_OK;
    td_lines_enter(lines, plan, c->clusters[i]);
    for (size_t l = 0; l < plan->n && status == TD_OK; l++) {
        size_t list = i * c->n_items + plan->block->first_item + plan->lanes[l].item;
        if (c->lists[list].is_swept)
            status = hold_list(h, lines, &plan->lanes[l], list, rows);
    }
    return status;
}

typedef struct holder {
    td_lines lines;
    td_crossing_rows rows;
    td_status status;
} holder;

static td_status hold_all(const holding *h, holder *holders, int n_threads)
{
    td_status status = TD_OK;
    for (int t = 0; t < n_threads && status == TD_OK; t++)
        status = td_lines_init(&holders[t].lines, h->prepared, h->plans);
    if (status != TD_OK)
        return status;
#pragma omp parallel for num_threads(n_threads) if (n_threads > 1) schedule(dynamic, 16)
    for (size_t i = 0; i < h->crossings->n_clusters; i++) {
        holder *own = &holders[td_thread()];
        if (own->status == TD_OK)
            own->status = hold_cluster(h, &own->lines, i, &own->rows);
    }
    for (int t = 0; t < n_threads && status == TD_OK; t++)
        status = holders[t].status;
    return status;
}

td_status td_sweep_holds(const td_prepared *prepared, const td_crossings *crossings,
                         const td_sweep_options *options, td_sweep_hold *out)
{
    const td_options threads = {.threads = options == NULL ? 0 : options->threads};
    int n_threads = td_threads(&threads, crossings->n_clusters);
    td_lane_plan *plans = td_lane_plans(prepared);
    holder *holders = calloc((size_t)n_threads, sizeof *holders);
    const holding h = {prepared, crossings, plans, out};
    td_status status =
        plans == NULL || holders == NULL ? TD_ENOMEM : hold_all(&h, holders, n_threads);
    for (int t = 0; holders != NULL && t < n_threads; t++) {
        td_lines_release(&holders[t].lines);
        td_crossing_rows_release(&holders[t].rows);
    }
    free(holders);
    td_lane_plans_free(plans, prepared->evaluation->n_rules);
    return status;
}
