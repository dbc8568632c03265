/*
 * Kernels against their naive twins, bit for bit.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "engine/kernels/acceptability.h"
#include "engine/kernels/weigh.h"

static uint64_t next(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static void weigh_equals_its_twin(void **state)
{
    (void)state;
    const size_t SIZES[] = {0, 1, 2, 7, 8, 9, 63, 64, 65, 1000};
    const size_t ITEMS[] = {1, 2, 3, 20, 60};
    uint64_t seed = 88172645463325252u;
    for (size_t a = 0; a < sizeof SIZES / sizeof SIZES[0]; a++)
        for (size_t b = 0; b < sizeof ITEMS / sizeof ITEMS[0]; b++) {
            size_t n = SIZES[a], m = ITEMS[b];
            double *points = calloc(n * m + 1, sizeof *points);
            double *totals = calloc(2 * n + 1, sizeof *totals);
            double weights[60];
            for (size_t i = 0; i < n * m; i++)
                points[i] = (double)(next(&seed) % (1u << 17)) - 1000;
            for (size_t j = 0; j < m; j++)
                weights[j] = (double)(next(&seed) % (1u << 30)) / 1048576.0;
            td_weigh(n, m, points, weights, totals);
            td_weigh_naive(n, m, points, weights, totals + n);
            assert_memory_equal(totals, totals + n, n * sizeof *totals);
            free(totals);
            free(points);
        }
}

/* ---- acceptability ---- */

#define MOST_UNITS 1000
#define MOST_ITEMS 21

typedef struct cluster {
    td_rank_units units;
    td_rank_weights weights;
    size_t before[MOST_UNITS], same[MOST_UNITS];
    uint8_t code[TD_RANK_MOST];
    double points[MOST_UNITS * MOST_ITEMS], offset[MOST_UNITS];
    float filter[TD_RANK_MOST * (MOST_ITEMS + 1)];
    double exact[TD_RANK_TILE * MOST_ITEMS], range[MOST_ITEMS + 1];
    _Alignas(64) float tile[TD_RANK_TILE * (MOST_ITEMS + 1)];
} cluster;

/* What an order comes to. */
typedef struct outcome {
    _Alignas(64) uint8_t order[TD_RANK_MOST * TD_RANK_TILE];
    uint8_t tied[TD_RANK_TILE], ranks[TD_RANK_MOST * TD_RANK_TILE];
    uint32_t counts[TD_RANK_MOST * TD_RANK_MOST], wins[TD_RANK_MOST * TD_RANK_MOST];
    float filter[TD_RANK_STEP * (MOST_ITEMS + 1)]; /* of the first step */
} outcome;

/*
 * ALL_DIFFERENT values; FEW of them, so that ties abound; all rows the SAME; COPIES of rows among
 * different ones; CLOSE rows, a quantum apart, so that the filter decides little; LARGE numbers.
 */
typedef enum kind { ALL_DIFFERENT, FEW, SAME, COPIES, CLOSE, LARGE, N_KINDS } rows;

static double draw_points(const cluster *c, size_t i, size_t k, rows kind, uint64_t *seed)
{
    uint64_t x = next(seed);
    switch (kind) {
    case FEW:
        return (double)(x % 3);
    case SAME:
        return (double)(7 + k);
    case COPIES:
        return i > 0 && c->same[i] < i ? c->points[c->same[i] * c->units.m + k]
                                       : (double)(x % 5001);
    case CLOSE:
        return (double)(5000 + x % 2);
    case LARGE:
        return (double)(x % (UINT64_C(1) << 41)) - 1e12;
    default:
        return (double)(x % (1u << 17)) - 1000;
    }
}

static void draw_weights(cluster *c, rows kind, uint64_t *seed)
{
    size_t m = c->units.m;
    for (size_t i = 0; i < TD_RANK_TILE * m; i++) {
        uint64_t x = next(seed);
        c->exact[i] = kind == FEW || kind == SAME ? (double)(x % 4)
                      : kind == LARGE             ? (double)(x % 64) / 64
                                                  : (double)(x % (1u << 30)) / 1048576.0;
    }
    for (size_t k = 0; k < m; k++)
        c->exact[td_rank_weight(m, 5) + k * TD_RANK_STEP] = 0; /* a vector of nothing */
}

static void fill(cluster *c, size_t n, size_t m, rows kind, uint64_t *seed)
{
    c->units = (td_rank_units){.n = n,
                               .m = m,
                               .points = c->points,
                               .offset = c->offset,
                               .before = c->before,
                               .same = c->same,
                               .code = c->code,
                               .filter = c->filter};
    c->weights = (td_rank_weights){.m = m, .exact = c->exact, .filter = c->tile};
    for (size_t i = 0; i < n; i++) {
        c->same[i] = i > 0 && next(seed) % 4 == 0 ? next(seed) % i : i; /* a copy of that */
        for (size_t k = 0; k < m; k++)
            c->points[i * m + k] = draw_points(c, i, k, kind, seed);
        c->offset[i] = kind == SAME || kind == COPIES ? 3 : (double)(next(seed) % 5) - 2.5;
        /* classes of tie keys of one to three units */
        c->before[i] = i > 0 && next(seed) % 3 > 0 ? c->before[i - 1] : i;
    }
    draw_weights(c, kind, seed);
    memset(c->range, 0, sizeof c->range);
    if (n > TD_RANK_MOST)
        return;
    td_rank_units_fill(&c->units, c->range);
    td_rank_weights_fill(&c->weights, c->range);
}

