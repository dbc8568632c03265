#include "engine/base/files.h"

#include <errno.h>
#include <sha256.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK_BYTES (size_t)65536

void td_hash_text(const char *text, size_t size, char out[65])
{
    SHA256Data((const uint8_t *)text, size, out);
}

static td_status fault_of_reading(const char *path, td_errors *errors)
{
    td_place place = {.file = path};
    td_errors_add(errors, TD_MSG_IO_READ, &place, strerror(errno), NULL);
    return TD_EIO;
}

td_status td_file_hash(const char *path, char out[65], td_errors *errors)
{
    char hash[65];
    errno = 0;
    if (SHA256File(path, hash) == NULL)
        return fault_of_reading(path, errors);
    memcpy(out, hash, sizeof hash);
    return TD_OK;
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

static bool check_text(const char *path, td_status family, const char *text, size_t size,
                       td_errors *errors)
{
    const unsigned char *start = (const unsigned char *)text, *end = start + size, *p = start;
    size_t row = 1;
    const unsigned char *line = start;
    while (p < end) {
        size_t n = *p == 0 ? 0 : sequence_length(p, end);
        if (n == 0)
            break;
        if (*p == '\n') {
            row++;
            line = p + 1;
        }
        p += n;
    }
    if (p == end)
        return true;
    char byte[8];
    snprintf(byte, sizeof byte, "0x%02X", *p);
    td_place place = {.file = path, .row = row, .column = (size_t)(p - line) + 1};
    bool rules = family == TD_ERULES;
    if (*p == 0)
        td_errors_add(errors, rules ? TD_MSG_RULES_ZERO_BYTE : TD_MSG_DATA_ZERO_BYTE, &place, NULL);
    else
        td_errors_add(errors, rules ? TD_MSG_RULES_NOT_UTF8 : TD_MSG_DATA_NOT_UTF8, &place, byte,
                      NULL);
    return false;
}

/* Reads to the end; *size stops above limit when the stream is longer. NULL: no memory. */
static char *read_all(FILE *stream, size_t limit, size_t *size)
{
    size_t capacity = CHUNK_BYTES, used = 0;
    char *text = malloc(capacity + 1);
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

static void skip_mark(char *text, size_t *size)
{
    if (*size >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
        memmove(text, text + 3, *size - 3 + 1);
        *size -= 3;
    }
}

td_status td_file_read(const char *path, size_t limit_bytes, td_status family, td_file *out,
                       td_errors *errors)
{
    bool standard = strcmp(path, "-") == 0;
    errno = 0;
    FILE *stream = standard ? stdin : fopen(path, "rb");
    if (stream == NULL)
        return fault_of_reading(path, errors);
    td_file file = {0};
    file.text = read_all(stream, limit_bytes, &file.size);
    bool failed = ferror(stream) != 0;
    td_status status = TD_OK;
    if (file.text == NULL) {
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
        td_hash_text(file.text, file.size, file.hash);
        skip_mark(file.text, &file.size);
        if (!check_text(path, family, file.text, file.size, errors))
            status = family;
    }
    if (status != TD_OK) {
        free(file.text);
        return status;
    }
    *out = file;
    return TD_OK;
}

void td_file_release(td_file *file)
{
    free(file->text);
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
