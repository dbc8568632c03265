/*
 * A scoring function: one file under functions/ and one row in the table of
 * function.c. It reads its parameters from the rule file, checks them, and turns the indicators
 * of one unit (and, if it says so, of its whole cluster) into points.
 */
#ifndef TD_CRITERIA_FUNCTION_H
#define TD_CRITERIA_FUNCTION_H

#include "criteria/json.h"
#include "criteria/rules.h"
#include "engine/base/columns.h"

/* What a function sees when it scores. */
typedef struct td_scene {
    const td_rules *rules;
    const td_part *part;
    int leaf_decimals;
    size_t unit, n_units; /* the unit to score, among the units of its cluster */
    const double *values; /* [n_units * stride]: row u: indicators of unit u; NaN: blank */
    size_t stride;        /* the unit's own values are values[unit * stride + indicator] */
    const bool *left_out; /* [n_units], N/A on this leaf; NULL: none */
    /* The same values indicator by indicator, at columns[indicator * column_stride + u]; NULL:
       not at hand, and score_all() is not called. */
    const double *columns;
    size_t column_stride;
    const td_extent *extents; /* [n_indicators] what is known of these columns; NULL: nothing */
    /* awards held: what history says of the unit */
    const struct td_held *held;
    size_t n_held;
} td_scene;

/* An award of the past: how many years before the evaluation year. */
typedef struct td_held {
    int years_ago;
    const char *award;
} td_held;

typedef enum td_outcome {
    TD_SCORED,
    TD_BLANK,     /* an indicator that it needs is missing */
    TD_UNCOVERED, /* no band holds the value (a data error found by check) */
    TD_BAD_VALUE, /* outside the function's domain (a data error found by check) */
} td_outcome;

#define TD_PART_ARGS 6
#define TD_ARG_SIZE 48

/* Points of a part in quanta, before its cap, and the sentence that explains them. */
typedef struct td_part_result {
    td_outcome outcome;
    td_fraction points;                   /* quanta */
    td_message why;                       /* filled only when asked for and scored, with args */
    char args[TD_PART_ARGS][TD_ARG_SIZE]; /* {1}..{6} of the sentence; numbers with the mark '.' */
    double spread; /* external: (highest - lowest) / P when above `gap`, else NaN */
} td_part_result;

/* What score_all() knows of the points of a unit, as bits. */
enum {
    TD_POINTS_EXACT = 0,
    TD_POINTS_ROUNDED = 1, /* rounded half away from zero */
    TD_POINTS_REFUSED = 2, /* not scored: blank, uncovered, outside of the domain */
    TD_POINTS_ASK = 4,     /* only score() can tell */
};

/* Points of one part for all units of a cluster, in quanta before its cap. */
typedef struct td_part_column {
    double *points; /* [n_units] whole quanta up to TD_COLUMN_LIMIT, 0 (never -0) where refused or
                       to be asked */
    uint8_t *known; /* [n_units] bits; all are TD_POINTS_EXACT before */
} td_part_column;

/*
 * Points of a part as a straight line of one indicator: at x they are at_zero + slope * x quanta,
 * rounded half away from zero, then raised to least and lowered to most. Where x is none of these
 * values the function says something else, or nothing: x below lo or above hi, or, with whole, no
 * whole number.
 */
typedef struct td_linear {
    size_t indicator;
    td_fraction at_zero, slope;
    double least, most; /* whole quanta; -INFINITY, INFINITY: not bounded */
    double lo, hi;
    bool whole;
} td_linear;

/* What a domain check found for one unit's values. */
typedef struct td_domain_fault {
    td_message message; /* of a TD_FAULT */
    size_t input;       /* which of part->inputs is at fault */
    char args[3][TD_ARG_SIZE];
} td_domain_fault;

struct td_function {
    const char *name;
    /* Reads parameters into part->params and part->inputs (indicators by td_read_indicator()
       and td_part_add_input()). Faults go to the reader; params may then be incomplete, and
       none of the functions below is called. */
    void (*read)(td_reader *reader, const td_json *object, td_part *part);
    /* Faults that need no data; NULL: none. */
    void (*lint)(const td_rules *rules, const td_part *part, td_errors *errors, const char *file);
    /* Is this unit's row of values acceptable? NULL: always. Blank values are not its business. */
    bool (*check)(const td_rules *rules, const td_part *part, const double *row,
                  td_domain_fault *fault);
    /* Bytes of peers state per (part, cluster); 0: looks at its own unit only. */
    size_t peers_size;
    /* Looks at the whole cluster once, fills peers. NULL unless peers_size > 0. */
    void (*compare)(const td_scene *scene, void *peers);
    /* Points of one unit. explain: also fill why and args. */
    void (*score)(const td_scene *scene, const void *peers, bool explain, td_part_result *out);
    /* Optional: the points of all units of a cluster at once, the same as score() gives one by one
       (scene->unit and scene->held are not set). Returns the bits of all units, or'ed. */
    unsigned (*score_all)(const td_scene *scene, const void *peers, td_part_column *out);
    /* Optional: are the points a straight line? Fills *out when they are; the same as score() gives
       for every value within its limits. Rule sets of such leaves are scored row by row, without
       fractions and without columns. */
    bool (*linear)(const td_rules *rules, const td_part *part, td_linear *out);
    /* Largest points it can give in quanta, TD_NO_CAP when unbounded (for the linter). */
    int64_t (*most)(const td_part *part);
    td_kind kind; /* default kind of its own indicators */
    bool is_raw;  /* its points are its one indicator as it is (value) */
    /* Its parameters, ended by NULL, `points` among them where it has one: for unknown keys
       and the schema. The reader checks them, and has filled points_q, has_points, criterion
       and effect before it calls read(). */
    const char *const *keys;
};

/* Appends an indicator to part->inputs unless it is there (or TD_NONE). For read(). */
void td_part_add_input(td_reader *reader, td_part *part, size_t indicator);
/* Appends every indicator of a condition (NULL: none). */
void td_part_add_condition(td_reader *reader, td_part *part, const td_condition *condition);

/* The table, ended by NULL. */
extern const td_function *const td_functions[];
const td_function *td_function_find(const char *name);

/* Does an order (-1, 0, 1) satisfy a comparison? */
bool td_compares(int order, td_comparison comparison);
/* Does a condition hold, given what a single test says? */
typedef bool td_condition_test(const td_condition *test, const void *context);
bool td_condition_holds(const td_condition *condition, td_condition_test *test,
                        const void *context);
/* Conditions on indicators, used inside parts. row: the unit's values. */
bool td_condition_on_row(const td_condition *condition, const double *row);

#endif
