/*
 * Scenarios: what each change does to points, maxima, ranks and explanations, on the sample that
 * is calculated by hand and on small tables written here.
 */
#include "tests/unit/vary_case.h"

/* ---- maxima ---- */

static void a_group_is_rescaled_as_a_whole(void **state)
{
    (void)state;
    trial t;
    trial_open(&t, SAMPLE);
    const td_change changes[] = {SET("A", 20)};
    vary(&t, 1, changes);
    /* A was 10 + 11.25 + 11.69 = 32.94 of 40 */
    assert_true(points_of(&t, "u1", "A") == 1647);
    assert_true(points_of(&t, "u1", "A3") == 1169);
    assert_true(standing_of(&t, "u1")->total_q == 1647 + 3200 + 2150);
    assert_true(standing_of(&t, "u1")->assigned_q == 8000);
    assert_true(max_of(&t, "A") == 20);
    assert_true(max_of(&t, "A3") == 15);
    assert_true(has_fault(t.errors, "scenario-scale"));
    td_evaluation_view view = td_evaluation_get(t.varied);
    assert_string_equal(view.scenario[TD_VI], "nhóm A: 20 thay vì 40 điểm");
    assert_string_equal(view.scenario[TD_EN], "group A: 20 instead of 40 points");
    assert_null(td_evaluation_get(t.base).scenario[TD_VI]);
    assert_int_equal(explanations_add_up(&t, "scenario: × 20/40"), 6);
    trial_close(&t);
}

static void a_leaf_moves_the_maxima_above(void **state)
{
    (void)state;
    trial t;
    trial_open(&t, SAMPLE);
    const td_change changes[] = {SET("A3", 10), SET("B2", 20)};
    vary(&t, 2, changes);
    assert_true(points_of(&t, "u1", "A3") == 779); /* 11.69 * 10 / 15 = 7.7933 */
    assert_true(points_of(&t, "u1", "B2") == 1800);
    assert_true(points_of(&t, "u1", "A") == 1000 + 1125 + 779);
    assert_true(max_of(&t, "A") == 35);
    assert_true(max_of(&t, "B") == 40);
    assert_false(has_fault(t.errors, "scenario-scale")); /* 5 less, 5 more */
    assert_true(standing_of(&t, "u1")->assigned_q == 10000);
    assert_int_equal(explanations_add_up(&t, "scenario: × 10/15"), 5); /* w1 has 0 */
    trial_close(&t);
}

static void inside_first_then_outside(void **state)
{
    (void)state;
    trial t;
    trial_open(&t, SAMPLE);
    const td_change changes[] = {SET("A", 40), DROP("A1")}, turned[] = {DROP("A1"), SET("A", 40)};
    vary(&t, 2, changes);
    assert_true(points_of(&t, "u1", "A") == 3059); /* 22.94 * 40 / 30 = 30.5867 */
    assert_true(isnan(points_of(&t, "u1", "A1")));
    assert_true(standing_of(&t, "u1")->assigned_q == 10000);
    assert_string_equal(td_evaluation_get(t.varied).scenario[TD_VI],
                        "nhóm A: vẫn 40 điểm; bỏ tiêu chí A1");
    assert_int_equal(explanations_add_up(&t, "the scenario drops it"), 6);
    size_t bytes = t.results.n_units * sizeof *t.results.standing;
    td_standing *once = malloc(bytes);
    memcpy(once, t.results.standing, bytes);
    vary(&t, 2, turned);
    assert_memory_equal(once, t.results.standing, bytes);
    assert_string_equal(td_evaluation_get(t.varied).scenario[TD_VI],
                        "nhóm A: vẫn 40 điểm; bỏ tiêu chí A1");
    free(once);
    trial_close(&t);
}

/* ---- the other changes ---- */

