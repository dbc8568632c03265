/*
 * Rule sets of straight lines, scored row by row, against the three stages: random tables with all
 * that the lines can be, and values that lie on the edges of rounding.
 */
#include <math.h>

#include "tests/unit/outline_case.h"
#include "tests/unit/random_text.h"

#include "datasets/extent.h"
#include "engine/linear.h"

#define N_TABLES 1500
#define N_CLUSTERS 6
#define MOST_UNITS 70
#define MOST_LEAVES 25

/* ---- a random table ---- */

static const char *ANY_NUMBER[] = {"0", "1", "2.5", "3", "7", "12.5", "40", "0.1", "9.5", "100"};

static const char *number(void)
{
    return ANY_NUMBER[pick(sizeof ANY_NUMBER / sizeof ANY_NUMBER[0])];
}

static void put_line(text *t, size_t i)
{
    switch (pick(11)) {
    case 0:
        put(t, "\"direct\": {\"of\": \"i%zu\"}", i);
        return;
    case 1:
        put(t, "\"per-case\": {\"of\": \"i%zu\", \"points\": %s}", i, number());
        return;
    case 2:
        put(t, "\"ratio\": {\"actual\": \"i%zu\", \"target\": %s, \"cap_ratio\": %s}", i,
            chance(50) ? "3" : "0.7",
            chance(50)   ? "1"
            : chance(50) ? "1.115"
                         : "null");
        return;
    case 3:
        put(t,
            "\"parts\": [{\"effect\": \"score\", \"function\": \"ratio\", \"actual\": \"i%zu\","
            " \"target\": %s, \"points\": 7, \"cap\": 5.5}]",
            i, chance(50) ? "8" : "6.4");
        return;
    case 4:
        put(t, "\"value\": {\"of\": \"i%zu\", \"better\": \"%s\"}", i,
            chance(50) ? "lower" : "higher");
        return;
    default:
        put(t,
            "\"piecewise\": {\"of\": \"i%zu\", \"through\": [[%s, %s], [%s, %s]%s], "
            "\"outside\": \"%s\"}",
            i, chance(50) ? "0" : "-2.5", number(), chance(50) ? "3" : "7.2", number(),
            chance(4) ? ", [9, 1]" : "", chance(80) ? "flat" : "extend");
        return;
    }
}

static void put_leaf(text *t, size_t i)
{
    static const char *const CLAMPS[] = {"{\"min\": 0}", "{\"min\": 0, \"max\": 10}",
                                         "{\"min\": 2.5, \"max\": 7}"};
    size_t number_of_cases = pick(8);
    put(t, "{\"code\": \"k%zu\", \"max\": 10, \"missing\": \"%s\", ", i,
        chance(50) ? "zero" : "unranked");
    if (chance(30))
        put(t, "\"clamp\": %s, ", CLAMPS[pick(number_of_cases > 5 ? 3 : 2)]);
    if (chance(60)) {
        put(t, "\"normalize\": {\"method\": \"min-max\"");
        if (chance(50))
            put(t, ", \"if_constant\": %s", chance(50) ? "0" : "0.333");
        if (chance(20))
            put(t, ", \"range\": [%s, 10]", chance(50) ? "0" : "2.5");
        put(t, "}, ");
    }
    put_line(t, i);
    put(t, "}");
}

static void put_head(text *t)
{
    static const char *const RANKS[] = {"competition", "dense", "fractional"};
    static const char *const BASES[] = {"points", "share", "rounded-share"};
    put(t, "{\"thidua\": \"rule-set/1\", \"code\": \"t\", \"name\": \"t\", \"valid\": {\"from\":"
           " \"2025-01-01\"}, ");
    put(t, "\"decimals\": %zu, \"rounding\": \"%s\", \"ranks\": \"%s\", \"rank_by\": \"%s\", ",
        1 + pick(4),
        chance(70)   ? "leaf"
        : chance(70) ? "total"
                     : "group",
        RANKS[pick(3)], BASES[pick(3)]);
    if (chance(20))
        put(t, "\"ties\": [\"votes\"], ");
    if (chance(20))
        put(t, "\"clamp\": {\"min\": 10, \"max\": 60}, ");
    if (chance(20))
        put(t, "\"classes\": [{\"code\": \"a\", \"name\": \"a\", \"from\": 60}, {\"code\": \"b\","
               " \"name\": \"b\", \"from\": 30}], ");
    if (chance(15))
        put(t,
            "\"gates\": [{\"code\": \"g\", \"when\": {\"points\": \"total\", \"<\": 20},"
            " \"effect\": \"%s\", \"reason\": \"g\"}], ",
            chance(50) ? "unranked" : "deferred");
}

