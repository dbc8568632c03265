/*
 * Rule sets whose leaves are straight lines of one indicator each, summed up: their totals are found
 * row by row (kernels/rows.h), without a cell per criterion.
 */
#ifndef TD_ENGINE_LINEAR_H
#define TD_ENGINE_LINEAR_H

#include "engine/kernels/rows.h"
#include "engine/prepared.h"

typedef struct td_linear_plan {
    const td_rules *rules;
    const td_table *table; /* at hand */
    bool is_fit;           /* to extents, which those of later tables may lie within */
    td_extent *extent;     /* [rows.n] of each leaf */
    td_rows rows;
    size_t *indicator; /* [rows.n] of each leaf */
    const td_rows_kernel *kernel;
    bool in_place;     /* rows of the table can be read as they are */
    double assigned_q; /* of every unit, grid of totals */
} td_linear_plan;

/* What one thread needs. */
typedef struct td_linear_scratch {
    double *memory;  /* begins at a multiple of 64 bytes */
    double *totals;  /* [units of a tile, and TD_ROWS_RANKS more] */
    double *copy;    /* [units * criteria] rows that cannot be read in place */
    double *kernel;  /* [TD_ROWS_SCRATCH(units)] */
    size_t *n_units; /* [clusters] of the tile */
} td_linear_scratch;

/*
 * The plan for the rule set of a block; *out NULL when it is not of that shape: criteria that are
 * sums, at most min-max within the cluster, nothing that gates, classes, ties or awards want to
 * know of a criterion. Memory is the arena's. TD_OK or TD_ENOMEM.
 */
td_status td_linear_plan_new(const td_block *block, td_arena *arena, td_linear_plan **out);

/*
 * Fits it to a table; false when the extents of the columns do not prove that the lemma of
 * kernels/rows.h holds. What a plan is fit to is wider than need be, so that one of the tables that
 * follow (blocks of one file) mostly fits as well and costs next to nothing. Totals do not depend on
 * it: they are exact whatever the extents are.
 */
bool td_linear_plan_fit(td_linear_plan *plan, const td_table *table);

/* For tiles of up to max_units. */
td_status td_linear_scratch_init(td_linear_scratch *scratch, size_t max_units,
                                 const td_linear_plan *plan);
void td_linear_scratch_release(td_linear_scratch *scratch);

/* Totals of a tile, on the grid of totals, into scratch->totals: clusters whose rows are adjacent, from
   `row` on. False: a cell is blank or not applicable, and the tile is to be scored leaf by leaf. */
bool td_linear_totals(const td_linear_plan *plan, size_t row, size_t n_clusters,
                      const td_cluster *clusters, td_linear_scratch *scratch);

#endif
