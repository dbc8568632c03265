/*
 * The crossings of one cluster and item from place to place, as td_sweep_item() goes: where ranks
 * follow classes, gates on totals, or shares with different assigned maxima.
 */
#include <math.h>
#include <stdlib.h>

#include "engine/whatif/crossings.h"

typedef struct walk {
    td_track track;
    td_course course;
    td_haul haul;
    double *below, *above; /* [n] ranks */
    td_crossing_rows *out;
} walk;

/* ---- crossings of an event ---- */

/* Ranks between the start and the first place. */
static void first_ranks(walk *w)
{
    td_course *course = &w->course;
    const td_root start = td_root_of((td_fraction){0, 1}), end = td_root_of((td_fraction){1, 1});
    const td_root *next = w->haul.n_places > 1 ? &w->haul.places[1] : &end;
    td_course_stand(course, td_root_between(&start, next, &course->failed), course->spots);
    for (size_t u = 0; u < course->n; u++)
        w->below[u] = w->above[u] = course->spots[u].rank;
}

/* -1: u is ahead of v, 1: behind, 0: equal, or one of them is not ranked. */
static int order(const double *ranks, size_t u, size_t v)
{
    if (ranks[u] == 0 || ranks[v] == 0)
        return 0;
    return (ranks[u] > ranks[v]) - (ranks[u] < ranks[v]);
}

static td_status add_crossings(walk *w, size_t e)
{
    const td_root *place = &w->haul.at[e];
    double at = td_track_points(&w->track, place->lo);
    td_status status = TD_OK;
    for (size_t u = 0; u < w->course.n; u++)
        for (size_t v = u + 1; v < w->course.n && status == TD_OK; v++) {
            int before = order(w->below, u, v), after = order(w->above, u, v);
            if (before * after >= 0)
                continue;
            uint32_t who = (uint32_t)(before < 0 ? v | u << 16 : u | v << 16);
            status = td_crossing_add(w->out, &(td_crossing){at, who, *place});
        }
    return status;
}

static td_status add_all(walk *w)
{
    const td_haul *haul = &w->haul;
    td_status status = TD_OK;
    first_ranks(w);
    for (size_t e = 0; e < haul->n_events && status == TD_OK; e++) {
        const td_sweep_event *event = &haul->events[e];
        const td_fraction place = haul->at[e].lo;
        if (haul->at[e].is_exact && (place.num == 0 || place.num == place.den))
            continue; /* the ends have one side only */
        for (size_t i = 0; i < event->n_changes; i++) {
            const td_sweep_change *change = &haul->changes[event->first_change + i];
            w->above[change->unit - w->course.first_unit] = change->rank[2];
        }
        status = add_crossings(w, e);
        for (size_t u = 0; u < w->course.n; u++)
            w->below[u] = w->above[u];
    }
    return status;
}

/* ---- walking ---- */

static bool is_free(const td_obstacle *obstacle)
{
    return obstacle->message == TD_N_MESSAGES;
}

static td_status walk_cluster(walk *w, size_t cluster, td_obstacle *obstacle)
{
    td_haul *haul = &w->haul;
    haul->cluster.cluster = cluster;
    haul->most_places = td_course_places(&w->course, NULL) + 2;
    haul->is_full = true;
    while (haul->is_full && is_free(&haul->obstacle)) {
        if (td_haul_make_room(haul, w->course.n) != TD_OK)
            return TD_ENOMEM;
        haul->obstacle = td_course_enter(&w->course, cluster);
        td_course_walk(&w->course, haul);
    }
    *obstacle = haul->obstacle;
    return TD_OK;
}

static td_status start(walk *w, const td_prepared *prepared, size_t item, size_t cluster,
                       td_obstacle *obstacle)
{
    td_status status = td_track_init(&w->track, prepared, item, obstacle);
    if (status == TD_OK && is_free(obstacle))
        status = td_course_init(&w->course, &w->track);
    if (status == TD_OK && is_free(obstacle))
        *obstacle = td_course_enter(&w->course, cluster);
    w->haul.obstacle = *obstacle;
    return status;
}

static void finish(walk *w)
{
    td_haul_release(&w->haul);
    td_course_release(&w->course);
    td_track_release(&w->track);
    free(w->below);
}

/* The crossing at a bound; TD_NONE where there is none. */
static size_t crossing_at(const walk *w, double at, size_t event)
{
    size_t k = 0;
    while (event != TD_NONE && k < w->out->n && w->out->rows[k].at < at)
        k++;
    return event != TD_NONE && k < w->out->n && w->out->rows[k].at == at ? k : TD_NONE;
}

static td_sweep_stretch stretch_of(const walk *w, const td_sweep_range *r)
{
    return (td_sweep_stretch){r->from, r->to, crossing_at(w, r->from, r->from_event),
                              crossing_at(w, r->to, r->to_event)};
}

static void keep_hold(const walk *w, td_sweep_hold *hold)
{
    hold->ranking = stretch_of(w, &w->haul.cluster.ranking);
    hold->leader = stretch_of(w, &w->haul.cluster.leader);
}

td_status td_crossing_walk(const td_prepared *prepared, size_t item, size_t cluster,
                           td_crossing_rows *out, td_sweep_hold *hold, td_obstacle *obstacle)
{
    walk w = {.out = out};
    out->n = 0;
    td_status status = start(&w, prepared, item, cluster, obstacle);
    if (status == TD_OK && is_free(obstacle))
        status = walk_cluster(&w, cluster, obstacle);
    w.below = calloc(2 * w.course.n + 1, sizeof *w.below);
    w.above = w.below == NULL ? NULL : w.below + w.course.n;
    if (status == TD_OK && w.below == NULL)
        status = TD_ENOMEM;
    if (status == TD_OK && is_free(obstacle))
        status = add_all(&w);
    if (status == TD_OK && is_free(obstacle) && w.course.failed)
        *obstacle = (td_obstacle){TD_MSG_SWEEP_TOO_LARGE, TD_NONE};
    if (status == TD_OK && is_free(obstacle) && hold != NULL)
        keep_hold(&w, hold);
    finish(&w);
    return status;
}

td_status td_crossing_obstacle(const td_prepared *prepared, size_t item, size_t cluster,
                               td_obstacle *obstacle)
{
    walk w = {.out = NULL};
    td_status status = start(&w, prepared, item, cluster, obstacle);
    finish(&w);
    return status;
}
