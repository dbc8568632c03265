/*
 * Award policies for tests, with ' for ": a sound one, with what is put beside its awards.
 */
#ifndef TD_TESTS_POLICY_CASE_H
#define TD_TESTS_POLICY_CASE_H

#include "criteria/policy.h"
#include "tests/unit/rules_case.h"

/* A sound award, one that is given, and what the cases put beside them. */
#define FLAG "{'code':'co-tinh','name':'C','conditions':[{'leader':true}]}"
#define GIVEN "{'code':'ttldxs','name':'T','given':true}"
#define AWARD(more) "{'code':'bk','name':'B'," more "}"
#define WITH(more) AWARD("'conditions':[{'rank_at_most':2}]," more)
#define NEED(condition) FLAG "," GIVEN "," AWARD("'conditions':[" condition "]")
#define LIMIT(limit) FLAG "," GIVEN "," AWARD("'exclusive_with':'co-tinh','limits':[" limit "]")

typedef struct policy_case {
    const char *awards;
    const char *code, *pointer; /* of the one fault; code NULL: there is none */
    const char *fix;            /* what the English fix must contain; NULL: anything */
    const char *more;           /* before "awards"; NULL: nothing */
} policy_case;

static inline char *policy_text(const policy_case *c)
{
    char *text = NULL;
    int length = asprintf(&text,
                          "{'thidua':'policy/1','code':'p','name':'P',"
                          "'valid':{'from':'2024-01-01'},%s'awards':[%s]}",
                          c->more == NULL ? "" : c->more, c->awards);
    assert_true(length > 0);
    for (char *p = text; *p != '\0'; p++)
        *p = *p == '\'' ? '"' : *p;
    return text;
}

static inline void check_policy(const policy_case *c)
{
    rules_case as_rules = {.code = c->code, .pointer = c->pointer, .fix = c->fix};
    char *text = policy_text(c);
    td_errors *errors = td_errors_new();
    td_policy *policy = NULL;
    td_status status = td_policy_parse(text, strlen(text), "t.json", &policy, errors);
    bool has_errors = td_errors_count(errors, TD_ERROR) > 0;
    if (!has_case_fault(errors, &as_rules)) {
        print_message("%s\n  wanted: %s at \"%s\" (%s)\n", text, c->code == NULL ? "-" : c->code,
                      c->pointer == NULL ? "" : c->pointer, c->fix == NULL ? "" : c->fix);
        print_faults(errors);
        fail();
    }
    assert_int_equal(status, has_errors ? TD_ERULES : TD_OK);
    assert_int_equal(policy != NULL, !has_errors);
    td_policy_free(policy);
    td_errors_free(errors);
    free(text);
}

#define CHECK_POLICIES(cases)                                                                      \
    for (size_t i_case = 0; i_case < sizeof(cases) / sizeof((cases)[0]); i_case++)                 \
    check_policy(&(cases)[i_case])

#endif
