#include "criteria/lint.h"

static const char *word(const td_rules *rules, int64_t quanta, td_points_word *out)
{
    *out = td_word_of_points(quanta, rules->view.leaf_decimals);
    return out->text;
}

/* A fault that shows two numbers of points. */
static void fault_points(const td_rules *rules, td_errors *errors, td_message id,
                         const td_criterion *c, const char *key, int64_t a_q, int64_t b_q)
{
    td_points_word a, b;
    td_lint_fault(rules, errors, id, c->pointer, key, word(rules, a_q, &a), word(rules, b_q, &b));
}

/* The child after j among its siblings. */
static size_t next_child(const td_rules *rules, size_t j)
{
    return j + 1 + rules->criteria[j].n_below;
}

static void lint_sum(const td_rules *rules, size_t j, td_errors *errors)
{
    const td_criterion *c = &rules->criteria[j];
    int64_t sum_q = 0;
    bool all_known = c->has_max;
    for (size_t k = j + 1; k <= j + c->n_below && all_known; k = next_child(rules, k)) {
        all_known = rules->criteria[k].has_max &&
                    !__builtin_add_overflow(sum_q, rules->criteria[k].max_q, &sum_q);
    }
    if (all_known && sum_q != c->max_q)
        fault_points(rules, errors, j == 0 ? TD_MSG_RULES_SUM_SCALE : TD_MSG_RULES_SUM, c,
                     j == 0 ? "scale" : "max", sum_q, c->max_q);
}

static void lint_weights(const td_rules *rules, size_t j, td_errors *errors)
{
    const td_criterion *c = &rules->criteria[j];
    for (size_t k = j + 1; k <= j + c->n_below; k = next_child(rules, k))
        if (rules->criteria[k].weight != 0)
            return;
    td_lint_fault(rules, errors, TD_MSG_RULES_WEIGHTS_ZERO, c->pointer, NULL, c->code, "");
}

static void lint_bounds(const td_rules *rules, const td_criterion *c, td_errors *errors)
{
    if (c->has_floor && c->has_max && c->floor_q > c->max_q)
        fault_points(rules, errors, TD_MSG_RULES_FLOOR_ABOVE_MAX, c, "floor", c->floor_q, c->max_q);
    if (c->has_clamp_min && c->has_clamp_max && c->clamp_min_q > c->clamp_max_q)
        fault_points(rules, errors, TD_MSG_RULES_CLAMP_ORDER, c, "clamp/min", c->clamp_min_q,
                     c->clamp_max_q);
    else if (c->has_clamp_min && c->has_max && c->clamp_min_q > c->max_q)
        fault_points(rules, errors, TD_MSG_RULES_CLAMP_ABOVE_MAX, c, "clamp/min", c->clamp_min_q,
                     c->max_q);
}

/* Top groups are rounded to `decimals`: a finer maximum could be exceeded by rounding. */
static void lint_group_grid(const td_rules *rules, const td_criterion *c, td_errors *errors)
{
    const td_rules_view *view = &rules->view;
    if (rules->rounding != TD_ROUND_GROUP || c->depth != 1 || !c->has_max)
        return;
    if (c->max_q % td_pow10(view->leaf_decimals - view->decimals) == 0)
        return;
    td_points_word max;
    td_lint_fault(rules, errors, TD_MSG_RULES_OFF_GRID, c->pointer, "max",
                  word(rules, c->max_q, &max), td_word_of_points(1, view->decimals).text);
}

/* Only a chain of means hands a missing value on. */
static void lint_to_parent(const td_rules *rules, const td_criterion *c, td_errors *errors)
{
    if (c->n_children == 0 && c->missing == TD_MISSING_TO_PARENT && !c->under_mean)
        td_lint_fault(rules, errors, TD_MSG_RULES_TO_PARENT, c->pointer, NULL, c->code, "");
}

/* All that could be added up, as far as it has an end: sums stay whole below 2^53. */
static void lint_range(const td_rules *rules, td_errors *errors)
{
    double sum_q = 0;
    for (size_t j = 1; j < rules->n_criteria; j++) {
        const td_criterion *c = &rules->criteria[j];
        if (c->n_children == 0)
            sum_q += (double)c->max_q + (double)(c->start_q < 0 ? -c->start_q : c->start_q);
    }
    for (size_t i = 0; i < rules->n_parts; i++) {
        int64_t most_q = rules->parts[i].is_faulty ? 0 : td_part_most(&rules->parts[i]);
        if (most_q != TD_NO_CAP)
            sum_q += (double)most_q;
    }
    if (sum_q >= TD_MAX_QUANTA)
        td_lint_fault(rules, errors, TD_MSG_RULES_SUM_RANGE, "", "criteria",
                      td_word_of_points((int64_t)1 << 53, rules->view.leaf_decimals).text, "");
}

void td_lint_tree(const td_rules *rules, td_errors *errors)
{
    for (size_t j = 0; j < rules->n_criteria; j++) {
        const td_criterion *c = &rules->criteria[j];
        if (c->n_children > 0 && c->combine == TD_SUM)
            lint_sum(rules, j, errors);
        else if (c->n_children > 0)
            lint_weights(rules, j, errors);
        lint_bounds(rules, c, errors);
        lint_group_grid(rules, c, errors);
        lint_to_parent(rules, c, errors);
    }
    lint_range(rules, errors);
}
