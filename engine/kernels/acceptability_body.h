/*
 * The kernel for one instruction set: acceptability.c includes this once for each, with LANES floats
 * to a register, TARGET the attribute, NAME(x) the names, MIN(a, b), MAX(a, b), MIN_UNSIGNED(a, b)
 * of registers of 32-bit numbers. Vectors of the compiler are used since at -O2 it keeps no array
 * of sums in registers.
 *
 * Four registers go together: lane l of register g is vector 4 l + g of a piece of 4 LANES, so
 * that four registers of keys become one of bytes by shifts. A step of 64 vectors is kept as four
 * rows of 16 floats, one for each g, whatever LANES is.
 */
typedef float NAME(floats) __attribute__((vector_size(4 * LANES)));
typedef int32_t NAME(keys) __attribute__((vector_size(4 * LANES)));
typedef uint32_t NAME(words) __attribute__((vector_size(4 * LANES)));
typedef uint8_t NAME(bytes) __attribute__((vector_size(4 * LANES)));
typedef uint64_t NAME(longs) __attribute__((vector_size(4 * LANES)));

#define INLINE TARGET static inline __attribute__((always_inline))

#ifndef LESS_PRODUCT
#define LESS_PRODUCT(a, x, y) ((a) - (x) * (y))
#endif

/* ---- weights of a step, scaled for the filter ---- */

TARGET static void NAME(fill)(size_t m, const double *restrict exact, const double *restrict range,
                              float *restrict out)
{
    double scale[TD_RANK_STEP];
    for (size_t c = 0; c < TD_RANK_STEP; c++)
        scale[c] = range[m];
    for (size_t k = 0; k < m; k++)
#pragma omp simd
        for (size_t c = 0; c < TD_RANK_STEP; c++)
            scale[c] += exact[k * TD_RANK_STEP + c] * range[k];
#pragma omp simd
    for (size_t c = 0; c < TD_RANK_STEP; c++)
        scale[c] = scale[c] > 0 ? NEARLY_ONE / scale[c] : 0;
    for (size_t k = 0; k < m; k++)
#pragma omp simd
        for (size_t c = 0; c < TD_RANK_STEP; c++)
            out[k * TD_RANK_STEP + c] = (float)(exact[k * TD_RANK_STEP + c] * scale[c]);
    for (size_t c = 0; c < TD_RANK_STEP; c++)
        out[m * TD_RANK_STEP + c] = (float)scale[c];
}

/* ---- filter: totals of four registers of vectors, three units at a time ---- */

#define KEY(total, unit)                                                                           \
    (NAME(keys))(((NAME(words))(total) << KEY_SHIFT) + (KEY_BASE + (uint32_t)u->code[unit]))

TARGET static void NAME(filter)(const td_rank_units *u, const float *restrict weights,
                                NAME(keys) *restrict keys)
{
    size_t n = u->n, m = u->n_columns;
    NAME(floats) zero = {0}, top = zero + KEY_TOP;
    for (size_t i = 0; i < n; i += 3) {
        size_t j = i + 1 < n ? i + 1 : i, k = i + 2 < n ? i + 2 : i;
        const float *p = u->filter + i * m, *q = u->filter + j * m, *r = u->filter + k * m;
        NAME(floats) a0 = top, a1 = top, a2 = top, a3 = top, b0 = top, b1 = top, b2 = top, b3 = top;
        NAME(floats) c0 = top, c1 = top, c2 = top, c3 = top;
        for (size_t f = 0; f < m; f++) {
            const float *w = weights + f * TD_RANK_STEP;
            NAME(floats) w0 = *(const NAME(floats) *)w, w1 = *(const NAME(floats) *)(w + 16);
            NAME(floats) w2 = *(const NAME(floats) *)(w + 32), w3 = *(const NAME(floats) *)(w + 48);
            NAME(floats) x = p[f] - zero, y = q[f] - zero, z = r[f] - zero;
            a0 = LESS_PRODUCT(a0, x, w0), b0 = LESS_PRODUCT(b0, y, w0),
            c0 = LESS_PRODUCT(c0, z, w0);
            a1 = LESS_PRODUCT(a1, x, w1), b1 = LESS_PRODUCT(b1, y, w1),
            c1 = LESS_PRODUCT(c1, z, w1);
            a2 = LESS_PRODUCT(a2, x, w2), b2 = LESS_PRODUCT(b2, y, w2),
            c2 = LESS_PRODUCT(c2, z, w2);
            a3 = LESS_PRODUCT(a3, x, w3), b3 = LESS_PRODUCT(b3, y, w3),
            c3 = LESS_PRODUCT(c3, z, w3);
        }
        NAME(keys) *g0 = keys, *g1 = g0 + TD_RANK_MOST, *g2 = g1 + TD_RANK_MOST;
        NAME(keys) *g3 = g2 + TD_RANK_MOST;
        g0[i] = KEY(a0, i), g1[i] = KEY(a1, i), g2[i] = KEY(a2, i), g3[i] = KEY(a3, i);
        g0[j] = KEY(b0, j), g1[j] = KEY(b1, j), g2[j] = KEY(b2, j), g3[j] = KEY(b3, j);
        g0[k] = KEY(c0, k), g1[k] = KEY(c1, k), g2[k] = KEY(c2, k), g3[k] = KEY(c3, k);
    }
}
#undef KEY

