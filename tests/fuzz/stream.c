/*
 * Any bytes behind a header as a stream: blocks hold all bytes once, in order; a block that is read
 * at sight is one in which the loader finds nothing but units that come twice, and both have the
 * same values. The first byte says how large blocks are.
 */
#include "datasets/stream.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "tests/lib/files.h"
#include "tests/lib/from_memory.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char RULES[] =
    "{\"thidua\": \"rule-set/1\", \"code\": \"w\", \"name\": \"W\","
    " \"valid\": {\"from\": \"2025-01-01\"}, \"scale\": 9, \"channels\": [\"final\"],"
    " \"indicators\": {\"sent\": {\"kind\": \"date\"}, \"cases\": {\"kind\": \"count\"},"
    "  \"late\": {\"days_after\": \"2025-12-15\", \"of\": \"sent\"}, \"b\": {\"max\": 90}},"
    " \"criteria\": ["
    " {\"code\": \"a\", \"max\": 5, \"direct\": true, \"missing\": \"zero\"},"
    " {\"code\": \"b\", \"max\": 1, \"piecewise\": {\"of\": \"b\", \"through\": [[0, 0], [50, "
    "1]]}},"
    " {\"code\": \"n\", \"max\": 2, \"deduct\": {\"cases\": 0.5}, \"clamp\": {\"min\": 0}},"
    " {\"code\": \"d\", \"max\": 1, \"parts\": [{\"effect\": \"deduct\","
    "   \"function\": \"per-step\", \"of\": \"late\", \"above\": 0, \"points\": 0.25, \"cap\": "
    "1}]}]}";

static const char HEADER[] = "unit,cluster,a,b,cases,sent,name\n";

static bool only_twice(const td_errors *errors)
{
    for (size_t i = 0; i < td_errors_size(errors); i++)
        if (strcmp(td_errors_view(errors, i).code, "data-unit-twice") != 0)
            return false;
    return true;
}

static void compare(td_stream_head *head, td_block *seen)
{
    td_block loaded = {
        .text = seen->text, .size = seen->size, .row = seen->row, .line = seen->line};
    td_block_read(head, &loaded, false);
    td_block_read(head, seen, true);
    if (seen->status == TD_EINTERNAL || loaded.status == TD_EINTERNAL)
        abort();
    if (seen->evaluation == &seen->own) {
        if (!only_twice(loaded.errors))
            abort();
        const td_dataset *a = &seen->own.data;
        if (loaded.status == TD_OK) {
            const td_dataset *b = &loaded.evaluation->data;
            size_t n = a->n_units * a->tables->n_indicators;
            if (a->n_units != b->n_units || a->n_clusters != b->n_clusters ||
                memcmp(a->tables->value, b->tables->value, n * sizeof(double)) != 0)
                abort();
        }
    }
    td_block_release(&loaded);
}

static void run(const char *rules, const char *text, size_t size, size_t block_bytes)
{
    from_memory whole = {text, text + size};
    const td_bytes bytes = {next_bytes, &whole};
    td_stream_head head;
    td_feed feed = {0};
    td_block block = {0};
    td_errors *errors = td_errors_new();
    size_t at = sizeof HEADER - 1;
    if (td_stream_head_read("f.csv", rules, NULL, 0, TD_MARK_UNKNOWN, &bytes, &head, errors) ==
        TD_OK) {
        if (!td_feed_start(&feed, &head, &bytes, block_bytes))
            abort();
        while (td_feed_next(&feed, &block, errors) == TD_OK && block.size > 0) {
            if (size - at < block.size || memcmp(text + at, block.text, block.size) != 0)
                abort();
            at += block.size;
            compare(&head, &block);
            if (block.ended)
                break;
        }
        if (!block.ended && at != size)
            abort();
    }
    td_block_release(&block);
    td_feed_release(&feed);
    td_stream_head_release(&head);
    td_errors_free(errors);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static td_folder folder;
    static char *rules;
    if (rules == NULL) {
        td_folder_init(&folder);
        rules = td_folder_write(&folder, "r.json", RULES);
    }
    if (size == 0)
        return 0;
    size_t n = sizeof HEADER - 1;
    char *text = malloc(n + size);
    memcpy(text, HEADER, n);
    memcpy(text + n, data + 1, size - 1);
    run(rules, text, n + size - 1, 1 + 7 * (size_t)data[0]);
    free(text);
    return 0;
}
