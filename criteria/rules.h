/*
 * A rule set in memory: what the JSON file says (criteria/README.md), checked, indices
 * instead of names, points in quanta of the leaf grid. Immutable after loading.
 */
#ifndef TD_CRITERIA_RULES_H
#define TD_CRITERIA_RULES_H

#include "engine/base/arena.h"
#include "engine/base/decimal.h"
#include "engine/base/errors.h"
#include "criteria/interval.h"

#define TD_NO_CAP INT64_MAX
#define TD_MAX_PARTS 64 /* of one leaf; the reader refuses more */

typedef struct td_text {
    const char *in[2]; /* by td_lang; both set (one language stands for the other) */
} td_text;

/* ---- indicators ---- */

typedef enum td_kind { TD_NUMBER, TD_COUNT, TD_FLAG, TD_DATE, TD_POINTS, TD_N_KINDS } td_kind;

typedef struct td_indicator {
    const char *code;
    td_text name;
    const char *unit;
    td_kind kind;
    bool has_kind;   /* said by the file, not inferred */
    double min, max; /* -INFINITY, INFINITY when open */
    double blank;    /* what a blank stands for; NaN: missing */
    bool computed;   /* days from due_day to the date indicator `of` */
    size_t of;
    double due_day; /* days since 1970-01-01 */
    const char *pointer;
} td_indicator;

/* Days since 1970-01-01 of "2025-03-31"; false when it is no date. */
bool td_day_of_iso(const char *text, double *day);
/* The other way round, for whole days of the years 1 to 9999; returns out. */
#define TD_ISO_BYTES 16
const char *td_iso_of_day(double day, char out[TD_ISO_BYTES]);

/* ---- conditions ---- */

typedef enum td_subject {
    TD_SUBJ_NONE, /* right side: a plain number */
    TD_SUBJ_INDICATOR,
    TD_SUBJ_POINTS,
    TD_SUBJ_SHARE,
    TD_SUBJ_DEDUCTIONS,
    TD_SUBJ_BONUS,
    TD_SUBJ_LOWEST_GROUP, /* lowest share among the top criteria */
    TD_SUBJ_LOWEST_LEAF,
    TD_SUBJ_BELOW_FLOOR,
    TD_SUBJ_CHANNEL,
    TD_SUBJ_CATEGORY,
} td_subject;

typedef enum td_logic { TD_TEST, TD_ALL, TD_ANY, TD_NOT } td_logic;

typedef enum td_comparison {
    TD_EQ,
    TD_NE,
    TD_LT,
    TD_LE,
    TD_GT,
    TD_GE,
    TD_ABSENT,
    TD_HOLDS
} td_comparison;

/* A tree: ALL, ANY and NOT have children; TEST compares. */
typedef struct td_condition {
    td_logic logic;
    size_t n_children;
    struct td_condition *children;
    td_subject subject;
    size_t index;     /* indicator, criterion (0 = the root: total; TD_NONE: any floor), channel */
    const char *text; /* category */
    td_comparison comparison;
    bool expected; /* of ABSENT */
    double number; /* right side, or the factor when right_subject is one */
    td_fraction exact_number;
    td_subject right_subject;
    size_t right_index;
} td_condition;

/* ---- parts ---- */

typedef enum td_effect { TD_SCORE, TD_BONUS, TD_DEDUCT } td_effect;

typedef struct td_function td_function; /* criteria/function.h */

typedef struct td_part {
    const td_function *function;
    td_effect effect;
    const char *code;
    td_text name;
    int64_t cap_q;                     /* TD_NO_CAP: none */
    const td_condition *when, *exempt; /* NULL: always, never */
    size_t group;                      /* exclusive group within the leaf, TD_NONE for none */
    size_t criterion;                  /* its leaf */
    int64_t points_q; /* P: points where given, else the leaf's max; 0 when it has none */
    bool has_points;
    size_t n_inputs; /* indicators it reads, conditions included last */
    size_t *inputs;
    size_t n_own;         /* the first n_own inputs are the function's own */
    const void *params;   /* the function's own struct */
    bool is_faulty;       /* has faults: the linter does not trust params */
    bool lower_is_better; /* set by `value`; the reader hands it to the leaf */
    const char *pointer;
} td_part;

/* ---- criteria ---- */

typedef enum td_combine {
    TD_SUM,
    TD_ARITHMETIC,
    TD_GEOMETRIC,
    TD_HARMONIC,
    TD_N_COMBINE
} td_combine;

typedef enum td_missing {
    TD_MISSING_ERROR,
    TD_MISSING_ZERO,
    TD_MISSING_UNRANKED,
    TD_MISSING_TO_PARENT
} td_missing;

typedef enum td_na { TD_NA_EXCLUDE, TD_NA_FULL, TD_NA_ZERO, TD_NA_REDISTRIBUTE } td_na;

typedef enum td_normal {
    TD_NORM_NONE,
    TD_MIN_MAX,
    TD_Z_SCORE,
    TD_SHARE_OF_BEST,
    TD_PERCENTILE,
    TD_SHARE_OF_MAX
} td_normal;

typedef struct td_normalize {
    td_normal method;
    bool over_all; /* scope: all units under the rule set */
    double if_constant;
    double lo, hi; /* range (mean, spread for a z-score) */
    bool has_range;
} td_normalize;

