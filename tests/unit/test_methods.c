/*
 * Other aggregation methods through td_evaluate(): published figures, every trap that has a
 * documented result, and what must not change.
 */
#include "tests/unit/method_case.h"

/* ---- published figures ---- */

#define MEAN(a, b, c)                                                                              \
    "\"scale\": 1, \"combine\": \"arithmetic\", \"criteria\": ["                                   \
    "{\"code\": \"a\", \"weight\": " a ", \"value\": {\"of\": \"a\"}},"                            \
    "{\"code\": \"b\", \"weight\": " b ", \"value\": {\"of\": \"b\"}},"                            \
    "{\"code\": \"c\", \"weight\": " c ", \"value\": {\"of\": \"c\", \"better\": \"lower\"}}]"

/* scikit-criteria's data set `stocks`; scores by pymcdm 1.4.0 (tests/data/fixtures/README.md). */
static void published_scores_are_met(void **state)
{
    (void)state;
    year y;
    year_open(&y, MEAN("2", "4", "1"),
              "unit,a,b,c\nPE,7,5,35\nJN,5,4,26\nAA,5,6,28\nFX,3,4,36\nMM,1,7,30\nGN,5,8,30\n",
              NULL);
    assert_scores(&y, "weighted-sum", "44.285714 33.333333 59.047619 9.523810 51.428571 84.761905");
    assert_scores(&y, "topsis", "55.972896 37.608209 57.666917 20.769329 43.864207 78.988510");
    assert_scores(&y, "topsis-min-max",
                  "41.678554 29.128151 54.468760 13.333333 57.389346 84.562891");
    assert_scores(&y, "vikor", "38.101266 15.822785 62.911392 0.000000 57.848101 100.000000");
    assert_scores(&y, "promethee-ii",
                  "54.285714 37.142857 62.857143 11.428571 52.857143 81.428571");
    /* With the usual criterion and nothing left out, the net flow is the Borda count. */
    assert_scores(&y, "borda", "54.285714 37.142857 62.857143 11.428571 52.857143 81.428571");
    /* PE beats JN, FX; JN beats FX; AA beats PE, JN, FX; MM beats PE, JN, AA, FX; GN all. */
    assert_scores(&y, "copeland", "40.000000 20.000000 60.000000 0.000000 80.000000 100.000000");
    assert_true(standing_of(&y, "MM")->rank == 2);
    rank_by(&y, "topsis", NULL);
    assert_true(standing_of(&y, "MM")->rank == 4);
    year_close(&y);
}

/* A weighted product in shares of the best: the published one, which takes shares of the sum,
   times one factor for all units. */
static void product_is_the_published_one(void **state)
{
    (void)state;
    static const double WPM[] = {0.17442476719606023, 0.14551984848080737, 0.18152982900002762,
                                 0.12004580765703167, 0.12394160930723694, 0.21186591930898213};
    year y;
    year_open(&y, MEAN("2", "4", "1"),
              "unit,a,b,c\nPE,7,5,35\nJN,5,4,26\nAA,5,6,28\nFX,3,4,36\nMM,1,7,30\nGN,5,8,30\n",
              NULL);
    rank_by(&y, "geometric-mean", NULL);
    double factor = y.results.standing[5].score_q / WPM[5];
    for (size_t u = 0; u < 6; u++)
        assert_true(fabs(y.results.standing[u].score_q - factor * WPM[u]) < 1); /* a quantum */
    year_close(&y);
}

/* ---- traps ---- */

#define POINTS(more)                                                                               \
    "\"scale\": 10, " more " \"criteria\": ["                                                      \
    "{\"code\": \"a\", \"max\": 5, \"direct\": true},"                                             \
    "{\"code\": \"b\", \"max\": 3, \"direct\": true},"                                             \
    "{\"code\": \"c\", \"max\": 2, \"direct\": true}]"

static const char *const OTHERS[] = {"geometric-mean", "topsis",   "topsis-min-max", "vikor",
                                     "promethee-ii",   "copeland", "borda"};
#define N_OTHERS (sizeof OTHERS / sizeof OTHERS[0])

static void assert_all(const char *rules, const char *values, const char *const *expected)
{
    year y;
    year_open(&y, rules, values, NULL);
    for (size_t i = 0; i < N_OTHERS; i++)
        assert_scores(&y, OTHERS[i], expected[i]);
    year_close(&y);
}

