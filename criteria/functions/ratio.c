/* ratio: P times actual over target, or target over actual where lower is better. */
#include <math.h>

#include "criteria/functions/common.h"

struct ratio {
    size_t actual;
    td_operand target;
    bool lower_is_better, capped;
    td_fraction cap; /* largest ratio that counts */
};

static void read_cap(td_reader *reader, const td_json *object, struct ratio *ratio)
{
    double cap = 1;
    const td_json *member = td_json_member(object, "cap_ratio");
    ratio->capped = member == NULL || !td_json_is_null(member);
    if (!ratio->capped)
        return;
    td_read_number(reader, object, "cap_ratio", &cap);
    if (cap <= 0)
        td_reader_fault(reader, TD_MSG_RULES_NOT_POSITIVE, "cap_ratio", "cap_ratio", NULL);
    ratio->cap = td_fraction_of_double(cap);
}

static void read_ratio(td_reader *reader, const td_json *object, td_part *part)
{
    static const char *const BETTER[] = {"higher", "lower", NULL};
    struct ratio *ratio = td_part_new_params(reader, part, sizeof *ratio);
    if (ratio == NULL)
        return;
    ratio->actual = td_part_read_input(reader, object, "actual", part);
    if (td_part_read_operand(reader, object, "target", part, &ratio->target) &&
        ratio->target.number <= 0)
        td_reader_fault(reader, TD_MSG_RULES_NOT_POSITIVE, "target", "target", NULL);
    int better = 0;
    td_read_choice(reader, object, "better", BETTER, &better);
    ratio->lower_is_better = better == 1;
    read_cap(reader, object, ratio);
}

static void lint_ratio(const td_rules *rules, const td_part *part, td_errors *errors,
                       const char *file)
{
    td_lint_points(part, true, rules->view.leaf_decimals, errors, file);
}

static bool check_ratio(const td_rules *rules, const td_part *part, const double *row,
                        td_domain_fault *fault)
{
    (void)rules;
    const struct ratio *ratio = part->params;
    double actual = row[ratio->actual], target = td_operand_value(&ratio->target, row);
    if (target <= 0)
        return td_refuse(fault, TD_MSG_DATA_RATIO_TARGET, part, ratio->target.indicator, target);
    if (actual < 0)
        return td_refuse(fault, TD_MSG_DATA_RATIO_NEGATIVE, part, ratio->actual, actual);
    if (actual == 0 && ratio->lower_is_better && !ratio->capped)
        return td_refuse(fault, TD_MSG_DATA_RATIO_ZERO, part, ratio->actual, actual);
    return true;
}

static void explain_ratio(const td_scene *scene, double over, double under, td_fraction reached,
                          td_part_result *out)
{
    const struct ratio *ratio = scene->part->params;
    td_fraction points = td_fraction_of(scene->part->points_q);
    if (under == 0) {
        out->why = TD_MSG_WHY_RATIO_ZERO;
        td_arg_percent(out->args[0], ratio->cap);
        td_arg_points(out->args[1], points, scene->leaf_decimals);
        td_arg_points(out->args[2], out->points, scene->leaf_decimals);
        return;
    }
    bool cut = ratio->capped && td_fraction_ok(reached) && td_fraction_cmp(reached, ratio->cap) > 0;
    out->why = cut ? TD_MSG_WHY_RATIO_CAPPED : TD_MSG_WHY_RATIO;
    td_arg_number(out->args[0], over);
    td_arg_number(out->args[1], under);
    td_arg_percent(out->args[2], reached);
    td_arg_points(out->args[3], points, scene->leaf_decimals);
    td_arg_points(out->args[4], out->points, scene->leaf_decimals);
    if (cut)
        td_arg_percent(out->args[5], ratio->cap);
}

static void score_ratio(const td_scene *scene, const void *peers, bool explain, td_part_result *out)
{
    (void)peers;
    const struct ratio *ratio = scene->part->params;
    const double *row = td_scene_row(scene);
    double actual = row[ratio->actual], target = td_operand_value(&ratio->target, row);
    td_domain_fault fault;
    if (isnan(actual) || isnan(target)) {
        td_part_refused(out, TD_BLANK);
        return;
    }
    if (!check_ratio(scene->rules, scene->part, row, &fault)) {
        td_part_refused(out, TD_BAD_VALUE);
        return;
    }
    double over = ratio->lower_is_better ? target : actual;
    double under = ratio->lower_is_better ? actual : target;
    td_fraction reached =
        under == 0 ? ratio->cap
                   : td_fraction_div(td_fraction_of_double(over), td_fraction_of_double(under));
    td_fraction counted = ratio->capped ? td_fraction_least(reached, ratio->cap) : reached;
    td_part_scored(out, td_fraction_mul(td_fraction_of(scene->part->points_q), counted));
    if (explain)
        explain_ratio(scene, over, under, reached, out);
}

