/*
 * Award policies in memory, and the ones that are shipped: they load without a fault and hold
 * what they say. Run from the root of the project.
 */
#include <dirent.h>

#include "criteria/policy.h"
#include "tests/unit/rules_case.h"

#define POLICIES "criteria/policies/"

static td_policy *parse(const char *quoted)
{
    char *text = strdup(quoted);
    for (char *p = text; *p != '\0'; p++)
        *p = *p == '\'' ? '"' : *p;
    td_errors *errors = td_errors_new();
    td_policy *policy = NULL;
    assert_int_equal(td_policy_parse(text, strlen(text), "t.json", &policy, errors), TD_OK);
    print_faults(errors);
    assert_int_equal(td_errors_size(errors), 0);
    td_errors_free(errors);
    free(text);
    return policy;
}

/* Loads without a single fault, not even a warning. */
static td_policy *load(const char *path)
{
    td_errors *errors = td_errors_new();
    td_policy *policy = NULL;
    td_status status = td_policy_load(path, &policy, errors);
    print_faults(errors);
    assert_int_equal(status, TD_OK);
    assert_int_equal(td_errors_size(errors), 0);
    td_errors_free(errors);
    return policy;
}

static size_t award_of(const td_policy *policy, const char *code)
{
    for (size_t w = 0; w < policy->n_awards; w++)
        if (strcmp(policy->awards[w].code, code) == 0)
            return w;
    print_message("no award %s\n", code);
    fail();
    return 0;
}

static const td_award_rule *rule_of(const td_policy *policy, const char *code)
{
    return &policy->awards[award_of(policy, code)];
}

#define HEAD "{'thidua':'policy/1','code':'p','name':{'vi':'Quy định','en':'Policy'},"
#define VALID "'valid':{'from':'2024-01-01','to':'2024-12-31'},"

static void the_head_is_kept(void **state)
{
    (void)state;
    td_policy *policy =
        parse(HEAD VALID "'issuer':'UBND','citation':'QĐ 1','notes':['a','b'],'unverified':['c'],"
                         "'status':'draft','awards':[{'code':'x','name':'X','given':true,"
                         "'authority':'CT','citation':'Điều 27','note':'n','unverified':'u'}]}");
    td_policy_view view = td_policy_get(policy);
    assert_string_equal(view.code, "p");
    assert_string_equal(view.name[TD_VI], "Quy định");
    assert_string_equal(view.name[TD_EN], "Policy");
    assert_string_equal(view.issuer, "UBND");
    assert_string_equal(view.path, "t.json");
    assert_string_equal(view.status, "draft");
    assert_string_equal(view.valid_from, "2024-01-01");
    assert_string_equal(view.valid_to, "2024-12-31");
    assert_int_equal(strlen(view.hash), 64);
    assert_int_equal(view.n_citations, 1);
    assert_int_equal(view.n_notes, 2);
    assert_string_equal(view.notes[1], "b");
    assert_int_equal(view.n_unverified, 1);
    assert_int_equal(view.n_awards, 1);
    assert_true(policy->first_day == 19723 && policy->last_day == 20088);
    td_award_view award = td_policy_award(policy, 0);
    assert_string_equal(award.code, "x");
    assert_string_equal(award.name[TD_EN], "X");
    assert_string_equal(award.authority, "CT");
    assert_string_equal(award.citation, "Điều 27");
    assert_string_equal(award.note, "n");
    assert_string_equal(award.unverified, "u");
    assert_true(award.given);
    td_policy_free(policy);
}

