/*
 * Who may be a candidate: gates of the rule set, conditions of the policy, exclusions.
 */
#include <math.h>
#include <string.h>

#include "engine/award/award.h"

static const td_unit *data_of(const td_nominee *the)
{
    return &the->prepared->evaluation->data.units[the->unit];
}

static bool holds(const td_nominee *the, size_t award)
{
    return (the->holds >> award & 1) != 0;
}

/* ---- codes ---- */

/* The whole table is no criterion here. */
static size_t find_criterion(const td_rules *rules, const char *code)
{
    size_t j = td_rules_find_criterion(rules, code);
    return j == 0 ? TD_NONE : j;
}

size_t td_nominee_criterion(const td_nominee *the, const char *code, size_t n_code)
{
    return the->codes != NULL ? the->codes[n_code] : find_criterion(the->block->rules, code);
}

static size_t look_up(const td_rules *rules, const td_requirement *need)
{
    return need->need == TD_NEED_CLASS_AT_LEAST ? td_rules_find_class(rules, need->code)
                                                : find_criterion(rules, need->code);
}

static void look_up_all(const td_rules *rules, const td_requirement *need, size_t *codes)
{
    if (need->code != NULL)
        codes[need->n_code] = look_up(rules, need);
    for (size_t i = 0; i < need->n_children; i++)
        look_up_all(rules, &need->children[i], codes);
}

void td_award_codes(const td_policy *policy, const td_rules *rules, size_t *codes)
{
    for (size_t w = 0; w < policy->n_awards; w++) {
        const td_award_rule *rule = &policy->awards[w];
        for (size_t i = 0; i < rule->n_needs; i++)
            look_up_all(rules, &rule->needs[i], codes);
        for (size_t m = 0; m < rule->n_merits; m++) {
            const td_merit *merit = &rule->merits[m];
            if (merit->code != NULL)
                codes[merit->n_code] = find_criterion(rules, merit->code);
        }
    }
}

static size_t index_of(const td_nominee *the, const td_requirement *need)
{
    return the->codes != NULL ? the->codes[need->n_code] : look_up(the->block->rules, need);
}

/* ---- conditions ---- */

/* Votes of the unit, and what they are counted against. */
static double vote_base(const td_nominee *the, td_vote_base base)
{
    const td_dataset *data = &the->prepared->evaluation->data;
    const td_unit *unit = data_of(the);
    switch (base) {
    case TD_VOTES_OF_PRESENT:
        return unit->votes_present;
    case TD_VOTES_OF_COUNCIL:
        return unit->votes_council;
    default:
        return (double)data->clusters[unit->cluster].n_units;
    }
}

static bool votes_needed(const td_nominee *the, const td_requirement *need, size_t *needed,
                         size_t *base)
{
    double of = vote_base(the, need->base);
    if (isnan(of))
        return false;
    *base = (size_t)of;
    *needed = td_share_limit(need->ratio, *base, TD_QUOTA_CEIL);
    return true;
}

static bool votes_hold(const td_nominee *the, const td_requirement *need)
{
    double votes = data_of(the)->votes;
    size_t needed, base;
    return !isnan(votes) && votes_needed(the, need, &needed, &base) && votes >= (double)needed;
}

static bool is_leader(const td_standing *s)
{
    return s->rank == 1 && s->n_ranked >= 2;
}

static bool class_holds(const td_nominee *the, const td_requirement *need)
{
    size_t own = the->standing->class_index;
    size_t wanted = own == TD_NONE ? TD_NONE : index_of(the, need);
    return wanted != TD_NONE && own <= wanted;
}

static bool figures(const td_nominee *the, const td_requirement *need, td_share *share,
                    int *decimals)
{
    const td_block *b = the->block;
    const td_standing *s = the->standing;
    *decimals = b->rules->view.decimals;
    *share = (td_share){s->total_q, s->assigned_q};
    if (need->need == TD_NEED_LOWEST_SHARE) {
        *decimals = b->rules->view.leaf_decimals;
        *share = need->leaves ? b->lowest_leaf[the->row] : b->lowest_group[the->row];
    } else if (need->code != NULL) {
        size_t j = index_of(the, need);
        if (j == TD_NONE)
            return false;
        const td_watch *w = &b->watch[the->row * b->n_watched + b->watch_of[j]];
        *decimals = b->rules->view.leaf_decimals;
        *share = (td_share){w->points, w->assigned_q};
    }
    return !isnan(share->points_q);
}

