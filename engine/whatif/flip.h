/*
 * One unit against the others of its cluster, as a function of the weights: what the parts of
 * flip share. Weights are multipliers v >= 0 of the items with a maximum, sum(v M) = S.
 */
#ifndef TD_WHATIF_FLIP_H
#define TD_WHATIF_FLIP_H

#include "engine/prepared.h"
#include "engine/whatif/roots.h"
#include "engine/whatif/track.h"

/* What tie keys say between the unit and a rival when their results are equal. */
typedef enum td_at_tie {
    TD_TIE_AHEAD,   /* the unit is before the rival, or they share the rank and that will do */
    TD_TIE_BEHIND,  /* the rival is before the unit */
    TD_TIE_DEPENDS, /* on a key that follows the weights */
} td_at_tie;

typedef struct td_duel {
    const td_prepared *prepared;
    const td_block *block;
    size_t cluster, first_unit, n, me; /* me: within the cluster */
    size_t m;                          /* items with a maximum */
    size_t *items;                     /* [m] of the block */
    double *max, *lo, *hi;             /* [m] M in quanta, bounds of v */
    double scale;                      /* S in quanta */
    bool is_bounded;                   /* some bound was asked for */
    bool by_share;                     /* shares with different assigned maxima: not linear */
    bool *ranked;                      /* [n] */
    td_at_tie *at_tie;                 /* [n] */
    double *points, *assigned;         /* [n * (m + 1)] quanta per item, then what is fixed */
    double *memory;
} td_duel;

/*
 * Puts the cluster of a unit into a duel. strict: an equal result will not do (fractional ranks).
 * obstacle as in td_track_init(). lo, hi: shares by item of td_items(), NULL for 0 and 1.
 */
td_status td_duel_init(td_duel *duel, const td_prepared *prepared, size_t unit, const double *lo,
                       const double *hi, td_obstacle *obstacle);
void td_duel_release(td_duel *duel);

/* A further demand on the unit's own total: points (quanta) or share of it at least. */
typedef struct td_demand {
    bool is_share;
    double least;
} td_demand;

/* What the search looks for: at most `above` rivals before the unit. */
typedef struct td_aim {
    size_t above;
    size_t n_demands;
    const td_demand *demands;
    double margin;         /* in quanta, by which demands must be exceeded */
    const double *margins; /* [n] in quanta, by which rivals must be left behind; NULL: 0 */
    const volatile int *cancelled;
} td_aim;

/*
 * The smallest sum |v - 1| M / S that reaches the aim, in double precision. v: [m]. *least: no weights
 * do with less, as far as double precision goes. TD_OK; TD_EINFEASIBLE; TD_EINTERRUPTED;
 * TD_EINTERNAL; TD_ENOMEM.
 */
td_status td_duel_solve(const td_duel *duel, const td_aim *aim, double *v, double *least);

/*
 * A mix of rivals, parts[n] >= 0 whole numbers, with at least the unit's points under all weights
 * within the bounds, strictly more or with one before the unit at a tie: proof that it cannot be
 * first. Among rivals with the unit's assigned maxima where shares count. *found false: none. TD_OK, TD_EINTERNAL or TD_ENOMEM.
 */
td_status td_duel_mix(const td_duel *duel, int64_t *parts, bool *found);

/* Rivals that are before the unit whatever the weights, exactly; parts[i] = 1 for each. Their number. */
size_t td_duel_dominators(const td_duel *duel, int64_t *parts);

/* Is a mix a proof? Exact; false also when numbers leave 128 bits. */
bool td_duel_proves(const td_duel *duel, const int64_t *parts);

/* ---- what an award asks of a unit (flip_award.c) ---- */

/*
 * The first condition of the award that fails whatever the weights, TD_NONE: none; *gate: the gate that
 * bars or defers it whatever the weights, or TD_NONE. decision: today's.
 */
size_t td_award_constant_bar(const td_prepared *prepared, const td_results *official,
                             const td_award_options *options, size_t unit, size_t award,
                             td_decision decision, size_t *gate);

/* Its conditions on the unit's own total; room for all conditions. Their number. */
size_t td_award_demands(const td_duel *duel, size_t award, td_demand *demands);

/* The worst rank that its conditions allow, at most today's. */
size_t td_award_worst_rank(const td_prepared *prepared, size_t award, double rank_now);

#endif
