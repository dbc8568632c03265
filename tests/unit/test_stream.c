/*
 * A stream: blocks read at sight are those that the loader reads, its results and faults those of
 * the file loaded whole, for any size of blocks and any threads.
 */
#include "datasets/stream_group.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "datasets/wide.h"
#include "tests/lib/files.h"
#include "tests/lib/from_memory.h"

static const char RULES[] =
    "{\"thidua\": \"rule-set/1\", \"code\": \"w\", \"name\": \"W\","
    " \"valid\": {\"from\": \"2025-01-01\"}, \"scale\": 9, \"channels\": [\"final\"],"
    " \"missing\": \"zero\","
    " \"indicators\": {\"sent\": {\"kind\": \"date\"}, \"cases\": {\"kind\": \"count\"},"
    "  \"late\": {\"days_after\": \"2025-12-15\", \"of\": \"sent\"}, \"c\": {\"max\": 90}},"
    " \"criteria\": ["
    " {\"code\": \"a\", \"max\": 4, \"direct\": true},"
    " {\"code\": \"b\", \"max\": 0.5, \"piecewise\": {\"of\": \"b\", \"through\": [[0, 0], [50, "
    "0.5]]}},"
    " {\"code\": \"c\", \"max\": 0.5, \"normalize\": {\"method\": \"min-max\"},"
    "  \"piecewise\": {\"of\": \"c\", \"through\": [[0, 0], [50, 0.5]]}},"
    " {\"code\": \"n\", \"max\": 2, \"deduct\": {\"cases\": 0.5}, \"clamp\": {\"min\": 0}},"
    " {\"code\": \"f\", \"max\": 1, \"pass\": \"done\"},"
    " {\"code\": \"d\", \"max\": 1, \"parts\": [{\"effect\": \"deduct\","
    "   \"function\": \"per-step\", \"of\": \"late\", \"above\": 0, \"points\": 0.25, \"cap\": "
    "1}]}]}";

static const char HEADER[] = "unit,a,b,c,cases,cluster,done,sent,name\n";

static td_folder folder;
static char *rules_path;

static size_t draw(size_t n)
{
    return (size_t)rand() % n;
}

/* ---- files ---- */

typedef struct file {
    char text[1 << 16];
    size_t size;
    const char *newline;
    bool faulty, odd; /* what is drawn */
} file;

static void put(file *f, const char *text)
{
    size_t n = strlen(text);
    memcpy(f->text + f->size, text, n);
    f->size += n;
}

static const char *one_of(const char *const *choices, size_t n)
{
    return choices[draw(n)];
}

static const char *draw_value(const file *f, char text[32])
{
    static const char *const odd[] = {"",   " 3",    "\"2,5\"", "- 1",   "1.250",  "0.125",
                                      "+2", "\"3\"", "3 %",     "0.500", "4.0000", "00003.5"};
    static const char *const faulty[] = {"x",   "-1",    "1,5\"",    "5000", "1e3",
                                         "N/A", "1.2.3", "\"a\nb\"", "--"};
    if (f->odd && draw(12) == 0)
        return one_of(odd + (draw(2) == 0), sizeof odd / sizeof odd[0] - 1);
    if (f->faulty && draw(400) == 0)
        return one_of(faulty, sizeof faulty / sizeof faulty[0]);
    snprintf(text, 32, "%zu.%02zu", draw(4), draw(100));
    return text;
}

