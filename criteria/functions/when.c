/* when: fixed points when a condition holds. */
#include <math.h>

#include "criteria/functions/common.h"

struct when {
    const td_condition *condition;
};

static void read_when(td_reader *reader, const td_json *object, td_part *part)
{
    struct when *when = td_part_new_params(reader, part, sizeof *when);
    if (when == NULL || td_read_required(reader, object, "if") == NULL)
        return;
    when->condition = td_read_condition(reader, object, "if", false);
    td_part_add_condition(reader, part, when->condition);
}

static void lint_when(const td_rules *rules, const td_part *part, td_errors *errors,
                      const char *file)
{
    td_lint_points(part, true, rules->view.leaf_decimals, errors, file);
}

/*
 * Counts the indicators that the condition compares, and those of them with a value. Asking
 * whether one is absent needs no value.
 */
static void count_compared(const td_condition *condition, const double *row, size_t *compared,
                           size_t *present)
{
    for (size_t i = 0; i < condition->n_children; i++)
        count_compared(&condition->children[i], row, compared, present);
    if (condition->logic != TD_TEST || condition->comparison == TD_ABSENT)
        return;
    *compared += 1;
    *present += isnan(row[condition->index]) ? 0 : 1;
    if (condition->right_subject == TD_SUBJ_INDICATOR) {
        *compared += 1;
        *present += isnan(row[condition->right_index]) ? 0 : 1;
    }
}

/* The sentence shows the comparison where it is a single one with a number to show. */
static void explain_when(const td_scene *scene, const td_condition *condition, bool holds,
                         td_part_result *out)
{
    static const char *const SIGNS[] = {"=", "≠", "<", "≤", ">", "≥"};
    bool single = condition->logic == TD_TEST && condition->right_subject == TD_SUBJ_NONE &&
                  condition->comparison <= TD_GE;
    td_kind kind = single ? scene->rules->indicators[condition->index].kind : TD_FLAG;
    if (kind == TD_FLAG || kind == TD_DATE) {
        out->why = holds ? TD_MSG_WHY_WHEN_HOLDS : TD_MSG_WHY_WHEN_FAILS;
        td_arg_points(out->args[0], out->points, scene->leaf_decimals);
        return;
    }
    out->why = holds ? TD_MSG_WHY_WHEN_TEST_HOLDS : TD_MSG_WHY_WHEN_TEST_FAILS;
    td_arg_number(out->args[0], td_scene_row(scene)[condition->index]);
    td_arg_text(out->args[1], SIGNS[condition->comparison]);
    td_arg_number(out->args[2], condition->number);
    td_arg_points(out->args[3], out->points, scene->leaf_decimals);
}

static void score_when(const td_scene *scene, const void *peers, bool explain, td_part_result *out)
{
    (void)peers;
    const struct when *when = scene->part->params;
    const double *row = td_scene_row(scene);
    size_t compared = 0, present = 0;
    count_compared(when->condition, row, &compared, &present);
    if (compared > 0 && present == 0) {
        td_part_refused(out, TD_BLANK);
        return;
    }
    bool holds = td_condition_on_row(when->condition, row);
    td_part_scored(out, td_fraction_of(holds ? scene->part->points_q : 0));
    if (explain)
        explain_when(scene, when->condition, holds, out);
}

/* Only a single comparison with a number is worth a loop of its own. */
static bool is_simple(const td_condition *condition)
{
    return condition->logic == TD_TEST && condition->subject == TD_SUBJ_INDICATOR &&
           condition->right_subject != TD_SUBJ_INDICATOR && condition->comparison <= TD_GE;
}

/* Whether orders below, equal and above satisfy it: as td_compares(), without a branch per unit. */
static unsigned score_comparison(const td_scene *scene, const td_condition *condition,
                                 td_part_column *out)
{
    const double *x = td_scene_column(scene, condition->index);
    const double points = (double)scene->part->points_q, number = condition->number;
    const double below = td_compares(-1, condition->comparison) ? points : 0;
    const double equal = td_compares(0, condition->comparison) ? points : 0;
    const double above = td_compares(1, condition->comparison) ? points : 0;
    double n_blank = 0;
#pragma omp simd reduction(+ : n_blank)
    for (size_t u = 0; u < scene->n_units; u++) {
        bool blank = isnan(x[u]);
        double held = x[u] < number ? below : x[u] > number ? above : equal;
        out->points[u] = blank ? 0 : held;
        out->known[u] = blank ? TD_POINTS_REFUSED : TD_POINTS_EXACT;
        n_blank += blank ? 1 : 0;
    }
    return n_blank > 0 ? TD_POINTS_REFUSED : TD_POINTS_EXACT;
}

static unsigned score_when_all(const td_scene *scene, const void *peers, td_part_column *out)
{
    (void)peers;
    const struct when *when = scene->part->params;
    const td_condition *condition = when->condition;
    const double points = (double)scene->part->points_q;
    if (is_simple(condition) && fabs(points) <= TD_COLUMN_LIMIT)
        return score_comparison(scene, condition, out);
    unsigned bits = 0;
    for (size_t u = 0; u < scene->n_units; u++) {
        const double *row = scene->values + u * scene->stride;
        size_t compared = 0, present = 0;
        count_compared(condition, row, &compared, &present);
        bool holds = td_condition_on_row(condition, row);
        bits |= td_column_set(out, u, holds ? points : 0,
                              compared > 0 && present == 0 ? TD_POINTS_REFUSED : TD_POINTS_EXACT);
    }
    return bits;
}

static int64_t most_when(const td_part *part)
{
    return part->points_q > 0 ? part->points_q : 0;
}

static const char *const KEYS[] = {"if", "points", NULL};

const td_function td_function_when = {
    .name = "when",
    .read = read_when,
    .lint = lint_when,
    .score = score_when,
    .score_all = score_when_all,
    .most = most_when,
    .kind = TD_NUMBER,
    .keys = KEYS,
};
