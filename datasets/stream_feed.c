/*
 * Cutting a stream into blocks that hold whole clusters.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/stream.h"

bool td_feed_start(td_feed *feed, const td_stream_head *head, const td_bytes *bytes,
                   size_t block_bytes)
{
    const td_csv *csv = &head->sheet.csv;
    *feed = (td_feed){.head = head, .bytes = *bytes, .block_bytes = block_bytes};
    feed->row = csv->row;
    feed->line = csv->line_at;
    feed->head_used = (size_t)(csv->at - head->text);
    feed->end = head->n_mark + feed->head_used;
    feed->names = td_names_new();
    return feed->names != NULL;
}

void td_feed_release(td_feed *feed)
{
    td_names_free(feed->names);
    free(feed->rest);
    *feed = (td_feed){0};
}

/* ---- bytes ---- */

static bool make_room(td_block *block, size_t size)
{
    size_t wanted = size + 2 * TD_BLOCK_PAD + 1;
    if (wanted > block->capacity) {
        char *grown = realloc(block->memory, wanted);
        if (grown == NULL)
            return false;
        block->memory = grown;
        block->capacity = wanted;
    }
    memset(block->memory, ' ', TD_BLOCK_PAD);
    block->text = block->memory + TD_BLOCK_PAD;
    return true;
}

/* Up to `size` bytes of the text: from the head, the rest of the block before, the stream. */
static bool read_up_to(td_feed *feed, td_block *block, size_t size)
{
    const td_stream_head *head = feed->head;
    while (block->size < size) {
        char *into = block->text + block->size;
        size_t room = size - block->size, got;
        if (feed->n_rest > 0) {
            got = feed->n_rest < room ? feed->n_rest : room;
            memcpy(into, feed->rest, got);
            feed->n_rest -= got;
            memmove(feed->rest, feed->rest + got, feed->n_rest);
        } else if (feed->head_used < head->size) {
            got = head->size - feed->head_used < room ? head->size - feed->head_used : room;
            memcpy(into, head->text + feed->head_used, got);
            feed->head_used += got;
        } else {
            got = feed->at_end ? 0 : feed->bytes.next(feed->bytes.context, into, room);
            if (got == SIZE_MAX)
                return false;
            feed->at_end |= got == 0;
            if (got == 0)
                break;
        }
        block->size += got;
    }
    return true;
}

static bool keep_rest(td_feed *feed, const td_block *block, size_t cut)
{
    size_t n = block->size - cut;
    if (n + feed->n_rest > feed->rest_capacity) {
        size_t capacity = 2 * (n + feed->n_rest);
        char *grown = realloc(feed->rest, capacity);
        if (grown == NULL)
            return false;
        feed->rest = grown;
        feed->rest_capacity = capacity;
    }
    memmove(feed->rest + n, feed->rest, feed->n_rest);
    memcpy(feed->rest, block->text + cut, n);
    feed->n_rest += n;
    return true;
}

/* ---- where a cluster ends ---- */

/* Behind the cell at p, whose text goes to *cell without quotes around it; false: it is broken. */
static bool pass_cell(const char **p, const char *end, char separator, td_csv_cell *cell)
{
    const char *start = *p, *at = start;
    bool quoted = at < end && *at == '"';
    if (quoted)
        for (at++; at < end && !(*at == '"' && (at + 1 == end || at[1] != '"'));)
            at += *at == '"' ? 2 : 1;
    const char *close = at;
    while (at < end && *at != separator && *at != '\n' && *at != '\r')
        at++;
    *p = at;
    *cell = quoted ? (td_csv_cell){start + 1, (size_t)(close - start - 1)}
                   : (td_csv_cell){start, (size_t)(at - start)};
    return at < end && (!quoted || close + 1 == at);
}

/* The cluster of the record at p, whole with its line feed; blank where it is broken. */
static td_csv_cell cluster_of(const td_feed *feed, const char *p, const char *end)
{
    static const td_csv_cell none = {"", 0};
    const td_csv *csv = &feed->head->sheet.csv;
    td_csv_cell found = none, cell;
    for (size_t c = 0; c < csv->n_columns; c++) {
        bool last = c + 1 == csv->n_columns;
        if (!pass_cell(&p, end, csv->separator, &cell) || (*p == csv->separator) == last)
            return none;
        p += !last;
        if (c == feed->head->cluster)
            found = cell;
    }
    return found;
}

/* The same of a record without quotation marks, and whether it is broken or not. */
static td_csv_cell cell_of_cluster(const td_feed *feed, const char *p, const char *end)
{
    const char separator = feed->head->sheet.csv.separator;
    td_csv_cell cell = {p, 0};
    for (size_t c = 0; c <= feed->head->cluster && pass_cell(&p, end, separator, &cell); c++)
        p++;
    return cell;
}

static bool same_bytes(td_csv_cell a, td_csv_cell b)
{
    return a.length == b.length && memcmp(a.text, b.text, a.length) == 0;
}

/* Are these the names of two clusters? A blank one is none. */
static bool are_different(td_feed *feed, td_csv_cell a, td_csv_cell b)
{
    size_t length, n;
    if (same_bytes(a, b))
        return false;
    const char *key = td_name_key(feed->names, a.text, a.length, &length);
    char *copy = key == NULL || length == 0 ? NULL : strdup(key);
    key = copy == NULL ? NULL : td_name_key(feed->names, b.text, b.length, &n);
    bool different = key != NULL && n > 0 && strcmp(copy, key) != 0;
    free(copy);
    return different;
}

