/*
 * The neutral model of reports, and what CSV makes of it; tables and JSON have golden cases.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/* The programs are no library: their sources are tested in place. */
#include "apps/report/csv.c"
#include "apps/report/tabulation.c"
#include "apps/report/tabulation_cell.c"
#include "apps/report/tabulation_csv.c"
#include "apps/report/text.c"

static td_tabulation *filled(void)
{
    const td_tab_column columns[] = {
        {"cluster", {"Cụm", "Cluster"}, TD_LEFT, TD_FOR_MACHINES, false},
        {"unit", {"Đơn vị", "Unit"}, TD_LEFT, TD_FOR_ALL, false},
        {"points", {"Điểm", "Points"}, TD_RIGHT, TD_FOR_ALL, false},
        {"p", {"Xác suất (%)", "Probability (%)"}, TD_RIGHT, TD_FOR_ALL, false},
        {"bar", {"Biểu đồ", "Chart"}, TD_LEFT, TD_FOR_PEOPLE, false},
        {"at", {"Tại", "At"}, TD_RIGHT, TD_FOR_ALL, false},
    };
    td_tabulation *sheet = td_tabulation_new("what-if-test", TD_MSG_WORD_RANKING_TITLE);
    assert_non_null(sheet);
    td_tab_fact(sheet, "seed", TD_MSG_WORD_UNIT);
    td_tab_count(sheet, UINT64_MAX);
    td_tab_sentence(sheet, TD_GOOD, TD_MSG_WORD_GENERATED_SEED, "x", "0\0015", NULL);
    td_tab_table(sheet, "first", TD_MSG_WORD_UNIT, 6, columns);
    td_tab_section(sheet, "Cụm 1", "Cluster 1");
    td_tab_row(sheet, TD_PLAIN);
    td_tab_text(sheet, "c1");
    td_tab_text(sheet, "=Xã \"A\"");
    td_tab_points(sheet, -238500, 3);
    td_tab_percent(sheet, 0.93385, 1);
    td_tab_text(sheet, "###");
    td_tab_exact(sheet, "-7/3", -7.0 / 3, 2);
    td_tab_row(sheet, TD_FAINT);
    td_tab_text(sheet, "c1");
    td_tab_coded(sheet, "tied", TD_MSG_WORD_UNIT);
    td_tab_points(sheet, NAN, 2);
    td_tab_blank(sheet);
    td_tab_table(sheet, "second", TD_MSG_WORD_UNIT, 1, columns + 1);
    td_tab_section(sheet, NULL, NULL);
    td_tab_row(sheet, TD_PLAIN);
    td_tab_both(sheet, "một", "one");
    return sheet;
}

static char *csv_of(td_tabulation *sheet, bool vn, td_lang lang)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    td_report report = {.out = out, .lang = lang, .csv_vn = vn};
    assert_int_equal(td_csv_tabulation(&report, NULL, sheet), TD_OK);
    fclose(out);
    return text;
}

static void assert_csv(td_tabulation *sheet, bool vn, td_lang lang, const char *wanted)
{
    char *text = csv_of(sheet, vn, lang);
    assert_string_equal(text, wanted);
    free(text);
}

static void csv_has_the_first_table_for_machines(void **state)
{
    (void)state;
    td_tabulation *sheet = filled();
    assert_csv(sheet, false, TD_EN,
               "cluster,unit,points,p,at\n"
               "c1,\"'=Xã \"\"A\"\"\",-238.500,93.385,-7/3\n"
               "c1,tied,,,\n");
    td_tabulation_free(sheet);
}

static void csv_for_a_spreadsheet_has_words_and_decimals(void **state)
{
    (void)state;
    td_tabulation *sheet = filled();
    assert_csv(sheet, true, TD_VI,
               "\xEF\xBB\xBF"
               "Cụm;Đơn vị;Điểm;Xác suất (%);Tại\r\n"
               "c1;\"'=Xã \"\"A\"\"\";-238,500;93,385;-2,33\r\n"
               "c1;Đơn vị;;;\r\n");
    td_tabulation_free(sheet);
}

static void a_part_can_be_chosen(void **state)
{
    (void)state;
    td_tabulation *sheet = filled();
    assert_string_equal(td_tabulation_key(sheet, 1), "second");
    assert_null(td_tabulation_key(sheet, 2));
    assert_false(td_tabulation_choose(sheet, "third"));
    assert_true(td_tabulation_choose(sheet, "second"));
    assert_int_equal(td_tabulation_get(sheet).n_tables, 1);
    assert_csv(sheet, false, TD_EN, "unit\none\n");
    assert_csv(sheet, false, TD_VI, "unit\nmột\n");
    assert_true(td_tabulation_choose(sheet, NULL));
    assert_int_equal(td_tabulation_get(sheet).n_tables, 2);
    td_tabulation_free(sheet);
}

static void assert_cell(td_tab_cell cell, const char *vi, const char *en)
{
    char text[64];
    assert_string_equal(td_tab_cell_text(&cell, TD_VI, ',', '.', text, sizeof text), vi);
    assert_string_equal(td_tab_cell_text(&cell, TD_EN, '.', ',', text, sizeof text), en);
}

static void cells_read_well(void **state)
{
    (void)state;
    assert_cell((td_tab_cell){.kind = TD_TAB_POINTS, .x = 123456789, .decimals = 2}, "1.234.567,89",
                "1,234,567.89");
    assert_cell((td_tab_cell){.kind = TD_TAB_RANK, .x = 2.5}, "2,5", "2.5");
    assert_cell((td_tab_cell){.kind = TD_TAB_COUNT, .count = 12345}, "12.345", "12,345");
    assert_cell((td_tab_cell){.kind = TD_TAB_SHARE, .x = 70195, .of = 100000, .decimals = 2},
                "70,20%", "70.20%"); /* 70.195 is no double */
    assert_cell((td_tab_cell){.kind = TD_TAB_PERCENT, .x = 0.00049, .decimals = 1}, "0,0%", "0.0%");
    assert_cell((td_tab_cell){.kind = TD_TAB_NUMBER, .x = -0.0004, .decimals = 2}, "0,00", "0.00");
    assert_cell((td_tab_cell){.kind = TD_TAB_BLANK}, "", "");
    td_tabulation *sheet = filled();
    td_tone tone;
    const char *text[2], *key;
    td_message word;
    td_tab_cell cell;
    td_tab_sentence_get(sheet, 0, &tone, text);
    assert_int_equal(tone, TD_GOOD);
    assert_non_null(strstr(text[TD_VI], "0,5"));
    assert_non_null(strstr(text[TD_EN], "0.5"));
    td_tab_fact_get(sheet, 0, &key, &word, &cell);
    assert_string_equal(key, "seed");
    assert_true(cell.count == UINT64_MAX);
    td_tabulation_free(sheet);
}

static void nothing_but_facts_is_an_empty_file(void **state)
{
    (void)state;
    td_tabulation *sheet = td_tabulation_new("what-if-test", TD_MSG_WORD_RANKING_TITLE);
    assert_csv(sheet, false, TD_EN, "");
    assert_false(td_tabulation_choose(sheet, "any"));
    td_tabulation_free(sheet);
    td_tabulation_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(csv_has_the_first_table_for_machines),
        cmocka_unit_test(csv_for_a_spreadsheet_has_words_and_decimals),
        cmocka_unit_test(a_part_can_be_chosen),
        cmocka_unit_test(cells_read_well),
        cmocka_unit_test(nothing_but_facts_is_an_empty_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
