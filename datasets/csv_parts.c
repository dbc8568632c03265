#include <stdlib.h>
#include <string.h>

#include "datasets/csv.h"

/* Lines of a record that has quotes: byte by byte. */
static const char *skip_quoted(const td_csv *csv, const char *p, size_t *n_lines)
{
    bool quoted = false, at_cell = true;
    for (; p < csv->end; p++) {
        *n_lines += *p == '\n';
        if (quoted && *p == '"' && p + 1 < csv->end && p[1] == '"')
            p++;
        else if (quoted || (*p == '"' && at_cell))
            quoted = !quoted || *p != '"';
        else if (*p == '\n')
            return p + 1;
        else if (*p == '\r' && (p + 1 == csv->end || p[1] != '\n'))
            return NULL;
        at_cell = !quoted && *p == csv->separator;
    }
    return NULL;
}

const char *td_csv_skip(const td_csv *csv, const char *record, size_t *n_lines)
{
    const char *end = memchr(record, '\n', (size_t)(csv->end - record));
    if (end == NULL)
        return NULL;
    size_t length = (size_t)(end - record);
    const char *back = memchr(record, '\r', length);
    if (memchr(record, '"', length) != NULL)
        end = skip_quoted(csv, record, n_lines);
    else if (back != NULL && back + 1 != end)
        return NULL;
    else {
        end++;
        ++*n_lines;
    }
    return end == NULL || (size_t)(end - record) > TD_CSV_CELL_BYTES ? NULL : end;
}

/* Is something written in the first cell, so that the record is not blank? False: perhaps not. */
static bool begins_written(const td_csv *csv, const char *record)
{
    record += *record == '"';
    return *record != csv->separator && memchr(" \t\r\n\"", *record, 5) == NULL;
}

td_csv_part *td_csv_cut(const td_csv *csv, size_t part_bytes, size_t *n)
{
    size_t capacity = (size_t)(csv->end - csv->at) / part_bytes + 1;
    td_csv_part *parts = malloc(capacity * sizeof *parts);
    if (parts == NULL)
        return NULL;
    td_csv_part part = {csv->at, csv->end, csv->row, csv->line_at};
    size_t row = csv->row, line = csv->line_at;
    *n = 0;
    for (const char *p = csv->at, *next; (next = td_csv_skip(csv, p, &line)) != NULL; p = next) {
        row++;
        if ((size_t)(next - part.start) < part_bytes || !begins_written(csv, p))
            continue;
        part.end = next;
        parts[(*n)++] = part;
        part = (td_csv_part){next, csv->end, row, line};
    }
    if (part.start < csv->end || *n == 0)
        parts[(*n)++] = part;
    return parts;
}

void td_csv_open_part(td_csv *csv, const td_csv *whole, const td_csv_part *part, td_errors *errors)
{
    *csv = (td_csv){.file = whole->file,
                    .errors = errors,
                    .separator = whole->separator,
                    .row = part->row,
                    .n_columns = whole->n_columns,
                    .at = part->start,
                    .end = part->end,
                    .line_at = part->line};
}
