/*
 * Columns of decimals as whole numbers, and shares compared without fractions.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "engine/base/columns.h"
#include "engine/prepared.h"

static uint64_t next(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static void columns_are_rows_turned(void **state)
{
    (void)state;
    double rows[20 * 19], columns[19 * 24];
    for (size_t i = 0; i < 20 * 19; i++)
        rows[i] = (double)i;
    const size_t WIDTHS[] = {1, 7, 8, 9, 16, 19};
    for (size_t w = 0; w < sizeof WIDTHS / sizeof WIDTHS[0]; w++)
        for (size_t n = 0; n <= 20; n++) {
            size_t m = WIDTHS[w];
            memset(columns, 0, sizeof columns);
            td_turn_rows(n, m, rows, 24, columns);
            for (size_t i = 0; i < m; i++)
                for (size_t u = 0; u < 24; u++)
                    assert_true(columns[i * 24 + u] == (u < n ? rows[u * m + i] : 0));
        }
}

static void marks_are_found_wherever_they_are(void **state)
{
    (void)state;
    const uint8_t VALUES[] = {1, 4, 16, 127, 64, 2};
    uint8_t known[64];
    for (size_t n = 0; n <= 64; n++)
        for (size_t at = 0; at < 64; at++) {
            memset(known, 0, sizeof known);
            known[at] = VALUES[(n + at) % 6];
            known[at / 2] = VALUES[at % 6];
            uint64_t marks = td_marked(n, known);
            assert_int_equal(td_next_marked(n, known, 0), marks == 0 ? n : at / 2);
            for (size_t u = 0; u < 64; u++)
                assert_int_equal(marks >> u & 1, u < n && known[u] != 0);
            for (size_t u = 0; u < n && marks != 0; u++)
                if (known[u] != 0)
                    assert_int_equal(td_take_mark(&marks), u);
            assert_true(marks == 0);
        }
}

static void blanks_are_found_wherever_they_are(void **state)
{
    (void)state;
    double x[64] = {0};
    for (size_t n = 0; n <= 64; n++)
        for (size_t at = 0; at < 64; at++) {
            x[at] = NAN;
            x[at / 2] = NAN;
            uint64_t blanks = td_blanks(n, x);
            for (size_t u = 0; u < 64; u++)
                assert_int_equal(blanks >> u & 1, u < n && isnan(x[u]));
            x[at] = x[at / 2] = -INFINITY;
        }
}

static void whole_numbers_are_proved(void **state)
{
    (void)state;
    const double X[] = {2.385, 2.38, -0.0, 0, -2.5, 100, 100.01, NAN, INFINITY, 1e14, 1.0 / 3};
    const double WANTED[] = {NAN, 238, 0, 0, NAN, 10000, NAN, NAN, NAN, NAN, NAN};
    const td_accepted limits = {0, 100, false};
    double whole[sizeof X / sizeof X[0]];
    const size_t n = sizeof X / sizeof X[0];
    assert_int_equal(td_whole_of_column(n, X, &limits, 2, whole), 7);
    for (size_t u = 0; u < n; u++) {
        assert_true(isnan(WANTED[u]) ? isnan(whole[u]) : whole[u] == WANTED[u]);
        assert_false(whole[u] == 0 && signbit(whole[u]));
    }
    const td_accepted all = {-100, 100, true};
    assert_int_equal(td_whole_of_column(7, X, &all, 2, whole), 4);
    assert_true(whole[5] == 10000 && whole[2] == 0);
}

static void places_hold_the_whole_column(void **state)
{
    (void)state;
    const double X[] = {1, NAN, 2.5, 2.385, 1.0 / 3};
    assert_int_equal(td_places_of_column(0, X, 0, 1e9), 0);
    assert_int_equal(td_places_of_column(2, X, 0, 1e9), 0);
    assert_int_equal(td_places_of_column(2, X, 4, 1e9), 4);
    assert_int_equal(td_places_of_column(3, X, 0, 1e9), 1);
    assert_int_equal(td_places_of_column(4, X, 0, 1e9), 3);
    assert_int_equal(td_places_of_column(4, X, 0, 2384), -1);
    assert_int_equal(td_places_of_column(4, X, 0, 2500), 3);
    assert_int_equal(td_places_of_column(5, X, 0, 1e9), -1);
}

/* Quanta as weights leave them: multiples of 2^-20, now and then beyond the short way. */
static double some_quanta(uint64_t *seed)
{
    double whole = (double)(next(seed) % 40);
    switch (next(seed) % 5) {
    case 0:
        return whole + (double)(next(seed) % 8) / 1048576.0;
    case 1:
        return 4398046511103.0 + whole;
    case 2:
        return next(seed) % 3 == 0 ? (double)NAN : -whole;
    default:
        return whole;
    }
}

static void shares_compare_as_fractions(void **state)
{
    (void)state;
    uint64_t seed = 88172645463325252u;
    size_t n_equal = 0;
    for (size_t i = 0; i < 200000; i++) {
        double p = some_quanta(&seed), a = some_quanta(&seed);
        double q = some_quanta(&seed), b = some_quanta(&seed);
        td_fraction x = td_share_fraction(p, a), y = td_share_fraction(q, b);
        int wanted = td_fraction_ok(x) && td_fraction_ok(y) ? td_fraction_cmp(x, y)
                                                            : td_fraction_ok(x) - td_fraction_ok(y);
        assert_int_equal(td_share_cmp(p, a, q, b), wanted);
        n_equal += wanted == 0;
    }
    assert_true(n_equal > 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_are_rows_turned),
        cmocka_unit_test(marks_are_found_wherever_they_are),
        cmocka_unit_test(blanks_are_found_wherever_they_are),
        cmocka_unit_test(whole_numbers_are_proved),
        cmocka_unit_test(places_hold_the_whole_column),
        cmocka_unit_test(shares_compare_as_fractions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
