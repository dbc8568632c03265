/*
 * Loading evaluations: what sound folders give, in whatever order and spelling.
 */
#include "tests/unit/trial.h"

static void sound_folder(void **state)
{
    (void)state;
    trial t;
    begin(&t);
    load(&t);
    assert_clean(&t);
    td_evaluation_view view = td_evaluation_get(t.evaluation);
    assert_string_equal(view.code, "e-2025");
    assert_string_equal(view.name[TD_VI], "Kỳ");
    assert_string_equal(view.name[TD_EN], "E");
    assert_int_equal(view.year, 2025);
    assert_int_equal(view.n_units, 3);
    assert_int_equal(view.n_clusters, 2);
    assert_int_equal(view.n_rules, 1);
    assert_null(view.generated[TD_VI]);
    assert_int_equal(strlen(view.data_hash), 64);
    static const char *const order[] = {"u2", "u1", "u3"};
    for (size_t u = 0; u < 3; u++)
        assert_string_equal(td_evaluation_unit(t.evaluation, u).id, order[u]);
    assert_string_equal(td_evaluation_unit(t.evaluation, 1).category, "xã");
    assert_null(td_evaluation_unit(t.evaluation, 0).category);
    td_cluster_view cluster = td_evaluation_cluster(t.evaluation, 1);
    assert_string_equal(cluster.name, "Cụm một");
    assert_int_equal(cluster.first_unit, 1);
    assert_int_equal(cluster.n_units, 2);
    end(&t);
}

static void values_of_the_channel_that_prevails(void **state)
{
    (void)state;
    trial t;
    begin(&t);
    load(&t);
    assert_clean(&t);
    assert_true(value_of(&t, "u3", "a") == 2.25);
    assert_true(value_of(&t, "u1", "a") == 3.5);
    assert_true(value_of(&t, "u1", "pct") == 95.5);
    assert_true(value_of(&t, "u1", "done") == 1 && value_of(&t, "u3", "done") == 0);
    assert_true(value_of(&t, "u1", "late") == -5);
    assert_true(value_of(&t, "u2", "late") == 5);
    assert_true(value_of(&t, "u3", "free") == 0);
    assert_true(isnan(value_of(&t, "u2", "r.t")));
    const td_dataset *data = &t.evaluation->data;
    const td_table *table = &data->tables[0];
    size_t a = td_rules_find_indicator(table->rules, "a"), u3 = 2;
    size_t cell = data->row_of_unit[u3] * table->n_indicators + a;
    assert_int_equal(table->source[cell], 0);
    assert_true(table->by_channel[1][cell] == 2.385);
    assert_true(data->units[u3].has_channel[0] && data->units[u3].has_channel[1]);
    assert_false(data->units[0].has_channel[0]);
    size_t free_cell = cell - a + td_rules_find_indicator(table->rules, "free");
    assert_int_equal(table->source[free_cell], 255);
    assert_null(table->not_applicable);
    end(&t);
}

static void found_by_id_or_name(void **state)
{
    (void)state;
    trial t;
    begin(&t);
    write_file(&t, "units.csv", "id,name,cluster\nu1,Xã Hoà Bình,c1\nu2,Trùng,c2\nu3,Trùng,c1\n");
    load(&t);
    assert_clean(&t);
    assert_int_equal(td_evaluation_find_unit(t.evaluation, "u1"), 1);
    assert_int_equal(td_evaluation_find_unit(t.evaluation, " U1 "), 1);
    assert_int_equal(td_evaluation_find_unit(t.evaluation, "xã hòa bình"), 1);
    assert_true(td_evaluation_find_unit(t.evaluation, "Trùng") == TD_NONE);
    assert_true(td_evaluation_find_unit(t.evaluation, "u9") == TD_NONE);
    assert_true(td_evaluation_find_unit(t.evaluation, "") == TD_NONE);
    assert_int_equal(td_evaluation_find_cluster(t.evaluation, "c2"), 0);
    assert_int_equal(td_evaluation_find_cluster(t.evaluation, "Cụm một"), 1);
    assert_true(td_evaluation_find_cluster(t.evaluation, "c3") == TD_NONE);
    end(&t);
}

