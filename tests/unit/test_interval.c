/*
 * Intervals: edges open and closed as written, and what is none.
 */
#include <math.h>

#include "criteria/interval.h"
#include "tests/unit/rules_case.h"

static void edges_are_as_written(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double x;
        bool holds;
    } CASES[] = {
        {"[95, 100)", 95, true},
        {"[95, 100)", 100, false},
        {"(95,100]", 95, false},
        {"(95,100]", 100, true},
        {"[95, 100)", 94.999, false},
        {"<80", 80, false},
        {"<80", 79.99, true},
        {"<= 80", 80, true},
        {">98.5", 98.5, false},
        {">= 98.5", 98.5, true},
        {">= 98.5", 98.49, false},
        {"100", 100, true},
        {" 100 ", 100.01, false},
        {"[-2.5, -0.5]", -2.5, true},
        {"[-2.5, -0.5]", -0.4, false},
        {"<0.05", 0.049, true},
        {"(0, 5)", INFINITY, false},
        {">0", 1e14, true},
        {"0.1", 0.1, true},
        {"[ 0.30 , 0.70 ]", 0.7, true},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        td_interval interval;
        assert_true(td_interval_parse(CASES[i].text, &interval));
        assert_int_equal(td_interval_holds(&interval, CASES[i].x), CASES[i].holds);
    }
}

static void bounds_are_nearest_doubles(void **state)
{
    (void)state;
    td_interval interval;
    assert_true(td_interval_parse("[2.385, 99999999999999.9)", &interval));
    assert_true(interval.lo == 2.385);
    assert_true(interval.hi == 99999999999999.9);
    assert_true(td_interval_parse("<80", &interval));
    assert_true(interval.lo == -INFINITY && !interval.lo_closed);
}

static void other_texts_are_none(void **state)
{
    (void)state;
    static const char *const CASES[] = {
        "",
        "[95, 100",
        "95, 100)",
        "[95 100)",
        "[95; 100)",
        "[,100)",
        "[95,)",
        "[95,100)x",
        "<",
        "<<80",
        "=80",
        "80%",
        "1,5",
        "1e3",
        ".5",
        "5.",
        "--5",
        "- 5",
        "[a, b)",
        "80 90",
        "1234567890123456",
        "0.1234567890123456",
        "+5",
        "1.2.3",
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        td_interval interval = {.lo = 7};
        assert_false(td_interval_parse(CASES[i], &interval));
        assert_true(interval.lo == 7);
    }
}

static void empty_ones_are_told(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool is_empty;
    } CASES[] = {{"[5, 5]", false}, {"[5, 5)", true},  {"(5, 5]", true},
                 {"[6, 5]", true},  {"(5, 6)", false}, {"<5", false}};
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        td_interval interval;
        assert_true(td_interval_parse(CASES[i].text, &interval));
        assert_int_equal(td_interval_empty(&interval), CASES[i].is_empty);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(edges_are_as_written),
        cmocka_unit_test(bounds_are_nearest_doubles),
        cmocka_unit_test(other_texts_are_none),
        cmocka_unit_test(empty_ones_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
