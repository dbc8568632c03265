/*
 * Where the units of one cluster change places, for eight weights at once: weights lie across the
 * lanes of registers, pairs of units are the rows.
 *
 * Along a weight every unit is a straight line. Whole numbers a[i] and e[i] are such that pair (i, j)
 * meets at (a[i] - a[j]) / (e[i] - e[j]), which is a crossing when it lies strictly between 0 and
 * `end`; at 0 the larger a is ahead. Both differences are exact, so one division gives the nearest
 * double; rounding to the nearest keeps the order, and only equal doubles are compared as fractions.
 *
 * Three steps: find() makes a key of 32 bits for each pair and lane (the place, coarsely, above the
 * number of the pair), sort() sorts the keys of all lanes by one network of minima and maxima,
 * td_crossing_write() takes the pairs in that order and puts right what was too near to tell.
 *
 * n      units, at most TD_CROSSING_MOST
 * width  distance from one unit's row to the next, a multiple of TD_CROSSING_LANES
 * a, e   [n * width] from the first of eight lanes on; whole, at most 2^50 in magnitude
 * end    [TD_CROSSING_LANES] above 0; a lane that is not used has a = e = 0 everywhere
 *
 * All arrays begin at multiples of 64 bytes, nothing overlaps. No allocation, no errors; the same
 * bits for every instruction set.
 */
#ifndef TD_KERNELS_CROSSINGS_H
#define TD_KERNELS_CROSSINGS_H

#include <stddef.h>
#include <stdint.h>

#define TD_CROSSING_LANES 8
#define TD_CROSSING_MOST 64
#define TD_CROSSING_PAIRS (TD_CROSSING_MOST * (TD_CROSSING_MOST - 1) / 2)
#define TD_CROSSING_ROWS 2048 /* a power of two, at least TD_CROSSING_PAIRS */

/* Scratch of one thread. */
typedef struct td_crossing_work {
    _Alignas(64) int32_t keys[TD_CROSSING_ROWS * TD_CROSSING_LANES];
    _Alignas(64) double at[TD_CROSSING_PAIRS * TD_CROSSING_LANES]; /* above 0: i is ahead at 0 */
    uint32_t pairs[TD_CROSSING_PAIRS];                             /* i | j << 16, i < j */
    size_t n;                                                      /* units that pairs are for */
    size_t counts[TD_CROSSING_LANES];                              /* crossings of each lane */
} td_crossing_work;

/* Before the first cluster of n units, and after clusters of another size. */
void td_crossing_begin(td_crossing_work *work, size_t n);

/* Fills keys, at and counts of work->n units. */
typedef void td_crossing_find(size_t width, const double *restrict a, const double *restrict e,
                              const double *restrict end, td_crossing_work *restrict work);

/* Sorts the keys, each lane for itself. */
typedef void td_crossing_sort(td_crossing_work *restrict work);

typedef struct td_crossing_kernel {
    const char *name; /* of the instruction set */
    td_crossing_find *find;
    td_crossing_sort *sort;
} td_crossing_kernel;

/* Those that this machine can run, the best first; the last is the plain twin. NULL past it. */
const td_crossing_kernel *td_crossing_kernel_get(size_t i);

/*
 * The crossings of one lane, ascending, equal places by pair. a, e: as for find().
 *
 * at   [counts[lane]]
 * who  [counts[lane]] the unit that goes up | the unit that goes down << 16
 */
void td_crossing_write(const td_crossing_work *restrict work, size_t lane, size_t width,
                       const double *restrict a, const double *restrict e, double *restrict at,
                       uint32_t *restrict who);

#endif
