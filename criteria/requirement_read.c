/*
 * Conditions of awards. Each form is one row of FORMS: its key, what stands beside it, and who
 * reads it.
 */
#include <string.h>

#include "criteria/policy_build.h"

typedef void read_form(td_policy_build *build, const td_json *json, const char *key,
                       td_requirement *out);

typedef struct form {
    const char *key;
    td_need need;
    read_form *read;
    const char *beside[4]; /* ended by NULL */
} form;

static void read_requirement(td_policy_build *build, const td_json *json, td_requirement *out);

static void read_number(td_policy_build *build, const td_json *json, const char *key,
                        td_requirement *out)
{
    size_t count = 0;
    if (td_read_count(&build->reader, json, key, 1, &count))
        out->number = (double)count;
}

static void read_leader(td_policy_build *build, const td_json *json, const char *key,
                        td_requirement *out)
{
    td_read_bool(&build->reader, json, key, &out->expected);
}

static void read_code(td_policy_build *build, const td_json *json, const char *key,
                      td_requirement *out)
{
    td_read_string(&build->reader, json, key, &out->code);
}

static void read_ratio(td_policy_build *build, const td_json *json, const char *key,
                       td_requirement *out)
{
    if (td_read_ratio(&build->reader, json, key, &out->ratio))
        out->number = (double)out->ratio.num / (double)out->ratio.den;
}

static void read_share(td_policy_build *build, const td_json *json, const char *key,
                       td_requirement *out)
{
    read_ratio(build, json, key, out);
    td_read_string(&build->reader, json, "criterion", &out->code);
}

static void read_points(td_policy_build *build, const td_json *json, const char *key,
                        td_requirement *out)
{
    td_read_number(&build->reader, json, key, &out->number);
    td_read_string(&build->reader, json, "criterion", &out->code);
}

static void read_lowest(td_policy_build *build, const td_json *json, const char *key,
                        td_requirement *out)
{
    static const char *const WHERE[] = {"groups", "leaves", NULL};
    int where = 0;
    td_read_choice(&build->reader, json, key, WHERE, &where);
    out->leaves = where == 1;
    if (td_read_required(&build->reader, json, "at_least") != NULL)
        read_ratio(build, json, "at_least", out);
}

static void read_holds(td_policy_build *build, const td_json *json, const char *key,
                       td_requirement *out)
{
    td_read_award(build, json, key, &out->award);
}

static void read_every_year(td_policy_build *build, const td_json *json, const char *key,
                            td_requirement *out)
{
    td_read_past(build, json, key, &out->past);
}

static void read_held(td_policy_build *build, const td_json *json, const char *key,
                      td_requirement *out)
{
    td_reader *reader = &build->reader;
    td_read_past(build, json, key, &out->past);
    out->has_at_least = td_read_count(reader, json, "at_least", 1, &out->at_least);
    out->has_at_most = td_read_count(reader, json, "at_most", 0, &out->at_most);
    bool says_any =
        td_json_member(json, "at_least") != NULL || td_json_member(json, "at_most") != NULL;
    if (!says_any)
        td_reader_fault(reader, TD_MSG_POLICY_HELD_HOW_OFTEN, NULL, NULL);
    if (out->has_at_least && out->has_at_most && out->at_least > out->at_most)
        td_reader_fault(reader, TD_MSG_POLICY_LEAST_ABOVE_MOST, "at_least",
                        td_word_of_number((double)out->at_least).text,
                        td_word_of_number((double)out->at_most).text, NULL);
}

static void read_votes(td_policy_build *build, const td_json *json, const char *key,
                       td_requirement *out)
{
    static const char *const BASES[] = {"units", "present", "council", NULL};
    int base = 0;
    read_ratio(build, json, key, out);
    if (td_read_required(&build->reader, json, "of") != NULL)
        td_read_choice(&build->reader, json, "of", BASES, &base);
    out->base = (td_vote_base)base;
}

static void read_category(td_policy_build *build, const td_json *json, const char *key,
                          td_requirement *out)
{
    td_read_set(&build->reader, json, key, &out->categories, &out->n_categories);
}

static void read_children(td_policy_build *build, const td_json *json, const char *key,
                          td_requirement *out)
{
    td_reader *reader = &build->reader;
    const td_json *list = td_json_member(json, key), *c = td_json_first(list);
    size_t n = td_json_is_array(list) ? td_json_count(list) : 0;
    if (n == 0) {
        td_reader_fault(reader, TD_MSG_RULES_CONDITION_LIST, key, NULL);
        return;
    }
    out->children = td_reader_array(reader, n, sizeof *out->children);
    if (out->children == NULL)
        return;
    out->n_children = n;
    size_t mark = td_reader_enter(reader, key);
    for (size_t i = 0; i < n; i++, c = td_json_next(c)) {
        size_t inner = td_reader_enter_index(reader, i);
        read_requirement(build, c, &out->children[i]);
        td_reader_leave(reader, inner);
    }
    td_reader_leave(reader, mark);
}

