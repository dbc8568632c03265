/*
 * Scenarios: what each change does to points, maxima, ranks and explanations, on the sample that
 * is calculated by hand and on small tables written here; and every fault.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "engine/thidua.h"
#include "tests/lib/files.h"

#define SAMPLE "datasets/samples/two-clusters"
#define COUNT(list) (sizeof(list) / sizeof(list)[0])
#define SET(c, n)                                                                                  \
    {                                                                                              \
        .kind = TD_CHANGE_SET, .code = c, .number = n                                              \
    }
#define CAP(c, n)                                                                                  \
    {                                                                                              \
        .kind = TD_CHANGE_CAP, .code = c, .number = n                                              \
    }
#define DROP(c)                                                                                    \
    {                                                                                              \
        .kind = TD_CHANGE_DROP, .code = c                                                          \
    }
#define NA(t)                                                                                      \
    {                                                                                              \
        .kind = TD_CHANGE_NA_POLICY, .text = t                                                     \
    }
#define METHOD(t)                                                                                  \
    {                                                                                              \
        .kind = TD_CHANGE_METHOD, .text = t                                                        \
    }
#define VALUE(u, c, t)                                                                             \
    {                                                                                              \
        .kind = TD_CHANGE_VALUE, .unit = u, .code = c, .text = t                                   \
    }

/* A base, and one scenario of it prepared and evaluated. */
typedef struct trial {
    td_errors *errors;
    td_evaluation *base, *varied;
    td_prepared *prepared;
    td_results results;
} trial;

static void print_faults(const td_errors *errors)
{
    for (size_t i = 0; i < td_errors_size(errors); i++) {
        char text[400];
        td_errors_what(errors, i, TD_EN, text, sizeof text);
        fprintf(stderr, "%s: %s\n", td_errors_view(errors, i).code, text);
    }
}

static void trial_open(trial *t, const char *path)
{
    *t = (trial){.errors = td_errors_new()};
    if (td_evaluation_load(path, NULL, &t->base, t->errors) != TD_OK) {
        print_faults(t->errors);
        fail_msg("cannot load %s", path);
    }
}

static void drop_variation(trial *t)
{
    td_results_release(&t->results);
    td_prepared_free(t->prepared);
    td_evaluation_free(t->varied);
    t->prepared = NULL;
    t->varied = NULL;
}

static void trial_close(trial *t)
{
    drop_variation(t);
    td_evaluation_free(t->base);
    td_errors_free(t->errors);
}

static void vary(trial *t, size_t n, const td_change *changes)
{
    drop_variation(t);
    td_scenario scenario = {.n_changes = n, .changes = changes};
    if (td_evaluation_vary(t->base, &scenario, &t->varied, t->errors) != TD_OK) {
        print_faults(t->errors);
        fail_msg("cannot vary");
    }
    assert_int_equal(td_prepare(t->varied, NULL, &t->prepared, t->errors), TD_OK);
    assert_int_equal(td_evaluate(t->prepared, 1, NULL, NULL, &t->results, t->errors), TD_OK);
}

static const td_standing *standing_of(const trial *t, const char *unit)
{
    size_t u = td_evaluation_find_unit(t->varied, unit);
    assert_true(u != TD_NONE);
    return &t->results.standing[u];
}

static size_t criterion_of(const trial *t, const char *code)
{
    const td_rules *rules = td_evaluation_rules(t->varied, 0);
    for (size_t j = 0; j < td_rules_get(rules).n_criteria; j++)
        if (strcmp(td_rules_criterion(rules, j).code, code) == 0)
            return j;
    fail_msg("no criterion %s", code);
    return 0;
}

static double max_of(const trial *t, const char *code)
{
    return td_rules_criterion(td_evaluation_rules(t->varied, 0), criterion_of(t, code)).max;
}

/* Quanta of one criterion of one unit. */
static double points_of(const trial *t, const char *unit, const char *code)
{
    size_t u = td_evaluation_find_unit(t->varied, unit);
    size_t cluster = td_evaluation_unit(t->varied, u).cluster;
    td_detail detail = {0};
    assert_int_equal(td_detail_cluster(t->prepared, cluster, &detail, t->errors), TD_OK);
    size_t first = td_evaluation_cluster(t->varied, cluster).first_unit;
    double points = detail.points_q[(u - first) * detail.n_criteria + criterion_of(t, code)];
    td_detail_release(&detail);
    return points;
}

static bool has_fault(const td_errors *errors, const char *code)
{
    for (size_t i = 0; i < td_errors_size(errors); i++)
        if (strcmp(td_errors_view(errors, i).code, code) == 0)
            return true;
    return false;
}

