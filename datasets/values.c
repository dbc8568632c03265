#include <stdlib.h>
#include <string.h>

#include "datasets/values.h"

/* ---- indicators by name ---- */

static void index_indicators(td_load *load, const td_rules *rules, td_index *index)
{
    for (size_t i = 0; i < rules->n_indicators; i++) {
        size_t length;
        const char *code = rules->indicators[i].code;
        const char *key = td_load_keep_key(load, (td_csv_cell){code, strlen(code)}, &length);
        if (load->no_memory)
            return;
        if (td_index_find(index, key, length) == TD_NONE)
            load->no_memory |= !td_index_add(index, key, length, i);
    }
}

void td_load_index_indicators(td_load *load)
{
    size_t n = load->evaluation->n_rules;
    load->indicators = calloc(n, sizeof *load->indicators);
    load->no_memory |= load->indicators == NULL;
    for (size_t r = 0; r < n && !load->no_memory; r++)
        index_indicators(load, load->evaluation->rules[r], &load->indicators[r]);
}

size_t td_load_indicator(td_load *load, size_t rules, const char *name, const char *key)
{
    size_t exact = td_rules_find_indicator(load->evaluation->rules[rules], name);
    return exact != TD_NONE ? exact : td_index_find(&load->indicators[rules], key, strlen(key));
}

/* ---- columns ---- */

static void map_column(td_value_reader *rd, size_t column)
{
    td_load *load = rd->load;
    bool computed = false;
    for (size_t r = 0; r < load->evaluation->n_rules; r++) {
        size_t i = td_load_indicator(load, r, rd->sheet->name[column], rd->sheet->key[column]);
        rd->indicator[r * rd->n_columns + column] = i;
        if (i == TD_NONE)
            continue;
        rd->known[column] = true;
        if (load->evaluation->rules[r]->indicators[i].computed) {
            rd->indicator[r * rd->n_columns + column] = TD_NONE;
            computed = true;
        } else {
            rd->file->column[r][i] = column + 1;
        }
    }
    td_place place = {
        .file = rd->sheet->path, .row = 1, .column = column + 1, .field = rd->sheet->name[column]};
    char quoted[TD_QUOTE_BYTES];
    if (computed && !load->is_block)
        td_errors_add(load->errors, TD_MSG_DATA_INDICATOR_COMPUTED, &place,
                      td_text_quote(rd->sheet->name[column], quoted), NULL);
}

/* The indicator whose code is nearest to the name of the column, TD_NONE. */
static size_t nearest_indicator(td_load *load, const td_rules *rules, const char *name,
                                char hint[TD_HINT_BYTES])
{
    const char **codes = calloc(rules->n_indicators + 1, sizeof *codes);
    load->no_memory |= codes == NULL;
    if (codes == NULL)
        return TD_NONE;
    for (size_t i = 0; i < rules->n_indicators; i++)
        codes[i] = rules->indicators[i].code;
    const char *nearest = td_nearest(name, codes, rules->n_indicators);
    td_load_hint(load, name, codes, rules->n_indicators, hint);
    free(codes);
    return nearest == NULL ? TD_NONE : td_rules_find_indicator(rules, nearest);
}

/*
 * An unknown column is perhaps a misspelled one: its values then are not missing too, one
 * fault is enough.
 */
static void guess_column(td_value_reader *rd, size_t column)
{
    td_load *load = rd->load;
    char hint[TD_HINT_BYTES] = "", other[TD_HINT_BYTES], quoted[TD_QUOTE_BYTES];
    for (size_t r = load->evaluation->n_rules; r-- > 0;) {
        const td_rules *rules = load->evaluation->rules[r];
        size_t i = nearest_indicator(load, rules, rd->sheet->name[column],
                                     rd->guessed[column] ? other : hint);
        if (i != TD_NONE && rd->file->column[r][i] == 0 && !rules->indicators[i].computed) {
            rd->indicator[r * rd->n_columns + column] = i;
            rd->file->column[r][i] = column + 1;
            rd->guessed[column] = true;
        }
    }
    td_place place = {
        .file = rd->sheet->path, .row = 1, .column = column + 1, .field = rd->sheet->name[column]};
    td_errors_add(load->errors, TD_MSG_DATA_INDICATOR_UNKNOWN, &place,
                  td_text_quote(rd->sheet->name[column], quoted), hint, NULL);
}

