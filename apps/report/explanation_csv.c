#include <math.h>

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
    td_csv_text(csv, TD_VERSION);
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
    return TD_OK;
}
