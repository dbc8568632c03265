/*
 * Every kind of claim about awards is edited once and refused at its place.
 */
#include "tests/unit/award_year.h"

/*
 * Two clusters: a (9), b and c (7.5 each), l (8, barred); d (9), e (2.38, not eligible), s (9.5,
 * struck). One flag a cluster; merit for half of those with 5 points and more.
 */
static const char POLICY[] =
    "{\"thidua\": \"policy/1\", \"code\": \"p\", \"name\": \"p\","
    " \"valid\": {\"from\": \"2025-01-01\"}, \"awards\": ["
    "  {\"code\": \"given\", \"name\": \"given\", \"given\": true},"
    "  {\"code\": \"flag\", \"name\": \"flag\", \"merit\": [\"points\"],"
    "   \"limits\": [{\"within\": \"cluster\", \"count\": 1}]},"
    "  {\"code\": \"merit\", \"name\": \"merit\", \"merit\": [\"points\"], \"reserve\": 1,"
    "   \"conditions\": [{\"points_at_least\": 5}], \"exclusive_with\": [\"flag\"],"
    "   \"limits\": [{\"within\": \"cluster\", \"share\": 0.5, \"of\": \"eligible\"}]}]}";

static void open_example(year *y)
{
    open_year(y, POLICY, "id,name\nc1,C1\nc2,C2\n",
              "id,name,cluster\na,A,c1\nb,B,c1\nc,C,c1\nl,L,c1\nd,D,c2\ne,E,c2\ns,S,c2\n",
              "unit,a,late\na,9,\nb,7.5,\nc,7.5,\nl,8,1\nd,9,\ne,2.38,\ns,9.5,\n");
}

typedef struct edit {
    const char *unit;
    size_t award;
    td_award_state state;
    size_t quota; /* TD_NONE - 1: as it was */
    const char *code;
} edit;

#define AS_IT_WAS (TD_NONE - 1)

static void find_place(const void *context, size_t award, size_t unit, td_place *place)
{
    static char pointer[64];
    (void)context;
    snprintf(pointer, sizeof pointer, "/%zu/%zu", award, unit);
    *place = (td_place){.file = "claims", .row = 7, .pointer = pointer};
}

static void every_claim_is_checked(void **state)
{
    (void)state;
    static const edit EDITS[] = {
        {"a", 0, TD_GIVEN, AS_IT_WAS, "verify-state"},
        {"a", 1, TD_OUTSIDE_QUOTA, AS_IT_WAS, "verify-bound"},
        {"a", 1, TD_OUTSIDE_QUOTA, 0, "verify-passed-over"},
        {"a", 1, TD_TIED_AT_CUT, 0, "verify-not-tied"},
        {"a", 1, TD_PROPOSED, 0, "verify-bound"},
        {"b", 1, TD_PROPOSED, TD_NONE, "verify-no-seat"},
        {"b", 1, TD_RESERVE, AS_IT_WAS, "verify-state"},
        {"b", 1, TD_OUTSIDE_QUOTA, 1, "verify-bound"},
        {"b", 1, TD_OUTSIDE_QUOTA, 999, "verify-bound"},
        {"b", 1, TD_NOT_ELIGIBLE, AS_IT_WAS, "verify-state"},
        {"l", 1, TD_OUTSIDE_QUOTA, 0, "verify-state"},
        {"l", 1, TD_BARRED, 0, "verify-no-bound"},
        {"s", 1, TD_PROPOSED, AS_IT_WAS, "verify-state"},
        {"a", 2, TD_PROPOSED, AS_IT_WAS, "verify-state"},
        {"e", 2, TD_OUTSIDE_QUOTA, AS_IT_WAS, "verify-state"},
        {"b", 2, TD_PROPOSED, TD_NONE, "verify-no-seat"},
        {"b", 2, TD_N_AWARD_STATES, AS_IT_WAS, "verify-state"},
    };
    year y;
    open_example(&y);
    td_strike strike = {td_evaluation_find_unit(y.evaluation, "s"), "late"};
    td_award_options options = {.n_strikes = 1, .strikes = &strike};
    td_awards awards = {0};
    assert_int_equal(td_award(y.prepared, &y.results, &options, &awards, y.errors), TD_OK);
    assert_int_equal(awards.decision[strike.unit + awards.n_units].state, TD_STRUCK);
    for (size_t i = 0; i < sizeof EDITS / sizeof EDITS[0]; i++) {
        td_award_claims claims = claims_of(&awards);
        td_errors *errors = td_errors_new();
        size_t unit = td_evaluation_find_unit(y.evaluation, EDITS[i].unit);
        td_award_claim *claim = claim_at(&claims, EDITS[i].award, unit);
        char pointer[64];
        claims.find = find_place;
        assert_int_equal(verify(&y, &options, &claims, errors), TD_OK);
        claim->state = EDITS[i].state;
        claim->quota = EDITS[i].quota == AS_IT_WAS ? claim->quota : EDITS[i].quota;
        assert_int_equal(verify(&y, &options, &claims, errors), TD_EDATA);
        td_fault fault = td_errors_view(errors, 0);
        snprintf(pointer, sizeof pointer, "/%zu/%zu", EDITS[i].award, unit);
        if (strcmp(fault.code, EDITS[i].code) != 0)
            print_message("edit %zu\n", i);
        assert_string_equal(fault.code, EDITS[i].code);
        assert_string_equal(fault.place.pointer, pointer);
        assert_int_equal(fault.place.row, 7);
        td_errors_free(errors);
        free((void *)claims.claim);
    }
    td_awards_release(&awards);
    close_year(&y);
}

