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
    td_fraction excess; /* E: largest excess over a target; overflow where it leaves the range */
    double most;        /* M: largest A of the units without target */
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

static void compare_relative(const td_scene *scene, void *state)
{
    const struct relative *relative = scene->part->params;
    struct peers *peers = state;
    *peers = (struct peers){.excess = td_fraction_of(0)};
    for (size_t u = 0; u < scene->n_units; u++) {
        const double *row = scene->values + u * scene->stride;
        double actual = row[relative->actual], target = td_operand_value(&relative->target, row);
        if (isnan(actual) || (scene->left_out != NULL && scene->left_out[u]) ||
            (relative->leave_out != NULL && td_condition_on_row(relative->leave_out, row)))
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
    .most = most_relative,
    .kind = TD_NUMBER,
    .keys = KEYS,
};
