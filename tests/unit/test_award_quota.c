/*
 * How many: shares rounded exactly, totals shared out, the worked lines of bounds, and figures of
 * real years that the ladder must allow.
 */
#include "tests/unit/award_case.h"

/* ---- shares ---- */

static void shares_are_rounded_exactly(void **state)
{
    (void)state;
    static const struct {
        td_ratio share;
        size_t denominator;
        td_quota_rounding rounding;
        size_t limit;
    } CASES[] = {
        {{1, 5}, 12, TD_QUOTA_FLOOR, 2},
        {{1, 5}, 5, TD_QUOTA_FLOOR, 1},
        {{1, 5}, 4, TD_QUOTA_FLOOR, 0},
        {{1, 5}, 48, TD_QUOTA_FLOOR, 9},
        {{1, 5}, 66, TD_QUOTA_FLOOR, 13},
        {{2, 3}, 10, TD_QUOTA_CEIL, 7},
        {{2, 3}, 9, TD_QUOTA_CEIL, 6},
        {{79, 100}, 6, TD_QUOTA_FLOOR, 4},
        {{29, 100}, 100, TD_QUOTA_FLOOR, 29},
        {{57, 100}, 100, TD_QUOTA_CEIL, 57},
        {{1, 2}, 5, TD_QUOTA_NEAREST, 3},
        {{1, 2}, 4, TD_QUOTA_NEAREST, 2},
        {{49, 100}, 5, TD_QUOTA_NEAREST, 2},
        {{0, 1}, 7, TD_QUOTA_CEIL, 0},
        {{1, 1}, 7, TD_QUOTA_FLOOR, 7},
        {{2, 3}, 0, TD_QUOTA_CEIL, 0},
        {{999999999, 1000000000}, 1000000000, TD_QUOTA_FLOOR, 999999999},
        {{1, 1000000000}, 1, TD_QUOTA_CEIL, 1},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++)
        assert_int_equal(td_share_limit(CASES[i].share, CASES[i].denominator, CASES[i].rounding),
                         CASES[i].limit);
}

/* ---- totals shared out ---- */

#define MOST 16

typedef struct sharing {
    td_apportionment method;
    size_t total, n, weights[MOST], seats[MOST];
    const char *tied; /* 't' for claimants of open seats; NULL: nobody */
    size_t open;
} sharing;

static void check_sharing(const sharing *s)
{
    size_t seats[MOST], open = 99, sum = 0;
    bool tied[MOST];
    assert_true(td_apportion(s->method, s->total, s->n, s->weights, seats, tied, &open));
    for (size_t i = 0; i < s->n; i++) {
        if (seats[i] != s->seats[i])
            fail_msg("method %d, total %zu: claimant %zu got %zu, not %zu", (int)s->method,
                     s->total, i, seats[i], s->seats[i]);
        assert_int_equal(tied[i], s->tied != NULL && s->tied[i] == 't');
        sum += seats[i];
    }
    assert_int_equal(open, s->open);
    assert_int_equal(sum + open, s->total);
}

/* Apportionments that are printed in textbooks and encyclopedias. */
static void published_examples_come_out(void **state)
{
    (void)state;
    static const sharing CASES[] = {
        {TD_LARGEST_REMAINDER,
         10,
         6,
         {47000, 16000, 15800, 12000, 6100, 3100},
         {5, 2, 1, 1, 1, 0},
         0,
         0},
        {TD_DHONDT, 8, 4, {100000, 80000, 30000, 20000}, {4, 3, 1, 0}, 0, 0},
        {TD_SAINTE_LAGUE, 8, 4, {100000, 80000, 30000, 20000}, {3, 3, 1, 1}, 0, 0},
        {TD_DHONDT, 10, 6, {47000, 16000, 15900, 12000, 6000, 3100}, {5, 2, 2, 1, 0, 0}, 0, 0},
        {TD_SAINTE_LAGUE,
         10,
         6,
         {47000, 16000, 15900, 12000, 6000, 3100},
         {4, 2, 2, 1, 1, 0},
         0,
         0},
        {TD_HUNTINGTON_HILL,
         10,
         6,
         {47000, 16000, 15900, 12000, 6000, 3100},
         {4, 2, 1, 1, 1, 1},
         0,
         0},
        {TD_ADAMS, 10, 6, {47000, 16000, 15900, 12000, 6000, 3100}, {3, 2, 2, 1, 1, 1}, 0, 0},
        /* Alabama: a larger house, fewer seats for the last */
        {TD_LARGEST_REMAINDER, 10, 3, {6, 6, 2}, {4, 4, 2}, 0, 0},
        {TD_LARGEST_REMAINDER, 11, 3, {6, 6, 2}, {5, 5, 1}, 0, 0},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++)
        check_sharing(&CASES[i]);
}

