#include "engine/award/local.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/award/local_parts.h"
#include "engine/base/messages.h"

/* ---- what stands in the way ---- */

static bool touches(const td_bound *bound, size_t award)
{
    for (size_t i = 0; i < bound->n_awards; i++)
        if (bound->awards[i] == award)
            return true;
    return false;
}

/* The first bound that touches the award and goes beyond clusters; NULL. */
static const td_bound *wide_bound(const td_policy *policy, size_t award)
{
    const td_award_rule *rule = &policy->awards[award];
    for (size_t i = 0; i < rule->n_bounds; i++)
        if (rule->bounds[i].within != TD_WITHIN_CLUSTER)
            return &rule->bounds[i];
    for (size_t i = 0; i < policy->n_bounds; i++)
        if (policy->bounds[i].within != TD_WITHIN_CLUSTER && touches(&policy->bounds[i], award))
            return &policy->bounds[i];
    return NULL;
}

typedef struct obstacle {
    bool is_there;
    td_message message;
    const char *pointer;
} obstacle;

static obstacle find_obstacle(const td_policy *policy, size_t award)
{
    const td_award_rule *rule = &policy->awards[award];
    const td_bound *bound = wide_bound(policy, award);
    bool listed = !rule->reserve_all && rule->reserve > 0;
    if (rule->given)
        return (obstacle){0};
    if (rule->n_lower > 0)
        return (obstacle){true, TD_MSG_AWARD_LOCAL_LOWER, rule->lower[0].pointer};
    if (rule->distributes)
        return (obstacle){true, TD_MSG_AWARD_LOCAL_TOTAL, rule->pointer};
    if (bound != NULL)
        return (obstacle){true, TD_MSG_AWARD_LOCAL_BOUND, bound->pointer};
    if (rule->scope != TD_WITHIN_CLUSTER && listed)
        return (obstacle){true, TD_MSG_AWARD_LOCAL_RESERVE, rule->pointer};
    return (obstacle){0};
}

/* ---- bounds ---- */

static void add_bound(td_local *plan, const td_bound *bound, size_t number, size_t award)
{
    plan->bounds[plan->n_bounds++] = (td_local_bound){bound, number, award};
}

/* Numbers as in bounds.c: those of each award, its total shared out, then those over several. */
static void add_bounds(td_local *plan)
{
    const td_policy *policy = plan->policy;
    size_t number = 0;
    for (size_t w = 0; w < policy->n_awards; w++) {
        const td_award_rule *rule = &policy->awards[w];
        td_local_award *award = &plan->awards[w];
        award->first_bound = plan->n_bounds;
        for (size_t i = 0; i < rule->n_bounds; i++, number++)
            if (award->is_local)
                add_bound(plan, &rule->bounds[i], number, w);
        award->n_own = plan->n_bounds - award->first_bound;
        for (size_t i = 0; i < award->n_own; i++)
            award->reach[award->n_reach++] = award->first_bound + i;
        number += rule->distributes;
    }
    plan->first_shared = plan->n_bounds;
    for (size_t i = 0; i < policy->n_bounds; i++, number++) {
        const td_bound *bound = &policy->bounds[i];
        if (bound->within != TD_WITHIN_CLUSTER)
            continue;
        for (size_t w = 0; w < policy->n_awards; w++)
            if (plan->awards[w].is_local && touches(bound, w))
                plan->awards[w].reach[plan->awards[w].n_reach++] = plan->n_bounds;
        add_bound(plan, bound, number, TD_NONE);
    }
}

static size_t count_bounds(const td_policy *policy)
{
    size_t n = policy->n_bounds;
    for (size_t w = 0; w < policy->n_awards; w++)
        n += policy->awards[w].n_bounds;
    return n;
}

/* ---- orders of merit ---- */

static bool same_keys(const td_award_rule *a, const td_award_rule *b)
{
    bool same = a->n_merits == b->n_merits;
    for (size_t m = 0; m < a->n_merits && same; m++) {
        const td_merit *x = &a->merits[m], *y = &b->merits[m];
        same = x->kind == y->kind && x->kind < TD_MERIT_HELD &&
               (x->kind != TD_MERIT_CRITERION || strcmp(x->code, y->code) == 0);
    }
    return same;
}

static bool asks_this_year(const td_award_rule *rule)
{
    for (size_t m = 0; m < rule->n_merits; m++)
        if (td_merit_asks_this_year(&rule->merits[m]))
            return true;
    return false;
}

static void find_list(td_local *plan, td_local_award *award)
{
    award->list = TD_NONE;
    if (!award->is_local || award->rule->given || asks_this_year(award->rule))
        return;
    for (size_t k = 0; k < plan->n_lists && award->list == TD_NONE; k++)
        if (same_keys(award->rule, plan->awards[plan->lists[k]].rule))
            award->list = k;
    if (award->list == TD_NONE) {
        award->list = plan->n_lists;
        plan->lists[plan->n_lists++] = award->number;
    }
}

