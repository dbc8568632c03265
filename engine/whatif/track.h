/*
 * One cluster along a line of weights: the maximum of one weighted item goes from 0 to the whole
 * scale, the others keep their proportions. t in [0, 1] is the item's share of the scale.
 *
 * With item maximum M of the scale S, M : (S - M) = m : r in lowest terms and s = m + r, points
 * P of the item, R of the other items that have a maximum, F of those without:
 *
 *   total(t) = t (s / m) P + (1 - t) (s / r) R + F
 *
 * Everything is kept times D = m r, in whole numbers of quanta.
 */
#ifndef TD_WHATIF_TRACK_H
#define TD_WHATIF_TRACK_H

#include "engine/prepared.h"
#include "engine/whatif/roots.h"

/* The line itself. */
typedef struct td_track {
    const td_prepared *prepared;
    const td_block *block;
    size_t rules, item;     /* item of the block */
    int64_t max_q, scale_q; /* M, S in quanta */
    td_int128 m, r, s, d;   /* d: D */
    size_t n_conditions;    /* gates, then classes */
    size_t n_tests;         /* comparisons with totals in those */
    bool *varies;           /* [n_conditions] does the condition look at the total? Owned */
    bool deduction_varies;  /* a gate that deducts looks at the total */
    td_int128 grid, cap;    /* times D: quanta of a point; the scale, for class_cap */
    td_fraction *edges;     /* [n_classes] bounds, of points or of 1. Owned */
    bool failed;            /* those left 128 bits */
} td_track;

/* Why a cluster (or a rule set) cannot be swept. */
typedef struct td_obstacle {
    td_message message; /* TD_N_MESSAGES: none */
    size_t unit;        /* that shows it, TD_NONE */
} td_obstacle;

/* What makes totals under a rule set other than linear; TD_N_MESSAGES: nothing. */
td_message td_track_refusal(const td_rules *rules);

/*
 * The line of item (counted over all rule sets). obstacle: what makes totals under this rule set not
 * linear; nothing is allocated then. TD_OK or TD_ENOMEM. Released by td_track_release().
 */
td_status td_track_init(td_track *track, const td_prepared *prepared, size_t item,
                        td_obstacle *obstacle);
void td_track_release(td_track *track);

/* A unit on the line, what does not change along it. */
typedef struct td_rider {
    td_affine points, assigned, bonus; /* times D */
    td_int128 deduction;               /* times D; of the leaves */
    td_case the;                       /* for conditions that do not vary */
    bool is_out;                       /* unranked whatever the weights */
    bool *holds;                       /* [n_conditions] those that do not vary */
    double *keys;                      /* [n_ties] those that do not vary */
} td_rider;

/* A unit at one place t = n / d; figures times D * d. */
typedef struct td_spot {
    td_int128 total, assigned, bonus, deduction;
    double rank; /* 0: unranked */
    size_t class_index;
    td_state state;
    bool is_first; /* in the first group of equals */
} td_spot;

/* One cluster on the line; memory for any cluster, reused by one thread. */
typedef struct td_course {
    const td_track *track;
    size_t cluster, first_unit, n;
    td_rider *riders; /* [n] */
    size_t *order;    /* [2 * n] */
    td_root *cuts;    /* [2 * n * n_tests + 2] */
    td_root *scratch; /* as many */
    td_spot *spots;   /* [3 * max_units] */
    size_t max_units;
    bool *holds;
    double *keys;
    bool failed; /* something left 128 bits */
} td_course;

td_status td_course_init(td_course *course, const td_track *track);
void td_course_release(td_course *course);

/* Puts a cluster of the track's rule set on the line. Sets failed anew. */
td_obstacle td_course_enter(td_course *course, size_t cluster);

/*
 * Every place in [0, 1] where the order, a class or a state may change, in no order, some twice
 * and some where nothing happens. out NULL: only their number.
 */
size_t td_course_places(td_course *course, td_root *out);

/* Ascending, by merging; scratch as long. failed is set when two places cannot be told apart. */
void td_roots_sort(td_root *roots, td_root *scratch, size_t n, bool *failed);

/* States, classes and ranks of all units at t. spots: [n] */
void td_course_stand(td_course *course, td_fraction t, td_spot *spots);

/* Gates and class of one unit at t; rank is not filled. */
void td_course_settle(td_course *course, size_t u, td_fraction t, td_spot *spot);

/* ---- comparisons that follow the weights (follow.c) ---- */

/* Does a condition look at totals, shares or bonuses of the whole? Counts such tests. */
bool td_condition_varies(const td_condition *condition, size_t *n_tests);

/* Does a condition hold for a unit at t? */
bool td_rider_holds(td_course *course, const td_rider *rider, const td_condition *condition,
                    td_fraction t);

/* Where the tests of a condition may change for a unit: appended to out (NULL: counted). */
size_t td_rider_turns(td_course *course, const td_rider *rider, const td_condition *condition,
                      td_root *out);

#endif
