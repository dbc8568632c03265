/*
 * A prepared evaluation: what scoring left behind, everything that the weight-dependent
 * stages need. Immutable.
 */
#ifndef TD_ENGINE_PREPARED_H
#define TD_ENGINE_PREPARED_H

#include "engine/score.h"

/* A criterion that a gate, a class or a tie key looks at. */
typedef struct td_watch {
    double points; /* quanta of the leaf grid, a real criterion rounded; NaN if missing */
    double assigned_q, bonus_q, deduction_q;
} td_watch;

/* Points over assigned maximum, as a fraction of quanta; assigned 0: no such share. */
typedef struct td_share {
    double points_q, assigned_q;
} td_share;

/*
 * One rule set's part: the units under it, row by row as in the data table; all of them, or those
 * of the tile at hand.
 */
typedef struct td_block {
    const td_rules *rules;
    const td_table *table; /* its own rows */
    td_table *slice;       /* of a tile: what table points at; else NULL */
    size_t first_row;      /* row of the data table that is row 0 */
    size_t n_rows, n_items, first_item;
    size_t *items;        /* [n_items] the criterion that each is */
    double *points;       /* [n_rows * n_items] on the leaf grid, as all below; real items: the
                              number; 0 if missing or N/A */
    double *assigned;     /* [n_rows * n_items] quanta */
    double *bonus;        /* [n_rows * n_items] quanta */
    double *given;        /* [n_rows * n_items], NULL when nothing is redistributed */
    uint8_t *state;       /* [n_rows * n_items] td_cell_state */
    double *deduction_q;  /* [n_rows] deductions of all leaves */
    size_t *missing_leaf; /* [n_rows] the blank leaf that takes the unit out of the ranking, or
                              TD_NONE */
    size_t *absent_leaf;  /* [n_rows] the first blank leaf left to a mean, or TD_NONE */
    size_t n_watched;
    size_t *watched;                      /* [n_watched] criteria */
    size_t *watch_of;                     /* [n_criteria] position in watched, TD_NONE */
    td_watch *watch;                      /* [n_rows * n_watched] */
    td_share *lowest_group, *lowest_leaf; /* [n_rows] or NULL when no condition asks */
    bool *below_any_floor;                /* [n_rows] or NULL */
} td_block;

struct td_prepared {
    const td_evaluation *evaluation;
    size_t n_items;
    size_t max_units;       /* of a cluster */
    td_block *blocks;       /* one per rule set */
    td_standard *standards; /* [sum of n_criteria]: over-all normalizations, NULL when none */
    size_t *first_standard; /* [n_rules] */
    td_arena *arena;
};

/*
 * With empty blocks. n_rows 0: room for all units, as td_prepare() wants it; else for so many rows
 * of a tile, which td_block_move() chooses. options as of td_prepare(), may be NULL; errors too.
 * max_units: of the largest cluster.
 * TD_OK, TD_EINVAL (level) or TD_ENOMEM.
 */
td_status td_prepared_new(const td_evaluation *evaluation, const td_options *options,
                          size_t max_units, size_t n_rows, td_prepared **out, td_errors *errors);

/* From now on row 0 of the block of a tile is this row of the data table. */
void td_block_move(td_block *block, const td_table *table, size_t first_row);

/* Standards of one rule set, NULL when it has none. */
td_standard *td_prepared_standards(const td_prepared *prepared, size_t rules);

/* The row of a unit in its block. */
static inline size_t td_block_row(const td_block *block, const td_dataset *data, size_t unit)
{
    return data->row_of_unit[unit] - block->first_row;
}

/* The unit's row and block. */
const td_block *td_block_of_unit(const td_prepared *prepared, size_t unit, size_t *row);

/* Keeps what scoring left of unit u of its tile in a row of the block. */
void td_block_keep_unit(td_block *block, const td_scoring *scoring, size_t row, size_t u);

/* ---- totals ---- */

/*
 * Totals of the units of one cluster under one weight vector: points and assigned maxima on the
 * grid of
 * totals, bonuses on the leaf grid.
 */