/*
 * The first census (1790), populations as apportioned: Virginia, Massachusetts, Pennsylvania, North
 * Carolina, New York, Maryland, Connecticut, South Carolina, New Jersey, New Hampshire, Vermont,
 * Georgia, Kentucky, Rhode Island, Delaware. Seats for a house of 105: Balinski and Young,
 * Fair Representation, table 3.1 (Hamilton), and the House of 1792 (Jefferson).
 */
static void the_first_house_of_the_united_states(void **state)
{
    (void)state;
    static const size_t PEOPLE[15] = {630560, 475327, 432879, 353523, 331589,
                                      278514, 236841, 206236, 179570, 141822,
                                      85533,  70835,  68705,  68446,  55540};
    static const size_t JEFFERSON[15] = {19, 14, 13, 10, 10, 8, 7, 6, 5, 4, 2, 2, 2, 2, 1};
    static const size_t HAMILTON[15] = {18, 14, 13, 10, 10, 8, 7, 6, 5, 4, 2, 2, 2, 2, 2};
    sharing s = {TD_DHONDT, 105, 15, {0}, {0}, NULL, 0};
    memcpy(s.weights, PEOPLE, sizeof PEOPLE);
    memcpy(s.seats, JEFFERSON, sizeof JEFFERSON);
    check_sharing(&s);
    s.method = TD_LARGEST_REMAINDER;
    memcpy(s.seats, HAMILTON, sizeof HAMILTON);
    check_sharing(&s);
}

static void seats_claimed_with_equal_right_stay_open(void **state)
{
    (void)state;
    static const sharing CASES[] = {
        {TD_LARGEST_REMAINDER, 5, 3, {16, 16, 18}, {1, 1, 2}, "tt ", 1},
        {TD_LARGEST_REMAINDER, 3, 4, {5, 5, 5, 5}, {0, 0, 0, 0}, "tttt", 3},
        {TD_LARGEST_REMAINDER, 4, 4, {5, 5, 5, 5}, {1, 1, 1, 1}, NULL, 0},
        {TD_DHONDT, 2, 3, {6, 3, 3}, {1, 0, 0}, "ttt", 1},
        {TD_DHONDT, 3, 3, {6, 3, 3}, {1, 0, 0}, "ttt", 2},
        {TD_DHONDT, 4, 3, {6, 3, 3}, {2, 1, 1}, NULL, 0},
        {TD_SAINTE_LAGUE, 2, 2, {9, 3}, {1, 0}, "tt", 1},
        {TD_SAINTE_LAGUE, 3, 2, {9, 3}, {2, 1}, NULL, 0},
        {TD_ADAMS, 3, 2, {4, 4}, {1, 1}, "tt", 1},
        {TD_ADAMS, 5, 3, {6, 3, 3}, {2, 1, 1}, "ttt", 1},
        {TD_HUNTINGTON_HILL, 3, 2, {7, 7}, {1, 1}, "tt", 1},
        {TD_ADAMS, 2, 3, {5, 3, 3}, {1, 0, 0}, " tt", 1},
        {TD_HUNTINGTON_HILL, 2, 3, {5, 3, 3}, {1, 0, 0}, " tt", 1},
        {TD_DHONDT, 3, 4, {0, 4, 0, 4}, {0, 1, 0, 1}, " t t", 1},
        {TD_LARGEST_REMAINDER, 3, 4, {0, 4, 0, 4}, {0, 1, 0, 1}, " t t", 1},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++)
        check_sharing(&CASES[i]);
}

