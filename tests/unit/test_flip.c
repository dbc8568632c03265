/*
 * Flips: by hand, and against a search over a grid of weights.
 */
#include "tests/unit/line_year.h"

static const td_options ALONE = {.threads = 1};

static const char *const TWO_GROUPS =
    WHATIF_HEAD "\"scale\": 10, \"criteria\": [{\"code\": \"A\", \"max\": 6, \"direct\": true},"
                "{\"code\": \"B\", \"max\": 4, \"direct\": true}]}";

static void two_write(year *y, const char *units, const char *values, const char *policy)
{
    year_write(y, TWO_GROUPS, policy, "id,name\nc,C\n", units, values, NULL);
}

#define THREE "id,name,cluster\np,P,c\nq,Q,c\nr,R,c\n"

static td_flip_options to_rank(size_t rank)
{
    return (td_flip_options){.rank = rank, .award = TD_NONE};
}

/* ---- by hand ---- */

/* p passes q where A has 80/13 of 10 points: from 6 the shares move by 2 * (80/13 - 6) / 10 = 4/130. */
static void the_nearest_weights_are_found(void **state)
{
    (void)state;
    year y;
    td_flip f = {0};
    const td_flip_options first = to_rank(1);
    two_write(&y, "id,name,cluster\np,P,c\nq,Q,c\n", "unit,A,B\np,4.5,2\nq,3,3.6\n", NULL);
    assert_int_equal(td_flip_unit(y.prepared, 0, &first, &f, y.errors), TD_OK);
    assert_int_equal(f.answer, TD_FLIP_REACHED);
    assert_true(f.rank_now == 2 && f.rank_there == 1);
    assert_true(fabs(f.least - 4.0 / 130) < 1e-9);
    assert_true(f.distance >= f.least && f.distance < f.least + 1e-4);
    assert_true(fabs(f.weights[0] - 80.0 / 78) < 1e-4);
    td_flip_release(&f);
    assert_int_equal(td_flip_unit(y.prepared, 1, &first, &f, y.errors), TD_OK);
    assert_int_equal(f.answer, TD_FLIP_ALREADY);
    assert_null(f.weights);
    td_flip_release(&f);
    year_close(&y);
}

/* r (3, 2) against the mix 1:1 of p (5, 1) and q (1.1, 3.1): (3.05, 2.05) is more in both. */
static void a_mix_of_rivals_proves_it_impossible(void **state)
{
    (void)state;
    year y;
    td_flip f = {0};
    const td_flip_options first = to_rank(1);
    two_write(&y, THREE, "unit,A,B\np,5,1\nq,1.1,3.1\nr,3,2\n", NULL);
    assert_int_equal(td_flip_unit(y.prepared, 2, &first, &f, y.errors), TD_OK);
    assert_int_equal(f.answer, TD_FLIP_IMPOSSIBLE);
    assert_int_equal(f.proof, TD_PROOF_MIX);
    assert_int_equal(f.n_rivals, 2);
    for (size_t k = 0; k < 2; k++) { /* in tenths of a point */
        const int64_t P[2] = {50, 10}, Q[2] = {11, 31}, R[2] = {30, 20};
        assert_true(f.parts[0] * P[k] + f.parts[1] * Q[k] > (f.parts[0] + f.parts[1]) * R[k]);
    }
    td_flip_release(&f);
    year_close(&y);
}

/* The same in every group: a tie key that is against it is proof, no key is none. */
static void ties_decide_as_the_rule_set_says(void **state)
{
    (void)state;
    const char *rules = WHATIF_HEAD
        "\"scale\": 10, \"ties\": [{\"indicator\": \"x\"}], \"indicators\": {\"x\": {\"kind\": "
        "\"number\"}}, \"criteria\": [{\"code\": \"A\", \"max\": 6, \"direct\": true},"
        "{\"code\": \"B\", \"max\": 4, \"direct\": true}]}";
    year y;
    td_flip f = {0};
    const td_flip_options first = to_rank(1);
    year_write(&y, rules, NULL, "id,name\nc,C\n", "id,name,cluster\np,P,c\nq,Q,c\n",
               "unit,A,B,x\np,4.5,2.385,1\nq,4.5,2.385,7\n", NULL);
    assert_int_equal(td_flip_unit(y.prepared, 0, &first, &f, y.errors), TD_OK);
    assert_int_equal(f.answer, TD_FLIP_IMPOSSIBLE);
    assert_int_equal(f.proof, TD_PROOF_DOMINATED);
    td_flip_release(&f);
    year_close(&y);
}

