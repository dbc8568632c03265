/*
 * The policies that are shipped, on figures of real years: how many flags and certificates a
 * district, a province and a sub-cluster may propose.
 */
#include "tests/unit/award_case.h"

/* Clusters c00, c01 ...: sizes and kinds; unit uXX-YY has less merit than the one before it. */
typedef struct roster {
    char *clusters, *units, *values;
    size_t room;
} roster;

static roster roster_new(size_t room)
{
    roster r = {calloc(room, 1), calloc(room, 1), calloc(room, 1), room};
    assert_true(r.clusters != NULL && r.units != NULL && r.values != NULL);
    return r;
}

static void roster_free(roster *r)
{
    free(r->clusters);
    free(r->units);
    free(r->values);
}

/* The leader has `points`, everybody else 0.25 less than the one before. */
static void add_cluster(roster *r, size_t c, size_t n, const char *kind, double points)
{
    size_t at = strlen(r->clusters);
    snprintf(r->clusters + at, r->room - at, "c%02zu,Khối %02zu,%s,\n", c, c, kind);
    for (size_t u = 0; u < n; u++) {
        at = strlen(r->units);
        snprintf(r->units + at, r->room - at, "u%02zu-%02zu,Đơn vị %zu-%zu,c%02zu,\n", c, u, c, u,
                 c);
        at = strlen(r->values);
        snprintf(r->values + at, r->room - at, "u%02zu-%02zu,%.2f,0\n", c, u,
                 points - 0.25 * (double)u);
    }
}

static void open_roster(awarded *y, const roster *r, const char *policy)
{
    award_case the = {r->clusters, r->units, r->values, NULL, NULL, NULL, NULL, policy};
    td_status status = case_open(y, &the);
    if (status != TD_OK)
        case_faults(y->errors);
    assert_int_equal(status, TD_OK);
}

static size_t count_proposed(const awarded *y, const char *award, const char *cluster)
{
    size_t n = 0, w = case_award(y, award);
    for (size_t u = 0; u < y->awards.n_units; u++) {
        size_t c = td_evaluation_unit(y->evaluation, u).cluster;
        bool here =
            cluster == NULL || strcmp(td_evaluation_cluster(y->evaluation, c).id, cluster) == 0;
        n += here && y->awards.decision[w * y->awards.n_units + u].state == TD_PROPOSED;
    }
    return n;
}

static const char *const PROVINCES[] = {"criteria/policies/province-2024.json",
                                        "criteria/policies/province-2025.json"};

/* Bắc Trà My 2023: 4 clusters, 4 flags, and no government flag, said in words. */
static void four_clusters_have_four_flags(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        roster r = roster_new(4000);
        for (size_t c = 0; c < 4; c++)
            add_cluster(&r, c, 5, "p", 9.5 - 0.1 * (double)c);
        awarded y;
        open_roster(&y, &r, PROVINCES[i]);
        assert_int_equal(count_proposed(&y, "co-cp", NULL), 0);
        assert_int_equal(count_proposed(&y, "co-tinh", NULL), 4);
        for (size_t c = 0; c < 4; c++) {
            char leader[16];
            snprintf(leader, sizeof leader, "u%02zu-00", c);
            assert_int_equal(decision_of(&y, "co-tinh", leader)->state, TD_PROPOSED);
        }
        expect_text(&y, quota_at(&y, case_award(&y, "co-cp"), TD_WITHIN_ALL, 0), TD_VI,
                    "làm tròn xuống(0,2 × 4 đơn vị dẫn đầu) = 0: số đơn vị dẫn đầu quá ít, "
                    "không có suất nào");
        case_close(&y);
        roster_free(&r);
    }
}

/* Bến Tre 2018: 48 led, 5 given. Bắc Ninh 2022: 66 led, 54 flags of the province and 12 above. */
static void real_years_are_within_what_is_proposed(void **state)
{
    (void)state;
    static const size_t LED[] = {48, 66, 12, 5}, MOST[] = {9, 13, 2, 1}, GIVEN[] = {5, 12, 0, 0};
    for (size_t i = 0; i < 4; i++) {
        roster r = roster_new(20000);
        for (size_t c = 0; c < LED[i]; c++)
            add_cluster(&r, c, 3, "p", 9.99 - 0.01 * (double)c);
        awarded y;
        open_roster(&y, &r, PROVINCES[1]);
        assert_int_equal(count_proposed(&y, "co-cp", NULL), MOST[i]);
        assert_true(GIVEN[i] <= MOST[i]);
        assert_int_equal(count_proposed(&y, "co-tinh", NULL), LED[i] - MOST[i]);
        assert_true(LED[i] - GIVEN[i] >= LED[i] - MOST[i]);
        assert_int_equal(count_proposed(&y, "bk-tinh", "c00"), 1); /* floor(0.5 * 2) */
        assert_int_equal(decision_of(&y, "co-tinh", "u00-00")->state, TD_EXCLUDED);
        case_close(&y);
        roster_free(&r);
    }
}

