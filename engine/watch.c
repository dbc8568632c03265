#include "engine/watch.h"

#include <math.h>
#include <stdlib.h>

typedef struct plan {
    const td_rules *rules;
    bool *wanted; /* [n_criteria] */
    bool lowest_group, lowest_leaf, any_floor;
} plan;

static void want(plan *p, td_subject subject, size_t index)
{
    switch (subject) {
    case TD_SUBJ_POINTS:
    case TD_SUBJ_SHARE:
    case TD_SUBJ_DEDUCTIONS:
    case TD_SUBJ_BONUS:
        p->wanted[index] = true;
        break;
    case TD_SUBJ_BELOW_FLOOR:
        if (index == TD_NONE)
            p->any_floor = true;
        else
            p->wanted[index] = true;
        break;
    case TD_SUBJ_LOWEST_GROUP:
        p->lowest_group = true;
        break;
    case TD_SUBJ_LOWEST_LEAF:
        p->lowest_leaf = true;
        break;
    default:
        break;
    }
}

static void look_at(plan *p, const td_condition *condition)
{
    if (condition == NULL)
        return;
    if (condition->logic == TD_TEST) {
        want(p, condition->subject, condition->index);
        want(p, condition->right_subject, condition->right_index);
    }
    for (size_t i = 0; i < condition->n_children; i++)
        look_at(p, &condition->children[i]);
}

static void look_at_rules(plan *p)
{
    const td_rules *rules = p->rules;
    for (size_t g = 0; g < rules->n_gates; g++)
        look_at(p, rules->gates[g].when);
    for (size_t c = 0; c < rules->n_classes; c++)
        look_at(p, rules->classes[c].when);
    for (size_t t = 0; t < rules->n_ties; t++)
        if (rules->ties[t].kind == TD_TIE_CRITERION)
            p->wanted[rules->ties[t].index] = true;
}

/* Conditions of awards and their order of merit look at criteria too. */
static void look_at_need(plan *p, const td_requirement *need)
{
    if (need->need == TD_NEED_LOWEST_SHARE)
        *(need->leaves ? &p->lowest_leaf : &p->lowest_group) = true;
    if (need->need == TD_NEED_SHARE_AT_LEAST || need->need == TD_NEED_POINTS_AT_LEAST) {
        size_t j = need->code == NULL ? TD_NONE : td_rules_find_criterion(p->rules, need->code);
        if (j != TD_NONE)
            p->wanted[j] = true;
    }
    for (size_t i = 0; i < need->n_children; i++)
        look_at_need(p, &need->children[i]);
}

static void look_at_policy(plan *p, const td_policy *policy)
{
    for (size_t w = 0; policy != NULL && w < policy->n_awards; w++) {
        const td_award_rule *award = &policy->awards[w];
        for (size_t i = 0; i < award->n_needs; i++)
            look_at_need(p, &award->needs[i]);
        for (size_t i = 0; i < award->n_merits; i++) {
            if (award->merits[i].kind != TD_MERIT_CRITERION)
                continue;
            size_t j = td_rules_find_criterion(p->rules, award->merits[i].code);
            if (j != TD_NONE)
                p->wanted[j] = true;
        }
    }
}

static td_status make_room(td_block *b, const plan *p, td_arena *arena)
{
    size_t n = b->rules->n_criteria;
    b->watch_of = td_arena_alloc(arena, n, sizeof(size_t));
    b->watched = td_arena_alloc(arena, n, sizeof(size_t));
    if (b->watch_of == NULL || b->watched == NULL)
        return TD_ENOMEM;
    for (size_t j = 0; j < n; j++) {
        b->watch_of[j] = p->wanted[j] ? b->n_watched : TD_NONE;
        if (p->wanted[j])
            b->watched[b->n_watched++] = j;
    }
    b->watch = td_arena_alloc(arena, b->n_rows * b->n_watched, sizeof(td_watch));
    if (p->lowest_group)
        b->lowest_group = td_arena_alloc(arena, b->n_rows, sizeof(td_share));
    if (p->lowest_leaf)
        b->lowest_leaf = td_arena_alloc(arena, b->n_rows, sizeof(td_share));
    if (p->any_floor)
        b->below_any_floor = td_arena_alloc(arena, b->n_rows, sizeof(bool));
    bool failed = b->watch == NULL || (p->lowest_group && b->lowest_group == NULL) ||
                  (p->lowest_leaf && b->lowest_leaf == NULL) ||
                  (p->any_floor && b->below_any_floor == NULL);
    return failed ? TD_ENOMEM : TD_OK;
}

td_status td_watch_plan(td_block *block, const td_policy *policy, td_arena *arena)
{
    plan p = {.rules = block->rules};
    p.wanted = calloc(block->rules->n_criteria, sizeof *p.wanted);
    if (p.wanted == NULL)
        return TD_ENOMEM;
    look_at_rules(&p);
    look_at_policy(&p, policy);
    p.wanted[0] = false; /* the total is at hand */
    td_status status = make_room(block, &p, arena);
    free(p.wanted);
    return status;
}

/* Quanta of a cell; a real one is looked at as it is printed. */
static double quanta_of(const td_rules *rules, size_t j, double value)
{
    return td_is_real(rules, j) ? td_round_real(value, rules->view.leaf_decimals) : value;
}

static void lower(td_share *lowest, double points_q, double assigned_q)
{
    if (assigned_q > 0 &&
        (lowest->assigned_q == 0 ||
         td_share_cmp(points_q, assigned_q, lowest->points_q, lowest->assigned_q) < 0))
        *lowest = (td_share){points_q, assigned_q};
}

static void keep_lowest(td_block *b, const td_scoring *s, size_t row, size_t u)
{
    td_share group = {0, 0}, leaf = {0, 0};
    bool below = false;
    for (size_t j = 1; j < s->rules->n_criteria; j++) {
        const td_criterion *c = &s->rules->criteria[j];
        size_t at = j * s->stride + u;
        if (s->cells.state[at] != TD_PRESENT)
            continue;
        double points = quanta_of(s->rules, j, s->cells.value[at]);
        if (c->depth == 1)
            lower(&group, points, s->cells.assigned_q[at]);
        if (c->n_children == 0)
            lower(&leaf, points, s->cells.assigned_q[at]);
        below |= c->has_floor && points < (double)c->floor_q;
    }
    if (b->lowest_group != NULL)
        b->lowest_group[row] = group;
    if (b->lowest_leaf != NULL)
        b->lowest_leaf[row] = leaf;
    if (b->below_any_floor != NULL)
        b->below_any_floor[row] = below;
}

void td_watch_unit(td_block *b, const td_scoring *s, size_t row, size_t u)
{
    for (size_t w = 0; w < b->n_watched; w++) {
        size_t j = b->watched[w];
        td_cell cell = td_cell_get(s, j, u);
        b->watch[row * b->n_watched + w] = (td_watch){
            .points = cell.state == TD_PRESENT ? quanta_of(s->rules, j, cell.value) : NAN,
            .assigned_q = cell.assigned_q,
            .bonus_q = cell.bonus_q,
            .deduction_q = cell.deduction_q};
    }
    if (b->lowest_group != NULL || b->lowest_leaf != NULL || b->below_any_floor != NULL)
        keep_lowest(b, s, row, u);
}
