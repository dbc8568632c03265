/*
 * The CSV reader: cells, rows and lines, and every fault with its place.
 */
#include "datasets/csv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

typedef struct sheet {
    td_csv csv;
    td_errors *errors;
    bool open;
} sheet;

static sheet open_bytes(const char *text, size_t size)
{
    sheet s = {.errors = td_errors_new()};
    s.open = td_csv_open(&s.csv, text, size, "t.csv", s.errors);
    return s;
}

static sheet open_text(const char *text)
{
    return open_bytes(text, strlen(text));
}

static void close_sheet(sheet *s)
{
    td_csv_release(&s->csv);
    td_errors_free(s->errors);
}

static void assert_cell(td_csv_cell cell, const char *text)
{
    assert_int_equal(cell.length, strlen(text));
    assert_memory_equal(cell.text, text, cell.length);
}

/* The next record is these cells, joined by '|'. */
static void assert_record(sheet *s, const char *joined)
{
    char text[256] = "";
    assert_true(td_csv_next(&s->csv));
    for (size_t i = 0; i < s->csv.n_cells && i < s->csv.n_columns; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s%.*s", i > 0 ? "|" : "",
                 (int)s->csv.cells[i].length, s->csv.cells[i].text);
    assert_string_equal(text, joined);
}

static void assert_fault(const sheet *s, size_t i, const char *code, size_t row, size_t column)
{
    assert_true(i < td_errors_size(s->errors));
    td_fault fault = td_errors_view(s->errors, i);
    assert_string_equal(fault.code, code);
    assert_string_equal(fault.place.file, "t.csv");
    assert_int_equal(fault.place.row, row);
    assert_int_equal(fault.place.column, column);
    assert_int_equal(fault.severity, TD_ERROR);
    assert_int_equal(fault.status, TD_EDATA);
}

/* ---- what is read ---- */

static void separators_come_from_the_header(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        char separator;
    } cases[] = {{"a,b\n1,2\n", ','},  {"a;b\n1,5;2\n", ';'},        {"a\tb\n1,5\t2\n", '\t'},
                 {"a\n1\n", ','},      {"unit;a,b;c\n1;2;3\n", ';'}, {"\"a;b;c\",d\n1,2\n", ','},
                 {"a;b,c\n1;2\n", ';'}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        sheet s = open_text(cases[i].text);
        assert_true(s.open);
        assert_int_equal(s.csv.separator, cases[i].separator);
        assert_true(td_csv_next(&s.csv));
        assert_int_equal(td_errors_size(s.errors), 0);
        close_sheet(&s);
    }
}

static void line_ends_and_last_line(void **state)
{
    (void)state;
    static const char *const texts[] = {"a,b\n1,2\n3,4\n", "a,b\r\n1,2\r\n3,4\r\n", "a,b\n1,2\n3,4",
                                        "a,b\r\n1,2\n3,4\r\n\r\n\n,\n  , \n"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        sheet s = open_text(texts[i]);
        assert_record(&s, "1|2");
        assert_int_equal(s.csv.row, 2);
        assert_record(&s, "3|4");
        assert_int_equal(s.csv.row, 3);
        assert_false(td_csv_next(&s.csv));
        assert_false(td_csv_next(&s.csv));
        assert_int_equal(td_errors_size(s.errors), 0);
        assert_false(s.csv.incomplete);
        close_sheet(&s);
    }
}

static void quotes_hold_anything(void **state)
{
    (void)state;
    sheet s = open_text("id,name\n1,\"Xã \"\"A\"\", huyện B\"\n2,\"\"\"\"\n3,\"\"\n"
                        "4,\"hai\ndòng\"\n5,Xã \"C\"\n\"6\",\"a\"\"b\"\"\"\n");
    assert_record(&s, "1|Xã \"A\", huyện B");
    assert_record(&s, "2|\"");
    assert_record(&s, "3|");
    assert_record(&s, "4|hai\ndòng");
    assert_int_equal(s.csv.row, 5);
    assert_int_equal(s.csv.line, 5);
    assert_record(&s, "5|Xã \"C\"");
    assert_int_equal(s.csv.row, 6);
    assert_int_equal(s.csv.line, 7);
    assert_record(&s, "6|a\"b\"");
    assert_false(td_csv_next(&s.csv));
    assert_int_equal(td_errors_size(s.errors), 0);
    close_sheet(&s);
}

