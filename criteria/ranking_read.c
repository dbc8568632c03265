#include <string.h>

#include "criteria/rules_build.h"

/* ---- what sections that are lists of objects with codes share ---- */

static void *new_array(td_reader *reader, const td_json *list, size_t size, size_t *n)
{
    *n = td_json_count(list);
    void *array = td_arena_alloc(reader->arena, *n + 1, size);
    if (array == NULL) {
        reader->failed = true;
        *n = 0;
    }
    return array;
}

static const char *read_code(td_reader *reader, const td_json *json, td_codes *codes, size_t i)
{
    const char *code = "";
    if (td_read_required(reader, json, "code") == NULL ||
        !td_read_string(reader, json, "code", &code))
        return code;
    if (td_codes_find(codes, code) != TD_NONE)
        td_reader_fault(reader, TD_MSG_RULES_ENTRY_TWICE, "code", code, NULL);
    else
        reader->failed |= !td_codes_add(codes, code, i);
    return code;
}

static bool is_object(td_reader *reader, const td_json *json, const char *section)
{
    if (!td_json_is_object(json))
        td_reader_fault(reader, TD_MSG_RULES_NOT_OBJECT, NULL, section, NULL);
    return td_json_is_object(json);
}

/* ---- classes ---- */

static void read_bound(td_reader *reader, const td_json *json, td_class *c)
{
    const td_rules *rules = reader->rules;
    bool has_from = td_read_number(reader, json, "from", &c->bound);
    bool has_over = td_read_number(reader, json, "over", &c->bound);
    c->has_bound = has_from || has_over;
    c->open_bound = has_over;
    c->exact_bound = td_fraction_of_double(c->bound);
    int64_t unused;
    if (has_from && has_over)
        td_reader_fault(reader, TD_MSG_RULES_CLASS_BOUNDS, "over", NULL);
    else if (c->has_bound && !rules->class_by_share &&
             !td_quanta_of(c->bound, rules->view.decimals, &unused))
        td_reader_fault(reader, TD_MSG_RULES_OFF_GRID, has_from ? "from" : "over",
                        td_word_of_number(c->bound).text,
                        td_word_of_points(1, rules->view.decimals).text, NULL);
}

static void read_class(td_reader *reader, const td_json *json, td_class *c, size_t i)
{
    c->code = "";
    c->name = (td_text){{"", ""}};
    if (!is_object(reader, json, "classes"))
        return;
    td_read_known(reader, json, td_keys_class);
    c->code = read_code(reader, json, reader->rules->class_codes, i);
    c->name = (td_text){{c->code, c->code}};
    td_read_text(reader, json, "name", &c->name);
    read_bound(reader, json, c);
    c->when = td_read_condition(reader, json, "when", true);
}

void td_read_classes(td_reader *reader, const td_json *json)
{
    td_rules *rules = reader->rules;
    const td_json *list = td_read_list(reader, json, "classes");
    rules->classes = new_array(reader, list, sizeof *rules->classes, &rules->n_classes);
    size_t mark = td_reader_enter(reader, "classes");
    const td_json *c = td_json_first(list);
    for (size_t i = 0; i < rules->n_classes; i++, c = td_json_next(c)) {
        size_t inner = td_reader_enter_index(reader, i);
        read_class(reader, c, &rules->classes[i], i);
        td_reader_leave(reader, inner);
    }
    td_reader_leave(reader, mark);
}

/* ---- gates ---- */

static const char *suggest_class(td_reader *reader, const char *word)
{
    const td_rules *rules = reader->rules;
    const char *codes[TD_MAX_SUGGESTED];
    size_t n = 0;
    for (; n < rules->n_classes && n < TD_MAX_SUGGESTED; n++)
        codes[n] = rules->classes[n].code;
    return td_reader_suggest(reader, word, codes, n);
}

