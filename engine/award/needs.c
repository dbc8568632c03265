/*
 * Who may be a candidate: gates of the rule set, conditions of the policy, exclusions.
 */
#include <math.h>
#include <string.h>

#include "engine/award/award.h"

/* Votes of the unit, and what they are counted against. */
static double vote_base(const td_awarding *a, td_vote_base base, size_t unit)
{
    const td_unit *the = &a->prepared->evaluation->data.units[unit];
    switch (base) {
    case TD_VOTES_OF_PRESENT:
        return the->votes_present;
    case TD_VOTES_OF_COUNCIL:
        return the->votes_council;
    default:
        return (double)td_award_cluster(a, unit)->n_units;
    }
}

bool td_votes_needed(const td_awarding *a, const td_requirement *need, size_t unit, size_t *needed,
                     size_t *base)
{
    double of = vote_base(a, need->base, unit);
    if (isnan(of))
        return false;
    *base = (size_t)of;
    *needed = td_share_limit(need->ratio, *base, TD_QUOTA_CEIL);
    return true;
}

static bool votes_hold(const td_awarding *a, const td_requirement *need, size_t unit)
{
    double votes = a->prepared->evaluation->data.units[unit].votes;
    size_t needed, base;
    return !isnan(votes) && td_votes_needed(a, need, unit, &needed, &base) &&
           votes >= (double)needed;
}

static bool is_leader(const td_standing *s)
{
    return s->rank == 1 && s->n_ranked >= 2;
}

static bool class_holds(const td_awarding *a, const td_requirement *need, size_t unit)
{
    const td_rules *rules = a->prepared->evaluation->rules[td_award_cluster(a, unit)->rules];
    size_t wanted = td_rules_find_class(rules, need->code);
    size_t own = td_award_standing(a, unit)->class_index;
    return wanted != TD_NONE && own != TD_NONE && own <= wanted;
}

bool td_need_figures(const td_awarding *a, const td_requirement *need, size_t unit, td_share *share,
                     int *decimals)
{
    size_t row;
    const td_block *b = td_block_of_unit(a->prepared, unit, &row);
    const td_standing *s = td_award_standing(a, unit);
    *decimals = b->rules->view.decimals;
    *share = (td_share){s->total_q, s->assigned_q};
    if (need->need == TD_NEED_LOWEST_SHARE) {
        *decimals = b->rules->view.leaf_decimals;
        *share = need->leaves ? b->lowest_leaf[row] : b->lowest_group[row];
    } else if (need->code != NULL) {
        size_t j = td_award_criterion(a, need->code, td_award_cluster(a, unit)->rules);
        if (j == TD_NONE)
            return false;
        const td_watch *w = &b->watch[row * b->n_watched + b->watch_of[j]];
        *decimals = b->rules->view.leaf_decimals;
        *share = (td_share){w->points, w->assigned_q};
    }
    return !isnan(share->points_q);
}

static bool share_holds(const td_awarding *a, const td_requirement *need, size_t unit)
{
    td_share share;
    int decimals;
    td_fraction asked = {need->ratio.num, need->ratio.den};
    if (!td_need_figures(a, need, unit, &share, &decimals))
        return false;
    td_fraction has = td_share_fraction(share.points_q, share.assigned_q);
    return td_fraction_ok(has) && td_fraction_cmp(has, asked) >= 0;
}

static bool points_hold(const td_awarding *a, const td_requirement *need, size_t unit)
{
    td_share share;
    int decimals;
    td_fraction asked = td_fraction_of_double(need->number);
    if (!td_need_figures(a, need, unit, &share, &decimals) || !td_fraction_ok(asked))
        return false;
    return td_fraction_cmp(td_points_fraction(share.points_q, decimals), asked) >= 0;
}

static bool count_holds(const td_awarding *a, const td_requirement *need, size_t unit)
{
    size_t count = td_award_count_past(a, &need->past, unit, false);
    return (!need->has_at_least || count >= need->at_least) &&
           (!need->has_at_most || count <= need->at_most);
}

static bool every_year(const td_awarding *a, const td_requirement *need, size_t unit)
{
    size_t years = (size_t)(need->past.years_to - need->past.years_from + 1);
    return td_award_count_past(a, &need->past, unit, true) == years;
}

static bool category_holds(const td_awarding *a, const td_requirement *need, size_t unit)
{
    const char *category = a->prepared->evaluation->data.units[unit].category;
    for (size_t i = 0; category != NULL && i < need->n_categories; i++)
        if (strcmp(category, need->categories[i]) == 0)
            return true;
    return false;
}

