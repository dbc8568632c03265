/*
 * One wide CSV of any size, a block at a time: what the files of the stream share. A block holds
 * whole clusters. It is read at sight (stream_sight.c) where all of it is as it should be;
 * anything else sends it to the loader of whole files (stream_load.c), which says what is wrong:
 * the two give the same evaluation, bit for bit. Private to datasets/ and engine/stream*.c.
 */
#ifndef TD_DATASETS_STREAM_H
#define TD_DATASETS_STREAM_H

#include "datasets/load.h"
#include "datasets/marks.h"
#include "datasets/seen.h"

#define TD_BLOCK_BYTES ((size_t)256 << 10)
#define TD_HEAD_BYTES ((size_t)4 << 20) /* in which the decimal mark of the stream is looked for */
#define TD_BLOCK_PAD 64                 /* bytes before and behind the text of a block */

/* ---- the bytes ---- */

/*
 * Where the bytes come from. `next` reads up to `size` of them, fewer only at the end; 0: the end.
 * Returns SIZE_MAX after an error, with errno.
 */
typedef struct td_bytes {
    size_t (*next)(void *context, char *into, size_t size);
    void *context;
} td_bytes;

/* Adjacent columns whose numbers are adjacent in a row of the matrix. */
typedef struct td_run_of_columns {
    size_t column, indicator, n;
} td_run_of_columns;

/* What all blocks of a stream share; immutable while they are read, but for the mark. */
typedef struct td_stream_head {
    td_evaluation *base; /* rule set, policy, view; no units. Owned */
    td_names *names;
    td_sheet sheet; /* of the header; its text stays in memory */
    char *text;     /* the first bytes of the stream, those behind the header included; owned */
    size_t size;
    size_t n_mark;                        /* bytes of a BOM before text */
    size_t unit, cluster, name, category; /* columns; TD_NONE: there is none */
    size_t channel;                       /* "final" among those of the rule set */
    size_t *indicator;                    /* [n_columns] TD_NONE */
    size_t n_runs;
    td_run_of_columns *runs;        /* of numbers */
    size_t n_singles, *singles;     /* columns of flags and dates */
    double *min, *max;              /* [n_indicators] */
    int64_t *places;                /* [n_indicators] of td_number_columns */
    bool fills;                     /* not every indicator has a column: rows begin blank */
    bool lacks_columns;             /* nor is it computed */
    bool checks_all;                /* the values of every unit have to be looked at */
    bool resolves;                  /* blanks stand for something, or something is computed */
    bool mark_declared, mark_known; /* known: `mark` was looked for, or declared */
    td_mark mark;
} td_stream_head;

/*
 * Loads rule set and policy (path NULL: none), reads the header of `bytes`, and finds out what its
 * columns are. Faults: those of loading that do not lie in a row, and what cannot be streamed.
 * TD_OK, TD_EINVAL, TD_EIO, TD_ERULES, TD_EDATA or TD_ENOMEM. Released in any case.
 */
td_status td_stream_head_read(const char *path, const char *rules, const char *policy, int year,
                              td_mark mark, const td_bytes *bytes, td_stream_head *out,
                              td_errors *errors);
void td_stream_head_release(td_stream_head *head);

/* The mark of the stream: declared, or what its first TD_HEAD_BYTES prove. Any thread may ask. */
td_mark td_stream_mark(td_stream_head *head);

/* ---- a block ---- */

/* The cluster of adjacent rows. */
typedef struct td_cluster_run {
    td_key_hash hash;
    size_t row;     /* its first */
    size_t first;   /* its first record in the block */
    td_csv_cell id; /* in the text */
    bool failed;    /* a fault lies in it: it is not ranked */
} td_cluster_run;

/* What a block keeps from one text to the next. */
enum {
    TD_ROOM_ENDS,
    TD_ROOM_UNITS,
    TD_ROOM_HASHES,
    TD_ROOM_ROWS,
    TD_ROOM_ORDER,
    TD_ROOM_CLUSTERS,
    TD_ROOM_RUNS,
    TD_ROOM_MATRIX,
    TD_ROOM_RESOLVED,
    TD_ROOM_SOURCE,
    TD_ROOM_REFUSED,
    TD_ROOM_STRINGS,
    TD_ROOM_RECORD_ROWS,
    TD_ROOM_RECORD_CLUSTERS,
    TD_ROOM_KEPT,
    TD_ROOM_KEPT_ROWS,
    TD_ROOM_OWN_ROWS,
    TD_N_ROOMS
};