/* ---- conditions ---- */

/* Takes what a condition asks of the rank and of the cluster's size; false: it asks more. */
static bool take_need(td_local_award *award, const td_requirement *need)
{
    switch (need->need) {
    case TD_NEED_RANK_AT_MOST:
        award->most_rank = need->number < award->most_rank ? need->number : award->most_rank;
        return true;
    case TD_NEED_LEADER: /* no rank is better than 1 */
        if (!need->expected)
            return false;
        award->most_rank = 1 < award->most_rank ? 1 : award->most_rank;
        award->least_ranked = 2 > award->least_ranked ? 2 : award->least_ranked;
        return true;
    case TD_NEED_CLUSTER_SIZE:
        award->least_ranked =
            need->number > award->least_ranked ? need->number : award->least_ranked;
        return true;
    default:
        return false;
    }
}

static bool sort_needs(td_local *plan, td_local_award *award)
{
    const td_award_rule *rule = award->rule;
    award->needs = td_arena_alloc(plan->arena, rule->n_needs, sizeof *award->needs);
    award->most_rank = INFINITY;
    for (size_t i = 0; award->needs != NULL && i < rule->n_needs; i++)
        if (!take_need(award, &rule->needs[i]))
            award->needs[award->n_needs++] = &rule->needs[i];
    plan->has_needs |= award->n_needs > 0;
    return award->needs != NULL;
}

/* ---- rule sets ---- */

static uint64_t barred_by(const td_gate *gate, const td_policy *policy)
{
    uint64_t awards = 0;
    for (size_t i = 0; gate->effect == TD_GATE_BAR && i < gate->n_awards; i++)
        for (size_t w = 0; w < policy->n_awards; w++)
            if (strcmp(gate->awards[i], "*") == 0 ||
                strcmp(gate->awards[i], policy->awards[w].code) == 0)
                awards |= (uint64_t)1 << w;
    return awards;
}

static bool look_at_rules(td_local *plan, const td_rules *rules, td_local_rules *out)
{
    size_t *codes = td_arena_alloc(plan->arena, plan->policy->n_codes, sizeof *codes);
    out->gates = td_arena_alloc(plan->arena, rules->n_gates, sizeof *out->gates);
    if (codes == NULL || out->gates == NULL)
        return false;
    td_award_codes(plan->policy, rules, codes);
    out->codes = codes;
    out->halves = rules->ranks == TD_FRACTIONAL ? 2 : 1;
    for (size_t g = 0; g < rules->n_gates; g++) {
        uint64_t awards = barred_by(&rules->gates[g], plan->policy);
        if (awards != 0)
            out->gates[out->n_gates++] = (td_local_gate){g, awards};
    }
    return true;
}

/* ---- the plan ---- */

static void take_turns(td_local *plan)
{
    size_t n = 0;
    for (size_t w = 0; w < plan->n_awards; w++)
        if (plan->policy->awards[w].given)
            plan->turns[n++] = w;
    for (size_t w = 0; w < plan->n_awards; w++)
        if (!plan->policy->awards[w].given)
            plan->turns[n++] = w;
}

static bool make_plan(td_local *plan)
{
    const td_policy *policy = plan->policy;
    size_t n = plan->n_awards = policy->n_awards, n_rules = plan->evaluation->n_rules;
    plan->awards = td_arena_alloc(plan->arena, n, sizeof *plan->awards);
    plan->turns = td_arena_alloc(plan->arena, n, sizeof *plan->turns);
    plan->lists = td_arena_alloc(plan->arena, n, sizeof *plan->lists);
    plan->bounds = td_arena_alloc(plan->arena, count_bounds(policy), sizeof *plan->bounds);
    plan->rules = td_arena_alloc(plan->arena, n_rules, sizeof *plan->rules);
    if (plan->awards == NULL || plan->turns == NULL || plan->lists == NULL ||
        plan->bounds == NULL || plan->rules == NULL)
        return false;
    for (size_t w = 0; w < n; w++) {
        td_local_award *award = &plan->awards[w];
        *award = (td_local_award){.rule = &policy->awards[w], .number = w};
        award->is_local = !find_obstacle(policy, w).is_there;
        award->has_places = award->is_local && award->rule->scope == TD_WITHIN_CLUSTER;
        for (size_t i = 0; i < award->rule->n_exclusive; i++)
            award->exclusive |= (uint64_t)1 << award->rule->exclusive[i];
        find_list(plan, award);
        if (!sort_needs(plan, award))
            return false;
    }
    add_bounds(plan);
    take_turns(plan);
    for (size_t r = 0; r < n_rules; r++)
        if (!look_at_rules(plan, plan->evaluation->rules[r], &plan->rules[r]))
            return false;
    return true;
}

