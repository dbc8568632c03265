#include "datasets/csv.h"

#include <endian.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

td_place td_csv_place(const td_csv *csv, size_t column, const char *field)
{
    return (td_place){.file = csv->file,
                      .row = csv->row,
                      .column = column == TD_NONE ? 0 : column + 1,
                      .field = field};
}

void td_csv_address(size_t row, size_t column, char out[TD_ADDRESS_BYTES])
{
    char letters[16];
    size_t n = 0;
    for (size_t c = column; c > 0 && n < sizeof letters; c = (c - 1) / 26)
        letters[n++] = (char)('A' + (c - 1) % 26);
    char *p = out;
    while (n > 0)
        *p++ = letters[--n];
    snprintf(p, TD_ADDRESS_BYTES - (size_t)(p - out), "%zu", row);
}

const char *td_hint(const char *word, const char *const *candidates, size_t n,
                    char hint[TD_HINT_BYTES])
{
    const char *nearest = td_nearest(word, candidates, n);
    if (nearest != NULL)
        return td_text_quote(nearest, hint);
    size_t at = 0;
    hint[0] = '\0';
    for (size_t i = 0; i < n && at < TD_HINT_BYTES; i++) {
        size_t more = strlen(candidates[i]) + (i > 0 ? 2 : 0);
        if (at + more + sizeof ", \u2026" > TD_HINT_BYTES) {
            snprintf(hint + at, TD_HINT_BYTES - at, "%s", i > 0 ? ", \u2026" : "\u2026");
            break;
        }
        snprintf(hint + at, TD_HINT_BYTES - at, "%s%s", i > 0 ? ", " : "", candidates[i]);
        at += more;
    }
    return hint;
}

bool td_csv_visible(td_csv_cell cell)
{
    for (size_t i = 0; i < cell.length; i++)
        if (cell.text[i] > ' ' && cell.text[i] < 0x7F)
            return true;
    return false;
}

bool td_csv_blank(td_csv_cell cell)
{
    for (size_t i = 0; i < cell.length; i++)
        if (cell.text[i] != ' ' && cell.text[i] != '\t')
            return false;
    return true;
}

static void add_number_fault(td_csv *csv, td_message id, size_t column, size_t number)
{
    char text[24];
    snprintf(text, sizeof text, "%zu", number);
    td_place place = td_csv_place(csv, column, NULL);
    td_errors_add(csv->errors, id, &place, text, NULL);
}

/* A fault after which nothing more can be read. */
static bool end_with(td_csv *csv, td_message id, size_t number)
{
    add_number_fault(csv, id, csv->n_cells, number);
    csv->at = csv->end;
    csv->incomplete = true;
    return false;
}

static bool grow_cells(td_csv *csv)
{
    size_t capacity = csv->capacity == 0 ? 64 : 2 * csv->capacity;
    td_csv_cell *cells = realloc(csv->cells, capacity * sizeof *cells);
    if (cells != NULL)
        csv->cells = cells;
    unsigned char *escaped = realloc(csv->escaped, capacity);
    if (escaped != NULL)
        csv->escaped = escaped;
    if (cells == NULL || escaped == NULL) {
        csv->no_memory = csv->incomplete = true;
        csv->at = csv->end;
        return false;
    }
    csv->capacity = capacity;
    return true;
}

/* Before the header is known everything is kept. */
static size_t columns_kept(const td_csv *csv)
{
    return csv->n_columns > 0 ? csv->n_columns : TD_CSV_COLUMNS;
}

static bool keep_cell(td_csv *csv, const char *text, size_t length, bool escaped)
{
    if (csv->n_cells < columns_kept(csv)) {
        if (csv->n_cells >= csv->capacity && !grow_cells(csv))
            return false;
        csv->cells[csv->n_cells] = (td_csv_cell){text, length};
        csv->escaped[csv->n_cells] = escaped;
    }
    csv->n_cells++;
    csv->any_escaped |= escaped;
    return true;
}

static bool ends_cell(const td_csv *csv, const char *p)
{
    return p == csv->end || *p == csv->separator || *p == '\n' || *p == '\r';
}

