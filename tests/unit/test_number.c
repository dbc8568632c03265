/*
 * Numbers, flags and dates as offices write them: a table of hostile cells, and a million
 * random decimals against their exact values.
 */
#include "datasets/number.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/base/decimal.h"

static td_csv_cell cell_of(const char *text)
{
    return (td_csv_cell){text, strlen(text)};
}

typedef struct sample {
    const char *text;
    td_reading reading;
    double value;
} sample;

/* With no mark known. */
static const sample SAMPLES[] = {
    {"0", TD_READ_OK, 0},
    {"7", TD_READ_OK, 7},
    {"007", TD_READ_OK, 7},
    {"-0", TD_READ_OK, 0},
    {"0,5", TD_READ_OK, 0.5},
    {"0.5", TD_READ_OK, 0.5},
    {"- 0,5", TD_READ_OK, -0.5},
    {"-0,5", TD_READ_OK, -0.5},
    {"+ 0,1", TD_READ_OK, 0.1},
    {"+0.1", TD_READ_OK, 0.1},
    {"\u22120,5", TD_READ_OK, -0.5},
    {"\u2212\u00A00,5", TD_READ_OK, -0.5},
    {"14,4", TD_READ_OK, 14.4},
    {"2,385", TD_READ_AMBIGUOUS, 0},
    {"2,3850", TD_READ_OK, 2.385},
    {"0,234", TD_READ_OK, 0.234},
    {"0.234", TD_READ_OK, 0.234},
    {"-0.234", TD_READ_OK, -0.234},
    {"00,234", TD_READ_OK, 0.234},
    {"012.345", TD_READ_OK, 12.345},
    {"1.234", TD_READ_AMBIGUOUS, 0},
    {"1,234", TD_READ_AMBIGUOUS, 0},
    {"12.345", TD_READ_AMBIGUOUS, 0},
    {"123.456", TD_READ_AMBIGUOUS, 0},
    {"-123,456", TD_READ_AMBIGUOUS, 0},
    {"1.234 %", TD_READ_AMBIGUOUS, 0},
    {"1234.567", TD_READ_OK, 1234.567},
    {"1234,567", TD_READ_OK, 1234.567},
    {"1.23", TD_READ_OK, 1.23},
    {"1.2345", TD_READ_OK, 1.2345},
    {"1.234,56", TD_READ_OK, 1234.56},
    {"1,234.56", TD_READ_OK, 1234.56},
    {"1.234,567", TD_READ_OK, 1234.567},
    {"1,234.5", TD_READ_OK, 1234.5},
    {"1.234.567", TD_READ_OK, 1234567},
    {"1,234,567", TD_READ_OK, 1234567},
    {"1.234.567,8", TD_READ_OK, 1234567.8},
    {"1 234 567", TD_READ_OK, 1234567},
    {"1 234", TD_READ_OK, 1234},
    {"1\u00A0234\u00A0567", TD_READ_OK, 1234567},
    {"1\u202F234,5", TD_READ_OK, 1234.5},
    {"1\u2009234.567", TD_READ_OK, 1234.567},
    {"\u00A012,5\u00A0", TD_READ_OK, 12.5},
    {"\u200B12,5\u200B", TD_READ_OK, 12.5},
    {"1\u200B2,\u200D5", TD_READ_OK, 12.5},
    {"\uFEFF3", TD_READ_OK, 3},
    {"  8  ", TD_READ_OK, 8},
    {"\t8\n", TD_READ_OK, 8},
    {"95,5 %", TD_READ_OK, 95.5},
    {"95.5%", TD_READ_OK, 95.5},
    {"100\u00A0%", TD_READ_OK, 100},
    {"999999999999999", TD_READ_OK, 999999999999999.0},
    {"0,000000000000001", TD_READ_OK, 1e-15},
    {"0,00000000000000", TD_READ_OK, 0},
    {"1,50000000000000000000", TD_READ_OK, 1.5},
    {"00000000000000000000000012,5", TD_READ_OK, 12.5},
    {"1234567,12345678", TD_READ_OK, 1234567.12345678},
    {"0,1234567890123456", TD_READ_TOO_PRECISE, 0},
    {"1234567890,123456", TD_READ_TOO_PRECISE, 0},
    {"0,000000000000000001", TD_READ_OK, 1e-18},
    {"0,0000000000000000001", TD_READ_TOO_PRECISE, 0},
    {"0.1000000000000000055", TD_READ_TOO_PRECISE, 0},
    {"1000000000000000", TD_READ_TOO_LARGE, 0},
    {"1.000.000.000.000.000", TD_READ_TOO_LARGE, 0},
    {"99999999999999999999999999", TD_READ_TOO_LARGE, 0},
    {"12.34,5", TD_READ_GROUPS, 0},
    {"1.23.456", TD_READ_GROUPS, 0},
    {"1234.567.890", TD_READ_GROUPS, 0},
    {"1,234,56", TD_READ_GROUPS, 0},
    {"1.234,567.8", TD_READ_GROUPS, 0},
    {"1.234.567,8,9", TD_READ_GROUPS, 0},
    {"0.123.456", TD_READ_GROUPS, 0},
    {"1 23", TD_READ_GROUPS, 0},
    {"1 234.567 890", TD_READ_GROUPS, 0},
    {"1.234 567", TD_READ_GROUPS, 0},
    {"12 5", TD_READ_GROUPS, 0},
    {"", TD_READ_BLANK, 0},
    {"   ", TD_READ_BLANK, 0},
    {"\u00A0", TD_READ_BLANK, 0},
    {"\u200B", TD_READ_BLANK, 0},
    {"\u2003", TD_READ_BLANK, 0},
    {"1  234", TD_READ_TEXT, 0},
    {".5", TD_READ_TEXT, 0},
    {",5", TD_READ_TEXT, 0},
    {"5.", TD_READ_TEXT, 0},
    {"5,", TD_READ_TEXT, 0},
    {"1..5", TD_READ_TEXT, 0},
    {"1.,5", TD_READ_TEXT, 0},
    {"-", TD_READ_TEXT, 0},
    {"+", TD_READ_TEXT, 0},
    {"%", TD_READ_TEXT, 0},
    {".", TD_READ_TEXT, 0},
    {"--5", TD_READ_TEXT, 0},
    {"+-5", TD_READ_TEXT, 0},
    {"5-", TD_READ_TEXT, 0},
    {"5%%", TD_READ_TEXT, 0},
    {"%5", TD_READ_TEXT, 0},
    {"(0,5)", TD_READ_TEXT, 0},
    {"'5", TD_READ_TEXT, 0},
    {"=5", TD_READ_TEXT, 0},
    {"\u20130,5", TD_READ_TEXT, 0},
    {"5đ", TD_READ_TEXT, 0},
    {"khoảng 5", TD_READ_TEXT, 0},
    {"năm", TD_READ_TEXT, 0},
    {"NaN", TD_READ_TEXT, 0},
    {"nan(1)", TD_READ_TEXT, 0},
    {"Inf", TD_READ_TEXT, 0},
    {"-infinity", TD_READ_TEXT, 0},
    {"∞", TD_READ_TEXT, 0},
    {"0x1F", TD_READ_TEXT, 0},
    {"0x1p3", TD_READ_TEXT, 0},
    {"0b11", TD_READ_TEXT, 0},
    {"１２", TD_READ_TEXT, 0},
    {"٣", TD_READ_TEXT, 0},
    {"½", TD_READ_TEXT, 0},
    {"1/2", TD_READ_TEXT, 0},
    {"1e400", TD_READ_EXPONENT, 0},
    {"1e5", TD_READ_EXPONENT, 0},
    {"1,5E+03", TD_READ_EXPONENT, 0},
    {"e5", TD_READ_TEXT, 0},
    {"k/g", TD_READ_NOT_APPLICABLE, 0},
    {" K/G ", TD_READ_NOT_APPLICABLE, 0},
    {"không giao", TD_READ_NOT_APPLICABLE, 0},
    {"Không  giao", TD_READ_NOT_APPLICABLE, 0},
    {"N/A", TD_READ_NOT_APPLICABLE, 0},
    {"#N/A", TD_READ_SHEET_ERROR, 0},
    {"#DIV/0!", TD_READ_SHEET_ERROR, 0},
    {"####", TD_READ_SHEET_ERROR, 0},
};

