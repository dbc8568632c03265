/*
 * The head of a stream: its rule set, its policy, its columns.
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/stream.h"
#include "datasets/values.h"

/* ---- the first bytes ---- */

static td_status fault_of_reading(const char *path, td_errors *errors)
{
    td_place place = {.file = path};
    td_errors_add(errors, TD_MSG_IO_READ, &place, strerror(errno), NULL);
    return TD_EIO;
}

/* Reads until there is room for no more, or nothing. */
static bool fill(const td_bytes *bytes, char *text, size_t room, size_t *size, bool *at_end)
{
    while (*size < room && !*at_end) {
        size_t got = bytes->next(bytes->context, text + *size, room - *size);
        if (got == SIZE_MAX)
            return false;
        *size += got;
        *at_end = got == 0;
    }
    return true;
}

static void skip_bom(td_stream_head *head)
{
    if (head->size < 3 || memcmp(head->text, "\xEF\xBB\xBF", 3) != 0)
        return;
    head->n_mark = 3;
    head->size -= 3;
    memmove(head->text, head->text + 3, head->size + 1);
}

/* Is the first record whole? */
static bool has_header(const td_stream_head *head)
{
    td_csv csv = {.at = head->text, .end = head->text + head->size, .separator = ','};
    size_t line = 0;
    return td_csv_skip(&csv, head->text, &line) != NULL ||
           (memchr(head->text, '\n', head->size) != NULL &&
            memchr(head->text, '"', head->size) == NULL);
}

/* TD_HEAD_BYTES, or more when the header is longer. */
static td_status read_head(td_stream_head *head, const char *path, const td_bytes *bytes,
                           td_errors *errors)
{
    bool at_end = false;
    for (size_t room = TD_HEAD_BYTES;; room *= 2) {
        char *grown = realloc(head->text, room + 1);
        if (grown == NULL)
            return TD_ENOMEM;
        head->text = grown;
        td_memory_large(head->text, room);
        if (!fill(bytes, head->text, room, &head->size, &at_end))
            return fault_of_reading(path, errors);
        head->text[head->size] = '\0';
        if (at_end || room > TD_CSV_LINE_BYTES || has_header(head))
            break;
    }
    skip_bom(head);
    return TD_OK;
}

/* The header alone is looked at here; blocks look at the rest. */
static bool check_header(td_load *load, const td_stream_head *head, const char *path)
{
    td_csv csv = {.at = head->text, .end = head->text + head->size, .separator = ','};
    size_t line = 0;
    const char *end = td_csv_skip(&csv, head->text, &line);
    size_t size = end == NULL ? head->size : (size_t)(end - head->text);
    size_t good = td_text_valid(head->text, size);
    if (good == size)
        return true;
    char byte[8];
    snprintf(byte, sizeof byte, "0x%02X", (unsigned char)head->text[good]);
    td_place place = {.file = path, .row = 1, .column = good + 1};
    if (head->text[good] == '\0')
        td_errors_add(load->errors, TD_MSG_DATA_ZERO_BYTE, &place, NULL);
    else
        td_errors_add(load->errors, TD_MSG_DATA_NOT_UTF8, &place, byte, NULL);
    return false;
}

/* ---- columns ---- */

static bool is_number(const td_stream_head *head, size_t column)
{
    size_t i = head->indicator[column];
    if (i == TD_NONE)
        return false;
    td_kind kind = head->base->rules[0]->indicators[i].kind;
    return kind != TD_FLAG && kind != TD_DATE;
}

static void plan_columns(td_load *load, td_stream_head *head)
{
    size_t n = head->sheet.n_columns;
    head->runs = td_load_alloc(load, n, sizeof *head->runs);
    head->singles = td_load_alloc(load, n, sizeof *head->singles);
    for (size_t c = 0, end; c < n && !load->no_memory; c = end) {
        end = c + 1;
        if (!is_number(head, c)) {
            if (head->indicator[c] != TD_NONE)
                head->singles[head->n_singles++] = c;
            continue;
        }
        while (end < n && is_number(head, end) &&
               head->indicator[end] == head->indicator[c] + (end - c))
            end++;
        head->runs[head->n_runs++] = (td_run_of_columns){c, head->indicator[c], end - c};
    }
}

