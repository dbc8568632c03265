/*
 * Scoring functions with tables, awards, scorers and whole clusters; extreme values; what
 * score refuses is what check refuses.
 */
#include "tests/unit/one_leaf.h"

#define JUSTICE                                                                                    \
    "\"bands\": {\"of\": \"pct\", \"table\": {\"100\": 2, \"[95, 100)\": 1.75, \"[80, 95)\": 1.5," \
    "\"[70, 80)\": 1, \"[60, 70)\": 0.5, \"<60\": 0}}"
#define PERCENT "\"indicators\": {\"pct\": {\"min\": 0, \"max\": 100}},"

static void bands_of_a_ministry(void **state)
{
    (void)state;
    one_leaf l = open_leaf_with("2", JUSTICE, PERCENT);
    assert_string_equal(points_at(&l, "pct", 94.9), "1.50");
    assert_string_equal(sentence(&l, TD_VI), "94,9 thuộc mức từ 80 đến dưới 95: 1,5 điểm");
    assert_string_equal(sentence(&l, TD_EN), "94.9 is from 80 to under 95: gives 1.5");
    assert_string_equal(points_at(&l, "pct", 95), "1.75");
    assert_string_equal(points_at(&l, "pct", 94.9999999999999), "1.50");
    assert_string_equal(points_at(&l, "pct", 100), "2.00");
    assert_string_equal(sentence(&l, TD_VI), "đạt đúng 100: 2 điểm");
    assert_string_equal(points_at(&l, "pct", 59.99), "0.00");
    assert_string_equal(sentence(&l, TD_EN), "59.99 is under 60: gives 0");
    assert_string_equal(points_at(&l, "pct", 60), "0.50");
    assert_refused(&l, "pct", 100.5, "DATA_BANDS_UNCOVERED");
    set(&l, 0, "pct", NAN);
    assert_int_equal(score_part(&l, 0, 0), TD_BLANK);
    assert_int_equal(l.rules->parts[0].function->most(&l.rules->parts[0]), 200);
    close_leaf(&l);
}

static void bands_of_days_late(void **state)
{
    (void)state;
    one_leaf l = open_leaf_with("2",
                                "\"bands\": {\"of\": \"late\", \"table\": {\"0\": 2,"
                                "\"[1, 2]\": 1.5, \"[3, 5]\": 1, \"(5, 10]\": 0.5,"
                                "\">10\": 0}}",
                                "\"indicators\": {\"late\": {\"kind\": \"count\"}},");
    assert_string_equal(points_at(&l, "late", 0), "2.00");
    assert_string_equal(points_at(&l, "late", 2), "1.50");
    assert_string_equal(sentence(&l, TD_VI), "2 thuộc mức từ 1 đến 2: 1,5 điểm");
    assert_string_equal(points_at(&l, "late", 5), "1.00");
    assert_string_equal(points_at(&l, "late", 6), "0.50");
    assert_string_equal(sentence(&l, TD_EN), "6 is over 5 to 10: gives 0.5");
    assert_string_equal(points_at(&l, "late", 11), "0.00");
    assert_string_equal(sentence(&l, TD_VI), "11 thuộc mức trên 10: 0 điểm");
    close_leaf(&l);
}

static void bands_that_leave_out(void **state)
{
    (void)state;
    one_leaf l = open_leaf("2", "\"parts\": [{\"effect\": \"bonus\", \"function\": \"bands\","
                                "\"of\": \"x\", \"cap\": 2, \"table\": {\">=98.5\": 1,"
                                "\"(95, 98.5)\": 0.5}}]");
    assert_string_equal(points_at(&l, "x", 95), "0.00");
    assert_string_equal(sentence(&l, TD_VI), "95 không thuộc mức nào: 0 điểm");
    assert_string_equal(points_at(&l, "x", 97.5), "0.50");
    assert_string_equal(sentence(&l, TD_VI), "97,5 thuộc mức trên 95 đến dưới 98,5: 0,5 điểm");
    assert_string_equal(points_at(&l, "x", 98.5), "1.00");
    assert_string_equal(sentence(&l, TD_EN), "98.5 is at least 98.5: gives 1");
    close_leaf(&l);

    l = open_leaf("2",
                  "\"bands\": {\"of\": \"x\", \"table\": {\"<=5\": -1.5}, \"otherwise\": 0.25}");
    assert_string_equal(points_at(&l, "x", 5), "-1.50");
    assert_string_equal(sentence(&l, TD_VI), "5 thuộc mức từ 5 trở xuống: -1,5 điểm");
    assert_string_equal(points_at(&l, "x", 5.001), "0.25");
    close_leaf(&l);
}

