/*
 * Awards along a sweep: each open interval between places is decided at weights on the grid
 * that lie in it exactly.
 */
#include <math.h>
#include <stdlib.h>

#include "engine/whatif/sweep.h"

#define WEIGHT_GRID 1048576
#define FEW_UNITS 20000

/* An interval that was decided, or is too narrow to be. */
typedef struct span {
    size_t lo, hi; /* places */
    bool is_hidden, is_like_today;
} span;

typedef struct seeker {
    const td_prepared *prepared;
    const td_sweep *sweep;
    const td_award_options *options;
    td_track track;
    td_strand *lines; /* [n_units] */
    td_places base;   /* where anything may change, found beforehand */
    td_places ends;   /* of spans, kept for the result */
    double *weights;  /* [n_items] */
    size_t n_cells, n_awards, n_units;
    uint8_t *today, *last; /* [n_cells] states: today's, and those of the last span decided */
    bool has_last;
    size_t last_end; /* where that ended, into ends */
    size_t n_spans, room_spans, room_changes;
    span *spans;
    td_sweep_awards out;
    bool failed;
} seeker;

/* ---- weights on the grid ---- */

/* t of the k-th grid point of the line: multipliers 1 + k r / 2^20 and 1 - k m / 2^20. */
static td_fraction place_of(const td_track *track, int64_t k)
{
    return (td_fraction){track->m * (WEIGHT_GRID + k * track->r), track->s * WEIGHT_GRID};
}

static bool is_within(const td_track *track, int64_t k, const td_root *lo, const td_root *hi)
{
    double own = 1 + (double)k * (double)track->r / WEIGHT_GRID;
    double others = 1 - (double)k * (double)track->m / WEIGHT_GRID;
    td_fraction t = place_of(track, k);
    return own >= 0 && own < 1024 && others >= 0 && others < 1024 &&
           td_fraction_order(lo->hi, t) < 0 && td_fraction_order(t, hi->lo) < 0;
}

/* A whole number strictly inside is found from the middle, whichever way it is rounded. */
static bool grid_between(const td_track *track, const td_root *lo, const td_root *hi, int64_t *k)
{
    double s = (double)track->s, m = (double)track->m, r = (double)track->r;
    double middle = (td_fraction_value(lo->hi) + td_fraction_value(hi->lo)) / 2;
    double at = floor((middle * s / m - 1) * WEIGHT_GRID / r);
    for (int near = -1; near <= 2; near++) {
        *k = (int64_t)at + near;
        if (is_within(track, *k, lo, hi))
            return true;
    }
    return false;
}

static void set_weights(seeker *w, int64_t k)
{
    const td_block *b = w->track.block;
    for (size_t i = 0; i < w->prepared->n_items; i++)
        w->weights[i] = 1;
    for (size_t i = 0; i < b->n_items; i++) {
        double *weight = &w->weights[b->first_item + i];
        if (i == w->track.item)
            *weight = 1 + (double)k * (double)w->track.r / WEIGHT_GRID;
        else if (b->rules->criteria[b->items[i]].max_q > 0)
            *weight = 1 - (double)k * (double)w->track.m / WEIGHT_GRID;
    }
}

/* ---- changes ---- */

static bool is_in(uint8_t state)
{
    return state == TD_PROPOSED || state == TD_TIED_AT_CUT;
}

static bool is_change(uint8_t below, uint8_t above)
{
    return below != above && (is_in(below) || is_in(above));
}

static td_status add_change(seeker *w, size_t cell, uint8_t above, size_t from, size_t to)
{
    td_sweep_awards *out = &w->out;
    if (out->n_changes == w->room_changes) {
        size_t room = 2 * w->room_changes + 64;
        td_sweep_award_change *changes = realloc(out->changes, room * sizeof *changes);
        if (changes == NULL)
            return TD_ENOMEM;
        out->changes = changes;
        w->room_changes = room;
    }
    out->changes[out->n_changes++] = (td_sweep_award_change){.award = cell / w->n_units,
                                                             .unit = cell % w->n_units,
                                                             .below = (td_award_state)w->last[cell],
                                                             .above = (td_award_state)above,
                                                             .place = {from, to}};
    return TD_OK;
}

