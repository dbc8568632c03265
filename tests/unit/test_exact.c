/*
 * Acceptability in closed form: the fractions of another program, through rule sets and data;
 * ranks against the evaluation itself; everything that the method does not cover.
 */
#include <cjson/cJSON.h>
#include <math.h>

#include "tests/unit/whatif_year.h"

/* ---- the fixture ---- */

/* A table of m groups of 100 points each: shares w multiply the points by m w. */
static void open_matrix(whatif_year *y, const cJSON *values)
{
    static const char CODES[] = "ABC";
    char rules[1000] = WHATIF_HEAD "\"criteria\": [", units[1000] = "", table[1000] = "unit";
    int m = cJSON_GetArraySize(cJSON_GetArrayItem(values, 0)), u = 0;
    for (int k = 0; k < m; k++) {
        snprintf(rules + strlen(rules), 100, "%s{\"code\": \"%c\", \"max\": 100, \"direct\": true}",
                 k > 0 ? ", " : "", CODES[k]);
        snprintf(table + strlen(table), 10, ",%c", CODES[k]);
    }
    snprintf(rules + strlen(rules), 30, "], \"scale\": %d}", 100 * m);
    strcat(table, "\n");
    const cJSON *row, *x;
    cJSON_ArrayForEach(row, values)
    {
        snprintf(units + strlen(units), 30, "u%d,U%d,c\n", u, u);
        snprintf(table + strlen(table), 30, "u%d", u++);
        cJSON_ArrayForEach(x, row) snprintf(table + strlen(table), 30, ",%d", x->valueint);
        strcat(table, "\n");
    }
    whatif_open(y, rules, units, table);
}

/* Limits by the name that the fixture gives them. */
static td_exact_options limits_of(const char *region)
{
    static const char *const ORDERED[] = {"A>=B>=C"}, *const LEAST[] = {"A>=20%", "B>=20%",
                                                                        "C>=60"};
    td_exact_options options = {.with_rankings = true};
    if (region == NULL || strcmp(region, "uniform") == 0)
        return options;
    bool is_order = strcmp(region, "w1>=w2>=w3") == 0;
    if (!is_order)
        assert_string_equal(region, "each_w>=0.2");
    options.limits = is_order ? ORDERED : LEAST;
    options.n_limits = is_order ? 1 : 3;
    return options;
}

static void assert_rational(const td_rational *got, const cJSON *want, const char *what)
{
    const char *text = cJSON_IsString(want) ? want->valuestring : NULL;
    if ((text == NULL) != (got->text == NULL) || (text != NULL && strcmp(text, got->text) != 0))
        fail_msg("%s: %s instead of %s", what, got->text == NULL ? "none" : got->text,
                 text == NULL ? "none" : text);
    if (text == NULL) {
        assert_true(isnan(got->nearest));
        return;
    }
    const char *slash = strchr(text, '/'); /* numbers below 2^53: one division rounds once */
    double num = strtod(text, NULL), den = slash == NULL ? 1 : strtod(slash + 1, NULL);
    if (num < 9007199254740992.0 && den < 9007199254740992.0)
        assert_true(got->nearest == num / den);
}

static void check_matrix(const td_rational *got, size_t columns, const cJSON *want,
                         const char *what)
{
    const cJSON *row, *x;
    size_t i = 0;
    cJSON_ArrayForEach(row, want)
    {
        if (cJSON_IsNull(row))
            for (size_t k = 0; k < columns; k++)
                assert_rational(&got[i + k], row, what);
        size_t k = 0;
        cJSON_ArrayForEach(x, row) assert_rational(&got[i + k++], x, what);
        i += columns;
    }
}

