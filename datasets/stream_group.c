#include "datasets/stream_group.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BUFFER_BYTES ((size_t)256 << 10)

/* Before every record in the file. */
typedef struct head_of_record {
    uint64_t first, row; /* first: the row in which its cluster came first */
    uint32_t length;
} head_of_record;

#define HEAD_BYTES (2 * sizeof(uint64_t) + sizeof(uint32_t))

/* A record of the run that is being collected. */
typedef struct entry {
    head_of_record head;
    size_t at;
} entry;

/* A sorted run in the file, while it is merged. */
typedef struct sorted_run {
    uint64_t at, end; /* what was not read yet */
    char *buffer;     /* [capacity] */
    size_t used, size, capacity;
    head_of_record head; /* of the record that is next */
    bool done;
} sorted_run;

struct td_group {
    const td_stream_head *head;
    const char *scratch;
    int file;
    uint64_t size; /* of the file */
    td_seen clusters;
    /* collecting */
    char *text;
    size_t used, capacity;
    entry *entries;
    size_t n_entries, room;
    /* merging */
    sorted_run *runs;
    size_t n_runs, runs_room;
    size_t *heap; /* [n_live] runs, the next record first */
    size_t n_live;
    size_t number, row;
    uint64_t end;
};

/* ---- the temporary file ---- */

static td_status fault_of_scratch(const td_group *g, int error, td_errors *errors)
{
    td_place place = {.file = g->scratch};
    td_errors_add(errors, TD_MSG_STREAM_SCRATCH, &place, strerror(error), NULL);
    return TD_EIO;
}

static td_status open_scratch(td_group *g, td_errors *errors)
{
    char *path = td_path_join(g->scratch, true, "thidua.XXXXXX");
    if (path == NULL)
        return TD_ENOMEM;
    g->file = mkostemp(path, O_CLOEXEC);
    int error = errno;
    if (g->file != -1)
        unlink(path);
    free(path);
    return g->file == -1 ? fault_of_scratch(g, error, errors) : TD_OK;
}

static td_status append(td_group *g, const char *bytes, size_t size, td_errors *errors)
{
    while (size > 0) {
        ssize_t n = pwrite(g->file, bytes, size, (off_t)g->size);
        if (n == -1 && errno == EINTR)
            continue;
        if (n <= 0)
            return fault_of_scratch(g, n == 0 ? ENOSPC : errno, errors);
        bytes += n;
        size -= (size_t)n;
        g->size += (uint64_t)n;
    }
    return TD_OK;
}

/* ---- sorted runs ---- */

static int by_cluster(const void *left, const void *right)
{
    const head_of_record *a = &((const entry *)left)->head, *b = &((const entry *)right)->head;
    if (a->first != b->first)
        return a->first < b->first ? -1 : 1;
    return a->row < b->row ? -1 : a->row > b->row;
}

static void put_head(char *to, const head_of_record *head)
{
    memcpy(to, &head->first, sizeof head->first);
    memcpy(to + sizeof head->first, &head->row, sizeof head->row);
    memcpy(to + sizeof head->first + sizeof head->row, &head->length, sizeof head->length);
}

static void get_head(const char *from, head_of_record *head)
{
    memcpy(&head->first, from, sizeof head->first);
    memcpy(&head->row, from + sizeof head->first, sizeof head->row);
    memcpy(&head->length, from + sizeof head->first + sizeof head->row, sizeof head->length);
}

static bool add_run(td_group *g, uint64_t start)
{
    if (g->n_runs == g->runs_room) {
        size_t room = g->runs_room == 0 ? 16 : 2 * g->runs_room;
        sorted_run *grown = realloc(g->runs, room * sizeof *grown);
        if (grown == NULL)
            return false;
        g->runs = grown;
        g->runs_room = room;
    }
    g->runs[g->n_runs++] = (sorted_run){.at = start, .end = g->size};
    return true;
}

/* The collected records go to the file, sorted. */
static td_status write_run(td_group *g, td_errors *errors)
{
    uint64_t start = g->size;
    size_t n = 0;
    char *buffer = malloc(BUFFER_BYTES);
    td_status status = buffer == NULL ? TD_ENOMEM : TD_OK;
    if (g->n_entries > 0)
        qsort(g->entries, g->n_entries, sizeof *g->entries, by_cluster);
    for (size_t i = 0; i < g->n_entries && status == TD_OK; i++) {
        const entry *e = &g->entries[i];
        if (n + HEAD_BYTES + e->head.length > BUFFER_BYTES) {
            status = append(g, buffer, n, errors);
            n = 0;
        }
        if (HEAD_BYTES + e->head.length > BUFFER_BYTES) {
            char head[HEAD_BYTES];
            put_head(head, &e->head);
            if (status == TD_OK)
                status = append(g, head, sizeof head, errors);
            if (status == TD_OK)
                status = append(g, g->text + e->at, e->head.length, errors);
            continue;
        }
        put_head(buffer + n, &e->head);
        memcpy(buffer + n + HEAD_BYTES, g->text + e->at, e->head.length);
        n += HEAD_BYTES + e->head.length;
    }
    if (status == TD_OK)
        status = append(g, buffer, n, errors);
    free(buffer);
    if (status == TD_OK && g->n_entries > 0 && !add_run(g, start))
        status = TD_ENOMEM;
    g->n_entries = g->used = 0;
    return status;
}