static bool children_hold(const td_awarding *a, const td_requirement *need, size_t unit)
{
    if (need->need == TD_NEED_NOT)
        return !td_need_holds(a, &need->children[0], unit);
    bool all = need->need == TD_NEED_ALL;
    for (size_t i = 0; i < need->n_children; i++)
        if (td_need_holds(a, &need->children[i], unit) != all)
            return !all;
    return all;
}

bool td_need_holds(const td_awarding *a, const td_requirement *need, size_t unit)
{
    const td_standing *s = td_award_standing(a, unit);
    switch (need->need) {
    case TD_NEED_RANK_AT_MOST:
        return s->rank > 0 && s->rank <= need->number;
    case TD_NEED_LEADER:
        return is_leader(s) == need->expected;
    case TD_NEED_CLASS_AT_LEAST:
        return class_holds(a, need, unit);
    case TD_NEED_SHARE_AT_LEAST:
    case TD_NEED_LOWEST_SHARE:
        return share_holds(a, need, unit);
    case TD_NEED_POINTS_AT_LEAST:
        return points_hold(a, need, unit);
    case TD_NEED_HOLDS:
        return td_award_holds(a, need->award, unit);
    case TD_NEED_NOT_HOLDS:
        return !td_award_holds(a, need->award, unit);
    case TD_NEED_HELD_EVERY_YEAR:
        return every_year(a, need, unit);
    case TD_NEED_HELD:
        return count_holds(a, need, unit);
    case TD_NEED_VOTES:
        return votes_hold(a, need, unit);
    case TD_NEED_CATEGORY:
        return category_holds(a, need, unit);
    case TD_NEED_CLUSTER_SIZE:
        return (double)s->n_ranked >= need->number;
    default:
        return children_hold(a, need, unit);
    }
}

/* ---- candidates ---- */

static bool bars(const td_gate *gate, const char *award)
{
    for (size_t i = 0; i < gate->n_awards; i++)
        if (strcmp(gate->awards[i], "*") == 0 || strcmp(gate->awards[i], award) == 0)
            return true;
    return false;
}

/* The first gate that holds and bars the award; TD_NONE. */
static size_t barring_gate(const td_awarding *a, const char *award, size_t unit)
{
    size_t row;
    const td_block *b = td_block_of_unit(a->prepared, unit, &row);
    const td_standing *s = td_award_standing(a, unit);
    td_case the = {.prepared = a->prepared,
                   .block = b,
                   .unit = unit,
                   .row = row,
                   .before_q = s->before_q,
                   .assigned_q = s->assigned_q,
                   .bonus_q = s->bonus_q,
                   .deduction_q = b->deduction_q[row]};
    for (size_t g = 0; g < b->rules->n_gates; g++) {
        const td_gate *gate = &b->rules->gates[g];
        if (gate->effect == TD_GATE_BAR && bars(gate, award) && td_case_holds(&the, gate->when))
            return g;
    }
    return TD_NONE;
}

static void find_state(td_awarding *a, size_t award, size_t unit, td_decision *d)
{
    const td_award_rule *rule = &a->policy->awards[award];
    const td_standing *s = td_award_standing(a, unit);
    d->strike = a->strike_of[unit];
    d->gate = s->state == TD_DEFERRED ? s->gate : barring_gate(a, rule->code, unit);
    for (size_t i = 0; i < rule->n_needs && d->condition == TD_NONE; i++)
        if (!td_need_holds(a, &rule->needs[i], unit))
            d->condition = i;
    for (size_t i = 0; i < rule->n_exclusive && d->by_award == TD_NONE; i++)
        if (td_award_holds(a, rule->exclusive[i], unit))
            d->by_award = rule->exclusive[i];
    d->state = d->strike != TD_NONE      ? TD_STRUCK
               : s->state == TD_UNRANKED ? TD_AWARD_UNRANKED
               : s->state == TD_DEFERRED ? TD_AWARD_DEFERRED
               : d->gate != TD_NONE      ? TD_BARRED
               : d->condition != TD_NONE ? TD_NOT_ELIGIBLE
               : d->by_award != TD_NONE  ? TD_EXCLUDED
                                         : TD_OUTSIDE_QUOTA;
}

void td_find_candidates(td_awarding *a, size_t award)
{
    for (size_t u = 0; u < a->n_units; u++)
        find_state(a, award, u, td_award_decision(a, award, u));
}
