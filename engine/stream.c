/*
 * A stream: blocks are read one after another, evaluated side by side, and handed over in order.
 *
 * Block k has the place k modulo the number of places. Whoever finishes a block hands over all that
 * are finished and next in turn, unless somebody is at it.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "datasets/stream_group.h"

#define PLACES_PER_THREAD 3

struct td_stream {
    td_stream_head head;
    int file;
    uint64_t total_bytes;
    int threads;
    size_t block_bytes;
    const char *scratch;
};

/* A block and what comes of it. */
typedef struct work {
    td_block block;
    td_outline outline;
    td_buffer text;
    td_stream_tally tally; /* of the block alone */
    size_t *first;         /* [n_first] rows in which units came before */
    size_t n_first;
    bool is_ready;
} work;

typedef struct run {
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
    bool used_mark, comma, point;
    pthread_mutex_t feeding, sharing; /* never waited for in the other order */
    pthread_cond_t changed;
    size_t n_places, next; /* the block that is handed over next */
    bool is_committing, is_over;
    td_status status;
    work *works; /* [n_places] */
} run;

/* ---- opening ---- */

static size_t read_bytes(void *context, char *into, size_t size)
{
    const td_stream *stream = context;
    size_t used = 0;
    while (used < size) {
        ssize_t got = read(stream->file, into + used, size - used);
        if (got == -1 && errno == EINTR)
            continue;
        if (got == -1)
            return SIZE_MAX;
        if (got == 0)
            break;
        used += (size_t)got;
    }
    return used;
}

static td_status open_file(td_stream *stream, const char *path, td_errors *errors)
{
    struct stat info;
    bool standard = strcmp(path, "-") == 0;
    stream->file = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (stream->file == -1 || fstat(stream->file, &info) != 0 || S_ISDIR(info.st_mode)) {
        td_place place = {.file = path};
        td_errors_add(errors, TD_MSG_IO_READ, &place,
                      strerror(stream->file != -1 && S_ISDIR(info.st_mode) ? EISDIR : errno), NULL);
        return TD_EIO;
    }
    if (S_ISREG(info.st_mode) && info.st_size > 0)
        stream->total_bytes = (uint64_t)info.st_size;
    return TD_OK;
}

td_status td_stream_open(const char *path, const td_stream_options *options, td_stream **out,
                         td_errors *errors)
{
    td_stream *stream = calloc(1, sizeof *stream);
    if (stream == NULL)
        return TD_ENOMEM;
    stream->file = -1;
    stream->threads = options->threads;
    stream->scratch = options->scratch;
    stream->block_bytes = options->block_bytes == 0 ? TD_BLOCK_BYTES : options->block_bytes;
    const td_bytes bytes = {read_bytes, stream};
    td_mark mark = options->decimal_mark == ','   ? TD_MARK_COMMA
                   : options->decimal_mark == '.' ? TD_MARK_POINT
                                                  : TD_MARK_UNKNOWN;
    td_status status = open_file(stream, path, errors);
    if (status == TD_OK)
        status = td_stream_head_read(path, options->rules, options->policy, options->year, mark,
                                     &bytes, &stream->head, errors);
    if (status == TD_OK)
        *out = stream;
    else
        td_stream_free(stream);
    return status;
}

void td_stream_free(td_stream *stream)
{
    if (stream == NULL)
        return;
    if (stream->file > STDIN_FILENO)
        close(stream->file);
    td_stream_head_release(&stream->head);
    free(stream);
}

const td_evaluation *td_stream_evaluation(const td_stream *stream)
{
    return stream->head.base;
}

/* ---- one block ---- */

static void count_results(work *w)
{
    const td_evaluation *evaluation = w->block.evaluation;
    const td_outline *o = &w->outline;
    td_stream_tally *tally = &w->tally;
    tally->n_units = o->n_units;
    tally->n_clusters = evaluation->data.n_clusters;
    for (size_t u = 0; u < o->n_units; u++)
        tally->n_ranked += o->rank[u] > 0;
    tally->n_unranked = o->n_units - tally->n_ranked;
    for (size_t i = 0; i < o->n_awards * o->n_units; i++)
        tally->n_proposed += o->award_state[i] == TD_PROPOSED;
    for (size_t c = 0; c < evaluation->data.n_clusters; c++) {
        const td_cluster *cluster = &evaluation->data.clusters[c];
        float best = 0;
        size_t n_best = 0;
        for (size_t u = cluster->first_unit; u < cluster->first_unit + cluster->n_units; u++) {
            if (o->rank[u] > 0 && (best == 0 || o->rank[u] < best)) {
                best = o->rank[u];
                n_best = 0;
            }
            n_best += o->rank[u] > 0 && o->rank[u] == best;
        }
        tally->n_ties += n_best > 1;
    }
}

