/*
 * The state of a sample as text: what was sampled (the key), how many vectors, every counter.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/base/files.h"
#include "engine/whatif/sample.h"

#define HEAD "thidua-sample/1\n"
#define PER_LINE 16

/* ---- writing ---- */

static void write_counts(FILE *out, const char *name, size_t n, const uint64_t *counts)
{
    fprintf(out, "%s %zu\n", name, n);
    for (size_t i = 0; i < n; i++)
        fprintf(out, "%" PRIu64 "%c", counts[i],
                (i + 1) % PER_LINE == 0 || i + 1 == n ? '\n' : ' ');
}

static bool write_state(const td_sampled *s, const char *path)
{
    FILE *out = fopen(path, "w");
    if (out == NULL)
        return false;
    fprintf(out, HEAD "%sn %" PRIu64 "\n", s->key, s->n);
    write_counts(out, "counts", s->n_counts, s->counts);
    write_counts(out, "squares", s->n_squares, s->squares);
    fprintf(out, "end\n");
    bool failed = ferror(out) != 0 || fflush(out) != 0 || fsync(fileno(out)) != 0;
    return fclose(out) == 0 && !failed;
}

td_status td_sampled_write(const td_sampled *sampled, const char *path, td_errors *errors)
{
    size_t size = strlen(path) + sizeof ".partial";
    char *beside = malloc(size);
    if (beside == NULL)
        return TD_ENOMEM;
    snprintf(beside, size, "%s.partial", path);
    td_status status = TD_OK;
    if (!write_state(sampled, beside) || rename(beside, path) != 0) {
        td_place place = {.file = path};
        td_errors_add(errors, TD_MSG_SAMPLE_STATE_WRITE, &place, strerror(errno), NULL);
        remove(beside);
        status = TD_EIO;
    }
    free(beside);
    return status;
}

/* ---- reading ---- */

typedef struct reader {
    const char *at, *end;
    size_t line;
    const char *name;
    td_errors *errors;
} reader;

static bool broken(const reader *r)
{
    td_place place = {.file = r->name, .row = r->line};
    td_errors_add(r->errors, TD_MSG_SAMPLE_STATE_BROKEN, &place, NULL);
    return false;
}

static bool expect(reader *r, const char *text)
{
    size_t n = strlen(text);
    if ((size_t)(r->end - r->at) < n || memcmp(r->at, text, n) != 0)
        return broken(r);
    for (size_t i = 0; i < n; i++)
        r->line += text[i] == '\n';
    r->at += n;
    return true;
}

/* Digits without sign, then one blank or line end. */
static bool read_number(reader *r, uint64_t most, uint64_t *out)
{
    uint64_t x = 0;
    const char *from = r->at;
    for (; r->at < r->end && *r->at >= '0' && *r->at <= '9'; r->at++) {
        uint64_t digit = (uint64_t)(*r->at - '0');
        if (x > (most - digit) / 10)
            return broken(r);
        x = 10 * x + digit;
    }
    if (r->at == from || r->at == r->end || (*r->at != ' ' && *r->at != '\n'))
        return broken(r);
    r->line += *r->at == '\n';
    r->at++;
    *out = x;
    return true;
}

static bool read_counts(reader *r, const char *name, size_t n, uint64_t *counts)
{
    uint64_t size;
    if (!expect(r, name) || !expect(r, " ") || !read_number(r, SIZE_MAX, &size))
        return false;
    if (size != n)
        return broken(r);
    for (size_t i = 0; i < n; i++)
        if (!read_number(r, UINT64_MAX, &counts[i]))
            return false;
    return true;
}

/* The key up to the line of n, compared with the one that belongs here. */
static td_status read_key(reader *r, const char *key)
{
    const char *end = r->at;
    while (end < r->end && !(end[-1] == '\n' && *end == 'n' && r->end - end > 1 && end[1] == ' '))
        end++;
    size_t length = (size_t)(end - r->at); /* no zero need follow: not for strndup() */
    char *text = calloc(length + 1, 1);
    if (text == NULL)
        return TD_ENOMEM;
    memcpy(text, r->at, length);
    td_status status = td_keys_compare(text, key, r->name, r->errors);
    free(text);
    if (status == TD_OK)
        expect(r, key);
    return status;
}

/* Every vector gives a unit one rank or none, and counts nothing more often than once. */
static bool is_consistent(const td_sampled *s)
{
    const uint64_t *end = s->central != NULL ? s->central : s->counts + s->n_counts;
    for (const uint64_t *count = s->counts; count < end; count++)
        if (*count > s->n)
            return false;
    for (size_t u = 0; u < s->n_units; u++) {
        uint64_t sum = s->unranked[u];
        for (size_t i = s->first_place[u]; i < s->first_place[u + 1]; i++)
            sum += s->place[i];
        if (sum != s->n)
            return false;
    }
    return true;
}

static td_status read_state(reader *r, td_sampled *s)
{
    if (!expect(r, HEAD))
        return TD_EINVAL;
    td_status status = read_key(r, s->key);
    if (status != TD_OK)
        return status;
    if (!expect(r, "n ") || !read_number(r, TD_MAX_SAMPLES + TD_SAMPLE_TILE, &s->n) ||
        !read_counts(r, "counts", s->n_counts, s->counts) ||
        !read_counts(r, "squares", s->n_squares, s->squares) || !expect(r, "end\n"))
        return TD_EINVAL;
    bool is_whole = r->at == r->end && s->n > 0 && is_consistent(s) &&
                    (s->squares == NULL || s->n % TD_SAMPLE_TILE == 0);
    return is_whole || broken(r) ? TD_OK : TD_EINVAL;
}

td_status td_sampled_parse(const td_prepared *prepared, const td_sample_options *options,
                           const char *text, size_t size, const char *name, td_sampled *out,
                           td_errors *errors)
{
    td_sampler s;
    td_sampled next = {0};
    reader r = {.at = text, .end = text + size, .line = 1, .name = name, .errors = errors};
    td_status status = td_sampler_init(&s, prepared, options, errors);
    if (status == TD_OK)
        status = td_sampled_init(&next, &s);
    if (status == TD_OK)
        status = read_state(&r, &next);
    td_sampler_release(&s);
    if (status != TD_OK) {
        td_sampled_release(&next);
        return status;
    }
    next.wanted = next.n;
    next.infeasible = next.counts[0];
    *out = next;
    return TD_OK;
}

td_status td_sampled_read(const td_prepared *prepared, const td_sample_options *options,
                          const char *path, td_sampled *out, td_errors *errors)
{
    td_file file;
    td_status status = td_file_read(path, (size_t)1 << 32, TD_EDATA, &file, errors);
    if (status != TD_OK)
        return status;
    status = td_sampled_parse(prepared, options, file.text, file.size, path, out, errors);
    td_file_release(&file);
    return status;
}