static void header_outlives_the_records(void **state)
{
    (void)state;
    sheet s = open_text("\"tên \"\"A\"\"\",b\n\"x\"\"y\",2\n");
    assert_record(&s, "x\"y|2");
    assert_cell(s.csv.header[0], "tên \"A\"");
    assert_cell(s.csv.header[1], "b");
    close_sheet(&s);
}

/* ---- faults ---- */

static void empty_files(void **state)
{
    (void)state;
    sheet s = open_text("");
    assert_false(s.open);
    assert_fault(&s, 0, "data-empty-file", 0, 0);
    close_sheet(&s);
    static const char *const blank[] = {"\n", " , \n1,2\n", "\r\n\r\n"};
    for (size_t i = 0; i < 3; i++) {
        s = open_text(blank[i]);
        assert_false(s.open);
        assert_int_equal(td_errors_size(s.errors), 1);
        assert_fault(&s, 0, "data-no-header", 1, 0);
        close_sheet(&s);
    }
}

static void truncated_file(void **state)
{
    (void)state;
    sheet s = open_text("a,b\n1,2\n3,\"bị cắt\n4,5\n6,7\n");
    assert_record(&s, "1|2");
    assert_false(td_csv_next(&s.csv));
    assert_int_equal(td_errors_size(s.errors), 1);
    assert_fault(&s, 0, "data-quote-open", 3, 2);
    assert_true(s.csv.incomplete);
    char what[200];
    td_errors_what(s.errors, 0, TD_EN, what, sizeof what);
    assert_non_null(strstr(what, "line 3"));
    close_sheet(&s);
    s = open_text("a,\"b");
    assert_false(s.open);
    assert_fault(&s, 0, "data-quote-open", 1, 2);
    close_sheet(&s);
}

static void text_behind_a_quote(void **state)
{
    (void)state;
    sheet s = open_text("a,b\n\"x\"y,2\n3,4\n");
    assert_true(td_csv_next(&s.csv));
    assert_true(s.csv.broken);
    assert_fault(&s, 0, "data-text-after-quote", 2, 1);
    assert_record(&s, "3|4");
    assert_false(s.csv.broken);
    assert_int_equal(s.csv.n_broken, 1);
    close_sheet(&s);
}

static void wrong_numbers_of_cells(void **state)
{
    (void)state;
    sheet s = open_text("a,b,c\n1,2\n1,2,3,4,5\n7,8,9\n");
    assert_record(&s, "1|2");
    assert_true(s.csv.broken);
    assert_record(&s, "1|2|3");
    assert_int_equal(s.csv.n_cells, 5);
    assert_record(&s, "7|8|9");
    assert_int_equal(td_errors_size(s.errors), 2);
    assert_fault(&s, 0, "data-too-few-cells", 2, 0);
    assert_fault(&s, 1, "data-too-many-cells", 3, 0);
    close_sheet(&s);
}

/* "0,5" without quotes in a table with commas makes one cell too many. */
static void decimal_comma_in_a_comma_table(void **state)
{
    (void)state;
    sheet s = open_text("unit,a\nu1,0,5\n");
    assert_true(td_csv_next(&s.csv));
    assert_fault(&s, 0, "data-too-many-cells", 2, 0);
    close_sheet(&s);
}

static void blank_rows_inside(void **state)
{
    (void)state;
    sheet s = open_text("a,b\n1,2\n\n,\n3,4\n\n");
    assert_record(&s, "1|2");
    assert_record(&s, "3|4");
    assert_int_equal(s.csv.row, 5);
    assert_false(td_csv_next(&s.csv));
    assert_int_equal(td_errors_size(s.errors), 1);
    assert_fault(&s, 0, "data-blank-row", 3, 0);
    char what[200];
    td_errors_what(s.errors, 0, TD_EN, what, sizeof what);
    assert_string_equal(what, "2 blank rows inside the table");
    close_sheet(&s);
}

static void old_macintosh_lines(void **state)
{
    (void)state;
    sheet s = open_text("a,b\r1,2\r3,4\r");
    assert_false(s.open);
    assert_fault(&s, 0, "data-lone-return", 1, 3);
    close_sheet(&s);
    s = open_text("a,b\n1,2\r3,4\n");
    assert_true(s.open);
    assert_false(td_csv_next(&s.csv));
    assert_fault(&s, 0, "data-lone-return", 2, 3);
    close_sheet(&s);
}

static char *filled(const char *before, char c, size_t n, const char *after, size_t *size)
{
    *size = strlen(before) + n + strlen(after);
    char *text = malloc(*size + 1);
    memcpy(text, before, strlen(before));
    memset(text + strlen(before), c, n);
    memcpy(text + strlen(before) + n, after, strlen(after) + 1);
    return text;
}

