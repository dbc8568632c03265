/*
 * Sweep: every cluster under the item's rule set, in tiles of bounded memory; what each yields
 * is collected in the order of clusters.
 */
#include "engine/whatif/sweep.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/threads.h"

#define TILE_PLACES 100000 /* of clusters worked on at a time: some 40 MB */

typedef struct sweeping {
    const td_prepared *prepared;
    const td_sweep_options *options;
    td_track track;
    size_t n;       /* clusters */
    td_haul *hauls; /* [n] */
    int n_threads;
    td_course *courses; /* [n_threads] */
    td_sweep *out;
    td_root *roots; /* of events */
    size_t room_events, room_changes, room_reigns, room_leaders;
} sweeping;

/* ---- which clusters ---- */

static td_status other_rules(const sweeping *s, size_t cluster, td_errors *errors)
{
    const td_track *track = &s->track;
    const td_criterion *item = &track->block->rules->criteria[track->block->items[track->item]];
    const td_cluster *the = &s->prepared->evaluation->data.clusters[cluster];
    td_errors_add(errors, TD_MSG_SWEEP_OTHER_RULES, &(td_place){0}, item->code, the->name, NULL);
    return TD_EINVAL;
}

static td_status find_clusters(sweeping *s, td_errors *errors)
{
    const td_dataset *data = &s->prepared->evaluation->data;
    bool all = s->options->clusters == NULL;
    size_t n = all ? data->n_clusters : s->options->n_clusters;
    s->hauls = calloc(n + 1, sizeof *s->hauls);
    if (s->hauls == NULL)
        return TD_ENOMEM;
    td_status status = TD_OK;
    for (size_t i = 0; i < n; i++) {
        size_t c = all ? i : s->options->clusters[i];
        if (c >= data->n_clusters)
            return TD_EINVAL;
        if (data->clusters[c].rules == s->track.rules)
            s->hauls[s->n++].cluster.cluster = c;
        else if (!all)
            status = other_rules(s, c, errors);
    }
    return status;
}

/* ---- one tile ---- */

void td_haul_release(td_haul *haul)
{
    free(haul->places);
    free(haul->scratch);
    free(haul->at);
    free(haul->events);
    free(haul->reigns);
    free(haul->changes);
    free(haul->leaders);
    haul->places = haul->scratch = haul->at = NULL;
    haul->events = NULL;
    haul->reigns = NULL;
    haul->changes = NULL;
    haul->leaders = NULL;
}

td_status td_haul_make_room(td_haul *haul, size_t n_units)
{
    bool again = haul->most_changes > 0;
    size_t n = haul->most_places;
    haul->most_changes = again ? 2 * haul->most_changes : 2 * n + n_units;
    haul->most_leaders = again ? 2 * haul->most_leaders : n + n_units;
    td_haul_release(haul);
    haul->places = calloc(n, sizeof *haul->places);
    haul->scratch = calloc(n, sizeof *haul->scratch);
    haul->at = calloc(n, sizeof *haul->at);
    haul->events = calloc(n, sizeof *haul->events);
    haul->reigns = calloc(2 * n + 1, sizeof *haul->reigns);
    haul->changes = calloc(haul->most_changes, sizeof *haul->changes);
    haul->leaders = calloc(haul->most_leaders, sizeof *haul->leaders);
    bool failed = haul->places == NULL || haul->scratch == NULL || haul->at == NULL ||
                  haul->events == NULL || haul->reigns == NULL || haul->changes == NULL ||
                  haul->leaders == NULL;
    return failed ? TD_ENOMEM : TD_OK;
}

static bool is_free(const td_haul *haul)
{
    return haul->obstacle.message == TD_N_MESSAGES;
}

static void count_places(sweeping *s)
{
#pragma omp parallel for num_threads(s->n_threads) if (s->n_threads > 1) schedule(dynamic, 8)
    for (size_t i = 0; i < s->n; i++) {
        td_course *course = &s->courses[td_thread()];
        td_haul *haul = &s->hauls[i];
        haul->obstacle = td_course_enter(course, haul->cluster.cluster);
        haul->most_places = is_free(haul) ? td_course_places(course, NULL) + 2 : 0;
        if (course->failed)
            haul->obstacle.message = TD_MSG_SWEEP_TOO_LARGE;
    }
}

