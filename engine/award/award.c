#include "engine/award/award.h"

#include <stdlib.h>

#include "engine/award/local_parts.h"

const td_cluster *td_award_cluster(const td_awarding *a, size_t unit)
{
    const td_dataset *data = &a->prepared->evaluation->data;
    return &data->clusters[data->units[unit].cluster];
}

const td_standing *td_award_standing(const td_awarding *a, size_t unit)
{
    return &a->results->standing[unit];
}

td_decision *td_award_decision(const td_awarding *a, size_t award, size_t unit)
{
    return &a->decision[award * a->n_units + unit];
}

bool td_award_holds(const td_awarding *a, size_t award, size_t unit)
{
    td_award_state state = td_award_decision(a, award, unit)->state;
    return state == TD_PROPOSED || state == TD_GIVEN;
}

/* Fewer units are not worth a team of threads. */
#define FEW_UNITS 2000

int td_award_threads(const td_awarding *a, size_t n_pieces)
{
    const td_options options = {.threads = a->n_units < FEW_UNITS ? 1 : a->options->threads};
    return td_threads(&options, n_pieces);
}

/* ---- one award ---- */

static void take_from_record(td_awarding *a, size_t award)
{
    for (size_t u = 0; u < a->n_units; u++) {
        td_nominee the = td_award_nominee(a, u, 0);
        bool given = td_nominee_was_given(&the, a->policy->awards[award].code);
        *td_award_decision(a, award, u) = (td_decision){.state = given ? TD_GIVEN : TD_NOT_GIVEN,
                                                        .quota = TD_NONE,
                                                        .condition = TD_NONE,
                                                        .by_award = TD_NONE,
                                                        .gate = TD_NONE,
                                                        .strike = TD_NONE};
    }
}

static td_status decide(td_awarding *a, size_t award)
{
    const td_award_rule *rule = &a->policy->awards[award];
    td_find_candidates(a, award);
    td_status status = td_bounds_set(a, award);
    td_field field = {0};
    if (status == TD_OK)
        status = td_field_init(a, award, &field);
    if (status == TD_OK)
        status =
            rule->n_lower > 0 ? td_choose_exactly(a, award, &field) : td_choose(a, award, &field);
    if (status == TD_OK || status == TD_EINFEASIBLE) {
        td_status given = td_give_places(a, award, &field);
        status = given == TD_OK ? status : given;
    }
    td_field_release(&field);
    return status;
}

/* ---- all awards ---- */

static td_status make_room(td_awarding *a)
{
    size_t cells = a->policy->n_awards * a->n_units;
    a->decision = td_arena_alloc(a->arena, cells, sizeof *a->decision);
    a->strike_of = td_arena_alloc(a->arena, a->n_units, sizeof *a->strike_of);
    if (a->decision == NULL || a->strike_of == NULL)
        return TD_ENOMEM;
    for (size_t u = 0; u < a->n_units; u++)
        a->strike_of[u] = TD_NONE;
    for (size_t s = 0; s < a->options->n_strikes; s++)
        a->strike_of[a->options->strikes[s].unit] = s;
    a->decided = 0;
    return td_bounds_plan(a);
}

static td_status decide_over_all(td_awarding *a, size_t award)
{
    td_status status = TD_OK;
    if (a->policy->awards[award].given)
        take_from_record(a, award);
    else
        status = decide(a, award);
    a->decided |= (uint64_t)1 << award;
    return status;
}

/* Awards in turn: those that are decided within clusters, run by run, the others by themselves. */
static td_status decide_all(td_awarding *a, const td_local *plan, bool plainly)
{
    td_status status = make_room(a), infeasible = TD_OK;
    if (status == TD_OK)
        status = td_bounds_set(a, TD_NONE);
    for (size_t t = 0, next; t < plan->n_awards && status == TD_OK; t = next) {
        for (next = t; next < plan->n_awards && !plainly; next++)
            if (!plan->awards[plan->turns[next]].is_local)
                break;
        if (next > t) {
            status = td_local_award_run(a, plan, t, next);
            continue;
        }
        status = decide_over_all(a, plan->turns[t]);
        next = t + 1;
        if (status == TD_EINFEASIBLE) { /* said; the awards after it are decided all the same */
            infeasible = status;
            status = TD_OK;
        }
    }
    return status == TD_OK ? infeasible : status;
}

void td_awarding_start(td_awarding *a, const td_prepared *prepared, const td_results *results,
                       const td_award_options *options, td_errors *errors)
{
    static const td_award_options NONE = {0};
    const td_dataset *data = &prepared->evaluation->data;
    *a = (td_awarding){.prepared = prepared,
                       .results = results,
                       .policy = prepared->evaluation->policy,
                       .options = options != NULL ? options : &NONE,
                       .errors = errors,
                       .decided = TD_ANY_AWARD,
                       .n_units = data->n_units,
                       .n_clusters = data->n_clusters,
                       .n_groups = data->n_groups};
}

static bool are_valid(const td_awarding *a)
{
    for (size_t s = 0; s < a->options->n_strikes; s++)
        if (a->options->strikes[s].unit >= a->n_units)
            return false;
    return a->results->k == 1 && a->results->n_units == a->n_units;
}

static td_status decide_by_plan(td_awarding *a, bool plainly)
{
    td_local *plan = td_local_plan(a->prepared->evaluation);
    td_status status = plan == NULL ? TD_ENOMEM : decide_all(a, plan, plainly);
    td_local_free(plan);
    return status;
}

static td_status award(const td_prepared *prepared, const td_results *results,
                       const td_award_options *options, bool plainly, td_awards *out,
                       td_errors *errors)
{
    td_awarding a;
    td_awarding_start(&a, prepared, results, options, errors);
    if (!are_valid(&a))
        return TD_EINVAL;
    if (a.policy == NULL) {
        *out = (td_awards){.n_units = a.n_units};
        return TD_OK;
    }
    a.arena = td_arena_new();
    td_status status = a.arena == NULL ? TD_ENOMEM : decide_by_plan(&a, plainly);
    if (status != TD_OK && status != TD_EINFEASIBLE) {
        td_arena_free(a.arena);
        return status;
    }
    *out = (td_awards){.n_awards = a.policy->n_awards,
                       .n_units = a.n_units,
                       .decision = a.decision,
                       .n_quotas = a.n_quotas,
                       .quotas = a.quotas,
                       .memory = a.arena};
    return status;
}

td_status td_award(const td_prepared *prepared, const td_results *results,
                   const td_award_options *options, td_awards *out, td_errors *errors)
{
    return award(prepared, results, options, false, out, errors);
}

td_status td_award_plainly(const td_prepared *prepared, const td_results *results,
                           const td_award_options *options, td_awards *out, td_errors *errors)
{
    return award(prepared, results, options, true, out, errors);
}

void td_awards_release(td_awards *awards)
{
    td_arena_free(awards->memory);
    *awards = (td_awards){0};
}
