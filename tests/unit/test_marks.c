/*
 * Ends of cells and numbers found many at a time: the same as one by one, as the careful reader,
 * and as strtod.
 */
#include "datasets/marks_wide.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "datasets/number.h"

#define MOST 3000
#define COLUMNS 21
#define ROWS 3

static size_t draw(size_t n)
{
    return (size_t)rand() % n;
}

static void draw_text(char *text, size_t n, const char *letters)
{
    size_t of = strlen(letters);
    for (size_t i = 0; i < n; i++)
        text[i] = letters[draw(of)];
    memset(text + n, ' ', 64);
}

static void test_marks_are_those_of_one_by_one(void **state)
{
    (void)state;
    static char text[MOST + 64];
    static uint32_t ends[MOST + 128];
    td_marks marks;
    srand(1);
    for (int round = 0; round < 2000; round++) {
        size_t size = draw(MOST), n = 0, n_lines = 0;
        bool inside = false;
        draw_text(text, size, round % 2 == 0 ? "0123,,,\n\r;x\x80" : "0123,,\n\r\"\";x");
        td_marks_find_plain(text, size, ',', ends, &marks);
        for (size_t i = 0; i < size; i++) {
            inside ^= text[i] == '"';
            if (inside || (text[i] != ',' && text[i] != '\n'))
                continue;
            n_lines += text[i] == '\n';
            assert_int_equal(ends[n++], i);
        }
        assert_int_equal(marks.n, n);
        assert_int_equal(marks.n_lines, n_lines);
        assert_int_equal(marks.is_open, inside);
        assert_int_equal(marks.has_high, memchr(text, 0x80, size) != NULL);
    }
}

typedef void finder(const char *text, size_t size, char separator, uint32_t *ends, td_marks *out);

static void compare_marks(finder *find)
{
    static char text[MOST + 64];
    static uint32_t plain_ends[MOST + 128], wide_ends[MOST + 128];
    td_marks plain, wide;
    srand(2);
    for (int round = 0; round < 5000; round++) {
        size_t size = draw(MOST);
        draw_text(text, size,
                  round % 3 == 0   ? "0123456,,,\n\r;x\x80"
                  : round % 3 == 1 ? "0123456,,,\n\r\";x"
                                   : ",,,,,,,,,,\n");
        if (round % 7 == 0 && size > 0)
            text[draw(size)] = '\0';
        td_marks_find_plain(text, size, ',', plain_ends, &plain);
        find(text, size, ',', wide_ends, &wide);
        assert_int_equal(plain.n, wide.n);
        assert_int_equal(plain.n_lines, wide.n_lines);
        assert_int_equal(plain.n_quotes, wide.n_quotes);
        assert_int_equal(plain.n_returns, wide.n_returns);
        assert_true(plain.is_open == wide.is_open && plain.has_high == wide.has_high &&
                    plain.has_zero == wide.has_zero);
        assert_memory_equal(plain_ends, wide_ends, plain.n * sizeof *plain_ends);
    }
}

static void test_wide_marks_are_the_plain_ones(void **state)
{
    (void)state;
#if TD_HAS_WIDE
    if (td_wide())
        compare_marks(td_marks_find_wide);
    if (td_wider())
        compare_marks(td_marks_find_wider);
#endif
}

static void test_lines_are_counted(void **state)
{
    (void)state;
    static char text[MOST + 64];
    srand(5);
    for (int round = 0; round < 2000; round++) {
        size_t size = draw(MOST), lines = 0, counted;
        bool quotes = false, found;
        draw_text(text, size,
                  round % 2 == 0 ? "0123,\n" : "0123456789,,,,,,,,,,\n\n\n\n\n\n\n\n\r");
        if (round % 3 == 0 && size > 0)
            text[draw(size)] = '"';
        for (size_t i = 0; i < size; i++) {
            lines += text[i] == '\n';
            quotes |= text[i] == '"';
        }
        counted = td_lines_count(text, size, &found);
        assert_int_equal(counted, lines);
        assert_int_equal(found, quotes);
#if TD_HAS_WIDE
        if (!td_wide())
            continue;
        counted = td_lines_count_wide(text, size, &found);
        assert_int_equal(counted, lines);
        assert_int_equal(found, quotes);
#endif
    }
}