static void check_rankings(const td_exact *exact, const cJSON *want)
{
    assert_int_equal(exact->n_rankings, cJSON_GetArraySize(want));
    const cJSON *w;
    cJSON_ArrayForEach(w, want)
    {
        size_t found = 0;
        for (size_t r = 0; r < exact->n_rankings; r++) {
            bool same = true;
            const cJSON *ranks = cJSON_GetObjectItem(w, "rank_vector");
            for (size_t u = 0; u < exact->n_units; u++)
                same &= exact->rankings[r].rank[u] == cJSON_GetArrayItem(ranks, (int)u)->valueint;
            if (!same)
                continue;
            assert_rational(&exact->rankings[r].probability, cJSON_GetObjectItem(w, "p"),
                            "ranking");
            found++;
        }
        assert_int_equal(found, 1);
    }
}

static void check_case(const cJSON *the, const char *name)
{
    whatif_year y;
    td_exact exact;
    open_matrix(&y, cJSON_GetObjectItem(the, "values"));
    const cJSON *region = cJSON_GetObjectItem(the, "weights_region");
    td_exact_options options = limits_of(region == NULL ? NULL : region->valuestring);
    td_status status = td_sample_exact(y.prepared, &y.results, 0, &options, NULL, &exact, y.errors);
    if (status != TD_OK)
        whatif_faults(y.errors);
    assert_int_equal(status, TD_OK);
    check_matrix(exact.places, exact.n_places, cJSON_GetObjectItem(the, "rank_acceptability"),
                 name);
    check_matrix(exact.winning, exact.n_units, cJSON_GetObjectItem(the, "pairwise_winning"), name);
    check_matrix(exact.central, exact.n_items, cJSON_GetObjectItem(the, "central_weight"), name);
    const cJSON *rank = cJSON_GetObjectItem(the, "expected_rank");
    for (size_t u = 0; rank != NULL && u < exact.n_units; u++)
        assert_rational(&exact.expected_rank[u], cJSON_GetArrayItem(rank, (int)u), name);
    if (region != NULL) {
        assert_rational(&exact.allowed, cJSON_GetObjectItem(the, "region_area_fraction_of_simplex"),
                        name);
        check_rankings(&exact, cJSON_GetObjectItem(the, "ranking_probabilities"));
    } else {
        assert_int_equal(exact.n_rankings,
                         cJSON_GetArraySize(cJSON_GetObjectItem(the, "breakpoints_w1")) - 1);
    }
    td_exact_release(&exact);
    whatif_close(&y);
}

static void fractions_of_the_fixture_are_met(void **state)
{
    (void)state;
    char *text = td_test_read("tests/data/fixtures/smaa_fractions.json", NULL);
    cJSON *all = cJSON_Parse(text);
    assert_non_null(all);
    int n = 0;
    static const char *const GROUPS[] = {"two_criteria", "three_criteria"};
    for (size_t g = 0; g < 2; g++) {
        const cJSON *the;
        cJSON_ArrayForEach(the, cJSON_GetObjectItem(all, GROUPS[g]))
        {
            check_case(the, the->string);
            n++;
        }
    }
    assert_int_equal(n, 17);
    cJSON_Delete(all);
    free(text);
}

/* ---- against the evaluation ---- */

/* Groups of 30, 50 and 20 points, a group of bonuses, a gate that deducts, ties by A. */
#define MIXED(ranks)                                                                               \
    WHATIF_HEAD                                                                                    \
    "\"scale\": 100, \"ranks\": \"" ranks "\", \"ties\": [{\"criterion\": \"A\"}], "               \
    "\"indicators\": {\"g\": {\"kind\": \"number\"}}, \"gates\": [{\"code\": \"late\", "           \
    "\"reason\": \"r\", \"when\": {\"indicator\": \"g\", \"=\": 1}, \"effect\": "                  \
    "\"deduct\", \"points\": 2.5}, {\"code\": \"out\", \"reason\": \"r\", \"when\": "              \
    "{\"indicator\": \"g\", \"=\": 2}, \"effect\": \"unranked\"}], \"criteria\": ["                \
    "{\"code\": \"A\", \"max\": 30, \"direct\": true},"                                            \
    "{\"code\": \"B\", \"max\": 50, \"direct\": true},"                                            \
    "{\"code\": \"C\", \"max\": 20, \"direct\": true},"                                            \
    "{\"code\": \"P\", \"max\": 0, \"parts\": [{\"function\": \"per-case\", \"of\": \"p\", "       \
    "\"points\": 0.5, \"effect\": \"bonus\", \"cap\": 5}]}]}"