static void draw_row(file *f, size_t unit, size_t cluster)
{
    static const char *const flags[] = {"1", "0", "x", "c\u00F3", "kh\u00F4ng", ""};
    static const char *const dates[] = {"2025-12-01", "20/12/2025", "2025-12-17", ""};
    char text[64], number[32];
    bool spelled = f->odd && draw(5) == 0;
    snprintf(text, sizeof text, f->odd && draw(9) == 0 ? "\"\u0110V %zu\"," : "u%zu,",
             f->faulty && draw(300) == 0 ? unit / 2 : unit);
    put(f, text);
    for (int c = 0; c < 3; c++) {
        const char *value = draw_value(f, number);
        put(f, c == 0 && *value == '\0' ? "1" : value);
        put(f, ",");
    }
    snprintf(text, sizeof text, "%zu,", draw(5));
    put(f, text);
    snprintf(text, sizeof text, spelled ? "  Cum  %zu," : "cum %zu,", cluster);
    put(f, f->faulty && draw(500) == 0 ? "," : text);
    put(f, one_of(flags, f->odd ? 6 : 2));
    put(f, ",");
    put(f, one_of(dates, f->odd ? 4 : 1));
    put(f, f->odd && draw(5) == 0 ? ",\"T\u00EAn, \"\"m\"\"\"" : ",");
    if (f->faulty && draw(500) == 0)
        put(f, ",more");
    put(f, f->newline);
    if (f->faulty && draw(700) == 0)
        put(f, f->newline);
}

static void draw_file(file *f)
{
    f->size = 0;
    f->newline = draw(4) == 0 ? "\r\n" : "\n";
    put(f, HEADER);
    size_t unit = 0, n = 1 + draw(20);
    for (size_t cluster = 1; cluster <= n; cluster++)
        for (size_t i = 1 + draw(9); i > 0; i--)
            draw_row(f, ++unit, cluster);
    if (draw(5) == 0)
        f->size -= strlen(f->newline);
    f->text[f->size] = '\0';
}

/* ---- at sight and by the loader ---- */

static void assert_same_text(const char *a, const char *b)
{
    assert_string_equal(a == NULL ? "(none)" : a, b == NULL ? "(none)" : b);
}

static void assert_same_data(const td_dataset *a, const td_dataset *b)
{
    const td_table *s = a->tables, *t = b->tables;
    assert_int_equal(a->n_units, b->n_units);
    assert_int_equal(a->n_clusters, b->n_clusters);
    for (size_t c = 0; c < a->n_clusters; c++) {
        assert_same_text(a->clusters[c].id, b->clusters[c].id);
        assert_same_text(a->clusters[c].key, b->clusters[c].key);
        assert_int_equal(a->clusters[c].first_unit, b->clusters[c].first_unit);
        assert_int_equal(a->clusters[c].n_units, b->clusters[c].n_units);
        assert_int_equal(a->clusters[c].row, b->clusters[c].row);
        assert_int_equal(a->clusters[c].group, b->clusters[c].group);
    }
    for (size_t u = 0; u < a->n_units; u++) {
        assert_same_text(a->units[u].id, b->units[u].id);
        assert_same_text(a->units[u].key, b->units[u].key);
        assert_same_text(a->units[u].name, b->units[u].name);
        assert_same_text(a->units[u].category, b->units[u].category);
        assert_int_equal(a->units[u].cluster, b->units[u].cluster);
        assert_int_equal(a->units[u].row, b->units[u].row);
        assert_int_equal(a->units[u].has_channel[0], b->units[u].has_channel[0]);
        assert_int_equal(a->row_of_unit[u], b->row_of_unit[u]);
    }
    size_t n = a->n_units * s->n_indicators;
    assert_int_equal(s->n_rows, t->n_rows);
    assert_int_equal(s->n_indicators, t->n_indicators);
    for (size_t i = 0; i < s->n_indicators; i++) {
        assert_true(s->extent[i].least == t->extent[i].least);
        assert_true(s->extent[i].most == t->extent[i].most);
        assert_int_equal(s->extent[i].has_blank, t->extent[i].has_blank);
        assert_true(s->extent[i].places >= t->extent[i].places);
    }
    for (size_t i = 0; i < n; i++) {
        assert_memory_equal(&s->value[i], &t->value[i], sizeof(double));
        assert_int_equal(s->source[i], t->source[i]);
        assert_true((isnan(s->by_channel[0][i]) && isnan(t->by_channel[0][i])) ||
                    s->by_channel[0][i] == t->by_channel[0][i]);
    }
}

