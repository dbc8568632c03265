#include "datasets/values.h"

#include <math.h>
#include <stdio.h>

#include "datasets/value.h"

/* ---- cells ---- */

/* Is this a column of numbers under some rule set? */
static bool has_numbers(const td_value_reader *rd, size_t column)
{
    const td_evaluation *evaluation = rd->load->evaluation;
    for (size_t r = 0; r < evaluation->n_rules; r++) {
        size_t i = rd->indicator[r * rd->n_columns + column];
        if (i != TD_NONE && evaluation->rules[r]->indicators[i].kind != TD_FLAG &&
            evaluation->rules[r]->indicators[i].kind != TD_DATE)
            return true;
    }
    return false;
}

/* The mark that the numbers of the file prove. */
static td_mark evident_mark(td_value_reader *rd)
{
    td_csv csv;
    td_evidence evidence = {false, false};
    bool open = td_csv_open(&csv, rd->sheet->file.text, rd->sheet->file.size, NULL, NULL);
    while (open && td_csv_next(&csv))
        for (size_t c = 0; c < csv.n_cells && c < rd->n_columns; c++)
            if (has_numbers(rd, c))
                td_evidence_add(&evidence, csv.cells[c]);
    rd->load->no_memory |= csv.no_memory;
    td_csv_release(&csv);
    return td_evidence_mark(&evidence);
}

/* Asks for the mark when a cell needs it; only the first part that comes goes through the file. */
static void search_mark(td_value_reader *rd)
{
#pragma omp critical(td_search_mark)
    {
        if (!rd->search->done) {
            rd->search->mark = evident_mark(rd);
            rd->search->done = true;
        }
        rd->mark = rd->search->mark;
    }
    rd->searched = true;
}

static double refuse(td_value_reader *rd, size_t column, td_message message, double bound)
{
    char text[32] = "";
    if (!isnan(bound))
        td_number_text(bound, TD_MARK, text, sizeof text);
    td_sheet_fault(rd->load, rd->sheet, column, message, isnan(bound) ? NULL : text, NULL);
    return td_refused();
}

/* The value of a cell; NaN when blank, td_refused() after a fault. */
static double read_value(td_value_reader *rd, size_t column, const td_indicator *indicator)
{
    td_csv_cell cell = td_sheet_cell(rd->sheet, column);
    td_names *names = rd->load->names;
    double x, bound;
    td_message refusal = td_value_read(names, cell, rd->mark, indicator, &x, &bound);
    if (refusal == TD_MSG_DATA_VALUE_AMBIGUOUS && rd->mark == TD_MARK_UNKNOWN && !rd->searched) {
        search_mark(rd);
        refusal = td_value_read(names, cell, rd->mark, indicator, &x, &bound);
    }
    return refusal == TD_N_MESSAGES ? x : refuse(rd, column, refusal, bound);
}

/* ---- rows ---- */

static void fault_of_twice(td_value_reader *rd, size_t column, size_t unit, size_t channel)
{
    char id[TD_QUOTE_BYTES];
    td_sheet_fault(rd->load, rd->sheet, column, TD_MSG_DATA_VALUE_TWICE,
                   td_load_table_of(rd->load, unit)->rules->channels[channel],
                   td_text_quote(rd->load->data->units[unit].id, id));
}

/* A broken row has all its values refused: which cell is whose is not known. */
static void store(td_value_reader *rd, size_t column, size_t unit, size_t channel, double *cell,
                  const td_indicator *indicator)
{
    bool refused = rd->guessed[column] || rd->sheet->csv.broken;
    double x = refused ? td_refused() : read_value(rd, column, indicator);
    if (isnan(x) && !td_is_refused(x))
        return;
    rd->load->data->units[unit].has_channel[channel] = true;
    if (!refused && (!isnan(*cell) || td_is_refused(*cell)))
        fault_of_twice(rd, column, unit, channel);
    else
        *cell = x;
}

/* Does with a blank or usual number what store() would do; false: it is up to store(). */
static bool store_plain(const td_plain_column *column, td_csv_cell text, double *cell,
                        bool *has_value)
{
    td_number number;
    if (!column->is_plain)
        return false;
    if (text.length == 0)
        return true;
    bool fits = td_number_short(text, &number) && number.value >= column->min &&
                number.value <= column->max && isnan(*cell) && !td_is_refused(*cell) &&
                (!column->only_whole || number.evident == TD_MARK_UNKNOWN);
    if (fits)
        *cell = number.value;
    *has_value |= fits;
    return fits;
}

static void fault_of_foreign(td_value_reader *rd, size_t column, const td_rules *rules)
{
    char name[TD_QUOTE_BYTES], code[TD_QUOTE_BYTES];
    td_sheet_fault(rd->load, rd->sheet, column, TD_MSG_DATA_INDICATOR_FOREIGN,
                   td_text_quote(rd->sheet->name[column], name),
                   td_text_quote(rules->view.code, code));
}

