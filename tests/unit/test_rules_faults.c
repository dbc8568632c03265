/*
 * Every fault of reading rule sets, with its pointer and what it suggests.
 */
#include "tests/unit/rules_case.h"

static void every_fault_of_heads_is_found(void **state)
{
    (void)state;
    static const rules_case CASES[] = {
        {"", NULL, NULL, NULL, NULL},
        {"'decimal':1,", NULL, "rules-unknown-key", "/decimal", "decimals"},
        {"'decimals':7,", NULL, "rules-not-whole", "/decimals", "0 to 6"},
        {"'rounding':'leaves',", NULL, "rules-choice", "/rounding", "leaf"},
        {"'rounding':'total','carried_decimals':1,", NULL, "rules-not-whole", "/carried_decimals",
         "2 to 8"},
        {"'rank_class_first':1,", NULL, "rules-not-bool", "/rank_class_first", NULL},
        {"'issuer':5,", NULL, "rules-not-string", "/issuer", NULL},
        {"'issuer':'',", NULL, "rules-empty-string", "/issuer", NULL},
        {"'notes':['a',5],", NULL, "rules-not-string", "/notes/1", NULL},
        {"'channels':['a','b','a'],", NULL, "rules-channel-twice", "/channels/2", NULL},
        {"'channels':[],", NULL, "rules-channels-count", "/channels", "prevails"},
        {"'channels':['a','b','c','d','e','f','g','h','i'],", NULL, "rules-channels-count",
         "/channels", NULL},
        {"'clamp':{'mni':1,'max':9},", NULL, "rules-unknown-key", "/clamp/mni", "min"},
        {"'clamp':{},", NULL, "rules-clamp-empty", "/clamp", NULL},
        {"'clamp':5,", NULL, "rules-not-object", "/clamp", NULL},
        {"'indicators':{'x':{'kind':'nmber'}},", NULL, "rules-choice", "/indicators/x/kind",
         "number"},
        {"'indicators':{'x':{'min':2,'max':1.5}},", NULL, "rules-min-above-max",
         "/indicators/x/min", NULL},
        {"'indicators':{'x':{'max':1,'blank':1.5}},", NULL, "rules-blank-value",
         "/indicators/x/blank", NULL},
        {"'indicators':{'x':{'kind':'count','blank':0.5}},", NULL, "rules-blank-value",
         "/indicators/x/blank", NULL},
        {"'indicators':{'x':{'kind':'flag','blank':2}},", NULL, "rules-blank-value",
         "/indicators/x/blank", NULL},
        {"'indicators':{'x':{'kind':'date','min':5}},", NULL, "rules-not-date", "/indicators/x/min",
         "2025-03-31"},
        {"'indicators':{'x':{'days_after':'2025-2-1','of':'d'}},", NULL, "rules-not-date",
         "/indicators/x/days_after", NULL},
        {"'indicators':{'x':{'of':'d'}},", NULL, "rules-missing-key", "/indicators/x",
         "days_after"},
        {"'indicators':{'x':{'days_after':'2025-02-01'}},", NULL, "rules-missing-key",
         "/indicators/x", "of"},
        {"'indicators':{'x':{'days_after':'2025-02-01','of':'d','kind':'count'}},", NULL,
         "rules-computed-keys", "/indicators/x", NULL},
        {"'indicators':{'x':{'days_after':'2025-02-01','of':'x'}},", NULL, "rules-computed-cycle",
         "/indicators/x/of", NULL},
        {"'indicators':{'x':{'days_after':'2025-02-01','of':'n'},'n':{'kind':'number'}},", NULL,
         "rules-days-of-number", "/indicators/x/of", "date"},
        {"'indicators':{'x':{'days_after':'2025-02-01','of':'y'},"
         "'y':{'days_after':'2025-02-01','of':'d'}},",
         NULL, "rules-days-of-number", "/indicators/x/of", NULL},
        {"'indicators':{'x':5},", NULL, "rules-not-object", "/indicators/x", NULL},
        {"'indicators':{'x':{'unti':'%'}},", NULL, "rules-unknown-key", "/indicators/x/unti",
         "unit"},
    };
    CHECK_CASES(CASES);
}

