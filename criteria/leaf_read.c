#include <string.h>

#include "criteria/rules_build.h"

/* The leaf at hand, and the exclusive groups of its parts. */
typedef struct leaf {
    td_criterion *criterion;
    td_codes *groups;
} leaf;

static const td_function *find_function(td_reader *reader, const char *name)
{
    const td_function *function = td_function_find(name);
    if (function != NULL)
        return function;
    const char *names[64];
    size_t n = 0;
    while (n < 64 && td_functions[n] != NULL) {
        names[n] = td_functions[n]->name;
        n++;
    }
    td_reader_fault(reader, TD_MSG_RULES_FUNCTION_UNKNOWN, "function", name,
                    td_reader_suggest(reader, name, names, n), NULL);
    return NULL;
}

static bool has_key(const char *const *keys, const char *key)
{
    while (*keys != NULL && strcmp(*keys, key) != 0)
        keys++;
    return *keys != NULL;
}

/* Unknown keys among those of parts in general and of the function. */
static void check_keys(td_reader *reader, const td_json *object, const td_function *function,
                       bool is_short)
{
    const char *known[64];
    size_t n = 0;
    for (const char *const *k = td_keys_part; *k != NULL; k++) {
        bool is_given =
            strcmp(*k, "function") == 0 || strcmp(*k, "effect") == 0 || strcmp(*k, "group") == 0;
        if (!is_short || !is_given)
            known[n++] = *k;
    }
    for (const char *const *k = function->keys; *k != NULL && n < 63; k++)
        known[n++] = *k;
    known[n] = NULL;
    td_read_known(reader, object, known);
}

static void read_group(td_reader *reader, const td_json *object, leaf *l, td_part *part)
{
    const char *code = NULL;
    if (!td_read_string(reader, object, "group", &code))
        return;
    if (l->groups == NULL)
        l->groups = td_codes_new(reader->arena);
    part->group = td_codes_find(l->groups, code);
    if (part->group != TD_NONE)
        return;
    part->group = l->criterion->n_groups++;
    reader->failed |= !td_codes_add(l->groups, code, part->group);
}

static void read_conditions(td_reader *reader, const td_json *object, td_part *part)
{
    part->when = td_read_condition(reader, object, "when", false);
    part->exempt = td_read_condition(reader, object, "exempt", false);
    part->n_own = part->n_inputs;
    td_part_add_condition(reader, part, part->when);
    td_part_add_condition(reader, part, part->exempt);
}

static void read_points(td_reader *reader, const td_json *object, const leaf *l, td_part *part)
{
    part->points_q = l->criterion->has_max ? l->criterion->max_q : 0;
    if (has_key(part->function->keys, "points"))
        part->has_points = td_read_points(reader, object, "points", &part->points_q);
}

static void push_part(td_reader *reader, const td_part *part, leaf *l)
{
    td_rules *rules = reader->rules;
    td_part *parts = td_grown(reader, rules->parts, rules->n_parts, &reader->build->part_capacity,
                              sizeof *parts);
    if (parts == NULL)
        return;
    rules->parts = parts;
    parts[rules->n_parts++] = *part;
    l->criterion->n_parts++;
    l->criterion->has_score |= part->effect == TD_SCORE;
    rules->sees_history |= strcmp(part->function->name, "award-held") == 0;
}

/* A part whose function and effect are known. */
static void read_part(td_reader *reader, const td_json *object, const td_function *function,
                      td_effect effect, bool is_short, leaf *l)
{
    size_t before = td_errors_count(reader->errors, TD_ERROR);
    td_part part = {.function = function,
                    .effect = effect,
                    .cap_q = TD_NO_CAP,
                    .group = TD_NONE,
                    .criterion = (size_t)(l->criterion - reader->rules->criteria),
                    .pointer = td_reader_pointer(reader)};
    check_keys(reader, object, function, is_short);
    td_read_string(reader, object, "code", &part.code);
    td_read_text(reader, object, "name", &part.name);
    const char *note = NULL;
    td_read_string(reader, object, "note", &note);
    td_read_points(reader, object, "cap", &part.cap_q);
    read_group(reader, object, l, &part);
    read_points(reader, object, l, &part);
    reader->build->part_number++;
    reader->build->in_function = true;
    function->read(reader, object, &part);
    reader->build->in_function = false;
    read_conditions(reader, object, &part);
    part.is_faulty = td_errors_count(reader->errors, TD_ERROR) > before;
    push_part(reader, &part, l);
}

