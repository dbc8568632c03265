/*
 * Awards from ranks alone: units of one rank share every decision, so ranks are decided about, each
 * with the number of units that have it.
 */
#include <string.h>

#include "engine/award/local_parts.h"

/* ---- whether they suffice ---- */

static bool is_of_rank(const td_requirement *need)
{
    switch (need->need) {
    case TD_NEED_RANK_AT_MOST:
    case TD_NEED_LEADER:
    case TD_NEED_HOLDS:
    case TD_NEED_NOT_HOLDS:
    case TD_NEED_CLUSTER_SIZE:
        return true;
    case TD_NEED_ALL:
    case TD_NEED_ANY:
    case TD_NEED_NOT:
        for (size_t i = 0; i < need->n_children; i++)
            if (!is_of_rank(&need->children[i]))
                return false;
        return true;
    default:
        return false;
    }
}

/* Units of one rank are equal in points or share, whichever ranks, and in class where that comes
   first. With the same assigned maximum they are equal in both. */
static bool is_told(const td_rules *rules, const td_merit *merit, td_local_ranks *out)
{
    bool by_points = rules->view.rank_by == TD_BY_POINTS,
         by_share = rules->view.rank_by == TD_BY_SHARE;
    if (merit->kind == TD_MERIT_RANK)
        return true;
    if (merit->kind == TD_MERIT_CLASS)
        return rules->view.rank_class_first;
    if (td_rules_has_method(rules) || !(by_points || by_share))
        return false;
    if (merit->kind != TD_MERIT_SHARE && merit->kind != TD_MERIT_POINTS)
        return false;
    out->equal_assigned |= merit->kind == TD_MERIT_SHARE ? by_points : by_share;
    return true;
}

static bool suffices_under(const td_local *plan, size_t r, td_local_ranks *out)
{
    const td_rules *rules = plan->evaluation->rules[r];
    if (plan->rules[r].n_gates > 0)
        return false;
    for (size_t g = 0; g < rules->n_gates; g++)
        if (rules->gates[g].effect == TD_GATE_DEFERRED)
            return false;
    for (size_t w = 0; w < plan->n_awards; w++) {
        const td_award_rule *rule = plan->awards[w].rule;
        if (!rule->given && rule->merits[0].kind != TD_MERIT_RANK)
            return false;
        for (size_t m = 0; m < rule->n_merits && !rule->given; m++)
            if (!is_told(rules, &rule->merits[m], out))
                return false;
    }
    return true;
}

static bool suffices(const td_local *plan, td_local_ranks *out)
{
    for (size_t w = 0; w < plan->n_awards; w++) {
        const td_local_award *award = &plan->awards[w];
        if (!award->is_local || (award->rule->given && plan->has_record))
            return false;
        for (size_t i = 0; i < award->rule->n_needs; i++)
            if (!is_of_rank(&award->rule->needs[i]))
                return false;
    }
    for (size_t r = 0; r < plan->evaluation->n_rules; r++)
        if (plan->policy != NULL && !suffices_under(plan, r, out))
            return false;
    return true;
}

void td_local_look_at_ranks(td_local *plan)
{
    plan->by_ranks = (td_local_ranks){0};
    plan->by_ranks.suffice = suffices(plan, &plan->by_ranks);
    plan->sizes_decide = true;
    for (size_t b = 0; b < plan->n_bounds; b++)
        plan->sizes_decide &= plan->bounds[b].bound->only == NULL;
}

td_local_ranks td_local_by_ranks(const td_local *plan)
{
    return plan->by_ranks;
}

/* ---- one cluster ---- */

/* Counts the units of each rank; key: the counter of each unit, 0 of the unranked. */
static size_t count_ranks(td_local_scratch *s, const float *rank)
{
    size_t n_counters = s->rules->halves * s->n_units + 1;
    const float halves = (float)s->rules->halves;
    memset(s->counters, 0, n_counters * sizeof *s->counters);
    for (size_t u = 0; u < s->n_units; u++) {
        s->key[u] = (uint32_t)(halves * rank[u]);
        s->counters[s->key[u]]++;
    }
    return n_counters;
}

