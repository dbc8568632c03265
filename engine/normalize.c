/*
 * Normalizations: the standing of a value among the values of its column. A new one is a
 * function here, a row in METHODS and a name in the reader.
 *
 * Each gives n as a fraction of decimals where that is possible (exact), else as a double;
 * the result is then put on the scale of the criterion.
 */
#include <math.h>

#include "engine/base/columns.h"
#include "engine/score.h"

typedef struct column {
    const td_standard *standard;
    bool lower_is_better;
    double if_constant;
    double x, assigned_q;
} column;

static td_normalized exactly(td_fraction f)
{
    return (td_normalized){td_fraction_ok(f), f, td_fraction_value(f)};
}

static td_normalized number(double x)
{
    return (td_normalized){.exact = false, .number = x};
}

/* (a - b) / (c - d). Where all four are whole on one scale, one division brings it to lowest terms. */
static td_normalized ratio_of_differences(double a, double b, double c, double d)
{
    const double values[] = {a, b, c, d};
    int places = td_places_of_column(4, values, 0, TD_COLUMN_LIMIT);
    if (places >= 0 && c != d && !isnan(a + b + c + d)) {
        const double scale = td_scale_of(places);
        return exactly(
            td_fraction_div(td_fraction_of(td_whole_at(a, scale) - td_whole_at(b, scale)),
                            td_fraction_of(td_whole_at(c, scale) - td_whole_at(d, scale))));
    }
    td_fraction top = td_fraction_sub(td_fraction_of_double(a), td_fraction_of_double(b));
    td_fraction bottom = td_fraction_sub(td_fraction_of_double(c), td_fraction_of_double(d));
    td_normalized n = exactly(td_fraction_div(top, bottom));
    return n.exact ? n : number((a - b) / (c - d));
}

static td_normalized constant(double x)
{
    return exactly(td_fraction_of_double(x));
}

static td_normalized min_max(const column *c)
{
    const td_standard *s = c->standard;
    if (!(s->lo < s->hi))
        return constant(c->if_constant);
    return c->lower_is_better ? ratio_of_differences(s->hi, c->x, s->hi, s->lo)
                              : ratio_of_differences(c->x, s->lo, s->hi, s->lo);
}

static td_normalized z_score(const column *c)
{
    const td_standard *s = c->standard;
    if (!(s->sd > 0))
        return number(0);
    double z = (c->x - s->mean) / s->sd;
    return number(c->lower_is_better ? -z : z);
}

static td_normalized share_of_best(const column *c)
{
    const td_standard *s = c->standard;
    if (!c->lower_is_better)
        return s->hi <= 0 ? constant(0) : ratio_of_differences(c->x, 0, s->hi, 0);
    if (c->x <= s->lo)
        return constant(1);
    return s->lo <= 0 ? constant(0) : ratio_of_differences(s->lo, 0, c->x, 0);
}

/* How many sorted values lie below x; with equal, also those equal to it. */
static size_t count_below(const td_standard *s, double x, bool equal)
{
    size_t lo = 0, hi = s->n;
    while (lo < hi) {
        size_t middle = lo + (hi - lo) / 2;
        if (s->sorted[middle] < x || (equal && s->sorted[middle] == x))
            lo = middle + 1;
        else
            hi = middle;
    }
    return lo;
}

static size_t count_worse(const column *c)
{
    const td_standard *s = c->standard;
    return c->lower_is_better ? s->n - count_below(s, c->x, true) : count_below(s, c->x, false);
}

static td_normalized percentile(const column *c)
{
    const td_standard *s = c->standard;
    if (!(s->lo < s->hi))
        return constant(c->if_constant);
    return ratio_of_differences((double)count_worse(c), 0, (double)(s->n - 1), 0);
}

static td_normalized share_of_max(const column *c)
{
    return c->assigned_q > 0 ? ratio_of_differences(c->x, 0, c->assigned_q, 0) : constant(0);
}

typedef td_normalized method(const column *c);

static method *const METHODS[] = {
    [TD_MIN_MAX] = min_max,
    [TD_Z_SCORE] = z_score,
    [TD_SHARE_OF_BEST] = share_of_best,
    [TD_PERCENTILE] = percentile,
    [TD_SHARE_OF_MAX] = share_of_max,
};

/* from + step * n */
static td_normalized scaled(td_normalized n, td_fraction from, td_fraction step)
{
    if (n.exact) {
        td_normalized exact = exactly(td_fraction_add(from, td_fraction_mul(step, n.fraction)));
        if (exact.exact)
            return exact;
    }
    return number(td_fraction_value(from) + td_fraction_value(step) * n.number);
}

