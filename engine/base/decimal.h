/*
 * Exact decimals and fractions.
 *
 * A value read from a file is a decimal of at most 15 significant digits. It is kept as
 * the nearest double, from which the decimal can be recovered without loss. Points
 * inside a leaf are fractions of two 128-bit integers; they become whole quanta by one
 * rounding, half away from zero.
 */
#ifndef TD_BASE_DECIMAL_H
#define TD_BASE_DECIMAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

__extension__ typedef __int128 td_int128;

/* mantissa * 10^-places, |mantissa| < 10^15 */
typedef struct td_decimal {
    int64_t mantissa;
    int places;
} td_decimal;

#define TD_MAX_PLACES 18                 /* digits after the mark */
#define TD_MAX_MAGNITUDE 1e15            /* values lie strictly below */
#define TD_MAX_QUANTA 9007199254740992.0 /* 2^53 */

/* The decimal with the fewest places that reads as x. False: x is not such a decimal. */
bool td_decimal_of(double x, td_decimal *out);

/* 10^n for 0 <= n <= 18. */
int64_t td_pow10(int n);

/* The nearest double of a decimal (correctly rounded). places <= 22. */
double td_decimal_value(td_decimal d);

/* x * 10^places when that is a whole number below 2^53; false otherwise. */
bool td_quanta_of(double x, int places, int64_t *out);

/*
 * num / den, den > 0, kept in lowest terms by the functions below. A result that leaves
 * 127 bits has den == 0 ("overflow") and stays so through every further operation.
 */
typedef struct td_fraction {
    td_int128 num, den;
} td_fraction;

td_fraction td_fraction_of(int64_t whole);
td_fraction td_fraction_of_decimal(td_decimal d);
td_fraction td_fraction_of_double(double x); /* through its decimal; overflow when it is none */
td_fraction td_fraction_add(td_fraction a, td_fraction b);
td_fraction td_fraction_sub(td_fraction a, td_fraction b);
td_fraction td_fraction_mul(td_fraction a, td_fraction b);
td_fraction td_fraction_div(td_fraction a, td_fraction b); /* b == 0 gives overflow */
td_fraction td_fraction_reduced(td_fraction a);            /* to lowest terms */
/* -1, 0, 1; exact for any two fractions in range, in lowest terms or not. */
int td_fraction_cmp(td_fraction a, td_fraction b);
bool td_fraction_ok(td_fraction a);
/* Whole number nearest to a, halves away from zero. False when it is 2^53 or more. */
bool td_fraction_round(td_fraction a, int64_t *out);
/* Largest whole number <= a. */
bool td_fraction_floor(td_fraction a, int64_t *out);
/* The nearest double, halves to even (for display and for non-linear methods). */
double td_fraction_value(td_fraction a);

/* The greatest common divisor, >= 0; of 0 and b it is |b|. */
td_int128 td_common_divisor(td_int128 a, td_int128 b);

/* round(num / den), halves away from zero, den > 0. */
td_int128 td_div_round(td_int128 num, td_int128 den);

#endif
