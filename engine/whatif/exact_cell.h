/*
 * Convex cells of the simplex of shares, in whole numbers of any size (GMP).
 *
 * A point is homogeneous: shares are x[k] / sum. A line is the set where sum line[k] * x[k] is 0.
 * A cell is a convex polygon, a segment or a point, by its corners in order. Corners live on a
 * stack: a cell that is cut off lies on top of the one that it comes from.
 *
 * GMP has no error return for lack of memory: it ends the process.
 */
#ifndef TD_WHATIF_EXACT_CELL_H
#define TD_WHATIF_EXACT_CELL_H

#include <gmp.h>
#include <stdbool.h>
#include <stddef.h>

#define TD_EXACT_ITEMS 3

typedef struct td_corner {
    mpz_t x[TD_EXACT_ITEMS];
    mpz_t sum;
} td_corner;

typedef struct td_corners {
    td_corner *corner;
    size_t n, n_ready, capacity; /* used; initialized; allocated */
    bool out_of_memory;
    mpz_t here, there, product; /* scratch */
} td_corners;

typedef struct td_cell_of_shares {
    size_t first, n; /* corners on the stack */
} td_cell_of_shares;

void td_corners_init(td_corners *stack);
void td_corners_release(td_corners *stack);

/* Pushes the whole simplex of n_items shares, 1 to 3. */
td_cell_of_shares td_cell_simplex(td_corners *stack, size_t n_items);
/* Pushes a copy of a cell of another stack. */
td_cell_of_shares td_cell_copy(td_corners *stack, const td_corners *from, td_cell_of_shares cell);
/* Pushes the part of the cell where sign * line >= 0; n is 0 when there is none. */
td_cell_of_shares td_cell_cut(td_corners *stack, td_cell_of_shares cell, mpz_t *line, int sign);
/* Back to the stack as it was before the cell was pushed. */
void td_cell_pop(td_corners *stack, td_cell_of_shares cell);

/* On which sides of the line does the cell have corners? */
typedef struct td_sides {
    bool plus, minus;
} td_sides;
td_sides td_cell_sides(td_corners *stack, td_cell_of_shares cell, mpz_t *line);

/* 0 a point, 1 a segment, 2 a polygon. */
size_t td_cell_dimension(td_cell_of_shares cell);
/* The item whose share tells points of a segment apart. */
size_t td_cell_axis(td_corners *stack, td_cell_of_shares cell);

/*
 * Adds the cell's extent to *volume: its part of the simplex of all shares for polygons, the
 * length along the axis for segments, 1 for a point. moment, unless NULL, gets the integral of
 * the shares.
 */
void td_cell_measure(td_corners *stack, td_cell_of_shares cell, size_t axis, mpq_t volume,
                     mpq_t *moment);

#endif
