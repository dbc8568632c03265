/*
 * What the scoring functions find wrong in a rule file, and what they let pass.
 */
#include "tests/unit/one_leaf.h"

/* One leaf and the one fault of functions that it must give ("": none). */
typedef struct lint_case {
    const char *leaf;
    const char *code;
    const char *pointer; /* NULL: not looked at */
} lint_case;

static bool is_found(const td_errors *errors, const lint_case *c)
{
    for (size_t i = 0; i < td_errors_size(errors); i++) {
        td_fault fault = td_errors_view(errors, i);
        if (strcmp(fault.code, c->code) == 0 &&
            (c->pointer == NULL ||
             (fault.place.pointer != NULL && strcmp(fault.place.pointer, c->pointer) == 0)))
            return true;
    }
    return false;
}

static void run_case(const lint_case *c, const char *max, const char *more)
{
    td_errors *errors = td_errors_new();
    td_rules *rules = parse_leaf(max, c->leaf, more, errors);
    bool as_wished =
        c->code[0] == '\0' ? rules != NULL && td_errors_size(errors) == 0 : is_found(errors, c);
    if (!as_wished) {
        fprintf(stderr, "%s: expected \"%s\" at %s\n", c->leaf, c->code,
                c->pointer != NULL ? c->pointer : "any place");
        print_faults(errors);
    }
    assert_true(as_wished);
    td_rules_free(rules);
    td_errors_free(errors);
}

#define RUN(cases, max, more)                                                                      \
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)                                      \
    run_case(&cases[i], max, more)

#define TABLE(table) "\"bands\": {\"of\": \"x\", \"table\": {" table "}}"
#define AT "/criteria/0/bands/table"

static void intervals_of_a_table(void **state)
{
    (void)state;
    static const lint_case CASES[] = {
        {TABLE("\">=80\": 10, \"<80\": 5"), "", NULL},
        {TABLE("\"[0, 80)\": 5, \"80\": 6, \">80\": 10"), "", NULL},
        {TABLE("\"[0, 80]\": 5, \"(80, 90]\": 6, \">90\": 10"), "", NULL},
        {TABLE("\">=80\": 10, \"<=80\": 5"), "rules-bands-overlap", AT "/>=80"},
        {TABLE("\"[0, 50]\": 1, \"[10, 20]\": 2, \"(40, 60)\": 3, \">=60\": 4"),
         "rules-bands-overlap", AT "/(40, 60)"},
        {TABLE("\"95\": 1, \"[95, 95]\": 2, \"<95\": 3, \">95\": 4"), "rules-bands-overlap", NULL},
        {TABLE("\"[95, 80)\": 1, \">=0\": 2"), "rules-band-empty", AT "/[95, 80)"},
        {TABLE("\"(80, 80]\": 1, \">=0\": 2"), "rules-band-empty", AT "/(80, 80]"},
        {TABLE("\">80\": 10, \"<80\": 5"), "rules-bands-gap", NULL},
        {TABLE("\"[0, 70)\": 1, \"[80, 100]\": 5, \">100\": 6"), "rules-bands-gap", NULL},
        {TABLE("\"(0, 70)\": 1, \">=70\": 5"), "rules-bands-gap", NULL},
        {TABLE("\"[0, 70)\": 1, \"[70, 100]\": 5"), "rules-bands-gap", NULL},
        {"\"bands\": {\"of\": \"x\", \"table\": {\">80\": 1, \"<80\": 2}, \"otherwise\": 3}", "",
         NULL},
        {TABLE("\"[80; 95)\": 1, \">=95\": 2"), "rules-not-an-interval", AT "/[80; 95)"},
        {TABLE("\"từ 80\": 1"), "rules-not-an-interval", NULL},
        {TABLE(""), "rules-parameter-empty", "/criteria/0/bands/table"},
    };
    RUN(CASES, "10", "");
}

/* The text of the gap, since an officer mends the table by it. */
static void assert_gap(const char *leaf, const char *more, const char *text)
{
    td_errors *errors = td_errors_new();
    assert_null(parse_leaf("10", leaf, more, errors));
    bool is_told = false;
    for (size_t i = 0; i < td_errors_size(errors); i++) {
        char what[256];
        td_errors_what(errors, i, TD_EN, what, sizeof what);
        is_told |= strcmp(what, text) == 0;
    }
    if (!is_told)
        print_faults(errors);
    assert_true(is_told);
    assert_int_equal(td_errors_count(errors, TD_ERROR), 1);
    td_errors_free(errors);
}

