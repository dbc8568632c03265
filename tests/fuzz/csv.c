/*
 * Any bytes as a CSV table: cells lie in the text or in memory of the reader, rows ascend, and
 * a second reading gives the same, and so does one in parts.
 */
#include "datasets/csv.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What a reading gave: a number for every byte of every cell and their places. */
typedef struct summary {
    uint64_t sum;
    size_t n_records, last_row;
} summary;

static void read_records(td_csv *csv, summary *out)
{
    while (td_csv_next(csv)) {
        if (csv->row <= out->last_row || csv->line < csv->row - 1)
            abort();
        if (!csv->broken && csv->n_cells != csv->n_columns)
            abort();
        out->last_row = csv->row;
        out->n_records++;
        out->sum = out->sum * 31 + csv->row + csv->line + csv->n_cells;
        for (size_t i = 0; i < csv->n_cells && i < csv->n_columns; i++)
            for (size_t k = 0; k < csv->cells[i].length; k++)
                out->sum = out->sum * 31 + (unsigned char)csv->cells[i].text[k];
    }
}

static void read_parts(const td_csv *whole, size_t part_bytes, td_errors *errors, summary *out)
{
    size_t n;
    td_csv_part *parts = td_csv_cut(whole, part_bytes, &n);
    for (size_t i = 0; parts != NULL && i < n; i++) {
        td_csv part;
        td_csv_open_part(&part, whole, &parts[i], errors);
        read_records(&part, out);
        td_csv_release(&part);
    }
    free(parts);
}

/* part_bytes 0: whole. */
static summary read_all(const char *text, size_t size, size_t part_bytes, td_errors *errors)
{
    td_csv csv;
    summary s = {.last_row = 1};
    if (td_csv_open(&csv, text, size, "fuzz.csv", errors)) {
        for (size_t i = 0; i < csv.n_columns; i++)
            s.sum = s.sum * 31 + csv.header[i].length;
        if (part_bytes == 0)
            read_records(&csv, &s);
        else
            read_parts(&csv, part_bytes, errors, &s);
    }
    td_csv_release(&csv);
    return s;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    /* A copy of its own, so that a read behind the end is seen. */
    char *text = malloc(size > 0 ? size : 1);
    if (text == NULL)
        return 0;
    if (size > 0)
        memcpy(text, data, size);
    td_errors *errors = td_errors_new(), *of_parts = td_errors_new();
    summary first = read_all(text, size, 0, errors);
    summary second = read_all(text, size, 0, NULL);
    summary parts = read_all(text, size, size == 0 ? 1 : 1 + data[size - 1] % 32u, of_parts);
    if (first.sum != second.sum || first.n_records != second.n_records || first.sum != parts.sum ||
        first.n_records != parts.n_records || td_errors_size(errors) != td_errors_size(of_parts))
        abort();
    for (size_t i = 0; i < td_errors_size(errors); i++) {
        char what[512];
        td_errors_what(errors, i, TD_VI, what, sizeof what);
    }
    td_errors_free(errors);
    td_errors_free(of_parts);
    free(text);
    return 0;
}
