/*
 * What items decide: variances, covariances and rank decisions through rule sets and data.
 */
#include <math.h>

#include "tests/unit/whatif_year.h"

#define GROUP(code, max) "{\"code\": \"" code "\", \"max\": " max ", \"direct\": true}"
#define RULES_OF(more, groups) WHATIF_HEAD more "\"criteria\": [" groups "]}"
#define THREE GROUP("A", "30") ", " GROUP("B", "50") ", " GROUP("C", "20")
#define SUM RULES_OF("\"scale\": 100, ", THREE)

static const char UNITS[] = "a,A1,c\nb,B1,c\nk,K1,c\nl,L1,c\nm,M1,d\nn,N1,d\n";
static const char VALUES[] = "unit,A,B,C\na,28.35,41.2,20\nb,25.5,47.85,20\nk,22.5,44.1,20\n"
                             "l,11.25,38.4,20\nm,20,40,19.5\nn,21.5,40,18\n";

static void measure(const whatif_year *y, size_t cluster, td_importance *out)
{
    assert_int_equal(td_importance_of(y->prepared, NULL, &y->results, 0, cluster, NULL, out),
                     TD_OK);
}

static double variance_of(size_t n, const double *x)
{
    double mean = 0, sum = 0;
    for (size_t i = 0; i < n; i++)
        mean += x[i] / (double)n;
    for (size_t i = 0; i < n; i++)
        sum += (x[i] - mean) * (x[i] - mean);
    return sum / (double)(n - 1);
}

static void sums_are_exact(void **state)
{
    (void)state;
    whatif_year y;
    td_importance all;
    whatif_open(&y, SUM, UNITS, VALUES);
    measure(&y, 0, &all);
    const double A[] = {28.35, 25.5, 22.5, 11.25}, B[] = {41.2, 47.85, 44.1, 38.4};
    double total[4];
    for (size_t i = 0; i < 4; i++)
        total[i] = A[i] + B[i];
    double a = variance_of(4, A), b = variance_of(4, B), sum = variance_of(4, total);
    assert_int_equal(all.how, TD_IMPORTANCE_EXACT);
    assert_int_equal(all.n_units, 4);
    assert_int_equal(all.n_pairs, 6);
    assert_true(fabs(all.item[0].first.value - a / (a + b)) < 1e-14);
    assert_true(fabs(all.item[1].total.value - b / (a + b)) < 1e-14);
    assert_true(all.item[2].first.value == 0 && all.item[2].covariance == 0);
    assert_true(fabs(all.item[0].covariance - (a + (sum - a - b) / 2) / sum) < 1e-14);
    assert_true(fabs(all.item[0].covariance + all.item[1].covariance - 1) < 1e-14);
    assert_false(all.item[0].is_number);
    assert_true(all.item[0].share == 0.3 && all.item[0].lowest == 1125 &&
                all.item[0].highest == 2835);
    assert_true(fabs(all.item[0].mean - 2190) < 1e-9 &&
                fabs(all.item[0].sd - 100 * sqrt(a)) < 1e-9);
    td_importance_release(&all);
    whatif_close(&y);
}

/* Totals: a 89.55, b 93.35, k 86.6, l 69.65. */
static void rank_decisions_are_counted(void **state)
{
    (void)state;
    whatif_year y;
    td_importance one, all;
    whatif_open(&y, SUM, UNITS, VALUES);
    measure(&y, 0, &one);
    assert_int_equal(one.item[0].pairs, 1); /* by B: b k a l instead of b a k l */
    assert_int_equal(one.item[0].ranks, 2);
    assert_int_equal(one.item[0].leaders, 0);
    assert_int_equal(one.item[1].pairs, 1); /* by A: a b k l */
    assert_int_equal(one.item[1].leaders, 1);
    assert_int_equal(one.item[2].pairs + one.item[2].ranks + one.item[2].leaders, 0);
    td_importance_release(&one);
    measure(&y, TD_NONE, &all); /* d: m and n are equal but for A and C, 59.5 and 59.5 + B */
    assert_int_equal(all.n_clusters, 2);
    assert_int_equal(all.n_units, 6);
    assert_int_equal(all.n_pairs, 7);
    assert_int_equal(all.item[0].pairs, 2); /* level at 79.5, m ahead by C */
    assert_int_equal(all.item[1].pairs, 1);
    assert_int_equal(all.item[2].pairs, 1);
    assert_int_equal(all.item[2].leaders, 1); /* n alone instead of both */
    td_importance_release(&all);
    whatif_close(&y);
}