static void gaps_are_named(void **state)
{
    (void)state;
    assert_gap(TABLE("\">80\": 10, \"<80\": 5"), "", "nothing holds 80 of \"x\"");
    assert_gap(TABLE("\"[0, 70)\": 1, \">100\": 6"), "", "nothing holds [70, 100] of \"x\"");
    assert_gap(TABLE("\"[0, 70]\": 1, \">=100.5\": 6"), "", "nothing holds (70, 100.5) of \"x\"");
    assert_gap(TABLE("\"[0, 70]\": 1"), "", "nothing holds >70 of \"x\"");
    assert_gap(TABLE("\"[10, 70)\": 1, \">=70\": 2"), "", "nothing holds [0, 10) of \"x\"");
}

static void intervals_and_the_indicator(void **state)
{
    (void)state;
    static const lint_case PERCENT[] = {
        {TABLE("\"[0, 50)\": 1, \"[50, 100]\": 2"), "", NULL},
        {TABLE("\"<50\": 1, \"[50, 100)\": 2, \"100\": 3"), "", NULL},
        {TABLE("\"[0, 50)\": 1, \"[50, 100)\": 2"), "rules-bands-gap", NULL},
        {TABLE("\"[0, 50)\": 1, \"[50, 100]\": 2, \">100\": 3"), "rules-band-unreachable",
         AT "/>100"},
        {TABLE("\"<0\": 0, \"[0, 50)\": 1, \">=50\": 2"), "rules-band-unreachable", AT "/<0"},
    };
    RUN(PERCENT, "10", "\"indicators\": {\"x\": {\"min\": 0, \"max\": 100}},");
    assert_gap(TABLE("\"[0, 50)\": 1, \">120\": 2"), "\"indicators\": {\"x\": {\"max\": 100}},",
               "nothing holds [50, 100] of \"x\"");

    static const lint_case COUNT[] = {
        {TABLE("\"0\": 3, \"[1, 2]\": 2, \"[3, 5]\": 1, \">5\": 0"), "", NULL},
        {TABLE("\"0\": 3, \"[1, 2]\": 2, \"[4, 5]\": 1, \">5\": 0"), "rules-bands-gap", NULL},
        {TABLE("\"0\": 3, \"(0, 1)\": 1, \">=1\": 0"), "rules-band-unreachable", AT "/(0, 1)"},
    };
    RUN(COUNT, "10", "\"indicators\": {\"x\": {\"kind\": \"count\"}},");

    static const lint_case DAYS[] = {
        {TABLE("\"<=0\": 2, \"[1, 2]\": 1, \">2\": 0"), "", NULL},
        {TABLE("\"0\": 2, \"[1, 2]\": 1, \">2\": 0"), "rules-bands-gap", NULL},
    };
    RUN(DAYS, "2",
        "\"indicators\": {\"sent\": {\"kind\": \"date\"},"
        "\"x\": {\"days_after\": \"2025-12-15\", \"of\": \"sent\"}},");
}

#define STRATA(strata) "\"bands\": {\"of\": \"x\", \"by\": \"y\", \"strata\": {" strata "}}"

static void strata(void **state)
{
    (void)state;
    static const lint_case CASES[] = {
        {STRATA("\"<10\": {\">=0\": 1}, \">=10\": {\"<5\": 1, \">=5\": 2}"), "", NULL},
        {STRATA("\"<10\": {\">=0\": 1}, \">10\": {\">=0\": 2}"), "rules-bands-gap", NULL},
        {STRATA("\"<=10\": {\">=0\": 1}, \">=10\": {\">=0\": 2}"), "rules-bands-overlap",
         "/criteria/0/bands/strata/>=10"},
        {STRATA("\">=0\": {\"<5\": 1, \">5\": 2}"), "rules-bands-gap",
         "/criteria/0/bands/strata/>=0"},
        {STRATA("\">=0\": {\"<5\": 1, \">=4\": 2}"), "rules-bands-overlap",
         "/criteria/0/bands/strata/>=0/>=4"},
        {STRATA("\">=0\": 5"), "rules-stratum-not-table", "/criteria/0/bands/strata/>=0"},
        {STRATA("\">=0\": {}"), "rules-stratum-not-table", NULL},
        {"\"bands\": {\"of\": \"x\", \"by\": \"y\", \"table\": {\">=0\": 1}}",
         "rules-table-or-strata", NULL},
        {"\"bands\": {\"of\": \"x\", \"strata\": {\">=0\": {\">=0\": 1}}}", "rules-table-or-strata",
         NULL},
        {"\"bands\": {\"of\": \"x\"}", "rules-table-or-strata", NULL},
        {"\"bands\": {\"table\": {\">=0\": 1}}", "rules-missing-key", NULL},
    };
    RUN(CASES, "10", "");
}

#define PART(effect, rest) "\"parts\": [{\"effect\": \"" effect "\", " rest "}]"
#define P0 "/criteria/0/parts/0"

