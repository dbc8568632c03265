/*
 * The one file that talks to OpenMP's run-time library.
 */
#ifndef TD_ENGINE_THREADS_H
#define TD_ENGINE_THREADS_H

#include <stddef.h>

#include "engine/thidua.h"

/* Threads to use for n_items pieces of work: options (NULL or 0: OpenMP's default), at most
   n_items. */
int td_threads(const td_options *options, size_t n_items);

/* Number of the calling thread in its team, from 0. */
int td_thread(void);

#endif
