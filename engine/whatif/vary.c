#include "engine/whatif/vary.h"

#include <stdlib.h>
#include <string.h>

#include "datasets/csv.h"

#define MOST_METHODS 32

void *td_vary_alloc(td_vary *v, size_t n, size_t size)
{
    void *memory = td_arena_alloc(v->arena, n, size);
    v->no_memory |= memory == NULL;
    return memory;
}

td_rules *td_vary_rules(const td_vary *v, size_t rules)
{
    return v->out->rules[rules];
}

td_points_word td_vary_number(double x)
{
    td_points_word word;
    td_number_text(x, TD_MARK, word.text, sizeof word.text);
    return word;
}

td_points_word td_vary_points(int64_t quanta, int decimals)
{
    return td_vary_number(td_decimal_value((td_decimal){quanta, decimals}));
}

/* ---- the copy ---- */

static void copy_rules(td_vary *v, size_t r)
{
    const td_rules *base = v->base->rules[r];
    td_rules *rules = td_vary_alloc(v, 1, sizeof *rules);
    td_criterion *criteria = td_vary_alloc(v, base->n_criteria, sizeof *criteria);
    if (v->no_memory)
        return;
    memcpy(criteria, base->criteria, base->n_criteria * sizeof *criteria);
    *rules = *base;
    rules->arena = NULL;
    rules->criteria = criteria;
    v->out->rules[r] = rules;
    v->out->data.tables[r] = v->base->data.tables[r];
    v->out->data.tables[r].rules = rules;
}

static void copy_base(td_vary *v)
{
    const td_evaluation *base = v->base;
    td_evaluation *out = v->out;
    out->n_rules = base->n_rules;
    out->policy = base->policy;
    out->data = base->data;
    out->data.arena = v->arena;
    out->data.view.data_hash = out->data.hash;
    out->rules = td_vary_alloc(v, base->n_rules, sizeof *out->rules);
    out->data.tables = td_vary_alloc(v, base->n_rules, sizeof *out->data.tables);
    v->plans = td_vary_alloc(v, base->n_rules, sizeof *v->plans);
    for (size_t r = 0; r < base->n_rules && !v->no_memory; r++)
        copy_rules(v, r);
}

/* ---- what holds for the whole table ---- */

static void change_policy(td_vary *v)
{
    static const char *const NAMES[] = {[TD_NA_EXCLUDE] = "exclude",
                                        [TD_NA_FULL] = "full",
                                        [TD_NA_ZERO] = "zero",
                                        [TD_NA_REDISTRIBUTE] = "redistribute"};
    size_t na = 0;
    while (na < sizeof NAMES / sizeof NAMES[0] && strcmp(NAMES[na], v->na->text) != 0)
        na++;
    if (na == sizeof NAMES / sizeof NAMES[0]) {
        td_errors_add(v->errors, TD_MSG_SCENARIO_POLICY_UNKNOWN, &v->na->place, v->na->text, NULL);
        return;
    }
    for (size_t r = 0; r < v->out->n_rules; r++)
        for (size_t j = 1; j < td_vary_rules(v, r)->n_criteria; j++)
            td_vary_rules(v, r)->criteria[j].na = (td_na)na;
}

static void refuse_method(td_vary *v)
{
    const char *names[MOST_METHODS];
    size_t n = 0;
    for (; n < MOST_METHODS && td_method_name(n) != NULL; n++)
        names[n] = td_method_name(n);
    char hint[TD_HINT_BYTES];
    td_errors_add(v->errors, TD_MSG_SCENARIO_METHOD_UNKNOWN, &v->method->place, v->method->text,
                  td_hint(v->method->text, names, n, hint), NULL);
}

static void change_method(td_vary *v)
{
    size_t method = td_method_find(v->method->text);
    if (method == TD_NONE) {
        refuse_method(v);
        return;
    }
    for (size_t r = 0; r < v->out->n_rules; r++)
        td_vary_rules(v, r)->method = method;
}

/* ---- life ---- */

/* Values first: they are checked by the official maxima. */
static void apply(td_vary *v)
{
    copy_base(v);
    if (!v->no_memory)
        td_vary_plan(v);
    if (!v->no_memory)
        td_vary_values(v);
    if (!v->no_memory)
        td_vary_tree(v);
    if (v->na != NULL)
        change_policy(v);
    if (v->method != NULL)
        change_method(v);
    if (!v->no_memory && td_errors_status(v->errors) == TD_OK)
        td_vary_say(v);
}

td_status td_evaluation_vary(const td_evaluation *base, const td_scenario *scenario,
                             td_evaluation **out, td_errors *errors)
{
    if (base->is_varied)
        return TD_EINVAL;
    td_vary v = {.base = base, .scenario = scenario, .errors = td_errors_new()};
    v.out = calloc(1, sizeof *v.out);
    v.arena = td_arena_new();
    v.no_memory = v.errors == NULL || v.out == NULL || v.arena == NULL;
    if (v.out != NULL) {
        v.out->is_varied = true;
        v.out->arena = v.arena;
    }
    if (!v.no_memory)
        apply(&v);
    td_status status = v.no_memory ? TD_ENOMEM : td_errors_status(v.errors);
    if (v.errors != NULL)
        td_errors_append(errors, v.errors);
    td_errors_free(v.errors);
    if (status == TD_OK) {
        *out = v.out;
        return TD_OK;
    }
    if (v.out != NULL)
        td_evaluation_free(v.out);
    else
        td_arena_free(v.arena);
    return status;
}