/* Rule sets whose required members are broken, whole. */
#define LEAVES "'criteria':[" SOUND_LEAF "]"
static const struct {
    const char *text, *code, *pointer;
} BROKEN[] = {
    {"{'code':'t','name':'T','valid':{'from':'2022-01-01'},'scale':10," LEAVES "}",
     "rules-missing-key", ""},
    {"{'thidua':'rule-set/"
     "2','code':'t','name':'T','valid':{'from':'2022-01-01'},'scale':10," LEAVES "}",
     "rules-version", "/thidua"},
    {"{'thidua':'rule-set/1','name':'T','valid':{'from':'2022-01-01'},'scale':10," LEAVES "}",
     "rules-missing-key", ""},
    {"{'thidua':'rule-set/1','code':'t','valid':{'from':'2022-01-01'},'scale':10," LEAVES "}",
     "rules-missing-key", ""},
    {"{'thidua':'rule-set/"
     "1','code':'t','name':{'fr':'T','en':'T'},'valid':{'from':'2022-01-01'},'scale':10," LEAVES
     "}",
     "rules-unknown-key", "/name/fr"},
    {"{'thidua':'rule-set/"
     "1','code':'t','name':{},'valid':{'from':'2022-01-01'},'scale':10," LEAVES "}",
     "rules-empty-string", "/name"},
    {"{'thidua':'rule-set/1','code':'t','name':'T','scale':10," LEAVES "}", "rules-missing-key",
     ""},
    {"{'thidua':'rule-set/1','code':'t','name':'T','valid':{},'scale':10," LEAVES "}",
     "rules-missing-key", "/valid"},
    {"{'thidua':'rule-set/"
     "1','code':'t','name':'T','valid':{'from':'2022-02-30'},'scale':10," LEAVES "}",
     "rules-not-date", "/valid/from"},
    {"{'thidua':'rule-set/"
     "1','code':'t','name':'T','valid':{'from':'2022-02-03','to':'2022-02-02'},"
     "'scale':10," LEAVES "}",
     "rules-valid-order", "/valid/to"},
    {"{'thidua':'rule-set/1','code':'t','name':'T','valid':{'from':'2022-02-03'}," LEAVES "}",
     "rules-missing-key", ""},
    {"{'thidua':'rule-set/"
     "1','code':'t','name':'T','valid':{'from':'2022-02-03'},'scale':10.005," LEAVES "}",
     "rules-off-grid", "/scale"},
    {"{'thidua':'rule-set/1','code':'t','name':'T','valid':{'from':'2022-02-03'},'scale':0,"
     "'combine':'arithmetic'," LEAVES "}",
     "rules-scale", "/scale"},
    {"{'thidua':'rule-set/1','code':'t','name':'T','valid':{'from':'2022-02-03'},'scale':10}",
     "rules-missing-key", ""},
    {"{'thidua':'rule-set/"
     "1','code':'t','name':'T','valid':{'from':'2022-02-03'},'scale':10,'criteria':[]}",
     "rules-no-children", "/criteria"},
    {"[1]", "rules-not-object", ""},
};

static void every_required_key_is_wanted(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof BROKEN / sizeof BROKEN[0]; i++) {
        char *text = strdup(BROKEN[i].text);
        for (char *p = text; *p != '\0'; p++)
            *p = *p == '\'' ? '"' : *p;
        td_errors *errors = td_errors_new();
        td_rules *rules = NULL;
        assert_int_equal(td_rules_parse(text, strlen(text), "t", &rules, errors), TD_ERULES);
        assert_null(rules);
        if (td_errors_size(errors) != 1 ||
            strcmp(td_errors_view(errors, 0).code, BROKEN[i].code) != 0 ||
            strcmp(td_errors_view(errors, 0).place.pointer, BROKEN[i].pointer) != 0) {
            print_message("%s\n wanted %s at %s\n", text, BROKEN[i].code, BROKEN[i].pointer);
            print_faults(errors);
            fail();
        }
        td_errors_free(errors);
        free(text);
    }
}

