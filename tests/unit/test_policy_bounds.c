/*
 * Every fault of the bounds of award policies, with its pointer and what it suggests.
 */
#include "tests/unit/policy_case.h"

static void faults_of_limits(void **state)
{
    (void)state;
    static const policy_case CASES[] = {
        {LIMIT("5"), "rules-not-object", "/awards/2/limits/0", NULL, NULL},
        {LIMIT("{'count':1}"), "rules-missing-key", "/awards/2/limits/0", "within", NULL},
        {LIMIT("{'within':'cluser','count':1}"), "rules-choice", "/awards/2/limits/0/within",
         "cluster", NULL},
        {LIMIT("{'within':'cluster'}"), "policy-limit-form", "/awards/2/limits/0", NULL, NULL},
        {LIMIT("{'within':'cluster','count':1,'share':0.5,'of':'ranked'}"), "policy-limit-form",
         "/awards/2/limits/0", NULL, NULL},
        {LIMIT("{'within':'cluster','count':-1}"), "rules-not-whole", "/awards/2/limits/0/count",
         NULL, NULL},
        {LIMIT("{'within':'cluster','count':1.5}"), "rules-not-whole", "/awards/2/limits/0/count",
         NULL, NULL},
        {.awards = LIMIT("{'within':'cluster','count':0}")},
        {LIMIT("{'within':'cluster','count':1,'of':'ranked'}"), "policy-limit-key",
         "/awards/2/limits/0/of", NULL, NULL},
        {LIMIT("{'within':'cluster','count':1,'rounding':'ceil'}"), "policy-limit-key",
         "/awards/2/limits/0/rounding", NULL, NULL},
        {LIMIT("{'within':'all','share':0.2}"), "rules-missing-key", "/awards/2/limits/0", "of",
         NULL},
        {LIMIT("{'within':'all','share':20,'of':'leaders'}"), "policy-ratio",
         "/awards/2/limits/0/share", NULL, NULL},
        {LIMIT("{'within':'all','share':'2/0','of':'leaders'}"), "policy-ratio",
         "/awards/2/limits/0/share", NULL, NULL},
        {LIMIT("{'within':'all','share':0.2,'of':'leader'}"), "rules-choice",
         "/awards/2/limits/0/of", "leaders", NULL},
        {LIMIT("{'within':'all','share':0.2,'of':{}}"), "rules-missing-key",
         "/awards/2/limits/0/of", "holders", NULL},
        {LIMIT("{'within':'all','share':0.2,'of':{'holder':'co-tinh','holders':'co-tinh'}}"),
         "rules-unknown-key", "/awards/2/limits/0/of/holder", "holders", NULL},
        {LIMIT("{'within':'all','share':0.2,'of':{'holders':'co-tih'}}"), "policy-award-unknown",
         "/awards/2/limits/0/of/holders", "co-tinh", NULL},
        {LIMIT("{'within':'all','share':0.2,'of':{'holders':'bk'}}"), "policy-waits-for-itself",
         "/awards/2/limits/0/of/holders", NULL, NULL},
        {LIMIT("{'within':'all','share':0.2,'of':'ranked','rounding':'up'}"), "rules-choice",
         "/awards/2/limits/0/rounding", "floor", NULL},
        {LIMIT("{'within':'all','count':2,'only':'k'}"), "policy-only-within-all",
         "/awards/2/limits/0/only", NULL, NULL},
        {LIMIT("{'within':'cluster','count':2,'awards':['bk']}"), "rules-unknown-key",
         "/awards/2/limits/0/awards", NULL, NULL},
        {WITH("'limits':[{'within':'cluster','share':'1/2','of':'remaining'}]"),
         "policy-remaining-of-all", "/awards/0/limits/0", "ranked", NULL},
    };
    CHECK_POLICIES(CASES);
}

