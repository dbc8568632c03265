/*
 * A CSV of weight vectors: a column per weighted item, a row per vector.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/load.h"
#include "engine/prepared.h"

#define GRID_BITS 20
#define TOP_MULTIPLIER 1024.0

typedef struct reading {
    const td_prepared *prepared;
    td_load load; /* what sheets want: memory, keys, faults */
    td_sheet sheet;
    size_t name_column;
    size_t *item;     /* [n_columns * n_rules] that the column stands for, TD_NONE */
    double *official; /* [n_items] what it weighs, in the unit of the file; 0: not to be weighed */
    td_mark mark;
    td_vectors out;
    size_t capacity;
} reading;

static size_t n_rules(const reading *rd)
{
    return rd->prepared->evaluation->n_rules;
}

static const td_criterion *item_of(const reading *rd, size_t item)
{
    td_item_view view = td_item_get(rd->prepared, item);
    return &rd->prepared->evaluation->rules[view.rules]->criteria[view.criterion + 1];
}

/* ---- columns ---- */

static void fault_of_column(reading *rd, td_message id, size_t column)
{
    char quoted[TD_QUOTE_BYTES], hint[TD_HINT_BYTES];
    const char *name = rd->sheet.name[column];
    td_place place = {.file = rd->sheet.path, .row = 1, .column = column + 1, .field = name};
    const char **codes = calloc(rd->out.m + 1, sizeof *codes);
    rd->load.no_memory |= codes == NULL;
    if (codes == NULL)
        return;
    for (size_t i = 0; i < rd->out.m; i++)
        codes[i] = item_of(rd, i)->code;
    td_errors_add(rd->load.errors, id, &place, td_text_quote(name, quoted),
                  td_load_hint(&rd->load, name, codes, rd->out.m, hint), NULL);
    free(codes);
}

static bool is_named(reading *rd, size_t item, size_t column, bool folded)
{
    const char *code = item_of(rd, item)->code;
    if (!folded)
        return strcmp(code, rd->sheet.name[column]) == 0;
    size_t length;
    const char *key = td_load_key(&rd->load, (td_csv_cell){code, strlen(code)}, &length);
    return key != NULL && strcmp(key, rd->sheet.key[column]) == 0;
}

/* The items of one column: exact codes, else those that differ in case or tone marks only. */
static void map_column(reading *rd, size_t column)
{
    size_t n_found = 0, n_weighed = 0;
    for (int folded = 0; folded < 2 && n_found == 0; folded++)
        for (size_t i = 0; i < rd->out.m; i++) {
            if (!is_named(rd, i, column, folded))
                continue;
            n_found++;
            n_weighed += rd->official[i] > 0;
            if (rd->official[i] > 0)
                rd->item[column * n_rules(rd) + td_item_get(rd->prepared, i).rules] = i;
        }
    if (n_found == 0)
        fault_of_column(rd, TD_MSG_VECTORS_ITEM_UNKNOWN, column);
    else if (n_weighed == 0)
        fault_of_column(rd, TD_MSG_VECTORS_ITEM_ZERO, column);
}

/* What an item officially weighs: points of the table, or its weight in a mean. */
static double official_of(const reading *rd, size_t item)
{
    td_item_view view = td_item_get(rd->prepared, item);
    const td_rules *rules = rd->prepared->evaluation->rules[view.rules];
    if (!(view.share > 0) || isnan(view.max_q))
        return view.share > 0 ? view.weight : 0;
    return td_decimal_value((td_decimal){(int64_t)view.max_q, rules->view.leaf_decimals});
}

