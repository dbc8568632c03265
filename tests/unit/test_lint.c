/*
 * The linter: every error and warning that reading does not find, with its pointer, and the sound
 * rule sets next to them that it must leave alone.
 */
#include "tests/unit/rules_case.h"

#define TWO(a, b) "{'code':'A','max':" a ",'direct':true},{'code':'B','max':" b ",'direct':true}"
#define LEAF(rest) "{'code':'A','max':10," rest "}"
#define DEDUCT(rest)                                                                               \
    LEAF("'clamp':{'min':0},'parts':[{'effect':'deduct','function':'per-case','of':'x','points':"  \
         "0.5" rest "}]")
#define BONUS(leaf, part)                                                                          \
    LEAF(leaf "'parts':[{'function':'direct'},{'effect':'bonus','function':'per-case','of':'x',"   \
              "'points':0.5" part "}]")

static void sums_must_agree(void **state)
{
    (void)state;
    static const rules_case CASES[] = {
        {"", TWO("6.35", "3.65"), NULL, NULL, NULL},
        {"", TWO("6.35", "3.6"), "rules-sum-scale", "/scale", "scale"},
        {"", "{'code':'A','max':10,'children':[{'code':'a','max':9.99,'direct':true}]}",
         "rules-sum", "/criteria/0/max", NULL},
        {"'combine':'arithmetic',", TWO("6", "7"), NULL, NULL, NULL},
        {"'combine':'arithmetic',", "{'code':'A','children':[{'code':'a','max':3,'direct':true}]}",
         NULL, NULL, NULL},
    };
    CHECK_CASES(CASES);
}

static void magnitudes_must_be_exact(void **state)
{
    (void)state;
    enum { N = 5000 };
    char *criteria = malloc(N * 64);
    size_t length = 0;
    for (int i = 0; i < N; i++)
        length += (size_t)sprintf(criteria + length, "%s{'code':'c%d','max':1099511,'pass':true}",
                                  i > 0 ? "," : "", i);
    const rules_case too_large = {"'decimals':6,'combine':'arithmetic',", criteria,
                                  "rules-sum-range", "/criteria", "decimals"};
    const rules_case fits = {"'decimals':5,'combine':'arithmetic',", criteria, NULL, NULL, NULL};
    check_case(&too_large);
    check_case(&fits);
    free(criteria);
}

static void bounds_must_be_in_order(void **state)
{
    (void)state;
    static const rules_case CASES[] = {
        {"'gates':[{'code':'g','when':{'below_floor':'any'},'effect':'deferred','reason':'r'}],",
         LEAF("'direct':true,'floor':10.5"), "rules-floor-above-max", "/criteria/0/floor", NULL},
        {"", LEAF("'direct':true,'clamp':{'min':10.01}"), "rules-clamp-above-max",
         "/criteria/0/clamp/min", NULL},
        {"", LEAF("'direct':true,'clamp':{'min':5,'max':4.5}"), "rules-clamp-order",
         "/criteria/0/clamp/min", NULL},
        {"'clamp':{'min':11},", NULL, "rules-clamp-above-max", "/clamp/min", NULL},
        {"", LEAF("'direct':true,'clamp':{'min':-2.5,'max':12}"), NULL, NULL, NULL},
        {"", "{'code':'A','max':-1,'direct':true},{'code':'B','max':11,'direct':true}",
         "rules-max-negative", "/criteria/0/max", NULL},
    };
    CHECK_CASES(CASES);
}

/* Maxima of top groups must fit the grid that groups are rounded to: both are told. */
static void groups_fit_their_grid(void **state)
{
    (void)state;
    td_errors *errors = td_errors_new();
    td_rules *rules = NULL;
    assert_int_equal(
        rules_of("'decimals':0,'rounding':'group',", TWO("2.5", "7.5"), &rules, errors), TD_ERULES);
    assert_int_equal(td_errors_size(errors), 2);
    assert_string_equal(td_errors_view(errors, 1).code, "rules-off-grid");
    assert_string_equal(td_errors_view(errors, 1).place.pointer, "/criteria/1/max");
    td_errors_free(errors);
    const rules_case total = {"'decimals':0,'rounding':'total',", TWO("2.5", "7.5"), NULL, NULL,
                              NULL};
    check_case(&total);
}

