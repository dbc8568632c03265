/*
 * Invented evaluations. A plan says for every indicator of a rule set what a good and a bad unit
 * would report; a roster names the units; draws fill one row after another.
 *
 * The plan is made by asking the scoring functions themselves: an indicator is moved over its
 * range and the points are watched, so a new function needs nothing here.
 */
#ifndef TD_DATASETS_GENERATE_H
#define TD_DATASETS_GENERATE_H

#include <stdio.h>

#include "criteria/function.h"
#include "criteria/rules.h"
#include "datasets/random.h"

/* ---- the plan ---- */

typedef enum td_shape {
    TD_SHAPE_NONE,    /* computed: never written */
    TD_SHAPE_GRADED,  /* from `worst` to `best` as the unit is good */
    TD_SHAPE_NEUTRAL, /* any value of the range: population, number of files */
    TD_SHAPE_FLAG,    /* 0 or 1 */
    TD_SHAPE_EITHER,  /* 0 or hi */
    TD_SHAPE_TARGET,  /* what an ACTUAL is measured by */
    TD_SHAPE_ACTUAL,
    TD_SHAPE_DAY, /* days around `due` */
} td_shape;

typedef struct td_column {
    td_shape shape;
    double lo, hi;         /* what may be written */
    double worst, best;    /* GRADED, DAY: where the points stop changing */
    double luck;           /* spread of a unit's quality from one thing to another */
    bool higher_is_better; /* ACTUAL; FLAG: 1 is the good value */
    bool only_gates;       /* FLAG that no leaf uses: almost always good */
    bool may_be_none;      /* TARGET that may be 0 */
    int places;            /* digits after the mark */
    double step;           /* of the last digit: 25 for quarters of a point */
    size_t target;         /* ACTUAL: its target, TD_NONE when that is fixed */
    size_t computed;       /* DAY: the computed indicator, TD_NONE */
    double due;            /* DAY */
    bool blank_is_fine, blank_is_refused;
    size_t owner; /* the one leaf that uses it, into leaves; TD_NONE: none or several */
} td_column;

typedef struct td_plan {
    const td_rules *rules;
    size_t n; /* indicators */
    td_column *columns;
    size_t *first_user; /* [n + 1] into users */
    size_t *users;      /* the parts that read each indicator */
    size_t n_leaves;
    size_t *leaves; /* criteria with parts */
    size_t n_awards;
    const char **awards; /* codes that the rule set knows of */
    bool has_votes;
} td_plan;

/* Columns of all indicators. Everything lives in the arena. TD_OK or TD_ENOMEM. */
td_status td_plan_make(const td_rules *rules, int year, td_arena *arena, td_plan *out);
/* x on the column's grid, within its range where the grid allows. */
double td_column_snap(const td_column *column, double x);
/* Fills the computed indicators of a row. */
void td_plan_compute(const td_rules *rules, double *row);

/* ---- the roster ---- */

typedef struct td_roster_unit {
    const char *id, *name, *category; /* category NULL: none */
    size_t cluster;
} td_roster_unit;

typedef struct td_roster {
    size_t n_clusters, n_units;
    const char **cluster_id, **cluster_name;
    size_t *first, *size; /* units of a cluster are adjacent */
    td_roster_unit *units;
    bool has_categories;
} td_roster;

td_status td_roster_invent(const td_generate_options *options, td_random *random, td_arena *arena,
                           td_roster *out, td_errors *errors);
td_status td_roster_read(const char *path, td_arena *arena, td_roster *out, td_errors *errors);

/* ---- draws ---- */

typedef struct td_draw {
    const td_plan *plan;
    const td_generate_options *options;
    td_random *random;
    double skill;         /* of the unit at hand, about 0.3 to 1 */
    double *row;          /* [n]; NaN: blank */
    double *lower;        /* [n]: the row of the next lower channel */
    bool *not_applicable; /* [n_leaves] */
} td_draw;

/* Fills skill, row and not_applicable from one stream. False: no acceptable value was found
   for indicator *stuck. */
bool td_draw_unit(td_draw *draw, uint64_t stream, size_t *stuck);
/* Draws one cell anew from another stream: what makes a near tie. */
bool td_draw_change(td_draw *draw, uint64_t stream, size_t *stuck);
/* lower = row, somewhat better in some cells: what a lower channel claimed. */
void td_draw_claim(td_draw *draw);

/* ---- writing ---- */

typedef struct td_writer {
    FILE *file;
    char *path;
} td_writer;

/* Opens folder/name for writing; faults name the file. */
td_status td_writer_open(td_writer *sheet, const char *folder, const char *name, td_errors *errors);
/* Closes; a write that failed is found here. Takes one that was never opened. */
td_status td_writer_close(td_writer *sheet, td_errors *errors);
void td_writer_text(td_writer *sheet, const char *text); /* quoted where CSV needs it */
void td_writer_json(td_writer *sheet, const char *text); /* as a JSON string */
/* A comma and a value: blank, flag, date or a number of at most `places` digits. */
void td_writer_value(td_writer *sheet, td_kind kind, int places, double x);

/* The synthetic rule set, as JSON. */
void td_generate_rules(td_writer *sheet, size_t n_criteria, int year);

/* to as seen from folder: "../../sets/x.json". Both exist. In the arena; NULL: out of memory. */
const char *td_relative_path(const char *folder, const char *to, td_arena *arena);

/* Every option within its bounds; faults name those that are not. */
td_status td_generate_check(const td_generate_options *options, td_errors *errors);

#endif
