/*
 * Compares a certificate, word for word and figure for figure, with the one that its claims give.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "apps/report/certificate.h"
#include "apps/report/json_read.h"

#define POINTER 512
#define SHOWN 80
#define MAX_DIFFERENCES 20

typedef struct comparison {
    const td_certificate *certificate;
    td_errors *errors;
    char pointer[POINTER];
    size_t n_differences;
} comparison;

/* What the certificate may say as it likes: who wrote it, where, and why a unit was struck. */
static bool is_free(const char *pointer)
{
    static const char REASON[] = "/reason";
    size_t length = strlen(pointer), n = sizeof REASON - 1;
    if (strcmp(pointer, "/version") == 0 || strcmp(pointer, "/evaluation/path") == 0)
        return true;
    return strncmp(pointer, "/strikes/", 9) == 0 && length > n &&
           strcmp(pointer + length - n, REASON) == 0;
}

static const char *value_text(const cJSON *value, char text[SHOWN])
{
    if (cJSON_IsString(value))
        snprintf(text, SHOWN, "“%.60s”", value->valuestring);
    else if (cJSON_IsNumber(value))
        snprintf(text, SHOWN, "%.15g", value->valuedouble);
    else
        snprintf(text, SHOWN, "%s",
                 cJSON_IsTrue(value)     ? "true"
                 : cJSON_IsFalse(value)  ? "false"
                 : cJSON_IsNull(value)   ? "null"
                 : cJSON_IsObject(value) ? "{...}"
                                         : "[...]");
    return text;
}

static void say(comparison *c, td_message id, const cJSON *said, const cJSON *right)
{
    char a[SHOWN] = "", b[SHOWN] = "";
    if (c->n_differences++ >= MAX_DIFFERENCES)
        return;
    td_certificate_fault(c->certificate, c->errors, id, c->pointer,
                         said == NULL ? "" : value_text(said, a),
                         right == NULL ? "" : value_text(right, b), NULL);
}

static size_t enter(comparison *c, const char *key, size_t index)
{
    size_t length = strlen(c->pointer);
    if (key != NULL)
        snprintf(c->pointer + length, POINTER - length, "/%s", key);
    else
        snprintf(c->pointer + length, POINTER - length, "/%zu", index);
    return length;
}

static void compare(comparison *c, const cJSON *said, const cJSON *right);

static void compare_objects(comparison *c, const cJSON *said, const cJSON *right)
{
    const cJSON *child;
    cJSON_ArrayForEach(child, right)
    {
        size_t length = enter(c, child->string, 0);
        const cJSON *other = cJSON_GetObjectItemCaseSensitive(said, child->string);
        if (other == NULL)
            say(c, TD_MSG_VERIFY_MISSING, NULL, NULL);
        else
            compare(c, other, child);
        c->pointer[length] = '\0';
    }
    cJSON_ArrayForEach(child, said)
    {
        size_t length = enter(c, child->string, 0);
        if (cJSON_GetObjectItemCaseSensitive(right, child->string) == NULL ||
            cJSON_GetObjectItemCaseSensitive(said, child->string) != child)
            say(c, TD_MSG_VERIFY_EXTRA, NULL, NULL);
        c->pointer[length] = '\0';
    }
}

static void compare_lists(comparison *c, const cJSON *said, const cJSON *right)
{
    size_t index = 0;
    const cJSON *a = said->child, *b = right->child;
    for (; (a != NULL || b != NULL) && c->n_differences < MAX_DIFFERENCES; index++) {
        size_t length = enter(c, NULL, index);
        if (a == NULL || b == NULL)
            say(c, a == NULL ? TD_MSG_VERIFY_MISSING : TD_MSG_VERIFY_EXTRA, NULL, NULL);
        else
            compare(c, a, b);
        c->pointer[length] = '\0';
        a = a == NULL ? NULL : a->next;
        b = b == NULL ? NULL : b->next;
    }
}

static void compare(comparison *c, const cJSON *said, const cJSON *right)
{
    if ((said->type & 0xFF) != (right->type & 0xFF))
        say(c, TD_MSG_VERIFY_DIFFERS, said, right);
    else if (cJSON_IsObject(right))
        compare_objects(c, said, right);
    else if (cJSON_IsArray(right))
        compare_lists(c, said, right);
    else if ((cJSON_IsNumber(right) && said->valuedouble != right->valuedouble) ||
             (cJSON_IsString(right) && strcmp(said->valuestring, right->valuestring) != 0)) {
        if (!is_free(c->pointer))
            say(c, TD_MSG_VERIFY_DIFFERS, said, right);
    }
}

/* The certificate that the claims give, read back. */
static td_status write_right(const td_certificate *certificate, const td_scored *scored,
                             cJSON **out)
{
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);
    if (stream == NULL)
        return TD_ENOMEM;
    td_status status = td_certificate_write(stream, scored, certificate->path);
    bool kept = fclose(stream) == 0;
    if (status == TD_OK && kept)
        *out = cJSON_ParseWithLength(text, size);
    free(text);
    return status == TD_OK && *out == NULL ? TD_ENOMEM : status;
}

td_status td_certificate_compare(const td_certificate *certificate, const td_scored *scored,
                                 td_errors *errors)
{
    comparison c = {.certificate = certificate, .errors = errors};
    cJSON *right = NULL;
    td_status status = write_right(certificate, scored, &right);
    if (status == TD_OK)
        compare(&c, certificate->document, right);
    cJSON_Delete(right);
    return status == TD_OK && c.n_differences > 0 ? TD_EDATA : status;
}