static void every_fault_of_trees_is_found(void **state)
{
    (void)state;
    static const rules_case CASES[] = {
        {"", "{'code':'A','max':10,'direct':true,'clap':{}}", "rules-unknown-key",
         "/criteria/0/clap", "clamp"},
        {"", "{'code':'A','max':10,'per-cases':{'of':'x','points':1},'direct':true}",
         "rules-unknown-key", "/criteria/0/per-cases", "per-case"},
        {"", "5", "rules-not-object", "/criteria/0", NULL},
        {"", "{'max':10,'direct':'x'}", "rules-missing-key", "/criteria/0", "code"},
        {"", "{'code':'total','max':10,'direct':true}", "rules-code-reserved", "/criteria/0/code",
         NULL},
        {"", "{'code':'A','max':6,'direct':true},{'code':'A','max':4,'direct':true}",
         "rules-code-twice", "/criteria/1/code", NULL},
        {"", "{'code':'A','max':10,'children':[]}", "rules-no-children", "/criteria/0/children",
         NULL},
        {"", "{'code':'A','max':10,'children':[{'code':'B','max':10,'direct':true,'parent':'A'}]}",
         "rules-parent-nested", "/criteria/0/children/0/parent", NULL},
        {"", "{'code':'A','max':10,'direct':true,'parent':'Ax'}", "rules-parent-unknown",
         "/criteria/0/parent", "perhaps: A"},
        {"", "{'code':'A','max':10,'parent':'B'},{'code':'B','max':10,'parent':'A','direct':true}",
         "rules-parent-cycle", "/criteria/0/parent", NULL},
        {"", "{'code':'A','direct':true}", "rules-max-missing", "/criteria/0", "max"},
        {"", "{'code':'A','max':'10','direct':true}", "rules-not-number", "/criteria/0/max", NULL},
        {"", "{'code':'A','max':9.995,'direct':true}", "rules-off-grid", "/criteria/0/max",
         "decimals"},
        {"", "{'code':'A','max':10995116277.76,'direct':true}", "rules-points-range",
         "/criteria/0/max", "10995116277"},
        {"", "{'code':'A','max':10,'children':[{'code':'B','max':10,'direct':true}],'start':1}",
         "rules-leaf-key", "/criteria/0/start", NULL},
        {"", "{'code':'A','max':10,'children':[{'code':'B','max':10,'direct':true}],'direct':true}",
         "rules-leaf-key", "/criteria/0/direct", NULL},
        {"", "{'code':'A','max':10,'direct':true,'combine':'sum'}", "rules-group-key",
         "/criteria/0/combine", NULL},
        {"", "{'code':'A','max':10,'direct':true,'weight':2}", "rules-weight-unused",
         "/criteria/0/weight", NULL},
        {"'combine':'arithmetic',", "{'code':'A','max':10,'direct':true,'weight':-0.5}",
         "rules-weight-negative", "/criteria/0/weight", NULL},
        {"", "{'code':'A','max':10,'direct':true,'normalize':{}}", "rules-missing-key",
         "/criteria/0/normalize", "method"},
        {"", "{'code':'A','max':10,'direct':true,'normalize':{'method':'minmax'}}", "rules-choice",
         "/criteria/0/normalize/method", "min-max"},
        {"", "{'code':'A','max':10,'direct':true,'normalize':{'method':'min-max','mean':1}}",
         "rules-normalize-key", "/criteria/0/normalize/mean", NULL},
        {"", "{'code':'A','max':10,'direct':true,'normalize':{'method':'z-score','range':[0,1]}}",
         "rules-normalize-key", "/criteria/0/normalize/range", NULL},
        {"", "{'code':'A','max':10,'direct':true,'normalize':{'method':'min-max','range':[0]}}",
         "rules-normalize-range", "/criteria/0/normalize/range", NULL},
        {"",
         "{'code':'A','max':10,'direct':true,'normalize':{'method':'min-max','if_constant':1.5}}",
         "rules-if-constant", "/criteria/0/normalize/if_constant", NULL},
        {"'combine':'arithmetic',",
         "{'code':'A','value':{'of':'x'},'normalize':{'method':'share-of-max'}}",
         "rules-share-of-no-max", "/criteria/0/normalize/method", NULL},
    };
    CHECK_CASES(CASES);
}

