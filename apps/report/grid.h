/*
 * A table on a terminal: columns by display width.
 */
#ifndef TD_REPORT_GRID_H
#define TD_REPORT_GRID_H

#include <stdbool.h>
#include <stdio.h>

#include "engine/thidua.h"

typedef enum td_align { TD_LEFT, TD_RIGHT } td_align;

typedef enum td_tone { TD_PLAIN, TD_BOLD, TD_FAINT, TD_GOOD, TD_BAD, TD_WARN } td_tone;

typedef struct td_column {
    const char *title; /* borrowed */
    td_align align;
    bool optional; /* left out when no row has something in it */
} td_column;

typedef struct td_grid td_grid;

/* NULL when out of memory. columns are borrowed. td_grid_free() takes NULL. */
td_grid *td_grid_new(size_t n_columns, const td_column *columns);
void td_grid_free(td_grid *grid);

/* Begins a row in one tone, then adds its cells from left to right (copied). */
void td_grid_row(td_grid *grid, td_tone tone);
void td_grid_cell(td_grid *grid, const char *text);

/* Writes titles, a rule and the rows. TD_ENOMEM when a row or cell could not be kept. */
td_status td_grid_print(const td_grid *grid, FILE *out, bool color);

/* Writes text in a tone, or plainly without colours. */
void td_tone_print(FILE *out, bool color, td_tone tone, const char *text);

#endif