static const char MIXED_UNITS[] = "a,A1,c\nb,B1,c\nk,K1,c\nl,L1,c\nm,M1,c\nn,N1,c\no,O1,c\n";
/* k and l are twins, m has their total by another A only where shares are official. */
static const char MIXED_VALUES[] = "unit,A,B,C,p,g\na,28.35,41.2,17.4,1,0\nb,25.5,47.85,13,4,1\n"
                                   "k,22.5,44.1,18.25,2,0\nl,22.5,44.1,18.25,2,0\n"
                                   "m,23.5,44.1,17.25,2,0\nn,30,50,20,0,2\no,11.1,12.2,13.3,0,0\n";

static void multipliers_of(const whatif_year *y, const td_exact *exact, const double *share,
                           double *weights)
{
    for (size_t i = 0; i < td_items(y->prepared); i++)
        weights[i] = 1;
    for (size_t k = 0; k < exact->n_items; k++) {
        double official = td_item_get(y->prepared, exact->item[k]).share;
        weights[exact->item[k]] = round(share[k] / official * 1048576) / 1048576;
    }
}

static void assert_rankings_are_evaluated(const whatif_year *y, const td_exact *exact)
{
    double weights[8];
    for (size_t r = 0; r < exact->n_rankings; r++) {
        const td_exact_ranking *ranking = &exact->rankings[r];
        if (ranking->probability.nearest < 1e-7)
            continue; /* as small as the grid of multipliers */
        multipliers_of(y, exact, ranking->share, weights);
        td_results results = {0};
        assert_int_equal(td_evaluate(y->prepared, 1, weights, NULL, &results, y->errors), TD_OK);
        for (size_t u = 0; u < exact->n_units; u++)
            if (results.standing[u].rank != ranking->rank[u])
                fail_msg("ranking %zu, unit %zu: %g, evaluated %g", r, u, ranking->rank[u],
                         results.standing[u].rank);
        td_results_release(&results);
    }
}

/* Places that were measured unit by unit are those of the complete rankings. */
static void assert_places_add_up(const td_exact *exact)
{
    for (size_t u = 0; u < exact->n_units; u++)
        for (size_t p = 0; p < exact->n_places; p++) {
            double sum = 0, place = exact->places[u * exact->n_places + p].nearest;
            for (size_t r = 0; r < exact->n_rankings; r++)
                if (exact->rankings[r].rank[u] == 1 + (double)p * exact->place_step)
                    sum += exact->rankings[r].probability.nearest;
            assert_true(isnan(place) ? sum == 0 : fabs(sum - place) < 1e-12);
        }
}

static void rankings_are_those_of_the_evaluation(void **state)
{
    (void)state;
    static const char *const RULES[] = {MIXED("competition"), MIXED("dense"), MIXED("fractional")};
    static const double EXPECTED_OF_L[] = {0, 0, 0.5};
    double of_l[3];
    for (size_t i = 0; i < 3; i++) {
        whatif_year y;
        td_exact exact;
        td_exact_options options = {.with_rankings = true};
        whatif_open(&y, RULES[i], MIXED_UNITS, MIXED_VALUES);
        assert_int_equal(
            td_sample_exact(y.prepared, &y.results, 0, &options, NULL, &exact, y.errors), TD_OK);
        assert_int_equal(exact.n_items, 3); /* the group of bonuses keeps its points */
        assert_true(exact.n_rankings > 5);
        assert_rankings_are_evaluated(&y, &exact);
        assert_places_add_up(&exact);
        assert_string_equal(exact.winning[2 * 7 + 3].text, "0"); /* twins */
        assert_string_equal(exact.winning[3 * 7 + 2].text, "0");
        assert_null(exact.expected_rank[5].text); /* unranked */
        assert_null(exact.winning[5 * 7 + 0].text);
        of_l[i] = exact.expected_rank[3].nearest;
        td_exact_release(&exact);
        whatif_close(&y);
    }
    assert_true(fabs(of_l[2] - of_l[0] - EXPECTED_OF_L[2]) < 1e-12);
    assert_true(of_l[1] <= of_l[0]);
}

