/*
 * Rows of one cluster that are not adjacent are put together: clusters in the order in which they
 * first come, rows of a cluster in the order of the file. The rows are sorted in runs of
 * TD_GROUP_BYTES in a temporary file, and the runs merged. Memory: one run, then a buffer for
 * every run.
 */
#ifndef TD_DATASETS_STREAM_GROUP_H
#define TD_DATASETS_STREAM_GROUP_H

#include "datasets/stream.h"

#define TD_GROUP_BYTES ((size_t)64 << 20)

typedef struct td_group td_group;

/*
 * Reads all of a stream. `scratch`: the folder for the temporary file, which nobody else sees; it
 * needs the room of the stream and 20 bytes for every row. Faults: rows that are broken or name no
 * cluster, since nobody knows where they belong (TD_EDATA), and those of td_feed_next(). *out is
 * freed by td_group_free(), which takes NULL.
 */
td_status td_group_read(td_feed *feed, const char *scratch, size_t run_bytes, td_group **out,
                        td_errors *errors);
void td_group_free(td_group *group);

/*
 * The next block of whole clusters, of about block_bytes or more, with the rows of its records.
 * Statuses of td_feed_next(); block->size 0 at the end. One thread at a time.
 */
td_status td_group_next(td_group *group, size_t block_bytes, td_block *block, td_errors *errors);

/* Is there nothing more? */
bool td_group_done(const td_group *group);

#endif