/* ---- what does not add up ---- */

#define MEAN(how, more)                                                                            \
    RULES_OF("\"scale\": 10, \"decimals\": 6, \"combine\": \"" how "\", " more,                    \
             GROUP("A", "10") ", " GROUP("B", "10"))
static const char PAIR_UNITS[] = "a,A1,c\nb,B1,c\nk,K1,c\n";
static const char PAIR_VALUES[] = "unit,A,B\na,2.5,9.25\nb,8.5,1.25\nk,4.25,6.5\n";

/* First and total of A from all nine combinations of values. */
static void enumerate(double (*f)(double, double), double *first, double *total)
{
    static const double A[] = {2.5, 8.5, 4.25}, B[] = {9.25, 1.25, 6.5};
    double mean = 0, square = 0, of_a = 0, of_b = 0;
    for (size_t i = 0; i < 3; i++) {
        double by_a = 0, by_b = 0;
        for (size_t j = 0; j < 3; j++) {
            mean += f(A[i], B[j]) / 9;
            square += f(A[i], B[j]) * f(A[i], B[j]) / 9;
            by_a += f(A[i], B[j]) / 3;
            by_b += f(A[j], B[i]) / 3;
        }
        of_a += by_a * by_a / 3;
        of_b += by_b * by_b / 3;
    }
    double variance = square - mean * mean;
    *first = (of_a - mean * mean) / variance;
    *total = 1 - (of_b - mean * mean) / variance;
}

static double geometric(double a, double b)
{
    return sqrt(a * b);
}

static double harmonic(double a, double b)
{
    return 2 / (1 / a + 1 / b);
}

static void means_are_estimated(void **state)
{
    (void)state;
    static const struct {
        const char *rules;
        double (*f)(double, double);
    } CASES[] = {{MEAN("geometric", ""), geometric}, {MEAN("harmonic", ""), harmonic}};
    for (size_t c = 0; c < 2; c++) {
        whatif_year y;
        td_importance all;
        double first, total;
        whatif_open(&y, CASES[c].rules, PAIR_UNITS, PAIR_VALUES);
        measure(&y, 0, &all);
        enumerate(CASES[c].f, &first, &total);
        const td_importance_item *a = &all.item[0];
        assert_int_equal(all.how, TD_IMPORTANCE_SEQUENCE);
        assert_int_equal(all.n, TD_IMPORTANCE_POINTS);
        assert_true(total > first + 0.01); /* they act together */
        assert_true(fabs(a->first.value - first) < 0.005 && fabs(a->total.value - total) < 0.005);
        assert_true(fabs(a->first.value - first) < 2 * a->first.error && a->first.error < 0.05);
        assert_true(isnan(a->covariance));
        td_importance_release(&all);
        whatif_close(&y);
    }
}

static void estimates_agree_with_what_is_exact(void **state)
{
    (void)state;
    whatif_year y;
    td_importance exact, estimated;
    whatif_open(&y, MEAN("arithmetic", ""), PAIR_UNITS, PAIR_VALUES);
    measure(&y, 0, &exact);
    whatif_close(&y);
    whatif_open(&y, MEAN("arithmetic", "\"clamp\": {\"min\": 0}, "), PAIR_UNITS, PAIR_VALUES);
    measure(&y, 0, &estimated);
    whatif_close(&y);
    assert_int_equal(exact.how, TD_IMPORTANCE_EXACT);
    assert_int_equal(estimated.how, TD_IMPORTANCE_SEQUENCE);
    for (size_t k = 0; k < 2; k++) {
        const td_importance_item *e = &exact.item[k], *s = &estimated.item[k];
        assert_true(fabs(e->first.value - s->first.value) < 0.005);
        assert_true(fabs(e->total.value - s->total.value) < 0.005);
        assert_true(e->covariance == s->covariance);
    }
    assert_true(fabs(exact.item[0].covariance + exact.item[1].covariance - 1) < 1e-12);
    td_importance_release(&exact);
    td_importance_release(&estimated);
}

