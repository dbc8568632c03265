/*
 * A block read by the loader of whole files, and what is left of it without clusters that have
 * faults.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/stream.h"

/* ---- loading a text under the header of the stream ---- */

typedef struct text_of_block {
    const char *text;
    size_t size, row, line;
    const size_t *rows;
} text_of_block;

static bool start_load(td_load *load, const td_stream_head *head, td_errors *errors)
{
    *load = (td_load){.part_bytes = SIZE_MAX,
                      .is_block = true,
                      .threads = 1,
                      .rules_ready = true,
                      .errors = errors,
                      .mark = TD_MARK_UNKNOWN};
    load->names = td_names_new();
    load->evaluation = calloc(1, sizeof *load->evaluation);
    if (load->evaluation == NULL || load->names == NULL)
        return false;
    td_evaluation *evaluation = load->evaluation;
    evaluation->arena = evaluation->data.arena = load->arena = td_arena_new();
    if (load->arena == NULL)
        return false;
    evaluation->rules = head->base->rules;
    evaluation->policy = head->base->policy;
    evaluation->n_rules = 1;
    evaluation->is_varied = true;
    load->data = &evaluation->data;
    load->data->view = head->base->data.view;
    return true;
}

static void finish(td_load *load)
{
    td_dataset *data = load->data;
    if (!load->no_memory)
        td_load_resolve(load);
    if (!load->no_memory)
        td_check_values(load);
    data->view.n_units = data->n_units;
    data->view.n_clusters = data->n_clusters;
    data->view.data_hash = data->hash;
}

static void release_load(td_load *load)
{
    td_index_release(&load->groups);
    td_index_release(&load->clusters);
    td_index_release(&load->units);
    if (load->indicators != NULL)
        td_index_release(&load->indicators[0]);
    free(load->indicators);
    td_names_free(load->names);
}

/* TD_OK with *out, TD_EDATA with faults, TD_ENOMEM. */
static td_status load_text(td_stream_head *head, const text_of_block *text, td_errors *errors,
                           td_evaluation **out, bool *incomplete)
{
    td_load load;
    td_sheet sheet = head->sheet;
    sheet.csv = (td_csv){0};
    sheet.file = (td_file){0};
    sheet.parts = NULL;
    sheet.whole = &head->sheet.csv;
    sheet.block = (td_csv_part){text->text, text->text + text->size, text->row, text->line};
    sheet.rows = text->rows;
    load.no_memory = !start_load(&load, head, errors);
    if (!load.no_memory) {
        load.mark = td_stream_mark(head);
        td_sheet_start_block(&load, &sheet);
        bool fine = td_load_wide_units(&load, &sheet);
        td_load_index_indicators(&load);
        if (fine && !load.no_memory)
            td_load_wide_values(&load, &sheet);
        if (fine && !load.no_memory)
            finish(&load);
        *incomplete = sheet.csv.incomplete;
    }
    td_csv_release(&sheet.csv);
    free(sheet.parts);
    td_status status = load.no_memory ? TD_ENOMEM : td_errors_status(errors);
    if (status == TD_OK)
        *out = load.evaluation;
    else
        td_evaluation_free(load.evaluation);
    release_load(&load);
    return status;
}

/* ---- what is in the records ---- */

static void open_block(const td_stream_head *head, const td_block *b, td_csv *csv)
{
    const td_csv_part part = {b->text, b->text + b->size, b->row, b->line};
    td_csv_open_part(csv, &head->sheet.csv, &part, NULL);
    csv->rows = b->rows;
}

static td_csv_cell cell_of(const td_csv *csv, size_t column)
{
    return column < csv->n_cells && column < csv->n_columns ? csv->cells[column]
                                                            : (td_csv_cell){"", 0};
}

void td_block_quote(td_stream_head *head, const td_block *b, size_t row, size_t column,
                    char out[TD_QUOTE_BYTES])
{
    td_csv csv;
    open_block(head, b, &csv);
    while (td_csv_next(&csv) && csv.row != row) {
    }
    td_csv_quote(cell_of(&csv, column), out);
    td_csv_release(&csv);
}

