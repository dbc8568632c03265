#include "apps/report/certificate.h"

#include <stdlib.h>

#include "apps/report/awards.h"
#include "apps/report/awards_json.h"
#include "apps/report/provenance_json.h"

static void emit_sources(td_emitter *json, const td_scored *scored, const char *path)
{
    td_evaluation_view view = td_evaluation_get(scored->evaluation);
    td_emit_open(json, "evaluation", '{');
    td_emit_text(json, "code", view.code);
    td_emit_number(json, "year", view.year);
    td_emit_text(json, "path", path);
    td_emit_text(json, "data_hash", view.data_hash);
    td_emit_bool(json, "generated", view.generated[0] != NULL || view.generated[1] != NULL);
    td_emit_close(json, '}');
    td_emit_open(json, "rules", '[');
    for (size_t r = 0; r < view.n_rules; r++) {
        td_rules_view rules = td_rules_get(td_evaluation_rules(scored->evaluation, r));
        td_emit_open_inline(json, NULL, '{');
        td_emit_text(json, "code", rules.code);
        td_emit_text(json, "status", rules.status);
        td_emit_text(json, "hash", rules.hash);
        td_emit_close(json, '}');
    }
    td_emit_close(json, ']');
    td_emit_policy(json, scored->awarded->policy);
}

static void emit_strikes(td_emitter *json, const td_scored *scored)
{
    const td_award_options *options = &scored->awarded->options;
    td_emit_open(json, "strikes", '[');
    for (size_t s = 0; s < options->n_strikes; s++) {
        td_emit_open_inline(json, NULL, '{');
        td_emit_text(json, "unit",
                     td_evaluation_unit(scored->evaluation, options->strikes[s].unit).id);
        td_emit_text(json, "reason", options->strikes[s].reason);
        td_emit_close(json, '}');
    }
    td_emit_close(json, ']');
}

static void open_unit(td_emitter *json, const td_scored *scored, size_t unit, td_award_state state)
{
    td_unit_view view = td_evaluation_unit(scored->evaluation, unit);
    td_emit_open_inline(json, NULL, '{');
    td_emit_text(json, "unit", view.id);
    td_emit_text(json, "name", view.name);
    td_emit_text(json, "cluster", td_evaluation_cluster(scored->evaluation, view.cluster).id);
    td_emit_text(json, "state", td_award_state_code(state));
}

/* Keys as [numerator, denominator]; adding 0 turns -0 into 0. */
static void emit_candidate(td_emitter *json, const td_scored *scored, const td_listed *row,
                           const td_merits *merits)
{
    const td_decision *d = row->decision;
    open_unit(json, scored, row->unit, d->state);
    if (d->place > 0)
        td_emit_count(json, "place", d->place);
    if (d->state == TD_RESERVE)
        td_emit_count(json, "reserve", d->reserve);
    if (d->quota != TD_NONE)
        td_emit_count(json, "quota", d->quota);
    td_emit_open(json, "merit", '[');
    for (size_t m = 0; m < merits->n_keys; m++) {
        size_t i = row->unit * merits->n_keys + m;
        td_emit_open(json, NULL, '[');
        td_emit_number(json, NULL, merits->numerator[i] + 0.0);
        td_emit_number(json, NULL, merits->denominator[i] + 0.0);
        td_emit_close(json, ']');
    }
    td_emit_close(json, ']');
    td_emit_close(json, '}');
}

static void emit_other(td_emitter *json, const td_scored *scored, size_t unit, const td_decision *d)
{
    size_t cluster = td_evaluation_unit(scored->evaluation, unit).cluster;
    const td_rules *rules = td_evaluation_rules(
        scored->evaluation, td_evaluation_cluster(scored->evaluation, cluster).rules);
    open_unit(json, scored, unit, d->state);
    if (d->state == TD_NOT_ELIGIBLE)
        td_emit_count(json, "condition", d->condition);
    if (d->state == TD_EXCLUDED)
        td_emit_award_code(json, scored, "by_award", d->by_award);
    if ((d->state == TD_BARRED || d->state == TD_AWARD_DEFERRED) && d->gate != TD_NONE)
        td_emit_text(json, "gate", td_rules_gate_code(rules, d->gate));
    if (d->state == TD_STRUCK)
        td_emit_count(json, "strike", d->strike);
    td_emit_close(json, '}');
}