/* Random years of n units: places against rankings, rankings against the evaluation. */
static void random_years_agree(void **state)
{
    (void)state;
    unsigned seed = 20251;
    for (int round = 0; round < 6; round++) {
        char units[2000] = "", values[4000] = "unit,A,B,C,p,g\n";
        for (int u = 0; u < 9; u++) {
            double x[4];
            for (int k = 0; k < 4; k++) {
                seed = seed * 1103515245u + 12345u;
                x[k] = (double)(seed >> 16 & 1023) / 1024;
            }
            snprintf(units + strlen(units), 40, "u%d,U%d,c\n", u, u);
            snprintf(values + strlen(values), 80, "u%d,%.1f,%.1f,%.0f,%.0f,%d\n", u, 30 * x[0],
                     50 * x[1], 20 * x[2], 9 * x[3], x[3] > 0.8);
        }
        whatif_year y;
        td_exact exact;
        td_exact_options options = {.with_rankings = true};
        whatif_open(&y, MIXED("competition"), units, values);
        assert_int_equal(
            td_sample_exact(y.prepared, &y.results, 0, &options, NULL, &exact, y.errors), TD_OK);
        assert_rankings_are_evaluated(&y, &exact);
        assert_places_add_up(&exact);
        td_exact_release(&exact);
        whatif_close(&y);
    }
}

static void threads_change_nothing(void **state)
{
    (void)state;
    whatif_year y;
    td_exact one, four;
    whatif_open(&y, MIXED("competition"), MIXED_UNITS, MIXED_VALUES);
    td_options single = {.threads = 1}, several = {.threads = 4};
    assert_int_equal(td_sample_exact(y.prepared, &y.results, 0, NULL, &single, &one, y.errors),
                     TD_OK);
    assert_int_equal(td_sample_exact(y.prepared, &y.results, 0, NULL, &several, &four, y.errors),
                     TD_OK);
    assert_int_equal(one.n_rankings, 0); /* not asked for */
    for (size_t i = 0; i < 7 * one.n_places; i++) {
        assert_int_equal(one.places[i].text == NULL, four.places[i].text == NULL);
        if (one.places[i].text != NULL)
            assert_string_equal(one.places[i].text, four.places[i].text);
    }
    td_exact_release(&one);
    td_exact_release(&four);
    whatif_close(&y);
}

/* ---- small sizes, limits that leave a line or a point ---- */

#define TWO_GROUPS(more)                                                                           \
    WHATIF_HEAD more "\"scale\": 40, \"criteria\": [{\"code\": \"A\", \"max\": 10, \"direct\": "   \
                     "true}, {\"code\": \"B\", \"max\": 30, \"direct\": true}]}"

static void few_units_and_few_items(void **state)
{
    (void)state;
    whatif_year y;
    td_exact exact;
    td_exact_options options = {.with_rankings = true};
    whatif_open(&y, TWO_GROUPS(""), "a,A,c\n", "unit,A,B\na,2.385,17.25\n");
    assert_int_equal(td_sample_exact(y.prepared, &y.results, 0, &options, NULL, &exact, y.errors),
                     TD_OK);
    assert_string_equal(exact.first[0].text, "1");
    assert_string_equal(exact.central[1].text, "1/2");
    assert_int_equal(exact.n_rankings, 1);
    td_exact_release(&exact);
    whatif_close(&y);
    /* One item: no choice, the official ranking. */
    whatif_open(&y,
                WHATIF_HEAD "\"scale\": 10, \"criteria\": [{\"code\": \"A\", \"max\": 10, "
                            "\"direct\": true}]}",
                "a,A,c\nb,B,c\nk,K,c\n", "unit,A\na,2.385\nb,7.11\nk,2.385\n");
    assert_int_equal(td_sample_exact(y.prepared, &y.results, 0, &options, NULL, &exact, y.errors),
                     TD_OK);
    assert_string_equal(exact.first[1].text, "1");
    assert_string_equal(exact.places[1].text, "1"); /* shared with k */
    assert_string_equal(exact.places[2 * 3 + 1].text, "1");
    assert_string_equal(exact.allowed.text, "1");
    td_exact_release(&exact);
    whatif_close(&y);
}

