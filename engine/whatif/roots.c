#include "engine/whatif/roots.h"

#include <stdio.h>
#include <string.h>

__extension__ typedef unsigned __int128 td_uint128;

/* ---- checked arithmetic ---- */

static td_int128 sub_checked(td_int128 a, td_int128 b, bool *failed)
{
    td_int128 difference = 0;
    *failed |= __builtin_sub_overflow(a, b, &difference);
    return difference;
}

td_affine td_affine_scale(td_affine x, td_int128 factor, bool *failed)
{
    return (td_affine){td_mul_checked(x.at0, factor, failed),
                       td_mul_checked(x.slope, factor, failed)};
}

td_affine td_affine_sub(td_affine x, td_affine y, bool *failed)
{
    return (td_affine){sub_checked(x.at0, y.at0, failed), sub_checked(x.slope, y.slope, failed)};
}

static bool is_short(td_int128 a)
{
    return a == (int64_t)a;
}

int td_fraction_order(td_fraction a, td_fraction b)
{
    if (!is_short(a.num) || !is_short(a.den) || !is_short(b.num) || !is_short(b.den))
        return td_fraction_cmp(a, b);
    td_int128 left = a.num * b.den, right = b.num * a.den;
    return (left > right) - (left < right);
}

td_fraction td_fraction_reduce(td_fraction x)
{
    td_int128 divisor = td_common_divisor(x.num, x.den);
    return divisor > 1 ? (td_fraction){x.num / divisor, x.den / divisor} : x;
}

/* ---- 256 bits: products, for discriminants ---- */

typedef struct wide {
    td_uint128 hi, lo;
} wide;

static wide wide_product(td_uint128 a, td_uint128 b)
{
    const td_uint128 low = UINT64_MAX;
    td_uint128 a0 = a & low, a1 = a >> 64, b0 = b & low, b1 = b >> 64;
    td_uint128 p00 = a0 * b0, p01 = a0 * b1, p10 = a1 * b0, p11 = a1 * b1;
    td_uint128 middle = (p00 >> 64) + (p01 & low) + (p10 & low);
    return (wide){p11 + (p01 >> 64) + (p10 >> 64) + (middle >> 64), (p00 & low) | middle << 64};
}

static int wide_order(wide a, wide b)
{
    if (a.hi != b.hi)
        return a.hi < b.hi ? -1 : 1;
    return (a.lo > b.lo) - (a.lo < b.lo);
}

static wide wide_difference(wide a, wide b)
{
    return (wide){a.hi - b.hi - (a.lo < b.lo), a.lo - b.lo};
}

static wide wide_sum(wide a, wide b)
{
    td_uint128 lo = a.lo + b.lo;
    return (wide){a.hi + b.hi + (lo < a.lo), lo};
}

static wide wide_shift(wide a, int left)
{
    if (left == 0)
        return a;
    if (left >= 128)
        return (wide){a.lo << (left - 128), 0};
    return (wide){a.hi << left | a.lo >> (128 - left), a.lo << left};
}

static int bits_of(td_uint128 a)
{
    int n = 0;
    for (; a != 0; a >>= 1)
        n++;
    return n;
}

static int wide_bits(wide a)
{
    return a.hi != 0 ? 128 + bits_of(a.hi) : bits_of(a.lo);
}

/* floor(sqrt(a)) */
static td_uint128 wide_sqrt(wide a)
{
    td_uint128 root = 0;
    for (int bit = (wide_bits(a) + 1) / 2; bit-- > 0;) {
        td_uint128 trial = root | (td_uint128)1 << bit;
        if (wide_order(wide_product(trial, trial), a) <= 0)
            root = trial;
    }
    return root;
}

static td_uint128 magnitude(td_int128 a)
{
    return a < 0 ? -(td_uint128)a : (td_uint128)a;
}

/* ---- roots ---- */

static bool keep_if_inside(td_fraction t, td_root *out)
{
    if (t.num < 0 || t.num > t.den)
        return false;
    *out = td_root_of(t);
    return true;
}

