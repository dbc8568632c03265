/* The generator: the same bytes from the same seed, and folders that load without a fault. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <dirent.h>
#include <cmocka.h>

#include "datasets/generate.h"
#include "engine/thidua.h"
#include "tests/lib/files.h"

#define SETS "criteria/sets/"
#define SAMPLE "datasets/samples/hcmc-2025"

static const char *const FILES[] = {
    "evaluation.json",      "clusters.csv",       "units.csv",   "values-self.csv",
    "values-appraised.csv", "not-applicable.csv", "reasons.csv", "rules.json"};
#define N_FILES (sizeof FILES / sizeof *FILES)

static int setup(void **state)
{
    static td_folder folder;
    td_folder_init(&folder);
    *state = &folder;
    return 0;
}

static int teardown(void **state)
{
    td_folder_release(*state);
    return 0;
}

static void print_faults(const td_errors *errors)
{
    for (size_t i = 0; i < td_errors_size(errors) && i < 20; i++) {
        char what[512];
        td_fault fault = td_errors_view(errors, i);
        td_errors_what(errors, i, TD_EN, what, sizeof what);
        print_error("%s row %zu %s: %s\n", fault.place.file != NULL ? fault.place.file : "",
                    fault.place.row, fault.place.field != NULL ? fault.place.field : "", what);
    }
}

static void generate(const td_folder *folder, const char *name, const td_generate_options *options)
{
    char *path = td_folder_path(folder, name);
    td_errors *errors = td_errors_new();
    td_status status = td_generate(path, options, errors);
    print_faults(errors);
    assert_int_equal(status, TD_OK);
    assert_int_equal(td_errors_size(errors), 0);
    td_errors_free(errors);
    free(path);
}

/* Expects this status and, as the first fault, this code. */
static void refuse(const char *path, const td_generate_options *options, td_status status,
                   const char *code)
{
    td_errors *errors = td_errors_new();
    assert_int_equal(td_generate(path, options, errors), status);
    assert_true(td_errors_size(errors) > 0);
    assert_string_equal(td_errors_view(errors, 0).code, code);
    td_errors_free(errors);
}

static td_evaluation *load(const td_folder *folder, const char *name)
{
    char *path = td_folder_path(folder, name);
    td_errors *errors = td_errors_new();
    td_evaluation *evaluation = NULL;
    td_status status = td_evaluation_load(path, NULL, &evaluation, errors);
    print_faults(errors);
    assert_int_equal(status, TD_OK);
    assert_int_equal(td_errors_size(errors), 0);
    td_errors_free(errors);
    free(path);
    return evaluation;
}

static char *read_of(const td_folder *folder, const char *name, const char *file)
{
    char relative[512];
    snprintf(relative, sizeof relative, "%s/%s", name, file);
    char *path = td_folder_path(folder, relative);
    char *text = td_test_read(path, NULL);
    free(path);
    return text;
}

static bool same(const td_folder *folder, const char *a, const char *b, const char *file)
{
    char *x = read_of(folder, a, file), *y = read_of(folder, b, file);
    bool equal = strcmp(x, y) == 0;
    free(x);
    free(y);
    return equal;
}

static void same_seed_same_bytes(void **state)
{
    const td_folder *folder = *state;
    td_generate_options options = td_generate_defaults();
    options.n_criteria = 30;
    options.code = "same";
    options.seed = 18446744073709551615u;
    generate(folder, "a", &options);
    generate(folder, "b", &options);
    options.seed--;
    generate(folder, "c", &options);
    for (size_t k = 0; k < N_FILES; k++)
        assert_true(same(folder, "a", "b", FILES[k]));
    assert_false(same(folder, "a", "c", "values-self.csv"));
    assert_false(same(folder, "a", "c", "values-appraised.csv"));
    td_folder_clear(*state);
}

/* Units that are added behind others leave their values alone. */
static void units_keep_their_values(void **state)
{
    td_folder *folder = *state;
    td_generate_options options = td_generate_defaults();
    options.cluster_min = options.cluster_max = 5;
    options.n_units = 10;
    generate(folder, "few", &options);
    options.n_units = 25;
    generate(folder, "many", &options);
    char *few = read_of(folder, "few", "values-self.csv");
    char *many = read_of(folder, "many", "values-self.csv");
    assert_true(strlen(many) > 2 * strlen(few));
    assert_memory_equal(few, many, strlen(few));
    free(few);
    free(many);
    td_folder_clear(folder);
}

