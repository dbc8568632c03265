#include "apps/report/awards_json.h"

#include <stdlib.h>

#include "apps/report/awards.h"
#include "apps/report/provenance_json.h"
#include "apps/report/ranking.h"
#include "apps/report/text.h"

static void emit_index(td_emitter *json, const char *key, size_t index)
{
    if (index == TD_NONE)
        td_emit_raw(json, key, "null");
    else
        td_emit_count(json, key, index);
}

void td_emit_award_code(td_emitter *json, const td_scored *scored, const char *key, size_t award)
{
    td_emit_text(json, key,
                 award == TD_NONE ? NULL : td_policy_award(scored->awarded->policy, award).code);
}

/* ---- bounds ---- */

static void emit_worked_line(td_emitter *json, const td_scored *scored, const td_quota *quota)
{
    char vi[TD_CELL], en[TD_CELL];
    td_quota_text(scored->evaluation, quota, TD_VI, vi, sizeof vi);
    td_quota_text(scored->evaluation, quota, TD_EN, en, sizeof en);
    const char *const texts[2] = {vi, en};
    td_emit_both(json, "line", texts);
}

static void emit_quota(td_emitter *json, const td_scored *scored, size_t index)
{
    static const char *const SCOPES[] = {
        [TD_WITHIN_CLUSTER] = "cluster", [TD_WITHIN_GROUP] = "group", [TD_WITHIN_ALL] = "all"};
    const td_quota *q = &scored->awarded->awards.quotas[index];
    size_t taken = q->used + q->open;
    td_emit_open_inline(json, NULL, '{');
    td_emit_count(json, "index", index);
    td_emit_award_code(json, scored, "award", q->award);
    td_emit_text(json, "bound", td_quota_pointer(scored->evaluation, q));
    td_emit_text(json, "within", SCOPES[q->within]);
    td_emit_text(json, "place", td_quota_place(scored->evaluation, q));
    emit_index(json, "denominator", q->is_share || q->is_distributed ? q->denominator : TD_NONE);
    td_emit_count(json, "limit", q->limit);
    td_emit_count(json, "used", q->used);
    td_emit_count(json, "open", q->open);
    td_emit_count(json, "over", q->over);
    td_emit_count(json, "slack", taken < q->limit ? q->limit - taken : 0);
    emit_worked_line(json, scored, q);
    td_emit_close(json, '}');
}

void td_emit_quotas(td_emitter *json, const td_scored *scored)
{
    const td_awards *awards = &scored->awarded->awards;
    td_emit_open(json, "quotas", '[');
    for (size_t q = 0; q < awards->n_quotas; q++)
        if (awards->quotas[q].limit != TD_NONE)
            emit_quota(json, scored, q);
    td_emit_close(json, ']');
}

/* ---- units ---- */

static td_status emit_unit(td_emitter *json, const td_scored *scored, size_t award, size_t unit)
{
    const td_awarded *awarded = scored->awarded;
    const td_decision *d = td_decision_of(&awarded->awards, award, unit);
    td_unit_view view = td_evaluation_unit(scored->evaluation, unit);
    td_award_explanation why = {0};
    td_status status = td_award_explain(scored->prepared, scored->results, &awarded->options,
                                        &awarded->awards, award, unit, &why);
    if (status != TD_OK)
        return status;
    td_emit_open_inline(json, NULL, '{');
    td_emit_text(json, "unit", view.id);
    td_emit_text(json, "name", view.name);
    td_emit_text(json, "cluster", td_evaluation_cluster(scored->evaluation, view.cluster).id);
    td_emit_text(json, "state", td_award_state_code(d->state));
    emit_index(json, "place", d->place == 0 ? TD_NONE : d->place);
    emit_index(json, "reserve", d->state == TD_RESERVE ? d->reserve : TD_NONE);
    emit_index(json, "quota", d->quota);
    td_emit_both(json, "reason", why.why);
    td_emit_close(json, '}');
    td_award_explanation_release(&why);
    return TD_OK;
}

static void emit_award_head(td_emitter *json, const td_scored *scored, size_t award)
{
    td_award_view view = td_policy_award(scored->awarded->policy, award);
    td_emit_text(json, "code", view.code);
    td_emit_both(json, "name", view.name);
    td_emit_text(json, "authority", view.authority);
    td_emit_text(json, "citation", view.citation);
    td_emit_text(json, "note", view.note);
    td_emit_text(json, "unverified", view.unverified);
    td_emit_bool(json, "given", view.given);
}

static td_status emit_award(td_emitter *json, const td_scored *scored, size_t award)
{
    const td_awarded *awarded = scored->awarded;
    td_status status = TD_OK;
    td_emit_open(json, NULL, '{');
    emit_award_head(json, scored, award);
    td_emit_bool(json, "infeasible", td_award_is_infeasible(awarded, award));
    td_emit_open(json, "units", '[');
    for (size_t u = 0; u < awarded->awards.n_units && status == TD_OK; u++)
        if (td_award_shows(scored, u))
            status = emit_unit(json, scored, award, u);
    td_emit_close(json, ']');
    td_emit_close(json, '}');
    return status;
}

