/*
 * Sampled weights against exact areas, whole runs against runs in pieces, and the faults of
 * options and limits.
 */
#include <cjson/cJSON.h>

#include "engine/whatif/sample.h"
#include "tests/unit/matrix.h"

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

#define N_UNITS 23
#define N_ITEMS 5

static const double MAX[N_ITEMS] = {30, 25, 20, 15, 10};

static const char POLICY[] =
    "{\"thidua\": \"policy/1\", \"code\": \"p\", \"name\": \"p\","
    " \"valid\": {\"from\": \"2025-01-01\"}, \"awards\": ["
    "{\"code\": \"flag\", \"name\": \"f\", \"conditions\": [{\"rank_at_most\": 1}],"
    " \"limits\": [{\"within\": \"cluster\", \"count\": 1},"
    "  {\"within\": \"all\", \"share\": 0.5, \"of\": \"leaders\"}], \"merit\": [\"share\"]},"
    "{\"code\": \"paper\", \"name\": \"c\", \"exclusive_with\": \"flag\","
    " \"limits\": [{\"within\": \"cluster\", \"share\": 0.4, \"of\": \"units\"}],"
    " \"merit\": [\"rank\"]}]}";

/* Few different values, some rows twice: ties abound. */
static void fill(double *values)
{
    uint64_t x = 88172645463325252u;
    for (size_t i = 0; i < N_UNITS * N_ITEMS; i++) {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        values[i] = MAX[i % N_ITEMS] * (0.5 + 0.05 * (double)(x % 11));
    }
    memcpy(values + 4 * N_ITEMS, values + 3 * N_ITEMS, N_ITEMS * sizeof *values);
    memcpy(values + 12 * N_ITEMS, values + 11 * N_ITEMS, N_ITEMS * sizeof *values);
}

/* Rule sets that the kernel can rank, and others. */
static const struct {
    const char *head;
    bool is_plain;
} HEADS[] = {
    {"\"ties\": [{\"criterion\": \"B\"}], ", true},
    {"\"rank_by\": \"share\", \"ties\": [{\"criterion\": \"E\"}], ", true},
    {"\"gates\": [{\"code\": \"g\", \"reason\": \"g\", \"effect\": \"deduct\", \"points\": 2.5, "
     "\"when\": {\"points\": \"A\", \"<\": 18}}], \"ties\": [{\"criterion\": \"D\"}], ",
     true},
    {"\"gates\": [{\"code\": \"g\", \"reason\": \"g\", \"effect\": \"unranked\", "
     "\"when\": {\"points\": \"B\", \"<\": 16}}], ",
     true},
    {"\"ranks\": \"fractional\", ", false},
    {"\"ranks\": \"dense\", \"rank_by\": \"share\", ", false},
    {"\"rank_by\": \"rounded-share\", \"ties\": [{\"criterion\": \"C\"}], ", false},
    {"\"gates\": [{\"code\": \"g\", \"reason\": \"g\", \"effect\": \"unranked\", "
     "\"when\": {\"points\": \"total\", \"<\": 62}}], ",
     false},
};
#define N_HEADS (sizeof HEADS / sizeof HEADS[0])

static void open_form(matrix *the, const char *head, size_t cluster_size)
{
    static double values[N_UNITS * N_ITEMS];
    fill(values);
    matrix_open(the, &(matrix_form){.n_units = N_UNITS,
                                    .n_items = N_ITEMS,
                                    .values = values,
                                    .max = MAX,
                                    .cluster_size = cluster_size,
                                    .head = head,
                                    .policy = POLICY});
}