td_local *td_local_plan(const td_evaluation *evaluation)
{
    td_local *plan = calloc(1, sizeof *plan);
    if (plan == NULL)
        return NULL;
    *plan = (td_local){.evaluation = evaluation,
                       .policy = evaluation->policy,
                       .arena = td_arena_new(),
                       .has_record = evaluation->data.held != NULL};
    if (plan->arena == NULL || (plan->policy != NULL && !make_plan(plan))) {
        td_local_free(plan);
        return NULL;
    }
    td_local_look_at_ranks(plan);
    return plan;
}

void td_local_free(td_local *plan)
{
    if (plan != NULL)
        td_arena_free(plan->arena);
    free(plan);
}

td_status td_local_new(const td_evaluation *evaluation, td_local **out, td_errors *errors)
{
    const td_policy *policy = evaluation->policy;
    for (size_t w = 0; policy != NULL && w < policy->n_awards; w++) {
        obstacle found = find_obstacle(policy, w);
        td_place place = {.file = policy->view.path, .pointer = found.pointer};
        if (!found.is_there)
            continue;
        td_errors_add(errors, found.message, &place, policy->awards[w].code, NULL);
        return TD_EINVAL;
    }
    td_local *plan = td_local_plan(evaluation);
    if (plan == NULL)
        return TD_ENOMEM;
    *out = plan;
    return TD_OK;
}

/* ---- scratch ---- */

/* Zeroed; notes when there is no memory. */
static void *take(td_local_scratch *s, size_t n, size_t size)
{
    void *memory = td_arena_alloc(s->arena, n, size);
    s->failed |= memory == NULL;
    return memory;
}

static size_t most_merits(const td_local *plan)
{
    size_t most = 1;
    for (size_t w = 0; w < plan->n_awards; w++)
        if (plan->awards[w].rule->n_merits > most)
            most = plan->awards[w].rule->n_merits;
    return most;
}

static void make_room(const td_local *plan, td_local_scratch *s, size_t n)
{
    size_t n_orders = (plan->n_lists + 1) * n;
    s->standing = take(s, n, sizeof *s->standing);
    s->rank = s->rank_room = take(s, n, sizeof *s->rank);
    s->count = s->count_room = take(s, n, sizeof *s->count);
    s->naturals = take(s, n, sizeof *s->naturals);
    s->ones = take(s, n, sizeof *s->ones);
    s->base = take(s, n, sizeof *s->base);
    s->holds = take(s, n, sizeof *s->holds);
    s->barred = take(s, n, sizeof *s->barred);
    s->gates = take(s, n, sizeof *s->gates);
    s->row = take(s, n, sizeof *s->row);
    s->is_ordered = take(s, plan->n_lists + 1, sizeof *s->is_ordered);
    s->order = take(s, n_orders, sizeof *s->order);
    s->equal = take(s, n_orders, sizeof *s->equal);
    s->by_rank = take(s, n, sizeof *s->by_rank);
    s->identity = take(s, n, sizeof *s->identity);
    s->distinct = take(s, n, sizeof *s->distinct);
    s->has_size = take(s, TD_LOCAL_SIZES, sizeof *s->has_size);
    s->by_size = take(s, plan->n_awards, TD_LOCAL_SIZES * (TD_LOCAL_SIZES + 1) / 2);
    s->float_rank = take(s, n, sizeof *s->float_rank);
    s->counters = take(s, 2 * n + 3, sizeof *s->counters);
    s->key = take(s, n, sizeof *s->key);
    s->quotas = take(s, plan->n_bounds + 1, sizeof *s->quotas);
    s->open_seats = take(s, plan->n_awards + 1, sizeof *s->open_seats);
    s->field.unit = take(s, n, sizeof *s->field.unit);
    s->field.keys = take(s, n * most_merits(plan), sizeof *s->field.keys);
    s->field.order = take(s, 2 * n, sizeof *s->field.order);
    for (size_t i = 0; !s->failed && i < n; i++) {
        s->identity[i] = (uint32_t)i;
        s->naturals[i] = (double)(i + 1);
        s->ones[i] = 1;
    }
}

td_local_scratch *td_local_scratch_new(const td_local *plan, size_t max_units)
{
    td_local_scratch *s = calloc(1, sizeof *s);
    if (s == NULL)
        return NULL;
    s->arena = td_arena_new();
    s->capacity = max_units + 1;
    s->failed = s->arena == NULL;
    if (!s->failed)
        make_room(plan, s, s->capacity);
    if (!s->failed)
        return s;
    td_local_scratch_free(s);
    return NULL;
}

void td_local_scratch_free(td_local_scratch *s)
{
    if (s != NULL)
        td_arena_free(s->arena);
    free(s);
}