static void bounds_are_kept(void **state)
{
    (void)state;
    year y;
    td_flip f = {0};
    const td_flip_bound narrow = {0, 0.3, 0.605}, empty = {0, 0.7, 0.5}, low = {1, 0, 0.3};
    td_flip_options first = to_rank(1);
    two_write(&y, "id,name,cluster\np,P,c\nq,Q,c\n", "unit,A,B\np,4.5,2\nq,3,3.6\n", NULL);
    first.n_bounds = 1;
    first.bounds = &narrow; /* 8/13 is above */
    assert_int_equal(td_flip_unit(y.prepared, 0, &first, &f, y.errors), TD_OK);
    assert_int_equal(f.answer, TD_FLIP_NOT_FOUND);
    td_flip_release(&f);
    first.bounds = &low; /* A at least 0.7, far above */
    assert_int_equal(td_flip_unit(y.prepared, 0, &first, &f, y.errors), TD_OK);
    assert_int_equal(f.answer, TD_FLIP_REACHED);
    assert_true(fabs(f.least - 0.2) < 1e-9);
    td_flip_release(&f);
    first.bounds = &empty;
    assert_int_equal(td_flip_unit(y.prepared, 0, &first, &f, y.errors), TD_EINVAL);
    assert_string_equal(td_errors_view(y.errors, td_errors_size(y.errors) - 1).code, "flip-bounds");
    year_close(&y);
}

/* ---- awards ---- */

static const char *const POLICY =
    "{\"thidua\": \"policy/1\", \"code\": \"p\", \"name\": \"p\", \"valid\": {\"from\": "
    "\"2025-01-01\"}, \"awards\": [{\"code\": \"flag\", \"name\": \"flag\", \"conditions\": "
    "[{\"leader\": true}], \"limits\": [{\"within\": \"cluster\", \"count\": 1}]}, {\"code\": "
    "\"old\", \"name\": \"old\", \"conditions\": [{\"cluster_size_at_least\": 9}]}, "
    "{\"code\": \"many\", \"name\": \"many\", \"conditions\": [{\"points_at_least\": 7}]}]}";

/* The flag is the leader's; nobody gets "old"; p has 7 points where 0.25 m + 5 = 7, m = 8. */
static void awards_are_reached_or_proved_impossible(void **state)
{
    (void)state;
    year y;
    td_flip f = {0};
    td_flip_options to = {.award = 0};
    two_write(&y, THREE, "unit,A,B\np,4.5,2\nq,3,3.6\nr,3,2\n", POLICY);
    assert_int_equal(td_flip_unit(y.prepared, 0, &to, &f, y.errors), TD_OK);
    assert_int_equal(f.answer, TD_FLIP_REACHED);
    assert_true(fabs(f.weights[0] - 80.0 / 78) < 1e-4);
    td_flip_release(&f);
    assert_int_equal(td_flip_unit(y.prepared, 1, &to, &f, y.errors), TD_OK);
    assert_int_equal(f.answer, TD_FLIP_ALREADY);
    td_flip_release(&f);
    assert_int_equal(td_flip_unit(y.prepared, 2, &to, &f, y.errors), TD_OK);
    assert_int_equal(f.answer, TD_FLIP_IMPOSSIBLE);
    assert_int_equal(f.proof, TD_PROOF_MIX); /* q equals it where B weighs nothing */
    td_flip_release(&f);
    to.award = 1;
    assert_int_equal(td_flip_unit(y.prepared, 0, &to, &f, y.errors), TD_OK);
    assert_int_equal(f.proof, TD_PROOF_CONDITION);
    assert_int_equal(f.condition, 0);
    td_flip_release(&f);
    to.award = 2;
    assert_int_equal(td_flip_unit(y.prepared, 0, &to, &f, y.errors), TD_OK);
    assert_int_equal(f.answer, TD_FLIP_REACHED);
    assert_true(fabs(f.least - 0.4) < 1e-9 && f.distance < 0.4 + 1e-3);
    td_flip_release(&f);
    to.award = 3;
    assert_int_equal(td_flip_unit(y.prepared, 0, &to, &f, y.errors), TD_EINVAL);
    assert_string_equal(td_errors_view(y.errors, 0).code, "flip-no-award");
    year_close(&y);
}

