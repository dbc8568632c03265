/* value: the indicator as it is, to be normalized or averaged. */
#include <math.h>

#include "criteria/functions/common.h"

struct value {
    size_t of;
};

static void read_value(td_reader *reader, const td_json *object, td_part *part)
{
    static const char *const BETTER[] = {"higher", "lower", NULL};
    struct value *value = td_part_new_params(reader, part, sizeof *value);
    if (value == NULL)
        return;
    value->of = td_part_read_input(reader, object, "of", part);
    int better = 0;
    td_read_choice(reader, object, "better", BETTER, &better);
    part->lower_is_better = better == 1;
}

static void score_value(const td_scene *scene, const void *peers, bool explain, td_part_result *out)
{
    (void)peers;
    const struct value *value = scene->part->params;
    double x = td_scene_row(scene)[value->of];
    if (isnan(x)) {
        td_part_refused(out, TD_BLANK);
        return;
    }
    td_part_scored(out, td_fraction_of_points(x, scene->leaf_decimals));
    if (explain) {
        out->why = TD_MSG_WHY_VALUE;
        td_arg_number(out->args[0], x);
    }
}

static unsigned score_value_all(const td_scene *scene, const void *peers, td_part_column *out)
{
    (void)peers;
    const struct value *value = scene->part->params;
    const td_accepted any = {-INFINITY, INFINITY, false};
    return td_column_of_values(scene, value->of, &any, out);
}

static bool linear_value(const td_rules *rules, const td_part *part, td_linear *out)
{
    const struct value *value = part->params;
    *out = td_linear_of(value->of, td_fraction_of(td_pow10(rules->view.leaf_decimals)));
    return true;
}

static int64_t most_value(const td_part *part)
{
    (void)part;
    return TD_NO_CAP;
}

static const char *const KEYS[] = {"of", "better", NULL};

const td_function td_function_value = {
    .name = "value",
    .read = read_value,
    .score = score_value,
    .score_all = score_value_all,
    .linear = linear_value,
    .most = most_value,
    .kind = TD_NUMBER,
    .is_raw = true,
    .keys = KEYS,
};
