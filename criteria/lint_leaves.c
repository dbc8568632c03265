#include <string.h>

#include "criteria/lint.h"

static void fault_cap(const td_rules *rules, td_errors *errors, td_message id, const char *pointer,
                      const char *key, int64_t cap_q, int64_t other_q)
{
    td_points_word cap = td_word_of_points(cap_q, rules->view.leaf_decimals);
    td_points_word other = td_word_of_points(other_q, rules->view.leaf_decimals);
    td_lint_fault(rules, errors, id, pointer, key, cap.text, other.text);
}

static bool counts_up(const td_part *part)
{
    return strcmp(part->function->name, "per-case") == 0 ||
           strcmp(part->function->name, "per-step") == 0;
}

/* Does anything above the part end what it can add? */
static bool is_capped(const td_rules *rules, const td_part *part)
{
    const td_criterion *c = &rules->criteria[part->criterion];
    bool is_bonus = part->effect == TD_BONUS;
    if (part->cap_q != TD_NO_CAP || (is_bonus && c->bonus_cap_q != TD_NO_CAP))
        return true;
    for (size_t j = part->criterion; j != TD_NONE; j = rules->criteria[j].parent) {
        c = &rules->criteria[j];
        if (c->normalize.method != TD_NORM_NONE ||
            (c->has_clamp_max && !(is_bonus && c->bonus_outside)))
            return true;
    }
    return false;
}

static void lint_part(const td_rules *rules, const td_part *part, td_errors *errors)
{
    const td_criterion *c = &rules->criteria[part->criterion];
    int64_t most_q = part->function->most == NULL ? TD_NO_CAP : part->function->most(part);
    if (part->cap_q < 0)
        fault_cap(rules, errors, TD_MSG_RULES_CAP_NEGATIVE, part->pointer, "cap", part->cap_q, 0);
    else if (part->cap_q != TD_NO_CAP && part->cap_q > most_q)
        fault_cap(rules, errors, TD_MSG_RULES_CAP_UNUSED, part->pointer, "cap", part->cap_q,
                  most_q);
    if (part->effect == TD_DEDUCT && part->cap_q != TD_NO_CAP && part->cap_q > c->deduction_cap_q)
        fault_cap(rules, errors, TD_MSG_RULES_CAP_ABOVE_LEAF, part->pointer, "cap", part->cap_q,
                  c->deduction_cap_q);
    if (part->effect != TD_DEDUCT && counts_up(part) && part->points_q > 0 &&
        !is_capped(rules, part))
        td_lint_fault(rules, errors, TD_MSG_RULES_NO_CAP, part->pointer, NULL, part->function->name,
                      "");
}

static int64_t capped_sum(int64_t a_q, int64_t b_q)
{
    int64_t sum_q;
    bool is_endless = a_q == TD_NO_CAP || b_q == TD_NO_CAP;
    return is_endless || __builtin_add_overflow(a_q, b_q, &sum_q) ? TD_NO_CAP : sum_q;
}

/* The largest deduction of a leaf; of an exclusive group the largest part counts. */
static int64_t most_deducted(const td_rules *rules, const td_criterion *c)
{
    int64_t sum_q = 0;
    int64_t *by_group = td_arena_alloc(rules->arena, c->n_groups + 1, sizeof *by_group);
    if (by_group == NULL)
        return 0;
    for (size_t i = 0; i < c->n_parts; i++) {
        const td_part *part = &rules->parts[c->first_part + i];
        if (part->effect != TD_DEDUCT)
            continue;
        int64_t most_q = td_part_most(part);
        if (part->group == TD_NONE)
            sum_q = capped_sum(sum_q, most_q);
        else if (most_q > by_group[part->group])
            by_group[part->group] = most_q;
    }
    for (size_t g = 0; g < c->n_groups; g++)
        sum_q = capped_sum(sum_q, by_group[g]);
    return sum_q < c->deduction_cap_q ? sum_q : c->deduction_cap_q;
}

/* A leaf of maximum 0 that deducts is a penalty, and meant so. */
static void lint_deductions(const td_rules *rules, const td_criterion *c, td_errors *errors)
{
    if (!c->has_max || c->max_q <= 0 || c->has_clamp_min)
        return;
    int64_t most_q = most_deducted(rules, c);
    if (most_q <= c->max_q)
        return;
    bool is_endless = most_q == TD_NO_CAP;
    td_points_word most = td_word_of_points(is_endless ? 0 : most_q, rules->view.leaf_decimals);
    td_points_word max = td_word_of_points(c->max_q, rules->view.leaf_decimals);
    td_lint_fault(rules, errors,
                  is_endless ? TD_MSG_RULES_DEDUCTION_ENDLESS : TD_MSG_RULES_DEDUCTION_ABOVE_MAX,
                  c->pointer, NULL, max.text, most.text);
}

static void lint_leaf(const td_rules *rules, const td_criterion *c, td_errors *errors)
{
    if (c->deduction_cap_q < 0)
        fault_cap(rules, errors, TD_MSG_RULES_CAP_NEGATIVE, c->pointer, "deduction_cap",
                  c->deduction_cap_q, 0);
    if (c->bonus_cap_q < 0)
        fault_cap(rules, errors, TD_MSG_RULES_CAP_NEGATIVE, c->pointer, "bonus_cap", c->bonus_cap_q,
                  0);
    bool only_scores = c->n_parts > 0;
    for (size_t i = 0; i < c->n_parts; i++) {
        const td_part *part = &rules->parts[c->first_part + i];
        only_scores &= part->effect == TD_SCORE;
        lint_part(rules, part, errors);
    }
    if (c->has_max && c->max_q == 0 && only_scores)
        td_lint_fault(rules, errors, TD_MSG_RULES_ZERO_MAX, c->pointer, "max", c->code, "");
    lint_deductions(rules, c, errors);
}

void td_lint_leaves(const td_rules *rules, td_errors *errors)
{
    for (size_t j = 1; j < rules->n_criteria; j++)
        if (rules->criteria[j].n_children == 0 && !rules->criteria[j].is_faulty)
            lint_leaf(rules, &rules->criteria[j], errors);
}
