/* The rule sets and samples that are shipped: they load, and hold what they say they hold. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <dirent.h>
#include <cmocka.h>

#include "criteria/function.h"
#include "engine/thidua.h"
#include "tests/lib/files.h"

#define SETS "criteria/sets/"
#define SAMPLES "datasets/samples/"

static void print_faults(const td_errors *errors)
{
    for (size_t i = 0; i < td_errors_size(errors); i++) {
        char what[512];
        td_fault fault = td_errors_view(errors, i);
        td_errors_what(errors, i, TD_EN, what, sizeof what);
        print_error("%s %s: %s\n", fault.place.file != NULL ? fault.place.file : "",
                    fault.place.pointer != NULL ? fault.place.pointer : "", what);
    }
}

/* Loads without a single fault, not even a warning. */
static td_rules *load(const char *path)
{
    td_errors *errors = td_errors_new();
    td_rules *rules = NULL;
    td_status status = td_rules_load(path, &rules, errors);
    print_faults(errors);
    assert_int_equal(status, TD_OK);
    assert_int_equal(td_errors_size(errors), 0);
    td_errors_free(errors);
    return rules;
}

static void every_set_loads(void **state)
{
    (void)state;
    DIR *dir = opendir(SETS);
    size_t n = 0;
    assert_non_null(dir);
    for (const struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
        const char *dot = strrchr(entry->d_name, '.');
        if (dot == NULL || strcmp(dot, ".json") != 0)
            continue;
        char path[512];
        snprintf(path, sizeof path, SETS "%s", entry->d_name);
        td_rules *rules = load(path);
        size_t length = (size_t)(dot - entry->d_name);
        assert_int_equal(strlen(rules->view.code), length); /* the file bears its code */
        assert_memory_equal(rules->view.code, entry->d_name, length);
        td_rules_free(rules);
        n++;
    }
    closedir(dir);
    assert_true(n >= 9);
}

static size_t count_leaves(const td_rules *rules)
{
    size_t n = 0;
    for (size_t j = 0; j < rules->n_criteria; j++)
        n += rules->criteria[j].n_parts > 0;
    return n;
}

static double max_of(const td_rules *rules, const char *code)
{
    size_t j = td_rules_find_criterion(rules, code);
    assert_int_not_equal(j, TD_NONE);
    return (double)rules->criteria[j].max_q / (double)td_pow10(rules->view.leaf_decimals);
}

/* Points of the leaves, in quanta. */
static int64_t sum_of_leaves(const td_rules *rules)
{
    int64_t sum = 0;
    for (size_t j = 0; j < rules->n_criteria; j++)
        if (rules->criteria[j].n_parts > 0)
            sum += rules->criteria[j].max_q;
    return sum;
}

static void tien_giang(void **state)
{
    (void)state;
    td_rules *rules = load(SETS "tien-giang-2022.json");
    assert_int_equal(rules->view.n_criteria, 50);
    assert_int_equal(count_leaves(rules), 37);
    assert_int_equal(sum_of_leaves(rules), 10000);
    assert_true(max_of(rules, "1") == 80);
    assert_true(max_of(rules, "a") == 30 && max_of(rules, "b") == 15);
    assert_true(max_of(rules, "c") == 25 && max_of(rules, "d") == 10);
    assert_true(max_of(rules, "a8") == 3.5 && max_of(rules, "c3.3") == 0);
    assert_int_equal(rules->view.n_gates, 1);
    assert_int_equal(rules->gates[0].effect, TD_GATE_UNRANKED);
    assert_int_equal(rules->view.n_notes, 35); /* one line, then the 34 defects of the table */
    const td_criterion *a7 = &rules->criteria[td_rules_find_criterion(rules, "a7")];
    assert_int_equal(a7->n_parts, 6);
    assert_int_equal(a7->deduction_cap_q, 150);
    td_rules_free(rules);
}

