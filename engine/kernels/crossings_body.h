/*
 * The kernel for one instruction set: crossings.c includes this once for each, with LANES doubles and
 * KEYS whole numbers of 32 bits to a register, TARGET the attribute, NAME(x) the names, LOWER and
 * HIGHER of two registers of keys. Vectors of the compiler are used since it makes none of these
 * loops itself.
 */
typedef double NAME(lanes) __attribute__((vector_size(8 * LANES)));
typedef int64_t NAME(whole) __attribute__((vector_size(8 * LANES)));
typedef int32_t NAME(half) __attribute__((vector_size(4 * LANES)));
typedef uint32_t NAME(bits) __attribute__((vector_size(4 * LANES)));
typedef int32_t NAME(row) __attribute__((vector_size(4 * KEYS)));

#define STEP (TD_CROSSING_LANES / LANES) /* registers to a row of places */

/* ---- pairs ---- */

/* What does not change while one unit meets all others; count: -1 per crossing. */
typedef struct NAME(meeting) {
    NAME(lanes) a[STEP], e[STEP], end[STEP], step[STEP];
    NAME(whole) count[STEP];
} NAME(meeting);

/* One unit against another, in the lanes of one register. */
TARGET static inline void NAME(meet)(NAME(meeting) * m, int x, const double *a, const double *e,
                                     const scale *coarse, uint32_t pair, double *restrict at,
                                     int32_t *restrict keys)
{
    const NAME(lanes) zero = {0}, middle = zero + coarse->middle, none = middle - 1;
    const NAME(whole) sign = (NAME(whole))(-zero);
    NAME(lanes) rise = m->a[x] - ((const NAME(lanes) *)a)[x];
    NAME(lanes) place = rise / (m->e[x] - ((const NAME(lanes) *)e)[x]);
    NAME(whole) is_inside = (NAME(whole))(place > zero) & (NAME(whole))(place < m->end[x]);
    NAME(whole) near = (NAME(whole))(place * m->step[x] - middle);
    NAME(lanes) key = (NAME(lanes))((near & is_inside) | ((NAME(whole))none & ~is_inside));
    ((NAME(lanes) *)at)[x] = (NAME(lanes))((NAME(whole))place | ((NAME(whole))rise & sign));
    ((NAME(bits) *)keys)[x] =
        (NAME(bits)) __builtin_convertvector(key, NAME(half)) << coarse->bits | pair;
    m->count[x] += is_inside;
}

/* Unit i against all after it, from row `pair` on. */
TARGET static inline void NAME(meet_all)(size_t i, size_t width, size_t pair, const scale *coarse,
                                         const double *restrict a, const double *restrict e,
                                         NAME(meeting) *restrict meeting,
                                         td_crossing_work *restrict work)
{
    NAME(meeting) m = *meeting;
#pragma GCC unroll 4
    for (int x = 0; x < STEP; x++) {
        m.a[x] = ((const NAME(lanes) *)(a + i * width))[x];
        m.e[x] = ((const NAME(lanes) *)(e + i * width))[x];
    }
    for (size_t j = i + 1; j < work->n; j++, pair++)
#pragma GCC unroll 4
        for (int x = 0; x < STEP; x++)
            NAME(meet)
    (&m, x, a + j * width, e + j * width, coarse, (uint32_t)pair,
     work->at + pair * TD_CROSSING_LANES, work->keys + pair * TD_CROSSING_LANES);
    *meeting = m;
}

TARGET static void NAME(find)(size_t width, const double *restrict a, const double *restrict e,
                              const double *restrict end, td_crossing_work *restrict work)
{
    const scale coarse = scale_of(work->n);
    NAME(meeting) m = {.count = {{0}}};
    for (int x = 0; x < STEP; x++) {
        m.end[x] = ((const NAME(lanes) *)end)[x];
        m.step[x] = coarse.range / m.end[x];
    }
    for (size_t i = 0, pair = 0; i < work->n; pair += work->n - ++i)
        NAME(meet_all)(i, width, pair, &coarse, a, e, &m, work);
    for (size_t l = 0; l < TD_CROSSING_LANES; l++)
        work->counts[l] = (size_t)-m.count[l / LANES][l % LANES];
}

/* ---- sorting ---- */

TARGET static inline void NAME(order)(NAME(row) * x, NAME(row) * y)
{
    NAME(row) low = LOWER(*x, *y);
    *y = HIGHER(*x, *y);
    *x = low;
}