static td_plain_column plain_of(const td_indicator *indicator)
{
    return (td_plain_column){.is_plain = indicator->kind != TD_FLAG && indicator->kind != TD_DATE,
                             .only_whole = indicator->kind == TD_COUNT,
                             .min = indicator->min,
                             .max = indicator->max};
}

static void find_plain_columns(td_value_reader *rd)
{
    const td_evaluation *evaluation = rd->load->evaluation;
    for (size_t r = 0; r < evaluation->n_rules; r++)
        for (size_t c = 0; c < rd->n_columns; c++) {
            size_t at = r * rd->n_columns + c;
            if (rd->indicator[at] != TD_NONE && !rd->guessed[c])
                rd->plain[at] = plain_of(&evaluation->rules[r]->indicators[rd->indicator[at]]);
        }
}

static bool map_columns(td_value_reader *rd)
{
    td_load *load = rd->load;
    for (size_t c = 0; c < rd->n_columns; c++)
        if (!rd->fixed[c])
            map_column(rd, c);
    for (size_t c = 0; c < rd->n_columns && load->instead == NULL; c++)
        if (!rd->fixed[c] && !rd->known[c])
            guess_column(rd, c);
    find_plain_columns(rd);
    return !load->no_memory;
}

static bool start_reading(td_value_reader *rd)
{
    td_load *load = rd->load;
    size_t n_rules = load->evaluation->n_rules, n = rd->sheet->n_columns;
    rd->n_columns = n;
    rd->mark = load->mark;
    rd->searched = load->is_block;
    rd->indicator = td_load_alloc(load, n_rules * n, sizeof *rd->indicator);
    rd->plain = td_load_alloc(load, n_rules * n, sizeof *rd->plain);
    rd->fixed = td_load_alloc(load, n, sizeof *rd->fixed);
    rd->known = td_load_alloc(load, n, sizeof *rd->known);
    rd->guessed = td_load_alloc(load, n, sizeof *rd->guessed);
    rd->file->row = td_load_alloc(load, load->data->n_units, sizeof *rd->file->row);
    rd->file->column = td_load_alloc(load, n_rules, sizeof *rd->file->column);
    for (size_t i = 0; rd->indicator != NULL && i < n_rules * n; i++)
        rd->indicator[i] = TD_NONE;
    for (size_t r = 0; rd->file->column != NULL && r < n_rules; r++)
        rd->file->column[r] = td_load_alloc(load, load->evaluation->rules[r]->n_indicators,
                                            sizeof *rd->file->column[r]);
    return !load->no_memory;
}

/* ---- files ---- */

/* The channel of "values-<channel>.csv" or "values-<channel>-<anything>.csv": the longest fit. */
static size_t channel_of(const td_rules *rules, const char *name)
{
    size_t best = TD_NONE, longest = 0;
    for (size_t c = 0; c < rules->n_channels; c++) {
        const char *channel = rules->channels[c];
        size_t n = strlen(channel);
        bool fits = strcmp(name, "values.csv") == 0
                        ? strcmp(channel, "final") == 0
                        : strncmp(name + 7, channel, n) == 0 &&
                              (name[7 + n] == '-' || strcmp(name + 7 + n, ".csv") == 0);
        if (fits && n >= longest) {
            best = c;
            longest = n;
        }
    }
    return best;
}

/* What the file says its channel is. */
static const char *channel_text(td_load *load, const char *name)
{
    if (strcmp(name, "values.csv") == 0)
        return "final";
    size_t n = strlen(name) - 7 - 4;
    const char *text = td_load_text(load, (td_csv_cell){name + 7, n});
    return text == NULL ? "" : text;
}

