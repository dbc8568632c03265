/*
 * Sampled weights against exact areas, whole runs against runs in pieces, and the faults of
 * options and limits.
 */
#include <cjson/cJSON.h>

#include "tests/unit/matrix.h"

#define EXACT "tests/data/fixtures/smaa_exact.json"
#define MANY UINT64_C(100000)
#define STANDARD_ERRORS 4

static double *numbers_of(const cJSON *rows, size_t n, size_t m)
{
    double *values = calloc(n * m, sizeof *values);
    for (size_t u = 0; u < n; u++) {
        const cJSON *row = cJSON_GetArrayItem(rows, (int)u);
        for (size_t k = 0; k < m; k++) {
            const cJSON *x = cJSON_GetArrayItem(row, (int)k);
            values[u * m + k] = cJSON_IsNumber(x) ? x->valuedouble : NAN;
        }
    }
    return values;
}

/* ---- exact areas ---- */

static const char *the_case; /* named when something differs */

/* Within four standard errors of p; the smallest error allowed is that of one vector. */
static void expect_share(double exact, td_estimate got, const char *what)
{
    double error = fmax(sqrt(exact * (1 - exact) / (double)MANY), 1e-6);
    if (fabs(got.value - exact) > STANDARD_ERRORS * error)
        fail_msg("%s: %s is %.6f, not %.6f", the_case, what, got.value, exact);
    if (fabs(got.error - error) > 0.1 * error + 1e-6)
        fail_msg("%s: %s has the error %g, not %g", the_case, what, got.error, error);
}

static void expect_central(double exact, td_estimate got)
{
    if (isnan(exact)) {
        assert_true(isnan(got.value));
    } else if (!(fabs(got.value - exact) <= STANDARD_ERRORS * got.error + 1e-6)) {
        fail_msg("%s: central weight %.6f, not %.6f", the_case, got.value, exact);
    }
}

static void compare(const cJSON *exact, const td_sampled *s, size_t n, size_t m)
{
    double *rank = numbers_of(cJSON_GetObjectItem(exact, "rank"), n, n);
    double *wins = numbers_of(cJSON_GetObjectItem(exact, "wins"), n, n);
    double *central = numbers_of(cJSON_GetObjectItem(exact, "central"), n, m);
    for (size_t u = 0; u < n; u++) {
        for (size_t v = 0; v < n; v++) {
            const uint64_t *place = &s->place[s->first_place[u] + v];
            expect_share(rank[u * n + v], td_sampled_share(s, place), "rank");
            const uint64_t *beats = &s->beats[s->first_pair[u] + v];
            expect_share(wins[u * n + v], td_sampled_share(s, beats), "pair");
        }
        assert_true(s->first[u] == s->place[s->first_place[u]]);
        for (size_t k = 0; k < m; k++)
            expect_central(central[u * m + k], td_sampled_central(s, u, k));
    }
    free(rank);
    free(wins);
    free(central);
}

static size_t limits_of(const char *region, const char **limits)
{
    if (strcmp(region, "uniform") == 0)
        return 0;
    if (strcmp(region, "w1>=w2>=w3") == 0) {
        limits[0] = "A>=B>=C";
        return 1;
    }
    assert_string_equal(region, "each_w>=0.2");
    limits[0] = "A>=20%";
    limits[1] = "20 %<=B";
    limits[2] = "C≥60"; /* of 300 points */
    return 3;
}

static void check_case(const cJSON *exact)
{
    const cJSON *rows = cJSON_GetObjectItem(exact, "values");
    size_t n = (size_t)cJSON_GetArraySize(rows);
    size_t m = (size_t)cJSON_GetArraySize(cJSON_GetArrayItem(rows, 0));
    double *values = numbers_of(rows, n, m);
    matrix the;
    matrix_open(&the, &(matrix_form){.n_units = n, .n_items = m, .values = values});
    const char *limits[3];
    td_sample_options o = {.n = MANY, .seed = 2025, .limits = limits, .pairwise = true,
                           .central = true};
    o.n_limits = limits_of(cJSON_GetObjectItem(exact, "region")->valuestring, limits);
    td_sampled s = {0};
    the_case = cJSON_GetObjectItem(exact, "name")->valuestring;
    assert_int_equal(td_sample(the.prepared, &o, &s, the.errors), TD_OK);
    compare(exact, &s, n, m);
    td_sampled_release(&s);
    matrix_close(&the);
    free(values);
}

static void exact_areas_are_met(void **state)
{
    (void)state;
    char *text = td_test_read(EXACT, NULL);
    cJSON *cases = cJSON_Parse(text);
    assert_true(cJSON_GetArraySize(cases) == 17);
    for (int i = 0; i < cJSON_GetArraySize(cases); i++)
        check_case(cJSON_GetArrayItem(cases, i));
    cJSON_Delete(cases);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(exact_areas_are_met)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
