/*
 * The journal of a batch: one JSON object a line. Files are pairs of path and hash.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cjson/cJSON.h>

#include "apps/cli/batch.h"
#include "apps/report/json_emit.h"
#include "apps/report/json_read.h"

#define NAME "thidua-batch.journal"
#define ALNUM "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

typedef struct remembered {
    char *name;
    const char *line;
} remembered;

struct td_journal {
    int file;
    const char *folder;
    char *path, *text; /* text: what an earlier run wrote, cut into lines */
    size_t n, capacity;
    remembered *done; /* by name, each once */
};

/* The members of a row that are numbers. */
static const struct {
    const char *key;
    size_t offset;
} COUNTS[] = {
    {"year", offsetof(td_batch_row, year)},
    {"units", offsetof(td_batch_row, n_units)},
    {"clusters", offsetof(td_batch_row, n_clusters)},
    {"ranked", offsetof(td_batch_row, n_ranked)},
    {"unranked", offsetof(td_batch_row, n_unranked)},
    {"ties", offsetof(td_batch_row, n_ties)},
    {"proposed", offsetof(td_batch_row, n_proposed)},
    {"findings", offsetof(td_batch_row, n_findings)},
};
#define N_COUNTS (sizeof COUNTS / sizeof COUNTS[0])

/* ---- one line ---- */

static void write_files(td_emitter *json, const char *key, const td_batch_files *files)
{
    td_emit_open_inline(json, key, '[');
    for (size_t i = 0; i < files->n; i++) {
        td_emit_open_inline(json, NULL, '[');
        td_emit_text(json, NULL, files->files[i].path);
        td_emit_text(json, NULL, files->files[i].hash);
        td_emit_close(json, ']');
    }
    td_emit_close(json, ']');
}

static void write_line(FILE *out, const td_journal_entry *entry)
{
    td_emitter json = {.out = out};
    td_emit_open_inline(&json, NULL, '{');
    td_emit_text(&json, "name", entry->name);
    td_emit_text(&json, "path", entry->path);
    td_emit_text(&json, "options", entry->options);
    write_files(&json, "data", &entry->data);
    write_files(&json, "rules", &entry->rules);
    write_files(&json, "results", &entry->results);
    td_emit_text(&json, "code", entry->row.code);
    td_emit_bool(&json, "has_policy", entry->row.has_policy);
    for (size_t i = 0; i < N_COUNTS; i++)
        td_emit_count(&json, COUNTS[i].key,
                      *(const size_t *)((const char *)&entry->row + COUNTS[i].offset));
    td_emit_close(&json, '}');
}

static const cJSON *member(const cJSON *object, const char *key)
{
    return cJSON_GetObjectItemCaseSensitive(object, key);
}

static const char *text_at(const cJSON *object, const char *key)
{
    return cJSON_GetStringValue(member(object, key));
}

static bool read_files(const cJSON *list, td_batch_files *out)
{
    bool fine = cJSON_IsArray(list);
    const cJSON *file;
    cJSON_ArrayForEach(file, list)
    {
        const char *path = cJSON_GetStringValue(cJSON_GetArrayItem(file, 0));
        const char *hash = cJSON_GetStringValue(cJSON_GetArrayItem(file, 1));
        fine = fine && path != NULL && hash != NULL && strlen(hash) == 64 &&
               strspn(hash, "0123456789abcdef") == 64 &&
               td_batch_files_add(out, path, hash) == TD_OK;
    }
    return fine;
}

static bool read_row(const cJSON *line, td_batch_row *row)
{
    const char *code = text_at(line, "code");
    row->has_policy = cJSON_IsTrue(member(line, "has_policy"));
    for (size_t i = 0; i < N_COUNTS; i++) {
        const cJSON *count = member(line, COUNTS[i].key);
        double x = cJSON_IsNumber(count) ? count->valuedouble : -1;
        if (!(x >= 0 && x < 0x1p53))
            return false;
        *(size_t *)((char *)row + COUNTS[i].offset) = (size_t)x;
    }
    row->code = code == NULL ? NULL : strdup(code);
    row->has_figures = row->has_output = true;
    row->has_faults = row->n_findings > 0;
    return (row->code == NULL) == (code == NULL);
}

bool td_journal_read_line(const char *text, td_journal_entry *out)
{
    *out = (td_journal_entry){0};
    cJSON *line = cJSON_ParseWithOpts(text, NULL, true);
    const char *texts[] = {text_at(line, "name"), text_at(line, "path"), text_at(line, "options")};
    char **const copies[] = {&out->name, &out->path, &out->options};
    bool fine = line != NULL;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        *copies[i] = texts[i] == NULL ? NULL : strdup(texts[i]);
        fine = fine && *copies[i] != NULL;
    }
    fine = fine && read_files(member(line, "data"), &out->data) &&
           read_files(member(line, "rules"), &out->rules) &&
           read_files(member(line, "results"), &out->results) && read_row(line, &out->row);
    cJSON_Delete(line);
    if (!fine)
        td_journal_entry_release(out);
    return fine;
}

