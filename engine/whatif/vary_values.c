/*
 * Values of a scenario: read by the kind of the indicator, put in the place of the value that
 * prevails, checked as loaded values are.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/value.h"
#include "engine/whatif/vary.h"

static td_csv_cell cell_of(const char *text)
{
    return (td_csv_cell){text == NULL ? "" : text, text == NULL ? 0 : strlen(text)};
}

/* ---- which unit, which indicator ---- */

static void fault_of_unit(td_vary *v, const td_change *change)
{
    const td_dataset *data = &v->base->data;
    const char **names = calloc(2 * data->n_units + 1, sizeof *names);
    v->no_memory |= names == NULL;
    if (names == NULL)
        return;
    for (size_t u = 0; u < data->n_units; u++) {
        names[u] = data->units[u].id;
        names[data->n_units + u] = data->units[u].name;
    }
    char quoted[TD_QUOTE_BYTES], hint[TD_HINT_BYTES];
    const char *unit = change->unit == NULL ? "" : change->unit;
    td_errors_add(v->errors, TD_MSG_SCENARIO_UNIT_UNKNOWN, &change->place,
                  td_text_quote(unit, quoted), td_hint(unit, names, 2 * data->n_units, hint), NULL);
    free(names);
}

static void fault_of_indicator(td_vary *v, const td_change *change, size_t unit,
                               const td_rules *rules)
{
    const char **codes = calloc(rules->n_indicators + 1, sizeof *codes);
    v->no_memory |= codes == NULL;
    if (codes == NULL)
        return;
    for (size_t i = 0; i < rules->n_indicators; i++)
        codes[i] = rules->indicators[i].code;
    char code[TD_QUOTE_BYTES], id[TD_QUOTE_BYTES], hint[TD_HINT_BYTES];
    td_errors_add(v->errors, TD_MSG_SCENARIO_INDICATOR_UNKNOWN, &change->place,
                  td_text_quote(change->code, code),
                  td_text_quote(v->base->data.units[unit].id, id),
                  td_hint(change->code, codes, rules->n_indicators, hint), NULL);
    free(codes);
}

/* What is meant; false after a fault. */
static bool find(td_vary *v, const td_change *change, td_new_value *out)
{
    const td_dataset *data = &v->base->data;
    if (change->code == NULL || change->code[0] == '\0') {
        td_errors_add(v->errors, TD_MSG_SCENARIO_NO_CODE, &change->place, NULL);
        return false;
    }
    size_t unit = change->unit == NULL ? TD_NONE : td_evaluation_find_unit(v->base, change->unit);
    if (unit == TD_NONE) {
        fault_of_unit(v, change);
        return false;
    }
    size_t r = data->clusters[data->units[unit].cluster].rules;
    const td_rules *rules = v->base->rules[r];
    size_t indicator = td_rules_find_indicator(rules, change->code);
    if (indicator == TD_NONE) {
        fault_of_indicator(v, change, unit, rules);
        return false;
    }
    if (rules->indicators[indicator].computed) {
        td_errors_add(v->errors, TD_MSG_SCENARIO_INDICATOR_COMPUTED, &change->place, change->code,
                      rules->indicators[rules->indicators[indicator].of].code, NULL);
        return false;
    }
    *out = (td_new_value){.change = change, .unit = unit, .rules = r, .indicator = indicator};
    return true;
}

/* ---- the value ---- */

static void refuse(td_vary *v, const td_new_value *value, td_message refusal, double bound)
{
    char text[TD_QUOTE_BYTES], where[2 * TD_QUOTE_BYTES], limit[32] = "";
    td_csv_quote(cell_of(value->change->text), text);
    snprintf(where, sizeof where, "%s (%s)", value->change->code,
             v->base->data.units[value->unit].name);
    if (!isnan(bound))
        td_number_text(bound, TD_MARK, limit, sizeof limit);
    td_errors_add(v->errors, refusal, &value->change->place, text, where,
                  isnan(bound) ? NULL : limit, NULL);
}

