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
#define LOAD_SOME(from, n) NAME(load_some)(from, n)
TARGET static inline NAME(lanes) NAME(load_some)(const double *from, size_t n)
{
    NAME(lanes) some = {0};
    for (size_t x = 0; x < LANES && x < n; x++)
        some[x] = from[x];
    return some;
}
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

/* The lines of a group of LANES criteria, everything near GRID that can be. */
typedef struct NAME(line) {
    NAME(lanes) slope, start, least, most;
} NAME(line);

TARGET static inline NAME(line) NAME(line_of)(const bool shifted, const td_rows *plan, size_t j)
{
    const NAME(lanes) grid = (NAME(lanes)){0} + GRID;
    const NAME(lanes) start = *(const NAME(lanes) *)(plan->start + j);
    return (NAME(line)){
        .slope = *(const NAME(lanes) *)(plan->slope + j),
        .start = shifted ? start : start + grid,
        .least = *(const NAME(lanes) *)(plan->least + j) + grid,
        .most = *(const NAME(lanes) *)(plan->most + j) + grid,
    };
}

/* x on the line of a group, near GRID. */
TARGET static inline NAME(lanes) NAME(on_line)(const bool shifted, NAME(line) line, NAME(lanes) x)
{
    NAME(lanes) q = MULTIPLY_ADD(x, line.slope, line.start);
    if (shifted)
        q += (NAME(lanes)){0} + GRID;
    return LEAST(MOST(q, line.least), line.most);
}

/* How many criteria the last of n groups has. */
TARGET static inline size_t NAME(last_of)(const size_t n, const td_rows *plan, size_t j)
{
    const size_t left = plan->n - j - (n - 1) * LANES;
    return left < LANES ? left : LANES;
}

/* Criteria of group g of n, whose last has only so many. */
TARGET static inline __attribute__((always_inline)) NAME(lanes)
    NAME(load)(const size_t n, size_t last, const double *row, size_t g)
{
    return g + 1 == n ? LOAD_SOME(row + g * LANES, last) : *(const NAME(loose) *)(row + g * LANES);
}

/* Asks for a line of the rows of some clusters to come: a loop that looks for the ends of values would
   wait for memory. The first line of a row goes with that loop, the others with the one that works. */
static inline void NAME(fetch)(const double *row)
{
    __builtin_prefetch((const void *)((uintptr_t)row + AHEAD), 0, 2);
}

/*
 * The scales of n groups, from criterion j on, for each cluster. What is computed on a line keeps the
 * order of x, so that the ends of x give those of q. Returns whether some value is NaN; shifted: it
 * is looked for. With n known, all loops over it vanish.
 */
TARGET static inline __attribute__((always_inline)) bool NAME(find_scales)(
    const size_t n, const bool shifted, const td_rows *plan, size_t j, const td_rows_table *t,
    NAME(scale) * scale)
{
    const size_t last = NAME(last_of)(n, plan, j);
    const double *row = t->values + j;
    NAME(line) line[GROUPS];
    NAME(lanes) low[GROUPS], high[GROUPS], any[GROUPS] = {{0}};
#pragma GCC unroll 3
    for (size_t g = 0; g < n; g++)
        line[g] = NAME(line_of)(shifted, plan, j + g * LANES);
    for (size_t c = 0; c < t->n_clusters; c++, scale += n) {
        const double *end = row + t->n_units[c] * t->stride;
#pragma GCC unroll 3
        for (size_t g = 0; g < n; g++)
            low[g] = high[g] = NAME(load)(n, last, row, g);
        for (; row < end; row += t->stride) {
            NAME(fetch)(row);
#pragma GCC unroll 3
            for (size_t g = 0; g < n; g++) {
                NAME(lanes) x = NAME(load)(n, last, row, g);
                low[g] = LEAST(low[g], x);
                high[g] = MOST(high[g], x);
                if (shifted)
                    any[g] += x;
            }
        }
#pragma GCC unroll 3
        for (size_t g = 0; g < n; g++) {
            NAME(lanes) a = NAME(on_line)(shifted, line[g], low[g]);
            NAME(lanes) b = NAME(on_line)(shifted, line[g], high[g]);
            scale[g] = NAME(scale_of)(plan, j + g * LANES, LEAST(a, b), MOST(a, b));
        }
    }
    int64_t blank = 0;
    for (size_t g = 0; g < n && shifted; g++)
        for (size_t x = 0; x < LANES; x++)
            blank |= any[g][x] != any[g][x];
    return blank != 0;
}

/* The sum of all lanes, as a number. */
TARGET static inline double NAME(total_of)(NAME(bits) sums)
{
    uint64_t sum = 0;
    for (size_t x = 0; x < LANES; x++)
        sum += sums[x];
    return (double)(int64_t)sum;
}

