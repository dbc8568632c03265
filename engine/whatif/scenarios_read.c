/*
 * A file of scenarios: {"thidua": "scenarios/1", "scenarios": [{"code": "a", "set": {...}}]}
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "criteria/json.h"
#include "criteria/rules.h"
#include "engine/base/files.h"
#include "engine/whatif/scenarios.h"

#define FILE_BYTES ((size_t)16 << 20)

typedef struct reading {
    td_scenarios *s;
    td_reader reader;
} reading;

/* A change written at the reader's pointer; NULL when out of memory or there are too many. */
static td_change *add(reading *rd, td_change_kind kind)
{
    td_reader *reader = &rd->reader;
    size_t n = rd->s->items[rd->s->n - 1].n_changes;
    char limit[24];
    snprintf(limit, sizeof limit, "%d", TD_MAX_CHANGES);
    if (n == TD_MAX_CHANGES)
        td_reader_fault(reader, TD_MSG_SCENARIO_FILE_MANY, NULL, limit, NULL);
    if (n >= TD_MAX_CHANGES)
        return NULL;
    td_change *change = td_scenarios_grow_changes(rd->s);
    reader->failed |= change == NULL;
    if (change == NULL)
        return NULL;
    *change = (td_change){.kind = kind,
                          .place = {.file = reader->file, .pointer = td_reader_pointer(reader)}};
    return change;
}

static const char *copy_of(reading *rd, const char *text)
{
    const char *copy = td_arena_strdup(rd->s->arena, text);
    rd->reader.failed |= copy == NULL;
    return copy;
}

/* {"I": 500}: numbers by code. */
static void read_numbers(reading *rd, const td_json *json, const char *key, td_change_kind kind)
{
    td_reader *reader = &rd->reader;
    const td_json *numbers = td_read_object(reader, json, key);
    if (numbers == NULL)
        return;
    size_t mark = td_reader_enter(reader, key);
    for (const td_json *c = td_json_first(numbers); c != NULL; c = td_json_next(c)) {
        const char *code = td_json_key(c);
        double number;
        if (!td_read_number(reader, numbers, code, &number))
            continue;
        size_t inside = td_reader_enter(reader, code);
        td_change *change = add(rd, kind);
        if (change != NULL) {
            change->code = copy_of(rd, code);
            change->number = number;
        }
        td_reader_leave(reader, inside);
    }
    td_reader_leave(reader, mark);
}

static void read_drops(reading *rd, const td_json *json)
{
    const char *const *codes = NULL;
    size_t n = 0;
    if (!td_read_strings(&rd->reader, json, "drop", &codes, &n))
        return;
    size_t mark = td_reader_enter(&rd->reader, "drop");
    for (size_t i = 0; i < n; i++) {
        td_change *change = add(rd, TD_CHANGE_DROP);
        if (change != NULL)
            change->code = codes[i];
    }
    td_reader_leave(&rd->reader, mark);
}

static void read_word(reading *rd, const td_json *json, const char *key, td_change_kind kind)
{
    const char *word = NULL;
    if (!td_read_string(&rd->reader, json, key, &word))
        return;
    size_t mark = td_reader_enter(&rd->reader, key);
    td_change *change = add(rd, kind);
    if (change != NULL)
        change->text = word;
    td_reader_leave(&rd->reader, mark);
}

/*
 * The text of a value: a string as it is; a number so that it reads one way only, as 1.234 would
 * not.
 */
static const char *text_of_value(reading *rd, const td_json *json)
{
    char text[48];
    if (td_json_is_string(json))
        return copy_of(rd, td_json_string(json));
    if (!td_json_is_number(json)) {
        td_reader_fault(&rd->reader, TD_MSG_SCENARIO_VALUE_TYPE, NULL, NULL);
        return NULL;
    }
    size_t length = td_number_text(td_json_number(json), '.', text, sizeof text - 1);
    if (memchr(text, '.', length) != NULL && memchr(text, 'e', length) == NULL)
        memcpy(text + length, "0", 2);
    return copy_of(rd, text);
}

/* {"X": {"ind": "3"}}: values by unit and indicator. */
static void read_values_of(reading *rd, const td_json *units, const char *unit)
{
    td_reader *reader = &rd->reader;
    const td_json *values = td_read_object(reader, units, unit);
    if (values == NULL)
        return;
    size_t mark = td_reader_enter(reader, unit);
    const char *name = copy_of(rd, unit);
    for (const td_json *c = td_json_first(values); c != NULL; c = td_json_next(c)) {
        size_t inside = td_reader_enter(reader, td_json_key(c));
        const char *text = text_of_value(rd, c);
        td_change *change = text == NULL ? NULL : add(rd, TD_CHANGE_VALUE);
        if (change != NULL) {
            change->unit = name;
            change->code = copy_of(rd, td_json_key(c));
            change->text = text;
        }
        td_reader_leave(reader, inside);
    }
    td_reader_leave(reader, mark);
}

static void read_units(reading *rd, const td_json *json)
{
    const td_json *units = td_read_object(&rd->reader, json, "units");
    if (units == NULL)
        return;
    size_t mark = td_reader_enter(&rd->reader, "units");
    for (const td_json *c = td_json_first(units); c != NULL; c = td_json_next(c))
        read_values_of(rd, units, td_json_key(c));
    td_reader_leave(&rd->reader, mark);
}