static void every_fault_of_leaves_is_found(void **state)
{
    (void)state;
    static const rules_case CASES[] = {
        {"", "{'code':'A','max':10}", "rules-leaf-empty", "/criteria/0", "parts"},
        {"", "{'code':'A','max':10,'direct':true,'pass':true}", "rules-leaf-forms", "/criteria/0",
         NULL},
        {"", "{'code':'A','max':10,'direct':false}", "rules-true-or-code", "/criteria/0/direct",
         NULL},
        {"", "{'code':'A','max':10,'pass':1}", "rules-true-or-code", "/criteria/0/pass", NULL},
        {"", "{'code':'A','max':10,'deduct':{}}", "rules-deduct-map", "/criteria/0/deduct", NULL},
        {"", "{'code':'A','max':10,'clamp':{'min':0},'deduct':{'x/y':'1'}}", "rules-not-number",
         "/criteria/0/deduct/x~1y", NULL},
        {"", "{'code':'A','max':10,'clamp':{'min':0},'deduct':{'x/y':0.005}}", "rules-off-grid",
         "/criteria/0/deduct/x~1y", NULL},
        {"", "{'code':'A','max':10,'parts':[]}", "rules-no-children", "/criteria/0/parts", NULL},
        {"", "{'code':'A','max':10,'parts':[7]}", "rules-not-object", "/criteria/0/parts/0", NULL},
        {"", "{'code':'A','max':10,'parts':[{'of':'x'}]}", "rules-missing-key",
         "/criteria/0/parts/0", "function"},
        {"", "{'code':'A','max':10,'parts':[{'function':'percase','of':'x'}]}",
         "rules-function-unknown", "/criteria/0/parts/0/function", "per-case"},
        {"", "{'code':'A','max':10,'parts':[{'function':'direct','offf':'x'}]}",
         "rules-unknown-key", "/criteria/0/parts/0/offf", "of"},
        {"", "{'code':'A','max':10,'parts':[{'function':'direct','effect':'malus'}]}",
         "rules-choice", "/criteria/0/parts/0/effect", "score, bonus, deduct"},
        {"", "{'code':'A','max':10,'ratio':{'actual':'x','target':10,'effect':'bonus'}}",
         "rules-unknown-key", "/criteria/0/ratio/effect", NULL},
        {"", "{'code':'A','max':10,'ratio':5}", "rules-not-object", "/criteria/0/ratio", NULL},
        {"", "{'code':'A','max':10,'parts':[{'function':'direct','cap':'2'}]}", "rules-not-number",
         "/criteria/0/parts/0/cap", NULL},
        {"", "{'code':'A','max':10,'parts':[{'function':'direct','of':7}]}", "rules-not-indicator",
         "/criteria/0/parts/0/of", NULL},
        {"", "{'code':'A','max':10,'parts':[{'function':'value','of':'x'},{'function':'direct'}]}",
         "rules-value-alone", "/criteria/0", NULL},
        {"", "{'code':'A','max':10,'start':5,'direct':true}", "rules-start-unused",
         "/criteria/0/start", NULL},
    };
    CHECK_CASES(CASES);
}

#define PART_WHEN(condition)                                                                       \
    "{'code':'A','max':10,'parts':[{'function':'direct','when':" condition "}]}"
