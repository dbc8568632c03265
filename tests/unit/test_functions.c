/*
 * Scoring functions that look at one unit: worked values of real tables, edges, halves.
 */
#include "tests/unit/one_leaf.h"

static void direct_keeps_decimals(void **state)
{
    (void)state;
    one_leaf l = open_leaf("20", "\"direct\": true");
    assert_string_equal(points_at(&l, "c", 14.4), "14.40");
    assert_string_equal(sentence(&l, TD_VI), "điểm chấm: 14,4");
    assert_string_equal(points_at(&l, "c", 2.675), "2.68");
    assert_string_equal(points_at(&l, "c", 1.005), "1.01");
    assert_string_equal(points_at(&l, "c", 2.3849999), "2.38");
    assert_string_equal(points_at(&l, "c", 0), "0.00");
    assert_string_equal(points_at(&l, "c", 20), "20.00");
    set(&l, 0, "c", NAN);
    assert_int_equal(score_part(&l, 0, 0), TD_BLANK);
    close_leaf(&l);
}

static void direct_deduction_takes_either_sign(void **state)
{
    (void)state;
    one_leaf l = open_leaf("3", "\"parts\": [{\"effect\": \"deduct\", \"function\": \"direct\","
                                " \"of\": \"x\"}]");
    assert_string_equal(points_at(&l, "x", -0.5), "0.50");
    assert_string_equal(points_at(&l, "x", 0.5), "0.50");
    assert_string_equal(sentence(&l, TD_EN), "deduction entered: 0.5");
    close_leaf(&l);
}

static void direct_refuses(void **state)
{
    (void)state;
    one_leaf l = open_leaf("2", "\"direct\": \"x\"");
    assert_refused(&l, "x", 2.01, "DATA_POINTS_ABOVE_MAX");
    assert_refused(&l, "x", -0.01, "DATA_POINTS_BELOW_MIN");
    assert_accepted(&l, "x", 2);
    close_leaf(&l);

    l = open_leaf("2", "\"clamp\": {\"min\": -1.5}, \"direct\": \"x\"");
    assert_accepted(&l, "x", -1.5);
    assert_refused(&l, "x", -1.51, "DATA_POINTS_BELOW_MIN");
    close_leaf(&l);

    l = open_leaf("2", "\"parts\": [{\"effect\": \"bonus\", \"function\": \"direct\","
                       " \"of\": \"x\", \"cap\": 0.75}]");
    assert_refused(&l, "x", -0.5, "DATA_BONUS_NEGATIVE");
    assert_refused(&l, "x", 0.76, "DATA_BONUS_ABOVE_CAP");
    assert_accepted(&l, "x", 0.75);
    close_leaf(&l);

    l = open_leaf("2.5", "\"pass\": \"points\"");
    assert_refused(&l, "c", 1, "DATA_ALL_OR_NOTHING");
    assert_accepted(&l, "c", 2.5);
    assert_accepted(&l, "c", 0);
    close_leaf(&l);
}

static void value_is_the_indicator(void **state)
{
    (void)state;
    one_leaf l = open_leaf("", "\"value\": {\"of\": \"gdp\", \"better\": \"lower\"}");
    assert_string_equal(points_at(&l, "gdp", -12.345), "-12.35");
    assert_string_equal(sentence(&l, TD_VI), "giá trị chỉ số: -12,345");
    assert_true(l.rules->parts[0].lower_is_better);
    assert_int_equal(l.rules->parts[0].function->most(&l.rules->parts[0]), TD_NO_CAP);
    set(&l, 0, "gdp", NAN);
    assert_int_equal(score_part(&l, 0, 0), TD_BLANK);
    close_leaf(&l);
}

