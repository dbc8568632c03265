/*
 * The kernel for one instruction set: rows.c includes this once for each, with LANES doubles to a
 * register, TARGET the attribute, NAME(x) the names, LEAST, MOST and MULTIPLY_ADD the operations
 * that no operator stands for.
 *
 * Whole numbers are kept as doubles near GRID, of which they are the last bits: there additions
 * round to whole numbers, differences are exact, order is that of the numbers, and bits can be added
 * up as integers.
 */
typedef double NAME(lanes) __attribute__((vector_size(8 * LANES)));
typedef double NAME(loose) __attribute__((vector_size(8 * LANES), aligned(8)));
typedef int64_t NAME(whole) __attribute__((vector_size(8 * LANES)));
typedef uint64_t NAME(bits) __attribute__((vector_size(8 * LANES))); /* sums of them, which wrap */

#if !defined(LEAST)
TARGET static inline NAME(lanes) NAME(choose)(NAME(whole) which, NAME(lanes) a, NAME(lanes) b)
{
    return (NAME(lanes))((which & (NAME(whole))a) | (~which & (NAME(whole))b));
}
#define LEAST(a, b) NAME(choose)((a) < (b), a, b)
#define MOST(a, b) NAME(choose)((a) > (b), a, b)
#define MULTIPLY_ADD(a, b, c) ((a) * (b) + (c))
#endif

/* What becomes of the q of a group once the smallest and the largest of the cluster are known:
   (q - from) * factor + start, near GRID. */
typedef struct NAME(scale) {
    NAME(lanes) from, factor, start;
} NAME(scale);

TARGET static inline NAME(lanes) NAME(either)(NAME(whole) which, NAME(lanes) a, NAME(lanes) b)
{
    return (NAME(lanes))((which & (NAME(whole))a) | (~which & (NAME(whole))b));
}

/* lo and hi near GRID. */
TARGET static inline NAME(scale)
    NAME(scale_of)(const td_rows *plan, size_t j, NAME(lanes) lo, NAME(lanes) hi)
{
    const NAME(lanes) zero = {0}, one = zero + 1, grid = zero + GRID;
    const NAME(whole) scaled = *(const NAME(whole) *)(plan->scaled + j);
    const NAME(whole) turned = *(const NAME(whole) *)(plan->turned + j);
    NAME(lanes) range = hi - lo;
    NAME(whole) even = range == zero;
    NAME(lanes) stretched = (zero + (1 + TD_ROWS_STRETCH)) / NAME(either)(even, one, range);
    NAME(lanes) factor = *(const NAME(lanes) *)(plan->span + j) * stretched;
    NAME(lanes)
    start = NAME(either)(even, *(const NAME(lanes) *)(plan->even + j),
                         *(const NAME(lanes) *)(plan->base + j));
    return (NAME(scale)){
        .from = NAME(either)(scaled, NAME(either)(turned, hi, lo), grid),
        .factor = NAME(either)(scaled, NAME(either)(even, zero, factor), one),
        .start = grid + NAME(either)(scaled, start, zero),
    };
}

/* x on the line of a group, near GRID. */
TARGET static inline NAME(lanes)
    NAME(on_line)(const bool shifted, const td_rows *plan, size_t j, NAME(lanes) x)
{
    const NAME(lanes) grid = (NAME(lanes)){0} + GRID;
    const NAME(lanes) slope = *(const NAME(lanes) *)(plan->slope + j);
    const NAME(lanes) start = *(const NAME(lanes) *)(plan->start + j);
    NAME(lanes)
    q = shifted ? MULTIPLY_ADD(x, slope, start) + grid : MULTIPLY_ADD(x, slope, start + grid);
    q = MOST(q, *(const NAME(lanes) *)(plan->least + j) + grid);
    return LEAST(q, *(const NAME(lanes) *)(plan->most + j) + grid);
}

/* Asks for what clusters to come have here: the loop that looks for ends would wait for memory. */
TARGET static inline __attribute__((always_inline)) void NAME(fetch)(const size_t n,
                                                                     const double *row)
{
    const uintptr_t at = (uintptr_t)row + AHEAD;
    for (size_t line = 0; line < (n * LANES + 7) / 8 && line < 2; line++)
        __builtin_prefetch((const void *)(at + line * 64));
}

/*
 * Groups of LANES criteria, n of them from criterion j on, all units; their points are added to sums.
 * What is computed on a line keeps the order of x, so that the ends of x give those of q. Returns
 * whether some value is NaN; shifted: it is looked for. With n known, all loops over it vanish.
 */