/* a and k are always level; where A has less than 6/7 of the scale, b is behind them. */
static void tied_units_are_first_together(void **state)
{
    (void)state;
    whatif_year y;
    td_exact exact;
    whatif_open(&y, TWO_GROUPS("\"ranks\": \"fractional\", "), "a,A,c\nb,B,c\nk,K,c\n",
                "unit,A,B\na,5,24\nb,6,6\nk,5,24\n");
    assert_int_equal(td_sample_exact(y.prepared, &y.results, 0, NULL, NULL, &exact, y.errors),
                     TD_OK);
    for (size_t u = 0; u < 3; u += 2) {
        assert_string_equal(exact.first[u].text, "6/7");
        assert_string_equal(exact.central[u * 2].text, "3/7");
        assert_string_equal(exact.places[u * exact.n_places].text, "0"); /* ranks are 1.5 and 2.5 */
        assert_string_equal(exact.places[u * exact.n_places + 1].text, "6/7");
    }
    assert_string_equal(exact.first[1].text, "1/7");
    td_exact_release(&exact);
    whatif_close(&y);
}

static void a_cluster_without_ranks_is_empty(void **state)
{
    (void)state;
    whatif_year y;
    td_exact exact;
    td_exact_options options = {.with_rankings = true};
    whatif_open(&y, MIXED("competition"), "a,A,c\nb,B,d\n",
                "unit,A,B,C,p,g\na,1,2,3,0,2\nb,1,2,3,0,0\n");
    assert_int_equal(td_sample_exact(y.prepared, &y.results, 0, &options, NULL, &exact, y.errors),
                     TD_OK);
    assert_int_equal(exact.n_places, 0);
    assert_int_equal(exact.n_rankings, 0);
    assert_null(exact.first[0].text);
    td_exact_release(&exact);
    assert_int_equal(td_sample_exact(y.prepared, &y.results, 2, NULL, NULL, &exact, y.errors),
                     TD_EINVAL); /* no such cluster */
    whatif_close(&y);
}

static td_status under(const whatif_year *y, size_t n, const char *const *limits, td_exact *exact)
{
    td_exact_options options = {.n_limits = n, .limits = limits};
    return td_sample_exact(y->prepared, &y->results, 0, &options, NULL, exact, y->errors);
}

static void limits_may_leave_a_line_or_a_point(void **state)
{
    (void)state;
    static const char *const LINE[] = {"C>=40%", "C<=40%", "A>=25%", "B>=25"};
    static const char *const POINT[] = {"A>=30%", "A<=30", "B<=30%", "C<=40%"};
    whatif_year y;
    td_exact exact;
    /* Per 100 points: x = (90, 40, 50), y = (60, 70, 50). */
    whatif_open(&y, MIXED("competition"), "x,X,c\ny,Y,c\n",
                "unit,A,B,C,p,g\nx,27,20,10,0,0\ny,18,35,10,0,0\n");
    assert_int_equal(under(&y, 4, LINE, &exact), TD_OK);
    assert_string_equal(exact.first[0].text, "1/2"); /* w_A from 0.25 to 0.35, x from 0.3 on */
    assert_string_equal(exact.central[0].text, "13/40");
    assert_string_equal(exact.central[2].text, "2/5");
    assert_string_equal(exact.allowed.text, "0");
    td_exact_release(&exact);
    assert_int_equal(under(&y, 4, POINT, &exact), TD_OK);
    assert_string_equal(exact.first[0].text, "1"); /* equal totals at this very point: by A */
    assert_string_equal(exact.first[1].text, "0");
    td_exact_release(&exact);
    whatif_close(&y);
}