/* Eight registers in any order (19 comparisons, the fewest). */
TARGET static inline void NAME(sort8)(NAME(row) * r)
{
    NAME(order)(r + 0, r + 2), NAME(order)(r + 1, r + 3);
    NAME(order)(r + 4, r + 6), NAME(order)(r + 5, r + 7);
    NAME(order)(r + 0, r + 4), NAME(order)(r + 1, r + 5);
    NAME(order)(r + 2, r + 6), NAME(order)(r + 3, r + 7);
    NAME(order)(r + 0, r + 1), NAME(order)(r + 2, r + 3);
    NAME(order)(r + 4, r + 5), NAME(order)(r + 6, r + 7);
    NAME(order)(r + 2, r + 4), NAME(order)(r + 3, r + 5);
    NAME(order)(r + 1, r + 4), NAME(order)(r + 3, r + 6);
    NAME(order)(r + 1, r + 2), NAME(order)(r + 3, r + 4), NAME(order)(r + 5, r + 6);
}

/* Straight lines instead of loops: only these stay in registers with every compiler. */
TARGET static inline void NAME(load4)(NAME(row) * r, const int32_t *keys, size_t step)
{
    step *= TD_CROSSING_LANES;
    r[0] = *(const NAME(row) *)keys;
    r[1] = *(const NAME(row) *)(keys + step);
    r[2] = *(const NAME(row) *)(keys + 2 * step);
    r[3] = *(const NAME(row) *)(keys + 3 * step);
}

TARGET static inline void NAME(store4)(const NAME(row) * r, int32_t *keys, size_t step)
{
    step *= TD_CROSSING_LANES;
    *(NAME(row) *)keys = r[0];
    *(NAME(row) *)(keys + step) = r[1];
    *(NAME(row) *)(keys + 2 * step) = r[2];
    *(NAME(row) *)(keys + 3 * step) = r[3];
}

TARGET static inline void NAME(sort_block)(int32_t *keys)
{
    NAME(row) r[8];
    NAME(load4)(r, keys, 1);
    NAME(load4)(r + 4, keys + 4 * TD_CROSSING_LANES, 1);
    NAME(sort8)(r);
    NAME(store4)(r, keys, 1);
    NAME(store4)(r + 4, keys + 4 * TD_CROSSING_LANES, 1);
}

/* Rows 0, step, 2 step ...: three distances of a merge, 4, 2 and 1 steps. */
TARGET static inline void NAME(clean)(int32_t *keys, size_t step)
{
    NAME(row) r[8];
    NAME(load4)(r, keys, step);
    NAME(load4)(r + 4, keys + 4 * step * TD_CROSSING_LANES, step);
    NAME(order)(r + 0, r + 4), NAME(order)(r + 1, r + 5);
    NAME(order)(r + 2, r + 6), NAME(order)(r + 3, r + 7);
    NAME(order)(r + 0, r + 2), NAME(order)(r + 1, r + 3);
    NAME(order)(r + 4, r + 6), NAME(order)(r + 5, r + 7);
    NAME(order)(r + 0, r + 1), NAME(order)(r + 2, r + 3);
    NAME(order)(r + 4, r + 5), NAME(order)(r + 6, r + 7);
    NAME(store4)(r, keys, step);
    NAME(store4)(r + 4, keys + 4 * step * TD_CROSSING_LANES, step);
}

/* Orders two of n registers; the ones past n would hold the largest key. */
TARGET static inline void NAME(order_of)(NAME(row) * r, int x, int y, int n)
{
    if (y < n)
        NAME(order)(r + x, r + y);
}

/*
 * The first three distances of merging two sorted runs: a row of the lower run against the one as
 * far from the end of the upper, then two steps and one. low: the first of four rows of the lower
 * run; high: of the upper. n: of these eight rows, those that are not past the end.
 */
TARGET static inline void NAME(fold3)(int32_t *low, int32_t *high, size_t step, int n)
{
    NAME(row) r[8];
    NAME(load4)(r, low, step);
    NAME(load4)(r + 4, high, step);
    NAME(order_of)(r, 3, 4, n), NAME(order_of)(r, 2, 5, n);
    NAME(order_of)(r, 1, 6, n), NAME(order_of)(r, 0, 7, n);
    NAME(order)(r + 0, r + 2), NAME(order)(r + 1, r + 3);
    NAME(order_of)(r, 4, 6, n), NAME(order_of)(r, 5, 7, n);
    NAME(order)(r + 0, r + 1), NAME(order)(r + 2, r + 3);
    NAME(order_of)(r, 4, 5, n), NAME(order_of)(r, 6, 7, n);
    NAME(store4)(r, low, step);
    NAME(store4)(r + 4, high, step);
}

/* The first two distances, of two rows of each run. */
TARGET static inline void NAME(fold2)(int32_t *low, int32_t *high, size_t step, int n)
{
    NAME(row) *x = (NAME(row) *)low, *y = (NAME(row) *)high;
    const size_t next = step * TD_CROSSING_LANES / KEYS;
    NAME(row) r[4] = {x[0], x[next], y[0], y[next]};
    NAME(order_of)(r, 1, 2, n), NAME(order_of)(r, 0, 3, n);
    NAME(order)(r + 0, r + 1);
    NAME(order_of)(r, 2, 3, n);
    x[0] = r[0], x[next] = r[1], y[0] = r[2], y[next] = r[3];
}

