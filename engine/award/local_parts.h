/*
 * What the files local*.c share: the plan of awards within clusters, and its scratch.
 */
#ifndef TD_ENGINE_AWARD_LOCAL_PARTS_H
#define TD_ENGINE_AWARD_LOCAL_PARTS_H

#include "engine/award/award.h"
#include "engine/award/local.h"

/* A bound that holds in every cluster by itself. */
typedef struct td_local_bound {
    const td_bound *bound;
    size_t number; /* among all bounds of the policy: td_awarding.first_quota */
    size_t award;  /* TD_NONE: over several */
} td_local_bound;

typedef struct td_local_award {
    const td_award_rule *rule;
    size_t number;      /* in the policy */
    bool is_local;      /* its states are decided inside a cluster */
    bool has_places;    /* so are places and the reserve list */
    uint64_t exclusive; /* bits of awards */
    double most_rank; /* what its conditions ask of ranks and cluster sizes, where all must hold */
    double least_ranked;
    size_t n_needs; /* the others */
    const td_requirement **needs;
    size_t list; /* order of merit that it shares with others; TD_NONE: its own, since it looks
                           at awards decided before */
    size_t n_reach;
    size_t reach[TD_MAX_REACH]; /* bounds that touch it, in order of the policy */
    size_t first_bound, n_own;  /* its own, all of them local */
} td_local_award;

/* A gate that bars awards. */
typedef struct td_local_gate {
    size_t gate;
    uint64_t awards;
} td_local_gate;

/* What depends on the rule set. */
typedef struct td_local_rules {
    const size_t *codes; /* td_award_codes() */
    size_t halves;       /* 2 where ranks may be halves, else 1 */
    size_t n_gates;
    td_local_gate *gates;
} td_local_rules;

struct td_local {
    const td_evaluation *evaluation;
    const td_policy *policy; /* NULL: none */
    td_arena *arena;
    size_t n_awards;
    td_local_award *awards; /* [n_awards] in order of the policy */
    size_t *turns;   /* [n_awards] awards in the order in which they are decided: given first */
    size_t n_bounds; /* within clusters: of awards, then from first_shared over several */
    td_local_bound *bounds;
    size_t first_shared;
    size_t n_lists;
    size_t *lists;         /* [n_lists] an award that has these keys of merit */
    td_local_rules *rules; /* [n_rules] */
    bool has_record;       /* history.csv was read */
    bool has_needs;        /* of some award: others than on ranks and sizes */
    td_local_ranks by_ranks;
    bool sizes_decide; /* by ranks: no bound asks of which kind the cluster is */
};

/* Sizes of clusters below this are looked at as bits. */
#define TD_LOCAL_SIZES 63

/* A plan that says of every award whether it is local. NULL when out of memory. */
td_local *td_local_plan(const td_evaluation *evaluation);

/* A bound in the cluster at hand; figures as in td_quota. */
typedef struct td_local_quota {
    size_t limit, denominator, used, open, over;
    int64_t left; /* INT64_MAX: no bound */
    size_t tied;  /* units of its own award that are tied at it */
} td_local_quota;

/*
 * What is decided about: the units of a cluster, or (by ranks) its ranks with the number of units
 * that share each. Called entries below.
 */
