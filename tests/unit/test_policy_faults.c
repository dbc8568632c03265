/*
 * Every fault of award policies, with its pointer and what it suggests: heads, awards,
 * conditions, merit and their order. Bounds are in test_policy_bounds.c.
 */
#include "tests/unit/policy_case.h"

static void faults_of_heads(void **state)
{
    (void)state;
    static const policy_case CASES[] = {
        {.awards = FLAG},
        {FLAG, "rules-unknown-key", "/citations", "citation", "'citations':'x',"},
        {FLAG, "rules-unknown-key", "/scale", NULL, "'scale':100,"},
        {FLAG, "rules-choice", "/status", "draft", "'status':'drafft',"},
        {FLAG, "rules-not-string", "/notes/1", NULL, "'notes':['a',5],"},
        {"", "policy-empty", "/awards", NULL, NULL},
        {FLAG ",5", "rules-not-object", "/awards/1", NULL, NULL},
    };
    CHECK_POLICIES(CASES);
}

static void faults_of_awards(void **state)
{
    (void)state;
    static const policy_case CASES[] = {
        {"{'name':'C','conditions':[{'leader':true}]}", "rules-missing-key", "/awards/0", "code",
         NULL},
        {"{'code':'c','conditions':[{'leader':true}]}", "rules-missing-key", "/awards/0", "name",
         NULL},
        {FLAG "," FLAG, "rules-entry-twice", "/awards/1/code", NULL, NULL},
        {"{'code':'*','name':'C','conditions':[{'leader':true}]}", "rules-code-reserved",
         "/awards/0/code", NULL, NULL},
        {WITH("'limit':[]"), "rules-unknown-key", "/awards/0/limit", "limits", NULL},
        {WITH("'unverified':true"), "rules-not-string", "/awards/0/unverified", NULL, NULL},
        {WITH("'given':1"), "rules-not-bool", "/awards/0/given", NULL, NULL},
        {WITH("'given':true"), "policy-given-key", "/awards/0/conditions", "given", NULL},
        {AWARD("'given':true,'limits':[{'within':'cluster','count':1}]"), "policy-given-key",
         "/awards/0/limits", NULL, NULL},
        {AWARD("'given':true,'merit':['rank']"), "policy-given-key", "/awards/0/merit", NULL, NULL},
        {AWARD("'given':true,'exclusive_with':'x'"), "policy-given-key", "/awards/0/exclusive_with",
         NULL, NULL},
        {AWARD("'scope':'all'"), "policy-for-everybody", "/awards/0", "distribute", NULL},
        {AWARD("'conditions':[]"), "policy-empty", "/awards/0/conditions", NULL, NULL},
        {AWARD("'conditions':{'leader':true}"), "rules-not-list", "/awards/0/conditions", NULL,
         NULL},
        {WITH("'ties':'councl'"), "rules-choice", "/awards/0/ties", "council", NULL},
        {WITH("'scope':'clusters'"), "rules-choice", "/awards/0/scope", "cluster", NULL},
        {WITH("'reserve':'al'"), "policy-reserve", "/awards/0/reserve", "all", NULL},
        {WITH("'reserve':-1"), "rules-not-whole", "/awards/0/reserve", NULL, NULL},
        {WITH("'reserve':2.5"), "rules-not-whole", "/awards/0/reserve", NULL, NULL},
        {.awards = WITH("'reserve':'all'")},
    };
    CHECK_POLICIES(CASES);
}

