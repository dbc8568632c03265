/*
 * Leaves scored cluster by cluster in whole numbers against leaves scored one by one in fractions:
 * every cell, every finding, bit for bit, over random tables and awkward values.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "engine/score.h"
#include "tests/unit/random_text.h"

#define N_TABLES 600
#define N_CLUSTERS 5
#define MOST_UNITS 23
#define N_GROUPS 5
#define LEAVES 4
#define N_HELD 40

/* ---- a random table ---- */

static void put_condition(text *t)
{
    static const char *const SIGNS[] = {"=", "!=", "<", "<=", ">", ">="};
    const char *sign = SIGNS[pick(6)];
    switch (pick(5)) {
    case 0:
        put(t,
            "{\"any\": [{\"indicator\": \"n%zu\", \"%s\": 2.5}, {\"indicator\": \"c%zu\","
            " \">\": 1}]}",
            pick(4), sign, pick(3));
        return;
    case 1:
        put(t, "{\"not\": {\"indicator\": \"n%zu\", \"absent\": true}}", pick(4));
        return;
    case 2:
        put(t, "{\"indicator\": \"n%zu\", \"%s\": {\"times\": 1.5, \"indicator\": \"n%zu\"}}",
            pick(4), sign, pick(4));
        return;
    default:
        put(t, "{\"indicator\": \"%c%zu\", \"%s\": %zu}", chance(50) ? 'n' : 'c', pick(3), sign,
            pick(4));
        return;
    }
}

static const char *points_text(void)
{
    static const char *const POINTS[] = {"0.25", "1", "2.5", "0.01", "3.33", "10", "7.77"};
    return POINTS[pick(sizeof POINTS / sizeof POINTS[0])];
}

/* Name and parameters, without braces. */
static void put_function(text *t, bool is_score)
{
    size_t n = pick(4), m = pick(4);
    switch (pick(10)) {
    case 0:
        put(t, "\"function\": \"direct\", \"of\": \"p%zu\"", pick(3));
        return;
    case 1:
        put(t, "\"function\": \"when\", \"points\": %s, \"if\": ", points_text());
        put_condition(t);
        return;
    case 2:
        put(t, "\"function\": \"per-case\", \"of\": \"c%zu\", \"points\": %s", pick(3),
            points_text());
        return;
    case 3:
        put(t,
            "\"function\": \"per-step\", \"of\": \"n%zu\", \"%s\": %s, \"step\": %s,"
            " \"points\": %s",
            n, chance(50) ? "above" : "below", chance(50) ? "2" : "1.25", chance(50) ? "0.3" : "2",
            points_text());
        return;
    case 4:
        put(t,
            "\"function\": \"bands\", \"of\": \"n%zu\", \"table\": {\">=7\": 3, \"[2, 7)\": 1.5,"
            " \"[0, 2)\": 0.75}%s",
            n, is_score && chance(60) ? ", \"otherwise\": 0.1" : "");
        return;
    case 5:
        put(t, "\"function\": \"ratio\", \"actual\": \"n%zu\", \"target\": ", n);
        put(t, chance(60) ? "\"n%zu\"" : "3.%zu", m);
        put(t, ", \"better\": \"%s\", \"cap_ratio\": %s, \"points\": %s",
            chance(60) ? "higher" : "lower",
            chance(30)   ? "null"
            : chance(50) ? "1"
                         : "1.2",
            points_text());
        return;
    case 6:
        put(t,
            "\"function\": \"piecewise\", \"of\": \"n%zu\", \"through\": [[0, 0], [2.5, 1.25],"
            " [7, %s]], \"outside\": \"%s\"",
            n, points_text(), !is_score || chance(60) ? "flat" : "extend");
        return;
    case 7:
        put(t, "\"function\": \"relative\", \"actual\": \"n%zu\", \"target\": ", n);
        put(t, chance(60) ? "\"n%zu\"" : "%zu", m);
        put(t, ", \"excess\": \"%s\", \"points\": %s", chance(60) ? "ratio" : "absolute",
            points_text());
        if (chance(30)) {
            put(t, ", \"leave_out\": ");
            put_condition(t);
        }
        return;
    case 8:
        put(t,
            "\"function\": \"award-held\", \"awards\": {\"a\": 0.5, \"b\": 1.5}, \"count\":"
            " \"%s\", \"years_back\": [1, 3]",
            chance(50) ? "highest" : "sum");
        return;
    default:
        put(t,
            "\"function\": \"external\", \"of\": [\"n0\", \"n1\", \"n2\"], \"combine\": \"%s\","
            " \"points\": 10%s",
            chance(30)   ? "median"
            : chance(50) ? "mean"
                         : "trimmed-mean",
            chance(50) ? ", \"gap\": 0.2" : "");
        return;
    }
}