static void read_cells(td_value_reader *rd, size_t unit, size_t rules, size_t channel)
{
    td_table *table = &rd->load->data->tables[rules];
    double *row =
        table->by_channel[channel] + rd->load->data->row_of_unit[unit] * table->n_indicators;
    const td_csv *csv = &rd->sheet->csv;
    const size_t *indicator = rd->indicator + rules * rd->n_columns;
    const td_plain_column *plain = rd->plain + rules * rd->n_columns;
    bool has_value = false;
    for (size_t c = 0; c < rd->n_columns; c++) {
        size_t i = indicator[c];
        if (!csv->broken && i != TD_NONE &&
            store_plain(&plain[c], csv->cells[c], &row[i], &has_value))
            continue;
        if (i != TD_NONE)
            store(rd, c, unit, channel, &row[i], &table->rules->indicators[i]);
        else if (rd->known[c] && !csv->broken && !td_csv_blank(td_sheet_cell(rd->sheet, c)) &&
                 td_load_indicator(rd->load, rules, rd->sheet->name[c], rd->sheet->key[c]) ==
                     TD_NONE)
            fault_of_foreign(rd, c, table->rules);
    }
    if (has_value)
        rd->load->data->units[unit].has_channel[channel] = true;
}

/* The order of reading of the unit of the record at hand, TD_NONE. */
static size_t order_of_unit(td_value_reader *rd)
{
    size_t length;
    const char *key = td_load_key(rd->load, td_sheet_cell(rd->sheet, rd->unit_column), &length);
    return key == NULL ? TD_NONE : td_load_find_unit(rd->load, key, length);
}

static void read_row(td_value_reader *rd)
{
    td_load *load = rd->load;
    if (rd->sheet->csv.broken && order_of_unit(rd) == TD_NONE) {
#pragma omp atomic write
        rd->file->incomplete = true;
        return;
    }
    size_t unit = td_load_unit_at(load, rd->sheet, rd->unit_column);
    if (unit == TD_NONE)
        return;
    size_t rules = load->data->clusters[load->data->units[unit].cluster].rules;
    size_t channel = rd->file->channel[rules];
    if (rd->file->row[unit] != rd->sheet->csv.row) {
        char row[24];
        snprintf(row, sizeof row, "%zu", rd->file->row[unit]);
        if (load->folder != NULL) /* else the reader of units has said so */
            td_sheet_fault(load, rd->sheet, rd->unit_column, TD_MSG_DATA_UNIT_TWICE, row, NULL);
    } else if (channel == TD_NONE) {
        td_sheet_fault(load, rd->sheet, rd->unit_column, TD_MSG_DATA_CHANNEL_FOREIGN,
                       load->data->tables[rules].rules->view.code, NULL);
    } else {
        read_cells(rd, unit, rules, channel);
    }
}

/* ---- parts of a file ---- */

/* The first row of a unit is the one that counts, whichever thread comes upon it first. */
static void claim_row(size_t *first, size_t row)
{
    size_t known = __atomic_load_n(first, __ATOMIC_RELAXED);
    while ((known == 0 || row < known) &&
           !__atomic_compare_exchange_n(first, &known, row, true, __ATOMIC_RELAXED,
                                        __ATOMIC_RELAXED)) {
    }
}

static void claim_part(td_load *load, td_sheet *sheet, void *context)
{
    td_value_reader own = *(const td_value_reader *)context;
    own.load = load;
    own.sheet = sheet;
    while (!load->no_memory && td_csv_peek(&sheet->csv, own.unit_column + 1)) {
        size_t order = order_of_unit(&own);
        size_t unit = order == TD_NONE ? TD_NONE : load->position[order];
        if (unit != TD_NONE)
            claim_row(&own.file->row[unit], sheet->csv.row);
    }
}

static void read_part(td_load *load, td_sheet *sheet, void *context)
{
    td_value_reader own = *(const td_value_reader *)context;
    own.load = load;
    own.sheet = sheet;
    while (!load->no_memory && td_csv_next(&sheet->csv))
        read_row(&own);
}

/* The matrix of a channel, all blank. */
static void make_matrix(td_load *load, td_table *table, size_t channel)
{
    size_t n;
    if (__builtin_mul_overflow(table->n_rows, table->n_indicators, &n)) {
        load->no_memory = true;
        return;
    }
    double *matrix = td_load_alloc(load, n, sizeof *matrix);
    if (matrix == NULL)
        return;
    int n_threads = td_load_threads(load, table->n_rows);
#pragma omp parallel for num_threads(n_threads) if (n_threads > 1)
    for (size_t i = 0; i < n; i++)
        matrix[i] = NAN;
    table->by_channel[channel] = matrix;
}

/* Matrices of the channels in which this file has rows. */
static void make_matrices(td_value_reader *rd)
{
    td_load *load = rd->load;
    for (size_t u = 0; u < load->data->n_units && !load->no_memory; u++) {
        size_t rules = load->data->clusters[load->data->units[u].cluster].rules;
        size_t channel = rd->file->channel[rules];
        td_table *table = &load->data->tables[rules];
        if (rd->file->row[u] != 0 && channel != TD_NONE && table->by_channel[channel] == NULL)
            make_matrix(load, table, channel);
    }
}

/* Units are claimed first, since a repeated one may stand in another part. */
void td_values_read(td_value_reader *rd)
{
    td_mark_search search = {false, TD_MARK_UNKNOWN};
    rd->search = &search;
    td_sheet_peek(rd->load, rd->sheet, claim_part, rd);
    if (!rd->load->no_memory)
        make_matrices(rd);
    if (!rd->load->no_memory)
        td_sheet_read(rd->load, rd->sheet, read_part, rd);
    rd->file->incomplete |= rd->sheet->csv.incomplete;
}
