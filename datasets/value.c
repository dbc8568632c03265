#include "datasets/value.h"

#include <math.h>
#include <string.h>

#include "datasets/extent.h"
#include "datasets/load.h"

double td_refused(void)
{
    static const uint64_t bits = 0x7FF8000000000BADu;
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

bool td_is_refused(double x)
{
    double refused = td_refused();
    return memcmp(&x, &refused, sizeof x) == 0;
}

static td_message message_of(td_reading result, td_kind kind)
{
    static const td_message messages[] = {
        [TD_READ_AMBIGUOUS] = TD_MSG_DATA_VALUE_AMBIGUOUS,
        [TD_READ_GROUPS] = TD_MSG_DATA_VALUE_GROUPS,
        [TD_READ_TOO_PRECISE] = TD_MSG_DATA_VALUE_TOO_PRECISE,
        [TD_READ_TOO_LARGE] = TD_MSG_DATA_VALUE_TOO_LARGE,
        [TD_READ_EXPONENT] = TD_MSG_DATA_VALUE_EXPONENT,
        [TD_READ_NOT_APPLICABLE] = TD_MSG_DATA_VALUE_NOT_APPLICABLE,
        [TD_READ_SHEET_ERROR] = TD_MSG_DATA_VALUE_SHEET_ERROR,
    };
    if (result != TD_READ_TEXT && !(result == TD_READ_EXPONENT && kind == TD_FLAG))
        return messages[result];
    return kind == TD_FLAG   ? TD_MSG_DATA_VALUE_NOT_FLAG
           : kind == TD_DATE ? TD_MSG_DATA_VALUE_NOT_DATE
                             : TD_MSG_DATA_VALUE_TEXT;
}

/* What the indicator says of a value that could be read. */
static td_message accept(const td_indicator *indicator, td_number number, double *bound)
{
    double x = number.value;
    if (number.percent && indicator->kind != TD_NUMBER)
        return TD_MSG_DATA_VALUE_PERCENT;
    if (indicator->kind == TD_COUNT && (x < 0 || x != floor(x)))
        return TD_MSG_DATA_VALUE_NOT_COUNT;
    if (indicator->kind == TD_DATE || (x >= indicator->min && x <= indicator->max))
        return TD_N_MESSAGES;
    *bound = x < indicator->min ? indicator->min : indicator->max;
    return x < indicator->min ? TD_MSG_DATA_VALUE_BELOW : TD_MSG_DATA_VALUE_ABOVE;
}

static td_reading read_number(td_names *names, td_csv_cell cell, td_mark mark, td_number *number)
{
    td_reading result = td_number_read(cell, mark, number);
    return result == TD_READ_TEXT ? td_reading_of_text(names, cell) : result;
}

td_message td_value_read(td_names *names, td_csv_cell cell, td_mark mark,
                         const td_indicator *indicator, double *out, double *bound)
{
    td_number number = {0};
    td_reading result = indicator->kind == TD_FLAG   ? td_flag_read(names, cell, &number.value)
                        : indicator->kind == TD_DATE ? td_date_read(names, cell, &number.value)
                                                     : read_number(names, cell, mark, &number);
    *bound = NAN;
    if (result != TD_READ_OK && result != TD_READ_BLANK)
        return message_of(result, indicator->kind);
    *out = result == TD_READ_BLANK ? NAN : number.value;
    return result == TD_READ_BLANK ? TD_N_MESSAGES : accept(indicator, number, bound);
}

/* ---- changing what was loaded ---- */

size_t td_value_channel(const td_dataset *data, const td_table *table, size_t unit,
                        size_t indicator)
{
    size_t n = table->rules->n_channels;
    size_t source = table->source[data->row_of_unit[unit] * table->n_indicators + indicator];
    if (source < n)
        return source;
    for (size_t c = 0; c < n; c++)
        if (data->units[unit].has_channel[c])
            return c;
    return 0;
}

void td_value_put(const td_table *table, size_t row, size_t indicator, size_t channel, double x)
{
    table->by_channel[channel][row * table->n_indicators + indicator] = x;
    td_resolve_row(table, row);
    if (table->extent != NULL)
        td_extent_widen(table, row, 1, table->extent);
}

bool td_value_check(td_evaluation *evaluation, size_t unit, const td_place *place,
                    td_errors *errors)
{
    td_load load = {.evaluation = evaluation,
                    .data = &evaluation->data,
                    .arena = evaluation->arena,
                    .errors = errors,
                    .elsewhere = *place};
    td_check_unit(&load, unit);
    return !load.no_memory;
}