td_key_hash td_block_hash(td_block *block, td_csv_cell cell, size_t *length)
{
    const char *key = td_name_key(block->names, cell.text, cell.length, length);
    if (key == NULL)
        block->status = TD_ENOMEM;
    *length = key == NULL ? 0 : *length;
    return *length == 0 ? (td_key_hash){0, 0} : td_hash_key(key, *length);
}

/* The cluster of the record at hand, TD_NONE. */
static size_t cluster_of(const td_stream_head *head, td_block *b, const td_csv *csv)
{
    size_t length, n = b->n_clusters;
    td_csv_cell cell = cell_of(csv, head->cluster);
    if (csv->broken)
        return TD_NONE;
    td_key_hash hash = td_block_hash(b, cell, &length);
    if (length == 0)
        return TD_NONE;
    if (n > 0 && b->clusters[n - 1].hash.a == hash.a && b->clusters[n - 1].hash.b == hash.b)
        return n - 1;
    b->clusters[n] =
        (td_cluster_run){.hash = hash, .row = csv->row, .first = b->n_records, .id = cell};
    b->n_clusters++;
    return n;
}

/* What the numbers of the record at hand say of the decimal mark, and whether they ask for it. */
static void look_for_marks(const td_stream_head *head, td_block *b, const td_csv *csv)
{
    for (size_t r = 0; r < head->n_runs; r++)
        for (size_t k = 0; k < head->runs[r].n; k++) {
            td_number number = {0};
            td_reading reading =
                td_number_read(cell_of(csv, head->runs[r].column + k), TD_MARK_UNKNOWN, &number);
            b->used_mark |= reading == TD_READ_AMBIGUOUS;
            b->comma |= reading == TD_READ_OK && number.evident == TD_MARK_COMMA;
            b->point |= reading == TD_READ_OK && number.evident == TD_MARK_POINT;
        }
}

/* Units, clusters and records for the commit and for td_block_fail(). */
static bool survey(const td_stream_head *head, td_block *b)
{
    td_csv csv;
    bool quotes;
    size_t n = td_lines_count(b->text, b->size, &quotes) + 2, length;
    if (!td_block_room(b, TD_ROOM_HASHES, &b->unit_hash, n, sizeof *b->unit_hash) ||
        !td_block_room(b, TD_ROOM_ROWS, &b->unit_row, n, sizeof *b->unit_row) ||
        !td_block_room(b, TD_ROOM_RUNS, &b->clusters, n, sizeof *b->clusters) ||
        !td_block_room(b, TD_ROOM_RECORD_ROWS, &b->record_row, n, sizeof *b->record_row) ||
        !td_block_room(b, TD_ROOM_RECORD_CLUSTERS, &b->record_cluster, n,
                       sizeof *b->record_cluster))
        return false;
    b->n_units = b->n_clusters = b->n_records = 0;
    open_block(head, b, &csv);
    while (td_csv_next(&csv)) {
        b->record_row[b->n_records] = csv.row;
        b->record_cluster[b->n_records] = cluster_of(head, b, &csv);
        b->n_records++;
        look_for_marks(head, b, &csv);
        td_key_hash hash = td_block_hash(b, cell_of(&csv, head->unit), &length);
        if (csv.broken || length == 0)
            continue;
        b->unit_hash[b->n_units] = hash;
        b->unit_row[b->n_units++] = csv.row;
    }
    bool fine = !csv.no_memory;
    td_csv_release(&csv);
    return fine;
}

/* ---- clusters that fail ---- */

static void fail_cluster(td_block *b, size_t cluster)
{
    if (cluster == TD_NONE || b->clusters[cluster].failed)
        return;
    b->clusters[cluster].failed = true;
    b->n_failed++;
}

/* The nearest cluster that a record names, before or behind; TD_NONE. */
static size_t named_before(const td_block *b, size_t record)
{
    while (record > 0 && b->record_cluster[record - 1] == TD_NONE)
        record--;
    return record == 0 ? TD_NONE : b->record_cluster[record - 1];
}