/* ---- sort: odd-even merge sort of x[0..n), written for a power of two; what lies beyond n would
   stay there, so it is left out. With n constant the compiler keeps x in registers. ---- */

INLINE void NAME(pair)(NAME(keys) * x, size_t n, size_t a, size_t b)
{
    if (b >= n)
        return;
    NAME(keys) p = x[a], q = x[b];
    x[a] = (NAME(keys))MIN(p, q);
    x[b] = (NAME(keys))MAX(p, q);
}

/* The last step of a merge of k keys that lie r apart from a on: neighbours, without the ends. */
INLINE void NAME(mend8)(NAME(keys) * x, size_t n, size_t a, size_t r)
{
    NAME(pair)(x, n, a + r, a + 2 * r);
    NAME(pair)(x, n, a + 3 * r, a + 4 * r);
    NAME(pair)(x, n, a + 5 * r, a + 6 * r);
}

INLINE void NAME(mend16)(NAME(keys) * x, size_t n, size_t a, size_t r)
{
    NAME(mend8)(x, n, a, r);
    NAME(pair)(x, n, a + 7 * r, a + 8 * r);
    NAME(mend8)(x, n, a + 8 * r, r);
}

INLINE void NAME(mend32)(NAME(keys) * x, size_t n, size_t a, size_t r)
{
    NAME(mend16)(x, n, a, r);
    NAME(pair)(x, n, a + 15 * r, a + 16 * r);
    NAME(mend16)(x, n, a + 16 * r, r);
}

/* Merges the sorted halves of k keys that lie r apart from a on: the even, the odd, neighbours. */
INLINE void NAME(merge4)(NAME(keys) * x, size_t n, size_t a, size_t r)
{
    NAME(pair)(x, n, a, a + 2 * r);
    NAME(pair)(x, n, a + r, a + 3 * r);
    NAME(pair)(x, n, a + r, a + 2 * r);
}

INLINE void NAME(merge8)(NAME(keys) * x, size_t n, size_t a, size_t r)
{
    NAME(merge4)(x, n, a, 2 * r);
    NAME(merge4)(x, n, a + r, 2 * r);
    NAME(mend8)(x, n, a, r);
}

INLINE void NAME(merge16)(NAME(keys) * x, size_t n, size_t a, size_t r)
{
    NAME(merge8)(x, n, a, 2 * r);
    NAME(merge8)(x, n, a + r, 2 * r);
    NAME(mend16)(x, n, a, r);
}

INLINE void NAME(merge32)(NAME(keys) * x, size_t n, size_t a, size_t r)
{
    NAME(merge16)(x, n, a, 2 * r);
    NAME(merge16)(x, n, a + r, 2 * r);
    NAME(mend32)(x, n, a, r);
}