td_root td_root_of(td_fraction t)
{
    return (td_root){.lo = t, .hi = t, .is_exact = true};
}

/* c0 + c1 t */
static size_t linear_root(td_int128 c0, td_int128 c1, td_root *out, bool *identical)
{
    *identical = c0 == 0 && c1 == 0;
    if (c1 == 0)
        return 0;
    td_fraction t = c1 > 0 ? (td_fraction){-c0, c1} : (td_fraction){c0, -c1};
    return keep_if_inside(t, out);
}

/* (-b + sign * root) / 2a */
static size_t rational_roots(td_int128 a, td_int128 b, td_int128 root, td_root *out)
{
    size_t n = 0;
    n += keep_if_inside((td_fraction){-b - root, 2 * a}, &out[n]);
    if (root != 0)
        n += keep_if_inside((td_fraction){-b + root, 2 * a}, &out[n]);
    return n;
}

static int smaller(int a, int b)
{
    return a < b ? a : b;
}

/*
 * The discriminant is no square. sqrt(D) 2^h lies between two whole numbers; h such that the
 * enclosure has some 100 bits, which leaves room to multiply it by the scale.
 */
static size_t irrational_roots(td_int128 a, td_int128 b, wide discriminant, td_root *out,
                               bool *failed)
{
    int room = smaller(100 - bits_of(magnitude(b)), 99 - bits_of(magnitude(a)));
    int h = smaller(room, (248 - wide_bits(discriminant)) / 2);
    if (h < 0) {
        *failed = true;
        return 0;
    }
    const td_int128 scale = (td_int128)1 << h, den = 2 * a * scale, middle = -b * scale;
    td_int128 root = (td_int128)wide_sqrt(wide_shift(discriminant, 2 * h));
    const td_int128 low[2] = {middle - root - 1, middle + root};
    size_t n = 0;
    for (int i = 0; i < 2; i++) {
        if (low[i] + 1 <= 0 || low[i] >= den)
            continue;
        if (low[i] < 0 || low[i] + 1 > den)
            *failed = true; /* 0 or 1 lies inside the enclosure: cannot tell */
        out[n++] = (td_root){.lo = {low[i], den}, .hi = {low[i] + 1, den}, .a = a, .b = b};
    }
    return n;
}

/* c0 + c1 t + c2 t^2, c2 != 0 */
static size_t quadratic_roots(td_int128 c0, td_int128 c1, td_int128 c2, td_root *out, bool *failed)
{
    td_int128 divisor = td_common_divisor(td_common_divisor(c0, c1), c2);
    if (c2 < 0)
        divisor = -divisor;
    td_int128 a = c2 / divisor, b = c1 / divisor, c = c0 / divisor;
    const td_uint128 limit = (td_uint128)1 << 122;
    if (magnitude(a) >= limit || magnitude(b) >= limit || magnitude(c) >= limit) {
        *failed = true;
        return 0;
    }
    wide square = wide_product(magnitude(b), magnitude(b));
    wide product = wide_product(4 * magnitude(a), magnitude(c));
    if (c > 0 && wide_order(square, product) < 0)
        return 0;
    wide discriminant = c > 0 ? wide_difference(square, product) : wide_sum(square, product);
    td_uint128 root = wide_sqrt(discriminant);
    if (wide_order(wide_product(root, root), discriminant) == 0)
        return rational_roots(a, b, (td_int128)root, out);
    return irrational_roots(a, b, discriminant, out, failed);
}

static bool same_affine(td_affine x, td_affine y)
{
    return x.at0 == y.at0 && x.slope == y.slope;
}