/* False after a fault. */
static bool read_value(td_vary *v, td_names *names, td_new_value *value)
{
    const td_indicator *indicator = &v->base->rules[value->rules]->indicators[value->indicator];
    double bound;
    td_message refusal = td_value_read(names, cell_of(value->change->text), TD_MARK_UNKNOWN,
                                       indicator, &value->is, &bound);
    if (refusal != TD_N_MESSAGES) {
        refuse(v, value, refusal, bound);
        return false;
    }
    if (!isnan(value->is))
        return true;
    td_errors_add(v->errors, TD_MSG_SCENARIO_VALUE_BLANK, &value->change->place,
                  value->change->code, v->base->data.units[value->unit].name, NULL);
    return false;
}

static int compare_values(const void *a, const void *b)
{
    const td_new_value *x = a, *y = b;
    if (x->unit != y->unit)
        return x->unit < y->unit ? -1 : 1;
    return (x->indicator > y->indicator) - (x->indicator < y->indicator);
}

static void read_all(td_vary *v)
{
    td_names *names = td_names_new();
    v->values = td_vary_alloc(v, v->scenario->n_changes + 1, sizeof *v->values);
    v->no_memory |= names == NULL;
    for (size_t i = 0; i < v->scenario->n_changes && !v->no_memory; i++) {
        td_new_value value;
        const td_change *change = &v->scenario->changes[i];
        if (change->kind == TD_CHANGE_VALUE && find(v, change, &value) &&
            read_value(v, names, &value))
            v->values[v->n_values++] = value;
    }
    td_names_free(names);
    if (v->no_memory)
        return;
    qsort(v->values, v->n_values, sizeof *v->values, compare_values);
    for (size_t i = 1; i < v->n_values; i++)
        if (compare_values(&v->values[i - 1], &v->values[i]) == 0)
            td_errors_add(v->errors, TD_MSG_SCENARIO_TWICE, &v->values[i].change->place,
                          v->values[i].change->code, NULL);
}

/* ---- the tables ---- */

static void *copy_of(td_vary *v, const void *matrix, size_t bytes)
{
    void *copy = td_vary_alloc(v, bytes, 1);
    if (copy != NULL)
        memcpy(copy, matrix, bytes);
    return copy;
}

/* A rule set's matrices become the copy's own; a channel that will be written to gets one. */
static void own_table(td_vary *v, size_t r)
{
    td_table *table = &v->out->data.tables[r];
    size_t n = table->n_rows * table->n_indicators;
    if (table->value != v->base->data.tables[r].value)
        return;
    table->value = copy_of(v, table->value, n * sizeof *table->value);
    table->source = copy_of(v, table->source, n * sizeof *table->source);
    if (table->extent != NULL)
        table->extent = copy_of(v, table->extent, table->n_indicators * sizeof *table->extent);
}

static void own_channel(td_vary *v, size_t r, size_t channel)
{
    td_table *table = &v->out->data.tables[r];
    const double *official = v->base->data.tables[r].by_channel[channel];
    size_t n = table->n_rows * table->n_indicators;
    if (table->by_channel[channel] != official)
        return;
    if (official != NULL) {
        table->by_channel[channel] = copy_of(v, official, n * sizeof *official);
        return;
    }
    table->by_channel[channel] = td_vary_alloc(v, n, sizeof *official);
    for (size_t i = 0; !v->no_memory && i < n; i++)
        table->by_channel[channel][i] = NAN;
}

static void put(td_vary *v, td_new_value *value)
{
    td_dataset *data = &v->out->data;
    td_table *table = &data->tables[value->rules];
    size_t row = data->row_of_unit[value->unit];
    value->was = table->value[row * table->n_indicators + value->indicator];
    size_t channel = td_value_channel(data, table, value->unit, value->indicator);
    own_table(v, value->rules);
    own_channel(v, value->rules, channel);
    if (!v->no_memory)
        td_value_put(table, row, value->indicator, channel, value->is);
    data->units[value->unit].has_channel[channel] = true;
}

void td_vary_values(td_vary *v)
{
    read_all(v);
    if (v->no_memory || v->n_values == 0 || td_errors_status(v->errors) != TD_OK)
        return;
    td_dataset *data = &v->out->data;
    data->units = copy_of(v, data->units, data->n_units * sizeof *data->units);
    for (size_t i = 0; i < v->n_values && !v->no_memory; i++)
        put(v, &v->values[i]);
    for (size_t i = 0; i < v->n_values && !v->no_memory; i++)
        if (i == 0 || v->values[i].unit != v->values[i - 1].unit)
            v->no_memory |=
                !td_value_check(v->out, v->values[i].unit, &v->values[i].change->place, v->errors);
}
