#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "apps/report/awards.h"
#include "apps/report/csv.h"
#include "apps/report/provenance.h"
#include "apps/report/ranking.h"
#include "apps/report/text.h"

/* A row in the making. */
typedef struct line {
    const td_scored *scored;
    const td_rules *rules;
    td_rules_view view;
    td_cluster_view cluster;
    const td_place_row *row;
    td_lang lang;
} line;

typedef struct column {
    td_csv_title title;
    bool rfc, vn; /* in which dialect; machines get codes, people sentences */
    void (*write)(td_csv *csv, const line *l);
} column;

static void cluster_id(td_csv *csv, const line *l)
{
    td_csv_text(csv, l->cluster.id);
}

static void cluster_name(td_csv *csv, const line *l)
{
    td_csv_text(csv, l->cluster.name);
}

static void unit_id(td_csv *csv, const line *l)
{
    td_csv_text(csv, td_evaluation_unit(l->scored->evaluation, l->row->unit).id);
}

static void unit_name(td_csv *csv, const line *l)
{
    td_csv_text(csv, td_evaluation_unit(l->scored->evaluation, l->row->unit).name);
}

static void rank(td_csv *csv, const line *l)
{
    char text[TD_NUMBER];
    td_csv_number(csv, td_rank_text(l->row->standing, csv->mark, text, sizeof text));
}

static void tied(td_csv *csv, const line *l)
{
    td_csv_count(csv, l->row->standing->n_tied);
}

static void ranked(td_csv *csv, const line *l)
{
    td_csv_count(csv, l->row->standing->n_ranked);
}

static void points(td_csv *csv, const line *l)
{
    td_csv_points(csv, l->row->standing->total_q, l->view.decimals);
}

static void assigned(td_csv *csv, const line *l)
{
    td_csv_points(csv, l->row->standing->assigned_q, l->view.decimals);
}

static void share(td_csv *csv, const line *l)
{
    char text[TD_NUMBER] = "";
    const td_standing *s = l->row->standing;
    if (s->assigned_q > 0 && !isnan(s->total_q))
        td_share_text(s->total_q, s->assigned_q, l->view.share_decimals, csv->mark, text,
                      sizeof text);
    td_csv_number(csv, text);
}

static void score(td_csv *csv, const line *l)
{
    char text[TD_NUMBER];
    td_csv_number(csv, td_score_text(l->row->standing, csv->mark, text, sizeof text));
}

static void class_code(td_csv *csv, const line *l)
{
    size_t c = l->row->standing->class_index;
    td_csv_text(csv, c == TD_NONE ? "" : td_rules_class_code(l->rules, c));
}

static void class_name(td_csv *csv, const line *l)
{
    size_t c = l->row->standing->class_index;
    td_csv_text(csv, c == TD_NONE ? "" : td_rules_class_name(l->rules, c, l->lang));
}

static void distance(td_csv *csv, const line *l)
{
    char text[TD_NUMBER];
    td_csv_number(csv, td_distance_text(&l->view, l->row, csv->mark, text, sizeof text));
}

static void bonus(td_csv *csv, const line *l)
{
    td_csv_points(csv, l->row->standing->bonus_q, l->view.leaf_decimals);
}

static void deduction(td_csv *csv, const line *l)
{
    td_csv_points(csv, l->row->standing->deduction_q, l->view.leaf_decimals);
}

static void state(td_csv *csv, const line *l)
{
    td_csv_text(csv, td_state_code(l->row->standing->state));
}

static void reason(td_csv *csv, const line *l)
{
    char text[TD_CELL];
    td_csv_text(csv, td_reason_code(l->rules, l->row->standing, text, sizeof text));
}

static void note(td_csv *csv, const line *l)
{
    char text[TD_CELL];
    td_csv_text(csv, td_note_text(l->rules, l->row, l->lang, text, sizeof text));
}

static void year(td_csv *csv, const line *l)
{
    char text[16];
    snprintf(text, sizeof text, "%d", td_evaluation_get(l->scored->evaluation).year);
    td_csv_number(csv, text);
}

static void rules_code(td_csv *csv, const line *l)
{
    td_csv_text(csv, l->view.code);
}

/* Empty officially. */
static void method(td_csv *csv, const line *l)
{
    size_t method = td_rules_method(l->rules);
    td_csv_text(csv, method == 0 ? "" : td_method_name(method));
}

static void rules_status(td_csv *csv, const line *l)
{
    td_csv_text(csv, l->view.status);
}

static void rules_hash(td_csv *csv, const line *l)
{
    td_csv_text(csv, l->view.hash);
}

static void data_hash(td_csv *csv, const line *l)
{
    td_csv_text(csv, td_evaluation_get(l->scored->evaluation).data_hash);
}