static void put_part(text *t, const char *effect)
{
    put(t, "{\"effect\": \"%s\", ", effect);
    put_function(t, strcmp(effect, "score") == 0);
    if (chance(25))
        put(t, ", \"cap\": %s", chance(50) ? "10" : "11.5");
    if (chance(15))
        put(t, ", \"group\": \"g%zu\"", pick(2));
    for (int exempt = 0; exempt < 2; exempt++)
        if (chance(12)) {
            put(t, exempt ? ", \"exempt\": " : ", \"when\": ");
            put_condition(t);
        }
    put(t, "}");
}

static void put_normalize(text *t)
{
    static const char *const METHODS[] = {"min-max", "share-of-best", "percentile", "share-of-max",
                                          "z-score"};
    static const char *const RANGES[] = {"[0, 10]", "[2.5, 7.77]", "[1, 1.01]", "[3, 9]"};
    size_t method = pick(5);
    put(t, "\"normalize\": {\"method\": \"%s\"", METHODS[method]);
    if (method < 4 && chance(40))
        put(t, ", \"range\": %s", RANGES[pick(4)]);
    put(t, "}, ");
}

static void put_leaf(text *t, size_t number, bool under_mean)
{
    static const char *const MISSING[] = {"zero", "unranked", "error"};
    static const char *const NA[] = {"exclude", "full", "zero", "redistribute"};
    static const char *const CLAMPS[] = {"{\"min\": 0}", "{\"min\": 0, \"max\": 10}",
                                         "{\"min\": -3, \"max\": 10, \"bonus\": \"outside\"}"};
    put(t, "{\"code\": \"l%zu\", \"max\": 10, \"missing\": \"%s\", \"not_applicable\": \"%s\", ",
        number, under_mean && chance(40) ? "to-parent" : MISSING[pick(3)], NA[pick(4)]);
    if (chance(40))
        put(t, "\"clamp\": %s, ", CLAMPS[pick(3)]);
    if (chance(25))
        put_normalize(t);
    if (chance(15)) {
        put(t, "\"value\": {\"of\": \"n%zu\", \"better\": \"%s\"}}", pick(4),
            chance(50) ? "higher" : "lower");
        return;
    }
    if (chance(20))
        put(t, "\"bonus_cap\": 2, \"deduction_cap\": 1.5, ");
    put(t, "\"parts\": [");
    size_t n = chance(50) ? 1 : 1 + pick(4);
    for (size_t p = 0; p < n; p++) {
        put(t, p > 0 ? ", " : "");
        put_part(t, chance(n == 1 ? 80 : 40) ? "score" : chance(50) ? "bonus" : "deduct");
    }
    put(t, "]}");
}

static void put_table(text *t)
{
    t->size = 0;
    put(t,
        "{\"thidua\": \"rule-set/1\", \"code\": \"t\", \"name\": \"t\", \"valid\": {\"from\":"
        " \"2025-01-01\"}, \"scale\": %d, \"decimals\": 2, \"rounding\": \"%s\", \"indicators\": {",
        N_GROUPS * LEAVES * 10,
        chance(60)   ? "leaf"
        : chance(50) ? "group"
                     : "total");
    for (size_t i = 0; i < 4; i++)
        put(t, "\"n%zu\": {\"kind\": \"number\"}, ", i);
    put(t, "\"c0\": {\"kind\": \"count\"}, \"c1\": {\"kind\": \"count\"}, \"c2\": {\"kind\":"
           " \"count\"}}, \"criteria\": [");
    for (size_t g = 0; g < N_GROUPS; g++) {
        bool mean = chance(30);
        put(t, "%s{\"code\": \"g%zu\", \"max\": %d, ", g > 0 ? ", " : "", g, LEAVES * 10);
        if (mean)
            put(t, "\"combine\": \"%s\", \"if_missing\": \"%s\", ",
                chance(60) ? "arithmetic" : "geometric", chance(50) ? "rescale" : "missing");
        else if (chance(30))
            put(t, "\"clamp\": {\"min\": 5, \"max\": 35, \"bonus\": \"%s\"}, ",
                chance(50) ? "inside" : "outside");
        put(t, "\"children\": [");
        for (size_t i = 0; i < LEAVES; i++) {
            put(t, i > 0 ? ", " : "");
            put_leaf(t, g * LEAVES + i, mean);
        }
        put(t, "]}");
    }
    put(t, "]}");
}

