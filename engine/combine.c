/*
 * Inner nodes: how the values of the children become one. A new mean is a function here,
 * a row in MEANS and a name in the reader.
 */
#include <math.h>

#include "engine/base/columns.h"
#include "engine/score.h"

typedef struct mean_step {
    void (*add)(double *sum, double weight, double x);
    double (*finish)(double sum, double weights);
    bool zero_wins; /* a zero with weight > 0 makes the mean 0 */
    bool refuses_negative;
} mean_step;

static void add_plain(double *sum, double weight, double x)
{
    *sum += weight * x;
}

static double finish_arithmetic(double sum, double weights)
{
    return sum / weights;
}

static void add_log(double *sum, double weight, double x)
{
    *sum += weight * log(x);
}

static double finish_geometric(double sum, double weights)
{
    return exp(sum / weights);
}

static void add_inverse(double *sum, double weight, double x)
{
    *sum += weight / x;
}

static double finish_harmonic(double sum, double weights)
{
    return weights / sum;
}

static const mean_step MEANS[] = {
    [TD_ARITHMETIC] = {add_plain, finish_arithmetic, false, false},
    [TD_GEOMETRIC] = {add_log, finish_geometric, true, true},
    [TD_HARMONIC] = {add_inverse, finish_harmonic, true, true},
};

double td_mean(td_combine combine, size_t n, const double *values, const double *weights,
               bool *negative)
{
    const mean_step *mean = &MEANS[combine];
    double sum = 0, total_weight = 0;
    bool zero = false;
    *negative = false;
    for (size_t i = 0; i < n; i++) {
        if (weights[i] == 0)
            continue;
        total_weight += weights[i];
        zero |= values[i] == 0;
        *negative |= values[i] < 0;
        if (!(mean->zero_wins && values[i] <= 0))
            mean->add(&sum, weights[i], values[i]);
    }
    if (total_weight == 0 || (*negative && mean->refuses_negative))
        return NAN;
    *negative = false;
    return zero && mean->zero_wins ? 0 : mean->finish(sum, total_weight);
}

static bool is_whole(double x)
{
    return x == td_nearest_whole(x);
}

double td_redistribute(double points_q, double bonus_q, double assigned_q, double given_q)
{
    if (given_q == 0 || assigned_q == 0)
        return points_q;
    if (is_whole(points_q - bonus_q) && is_whole(assigned_q) && is_whole(given_q)) {
        double rounded =
            td_round_share(points_q - bonus_q, assigned_q + given_q, assigned_q).points;
        if (!isnan(rounded))
            return bonus_q + rounded;
    }
    /* Weighted quanta are multiples of 2^-20: scaled, they are whole numbers. */
    const double grid = 1048576.0;
    td_fraction core = {(td_int128)((points_q - bonus_q) * grid), 1};
    td_fraction whole = {(td_int128)((assigned_q + given_q) * grid), 1};
    td_fraction part = {(td_int128)(assigned_q * grid), 1};
    td_fraction points = td_fraction_mul(td_fraction_div(core, td_fraction_of((int64_t)grid)),
                                         td_fraction_div(whole, part));
    int64_t rounded;
    return td_fraction_round(points, &rounded) ? bonus_q + (double)rounded : NAN;
}

double td_clamp_quanta(const td_criterion *criterion, double points_q, double bonus_q)
{
    double apart = criterion->bonus_outside ? bonus_q : 0;
    double core = points_q - apart;
    if (criterion->has_clamp_min && core < (double)criterion->clamp_min_q)
        core = (double)criterion->clamp_min_q;
    if (criterion->has_clamp_max && core > (double)criterion->clamp_max_q)
        core = (double)criterion->clamp_max_q;
    return core + apart;
}

double td_round_real(double points, int decimals)
{
    td_fraction exact = td_fraction_of_double(points);
    int64_t quanta;
    if (td_fraction_round(td_fraction_mul(exact, td_fraction_of(td_pow10(decimals))), &quanta))
        return (double)quanta;
    return round(points * (double)td_pow10(decimals));
}

double td_coarsen(double quanta, int from, int to)
{
    if (from <= to || isnan(quanta))
        return quanta;
    const double grid = 1048576.0;
    td_int128 scaled = (td_int128)(quanta * grid);
    return (double)td_div_round(scaled, (td_int128)td_pow10(from - to) * (td_int128)grid);
}
