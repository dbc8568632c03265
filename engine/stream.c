/*
 * A stream: blocks are read one after another, evaluated side by side, and handed over in order.
 *
 * Whoever finishes a block hands over all that are finished and next in turn, unless somebody is at
 * it. A block is worked on in memory that was left last, so that few pages are touched at all.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/stream.h"

#define WORKS_PER_THREAD 3

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

/* ---- handing over ---- */

static void add_tally(td_stream_runner *r, const td_stream_work *w)
{
    td_stream_tally *tally = r->tally;
    tally->n_failed += w->block.n_failed;
    if (td_stream_is_done(r, &w->block))
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
static td_status check_mark(td_stream_runner *r, const td_block *b)
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

static td_status commit(td_stream_runner *r, td_stream_work *w)
{
    td_block *b = &w->block;
    if (!b->ended)
        td_stream_check_units(r, w);
    if (!b->ended)
        td_stream_check_clusters(r, w);
    if (b->status == TD_OK || b->status == TD_EDATA)
        td_stream_say_left_out(r, b);
    if (b->errors != NULL)
        td_errors_append(r->errors, b->errors);
    if (b->status != TD_OK && (b->status != TD_EDATA || b->ended))
        return b->status;
    td_status status = check_mark(r, b);
    if (status != TD_OK)
        return status;
    add_tally(r, w);
    return td_stream_is_done(r, b)
               ? TD_OK
               : r->sink->write(r->sink->context, w->text.text, w->text.size, r->tally);
}

/* Hands over what is finished and next in turn; with `sharing` held. */
static void commit_ready(td_stream_runner *r)
{
    if (r->is_committing)
        return;
    r->is_committing = true;
    for (td_stream_work *w; (w = r->ready[r->next % r->n_works]) != NULL;) {
        bool over = r->is_over;
        pthread_mutex_unlock(&r->sharing);
        td_status status = over || w->block.size == 0 ? TD_OK : commit(r, w);
        pthread_mutex_lock(&r->sharing);
        if (status != TD_OK && !r->is_over) {
            r->status = status;
            r->is_over = true;
        }
        r->ready[r->next++ % r->n_works] = NULL;
        r->idle[r->n_idle++] = w;
        pthread_cond_broadcast(&r->changed);
    }
    r->is_committing = false;
}

/* ---- the threads ---- */

static bool is_cancelled(const td_stream_runner *r)
{
    return r->sink->cancelled != NULL && *r->sink->cancelled != 0;
}

static td_status next_block(td_stream_runner *r, td_block *block)
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

/* Memory for the next block; NULL: it is over. With `feeding` held: at most n_works are on their way,
   so that no two have the same place among those that are ready. */
static td_stream_work *idle_work(td_stream_runner *r)
{
    pthread_mutex_lock(&r->sharing);
    while (!r->is_over && r->n_idle == 0)
        pthread_cond_wait(&r->changed, &r->sharing);
    td_stream_work *w = r->is_over ? NULL : r->idle[--r->n_idle];
    pthread_mutex_unlock(&r->sharing);
    return w;
}

/* The next block and its number; NULL: there are no more. */
static td_stream_work *take(td_stream_runner *r, size_t *number)
{
    pthread_mutex_lock(&r->feeding);
    td_stream_work *w = r->is_fed ? NULL : idle_work(r);
    if (w != NULL) {
        *number = r->n_taken++;
        td_status status = is_cancelled(r) ? TD_EINTERRUPTED : next_block(r, &w->block);
        if (status != TD_OK) {
            r->feed_status = status;
            r->is_fed = true;
            w = NULL;
        }
    }
    pthread_mutex_unlock(&r->feeding);
    return w;
}

static void labour(td_stream_runner *r)
{
    size_t number;
    for (td_stream_work *w; (w = take(r, &number)) != NULL;) {
        td_block_read(&r->stream->head, &w->block, true);
        td_stream_evaluate(r, w);
        pthread_mutex_lock(&r->sharing);
        r->ready[number % r->n_works] = w;
        commit_ready(r);
        pthread_mutex_unlock(&r->sharing);
    }
}

static bool make_works(td_stream_runner *r, int n_threads)
{
    r->n_works = (size_t)n_threads * WORKS_PER_THREAD;
    r->works = calloc(r->n_works, sizeof *r->works);
    r->ready = calloc(r->n_works, sizeof *r->ready);
    r->idle = calloc(r->n_works, sizeof *r->idle);
    if (r->works == NULL || r->ready == NULL || r->idle == NULL)
        return false;
    for (; r->n_idle < r->n_works; r->n_idle++)
        r->idle[r->n_idle] = &r->works[r->n_idle];
    return true;
}

static td_status start(td_stream_runner *r, int n_threads)
{
    const td_bytes bytes = {read_bytes, r->stream};
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
    return fed && r->feed_errors != NULL && make_works(r, n_threads) ? TD_OK : TD_ENOMEM;
}

static void finish(td_stream_runner *r)
{
    for (size_t i = 0; r->works != NULL && i < r->n_works; i++) {
        td_block_release(&r->works[i].block);
        td_outline_release(&r->works[i].outline);
        td_office_close(r->works[i].office);
        free(r->works[i].text.text);
        free(r->works[i].first);
    }
    free(r->works);
    free(r->ready);
    free(r->idle);
    td_errors_free(r->feed_errors);
    td_group_free(r->group);
    td_feed_release(&r->feed);
    td_seen_release(&r->units);
    free(r->last_unit);
    td_seen_release(&r->clusters);
    pthread_mutex_destroy(&r->feeding);
    pthread_mutex_destroy(&r->sharing);
    pthread_cond_destroy(&r->changed);
}

td_status td_stream_run(td_stream *stream, const td_stream_sink *sink, td_stream_tally *tally,
                        td_errors *errors)
{
    td_stream_runner r = {.stream = stream, .sink = sink, .tally = tally, .errors = errors};
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
