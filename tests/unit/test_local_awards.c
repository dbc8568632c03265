/*
 * Awards decided cluster by cluster against the same awards decided over all units at once: every
 * figure of every decision and bound, over random policies and data; and which policies are local.
 */
#include "engine/award/award.h"
#include "engine/award/local.h"
#include "tests/unit/local_year.h"

#define N_YEARS 400

typedef struct local_year {
    td_folder folder;
    td_errors *errors;
    td_evaluation *evaluation;
    td_prepared *prepared;
    td_results results;
    td_awards plain;
} local_year;

/* False: the policy that was drawn is none, or asks for a category that nobody has. */
static bool open_local(local_year *y, uint64_t seed, bool by_ranks, bool wide)
{
    *y = (local_year){.errors = td_errors_new()};
    td_folder_init(&y->folder);
    local_write(&y->folder, seed, by_ranks, wide);
    td_status status = td_evaluation_load(y->folder.path, NULL, &y->evaluation, y->errors);
    assert_true(status == TD_OK || status == TD_ERULES || status == TD_EDATA);
    if (status != TD_OK)
        return false;
    assert_int_equal(td_prepare(y->evaluation, NULL, &y->prepared, y->errors), TD_OK);
    assert_int_equal(td_evaluate(y->prepared, 1, NULL, NULL, &y->results, y->errors), TD_OK);
    return true;
}

static void close_local(local_year *y)
{
    td_awards_release(&y->plain);
    td_results_release(&y->results);
    td_prepared_free(y->prepared);
    td_evaluation_free(y->evaluation);
    td_errors_free(y->errors);
    td_folder_release(&y->folder);
}

static void expect_same_decisions(const td_awards *a, const td_awards *b, uint64_t seed)
{
    for (size_t i = 0; i < a->n_awards * a->n_units; i++) {
        const td_decision *x = &a->decision[i], *y = &b->decision[i];
        bool same = x->state == y->state && x->place == y->place && x->region == y->region &&
                    x->quota == y->quota && x->condition == y->condition &&
                    x->by_award == y->by_award && x->gate == y->gate && x->reserve == y->reserve &&
                    x->strike == y->strike;
        if (!same)
            fail_msg("seed %zu, award %zu, unit %zu: state %d place %zu quota %zu reserve %zu, "
                     "plainly %d %zu %zu %zu",
                     (size_t)seed, i / a->n_units, i % a->n_units, (int)x->state, x->place,
                     x->quota, x->reserve, (int)y->state, y->place, y->quota, y->reserve);
    }
    assert_int_equal(a->n_quotas, b->n_quotas);
    for (size_t q = 0; q < a->n_quotas; q++) {
        const td_quota *x = &a->quotas[q], *y = &b->quotas[q];
        bool same = x->award == y->award && x->within == y->within && x->where == y->where &&
                    x->is_share == y->is_share && x->is_distributed == y->is_distributed &&
                    x->denominator == y->denominator && x->limit == y->limit &&
                    x->used == y->used && x->open == y->open && x->over == y->over &&
                    x->bound == y->bound;
        if (!same)
            fail_msg("seed %zu, quota %zu: of %zu limit %zu used %zu open %zu over %zu, plainly "
                     "%zu %zu %zu %zu %zu",
                     (size_t)seed, q, x->denominator, x->limit, x->used, x->open, x->over,
                     y->denominator, y->limit, y->used, y->open, y->over);
    }
}

/* ---- whole decisions ---- */

static void expect_award(local_year *y, uint64_t seed, int threads)
{
    td_strike strikes[] = {{0, "r"}, {y->results.n_units / 2, "r"}};
    td_award_options options = {
        .strikes = strikes, .n_strikes = seed % 3 == 0 ? 2 : 0, .threads = threads};
    td_awards fast = {0}, plain = {0};
    assert_int_equal(td_award(y->prepared, &y->results, &options, &fast, y->errors), TD_OK);
    assert_int_equal(td_award_plainly(y->prepared, &y->results, &options, &plain, y->errors),
                     TD_OK);
    expect_same_decisions(&fast, &plain, seed);
    td_awards_release(&fast);
    td_awards_release(&plain);
}

static void check_whole(bool wide, size_t least)
{
    size_t n = 0;
    for (uint64_t seed = 0; seed < N_YEARS; seed++) {
        local_year y;
        if (open_local(&y, seed, false, wide)) {
            expect_award(&y, seed, 1 + (int)(seed % 2));
            n++;
        }
        close_local(&y);
    }
    print_message("%zu years\n", n);
    assert_true(n >= least);
}

static void decisions_are_those_of_the_plain_twin(void **state)
{
    (void)state;
    check_whole(false, N_YEARS / 2);
}

static void awards_beyond_clusters_may_stand_between(void **state)
{
    (void)state;
    check_whole(true, N_YEARS / 2);
}

/* ---- states alone ---- */

static bool has_equal_assigned(const td_local_cluster *the, size_t n)
{
    for (size_t u = 1; u < n; u++)
        if (the->standing[u].assigned_q != the->standing[0].assigned_q)
            return false;
    return true;
}