static void caps_and_what_is_dropped(void **state)
{
    (void)state;
    trial t;
    trial_open(&t, SAMPLE);
    const td_change changes[] = {CAP("C", 20.5), CAP("B2", 13), DROP("A2")};
    vary(&t, 3, changes);
    assert_true(points_of(&t, "u1", "C") == 2050); /* of 21.5 */
    assert_true(points_of(&t, "u1", "B2") == 1300);
    assert_true(points_of(&t, "u2", "B2") == 1200);
    assert_true(standing_of(&t, "u1")->assigned_q == 8500);
    assert_true(max_of(&t, "C") == 25);
    assert_true(max_of(&t, "A2") == 0);
    assert_true(max_of(&t, "A") == 25);
    assert_true(explanations_add_up(&t, "scenario: at most 20.5 points") >= 1);
    assert_string_equal(td_evaluation_get(t.varied).scenario[TD_VI],
                        "bỏ tiêu chí A2; tiêu chí B2: không quá 13 điểm; nhóm C: không quá 20,5 "
                        "điểm");
    const td_change both[] = {SET("B2", 30), CAP("B2", 26.4)};
    vary(&t, 2, both);
    assert_true(points_of(&t, "u1", "B2") == 2640); /* 27 */
    assert_true(points_of(&t, "u2", "B2") == 2400);
    trial_close(&t);
}

static void what_is_not_applicable(void **state)
{
    (void)state;
    static const struct {
        const char *policy;
        double total_q, assigned_q;
    } cases[] = {/* u3 has 71.5 of 85 without B2 */
                 {"exclude", 7150, 8500},
                 {"zero", 7150, 10000},
                 {"full", 8650, 10000},
                 {"redistribute", 8650, 10000}}; /* B1 has all its 20 points */
    trial t;
    trial_open(&t, SAMPLE);
    for (size_t i = 0; i < COUNT(cases); i++) {
        const td_change changes[] = {NA(cases[i].policy)};
        vary(&t, 1, changes);
        assert_true(standing_of(&t, "u3")->total_q == cases[i].total_q);
        assert_true(standing_of(&t, "u3")->assigned_q == cases[i].assigned_q);
        assert_true(standing_of(&t, "u1")->total_q == 8644);
        explanations_add_up(&t, "");
    }
    /* What redistribution hands on is rescaled with the leaf: 30 points at B2, 50 in all at B. */
    const td_change changes[] = {NA("redistribute"), SET("B2", 30)};
    vary(&t, 2, changes);
    assert_true(points_of(&t, "u3", "B") == 5000);
    trial_close(&t);
}

static void values_of_a_unit(void **state)
{
    (void)state;
    trial t;
    trial_open(&t, SAMPLE);
    const td_change changes[] = {VALUE("Xã Tân Hòa", "tre", "1"), VALUE("u2", "giao_uoc", "có"),
                                 VALUE("v1", "thu", "300,5")};
    vary(&t, 3, changes);
    assert_true(points_of(&t, "u1", "B1") == 1950);      /* one late file instead of three */
    assert_true(standing_of(&t, "u2")->total_q == 8517); /* no gate */
    assert_true(points_of(&t, "v1", "A1") == 1000);
    assert_string_equal(td_evaluation_get(t.varied).scenario[TD_VI],
                        "Xã Tân Hòa, tre: 1 thay vì 3; Xã Phú Lương 2, giao_uoc: 1 thay vì 0; Xã "
                        "Đông Hải, thu: 300,5 thay vì 200");
    td_explanation e = {0};
    size_t u = td_evaluation_find_unit(t.varied, "u1");
    assert_int_equal(td_explain(t.prepared, &t.results, u, &e, t.errors), TD_OK);
    bool seen = false;
    for (size_t i = 0; i < e.n_lines; i++)
        if (e.lines[i].kind == TD_LINE_INPUT && strcmp(e.lines[i].label, "tre") == 0) {
            seen = true;
            assert_true(e.lines[i].value == 1);
            assert_int_equal(e.lines[i].source, 0);
            assert_true(e.lines[i].by_channel[0] == 1); /* appraised, in the scenario */
            assert_true(e.lines[i].by_channel[1] == 3); /* self, as sent in */
        }
    assert_true(seen);
    td_explanation_release(&e);
    trial_close(&t);
}

