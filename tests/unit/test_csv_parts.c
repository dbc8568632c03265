/*
 * A table read in parts, wherever it is cut, gives the records and faults of the whole, and a
 * first look the same first cells.
 */
#include "datasets/csv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* All that a reading gives, as text. */
typedef struct record_log {
    char *text;
    size_t length, capacity;
} record_log;

#if defined(__GNUC__)
__attribute__((format(printf, 2, 3)))
#endif
static void
note(record_log *log, const char *format, ...)
{
    va_list list, again;
    va_start(list, format);
    va_copy(again, list);
    size_t length = (size_t)vsnprintf(NULL, 0, format, list);
    if (log->length + length >= log->capacity) {
        log->capacity = 2 * (log->length + length) + 100;
        log->text = realloc(log->text, log->capacity);
        assert_non_null(log->text);
    }
    vsnprintf(log->text + log->length, length + 1, format, again);
    log->length += length;
    va_end(list);
    va_end(again);
}

static void note_records(record_log *log, td_csv *csv)
{
    while (td_csv_next(csv)) {
        note(log, "row %zu line %zu cells %zu%s:", csv->row, csv->line, csv->n_cells,
             csv->broken ? " broken" : "");
        for (size_t i = 0; i < csv->n_cells && i < csv->n_columns; i++)
            note(log, " [%.*s]", (int)csv->cells[i].length, csv->cells[i].text);
        note(log, "\n");
    }
}

static void note_faults(record_log *log, const td_errors *errors)
{
    for (size_t i = 0; i < td_errors_size(errors); i++) {
        td_fault fault = td_errors_view(errors, i);
        char what[512];
        td_errors_what(errors, i, TD_EN, what, sizeof what);
        note(log, "%s row %zu column %zu: %s\n", fault.code, fault.place.row, fault.place.column,
             what);
    }
}

static void read_whole(record_log *log, const char *text, size_t size)
{
    td_csv csv;
    td_errors *errors = td_errors_new();
    if (td_csv_open(&csv, text, size, "t.csv", errors))
        note_records(log, &csv);
    note_faults(log, errors);
    note(log, "broken %zu incomplete %d\n", csv.n_broken, csv.incomplete);
    td_csv_release(&csv);
    td_errors_free(errors);
}

static size_t read_parts(record_log *log, const char *text, size_t size, size_t part_bytes)
{
    td_csv csv;
    size_t n = 0;
    td_errors *errors = td_errors_new();
    if (td_csv_open(&csv, text, size, "t.csv", errors)) {
        td_csv_part *parts = td_csv_cut(&csv, part_bytes, &n);
        assert_non_null(parts);
        assert_true(parts[0].start == csv.at && parts[n - 1].end == csv.end);
        for (size_t i = 0; i < n; i++) {
            td_csv part;
            assert_true(i == 0 || parts[i].start == parts[i - 1].end);
            td_csv_open_part(&part, &csv, &parts[i], errors);
            note_records(log, &part);
            csv.n_broken += part.n_broken;
            csv.incomplete |= part.incomplete;
            td_csv_release(&part);
        }
        free(parts);
    }
    note_faults(log, errors);
    note(log, "broken %zu incomplete %d\n", csv.n_broken, csv.incomplete);
    td_csv_release(&csv);
    td_errors_free(errors);
    return n;
}

/* Every record that is read has been looked at, in its row and with its first cells. */
static void check_looks(const char *text, size_t size)
{
    td_csv csv, look;
    if (td_csv_open(&csv, text, size, "t.csv", NULL)) {
        assert_true(td_csv_open(&look, text, size, "t.csv", NULL));
        while (td_csv_next(&csv)) {
            do
                assert_true(td_csv_peek(&look, 2));
            while (look.row < csv.row);
            assert_int_equal(look.row, csv.row);
            for (size_t i = 0; i < 2 && i < csv.n_columns && i < csv.n_cells; i++) {
                assert_true(i < look.n_cells);
                assert_int_equal(look.cells[i].length, csv.cells[i].length);
                assert_memory_equal(look.cells[i].text, csv.cells[i].text, csv.cells[i].length);
            }
        }
        td_csv_release(&look);
    }
    td_csv_release(&csv);
}

