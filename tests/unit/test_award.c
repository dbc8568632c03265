/*
 * Decisions: every state, cascades of awards, ties at the cut line, strikes, history and votes.
 */
#include "tests/unit/award_case.h"

#define TWO_CLUSTERS "c,C,p,n\nd,D,p,n\n"

/* ---- states ---- */

static void every_state_has_its_reason(void **state)
{
    (void)state;
    awarded y;
    open_well(
        &y,
        (award_case){
            ONE_CLUSTER, "a,A,c,\nb,B,c,\nd,D,c,\ne,E,c,\nf,F,c,\ng,G,c,\nh,H,c,\n",
            "a,9.5,0\nb,8.385,1\nd,8,2\ne,7.5,3\nf,7,4\ng,6.385,0\nh,4,0\n", NULL, NULL,
            AWARD("f", ONE_IN_CLUSTER ", \"reserve\": 1") "," AWARD(
                "k", "\"conditions\": [{\"points_at_least\": 5}, {\"class_at_least\": \"kem\"}], "
                     "\"exclusive_with\": [\"f\"], " ONE_IN_CLUSTER),
            NULL, NULL});
    expect_states(&y, "f", "a P b B d B e D f U g R h O");
    expect_states(&y, "k", "a X b P d B e D f U g O h N");
    assert_string_equal(
        td_rules_gate_code(td_evaluation_rules(y.evaluation, 0), decision_of(&y, "f", "b")->gate),
        "no-flag");
    assert_string_equal(
        td_rules_gate_code(td_evaluation_rules(y.evaluation, 0), decision_of(&y, "k", "d")->gate),
        "no-award");
    assert_int_equal(decision_of(&y, "k", "a")->by_award, case_award(&y, "f"));
    assert_int_equal(decision_of(&y, "k", "h")->condition, 0);
    assert_int_equal(decision_of(&y, "f", "g")->reserve, 1);
    assert_int_equal(decision_of(&y, "f", "g")->place, 2);
    assert_int_equal(decision_of(&y, "f", "h")->place, 3);
    assert_int_equal(decision_of(&y, "f", "b")->place, 0);
    assert_ptr_equal(&y.awards.quotas[decision_of(&y, "f", "h")->quota],
                     quota_at(&y, 0, TD_WITHIN_CLUSTER, 0));
    case_close(&y);
}

static void a_deferred_unit_names_the_gate_that_defers(void **state)
{
    (void)state;
    awarded y;
    open_well(&y, (award_case){ONE_CLUSTER, "a,A,c,\nb,B,c,\n", "a,9,5\nb,8,0\n", NULL, NULL,
                               AWARD("f", ONE_IN_CLUSTER), NULL, NULL});
    const td_decision *d = decision_of(&y, "f", "a");
    const char *gate = td_rules_gate_code(td_evaluation_rules(y.evaluation, 0), d->gate);
    assert_true(d->state == TD_BARRED || d->state == TD_AWARD_DEFERRED);
    assert_string_equal(gate, d->state == TD_BARRED ? "no-award" : "inquiry");
    expect_states(&y, "f", d->state == TD_BARRED ? "a B b P" : "a D b P");
    case_close(&y);
}

static void given_awards_come_from_the_record(void **state)
{
    (void)state;
    awarded y;
    open_well(
        &y,
        (award_case){
            ONE_CLUSTER, FIVE, "a,9,0\nb,8,0\nk,7,0\nl,6,0\nm,5,0\n", NULL,
            "b,2025,tt\nk,2024,tt\nl,2025,tt\nm,2025,khac\n",
            AWARD("tt", "\"given\": true") "," AWARD(
                "f",
                "\"conditions\": [{\"holds\": "
                "\"tt\"}], " ONE_IN_CLUSTER) "," AWARD("k",
                                                       "\"conditions\": [{\"not_holds\": \"tt\"}], "
                                                       "\"limits\": [{\"within\": \"all\", "
                                                       "\"share\": \"1/2\", \"of\": {\"holders\": "
                                                       "\"tt\"}}]"),
            NULL, NULL});
    expect_states(&y, "tt", "a M b G k M l G m M");
    expect_states(&y, "f", "a N b P k N l O m N");
    expect_states(&y, "k", "a P b N k O l N m O");
    case_close(&y);
}

