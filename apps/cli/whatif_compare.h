/*
 * What modes say of a result beside the official one.
 */
#ifndef TD_CLI_WHATIF_COMPARE_H
#define TD_CLI_WHATIF_COMPARE_H

#include "apps/cli/whatif.h"

/* Over the clusters that are shown. */
typedef struct td_summary {
    size_t n_clusters;
    size_t n_both, n_moved, n_entered, n_left; /* as td_rank_change, added up */
    size_t moved_most;                         /* unit, TD_NONE */
    size_t n_leaders;                          /* clusters with another leader (or leaders) */
    size_t n_classes;                          /* units with another class */
    size_t n_awards;          /* awards proposed to somebody else: gained and lost */
    size_t n_taus;            /* clusters that have a tau-b */
    double tau_mean, tau_min; /* NaN when none has one */
} td_summary;

/* changes: [n_clusters of the evaluation], filled. TD_OK, TD_EINVAL or TD_ENOMEM. */
td_status td_summarize(const td_whatif *w, const td_run *run, const td_awards *awards,
                       td_rank_change *changes, td_summary *out);

/* Names of the units of rank 1 of a cluster; "" when there is none. text has TD_CELL bytes. */
const char *td_leaders_text(const td_run *run, size_t cluster, char *text);

#endif
