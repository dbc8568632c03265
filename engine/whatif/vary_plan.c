/*
 * Finding what the changes of a scenario mean: criteria by code in every rule set.
 */
#include <stdlib.h>

#include "criteria/codes.h"
#include "datasets/csv.h"
#include "engine/whatif/vary.h"

static void fault_of_twice(td_vary *v, const td_change *change, const char *what)
{
    char quoted[TD_QUOTE_BYTES];
    td_errors_add(v->errors, TD_MSG_SCENARIO_TWICE, &change->place, td_text_quote(what, quoted),
                  NULL);
}

static void fault_of_criterion(td_vary *v, const td_change *change)
{
    size_t n = 0;
    for (size_t r = 0; r < v->base->n_rules; r++)
        n += v->base->rules[r]->n_criteria - 1;
    const char **codes = calloc(n + 1, sizeof *codes);
    v->no_memory |= codes == NULL;
    if (codes == NULL)
        return;
    n = 0;
    for (size_t r = 0; r < v->base->n_rules; r++)
        for (size_t j = 1; j < v->base->rules[r]->n_criteria; j++)
            codes[n++] = v->base->rules[r]->criteria[j].code;
    char quoted[TD_QUOTE_BYTES], hint[TD_HINT_BYTES];
    td_errors_add(v->errors, TD_MSG_SCENARIO_CRITERION_UNKNOWN, &change->place,
                  td_text_quote(change->code, quoted), td_hint(change->code, codes, n, hint), NULL);
    free(codes);
}

/* One change of a kind to one thing. */
static bool keep(td_vary *v, const td_change *change, const char *what, const td_change **place)
{
    if (*place != NULL)
        fault_of_twice(v, change, what);
    else
        *place = change;
    return *place == change;
}

/* The plan of criterion j; NULL when out of memory. */
static td_plan *plan_of(td_vary *v, size_t r, size_t j)
{
    if (v->plans[r] == NULL)
        v->plans[r] = td_vary_alloc(v, v->base->rules[r]->n_criteria, sizeof *v->plans[r]);
    return v->plans[r] == NULL ? NULL : &v->plans[r][j];
}

static void plan_criterion(td_vary *v, const td_change *change)
{
    bool found = false, twice = false;
    for (size_t r = 0; r < v->base->n_rules && !twice; r++) {
        size_t j = td_codes_find(v->base->rules[r]->criterion_codes, change->code);
        td_plan *plan = j == TD_NONE ? NULL : plan_of(v, r, j);
        if (plan == NULL)
            continue;
        const td_change **place = change->kind == TD_CHANGE_SET   ? &plan->set
                                  : change->kind == TD_CHANGE_CAP ? &plan->cap
                                                                  : &plan->drop;
        found = true;
        twice = !keep(v, change, change->code, place);
    }
    if (!found && !v->no_memory)
        fault_of_criterion(v, change);
}

static void plan_change(td_vary *v, const td_change *change)
{
    switch (change->kind) {
    case TD_CHANGE_NA_POLICY:
        keep(v, change, change->text, &v->na);
        break;
    case TD_CHANGE_METHOD:
        keep(v, change, change->text, &v->method);
        break;
    case TD_CHANGE_VALUE:
        break; /* vary_values.c */
    default:
        if (change->code == NULL || change->code[0] == '\0')
            td_errors_add(v->errors, TD_MSG_SCENARIO_NO_CODE, &change->place, NULL);
        else
            plan_criterion(v, change);
    }
}

/* What is dropped cannot be changed as well. */
static void find_contradictions(td_vary *v, size_t r)
{
    for (size_t j = 1; j < v->base->rules[r]->n_criteria; j++) {
        const td_plan *plan = &v->plans[r][j];
        const td_change *other = plan->set != NULL ? plan->set : plan->cap;
        if (plan->drop != NULL && other != NULL)
            td_errors_add(v->errors, TD_MSG_SCENARIO_DROPPED_TOO, &other->place, other->code, NULL);
    }
}

void td_vary_plan(td_vary *v)
{
    for (size_t i = 0; i < v->scenario->n_changes && !v->no_memory; i++)
        plan_change(v, &v->scenario->changes[i]);
    for (size_t r = 0; r < v->base->n_rules && !v->no_memory; r++)
        if (v->plans[r] != NULL)
            find_contradictions(v, r);
}