static bool make_room(td_group *g, size_t length)
{
    if (g->n_entries == g->room) {
        size_t room = g->room == 0 ? 1024 : 2 * g->room;
        entry *grown = realloc(g->entries, room * sizeof *grown);
        if (grown == NULL)
            return false;
        g->entries = grown;
        g->room = room;
    }
    if (g->used + length > g->capacity) {
        size_t capacity = 2 * (g->used + length);
        char *grown = realloc(g->text, capacity);
        if (grown == NULL)
            return false;
        g->text = grown;
        g->capacity = capacity;
    }
    return true;
}

/* A record with the line feed that the last one of a file may lack. */
static td_status collect(td_group *g, const char *start, const char *end, size_t row, size_t first)
{
    bool open = end == start || end[-1] != '\n';
    size_t length = (size_t)(end - start);
    if (!make_room(g, length + 1))
        return TD_ENOMEM;
    memcpy(g->text + g->used, start, length);
    if (open)
        g->text[g->used + length] = '\n';
    g->entries[g->n_entries++] = (entry){{first, row, (uint32_t)(length + open)}, g->used};
    g->used += length + open;
    return TD_OK;
}

/* ---- reading ---- */

static void fault_of_cluster(const td_stream_head *head, const td_csv *csv, td_errors *errors)
{
    char text[TD_QUOTE_BYTES], address[TD_ADDRESS_BYTES];
    td_csv_address(csv->row, head->cluster + 1, address);
    td_csv_quote(csv->cells[head->cluster], text);
    td_place place = td_csv_place(csv, head->cluster, head->sheet.name[head->cluster]);
    td_errors_add(errors, TD_MSG_DATA_UNIT_WITHOUT_CLUSTER, &place, text, address, NULL);
}

static td_status take_record(td_group *g, td_block *block, const td_csv *csv, const char *start,
                             td_errors *errors)
{
    size_t length, first;
    if (csv->broken)
        return TD_OK; /* said by the reader; all are looked at before the run ends */
    td_key_hash hash = td_block_hash(block, csv->cells[g->head->cluster], &length);
    if (length == 0) {
        fault_of_cluster(g->head, csv, errors);
        return TD_OK;
    }
    if (!td_seen_add(&g->clusters, 1, &hash, &csv->row, &first))
        return TD_ENOMEM;
    return collect(g, start, csv->at, csv->row, first == 0 ? csv->row : first);
}

static td_status take_block(td_group *g, td_block *block, td_errors *errors)
{
    td_csv csv;
    td_status status = TD_OK;
    const td_csv_part part = {block->text, block->text + block->size, block->row, block->line};
    if (td_text_valid(block->text, block->size) < block->size) {
        block->errors = errors;
        td_block_fault_of_text(g->head, block);
        block->errors = NULL;
        return TD_EDATA;
    }
    td_csv_open_part(&csv, &g->head->sheet.csv, &part, errors);
    const char *start = csv.at;
    for (; status == TD_OK && td_csv_next(&csv); start = csv.at)
        status = take_record(g, block, &csv, start, errors);
    if (status == TD_OK && csv.no_memory)
        status = TD_ENOMEM;
    if (status == TD_OK && csv.incomplete)
        status = TD_EDATA;
    td_csv_release(&csv);
    return status;
}

static td_status read_all(td_group *g, td_feed *feed, size_t run_bytes, td_errors *errors)
{
    td_block block = {.names = td_names_new()};
    td_status status = block.names == NULL ? TD_ENOMEM : TD_OK;
    while (status == TD_OK && !feed->done) {
        status = td_feed_next(feed, &block, errors);
        if (status == TD_OK && block.size > 0)
            status = take_block(g, &block, errors);
        if (status == TD_OK && (g->used >= run_bytes || feed->done))
            status = write_run(g, errors);
    }
    td_block_release(&block);
    return status == TD_OK ? td_errors_status(errors) : status;
}

/* ---- merging ---- */

/* Makes n bytes of the run available at its buffer's used place. */
static td_status need(td_group *g, sorted_run *run, size_t n, td_errors *errors)
{
    if (run->size - run->used >= n)
        return TD_OK;
    memmove(run->buffer, run->buffer + run->used, run->size - run->used);
    run->size -= run->used;
    run->used = 0;
    if (n > run->capacity) {
        char *grown = realloc(run->buffer, n);
        if (grown == NULL)
            return TD_ENOMEM;
        run->buffer = grown;
        run->capacity = n;
    }
    while (run->size < n) {
        size_t most = run->capacity - run->size;
        if (most > run->end - run->at)
            most = (size_t)(run->end - run->at);
        ssize_t got = pread(g->file, run->buffer + run->size, most, (off_t)run->at);
        if (got == -1 && errno == EINTR)
            continue;
        if (got <= 0)
            return fault_of_scratch(g, got == 0 ? EIO : errno, errors);
        run->size += (size_t)got;
        run->at += (uint64_t)got;
    }
    return TD_OK;
}

