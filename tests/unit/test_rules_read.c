/*
 * Reading rule sets: what comes out of sound ones.
 */
#include <math.h>

#include "criteria/function.h"
#include "tests/unit/rules_case.h"

static td_rules *sound_rules(const char *head, const char *criteria)
{
    td_errors *errors = td_errors_new();
    td_rules *rules = NULL;
    td_status status = rules_of(head, criteria, &rules, errors);
    if (status != TD_OK)
        print_faults(errors);
    assert_int_equal(status, TD_OK);
    td_errors_free(errors);
    return rules;
}

static void the_tree_is_in_pre_order(void **state)
{
    (void)state;
    td_rules *rules = sound_rules(
        "", "{'code':'I','max':6,'children':[{'code':'I.1','max':2.5,'direct':true},"
            "{'code':'I.2','max':3.5,'children':[{'code':'I.2.a','max':3.5,'direct':true}]}]},"
            "{'code':'II','max':4,'pass':true}");
    static const struct {
        const char *code;
        size_t parent, depth, n_below, n_children, item;
        int64_t max_q;
    } WANTED[] = {
        {"", TD_NONE, 0, 5, 2, TD_NONE, 1000}, {"I", 0, 1, 3, 2, 0, 600},
        {"I.1", 1, 2, 0, 0, 0, 250},           {"I.2", 1, 2, 1, 1, 0, 350},
        {"I.2.a", 3, 3, 0, 0, 0, 350},         {"II", 0, 1, 0, 0, 1, 400},
    };
    assert_int_equal(rules->n_criteria, 6);
    for (size_t j = 0; j < 6; j++) {
        const td_criterion *c = &rules->criteria[j];
        assert_string_equal(c->code, WANTED[j].code);
        assert_int_equal(c->parent, WANTED[j].parent);
        assert_int_equal(c->depth, WANTED[j].depth);
        assert_int_equal(c->n_below, WANTED[j].n_below);
        assert_int_equal(c->n_children, WANTED[j].n_children);
        assert_int_equal(c->item, WANTED[j].item);
        assert_int_equal(c->max_q, WANTED[j].max_q);
    }
    assert_string_equal(rules->criteria[4].pointer, "/criteria/0/children/1/children/0");
    assert_int_equal(rules->view.n_criteria, 5);
    assert_int_equal(rules->view.n_items, 2);
    td_criterion_view view = td_rules_criterion(rules, 1);
    assert_string_equal(view.code, "I.1");
    assert_int_equal(view.parent, 0);
    assert_int_equal(view.depth, 1);
    assert_true(view.max == 2.5);
    assert_int_equal(td_rules_criterion(rules, 0).parent, TD_NONE);
    td_rules_free(rules);
}

static void a_flat_list_is_the_same_tree(void **state)
{
    (void)state;
    td_rules *rules =
        sound_rules("", "{'code':'b','parent':'B','max':4,'direct':true},"
                        "{'code':'A','max':6,'children':[{'code':'a1','max':2,'direct':true}]},"
                        "{'code':'a2','parent':'A','max':4,'direct':true},{'code':'B','max':4}");
    static const char *const ORDER[] = {"", "A", "a1", "a2", "B", "b"};
    for (size_t j = 0; j < 6; j++)
        assert_string_equal(rules->criteria[j].code, ORDER[j]);
    assert_int_equal(rules->criteria[1].n_below, 2);
    assert_int_equal(td_rules_find_criterion(rules, "b"), 5);
    assert_int_equal(td_rules_find_criterion(rules, "total"), 0);
    assert_int_equal(td_rules_find_criterion(rules, "c"), TD_NONE);
    td_rules_free(rules);
}