/* x.num * y.den - y.num * x.den */
static void cross(const td_quotient *x, const td_quotient *y, td_int128 c[3], bool *failed)
{
    td_affine p = x->num, q = y->den, r = y->num, s = x->den;
    c[0] = sub_checked(td_mul_checked(p.at0, q.at0, failed), td_mul_checked(r.at0, s.at0, failed),
                       failed);
    c[2] = sub_checked(td_mul_checked(p.slope, q.slope, failed),
                       td_mul_checked(r.slope, s.slope, failed), failed);
    td_int128 left = td_add_checked(td_mul_checked(p.at0, q.slope, failed),
                                    td_mul_checked(p.slope, q.at0, failed), failed);
    td_int128 right = td_add_checked(td_mul_checked(r.at0, s.slope, failed),
                                     td_mul_checked(r.slope, s.at0, failed), failed);
    c[1] = sub_checked(left, right, failed);
}

size_t td_quotients_meet(const td_quotient *x, const td_quotient *y, td_root roots[2],
                         bool *identical, bool *failed)
{
    bool overflow = false;
    *identical = false;
    if (same_affine(x->den, y->den)) {
        td_affine difference = td_affine_sub(x->num, y->num, &overflow);
        *failed |= overflow;
        return overflow ? 0 : linear_root(difference.at0, difference.slope, roots, identical);
    }
    td_int128 c[3];
    cross(x, y, c, &overflow);
    *failed |= overflow;
    if (overflow)
        return 0;
    return c[2] == 0 ? linear_root(c[0], c[1], roots, identical)
                     : quadratic_roots(c[0], c[1], c[2], roots, failed);
}

static bool same_root(const td_root *x, const td_root *y)
{
    return x->a == y->a && x->b == y->b && x->lo.num == y->lo.num && x->lo.den == y->lo.den;
}

int td_root_order(const td_root *x, const td_root *y, bool *undecided)
{
    if (x->is_exact && y->is_exact)
        return td_fraction_order(x->lo, y->lo);
    /* An irrational root lies strictly inside: touching enclosures are apart. */
    if (td_fraction_order(x->hi, y->lo) <= 0)
        return -1;
    if (td_fraction_order(y->hi, x->lo) <= 0)
        return 1;
    if (x->is_exact || y->is_exact || !same_root(x, y))
        *undecided = true;
    return 0;
}

/* ---- fractions between ---- */

/* Continued fractions: the whole parts agree until one between fits. */
td_fraction td_fraction_between(td_fraction x, td_fraction y)
{
    td_int128 whole = x.num / x.den;
    td_fraction rest_x = {x.num - whole * x.den, x.den}, rest_y = {y.num - whole * y.den, y.den};
    if (rest_y.num > rest_y.den)
        return (td_fraction){whole + 1, 1};
    if (rest_x.num == 0) {
        td_int128 k = rest_y.den / rest_y.num + 1;
        return (td_fraction){whole * k + 1, k};
    }
    td_fraction inner = td_fraction_between((td_fraction){rest_y.den, rest_y.num},
                                            (td_fraction){rest_x.den, rest_x.num});
    return (td_fraction){whole * inner.num + inner.den, inner.num};
}

td_fraction td_root_between(const td_root *x, const td_root *y, bool *failed)
{
    if (td_fraction_order(x->hi, y->lo) < 0)
        return td_fraction_between(x->hi, y->lo);
    *failed = true;
    return (td_fraction){0, 1};
}

static size_t whole_text(td_int128 x, char *text)
{
    char digits[44];
    size_t n = 0, length = 0;
    td_uint128 rest = magnitude(x);
    do
        digits[n++] = (char)('0' + (int)(rest % 10));
    while ((rest /= 10) != 0);
    if (x < 0)
        text[length++] = '-';
    while (n > 0)
        text[length++] = digits[--n];
    text[length] = '\0';
    return length;
}

size_t td_fraction_text(td_fraction x, char *text, size_t size)
{
    char num[48], den[48];
    td_fraction lowest = td_fraction_reduce(x);
    whole_text(lowest.num, num);
    whole_text(lowest.den, den);
    int length =
        lowest.den == 1 ? snprintf(text, size, "%s", num) : snprintf(text, size, "%s/%s", num, den);
    return (size_t)length;
}