/* Both sides of a ratio are exact as doubles: at most 15 digits, or a power of ten. */
static bool share_holds(const td_nominee *the, const td_requirement *need)
{
    td_share share;
    int decimals;
    return figures(the, need, &share, &decimals) && share.assigned_q > 0 &&
           td_share_cmp(share.points_q, share.assigned_q, (double)need->ratio.num,
                        (double)need->ratio.den) >= 0;
}

/* Points as the share of one point. */
static bool points_hold(const td_nominee *the, const td_requirement *need)
{
    td_share share;
    td_decimal asked;
    int decimals;
    return figures(the, need, &share, &decimals) && td_decimal_of(need->number, &asked) &&
           td_share_cmp(share.points_q, (double)td_pow10(decimals), (double)asked.mantissa,
                        (double)td_pow10(asked.places)) >= 0;
}

static bool count_holds(const td_nominee *the, const td_requirement *need)
{
    size_t count = td_nominee_past(the, &need->past, false);
    return (!need->has_at_least || count >= need->at_least) &&
           (!need->has_at_most || count <= need->at_most);
}

static bool every_year(const td_nominee *the, const td_requirement *need)
{
    size_t years = (size_t)(need->past.years_to - need->past.years_from + 1);
    return td_nominee_past(the, &need->past, true) == years;
}

static bool category_holds(const td_nominee *the, const td_requirement *need)
{
    const char *category = data_of(the)->category;
    for (size_t i = 0; category != NULL && i < need->n_categories; i++)
        if (strcmp(category, need->categories[i]) == 0)
            return true;
    return false;
}

static bool children_hold(const td_nominee *the, const td_requirement *need)
{
    if (need->need == TD_NEED_NOT)
        return !td_nominee_meets(the, &need->children[0]);
    bool all = need->need == TD_NEED_ALL;
    for (size_t i = 0; i < need->n_children; i++)
        if (td_nominee_meets(the, &need->children[i]) != all)
            return !all;
    return all;
}