static void map_columns(reading *rd)
{
    size_t n = rd->sheet.n_columns * n_rules(rd);
    rd->name_column = TD_NONE;
    rd->item = td_load_alloc(&rd->load, n, sizeof *rd->item);
    rd->official = td_load_alloc(&rd->load, rd->out.m + 1, sizeof *rd->official);
    for (size_t i = 0; !rd->load.no_memory && i < n; i++)
        rd->item[i] = TD_NONE;
    for (size_t i = 0; !rd->load.no_memory && i < rd->out.m; i++)
        rd->official[i] = official_of(rd, i);
    for (size_t c = 0; c < rd->sheet.n_columns && !rd->load.no_memory; c++)
        if (strcmp(rd->sheet.key[c], "name") == 0)
            rd->name_column = c;
        else
            map_column(rd, c);
}

/* The mark that the numbers of the file prove. */
static void find_mark(reading *rd)
{
    td_csv csv;
    td_evidence evidence = {false, false};
    bool open = td_csv_open(&csv, rd->sheet.file.text, rd->sheet.file.size, rd->sheet.path, NULL);
    while (open && td_csv_next(&csv))
        for (size_t c = 0; c < csv.n_cells && c < rd->sheet.n_columns; c++)
            if (c != rd->name_column)
                td_evidence_add(&evidence, csv.cells[c]);
    rd->load.no_memory |= csv.no_memory;
    td_csv_release(&csv);
    rd->mark = td_evidence_mark(&evidence);
}

/* ---- rows ---- */

/* value / official as a multiple of 2^-20; false where that is no weight. */
static bool multiplier(double value, double official, double *out)
{
    td_fraction share =
        td_fraction_div(td_fraction_of_double(value), td_fraction_of_double(official));
    int64_t steps;
    if (!(value >= 0) ||
        !td_fraction_round(td_fraction_mul(share, td_fraction_of((int64_t)1 << GRID_BITS)), &steps))
        return false;
    *out = ldexp((double)steps, -GRID_BITS);
    return *out < TOP_MULTIPLIER;
}

static void read_cell(reading *rd, size_t column, double *weights)
{
    td_csv_cell cell = td_sheet_cell(&rd->sheet, column);
    td_number number;
    td_reading read = td_number_read(cell, rd->mark, &number);
    if (read == TD_READ_BLANK)
        return;
    bool fine = read == TD_READ_OK && !number.percent;
    const size_t *items = rd->item + column * n_rules(rd);
    for (size_t r = 0; r < n_rules(rd) && fine; r++)
        if (items[r] != TD_NONE)
            fine = multiplier(number.value, rd->official[items[r]], &weights[items[r]]);
    if (!fine)
        td_sheet_fault(&rd->load, &rd->sheet, column, TD_MSG_VECTORS_CELL, NULL, NULL);
}

/* Something must be left of every rule set that had something to weigh. */
static void check_row(reading *rd, const double *weights)
{
    const td_prepared *prepared = rd->prepared;
    for (size_t r = 0; r < n_rules(rd); r++) {
        const td_block *b = &prepared->blocks[r];
        bool had = false, has = false;
        for (size_t i = b->first_item; i < b->first_item + b->n_items; i++) {
            had |= rd->official[i] > 0;
            has |= rd->official[i] > 0 && weights[i] > 0;
        }
        td_place place = td_csv_place(&rd->sheet.csv, TD_NONE, NULL);
        if (had && !has)
            td_errors_add(rd->load.errors, TD_MSG_VECTORS_NOTHING, &place,
                          prepared->evaluation->rules[r]->view.code, NULL);
    }
}

static bool make_room(reading *rd)
{
    td_vectors *out = &rd->out;
    if (out->k < rd->capacity)
        return true;
    size_t capacity = rd->capacity == 0 ? 64 : 2 * rd->capacity;
    double *weights = reallocarray(out->weights, capacity, (out->m + 1) * sizeof *weights);
    if (weights != NULL)
        out->weights = weights;
    const char **names = reallocarray(out->name, capacity, sizeof *names);
    if (names != NULL)
        out->name = names;
    rd->load.no_memory |= weights == NULL || names == NULL;
    rd->capacity = capacity;
    return !rd->load.no_memory;
}

