/*
 * Exact decimals and fractions: recovering decimals from doubles, rounding halves,
 * comparing without overflow.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "engine/base/decimal.h"

static void decimals_are_recovered(void **state)
{
    (void)state;
    static const struct {
        double x;
        int64_t mantissa;
        int places;
    } CASES[] = {{2.675, 2675, 3},
                 {-0.5, -5, 1},
                 {1e14, 100000000000000, 0},
                 {0.00000000003806, 3806, 14},
                 {999999999999.999, 999999999999999, 3},
                 {0, 0, 0},
                 {66.67, 6667, 2}};
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        td_decimal d;
        assert_true(td_decimal_of(CASES[i].x, &d));
        assert_int_equal(d.mantissa, CASES[i].mantissa);
        assert_int_equal(d.places, CASES[i].places);
        assert_true(td_decimal_value(d) == CASES[i].x);
    }
}

static void other_doubles_are_no_decimals(void **state)
{
    (void)state;
    const double cases[] = {1.0 / 3.0, 0.1 + 0.2, 1e15,      -1e15, 1e300,
                            NAN,       INFINITY,  -INFINITY, 1e-19};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        td_decimal d;
        assert_false(td_decimal_of(cases[i], &d));
        assert_false(td_fraction_ok(td_fraction_of_double(cases[i])));
    }
}

static int64_t rounded(double x, int places)
{
    int64_t quanta = INT64_MIN;
    td_fraction scaled =
        td_fraction_mul(td_fraction_of_double(x), td_fraction_of(td_pow10(places)));
    assert_true(td_fraction_round(scaled, &quanta));
    return quanta;
}

static void halves_go_away_from_zero(void **state)
{
    (void)state;
    assert_int_equal(rounded(2.675, 2), 268);
    assert_int_equal(rounded(1.005, 2), 101);
    assert_int_equal(rounded(-2.675, 2), -268);
    assert_int_equal(rounded(2.385, 2), 239);
    assert_int_equal(rounded(0.5, 0), 1);
    assert_int_equal(rounded(-0.5, 0), -1);
    assert_int_equal(rounded(0.49999999999999, 0), 0);
    assert_int_equal(rounded(1.5, 0), 2);
    assert_int_equal(rounded(2.5, 0), 3);
}

static void quanta_must_be_whole(void **state)
{
    (void)state;
    int64_t quanta = -7;
    assert_true(td_quanta_of(0.25, 2, &quanta));
    assert_int_equal(quanta, 25);
    assert_false(td_quanta_of(0.125, 2, &quanta));
    assert_false(td_quanta_of(9e14, 2, &quanta)); /* above 2^53 quanta */
    assert_int_equal(quanta, 25);
}

static td_fraction fraction(int64_t num, int64_t den)
{
    return td_fraction_div(td_fraction_of(num), td_fraction_of(den));
}

static void arithmetic_is_exact(void **state)
{
    (void)state;
    td_fraction third = fraction(1, 3);
    td_fraction whole = td_fraction_add(third, td_fraction_add(third, third));
    assert_int_equal(td_fraction_cmp(whole, td_fraction_of(1)), 0);
    td_fraction negative = td_fraction_sub(third, td_fraction_of(2));
    assert_int_equal(td_fraction_cmp(negative, fraction(-5, 3)), 0);
    int64_t floor = 0;
    assert_true(td_fraction_floor(negative, &floor));
    assert_int_equal(floor, -2);
    assert_true(fabs(td_fraction_value(third) - 1.0 / 3.0) < 1e-17);
    assert_int_equal(td_fraction_cmp(td_fraction_div(third, fraction(-1, 6)), td_fraction_of(-2)),
                     0);
}

static void overflow_stays_overflow(void **state)
{
    (void)state;
    td_fraction huge = td_fraction_of(INT64_MAX);
    td_fraction beyond = td_fraction_mul(td_fraction_mul(huge, huge), huge);
    assert_false(td_fraction_ok(beyond));
    assert_false(td_fraction_ok(td_fraction_add(beyond, td_fraction_of(1))));
    assert_false(td_fraction_ok(td_fraction_div(td_fraction_of(1), td_fraction_of(0))));
    int64_t out = 5;
    assert_false(td_fraction_round(beyond, &out));
    assert_false(td_fraction_round(td_fraction_mul(huge, td_fraction_of(1)), &out)); /* >= 2^53 */
    assert_int_equal(out, 5);
    assert_true(isnan(td_fraction_value(beyond)));
}

