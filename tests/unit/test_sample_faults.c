/*
 * Faults of sampling: options, limits, tables that cannot be sampled.
 */
#include "tests/unit/sample_case.h"

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
        td_status status = td_sample(the.prepared, &o, &s, the.errors);
        if ((status == TD_OK) != (CASES[i].code == NULL)) {
            matrix_faults(the.errors);
            fail_msg("%s: status %d", CASES[i].text, (int)status);
        }
        if (CASES[i].code != NULL) {
            if (td_errors_view(the.errors, 0).place.column != CASES[i].column)
                fail_msg("%s: column %zu", CASES[i].text,
                         td_errors_view(the.errors, 0).place.column);
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
        cmocka_unit_test(bad_options_are_named),
        cmocka_unit_test(small_items_are_refused),
        cmocka_unit_test(large_tables_are_refused),
        cmocka_unit_test(bad_limits_are_named),
        cmocka_unit_test(the_limits_that_conflict_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
