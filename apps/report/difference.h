/*
 * What differs between two rule sets or two results.
 */
#ifndef TD_REPORT_DIFFERENCE_H
#define TD_REPORT_DIFFERENCE_H

#include "apps/report/format.h"

typedef enum td_diff_kind { TD_CHANGED, TD_ADDED, TD_REMOVED } td_diff_kind;

/* One thing that differs between two rule sets. Strings are owned. */
typedef struct td_rule_change {
    td_diff_kind change;
    char *criterion;      /* code; empty for the head of the rule set */
    char *key;            /* as in the file: "gates[no-pact].points"; empty: the criterion */
    char *before, *after; /* as written in JSON, strings without quotes; empty where absent */
} td_rule_change;

/* A unit in one of two results. Strings are borrowed from what is compared, as below. */
typedef struct td_unit_side {
    bool present;
    double rank;                            /* 0 when unranked */
    double points;                          /* NaN when missing */
    const char *cluster;                    /* id */
    const char *state;                      /* code: "ranked" ...; empty when absent */
    const char *class_code, *class_name[2]; /* empty for none */
} td_unit_side;

typedef struct td_unit_change {
    td_diff_kind change;
    const char *id, *name;
    td_unit_side side[2]; /* before, after */
} td_unit_change;

typedef struct td_difference_source {
    const char *path, *title[2]; /* title: name of the rule set or the evaluation */
    const char *rules_hash,
        *data_hash; /* of several rule sets joined by blanks; data empty for rules */
    bool generated; /* the scores are not real */
    bool in_force;  /* every rule set is: no draft, excerpt or illustration */
} td_difference_source;

typedef struct td_difference {
    bool of_rules;
    td_difference_source source[2];
    int decimals;      /* of points */
    size_t n_compared; /* units in either result */
    size_t n_rules, n_units;
    td_rule_change *rules;
    td_unit_change *units;
} td_difference;

/* Frees the lists and the texts of rule changes, and empties it. */
void td_difference_release(td_difference *difference);

size_t td_difference_size(const td_difference *difference);

/* Points after less points before in quanta of `decimals`; NaN when one is missing. */
double td_points_moved(const td_difference *difference, const td_unit_change *unit);

/* "added", "removed", "changed". */
const char *td_change_code(td_diff_kind change);
const char *td_change_words(td_diff_kind change, td_lang lang);

/* The words of a state's code; empty for an empty one. */
const char *td_state_words(const char *state, td_lang lang);

/* Points of one side with the decimals of the difference; empty when missing. */
const char *td_side_points(const td_difference *difference, const td_unit_side *side, char mark,
                           char group, char *text, size_t size);
/* Rank of one side; empty when absent or unranked. */
const char *td_side_rank(const td_unit_side *side, char mark, char *text, size_t size);

/* "lên 2 hạng; xếp loại: B -> A; chuyển cụm": what changed, in words. */
const char *td_move_words(const td_unit_change *unit, td_lang lang, char *text, size_t size);

#endif