static td_status add_span(seeker *w, const td_root *lo, const td_root *hi, bool is_hidden,
                          size_t *from)
{
    if (w->n_spans == w->room_spans) {
        size_t room = 2 * w->room_spans + 64;
        span *spans = realloc(w->spans, room * sizeof *spans);
        if (spans == NULL)
            return TD_ENOMEM;
        w->spans = spans;
        w->room_spans = room;
    }
    *from = w->ends.n;
    w->spans[w->n_spans++] = (span){w->ends.n, w->ends.n + 1, is_hidden, false};
    td_status status = td_places_add(&w->ends, lo);
    return status == TD_OK ? td_places_add(&w->ends, hi) : status;
}

/* The decisions of a span beside those of the span before. */
static td_status keep_span(seeker *w, const td_root *lo, const td_root *hi, const td_awards *awards)
{
    size_t from;
    td_status status = add_span(w, lo, hi, false, &from);
    bool like_today = true;
    for (size_t i = 0; i < w->n_cells && status == TD_OK; i++) {
        uint8_t state = (uint8_t)awards->decision[i].state;
        like_today &= !is_change(w->today[i], state);
        if (w->has_last && is_change(w->last[i], state))
            status = add_change(w, i, state, w->last_end, from);
        w->last[i] = state;
    }
    w->has_last = true;
    w->last_end = from + 1;
    w->spans[w->n_spans - 1].is_like_today = like_today;
    return status;
}

/* ---- one interval ---- */

static td_status examine(seeker *w, const td_root *lo, const td_root *hi);

static td_status examine_parts(seeker *w, const td_root *lo, const td_root *hi, td_places *inner)
{
    td_status status = td_places_add(inner, lo);
    if (status == TD_OK)
        status = td_places_add(inner, hi);
    if (status == TD_OK)
        status = td_places_sort(inner, &w->failed);
    for (size_t i = 0; i + 1 < inner->n && status == TD_OK && !w->failed; i++)
        status = examine(w, &inner->at[i], &inner->at[i + 1]);
    return status;
}

static td_status decide(seeker *w, const td_root *lo, const td_root *hi, const td_results *results)
{
    td_awards awards = {0};
    td_places inner = {0};
    td_status status = td_award(w->prepared, results, w->options, &awards, NULL);
    if (status == TD_EINFEASIBLE)
        status = TD_OK;
    if (status == TD_OK) {
        td_meeting meeting = {.prepared = w->prepared,
                              .lines = w->lines,
                              .results = results,
                              .awards = &awards,
                              .lo = *lo,
                              .hi = *hi,
                              .out = &inner};
        td_meeting_find(&meeting);
        w->failed |= meeting.failed;
        status = meeting.status;
    }
    if (status == TD_OK && !w->failed)
        status = inner.n == 0 ? keep_span(w, lo, hi, &awards) : examine_parts(w, lo, hi, &inner);
    td_places_release(&inner);
    td_awards_release(&awards);
    return status;
}

/* Nothing of the sweep changes between lo and hi; awards may, and then it is cut again. */
static td_status examine(seeker *w, const td_root *lo, const td_root *hi)
{
    int64_t k;
    size_t from;
    const volatile int *cancelled = w->options != NULL ? w->options->cancelled : NULL;
    if (cancelled != NULL && *cancelled != 0)
        return TD_EINTERRUPTED;
    if (!grid_between(&w->track, lo, hi, &k)) {
        w->out.n_hidden++;
        return add_span(w, lo, hi, true, &from);
    }
    td_results results = {0};
    set_weights(w, k);
    /* One vector of a province is less work than waking threads up. */
    const td_options alone = {.threads = w->n_units < FEW_UNITS ? 1 : 0};
    td_status status = td_evaluate(w->prepared, 1, w->weights, &alone, &results, NULL);
    if (status == TD_OK)
        status = decide(w, lo, hi, &results);
    td_results_release(&results);
    return status;
}

/* ---- preparing ---- */