static void means_must_weigh_something(void **state)
{
    (void)state;
    static const rules_case CASES[] = {
        {"'combine':'harmonic',", "{'code':'A','weight':0,'max':3,'direct':true}",
         "rules-weights-zero", "", NULL},
        {"'combine':'arithmetic',",
         "{'code':'G','combine':'arithmetic','children':[{'code':'A','weight':0,'max':3,'direct':"
         "true},"
         "{'code':'B','weight':0,'max':3,'direct':true}]}",
         "rules-weights-zero", "/criteria/0", NULL},
        {"'combine':'arithmetic',",
         "{'code':'A','weight':0,'max':3,'direct':true},"
         "{'code':'B','weight':0.1,'max':3,'direct':true}",
         NULL, NULL, NULL},
        {"", LEAF("'direct':true,'missing':'to-parent'"), "rules-to-parent", "/criteria/0", "zero"},
        {"'combine':'arithmetic','missing':'to-parent',", NULL, NULL, NULL, NULL},
    };
    CHECK_CASES(CASES);
}

static void caps_must_make_sense(void **state)
{
    (void)state;
    static const rules_case CASES[] = {
        {"", DEDUCT(",'cap':0.5"), NULL, NULL, NULL},
        {"", DEDUCT(",'cap':0.49"), "rules-cap-below-one", "/criteria/0/parts/0", NULL},
        {"", LEAF("'deduction_cap':-0.5,'direct':true"), "rules-cap-negative",
         "/criteria/0/deduction_cap", NULL},
        {"", LEAF("'bonus_cap':-2,'direct':true"), "rules-cap-negative", "/criteria/0/bonus_cap",
         NULL},
        {"", LEAF("'parts':[{'function':'when','if':{'indicator':'x','=':1},'points':2,'cap':-1}]"),
         "rules-cap-negative", "/criteria/0/parts/0/cap", NULL},
        {"",
         LEAF("'parts':[{'function':'when','if':{'indicator':'x','=':1},'points':2,'cap':2.01}]"),
         "rules-cap-unused", "/criteria/0/parts/0/cap", NULL},
        {"",
         LEAF("'parts':[{'function':'when','if':{'indicator':'x','=':1},'points':2,'cap':1.99}]"),
         NULL, NULL, NULL},
        {"",
         LEAF("'deduction_cap':2,'parts':[{'effect':'deduct','function':'per-case','of':'x',"
              "'points':0.5,'cap':2.5}]"),
         "rules-cap-above-leaf", "/criteria/0/parts/0/cap", NULL},
        {"", BONUS("", ""), "rules-no-cap", "/criteria/0/parts/1", "cap"},
        {"", BONUS("'bonus_cap':2,", ""), NULL, NULL, NULL},
        {"", BONUS("", ",'cap':2"), NULL, NULL, NULL},
        {"", BONUS("'clamp':{'max':11},", ""), NULL, NULL, NULL},
        {"", BONUS("'clamp':{'max':11,'bonus':'outside'},", ""), "rules-no-cap",
         "/criteria/0/parts/1", NULL},
        {"'clamp':{'max':10},", BONUS("", ""), NULL, NULL, NULL},
        {"", LEAF("'per-step':{'of':'x','above':92,'points':0.1}"), "rules-no-cap",
         "/criteria/0/per-step", NULL},
    };
    CHECK_CASES(CASES);
}