/* A clamp that some draws meet, shares of unequal maxima, redistribution: none adds up. */
static void what_may_not_add_up_is_drawn(void **state)
{
    (void)state;
    static const char WITHOUT[] = "unit,A,B,C\na,28.35,41.2,\nb,25.5,47.85,19\nk,22.5,44.1,18\n"
                                  "l,11.25,38.4,20\nm,20,40,19.5\nn,21.5,40,18\n";
    static const char NA[] = "unit,criterion,approved_by\na,C,x\n";
    static const struct {
        const char *rules;
        td_importance_how how;
    } CASES[] = {
        {RULES_OF("\"scale\": 100, ", THREE), TD_IMPORTANCE_EXACT},
        {RULES_OF("\"scale\": 100, \"clamp\": {\"max\": 100}, ", THREE), TD_IMPORTANCE_EXACT},
        {RULES_OF("\"scale\": 100, \"clamp\": {\"max\": 90}, ", THREE), TD_IMPORTANCE_SEQUENCE},
        {RULES_OF("\"scale\": 100, \"clamp\": {\"min\": 60}, ", THREE), TD_IMPORTANCE_SEQUENCE},
        {RULES_OF("\"scale\": 100, \"rank_by\": \"share\", ", THREE), TD_IMPORTANCE_SEQUENCE},
        {RULES_OF("\"scale\": 100, \"not_applicable\": \"redistribute\", ", THREE),
         TD_IMPORTANCE_SEQUENCE},
    };
    for (size_t c = 0; c < sizeof CASES / sizeof CASES[0]; c++) {
        whatif_year y;
        td_importance all;
        whatif_open_with(&y, CASES[c].rules, UNITS, WITHOUT, NA);
        measure(&y, 0, &all);
        assert_int_equal(all.how, CASES[c].how);
        double first = 0, total = 0, covariance = 0;
        for (size_t k = 0; k < 3; k++) {
            first += all.item[k].first.value;
            total += all.item[k].total.value;
            covariance += all.item[k].covariance;
        }
        assert_true(first < 1.03 && total > 0.97);
        assert_true(fabs(covariance - 1) < 1e-12);
        td_importance_release(&all);
        whatif_close(&y);
    }
}

/* ---- traps ---- */

static void one_unit_or_none_decides_nothing(void **state)
{
    (void)state;
    whatif_year y;
    td_importance all;
    whatif_open(&y,
                RULES_OF("\"scale\": 30, \"gates\": [{\"code\": \"out\", \"reason\": \"r\", "
                         "\"when\": {\"points\": \"A\", \"<\": 1}, \"effect\": \"unranked\"}], ",
                         GROUP("A", "10") ", " GROUP("B", "20")),
                "a,A,c\nb,B,c\nk,K,d\n", "unit,A,B\na,0.5,9.25\nb,8.5,1.25\nk,0.5,1.75\n");
    measure(&y, 0, &all);
    assert_int_equal(all.n_units, 1);
    assert_int_equal(all.how, TD_IMPORTANCE_NONE);
    assert_true(isnan(all.item[0].first.value) && isnan(all.item[0].covariance));
    assert_true(all.item[0].lowest == 850 && all.item[0].sd == 0);
    assert_int_equal(all.item[0].pairs, 0);
    /* With the share of b that A has, nothing changes: 8.5 of 10 for everybody lets a in again. */
    assert_int_equal(all.item[0].ranks, 2);
    td_importance_release(&all);
    measure(&y, 1, &all);
    assert_int_equal(all.n_units, 0);
    assert_int_equal(all.n_clusters, 0);
    assert_true(isnan(all.item[1].lowest));
    td_importance_release(&all);
    td_importance untouched = {.n_items = 77};
    assert_int_equal(td_importance_of(y.prepared, NULL, &y.results, 1, 0, NULL, &untouched),
                     TD_EINVAL);
    assert_int_equal(td_importance_of(y.prepared, NULL, &y.results, 0, 2, NULL, &untouched),
                     TD_EINVAL);
    volatile int cancelled = 1;
    td_importance_options stopped = {.cancelled = &cancelled};
    assert_int_equal(td_importance_of(y.prepared, NULL, &y.results, 0, 0, &stopped, &untouched),
                     TD_EINTERRUPTED);
    assert_int_equal(untouched.n_items, 77);
    whatif_close(&y);
}

