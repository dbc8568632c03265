/*
 * Scoring a tile, one cluster or a few adjacent ones: every criterion of every unit, leaves first.
 *
 * The cells of a tile form matrices [n_criteria x units], one per figure, criterion by
 * criterion, so that looking across units runs over adjacent numbers.
 */
#ifndef TD_ENGINE_SCORE_H
#define TD_ENGINE_SCORE_H

#include "datasets/dataset.h"

/* Bits, so that a node sees the states of all its children or'ed. */
typedef enum td_cell_state {
    TD_PRESENT = 1,
    TD_CELL_MISSING = 2, /* blank, and the parent decides */
    TD_NOT_APPLICABLE = 4,
} td_cell_state;

/* One criterion of one unit. */
typedef struct td_cell {
    double value;      /* quanta of the leaf grid; for real criteria (td_is_real) the number itself;
                           NaN unless present */
    double assigned_q; /* maximum assigned */
    double given_q;    /* N/A maximum that the parent hands to the siblings */
    double bonus_q, deduction_q;
    uint8_t state; /* td_cell_state */
    bool settled;  /* the value comes from a policy (N/A, blank): no part in normalization */
} td_cell;

/*
 * All cells of a tile: criterion j of unit u at j * stride + u. The value is 0 unless present,
 * so that sums need not look at the state. given_q, bonus_q and deduction_q are written only where a
 * criterion can have them (td_bearing); elsewhere they stay 0.
 */
typedef struct td_cells {
    double *value, *assigned_q, *given_q, *bonus_q, *deduction_q;
    uint8_t *state;
    bool *settled;
    /* [n_criteria] No unit of the last tile stood apart: assigned_q is what is assigned to everybody,
       given_q 0, the state present, settled false, in the whole column. They need not be written again. */
    bool *plain;
} td_cells;

/* What a criterion can have at all, with everything below it. */
typedef struct td_bearing {
    bool given, bonus, deduction;
} td_bearing;

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

/* The same in quanta of a criterion that is not real, within its clamp. */
double td_quanta_on_scale(const td_criterion *criterion, int decimals, const td_standard *standard,
                          double x, double assigned_q);

/* The same for criteria in quanta, where the column is whole numbers on a scale and all products stay
   exact: nearly always. */
typedef struct td_whole_scale {
    td_normal method;
    bool lower_is_better;
    double unit;       /* times that, values of the column are whole; 1: they are quanta */
    double from, span; /* quanta where the share is 0, and from there to 1 */
    double lo, hi;     /* of the column, as whole numbers */
    const td_standard *standard;
} td_whole_scale;

/* places: those of the column, 0 when it is quanta, -1: not known. False: only td_normalize_value(). */
bool td_whole_scale_of(const td_criterion *criterion, int leaf_decimals, int places,
                       const td_standard *standard, td_whole_scale *out);

/* Quanta before the clamp; NaN: only td_normalize_value(). assigned_q: the unit's maximum. */
double td_on_whole_scale(const td_whole_scale *scale, double x, double assigned_q);

/* Does column x of criterion j hold points (a raw value, a mean) rather than quanta? */
bool td_column_is_raw(const td_rules *rules, size_t criterion);

/* The leaf at hand, for all units of the tile: scratch of td_score_leaf(). */
typedef struct td_leaf_column {
    uint8_t *known;      /* [capacity] TD_POINTS_EXACT, REFUSED or ASK; EXACT between leaves */
    double *part_points; /* [capacity] of the part at hand */
    uint8_t *part_known; /* [capacity] EXACT between parts */
    double *best;        /* [most groups * capacity] largest points of an exclusive group so far */
    uint8_t *best_part;  /* likewise: the part that gave them */
} td_leaf_column;

/* Clusters up to this many units in all are scored together: a loop over the units of one is short.
   The cells of the largest tables then still fit into the L2 cache. */
#define TD_TILE_UNITS 128

/* A tile being scored; memory is reused from tile to tile by one thread. */
typedef struct td_scoring {
    const td_dataset *data;
    const td_rules *rules;
    const td_table *table;
    const td_cluster *cluster;  /* the first of the tile; its units follow one another */
    size_t n_clusters, n_units; /* of the tile */
    size_t first_row;           /* of the table: that of its first unit */
    size_t capacity;            /* units that fit */
    size_t stride;              /* from one criterion or indicator to the next */
    td_cells cells;             /* [n_criteria * stride] */
    td_bearing *bearing;        /* [n_criteria] */
    double *columns;            /* [n_indicators * stride]: the values by indicator */
    bool *left_out;             /* [n_criteria * stride]: N/A on that leaf */
    bool *any_left_out;         /* [n_criteria] */
    size_t *missing_leaf; /* [capacity]: the first leaf whose blank unranks the unit, TD_NONE */
    size_t *absent_leaf;  /* [capacity]: the first leaf whose blank the parents decide on */
    double *column;       /* [capacity]: values of one criterion */
    td_standard *seen;    /* [n_criteria] what the last normalization of each looked at; its
                                 sorted values are gone */
    double *children;     /* [2 * most children]: values and weights of a mean */
    size_t *siblings;     /* [most children]: where the columns of a node's children begin */
    td_leaf_column leaf;  /* the leaf at hand */
    unsigned char *peers;
    const td_standard *standards; /* [n_criteria], for criteria normalized over all units */
    const size_t *levels;         /* [n_criteria], see td_levels_of */
    size_t level;                 /* levels of such criteria whose standards are known */
    bool one_by_one;              /* every leaf by td_leaf_score(): the plain twin, for tests */
    td_arena *arena;
    td_errors *errors; /* NULL: findings are only counted */
    size_t n_findings;
    bool *found; /* [capacity]: the unit has findings or faults */
    td_status status;
} td_scoring;

td_status td_scoring_init(td_scoring *scoring, const td_evaluation *evaluation, size_t rules,
                          size_t max_units, td_errors *errors);
void td_scoring_release(td_scoring *scoring);

/* Cell of criterion j of unit u of the tile at hand, as it stands. Putting one ends a plain column. */
td_cell td_cell_get(const td_scoring *scoring, size_t j, size_t u);
void td_cell_put(td_scoring *scoring, size_t j, size_t u, const td_cell *cell);

/* Fills the cells of all criteria below the root. Returns TD_OK or TD_EDATA (out of range). */
td_status td_score_cluster(td_scoring *scoring, size_t cluster);

/* The same for n adjacent clusters under the rule set, whose units fit. A value out of range ends all
   of them, and findings come criterion by criterion. */
td_status td_score_tile(td_scoring *scoring, size_t first_cluster, size_t n);

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

/* Do the conditions of the part let the unit of that row through? */
bool td_part_applies(const td_part *part, const double *row);

/* trace: [n_parts of the leaf] or NULL. peers: state per part of the leaf, as td_leaf_compare
   fills. */
void td_leaf_score(const td_scene *scene, const td_criterion *leaf, const unsigned char *peers,
                   td_part_trace *trace, td_leaf_result *out);

/* Leaf j of unit u of the cluster at hand (a tile of one) scored again, with its parts written
   down. */
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

/* Leaf j for all units of the tile at hand, into its cells. */
void td_score_leaf(td_scoring *scoring, size_t j);

/* ---- inner nodes ---- */

/* Node j for all units of the tile at hand, its children scored. */
void td_combine_node(td_scoring *scoring, size_t j);

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
