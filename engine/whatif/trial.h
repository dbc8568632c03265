/*
 * Trying other values of one unit: a private copy of its cluster's data, scored again on demand.
 */
#ifndef TD_WHATIF_TRIAL_H
#define TD_WHATIF_TRIAL_H

#include "engine/prepared.h"

typedef struct td_trial {
    const td_prepared *official;
    size_t unit, rules, cluster, row;
    td_evaluation evaluation; /* a copy whose table of the unit's rule set is its own */
    td_prepared *prepared;    /* of the copy */
    td_arena *arena;
    td_scoring scoring;
    td_worker worker;
    size_t *levels;
    double *ones;        /* [n_items] */
    td_results results;  /* all units; the cluster as last tried */
    size_t n_faults;     /* that the data had before */
    bool *touches_all;   /* [n_indicators] under a normalization over all units */
    td_standing *before; /* [n_units] of today */
    td_prepared *whole;  /* all units scored again: by the last run, else NULL */
    td_status status;    /* the first failure */
} td_trial;

/* TD_OK or TD_ENOMEM; td_trial_release() in either case. */
td_status td_trial_init(td_trial *trial, const td_prepared *official, size_t unit);
void td_trial_release(td_trial *trial);

/* Puts a value; what is computed from it follows. */
void td_trial_put(td_trial *trial, size_t indicator, double x);
double td_trial_value(const td_trial *trial, size_t indicator);

/* Would the data still be accepted? */
bool td_trial_is_valid(td_trial *trial);

/* What the last run left, beside results. */
const td_prepared *td_trial_prepared(const td_trial *trial);

/* Scores, weighs and ranks again. The unit's standing; NULL after a failure. */
const td_standing *td_trial_run(td_trial *trial);

/* As if the unit had so many quanta before gates; nothing is scored again. */
const td_standing *td_trial_run_points(td_trial *trial, double before_q);

/*
 * The indicators of the unit that can be moved (reach_steps.c): one step each, to where it is. steps
 * has room for the inputs of all parts. Their number.
 */
size_t td_trial_steps(const td_trial *trial, td_reach_step *steps);

#endif
