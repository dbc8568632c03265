/*
 * The awards of one cluster: who may be a candidate, what bounds come to, one award after another.
 */
#include <string.h>

#include "engine/award/local_parts.h"

/* ---- the units of a cluster ---- */

static const td_cluster *cluster_of(const td_local *plan, const td_local_scratch *s)
{
    return &plan->evaluation->data.clusters[s->of.cluster];
}

td_nominee td_local_nominee(const td_local_scratch *s, size_t e)
{
    if (s->by_ranks)
        return (td_nominee){.standing = &s->standing[e], .holds = s->holds[e]};
    return (td_nominee){.prepared = s->of.prepared,
                        .block = s->of.block,
                        .unit = s->of.first_unit + e,
                        .row = s->of.first_row + e,
                        .standing = &s->of.standing[e],
                        .codes = s->rules->codes,
                        .holds = s->holds[e]};
}

static bool stands_at(const td_local_scratch *s, size_t e, size_t k)
{
    const td_nominee the = td_local_nominee(s, e);
    return td_nominee_stands_at(&the, &the.block->rules->gates[s->rules->gates[k].gate]);
}

static void find_gates(td_local_scratch *s, size_t e)
{
    s->barred[e] = s->gates[e] = 0;
    for (size_t k = 0; k < s->rules->n_gates; k++) {
        uint64_t awards = s->rules->gates[k].awards;
        if ((awards & ~s->barred[e]) == 0 || !stands_at(s, e, k))
            continue;
        s->barred[e] |= awards;
        s->gates[e] |= k < 64 ? (uint64_t)1 << k : 0;
    }
}

static uint8_t base_of(const td_standing *standing)
{
    return standing->state == TD_UNRANKED   ? TD_AWARD_UNRANKED
           : standing->state == TD_DEFERRED ? TD_AWARD_DEFERRED
                                            : TD_OUTSIDE_QUOTA;
}

void td_local_set_units(const td_local *plan, td_local_scratch *s, const td_local_cluster *the)
{
    const td_cluster *cluster = &plan->evaluation->data.clusters[the->cluster];
    s->of = *the;
    s->n = s->n_units = cluster->n_units;
    s->n_ranked = s->n == 0 ? 0 : the->standing[0].n_ranked;
    s->has_leader = s->by_ranks = s->is_by_rank = false;
    s->rules = &plan->rules[cluster->rules];
    s->rank = s->rank_room;
    s->count = s->ones;
    for (size_t u = 0; u < s->n; u++) {
        s->rank_room[u] = the->standing[u].rank;
        s->base[u] = base_of(&the->standing[u]);
        s->holds[u] = 0;
        s->has_leader |= s->rank[u] == 1;
    }
    s->has_leader &= s->n_ranked >= 2;
    for (size_t u = 0; u < s->n && s->rules->n_gates > 0; u++)
        find_gates(s, u);
}

/* ---- candidates ---- */

static size_t gate_of(const td_local_scratch *s, size_t e, size_t award)
{
    if (s->of.standing[e].state == TD_DEFERRED)
        return s->of.standing[e].gate;
    for (size_t k = 0; k < s->rules->n_gates; k++) {
        bool bars = (s->rules->gates[k].awards >> award & 1) != 0;
        if (bars && (k < 64 ? (s->gates[e] >> k & 1) != 0 : stands_at(s, e, k)))
            return s->rules->gates[k].gate;
    }
    return TD_NONE;
}

/* The same as the quick states below, with all reasons. */
static void judge(const td_local_scratch *s, const td_local_award *award, size_t e)
{
    const td_nominee the = td_local_nominee(s, e);
    td_decision *d = &s->decision[e];
    *d = (td_decision){.quota = TD_NONE,
                       .gate = gate_of(s, e, award->number),
                       .strike = s->awarding->strike_of[the.unit]};
    td_nominee_judge(&the, award->rule, d);
    s->row[e] = (uint8_t)d->state;
}

static bool meets_all(const td_local_scratch *s, const td_local_award *award, size_t e)
{
    const td_nominee the = td_local_nominee(s, e);
    for (size_t i = 0; i < award->n_needs; i++)
        if (!td_nominee_meets(&the, award->needs[i]))
            return false;
    return true;
}

/* Ranks are in order: those that may be candidates stand before the others. */
static void find_states_of_ranks(td_local_scratch *s, const td_local_award *award)
{
    double most = (double)s->n_ranked >= award->least_ranked ? award->most_rank : 0;
    size_t n = 0;
    while (n < s->n_by_rank && s->rank[n] <= most)
        n++;
    s->n_eligible = n;
    memset(s->row, TD_OUTSIDE_QUOTA, n);
    for (size_t e = 0; e < n && award->exclusive != 0; e++)
        s->row[e] = (s->holds[e] & award->exclusive) != 0 ? TD_EXCLUDED : TD_OUTSIDE_QUOTA;
    memset(s->row + n, TD_NOT_ELIGIBLE, s->n_by_rank - n);
    if (s->n > s->n_by_rank)
        s->row[s->n_by_rank] = TD_AWARD_UNRANKED;
}

static void find_states_of_units(td_local_scratch *s, const td_local_award *award)
{
    double most = (double)s->n_ranked >= award->least_ranked ? award->most_rank : 0;
    for (size_t e = 0; e < s->n; e++) {
        bool is_excluded = (s->holds[e] & award->exclusive) != 0;
        uint8_t state = is_excluded ? TD_EXCLUDED : TD_OUTSIDE_QUOTA;
        state = s->rank[e] > most ? TD_NOT_ELIGIBLE : state;
        s->row[e] = s->base[e] != TD_OUTSIDE_QUOTA ? s->base[e] : state;
    }
}

