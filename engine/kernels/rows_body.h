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

#if !defined(LEAST)
TARGET static inline NAME(lanes) NAME(choose)(NAME(whole) which, NAME(lanes) a, NAME(lanes) b)
{
    return (NAME(lanes))((which & (NAME(whole))a) | (~which & (NAME(whole))b));
}
#define LEAST(a, b) NAME(choose)((a) < (b), a, b)
#define MOST(a, b) NAME(choose)((a) > (b), a, b)
#define MULTIPLY_ADD(a, b, c) ((a) * (b) + (c))
#endif

/* What a group of criteria does after the smallest and the largest of the cluster are known. */
typedef struct NAME(scale) {
    NAME(lanes) from, factor, start;
} NAME(scale);

TARGET static inline NAME(lanes) NAME(either)(NAME(whole) which, NAME(lanes) a, NAME(lanes) b)
{
    return (NAME(lanes))((which & (NAME(whole))a) | (~which & (NAME(whole))b));
}

TARGET static inline NAME(scale)
    NAME(scale_of)(const td_rows *plan, size_t j, NAME(lanes) lo, NAME(lanes) hi)
{
    const NAME(lanes) zero = {0}, one = zero + 1, grid = zero + GRID;
    const NAME(whole) scaled = *(const NAME(whole) *)(plan->scaled + j);
    const NAME(whole) turned = *(const NAME(whole) *)(plan->turned + j);
    const NAME(lanes) span = *(const NAME(lanes) *)(plan->span + j);
    NAME(lanes) range = hi - lo;
    NAME(whole) even = range == zero;
    NAME(lanes) inverse = one / NAME(either)(even, one, range);
    NAME(lanes) factor = span * inverse;
    factor = NAME(either)(turned, zero - factor, factor);
    NAME(lanes) start = *(const NAME(lanes) *)(plan->base + j) + inverse * 0.25;
    return (NAME(scale)){
        .from = NAME(either)(scaled, NAME(either)(turned, hi, lo), grid),
        .factor = NAME(either)(scaled, NAME(either)(even, zero, factor), one),
        .start = NAME(either)(
            scaled, NAME(either)(even, *(const NAME(lanes) *)(plan->even + j), start), zero)};
}

/* Criteria j .. j + LANES - 1 of all units, added to sums. Returns whether some value is NaN. */
TARGET static inline bool NAME(column)(const td_rows *plan, size_t j, size_t n_units,
                                       const double *rows, size_t stride, NAME(lanes) * whole,
                                       NAME(whole) * sums)
{
    const NAME(lanes) grid = (NAME(lanes)){0} + GRID;
    const NAME(lanes) slope = *(const NAME(lanes) *)(plan->slope + j);
    const NAME(lanes) start = *(const NAME(lanes) *)(plan->start + j);
    const NAME(lanes) least = *(const NAME(lanes) *)(plan->least + j) + grid;
    const NAME(lanes) most = *(const NAME(lanes) *)(plan->most + j) + grid;
    NAME(lanes) lo = most, hi = least, any = {0};
    for (size_t u = 0; u < n_units; u++) {
        NAME(lanes) x = *(const NAME(loose) *)(rows + u * stride + j);
        any += x;
        NAME(lanes) q = MULTIPLY_ADD(x, slope, start) + grid;
        q = MOST(q, least);
        q = LEAST(q, most);
        whole[u] = q;
        lo = LEAST(lo, q);
        hi = MOST(hi, q);
    }
    const NAME(scale) scale = NAME(scale_of)(plan, j, lo, hi);
    for (size_t u = 0; u < n_units; u++) {
        NAME(lanes) points = MULTIPLY_ADD(whole[u] - scale.from, scale.factor, scale.start) + grid;
        sums[u] += (NAME(whole))points;
    }
    NAME(whole) blank = any != any;
    int64_t bits = 0;
    for (size_t x = 0; x < LANES; x++)
        bits |= blank[x];
    return bits != 0;
}

TARGET static bool NAME(add_up)(const td_rows *plan, size_t n_units, const double *rows,
                                size_t stride, double *scratch, double *totals)
{
    NAME(lanes) *whole = (NAME(lanes) *)scratch;
    NAME(whole) *sums = (NAME(whole) *)(scratch + n_units * LANES);
    const size_t width = (plan->n + LANES - 1) / LANES * LANES;
    bool is_blank = false;
    for (size_t u = 0; u < n_units; u++)
        sums[u] = (NAME(whole)){0};
    for (size_t j = 0; j < width; j += LANES)
        is_blank |= NAME(column)(plan, j, n_units, rows, stride, whole, sums);
    for (size_t u = 0; u < n_units; u++) {
        int64_t sum = 0;
        for (size_t x = 0; x < LANES; x++)
            sum += sums[u][x];
        totals[u] = (double)(sum - (int64_t)width * GRID_BITS);
    }
    return !is_blank;
}

TARGET static inline void NAME(compare)(size_t n, const double *totals, const double *rivals,
                                        const bool or_equal, float *counts)
{
    typedef float narrow __attribute__((vector_size(4 * LANES), aligned(4)));
    for (size_t i = 0; i < n; i += LANES) {
        const NAME(lanes) own = *(const NAME(loose) *)(totals + i);
        NAME(whole) above = (NAME(whole)){0} + GRID_BITS;
        for (size_t r = 0; r < n; r++) {
            NAME(lanes) rival = (NAME(lanes)){0} + rivals[r];
            above -= or_equal ? (NAME(whole))(rival >= own) : (NAME(whole))(rival > own);
        }
        *(narrow *)(counts + i) = __builtin_convertvector((NAME(lanes))above - GRID, narrow);
    }
}

TARGET static void NAME(count)(size_t n, const double *totals, const double *rivals, bool or_equal,
                               float *counts)
{
    if (or_equal)
        NAME(compare)(n, totals, rivals, true, counts);
    else
        NAME(compare)(n, totals, rivals, false, counts);
}

#undef LEAST
#undef MOST
#undef MULTIPLY_ADD
#undef LANES
#undef TARGET
#undef NAME
