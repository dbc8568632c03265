#include "apps/report/grid.h"

#include <stdlib.h>
#include <string.h>

#include "apps/report/text.h"

typedef struct row {
    td_tone tone;
    size_t first_cell, n_cells;
} row;

struct td_grid {
    size_t n_columns;
    const td_column *columns;
    row *rows;
    size_t n_rows, rows_capacity;
    size_t *cells; /* where each text begins */
    size_t n_cells, cells_capacity;
    char *text;
    size_t size, capacity;
    bool out_of_memory;
};

static const char *const TONES[] = {
    [TD_PLAIN] = "",        [TD_BOLD] = "\033[1m", [TD_FAINT] = "\033[2m",
    [TD_GOOD] = "\033[32m", [TD_BAD] = "\033[31m", [TD_WARN] = "\033[33m",
};

td_grid *td_grid_new(size_t n_columns, const td_column *columns)
{
    td_grid *grid = calloc(1, sizeof *grid);
    if (grid == NULL)
        return NULL;
    grid->n_columns = n_columns;
    grid->columns = columns;
    return grid;
}

void td_grid_free(td_grid *grid)
{
    if (grid == NULL)
        return;
    free(grid->rows);
    free(grid->cells);
    free(grid->text);
    free(grid);
}

static bool grown(td_grid *grid, void **array, size_t *capacity, size_t needed, size_t size)
{
    if (needed <= *capacity)
        return true;
    size_t larger = needed > 2 * *capacity ? needed + 64 : 2 * *capacity;
    void *moved = realloc(*array, larger * size);
    if (moved == NULL) {
        grid->out_of_memory = true;
        return false;
    }
    *array = moved;
    *capacity = larger;
    return true;
}

void td_grid_row(td_grid *grid, td_tone tone)
{
    void *rows = grid->rows;
    if (grown(grid, &rows, &grid->rows_capacity, grid->n_rows + 1, sizeof(row))) {
        grid->rows = rows;
        grid->rows[grid->n_rows++] = (row){tone, grid->n_cells, 0};
    }
}

void td_grid_cell(td_grid *grid, const char *text)
{
    size_t length = strlen(text) + 1;
    void *cells = grid->cells, *bytes = grid->text;
    if (grid->out_of_memory ||
        !grown(grid, &cells, &grid->cells_capacity, grid->n_cells + 1, sizeof(size_t)))
        return;
    grid->cells = cells;
    if (!grown(grid, &bytes, &grid->capacity, grid->size + length, 1))
        return;
    grid->text = bytes;
    memcpy(grid->text + grid->size, text, length);
    grid->cells[grid->n_cells++] = grid->size;
    grid->size += length;
    grid->rows[grid->n_rows - 1].n_cells++;
}

static const char *cell_at(const td_grid *grid, const row *r, size_t column)
{
    return column < r->n_cells ? grid->text + grid->cells[r->first_cell + column] : "";
}

/* 0 for a column that is left out. */
static size_t width_of_column(const td_grid *grid, size_t column)
{
    size_t widest = 0;
    for (size_t i = 0; i < grid->n_rows; i++) {
        size_t width = td_text_printed_width(cell_at(grid, &grid->rows[i], column));
        widest = width > widest ? width : widest;
    }
    if (widest == 0 && grid->columns[column].optional)
        return 0;
    size_t title = td_text_printed_width(grid->columns[column].title);
    return title > widest ? title : widest;
}

/* The last column is not padded: no blanks at the ends of lines. */
static void print_cell(const td_grid *grid, size_t column, const size_t *widths, FILE *out,
                       const char *text, size_t *owed)
{
    if (widths[column] == 0)
        return;
    size_t gap = widths[column] - td_text_printed_width(text);
    bool right = grid->columns[column].align == TD_RIGHT;
    *owed += right ? gap : 0;
    if (*text != '\0') {
        td_text_pad(out, *owed);
        *owed = 0;
        td_text_print(out, text);
    }
    *owed += (right ? 0 : gap) + 2;
}

static void print_row(const td_grid *grid, const row *r, const size_t *widths, FILE *out,
                      bool color)
{
    size_t owed = 0;
    bool toned = color && r->tone != TD_PLAIN;
    fputs(toned ? TONES[r->tone] : "", out);
    for (size_t c = 0; c < grid->n_columns; c++)
        print_cell(grid, c, widths, out, cell_at(grid, r, c), &owed);
    fputs(toned ? "\033[0m\n" : "\n", out);
}

static void print_titles(const td_grid *grid, const size_t *widths, FILE *out, bool color)
{
    size_t owed = 0, total = 0;
    fputs(color ? TONES[TD_BOLD] : "", out);
    for (size_t c = 0; c < grid->n_columns; c++) {
        print_cell(grid, c, widths, out, grid->columns[c].title, &owed);
        total += widths[c] == 0 ? 0 : widths[c] + 2;
    }
    fputs(color ? "\033[0m\n" : "\n", out);
    for (size_t i = 2; i < total && i < 100; i++)
        fputs("─", out);
    fputc('\n', out);
}

td_status td_grid_print(const td_grid *grid, FILE *out, bool color)
{
    size_t *widths = calloc(grid->n_columns, sizeof *widths);
    if (widths == NULL || grid->out_of_memory) {
        free(widths);
        return TD_ENOMEM;
    }
    for (size_t c = 0; c < grid->n_columns; c++)
        widths[c] = width_of_column(grid, c);
    print_titles(grid, widths, out, color);
    for (size_t i = 0; i < grid->n_rows; i++)
        print_row(grid, &grid->rows[i], widths, out, color);
    free(widths);
    return TD_OK;
}

void td_tone_print(FILE *out, bool color, td_tone tone, const char *text)
{
    bool toned = color && tone != TD_PLAIN;
    fputs(toned ? TONES[tone] : "", out);
    td_text_print(out, text);
    fputs(toned ? "\033[0m" : "", out);
}