static void generated(td_csv *csv, const line *l)
{
    td_evaluation_view view = td_evaluation_get(l->scored->evaluation);
    td_csv_number(csv, view.generated[0] != NULL || view.generated[1] != NULL ? "1" : "0");
}

static void seed(td_csv *csv, const line *l)
{
    char text[24] = "";
    td_evaluation_view view = td_evaluation_get(l->scored->evaluation);
    if (view.has_seed)
        snprintf(text, sizeof text, "%" PRIu64, view.seed);
    td_csv_number(csv, text);
}

static void unverified(td_csv *csv, const line *l)
{
    char text[2048] = "";
    for (size_t i = 0; i < l->view.n_unverified; i++)
        td_text_join(text, sizeof text, " | ", l->view.unverified[i]);
    td_csv_text(csv, text);
}

static void write_awards(td_csv *csv, const line *l, bool codes)
{
    char text[TD_CELL] = "";
    if (l->scored->awarded != NULL)
        td_award_names_of(l->scored->awarded->policy, &l->scored->awarded->awards, l->row->unit,
                          codes, l->lang, text, sizeof text);
    td_csv_text(csv, text);
}

static void award_codes(td_csv *csv, const line *l)
{
    write_awards(csv, l, true);
}

static void award_names(td_csv *csv, const line *l)
{
    write_awards(csv, l, false);
}

/* All empty where the evaluation has no policy. */
static td_policy_view policy_of(const line *l)
{
    const td_policy *policy = td_evaluation_policy(l->scored->evaluation);
    return policy == NULL ? (td_policy_view){0} : td_policy_get(policy);
}

static void policy_code(td_csv *csv, const line *l)
{
    td_csv_text(csv, policy_of(l).code);
}

static void policy_status(td_csv *csv, const line *l)
{
    td_csv_text(csv, policy_of(l).status);
}

static void policy_hash(td_csv *csv, const line *l)
{
    td_csv_text(csv, policy_of(l).hash);
}

static void policy_unverified(td_csv *csv, const line *l)
{
    char text[4096] = "";
    td_policy_view view = policy_of(l);
    for (size_t i = 0; i < view.n_unverified; i++)
        td_text_join(text, sizeof text, " | ", view.unverified[i]);
    td_csv_text(csv, text);
}

static void version(td_csv *csv, const line *l)
{
    (void)l;
    td_csv_text(csv, TD_VERSION);
}

static const column COLUMNS[] = {
    {{"cluster", TD_MSG_WORD_CLUSTER_CODE}, true, true, cluster_id},
    {{"cluster_name", TD_MSG_WORD_CLUSTER}, true, true, cluster_name},
    {{"rank", TD_MSG_WORD_RANK}, true, true, rank},
    {{"tied", TD_MSG_WORD_N_TIED}, true, false, tied},
    {{"ranked", TD_MSG_WORD_N_RANKED}, true, true, ranked},
    {{"unit", TD_MSG_WORD_UNIT_CODE}, true, true, unit_id},
    {{"unit_name", TD_MSG_WORD_UNIT}, true, true, unit_name},
    {{"points", TD_MSG_WORD_POINTS}, true, true, points},
    {{"assigned", TD_MSG_WORD_ASSIGNED}, true, true, assigned},
    {{"share", TD_MSG_WORD_SHARE_PERCENT}, true, true, share},
    {{"score", TD_MSG_WORD_SCORE}, false, true, score},
    {{"class", TD_MSG_WORD_CLASS_CODE}, true, false, class_code},
    {{"class_name", TD_MSG_WORD_CLASS}, false, true, class_name},
    {{"behind", TD_MSG_WORD_DISTANCE}, true, true, distance},
    {{"bonus", TD_MSG_WORD_BONUS}, true, true, bonus},
    {{"deduction", TD_MSG_WORD_DEDUCTION}, true, true, deduction},
    {{"state", TD_MSG_WORD_STATE}, true, false, state},
    {{"reason", TD_MSG_WORD_REASON}, true, false, reason},
    {{"note", TD_MSG_WORD_NOTE}, false, true, note},
    {{"award_names", TD_MSG_WORD_AWARDS}, false, true, award_names},
    {{"year", TD_MSG_WORD_YEAR}, true, false, year},
    {{"rules", TD_MSG_WORD_RULES}, true, false, rules_code},
    {{"rules_status", TD_MSG_WORD_STATE}, true, false, rules_status},
    {{"rules_hash", TD_MSG_WORD_RULES}, true, false, rules_hash},
    {{"data_hash", TD_MSG_WORD_RULES}, true, false, data_hash},
    {{"generated", TD_MSG_WORD_RULES}, true, false, generated},
    {{"seed", TD_MSG_WORD_RULES}, true, false, seed},
    {{"unverified", TD_MSG_WORD_RULES}, true, false, unverified},
    {{"version", TD_MSG_WORD_VERSION}, true, false, version},
    {{"awards", TD_MSG_WORD_AWARDS}, true, false, award_codes},
    {{"policy", TD_MSG_WORD_POLICY}, true, false, policy_code},
    {{"policy_status", TD_MSG_WORD_POLICY}, true, false, policy_status},
    {{"policy_hash", TD_MSG_WORD_POLICY}, true, false, policy_hash},
    {{"policy_unverified", TD_MSG_WORD_POLICY}, true, false, policy_unverified},
    {{"method", TD_MSG_WORD_RULES}, true, false, method},
    {{"score", TD_MSG_WORD_SCORE}, true, false, score},
};

