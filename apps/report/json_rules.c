/*
 * Two rule sets, matched by code: which criterion, which key, what before and after.
 */
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "apps/report/json_read.h"

/* A criterion and where it hangs; nested and flat spelling mean the same. */
typedef struct node {
    const char *code, *parent;
    const cJSON *json;
} node;

typedef struct nodes {
    node *list;
    size_t n, capacity;
    bool out_of_memory;
} nodes;

/* Where the comparison is: a criterion ("" for the head) and the key so far. */
typedef struct place {
    td_difference *out;
    const char *criterion;
    bool out_of_memory;
} place;

static const char *string_in(const cJSON *object, const char *key)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, key));
    return text == NULL ? "" : text;
}

static void collect(nodes *all, const cJSON *list, const char *parent)
{
    const cJSON *item;
    cJSON_ArrayForEach(item, list)
    {
        if (all->n == all->capacity) {
            size_t capacity = 2 * all->capacity + 32;
            node *grown = realloc(all->list, capacity * sizeof *grown);
            if (grown == NULL) {
                all->out_of_memory = true;
                return;
            }
            all->list = grown;
            all->capacity = capacity;
        }
        const char *own = string_in(item, "parent");
        const char *code = string_in(item, "code");
        all->list[all->n++] = (node){code, *own != '\0' ? own : parent, item};
        collect(all, cJSON_GetObjectItemCaseSensitive(item, "children"), code);
    }
}

static const node *find(const nodes *all, const char *code)
{
    for (size_t i = 0; i < all->n; i++)
        if (strcmp(all->list[i].code, code) == 0)
            return &all->list[i];
    return NULL;
}

/* A value as one would write it; a string without its quotes. Caller frees. */
static char *written(const cJSON *value)
{
    char text[64];
    if (value == NULL)
        return strdup("");
    if (cJSON_IsString(value))
        return strdup(value->valuestring);
    if (!cJSON_IsNumber(value))
        return cJSON_PrintUnformatted(value);
    td_number_text(value->valuedouble, '.', text, sizeof text);
    return strdup(text);
}

static void add(place *p, td_diff_kind change, const char *key, char *before, char *after)
{
    td_difference *out = p->out;
    td_rule_change *grown = realloc(out->rules, (out->n_rules + 1) * sizeof *grown);
    if (grown != NULL)
        out->rules = grown;
    char *criterion = strdup(p->criterion), *own_key = strdup(key);
    if (grown == NULL || criterion == NULL || own_key == NULL || before == NULL || after == NULL) {
        p->out_of_memory = true;
        free(criterion);
        free(own_key);
        free(before);
        free(after);
        return;
    }
    out->rules[out->n_rules++] = (td_rule_change){change, criterion, own_key, before, after};
}

static void add_values(place *p, const char *key, const cJSON *a, const cJSON *b)
{
    td_diff_kind change = a == NULL ? TD_ADDED : b == NULL ? TD_REMOVED : TD_CHANGED;
    add(p, change, key, written(a), written(b));
}

static char *joined(const char *key, const char *separator, const char *more, const char *end)
{
    size_t size = strlen(key) + strlen(separator) + strlen(more) + strlen(end) + 1;
    char *text = malloc(size);
    if (text != NULL)
        snprintf(text, size, "%s%s%s%s", key, *key == '\0' && *separator == '.' ? "" : separator,
                 more, end);
    return text;
}

static bool are_coded(const cJSON *array)
{
    const cJSON *item;
    if (!cJSON_IsArray(array) || array->child == NULL)
        return false;
    cJSON_ArrayForEach(item, array)
    {
        if (*string_in(item, "code") == '\0')
            return false;
    }
    return true;
}

static const cJSON *coded(const cJSON *array, const char *code)
{
    const cJSON *item;
    cJSON_ArrayForEach(item, array)
    {
        if (strcmp(string_in(item, "code"), code) == 0)
            return item;
    }
    return NULL;
}

static void compare(place *p, const char *key, const cJSON *a, const cJSON *b);

static void compare_at(place *p, const char *key, const char *separator, const char *more,
                       const char *end, const cJSON *a, const cJSON *b)
{
    char *longer = joined(key, separator, more, end);
    if (longer == NULL)
        p->out_of_memory = true;
    else
        compare(p, longer, a, b);
    free(longer);
}

static void compare_objects(place *p, const char *key, const cJSON *a, const cJSON *b)
{
    const cJSON *item;
    cJSON_ArrayForEach(item, a)
    {
        compare_at(p, key, ".", item->string, "", item,
                   cJSON_GetObjectItemCaseSensitive(b, item->string));
    }
    cJSON_ArrayForEach(item, b)
    {
        if (cJSON_GetObjectItemCaseSensitive(a, item->string) == NULL)
            compare_at(p, key, ".", item->string, "", NULL, item);
    }
}

/* The codes that both lists have, in the order of one. Caller frees. */
static char *common_order(const cJSON *list, const cJSON *other)
{
    const cJSON *item;
    char *order = strdup("");
    cJSON_ArrayForEach(item, list)
    {
        const char *code = string_in(item, "code");
        if (order == NULL || coded(other, code) == NULL)
            continue;
        char *longer = joined(order, *order == '\0' ? "" : ", ", code, "");
        free(order);
        order = longer;
    }
    return order;
}

