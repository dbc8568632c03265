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

/* The scale on which the column, threshold and step are whole; -1: there is none. */
static int places_of(const td_scene *scene, const struct per_step *steps)
{
    const double fixed[] = {steps->threshold, steps->step};
    int places = td_places_of_column(2, fixed, 0, TD_COLUMN_LIMIT);
    if (places >= 0)
        places = td_places_of_column(scene->n_units, td_scene_column(scene, steps->of), places,
                                     TD_COLUMN_LIMIT);
    return places >= 0 ? td_places_of_column(2, fixed, places, TD_COLUMN_LIMIT) : -1;
}

static unsigned score_per_step_all(const td_scene *scene, const void *peers, td_part_column *out)
{
    (void)peers;
    const struct per_step *steps = scene->part->params;
    const double *x = td_scene_column(scene, steps->of);
    const double each = (double)scene->part->points_q;
    const int places = places_of(scene, steps);
    const double scale = td_scale_of(places >= 0 ? places : 0);
    const int64_t from = td_whole_at(steps->threshold, scale);
    const int64_t step = td_whole_at(steps->step, scale);
    unsigned bits = 0;
    for (size_t u = 0; u < scene->n_units; u++) {
        int64_t count = 0;
        if (places >= 0 && (steps->below ? x[u] < steps->threshold : x[u] > steps->threshold)) {
            int64_t at = td_whole_at(x[u], scale);
            count = (steps->below ? from - at : at - from) / step;
        }
        bits |= td_column_set(out, u, (double)count * each,
                              isnan(x[u])   ? TD_POINTS_REFUSED
                              : places >= 0 ? TD_POINTS_EXACT
                                            : TD_POINTS_ASK);
    }
    return bits;
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
    .score_all = score_per_step_all,
    .most = most_per_step,
    .kind = TD_NUMBER,
    .keys = KEYS,
};
