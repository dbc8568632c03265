/*
 * What no single place of a policy shows: awards that wait for later ones or for each other,
 * bounds that cannot hold together, awards that nobody or everybody gets.
 */
#include "criteria/policy_build.h"

static void fault_at(td_policy_build *build, td_message id, const char *pointer, const char *first,
                     const char *second)
{
    td_reader_go(&build->reader, pointer);
    td_reader_fault(&build->reader, id, NULL, first, second, NULL);
}

/* ---- the order of decision ---- */

typedef bool waiting[TD_MAX_AWARDS][TD_MAX_AWARDS]; /* [from][to] */

/* next[w]: the award that w waits for on a shortest way to `goal`; false when there is no way. */
static bool find_way(waiting waits, size_t n, size_t start, size_t goal, size_t *next)
{
    size_t queue[TD_MAX_AWARDS + 1], n_queued = 1;
    for (size_t w = 0; w < n; w++)
        next[w] = TD_NONE;
    queue[0] = goal;
    for (size_t q = 0; q < n_queued && next[start] == TD_NONE; q++)
        for (size_t w = 0; w < n; w++)
            if (waits[w][queue[q]] && next[w] == TD_NONE) {
                next[w] = queue[q];
                queue[n_queued++] = w;
            }
    return next[start] != TD_NONE;
}

/* "a → b → a", from where the way starts to where it is again. */
static const char *way_text(td_policy_build *build, size_t start, size_t goal, const size_t *next)
{
    const td_award_rule *awards = build->policy->awards;
    const char *text = awards[goal].code;
    size_t w = start;
    for (size_t i = 0; i < build->policy->n_awards && text != NULL; i++, w = next[w]) {
        text = td_arena_printf(build->reader.arena, "%s → %s", text, awards[w].code);
        if (w == goal)
            break;
    }
    build->reader.failed |= text == NULL;
    return text == NULL ? "" : text;
}

static void lint_reference(td_policy_build *build, waiting waits,
                           const td_award_reference *reference)
{
    const td_award_rule *awards = build->policy->awards;
    size_t next[TD_MAX_AWARDS];
    if (awards[reference->to].given || reference->to < reference->from)
        return;
    if (reference->to == reference->from)
        fault_at(build, TD_MSG_POLICY_WAITS_FOR_ITSELF, reference->pointer,
                 awards[reference->from].code, "");
    else if (find_way(waits, build->policy->n_awards, reference->to, reference->from, next))
        fault_at(build, TD_MSG_POLICY_CYCLE, reference->pointer,
                 way_text(build, reference->to, reference->from, next), "");
    else
        fault_at(build, TD_MSG_POLICY_LATER, reference->pointer, awards[reference->to].code,
                 awards[reference->from].code);
}

static void lint_order(td_policy_build *build)
{
    waiting waits = {{false}};
    for (size_t r = 0; r < build->n_references; r++)
        waits[build->references[r].from][build->references[r].to] = true;
    for (size_t r = 0; r < build->n_references; r++)
        if (td_errors_size(build->reader.errors) < TD_MAX_FAULTS)
            lint_reference(build, waits, &build->references[r]);
}

/* ---- bounds of one award ---- */

static bool touches(const td_bound *bound, size_t award)
{
    for (size_t i = 0; i < bound->n_awards; i++)
        if (bound->awards[i] == award)
            return true;
    return false;
}

/* The bounds that an award must respect, at most TD_MAX_BOUNDS; *n all the same. */
static void find_bounds(const td_policy_build *build, size_t award,
                        const td_bound *bounds[TD_MAX_BOUNDS], size_t *n)
{
    const td_policy *policy = build->policy;
    const td_award_rule *rule = &policy->awards[award];
    *n = 0;
    for (size_t i = 0; i < rule->n_bounds; i++, ++*n)
        if (*n < TD_MAX_BOUNDS)
            bounds[*n] = &rule->bounds[i];
    for (size_t i = 0; i < policy->n_bounds; i++)
        if (touches(&policy->bounds[i], award)) {
            if (*n < TD_MAX_BOUNDS)
                bounds[*n] = &policy->bounds[i];
            ++*n;
        }
}