/* How many blocks were read at sight; what is refused there has a fault for the loader. */
static size_t compare_blocks(const file *f, size_t block_bytes)
{
    from_memory whole = {f->text, f->text + f->size};
    const td_bytes bytes = {next_bytes, &whole};
    td_stream_head head;
    td_feed feed;
    td_block seen = {0};
    td_errors *errors = td_errors_new();
    size_t n_seen = 0;
    assert_int_equal(
        td_stream_head_read("w.csv", rules_path, NULL, 0, TD_MARK_UNKNOWN, &bytes, &head, errors),
        TD_OK);
    assert_true(td_feed_start(&feed, &head, &bytes, block_bytes));
    while (td_feed_next(&feed, &seen, errors) == TD_OK && seen.size > 0) {
        td_block loaded = {
            .text = seen.text, .size = seen.size, .row = seen.row, .line = seen.line};
        td_block_read(&head, &loaded, false);
        td_block_read(&head, &seen, true);
        /* What comes twice is found where blocks come together. */
        bool twice = td_errors_size(loaded.errors) > 0 &&
                     strcmp(td_errors_view(loaded.errors, 0).code, "data-unit-twice") == 0;
        assert_true(seen.status == loaded.status || twice);
        assert_int_equal(seen.used_mark, loaded.used_mark);
        if (seen.evaluation == &seen.own && !twice) {
            n_seen++;
            assert_int_equal(loaded.status, TD_OK);
            assert_same_data(&seen.evaluation->data, &loaded.evaluation->data);
            assert_int_equal(seen.n_units, loaded.n_units);
            assert_memory_equal(seen.unit_hash, loaded.unit_hash,
                                seen.n_units * sizeof *seen.unit_hash);
            assert_memory_equal(seen.unit_row, loaded.unit_row,
                                seen.n_units * sizeof *seen.unit_row);
        }
        td_block_release(&loaded);
    }
    assert_int_equal(td_errors_size(errors), 0);
    td_block_release(&seen);
    td_feed_release(&feed);
    td_stream_head_release(&head);
    td_errors_free(errors);
    return n_seen;
}

static void test_blocks_at_sight_are_those_of_the_loader(void **state)
{
    (void)state;
    file f = {.faulty = false};
    size_t n_seen = 0;
    srand(1);
    for (int round = 0; round < 600; round++) {
        f.odd = round % 3 != 0;
        f.faulty = round % 5 == 0;
        draw_file(&f);
        n_seen += compare_blocks(&f, 1 + draw(3000));
    }
    assert_true(n_seen > 500);
}

/* ---- whole runs ---- */

typedef struct results {
    td_buffer all;
    td_stream_tally tally;
    td_status status;
    td_errors *errors;
} results;

static void append(td_buffer *out, const void *bytes, size_t n)
{
    if (out->size + n > out->capacity) {
        out->capacity = 2 * (out->size + n);
        out->text = realloc(out->text, out->capacity);
    }
    if (n > 0)
        memcpy(out->text + out->size, bytes, n);
    out->size += n;
}

static td_status take_all(void *context, const td_evaluation *block, const td_outline *o,
                          td_buffer *out)
{
    (void)context;
    for (size_t u = 0; u < o->n_units; u++) {
        char line[256];
        td_unit_view unit = td_evaluation_unit(block, u);
        td_cluster_view cluster = td_evaluation_cluster(block, unit.cluster);
        snprintf(line, sizeof line, "%s|%s|%s|%.17g|%g|%d|%d\n", unit.id, cluster.id, unit.name,
                 o->total_q[u], (double)o->rank[u], o->state[u], o->class_index[u]);
        append(out, line, strlen(line));
    }
    return TD_OK;
}

static td_status keep_all(void *context, const char *text, size_t size,
                          const td_stream_tally *so_far)
{
    (void)so_far;
    append(context, text, size);
    return TD_OK;
}

static results run_in(const file *f, size_t block_bytes, int threads, const char *scratch)
{
    results r = {.errors = td_errors_new()};
    char *path = td_folder_write_bytes(&folder, "w.csv", f->text, f->size);
    const td_stream_options options = {
        .rules = rules_path, .scratch = scratch, .threads = threads, .block_bytes = block_bytes};
    const td_stream_sink sink = {.context = &r.all, .format = take_all, .write = keep_all};
    td_stream *stream = NULL;
    r.status = td_stream_open(path, &options, &stream, r.errors);
    if (r.status == TD_OK)
        r.status = td_stream_run(stream, &sink, &r.tally, r.errors);
    append(&r.all, "", 1);
    td_stream_free(stream);
    free(path);
    return r;
}

