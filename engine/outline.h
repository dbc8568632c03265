/*
 * Outlines: what the ways to one share.
 */
#ifndef TD_ENGINE_OUTLINE_H
#define TD_ENGINE_OUTLINE_H

#include "engine/prepared.h"

/* Fills an outline that has room for every unit by prepare, evaluate and award: the plain twin of
   every faster way. Errors as td_outline_run(). */
td_status td_outline_by_stages(const td_evaluation *evaluation, const td_options *options,
                               td_outline *out, td_errors *errors);

#endif