static void other_ways_to_combine(void **state)
{
    (void)state;
    trial t;
    trial_open(&t, SAMPLE);
    const td_change changes[] = {METHOD("vikor")};
    vary(&t, 1, changes);
    assert_true(standing_of(&t, "u1")->total_q == 8644);      /* official points */
    assert_true(standing_of(&t, "w1")->score_q == 100000000); /* alone in its cluster */
    assert_string_equal(td_evaluation_get(t.varied).scenario[TD_EN], "ranked by VIKOR");
    trial_close(&t);
}

/* ---- small tables ---- */

static void clamps_and_floors_move_in_proportion(void **state)
{
    (void)state;
    td_folder folder;
    td_folder_init(&folder);
    write_year(&folder,
               HEAD "\"scale\": 30, \"gates\": [{\"code\": \"g\", \"when\": {\"below_floor\": "
                    "\"any\"}, \"effect\": \"unranked\", \"reason\": \"r\"}], \"criteria\": ["
                    "{\"code\": \"G\", \"max\": 20, \"floor\": 5, \"clamp\": {\"max\": 18}, "
                    "\"children\": [{\"code\": \"x\", \"max\": 15, \"direct\": true}, {\"code\": "
                    "\"y\", \"max\": 5, \"direct\": true}]}, {\"code\": \"z\", \"max\": 10, "
                    "\"direct\": true}]}",
               "unit,x,y,z\na,15,5,4.45\nb,3,2,8.35\nc,4.15,1.15,0\n");
    trial t;
    trial_open(&t, folder.path);
    const td_change changes[] = {SET("x", 5)};
    vary(&t, 1, changes);
    /* G goes from 20 to 10, its clamp from 18 to 9, its floor from 5 to 2.5 */
    assert_true(points_of(&t, "a", "G") == 900);
    assert_true(points_of(&t, "b", "G") == 300);
    assert_int_equal(standing_of(&t, "b")->state, TD_RANKED);
    assert_true(points_of(&t, "c", "G") == 138 + 115); /* 4.15 / 3 = 1.3833 */
    assert_int_equal(standing_of(&t, "c")->state, TD_RANKED);
    explanations_add_up(&t, "");
    const td_change halves[] = {SET("z", 5), SET("G", 10)};
    vary(&t, 2, halves);
    assert_true(points_of(&t, "a", "z") == 223);              /* 4.45 / 2 = 2.225, away from zero */
    assert_true(points_of(&t, "b", "z") == 418);              /* 4.175 */
    assert_true(points_of(&t, "a", "G") == 900);              /* the clamp comes first: 18 / 2 */
    assert_int_equal(standing_of(&t, "b")->state, TD_RANKED); /* floor 2.5 */
    trial_close(&t);
    td_folder_release(&folder);
}

