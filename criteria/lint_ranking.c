#include <math.h>
#include <stdio.h>

#include "criteria/lint.h"

static void fault_entry(const td_rules *rules, td_errors *errors, td_message id,
                        const char *section, size_t i, const char *first, const char *second)
{
    char pointer[64];
    snprintf(pointer, sizeof pointer, "/%s/%zu", section, i);
    td_lint_fault(rules, errors, id, pointer, NULL, first, second);
}

/* ---- floors ---- */

typedef struct floors {
    bool *is_used; /* [n_criteria] */
    bool any_used, has_any;
} floors;

static void use_floor(const td_condition *c, const td_rules *rules, floors *f, bool *is_idle)
{
    if (c == NULL)
        return;
    for (size_t i = 0; i < c->n_children; i++)
        use_floor(&c->children[i], rules, f, is_idle);
    if (c->logic != TD_TEST || c->subject != TD_SUBJ_BELOW_FLOOR)
        return;
    if (c->index == TD_NONE) {
        f->any_used = true;
        *is_idle |= !f->has_any;
    } else {
        f->is_used[c->index] = true;
        *is_idle |= !rules->criteria[c->index].has_floor;
    }
}

static bool lint_floors(const td_rules *rules, td_errors *errors)
{
    floors f = {.is_used = td_arena_alloc(rules->arena, rules->n_criteria, sizeof *f.is_used)};
    if (f.is_used == NULL)
        return false;
    for (size_t j = 0; j < rules->n_criteria; j++)
        f.has_any |= rules->criteria[j].has_floor;
    for (size_t i = 0; i < rules->n_gates + rules->n_classes; i++) {
        bool is_gate = i < rules->n_gates, is_idle = false;
        size_t k = is_gate ? i : i - rules->n_gates;
        use_floor(is_gate ? rules->gates[k].when : rules->classes[k].when, rules, &f, &is_idle);
        if (is_idle)
            fault_entry(rules, errors, TD_MSG_RULES_FLOOR_MISSING, is_gate ? "gates" : "classes", k,
                        is_gate ? rules->gates[k].code : rules->classes[k].code, "");
    }
    for (size_t j = 0; j < rules->n_criteria; j++)
        if (rules->criteria[j].has_floor && !f.any_used && !f.is_used[j])
            td_lint_fault(rules, errors, TD_MSG_RULES_FLOOR_UNUSED, rules->criteria[j].pointer,
                          "floor", rules->criteria[j].code, "");
    return true;
}

/* ---- classes ---- */

/* Does the bound of a let in all that the bound of b lets in? */
static bool reaches(const td_class *a, const td_class *b)
{
    if (!a->has_bound || !b->has_bound)
        return !a->has_bound;
    return a->bound < b->bound || (a->bound == b->bound && (!a->open_bound || b->open_bound));
}

static bool is_above(const td_class *a, const td_class *b)
{
    return reaches(b, a) && !reaches(a, b);
}

static bool *barred_classes(const td_rules *rules)
{
    bool *barred = td_arena_alloc(rules->arena, rules->n_classes + 1, sizeof *barred);
    for (size_t i = 0; barred != NULL && i < rules->n_gates; i++)
        for (size_t k = 0; k < rules->gates[i].n_classes; k++)
            barred[rules->gates[i].classes[k]] = true;
    return barred;
}

static bool lint_classes(const td_rules *rules, td_errors *errors)
{
    const bool *barred = barred_classes(rules);
    const td_class *certain = NULL; /* takes every unit that reaches its bound */
    for (size_t i = 0; i < rules->n_classes && barred != NULL; i++) {
        const td_class *c = &rules->classes[i];
        bool is_beyond =
            rules->class_cap && !rules->class_by_share && c->has_bound &&
            (c->bound > rules->view.scale || (c->bound == rules->view.scale && c->open_bound));
        if (i > 0 && is_above(c, &rules->classes[i - 1]))
            fault_entry(rules, errors, TD_MSG_RULES_CLASS_ORDER, "classes", i, c->code,
                        rules->classes[i - 1].code);
        else if (is_beyond)
            fault_entry(rules, errors, TD_MSG_RULES_CLASS_BEYOND, "classes", i, c->code,
                        td_word_of_number(rules->view.scale).text);
        else if (certain != NULL && reaches(certain, c))
            fault_entry(rules, errors, TD_MSG_RULES_CLASS_UNREACHABLE, "classes", i, c->code,
                        certain->code);
        if (c->when == NULL && !barred[i] && (certain == NULL || reaches(c, certain)))
            certain = c;
    }
    return barred != NULL;
}

/* ---- ties ---- */

static bool has_effect(const td_rules *rules, td_effect effect)
{
    for (size_t i = 0; i < rules->n_parts; i++)
        if (rules->parts[i].effect == effect)
            return true;
    return false;
}

static bool has_deductions(const td_rules *rules)
{
    for (size_t i = 0; i < rules->n_gates; i++)
        if (rules->gates[i].effect == TD_GATE_DEDUCT)
            return true;
    return has_effect(rules, TD_DEDUCT);
}

/* What the keys before have compared already. */
typedef struct seen {
    bool kinds[TD_TIE_NOT_AWARDED + 1];
    bool *criteria, *indicators;
} seen;

static bool is_idle(const td_rules *rules, const td_tie *tie, seen *s)
{
    bool by_points = rules->view.rank_by == TD_BY_POINTS;
    bool *mark = &s->kinds[tie->kind];
    bool is_total = tie->kind == TD_TIE_CRITERION && tie->index == 0;
    if (tie->kind == TD_TIE_CRITERION)
        mark = is_total ? &s->kinds[TD_TIE_POINTS] : &s->criteria[tie->index];
    if (tie->kind == TD_TIE_INDICATOR)
        mark = &s->indicators[tie->index];
    if (tie->kind == TD_TIE_NOT_AWARDED)
        return false;
    bool was_seen = *mark;
    *mark = true;
    if (was_seen)
        return true;
    if (tie->kind == TD_TIE_POINTS || is_total)
        return by_points;
    if (tie->kind == TD_TIE_SHARE)
        return rules->view.rank_by == TD_BY_SHARE;
    if (tie->kind == TD_TIE_FEWER_DEDUCTIONS)
        return !has_deductions(rules);
    return tie->kind == TD_TIE_MORE_BONUS && !has_effect(rules, TD_BONUS);
}

static bool lint_ties(const td_rules *rules, td_errors *errors)
{
    seen s = {.criteria = td_arena_alloc(rules->arena, rules->n_criteria, sizeof *s.criteria),
              .indicators =
                  td_arena_alloc(rules->arena, rules->n_indicators + 1, sizeof *s.indicators)};
    if (s.criteria == NULL || s.indicators == NULL)
        return false;
    for (size_t i = 0; i < rules->n_ties; i++)
        if (is_idle(rules, &rules->ties[i], &s))
            fault_entry(rules, errors, TD_MSG_RULES_TIE_IDLE, "ties", i,
                        rules->ties[i].text.in[TD_VI], rules->ties[i].text.in[TD_EN]);
    return true;
}

bool td_lint_ranking(const td_rules *rules, td_errors *errors)
{
    return lint_floors(rules, errors) && lint_classes(rules, errors) && lint_ties(rules, errors);
}