INLINE void NAME(sort4)(NAME(keys) * x, size_t n, size_t a)
{
    NAME(pair)(x, n, a, a + 1);
    NAME(pair)(x, n, a + 2, a + 3);
    NAME(merge4)(x, n, a, 1);
}

INLINE void NAME(sort8)(NAME(keys) * x, size_t n, size_t a)
{
    NAME(sort4)(x, n, a);
    NAME(sort4)(x, n, a + 4);
    NAME(merge8)(x, n, a, 1);
}

INLINE void NAME(sort16)(NAME(keys) * x, size_t n, size_t a)
{
    NAME(sort8)(x, n, a);
    NAME(sort8)(x, n, a + 8);
    NAME(merge16)(x, n, a, 1);
}

INLINE void NAME(sort32)(NAME(keys) * x, size_t n)
{
    NAME(sort16)(x, n, 0);
    NAME(sort16)(x, n, 16);
    NAME(merge32)(x, n, 0, 1);
}

#ifdef EACH_SIZE
#define SORT(N)                                                                                    \
    TARGET static void NAME(sort_##N)(NAME(keys) *restrict x, size_t n)                            \
    {                                                                                              \
        (void)n;                                                                                   \
        NAME(sort32)(x, N);                                                                        \
    }
EACH_SIZE(SORT)
#undef SORT
#endif

/* Up to 32, in memory, asking for every pair whether it is there. */
TARGET static __attribute__((noinline)) void NAME(sort_part)(NAME(keys) *restrict x, size_t n)
{
    NAME(sort32)(x, n);
}

/* Any n: beyond 32 two sorted parts are merged. */
TARGET static void NAME(sort_any)(NAME(keys) *restrict x, size_t n)
{
    NAME(sort_part)(x, n < 32 ? n : 32);
    if (n <= 32)
        return;
    NAME(sort_part)(x + 32, n - 32);
    for (size_t i = 0; i < 32; i++)
        NAME(pair)(x, n, i, i + 32);
    for (size_t r = 16; r > 0; r /= 2)
        for (size_t a = r; a + r < n; a += 2 * r)
            for (size_t i = a; i < a + r; i++)
                NAME(pair)(x, n, i, i + r);
}

typedef void NAME(sorter)(NAME(keys) *restrict x, size_t n);

static NAME(sorter) * NAME(sorter_of)(size_t n)
{
#ifdef EACH_SIZE
#define NAME_SORT(N) NAME(sort_##N),
    static NAME(sorter) *const SORTERS[] = {EACH_SIZE(NAME_SORT)};
    if (n < sizeof SORTERS / sizeof SORTERS[0])
        return SORTERS[n];
#undef NAME_SORT
#endif
    (void)n;
    return NAME(sort_any);
}

/* ---- collect: the order as bytes, and where neighbours are too close ---- */

/* Units that are the same have codes 1 apart, others at least 2. */
#define NEARER(near, key, before) (NAME(words)) MIN_UNSIGNED(near, (key) - (before)-2)
#define JOIN(a, b, c, d) ((a) | (b) << 8 | (c) << 16 | (d) << 24)

TARGET static void NAME(collect)(size_t n, uint32_t close, const NAME(keys) *restrict keys,
                                 uint8_t *restrict order, uint8_t *restrict open)
{
    const NAME(words) *k0 = (const NAME(words) *)keys, *k1 = k0 + TD_RANK_MOST;
    const NAME(words) *k2 = k1 + TD_RANK_MOST, *k3 = k2 + TD_RANK_MOST;
    NAME(words) far = ~(NAME(words)){0}, near0 = far, near1 = far, near2 = far, near3 = far;
    NAME(words) b0 = k0[0] + 1, b1 = k1[0] + 1, b2 = k2[0] + 1, b3 = k3[0] + 1;
    for (size_t p = 0; p < n; p++) {
        NAME(words) a0 = k0[p], a1 = k1[p], a2 = k2[p], a3 = k3[p];
        near0 = NEARER(near0, a0, b0), near1 = NEARER(near1, a1, b1);
        near2 = NEARER(near2, a2, b2), near3 = NEARER(near3, a3, b3);
        b0 = a0, b1 = a1, b2 = a2, b3 = a3;
        *(NAME(words) *)(order + p * TD_RANK_TILE) =
            JOIN(a0 & CODE_MASK, a1 & CODE_MASK, a2 & CODE_MASK, a3 & CODE_MASK);
    }
    *(NAME(words) *)open =
        JOIN((NAME(words))(near0 < close) & UINT8_MAX, (NAME(words))(near1 < close) & UINT8_MAX,
             (NAME(words))(near2 < close) & UINT8_MAX, (NAME(words))(near3 < close) & UINT8_MAX);
}
#undef NEARER
#undef JOIN

TARGET static void NAME(tile)(const td_rank_units *u, const td_rank_weights *w,
                              int32_t *restrict scratch, uint8_t *restrict order,
                              uint8_t *restrict tied)
{
    NAME(keys) *keys = (NAME(keys) *)scratch;
    NAME(sorter) *sort = NAME(sorter_of)(u->n);
    uint32_t close = ((uint32_t)u->n_columns + 5) << KEY_SHIFT;
    _Alignas(64) uint8_t open[TD_RANK_TILE];
    for (size_t v = 0; v < TD_RANK_TILE; v += 4 * LANES) {
        size_t step = v / TD_RANK_STEP * TD_RANK_STEP;
        NAME(filter)(u, w->filter + step * (w->m + 1) + (v - step) / 4, keys);
        for (size_t g = 0; g < 4; g++)
            sort(keys + g * TD_RANK_MOST, u->n);
        NAME(collect)(u->n, close, keys, order + v, open + v);
    }
    settle(u, w, open, order, tied);
}

/* ---- counting ---- */

#ifndef TALLY
#define TALLY NAME(bytes)
#define ADD_EQUAL(n, a, b) ((n) -= (NAME(bytes))((a) == (b)))
#define ADD_LESS(n, a, b) ((n) -= (NAME(bytes))((a) < (b)))
#endif
#ifndef SUM
#define SUM(n) NAME(sum)(n)
INLINE uint32_t NAME(sum)(NAME(bytes) n)
{
    uint32_t sum = 0;
    for (size_t l = 0; l < 4 * LANES; l++)
        sum += n[l];
    return sum;
}
#endif

/* How many of TD_RANK_TILE bytes are a. */
INLINE uint32_t NAME(find)(const uint8_t *restrict row, uint8_t a)
{
    const NAME(bytes) *at = (const NAME(bytes) *)row;
    TALLY n = {0};
#pragma GCC unroll 16
    for (size_t x = 0; x < TD_RANK_TILE / (4 * LANES); x++)
        ADD_EQUAL(n, at[x], (NAME(bytes)){0} + a);
    return SUM(n);
}

TARGET static void NAME(count)(const td_rank_units *u, const uint8_t *restrict order,
                               uint32_t *restrict counts)
{
    size_t n = u->n;
    for (size_t i = 0; i < n; i++)
        for (size_t p = 0; p < n; p++)
            counts[i * n + p] += NAME(find)(order + p * TD_RANK_TILE, u->code[i]);
    copy_same(u, counts);
}

TARGET static void NAME(pairs)(size_t n, const uint8_t *restrict ranks, uint32_t *restrict wins)
{
    for (size_t i = 0; i < n; i++) {
        const NAME(bytes) *own = (const NAME(bytes) *)(ranks + i * TD_RANK_TILE);
        for (size_t j = 0; j < n; j++) {
            const NAME(bytes) *other = (const NAME(bytes) *)(ranks + j * TD_RANK_TILE);
            TALLY less = {0};
#pragma GCC unroll 16
            for (size_t x = 0; x < TD_RANK_TILE / (4 * LANES); x++)
                ADD_LESS(less, own[x], other[x]);
            wins[i * n + j] += SUM(less);
        }
    }
}

#undef INLINE
#undef MIN
#undef MAX
#undef MIN_UNSIGNED
#undef LESS_PRODUCT
#undef TALLY
#undef ADD_EQUAL
#undef ADD_LESS
#undef SUM
#undef LANES
#undef TARGET
#undef NAME
