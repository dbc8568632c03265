/*
 * relative: a target met is half of P; the excess over the target is measured against the
 * leader of the cluster. Units without a target are compared among themselves.
 */
#include <math.h>

#include "criteria/functions/common.h"

struct relative {
    size_t actual;
    td_operand target;
    bool absolute; /* the excess is A - T, not (A - T) / T */
    const td_condition *leave_out;
};

/* What the cluster says of a part. */
struct peers {
    bool has_excess, has_most;
    td_fraction excess;  /* E: largest excess over a target; overflow where it leaves the range */
    double most;         /* M: largest A of the units without target */
    int places;          /* actuals and targets are whole numbers of 10^-places; -1: they are not */
    int64_t over, under; /* then E = over / under; under is 1 for an absolute excess */
};

static void read_relative(td_reader *reader, const td_json *object, td_part *part)
{
    static const char *const EXCESS[] = {"ratio", "absolute", NULL};
    struct relative *relative = td_part_new_params(reader, part, sizeof *relative);
    if (relative == NULL)
        return;
    relative->actual = td_part_read_input(reader, object, "actual", part);
    if (td_part_read_operand(reader, object, "target", part, &relative->target) &&
        relative->target.number < 0)
        td_reader_fault(reader, TD_MSG_RULES_TARGET_NEGATIVE, "target", NULL);
    int excess = 0;
    td_read_choice(reader, object, "excess", EXCESS, &excess);
    relative->absolute = excess == 1;
    relative->leave_out = td_read_condition(reader, object, "leave_out", false);
    td_part_add_condition(reader, part, relative->leave_out);
}

static void lint_relative(const td_rules *rules, const td_part *part, td_errors *errors,
                          const char *file)
{
    td_lint_points(part, true, rules->view.leaf_decimals, errors, file);
}

static bool check_relative(const td_rules *rules, const td_part *part, const double *row,
                           td_domain_fault *fault)
{
    (void)rules;
    const struct relative *relative = part->params;
    double actual = row[relative->actual], target = td_operand_value(&relative->target, row);
    if (actual < 0)
        return td_refuse(fault, TD_MSG_DATA_RELATIVE_NEGATIVE, part, relative->actual, actual);
    if (target < 0)
        return td_refuse(fault, TD_MSG_DATA_TARGET_NEGATIVE, part, relative->target.indicator,
                         target);
    return true;
}

static td_fraction excess_of(const struct relative *relative, double actual, double target)
{
    td_fraction goal = td_fraction_of_double(target);
    td_fraction over = td_fraction_sub(td_fraction_of_double(actual), goal);
    return relative->absolute ? over : td_fraction_div(over, goal);
}

static void compare_excess(struct peers *peers, td_fraction excess)
{
    if (!peers->has_excess || !td_fraction_ok(excess) ||
        (td_fraction_ok(peers->excess) && td_fraction_cmp(excess, peers->excess) > 0))
        peers->excess = excess;
    peers->has_excess = true;
}

/* Values up to 2^30: the products of two, and P times them, are checked or stay below 2^62. */
#define MOST_VALUE 1073741824.0

/* The scale on which both columns are whole; -1: there is none. */
static int places_of(const td_scene *scene, const struct relative *relative)
{
    if (scene->columns == NULL)
        return -1;
    bool fixed = relative->target.indicator == TD_NONE;
    size_t n = fixed ? 1 : scene->n_units;
    const double *actual = td_scene_column(scene, relative->actual);
    const double *target =
        fixed ? &relative->target.number : td_scene_column(scene, relative->target.indicator);
    int places = td_places_of_column(scene->n_units, actual, 0, MOST_VALUE);
    int both = places >= 0 ? td_places_of_column(n, target, places, MOST_VALUE) : -1;
    return both > places ? td_places_of_column(scene->n_units, actual, both, MOST_VALUE) : both;
}

static bool is_compared(const td_scene *scene, const struct relative *relative, size_t u,
                        double actual)
{
    return !isnan(actual) && !(scene->left_out != NULL && scene->left_out[u]) &&
           (relative->leave_out == NULL ||
            !td_condition_on_row(relative->leave_out, scene->values + u * scene->stride));
}