static void nothing_to_share_out(void **state)
{
    (void)state;
    size_t weights[3] = {0, 0, 0}, seats[3] = {7, 7, 7}, open = 7;
    bool tied[3] = {true, true, true};
    for (int method = TD_LARGEST_REMAINDER; method <= (int)TD_HUNTINGTON_HILL; method++) {
        assert_true(td_apportion((td_apportionment)method, 5, 3, weights, seats, tied, &open));
        assert_int_equal(seats[0] + seats[1] + seats[2] + open, 0);
        assert_false(tied[0] || tied[1] || tied[2]);
        weights[1] = 3;
        assert_true(td_apportion((td_apportionment)method, 0, 3, weights, seats, tied, &open));
        assert_int_equal(seats[0] + seats[1] + seats[2] + open, 0);
        assert_true(td_apportion((td_apportionment)method, 4, 3, weights, seats, tied, &open));
        assert_int_equal(seats[1], 4);
        weights[1] = 0;
        assert_true(td_apportion((td_apportionment)method, 4, 0, weights, seats, tied, &open));
        assert_int_equal(open, 0);
    }
}

static void weights_out_of_range_are_refused(void **state)
{
    (void)state;
    size_t weights[2] = {(size_t)1 << 61, (size_t)1 << 61}, seats[2], open;
    bool tied[2];
    assert_false(td_apportion(TD_DHONDT, 1, 2, weights, seats, tied, &open));
    weights[0] = SIZE_MAX;
    assert_false(td_apportion(TD_LARGEST_REMAINDER, 1, 2, weights, seats, tied, &open));
    weights[0] = (size_t)1 << 40;
    weights[1] = 1;
    assert_false(td_apportion(TD_ADAMS, (size_t)1 << 22, 2, weights, seats, tied, &open));
    assert_true(td_apportion(TD_HUNTINGTON_HILL, 1000, 2, weights, seats, tied, &open));
    assert_int_equal(seats[0], 999);
    assert_int_equal(seats[1], 1);
}

/* Sixteen units in two clusters and eighteen in the third: the odd seat is the council's. */
static void a_tied_seat_is_nobodys(void **state)
{
    (void)state;
    char units[4000] = "", values[2000] = "";
    for (int i = 0; i < 50; i++) {
        snprintf(units + strlen(units), sizeof units - strlen(units), "u%02d,U%d,%s,\n", i, i,
                 i < 16   ? "c"
                 : i < 32 ? "d"
                          : "e");
        snprintf(values + strlen(values), sizeof values - strlen(values), "u%02d,%.1f,0\n", i,
                 0.1 * (i + 1));
    }
    awarded y;
    award_case the = {"c,C,p,\nd,D,p,\ne,E,p,\n",
                      units,
                      values,
                      NULL,
                      NULL,
                      AWARD("f", "\"distribute\": {\"total\": 5, \"by\": \"units\", "
                                 "\"method\": \"largest-remainder\"}"),
                      NULL,
                      NULL};
    assert_int_equal(case_open(&y, &the), TD_OK);
    for (size_t c = 0; c < 3; c++)
        expect_quota(quota_at(&y, 0, TD_WITHIN_CLUSTER, c), c == 2 ? 2 : 1, c == 2 ? 2 : 1, 0, 0);
    assert_int_equal(decision_of(&y, "f", "u15")->state, TD_PROPOSED);
    assert_int_equal(decision_of(&y, "f", "u14")->state, TD_OUTSIDE_QUOTA);
    size_t said = 0;
    for (size_t i = 0; i < td_errors_size(y.errors); i++)
        said += strcmp(td_errors_view(y.errors, i).code, "award-seat-tied") == 0;
    assert_int_equal(said, 2);
    case_close(&y);
}