/* Early files by workload, as a table of 2022 has them. */
static void bands_by_stratum(void **state)
{
    (void)state;
    one_leaf l = open_leaf("6", "\"bands\": {\"of\": \"early\", \"by\": \"files\", \"strata\": {"
                                "\"<1000\": {\"<1\": 0, \"[1, 5)\": 0.5, \">=5\": 1},"
                                "\"[1000, 2000)\": {\"<1\": 0, \"[1, 5)\": 1, \">=5\": 1.5},"
                                "\">=2000\": {\"<1\": 0, \"[1, 5)\": 1.2, \">=5\": 1.7}}}");
    set(&l, 0, "early", 4.99);
    assert_string_equal(points_at(&l, "files", 999), "0.50");
    assert_string_equal(points_at(&l, "files", 1000), "1.00");
    assert_string_equal(points_at(&l, "files", 2500), "1.20");
    assert_string_equal(sentence(&l, TD_VI),
                        "4,99 thuộc mức [1, 5), bảng của nhóm >=2000 (2500): 1,2 điểm");
    set(&l, 0, "files", NAN);
    assert_int_equal(score_part(&l, 0, 0), TD_BLANK);
    assert_int_equal(l.rules->parts[0].function->most(&l.rules->parts[0]), 170);
    close_leaf(&l);

    l = open_leaf_with("6",
                       "\"bands\": {\"of\": \"x\", \"by\": \"y\", \"strata\": {"
                       "\"[0, 10]\": {\"[0, 5]\": 1}}}",
                       "\"indicators\": {\"x\": {\"max\": 5}, \"y\": {\"max\": 10}},");
    set(&l, 0, "x", 3);
    assert_refused(&l, "y", -1, "DATA_STRATA_UNCOVERED");
    set(&l, 0, "y", 3);
    assert_refused(&l, "x", -1, "DATA_BANDS_UNCOVERED");
    close_leaf(&l);
}

#define POLICE "\"relative\": {\"actual\": \"a\", \"target\": \"t\"}"

static void add_unit(one_leaf *l, size_t unit, double actual, double target)
{
    set(l, unit, "a", actual);
    set(l, unit, "t", target);
}

static void relative_to_the_leader(void **state)
{
    (void)state;
    one_leaf l = open_leaf("10", POLICE);
    add_unit(&l, 0, 120, 100);
    add_unit(&l, 1, 60, 50);
    add_unit(&l, 2, 80, 80);
    add_unit(&l, 3, 60, 80);
    add_unit(&l, 4, 107, 100);
    assert_string_equal(points(&l, 0), "10.00");
    assert_string_equal(points(&l, 1), "10.00");
    assert_string_equal(sentence(&l, TD_VI), "60 vượt chỉ tiêu 50 là 20 %, bằng mức dẫn đầu (20 %) "
                                             "hoặc hơn: đủ 10 điểm");
    assert_string_equal(points(&l, 2), "5.00");
    assert_string_equal(sentence(&l, TD_EN), "80 equals the target: half of 10 = 5");
    assert_string_equal(points(&l, 3), "3.75");
    assert_string_equal(sentence(&l, TD_VI),
                        "60 dưới chỉ tiêu 80: một nửa của 10 điểm × 60 / 80 = 3,75");
    assert_string_equal(points(&l, 4), "6.75");
    assert_string_equal(sentence(&l, TD_VI), "107 vượt chỉ tiêu 100 là 7 %, dẫn đầu vượt 20 %: "
                                             "một nửa của 10 điểm × (1 + 7 / 20) = 6,75");
    assert_refused(&l, "a", -1, "DATA_RELATIVE_NEGATIVE");
    add_unit(&l, 0, 1, 1);
    assert_refused(&l, "t", -1, "DATA_TARGET_NEGATIVE");
    close_leaf(&l);
}

static void relative_without_target(void **state)
{
    (void)state;
    one_leaf l = open_leaf("10", POLICE);
    add_unit(&l, 0, 150, 0);
    add_unit(&l, 1, 100, NAN);
    add_unit(&l, 2, 75, 0);
    add_unit(&l, 3, 0, NAN);
    add_unit(&l, 4, NAN, 0);
    assert_string_equal(points(&l, 0), "10.00");
    assert_string_equal(points(&l, 1), "6.67");
    assert_string_equal(sentence(&l, TD_VI),
                        "không giao chỉ tiêu; 100 so với 150 cao nhất của nhóm "
                        "này: 10 điểm × 100 / 150 = 6,6667");
    assert_string_equal(points(&l, 2), "5.00");
    assert_string_equal(points(&l, 3), "0.00");
    assert_int_equal(score_part(&l, 4, 0), TD_BLANK);

    add_unit(&l, 5, 11, 10); /* the only one above its target leads, whatever the others have */
    assert_string_equal(points(&l, 5), "10.00");
    close_leaf(&l);
}

