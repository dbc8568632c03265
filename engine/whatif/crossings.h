/*
 * All crossings of all items: how td_sweep_all() divides the work.
 *
 *   crossings.c       clusters over threads, what is said of clusters that are left out
 *   crossing_memory.c blocks of memory that outlive a call
 *   crossing_lines.c  what a rule set allows; the units of a cluster as lines along all its items
 *   crossing_pairs.c  a list from lines as fractions: the plain way, for clusters and numbers of any
 *                     size
 *   crossing_walk.c   a list from place to place, where the order follows more than sums
 *   crossing_hold.c   the stretches around today's maxima
 *
 * Along item k with maximum M of the scale S, M : (S - M) = m : r in lowest terms, s = m + r, a unit
 * with points X in k, R in the other items that have a maximum and F beside (items without one, less
 * what gates deduct) meets another, with d their differences and quanta of 10^-p points, at
 *
 *   M (s dR + r dF) / (10^p (m dR - r dX))   points of the item.
 *
 * With c = gcd(M, 10^p), line a = M/c (s R + r F), e = 10^p/c (m R - r X) and the place is da/de.
 */
#ifndef TD_WHATIF_CROSSINGS_H
#define TD_WHATIF_CROSSINGS_H

#include "engine/kernels/crossings.h"
#include "engine/whatif/sweep.h"

/* One item as a lane: a = ar R + af F, e = er R - ex X. */
typedef struct td_lane {
    size_t item; /* of the block */
    td_int128 ar, af, er, ex;
    int64_t max_q, scale_q, m, r;
    double end; /* S in points */
} td_lane;

/* What can be said of a rule set before any unit is looked at. */
typedef struct td_lane_plan {
    const td_block *block;
    td_message refusal;              /* TD_N_MESSAGES: none */
    size_t n, width;                 /* lanes; rounded up */
    td_lane *lanes;                  /* [n] */
    double *ar, *af, *er, *ex, *end; /* [width] the same as doubles, at multiples of 64 bytes */
    double *counts;                  /* [n_items] 1: the item has a maximum, 0: it has none */
    double most_a, most_f, most_e;   /* |a| <= most_a T + most_f F, |e| <= most_e T, T = sum |X| */
    bool has_gates;                  /* that do not look at totals and deduct or unrank */
    bool may_bend;     /* a clamp or redistribution: totals of a cluster need not be linear */
    bool follows_more; /* classes first, or gates on totals: not a matter of sums alone */
    bool ties_follow;  /* a tie key follows the weights between units that are equal */
} td_lane_plan;

/* The units of a cluster that are ranked, as lines. Memory for any cluster; one thread's. */
typedef struct td_lines {
    const td_prepared *prepared;
    const td_lane_plan *plan;
    size_t cluster, first_row;
    size_t n;             /* ranked units */
    uint16_t *position;   /* [n] in the cluster */
    double *sum, *beside; /* [n] sum of the items that have a maximum (X + R), F: quanta */
    bool is_sum;          /* places are where sums meet: the lines decide */
    bool fits;            /* the kernel's numbers are exact */
    bool is_partial;      /* some unit of the cluster is not ranked */
    double *a, *e;        /* [n * width] filled by td_lines_fill() */
} td_lines;

/* Plans of all rule sets, [n_rules]. NULL: out of memory. */
td_lane_plan *td_lane_plans(const td_prepared *prepared);
void td_lane_plans_free(td_lane_plan *plans, size_t n);

td_status td_lines_init(td_lines *lines, const td_prepared *prepared, const td_lane_plan *plans);
void td_lines_release(td_lines *lines);

/* Puts a cluster on the lines: everything but a and e. */
void td_lines_enter(td_lines *lines, const td_lane_plan *plan, size_t cluster);
void td_lines_fill(td_lines *lines);

/* Where units i and j (of the lines) meet along a lane, as a fraction of points; den 0: nowhere
   strictly between the ends. *ahead: is i ahead at 0? *failed: not within 128 bits. */
td_fraction td_lines_meet(const td_lines *lines, const td_lane *lane, size_t i, size_t j,
                          bool *ahead, bool *failed);

/* A list by fractions. */
typedef struct td_crossing {
    double at;
    uint32_t who;  /* positions in the cluster */
    td_root place; /* walked: share of the scale; else lo: points */
} td_crossing;

/* Crossings in the order of lists, growing. */
typedef struct td_crossing_rows {
    size_t n, room;
    td_crossing *rows;
} td_crossing_rows;

td_status td_crossing_add(td_crossing_rows *rows, const td_crossing *crossing);
void td_crossing_rows_release(td_crossing_rows *rows);

/* All crossings of a lane, sorted. TD_OK, TD_ENOMEM, TD_EDATA: not within 128 bits. */
td_status td_crossing_pairs(const td_lines *lines, const td_lane *lane, td_crossing_rows *out);

/*
 * The same by walking; obstacle: why the cluster is left out. hold: the stretches around today, or
 * NULL. only_hold: nothing else is wanted.
 */
td_status td_crossing_walk(const td_prepared *prepared, size_t item, size_t cluster,
                           td_crossing_rows *out, td_sweep_hold *hold, td_obstacle *obstacle);

/* Does the cluster bend along the item? */
td_status td_crossing_obstacle(const td_prepared *prepared, size_t item, size_t cluster,
                               td_obstacle *obstacle);

/* Memory for crossings; next: private. */
typedef struct td_crossing_block {
    struct td_crossing_block *next;
    size_t room, used;
    double *at;    /* [room] */
    uint32_t *who; /* [room] */
} td_crossing_block;

/* A block for at least n crossings, of those that an earlier call left or new, then of `usual` or
   more; it stays with the result. By any thread. NULL: out of memory. */
td_crossing_block *td_crossing_block_take(td_crossings *crossings, size_t n, size_t usual);

/* Room for the lists of n clusters, none of them filled yet; blocks are free again. TD_OK or
   TD_ENOMEM. */
td_status td_crossings_make_lists(td_crossings *out, size_t n_clusters, size_t n_items);

/* Do lists own their places, to be freed with them? */
void td_crossings_own_places(td_crossings *crossings, bool some);

/* The values of a unit's row, of a block. */
static inline const double *td_row_points(const td_block *block, size_t row)
{
    return block->points + row * block->n_items;
}

#endif
