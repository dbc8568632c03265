/*
 * Any bytes as a CSV table: cells lie in the text or in memory of the reader, rows ascend, and
 * a second reading gives the same.
 */
#include "datasets/csv.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A number for all that the reader gives; touches every byte of every cell. */
static uint64_t read_all(const char *text, size_t size, td_errors *errors, size_t *n_records)
{
    td_csv csv;
    uint64_t sum = 0;
    size_t last_row = 1;
    *n_records = 0;
    if (td_csv_open(&csv, text, size, "fuzz.csv", errors)) {
        for (size_t i = 0; i < csv.n_columns; i++)
            sum = sum * 31 + csv.header[i].length;
        while (td_csv_next(&csv)) {
            if (csv.row <= last_row || csv.line < csv.row - 1)
                abort();
            if (!csv.broken && csv.n_cells != csv.n_columns)
                abort();
            last_row = csv.row;
            (*n_records)++;
            for (size_t i = 0; i < csv.n_cells && i < csv.n_columns; i++)
                for (size_t k = 0; k < csv.cells[i].length; k++)
                    sum = sum * 31 + (unsigned char)csv.cells[i].text[k];
        }
    }
    td_csv_release(&csv);
    return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    /* A copy of its own, so that a read behind the end is seen. */
    char *text = malloc(size > 0 ? size : 1);
    if (text == NULL)
        return 0;
    if (size > 0)
        memcpy(text, data, size);
    td_errors *errors = td_errors_new();
    size_t n_first, n_second;
    uint64_t first = read_all(text, size, errors, &n_first);
    uint64_t second = read_all(text, size, NULL, &n_second);
    if (first != second || n_first != n_second)
        abort();
    for (size_t i = 0; i < td_errors_size(errors); i++) {
        char what[512];
        td_errors_what(errors, i, TD_VI, what, sizeof what);
    }
    td_errors_free(errors);
    free(text);
    return 0;
}
