/*
 * RFC 4180 tables over text in memory: one record after another, cells as views.
 */
#ifndef TD_DATASETS_CSV_H
#define TD_DATASETS_CSV_H

#include "engine/base/errors.h"

#define TD_CSV_CELL_BYTES ((size_t)1 << 20)
#define TD_CSV_LINE_BYTES ((size_t)64 << 20)
#define TD_CSV_COLUMNS ((size_t)16384) /* what a spreadsheet holds */

typedef struct td_csv_cell {
    const char *text; /* not ended by a zero */
    size_t length;
} td_csv_cell;

/*
 * A reader. Cells of a record are valid until the next one is read, those of the header until
 * the release. Rows count records, the header being row 1, as a spreadsheet shows them; lines
 * count the lines of the text, which differ where a quoted cell holds line breaks.
 */
typedef struct td_csv {
    const char *file;
    td_errors *errors;
    char separator;
    size_t row, line; /* of the record at hand */
    size_t n_columns;
    td_csv_cell *header; /* [n_columns] */
    size_t n_cells;
    td_csv_cell *cells; /* [n_cells]; at most n_columns are kept */
    bool broken;        /* the record at hand had a fault: its cells may have shifted */
    size_t n_broken;    /* records that were broken */
    bool incomplete;    /* a fault ended the reading */
    bool no_memory;
    const size_t *rows; /* of the records in the text, in this order; NULL: they are adjacent */
    /* private */
    const char *at, *end;
    size_t line_at, capacity, scratch_size, blank_row;
    unsigned char *escaped;
    bool any_escaped;
    char *scratch, *header_scratch;
} td_csv;

/*
 * Starts reading `size` bytes of UTF-8 (borrowed, without BOM) and reads the header. The
 * separator is the one of , ; and tab that the header line has most of. Faults go to errors (NULL:
 * none wanted) with `file`: empty file, no header, too many columns, and those of td_csv_next().
 * Returns false when there is no usable header. Always to be released.
 */
bool td_csv_open(td_csv *csv, const char *text, size_t size, const char *file, td_errors *errors);

/*
 * Reads the next record that is not blank; false at the end. Blank lines at the end are
 * ignored. Faults: blank line between records, wrong number of cells, text after a closing quote
 * (the record is given with `broken`); and, ending the reading: a quote that is never
 * closed, a cell above TD_CSV_CELL_BYTES, a line above TD_CSV_LINE_BYTES, a carriage return
 * without line feed.
 */
bool td_csv_next(td_csv *csv);

/*
 * A first look at the next record, blank or not: its first n cells at most, no faults, and not whether it is
 * whole. False at the end.
 */
bool td_csv_peek(td_csv *csv, size_t n);

void td_csv_release(td_csv *csv);

/* ---- parts that can be read side by side ---- */

/* Whole records of a text: what is before them ends with record `row`, on line `line`. */
typedef struct td_csv_part {
    const char *start, *end;
    size_t row, line;
} td_csv_part;

/*
 * Cuts what is left to read into at least one part of about part_bytes or more; NULL when out of
 * memory. Read one after the other they give the records and faults of the whole. For that, what may
 * end the reading stays in the last part, and no part begins behind a blank record. The caller frees.
 */
td_csv_part *td_csv_cut(const td_csv *csv, size_t part_bytes, size_t *n);

/* A reader of one part, released by td_csv_release(). The header stays that of the whole. */
void td_csv_open_part(td_csv *csv, const td_csv *whole, const td_csv_part *part, td_errors *errors);

/*
 * The end of the record that begins at `record`, counting its lines; NULL where it has to be read
 * with care: it is the last and open, above TD_CSV_CELL_BYTES, or has a lone carriage return.
 */
const char *td_csv_skip(const td_csv *csv, const char *record, size_t *n_lines);

/* The place of a cell (column from 0; TD_NONE: the whole row) of the record at hand. */
td_place td_csv_place(const td_csv *csv, size_t column, const char *field);

#define TD_ADDRESS_BYTES 32
/* "C14" for row 14, column 3 (both from 1), as a spreadsheet names the cell. */
void td_csv_address(size_t row, size_t column, char out[TD_ADDRESS_BYTES]);

#define TD_QUOTE_BYTES 96
/*
 * The cell (or a code) in quotation marks for a message, cut to fit, control characters as
 * spaces; returns out.
 */
const char *td_csv_quote(td_csv_cell cell, char out[TD_QUOTE_BYTES]);
const char *td_text_quote(const char *text, char out[TD_QUOTE_BYTES]);

#define TD_HINT_BYTES 200
/* The candidate that is nearest to the word in quotation marks, or the first of them: "a, b, c". */
const char *td_hint(const char *word, const char *const *candidates, size_t n,
                    char hint[TD_HINT_BYTES]);

/* True when nothing but spaces and tabs is in it. */
bool td_csv_blank(td_csv_cell cell);

/* True when something of ASCII to be seen is in it: a name for certain, whatever else it holds. */
bool td_csv_visible(td_csv_cell cell);

#endif
