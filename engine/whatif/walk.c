/*
 * Walking a cluster along the line: from place to place, comparing what stands below, at and
 * above each.
 */
#include "engine/whatif/sweep.h"

typedef struct walk {
    td_course *course;
    td_haul *haul;
    td_fraction today;
    td_spot *below, *at, *above; /* [n] each */
} walk;

double td_track_points(const td_track *track, td_fraction t)
{
    td_fraction scale =
        td_fraction_of_decimal((td_decimal){track->scale_q, track->block->rules->view.decimals});
    td_fraction points = td_fraction_mul(scale, td_fraction_reduce(t));
    return td_fraction_ok(points) ? td_fraction_value(points)
                                  : td_fraction_value(scale) * td_fraction_value(t);
}

/* ---- what differs ---- */

typedef struct difference {
    bool rank, leader, class, state;
} difference;

static difference differ(const walk *w, const td_spot *x, const td_spot *y)
{
    difference d = {0};
    for (size_t u = 0; u < w->course->n; u++) {
        d.rank |= x[u].rank != y[u].rank;
        d.leader |= x[u].is_first != y[u].is_first;
        d.class |= x[u].class_index != y[u].class_index;
        d.state |= x[u].state != y[u].state;
    }
    return d;
}

static bool any(difference d)
{
    return d.rank || d.leader || d.class || d.state;
}

/* ---- events ---- */

static void add_change(walk *w, size_t u)
{
    td_haul *haul = w->haul;
    if (haul->n_changes == haul->most_changes) {
        haul->is_full = true;
        return;
    }
    const td_spot *spots[3] = {&w->below[u], &w->at[u], &w->above[u]};
    td_sweep_change *change = &haul->changes[haul->n_changes++];
    change->unit = w->course->first_unit + u;
    for (int i = 0; i < 3; i++) {
        change->rank[i] = spots[i]->rank;
        change->class_index[i] = spots[i]->class_index;
        change->state[i] = spots[i]->state;
    }
}

static bool spot_differs(const td_spot *x, const td_spot *y)
{
    return x->rank != y->rank || x->is_first != y->is_first || x->class_index != y->class_index ||
           x->state != y->state;
}

/* Returns the event's index in the haul. */
static size_t add_event(walk *w, const td_root *place, difference in, difference out)
{
    td_haul *haul = w->haul;
    size_t e = haul->n_events++;
    haul->at[e] = *place;
    haul->events[e] = (td_sweep_event){.at = td_track_points(w->course->track, place->lo),
                                       .is_exact = place->is_exact,
                                       .moves_rank = in.rank || out.rank,
                                       .moves_leader = in.leader || out.leader,
                                       .moves_class = in.class || out.class,
                                       .moves_state = in.state || out.state,
                                       .first_change = haul->n_changes};
    for (size_t u = 0; u < w->course->n; u++)
        if (spot_differs(&w->below[u], &w->at[u]) || spot_differs(&w->at[u], &w->above[u]))
            add_change(w, u);
    haul->events[e].n_changes = haul->n_changes - haul->events[e].first_change;
    return e;
}

/* ---- ranges and reigns ---- */

/* A boundary at event e: does the event's own value belong to what lies below it? */
static void bound_range(const walk *w, td_sweep_range *range, size_t e, bool below)
{
    bool undecided = false;
    td_root today = td_root_of(w->today);
    int order = td_root_order(&w->haul->at[e], &today, &undecided);
    bool exact = w->haul->at[e].is_exact;
    if (order < 0 || (order == 0 && !below)) {
        range->from = w->haul->events[e].at;
        range->from_event = e;
        range->has_from = exact && !below;
    } else if (range->to_event == TD_NONE) {
        range->to = w->haul->events[e].at;
        range->to_event = e;
        range->has_to = exact && below;
    }
}

static td_sweep_range whole_scale(const walk *w)
{
    return (td_sweep_range){.to = td_track_points(w->course->track, (td_fraction){1, 1}),
                            .from_event = TD_NONE,
                            .to_event = TD_NONE,
                            .has_from = true,
                            .has_to = true};
}