static void walk_tile(sweeping *s, size_t begin, size_t end)
{
#pragma omp parallel for num_threads(s->n_threads) if (s->n_threads > 1) schedule(dynamic, 1)
    for (size_t i = begin; i < end; i++) {
        td_course *course = &s->courses[td_thread()];
        if (!is_free(&s->hauls[i]) || !s->hauls[i].is_full)
            continue;
        td_course_enter(course, s->hauls[i].cluster.cluster);
        td_course_walk(course, &s->hauls[i]);
    }
}

/* Walks a tile until everything found had room. */
static td_status sweep_tile(sweeping *s, size_t begin, size_t end)
{
    const td_cluster *clusters = s->prepared->evaluation->data.clusters;
    for (size_t i = begin; i < end; i++)
        s->hauls[i].is_full = true;
    for (bool more = true; more;) {
        more = false;
        for (size_t i = begin; i < end; i++) {
            td_haul *haul = &s->hauls[i];
            if (is_free(haul) && haul->is_full &&
                td_haul_make_room(haul, clusters[haul->cluster.cluster].n_units) != TD_OK)
                return TD_ENOMEM;
        }
        walk_tile(s, begin, end);
        for (size_t i = begin; i < end; i++)
            more |= is_free(&s->hauls[i]) && s->hauls[i].is_full;
    }
    return TD_OK;
}

/* ---- collecting ---- */

/* Room for n more; the array may move. */
static bool grow(void *array, size_t *room, size_t n, size_t more, size_t size)
{
    if (n + more <= *room)
        return true;
    size_t wanted = 2 * (n + more);
    void *old, *moved;
    memcpy(&old, array, sizeof old);
    moved = realloc(old, wanted * size);
    if (moved == NULL)
        return false;
    memcpy(array, &moved, sizeof moved);
    *room = wanted;
    return true;
}

static void shift_range(td_sweep_range *range, size_t by)
{
    range->from_event += range->from_event == TD_NONE ? 0 : by;
    range->to_event += range->to_event == TD_NONE ? 0 : by;
}

static bool make_room(sweeping *s, const td_haul *haul)
{
    td_sweep *out = s->out;
    size_t before = s->room_events;
    bool fits =
        grow(&out->events, &s->room_events, out->n_events, haul->n_events, sizeof *out->events) &&
        grow(&s->roots, &before, out->n_events, haul->n_events, sizeof *s->roots) &&
        grow(&out->changes, &s->room_changes, out->n_changes, haul->n_changes,
             sizeof *out->changes) &&
        grow(&out->reigns, &s->room_reigns, out->n_reigns, haul->n_reigns, sizeof *out->reigns) &&
        grow(&out->leaders, &s->room_leaders, out->n_leaders, haul->n_leaders,
             sizeof *out->leaders);
    out->places = s->roots;
    return fits;
}

static td_status collect(sweeping *s, td_haul *haul)
{
    td_sweep *out = s->out;
    td_sweep_cluster *cluster = &out->clusters[out->n_clusters++];
    *cluster = haul->cluster;
    if (!is_free(haul))
        return TD_OK;
    if (!make_room(s, haul))
        return TD_ENOMEM;
    cluster->is_swept = true;
    cluster->first_event = out->n_events;
    cluster->n_events = haul->n_events;
    cluster->first_reign = out->n_reigns;
    cluster->n_reigns = haul->n_reigns;
    shift_range(&cluster->leader, out->n_events);
    shift_range(&cluster->ranking, out->n_events);
    for (size_t r = 0; r < haul->n_reigns; r++) {
        td_sweep_reign *reign = &out->reigns[out->n_reigns++];
        *reign = haul->reigns[r];
        reign->first_leader += out->n_leaders;
        shift_range(&reign->range, out->n_events);
    }
    for (size_t e = 0; e < haul->n_events; e++) {
        s->roots[out->n_events] = haul->at[e];
        out->events[out->n_events] = haul->events[e];
        out->events[out->n_events].first_change += out->n_changes;
        out->events[out->n_events].place = out->n_events;
        out->n_events++;
    }
    for (size_t i = 0; i < haul->n_changes; i++)
        out->changes[out->n_changes++] = haul->changes[i];
    for (size_t i = 0; i < haul->n_leaders; i++)
        out->leaders[out->n_leaders++] = haul->leaders[i];
    return TD_OK;
}

/* ---- all of it ---- */

static void say_obstacle(const sweeping *s, const td_haul *haul, td_errors *errors)
{
    const td_track *track = &s->track;
    const td_dataset *data = &s->prepared->evaluation->data;
    const td_criterion *item = &track->block->rules->criteria[track->block->items[track->item]];
    size_t unit = haul->obstacle.unit;
    td_place place = {.file = track->block->rules->view.path, .pointer = item->pointer};
    td_errors_add(errors, haul->obstacle.message, &place, item->code,
                  data->clusters[haul->cluster.cluster].name,
                  unit == TD_NONE ? "" : data->units[unit].name, NULL);
}