static void quang_tri(void **state)
{
    (void)state;
    td_rules *rules = load(SETS "quang-tri-police-2025.json");
    assert_int_equal(rules->view.n_criteria, 230);
    assert_int_equal(count_leaves(rules), 176);
    assert_int_equal(sum_of_leaves(rules), 100000);
    assert_true(max_of(rules, "I") == 700 && max_of(rules, "II") == 200);
    assert_true(max_of(rules, "III") == 100);
    assert_int_equal(rules->view.n_indicators, 176 + 12);
    assert_int_equal(rules->view.n_items, 3);
    assert_int_equal(rules->view.rank_by, TD_BY_SHARE);
    td_rules_free(rules);
}

static void communes(void **state)
{
    (void)state;
    td_rules *rules = load(SETS "commune-illustration-2025.json");
    bool effects[4] = {false};
    assert_int_equal(sum_of_leaves(rules) + 3000, 100000); /* II.2.4 is a mean worth 30 */
    assert_string_equal(rules->view.status, "illustration");
    for (size_t g = 0; g < rules->n_gates; g++)
        effects[rules->gates[g].effect] = true;
    assert_true(effects[0] && effects[1] && effects[2] && effects[3]);
    for (size_t f = 0; td_function_name(f) != NULL; f++) {
        bool used = false;
        for (size_t p = 0; p < rules->n_parts; p++)
            used |= strcmp(rules->parts[p].function->name, td_function_name(f)) == 0;
        if (!used)
            print_error("%s is not used\n", td_function_name(f));
        assert_true(used);
    }
    td_rules_free(rules);
}

/* ---- samples ---- */

typedef struct evaluated {
    td_errors *errors;
    td_evaluation *evaluation;
    td_prepared *prepared;
    td_results results;
} evaluated;

static evaluated evaluate(const char *folder)
{
    evaluated e = {.errors = td_errors_new()};
    td_status status = td_evaluation_load(folder, NULL, &e.evaluation, e.errors);
    print_faults(e.errors);
    assert_int_equal(status, TD_OK);
    assert_int_equal(td_prepare(e.evaluation, NULL, &e.prepared, e.errors), TD_OK);
    assert_int_equal(td_evaluate(e.prepared, 1, NULL, NULL, &e.results, e.errors), TD_OK);
    print_faults(e.errors);
    assert_int_equal(td_errors_size(e.errors), 0);
    return e;
}

static void release(evaluated *e)
{
    td_results_release(&e->results);
    td_prepared_free(e->prepared);
    td_evaluation_free(e->evaluation);
    td_errors_free(e->errors);
}

static void expect(const evaluated *e, const char *unit, double total_q, double assigned_q,
                   double rank, size_t n_tied)
{
    size_t u = td_evaluation_find_unit(e->evaluation, unit);
    assert_int_not_equal(u, TD_NONE);
    const td_standing *standing = &e->results.standing[u];
    if (standing->total_q != total_q || standing->rank != rank)
        print_error("%s: %.0f, rank %g\n", unit, standing->total_q, standing->rank);
    assert_true(standing->total_q == total_q);
    assert_true(standing->assigned_q == assigned_q);
    assert_true(standing->rank == rank);
    assert_int_equal(standing->n_tied, n_tied);
}

/* The totals that datasets/samples/two-clusters/README.md works out by hand. */
static void two_clusters(void **state)
{
    (void)state;
    evaluated e = evaluate(SAMPLES "two-clusters");
    expect(&e, "u1", 8644, 10000, 1, 1);
    expect(&e, "u2", 8317, 10000, 3, 1);
    expect(&e, "u3", 7150, 8500, 2, 1);
    expect(&e, "v1", 8575, 10000, 1, 2);
    expect(&e, "v2", 8575, 10000, 1, 2);
    expect(&e, "w1", 5700, 10000, 1, 1);
    release(&e);
}

