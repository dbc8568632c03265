/*
 * An evaluation while it is being loaded: what the files of the loader share. Private to
 * datasets/. Faults go to load->errors; functions go on after faults where they can.
 */
#ifndef TD_DATASETS_LOAD_H
#define TD_DATASETS_LOAD_H

#include "datasets/csv.h"
#include "datasets/dataset.h"
#include "datasets/index.h"
#include "datasets/number.h"
#include "engine/base/files.h"

#define TD_FILE_BYTES ((size_t)1 << 30)
#define TD_MAX_FILES 10000 /* of one folder */
/* Many parts for every thread, each small enough for a cache of its own. */
#define TD_PART_BYTES ((size_t)256 << 10)

/* A file of values: where the values of a unit stand in it. */
typedef struct td_values_file {
    const char *path;
    size_t *channel; /* [n_rules] which channel it is, TD_NONE: not one of that rule set */
    size_t *row;     /* [n_units] the unit's row, 0: none */
    size_t **column; /* [n_rules][n_indicators] the indicator's column from 1, 0: none */
    bool incomplete; /* rows or columns were lost to faults */
} td_values_file;

typedef struct td_reason {
    size_t unit, indicator;
    size_t channel; /* TD_NONE: any */
} td_reason;

typedef struct td_source {
    const char *name;
    char hash[65];
} td_source;

typedef struct td_load {
    td_evaluation *evaluation;
    td_dataset *data; /* of the evaluation */
    td_arena *arena;  /* of the evaluation */
    td_errors *errors;
    td_names *names;
    const char *folder; /* NULL: one wide CSV */
    int threads;        /* 0: OpenMP's default */
    size_t part_bytes;  /* of large sheets; what is read does not depend on it */
    td_mark mark;       /* declared for all files */
    size_t n_kinds;     /* 0: one rule set for all clusters */
    const char **kinds; /* [n_kinds] keys; kind k has rule set k */
    bool no_data_checks;
    bool is_block;       /* of a stream: header and decimal mark are known, the units are not all */
    const char *instead; /* path of the rule set that replaces those of the folder, NULL: none */
    bool *lacking;       /* [n_indicators] of it: said to be in no file */
    bool rules_ready;    /* every rule set is loaded */

    td_index groups; /* key to group of clusters */
    size_t group_capacity;
    td_index clusters; /* key to cluster */
    td_index units;    /* key to the order of reading */
    size_t n_positions;
    size_t last_unit;       /* order of the unit that was found last */
    size_t *position;       /* order of reading to unit; TD_NONE: known, but dropped for a fault */
    bool units_incomplete;  /* rows of clusters or units were lost: no unit is unknown */
    bool values_incomplete; /* a file of values or of exceptions was lost: nothing is missing */
    td_index *indicators;   /* [n_rules] key to indicator */

    const char **listing; /* [n_listing] file names of the folder, sorted */
    size_t n_listing;
    td_values_file *files;
    size_t n_files;
    td_place elsewhere; /* where values come from when there are no files */
    td_reason *reasons; /* sorted by unit, indicator, channel */
    size_t n_reasons, reason_capacity;
    td_source *sources;
    size_t n_sources, source_capacity;
    bool faults_full; /* of a piece: those before it leave no room for its faults */
    bool no_memory;
} td_load;

/* ---- memory ---- */

/* Threads for the values of n_units: 1 where starting more would take longer than the work. */
int td_load_threads(const td_load *load, size_t n_units);

/* Arena memory; NULL and load->no_memory when there is none. */
void *td_load_alloc(td_load *load, size_t n, size_t size);
const char *td_load_text(td_load *load, td_csv_cell cell);
/* The text in NFC without blanks around it: what rule sets compare letter by letter. */
const char *td_load_plain(td_load *load, td_csv_cell cell);
/* The folded key of a cell in the arena, or in working memory until the next key. */
const char *td_load_key(td_load *load, td_csv_cell cell, size_t *length);
const char *td_load_keep_key(td_load *load, td_csv_cell cell, size_t *length);
/* The path of a file of the folder; "" when out of memory. */
const char *td_load_path(td_load *load, const char *name);
/* Remembers a file that was read, for the hash of the data (NULL: given later); its place among
   sources. */
size_t td_load_source(td_load *load, const char *name, const char *hash);

/* ---- sheet.c: one CSV file with named columns ---- */

typedef struct td_sheet {
    td_file file;
    td_csv csv;
    const char *path;
    size_t n_columns;
    const char **name;  /* [n_columns] as written */
    const char **key;   /* [n_columns] folded */
    size_t source;      /* TD_NONE: the hash of the file is known */
    td_csv_part *parts; /* [n_parts] once it is read in parts */
    size_t n_parts;
    const td_csv *whole; /* of a block: the reader of the header; NULL: the text has it */
    td_csv_part block;
    const size_t *rows; /* of the records of a block, NULL: they are adjacent */
} td_sheet;

typedef struct td_column {
    const char *name;
    bool optional;
} td_column;

/*
 * Opens folder/name. False when it cannot be used, after a fault; release it in any case. Faults
 * also for names of columns that are blank or repeated.
 */
