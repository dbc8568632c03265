#include "engine/award/verify.h"

#include <stdlib.h>
#include <string.h>

const char *td_award_state_code(td_award_state state)
{
    static const char *const CODES[TD_N_AWARD_STATES] = {
        [TD_PROPOSED] = "proposed",
        [TD_TIED_AT_CUT] = "tied",
        [TD_RESERVE] = "reserve",
        [TD_OUTSIDE_QUOTA] = "outside",
        [TD_EXCLUDED] = "excluded",
        [TD_STRUCK] = "struck",
        [TD_BARRED] = "barred",
        [TD_AWARD_DEFERRED] = "deferred",
        [TD_NOT_ELIGIBLE] = "not-eligible",
        [TD_AWARD_UNRANKED] = "unranked",
        [TD_GIVEN] = "given",
        [TD_NOT_GIVEN] = "not-given",
    };
    return state < TD_N_AWARD_STATES ? CODES[state] : "?";
}

static const td_award_claim *claim_at(const td_verifying *v, size_t unit)
{
    return &v->claims->claim[v->award * v->a.n_units + unit];
}

td_award_claim td_verify_claim(const td_verifying *v, size_t candidate)
{
    return *claim_at(v, v->field.unit[candidate]);
}

void td_verify_refuse(td_verifying *v, size_t unit, td_message id, const char *more,
                      const char *extra)
{
    td_place place = {0};
    if (v->n_refused++ >= TD_MAX_REFUSED)
        return;
    if (v->claims->find != NULL)
        v->claims->find(v->claims->context, v->award, unit, &place);
    td_errors_add(v->errors, id, &place, v->a.policy->awards[v->award].code,
                  v->a.prepared->evaluation->data.units[unit].id, more, extra, NULL);
}

bool td_verify_stands_under(const td_verifying *v, size_t unit, size_t quota)
{
    for (size_t r = 0; r < v->n_reach; r++)
        if (td_quota_of(&v->a, &v->reach[r], unit) == quota)
            return quota != TD_NONE && v->a.left[quota] != INT64_MAX;
    return false;
}

/* ---- states ---- */

static bool is_candidate(td_award_state state)
{
    return state == TD_PROPOSED || state == TD_TIED_AT_CUT || state == TD_RESERVE ||
           state == TD_OUTSIDE_QUOTA;
}

static void compare_states(td_verifying *v)
{
    for (size_t u = 0; u < v->a.n_units; u++) {
        const td_award_claim *claim = claim_at(v, u);
        td_award_state found = td_award_decision(&v->a, v->award, u)->state;
        bool same = is_candidate(found) ? is_candidate(claim->state) : claim->state == found;
        if (!same)
            td_verify_refuse(v, u, TD_MSG_VERIFY_STATE, td_award_state_code(claim->state),
                             is_candidate(found) ? "eligible" : td_award_state_code(found));
        else if (!is_candidate(found) && claim->quota != TD_NONE)
            td_verify_refuse(v, u, TD_MSG_VERIFY_NO_BOUND, td_award_state_code(found), "");
    }
}

static bool is_on_record(const td_awarding *a, const char *award, size_t unit)
{
    const td_dataset *data = &a->prepared->evaluation->data;
    for (size_t h = 0; h < data->units[unit].n_held; h++) {
        const td_held *held = &data->held[data->units[unit].first_held + h];
        if (held->years_ago == 0 && strcmp(held->award, award) == 0)
            return true;
    }
    return false;
}

static void read_record(td_verifying *v)
{
    const char *code = v->a.policy->awards[v->award].code;
    for (size_t u = 0; u < v->a.n_units; u++)
        td_award_decision(&v->a, v->award, u)->state =
            is_on_record(&v->a, code, u) ? TD_GIVEN : TD_NOT_GIVEN;
    compare_states(v);
}

/* The reserve list is filled from those outside anew, hence they all start there. */
static void take_over_claims(td_verifying *v)
{
    for (size_t i = 0; i < v->field.n; i++) {
        td_award_claim claim = td_verify_claim(v, i);
        td_decision *d = td_award_decision(&v->a, v->award, v->field.unit[i]);
        d->state = claim.state == TD_RESERVE ? TD_OUTSIDE_QUOTA : claim.state;
        d->quota = claim.quota;
    }
}

static void compare_reserve(td_verifying *v)
{
    for (size_t i = 0; i < v->field.n; i++) {
        td_award_state claimed = td_verify_claim(v, i).state;
        td_award_state found = td_award_decision(&v->a, v->award, v->field.unit[i])->state;
        if (claimed != found)
            td_verify_refuse(v, v->field.unit[i], TD_MSG_VERIFY_STATE, td_award_state_code(claimed),
                             td_award_state_code(found));
    }
}