static void the_head_has_defaults(void **state)
{
    (void)state;
    td_rules *rules = sound_rules("", NULL);
    td_rules_view v = td_rules_get(rules);
    assert_string_equal(v.status, "in-force");
    assert_string_equal(v.name[TD_EN], "Thử");
    assert_string_equal(v.path, "t.json");
    assert_int_equal(strlen(v.hash), 64);
    assert_int_equal(v.decimals, 2);
    assert_int_equal(v.leaf_decimals, 2);
    assert_int_equal(v.share_decimals, 2);
    assert_int_equal(v.rank_by, TD_BY_POINTS);
    assert_int_equal(v.n_channels, 4);
    assert_string_equal(td_rules_channel(rules, 3), "self");
    assert_true(rules->reasons_required);
    assert_true(rules->first_day == 18993 && rules->last_day == 19357);
    assert_int_equal(rules->criteria[1].missing, TD_MISSING_ERROR);
    assert_int_equal(rules->criteria[1].na, TD_NA_EXCLUDE);
    assert_int_equal(rules->criteria[1].deduction_cap_q, TD_NO_CAP);
    td_rules_free(rules);
}

static void the_head_is_read(void **state)
{
    (void)state;
    td_rules *rules = sound_rules(
        "'issuer':'UBND','citation':['a','b'],'status':'draft','notes':'n','unverified':['u'],"
        "'decimals':1,'rounding':'group','carried_decimals':3,'rank_by':'rounded-share',"
        "'share_decimals':4,'rank_class_first':true,'ranks':'dense','channels':['x','y'],"
        "'reasons':'optional','not_applicable':'full','missing':'zero','class_by':'share',"
        "'class_cap':true,'clamp':{'min':-0.5,'bonus':'outside'},",
        NULL);
    td_rules_view v = td_rules_get(rules);
    assert_string_equal(v.issuer, "UBND");
    assert_int_equal(v.n_citations, 2);
    assert_string_equal(v.citations[1], "b");
    assert_string_equal(v.notes[0], "n");
    assert_int_equal(v.n_unverified, 1);
    assert_int_equal(v.leaf_decimals, 3);
    assert_int_equal(v.decimals, 1);
    assert_int_equal(v.rank_by, TD_BY_ROUNDED_SHARE);
    assert_true(v.rank_class_first && rules->class_cap && rules->class_by_share);
    assert_int_equal(rules->ranks, TD_DENSE);
    assert_int_equal(rules->rounding, TD_ROUND_GROUP);
    assert_false(rules->reasons_required);
    assert_int_equal(rules->criteria[1].missing, TD_MISSING_ZERO);
    assert_int_equal(rules->criteria[1].na, TD_NA_FULL);
    assert_true(rules->criteria[0].has_clamp_min && !rules->criteria[0].has_clamp_max);
    assert_int_equal(rules->criteria[0].clamp_min_q, -500);
    assert_true(rules->criteria[0].bonus_outside);
    td_rules_free(rules);
}

static const td_indicator *indicator(const td_rules *rules, const char *code)
{
    size_t i = td_rules_find_indicator(rules, code);
    assert_int_not_equal(i, TD_NONE);
    return &rules->indicators[i];
}

static void kinds_follow_from_use(void **state)
{
    (void)state;
    td_rules *rules = sound_rules(
        "'indicators':{'late':{'days_after':'2022-12-15','of':'sent'},'pact':{},'d2':{'kind':'date'"
        "}},"
        "'gates':[{'code':'g','when':{'all':[{'indicator':'pact','=':0},{'indicator':'n','>':2.5},"
        "{'indicator':'d2','<':'2022-03-31'}]},'effect':'unranked','reason':'r'}],",
        "{'code':'A','max':4,'parts':[{'function':'direct'},"
        "{'effect':'bonus','function':'per-case','of':'n','points':0.5,'cap':2}]},"
        "{'code':'P','max':2,'pass':true},{'code':'B','max':4,'bands':{'of':'late','table':"
        "{'<=0':4,'>0':0}}}");
    assert_int_equal(indicator(rules, "A")->kind, TD_POINTS);
    assert_int_equal(indicator(rules, "n")->kind, TD_COUNT);
    assert_int_equal(indicator(rules, "P")->kind, TD_FLAG);
    assert_int_equal(indicator(rules, "pact")->kind, TD_FLAG);
    assert_int_equal(indicator(rules, "sent")->kind, TD_DATE);
    assert_int_equal(indicator(rules, "d2")->kind, TD_DATE);
    assert_int_equal(indicator(rules, "late")->kind, TD_NUMBER);
    assert_true(indicator(rules, "late")->computed);
    assert_true(indicator(rules, "late")->due_day == 19341);
    assert_int_equal(indicator(rules, "late")->of, td_rules_find_indicator(rules, "sent"));
    assert_true(isnan(indicator(rules, "n")->blank));
    td_rules_free(rules);
}