static void read_long_part(td_reader *reader, const td_json *object, leaf *l)
{
    static const char *const EFFECTS[] = {"score", "bonus", "deduct", NULL};
    int effect = TD_SCORE;
    const char *name = NULL;
    if (!td_json_is_object(object)) {
        td_reader_fault(reader, TD_MSG_RULES_NOT_OBJECT, NULL, "parts", NULL);
        return;
    }
    td_read_choice(reader, object, "effect", EFFECTS, &effect);
    if (td_read_required(reader, object, "function") == NULL ||
        !td_read_string(reader, object, "function", &name))
        return;
    const td_function *function = find_function(reader, name);
    if (function != NULL)
        read_part(reader, object, function, (td_effect)effect, false, l);
}

static void read_parts(td_reader *reader, const td_json *json, leaf *l)
{
    const td_json *list = td_read_list(reader, json, "parts");
    if (list == NULL)
        return;
    if (td_json_first(list) == NULL)
        td_reader_fault(reader, TD_MSG_RULES_NO_CHILDREN, "parts", "parts", NULL);
    size_t mark = td_reader_enter(reader, "parts"), i = 0;
    for (const td_json *c = td_json_first(list); c != NULL; c = td_json_next(c), i++) {
        size_t inner = td_reader_enter_index(reader, i);
        read_long_part(reader, c, l);
        td_reader_leave(reader, inner);
    }
    td_reader_leave(reader, mark);
}

/* A part made up for a short form: its faults stay at the short form. Takes object over. */
static void read_made_up(td_reader *reader, td_json *object, const char *function, td_effect effect,
                         leaf *l)
{
    const td_function *found = find_function(reader, function);
    if (object == NULL)
        reader->failed = true;
    reader->fixed_pointer = true;
    if (object != NULL && found != NULL)
        read_part(reader, object, found, effect, true, l);
    reader->fixed_pointer = false;
    td_json_free(object);
}

/* `true` or the code of an indicator; NULL and a fault when it is something else. */
static const char *true_or_code(td_reader *reader, const td_json *json, const char *key,
                                const td_criterion *c)
{
    if (td_json_is_string(json) && td_json_string(json)[0] != '\0')
        return td_json_string(json);
    if (td_json_is_bool(json) && td_json_true(json) && c->code[0] != '\0')
        return c->code;
    td_reader_fault(reader, TD_MSG_RULES_TRUE_OR_CODE, NULL, key, NULL);
    return NULL;
}

static void read_direct(td_reader *reader, const td_json *json, leaf *l)
{
    const char *code = true_or_code(reader, json, "direct", l->criterion);
    if (code == NULL)
        return;
    td_json *object = td_json_put_string(td_json_object(), "of", code);
    read_made_up(reader, object, "direct", TD_SCORE, l);
}

static void read_pass(td_reader *reader, const td_json *json, leaf *l)
{
    const char *code = true_or_code(reader, json, "pass", l->criterion);
    if (code == NULL)
        return;
    if (td_json_is_string(json) && strcmp(code, "points") == 0) {
        td_json *object = td_json_put_true(td_json_object(), "all_or_nothing");
        read_made_up(reader, object, "direct", TD_SCORE, l);
        return;
    }
    td_json *condition = td_json_put_string(td_json_object(), "indicator", code);
    condition = td_json_put_number(condition, "=", 1);
    read_made_up(reader, td_json_put(td_json_object(), "if", condition), "when", TD_SCORE, l);
}