static void one_unit_is_its_own_ideal(void **state)
{
    (void)state;
    static const char *const EXPECTED[] = {"77.459667", "100.000000", "100.000000", "100.000000",
                                           "50.000000", "50.000000",  "50.000000"};
    assert_all(POINTS(""), "unit,a,b,c\np,4,2.25,1.5\n", EXPECTED);
}

static void equal_units_stay_equal(void **state)
{
    (void)state;
    static const char *const EXPECTED[] = {"77.459667 77.459667",   "100.000000 100.000000",
                                           "100.000000 100.000000", "100.000000 100.000000",
                                           "50.000000 50.000000",   "50.000000 50.000000",
                                           "50.000000 50.000000"};
    assert_all(POINTS(""), "unit,a,b,c\np,4,2.25,1.5\nq,4,2.25,1.5\n", EXPECTED);
}

static void zeros_everywhere_have_a_result(void **state)
{
    (void)state;
    static const char *const EXPECTED[] = {"0.000000 0.000000",     "100.000000 100.000000",
                                           "100.000000 100.000000", "100.000000 100.000000",
                                           "50.000000 50.000000",   "50.000000 50.000000",
                                           "50.000000 50.000000"};
    assert_all(POINTS(""), "unit,a,b,c\np,0,0,0\nq,0,0,0\n", EXPECTED);
}

/* Item b tells nobody apart: the others decide. */
static void constant_item_decides_nothing(void **state)
{
    (void)state;
    year y;
    year_open(&y, POINTS(""), "unit,a,b,c\np,4,3,2\nq,5,3,0.5\nr,1,3,2\n", NULL);
    assert_scores(&y, "geometric-mean", "89.442719 75.785828 44.721360");
    assert_scores(&y, "topsis", "76.697097 74.713531 25.286469");
    assert_scores(&y, "topsis-min-max", "77.272727 71.428571 28.571429");
    assert_scores(&y, "vikor", "100.000000 80.000000 0.000000");
    assert_scores(&y, "promethee-ii", "55.000000 65.000000 30.000000");
    assert_scores(&y, "copeland", "50.000000 100.000000 0.000000");
    assert_scores(&y, "borda", "55.000000 65.000000 30.000000");
    year_close(&y);
}

/* Costs of 0: the best there is; a share of the best of 0 leaves the others nothing. */
static void costs_of_zero_do_not_divide(void **state)
{
    (void)state;
    year y;
    year_open(&y, MEAN("1", "1", "2"), "unit,a,b,c\np,2,4,0\nq,4,4,2.5\nr,4,1,5\n", NULL);
    assert_scores(&y, "geometric-mean", "84.089642 0.000000 0.000000");
    assert_scores(&y, "weighted-sum", "75.000000 75.000000 25.000000");
    for (size_t i = 0; i < N_OTHERS; i++) {
        rank_by(&y, OTHERS[i], NULL);
        for (size_t u = 0; u < 3; u++)
            assert_in_range((uint64_t)y.results.standing[u].score_q, 0, 100000000);
    }
    year_close(&y);
}

/* All zeros, as a cost too, and a column that is negative. */
static void nothing_is_ever_not_a_number(void **state)
{
    (void)state;
    static const char *const VALUES[] = {
        "unit,a,b,c\np,0,0,0\nq,0,0,0\n", "unit,a,b,c\np,-2,-3.5,-1\nq,-2,-1.25,-1\n",
        "unit,a,b,c\np,0,10000000000000,0\nq,-10000000000000,0,10000000000000\nr,0,0,1\n"};
    for (size_t i = 0; i < 3; i++) {
        year y;
        year_open(&y, MEAN("0.5", "0.2", "0.3"), VALUES[i], NULL);
        for (size_t method = 1; td_method_name(method) != NULL; method++) {
            rank_by(&y, td_method_name(method), NULL);
            for (size_t u = 0; u < y.results.n_units; u++) {
                assert_true(y.results.standing[u].score_q >= 0);
                assert_true(y.results.standing[u].score_q <= 1e8);
            }
        }
        year_close(&y);
    }
}

