
#include "apps/report/csv.h"
#include "apps/report/ranking.h"
#include "apps/report/tabulation.h"
#include "apps/report/text.h"

static void write_titles(td_csv *csv, const td_table_view *table, td_lang lang)
{
    for (size_t i = 0; i < table->n_columns; i++)
        if (table->columns[i].audience != TD_FOR_PEOPLE)
            td_csv_text(csv, csv->vn ? table->columns[i].title[lang] : table->columns[i].key);
    td_csv_end_row(csv);
}

/* Codes and exact fractions for machines; words and decimals for a spreadsheet. */
static void write_cell(td_csv *csv, const td_tab_cell *cell, td_lang lang)
{
    char text[TD_CELL];
    if (cell->kind == TD_TAB_EXACT && !csv->vn) { /* a spreadsheet takes 1/3 for a date */
        td_csv_number(csv, cell->code);
        return;
    }
    switch (cell->kind) {
    case TD_TAB_TEXT:
        td_csv_text(csv, !csv->vn && cell->code != NULL ? cell->code : cell->text[lang]);
        break;
    case TD_TAB_POINTS:
        td_csv_points(csv, cell->x, cell->decimals);
        break;
    case TD_TAB_SHARE:
        td_share_text(cell->x, cell->of, cell->decimals, csv->mark, text, sizeof text);
        td_csv_number(csv, text);
        break;
    case TD_TAB_PERCENT:
        td_number_text(td_tab_percent_of(cell->x), csv->mark, text, sizeof text);
        td_csv_number(csv, text);
        break;
    case TD_TAB_NUMBER:
        td_number_text(cell->x, csv->mark, text, sizeof text);
        td_csv_number(csv, text);
        break;
    default:
        td_csv_number(csv, td_tab_cell_text(cell, lang, csv->mark, 0, text, sizeof text));
    }
}

td_status td_csv_tabulation(const td_report *report, const td_scored *scored, td_tabulation *sheet)
{
    (void)scored;
    td_status status = td_tabulation_seal(sheet);
    if (status != TD_OK || td_tabulation_get(sheet).n_tables == 0)
        return status;
    td_csv csv = td_csv_begin(report);
    td_table_view table = td_tab_table_get(sheet, 0);
    write_titles(&csv, &table, report->lang);
    for (size_t s = 0; s < table.n_sections; s++)
        for (size_t r = 0; r < td_tab_section_get(sheet, 0, s).n_rows; r++) {
            for (size_t i = 0; i < table.n_columns; i++) {
                td_tone tone;
                td_tab_cell cell = td_tab_cell_get(sheet, 0, s, r, i, &tone);
                if (table.columns[i].audience != TD_FOR_PEOPLE)
                    write_cell(&csv, &cell, report->lang);
            }
            td_csv_end_row(&csv);
        }
    return TD_OK;
}