static void read_row(reading *rd)
{
    if (rd->sheet.csv.broken || !make_room(rd))
        return;
    td_vectors *out = &rd->out;
    double *weights = out->weights + out->k * out->m;
    for (size_t i = 0; i < out->m; i++)
        weights[i] = 1;
    for (size_t c = 0; c < rd->sheet.n_columns; c++)
        if (c != rd->name_column)
            read_cell(rd, c, weights);
    check_row(rd, weights);
    out->name[out->k] = NULL;
    td_csv_cell name = td_sheet_cell(&rd->sheet, rd->name_column);
    if (rd->name_column != TD_NONE && !td_csv_blank(name))
        out->name[out->k] = td_load_text(&rd->load, name);
    out->k++;
}

static void read_sheet(reading *rd, const char *path)
{
    const char *copy = td_arena_strdup(rd->load.arena, path);
    rd->load.no_memory |= copy == NULL;
    if (copy == NULL || !td_sheet_start(&rd->load, copy, &rd->sheet))
        return;
    map_columns(rd);
    if (rd->load.no_memory || td_errors_status(rd->load.errors) != TD_OK)
        return;
    find_mark(rd);
    while (!rd->load.no_memory && td_csv_next(&rd->sheet.csv))
        read_row(rd);
    rd->load.no_memory |= rd->sheet.csv.no_memory;
    td_place place = {.file = rd->sheet.path};
    if (rd->out.k == 0 && td_errors_status(rd->load.errors) == TD_OK)
        td_errors_add(rd->load.errors, TD_MSG_VECTORS_EMPTY, &place, NULL);
}

/* ---- life ---- */

static void reading_init(reading *rd, const td_prepared *prepared)
{
    *rd = (reading){.prepared = prepared, .out = {.m = td_items(prepared)}};
    rd->load.arena = td_arena_new();
    rd->load.errors = td_errors_new();
    rd->load.names = td_names_new();
    rd->load.no_memory =
        rd->load.arena == NULL || rd->load.errors == NULL || rd->load.names == NULL;
}

/* Hands the vectors over, or frees them. */
static td_status reading_end(reading *rd, td_vectors *out, td_errors *errors)
{
    td_status status = rd->load.no_memory || rd->load.errors == NULL
                           ? TD_ENOMEM
                           : td_errors_status(rd->load.errors);
    if (rd->load.errors != NULL)
        td_errors_append(errors, rd->load.errors);
    td_sheet_release(&rd->sheet);
    td_errors_free(rd->load.errors);
    td_names_free(rd->load.names);
    rd->out.memory = rd->load.arena;
    if (status == TD_OK)
        *out = rd->out;
    else
        td_vectors_release(&rd->out);
    return status;
}

td_status td_vectors_parse(const td_prepared *prepared, const char *text, size_t size,
                           const char *name, td_vectors *out, td_errors *errors)
{
    reading rd;
    reading_init(&rd, prepared);
    rd.sheet.file = (td_file){.text = text, .size = size};
    if (!rd.load.no_memory)
        read_sheet(&rd, name);
    return reading_end(&rd, out, errors);
}

td_status td_vectors_load(const td_prepared *prepared, const char *path, td_vectors *out,
                          td_errors *errors)
{
    reading rd;
    reading_init(&rd, prepared);
    if (!rd.load.no_memory && td_lines_fit(&rd.load, path)) {
        td_status status =
            td_file_read(path, TD_FILE_BYTES, TD_EDATA, &rd.sheet.file, rd.load.errors);
        rd.load.no_memory |= status == TD_ENOMEM;
        if (status == TD_OK)
            read_sheet(&rd, path);
    }
    return reading_end(&rd, out, errors);
}

void td_vectors_release(td_vectors *vectors)
{
    free(vectors->weights);
    free(vectors->name);
    td_arena_free(vectors->memory);
    *vectors = (td_vectors){0};
}