static void faults_of_conditions(void **state)
{
    (void)state;
    static const policy_case CASES[] = {
        {NEED("5"), "policy-condition-form", "/awards/2/conditions/0", "rank_at_most", NULL},
        {NEED("{}"), "policy-condition-form", "/awards/2/conditions/0", NULL, NULL},
        {NEED("{'criterion':'I'}"), "policy-condition-form", "/awards/2/conditions/0", NULL, NULL},
        {NEED("{'rank_atmost':1}"), "rules-unknown-key", "/awards/2/conditions/0/rank_atmost",
         "rank_at_most", NULL},
        {NEED("{'leader':true,'rank_at_most':1}"), "policy-condition-form",
         "/awards/2/conditions/0", NULL, NULL},
        {NEED("{'leader':true,'criterion':'I'}"), "policy-condition-key",
         "/awards/2/conditions/0/criterion", NULL, NULL},
        {NEED("{'held_every_year':'x','years_back':[1,2],'at_least':2}"), "policy-condition-key",
         "/awards/2/conditions/0/at_least", NULL, NULL},
        {NEED("{'rank_at_most':0}"), "rules-not-whole", "/awards/2/conditions/0/rank_at_most", NULL,
         NULL},
        {NEED("{'rank_at_most':1.5}"), "rules-not-whole", "/awards/2/conditions/0/rank_at_most",
         NULL, NULL},
        {NEED("{'leader':'yes'}"), "rules-not-bool", "/awards/2/conditions/0/leader", NULL, NULL},
        {NEED("{'class_at_least':1}"), "rules-not-string", "/awards/2/conditions/0/class_at_least",
         NULL, NULL},
        {NEED("{'share_at_least':90}"), "policy-ratio", "/awards/2/conditions/0/share_at_least",
         "2/3", NULL},
        {NEED("{'share_at_least':-0.1}"), "policy-ratio", "/awards/2/conditions/0/share_at_least",
         NULL, NULL},
        {NEED("{'share_at_least':'0.9'}"), "policy-ratio", "/awards/2/conditions/0/share_at_least",
         NULL, NULL},
        {NEED("{'points_at_least':'90'}"), "rules-not-number",
         "/awards/2/conditions/0/points_at_least", NULL, NULL},
    };
    CHECK_POLICIES(CASES);
}

static void faults_of_shares_and_logic(void **state)
{
    (void)state;
    static const policy_case CASES[] = {
        {NEED("{'lowest_share':'group','at_least':0.85}"), "rules-choice",
         "/awards/2/conditions/0/lowest_share", "groups", NULL},
        {NEED("{'lowest_share':'groups'}"), "rules-missing-key", "/awards/2/conditions/0",
         "at_least", NULL},
        {NEED("{'lowest_share':'leaves','at_least':85}"), "policy-ratio",
         "/awards/2/conditions/0/at_least", NULL, NULL},
        {NEED("{'votes_at_least':'2/3'}"), "rules-missing-key", "/awards/2/conditions/0", "of",
         NULL},
        {NEED("{'votes_at_least':'2/0','of':'units'}"), "policy-ratio",
         "/awards/2/conditions/0/votes_at_least", NULL, NULL},
        {NEED("{'votes_at_least':'3/2','of':'units'}"), "policy-ratio",
         "/awards/2/conditions/0/votes_at_least", NULL, NULL},
        {NEED("{'votes_at_least':'2/3/4','of':'units'}"), "policy-ratio",
         "/awards/2/conditions/0/votes_at_least", NULL, NULL},
        {NEED("{'votes_at_least':'1000000000/1','of':'units'}"), "policy-ratio",
         "/awards/2/conditions/0/votes_at_least", NULL, NULL},
        {NEED("{'votes_at_least':[],'of':'units'}"), "policy-ratio",
         "/awards/2/conditions/0/votes_at_least", NULL, NULL},
        {NEED("{'votes_at_least':0.8,'of':'unit'}"), "rules-choice", "/awards/2/conditions/0/of",
         "units", NULL},
        {NEED("{'category':[]}"), "policy-empty", "/awards/2/conditions/0/category", NULL, NULL},
        {NEED("{'category':['xã','phường','xã']}"), "policy-twice",
         "/awards/2/conditions/0/category/2", NULL, NULL},
        {NEED("{'category':['xã','']}"), "rules-empty-string", "/awards/2/conditions/0/category/1",
         NULL, NULL},
        {NEED("{'cluster_size_at_least':-3}"), "rules-not-whole",
         "/awards/2/conditions/0/cluster_size_at_least", NULL, NULL},
        {NEED("{'any':[]}"), "rules-condition-list", "/awards/2/conditions/0/any", NULL, NULL},
        {NEED("{'all':{'leader':true}}"), "rules-condition-list", "/awards/2/conditions/0/all",
         NULL, NULL},
        {NEED("{'any':[{'leader':true},{'not':{'all':[{'laeder':true}]}}]}"), "rules-unknown-key",
         "/awards/2/conditions/0/any/1/not/all/0/laeder", "leader", NULL},
        {NEED("{'not':[{'leader':true}]}"), "policy-condition-form", "/awards/2/conditions/0/not",
         NULL, NULL},
    };
    CHECK_POLICIES(CASES);
}