/* Entries: the ranks that occur, best first, then the unranked; counters: which entry each is. */
static void set_ranks(td_local_scratch *s, const float *rank)
{
    uint32_t *counters = s->counters;
    size_t n = 0, n_counters = count_ranks(s, rank), n_unranked = counters[0];
    const double step = 1 / (double)s->rules->halves;
    for (size_t k = 1; k < n_counters; k++) {
        uint32_t count = counters[k];
        s->count_room[n] = count;
        s->rank_room[n] = (double)k * step;
        counters[k] = (uint32_t)n;
        n += count > 0;
    }
    s->n_ranked = s->n_units - n_unranked;
    s->n_by_rank = n;
    s->n = n + (n_unranked > 0);
    s->count_room[n] = n_unranked;
    s->rank_room[n] = 0;
    s->count = s->count_room;
    s->rank = s->rank_room;
    counters[0] = (uint32_t)n;
    for (size_t u = 0; u < s->n_units; u++)
        s->key[u] = counters[s->key[u]];
}

/* What conditions beyond ranks and sizes look at. */
static void set_standings(td_local_scratch *s)
{
    for (size_t e = 0; e < s->n; e++) {
        s->standing[e].rank = s->rank[e];
        s->standing[e].n_ranked = s->n_ranked;
    }
}

static void start(const td_local *plan, td_local_scratch *s)
{
    s->has_leader = s->n_ranked >= 2 && s->rank[0] == 1;
    memset(s->holds, 0, s->n * sizeof *s->holds);
    if (plan->has_needs)
        set_standings(s);
    td_local_start(plan, s);
    td_local_set_shared(plan, s);
}

/* ---- clusters without ties ---- */

/* Ranks 1 to n, each once: what the awards come to depends on n alone. Kept for the next cluster
   of that size: state[award][rank]. */
static uint8_t *states_by_size(const td_local *plan, td_local_scratch *s, size_t n)
{
    uint8_t *states = s->by_size + plan->n_awards * (n * (n + 1) / 2);
    if (s->has_size[n])
        return states;
    s->n = s->n_by_rank = s->n_ranked = n;
    s->count = s->ones;
    s->rank = s->naturals;
    start(plan, s);
    for (size_t t = 0; t < plan->n_awards; t++) {
        const td_local_award *award = &plan->awards[plan->turns[t]];
        td_local_decide_award(plan, s, award);
        memcpy(states + award->number * (n + 1) + 1, s->row, n);
    }
    s->has_size[n] = true;
    return states;
}

/* By ranks that are whole or halves, 0 for the unranked. False: there are ties, or units without a
   rank. */
static bool decide_by_size(const td_local *plan, td_local_scratch *s, const float *rank,
                           uint8_t *states, size_t stride)
{
    const size_t n = s->n_units, n_awards = plan->n_awards;
    if (!plan->sizes_decide || n >= TD_LOCAL_SIZES)
        return false;
    uint8_t whole[TD_LOCAL_SIZES];
    uint64_t seen = 0;
    for (size_t u = 0; u < n; u++) {
        whole[u] = (uint8_t)(int)rank[u]; /* to an int is one instruction */
        seen |= (uint64_t)1 << whole[u];
    }
    if (seen != ((uint64_t)2 << n) - 2)
        return false;
    const uint8_t *known = states_by_size(plan, s, n);
    for (size_t w = 0; w < n_awards; w++, known += n + 1, states += stride)
        for (size_t u = 0; u < n; u++)
            states[u] = known[whole[u]];
    return true;
}

static void take_cluster(const td_local *plan, td_local_scratch *s, size_t cluster)
{
    const td_cluster *the = &plan->evaluation->data.clusters[cluster];
    s->decision = NULL;
    s->by_ranks = true;
    s->of = (td_local_cluster){.cluster = cluster};
    s->rules = &plan->rules[the->rules];
    s->n_units = the->n_units;
}

bool td_local_decide_distinct(const td_local *plan, td_local_scratch *s,
                              const td_local_cluster *the, uint8_t *states, size_t stride)
{
    if (!plan->by_ranks.suffice || !plan->sizes_decide)
        return false;
    take_cluster(plan, s, the->cluster);
    for (size_t u = 0; u < s->n_units; u++)
        s->float_rank[u] = (float)the->standing[u].rank;
    return decide_by_size(plan, s, s->float_rank, states, stride);
}

void td_local_decide_ranks(const td_local *plan, td_local_scratch *s, size_t cluster,
                           const float *rank, uint8_t *states, size_t stride)
{
    if (plan->policy == NULL)
        return;
    take_cluster(plan, s, cluster);
    if (decide_by_size(plan, s, rank, states, stride))
        return;
    set_ranks(s, rank);
    start(plan, s);
    for (size_t t = 0; t < plan->n_awards; t++) {
        const td_local_award *award = &plan->awards[plan->turns[t]];
        uint8_t *row = states + award->number * stride;
        td_local_decide_award(plan, s, award);
        for (size_t u = 0; u < s->n_units; u++)
            row[u] = s->row[s->key[u]];
    }
}