static results run(const file *f, size_t block_bytes, int threads)
{
    return run_in(f, block_bytes, threads, NULL);
}

static results load(const file *f)
{
    results r = {.errors = td_errors_new()};
    char *path = td_folder_write_bytes(&folder, "w.csv", f->text, f->size);
    const td_load_options options = {.rules = rules_path};
    td_evaluation *evaluation = NULL;
    td_outline outline = {0};
    r.status = td_evaluation_load(path, &options, &evaluation, r.errors);
    if (r.status == TD_OK) {
        assert_int_equal(td_outline_run(evaluation, NULL, &outline, r.errors), TD_OK);
        take_all(NULL, evaluation, &outline, &r.all);
    }
    append(&r.all, "", 1);
    td_outline_release(&outline);
    td_evaluation_free(evaluation);
    free(path);
    return r;
}

static void release(results *r)
{
    free(r->all.text);
    td_errors_free(r->errors);
}

/* Is the unit in this row one that is there twice? The loader looks no further at the row. */
static bool is_twice(const td_errors *errors, size_t row)
{
    for (size_t i = 0; i < td_errors_size(errors); i++) {
        td_fault fault = td_errors_view(errors, i);
        if (fault.place.row == row && strcmp(fault.code, "data-unit-twice") == 0)
            return true;
    }
    return false;
}

/* The faults as lines, but for clusters that are left out. */
static char **lines_of(const td_errors *errors, size_t *n_lines)
{
    size_t n = td_errors_size(errors);
    char **lines = calloc(n + 1, sizeof *lines);
    *n_lines = 0;
    for (size_t i = 0; i < n; i++) {
        char what[512], line[1024];
        td_fault fault = td_errors_view(errors, i);
        td_errors_what(errors, i, TD_EN, what, sizeof what);
        snprintf(line, sizeof line, "%06zu:%zu %s: %s", fault.place.row, fault.place.column,
                 fault.code, what);
        bool counts =
            strcmp(fault.code, "data-unit-twice") == 0 || !is_twice(errors, fault.place.row);
        if (counts && strcmp(fault.code, "stream-cluster-left-out") != 0)
            lines[(*n_lines)++] = strdup(line);
    }
    return lines;
}

