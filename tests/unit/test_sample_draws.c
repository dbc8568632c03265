/*
 * What is drawn: weights and errors of the points against their distributions; estimates.
 */
#include <gsl/gsl_rng.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/random.h"
#include "engine/whatif/sample.h"
#include "tests/unit/sample_case.h"

/* ---- exponentials ---- */

/* The uniform numbers of GSL's generator, and a logarithm less than one unit of the last place off. */
static void exponentials_are_those_of_gsl(void **state)
{
    (void)state;
    const uint32_t SEEDS[] = {0, 1, 4357, 0x9E3779B1u, UINT32_MAX};
    static td_exponentials exponentials;
    double drawn[1000];
    for (size_t s = 0; s < sizeof SEEDS / sizeof SEEDS[0]; s++) {
        gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
        gsl_rng_set(rng, SEEDS[s]);
        td_exponentials_start(&exponentials, SEEDS[s]);
        for (size_t n = 1; n <= 1000; n += 37) {
            td_exponentials_draw(&exponentials, n, drawn);
            for (size_t i = 0; i < n; i++) {
                long double exact = -log1pl(-(long double)gsl_rng_get(rng) / 0x1p32L);
                double ulp = nextafter((double)exact, INFINITY) - (double)exact;
                assert_true(fabsl(drawn[i] - exact) < ulp);
            }
        }
        gsl_rng_free(rng);
    }
}

/* The same bits wherever it is built. */
static void exponentials_are_the_same_everywhere(void **state)
{
    (void)state;
    static td_exponentials exponentials;
    static double drawn[100000];
    uint64_t hash = 0;
    td_exponentials_start(&exponentials, 1);
    td_exponentials_draw(&exponentials, 100000, drawn);
    for (size_t i = 0; i < 100000; i++) {
        uint64_t bits;
        memcpy(&bits, &drawn[i], sizeof bits);
        hash = (hash ^ bits) * 0x100000001B3u;
    }
    assert_true(hash == 0x622CBB348DA0099Fu);
}

/* ---- uniform multipliers ---- */

#define MOST_SHARES 100

/* The plain twin: exponentials over their sum, put on the grid, vector by vector. */
static void draw_plainly(const td_region *r, td_random *random, double *out)
{
    double exponential[MOST_SHARES], sum = 0;
    td_random_exponentials(random, r->n_free, exponential);
    for (size_t f = 0; f < r->n_free; f++)
        sum += exponential[f];
    for (size_t f = 0; f < r->n_free; f++) {
        double share = r->low[f] + r->room * (exponential[f] / sum);
        out[f] = floor(share / r->share[f] * TD_WEIGHT_GRID + 0.5) / TD_WEIGHT_GRID;
    }
}

static void expect_plain(size_t n, bool with_limits, uint64_t n_tiles)
{
    size_t item[MOST_SHARES];
    double share[MOST_SHARES], low[MOST_SHARES], expected[MOST_SHARES], sum = 0;
    td_region r = {.n_items = n, .n_free = n, .item = item, .share = share, .low = low, .room = 1};
    r.how = TD_SAMPLING_UNIFORM;
    td_random *random = td_random_new(), *twin = td_random_new();
    double *scratch = calloc(TD_DRAW_SCRATCH * n, sizeof *scratch);
    double *drawn = calloc(TD_SAMPLE_TILE * n, sizeof *drawn);
    for (size_t f = 0; f < n; f++)
        sum += share[f] = (double)(1 + (7 * f + 3) % 11);
    for (size_t f = 0; f < n; f++) {
        item[f] = f;
        share[f] /= sum;
        r.room -= low[f] = with_limits ? (double)(f % 3) / (4 * (double)n) : 0;
    }
    for (uint64_t tile = 0; tile < n_tiles; tile++) {
        td_region_draw(&r, n, tile, random, scratch, drawn);
        td_random_start(twin, n, tile);
        for (size_t v = 0; v < TD_SAMPLE_TILE; v++) {
            const double *vector = drawn + td_rank_weight(n, v);
            draw_plainly(&r, twin, expected);
            for (size_t f = 0; f < n; f++)
                assert_memory_equal(vector + f * TD_RANK_STEP, expected + f, sizeof *expected);
        }
    }
    td_random_free(random);
    td_random_free(twin);
    free(scratch);
    free(drawn);
}