/* The steps of every unit's explanation add up to its total; how many say `what`. */
static size_t explanations_add_up(trial *t, const char *what)
{
    size_t found = 0;
    for (size_t u = 0; u < t->results.n_units; u++) {
        td_explanation e = {0};
        assert_int_equal(td_explain(t->prepared, &t->results, u, &e, t->errors), TD_OK);
        double sum = 0;
        for (size_t i = 0; i < e.n_lines; i++) {
            sum += e.lines[i].additive ? e.lines[i].step_q : 0;
            if (e.lines[i].additive)
                assert_true(e.lines[i].running_q == sum);
            found += strstr(e.lines[i].why[TD_EN], what) != NULL;
        }
        assert_true(sum == t->results.standing[u].total_q);
        td_explanation_release(&e);
    }
    return found;
}

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

#define HEAD                                                                                       \
    "{\"thidua\": \"rule-set/1\", \"code\": \"t\", \"name\": \"t\", "                              \
    "\"valid\": {\"from\": \"2025-01-01\"}, \"reasons\": \"optional\", "

/* One cluster with units a, b, c under the rules. */
static void write_year(const td_folder *folder, const char *rules, const char *values)
{
    free(td_folder_write(folder, "evaluation.json",
                         "{\"thidua\": \"evaluation/1\", \"code\": \"t\", \"name\": \"t\", "
                         "\"year\": 2025, \"rules\": \"rules.json\"}"));
    free(td_folder_write(folder, "rules.json", rules));
    free(td_folder_write(folder, "clusters.csv", "id,name\nk,K\n"));
    free(td_folder_write(folder, "units.csv", "id,name,cluster\na,A,k\nb,B,k\nc,C,k\n"));
    free(td_folder_write(folder, "values.csv", values));
}

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

/* ---- faults ---- */

static void every_fault_has_its_code(void **state)
{
    (void)state;
    static const struct {
        const char *code;
        td_status status;
        size_t n;
        td_change changes[3];
    } cases[] = {
        {"scenario-no-code", TD_EINVAL, 1, {SET(NULL, 5)}},
        {"scenario-no-code", TD_EINVAL, 1, {DROP("")}},
        {"scenario-no-code", TD_EINVAL, 1, {VALUE("u1", NULL, "1")}},
        {"scenario-criterion-unknown", TD_EINVAL, 1, {SET("A9", 5)}},
        {"scenario-criterion-unknown", TD_EINVAL, 1, {SET("total", 5)}},
        {"scenario-indicator-unknown", TD_EINVAL, 1, {VALUE("u1", "trx", "1")}},
        {"scenario-unit-unknown", TD_EINVAL, 1, {VALUE("u9", "tre", "1")}},
        {"scenario-unit-unknown", TD_EINVAL, 1, {VALUE(NULL, "tre", "1")}},
        {"scenario-value-blank", TD_EINVAL, 1, {VALUE("u1", "tre", "  ")}},
        {"scenario-value-blank", TD_EINVAL, 1, {VALUE("u1", "tre", NULL)}},
        {"scenario-twice", TD_EINVAL, 2, {SET("A", 5), SET("A", 6)}},
        {"scenario-twice", TD_EINVAL, 2, {NA("full"), NA("zero")}},
        {"scenario-twice", TD_EINVAL, 2, {METHOD("borda"), METHOD("borda")}},
        {"scenario-twice",
         TD_EINVAL,
         2,
         {VALUE("u1", "tre", "1"), VALUE("Xã Tân Hoà", "tre", "2")}},
        {"scenario-dropped-too", TD_EINVAL, 2, {DROP("A"), SET("A", 6)}},
        {"scenario-dropped-too", TD_EINVAL, 2, {CAP("A", 6), DROP("A")}},
        {"scenario-off-grid", TD_EINVAL, 1, {SET("A", 12.345)}},
        {"scenario-off-grid", TD_EINVAL, 1, {CAP("A", 0.001)}},
        {"scenario-points-range", TD_EINVAL, 1, {SET("A", -1)}},
        {"scenario-points-range", TD_EINVAL, 1, {SET("A", 1e12)}},
        {"scenario-points-range", TD_EINVAL, 1, {CAP("A", NAN)}},
        {"scenario-policy-unknown", TD_EINVAL, 1, {NA("half")}},
        {"scenario-method-unknown", TD_EINVAL, 1, {METHOD("guess")}},
        {"scenario-nothing-left", TD_EINVAL, 3, {DROP("A"), DROP("B"), DROP("C")}},
        {"scenario-nothing-left", TD_EINVAL, 3, {SET("A", 0), SET("B", 0), DROP("C")}},
        {"scenario-max-zero", TD_EINVAL, 3, {DROP("B1"), DROP("B2"), SET("B", 35)}},
        {"data-value-text", TD_EDATA, 1, {VALUE("u1", "thu", "nhiều")}},
        {"data-value-ambiguous", TD_EDATA, 1, {VALUE("u1", "thu", "1.234")}},
        {"data-value-not-flag", TD_EDATA, 1, {VALUE("u1", "phat_dong", "2")}},
        {"data-value-not-count", TD_EDATA, 1, {VALUE("u1", "tre", "1,5")}},
        {"data-value-above", TD_EDATA, 1, {VALUE("u1", "giai_ngan", "100,5")}},
        {"data-value-below", TD_EDATA, 1, {VALUE("u1", "giai_ngan", "-1")}},
        {"data-points-above-max", TD_EDATA, 2, {VALUE("u1", "B2", "15,5"), SET("B2", 30)}},
    };
    trial t;
    trial_open(&t, SAMPLE);
    for (size_t i = 0; i < COUNT(cases); i++) {
        td_errors *errors = td_errors_new();
        td_evaluation *out = (td_evaluation *)&t;
        td_change changes[3];
        memcpy(changes, cases[i].changes, sizeof changes);
        for (size_t k = 0; k < 3; k++)
            changes[k].place = (td_place){.file = "kịch bản.json", .pointer = "/scenarios/0"};
        td_scenario scenario = {.n_changes = cases[i].n, .changes = changes};
        td_status status = td_evaluation_vary(t.base, &scenario, &out, errors);
        if (status != cases[i].status || !has_fault(errors, cases[i].code)) {
            print_faults(errors);
            fail_msg("case %zu: %s expected, status %d", i, cases[i].code, (int)status);
        }
        assert_ptr_equal(out, &t);
        td_place place = td_errors_view(errors, 0).place;
        assert_non_null(place.file);
        td_errors_free(errors);
    }
    trial_close(&t);
}