static void parts_are_read(void **state)
{
    (void)state;
    td_rules *rules = sound_rules(
        "'indicators':{'own':{}},",
        "{'code':'A','max':10,'deduction_cap':2,'bonus_cap':1.5,'parts':["
        "{'effect':'deduct','function':'per-case','of':'x','points':0.5,'cap':2,'group':'g',"
        "'exempt':{'indicator':'own','=':1}},"
        "{'effect':'deduct','function':'per-case','of':'y','points':1,'group':'g'},"
        "{'effect':'bonus','function':'when','if':{'any':[{'indicator':'x','=':0},"
        "{'indicator':'z','>=':3}]},'points':0.25,'group':'h','when':{'indicator':'x','<':9}}]}");
    const td_criterion *c = &rules->criteria[1];
    assert_int_equal(c->n_parts, 3);
    assert_int_equal(c->n_groups, 2);
    assert_false(c->has_score);
    assert_int_equal(c->start_q, 1000);
    assert_int_equal(c->deduction_cap_q, 200);
    assert_int_equal(c->bonus_cap_q, 150);
    const td_part *p = rules->parts;
    assert_int_equal(p[0].group, 0);
    assert_int_equal(p[1].group, 0);
    assert_int_equal(p[2].group, 1);
    assert_int_equal(p[0].cap_q, 200);
    assert_int_equal(p[1].cap_q, TD_NO_CAP);
    assert_int_equal(p[0].n_own, 1);
    assert_int_equal(p[0].n_inputs, 2);
    assert_string_equal(rules->indicators[p[0].inputs[1]].code, "own");
    assert_int_equal(p[2].n_own, 2); /* x again in `when` is no further input */
    assert_int_equal(p[2].n_inputs, 2);
    assert_int_equal(p[2].points_q, 25);
    assert_string_equal(p[2].pointer, "/criteria/0/parts/2");
    assert_int_equal(p[2].criterion, 1);
    td_rules_free(rules);
}

static void short_forms_are_parts(void **state)
{
    (void)state;
    td_rules *rules = sound_rules(
        "",
        "{'code':'a','max':1,'direct':'x'},{'code':'b','max':2,'pass':'y'},"
        "{'code':'c','max':2,'pass':'points'},"
        "{'code':'d','max':3,'clamp':{'min':0},'deduct':{'p':0.5,'q':1}},"
        "{'code':'e','max':2,'ratio':{'actual':'A','target':100,'when':{'indicator':'y','=':1}}}");
    static const char *const FUNCTIONS[] = {"direct",   "when",     "direct",
                                            "per-case", "per-case", "ratio"};
    assert_int_equal(rules->n_parts, 6);
    for (size_t i = 0; i < 6; i++) {
        assert_string_equal(rules->parts[i].function->name, FUNCTIONS[i]);
        assert_int_equal(rules->parts[i].effect, i == 3 || i == 4 ? TD_DEDUCT : TD_SCORE);
    }
    assert_string_equal(rules->indicators[rules->parts[0].inputs[0]].code, "x");
    assert_string_equal(rules->indicators[rules->parts[1].inputs[0]].code, "y");
    assert_string_equal(rules->indicators[rules->parts[2].inputs[0]].code, "c");
    assert_int_equal(rules->parts[1].points_q, 200);
    assert_int_equal(rules->parts[4].points_q, 100);
    assert_string_equal(rules->parts[4].pointer, "/criteria/3/deduct/q");
    assert_non_null(rules->parts[5].when);
    assert_false(rules->criteria[4].has_score);
    td_rules_free(rules);
}

