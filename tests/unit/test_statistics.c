/*
 * Mean and standard deviation against the certified values of NIST's Statistical Reference
 * Datasets (tests/data/fixtures/nist_strd). The one-pass formula gives 0 for NumAcc4.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "engine/score.h"
#include "tests/lib/files.h"

/* Correct digits that double arithmetic can reach on this set (log relative error). */
typedef struct reference {
    const char *name;
    size_t n;
    double mean, sd, digits_of_sd;
} reference;

static const reference REFERENCES[] = {
    {"NumAcc1", 3, 10000002, 1, 14},
    {"NumAcc4", 1001, 10000000.2, 0.1, 8}, /* the data have 9 digits, the spread one of them */
    {"Lew", 200, -177.435, 277.332168044316, 14},
    {"Mavro", 50, 2.001856, 0.000429123454003053, 12},
    {"Michelso", 100, 299.8524, 0.0790105478190518, 13},
};

static size_t read_values(const char *name, double *values, size_t capacity)
{
    char path[200];
    snprintf(path, sizeof path, "tests/data/fixtures/nist_strd/%s.csv", name);
    char *text = td_test_read(path, NULL), *p = text;
    while (*p != '\n')
        p++;
    size_t n = 0;
    for (char *end; n < capacity; p = end) {
        double x = strtod(p, &end);
        if (end == p)
            break;
        values[n++] = x;
    }
    free(text);
    return n;
}

static void certified_values_are_met(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof REFERENCES / sizeof REFERENCES[0]; i++) {
        const reference *r = &REFERENCES[i];
        double values[2000];
        size_t n = read_values(r->name, values, 2000);
        assert_int_equal(n, r->n);
        td_standard s = td_standard_of(values, n);
        assert_true(fabs(s.mean - r->mean) <= 1e-14 * fabs(r->mean));
        if (!(fabs(s.sd - r->sd) <= pow(10, -r->digits_of_sd) * r->sd))
            fail_msg("%s: %.17g instead of %.17g", r->name, s.sd, r->sd);
        for (size_t k = 1; k < n; k++)
            assert_true(s.sorted[k - 1] <= s.sorted[k]);
    }
}

static void order_cannot_show(void **state)
{
    (void)state;
    double up[1001], down[1001];
    size_t n = read_values("NumAcc4", up, 1001);
    for (size_t i = 0; i < n; i++)
        down[i] = up[n - 1 - i];
    td_standard a = td_standard_of(up, n), b = td_standard_of(down, n);
    assert_memory_equal(&a.mean, &b.mean, sizeof a.mean);
    assert_memory_equal(&a.sd, &b.sd, sizeof a.sd);
}

static void small_columns_have_a_result(void **state)
{
    (void)state;
    td_standard none = td_standard_of(NULL, 0);
    assert_int_equal(none.n, 0);
    double one[] = {2.385};
    td_standard s = td_standard_of(one, 1);
    assert_true(s.mean == 2.385 && s.sd == 0 && s.lo == s.hi);
    double same[] = {0.1, 0.1, 0.1};
    assert_true(td_standard_of(same, 3).sd == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(certified_values_are_met),
        cmocka_unit_test(order_cannot_show),
        cmocka_unit_test(small_columns_have_a_result),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
