#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/load.h"

/* ---- reasons.csv: why a channel differs from the one below it ---- */

static int compare_reasons(const void *a, const void *b)
{
    const td_reason *x = a, *y = b;
    if (x->unit != y->unit)
        return x->unit < y->unit ? -1 : 1;
    if (x->indicator != y->indicator)
        return x->indicator < y->indicator ? -1 : 1;
    return (x->channel > y->channel) - (x->channel < y->channel);
}

static size_t indicator_at(td_load *load, const td_sheet *sheet, size_t column, size_t rules)
{
    if (td_sheet_blank(load, sheet, column))
        return TD_NONE;
    size_t length;
    td_csv_cell cell = td_sheet_cell(sheet, column);
    const char *text = td_load_text(load, cell), *key = td_load_key(load, cell, &length);
    if (text == NULL || key == NULL)
        return TD_NONE;
    size_t found = td_load_indicator(load, rules, text, key);
    if (found != TD_NONE || load->instead != NULL)
        return found;
    const td_rules *set = load->evaluation->rules[rules];
    const char **codes = calloc(set->n_indicators + 1, sizeof *codes);
    load->no_memory |= codes == NULL;
    if (codes == NULL)
        return TD_NONE;
    for (size_t i = 0; i < set->n_indicators; i++)
        codes[i] = set->indicators[i].code;
    char hint[TD_HINT_BYTES], code[TD_QUOTE_BYTES];
    td_sheet_fault(load, sheet, column, TD_MSG_DATA_REASON_INDICATOR,
                   td_text_quote(set->view.code, code),
                   td_load_hint(load, text, codes, set->n_indicators, hint));
    free(codes);
    return TD_NONE;
}

/* True with the channel in *out (TD_NONE: any); false after a fault. */
static bool channel_at(td_load *load, const td_sheet *sheet, size_t column, const td_rules *rules,
                       size_t *out)
{
    size_t length;
    const char *key = td_load_key(load, td_sheet_cell(sheet, column), &length);
    *out = TD_NONE;
    if (key == NULL || length == 0)
        return key != NULL;
    for (size_t c = 0; c < rules->n_channels; c++)
        if (strcmp(rules->channels[c], key) == 0) {
            *out = c;
            return true;
        }
    char hint[TD_HINT_BYTES];
    td_sheet_fault(load, sheet, column, TD_MSG_DATA_REASON_CHANNEL,
                   td_load_hint(load, key, rules->channels, rules->n_channels, hint), NULL);
    return false;
}

static void read_reason(td_load *load, const td_sheet *sheet, const size_t *where)
{
    size_t unit = sheet->csv.broken ? TD_NONE : td_load_unit_at(load, sheet, where[0]);
    if (unit == TD_NONE)
        return;
    size_t rules = load->data->clusters[load->data->units[unit].cluster].rules;
    td_reason reason = {.unit = unit};
    reason.indicator = indicator_at(load, sheet, where[1], rules);
    bool known = channel_at(load, sheet, where[2], load->evaluation->rules[rules], &reason.channel);
    if (td_sheet_blank(load, sheet, where[3]) || !known || reason.indicator == TD_NONE)
        return;
    if (load->n_reasons == load->reason_capacity) {
        size_t capacity = load->reason_capacity == 0 ? 64 : 2 * load->reason_capacity;
        td_reason *grown = realloc(load->reasons, capacity * sizeof *grown);
        load->no_memory |= grown == NULL;
        if (grown == NULL)
            return;
        load->reasons = grown;
        load->reason_capacity = capacity;
    }
    load->reasons[load->n_reasons++] = reason;
}

static void read_part(td_load *load, td_sheet *sheet, void *where)
{
    while (!load->no_memory && td_csv_next(&sheet->csv))
        read_reason(load, sheet, where);
}

/* Mostly they are in order as written. */
static void sort_reasons(td_load *load)
{
    size_t i = 1;
    while (i < load->n_reasons && compare_reasons(&load->reasons[i - 1], &load->reasons[i]) <= 0)
        i++;
    if (i < load->n_reasons)
        qsort(load->reasons, load->n_reasons, sizeof *load->reasons, compare_reasons);
}