static void defaults_are_as_documented(void **state)
{
    (void)state;
    td_policy *policy = parse(HEAD VALID "'awards':[{'code':'x','name':'X','limits':["
                                         "{'within':'group','share':0.3,'of':'units'}]}]}");
    const td_award_rule *rule = &policy->awards[0];
    assert_string_equal(policy->view.status, "in-force");
    assert_null(policy->view.issuer);
    assert_null(rule->authority);
    assert_false(rule->given);
    assert_int_equal(rule->n_needs, 0);
    assert_int_equal(rule->n_merits, 2);
    assert_int_equal(rule->merits[0].kind, TD_MERIT_RANK);
    assert_int_equal(rule->merits[1].kind, TD_MERIT_SHARE);
    assert_string_equal(rule->merits[0].text.in[TD_EN], "rank in the cluster");
    assert_string_equal(rule->merits[0].text.in[TD_VI], "thứ hạng trong cụm");
    assert_string_equal(rule->merits[0].pointer, "/awards/0");
    assert_int_equal(rule->ties, TD_CUT_COUNCIL);
    assert_int_equal(rule->reserve, 0);
    assert_false(rule->reserve_all);
    assert_int_equal(rule->scope, TD_WITHIN_CLUSTER);
    assert_false(rule->distributes);
    assert_int_equal(rule->n_lower, 0);
    assert_int_equal(rule->n_exclusive, 0);
    const td_bound *bound = &rule->bounds[0];
    assert_int_equal(bound->within, TD_WITHIN_GROUP);
    assert_true(bound->is_share);
    assert_int_equal(bound->share.num, 3);
    assert_int_equal(bound->share.den, 10);
    assert_int_equal(bound->rounding, TD_QUOTA_FLOOR);
    assert_null(bound->only);
    assert_int_equal(bound->n_awards, 1);
    assert_int_equal(bound->awards[0], 0);
    assert_int_equal(policy->n_bounds, 0);
    td_policy_free(policy);
}

static const td_requirement *need(const td_policy *policy, size_t i)
{
    return &policy->awards[1].needs[i];
}

static void every_condition_is_read(void **state)
{
    (void)state;
    td_policy *policy = parse(
        HEAD VALID "'awards':[{'code':'a','name':'A','given':true},{'code':'b','name':'B',"
                   "'conditions':[{'rank_at_most':3},{'leader':false},{'class_at_least':'tot'},"
                   "{'share_at_least':0.8625},{'criterion':'I','points_at_least':20.5},"
                   "{'lowest_share':'leaves','at_least':'6/8'},{'holds':'a'},{'not_holds':'a'},"
                   "{'held_every_year':['a','old'],'years_back':[0,2]},"
                   "{'held':'b','years_back':[1,5],'at_least':2},"
                   "{'votes_at_least':'2/3','of':'council'},{'category':['xã','phường']},"
                   "{'cluster_size_at_least':4},"
                   "{'any':[{'leader':true},{'not':{'all':[{'rank_at_most':2}]}}]}]}]}");
    static const td_need NEEDS[] = {TD_NEED_RANK_AT_MOST,    TD_NEED_LEADER,
                                    TD_NEED_CLASS_AT_LEAST,  TD_NEED_SHARE_AT_LEAST,
                                    TD_NEED_POINTS_AT_LEAST, TD_NEED_LOWEST_SHARE,
                                    TD_NEED_HOLDS,           TD_NEED_NOT_HOLDS,
                                    TD_NEED_HELD_EVERY_YEAR, TD_NEED_HELD,
                                    TD_NEED_VOTES,           TD_NEED_CATEGORY,
                                    TD_NEED_CLUSTER_SIZE,    TD_NEED_ANY};
    assert_int_equal(policy->awards[1].n_needs, sizeof NEEDS / sizeof NEEDS[0]);
    for (size_t i = 0; i < policy->awards[1].n_needs; i++)
        assert_int_equal(need(policy, i)->need, NEEDS[i]);
    assert_true(need(policy, 0)->number == 3);
    assert_false(need(policy, 1)->expected);
    assert_string_equal(need(policy, 2)->code, "tot");
    assert_int_equal(need(policy, 3)->ratio.num, 69);
    assert_int_equal(need(policy, 3)->ratio.den, 80);
    assert_true(need(policy, 3)->number == 0.8625);
    assert_null(need(policy, 3)->code);
    assert_true(need(policy, 4)->number == 20.5);
    assert_string_equal(need(policy, 4)->code, "I");
    assert_true(need(policy, 5)->leaves);
    assert_int_equal(need(policy, 5)->ratio.num, 3);
    assert_int_equal(need(policy, 5)->ratio.den, 4);
    assert_int_equal(need(policy, 6)->award, 0);
    assert_int_equal(need(policy, 8)->past.n_awards, 2);
    assert_string_equal(need(policy, 8)->past.awards[1], "old");
    assert_int_equal(need(policy, 8)->past.years_from, 0);
    assert_int_equal(need(policy, 8)->past.years_to, 2);
    assert_true(need(policy, 9)->has_at_least && !need(policy, 9)->has_at_most);
    assert_int_equal(need(policy, 9)->at_least, 2);
    assert_int_equal(need(policy, 10)->base, TD_VOTES_OF_COUNCIL);
    assert_int_equal(need(policy, 10)->ratio.num, 2);
    assert_int_equal(need(policy, 10)->ratio.den, 3);
    assert_int_equal(need(policy, 11)->n_categories, 2);
    assert_string_equal(need(policy, 11)->categories[1], "phường");
    const td_requirement *any = need(policy, 13);
    assert_int_equal(any->n_children, 2);
    assert_int_equal(any->children[1].need, TD_NEED_NOT);
    assert_int_equal(any->children[1].children[0].need, TD_NEED_ALL);
    assert_string_equal(any->children[1].children[0].children[0].pointer,
                        "/awards/1/conditions/13/any/1/not/all/0");
    td_policy_free(policy);
}