static td_reading read_text(td_names *names, const char *text, td_mark mark, double *value)
{
    td_number number = {.value = 0};
    td_reading reading = td_number_read(cell_of(text), mark, &number);
    if (reading == TD_READ_TEXT)
        reading = td_reading_of_text(names, cell_of(text));
    *value = number.value;
    return reading;
}

static void hostile_cells(void **state)
{
    (void)state;
    td_names *names = td_names_new();
    for (size_t i = 0; i < sizeof SAMPLES / sizeof SAMPLES[0]; i++) {
        double value;
        td_reading reading = read_text(names, SAMPLES[i].text, TD_MARK_UNKNOWN, &value);
        if (reading != SAMPLES[i].reading || memcmp(&value, &SAMPLES[i].value, sizeof value) != 0)
            fail_msg("\"%s\" gave reading %d value %.17g", SAMPLES[i].text, (int)reading, value);
    }
    td_names_free(names);
}

static void known_mark_decides(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double comma, point;
    } cases[] = {{"1.234", 1234, 1.234},
                 {"1,234", 1.234, 1234},
                 {"-12.345", -12345, -12.345},
                 {"123,456", 123.456, 123456},
                 {"0.234", 0.234, 0.234},
                 {"0,5", 0.5, 0.5},
                 {"0.5", 0.5, 0.5},
                 {"1234.567", 1234.567, 1234.567},
                 {"1.234,5", 1234.5, 1234.5}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        td_number number;
        assert_int_equal(td_number_read(cell_of(cases[i].text), TD_MARK_COMMA, &number),
                         TD_READ_OK);
        assert_true(number.value == cases[i].comma);
        assert_int_equal(td_number_read(cell_of(cases[i].text), TD_MARK_POINT, &number),
                         TD_READ_OK);
        assert_true(number.value == cases[i].point);
    }
}

