/*
 * A small evaluation folder with an award policy: one table of a single criterion A, so that the
 * points of a unit are what its row says.
 */
#ifndef TD_TESTS_AWARD_CASE_H
#define TD_TESTS_AWARD_CASE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/award/award.h"
#include "tests/lib/files.h"

/*
 * Gates by the indicator g: 1 bars "f", 2 bars everything, 3 defers, 4 leaves unranked; 5 bars
 * everything and defers.
 */
static const char CASE_RULES[] =
    "{\"thidua\": \"rule-set/1\", \"code\": \"t\", \"name\": \"t\", "
    "\"valid\": {\"from\": \"2025-01-01\"}, \"reasons\": \"optional\", \"scale\": 10, "
    "\"indicators\": {\"g\": {\"kind\": \"number\", \"blank\": 0}}, \"classes\": ["
    "{\"code\": \"xs\", \"name\": \"X\", \"from\": 9}, {\"code\": \"tot\", \"name\": \"T\", "
    "\"from\": 7},"
    "{\"code\": \"kem\", \"name\": \"K\", \"from\": 5}], \"gates\": ["
    "{\"code\": \"no-flag\", \"reason\": \"r\", \"when\": {\"indicator\": \"g\", \"=\": 1}, "
    "\"effect\": \"bar\", \"awards\": [\"f\"]},"
    "{\"code\": \"no-award\", \"reason\": \"r\", \"when\": {\"any\": [{\"indicator\": \"g\", "
    "\"=\": 2}, "
    "{\"indicator\": \"g\", \"=\": 5}]}, \"effect\": \"bar\", \"awards\": [\"*\"]},"
    "{\"code\": \"inquiry\", \"reason\": \"r\", \"when\": {\"indicator\": \"g\", \">=\": 3, "
    "\"!=\": 4}, "
    "\"effect\": \"deferred\"},"
    "{\"code\": \"no-report\", \"reason\": \"r\", \"when\": {\"indicator\": \"g\", \"=\": 4}, "
    "\"effect\": \"unranked\"}], "
    "\"criteria\": [{\"code\": \"A\", \"max\": 10, \"parts\": [{\"function\": \"direct\", "
    "\"of\": \"A\"}]}]}";

/* Rows of the files without their headers; NULL: no such file. */
typedef struct award_case {
    const char *clusters; /* id,name,kind,group */
    const char *units;    /* id,name,cluster,category */
    const char *values;   /* unit,A,g */
    const char *votes;    /* unit,votes,present,council,blank */
    const char *history;  /* unit,year,award */
    const char *awards;   /* the list, inside its brackets */
    const char *limits;   /* likewise; NULL: none */
    const char *policy;   /* the path of a policy instead of awards and limits */
} award_case;

typedef struct awarded {
    td_folder folder;
    td_errors *errors;
    td_evaluation *evaluation;
    td_prepared *prepared;
    td_results results;
    td_awards awards;
} awarded;

static inline void case_put(const awarded *y, const char *name, const char *head, const char *rows)
{
    if (rows == NULL)
        return;
    size_t size = strlen(head) + strlen(rows) + 1;
    char *text = malloc(size);
    assert_non_null(text);
    snprintf(text, size, "%s%s", head, rows);
    free(td_folder_write(&y->folder, name, text));
    free(text);
}

static inline void case_policy(const awarded *y, const award_case *the)
{
    if (the->policy != NULL) {
        char *shipped = td_test_read(the->policy, NULL);
        free(td_folder_write(&y->folder, "policy.json", shipped));
        free(shipped);
        return;
    }
    static const char HEAD[] = "{\"thidua\": \"policy/1\", \"code\": \"p\", \"name\": \"P\", "
                               "\"valid\": {\"from\": \"2025-01-01\"}, \"awards\": [";
    const char *awards = the->awards == NULL ? "" : the->awards;
    const char *limits = the->limits == NULL ? "" : the->limits;
    size_t size = sizeof HEAD + strlen(awards) + strlen(limits) + 40;
    char *text = malloc(size);
    assert_non_null(text);
    snprintf(text, size, "%s%s]%s%s%s}", HEAD, awards, *limits ? ", \"limits\": [" : "", limits,
             *limits ? "]" : "");
    free(td_folder_write(&y->folder, "policy.json", text));
    free(text);
}

#define AWARD(code, more) "{\"code\": \"" code "\", \"name\": \"N\", " more "}"
#define ONE_CLUSTER "c,C,p,\n"
#define FIVE "a,A,c,x\nb,B,c,y\nk,K,c,x\nl,L,c,y\nm,M,c,x\n"
#define ONE_IN_CLUSTER "\"limits\": [{\"within\": \"cluster\", \"count\": 1}]"

static inline void case_faults(const td_errors *errors)
{
    for (size_t i = 0; i < td_errors_size(errors); i++) {
        char text[400];
        td_errors_what(errors, i, TD_EN, text, sizeof text);
        print_message("  %s: %s\n", td_errors_view(errors, i).code, text);
    }
}