/* ---- seats ---- */

static void equals_at_the_cut_are_for_the_council(void **state)
{
    (void)state;
    static const char *const TIES[] = {"council", "include", "exclude"};
    static const char *const STATES[] = {"a P b T k T l T m O", "a P b P k P l P m O",
                                         "a P b O k O l O m O"};
    static const size_t USED[] = {1, 4, 1}, OPEN[] = {2, 0, 0}, OVER[] = {0, 1, 0};
    for (size_t i = 0; i < 3; i++) {
        char award[300];
        snprintf(
            award, sizeof award,
            AWARD("f", "\"ties\": \"%s\", \"limits\": [{\"within\": \"cluster\", \"count\": 3}]"),
            TIES[i]);
        awarded y;
        open_well(&y, (award_case){ONE_CLUSTER, FIVE, "a,9,0\nb,8,0\nk,8,0\nl,8,0\nm,7.99,0\n",
                                   NULL, NULL, award, NULL, NULL});
        expect_states(&y, "f", STATES[i]);
        expect_quota(quota_at(&y, 0, TD_WITHIN_CLUSTER, 0), 3, USED[i], OPEN[i], OVER[i]);
        case_close(&y);
    }
}

/* b alone in D and two equals in C want one seat of the whole: it stays one seat, in any order. */
static void one_open_seat_is_counted_once(void **state)
{
    (void)state;
    static const char *const CLUSTERS[] = {"c,C,p,n\nd,D,p,n\n", "d,D,p,n\nc,C,p,n\n"};
    static const char *const SCOPES[] = {"all", "group"};
    for (size_t i = 0; i < 4; i++) {
        char award[400];
        snprintf(award, sizeof award,
                 AWARD("f", "\"merit\": [\"points\"], \"limits\": [{\"within\": \"cluster\", "
                            "\"count\": 1}, {\"within\": \"%s\", \"count\": 1}]"),
                 SCOPES[i / 2]);
        awarded y;
        open_well(&y, (award_case){CLUSTERS[i % 2], "a,A,c,\nb,B,c,\nk,K,d,\n",
                                   "a,9,0\nb,9,0\nk,9,0\n", NULL, NULL, award, NULL, NULL});
        expect_states(&y, "f", i % 2 == 0 ? "a T b T k T" : "k T a T b T");
        expect_quota(quota_at(&y, 0, i < 2 ? TD_WITHIN_ALL : TD_WITHIN_GROUP, 0), 1, 0, 1, 0);
        case_close(&y);
    }
}

/* X's one seat is for a or k; whoever gets it, each cluster has at most one of X and Y. */
static void open_seats_are_kept_in_every_bound(void **state)
{
    (void)state;
    awarded y;
    open_well(
        &y,
        (award_case){
            TWO_CLUSTERS, "a,A,c,\nb,B,c,\nk,K,d,\nl,L,d,\n", "a,9,0\nb,8,0\nk,9,0\nl,8,0\n", NULL,
            NULL,
            AWARD("X",
                  "\"merit\": [\"points\"], \"limits\": [{\"within\": \"all\", "
                  "\"count\": 1}]") "," AWARD("Y",
                                              "\"conditions\": [{\"not\": {\"rank_at_most\": 1}}], "
                                              "\"limits\": [{\"within\": \"all\", \"count\": 4}]"),
            "{\"awards\": [\"X\", \"Y\"], \"within\": \"cluster\", \"count\": 1}", NULL});
    expect_states(&y, "X", "a T b O k T l O");
    expect_states(&y, "Y", "a N b O k N l O");
    case_close(&y);
}