/* ---- worked lines ---- */

static void bounds_are_worked_out_in_words(void **state)
{
    (void)state;
    static const struct {
        const char *limit, *vi, *en;
    } CASES[] = {
        {"\"share\": 0.2, \"of\": \"units\"", "làm tròn xuống(0,2 × 5 đơn vị) = 1",
         "floor(0.2 × 5 units) = 1"},
        {"\"share\": 0.5, \"of\": \"ranked\", \"rounding\": \"nearest\"",
         "làm tròn(0,5 × 5 đơn vị được xếp hạng) = 3", "round(0.5 × 5 ranked units) = 3"},
        {"\"share\": \"2/3\", \"of\": \"eligible\", \"rounding\": \"ceil\"",
         "làm tròn lên(2/3 × 5 đơn vị đủ điều kiện) = 4", "ceil(2/3 × 5 eligible units) = 4"},
        {"\"count\": 2", "tối đa 2", "at most 2"},
        {"\"count\": 0", "không có suất nào", "none at all"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        char award[300];
        snprintf(award, sizeof award, AWARD("f", "\"limits\": [{\"within\": \"cluster\", %s}]"),
                 CASES[i].limit);
        awarded y;
        award_case the = {"c,Cụm Một,p,\n",
                          "a,A,c,\nb,B,c,\nk,K,c,\nl,L,c,\nm,M,c,\n",
                          "a,9,0\nb,8,0\nk,7,0\nl,6,0\nm,5,0\n",
                          NULL,
                          NULL,
                          award,
                          NULL,
                          NULL};
        assert_int_equal(case_open(&y, &the), TD_OK);
        expect_text(&y, &y.awards.quotas[0], TD_VI, CASES[i].vi);
        expect_text(&y, &y.awards.quotas[0], TD_EN, CASES[i].en);
        assert_string_equal(td_quota_place(y.evaluation, &y.awards.quotas[0]), "Cụm Một");
        case_close(&y);
    }
}

/* ---- real years ---- */

#define LADDER                                                                                     \
    AWARD("ct", "\"conditions\": [{\"leader\": true}], "                                           \
                "\"limits\": [{\"within\": \"cluster\", \"count\": 1}]")                           \
    "," AWARD(                                                                                     \
        "cp",                                                                                      \
        "\"conditions\": [{\"holds\": \"ct\"}], \"scope\": \"all\", \"merit\": [\"share\"], "      \
        "\"limits\": [{\"within\": \"all\", \"share\": 0.2, \"of\": \"leaders\"}]")

/* n clusters of two units, and a last one of a single unit, which has no leader. */
static void lead(awarded *y, size_t n)
{
    size_t size = 100 * (n + 1);
    char *clusters = calloc(3, size), *units = clusters + size, *values = units + size;
    assert_non_null(clusters);
    for (size_t c = 0, a = 0, b = 0, v = 0; c <= n; c++) {
        a += (size_t)snprintf(clusters + a, size - a, "c%02zu,Khối %zu,p,\n", c, c);
        b += (size_t)snprintf(units + b, size - b, "a%02zu,A%zu,c%02zu,\n", c, c, c);
        v += (size_t)snprintf(values + v, size - v, "a%02zu,%.2f,0\n", c, 9.99 - 0.03 * (double)c);
        if (c == n)
            break;
        b += (size_t)snprintf(units + b, size - b, "b%02zu,B%zu,c%02zu,\n", c, c, c);
        v += (size_t)snprintf(values + v, size - v, "b%02zu,2.5,0\n", c);
    }
    award_case the = {clusters, units, values, NULL, NULL, LADDER, NULL, NULL};
    assert_int_equal(case_open(y, &the), TD_OK);
    free(clusters);
}

/* Bến Tre 2018: 48 flags, 5 government flags. Bắc Ninh 2022: 66 and 12. Bắc Trà My 2023: 4. */
static void real_years_are_within_the_ladder(void **state)
{
    (void)state;
    static const struct {
        size_t leaders, most, given;
    } YEARS[] = {{48, 9, 5}, {66, 13, 12}, {12, 2, 0}, {5, 1, 0}, {4, 0, 0}};
    for (size_t i = 0; i < sizeof YEARS / sizeof YEARS[0]; i++) {
        awarded y;
        lead(&y, YEARS[i].leaders);
        const td_quota *government = quota_at(&y, case_award(&y, "cp"), TD_WITHIN_ALL, 0);
        assert_int_equal(government->denominator, YEARS[i].leaders);
        expect_quota(government, YEARS[i].most, YEARS[i].most, 0, 0);
        assert_true(YEARS[i].given <= government->limit);
        size_t flags = 0;
        for (size_t u = 0; u < y.awards.n_units; u++)
            flags += y.awards.decision[u].state == TD_PROPOSED;
        assert_int_equal(flags, YEARS[i].leaders);
        if (YEARS[i].leaders == 12)
            expect_text(&y, government, TD_EN, "floor(0.2 × 12 leaders) = 2");
        case_close(&y);
    }
}

static void four_leaders_give_no_government_flag_and_say_so(void **state)
{
    (void)state;
    awarded y;
    lead(&y, 4);
    const td_quota *government = quota_at(&y, case_award(&y, "cp"), TD_WITHIN_ALL, 0);
    expect_text(
        &y, government, TD_VI,
        "làm tròn xuống(0,2 × 4 đơn vị dẫn đầu) = 0: số đơn vị dẫn đầu quá ít, không có suất nào");
    expect_text(&y, government, TD_EN,
                "floor(0.2 × 4 leaders) = 0: too few leaders for a single one");
    assert_int_equal(decision_of(&y, "cp", "a00")->state, TD_OUTSIDE_QUOTA);
    case_close(&y);
    lead(&y, 0);
    government = quota_at(&y, case_award(&y, "cp"), TD_WITHIN_ALL, 0);
    expect_text(&y, government, TD_VI, "không có đơn vị dẫn đầu nào, nên không có suất nào");
    expect_text(&y, government, TD_EN, "there are no leaders, hence none at all");
    assert_string_equal(td_quota_place(y.evaluation, government), "");
    case_close(&y);
}

/* Two first places of one cluster: it counts once, though both are leaders. */
static void a_shared_first_place_counts_once(void **state)
{
    (void)state;
    awarded y;
    award_case the = {
        "c,C,p,\nd,D,p,\n",
        "a,A,c,\nb,B,c,\nk,K,c,\nl,L,d,\nm,M,d,\n",
        "a,9,0\nb,9,0\nk,8,0\nl,7,0\nm,6,0\n",
        NULL,
        NULL,
        AWARD("ct", "\"conditions\": [{\"leader\": true}], \"limits\": [{\"within\": \"all\", "
                    "\"share\": 1, \"of\": \"leaders\"}], \"merit\": [\"rank\"]"),
        NULL,
        NULL};
    assert_int_equal(case_open(&y, &the), TD_OK);
    expect_states(&y, "ct", "a T b T k N l T m N");
    expect_quota(quota_at(&y, 0, TD_WITHIN_ALL, 0), 2, 0, 2, 0);
    case_close(&y);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shares_are_rounded_exactly),
        cmocka_unit_test(published_examples_come_out),
        cmocka_unit_test(the_first_house_of_the_united_states),
        cmocka_unit_test(seats_claimed_with_equal_right_stay_open),
        cmocka_unit_test(nothing_to_share_out),
        cmocka_unit_test(weights_out_of_range_are_refused),
        cmocka_unit_test(a_tied_seat_is_nobodys),
        cmocka_unit_test(bounds_are_worked_out_in_words),
        cmocka_unit_test(real_years_are_within_the_ladder),
        cmocka_unit_test(four_leaders_give_no_government_flag_and_say_so),
        cmocka_unit_test(a_shared_first_place_counts_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
