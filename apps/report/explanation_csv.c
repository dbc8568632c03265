#include <math.h>

#include "apps/report/awards.h"
#include "apps/report/csv.h"
#include "apps/report/explanation.h"
#include "apps/report/ranking.h"
#include "apps/report/text.h"

static const td_csv_title TITLES[] = {
    {"kind", TD_MSG_WORD_KIND},
    {"depth", TD_MSG_WORD_DEPTH},
    {"criterion", TD_MSG_WORD_CODE},
    {"subject", TD_MSG_WORD_CRITERION},
    {"max", TD_MSG_WORD_MAX},
    {"points", TD_MSG_WORD_POINTS},
    {"counted", TD_MSG_WORD_COUNTED},
    {"step", TD_MSG_WORD_STEP},
    {"running", TD_MSG_WORD_RUNNING},
    {"source", TD_MSG_WORD_SOURCE},
    {"value", TD_MSG_WORD_VALUE},
    {"channels", TD_MSG_WORD_CHANNELS},
    {"why", TD_MSG_WORD_WHY},
    {"unit", TD_MSG_WORD_UNIT_CODE},
    {"rules_hash", TD_MSG_WORD_RULES},
    {"data_hash", TD_MSG_WORD_DATA},
    {"generated", TD_MSG_WORD_GENERATED_TITLE},
    {"version", TD_MSG_WORD_VERSION},
    {"policy_hash", TD_MSG_WORD_POLICY_HASH},
    {"policy_status", TD_MSG_WORD_POLICY_STATUS},
};

static void write_subject(td_csv *csv, td_lang lang, const td_explained *e, const td_line *line)
{
    char text[TD_LINE_TEXT];
    bool named = line->criterion != TD_NONE;
    td_csv_text(csv, csv->vn ? td_line_words(line->kind, lang) : td_line_code(line->kind));
    td_csv_count(csv, line->depth);
    td_csv_text(csv, named ? td_rules_criterion(e->rules, line->criterion).code : "");
    td_csv_text(csv, td_line_subject(e, line, lang, text, sizeof text));
}

static void write_figures(td_csv *csv, const td_explained *e, const td_line *line)
{
    int decimals = e->view.leaf_decimals;
    td_csv_points(csv, line->max_q, decimals);
    td_csv_points(csv, line->kind == TD_LINE_INPUT ? (double)NAN : line->points_q, decimals);
    td_csv_number(csv, line->counted ? "1" : "0");
    td_csv_points(csv, line->additive ? line->step_q : (double)NAN, decimals);
    td_csv_points(csv, line->additive ? line->running_q : (double)NAN, decimals);
}

static void write_input(td_csv *csv, td_lang lang, const td_explained *e, const td_line *line)
{
    char text[TD_LINE_TEXT] = "";
    bool is_input = line->kind == TD_LINE_INPUT;
    const char *source =
        is_input && line->source != TD_NONE ? td_rules_channel(e->rules, line->source) : "";
    td_csv_text(csv, csv->vn ? td_channel_words(source, lang) : source);
    if (is_input && !isnan(line->value))
        td_number_text(line->value, csv->mark, text, sizeof text);
    td_csv_number(csv, text);
    td_csv_text(csv, td_line_channels(e, line, lang, text, sizeof text));
}

static void write_source(td_csv *csv, const td_explained *e)
{
    td_evaluation_view view = td_evaluation_get(e->scored->evaluation);
    td_csv_text(csv, e->unit.id);
    td_csv_text(csv, e->view.hash);
    td_csv_text(csv, view.data_hash);
    td_csv_number(csv, view.generated[0] != NULL || view.generated[1] != NULL ? "1" : "0");
    const td_policy *policy = td_evaluation_policy(e->scored->evaluation);
    td_csv_text(csv, TD_VERSION);
    td_csv_text(csv, policy == NULL ? "" : td_policy_get(policy).hash);
    td_csv_text(csv, policy == NULL ? "" : td_policy_get(policy).status);
}

/* A row about an award: its code and name stand where others have the criterion's. */
static void write_award_row(td_csv *csv, const td_report *report, const td_explained *e,
                            size_t award, const char *kind, td_message word, size_t depth,
                            const char *holds, const char *text)
{
    td_award_view view = td_policy_award(e->scored->awarded->policy, award);
    td_csv_text(csv, csv->vn ? td_word(report->lang, word) : kind);
    td_csv_count(csv, depth);
    td_csv_text(csv, view.code);
    td_csv_text(csv, td_name_of(view.name, report->lang));
    td_csv_text(csv, "");
    td_csv_text(csv, "");
    td_csv_number(csv, holds);
    for (size_t blank = 0; blank < 5; blank++)
        td_csv_text(csv, "");
    td_csv_text(csv, text);
    write_source(csv, e);
    td_csv_end_row(csv);
}

static td_status write_award(td_csv *csv, const td_report *report, const td_explained *e,
                             size_t award)
{
    const td_scored *scored = e->scored;
    const td_awarded *awarded = scored->awarded;
    td_lang lang = report->lang;
    td_award_explanation why = {0};
    td_status status = td_award_explain(scored->prepared, scored->results, &awarded->options,
                                        &awarded->awards, award, e->explanation->unit, &why);
    if (status != TD_OK)
        return status;
    for (size_t i = 0; i < why.n_lines; i++)
        write_award_row(csv, report, e, award, "award-condition", TD_MSG_WORD_LINE_CONDITION,
                        why.lines[i].depth + 1, why.lines[i].holds ? "1" : "0",
                        why.lines[i].text[lang]);
    write_award_row(csv, report, e, award, "award", TD_MSG_WORD_LINE_AWARD, 0, "", why.why[lang]);
    if (*why.change[lang] != '\0')
        write_award_row(csv, report, e, award, "award-change", TD_MSG_WORD_LINE_CHANGE, 0, "",
                        why.change[lang]);
    td_award_explanation_release(&why);
    return TD_OK;
}

td_status td_csv_explanation(const td_report *report, const td_scored *scored,
                             const td_explanation *explanation)
{
    td_explained e = td_explained_of(scored, explanation);
    td_csv csv = td_csv_begin(report);
    td_csv_titles(&csv, report->lang, sizeof TITLES / sizeof TITLES[0], TITLES);
    td_csv_end_row(&csv);
    for (size_t i = 0; i < explanation->n_lines; i++) {
        const td_line *line = &explanation->lines[i];
        write_subject(&csv, report->lang, &e, line);
        write_figures(&csv, &e, line);
        write_input(&csv, report->lang, &e, line);
        td_csv_text(&csv, line->why[report->lang]);
        write_source(&csv, &e);
        td_csv_end_row(&csv);
    }
    td_status status = TD_OK;
    size_t n_awards = scored->awarded == NULL ? 0 : scored->awarded->awards.n_awards;
    for (size_t w = 0; w < n_awards && status == TD_OK; w++)
        status = write_award(&csv, report, &e, w);
    return status;
}
