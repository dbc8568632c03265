/*
 * The result of one large file while it is written: FILE.part, with FILE.journal beside it that
 * says how far it is, so that a run that was killed or interrupted can go on. Standard output,
 * devices and pipes are written directly and cannot be gone on with.
 */
#ifndef TD_CLI_BATCH_PART_H
#define TD_CLI_BATCH_PART_H

#include "apps/cli/output.h"

/* Zero-initialize. */
typedef struct td_part_file {
    FILE *stream;
    const char *path;             /* as the user wrote it */
    char *final, *part, *journal; /* NULL: written directly */
    char *options;                /* what the bytes of the result depend on */
    char *buffer;                 /* of the stream */
    uint64_t size;                /* written so far */
    uint64_t on_its_way;          /* of it, to the disk */
    double saved_s;               /* when the journal was last written, of the monotonic clock */
} td_part_file;

/*
 * Opens the result of `path`. options: whatever changes its bytes, one line. resume: what an
 * earlier run with the same options wrote is kept, and *tally is what it had come to; where there
 * is none, or not with `resume`, *tally stays zero. TD_OK; TD_EINVAL when another run writes to
 * it; TD_EIO; TD_ENOMEM.
 */
td_status td_part_open(td_part_file *file, const char *path, const char *options, bool resume,
                       td_stream_tally *tally, td_errors *errors);

/* Appends. */
td_status td_part_write(td_part_file *file, const char *text, size_t size, td_errors *errors);

/*
 * Remembers how far it is: what was written is on disk then. Does nothing within two seconds of the
 * last time, unless `now`.
 */
td_status td_part_save(td_part_file *file, const td_stream_tally *tally, bool now,
                       td_errors *errors);

/* How a run ended. */
typedef enum td_part_end {
    TD_PART_KEEP,  /* whole: put in place */
    TD_PART_LEAVE, /* interrupted: stays for --resume */
    TD_PART_DROP,  /* failed: removed */
} td_part_end;

/* Closes. TD_OK or TD_EIO, after which nothing was put in place. */
td_status td_part_close(td_part_file *file, td_part_end end, td_errors *errors);

#endif