static td_status outline(const td_evaluation *evaluation, td_outline *out, td_errors *errors)
{
    const td_options alone = {.threads = 1};
    return td_outline_run(evaluation, &alone, out, errors);
}

/* What can be scored in no cluster together fails where it fails alone. */
static void fail_unscored(run *r, work *w)
{
    td_block *b = &w->block;
    for (size_t c = 0; c < b->n_clusters && b->status != TD_ENOMEM; c++) {
        td_errors *errors = td_errors_new();
        td_outline one = {0};
        if (errors == NULL) {
            b->status = TD_ENOMEM;
            return;
        }
        size_t row = b->clusters[c].row;
        td_evaluation *evaluation =
            b->clusters[c].failed ? NULL : td_block_load_one(&r->stream->head, b, c, errors);
        if (evaluation != NULL && outline(evaluation, &one, errors) != TD_OK) {
            td_errors_append(b->errors, errors);
            w->tally.n_unscored += td_errors_size(errors);
            td_block_fail(&r->stream->head, b, row);
        }
        td_outline_release(&one);
        td_evaluation_free(evaluation);
        td_errors_free(errors);
    }
}

/* Handed over by an earlier run. */
static bool is_done(const run *r, const td_block *b)
{
    return b->end <= r->sink->done_bytes;
}

/* Scores what the block holds and puts it into words. */
static void evaluate(run *r, work *w)
{
    td_block *b = &w->block;
    w->text.size = 0;
    w->tally = (td_stream_tally){0};
    if (b->evaluation == NULL || b->status == TD_ENOMEM || b->ended || is_done(r, b))
        return;
    td_errors *errors = td_errors_new();
    td_status status = errors == NULL ? TD_ENOMEM : outline(b->evaluation, &w->outline, errors);
    if (status == TD_EDATA) {
        td_block_fail(&r->stream->head, b, 0);
        fail_unscored(r, w);
        td_block_load_rest(&r->stream->head, b);
        td_errors_free(errors);
        errors = td_errors_new();
        status = b->evaluation == NULL ? TD_OK : outline(b->evaluation, &w->outline, errors);
    }
    if (errors != NULL) {
        td_errors_append(b->errors, errors);
        w->tally.n_unscored += td_errors_size(errors);
    }
    td_errors_free(errors);
    if (status == TD_OK && b->evaluation != NULL) {
        count_results(w);
        status = r->sink->format(r->sink->context, b->evaluation, &w->outline, &w->text);
    }
    if (status != TD_OK)
        b->status = status;
}

/* ---- handing over ---- */

static void fault_of_twice(run *r, td_block *b, size_t row, size_t first)
{
    char address[TD_ADDRESS_BYTES], known[24], quoted[TD_QUOTE_BYTES];
    const td_stream_head *head = &r->stream->head;
    td_csv_address(row, head->unit + 1, address);
    snprintf(known, sizeof known, "%zu", first);
    td_block_quote(&r->stream->head, b, row, head->unit, quoted);
    td_place place = {.file = head->sheet.path,
                      .row = row,
                      .column = head->unit + 1,
                      .field = head->sheet.name[head->unit]};
    td_errors_add(b->errors, TD_MSG_DATA_UNIT_TWICE, &place, quoted, address, known, NULL);
}

/* Is this the row of a record of the block? */
static bool is_inside(const td_block *b, size_t row)
{
    bool found = b->rows == NULL && row > b->row;
    for (size_t i = 0; b->rows != NULL && i < b->n_rows && !found; i++)
        found = b->rows[i] == row;
    return found;
}

/* Units that came before, in this block or an earlier one: their clusters fail. */
static void check_units(run *r, work *w)
{
    td_block *b = &w->block;
    bool seen_here = false, found = false;
    uint64_t total = r->stream->total_bytes;
    if (r->units.capacity == 0 && total > b->size && b->size > 0 &&
        !td_seen_reserve(&r->units, (size_t)((double)total / (double)b->size * (double)b->n_units)))
        b->status = TD_ENOMEM;
    if (b->n_units > w->n_first) {
        free(w->first);
        w->n_first = b->n_units + b->n_units / 4;
        w->first = calloc(w->n_first, sizeof *w->first);
    }
    if (b->n_units > 0 && (w->first == NULL || !td_seen_add(&r->units, b->n_units, b->unit_hash,
                                                            b->unit_row, w->first))) {
        b->status = TD_ENOMEM;
        return;
    }
    for (size_t i = 0; i < b->n_units; i++)
        seen_here |= w->first[i] != 0;
    if (!seen_here)
        return;
    bool by_sight = b->evaluation == &b->own;
    size_t n = b->n_units;
    size_t *rows = malloc(n * sizeof *rows);
    if (rows == NULL) {
        b->status = TD_ENOMEM;
        return;
    }
    memcpy(rows, b->unit_row, n * sizeof *rows);
    for (size_t i = 0; i < n; i++) {
        bool inside = is_inside(b, w->first[i]);
        if (w->first[i] == 0 || (inside && !by_sight))
            continue; /* the loader has said so */
        fault_of_twice(r, b, rows[i], w->first[i]);
        found = true;
    }
    for (size_t i = 0; i < n && found; i++)
        if (w->first[i] != 0)
            td_block_fail(&r->stream->head, b, rows[i]);
    free(rows);
    if (found && b->status != TD_ENOMEM) {
        td_block_load_rest(&r->stream->head, b);
        evaluate(r, w);
    }
}

