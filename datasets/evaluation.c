#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "datasets/wide.h"

/* ---- what loading leaves behind ---- */

static int compare_sources(const void *a, const void *b)
{
    return strcmp(((const td_source *)a)->name, ((const td_source *)b)->name);
}

/* SHA-256 over "name hash\n" of the data files, sorted by name. */
static void hash_sources(td_load *load)
{
    size_t size = 0, at = 0;
    for (size_t i = 0; i < load->n_sources; i++)
        size += strlen(load->sources[i].name) + 66;
    char *text = malloc(size + 1);
    if (text == NULL) {
        load->no_memory = true;
        return;
    }
    if (load->n_sources > 0)
        qsort(load->sources, load->n_sources, sizeof *load->sources, compare_sources);
    for (size_t i = 0; i < load->n_sources; i++)
        at += (size_t)snprintf(text + at, size + 1 - at, "%s %s\n", load->sources[i].name,
                               load->sources[i].hash);
    td_hash_text(text, at, load->data->hash);
    free(text);
}

/* Another rule set than the folder's own is a scenario. */
static void say_instead(td_load *load)
{
    td_dataset *data = load->data;
    for (int lang = TD_VI; lang <= TD_EN; lang++) {
        const char *args[] = {load->evaluation->rules[0]->view.name[lang]};
        const char *text = td_message_text(TD_MSG_SCENARIO_RULES, (td_lang)lang);
        size_t size = td_message_fill(text, (td_lang)lang, args, 1, NULL, 0) + 1;
        char *filled = td_load_alloc(load, size, 1);
        if (filled != NULL)
            td_message_fill(text, (td_lang)lang, args, 1, filled, size);
        data->view.scenario[lang] = filled;
    }
}

static void fill_view(td_load *load)
{
    td_dataset *data = load->data;
    data->view.n_rules = load->evaluation->n_rules;
    data->view.n_clusters = data->n_clusters;
    data->view.n_units = data->n_units;
    data->view.data_hash = data->hash;
    if (load->instead != NULL)
        say_instead(load);
    size_t first_item = 0;
    for (size_t r = 0; r < load->evaluation->n_rules; r++) {
        load->evaluation->rules[r]->view.first_item = first_item;
        first_item += load->evaluation->rules[r]->view.n_items;
    }
}

/* ---- the steps ---- */

static void finish(td_load *load, const td_load_options *options)
{
    td_check_years(load);
    if (!load->no_memory)
        td_check_policy(load);
    if (!load->no_memory)
        td_load_resolve(load);
    if (!load->no_memory && !options->no_data_checks) {
        td_check_values(load);
        td_check_reasons(load);
    }
    hash_sources(load);
    fill_view(load);
}

static void load_extras(td_load *load)
{
    static const struct {
        const char *name;
        void (*read)(td_load *);
    } extras[] = {{"not-applicable.csv", td_load_not_applicable},
                  {"votes.csv", td_load_votes},
                  {"history.csv", td_load_history},
                  {"reasons.csv", td_load_reasons}};
    for (size_t i = 0; i < sizeof extras / sizeof extras[0] && !load->no_memory; i++)
        if (td_load_has_file(load, extras[i].name))
            extras[i].read(load);
}

static void load_folder(td_load *load, const td_load_options *options)
{
    load->threads = options->threads;
    load->instead = options->instead_of_rules;
    load->rules_ready = td_load_folder(load);
    if (!load->no_memory)
        td_load_clusters(load);
    if (!load->no_memory)
        td_load_units(load);
    if (load->no_memory || !load->rules_ready)
        return;
    td_load_strays(load);
    td_load_index_indicators(load);
    if (!load->no_memory)
        td_load_values(load);
    if (!load->no_memory)
        load_extras(load);
    if (!load->no_memory)
        finish(load, options);
}

/* The name of a wide file without folder and ".csv" is the code of the evaluation. */
void td_load_name_wide(td_load *load, const char *path, int year)
{
    const char *slash = strrchr(path, '/'), *base = slash == NULL ? path : slash + 1;
    size_t n = strlen(base);
    bool csv = n > 4 && strcmp(base + n - 4, ".csv") == 0;
    td_evaluation_view *view = &load->data->view;
    view->code = td_load_text(load, (td_csv_cell){base, csv ? n - 4 : n});
    view->name[TD_VI] = view->name[TD_EN] = view->code;
    view->year = year;
    if (year == 0)
        view->year = atoi(load->evaluation->rules[0]->view.valid_from);
}

/* sheet->file holds the text. Takes what the rules file gave: load->evaluation->rules[0]. */
static void load_wide(td_load *load, td_sheet *sheet, const char *path,
                      const td_load_options *options)
{
    load->threads = options->threads;
    load->rules_ready = true;
    td_load_name_wide(load, path, options->year);
    const char *slash = strrchr(path, '/');
    const char *copy = td_arena_strdup(load->arena, path);
    load->no_memory |= copy == NULL;
    if (load->no_memory)
        return;
    sheet->source = td_load_source(load, slash == NULL ? copy : copy + (slash + 1 - path), NULL);
    bool fine = td_sheet_start(load, copy, sheet) && td_load_wide_units(load, sheet);
    td_load_index_indicators(load);
    if (fine && !load->no_memory)
        td_load_wide_values(load, sheet);
    if (fine && !load->no_memory)
        finish(load, options);
}

/* ---- life ---- */

static void load_release(td_load *load)
{
    td_index_release(&load->groups);
    td_index_release(&load->clusters);
    td_index_release(&load->units);
    for (size_t r = 0; load->indicators != NULL && r < load->evaluation->n_rules; r++)
        td_index_release(&load->indicators[r]);
    free(load->indicators);
    free(load->reasons);
    free(load->sources);
    td_names_free(load->names);
    td_errors_free(load->errors);
}