static void expect_states(const local_year *y, const td_local *plan, uint64_t seed, bool by_ranks)
{
    const td_dataset *data = &y->evaluation->data;
    size_t n = data->n_units;
    uint8_t *states = calloc(n * y->plain.n_awards + 1, 1);
    float *rank = calloc(n, sizeof *rank);
    td_local_scratch *scratch = td_local_scratch_new(plan, y->prepared->max_units);
    assert_non_null(states);
    assert_non_null(rank);
    assert_non_null(scratch);
    for (size_t u = 0; u < n; u++)
        rank[u] = (float)y->results.standing[u].rank;
    for (size_t c = 0; c < data->n_clusters; c++) {
        const td_cluster *cluster = &data->clusters[c];
        size_t first = cluster->first_unit, n_units = cluster->n_units;
        td_local_cluster the = {.prepared = y->prepared,
                                .block = &y->prepared->blocks[cluster->rules],
                                .first_row = data->row_of_unit[first],
                                .cluster = c,
                                .first_unit = first,
                                .standing = y->results.standing + first};
        if (by_ranks &&
            (!td_local_by_ranks(plan).equal_assigned || has_equal_assigned(&the, n_units)))
            td_local_decide_ranks(plan, scratch, c, rank + first, states + first, n);
        else
            td_local_decide(plan, scratch, &the, states + first, n);
    }
    for (size_t i = 0; i < n * y->plain.n_awards; i++)
        if (states[i] != y->plain.decision[i].state)
            fail_msg("seed %zu, award %zu, unit %zu: state %d, plainly %d", (size_t)seed, i / n,
                     i % n, (int)states[i], (int)y->plain.decision[i].state);
    td_local_scratch_free(scratch);
    free(rank);
    free(states);
}

static void check_states(bool by_ranks, size_t least)
{
    size_t n = 0;
    for (uint64_t seed = 0; seed < N_YEARS; seed++) {
        local_year y;
        td_local *plan = NULL;
        if (open_local(&y, seed, by_ranks, false)) {
            assert_int_equal(td_local_new(y.evaluation, &plan, y.errors), TD_OK);
            assert_int_equal(td_award_plainly(y.prepared, &y.results, NULL, &y.plain, y.errors),
                             TD_OK);
            expect_states(&y, plan, seed, false);
            if (by_ranks && td_local_by_ranks(plan).suffice)
                expect_states(&y, plan, seed, true);
            n += !by_ranks || td_local_by_ranks(plan).suffice;
        }
        td_local_free(plan);
        close_local(&y);
    }
    print_message("%zu years\n", n);
    assert_true(n >= least);
}

static void states_are_those_of_the_plain_twin(void **state)
{
    (void)state;
    check_states(false, N_YEARS / 2);
}

static void ranks_tell_the_same_where_they_suffice(void **state)
{
    (void)state;
    check_states(true, N_YEARS / 2);
}

/* ---- which policies are local ---- */

static void expect_obstacle(const char *award, const char *code)
{
    td_folder folder;
    td_errors *errors = td_errors_new();
    td_evaluation *evaluation = NULL;
    td_local *plan = NULL;
    char *policy = NULL;
    td_folder_init(&folder);
    local_write(&folder, 1, false, false);
    assert_true(asprintf(&policy,
                         "{\"thidua\":\"policy/1\",\"code\":\"p\",\"name\":\"P\","
                         "\"valid\":{\"from\":\"2025-01-01\"},\"awards\":[{\"code\":\"w0\","
                         "\"name\":\"W\",%s}]}",
                         award) > 0);
    free(td_folder_write(&folder, "policy.json", policy));
    assert_int_equal(td_evaluation_load(folder.path, NULL, &evaluation, errors), TD_OK);
    assert_int_equal(td_local_new(evaluation, &plan, errors), code == NULL ? TD_OK : TD_EINVAL);
    if (code != NULL)
        assert_string_equal(td_errors_view(errors, td_errors_size(errors) - 1).code, code);
    td_local_free(plan);
    td_evaluation_free(evaluation);
    td_errors_free(errors);
    td_folder_release(&folder);
    free(policy);
}

static void what_goes_beyond_clusters_is_said(void **state)
{
    (void)state;
    expect_obstacle("\"limits\":[{\"within\":\"all\",\"count\":2}]", "award-local-bound");
    expect_obstacle("\"distribute\":{\"total\":3}", "award-local-total");
    expect_obstacle("\"lower\":[{\"category\":[\"x\"],\"within\":\"cluster\",\"at_least\":1}]",
                    "award-local-lower");
    expect_obstacle("\"scope\":\"all\",\"reserve\":2", "award-local-reserve");
    expect_obstacle("\"scope\":\"all\",\"reserve\":\"all\"", NULL);
    expect_obstacle("\"limits\":[{\"within\":\"cluster\",\"count\":2}],\"reserve\":1", NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decisions_are_those_of_the_plain_twin),
        cmocka_unit_test(awards_beyond_clusters_may_stand_between),
        cmocka_unit_test(states_are_those_of_the_plain_twin),
        cmocka_unit_test(ranks_tell_the_same_where_they_suffice),
        cmocka_unit_test(what_goes_beyond_clusters_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
