/*
 * Sampled weights against exact areas and against the public stages, whole runs against runs in
 * pieces.
 */
#include <cjson/cJSON.h>

#include "engine/whatif/sample.h"
#include "tests/unit/sample_case.h"

#define EXACT "tests/data/fixtures/smaa_exact.json"
#define MANY UINT64_C(1000000)
#define STANDARD_ERRORS 4

static double *numbers_of(const cJSON *rows, size_t n, size_t m)
{
    double *values = calloc(n * m, sizeof *values);
    for (size_t u = 0; u < n; u++) {
        const cJSON *row = cJSON_GetArrayItem(rows, (int)u);
        for (size_t k = 0; k < m; k++) {
            const cJSON *x = cJSON_GetArrayItem(row, (int)k);
            values[u * m + k] = cJSON_IsNumber(x) ? x->valuedouble : NAN;
        }
    }
    return values;
}

/* ---- exact areas ---- */

static const char *the_case; /* named when something differs */

/* Within four standard errors of p; the smallest error allowed is that of one vector. */
static void expect_share(double exact, td_estimate got, const char *what)
{
    double error = fmax(sqrt(exact * (1 - exact) / (double)MANY), 1e-6);
    if (fabs(got.value - exact) > STANDARD_ERRORS * error)
        fail_msg("%s: %s is %.6f, not %.6f", the_case, what, got.value, exact);
    if (fabs(got.error - error) > 0.1 * error + 1e-6)
        fail_msg("%s: %s has the error %g, not %g", the_case, what, got.error, error);
}

static void expect_central(double exact, td_estimate got)
{
    if (isnan(exact)) {
        assert_true(isnan(got.value));
    } else if (!(fabs(got.value - exact) <= STANDARD_ERRORS * got.error + 1e-6)) {
        fail_msg("%s: central weight %.6f, not %.6f", the_case, got.value, exact);
    }
}

static void compare(const cJSON *exact, const td_sampled *s, size_t n, size_t m)
{
    double *rank = numbers_of(cJSON_GetObjectItem(exact, "rank"), n, n);
    double *wins = numbers_of(cJSON_GetObjectItem(exact, "wins"), n, n);
    double *central = numbers_of(cJSON_GetObjectItem(exact, "central"), n, m);
    for (size_t u = 0; u < n; u++) {
        for (size_t v = 0; v < n; v++) {
            const uint64_t *place = &s->place[s->first_place[u] + v];
            expect_share(rank[u * n + v], td_sampled_share(s, place), "rank");
            const uint64_t *beats = &s->beats[s->first_pair[u] + v];
            expect_share(wins[u * n + v], td_sampled_share(s, beats), "pair");
        }
        assert_true(s->first[u] == s->place[s->first_place[u]]);
        for (size_t k = 0; k < m; k++)
            expect_central(central[u * m + k], td_sampled_central(s, u, k));
    }
    free(rank);
    free(wins);
    free(central);
}

static size_t limits_of(const char *region, const char **limits)
{
    if (strcmp(region, "uniform") == 0)
        return 0;
    if (strcmp(region, "w1>=w2>=w3") == 0) {
        limits[0] = "A>=B>=C";
        return 1;
    }
    assert_string_equal(region, "each_w>=0.2");
    limits[0] = "A>=20%";
    limits[1] = "20 %<=B";
    limits[2] = "C≥60"; /* of 300 points */
    return 3;
}

static void check_case(const cJSON *exact)
{
    const cJSON *rows = cJSON_GetObjectItem(exact, "values");
    size_t n = (size_t)cJSON_GetArraySize(rows);
    size_t m = (size_t)cJSON_GetArraySize(cJSON_GetArrayItem(rows, 0));
    double *values = numbers_of(rows, n, m);
    matrix the;
    matrix_open(&the, &(matrix_form){.n_units = n, .n_items = m, .values = values});
    const char *limits[3];
    td_sample_options o = {
        .n = MANY, .seed = 2025, .limits = limits, .pairwise = true, .central = true};
    o.threads = 1;
    o.n_limits = limits_of(cJSON_GetObjectItem(exact, "region")->valuestring, limits);
    td_sampled s = {0};
    the_case = cJSON_GetObjectItem(exact, "name")->valuestring;
    assert_int_equal(td_sample(the.prepared, &o, &s, the.errors), TD_OK);
    compare(exact, &s, n, m);
    td_sampled_release(&s);
    matrix_close(&the);
    free(values);
}

