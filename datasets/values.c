#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/load.h"
#include "datasets/value.h"

/* One file of values while it is read. */
typedef struct reading {
    td_load *load;
    td_sheet *sheet;
    td_values_file *file;
    size_t unit_column, n_columns;
    size_t *indicator; /* [n_rules * n_columns] of a column, TD_NONE */
    bool *fixed;       /* [n_columns] not an indicator: unit, cluster, name, category */
    bool *known;       /* [n_columns] to some rule set */
    bool *guessed;     /* [n_columns] unknown, but near to the indicator that it stands for here */
    td_mark mark;
    bool searched;          /* the cells of the file were asked for the mark */
    struct reading *shared; /* of a part: the one of the whole file, which keeps the mark */
} reading;

/* ---- indicators by name ---- */

static void index_indicators(td_load *load, const td_rules *rules, td_index *index)
{
    for (size_t i = 0; i < rules->n_indicators; i++) {
        size_t length;
        const char *code = rules->indicators[i].code;
        const char *key = td_load_keep_key(load, (td_csv_cell){code, strlen(code)}, &length);
        if (load->no_memory)
            return;
        if (td_index_find(index, key, length) == TD_NONE)
            load->no_memory |= !td_index_add(index, key, length, i);
    }
}

void td_load_index_indicators(td_load *load)
{
    size_t n = load->evaluation->n_rules;
    load->indicators = calloc(n, sizeof *load->indicators);
    load->no_memory |= load->indicators == NULL;
    for (size_t r = 0; r < n && !load->no_memory; r++)
        index_indicators(load, load->evaluation->rules[r], &load->indicators[r]);
}

size_t td_load_indicator(td_load *load, size_t rules, const char *name, const char *key)
{
    size_t exact = td_rules_find_indicator(load->evaluation->rules[rules], name);
    return exact != TD_NONE ? exact : td_index_find(&load->indicators[rules], key, strlen(key));
}

/* ---- columns ---- */

static void map_column(reading *rd, size_t column)
{
    td_load *load = rd->load;
    bool computed = false;
    for (size_t r = 0; r < load->evaluation->n_rules; r++) {
        size_t i = td_load_indicator(load, r, rd->sheet->name[column], rd->sheet->key[column]);
        rd->indicator[r * rd->n_columns + column] = i;
        if (i == TD_NONE)
            continue;
        rd->known[column] = true;
        if (load->evaluation->rules[r]->indicators[i].computed) {
            rd->indicator[r * rd->n_columns + column] = TD_NONE;
            computed = true;
        } else {
            rd->file->column[r][i] = column + 1;
        }
    }
    td_place place = {
        .file = rd->sheet->path, .row = 1, .column = column + 1, .field = rd->sheet->name[column]};
    char quoted[TD_QUOTE_BYTES];
    if (computed)
        td_errors_add(load->errors, TD_MSG_DATA_INDICATOR_COMPUTED, &place,
                      td_text_quote(rd->sheet->name[column], quoted), NULL);
}

/* The indicator whose code is nearest to the name of the column, TD_NONE. */
static size_t nearest_indicator(td_load *load, const td_rules *rules, const char *name,
                                char hint[TD_HINT_BYTES])
{
    const char **codes = calloc(rules->n_indicators + 1, sizeof *codes);
    load->no_memory |= codes == NULL;
    if (codes == NULL)
        return TD_NONE;
    for (size_t i = 0; i < rules->n_indicators; i++)
        codes[i] = rules->indicators[i].code;
    const char *nearest = td_nearest(name, codes, rules->n_indicators);
    td_load_hint(load, name, codes, rules->n_indicators, hint);
    free(codes);
    return nearest == NULL ? TD_NONE : td_rules_find_indicator(rules, nearest);
}

/*
 * An unknown column is perhaps a misspelled one: its values then are not missing too, one
 * fault is enough.
 */