static void faults_of_limits_over_several(void **state)
{
    (void)state;
    static const policy_case CASES[] = {
        {.awards = FLAG "," WITH("'note':'x'"),
         .more = "'limits':[{'within':'all','count':3,'awards':['bk','co-tinh']}],"},
        {FLAG, "rules-missing-key", "/limits/0", "awards",
         "'limits':[{'within':'all','count':3}],"},
        {FLAG, "policy-awards-of-one", "/limits/0/awards", NULL,
         "'limits':[{'within':'all','count':3,'awards':['co-tinh']}],"},
        {FLAG, "policy-twice", "/limits/0/awards/1", NULL,
         "'limits':[{'within':'all','count':3,'awards':['co-tinh','co-tinh']}],"},
        {FLAG, "policy-award-unknown", "/limits/0/awards/1", "co-tinh",
         "'limits':[{'within':'all','count':3,'awards':['co-tinh','co-tin']}],"},
        {FLAG "," GIVEN, "policy-limit-of-given", "/limits/0/awards/1", NULL,
         "'limits':[{'within':'all','count':3,'awards':['co-tinh','ttldxs']}],"},
        {FLAG "," WITH("'note':'x'"), "policy-of-too-early", "/limits/0/of", "leaders",
         "'limits':[{'within':'all','share':0.2,'of':'remaining','awards':['bk','co-tinh']}],"},
        {FLAG "," WITH("'note':'x'"), "policy-of-too-early", "/limits/0/of", "leaders",
         "'limits':[{'within':'all','share':0.2,'of':'eligible','awards':['bk','co-tinh']}],"},
        {FLAG "," WITH("'note':'x'"), "policy-of-too-early", "/limits/0/of", "leaders",
         "'limits':[{'within':'all','share':0.2,'of':{'holders':'co-tinh'},"
         "'awards':['bk','co-tinh']}],"},
    };
    CHECK_POLICIES(CASES);
}

static void faults_of_lower_bounds(void **state)
{
    (void)state;
#define LOWER(lower) WITH("'lower':[" lower "]")
#define UNDER(limit, lower) WITH("'limits':[" limit "],'lower':[" lower "]")
#define TWO "{'category':'xã','within':'all','at_least':2}"
    static const policy_case CASES[] = {
        {.awards = LOWER(TWO)},
        {LOWER("5"), "rules-not-object", "/awards/0/lower/0", NULL, NULL},
        {LOWER("{'within':'all','at_least':2}"), "rules-missing-key", "/awards/0/lower/0",
         "category", NULL},
        {LOWER("{'category':'xã','at_least':2}"), "rules-missing-key", "/awards/0/lower/0",
         "within", NULL},
        {LOWER("{'category':'xã','within':'all'}"), "policy-lower-form", "/awards/0/lower/0", NULL,
         NULL},
        {LOWER("{'category':'xã','within':'all','at_least':1,'share':0.3}"), "policy-lower-form",
         "/awards/0/lower/0", NULL, NULL},
        {LOWER("{'category':'xã','within':'all','at_least':0}"), "rules-not-whole",
         "/awards/0/lower/0/at_least", NULL, NULL},
        {LOWER("{'category':'xã','within':'all','share':1.2}"), "policy-ratio",
         "/awards/0/lower/0/share", NULL, NULL},
        {LOWER("{'categories':'xã','category':'xã','within':'all','share':0.2}"),
         "rules-unknown-key", "/awards/0/lower/0/categories", "category", NULL},
        {UNDER("{'within':'all','count':1}", TWO), "policy-lower-above",
         "/awards/0/lower/0/at_least", NULL, NULL},
        {.awards = UNDER("{'within':'all','count':2}", TWO)},
        {.awards = UNDER("{'within':'cluster','count':1}", TWO)},
        {UNDER("{'within':'all','count':9},{'within':'group','count':1}",
               "{'category':'xã','within':'cluster','at_least':2}"),
         "policy-lower-above", "/awards/0/lower/0/at_least", NULL, NULL},
        {.awards = UNDER("{'within':'cluster','count':1,'only':'k'}",
                         "{'category':'xã','within':'cluster','at_least':2}")},
        {WITH("'lower':[" TWO "],'distribute':{'total':1}"), "policy-lower-above",
         "/awards/0/lower/0/at_least", NULL, NULL},
        {FLAG "," LOWER(TWO), "policy-lower-above", "/awards/1/lower/0/at_least", NULL,
         "'limits':[{'within':'all','count':1,'awards':['bk','co-tinh']}],"},
    };
    CHECK_POLICIES(CASES);
}

