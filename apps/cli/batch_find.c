#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "apps/cli/batch.h"

/* Folders that are being walked, innermost first: a link back to one of them is a loop. */
typedef struct chain {
    const struct chain *outer;
    dev_t device;
    ino_t inode;
} chain;

typedef struct search {
    td_batch_list *list;
    struct stat output; /* the output folder, walked around; st_ino 0: there is none yet */
    td_errors *errors;
} search;

static td_status cannot_read(const char *path, int error, td_errors *errors)
{
    td_place place = {.file = path};
    td_errors_add(errors, TD_MSG_IO_READ, &place, strerror(error), NULL);
    return TD_EIO;
}

/* ---- names ---- */

/* What a folder is called when only its last part is wanted; "." and ".." have none to see. */
static char *last_name(const char *path)
{
    char *name = td_batch_name(path);
    const char *slash = name == NULL ? NULL : strrchr(name, '/');
    const char *last = slash == NULL ? name : slash + 1;
    if (last == NULL || (*last != '\0' && strcmp(last, "%2E%2E") != 0)) {
        if (last != NULL)
            memmove(name, last, strlen(last) + 1);
        return name;
    }
    free(name);
    char *real = realpath(path, NULL);
    slash = real == NULL ? NULL : strrchr(real, '/');
    name = td_batch_name(slash == NULL || slash[1] == '\0' ? "root" : slash + 1);
    free(real);
    return name;
}

static char *joined(const char *folder, const char *name)
{
    size_t length = strlen(folder), size = length + strlen(name) + 2;
    char *path = malloc(size);
    bool slash = length > 0 && folder[length - 1] != '/';
    if (path != NULL)
        snprintf(path, size, "%s%s%s", folder, slash ? "/" : "", name);
    return path;
}

/* ---- the list ---- */

/* info NULL: nothing is there. name becomes the list's. */
static td_status add(search *s, const char *path, char *name, const struct stat *info)
{
    td_batch_list *list = s->list;
    char *copy = strdup(path);
    if (list->n == list->capacity) {
        size_t capacity = list->capacity == 0 ? 16 : 2 * list->capacity;
        td_batch_item *grown = realloc(list->items, capacity * sizeof *grown);
        if (grown != NULL) {
            list->items = grown;
            list->capacity = capacity;
        }
    }
    if (copy == NULL || name == NULL || list->n == list->capacity) {
        free(copy);
        free(name);
        return TD_ENOMEM;
    }
    list->items[list->n++] = (td_batch_item){.path = copy, .name = name};
    if (info != NULL) {
        list->items[list->n - 1].device = info->st_dev;
        list->items[list->n - 1].inode = info->st_ino;
    }
    return TD_OK;
}

void td_batch_list_release(td_batch_list *list)
{
    for (size_t i = 0; i < list->n; i++) {
        free(list->items[i].path);
        free(list->items[i].name);
    }
    free(list->items);
    *list = (td_batch_list){0};
}

/* ---- folders ---- */

static bool is_evaluation(const char *folder)
{
    char path[PATH_MAX];
    struct stat info;
    int length = snprintf(path, sizeof path, "%s/evaluation.json", folder);
    return (size_t)length < sizeof path && stat(path, &info) == 0;
}

static int is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static td_status walk(search *s, const char *path, const char *below, const chain *outer);

/* One entry of a folder; what is no folder is passed over. */
static td_status step(search *s, const char *path, const char *below, const char *entry,
                      const chain *inside)
{
    char *deeper = joined(path, entry), *name = joined(below, entry);
    struct stat info;
    td_status status = deeper == NULL || name == NULL ? TD_ENOMEM : TD_OK;
    bool counts = status == TD_OK && stat(deeper, &info) == 0 && S_ISDIR(info.st_mode) &&
                  !(info.st_dev == s->output.st_dev && info.st_ino == s->output.st_ino);
    for (const chain *c = inside; counts && c != NULL; c = c->outer)
        counts = !(c->device == info.st_dev && c->inode == info.st_ino);
    if (counts && is_evaluation(deeper))
        status = add(s, deeper, td_batch_name(name), &info);
    else if (counts)
        status = walk(s, deeper, name, inside);
    free(deeper);
    free(name);
    return status;
}

/* A folder that is no evaluation itself; below: its path as names of results show it. */
static td_status walk(search *s, const char *path, const char *below, const chain *outer)
{
    struct dirent **entries = NULL;
    struct stat info;
    int n = stat(path, &info) == 0 ? scandir(path, &entries, is_visible, by_bytes) : -1;
    if (n < 0) {
        if (errno == ENOMEM)
            return TD_ENOMEM;
        td_status unread = cannot_read(path, errno, s->errors);
        return outer == NULL ? unread : TD_OK;
    }
    chain inside = {outer, info.st_dev, info.st_ino};
    td_status status = TD_OK;
    for (int i = 0; i < n; i++) {
        if (status == TD_OK)
            status = step(s, path, below, entries[i]->d_name, &inside);
        free(entries[i]);
    }
    free(entries);
    return status;
}

/* ---- lists ---- */

/*
 * A path as somebody wrote it, which names its results. What is not there, or is no folder, is an
 * evaluation all the same: it fails by itself, with its own report.
 */
