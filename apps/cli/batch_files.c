#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "apps/cli/batch.h"

/* ---- names and lists ---- */

char *td_batch_name(const char *path)
{
    char *name = malloc(3 * strlen(path) + 1), *to = name;
    while (name != NULL && *path != '\0') {
        size_t length = strcspn(path, "/");
        bool counts = length > 0 && !(length == 1 && *path == '.');
        if (counts && to > name)
            *to++ = '/';
        for (size_t i = 0; counts && i < length; i++) {
            unsigned char c = (unsigned char)path[i];
            if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                c == '-' || c == '_')
                *to++ = (char)c;
            else
                to += sprintf(to, "%%%02X", c);
        }
        path += length + (path[length] == '/');
    }
    if (name != NULL)
        *to = '\0';
    return name;
}

td_status td_batch_read_list(FILE *in, td_status (*take)(void *context, const char *path),
                             void *context)
{
    char *line = NULL;
    size_t capacity = 0;
    td_status status = TD_OK;
    errno = 0;
    for (bool is_first = true; status == TD_OK && getline(&line, &capacity, in) != -1;
         is_first = false) {
        bool has_mark = is_first && strncmp(line, "\xEF\xBB\xBF", 3) == 0; /* of UTF-8 */
        char *start = has_mark ? line + 3 : line;
        start += strspn(start, " \t\r\n");
        size_t length = strlen(start);
        while (length > 0 && strchr(" \t\r\n", start[length - 1]) != NULL)
            start[--length] = '\0';
        if (*start != '\0' && *start != '#')
            status = take(context, start);
    }
    if (status == TD_OK && errno == ENOMEM)
        status = TD_ENOMEM;
    free(line);
    return status;
}

/* ---- hashes ---- */

td_status td_batch_files_add(td_batch_files *files, const char *path, const char hash[65])
{
    if (files->n == files->capacity) {
        size_t capacity = files->capacity == 0 ? 16 : 2 * files->capacity;
        void *grown = realloc(files->files, capacity * sizeof *files->files);
        if (grown == NULL)
            return TD_ENOMEM;
        files->files = grown;
        files->capacity = capacity;
    }
    char *copy = strdup(path);
    if (copy == NULL)
        return TD_ENOMEM;
    files->files[files->n].path = copy;
    snprintf(files->files[files->n].hash, sizeof files->files[0].hash, "%s", hash);
    files->n++;
    return TD_OK;
}

void td_batch_files_release(td_batch_files *files)
{
    for (size_t i = 0; i < files->n; i++)
        free(files->files[i].path);
    free(files->files);
    *files = (td_batch_files){0};
}

static td_status add_file(td_batch_files *out, const char *path, td_errors *errors)
{
    char hash[65];
    td_status status = td_file_hash(path, hash, errors);
    return status == TD_OK ? td_batch_files_add(out, path, hash) : status;
}

/* What loading looks at: evaluation.json and every CSV file, also one that is left aside. */
static int is_data(const struct dirent *entry)
{
    const char *dot = strrchr(entry->d_name, '.');
    return strcmp(entry->d_name, "evaluation.json") == 0 ||
           (dot != NULL && strcmp(dot, ".csv") == 0);
}

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static td_status add_below(td_batch_files *out, const char *folder, const char *name,
                           td_errors *errors)
{
    size_t size = strlen(folder) + strlen(name) + 2;
    char *path = malloc(size);
    if (path == NULL)
        return TD_ENOMEM;
    snprintf(path, size, "%s/%s", folder, name);
    td_status status = add_file(out, path, errors);
    free(path);
    return status;
}

td_status td_batch_data_of(const char *path, td_batch_files *out, td_errors *errors)
{
    struct dirent **entries = NULL;
    struct stat info;
    td_place place = {.file = path};
    bool exists = stat(path, &info) == 0;
    if (exists && !S_ISDIR(info.st_mode))
        return add_file(out, path, errors);
    int n = exists ? scandir(path, &entries, is_data, by_bytes) : -1;
    if (n < 0) {
        td_errors_add(errors, TD_MSG_IO_READ, &place, strerror(errno), NULL);
        return errno == ENOMEM ? TD_ENOMEM : TD_EIO;
    }
    td_status status = TD_OK;
    for (int i = 0; i < n; i++) {
        if (status == TD_OK)
            status = add_below(out, path, entries[i]->d_name, errors);
        free(entries[i]);
    }
    free(entries);
    return status;
}

td_status td_batch_rules_of(const td_evaluation *evaluation, td_batch_files *out)
{
    td_status status = TD_OK;
    size_t n = td_evaluation_get(evaluation).n_rules;
    for (size_t r = 0; r < n && status == TD_OK; r++) {
        td_rules_view rules = td_rules_get(td_evaluation_rules(evaluation, r));
        status = td_batch_files_add(out, rules.path, rules.hash);
    }
    const td_policy *policy = td_evaluation_policy(evaluation);
    if (status == TD_OK && policy != NULL)
        status = td_batch_files_add(out, td_policy_get(policy).path, td_policy_get(policy).hash);
    return status;
}
