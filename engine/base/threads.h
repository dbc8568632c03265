/*
 * The one file that talks to OpenMP's run-time library.
 */
#ifndef TD_BASE_THREADS_H
#define TD_BASE_THREADS_H

#include <stddef.h>

#include "engine/thidua.h"

/*
 * As td_threads(); where the caller left the number open and all pieces together are little work, one:
 * waking another thread would take longer, and where the machine is busy, very much longer. `work`
 * counts steps of about ten nanoseconds, such as one criterion of one unit.
 */
int td_threads_for(const td_options *options, size_t n_items, size_t work);

/* Number of the calling thread in its team, from 0. */
int td_thread(void);

#endif
