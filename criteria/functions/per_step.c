/* per-step: points for each full step above (or below) a threshold. */
#include <math.h>

#include "criteria/functions/common.h"

struct per_step {
    size_t of;
    bool below;
    double threshold, step;
};

static void read_per_step(td_reader *reader, const td_json *object, td_part *part)
{
    struct per_step *steps = td_part_new_params(reader, part, sizeof *steps);
    if (steps == NULL)
        return;
    steps->of = td_part_read_input(reader, object, "of", part);
    steps->step = 1;
    bool above = td_json_member(object, "above") != NULL;
    steps->below = td_json_member(object, "below") != NULL;
    if (above == steps->below)
        td_reader_fault(reader, TD_MSG_RULES_STEP_SIDE, NULL, NULL);
    else
        td_read_number(reader, object, above ? "above" : "below", &steps->threshold);
    td_read_number(reader, object, "step", &steps->step);
    if (steps->step <= 0)
        td_reader_fault(reader, TD_MSG_RULES_NOT_POSITIVE, "step", "step", NULL);
    td_read_required(reader, object, "points");
}

static void lint_per_step(const td_rules *rules, const td_part *part, td_errors *errors,
                          const char *file)
{
    int decimals = rules->view.leaf_decimals;
    td_lint_points(part, false, decimals, errors, file);
    td_lint_cap_of_one(part, decimals, errors, file);
}

/* How far x lies on the side that counts; <= 0 when it does not. */
static td_fraction distance(const struct per_step *steps, double x)
{
    td_fraction value = td_fraction_of_double(x), from = td_fraction_of_double(steps->threshold);
    return steps->below ? td_fraction_sub(from, value) : td_fraction_sub(value, from);
}

static void explain_per_step(const td_scene *scene, const struct per_step *steps, double x,
                             td_fraction count, td_part_result *out)
{
    td_arg_number(out->args[0], x);
    td_arg_number(out->args[1], steps->threshold);
    if (steps->below ? x >= steps->threshold : x <= steps->threshold) {
        out->why = steps->below ? TD_MSG_WHY_PER_STEP_NOT_BELOW : TD_MSG_WHY_PER_STEP_NOT_ABOVE;
        return;
    }
    out->why = steps->below ? TD_MSG_WHY_PER_STEP_BELOW : TD_MSG_WHY_PER_STEP_ABOVE;
    td_arg_number(out->args[2], steps->step);
    td_arg_fraction(out->args[3], count, 0);
    td_arg_points(out->args[4], td_fraction_of(scene->part->points_q), scene->leaf_decimals);
    td_arg_points(out->args[5], out->points, scene->leaf_decimals);
}

static void score_per_step(const td_scene *scene, const void *peers, bool explain,
                           td_part_result *out)
{
    (void)peers;
    const struct per_step *steps = scene->part->params;
    double x = td_scene_row(scene)[steps->of];
    if (isnan(x)) {
        td_part_refused(out, TD_BLANK);
        return;
    }
    td_fraction count = td_fraction_of(0);
    if (steps->below ? x < steps->threshold : x > steps->threshold) {
        int64_t whole;
        count = td_fraction_div(distance(steps, x), td_fraction_of_double(steps->step));
        count = td_fraction_floor(count, &whole) ? td_fraction_of(whole) : (td_fraction){0, 0};
    }
    td_part_scored(out, td_fraction_mul(count, td_fraction_of(scene->part->points_q)));
    if (explain)
        explain_per_step(scene, steps, x, count, out);
}

static int64_t most_per_step(const td_part *part)
{
    return part->points_q > 0 ? TD_NO_CAP : 0;
}

static const char *const KEYS[] = {"of", "above", "below", "step", "points", NULL};

const td_function td_function_per_step = {
    .name = "per-step",
    .read = read_per_step,
    .lint = lint_per_step,
    .score = score_per_step,
    .most = most_per_step,
    .kind = TD_NUMBER,
    .keys = KEYS,
};