static void guess_column(reading *rd, size_t column)
{
    td_load *load = rd->load;
    char hint[TD_HINT_BYTES] = "", other[TD_HINT_BYTES], quoted[TD_QUOTE_BYTES];
    for (size_t r = load->evaluation->n_rules; r-- > 0;) {
        const td_rules *rules = load->evaluation->rules[r];
        size_t i = nearest_indicator(load, rules, rd->sheet->name[column],
                                     rd->guessed[column] ? other : hint);
        if (i != TD_NONE && rd->file->column[r][i] == 0 && !rules->indicators[i].computed) {
            rd->indicator[r * rd->n_columns + column] = i;
            rd->file->column[r][i] = column + 1;
            rd->guessed[column] = true;
        }
    }
    td_place place = {
        .file = rd->sheet->path, .row = 1, .column = column + 1, .field = rd->sheet->name[column]};
    td_errors_add(load->errors, TD_MSG_DATA_INDICATOR_UNKNOWN, &place,
                  td_text_quote(rd->sheet->name[column], quoted), hint, NULL);
}

static bool map_columns(reading *rd)
{
    td_load *load = rd->load;
    for (size_t c = 0; c < rd->n_columns; c++)
        if (!rd->fixed[c])
            map_column(rd, c);
    for (size_t c = 0; c < rd->n_columns && load->instead == NULL; c++)
        if (!rd->fixed[c] && !rd->known[c])
            guess_column(rd, c);
    return !load->no_memory;
}

static bool start_reading(reading *rd)
{
    td_load *load = rd->load;
    size_t n_rules = load->evaluation->n_rules, n = rd->sheet->n_columns;
    rd->n_columns = n;
    rd->mark = load->mark;
    rd->indicator = td_load_alloc(load, n_rules * n, sizeof *rd->indicator);
    rd->fixed = td_load_alloc(load, n, sizeof *rd->fixed);
    rd->known = td_load_alloc(load, n, sizeof *rd->known);
    rd->guessed = td_load_alloc(load, n, sizeof *rd->guessed);
    rd->file->row = td_load_alloc(load, load->data->n_units, sizeof *rd->file->row);
    rd->file->column = td_load_alloc(load, n_rules, sizeof *rd->file->column);
    for (size_t i = 0; rd->indicator != NULL && i < n_rules * n; i++)
        rd->indicator[i] = TD_NONE;
    for (size_t r = 0; rd->file->column != NULL && r < n_rules; r++)
        rd->file->column[r] = td_load_alloc(load, load->evaluation->rules[r]->n_indicators,
                                            sizeof *rd->file->column[r]);
    return !load->no_memory;
}

/* ---- cells ---- */

/* Is this a column of numbers under some rule set? */
static bool has_numbers(const reading *rd, size_t column)
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
static td_mark evident_mark(reading *rd)
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
static void search_mark(reading *rd)
{
#pragma omp critical(td_search_mark)
    {
        if (!rd->shared->searched) {
            rd->shared->mark = evident_mark(rd);
            rd->shared->searched = true;
        }
        rd->mark = rd->shared->mark;
    }
    rd->searched = true;
}

static double refuse(reading *rd, size_t column, td_message message, double bound)
{
    char text[32] = "";
    if (!isnan(bound))
        td_number_text(bound, TD_MARK, text, sizeof text);
    td_sheet_fault(rd->load, rd->sheet, column, message, isnan(bound) ? NULL : text, NULL);
    return td_refused();
}

/* The value of a cell; NaN when blank, td_refused() after a fault. */
static double read_value(reading *rd, size_t column, const td_indicator *indicator)
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

/* The matrix of a channel, made when its first value comes. */
static double *matrix_of(td_load *load, td_table *table, size_t channel)
{
    if (table->by_channel[channel] != NULL)
        return table->by_channel[channel];
    size_t n;
    if (__builtin_mul_overflow(table->n_rows, table->n_indicators, &n)) {
        load->no_memory = true;
        return NULL;
    }
    double *matrix = td_load_alloc(load, n, sizeof *matrix);
    for (size_t i = 0; matrix != NULL && i < n; i++)
        matrix[i] = NAN;
    table->by_channel[channel] = matrix;
    return matrix;
}

