#include "criteria/lint.h"

void td_lint_fault(const td_rules *rules, td_errors *errors, td_message id, const char *pointer,
                   const char *key, const char *first, const char *second)
{
    const char *at = key == NULL ? pointer : td_arena_printf(rules->arena, "%s/%s", pointer, key);
    td_place place = {.file = rules->view.path, .pointer = at == NULL ? pointer : at};
    td_errors_add(errors, id, &place, first, second, NULL);
}

int64_t td_part_most(const td_part *part)
{
    int64_t most = part->function->most == NULL ? TD_NO_CAP : part->function->most(part);
    return part->cap_q < most ? part->cap_q : most;
}

/* `exclude` takes a maximum away, and ranking by points does not know of it. */
static void lint_exclude(const td_rules *rules, td_errors *errors)
{
    if (rules->view.rank_by != TD_BY_POINTS)
        return;
    for (size_t j = 0; j < rules->n_criteria; j++)
        if (rules->criteria[j].has_own_exclude)
            td_lint_fault(rules, errors, TD_MSG_RULES_EXCLUDE_BY_POINTS, rules->criteria[j].pointer,
                          "not_applicable", "", "");
}

static void lint_functions(const td_rules *rules, td_errors *errors)
{
    for (size_t i = 0; i < rules->n_parts; i++) {
        const td_part *part = &rules->parts[i];
        if (!part->is_faulty && part->function->lint != NULL)
            part->function->lint(rules, part, errors, rules->view.path);
    }
}

bool td_rules_lint(const td_rules *rules, bool with_ranking, td_errors *errors)
{
    td_lint_tree(rules, errors);
    td_lint_leaves(rules, errors);
    lint_functions(rules, errors);
    lint_exclude(rules, errors);
    return !with_ranking || td_lint_ranking(rules, errors);
}