static int compare_lines(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void assert_same_faults(const td_errors *a, const td_errors *b)
{
    size_t n, m;
    char **lines = lines_of(a, &n), **others = lines_of(b, &m);
    qsort(lines, n, sizeof *lines, compare_lines);
    qsort(others, m, sizeof *others, compare_lines);
    for (size_t i = 0; i < n && i < m; i++)
        assert_string_equal(lines[i], others[i]);
    assert_int_equal(n, m);
    for (size_t i = 0; i < n; i++)
        free(lines[i]);
    for (size_t i = 0; i < m; i++)
        free(others[i]);
    free(lines);
    free(others);
}

static void test_results_are_those_of_the_file_loaded_whole(void **state)
{
    (void)state;
    file f = {.faulty = false};
    srand(2);
    for (int round = 0; round < 120; round++) {
        f.odd = round % 2 == 0;
        draw_file(&f);
        results whole = load(&f), stream = run(&f, 1 + draw(4000), 1 + (int)draw(4));
        assert_same_faults(whole.errors, stream.errors);
        assert_true((whole.status == TD_EDATA) == (stream.tally.n_failed > 0));
        if (whole.status == TD_OK)
            assert_string_equal(whole.all.text, stream.all.text);
        release(&whole);
        release(&stream);
    }
}

static void test_faults_are_those_of_the_file_loaded_whole(void **state)
{
    (void)state;
    file f = {.faulty = true};
    size_t n_faulty = 0;
    srand(3);
    for (int round = 0; round < 300; round++) {
        f.odd = round % 2 == 0;
        draw_file(&f);
        results whole = load(&f), stream = run(&f, 1 + draw(4000), 1 + (int)draw(4)),
                other = run(&f, 0, 1);
        assert_same_faults(whole.errors, stream.errors);
        assert_true((whole.status == TD_EDATA) == (stream.tally.n_failed > 0));
        assert_int_equal(stream.status, TD_OK);
        assert_string_equal(stream.all.text, other.all.text);
        assert_int_equal(stream.tally.n_failed, other.tally.n_failed);
        n_faulty += whole.status == TD_EDATA;
        release(&whole);
        release(&stream);
        release(&other);
    }
    assert_true(n_faulty > 50);
}

/* ---- rows that are not adjacent ---- */

/* The rows behind the header in another order; none of them holds a line feed. */
static void shuffle(file *f)
{
    static char text[sizeof f->text];
    char *rows[1000], *next = strchr(f->text, '\n') + 1;
    size_t n = 0, used = (size_t)(next - f->text);
    memcpy(text, f->text, used);
    if (f->text[f->size - 1] != '\n')
        put(f, f->newline);
    f->text[f->size] = '\0';
    for (; *next != '\0'; next = strchr(next, '\n') + 1)
        rows[n++] = next;
    for (size_t i = n; i > 1; i--) {
        size_t k = draw(i);
        char *row = rows[i - 1];
        rows[i - 1] = rows[k];
        rows[k] = row;
    }
    for (size_t i = 0; i < n; i++) {
        size_t length = (size_t)(strchr(rows[i], '\n') + 1 - rows[i]);
        memcpy(text + used, rows[i], length);
        used += length;
    }
    memcpy(f->text, text, used);
    f->size = used;
}

static void test_grouped_results_are_those_of_the_file_loaded_whole(void **state)
{
    (void)state;
    file f = {.faulty = false};
    srand(4);
    for (int round = 0; round < 100; round++) {
        f.odd = round % 2 == 0;
        draw_file(&f);
        shuffle(&f);
        results whole = load(&f), stream = run_in(&f, 1 + draw(4000), 2, folder.path);
        assert_same_faults(whole.errors, stream.errors);
        if (whole.status == TD_OK)
            assert_string_equal(whole.all.text, stream.all.text);
        release(&whole);
        release(&stream);
    }
}

/* Rows come by cluster, and inside a cluster as they were, however small the sorted runs are. */
static void test_grouped_rows_keep_their_order(void **state)
{
    (void)state;
    file f = {.faulty = false};
    srand(5);
    for (int round = 0; round < 100; round++) {
        td_stream_head head;
        td_feed feed;
        td_group *group = NULL;
        td_block block = {0};
        td_errors *errors = td_errors_new();
        draw_file(&f);
        shuffle(&f);
        from_memory whole = {f.text, f.text + f.size};
        const td_bytes bytes = {next_bytes, &whole};
        assert_int_equal(td_stream_head_read("w.csv", rules_path, NULL, 0, TD_MARK_UNKNOWN, &bytes,
                                             &head, errors),
                         TD_OK);
        assert_true(td_feed_start(&feed, &head, &bytes, 1 + draw(500)));
        assert_int_equal(td_group_read(&feed, folder.path, 1 + draw(900), &group, errors), TD_OK);
        size_t n_rows = 0, last_row = 0;
        char last[64] = "";
        while (td_group_next(group, 1 + draw(300), &block, errors) == TD_OK && block.size > 0) {
            td_block_read(&head, &block, false);
            const td_dataset *data = &block.evaluation->data;
            for (size_t u = 0; u < data->n_units; u++, n_rows++) {
                const char *key = data->clusters[data->units[u].cluster].key;
                assert_true(strcmp(key, last) != 0 || data->units[u].row > last_row);
                last_row = data->units[u].row;
                snprintf(last, sizeof last, "%s", key);
            }
        }
        assert_int_equal(n_rows + 1, feed.row);
        td_block_release(&block);
        td_group_free(group);
        td_feed_release(&feed);
        td_stream_head_release(&head);
        td_errors_free(errors);
    }
}

/* ---- what ends a run ---- */

static void fill(file *f, const char *rows)
{
    f->size = 0;
    put(f, HEADER);
    put(f, rows);
    f->text[f->size] = '\0';
}

static void assert_ends(const char *rows, size_t block_bytes, const char *code, size_t row,
                        size_t column)
{
    file f = {.newline = "\n"};
    fill(&f, rows);
    results r = run(&f, block_bytes, 2);
    bool found = false;
    for (size_t i = 0; i < td_errors_size(r.errors); i++) {
        td_fault fault = td_errors_view(r.errors, i);
        found |= strcmp(fault.code, code) == 0 && fault.place.row == row &&
                 (column == 0 || fault.place.column == column);
    }
    assert_int_equal(r.status, TD_EDATA);
    assert_true(found);
    release(&r);
}

static void test_what_ends_a_run_is_said_with_its_place(void **state)
{
    (void)state;
    static const char scattered[] = "u1,1,1,1,1,c1,1,2025-12-01,\nu2,1,1,1,1,c2,1,2025-12-01,\n"
                                    "u3,1,1,1,1,C1,1,2025-12-01,\n";
    static const char open[] = "u1,1,1,1,1,c1,1,2025-12-01,\nu2,1,1,\"1,1,c2,1,2025-12-01,\n";
    static const char no_text[] = "u1,1,1,1,1,c1,1,2025-12-01,\nu2,1,1,1,1,c2,1,\xFF,\n";
    static const char lone[] = "u1,1,1,1,1,c1,1,2025-12-01,\nu2,1,1,1,1,c2,1\r,2025-12-01,\n";
    for (size_t block_bytes = 1; block_bytes < 200; block_bytes += 20) {
        assert_ends(scattered, block_bytes, "stream-scattered", 4, 6);
        assert_ends(open, block_bytes, "data-quote-open", 3, 4);
        assert_ends(no_text, block_bytes, "data-not-utf8", 3, 17);
        assert_ends(lone, block_bytes, "data-lone-return", 3, 0);
        assert_ends("", block_bytes, "data-no-rows", 1, 0);
    }
}

/* A unit that comes again blocks later: its cluster has no results, the others do. */
static void test_a_unit_that_comes_again_is_found_in_the_whole_stream(void **state)
{
    (void)state;
    file f = {.newline = "\n"};
    fill(&f, "u1,1,1,1,1,c1,1,2025-12-01,\nu2,1,1,1,1,c2,1,2025-12-01,\n"
             "u3,1,1,1,1,c3,1,2025-12-01,\nU1,1,1,1,1,c4,1,2025-12-01,\n"
             "u5,1,1,1,1,c5,1,2025-12-01,\n");
    for (size_t block_bytes = 1; block_bytes < 200; block_bytes += 30) {
        results r = run(&f, block_bytes, 3);
        td_fault fault = td_errors_view(r.errors, 0);
        assert_int_equal(r.status, TD_OK);
        assert_int_equal(r.tally.n_failed, 1);
        assert_int_equal(r.tally.n_clusters, 4);
        assert_int_equal(fault.place.row, 5);
        assert_int_equal(fault.place.column, 1);
        assert_string_equal(fault.code, "data-unit-twice");
        release(&r);
    }
}

static int set_up(void **state)
{
    (void)state;
    td_folder_init(&folder);
    rules_path = td_folder_write(&folder, "r.json", RULES);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    free(rules_path);
    td_folder_release(&folder);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_blocks_at_sight_are_those_of_the_loader),
        cmocka_unit_test(test_results_are_those_of_the_file_loaded_whole),
        cmocka_unit_test(test_faults_are_those_of_the_file_loaded_whole),
        cmocka_unit_test(test_grouped_results_are_those_of_the_file_loaded_whole),
        cmocka_unit_test(test_grouped_rows_keep_their_order),
        cmocka_unit_test(test_what_ends_a_run_is_said_with_its_place),
        cmocka_unit_test(test_a_unit_that_comes_again_is_found_in_the_whole_stream),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