#define N_COLUMNS (sizeof COLUMNS / sizeof COLUMNS[0])

static bool has_scores(const td_scored *scored)
{
    size_t n_rules = td_evaluation_get(scored->evaluation).n_rules;
    for (size_t r = 0; r < n_rules; r++)
        if (td_rules_shown(scored, r) &&
            td_rules_has_method(td_evaluation_rules(scored->evaluation, r)))
            return true;
    return false;
}

/* Machines always find the same columns; people see scores only where there are some. */
static bool is_shown(bool vn, bool with_scores, const column *c)
{
    return vn ? c->vn && (with_scores || c->write != score) : c->rfc;
}

static td_status write_cluster(td_csv *csv, const td_report *report, const td_scored *scored,
                               size_t cluster)
{
    td_place_row *rows = NULL;
    td_status status = td_places_of(scored, cluster, &rows);
    if (status != TD_OK)
        return status;
    line l = {.scored = scored,
              .cluster = td_evaluation_cluster(scored->evaluation, cluster),
              .lang = report->lang};
    l.rules = td_evaluation_rules(scored->evaluation, l.cluster.rules);
    l.view = td_rules_get(l.rules);
    bool with_scores = has_scores(scored);
    for (size_t i = 0; i < l.cluster.n_units; i++) {
        l.row = &rows[i];
        for (size_t c = 0; c < N_COLUMNS; c++)
            if (is_shown(csv->vn, with_scores, &COLUMNS[c]))
                COLUMNS[c].write(csv, &l);
        td_csv_end_row(csv);
    }
    free(rows);
    return TD_OK;
}

/* A sentence below the table, in a row as wide as the others. */
static void say_wide(const td_report *report, const char *text, bool with_scores)
{
    td_csv csv = {.out = report->out, .vn = true, .separator = ';', .mark = ','};
    td_csv_text(&csv, text);
    size_t n_shown = 0;
    for (size_t c = 0; c < N_COLUMNS; c++)
        n_shown += is_shown(true, with_scores, &COLUMNS[c]);
    for (size_t c = 1; c < n_shown; c++)
        td_csv_text(&csv, "");
    td_csv_end_row(&csv);
}

static void say_row(const td_report *report, const char *text)
{
    say_wide(report, text, false);
}

static void say_scored_row(const td_report *report, const char *text)
{
    say_wide(report, text, true);
}

typedef void sayer(const td_report *report, const char *text);

static void say_alone(const td_report *report, const td_scored *scored, sayer *say)
{
    char text[TD_CELL];
    for (size_t c = td_first_cluster(scored); c < td_end_cluster(scored); c++) {
        td_cluster_view view = td_evaluation_cluster(scored->evaluation, c);
        if (view.n_units != 1)
            continue;
        snprintf(text, sizeof text, "%s: %s", view.name, td_word(report->lang, TD_MSG_WORD_ALONE));
        say(report, text);
    }
}

td_status td_csv_ranking(const td_report *report, const td_scored *scored, td_errors *errors)
{
    (void)errors;
    td_csv csv = td_csv_begin(report);
    bool with_scores = has_scores(scored);
    sayer *say = with_scores ? say_scored_row : say_row;
    for (size_t c = 0; c < N_COLUMNS; c++)
        if (is_shown(csv.vn, with_scores, &COLUMNS[c]))
            td_csv_text(&csv, csv.vn ? td_word(report->lang, COLUMNS[c].title.word)
                                     : COLUMNS[c].title.name);
    td_csv_end_row(&csv);
    for (size_t c = td_first_cluster(scored); c < td_end_cluster(scored); c++) {
        td_status status = write_cluster(&csv, report, scored, c);
        if (status != TD_OK)
            return status;
    }
    if (csv.vn) {
        say(report, "");
        say_alone(report, scored, say);
        td_provenance_warn(scored, report->lang, say, report);
        td_provenance_sources(scored, report->lang, say, report);
    }
    return TD_OK;
}