static void plan_values(td_load *load, td_stream_head *head)
{
    const td_rules *rules = head->base->rules[0];
    size_t n = rules->n_indicators, n_columns = 0, n_computed = 0;
    head->min = td_load_alloc(load, n, sizeof *head->min);
    head->max = td_load_alloc(load, n, sizeof *head->max);
    head->places = td_load_alloc(load, n, sizeof *head->places);
    for (size_t i = 0; i < n && !load->no_memory; i++) {
        const td_indicator *indicator = &rules->indicators[i];
        bool whole = indicator->kind == TD_COUNT;
        head->min[i] = whole && indicator->min < 0 ? 0 : indicator->min;
        head->max[i] = indicator->max;
        head->places[i] = whole ? 0 : 7;
        head->resolves |= indicator->computed || !isnan(indicator->blank);
        head->checks_all |= indicator->computed;
        n_computed += indicator->computed;
    }
    for (size_t c = 0; c < head->sheet.n_columns; c++)
        n_columns += head->indicator[c] != TD_NONE;
    head->fills = n_columns < n;
    head->lacks_columns = n_columns + n_computed < n;
    for (size_t p = 0; p < rules->n_parts; p++)
        head->checks_all |= rules->parts[p].function->check != NULL;
}

static bool map_header(td_load *load, td_stream_head *head)
{
    static const td_column columns[] = {
        {"cluster", false}, {"unit", false}, {"name", true}, {"category", true}};
    size_t where[4];
    td_value_reader rd = {.load = load, .sheet = &head->sheet};
    if (!td_sheet_columns(load, &head->sheet, 4, columns, true, where) ||
        !td_values_start_wide(&rd))
        return false;
    head->cluster = where[0];
    head->unit = where[1];
    head->name = where[2];
    head->category = where[3];
    head->channel = rd.file->channel[0];
    head->indicator = rd.indicator;
    return true;
}

/* ---- what can only be told from all units ---- */

static void refuse(td_load *load, const char *file, const char *pointer, td_message message,
                   const char *what)
{
    td_place place = {.file = file, .pointer = pointer};
    td_errors_add(load->errors, message, &place, what, NULL);
}

static void refuse_rules(td_load *load)
{
    const td_rules *rules = load->evaluation->rules[0];
    const char *file = rules->view.path;
    for (size_t j = 0; j < rules->n_criteria; j++) {
        const td_normalize *normalize = &rules->criteria[j].normalize;
        if (normalize->method != TD_NORM_NONE && normalize->over_all)
            refuse(load, file, rules->criteria[j].pointer, TD_MSG_STREAM_OVER_ALL,
                   rules->criteria[j].code);
    }
    for (size_t p = 0; p < rules->n_parts; p++)
        if (strcmp(rules->parts[p].function->name, "award-held") == 0)
            refuse(load, file, rules->parts[p].pointer, TD_MSG_STREAM_HISTORY,
                   rules->criteria[rules->parts[p].criterion].code);
    for (size_t t = 0; t < rules->n_ties; t++)
        if (rules->ties[t].kind == TD_TIE_NOT_AWARDED)
            refuse(load, file, "/ties", TD_MSG_STREAM_HISTORY, rules->ties[t].award);
}

static bool looks_back(const td_requirement *need)
{
    bool found = need->need == TD_NEED_HELD || need->need == TD_NEED_HELD_EVERY_YEAR;
    for (size_t i = 0; i < need->n_children && !found; i++)
        found = looks_back(&need->children[i]);
    return found;
}

static void refuse_award(td_load *load, const td_award_rule *award)
{
    const char *file = load->evaluation->policy->view.path;
    bool history = award->given, wide = award->scope != TD_WITHIN_CLUSTER || award->distributes;
    for (size_t i = 0; i < award->n_needs; i++)
        history |= looks_back(&award->needs[i]);
    for (size_t i = 0; i < award->n_merits; i++)
        history |=
            award->merits[i].kind == TD_MERIT_HELD || award->merits[i].kind == TD_MERIT_NOT_HELD;
    for (size_t i = 0; i < award->n_bounds; i++)
        wide |= award->bounds[i].within != TD_WITHIN_CLUSTER;
    if (history)
        refuse(load, file, award->pointer, TD_MSG_STREAM_HISTORY, award->code);
    if (wide)
        refuse(load, file, award->pointer, TD_MSG_STREAM_QUOTA, award->code);
    if (award->n_lower > 0)
        refuse(load, file, award->pointer, TD_MSG_STREAM_LOWER, award->code);
}

static void refuse_policy(td_load *load)
{
    const td_policy *policy = load->evaluation->policy;
    for (size_t w = 0; policy != NULL && w < policy->n_awards; w++)
        refuse_award(load, &policy->awards[w]);
    for (size_t i = 0; policy != NULL && i < policy->n_bounds; i++)
        if (policy->bounds[i].within != TD_WITHIN_CLUSTER)
            refuse(load, policy->view.path, policy->bounds[i].pointer, TD_MSG_STREAM_QUOTA,
                   policy->view.code);
}

