/*
 * Ranks of the units of one cluster under a tile of weight vectors: vectors lie across the lanes
 * of registers, units and items are loops.
 *
 * n        units, at most TD_RANK_MOST for the tile functions
 * m        items
 * points   [n * m], row by row, whole quanta
 * offset   [n] what a unit has under every vector
 * before   [n] ascending, before[i] <= i: a unit goes before unit i when its total is larger, and
 *          the units below before[i] when it is equal too. (Units are sorted by tie keys; before[i]
 *          is the first with the keys of i.)
 * weights  [TD_RANK_TILE * m] multiples of 2^-20, in steps of TD_RANK_STEP vectors: the weight of
 *          item k in vector v is weights[(v / STEP * m + k) * STEP + v % STEP]
 * totals   [n * TD_RANK_STEP] scratch
 * ranks    [n * TD_RANK_TILE] units that go before unit i under vector v: ranks[i * TILE + v]
 *
 * weights, totals, ranks begin at multiples of 64 bytes; nothing overlaps. Every product and every
 * partial sum is exact (fewer than 53 bits, checked by the caller), so neither the order of summation
 * nor the width of registers shows. No allocation, no errors.
 */
#ifndef TD_KERNELS_ACCEPTABILITY_H
#define TD_KERNELS_ACCEPTABILITY_H

#include <stddef.h>
#include <stdint.h>

#define TD_RANK_TILE 256
#define TD_RANK_STEP 32
#define TD_RANK_MOST 64 /* beyond, sorting is cheaper than comparing all with all */

typedef void td_rank_tile(size_t n, size_t m, const double *restrict points,
                          const double *restrict offset, const size_t *restrict before,
                          const double *restrict weights, double *restrict totals,
                          uint8_t *restrict ranks);

/* counts[i * n + r] += vectors under which unit i has rank r; other ranks are passed over. */
typedef void td_rank_count(size_t n, const uint8_t *restrict ranks, uint32_t *restrict counts);

/* wins[i * n + j] += vectors under which unit i has a smaller rank than j. */
typedef void td_rank_pairs(size_t n, const uint8_t *restrict ranks, uint32_t *restrict wins);

typedef struct td_rank_kernel {
    const char *name; /* of the instruction set */
    td_rank_tile *tile;
    td_rank_count *count;
    td_rank_pairs *pairs;
} td_rank_kernel;

/* Those that this machine can run, the best first; the last is the plain twin. NULL past it. */
const td_rank_kernel *td_rank_kernel_get(size_t i);

/* Ranks of n units, any number, under vector v alone, by sorting. order: [2 * n], totals: [n]. */
void td_rank_sorted(size_t n, size_t m, const double *restrict points,
                    const double *restrict offset, const size_t *restrict before,
                    const double *restrict weights, size_t v, double *restrict totals,
                    size_t *restrict order, size_t *restrict ranks);

#endif