/* False: out of memory; what was made is released by load_release() and td_evaluation_free(). */
static bool load_init(td_load *load)
{
    *load = (td_load){.part_bytes = TD_PART_BYTES};
    load->evaluation = calloc(1, sizeof *load->evaluation);
    load->errors = td_errors_new();
    load->names = td_names_new();
    if (load->evaluation == NULL)
        return false;
    load->arena = load->evaluation->arena = td_arena_new();
    load->data = &load->evaluation->data;
    load->data->arena = load->arena;
    return load->arena != NULL && load->errors != NULL && load->names != NULL;
}

/* Faults go to the caller, and the evaluation when there is no error among them. */
static td_status hand_over(td_load *load, td_evaluation **out, td_errors *errors)
{
    td_status status = load->errors == NULL ? TD_ENOMEM : td_errors_status(load->errors);
    if (load->no_memory)
        status = TD_ENOMEM;
    if (load->errors != NULL)
        td_errors_append(errors, load->errors);
    if (status == TD_OK)
        *out = load->evaluation;
    load_release(load);
    if (status != TD_OK)
        td_evaluation_free(load->evaluation);
    return status;
}

static bool keep_rules(td_load *load, td_rules *rules)
{
    load->evaluation->rules = td_load_alloc(load, 1, sizeof *load->evaluation->rules);
    if (load->evaluation->rules == NULL)
        return false;
    load->evaluation->rules[0] = rules;
    load->evaluation->n_rules = 1;
    return true;
}

td_status td_evaluation_parse_wide(const char *text, size_t size, const char *name, td_rules *rules,
                                   const td_load_options *options, td_evaluation **out,
                                   td_errors *errors)
{
    return td_evaluation_parse_parts(text, size, name, rules, options, TD_PART_BYTES, out, errors);
}

td_status td_evaluation_parse_parts(const char *text, size_t size, const char *name,
                                    td_rules *rules, const td_load_options *options,
                                    size_t part_bytes, td_evaluation **out, td_errors *errors)
{
    static const td_load_options none = {0};
    td_load load;
    td_sheet sheet = {.file = {.text = text, .size = size}};
    load.no_memory = !load_init(&load) || !keep_rules(&load, rules);
    if (load.no_memory) {
        if (load.evaluation == NULL || load.evaluation->n_rules == 0)
            td_rules_free(rules);
    } else {
        load.part_bytes = part_bytes;
        load_wide(&load, &sheet, name, options == NULL ? &none : options);
    }
    td_sheet_release(&sheet);
    return hand_over(&load, out, errors);
}

static void read_wide(td_load *load, const char *path, const td_load_options *options)
{
    td_sheet sheet = {0};
    td_rules *rules = NULL;
    td_place place = {.file = path};
    load->instead = options->instead_of_rules;
    const char *rules_path = load->instead != NULL ? load->instead : options->rules;
    if (rules_path == NULL) {
        td_errors_add(load->errors, TD_MSG_DATA_RULES_WANTED, &place, NULL);
        return;
    }
    td_status status = td_rules_load(rules_path, &rules, load->errors);
    load->no_memory |= status == TD_ENOMEM;
    bool fine = status == TD_OK && keep_rules(load, rules);
    if (status == TD_OK && !fine)
        td_rules_free(rules);
    if (options->policy != NULL)
        status = td_policy_load(options->policy, &load->evaluation->policy, load->errors);
    load->no_memory |= status == TD_ENOMEM;
    fine &= status == TD_OK;
    if (!td_lines_fit(load, path))
        fine = false;
    else if (td_file_open(path, TD_FILE_BYTES, TD_EDATA, &sheet.file, load->errors) != TD_OK)
        fine = false;
    if (fine)
        load_wide(load, &sheet, path, options);
    td_sheet_release(&sheet);
}

td_status td_evaluation_load(const char *path, const td_load_options *options, td_evaluation **out,
                             td_errors *errors)
{
    static const td_load_options none = {0};
    td_load load;
    struct stat info;
    if (options == NULL)
        options = &none;
    if (!load_init(&load)) {
        load.no_memory = true;
        return hand_over(&load, out, errors);
    }
    if (options->year != 0 && (options->year < 1900 || options->year > 2999)) {
        td_errors_add(load.errors, TD_MSG_DATA_YEAR_OPTION, NULL, NULL);
    } else if (strcmp(path, "-") == 0) {
        read_wide(&load, path, options);
    } else if (stat(path, &info) != 0) {
        td_place place = {.file = path};
        td_errors_add(load.errors, TD_MSG_IO_READ, &place, strerror(errno), NULL);
    } else if (S_ISDIR(info.st_mode) && (options->rules != NULL || options->policy != NULL)) {
        td_place place = {.file = path};
        td_errors_add(load.errors, TD_MSG_DATA_ONLY_WIDE, &place,
                      options->rules != NULL ? "--rules" : "--policy", NULL);
    } else if (S_ISDIR(info.st_mode)) {
        load.folder = path;
        load_folder(&load, options);
    } else {
        read_wide(&load, path, options);
    }
    return hand_over(&load, out, errors);
}

void td_evaluation_free(td_evaluation *evaluation)
{
    if (evaluation == NULL)
        return;
    for (size_t r = 0; r < evaluation->n_rules && !evaluation->is_varied; r++)
        td_rules_free(evaluation->rules[r]);
    if (!evaluation->is_varied)
        td_policy_free(evaluation->policy);
    td_arena_free(evaluation->arena);
    free(evaluation);
}