static void compare_whole(const td_scene *scene, struct peers *peers)
{
    const struct relative *relative = scene->part->params;
    const double *actual = td_scene_column(scene, relative->actual);
    const double scale = td_scale_of(peers->places);
    for (size_t u = 0; u < scene->n_units; u++) {
        double a = actual[u], t = td_operand_at(&relative->target, scene, u);
        if (!is_compared(scene, relative, u, a))
            continue;
        if (isnan(t) || t == 0) {
            peers->most = peers->has_most ? fmax(peers->most, a) : a;
            peers->has_most = true;
        } else if (t > 0 && a > t) {
            int64_t under = relative->absolute ? 1 : td_whole_at(t, scale);
            int64_t over = td_whole_at(a, scale) - td_whole_at(t, scale);
            if (peers->has_excess && over * peers->under <= peers->over * under)
                continue;
            peers->has_excess = true;
            peers->over = over;
            peers->under = under;
        }
    }
    td_fraction unit = td_fraction_of(relative->absolute ? td_pow10(peers->places) : 1);
    if (peers->has_excess)
        peers->excess = td_fraction_div(
            td_fraction_div(td_fraction_of(peers->over), td_fraction_of(peers->under)), unit);
}

static void compare_relative(const td_scene *scene, void *state)
{
    const struct relative *relative = scene->part->params;
    struct peers *peers = state;
    *peers = (struct peers){.excess = td_fraction_of(0), .places = places_of(scene, relative)};
    if (peers->places >= 0) {
        compare_whole(scene, peers);
        return;
    }
    for (size_t u = 0; u < scene->n_units; u++) {
        const double *row = scene->values + u * scene->stride;
        double actual = row[relative->actual], target = td_operand_value(&relative->target, row);
        if (!is_compared(scene, relative, u, actual))
            continue;
        if (target > 0 && actual > target)
            compare_excess(peers, excess_of(relative, actual, target));
        if (isnan(target) || target == 0) {
            peers->most = peers->has_most ? fmax(peers->most, actual) : actual;
            peers->has_most = true;
        }
    }
}

/* P times a share, in quanta. */
static td_fraction share_of_points(const td_scene *scene, td_fraction share)
{
    return td_fraction_mul(td_fraction_of(scene->part->points_q), share);
}

/* For the words of an excess: percent of the target, or as it is. */
static void arg_excess(char *arg, const struct relative *relative, td_fraction excess)
{
    if (relative->absolute)
        td_arg_fraction(arg, excess, TD_MAX_PLACES);
    else
        td_arg_percent(arg, excess);
}

static void explain_numbers(const td_scene *scene, td_part_result *out, double first, double second)
{
    td_arg_points(out->args[0], out->points, scene->leaf_decimals);
    td_arg_points(out->args[1], td_fraction_of(scene->part->points_q), scene->leaf_decimals);
    td_arg_number(out->args[2], first);
    td_arg_number(out->args[3], second);
}

static void score_above(const td_scene *scene, const struct peers *peers, double actual,
                        double target, bool explain, td_part_result *out)
{
    const struct relative *relative = scene->part->params;
    td_fraction excess = excess_of(relative, actual, target), one = td_fraction_of(1);
    td_fraction share = peers->has_excess ? td_fraction_div(excess, peers->excess) : one;
    bool whole = td_fraction_ok(share) && td_fraction_cmp(share, one) >= 0;
    share = td_fraction_div(td_fraction_add(one, td_fraction_least(share, one)), td_fraction_of(2));
    td_part_scored(out, share_of_points(scene, share));
    if (!explain)
        return;
    explain_numbers(scene, out, actual, target);
    arg_excess(out->args[4], relative, excess);
    arg_excess(out->args[5], relative, peers->excess);
    if (!peers->has_excess)
        out->why = relative->absolute ? TD_MSG_WHY_RELATIVE_ALONE_BY : TD_MSG_WHY_RELATIVE_ALONE;
    else if (whole)
        out->why = relative->absolute ? TD_MSG_WHY_RELATIVE_LEADER_BY : TD_MSG_WHY_RELATIVE_LEADER;
    else
        out->why = relative->absolute ? TD_MSG_WHY_RELATIVE_ABOVE_BY : TD_MSG_WHY_RELATIVE_ABOVE;
}

static void score_with_target(const td_scene *scene, const struct peers *peers, double actual,
                              double target, bool explain, td_part_result *out)
{
    if (actual > target) {
        score_above(scene, peers, actual, target, explain, out);
        return;
    }
    td_fraction reached =
        td_fraction_div(td_fraction_of_double(actual), td_fraction_of_double(target));
    td_part_scored(out, share_of_points(scene, td_fraction_div(reached, td_fraction_of(2))));
    if (explain) {
        out->why = actual < target ? TD_MSG_WHY_RELATIVE_BELOW : TD_MSG_WHY_RELATIVE_EQUAL;
        explain_numbers(scene, out, actual, target);
    }
}

