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

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(weigh_equals_its_twin)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