/* Where the list ends in each region: how many of each state, and the last one proposed. */
static void emit_cuts(td_emitter *json, const td_scored *scored, size_t award,
                      const td_listed *list, size_t n)
{
    td_emit_open(json, "cuts", '[');
    for (size_t i = 0, next; i < n; i = next) {
        size_t counts[TD_N_AWARD_STATES] = {0}, last = TD_NONE, region = list[i].decision->region;
        for (next = i; next < n && list[next].decision->region == region; next++) {
            counts[list[next].decision->state]++;
            if (list[next].decision->state == TD_PROPOSED)
                last = list[next].unit;
        }
        td_emit_open_inline(json, NULL, '{');
        td_emit_text(json, "region", td_award_region(scored->evaluation, award, region));
        td_emit_count(json, "proposed", counts[TD_PROPOSED]);
        td_emit_count(json, "tied", counts[TD_TIED_AT_CUT]);
        td_emit_count(json, "reserve", counts[TD_RESERVE]);
        td_emit_count(json, "outside", counts[TD_OUTSIDE_QUOTA]);
        td_emit_text(json, "last",
                     last == TD_NONE ? NULL : td_evaluation_unit(scored->evaluation, last).id);
        td_emit_close(json, '}');
    }
    td_emit_close(json, ']');
}

static void emit_lists(td_emitter *json, const td_scored *scored, size_t award,
                       const td_listed *list, size_t n, const td_merits *merits)
{
    const td_awards *awards = &scored->awarded->awards;
    bool given = td_policy_award(scored->awarded->policy, award).given;
    td_emit_open(json, "merit_keys", '[');
    for (size_t m = 0; m < merits->n_keys && !given; m++) {
        const char *const names[2] = {
            td_award_merit_name(scored->awarded->policy, award, m, TD_VI),
            td_award_merit_name(scored->awarded->policy, award, m, TD_EN)};
        td_emit_both(json, NULL, names);
    }
    td_emit_close(json, ']');
    emit_cuts(json, scored, award, list, given ? 0 : n);
    td_emit_open(json, "candidates", '[');
    for (size_t i = 0; i < n && !given; i++)
        emit_candidate(json, scored, &list[i], merits);
    td_emit_close(json, ']');
    td_emit_open(json, "others", '[');
    for (size_t u = 0; u < awards->n_units; u++) {
        const td_decision *d = td_decision_of(awards, award, u);
        if (!td_award_is_candidate(d->state))
            emit_other(json, scored, u, d);
    }
    td_emit_close(json, ']');
}

static td_status emit_award(td_emitter *json, const td_scored *scored, size_t award)
{
    td_award_view view = td_policy_award(scored->awarded->policy, award);
    td_listed *list = NULL;
    td_merits merits = {0};
    size_t n = 0;
    td_status status = td_award_list(scored, award, &list, &n);
    if (status == TD_OK)
        status = td_award_merits(scored->prepared, scored->results, &scored->awarded->awards, award,
                                 &merits);
    if (status == TD_OK) {
        td_emit_open(json, NULL, '{');
        td_emit_text(json, "code", view.code);
        td_emit_both(json, "name", view.name);
        td_emit_bool(json, "given", view.given);
        td_emit_text(json, "unverified", view.unverified);
        emit_lists(json, scored, award, list, n, &merits);
        td_emit_close(json, '}');
    }
    td_merits_release(&merits);
    free(list);
    return status;
}

td_status td_certificate_write(FILE *out, const td_scored *scored, const char *path)
{
    td_emitter json = {.out = out};
    td_scored all = *scored;
    td_status status = TD_OK;
    all.cluster = TD_NONE;
    td_emit_head(&json, "certificate");
    emit_sources(&json, &all, path);
    emit_strikes(&json, &all);
    td_emit_open(&json, "awards", '[');
    for (size_t w = 0; w < all.awarded->awards.n_awards && status == TD_OK; w++)
        status = emit_award(&json, &all, w);
    td_emit_close(&json, ']');
    td_emit_quotas(&json, &all);
    td_emit_close(&json, '}');
    return status;
}