static void constant_columns_and_totals_have_no_shares(void **state)
{
    (void)state;
    whatif_year y;
    td_importance all;
    whatif_open(&y, SUM, "a,A,c\nb,B,c\n", "unit,A,B,C\na,2.25,7,3\nb,2.25,7,3\n");
    measure(&y, 0, &all);
    assert_int_equal(all.how, TD_IMPORTANCE_NONE);
    assert_true(isnan(all.item[0].first.value) && isnan(all.item[0].covariance));
    assert_int_equal(all.item[0].pairs + all.item[0].ranks + all.item[0].leaders, 0);
    td_importance_release(&all);
    whatif_close(&y);
    /* Items vary, totals do not. */
    whatif_open(&y, SUM, "a,A,c\nb,B,c\n", "unit,A,B,C\na,2.25,7,3\nb,7,2.25,3\n");
    measure(&y, 0, &all);
    assert_int_equal(all.how, TD_IMPORTANCE_EXACT);
    assert_true(fabs(all.item[0].first.value - 0.5) < 1e-15);
    assert_true(isnan(all.item[0].covariance));
    assert_int_equal(all.item[0].pairs, 1); /* a tie no more */
    td_importance_release(&all);
    whatif_close(&y);
    whatif_open(&y, MEAN("geometric", ""), "a,A,c\nb,B,c\n", "unit,A,B\na,2.25,7\nb,2.25,7\n");
    measure(&y, 0, &all);
    assert_int_equal(all.how, TD_IMPORTANCE_NONE);
    assert_true(isnan(all.item[1].total.value));
    td_importance_release(&all);
    whatif_close(&y);
}

/* Everybody gets the same share of an item that a tie key looks at. */
static void tie_keys_see_the_levelled_item(void **state)
{
    (void)state;
    whatif_year y;
    td_importance all;
    whatif_open(&y, RULES_OF("\"scale\": 100, \"ties\": [{\"criterion\": \"A\"}], ", THREE),
                "a,A,c\nb,B,c\n", "unit,A,B,C\na,2.25,7,3\nb,7,2.25,3\n");
    measure(&y, 0, &all);
    assert_int_equal(all.item[0].pairs, 1); /* b by A; without: a by B */
    assert_int_equal(all.item[0].leaders, 1);
    assert_int_equal(all.item[1].pairs, 0);
    assert_int_equal(all.item[2].pairs, 0);
    td_importance_release(&all);
    whatif_close(&y);
    /* Without A the totals are equal, and so is A itself: a tie. */
    whatif_open(&y, RULES_OF("\"scale\": 100, \"ties\": [{\"criterion\": \"A\"}], ", THREE),
                "a,A,c\nb,B,c\n", "unit,A,B,C\na,2.25,7,3\nb,7,7,3\n");
    measure(&y, 0, &all);
    assert_int_equal(all.item[0].pairs, 1);
    assert_int_equal(all.item[0].leaders, 1);
    td_importance_release(&all);
    whatif_close(&y);
}

/* ---- properties ---- */

static void assert_same(const td_importance *x, const td_importance *y)
{
    assert_int_equal(x->n_items, y->n_items);
    for (size_t k = 0; k < x->n_items; k++)
        assert_memory_equal(&x->item[k], &y->item[k], sizeof x->item[k]);
}