static void weights_of_zero_leave_everybody_equal(void **state)
{
    (void)state;
    static const double NONE[3] = {0};
    year y;
    year_open(&y, POINTS(""), "unit,a,b,c\np,4,2.25,1.5\nq,1,3,2\n", NULL);
    for (size_t i = 0; i < N_OTHERS; i++) {
        rank_by(&y, OTHERS[i], NONE);
        for (size_t u = 0; u < 2; u++) {
            assert_true(y.results.standing[u].score_q == 0);
            assert_true(y.results.standing[u].rank == 1);
        }
    }
    year_close(&y);
}

/* 0.1 + 0.2 against 0.3: no majority, though the doubles differ. */
static void weights_are_compared_exactly(void **state)
{
    (void)state;
    year y;
    year_open(&y, MEAN("0.1", "0.2", "0.3"), "unit,a,b,c\np,2,2,7\nq,1,1,5.5\n", NULL);
    assert_scores(&y, "copeland", "50.000000 50.000000");
    assert_scores(&y, "promethee-ii", "50.000000 50.000000");
    assert_scores(&y, "borda", "50.000000 50.000000");
    /* Here S is the same for both but for rounding; stretched, it would make 100 and 50. */
    assert_scores(&y, "vikor", "50.000000 100.000000");
    year_close(&y);
}

/* ---- what is left out, what stands beside ---- */

static void not_applicable_is_left_out(void **state)
{
    (void)state;
    year y;
    year_open(&y, POINTS("\"rank_by\": \"share\","), "unit,a,b,c\np,4,,1\nq,3,3,2\nr,5,1.5,0.5\n",
              "unit,criterion,approved_by\np,b,council\n");
    /* p has a and c with 5/7 and 2/7: 0.8^(5/7) 0.5^(2/7). */
    assert_scores(&y, "geometric-mean", "69.947145 77.459667 61.557221");
    assert_scores(&y, "topsis", "42.519132 56.999838 43.000162");
    assert_scores(&y, "topsis-min-max", "47.731187 41.897970 58.102030");
    assert_scores(&y, "vikor", "35.714286 50.000000 100.000000");
    /* p leads q by 5 to 2 of 7, r leads p likewise, q and r are even. */
    assert_scores(&y, "promethee-ii", "50.000000 39.285714 60.714286");
    assert_scores(&y, "copeland", "50.000000 25.000000 75.000000");
    assert_scores(&y, "borda", "50.000000 50.000000 50.000000");
    year_close(&y);
}

static void missing_total_has_no_score(void **state)
{
    (void)state;
    year y;
    year_open(&y, POINTS("\"missing\": \"unranked\","), "unit,a,b,c\np,4,,1\nq,3,3,2\nr,5,1.5,1\n",
              NULL);
    rank_by(&y, "borda", NULL);
    assert_true(isnan(standing_of(&y, "p")->score_q));
    assert_true(standing_of(&y, "p")->rank == 0);
    /* q and r meet each other only. */
    assert_true(standing_of(&y, "q")->score_q == 50000000);
    assert_true(standing_of(&y, "r")->score_q == 50000000);
    assert_true(standing_of(&y, "q")->rank == 1);
    year_close(&y);
}

#define GATES                                                                                      \
    "\"indicators\": {\"g\": {\"kind\": \"number\"}}, \"gates\": ["                                \
    "{\"code\": \"d\", \"reason\": \"d\", \"when\": {\"indicator\": \"g\", \"=\": 1}, "            \
    "\"effect\": \"deduct\", \"points\": 2.5},"                                                    \
    "{\"code\": \"u\", \"reason\": \"u\", \"when\": {\"indicator\": \"g\", \"=\": 2}, "            \
    "\"effect\": \"unranked\"},"                                                                   \
    "{\"code\": \"f\", \"reason\": \"f\", \"when\": {\"indicator\": \"g\", \"=\": 3}, "            \
    "\"effect\": \"deferred\"}],"

static void gates_act_beside_the_method(void **state)
{
    (void)state;
    year y;
    year_open(&y, POINTS(GATES), "unit,a,b,c,g\np,4,3,2,1\nq,3,2,1,\nr,5,3,2,2\ns,2,1,0.5,3\n",
              NULL);
    /* p leads, but 2.5 of 10 points are taken off: 100 - 25. r meets nobody,
       and has no score. */
    assert_scores(&y, "copeland", "75.000000 50.000000  0.000000");
    year_close(&y);
}

