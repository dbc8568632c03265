/*
 * Where a JSON pointer points in a text that a parser has accepted.
 */
#include <stdlib.h>
#include <string.h>

#include "apps/report/certificate.h"

static const char *skip_blanks(const char *p)
{
    return p + strspn(p, " \t\r\n");
}

static const char *skip_string(const char *p)
{
    for (p++; *p != '\0' && *p != '"'; p++)
        if (*p == '\\' && p[1] != '\0')
            p++;
    return *p == '"' ? p + 1 : p;
}

/* Past the value; brackets are counted, so nothing is called again. */
static const char *skip_value(const char *p)
{
    size_t depth = 0;
    do {
        if (*p == '"') {
            p = skip_string(p);
        } else if (*p == '{' || *p == '[') {
            depth++;
            p++;
        } else if (*p == '}' || *p == ']') {
            if (depth == 0)
                return p;
            depth--;
            p++;
        } else if (depth == 0) {
            return p + strcspn(p, ",]} \t\r\n");
        } else {
            p++;
        }
    } while (*p != '\0' && depth > 0);
    return p;
}

/* The value of a member or element, NULL when it is not there. key is not terminated. */
static const char *step_into(const char *p, const char *key, size_t length)
{
    bool is_object = *p == '{';
    size_t wanted = is_object ? 0 : (size_t)strtoul(key, NULL, 10), index = 0;
    if (!is_object && *p != '[')
        return NULL;
    for (p = skip_blanks(p + 1); *p != '\0' && *p != '}' && *p != ']'; index++) {
        bool found = index == wanted;
        if (is_object) {
            const char *name = p + 1;
            p = skip_string(p);
            found = (size_t)(p - 1 - name) == length && strncmp(name, key, length) == 0;
            p = skip_blanks(p);
            p = skip_blanks(*p == ':' ? p + 1 : p);
        }
        if (found)
            return p;
        p = skip_blanks(skip_value(p));
        p = skip_blanks(*p == ',' ? p + 1 : p);
    }
    return NULL;
}

size_t td_json_row(const char *text, const char *pointer)
{
    const char *p = strncmp(text, "\xEF\xBB\xBF", 3) == 0 ? text + 3 : text;
    size_t row = 1;
    p = skip_blanks(p);
    while (p != NULL && *pointer == '/') {
        size_t length = strcspn(pointer + 1, "/");
        p = step_into(p, pointer + 1, length);
        pointer += 1 + length;
    }
    if (p == NULL)
        return 0;
    for (const char *c = text; c < p; c++)
        row += *c == '\n';
    return row;
}