static void bounds_and_merits_are_read(void **state)
{
    (void)state;
    td_policy *policy = parse(
        HEAD VALID
        "'limits':[{'within':'group','share':'1/3','of':'leaders','rounding':'ceil','only':'k',"
        "'awards':['c','a']}],"
        "'awards':[{'code':'a','name':'A','limits':[{'within':'cluster','count':2,'only':'k'},"
        "{'within':'all','share':1,'of':'eligible','rounding':'nearest'}],"
        "'lower':[{'category':'xã','within':'group','at_least':3},"
        "{'category':['xã','phường'],'within':'all','share':0.3}],"
        "'merit':['points','class','votes','fewer-deductions','more-bonus',{'criterion':'I'},"
        "{'held':['o','p'],'years_back':[1,5]},{'not_held':'a','years_back':[1,1]}]},"
        "{'code':'c','name':'C','exclusive_with':['a'],'ties':'exclude','reserve':3,'scope':'all',"
        "'distribute':{'total':48,'by':'ranked','method':'sainte-lague'}},"
        "{'code':'d','name':'D','reserve':'all','ties':'include','limits':["
        "{'within':'all','share':0.2,'of':{'holders':'a'}}]}]}");
    const td_award_rule *a = rule_of(policy, "a"), *c = rule_of(policy, "c");
    const td_award_rule *d = rule_of(policy, "d");
    assert_int_equal(a->bounds[0].count, 2);
    assert_string_equal(a->bounds[0].only, "k");
    assert_int_equal(a->bounds[1].share.num, 1);
    assert_int_equal(a->bounds[1].share.den, 1);
    assert_int_equal(a->bounds[1].of, TD_OF_ELIGIBLE);
    assert_int_equal(a->bounds[1].rounding, TD_QUOTA_NEAREST);
    assert_int_equal(a->lower[0].at_least, 3);
    assert_int_equal(a->lower[0].within, TD_WITHIN_GROUP);
    assert_true(a->lower[1].is_share && !a->lower[0].is_share);
    assert_int_equal(a->lower[1].share.num, 3);
    assert_int_equal(a->n_merits, 8);
    for (size_t m = 0; m < a->n_merits; m++) {
        static const td_merit_kind KINDS[] = {
            TD_MERIT_POINTS,     TD_MERIT_CLASS,     TD_MERIT_VOTES, TD_MERIT_FEWER_DEDUCTIONS,
            TD_MERIT_MORE_BONUS, TD_MERIT_CRITERION, TD_MERIT_HELD,  TD_MERIT_NOT_HELD};
        assert_int_equal(a->merits[m].kind, KINDS[m]);
        assert_true(a->merits[m].text.in[TD_VI][0] != '\0');
        assert_true(a->merits[m].text.in[TD_EN][0] != '\0');
    }
    assert_string_equal(a->merits[5].text.in[TD_EN], "share of criterion I");
    assert_string_equal(a->merits[6].text.in[TD_EN], "held o, p more often, 1 to 5 years back");
    assert_string_equal(a->merits[7].text.in[TD_VI], "năm trước chưa được tặng a");
    assert_int_equal(c->exclusive[0], 0);
    assert_int_equal(c->ties, TD_CUT_EXCLUDE);
    assert_int_equal(c->reserve, 3);
    assert_int_equal(c->scope, TD_WITHIN_ALL);
    assert_true(c->distributes && c->by_ranked);
    assert_int_equal(c->total, 48);
    assert_int_equal(c->method, TD_SAINTE_LAGUE);
    assert_true(d->reserve_all);
    assert_int_equal(d->ties, TD_CUT_INCLUDE);
    assert_int_equal(d->bounds[0].of, TD_OF_HOLDERS);
    assert_int_equal(d->bounds[0].holders, 0);
    assert_int_equal(policy->n_bounds, 1);
    assert_int_equal(policy->bounds[0].n_awards, 2);
    assert_int_equal(policy->bounds[0].awards[0], 1);
    assert_int_equal(policy->bounds[0].awards[1], 0);
    assert_int_equal(policy->bounds[0].rounding, TD_QUOTA_CEIL);
    td_policy_free(policy);
}