static void the_order_of_units_changes_nothing(void **state)
{
    (void)state;
    static const char *const RULES[] = {
        SUM, RULES_OF("\"scale\": 100, \"clamp\": {\"max\": 90}, ", THREE)};
    for (size_t i = 0; i < 2; i++) {
        whatif_year y;
        td_importance straight, turned;
        whatif_open(&y, RULES[i], "a,A1,c\nb,B1,c\nk,K1,c\nl,L1,c\n",
                    "unit,A,B,C\na,28.35,41.2,20\nb,25.5,47.85,19\nk,22.5,44.1,11\nl,2,3,4\n");
        measure(&y, TD_NONE, &straight);
        whatif_close(&y);
        whatif_open(&y, RULES[i], "l,L1,c\nb,B1,c\na,A1,c\nk,K1,c\n",
                    "unit,A,B,C\nl,2,3,4\nk,22.5,44.1,11\na,28.35,41.2,20\nb,25.5,47.85,19\n");
        measure(&y, TD_NONE, &turned);
        whatif_close(&y);
        assert_same(&straight, &turned);
        td_importance_release(&straight);
        td_importance_release(&turned);
    }
}

static void the_size_of_weights_changes_nothing(void **state)
{
    (void)state;
    const double ONCE[] = {1.5, 0.25, 3}, FOUR_TIMES[] = {6, 1, 12};
    whatif_year y;
    td_importance once, four;
    td_results by_once = {0}, by_four = {0};
    whatif_open(&y, SUM, UNITS, VALUES);
    assert_int_equal(td_evaluate(y.prepared, 1, ONCE, NULL, &by_once, y.errors), TD_OK);
    assert_int_equal(td_evaluate(y.prepared, 1, FOUR_TIMES, NULL, &by_four, y.errors), TD_OK);
    assert_int_equal(td_importance_of(y.prepared, ONCE, &by_once, 0, 0, NULL, &once), TD_OK);
    assert_int_equal(td_importance_of(y.prepared, FOUR_TIMES, &by_four, 0, 0, NULL, &four), TD_OK);
    assert_same(&once, &four);
    assert_true(once.item[0].first.value > 0.9); /* 1.5 times A against a quarter of B */
    td_importance_release(&once);
    td_importance_release(&four);
    td_results_release(&by_once);
    td_results_release(&by_four);
    whatif_close(&y);
}

static void items_may_lie_at_any_level(void **state)
{
    (void)state;
    whatif_year top, deep;
    td_importance groups, leaves;
    static const char RULES[] =
        RULES_OF("\"scale\": 60, ", "{\"code\": \"I\", \"max\": 40, \"children\": [" GROUP(
                                        "A", "10") ", " GROUP("B", "30") "]}, " GROUP("C", "20"));
    static const char TABLE[] = "unit,A,B,C\na,2.25,7,3\nb,7,2.25,4\nk,5,5,5\n";
    whatif_open(&top, RULES, "a,A,c\nb,B,c\nk,K,c\n", TABLE);
    measure(&top, 0, &groups);
    deep = (whatif_year){.errors = td_errors_new()};
    td_folder_init(&deep.folder);
    whatif_open_path(&deep, top.folder.path, 2);
    measure(&deep, 0, &leaves);
    assert_int_equal(groups.n_items, 2);
    assert_int_equal(leaves.n_items, 3);
    assert_true(fabs(leaves.item[0].share - 1.0 / 6) < 1e-15);
    assert_true(fabs(groups.item[0].covariance -
                     (leaves.item[0].covariance + leaves.item[1].covariance)) < 1e-12);
    assert_true(leaves.item[2].covariance == groups.item[1].covariance);
    td_importance_release(&groups);
    td_importance_release(&leaves);
    whatif_close(&top);
    whatif_close(&deep);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_are_exact),
        cmocka_unit_test(rank_decisions_are_counted),
        cmocka_unit_test(means_are_estimated),
        cmocka_unit_test(estimates_agree_with_what_is_exact),
        cmocka_unit_test(what_may_not_add_up_is_drawn),
        cmocka_unit_test(one_unit_or_none_decides_nothing),
        cmocka_unit_test(constant_columns_and_totals_have_no_shares),
        cmocka_unit_test(tie_keys_see_the_levelled_item),
        cmocka_unit_test(the_order_of_units_changes_nothing),
        cmocka_unit_test(the_size_of_weights_changes_nothing),
        cmocka_unit_test(items_may_lie_at_any_level),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
