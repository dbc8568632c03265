#include <math.h>

#include "datasets/load.h"

#define NO_SOURCE 255

/* The first channel with a value gives it; what a blank stands for fills the rest. */
static void resolve_cell(const td_table *table, size_t cell, size_t indicator)
{
    for (size_t c = 0; c < table->rules->n_channels; c++) {
        if (table->by_channel[c] == NULL)
            continue;
        double x = table->by_channel[c][cell];
        if (isnan(x) && !td_is_refused(x))
            continue;
        table->value[cell] = x;
        table->source[cell] = (uint8_t)c;
        return;
    }
    table->value[cell] = table->rules->indicators[indicator].blank;
    table->source[cell] = NO_SOURCE;
}

/*
 * Days from the date that is due. An indicator may be computed from another computed one; the
 * linter refuses circles.
 */
static double days_after(const td_rules *rules, const double *row, size_t indicator)
{
    double due = 0;
    size_t steps = 0, i = indicator;
    for (; rules->indicators[i].computed && steps <= rules->n_indicators; steps++) {
        due += rules->indicators[i].due_day;
        i = rules->indicators[i].of;
    }
    return isnan(row[i]) ? row[i] : row[i] - due;
}

void td_resolve_row(const td_table *table, size_t row)
{
    size_t first = row * table->n_indicators;
    for (size_t i = 0; i < table->n_indicators; i++)
        if (!table->rules->indicators[i].computed)
            resolve_cell(table, first + i, i);
    for (size_t i = 0; i < table->n_indicators; i++) {
        const td_indicator *indicator = &table->rules->indicators[i];
        if (!indicator->computed)
            continue;
        double days = days_after(table->rules, table->value + first, i);
        bool blank = isnan(days) && !td_is_refused(days);
        table->value[first + i] = blank ? indicator->blank : days;
        table->source[first + i] = NO_SOURCE;
    }
}

void td_load_resolve(td_load *load)
{
    for (size_t r = 0; r < load->data->n_rules; r++) {
        td_table *table = &load->data->tables[r];
        size_t n;
        if (__builtin_mul_overflow(table->n_rows, table->n_indicators, &n)) {
            load->no_memory = true;
            return;
        }
        table->value = td_load_alloc(load, n, sizeof *table->value);
        table->source = td_load_alloc(load, n, sizeof *table->source);
        if (load->no_memory)
            return;
        int n_threads = td_load_threads(load, table->n_rows);
#pragma omp parallel for num_threads(n_threads) if (n_threads > 1) schedule(dynamic, 64)
        for (size_t row = 0; row < table->n_rows; row++)
            td_resolve_row(table, row);
    }
}