/*
 * What a scenario makes of a criterion: it is scored by scored_max_q as officially, then taken to
 * the max_q of the criterion in proportion, then capped.
 */
typedef struct td_amend {
    bool dropped; /* out of the table, with everything below it */
    int64_t scored_max_q;
    int64_t cap_q; /* TD_NO_CAP: none */
} td_amend;

/*
 * criteria[0] is the root (the whole table; its code is ""). Pre-order: parents before
 * children, a subtree is contiguous: the nodes below j are j+1 .. j+n_below.
 */
typedef struct td_criterion {
    const char *code;
    td_text name;
    const char *verifier, *citation, *note;
    size_t parent; /* TD_NONE for the root */
    size_t depth;  /* root 0, top criteria 1 */
    size_t n_below;
    size_t n_children;
    size_t item; /* top criterion that it belongs to, 0-based; TD_NONE for the root */
    bool has_max;
    int64_t max_q; /* 0 when it has none */
    double weight;
    bool has_clamp_min, has_clamp_max, bonus_outside;
    int64_t clamp_min_q, clamp_max_q;
    bool has_floor;
    int64_t floor_q;
    td_missing missing;
    td_na na;
    td_normalize normalize;
    td_combine combine; /* inner nodes */
    bool rescale_missing;
    bool under_mean; /* its parent is a mean: value stays unrounded, real */
    /* leaves */
    int64_t start_q;
    int64_t deduction_cap_q, bonus_cap_q;
    size_t first_part, n_parts, n_groups;
    bool has_score;       /* some part has the effect score */
    bool lower_is_better; /* a `value` leaf with better lower */
    bool has_own_exclude; /* not_applicable "exclude" is written here, not inherited */
    bool is_faulty;       /* has faults: the linter says no more of it */
    const char *pointer;
    const td_amend *amend; /* NULL in a rule set as it was read */
} td_criterion;

/* ---- gates, classes, ties ---- */

typedef enum td_gate_effect {
    TD_GATE_DEDUCT,
    TD_GATE_BAR,
    TD_GATE_UNRANKED,
    TD_GATE_DEFERRED
} td_gate_effect;

typedef struct td_gate {
    const char *code;
    td_text reason;
    const td_condition *when;
    td_gate_effect effect;
    int64_t points_q; /* DEDUCT, in quanta of 10^-decimals */
    size_t n_classes;
    size_t *classes; /* BAR: indices of classes */
    size_t n_awards;
    const char *const *awards; /* BAR: award codes, "*" for all */
} td_gate;

typedef struct td_class {
    const char *code;
    td_text name;
    bool has_bound, open_bound; /* open: `over` */
    double bound;               /* points or percent as written */
    td_fraction exact_bound;
    const td_condition *when; /* NULL: always */
} td_class;

typedef enum td_tie_kind {
    TD_TIE_CRITERION,
    TD_TIE_INDICATOR,
    TD_TIE_FEWER_DEDUCTIONS,
    TD_TIE_MORE_BONUS,
    TD_TIE_POINTS,
    TD_TIE_SHARE,
    TD_TIE_VOTES,
    TD_TIE_NOT_AWARDED
} td_tie_kind;

typedef struct td_tie {
    td_tie_kind kind;
    size_t index; /* criterion, indicator */
    bool lower_is_better;
    const char *award;
    int years;
    td_text text; /* what it compares, in words */
} td_tie;

typedef enum td_rounding { TD_ROUND_LEAF, TD_ROUND_GROUP, TD_ROUND_TOTAL } td_rounding;
typedef enum td_ranks { TD_COMPETITION, TD_DENSE, TD_FRACTIONAL } td_ranks;

struct td_rules {
    td_arena *arena;
    td_rules_view view; /* everything that is public; strings in the arena */
    td_rounding rounding;
    td_ranks ranks;
    bool reasons_required;
    bool class_by_share, class_cap;
    double first_day, last_day; /* validity; INFINITY when open */
    size_t n_channels;
    const char **channels;
    size_t n_indicators;
    td_indicator *indicators;
    size_t n_criteria; /* the root included */
    td_criterion *criteria;
    size_t n_parts;
    td_part *parts;
    size_t n_gates, n_classes, n_ties;
    td_gate *gates;
    td_class *classes;
    td_tie *ties;
    struct td_codes *criterion_codes, *indicator_codes, *class_codes; /* criteria/codes.h */
    size_t method;     /* td_method_name(): what ranks instead of the rule set's own arithmetic; no
                          file says so, only a varied copy. 0: its own */
    bool sees_all;     /* some criterion is normalized over all units */
    bool sees_history; /* award-held or not_awarded */
};

/* Public criterion j is criteria[j + 1]: the root is not among the views. */

size_t td_rules_find_criterion(const td_rules *rules, const char *code); /* TD_NONE; "total" is 0 */
size_t td_rules_find_indicator(const td_rules *rules, const char *code);
/* The maximum by which a criterion is scored: in a scenario the official one, moved by changes
   below it. */
int64_t td_scored_max(const td_criterion *criterion);
size_t td_rules_find_class(const td_rules *rules, const char *code);

#endif