static td_mark mark_of(const char *const *cells)
{
    td_evidence evidence = {false, false};
    for (; *cells != NULL; cells++)
        td_evidence_add(&evidence, cell_of(*cells));
    return td_evidence_mark(&evidence);
}

static void files_prove_their_mark(void **state)
{
    (void)state;
    static const struct {
        const char *cells[5];
        td_mark mark;
    } cases[] = {
        {{"1.234", NULL}, TD_MARK_UNKNOWN},       {{"1.234", "12", "1 234", NULL}, TD_MARK_UNKNOWN},
        {{"1.234", "0,5", NULL}, TD_MARK_COMMA},  {{"1.234", "0.5", NULL}, TD_MARK_POINT},
        {{"1.234.567", NULL}, TD_MARK_COMMA},     {{"1,234,567", NULL}, TD_MARK_POINT},
        {{"1 234,567", NULL}, TD_MARK_COMMA},     {{"1234.567", NULL}, TD_MARK_POINT},
        {{"0,234", NULL}, TD_MARK_COMMA},         {{"1.234,5", NULL}, TD_MARK_COMMA},
        {{"0,5", "0.5", NULL}, TD_MARK_UNKNOWN},  {{"95,5 %", "k/g", "", NULL}, TD_MARK_COMMA},
        {{"12.34,5", "x", NULL}, TD_MARK_UNKNOWN}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(mark_of(cases[i].cells), cases[i].mark);
}

static void percent_is_told(void **state)
{
    (void)state;
    td_number number;
    assert_int_equal(td_number_read(cell_of("95,5 %"), TD_MARK_UNKNOWN, &number), TD_READ_OK);
    assert_true(number.percent);
    assert_int_equal(td_number_read(cell_of("95,5"), TD_MARK_UNKNOWN, &number), TD_READ_OK);
    assert_false(number.percent);
}

static void failures_leave_the_output(void **state)
{
    (void)state;
    td_number number = {.value = 2.385, .percent = true};
    td_number_read(cell_of("12.34,5"), TD_MARK_UNKNOWN, &number);
    td_number_read(cell_of("x"), TD_MARK_UNKNOWN, &number);
    td_number_read(cell_of(""), TD_MARK_UNKNOWN, &number);
    assert_true(number.value == 2.385 && number.percent);
}

/* Cells are views: what follows them in the file is not theirs. */
static void cells_end_where_they_end(void **state)
{
    (void)state;
    td_number number;
    assert_int_equal(td_number_read((td_csv_cell){"12,55;7", 4}, TD_MARK_UNKNOWN, &number),
                     TD_READ_OK);
    assert_true(number.value == 12.5);
    assert_int_equal(td_number_read((td_csv_cell){"1\u00A0", 2}, TD_MARK_UNKNOWN, &number),
                     TD_READ_TEXT);
    char longest[300];
    memset(longest, '1', sizeof longest);
    assert_int_equal(
        td_number_read((td_csv_cell){longest, sizeof longest}, TD_MARK_UNKNOWN, &number),
        TD_READ_TEXT);
}

static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

/* "[-]whole<mark>behind", the decimal m / 10^places. */
static void write_decimal(int64_t m, int places, char mark, char *text)
{
    uint64_t magnitude = (uint64_t)(m < 0 ? -m : m), unit = (uint64_t)td_pow10(places);
    int n = sprintf(text, "%s%llu", m < 0 ? "-" : "", (unsigned long long)(magnitude / unit));
    if (places > 0)
        sprintf(text + n, "%c%0*llu", mark, places, (unsigned long long)(magnitude % unit));
}

/* strtod is correctly rounded and runs in the C locale here: it is the judge. */
static void random_decimals_are_nearest(void **state)
{
    (void)state;
    uint64_t seed = 0x2385;
    for (size_t i = 0; i < 1000000; i++) {
        int digits = (int)(next_random(&seed) % 15) + 1;
        int places = (int)(next_random(&seed) % 16);
        int64_t m = (int64_t)(next_random(&seed) % (uint64_t)td_pow10(digits));
        if (next_random(&seed) % 3 == 0)
            m = -m;
        char text[64], judged[64];
        bool comma = next_random(&seed) % 2 == 0;
        write_decimal(m, places, comma ? ',' : '.', text);
        write_decimal(m, places, '.', judged);
        td_number number;
        td_decimal back;
        td_reading reading =
            td_number_read(cell_of(text), comma ? TD_MARK_COMMA : TD_MARK_POINT, &number);
        double expected = strtod(judged, NULL) + 0.0;
        if (reading != TD_READ_OK || number.value != expected ||
            !td_decimal_of(number.value, &back) ||
            (td_int128)back.mantissa * td_pow10(places > back.places ? places - back.places : 0) !=
                (td_int128)m * td_pow10(back.places > places ? back.places - places : 0))
            fail_msg("%s gave %.17g (reading %d)", text, number.value, (int)reading);
    }
}

static void flags_in_two_languages(void **state)
{
    (void)state;
    static const sample cases[] = {
        {"x", TD_READ_OK, 1},
        {"X", TD_READ_OK, 1},
        {"có", TD_READ_OK, 1},
        {"Có", TD_READ_OK, 1},
        {"co\u0301", TD_READ_OK, 1},
        {"CÓ", TD_READ_OK, 1},
        {"đạt", TD_READ_OK, 1},
        {"Đạt ", TD_READ_OK, 1},
        {"yes", TD_READ_OK, 1},
        {"TRUE", TD_READ_OK, 1},
        {"1", TD_READ_OK, 1},
        {"không", TD_READ_OK, 0},
        {"Không đạt", TD_READ_OK, 0},
        {"không\u00A0đạt", TD_READ_OK, 0},
        {"no", TD_READ_OK, 0},
        {"False", TD_READ_OK, 0},
        {"0", TD_READ_OK, 0},
        {" 0 ", TD_READ_OK, 0},
        {"", TD_READ_BLANK, 0},
        {" \u200B", TD_READ_BLANK, 0},
        {"2", TD_READ_TEXT, 0},
        {"0,5", TD_READ_TEXT, 0},
        {"co", TD_READ_TEXT, 0},
        {"xx", TD_READ_TEXT, 0},
        {"k/g", TD_READ_NOT_APPLICABLE, 0},
        {"#REF!", TD_READ_SHEET_ERROR, 0},
    };
    td_names *names = td_names_new();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        double value = 0;
        td_reading reading = td_flag_read(names, cell_of(cases[i].text), &value);
        if (reading != cases[i].reading || value != cases[i].value)
            fail_msg("\"%s\" gave reading %d value %g", cases[i].text, (int)reading, value);
    }
    td_names_free(names);
}

