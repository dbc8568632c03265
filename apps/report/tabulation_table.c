#include "apps/report/grid.h"
#include "apps/report/provenance.h"
#include "apps/report/ranking.h"
#include "apps/report/tabulation.h"
#include "apps/report/text.h"

#include <stdlib.h>

static void say_line(const td_report *report, const char *text)
{
    td_text_print(report->out, text);
    fputc('\n', report->out);
}

static void say_warning(const td_report *report, const char *text)
{
    td_tone_print(report->out, report->color, TD_WARN, text);
    fputc('\n', report->out);
}

static void print_title(const td_report *report, const td_scored *scored, td_message title)
{
    char line[TD_CELL], year[16];
    if (scored == NULL) {
        td_phrase(line, sizeof line, report->lang, title, NULL);
    } else {
        td_evaluation_view view = td_evaluation_get(scored->evaluation);
        snprintf(year, sizeof year, "%d", view.year);
        td_phrase(line, sizeof line, report->lang, title, td_name_of(view.name, report->lang), year,
                  NULL);
    }
    td_tone_print(report->out, report->color, TD_BOLD, line);
    fputc('\n', report->out);
}

static void print_facts(const td_report *report, const td_tabulation *sheet)
{
    td_lang lang = report->lang;
    for (size_t i = 0; i < td_tabulation_get(sheet).n_facts; i++) {
        const char *key;
        td_message word;
        td_tab_cell cell;
        char text[TD_CELL];
        td_tab_fact_get(sheet, i, &key, &word, &cell);
        fprintf(report->out, "%s: ", td_word(lang, word));
        say_line(report, td_tab_cell_text(&cell, lang, td_lang_mark(lang), td_lang_group(lang),
                                          text, sizeof text));
    }
}

static void print_sentences(const td_report *report, const td_tabulation *sheet)
{
    for (size_t i = 0; i < td_tabulation_get(sheet).n_sentences; i++) {
        td_tone tone;
        const char *text[2];
        td_tab_sentence_get(sheet, i, &tone, text);
        td_tone_print(report->out, report->color, tone, text[report->lang]);
        fputc('\n', report->out);
    }
}

/* The columns for people, and where each stands in the table. */
static size_t columns_for_people(const td_table_view *table, td_lang lang, td_column *columns,
                                 size_t *of)
{
    size_t n = 0;
    for (size_t i = 0; i < table->n_columns; i++) {
        const td_tab_column *c = &table->columns[i];
        if (c->audience == TD_FOR_MACHINES)
            continue;
        columns[n] = (td_column){c->title[lang], c->align, c->optional};
        of[n++] = i;
    }
    return n;
}

static td_status print_section(const td_report *report, const td_tabulation *sheet, size_t table,
                               size_t section, size_t n, const td_column *columns, const size_t *of)
{
    td_section_view view = td_tab_section_get(sheet, table, section);
    td_lang lang = report->lang;
    td_grid *grid = td_grid_new(n, columns);
    if (grid == NULL)
        return TD_ENOMEM;
    for (size_t r = 0; r < view.n_rows; r++)
        for (size_t i = 0; i < n; i++) {
            char text[TD_CELL];
            td_tone tone;
            td_tab_cell cell = td_tab_cell_get(sheet, table, section, r, of[i], &tone);
            if (i == 0)
                td_grid_row(grid, tone);
            td_grid_cell(grid, td_tab_cell_text(&cell, lang, td_lang_mark(lang),
                                                td_lang_group(lang), text, sizeof text));
        }
    if (view.heading[lang] != NULL) {
        fputc('\n', report->out);
        say_line(report, view.heading[lang]);
    }
    td_status status = view.n_rows == 0 ? TD_OK : td_grid_print(grid, report->out, report->color);
    td_grid_free(grid);
    return status;
}

static bool is_empty(const td_tabulation *sheet, size_t i, const td_table_view *table)
{
    for (size_t s = 0; s < table->n_sections; s++)
        if (td_tab_section_get(sheet, i, s).n_rows > 0)
            return false;
    return true;
}

static td_status print_table(const td_report *report, const td_tabulation *sheet, size_t i)
{
    td_table_view table = td_tab_table_get(sheet, i);
    if (is_empty(sheet, i, &table))
        return TD_OK;
    td_column *columns = calloc(table.n_columns + 1, sizeof *columns);
    size_t *of = calloc(table.n_columns + 1, sizeof *of);
    td_status status = columns == NULL || of == NULL ? TD_ENOMEM : TD_OK;
    size_t n = status == TD_OK ? columns_for_people(&table, report->lang, columns, of) : 0;
    if (n > 0) {
        fputc('\n', report->out);
        td_tone_print(report->out, report->color, TD_BOLD, td_word(report->lang, table.title));
        fputc('\n', report->out);
    }
    for (size_t s = 0; s < table.n_sections && status == TD_OK && n > 0; s++)
        status = print_section(report, sheet, i, s, n, columns, of);
    free(columns);
    free(of);
    return status;
}

td_status td_table_tabulation(const td_report *report, const td_scored *scored,
                              td_tabulation *sheet)
{
    td_status status = td_tabulation_seal(sheet);
    if (status != TD_OK)
        return status;
    print_title(report, scored, td_tabulation_get(sheet).title);
    if (scored != NULL)
        td_provenance_warn(scored, report->lang, say_warning, report);
    print_facts(report, sheet);
    if (td_tabulation_get(sheet).n_sentences > 0)
        fputc('\n', report->out);
    print_sentences(report, sheet);
    for (size_t i = 0; i < td_tabulation_get(sheet).n_tables && status == TD_OK; i++)
        status = print_table(report, sheet, i);
    fputc('\n', report->out);
    if (scored != NULL)
        td_provenance_sources(scored, report->lang, say_line, report);
    else
        say_line(report, "thidua " TD_VERSION);
    return status;
}