static void maxima_of_zero_or_none(void **state)
{
    (void)state;
    static const struct {
        const char *code;
        td_change change;
    } cases[] = {{"scenario-max-zero", SET("extra", 5)},
                 {"scenario-weight-range", SET("p", -1)},
                 {"scenario-weight-range", SET("p", NAN)},
                 {"scenario-zero-weights", SET("p", 0)},
                 {"scenario-indicator-computed", VALUE("a", "late", "3")}};
    td_folder folder;
    td_folder_init(&folder);
    write_year(&folder,
               HEAD
               "\"scale\": 10, \"indicators\": {\"sent\": {\"kind\": \"date\"}, \"late\": "
               "{\"days_after\": \"2025-12-15\", \"of\": \"sent\"}}, \"criteria\": [{\"code\": "
               "\"M\", \"max\": 10, \"combine\": \"geometric\", \"children\": [{\"code\": "
               "\"p\", \"bands\": {\"of\": \"late\", \"table\": {\"<=0\": 5, \">0\": 2}}, "
               "\"max\": 5}, {\"code\": \"q\", \"weight\": 0, \"value\": {\"of\": \"raw\"}}]}, "
               "{\"code\": \"extra\", \"max\": 0, \"parts\": [{\"effect\": \"bonus\", "
               "\"function\": \"per-case\", \"of\": \"n\", \"points\": 0.5, \"cap\": 3}]}]}",
               "unit,sent,raw,n\na,2025-12-14,3,1\nb,20/12/2025,2,0\nc,2025-12-16,1,9\n");
    trial t;
    trial_open(&t, folder.path);
    for (size_t i = 0; i < COUNT(cases); i++) {
        td_errors *errors = td_errors_new();
        td_evaluation *out = NULL;
        td_scenario scenario = {.n_changes = 1, .changes = &cases[i].change};
        assert_int_equal(td_evaluation_vary(t.base, &scenario, &out, errors), TD_EINVAL);
        if (!has_fault(errors, cases[i].code)) {
            print_faults(errors);
            fail_msg("case %zu: %s expected", i, cases[i].code);
        }
        td_errors_free(errors);
    }
    const td_change changes[] = {VALUE("b", "sent", "15/12/2025"), CAP("extra", 1.5)};
    vary(&t, 2, changes);
    assert_true(points_of(&t, "b", "p") == 500); /* what is computed from it follows */
    assert_true(points_of(&t, "c", "extra") == 150);
    assert_string_equal(td_evaluation_get(t.varied).scenario[TD_EN],
                        "criterion extra: at most 1.5 points; B, sent: 2025-12-15 instead of "
                        "2025-12-20");
    trial_close(&t);
    td_folder_release(&folder);
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
        cmocka_unit_test(every_fault_has_its_code),
        cmocka_unit_test(maxima_of_zero_or_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