static void read_barred_classes(td_reader *reader, const td_json *json, td_gate *gate)
{
    const char *const *codes = NULL;
    size_t n = 0;
    td_read_strings(reader, json, "classes", &codes, &n);
    gate->classes = td_arena_alloc(reader->arena, n + 1, sizeof *gate->classes);
    if (gate->classes == NULL) {
        reader->failed = true;
        return;
    }
    size_t mark = td_reader_enter(reader, "classes");
    for (size_t i = 0; i < n; i++) {
        size_t class_index = td_rules_find_class(reader->rules, codes[i]);
        if (class_index != TD_NONE) {
            gate->classes[gate->n_classes++] = class_index;
            continue;
        }
        size_t inner = td_reader_enter_index(reader, i);
        td_reader_fault(reader, TD_MSG_RULES_CLASS_UNKNOWN, NULL, codes[i],
                        suggest_class(reader, codes[i]), NULL);
        td_reader_leave(reader, inner);
    }
    td_reader_leave(reader, mark);
}

/* Only `deduct` takes points, and only `bar` takes classes and awards. */
static void read_gate_effect(td_reader *reader, const td_json *json, td_gate *gate)
{
    static const char *const EFFECTS[] = {"deduct", "bar", "unranked", "deferred", NULL};
    static const char *const KEYS[] = {"points", "classes", "awards"};
    int effect = 0;
    if (td_read_required(reader, json, "effect") == NULL ||
        !td_read_choice(reader, json, "effect", EFFECTS, &effect))
        return;
    gate->effect = (td_gate_effect)effect;
    for (size_t i = 0; i < sizeof KEYS / sizeof KEYS[0]; i++) {
        bool fits = effect == (i == 0 ? TD_GATE_DEDUCT : TD_GATE_BAR);
        if (!fits && td_json_member(json, KEYS[i]) != NULL)
            td_reader_fault(reader, TD_MSG_RULES_GATE_KEY, KEYS[i], KEYS[i], EFFECTS[effect], NULL);
    }
    if (gate->effect == TD_GATE_DEDUCT)
        td_read_required(reader, json, "points");
    if (gate->effect != TD_GATE_BAR)
        return;
    read_barred_classes(reader, json, gate);
    td_read_strings(reader, json, "awards", &gate->awards, &gate->n_awards);
    if (td_json_member(json, "classes") == NULL && td_json_member(json, "awards") == NULL)
        td_reader_fault(reader, TD_MSG_RULES_GATE_BARS_NOTHING, NULL, NULL);
}

static void read_gate_points(td_reader *reader, const td_json *json, td_gate *gate)
{
    const td_rules_view *view = &reader->rules->view;
    int64_t leaf_quanta;
    if (!td_read_points(reader, json, "points", &leaf_quanta))
        return;
    double points = td_json_number(td_json_member(json, "points"));
    if (!td_quanta_of(points, view->decimals, &gate->points_q))
        td_reader_fault(reader, TD_MSG_RULES_OFF_GRID, "points", td_word_of_number(points).text,
                        td_word_of_points(1, view->decimals).text, NULL);
    else if (gate->points_q <= 0)
        td_reader_fault(reader, TD_MSG_RULES_GATE_POINTS, "points", td_word_of_number(points).text,
                        NULL);
}

static void read_gate(td_reader *reader, const td_json *json, td_gate *gate, td_codes *codes,
                      size_t i)
{
    gate->code = "";
    gate->reason = (td_text){{"", ""}};
    if (!is_object(reader, json, "gates"))
        return;
    td_read_known(reader, json, td_keys_gate);
    gate->code = read_code(reader, json, codes, i);
    if (td_read_required(reader, json, "reason") != NULL)
        td_read_text(reader, json, "reason", &gate->reason);
    if (td_read_required(reader, json, "when") != NULL)
        gate->when = td_read_condition(reader, json, "when", true);
    read_gate_effect(reader, json, gate);
    read_gate_points(reader, json, gate);
}

void td_read_gates(td_reader *reader, const td_json *json)
{
    td_rules *rules = reader->rules;
    const td_json *list = td_read_list(reader, json, "gates");
    rules->gates = new_array(reader, list, sizeof *rules->gates, &rules->n_gates);
    td_codes *codes = td_codes_new(reader->arena);
    size_t mark = td_reader_enter(reader, "gates");
    const td_json *c = td_json_first(list);
    for (size_t i = 0; i < rules->n_gates; i++, c = td_json_next(c)) {
        size_t inner = td_reader_enter_index(reader, i);
        read_gate(reader, c, &rules->gates[i], codes, i);
        td_reader_leave(reader, inner);
    }
    td_reader_leave(reader, mark);
}