/* ---- refusals ---- */

static void expect_refusal(const char *rules, size_t unit, size_t rank, const char *code)
{
    year y;
    td_flip f = {.best_rank = 77};
    const td_flip_options options = to_rank(rank);
    year_write(&y, rules, NULL, "id,name\nc,C\n", "id,name,cluster\np,P,c\nq,Q,c\n",
               "unit,A,B\np,5.7,2\nq,3,3.6\n", NULL);
    assert_int_equal(td_flip_unit(y.prepared, unit, &options, &f, y.errors), TD_EINVAL);
    assert_int_equal(f.best_rank, 77);
    assert_int_equal(td_errors_size(y.errors), code != NULL);
    if (code != NULL)
        assert_string_equal(td_errors_view(y.errors, 0).code, code);
    year_close(&y);
}

#define A6 "{\"code\": \"A\", \"max\": 6, \"direct\": true}"
#define B4 "{\"code\": \"B\", \"max\": 4, \"direct\": true}"
#define AB "\"criteria\": [" A6 ", " B4 "]}"
#define CLASSES                                                                                    \
    "\"classes\": [{\"code\": \"x\", \"name\": \"x\", \"from\": 5}, {\"code\": \"y\", "            \
    "\"name\": \"y\"}], "

static void what_is_no_linear_programme_is_named(void **state)
{
    (void)state;
    expect_refusal(WHATIF_HEAD "\"scale\": 10, \"combine\": \"arithmetic\", " AB, 0, 1,
                   "flip-mean");
    expect_refusal(WHATIF_HEAD "\"scale\": 10, \"rounding\": \"total\", \"decimals\": 1, "
                               "\"carried_decimals\": 3, " AB,
                   0, 1, "flip-rounded-total");
    expect_refusal(WHATIF_HEAD "\"scale\": 10, \"rank_by\": \"rounded-share\", " AB, 0, 1,
                   "flip-rounded-share");
    expect_refusal(WHATIF_HEAD "\"scale\": 10, \"rank_class_first\": true, " CLASSES AB, 0, 1,
                   "flip-class-first");
    expect_refusal(WHATIF_HEAD "\"scale\": 10, \"gates\": [{\"code\": \"g\", \"reason\": \"r\", "
                               "\"when\": {\"points\": \"total\", \"<\": 5}, \"effect\": "
                               "\"deduct\", \"points\": 1}], " AB,
                   0, 1, "flip-gate");
    expect_refusal(WHATIF_HEAD "\"scale\": 10, \"clamp\": {\"max\": 9.25}, " AB, 0, 1,
                   "flip-clamped");
    expect_refusal(WHATIF_HEAD "\"scale\": 10, " AB, 0, 3, "flip-rank");
    expect_refusal(WHATIF_HEAD "\"scale\": 10, " AB, 2, 1, NULL);
}

/* q has A alone, 0.4 of it under all weights; p, with 0.2 and 1, falls below where A has over 3/4. */
static void a_share_that_never_moves_is_overtaken(void **state)
{
    (void)state;
    const char *rules =
        WHATIF_HEAD "\"scale\": 50, \"rank_by\": \"share\", \"ties\": [{\"criterion\": \"B\"}], "
                    "\"criteria\": [{\"code\": \"A\", \"max\": 25, \"direct\": true},"
                    "{\"code\": \"B\", \"max\": 25, \"direct\": true}]}";
    year y;
    td_flip f = {0};
    const td_flip_options first = to_rank(1);
    year_write(&y, rules, NULL, "id,name\nc,C\n", "id,name,cluster\np,P,c\nq,Q,c\n",
               "unit,A,B\np,5,25\nq,10,\n", "unit,criterion,approved_by\nq,B,x\n");
    assert_int_equal(td_flip_unit(y.prepared, 1, &first, &f, y.errors), TD_OK);
    assert_int_equal(f.answer, TD_FLIP_REACHED);
    assert_true(fabs(f.least - 0.5) < 2e-6);
    assert_true(f.distance >= f.least && f.distance < 0.5 + 1e-4);
    td_flip_release(&f);
    year_close(&y);
}

