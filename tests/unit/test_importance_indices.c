/*
 * Variance-based indices against closed forms and against another program.
 */
#include <cjson/cJSON.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/whatif/importance.h"
#include "tests/lib/files.h"

#define MOST 48

static cJSON *read_fixture(const char *name)
{
    char path[100];
    snprintf(path, sizeof path, "tests/data/fixtures/%s", name);
    char *text = td_test_read(path, NULL);
    cJSON *json = cJSON_Parse(text);
    assert_non_null(json);
    free(text);
    return json;
}

/* The item of nested objects with keys joined by "/". */
static const cJSON *at(const cJSON *json, const char *path)
{
    char copy[100], *rest = copy;
    snprintf(copy, sizeof copy, "%s", path);
    for (char *key; (key = strsep(&rest, "/")) != NULL;)
        json = cJSON_GetObjectItem(json, key);
    assert_non_null(json);
    return json;
}

static double item(const cJSON *list, size_t i)
{
    return cJSON_GetArrayItem(list, (int)i)->valuedouble;
}

/* ---- functions ---- */

typedef struct test_function {
    size_t m;
    const double *a;
} test_function;

static void g_function(void *context, size_t n, const double *x, double *y)
{
    const test_function *f = context;
    for (size_t i = 0; i < n; i++) {
        y[i] = 1;
        for (size_t j = 0; j < f->m; j++)
            y[i] *= (fabs(4 * x[i * f->m + j] - 2) + f->a[j]) / (1 + f->a[j]);
    }
}

static void ishigami(void *context, size_t n, const double *x, double *y)
{
    const test_function *f = context;
    const double pi = acos(-1);
    for (size_t i = 0; i < n; i++) {
        double u = pi * (2 * x[3 * i] - 1), v = pi * (2 * x[3 * i + 1] - 1);
        double w = pi * (2 * x[3 * i + 2] - 1);
        y[i] = sin(u) + f->a[0] * sin(v) * sin(v) + f->a[1] * w * w * w * w * sin(u);
    }
}

static void product(void *context, size_t n, const double *x, double *y)
{
    (void)context;
    for (size_t i = 0; i < n; i++)
        y[i] = x[3 * i] * x[3 * i + 1] * x[3 * i + 2];
}

/* The largest distances from the exact indices, and in standard errors. */
typedef struct worst {
    double first, total, in_errors;
} worst;

static worst estimate(size_t m, size_t n, td_response *f, void *context, const cJSON *exact)
{
    td_estimate first[MOST], total[MOST];
    td_indices out = {.m = m, .first = first, .total = total};
    assert_int_equal(td_sobol_indices(n, 1, f, context, NULL, &out), TD_OK);
    assert_int_equal(out.n_used, n);
    assert_true(out.is_sequence);
    worst w = {0, 0, 0};
    for (size_t j = 0; j < m; j++) {
        double s = fabs(first[j].value - item(cJSON_GetObjectItem(exact, "S1"), j));
        double t = fabs(total[j].value - item(cJSON_GetObjectItem(exact, "ST"), j));
        w.first = fmax(w.first, s);
        w.total = fmax(w.total, t);
        w.in_errors = fmax(w.in_errors, fmax(s / first[j].error, t / total[j].error));
    }
    return w;
}

/*
 * SALib's sequence has newer direction numbers than GSL's: its distances at n points are reached
 * within a factor of 6, and at 16 n points in full.
 */
static void the_g_function_converges_as_elsewhere(void **state)
{
    (void)state;
    cJSON *all = read_fixture("sobol_analytic.json");
    static const double A[] = {0, 1, 4.5, 9, 99, 99, 99, 99};
    test_function g = {8, A};
    const cJSON *exact = at(all, "analytic/g_function/a_saltelli"), *row;
    cJSON_ArrayForEach(row, at(all, "salib_convergence_g8"))
    {
        size_t n = (size_t)at(row, "N")->valuedouble;
        double first = at(row, "max_abs_err_S1")->valuedouble;
        double total = at(row, "max_abs_err_ST")->valuedouble;
        worst here = estimate(8, n, g_function, &g, exact);
        assert_true(here.first <= 6 * first && here.total <= 6 * total);
        assert_true(here.in_errors < 2);
        worst later = estimate(8, 16 * n, g_function, &g, exact);
        assert_true(later.first <= first && later.total <= total);
    }
    cJSON_Delete(all);
}

