/*
 * Who stands where in one cluster under a tile of weight vectors. Vectors lie across the lanes of
 * registers; units and items are loops.
 *
 * The order of exact totals is found without computing most of them exactly:
 *
 *   filter   Totals in single precision, as keys that sort like whole numbers. Within a vector all
 *            totals are scaled to lie in (1, 2), so floats have the same exponent and their bits
 *            are their order; and they are taken off 2, so the largest total has the smallest key.
 *            The low bits of a key say which unit it is. Fused products round less, never more.
 *   sort     A network of minima and maxima (Batcher's odd-even merge sort: D. E. Knuth, The Art of
 *            Computer Programming 3, 5.3.4) sorts the keys of every lane at once.
 *   collect  The low bits of the sorted keys are the order. Where two neighbours are closer than
 *            what rounding can do, the vector is open.
 *   settle   Open vectors, a few in a thousand, are sorted again by exact totals in double.
 *
 * So the result is that of exact arithmetic, to the bit, for every instruction set: products and
 * partial sums in double are exact (fewer than 53 bits, checked by the caller), and the filter only
 * decides what is beyond doubt.
 *
 * How far rounding goes: with m columns, weights and points rounded to float (2^-24 each), each
 * product and each of m additions rounded, a total is wrong by less than (m + 3.01) 2^-24, the
 * difference of two by less than m + 4 units of 2^-23, the last place of a number in (1, 2).
 *
 * Units of the same class of tie keys with equal totals share a rank. Where their rows are the
 * same, they do so under every vector: td_rank_units.same says so. Other such ties are rare; their
 * vectors are marked in tied, and td_rank_sorted() gives the ranks.
 */
#ifndef TD_KERNELS_ACCEPTABILITY_H
#define TD_KERNELS_ACCEPTABILITY_H

#include <stddef.h>
#include <stdint.h>

#define TD_RANK_TILE 256
#define TD_RANK_STEP 64         /* vectors whose weights lie together */
#define TD_RANK_MOST 64         /* units; beyond, sorting one vector at a time is cheaper */
#define TD_RANK_MOST_ITEMS 4096 /* so that the filter's error stays below 2^-10 */

/* The units of one cluster, sorted by tie keys. Memory is the caller's. */
typedef struct td_rank_units {
    size_t n, m;          /* units, at most TD_RANK_MOST; items, at most TD_RANK_MOST_ITEMS */
    const double *points; /* [n * m], row by row, whole quanta */
    const double *offset; /* [n] what a unit has under every vector */
    const size_t *before; /* [n] ascending, before[i] <= i: the first unit with the tie keys of i */
    size_t *same;         /* [n] the first unit with the keys, row and offset of i */
    uint8_t *code;        /* [n] what stands for unit i in an order, below 128 */
    float *filter;        /* [n * n_columns] what a unit has above the least of the cluster */
    size_t n_columns;     /* m, or m + 1 where offsets differ */
} td_rank_units;

/* A tile of vectors, step after step, in each item by item, as registers take them. */
typedef struct td_rank_weights {
    size_t m;
    const double *exact; /* [TD_RANK_TILE * m] multiples of 2^-20, see td_rank_weight() */
    float *filter; /* [TD_RANK_TILE * (m + 1)] scaled for the filter; the last row of offsets */
} td_rank_weights;

/* Where the weight of item 0 of vector v lies in exact; those of its other items follow
   TD_RANK_STEP apart. Why in this order, acceptability_body.h says. */
static inline size_t td_rank_weight(size_t m, size_t v)
{
    return v / TD_RANK_STEP * TD_RANK_STEP * m + v % 4 * (TD_RANK_STEP / 4) + v % TD_RANK_STEP / 4;
}

/*
 * Fills same, code, filter and n_columns; filter has room for n * (m + 1). range[k] becomes the
 * width of item k inside the cluster when that is larger, range[m] that of the offsets.
 */
void td_rank_units_fill(td_rank_units *units, double *range);

/* Fills the filter from exact. range: [m + 1] after all clusters to be ranked were filled. */
void td_rank_weights_fill(const td_rank_weights *weights, const double *range);

/*
 * order[p * TD_RANK_TILE + v] is the code of the unit at place p under vector v: larger totals
 * first, of equal ones the first. tied[v] is 0, or 255 when units of the same class that are not
 * the same have equal totals. scratch: TD_RANK_SCRATCH. order, scratch and the filter of weights
 * begin at multiples of 64 bytes.
 */
typedef void td_rank_tile(const td_rank_units *units, const td_rank_weights *weights,
                          int32_t *restrict scratch, uint8_t *restrict order,
                          uint8_t *restrict tied);
#define TD_RANK_SCRATCH (TD_RANK_MOST * TD_RANK_STEP)

/* counts[i * n + r] += vectors under which unit i has rank r. Columns of 255 are passed over. */
typedef void td_rank_count(const td_rank_units *units, const uint8_t *restrict order,
                           uint32_t *restrict counts);

/* wins[i * n + j] += vectors under which unit i has a smaller rank than j. ranks: [n * TILE]. */
typedef void td_rank_pairs(size_t n, const uint8_t *restrict ranks, uint32_t *restrict wins);

/* The filter of one step of m items, scaled so that the widest difference of totals is a little below
   1; the last row of offsets. out: [(m + 1) * TD_RANK_STEP]. */
typedef void td_rank_fill(size_t m, const double *restrict exact, const double *restrict range,
                          float *restrict out);

typedef struct td_rank_kernel {
    const char *name; /* of the instruction set */
    td_rank_fill *fill;
    td_rank_tile *tile;
    td_rank_count *count;
    td_rank_pairs *pairs;
} td_rank_kernel;

/* Those that this machine can run, the best first; the last is the plain twin. NULL past it. */
const td_rank_kernel *td_rank_kernel_get(size_t i);

/* ranks[i * TD_RANK_TILE + v] from an order; 255 where that has been set to 255. */
void td_rank_ranks(const td_rank_units *units, const uint8_t *restrict order,
                   uint8_t *restrict ranks);

/*
 * Ranks of n units, any number, under one vector, by sorting exact totals. weights: [m], each
 * TD_RANK_STEP after the one before, order: [2 * n], totals: [n]. Of units, same, code and filter are not looked at.
 */
void td_rank_sorted(const td_rank_units *units, const double *restrict weights,
                    double *restrict totals, size_t *restrict order, size_t *restrict ranks);

#endif
