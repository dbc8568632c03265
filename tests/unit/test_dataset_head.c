/*
 * Faults of evaluation.json, of kinds and channels, and evaluations of one wide CSV.
 */
#include "tests/unit/trial.h"

/* ---- evaluation.json and rule sets ---- */

static void check_head(const char *json, const char *code, const char *pointer, td_status status)
{
    trial t;
    begin(&t);
    write_file(&t, "o.json", TRIAL_OTHER_RULES);
    write_file(&t, "evaluation.json", json);
    load(&t);
    td_fault fault =
        td_errors_size(t.errors) == 0 ? (td_fault){.code = "none"} : td_errors_view(t.errors, 0);
    if (strcmp(fault.code, code) != 0 || t.status != status ||
        (pointer != NULL &&
         (fault.place.pointer == NULL || strcmp(fault.place.pointer, pointer) != 0))) {
        print_faults(t.errors);
        fail_msg("wanted %s at %s, status %d", code, pointer == NULL ? "" : pointer, (int)status);
    }
    end(&t);
}

#define BEGIN "{\"thidua\": \"evaluation/1\", \"code\": \"e\", \"name\": \"E\", \"year\": 2025"

static void faults_of_the_head(void **state)
{
    (void)state;
    check_head("", "data-json-end", NULL, TD_EDATA);
    check_head("[]", "data-not-an-evaluation", "", TD_EDATA);
    check_head("{\"thidua\": \"evaluation/1\", \"name\": \"E\", \"year\": 2025,"
               " \"rules\": \"rules.json\"}",
               "data-missing-key", "", TD_EDATA);
    check_head("{\"thidua\": \"evaluation/2\", \"code\": \"e\", \"name\": \"E\", \"year\": 2025,"
               " \"rules\": \"rules.json\"}",
               "data-choice", "/thidua", TD_EDATA);
    check_head(BEGIN "}", "data-missing-key", "", TD_EDATA);
    check_head(BEGIN ", \"rules\": 5}", "data-not-string", "/rules", TD_EDATA);
    check_head(BEGIN ", \"rules\": {}}", "data-kinds", "/rules", TD_EDATA);
    check_head(BEGIN ", \"rules\": {\"a\": \"rules.json\", \"b\": 7}}", "data-not-string",
               "/rules/b", TD_EDATA);
    check_head(BEGIN ", \"rules\": {\"Sở\": \"rules.json\", \"sở\": \"o.json\"}}",
               "data-json-duplicate", "/rules/sở", TD_EDATA);
    check_head(BEGIN ", \"rules\": \"rules.json\", \"chanels\": []}", "data-unknown-key",
               "/chanels", TD_EDATA);
    check_head(BEGIN ", \"rules\": \"rules.json\", \"decimal_mark\": \";\"}", "data-choice",
               "/decimal_mark", TD_EDATA);
    check_head(BEGIN ", \"rules\": \"rules.json\", \"channels\": []}", "data-channel-count",
               "/channels", TD_EDATA);
    check_head(BEGIN ", \"rules\": \"rules.json\", \"channels\": [\"self\", \"self\"]}",
               "data-channel-twice", "/channels", TD_EDATA);
    check_head(BEGIN ", \"rules\": \"rules.json\", \"generated\": {\"seed\": -1}}", "data-seed",
               "/generated/seed", TD_EDATA);
    check_head(BEGIN ", \"rules\": \"none.json\"}", "io-read", NULL, TD_EIO);
    check_head(BEGIN ", \"rules\": {\"a\": \"rules.json\", \"b\": \"o.json\"}}",
               "data-column-missing", NULL, TD_EDATA);
    check_head("{\"thidua\": \"evaluation/1\", \"code\": \"e\", \"name\": \"E\", \"year\": 2019,"
               " \"rules\": \"rules.json\"}",
               "data-year-outside", "/valid", TD_OK);
    check_head("{\"thidua\": \"evaluation/1\", \"code\": \"e\", \"name\": \"E\", \"year\": 20255,"
               " \"rules\": \"rules.json\"}",
               "data-not-whole", "/year", TD_EDATA);
}

static void faults_of_kinds(void **state)
{
    (void)state;
    trial t;
    begin(&t);
    write_file(&t, "o.json", TRIAL_OTHER_RULES);
    write_file(&t, "evaluation.json",
               BEGIN ", \"rules\": {\"xa\": \"rules.json\", \"so\": \"o.json\"}}");
    write_file(&t, "clusters.csv", "id,name,kind\nc2,Hai,so\nc1,Một,xa\nc3,Ba,sớ\nc4,Bốn,\n");
    write_file(&t, "units.csv", "id,name,cluster\nu1,A,c1\nu2,B,c2\nu3,C,c3\nu4,D,c4\n");
    write_file(&t, "values-self.csv", HEAD U1 U2 U3);
    write_file(&t, "values-final.csv", "unit,a,z\nu2,3,4.5\nu3,1,1\nu1,,2\n");
    load(&t);
    static const expected faults[] = {
        {"data-cluster-without-rules", "clusters.csv", 4, 3, "kind"},
        {"data-cell-blank", "clusters.csv", 5, 3, "kind"},
        {"data-indicator-foreign", "values-final.csv", 2, 2, "a"},
        {"data-indicator-foreign", "values-final.csv", 4, 3, "z"},
        {"data-channel-foreign", "values-self.csv", 3, 1, "unit"},
    };
    assert_int_equal(td_errors_size(t.errors), 5);
    for (size_t i = 0; i < 5; i++)
        assert_true(is_expected(td_errors_view(t.errors, i), &faults[i]));
    end(&t);
}

