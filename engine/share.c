/*
 * Points and shares as exact fractions.
 */
#include <math.h>

#include "engine/prepared.h"

static const td_fraction NONE = {0, 0};

/* Weighted quanta are multiples of 2^-20 below 2^53: scaled they are whole, 73 bits at most. */
static const double WEIGHT_GRID = 1048576.0;

static td_int128 whole(double quanta)
{
    return (td_int128)(quanta * WEIGHT_GRID);
}

td_fraction td_points_ratio(double quanta, int decimals)
{
    if (isnan(quanta))
        return NONE;
    return (td_fraction){whole(quanta), (td_int128)(int64_t)WEIGHT_GRID * td_pow10(decimals)};
}

td_fraction td_share_ratio(double points_q, double assigned_q)
{
    if (isnan(points_q) || !(assigned_q > 0))
        return NONE;
    return (td_fraction){whole(points_q), whole(assigned_q)};
}

td_fraction td_share_fraction(double points_q, double assigned_q)
{
    return td_fraction_reduced(td_share_ratio(points_q, assigned_q));
}

/* Scaled to whole numbers such quanta have 62 bits, and the product of two 124. */
static bool is_short(double quanta)
{
    return fabs(quanta) < 4398046511104.0; /* 2^42 */
}

static td_int128 product(double a, double b)
{
    return (td_int128)(int64_t)(a * WEIGHT_GRID) * (int64_t)(b * WEIGHT_GRID);
}

int td_share_cmp(double points_a, double assigned_a, double points_b, double assigned_b)
{
    if (assigned_a > 0 && assigned_b > 0 && is_short(points_a) && is_short(points_b) &&
        is_short(assigned_a) && is_short(assigned_b)) {
        td_int128 left = product(points_a, assigned_b), right = product(points_b, assigned_a);
        return (left > right) - (left < right);
    }
    td_fraction a = td_share_ratio(points_a, assigned_a);
    td_fraction b = td_share_ratio(points_b, assigned_b);
    if (!td_fraction_ok(a) || !td_fraction_ok(b))
        return td_fraction_ok(a) - td_fraction_ok(b);
    return td_fraction_cmp(a, b);
}

double td_rounded_share(const td_standing *standing, const td_rules *rules)
{
    td_fraction percent =
        td_fraction_mul(td_share_fraction(standing->total_q, standing->assigned_q),
                        td_fraction_of(100 * td_pow10(rules->view.share_decimals)));
    int64_t rounded;
    return td_fraction_round(percent, &rounded) ? (double)rounded : -INFINITY;
}