/* ---- what is shipped ---- */

static void every_policy_loads(void **state)
{
    (void)state;
    DIR *dir = opendir(POLICIES);
    size_t n = 0;
    assert_non_null(dir);
    for (const struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
        const char *dot = strrchr(entry->d_name, '.');
        if (dot == NULL || strcmp(dot, ".json") != 0)
            continue;
        char path[512];
        snprintf(path, sizeof path, POLICIES "%s", entry->d_name);
        td_policy *policy = load(path);
        size_t length = (size_t)(dot - entry->d_name);
        assert_int_equal(strlen(policy->view.code), length); /* the file bears its code */
        assert_memory_equal(policy->view.code, entry->d_name, length);
        assert_true(policy->view.n_citations > 0);
        assert_true(policy->view.n_unverified > 0);
        td_policy_free(policy);
        n++;
    }
    closedir(dir);
    assert_int_equal(n, 6);
}

/* The government flag first, among leaders; the others exclude what is above them. */
static void check_province(const td_policy *policy)
{
    const td_award_rule *co_cp = rule_of(policy, "co-cp"), *flag = rule_of(policy, "co-tinh");
    const td_award_rule *bk = rule_of(policy, "bk-tinh"), *gk = rule_of(policy, "giay-khen");
    assert_true(rule_of(policy, "ttldxs")->given);
    assert_true(award_of(policy, "co-cp") < award_of(policy, "co-tinh"));
    assert_int_equal(co_cp->needs[0].need, TD_NEED_LEADER);
    assert_int_equal(co_cp->bounds[1].within, TD_WITHIN_ALL);
    assert_int_equal(co_cp->bounds[1].of, TD_OF_LEADERS);
    assert_int_equal(co_cp->bounds[1].share.num, 1);
    assert_int_equal(co_cp->bounds[1].share.den, 5);
    assert_int_equal(co_cp->bounds[1].rounding, TD_QUOTA_FLOOR);
    assert_int_equal(flag->needs[0].need, TD_NEED_LEADER);
    assert_int_equal(flag->bounds[0].count, 1);
    assert_int_equal(flag->bounds[0].within, TD_WITHIN_CLUSTER);
    assert_int_equal(flag->exclusive[0], award_of(policy, "co-cp"));
    assert_int_equal(bk->bounds[0].of, TD_OF_REMAINING);
    assert_int_equal(bk->bounds[0].share.den, 2);
    assert_int_equal(bk->n_exclusive, 2);
    assert_int_equal(gk->n_exclusive, 3);
    assert_non_null(bk->unverified);
}