static void faults_of_the_past(void **state)
{
    (void)state;
    static const policy_case CASES[] = {
        {NEED("{'held':'co-tinh','at_least':1}"), "rules-missing-key", "/awards/2/conditions/0",
         "years_back", NULL},
        {NEED("{'held':'co-tinh','years_back':[1,5]}"), "policy-held-how-often",
         "/awards/2/conditions/0", "at_least", NULL},
        {NEED("{'held':'co-tinh','years_back':[1,5],'at_least':3,'at_most':2}"),
         "policy-least-above-most", "/awards/2/conditions/0/at_least", NULL, NULL},
        {NEED("{'held':'co-tinh','years_back':[1,5],'at_least':0}"), "rules-not-whole",
         "/awards/2/conditions/0/at_least", NULL, NULL},
        {.awards = NEED("{'held':'co-tinh','years_back':[1,5],'at_least':2,'at_most':2}")},
        {NEED("{'held':'co-tinh','years_back':[5,1],'at_least':1}"), "policy-years",
         "/awards/2/conditions/0/years_back", "1 to 5", NULL},
        {NEED("{'held':'co-tinh','years_back':[-1,1],'at_least':1}"), "policy-years",
         "/awards/2/conditions/0/years_back", NULL, NULL},
        {NEED("{'held':'co-tinh','years_back':[1,64],'at_least':1}"), "policy-years",
         "/awards/2/conditions/0/years_back", NULL, NULL},
        {NEED("{'held':'co-tinh','years_back':[1,1.5],'at_least':1}"), "policy-years",
         "/awards/2/conditions/0/years_back", NULL, NULL},
        {NEED("{'held':'co-tinh','years_back':[1],'at_least':1}"), "policy-years",
         "/awards/2/conditions/0/years_back", NULL, NULL},
        {NEED("{'held':'co-tinh','years_back':2,'at_least':1}"), "policy-years",
         "/awards/2/conditions/0/years_back", NULL, NULL},
        {NEED("{'held':[],'years_back':[1,5],'at_least':1}"), "policy-empty",
         "/awards/2/conditions/0/held", NULL, NULL},
        {NEED("{'held_every_year':['ttldxs','ttldxs'],'years_back':[1,5]}"), "policy-twice",
         "/awards/2/conditions/0/held_every_year/1", NULL, NULL},
        {NEED("{'held_every_year':['bk-ttg','ttdlxs'],'years_back':[1,5]}"), "policy-held-near",
         "/awards/2/conditions/0/held_every_year/1", "ttldxs", NULL},
        {NEED("{'held':'co-tin','years_back':[1,5],'at_least':1}"), "policy-held-near",
         "/awards/2/conditions/0/held", "co-tinh", NULL},
        {.awards = NEED("{'held_every_year':['ttldxs','co-nganh'],'years_back':[0,1]}")},
        {.awards = NEED("{'held':['ttldtt','b','co-tp'],'years_back':[1,3],'at_most':1}")},
        {NEED("{'held':'bk','years_back':[0,1],'at_most':0}"), "policy-waits-for-itself",
         "/awards/2/conditions/0/held", "begin at 1", NULL},
        {.awards = NEED("{'held':'bk','years_back':[1,1],'at_most':0}")},
    };
    CHECK_POLICIES(CASES);
}