/* Points that are no decimal share: a third of the table. */
static void limits_in_points_are_exact(void **state)
{
    (void)state;
    static const char *const THIRD[] = {"A>=10"}, *const RATIO[] = {"A>=1.5*B"};
    whatif_year y;
    td_exact exact;
    whatif_open(&y,
                WHATIF_HEAD "\"scale\": 30, \"criteria\": [{\"code\": \"A\", \"max\": 20, "
                            "\"direct\": true}, {\"code\": \"B\", \"max\": 10, \"direct\": true}]}",
                "x,X,c\ny,Y,c\n", "unit,A,B\nx,7,2.5\ny,3,7.5\n");
    assert_int_equal(under(&y, 1, THIRD, &exact), TD_OK);
    assert_string_equal(exact.allowed.text, "2/3");
    td_exact_release(&exact);
    assert_int_equal(under(&y, 1, RATIO, &exact), TD_OK);
    assert_string_equal(exact.allowed.text, "2/5");
    td_exact_release(&exact);
    whatif_close(&y);
}

/* ---- by shares ---- */

static void shares_of_equal_maxima_rank_like_points(void **state)
{
    (void)state;
    whatif_year y;
    td_exact by_points, by_shares;
    static const char UNITS[] = "a,A,c\nb,B,c\nk,K,c\n";
    static const char VALUES[] = "unit,A,B\na,2.4,17.25\nb,9.1,8\nk,5.05,12\n";
    whatif_open(&y, TWO_GROUPS(""), UNITS, VALUES);
    assert_int_equal(td_sample_exact(y.prepared, &y.results, 0, NULL, NULL, &by_points, y.errors),
                     TD_OK);
    whatif_close(&y);
    whatif_open(&y, TWO_GROUPS("\"rank_by\": \"share\", "), UNITS, VALUES);
    assert_int_equal(td_sample_exact(y.prepared, &y.results, 0, NULL, NULL, &by_shares, y.errors),
                     TD_OK);
    for (size_t i = 0; i < 9; i++)
        assert_string_equal(by_points.places[i].text, by_shares.places[i].text);
    td_exact_release(&by_points);
    td_exact_release(&by_shares);
    whatif_close(&y);
}

/* ---- refusals ---- */

typedef struct refusal {
    const char *rules, *values, *code, *not_applicable;
} refusal;

#define GROUP(code) "{\"code\": \"" code "\", \"max\": 10, \"direct\": true}"
#define FOUR "[" GROUP("A") ", " GROUP("B") ", " GROUP("C") ", " GROUP("D") "]"
#define TWO "[" GROUP("A") ", " GROUP("B") "]"
#define RULES_OF(more, groups) WHATIF_HEAD more "\"criteria\": " groups "}"
/* A adds up points that were given and one for each case of p. */
#define WITH_BONUS                                                                                 \
    "[{\"code\": \"A\", \"max\": 10, \"parts\": [{\"function\": \"direct\", \"of\": \"A\"}, "      \
    "{\"function\": \"per-case\", \"of\": \"p\", \"points\": 1, \"effect\": \"bonus\", "           \
    "\"cap\": 5}]}, " GROUP("B") "]"
#define NA "unit,criterion,approved_by\na,B,x\n"

