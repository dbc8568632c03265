#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#include "criteria/json.h"
#include "criteria/json_scan.h"

static int compare_keys(const void *a, const void *b)
{
    return strcmp((*(cJSON *const *)a)->string, (*(cJSON *const *)b)->string);
}

/* Faults for the keys that an object holds twice. scratch holds as many pointers as members. */
static bool check_duplicates(td_reader *reader, const cJSON *object)
{
    size_t n = td_json_count(object);
    const cJSON **sorted = calloc(n, sizeof *sorted);
    if (sorted == NULL)
        return false;
    size_t i = 0;
    for (const cJSON *c = object->child; c != NULL; c = c->next)
        sorted[i++] = c;
    qsort(sorted, n, sizeof *sorted, compare_keys);
    td_message id = td_message_of_family(TD_MSG_RULES_JSON_DUPLICATE, reader->family);
    for (i = 1; i < n; i++)
        if (strcmp(sorted[i]->string, sorted[i - 1]->string) == 0 &&
            (i < 2 || strcmp(sorted[i]->string, sorted[i - 2]->string) != 0))
            td_reader_fault(reader, id, sorted[i]->string, sorted[i]->string, NULL);
    free(sorted);
    return true;
}

static bool check_keys(td_reader *reader, const cJSON *json)
{
    if (cJSON_IsObject(json) && json->child != NULL && json->child->next != NULL &&
        !check_duplicates(reader, json))
        return false;
    size_t i = 0;
    for (const cJSON *c = json->child; c != NULL; c = c->next, i++) {
        if (c->child == NULL)
            continue;
        size_t mark = c->string != NULL ? td_reader_enter(reader, c->string)
                                        : td_reader_enter_index(reader, i);
        bool ok = check_keys(reader, c);
        td_reader_leave(reader, mark);
        if (!ok)
            return false;
    }
    return true;
}

static bool has_unique_keys(const cJSON *json, const char *file, td_status family,
                            td_errors *errors)
{
    td_reader reader = {.file = file, .family = family, .errors = errors, .arena = td_arena_new()};
    size_t before = td_errors_count(errors, TD_ERROR);
    bool ok = reader.arena != NULL && check_keys(&reader, json) && !reader.failed;
    td_arena_free(reader.arena);
    return ok && td_errors_count(errors, TD_ERROR) == before;
}

td_json *td_json_parse(const char *text, size_t size, const char *file, td_status family,
                       td_errors *errors)
{
    if (size >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
        text += 3;
        size -= 3;
    }
    if (!td_json_scan(text, size, file, family, errors))
        return NULL;
    cJSON *json = cJSON_ParseWithLength(text, size);
    if (json != NULL && !has_unique_keys(json, file, family, errors)) {
        cJSON_Delete(json);
        return NULL;
    }
    return json;
}

void td_json_free(td_json *json)
{
    cJSON_Delete(json);
}

const td_json *td_json_member(const td_json *object, const char *key)
{
    if (!cJSON_IsObject(object))
        return NULL;
    const cJSON *c = object->child;
    while (c != NULL && strcmp(c->string, key) != 0)
        c = c->next;
    return c;
}

const td_json *td_json_first(const td_json *container)
{
    return container == NULL ? NULL : container->child;
}

const td_json *td_json_next(const td_json *child)
{
    return child->next;
}

const char *td_json_key(const td_json *child)
{
    return child->string;
}

size_t td_json_count(const td_json *container)
{
    size_t n = 0;
    for (const cJSON *c = td_json_first(container); c != NULL; c = c->next)
        n++;
    return n;
}

bool td_json_is_object(const td_json *json)
{
    return cJSON_IsObject(json);
}

bool td_json_is_array(const td_json *json)
{
    return cJSON_IsArray(json);
}

bool td_json_is_number(const td_json *json)
{
    return cJSON_IsNumber(json);
}

bool td_json_is_string(const td_json *json)
{
    return cJSON_IsString(json);
}

bool td_json_is_bool(const td_json *json)
{
    return cJSON_IsBool(json);
}

bool td_json_is_null(const td_json *json)
{
    return cJSON_IsNull(json);
}

double td_json_number(const td_json *json)
{
    return json->valuedouble + 0.0; /* -0 becomes 0 */
}

const char *td_json_string(const td_json *json)
{
    return json->valuestring;
}

bool td_json_true(const td_json *json)
{
    return cJSON_IsTrue(json);
}

td_json *td_json_object(void)
{
    return cJSON_CreateObject();
}

td_json *td_json_put_string(td_json *object, const char *key, const char *value)
{
    return td_json_put(object, key, cJSON_CreateString(value));
}

td_json *td_json_put_number(td_json *object, const char *key, double value)
{
    return td_json_put(object, key, cJSON_CreateNumber(value));
}

td_json *td_json_put_true(td_json *object, const char *key)
{
    return td_json_put(object, key, cJSON_CreateTrue());
}

td_json *td_json_put(td_json *object, const char *key, td_json *value)
{
    if (object != NULL && value != NULL && cJSON_AddItemToObject(object, key, value))
        return object;
    cJSON_Delete(value);
    cJSON_Delete(object);
    return NULL;
}