static void criteria_of_means_have_weights(void **state)
{
    (void)state;
    td_folder folder;
    td_folder_init(&folder);
    write_year(&folder,
               HEAD "\"scale\": 100, \"combine\": \"arithmetic\", \"criteria\": ["
                    "{\"code\": \"S\", \"max\": 100, \"children\": ["
                    "{\"code\": \"x\", \"max\": 60, \"direct\": true}, "
                    "{\"code\": \"y\", \"max\": 40, \"direct\": true}]}, "
                    "{\"code\": \"z\", \"max\": 100, \"direct\": true}]}",
               "unit,x,y,z\na,60,0,50\nb,30,40,20.5\nc,0,10,0\n");
    trial t;
    trial_open(&t, folder.path);
    const td_change weight[] = {SET("z", 3)};
    vary(&t, 1, weight);
    assert_true(standing_of(&t, "a")->total_q == 5250); /* (60 + 3 * 50) / 4 */
    assert_string_equal(td_evaluation_get(t.varied).scenario[TD_VI],
                        "tiêu chí z: trọng số 3 thay vì 1");
    /* S keeps its maximum of 100 in the mean: x 20, y 40, both times 100 / 60 */
    const td_change inside[] = {SET("x", 20)};
    vary(&t, 1, inside);
    assert_true(points_of(&t, "a", "S") == 3333);
    assert_true(points_of(&t, "b", "S") == 8333);
    assert_true(max_of(&t, "S") == 100);
    const td_change without[] = {DROP("z")};
    vary(&t, 1, without);
    assert_true(standing_of(&t, "b")->total_q == 7000);
    const td_change capped[] = {CAP("S", 65)};
    vary(&t, 1, capped);
    assert_true(standing_of(&t, "b")->total_q == 4275); /* (65 + 20.5) / 2 */
    trial_close(&t);
    td_folder_release(&folder);
}

/* ---- another rule set ---- */

#define OTHER_HEAD                                                                                 \
    HEAD "\"classes\": [{\"code\": \"kha\", \"name\": \"Khá\"}], \"channels\": [\"appraised\", "  \
         "\"self\"], "

static void another_rule_set_scores_the_folder(void **state)
{
    (void)state;
    td_folder folder;
    td_folder_init(&folder);
    char *rules = td_folder_write(&folder, "other.json",
                                  OTHER_HEAD "\"scale\": 25, \"criteria\": [{\"code\": \"B2\", "
                                             "\"max\": 15, \"direct\": true}, {\"code\": \"T\", "
                                             "\"max\": 10, \"deduct\": {\"tre\": 1}}]}");
    td_load_options options = {.instead_of_rules = rules};
    trial t = {.errors = td_errors_new()};
    if (td_evaluation_load(SAMPLE, &options, &t.base, t.errors) != TD_OK) {
        print_faults(t.errors);
        fail_msg("cannot load");
    }
    assert_string_equal(td_evaluation_get(t.base).scenario[TD_VI], "chấm theo bộ tiêu chí “t”");
    const td_change changes[] = {SET("T", 5)};
    vary(&t, 1, changes);
    assert_string_equal(td_evaluation_get(t.varied).scenario[TD_VI],
                        "chấm theo bộ tiêu chí “t”; tiêu chí T: 5 thay vì 10 điểm");
    assert_true(standing_of(&t, "u1")->total_q == 1350 + 350);
    assert_true(standing_of(&t, "u3")->assigned_q == 500); /* B2 is not applicable there too */
    trial_close(&t);
    free(rules);
    td_folder_release(&folder);
}

static void a_rule_set_that_asks_for_more_is_refused(void **state)
{
    (void)state;
    td_folder folder;
    td_folder_init(&folder);
    char *rules = td_folder_write(
        &folder, "other.json",
        OTHER_HEAD "\"scale\": 25, \"criteria\": [{\"code\": \"moi\", \"max\": 15, \"direct\": "
                   "true}, {\"code\": \"T\", \"max\": 10, \"deduct\": {\"khac\": 1}}]}");
    td_load_options options = {.instead_of_rules = rules};
    td_errors *errors = td_errors_new();
    td_evaluation *out = NULL;
    assert_int_equal(td_evaluation_load(SAMPLE, &options, &out, errors), TD_EDATA);
    assert_int_equal(td_errors_count(errors, TD_ERROR), 2); /* once each, not for every unit */
    assert_true(has_fault(errors, "scenario-rules-lack"));
    td_errors_free(errors);
    errors = td_errors_new();
    options.instead_of_rules = "khong-co.json";
    assert_int_equal(td_evaluation_load(SAMPLE, &options, &out, errors), TD_EIO);
    td_errors_free(errors);
    free(rules);
    td_folder_release(&folder);
}