static void extras_are_kept(void **state)
{
    (void)state;
    trial t;
    begin(&t);
    write_file(&t, "not-applicable.csv", "unit,criterion,approved_by\nu1,g,HĐ\nu2,f,HĐ\n");
    write_file(&t, "votes.csv", "unit,votes,council,present,blank\nu1,12,15,14,2\nu3,3,,,\n");
    write_file(&t, "clusters.csv", "id,name,group,kind\nc2,Cụm hai,Đồng bằng,xã\nc1,Cụm một,,\n");
    write_file(&t, "history.csv",
               "unit,year,award,note\nu3,2023,co-tinh,\nu1,2024,co-tinh,\nu3,2024,bang-khen,\n");
    write_file(&t, "values-self.csv",
               "unit;a;cases;pct;done;r.a;r.t;sent;plus\nu1;3,5;;;có;120;100;10/12/2025;0,25\n"
               "u2;4;0;80;;60;;2025-12-20;\nu3;2,385;2;50;không;75;80;15/12/2025;\n");
    load(&t);
    assert_clean(&t);
    const td_dataset *data = &t.evaluation->data;
    const td_rules *rules = data->tables[0].rules;
    const uint8_t *na = data->tables[0].not_applicable + data->row_of_unit[1] * rules->n_criteria;
    assert_int_equal(na[td_rules_find_criterion(rules, "n")], 1);
    assert_int_equal(na[td_rules_find_criterion(rules, "p")], 1);
    assert_int_equal(na[td_rules_find_criterion(rules, "g")], 0);
    assert_int_equal(na[td_rules_find_criterion(rules, "f")], 0);
    assert_true(data->units[1].votes == 12 && data->units[2].votes == 3);
    assert_true(isnan(data->units[0].votes));
    assert_true(data->units[1].votes_present == 14 && data->units[1].votes_council == 15);
    assert_true(isnan(data->units[2].votes_present) && isnan(data->units[0].votes_council));
    assert_int_equal(data->n_groups, 1);
    assert_string_equal(data->groups[data->clusters[0].group], "Đồng bằng");
    assert_string_equal(data->clusters[0].kind, "xã");
    assert_true(data->clusters[1].group == TD_NONE && data->clusters[1].kind == NULL);
    assert_null(td_evaluation_policy(t.evaluation));
    assert_int_equal(data->units[2].n_held, 2);
    assert_int_equal(data->held[data->units[2].first_held].years_ago, 1);
    assert_string_equal(data->held[data->units[2].first_held].award, "bang-khen");
    assert_int_equal(data->held[data->units[2].first_held + 1].years_ago, 2);
    assert_int_equal(data->units[0].n_held, 0);
    end(&t);
}

/* One channel in two files, columns and rows in any order, names spelled otherwise. */
static void files_add_to_a_channel(void **state)
{
    (void)state;
    trial t;
    begin(&t);
    write_file(&t, "values-self.csv",
               "plus\tsent\tUNIT\tr.t\tr.a\tDone\n\t15/12/2025\tU3\t80\t75\tkhông\n"
               "0\t2025-12-20\tu2\t\t60\tx\n0,25\t10/12/2025\tu1\u00A0\t100\t120\tcó\n");
    write_file(&t, "values-self-2.csv",
               "unit,a,cases,pct\r\nu1,\"3,5\",1,95.5\r\nu3,\"2,3850\",2,50\r\nu2,4,0,80\r\n");
    load(&t);
    assert_clean(&t);
    assert_true(value_of(&t, "u1", "a") == 3.5 && value_of(&t, "u1", "r.a") == 120);
    assert_true(value_of(&t, "u3", "pct") == 50 && value_of(&t, "u3", "late") == 0);
    end(&t);
}

static void hash_is_of_data_alone(void **state)
{
    (void)state;
    char first[65];
    trial t;
    begin(&t);
    load(&t);
    assert_clean(&t);
    strcpy(first, td_evaluation_get(t.evaluation).data_hash);
    td_evaluation_free(t.evaluation);
    t.evaluation = NULL;
    write_file(&t, "notes.txt", "not read");
    load(&t);
    assert_string_equal(td_evaluation_get(t.evaluation).data_hash, first);
    td_evaluation_free(t.evaluation);
    t.evaluation = NULL;
    write_file(&t, "values-final.csv", "unit,a\nu3,2.26\n");
    load(&t);
    assert_string_not_equal(td_evaluation_get(t.evaluation).data_hash, first);
    end(&t);
}