static void find_states(td_local_scratch *s, const td_local_award *award)
{
    if (s->by_ranks)
        find_states_of_ranks(s, award);
    else
        find_states_of_units(s, award);
    for (size_t e = 0; e < s->n && award->n_needs > 0; e++)
        if ((s->row[e] == TD_OUTSIDE_QUOTA || s->row[e] == TD_EXCLUDED) && !meets_all(s, award, e))
            s->row[e] = TD_NOT_ELIGIBLE;
    for (size_t e = 0; e < s->n && s->rules->n_gates > 0; e++)
        if ((s->barred[e] >> award->number & 1) != 0 && s->base[e] == TD_OUTSIDE_QUOTA)
            s->row[e] = TD_BARRED;
}

/* ---- bounds ---- */

static bool counts(const td_local_scratch *s, const td_bound *bound, const td_local_award *award,
                   size_t e)
{
    switch (bound->of) {
    case TD_OF_ELIGIBLE:
        return s->row[e] == TD_OUTSIDE_QUOTA;
    case TD_OF_REMAINING:
        return s->rank[e] > 0 && (s->holds[e] & award->exclusive) == 0;
    default:
        return (s->holds[e] >> bound->holders & 1) != 0;
    }
}

/* award: NULL for a bound over several, which is set before any is decided. */
static size_t denominator_of(const td_local_scratch *s, const td_bound *bound,
                             const td_local_award *award)
{
    if (bound->of == TD_OF_UNITS || bound->of == TD_OF_RANKED)
        return bound->of == TD_OF_UNITS ? s->n_units : s->n_ranked;
    if (bound->of == TD_OF_LEADERS)
        return s->has_leader;
    size_t n = 0, open = 0;
    for (size_t e = 0; e < s->n && award != NULL; e++)
        n += counts(s, bound, award, e) ? s->count[e] : 0;
    if (bound->of == TD_OF_HOLDERS)
        return n + s->open_seats[bound->holders];
    for (size_t i = 0; bound->of == TD_OF_REMAINING && i < award->rule->n_exclusive; i++)
        open += s->open_seats[award->rule->exclusive[i]];
    return n - (open < n ? open : n);
}

static void set_bound(const td_local *plan, td_local_scratch *s, size_t number,
                      const td_local_award *award)
{
    const td_bound *bound = plan->bounds[number].bound;
    const char *kind = bound->only == NULL ? NULL : cluster_of(plan, s)->kind;
    td_local_quota *q = &s->quotas[number];
    *q = (td_local_quota){.limit = TD_NONE, .left = INT64_MAX};
    if (bound->is_share)
        q->denominator = denominator_of(s, bound, award);
    if (bound->only != NULL && (kind == NULL || strcmp(kind, bound->only) != 0))
        return;
    q->limit = bound->is_share ? td_share_limit(bound->share, q->denominator, bound->rounding)
                               : bound->count;
    q->left = (int64_t)q->limit;
}

void td_local_start(const td_local *plan, td_local_scratch *s)
{
    for (size_t k = 0; k < plan->n_lists; k++)
        s->is_ordered[k] = false;
    for (size_t w = 0; w < plan->n_awards; w++)
        s->open_seats[w] = 0;
}

void td_local_set_shared(const td_local *plan, td_local_scratch *s)
{
    for (size_t b = plan->first_shared; b < plan->n_bounds; b++)
        set_bound(plan, s, b, NULL);
}

/* ---- one award ---- */

static void say_record(td_local_scratch *s, size_t e)
{
    s->decision[e] = (td_decision){.state = (td_award_state)s->row[e],
                                   .quota = TD_NONE,
                                   .condition = TD_NONE,
                                   .by_award = TD_NONE,
                                   .gate = TD_NONE,
                                   .strike = TD_NONE};
}

static void read_record(const td_local *plan, td_local_scratch *s, const td_local_award *award)
{
    for (size_t e = 0; e < s->n; e++) {
        const td_nominee the = td_local_nominee(s, e);
        bool given = plan->has_record && td_nominee_was_given(&the, award->rule->code);
        s->row[e] = given ? TD_GIVEN : TD_NOT_GIVEN;
        s->holds[e] |= (uint64_t)given << award->number;
        if (s->decision != NULL)
            say_record(s, e);
    }
}

void td_local_decide_award(const td_local *plan, td_local_scratch *s, const td_local_award *award)
{
    if (award->rule->given) {
        read_record(plan, s, award);
        return;
    }
    if (s->decision == NULL)
        find_states(s, award);
    for (size_t e = 0; e < s->n && s->decision != NULL; e++)
        judge(s, award, e);
    for (size_t i = 0; i < award->n_own; i++)
        set_bound(plan, s, award->first_bound + i, award);
    td_local_choose(plan, s, award);
}

void td_local_decide(const td_local *plan, td_local_scratch *s, const td_local_cluster *the,
                     uint8_t *states, size_t stride)
{
    if (plan->policy == NULL || td_local_decide_distinct(plan, s, the, states, stride))
        return;
    s->decision = NULL;
    td_local_set_units(plan, s, the);
    td_local_start(plan, s);
    td_local_set_shared(plan, s);
    for (size_t t = 0; t < plan->n_awards; t++) {
        const td_local_award *award = &plan->awards[plan->turns[t]];
        td_local_decide_award(plan, s, award);
        memcpy(states + award->number * stride, s->row, s->n);
    }
}
