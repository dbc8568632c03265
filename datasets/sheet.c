#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/load.h"

void *td_load_alloc(td_load *load, size_t n, size_t size)
{
    void *memory = td_arena_alloc(load->arena, n, size);
    load->no_memory |= memory == NULL;
    return memory;
}

const char *td_load_text(td_load *load, td_csv_cell cell)
{
    char *text = td_arena_strndup(load->arena, cell.text, cell.length);
    load->no_memory |= text == NULL;
    return text;
}

const char *td_load_plain(td_load *load, td_csv_cell cell)
{
    size_t length;
    const char *plain = td_name_plain(load->names, cell.text, cell.length, &length);
    load->no_memory |= plain == NULL;
    return plain == NULL ? NULL : td_load_text(load, (td_csv_cell){plain, length});
}

const char *td_load_key(td_load *load, td_csv_cell cell, size_t *length)
{
    const char *key = td_name_key(load->names, cell.text, cell.length, length);
    load->no_memory |= key == NULL;
    return key;
}

const char *td_load_keep_key(td_load *load, td_csv_cell cell, size_t *length)
{
    const char *key = td_load_key(load, cell, length);
    return key == NULL ? NULL : td_load_text(load, (td_csv_cell){key, *length});
}

const char *td_load_path(td_load *load, const char *name)
{
    char *joined = td_path_join(load->folder, true, name);
    const char *path = joined == NULL ? NULL : td_arena_strdup(load->arena, joined);
    free(joined);
    load->no_memory |= path == NULL;
    return path == NULL ? "" : path;
}

size_t td_load_source(td_load *load, const char *name, const char *hash)
{
    if (load->n_sources == load->source_capacity) {
        size_t capacity = load->source_capacity == 0 ? 16 : 2 * load->source_capacity;
        td_source *grown = realloc(load->sources, capacity * sizeof *grown);
        if (grown == NULL) {
            load->no_memory = true;
            return TD_NONE;
        }
        load->sources = grown;
        load->source_capacity = capacity;
    }
    td_source *source = &load->sources[load->n_sources++];
    *source = (td_source){.name = name};
    if (hash != NULL)
        memcpy(source->hash, hash, sizeof source->hash);
    return load->n_sources - 1;
}

const char *td_load_hint(td_load *load, const char *word, const char *const *candidates, size_t n,
                         char hint[TD_HINT_BYTES])
{
    /* Above this a search per fault would take longer than the loading. */
    static const size_t most = 5000;
    bool search = n <= most && !load->faults_full && td_errors_size(load->errors) < TD_MAX_FAULTS;
    return td_hint(search ? word : "", candidates, n, hint);
}

/*
 * A line that is too long is found before the file is read into memory. Files whose size
 * is below the limit cannot hold one.
 */
bool td_lines_fit(td_load *load, const char *path)
{
    FILE *stream = fopen(path, "rb");
    if (stream == NULL)
        return true; /* the reader says why */
    static const long limit = (long)TD_CSV_LINE_BYTES;
    bool fits = true;
    if (fseek(stream, 0, SEEK_END) == 0 && ftell(stream) > limit) {
        char chunk[16384];
        size_t length = 0, row = 1, got;
        rewind(stream);
        while (fits && (got = fread(chunk, 1, sizeof chunk, stream)) > 0)
            for (const char *p = chunk, *end = chunk + got; fits && p < end;) {
                const char *line_end = memchr(p, '\n', (size_t)(end - p));
                length += (size_t)((line_end == NULL ? end : line_end) - p);
                fits = length <= TD_CSV_LINE_BYTES;
                if (line_end == NULL)
                    break;
                row++;
                length = 0;
                p = line_end + 1;
            }
        if (!fits) {
            char bytes[24];
            snprintf(bytes, sizeof bytes, "%zu", TD_CSV_LINE_BYTES);
            td_place place = {.file = path, .row = row};
            td_errors_add(load->errors, TD_MSG_DATA_LINE_TOO_LONG, &place, bytes, NULL);
        }
    }
    fclose(stream);
    return fits;
}

/* Blank and repeated names of columns. Keys are compared: "Unit" and "unit " are the same. */
static bool check_names(td_load *load, const td_sheet *sheet)
{
    td_index seen = {0};
    bool fine = true;
    for (size_t i = 0; i < sheet->n_columns; i++) {
        size_t length = strlen(sheet->key[i]), first = td_index_find(&seen, sheet->key[i], length);
        td_place place = {.file = sheet->path, .row = 1, .column = i + 1, .field = sheet->name[i]};
        char address[TD_ADDRESS_BYTES], quoted[TD_QUOTE_BYTES];
        td_csv_address(1, (length == 0 ? i : first) + 1, address);
        if (length == 0)
            td_errors_add(load->errors, TD_MSG_DATA_COLUMN_UNNAMED, &place, address, NULL);
        else if (first != TD_NONE)
            td_errors_add(load->errors, TD_MSG_DATA_COLUMN_TWICE, &place,
                          td_text_quote(sheet->name[i], quoted), address, NULL);
        else
            load->no_memory |= !td_index_add(&seen, sheet->key[i], length, i);
        fine = fine && length > 0 && first == TD_NONE;
    }
    td_index_release(&seen);
    return fine;
}

bool td_sheet_start(td_load *load, const char *path, td_sheet *sheet)
{
    sheet->path = path;
    if (!td_csv_open(&sheet->csv, sheet->file.text, sheet->file.size, path, load->errors)) {
        load->no_memory |= sheet->csv.no_memory;
        return false;
    }
    sheet->n_columns = sheet->csv.n_columns;
    sheet->name = td_load_alloc(load, sheet->n_columns, sizeof *sheet->name);
    sheet->key = td_load_alloc(load, sheet->n_columns, sizeof *sheet->key);
    for (size_t i = 0; i < sheet->n_columns && !load->no_memory; i++) {
        size_t length;
        sheet->name[i] = td_load_text(load, sheet->csv.header[i]);
        sheet->key[i] = td_load_keep_key(load, sheet->csv.header[i], &length);
    }
    return !load->no_memory && check_names(load, sheet);
}