static void defaults_load(void **state)
{
    td_folder *folder = *state;
    generate(folder, "d", NULL);
    td_evaluation *evaluation = load(folder, "d");
    td_evaluation_view view = td_evaluation_get(evaluation);
    assert_int_equal(view.n_units, td_generate_defaults().n_units);
    assert_true(view.has_seed && view.seed == 1);
    assert_non_null(view.generated[TD_EN]);
    for (size_t c = 0; c < view.n_clusters; c++)
        assert_true(td_evaluation_cluster(evaluation, c).n_units <= 30);
    td_evaluation_free(evaluation);
    td_folder_clear(folder);
}

/* Every shipped rule set, with blanks, near ties and many things not applicable. */
static void every_set_is_filled(void **state)
{
    td_folder *folder = *state;
    DIR *dir = opendir(SETS);
    assert_non_null(dir);
    for (const struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
        char path[512];
        if (strstr(entry->d_name, ".json") == NULL)
            continue;
        snprintf(path, sizeof path, SETS "%s", entry->d_name);
        for (uint64_t seed = 1; seed <= 3; seed++) {
            td_generate_options options = td_generate_defaults();
            options.rules = path;
            options.seed = seed;
            options.n_units = 80;
            options.missing_share = 0.05;
            options.na_share = 0.1;
            options.near_ties = 0.5;
            generate(folder, "x", &options);
            td_evaluation_free(load(folder, "x"));
            td_folder_clear(folder);
        }
    }
    closedir(dir);
}

static void every_size_loads(void **state)
{
    static const size_t CRITERIA[] = {1, 2, 14, 57, 230};
    td_folder *folder = *state;
    for (size_t k = 0; k < sizeof CRITERIA / sizeof *CRITERIA; k++) {
        td_generate_options options = td_generate_defaults();
        options.n_criteria = CRITERIA[k];
        options.n_units = 1 + k;
        options.cluster_min = 1;
        options.year = 1999;
        generate(folder, "x", &options);
        td_evaluation *evaluation = load(folder, "x");
        const td_rules *rules = td_evaluation_rules(evaluation, 0);
        assert_true(td_rules_get(rules).scale == 10.0 * (double)CRITERIA[k]);
        assert_int_equal(td_evaluation_get(evaluation).year, 1999);
        td_evaluation_free(evaluation);
        td_folder_clear(folder);
    }
}

/* Self-scores lie above the appraised ones, and nothing differs without inflation. */
static void inflation_inflates(void **state)
{
    td_folder *folder = *state;
    td_generate_options options = td_generate_defaults();
    options.inflation = 0;
    generate(folder, "flat", &options);
    assert_true(same(folder, "flat", "flat", "units.csv"));
    char *self = read_of(folder, "flat", "values-self.csv");
    char *appraised = read_of(folder, "flat", "values-appraised.csv");
    assert_string_equal(self, appraised);
    free(self);
    free(appraised);
    options.inflation = 0.8;
    generate(folder, "high", &options);
    char *reasons = read_of(folder, "high", "reasons.csv");
    size_t rows = 0;
    for (const char *at = reasons; (at = strchr(at, '\n')) != NULL; at++)
        rows++;
    assert_true(rows > 60);
    free(reasons);
    td_folder_clear(folder);
}

static void refused_blanks_are_found(void **state)
{
    td_folder *folder = *state;
    td_generate_options options = td_generate_defaults();
    options.refuse_missing = 0.2;
    generate(folder, "x", &options);
    char *path = td_folder_path(folder, "x");
    td_errors *errors = td_errors_new();
    td_evaluation *evaluation = NULL;
    assert_int_equal(td_evaluation_load(path, NULL, &evaluation, errors), TD_EDATA);
    assert_true(td_errors_count(errors, TD_ERROR) > 20);
    td_errors_free(errors);
    free(path);
    td_folder_clear(folder);
}

/* What datasets/samples/hcmc-2025 says of itself: the same values, byte for byte. */
static void the_sample_is_reproduced(void **state)
{
    static const char *const SAME[] = {
        "clusters.csv",         "units.csv", "values-self.csv", "reasons.csv",
        "values-appraised.csv", "votes.csv", "history.csv",     "not-applicable.csv"};
    td_folder *folder = *state;
    td_generate_options options = td_generate_defaults();
    options.rules = SETS "commune-illustration-2025.json";
    options.clusters_from = SAMPLE;
    options.channels = "self,appraised";
    options.seed = 2026;
    options.missing_share = 0.02;
    generate(folder, "x", &options);
    for (size_t k = 0; k < sizeof SAME / sizeof *SAME; k++) {
        char path[512];
        snprintf(path, sizeof path, SAMPLE "/%s", SAME[k]);
        char *shipped = td_test_read(path, NULL), *made = read_of(folder, "x", SAME[k]);
        assert_string_equal(shipped, made);
        free(shipped);
        free(made);
    }
    td_folder_clear(folder);
}