static void gates_follow_the_channels(void **state)
{
    (void)state;
    static const char gated[] =
        "{\"thidua\": \"rule-set/1\", \"code\": \"g\", \"name\": \"G\","
        " \"valid\": {\"from\": \"2025-01-01\"}, \"scale\": 5, \"channels\": [\"final\", \"self\"],"
        " \"gates\": [{\"code\": \"x\", \"when\": {\"channel\": \"self\", \"absent\": true},"
        " \"effect\": \"unranked\", \"reason\": \"r\"}],"
        " \"criteria\": [{\"code\": \"a\", \"max\": 5, \"direct\": true}]}";
    trial t;
    begin(&t);
    write_file(&t, "rules.json", gated);
    write_file(&t, "values-self.csv", "unit,a\nu1,3\nu2,2\nu3,1\n");
    write_file(&t, "evaluation.json",
               BEGIN ", \"rules\": \"rules.json\","
                     " \"channels\": [\"self\", \"council\", \"final\"]}");
    load(&t);
    assert_int_equal(t.status, TD_OK);
    const td_rules *rules = td_evaluation_rules(t.evaluation, 0);
    assert_int_equal(rules->gates[0].when->index, 0);
    assert_int_equal(td_rules_get(rules).n_channels, 3);
    assert_string_equal(td_rules_channel(rules, 1), "council");
    td_evaluation_free(t.evaluation);
    t.evaluation = NULL;
    write_file(&t, "evaluation.json",
               BEGIN ", \"rules\": \"rules.json\", \"channels\": [\"final\"]}");
    load(&t);
    assert_int_equal(t.status, TD_EDATA);
    assert_int_equal(td_errors_count(t.errors, TD_ERROR), 2);
    size_t last = td_errors_size(t.errors) - 1;
    assert_string_equal(td_errors_view(t.errors, last - 1).code, "data-channel-left-out");
    assert_string_equal(td_errors_view(t.errors, last).code, "data-channel-unknown");
    end(&t);
}

static void policy_of_the_evaluation(void **state)
{
    (void)state;
    static const char policy[] =
        "{\"thidua\": \"policy/1\", \"code\": \"p\", \"name\": \"P\","
        " \"valid\": {\"from\": \"%d-01-01\"}, \"awards\": [{\"code\": \"co\","
        " \"name\": \"Cờ\", \"limits\": [{\"within\": \"cluster\", \"count\": 1}]}]}";
    for (int from = 2025; from <= 2026; from++) {
        trial t;
        char text[400];
        begin(&t);
        snprintf(text, sizeof text, policy, from);
        write_file(&t, "p.json", text);
        write_file(&t, "evaluation.json",
                   BEGIN ", \"rules\": \"rules.json\", \"policy\": \"p.json\"}");
        load(&t);
        assert_int_equal(t.status, TD_OK);
        assert_string_equal(td_policy_get(td_evaluation_policy(t.evaluation)).code, "p");
        assert_int_equal(td_errors_size(t.errors), from - 2025);
        if (from == 2026)
            assert_string_equal(td_errors_view(t.errors, 0).code, "data-policy-year");
        end(&t);
    }
    check_head(BEGIN ", \"rules\": \"rules.json\", \"policy\": \"none.json\"}", "io-read", NULL,
               TD_EIO);
    check_head(BEGIN ", \"rules\": \"rules.json\", \"policy\": 5}", "data-not-string", "/policy",
               TD_EDATA);
}

static void faults_of_rules_and_data_together(void **state)
{
    (void)state;
    trial t;
    begin(&t);
    write_file(&t, "rules.json", "{\"thidua\": \"rule-set/1\"}");
    write_file(&t, "units.csv", "id,name,cluster\nu1,A,c9\nu2,B,c2\nu3,C,c1\n");
    load(&t);
    assert_int_equal(t.status, TD_ERULES);
    td_fault last = td_errors_view(t.errors, td_errors_size(t.errors) - 1);
    assert_string_equal(last.code, "data-cluster-unknown");
    end(&t);
}

/* ---- one wide CSV ---- */

static td_rules *parse_rules(td_errors *errors)
{
    td_rules *rules = NULL;
    assert_int_equal(td_rules_parse(TRIAL_RULES, strlen(TRIAL_RULES), "rules.json", &rules, errors),
                     TD_OK);
    return rules;
}

