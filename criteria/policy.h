/*
 * An award policy in memory: what the JSON file says (criteria/README.md, sections 12 to 19),
 * checked, indices instead of names where they do not depend on a rule set. Immutable.
 */
#ifndef TD_CRITERIA_POLICY_H
#define TD_CRITERIA_POLICY_H

#include "criteria/rules.h"

/* num / den, 0 <= num, 0 < den: "2/3" is 2 over 3, 0.2 is 1 over 5. */
typedef struct td_ratio {
    int64_t num, den;
} td_ratio;

/* What the reader refuses more of. */
#define TD_MAX_AWARDS 64
#define TD_MAX_BOUNDS 32 /* that touch one award: its own, a total shared out, those over several */
#define TD_MAX_MERITS 32
#define TD_MAX_YEARS_BACK 63

/* ---- requirements: what a candidate must meet ---- */

typedef enum td_need {
    TD_NEED_ALL, /* of children */
    TD_NEED_ANY,
    TD_NEED_NOT,
    TD_NEED_RANK_AT_MOST,    /* number */
    TD_NEED_LEADER,          /* expected */
    TD_NEED_CLASS_AT_LEAST,  /* code */
    TD_NEED_SHARE_AT_LEAST,  /* ratio; criterion code or NULL for the total */
    TD_NEED_POINTS_AT_LEAST, /* number; criterion code or NULL */
    TD_NEED_LOWEST_SHARE,    /* ratio; leaves or top criteria */
    TD_NEED_HOLDS,           /* award: proposed or given this year */
    TD_NEED_NOT_HOLDS,
    TD_NEED_HELD_EVERY_YEAR, /* awards, years */
    TD_NEED_HELD,            /* awards, years, at_least / at_most */
    TD_NEED_VOTES,           /* ratio, base */
    TD_NEED_CATEGORY,        /* categories */
    TD_NEED_CLUSTER_SIZE,    /* number */
} td_need;

typedef enum td_vote_base {
    TD_VOTES_OF_UNITS,
    TD_VOTES_OF_PRESENT,
    TD_VOTES_OF_COUNCIL,
} td_vote_base;

/* Awards held in a range of years: from <= years ago <= to. */
typedef struct td_past {
    size_t n_awards;
    const char *const *awards; /* codes; award codes of the policy or of older years */
    int years_from, years_to;
} td_past;

typedef struct td_requirement {
    td_need need;
    size_t n_children;
    struct td_requirement *children;
    bool expected;    /* LEADER: true or false */
    double number;    /* beside a ratio its nearest double, for display */
    const char *code; /* class or criterion code as written; NULL: the total */
    size_t n_code;    /* its number among the codes of the policy: td_policy.n_codes */
    bool leaves;      /* LOWEST_SHARE */
    size_t award;     /* HOLDS, NOT_HOLDS: index of an earlier or given award */
    td_past past;
    bool has_at_least, has_at_most;
    size_t at_least, at_most;
    td_ratio ratio;
    td_vote_base base;
    size_t n_categories;
    const char *const *categories;
    const char *pointer;
} td_requirement;

/* ---- bounds ---- */

typedef enum td_denominator {
    TD_OF_UNITS,
    TD_OF_RANKED,
    TD_OF_LEADERS,
    TD_OF_ELIGIBLE,
    TD_OF_REMAINING,
    TD_OF_HOLDERS, /* of award `holders` */
} td_denominator;

typedef enum td_quota_rounding {
    TD_QUOTA_FLOOR,
    TD_QUOTA_NEAREST,
    TD_QUOTA_CEIL,
} td_quota_rounding;

typedef struct td_bound {
    td_scope within;
    bool is_share;
    size_t count;
    td_ratio share;
    td_denominator of;
    size_t holders; /* award */
    td_quota_rounding rounding;
    const char *only; /* kind of cluster, NULL: every one */
    size_t n_awards;  /* awards that count together; of an award's own bound just itself */
    size_t *awards;
    const char *pointer;
} td_bound;

typedef struct td_lower_bound {
    size_t n_categories;
    const char *const *categories;
    td_scope within;
    bool is_share; /* share of the proposed, ceil */
    size_t at_least;
    td_ratio share;
    const char *pointer;
} td_lower_bound;

/* ---- order of merit ---- */

typedef enum td_merit_kind {
    TD_MERIT_RANK,
    TD_MERIT_SHARE,
    TD_MERIT_POINTS,
    TD_MERIT_CLASS,
    TD_MERIT_VOTES,
    TD_MERIT_FEWER_DEDUCTIONS,
    TD_MERIT_MORE_BONUS,
    TD_MERIT_CRITERION, /* code: share of it */
    TD_MERIT_HELD,      /* past: more first */
    TD_MERIT_NOT_HELD,  /* past: fewer first */
} td_merit_kind;

typedef struct td_merit {
    td_merit_kind kind;
    const char *code;
    size_t n_code; /* its number among the codes of the policy */
    td_past past;
    td_text text; /* what it compares, in words */
    const char *pointer;
} td_merit;

typedef enum td_apportionment {
    TD_LARGEST_REMAINDER,
    TD_DHONDT,
    TD_SAINTE_LAGUE,
    TD_ADAMS,
    TD_HUNTINGTON_HILL,
} td_apportionment;

typedef enum td_cut { TD_CUT_COUNCIL, TD_CUT_INCLUDE, TD_CUT_EXCLUDE } td_cut;

typedef struct td_award_rule {
    const char *code;
    td_text name;
    const char *authority, *citation, *note, *unverified; /* NULL when absent */
    bool given;
    size_t n_needs; /* all must hold */
    td_requirement *needs;
    size_t n_bounds;
    td_bound *bounds;
    size_t n_merits;
    td_merit *merits;
    size_t n_exclusive;
    size_t *exclusive; /* earlier or given awards */
    td_cut ties;
    bool reserve_all;
    size_t reserve;
    td_scope scope;
    size_t n_lower;
    td_lower_bound *lower;
    bool distributes;
    size_t total;
    bool by_ranked; /* else by units */
    td_apportionment method;
    const char *pointer;
} td_award_rule;

struct td_policy {
    td_arena *arena;
    td_policy_view view; /* everything that is public */
    double first_day, last_day;
    size_t n_awards;
    td_award_rule *awards;
    size_t n_bounds; /* over several awards */
    td_bound *bounds;
    size_t n_codes; /* codes of classes and criteria in conditions and orders of merit, numbered:
                       each is to be looked up once in a rule set */
};

#endif