/* Two million vectors, of which some are in doubt. */
static void multipliers_are_those_of_the_plain_twin(void **state)
{
    (void)state;
    const size_t SIZES[] = {2, 3, 7, 20, 33, MOST_SHARES};
    for (size_t i = 0; i < 2 * (sizeof SIZES / sizeof SIZES[0]); i++)
        expect_plain(SIZES[i / 2], i % 2 == 1, 4000 / SIZES[i / 2]);
}

/* Every 2,039th word, and both ends. */
static void near_exponentials_are_near(void **state)
{
    (void)state;
    enum { STEP = 2039 };
    for (uint64_t word = 0; word < UINT64_C(1) << 32; word += STEP) {
        uint32_t words[2] = {(uint32_t)word, ~(uint32_t)word};
        double exact[2], near[2];
        td_exponentials_of(2, words, exact);
        td_exponentials_near(2, words, near);
        assert_true(fabs(exact[0] - near[0]) < TD_NEAR && fabs(exact[1] - near[1]) < TD_NEAR);
    }
}

/* ---- distributions ---- */

/* A unit alone is always first: its central weights are the mean of the draws. */
static void open_alone(matrix *the, size_t n_items, const double *max)
{
    double values[8] = {1, 2, 3, 4, 5, 6, 7, 8};
    matrix_open(the,
                &(matrix_form){.n_units = 1, .n_items = n_items, .values = values, .max = max});
}

static void dirichlet_has_the_spread_that_was_asked_for(void **state)
{
    (void)state;
    matrix the;
    open_alone(&the, N_ITEMS, MAX);
    td_sample_options o = {.n = 200000, .seed = 3, .spread = 0.4, .central = true};
    td_sampled s = {0};
    draw(&the, &o, &s);
    assert_true(fabs(s.share_sd[0] - 0.4 * 0.3) < 1e-12);
    for (size_t k = 0; k < N_ITEMS; k++) {
        td_estimate mean = td_sampled_central(&s, 0, k);
        assert_true(fabs(mean.value - MAX[k] / 100) <= 4 * mean.error);
        assert_true(fabs(mean.error * sqrt(200000) / s.share_sd[k] - 1) < 0.02);
    }
    td_sampled_release(&s);
    matrix_close(&the);
}

/* Uniform shares in order: the k-th largest of n has the mean (1/k + ... + 1/n) / n. */
static void chains_reach_every_corner(void **state)
{
    (void)state;
    matrix the;
    open_alone(&the, 8, NULL);
    const char *limit = "A>=B>=C>=D>=E>=F>=G>=H";
    td_sample_options o = {
        .n = 100000, .seed = 4, .limits = &limit, .n_limits = 1, .central = true};
    td_sampled s = {0};
    draw(&the, &o, &s);
    assert_int_equal(s.how[0], TD_SAMPLING_CHAIN);
    assert_true(isnan(s.share_sd[0]));
    for (size_t k = 0; k < 8; k++) {
        double mean = 0;
        for (size_t i = k + 1; i <= 8; i++)
            mean += 1 / (8 * (double)i);
        assert_true(fabs(td_sampled_central(&s, 0, k).value - mean) < 0.02 * mean);
    }
    td_sampled_release(&s);
    matrix_close(&the);
}