static void provinces_follow_each_other(void **state)
{
    (void)state;
    td_policy *before = load(POLICIES "province-2024.json");
    td_policy *after = load(POLICIES "province-2025.json");
    check_province(before);
    check_province(after);
    assert_true(before->last_day < after->first_day);
    /* No evaluation year touches both. */
    assert_memory_equal(before->view.valid_to, "2024", 4);
    assert_memory_equal(after->view.valid_from, "2025", 4);
    assert_null(after->view.valid_to);
    td_policy_free(before);
    td_policy_free(after);
}

static void quang_ninh_tells_kinds_apart(void **state)
{
    (void)state;
    td_policy *policy = load(POLICIES "quang-ninh-2017.json");
    const td_award_rule *bk = rule_of(policy, "bk-tinh"), *co_cp = rule_of(policy, "co-cp");
    assert_string_equal(bk->bounds[0].only, "cap-tinh");
    assert_int_equal(bk->bounds[0].share.den, 2);
    assert_string_equal(bk->bounds[1].only, "truc-thuoc");
    assert_int_equal(bk->bounds[1].share.num, 1);
    assert_int_equal(bk->bounds[1].share.den, 5);
    assert_int_equal(co_cp->bounds[2].of, TD_OF_HOLDERS);
    assert_int_equal(co_cp->bounds[2].holders, award_of(policy, "co-tinh"));
    assert_int_equal(co_cp->n_exclusive, 0);
    td_policy_free(policy);
}

static void the_others_hold_what_they_say(void **state)
{
    (void)state;
    td_policy *court = load(POLICIES "court.json");
    const td_award_rule *flag = rule_of(court, "co-toa-an");
    assert_int_equal(flag->needs[0].need, TD_NEED_HOLDS);
    assert_int_equal(flag->needs[0].award, award_of(court, "ttldxs"));
    assert_int_equal(flag->needs[1].ratio.num, 2);
    assert_int_equal(flag->needs[1].ratio.den, 3);
    assert_int_equal(flag->needs[1].base, TD_VOTES_OF_UNITS);
    td_policy_free(court);
    td_policy *inspectorate = load(POLICIES "inspectorate-2019.json");
    const td_award_rule *bk = rule_of(inspectorate, "bk-bo");
    assert_int_equal(bk->needs[0].need, TD_NEED_HELD_EVERY_YEAR);
    assert_int_equal(bk->needs[0].past.years_from, 0);
    assert_int_equal(bk->needs[0].past.years_to, 1);
    assert_string_equal(bk->needs[0].past.awards[0], "ttldxs");
    td_policy_free(inspectorate);
    td_policy *school = load(POLICIES "school-year.json");
    td_rules *rules = NULL;
    td_errors *errors = td_errors_new();
    assert_int_equal(td_rules_load("criteria/sets/school-week.json", &rules, errors), TD_OK);
    for (size_t w = 0; w < school->n_awards; w++) /* its classes are those of the rule set */
        assert_int_not_equal(td_rules_find_class(rules, school->awards[w].needs[0].code), TD_NONE);
    td_errors_free(errors);
    td_rules_free(rules);
    td_policy_free(school);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_head_is_kept),
        cmocka_unit_test(defaults_are_as_documented),
        cmocka_unit_test(every_condition_is_read),
        cmocka_unit_test(bounds_and_merits_are_read),
        cmocka_unit_test(every_policy_loads),
        cmocka_unit_test(provinces_follow_each_other),
        cmocka_unit_test(quang_ninh_tells_kinds_apart),
        cmocka_unit_test(the_others_hold_what_they_say),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