static void put_table(text *t)
{
    size_t n = chance(30) ? 4 * (1 + pick(5)) : 1 + pick(chance(50) ? 6 : MOST_LEAVES);
    bool grouped = chance(30);
    t->size = 0;
    put_head(t);
    put(t, "\"scale\": %zu, \"indicators\": {", 10 * n);
    for (size_t i = 0; i < n; i++)
        put(t, "%s\"i%zu\": {\"kind\": \"number\"}", i > 0 ? ", " : "", i);
    put(t, "}, \"criteria\": [");
    if (grouped)
        put(t, "{\"code\": \"all\", \"max\": %zu, \"children\": [", 10 * n);
    for (size_t i = 0; i < n; i++) {
        put(t, i > 0 ? ", " : "");
        put_leaf(t, i);
    }
    put(t, grouped ? "]}]}" : "]}");
}

static td_policy *some_policy(void)
{
    static const char *const AWARDS[] = {
        "{\"code\": \"a\", \"name\": \"a\", \"conditions\": [{\"rank_at_most\": 1}]}, {\"code\": "
        "\"b\","
        " \"name\": \"b\", \"exclusive_with\": \"a\", \"ties\": \"include\", \"limits\": "
        "[{\"within\":"
        " \"cluster\", \"share\": 0.2, \"of\": \"units\", \"rounding\": \"ceil\"}]}",
        "{\"code\": \"a\", \"name\": \"a\", \"conditions\": [{\"share_at_least\": 0.5}], \"merit\":"
        " [\"share\", \"votes\"], \"reserve\": 2, \"limits\": [{\"within\": \"cluster\", "
        "\"count\": 2}]}",
        "{\"code\": \"a\", \"name\": \"a\", \"limits\": [{\"within\": \"all\", \"share\": 0.3, "
        "\"of\":"
        " \"units\"}], \"merit\": [\"points\"]}",
    };
    char policy[2000];
    td_policy *out = NULL;
    td_errors *errors = td_errors_new();
    int n = snprintf(
        policy, sizeof policy,
        "{\"thidua\": \"policy/1\", \"code\": \"p\", \"name\": \"p\", \"valid\": {\"from\":"
        " \"2025-01-01\"}, \"awards\": [%s]}",
        AWARDS[pick(3)]);
    if (td_policy_parse(policy, (size_t)n, "p.json", &out, errors) != TD_OK) {
        char what[512];
        td_errors_what(errors, 0, TD_EN, what, sizeof what);
        fail_msg("%s", what);
    }
    td_errors_free(errors);
    return out;
}

/* ---- random data ---- */

typedef struct trial {
    td_evaluation evaluation;
    td_rules *rules[1];
    td_table table;
    td_cluster clusters[N_CLUSTERS];
    td_unit units[N_CLUSTERS * MOST_UNITS];
    size_t row_of_unit[N_CLUSTERS * MOST_UNITS];
    char ids[N_CLUSTERS * MOST_UNITS][24];
} trial;

/* style is shared by a column: halves of the last place, ties, whole numbers, constants, large and
   odd ones. */
static double some_value(size_t style)
{
    static const double ODD[] = {-0.0, 123456789012.0, 2.385, 1e-9, 45035996.25, 0.1, 1e14, -4};
    static const double SCALES[] = {1, 2, 8, 100, 1000, 1e6};
    if (style == 9)
        return ODD[pick(sizeof ODD / sizeof ODD[0])];
    if (style == 8)
        return 3.25;
    if (style == 7)
        return (double)pick(2000) / 100 - 3;
    if (style == 6)
        return pick(300) == 0 ? 1e11 : (double)pick(1000) / 100;
    return (double)pick(style < 3 || chance(50) ? 11 : 1000) / SCALES[style];
}

static void fill_values(trial *t)
{
    size_t m = t->table.n_indicators, styles[MOST_LEAVES + 1];
    size_t blank = chance(60) ? 0 : 3;
    bool odd = chance(10);
    for (size_t i = 0; i < m; i++)
        styles[i] = chance(95) ? pick(6) : pick(odd ? 10 : 9);
    for (size_t c = 0; c < N_CLUSTERS; c++) {
        bool even = chance(10);
        for (size_t u = 0; u < t->clusters[c].n_units; u++) {
            double *row = t->table.value + (t->clusters[c].first_unit + u) * m;
            bool copies = u > 0 && chance(10);
            for (size_t i = 0; i < m; i++)
                row[i] = c > 2 && pick(1000) < blank ? NAN
                         : u > 0 && (even || copies) ? row[i - m]
                                                     : some_value(styles[i]);
        }
    }
}

static void make_units(trial *t)
{
    td_dataset *data = &t->evaluation.data;
    for (size_t c = 0; c < N_CLUSTERS; c++) {
        size_t n = 1 + pick(chance(80) ? 30 : MOST_UNITS);
        t->clusters[c] = (td_cluster){.first_unit = data->n_units, .n_units = n};
        data->n_units += n;
    }
    for (size_t u = 0; u < data->n_units; u++) {
        snprintf(t->ids[u], sizeof t->ids[u], "u%zu", u);
        t->units[u] = (td_unit){.id = t->ids[u], .votes = (double)pick(3)};
        t->row_of_unit[u] = u;
    }
}

