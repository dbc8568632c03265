#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/load.h"

#define JSON_BYTES ((size_t)16 << 20)
#define MAX_KINDS 1000

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* ---- the rule sets ---- */

/* paths: of the folder, unless there is one instead. */
static bool load_rules(td_load *load, size_t n, const char *const *paths)
{
    td_evaluation *evaluation = load->evaluation;
    evaluation->rules = td_load_alloc(load, n, sizeof *evaluation->rules);
    if (evaluation->rules == NULL)
        return false;
    evaluation->n_rules = n;
    bool fine = true;
    for (size_t r = 0; r < n; r++) {
        char *path = load->instead != NULL ? strdup(load->instead)
                                           : td_path_join(load->folder, true, paths[r]);
        td_status status =
            path == NULL ? TD_ENOMEM : td_rules_load(path, &evaluation->rules[r], load->errors);
        free(path);
        load->no_memory |= status == TD_ENOMEM;
        fine = fine && status == TD_OK;
    }
    return fine;
}

/* The kinds of an object {"kind": "path"}; false after a fault. */
static bool read_kinds(td_load *load, td_reader *reader, const td_json *rules, const char **paths)
{
    size_t i = 0;
    bool fine = true;
    for (const td_json *c = td_json_first(rules); c != NULL; c = td_json_next(c), i++) {
        size_t length;
        const char *key = td_json_key(c);
        load->kinds[i] = td_load_keep_key(load, (td_csv_cell){key, strlen(key)}, &length);
        if (load->kinds[i] == NULL)
            return false;
        fine = td_read_string(reader, rules, key, &paths[i]) && fine;
        for (size_t k = 0; k < i; k++)
            if (strcmp(load->kinds[k], load->kinds[i]) == 0) {
                td_reader_fault(reader, TD_MSG_DATA_JSON_DUPLICATE, key, key, NULL);
                fine = false;
            }
    }
    load->n_kinds = i;
    return fine;
}

/* "rules": a path, or paths by kind, in *paths. How many; 0 after a fault. */
static size_t read_rules(td_load *load, td_reader *reader, const td_json *json,
                         const char *const **paths)
{
    if (load->instead != NULL)
        return 1;
    const td_json *rules = td_read_required(reader, json, "rules");
    size_t n = td_json_is_object(rules) ? td_json_count(rules) : 1;
    if (rules == NULL)
        return 0;
    if (n == 0 || n > MAX_KINDS) {
        td_reader_fault(reader, TD_MSG_DATA_KINDS, "rules", NULL);
        return 0;
    }
    const char **list = td_load_alloc(load, n, sizeof *list);
    load->kinds = td_load_alloc(load, n, sizeof *load->kinds);
    if (load->no_memory)
        return 0;
    *paths = list;
    if (!td_json_is_object(rules))
        return td_read_string(reader, json, "rules", &list[0]) ? 1 : 0;
    size_t mark = td_reader_enter(reader, "rules");
    bool fine = read_kinds(load, reader, rules, list);
    td_reader_leave(reader, mark);
    return fine ? n : 0;
}

/* ---- channels that override those of the rule sets ---- */

/* The new place of channel `old`, TD_NONE where it is left out. */
static size_t new_place(const td_rules *rules, size_t old, size_t n, const char *const *channels)
{
    for (size_t c = 0; c < n; c++)
        if (strcmp(channels[c], rules->channels[old]) == 0)
            return c;
    return TD_NONE;
}

/* Conditions of a rule set just read are still ours to change: their channels move along. */
static void move_condition(td_reader *reader, const td_rules *rules, td_condition *condition,
                           size_t n, const char *const *channels)
{
    for (size_t i = 0; i < condition->n_children; i++)
        move_condition(reader, rules, &condition->children[i], n, channels);
    if (condition->logic != TD_TEST || condition->subject != TD_SUBJ_CHANNEL)
        return;
    size_t moved = new_place(rules, condition->index, n, channels);
    if (moved == TD_NONE)
        td_reader_fault(reader, TD_MSG_DATA_CHANNEL_LEFT_OUT, "channels",
                        rules->channels[condition->index], rules->view.code, NULL);
    else
        condition->index = moved;
}

static void override_channels(td_load *load, td_reader *reader, size_t n,
                              const char *const *channels)
{
    for (size_t r = 0; r < load->evaluation->n_rules; r++) {
        td_rules *rules = load->evaluation->rules[r];
        if (rules == NULL)
            continue;
        for (size_t i = 0; i < rules->n_gates; i++)
            if (rules->gates[i].when != NULL)
                move_condition(reader, rules, (td_condition *)rules->gates[i].when, n, channels);
        for (size_t i = 0; i < rules->n_classes; i++)
            if (rules->classes[i].when != NULL)
                move_condition(reader, rules, (td_condition *)rules->classes[i].when, n, channels);
        rules->channels = td_load_alloc(load, n, sizeof *rules->channels);
        if (rules->channels == NULL)
            return;
        memcpy(rules->channels, channels, n * sizeof *channels);
        rules->n_channels = rules->view.n_channels = n;
    }
}

