/*
 * Where the cells of a text end, found many bytes at a time; and numbers of many cells at a time.
 * The plain twin of each gives the same, bit for bit, and is what other processors run.
 */
#ifndef TD_DATASETS_MARKS_H
#define TD_DATASETS_MARKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a text holds beside cells that are nothing but ASCII. */
typedef struct td_marks {
    size_t n;         /* ends of cells: separators and line feeds outside of quotes */
    size_t n_lines;   /* line feeds outside of quotes */
    size_t n_quotes;  /* quotation marks */
    size_t n_returns; /* carriage returns outside of quotes */
    bool is_open;     /* a quotation mark is not closed */
    bool has_high;    /* bytes from 0x80 */
    bool has_zero;
} td_marks;

/*
 * Finds the ends of cells in `size` bytes (below 2^32). A quotation mark opens and closes quotes
 * wherever it stands: whether it should is the caller's affair. ends has room for size + 64 places.
 * Reads up to 64 bytes behind the text, which the caller owns and sets to what is none of these
 * marks.
 */
void td_marks_find(const char *text, size_t size, char separator, uint32_t *ends, td_marks *out);
void td_marks_find_plain(const char *text, size_t size, char separator, uint32_t *ends,
                         td_marks *out);

/* Line feeds, and whether there is a quotation mark. */
size_t td_lines_count(const char *text, size_t size, bool *has_quotes);

/* What numbers of adjacent columns must be to be taken at sight. */
typedef struct td_number_columns {
    size_t n;
    const double *min, *max;
    const int64_t *places; /* digits behind the mark at most: 7, or 0 for whole numbers */
} td_number_columns;

/* The numbers of adjacent rows, and what they showed. */
typedef struct td_number_rows {
    size_t n, n_cells; /* rows; cells of a whole row */
    double *value;     /* of the first row; the next one is `stride` further on */
    size_t stride;
    uint32_t *refused; /* [n * columns] row * columns + column of the cells to be read with care */
    size_t n_refused;
    /* [columns] of all rows so far, widened; of no use for a column in which a cell was refused */
    double *least, *most;
    int64_t *places;   /* most digits behind the mark */
    bool comma, point; /* decimal marks that were seen; set, never cleared */
} td_number_rows;

/*
 * Reads the cells of adjacent columns. Those of the first row end at text + ends[0 .. columns -
 * 1], those of the next one n_cells ends further on; ends[-1] is the end of the one before. Taken
 * are an optional '-', digits, and perhaps a mark with digits on both sides, not three behind it:
 * eight bytes at most, within the bounds of the column. The value is whole / 10^places, one
 * division of two exact numbers, hence the double nearest to the decimal; never -0. There are 8
 * readable bytes before the text.
 */
void td_numbers_read(const char *text, const uint32_t *ends, const td_number_columns *columns,
                     td_number_rows *rows);
void td_numbers_read_plain(const char *text, const uint32_t *ends, const td_number_columns *columns,
                           td_number_rows *rows);

#endif