static td_status next_of_run(td_group *g, sorted_run *run, td_errors *errors)
{
    run->done = run->used == run->size && run->at == run->end;
    if (run->done)
        return TD_OK;
    td_status status = need(g, run, HEAD_BYTES, errors);
    if (status == TD_OK) {
        get_head(run->buffer + run->used, &run->head);
        status = need(g, run, HEAD_BYTES + run->head.length, errors);
    }
    return status;
}

static bool is_before(const td_group *g, size_t a, size_t b)
{
    const head_of_record *x = &g->runs[a].head, *y = &g->runs[b].head;
    return x->first != y->first ? x->first < y->first : x->row < y->row;
}

static void sink(td_group *g, size_t i)
{
    for (size_t child; (child = 2 * i + 1) < g->n_live; i = child) {
        if (child + 1 < g->n_live && is_before(g, g->heap[child + 1], g->heap[child]))
            child++;
        if (!is_before(g, g->heap[child], g->heap[i]))
            return;
        size_t run = g->heap[i];
        g->heap[i] = g->heap[child];
        g->heap[child] = run;
    }
}

static td_status start_merge(td_group *g, td_errors *errors)
{
    td_status status = TD_OK;
    g->heap = calloc(g->n_runs + 1, sizeof *g->heap);
    if (g->heap == NULL)
        return TD_ENOMEM;
    for (size_t r = 0; r < g->n_runs && status == TD_OK; r++) {
        g->runs[r].buffer = malloc(BUFFER_BYTES);
        g->runs[r].capacity = BUFFER_BYTES;
        status = g->runs[r].buffer == NULL ? TD_ENOMEM : next_of_run(g, &g->runs[r], errors);
        g->heap[g->n_live++] = r;
    }
    for (size_t i = g->n_live / 2; i-- > 0;)
        sink(g, i);
    free(g->text);
    free(g->entries);
    g->text = NULL;
    g->entries = NULL;
    return status;
}

/* The next record goes to the block. */
static td_status move_record(td_group *g, td_block *block, td_errors *errors)
{
    sorted_run *run = &g->runs[g->heap[0]];
    size_t n = block->n_rows, length = run->head.length;
    if (!td_block_more(block, length, n + 1))
        return TD_ENOMEM;
    memcpy(block->text + block->size, run->buffer + run->used + HEAD_BYTES, length);
    block->size += length;
    block->own_rows[n] = (size_t)run->head.row;
    block->n_rows = n + 1;
    g->end += length;
    run->used += HEAD_BYTES + length;
    td_status status = next_of_run(g, run, errors);
    if (run->done)
        g->heap[0] = g->heap[--g->n_live];
    sink(g, 0);
    return status;
}

td_status td_group_next(td_group *g, size_t block_bytes, td_block *block, td_errors *errors)
{
    td_status status = TD_OK;
    uint64_t last = 0;
    block->size = block->n_rows = 0;
    block->row = g->row;
    block->line = 0;
    block->number = g->number++;
    while (status == TD_OK && g->n_live > 0) {
        uint64_t first = g->runs[g->heap[0]].head.first;
        if (block->size >= block_bytes && first != last)
            break;
        last = first;
        status = move_record(g, block, errors);
    }
    g->row += block->n_rows;
    block->rows = block->own_rows;
    block->end = g->end;
    block->is_last = g->n_live == 0;
    if (block->size > 0)
        memset(block->text + block->size, ' ', TD_BLOCK_PAD);
    return status;
}

bool td_group_done(const td_group *group)
{
    return group->n_live == 0;
}

/* ---- life ---- */

td_status td_group_read(td_feed *feed, const char *scratch, size_t run_bytes, td_group **out,
                        td_errors *errors)
{
    td_group *g = calloc(1, sizeof *g);
    if (g == NULL)
        return TD_ENOMEM;
    *g = (td_group){.head = feed->head, .scratch = scratch, .file = -1, .row = feed->row};
    td_status status = open_scratch(g, errors);
    if (status == TD_OK)
        status = read_all(g, feed, run_bytes, errors);
    if (status == TD_OK)
        status = start_merge(g, errors);
    if (status == TD_OK)
        *out = g;
    else
        td_group_free(g);
    return status;
}

void td_group_free(td_group *g)
{
    if (g == NULL)
        return;
    if (g->file != -1)
        close(g->file);
    for (size_t r = 0; r < g->n_runs; r++)
        free(g->runs[r].buffer);
    td_seen_release(&g->clusters);
    free(g->runs);
    free(g->heap);
    free(g->text);
    free(g->entries);
    free(g);
}