TARGET static inline __attribute__((always_inline)) bool NAME(groups)(
    const size_t n, const bool shifted, const td_rows *plan, size_t j, size_t n_units,
    const double *rows, size_t stride, NAME(bits) * sums)
{
    NAME(lanes) low[GROUPS], high[GROUPS], any[GROUPS];
    NAME(scale) scale[GROUPS];
#pragma GCC unroll 3
    for (size_t g = 0; g < n; g++)
        low[g] = high[g] = any[g] = *(const NAME(loose) *)(rows + j + g * LANES);
    for (size_t u = 1; u < n_units; u++) {
#pragma GCC unroll 3
        for (size_t g = 0; g < n; g++) {
            NAME(lanes) x = *(const NAME(loose) *)(rows + u * stride + j + g * LANES);
            low[g] = LEAST(low[g], x);
            high[g] = MOST(high[g], x);
            if (shifted)
                any[g] += x;
        }
    }
#pragma GCC unroll 3
    for (size_t g = 0; g < n; g++) {
        NAME(lanes) a = NAME(on_line)(shifted, plan, j + g * LANES, low[g]);
        NAME(lanes) b = NAME(on_line)(shifted, plan, j + g * LANES, high[g]);
        scale[g] = NAME(scale_of)(plan, j + g * LANES, LEAST(a, b), MOST(a, b));
    }
    for (size_t u = 0; u < n_units; u++) {
        NAME(bits) sum = sums[u];
        NAME(fetch)(n, rows + u * stride + j);
#pragma GCC unroll 3
        for (size_t g = 0; g < n; g++) {
            NAME(lanes) x = *(const NAME(loose) *)(rows + u * stride + j + g * LANES);
            NAME(lanes) q = NAME(on_line)(shifted, plan, j + g * LANES, x);
            sum += (NAME(bits))MULTIPLY_ADD(q - scale[g].from, scale[g].factor, scale[g].start);
        }
        sums[u] = sum;
    }
    int64_t blank = 0;
#pragma GCC unroll 3
    for (size_t g = 0; g < n; g++)
        for (size_t x = 0; x < LANES && shifted; x++)
            blank |= any[g][x] != any[g][x];
    return blank != 0;
}

TARGET static inline __attribute__((always_inline)) bool NAME(all_groups)(
    const bool shifted, const td_rows *plan, size_t n_units, const double *rows, size_t stride,
    NAME(bits) * sums)
{
    bool is_blank = false;
    size_t j = 0, n = (plan->n + LANES - 1) / LANES;
    for (; n >= GROUPS; n -= GROUPS, j += GROUPS * LANES)
        is_blank |= NAME(groups)(GROUPS, shifted, plan, j, n_units, rows, stride, sums);
    if (n == 2)
        is_blank |= NAME(groups)(2, shifted, plan, j, n_units, rows, stride, sums);
    if (n == 1)
        is_blank |= NAME(groups)(1, shifted, plan, j, n_units, rows, stride, sums);
    return is_blank;
}

TARGET static bool NAME(add_up)(const td_rows *plan, size_t n_units, const double *rows,
                                size_t stride, double *scratch, double *totals)
{
    NAME(bits) *sums = (NAME(bits) *)scratch;
    const uint64_t n_grids = (plan->n + LANES - 1) / LANES * LANES;
    const NAME(bits) first = {0 - n_grids * GRID_BITS};
    for (size_t u = 0; u < n_units; u++)
        sums[u] = first;
    bool is_blank = plan->is_shifted ? NAME(all_groups)(true, plan, n_units, rows, stride, sums)
                                     : NAME(all_groups)(false, plan, n_units, rows, stride, sums);
    for (size_t u = 0; u < n_units; u++) {
        uint64_t sum = 0;
        for (size_t x = 0; x < LANES; x++)
            sum += sums[u][x];
        totals[u] = (double)(int64_t)sum;
    }
    return !(is_blank && plan->may_be_blank);
}

/* Four registers of units against all rivals. */
TARGET static inline void NAME(compare)(size_t n, const double *totals, const double *rivals,
                                        const bool or_equal, float *counts)
{
    typedef float narrow __attribute__((vector_size(4 * LANES), aligned(4)));
    const NAME(loose) *own = (const NAME(loose) *)totals;
    NAME(lanes) a = own[0], b = own[1], c = own[2], d = own[3];
    NAME(whole) above_a = (NAME(whole)){0} + GRID_BITS;
    NAME(whole) above_b = above_a, above_c = above_a, above_d = above_a;
    for (size_t r = 0; r < n; r++) {
        const NAME(lanes) rival = (NAME(lanes)){0} + rivals[r];
        above_a -= or_equal ? (NAME(whole))(rival >= a) : (NAME(whole))(rival > a);
        above_b -= or_equal ? (NAME(whole))(rival >= b) : (NAME(whole))(rival > b);
        above_c -= or_equal ? (NAME(whole))(rival >= c) : (NAME(whole))(rival > c);
        above_d -= or_equal ? (NAME(whole))(rival >= d) : (NAME(whole))(rival > d);
    }
    narrow *out = (narrow *)counts;
    out[0] = __builtin_convertvector((NAME(lanes))above_a - GRID, narrow);
    out[1] = __builtin_convertvector((NAME(lanes))above_b - GRID, narrow);
    out[2] = __builtin_convertvector((NAME(lanes))above_c - GRID, narrow);
    out[3] = __builtin_convertvector((NAME(lanes))above_d - GRID, narrow);
}

TARGET static void NAME(count)(size_t n, const double *totals, const double *rivals, bool or_equal,
                               float *counts)
{
    for (size_t i = 0; i < n; i += 4 * LANES)
        if (or_equal)
            NAME(compare)(n, totals + i, rivals, true, counts + i);
        else
            NAME(compare)(n, totals + i, rivals, false, counts + i);
}

#undef LEAST
#undef MOST
#undef MULTIPLY_ADD
#undef LANES
#undef TARGET
#undef NAME