/* ---- all together ---- */

static bool load_rules(td_load *load, const char *rules, const char *policy)
{
    td_evaluation *base = load->evaluation;
    base->rules = td_load_alloc(load, 1, sizeof *base->rules);
    td_status status =
        load->no_memory ? TD_ENOMEM : td_rules_load(rules, &base->rules[0], load->errors);
    base->n_rules = status == TD_OK;
    td_status second = policy == NULL ? TD_OK : td_policy_load(policy, &base->policy, load->errors);
    load->no_memory |= status == TD_ENOMEM || second == TD_ENOMEM;
    return status == TD_OK && second == TD_OK;
}

static void fill_view(td_load *load)
{
    td_dataset *data = load->data;
    data->view.n_rules = 1;
    data->view.data_hash = data->hash;
    data->n_rules = 1;
    load->evaluation->rules[0]->view.first_item = 0;
}

static void read_all(td_load *load, td_stream_head *head, const char *path)
{
    head->sheet.file = (td_file){.text = head->text, .size = head->size};
    head->sheet.source = TD_NONE;
    head->sheet.path = td_arena_strdup(load->arena, path);
    load->no_memory |= head->sheet.path == NULL;
    if (load->no_memory || !check_header(load, head, head->sheet.path) ||
        !td_sheet_start(load, head->sheet.path, &head->sheet))
        return;
    td_load_index_indicators(load);
    if (load->no_memory || !map_header(load, head))
        return;
    plan_columns(load, head);
    plan_values(load, head);
    td_check_years(load);
    td_check_policy(load);
    refuse_rules(load);
    refuse_policy(load);
}

static bool start(td_load *load, td_stream_head *head)
{
    head->names = td_names_new();
    head->base = calloc(1, sizeof *head->base);
    if (head->base == NULL)
        return false;
    head->base->arena = head->base->data.arena = td_arena_new();
    load->evaluation = head->base;
    load->data = &head->base->data;
    load->arena = head->base->arena;
    load->names = head->names;
    return load->arena != NULL && load->names != NULL && load->errors != NULL;
}

td_status td_stream_head_read(const char *path, const char *rules, const char *policy, int year,
                              td_mark mark, const td_bytes *bytes, td_stream_head *head,
                              td_errors *errors)
{
    td_load load = {.errors = td_errors_new(), .is_block = true, .threads = 1, .rules_ready = true};
    td_status status = TD_OK;
    *head = (td_stream_head){.mark = mark,
                             .mark_known = mark != TD_MARK_UNKNOWN,
                             .mark_declared = mark != TD_MARK_UNKNOWN};
    load.no_memory = !start(&load, head);
    bool fine = !load.no_memory && load_rules(&load, rules, policy);
    if (fine) {
        td_load_name_wide(&load, path, year);
        fill_view(&load);
        status = read_head(head, path, bytes, load.errors);
    }
    if (fine && status == TD_OK && !load.no_memory)
        read_all(&load, head, path);
    if (load.no_memory)
        status = TD_ENOMEM;
    if (status == TD_OK)
        status = td_errors_status(load.errors);
    if (load.errors != NULL)
        td_errors_append(errors, load.errors);
    if (load.indicators != NULL)
        td_index_release(&load.indicators[0]);
    free(load.indicators);
    td_errors_free(load.errors);
    return status;
}

void td_stream_head_release(td_stream_head *head)
{
    td_csv_release(&head->sheet.csv);
    td_evaluation_free(head->base);
    td_names_free(head->names);
    free(head->text);
    *head = (td_stream_head){0};
}

/* ---- the decimal mark ---- */

static td_mark mark_of_head(const td_stream_head *head)
{
    td_csv csv;
    td_evidence evidence = {false, false};
    bool open = td_csv_open(&csv, head->text, head->size, NULL, NULL);
    while (open && td_csv_next(&csv))
        for (size_t c = 0; c < csv.n_cells && c < head->sheet.n_columns; c++)
            if (is_number(head, c))
                td_evidence_add(&evidence, csv.cells[c]);
    td_csv_release(&csv);
    return td_evidence_mark(&evidence);
}

td_mark td_stream_mark(td_stream_head *head)
{
    td_mark mark;
#pragma omp critical(td_stream_mark)
    {
        if (!head->mark_known)
            head->mark = mark_of_head(head);
        head->mark_known = true;
        mark = head->mark;
    }
    return mark;
}