static void negative_points(void **state)
{
    (void)state;
    static const lint_case CASES[] = {
        {PART("bonus", "\"function\": \"when\", \"if\": {\"indicator\": \"x\", \"=\": 1},"
                       "\"points\": -1"),
         "rules-negative-points", P0},
        {PART("deduct", "\"function\": \"per-case\", \"of\": \"x\", \"points\": -0.5"),
         "rules-negative-points", P0},
        {PART("bonus", "\"function\": \"per-step\", \"of\": \"x\", \"above\": 1, \"points\": -0.5"),
         "rules-negative-points", P0},
        {PART("bonus", "\"function\": \"ratio\", \"actual\": \"x\", \"target\": 5, \"points\": -2"),
         "rules-negative-points", P0},
        {PART("deduct", "\"function\": \"bands\", \"of\": \"x\", \"table\": {\">3\": -1}"),
         "rules-negative-points", P0 "/table/>3"},
        {PART("deduct", "\"function\": \"bands\", \"of\": \"x\", \"table\": {\">3\": 1},"
                        "\"otherwise\": -1"),
         "rules-negative-points", NULL},
        {PART("bonus", "\"function\": \"piecewise\", \"of\": \"x\", \"cap\": 1,"
                       "\"through\": [[0, -1], [5, 1]]"),
         "rules-negative-points", P0 "/through/0"},
        {PART("bonus", "\"function\": \"piecewise\", \"of\": \"x\", \"outside\": \"extend\","
                       "\"through\": [[0, 0], [5, 1]]"),
         "rules-line-negative", P0},
        {PART("bonus", "\"function\": \"award-held\", \"awards\": {\"a/b\": -1}"),
         "rules-award-negative", P0 "/awards/a~1b"},
    };
    RUN(CASES, "10", "");
}

static void lines(void **state)
{
    (void)state;
    static const lint_case CASES[] = {
        {"\"piecewise\": {\"of\": \"x\", \"through\": [[0, 1], [0, 2]]}", "rules-not-ascending",
         "/criteria/0/piecewise/through/1"},
        {"\"piecewise\": {\"of\": \"x\", \"through\": [[0, 1], [5, 2], [4, 3]]}",
         "rules-not-ascending", "/criteria/0/piecewise/through/2"},
        {"\"piecewise\": {\"of\": \"x\", \"through\": [[0, 1]]}", "rules-breakpoints-few", NULL},
        {"\"piecewise\": {\"of\": \"x\", \"through\": []}", "rules-parameter-empty", NULL},
        {"\"piecewise\": {\"of\": \"x\", \"through\": [[0, 1], [5]]}", "rules-breakpoint",
         "/criteria/0/piecewise/through/1"},
        {"\"piecewise\": {\"of\": \"x\", \"through\": [[0, 1], [5, 2, 3]]}", "rules-breakpoint",
         NULL},
        {"\"piecewise\": {\"of\": \"x\", \"through\": [[0, 1], [\"a\", 2]]}", "rules-breakpoint",
         NULL},
        {"\"piecewise\": {\"of\": \"x\", \"through\": [[0, 1], [5, 2.005]]}", "rules-off-grid",
         NULL},
        {"\"piecewise\": {\"of\": \"x\", \"through\": [[0, 1], [5, 2]], \"outside\": \"up\"}",
         "rules-choice", NULL},
    };
    RUN(CASES, "10", "");

    static const lint_case UNBOUNDED[] = {
        {PART("bonus", "\"function\": \"piecewise\", \"of\": \"x\", \"outside\": \"extend\","
                       "\"through\": [[1, 0], [5, 0.5]], \"cap\": 10"),
         "", NULL},
    };
    static const lint_case BOUNDED[] = {
        {PART("bonus", "\"function\": \"piecewise\", \"of\": \"x\", \"outside\": \"extend\","
                       "\"through\": [[1, 0.1], [5, 0.5]], \"cap\": 10"),
         "", NULL},
        {PART("bonus", "\"function\": \"piecewise\", \"of\": \"x\", \"outside\": \"extend\","
                       "\"through\": [[1, 1], [5, 0.5]]"),
         "rules-line-negative", NULL},
    };
    RUN(UNBOUNDED, "10", "\"indicators\": {\"x\": {\"min\": 1}},");
    RUN(BOUNDED, "10", "\"indicators\": {\"x\": {\"min\": 0, \"max\": 9.01}},");
}

