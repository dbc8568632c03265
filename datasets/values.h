/*
 * One file of values while it is read. Private to values.c, which knows the columns, and
 * values_read.c, which reads the rows.
 */
#ifndef TD_DATASETS_VALUES_H
#define TD_DATASETS_VALUES_H

#include "datasets/load.h"

/* What a number in a column needs to be taken without a second look. */
typedef struct td_plain_column {
    bool is_plain;   /* a number, and not a guessed column */
    bool only_whole; /* a count */
    double min, max;
} td_plain_column;

/* The mark of the file's numbers, looked for once, when a cell needs it. */
typedef struct td_mark_search {
    bool done;
    td_mark mark;
} td_mark_search;

/* One file of values while it is read, or one part of it. */
typedef struct td_value_reader {
    td_load *load;
    td_sheet *sheet;
    td_values_file *file;
    size_t unit_column, n_columns;
    size_t *indicator;      /* [n_rules * n_columns] of a column, TD_NONE */
    td_plain_column *plain; /* [n_rules * n_columns] */
    bool *fixed;            /* [n_columns] not an indicator: unit, cluster, name, category */
    bool *known;            /* [n_columns] to some rule set */
    bool *guessed; /* [n_columns] unknown, but near to the indicator that it stands for here */
    td_mark mark;
    bool searched;          /* the cells of the file were asked for the mark */
    td_mark_search *search; /* shared by all parts */
} td_value_reader;

/* Finds out what the columns of one wide CSV are. False after a fault: they cannot be read. */
bool td_values_start_wide(td_value_reader *rd);

/*
 * Reads all rows into the matrices of the file's channel. Parts of the file are read side by side; the first
 * row of a unit is the one that counts.
 */
void td_values_read(td_value_reader *rd);

#endif
