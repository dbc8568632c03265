/*
 * Passes: every cluster under one rule set scored, tile by tile and in parallel, and handed to
 * whoever keeps what is needed of it.
 */
#ifndef TD_ENGINE_PASSES_H
#define TD_ENGINE_PASSES_H

#include "engine/score.h"

/*
 * Takes what it wants of a tile just scored. thread: of the team, from 0. ended: a value out of
 * range ended it, and no cell means anything. Called by several threads at once.
 */
typedef void td_keep_tile(void *context, int thread, const td_scoring *scoring, bool ended);

/* May do a tile without its being scored; false: it did nothing. */
typedef bool td_pass_tile(void *context, int thread, size_t first_cluster, size_t n_clusters);

typedef struct td_passes {
    const td_evaluation *evaluation;
    size_t rules;
    size_t max_units;       /* of a cluster */
    td_standard *standards; /* [n_criteria] filled; NULL when nothing is normalized over all */
    td_arena *arena;        /* of the standards */
    td_keep_tile *keep;
    td_pass_tile *instead; /* NULL: every tile is scored */
    void *context;
} td_passes;

/*
 * One pass per level of normalization over all units, then a last one that hands over. Findings
 * and faults come in the order of clusters. TD_OK, TD_EDATA or TD_ENOMEM.
 */
td_status td_run_passes(const td_passes *passes, const td_options *options, td_errors *errors);

/* The most units that a tile can have, given the largest cluster. */
size_t td_units_of_tile(size_t max_units);

/* Units of the largest cluster. */
size_t td_largest_cluster(const td_dataset *data);

#endif