static void numbers_out_of_place(void **state)
{
    (void)state;
    static const lint_case CASES[] = {
        {"\"ratio\": {\"actual\": \"x\", \"target\": 0}", "rules-not-positive",
         "/criteria/0/ratio/target"},
        {"\"ratio\": {\"actual\": \"x\", \"target\": 5, \"cap_ratio\": 0}", "rules-not-positive",
         "/criteria/0/ratio/cap_ratio"},
        {"\"ratio\": {\"actual\": \"x\"}", "rules-missing-key", NULL},
        {"\"relative\": {\"actual\": \"x\", \"target\": -1}", "rules-target-negative",
         "/criteria/0/relative/target"},
        {"\"per-step\": {\"of\": \"x\", \"above\": 1, \"step\": 0, \"points\": 1}",
         "rules-not-positive", "/criteria/0/per-step/step"},
        {"\"per-step\": {\"of\": \"x\", \"above\": 1, \"below\": 2, \"points\": 1}",
         "rules-step-side", NULL},
        {"\"per-step\": {\"of\": \"x\", \"points\": 1}", "rules-step-side", NULL},
        {"\"per-step\": {\"of\": \"x\", \"above\": 1}", "rules-missing-key", NULL},
        {"\"per-case\": {\"of\": \"x\"}", "rules-missing-key", NULL},
        {"\"when\": {}", "rules-missing-key", NULL},
        {PART("bonus", "\"function\": \"per-case\", \"of\": \"x\", \"points\": 2, \"cap\": 1.5"),
         "rules-cap-below-one", P0},
        {PART("bonus", "\"function\": \"per-step\", \"of\": \"x\", \"above\": 1, \"points\": 2,"
                       "\"cap\": 1.5"),
         "rules-cap-below-one", P0},
        {PART("bonus", "\"function\": \"per-case\", \"of\": \"x\", \"points\": 2, \"cap\": 2"), "",
         NULL},
        {"\"value\": {}", "rules-missing-key", NULL},
    };
    RUN(CASES, "10", "");

    static const lint_case NO_POINTS[] = {
        {PART("bonus", "\"function\": \"when\", \"if\": {\"indicator\": \"x\", \"=\": 1}"),
         "rules-points-missing", P0},
        {PART("bonus", "\"function\": \"external\", \"of\": [\"x\"]"), "rules-points-missing", P0},
        {PART("bonus", "\"function\": \"direct\", \"of\": \"x\", \"all_or_nothing\": true"),
         "rules-all-of-nothing", P0},
    };
    RUN(NO_POINTS, "0", "");
}

static void scorers_and_awards(void **state)
{
    (void)state;
    static const lint_case CASES[] = {
        {"\"external\": {\"of\": [\"x\", \"y\"], \"at_least\": 3}", "rules-at-least-too-many",
         "/criteria/0/external"},
        {"\"external\": {\"of\": [\"x\", \"x\"]}", "rules-scorer-twice",
         "/criteria/0/external/of/1"},
        {"\"external\": {\"of\": [\"x\", 3]}", "rules-scorer-not-name",
         "/criteria/0/external/of/1"},
        {"\"external\": {\"of\": [\"x\"], \"gap\": -0.1}", "rules-gap-negative",
         "/criteria/0/external/gap"},
        {"\"external\": {\"of\": []}", "rules-parameter-empty", NULL},
        {"\"award-held\": {\"awards\": {}}", "rules-parameter-empty", NULL},
        {"\"award-held\": {\"awards\": {\"a\": 1}, \"years_back\": [3, 1]}", "rules-years-back",
         "/criteria/0/award-held/years_back"},
        {"\"award-held\": {\"awards\": {\"a\": 1}, \"years_back\": [1.5, 2]}", "rules-years-back",
         NULL},
        {"\"award-held\": {\"awards\": {\"a\": 1}, \"years_back\": [1]}", "rules-years-back", NULL},
        {"\"award-held\": {\"awards\": {\"a\": 1}, \"years_back\": [1, 2, 3]}", "rules-years-back",
         NULL},
        {"\"award-held\": {\"awards\": {\"a\": 1}, \"years_back\": [0, 64]}", "rules-years-back",
         NULL},
        {"\"award-held\": {\"awards\": {\"a\": 1}, \"years_back\": 2}", "rules-years-back", NULL},
    };
    RUN(CASES, "10", "");
}

static void too_many_scorers(void **state)
{
    (void)state;
    char leaf[1024] = "\"external\": {\"of\": [\"s0\"";
    for (int i = 1; i < 65; i++)
        snprintf(leaf + strlen(leaf), sizeof leaf - strlen(leaf), ", \"s%d\"", i);
    snprintf(leaf + strlen(leaf), sizeof leaf - strlen(leaf), "]}");
    run_case(&(lint_case){leaf, "rules-scorers-many", "/criteria/0/external/of"}, "10", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(intervals_of_a_table),
        cmocka_unit_test(gaps_are_named),
        cmocka_unit_test(intervals_and_the_indicator),
        cmocka_unit_test(strata),
        cmocka_unit_test(negative_points),
        cmocka_unit_test(lines),
        cmocka_unit_test(numbers_out_of_place),
        cmocka_unit_test(scorers_and_awards),
        cmocka_unit_test(too_many_scorers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