static void fault_of_twice(reading *rd, size_t column, size_t unit, size_t channel)
{
    char id[TD_QUOTE_BYTES];
    td_sheet_fault(rd->load, rd->sheet, column, TD_MSG_DATA_VALUE_TWICE,
                   td_load_table_of(rd->load, unit)->rules->channels[channel],
                   td_text_quote(rd->load->data->units[unit].id, id));
}

/* A broken row has all its values refused: which cell is whose is not known. */
static void store(reading *rd, size_t column, size_t unit, size_t channel, double *cell,
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

static void fault_of_foreign(reading *rd, size_t column, const td_rules *rules)
{
    char name[TD_QUOTE_BYTES], code[TD_QUOTE_BYTES];
    td_sheet_fault(rd->load, rd->sheet, column, TD_MSG_DATA_INDICATOR_FOREIGN,
                   td_text_quote(rd->sheet->name[column], name),
                   td_text_quote(rules->view.code, code));
}

static void read_cells(reading *rd, size_t unit, size_t rules, size_t channel)
{
    td_table *table = &rd->load->data->tables[rules];
    double *row =
        table->by_channel[channel] + rd->load->data->row_of_unit[unit] * table->n_indicators;
    for (size_t c = 0; c < rd->n_columns; c++) {
        size_t i = rd->indicator[rules * rd->n_columns + c];
        if (i != TD_NONE)
            store(rd, c, unit, channel, &row[i], &table->rules->indicators[i]);
        else if (rd->known[c] && !rd->sheet->csv.broken &&
                 !td_csv_blank(td_sheet_cell(rd->sheet, c)) &&
                 td_load_indicator(rd->load, rules, rd->sheet->name[c], rd->sheet->key[c]) ==
                     TD_NONE)
            fault_of_foreign(rd, c, table->rules);
    }
}

/* The order of reading of the unit of the record at hand, TD_NONE. */
static size_t order_of_unit(reading *rd)
{
    size_t length;
    const char *key = td_load_key(rd->load, td_sheet_cell(rd->sheet, rd->unit_column), &length);
    return key == NULL ? TD_NONE : td_index_find(&rd->load->units, key, length);
}

static void read_row(reading *rd)
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
    reading own = *(const reading *)context;
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
    reading own = *(const reading *)context;
    own.load = load;
    own.sheet = sheet;
    own.shared = context;
    while (!load->no_memory && td_csv_next(&sheet->csv))
        read_row(&own);
}

/* Matrices of the channels in which this file has rows. */
static void make_matrices(reading *rd)
{
    td_load *load = rd->load;
    for (size_t u = 0; u < load->data->n_units && !load->no_memory; u++) {
        size_t rules = load->data->clusters[load->data->units[u].cluster].rules;
        if (rd->file->row[u] != 0 && rd->file->channel[rules] != TD_NONE)
            matrix_of(load, &load->data->tables[rules], rd->file->channel[rules]);
    }
}

/* Units are claimed by their first rows before anything is read, since parts are read side by side. */
static void read_rows(reading *rd)
{
    td_sheet_peek(rd->load, rd->sheet, claim_part, rd);
    if (!rd->load->no_memory)
        make_matrices(rd);
    if (!rd->load->no_memory)
        td_sheet_read(rd->load, rd->sheet, read_part, rd);
    rd->file->incomplete |= rd->sheet->csv.incomplete;
}

/* ---- files ---- */

/* The channel of "values-<channel>.csv" or "values-<channel>-<anything>.csv": the longest fit. */
static size_t channel_of(const td_rules *rules, const char *name)
{
    size_t best = TD_NONE, longest = 0;
    for (size_t c = 0; c < rules->n_channels; c++) {
        const char *channel = rules->channels[c];
        size_t n = strlen(channel);
        bool fits = strcmp(name, "values.csv") == 0
                        ? strcmp(channel, "final") == 0
                        : strncmp(name + 7, channel, n) == 0 &&
                              (name[7 + n] == '-' || strcmp(name + 7 + n, ".csv") == 0);
        if (fits && n >= longest) {
            best = c;
            longest = n;
        }
    }
    return best;
}