/* ---- random data ---- */

typedef struct trial {
    td_evaluation evaluation;
    td_rules *rules[1];
    td_table table;
    td_cluster clusters[N_CLUSTERS];
    td_unit units[N_CLUSTERS * MOST_UNITS];
    size_t row_of_unit[N_CLUSTERS * MOST_UNITS];
    td_held held[N_HELD];
    char ids[N_CLUSTERS * MOST_UNITS][24];
    size_t *levels;
} trial;

static double plain(size_t style)
{
    static const double SCALES[] = {1, 10, 100, 1000, 1e6};
    return (double)pick(style < 2 ? 12 : 2000) / SCALES[style % 5];
}

/* `style` is shared by a column of a cluster; now and then a value falls out of it. */
static double some_value(size_t style, char kind)
{
    static const double ODD[] = {-0.0, -2.5, 123456789012.0, 2.385, 1e-9, 4503599627.25, 0.1, 1e14};
    if (chance(6))
        return NAN;
    if (pick(4000) == 0)
        return 1.0 / 3; /* no decimal: out of range wherever it is divided */
    if (chance(style == 7 ? 30 : 1))
        return ODD[pick(sizeof ODD / sizeof ODD[0])];
    if (kind == 'c' && chance(95))
        return (double)pick(5);
    return kind == 'p' && chance(80) ? (double)pick(1001) / 100 : plain(style % 5);
}

static void fill_values(trial *t)
{
    size_t m = t->table.n_indicators, n_criteria = t->rules[0]->n_criteria;
    size_t styles[64];
    for (size_t c = 0; c < N_CLUSTERS; c++) {
        for (size_t i = 0; i < m; i++)
            styles[i] = pick(8);
        for (size_t u = 0; u < t->clusters[c].n_units; u++) {
            size_t row = t->clusters[c].first_unit + u;
            for (size_t i = 0; i < m; i++)
                t->table.value[row * m + i] =
                    some_value(styles[i], t->rules[0]->indicators[i].code[0]);
            for (size_t j = 1; j < n_criteria; j++)
                t->table.not_applicable[row * n_criteria + j] =
                    t->rules[0]->criteria[j].n_children == 0 && chance(c == 0 ? 0 : 7);
        }
    }
}

static void make_units(trial *t)
{
    td_dataset *data = &t->evaluation.data;
    for (size_t h = 0; h < N_HELD; h++)
        t->held[h] = (td_held){(int)pick(5), chance(50) ? "a" : "b"};
    for (size_t c = 0; c < N_CLUSTERS; c++) {
        t->clusters[c] = (td_cluster){.first_unit = data->n_units, .n_units = 1 + pick(MOST_UNITS)};
        data->n_units += t->clusters[c].n_units;
    }
    for (size_t u = 0; u < data->n_units; u++) {
        size_t first = pick(N_HELD - 3);
        snprintf(t->ids[u], sizeof t->ids[u], "u%zu", u);
        t->units[u] = (td_unit){.id = t->ids[u], .first_held = first, .n_held = pick(3)};
        t->row_of_unit[u] = u;
    }
}

/* False: the table is not sound (its random parts do not fit). */
static bool open_trial(trial *t)
{
    static text table;
    *t = (trial){0};
    put_table(&table);
    td_errors *errors = td_errors_new();
    td_status status = td_rules_parse(table.bytes, table.size, "t.json", &t->rules[0], errors);
    td_errors_free(errors);
    if (status != TD_OK)
        return false;
    t->table = (td_table){.rules = t->rules[0], .n_indicators = t->rules[0]->n_indicators};
    t->evaluation = (td_evaluation){.n_rules = 1,
                                    .rules = t->rules,
                                    .data = {.n_clusters = N_CLUSTERS,
                                             .n_rules = 1,
                                             .units = t->units,
                                             .clusters = t->clusters,
                                             .tables = &t->table,
                                             .row_of_unit = t->row_of_unit,
                                             .held = t->held}};
    make_units(t);
    size_t n = t->table.n_rows = t->evaluation.data.n_units;
    assert_in_range(t->table.n_indicators, 0, 64);
    t->table.value = calloc(n * t->table.n_indicators + 1, sizeof(double));
    t->table.not_applicable = calloc(n * t->rules[0]->n_criteria, 1);
    t->levels = calloc(t->rules[0]->n_criteria, sizeof *t->levels);
    td_levels_of(t->rules[0], t->levels);
    fill_values(t);
    return true;
}