/* Products of the cross terms would need more than 127 bits. */
static void comparison_never_overflows(void **state)
{
    (void)state;
    td_int128 big = (td_int128)1 << 120;
    td_fraction a = {big + 1, big}, b = {big + 2, big + 1};
    assert_int_equal(td_fraction_cmp(a, b), 1);
    assert_int_equal(td_fraction_cmp(b, a), -1);
    assert_int_equal(td_fraction_cmp(a, a), 0);
    td_fraction c = {-big - 1, big}, d = {-big - 2, big + 1};
    assert_int_equal(td_fraction_cmp(c, d), -1);
    assert_int_equal(td_fraction_cmp(fraction(-1, 2), fraction(1, 3)), -1);
    assert_int_equal(td_fraction_cmp(fraction(7, 2), fraction(10, 3)), 1);
}

static void comparison_agrees_with_cross_products(void **state)
{
    (void)state;
    for (int64_t a = -12; a <= 12; a++)
        for (int64_t b = 1; b <= 7; b++)
            for (int64_t c = -12; c <= 12; c++)
                for (int64_t d = 1; d <= 7; d++) {
                    int64_t cross = a * d - c * b;
                    td_fraction x = fraction(a, b), y = fraction(c, d);
                    assert_int_equal(td_fraction_cmp(x, y), (cross > 0) - (cross < 0));
                    /* Too large for products. */
                    const td_int128 times = (td_int128)1 << 120;
                    td_fraction large = {x.num * times, x.den * times};
                    assert_int_equal(td_fraction_cmp(large, y), (cross > 0) - (cross < 0));
                    assert_int_equal(td_fraction_cmp(y, large), (cross < 0) - (cross > 0));
                    large = td_fraction_reduced(large);
                    assert_true(large.num == x.num && large.den == x.den);
                }
}

/* Values from 1 to 2, whose doubles are multiples of 2^-52: none is nearer. */
static void values_are_the_nearest_doubles(void **state)
{
    (void)state;
    const int64_t unit = (int64_t)1 << 52;
    uint64_t seed = 1;
    for (int i = 0; i < 20000; i++) {
        td_int128 den = 0, more = 0;
        for (int k = 0; k < 2; k++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            den = den << 62 | (td_int128)(seed >> 2);
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            more = more << 62 | (td_int128)(seed >> 2);
        }
        den = (den >> (i % 100)) + 1;
        td_fraction x = {den + more % den, den};
        if (i % 7 == 0) /* halfway between two */
            x = (td_fraction){2 * ((td_int128)unit + i) + 1, 2 * (td_int128)unit};
        double value = td_fraction_value(x);
        assert_true(value == -td_fraction_value((td_fraction){-x.num, x.den}));
        td_int128 steps = (td_int128)(value * (double)unit);
        bool even = steps % 2 == 0;
        int below = td_fraction_cmp(x, (td_fraction){2 * steps - 1, 2 * (td_int128)unit});
        int above = td_fraction_cmp(x, (td_fraction){2 * steps + 1, 2 * (td_int128)unit});
        assert_true((below > 0 || (below == 0 && even)) && (above < 0 || (above == 0 && even)));
    }
    assert_true(td_fraction_value((td_fraction){1, (td_int128)1 << 120}) == 0x1p-120);
    assert_true(td_fraction_value((td_fraction){((td_int128)1 << 120) + 1, 1}) == 0x1p120);
    assert_true(td_fraction_value((td_fraction){0, (td_int128)1 << 120}) == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decimals_are_recovered),
        cmocka_unit_test(other_doubles_are_no_decimals),
        cmocka_unit_test(halves_go_away_from_zero),
        cmocka_unit_test(quanta_must_be_whole),
        cmocka_unit_test(arithmetic_is_exact),
        cmocka_unit_test(overflow_stays_overflow),
        cmocka_unit_test(comparison_never_overflows),
        cmocka_unit_test(comparison_agrees_with_cross_products),
        cmocka_unit_test(values_are_the_nearest_doubles),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