static void deductions_must_end(void **state)
{
    (void)state;
    static const rules_case CASES[] = {
        {"", LEAF("'deduct':{'x':0.5}"), "rules-deduction-endless", "/criteria/0", "deduction_cap"},
        {"", LEAF("'deduct':{'x':0.5},'deduction_cap':10"), NULL, NULL, NULL},
        {"", LEAF("'deduct':{'x':0.5},'deduction_cap':10.5"), "rules-deduction-above-max",
         "/criteria/0", NULL},
        {"", LEAF("'deduct':{'x':0.5},'clamp':{'min':0}"), NULL, NULL, NULL},
        {"",
         LEAF("'parts':[{'effect':'deduct','function':'per-case','of':'x','points':1,'cap':6,'"
              "group':'g'},"
              "{'effect':'deduct','function':'per-case','of':'y','points':1,'cap':5,'group':'g'},"
              "{'effect':'deduct','function':'per-case','of':'z','points':1,'cap':4}]"),
         NULL, NULL, NULL},
        {"",
         LEAF("'parts':[{'effect':'deduct','function':'per-case','of':'x','points':1,'cap':6},"
              "{'effect':'deduct','function':'per-case','of':'y','points':1,'cap':5}]"),
         "rules-deduction-above-max", "/criteria/0", NULL},
        {"", LEAF("'direct':true") ",{'code':'M','max':0,'deduct':{'x':1}}", NULL, NULL, NULL},
        {"", LEAF("'direct':true") ",{'code':'Z','max':0,'direct':true}", "rules-zero-max",
         "/criteria/1/max", NULL},
        {"",
         LEAF("'parts':[{'effect':'bonus','function':'when','if':{'indicator':'x','=':1},"
              "'points':-0.5}]"),
         "rules-negative-points", "/criteria/0/parts/0", NULL},
    };
    CHECK_CASES(CASES);
}

static void bands_are_linted(void **state)
{
    (void)state;
    static const rules_case CASES[] = {
        {"", LEAF("'bands':{'of':'x','table':{'<80':0,'[80, 95)':1.5,'>95':2}}"), "rules-bands-gap",
         "/criteria/0/bands", NULL},
        {"", LEAF("'bands':{'of':'x','table':{'<80':0,'[80, 95]':1.5,'>=95':2}}"),
         "rules-bands-overlap", "/criteria/0/bands/table/>=95", NULL},
        {"'indicators':{'x':{'min':0,'max':100}},",
         LEAF("'bands':{'of':'x','table':{'<80':0,'[80, 100]':10}}"), NULL, NULL, NULL},
    };
    CHECK_CASES(CASES);
}

static void exclusion_fits_the_ranking(void **state)
{
    (void)state;
    static const rules_case CASES[] = {
        {"'not_applicable':'exclude',", NULL, "rules-exclude-by-points", "/not_applicable",
         "share"},
        {"", LEAF("'direct':true,'not_applicable':'exclude'"), "rules-exclude-by-points",
         "/criteria/0/not_applicable", NULL},
        {"'not_applicable':'exclude','rank_by':'share',", NULL, NULL, NULL, NULL},
        {"'not_applicable':'redistribute',", NULL, NULL, NULL, NULL},
    };
    CHECK_CASES(CASES);
}

#define FLOOR_GATE(criterion)                                                                      \
    "'gates':[{'code':'g','when':{'any':[{'below_floor':'" criterion "'}]},'effect':'deferred',"   \
    "'reason':'r'}],"

static void floors_must_be_used(void **state)
{
    (void)state;
    static const rules_case CASES[] = {
        {"", LEAF("'direct':true,'floor':8.5"), "rules-floor-unused", "/criteria/0/floor",
         "below_floor"},
        {FLOOR_GATE("A"), LEAF("'direct':true,'floor':8.5"), NULL, NULL, NULL},
        {FLOOR_GATE("any"), LEAF("'direct':true,'floor':8.5"), NULL, NULL, NULL},
        {FLOOR_GATE("A"), NULL, "rules-floor-missing", "/gates/0", NULL},
        {FLOOR_GATE("any"), NULL, "rules-floor-missing", "/gates/0", NULL},
        {"'classes':[{'code':'k','when':{'not':{'below_floor':'A'}}}],", NULL,
         "rules-floor-missing", "/classes/0", NULL},
    };
    CHECK_CASES(CASES);
}

