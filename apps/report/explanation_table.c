#include <math.h>
#include <string.h>

#include "apps/report/awards_table.h"
#include "apps/report/explanation.h"
#include "apps/report/grid.h"
#include "apps/report/provenance.h"
#include "apps/report/ranking.h"
#include "apps/report/text.h"

enum { SUBJECT, MAX, POINTS, RUNNING, WHY, N_COLUMNS };

static void say_warning(const td_report *report, const char *text)
{
    td_tone_print(report->out, report->color, TD_WARN, text);
    fputc('\n', report->out);
}

static void say_line(const td_report *report, const char *text)
{
    td_text_print(report->out, text);
    fputc('\n', report->out);
}

static void points_cell(td_grid *grid, const td_explained *e, td_lang lang, double quanta)
{
    char text[TD_NUMBER] = "";
    if (!isnan(quanta))
        td_points_text(quanta, e->view.leaf_decimals, td_lang_mark(lang), td_lang_group(lang), text,
                       sizeof text);
    td_grid_cell(grid, text);
}

static td_tone tone_of(const td_line *line)
{
    if (line->kind == TD_LINE_GROUP || line->kind == TD_LINE_TOTAL)
        return TD_BOLD;
    if (line->kind == TD_LINE_GATE)
        return TD_WARN;
    if (line->kind == TD_LINE_PART || line->kind == TD_LINE_INPUT)
        return TD_FAINT;
    return TD_PLAIN;
}

/* The sentence; of an input its name, then who said what and what counted. */
static void how_text(const td_explained *e, const td_line *line, td_lang lang, char *text,
                     size_t size)
{
    char channels[TD_LINE_TEXT];
    text[0] = '\0';
    td_text_append(text, size, line->why[lang]);
    for (size_t n = strlen(text); n > 0 && text[n - 1] == ' ';)
        text[--n] = '\0';
    if (line->label != NULL && strcmp(text, line->label) == 0)
        text[0] = '\0';
    td_line_channels(e, line, lang, channels, sizeof channels);
    if (*channels != '\0')
        td_text_join(text, size, ": ", channels);
}

static void add_line(td_grid *grid, const td_report *report, const td_explained *e,
                     const td_line *line)
{
    char text[TD_LINE_TEXT] = "", subject[TD_LINE_TEXT];
    bool below_leaf = line->kind == TD_LINE_PART || line->kind == TD_LINE_INPUT;
    for (size_t i = 0; i < line->depth && i < 20; i++)
        td_text_append(text, sizeof text, "  ");
    td_line_subject(e, line, report->lang, subject, sizeof subject);
    td_text_append(text, sizeof text, subject);
    td_grid_row(grid, tone_of(line));
    td_grid_cell(grid, text);
    points_cell(grid, e, report->lang, line->max_q);
    points_cell(grid, e, report->lang, line->kind == TD_LINE_INPUT ? (double)NAN : line->points_q);
    points_cell(grid, e, report->lang,
                line->additive && !below_leaf ? line->running_q : (double)NAN);
    how_text(e, line, report->lang, text, sizeof text);
    td_grid_cell(grid, text);
}

static td_status print_lines(const td_report *report, const td_explained *e)
{
    const td_lang lang = report->lang;
    const td_column columns[N_COLUMNS] = {
        [SUBJECT] = {td_word(lang, TD_MSG_WORD_CRITERION), TD_LEFT, false},
        [MAX] = {td_word(lang, TD_MSG_WORD_MAX), TD_RIGHT, true},
        [POINTS] = {td_word(lang, TD_MSG_WORD_POINTS), TD_RIGHT, false},
        [RUNNING] = {td_word(lang, TD_MSG_WORD_RUNNING), TD_RIGHT, false},
        [WHY] = {td_word(lang, TD_MSG_WORD_WHY), TD_LEFT, true},
    };
    td_grid *grid = td_grid_new(N_COLUMNS, columns);
    if (grid == NULL)
        return TD_ENOMEM;
    for (size_t i = 0; i < e->explanation->n_lines; i++)
        add_line(grid, report, e, &e->explanation->lines[i]);
    td_status status = td_grid_print(grid, report->out, report->color);
    td_grid_free(grid);
    return status;
}

static void print_head(const td_report *report, const td_explained *e)
{
    char text[TD_LINE_TEXT];
    td_phrase(text, sizeof text, report->lang, TD_MSG_WORD_EXPLAIN_TITLE, e->unit.name, e->unit.id,
              e->cluster.name, td_name_of(e->view.name, report->lang), NULL);
    td_tone_print(report->out, report->color, TD_BOLD, text);
    fputc('\n', report->out);
    td_provenance_warn(e->scored, report->lang, say_warning, report);
    fputc('\n', report->out);
}

/* Class, what defers the decision; rank, distance and deciding key in words. */
static void print_standing(const td_report *report, const td_explained *e)
{
    char text[TD_LINE_TEXT], reason[TD_CELL];
    const td_standing *standing = e->standing;
    if (standing->class_index != TD_NONE)
        say_line(report,
                 td_phrase(text, sizeof text, report->lang, TD_MSG_WORD_CLASS_LINE,
                           td_rules_class_name(e->rules, standing->class_index, report->lang),
                           NULL));
    if (standing->state == TD_DEFERRED) {
        td_reason_text(e->rules, standing, report->lang, reason, sizeof reason);
        snprintf(text, sizeof text, "%s: %s", td_word(report->lang, TD_MSG_WORD_DEFERRED), reason);
        say_line(report, text);
    }
    say_line(report, e->explanation->rank_why[report->lang]);
    if (e->cluster.n_units == 1)
        say_line(report, td_word(report->lang, TD_MSG_WORD_ALONE));
}

static void print_sum(const td_report *report, const td_explained *e)
{
    char text[TD_CELL], sum[TD_NUMBER], total[TD_NUMBER];
    char mark = td_lang_mark(report->lang), group = td_lang_group(report->lang);
    td_points_text(td_steps_sum(e), e->view.leaf_decimals, mark, group, sum, sizeof sum);
    td_points_text(td_total_of(e->explanation), e->view.leaf_decimals, mark, group, total,
                   sizeof total);
    say_line(report,
             td_phrase(text, sizeof text, report->lang, TD_MSG_WORD_SUM_LINE, sum, total, NULL));
}

td_status td_table_explanation(const td_report *report, const td_scored *scored,
                               const td_explanation *explanation)
{
    td_explained e = td_explained_of(scored, explanation);
    print_head(report, &e);
    td_status status = print_lines(report, &e);
    if (status != TD_OK)
        return status;
    fputc('\n', report->out);
    print_standing(report, &e);
    if (scored->awarded != NULL) {
        fputc('\n', report->out);
        status = td_table_award_accounts(report, scored, explanation->unit);
    }
    td_provenance_sources(scored, report->lang, say_line, report);
    if (!isnan(td_total_of(explanation)))
        print_sum(report, &e);
    return status;
}