static void per_case_counts(void **state)
{
    (void)state;
    one_leaf l = open_leaf("3", "\"deduct\": {\"late\": 0.25}");
    assert_string_equal(points_at(&l, "late", 0), "0.00");
    assert_string_equal(points_at(&l, "late", 3), "0.75");
    assert_string_equal(sentence(&l, TD_VI), "3 trường hợp × 0,25 điểm = 0,75");
    assert_string_equal(sentence(&l, TD_EN), "count 3 × 0.25 = 0.75");
    assert_refused(&l, "late", 1.5, "DATA_CASES_NOT_WHOLE");
    assert_refused(&l, "late", -1, "DATA_CASES_NEGATIVE");
    assert_string_equal(points_at(&l, "late", 20000000000000), "5000000000000.00");
    close_leaf(&l);
}

static void per_step_counts_full_steps(void **state)
{
    (void)state;
    one_leaf l = open_leaf("5", "\"parts\": [{\"effect\": \"bonus\", \"function\": \"per-step\","
                                "\"of\": \"x\", \"above\": 92, \"step\": 0.1, \"points\": 0.3,"
                                "\"cap\": 2}]");
    assert_string_equal(points_at(&l, "x", 92), "0.00");
    assert_string_equal(sentence(&l, TD_VI), "92 không vượt mốc 92: 0 điểm");
    assert_string_equal(points_at(&l, "x", 92.099), "0.00");
    assert_string_equal(points_at(&l, "x", 92.1), "0.30");
    assert_string_equal(points_at(&l, "x", 92.3), "0.90"); /* in double: 2 steps */
    assert_string_equal(sentence(&l, TD_VI),
                        "92,3 vượt mốc 92, số bước đủ 0,1 là 3: 3 × 0,3 điểm = 0,9");
    assert_string_equal(points_at(&l, "x", 12), "0.00");
    close_leaf(&l);

    l = open_leaf("5", "\"parts\": [{\"effect\": \"deduct\", \"function\": \"per-step\","
                       "\"of\": \"x\", \"below\": 80, \"step\": 5, \"points\": 0.5, \"cap\": 2}]");
    assert_string_equal(points_at(&l, "x", 80), "0.00");
    assert_string_equal(sentence(&l, TD_EN), "80 is not below 80: gives 0");
    assert_string_equal(points_at(&l, "x", 75.1), "0.00");
    assert_string_equal(points_at(&l, "x", 69.9), "1.00");
    assert_string_equal(sentence(&l, TD_EN), "69.9 is below 80, full steps of 5: 2; 2 × 0.5 = 1");
    set(&l, 0, "x", NAN);
    assert_int_equal(score_part(&l, 0, 0), TD_BLANK);
    close_leaf(&l);
}

static void ratio_of_the_target(void **state)
{
    (void)state;
    one_leaf l = open_leaf("5", "\"ratio\": {\"actual\": \"a\", \"target\": \"t\"}");
    set(&l, 0, "t", 10);
    assert_string_equal(points_at(&l, "a", 8), "4.00");
    assert_string_equal(sentence(&l, TD_VI), "8 / 10 = 80 %; 80 % × 5 điểm = 4");
    assert_string_equal(points_at(&l, "a", 5.35), "2.68"); /* 2.675 */
    assert_string_equal(points_at(&l, "a", 0), "0.00");
    assert_string_equal(points_at(&l, "a", 12), "5.00");
    assert_string_equal(sentence(&l, TD_EN), "12 / 10 = 120 %, counted up to 100 %; 100 % × 5 = 5");
    set(&l, 0, "t", 3);
    assert_string_equal(points_at(&l, "a", 1), "1.67");
    assert_string_equal(sentence(&l, TD_VI), "1 / 3 = 33,33 %; 33,33 % × 5 điểm = 1,6667");
    assert_refused(&l, "a", -1, "DATA_RATIO_NEGATIVE");
    set(&l, 0, "a", 1);
    assert_refused(&l, "t", 0, "DATA_RATIO_TARGET");
    assert_refused(&l, "t", -2, "DATA_RATIO_TARGET");
    set(&l, 0, "t", NAN);
    assert_int_equal(score_part(&l, 0, 0), TD_BLANK);
    close_leaf(&l);
}