td_normalized td_normalize_value(const td_criterion *criterion, bool real, int leaf_decimals,
                                 const td_standard *standard, double x, double assigned_q)
{
    const td_normalize *how = &criterion->normalize;
    column c = {.standard = standard,
                .lower_is_better = criterion->lower_is_better,
                .if_constant = how->if_constant,
                .x = x,
                .assigned_q = assigned_q};
    td_normalized n = METHODS[how->method](&c);
    td_fraction zero = td_fraction_of(0), one = td_fraction_of(1);
    if (how->method == TD_Z_SCORE)
        return how->has_range
                   ? scaled(n, td_fraction_of_double(how->lo), td_fraction_of_double(how->hi))
                   : scaled(n, zero, one);
    if (how->has_range) {
        td_fraction lo = td_fraction_of_double(how->lo);
        return scaled(n, lo, td_fraction_sub(td_fraction_of_double(how->hi), lo));
    }
    if (real)
        return n;
    td_fraction grid = td_fraction_of(td_pow10(leaf_decimals));
    return scaled(n, zero, td_fraction_div(td_fraction_of(td_scored_max(criterion)), grid));
}

/* ---- the same in whole numbers ---- */

/* num / den, whole numbers at least 0; den 0: only fractions can tell. */
typedef struct whole_ratio {
    double num, den;
} whole_ratio;

static const whole_ratio UNKNOWN = {0, 0};

static whole_ratio whole_percentile(const td_whole_scale *s, double x)
{
    column c = {.standard = s->standard, .lower_is_better = s->lower_is_better, .x = x};
    return (whole_ratio){(double)count_worse(&c), (double)(s->standard->n - 1)};
}

/* x: a value of the column, and as a whole number. */
static whole_ratio whole_ratio_of(const td_whole_scale *s, double x, double whole,
                                  double assigned_q)
{
    switch (s->method) {
    case TD_MIN_MAX:
        return (whole_ratio){s->lower_is_better ? s->hi - whole : whole - s->lo, s->hi - s->lo};
    case TD_SHARE_OF_BEST:
        if (!s->lower_is_better)
            return (whole_ratio){whole, s->hi > 0 ? s->hi : 0};
        return s->lo > 0 ? (whole_ratio){s->lo, whole} : UNKNOWN;
    case TD_PERCENTILE:
        return s->lo < s->hi ? whole_percentile(s, x) : UNKNOWN;
    case TD_SHARE_OF_MAX:
        return s->unit == 1 ? (whole_ratio){whole, assigned_q} : UNKNOWN;
    default:
        return UNKNOWN;
    }
}

bool td_whole_scale_of(const td_criterion *criterion, int leaf_decimals, int places,
                       const td_standard *standard, td_whole_scale *out)
{
    const td_normalize *how = &criterion->normalize;
    int64_t from = 0, to = td_scored_max(criterion);
    if (places < 0 || standard->n == 0 || how->method == TD_Z_SCORE ||
        (how->has_range && (!td_quanta_of(how->lo, leaf_decimals, &from) ||
                            !td_quanta_of(how->hi, leaf_decimals, &to))))
        return false;
    const double unit = td_scale_of(places);
    *out = (td_whole_scale){.method = how->method,
                            .lower_is_better = criterion->lower_is_better,
                            .unit = unit,
                            .from = (double)from,
                            .span = (double)to - (double)from,
                            .lo = td_nearest_whole(standard->lo * unit),
                            .hi = td_nearest_whole(standard->hi * unit),
                            .standard = standard};
    return from >= 0 && to >= 0 &&
           fmax(fabs(standard->lo), fabs(standard->hi)) * unit <= TD_COLUMN_LIMIT;
}

double td_on_whole_scale(const td_whole_scale *s, double x, double assigned_q)
{
    const double most = TD_MAX_QUANTA / 2, whole = td_nearest_whole(x * s->unit);
    if (s->unit == 1 && whole != x)
        return NAN;
    whole_ratio r = whole_ratio_of(s, x, whole, assigned_q);
    double start = s->from * r.den, way = s->span * r.num; /* exact below 2^53 */
    if (!(r.num >= 0 && r.den > 0 && r.num <= r.den) || start > most || fabs(way) > most)
        return NAN;
    return td_round_share(1, start + way, r.den).points;
}