/* Two units a point apart, one item: whose normal error of 1 is larger by more than that? */
static void errors_of_the_points_are_drawn(void **state)
{
    (void)state;
    double values[2] = {50, 51};
    matrix the;
    matrix_open(&the, &(matrix_form){.n_units = 2, .n_items = 1, .values = values});
    td_sample_options o = {
        .n = 100000, .seed = 5, .noise = TD_NOISE_NORMAL, .noise_percent = 1, .central = true};
    td_sampled s = {0};
    draw(&the, &o, &s);
    assert_int_equal(s.how[0], TD_SAMPLING_NONE);
    td_estimate first = td_sampled_share(&s, &s.first[0]);
    double p = 0.5 * erfc(0.995 / 2); /* ties, a hundredth wide, count for both */
    assert_true(fabs(first.value - p) <= 4 * first.error);
    td_estimate confidence[2];
    assert_int_equal(td_sample_confidence(the.prepared, &o, &s, confidence, the.errors), TD_OK);
    assert_true(fabs(confidence[0].value - p) <= 4 * confidence[0].error);
    td_sampled_release(&s);
    o.noise = TD_NOISE_UNIFORM;
    draw(&the, &o, &s);
    first = td_sampled_share(&s, &s.first[0]);
    p = 0.5 * (2 - 0.995) * (2 - 0.995) /
        4; /* the difference has a triangular density on [-2, 2] */
    assert_true(fabs(first.value - p) <= 4 * first.error);
    td_sampled_release(&s);
    matrix_close(&the);
}

/* One unit was cut by 2 points in one item; its errors are as wide, those of the other are 0. */
static void errors_may_follow_the_channels(void **state)
{
    (void)state;
    double self[] = {52, 40, 51, 40}, values[] = {50, 40, 51, 40};
    matrix the;
    matrix_open(&the, &(matrix_form){.n_units = 2,
                                     .n_items = 2,
                                     .values = values,
                                     .self_values = self,
                                     .head = "\"channels\": [\"final\", \"self\"], "});
    td_sample_options o = {.n = 50000, .seed = 5, .noise = TD_NOISE_CHANNEL, .noise_percent = 50};
    td_sampled s = {0};
    draw(&the, &o, &s);
    td_estimate first = td_sampled_share(&s, &s.first[0]);
    double p = 0.5 * erfc(0.995 / sqrt(2)); /* standard deviation 1, behind by 1, ties for both */
    assert_true(fabs(first.value - p) <= 4 * first.error);
    td_sampled_release(&s);
    matrix_close(&the);
}

static void figures_follow_from_counts(void **state)
{
    (void)state;
    double values[] = {9, 5, 7, 4, 8, 6, 3, 4, 5, 6, 6, 6};
    matrix the;
    matrix_open(&the, &(matrix_form){.n_units = 4, .n_items = 3, .values = values});
    td_sample_options o = {.n = 20000, .seed = 1, .central = true};
    td_sampled s = {0};
    draw(&the, &o, &s);
    /* The first unit: 72 % first, 16 % second, 13 % third. The third: always fourth. */
    assert_true(td_sampled_rank(&s, 0, 5) == 1 && td_sampled_rank(&s, 0, 50) == 1);
    assert_true(td_sampled_rank(&s, 0, 80) == 2 && td_sampled_rank(&s, 0, 95) == 3);
    assert_true(td_sampled_rank(&s, 2, 5) == 4 && td_sampled_rank(&s, 2, 95) == 4);
    td_estimate confidence[4];
    assert_int_equal(td_sample_confidence(the.prepared, &o, &s, confidence, the.errors), TD_OK);
    assert_true(confidence[0].value == 1 && confidence[1].value == 1 && confidence[0].error == 0);
    assert_true(isnan(confidence[2].value) && isnan(confidence[3].value));
    assert_true(isnan(td_sampled_central(&s, 2, 0).value));
    o.seed = 2;
    assert_int_equal(td_sample_confidence(the.prepared, &o, &s, confidence, the.errors), TD_EINVAL);
    td_sampled_release(&s);
    matrix_close(&the);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exponentials_are_those_of_gsl),
        cmocka_unit_test(exponentials_are_the_same_everywhere),
        cmocka_unit_test(multipliers_are_those_of_the_plain_twin),
        cmocka_unit_test(near_exponentials_are_near),
        cmocka_unit_test(dirichlet_has_the_spread_that_was_asked_for),
        cmocka_unit_test(chains_reach_every_corner),
        cmocka_unit_test(errors_of_the_points_are_drawn),
        cmocka_unit_test(errors_may_follow_the_channels),
        cmocka_unit_test(figures_follow_from_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