static td_status take_path(void *context, const char *path)
{
    search *s = context;
    struct stat info;
    bool exists = stat(path, &info) == 0;
    size_t before = s->list->n;
    td_status status = TD_OK;
    if (strcmp(path, "-") == 0) /* a file of this name, not standard input */
        return take_path(s, "./-");
    if (exists && S_ISDIR(info.st_mode) && !is_evaluation(path))
        status = walk(s, path, path, NULL);
    if (status == TD_EIO)
        status = TD_OK;
    if (status == TD_OK && s->list->n == before)
        status = add(s, path, td_batch_name(path), exists ? &info : NULL);
    return status;
}

static td_status take_list(search *s, const char *path)
{
    bool is_standard = strcmp(path, "-") == 0;
    FILE *in = is_standard ? stdin : fopen(path, "r");
    if (in == NULL)
        return cannot_read(path, errno, s->errors);
    td_status status = td_batch_read_list(in, take_path, s);
    if (status == TD_OK && ferror(in))
        status = cannot_read(path, EIO, s->errors);
    if (!is_standard)
        fclose(in);
    return status;
}

/* ---- operands ---- */

static td_status take_operand(search *s, const char *operand, bool is_only)
{
    struct stat info;
    if (strcmp(operand, "-") == 0)
        return take_list(s, operand);
    if (stat(operand, &info) != 0)
        return cannot_read(operand, errno, s->errors);
    if (!S_ISDIR(info.st_mode))
        return take_list(s, operand);
    if (is_evaluation(operand))
        return add(s, operand, is_only ? last_name(operand) : td_batch_name(operand), &info);
    return walk(s, operand, is_only ? "" : operand, NULL);
}

/* ---- each once ---- */

static int by_place(const void *left, const void *right)
{
    const td_batch_item *a = *(td_batch_item *const *)left, *b = *(td_batch_item *const *)right;
    if (a->device != b->device)
        return a->device < b->device ? -1 : 1;
    if (a->inode != b->inode)
        return a->inode < b->inode ? -1 : 1;
    return a < b ? -1 : a > b;
}

static int by_name(const void *left, const void *right)
{
    const td_batch_item *a = *(td_batch_item *const *)left, *b = *(td_batch_item *const *)right;
    int order = strcmp(a->name, b->name);
    return order != 0 ? order : a < b ? -1 : a > b;
}

static bool is_same(const td_batch_item *a, const td_batch_item *b)
{
    if (a->inode == 0 || b->inode == 0)
        return a->inode == b->inode && strcmp(a->path, b->path) == 0;
    return a->device == b->device && a->inode == b->inode;
}

/* Drops what comes again, marked by a path of NULL. */
static void compact(td_batch_list *list)
{
    size_t n = 0;
    for (size_t i = 0; i < list->n; i++) {
        if (list->items[i].path == NULL)
            free(list->items[i].name);
        else
            list->items[n++] = list->items[i];
    }
    list->n = n;
}

static void forget(td_batch_item *item)
{
    free(item->path);
    item->path = NULL;
}

/* Neighbours in an order that brings equals together: the first of them stays. */
static void drop_again(size_t n, td_batch_item **sorted)
{
    for (size_t i = 0, first = 0; i < n; i++)
        if (i > first && is_same(sorted[first], sorted[i]))
            forget(sorted[i]);
        else
            first = i;
}

static td_status refuse_same_names(size_t n, td_batch_item **sorted, td_errors *errors)
{
    td_status status = TD_OK;
    for (size_t i = 1; i < n; i++) {
        const td_batch_item *a = sorted[i - 1], *b = sorted[i];
        if (strcmp(a->name, b->name) != 0)
            continue;
        td_errors_add(errors, TD_MSG_BATCH_SAME_NAME, NULL, a->path, b->path, a->name, NULL);
        status = TD_EINVAL;
    }
    return status;
}

static td_status each_once(td_batch_list *list, td_errors *errors)
{
    td_batch_item **sorted = calloc(list->n + 1, sizeof *sorted);
    if (sorted == NULL)
        return TD_ENOMEM;
    static int (*const orders[])(const void *, const void *) = {by_place, by_name};
    for (size_t pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < list->n; i++)
            sorted[i] = &list->items[i];
        qsort(sorted, list->n, sizeof *sorted, orders[pass]);
        drop_again(list->n, sorted);
        compact(list);
    }
    for (size_t i = 0; i < list->n; i++)
        sorted[i] = &list->items[i];
    qsort(sorted, list->n, sizeof *sorted, by_name);
    td_status status = refuse_same_names(list->n, sorted, errors);
    free(sorted);
    return status;
}

td_status td_batch_find(const td_settings *settings, td_batch_list *out, td_errors *errors)
{
    search s = {.list = out, .errors = errors};
    td_status status = TD_OK;
    if (stat(settings->text[TD_OPT_OUTPUT_DIR], &s.output) != 0)
        s.output = (struct stat){0};
    for (size_t i = 0; i < settings->n_operands && status == TD_OK; i++)
        status = take_operand(&s, settings->operands[i], settings->n_operands == 1);
    if (status == TD_OK)
        status = each_once(out, errors);
    if (status == TD_OK && out->n == 0) {
        td_errors_add(errors, TD_MSG_BATCH_NOTHING, NULL, settings->operands[0], NULL);
        status = TD_EINVAL;
    }
    return status;
}