/* Faults of the list itself. */
static bool channels_fit(td_reader *reader, size_t n, const char *const *channels)
{
    bool fine = n > 0 && n <= TD_MAX_CHANNELS;
    if (!fine)
        td_reader_fault(reader, TD_MSG_DATA_CHANNEL_COUNT, "channels", NULL);
    for (size_t i = 0; fine && i < n; i++)
        for (size_t j = 0; fine && j < i; j++)
            if (strcmp(channels[i], channels[j]) == 0) {
                td_reader_fault(reader, TD_MSG_DATA_CHANNEL_TWICE, "channels", channels[i], NULL);
                fine = false;
            }
    return fine;
}

/* ---- evaluation.json ---- */

/* Seeds have up to 20 digits; those above 15 digits can only be written as strings. */
static void read_seed(td_reader *reader, const td_json *generated, td_evaluation_view *view)
{
    const td_json *seed = td_json_member(generated, "seed");
    if (seed == NULL)
        return;
    const char *text = td_json_is_string(seed) ? td_json_string(seed) : "";
    double x = td_json_is_number(seed) ? td_json_number(seed) : -1;
    char *end;
    errno = 0;
    if (x >= 0 && x < TD_MAX_MAGNITUDE && x == (double)(uint64_t)x) {
        view->seed = (uint64_t)x;
    } else if (text[0] >= '0' && text[0] <= '9' &&
               (view->seed = strtoull(text, &end, 10), *end == '\0' && errno == 0)) {
    } else {
        view->seed = 0;
        td_reader_fault(reader, TD_MSG_DATA_SEED, "seed", NULL);
        return;
    }
    view->has_seed = true;
}

static void read_generated(td_reader *reader, const td_json *json, td_evaluation_view *view)
{
    static const char *const known[] = {"by", "seed", "note", NULL};
    const td_json *generated = td_read_object(reader, json, "generated");
    if (generated == NULL)
        return;
    size_t mark = td_reader_enter(reader, "generated");
    td_read_known(reader, generated, known);
    const char *by = "thidua generate";
    td_text note;
    td_read_string(reader, generated, "by", &by);
    note = (td_text){{by, by}};
    td_read_text(reader, generated, "note", &note);
    view->generated[TD_VI] = note.in[TD_VI];
    view->generated[TD_EN] = note.in[TD_EN];
    read_seed(reader, generated, view);
    td_reader_leave(reader, mark);
}

static void read_mark(td_load *load, td_reader *reader, const td_json *json)
{
    static const char *const marks[] = {",", ".", NULL};
    int mark;
    if (td_read_choice(reader, json, "decimal_mark", marks, &mark))
        load->mark = mark == 0 ? TD_MARK_COMMA : TD_MARK_POINT;
}

static void read_head(td_load *load, td_reader *reader, const td_json *json)
{
    static const char *const known[] = {"thidua",   "code",         "name",   "year",      "rules",
                                        "channels", "decimal_mark", "policy", "generated", "notes",
                                        NULL};
    static const char *const formats[] = {"evaluation/1", NULL};
    td_evaluation_view *view = &load->data->view;
    int format;
    td_read_known(reader, json, known);
    if (td_read_required(reader, json, "thidua") != NULL)
        td_read_choice(reader, json, "thidua", formats, &format);
    if (td_read_required(reader, json, "code") != NULL)
        td_read_string(reader, json, "code", &view->code);
    td_text name = {{view->code, view->code}};
    td_read_text(reader, json, "name", &name);
    view->name[TD_VI] = name.in[TD_VI];
    view->name[TD_EN] = name.in[TD_EN];
    if (td_read_required(reader, json, "year") != NULL)
        td_read_whole(reader, json, "year", 1900, 2999, &view->year);
    read_mark(load, reader, json);
    read_generated(reader, json, view);
    td_read_strings(reader, json, "notes", &view->notes, &view->n_notes);
}