static void cells_have_a_limit(void **state)
{
    (void)state;
    static const struct {
        const char *before, *after;
        size_t extra;
        bool fits;
    } cases[] = {{"a,b\n1,", "\n", 0, true},
                 {"a,b\n1,", "\n", 1, false},
                 {"a,b\n1,\"", "\"\n", 0, true},
                 {"a,b\n1,\"", "\"\n", 1, false},
                 {"a,b\n1,\"", "", 5, false}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        size_t size;
        char *text =
            filled(cases[i].before, 'x', TD_CSV_CELL_BYTES + cases[i].extra, cases[i].after, &size);
        sheet s = open_bytes(text, size);
        assert_int_equal(td_csv_next(&s.csv), cases[i].fits);
        assert_int_equal(td_errors_size(s.errors), !cases[i].fits);
        if (!cases[i].fits)
            assert_fault(&s, 0, "data-cell-too-large", 2, 2);
        close_sheet(&s);
        free(text);
    }
}

static void lines_and_columns_have_limits(void **state)
{
    (void)state;
    size_t size;
    char *text = filled("a,b\n", ',', TD_CSV_LINE_BYTES + 10, "\n", &size);
    sheet s = open_bytes(text, size);
    assert_false(td_csv_next(&s.csv));
    td_fault fault = td_errors_view(s.errors, 0);
    assert_string_equal(fault.code, "data-line-too-long");
    assert_int_equal(fault.place.row, 2);
    close_sheet(&s);
    free(text);
    text = filled("a", ',', TD_CSV_COLUMNS, "b\n", &size);
    s = open_bytes(text, size);
    assert_false(s.open);
    assert_string_equal(td_errors_view(s.errors, 0).code, "data-too-many-columns");
    close_sheet(&s);
    free(text);
}

static void faults_may_be_unwanted(void **state)
{
    (void)state;
    td_csv csv;
    assert_true(td_csv_open(&csv, "a,b\n1\n", 6, NULL, NULL));
    assert_true(td_csv_next(&csv));
    assert_true(csv.broken);
    td_csv_release(&csv);
}

/* ---- words for places ---- */

static void addresses_of_cells(void **state)
{
    (void)state;
    static const struct {
        size_t row, column;
        const char *text;
    } cases[] = {{1, 1, "A1"},    {14, 3, "C14"},   {2, 26, "Z2"},
                 {2, 27, "AA2"},  {9, 52, "AZ9"},   {9, 53, "BA9"},
                 {7, 702, "ZZ7"}, {7, 703, "AAA7"}, {1048576, 16384, "XFD1048576"},
                 {5, 0, "5"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[TD_ADDRESS_BYTES];
        td_csv_address(cases[i].row, cases[i].column, text);
        assert_string_equal(text, cases[i].text);
    }
    char text[TD_ADDRESS_BYTES];
    td_csv_address(SIZE_MAX, SIZE_MAX, text);
    assert_true(strlen(text) < TD_ADDRESS_BYTES);
}

static void quotations_are_short_and_whole(void **state)
{
    (void)state;
    char out[TD_QUOTE_BYTES];
    assert_string_equal(td_text_quote("1.234", out), "“1.234”");
    assert_string_equal(td_text_quote("a\x1b[31m\n", out), "“a [31m ”");
    char longer[400] = "";
    for (size_t i = 0; i < 100; i++)
        strcat(longer, "ế");
    td_text_quote(longer, out);
    assert_true(strlen(out) < TD_QUOTE_BYTES);
    assert_non_null(strstr(out, "ế…”"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(separators_come_from_the_header),
        cmocka_unit_test(line_ends_and_last_line),
        cmocka_unit_test(quotes_hold_anything),
        cmocka_unit_test(header_outlives_the_records),
        cmocka_unit_test(empty_files),
        cmocka_unit_test(truncated_file),
        cmocka_unit_test(text_behind_a_quote),
        cmocka_unit_test(wrong_numbers_of_cells),
        cmocka_unit_test(decimal_comma_in_a_comma_table),
        cmocka_unit_test(blank_rows_inside),
        cmocka_unit_test(old_macintosh_lines),
        cmocka_unit_test(cells_have_a_limit),
        cmocka_unit_test(lines_and_columns_have_limits),
        cmocka_unit_test(faults_may_be_unwanted),
        cmocka_unit_test(addresses_of_cells),
        cmocka_unit_test(quotations_are_short_and_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
