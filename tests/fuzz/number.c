/*
 * Any bytes as a cell: what is read is a decimal of at most 15 digits, reads the same when it is
 * written again, and is refused or read under a known mark only where it was ambiguous.
 */
#include "datasets/number.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/decimal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_value(double value)
{
    td_decimal decimal;
    char text[64];
    if (!td_decimal_of(value, &decimal))
        abort();
    td_number_text(value, ',', text, sizeof text);
    td_number again = {.value = NAN};
    td_csv_cell cell = {text, strlen(text)};
    if (td_number_read(cell, TD_MARK_COMMA, &again) != TD_READ_OK || again.value != value)
        abort();
}

static void check_number(td_csv_cell cell)
{
    td_number free_number = {0}, comma = {0}, point = {0};
    td_reading reading = td_number_read(cell, TD_MARK_UNKNOWN, &free_number);
    td_reading with_comma = td_number_read(cell, TD_MARK_COMMA, &comma);
    td_reading with_point = td_number_read(cell, TD_MARK_POINT, &point);
    if (with_comma == TD_READ_AMBIGUOUS || with_point == TD_READ_AMBIGUOUS)
        abort();
    if (reading == TD_READ_AMBIGUOUS) {
        if (with_comma != TD_READ_OK || with_point != TD_READ_OK ||
            (comma.value == point.value && comma.value != 0))
            abort();
        check_value(comma.value);
        check_value(point.value);
    } else if (reading != with_comma || reading != with_point || comma.value != point.value) {
        abort();
    } else if (reading == TD_READ_OK) {
        check_value(free_number.value);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size > 0 ? size : 1);
    if (text == NULL)
        return 0;
    if (size > 0)
        memcpy(text, data, size);
    td_csv_cell cell = {text, size};
    td_names *names = td_names_new();
    double flag = NAN, day = NAN;
    check_number(cell);
    td_reading_of_text(names, cell);
    if (td_flag_read(names, cell, &flag) == TD_READ_OK && flag != 0 && flag != 1)
        abort();
    if (td_date_read(names, cell, &day) == TD_READ_OK && day != floor(day))
        abort();
    td_names_free(names);
    free(text);
    return 0;
}