static void relative_by_absolute_excess(void **state)
{
    (void)state;
    one_leaf l = open_leaf("10", "\"relative\": {\"actual\": \"a\", \"target\": \"t\","
                                 "\"excess\": \"absolute\"}");
    add_unit(&l, 0, 120, 100);
    add_unit(&l, 1, 60, 50);
    assert_string_equal(points(&l, 0), "10.00");
    assert_string_equal(sentence(&l, TD_EN), "120 exceeds the target 100 by 20, no less than the "
                                             "leader (20): gives all of 10");
    assert_string_equal(points(&l, 1), "7.50");
    close_leaf(&l);

    l = open_leaf("10", "\"relative\": {\"actual\": \"a\", \"target\": 40}");
    set(&l, 0, "a", 50);
    set(&l, 1, "a", 45);
    assert_string_equal(points(&l, 0), "10.00");
    assert_string_equal(points(&l, 1), "7.50");
    close_leaf(&l);
}

static void relative_leaves_out(void **state)
{
    (void)state;
    one_leaf l = open_leaf("10", "\"relative\": {\"actual\": \"a\", \"target\": \"t\","
                                 "\"leave_out\": {\"indicator\": \"new\", \"=\": 1}}");
    add_unit(&l, 0, 130, 100);
    add_unit(&l, 1, 110, 100);
    add_unit(&l, 2, 105, 100);
    set(&l, 0, "new", 1);
    assert_string_equal(points(&l, 0), "10.00"); /* measured against 10 %, capped */
    assert_string_equal(points(&l, 1), "10.00");
    assert_string_equal(points(&l, 2), "7.50");
    l.left_out[1] = true;
    assert_string_equal(points(&l, 2), "10.00");
    l.left_out[2] = true;
    add_unit(&l, 3, 100, 100); /* meets its target: no leader */
    assert_string_equal(points(&l, 0), "10.00");
    assert_string_equal(sentence(&l, TD_VI),
                        "130 vượt chỉ tiêu 100 là 30 %, không có đơn vị dẫn đầu "
                        "để so: đủ 10 điểm");
    add_unit(&l, 0, 4, 0);
    assert_string_equal(points(&l, 0), "10.00");
    assert_string_equal(sentence(&l, TD_EN),
                        "no target; 4, with no unit to compare with: gives all "
                        "of 10");
    close_leaf(&l);
}

/* Departments score a district 97; a city flag held adds 10, a government flag 15. */
static void awards_held(void **state)
{
    (void)state;
    const td_held history[] = {{1, "co-tp"}, {1, "co-tp"}, {2, "co-cp"}, {1, "bang-khen"}};
    one_leaf l = open_leaf("100", "\"parts\": [{\"function\": \"direct\", \"of\": \"x\"},"
                                  "{\"effect\": \"bonus\", \"function\": \"award-held\","
                                  "\"awards\": {\"co-tp\": 10, \"co-cp\": 15}}]");
    set(&l, 0, "x", 97);
    assert_string_equal(points(&l, 0), "97.00");
    assert_int_equal(score_part(&l, 0, 1), TD_SCORED);
    assert_true(l.result.points.num == 0);
    assert_string_equal(sentence(&l, TD_VI), "không có danh hiệu được tính: 0 điểm");
    memcpy(l.held, history, sizeof history);
    l.n_held = 4;
    assert_int_equal(score_part(&l, 0, 1), TD_SCORED);
    assert_true(l.result.points.num == 1000 && l.result.points.den == 1);
    assert_string_equal(sentence(&l, TD_VI), "danh hiệu \"co-tp\", 1 năm trước: 10 điểm");
    close_leaf(&l);
}