/* Values up to 2^31 and P up to 2^30: their products stay below 2^62. */
#define MOST_VALUE 2147483648.0
#define MOST_POINTS 1073741824

/* The scale on which both columns are whole; -1: there is none, or P or the cap is too large. */
static int places_of(const td_scene *scene, const struct ratio *ratio)
{
    int64_t points_q = scene->part->points_q;
    if (points_q > MOST_POINTS || points_q < -MOST_POINTS ||
        (ratio->capped && (!td_fraction_ok(ratio->cap) || ratio->cap.num > MOST_POINTS ||
                           ratio->cap.den > MOST_POINTS)))
        return -1;
    bool fixed = ratio->target.indicator == TD_NONE;
    size_t n = fixed ? 1 : scene->n_units;
    const double *target =
        fixed ? &ratio->target.number : td_scene_column(scene, ratio->target.indicator);
    int places =
        td_places_of_column(scene->n_units, td_scene_column(scene, ratio->actual), 0, MOST_VALUE);
    int both = places >= 0 ? td_places_of_column(n, target, places, MOST_VALUE) : -1;
    return both > places
               ? td_places_of_column(scene->n_units, td_scene_column(scene, ratio->actual), both,
                                     MOST_VALUE)
               : both;
}

/* P times over / under, or P times the cap where that is less. */
static unsigned set_ratio(const td_part *part, const struct ratio *ratio, int64_t over,
                          int64_t under, size_t u, td_part_column *out)
{
    int64_t num = (int64_t)ratio->cap.num, den = (int64_t)ratio->cap.den;
    if (under == 0 || (ratio->capped && over * den > num * under))
        return td_column_set_quotient(out, u, part->points_q * num, den);
    return td_column_set_quotient(out, u, part->points_q * over, under);
}

static unsigned score_ratio_all(const td_scene *scene, const void *peers, td_part_column *out)
{
    (void)peers;
    const struct ratio *ratio = scene->part->params;
    const double *actual = td_scene_column(scene, ratio->actual);
    const int places = places_of(scene, ratio);
    const double scale = td_scale_of(places >= 0 ? places : 0);
    unsigned bits = 0;
    for (size_t u = 0; u < scene->n_units; u++) {
        double a = actual[u], t = td_operand_at(&ratio->target, scene, u);
        bool refused =
            !(t > 0) || !(a >= 0) || (a == 0 && ratio->lower_is_better && !ratio->capped);
        if (refused || places < 0) {
            bits |= td_column_set(out, u, 0, refused ? TD_POINTS_REFUSED : TD_POINTS_ASK);
            continue;
        }
        int64_t done = td_whole_at(a, scale), goal = td_whole_at(t, scale);
        bits |= ratio->lower_is_better ? set_ratio(scene->part, ratio, goal, done, u, out)
                                       : set_ratio(scene->part, ratio, done, goal, u, out);
    }
    return bits;
}

/* P * x / target up to the cap. Rounding keeps order, so that the cap may be rounded first. */
static bool linear_ratio(const td_rules *rules, const td_part *part, td_linear *out)
{
    (void)rules;
    const struct ratio *ratio = part->params;
    td_fraction points = td_fraction_of(part->points_q);
    int64_t most;
    if (ratio->target.indicator != TD_NONE || ratio->lower_is_better || part->points_q < 0)
        return false;
    *out = td_linear_of(ratio->actual,
                        td_fraction_div(points, td_fraction_of_double(ratio->target.number)));
    out->lo = 0;
    if (!ratio->capped)
        return true;
    if (!td_fraction_round(td_fraction_mul(points, ratio->cap), &most))
        return false;
    out->most = (double)most;
    return true;
}

static int64_t most_ratio(const td_part *part)
{
    const struct ratio *ratio = part->params;
    int64_t most;
    if (part->points_q <= 0)
        return 0;
    if (!ratio->capped ||
        !td_fraction_round(td_fraction_mul(td_fraction_of(part->points_q), ratio->cap), &most))
        return TD_NO_CAP;
    return most;
}

static const char *const KEYS[] = {"actual", "target", "better", "cap_ratio", "points", NULL};

const td_function td_function_ratio = {
    .name = "ratio",
    .read = read_ratio,
    .lint = lint_ratio,
    .check = check_ratio,
    .score = score_ratio,
    .score_all = score_ratio_all,
    .linear = linear_ratio,
    .most = most_ratio,
    .kind = TD_NUMBER,
    .keys = KEYS,
};