/* A cluster that comes back was ranked without its other rows: nothing is right any more. */
static void check_clusters(run *r, work *w)
{
    td_block *b = &w->block;
    for (size_t c = 0; c < b->n_clusters && b->status != TD_ENOMEM; c++) {
        const td_cluster_run *cluster = &b->clusters[c];
        const td_stream_head *head = &r->stream->head;
        size_t first;
        if (!td_seen_add(&r->clusters, 1, &cluster->hash, &cluster->row, &first))
            b->status = TD_ENOMEM;
        else if (first != 0) {
            char id[TD_QUOTE_BYTES], address[TD_ADDRESS_BYTES], known[24];
            td_csv_address(cluster->row, head->cluster + 1, address);
            snprintf(known, sizeof known, "%zu", first);
            td_place place = {.file = head->sheet.path,
                              .row = cluster->row,
                              .column = head->cluster + 1,
                              .field = head->sheet.name[head->cluster]};
            td_errors_add(b->errors, TD_MSG_STREAM_SCATTERED, &place, td_csv_quote(cluster->id, id),
                          address, known, NULL);
            b->status = TD_EDATA;
            b->ended = true;
            return;
        }
    }
}

static void say_left_out(run *r, td_block *b)
{
    for (size_t c = 0; c < b->n_clusters; c++) {
        char id[TD_QUOTE_BYTES];
        const td_stream_head *head = &r->stream->head;
        td_place place = {.file = head->sheet.path,
                          .row = b->clusters[c].row,
                          .column = head->cluster + 1,
                          .field = head->sheet.name[head->cluster]};
        if (b->clusters[c].failed)
            td_errors_add(b->errors, TD_MSG_STREAM_CLUSTER_LEFT_OUT, &place,
                          td_csv_quote(b->clusters[c].id, id), NULL);
    }
}

static void add_tally(run *r, const work *w)
{
    td_stream_tally *tally = r->tally;
    tally->n_failed += w->block.n_failed;
    if (is_done(r, &w->block))
        return;
    tally->bytes = w->block.end;
    tally->n_rows = w->block.row + w->block.n_rows;
    tally->n_units += w->tally.n_units;
    tally->n_clusters += w->tally.n_clusters;
    tally->n_ranked += w->tally.n_ranked;
    tally->n_unranked += w->tally.n_unranked;
    tally->n_ties += w->tally.n_ties;
    tally->n_proposed += w->tally.n_proposed;
    tally->n_unscored += w->tally.n_unscored;
}

/* The mark of the head does not hold where a later number proves the other one. */
static td_status check_mark(run *r, const td_block *b)
{
    td_stream_head *head = &r->stream->head;
    r->used_mark |= b->used_mark;
    r->comma |= b->comma;
    r->point |= b->point;
    if (!r->used_mark || !r->comma || !r->point || td_stream_mark(head) == TD_MARK_UNKNOWN)
        return TD_OK;
    td_place place = {.file = head->sheet.path, .row = b->row + 1};
    td_errors_add(r->errors, TD_MSG_STREAM_MARK, &place, NULL);
    return TD_EDATA;
}

static td_status commit(run *r, work *w)
{
    td_block *b = &w->block;
    if (!b->ended)
        check_units(r, w);
    if (!b->ended)
        check_clusters(r, w);
    if (b->status == TD_OK || b->status == TD_EDATA)
        say_left_out(r, b);
    if (b->errors != NULL)
        td_errors_append(r->errors, b->errors);
    if (b->status != TD_OK && (b->status != TD_EDATA || b->ended))
        return b->status;
    td_status status = check_mark(r, b);
    if (status != TD_OK)
        return status;
    add_tally(r, w);
    return is_done(r, b) ? TD_OK
                         : r->sink->write(r->sink->context, w->text.text, w->text.size, r->tally);
}