static void ratio_without_cap_or_lower(void **state)
{
    (void)state;
    one_leaf l = open_leaf("5", "\"ratio\": {\"actual\": \"a\", \"target\": 100,"
                                "\"cap_ratio\": null}");
    assert_string_equal(points_at(&l, "a", 137.5), "6.88"); /* 6.875 */
    assert_int_equal(l.rules->parts[0].function->most(&l.rules->parts[0]), TD_NO_CAP);
    close_leaf(&l);

    l = open_leaf("5", "\"ratio\": {\"actual\": \"a\", \"target\": 6, \"better\": \"lower\","
                       "\"cap_ratio\": 1.2}");
    assert_string_equal(points_at(&l, "a", 8), "3.75");
    assert_string_equal(sentence(&l, TD_EN), "6 / 8 = 75 %; 75 % × 5 = 3.75");
    assert_string_equal(points_at(&l, "a", 0), "6.00");
    assert_string_equal(sentence(&l, TD_VI),
                        "thực hiện 0, tính mức tối đa 120 %; 120 % × 5 điểm = 6");
    assert_int_equal(l.rules->parts[0].function->most(&l.rules->parts[0]), 600);
    close_leaf(&l);

    l = open_leaf("5", "\"ratio\": {\"actual\": \"a\", \"target\": 6, \"better\": \"lower\","
                       "\"cap_ratio\": null}");
    assert_refused(&l, "a", 0, "DATA_RATIO_ZERO");
    assert_string_equal(points_at(&l, "a", 0.5), "60.00");
    close_leaf(&l);
}

static void piecewise_follows_the_lines(void **state)
{
    (void)state;
    one_leaf l = open_leaf("10", "\"piecewise\": {\"of\": \"x\","
                                 "\"through\": [[50, 0], [80, 6], [95, 10]]}");
    assert_string_equal(points_at(&l, "x", 50), "0.00");
    assert_string_equal(points_at(&l, "x", 63.375), "2.68"); /* 2.675 */
    assert_string_equal(sentence(&l, TD_VI),
                        "63,375 nằm giữa 50 (0 điểm) và 80 (6 điểm): 2,675 điểm");
    assert_string_equal(points_at(&l, "x", 80), "6.00");
    assert_string_equal(points_at(&l, "x", 81), "6.27");
    assert_string_equal(points_at(&l, "x", 95), "10.00");
    assert_string_equal(points_at(&l, "x", 99), "10.00");
    assert_string_equal(sentence(&l, TD_EN), "99 is beyond 95 and counts as 95: gives 10");
    assert_string_equal(points_at(&l, "x", -3), "0.00");
    assert_int_equal(l.rules->parts[0].function->most(&l.rules->parts[0]), 1000);
    set(&l, 0, "x", NAN);
    assert_int_equal(score_part(&l, 0, 0), TD_BLANK);
    close_leaf(&l);

    l = open_leaf("10", "\"piecewise\": {\"of\": \"x\", \"outside\": \"extend\","
                        "\"through\": [[50, 0], [80, 6], [95, 10]]}");
    assert_string_equal(points_at(&l, "x", 110), "14.00");
    assert_string_equal(
        sentence(&l, TD_EN),
        "110 on the extended line through 80 (gives 6) and 95 (gives 10): gives 14");
    assert_string_equal(points_at(&l, "x", 45), "-1.00");
    assert_int_equal(l.rules->parts[0].function->most(&l.rules->parts[0]), TD_NO_CAP);
    close_leaf(&l);
}

static void when_a_condition_holds(void **state)
{
    (void)state;
    one_leaf l = open_leaf("2", "\"pass\": \"x\"");
    assert_string_equal(points_at(&l, "x", 1), "2.00");
    assert_string_equal(sentence(&l, TD_VI), "đúng điều kiện: 2 điểm");
    assert_string_equal(points_at(&l, "x", 0), "0.00");
    assert_string_equal(sentence(&l, TD_EN), "the condition does not hold: gives 0");
    set(&l, 0, "x", NAN);
    assert_int_equal(score_part(&l, 0, 0), TD_BLANK);
    close_leaf(&l);

    l = open_leaf("2", "\"when\": {\"if\": {\"indicator\": \"x\", \">=\": 92.5}, \"points\": 0.5}");
    assert_string_equal(points_at(&l, "x", 92.5), "0.50");
    assert_string_equal(sentence(&l, TD_VI), "92,5 đúng điều kiện ≥ 92,5: 0,5 điểm");
    assert_string_equal(points_at(&l, "x", 92.4), "0.00");
    assert_string_equal(sentence(&l, TD_EN), "92.4 does not meet the condition ≥ 92.5: gives 0");
    close_leaf(&l);
}