/* From csv->at to the separator or line end. */
static bool scan_plain(td_csv *csv)
{
    const char *start = csv->at, *p = start;
    while (!ends_cell(csv, p))
        p++;
    if ((size_t)(p - start) > TD_CSV_CELL_BYTES)
        return end_with(csv, TD_MSG_DATA_CELL_TOO_LARGE, TD_CSV_CELL_BYTES);
    csv->at = p;
    return keep_cell(csv, start, (size_t)(p - start), false);
}

static bool text_after_quote(td_csv *csv)
{
    td_place place = td_csv_place(csv, csv->n_cells, NULL);
    td_errors_add(csv->errors, TD_MSG_DATA_TEXT_AFTER_QUOTE, &place, NULL);
    csv->broken = true;
    const char *start = csv->at;
    while (!ends_cell(csv, csv->at))
        csv->at++;
    return (size_t)(csv->at - start) <= TD_CSV_CELL_BYTES ||
           end_with(csv, TD_MSG_DATA_CELL_TOO_LARGE, TD_CSV_CELL_BYTES);
}

/* csv->at is behind the opening quote. */
static bool scan_quoted(td_csv *csv)
{
    const char *start = csv->at, *p = start;
    size_t first_line = csv->line_at;
    bool escaped = false;
    for (;; p++) {
        if ((size_t)(p - start) > TD_CSV_CELL_BYTES)
            return end_with(csv, TD_MSG_DATA_CELL_TOO_LARGE, TD_CSV_CELL_BYTES);
        if (p == csv->end)
            return end_with(csv, TD_MSG_DATA_QUOTE_OPEN, first_line);
        if (*p == '\n')
            csv->line_at++;
        if (*p != '"')
            continue;
        if (p + 1 == csv->end || p[1] != '"')
            break;
        escaped = true;
        p++;
    }
    csv->at = p + 1;
    if (!ends_cell(csv, csv->at) && !text_after_quote(csv))
        return false;
    return keep_cell(csv, start, (size_t)(p - start), escaped);
}

/* Quoted cells with doubled quotes are rewritten, once the size of the record is known. */
static bool unescape(td_csv *csv)
{
    if (!csv->any_escaped)
        return true;
    size_t needed = 0, n = csv->n_cells < columns_kept(csv) ? csv->n_cells : columns_kept(csv);
    for (size_t i = 0; i < n; i++)
        needed += csv->escaped[i] ? csv->cells[i].length : 0;
    if (needed == 0)
        return true;
    if (needed > csv->scratch_size) {
        char *scratch = realloc(csv->scratch, 2 * needed);
        if (scratch == NULL) {
            csv->no_memory = csv->incomplete = true;
            return false;
        }
        csv->scratch = scratch;
        csv->scratch_size = 2 * needed;
    }
    char *out = csv->scratch;
    for (size_t i = 0; i < n; i++) {
        if (!csv->escaped[i])
            continue;
        const char *in = csv->cells[i].text, *end = in + csv->cells[i].length;
        csv->cells[i].text = out;
        while (in < end) {
            *out++ = *in;
            in += *in == '"' ? 2 : 1;
        }
        csv->cells[i].length = (size_t)(out - csv->cells[i].text);
    }
    return true;
}

/* The top bit of each byte that is c; the first byte is the lowest. */
static uint64_t places_of(uint64_t bytes, char c)
{
    static const uint64_t low = 0x7F7F7F7F7F7F7F7Fu;
    uint64_t differs = bytes ^ (0x0101010101010101u * (unsigned char)c);
    return ~(((differs & low) + low) | differs | low);
}

/*
 * Keeps cells eight bytes at a time while they are plain and another one follows: what scan_cell() would
 * keep one by one, which reads on where this stops. `record` is near enough for no limit of size to matter.
 */