static void two_clusters_by_leaf(void **state)
{
    (void)state;
    static const double POINTS[3][8] = {
        {1000, 1125, 1169, 1850, 1350, 1000, 900, 250},
        {667, 1350, 1500, 1500, 1200, 1000, 850, 450},
        {450, 1500, 1125, 2000, NAN, 1000, 875, 200},
    };
    static const char *const LEAVES[] = {"A1", "A2", "A3", "B1", "B2", "C1", "C2", "C3"};
    evaluated e = evaluate(SAMPLES "two-clusters");
    const td_rules *rules = td_evaluation_rules(e.evaluation, 0);
    td_detail detail = {0};
    assert_int_equal(td_detail_cluster(e.prepared, 0, &detail, e.errors), TD_OK);
    for (size_t u = 0; u < 3; u++)
        for (size_t k = 0; k < 8; k++) {
            size_t j = td_rules_find_criterion(rules, LEAVES[k]) - 1;
            double points = detail.points_q[u * detail.n_criteria + j];
            assert_true(isnan(POINTS[u][k]) ? isnan(points) : points == POINTS[u][k]);
        }
    td_detail_release(&detail);
    release(&e);
}

static void quang_tri_totals(void **state)
{
    (void)state;
    evaluated e = evaluate(SAMPLES "quang-tri-police-2025");
    expect(&e, "LT", 86639, 100000, 1, 1);
    expect(&e, "SN", 84507, 100000, 2, 1);
    expect(&e, "KN", 82275, 100000, 3, 1);
    expect(&e, "TM", 82175, 100000, 4, 1);
    expect(&e, "TP", 79400, 100000, 5, 1);
    expect(&e, "VL", 78954, 100000, 6, 1);
    expect(&e, "CH", 77549, 100000, 7, 1);
    release(&e);
}

/* ---- one unit of the Tiền Giang table, worked out by hand ---- */

typedef struct entry {
    const char *indicator, *value;
    double adds; /* to the 100 points that a unit starts with */
} entry;

static const entry ENTRIES[] = {
    {"a4.pct_ho", "99,2", 0}, {"a4.pct_toan", "96", 2},    /* the better of two cases: not 1 + 2 */
    {"a7.6", "5", 4},                                      /* capped */
    {"b1.1", "3", 0},         {"b1.tu_phat_hien", "1", 0}, /* found by itself: exempt */
    {"c1.pct", "98", -1},                                  /* exactly 98 is the second band */
    {"c2.pct", "95,5", 0.3},                               /* three full steps above 92 */
    {"c3.1.1", "1", 0},       {"c3.1.2", "7", -0.5},       /* capped */
    {"c3.2.1", "1", 0},       {"c3.2.2", "3", -0.6},
    {"c3.3.1", "2", 0.4},     {"c4.1.1", "1", 0},
    {"c4.2.pct", "100", 0},   {"c5.1a.1", "1", 0},
    {"c5.1b.1", "1", 0},      {"c5.2.3", "2", -0.4},
    {"c5.3.1", "1", 0},       {"c5.3.2", "1", -0.2},
    {"c6.1", "1", 0},         {"d1.pct", "120", 2},
    {"d2.3", "3", 2},    /* capped */
    {"2.1.1b", "1", -2}, /* below zero, not below -1 */
    {"3.1.1", "1", 0},        {"3.1.2", "1", -0.5},
    {"3.2.1", "1", 0.5},      {"3.3.ho_so", "1500", 0},
    {"3.3.pct_som", "7", 2},  {"3.3.pct_tre", "0", 0}, /* the stratum of 1000 to 2000 files */
    {"4.3.1", "8", 1},        {"4.3.2", "1", -0.5},
    {"5.3", "4", 0},          {"5.5", "2", -3}, /* 2 + 2, one cap of 3 */
};
#define N_ENTRIES (sizeof ENTRIES / sizeof *ENTRIES)