static td_strand line_off_track(const td_standing *s)
{
    return (td_strand){.points = {(td_int128)(isnan(s->before_q) ? 0 : s->before_q), 0},
                       .assigned = {(td_int128)s->assigned_q, 0},
                       .bonus = {(td_int128)s->bonus_q, 0},
                       .grid = 1,
                       .is_out = isnan(s->before_q) || s->state == TD_UNRANKED};
}

/* Conditions that look at totals may bar awards without moving a class. */
static td_status add_turns(seeker *w, td_course *course, const td_rider *rider)
{
    const td_rules *rules = w->track.block->rules;
    td_status status = TD_OK;
    for (size_t i = 0; i < rules->n_gates && status == TD_OK; i++) {
        if (!w->track.varies[i] || rider->is_out)
            continue;
        size_t n = td_rider_turns(course, rider, rules->gates[i].when, course->cuts);
        for (size_t r = 0; r < n && status == TD_OK; r++)
            status = td_places_add(&w->base, &course->cuts[r]);
    }
    return status;
}

static td_status put_on_track(seeker *w)
{
    td_course course;
    td_status status = td_course_init(&course, &w->track);
    for (size_t i = 0; i < w->sweep->n_clusters && status == TD_OK; i++) {
        td_course_enter(&course, w->sweep->clusters[i].cluster);
        for (size_t u = 0; u < course.n && status == TD_OK; u++) {
            const td_rider *rider = &course.riders[u];
            w->lines[course.first_unit + u] = (td_strand){.points = rider->points,
                                                          .assigned = rider->assigned,
                                                          .bonus = rider->bonus,
                                                          .grid = w->track.d,
                                                          .is_out = rider->is_out};
            status = add_turns(w, &course, rider);
        }
        w->failed |= course.failed;
    }
    td_course_release(&course);
    return status;
}

static td_status find_base(seeker *w, const td_results *official)
{
    for (size_t u = 0; u < w->n_units; u++)
        w->lines[u] = line_off_track(&official->standing[u]);
    td_root ends[2] = {td_root_of((td_fraction){0, 1}), td_root_of((td_fraction){1, 1})};
    td_status status = put_on_track(w);
    for (size_t e = 0; e < w->sweep->n_events && status == TD_OK; e++)
        status = td_places_add(&w->base, (const td_root *)w->sweep->places + e);
    for (size_t i = 0; i < 2 && status == TD_OK; i++)
        status = td_places_add(&w->base, &ends[i]);
    return status == TD_OK ? td_places_sort(&w->base, &w->failed) : status;
}

/* Today's proposals, and memory. */
static td_status begin(seeker *w, td_results *official)
{
    td_awards awards = {0};
    td_status status = td_evaluate(w->prepared, 1, NULL, NULL, official, NULL);
    if (status == TD_OK)
        status = td_award(w->prepared, official, w->options, &awards, NULL);
    if (status != TD_OK && status != TD_EINFEASIBLE)
        return status;
    w->n_units = awards.n_units;
    w->n_cells = awards.n_awards * awards.n_units;
    w->lines = calloc(w->n_units + 1, sizeof *w->lines);
    w->weights = calloc(w->prepared->n_items + 1, sizeof *w->weights);
    w->today = calloc(w->n_cells + 1, 1);
    w->last = calloc(w->n_cells + 1, 1);
    bool failed = w->lines == NULL || w->weights == NULL || w->today == NULL || w->last == NULL;
    for (size_t i = 0; i < w->n_cells && !failed; i++)
        w->today[i] = (uint8_t)awards.decision[i].state;
    td_awards_release(&awards);
    return failed ? TD_ENOMEM : TD_OK;
}

/* ---- finishing ---- */

/* From today's value outwards, as long as spans are decided as today. */
static void find_range(seeker *w)
{
    td_root today = td_root_of((td_fraction){w->track.m, w->track.s});
    bool undecided = false;
    td_sweep_awards *out = &w->out;
    out->from = out->to = w->sweep->today;
    out->from_place = out->to_place = TD_NONE;
    for (size_t i = 0; i < w->n_spans; i++) {
        const span *s = &w->spans[i];
        if (td_root_order(&w->ends.at[s->hi], &today, &undecided) <= 0)
            continue;
        if (s->is_hidden || !s->is_like_today)
            break;
        out->to_place = s->hi;
    }
    for (size_t i = w->n_spans; i-- > 0;) {
        const span *s = &w->spans[i];
        if (td_root_order(&w->ends.at[s->lo], &today, &undecided) >= 0)
            continue;
        if (s->is_hidden || !s->is_like_today)
            break;
        out->from_place = s->lo;
    }
}

