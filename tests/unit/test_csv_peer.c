/*
 * Cells as libcsv, another reader of RFC 4180, finds them, in texts of all kinds.
 */
#include "datasets/csv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <csv.h>

#define MOST 4000

static size_t draw(size_t n)
{
    return (size_t)rand() % n;
}

/* Cells one after another: each ends with a 1, each record with a 2. */
typedef struct cells {
    char text[4 * MOST];
    size_t size;
} cells;

static void put(cells *out, const void *bytes, size_t n)
{
    memcpy(out->text + out->size, bytes, n);
    out->size += n;
}

static void end_cell(void *text, size_t n, void *context)
{
    put(context, text, n);
    put(context, "\1", 1);
}

/* A blank record is none: we pass over those at the end, and find a fault in others. */
static void end_record(int c, void *context)
{
    cells *out = context;
    size_t start = out->size;
    (void)c;
    while (start > 0 && out->text[start - 1] == '\1')
        start--;
    if (start > 0 && out->text[start - 1] != '\2')
        put(out, "\2", 1);
    else
        out->size = start;
}

static int no_blank(unsigned char c)
{
    (void)c;
    return 0;
}

static void read_by_peer(const char *text, size_t size, cells *out)
{
    struct csv_parser parser;
    out->size = 0;
    assert_int_equal(csv_init(&parser, 0), 0);
    csv_set_space_func(&parser, no_blank);
    assert_int_equal(csv_parse(&parser, text, size, end_cell, end_record, out), size);
    csv_fini(&parser, end_cell, end_record, out);
    csv_free(&parser);
}

/* False where it finds a fault, or another separator. */
static bool read_by_us(const char *text, size_t size, cells *out)
{
    td_csv csv;
    td_errors *errors = td_errors_new();
    bool fine = td_csv_open(&csv, text, size, "t.csv", errors) && csv.separator == ',';
    out->size = 0;
    for (size_t i = 0; fine && i < csv.n_columns; i++)
        end_cell((void *)(uintptr_t)csv.header[i].text, csv.header[i].length, out);
    end_record(0, out);
    while (fine && td_csv_next(&csv)) {
        for (size_t i = 0; i < csv.n_cells && i < csv.n_columns; i++)
            end_cell((void *)(uintptr_t)csv.cells[i].text, csv.cells[i].length, out);
        end_record(0, out);
    }
    fine = fine && td_errors_size(errors) == 0;
    td_csv_release(&csv);
    td_errors_free(errors);
    return fine;
}

static size_t draw_cell(char *at)
{
    static const char plain[] = "ab1 .-;\t", quoted[] = "ab1 ,\n\r\"";
    size_t n = draw(12), used = 0;
    bool in_quotes = draw(3) == 0;
    if (in_quotes)
        at[used++] = '"';
    for (size_t i = 0; i < n; i++) {
        char c = in_quotes ? quoted[draw(sizeof quoted - 1)] : plain[draw(sizeof plain - 1)];
        at[used++] = c;
        if (in_quotes && c == '"')
            at[used++] = c;
    }
    if (in_quotes)
        at[used++] = '"';
    return used;
}

static size_t draw_table(char *text)
{
    size_t size = 0, n_columns = 1 + draw(8), n_rows = draw(9);
    const char *newline = draw(2) == 0 ? "\n" : "\r\n";
    for (size_t r = 0; r <= n_rows; r++) {
        for (size_t c = 0; c < n_columns; c++) {
            /* No row is blank. */
            if (c == 0)
                text[size++] = (char)('a' + draw(26));
            else
                size += draw_cell(text + size);
            if (c + 1 < n_columns)
                text[size++] = ',';
        }
        memcpy(text + size, newline, strlen(newline));
        size += strlen(newline);
    }
    return size;
}

static void test_cells_are_those_of_another_reader(void **state)
{
    (void)state;
    static char text[4 * MOST];
    static cells ours, theirs;
    size_t n_compared = 0;
    srand(1);
    for (int round = 0; round < 30000; round++) {
        size_t size = draw_table(text);
        if (!read_by_us(text, size, &ours))
            continue;
        read_by_peer(text, size, &theirs);
        assert_int_equal(ours.size, theirs.size);
        assert_memory_equal(ours.text, theirs.text, ours.size);
        n_compared++;
    }
    assert_true(n_compared > 10000);
}

/* Any mix of what means something: what we find no fault in, both read alike. */
static void test_hostile_texts_are_read_alike(void **state)
{
    (void)state;
    static const char letters[] = "ab1,,,\n\n\r\n\"\"";
    static char text[MOST];
    static cells ours, theirs;
    size_t n_compared = 0;
    srand(2);
    for (int round = 0; round < 300000; round++) {
        size_t size = 1 + draw(24);
        for (size_t i = 0; i < size; i++)
            text[i] = letters[draw(sizeof letters - 1)];
        if (!read_by_us(text, size, &ours))
            continue;
        read_by_peer(text, size, &theirs);
        assert_int_equal(ours.size, theirs.size);
        assert_memory_equal(ours.text, theirs.text, ours.size);
        n_compared++;
    }
    assert_true(n_compared > 10000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cells_are_those_of_another_reader),
        cmocka_unit_test(test_hostile_texts_are_read_alike),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