static void faults_of_the_order(void **state)
{
    (void)state;
    static const policy_case CASES[] = {
        {NEED("{'holds':'co-tnh'}"), "policy-award-unknown", "/awards/2/conditions/0/holds",
         "co-tinh", NULL},
        {.awards = NEED("{'holds':'co-tinh'}")},
        {.awards = "{'code':'a','name':'A','conditions':[{'holds':'ttldxs'}]}," GIVEN},
        {"{'code':'a','name':'A','conditions':[{'not':{'holds':'co-tinh'}}]}," FLAG, "policy-later",
         "/awards/0/conditions/0/not/holds", "move \"co-tinh\" before \"a\"", NULL},
        {WITH("'exclusive_with':['co-tinh']") "," FLAG, "policy-later",
         "/awards/0/exclusive_with/0", NULL, NULL},
        {WITH("'exclusive_with':'bk'"), "policy-waits-for-itself", "/awards/0/exclusive_with", NULL,
         NULL},
        {FLAG "," WITH("'exclusive_with':['co-tinh','co-tinh']"), "policy-twice",
         "/awards/1/exclusive_with/1", NULL, NULL},
        {WITH("'merit':[{'held':'co-tinh','years_back':[0,2]}]") "," FLAG, "policy-later",
         "/awards/0/merit/0/held", NULL, NULL},
        {WITH("'limits':[{'within':'all','share':0.2,'of':{'holders':'co-tinh'}}]") "," FLAG,
         "policy-later", "/awards/0/limits/0/of/holders", NULL, NULL},
        {"{'code':'a','name':'A','conditions':[{'holds':'b'}]},"
         "{'code':'b','name':'B','conditions':[{'not_holds':'a'}]}",
         "policy-cycle", "/awards/0/conditions/0/holds", NULL, NULL},
        {FLAG "," WITH("'exclusive_with':[]"), "policy-empty", "/awards/1/exclusive_with", NULL,
         NULL},
        {FLAG "," AWARD("'exclusive_with':'co-tinh','conditions':[{'all':[{'holds':'co-tinh'}]}]"),
         "policy-holds-excluded", "/awards/1/conditions/0/all/0", NULL, NULL},
        {.awards = FLAG "," AWARD("'exclusive_with':'co-tinh',"
                                  "'conditions':[{'any':[{'holds':'co-tinh'},{'leader':false}]}]")},
    };
    CHECK_POLICIES(CASES);
}

/* Three awards in a ring: the ring is said, from the one that stands before what it waits for. */
static void a_ring_is_shown_whole(void **state)
{
    (void)state;
    policy_case c = {.awards = "{'code':'a','name':'A','conditions':[{'holds':'c'}]},"
                               "{'code':'b','name':'B','conditions':[{'holds':'a'}]},"
                               "{'code':'c','name':'C','exclusive_with':'b','conditions':["
                               "{'leader':true}]}"};
    char *text = policy_text(&c), what[256];
    td_errors *errors = td_errors_new();
    td_policy *policy = NULL;
    assert_int_equal(td_policy_parse(text, strlen(text), "t", &policy, errors), TD_ERULES);
    assert_int_equal(td_errors_size(errors), 1);
    td_errors_what(errors, 0, TD_EN, what, sizeof what);
    assert_string_equal(what, "awards wait for each other: a → c → b → a");
    td_errors_free(errors);
    free(text);
}