void td_sheet_hash(td_load *load, td_sheet *sheet)
{
    if (sheet->source == TD_NONE)
        return;
    td_file_fingerprint(&sheet->file);
    td_source *source = &load->sources[sheet->source];
    memcpy(source->hash, sheet->file.hash, sizeof source->hash);
    sheet->source = TD_NONE;
}

bool td_sheet_open_large(td_load *load, const char *name, td_sheet *sheet)
{
    *sheet = (td_sheet){.source = TD_NONE};
    sheet->path = td_load_path(load, name);
    if (load->no_memory || !td_lines_fit(load, sheet->path))
        return false;
    td_status status =
        td_file_open(sheet->path, TD_FILE_BYTES, TD_EDATA, &sheet->file, load->errors);
    load->no_memory |= status == TD_ENOMEM;
    if (status != TD_OK)
        return false;
    sheet->source = td_load_source(load, name, NULL);
    return td_sheet_start(load, sheet->path, sheet);
}

bool td_sheet_open(td_load *load, const char *name, td_sheet *sheet)
{
    bool fine = td_sheet_open_large(load, name, sheet);
    td_sheet_hash(load, sheet);
    return fine;
}

void td_sheet_start_block(td_load *load, td_sheet *sheet)
{
    td_csv_open_part(&sheet->csv, sheet->whole, &sheet->block, load == NULL ? NULL : load->errors);
    sheet->csv.rows = sheet->rows;
}

bool td_sheet_restart(td_sheet *sheet)
{
    td_csv_release(&sheet->csv);
    if (sheet->whole != NULL) {
        td_sheet_start_block(NULL, sheet);
        return true;
    }
    return td_csv_open(&sheet->csv, sheet->file.text, sheet->file.size, sheet->path, NULL);
}

void td_sheet_release(td_sheet *sheet)
{
    td_csv_release(&sheet->csv);
    td_file_release(&sheet->file);
    free(sheet->parts);
    sheet->parts = NULL;
}

static void fault_of_column(td_load *load, const td_sheet *sheet, const char *name)
{
    char hint[TD_HINT_BYTES];
    td_place place = {.file = sheet->path, .row = 1, .field = name};
    td_errors_add(load->errors, TD_MSG_DATA_COLUMN_MISSING, &place, name,
                  td_load_hint(load, name, sheet->name, sheet->n_columns, hint), NULL);
}

static void report_others(td_load *load, const td_sheet *sheet, size_t n, const td_column *columns)
{
    const char *known[16];
    for (size_t k = 0; k < n; k++)
        known[k] = columns[k].name;
    for (size_t i = 0; i < sheet->n_columns; i++) {
        size_t k = 0;
        while (k < n && strcmp(sheet->key[i], columns[k].name) != 0)
            k++;
        if (k < n)
            continue;
        char hint[TD_HINT_BYTES], quoted[TD_QUOTE_BYTES];
        td_place place = {.file = sheet->path, .row = 1, .column = i + 1, .field = sheet->name[i]};
        td_errors_add(load->errors, TD_MSG_DATA_COLUMN_UNUSED, &place,
                      td_text_quote(sheet->name[i], quoted),
                      td_load_hint(load, sheet->key[i], known, n, hint), NULL);
    }
}

bool td_sheet_columns(td_load *load, const td_sheet *sheet, size_t n, const td_column *columns,
                      bool more, size_t *where)
{
    bool fine = true;
    for (size_t k = 0; k < n; k++) {
        where[k] = TD_NONE;
        for (size_t i = 0; i < sheet->n_columns && where[k] == TD_NONE; i++)
            if (strcmp(sheet->key[i], columns[k].name) == 0)
                where[k] = i;
        if (where[k] == TD_NONE && !columns[k].optional) {
            fault_of_column(load, sheet, columns[k].name);
            fine = false;
        }
    }
    if (!more)
        report_others(load, sheet, n, columns);
    return fine;
}

bool td_sheet_incomplete(const td_sheet *sheet)
{
    return sheet->csv.incomplete || sheet->csv.n_broken > 0;
}

td_csv_cell td_sheet_cell(const td_sheet *sheet, size_t column)
{
    static const td_csv_cell none = {"", 0};
    return column < sheet->csv.n_cells && column < sheet->n_columns ? sheet->csv.cells[column]
                                                                    : none;
}

void td_sheet_fault(td_load *load, const td_sheet *sheet, size_t column, td_message id,
                    const char *arg3, const char *arg4)
{
    char text[TD_QUOTE_BYTES], address[TD_ADDRESS_BYTES];
    td_csv_quote(td_sheet_cell(sheet, column), text);
    td_csv_address(sheet->csv.row, column + 1, address);
    td_place place = td_csv_place(&sheet->csv, column, sheet->name[column]);
    td_errors_add(load->errors, id, &place, text, address, arg3, arg4, NULL);
}

bool td_sheet_blank(td_load *load, const td_sheet *sheet, size_t column)
{
    size_t length;
    td_csv_cell cell = td_sheet_cell(sheet, column);
    if (td_csv_visible(cell))
        return false;
    const char *key = td_load_key(load, cell, &length);
    if (key != NULL && length > 0)
        return false;
    if (key != NULL)
        td_sheet_fault(load, sheet, column, TD_MSG_DATA_CELL_BLANK, sheet->name[column], NULL);
    return true;
}