static void conflict(td_policy_build *build, const td_lower_bound *lower, size_t most,
                     const char *pointer)
{
    td_points_word least = td_word_of_number((double)lower->at_least);
    td_points_word limit = td_word_of_number((double)most);
    td_reader_go(&build->reader, lower->pointer);
    td_reader_fault(&build->reader, TD_MSG_POLICY_LOWER_ABOVE, "at_least", least.text, limit.text,
                    pointer, NULL);
}

/* A place of `within` lies in one of the bound's, so the bound holds there too. */
static bool holds_within(const td_bound *bound, td_scope within)
{
    return !bound->is_share && bound->only == NULL && bound->within >= within;
}

static void lint_lower(td_policy_build *build, const td_award_rule *rule,
                       const td_bound *const *bounds, size_t n)
{
    for (size_t i = 0; i < rule->n_lower; i++) {
        const td_lower_bound *lower = &rule->lower[i];
        const td_bound *least = NULL;
        for (size_t k = 0; k < n; k++)
            if (holds_within(bounds[k], lower->within) &&
                (least == NULL || bounds[k]->count < least->count))
                least = bounds[k];
        if (least != NULL && lower->at_least > least->count)
            conflict(build, lower, least->count, least->pointer);
        else if (rule->distributes && lower->at_least > rule->total)
            conflict(build, lower, rule->total, "distribute");
    }
}

static void lint_distribution(td_policy_build *build, const td_award_rule *rule)
{
    for (size_t i = 0; rule->distributes && i < rule->n_bounds; i++)
        if (!rule->bounds[i].is_share && rule->bounds[i].within == TD_WITHIN_CLUSTER)
            fault_at(build, TD_MSG_POLICY_DISTRIBUTE_LIMIT, rule->bounds[i].pointer, rule->code,
                     "");
}

static void lint_remaining(td_policy_build *build, const td_award_rule *rule)
{
    for (size_t i = 0; i < rule->n_bounds; i++)
        if (rule->bounds[i].is_share && rule->bounds[i].of == TD_OF_REMAINING &&
            rule->n_exclusive == 0)
            fault_at(build, TD_MSG_POLICY_REMAINING_OF_ALL, rule->bounds[i].pointer, rule->code,
                     "");
}

/* ---- conditions of one award ---- */

static bool is_exclusive(const td_award_rule *rule, size_t award)
{
    for (size_t i = 0; i < rule->n_exclusive; i++)
        if (rule->exclusive[i] == award)
            return true;
    return false;
}

/* Conditions that must hold in any case: to hold an award that excludes this one. */
static void lint_needs(td_policy_build *build, const td_award_rule *rule,
                       const td_requirement *needs, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (needs[i].need == TD_NEED_ALL)
            lint_needs(build, rule, needs[i].children, needs[i].n_children);
        else if (needs[i].need == TD_NEED_HOLDS && is_exclusive(rule, needs[i].award))
            fault_at(build, TD_MSG_POLICY_HOLDS_EXCLUDED, needs[i].pointer,
                     build->policy->awards[needs[i].award].code, "");
    }
}

static void lint_award(td_policy_build *build, size_t award)
{
    const td_award_rule *rule = &build->policy->awards[award];
    const td_bound *bounds[TD_MAX_BOUNDS];
    size_t n;
    find_bounds(build, award, bounds, &n);
    if (n + rule->distributes > TD_MAX_BOUNDS) {
        fault_at(build, TD_MSG_POLICY_BOUNDS_MANY, rule->pointer, rule->code,
                 td_word_of_number(TD_MAX_BOUNDS).text);
        return;
    }
    if (n == 0 && !rule->distributes && rule->n_needs == 0)
        fault_at(build, TD_MSG_POLICY_FOR_EVERYBODY, rule->pointer, rule->code, "");
    lint_lower(build, rule, bounds, n);
    lint_distribution(build, rule);
    lint_remaining(build, rule);
    lint_needs(build, rule, rule->needs, rule->n_needs);
}

void td_policy_lint(td_policy_build *build)
{
    lint_order(build);
    for (size_t w = 0; w < build->policy->n_awards; w++)
        if (!build->is_faulty[w] && !build->policy->awards[w].given)
            lint_award(build, w);
}
