/*
 * A stream while it runs: what its files share. stream.c opens, reads in turn and hands over,
 * stream_block.c evaluates a block and finds what comes twice. Private to engine/stream*.c.
 */
#ifndef TD_ENGINE_STREAM_H
#define TD_ENGINE_STREAM_H

#include <pthread.h>

#include "datasets/stream_group.h"
#include "engine/office.h"

struct td_stream {
    td_stream_head head;
    int file;
    uint64_t total_bytes;
    int threads;
    size_t block_bytes;
    const char *scratch;
};

/* A block and what comes of it. */
typedef struct td_stream_work {
    td_block block;
    td_outline outline;
    td_office *office;
    td_buffer text;
    td_stream_tally tally; /* of the block alone */
    size_t *first;         /* [n_first] rows in which units came before */
    size_t n_first;
} td_stream_work;

typedef struct td_stream_runner {
    td_stream *stream;
    const td_stream_sink *sink;
    td_stream_tally *tally;
    td_errors *errors;
    td_feed feed;
    td_group *group; /* NULL: the rows of a cluster are adjacent as they are */
    td_errors *feed_errors;
    size_t n_taken;        /* blocks */
    bool is_fed;           /* there are no more */
    td_status feed_status; /* what ended the reading; said when all before it is handed over */
    td_seen units, clusters;
    char *last_unit;  /* its key; owned, NULL: there was none */
    bool is_unsorted; /* keys of units do not ascend, from some block on */
    bool used_mark, comma, point;
    pthread_mutex_t feeding, sharing; /* never waited for in the other order */
    pthread_cond_t changed;
    size_t n_works, next; /* the block that is handed over next */
    bool is_committing, is_over;
    td_status status;
    td_stream_work *works;  /* [n_works] */
    td_stream_work **ready; /* [n_works] block k at k modulo n_works; NULL: not finished */
    td_stream_work **idle;  /* [n_works] the last one is taken first: its memory is still near */
    size_t n_idle;
} td_stream_runner;

/* Handed over by an earlier run. */
bool td_stream_is_done(const td_stream_runner *r, const td_block *block);

/* Scores what the block holds and puts it into words; clusters that cannot be scored fail. */
void td_stream_evaluate(td_stream_runner *r, td_stream_work *w);

/*
 * In the order of the stream: units that came before, in this block or an earlier one, fail their
 * clusters; a cluster that comes back ends the run, for it was ranked without its other rows.
 */
void td_stream_check_units(td_stream_runner *r, td_stream_work *w);
void td_stream_check_clusters(td_stream_runner *r, td_stream_work *w);
void td_stream_say_left_out(td_stream_runner *r, td_block *block);

#endif