static const char TABLE[] = "unit,A,B\na,2.5,7.25\nb,8.5,1.25\n";
static const char WITHOUT_B[] = "unit,A,B\na,2.5,\nb,8.5,1.25\n";
static const refusal REFUSALS[] = {
    {RULES_OF("\"scale\": 40, ", FOUR), "unit,A,B,C,D\na,2.5,7.25,1,2\nb,8.5,1.25,2,1\n",
     "exact-items", NULL},
    {RULES_OF("\"scale\": 10, \"combine\": \"arithmetic\", ", TWO), TABLE, "exact-mean", NULL},
    {RULES_OF("\"scale\": 20, \"rounding\": \"total\", ", TWO), TABLE, "exact-rounded", NULL},
    {RULES_OF("\"scale\": 20, \"rank_by\": \"rounded-share\", ", TWO), TABLE, "exact-rounded",
     NULL},
    {RULES_OF("\"scale\": 20, \"rank_class_first\": true, \"classes\": [{\"code\": \"x\", "
              "\"name\": \"x\", \"from\": 5}], ",
              TWO),
     TABLE, "exact-class-first", NULL},
    {RULES_OF("\"scale\": 20, \"gates\": [{\"code\": \"low\", \"reason\": \"r\", \"when\": "
              "{\"not\": {\"points\": \"total\", \">=\": 5}}, \"effect\": \"unranked\"}], ",
              TWO),
     TABLE, "exact-gate", NULL},
    {RULES_OF("\"scale\": 20, \"clamp\": {\"max\": 15}, ", TWO), TABLE, "exact-clamped", NULL},
    {RULES_OF("\"scale\": 20, \"clamp\": {\"min\": 4}, ", TWO), TABLE, "exact-clamped", NULL},
    {RULES_OF("\"scale\": 20, \"ties\": [\"more-bonus\"], ", WITH_BONUS),
     "unit,A,B,p\na,2.5,7.25,1\nb,3.5,7.25,0\n", "exact-tie-key", NULL},
    {RULES_OF("\"scale\": 20, \"rank_by\": \"share\", ", TWO), WITHOUT_B, "exact-assigned", NA},
    {RULES_OF("\"scale\": 20, \"not_applicable\": \"redistribute\", ", TWO), WITHOUT_B,
     "exact-redistributed", NA},
};

static void what_is_not_linear_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof REFUSALS / sizeof REFUSALS[0]; i++) {
        const refusal *r = &REFUSALS[i];
        whatif_year y;
        td_exact exact = {.n_units = 77};
        whatif_open_with(&y, r->rules, "a,A1,c\nb,B1,c\n", r->values, r->not_applicable);
        td_status status = td_sample_exact(y.prepared, &y.results, 0, NULL, NULL, &exact, y.errors);
        if (status != TD_EINVAL)
            fail_msg("%s: status %d", r->code, (int)status);
        assert_int_equal(exact.n_units, 77);
        assert_string_equal(td_errors_view(y.errors, td_errors_size(y.errors) - 1).code, r->code);
        whatif_close(&y);
    }
}

/* What looks like the cases above and is linear all the same. */
static const refusal ACCEPTED[] = {
    {RULES_OF("\"scale\": 20, \"clamp\": {\"min\": 2, \"max\": 18}, ", TWO), TABLE, "", NULL},
    {RULES_OF("\"scale\": 20, \"clamp\": {\"max\": 15, \"bonus\": \"outside\"}, ", WITH_BONUS),
     "unit,A,B,p\na,2.5,7.25,5\nb,3.5,7.25,0\n", "", NULL},
    {RULES_OF("\"scale\": 20, \"ties\": [\"more-bonus\", \"share\"], ", WITH_BONUS),
     "unit,A,B,p\na,2.5,7.25,1\nb,2.5,7.25,1\n", "", NULL},
    {RULES_OF("\"scale\": 20, \"gates\": [{\"code\": \"low\", \"reason\": \"r\", \"when\": "
              "{\"points\": \"total\", \"<\": 5}, \"effect\": \"deferred\"}, {\"code\": \"few\", "
              "\"reason\": \"r\", \"when\": {\"points\": \"A\", \"<\": 3}, \"effect\": \"deduct\", "
              "\"points\": 1}], ",
              TWO),
     TABLE, "", NULL},
    {RULES_OF("\"scale\": 20, ", TWO), WITHOUT_B, "", NA},
    {RULES_OF("\"scale\": 20, \"not_applicable\": \"redistribute\", ", TWO), TABLE, "", NULL},
};

