/*
 * Sweeping a cluster along a track: what walk.c finds, and sweep.c collects.
 */
#ifndef TD_WHATIF_SWEEP_H
#define TD_WHATIF_SWEEP_H

#include "engine/whatif/track.h"

/* What one cluster yields; indices are its own until they are collected. */
typedef struct td_haul {
    td_sweep_cluster cluster;
    td_obstacle obstacle;
    size_t n_places, n_events, n_changes, n_reigns, n_leaders;
    size_t most_places, most_changes, most_leaders; /* room */
    bool is_full;                                   /* more room needed: walk it again */
    td_root *places, *scratch;                      /* [most_places] */
    td_root *at;                                    /* [most_places] of events */
    td_sweep_event *events;                         /* [most_places] */
    td_sweep_reign *reigns;                         /* [2 * most_places] */
    td_sweep_change *changes;                       /* [most_changes] */
    size_t *leaders;                                /* [most_leaders] */
} td_haul;

/* Room for the places counted in most_places, or twice as much as before; the first time the haul is
   zeroed otherwise. TD_OK or TD_ENOMEM. */
td_status td_haul_make_room(td_haul *haul, size_t n_units);
void td_haul_release(td_haul *haul);

/* Walks the cluster that the course has entered. */
void td_course_walk(td_course *course, td_haul *haul);

/* t as points of the table. */
double td_track_points(const td_track *track, td_fraction t);

/* The value of a place in points, exact or to the digits that are certain; like snprintf. */
size_t td_root_text(const td_root *place, double scale, char *text, size_t size);

/* ---- awards along a sweep ---- */

/* A unit as awards see it: its total and the like as functions of t (times D on the track). */
typedef struct td_strand {
    td_affine points, assigned, bonus;
    td_int128 grid; /* of one quantum: D, or 1 off the track */
    bool is_out;    /* never a candidate */
} td_strand;

/* Ascending places, growing. */
typedef struct td_places {
    size_t n, room;
    td_root *at;
} td_places;

/* TD_OK or TD_ENOMEM. */
td_status td_places_add(td_places *places, const td_root *place);
/* Sorts and drops repetitions. */
td_status td_places_sort(td_places *places, bool *failed);
void td_places_release(td_places *places);

/*
 * Where strictly between two places units meet conditions on totals, or candidates meet in the order
 * of merit, given what was decided at a place between.
 */
typedef struct td_meeting {
    const td_prepared *prepared;
    const td_strand *lines; /* [n_units] */
    const td_results *results;
    const td_awards *awards;
    td_root lo, hi;
    td_places *out;
    bool failed;
    td_status status;
} td_meeting;

void td_meeting_find(td_meeting *meeting);

#endif