static void leave_out(trial *t)
{
    size_t m = t->rules[0]->n_criteria;
    t->table.not_applicable = calloc(t->table.n_rows * m, 1);
    for (size_t u = 0; u < t->table.n_rows; u++)
        if (chance(3))
            t->table.not_applicable[u * m + m - 1] = 1;
}

static void measure(trial *t)
{
    td_extent_clear(t->table.n_indicators, t->table.extent);
    td_extent_widen(&t->table, 0, t->table.n_rows, t->table.extent);
}

/* False: the table is not sound (its random parts do not fit). */
static bool open_trial(trial *t)
{
    static text table;
    *t = (trial){0};
    put_table(&table);
    td_errors *errors = td_errors_new();
    td_status status = td_rules_parse(table.bytes, table.size, "t.json", &t->rules[0], errors);
    if (status != TD_OK && getenv("SHOW") != NULL)
        for (size_t i = 0; i < td_errors_size(errors); i++) {
            char what[512];
            td_errors_what(errors, i, TD_EN, what, sizeof what);
            print_message("%s\n", what);
        }
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
                                             .row_of_unit = t->row_of_unit}};
    make_units(t);
    size_t n = t->table.n_rows = t->evaluation.data.n_units, m = t->table.n_indicators;
    t->table.value = calloc(n * m + 1, sizeof(double));
    t->table.extent = calloc(m + 1, sizeof *t->table.extent);
    fill_values(t);
    if (chance(10))
        leave_out(t);
    if (chance(50))
        t->evaluation.policy = some_policy();
    measure(t);
    return true;
}

static void close_trial(trial *t)
{
    free(t->table.value);
    free(t->table.extent);
    free(t->table.not_applicable);
    td_policy_free(t->evaluation.policy);
    td_rules_free(t->rules[0]);
}

/* How many clusters were done row by row. */
static size_t clusters_by_rows(const trial *t)
{
    td_prepared *prepared;
    td_linear_plan *plan;
    td_linear_scratch scratch;
    size_t n = 0;
    assert_int_equal(td_prepared_new(&t->evaluation, NULL, MOST_UNITS, 1, &prepared, NULL), TD_OK);
    assert_int_equal(td_linear_plan_new(&prepared->blocks[0], prepared->arena, &plan), TD_OK);
    if (plan != NULL && td_linear_plan_fit(plan, &t->table)) {
        assert_int_equal(td_linear_scratch_init(&scratch, MOST_UNITS, plan), TD_OK);
        for (size_t c = 0; c < N_CLUSTERS; c++)
            n += td_linear_totals(plan, t->clusters[c].first_unit, 1, &t->clusters[c], &scratch);
        td_linear_scratch_release(&scratch);
    }
    td_prepared_free(prepared);
    return n;
}

/* Other values under the same rules, as blocks of a stream have them, in the office of those before. */
static void blocks_equal_stages(trial *t)
{
    td_office *office = NULL;
    td_outline fast = {0}, out;
    for (size_t block = 0; block < 5; block++) {
        td_errors *errors = td_errors_new(), *faults = td_errors_new();
        fill_values(t);
        for (size_t i = 0, n = t->table.n_rows * t->table.n_indicators; i < n && block > 2; i++)
            t->table.value[i] /= 2; /* within what was there, and more places */
        measure(t);
        out = (td_outline){0};
        assert_true(td_outline_run(&t->evaluation, NULL, &out, faults) != TD_ENOMEM);
        td_errors_free(faults);
        faults = td_errors_new();
        td_status status = td_outline_by_stages(&t->evaluation, NULL, &out, faults);
        assert_int_equal(
            td_outline_run_in(&office, &t->evaluation, &(td_options){.threads = 1}, &fast, errors),
            status);
        assert_same_faults(errors, faults);
        if (status == TD_OK)
            assert_memory_equal(fast.memory, out.memory, bytes_of(&out));
        td_outline_release(&out);
        td_errors_free(errors);
        td_errors_free(faults);
    }
    td_outline_release(&fast);
    td_office_close(office);
}

static void rows_equal_stages(void **state)
{
    (void)state;
    size_t n_sound = 0, n_planned = 0, n_by_rows = 0, n_ok = 0;
    for (size_t i = 0; i < N_TABLES; i++) {
        static trial t;
        if (!open_trial(&t))
            continue;
        td_outline out;
        n_ok += outline_both_ways(&t.evaluation, chance(50), &out) == TD_OK;
        size_t n = clusters_by_rows(&t);
        n_planned += n > 0;
        n_by_rows += n;
        n_sound++;
        td_outline_release(&out);
        blocks_equal_stages(&t);
        close_trial(&t);
    }
    print_message("%zu tables, %zu evaluated, %zu row by row, %zu clusters of %zu\n", n_sound, n_ok,
                  n_planned, n_by_rows, N_CLUSTERS * n_sound);
    assert_true(n_sound > N_TABLES / 2);
    assert_true(n_ok > n_sound / 2);
    assert_true(n_planned > n_sound / 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(rows_equal_stages)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
