/* per-case: points for each case counted. */
#include <math.h>

#include "criteria/functions/common.h"

struct per_case {
    size_t of;
};

static void read_per_case(td_reader *reader, const td_json *object, td_part *part)
{
    struct per_case *cases = td_part_new_params(reader, part, sizeof *cases);
    if (cases == NULL)
        return;
    cases->of = td_part_read_input(reader, object, "of", part);
    td_read_required(reader, object, "points");
}

static void lint_per_case(const td_rules *rules, const td_part *part, td_errors *errors,
                          const char *file)
{
    int decimals = rules->view.leaf_decimals;
    td_lint_points(part, false, decimals, errors, file);
    td_lint_cap_of_one(part, decimals, errors, file);
}

static bool check_per_case(const td_rules *rules, const td_part *part, const double *row,
                           td_domain_fault *fault)
{
    (void)rules;
    const struct per_case *cases = part->params;
    double count = row[cases->of];
    if (count < 0)
        return td_refuse(fault, TD_MSG_DATA_CASES_NEGATIVE, part, cases->of, count);
    if (!isnan(count) && count != floor(count))
        return td_refuse(fault, TD_MSG_DATA_CASES_NOT_WHOLE, part, cases->of, count);
    return true;
}

static void score_per_case(const td_scene *scene, const void *peers, bool explain,
                           td_part_result *out)
{
    (void)peers;
    const td_part *part = scene->part;
    const struct per_case *cases = part->params;
    double count = td_scene_row(scene)[cases->of];
    td_domain_fault fault;
    if (isnan(count)) {
        td_part_refused(out, TD_BLANK);
        return;
    }
    if (!check_per_case(scene->rules, part, td_scene_row(scene), &fault)) {
        td_part_refused(out, TD_BAD_VALUE);
        return;
    }
    td_fraction each = td_fraction_of(part->points_q);
    td_part_scored(out, td_fraction_mul(td_fraction_of_points(count, 0), each));
    if (explain) {
        out->why = TD_MSG_WHY_PER_CASE;
        td_arg_number(out->args[0], count);
        td_arg_points(out->args[1], each, scene->leaf_decimals);
        td_arg_points(out->args[2], out->points, scene->leaf_decimals);
    }
}

static unsigned score_per_case_all(const td_scene *scene, const void *peers, td_part_column *out)
{
    (void)peers;
    const struct per_case *cases = scene->part->params;
    const double each = (double)scene->part->points_q;
    const td_accepted counts = {0, TD_COLUMN_LIMIT, false};
    const double *count = td_scene_column(scene, cases->of);
    td_whole_of_column(scene->n_units, count, &counts, 0, out->points);
    double n_odd = 0;
#pragma omp simd reduction(+ : n_odd)
    for (size_t u = 0; u < scene->n_units; u++) {
        out->points[u] = out->points[u] * each + 0.0; /* -0 becomes 0 */
        n_odd += fabs(out->points[u]) <= TD_COLUMN_LIMIT ? 0 : 1;
    }
    if (n_odd == 0)
        return TD_POINTS_EXACT;
    unsigned bits = 0;
    for (size_t u = 0; u < scene->n_units; u++) {
        bool counted = count[u] >= 0 && count[u] == floor(count[u]);
        bits |=
            td_column_set(out, u, out->points[u], counted ? TD_POINTS_EXACT : TD_POINTS_REFUSED);
    }
    return bits;
}

static bool linear_per_case(const td_rules *rules, const td_part *part, td_linear *out)
{
    (void)rules;
    const struct per_case *cases = part->params;
    *out = td_linear_of(cases->of, td_fraction_of(part->points_q));
    out->lo = 0;
    out->whole = true;
    return true;
}

static int64_t most_per_case(const td_part *part)
{
    return part->points_q > 0 ? TD_NO_CAP : 0;
}

static const char *const KEYS[] = {"of", "points", NULL};

const td_function td_function_per_case = {
    .name = "per-case",
    .read = read_per_case,
    .lint = lint_per_case,
    .check = check_per_case,
    .score = score_per_case,
    .score_all = score_per_case_all,
    .linear = linear_per_case,
    .most = most_per_case,
    .kind = TD_COUNT,
    .keys = KEYS,
};