static void faults_of_merit(void **state)
{
    (void)state;
    static const policy_case CASES[] = {
        {WITH("'merit':'rank'"), "rules-not-list", "/awards/0/merit", NULL, NULL},
        {WITH("'merit':[]"), "policy-empty", "/awards/0/merit", NULL, NULL},
        {WITH("'merit':['rank','shre']"), "policy-merit-unknown", "/awards/0/merit/1", "share",
         NULL},
        {WITH("'merit':[5]"), "policy-merit-form", "/awards/0/merit/0", NULL, NULL},
        {WITH("'merit':[{}]"), "policy-merit-form", "/awards/0/merit/0", NULL, NULL},
        {WITH("'merit':[{'criterion':'I','held':'x','years_back':[1,1]}]"), "policy-merit-form",
         "/awards/0/merit/0", NULL, NULL},
        {WITH("'merit':[{'criterion':'I','years_back':[1,1]}]"), "rules-tie-key",
         "/awards/0/merit/0/years_back", NULL, NULL},
        {WITH("'merit':[{'criterion':'I','better':'lower'}]"), "rules-unknown-key",
         "/awards/0/merit/0/better", NULL, NULL},
        {WITH("'merit':[{'held':'co-bo'}]"), "rules-missing-key", "/awards/0/merit/0", "years_back",
         NULL},
        {WITH("'merit':['rank','share','rank']"), "policy-merit-idle", "/awards/0/merit/2", NULL,
         NULL},
        {WITH("'merit':[{'criterion':'I'},{'criterion':'II'},{'criterion':'I'}]"),
         "policy-merit-idle", "/awards/0/merit/2", NULL, NULL},
        {.awards = WITH("'merit':[{'held':'co-bo','years_back':[1,1]},"
                        "{'held':'co-bo','years_back':[1,2]},"
                        "{'not_held':'co-bo','years_back':[1,1]}]")},
    };
    CHECK_POLICIES(CASES);
}

/* Whole files: required keys, the version, faults of several places at once. */
static void broken_files_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text, *code, *pointer;
        size_t n;
    } BROKEN[] = {
        {"[1]", "rules-not-object", "", 1},
        {"{'thidua':'rule-set/1','code':'p','name':'P','valid':{'from':'2024-01-01'},"
         "'awards':[" GIVEN "]}",
         "rules-version", "/thidua", 1},
        {"{'thidua':'policy/1','code':'p','name':'P','awards':[" GIVEN "]}", "rules-missing-key",
         "", 1},
        {"{'thidua':'policy/1','code':'p','name':'P','valid':{'from':'2024-01-01'}}",
         "rules-missing-key", "", 1},
        {"{'thidua':'policy/1','code':'p','name':'P','valid':{'from':'2024-01-01',"
         "'to':'2023-12-31'},'awards':[" GIVEN "]}",
         "rules-valid-order", "/valid/to", 1},
        {"{'thidua':'policy/1','code':'p','name':'P','valid':{'from':'2024-01-01'},'awards':{}}",
         "rules-not-list", "/awards", 1},
        {"{'awards':[{}]}", "rules-missing-key", "", 6},
        {"{'thidua':'policy/1'", "rules-json-end", NULL, 1},
    };
    for (size_t i = 0; i < sizeof BROKEN / sizeof BROKEN[0]; i++) {
        char *text = strdup(BROKEN[i].text);
        for (char *p = text; *p != '\0'; p++)
            *p = *p == '\'' ? '"' : *p;
        td_errors *errors = td_errors_new();
        td_policy *policy = NULL;
        assert_int_equal(td_policy_parse(text, strlen(text), "t", &policy, errors), TD_ERULES);
        assert_null(policy);
        td_fault f = td_errors_view(errors, 0);
        if (td_errors_count(errors, TD_ERROR) != BROKEN[i].n ||
            strcmp(f.code, BROKEN[i].code) != 0 ||
            (BROKEN[i].pointer != NULL && strcmp(f.place.pointer, BROKEN[i].pointer) != 0)) {
            print_message("%s\n", text);
            print_faults(errors);
            fail();
        }
        td_errors_free(errors);
        free(text);
    }
}

static void a_file_that_is_not_there(void **state)
{
    (void)state;
    td_errors *errors = td_errors_new();
    td_policy *policy = NULL;
    assert_int_equal(td_policy_load("criteria/policies/none.json", &policy, errors), TD_EIO);
    assert_null(policy);
    td_errors_free(errors);
    td_policy_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(faults_of_heads),          cmocka_unit_test(faults_of_awards),
        cmocka_unit_test(faults_of_conditions),     cmocka_unit_test(faults_of_shares_and_logic),
        cmocka_unit_test(faults_of_the_past),       cmocka_unit_test(faults_of_the_order),
        cmocka_unit_test(a_ring_is_shown_whole),    cmocka_unit_test(faults_of_merit),
        cmocka_unit_test(broken_files_are_refused), cmocka_unit_test(a_file_that_is_not_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