/* Of four rows (two: half = 2) of an upper run from `first` on, those that are not past the end. */
static inline int NAME(real_rows)(size_t n_rows, size_t first, size_t step, int half)
{
    int n = (first < n_rows) + (first + step < n_rows);
    return half == 2 ? n : n + (first + 2 * step < n_rows) + (first + 3 * step < n_rows);
}

TARGET static inline void NAME(fold_some3)(int32_t *keys, size_t n_rows, size_t low, size_t high,
                                           size_t step)
{
    int32_t *x = keys + low * TD_CROSSING_LANES, *y = keys + high * TD_CROSSING_LANES;
    int n = NAME(real_rows)(n_rows, high, step, 4);
    if (n > 2)
        NAME(fold3)(x, y, step, 8);
    else if (n == 2)
        NAME(fold3)(x, y, step, 6);
    else if (n == 1)
        NAME(fold3)(x, y, step, 5);
    else
        NAME(fold3)(x, y, step, 4);
}

TARGET static inline void NAME(fold_some2)(int32_t *keys, size_t n_rows, size_t low, size_t high,
                                           size_t step)
{
    int32_t *x = keys + low * TD_CROSSING_LANES, *y = keys + high * TD_CROSSING_LANES;
    int n = NAME(real_rows)(n_rows, high, step, 2);
    if (n == 2)
        NAME(fold2)(x, y, step, 4);
    else if (n == 1)
        NAME(fold2)(x, y, step, 3);
    else
        NAME(fold2)(x, y, step, 2);
}

/* Runs of `size` rows, each of two sorted halves; what lies in each block is left to clean(). */
TARGET static void NAME(fold_all)(int32_t *keys, size_t n_rows, size_t size, size_t block)
{
    for (size_t first = 0; first + size / 2 < n_rows; first += size) {
        size_t last = first + size - 1, i = 0;
        if (size == 8 * block)
            for (; i < block; i++)
                NAME(fold_some3)(keys, n_rows, first + i, last - i - 3 * block, block);
        else if (size == 4 * block)
            for (; i < block; i++)
                NAME(fold_some2)(keys, n_rows, first + i, last - i - block, block);
        else
            for (i = last < n_rows ? 0 : last - n_rows + 1; i < block; i++)
                NAME(order)
        ((NAME(row) *)(keys + (first + i) * TD_CROSSING_LANES),
         (NAME(row) *)(keys + (last - i) * TD_CROSSING_LANES));
    }
}

TARGET static void NAME(clean_all)(int32_t *keys, size_t n_rows, size_t step)
{
    for (size_t first = 0; first + step < n_rows; first += 8 * step) {
        size_t end = n_rows - step - first < step ? n_rows - step - first : step;
        for (size_t i = 0; i < end; i++)
            NAME(clean)(keys + (first + i) * TD_CROSSING_LANES, step);
    }
}

/* Rows from n_rows up to a power of two (at least 8) get the largest key. Returns that. */
TARGET static size_t NAME(fill_up)(int32_t *keys, size_t n_rows)
{
    const NAME(row) zero = {0}, largest = zero + INT32_MAX;
    size_t room = 8;
    while (room < n_rows)
        room *= 2;
    for (size_t x = n_rows; x < room; x++)
        *(NAME(row) *)(keys + x * TD_CROSSING_LANES) = largest;
    return room;
}

/* Batcher's bitonic merges with all comparisons upward, so that rows past the end, which hold the
   largest key, stay where they are: what touches only them is left out. */
TARGET static void NAME(sort)(td_crossing_work *restrict work)
{
    const size_t n_pairs = pairs_of(work->n);
    for (size_t x = 0; x < TD_CROSSING_LANES; x += KEYS) {
        int32_t *keys = work->keys + x;
        const size_t room = NAME(fill_up)(keys, n_pairs);
        for (size_t first = 0; first < n_pairs; first += 8)
            NAME(sort_block)(keys + first * TD_CROSSING_LANES);
        for (size_t size = 16, block = 8; size <= room; size *= 2) {
            NAME(fold_all)(keys, n_pairs, size, block);
            for (size_t step = block / 8; step > 0; step /= 8)
                NAME(clean_all)(keys, n_pairs, step);
            block *= size == 8 * block ? 8 : 1;
        }
    }
}

#undef STEP
#undef LANES
#undef KEYS
#undef LOWER
#undef HIGHER
#undef TARGET
#undef NAME