static double points_at(const seeker *w, size_t place)
{
    return td_track_points(&w->track, w->ends.at[place].lo);
}

static void finish(seeker *w)
{
    td_sweep_awards *out = &w->out;
    out->n_intervals = w->n_spans;
    find_range(w);
    if (out->from_place != TD_NONE)
        out->from = points_at(w, out->from_place);
    if (out->to_place != TD_NONE)
        out->to = points_at(w, out->to_place);
    for (size_t i = 0; i < out->n_changes; i++) {
        out->changes[i].from = points_at(w, out->changes[i].place[0]);
        out->changes[i].to = points_at(w, out->changes[i].place[1]);
    }
    out->places = w->ends.at;
    w->ends = (td_places){0};
}

static void seeker_release(seeker *w)
{
    td_track_release(&w->track);
    td_places_release(&w->base);
    td_places_release(&w->ends);
    free(w->lines);
    free(w->weights);
    free(w->today);
    free(w->last);
    free(w->spans);
}

static td_status refuse(const seeker *w, td_message why, td_errors *errors)
{
    const td_block *b = w->track.block;
    const td_criterion *item = &b->rules->criteria[b->items[w->track.item]];
    td_place place = {.file = b->rules->view.path, .pointer = item->pointer};
    td_errors_add(errors, why, &place, item->code, b->rules->view.code, NULL);
    return TD_EINVAL;
}

static bool is_complete(const td_prepared *prepared, const td_sweep *sweep)
{
    const td_dataset *data = &prepared->evaluation->data;
    size_t n = 0;
    for (size_t c = 0; c < data->n_clusters; c++)
        n += data->clusters[c].rules == sweep->rules;
    for (size_t i = 0; i < sweep->n_clusters; i++)
        if (!sweep->clusters[i].is_swept)
            return false;
    return n == sweep->n_clusters;
}

static td_status seek(seeker *w, td_errors *errors)
{
    td_results official = {0};
    td_status status = begin(w, &official);
    if (status == TD_OK)
        status = find_base(w, &official);
    for (size_t i = 0; i + 1 < w->base.n && status == TD_OK && !w->failed; i++)
        status = examine(w, &w->base.at[i], &w->base.at[i + 1]);
    td_results_release(&official);
    return status == TD_OK && w->failed ? refuse(w, TD_MSG_SWEEP_AWARDS_INCOMPLETE, errors)
                                        : status;
}

td_status td_sweep_awards_find(const td_prepared *prepared, const td_sweep *sweep,
                               const td_award_options *award, td_sweep_awards *out,
                               td_errors *errors)
{
    seeker w = {.prepared = prepared, .sweep = sweep, .options = award, .out.to = sweep->scale};
    td_obstacle obstacle;
    td_status status = td_track_init(&w.track, prepared, sweep->item, &obstacle);
    if (status == TD_OK && !is_complete(prepared, sweep))
        status = refuse(&w, TD_MSG_SWEEP_AWARDS_INCOMPLETE, errors);
    if (status == TD_OK && prepared->evaluation->policy != NULL) {
        status = seek(&w, errors);
        if (status == TD_OK)
            finish(&w);
    }
    if (status == TD_OK)
        *out = w.out;
    else
        free(w.out.changes);
    seeker_release(&w);
    return status;
}

void td_sweep_awards_release(td_sweep_awards *awards)
{
    free(awards->changes);
    free(awards->places);
    *awards = (td_sweep_awards){0};
}

size_t td_sweep_award_text(const td_sweep *sweep, const td_sweep_awards *awards, size_t change,
                           size_t end, char *text, size_t size)
{
    const td_root *places = awards->places;
    return td_root_text(&places[awards->changes[change].place[end]], sweep->scale, text, size);
}