/* Adds the points of n groups to the sums of those before criterion j. totals: of the last groups. */
TARGET static inline __attribute__((always_inline)) void NAME(add_points)(
    const size_t n, const bool shifted, const td_rows *plan, size_t j, const td_rows_table *t,
    const NAME(scale) * scale, NAME(bits) * sums, double *totals)
{
    const size_t last = NAME(last_of)(n, plan, j);
    const uint64_t n_grids = (plan->n + LANES - 1) / LANES * LANES;
    const NAME(bits) nothing = {0 - n_grids * GRID_BITS};
    const double *row = t->values + j;
    NAME(line) line[GROUPS];
#pragma GCC unroll 3
    for (size_t g = 0; g < n; g++)
        line[g] = NAME(line_of)(shifted, plan, j + g * LANES);
    for (size_t c = 0, u = 0; c < t->n_clusters; c++, scale += n) {
        const double *end = row + t->n_units[c] * t->stride;
        for (; row < end; row += t->stride, u++) {
            NAME(bits) sum = j > 0 ? sums[u] : nothing;
            for (size_t next = 8; next < n * LANES; next += 8)
                NAME(fetch)(row + next);
#pragma GCC unroll 3
            for (size_t g = 0; g < n; g++) {
                NAME(lanes) q = NAME(on_line)(shifted, line[g], NAME(load)(n, last, row, g));
                q = MULTIPLY_ADD(q - scale[g].from, scale[g].factor, scale[g].start);
                sum += (NAME(bits))q;
            }
            if (totals != NULL)
                totals[u] = NAME(total_of)(sum);
            else
                sums[u] = sum;
        }
    }
}

TARGET static inline __attribute__((always_inline)) bool NAME(groups)(
    const size_t n, const bool shifted, const td_rows *plan, size_t j, const td_rows_table *t,
    double *scratch, double *totals)
{
    NAME(scale) *scale = (NAME(scale) *)scratch;
    NAME(bits) *sums = (NAME(bits) *)(scale + t->n_clusters * GROUPS);
    bool is_blank = NAME(find_scales)(n, shifted, plan, j, t, scale);
    NAME(add_points)(n, shifted, plan, j, t, scale, sums, totals);
    return is_blank;
}

TARGET static inline __attribute__((always_inline)) bool NAME(all_groups)(const bool shifted,
                                                                          const td_rows *plan,
                                                                          const td_rows_table *t,
                                                                          double *scratch,
                                                                          double *totals)
{
    bool is_blank = false;
    size_t j = 0;
    for (; plan->n - j > GROUPS * LANES; j += GROUPS * LANES)
        is_blank |= NAME(groups)(GROUPS, shifted, plan, j, t, scratch, NULL);
    if (plan->n - j > 2 * LANES)
        is_blank |= NAME(groups)(3, shifted, plan, j, t, scratch, totals);
    else if (plan->n - j > LANES)
        is_blank |= NAME(groups)(2, shifted, plan, j, t, scratch, totals);
    else
        is_blank |= NAME(groups)(1, shifted, plan, j, t, scratch, totals);
    return is_blank;
}

TARGET static bool NAME(add_up)(const td_rows *plan, const td_rows_table *t, double *scratch,
                                double *totals)
{
    bool is_blank = plan->is_shifted ? NAME(all_groups)(true, plan, t, scratch, totals)
                                     : NAME(all_groups)(false, plan, t, scratch, totals);
    return !(is_blank && plan->may_be_blank);
}

/* RANKED registers of units against all rivals. */
TARGET static inline void NAME(compare)(size_t n, const double *totals, const double *rivals,
                                        const bool or_equal, float *counts)
{
    typedef float narrow __attribute__((vector_size(4 * LANES), aligned(4)));
    NAME(lanes) own[RANKED];
    NAME(whole) found[RANKED]; /* rivals above, or below, near GRID */
#pragma GCC unroll 4
    for (size_t i = 0; i < RANKED; i++) {
        own[i] = ((const NAME(loose) *)totals)[i];
        found[i] = (NAME(whole)){0} + GRID_BITS;
    }
    for (size_t r = 0; r < n; r++) {
        const NAME(lanes) rival = rivals[r] - (NAME(lanes)){0}; /* in all lanes */
#pragma GCC unroll 4
        for (size_t i = 0; i < RANKED; i++)
            found[i] =
                or_equal ? ONE_MORE(found[i], own[i], rival) : ONE_MORE(found[i], rival, own[i]);
    }
#pragma GCC unroll 4
    for (size_t i = 0; i < RANKED; i++) {
        NAME(lanes) count = (NAME(lanes))found[i] - GRID;
        ((narrow *)counts)[i] =
            __builtin_convertvector(or_equal ? (double)n - count : count, narrow);
    }
}

TARGET static void NAME(count)(size_t n, const double *totals, const double *rivals, bool or_equal,
                               float *counts)
{
    for (size_t i = 0; i < n; i += RANKED * LANES)
        if (or_equal)
            NAME(compare)(n, totals + i, rivals, true, counts + i);
        else
            NAME(compare)(n, totals + i, rivals, false, counts + i);
}

#undef LEAST
#undef MOST
#undef MULTIPLY_ADD
#undef LOAD_SOME
#undef ONE_MORE
#undef RANKED
#undef LANES
#undef TARGET
#undef NAME
