/*
 * The order of units and items in the files does not show in any score of any method.
 */
#include "tests/unit/method_case.h"

static uint64_t next(uint64_t *seed)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *seed >> 33;
}

#define N 7
#define M 6

/* Writes the same table with its units and items moved. */
static void write_moved(char *rules, char *values, size_t size, double x[N][M], const size_t *units,
                        const size_t *items)
{
    int r = snprintf(rules, size, "\"scale\": 1, \"combine\": \"arithmetic\", \"criteria\": [");
    int v = snprintf(values, size, "unit");
    for (size_t k = 0; k < M; k++) {
        size_t j = items[k];
        r += snprintf(rules + r, size - (size_t)r,
                      "%s{\"code\": \"c%zu\", \"weight\": %.1f, \"value\": {\"of\": \"c%zu\", "
                      "\"better\": \"%s\"}}",
                      k > 0 ? "," : "", j, 0.1 * (double)(j % 3 + 1), j,
                      j % 2 == 0 ? "higher" : "lower");
        v += snprintf(values + v, size - (size_t)v, ",c%zu", j);
    }
    snprintf(rules + r, size - (size_t)r, "]");
    for (size_t i = 0; i < N; i++) {
        v += snprintf(values + v, size - (size_t)v, "\nu%zu", units[i]);
        for (size_t k = 0; k < M; k++)
            v += snprintf(values + v, size - (size_t)v, ",%g", x[units[i]][items[k]]);
    }
    snprintf(values + v, size - (size_t)v, "\n");
}

static void shuffle(size_t *of, size_t n, uint64_t *seed)
{
    for (size_t i = n; i > 1; i--) {
        size_t j = next(seed) % i, kept = of[i - 1];
        of[i - 1] = of[j];
        of[j] = kept;
    }
}

static void order_of_units_and_items_does_not_show(void **state)
{
    (void)state;
    uint64_t seed = 20251125;
    double x[N][M];
    char rules[2048], values[2048];
    for (int round = 0; round < 20; round++) {
        size_t units[N], items[M];
        for (size_t u = 0; u < N; u++) {
            units[u] = u;
            for (size_t k = 0; k < M; k++)
                x[u][k] = (double)(next(&seed) % 4000) / 1000;
        }
        for (size_t k = 0; k < M; k++)
            items[k] = k;
        year y, moved;
        write_moved(rules, values, sizeof rules, x, units, items);
        year_open(&y, rules, values, NULL);
        shuffle(units, N, &seed);
        shuffle(items, M, &seed);
        write_moved(rules, values, sizeof rules, x, units, items);
        year_open(&moved, rules, values, NULL);
        for (size_t method = 1; td_method_name(method) != NULL; method++) {
            rank_by(&y, td_method_name(method), NULL);
            rank_by(&moved, td_method_name(method), NULL);
            for (size_t u = 0; u < N; u++) {
                char id[8];
                snprintf(id, sizeof id, "u%zu", u);
                assert_true(standing_of(&y, id)->score_q == standing_of(&moved, id)->score_q);
                assert_true(standing_of(&y, id)->rank == standing_of(&moved, id)->rank);
            }
        }
        year_close(&moved);
        year_close(&y);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(order_of_units_and_items_does_not_show),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
