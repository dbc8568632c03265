/*
 * Rows of a CSV file in either dialect: RFC 4180 with LF, or what a Vietnamese
 * spreadsheet opens (UTF-8 with BOM, semicolons, decimal commas, CRLF).
 */
#ifndef TD_REPORT_CSV_H
#define TD_REPORT_CSV_H

#include "apps/report/format.h"
#include "engine/base/errors.h"

/* The title of a column: a name for machines, a word for people. */
typedef struct td_csv_title {
    const char *name;
    td_message word;
} td_csv_title;

/* A CSV file being written. */
typedef struct td_csv {
    FILE *out;
    bool vn;
    char separator, mark; /* of cells, of decimals */
    size_t n_cells;       /* in the row so far */
} td_csv;

/* Begins the file. */
td_csv td_csv_begin(const td_report *report);
/* Cells of the title row, which td_csv_end_row() ends. */
void td_csv_titles(td_csv *csv, td_lang lang, size_t n, const td_csv_title *titles);

void td_csv_text(td_csv *csv, const char *text);   /* NULL is empty */
void td_csv_value(td_csv *csv, const char *text);  /* a text that may be a number with a point */
void td_csv_number(td_csv *csv, const char *text); /* a number already written with mark */
void td_csv_count(td_csv *csv, size_t count);
/* Quanta with `decimals` digits; empty when NaN. */
void td_csv_points(td_csv *csv, double quanta, int decimals);
void td_csv_end_row(td_csv *csv);

#endif