static void units_come_from_one_csv(void **state)
{
    td_folder *folder = *state;
    char *csv = td_folder_write(folder, "units.csv",
                                "cluster;unit;name;category;cluster_name\r\n"
                                "k2;01;Xã Hoà Bình;xã;\"Khối \"\"2\"\"\"\r\n"
                                "k1;02;\"Phường 1, cũ\";phường;Khối 1\r\n"
                                "k2;03; Xã Phú Lương ;;\r\n");
    td_generate_options options = td_generate_defaults();
    options.clusters_from = csv;
    generate(folder, "x", &options);
    td_evaluation *evaluation = load(folder, "x");
    assert_int_equal(td_evaluation_get(evaluation).n_clusters, 2);
    assert_string_equal(td_evaluation_cluster(evaluation, 0).name, "Khối \"2\"");
    assert_int_equal(td_evaluation_cluster(evaluation, 0).n_units, 2);
    assert_string_equal(td_evaluation_unit(evaluation, 1).id, "03");
    assert_string_equal(td_evaluation_unit(evaluation, 1).name, "Xã Phú Lương");
    assert_string_equal(td_evaluation_unit(evaluation, 2).name, "Phường 1, cũ");
    td_evaluation_free(evaluation);
    free(csv);
    td_folder_clear(folder);
}

static void rosters_are_refused(void **state)
{
    td_folder *folder = *state;
    td_generate_options options = td_generate_defaults();
    char *out = td_folder_path(folder, "out");
    char *csv = td_folder_write(folder, "a.csv", "unit,name\n1,A\n");
    options.clusters_from = csv;
    refuse(out, &options, TD_EINVAL, "gen-no-column");
    free(csv);
    csv = td_folder_write(folder, "b.csv", "unit,cluster\n");
    options.clusters_from = csv;
    refuse(out, &options, TD_EINVAL, "gen-no-units");
    free(csv);
    csv = td_folder_write(folder, "c.csv", "unit,cluster\n1,k\n2, \n");
    options.clusters_from = csv;
    refuse(out, &options, TD_EINVAL, "gen-no-id");
    free(csv);
    csv = td_folder_write(folder, "d.csv", "unit,cluster\n1,\"k\n");
    options.clusters_from = csv;
    td_errors *errors = td_errors_new();
    assert_int_equal(td_generate(out, &options, errors), TD_EDATA);
    td_errors_free(errors);
    free(csv);
    free(td_folder_write(folder, "e/clusters.csv", "id,name\nk1,Cụm 1\n"));
    free(td_folder_write(folder, "e/units.csv", "id,cluster\n1,k1\n2,k9\n"));
    char *both = td_folder_path(folder, "e");
    options.clusters_from = both;
    refuse(out, &options, TD_EINVAL, "gen-cluster-unknown");
    free(both);
    both = td_folder_path(folder, "nowhere");
    options.clusters_from = both;
    refuse(out, &options, TD_EIO, "io-read");
    free(both);
    free(out);
    td_folder_clear(folder);
}

static void options_are_refused(void **state)
{
    td_folder *folder = *state;
    char *out = td_folder_path(folder, "out");
    td_generate_options options = td_generate_defaults();
    options.na_share = 1.5;
    refuse(out, &options, TD_EINVAL, "gen-option-range");
    options = td_generate_defaults();
    options.inflation = NAN;
    refuse(out, &options, TD_EINVAL, "gen-option-range");
    options = td_generate_defaults();
    options.n_units = 0;
    refuse(out, &options, TD_EINVAL, "gen-option-range");
    options = td_generate_defaults();
    options.cluster_min = 31;
    refuse(out, &options, TD_EINVAL, "gen-cluster-sizes");
    options = td_generate_defaults();
    options.rules = "criteria/sets/no-such.json";
    refuse(out, &options, TD_EIO, "io-read");
    free(out);
    td_folder_clear(folder);
}

static void channels_are_refused(void **state)
{
    static const struct {
        const char *channels, *code;
    } CASES[] = {
        {"self,council", "gen-channel-unknown"},
        {"self,", "gen-channel-unknown"},
        {"appraised,self", "gen-channel-order"},
        {"self,self", "gen-channel-order"},
    };
    td_folder *folder = *state;
    for (size_t k = 0; k < sizeof CASES / sizeof *CASES; k++) {
        td_generate_options options = td_generate_defaults();
        char *out = td_folder_path(folder, "out");
        options.channels = CASES[k].channels;
        refuse(out, &options, TD_EINVAL, CASES[k].code);
        free(out);
        td_folder_clear(folder);
    }
}