static void what_is_linear_is_not_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof ACCEPTED / sizeof ACCEPTED[0]; i++) {
        whatif_year y;
        td_exact exact;
        td_exact_options options = {.with_rankings = true};
        whatif_open_with(&y, ACCEPTED[i].rules, "a,A1,c\nb,B1,c\n", ACCEPTED[i].values,
                         ACCEPTED[i].not_applicable);
        td_status status =
            td_sample_exact(y.prepared, &y.results, 0, &options, NULL, &exact, y.errors);
        if (status != TD_OK) {
            whatif_faults(y.errors);
            fail_msg("case %zu", i);
        }
        assert_rankings_are_evaluated(&y, &exact);
        td_exact_release(&exact);
        whatif_close(&y);
    }
}

static void bad_limits_are_named(void **state)
{
    (void)state;
    static const struct {
        const char *limits[2], *code;
    } CASES[] = {
        {{"A>=60%", "A<=50%"}, "exact-no-weights"},
        {{"A>=60%", "B>=60"}, "exact-no-weights"},
        {{"A>=60%", "P>=10%"}, "limit-no-share"},
        {{"A>=60%", "A>=x"}, "limit-unknown"},
    };
    whatif_year y;
    td_exact exact;
    whatif_open(&y, MIXED("competition"), MIXED_UNITS, MIXED_VALUES);
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        assert_int_equal(under(&y, 2, CASES[i].limits, &exact), TD_EINVAL);
        assert_string_equal(td_errors_view(y.errors, i).code, CASES[i].code);
    }
    whatif_close(&y);
}

static void work_is_bounded_and_can_be_stopped(void **state)
{
    (void)state;
    whatif_year y;
    td_exact exact;
    volatile int cancelled = 1;
    whatif_open(&y, MIXED("competition"), MIXED_UNITS, MIXED_VALUES);
    td_exact_options options = {.max_cells = 2};
    assert_int_equal(td_sample_exact(y.prepared, &y.results, 0, &options, NULL, &exact, y.errors),
                     TD_EINVAL);
    assert_string_equal(td_errors_view(y.errors, 0).code, "exact-cells");
    options = (td_exact_options){.with_rankings = true, .max_cells = 9};
    assert_int_equal(td_sample_exact(y.prepared, &y.results, 0, &options, NULL, &exact, y.errors),
                     TD_EINVAL); /* enough for each unit, not for all rankings */
    options.with_rankings = false;
    assert_int_equal(td_sample_exact(y.prepared, &y.results, 0, &options, NULL, &exact, y.errors),
                     TD_OK);
    td_exact_release(&exact);
    options = (td_exact_options){.cancelled = &cancelled};
    assert_int_equal(td_sample_exact(y.prepared, &y.results, 0, &options, NULL, &exact, y.errors),
                     TD_EINTERRUPTED);
    whatif_close(&y);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fractions_of_the_fixture_are_met),
        cmocka_unit_test(rankings_are_those_of_the_evaluation),
        cmocka_unit_test(random_years_agree),
        cmocka_unit_test(threads_change_nothing),
        cmocka_unit_test(few_units_and_few_items),
        cmocka_unit_test(tied_units_are_first_together),
        cmocka_unit_test(a_cluster_without_ranks_is_empty),
        cmocka_unit_test(shares_of_equal_maxima_rank_like_points),
        cmocka_unit_test(what_is_not_linear_is_refused),
        cmocka_unit_test(what_is_linear_is_not_refused),
        cmocka_unit_test(bad_limits_are_named),
        cmocka_unit_test(work_is_bounded_and_can_be_stopped),
        cmocka_unit_test(limits_in_points_are_exact),
        cmocka_unit_test(limits_may_leave_a_line_or_a_point),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
