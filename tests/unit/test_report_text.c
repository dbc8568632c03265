/*
 * Text for people and spreadsheets: width, columns, CSV cells, JSON strings.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/* The programs are no library: their sources are tested in place. */
#include "apps/report/csv.c"
#include "apps/report/grid.c"
#include "apps/report/json_emit.c"
#include "apps/report/text.c"

static char *written;
static size_t written_size;

static FILE *begin(void)
{
    free(written);
    written = NULL;
    return open_memstream(&written, &written_size);
}

static const char *end(FILE *out)
{
    assert_int_equal(fclose(out), 0);
    return written;
}

static void width_counts_columns(void **state)
{
    (void)state;
    assert_int_equal(td_text_width(""), 0);
    assert_int_equal(td_text_width("Xã Phú Lương 2"), 14);
    /* The same name with combining marks. */
    assert_int_equal(td_text_width("Xa\xCC\x83 Phu\xCC\x81 Lu\xCC\x9Bo\xCC\x9Bng 2"), 14);
    assert_int_equal(td_text_width("Đặc khu Hòn Mây"), 15);
    assert_int_equal(td_text_width("越南"), 4);
    assert_int_equal(td_text_width("a\xE2\x80\x8B"
                                   "b"),
                     2); /* zero-width space */
    assert_int_equal(td_text_width("→ ─"), 3);
}

static void broken_utf8_does_not_run_on(void **state)
{
    (void)state;
    static const char *const BROKEN[] = {"\xC3", "\xE2\x82", "\xF0\x9F\x98", "\x80",
                                         "\xFF", "\xC0\xAF", "\xED\xA0\x80", "\xF5\x80\x80\x80"};
    for (size_t i = 0; i < sizeof BROKEN / sizeof BROKEN[0]; i++) {
        const char *p = BROKEN[i];
        assert_int_equal(td_text_next(&p), 0xFFFD);
        assert_ptr_equal(p, BROKEN[i] + 1);
        FILE *out = begin();
        td_text_print(out, BROKEN[i]);
        assert_non_null(strstr(end(out), "\xEF\xBF\xBD"));
    }
}

static void names_do_not_steer_the_terminal(void **state)
{
    (void)state;
    FILE *out = begin();
    td_text_print(out, "a\033[31mb\tc\nd\xE2\x80\xAE"
                       "e\xC2\x9B");
    assert_string_equal(end(out), "a\xEF\xBF\xBD[31mb\xEF\xBF\xBD"
                                  "c\xEF\xBF\xBD"
                                  "d\xEF\xBF\xBD"
                                  "e\xEF\xBF\xBD");
    assert_int_equal(td_text_printed_width("a\033b\xE2\x80\xAE"), 4);
}

static const char *cell(const char *text, char separator, bool is_number)
{
    FILE *out = begin();
    td_text_csv(out, text, separator, is_number);
    return end(out);
}

static void csv_cells_are_quoted(void **state)
{
    (void)state;
    assert_string_equal(cell("Cụm 1", ',', false), "Cụm 1");
    assert_string_equal(cell("", ',', false), "");
    assert_string_equal(cell("a,b", ',', false), "\"a,b\"");
    assert_string_equal(cell("a,b", ';', false), "a,b");
    assert_string_equal(cell("a;b", ';', false), "\"a;b\"");
    assert_string_equal(cell("say \"x\"", ',', false), "\"say \"\"x\"\"\"");
    assert_string_equal(cell("a\r\nb", ',', false), "\"a\r\nb\"");
}

static void csv_cells_are_no_formulas(void **state)
{
    (void)state;
    assert_string_equal(cell("=1+2", ',', false), "'=1+2");
    assert_string_equal(cell("+84", ',', false), "'+84");
    assert_string_equal(cell("-2.385", ',', false), "'-2.385");
    assert_string_equal(cell("-2.385", ',', true), "-2.385");
    assert_string_equal(cell("@x", ',', false), "'@x");
    assert_string_equal(cell("\tx", ',', false), "'\tx");
    assert_string_equal(cell("\rx", ',', false), "\"'\rx\"");
    assert_string_equal(cell("=HYPERLINK(\"u\",\"v\")", ',', false),
                        "\"'=HYPERLINK(\"\"u\"\",\"\"v\"\")\"");
}

static const char *row_in(bool vn)
{
    td_report report = {.out = begin(), .lang = TD_VI, .csv_vn = vn};
    td_csv csv = td_csv_begin(&report);
    td_csv_text(&csv, "Xã; A");
    td_csv_points(&csv, -2385, 3);
    td_csv_points(&csv, (double)NAN, 3);
    td_csv_count(&csv, 12);
    td_csv_value(&csv, "0.5");
    td_csv_value(&csv, "-7");
    td_csv_value(&csv, "-7x");
    td_csv_value(&csv, "1.");
    td_csv_text(&csv, NULL);
    td_csv_end_row(&csv);
    return end(report.out);
}

