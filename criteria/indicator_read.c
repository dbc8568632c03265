#include <math.h>
#include <string.h>

#include "criteria/rules_build.h"

static const char *const KINDS[] = {"number", "count", "flag", "date", "points", NULL};

void *td_grown(td_reader *reader, void *items, size_t n, size_t *capacity, size_t size)
{
    if (n < *capacity)
        return items;
    size_t room = *capacity < 16 ? 16 : 2 * *capacity;
    void *grown = td_arena_alloc(reader->arena, room, size);
    if (grown == NULL) {
        reader->failed = true;
        return NULL;
    }
    if (n > 0)
        memcpy(grown, items, n * size);
    *capacity = room;
    return grown;
}

/* A new indicator named by a copy of code. */
static size_t add_indicator(td_reader *reader, const char *code)
{
    td_rules *rules = reader->rules;
    td_rules_build *build = reader->build;
    size_t n = rules->n_indicators;
    td_indicator *indicators =
        td_grown(reader, rules->indicators, n, &build->indicator_capacity, sizeof *indicators);
    if (indicators == NULL)
        return TD_NONE;
    rules->indicators = indicators;
    td_usage *usages = td_grown(reader, build->usages, n, &build->usage_capacity, sizeof *usages);
    if (usages == NULL)
        return TD_NONE;
    build->usages = usages;
    const char *copy = td_arena_strdup(reader->arena, code);
    if (copy == NULL || !td_codes_add(rules->indicator_codes, copy, n)) {
        reader->failed = true;
        return TD_NONE;
    }
    indicators[n] = (td_indicator){.code = copy,
                                   .name = {{copy, copy}},
                                   .min = -INFINITY,
                                   .max = INFINITY,
                                   .blank = NAN,
                                   .of = TD_NONE,
                                   .pointer = td_reader_pointer(reader)};
    usages[n] = (td_usage){0};
    rules->n_indicators = n + 1;
    return n;
}

void td_reader_use(td_reader *reader, size_t indicator, td_use use)
{
    td_rules_build *build = reader->build;
    if (indicator == TD_NONE)
        return;
    td_reference *grown = td_grown(reader, build->references, build->n_references,
                                   &build->reference_capacity, sizeof *grown);
    if (grown == NULL)
        return;
    build->references = grown;
    build->usages[indicator].uses |= 1U << use;
    grown[build->n_references++] =
        (td_reference){.indicator = indicator, .use = use, .pointer = td_reader_pointer(reader)};
}

static size_t find_or_add(td_reader *reader, const char *code)
{
    size_t found = td_codes_find(reader->rules->indicator_codes, code);
    return found != TD_NONE ? found : add_indicator(reader, code);
}

size_t td_reader_indicator(td_reader *reader, const char *code, int kind)
{
    size_t indicator = find_or_add(reader, code);
    if (indicator == TD_NONE)
        return TD_NONE;
    td_rules_build *build = reader->build;
    if (build->in_condition)
        return indicator;
    if (kind >= 0 && kind < TD_N_KINDS)
        build->usages[indicator].kinds |= 1U << kind;
    td_reader_use(reader, indicator, TD_USE_VALUE);
    return indicator;
}

size_t td_read_indicator(td_reader *reader, const td_json *object, const char *key, int kind)
{
    const td_json *json = td_read_required(reader, object, key);
    if (json == NULL)
        return TD_NONE;
    if (!td_json_is_string(json) || td_json_string(json)[0] == '\0') {
        td_reader_fault(reader, TD_MSG_RULES_NOT_INDICATOR, key, key, NULL);
        return TD_NONE;
    }
    size_t mark = td_reader_enter(reader, key);
    size_t indicator = td_reader_indicator(reader, td_json_string(json), kind);
    td_reader_leave(reader, mark);
    return indicator;
}

void td_part_add_input(td_reader *reader, td_part *part, size_t indicator)
{
    td_rules_build *build = reader->build;
    if (indicator == TD_NONE || indicator >= reader->rules->n_indicators)
        return;
    td_usage *usage = &build->usages[indicator];
    usage->is_defined |= build->in_function;
    if (usage->last_part == build->part_number)
        return;
    bool is_full = (part->n_inputs & (part->n_inputs - 1)) == 0;
    if (is_full) {
        size_t room = part->n_inputs == 0 ? 1 : 2 * part->n_inputs;
        size_t *grown = td_arena_alloc(reader->arena, room, sizeof *grown);
        if (grown == NULL) {
            reader->failed = true;
            return;
        }
        if (part->n_inputs > 0)
            memcpy(grown, part->inputs, part->n_inputs * sizeof *grown);
        part->inputs = grown;
    }
    part->inputs[part->n_inputs++] = indicator;
    usage->last_part = build->part_number;
}

