/*
 * The schemas for editors and the readers know the same keys, in both directions. Run from the
 * root of the project.
 */
#include "criteria/function.h"
#include "criteria/keys.h"
#include "engine/base/files.h"
#include "tests/unit/rules_case.h"

static td_json *schema, *policy_schema;

static td_json *read_schema(const char *path)
{
    td_file file = {0};
    td_json *json = NULL;
    td_errors *errors = td_errors_new();
    if (td_file_read(path, 1 << 20, TD_ERULES, &file, errors) == TD_OK)
        json = td_json_parse(file.text, file.size, path, TD_ERULES, errors);
    print_faults(errors);
    td_errors_free(errors);
    td_file_release(&file);
    return json;
}

static int load(void **state)
{
    (void)state;
    schema = read_schema("criteria/rule-set.schema.json");
    policy_schema = read_schema("criteria/policy.schema.json");
    return schema == NULL || policy_schema == NULL;
}

static int unload(void **state)
{
    (void)state;
    td_json_free(policy_schema);
    td_json_free(schema);
    return 0;
}

static const td_json *definition_in(const td_json *json, const char *name)
{
    const td_json *found = td_json_member(td_json_member(json, "$defs"), name);
    if (found == NULL)
        print_message("no definition \"%s\"\n", name);
    assert_non_null(found);
    return found;
}

static const td_json *definition(const char *name)
{
    return definition_in(schema, name);
}

static bool is_in(const char *const *keys, const char *key)
{
    for (; *keys != NULL; keys++)
        if (strcmp(*keys, key) == 0)
            return true;
    return false;
}

/* The properties of object are keys (and, when they are given, more), no less and no more. */
static void check_keys(const char *what, const td_json *object, const char *const *keys,
                       const char *const *more)
{
    static const char *const NONE[] = {NULL};
    const td_json *properties = td_json_member(object, "properties");
    more = more == NULL ? NONE : more;
    size_t n_wrong = 0;
    for (const td_json *p = td_json_first(properties); p != NULL; p = td_json_next(p))
        if (!is_in(keys, td_json_key(p)) && !is_in(more, td_json_key(p))) {
            print_message("%s: the reader does not know \"%s\"\n", what, td_json_key(p));
            n_wrong++;
        }
    for (int list = 0; list < 2; list++)
        for (const char *const *key = list == 0 ? keys : more; *key != NULL; key++)
            if (td_json_member(properties, *key) == NULL) {
                print_message("%s: the schema does not know \"%s\"\n", what, *key);
                n_wrong++;
            }
    assert_int_equal(n_wrong, 0);
}

static void objects_have_the_same_keys(void **state)
{
    (void)state;
    check_keys("rule set", schema, td_keys_rules, NULL);
    check_keys("valid", td_json_member(td_json_member(schema, "properties"), "valid"),
               td_keys_valid, NULL);
    check_keys("indicator", definition("indicator"), td_keys_indicator, NULL);
    check_keys("clamp", definition("clamp"), td_keys_clamp, NULL);
    check_keys("normalize", definition("normalize"), td_keys_normalize, NULL);
    check_keys("part", definition("part"), td_keys_part, NULL);
    check_keys("condition", definition("condition"), td_keys_condition, NULL);
    check_keys("gate", definition("gate"), td_keys_gate, NULL);
    check_keys("class", definition("class"), td_keys_class, NULL);
    check_keys("tie", definition("tie"), td_keys_tie, NULL);
}

static void functions_have_the_same_keys(void **state)
{
    (void)state;
    const char *names[64] = {NULL};
    char name[64];
    for (size_t i = 0; td_functions[i] != NULL; i++) {
        assert_true(i < 63);
        names[i] = td_functions[i]->name;
        snprintf(name, sizeof name, "function-%s", names[i]);
        check_keys(name, definition(name), td_functions[i]->keys, NULL);
        snprintf(name, sizeof name, "short-%s", names[i]);
        definition(name);
    }
    check_keys("criterion", definition("criterion"), td_keys_criterion, names);
    const td_json *part = td_json_member(definition("part"), "properties");
    const td_json *listed = td_json_member(td_json_member(part, "function"), "enum");
    size_t n = 0;
    for (const td_json *c = td_json_first(listed); c != NULL; c = td_json_next(c), n++)
        assert_true(is_in(names, td_json_string(c)));
    assert_null(names[n]);
}

/* A short form takes what a part takes, but for what it says itself. */
static void short_forms_have_the_same_keys(void **state)
{
    (void)state;
    const char *keys[32] = {NULL};
    size_t n = 0;
    for (const char *const *key = td_keys_part; *key != NULL; key++)
        if (strcmp(*key, "function") != 0 && strcmp(*key, "effect") != 0 &&
            strcmp(*key, "group") != 0)
            keys[n++] = *key;
    check_keys("short", definition("short"), keys, NULL);
}

static void policies_have_the_same_keys(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        const char *const *keys;
    } DEFINITIONS[] = {
        {"award", td_keys_award},     {"condition", td_keys_requirement},
        {"limit", td_keys_limit},     {"shared-limit", td_keys_shared_limit},
        {"holders", td_keys_holders}, {"lower", td_keys_lower},
        {"merit", td_keys_merit},     {"distribute", td_keys_distribute},
    };
    check_keys("policy", policy_schema, td_keys_policy, NULL);
    check_keys("valid", td_json_member(td_json_member(policy_schema, "properties"), "valid"),
               td_keys_valid, NULL);
    for (size_t i = 0; i < sizeof DEFINITIONS / sizeof DEFINITIONS[0]; i++)
        check_keys(DEFINITIONS[i].name, definition_in(policy_schema, DEFINITIONS[i].name),
                   DEFINITIONS[i].keys, NULL);
    /* A given award has no others than these. */
    const td_json *then = td_json_member(definition_in(policy_schema, "award"), "then");
    const td_json *names = td_json_member(td_json_member(then, "propertyNames"), "enum");
    size_t n = 0;
    for (const td_json *c = td_json_first(names); c != NULL; c = td_json_next(c), n++)
        assert_true(is_in(td_keys_given, td_json_string(c)));
    assert_null(td_keys_given[n]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(objects_have_the_same_keys),
        cmocka_unit_test(functions_have_the_same_keys),
        cmocka_unit_test(short_forms_have_the_same_keys),
        cmocka_unit_test(policies_have_the_same_keys),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