static void csv_dialects(void **state)
{
    (void)state;
    assert_string_equal(row_in(false), "Xã; A,-2.385,,12,0.5,-7,'-7x,1.,\n");
    assert_string_equal(row_in(true), "\xEF\xBB\xBF\"Xã; A\";-2,385;;12;0,5;-7;'-7x;1.;\r\n");
}

static void words_wrap_at_the_width(void **state)
{
    (void)state;
    FILE *out = begin();
    td_text_wrap(out, "mười hai chữ", 2, 9);
    assert_string_equal(end(out), "mười\n  hai chữ\n");
    out = begin();
    td_text_wrap(out, "", 2, 9);
    assert_string_equal(end(out), "\n");
}

static void joining_does_not_cut_letters(void **state)
{
    (void)state;
    char text[8] = "";
    assert_true(td_text_join(text, sizeof text, "; ", "abcd"));
    assert_false(td_text_join(text, sizeof text, ";", "xế"));
    assert_string_equal(text, "abcd;x");
    assert_false(td_text_append(text, sizeof text, "yz"));
    assert_string_equal(text, "abcd;xy");
}

static void columns_stand_by_display_width(void **state)
{
    (void)state;
    const td_column columns[] = {{"Hạng", TD_RIGHT, false},
                                 {"Đơn vị", TD_LEFT, false},
                                 {"Lạ", TD_LEFT, true},
                                 {"Điểm", TD_RIGHT, false}};
    td_grid *grid = td_grid_new(4, columns);
    td_grid_row(grid, TD_GOOD);
    td_grid_cell(grid, "1");
    td_grid_cell(grid, "Xã Phú Lương");
    td_grid_cell(grid, "");
    td_grid_cell(grid, "2,385");
    td_grid_row(grid, TD_PLAIN);
    td_grid_cell(grid, "12");
    td_grid_cell(grid, "越南");
    FILE *out = begin();
    assert_int_equal(td_grid_print(grid, out, false), TD_OK);
    assert_string_equal(end(out), "Hạng  Đơn vị         Điểm\n"
                                  "─────────────────────────\n"
                                  "   1  Xã Phú Lương  2,385\n"
                                  "  12  越南\n");
    out = begin();
    assert_int_equal(td_grid_print(grid, out, true), TD_OK);
    assert_non_null(strstr(end(out), "\033[32m   1  Xã Phú Lương  2,385\033[0m\n"));
    td_grid_free(grid);
}

static void json_is_valid_whatever_the_text(void **state)
{
    (void)state;
    td_emitter json = {.out = begin()};
    const char *const both[2] = {NULL, "x"};
    td_emit_open(&json, NULL, '{');
    td_emit_text(&json, "t", "a\"\\\n\x01\xFF");
    td_emit_text(&json, "n", NULL);
    td_emit_points(&json, "p", -2385, 3);
    td_emit_points(&json, "q", (double)NAN, 3);
    td_emit_number(&json, "x", 2.385);
    td_emit_both(&json, "b", both);
    td_emit_open_inline(&json, "l", '[');
    td_emit_count(&json, NULL, 1);
    td_emit_bool(&json, NULL, true);
    td_emit_close(&json, ']');
    td_emit_open(&json, "e", '[');
    td_emit_close(&json, ']');
    td_emit_close(&json, '}');
    assert_string_equal(end(json.out), "{\n"
                                       "  \"t\": \"a\\\"\\\\\\n\\u0001\xEF\xBF\xBD\",\n"
                                       "  \"n\": null,\n"
                                       "  \"p\": -2.385,\n"
                                       "  \"q\": null,\n"
                                       "  \"x\": 2.385,\n"
                                       "  \"b\": {\"en\": \"x\"},\n"
                                       "  \"l\": [1, true],\n"
                                       "  \"e\": []\n"
                                       "}\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(width_counts_columns),
        cmocka_unit_test(broken_utf8_does_not_run_on),
        cmocka_unit_test(names_do_not_steer_the_terminal),
        cmocka_unit_test(csv_cells_are_quoted),
        cmocka_unit_test(csv_cells_are_no_formulas),
        cmocka_unit_test(csv_dialects),
        cmocka_unit_test(words_wrap_at_the_width),
        cmocka_unit_test(joining_does_not_cut_letters),
        cmocka_unit_test(columns_stand_by_display_width),
        cmocka_unit_test(json_is_valid_whatever_the_text),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    free(written);
    return failed;
}
