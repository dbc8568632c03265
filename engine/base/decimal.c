#include "engine/base/decimal.h"

#include <math.h>

__extension__ typedef unsigned __int128 td_uint128;

static const int64_t POW10[] = {1,
                                10,
                                100,
                                1000,
                                10000,
                                100000,
                                1000000,
                                10000000,
                                100000000,
                                1000000000,
                                10000000000,
                                100000000000,
                                1000000000000,
                                10000000000000,
                                100000000000000,
                                1000000000000000,
                                10000000000000000,
                                100000000000000000,
                                1000000000000000000};

/* Powers of ten that a double holds exactly: dividing by one rounds correctly. */
static const double EXACT_POW10[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                     1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                     1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

int64_t td_pow10(int n)
{
    return POW10[n];
}

double td_decimal_value(td_decimal d)
{
    return (double)d.mantissa / EXACT_POW10[d.places];
}

/*
 * A decimal m / 10^k with |m| < 10^15 has one nearest double x, and no other decimal of
 * 15 digits has the same. m is found by rounding x * 10^k; the division proves it, since both
 * operands are exact and IEEE division rounds correctly.
 */
bool td_decimal_of(double x, td_decimal *out)
{
    if (!(fabs(x) < TD_MAX_MAGNITUDE))
        return false;
    for (int k = 0; k <= TD_MAX_PLACES; k++) {
        double m = nearbyint(x * EXACT_POW10[k]);
        if (fabs(m) >= TD_MAX_MAGNITUDE)
            return false;
        if (m / EXACT_POW10[k] == x) {
            *out = (td_decimal){(int64_t)m, k};
            return true;
        }
    }
    return false;
}

bool td_quanta_of(double x, int places, int64_t *out)
{
    td_decimal d;
    if (!td_decimal_of(x, &d) || d.places > places)
        return false;
    int64_t quanta;
    if (__builtin_mul_overflow(d.mantissa, POW10[places - d.places], &quanta) ||
        fabs((double)quanta) >= TD_MAX_QUANTA)
        return false;
    *out = quanta;
    return true;
}

static td_int128 magnitude(td_int128 a)
{
    return a < 0 ? -a : a;
}

static bool is_short(td_int128 a)
{
    return a == (int64_t)a && a != INT64_MIN;
}

static int64_t short_common_divisor(int64_t a, int64_t b)
{
    while (b != 0) {
        int64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* Division of 128 bits is a function call; nearly all numbers here have fewer than 64. */
td_int128 td_common_divisor(td_int128 a, td_int128 b)
{
    a = magnitude(a);
    b = magnitude(b);
    if (is_short(a) && is_short(b))
        return short_common_divisor((int64_t)a, (int64_t)b);
    while (b != 0) {
        td_int128 rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

static td_int128 quotient(td_int128 num, td_int128 den)
{
    return is_short(num) && is_short(den) ? (int64_t)num / (int64_t)den : num / den;
}

static const td_fraction OVERFLOWN = {0, 0};

/* The one value whose negative does not exist. */
static bool is_least(td_int128 a)
{
    return a == (td_int128)((td_uint128)1 << 127);
}

/* den != 0 */
static td_fraction lowest_terms(td_int128 num, td_int128 den)
{
    if (is_least(num) || is_least(den))
        return OVERFLOWN;
    if (den < 0) {
        num = -num;
        den = -den;
    }
    td_int128 divisor = den == 1 ? 1 : td_common_divisor(num, den);
    if (divisor == 1)
        return (td_fraction){num, den};
    return (td_fraction){quotient(num, divisor), quotient(den, divisor)};
}

bool td_fraction_ok(td_fraction a)
{
    return a.den != 0;
}

td_fraction td_fraction_reduced(td_fraction a)
{
    return td_fraction_ok(a) ? lowest_terms(a.num, a.den) : OVERFLOWN;
}

td_fraction td_fraction_of(int64_t whole)
{
    return (td_fraction){whole, 1};
}

td_fraction td_fraction_of_decimal(td_decimal d)
{
    return lowest_terms(d.mantissa, POW10[d.places]);
}

td_fraction td_fraction_of_double(double x)
{
    td_decimal d;
    return td_decimal_of(x, &d) ? td_fraction_of_decimal(d) : OVERFLOWN;
}

td_fraction td_fraction_add(td_fraction a, td_fraction b)
{
    if (!td_fraction_ok(a) || !td_fraction_ok(b))
        return OVERFLOWN;
    if (a.den == 1 && b.den == 1 && is_short(a.num) && is_short(b.num))
        return (td_fraction){a.num + b.num, 1};
    td_int128 divisor = a.den == 1 || b.den == 1 ? 1 : td_common_divisor(a.den, b.den);
    td_int128 left, right, num, den;
    if (__builtin_mul_overflow(a.num, b.den / divisor, &left) ||
        __builtin_mul_overflow(b.num, a.den / divisor, &right) ||
        __builtin_add_overflow(left, right, &num) ||
        __builtin_mul_overflow(a.den, b.den / divisor, &den))
        return OVERFLOWN;
    return lowest_terms(num, den);
}

td_fraction td_fraction_sub(td_fraction a, td_fraction b)
{
    b.num = -b.num;
    return td_fraction_add(a, b);
}

td_fraction td_fraction_mul(td_fraction a, td_fraction b)
{
    if (!td_fraction_ok(a) || !td_fraction_ok(b))
        return OVERFLOWN;
    /* Cancelling crosswise first keeps the products small. */
    td_fraction x = lowest_terms(a.num, b.den), y = lowest_terms(b.num, a.den);
    td_int128 num, den;
    if (__builtin_mul_overflow(x.num, y.num, &num) || __builtin_mul_overflow(x.den, y.den, &den))
        return OVERFLOWN;
    return (td_fraction){num, den};
}

td_fraction td_fraction_div(td_fraction a, td_fraction b)
{
    if (!td_fraction_ok(b) || b.num == 0)
        return OVERFLOWN;
    td_fraction inverse = b.num < 0 ? (td_fraction){-b.den, -b.num} : (td_fraction){b.den, b.num};
    return td_fraction_mul(a, inverse);
}

static td_int128 floor_div(td_int128 num, td_int128 den)
{
    td_int128 whole = quotient(num, den);
    return whole - (num < whole * den);
}

static int sign_of(td_int128 a)
{
    return (a > 0) - (a < 0);
}

/*
 * Continued fractions: compare whole parts, then the inverses of what remains. Nothing
 * is multiplied, so nothing can overflow.
 */
static int compare_by_parts(td_fraction a, td_fraction b)
{
    for (int sign = 1;; sign = -sign) {
        td_int128 whole_a = floor_div(a.num, a.den), whole_b = floor_div(b.num, b.den);
        if (whole_a != whole_b)
            return sign * sign_of(whole_a - whole_b);
        td_int128 rest_a = a.num - whole_a * a.den, rest_b = b.num - whole_b * b.den;
        if (rest_a == 0 || rest_b == 0)
            return sign * (sign_of(rest_a) - sign_of(rest_b));
        a = (td_fraction){a.den, rest_a};
        b = (td_fraction){b.den, rest_b};
    }
}

int td_fraction_cmp(td_fraction a, td_fraction b)
{
    td_int128 left, right;
    if (__builtin_mul_overflow(a.num, b.den, &left) || __builtin_mul_overflow(b.num, a.den, &right))
        return compare_by_parts(a, b);
    return (left > right) - (left < right);
}

/* |rest| * 2 >= den, written so that nothing overflows. */
static bool at_least_half(td_int128 rest, td_int128 den)
{
    return magnitude(rest) >= den - magnitude(rest);
}

td_int128 td_div_round(td_int128 num, td_int128 den)
{
    td_int128 whole = quotient(num, den), rest = num - whole * den;
    if (at_least_half(rest, den))
        whole += num < 0 ? -1 : 1;
    return whole;
}

static bool fits(td_int128 whole, int64_t *out)
{
    const td_int128 limit = (td_int128)1 << 53;
    if (whole >= limit || whole <= -limit)
        return false;
    *out = (int64_t)whole;
    return true;
}

bool td_fraction_round(td_fraction a, int64_t *out)
{
    if (a.den == 1)
        return fits(a.num, out);
    return td_fraction_ok(a) && fits(td_div_round(a.num, a.den), out);
}

bool td_fraction_floor(td_fraction a, int64_t *out)
{
    return td_fraction_ok(a) && fits(floor_div(a.num, a.den), out);
}

/* Nearest double of a / b > 0 whose quotient has 55 bits or more, or is followed by a rest: a last bit
   that stands for the rest decides between two doubles, as the rest itself would. */
static double divide_wide(td_uint128 a, td_uint128 b)
{
    const td_uint128 enough = (td_uint128)1 << 55;
    td_uint128 quotient = a / b, rest = a % b;
    int shift = 0;
    for (; quotient < enough && rest != 0; shift++) {
        rest <<= 1;
        quotient = quotient << 1 | (rest >= b);
        rest -= rest >= b ? b : 0;
    }
    return ldexp((double)(quotient | (rest != 0)), -shift);
}

double td_fraction_value(td_fraction a)
{
    const td_int128 exact = (td_int128)1 << 53;
    if (!td_fraction_ok(a))
        return NAN;
    if (a.num <= exact && a.num >= -exact && a.den <= exact)
        return (double)a.num / (double)a.den;
    double magnitude =
        divide_wide(a.num < 0 ? -(td_uint128)a.num : (td_uint128)a.num, (td_uint128)a.den);
    return a.num < 0 ? -magnitude : magnitude;
}