static void score_without_target(const td_scene *scene, const struct peers *peers, double actual,
                                 bool explain, td_part_result *out)
{
    bool measured = peers->has_most && peers->most > 0;
    td_fraction share = td_fraction_of(actual > 0);
    if (actual > 0 && measured)
        share = td_fraction_least(share, td_fraction_div(td_fraction_of_double(actual),
                                                         td_fraction_of_double(peers->most)));
    td_part_scored(out, share_of_points(scene, share));
    if (!explain)
        return;
    explain_numbers(scene, out, actual, peers->most);
    if (actual == 0)
        out->why = TD_MSG_WHY_RELATIVE_NOTHING;
    else if (measured)
        out->why = actual < peers->most ? TD_MSG_WHY_RELATIVE_NO_TARGET
                                        : TD_MSG_WHY_RELATIVE_NO_TARGET_MOST;
    else
        out->why = TD_MSG_WHY_RELATIVE_NO_TARGET_ALONE;
}

static void score_relative(const td_scene *scene, const void *state, bool explain,
                           td_part_result *out)
{
    const struct relative *relative = scene->part->params;
    const double *row = td_scene_row(scene);
    double actual = row[relative->actual], target = td_operand_value(&relative->target, row);
    td_domain_fault fault;
    if (isnan(actual))
        td_part_refused(out, TD_BLANK);
    else if (!check_relative(scene->rules, scene->part, row, &fault))
        td_part_refused(out, TD_BAD_VALUE);
    else if (isnan(target) || target == 0)
        score_without_target(scene, state, actual, explain, out);
    else
        score_with_target(scene, state, actual, target, explain, out);
}

/* P (1 + e / E) / 2, at most P; e = over / under. */
static unsigned set_above(const td_part *part, const struct peers *peers, int64_t over,
                          int64_t under, size_t u, td_part_column *out)
{
    int64_t num = over * peers->under, den = under * peers->over, points;
    if (!peers->has_excess || num >= den)
        return td_column_set(out, u, (double)part->points_q, TD_POINTS_EXACT);
    if (__builtin_mul_overflow(part->points_q, den + num, &points))
        return td_column_set(out, u, 0, TD_POINTS_ASK);
    return td_column_set_quotient(out, u, points, 2 * den);
}

static unsigned set_relative(const td_scene *scene, const struct peers *peers, double scale,
                             double actual, double target, size_t u, td_part_column *out)
{
    const struct relative *relative = scene->part->params;
    int64_t p = scene->part->points_q, a = td_whole_at(actual, scale), points;
    if (isnan(target) || target == 0) {
        bool measured = actual > 0 && peers->has_most && peers->most > 0;
        int64_t most = measured ? td_whole_at(peers->most, scale) : 0;
        if (!measured || a >= most)
            return td_column_set(out, u, actual > 0 ? (double)p : 0, TD_POINTS_EXACT);
        if (__builtin_mul_overflow(p, a, &points))
            return td_column_set(out, u, 0, TD_POINTS_ASK);
        return td_column_set_quotient(out, u, points, most);
    }
    int64_t t = td_whole_at(target, scale);
    if (a > t)
        return set_above(scene->part, peers, a - t, relative->absolute ? 1 : t, u, out);
    if (__builtin_mul_overflow(p, a, &points))
        return td_column_set(out, u, 0, TD_POINTS_ASK);
    return td_column_set_quotient(out, u, points, 2 * t);
}

static unsigned score_relative_all(const td_scene *scene, const void *state, td_part_column *out)
{
    const struct relative *relative = scene->part->params;
    const struct peers *peers = state;
    const double *actual = td_scene_column(scene, relative->actual);
    const double scale = td_scale_of(peers->places >= 0 ? peers->places : 0);
    unsigned bits = 0;
    for (size_t u = 0; u < scene->n_units; u++) {
        double a = actual[u], t = td_operand_at(&relative->target, scene, u);
        if (!(a >= 0) || t < 0)
            bits |= td_column_set(out, u, 0, TD_POINTS_REFUSED);
        else if (peers->places < 0)
            bits |= td_column_set(out, u, 0, TD_POINTS_ASK);
        else
            bits |= set_relative(scene, peers, scale, a, t, u, out);
    }
    return bits;
}

static int64_t most_relative(const td_part *part)
{
    return part->points_q > 0 ? part->points_q : 0;
}

static const char *const KEYS[] = {"actual", "target", "excess", "leave_out", "points", NULL};

const td_function td_function_relative = {
    .name = "relative",
    .read = read_relative,
    .lint = lint_relative,
    .check = check_relative,
    .peers_size = sizeof(struct peers),
    .compare = compare_relative,
    .score = score_relative,
    .score_all = score_relative_all,
    .most = most_relative,
    .kind = TD_NUMBER,
    .keys = KEYS,
};