bool td_sheet_open(td_load *load, const char *name, td_sheet *sheet);
/* The same for a file that td_sheet_read() will read: the hash is made beside the reading. */
bool td_sheet_open_large(td_load *load, const char *name, td_sheet *sheet);
void td_sheet_hash(td_load *load, td_sheet *sheet);
/* False after a fault: the file has a line longer than TD_CSV_LINE_BYTES. "-" is not looked at. */
bool td_lines_fit(td_load *load, const char *path);
/* The same over a text in memory that sheet->file holds. */
bool td_sheet_start(td_load *load, const char *path, td_sheet *sheet);
/* The records of a block of a stream, under the header of the stream. */
void td_sheet_start_block(td_load *load, td_sheet *sheet);
/* Back to the first record, with no faults of the text a second time. False: out of memory. */
bool td_sheet_restart(td_sheet *sheet);
void td_sheet_release(td_sheet *sheet);
/*
 * Finds the columns of a fixed layout: where[i] is the place of columns[i], TD_NONE if absent.
 * False after a fault: a column is missing. Other columns are findings unless `more`.
 */
bool td_sheet_columns(td_load *load, const td_sheet *sheet, size_t n, const td_column *columns,
                      bool more, size_t *where);
/* Were records lost to faults? */
bool td_sheet_incomplete(const td_sheet *sheet);
/* The cell of the record at hand; blank when the column is TD_NONE. */
td_csv_cell td_sheet_cell(const td_sheet *sheet, size_t column);
/* True, and a fault, when nothing is in the cell. */
bool td_sheet_blank(td_load *load, const td_sheet *sheet, size_t column);
/* A fault at a cell; arguments as td_errors_add(): {1} is the cell's text, {2} its address. */
void td_sheet_fault(td_load *load, const td_sheet *sheet, size_t column, td_message id,
                    const char *arg3, const char *arg4);

/* Nearest of the candidates, or the first of them: "a, b, c". */
const char *td_load_hint(td_load *load, const char *word, const char *const *candidates, size_t n,
                         char hint[TD_HINT_BYTES]);

/* ---- parts.c: the records of a large sheet, side by side ---- */

/*
 * Reads a part of a sheet by td_csv_next() or td_csv_peek() until there are no more records.
 * `load` is a copy with names, errors, reasons and a passing arena of its own, `sheet` one with
 * the text of the part; everything else, context too, is shared between threads.
 */
typedef void td_read_part(td_load *load, td_sheet *sheet, void *context);

/*
 * Has the records behind the header read in parts, on several threads. Faults and reasons come to
 * `load` in the order of the parts, so that nothing depends on where they are cut. td_sheet_peek()
 * is for a first look: the faults of the text are not wanted yet.
 */
void td_sheet_read(td_load *load, td_sheet *sheet, td_read_part *read, void *context);
void td_sheet_peek(td_load *load, td_sheet *sheet, td_read_part *read, void *context);

/* ---- the steps, in this order ---- */

/* folder.c: evaluation.json with its rule sets, and what is in the folder. False: no going on. */
bool td_load_folder(td_load *load);
/* Findings on files of the folder that are nearly, but not quite, named like data files. */
void td_load_strays(td_load *load);
bool td_load_has_file(const td_load *load, const char *name);

/* units.c */
void td_load_clusters(td_load *load);
void td_load_units(td_load *load);
/* Clusters and units of one wide CSV. False: its columns cannot be used. */
bool td_load_wide_units(td_load *load, td_sheet *sheet);
/*
 * Order of reading of the unit with this key, TD_NONE. Files mostly have the units in one order,
 * so the last one and its successor are looked at first.
 */
size_t td_load_find_unit(td_load *load, const char *key, size_t length);
/* The unit at a cell: TD_NONE after a fault (blank, unknown) or when it was dropped before. */
size_t td_load_unit_at(td_load *load, const td_sheet *sheet, size_t column);
/* The key of the unit that was perhaps meant, or those of the first units. */
const char *td_load_unit_hint(td_load *load, const char *key, char hint[TD_HINT_BYTES]);
td_table *td_load_table_of(const td_load *load, size_t unit);

/* values.c */
/* Keys of the indicators of every rule set: what columns are looked up in. */
void td_load_index_indicators(td_load *load);
void td_load_values(td_load *load);
void td_load_wide_values(td_load *load, td_sheet *sheet);
/* Indicator of a rule set by name, TD_NONE. */
size_t td_load_indicator(td_load *load, size_t rules, const char *name, const char *key);
/* A value that was there but was refused: NaN like a blank, and known apart from it. */
double td_refused(void);
bool td_is_refused(double x);

/* evaluation.c: code, name and year of the evaluation that one wide CSV is. */
void td_load_name_wide(td_load *load, const char *path, int year);

/* extras.c */
void td_load_not_applicable(td_load *load);
void td_load_votes(td_load *load);
void td_load_history(td_load *load);

/* reasons.c */
void td_load_reasons(td_load *load);
void td_check_reasons(td_load *load);

/* resolve.c */
void td_load_resolve(td_load *load);
/* The values of one row that prevail, from its channels. */
void td_resolve_row(const td_table *table, size_t row);

/* check.c: domains of functions, missing values, bounds of computed indicators, years. */
void td_check_values(td_load *load);
void td_check_unit(td_load *load, size_t unit);
/* Has no unit a fault of those that td_check_values() finds? Nothing is said. */
bool td_check_is_fine(td_load *load);
void td_check_years(td_load *load);
/* The place of the value that counts for a unit, or of where it should be. */
td_place td_place_of_value(const td_load *load, size_t unit, size_t indicator, size_t channel);

/* ---- policy.c ---- */

/* Loads what evaluation.json names under `policy` and keeps the one in force; false after a
   fault. */
bool td_load_policies(td_load *load, td_reader *reader, const td_json *json);
/* Codes of classes and criteria and categories that the policy names must exist. */
void td_check_policy(td_load *load);

#endif
