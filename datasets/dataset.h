/*
 * The data of one evaluation in memory: units by cluster, values by channel, and the
 * layer that prevails. Immutable after loading.
 */
#ifndef TD_DATASETS_DATASET_H
#define TD_DATASETS_DATASET_H

#include "criteria/function.h"
#include "criteria/policy.h"
#include "criteria/rules.h"

typedef struct td_unit {
    const char *id, *name, *category; /* as written */
    const char *key;                  /* folded id, for comparing */
    size_t id_length;                 /* bytes; 0: not counted */
    size_t cluster;
    size_t row;                          /* in units.csv */
    double votes;                        /* NaN: none */
    double votes_present, votes_council; /* bases of the vote, NaN: not given */
    bool has_channel[TD_MAX_CHANNELS];   /* any value in that channel */
    size_t first_held, n_held;           /* awards of the past, into held */
} td_unit;

typedef struct td_cluster {
    const char *id, *name, *key;
    size_t first_unit, n_units;
    size_t rules;
    const char *kind; /* as written, NULL when the file has no such column */
    size_t group;     /* clusters with the same `group` share bounds; TD_NONE: none */
    size_t row;
} td_cluster;

/*
 * Values of the units under one rule set. Rows follow the units of its clusters in
 * order: unit u of the evaluation is row row_of_unit[u]. All matrices are [n_rows *
 * n_indicators], row-major.
 */
typedef struct td_table {
    const td_rules *rules;
    size_t n_rows, n_indicators;
    double *value;     /* the channel that prevails, blanks filled by `blank`, computed ones
                               computed; NaN = missing */
    uint8_t *source;   /* index of the channel; 255 when blank or filled or computed */
    td_extent *extent; /* [n_indicators] of value; NULL: not known */
    double *by_channel[TD_MAX_CHANNELS]; /* NULL when the channel has no file */
    uint8_t *not_applicable; /* [n_rows * n_criteria (with root)], 1 on leaves; NULL when none */
} td_table;

typedef struct td_dataset {
    td_arena *arena;
    td_evaluation_view view;
    size_t n_units, n_clusters, n_rules;
    td_unit *units; /* by cluster in the order of clusters.csv, then of units.csv */
    td_cluster *clusters;
    td_table *tables; /* one per rule set */
    size_t *row_of_unit;
    td_held *held; /* of units; years_ago 0: given this year, decided elsewhere */
    size_t n_groups;
    const char **groups; /* [n_groups] names as written */
    char hash[65];
} td_dataset;

/* An evaluation: rule sets and data. td_evaluation of thidua.h. */
struct td_evaluation {
    td_arena *arena;
    size_t n_rules;
    td_rules **rules;  /* owned */
    td_policy *policy; /* owned; NULL: no awards are proposed */
    td_dataset data;
    bool is_varied; /* a scenario: rules, policy and strings belong to its base */
};

#endif
