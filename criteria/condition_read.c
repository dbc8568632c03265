#include <string.h>

#include "criteria/rules_build.h"

typedef struct subject_name {
    const char *key;
    td_subject subject;
} subject_name;

static const subject_name SUBJECTS[] = {
    {"indicator", TD_SUBJ_INDICATOR},
    {"points", TD_SUBJ_POINTS},
    {"share", TD_SUBJ_SHARE},
    {"deductions", TD_SUBJ_DEDUCTIONS},
    {"bonus", TD_SUBJ_BONUS},
    {"lowest_share", TD_SUBJ_LOWEST_GROUP},
    {"below_floor", TD_SUBJ_BELOW_FLOOR},
    {"channel", TD_SUBJ_CHANNEL},
    {"category", TD_SUBJ_CATEGORY},
    {NULL, TD_SUBJ_NONE},
};

/* In the order of td_comparison. */
static const char *const COMPARISONS[] = {"=", "!=", "<", "<=", ">", ">=", NULL};

typedef struct subject {
    td_subject subject;
    size_t index;
    const char *text;
} subject;

static bool read_condition(td_reader *reader, const td_json *json, bool anywhere,
                           td_condition *out);

static int index_of(const char *const *names, const char *word)
{
    for (int i = 0; names[i] != NULL; i++)
        if (strcmp(names[i], word) == 0)
            return i;
    return -1;
}

/* The one subject that the object names; NULL and a fault when it is none or several. */
static const subject_name *find_subject(td_reader *reader, const td_json *json)
{
    const subject_name *found = NULL;
    size_t n = 0;
    for (const subject_name *s = SUBJECTS; s->key != NULL; s++)
        if (td_json_member(json, s->key) != NULL) {
            found = s;
            n++;
        }
    if (n == 1)
        return found;
    td_reader_fault(reader, TD_MSG_RULES_CONDITION_SUBJECT, NULL, NULL);
    return NULL;
}

static bool read_indicator_subject(td_reader *reader, const td_json *json, subject *out)
{
    reader->build->in_condition = true;
    out->index = td_read_indicator(reader, json, "indicator", TD_NUMBER);
    reader->build->in_condition = false;
    size_t mark = td_reader_enter(reader, "indicator");
    td_reader_use(reader, out->index, TD_USE_MENTION);
    td_reader_leave(reader, mark);
    return out->index != TD_NONE;
}

static bool read_channel(td_reader *reader, const char *code, subject *out)
{
    const td_rules *rules = reader->rules;
    for (size_t i = 0; i < rules->n_channels; i++)
        if (strcmp(rules->channels[i], code) == 0) {
            out->index = i;
            return true;
        }
    td_reader_fault(reader, TD_MSG_RULES_CHANNEL_UNKNOWN, "channel", code,
                    td_reader_suggest(reader, code, rules->channels, rules->n_channels), NULL);
    return false;
}

static bool read_lowest(td_reader *reader, const td_json *json, subject *out)
{
    static const char *const WHERE[] = {"groups", "leaves", NULL};
    int where = 0;
    bool ok = td_read_choice(reader, json, "lowest_share", WHERE, &where);
    out->subject = where == 0 ? TD_SUBJ_LOWEST_GROUP : TD_SUBJ_LOWEST_LEAF;
    return ok;
}

/* What the object names, on either side of a comparison. */
static bool read_subject(td_reader *reader, const td_json *json, bool anywhere, subject *out)
{
    const subject_name *named = find_subject(reader, json);
    if (named == NULL)
        return false;
    *out = (subject){.subject = named->subject, .index = TD_NONE};
    if (named->subject == TD_SUBJ_INDICATOR)
        return read_indicator_subject(reader, json, out);
    if (!anywhere) {
        td_reader_fault(reader, TD_MSG_RULES_CONDITION_PLACE, named->key, named->key, NULL);
        return false;
    }
    if (named->subject == TD_SUBJ_LOWEST_GROUP)
        return read_lowest(reader, json, out);
    const char *code = NULL;
    if (!td_read_string(reader, json, named->key, &code))
        return false;
    out->text = code;
    if (named->subject == TD_SUBJ_CATEGORY)
        return true;
    if (named->subject == TD_SUBJ_CHANNEL)
        return read_channel(reader, code, out);
    if (named->subject == TD_SUBJ_BELOW_FLOOR && strcmp(code, "any") == 0)
        return true;
    out->index = td_reader_criterion(reader, code, named->key);
    return out->index != TD_NONE;
}