static void one_seat_goes_to_the_best_of_all(void **state)
{
    (void)state;
    awarded y;
    open_well(
        &y,
        (award_case){
            "c,C,p,n\nd,D,p,n\ne,E,s,\n", "a,A,c,\nb,B,c,\nk,K,d,\nl,L,d,\nm,M,e,\nn,N,e,\n",
            "a,9,0\nb,8.5,0\nk,9.385,0\nl,7,0\nm,8.75,0\nn,2,0\n", NULL, NULL,
            AWARD("f",
                  "\"merit\": [\"share\"], \"scope\": \"all\", \"reserve\": \"all\", \"limits\": ["
                  "{\"within\": \"group\", \"count\": 2}, {\"within\": \"cluster\", \"count\": 1}, "
                  "{\"within\": \"cluster\", \"count\": 0, \"only\": \"s\"}]"),
            NULL, NULL});
    expect_states(&y, "f", "a P b R k P l R m R n R");
    assert_int_equal(decision_of(&y, "f", "m")->reserve, 1);
    assert_int_equal(decision_of(&y, "f", "b")->reserve, 2);
    assert_int_equal(decision_of(&y, "f", "m")->place, 3);
    assert_int_equal(quota_at(&y, 0, TD_WITHIN_CLUSTER, 2)->limit, 1);
    case_close(&y);
}

static void limits_over_several_awards_count_together(void **state)
{
    (void)state;
    awarded y;
    open_well(
        &y,
        (award_case){
            ONE_CLUSTER, FIVE, "a,9,0\nb,8,0\nk,7,0\nl,6,0\nm,5,0\n", NULL, NULL,
            AWARD("f", ONE_IN_CLUSTER) "," AWARD(
                "g", "\"exclusive_with\": [\"f\"], \"limits\": [{\"within\": \"cluster\", "
                     "\"share\": 0.5, \"of\": \"remaining\"}]") "," AWARD("h", "\"exclusive_with\":"
                                                                               " [\"f\", \"g\"]"),
            "{\"awards\": [\"f\", \"g\", \"h\"], \"within\": \"all\", \"share\": 0.79, \"of\": "
            "\"units\"}",
            NULL});
    expect_states(&y, "f", "a P b O k O l O m O");
    expect_states(&y, "g", "a X b P k P l O m O");
    expect_states(&y, "h", "a X b X k X l O m O"); /* floor(0.79 * 5) = 3 */
    expect_quota(quota_at(&y, 1, TD_WITHIN_CLUSTER, 0), 2, 2, 0, 0);
    expect_quota(quota_at(&y, TD_NONE, TD_WITHIN_ALL, 0), 3, 3, 0, 0);
    case_close(&y);
}

/* The seat that the council has to fill is filled: 5 ranked - 1 held - 1 open = 3 remain. */
static void open_seats_of_a_cluster_count_as_held(void **state)
{
    (void)state;
    awarded y;
    open_well(
        &y,
        (award_case){
            ONE_CLUSTER, FIVE, "a,9,0\nb,8,0\nk,8,0\nl,6,0\nm,5,0\n", NULL, NULL,
            AWARD("f", "\"limits\": [{\"within\": \"cluster\", \"count\": 2}]") "," AWARD(
                "g",
                "\"exclusive_with\": [\"f\"], \"limits\": [{\"within\": \"cluster\", "
                "\"share\": \"2/3\", \"of\": \"remaining\"}]") "," AWARD("h",
                                                                         "\"limits\": "
                                                                         "[{\"within\": \"all\", "
                                                                         "\"share\": 0.5, \"of\": "
                                                                         "{\"holders\": \"f\"}}]"),
            NULL, NULL});
    expect_states(&y, "f", "a P b T k T l O m O");
    assert_int_equal(quota_at(&y, 1, TD_WITHIN_CLUSTER, 0)->denominator, 3);
    assert_int_equal(quota_at(&y, 1, TD_WITHIN_CLUSTER, 0)->limit, 2);
    assert_int_equal(quota_at(&y, 2, TD_WITHIN_ALL, 0)->denominator, 2);
    expect_states(&y, "h", "a P b O k O l O m O");
    case_close(&y);
}