/* Quảng Ninh 2017: 50 % of the remaining in clusters of the province, 20 % in sub-clusters. */
static void quang_ninh_counts_by_kind_of_cluster(void **state)
{
    (void)state;
    roster r = roster_new(8000);
    add_cluster(&r, 0, 8, "cap-tinh", 9.0);
    add_cluster(&r, 1, 8, "truc-thuoc", 9.9);
    add_cluster(&r, 2, 11, "truc-thuoc", 8.5);
    add_cluster(&r, 3, 3, "cap-tinh", 9.5);
    add_cluster(&r, 4, 5, "truc-thuoc", 7.5);
    awarded y;
    open_roster(&y, &r, "criteria/policies/quang-ninh-2017.json");
    assert_int_equal(count_proposed(&y, "co-tinh", NULL), 5);
    for (size_t c = 0; c < 5; c++) {
        static const size_t CERTIFICATES[] = {3, 1, 2, 1, 0}; /* of 7, 7, 10, 2 and 4 remaining */
        char cluster[8];
        snprintf(cluster, sizeof cluster, "c%02zu", c);
        assert_int_equal(count_proposed(&y, "co-tinh", cluster), 1);
        assert_int_equal(count_proposed(&y, "bk-tinh", cluster), CERTIFICATES[c]);
    }
    assert_int_equal(count_proposed(&y, "co-cp", NULL), 1); /* floor(0.2 * 5) */
    assert_int_equal(decision_of(&y, "co-cp", "u03-00")->state, TD_PROPOSED);
    assert_true(decision_of(&y, "co-cp", "u01-00")->state == TD_RESERVE ||
                decision_of(&y, "co-cp", "u01-00")->state == TD_OUTSIDE_QUOTA);
    size_t bk = case_award(&y, "bk-tinh");
    const td_quota *fourth = NULL;
    for (size_t q = 0; q < y.awards.n_quotas; q++)
        if (y.awards.quotas[q].award == bk && y.awards.quotas[q].where == 4 &&
            y.awards.quotas[q].limit != TD_NONE)
            fourth = &y.awards.quotas[q];
    assert_non_null(fourth);
    expect_text(&y, fourth, TD_EN,
                "floor(0.2 × 4 remaining units) = 0: too few remaining units "
                "for a single one");
    case_close(&y);
    roster_free(&r);
}

/* Two units share the first place of one cluster: its flag is for the council to give. */
static void a_shared_first_place_leaves_the_flag_open(void **state)
{
    (void)state;
    roster r = roster_new(4000);
    for (size_t c = 0; c < 6; c++)
        add_cluster(&r, c, 3, "p", 9.0 - 0.5 * (double)c);
    size_t at = strlen(r.units);
    snprintf(r.units + at, r.room - at, "twin,Đơn vị sinh đôi,c05,\n");
    at = strlen(r.values);
    snprintf(r.values + at, r.room - at, "twin,6.50,0\n");
    awarded y;
    open_roster(&y, &r, PROVINCES[1]);
    assert_int_equal(count_proposed(&y, "co-cp", NULL), 1);
    assert_int_equal(count_proposed(&y, "co-tinh", NULL), 4);
    assert_int_equal(decision_of(&y, "co-tinh", "twin")->state, TD_TIED_AT_CUT);
    assert_int_equal(decision_of(&y, "co-tinh", "u05-00")->state, TD_TIED_AT_CUT);
    expect_quota(quota_at(&y, case_award(&y, "co-tinh"), TD_WITHIN_CLUSTER, 5), 1, 0, 1, 0);
    case_close(&y);
    roster_free(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(four_clusters_have_four_flags),
        cmocka_unit_test(real_years_are_within_what_is_proposed),
        cmocka_unit_test(quang_ninh_counts_by_kind_of_cluster),
        cmocka_unit_test(a_shared_first_place_leaves_the_flag_open),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
