#include "apps/report/json_read.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#define MAX_FILE_BYTES ((size_t)1 << 30)

static td_status cannot_read(const char *path, td_errors *errors)
{
    td_place place = {.file = path};
    td_errors_add(errors, TD_MSG_IO_READ, &place, strerror(errno), NULL);
    return TD_EIO;
}

static td_status read_stream(FILE *in, char **text, size_t *size)
{
    size_t capacity = 0;
    *size = 0;
    do {
        if (*size + 1 >= capacity) {
            capacity = 2 * capacity + 65536;
            char *grown = realloc(*text, capacity);
            if (grown == NULL)
                return TD_ENOMEM;
            *text = grown;
        }
        *size += fread(*text + *size, 1, capacity - *size - 1, in);
    } while (!feof(in) && !ferror(in) && *size < MAX_FILE_BYTES);
    (*text)[*size] = '\0';
    return ferror(in) ? TD_EIO : TD_OK;
}

td_status td_document_parse(const char *path, const char *text, size_t size, cJSON **out,
                            td_errors *errors)
{
    const char *end = NULL;
    const char *start = size >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0 ? text + 3 : text;
    td_place place = {.file = path};
    *out = cJSON_ParseWithOpts(start, &end, true);
    if (*out != NULL)
        return TD_OK;
    if (end != NULL) {
        place.row = 1;
        for (const char *p = text; p < end; p++)
            place.row += *p == '\n';
    }
    td_errors_add(errors, TD_MSG_CLI_NOT_JSON, &place, NULL);
    return TD_EDATA;
}

td_status td_document_text(const char *path, char **text, size_t *size, td_errors *errors)
{
    bool from_stdin = strcmp(path, "-") == 0;
    FILE *in = from_stdin ? stdin : fopen(path, "rb");
    if (in == NULL)
        return cannot_read(path, errors);
    *text = NULL;
    td_status status = read_stream(in, text, size);
    if (status == TD_EIO)
        status = cannot_read(path, errors);
    if (!from_stdin)
        fclose(in);
    if (status != TD_OK) {
        free(*text);
        *text = NULL;
    }
    return status;
}

td_status td_document_read(const char *path, cJSON **out, td_errors *errors)
{
    char *text = NULL;
    size_t size = 0;
    td_status status = td_document_text(path, &text, &size, errors);
    if (status == TD_OK)
        status = td_document_parse(path, text, size, out, errors);
    free(text);
    return status;
}

bool td_document_is_rules(const cJSON *document)
{
    return cJSON_GetObjectItemCaseSensitive(document, "criteria") != NULL ||
           cJSON_IsString(cJSON_GetObjectItemCaseSensitive(document, "thidua"));
}

bool td_document_is_policy(const cJSON *document)
{
    const char *kind = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(document, "thidua"));
    return kind != NULL && strncmp(kind, "policy/", 7) == 0;
}

void td_document_free(cJSON *document)
{
    cJSON_Delete(document);
}
