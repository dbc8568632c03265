/*
 * Outlines: what the ways to one share.
 */
#ifndef TD_ENGINE_OUTLINE_H
#define TD_ENGINE_OUTLINE_H

#include "engine/award/local.h"
#include "engine/office.h"
#include "engine/prepared.h"

/* Fills an outline that has room for every unit by prepare, evaluate and award: the plain twin of
   every faster way. Errors as td_outline_run(). */
td_status td_outline_by_stages(const td_evaluation *evaluation, const td_options *options,
                               td_outline *out, td_errors *errors);

/* td_outline_by_stages() in one pass, in an office that is open for the evaluation. */
td_status td_outline_by_tiles(td_office *office, const td_evaluation *evaluation,
                              const td_options *options, td_outline *out, td_errors *errors);

/* Keeps what an outline has of one unit. */
static inline void td_outline_keep(const td_standing *standing, size_t u, td_outline *out)
{
    out->total_q[u] = standing->total_q;
    if (out->assigned_q != NULL)
        out->assigned_q[u] = standing->assigned_q;
    out->rank[u] = (float)standing->rank;
    out->state[u] = (uint8_t)standing->state;
    out->class_index[u] =
        standing->class_index == TD_NONE ? TD_OUTLINE_NONE : (uint8_t)standing->class_index;
}

#endif