/*
 * Without quotation marks every line is a record: from the end of the last one backwards. Whether
 * two are whole is only asked where their clusters may differ.
 */
static size_t cut_backwards(td_feed *feed, const td_block *block)
{
    const char *text = block->text, *end = memrchr(text, '\n', block->size);
    td_csv_cell behind = {NULL, 0};
    const char *record_behind = NULL, *end_behind = NULL;
    while (end != NULL && end > text) {
        const char *before = memrchr(text, '\n', (size_t)(end - text));
        const char *record = before == NULL ? text : before + 1;
        td_csv_cell cell = cell_of_cluster(feed, record, end + 1);
        if (record_behind != NULL && !same_bytes(cell, behind) &&
            are_different(feed, cluster_of(feed, record, end + 1),
                          cluster_of(feed, record_behind, end_behind)))
            return (size_t)(record_behind - text);
        behind = cell;
        record_behind = record;
        end_behind = end + 1;
        end = before;
    }
    return 0;
}

/* With quotation marks: from the start, one record after another. */
static size_t cut_forwards(td_feed *feed, const td_block *block)
{
    td_csv csv = {.at = block->text,
                  .end = block->text + block->size,
                  .separator = feed->head->sheet.csv.separator};
    td_csv_cell before = {NULL, 0};
    size_t cut = 0, line = 0;
    const char *next;
    for (const char *p = block->text; (next = td_csv_skip(&csv, p, &line)) != NULL; p = next) {
        td_csv_cell cell = cluster_of(feed, p, next);
        if (before.text != NULL && are_different(feed, before, cell))
            cut = (size_t)(p - block->text);
        before = cell;
    }
    return cut;
}

/* Records of a block with quotation marks, as far as they can be told apart. */
static void count_quoted(const td_feed *feed, const td_block *block, size_t *rows, size_t *lines)
{
    td_csv csv = {.at = block->text,
                  .end = block->text + block->size,
                  .separator = feed->head->sheet.csv.separator};
    const char *p = block->text;
    for (const char *next; (next = td_csv_skip(&csv, p, lines)) != NULL; p = next)
        ++*rows;
}

/* What the block is in the stream, which has these line feeds. */
static void count(td_feed *feed, td_block *block, size_t lines, bool has_quotes)
{
    size_t rows = lines;
    block->row = feed->row;
    block->line = feed->line;
    block->number = feed->number++;
    if (has_quotes) {
        rows = lines = 0;
        count_quoted(feed, block, &rows, &lines);
    }
    feed->row += rows;
    block->n_rows = rows;
    feed->line += lines;
    feed->end += block->size;
    block->end = feed->end;
}

/* Line feeds up to the cut; without quotation marks only those behind it are counted once more. */
static size_t lines_before(const td_block *block, size_t cut, size_t n_lines, bool *has_quotes)
{
    bool others;
    if (*has_quotes)
        return td_lines_count(block->text, cut, has_quotes);
    return n_lines - td_lines_count(block->text + cut, block->size - cut, &others);
}

static td_status too_large(const td_feed *feed, td_errors *errors)
{
    char bytes[24];
    snprintf(bytes, sizeof bytes, "%zu", TD_FILE_BYTES);
    td_place place = {.file = feed->head->sheet.path, .row = feed->row + 1, .field = "cluster"};
    td_errors_add(errors, TD_MSG_STREAM_CLUSTER_TOO_LARGE, &place, bytes, NULL);
    return TD_EDATA;
}

/* A first record that goes on and on: the loader says why. */
static bool is_endless(const td_feed *feed, const td_block *block)
{
    td_csv csv = {.at = block->text,
                  .end = block->text + block->size,
                  .separator = feed->head->sheet.csv.separator};
    size_t line = 0;
    return td_csv_skip(&csv, block->text, &line) == NULL;
}

td_status td_feed_next(td_feed *feed, td_block *block, td_errors *errors)
{
    size_t cut = 0, n_lines = 0;
    bool has_quotes = false;
    block->size = 0;
    block->is_cut = false;
    for (size_t size = feed->block_bytes; !feed->done && cut == 0; size *= 2) {
        if (size > TD_FILE_BYTES)
            return too_large(feed, errors);
        if (!make_room(block, size))
            return TD_ENOMEM;
        if (!read_up_to(feed, block, size)) {
            td_place place = {.file = feed->head->sheet.path};
            td_errors_add(errors, TD_MSG_IO_READ, &place, strerror(errno), NULL);
            return TD_EIO;
        }
        n_lines = td_lines_count(block->text, block->size, &has_quotes);
        feed->done = block->size < size;
        if (feed->done)
            cut = block->size;
        else
            cut = has_quotes ? cut_forwards(feed, block) : cut_backwards(feed, block);
        block->is_cut = cut == 0 && block->size > 2 * TD_CSV_LINE_BYTES && is_endless(feed, block);
        if (block->is_cut) {
            feed->done = true;
            cut = block->size;
        }
    }
    if (cut < block->size && !keep_rest(feed, block, cut))
        return TD_ENOMEM;
    n_lines = lines_before(block, cut, n_lines, &has_quotes);
    block->size = cut;
    block->is_last = feed->done;
    if (cut > 0)
        memset(block->text + cut, ' ', TD_BLOCK_PAD);
    count(feed, block, n_lines, has_quotes);
    return TD_OK;
}
