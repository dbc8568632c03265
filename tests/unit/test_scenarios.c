/*
 * Scenarios as they are written: on a command line and in a file, with every fault.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "engine/thidua.h"
#include "tests/lib/files.h"

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

static void assert_change(const td_change *change, td_change_kind kind, const char *unit,
                          const char *code, const char *text, double number)
{
    assert_int_equal(change->kind, kind);
    assert_true(change->number == number);
    const char *const is[] = {change->unit, change->code, change->text};
    const char *const wanted[] = {unit, code, text};
    for (size_t i = 0; i < 3; i++)
        if (wanted[i] == NULL)
            assert_null(is[i]);
        else
            assert_string_equal(is[i], wanted[i]);
}

static void as_written_on_a_command_line(void **state)
{
    (void)state;
    td_scenarios *s = td_scenarios_new();
    td_errors *errors = td_errors_new();
    assert_int_equal(td_scenarios_add(s, TD_CHANGE_SET, "I=500", "--set", errors), TD_OK);
    assert_int_equal(td_scenarios_add(s, TD_CHANGE_CAP, "II.1=37,25", "--cap", errors), TD_OK);
    assert_int_equal(td_scenarios_add(s, TD_CHANGE_DROP, "III", "--drop", errors), TD_OK);
    assert_int_equal(td_scenarios_add(s, TD_CHANGE_NA_POLICY, "zero", "--na-policy", errors),
                     TD_OK);
    assert_int_equal(td_scenarios_add(s, TD_CHANGE_VALUE, "Xã A: B:I.2=96,4 %", "--unit", errors),
                     TD_OK);
    assert_int_equal(td_scenarios_add(s, TD_CHANGE_METHOD, "geometric", "--method", errors), TD_OK);
    assert_int_equal(td_scenarios_size(s), 1);
    td_scenario scenario = td_scenarios_get(s, 0);
    assert_int_equal(scenario.n_changes, 6);
    const td_change *c = scenario.changes;
    assert_change(&c[0], TD_CHANGE_SET, NULL, "I", "500", 500);
    assert_change(&c[1], TD_CHANGE_CAP, NULL, "II.1", "37,25", 37.25);
    assert_change(&c[2], TD_CHANGE_DROP, NULL, "III", NULL, 0);
    assert_change(&c[3], TD_CHANGE_NA_POLICY, NULL, NULL, "zero", 0);
    assert_change(&c[4], TD_CHANGE_VALUE, "Xã A: B", "I.2", "96,4 %", 0);
    assert_change(&c[5], TD_CHANGE_METHOD, NULL, NULL, "geometric", 0);
    assert_string_equal(c[0].place.field, "--set");
    td_errors_free(errors);
    td_scenarios_free(s);
}

static void what_cannot_be_a_change(void **state)
{
    (void)state;
    static const struct {
        td_change_kind kind;
        const char *text, *code;
    } cases[] = {{TD_CHANGE_SET, "I", "scenario-not-a-change"},
                 {TD_CHANGE_SET, "=5", "scenario-not-a-change"},
                 {TD_CHANGE_SET, "", "scenario-not-a-change"},
                 {TD_CHANGE_SET, "I=", "scenario-not-a-number"},
                 {TD_CHANGE_SET, "I=nhiều", "scenario-not-a-number"},
                 {TD_CHANGE_CAP, "I=1.234", "scenario-not-a-number"},
                 {TD_CHANGE_CAP, "I=50 %", "scenario-not-a-number"},
                 {TD_CHANGE_VALUE, "X:I", "scenario-not-a-change"},
                 {TD_CHANGE_VALUE, "I=5", "scenario-not-a-change"},
                 {TD_CHANGE_VALUE, ":I=5", "scenario-not-a-change"}};
    td_scenarios *s = td_scenarios_new();
    for (size_t i = 0; i < COUNT(cases); i++) {
        td_errors *errors = td_errors_new();
        assert_int_equal(td_scenarios_add(s, cases[i].kind, cases[i].text, "--x", errors),
                         TD_EINVAL);
        assert_string_equal(td_errors_view(errors, 0).code, cases[i].code);
        td_errors_free(errors);
    }
    assert_int_equal(td_scenarios_get(s, 0).n_changes, 0);
    td_scenarios_free(s);
    td_scenarios_free(NULL);
}

static td_status parse(const char *text, td_scenarios **out, td_errors *errors)
{
    return td_scenarios_parse(text, strlen(text), "d/kb.json", out, errors);
}

static void a_file_of_scenarios(void **state)
{
    (void)state;
    td_scenarios *s = NULL;
    td_errors *errors = td_errors_new();
    assert_int_equal(
        parse("{\"thidua\": \"scenarios/1\", \"scenarios\": [{\"code\": \"a\", \"name\": {\"vi\": "
              "\"Giảm\", \"en\": \"Less\"}, \"set\": {\"I\": 500, \"a/b\": 2.5}, \"cap\": {\"II\": "
              "9}, \"drop\": [\"III\", \"IV\"], \"na_policy\": \"zero\", \"method\": "
              "\"harmonic\", \"units\": {\"X\": {\"p\": \"12,5\", \"q\": 1.234, \"r\": 7}}}, "
              "{\"code\": \"b\", \"rule_set\": \"r.json\"}]}",
              &s, errors),
        TD_OK);
    assert_int_equal(td_errors_size(errors), 0);
    assert_int_equal(td_scenarios_size(s), 2);
    td_scenario a = td_scenarios_get(s, 0), b = td_scenarios_get(s, 1);
    assert_string_equal(a.code, "a");
    assert_string_equal(a.name[TD_EN], "Less");
    assert_null(a.rule_set);
    assert_int_equal(a.n_changes, 10);
    assert_change(&a.changes[0], TD_CHANGE_SET, NULL, "I", NULL, 500);
    assert_string_equal(a.changes[0].place.pointer, "/scenarios/0/set/I");
    assert_string_equal(a.changes[1].place.pointer, "/scenarios/0/set/a~1b");
    assert_change(&a.changes[3], TD_CHANGE_DROP, NULL, "III", NULL, 0);
    assert_change(&a.changes[5], TD_CHANGE_NA_POLICY, NULL, NULL, "zero", 0);
    assert_change(&a.changes[7], TD_CHANGE_VALUE, "X", "p", "12,5", 0);
    assert_change(&a.changes[8], TD_CHANGE_VALUE, "X", "q", "1.2340", 0);
    assert_change(&a.changes[9], TD_CHANGE_VALUE, "X", "r", "7", 0);
    assert_string_equal(a.changes[9].place.pointer, "/scenarios/0/units/X/r");
    assert_string_equal(b.name[TD_VI], "b");
    assert_string_equal(b.rule_set, "d/r.json");
    assert_int_equal(b.n_changes, 0);
    td_scenarios_free(s);
    td_errors_free(errors);
}

#define FILE_OF(scenario) "{\"thidua\": \"scenarios/1\", \"scenarios\": [" scenario "]}"

static void every_fault_of_a_file(void **state)
{
    (void)state;
    static const struct {
        const char *text, *code, *pointer;
    } cases[] = {
        {"[", "data-json-end", NULL},
        {"[]", "scenario-not-an-object", NULL},
        {"{\"thidua\": \"scenarios/2\", \"scenarios\": []}", "data-choice", "/thidua"},
        {FILE_OF(""), "scenario-file-empty", "/scenarios"},
        {FILE_OF("5"), "scenario-not-an-object", "/scenarios/0"},
        {FILE_OF("{\"code\": \"a\", \"sett\": {}}"), "data-unknown-key", "/scenarios/0/sett"},
        {FILE_OF("{\"code\": \"a\"}, {\"code\": \"a\"}"), "scenario-code-twice",
         "/scenarios/1/code"},
        {FILE_OF("{\"code\": \"a\", \"units\": {\"X\": {\"p\": true}}}"), "scenario-value-type",
         "/scenarios/0/units/X/p"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        td_scenarios *s = (td_scenarios *)&i;
        td_errors *errors = td_errors_new();
        assert_int_equal(parse(cases[i].text, &s, errors), TD_EDATA);
        assert_ptr_equal(s, &i);
        td_fault fault = td_errors_view(errors, 0);
        if (strcmp(fault.code, cases[i].code) != 0)
            fail_msg("case %zu: %s, not %s", i, fault.code, cases[i].code);
        if (cases[i].pointer != NULL)
            assert_string_equal(fault.place.pointer, cases[i].pointer);
        td_errors_free(errors);
    }
}

/* All faults at once, each at its place. */
static void all_faults_are_found(void **state)
{
    (void)state;
    td_scenarios *s = NULL;
    td_errors *errors = td_errors_new();
    assert_int_equal(parse(FILE_OF("{\"set\": {\"I\": \"x\", \"II\": 5}, \"cap\": 3, \"drop\": "
                                   "[1], \"na_policy\": 5, \"units\": {\"X\": 1}}"),
                           &s, errors),
                     TD_EDATA);
    assert_int_equal(td_errors_count(errors, TD_ERROR), 6);
    td_errors_free(errors);
}

