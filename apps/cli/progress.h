/*
 * How far a long run is: one line on standard error that is written over, only on a terminal
 * and not with --quiet.
 */
#ifndef TD_CLI_PROGRESS_H
#define TD_CLI_PROGRESS_H

#include <time.h>

#include "apps/cli/options.h"

typedef struct td_progress_line {
    bool is_shown;
    td_lang lang;
    td_message what;       /* what is counted, a plural: "evaluations" */
    uint64_t done_before;  /* by an earlier run; they say nothing about the rate of this one */
    struct timespec begun; /* of the monotonic clock */
    double written_s;      /* when the line was last written, since begun */
    size_t width;          /* columns on the screen now */
} td_progress_line;

/* Begins; writes nothing yet. */
void td_progress_begin(td_progress_line *line, const td_settings *settings, td_message what,
                       uint64_t done_before);

/*
 * done of total, those done before included. Writes at most five times a second: call it as
 * often as you like, from one thread at a time. A td_progress function whose context is the
 * line. Total 0: nothing is written.
 */
void td_progress_step(void *line, uint64_t done, uint64_t total);

/* Takes the line away, so that words can follow. */
void td_progress_end(td_progress_line *line);

#endif