static void scan_run(td_csv *csv, const char *record)
{
    size_t n = csv->n_cells, room = csv->capacity < csv->n_columns ? csv->capacity : csv->n_columns;
    size_t left = (size_t)(csv->end - record);
    const char *cell = csv->at,
               *stop = record + (left < TD_CSV_CELL_BYTES ? left : TD_CSV_CELL_BYTES);
    for (const char *p = cell; stop - p >= 8; p += 8) {
        uint64_t bytes;
        memcpy(&bytes, p, 8);
        bytes = le64toh(bytes);
        uint64_t lines = places_of(bytes, '\n') | places_of(bytes, '\r');
        uint64_t ends = places_of(bytes, csv->separator) | lines;
        for (; ends != 0; ends &= ends - 1) {
            const char *end = p + (__builtin_ctzll(ends) >> 3);
            if ((ends & -ends & lines) != 0 || n >= room || *cell == '"')
                goto stopped;
            csv->cells[n] = (td_csv_cell){cell, (size_t)(end - cell)};
            csv->escaped[n++] = false;
            cell = end + 1;
        }
    }
stopped:
    csv->at = cell;
    csv->n_cells = n;
}

static bool scan_cell(td_csv *csv)
{
    bool quoted = csv->at < csv->end && *csv->at == '"';
    csv->at += quoted;
    return quoted ? scan_quoted(csv) : scan_plain(csv);
}

/* Reads one record whatever it holds; false at the end of the text or after an ending fault. */
static bool scan_record(td_csv *csv)
{
    if (csv->at == csv->end)
        return false;
    const char *start = csv->at;
    csv->row = csv->rows == NULL ? csv->row + 1 : *csv->rows++;
    csv->line = csv->line_at;
    csv->n_cells = 0;
    csv->broken = csv->any_escaped = false;
    for (;;) {
        scan_run(csv, start);
        if (!scan_cell(csv))
            return false;
        if ((size_t)(csv->at - start) > TD_CSV_LINE_BYTES)
            return end_with(csv, TD_MSG_DATA_LINE_TOO_LONG, TD_CSV_LINE_BYTES);
        if (csv->at == csv->end || *csv->at != csv->separator)
            break;
        csv->at++;
    }
    if (csv->at < csv->end && *csv->at == '\r') {
        csv->at++;
        if (csv->at == csv->end || *csv->at != '\n')
            return end_with(csv, TD_MSG_DATA_LONE_RETURN, csv->line_at);
    }
    if (csv->at < csv->end) {
        csv->at++;
        csv->line_at++;
    }
    return unescape(csv);
}

static bool record_blank(const td_csv *csv)
{
    size_t n = csv->n_cells < columns_kept(csv) ? csv->n_cells : columns_kept(csv);
    for (size_t i = 0; i < n; i++)
        if (!td_csv_blank(csv->cells[i]))
            return false;
    return csv->n_cells == n;
}

static void fault_of_count(td_csv *csv)
{
    char found[24], wanted[24];
    snprintf(found, sizeof found, "%zu", csv->n_cells);
    snprintf(wanted, sizeof wanted, "%zu", csv->n_columns);
    td_place place = td_csv_place(csv, TD_NONE, NULL);
    td_errors_add(csv->errors,
                  csv->n_cells < csv->n_columns ? TD_MSG_DATA_TOO_FEW_CELLS
                                                : TD_MSG_DATA_TOO_MANY_CELLS,
                  &place, found, wanted, NULL);
    csv->broken = true;
}

static void fault_of_blank_rows(td_csv *csv)
{
    char count[24];
    snprintf(count, sizeof count, "%zu", csv->row - csv->blank_row);
    td_place place = {.file = csv->file, .row = csv->blank_row};
    td_errors_add(csv->errors, TD_MSG_DATA_BLANK_ROW, &place, count, NULL);
    csv->blank_row = 0;
}

bool td_csv_next(td_csv *csv)
{
    while (scan_record(csv)) {
        if (record_blank(csv)) {
            if (csv->blank_row == 0)
                csv->blank_row = csv->row;
            continue;
        }
        if (csv->blank_row != 0)
            fault_of_blank_rows(csv);
        if (csv->n_cells != csv->n_columns)
            fault_of_count(csv);
        csv->n_broken += csv->broken;
        return true;
    }
    return false;
}