/* {"times": 0.5, "bonus": "total"} */
static bool read_multiple(td_reader *reader, const td_json *json, bool anywhere, td_condition *test)
{
    subject right;
    test->number = 1;
    td_read_known(reader, json, td_keys_condition);
    td_read_number(reader, json, "times", &test->number);
    for (const td_json *c = td_json_first(json); c != NULL; c = td_json_next(c))
        if (index_of(COMPARISONS, td_json_key(c)) >= 0)
            td_reader_fault(reader, TD_MSG_RULES_CONDITION_RIGHT, td_json_key(c), NULL);
    if (!read_subject(reader, json, anywhere, &right))
        return false;
    if (right.subject >= TD_SUBJ_BELOW_FLOOR) {
        td_reader_fault(reader, TD_MSG_RULES_CONDITION_RIGHT, NULL, NULL);
        return false;
    }
    test->right_subject = right.subject;
    test->right_index = right.index;
    return true;
}

static bool read_right(td_reader *reader, const td_json *json, bool anywhere, td_condition *test)
{
    bool is_indicator = test->subject == TD_SUBJ_INDICATOR;
    if (td_json_is_object(json))
        return read_multiple(reader, json, anywhere, test);
    if (td_json_is_number(json)) {
        test->number = td_json_number(json);
        bool is_flag = test->comparison == TD_EQ && (test->number == 0 || test->number == 1);
        if (is_indicator)
            td_reader_use(reader, test->index, is_flag ? TD_USE_FLAG : TD_USE_NUMBER);
        return true;
    }
    if (is_indicator && td_json_is_string(json) &&
        td_day_of_iso(td_json_string(json), &test->number)) {
        td_reader_use(reader, test->index, TD_USE_DATE);
        return true;
    }
    td_reader_fault(reader, TD_MSG_RULES_CONDITION_RIGHT, NULL, NULL);
    return false;
}

static bool read_absent(td_reader *reader, const td_json *json, td_condition *test)
{
    test->comparison = TD_ABSENT;
    if (test->subject != TD_SUBJ_INDICATOR && test->subject != TD_SUBJ_CHANNEL) {
        td_reader_fault(reader, TD_MSG_RULES_CONDITION_ABSENT, "absent", NULL);
        return false;
    }
    return td_read_bool(reader, json, "absent", &test->expected);
}

/* Does the number of comparisons fit the subject? */
static bool check_comparisons(td_reader *reader, const subject *left, size_t n, size_t n_absent)
{
    if (left->subject == TD_SUBJ_BELOW_FLOOR || left->subject == TD_SUBJ_CATEGORY) {
        if (n + n_absent > 0)
            td_reader_fault(reader, TD_MSG_RULES_CONDITION_NO_COMPARISON, NULL, NULL);
        return n + n_absent == 0;
    }
    if (left->subject == TD_SUBJ_CHANNEL && (n > 0 || n_absent == 0)) {
        td_reader_fault(reader, TD_MSG_RULES_CONDITION_CHANNEL, NULL, NULL);
        return false;
    }
    if (n + n_absent == 0)
        td_reader_fault(reader, TD_MSG_RULES_CONDITION_COMPARISON, NULL, NULL);
    return n + n_absent > 0;
}

/* The tests of one subject: children of a TD_ALL when they are several. */
static bool read_tests(td_reader *reader, const td_json *json, bool anywhere, const subject *left,
                       td_condition *tests)
{
    bool ok = true;
    size_t i = 0;
    td_condition test = {.logic = TD_TEST,
                         .subject = left->subject,
                         .index = left->index,
                         .text = left->text,
                         .comparison = TD_HOLDS,
                         .right_index = TD_NONE};
    tests[0] = test;
    for (const td_json *c = td_json_first(json); c != NULL; c = td_json_next(c)) {
        int comparison = index_of(COMPARISONS, td_json_key(c));
        bool is_absent = strcmp(td_json_key(c), "absent") == 0;
        if (comparison < 0 && !is_absent)
            continue;
        size_t mark = reader->pointer_length;
        tests[i] = test;
        if (is_absent) {
            ok &= read_absent(reader, json, &tests[i]);
        } else {
            tests[i].comparison = (td_comparison)comparison;
            mark = td_reader_enter(reader, td_json_key(c));
            ok &= read_right(reader, c, anywhere, &tests[i]);
            td_reader_leave(reader, mark);
            tests[i].exact_number = td_fraction_of_double(tests[i].number);
        }
        i++;
    }
    return ok;
}

static td_condition *new_conditions(td_reader *reader, size_t n)
{
    td_condition *conditions = td_arena_alloc(reader->arena, n, sizeof *conditions);
    reader->failed |= conditions == NULL;
    return conditions;
}

