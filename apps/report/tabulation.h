/*
 * A report as facts, sentences and tables, in no format yet: what a what-if fills in, and what
 * three writers print. Cells keep their figures; each writer writes them its own way.
 *
 * Memory that runs out is remembered: filling goes on without effect and writing says TD_ENOMEM.
 * Texts are copied. "vi" and "en" may be the same text.
 */
#ifndef TD_REPORT_TABULATION_H
#define TD_REPORT_TABULATION_H

#include "apps/report/format.h"
#include "apps/report/grid.h"
#include "engine/base/errors.h"

typedef struct td_tabulation td_tabulation;

/* Where a column is shown. */
typedef enum td_audience {
    TD_FOR_ALL,
    TD_FOR_MACHINES, /* csv and json: what people read in the heading of the section */
    TD_FOR_PEOPLE,   /* the table on a terminal only */
} td_audience;

typedef struct td_tab_column {
    const char *key;      /* name in csv and json; unique in its table */
    const char *title[2]; /* by td_lang */
    td_align align;
    td_audience audience;
    bool optional; /* people: left out where no row of a section has something in it */
} td_tab_column;

/* A column titled by a word of the table of messages. */
td_tab_column td_tab_column_of(const char *key, td_message word, td_align align,
                               td_audience audience);

/*
 * kind names the document ("what-if-sweep"); title is a message with {1} for the evaluation's name
 * and {2} for its year. NULL when out of memory. td_tabulation_free() takes NULL.
 */
td_tabulation *td_tabulation_new(const char *kind, td_message title);
void td_tabulation_free(td_tabulation *sheet);

/* ---- filling ---- */

/*
 * A sentence before the tables, in order, filled like td_errors_add(): strings closed by a NULL,
 * numbers with TD_MARK for their decimal mark. td_tab_say() takes it ready in both languages.
 */
#if defined(__GNUC__)
__attribute__((sentinel))
#endif
void td_tab_sentence(td_tabulation *sheet, td_tone tone, td_message id, ...);
void td_tab_say(td_tabulation *sheet, td_tone tone, const char *vi, const char *en);
/* A sentence in which all {1} .. {n} are counts, n <= TD_MAX_ARGS. */
void td_tab_counted(td_tabulation *sheet, td_tone tone, td_message id, size_t n,
                    const uint64_t *counts);
/* The same with every count of a list. */
#define TD_TAB_COUNTED(sheet, tone, id, ...)                                                       \
    td_tab_counted(sheet, tone, id, sizeof(uint64_t[]){__VA_ARGS__} / sizeof(uint64_t),            \
                   (uint64_t[]){__VA_ARGS__})

/* Begins a fact such as the seed: exactly one cell must follow. Facts come before sentences. */
void td_tab_fact(td_tabulation *sheet, const char *key, td_message word);

/*
 * Begins a table; keys of tables are unique. Then a section (a heading of its own for people,
 * vi NULL: none), its rows, their cells from left to right.
 */
void td_tab_table(td_tabulation *sheet, const char *key, td_message title, size_t n_columns,
                  const td_tab_column *columns);
/* The same with every column of an array. */
#define TD_TAB_TABLE(sheet, key, title, columns)                                                   \
    td_tab_table(sheet, key, title, sizeof(columns) / sizeof(columns)[0], columns)
void td_tab_section(td_tabulation *sheet, const char *vi, const char *en);
void td_tab_row(td_tabulation *sheet, td_tone tone);

void td_tab_blank(td_tabulation *sheet);
void td_tab_text(td_tabulation *sheet, const char *text); /* NULL: blank */
void td_tab_both(td_tabulation *sheet, const char *vi, const char *en);
/* A code for machines and a word for people. */
void td_tab_coded(td_tabulation *sheet, const char *code, td_message word);
void td_tab_yes(td_tabulation *sheet, bool yes); /* "yes" or "no" */
void td_tab_count(td_tabulation *sheet, uint64_t count);
/* Quanta of 10^-decimals; NaN is blank, as below. */
void td_tab_points(td_tabulation *sheet, double quanta, int decimals);
/* 0 is blank: no rank. */
void td_tab_rank(td_tabulation *sheet, double rank);
/* Points over assigned maximum in percent, rounded on the exact fraction as everywhere; blank when
   nothing is assigned. */
void td_tab_share(td_tabulation *sheet, double points_q, double assigned_q, int decimals);
/* A share of 1, read as percent: by people with `decimals`, by machines with up to six. */
void td_tab_percent(td_tabulation *sheet, double share, int decimals);
/* people read `decimals` places, machines the shortest text that reads as x. */
void td_tab_number(td_tabulation *sheet, double x, int decimals);
/* An exact fraction "num/den" (or a whole number) beside its double: people read the double. */
void td_tab_exact(td_tabulation *sheet, const char *fraction, double x, int decimals);

/* ---- writing ---- */

/* Only the table with this key; false when there is none. NULL: all (csv: the first). */
bool td_tabulation_choose(td_tabulation *sheet, const char *key);

/* The i-th table's key, NULL past the last: for messages. */
const char *td_tabulation_key(const td_tabulation *sheet, size_t i);

/* What the writers read. */
typedef enum td_tab_kind {
    TD_TAB_BLANK,
    TD_TAB_TEXT,
    TD_TAB_COUNT,
    TD_TAB_POINTS,
    TD_TAB_RANK,
    TD_TAB_SHARE,
    TD_TAB_PERCENT,
    TD_TAB_NUMBER,
    TD_TAB_EXACT,
} td_tab_kind;

typedef struct td_tab_cell {
    td_tab_kind kind;
    int decimals;
    double x, of; /* of: SHARE, the assigned maximum */
    uint64_t count;
    const char *text[2]; /* for people, by td_lang */
    const char *code;    /* for machines: TEXT, EXACT; NULL: the text of both languages */
} td_tab_cell;

typedef struct td_tab_view {
    const char *kind;
    td_message title;
    size_t n_facts, n_sentences, n_tables; /* only the table that was chosen */
} td_tab_view;

typedef struct td_table_view {
    const char *key;
    td_message title;
    size_t n_columns, n_sections;
    const td_tab_column *columns;
} td_table_view;

typedef struct td_section_view {
    const char *heading[2]; /* NULL: none */
    size_t n_rows;
} td_section_view;

td_tab_view td_tabulation_get(const td_tabulation *sheet);
void td_tab_fact_get(const td_tabulation *sheet, size_t i, const char **key, td_message *word,
                     td_tab_cell *cell);
void td_tab_sentence_get(const td_tabulation *sheet, size_t i, td_tone *tone, const char *text[2]);
td_table_view td_tab_table_get(const td_tabulation *sheet, size_t table);
td_section_view td_tab_section_get(const td_tabulation *sheet, size_t table, size_t section);
td_tab_cell td_tab_cell_get(const td_tabulation *sheet, size_t table, size_t section, size_t row,
                            size_t column, td_tone *tone);

/* The cell in words, with a decimal mark, and a byte that groups thousands or 0. */
const char *td_tab_cell_text(const td_tab_cell *cell, td_lang lang, char mark, char group,
                             char *text, size_t size);

/* Percent of a share, rounded to six places: what machines read. */
double td_tab_percent_of(double share);

/* Ends filling, before any writer reads. TD_ENOMEM when something was lost on the way. */
td_status td_tabulation_seal(td_tabulation *sheet);

#endif