/* Cut at every size; how many parts the smallest gave. */
static size_t check(const char *text, size_t size)
{
    record_log whole = {0};
    size_t most = 0;
    read_whole(&whole, text, size);
    for (size_t part_bytes = 1; part_bytes <= size + 1; part_bytes++) {
        record_log parts = {0};
        size_t n = read_parts(&parts, text, size, part_bytes);
        if (strcmp(whole.text, parts.text) != 0)
            fail_msg("parts of %zu bytes of <<%.*s>>\n%s---\n%s", part_bytes, (int)size, text,
                     whole.text, parts.text);
        most = n > most ? n : most;
        free(parts.text);
    }
    check_looks(text, size);
    free(whole.text);
    return most;
}

static size_t check_text(const char *text)
{
    return check(text, strlen(text));
}

/* ---- tests ---- */

static void hostile_tables(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "a",
        "a,b",
        "a,b\n",
        "a,b\r\n1,2\r\n3,4\r\n",
        "a,b\n1,2\n\n\n3,4\n",
        "a,b\n1,2\n , \n\t,\"\"\n3,4\n\n\n",
        "a,b\n1,2\n3,4\n\n5\n6,7,8\n",
        "a;b\n\"1\n2\";\"\"\"\"\n\"x\"y\";3\n\"4\";5\n",
        "a,b\n1,2\n3,5\" pipe\n\"4\",\"a\"\"b\"\"\"\n6\",\"7\n8\"\n9,10",
        "a,b\n1,2\n3,4\r5,6\n7,8\n",
        "a,b\n1,2\r\n3,4\r",
        "a,b\n1,2\n3,\"4\n5,6\n7,8\n",
        "a,b\n1,2\n3,\"\"\n\"\",4\n\"\",\n,\n5,6\n",
        "a\tb\n1\t2\n \t2\n\"\r\n\"\t3\n",
        "a,b\n\xC2\xA0,\xE2\x80\x8B\n1,\xEF\xBB\xBF\n",
        "a,b\n12345678,123456789012345678901234567890\n1234567,12345678\n\n1,2\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        check_text(texts[i]);
}

static void every_record_can_be_a_part(void **state)
{
    (void)state;
    assert_int_equal(check_text("a,b\n1,2\n3,4\n5,6\n"), 3);
    assert_int_equal(check_text("a,b\n\"1\n\",2\r\n\"3\",4\r\n5,6"), 3);
    /* behind a blank record nothing is cut, and nothing where the reading may end */
    assert_int_equal(check_text("a,b\n1,2\n,\n3,4\n"), 2);
    assert_int_equal(check_text("a,b\n1,2\n3\r4\n5,6\n7,8\n"), 2);
}

/* A cell, then a line, that is too large: said once, in its place. */
static void limits_stay_where_they_are(void **state)
{
    (void)state;
    size_t size = TD_CSV_CELL_BYTES + 100;
    char *text = malloc(size + 1);
    assert_non_null(text);
    memset(text, 'x', size);
    memcpy(text, "a,b\n1,2\n3,", 10);
    memcpy(text + size - 9, "\n5,6\n7,8\n", 9);
    record_log whole = {0}, parts = {0};
    read_whole(&whole, text, size);
    assert_int_equal(read_parts(&parts, text, size, 1), 2);
    assert_non_null(strstr(whole.text, "data-cell-too-large row 3 column 2"));
    assert_string_equal(whole.text, parts.text);
    free(whole.text);
    free(parts.text);
    free(text);
}

static void random_tables(void **state)
{
    (void)state;
    static const char *const pieces[] = {",",       ",",     "\n",    "\n",      "\r\n",
                                         "\"",      "\"",    "\"\"",  "1",       "23",
                                         " ",       "x",     "\"a\"", ";",       "\t",
                                         "é",       ",,",    "\r",    "4,5",     "0.12",
                                         "\"\n\",", "\n\n",  "6\n",   "7,8,9\n", "a,\"b\",c\r\n",
                                         "u,,\n",   "\n,,\n"};
    uint64_t seed = 11;
    size_t n_parts = 0;
    for (size_t k = 0; k < 3000; k++) {
        char text[400] = "a,b,c\n";
        while (strlen(text) < 8 + k % 60) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            strcat(text, pieces[(seed >> 33) % (sizeof pieces / sizeof pieces[0])]);
        }
        n_parts += check_text(text);
    }
    assert_true(n_parts > 5000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hostile_tables),
        cmocka_unit_test(every_record_can_be_a_part),
        cmocka_unit_test(limits_stay_where_they_are),
        cmocka_unit_test(random_tables),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