static void only_the_order_changes(void **state)
{
    (void)state;
    year y;
    year_open(&y,
              POINTS(GATES "\"classes\": [{\"code\": \"x\", \"name\": \"x\", \"from\": 8}, "
                           "{\"code\": \"y\", \"name\": \"y\"}],"),
              "unit,a,b,c,g\np,5,0.5,0.25,\nq,3,2.5,2,1\nr,2.5,2.75,1.75,3\n", NULL);
    rank_by(&y, "official", NULL);
    td_standing official[3];
    memcpy(official, y.results.standing, sizeof official);
    for (size_t i = 0; i < N_OTHERS; i++) {
        rank_by(&y, OTHERS[i], NULL);
        for (size_t u = 0; u < 3; u++) {
            td_standing s = y.results.standing[u];
            assert_true(!isnan(s.score_q));
            s.score_q = official[u].score_q;
            s.rank = official[u].rank;
            s.n_tied = official[u].n_tied;
            s.key = official[u].key;
            assert_memory_equal(&s, &official[u], sizeof s);
        }
    }
    year_close(&y);
}

static void what_the_rule_set_does_anyway_is_official(void **state)
{
    (void)state;
    static const char *const CASES[][2] = {
        {POINTS(""), "weighted-sum"},
        {POINTS("\"combine\": \"arithmetic\","), "weighted-sum"},
        {POINTS("\"combine\": \"geometric\","), "geometric-mean"},
    };
    for (size_t i = 0; i < 3; i++) {
        year y;
        year_open(&y, CASES[i][0], "unit,a,b,c\np,5,0.5,0.25\nq,3,2.5,2\nr,2.5,2.75,1.75\n", NULL);
        rank_by(&y, "official", NULL);
        td_standing official[3];
        memcpy(official, y.results.standing, sizeof official);
        rank_by(&y, CASES[i][1], NULL);
        assert_memory_equal(y.results.standing, official, sizeof official);
        year_close(&y);
    }
}

/* A group of bonuses has no share: its points come on top, as a share of the table. */
static void bonuses_come_on_top(void **state)
{
    (void)state;
    year y;
    year_open(&y,
              "\"scale\": 10, \"criteria\": [{\"code\": \"a\", \"max\": 6, \"direct\": true},"
              "{\"code\": \"b\", \"max\": 4, \"direct\": true},"
              "{\"code\": \"z\", \"max\": 0, \"parts\": [{\"effect\": \"bonus\", "
              "\"function\": \"direct\", \"of\": \"z\", \"cap\": 1}]}]",
              "unit,a,b,z\np,6,4,0\nq,6,4,0.75\nr,3,2,1\n", NULL);
    assert_scores(&y, "topsis-min-max", "100.000000 107.500000 10.000000");
    assert_scores(&y, "geometric-mean", "100.000000 107.500000 60.000000");
    assert_true(standing_of(&y, "q")->rank == 1);
    year_close(&y);
}

static void names_are_found(void **state)
{
    (void)state;
    size_t n = 0;
    for (; td_method_name(n) != NULL; n++)
        assert_int_equal(td_method_find(td_method_name(n)), n);
    assert_int_equal(n, 9);
    assert_string_equal(td_method_name(0), "official");
    assert_int_equal(td_method_find("TOPSIS"), TD_NONE);
    assert_int_equal(td_method_find(""), TD_NONE);
    assert_string_equal(td_method_text(1, TD_VI), "tổng có trọng số");
    assert_null(td_method_text(n, TD_EN));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_scores_are_met),
        cmocka_unit_test(product_is_the_published_one),
        cmocka_unit_test(one_unit_is_its_own_ideal),
        cmocka_unit_test(equal_units_stay_equal),
        cmocka_unit_test(zeros_everywhere_have_a_result),
        cmocka_unit_test(constant_item_decides_nothing),
        cmocka_unit_test(costs_of_zero_do_not_divide),
        cmocka_unit_test(nothing_is_ever_not_a_number),
        cmocka_unit_test(weights_of_zero_leave_everybody_equal),
        cmocka_unit_test(weights_are_compared_exactly),
        cmocka_unit_test(not_applicable_is_left_out),
        cmocka_unit_test(missing_total_has_no_score),
        cmocka_unit_test(gates_act_beside_the_method),
        cmocka_unit_test(only_the_order_changes),
        cmocka_unit_test(what_the_rule_set_does_anyway_is_official),
        cmocka_unit_test(bonuses_come_on_top),
        cmocka_unit_test(names_are_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