/* ---- numbers ---- */

typedef struct numbers {
    char text[16 + ROWS * COLUMNS * 16];
    uint32_t ends[ROWS * COLUMNS + 4]; /* the first is that before the first cell */
    size_t n_rows;
    double min[COLUMNS + 3], max[COLUMNS + 3];
    int64_t most[COLUMNS + 3];
    td_number_columns columns;
} numbers;

static size_t draw_number(char *at)
{
    size_t n = 0;
    if (draw(3) == 0)
        at[n++] = '-';
    for (size_t d = 1 + draw(4); d > 0; d--)
        at[n++] = (char)('0' + draw(10));
    if (draw(2) == 0)
        return n;
    at[n++] = draw(4) == 0 ? ',' : '.';
    for (size_t d = draw(5); d > 0; d--)
        at[n++] = (char)('0' + draw(10));
    return n;
}

static void draw_numbers(numbers *d)
{
    static const char odd[] = "0123456789.,-+ %/:";
    char *text = d->text + 16;
    size_t at = 0;
    memset(d->text, ' ', sizeof d->text);
    d->columns = (td_number_columns){1 + draw(COLUMNS), d->min, d->max, d->most};
    d->n_rows = 1 + draw(ROWS);
    d->ends[0] = UINT32_MAX;
    for (size_t i = 0; i < d->n_rows * d->columns.n; i++) {
        if (draw(3 + 20 * (d->n_rows - 1)) != 0)
            at += draw_number(text + at);
        else
            for (size_t n = draw(10); n > 0; n--)
                text[at++] = odd[draw(sizeof odd - 1)];
        d->ends[i + 1] = (uint32_t)at;
        text[at++] = ';';
    }
    for (size_t c = 0; c < d->columns.n; c++) {
        d->min[c] = draw(4) == 0 ? (double)draw(20) - 10 : -INFINITY;
        d->max[c] = draw(4) == 0 ? (double)draw(2000) : INFINITY;
        d->most[c] = draw(4) == 0 ? 0 : 7;
    }
}

typedef struct numbers_read {
    double value[ROWS * COLUMNS + 3];
    uint32_t refused[ROWS * COLUMNS + 3];
    double least[COLUMNS + 3], most[COLUMNS + 3];
    int64_t places[COLUMNS + 3];
    td_number_rows row;
} numbers_read;

typedef void reader(const char *text, const uint32_t *ends, const td_number_columns *columns,
                    td_number_rows *rows);

/* Columns are read many at a time: what is refused comes in another order than that of rows. */
static int in_order(const void *a, const void *b)
{
    uint32_t first = *(const uint32_t *)a, second = *(const uint32_t *)b;
    return (first > second) - (first < second);
}

static void read_numbers(const numbers *d, reader *read, numbers_read *out)
{
    *out = (numbers_read){0};
    for (size_t c = 0; c < d->columns.n; c++) {
        out->least[c] = INFINITY;
        out->most[c] = -INFINITY;
    }
    out->row = (td_number_rows){.n = d->n_rows,
                                .n_cells = d->columns.n,
                                .stride = d->columns.n,
                                .value = out->value,
                                .refused = out->refused,
                                .least = out->least,
                                .most = out->most,
                                .places = out->places};
    read(d->text + 16, d->ends + 1, &d->columns, &out->row);
    qsort(out->refused, out->row.n_refused, sizeof *out->refused, in_order);
}

/* Cell i of all rows. */
static td_csv_cell cell_of(const numbers *d, size_t i)
{
    uint32_t start = d->ends[i] + 1;
    return (td_csv_cell){d->text + 16 + start, d->ends[i + 1] - start};
}

