/* direct: points that people entered. */
#include <math.h>

#include "criteria/functions/common.h"

struct direct {
    size_t of;
    bool all_or_nothing;
};

static void read_direct(td_reader *reader, const td_json *object, td_part *part)
{
    struct direct *direct = td_part_new_params(reader, part, sizeof *direct);
    if (direct == NULL)
        return;
    direct->of = td_json_member(object, "of") != NULL
                     ? td_read_indicator(reader, object, "of", TD_POINTS)
                     : td_reader_indicator(reader, reader->leaf_code, TD_POINTS);
    td_part_add_input(reader, part, direct->of);
    td_read_bool(reader, object, "all_or_nothing", &direct->all_or_nothing);
}

/* What "all" is: the cap of a bonus or a deduction that has one, else P. */
static int64_t whole_of(const td_part *part)
{
    return part->effect != TD_SCORE && part->cap_q != TD_NO_CAP ? part->cap_q : part->points_q;
}

static void lint_direct(const td_rules *rules, const td_part *part, td_errors *errors,
                        const char *file)
{
    (void)rules;
    const struct direct *direct = part->params;
    if (direct->all_or_nothing && whole_of(part) <= 0)
        td_part_fault(errors, TD_MSG_RULES_ALL_OF_NOTHING, file, part, NULL, "all_or_nothing",
                      NULL);
}

static bool check_limits(td_domain_fault *fault, td_message below, td_message above,
                         const td_part *part, double x, double lo, double hi)
{
    if (x >= lo && x <= hi)
        return true;
    td_refuse(fault, x < lo ? below : above, part, part->inputs[0], x);
    td_arg_number(fault->args[1], x < lo ? lo : hi);
    return false;
}

static bool check_score(const td_rules *rules, const td_part *part, double x,
                        td_domain_fault *fault)
{
    const td_criterion *leaf = &rules->criteria[part->criterion];
    int decimals = rules->view.leaf_decimals;
    int64_t lowest = leaf->has_clamp_min && leaf->clamp_min_q < 0 ? leaf->clamp_min_q : 0;
    double hi = leaf->has_max ? td_points_of_quanta(td_scored_max(leaf), decimals) : INFINITY;
    return check_limits(fault, TD_MSG_DATA_POINTS_BELOW_MIN, TD_MSG_DATA_POINTS_ABOVE_MAX, part, x,
                        td_points_of_quanta(lowest, decimals), hi);
}

static bool check_bonus(const td_rules *rules, const td_part *part, double x,
                        td_domain_fault *fault)
{
    double hi = part->cap_q == TD_NO_CAP
                    ? INFINITY
                    : td_points_of_quanta(part->cap_q, rules->view.leaf_decimals);
    return check_limits(fault, TD_MSG_DATA_BONUS_NEGATIVE, TD_MSG_DATA_BONUS_ABOVE_CAP, part, x, 0,
                        hi);
}

static bool check_direct(const td_rules *rules, const td_part *part, const double *row,
                         td_domain_fault *fault)
{
    const struct direct *direct = part->params;
    double x = row[direct->of];
    if (isnan(x))
        return true;
    if (direct->all_or_nothing) {
        double all = td_points_of_quanta(whole_of(part), rules->view.leaf_decimals);
        double given = part->effect == TD_DEDUCT ? fabs(x) : x;
        if (given == 0 || given == all)
            return true;
        td_refuse(fault, TD_MSG_DATA_ALL_OR_NOTHING, part, direct->of, x);
        td_arg_number(fault->args[1], all);
        return false;
    }
    if (part->effect == TD_SCORE)
        return check_score(rules, part, x, fault);
    return part->effect == TD_DEDUCT || check_bonus(rules, part, x, fault);
}

static void score_direct(const td_scene *scene, const void *peers, bool explain,
                         td_part_result *out)
{
    (void)peers;
    const td_part *part = scene->part;
    const struct direct *direct = part->params;
    double x = td_scene_row(scene)[direct->of];
    td_domain_fault fault;
    if (isnan(x)) {
        td_part_refused(out, TD_BLANK);
        return;
    }
    if (!check_direct(scene->rules, part, td_scene_row(scene), &fault)) {
        td_part_refused(out, TD_BAD_VALUE);
        return;
    }
    double points = part->effect == TD_DEDUCT ? fabs(x) : x;
    td_part_scored(out, td_fraction_of_points(points, scene->leaf_decimals));
    if (explain) {
        out->why = part->effect == TD_DEDUCT ? TD_MSG_WHY_DIRECT_DEDUCTION : TD_MSG_WHY_DIRECT;
        td_arg_number(out->args[0], points);
    }
}

/* The values that check_direct() accepts. */
static td_accepted limits_of(const td_rules *rules, const td_part *part)
{
    const struct direct *direct = part->params;
    const td_criterion *leaf = &rules->criteria[part->criterion];
    const int decimals = rules->view.leaf_decimals;
    if (direct->all_or_nothing) {
        double all = td_points_of_quanta(whole_of(part), decimals);
        return (td_accepted){part->effect == TD_DEDUCT ? -all : 0, all, true};
    }
    if (part->effect == TD_DEDUCT)
        return (td_accepted){-INFINITY, INFINITY, false};
    td_accepted limits = {0, INFINITY, false};
    bool is_score = part->effect == TD_SCORE;
    if (is_score && leaf->has_clamp_min && leaf->clamp_min_q < 0)
        limits.lo = td_points_of_quanta(leaf->clamp_min_q, decimals);
    if (is_score ? leaf->has_max : part->cap_q != TD_NO_CAP)
        limits.hi = td_points_of_quanta(is_score ? td_scored_max(leaf) : part->cap_q, decimals);
    return limits;
}

static unsigned score_direct_all(const td_scene *scene, const void *peers, td_part_column *out)
{
    (void)peers;
    const struct direct *direct = scene->part->params;
    const td_accepted limits = limits_of(scene->rules, scene->part);
    unsigned bits = td_column_of_values(scene, direct->of, &limits, out);
    if (scene->part->effect == TD_DEDUCT)
        for (size_t u = 0; u < scene->n_units; u++)
            out->points[u] = fabs(out->points[u]);
    return bits;
}

static bool linear_direct(const td_rules *rules, const td_part *part, td_linear *out)
{
    const struct direct *direct = part->params;
    const td_accepted limits = limits_of(rules, part);
    if (direct->all_or_nothing || part->effect == TD_DEDUCT)
        return false;
    *out = td_linear_of(direct->of, td_fraction_of(td_pow10(rules->view.leaf_decimals)));
    out->lo = limits.lo;
    out->hi = limits.hi;
    return true;
}

static int64_t most_direct(const td_part *part)
{
    const struct direct *direct = part->params;
    if (part->effect == TD_SCORE || direct->all_or_nothing)
        return whole_of(part) > 0 ? whole_of(part) : TD_NO_CAP;
    return TD_NO_CAP;
}

static const char *const KEYS[] = {"of", "all_or_nothing", NULL};

const td_function td_function_direct = {
    .name = "direct",
    .read = read_direct,
    .lint = lint_direct,
    .check = check_direct,
    .score = score_direct,
    .score_all = score_direct_all,
    .linear = linear_direct,
    .most = most_direct,
    .kind = TD_POINTS,
    .keys = KEYS,
};