void td_journal_entry_release(td_journal_entry *entry)
{
    free(entry->name);
    free(entry->path);
    free(entry->options);
    td_batch_files_release(&entry->data);
    td_batch_files_release(&entry->rules);
    td_batch_files_release(&entry->results);
    free(entry->row.code);
    *entry = (td_journal_entry){0};
}

/* ---- opening ---- */

static td_status refuse(td_message id, const char *path, td_errors *errors)
{
    td_place place = {.file = path};
    td_errors_add(errors, id, &place, NULL);
    return TD_EINVAL;
}

static int is_entry(const struct dirent *entry)
{
    return strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
}

/*
 * What a killed run left: NAME.json.XXXXXX. Names of results have no dots of their own, so that
 * nothing else looks like this.
 */
static bool is_left_over(const char *name)
{
    static const char *const endings[] = {".json", ".csv", ".txt"};
    size_t length = strlen(name);
    if (length < 12 || name[length - 7] != '.' || strspn(name + length - 6, ALNUM) != 6)
        return false;
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        size_t n = strlen(endings[i]);
        if (strncmp(name + length - 7 - n, endings[i], n) == 0)
            return true;
    }
    return false;
}

static void sweep(const char *folder)
{
    DIR *entries = opendir(folder);
    const struct dirent *entry;
    while (entries != NULL && (entry = readdir(entries)) != NULL) {
        struct stat info;
        char path[PATH_MAX];
        if (fstatat(dirfd(entries), entry->d_name, &info, AT_SYMLINK_NOFOLLOW) != 0)
            continue;
        int length = snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (S_ISREG(info.st_mode) && is_left_over(entry->d_name))
            (void)unlinkat(dirfd(entries), entry->d_name, 0);
        else if (S_ISDIR(info.st_mode) && is_entry(entry) && (size_t)length < sizeof path)
            sweep(path);
    }
    if (entries != NULL)
        closedir(entries);
}

/* A folder of somebody else's files is no place for hundreds of ours. */
static td_status check_folder(const char *folder, const char *journal, td_errors *errors)
{
    struct dirent **entries = NULL;
    if (access(journal, F_OK) == 0)
        return TD_OK;
    int n = scandir(folder, &entries, is_entry, NULL);
    if (n < 0)
        return td_output_fault(folder, errno, errors);
    for (int i = 0; i < n; i++)
        free(entries[i]);
    free(entries);
    return n == 0 ? TD_OK : refuse(TD_MSG_BATCH_FOLDER_IN_USE, folder, errors);
}

