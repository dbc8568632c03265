/*
 * Exact arithmetic along a line of weights: functions of one parameter t in [0, 1], where they
 * meet, and the order of such places. Whole numbers of 128 bits; whatever leaves them is
 * reported, never rounded.
 */
#ifndef TD_WHATIF_ROOTS_H
#define TD_WHATIF_ROOTS_H

#include "engine/base/decimal.h"

/* at0 + slope * t */
typedef struct td_affine {
    td_int128 at0, slope;
} td_affine;

/* num / den; it exists where den > 0 */
typedef struct td_quotient {
    td_affine num, den;
} td_quotient;

/*
 * A place t where two functions meet: a fraction (lo == hi), or an irrational root of
 * a t^2 + b t + c, strictly between the fractions lo and hi.
 */
typedef struct td_root {
    td_fraction lo, hi;
    td_int128 a, b;
    bool is_exact;
} td_root;

/* a * b, a + b; *failed is set, never cleared, when the result leaves 128 bits. */
static inline td_int128 td_mul_checked(td_int128 a, td_int128 b, bool *failed)
{
    td_int128 product = 0;
    *failed |= __builtin_mul_overflow(a, b, &product);
    return product;
}

static inline td_int128 td_add_checked(td_int128 a, td_int128 b, bool *failed)
{
    td_int128 sum = 0;
    *failed |= __builtin_add_overflow(a, b, &sum);
    return sum;
}

td_affine td_affine_scale(td_affine x, td_int128 factor, bool *failed);
td_affine td_affine_sub(td_affine x, td_affine y, bool *failed);

/* x at t = n / d, times d */
static inline td_int128 td_affine_at(td_affine x, td_fraction t, bool *failed)
{
    td_int128 fixed = td_mul_checked(x.at0, t.den, failed);
    return td_add_checked(fixed, td_mul_checked(x.slope, t.num, failed), failed);
}

/* -1, 0, 1; fractions need not be in lowest terms. As td_fraction_cmp(), but faster when small. */
int td_fraction_order(td_fraction a, td_fraction b);

/*
 * Where x == y for t in [0, 1]: at most two places in ascending order; their number. *identical:
 * everywhere. *failed is set when that cannot be computed exactly.
 */
size_t td_quotients_meet(const td_quotient *x, const td_quotient *y, td_root roots[2],
                         bool *identical, bool *failed);

td_root td_root_of(td_fraction t);

/* -1, 0, 1; *undecided is set when the enclosures are too wide to tell. */
int td_root_order(const td_root *x, const td_root *y, bool *undecided);

/* The fraction with the smallest denominator strictly between x < y, both >= 0. */
td_fraction td_fraction_between(td_fraction x, td_fraction y);

/* A fraction strictly between two places x < y; *failed when the enclosures leave none. */
td_fraction td_root_between(const td_root *x, const td_root *y, bool *failed);

/* "176/5"; like snprintf. */
size_t td_fraction_text(td_fraction x, char *text, size_t size);

/* In lowest terms. */
td_fraction td_fraction_reduce(td_fraction x);

#endif