/* Everything up to the ranking. */
static inline void case_load(awarded *y)
{
    y->errors = td_errors_new();
    if (td_evaluation_load(y->folder.path, NULL, &y->evaluation, y->errors) != TD_OK) {
        case_faults(y->errors);
        fail_msg("cannot load the case");
    }
    assert_int_equal(td_prepare(y->evaluation, NULL, &y->prepared, y->errors), TD_OK);
    assert_int_equal(td_evaluate(y->prepared, 1, NULL, NULL, &y->results, y->errors), TD_OK);
}

static inline void case_rank(awarded *y, const award_case *the)
{
    *y = (awarded){0};
    td_folder_init(&y->folder);
    free(td_folder_write(&y->folder, "evaluation.json",
                         "{\"thidua\": \"evaluation/1\", \"code\": \"t\", \"name\": \"t\", "
                         "\"year\": 2025, \"policy\": \"policy.json\", \"rules\": "
                         "{\"\": \"rules.json\", \"p\": \"rules.json\", \"s\": \"rules.json\", "
                         "\"cap-tinh\": \"rules.json\", \"truc-thuoc\": \"rules.json\"}}"));
    free(td_folder_write(&y->folder, "rules.json", CASE_RULES));
    case_put(y, "clusters.csv", "id,name,kind,group\n", the->clusters);
    case_put(y, "units.csv", "id,name,cluster,category\n", the->units);
    case_put(y, "values.csv", "unit,A,g\n", the->values);
    case_put(y, "votes.csv", "unit,votes,present,council,blank\n", the->votes);
    case_put(y, "history.csv", "unit,year,award\n", the->history);
    case_policy(y, the);
    case_load(y);
}

static inline td_status case_open(awarded *y, const award_case *the)
{
    case_rank(y, the);
    return td_award(y->prepared, &y->results, NULL, &y->awards, y->errors);
}

static inline void open_well(awarded *y, award_case the)
{
    td_status status = case_open(y, &the);
    if (status != TD_OK)
        case_faults(y->errors);
    assert_int_equal(status, TD_OK);
}

static inline void case_close(awarded *y)
{
    td_awards_release(&y->awards);
    td_results_release(&y->results);
    td_prepared_free(y->prepared);
    td_evaluation_free(y->evaluation);
    td_errors_free(y->errors);
    td_folder_release(&y->folder);
}

static inline size_t case_award(const awarded *y, const char *award)
{
    const td_policy *policy = td_evaluation_policy(y->evaluation);
    for (size_t w = 0; w < y->awards.n_awards; w++)
        if (strcmp(td_policy_award(policy, w).code, award) == 0)
            return w;
    fail_msg("no award %s", award);
    return TD_NONE;
}

static inline const td_decision *decision_of(const awarded *y, const char *award, const char *unit)
{
    size_t u = td_evaluation_find_unit(y->evaluation, unit);
    assert_true(u != TD_NONE);
    return &y->awards.decision[case_award(y, award) * y->awards.n_units + u];
}

/* One letter per state, in the order of td_award_state. */
static const char STATE_LETTERS[] = "PTRO"
                                    "XSBD"
                                    "NUGM";

/*
 * Decisions for one award as letters, "a P b T c O": proposed, tied, reserve, outside, eXcluded,
 * struck, barred, deferred, not eligible, unranked, given, missing (not given).
 */
static inline void expect_states(const awarded *y, const char *award, const char *expected)
{
    char text[400] = "";
    for (size_t u = 0; u < y->awards.n_units; u++) {
        const td_decision *d = &y->awards.decision[case_award(y, award) * y->awards.n_units + u];
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s %c", u > 0 ? " " : "",
                 td_evaluation_unit(y->evaluation, u).id, STATE_LETTERS[d->state]);
    }
    assert_string_equal(text, expected);
}

/* The first quota of an award (TD_NONE: over several) in a place. */
static inline const td_quota *quota_at(const awarded *y, size_t award, td_scope within,
                                       size_t where)
{
    for (size_t q = 0; q < y->awards.n_quotas; q++) {
        const td_quota *quota = &y->awards.quotas[q];
        if (quota->award == award && quota->within == within && quota->where == where)
            return quota;
    }
    fail_msg("no such quota");
    return NULL;
}

static inline void expect_quota(const td_quota *quota, size_t limit, size_t used, size_t open,
                                size_t over)
{
    assert_int_equal(quota->limit, limit);
    assert_int_equal(quota->used, used);
    assert_int_equal(quota->open, open);
    assert_int_equal(quota->over, over);
}

static inline void expect_text(const awarded *y, const td_quota *quota, td_lang lang,
                               const char *expected)
{
    char text[300];
    size_t length = td_quota_text(y->evaluation, quota, lang, text, sizeof text);
    assert_string_equal(text, expected);
    assert_int_equal(length, strlen(expected));
    assert_int_equal(td_quota_text(y->evaluation, quota, lang, NULL, 0), length);
}

#endif
