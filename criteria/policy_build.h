/*
 * A policy while it is being read. Private to policy*.c and requirement_read.c. Every function
 * adds its faults to the reader and goes on; a policy with faults is thrown away, so what is
 * faulty may stay as it was.
 */
#ifndef TD_CRITERIA_POLICY_BUILD_H
#define TD_CRITERIA_POLICY_BUILD_H

#include "criteria/codes.h"
#include "criteria/json.h"
#include "criteria/keys.h"
#include "criteria/policy.h"
#include "criteria/rules_build.h"

/* Award `from` cannot be decided before award `to` is. */
typedef struct td_award_reference {
    size_t from, to;
    const char *pointer; /* where it says so */
} td_award_reference;

typedef struct td_policy_build {
    td_reader reader;
    td_policy *policy;
    td_codes *codes;    /* award code -> index */
    const char **names; /* [n_names] codes of awards, for "perhaps" */
    size_t n_names;
    size_t award;     /* being read; TD_NONE in the policy's own limits */
    bool *is_faulty;  /* [n_awards] the linter does not look at it */
    size_t n_guesses; /* codes that were looked up among names */
    size_t n_references, reference_capacity;
    td_award_reference *references;
} td_policy_build;

/* ---- policy_read.c ---- */

void td_read_policy(td_policy_build *build, const td_json *json);

/* ---- policy_values.c: what several sections hold ---- */

/*
 * Elements of the list at object[key], at most `most`; 0 when there is none. A list that is
 * empty or too long is a fault. *first is its first element.
 */
size_t td_read_some(td_reader *reader, const td_json *object, const char *key, size_t most,
                    const td_json **first);
/* Zeroed, NULL and reader->failed when out of memory. */
void *td_reader_array(td_reader *reader, size_t n, size_t size);
/* A string or a list of strings: at least one, none twice. */
bool td_read_set(td_reader *reader, const td_json *object, const char *key, const char *const **out,
                 size_t *n);
/* Goes to element i of what td_read_set() has read. */
size_t td_reader_enter_set(td_reader *reader, const td_json *object, const char *key, size_t i);
/* 0.2 or "2/3", from 0 to 1, in lowest terms. */
bool td_read_ratio(td_reader *reader, const td_json *object, const char *key, td_ratio *out);
bool td_read_count(td_reader *reader, const td_json *object, const char *key, int least,
                   size_t *out);
bool td_read_scope(td_reader *reader, const td_json *object, const char *key, td_scope *out);
/* An award of the policy that this one waits for. */
bool td_read_award(td_policy_build *build, const td_json *object, const char *key, size_t *out);
/* A set of them; `waits` false: they may come in any order. */
bool td_read_awards(td_policy_build *build, const td_json *object, const char *key, bool waits,
                    size_t **out, size_t *n);
/* The awards at key in the years of "years_back". */
bool td_read_past(td_policy_build *build, const td_json *object, const char *key, td_past *out);

/* ---- the rest ---- */

/* Conditions of an award (requirement_read.c). */
void td_read_requirements(td_policy_build *build, const td_json *json, td_award_rule *rule);
/* Upper and lower bounds, a total shared out (policy_bounds.c). */
void td_read_bounds(td_policy_build *build, const td_json *json, td_award_rule *rule);
void td_read_shared_bounds(td_policy_build *build, const td_json *json);
/* The order of merit, or the usual one (policy_merit.c). */
void td_read_merits(td_policy_build *build, const td_json *json, td_award_rule *rule);
/* What cannot be seen in one place: the order of awards, bounds that conflict (policy_lint.c). */
void td_policy_lint(td_policy_build *build);

#endif