struct td_local_scratch {
    td_arena *arena;
    bool failed;
    size_t capacity; /* entries of the largest cluster */
    const td_local_rules *rules;
    size_t n, n_units, n_ranked; /* of the cluster at hand: entries, units, units ranked */
    bool has_leader;
    td_local_cluster of;   /* where units come from; by ranks: just the cluster */
    bool by_ranks;         /* entries are ranks, the best first, then the unranked */
    td_standing *standing; /* [n] of ranks: rank and n_ranked, where conditions want them */
    const double *rank;    /* [n] 0: unranked */
    const size_t *count;   /* [n] units of each; 1 where entries are units */
    double *rank_room;     /* [capacity each] for rank and count */
    size_t *count_room;
    double *naturals; /* [capacity] 1, 2, ...: ranks without ties */
    size_t *ones;     /* [capacity] 1 */
    uint8_t *base;    /* [n] TD_OUTSIDE_QUOTA: may be a candidate; else the state for every award */
    uint64_t *holds;  /* [n] awards proposed or given so far */
    uint64_t *barred; /* [n] awards that gates bar; where the rule set has such gates */
    uint64_t *gates;  /* [n] bit k: gate k of td_local_rules holds; likewise */
    uint8_t *row;     /* [n] states of the award at hand */
    bool *is_ordered; /* [n_lists + 1] */
    uint32_t *order;  /* [(n_lists + 1) * capacity] entries by merit; the last: an award's own */
    uint8_t *equal;   /* [(n_lists + 1) * capacity] as the entry before it in that order */
    bool is_by_rank;
    uint32_t *by_rank; /* [n_by_rank] entries that may be candidates, by rank */
    size_t n_by_rank;
    size_t n_eligible;      /* by ranks: those before meet what is asked of ranks */
    uint32_t *identity;     /* [capacity] 0, 1, ... */
    uint8_t *distinct;      /* [capacity] 0 */
    uint32_t *counters;     /* [2 * capacity + 3] of ranks */
    uint32_t *key;          /* [n_units] by ranks: the entry of a unit */
    float *float_rank;      /* [n_units] */
    bool *has_size;         /* [TD_LOCAL_SIZES] by ranks: clusters of that size without ties are
                               decided */
    uint8_t *by_size;       /* their states: [n_awards][rank], one size after another */
    td_field field;         /* room for n */
    td_local_quota *quotas; /* [n_bounds] */
    size_t *open_seats; /* [n_awards] that the council has still to fill, surely in the cluster */

    /* Whole decisions; NULL: states alone. */
    const td_awarding *awarding;
    td_decision *decision; /* [n] of the award at hand */
};

/* An order of merit: entries from the best down. */
typedef struct td_local_order {
    size_t n;
    const uint32_t *entry; /* [n] */
    const uint8_t *equal;  /* [n] 1: of the same merit as the one before */
} td_local_order;

/* An entry as conditions see it. */
td_nominee td_local_nominee(const td_local_scratch *s, size_t entry);

/* ---- local_order.c ---- */

td_local_order td_local_by_merit(const td_local *plan, td_local_scratch *s,
                                 const td_local_award *award);

/* ---- local_decide.c ---- */

/* Entries of a cluster from its units. */
void td_local_set_units(const td_local *plan, td_local_scratch *s, const td_local_cluster *the);

/* Nothing is ordered, no seat is open. */
void td_local_start(const td_local *plan, td_local_scratch *s);

/* Bounds over several awards, once the entries are there. */
void td_local_set_shared(const td_local *plan, td_local_scratch *s);

/* Decides one award: s->row, and s->decision where there is one. */
void td_local_decide_award(const td_local *plan, td_local_scratch *s, const td_local_award *award);

/* ---- local_seats.c ---- */

/* Gives the seats of an award, whose candidates are TD_OUTSIDE_QUOTA in s->row, and its reserve
   list. */
void td_local_choose(const td_local *plan, td_local_scratch *s, const td_local_award *award);

/* ---- local_award.c ---- */

/* Decides awards plan->turns[from .. to - 1], all of them local, with all that td_decision and
   td_quota say. */
td_status td_local_award_run(td_awarding *a, const td_local *plan, size_t from, size_t to);

/* ---- local_ranks.c ---- */

void td_local_look_at_ranks(td_local *plan);

/* The states of a cluster without ties and units without rank, where ranks suffice: whatever else
   their merit looks at, it has nothing to tell apart. False: it is not such a cluster. */
bool td_local_decide_distinct(const td_local *plan, td_local_scratch *s,
                              const td_local_cluster *the, uint8_t *states, size_t stride);

#endif