static td_status check_candidates(td_verifying *v)
{
    td_status status = td_bounds_set(&v->a, v->award);
    if (status == TD_OK)
        status = td_field_init(&v->a, v->award, &v->field);
    if (status == TD_OK) {
        take_over_claims(v);
        v->n_reach = td_bounds_of(&v->a, v->award, v->reach, TD_MAX_REACH);
        status = v->field.rule->n_lower > 0 ? td_verify_exchanges(v) : td_verify_choice(v);
    }
    if (status == TD_OK && v->n_refused == 0) {
        status = td_give_places(&v->a, v->award, &v->field);
        if (status == TD_OK)
            compare_reserve(v);
    }
    td_field_release(&v->field);
    return status;
}

/* ---- all awards ---- */

static td_status make_room(td_verifying *v)
{
    td_awarding *a = &v->a;
    size_t cells = a->policy->n_awards * a->n_units;
    a->arena = td_arena_new();
    if (a->arena == NULL)
        return TD_ENOMEM;
    a->decision = td_arena_alloc(a->arena, cells, sizeof *a->decision);
    a->strike_of = td_arena_alloc(a->arena, a->n_units, sizeof *a->strike_of);
    if (a->decision == NULL || a->strike_of == NULL || td_bounds_plan(a) != TD_OK)
        return TD_ENOMEM;
    for (size_t i = 0; i < cells; i++)
        a->decision[i] = (td_decision){.quota = TD_NONE,
                                       .condition = TD_NONE,
                                       .by_award = TD_NONE,
                                       .gate = TD_NONE,
                                       .strike = TD_NONE,
                                       .state = TD_NOT_ELIGIBLE};
    for (size_t u = 0; u < a->n_units; u++)
        a->strike_of[u] = TD_NONE;
    for (size_t s = 0; s < a->options->n_strikes; s++)
        a->strike_of[a->options->strikes[s].unit] = s;
    v->proposed = td_arena_alloc(a->arena, a->n_quotas, sizeof *v->proposed);
    v->arriving = td_arena_alloc(a->arena, a->n_quotas, sizeof *v->arriving);
    v->open = td_arena_alloc(a->arena, a->n_quotas, sizeof *v->open);
    return v->proposed == NULL || v->arriving == NULL || v->open == NULL ? TD_ENOMEM : TD_OK;
}

/* Awards on record first: others may ask for them wherever they are listed. */
static td_status check_all(td_verifying *v)
{
    const td_policy *policy = v->a.policy;
    td_status status = td_bounds_set(&v->a, TD_NONE);
    for (v->award = 0; v->award < policy->n_awards; v->award++)
        if (policy->awards[v->award].given)
            read_record(v);
    for (v->award = 0; v->award < policy->n_awards && status == TD_OK; v->award++) {
        if (policy->awards[v->award].given || v->n_refused > 0)
            continue;
        td_find_candidates(&v->a, v->award);
        compare_states(v);
        if (v->n_refused == 0)
            status = check_candidates(v);
    }
    return status == TD_OK && v->n_refused > 0 ? TD_EDATA : status;
}

static bool fits(const td_verifying *v)
{
    for (size_t s = 0; s < v->a.options->n_strikes; s++)
        if (v->a.options->strikes[s].unit >= v->a.n_units)
            return false;
    return v->a.policy != NULL && v->claims->n_awards == v->a.policy->n_awards &&
           v->claims->n_units == v->a.n_units && v->a.results->k == 1 &&
           v->a.results->n_units == v->a.n_units;
}

td_status td_award_verify(const td_prepared *prepared, const td_results *results,
                          const td_award_options *options, const td_award_claims *claims,
                          td_awards *out, size_t *n_by_exchange, td_errors *errors)
{
    td_verifying v = {.claims = claims, .errors = errors};
    td_awarding_start(&v.a, prepared, results, options, NULL);
    if (!fits(&v))
        return TD_EINVAL;
    td_status status = make_room(&v);
    if (status == TD_OK)
        status = check_all(&v);
    if (status != TD_OK) {
        td_arena_free(v.a.arena);
        return status;
    }
    *out = (td_awards){.n_awards = claims->n_awards,
                       .n_units = claims->n_units,
                       .decision = v.a.decision,
                       .n_quotas = v.a.n_quotas,
                       .quotas = v.a.quotas,
                       .memory = v.a.arena};
    if (n_by_exchange != NULL)
        *n_by_exchange = v.n_by_exchange;
    return TD_OK;
}