static bool read_evaluation(td_load *load, td_reader *reader, const td_json *json)
{
    if (!td_json_is_object(json)) {
        td_reader_fault(reader, TD_MSG_DATA_NOT_AN_EVALUATION, NULL, NULL);
        return false;
    }
    read_head(load, reader, json);
    const char *const *paths = NULL;
    const char *const *channels = NULL;
    size_t n_channels = 0, n = read_rules(load, reader, json, &paths);
    bool fine = n > 0 && load_rules(load, n, paths);
    fine = td_load_policies(load, reader, json) && fine;
    if (td_read_strings(reader, json, "channels", &channels, &n_channels) &&
        channels_fit(reader, n_channels, channels))
        override_channels(load, reader, n_channels, channels);
    return fine && !reader->failed;
}

static bool list_folder(td_load *load)
{
    DIR *folder = opendir(load->folder);
    if (folder == NULL) {
        td_place place = {.file = load->folder};
        td_errors_add(load->errors, TD_MSG_IO_READ, &place, strerror(errno), NULL);
        return false;
    }
    const char **names = td_load_alloc(load, TD_MAX_FILES, sizeof *names);
    size_t n = 0;
    for (const struct dirent *entry; names != NULL && (entry = readdir(folder)) != NULL;) {
        size_t length = strlen(entry->d_name);
        if (length < 4 || strcmp(entry->d_name + length - 4, ".csv") != 0)
            continue;
        if (n == TD_MAX_FILES) {
            td_place place = {.file = load->folder};
            td_errors_add(load->errors, TD_MSG_DATA_TOO_MANY_FILES, &place, NULL);
            break;
        }
        names[n] = td_arena_strdup(load->arena, entry->d_name);
        load->no_memory |= names[n] == NULL;
        n += names[n] != NULL;
    }
    closedir(folder);
    if (n > 0)
        qsort(names, n, sizeof *names, compare_texts);
    load->listing = names;
    load->n_listing = n;
    return !load->no_memory;
}

bool td_load_folder(td_load *load)
{
    char *path = td_path_join(load->folder, true, "evaluation.json");
    td_reader reader = {.family = TD_EDATA, .errors = load->errors, .arena = load->arena};
    reader.file = path == NULL ? NULL : td_arena_strdup(load->arena, path);
    free(path);
    if (reader.file == NULL) {
        load->no_memory = true;
        return false;
    }
    td_file file = {0};
    td_status status = td_file_read(reader.file, JSON_BYTES, TD_EDATA, &file, load->errors);
    load->no_memory |= status == TD_ENOMEM;
    if (status != TD_OK)
        return false;
    td_load_source(load, "evaluation.json", file.hash);
    size_t before = td_errors_size(load->errors);
    td_json *json = td_json_parse(file.text, file.size, reader.file, TD_EDATA, load->errors);
    load->no_memory |= json == NULL && td_errors_size(load->errors) == before;
    bool fine = json != NULL && read_evaluation(load, &reader, json);
    load->no_memory |= reader.failed;
    td_json_free(json);
    td_file_release(&file);
    return list_folder(load) && fine;
}

bool td_load_has_file(const td_load *load, const char *name)
{
    return load->n_listing > 0 &&
           bsearch(&name, load->listing, load->n_listing, sizeof name, compare_texts) != NULL;
}

#define N_FIXED 7
#define MAX_NAMES (N_FIXED + 64)

/* The names that data files have, those of the channels up to a limit. */
static size_t names_of_files(td_load *load, const char *names[MAX_NAMES])
{
    static const char *const fixed[N_FIXED] = {"clusters.csv", "units.csv", "not-applicable.csv",
                                               "reasons.csv",  "votes.csv", "history.csv",
                                               "values.csv"};
    memcpy(names, fixed, sizeof fixed);
    size_t n = N_FIXED;
    for (size_t r = 0; r < load->evaluation->n_rules; r++)
        for (size_t c = 0; c < load->evaluation->rules[r]->n_channels && n < MAX_NAMES; c++) {
            names[n] = td_arena_printf(load->arena, "values-%s.csv",
                                       load->evaluation->rules[r]->channels[c]);
            load->no_memory |= names[n] == NULL;
            n += names[n] != NULL;
        }
    return n;
}

void td_load_strays(td_load *load)
{
    const char *names[MAX_NAMES];
    size_t n = names_of_files(load, names);
    for (size_t i = 0; i < load->n_listing; i++) {
        const char *nearest = td_nearest(load->listing[i], names, n);
        if (nearest == NULL || strncmp(load->listing[i], "values-", 7) == 0)
            continue;
        size_t k = 0;
        while (k < n && strcmp(names[k], load->listing[i]) != 0)
            k++;
        if (k < n)
            continue;
        td_place place = {.file = td_load_path(load, load->listing[i])};
        td_errors_add(load->errors, TD_MSG_DATA_FILE_UNUSED, &place, load->listing[i], nearest,
                      NULL);
    }
}
