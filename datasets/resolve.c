#include <math.h>

#include "datasets/extent.h"
#include "datasets/load.h"
#include "engine/base/threads.h"

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

#define ROWS_AT_ONCE 64

/* Rows first .. end - 1, and what holds of their values. */
static void resolve_rows(const td_table *table, size_t first, size_t end, td_extent *extent)
{
    for (size_t row = first; row < end; row++)
        td_resolve_row(table, row);
    td_extent_widen(table, first, end - first, extent);
}

/* extents: [n_threads * n_indicators], cleared */
static void resolve_table(const td_table *table, int n_threads, td_extent *extents)
{
    const size_t m = table->n_indicators, n = table->n_rows;
#pragma omp parallel for num_threads(n_threads) if (n_threads > 1) schedule(dynamic)
    for (size_t first = 0; first < n; first += ROWS_AT_ONCE)
        resolve_rows(table, first, n - first < ROWS_AT_ONCE ? n : first + ROWS_AT_ONCE,
                     extents + (size_t)td_thread() * m);
    for (int t = 0; t < n_threads; t++)
        td_extent_join(m, extents + (size_t)t * m, table->extent);
}

void td_load_resolve(td_load *load)
{
    for (size_t r = 0; r < load->data->n_rules; r++) {
        td_table *table = &load->data->tables[r];
        size_t n, m = table->n_indicators;
        int n_threads = td_load_threads(load, table->n_rows);
        if (__builtin_mul_overflow(table->n_rows, m, &n)) {
            load->no_memory = true;
            return;
        }
        table->value = td_load_alloc(load, n, sizeof *table->value);
        table->source = td_load_alloc(load, n, sizeof *table->source);
        table->extent = td_load_alloc(load, m, sizeof *table->extent);
        td_extent *extents = td_load_alloc(load, (size_t)n_threads * m, sizeof *extents);
        if (load->no_memory)
            return;
        td_extent_clear(m, table->extent);
        td_extent_clear((size_t)n_threads * m, extents);
        resolve_table(table, n_threads, extents);
    }
}
