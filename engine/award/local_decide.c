/*
 * The awards of one cluster. Bounds that hold in the cluster alone need no tree of regions: a
 * group of equals meets the tightest of them, and what that decides is final (choose.c has the
 * general case).
 */
#include <string.h>

#include "engine/award/local_parts.h"

/* ---- the units of a cluster ---- */

static void find_gates(td_local_scratch *s, size_t e)
{
    const td_nominee *the = &s->nominee[e];
    s->barred[e] = s->gates[e] = 0;
    for (size_t k = 0; k < s->rules->n_gates; k++) {
        const td_local_gate *gate = &s->rules->gates[k];
        bool is_new = (gate->awards & ~s->barred[e]) != 0;
        if (is_new && td_nominee_stands_at(the, &the->block->rules->gates[gate->gate])) {
            s->barred[e] |= gate->awards;
            s->gates[e] |= k < 64 ? (uint64_t)1 << k : 0;
        }
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
    s->n = s->n_units = cluster->n_units;
    s->n_ranked = s->n == 0 ? 0 : the->standing[0].n_ranked;
    s->has_leader = false;
    s->by_ranks = s->is_by_rank = false;
    s->rules = &plan->rules[cluster->rules];
    for (size_t u = 0; u < s->n; u++) {
        s->nominee[u] = (td_nominee){.prepared = the->prepared,
                                     .block = the->block,
                                     .unit = cluster->first_unit + u,
                                     .row = the->first_row + u,
                                     .standing = &the->standing[u],
                                     .codes = s->rules->codes};
        s->base[u] = base_of(&the->standing[u]);
        s->has_leader |= the->standing[u].rank == 1 && s->n_ranked >= 2;
        if (s->rules->n_gates > 0)
            find_gates(s, u);
    }
}

/* ---- candidates ---- */

static bool holds_at(const td_local_scratch *s, size_t e, size_t k)
{
    const td_nominee *the = &s->nominee[e];
    return k < 64 ? (s->gates[e] >> k & 1) != 0
                  : td_nominee_stands_at(the, &the->block->rules->gates[s->rules->gates[k].gate]);
}

static size_t gate_of(const td_local_scratch *s, size_t e, size_t award)
{
    const td_standing *standing = s->nominee[e].standing;
    if (standing->state == TD_DEFERRED)
        return standing->gate;
    for (size_t k = 0; k < s->rules->n_gates; k++) {
        const td_local_gate *gate = &s->rules->gates[k];
        if ((gate->awards >> award & 1) != 0 && holds_at(s, e, k))
            return gate->gate;
    }
    return TD_NONE;
}

/* The same as the quick state below, with all reasons. */
static uint8_t judge(const td_local_scratch *s, const td_local_award *award, size_t e)
{
    td_decision *d = &s->decision[e];
    *d = (td_decision){.quota = TD_NONE,
                       .gate = gate_of(s, e, award->number),
                       .strike = s->awarding->strike_of[s->nominee[e].unit]};
    td_nominee_judge(&s->nominee[e], award->rule, d);
    return (uint8_t)d->state;
}

static uint8_t state_of(const td_local_scratch *s, const td_local_award *award, size_t e)
{
    const td_nominee *the = &s->nominee[e];
    if (s->base[e] != TD_OUTSIDE_QUOTA)
        return s->base[e];
    if (s->rules->n_gates > 0 && (s->barred[e] >> award->number & 1) != 0)
        return TD_BARRED;
    for (size_t i = 0; i < award->rule->n_needs; i++)
        if (!td_nominee_meets(the, &award->rule->needs[i]))
            return TD_NOT_ELIGIBLE;
    return (the->holds & award->exclusive) != 0 ? TD_EXCLUDED : TD_OUTSIDE_QUOTA;
}

static size_t count_of(const td_local_scratch *s, size_t e)
{
    return s->by_ranks ? s->count[e] : 1;
}

/* ---- bounds ---- */

static bool counts(const td_local_scratch *s, const td_bound *bound, const td_local_award *award,
                   size_t e)
{
    bool ranked = s->nominee[e].standing->rank > 0;
    switch (bound->of) {
    case TD_OF_ELIGIBLE:
        return s->row[e] == TD_OUTSIDE_QUOTA;
    case TD_OF_REMAINING:
        return ranked && (s->nominee[e].holds & award->exclusive) == 0;
    default:
        return (s->nominee[e].holds >> bound->holders & 1) != 0;
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
        n += counts(s, bound, award, e) ? count_of(s, e) : 0;
    if (bound->of == TD_OF_HOLDERS)
        return n + s->open_seats[bound->holders];
    for (size_t i = 0; bound->of == TD_OF_REMAINING && i < award->rule->n_exclusive; i++)
        open += s->open_seats[award->rule->exclusive[i]];
    return n - (open < n ? open : n);
}

static void set_bound(td_local_scratch *s, const td_bound *bound, const td_local_award *award,
                      const td_cluster *cluster, td_local_quota *q)
{
    bool holds =
        bound->only == NULL || (cluster->kind != NULL && strcmp(cluster->kind, bound->only) == 0);
    *q = (td_local_quota){.limit = TD_NONE, .left = INT64_MAX};
    if (bound->is_share)
        q->denominator = denominator_of(s, bound, award);
    if (!holds)
        return;
    q->limit = bound->is_share ? td_share_limit(bound->share, q->denominator, bound->rounding)
                               : bound->count;
    q->left = (int64_t)q->limit;
}

void td_local_start(const td_local *plan, td_local_scratch *s)
{
    memset(s->is_ordered, 0, (plan->n_lists + 1) * sizeof *s->is_ordered);
    memset(s->open_seats, 0, (plan->n_awards + 1) * sizeof *s->open_seats);
}

void td_local_set_shared(const td_local *plan, td_local_scratch *s, const td_cluster *cluster)
{
    for (size_t b = plan->first_shared; b < plan->n_bounds; b++)
        set_bound(s, plan->bounds[b].bound, NULL, cluster, &s->quotas[b]);
}

/* ---- seats ---- */

/* Candidates of the award in order, and what has become of them. */
typedef struct contest {
    const td_local *plan;
    td_local_scratch *s;
    const td_local_award *award;
    const uint32_t *candidate; /* [n] by merit */
    size_t n;
    size_t on_list, wanted; /* of the reserve */
} contest;

/* The tightest bound; TD_NONE. */
static size_t tightest(const contest *c)
{
    size_t best = TD_NONE;
    const td_local_quota *quotas = c->s->quotas;
    for (size_t k = 0; k < c->award->n_reach; k++) {
        size_t b = c->award->reach[k];
        if (quotas[b].left != INT64_MAX && (best == TD_NONE || quotas[b].left < quotas[best].left))
            best = b;
    }
    return best;
}

static void take(const contest *c, size_t seats, bool open)
{
    for (size_t k = 0; k < c->award->n_reach; k++) {
        td_local_quota *q = &c->s->quotas[c->award->reach[k]];
        *(open ? &q->open : &q->used) += seats;
        if (q->left == INT64_MAX)
            continue;
        q->left -= (int64_t)seats;
        if (q->left < 0) {
            q->over += (size_t)-q->left;
            q->left = 0;
        }
    }
}

/* A group of `weight` equals; *bound: at which they are tied, or which is closed to them. */
static uint8_t settle(const contest *c, size_t weight, size_t *bound)
{
    size_t b = tightest(c);
    td_local_quota *q = b == TD_NONE ? NULL : &c->s->quotas[b];
    td_cut ties = c->award->rule->ties;
    bool fits = q == NULL || (int64_t)weight <= q->left;
    *bound = fits ? TD_NONE : b;
    if (!fits && (q->left == 0 || ties == TD_CUT_EXCLUDE)) {
        q->left = 0;
        return TD_OUTSIDE_QUOTA;
    }
    if (fits || ties == TD_CUT_INCLUDE) {
        take(c, weight, false);
        return TD_PROPOSED;
    }
    if (c->plan->bounds[b].award == c->award->number)
        q->tied += weight;
    take(c, (size_t)q->left, true);
    return TD_TIED_AT_CUT;
}

/* Candidates [begin, end) are equals: they share all that is said of them. */
static void settle_group(contest *c, size_t begin, size_t end, size_t place, size_t weight)
{
    td_local_scratch *s = c->s;
    size_t bound;
    uint8_t state = settle(c, weight, &bound);
    bool listed = state == TD_OUTSIDE_QUOTA && c->on_list < c->wanted;
    for (size_t i = begin; i < end; i++) {
        size_t e = c->candidate[i];
        s->row[e] = listed ? TD_RESERVE : state;
        if (s->decision == NULL)
            continue;
        td_decision *d = &s->decision[e];
        d->state = (td_award_state)s->row[e];
        if (bound != TD_NONE)
            d->quota = s->awarding->first_quota[c->plan->bounds[bound].number] + s->cluster;
        d->place = c->award->has_places ? place : 0;
        d->region = c->award->has_places ? s->cluster : 0;
        d->reserve = listed ? c->on_list + 1 : 0;
    }
    c->on_list += state == TD_OUTSIDE_QUOTA ? weight : 0;
}

/* The reserve list, as far as it is the cluster's own: states are, where all are on it. */
static size_t length_of_list(const contest *c)
{
    if (c->s->decision != NULL && !c->award->has_places)
        return 0;
    return c->award->rule->reserve_all ? SIZE_MAX : c->award->rule->reserve;
}

static void choose(const td_local *plan, td_local_scratch *s, const td_local_award *award)
{
    td_local_order order = td_local_by_merit(plan, s, award);
    contest c = {.plan = plan, .s = s, .award = award, .candidate = s->candidates};
    for (size_t i = 0; i < order.n; i++) {
        s->candidates[c.n] = order.entry[i];
        c.n += s->row[order.entry[i]] == TD_OUTSIDE_QUOTA;
    }
    c.wanted = length_of_list(&c);
    for (size_t i = 0, next, place = 1; i < c.n; i = next) {
        uint32_t level = order.level[s->candidates[i]];
        size_t weight = 0;
        for (next = i; next < c.n && order.level[s->candidates[next]] == level; next++)
            weight += count_of(s, s->candidates[next]);
        settle_group(&c, i, next, place, weight);
        place += weight;
    }
    for (size_t i = 0; i < award->n_own; i++) {
        const td_local_quota *q = &s->quotas[award->first_bound + i];
        s->open_seats[award->number] += q->tied < q->open ? q->tied : q->open;
    }
}

/* ---- one award ---- */

static void read_record(const td_local *plan, td_local_scratch *s, const td_local_award *award)
{
    for (size_t e = 0; e < s->n; e++) {
        bool given = plan->has_record && td_nominee_was_given(&s->nominee[e], award->rule->code);
        s->row[e] = given ? TD_GIVEN : TD_NOT_GIVEN;
        s->nominee[e].holds |= (uint64_t)given << award->number;
        if (s->decision != NULL)
            s->decision[e] = (td_decision){.state = (td_award_state)s->row[e],
                                           .quota = TD_NONE,
                                           .condition = TD_NONE,
                                           .by_award = TD_NONE,
                                           .gate = TD_NONE,
                                           .strike = TD_NONE};
    }
}

void td_local_decide_award(const td_local *plan, td_local_scratch *s, const td_cluster *cluster,
                           const td_local_award *award)
{
    if (award->rule->given) {
        read_record(plan, s, award);
        return;
    }
    for (size_t e = 0; e < s->n; e++)
        s->row[e] = s->decision != NULL ? judge(s, award, e) : state_of(s, award, e);
    for (size_t i = 0; i < award->n_own; i++)
        set_bound(s, plan->bounds[award->first_bound + i].bound, award, cluster,
                  &s->quotas[award->first_bound + i]);
    choose(plan, s, award);
    for (size_t e = 0; e < s->n; e++)
        s->nominee[e].holds |= (uint64_t)(s->row[e] == TD_PROPOSED) << award->number;
}

void td_local_decide(const td_local *plan, td_local_scratch *s, const td_local_cluster *the,
                     uint8_t *states, size_t stride)
{
    if (plan->policy == NULL)
        return;
    const td_cluster *cluster = &plan->evaluation->data.clusters[the->cluster];
    s->decision = NULL;
    td_local_set_units(plan, s, the);
    td_local_start(plan, s);
    td_local_set_shared(plan, s, cluster);
    for (size_t t = 0; t < plan->n_awards; t++) {
        const td_local_award *award = &plan->awards[plan->turns[t]];
        td_local_decide_award(plan, s, cluster, award);
        memcpy(states + award->number * stride, s->row, s->n);
    }
}