/* Unit p sent a self-score; unit q is in no file of the channel self. */
static void write_tien_giang(const td_folder *folder)
{
    char header[1024] = "unit", row[512] = "p", head[1024], text[2048];
    for (size_t k = 0; k < N_ENTRIES; k++) {
        snprintf(header + strlen(header), sizeof header - strlen(header), ";%s",
                 ENTRIES[k].indicator);
        snprintf(row + strlen(row), sizeof row - strlen(row), ";%s", ENTRIES[k].value);
    }
    snprintf(text, sizeof text, "%s\n%s\n", header, row);
    free(td_folder_write(folder, "values-self.csv", text));
    snprintf(text, sizeof text, "%s\nq%s\n", header, row + 1);
    free(td_folder_write(folder, "values-appraised.csv", text));
    free(td_folder_write(folder, "clusters.csv", "id,name\nk,Cụm\n"));
    free(td_folder_write(folder, "units.csv", "id,name,cluster\np,P,k\nq,Q,k\n"));
    char *rules = realpath(SETS "tien-giang-2022.json", NULL);
    snprintf(head, sizeof head,
             "{\"thidua\": \"evaluation/1\", \"code\": \"tg\", \"name\": \"tg\", \"year\": 2022, "
             "\"rules\": \"%s\"}",
             rules);
    free(td_folder_write(folder, "evaluation.json", head));
    free(rules);
}

static void tien_giang_by_hand(void **state)
{
    (void)state;
    td_folder folder;
    double total = 100;
    for (size_t k = 0; k < N_ENTRIES; k++)
        total += ENTRIES[k].adds;
    td_folder_init(&folder);
    write_tien_giang(&folder);
    evaluated e = evaluate(folder.path);
    expect(&e, "p", round(total * 100), 10000, 1, 1);
    expect(&e, "q", 10550, 10000, 0, 0); /* the same points, and not ranked: 5.2 */
    assert_int_equal(e.results.standing[1].why, TD_WHY_GATE);
    release(&e);
    td_folder_release(&folder);
}

/* ---- the 71 stored results of quantitative leaves ---- */

/* A file of the sample without the rows of unit CH. */
static void copy_without_ch(const td_folder *folder, const char *name)
{
    char path[512];
    snprintf(path, sizeof path, SAMPLES "quang-tri-police-2025/%s", name);
    char *text = td_test_read(path, NULL), *to = text;
    for (const char *line = text; *line != '\0';) {
        size_t length = strcspn(line, "\n") + 1;
        if (strncmp(line, "CH,", 3) != 0) {
            memmove(to, line, length);
            to += length;
        }
        line += length;
    }
    *to = '\0';
    free(td_folder_write(folder, name, text));
    free(text);
}

static evaluated without_ch(const td_folder *folder)
{
    static const char *const FILES[] = {"clusters.csv", "units.csv", "values-self.csv",
                                        "values-cluster.csv", "values-final.csv"};
    char head[1024];
    char *rules = realpath(SETS "quang-tri-police-2025.json", NULL);
    assert_non_null(rules);
    for (size_t k = 0; k < sizeof FILES / sizeof *FILES; k++)
        copy_without_ch(folder, FILES[k]);
    snprintf(head, sizeof head,
             "{\"thidua\": \"evaluation/1\", \"code\": \"six\", \"name\": \"six\", \"year\": 2025, "
             "\"rules\": \"%s\", \"decimal_mark\": \".\"}",
             rules);
    free(td_folder_write(folder, "evaluation.json", head));
    free(rules);
    return evaluate(folder->path);
}

static double points_of(const evaluated *e, const td_detail *detail, const char *unit,
                        const char *criterion)
{
    size_t u = td_evaluation_find_unit(e->evaluation, unit);
    size_t j = td_rules_find_criterion(td_evaluation_rules(e->evaluation, 0), criterion);
    assert_true(u != TD_NONE && j != TD_NONE);
    return detail->points_q[u * detail->n_criteria + j - 1];
}

/* Counts the rows of the file that the detail agrees with. */
static size_t agreeing(const evaluated *e, const char *rows, size_t *n)
{
    td_detail detail = {0};
    size_t same = 0;
    assert_int_equal(td_detail_cluster(e->prepared, 0, &detail, e->errors), TD_OK);
    *n = 0;
    for (const char *line = strchr(rows, '\n') + 1; *line != '\0'; line = strchr(line, '\n') + 1) {
        char unit[16], criterion[32];
        double final;
        assert_int_equal(
            sscanf(line, "%15[^,],%31[^,],%*[^,],%*[^,],%*[^,],%lf", unit, criterion, &final), 3);
        same += points_of(e, &detail, unit, criterion) == round(final * 100);
        ++*n;
    }
    td_detail_release(&detail);
    return same;
}