bool td_csv_peek(td_csv *csv, size_t n)
{
    size_t line = csv->line_at;
    const char *next = csv->at == csv->end ? NULL : td_csv_skip(csv, csv->at, &line);
    if (next == NULL)
        return scan_record(csv);
    csv->row = csv->rows == NULL ? csv->row + 1 : *csv->rows++;
    csv->n_cells = 0;
    csv->any_escaped = false;
    while (scan_cell(csv) && csv->n_cells < n && *csv->at == csv->separator)
        csv->at++;
    csv->at = next;
    csv->line_at = line;
    return !csv->no_memory && unescape(csv);
}

/* The separator that the header line has most of outside quotes; the first one when equal. */
static char separator_of(const char *text, const char *end)
{
    static const char choices[] = {',', ';', '\t'};
    size_t count[3] = {0};
    char first = '\0';
    bool quoted = false;
    for (const char *p = text; p < end && (quoted || (*p != '\n' && *p != '\r')); p++) {
        quoted ^= *p == '"';
        for (size_t i = 0; i < 3 && !quoted; i++)
            if (*p == choices[i]) {
                count[i]++;
                first = first == '\0' ? *p : first;
            }
    }
    char best = first == '\0' ? ',' : first;
    size_t most = 0;
    for (size_t i = 0; i < 3; i++)
        if (count[i] > most || (count[i] == most && choices[i] == first)) {
            most = count[i];
            best = choices[i];
        }
    return best;
}

/* The header's cells move into memory of their own. */
static bool take_header(td_csv *csv)
{
    size_t n = csv->n_cells;
    td_csv_cell *header = malloc(n * sizeof *header);
    if (header == NULL) {
        csv->no_memory = csv->incomplete = true;
        return false;
    }
    memcpy(header, csv->cells, n * sizeof *header);
    csv->header = header;
    csv->n_columns = n;
    csv->header_scratch = csv->scratch;
    csv->scratch = NULL;
    csv->scratch_size = 0;
    return true;
}

bool td_csv_open(td_csv *csv, const char *text, size_t size, const char *file, td_errors *errors)
{
    *csv = (td_csv){.file = file, .errors = errors, .at = text, .end = text + size, .line_at = 1};
    csv->separator = separator_of(text, csv->end);
    if (!scan_record(csv)) {
        if (!csv->incomplete) {
            td_place place = {.file = file};
            td_errors_add(errors, TD_MSG_DATA_EMPTY_FILE, &place, NULL);
        }
        csv->incomplete = true;
        return false;
    }
    if (csv->n_cells > TD_CSV_COLUMNS)
        return end_with(csv, TD_MSG_DATA_TOO_MANY_COLUMNS, TD_CSV_COLUMNS);
    if (record_blank(csv)) {
        td_place place = {.file = file, .row = 1};
        td_errors_add(errors, TD_MSG_DATA_NO_HEADER, &place, NULL);
        csv->incomplete = true;
        return false;
    }
    csv->incomplete |= csv->broken;
    return take_header(csv) && !csv->broken;
}

void td_csv_release(td_csv *csv)
{
    free(csv->cells);
    free(csv->escaped);
    free(csv->scratch);
    free(csv->header);
    free(csv->header_scratch);
    *csv = (td_csv){0};
}

const char *td_csv_quote(td_csv_cell cell, char out[TD_QUOTE_BYTES])
{
    static const char open[] = "\u201C", close[] = "\u201D", more[] = "\u2026";
    size_t room = TD_QUOTE_BYTES - sizeof open - sizeof close - sizeof more, n = cell.length;
    bool cut = n > room;
    if (cut)
        for (n = room; n > 0 && ((unsigned char)cell.text[n] & 0xC0) == 0x80;)
            n--;
    size_t at = sizeof open - 1;
    memcpy(out, open, at);
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)cell.text[i];
        out[at++] = c < 0x20 || c == 0x7F ? ' ' : cell.text[i];
    }
    if (cut) {
        memcpy(out + at, more, sizeof more - 1);
        at += sizeof more - 1;
    }
    memcpy(out + at, close, sizeof close);
    return out;
}

const char *td_text_quote(const char *text, char out[TD_QUOTE_BYTES])
{
    return td_csv_quote((td_csv_cell){text, strlen(text)}, out);
}