static bool cancelled(const sweeping *s)
{
    return s->options->cancelled != NULL && *s->options->cancelled != 0;
}

static td_status sweep_all(sweeping *s)
{
    td_status status = TD_OK;
    count_places(s);
    for (size_t begin = 0, end; begin < s->n && status == TD_OK; begin = end) {
        size_t places = 0;
        for (end = begin; end < s->n && (end == begin || places < TILE_PLACES); end++)
            places += s->hauls[end].most_places;
        status = cancelled(s) ? TD_EINTERRUPTED : sweep_tile(s, begin, end);
        for (size_t i = begin; i < end; i++) {
            if (status == TD_OK)
                status = collect(s, &s->hauls[i]);
            td_haul_release(&s->hauls[i]);
        }
    }
    return status;
}

static td_status start(sweeping *s)
{
    const td_options options = {.threads = s->options->threads};
    const td_rules_view *view = &s->track.block->rules->view;
    s->n_threads = td_threads(&options, s->n);
    s->courses = calloc((size_t)s->n_threads, sizeof *s->courses);
    s->out->clusters = calloc(s->n + 1, sizeof *s->out->clusters);
    td_status status = s->courses == NULL || s->out->clusters == NULL ? TD_ENOMEM : TD_OK;
    for (int t = 0; t < s->n_threads && status == TD_OK; t++)
        status = td_course_init(&s->courses[t], &s->track);
    s->out->rules = s->track.rules;
    s->out->item = s->track.item + s->track.block->first_item;
    s->out->criterion = s->track.block->items[s->track.item] - 1;
    s->out->today = td_decimal_value((td_decimal){s->track.max_q, view->decimals});
    s->out->scale = td_decimal_value((td_decimal){s->track.scale_q, view->decimals});
    return status;
}

static void finish(sweeping *s)
{
    for (int t = 0; s->courses != NULL && t < s->n_threads; t++)
        td_course_release(&s->courses[t]);
    free(s->courses);
    for (size_t i = 0; s->hauls != NULL && i < s->n; i++)
        td_haul_release(&s->hauls[i]);
    free(s->hauls);
    td_track_release(&s->track);
}

static td_status refuse(const td_track *track, const td_obstacle *obstacle, td_errors *errors)
{
    const td_rules *rules = track->block->rules;
    const td_criterion *item = &rules->criteria[track->block->items[track->item]];
    td_place place = {.file = rules->view.path, .pointer = item->pointer};
    td_errors_add(errors, obstacle->message, &place, item->code, rules->view.code, NULL);
    return TD_EINVAL;
}

td_status td_sweep_item(const td_prepared *prepared, size_t item, const td_sweep_options *options,
                        td_sweep *out, td_errors *errors)
{
    static const td_sweep_options DEFAULTS = {0};
    if (item >= prepared->n_items)
        return TD_EINVAL;
    td_sweep found = {0};
    sweeping s = {.prepared = prepared, .out = &found};
    s.options = options != NULL ? options : &DEFAULTS;
    td_obstacle obstacle;
    td_status status = td_track_init(&s.track, prepared, item, &obstacle);
    if (status == TD_OK && obstacle.message != TD_N_MESSAGES)
        status = refuse(&s.track, &obstacle, errors);
    if (status == TD_OK)
        status = find_clusters(&s, errors);
    if (status == TD_OK)
        status = start(&s);
    if (status == TD_OK)
        status = sweep_all(&s);
    for (size_t i = 0; i < s.n && status == TD_OK; i++)
        if (!is_free(&s.hauls[i]))
            say_obstacle(&s, &s.hauls[i], errors);
    finish(&s);
    if (status == TD_OK)
        *out = found;
    else
        td_sweep_release(&found);
    return status;
}

void td_sweep_release(td_sweep *sweep)
{
    free(sweep->clusters);
    free(sweep->events);
    free(sweep->changes);
    free(sweep->reigns);
    free(sweep->leaders);
    free(sweep->places);
    *sweep = (td_sweep){0};
}

size_t td_sweep_value_text(const td_sweep *sweep, size_t event, char *text, size_t size)
{
    return td_root_text((const td_root *)sweep->places + event, sweep->scale, text, size);
}