static void test_numbers_are_those_of_the_careful_reader_and_strtod(void **state)
{
    (void)state;
    numbers d;
    numbers_read got;
    srand(3);
    for (int round = 0; round < 100000; round++) {
        draw_numbers(&d);
        read_numbers(&d, td_numbers_read, &got);
        for (size_t i = 0, k = 0; i < d.n_rows * d.columns.n; i++) {
            if (k < got.row.n_refused && got.refused[k] == i) {
                k++;
                continue;
            }
            td_number number;
            td_csv_cell cell = cell_of(&d, i);
            size_t c = i % d.columns.n;
            char text[16] = "";
            memcpy(text, cell.text, cell.length);
            char *comma = strchr(text, ',');
            if (comma != NULL)
                *comma = '.';
            double nearest = strtod(text, NULL) + 0.0; /* not -0 */
            assert_int_equal(td_number_read_fully(cell, TD_MARK_UNKNOWN, &number), TD_READ_OK);
            assert_memory_equal(&number.value, &got.value[i], sizeof(double));
            assert_memory_equal(&nearest, &got.value[i], sizeof(double));
            assert_true(number.value >= d.min[c] && number.value <= d.max[c]);
        }
    }
}

/* What no number of the usual kind is refused for. */
static void test_usual_numbers_are_taken(void **state)
{
    (void)state;
    static const char text[] = "         0;12;-3.25;100,5;99999999;-0.00;1234.5;7.1234;";
    static const double values[] = {0, 12, -3.25, 100.5, 99999999, 0, 1234.5, 7.1234};
    static const int64_t places[] = {0, 0, 2, 1, 0, 2, 1, 4};
    numbers d = {.n_rows = 1, .columns = {8, d.min, d.max, d.most}};
    numbers_read got;
    d.ends[0] = UINT32_MAX;
    memset(d.text, ' ', sizeof d.text);
    memcpy(d.text + 16, text + 9, sizeof text - 10);
    for (size_t c = 0, at = 0; c < 8; c++, at++) {
        at += strcspn(text + 9 + at, ";");
        d.ends[c + 1] = (uint32_t)at;
        d.min[c] = -INFINITY;
        d.max[c] = INFINITY;
        d.most[c] = 7;
    }
    read_numbers(&d, td_numbers_read, &got);
    assert_int_equal(got.row.n_refused, 0);
    assert_memory_equal(got.value, values, sizeof values);
    assert_memory_equal(got.places, places, sizeof places);
    assert_true(got.row.comma && got.row.point);
}

/* What columns show in which a cell was refused is of no use. */
static void compare_read(const numbers *d, const numbers_read *plain, const numbers_read *wide)
{
    const size_t n_refused = plain->row.n_refused;
    assert_int_equal(n_refused, wide->row.n_refused);
    assert_memory_equal(plain->refused, wide->refused, n_refused * sizeof(uint32_t));
    assert_true(plain->row.comma == wide->row.comma && plain->row.point == wide->row.point);
    bool useless[COLUMNS] = {false};
    for (size_t i = 0, k = 0; i < d->n_rows * d->columns.n; i++) {
        if (k < n_refused && plain->refused[k] == i) {
            useless[i % d->columns.n] = true;
            k++;
            continue;
        }
        assert_memory_equal(&plain->value[i], &wide->value[i], sizeof(double));
    }
    for (size_t c = 0; c < d->columns.n; c++) {
        if (useless[c])
            continue;
        assert_int_equal(plain->places[c], wide->places[c]);
        assert_memory_equal(&plain->least[c], &wide->least[c], sizeof(double));
        assert_memory_equal(&plain->most[c], &wide->most[c], sizeof(double));
    }
}

static void compare_numbers(reader *read)
{
    numbers d;
    numbers_read plain, wide;
    srand(4);
    for (int round = 0; round < 200000; round++) {
        draw_numbers(&d);
        read_numbers(&d, td_numbers_read_plain, &plain);
        read_numbers(&d, read, &wide);
        compare_read(&d, &plain, &wide);
    }
}

static void test_wide_numbers_are_the_plain_ones(void **state)
{
    (void)state;
#if TD_HAS_WIDE
    if (td_wide())
        compare_numbers(td_numbers_read_wide);
    if (td_wider())
        compare_numbers(td_numbers_read_wider);
#endif
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_marks_are_those_of_one_by_one),
        cmocka_unit_test(test_wide_marks_are_the_plain_ones),
        cmocka_unit_test(test_lines_are_counted),
        cmocka_unit_test(test_numbers_are_those_of_the_careful_reader_and_strtod),
        cmocka_unit_test(test_usual_numbers_are_taken),
        cmocka_unit_test(test_wide_numbers_are_the_plain_ones),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
