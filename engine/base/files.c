#include "engine/base/files.h"

#include <errno.h>
#include <nettle/base16.h>
#include <nettle/sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "engine/base/arena.h"

#define CHUNK_BYTES (size_t)65536

static void finish_hash(struct sha256_ctx *sha256, char out[65])
{
    uint8_t digest[SHA256_DIGEST_SIZE];
    sha256_digest(sha256, sizeof digest, digest);
    base16_encode_update(out, sizeof digest, digest);
    out[64] = '\0';
}

void td_hash_text(const char *text, size_t size, char out[65])
{
    struct sha256_ctx sha256;
    sha256_init(&sha256);
    sha256_update(&sha256, size, (const uint8_t *)text);
    finish_hash(&sha256, out);
}

void td_file_fingerprint(td_file *file)
{
    td_hash_text(file->text - file->n_mark, file->n_mark + file->size, file->hash);
}

static td_status fault_of_reading(const char *path, td_errors *errors)
{
    td_place place = {.file = path};
    td_errors_add(errors, TD_MSG_IO_READ, &place, strerror(errno), NULL);
    return TD_EIO;
}

td_status td_file_hash(const char *path, char out[65], td_errors *errors)
{
    errno = 0;
    FILE *stream = fopen(path, "rb");
    if (stream == NULL)
        return fault_of_reading(path, errors);
    uint8_t bytes[16384];
    struct sha256_ctx sha256;
    sha256_init(&sha256);
    for (size_t got; (got = fread(bytes, 1, sizeof bytes, stream)) > 0;)
        sha256_update(&sha256, got, bytes);
    td_status status = ferror(stream) ? fault_of_reading(path, errors) : TD_OK;
    fclose(stream);
    if (status == TD_OK)
        finish_hash(&sha256, out);
    return status;
}

/*
 * Length of the valid UTF-8 sequence at p (end excluded), 0 when there is none:
 * overlong forms, surrogates and code points above U+10FFFF are none.
 */
static size_t sequence_length(const unsigned char *p, const unsigned char *end)
{
    if (p[0] < 0x80)
        return 1;
    size_t n = p[0] >= 0xC2 && p[0] <= 0xDF   ? 2
               : p[0] >= 0xE0 && p[0] <= 0xEF ? 3
               : p[0] >= 0xF0 && p[0] <= 0xF4 ? 4
                                              : 0;
    if (n == 0 || (size_t)(end - p) < n)
        return 0;
    unsigned char lo = p[0] == 0xE0 ? 0xA0 : p[0] == 0xF0 ? 0x90 : 0x80;
    unsigned char hi = p[0] == 0xED ? 0x9F : p[0] == 0xF4 ? 0x8F : 0xBF;
    if (p[1] < lo || p[1] > hi)
        return 0;
    for (size_t i = 2; i < n; i++)
        if ((p[i] & 0xC0) != 0x80)
            return 0;
    return n;
}

/* Behind the 8 bytes at p when they are ASCII without zeros, p otherwise. */
static const unsigned char *skip_ascii(const unsigned char *p, const unsigned char *end)
{
    static const uint64_t ones = 0x0101010101010101u, tops = 0x8080808080808080u;
    uint64_t bytes;
    if (end - p < 8)
        return p;
    memcpy(&bytes, p, 8);
    return (((bytes - ones) | bytes) & tops) == 0 ? p + 8 : p;
}

/* The first byte that is no text: a zero or no UTF-8; end when all is text. */
static const unsigned char *first_bad(const unsigned char *p, const unsigned char *end)
{
    while (p < end) {
        const unsigned char *next = skip_ascii(p, end);
        if (next == p) {
            size_t n = *p == 0 ? 0 : sequence_length(p, end);
            if (n == 0)
                return p;
            next += n;
        }
        p = next;
    }
    return end;
}

size_t td_text_valid(const char *text, size_t size)
{
    const unsigned char *start = (const unsigned char *)text;
    return (size_t)(first_bad(start, start + size) - start);
}