static void exact_areas_are_met(void **state)
{
    (void)state;
    char *text = td_test_read(EXACT, NULL);
    cJSON *cases = cJSON_Parse(text);
    assert_true(cJSON_GetArraySize(cases) == 17);
    for (int i = 0; i < cJSON_GetArraySize(cases); i++)
        check_case(cJSON_GetArrayItem(cases, i));
    cJSON_Delete(cases);
    free(text);
}

/* ---- against td_evaluate() and td_award() ---- */

static void draw_vectors(const td_region *region, uint64_t seed, uint64_t tile, td_random *random,
                         double *vectors)
{
    double scratch[TD_DRAW_SCRATCH * N_ITEMS], drawn[TD_SAMPLE_TILE * N_ITEMS];
    td_region_draw(region, seed, tile, random, scratch, drawn);
    td_region_spread(region, drawn, N_ITEMS, vectors);
}

/* The same vectors, one by one through the public stages. */
static void count_slowly(const td_prepared *prepared, const td_sample_options *o,
                         const td_sampled *s, bool is_plain, uint64_t *counts)
{
    td_sampler sampler;
    td_random *random = td_random_new();
    double *vectors = calloc(TD_SAMPLE_TILE * N_ITEMS, sizeof *vectors);
    for (size_t i = 0; i < TD_SAMPLE_TILE * N_ITEMS; i++)
        vectors[i] = 1;
    assert_int_equal(td_sampler_init(&sampler, prepared, o, NULL), TD_OK);
    assert_int_equal(sampler.plain[0] != NULL, is_plain);
    for (uint64_t v = 0; v < o->n; v++) {
        const double *weights = vectors + v % TD_SAMPLE_TILE * N_ITEMS;
        if (v % TD_SAMPLE_TILE == 0)
            draw_vectors(&sampler.regions[0], o->seed, v / TD_SAMPLE_TILE, random, vectors);
        td_results results = {0};
        td_awards awards = {0};
        assert_int_equal(td_evaluate(prepared, 1, weights, NULL, &results, NULL), TD_OK);
        for (size_t c = 0; c < prepared->evaluation->data.n_clusters; c++)
            td_tally_cluster(s, prepared, c,
                             results.standing + prepared->evaluation->data.clusters[c].first_unit,
                             weights, counts);
        if (o->awards) {
            assert_int_equal(td_award(prepared, &results, NULL, &awards, NULL), TD_OK);
            td_tally_awards(s, &awards, counts);
        }
        td_awards_release(&awards);
        td_results_release(&results);
    }
    td_sampler_release(&sampler);
    td_random_free(random);
    free(vectors);
}

static void expect_slow_counts(const matrix *the, bool is_plain, bool awards, double spread)
{
    td_sample_options o = {
        .n = 600, .seed = 7, .pairwise = true, .central = true, .awards = awards, .spread = spread};
    td_sampled s = {0};
    assert_int_equal(td_sample(the->prepared, &o, &s, the->errors), TD_OK);
    assert_int_equal(s.n, o.n);
    assert_true((s.proposed != NULL) == awards);
    uint64_t *counts = calloc(s.n_counts, sizeof *counts);
    count_slowly(the->prepared, &o, &s, is_plain, counts);
    assert_memory_equal(counts, s.counts, s.n_counts * sizeof *counts);
    free(counts);
    td_sampled_release(&s);
}

static void counts_are_those_of_the_public_stages(void **state)
{
    (void)state;
    for (size_t h = 0; h < N_HEADS; h++)
        for (size_t size = 1; size <= N_UNITS; size += 11) {
            matrix the;
            open_form(&the, HEADS[h].head, size);
            expect_slow_counts(&the, HEADS[h].is_plain, true, 0);
            expect_slow_counts(&the, HEADS[h].is_plain, false, 0.2);
            matrix_close(&the);
        }
}