/* Hands over what is finished and next in turn; with `sharing` held. */
static void commit_ready(run *r)
{
    if (r->is_committing)
        return;
    r->is_committing = true;
    for (work *w; (w = &r->works[r->next % r->n_places])->is_ready;) {
        bool over = r->is_over;
        pthread_mutex_unlock(&r->sharing);
        td_status status = over || w->block.size == 0 ? TD_OK : commit(r, w);
        pthread_mutex_lock(&r->sharing);
        if (status != TD_OK && !r->is_over) {
            r->status = status;
            r->is_over = true;
        }
        w->is_ready = false;
        r->next++;
        pthread_cond_broadcast(&r->changed);
    }
    r->is_committing = false;
}

/* ---- the threads ---- */

static bool is_cancelled(const run *r)
{
    return r->sink->cancelled != NULL && *r->sink->cancelled != 0;
}

static td_status next_block(run *r, td_block *block)
{
    td_status status = TD_OK;
    if (r->group != NULL) {
        status = td_group_next(r->group, r->stream->block_bytes, block, r->feed_errors);
        r->is_fed = td_group_done(r->group);
    } else {
        status = td_feed_next(&r->feed, block, r->feed_errors);
        r->is_fed = r->feed.done;
    }
    return status;
}

/* The next block, in its place; NULL: there are no more. */
static work *take(run *r)
{
    work *w = NULL;
    pthread_mutex_lock(&r->feeding);
    size_t number = r->n_taken;
    pthread_mutex_lock(&r->sharing);
    while (!r->is_over && number >= r->next + r->n_places)
        pthread_cond_wait(&r->changed, &r->sharing);
    bool over = r->is_over;
    pthread_mutex_unlock(&r->sharing);
    if (!over && !r->is_fed) {
        td_status status = TD_OK;
        r->n_taken++;
        w = &r->works[number % r->n_places];
        if (is_cancelled(r))
            status = TD_EINTERRUPTED;
        else
            status = next_block(r, &w->block);
        if (status != TD_OK) {
            r->feed_status = status;
            r->is_fed = true;
            w = NULL;
        }
    }
    pthread_mutex_unlock(&r->feeding);
    return w;
}

static void labour(run *r)
{
    for (work *w; (w = take(r)) != NULL;) {
        td_block_read(&r->stream->head, &w->block, true);
        evaluate(r, w);
        pthread_mutex_lock(&r->sharing);
        w->is_ready = true;
        commit_ready(r);
        pthread_mutex_unlock(&r->sharing);
    }
}

static td_status start(run *r, int n_threads)
{
    const td_bytes bytes = {read_bytes, r->stream};
    r->n_places = (size_t)n_threads * PLACES_PER_THREAD;
    r->works = calloc(r->n_places, sizeof *r->works);
    r->feed_errors = td_errors_new();
    pthread_mutex_init(&r->feeding, NULL);
    pthread_mutex_init(&r->sharing, NULL);
    pthread_cond_init(&r->changed, NULL);
    bool fed = td_feed_start(&r->feed, &r->stream->head, &bytes, r->stream->block_bytes);
    if (fed && r->stream->scratch != NULL) {
        td_status status =
            td_group_read(&r->feed, r->stream->scratch, TD_GROUP_BYTES, &r->group, r->errors);
        if (status != TD_OK)
            return status;
    }
    return fed && r->works != NULL && r->feed_errors != NULL ? TD_OK : TD_ENOMEM;
}

static void finish(run *r)
{
    for (size_t i = 0; r->works != NULL && i < r->n_places; i++) {
        td_block_release(&r->works[i].block);
        td_outline_release(&r->works[i].outline);
        free(r->works[i].text.text);
        free(r->works[i].first);
    }
    free(r->works);
    td_errors_free(r->feed_errors);
    td_group_free(r->group);
    td_feed_release(&r->feed);
    td_seen_release(&r->units);
    td_seen_release(&r->clusters);
    pthread_mutex_destroy(&r->feeding);
    pthread_mutex_destroy(&r->sharing);
    pthread_cond_destroy(&r->changed);
}

td_status td_stream_run(td_stream *stream, const td_stream_sink *sink, td_stream_tally *tally,
                        td_errors *errors)
{
    run r = {.stream = stream, .sink = sink, .tally = tally, .errors = errors};
    int n_threads = td_threads(&(td_options){.threads = stream->threads}, SIZE_MAX);
    tally->total_bytes = stream->total_bytes;
    tally->n_failed = 0;
    r.status = start(&r, n_threads);
    if (r.status == TD_OK) {
#pragma omp parallel num_threads(n_threads)
        labour(&r);
    }
    if (r.status == TD_OK && r.feed_status != TD_OK) {
        r.status = r.feed_status;
        td_errors_append(errors, r.feed_errors);
    } else if (r.status == TD_OK && r.feed.row <= 1) {
        td_place place = {.file = stream->head.sheet.path, .row = 1};
        td_errors_add(errors, TD_MSG_DATA_NO_ROWS, &place, NULL);
        r.status = TD_EDATA;
    }
    finish(&r);
    return r.status;
}