static bool check_text(const char *path, td_status family, const char *text, size_t size,
                       td_errors *errors)
{
    const char *end = text + size, *line = text;
    const unsigned char *bad = first_bad((const unsigned char *)text, (const unsigned char *)end);
    if (bad == (const unsigned char *)end)
        return true;
    const char *at = (const char *)bad, *next;
    size_t row = 1;
    for (; (next = memchr(line, '\n', (size_t)(at - line))) != NULL; line = next + 1)
        row++;
    char byte[8];
    snprintf(byte, sizeof byte, "0x%02X", *bad);
    td_place place = {.file = path, .row = row, .column = (size_t)(at - line) + 1};
    bool rules = family == TD_ERULES;
    if (*bad == 0)
        td_errors_add(errors, rules ? TD_MSG_RULES_ZERO_BYTE : TD_MSG_DATA_ZERO_BYTE, &place, NULL);
    else
        td_errors_add(errors, rules ? TD_MSG_RULES_NOT_UTF8 : TD_MSG_DATA_NOT_UTF8, &place, byte,
                      NULL);
    return false;
}

/* Room for a file of known size to be read at once and its end to be seen. */
static size_t capacity_for(FILE *stream, size_t limit)
{
    struct stat info;
    if (fstat(fileno(stream), &info) != 0 || !S_ISREG(info.st_mode) || info.st_size <= 0)
        return CHUNK_BYTES;
    return (size_t)info.st_size < limit ? (size_t)info.st_size + 1 : CHUNK_BYTES;
}

/* Reads to the end; *size stops above limit when the stream is longer. NULL: no memory. */
static char *read_all(FILE *stream, size_t limit, size_t *size)
{
    size_t capacity = capacity_for(stream, limit), used = 0;
    char *text = malloc(capacity + 1);
    td_memory_large(text, capacity);
    while (text != NULL && used <= limit) {
        size_t got = fread(text + used, 1, capacity - used, stream);
        used += got;
        if (got == 0)
            break;
        if (used == capacity) {
            capacity *= 2;
            char *grown = realloc(text, capacity + 1);
            if (grown == NULL)
                free(text);
            text = grown;
        }
    }
    if (text != NULL)
        text[used] = '\0';
    *size = used;
    return text;
}

static void skip_mark(td_file *file)
{
    if (file->size < 3 || memcmp(file->text, "\xEF\xBB\xBF", 3) != 0)
        return;
    file->n_mark = 3;
    file->text += 3;
    file->size -= 3;
}

td_status td_file_open(const char *path, size_t limit_bytes, td_status family, td_file *out,
                       td_errors *errors)
{
    bool standard = strcmp(path, "-") == 0;
    errno = 0;
    FILE *stream = standard ? stdin : fopen(path, "rb");
    if (stream == NULL)
        return fault_of_reading(path, errors);
    td_file file = {0};
    file.text = file.memory = read_all(stream, limit_bytes, &file.size);
    bool failed = ferror(stream) != 0;
    td_status status = TD_OK;
    if (file.memory == NULL) {
        status = TD_ENOMEM;
    } else if (failed) {
        status = fault_of_reading(path, errors);
    } else if (file.size > limit_bytes) {
        char limit[24];
        snprintf(limit, sizeof limit, "%zu", limit_bytes);
        td_place place = {.file = path};
        td_errors_add(errors, TD_MSG_IO_TOO_LARGE, &place, limit, NULL);
        status = TD_EIO;
    }
    if (!standard)
        fclose(stream);
    if (status == TD_OK) {
        skip_mark(&file);
        if (!check_text(path, family, file.text, file.size, errors))
            status = family;
    }
    if (status != TD_OK) {
        free(file.memory);
        return status;
    }
    *out = file;
    return TD_OK;
}

td_status td_file_read(const char *path, size_t limit_bytes, td_status family, td_file *out,
                       td_errors *errors)
{
    td_status status = td_file_open(path, limit_bytes, family, out, errors);
    if (status == TD_OK)
        td_file_fingerprint(out);
    return status;
}

void td_file_release(td_file *file)
{
    free(file->memory);
    *file = (td_file){0};
}

char *td_path_join(const char *base, bool is_folder, const char *relative)
{
    size_t keep = strlen(base);
    if (relative[0] == '/')
        keep = 0;
    else if (!is_folder)
        while (keep > 0 && base[keep - 1] != '/')
            keep--;
    bool slash = keep > 0 && base[keep - 1] != '/';
    size_t length = keep + slash + strlen(relative);
    char *path = malloc(length + 1);
    if (path != NULL)
        snprintf(path, length + 1, "%.*s%s%s", (int)keep, base, slash ? "/" : "", relative);
    return path;
}