/* p is second where A has 7.5 of 10, which is not enough for the one flag, and first where it has 8. */
static void the_rank_is_that_of_the_weights(void **state)
{
    (void)state;
    const char *policy =
        "{\"thidua\": \"policy/1\", \"code\": \"p\", \"name\": \"p\", \"valid\": {\"from\": "
        "\"2025-01-01\"}, \"awards\": [{\"code\": \"flag\", \"name\": \"flag\", \"limits\": "
        "[{\"within\": \"cluster\", \"count\": 1}]}]}";
    year y;
    td_flip f = {0};
    const td_flip_options flag = {.award = 0};
    two_write(&y, THREE, "unit,A,B\np,5.4,2\nq,4.8,3.6\nr,5.1,2.6\n", policy);
    assert_int_equal(td_flip_unit(y.prepared, 0, &flag, &f, y.errors), TD_OK);
    assert_int_equal(f.answer, TD_FLIP_REACHED);
    assert_true(fabs(f.weights[0] - 8.0 / 6) < 1e-4);
    assert_true(f.rank_now == 3 && f.rank_there == 1);
    td_flip_release(&f);
    year_close(&y);
}

/* ---- against a grid ---- */

#define STEPS 48

typedef struct search {
    size_t k;
    double *weights, *distance; /* [k * items], [k] */
    td_results results;
} search;

/* All shares that are multiples of 1 / STEPS, of the first three items. */
static void search_init(search *s, const year *y)
{
    size_t m = td_items(y->prepared);
    *s = (search){0};
    s->weights = calloc((STEPS + 1) * (STEPS + 2) / 2 * m, sizeof *s->weights);
    s->distance = calloc((STEPS + 1) * (STEPS + 2) / 2, sizeof *s->distance);
    for (int a = 0; a <= STEPS; a++)
        for (int b = 0; a + b <= STEPS; b++, s->k++) {
            const double share[3] = {(double)a / STEPS, (double)b / STEPS,
                                     (double)(STEPS - a - b) / STEPS};
            for (size_t i = 0; i < m; i++) {
                double official = td_item_get(y->prepared, i).share;
                double w = i < 3 ? nearbyint(share[i] / official * 1048576) / 1048576 : 1;
                s->weights[s->k * m + i] = w;
                s->distance[s->k] += i < 3 ? fabs(w - 1) * official : 0;
            }
        }
    assert_int_equal(td_evaluate(y->prepared, s->k, s->weights, &ALONE, &s->results, y->errors),
                     TD_OK);
}

static void search_release(search *s)
{
    free(s->weights);
    free(s->distance);
    td_results_release(&s->results);
}

/* Weights that leave a unit of the cluster nothing assigned are no answer of a flip. */
static bool leaves_nothing(const year *y, const td_standing *all, size_t unit)
{
    td_unit_view view = td_evaluation_unit(y->evaluation, unit);
    td_cluster_view c = td_evaluation_cluster(y->evaluation, view.cluster);
    bool nothing = false;
    for (size_t u = c.first_unit; u < c.first_unit + c.n_units; u++)
        nothing |= all[u].rank > 0 && !(all[u].assigned_q > 0);
    return nothing;
}

/* Units of the cluster before it; where ranks are fractional those equal to it too. */
static size_t before(const year *y, const td_standing *all, size_t unit)
{
    td_unit_view view = td_evaluation_unit(y->evaluation, unit);
    td_cluster_view c = td_evaluation_cluster(y->evaluation, view.cluster);
    bool fractional = y->evaluation->rules[c.rules]->ranks == TD_FRACTIONAL;
    size_t n = 0;
    for (size_t u = c.first_unit; u < c.first_unit + c.n_units; u++)
        if (u != unit && all[u].rank > 0)
            n += all[u].rank < all[unit].rank || (fractional && all[u].rank == all[unit].rank);
    return n;
}

static double nearest(const year *y, const search *s, size_t unit, size_t rank)
{
    double best = INFINITY;
    for (size_t i = 0; i < s->k; i++) {
        const td_standing *all = &s->results.standing[i * s->results.n_units];
        if (all[unit].rank > 0 && !leaves_nothing(y, all, unit) && before(y, all, unit) < rank)
            best = fmin(best, s->distance[i]);
    }
    return best;
}