bool td_nominee_meets(const td_nominee *the, const td_requirement *need)
{
    const td_standing *s = the->standing;
    switch (need->need) {
    case TD_NEED_RANK_AT_MOST:
        return s->rank > 0 && s->rank <= need->number;
    case TD_NEED_LEADER:
        return is_leader(s) == need->expected;
    case TD_NEED_CLASS_AT_LEAST:
        return class_holds(the, need);
    case TD_NEED_SHARE_AT_LEAST:
    case TD_NEED_LOWEST_SHARE:
        return share_holds(the, need);
    case TD_NEED_POINTS_AT_LEAST:
        return points_hold(the, need);
    case TD_NEED_HOLDS:
        return holds(the, need->award);
    case TD_NEED_NOT_HOLDS:
        return !holds(the, need->award);
    case TD_NEED_HELD_EVERY_YEAR:
        return every_year(the, need);
    case TD_NEED_HELD:
        return count_holds(the, need);
    case TD_NEED_VOTES:
        return votes_hold(the, need);
    case TD_NEED_CATEGORY:
        return category_holds(the, need);
    case TD_NEED_CLUSTER_SIZE:
        return (double)s->n_ranked >= need->number;
    default:
        return children_hold(the, need);
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

bool td_nominee_stands_at(const td_nominee *the, const td_gate *gate)
{
    const td_case as_case = {.prepared = the->prepared,
                             .block = the->block,
                             .unit = the->unit,
                             .row = the->row,
                             .before_q = the->standing->before_q,
                             .assigned_q = the->standing->assigned_q,
                             .bonus_q = the->standing->bonus_q,
                             .deduction_q = the->block->deduction_q[the->row]};
    return td_case_holds(&as_case, gate->when);
}

/* The first gate that holds and bars the award; TD_NONE. */
static size_t barring_gate(const td_nominee *the, const char *award)
{
    const td_rules *rules = the->block->rules;
    for (size_t g = 0; g < rules->n_gates; g++) {
        const td_gate *gate = &rules->gates[g];
        if (gate->effect == TD_GATE_BAR && bars(gate, award) && td_nominee_stands_at(the, gate))
            return g;
    }
    return TD_NONE;
}

void td_nominee_judge(const td_nominee *the, const td_award_rule *rule, td_decision *d)
{
    const td_standing *s = the->standing;
    d->condition = d->by_award = TD_NONE;
    for (size_t i = 0; i < rule->n_needs && d->condition == TD_NONE; i++)
        if (!td_nominee_meets(the, &rule->needs[i]))
            d->condition = i;
    for (size_t i = 0; i < rule->n_exclusive && d->by_award == TD_NONE; i++)
        if (holds(the, rule->exclusive[i]))
            d->by_award = rule->exclusive[i];
    d->state = d->strike != TD_NONE      ? TD_STRUCK
               : s->state == TD_UNRANKED ? TD_AWARD_UNRANKED
               : s->state == TD_DEFERRED ? TD_AWARD_DEFERRED
               : d->gate != TD_NONE      ? TD_BARRED
               : d->condition != TD_NONE ? TD_NOT_ELIGIBLE
               : d->by_award != TD_NONE  ? TD_EXCLUDED
                                         : TD_OUTSIDE_QUOTA;
}

/* ---- units of an awarding ---- */

static bool looks_at_this_year(const td_requirement *need)
{
    bool is_past = need->need == TD_NEED_HELD || need->need == TD_NEED_HELD_EVERY_YEAR;
    return is_past && need->past.years_from == 0;
}

static uint64_t asked_by(const td_requirement *need)
{
    uint64_t asked = looks_at_this_year(need) ? TD_ANY_AWARD : 0;
    if (need->need == TD_NEED_HOLDS || need->need == TD_NEED_NOT_HOLDS)
        asked |= (uint64_t)1 << need->award;
    for (size_t i = 0; i < need->n_children; i++)
        asked |= asked_by(&need->children[i]);
    return asked;
}

bool td_merit_asks_this_year(const td_merit *merit)
{
    bool is_past = merit->kind == TD_MERIT_HELD || merit->kind == TD_MERIT_NOT_HELD;
    return is_past && merit->past.years_from == 0;
}

uint64_t td_awards_asked(const td_award_rule *rule)
{
    uint64_t asked = 0;
    for (size_t i = 0; i < rule->n_needs; i++)
        asked |= asked_by(&rule->needs[i]);
    for (size_t i = 0; i < rule->n_exclusive; i++)
        asked |= (uint64_t)1 << rule->exclusive[i];
    for (size_t m = 0; m < rule->n_merits; m++)
        if (td_merit_asks_this_year(&rule->merits[m]))
            asked = TD_ANY_AWARD;
    return asked;
}

td_nominee td_award_nominee(const td_awarding *a, size_t unit, uint64_t asked)
{
    td_nominee the = {
        .prepared = a->prepared, .unit = unit, .standing = td_award_standing(a, unit)};
    the.block = td_block_of_unit(a->prepared, unit, &the.row);
    for (size_t w = 0; w < a->policy->n_awards; w++)
        if ((asked & a->decided) >> w & 1 && td_award_holds(a, w, unit))
            the.holds |= (uint64_t)1 << w;
    return the;
}

bool td_need_holds(const td_awarding *a, const td_requirement *need, size_t unit)
{
    td_nominee the = td_award_nominee(a, unit, asked_by(need));
    return td_nominee_meets(&the, need);
}

bool td_need_figures(const td_awarding *a, const td_requirement *need, size_t unit, td_share *share,
                     int *decimals)
{
    td_nominee the = td_award_nominee(a, unit, 0);
    return figures(&the, need, share, decimals);
}

bool td_votes_needed(const td_awarding *a, const td_requirement *need, size_t unit, size_t *needed,
                     size_t *base)
{
    td_nominee the = td_award_nominee(a, unit, 0);
    return votes_needed(&the, need, needed, base);
}

size_t td_award_count_past(const td_awarding *a, const td_past *past, size_t unit, bool by_year)
{
    td_nominee the = td_award_nominee(a, unit, TD_ANY_AWARD);
    return td_nominee_past(&the, past, by_year);
}

static void find_candidate(td_awarding *a, size_t award, uint64_t asked, size_t unit)
{
    const td_award_rule *rule = &a->policy->awards[award];
    td_nominee the = td_award_nominee(a, unit, asked);
    bool deferred = the.standing->state == TD_DEFERRED;
    td_decision *d = td_award_decision(a, award, unit);
    *d = (td_decision){.quota = TD_NONE,
                       .gate = deferred ? the.standing->gate : barring_gate(&the, rule->code),
                       .strike = a->strike_of[unit]};
    td_nominee_judge(&the, rule, d);
}

void td_find_candidates(td_awarding *a, size_t award)
{
    const uint64_t asked = td_awards_asked(&a->policy->awards[award]);
    int n_threads = td_award_threads(a, a->n_units);
#pragma omp parallel for num_threads(n_threads) if (n_threads > 1) schedule(static)
    for (size_t u = 0; u < a->n_units; u++)
        find_candidate(a, award, asked, u);
}