static td_status open_file(td_journal *journal, td_errors *errors)
{
    journal->file = open(journal->path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (journal->file == -1)
        return td_output_fault(journal->path, errno, errors);
    /* Where a file system cannot lock, two runs at a time are the user's affair. */
    if (flock(journal->file, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
        return refuse(TD_MSG_BATCH_BUSY, journal->folder, errors);
    return TD_OK;
}

static int by_name(const void *left, const void *right)
{
    const remembered *a = left, *b = right;
    int order = strcmp(a->name, b->name);
    return order != 0 ? order : a->line < b->line ? -1 : a->line > b->line;
}

static td_status remember(td_journal *journal, const char *line)
{
    td_journal_entry entry;
    if (!td_journal_read_line(line, &entry))
        return TD_OK; /* cut, or of another program: what it was about is done again */
    if (journal->n == journal->capacity) {
        size_t capacity = journal->capacity == 0 ? 64 : 2 * journal->capacity;
        remembered *grown = realloc(journal->done, capacity * sizeof *grown);
        if (grown != NULL) {
            journal->done = grown;
            journal->capacity = capacity;
        }
    }
    char *name = journal->n < journal->capacity ? strdup(entry.name) : NULL;
    td_journal_entry_release(&entry);
    if (name == NULL)
        return TD_ENOMEM;
    journal->done[journal->n++] = (remembered){name, line};
    return TD_OK;
}

static td_status read_all(td_journal *journal, td_errors *errors)
{
    size_t size = 0, n = 0;
    td_status status = td_document_text(journal->path, &journal->text, &size, errors);
    char *end;
    for (char *line = journal->text; status == TD_OK && (end = strchr(line, '\n')) != NULL;
         line = end + 1) {
        *end = '\0';
        if (end > line)
            status = remember(journal, line);
    }
    if (journal->n > 0)
        qsort(journal->done, journal->n, sizeof *journal->done, by_name);
    for (size_t i = 0; i < journal->n; i++) {
        bool is_last =
            i + 1 == journal->n || strcmp(journal->done[i].name, journal->done[i + 1].name) != 0;
        if (is_last)
            journal->done[n++] = journal->done[i];
        else
            free(journal->done[i].name);
    }
    journal->n = n;
    return status;
}

static td_status open_in(td_journal *journal, bool resume, td_errors *errors)
{
    size_t size = strlen(journal->folder) + sizeof "/" NAME;
    td_status status = td_output_folder(journal->folder, errors);
    if (status != TD_OK)
        return status;
    journal->path = malloc(size);
    if (journal->path == NULL)
        return TD_ENOMEM;
    snprintf(journal->path, size, "%s/%s", journal->folder, NAME);
    status = check_folder(journal->folder, journal->path, errors);
    if (status == TD_OK)
        status = open_file(journal, errors);
    if (status == TD_OK && resume)
        status = read_all(journal, errors);
    else if (status == TD_OK && ftruncate(journal->file, 0) != 0)
        status = td_output_fault(journal->path, errno, errors);
    if (status == TD_OK)
        sweep(journal->folder);
    return status;
}

td_status td_journal_open(const char *folder, bool resume, td_journal **out, td_errors *errors)
{
    td_journal *journal = calloc(1, sizeof *journal);
    if (journal == NULL)
        return TD_ENOMEM;
    journal->file = -1;
    journal->folder = folder;
    td_status status = open_in(journal, resume, errors);
    if (status == TD_OK)
        *out = journal;
    else
        td_journal_free(journal);
    return status;
}

void td_journal_free(td_journal *journal)
{
    if (journal == NULL)
        return;
    if (journal->file != -1)
        close(journal->file);
    for (size_t i = 0; i < journal->n; i++)
        free(journal->done[i].name);
    free(journal->done);
    free(journal->text);
    free(journal->path);
    free(journal);
}

/* ---- asking and adding ---- */

static bool are_equal(const td_batch_files *a, const td_batch_files *b)
{
    bool equal = a->n == b->n;
    for (size_t i = 0; equal && i < a->n; i++)
        equal = strcmp(a->files[i].path, b->files[i].path) == 0 &&
                strcmp(a->files[i].hash, b->files[i].hash) == 0;
    return equal;
}

/* Whether files have these hashes still; paths are below `folder` unless that is NULL. */
static bool are_unchanged(const char *folder, const td_batch_files *files)
{
    for (size_t i = 0; i < files->n; i++) {
        char path[PATH_MAX], hash[65];
        int length = snprintf(path, sizeof path, "%s%s%s", folder == NULL ? "" : folder,
                              folder == NULL ? "" : "/", files->files[i].path);
        if ((size_t)length >= sizeof path || td_file_hash(path, hash, NULL) != TD_OK ||
            strcmp(hash, files->files[i].hash) != 0)
            return false;
    }
    return true;
}

static bool is_done(const td_journal *journal, const td_journal_entry *was,
                    const td_journal_entry *wanted)
{
    td_batch_files data = {0};
    bool same = strcmp(was->path, wanted->path) == 0 &&
                strcmp(was->options, wanted->options) == 0 && was->results.n > 0 &&
                td_batch_data_of(was->path, &data, NULL) == TD_OK && are_equal(&data, &was->data) &&
                are_unchanged(NULL, &was->rules) && are_unchanged(journal->folder, &was->results);
    td_batch_files_release(&data);
    return same;
}

bool td_journal_has(const td_journal *journal, const td_journal_entry *wanted, td_batch_row *row)
{
    size_t lo = 0, hi = journal->n;
    while (lo < hi) {
        size_t middle = lo + (hi - lo) / 2;
        if (strcmp(journal->done[middle].name, wanted->name) < 0)
            lo = middle + 1;
        else
            hi = middle;
    }
    td_journal_entry was;
    if (lo == journal->n || strcmp(journal->done[lo].name, wanted->name) != 0 ||
        !td_journal_read_line(journal->done[lo].line, &was))
        return false;
    bool found = is_done(journal, &was, wanted);
    if (found) {
        *row = was.row;
        row->state = TD_BATCH_SKIPPED;
        row->code_of_exit = row->n_findings > 0 ? TD_EXIT_FINDINGS : TD_EXIT_OK;
        was.row.code = NULL;
    }
    td_journal_entry_release(&was);
    return found;
}

/* In one piece, so that a run killed meanwhile leaves at most one line that is cut. */
static int append(int file, const char *text, size_t size)
{
    while (size > 0) {
        ssize_t written = write(file, text, size);
        if (written == -1 && errno != EINTR)
            return errno;
        if (written > 0) {
            text += written;
            size -= (size_t)written;
        }
    }
    return fdatasync(file) == 0 ? 0 : errno;
}

td_status td_journal_add(td_journal *journal, const td_journal_entry *entry, td_errors *errors)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (out == NULL)
        return TD_ENOMEM;
    fputc('\n', out); /* the line before may have been cut */
    write_line(out, entry);
    bool failed = ferror(out) != 0;
    failed = fclose(out) != 0 || failed || text == NULL;
    int error = failed ? 0 : append(journal->file, text, size);
    free(text);
    if (failed)
        return TD_ENOMEM;
    return error == 0 ? TD_OK : td_output_fault(journal->path, error, errors);
}
