#include <math.h>
#include <stdlib.h>

#include "apps/report/awards_table.h"
#include "apps/report/grid.h"
#include "apps/report/provenance.h"
#include "apps/report/ranking.h"
#include "apps/report/text.h"

enum { RANK, UNIT, POINTS, ASSIGNED, SHARE, SCORE, CLASS, DISTANCE, NOTE, N_COLUMNS };

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

static td_tone tone_of(const td_standing *standing)
{
    if (standing->state == TD_UNRANKED)
        return TD_FAINT;
    if (standing->state == TD_DEFERRED)
        return TD_WARN;
    return standing->rank == 1 ? TD_GOOD : TD_PLAIN;
}

static void add_row(td_grid *grid, const td_report *report, const td_scored *scored,
                    const td_rules *rules, const td_place_row *row)
{
    td_rules_view view = td_rules_get(rules);
    const td_standing *standing = row->standing;
    char text[TD_CELL], mark = td_lang_mark(report->lang);
    td_grid_row(grid, tone_of(standing));
    td_grid_cell(grid, td_rank_text(standing, mark, text, sizeof text));
    td_grid_cell(grid, td_evaluation_unit(scored->evaluation, row->unit).name);
    bool has_total = !isnan(standing->total_q);
    td_points_text(has_total ? standing->total_q : 0, view.decimals, mark,
                   td_lang_group(report->lang), text, sizeof text);
    td_grid_cell(grid, has_total ? text : "");
    text[0] = '\0';
    if (td_share_matters(&view))
        td_points_text(standing->assigned_q, view.decimals, mark, td_lang_group(report->lang), text,
                       sizeof text);
    td_grid_cell(grid, text);
    text[0] = '\0';
    if (td_share_matters(&view) && standing->assigned_q > 0 && has_total) {
        td_share_text(standing->total_q, standing->assigned_q, view.share_decimals, mark, text,
                      sizeof text);
        td_text_append(text, sizeof text, "%");
    }
    td_grid_cell(grid, text);
    td_grid_cell(grid, td_score_text(standing, mark, text, sizeof text));
    td_grid_cell(grid, standing->class_index == TD_NONE
                           ? ""
                           : td_rules_class_name(rules, standing->class_index, report->lang));
    td_grid_cell(grid, td_distance_text(&view, row, mark, text, sizeof text));
    td_grid_cell(grid, td_note_text(rules, row, report->lang, text, sizeof text));
}

static void print_heading(const td_report *report, const td_scored *scored, size_t cluster)
{
    td_cluster_view view = td_evaluation_cluster(scored->evaluation, cluster);
    td_rules_view rules = td_rules_get(td_evaluation_rules(scored->evaluation, view.rules));
    char line[TD_CELL], count[24];
    snprintf(count, sizeof count, "%zu", view.n_units);
    td_phrase(line, sizeof line, report->lang, TD_MSG_WORD_CLUSTER_LINE, view.name, view.id, count,
              td_name_of(rules.name, report->lang), NULL);
    td_tone_print(report->out, report->color, TD_BOLD, line);
    fputc('\n', report->out);
}

static td_status print_cluster(const td_report *report, const td_scored *scored, size_t cluster)
{
    td_cluster_view view = td_evaluation_cluster(scored->evaluation, cluster);
    const td_rules *rules = td_evaluation_rules(scored->evaluation, view.rules);
    const td_lang lang = report->lang;
    const td_rules_view basis = td_rules_get(rules);
    const td_message distance = td_rules_has_method(rules) ? TD_MSG_WORD_DISTANCE_SCORE
                                : td_share_matters(&basis) ? TD_MSG_WORD_DISTANCE_SHARE
                                                           : TD_MSG_WORD_DISTANCE;
    const td_column columns[N_COLUMNS] = {
        [RANK] = {td_word(lang, TD_MSG_WORD_RANK), TD_RIGHT, false},
        [UNIT] = {td_word(lang, TD_MSG_WORD_UNIT), TD_LEFT, false},
        [POINTS] = {td_word(lang, TD_MSG_WORD_POINTS), TD_RIGHT, false},
        [ASSIGNED] = {td_word(lang, TD_MSG_WORD_ASSIGNED_SHORT), TD_RIGHT, true},
        [SHARE] = {td_word(lang, TD_MSG_WORD_SHARE), TD_RIGHT, true},
        [SCORE] = {td_word(lang, TD_MSG_WORD_SCORE), TD_RIGHT, true},
        [CLASS] = {td_word(lang, TD_MSG_WORD_CLASS), TD_LEFT, true},
        [DISTANCE] = {td_word(lang, distance), TD_RIGHT, true},
        [NOTE] = {td_word(lang, TD_MSG_WORD_NOTE), TD_LEFT, true},
    };
    td_place_row *rows = NULL;
    td_grid *grid = td_grid_new(N_COLUMNS, columns);
    td_status status = grid == NULL ? TD_ENOMEM : td_places_of(scored, cluster, &rows);
    if (status == TD_OK) {
        for (size_t i = 0; i < view.n_units; i++)
            add_row(grid, report, scored, rules, &rows[i]);
        print_heading(report, scored, cluster);
        status = td_grid_print(grid, report->out, report->color);
    }
    if (status == TD_OK && view.n_units == 1)
        say_line(report, td_word(lang, TD_MSG_WORD_ALONE));
    td_grid_free(grid);
    free(rows);
    return status;
}

td_status td_table_ranking(const td_report *report, const td_scored *scored, td_errors *errors)
{
    (void)errors;
    td_evaluation_view view = td_evaluation_get(scored->evaluation);
    char line[TD_CELL], year[16];
    snprintf(year, sizeof year, "%d", view.year);
    td_phrase(line, sizeof line, report->lang, TD_MSG_WORD_RANKING_TITLE,
              td_name_of(view.name, report->lang), year, NULL);
    td_tone_print(report->out, report->color, TD_BOLD, line);
    fputc('\n', report->out);
    td_provenance_warn(scored, report->lang, say_warning, report);
    for (size_t c = td_first_cluster(scored); c < td_end_cluster(scored); c++) {
        fputc('\n', report->out);
        td_status status = print_cluster(report, scored, c);
        if (status != TD_OK)
            return status;
    }
    fputc('\n', report->out);
    td_status status = scored->awarded == NULL ? TD_OK : td_table_awards_part(report, scored);
    td_provenance_sources(scored, report->lang, say_line, report);
    return status;
}
