/*
 * Numbers, flags and dates as offices write them: "- 0,5", "1.234,56", "95,5 %", "có",
 * "31/03/2025". The exact grammar is in datasets/README.md.
 */
#ifndef TD_DATASETS_NUMBER_H
#define TD_DATASETS_NUMBER_H

#include "datasets/csv.h"
#include "datasets/names.h"

typedef enum td_mark { TD_MARK_UNKNOWN, TD_MARK_COMMA, TD_MARK_POINT } td_mark;

typedef enum td_reading {
    TD_READ_OK,
    TD_READ_BLANK,          /* nothing but blanks: missing */
    TD_READ_TEXT,           /* not a number, flag or date */
    TD_READ_AMBIGUOUS,      /* "1.234" where the mark is not known */
    TD_READ_GROUPS,         /* groups of digits that are not of three: "12.34,5" */
    TD_READ_TOO_PRECISE,    /* more than 15 significant digits, or TD_MAX_PLACES behind the mark */
    TD_READ_TOO_LARGE,      /* 10^15 or more */
    TD_READ_EXPONENT,       /* "1,5E+03" */
    TD_READ_NOT_APPLICABLE, /* "k/g", "không giao", "N/A" */
    TD_READ_SHEET_ERROR,    /* "#REF!", "####" */
} td_reading;

typedef struct td_number {
    double value;    /* the double nearest to the decimal; 0 when nothing was read */
    bool percent;    /* a % sign followed */
    td_mark evident; /* the decimal mark that the cell itself proves */
} td_number;

/*
 * Reads one cell. mark decides what is ambiguous and nothing else. *out is written for
 * TD_READ_OK and (percent, evident) TD_READ_AMBIGUOUS. What is no number at all is TD_READ_TEXT;
 * td_reading_of_text() tells more. Time O(length).
 */
td_reading td_number_read(td_csv_cell cell, td_mark mark, td_number *out);
/*
 * The same for nearly all cells, all at once: up to eight digits, or digits with one mark among them. False,
 * and nothing is written, where more is to be thought of, groups of three above all.
 */
bool td_number_short(td_csv_cell cell, td_number *out);
/* The same by the whole grammar for every cell; for td_number_read() and its tests. */
td_reading td_number_read_fully(td_csv_cell cell, td_mark mark, td_number *out);

/* Why a cell that should hold a number, flag or date holds none (or is blank). */
td_reading td_reading_of_text(td_names *names, td_csv_cell cell);

/* 1 and 0 for x, có, đạt, yes, true, 1 and không, không đạt, no, false, 0; case does not matter. */
td_reading td_flag_read(td_names *names, td_csv_cell cell, double *out);

/* Days since 1970-01-01 of "2025-03-31" or "31/03/2025". */
td_reading td_date_read(td_names *names, td_csv_cell cell, double *out);

/* What the cells of a file say of its decimal mark. */
typedef struct td_evidence {
    bool comma, point;
} td_evidence;

void td_evidence_add(td_evidence *evidence, td_csv_cell cell);
/* The mark that some cell proves and none contradicts. */
td_mark td_evidence_mark(const td_evidence *evidence);

#endif
