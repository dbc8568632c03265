
#include "apps/report/provenance_json.h"
#include "apps/report/ranking.h"
#include "apps/report/tabulation.h"

static void write_cell(td_emitter *json, const char *key, const td_tab_cell *cell)
{
    char text[TD_NUMBER];
    switch (cell->kind) {
    case TD_TAB_TEXT:
        if (cell->code != NULL)
            td_emit_text(json, key, cell->code);
        else
            td_emit_both(json, key, cell->text);
        break;
    case TD_TAB_COUNT:
        td_emit_count(json, key, cell->count);
        break;
    case TD_TAB_POINTS:
        td_emit_points(json, key, cell->x, cell->decimals);
        break;
    case TD_TAB_SHARE:
        td_share_text(cell->x, cell->of, cell->decimals, '.', text, sizeof text);
        td_emit_raw(json, key, text);
        break;
    case TD_TAB_PERCENT:
        td_emit_number(json, key, td_tab_percent_of(cell->x));
        break;
    case TD_TAB_RANK:
    case TD_TAB_NUMBER:
        td_emit_number(json, key, cell->x);
        break;
    case TD_TAB_EXACT:
        td_emit_open_inline(json, key, '{');
        td_emit_text(json, "exact", cell->code);
        td_emit_number(json, "value", cell->x);
        td_emit_close(json, '}');
        break;
    case TD_TAB_BLANK:
        td_emit_raw(json, key, "null");
        break;
    }
}

static void write_facts(td_emitter *json, const td_tabulation *sheet)
{
    td_emit_open(json, "facts", '{');
    for (size_t i = 0; i < td_tabulation_get(sheet).n_facts; i++) {
        const char *key;
        td_message word;
        td_tab_cell cell;
        td_tab_fact_get(sheet, i, &key, &word, &cell);
        write_cell(json, key, &cell);
    }
    td_emit_close(json, '}');
}

static void write_sentences(td_emitter *json, const td_tabulation *sheet)
{
    td_emit_open(json, "sentences", '[');
    for (size_t i = 0; i < td_tabulation_get(sheet).n_sentences; i++) {
        td_tone tone;
        const char *text[2];
        td_tab_sentence_get(sheet, i, &tone, text);
        td_emit_both(json, NULL, text);
    }
    td_emit_close(json, ']');
}

static void write_table(td_emitter *json, const td_tabulation *sheet, size_t i)
{
    td_table_view table = td_tab_table_get(sheet, i);
    td_emit_open(json, table.key, '[');
    for (size_t s = 0; s < table.n_sections; s++)
        for (size_t r = 0; r < td_tab_section_get(sheet, i, s).n_rows; r++) {
            td_emit_open_inline(json, NULL, '{');
            for (size_t c = 0; c < table.n_columns; c++) {
                td_tone tone;
                td_tab_cell cell = td_tab_cell_get(sheet, i, s, r, c, &tone);
                if (table.columns[c].audience != TD_FOR_PEOPLE)
                    write_cell(json, table.columns[c].key, &cell);
            }
            td_emit_close(json, '}');
        }
    td_emit_close(json, ']');
}

td_status td_json_tabulation(const td_report *report, const td_scored *scored, td_tabulation *sheet)
{
    td_status status = td_tabulation_seal(sheet);
    if (status != TD_OK)
        return status;
    td_emitter json = {.out = report->out};
    td_emit_head(&json, td_tabulation_get(sheet).kind);
    if (scored != NULL)
        td_emit_provenance(&json, scored);
    write_facts(&json, sheet);
    write_sentences(&json, sheet);
    td_emit_open(&json, "tables", '{');
    for (size_t i = 0; i < td_tabulation_get(sheet).n_tables; i++)
        write_table(&json, sheet, i);
    td_emit_close(&json, '}');
    td_emit_close(&json, '}');
    return TD_OK;
}