#define AT "/criteria/0/parts/0/when"

static void every_fault_of_conditions_is_found(void **state)
{
    (void)state;
    static const rules_case CASES[] = {
        {"", PART_WHEN("{'indicator':'A','>':2.5}"), NULL, NULL, NULL},
        {"", PART_WHEN("5"), "rules-condition-subject", AT, "lowest_share"},
        {"", PART_WHEN("{}"), "rules-condition-subject", AT, NULL},
        {"", PART_WHEN("{'all':[{'indicator':'A','=':1}],'>':3}"), "rules-condition-subject", AT,
         NULL},
        {"", PART_WHEN("{'indicator':'A','points':'A','=':1}"), "rules-condition-subject", AT,
         NULL},
        {"", PART_WHEN("{'all':[]}"), "rules-condition-list", AT "/all", NULL},
        {"", PART_WHEN("{'any':[{'indicator':'A','=':1},{'not':{'any':5}}]}"),
         "rules-condition-list", AT "/any/1/not/any", NULL},
        {"", PART_WHEN("{'points':'A','>':1}"), "rules-condition-place", AT "/points", "gates"},
        {"", PART_WHEN("{'indicator':'A'}"), "rules-condition-comparison", AT, NULL},
        {"", PART_WHEN("{'indicator':'A','>':'x'}"), "rules-condition-right", AT "/>", NULL},
        {"", PART_WHEN("{'indicator':'A','>':null}"), "rules-condition-right", AT "/>", NULL},
        {"", PART_WHEN("{'indicator':'A','>':{'times':2,'indicator':'A','<':1}}"),
         "rules-condition-right", AT "/>/<", NULL},
        {"", PART_WHEN("{'indicator':'A','>':1,'times':2}"), "rules-condition-times", AT "/times",
         NULL},
        {"", PART_WHEN("{'indicator':'A','absent':1}"), "rules-not-bool", AT "/absent", NULL},
        {"", PART_WHEN("{'indicator':'A','>=':3,'gt':1}"), "rules-unknown-key", AT "/gt", NULL},
        {"", PART_WHEN("{'indicator':'B','=':1}"), "rules-indicator-unknown", AT "/indicator",
         "perhaps: A"},
        {"", PART_WHEN("{'indicator':'A','=':'2025-01-31'}"), "rules-number-as-date",
         AT "/=", NULL},
        {"'indicators':{'d':{'kind':'date'}},", PART_WHEN("{'indicator':'d','<':5}"),
         "rules-date-as-number", AT "/<", "2025-03-31"},
        {"'indicators':{'A':{'kind':'date'}},", NULL, "rules-date-as-number", "/criteria/0/direct",
         NULL},
    };
    CHECK_CASES(CASES);
}

#define GATE(rest) "'gates':[{'code':'g','reason':'r'," rest "}],"
#define GATE_WHEN(condition) GATE("'effect':'unranked','when':" condition)