/* Beyond 64 units ranks come from sorting. */
static void large_clusters_are_counted_alike(void **state)
{
    (void)state;
    double values[70 * N_ITEMS];
    for (size_t i = 0; i < 70 * N_ITEMS; i++)
        values[i] = (double)(i * 7919 % 11) / 11 * 10;
    matrix the;
    matrix_open(&the, &(matrix_form){.n_units = 70,
                                     .n_items = N_ITEMS,
                                     .values = values,
                                     .max = MAX,
                                     .head = HEADS[0].head});
    expect_slow_counts(&the, true, false, 0);
    matrix_close(&the);
}

/* ---- threads, pieces, states ---- */

static void expect_same(const td_sampled *a, const td_sampled *b)
{
    assert_true(a->n == b->n && a->n_counts == b->n_counts && a->n_squares == b->n_squares);
    assert_memory_equal(a->counts, b->counts, a->n_counts * sizeof *a->counts);
    if (a->squares != NULL)
        assert_memory_equal(a->squares, b->squares, a->n_squares * sizeof *a->squares);
}

/* All ways of drawing: uniform, around the official shares, rejection, a chain. */
static const struct {
    const char *name, *limits[3];
    size_t n_limits;
    double spread, noise;
    td_sampling how;
} WAYS[] = {
    {"uniform", {NULL}, 0, 0, 0, TD_SAMPLING_UNIFORM},
    {"dirichlet", {NULL}, 0, 0.25, 3, TD_SAMPLING_DIRICHLET},
    {"shifted", {"A>=12,5%", "B>=10"}, 2, 0, 0, TD_SAMPLING_UNIFORM},
    {"rejection", {"A>=B", "C<=30%"}, 2, 0, 0, TD_SAMPLING_REJECTION},
    {"chain", {"A>=2*B", "B>=C>=1.5*D", "D>=E"}, 3, 0, 1.5, TD_SAMPLING_CHAIN},
};
#define N_WAYS (sizeof WAYS / sizeof WAYS[0])

static td_sample_options way_options(size_t w, uint64_t n)
{
    return (td_sample_options){.n = n,
                               .seed = 99,
                               .limits = WAYS[w].limits,
                               .n_limits = WAYS[w].n_limits,
                               .spread = WAYS[w].spread,
                               .noise = WAYS[w].noise > 0 ? TD_NOISE_NORMAL : TD_NOISE_NONE,
                               .noise_percent = WAYS[w].noise,
                               .pairwise = true,
                               .central = true};
}

static void threads_and_pieces_change_no_count(void **state)
{
    (void)state;
    matrix the;
    open_form(&the, HEADS[0].head, 6);
    for (size_t w = 0; w < N_WAYS; w++) {
        for (int awards = 0; awards < 2; awards++) {
            td_sample_options o = way_options(w, 1500);
            td_sampled whole = {0}, threaded = {0}, pieces = {0};
            o.awards = awards;
            o.threads = 1;
            draw(&the, &o, &whole);
            assert_int_equal(whole.how[0], WAYS[w].how);
            assert_true(whole.n == (WAYS[w].how == TD_SAMPLING_CHAIN ? 1536 : 1500));
            o.threads = 5;
            draw(&the, &o, &threaded);
            expect_same(&whole, &threaded);
            static const uint64_t STEPS[] = {1, 100, 256, 700, 700, 1500};
            for (size_t i = 0; i < sizeof STEPS / sizeof STEPS[0]; i++) {
                o.n = WAYS[w].how == TD_SAMPLING_CHAIN ? (STEPS[i] + 255) / 256 * 256 : STEPS[i];
                draw(&the, &o, &pieces);
            }
            expect_same(&whole, &pieces);
            td_sampled_release(&whole);
            td_sampled_release(&threaded);
            td_sampled_release(&pieces);
        }
    }
    matrix_close(&the);
}

static void states_are_read_back(void **state)
{
    (void)state;
    matrix the;
    open_form(&the, HEADS[0].head, 6);
    for (size_t w = 0; w < N_WAYS; w++) {
        td_sample_options o = way_options(w, 512);
        td_sampled whole = {0}, again = {0};
        char *path = td_folder_path(&the.folder, "state");
        draw(&the, &o, &again);
        assert_int_equal(td_sampled_write(&again, path, the.errors), TD_OK);
        td_sampled_release(&again);
        o.n = 1024;
        draw(&the, &o, &whole);
        assert_int_equal(td_sampled_read(the.prepared, &o, path, &again, the.errors), TD_OK);
        assert_true(again.n == 512);
        draw(&the, &o, &again);
        expect_same(&whole, &again);
        td_sampled_release(&again);
        td_sampled_release(&whole);
        free(path);
    }
    matrix_close(&the);
}