static bool read_test(td_reader *reader, const td_json *json, bool anywhere, td_condition *out)
{
    subject left;
    if (!read_subject(reader, json, anywhere, &left))
        return false;
    size_t n = 0, n_absent = td_json_member(json, "absent") != NULL;
    for (size_t i = 0; COMPARISONS[i] != NULL; i++)
        n += td_json_member(json, COMPARISONS[i]) != NULL;
    if (td_json_member(json, "times") != NULL) {
        td_reader_fault(reader, TD_MSG_RULES_CONDITION_TIMES, "times", NULL);
        return false;
    }
    if (!check_comparisons(reader, &left, n, n_absent))
        return false;
    if (n + n_absent <= 1)
        return read_tests(reader, json, anywhere, &left, out);
    td_condition *tests = new_conditions(reader, n + n_absent);
    if (tests == NULL)
        return false;
    *out = (td_condition){.logic = TD_ALL, .n_children = n + n_absent, .children = tests};
    return read_tests(reader, json, anywhere, &left, tests);
}

static bool read_list(td_reader *reader, const td_json *list, bool anywhere, td_condition *out)
{
    size_t n = td_json_count(list), i = 0;
    if (!td_json_is_array(list) || n == 0) {
        td_reader_fault(reader, TD_MSG_RULES_CONDITION_LIST, NULL, NULL);
        return false;
    }
    out->children = new_conditions(reader, n);
    if (out->children == NULL)
        return false;
    out->n_children = n;
    bool ok = true;
    for (const td_json *c = td_json_first(list); c != NULL; c = td_json_next(c), i++) {
        size_t mark = td_reader_enter_index(reader, i);
        ok &= read_condition(reader, c, anywhere, &out->children[i]);
        td_reader_leave(reader, mark);
    }
    return ok;
}

/* {"all": [...]}, {"any": [...]}, {"not": ...}: nothing stands beside them. */
static bool read_logic(td_reader *reader, const td_json *json, td_logic logic, bool anywhere,
                       td_condition *out)
{
    const td_json *first = td_json_first(json);
    if (td_json_next(first) != NULL) {
        td_reader_fault(reader, TD_MSG_RULES_CONDITION_SUBJECT, NULL, NULL);
        return false;
    }
    *out = (td_condition){.logic = logic};
    size_t mark = td_reader_enter(reader, td_json_key(first));
    bool ok;
    if (logic == TD_NOT) {
        out->n_children = 1;
        out->children = new_conditions(reader, 1);
        ok = out->children != NULL && read_condition(reader, first, anywhere, out->children);
    } else {
        ok = read_list(reader, first, anywhere, out);
    }
    td_reader_leave(reader, mark);
    return ok;
}

static bool read_condition(td_reader *reader, const td_json *json, bool anywhere, td_condition *out)
{
    if (!td_json_is_object(json)) {
        td_reader_fault(reader, TD_MSG_RULES_CONDITION_SUBJECT, NULL, NULL);
        return false;
    }
    td_read_known(reader, json, td_keys_condition);
    if (td_json_member(json, "all") != NULL)
        return read_logic(reader, json, TD_ALL, anywhere, out);
    if (td_json_member(json, "any") != NULL)
        return read_logic(reader, json, TD_ANY, anywhere, out);
    if (td_json_member(json, "not") != NULL)
        return read_logic(reader, json, TD_NOT, anywhere, out);
    return read_test(reader, json, anywhere, out);
}

const struct td_condition *td_read_condition(td_reader *reader, const td_json *object,
                                             const char *key, bool anywhere)
{
    const td_json *json = td_json_member(object, key);
    if (json == NULL)
        return NULL;
    td_condition *condition = new_conditions(reader, 1);
    size_t mark = td_reader_enter(reader, key);
    bool ok = condition != NULL && read_condition(reader, json, anywhere, condition);
    td_reader_leave(reader, mark);
    return ok ? condition : NULL;
}

static void add_inputs(td_reader *reader, td_part *part, const td_condition *condition)
{
    if (condition->logic == TD_TEST && condition->subject == TD_SUBJ_INDICATOR) {
        td_part_add_input(reader, part, condition->index);
        if (condition->right_subject == TD_SUBJ_INDICATOR)
            td_part_add_input(reader, part, condition->right_index);
    }
    for (size_t i = 0; i < condition->n_children; i++)
        add_inputs(reader, part, &condition->children[i]);
}

void td_part_add_condition(td_reader *reader, td_part *part, const td_condition *condition)
{
    if (condition != NULL)
        add_inputs(reader, part, condition);
}