/* What the file says its channel is. */
static const char *channel_text(td_load *load, const char *name)
{
    if (strcmp(name, "values.csv") == 0)
        return "final";
    size_t n = strlen(name) - 7 - 4;
    const char *text = td_load_text(load, (td_csv_cell){name + 7, n});
    return text == NULL ? "" : text;
}

static void fault_of_channel(td_load *load, const char *path, const char *channel)
{
    char hint[TD_HINT_BYTES];
    const td_rules *rules = load->evaluation->rules[0];
    td_place place = {.file = path};
    td_errors_add(load->errors, TD_MSG_DATA_CHANNEL_UNKNOWN, &place, channel,
                  td_load_hint(load, channel, rules->channels, rules->n_channels, hint), NULL);
}

/* The channels of the file by rule set; false after a fault: no rule set has one. */
static bool find_channels(td_load *load, const char *name, td_values_file *file)
{
    bool found = false;
    size_t n = load->evaluation->n_rules;
    file->channel = td_load_alloc(load, n, sizeof *file->channel);
    for (size_t r = 0; file->channel != NULL && r < n; r++) {
        file->channel[r] = channel_of(load->evaluation->rules[r], name);
        found |= file->channel[r] != TD_NONE;
    }
    if (!found && !load->no_memory)
        fault_of_channel(load, file->path, channel_text(load, name));
    load->values_incomplete |= !found;
    return found;
}

static void read_file(td_load *load, const char *name)
{
    static const td_column columns[] = {{"unit", false}};
    td_sheet sheet = {.source = TD_NONE};
    td_values_file *file = &load->files[load->n_files];
    reading rd = {.load = load, .sheet = &sheet, .file = file};
    file->path = td_load_path(load, name);
    if (load->no_memory || !find_channels(load, name, file))
        return;
    load->n_files++;
    file->incomplete = !td_sheet_open_large(load, name, &sheet) ||
                       !td_sheet_columns(load, &sheet, 1, columns, true, &rd.unit_column);
    if (!file->incomplete && start_reading(&rd)) {
        rd.fixed[rd.unit_column] = true;
        if (map_columns(&rd))
            read_rows(&rd);
    }
    td_sheet_hash(load, &sheet);
    td_sheet_release(&sheet);
}

static bool is_values_file(const char *name)
{
    return strcmp(name, "values.csv") == 0 || strncmp(name, "values-", 7) == 0;
}

void td_load_values(td_load *load)
{
    size_t n = 0;
    load->files = td_load_alloc(load, load->n_listing, sizeof *load->files);
    for (size_t i = 0; i < load->n_listing && !load->no_memory; i++)
        if (is_values_file(load->listing[i])) {
            read_file(load, load->listing[i]);
            n++;
        }
    if (n > 0 || load->no_memory)
        return;
    td_place place = {.file = load->folder};
    td_errors_add(load->errors, TD_MSG_DATA_NO_VALUES, &place, NULL);
    load->values_incomplete = true;
}

void td_load_wide_values(td_load *load, td_sheet *sheet)
{
    static const char *const fixed[] = {"cluster", "unit", "name", "category"};
    td_values_file *file = load->files = td_load_alloc(load, 1, sizeof *load->files);
    reading rd = {.load = load, .sheet = sheet, .file = file};
    if (load->no_memory)
        return;
    load->n_files = 1;
    file->path = sheet->path;
    file->incomplete = sheet->csv.incomplete;
    if (!find_channels(load, "values.csv", file) || !start_reading(&rd))
        return;
    for (size_t c = 0; c < rd.n_columns; c++)
        for (size_t k = 0; k < 4; k++)
            if (strcmp(sheet->key[c], fixed[k]) == 0) {
                rd.fixed[c] = true;
                rd.unit_column = k == 1 ? c : rd.unit_column;
            }
    if (!td_sheet_restart(sheet))
        load->no_memory = true;
    else if (map_columns(&rd))
        read_rows(&rd);
}
