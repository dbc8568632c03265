/*
 * Building an explanation: a growing list of lines whose strings live in one arena.
 * explain.c walks the table, explain_leaf.c opens one leaf, explain_rank.c says why this rank.
 */
#ifndef TD_ENGINE_EXPLAIN_H
#define TD_ENGINE_EXPLAIN_H

#include "engine/detail.h"

typedef struct td_telling {
    const td_prepared *prepared;
    const td_scoring *scoring; /* the unit's cluster, scored */
    size_t u;                  /* the unit, within its cluster */
    td_arena *arena;
    td_line *lines;
    size_t n, capacity;
    double running_q;
    bool failed;   /* out of memory */
    td_line spare; /* written to once memory has run out */
} td_telling;

/* Appends a line (spare when memory runs out). Valid until the next one is appended. */
td_line *td_tell(td_telling *telling, td_line_kind kind, size_t j, size_t depth);

/* Makes the line a step of the running total. */
void td_tell_step(td_telling *telling, td_line *line, double step_q);

/* Fills both languages of why[]; the args are strings, closed by NULL. */
#if defined(__GNUC__)
__attribute__((sentinel))
#endif
void td_say(td_telling *telling, const char *why[2], td_message message, ...);

/* How a normalized criterion was put on its scale. */
void td_say_normalized(td_telling *telling, const char *why[2], size_t j);

/*
 * The lines of what a scenario makes of points_q (NaN: not known) of criterion j; the points after
 * it. counted: they are steps of the running total.
 */
double td_tell_amended(td_telling *telling, size_t j, size_t depth, double points_q, bool counted);

/* A leaf and what belongs to it. additive: its points are a step of the total. */
void td_explain_leaf(td_telling *telling, size_t j, size_t depth, bool additive);

/* rank_why and above_q. */
void td_explain_rank(td_telling *telling, const td_results *results, size_t unit,
                     td_explanation *out);

/* Quanta as text with a point, for args; buffers of TD_ARG bytes. */
#define TD_ARG 48
const char *td_quanta_arg(double quanta, int decimals, char text[TD_ARG]);

#endif