static void means_and_normalizations_are_read(void **state)
{
    (void)state;
    td_rules *rules = sound_rules(
        "'combine':'geometric','if_missing':'rescale',",
        "{'code':'A','weight':2.5,'combine':'arithmetic','children':["
        "{'code':'a','value':{'of':'x','better':'lower'},'normalize':{'method':'min-max',"
        "'scope':'all','range':[1,100],'if_constant':0.5}},"
        "{'code':'b','value':{'of':'y'},'missing':'to-parent',"
        "'normalize':{'method':'z-score','mean':50}}]},"
        "{'code':'B','max':4,'children':[{'code':'s','max':4,'direct':true,'normalize':"
        "{'method':'percentile'}}]}");
    const td_criterion *c = rules->criteria;
    assert_int_equal(c[0].combine, TD_GEOMETRIC);
    assert_true(c[0].rescale_missing);
    assert_true(c[1].under_mean && !c[1].has_max);
    assert_true(c[1].weight == 2.5);
    assert_true(c[2].lower_is_better && !c[3].lower_is_better);
    assert_int_equal(c[2].normalize.method, TD_MIN_MAX);
    assert_true(c[2].normalize.lo == 1 && c[2].normalize.hi == 100);
    assert_true(c[2].normalize.if_constant == 0.5 && c[2].normalize.over_all && rules->sees_all);
    assert_int_equal(c[3].normalize.method, TD_Z_SCORE);
    assert_true(c[3].normalize.lo == 50 && c[3].normalize.hi == 1);
    assert_int_equal(c[3].missing, TD_MISSING_TO_PARENT);
    assert_false(c[5].under_mean); /* its parent adds up */
    assert_true(c[5].normalize.lo == 0 && c[5].normalize.hi == 4);
    assert_true(isnan(td_rules_criterion(rules, 0).max));
    td_rules_free(rules);
}

static void gates_classes_and_ties_are_read(void **state)
{
    (void)state;
    td_rules *rules = sound_rules(
        "'gates':[{'code':'weak','when':{'share':'A','>=':0.1,'<':0.85},'effect':'bar',"
        "'classes':['t'],'awards':['*'],'reason':{'vi':'Yếu','en':'Weak'}},"
        "{'code':'fine','when':{'channel':'self','absent':true},'effect':'deduct','points':0.75,"
        "'reason':'r'}],"
        "'classes':[{'code':'xs','name':{'en':'Top'},'over':9,'when':{'deductions':'total','<=':"
        "{'times':0.5,'bonus':'total'}}},{'code':'t','from':7.5},{'code':'k'}],"
        "'ties':['votes',{'criterion':'A'},{'indicator':'A','better':'lower'},"
        "{'not_awarded':'co','years':2}],",
        NULL);
    const td_condition *both = rules->gates[0].when;
    assert_int_equal(both->logic, TD_ALL);
    assert_int_equal(both->n_children, 2);
    assert_int_equal(both->children[1].comparison, TD_LT);
    assert_true(both->children[1].number == 0.85);
    assert_int_equal(both->children[0].subject, TD_SUBJ_SHARE);
    assert_int_equal(both->children[0].index, 1);
    assert_int_equal(rules->gates[0].classes[0], 1);
    assert_string_equal(rules->gates[0].awards[0], "*");
    assert_string_equal(td_rules_gate_reason(rules, 0, TD_EN), "Weak");
    assert_string_equal(td_rules_gate_code(rules, 1), "fine");
    assert_int_equal(rules->gates[1].points_q, 75);
    assert_int_equal(rules->gates[1].when->index, 3);
    assert_true(rules->gates[1].when->expected);
    assert_true(rules->classes[0].open_bound && rules->classes[0].bound == 9);
    assert_int_equal(rules->classes[0].when->right_subject, TD_SUBJ_BONUS);
    assert_int_equal(rules->classes[0].when->right_index, 0);
    assert_true(rules->classes[0].when->number == 0.5);
    assert_string_equal(td_rules_class_name(rules, 0, TD_VI), "Top");
    assert_string_equal(td_rules_class_name(rules, 1, TD_VI), "t");
    assert_false(rules->classes[2].has_bound);
    assert_string_equal(td_rules_tie_text(rules, 1, TD_VI), "điểm tiêu chí A");
    assert_string_equal(td_rules_tie_text(rules, 1, TD_EN), "points of criterion A");
    assert_string_equal(td_rules_tie_text(rules, 2, TD_EN), "A, the lower first");
    assert_string_equal(td_rules_tie_text(rules, 3, TD_EN), "not awarded co in the last 2 years");
    assert_true(rules->sees_history);
    assert_int_equal(td_rules_find_class(rules, "k"), 2);
    td_rules_free(rules);
}