static void folders_are_kept(void **state)
{
    td_folder *folder = *state;
    free(td_folder_write(folder, "full/note.txt", "keep"));
    char *full = td_folder_path(folder, "full"), *file = td_folder_path(folder, "full/note.txt");
    refuse(full, NULL, TD_EINVAL, "gen-folder-not-empty");
    refuse(file, NULL, TD_EIO, "gen-folder");
    char *text = td_test_read(file, NULL);
    assert_string_equal(text, "keep");
    free(text);
    free(file);
    free(full);
    char *deep = td_folder_path(folder, "no/such/parent");
    refuse(deep, NULL, TD_EIO, "gen-folder");
    free(deep);
    td_folder_clear(folder);
}

/* A rule set of one ratio of x over t. */
static char *write_ratio(const td_folder *folder, const char *x, const char *t)
{
    char text[1024];
    snprintf(text, sizeof text,
             "{\"thidua\": \"rule-set/1\", \"code\": \"r\", \"name\": \"r\", \"scale\": 5,"
             "\"valid\": {\"from\": \"2025-01-01\"}, \"criteria\": [{\"code\": \"a\", \"max\": 5,"
             "\"ratio\": {\"actual\": \"x\", \"target\": \"t\"}}],"
             "\"indicators\": {\"x\": %s, \"t\": %s}}",
             x, t);
    return td_folder_write(folder, "r.json", text);
}

/* A target must lie above 0, which this one cannot: said, not looped over. */
static void impossible_values(void **state)
{
    td_folder *folder = *state;
    char *out = td_folder_path(folder, "out");
    td_generate_options options = td_generate_defaults();
    char *rules = write_ratio(folder, "{\"min\": 0}", "{\"min\": -2.5, \"max\": 0}");
    options.rules = rules;
    refuse(out, &options, TD_EINVAL, "gen-no-value");
    free(rules);
    free(out);
    td_folder_clear(folder);
}

/* A range that whole tenths miss. */
static void narrow_ranges(void **state)
{
    td_folder *folder = *state;
    td_generate_options options = td_generate_defaults();
    char *rules = write_ratio(folder, "{\"min\": 2000.1234, \"max\": 2000.1236}",
                              "{\"min\": 0.125, \"max\": 0.125}");
    options.rules = rules;
    generate(folder, "x", &options);
    td_evaluation_free(load(folder, "x"));
    free(rules);
    td_folder_clear(folder);
}

static void settings_are_complete(void **state)
{
    (void)state;
    td_generate_options options = td_generate_defaults();
    size_t n = 0;
    for (; td_generate_setting(n) != NULL; n++) {
        const td_setting *setting = td_generate_setting(n);
        assert_true(setting->offset < sizeof options);
        assert_true(strlen(setting->help[TD_VI]) > 0 && strlen(setting->help[TD_EN]) > 0);
        assert_true(setting->min <= setting->max);
    }
    assert_int_equal(n, 15);
    assert_true(options.inflation == 0.3 && options.n_units == 60 && options.seed == 1);
}

static void paths_are_relative(void **state)
{
    td_folder *folder = *state;
    td_arena *arena = td_arena_new();
    free(td_folder_write(folder, "a/b/x.json", "{}"));
    free(td_folder_write(folder, "a/bc/y.json", "{}"));
    static const char *const CASES[][3] = {
        {"a/b", "a/b/x.json", "x.json"},
        {"a/b", "a/bc/y.json", "../bc/y.json"},
        {"a/bc", "a/b/x.json", "../b/x.json"},
        {"a", "a/b/x.json", "b/x.json"},
    };
    for (size_t k = 0; k < sizeof CASES / sizeof *CASES; k++) {
        char *from = td_folder_path(folder, CASES[k][0]), *to = td_folder_path(folder, CASES[k][1]);
        assert_string_equal(td_relative_path(from, to, arena), CASES[k][2]);
        free(from);
        free(to);
    }
    td_arena_free(arena);
    td_folder_clear(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_seed_same_bytes),
        cmocka_unit_test(units_keep_their_values),
        cmocka_unit_test(defaults_load),
        cmocka_unit_test(every_set_is_filled),
        cmocka_unit_test(every_size_loads),
        cmocka_unit_test(inflation_inflates),
        cmocka_unit_test(refused_blanks_are_found),
        cmocka_unit_test(the_sample_is_reproduced),
        cmocka_unit_test(units_come_from_one_csv),
        cmocka_unit_test(rosters_are_refused),
        cmocka_unit_test(options_are_refused),
        cmocka_unit_test(channels_are_refused),
        cmocka_unit_test(folders_are_kept),
        cmocka_unit_test(impossible_values),
        cmocka_unit_test(narrow_ranges),
        cmocka_unit_test(settings_are_complete),
        cmocka_unit_test(paths_are_relative),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