/* Zero-initialized but for what the feed fills; released by td_block_release(). */
typedef struct td_block {
    /* by the feed */
    char *memory; /* [TD_BLOCK_PAD + text + TD_BLOCK_PAD] */
    size_t capacity;
    char *text;
    size_t size;
    size_t number, row, line; /* of blocks, records and lines before it */
    size_t n_rows;            /* records in it */
    uint64_t end;             /* bytes of the stream up to its end */
    const size_t *rows;       /* of its records, NULL: adjacent */
    bool is_last;
    bool is_cut; /* in the midst of a record that is too long to be told from what is behind it */
    /* by td_block_read() */
    td_names *names;
    td_errors *errors;
    td_evaluation *evaluation; /* what is to be ranked; NULL: nothing */
    td_evaluation own, *loaded;
    size_t n_units; /* records with a unit: keys for what comes twice */
    td_key_hash *unit_hash;
    size_t *unit_row;
    bool ascends; /* the keys of units, each before the next, see td_key_precedes() */
    size_t n_clusters;
    td_cluster_run *clusters;
    bool ended;        /* a fault ends the reading of the stream */
    bool used_mark;    /* a number was read by the mark of the stream */
    bool comma, point; /* marks that numbers prove */
    td_status status;  /* TD_OK, TD_EDATA (clusters have failed), TD_ENOMEM */
    size_t n_failed;   /* clusters */
    size_t *own_rows;  /* what `rows` points to where records were grouped */
    /* private */
    uint32_t *ends;
    uint32_t *refused;
    int64_t *most_places; /* [n_indicators] of the numbers read at sight; least and most too */
    double *least, *most;
    char *strings;                       /* of units and clusters */
    size_t *record_row, *record_cluster; /* [n_records]; TD_NONE: names no cluster */
    size_t n_records, n_strings, n_matrix;
    double *matrix, *resolved;
    uint8_t *source;
    td_table table;
    td_extent *extent; /* [n_indicators] */
    char *kept;        /* records of clusters that have not failed, and their rows */
    size_t *kept_rows;
    size_t room[TD_N_ROOMS];
} td_block;

/*
 * Reads the records of a block. What its faults are is in block->errors; clusters with faults
 * are marked, and not in the evaluation. with_sight false: by the loader alone.
 */
void td_block_read(td_stream_head *head, td_block *block, bool with_sight);

/* At sight: false where something is not as it should be; nothing is said then. */
bool td_block_see(td_stream_head *head, td_block *block);

/* By the loader: all of it, or what is left without the clusters that are marked. */
void td_block_load(td_stream_head *head, td_block *block);
void td_block_load_rest(td_stream_head *head, td_block *block);
/* One cluster alone, its faults to errors; freed by td_evaluation_free(). NULL after a fault. */
td_evaluation *td_block_load_one(td_stream_head *head, td_block *block, size_t cluster,
                                 td_errors *errors);

/* Room for n items of a size in an array of the block; what was in it may be lost. False: none. */
bool td_block_room(td_block *block, int room, void *array, size_t n, size_t size);

/* Room for more bytes of text and for n rows of records; what is there stays. False: none. */
bool td_block_more(td_block *block, size_t bytes, size_t n_rows);

/* Says where the text has bytes that are none; true when it has. Nothing of the block is read
   then. */
bool td_block_fault_of_text(const td_stream_head *head, td_block *block);

/* The cell of the record in this row, in quotation marks for a message. */
void td_block_quote(td_stream_head *head, const td_block *block, size_t row, size_t column,
                    char out[TD_QUOTE_BYTES]);

/* The hash of a cell's key; length 0: it is blank. */
td_key_hash td_block_hash(td_block *block, td_csv_cell cell, size_t *length);

/* Marks the cluster of the record in this row; of one that names none, those on both sides. */
void td_block_fail(td_stream_head *head, td_block *block, size_t row);

void td_block_release(td_block *block);

/* ---- cutting ---- */

/* Cuts a stream into blocks. */
typedef struct td_feed {
    const td_stream_head *head;
    td_bytes bytes;
    td_names *names;
    size_t block_bytes, number, row, line;
    uint64_t end;
    size_t head_used; /* of the text of the head */
    char *rest;       /* read, and not handed out; owned */
    size_t n_rest, rest_capacity;
    bool at_end; /* of the bytes */
    bool done;
} td_feed;

/* block_bytes: about how large a block is; nothing but time depends on it. False: out of memory. */
bool td_feed_start(td_feed *feed, const td_stream_head *head, const td_bytes *bytes,
                   size_t block_bytes);
/*
 * The next block. TD_OK, with block->size 0 at the end; TD_EIO with a fault; TD_EDATA with a
 * fault: a cluster of more than TD_FILE_BYTES; TD_ENOMEM. One thread at a time.
 */
td_status td_feed_next(td_feed *feed, td_block *block, td_errors *errors);
void td_feed_release(td_feed *feed);

#endif