static void read_deduct(td_reader *reader, const td_json *json, leaf *l)
{
    if (!td_json_is_object(json) || td_json_first(json) == NULL) {
        td_reader_fault(reader, TD_MSG_RULES_DEDUCT_MAP, NULL, NULL);
        return;
    }
    for (const td_json *c = td_json_first(json); c != NULL; c = td_json_next(c)) {
        size_t mark = td_reader_enter(reader, td_json_key(c));
        if (td_json_is_number(c) && td_json_key(c)[0] != '\0') {
            td_json *object = td_json_put_string(td_json_object(), "of", td_json_key(c));
            object = td_json_put_number(object, "points", td_json_number(c));
            read_made_up(reader, object, "per-case", TD_DEDUCT, l);
        } else {
            td_reader_fault(reader, TD_MSG_RULES_NOT_NUMBER, NULL, td_json_key(c), NULL);
        }
        td_reader_leave(reader, mark);
    }
}

/* Any function by its name, with its parameters. */
static void read_by_name(td_reader *reader, const td_json *json, const td_function *function,
                         leaf *l)
{
    if (td_json_is_object(json))
        read_part(reader, json, function, TD_SCORE, true, l);
    else if (strcmp(function->name, "direct") == 0)
        read_direct(reader, json, l);
    else
        td_reader_fault(reader, TD_MSG_RULES_NOT_OBJECT, NULL, function->name, NULL);
}

static void read_form(td_reader *reader, const td_json *json, const char *form, leaf *l)
{
    const td_json *value = td_json_member(json, form);
    if (strcmp(form, "parts") == 0) {
        read_parts(reader, json, l);
        return;
    }
    size_t mark = td_reader_enter(reader, form);
    if (strcmp(form, "pass") == 0)
        read_pass(reader, value, l);
    else if (strcmp(form, "deduct") == 0)
        read_deduct(reader, value, l);
    else
        read_by_name(reader, value, td_function_find(form), l);
    td_reader_leave(reader, mark);
}

/* The forms that the leaf is written in: one, if all is well. */
static const char *find_form(td_reader *reader, const td_json *json, const td_criterion *c)
{
    static const char *const FORMS[] = {"parts", "pass", "deduct", NULL};
    const char *form = NULL;
    size_t n = 0;
    for (size_t i = 0; FORMS[i] != NULL; i++)
        if (td_json_member(json, FORMS[i]) != NULL) {
            form = form == NULL ? FORMS[i] : form;
            n++;
        }
    for (size_t i = 0; td_functions[i] != NULL; i++)
        if (td_json_member(json, td_functions[i]->name) != NULL) {
            form = form == NULL ? td_functions[i]->name : form;
            n++;
        }
    if (n == 0 && td_json_member(json, "children") == NULL)
        td_reader_fault(reader, TD_MSG_RULES_LEAF_EMPTY, NULL, c->code, NULL);
    if (n > 1)
        td_reader_fault(reader, TD_MSG_RULES_LEAF_FORMS, NULL, c->code, NULL);
    return form;
}

/* `value` hands its indicator through: what that means for the leaf. */
static void note_value(td_reader *reader, td_criterion *c)
{
    for (size_t i = 0; i < c->n_parts; i++) {
        const td_part *part = &reader->rules->parts[c->first_part + i];
        if (!part->function->is_raw)
            continue;
        c->lower_is_better = part->lower_is_better;
        if (c->n_parts > 1)
            td_reader_fault(reader, TD_MSG_RULES_VALUE_ALONE, NULL, c->code, NULL);
        return;
    }
}

void td_read_leaf(td_reader *reader, td_criterion *c, const td_json *json)
{
    leaf l = {.criterion = c};
    c->first_part = reader->rules->n_parts;
    td_read_points(reader, json, "deduction_cap", &c->deduction_cap_q);
    td_read_points(reader, json, "bonus_cap", &c->bonus_cap_q);
    c->start_q = c->has_max ? c->max_q : 0;
    bool has_start = td_read_points(reader, json, "start", &c->start_q);
    reader->leaf_code = c->code;
    const char *form = find_form(reader, json, c);
    if (form != NULL)
        read_form(reader, json, form, &l);
    note_value(reader, c);
    if (has_start && c->has_score)
        td_reader_fault(reader, TD_MSG_RULES_START_UNUSED, "start", NULL);
}