static void dates_in_two_shapes(void **state)
{
    (void)state;
    static const sample cases[] = {
        {"1970-01-01", TD_READ_OK, 0},
        {"01/01/1970", TD_READ_OK, 0},
        {"2025-03-31", TD_READ_OK, 20178},
        {"31/03/2025", TD_READ_OK, 20178},
        {" 31/03/2025 ", TD_READ_OK, 20178},
        {"29/02/2024", TD_READ_OK, 19782},
        {"29/02/2025", TD_READ_TEXT, 0},
        {"2025-02-29", TD_READ_TEXT, 0},
        {"31/04/2025", TD_READ_TEXT, 0},
        {"03/31/2025", TD_READ_TEXT, 0},
        {"1/3/2025", TD_READ_TEXT, 0},
        {"31-03-2025", TD_READ_TEXT, 0},
        {"31.03.2025", TD_READ_TEXT, 0},
        {"2025/03/31", TD_READ_TEXT, 0},
        {"45747", TD_READ_TEXT, 0},
        {"31/03/25", TD_READ_TEXT, 0},
        {"2025-3-31", TD_READ_TEXT, 0},
        {"0000-00-00", TD_READ_TEXT, 0},
        {"2025-03-31T00:00", TD_READ_TEXT, 0},
        {"", TD_READ_BLANK, 0},
        {"K/g", TD_READ_NOT_APPLICABLE, 0},
    };
    td_names *names = td_names_new();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        double value = 0;
        td_reading reading = td_date_read(names, cell_of(cases[i].text), &value);
        if (reading != cases[i].reading || value != cases[i].value)
            fail_msg("\"%s\" gave reading %d value %g", cases[i].text, (int)reading, value);
    }
    td_names_free(names);
}