/* X keeps one seat open, for one of two clusters, and Z none: that is one holder, and none. */
static void an_open_seat_is_one_holder_of_its_own_award(void **state)
{
    (void)state;
    awarded y;
    open_well(
        &y, (award_case){
                TWO_CLUSTERS, "a,A,c,\nb,B,c,\nk,K,d,\nl,L,d,\n", "a,9,0\nb,8,0\nk,9,0\nl,8,0\n",
                NULL, NULL,
                AWARD("X",
                      "\"merit\": [\"points\"], \"limits\": [{\"within\": \"all\", \"count\": 1}, "
                      "{\"within\": \"cluster\", \"count\": 1}]") "," AWARD("Z",
                                                                            "\"limits\": "
                                                                            "[{\"within\": "
                                                                            "\"all\", \"count\": "
                                                                            "0}]") "," AWARD("Y",
                                                                                             "\"lim"
                                                                                             "its\""
                                                                                             ": "
                                                                                             "[{"
                                                                                             "\"wit"
                                                                                             "hin\""
                                                                                             ": "
                                                                                             "\"all"
                                                                                             "\", "
                                                                                             "\"sha"
                                                                                             "re\":"
                                                                                             " 1, "
                                                                                             "\"of"
                                                                                             "\": "
                                                                                             "{\"ho"
                                                                                             "lders"
                                                                                             "\": "
                                                                                             "\"X\""
                                                                                             "}}, "
                                                                                             "{\"wi"
                                                                                             "thin"
                                                                                             "\": "
                                                                                             "\"clu"
                                                                                             "ster"
                                                                                             "\", "
                                                                                             "\"sha"
                                                                                             "re\":"
                                                                                             " 1, "
                                                                                             "\"of"
                                                                                             "\": "
                                                                                             "{\"ho"
                                                                                             "lders"
                                                                                             "\": "
                                                                                             "\"Z\""
                                                                                             "}}]"),
                "{\"awards\": [\"X\", \"Z\"], \"within\": \"cluster\", \"count\": 2}", NULL});
    expect_states(&y, "X", "a T b O k T l O");
    assert_true(quota_at(&y, case_award(&y, "Y"), TD_WITHIN_ALL, 0)->denominator <= 1);
    for (size_t c = 0; c < 2; c++)
        assert_int_equal(quota_at(&y, case_award(&y, "Y"), TD_WITHIN_CLUSTER, c)->denominator, 0);
    expect_states(&y, "Y", "a O b O k O l O");
    case_close(&y);
}

/* ---- strikes ---- */

static void the_next_one_moves_up_when_one_is_struck(void **state)
{
    (void)state;
    awarded y;
    award_case the = {ONE_CLUSTER, FIVE, "a,9,0\nb,8,0\nk,7,0\nl,6,0\nm,5,0\n",
                      NULL,        NULL, AWARD("f", ONE_IN_CLUSTER ", \"reserve\": 1"),
                      NULL,        NULL};
    case_rank(&y, &the);
    td_strike strike = {td_evaluation_find_unit(y.evaluation, "a"), "hồ sơ không trung thực"};
    td_award_options options = {.n_strikes = 1, .strikes = &strike};
    assert_int_equal(td_award(y.prepared, &y.results, &options, &y.awards, y.errors), TD_OK);
    expect_states(&y, "f", "a S b P k R l O m O");
    assert_int_equal(decision_of(&y, "f", "a")->strike, 0);
    td_award_explanation e;
    assert_int_equal(
        td_award_explain(y.prepared, &y.results, &options, &y.awards, 0, strike.unit, &e), TD_OK);
    assert_non_null(strstr(e.why[TD_VI], strike.reason));
    assert_string_not_equal(e.change[TD_EN], "");
    td_award_explanation_release(&e);
    case_close(&y);
}

/* ---- history and votes ---- */

static void two_years_in_a_row(void **state)
{
    (void)state;
    awarded y;
    open_well(
        &y,
        (award_case){
            ONE_CLUSTER, FIVE, "a,9,0\nb,8,0\nk,7,0\nl,6,0\nm,5,0\n", NULL,
            "a,2024,tt\na,2025,tt\nb,2025,tt\nb,2023,tt\nk,2024,cu\nk,2025,tt\nl,2024,tt\nm,2024,"
            "tt\n"
            "m,2023,tt\nm,2023,cu\n",
            AWARD("tt", "\"given\": true") "," AWARD(
                "bk",
                "\"conditions\": [{\"held_every_year\": "
                "[\"tt\", \"cu\"], \"years_back\": [0, "
                "1]}]") "," AWARD("hc",
                                  "\"conditions\": [{\"held\": [\"tt\", \"cu\"], \"years_back\": "
                                  "[1, 2], "
                                  "\"at_least\": 3}]") "," AWARD("moi",
                                                                 "\"conditions\": [{\"held\": "
                                                                 "[\"tt\", \"bk\"], "
                                                                 "\"years_back\": [0, 1], "
                                                                 "\"at_most\": 1}]"),
            NULL, NULL});
    expect_states(&y, "bk", "a P b N k P l N m N");
    expect_states(&y, "hc", "a N b N k N l N m P");
    expect_states(&y, "moi", "a N b P k N l P m P");
    case_close(&y);
}