static void quang_tri_type_1(void **state)
{
    (void)state;
    td_folder folder;
    size_t n;
    td_folder_init(&folder);
    char *rows = td_test_read("tests/data/quang-tri-type1.csv", NULL);
    evaluated six = without_ch(&folder);
    assert_int_equal(agreeing(&six, rows, &n), 71);
    assert_int_equal(n, 71);
    release(&six);
    /* With the seventh unit three change: LT, TP and VL on leaf 31. */
    evaluated seven = evaluate(SAMPLES "quang-tri-police-2025");
    assert_int_equal(agreeing(&seven, rows, &n), 68);
    release(&seven);
    free(rows);
    td_folder_release(&folder);
}

static size_t count_gates(const td_rules *rules, const td_results *results, const char *gate)
{
    size_t n = 0;
    for (size_t u = 0; u < results->n_units; u++)
        n += results->standing[u].gate != TD_NONE &&
             strcmp(td_rules_gate_code(rules, results->standing[u].gate), gate) == 0;
    return n;
}

static void province(void **state)
{
    (void)state;
    static const size_t SIZES[] = {10, 10, 11, 9, 10, 9, 9, 10, 12, 12, 11, 13, 11, 12, 9, 10};
    evaluated e = evaluate(SAMPLES "hcmc-2025");
    td_evaluation_view view = td_evaluation_get(e.evaluation);
    size_t n_less = 0, n_first = 0;
    assert_int_equal(view.n_units, 168);
    assert_int_equal(view.n_clusters, 16);
    assert_true(view.has_seed && view.seed == 2026);
    assert_non_null(view.generated[TD_VI]);
    for (size_t c = 0; c < 16; c++)
        assert_int_equal(td_evaluation_cluster(e.evaluation, c).n_units, SIZES[c]);
    for (size_t u = 0; u < 168; u++) {
        n_less += e.results.standing[u].before_q - e.results.standing[u].total_q == 2000;
        n_first += e.results.standing[u].rank == 1;
    }
    assert_int_equal(n_less, 6);   /* no pact signed */
    assert_int_equal(n_first, 17); /* 16 clusters, one tie */
    const td_rules *rules = td_evaluation_rules(e.evaluation, 0);
    assert_int_equal(count_gates(rules, &e.results, "dang-thanh-tra"), 4);
    release(&e);
}

/* Criteria normalized within the cluster use their whole range: somebody is best, somebody
   worst. */
static void province_is_normalized(void **state)
{
    (void)state;
    evaluated e = evaluate(SAMPLES "hcmc-2025");
    const td_rules *rules = td_evaluation_rules(e.evaluation, 0);
    size_t income = td_rules_find_criterion(rules, "I.1.4") - 1;
    for (size_t c = 0; c < 16; c++) {
        td_detail detail = {0};
        double lowest = INFINITY, highest = -INFINITY;
        assert_int_equal(td_detail_cluster(e.prepared, c, &detail, e.errors), TD_OK);
        for (size_t u = 0; u < detail.n_units; u++) {
            double points = detail.points_q[u * detail.n_criteria + income];
            lowest = fmin(lowest, points);
            highest = fmax(highest, points);
        }
        assert_true(lowest == 0);
        assert_true(highest == 2500);
        td_detail_release(&detail);
    }
    release(&e);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_set_loads),
        cmocka_unit_test(tien_giang),
        cmocka_unit_test(quang_tri),
        cmocka_unit_test(communes),
        cmocka_unit_test(two_clusters),
        cmocka_unit_test(two_clusters_by_leaf),
        cmocka_unit_test(quang_tri_totals),
        cmocka_unit_test(quang_tri_type_1),
        cmocka_unit_test(tien_giang_by_hand),
        cmocka_unit_test(province),
        cmocka_unit_test(province_is_normalized),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