typedef struct closed_form {
    const char *path;
    size_t m;
    double a[4];
    td_response *f;
} closed_form;

static void closed_forms_are_met(void **state)
{
    (void)state;
    static const closed_form FORMS[] = {
        {"analytic/g_function/a_easy", 4, {0, 0.5, 3, 9}, g_function},
        {"analytic/g_function/a_all0_3", 3, {0, 0, 0}, g_function},
        {"analytic/ishigami/a7_b0.1", 3, {7, 0.1}, ishigami},
        {"analytic/ishigami/a7_b0.05", 3, {7, 0.05}, ishigami},
    };
    cJSON *all = read_fixture("sobol_analytic.json");
    for (size_t i = 0; i < sizeof FORMS / sizeof FORMS[0]; i++) {
        test_function f = {FORMS[i].m, FORMS[i].a};
        worst w = estimate(f.m, 4096, FORMS[i].f, &f, at(all, FORMS[i].path));
        if (w.first > 0.01 || w.total > 0.01 || w.in_errors > 2)
            fail_msg("%s: %g %g, %g standard errors", FORMS[i].path, w.first, w.total, w.in_errors);
    }
    td_estimate first[3], total[3];
    td_indices out = {.m = 3, .first = first, .total = total};
    assert_int_equal(td_sobol_indices(4096, 1, product, NULL, NULL, &out), TD_OK);
    for (size_t j = 0; j < 3; j++) {
        assert_true(fabs(first[j].value - 9.0 / 37) < 0.005);
        assert_true(fabs(total[j].value - 16.0 / 37) < 0.005);
    }
    cJSON_Delete(all);
}

static void a_sum_of_independent_terms_is_exact(void **state)
{
    (void)state;
    cJSON *all = read_fixture("sobol_analytic.json");
    const cJSON *the = at(all, "analytic/additive_weighted_sum");
    double variance[4];
    for (size_t j = 0; j < 4; j++) {
        double scale = item(at(the, "w"), j) * item(at(the, "ranges"), j);
        variance[j] = scale * scale / 12;
    }
    td_estimate first[4], total[4];
    td_indices out = {.m = 4, .first = first, .total = total};
    td_sobol_additive(variance, &out);
    for (size_t j = 0; j < 4; j++) {
        assert_true(fabs(first[j].value - item(at(the, "S1"), j)) < 1e-12);
        assert_true(fabs(total[j].value - item(at(the, "ST"), j)) < 1e-12);
        assert_true(first[j].error == 0);
    }
    memset(variance, 0, sizeof variance);
    td_sobol_additive(variance, &out);
    assert_true(isnan(first[0].value) && isnan(total[3].error));
    cJSON_Delete(all);
}

/* Values of another program's design through the estimators alone. */
static void estimators_are_those_of_salib(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        size_t m, rows; /* per base point: A, AB_1 .. AB_m, (BA_1 .. BA_m,) B */
    } CASES[] = {{"g_easy_N64", 4, 10}, {"ishigami_N64", 3, 5}};
    cJSON *all = read_fixture("sobol_estimator_small.json");
    for (size_t c = 0; c < 2; c++) {
        const cJSON *the = at(all, CASES[c].name), *values = at(the, "Y");
        size_t m = CASES[c].m, rows = CASES[c].rows, n = 64;
        double y[6 * 64];
        for (size_t i = 0; i < n; i++) {
            y[i] = item(values, i * rows);
            y[n + i] = item(values, i * rows + rows - 1);
            for (size_t j = 0; j < m; j++)
                y[(j + 2) * n + i] = item(values, i * rows + 1 + j);
        }
        td_estimate first[4], total[4];
        td_indices out = {.m = m, .first = first, .total = total};
        td_sobol_estimate(n, y, &out);
        for (size_t j = 0; j < m; j++) {
            /* SALib centres by the mean of all values, BA among them. */
            double tolerance = rows == m + 2 ? 1e-12 : 0.02;
            assert_true(fabs(first[j].value - item(at(the, "S1"), j)) < tolerance);
            assert_true(fabs(total[j].value - item(at(the, "ST"), j)) < 1e-12);
        }
    }
    cJSON_Delete(all);
}