static void states_of_other_runs_are_refused(void **state)
{
    (void)state;
    matrix the;
    open_form(&the, HEADS[0].head, 6);
    td_sample_options o = way_options(0, 300), other = o;
    td_sampled s = {0}, untouched = {.n = 77};
    char *path = td_folder_path(&the.folder, "state");
    draw(&the, &o, &s);
    assert_int_equal(td_sampled_write(&s, path, the.errors), TD_OK);
    other.seed = 100;
    assert_int_equal(td_sampled_read(the.prepared, &other, path, &untouched, the.errors),
                     TD_EINVAL);
    expect_fault(&the, "sample-other-run");
    assert_int_equal(td_sample(the.prepared, &other, &s, the.errors), TD_EINVAL);
    expect_fault(&the, "sample-other-run");
    other = o;
    other.n = 299;
    assert_int_equal(td_sample(the.prepared, &other, &s, the.errors), TD_EINVAL);
    expect_fault(&the, "sample-fewer");
    assert_true(s.n == 300);
    size_t size;
    char *text = td_test_read(path, &size);
    for (size_t cut = 0; cut < size; cut += 7) {
        assert_int_not_equal(td_sampled_parse(the.prepared, &o, text, cut, "cut", &untouched, NULL),
                             TD_OK);
        assert_true(untouched.n == 77);
    }
    char *digit = strstr(text, "counts");
    digit = strchr(digit, '\n') + 1;
    while (*digit == '0' || *digit == ' ')
        digit++;
    *digit = *digit == '9' ? '8' : (char)(*digit + 1);
    assert_int_equal(
        td_sampled_parse(the.prepared, &o, text, size, "changed", &untouched, the.errors),
        TD_EINVAL);
    expect_fault(&the, "sample-state-broken");
    assert_int_equal(td_sampled_read(the.prepared, &o, the.folder.path, &untouched, the.errors),
                     TD_EIO);
    assert_int_equal(td_sampled_write(&s, "/nowhere/at/all", the.errors), TD_EIO);
    free(text);
    free(path);
    td_sampled_release(&s);
    matrix_close(&the);
}

/* ---- stopping ---- */

typedef struct stop {
    uint64_t after, done;
    volatile int cancelled;
} stop;

static void stop_later(void *context, uint64_t done, uint64_t total)
{
    stop *the = context;
    assert_true(done <= total);
    the->done = done > the->done ? done : the->done;
    if (done >= the->after)
        the->cancelled = 1;
}

static void what_was_sampled_is_kept(void **state)
{
    (void)state;
    matrix the;
    open_form(&the, HEADS[0].head, 6);
    for (size_t w = 0; w < N_WAYS; w++) {
        for (int awards = 0; awards < 2; awards++) {
            stop at = {.after = 40};
            td_sample_options o = way_options(w, 20000);
            td_sampled part = {0}, whole = {0};
            o.awards = awards;
            o.progress = stop_later;
            o.context = &at;
            o.cancelled = &at.cancelled;
            assert_int_equal(td_sample(the.prepared, &o, &part, the.errors), TD_EINTERRUPTED);
            assert_true(part.n < part.wanted && at.done >= at.after);
            assert_true(WAYS[w].how != TD_SAMPLING_CHAIN || part.n % 256 == 0);
            assert_true(part.n > 0);
            o.cancelled = NULL;
            o.progress = NULL;
            o.n = part.n;
            draw(&the, &o, &whole);
            expect_same(&whole, &part);
            td_sampled_release(&whole);
            td_sampled_release(&part);
        }
    }
    matrix_close(&the);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exact_areas_are_met),
        cmocka_unit_test(counts_are_those_of_the_public_stages),
        cmocka_unit_test(large_clusters_are_counted_alike),
        cmocka_unit_test(threads_and_pieces_change_no_count),
        cmocka_unit_test(states_are_read_back),
        cmocka_unit_test(states_of_other_runs_are_refused),
        cmocka_unit_test(what_was_sampled_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