static void every_fault_of_gates_is_found(void **state)
{
    (void)state;
    static const rules_case CASES[] = {
        {GATE_WHEN("{'points':'total','<':5}"), NULL, NULL, NULL, NULL},
        {GATE_WHEN("{'category':'x'}"), NULL, NULL, NULL, NULL},
        {GATE_WHEN("{'lowest_share':'leaves','<':0.8}"), NULL, NULL, NULL, NULL},
        {GATE_WHEN("{'points':'AB','<':5}"), NULL, "rules-criterion-unknown",
         "/gates/0/when/points", "perhaps: A"},
        {GATE_WHEN("{'points':'A','absent':true}"), NULL, "rules-condition-absent",
         "/gates/0/when/absent", NULL},
        {GATE_WHEN("{'lowest_share':'group','<':0.8}"), NULL, "rules-choice",
         "/gates/0/when/lowest_share", "groups"},
        {GATE_WHEN("{'channel':'selv','absent':true}"), NULL, "rules-channel-unknown",
         "/gates/0/when/channel", "perhaps: self"},
        {GATE_WHEN("{'channel':'self','=':1}"), NULL, "rules-condition-channel", "/gates/0/when",
         NULL},
        {GATE_WHEN("{'category':'x','=':1}"), NULL, "rules-condition-no-comparison",
         "/gates/0/when", NULL},
        {GATE_WHEN("{'points':'A','<':{'times':2,'category':'x'}}"), NULL, "rules-condition-right",
         "/gates/0/when/<", NULL},
        {GATE("'effect':'unranked'"), NULL, "rules-missing-key", "/gates/0", "when"},
        {GATE("'when':{'category':'x'}"), NULL, "rules-missing-key", "/gates/0", "effect"},
        {GATE("'when':{'category':'x'},'effect':'deduct'"), NULL, "rules-missing-key", "/gates/0",
         "points"},
        {GATE("'when':{'category':'x'},'effect':'deduct','points':0.125"), NULL, "rules-off-grid",
         "/gates/0/points", NULL},
        {GATE("'when':{'category':'x'},'effect':'deduct','points':-8"), NULL, "rules-gate-points",
         "/gates/0/points", NULL},
        {GATE("'when':{'category':'x'},'effect':'unranked','points':8"), NULL, "rules-gate-key",
         "/gates/0/points", NULL},
        {GATE("'when':{'category':'x'},'effect':'deduct','points':8,'awards':['*']"), NULL,
         "rules-gate-key", "/gates/0/awards", NULL},
        {GATE("'when':{'category':'x'},'effect':'bar'"), NULL, "rules-gate-bars-nothing",
         "/gates/0", NULL},
        {"'gates':[{'code':'g','when':{'category':'x'},'effect':'deferred'}],", NULL,
         "rules-missing-key", "/gates/0", "reason"},
        {"'gates':[5],", NULL, "rules-not-object", "/gates/0", NULL},
        {"'gates':[{'code':'g','when':{'category':'x'},'effect':'deferred','reason':'r'},"
         "{'code':'g','when':{'category':'y'},'effect':'deferred','reason':'r'}],",
         NULL, "rules-entry-twice", "/gates/1/code", NULL},
    };
    CHECK_CASES(CASES);
}

static void every_fault_of_classes_and_ties_is_found(void **state)
{
    (void)state;
    static const rules_case CASES[] = {
        {GATE(
             "'when':{'category':'x'},'effect':'bar','classes':['xs','tt']") "'classes':[{'code':'"
                                                                             "xs','from':9},{'code'"
                                                                             ":'t','from':5}],",
         NULL, "rules-class-unknown", "/gates/0/classes/1", "perhaps: t"},
        {"'classes':[{'code':'xs','from':9,'over':9}],", NULL, "rules-class-bounds",
         "/classes/0/over", NULL},
        {"'classes':[{'code':'xs','from':8.995}],", NULL, "rules-off-grid", "/classes/0/from",
         NULL},
        {"'classes':[{'code':'xs','form':9}],", NULL, "rules-unknown-key", "/classes/0/form",
         "from"},
        {"'classes':[{'from':9}],", NULL, "rules-missing-key", "/classes/0", "code"},
        {"'classes':[{'code':'a','from':9},{'code':'a','from':8}],", NULL, "rules-entry-twice",
         "/classes/1/code", NULL},
        {"'classes':{},", NULL, "rules-not-list", "/classes", NULL},
        {"'ties':['vote'],", NULL, "rules-tie-unknown", "/ties/0", "perhaps: votes"},
        {"'ties':[5],", NULL, "rules-tie-shape", "/ties/0", NULL},
        {"'ties':[{}],", NULL, "rules-tie-shape", "/ties/0", NULL},
        {"'ties':[{'criterion':'A','indicator':'A'}],", NULL, "rules-tie-shape", "/ties/0", NULL},
        {"'ties':[{'criterion':'a'}],", NULL, "rules-criterion-unknown", "/ties/0/criterion",
         "perhaps: A"},
        {"'ties':[{'indicator':'B'}],", NULL, "rules-indicator-unknown", "/ties/0/indicator",
         "perhaps: A"},
        {"'ties':[{'indicator':'A','better':'more'}],", NULL, "rules-choice", "/ties/0/better",
         NULL},
        {"'ties':[{'criterion':'A','better':'lower'}],", NULL, "rules-tie-key", "/ties/0/better",
         NULL},
        {"'ties':[{'not_awarded':'co','years':0}],", NULL, "rules-not-whole", "/ties/0/years",
         "1 to 100"},
    };
    CHECK_CASES(CASES);
}

