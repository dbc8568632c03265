/*
 * Scoring one cluster: every criterion of every unit, leaves first.
 *
 * The cells of a cluster form a matrix [n_criteria x n_units], criterion by criterion, so
 * that looking across the units of a cluster runs over adjacent cells.
 */
#ifndef TD_ENGINE_SCORE_H
#define TD_ENGINE_SCORE_H

#include "datasets/dataset.h"

typedef enum td_cell_state {
    TD_PRESENT,
    TD_CELL_MISSING, /* blank, and the parent decides */
    TD_NOT_APPLICABLE,
} td_cell_state;

/* One criterion of one unit. */
typedef struct td_cell {
    double value;      /* quanta of the leaf grid; for real criteria (td_is_real) the number itself;
                           NaN unless present */
    double assigned_q; /* maximum assigned */
    double given_q;    /* N/A maximum that the parent hands to the siblings */
    double bonus_q, deduction_q;
    uint8_t state; /* td_cell_state */
    bool unranked; /* a blank leaf whose policy takes the unit out of the ranking */
    bool settled;  /* the value comes from a policy (N/A, blank): no part in normalization */
} td_cell;

/* Does the criterion carry an unrounded number instead of quanta? */
bool td_is_real(const td_rules *rules, size_t criterion);

/* A leaf whose one part is a raw indicator (the function `value`). */
bool td_is_raw(const td_rules *rules, const td_criterion *leaf);

/* What a column of values looks like: input to every normalization. */
typedef struct td_standard {
    size_t n;
    double lo, hi, mean, sd; /* sd with n - 1; 0 when n < 2 */
    double *sorted;          /* [n], ascending */
} td_standard;

/* From n values, sorted in place; `sorted` borrows them. */
td_standard td_standard_of(double *values, size_t n);

/*
 * x on the scale of criterion j, as a number of points (real criteria: the number) before
 * rounding. assigned_q is used by share-of-max.
 */
typedef struct td_normalized {
    bool exact; /* fraction holds (in points), else number */
    td_fraction fraction;
    double number;
} td_normalized;

td_normalized td_normalize_value(const td_criterion *criterion, bool real, int leaf_decimals,
                                 const td_standard *standard, double x, double assigned_q);

/* Does column x of criterion j hold points (a raw value, a mean) rather than quanta? */
bool td_column_is_raw(const td_rules *rules, size_t criterion);

/* A cluster being scored; memory is reused from cluster to cluster by one thread. */
typedef struct td_scoring {
    const td_dataset *data;
    const td_rules *rules;
    const td_table *table;
    const td_cluster *cluster;
    size_t n_units;
    td_cell *cells;    /* [n_criteria * capacity]: cell of (j, u) is cells[j * n_units +
                                 u] */
    size_t capacity;   /* units that fit */
    double *column;    /* [capacity]: values of one criterion */
    td_standard *seen; /* [n_criteria] what the last normalization of each looked at; its
                                 sorted values are gone */
    double *children;  /* [2 * most children]: values and weights of a mean */
    bool *left_out;    /* [capacity] */
    unsigned char *peers;
    const td_standard *standards; /* [n_criteria], for criteria normalized over all units */
    const size_t *levels;         /* [n_criteria], see td_levels_of */
    size_t level;                 /* levels of such criteria whose standards are known */
    td_errors *errors;            /* NULL: findings are only counted */
    size_t n_findings;
    td_status status;
} td_scoring;

td_status td_scoring_init(td_scoring *scoring, const td_evaluation *evaluation, size_t rules,
                          size_t max_units, td_errors *errors);
void td_scoring_release(td_scoring *scoring);

/* Fills the cells of all criteria below the root. Returns TD_OK or TD_EDATA (out of range). */
td_status td_score_cluster(td_scoring *scoring, size_t cluster);

/*
 * levels[j]: how many normalizations over all units lie on top of each other at or below
 * criterion j. Such a criterion can be put on its scale only when all units are known
 * up to it, so evaluation takes one pass per level and a last one. Returns the largest.
 */
size_t td_levels_of(const td_rules *rules, size_t *levels);

/* ---- one leaf of one unit ---- */

typedef struct td_part_trace {
    bool applies; /* its when and exempt let it through */
    bool counted; /* not left out by its exclusive group */
    td_part_result result;
    td_fraction points; /* after its cap */
} td_part_trace;

typedef struct td_leaf_result {
    td_outcome outcome; /* TD_SCORED, or why not */
    bool in_range;
    td_fraction base, deductions, bonuses; /* before the caps of the leaf */
    td_fraction deducted, added;           /* after them */
    td_fraction raw;                       /* base - deducted + added, quanta */
    td_fraction points;   /* after the clamp (not clamped when the leaf is normalized) */
    double raw_value;     /* `value` leaves: the indicator */
    double widest_spread; /* external: above the rule's gap, else NaN */
} td_leaf_result;

/* trace: [n_parts of the leaf] or NULL. peers: state per part of the leaf, as td_leaf_compare
   fills. */
void td_leaf_score(const td_scene *scene, const td_criterion *leaf, const unsigned char *peers,
                   td_part_trace *trace, td_leaf_result *out);

/* Leaf j of unit u of the cluster at hand scored again, with its parts written down. */
void td_trace_leaf(td_scoring *scoring, size_t j, size_t u, td_part_trace *trace,
                   td_leaf_result *out);

/* Clamp of a criterion on quanta; bonus_q counts apart when the clamp says so. */
double td_clamp_quanta(const td_criterion *criterion, double points_q, double bonus_q);

/* ---- scenarios (engine/whatif/amend.c) ---- */

/* Quanta taken to the maximum of the scenario, rounded half away from zero. */
double td_amend_scale(const td_criterion *criterion, double quanta);
/* Points of a criterion after its cap; `grid` is what a point is in the unit of the value. */
double td_amend_cap(const td_criterion *criterion, double value, double grid);
/* What the scenario makes of the cells of criterion j, scored. Its cells when it is dropped. */
void td_amend_cells(td_scoring *scoring, size_t j);

/* ---- inner nodes ---- */

/* A sum on its way: what each step left (quanta). */
typedef struct td_sum_steps {
    double sum, redistributed, clamped;
} td_sum_steps;

/* Redistribution: points on the assigned part, blown up to assigned + given. */
double td_redistribute(double points_q, double bonus_q, double assigned_q, double given_q);

/* Mean of n values with weights; NaN when missing. negative: a value below 0 was met. */
double td_mean(td_combine combine, size_t n, const double *values, const double *weights,
               bool *negative);

/* Quanta nearest to a real number of points, halves away from zero (decimals exactly). */
double td_round_real(double points, int decimals);

/* From the leaf grid to a coarser one: round(q / 10^(from - to)), halves away from zero. */
double td_coarsen(double quanta, int from, int to);

#endif
