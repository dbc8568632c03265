/*
 * Claims about awards in small random years: what the allocator decides passes, and where all
 * claims can be tried nothing else does, whatever bounds are named.
 */
#include "tests/unit/award_year.h"

static void assert_same_awards(const td_awards *a, const td_awards *b)
{
    assert_int_equal(a->n_quotas, b->n_quotas);
    for (size_t q = 0; q < a->n_quotas; q++) {
        assert_int_equal(a->quotas[q].limit, b->quotas[q].limit);
        assert_int_equal(a->quotas[q].denominator, b->quotas[q].denominator);
        assert_int_equal(a->quotas[q].used, b->quotas[q].used);
        assert_int_equal(a->quotas[q].open, b->quotas[q].open);
        assert_int_equal(a->quotas[q].over, b->quotas[q].over);
    }
    for (size_t i = 0; i < a->n_awards * a->n_units; i++) {
        const td_decision *x = &a->decision[i], *z = &b->decision[i];
        assert_int_equal(x->state, z->state);
        assert_int_equal(x->place, z->place);
        assert_int_equal(x->reserve, z->reserve);
        assert_int_equal(x->condition, z->condition);
        assert_int_equal(x->quota, z->quota);
        assert_int_equal(x->gate, z->gate);
        assert_int_equal(x->by_award, z->by_award);
    }
}

/* ---- small random cases ---- */

static unsigned draw(uint64_t *seed, unsigned below)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(*seed >> 33) % below;
}

static void add_limit(char *text, size_t size, uint64_t *seed, const char *awards)
{
    static const char *const WITHIN[] = {"cluster", "group", "all"};
    size_t length = strlen(text);
    snprintf(text + length, size - length, "%s{\"within\": \"%s\", \"count\": %u%s}",
             text[length - 1] == '[' ? "" : ", ", WITHIN[draw(seed, 3)], 1 + draw(seed, 3), awards);
}

static void random_policy(uint64_t *seed, size_t n_awards, unsigned reserve, char *text,
                          size_t size)
{
    static const char *const TIES[] = {"council", "include", "exclude"};
    snprintf(text, size,
             "{\"thidua\": \"policy/1\", \"code\": \"p\", \"name\": \"p\", "
             "\"valid\": {\"from\": \"2025-01-01\"}, \"awards\": [");
    for (size_t w = 0; w < n_awards; w++) {
        size_t length = strlen(text);
        snprintf(text + length, size - length,
                 "%s{\"code\": \"w%zu\", \"name\": \"w\", \"ties\": \"%s\", \"merit\": "
                 "[\"points\"], \"reserve\": %u, \"limits\": [",
                 w > 0 ? ", " : "", w, TIES[draw(seed, 3)], reserve);
        for (unsigned i = 1 + draw(seed, 3); i > 0; i--)
            add_limit(text, size, seed, "");
        strncat(text, "]}", size - strlen(text) - 1);
    }
    if (n_awards > 1) {
        strncat(text, "], \"limits\": [", size - strlen(text) - 1);
        add_limit(text, size, seed, ", \"awards\": [\"w0\", \"w1\"]");
    }
    strncat(text, "]}", size - strlen(text) - 1);
}

static void open_random(year *y, uint64_t seed, size_t n_units, size_t n_awards, unsigned reserve)
{
    char policy[4096], units[1024] = "id,name,cluster\n", values[1024] = "unit,a\n", row[64];
    random_policy(&seed, n_awards, reserve, policy, sizeof policy);
    for (size_t u = 0; u < n_units; u++) {
        snprintf(row, sizeof row, "u%zu,U%zu,c%u\n", u, u, draw(&seed, 3));
        strcat(units, row);
        snprintf(row, sizeof row, "u%zu,%u\n", u, 1 + draw(&seed, 3));
        strcat(values, row);
    }
    strcat(units, "x0,X0,c0\nx1,X1,c1\nx2,X2,c2\n"); /* a cluster needs a unit */
    strcat(values, "x0,0\nx1,0\nx2,0\n");
    open_year(y, policy, "id,name,group\nc0,C0,g\nc1,C1,g\nc2,C2,\n", units, values);
}

static void what_is_decided_passes(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 400; seed++) {
        year y;
        open_random(&y, seed * 977, 1 + seed % 9, 1 + seed % 2, (unsigned)(seed % 3));
        td_awards awards = {0}, out = {0};
        assert_int_equal(td_award(y.prepared, &y.results, NULL, &awards, y.errors), TD_OK);
        td_award_claims claims = claims_of(&awards);
        td_errors *errors = td_errors_new();
        td_status status =
            td_award_verify(y.prepared, &y.results, NULL, &claims, &out, NULL, errors);
        if (status != TD_OK)
            print_message("seed %d: %s\n", (int)seed, td_errors_view(errors, 0).code);
        assert_int_equal(status, TD_OK);
        assert_same_awards(&awards, &out);
        td_errors_free(errors);
        free((void *)claims.claim);
        td_awards_release(&awards);
        td_awards_release(&out);
        close_year(&y);
    }
}