static void wide_table(void **state)
{
    (void)state;
    static const char text[] = "cluster;unit;name;category;a;cases;pct;done;r.a;r.t;sent;plus\n"
                               "Cụm B;u1;Xã A;xã;3,5;1;95,5;1;120;100;10/12/2025;0,25\n"
                               "Cụm A;u2;;;4;0;80;0;60;;2025-12-20;\n"
                               "cụm b;u3;Xã C;;2,25;2;50;0;75;80;15/12/2025;\n";
    trial t = {.errors = td_errors_new()};
    td_load_options options = {.year = 2025};
    t.status = td_evaluation_parse_wide(text, strlen(text), "dir/b.csv", parse_rules(t.errors),
                                        &options, &t.evaluation, t.errors);
    assert_clean(&t);
    assert_string_equal(td_evaluation_get(t.evaluation).code, "b");
    assert_int_equal(td_evaluation_get(t.evaluation).year, 2025);
    assert_int_equal(td_evaluation_get(t.evaluation).n_clusters, 2);
    assert_string_equal(td_evaluation_cluster(t.evaluation, 0).name, "Cụm B");
    assert_int_equal(td_evaluation_cluster(t.evaluation, 0).n_units, 2);
    assert_string_equal(td_evaluation_unit(t.evaluation, 2).name, "u2");
    assert_true(value_of(&t, "u3", "r.a") == 75);
    td_evaluation_free(t.evaluation);
    td_errors_free(t.errors);
}

static void wide_table_from_files(void **state)
{
    (void)state;
    trial t;
    begin(&t);
    write_file(&t, "wide.csv", "cluster,unit,z\nc,u1,4.5\nc,u2,3\n");
    char *rules = td_folder_write(&t.folder, "o.json", TRIAL_OTHER_RULES);
    char *path = td_folder_path(&t.folder, "wide.csv");
    td_load_options options = {.rules = rules};
    t.status = td_evaluation_load(path, &options, &t.evaluation, t.errors);
    assert_clean(&t);
    assert_string_equal(td_evaluation_get(t.evaluation).code, "wide");
    assert_int_equal(td_evaluation_get(t.evaluation).year, 2025);
    td_evaluation_free(t.evaluation);
    t.evaluation = NULL;
    assert_int_equal(td_evaluation_load(path, NULL, &t.evaluation, t.errors), TD_EINVAL);
    assert_string_equal(td_errors_view(t.errors, 0).code, "data-rules-wanted");
    options.year = 12345;
    assert_int_equal(td_evaluation_load(path, &options, &t.evaluation, t.errors), TD_EINVAL);
    assert_int_equal(td_evaluation_load("/nowhere/x.csv", &options, &t.evaluation, t.errors),
                     TD_EINVAL);
    options.year = 0;
    assert_int_equal(td_evaluation_load("/nowhere/x.csv", &options, &t.evaluation, t.errors),
                     TD_EIO);
    assert_null(t.evaluation);
    free(rules);
    free(path);
    end(&t);
}

static void faults_of_a_wide_table(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        expected fault;
    } cases[] = {
        {"", {"data-empty-file", "w.csv", 0, 0, NULL}},
        {"unit,a\nu1,1\n", {"data-column-missing", "w.csv", 1, 0, "cluster"}},
        {"cluster,unit,a\n,u1,1\n", {"data-unit-without-cluster", "w.csv", 2, 1, "cluster"}},
        {"cluster,unit,a\nc,u1,1\nd,u1,2\n", {"data-unit-twice", "w.csv", 3, 2, "unit"}},
        {"cluster,unit,a\nc,,1\n", {"data-cell-blank", "w.csv", 2, 2, "unit"}},
        {"cluster,unit,q\nc,u1,1\n", {"data-indicator-unknown", "w.csv", 1, 3, "q"}},
        {"cluster,unit,a\nc,u1,1,\n", {"data-too-many-cells", "w.csv", 2, 0, NULL}},
        {"cluster,unit,a\nc,u1,1x\n", {"data-value-text", "w.csv", 2, 3, "a"}},
        {"cluster,unit,a\n", {"data-no-rows", "w.csv", 0, 0, NULL}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        trial t = {.errors = td_errors_new()};
        t.status = td_evaluation_parse_wide(cases[i].text, strlen(cases[i].text), "w.csv",
                                            parse_rules(t.errors), NULL, &t.evaluation, t.errors);
        assert_int_equal(t.status, TD_EDATA);
        assert_null(t.evaluation);
        if (!is_expected(td_errors_view(t.errors, 0), &cases[i].fault)) {
            print_faults(t.errors);
            fail_msg("wanted %s", cases[i].fault.code);
        }
        td_errors_free(t.errors);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(faults_of_the_head),
        cmocka_unit_test(faults_of_kinds),
        cmocka_unit_test(gates_follow_the_channels),
        cmocka_unit_test(policy_of_the_evaluation),
        cmocka_unit_test(faults_of_rules_and_data_together),
        cmocka_unit_test(wide_table),
        cmocka_unit_test(wide_table_from_files),
        cmocka_unit_test(faults_of_a_wide_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
