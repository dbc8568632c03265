/*
 * A scenario being made: what the files of td_evaluation_vary() share. vary.c copies and hands
 * over, vary_tree.c changes criteria, vary_values.c values, vary_say.c puts it into words.
 */
#ifndef TD_ENGINE_WHATIF_VARY_H
#define TD_ENGINE_WHATIF_VARY_H

#include "criteria/rules_build.h"
#include "datasets/dataset.h"

/* What is changed of one criterion; NULL: not. */
typedef struct td_plan {
    const td_change *set, *cap, *drop;
} td_plan;

/* A value that is changed. */
typedef struct td_new_value {
    const td_change *change;
    size_t unit, rules, indicator;
    double was, is; /* NaN: blank */
} td_new_value;

typedef struct td_vary {
    const td_evaluation *base;
    const td_scenario *scenario;
    td_evaluation *out; /* the copy; its rules and tables are its own, what they point to is not */
    td_arena *arena;    /* of the copy, as everything below */
    td_errors *errors;
    td_plan **plans;              /* [n_rules][n_criteria], a row NULL where nothing is changed */
    const td_change *na, *method; /* NULL: not changed */
    td_new_value *values;         /* [n_values] by unit, then indicator */
    size_t n_values;
    bool no_memory;
} td_vary;

/* Arena memory; NULL and no_memory when there is none. */
void *td_vary_alloc(td_vary *vary, size_t n, size_t size);
/* The rule set of the copy, to be written to. */
td_rules *td_vary_rules(const td_vary *vary, size_t rules);

/* A number, and quanta, as words of a message. */
td_points_word td_vary_number(double x);
td_points_word td_vary_points(int64_t quanta, int decimals);

/* Each goes on after faults where it can. */
void td_vary_plan(td_vary *vary);   /* finds what criteria are meant; fills plans, na, method */
void td_vary_values(td_vary *vary); /* values, checked by the official rules */
void td_vary_tree(td_vary *vary);   /* maxima, weights, caps, what is dropped */
void td_vary_say(td_vary *vary);    /* the sentence of the view */

#endif