static void too_many_are_refused(void **state)
{
    (void)state;
    const size_t most = 10001;
    char *text = malloc(most * 12 + 200);
    size_t at = (size_t)sprintf(text, "{\"thidua\": \"scenarios/1\", \"scenarios\": [{\"code\": "
                                      "\"a\", \"drop\": [");
    for (size_t i = 0; i < most; i++)
        at += (size_t)sprintf(text + at, "%s\"c%zu\"", i > 0 ? "," : "", i);
    sprintf(text + at, "]}]}");
    td_scenarios *s = NULL;
    td_errors *errors = td_errors_new();
    assert_int_equal(parse(text, &s, errors), TD_EDATA);
    assert_string_equal(td_errors_view(errors, 0).code, "scenario-file-many");
    td_errors_free(errors);
    free(text);
}

static void files_are_read(void **state)
{
    (void)state;
    td_folder folder;
    td_folder_init(&folder);
    td_scenarios *s = NULL;
    td_errors *errors = td_errors_new();
    char *path = td_folder_write(&folder, "kb.json", FILE_OF("{\"code\": \"a\"}"));
    assert_int_equal(td_scenarios_load(path, &s, errors), TD_OK);
    td_scenarios_free(s);
    assert_int_equal(td_scenarios_load("khong-co.json", &s, errors), TD_EIO);
    free(path);
    td_errors_free(errors);
    td_folder_release(&folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_written_on_a_command_line),
        cmocka_unit_test(what_cannot_be_a_change),
        cmocka_unit_test(a_file_of_scenarios),
        cmocka_unit_test(every_fault_of_a_file),
        cmocka_unit_test(all_faults_are_found),
        cmocka_unit_test(too_many_are_refused),
        cmocka_unit_test(files_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