static size_t named_from(const td_block *b, size_t record)
{
    while (record < b->n_records && b->record_cluster[record] == TD_NONE)
        record++;
    return record == b->n_records ? TD_NONE : b->record_cluster[record];
}

static void fail_record(td_block *b, size_t record)
{
    if (b->record_cluster[record] == TD_NONE)
        fail_cluster(b, named_before(b, record));
    fail_cluster(b, named_from(b, record));
}

void td_block_fail(td_stream_head *head, td_block *b, size_t row)
{
    if (b->n_records == 0 && !survey(head, b)) {
        b->status = TD_ENOMEM;
        return;
    }
    size_t best = TD_NONE;
    for (size_t i = 0; i < b->n_records; i++) {
        if (b->record_row[i] == row) {
            fail_record(b, i);
            return;
        }
        if (b->record_row[i] < row)
            best = i;
    }
    /* Blank rows are no records: the clusters on both sides. */
    fail_cluster(b, best == TD_NONE ? TD_NONE : named_before(b, best + 1));
    fail_cluster(b, named_from(b, best == TD_NONE ? 0 : best + 1));
}

/* ---- parts of a block ---- */

/* The records of one cluster, or of those that have not failed (TD_NONE). */
static bool collect(td_stream_head *head, td_block *b, size_t cluster, text_of_block *out)
{
    td_csv csv;
    size_t n = 0, size = 0;
    if (!td_block_room(b, TD_ROOM_KEPT, &b->kept, b->size + 1, 1) ||
        !td_block_room(b, TD_ROOM_KEPT_ROWS, &b->kept_rows, b->n_records + 1, sizeof *b->kept_rows))
        return false;
    open_block(head, b, &csv);
    const char *start = csv.at;
    for (size_t i = 0; td_csv_next(&csv) && i < b->n_records; start = csv.at, i++) {
        size_t c = b->record_cluster[i];
        if (c == TD_NONE || (cluster == TD_NONE ? b->clusters[c].failed : c != cluster))
            continue;
        memcpy(b->kept + size, start, (size_t)(csv.at - start));
        size += (size_t)(csv.at - start);
        if (size > 0 && b->kept[size - 1] != '\n')
            b->kept[size++] = '\n';
        b->kept_rows[n++] = csv.row;
    }
    bool fine = !csv.no_memory;
    td_csv_release(&csv);
    *out = (text_of_block){b->kept, size, b->row, b->line, b->kept_rows};
    return fine;
}

td_evaluation *td_block_load_one(td_stream_head *head, td_block *b, size_t cluster,
                                 td_errors *errors)
{
    text_of_block text;
    td_evaluation *out = NULL;
    bool incomplete;
    if (!collect(head, b, cluster, &text) ||
        load_text(head, &text, errors, &out, &incomplete) == TD_ENOMEM)
        b->status = TD_ENOMEM;
    return out;
}

/* More faults than are kept: every cluster is asked alone. */
static void fail_by_asking(td_stream_head *head, td_block *b)
{
    for (size_t c = 0; c < b->n_clusters && b->status != TD_ENOMEM; c++) {
        td_errors *errors = td_errors_new();
        if (errors == NULL) {
            b->status = TD_ENOMEM;
            return;
        }
        td_evaluation *one = td_block_load_one(head, b, c, errors);
        if (one == NULL)
            fail_cluster(b, c);
        td_evaluation_free(one);
        td_errors_free(errors);
    }
}

static void fail_by_faults(td_stream_head *head, td_block *b, const td_errors *errors)
{
    size_t n = td_errors_size(errors);
    bool all_kept = true;
    for (size_t i = 0; i < n; i++) {
        td_fault fault = td_errors_view(errors, i);
        if (fault.severity != TD_ERROR)
            continue;
        if (fault.place.row > 0)
            td_block_fail(head, b, fault.place.row);
        else
            all_kept = false;
    }
    if (!all_kept)
        fail_by_asking(head, b);
}