/* Of 5 units 4 votes are needed, of 4 present 3, of a council of 7 5. */
static void two_thirds_of_the_votes(void **state)
{
    (void)state;
    static const char *const OF[] = {"units", "present", "council"};
    static const char *const STATES[] = {"a P b N k N l N m N", "a P b P k N l N m N",
                                         "a N b P k N l N m N"};
    for (size_t i = 0; i < 3; i++) {
        char award[200];
        snprintf(award, sizeof award,
                 AWARD("f", "\"conditions\": [{\"votes_at_least\": \"2/3\", \"of\": \"%s\"}]"),
                 OF[i]);
        awarded y;
        open_well(&y, (award_case){ONE_CLUSTER, FIVE, "a,9,0\nb,8,0\nk,7,0\nl,6,0\nm,5,0\n",
                                   i == 0   ? "a,4,4,7,0\nb,3,4,7,1\nk,,4,7,4\nl,0,4,7,0\n"
                                   : i == 1 ? "a,3,4,7,1\nb,2,3,7,1\nk,2,4,7,2\nl,3,,7,0\n"
                                            : "a,4,7,7,3\nb,5,5,7,0\nk,4,4,7,0\nl,5,5,,0\n",
                                   NULL, award, NULL, NULL});
        expect_states(&y, "f", STATES[i]);
        case_close(&y);
    }
}

/* 3/4 and 2/3 are the fractions that they are, not the nearest doubles. */
static void shares_are_compared_as_fractions(void **state)
{
    (void)state;
    awarded y;
    open_well(
        &y,
        (award_case){
            "c,C,p,\n", "a,A,c,\nb,B,c,\nk,K,c,\n", "a,7.5,0\nb,7.49,0\nk,7.51,0\n", NULL, NULL,
            AWARD("f", "\"conditions\": [{\"share_at_least\": \"3/4\"}]") "," AWARD(
                "g",
                "\"conditions\": [{\"criterion\": \"A\", \"share_at_least\": \"2/3\"}, "
                "{\"lowest_share\": \"groups\", \"at_least\": \"1/3\"}]") "," AWARD("h",
                                                                                    "\"conditions\""
                                                                                    ": [{\"not\": "
                                                                                    "{\"share_at_"
                                                                                    "least\": "
                                                                                    "\"2/3\"}}]"),
            NULL, NULL});
    expect_states(&y, "f", "a P b N k P");
    expect_states(&y, "g", "a P b P k P");
    expect_states(&y, "h", "a N b N k N");
    case_close(&y);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_state_has_its_reason),
        cmocka_unit_test(a_deferred_unit_names_the_gate_that_defers),
        cmocka_unit_test(given_awards_come_from_the_record),
        cmocka_unit_test(equals_at_the_cut_are_for_the_council),
        cmocka_unit_test(one_open_seat_is_counted_once),
        cmocka_unit_test(open_seats_are_kept_in_every_bound),
        cmocka_unit_test(one_seat_goes_to_the_best_of_all),
        cmocka_unit_test(limits_over_several_awards_count_together),
        cmocka_unit_test(open_seats_of_a_cluster_count_as_held),
        cmocka_unit_test(an_open_seat_is_one_holder_of_its_own_award),
        cmocka_unit_test(the_next_one_moves_up_when_one_is_struck),
        cmocka_unit_test(two_years_in_a_row),
        cmocka_unit_test(two_thirds_of_the_votes),
        cmocka_unit_test(shares_are_compared_as_fractions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