static void read_rule_set(reading *rd, const td_json *json, td_scenario *scenario)
{
    const char *path = NULL;
    if (!td_read_string(&rd->reader, json, "rule_set", &path))
        return;
    char *joined = td_path_join(rd->reader.file, false, path);
    rd->reader.failed |= joined == NULL;
    if (joined != NULL)
        scenario->rule_set = copy_of(rd, joined);
    free(joined);
}

static void check_code(reading *rd, const td_scenario *scenario)
{
    for (size_t i = 0; scenario->code != NULL && i + 1 < rd->s->n; i++) {
        const char *other = rd->s->items[i].code;
        if (other == NULL || strcmp(other, scenario->code) != 0)
            continue;
        td_reader_fault(&rd->reader, TD_MSG_SCENARIO_CODE_TWICE, "code", scenario->code, NULL);
        return;
    }
}

static void read_scenario(reading *rd, const td_json *json)
{
    static const char *const known[] = {"code",      "name",  "set",      "cap",    "drop",
                                        "na_policy", "units", "rule_set", "method", NULL};
    td_reader *reader = &rd->reader;
    td_scenario *scenario = td_scenarios_grow(rd->s);
    reader->failed |= scenario == NULL;
    if (scenario == NULL)
        return;
    *scenario = (td_scenario){0};
    td_read_known(reader, json, known);
    if (td_read_required(reader, json, "code") != NULL)
        td_read_string(reader, json, "code", &scenario->code);
    td_text name = {{scenario->code, scenario->code}};
    td_read_text(reader, json, "name", &name);
    scenario->name[TD_VI] = name.in[TD_VI];
    scenario->name[TD_EN] = name.in[TD_EN];
    check_code(rd, scenario);
    read_rule_set(rd, json, scenario);
    read_numbers(rd, json, "set", TD_CHANGE_SET);
    read_numbers(rd, json, "cap", TD_CHANGE_CAP);
    read_drops(rd, json);
    read_word(rd, json, "na_policy", TD_CHANGE_NA_POLICY);
    read_word(rd, json, "method", TD_CHANGE_METHOD);
    read_units(rd, json);
}

static void read_all(reading *rd, const td_json *json)
{
    static const char *const known[] = {"$schema", "thidua", "scenarios", NULL};
    static const char *const formats[] = {"scenarios/1", NULL};
    td_reader *reader = &rd->reader;
    int format;
    size_t i = 0;
    char limit[24];
    snprintf(limit, sizeof limit, "%d", TD_MAX_SCENARIOS);
    td_read_known(reader, json, known);
    if (td_read_required(reader, json, "thidua") != NULL)
        td_read_choice(reader, json, "thidua", formats, &format);
    if (td_read_required(reader, json, "scenarios") == NULL)
        return;
    const td_json *list = td_read_list(reader, json, "scenarios");
    if (list != NULL && td_json_count(list) == 0)
        td_reader_fault(reader, TD_MSG_SCENARIO_FILE_EMPTY, "scenarios", NULL);
    if (list != NULL && td_json_count(list) > TD_MAX_SCENARIOS) {
        td_reader_fault(reader, TD_MSG_SCENARIO_FILE_MANY, "scenarios", limit, NULL);
        return;
    }
    size_t mark = td_reader_enter(reader, "scenarios");
    for (const td_json *c = list == NULL ? NULL : td_json_first(list); c != NULL;
         c = td_json_next(c), i++) {
        size_t inside = td_reader_enter_index(reader, i);
        if (td_json_is_object(c))
            read_scenario(rd, c);
        else
            td_reader_fault(reader, TD_MSG_SCENARIO_NOT_AN_OBJECT, NULL, NULL);
        td_reader_leave(reader, inside);
    }
    td_reader_leave(reader, mark);
}

td_status td_scenarios_parse(const char *text, size_t size, const char *name, td_scenarios **out,
                             td_errors *errors)
{
    size_t before = td_errors_count(errors, TD_ERROR);
    td_json *json = td_json_parse(text, size, name, TD_EDATA, errors);
    if (json == NULL)
        return td_errors_count(errors, TD_ERROR) > before ? TD_EDATA : TD_ENOMEM;
    reading rd = {.s = td_scenarios_new(), .reader = {.family = TD_EDATA, .errors = errors}};
    rd.reader.failed = rd.s == NULL;
    if (rd.s != NULL) {
        rd.s->n = 0;
        rd.reader.arena = rd.s->arena;
        rd.reader.file = copy_of(&rd, name);
    }
    if (!rd.reader.failed && td_json_is_object(json))
        read_all(&rd, json);
    else if (!rd.reader.failed)
        td_reader_fault(&rd.reader, TD_MSG_SCENARIO_NOT_AN_OBJECT, NULL, NULL);
    td_json_free(json);
    td_status status = rd.reader.failed                             ? TD_ENOMEM
                       : td_errors_count(errors, TD_ERROR) > before ? TD_EDATA
                                                                    : TD_OK;
    if (status == TD_OK)
        *out = rd.s;
    else
        td_scenarios_free(rd.s);
    return status;
}

td_status td_scenarios_load(const char *path, td_scenarios **out, td_errors *errors)
{
    td_file file = {0};
    td_status status = td_file_read(path, FILE_BYTES, TD_EDATA, &file, errors);
    if (status == TD_OK)
        status = td_scenarios_parse(file.text, file.size, path, out, errors);
    td_file_release(&file);
    return status;
}