void td_load_reasons(td_load *load)
{
    static const td_column columns[] = {{"unit", false},
                                        {"indicator", false},
                                        {"channel", true},
                                        {"reason", false},
                                        {"document", true}};
    size_t where[5];
    td_sheet sheet;
    if (td_sheet_open_large(load, "reasons.csv", &sheet) &&
        td_sheet_columns(load, &sheet, 5, columns, false, where))
        td_sheet_read(load, &sheet, read_part, where);
    td_sheet_hash(load, &sheet);
    sort_reasons(load);
    td_sheet_release(&sheet);
}

/* ---- findings: values that differ without a reason ---- */

static bool has_reason(const td_load *load, size_t unit, size_t indicator, size_t channel)
{
    const td_reason named = {unit, indicator, channel}, any = {unit, indicator, TD_NONE};
    return load->n_reasons > 0 &&
           (bsearch(&named, load->reasons, load->n_reasons, sizeof named, compare_reasons) !=
                NULL ||
            bsearch(&any, load->reasons, load->n_reasons, sizeof any, compare_reasons) != NULL);
}

static void fault_of_difference(td_load *load, const td_table *table, size_t unit, size_t indicator,
                                size_t upper, size_t lower)
{
    size_t cell = load->data->row_of_unit[unit] * table->n_indicators + indicator;
    char x[32], y[32], id[TD_QUOTE_BYTES], code[TD_QUOTE_BYTES];
    td_number_text(table->by_channel[upper][cell], TD_MARK, x, sizeof x);
    td_number_text(table->by_channel[lower][cell], TD_MARK, y, sizeof y);
    td_place place = td_place_of_value(load, unit, indicator, upper);
    td_errors_add(load->errors, TD_MSG_DATA_REASON_WANTED, &place,
                  td_text_quote(load->data->units[unit].id, id),
                  td_text_quote(table->rules->indicators[indicator].code, code),
                  table->rules->channels[upper], x, table->rules->channels[lower], y, NULL);
}

/*
 * Every channel against the next one below that has a value. True when one differs without a
 * reason; `say` makes it a fault.
 */
static bool check_cell(td_load *load, const td_table *table, size_t unit, size_t indicator,
                       bool say)
{
    size_t cell = load->data->row_of_unit[unit] * table->n_indicators + indicator;
    size_t upper = TD_NONE;
    bool found = false;
    for (size_t c = 0; c < table->rules->n_channels; c++) {
        const double *matrix = table->by_channel[c];
        if (matrix == NULL || isnan(matrix[cell]))
            continue;
        if (upper != TD_NONE && matrix[cell] != table->by_channel[upper][cell] &&
            !has_reason(load, unit, indicator, upper)) {
            found = true;
            if (say)
                fault_of_difference(load, table, unit, indicator, upper, c);
        }
        upper = c;
    }
    return found;
}

static bool check_unit(td_load *load, size_t unit, bool say)
{
    const td_table *table = td_load_table_of(load, unit);
    size_t n_channels = 0;
    bool found = false;
    for (size_t c = 0; c < table->rules->n_channels; c++)
        n_channels += table->by_channel[c] != NULL;
    if (!table->rules->reasons_required || n_channels < 2)
        return false;
    for (size_t i = 0; i < table->n_indicators; i++)
        found |= check_cell(load, table, unit, i, say);
    return found;
}

void td_check_reasons(td_load *load)
{
    size_t n = load->data->n_units;
    int n_threads = td_load_threads(load, n);
    bool *differs = calloc(n + 1, sizeof *differs);
    load->no_memory |= differs == NULL;
    if (load->no_memory)
        return;
#pragma omp parallel for num_threads(n_threads) if (n_threads > 1) schedule(dynamic, 64)
    for (size_t u = 0; u < n; u++)
        differs[u] = check_unit(load, u, false);
    for (size_t u = 0; u < n; u++)
        if (differs[u])
            check_unit(load, u, true);
    free(differs);
}