static void check_reached(const year *y, const td_flip *f, size_t rank)
{
    td_results there = {0};
    assert_int_equal(td_evaluate(y->prepared, 1, f->weights, &ALONE, &there, y->errors), TD_OK);
    assert_true(there.standing[f->unit].rank == f->rank_there && f->rank_there <= (double)rank);
    td_results_release(&there);
    double sum = 0;
    for (size_t i = 0; i < 3; i++)
        sum += fabs(f->weights[i] - 1) * td_item_get(y->prepared, i).share;
    assert_true(fabs(sum - f->distance) < 1e-12);
    assert_true(f->least <= f->distance + 1e-6);
}

/* At every grid point the mix has at least the unit's points: every one of them, when it dominates. */
static void check_proof(const search *s, const td_flip *f)
{
    for (size_t i = 0; i < s->k; i++) {
        const td_standing *all = &s->results.standing[i * s->results.n_units];
        double lead = 0;
        for (size_t r = 0; r < f->n_rivals; r++) {
            double one = all[f->rivals[r]].total_q - all[f->unit].total_q;
            lead += (double)f->parts[r] * one;
            assert_true(f->proof == TD_PROOF_MIX || one >= -1e-3);
        }
        assert_true(lead >= -1e-3); /* weights on the grid do not add up to 1 exactly */
    }
}

/* At equal results a key decides that follows the weights: not searched. */
static bool key_follows(const year *y)
{
    td_tie_kind kind =
        y->evaluation->rules[0]->n_ties > 0 ? y->evaluation->rules[0]->ties[0].kind : TD_TIE_VOTES;
    return kind == TD_TIE_POINTS || kind == TD_TIE_SHARE || kind == TD_TIE_MORE_BONUS;
}

static size_t n_of[8];

static void check_unit(const year *y, const search *s, size_t unit, size_t rank)
{
    td_flip f = {0};
    const td_flip_options options = to_rank(rank);
    td_status status = td_flip_unit(y->prepared, unit, &options, &f, y->errors);
    if (status == TD_EINVAL)
        return; /* unranked, class first, gates on totals: other tests */
    assert_int_equal(status, TD_OK);
    double brute = nearest(y, s, unit, rank);
    n_of[f.answer]++;
    if (f.answer == TD_FLIP_REACHED) {
        check_reached(y, &f, rank);
        if (f.distance > brute + 1e-3 || f.least > brute + 1e-4)
            fail_msg("unit %zu rank %zu: %.9f, the grid has %.9f in %s", unit, rank, f.distance,
                     brute, y->folder.path);
    } else if (f.answer != TD_FLIP_ALREADY) {
        if (!isinf(brute) && !(f.answer == TD_FLIP_NOT_FOUND && key_follows(y)))
            fail_msg("unit %zu rank %zu: answer %d, the grid has %.9f in %s", unit, rank,
                     (int)f.answer, brute, y->folder.path);
        if (f.best_rank > 0)
            check_reached(y, &f, f.best_rank);
    }
    if (f.answer == TD_FLIP_IMPOSSIBLE)
        check_proof(s, &f);
    td_flip_release(&f);
}

static void random_flips_agree_with_a_search(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 40; seed++) {
        year y;
        search s;
        year_random(&y, seed, NULL);
        search_init(&s, &y);
        for (size_t u = 0; u < y.results.n_units; u++)
            for (size_t rank = 1; rank <= 2; rank++)
                check_unit(&y, &s, u, rank);
        search_release(&s);
        year_close(&y);
    }
    print_message("already %zu, reached %zu, impossible %zu, not found %zu, too narrow %zu\n",
                  n_of[0], n_of[1], n_of[2], n_of[3], n_of[4]);
    assert_true(n_of[TD_FLIP_REACHED] > 30 && n_of[TD_FLIP_IMPOSSIBLE] > 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_nearest_weights_are_found),
        cmocka_unit_test(a_mix_of_rivals_proves_it_impossible),
        cmocka_unit_test(ties_decide_as_the_rule_set_says),
        cmocka_unit_test(bounds_are_kept),
        cmocka_unit_test(awards_are_reached_or_proved_impossible),
        cmocka_unit_test(what_is_no_linear_programme_is_named),
        cmocka_unit_test(a_share_that_never_moves_is_overtaken),
        cmocka_unit_test(the_rank_is_that_of_the_weights),
        cmocka_unit_test(random_flips_agree_with_a_search),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
