/*
 * What is known of whole columns: places, bounds, blanks; and that it stays true when values change.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "datasets/extent.h"
#include "engine/base/columns.h"
#include "tests/lib/files.h"
#include "tests/unit/random_text.h"

#define MOST_ROWS 40
#define MOST_COLUMNS 150

static double some_value(size_t style)
{
    static const double SCALES[] = {1, 10, 100, 1e4, 1e9};
    static const double ODD[] = {1.0 / 3, 1e14, 123456789.125, -0.0, 9e14, 1e-18};
    if (pick(10) == 0)
        return NAN;
    if (style == 6)
        return ODD[pick(6)];
    return ((double)pick(2000) - 300) / SCALES[style % 5];
}

/* Every cell is as the extent of its column says. */
static void assert_holds(const td_table *t, const td_extent *extent, bool *is_known)
{
    for (size_t i = 0; i < t->n_indicators; i++)
        for (size_t row = 0; row < t->n_rows; row++) {
            double x = t->value[row * t->n_indicators + i];
            assert_true(!isnan(x) || extent[i].has_blank);
            if (isnan(x))
                continue;
            assert_true(x >= extent[i].least && x <= extent[i].most);
            if (extent[i].places < 0)
                continue;
            double scale = td_scale_of(extent[i].places), w = td_nearest_whole(x * scale);
            assert_true(w / scale == x && fabs(w) <= TD_COLUMN_LIMIT);
            *is_known = true;
        }
}

static void columns_are_proved(void **state)
{
    (void)state;
    static double values[MOST_ROWS * MOST_COLUMNS];
    static td_extent all[MOST_COLUMNS], part[MOST_COLUMNS];
    bool is_known = false;
    for (size_t trial = 0; trial < 500; trial++) {
        td_table t = {
            .n_rows = 1 + pick(MOST_ROWS), .n_indicators = 1 + pick(MOST_COLUMNS), .value = values};
        size_t m = t.n_indicators, half = t.n_rows / 2;
        for (size_t i = 0; i < m; i++) {
            size_t style = pick(7);
            for (size_t row = 0; row < t.n_rows; row++)
                values[row * m + i] = some_value(style);
        }
        td_extent_clear(m, all);
        td_extent_clear(m, part);
        td_extent_widen(&t, 0, half, all);
        td_extent_widen(&t, half, t.n_rows - half, part);
        td_extent_join(m, part, all);
        assert_holds(&t, all, &is_known);
    }
    assert_true(is_known);
}

static void fewest_places(void **state)
{
    (void)state;
    double values[] = {1.5, 20, NAN, -3.25, 7, NAN};
    td_table t = {.n_rows = 3, .n_indicators = 2, .value = values};
    td_extent extent[2];
    td_extent_clear(2, extent);
    assert_true(extent[0].least > extent[0].most);
    td_extent_widen(&t, 0, 3, extent);
    assert_int_equal(extent[0].places, 1);
    assert_int_equal(extent[1].places, 2);
    assert_true(extent[0].least == 1.5 && extent[0].most == 7 && extent[0].has_blank);
    assert_true(extent[1].least == -3.25 && extent[1].most == 20 && extent[1].has_blank);
}

static void scenarios_widen(void **state)
{
    (void)state;
    td_folder folder;
    td_folder_init(&folder);
    char *path = td_folder_path(&folder, "year");
    td_generate_options options = td_generate_defaults();
    options.n_units = 40;
    td_errors *errors = td_errors_new();
    assert_int_equal(td_generate(path, &options, errors), TD_OK);
    td_evaluation *evaluation, *varied;
    assert_int_equal(td_evaluation_load(path, NULL, &evaluation, errors), TD_OK);
    const td_table *table = &evaluation->data.tables[0];
    bool is_known = false;
    assert_holds(table, table->extent, &is_known);
    assert_true(is_known);
    size_t indicator = 0;
    while (table->rules->indicators[indicator].kind != TD_NUMBER ||
           table->rules->indicators[indicator].computed)
        indicator++;
    const td_extent before = table->extent[indicator];
    char change[200];
    snprintf(change, sizeof change, "%s:%s=%.5f", evaluation->data.units[0].id,
             table->rules->indicators[indicator].code,
             floor((before.least + before.most) / 2) + 0.12345);
    td_scenarios *scenarios = td_scenarios_new();
    assert_int_equal(td_scenarios_add(scenarios, TD_CHANGE_VALUE, change, "--value", errors),
                     TD_OK);
    td_scenario scenario = td_scenarios_get(scenarios, 0);
    assert_int_equal(td_evaluation_vary(evaluation, &scenario, &varied, errors), TD_OK);
    const td_table *other = &varied->data.tables[0];
    assert_holds(other, other->extent, &is_known);
    assert_int_equal(other->extent[indicator].places, 5);
    assert_memory_equal(&table->extent[indicator], &before, sizeof before);
    td_evaluation_free(varied);
    td_scenarios_free(scenarios);
    td_evaluation_free(evaluation);
    td_errors_free(errors);
    free(path);
    td_folder_release(&folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_are_proved),
        cmocka_unit_test(fewest_places),
        cmocka_unit_test(scenarios_widen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
