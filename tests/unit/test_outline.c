/*
 * Outlines of generated years under every rule set that is shipped, and under invented ones.
 */
#include "tests/unit/outline_case.h"

#include "tests/lib/files.h"

#define SETS "criteria/sets/"

/* NULL: none */
static const char *const POLICIES[] = {
    NULL,
    "criteria/policies/court.json",
    "criteria/policies/inspectorate-2019.json",
    "criteria/policies/province-2024.json",
    "criteria/policies/province-2025.json",
    "criteria/policies/quang-ninh-2017.json",
    "criteria/policies/school-year.json",
};
#define N_POLICIES (sizeof POLICIES / sizeof POLICIES[0])

/* Under every policy that is shipped. */
static void compare_policies(td_evaluation *evaluation, size_t n_units)
{
    for (size_t p = 0; p < N_POLICIES; p++) {
        td_errors *errors = td_errors_new();
        td_policy_free(evaluation->policy);
        evaluation->policy = NULL;
        if (POLICIES[p] != NULL)
            assert_int_equal(td_policy_load(POLICIES[p], &evaluation->policy, errors), TD_OK);
        td_outline out;
        assert_int_equal(outline_both_ways(evaluation, p % 2 == 0, &out), TD_OK);
        assert_int_equal(out.n_units, n_units);
        td_outline_release(&out);
        td_errors_free(errors);
    }
}

static void compare_year(const td_generate_options *options)
{
    td_folder folder;
    td_folder_init(&folder);
    char *path = td_folder_path(&folder, "year");
    td_errors *errors = td_errors_new();
    assert_int_equal(td_generate(path, options, errors), TD_OK);
    td_evaluation *evaluation;
    assert_int_equal(td_evaluation_load(path, NULL, &evaluation, errors), TD_OK);
    compare_policies(evaluation, options->n_units);
    td_evaluation_free(evaluation);
    td_errors_free(errors);
    free(path);
    td_folder_release(&folder);
}

static td_generate_options rough_year(const char *rules, size_t n_units)
{
    td_generate_options options = td_generate_defaults();
    options.rules = rules;
    options.n_units = n_units;
    options.cluster_min = 1;
    options.cluster_max = 70;
    options.na_share = 0.03;
    options.missing_share = 0.03;
    options.near_ties = 0.3;
    return options;
}

static void shipped_rule_sets(void **state)
{
    (void)state;
    static const char *const NAMES[] = {SETS "commune-illustration-2025.json",
                                        SETS "composite-illustration.json",
                                        SETS "justice-2022.json",
                                        SETS "justice-dong-thap-2022.json",
                                        SETS "quang-tri-police-2025.json",
                                        SETS "school-week.json",
                                        SETS "tien-giang-2022.json"};
    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) {
        td_generate_options options = rough_year(NAMES[i], 500);
        compare_year(&options);
    }
}

static void invented_rule_sets(void **state)
{
    (void)state;
    for (size_t i = 0; i < 6; i++) {
        td_generate_options options = rough_year(NULL, 300);
        options.n_criteria = 10 + 7 * i;
        options.seed = i;
        compare_year(&options);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shipped_rule_sets),
        cmocka_unit_test(invented_rule_sets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