/* ---- traps ---- */

static void constant(void *context, size_t n, const double *x, double *y)
{
    (void)context;
    (void)x;
    for (size_t i = 0; i < n; i++)
        y[i] = 2.385;
}

/* Has no value where the first input is large; depends on the second alone. */
static void gap(void *context, size_t n, const double *x, double *y)
{
    size_t m = *(size_t *)context;
    for (size_t i = 0; i < n; i++)
        y[i] = x[i * m] > 0.9 ? NAN : x[i * m + 1];
}

static void nothing(void *context, size_t n, const double *x, double *y)
{
    (void)context;
    (void)x;
    for (size_t i = 0; i < n; i++)
        y[i] = NAN;
}

static void constants_and_gaps_are_no_trap(void **state)
{
    (void)state;
    td_estimate first[MOST], total[MOST];
    size_t m = 2;
    td_indices out = {.m = m, .first = first, .total = total};
    assert_int_equal(td_sobol_indices(300, 1, constant, NULL, NULL, &out), TD_OK);
    assert_true(isnan(first[0].value) && isnan(total[1].value));
    assert_int_equal(td_sobol_indices(300, 1, nothing, NULL, NULL, &out), TD_OK);
    assert_int_equal(out.n_used, 0);
    assert_true(isnan(first[0].value) && isnan(total[1].value));
    assert_int_equal(td_sobol_indices(2048, 1, gap, &m, NULL, &out), TD_OK);
    assert_true(out.n_used > 1600 && out.n_used < 1700); /* 0.9 * 0.9 of them */
    assert_true(first[0].value == 0 && total[0].value == 0);
    assert_true(fabs(first[1].value - 1) < 0.02 && fabs(total[1].value - 1) < 0.02);
    volatile int cancelled = 1;
    assert_int_equal(td_sobol_indices(300, 1, constant, NULL, &cancelled, &out), TD_EINTERRUPTED);
}

static void beyond_the_sequence_random_numbers_serve(void **state)
{
    (void)state;
    td_estimate first[MOST], total[MOST], again[MOST];
    double a[MOST];
    for (size_t j = 0; j < MOST; j++)
        a[j] = j < 2 ? (double)j : 99;
    test_function g = {TD_SEQUENCE_INPUTS + 1, a};
    td_indices out = {.m = g.m, .first = first, .total = total};
    assert_int_equal(td_sobol_indices(4096, 7, g_function, &g, NULL, &out), TD_OK);
    assert_false(out.is_sequence);
    double variance = 1.0 / 3 + 1.0 / 12 + 1.0 / 36; /* the others have 3e-5 each */
    assert_true(fabs(first[0].value - 1.0 / 3 / variance) < 4 * first[0].error);
    assert_true(first[0].error < 0.05);
    out.first = again;
    assert_int_equal(td_sobol_indices(4096, 7, g_function, &g, NULL, &out), TD_OK);
    assert_memory_equal(first, again, g.m * sizeof *first);
    assert_int_equal(td_sobol_indices(4096, 8, g_function, &g, NULL, &out), TD_OK);
    assert_true(first[0].value != again[0].value);
    out.m = g.m = TD_SEQUENCE_INPUTS;
    assert_int_equal(td_sobol_indices(256, 8, g_function, &g, NULL, &out), TD_OK);
    assert_true(out.is_sequence);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_g_function_converges_as_elsewhere),
        cmocka_unit_test(closed_forms_are_met),
        cmocka_unit_test(a_sum_of_independent_terms_is_exact),
        cmocka_unit_test(estimators_are_those_of_salib),
        cmocka_unit_test(constants_and_gaps_are_no_trap),
        cmocka_unit_test(beyond_the_sequence_random_numbers_serve),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