static void faults_of_distribution(void **state)
{
    (void)state;
    static const policy_case CASES[] = {
        {.awards = AWARD("'distribute':{'total':48}")},
        {AWARD("'distribute':48"), "rules-not-object", "/awards/0/distribute", NULL, NULL},
        {AWARD("'distribute':{'by':'units'}"), "rules-missing-key", "/awards/0/distribute", "total",
         NULL},
        {AWARD("'distribute':{'total':4.5}"), "rules-not-whole", "/awards/0/distribute/total", NULL,
         NULL},
        {AWARD("'distribute':{'total':48,'by':'unit'}"), "rules-choice", "/awards/0/distribute/by",
         "units", NULL},
        {AWARD("'distribute':{'total':48,'method':'hamilton'}"), "rules-choice",
         "/awards/0/distribute/method", "largest-remainder", NULL},
        {AWARD("'distribute':{'total':48,'methd':'dhondt'}"), "rules-unknown-key",
         "/awards/0/distribute/methd", "method", NULL},
        {AWARD("'distribute':{'total':48},'limits':[{'within':'all','count':40},"
               "{'within':'cluster','count':1}]"),
         "policy-distribute-limit", "/awards/0/limits/1", NULL, NULL},
        {.awards = AWARD("'distribute':{'total':48},'limits':[{'within':'group','count':9}]")},
    };
    CHECK_POLICIES(CASES);
}

/* n copies of an entry, joined by commas. */
static char *copies(const char *entry, size_t n)
{
    char *text = calloc(n, strlen(entry) + 2);
    for (size_t i = 0; i < n; i++) {
        strcat(text, i == 0 ? "" : ",");
        strcat(text, entry);
    }
    return text;
}

static void check_made(char *awards, const char *code, const char *pointer, char *more)
{
    check_policy(&(policy_case){awards, code, pointer, NULL, more});
    free(awards);
    free(more);
}

static void long_lists_are_refused(void **state)
{
    (void)state;
    char *text = calloc(80, 64), *limits = copies("{'within':'cluster','count':1}", 33), *award;
    for (int i = 0; i < 65; i++)
        sprintf(text + strlen(text), "%s{'code':'a%d','name':'A','given':true}", i == 0 ? "" : ",",
                i);
    check_made(text, "policy-too-many", "/awards", NULL);
    assert_true(asprintf(&award, WITH("'limits':[%s]"), limits) > 0);
    check_made(award, "policy-too-many", "/awards/0/limits", NULL);
    limits[strlen(limits) - strlen(",{'within':'cluster','count':1}")] = '\0';
    assert_true(asprintf(&award, WITH("'limits':[%s]"), limits) > 0);
    check_made(award, NULL, NULL, NULL);
    assert_true(asprintf(&award, FLAG "," WITH("'limits':[%s]"), limits) > 0);
    check_made(award, "policy-bounds-many", "/awards/1",
               strdup("'limits':[{'within':'all','count':9,'awards':['co-tinh','bk']}],"));
    free(limits);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(faults_of_limits),       cmocka_unit_test(faults_of_limits_over_several),
        cmocka_unit_test(faults_of_lower_bounds), cmocka_unit_test(faults_of_distribution),
        cmocka_unit_test(long_lists_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
