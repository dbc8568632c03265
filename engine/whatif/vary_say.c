/*
 * A scenario in one sentence: every change, in the order of the table and of the units.
 */
#include <math.h>
#include <string.h>

#include "engine/whatif/vary.h"

/* The clauses of one language. */
typedef struct clauses {
    td_vary *v;
    td_lang lang;
    size_t n;
    const char **text;
} clauses;

/* A message filled, in the arena; "" when out of memory. */
static const char *fill(clauses *c, td_message id, const char *a, const char *b, const char *d,
                        const char *e)
{
    const char *args[] = {a, b, d, e};
    const char *text = td_message_text(id, c->lang);
    size_t length = td_message_fill(text, c->lang, args, 4, NULL, 0);
    char *filled = td_vary_alloc(c->v, length + 1, 1);
    if (filled == NULL)
        return "";
    td_message_fill(text, c->lang, args, 4, filled, length + 1);
    return filled;
}

static void add(clauses *c, const char *text)
{
    c->text[c->n++] = text;
}

/* "nhóm I", with the rule set where there are several. */
static const char *name_of(clauses *c, size_t r, size_t j)
{
    const td_rules *rules = c->v->base->rules[r];
    const td_criterion *criterion = &rules->criteria[j];
    bool leaf = criterion->n_children == 0;
    const char *name =
        fill(c, leaf ? TD_MSG_SCENARIO_LEAF : TD_MSG_SCENARIO_GROUP, criterion->code, "", "", "");
    return c->v->base->n_rules == 1
               ? name
               : fill(c, TD_MSG_SCENARIO_OF_RULES, name, rules->view.code, "", "");
}

static void say_set(clauses *c, size_t r, size_t j)
{
    const td_rules *rules = c->v->base->rules[r];
    const td_criterion *was = &rules->criteria[j], *is = &c->v->out->rules[r]->criteria[j];
    const char *name = name_of(c, r, j);
    td_points_word old =
        td_vary_number(td_decimal_value((td_decimal){was->max_q, rules->view.leaf_decimals}));
    td_points_word now = td_vary_number(c->v->plans[r][j].set->number);
    if (was->under_mean)
        add(c,
            fill(c, TD_MSG_SCENARIO_WEIGHT, name, now.text, td_vary_number(was->weight).text, ""));
    else if (is->max_q == was->max_q)
        add(c, fill(c, TD_MSG_SCENARIO_KEPT, name, now.text, "", ""));
    else
        add(c, fill(c, TD_MSG_SCENARIO_SET, name, now.text, old.text, ""));
}

static void say_criteria(clauses *c, size_t r)
{
    for (size_t j = 1; c->v->plans[r] != NULL && j < c->v->base->rules[r]->n_criteria; j++) {
        const td_plan *plan = &c->v->plans[r][j];
        if (plan->set != NULL)
            say_set(c, r, j);
        if (plan->cap != NULL)
            add(c, fill(c, TD_MSG_SCENARIO_CAP, name_of(c, r, j),
                        td_vary_number(plan->cap->number).text, "", ""));
        if (plan->drop != NULL)
            add(c, fill(c, TD_MSG_SCENARIO_DROP, name_of(c, r, j), "", "", ""));
    }
}

static const char *value_text(clauses *c, const td_new_value *value, double x)
{
    const td_indicator *indicator = &c->v->base->rules[value->rules]->indicators[value->indicator];
    char day[TD_ISO_BYTES];
    if (isnan(x))
        return td_message_text(TD_MSG_SCENARIO_BLANK, c->lang);
    const char *text = indicator->kind == TD_DATE ? td_iso_of_day(x, day) : NULL;
    return fill(c, TD_MSG_WHY_INPUT, text != NULL ? text : td_vary_number(x).text, "", "", "");
}

static void say_values(clauses *c)
{
    for (size_t i = 0; i < c->v->n_values; i++) {
        const td_new_value *value = &c->v->values[i];
        add(c, fill(c, TD_MSG_SCENARIO_VALUE, c->v->base->data.units[value->unit].name,
                    c->v->base->rules[value->rules]->indicators[value->indicator].code,
                    value_text(c, value, value->is), value_text(c, value, value->was)));
    }
}

static const char *joined(clauses *c)
{
    size_t size = 1, at = 0;
    for (size_t i = 0; i < c->n; i++)
        size += strlen(c->text[i]) + 2;
    char *text = td_vary_alloc(c->v, size, 1);
    for (size_t i = 0; text != NULL && i < c->n; i++) {
        if (i > 0) {
            memcpy(text + at, "; ", 2);
            at += 2;
        }
        size_t n = strlen(c->text[i]);
        memcpy(text + at, c->text[i], n);
        at += n;
    }
    return text;
}

static const char *sentence(td_vary *v, td_lang lang)
{
    static const td_message POLICIES[] = {[TD_NA_EXCLUDE] = TD_MSG_SCENARIO_NA_EXCLUDE,
                                          [TD_NA_FULL] = TD_MSG_SCENARIO_NA_FULL,
                                          [TD_NA_ZERO] = TD_MSG_SCENARIO_NA_ZERO,
                                          [TD_NA_REDISTRIBUTE] = TD_MSG_SCENARIO_NA_REDISTRIBUTE};
    clauses c = {.v = v, .lang = lang};
    c.text = td_vary_alloc(v, v->scenario->n_changes * v->base->n_rules + 2, sizeof *c.text);
    if (c.text == NULL)
        return NULL;
    if (v->base->data.view.scenario[lang] != NULL)
        add(&c, v->base->data.view.scenario[lang]);
    for (size_t r = 0; r < v->base->n_rules; r++)
        say_criteria(&c, r);
    if (v->na != NULL)
        add(&c, td_message_text(POLICIES[v->out->rules[0]->criteria[1].na], lang));
    if (v->method != NULL)
        add(&c, fill(&c, TD_MSG_SCENARIO_METHOD,
                     td_method_text(td_method_find(v->method->text), lang), "", "", ""));
    say_values(&c);
    if (c.n == 0)
        add(&c, td_message_text(TD_MSG_SCENARIO_NOTHING, lang));
    return joined(&c);
}

void td_vary_say(td_vary *v)
{
    for (int lang = TD_VI; lang <= TD_EN; lang++)
        v->out->data.view.scenario[lang] = sentence(v, (td_lang)lang);
}