static const td_rank_kernel *last_kernel(void)
{
    size_t i = 0;
    while (td_rank_kernel_get(i + 1) != NULL)
        i++;
    return td_rank_kernel_get(i);
}

static void rank_tile(const td_rank_kernel *kernel, const cluster *c, outcome *out)
{
    static _Alignas(64) int32_t scratch[TD_RANK_SCRATCH];
    size_t n = c->units.n;
    memset(out, 0, sizeof *out);
    kernel->fill(c->units.m, c->exact, c->range, out->filter);
    kernel->tile(&c->units, &c->weights, scratch, out->order, out->tied);
    for (size_t p = 0; p < n; p++)
        out->order[p * TD_RANK_TILE + 3] = 255; /* a vector that is left out */
    td_rank_ranks(&c->units, out->order, out->ranks);
    kernel->count(&c->units, out->order, out->counts);
    kernel->pairs(n, out->ranks, out->wins);
}

static double exact_total(const cluster *c, size_t i, size_t v)
{
    const double *weights = c->exact + td_rank_weight(c->units.m, v);
    double total = c->offset[i];
    for (size_t k = 0; k < c->units.m; k++)
        total += weights[k * TD_RANK_STEP] * c->points[i * c->units.m + k];
    return total;
}

/* By definition: units before i with larger totals, or equal ones and tie keys before those of i. */
static size_t rank_of(const cluster *c, const double *totals, size_t i)
{
    size_t rank = 0;
    for (size_t j = 0; j < c->units.n; j++)
        rank += totals[j] > totals[i] || (totals[j] == totals[i] && j < c->before[i]);
    return rank;
}

static void expect_ranks(const cluster *c, const outcome *out)
{
    double totals[TD_RANK_MOST];
    for (size_t v = 0; v < TD_RANK_TILE; v++) {
        for (size_t i = 0; i < c->units.n; i++)
            totals[i] = exact_total(c, i, v);
        for (size_t i = 0; i < c->units.n && out->tied[v] == 0; i++)
            assert_int_equal(out->ranks[i * TD_RANK_TILE + v],
                             v == 3 ? 255 : rank_of(c, totals, i));
    }
}

static void every_instruction_set_ranks_alike(void **state)
{
    (void)state;
    const size_t ITEMS[] = {1, 3, 20};
    static cluster c;
    static outcome twin, out;
    uint64_t seed = 88172645463325252u;
    for (size_t n = 1; n <= TD_RANK_MOST; n++)
        for (size_t b = 0; b < sizeof ITEMS / sizeof ITEMS[0]; b++)
            for (rows kind = 0; kind < N_KINDS; kind++) {
                fill(&c, n, ITEMS[b], kind, &seed);
                rank_tile(last_kernel(), &c, &twin);
                expect_ranks(&c, &twin);
                for (size_t i = 0; td_rank_kernel_get(i) != last_kernel(); i++) {
                    rank_tile(td_rank_kernel_get(i), &c, &out);
                    assert_memory_equal(&out, &twin, sizeof out);
                }
            }
    assert_string_equal(last_kernel()->name, "plain");
}

/* Rows that are the same share a rank without being marked as tied, those of other keys do not. */
static void same_rows_are_no_ties_by_chance(void **state)
{
    (void)state;
    static cluster c;
    static outcome out;
    uint64_t seed = 3;
    for (size_t n = 2; n <= TD_RANK_MOST; n++) {
        fill(&c, n, 4, SAME, &seed);
        rank_tile(td_rank_kernel_get(0), &c, &out);
        for (size_t v = 0; v < TD_RANK_TILE; v++)
            assert_int_equal(out.tied[v], 0);
        for (size_t i = 0; i < n; i++) {
            assert_int_equal(c.same[i], c.before[i]);
            assert_int_equal(out.ranks[i * TD_RANK_TILE], c.before[i]);
        }
    }
}

/* Ranks by sorting, against the definition. */
static void sorting_ranks_alike(void **state)
{
    (void)state;
    const size_t UNITS[] = {1, 2, 7, 8, 9, 63, 64, 65, 1000};
    static cluster c;
    static size_t order[2 * MOST_UNITS], ranks[MOST_UNITS];
    static double totals[MOST_UNITS];
    uint64_t seed = 4711;
    for (size_t a = 0; a < sizeof UNITS / sizeof UNITS[0]; a++)
        for (rows kind = 0; kind < N_KINDS; kind++) {
            fill(&c, UNITS[a], 5, kind, &seed);
            td_rank_sorted(&c.units, c.exact + td_rank_weight(5, 200), totals, order, ranks);
            for (size_t i = 0; i < c.units.n; i++)
                assert_int_equal(ranks[i], rank_of(&c, totals, i));
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(weigh_equals_its_twin),
                                       cmocka_unit_test(every_instruction_set_ranks_alike),
                                       cmocka_unit_test(same_rows_are_no_ties_by_chance),
                                       cmocka_unit_test(sorting_ranks_alike)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