static void awards_of_several_years(void **state)
{
    (void)state;
    const td_held history[] = {
        {1, "co-tp"}, {3, "co-tp"}, {3, "co-tp"}, {2, "co-cp"}, {4, "co-cp"}};
    one_leaf l = open_leaf("10", "\"award-held\": {\"awards\": {\"co-tp\": 1.25, \"co-cp\": 3},"
                                 "\"count\": \"sum\", \"years_back\": [1, 3]}");
    memcpy(l.held, history, sizeof history);
    l.n_held = 5;
    assert_string_equal(points(&l, 0), "5.50");
    assert_string_equal(sentence(&l, TD_VI), "số lần được danh hiệu: 3; cộng lại 5,5 điểm");
    assert_int_equal(l.rules->parts[0].function->most(&l.rules->parts[0]), 3 * 425);
    close_leaf(&l);

    l = open_leaf("10", "\"award-held\": {\"awards\": {\"co-tp\": 1.25, \"co-cp\": 3},"
                        "\"years_back\": [0, 63]}");
    l.held[0] = (td_held){0, "co-tp"};
    l.held[1] = (td_held){63, "co-cp"};
    l.held[2] = (td_held){64, "co-cp"};
    l.held[3] = (td_held){-1, "co-cp"};
    l.n_held = 1;
    assert_string_equal(points(&l, 0), "1.25");
    l.n_held = 4;
    assert_string_equal(points(&l, 0), "3.00");
    close_leaf(&l);

    l = open_leaf("10", "\"award-held\": {\"awards\": {\"first\": 2.5, \"second\": 2.5}}");
    l.held[0] = (td_held){1, "second"};
    l.held[1] = (td_held){1, "first"};
    l.n_held = 2;
    assert_string_equal(points(&l, 0), "2.50");
    assert_string_equal(sentence(&l, TD_EN), "award \"first\", years ago: 1: gives 2.5");
    close_leaf(&l);
}

#define LONG_CODE "danh-hiệu-tập-thể-lao-động-xuất-sắc-cấp-tỉnh-năm-liền-trước"

/* Words of a sentence are cut between characters. */
static void long_codes_are_cut(void **state)
{
    (void)state;
    one_leaf l = open_leaf("10", "\"award-held\": {\"awards\": {\"" LONG_CODE "\": 2}}");
    l.held[0] = (td_held){1, LONG_CODE};
    l.n_held = 1;
    assert_string_equal(points(&l, 0), "2.00");
    assert_string_equal(l.result.args[2], "danh-hiệu-tập-thể-lao-động-xuất-s…");
    close_leaf(&l);
}

static void external_scores(void **state)
{
    (void)state;
    one_leaf l = open_leaf("10", "\"external\": {\"of\": [\"p\", \"q\", \"r\", \"s\"],"
                                 "\"at_least\": 2, \"gap\": 0.3}");
    set(&l, 0, "p", 7.1);
    assert_int_equal(score_part(&l, 0, 0), TD_BLANK);
    set(&l, 0, "r", 10);
    assert_string_equal(points(&l, 0), "8.55");
    assert_true(isnan(l.result.spread)); /* 2.9 of 10 */
    assert_string_equal(sentence(&l, TD_VI),
                        "trung bình của 2 điểm chấm, từ 7,1 đến 10: 8,55 điểm");
    set(&l, 0, "p", 7);
    assert_string_equal(points(&l, 0), "8.50");
    assert_true(isnan(l.result.spread)); /* 0.3 is not above 0.3 */
    set(&l, 0, "q", 6.99);
    assert_string_equal(points(&l, 0), "8.00"); /* 7.99666... */
    assert_true(l.result.spread == 0.301);
    assert_refused(&l, "s", 10.5, "DATA_EXTERNAL_RANGE");
    assert_refused(&l, "s", -0.1, "DATA_EXTERNAL_RANGE");
    close_leaf(&l);
}

static void external_middle(void **state)
{
    (void)state;
    one_leaf l = open_leaf("10", "\"external\": {\"of\": [\"p\", \"q\", \"r\", \"s\"],"
                                 "\"combine\": \"median\"}");
    set(&l, 0, "p", 9);
    set(&l, 0, "q", 1.5);
    assert_string_equal(points_at(&l, "s", 8.25), "8.25");
    assert_string_equal(points_at(&l, "r", 8), "8.13"); /* 8.125 */
    close_leaf(&l);

    l = open_leaf("10", "\"external\": {\"of\": [\"p\", \"q\", \"r\", \"s\"],"
                        "\"combine\": \"trimmed-mean\"}");
    set(&l, 0, "p", 9);
    assert_string_equal(points_at(&l, "q", 1.5), "5.25");
    assert_string_equal(sentence(&l, TD_EN), "mean of 2 scores, from 1.5 to 9: gives 5.25");
    assert_string_equal(points_at(&l, "s", 8.25), "8.25");
    assert_string_equal(points_at(&l, "r", 8), "8.13");
    assert_string_equal(sentence(&l, TD_EN),
                        "mean of 4 scores without 1.5 (lowest) and 9 (highest): gives 8.125");
    close_leaf(&l);
}

