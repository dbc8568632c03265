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
#define MOST_ITEMS 20

typedef struct cluster {
    size_t n, m, before[MOST_UNITS];
    double points[MOST_UNITS * MOST_ITEMS], offset[MOST_UNITS];
    _Alignas(64) double weights[TD_RANK_TILE * MOST_ITEMS];
    _Alignas(64) double totals[MOST_UNITS * TD_RANK_STEP];
    _Alignas(64) uint8_t ranks[TD_RANK_MOST * TD_RANK_TILE];
} cluster;

/* kind 0: all different; 1: few values, so that ties abound; 2: all rows the same. */
static void fill(cluster *c, size_t n, size_t m, int kind, uint64_t *seed)
{
    c->n = n;
    c->m = m;
    for (size_t i = 0; i < n * m; i++)
        c->points[i] = kind == 0 ? (double)(next(seed) % (1u << 17)) - 1000
                                 : (double)(kind == 1 ? next(seed) % 3 : 7 + i % m);
    for (size_t i = 0; i < n; i++) {
        c->offset[i] = kind == 2 ? 0 : (double)(next(seed) % 5) - 2.5;
        /* classes of tie keys of one to three units */
        c->before[i] = i > 0 && next(seed) % 3 > 0 ? c->before[i - 1] : i;
    }
    for (size_t i = 0; i < TD_RANK_TILE * m; i++)
        c->weights[i] =
            kind == 0 ? (double)(next(seed) % (1u << 30)) / 1048576.0 : (double)(next(seed) % 4);
}

static const td_rank_kernel *last_kernel(void)
{
    size_t i = 0;
    while (td_rank_kernel_get(i + 1) != NULL)
        i++;
    return td_rank_kernel_get(i);
}

static void expect_plain(const td_rank_kernel *kernel, cluster *c)
{
    static cluster twin;
    static uint32_t counts[2][TD_RANK_MOST * TD_RANK_MOST], wins[2][TD_RANK_MOST * TD_RANK_MOST];
    memcpy(&twin, c, sizeof twin);
    kernel->tile(c->n, c->m, c->points, c->offset, c->before, c->weights, c->totals, c->ranks);
    last_kernel()->tile(c->n, c->m, c->points, c->offset, c->before, c->weights, twin.totals,
                        twin.ranks);
    assert_memory_equal(c->ranks, twin.ranks, c->n * TD_RANK_TILE);
    c->ranks[3] = 255; /* vectors that are left out */
    memset(counts, 0, sizeof counts);
    memset(wins, 0, sizeof wins);
    kernel->count(c->n, c->ranks, counts[0]);
    last_kernel()->count(c->n, c->ranks, counts[1]);
    kernel->pairs(c->n, c->ranks, wins[0]);
    last_kernel()->pairs(c->n, c->ranks, wins[1]);
    assert_memory_equal(counts[0], counts[1], sizeof counts[0]);
    assert_memory_equal(wins[0], wins[1], sizeof wins[0]);
}

static void every_instruction_set_ranks_alike(void **state)
{
    (void)state;
    const size_t UNITS[] = {1, 2, 7, 8, 9, 15, 63, 64}, ITEMS[] = {1, 2, 3, 20};
    static cluster c;
    uint64_t seed = 88172645463325252u;
    for (size_t i = 0; td_rank_kernel_get(i) != NULL; i++)
        for (size_t a = 0; a < sizeof UNITS / sizeof UNITS[0]; a++)
            for (size_t b = 0; b < sizeof ITEMS / sizeof ITEMS[0]; b++)
                for (int kind = 0; kind < 3; kind++) {
                    fill(&c, UNITS[a], ITEMS[b], kind, &seed);
                    expect_plain(td_rank_kernel_get(i), &c);
                }
    assert_string_equal(last_kernel()->name, "plain");
}

/* Ranks by sorting, against comparing all with all. */
static void sorting_ranks_alike(void **state)
{
    (void)state;
    const size_t UNITS[] = {1, 2, 7, 8, 9, 63, 64, 65, 1000};
    static cluster c;
    static size_t order[2 * MOST_UNITS], ranks[MOST_UNITS];
    uint64_t seed = 4711;
    for (size_t a = 0; a < sizeof UNITS / sizeof UNITS[0]; a++)
        for (int kind = 0; kind < 3; kind++) {
            fill(&c, UNITS[a], 5, kind, &seed);
            td_rank_sorted(c.n, c.m, c.points, c.offset, c.before, c.weights, 200, c.totals, order,
                           ranks);
            for (size_t i = 0; i < c.n; i++) {
                size_t rank = 0;
                for (size_t j = 0; j < c.n; j++)
                    rank += c.totals[j] > c.totals[i] ||
                            (c.totals[j] == c.totals[i] && j < c.before[i]);
                assert_int_equal(ranks[i], rank);
            }
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(weigh_equals_its_twin),
                                       cmocka_unit_test(every_instruction_set_ranks_alike),
                                       cmocka_unit_test(sorting_ranks_alike)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
