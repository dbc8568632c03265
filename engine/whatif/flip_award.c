/*
 * What the conditions of an award leave to weights, and what not.
 */
#include <math.h>

#include "engine/award/award.h"
#include "engine/whatif/flip.h"

static const td_award_rule *rule_of(const td_prepared *prepared, size_t award)
{
    return &prepared->evaluation->policy->awards[award];
}

/* A condition that no weights can change. */
static bool is_constant(const td_requirement *need)
{
    switch (need->need) {
    case TD_NEED_CATEGORY:
    case TD_NEED_VOTES:
    case TD_NEED_LOWEST_SHARE:
    case TD_NEED_CLUSTER_SIZE:
        return true;
    case TD_NEED_SHARE_AT_LEAST:
    case TD_NEED_POINTS_AT_LEAST:
        return need->code != NULL;
    case TD_NEED_HELD:
    case TD_NEED_HELD_EVERY_YEAR:
        return need->past.years_from > 0;
    case TD_NEED_ALL:
    case TD_NEED_ANY:
    case TD_NEED_NOT:
        for (size_t i = 0; i < need->n_children; i++)
            if (!is_constant(&need->children[i]))
                return false;
        return true;
    default:
        return false;
    }
}

static bool gate_bars(const td_gate *gate, const td_case *the)
{
    size_t n = 0;
    return !td_condition_varies(gate->when, &n) && td_case_holds(the, gate->when);
}

size_t td_award_constant_bar(const td_prepared *prepared, const td_results *official,
                             const td_award_options *options, size_t unit, size_t award,
                             td_decision decision, size_t *gate)
{
    const td_award_rule *rule = rule_of(prepared, award);
    td_awarding a;
    size_t row;
    const td_block *b = td_block_of_unit(prepared, unit, &row);
    const td_case the = {.prepared = prepared,
                         .block = b,
                         .unit = unit,
                         .row = row,
                         .before_q = NAN,
                         .deduction_q = b->deduction_q[row]};
    td_awarding_start(&a, prepared, official, options, NULL);
    *gate = TD_NONE;
    if ((decision.state == TD_BARRED || decision.state == TD_AWARD_DEFERRED) &&
        gate_bars(&b->rules->gates[decision.gate], &the))
        *gate = decision.gate;
    for (size_t i = 0; i < rule->n_needs; i++)
        if (is_constant(&rule->needs[i]) && !td_need_holds(&a, &rule->needs[i], unit))
            return i;
    return TD_NONE;
}

size_t td_award_demands(const td_duel *duel, size_t award, td_demand *demands)
{
    const td_award_rule *rule = rule_of(duel->prepared, award);
    double grid = (double)td_pow10(duel->block->rules->view.decimals);
    size_t n = 0;
    for (size_t i = 0; i < rule->n_needs; i++) {
        const td_requirement *need = &rule->needs[i];
        if (need->code != NULL)
            continue;
        if (need->need == TD_NEED_SHARE_AT_LEAST)
            demands[n++] = (td_demand){true, (double)need->ratio.num / (double)need->ratio.den};
        else if (need->need == TD_NEED_POINTS_AT_LEAST)
            demands[n++] = (td_demand){false, need->number * grid};
    }
    return n;
}

size_t td_award_worst_rank(const td_prepared *prepared, size_t award, double rank_now)
{
    const td_award_rule *rule = rule_of(prepared, award);
    double worst = rank_now;
    for (size_t i = 0; i < rule->n_needs; i++) {
        if (rule->needs[i].need == TD_NEED_RANK_AT_MOST)
            worst = fmin(worst, rule->needs[i].number);
        if (rule->needs[i].need == TD_NEED_LEADER && rule->needs[i].expected)
            worst = fmin(worst, 1);
    }
    return worst < 1 ? 1 : (size_t)worst;
}