static void close_trial(trial *t)
{
    free(t->table.value);
    free(t->table.not_applicable);
    free(t->levels);
    td_rules_free(t->rules[0]);
}

/* ---- both ways ---- */

static void open_scoring(td_scoring *s, const trial *t, bool one_by_one)
{
    assert_int_equal(
        td_scoring_init(s, &t->evaluation, 0, N_CLUSTERS * MOST_UNITS, td_errors_new()), TD_OK);
    assert_non_null(s->errors);
    s->levels = t->levels;
    s->one_by_one = one_by_one;
}

static void close_scoring(td_scoring *s)
{
    td_errors_free(s->errors);
    td_scoring_release(s);
}

/* The units of b are those of a from `first` on. */
static void assert_same_cells(const td_scoring *a, size_t first, const td_scoring *b)
{
    for (size_t j = 1; j < b->rules->n_criteria; j++)
        for (size_t u = 0; u < b->n_units; u++) {
            td_cell x = td_cell_get(a, j, first + u), y = td_cell_get(b, j, u);
            assert_memory_equal(&x.value, &y.value, 5 * sizeof(double));
            assert_int_equal(x.state, y.state);
            assert_int_equal(x.settled, y.settled);
        }
    size_t bytes = b->n_units * sizeof(size_t);
    assert_memory_equal(a->missing_leaf + first, b->missing_leaf, bytes);
    assert_memory_equal(a->absent_leaf + first, b->absent_leaf, bytes);
}

static void assert_same_findings(const td_scoring *a, const td_scoring *b)
{
    assert_int_equal(td_errors_size(a->errors), td_errors_size(b->errors));
    for (size_t i = 0; i < td_errors_size(a->errors); i++) {
        char x[512], y[512];
        td_errors_what(a->errors, i, TD_EN, x, sizeof x);
        td_errors_what(b->errors, i, TD_EN, y, sizeof y);
        assert_string_equal(x, y);
    }
}

static void whole_numbers_equal_fractions(void **state)
{
    (void)state;
    size_t n_sound = 0, n_scored = 0, n_tiles = 0, n_findings = 0;
    for (size_t i = 0; i < N_TABLES; i++) {
        static trial t;
        if (!open_trial(&t))
            continue;
        td_scoring whole, tile, plain_twin;
        open_scoring(&whole, &t, false);
        open_scoring(&tile, &t, false);
        open_scoring(&plain_twin, &t, true);
        td_status of_tile = td_score_tile(&tile, 0, N_CLUSTERS);
        for (size_t c = 0; c < N_CLUSTERS; c++) {
            td_status status = td_score_cluster(&plain_twin, c);
            assert_int_equal(td_score_cluster(&whole, c), status);
            if (status == TD_OK)
                assert_same_cells(&whole, 0, &plain_twin);
            if (of_tile == TD_OK)
                assert_same_cells(&tile, t.clusters[c].first_unit, &plain_twin);
            n_scored += status == TD_OK;
            assert_int_equal(whole.n_findings, plain_twin.n_findings);
        }
        n_tiles += of_tile == TD_OK;
        assert_int_equal(of_tile == TD_OK ? tile.n_findings : whole.n_findings, whole.n_findings);
        assert_same_findings(&whole, &plain_twin);
        n_findings += td_errors_size(whole.errors);
        n_sound++;
        close_scoring(&whole);
        close_scoring(&tile);
        close_scoring(&plain_twin);
        close_trial(&t);
    }
    print_message("%zu tables, %zu tiles, %zu clusters, %zu findings\n", n_sound, n_tiles, n_scored,
                  n_findings);
    assert_true(n_tiles > n_sound / 4);
    assert_true(n_sound > N_TABLES * 9 / 10);
    assert_true(n_scored > n_sound * N_CLUSTERS / 2);
    assert_true(n_findings > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(whole_numbers_equal_fractions)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