static void when_some_are_blank(void **state)
{
    (void)state;
    one_leaf l = open_leaf("2", "\"when\": {\"if\": {\"any\": [{\"indicator\": \"x\", \">\": 3},"
                                "{\"not\": {\"indicator\": \"y\", \"<\": 3}}]}}");
    assert_int_equal(score_part(&l, 0, 0), TD_BLANK);
    set(&l, 0, "x", 2);
    assert_string_equal(points(&l, 0), "2.00"); /* y < 3 is false on a blank */
    set(&l, 0, "y", 2);
    assert_string_equal(points(&l, 0), "0.00");
    assert_string_equal(points_at(&l, "x", 3.001), "2.00");
    close_leaf(&l);

    l = open_leaf("2", "\"when\": {\"if\": {\"indicator\": \"x\", \"absent\": true}}");
    assert_string_equal(points(&l, 0), "2.00");
    assert_string_equal(points_at(&l, "x", 7), "0.00");
    close_leaf(&l);
}

static void conditions_compare_decimals(void **state)
{
    (void)state;
    one_leaf l = open_leaf("2", "\"when\": {\"if\": {\"indicator\": \"x\","
                                "\"=\": {\"times\": 0.1, \"indicator\": \"y\"}}}");
    set(&l, 0, "y", 3);
    assert_string_equal(points_at(&l, "x", 0.3), "2.00"); /* in double 0.1 * 3 is more */
    assert_string_equal(points_at(&l, "x", 0.31), "0.00");
    set(&l, 0, "y", NAN);
    assert_string_equal(points(&l, 0), "0.00");
    close_leaf(&l);

    l = open_leaf("2", "\"when\": {\"if\": {\"all\": [{\"indicator\": \"x\", \"!=\": 5},"
                       "{\"indicator\": \"x\", \">\": 1, \"<=\": 9}]}}");
    assert_string_equal(points_at(&l, "x", 5), "0.00");
    assert_string_equal(points_at(&l, "x", 1), "0.00");
    assert_string_equal(points_at(&l, "x", 9), "2.00");
    close_leaf(&l);
}

static void table_is_complete(void **state)
{
    (void)state;
    size_t n = 0;
    for (; td_functions[n] != NULL; n++) {
        assert_ptr_equal(td_function_find(td_functions[n]->name), td_functions[n]);
        assert_string_equal(td_function_name(n), td_functions[n]->name);
        assert_non_null(td_functions[n]->read);
        assert_non_null(td_functions[n]->score);
        assert_non_null(td_functions[n]->most);
        assert_non_null(td_functions[n]->keys);
        assert_int_equal(td_functions[n]->peers_size > 0, td_functions[n]->compare != NULL);
    }
    assert_int_equal(n, 11);
    assert_null(td_function_name(n));
    assert_null(td_function_name(SIZE_MAX));
    assert_null(td_function_find("per_case"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(direct_keeps_decimals),
        cmocka_unit_test(direct_deduction_takes_either_sign),
        cmocka_unit_test(direct_refuses),
        cmocka_unit_test(value_is_the_indicator),
        cmocka_unit_test(per_case_counts),
        cmocka_unit_test(per_step_counts_full_steps),
        cmocka_unit_test(ratio_of_the_target),
        cmocka_unit_test(ratio_without_cap_or_lower),
        cmocka_unit_test(piecewise_follows_the_lines),
        cmocka_unit_test(when_a_condition_holds),
        cmocka_unit_test(when_some_are_blank),
        cmocka_unit_test(conditions_compare_decimals),
        cmocka_unit_test(table_is_complete),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