typedef struct td_totals {
    double *points; /* [capacity each]; NaN: no total (missing, or nothing assigned) */
    double *assigned, *bonus, *given;
    double *scratch; /* [2 * items] */
} td_totals;

/*
 * weights: [n_items of the block]. How items become a total is a row of a table by the
 * root's `combine`: sums here, means, and room for further methods.
 */
void td_weigh_cluster(const td_block *block, size_t first_row, size_t n_units,
                      const double *weights, td_totals *totals);

/* ---- conditions, gates and classes of one unit ---- */

typedef struct td_case {
    const td_prepared *prepared;
    const td_block *block;
    size_t unit, row;
    double before_q, assigned_q; /* totals before gates, grid of totals */
    double bonus_q, deduction_q; /* leaf grid */
} td_case;

bool td_case_holds(const td_case *the, const td_condition *condition);
/* One side of a comparison, in points, as a share, or as the indicator is; none: den 0. */
td_fraction td_case_side(const td_case *the, td_subject subject, size_t index);

/* Applies gates, then finds the class. Fills state, gate, before/total, class of standing. */
void td_settle(const td_case *the, td_standing *standing);

/* Quanta (whole, or multiples of 2^-20 under weights) in points; NaN: none. A ratio is not in lowest
   terms: for comparisons. */
td_fraction td_points_ratio(double quanta, int decimals);
/* Points over assigned maximum; none when nothing is assigned. */
td_fraction td_share_ratio(double points_q, double assigned_q);
td_fraction td_share_fraction(double points_q, double assigned_q);
/* -1, 0, 1: shares compared exactly; an assigned maximum of 0 is the lowest. */
int td_share_cmp(double points_a, double assigned_a, double points_b, double assigned_b);
/* The percentage as it is printed, in units of its last decimal. */
double td_rounded_share(const td_standing *standing, const td_rules *rules);

/*
 * Ranks the units of one cluster whose standings are settled; standing points at the first unit.
 * b: as for td_evaluate_cluster(). order: scratch of 2 * n units, keys: scratch of n * (n_ties + 1).
 */
void td_rank_cluster(const td_prepared *prepared, const td_block *b, size_t cluster,
                     td_standing *standing, size_t *order, double *keys);

/* ---- one cluster under one weight vector ---- */

/* What one thread needs, made before a parallel region. */
typedef struct td_worker {
    td_totals totals;
    struct td_matrix
        *matrix; /* engine/methods; NULL when no rule set is ranked by another method */
    size_t *order;
    double *keys;
} td_worker;

/* TD_OK or TD_ENOMEM; released by td_worker_release() in either case. */
td_status td_worker_init(td_worker *worker, const td_prepared *prepared);
void td_worker_release(td_worker *worker);

/*
 * Weighs, settles and ranks one cluster: what td_evaluate() does for each.
 *
 * block     of the cluster's rule set; its own, or a copy with other points
 * weights   [td_items] of all rule sets
 * standing  [units of the cluster]
 */
void td_evaluate_cluster(const td_prepared *prepared, const td_block *block, size_t cluster,
                         const double *weights, td_worker *worker, td_standing *standing);

/* The largest points (or assigned maximum and bonus) of any unit, [td_items], by which totals are
   bounded. NULL when out of memory; the caller frees. */
double *td_largest_items(const td_prepared *prepared);
/* The same of the first n rows of a block, on top of what largest, [n_items of the block], holds. */
void td_largest_of_rows(const td_block *block, size_t n, double *largest);

/* Do totals under these weights, [n_items of the block], keep the exact range? */
bool td_totals_in_range(const td_block *block, const double *weights, const double *largest);
/* The same of all rule sets, with a fault for the first where they do not: TD_OK or TD_EDATA.
   weights, largest: [td_items]. */
td_status td_check_totals(const td_prepared *prepared, const double *weights, const double *largest,
                          td_errors *errors);

/* What a tie key compares, larger is better; of a share: 0. Only keys of points, bonuses and
   deductions look at the standing. */
double td_tie_key(const td_prepared *prepared, const td_block *b, const td_tie *tie, size_t unit,
                  const td_standing *standing);

#endif