/* ---- nothing happens to the base ---- */

static void the_base_is_not_touched(void **state)
{
    (void)state;
    trial t, official;
    trial_open(&t, SAMPLE);
    trial_open(&official, SAMPLE);
    official.varied = official.base;
    assert_int_equal(td_prepare(official.base, NULL, &official.prepared, official.errors), TD_OK);
    assert_int_equal(
        td_evaluate(official.prepared, 1, NULL, NULL, &official.results, official.errors), TD_OK);
    size_t bytes = official.results.n_units * sizeof *official.results.standing;
    const td_change changes[] = {SET("A", 10),
                                 DROP("B1"),
                                 CAP("C", 5),
                                 NA("full"),
                                 VALUE("u1", "thu", "1"),
                                 METHOD("geometric-mean")};
    vary(&t, COUNT(changes), changes);
    td_prepared *prepared = NULL;
    td_results results = {0};
    assert_int_equal(td_prepare(t.base, NULL, &prepared, t.errors), TD_OK);
    assert_int_equal(td_evaluate(prepared, 1, NULL, NULL, &results, t.errors), TD_OK);
    assert_memory_equal(results.standing, official.results.standing, bytes);
    /* and what changes nothing gives the official result */
    const td_change none[] = {SET("A", 40), CAP("B", 35), VALUE("u1", "tre", "3")};
    for (size_t n = 0; n <= COUNT(none); n++) {
        vary(&t, n, none);
        assert_memory_equal(t.results.standing, official.results.standing, bytes);
    }
    td_scenario scenario = {0};
    td_evaluation *again = NULL;
    assert_int_equal(td_evaluation_vary(t.varied, &scenario, &again, t.errors), TD_EINVAL);
    assert_null(again);
    td_results_release(&results);
    td_prepared_free(prepared);
    official.varied = NULL;
    trial_close(&official);
    trial_close(&t);
}

static void no_change_is_said(void **state)
{
    (void)state;
    trial t;
    trial_open(&t, SAMPLE);
    vary(&t, 0, NULL);
    assert_string_equal(td_evaluation_get(t.varied).scenario[TD_VI], "không thay đổi gì");
    trial_close(&t);
}

/* ---- levels ---- */

static void levels_below_a_rescaled_group_are_refused(void **state)
{
    (void)state;
    trial t;
    trial_open(&t, SAMPLE);
    const td_change changes[] = {SET("A", 20)}, leaf[] = {SET("A1", 20)};
    td_options options = {.level = 2};
    td_prepared *prepared = NULL;
    vary(&t, 1, changes);
    assert_int_equal(td_prepare(t.varied, &options, &prepared, t.errors), TD_EINVAL);
    assert_true(has_fault(t.errors, "level-above-scenario"));
    vary(&t, 1, leaf);
    assert_int_equal(td_prepare(t.varied, &options, &prepared, t.errors), TD_OK);
    td_prepared_free(prepared);
    trial_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_group_is_rescaled_as_a_whole),
        cmocka_unit_test(a_leaf_moves_the_maxima_above),
        cmocka_unit_test(inside_first_then_outside),
        cmocka_unit_test(caps_and_what_is_dropped),
        cmocka_unit_test(what_is_not_applicable),
        cmocka_unit_test(values_of_a_unit),
        cmocka_unit_test(other_ways_to_combine),
        cmocka_unit_test(clamps_and_floors_move_in_proportion),
        cmocka_unit_test(criteria_of_means_have_weights),
        cmocka_unit_test(another_rule_set_scores_the_folder),
        cmocka_unit_test(a_rule_set_that_asks_for_more_is_refused),
        cmocka_unit_test(the_base_is_not_touched),
        cmocka_unit_test(no_change_is_said),
        cmocka_unit_test(levels_below_a_rescaled_group_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
