/*
 * Awards decided cluster by cluster, without looking at any other unit.
 *
 * A policy is local when every decision can be taken inside a cluster: bounds are within clusters,
 * no lower bounds, no total shared out, and no reserve list of limited length that goes beyond a
 * cluster. Conditions, gates, exclusions and keys of merit look at the unit, its cluster and its
 * record alone, so they never stand in the way. States are those of td_decision.state, to the
 * last one. Council strikes are left out here: td_award() takes them.
 *
 *   local.c         the plan: which awards are local, what each needs, codes found once
 *   local_order.c   units of a cluster in order of merit, once for all awards with the same keys
 *   local_decide.c  one cluster: candidates, what bounds come to
 *   local_seats.c   seats from the best down, the cut, the reserve list
 *   local_ranks.c   the same from the ranks alone
 *   local_award.c   whole decisions of all clusters in parallel, for td_award()
 */
#ifndef TD_ENGINE_AWARD_LOCAL_H
#define TD_ENGINE_AWARD_LOCAL_H

#include "engine/prepared.h"

/* How a policy is decided within clusters; immutable, for any number of threads. */
typedef struct td_local td_local;

/* What one thread writes while it decides. */
typedef struct td_local_scratch td_local_scratch;

/*
 * Plans the awards of an evaluation, which must outlive the plan. Without a policy there are none
 * and the plan is that of no awards. Freed by td_local_free(), which takes NULL.
 * Returns TD_OK; TD_EINVAL when the policy is not local: errors (may be NULL) say which award, and
 * which bound or list; TD_ENOMEM.
 */
td_status td_local_new(const td_evaluation *evaluation, td_local **out, td_errors *errors);
void td_local_free(td_local *plan);

/* For clusters of at most max_units units. NULL when out of memory. */
td_local_scratch *td_local_scratch_new(const td_local *plan, size_t max_units);
void td_local_scratch_free(td_local_scratch *scratch);

/* Units of one cluster, as they were scored, settled and ranked. */
typedef struct td_local_cluster {
    const td_prepared *prepared; /* as td_case wants it */
    const td_block *block;       /* of the cluster's rule set, or of a part with these units */
    size_t first_row;            /* of the cluster's first unit in block */
    size_t cluster;
    size_t first_unit;           /* of the cluster in the evaluation */
    const td_standing *standing; /* [units of the cluster] */
} td_local_cluster;

/*
 * Decides all awards of one cluster: states[award * stride + u] is the td_award_state of unit u of
 * the cluster. No allocation. Time O(n) per award where the order of ranks is the order of merit
 * (ties included), else O(n log n).
 */
void td_local_decide(const td_local *plan, td_local_scratch *scratch, const td_local_cluster *the,
                     uint8_t *states, size_t stride);

/*
 * Whether ranks tell everything: conditions on rank, leaders, cluster size and awards of this year,
 * the order of merit by rank, no gate that bars or defers, no record of awards. `equal_assigned`:
 * only for clusters whose ranked units have the same assigned maximum (a rank by points is then
 * one by share, and the other way round).
 */
typedef struct td_local_ranks {
    bool suffice, equal_assigned;
} td_local_ranks;

td_local_ranks td_local_by_ranks(const td_local *plan);

/* As td_local_decide() where ranks suffice: rank[units of the cluster] as td_standing has it, 0 for
   the unranked. */
void td_local_decide_ranks(const td_local *plan, td_local_scratch *scratch, size_t cluster,
                           const float *rank, uint8_t *states, size_t stride);

#endif