static void fault_of_channel(td_load *load, const char *path, const char *channel)
{
    char hint[TD_HINT_BYTES];
    const td_rules *rules = load->evaluation->rules[0];
    td_place place = {.file = path};
    td_errors_add(load->errors, TD_MSG_DATA_CHANNEL_UNKNOWN, &place, channel,
                  td_load_hint(load, channel, rules->channels, rules->n_channels, hint), NULL);
}

/* The channels of the file by rule set; false after a fault: no rule set has one. */
static bool find_channels(td_load *load, const char *name, td_values_file *file)
{
    bool found = false;
    size_t n = load->evaluation->n_rules;
    file->channel = td_load_alloc(load, n, sizeof *file->channel);
    for (size_t r = 0; file->channel != NULL && r < n; r++) {
        file->channel[r] = channel_of(load->evaluation->rules[r], name);
        found |= file->channel[r] != TD_NONE;
    }
    if (!found && !load->no_memory)
        fault_of_channel(load, file->path, channel_text(load, name));
    load->values_incomplete |= !found;
    return found;
}

static void read_file(td_load *load, const char *name)
{
    static const td_column columns[] = {{"unit", false}};
    td_sheet sheet = {.source = TD_NONE};
    td_values_file *file = &load->files[load->n_files];
    td_value_reader rd = {.load = load, .sheet = &sheet, .file = file};
    file->path = td_load_path(load, name);
    if (load->no_memory || !find_channels(load, name, file))
        return;
    load->n_files++;
    file->incomplete = !td_sheet_open_large(load, name, &sheet) ||
                       !td_sheet_columns(load, &sheet, 1, columns, true, &rd.unit_column);
    if (!file->incomplete && start_reading(&rd)) {
        rd.fixed[rd.unit_column] = true;
        if (map_columns(&rd))
            td_values_read(&rd);
    }
    td_sheet_hash(load, &sheet);
    td_sheet_release(&sheet);
}

static bool is_values_file(const char *name)
{
    return strcmp(name, "values.csv") == 0 || strncmp(name, "values-", 7) == 0;
}

void td_load_values(td_load *load)
{
    size_t n = 0;
    load->files = td_load_alloc(load, load->n_listing, sizeof *load->files);
    for (size_t i = 0; i < load->n_listing && !load->no_memory; i++)
        if (is_values_file(load->listing[i])) {
            read_file(load, load->listing[i]);
            n++;
        }
    if (n > 0 || load->no_memory)
        return;
    td_place place = {.file = load->folder};
    td_errors_add(load->errors, TD_MSG_DATA_NO_VALUES, &place, NULL);
    load->values_incomplete = true;
}

bool td_values_start_wide(td_value_reader *rd)
{
    static const char *const fixed[] = {"cluster", "unit", "name", "category"};
    td_load *load = rd->load;
    td_sheet *sheet = rd->sheet;
    td_values_file *file = load->files = td_load_alloc(load, 1, sizeof *load->files);
    if (load->no_memory)
        return false;
    rd->file = file;
    load->n_files = 1;
    file->path = sheet->path;
    file->incomplete = sheet->csv.incomplete;
    if (!find_channels(load, "values.csv", file) || !start_reading(rd))
        return false;
    for (size_t c = 0; c < rd->n_columns; c++)
        for (size_t k = 0; k < 4; k++)
            if (strcmp(sheet->key[c], fixed[k]) == 0) {
                rd->fixed[c] = true;
                rd->unit_column = k == 1 ? c : rd->unit_column;
            }
    return map_columns(rd);
}

void td_load_wide_values(td_load *load, td_sheet *sheet)
{
    td_value_reader rd = {.load = load, .sheet = sheet};
    if (!td_values_start_wide(&rd))
        return;
    if (td_sheet_restart(sheet))
        td_values_read(&rd);
    else
        load->no_memory = true;
}