static void sizes_that_do_not_fit_are_refused(void **state)
{
    (void)state;
    year y;
    open_example(&y);
    td_awards awards = {0};
    assert_int_equal(td_award(y.prepared, &y.results, NULL, &awards, y.errors), TD_OK);
    td_award_claims claims = claims_of(&awards), other = claims;
    td_strike strike = {awards.n_units, "nobody"};
    td_award_options options = {.n_strikes = 1, .strikes = &strike};
    td_awards untouched = {.n_units = 77};
    other.n_awards--;
    assert_int_equal(td_award_verify(y.prepared, &y.results, NULL, &other, &untouched, NULL, NULL),
                     TD_EINVAL);
    other = claims;
    other.n_units++;
    assert_int_equal(td_award_verify(y.prepared, &y.results, NULL, &other, &untouched, NULL, NULL),
                     TD_EINVAL);
    assert_int_equal(
        td_award_verify(y.prepared, &y.results, &options, &claims, &untouched, NULL, NULL),
        TD_EINVAL);
    assert_int_equal(untouched.n_units, 77);
    free((void *)claims.claim);
    td_awards_release(&awards);
    close_year(&y);
}

static void at_most_so_many_are_listed(void **state)
{
    (void)state;
    year y;
    char units[2048] = "id,name,cluster\n", values[1024] = "unit,a\n", row[64];
    for (int u = 0; u < 40; u++) {
        snprintf(row, sizeof row, "u%d,U%d,c\n", u, u);
        strcat(units, row);
        snprintf(row, sizeof row, "u%d,%d\n", u, u % 7);
        strcat(values, row);
    }
    open_year(&y, POLICY, "id,name\nc,C\n", units, values);
    td_awards awards = {0};
    assert_int_equal(td_award(y.prepared, &y.results, NULL, &awards, y.errors), TD_OK);
    td_award_claims claims = claims_of(&awards);
    td_errors *errors = td_errors_new();
    for (size_t u = 0; u < 40; u++)
        claim_at(&claims, 0, u)->state = TD_GIVEN;
    assert_int_equal(verify(&y, NULL, &claims, errors), TD_EDATA);
    assert_int_equal(td_errors_size(errors), TD_MAX_REFUSED);
    td_errors_free(errors);
    free((void *)claims.claim);
    td_awards_release(&awards);
    close_year(&y);
}

/* ---- lower bounds ---- */

/* Two seats, one of them for an x. Best are y (9) and x (6), not the other y (8), nor x (5). */
static void claims_under_lower_bounds(void **state)
{
    (void)state;
    static const struct {
        const char *proposed;
        const char *code;
    } CASES[] = {
        {"ac", NULL},           {"bc", "verify-better"},    {"ad", "verify-better"},
        {"ab", "verify-lower"}, {"c", "verify-could-join"}, {"acd", "verify-no-seat"},
    };
    year y;
    open_year(&y,
              "{\"thidua\": \"policy/1\", \"code\": \"p\", \"name\": \"p\", \"valid\": {\"from\": "
              "\"2025-01-01\"}, \"awards\": [{\"code\": \"w\", \"name\": \"w\", \"merit\": "
              "[\"points\"], \"limits\": [{\"within\": \"all\", \"count\": 2}], \"lower\": "
              "[{\"category\": [\"x\"], \"within\": \"all\", \"at_least\": 1}]}]}",
              "id,name\nc1,C1\n",
              "id,name,cluster,category\na,A,c1,y\nb,B,c1,y\nc,C,c1,x\nd,D,c1,x\n",
              "unit,a\na,9\nb,8\nc,6\nd,5\n");
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        td_award_claim claim[4];
        td_errors *errors = td_errors_new();
        for (size_t u = 0; u < 4; u++) {
            const char *id = td_evaluation_unit(y.evaluation, u).id;
            bool proposed = strstr(CASES[i].proposed, id) != NULL;
            claim[u] = proposed ? (td_award_claim){TD_PROPOSED, TD_NONE}
                                : (td_award_claim){TD_OUTSIDE_QUOTA, 0};
        }
        td_award_claims claims = {.n_awards = 1, .n_units = 4, .claim = claim};
        td_status status = verify(&y, NULL, &claims, errors);
        assert_int_equal(status, CASES[i].code == NULL ? TD_OK : TD_EDATA);
        if (CASES[i].code != NULL)
            assert_string_equal(td_errors_view(errors, 0).code, CASES[i].code);
        td_errors_free(errors);
    }
    close_year(&y);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_claim_is_checked),
        cmocka_unit_test(sizes_that_do_not_fit_are_refused),
        cmocka_unit_test(at_most_so_many_are_listed),
        cmocka_unit_test(claims_under_lower_bounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