/* The next of all claims over n units; false after the last one. */
static bool next_claims(td_award_claims *claims, size_t n_units, size_t n_quotas)
{
    static const td_award_state STATES[] = {TD_PROPOSED, TD_TIED_AT_CUT, TD_OUTSIDE_QUOTA};
    for (size_t u = 0; u < n_units; u++) {
        td_award_claim *claim = claim_at(claims, 0, u);
        claim->quota = claim->quota == TD_NONE ? 0 : claim->quota + 1;
        if (claim->quota < n_quotas)
            return true;
        claim->quota = TD_NONE;
        size_t s = claim->state == TD_PROPOSED ? 0 : claim->state == TD_TIED_AT_CUT ? 1 : 2;
        claim->state = STATES[(s + 1) % 3];
        if (s < 2)
            return true;
    }
    return false;
}

static bool same_states(const td_award_claims *claims, const td_awards *awards)
{
    for (size_t u = 0; u < awards->n_units; u++)
        if (claims->claim[u].state != awards->decision[u].state)
            return false;
    return true;
}

/* Over every assignment of states and bounds to the first units, the last ones as decided. */
static void only_what_is_decided_passes(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 60; seed++) {
        year y;
        size_t n = 1 + seed % 3, passed = 0;
        open_random(&y, seed * 31337 + 5, n, 1, 0);
        td_awards awards = {0};
        assert_int_equal(td_award(y.prepared, &y.results, NULL, &awards, y.errors), TD_OK);
        td_award_claims claims = claims_of(&awards);
        for (size_t u = 0; u < n; u++)
            *claim_at(&claims, 0, u) = (td_award_claim){TD_PROPOSED, TD_NONE};
        do {
            if (verify(&y, NULL, &claims, NULL) != TD_OK)
                continue;
            assert_true(same_states(&claims, &awards));
            passed++;
        } while (next_claims(&claims, n, awards.n_quotas));
        assert_true(passed > 0);
        free((void *)claims.claim);
        td_awards_release(&awards);
        close_year(&y);
    }
}

/* ---- lower bounds ---- */

static void open_lower(year *y, uint64_t seed)
{
    char policy[1024], units[1024] = "id,name,cluster,category\n", values[1024] = "unit,a\n",
                       row[64];
    snprintf(
        policy, sizeof policy,
        "{\"thidua\": \"policy/1\", \"code\": \"p\", \"name\": \"p\", \"valid\": "
        "{\"from\": \"2025-01-01\"}, \"awards\": [{\"code\": \"w\", \"name\": \"w\", \"merit\": "
        "[\"points\"], \"limits\": [{\"within\": \"all\", \"count\": %u}, {\"within\": "
        "\"cluster\", \"count\": %u}], \"lower\": [{\"category\": [\"x\"], \"within\": \"all\", "
        "%s}]}]}",
        2 + draw(&seed, 3), 1 + draw(&seed, 2),
        draw(&seed, 2) == 0 ? "\"at_least\": 2" : "\"share\": 0.5");
    for (unsigned u = 0; u < 7; u++) {
        snprintf(row, sizeof row, "u%u,U%u,c%u,%s\n", u, u, u % 3,
                 u == 0 || draw(&seed, 3) == 0 ? "x" : "y");
        strcat(units, row);
        snprintf(row, sizeof row, "u%u,%u\n", u, 1 + draw(&seed, 5));
        strcat(values, row);
    }
    open_year(y, policy, "id,name\nc0,C0\nc1,C1\nc2,C2\n", units, values);
}

static bool has_state(const td_awards *awards, td_award_state state)
{
    for (size_t u = 0; u < awards->n_units; u++)
        if (awards->decision[u].state == state)
            return true;
    return false;
}

/* What the integer programme finds passes; a worse unit in the place of a better one does not. */
static void exchanges_are_tried(void **state)
{
    (void)state;
    size_t n_swaps = 0, n_infeasible = 0;
    for (uint64_t seed = 1; seed <= 120; seed++) {
        year y;
        open_lower(&y, seed * 7919);
        td_awards awards = {0}, out = {0};
        size_t n_by_exchange = 0;
        td_status status = td_award(y.prepared, &y.results, NULL, &awards, y.errors);
        n_infeasible += status == TD_EINFEASIBLE;
        assert_true(status == TD_OK || status == TD_EINFEASIBLE);
        td_award_claims claims = claims_of(&awards);
        assert_int_equal(
            td_award_verify(y.prepared, &y.results, NULL, &claims, &out, &n_by_exchange, NULL),
            TD_OK);
        assert_same_awards(&awards, &out);
        assert_int_equal(n_by_exchange, 1);
        for (size_t u = 0; u < awards.n_units && !has_state(&awards, TD_TIED_AT_CUT); u++) {
            td_award_claim was = *claim_at(&claims, 0, u);
            if (was.state != TD_PROPOSED)
                continue;
            *claim_at(&claims, 0, u) = (td_award_claim){TD_OUTSIDE_QUOTA, TD_NONE};
            assert_int_equal(verify(&y, NULL, &claims, NULL), TD_EDATA);
            *claim_at(&claims, 0, u) = was;
            n_swaps++;
        }
        free((void *)claims.claim);
        td_awards_release(&awards);
        td_awards_release(&out);
        close_year(&y);
    }
    assert_true(n_swaps > 50);
    assert_true(n_infeasible > 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_decided_passes),
        cmocka_unit_test(only_what_is_decided_passes),
        cmocka_unit_test(exchanges_are_tried),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