/* Values of fifteen digits stay exact, or come out as an overflow that the caller sees. */
static void extreme_values(void **state)
{
    (void)state;
    one_leaf l = open_leaf("10", "\"ratio\": {\"actual\": \"a\", \"target\": \"t\"}");
    set(&l, 0, "t", 999999999999999);
    assert_string_equal(points_at(&l, "a", 999999999999998), "10.00");
    assert_true(td_fraction_cmp(l.result.points, td_fraction_of(1000)) < 0);
    set(&l, 0, "t", 0.000000000000001);
    assert_string_equal(points_at(&l, "a", 999999999999999), "10.00");
    close_leaf(&l);

    l = open_leaf("10", POLICE);
    add_unit(&l, 0, 999999999999999, 0.000000000000001);
    add_unit(&l, 1, 0.999999999999999, 0.999999999999998);
    for (size_t u = 0; u < 2; u++) {
        assert_int_equal(score_part(&l, u, 0), TD_SCORED);
        assert_true(!td_fraction_ok(l.result.points) ||
                    td_fraction_cmp(l.result.points, td_fraction_of(1000)) <= 0);
    }
    close_leaf(&l);

    l = open_leaf("10", "\"value\": {\"of\": \"x\"}");
    set(&l, 0, "x", 1e15);
    assert_int_equal(score_part(&l, 0, 0), TD_SCORED);
    assert_false(td_fraction_ok(l.result.points)); /* no decimal of fifteen digits */
    close_leaf(&l);
}

#define ENDLESS                                                                                    \
    "\"ratio\": {\"actual\": \"a\", \"target\": \"t\", \"better\": \"lower\", \"cap_ratio\": "     \
    "null}"

/* For rows of all kinds: score refuses if and only if check does, unless a value is missing. */
static void refusals_agree(void **state)
{
    (void)state;
    static const char *const LEAVES[] = {
        "\"direct\": \"a\"",
        "\"clamp\": {\"min\": -1}, \"parts\": [{\"function\": \"direct\", \"of\": \"a\"}]",
        "\"parts\": [{\"effect\": \"bonus\", \"function\": \"direct\", \"of\": \"a\"}]",
        "\"parts\": [{\"effect\": \"deduct\", \"function\": \"direct\", \"of\": \"a\"}]",
        "\"parts\": [{\"function\": \"direct\", \"of\": \"a\", \"all_or_nothing\": true}]",
        "\"when\": {\"if\": {\"indicator\": \"a\", \">\": 1}}",
        "\"deduct\": {\"a\": 0.5}",
        "\"per-step\": {\"of\": \"a\", \"above\": 1, \"step\": 0.7, \"points\": 1}",
        "\"ratio\": {\"actual\": \"a\", \"target\": \"t\"}",
        ENDLESS,
        "\"bands\": {\"of\": \"a\", \"table\": {\">=0\": 1}}",
        "\"bands\": {\"of\": \"a\", \"by\": \"t\", \"strata\": {\">=0\": {\">=0\": 1}}}",
        "\"piecewise\": {\"of\": \"a\", \"through\": [[0, 1], [1, 2]]}",
        POLICE,
        "\"external\": {\"of\": [\"a\", \"t\"]}",
        "\"value\": {\"of\": \"a\"}",
    };
    static const double VALUES[] = {NAN, -2.385, -1, 0, 0.5, 1, 2.385, 10, 10.01, 99999999999999.9};
    for (size_t i = 0; i < sizeof LEAVES / sizeof *LEAVES; i++) {
        one_leaf l = open_leaf("10", LEAVES[i]);
        for (size_t k = 0; k < 100; k++) {
            td_domain_fault fault;
            l.values[0] = VALUES[k / 10];
            l.values[1] = VALUES[k % 10];
            bool refused = refusal(&l, 0, &fault)[0] != '\0';
            td_outcome outcome = score_part(&l, 0, 0);
            assert_true(outcome == TD_BLANK || refused == (outcome != TD_SCORED));
        }
        close_leaf(&l);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bands_of_a_ministry),
        cmocka_unit_test(bands_of_days_late),
        cmocka_unit_test(bands_that_leave_out),
        cmocka_unit_test(bands_by_stratum),
        cmocka_unit_test(relative_to_the_leader),
        cmocka_unit_test(relative_without_target),
        cmocka_unit_test(relative_by_absolute_excess),
        cmocka_unit_test(relative_leaves_out),
        cmocka_unit_test(awards_held),
        cmocka_unit_test(awards_of_several_years),
        cmocka_unit_test(long_codes_are_cut),
        cmocka_unit_test(external_scores),
        cmocka_unit_test(external_middle),
        cmocka_unit_test(extreme_values),
        cmocka_unit_test(refusals_agree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
