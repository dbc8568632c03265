/*
 * Where awards may change between two places of a sweep although no rank, class or state does:
 * conditions on totals, and orders of merit.
 */
#include "engine/whatif/sweep.h"

#include "engine/award/award.h"

static void meet(td_meeting *w, const td_quotient *x, const td_quotient *y, bool *identical)
{
    td_root roots[2];
    size_t n = td_quotients_meet(x, y, roots, identical, &w->failed);
    for (size_t i = 0; i < n && w->status == TD_OK; i++)
        if (td_root_order(&w->lo, &roots[i], &w->failed) < 0 &&
            td_root_order(&roots[i], &w->hi, &w->failed) < 0)
            w->status = td_places_add(w->out, &roots[i]);
}

static const td_rules *rules_of(const td_meeting *w, size_t unit)
{
    const td_dataset *data = &w->prepared->evaluation->data;
    return w->prepared->evaluation->rules[data->clusters[data->units[unit].cluster].rules];
}

/* After gates: what they deduct does not change between two places. */
static td_affine total_of(const td_meeting *w, size_t unit)
{
    const td_strand *line = &w->lines[unit];
    const td_standing *s = &w->results->standing[unit];
    td_affine total = line->points;
    total.at0 -= line->grid * (td_int128)(s->before_q - s->total_q);
    return total;
}

static td_quotient share_of(const td_meeting *w, size_t unit)
{
    return (td_quotient){total_of(w, unit), w->lines[unit].assigned};
}

/* Quanta as points. */
static td_quotient points_of(td_meeting *w, size_t unit, td_affine x)
{
    td_int128 grid = td_pow10(rules_of(w, unit)->view.decimals);
    return (td_quotient){x, {td_mul_checked(w->lines[unit].grid, grid, &w->failed), 0}};
}

static td_quotient constant(td_fraction x)
{
    return (td_quotient){{x.num, 0}, {x.den, 0}};
}

/* ---- conditions ---- */

static void meet_need(td_meeting *w, const td_requirement *need, size_t unit)
{
    bool identical;
    if (need->need == TD_NEED_SHARE_AT_LEAST && need->code == NULL) {
        td_quotient has = share_of(w, unit);
        td_quotient asked = constant((td_fraction){need->ratio.num, need->ratio.den});
        meet(w, &has, &asked, &identical);
    } else if (need->need == TD_NEED_POINTS_AT_LEAST && need->code == NULL) {
        td_quotient has = points_of(w, unit, total_of(w, unit));
        td_quotient asked = constant(td_fraction_of_double(need->number));
        meet(w, &has, &asked, &identical);
    }
    for (size_t i = 0; i < need->n_children; i++)
        meet_need(w, &need->children[i], unit);
}

/* ---- merit ---- */

static bool follows(td_merit_kind kind)
{
    return kind == TD_MERIT_SHARE || kind == TD_MERIT_POINTS || kind == TD_MERIT_MORE_BONUS;
}

static td_quotient merit_along(td_meeting *w, td_merit_kind kind, size_t unit)
{
    if (kind == TD_MERIT_SHARE)
        return share_of(w, unit);
    td_affine x = kind == TD_MERIT_POINTS ? total_of(w, unit) : w->lines[unit].bonus;
    return points_of(w, unit, x);
}

static bool same_merit(const td_merits *merits, size_t key, size_t a, size_t b)
{
    size_t i = a * merits->n_keys + key, j = b * merits->n_keys + key;
    return td_share_cmp(merits->numerator[i], merits->denominator[i], merits->numerator[j],
                        merits->denominator[j]) == 0;
}

static void meet_merits(td_meeting *w, const td_award_rule *rule, const td_merits *merits, size_t a,
                        size_t b)
{
    bool identical = true;
    for (size_t i = 0; i < rule->n_merits && identical; i++) {
        if (!follows(rule->merits[i].kind)) {
            identical = same_merit(merits, i, a, b);
            continue;
        }
        td_quotient x = merit_along(w, rule->merits[i].kind, a);
        td_quotient y = merit_along(w, rule->merits[i].kind, b);
        meet(w, &x, &y, &identical);
    }
}

static bool is_candidate(const td_meeting *w, size_t award, size_t unit)
{
    td_award_state state = w->awards->decision[award * w->awards->n_units + unit].state;
    return !w->lines[unit].is_out && (state == TD_PROPOSED || state == TD_TIED_AT_CUT ||
                                      state == TD_RESERVE || state == TD_OUTSIDE_QUOTA);
}

/* Units of different clusters compete when any bound or the order of merit is wider. */
static bool is_wider_than_cluster(const td_policy *policy, size_t award)
{
    const td_award_rule *rule = &policy->awards[award];
    bool wide = rule->scope != TD_WITHIN_CLUSTER || rule->n_lower > 0 || policy->n_bounds > 0;
    for (size_t i = 0; i < rule->n_bounds; i++)
        wide |= rule->bounds[i].within != TD_WITHIN_CLUSTER;
    return wide;
}

static void meet_candidates(td_meeting *w, size_t award, const td_merits *merits)
{
    const td_policy *policy = w->prepared->evaluation->policy;
    const td_unit *units = w->prepared->evaluation->data.units;
    bool wide = is_wider_than_cluster(policy, award);
    for (size_t a = 0; a < w->awards->n_units && w->status == TD_OK; a++) {
        if (!is_candidate(w, award, a))
            continue;
        for (size_t b = a + 1; b < w->awards->n_units; b++) {
            if (!wide && units[a].cluster != units[b].cluster)
                break; /* units of a cluster are adjacent */
            if (is_candidate(w, award, b))
                meet_merits(w, &policy->awards[award], merits, a, b);
        }
    }
}

static bool has_following_merit(const td_award_rule *rule)
{
    for (size_t i = 0; i < rule->n_merits; i++)
        if (follows(rule->merits[i].kind))
            return true;
    return false;
}

void td_meeting_find(td_meeting *w)
{
    const td_policy *policy = w->prepared->evaluation->policy;
    for (size_t award = 0; award < policy->n_awards && w->status == TD_OK; award++) {
        const td_award_rule *rule = &policy->awards[award];
        if (rule->given)
            continue;
        for (size_t i = 0; i < rule->n_needs; i++)
            for (size_t u = 0; u < w->awards->n_units && w->status == TD_OK; u++)
                if (!w->lines[u].is_out)
                    meet_need(w, &rule->needs[i], u);
        if (!has_following_merit(rule))
            continue;
        td_merits merits = {0};
        w->status = td_award_merits(w->prepared, w->results, w->awards, award, &merits);
        if (w->status == TD_OK)
            meet_candidates(w, award, &merits);
        td_merits_release(&merits);
    }
}