/* ---- strikes ---- */

static void emit_move(td_emitter *json, const td_scored *scored, const td_moved *moved)
{
    td_unit_view unit = td_evaluation_unit(scored->evaluation, moved->unit);
    td_emit_open_inline(json, NULL, '{');
    td_emit_award_code(json, scored, "award", moved->award);
    td_emit_text(json, "unit", unit.id);
    td_emit_text(json, "name", unit.name);
    td_emit_text(json, "before", td_award_state_code(moved->before->state));
    td_emit_text(json, "after", td_award_state_code(moved->after->state));
    emit_index(json, "reserve",
               moved->after->state == TD_RESERVE ? moved->after->reserve : TD_NONE);
    td_emit_close(json, '}');
}

static td_status emit_strike(td_emitter *json, const td_scored *scored, size_t strike)
{
    const td_strike *the = &scored->awarded->options.strikes[strike];
    td_unit_view unit = td_evaluation_unit(scored->evaluation, the->unit);
    td_moved *moved = NULL;
    size_t n = 0;
    td_status status = td_strike_moves(scored, strike, &moved, &n);
    td_emit_open(json, NULL, '{');
    td_emit_text(json, "unit", unit.id);
    td_emit_text(json, "name", unit.name);
    td_emit_text(json, "reason", the->reason);
    td_emit_open(json, "changes", '[');
    for (size_t i = 0; i < n; i++)
        emit_move(json, scored, &moved[i]);
    td_emit_close(json, ']');
    td_emit_close(json, '}');
    free(moved);
    return status;
}

td_status td_emit_awards(td_emitter *json, const td_scored *scored)
{
    const td_awarded *awarded = scored->awarded;
    td_status status = TD_OK;
    td_emit_open(json, "awards", '[');
    for (size_t w = 0; w < awarded->awards.n_awards && status == TD_OK; w++)
        status = emit_award(json, scored, w);
    td_emit_close(json, ']');
    td_emit_quotas(json, scored);
    if (awarded->options.n_strikes == 0)
        return status;
    td_emit_open(json, "strikes", '[');
    for (size_t s = 0; s < awarded->options.n_strikes && status == TD_OK; s++)
        status = emit_strike(json, scored, s);
    td_emit_close(json, ']');
    return status;
}

td_status td_json_awards(const td_report *report, const td_scored *scored, td_errors *errors)
{
    td_emitter json = {.out = report->out};
    (void)errors;
    td_emit_head(&json, "awards");
    td_emit_provenance(&json, scored);
    td_status status = td_emit_awards(&json, scored);
    td_emit_close(&json, '}');
    return status;
}

/* ---- one unit ---- */

static td_status emit_account(td_emitter *json, const td_scored *scored, size_t award, size_t unit)
{
    const td_awarded *awarded = scored->awarded;
    const td_decision *d = td_decision_of(&awarded->awards, award, unit);
    td_award_explanation why = {0};
    td_status status = td_award_explain(scored->prepared, scored->results, &awarded->options,
                                        &awarded->awards, award, unit, &why);
    if (status != TD_OK)
        return status;
    td_emit_open(json, NULL, '{');
    emit_award_head(json, scored, award);
    td_emit_text(json, "state", td_award_state_code(d->state));
    emit_index(json, "place", d->place == 0 ? TD_NONE : d->place);
    emit_index(json, "reserve", d->state == TD_RESERVE ? d->reserve : TD_NONE);
    emit_index(json, "quota", d->quota);
    td_emit_open(json, "conditions", '[');
    for (size_t i = 0; i < why.n_lines; i++) {
        td_emit_open_inline(json, NULL, '{');
        td_emit_count(json, "depth", why.lines[i].depth);
        td_emit_bool(json, "holds", why.lines[i].holds);
        td_emit_both(json, "text", why.lines[i].text);
        td_emit_close(json, '}');
    }
    td_emit_close(json, ']');
    td_emit_both(json, "reason", why.why);
    td_emit_both(json, "change", why.change);
    td_emit_close(json, '}');
    td_award_explanation_release(&why);
    return TD_OK;
}

td_status td_emit_award_accounts(td_emitter *json, const td_scored *scored, size_t unit)
{
    td_status status = TD_OK;
    td_emit_open(json, "awards", '[');
    for (size_t w = 0; w < scored->awarded->awards.n_awards && status == TD_OK; w++)
        status = emit_account(json, scored, w, unit);
    td_emit_close(json, ']');
    td_emit_quotas(json, scored);
    return status;
}