/* What is left, loaded; false when faults have come to light that rows lost before had hidden. */
static bool load_rest(td_stream_head *head, td_block *b, td_errors *errors)
{
    text_of_block text;
    bool incomplete;
    size_t n_failed = b->n_failed;
    if (!collect(head, b, TD_NONE, &text)) {
        b->status = TD_ENOMEM;
        return true;
    }
    td_status status =
        text.size == 0 ? TD_OK : load_text(head, &text, errors, &b->loaded, &incomplete);
    if (status == TD_EDATA) {
        td_errors_append(b->errors, errors);
        fail_by_faults(head, b, errors);
        status = b->n_failed == n_failed ? TD_EINTERNAL : TD_EDATA;
    }
    if (status == TD_ENOMEM || status == TD_EINTERNAL)
        b->status = status;
    return status != TD_EDATA;
}

void td_block_load_rest(td_stream_head *head, td_block *b)
{
    td_evaluation_free(b->loaded);
    b->loaded = b->evaluation = NULL;
    bool done = b->n_records == 0 && !survey(head, b);
    if (done)
        b->status = TD_ENOMEM;
    while (!done) {
        td_errors *errors = td_errors_new();
        done = errors == NULL || load_rest(head, b, errors);
        if (errors == NULL)
            b->status = TD_ENOMEM;
        td_errors_free(errors);
    }
    b->evaluation = b->loaded;
}

/* ---- the whole block ---- */

/* The place of a byte that is no text; nothing behind it is read. */
bool td_block_fault_of_text(const td_stream_head *head, td_block *b)
{
    size_t good = td_text_valid(b->text, b->size), line = b->line;
    if (good == b->size)
        return false;
    const char *start = b->text, *at = b->text + good, *next;
    for (; (next = memchr(start, '\n', (size_t)(at - start))) != NULL; start = next + 1)
        line++;
    char byte[8];
    snprintf(byte, sizeof byte, "0x%02X", (unsigned char)*at);
    td_place place = {.file = head->sheet.path, .row = line, .column = (size_t)(at - start) + 1};
    if (*at == '\0')
        td_errors_add(b->errors, TD_MSG_DATA_ZERO_BYTE, &place, NULL);
    else
        td_errors_add(b->errors, TD_MSG_DATA_NOT_UTF8, &place, byte, NULL);
    b->ended = true;
    b->status = TD_EDATA;
    b->n_units = b->n_clusters = 0;
    return true;
}

void td_block_load(td_stream_head *head, td_block *b)
{
    if (b->size == 0 || td_block_fault_of_text(head, b))
        return;
    text_of_block text = {b->text, b->size, b->row, b->line, b->rows};
    td_status status = load_text(head, &text, b->errors, &b->loaded, &b->ended);
    if (status == TD_ENOMEM || !survey(head, b)) {
        b->status = TD_ENOMEM;
        return;
    }
    b->status = status;
    b->evaluation = b->loaded;
    if (b->is_cut && !b->ended) {
        td_place place = {.file = head->sheet.path, .row = b->row + 1};
        td_errors_add(b->errors, TD_MSG_DATA_LINE_TOO_LONG, &place, "", NULL);
        b->status = TD_EDATA;
        b->ended = true;
    }
    if (b->ended || b->status == TD_OK)
        return;
    fail_by_faults(head, b, b->errors);
    td_block_load_rest(head, b);
}

static void clear(td_block *b)
{
    td_evaluation_free(b->loaded);
    td_errors_free(b->errors);
    b->evaluation = b->loaded = NULL;
    b->errors = td_errors_new();
    b->n_units = b->n_clusters = b->n_records = b->n_failed = 0;
    b->ended = b->used_mark = b->comma = b->point = b->ascends = false;
    b->status = b->errors == NULL ? TD_ENOMEM : TD_OK;
    if (b->names == NULL)
        b->names = td_names_new();
    if (b->names == NULL)
        b->status = TD_ENOMEM;
}

void td_block_read(td_stream_head *head, td_block *b, bool with_sight)
{
    clear(b);
    if (b->status != TD_OK || (with_sight && td_block_see(head, b)))
        return;
    b->evaluation = NULL;
    b->used_mark = b->ascends = false;
    td_block_load(head, b);
}