static void days_are_counted(void **state)
{
    (void)state;
    double day;
    assert_true(td_day_of_iso("1970-01-01", &day) && day == 0);
    assert_true(td_day_of_iso("1969-12-31", &day) && day == -1);
    assert_true(td_day_of_iso("2024-02-29", &day) && day == 19782);
    assert_true(td_day_of_iso("2025-03-31", &day) && day == 20178);
    static const char *const WRONG[] = {"2025-02-29", "2025-13-01", "2025-00-01",  "2025-1-01",
                                        "2025-01-32", "31/03/2025", "2025-01-01 ", "",
                                        "2025-01",    "0000-01-01", "1900-02-29"};
    for (size_t i = 0; i < sizeof WRONG / sizeof WRONG[0]; i++)
        assert_false(td_day_of_iso(WRONG[i], &day));
}

static void conditions_hold_on_rows(void **state)
{
    (void)state;
    td_rules *rules = sound_rules(
        "'indicators':{'x':{},'y':{}},'classes':[{'code':'k','when':{'all':["
        "{'indicator':'x','>':{'times':1.1,'indicator':'y'}},"
        "{'not':{'any':[{'indicator':'y','absent':true},{'indicator':'y','=':3}]}}]}}],",
        NULL);
    size_t x = td_rules_find_indicator(rules, "x"), y = td_rules_find_indicator(rules, "y");
    static const struct {
        double x, y;
        bool holds;
    } CASES[] = {{3.3, 3, false},   {3.31, 3, false}, {1.11, 1, true}, {0.33, 0.3, false},
                 {0.34, 0.3, true}, {NAN, 1, false},  {1, NAN, false}};
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        double row[8] = {0};
        row[x] = CASES[i].x;
        row[y] = CASES[i].y;
        assert_int_equal(td_condition_on_row(rules->classes[0].when, row), CASES[i].holds);
    }
    td_rules_free(rules);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_tree_is_in_pre_order),
        cmocka_unit_test(a_flat_list_is_the_same_tree),
        cmocka_unit_test(the_head_has_defaults),
        cmocka_unit_test(the_head_is_read),
        cmocka_unit_test(kinds_follow_from_use),
        cmocka_unit_test(parts_are_read),
        cmocka_unit_test(short_forms_are_parts),
        cmocka_unit_test(means_and_normalizations_are_read),
        cmocka_unit_test(gates_classes_and_ties_are_read),
        cmocka_unit_test(days_are_counted),
        cmocka_unit_test(conditions_hold_on_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