static void head_of_a_generated_evaluation(void **state)
{
    (void)state;
    trial t;
    begin(&t);
    write_file(&t, "evaluation.json",
               "{\"thidua\": \"evaluation/1\", \"code\": \"e\", \"name\": \"E\", \"year\": 2025,"
               " \"rules\": \"rules.json\", \"channels\": [\"self\", \"final\"],"
               " \"notes\": [\"một\", \"hai\"], \"generated\": {\"by\": \"thidua generate\","
               " \"seed\": \"18446744073709551615\", \"note\": {\"vi\": \"máy sinh\"}}}");
    load(&t);
    assert_int_equal(t.status, TD_OK);
    td_evaluation_view view = td_evaluation_get(t.evaluation);
    assert_string_equal(view.generated[TD_EN], "máy sinh");
    assert_true(view.has_seed);
    assert_true(view.seed == UINT64_MAX);
    assert_int_equal(view.n_notes, 2);
    assert_string_equal(view.notes[1], "hai");
    assert_true(value_of(&t, "u3", "a") == 2.385);
    assert_string_equal(td_rules_channel(td_evaluation_rules(t.evaluation, 0), 0), "self");
    end(&t);
}

static void two_kinds_of_clusters(void **state)
{
    (void)state;
    trial t;
    begin(&t);
    write_file(&t, "o.json", TRIAL_OTHER_RULES);
    write_file(&t, "evaluation.json",
               "{\"thidua\": \"evaluation/1\", \"code\": \"e\", \"name\": \"E\", \"year\": 2025,"
               " \"rules\": {\"Xã\": \"rules.json\", \"sở\": \"o.json\"}}");
    write_file(&t, "clusters.csv", "id,name,kind\nc2,Hai,Sở\nc1,Một,xã\n");
    write_file(&t, "values-final.csv", "unit,a,z\nu3,2.25,\nu2,,4.5\n");
    write_file(&t, "values-self.csv",
               "unit;a;cases;pct;done;r.a;r.t;sent;plus\nu1;3,5;1;95,5 %;có;120;100;10/12/2025;0\n"
               "u3;2,385;2;50;không;75;80;15/12/2025;\n");
    load(&t);
    assert_clean(&t);
    assert_int_equal(td_evaluation_get(t.evaluation).n_rules, 2);
    assert_int_equal(td_evaluation_cluster(t.evaluation, 0).rules, 1);
    assert_true(value_of(&t, "u2", "z") == 4.5);
    assert_int_equal(t.evaluation->data.tables[0].n_rows, 2);
    assert_int_equal(t.evaluation->data.tables[1].n_rows, 1);
    assert_int_equal(td_rules_get(td_evaluation_rules(t.evaluation, 1)).first_item, 5);
    end(&t);
}

/* The units of a folder come out the same whatever the order of rows and columns. */
static void order_of_rows_does_not_matter(void **state)
{
    (void)state;
    trial t, s;
    begin(&t);
    begin(&s);
    write_file(&s, "values-self.csv", HEAD U3 U1 U2);
    write_file(&s, "units.csv",
               "category,cluster,name,id\nphường,c1,Phường 10,u3\n"
               ",c2,Phường 2,u2\nxã,c1,Xã Hoà Bình,u1\n");
    load(&t);
    load(&s);
    assert_clean(&t);
    assert_clean(&s);
    static const char *const units[] = {"u1", "u2", "u3"};
    static const char *const indicators[] = {"a", "cases", "pct", "r.a", "late"};
    for (size_t u = 0; u < 3; u++)
        for (size_t i = 0; i < 5; i++)
            assert_true(value_of(&t, units[u], indicators[i]) ==
                        value_of(&s, units[u], indicators[i]));
    end(&t);
    end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sound_folder),
        cmocka_unit_test(values_of_the_channel_that_prevails),
        cmocka_unit_test(found_by_id_or_name),
        cmocka_unit_test(extras_are_kept),
        cmocka_unit_test(files_add_to_a_channel),
        cmocka_unit_test(hash_is_of_data_alone),
        cmocka_unit_test(head_of_a_generated_evaluation),
        cmocka_unit_test(two_kinds_of_clusters),
        cmocka_unit_test(order_of_rows_does_not_matter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