/* The same vectors, one by one through the public stages. */
static void count_slowly(const td_prepared *prepared, const td_sample_options *o,
                         const td_sampled *s, bool is_plain, uint64_t *counts)
{
    td_sampler sampler;
    td_random *random = td_random_new();
    double *scratch = calloc(3 * N_ITEMS, sizeof *scratch);
    double *vectors = calloc(TD_SAMPLE_TILE * N_ITEMS, sizeof *vectors);
    assert_int_equal(td_sampler_init(&sampler, prepared, o, NULL), TD_OK);
    assert_int_equal(sampler.plain[0] != NULL, is_plain);
    for (uint64_t v = 0; v < o->n; v++) {
        const double *weights = vectors + v % TD_SAMPLE_TILE * N_ITEMS;
        if (v % TD_SAMPLE_TILE == 0)
            td_region_draw(&sampler.regions[0], o->seed, v / TD_SAMPLE_TILE, random, scratch,
                           N_ITEMS, vectors);
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
    free(scratch);
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

static void draw(const matrix *the, const td_sample_options *o, td_sampled *out)
{
    td_status status = td_sample(the->prepared, o, out, the->errors);
    if (status != TD_OK)
        matrix_faults(the->errors);
    assert_int_equal(status, TD_OK);
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

/* The first fault, which must have this code; the list is emptied. */
static void expect_fault(matrix *the, const char *code)
{
    if (td_errors_size(the->errors) == 0)
        fail_msg("no fault instead of %s", code);
    assert_string_equal(td_errors_view(the->errors, 0).code, code);
    for (int lang = 0; lang < 2; lang++) {
        char text[600];
        td_errors_what(the->errors, 0, (td_lang)lang, text, sizeof text);
        assert_null(strchr(text, '{'));
        td_errors_fix(the->errors, 0, (td_lang)lang, text, sizeof text);
        assert_null(strchr(text, '{'));
    }
    td_errors_free(the->errors);
    the->errors = td_errors_new();
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

/* ---- faults ---- */

static void bad_options_are_named(void **state)
{
    (void)state;
    static const char *const LIMIT[] = {"A>=20%"};
    const struct {
        const char *code;
        td_sample_options o;
    } CASES[] = {
        {"sample-count", {.n = 0}},
        {"sample-count", {.n = UINT64_C(1000000000000000000)}},
        {"sample-spread-number", {.n = 1, .spread = -0.1}},
        {"sample-spread-number", {.n = 1, .spread = NAN}},
        {"sample-spread", {.n = 1, .spread = 1.6}}, /* sqrt(0.7 / 0.3) is 1.53 */
        {"sample-spread-limits", {.n = 1, .spread = 0.1, .limits = LIMIT, .n_limits = 1}},
        {"sample-noise", {.n = 1, .noise = TD_NOISE_NORMAL}},
        {"sample-noise", {.n = 1, .noise = TD_NOISE_UNIFORM, .noise_percent = 101}},
        {"sample-noise-channel", {.n = 1, .noise = TD_NOISE_CHANNEL, .noise_percent = 100}},
    };
    matrix the;
    open_form(&the, NULL, 0);
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        td_sampled untouched = {.n = 77};
        assert_int_equal(td_sample(the.prepared, &CASES[i].o, &untouched, the.errors), TD_EINVAL);
        expect_fault(&the, CASES[i].code);
        assert_true(untouched.n == 77);
    }
    matrix_close(&the);
}

static void small_items_are_refused(void **state)
{
    (void)state;
    const double max[] = {10000, 5}, values[] = {1, 2};
    const char *limit = "B<=50%", *tight = "B<=40%";
    matrix the;
    matrix_open(&the, &(matrix_form){.n_units = 1, .n_items = 2, .values = values, .max = max});
    td_sampled s = {0};
    td_sample_options o = {.n = 100};
    assert_int_equal(td_sample(the.prepared, &o, &s, the.errors), TD_EINVAL);
    expect_fault(&the, "sample-multiplier");
    o.n_limits = 1;
    o.limits = &tight;
    draw(&the, &o, &s);
    td_sampled_release(&s);
    o.limits = &limit;
    draw(&the, &o, &s);
    td_sampled_release(&s);
    matrix_close(&the);
}

static void large_tables_are_refused(void **state)
{
    (void)state;
    const double max[] = {60000000, 40000000}, values[] = {1, 2};
    matrix the;
    matrix_open(&the, &(matrix_form){.n_units = 1, .n_items = 2, .values = values, .max = max});
    td_sampled s = {0};
    td_sample_options o = {.n = 100};
    assert_int_equal(td_sample(the.prepared, &o, &s, the.errors), TD_EDATA);
    expect_fault(&the, "sample-range");
    matrix_close(&the);
}

static void bad_limits_are_named(void **state)
{
    (void)state;
    static const struct {
        const char *text, *code;
        size_t column;
    } CASES[] = {
        {"", "limit-no-comparison", 1},
        {"A", "limit-no-comparison", 1},
        {"A>20%", "limit-strict", 2},
        {"A = 20%", "limit-strict", 3},
        {"A=>20%", "limit-strict", 2},
        {"A>=", "limit-empty", 4},
        {">=A", "limit-empty", 1},
        {"A>=B>=", "limit-empty", 7},
        {"A>=F", "limit-unknown", 4},
        {"A≥F", "limit-unknown", 3},
        {"A>=2*F", "limit-unknown", 6},
        {"A>=x*B", "limit-unknown", 4},
        {"A>=1.000", "limit-ambiguous", 4},
        {"A>=-5%", "limit-negative", 4},
        {"A>=0*B", "limit-factor", 4},
        {"A>=2000*B", "limit-factor", 4},
        {"20%<=30", "limit-two-numbers", 6},
        {"other: A>=B", "limit-rules", 1},
        {"A>=20%\nB>=20%", "limit-unknown", 7},
        {"A>=60%>=B>=50%", "limits-conflict", 0},
        {"A<=10%<=B", NULL, 0},
        {"t : A >= 10 điểm", NULL, 0},
        {"A*0,5>=B", NULL, 0},
        {"A<=1.5×B", NULL, 0},
        {"A>=30%>=A", "limits-no-width", 0},
        {"A>=B>=A", "limits-no-width", 0},
        {"A>=2*A", "limits-no-width", 0},
    };
    matrix the;
    open_form(&the, NULL, 0);
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        td_sample_options o = {.n = 10, .limits = &CASES[i].text, .n_limits = 1};
        td_sampled s = {0};
        the_case = CASES[i].text;
        td_status status = td_sample(the.prepared, &o, &s, the.errors);
        if ((status == TD_OK) != (CASES[i].code == NULL)) {
            matrix_faults(the.errors);
            fail_msg("%s: status %d", the_case, (int)status);
        }
        if (CASES[i].code != NULL) {
            if (td_errors_view(the.errors, 0).place.column != CASES[i].column)
                fail_msg("%s: column %zu", the_case, td_errors_view(the.errors, 0).place.column);
            expect_fault(&the, CASES[i].code);
        }
        td_sampled_release(&s);
    }
    matrix_close(&the);
}

static void the_limits_that_conflict_are_named(void **state)
{
    (void)state;
    static const char *const LIMITS[] = {"A>=5%", "B>=2*C", "C>=30%", "D<=90%", "B<=50%", "E<=1"};
    matrix the;
    open_form(&the, NULL, 0);
    td_sample_options o = {.n = 10, .limits = LIMITS, .n_limits = 6};
    td_sampled s = {0};
    assert_int_equal(td_sample(the.prepared, &o, &s, the.errors), TD_EINVAL);
    assert_string_equal(td_errors_view(the.errors, 0).place.field, "B>=2*C; C>=30%; B<=50%");
    expect_fault(&the, "limits-conflict");
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
        cmocka_unit_test(dirichlet_has_the_spread_that_was_asked_for),
        cmocka_unit_test(chains_reach_every_corner),
        cmocka_unit_test(errors_of_the_points_are_drawn),
        cmocka_unit_test(errors_may_follow_the_channels),
        cmocka_unit_test(figures_follow_from_counts),
        cmocka_unit_test(bad_options_are_named),
        cmocka_unit_test(small_items_are_refused),
        cmocka_unit_test(large_tables_are_refused),
        cmocka_unit_test(bad_limits_are_named),
        cmocka_unit_test(the_limits_that_conflict_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