static void read_not(td_policy_build *build, const td_json *json, const char *key,
                     td_requirement *out)
{
    out->children = td_reader_array(&build->reader, 1, sizeof *out->children);
    if (out->children == NULL)
        return;
    out->n_children = 1;
    size_t mark = td_reader_enter(&build->reader, key);
    read_requirement(build, td_json_member(json, key), out->children);
    td_reader_leave(&build->reader, mark);
}

static const form FORMS[] = {
    {"rank_at_most", TD_NEED_RANK_AT_MOST, read_number, {NULL}},
    {"leader", TD_NEED_LEADER, read_leader, {NULL}},
    {"class_at_least", TD_NEED_CLASS_AT_LEAST, read_code, {NULL}},
    {"share_at_least", TD_NEED_SHARE_AT_LEAST, read_share, {"criterion"}},
    {"points_at_least", TD_NEED_POINTS_AT_LEAST, read_points, {"criterion"}},
    {"lowest_share", TD_NEED_LOWEST_SHARE, read_lowest, {"at_least"}},
    {"holds", TD_NEED_HOLDS, read_holds, {NULL}},
    {"not_holds", TD_NEED_NOT_HOLDS, read_holds, {NULL}},
    {"held_every_year", TD_NEED_HELD_EVERY_YEAR, read_every_year, {"years_back"}},
    {"held", TD_NEED_HELD, read_held, {"years_back", "at_least", "at_most"}},
    {"votes_at_least", TD_NEED_VOTES, read_votes, {"of"}},
    {"category", TD_NEED_CATEGORY, read_category, {NULL}},
    {"cluster_size_at_least", TD_NEED_CLUSTER_SIZE, read_number, {NULL}},
    {"any", TD_NEED_ANY, read_children, {NULL}},
    {"all", TD_NEED_ALL, read_children, {NULL}},
    {"not", TD_NEED_NOT, read_not, {NULL}},
    {NULL, TD_NEED_ALL, NULL, {NULL}},
};

static const form *form_of(const char *key)
{
    const form *f = FORMS;
    while (f->key != NULL && strcmp(f->key, key) != 0)
        f++;
    return f->key == NULL ? NULL : f;
}

static bool is_known(const char *key)
{
    for (const char *const *known = td_keys_requirement; *known != NULL; known++)
        if (strcmp(*known, key) == 0)
            return true;
    return false;
}

/* The one form that the object has; a fault when it has none or several. */
static const form *find_form(td_reader *reader, const td_json *json)
{
    const form *found = NULL;
    size_t n = 0;
    bool is_misspelt = false;
    for (const td_json *c = td_json_first(json); c != NULL; c = td_json_next(c)) {
        const form *f = form_of(td_json_key(c));
        found = f != NULL ? f : found;
        n += f != NULL;
        is_misspelt |= !is_known(td_json_key(c));
    }
    if (n > 1 || (n == 0 && !is_misspelt))
        td_reader_fault(reader, TD_MSG_POLICY_CONDITION_FORM, NULL, NULL);
    return n == 1 ? found : NULL;
}

static void check_company(td_reader *reader, const td_json *json, const form *f)
{
    for (const td_json *c = td_json_first(json); c != NULL; c = td_json_next(c)) {
        const char *key = td_json_key(c);
        bool fits = !is_known(key) || strcmp(key, f->key) == 0;
        for (const char *const *beside = f->beside; !fits && *beside != NULL; beside++)
            fits = strcmp(key, *beside) == 0;
        if (!fits)
            td_reader_fault(reader, TD_MSG_POLICY_CONDITION_KEY, key, key, f->key, NULL);
    }
}

static void read_requirement(td_policy_build *build, const td_json *json, td_requirement *out)
{
    td_reader *reader = &build->reader;
    *out = (td_requirement){
        .award = TD_NONE, .expected = true, .ratio = {0, 1}, .pointer = td_reader_pointer(reader)};
    if (!td_json_is_object(json)) {
        td_reader_fault(reader, TD_MSG_POLICY_CONDITION_FORM, NULL, NULL);
        return;
    }
    td_read_known(reader, json, td_keys_requirement);
    const form *f = find_form(reader, json);
    if (f == NULL)
        return;
    check_company(reader, json, f);
    out->need = f->need;
    f->read(build, json, f->key, out);
    out->n_code = out->code == NULL ? 0 : build->policy->n_codes++;
}

void td_read_requirements(td_policy_build *build, const td_json *json, td_award_rule *rule)
{
    td_reader *reader = &build->reader;
    const td_json *c = NULL;
    size_t n = td_read_some(reader, json, "conditions", SIZE_MAX, &c);
    rule->needs = td_reader_array(reader, n, sizeof *rule->needs);
    if (rule->needs == NULL)
        return;
    rule->n_needs = n;
    size_t mark = td_reader_enter(reader, "conditions");
    for (size_t i = 0; i < n; i++, c = td_json_next(c)) {
        size_t inner = td_reader_enter_index(reader, i);
        read_requirement(build, c, &rule->needs[i]);
        td_reader_leave(reader, inner);
    }
    td_reader_leave(reader, mark);
}