static void compare_order(place *p, const char *key, const cJSON *a, const cJSON *b)
{
    char *before = common_order(a, b), *after = common_order(b, a);
    if (before != NULL && after != NULL && strcmp(before, after) == 0) {
        free(before);
        free(after);
        return;
    }
    add(p, TD_CHANGED, key, before, after);
}

static void compare_coded(place *p, const char *key, const cJSON *a, const cJSON *b)
{
    const cJSON *item;
    cJSON_ArrayForEach(item, a)
    {
        const char *code = string_in(item, "code");
        compare_at(p, key, "[", code, "]", item, coded(b, code));
    }
    cJSON_ArrayForEach(item, b)
    {
        const char *code = string_in(item, "code");
        if (coded(a, code) == NULL)
            compare_at(p, key, "[", code, "]", NULL, item);
    }
    compare_order(p, key, a, b);
}

static void compare_items(place *p, const char *key, const cJSON *a, const cJSON *b)
{
    char index[24];
    size_t i = 0;
    for (a = a->child, b = b->child; a != NULL && b != NULL; a = a->next, b = b->next, i++) {
        snprintf(index, sizeof index, "%zu", i);
        compare_at(p, key, "[", index, "]", a, b);
    }
}

static bool equal_scalars(const cJSON *a, const cJSON *b)
{
    if (cJSON_IsNumber(a) && cJSON_IsNumber(b))
        return a->valuedouble == b->valuedouble;
    if (cJSON_IsString(a) && cJSON_IsString(b))
        return strcmp(a->valuestring, b->valuestring) == 0;
    return (a->type & 0xFF) == (b->type & 0xFF) && !cJSON_IsObject(a) && !cJSON_IsArray(a);
}

static void compare(place *p, const char *key, const cJSON *a, const cJSON *b)
{
    if (a == NULL || b == NULL)
        add_values(p, key, a, b);
    else if (cJSON_IsObject(a) && cJSON_IsObject(b))
        compare_objects(p, key, a, b);
    else if (are_coded(a) && are_coded(b))
        compare_coded(p, key, a, b);
    else if (cJSON_IsArray(a) && cJSON_IsArray(b) && cJSON_GetArraySize(a) == cJSON_GetArraySize(b))
        compare_items(p, key, a, b);
    else if (!equal_scalars(a, b))
        add_values(p, key, a, b);
}

/* Keys of criteria that the tree itself tells, or that mean nothing. */
static bool is_structure(const char *key)
{
    static const char *const KEYS[] = {"children", "parent", "criteria", "$schema"};
    for (size_t i = 0; i < sizeof KEYS / sizeof KEYS[0]; i++)
        if (strcmp(key, KEYS[i]) == 0)
            return true;
    return false;
}

static void compare_members(place *p, const cJSON *a, const cJSON *b)
{
    const cJSON *item;
    cJSON_ArrayForEach(item, a)
    {
        if (!is_structure(item->string))
            compare(p, item->string, item, cJSON_GetObjectItemCaseSensitive(b, item->string));
    }
    cJSON_ArrayForEach(item, b)
    {
        if (!is_structure(item->string) &&
            cJSON_GetObjectItemCaseSensitive(a, item->string) == NULL)
            compare(p, item->string, NULL, item);
    }
}

/* What names a criterion that came or went: its name, else its code. */
static char *title_of(const node *n)
{
    const cJSON *name = cJSON_GetObjectItemCaseSensitive(n->json, "name");
    if (cJSON_IsObject(name) && name->child != NULL)
        name = name->child;
    return cJSON_IsString(name) ? strdup(name->valuestring) : strdup(n->code);
}

static void compare_nodes(place *p, const nodes *before, const nodes *after)
{
    for (size_t i = 0; i < before->n; i++) {
        const node *a = &before->list[i], *b = find(after, a->code);
        p->criterion = a->code;
        if (b == NULL) {
            add(p, TD_REMOVED, "", title_of(a), strdup(""));
            continue;
        }
        if (strcmp(a->parent, b->parent) != 0)
            add(p, TD_CHANGED, "parent", strdup(a->parent), strdup(b->parent));
        compare_members(p, a->json, b->json);
    }
    for (size_t i = 0; i < after->n; i++)
        if (find(before, after->list[i].code) == NULL) {
            p->criterion = after->list[i].code;
            add(p, TD_ADDED, "", strdup(""), title_of(&after->list[i]));
        }
}

td_status td_diff_rules(const cJSON *before, const cJSON *after, td_difference *out)
{
    nodes a = {0}, b = {0};
    place p = {.out = out, .criterion = ""};
    collect(&a, cJSON_GetObjectItemCaseSensitive(before, "criteria"), "");
    collect(&b, cJSON_GetObjectItemCaseSensitive(after, "criteria"), "");
    if (!a.out_of_memory && !b.out_of_memory) {
        compare_members(&p, before, after);
        compare_nodes(&p, &a, &b);
    }
    bool failed = a.out_of_memory || b.out_of_memory || p.out_of_memory;
    out->n_compared = a.n;
    free(a.list);
    free(b.list);
    return failed ? TD_ENOMEM : TD_OK;
}