static void begin_reign(walk *w, const td_spot *spots)
{
    td_haul *haul = w->haul;
    td_sweep_reign *reign = &haul->reigns[haul->n_reigns++];
    *reign = (td_sweep_reign){.range = whole_scale(w), .first_leader = haul->n_leaders};
    for (size_t u = 0; u < w->course->n; u++) {
        if (!spots[u].is_first)
            continue;
        if (haul->n_leaders == haul->most_leaders) {
            haul->is_full = true;
            return;
        }
        haul->leaders[haul->n_leaders++] = w->course->first_unit + u;
        reign->n_leaders++;
    }
}

static void change_reign(walk *w, size_t e, bool below, const td_spot *next)
{
    td_haul *haul = w->haul;
    td_sweep_range *old = &haul->reigns[haul->n_reigns - 1].range;
    old->to = haul->events[e].at;
    old->to_event = e;
    old->has_to = haul->at[e].is_exact && below;
    begin_reign(w, next);
    td_sweep_range *new = &haul->reigns[haul->n_reigns - 1].range;
    new->from = haul->events[e].at;
    new->from_event = e;
    new->has_from = haul->at[e].is_exact && !below;
}

static void bound(walk *w, size_t e, difference d, bool below, const td_spot *next)
{
    if (d.rank || d.leader)
        bound_range(w, &w->haul->cluster.ranking, e, below);
    if (!d.leader)
        return;
    bound_range(w, &w->haul->cluster.leader, e, below);
    change_reign(w, e, below, next);
}

/* ---- the walk ---- */

static void swap(td_spot **x, td_spot **y)
{
    td_spot *old = *x;
    *x = *y;
    *y = old;
}

static void copy(const walk *w, td_spot *to, const td_spot *from)
{
    for (size_t u = 0; u < w->course->n; u++)
        to[u] = from[u];
}

/* One place; next NULL at the end of the scale. */
static void visit(walk *w, const td_root *place, const td_root *next, bool is_start)
{
    td_course *course = w->course;
    if (place->is_exact)
        td_course_stand(course, place->lo, w->at);
    else
        copy(w, w->at, w->below);
    if (is_start) {
        copy(w, w->below, w->at);
        begin_reign(w, w->at);
    }
    if (next != NULL)
        td_course_stand(course, td_root_between(place, next, &course->failed), w->above);
    else
        copy(w, w->above, w->at);
    difference in = differ(w, w->below, w->at), out = differ(w, w->at, w->above);
    if (any(in) || any(out)) {
        size_t e = add_event(w, place, in, out);
        bound(w, e, in, false, w->at);
        bound(w, e, out, true, w->above);
    }
    swap(&w->below, &w->above);
}

/* Places without repetition, the ends of the scale among them. */
static void find_places(td_course *course, td_haul *haul)
{
    td_root *places = haul->places;
    size_t n = td_course_places(course, places), kept = 0;
    places[n++] = td_root_of((td_fraction){0, 1});
    places[n++] = td_root_of((td_fraction){1, 1});
    td_roots_sort(places, haul->scratch, n, &course->failed);
    for (size_t i = 0; i < n; i++)
        if (kept == 0 || td_root_order(&places[kept - 1], &places[i], &course->failed) != 0)
            places[kept++] = places[i];
    haul->n_places = kept;
}

void td_course_walk(td_course *course, td_haul *haul)
{
    const td_track *track = course->track;
    walk w = {.course = course,
              .haul = haul,
              .today = {track->m, track->s},
              .below = course->spots,
              .at = course->spots + course->max_units,
              .above = course->spots + 2 * course->max_units};
    haul->is_full = false;
    haul->n_events = haul->n_changes = haul->n_reigns = haul->n_leaders = 0;
    haul->cluster.leader = haul->cluster.ranking = whole_scale(&w);
    find_places(course, haul);
    for (size_t i = 0; i < haul->n_places && !course->failed && !haul->is_full; i++)
        visit(&w, &haul->places[i], i + 1 < haul->n_places ? &haul->places[i + 1] : NULL, i == 0);
    if (course->failed)
        haul->obstacle = (td_obstacle){TD_MSG_SWEEP_TOO_LARGE, TD_NONE};
}
