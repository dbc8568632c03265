/*
 * The one file that talks to OpenMP's run-time library.
 */
#ifndef TD_BASE_THREADS_H
#define TD_BASE_THREADS_H

#include "engine/thidua.h"

/* Number of the calling thread in its team, from 0. */
int td_thread(void);

#endif
