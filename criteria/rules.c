#include <math.h>
#include <string.h>

#include "criteria/codes.h"
#include "criteria/rules.h"

td_rules_view td_rules_get(const td_rules *rules)
{
    return rules->view;
}

td_criterion_view td_rules_criterion(const td_rules *rules, size_t j)
{
    const td_criterion *c = &rules->criteria[j + 1];
    double max = td_decimal_value((td_decimal){c->max_q, rules->view.leaf_decimals});
    return (td_criterion_view){
        .code = c->code,
        .name = {c->name.in[TD_VI], c->name.in[TD_EN]},
        .verifier = c->verifier,
        .note = c->note,
        .parent = c->parent == 0 ? TD_NONE : c->parent - 1,
        .depth = c->depth - 1,
        .n_children = c->n_children,
        .max = c->has_max ? max : NAN,
    };
}

const char *td_rules_class_code(const td_rules *rules, size_t i)
{
    return rules->classes[i].code;
}

const char *td_rules_class_name(const td_rules *rules, size_t i, td_lang lang)
{
    return rules->classes[i].name.in[lang];
}

const char *td_rules_gate_code(const td_rules *rules, size_t i)
{
    return rules->gates[i].code;
}

const char *td_rules_gate_reason(const td_rules *rules, size_t i, td_lang lang)
{
    return rules->gates[i].reason.in[lang];
}

const char *td_rules_tie_text(const td_rules *rules, size_t i, td_lang lang)
{
    return rules->ties[i].text.in[lang];
}

const char *td_rules_channel(const td_rules *rules, size_t i)
{
    return rules->channels[i];
}

const char *td_rules_indicator(const td_rules *rules, size_t i)
{
    return rules->indicators[i].code;
}

size_t td_rules_find_criterion(const td_rules *rules, const char *code)
{
    return strcmp(code, "total") == 0 ? 0 : td_codes_find(rules->criterion_codes, code);
}

size_t td_rules_find_indicator(const td_rules *rules, const char *code)
{
    return td_codes_find(rules->indicator_codes, code);
}

size_t td_rules_find_class(const td_rules *rules, const char *code)
{
    return td_codes_find(rules->class_codes, code);
}

int64_t td_scored_max(const td_criterion *criterion)
{
    return criterion->amend != NULL ? criterion->amend->scored_max_q : criterion->max_q;
}