/* A number, or a date when the indicator is one. */
static bool read_value(td_reader *reader, const td_json *object, const char *key, bool is_date,
                       double *out)
{
    const td_json *json = td_json_member(object, key);
    if (json == NULL || !is_date)
        return td_read_number(reader, object, key, out);
    const char *text = td_json_is_string(json) ? td_json_string(json) : "";
    if (td_day_of_iso(text, out))
        return true;
    td_reader_fault(reader, TD_MSG_RULES_NOT_DATE, key, text, NULL);
    return false;
}

static void check_domain(td_reader *reader, const td_indicator *d)
{
    if (d->min > d->max)
        td_reader_fault(reader, TD_MSG_RULES_MIN_ABOVE_MAX, "min", td_word_of_number(d->min).text,
                        td_word_of_number(d->max).text, NULL);
    bool is_outside = d->blank < d->min || d->blank > d->max;
    bool is_whole = floor(d->blank) == d->blank || isnan(d->blank);
    bool is_count = d->kind != TD_COUNT || isnan(d->blank) || (d->blank >= 0 && is_whole);
    bool is_flag = d->kind != TD_FLAG || isnan(d->blank) || d->blank == 0 || d->blank == 1;
    if (is_outside || !is_count || !is_flag)
        td_reader_fault(reader, TD_MSG_RULES_BLANK_VALUE, "blank", td_word_of_number(d->blank).text,
                        KINDS[d->kind], NULL);
}

/* days_after and of. The date indicator may be declared later. */
static void read_computed(td_reader *reader, const td_json *json, size_t indicator)
{
    bool has_day = td_json_member(json, "days_after") != NULL;
    bool has_of = td_json_member(json, "of") != NULL;
    if (!has_day && !has_of)
        return;
    const char *day = NULL;
    double due = 0;
    if (has_day && td_read_string(reader, json, "days_after", &day) && !td_day_of_iso(day, &due))
        td_reader_fault(reader, TD_MSG_RULES_NOT_DATE, "days_after", day, NULL);
    if (td_read_required(reader, json, "days_after") == NULL ||
        td_read_required(reader, json, "of") == NULL)
        return;
    if (td_json_member(json, "kind") != NULL || td_json_member(json, "blank") != NULL)
        td_reader_fault(reader, TD_MSG_RULES_COMPUTED_KEYS, NULL, NULL);
    const char *code = NULL;
    if (!td_read_string(reader, json, "of", &code))
        return;
    size_t mark = td_reader_enter(reader, "of");
    size_t of = find_or_add(reader, code);
    td_reader_use(reader, of, TD_USE_DAYS_OF);
    td_reader_leave(reader, mark);
    if (of == TD_NONE)
        return;
    td_usage *usage = &reader->build->usages[of];
    usage->is_defined = true;
    td_indicator *d = &reader->rules->indicators[indicator];
    d->computed = true;
    d->of = of;
    d->due_day = due;
    d->has_kind = true;
    d->kind = TD_NUMBER;
}

static void read_indicator(td_reader *reader, const td_json *json, const char *code)
{
    size_t i = find_or_add(reader, code);
    if (i == TD_NONE)
        return;
    reader->build->usages[i].is_defined = true;
    td_indicator d = reader->rules->indicators[i];
    d.pointer = td_reader_pointer(reader);
    td_read_known(reader, json, td_keys_indicator);
    int kind = TD_NUMBER;
    d.has_kind = td_read_choice(reader, json, "kind", KINDS, &kind);
    d.kind = (td_kind)kind;
    td_read_text(reader, json, "name", &d.name);
    td_read_string(reader, json, "unit", &d.unit);
    read_value(reader, json, "min", d.kind == TD_DATE, &d.min);
    read_value(reader, json, "max", d.kind == TD_DATE, &d.max);
    read_value(reader, json, "blank", d.kind == TD_DATE, &d.blank);
    check_domain(reader, &d);
    reader->rules->indicators[i] = d;
    read_computed(reader, json, i);
}

void td_read_indicators(td_reader *reader, const td_json *json)
{
    const td_json *section = td_read_object(reader, json, "indicators");
    size_t mark = td_reader_enter(reader, "indicators");
    for (const td_json *c = td_json_first(section); c != NULL; c = td_json_next(c)) {
        const char *code = td_json_key(c);
        size_t inner = td_reader_enter(reader, code);
        if (code[0] == '\0')
            td_reader_fault(reader, TD_MSG_RULES_EMPTY_STRING, NULL, "indicators", NULL);
        else if (!td_json_is_object(c))
            td_reader_fault(reader, TD_MSG_RULES_NOT_OBJECT, NULL, code, NULL);
        else
            read_indicator(reader, c, code);
        td_reader_leave(reader, inner);
    }
    td_reader_leave(reader, mark);
}
