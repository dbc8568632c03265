/*
 * Rule sets for tests, with ' for ": a small sound one, with what is put into its head and its
 * criteria.
 */
#ifndef TD_TESTS_RULES_CASE_H
#define TD_TESTS_RULES_CASE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "criteria/json.h"
#include "criteria/rules.h"

#define SOUND_LEAF "{'code':'A','max':10,'direct':true}"

/* One fault, and nothing but it. */
typedef struct rules_case {
    const char *head;     /* "'decimals':7," or "" */
    const char *criteria; /* NULL: SOUND_LEAF */
    const char *code;     /* of the fault; NULL: there is none */
    const char *pointer;
    const char *fix; /* what the English fix must contain; NULL: anything */
} rules_case;

static inline char *rules_text(const char *head, const char *criteria)
{
    char *text = NULL;
    int length = asprintf(&text,
                          "{'thidua':'rule-set/1','code':'t','name':'Thử','valid':"
                          "{'from':'2022-01-01','to':'2022-12-31'},'scale':10,%s'criteria':[%s]}",
                          head, criteria == NULL ? SOUND_LEAF : criteria);
    assert_true(length > 0);
    for (char *p = text; *p != '\0'; p++)
        *p = *p == '\'' ? '"' : *p;
    return text;
}

static inline td_status rules_of(const char *head, const char *criteria, td_rules **rules,
                                 td_errors *errors)
{
    char *text = rules_text(head, criteria);
    td_status status = td_rules_parse(text, strlen(text), "t.json", rules, errors);
    free(text);
    return status;
}

static inline void print_faults(const td_errors *errors)
{
    for (size_t i = 0; i < td_errors_size(errors); i++) {
        td_fault f = td_errors_view(errors, i);
        char what[512];
        td_errors_what(errors, i, TD_EN, what, sizeof what);
        print_message("  %s at \"%s\": %s\n", f.code, f.place.pointer, what);
    }
}

static inline bool has_case_fault(const td_errors *errors, const rules_case *c)
{
    if (td_errors_size(errors) != (c->code != NULL))
        return false;
    if (c->code == NULL)
        return true;
    td_fault f = td_errors_view(errors, 0);
    char fix[1024];
    td_errors_fix(errors, 0, TD_EN, fix, sizeof fix);
    return strcmp(f.code, c->code) == 0 && strcmp(f.place.file, "t.json") == 0 &&
           f.place.pointer != NULL && strcmp(f.place.pointer, c->pointer) == 0 &&
           (c->fix == NULL || strstr(fix, c->fix) != NULL);
}

static inline void check_case(const rules_case *c)
{
    td_errors *errors = td_errors_new();
    td_rules *rules = NULL;
    td_status status = rules_of(c->head, c->criteria, &rules, errors);
    bool has_errors = td_errors_count(errors, TD_ERROR) > 0;
    if (!has_case_fault(errors, c)) {
        print_message("%s %s\n  wanted: %s at \"%s\" (%s)\n", c->head,
                      c->criteria == NULL ? SOUND_LEAF : c->criteria,
                      c->code == NULL ? "-" : c->code, c->pointer == NULL ? "" : c->pointer,
                      c->fix == NULL ? "" : c->fix);
        print_faults(errors);
        fail();
    }
    assert_int_equal(status, has_errors ? TD_ERULES : TD_OK);
    assert_int_equal(rules != NULL, !has_errors);
    td_rules_free(rules);
    td_errors_free(errors);
}

#define CHECK_CASES(cases)                                                                         \
    for (size_t i_case = 0; i_case < sizeof(cases) / sizeof((cases)[0]); i_case++)                 \
    check_case(&(cases)[i_case])

#endif