/* The short way and the whole grammar agree on a cell, whatever the mark. */
static void assert_same_reading(td_csv_cell cell, td_mark mark)
{
    td_number a = {.value = 7, .evident = TD_MARK_POINT}, b = a;
    td_reading read = td_number_read(cell, mark, &a);
    td_reading fully = td_number_read_fully(cell, mark, &b);
    if (read != fully || memcmp(&a.value, &b.value, sizeof a.value) != 0 ||
        a.percent != b.percent || a.evident != b.evident)
        fail_msg("\"%.*s\": %d %g, by the grammar %d %g", (int)cell.length, cell.text, (int)read,
                 a.value, (int)fully, b.value);
}

/* Every text of up to six of these characters, then random ones of up to twelve. */
static void short_numbers_are_read_alike(void **state)
{
    (void)state;
    static const char letters[] = "0159.,- ";
    char text[12];
    for (size_t length = 0; length <= 6; length++)
        for (size_t k = 0; k < (size_t)1 << (3 * length); k++) {
            for (size_t i = 0; i < length; i++)
                text[i] = letters[k >> (3 * i) & 7];
            assert_same_reading((td_csv_cell){text, length}, (td_mark)(k % 3));
        }
    static const char more[] = "01234567890123456789..,,-+ %/:x\t\xC2\xA0";
    uint64_t seed = 5;
    for (size_t k = 0; k < 1000000; k++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        size_t length = (size_t)(seed >> 60) % 13;
        for (size_t i = 0; i < length; i++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            text[i] = more[(seed >> 40) % (sizeof more - 1)];
        }
        assert_same_reading((td_csv_cell){text, length}, TD_MARK_UNKNOWN);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hostile_cells),
        cmocka_unit_test(known_mark_decides),
        cmocka_unit_test(files_prove_their_mark),
        cmocka_unit_test(percent_is_told),
        cmocka_unit_test(failures_leave_the_output),
        cmocka_unit_test(cells_end_where_they_end),
        cmocka_unit_test(random_decimals_are_nearest),
        cmocka_unit_test(short_numbers_are_read_alike),
        cmocka_unit_test(flags_in_two_languages),
        cmocka_unit_test(dates_in_two_shapes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