static void classes_must_be_in_order(void **state)
{
    (void)state;
    static const rules_case CASES[] = {
        {"'classes':[{'code':'a','from':9},{'code':'b','from':8},{'code':'c'}],", NULL, NULL, NULL,
         NULL},
        {"'classes':[{'code':'a','from':8},{'code':'b','from':9}],", NULL, "rules-class-order",
         "/classes/1", NULL},
        {"'classes':[{'code':'a'},{'code':'b','from':9}],", NULL, "rules-class-order", "/classes/1",
         NULL},
        {"'classes':[{'code':'a','from':9},{'code':'b','over':9}],", NULL, "rules-class-order",
         "/classes/1", NULL},
        {"'classes':[{'code':'a','over':9},{'code':'b','from':9}],", NULL, NULL, NULL, NULL},
        {"'classes':[{'code':'a','from':9},{'code':'b','from':9}],", NULL,
         "rules-class-unreachable", "/classes/1", NULL},
        {"'classes':[{'code':'a','from':9,'when':{'category':'x'}},{'code':'b','from':9}],", NULL,
         NULL, NULL, NULL},
        {"'classes':[{'code':'a','from':9},{'code':'b','from':9}],"
         "'gates':[{'code':'g','when':{'category':'x'},'effect':'bar','classes':['a'],'reason':'r'}"
         "],",
         NULL, NULL, NULL, NULL},
        {"'class_cap':true,'classes':[{'code':'a','from':10.5}],", NULL, "rules-class-beyond",
         "/classes/0", NULL},
        {"'class_cap':true,'classes':[{'code':'a','over':10}],", NULL, "rules-class-beyond",
         "/classes/0", NULL},
        {"'class_cap':true,'classes':[{'code':'a','from':10}],", NULL, NULL, NULL, NULL},
    };
    CHECK_CASES(CASES);
}

static void ties_must_be_able_to_decide(void **state)
{
    (void)state;
    static const rules_case CASES[] = {
        {"'ties':['points'],", NULL, "rules-tie-idle", "/ties/0", NULL},
        {"'ties':[{'criterion':'total'}],", NULL, "rules-tie-idle", "/ties/0", NULL},
        {"'rank_by':'share','ties':['points'],", NULL, NULL, NULL, NULL},
        {"'rank_by':'share','ties':['share'],", NULL, "rules-tie-idle", "/ties/0", NULL},
        {"'rank_by':'rounded-share','ties':['share'],", NULL, NULL, NULL, NULL},
        {"'ties':['fewer-deductions'],", NULL, "rules-tie-idle", "/ties/0", NULL},
        {"'ties':['fewer-deductions'],", DEDUCT(""), NULL, NULL, NULL},
        {"'ties':['more-bonus'],", NULL, "rules-tie-idle", "/ties/0", NULL},
        {"'ties':['more-bonus'],", BONUS("'bonus_cap':2,", ""), NULL, NULL, NULL},
        {"'ties':['votes',{'criterion':'A'},'votes'],", NULL, "rules-tie-idle", "/ties/2", NULL},
        {"'ties':['votes',{'criterion':'A'},{'criterion':'A'}],", NULL, "rules-tie-idle", "/ties/2",
         NULL},
        {"'ties':[{'indicator':'A'},{'indicator':'A','better':'lower'}],", NULL, "rules-tie-idle",
         "/ties/1", NULL},
    };
    CHECK_CASES(CASES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_must_agree),
        cmocka_unit_test(magnitudes_must_be_exact),
        cmocka_unit_test(bounds_must_be_in_order),
        cmocka_unit_test(groups_fit_their_grid),
        cmocka_unit_test(means_must_weigh_something),
        cmocka_unit_test(caps_must_make_sense),
        cmocka_unit_test(deductions_must_end),
        cmocka_unit_test(bands_are_linted),
        cmocka_unit_test(exclusion_fits_the_ranking),
        cmocka_unit_test(floors_must_be_used),
        cmocka_unit_test(classes_must_be_in_order),
        cmocka_unit_test(ties_must_be_able_to_decide),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
