#include <math.h>

#include "apps/report/difference.h"
#include "apps/report/grid.h"
#include "apps/report/ranking.h"
#include "apps/report/text.h"

static td_tone tone_of(td_diff_kind change)
{
    return change == TD_ADDED ? TD_GOOD : change == TD_REMOVED ? TD_BAD : TD_PLAIN;
}

static void add_rules(td_grid *grid, const td_difference *difference, td_lang lang)
{
    for (size_t i = 0; i < difference->n_rules; i++) {
        const td_rule_change *row = &difference->rules[i];
        td_grid_row(grid, tone_of(row->change));
        td_grid_cell(grid, td_change_words(row->change, lang));
        td_grid_cell(grid, *row->criterion == '\0' ? td_word(lang, TD_MSG_WORD_WHOLE_SET)
                                                   : row->criterion);
        td_grid_cell(grid, row->key);
        td_grid_cell(grid, row->before);
        td_grid_cell(grid, row->after);
    }
}

static void add_units(td_grid *grid, const td_difference *difference, td_lang lang)
{
    char text[TD_CELL], mark = td_lang_mark(lang), group = td_lang_group(lang);
    for (size_t i = 0; i < difference->n_units; i++) {
        const td_unit_change *row = &difference->units[i];
        const td_unit_side *last = &row->side[row->side[1].present];
        td_grid_row(grid, tone_of(row->change));
        td_grid_cell(grid, last->cluster);
        td_grid_cell(grid, row->name);
        for (size_t s = 0; s < 2; s++)
            td_grid_cell(grid, td_side_rank(&row->side[s], mark, text, sizeof text));
        for (size_t s = 0; s < 2; s++)
            td_grid_cell(grid,
                         td_side_points(difference, &row->side[s], mark, group, text, sizeof text));
        double moved = td_points_moved(difference, row);
        text[0] = '\0';
        if (moved > 0)
            td_text_append(text, sizeof text, "+");
        if (!isnan(moved))
            td_points_text(moved, difference->decimals, mark, group, text + (moved > 0),
                           sizeof text - 1);
        td_grid_cell(grid, text);
        td_grid_cell(grid, td_move_words(row, lang, text, sizeof text));
    }
}

static void print_warning(const td_report *report, td_message id)
{
    td_tone_print(report->out, report->color, TD_WARN, td_word(report->lang, id));
    fputc('\n', report->out);
}

static void print_source(const td_report *report, const td_difference *difference, size_t side)
{
    char line[2048];
    const td_difference_source *source = &difference->source[side];
    td_message id = side == 0 ? TD_MSG_WORD_DIFF_BEFORE : TD_MSG_WORD_DIFF_AFTER;
    if (difference->of_rules)
        id = side == 0 ? TD_MSG_WORD_DIFF_RULES_BEFORE : TD_MSG_WORD_DIFF_RULES_AFTER;
    char rules[13], data[13];
    snprintf(rules, sizeof rules, "%.12s", source->rules_hash);
    snprintf(data, sizeof data, "%.12s", source->data_hash);
    td_text_print(report->out,
                  td_phrase(line, sizeof line, report->lang, id, source->path,
                            td_name_of(source->title, report->lang), rules, data, NULL));
    fputc('\n', report->out);
    if (source->generated)
        print_warning(report, TD_MSG_WORD_DIFF_GENERATED);
    if (!source->in_force)
        print_warning(report, TD_MSG_WORD_DIFF_NOT_IN_FORCE);
}

static td_status print_rows(const td_report *report, const td_difference *difference)
{
    const td_lang lang = report->lang;
    const td_column rules[] = {
        {td_word(lang, TD_MSG_WORD_CHANGE), TD_LEFT, false},
        {td_word(lang, TD_MSG_WORD_CRITERION), TD_LEFT, false},
        {td_word(lang, TD_MSG_WORD_KEY), TD_LEFT, true},
        {td_word(lang, TD_MSG_WORD_BEFORE), TD_LEFT, true},
        {td_word(lang, TD_MSG_WORD_AFTER), TD_LEFT, true},
    };
    const td_column units[] = {
        {td_word(lang, TD_MSG_WORD_CLUSTER), TD_LEFT, false},
        {td_word(lang, TD_MSG_WORD_UNIT), TD_LEFT, false},
        {td_word(lang, TD_MSG_WORD_RANK_BEFORE), TD_RIGHT, false},
        {td_word(lang, TD_MSG_WORD_RANK_AFTER), TD_RIGHT, false},
        {td_word(lang, TD_MSG_WORD_POINTS_BEFORE), TD_RIGHT, false},
        {td_word(lang, TD_MSG_WORD_POINTS_AFTER), TD_RIGHT, false},
        {td_word(lang, TD_MSG_WORD_POINTS_MOVED), TD_RIGHT, true},
        {td_word(lang, TD_MSG_WORD_NOTE), TD_LEFT, true},
    };
    bool of_rules = difference->of_rules;
    size_t n = of_rules ? sizeof rules / sizeof rules[0] : sizeof units / sizeof units[0];
    td_grid *grid = td_grid_new(n, of_rules ? rules : units);
    if (grid == NULL)
        return TD_ENOMEM;
    if (of_rules)
        add_rules(grid, difference, lang);
    else
        add_units(grid, difference, lang);
    td_status status = td_grid_print(grid, report->out, report->color);
    td_grid_free(grid);
    return status;
}

static void print_counts(const td_report *report, const td_difference *difference)
{
    char line[TD_CELL], n[24], of[24];
    snprintf(n, sizeof n, "%zu", td_difference_size(difference));
    snprintf(of, sizeof of, "%zu", difference->n_compared);
    td_message id =
        difference->of_rules ? TD_MSG_WORD_DIFF_RULES_COUNT : TD_MSG_WORD_DIFF_UNITS_COUNT;
    if (td_difference_size(difference) == 0)
        id = difference->of_rules ? TD_MSG_WORD_SAME_RULES : TD_MSG_WORD_SAME_RESULTS;
    td_text_print(report->out, td_phrase(line, sizeof line, report->lang, id, n, of, NULL));
    fputc('\n', report->out);
}

td_status td_table_difference(const td_report *report, const td_difference *difference)
{
    print_source(report, difference, 0);
    print_source(report, difference, 1);
    fputc('\n', report->out);
    if (td_difference_size(difference) > 0) {
        td_status status = print_rows(report, difference);
        if (status != TD_OK)
            return status;
        fputc('\n', report->out);
    }
    print_counts(report, difference);
    return TD_OK;
}
