/*
 * Scenarios that cannot be: every fault has its code, its place, and leaves the output alone.
 */
#include "tests/unit/vary_case.h"

static void every_fault_has_its_code(void **state)
{
    (void)state;
    static const struct {
        const char *code;
        td_status status;
        size_t n;
        td_change changes[3];
    } cases[] = {
        {"scenario-no-code", TD_EINVAL, 1, {SET(NULL, 5)}},
        {"scenario-no-code", TD_EINVAL, 1, {DROP("")}},
        {"scenario-no-code", TD_EINVAL, 1, {VALUE("u1", NULL, "1")}},
        {"scenario-criterion-unknown", TD_EINVAL, 1, {SET("A9", 5)}},
        {"scenario-criterion-unknown", TD_EINVAL, 1, {SET("total", 5)}},
        {"scenario-indicator-unknown", TD_EINVAL, 1, {VALUE("u1", "trx", "1")}},
        {"scenario-unit-unknown", TD_EINVAL, 1, {VALUE("u9", "tre", "1")}},
        {"scenario-unit-unknown", TD_EINVAL, 1, {VALUE(NULL, "tre", "1")}},
        {"scenario-value-blank", TD_EINVAL, 1, {VALUE("u1", "tre", "  ")}},
        {"scenario-value-blank", TD_EINVAL, 1, {VALUE("u1", "tre", NULL)}},
        {"scenario-twice", TD_EINVAL, 2, {SET("A", 5), SET("A", 6)}},
        {"scenario-twice", TD_EINVAL, 2, {NA("full"), NA("zero")}},
        {"scenario-twice", TD_EINVAL, 2, {METHOD("borda"), METHOD("borda")}},
        {"scenario-twice",
         TD_EINVAL,
         2,
         {VALUE("u1", "tre", "1"), VALUE("Xã Tân Hoà", "tre", "2")}},
        {"scenario-dropped-too", TD_EINVAL, 2, {DROP("A"), SET("A", 6)}},
        {"scenario-dropped-too", TD_EINVAL, 2, {CAP("A", 6), DROP("A")}},
        {"scenario-off-grid", TD_EINVAL, 1, {SET("A", 12.345)}},
        {"scenario-off-grid", TD_EINVAL, 1, {CAP("A", 0.001)}},
        {"scenario-points-range", TD_EINVAL, 1, {SET("A", -1)}},
        {"scenario-points-range", TD_EINVAL, 1, {SET("A", 1e12)}},
        {"scenario-points-range", TD_EINVAL, 1, {CAP("A", NAN)}},
        {"scenario-policy-unknown", TD_EINVAL, 1, {NA("half")}},
        {"scenario-method-unknown", TD_EINVAL, 1, {METHOD("guess")}},
        {"scenario-nothing-left", TD_EINVAL, 3, {DROP("A"), DROP("B"), DROP("C")}},
        {"scenario-nothing-left", TD_EINVAL, 3, {SET("A", 0), SET("B", 0), DROP("C")}},
        {"scenario-max-zero", TD_EINVAL, 3, {DROP("B1"), DROP("B2"), SET("B", 35)}},
        {"data-value-text", TD_EDATA, 1, {VALUE("u1", "thu", "nhiều")}},
        {"data-value-ambiguous", TD_EDATA, 1, {VALUE("u1", "thu", "1.234")}},
        {"data-value-not-flag", TD_EDATA, 1, {VALUE("u1", "phat_dong", "2")}},
        {"data-value-not-count", TD_EDATA, 1, {VALUE("u1", "tre", "1,5")}},
        {"data-value-above", TD_EDATA, 1, {VALUE("u1", "giai_ngan", "100,5")}},
        {"data-value-below", TD_EDATA, 1, {VALUE("u1", "giai_ngan", "-1")}},
        {"data-points-above-max", TD_EDATA, 2, {VALUE("u1", "B2", "15,5"), SET("B2", 30)}},
    };
    trial t;
    trial_open(&t, SAMPLE);
    for (size_t i = 0; i < COUNT(cases); i++) {
        td_errors *errors = td_errors_new();
        td_evaluation *out = (td_evaluation *)&t;
        td_change changes[3];
        memcpy(changes, cases[i].changes, sizeof changes);
        for (size_t k = 0; k < 3; k++)
            changes[k].place = (td_place){.file = "kịch bản.json", .pointer = "/scenarios/0"};
        td_scenario scenario = {.n_changes = cases[i].n, .changes = changes};
        td_status status = td_evaluation_vary(t.base, &scenario, &out, errors);
        if (status != cases[i].status || !has_fault(errors, cases[i].code)) {
            print_faults(errors);
            fail_msg("case %zu: %s expected, status %d", i, cases[i].code, (int)status);
        }
        assert_ptr_equal(out, &t);
        td_place place = td_errors_view(errors, 0).place;
        assert_non_null(place.file);
        td_errors_free(errors);
    }
    trial_close(&t);
}

static void maxima_of_zero_or_none(void **state)
{
    (void)state;
    static const struct {
        const char *code;
        td_change change;
    } cases[] = {{"scenario-max-zero", SET("extra", 5)},
                 {"scenario-weight-range", SET("p", -1)},
                 {"scenario-weight-range", SET("p", NAN)},
                 {"scenario-zero-weights", SET("p", 0)},
                 {"scenario-indicator-computed", VALUE("a", "late", "3")}};
    td_folder folder;
    td_folder_init(&folder);
    write_year(&folder,
               HEAD
               "\"scale\": 10, \"indicators\": {\"sent\": {\"kind\": \"date\"}, \"late\": "
               "{\"days_after\": \"2025-12-15\", \"of\": \"sent\"}}, \"criteria\": [{\"code\": "
               "\"M\", \"max\": 10, \"combine\": \"geometric\", \"children\": [{\"code\": "
               "\"p\", \"bands\": {\"of\": \"late\", \"table\": {\"<=0\": 5, \">0\": 2}}, "
               "\"max\": 5}, {\"code\": \"q\", \"weight\": 0, \"value\": {\"of\": \"raw\"}}]}, "
               "{\"code\": \"extra\", \"max\": 0, \"parts\": [{\"effect\": \"bonus\", "
               "\"function\": \"per-case\", \"of\": \"n\", \"points\": 0.5, \"cap\": 3}]}]}",
               "unit,sent,raw,n\na,2025-12-14,3,1\nb,20/12/2025,2,0\nc,2025-12-16,1,9\n");
    trial t;
    trial_open(&t, folder.path);
    for (size_t i = 0; i < COUNT(cases); i++) {
        td_errors *errors = td_errors_new();
        td_evaluation *out = NULL;
        td_scenario scenario = {.n_changes = 1, .changes = &cases[i].change};
        assert_int_equal(td_evaluation_vary(t.base, &scenario, &out, errors), TD_EINVAL);
        if (!has_fault(errors, cases[i].code)) {
            print_faults(errors);
            fail_msg("case %zu: %s expected", i, cases[i].code);
        }
        td_errors_free(errors);
    }
    const td_change changes[] = {VALUE("b", "sent", "15/12/2025"), CAP("extra", 1.5)};
    vary(&t, 2, changes);
    assert_true(points_of(&t, "b", "p") == 500); /* what is computed from it follows */
    assert_true(points_of(&t, "c", "extra") == 150);
    assert_string_equal(td_evaluation_get(t.varied).scenario[TD_EN],
                        "criterion extra: at most 1.5 points; B, sent: 2025-12-15 instead of "
                        "2025-12-20");
    trial_close(&t);
    td_folder_release(&folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_fault_has_its_code),
        cmocka_unit_test(maxima_of_zero_or_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