/* Flat lists can be deeper than JSON: neither recursion nor quadratic work. */
static void a_long_chain_of_parents_is_refused(void **state)
{
    (void)state;
    enum { N = 100000 };
    char *criteria = malloc(N * 64);
    size_t length = (size_t)sprintf(criteria, "{'code':'c0','max':10}");
    for (int i = 1; i < N; i++)
        length += (size_t)sprintf(criteria + length, ",{'code':'c%d','parent':'c%d','max':10%s}", i,
                                  i - 1, i == N - 1 ? ",'direct':true" : "");
    td_errors *errors = td_errors_new();
    td_rules *rules = NULL;
    assert_int_equal(rules_of("", criteria, &rules, errors), TD_ERULES);
    assert_string_equal(td_errors_view(errors, 0).code, "rules-tree-depth");
    assert_string_equal(td_errors_view(errors, 0).place.pointer, "/criteria/100");
    td_errors_free(errors);
    free(criteria);
}

static void faults_are_told_all_at_once(void **state)
{
    (void)state;
    td_errors *errors = td_errors_new();
    td_rules *rules = NULL;
    td_status status = rules_of(
        "'ranks':'dens','ties':['vote'],'clamp':{'min':0.001},",
        "{'code':'A','max':6,'parts':[{'function':'direct','cap':-1},{'function':'driect'}]},"
        "{'code':'A','max':3,'pass':true,'missing':'never'}",
        &rules, errors);
    static const char *const POINTERS[] = {"/ranks",
                                           "/criteria/1/code",
                                           "/clamp/min",
                                           "/criteria/0/parts/1/function",
                                           "/criteria/1/missing",
                                           "/ties/0",
                                           "/scale"};
    assert_int_equal(status, TD_ERULES);
    for (size_t i = 0; i < sizeof POINTERS / sizeof POINTERS[0]; i++) {
        bool is_there = false;
        for (size_t k = 0; k < td_errors_size(errors); k++)
            is_there |= strcmp(td_errors_view(errors, k).place.pointer, POINTERS[i]) == 0;
        if (!is_there)
            print_message("no fault at %s\n", POINTERS[i]);
        assert_true(is_there);
    }
    td_errors_free(errors);
}

static void files_are_loaded(void **state)
{
    (void)state;
    td_errors *errors = td_errors_new();
    td_rules *rules = NULL;
    assert_int_equal(td_rules_load("/nonexistent/rules.json", &rules, errors), TD_EIO);
    assert_int_equal(td_errors_size(errors), 1);
    assert_null(rules);
    td_errors_free(errors);
    td_rules_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_fault_of_heads_is_found),
        cmocka_unit_test(every_required_key_is_wanted),
        cmocka_unit_test(every_fault_of_trees_is_found),
        cmocka_unit_test(every_fault_of_leaves_is_found),
        cmocka_unit_test(every_fault_of_conditions_is_found),
        cmocka_unit_test(every_fault_of_gates_is_found),
        cmocka_unit_test(every_fault_of_classes_and_ties_is_found),
        cmocka_unit_test(a_long_chain_of_parents_is_refused),
        cmocka_unit_test(faults_are_told_all_at_once),
        cmocka_unit_test(files_are_loaded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
