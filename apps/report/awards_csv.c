/*
 * Every unit under every award, one row each.
 */
#include "apps/report/awards.h"
#include "apps/report/csv.h"
#include "apps/report/provenance.h"
#include "apps/report/ranking.h"
#include "apps/report/text.h"

static const td_csv_title TITLES[] = {
    {"award", TD_MSG_WORD_AWARD_CODE},
    {"award_name", TD_MSG_WORD_AWARD},
    {"unit", TD_MSG_WORD_UNIT_CODE},
    {"unit_name", TD_MSG_WORD_UNIT},
    {"cluster", TD_MSG_WORD_CLUSTER_CODE},
    {"cluster_name", TD_MSG_WORD_CLUSTER},
    {"rank", TD_MSG_WORD_RANK},
    {"state", TD_MSG_WORD_PROPOSAL},
    {"place", TD_MSG_WORD_PLACE},
    {"reserve", TD_MSG_WORD_RESERVE_PLACE},
    {"bound", TD_MSG_WORD_BOUND},
    {"bound_place", TD_MSG_WORD_BOUND_WHERE},
    {"bound_line", TD_MSG_WORD_BOUND_WORKED},
    {"reason_vi", TD_MSG_WORD_REASON_VI},
    {"reason_en", TD_MSG_WORD_REASON_EN},
    {"award_unverified", TD_MSG_WORD_UNVERIFIED},
    {"policy", TD_MSG_WORD_POLICY},
    {"policy_status", TD_MSG_WORD_POLICY_STATUS},
    {"policy_hash", TD_MSG_WORD_POLICY_HASH},
    {"policy_unverified", TD_MSG_WORD_POLICY_UNVERIFIED},
    {"data_hash", TD_MSG_WORD_DATA},
    {"generated", TD_MSG_WORD_GENERATED_TITLE},
    {"version", TD_MSG_WORD_VERSION},
    {"method", TD_MSG_WORD_METHOD},
};

#define N_TITLES (sizeof TITLES / sizeof TITLES[0])

static void write_unit(td_csv *csv, const td_report *report, const td_scored *scored, size_t award,
                       size_t unit)
{
    char rank[TD_NUMBER];
    td_award_view view = td_policy_award(scored->awarded->policy, award);
    td_unit_view the = td_evaluation_unit(scored->evaluation, unit);
    td_cluster_view cluster = td_evaluation_cluster(scored->evaluation, the.cluster);
    td_rank_text(&scored->results->standing[unit], csv->mark, rank, sizeof rank);
    td_csv_text(csv, view.code);
    td_csv_text(csv, td_name_of(view.name, report->lang));
    td_csv_text(csv, the.id);
    td_csv_text(csv, the.name);
    td_csv_text(csv, cluster.id);
    td_csv_text(csv, cluster.name);
    td_csv_number(csv, rank);
}

static void write_place(td_csv *csv, size_t place, bool has_one)
{
    if (has_one)
        td_csv_count(csv, place);
    else
        td_csv_text(csv, "");
}

static void write_decision(td_csv *csv, const td_report *report, const td_scored *scored,
                           const td_decision *d)
{
    char worked[TD_CELL] = "";
    const td_quota *quota = NULL;
    if (d->quota != TD_NONE)
        quota = &scored->awarded->awards.quotas[d->quota];
    if (quota != NULL)
        td_quota_text(scored->evaluation, quota, report->lang, worked, sizeof worked);
    td_csv_text(csv, csv->vn ? td_award_state_words(d->state, report->lang)
                             : td_award_state_code(d->state));
    write_place(csv, d->place, d->place > 0);
    write_place(csv, d->reserve, d->state == TD_RESERVE);
    td_csv_text(csv, quota == NULL ? "" : td_quota_pointer(scored->evaluation, quota));
    td_csv_text(csv, quota == NULL ? "" : td_quota_place(scored->evaluation, quota));
    td_csv_text(csv, worked);
}

static void write_sources(td_csv *csv, const td_scored *scored, size_t award)
{
    td_evaluation_view view = td_evaluation_get(scored->evaluation);
    td_policy_view policy = td_policy_get(scored->awarded->policy);
    char unverified[4096] = "";
    for (size_t i = 0; i < policy.n_unverified; i++)
        td_text_join(unverified, sizeof unverified, " | ", policy.unverified[i]);
    td_csv_text(csv, td_policy_award(scored->awarded->policy, award).unverified);
    td_csv_text(csv, policy.code);
    td_csv_text(csv, policy.status);
    td_csv_text(csv, policy.hash);
    td_csv_text(csv, unverified);
    td_csv_text(csv, view.data_hash);
    td_csv_number(csv, view.generated[0] != NULL || view.generated[1] != NULL ? "1" : "0");
    td_csv_text(csv, TD_VERSION);
}

/* Another method that ranks the unit's cluster; empty officially. */
static void write_method(td_csv *csv, const td_report *report, const td_scored *scored, size_t unit)
{
    size_t cluster = td_evaluation_unit(scored->evaluation, unit).cluster;
    size_t rules = td_evaluation_cluster(scored->evaluation, cluster).rules;
    size_t method = td_rules_method(td_evaluation_rules(scored->evaluation, rules));
    if (method == 0)
        td_csv_text(csv, "");
    else
        td_csv_text(csv, csv->vn ? td_method_text(method, report->lang) : td_method_name(method));
}

static td_status write_row(td_csv *csv, const td_report *report, const td_scored *scored,
                           size_t award, size_t unit)
{
    const td_awarded *awarded = scored->awarded;
    td_award_explanation why = {0};
    td_status status = td_award_explain(scored->prepared, scored->results, &awarded->options,
                                        &awarded->awards, award, unit, &why);
    if (status != TD_OK)
        return status;
    write_unit(csv, report, scored, award, unit);
    write_decision(csv, report, scored, td_decision_of(&awarded->awards, award, unit));
    td_csv_text(csv, why.why[TD_VI]);
    td_csv_text(csv, why.why[TD_EN]);
    write_sources(csv, scored, award);
    write_method(csv, report, scored, unit);
    td_csv_end_row(csv);
    td_award_explanation_release(&why);
    return TD_OK;
}

static void say_row(const td_report *report, const char *text)
{
    td_csv csv = {.out = report->out, .vn = true, .separator = ';', .mark = ','};
    td_csv_text(&csv, text);
    for (size_t c = 1; c < N_TITLES; c++)
        td_csv_text(&csv, "");
    td_csv_end_row(&csv);
}

td_status td_csv_awards(const td_report *report, const td_scored *scored, td_errors *errors)
{
    const td_awards *awards = &scored->awarded->awards;
    td_csv csv = td_csv_begin(report);
    td_status status = TD_OK;
    (void)errors;
    td_csv_titles(&csv, report->lang, N_TITLES, TITLES);
    td_csv_end_row(&csv);
    for (size_t w = 0; w < awards->n_awards; w++)
        for (size_t u = 0; u < awards->n_units && status == TD_OK; u++)
            if (td_award_shows(scored, u))
                status = write_row(&csv, report, scored, w, u);
    if (status == TD_OK && csv.vn) {
        say_row(report, "");
        td_provenance_warn(scored, report->lang, say_row, report);
        td_provenance_sources(scored, report->lang, say_row, report);
    }
    return status;
}
