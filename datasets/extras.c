#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/load.h"

/* ---- not-applicable.csv ---- */

/* Keys of the criteria of one rule set; the whole table is "total". */
static void index_criteria(td_load *load, const td_rules *rules, td_index *index)
{
    for (size_t j = 0; j < rules->n_criteria && !load->no_memory; j++) {
        size_t length;
        const char *code = j == 0 ? "total" : rules->criteria[j].code;
        const char *key = td_load_keep_key(load, (td_csv_cell){code, strlen(code)}, &length);
        if (key != NULL && td_index_find(index, key, length) == TD_NONE)
            load->no_memory |= !td_index_add(index, key, length, j);
    }
}

static void fault_of_criterion(td_load *load, const td_sheet *sheet, size_t column,
                               const td_rules *rules, const char *key)
{
    char hint[TD_HINT_BYTES], code[TD_QUOTE_BYTES];
    const char **codes = calloc(rules->n_criteria, sizeof *codes);
    load->no_memory |= codes == NULL;
    if (codes == NULL)
        return;
    for (size_t j = 1; j < rules->n_criteria; j++)
        codes[j - 1] = rules->criteria[j].code;
    td_sheet_fault(load, sheet, column, TD_MSG_DATA_CRITERION_UNKNOWN,
                   td_text_quote(rules->view.code, code),
                   td_load_hint(load, key, codes, rules->n_criteria - 1, hint));
    free(codes);
}

static size_t criterion_at(td_load *load, const td_sheet *sheet, size_t column,
                           const td_rules *rules, const td_index *index)
{
    if (td_sheet_blank(load, sheet, column))
        return TD_NONE;
    size_t length;
    const char *key = td_load_key(load, td_sheet_cell(sheet, column), &length);
    size_t found = key == NULL ? TD_NONE : td_index_find(index, key, length);
    if (found == TD_NONE && key != NULL && load->instead == NULL)
        fault_of_criterion(load, sheet, column, rules, key);
    return found;
}

/* A node stands for the leaves below it. */
static void mark_leaves(td_load *load, size_t unit, size_t criterion)
{
    td_table *table = td_load_table_of(load, unit);
    const td_rules *rules = table->rules;
    if (table->not_applicable == NULL)
        table->not_applicable = td_load_alloc(load, table->n_rows, rules->n_criteria);
    if (table->not_applicable == NULL)
        return;
    uint8_t *row = table->not_applicable + load->data->row_of_unit[unit] * rules->n_criteria;
    for (size_t j = criterion; j <= criterion + rules->criteria[criterion].n_below; j++)
        row[j] = rules->criteria[j].n_children == 0;
}

static void read_not_applicable(td_load *load, const td_sheet *sheet, const size_t *where,
                                const td_index *criteria)
{
    if (sheet->csv.broken)
        return;
    size_t unit = td_load_unit_at(load, sheet, where[0]);
    if (unit == TD_NONE)
        return;
    size_t rules = load->data->clusters[load->data->units[unit].cluster].rules;
    size_t criterion =
        criterion_at(load, sheet, where[1], load->evaluation->rules[rules], &criteria[rules]);
    if (criterion == TD_NONE)
        return;
    size_t length;
    char id[TD_QUOTE_BYTES], code[TD_QUOTE_BYTES];
    if (td_load_key(load, td_sheet_cell(sheet, where[2]), &length) != NULL && length == 0)
        td_sheet_fault(load, sheet, where[2], TD_MSG_DATA_NOT_APPROVED,
                       td_text_quote(load->data->units[unit].id, id),
                       td_csv_quote(td_sheet_cell(sheet, where[1]), code));
    mark_leaves(load, unit, criterion);
}

void td_load_not_applicable(td_load *load)
{
    static const td_column columns[] = {
        {"unit", false}, {"criterion", false}, {"approved_by", false}};
    size_t where[3], n = load->evaluation->n_rules;
    td_sheet sheet = {0};
    td_index *criteria = calloc(n, sizeof *criteria);
    load->no_memory |= criteria == NULL;
    for (size_t r = 0; r < n && !load->no_memory; r++)
        index_criteria(load, load->evaluation->rules[r], &criteria[r]);
    bool fine = !load->no_memory && td_sheet_open(load, "not-applicable.csv", &sheet) &&
                td_sheet_columns(load, &sheet, 3, columns, false, where);
    while (fine && !load->no_memory && td_csv_next(&sheet.csv))
        read_not_applicable(load, &sheet, where, criteria);
    load->no_memory |= sheet.csv.no_memory;
    /* What is not applicable is not missing; where rows were lost, that cannot be told. */
    load->values_incomplete |= !fine || td_sheet_incomplete(&sheet);
    for (size_t r = 0; criteria != NULL && r < n; r++)
        td_index_release(&criteria[r]);
    free(criteria);
    td_sheet_release(&sheet);
}

/* ---- votes.csv ---- */

/* A count in a cell: NaN when blank, absent or after a fault. */
static double count_at(td_load *load, const td_sheet *sheet, size_t column)
{
    if (column == TD_NONE)
        return NAN;
    td_number number = {0};
    td_csv_cell cell = td_sheet_cell(sheet, column);
    td_reading reading = td_number_read(cell, load->mark, &number);
    if (reading == TD_READ_TEXT)
        reading = td_reading_of_text(load->names, cell);
    if (reading == TD_READ_BLANK)
        return NAN;
    if (reading == TD_READ_OK && number.value >= 0 && number.value == floor(number.value) &&
        !number.percent)
        return number.value;
    td_sheet_fault(load, sheet, column, TD_MSG_DATA_VALUE_NOT_COUNT, NULL, NULL);
    return NAN;
}

static void fault_of_more(td_load *load, const td_sheet *sheet, size_t column, double most)
{
    char text[32];
    td_number_text(most, TD_MARK, text, sizeof text);
    td_sheet_fault(load, sheet, column, TD_MSG_DATA_VOTES_ABOVE, text, NULL);
}

/*
 * unit, votes, base, present, blank, council: those present are of the base, the votes of those
 * present. The council is the base under another name; either column may be absent.
 */
static void read_votes(td_load *load, const td_sheet *sheet, const size_t *where, size_t *rows)
{
    size_t unit = sheet->csv.broken ? TD_NONE : td_load_unit_at(load, sheet, where[0]);
    if (unit == TD_NONE)
        return;
    if (rows[unit] != 0) {
        char row[24];
        snprintf(row, sizeof row, "%zu", rows[unit]);
        td_sheet_fault(load, sheet, where[0], TD_MSG_DATA_UNIT_TWICE, row, NULL);
        return;
    }
    rows[unit] = sheet->csv.row;
    double votes = count_at(load, sheet, where[1]), base = count_at(load, sheet, where[2]);
    double present = count_at(load, sheet, where[3]), blank = count_at(load, sheet, where[4]);
    double council = count_at(load, sheet, where[5]);
    base = isnan(council) ? base : council;
    double cast = isnan(present) ? base : present;
    if (present > base)
        fault_of_more(load, sheet, where[3], base);
    if (votes > cast)
        fault_of_more(load, sheet, where[1], cast);
    else if (votes + blank > cast)
        fault_of_more(load, sheet, where[4], cast - votes);
    load->data->units[unit].votes = votes;
    load->data->units[unit].votes_present = present;
    load->data->units[unit].votes_council = base;
}

void td_load_votes(td_load *load)
{
    static const td_column columns[] = {{"unit", false},   {"votes", false}, {"base", true},
                                        {"present", true}, {"blank", true},  {"council", true}};
    size_t where[6];
    td_sheet sheet = {0};
    size_t *rows = calloc(load->data->n_units + 1, sizeof *rows);
    load->no_memory |= rows == NULL;
    bool fine = !load->no_memory && td_sheet_open(load, "votes.csv", &sheet) &&
                td_sheet_columns(load, &sheet, 6, columns, false, where);
    while (fine && !load->no_memory && td_csv_next(&sheet.csv))
        read_votes(load, &sheet, where, rows);
    load->no_memory |= sheet.csv.no_memory;
    free(rows);
    td_sheet_release(&sheet);
}

/* ---- history.csv ---- */

typedef struct award {
    size_t unit;
    td_held held;
} award;

typedef struct award_list {
    award *items;
    size_t n, capacity;
} award_list;

/* By unit, the latest first; awards of one year by code: no trace of the order of rows. */
static int compare_awards(const void *a, const void *b)
{
    const award *x = a, *y = b;
    if (x->unit != y->unit)
        return x->unit < y->unit ? -1 : 1;
    if (x->held.years_ago != y->held.years_ago)
        return x->held.years_ago < y->held.years_ago ? -1 : 1;
    return strcmp(x->held.award, y->held.award);
}

/* Years before the evaluation; false after a fault. */
static bool year_at(td_load *load, const td_sheet *sheet, size_t column, int *years_ago)
{
    td_number number = {0};
    td_csv_cell cell = td_sheet_cell(sheet, column);
    int now = load->data->view.year;
    if (td_number_read(cell, TD_MARK_UNKNOWN, &number) != TD_READ_OK || number.value < 1900 ||
        number.value > 2999 || number.value != floor(number.value) || number.percent) {
        td_sheet_fault(load, sheet, column, TD_MSG_DATA_HISTORY_NOT_YEAR, NULL, NULL);
        return false;
    }
    *years_ago = now - (int)number.value;
    if (*years_ago >= 0 || now == 0)
        return true;
    char year[16];
    snprintf(year, sizeof year, "%d", now);
    td_sheet_fault(load, sheet, column, TD_MSG_DATA_HISTORY_LATER, year, NULL);
    return false;
}

/* The unit of a row of history: one that is gone is a finding, not an error. */
static size_t past_unit(td_load *load, const td_sheet *sheet, size_t column)
{
    if (td_sheet_blank(load, sheet, column))
        return TD_NONE;
    size_t length;
    const char *key = td_load_key(load, td_sheet_cell(sheet, column), &length);
    size_t order = key == NULL ? TD_NONE : td_load_find_unit(load, key, length);
    char hint[TD_HINT_BYTES];
    if (order == TD_NONE && key != NULL && !load->units_incomplete)
        td_sheet_fault(load, sheet, column, TD_MSG_DATA_HISTORY_UNIT,
                       td_load_unit_hint(load, key, hint), NULL);
    return order == TD_NONE ? TD_NONE : load->position[order];
}

static void read_award(td_load *load, const td_sheet *sheet, const size_t *where, award_list *list)
{
    if (sheet->csv.broken)
        return;
    award a = {.unit = past_unit(load, sheet, where[0])};
    bool dated = year_at(load, sheet, where[1], &a.held.years_ago);
    bool named = !td_sheet_blank(load, sheet, where[2]);
    if (!dated || !named || a.unit == TD_NONE)
        return;
    if (list->n == list->capacity) {
        size_t capacity = list->capacity == 0 ? 64 : 2 * list->capacity;
        award *grown = realloc(list->items, capacity * sizeof *grown);
        load->no_memory |= grown == NULL;
        if (grown == NULL)
            return;
        list->items = grown;
        list->capacity = capacity;
    }
    a.held.award = td_load_plain(load, td_sheet_cell(sheet, where[2]));
    if (a.held.award != NULL)
        list->items[list->n++] = a;
}

static void keep_awards(td_load *load, award_list *list)
{
    td_dataset *data = load->data;
    data->held = td_load_alloc(load, list->n, sizeof *data->held);
    if (data->held == NULL || list->n == 0)
        return;
    qsort(list->items, list->n, sizeof *list->items, compare_awards);
    for (size_t i = 0; i < list->n; i++) {
        td_unit *unit = &data->units[list->items[i].unit];
        if (unit->n_held == 0)
            unit->first_held = i;
        unit->n_held++;
        data->held[i] = list->items[i].held;
    }
}

void td_load_history(td_load *load)
{
    static const td_column columns[] = {
        {"unit", false}, {"year", false}, {"award", false}, {"note", true}};
    size_t where[4];
    td_sheet sheet = {0};
    award_list list = {0};
    bool fine = td_sheet_open(load, "history.csv", &sheet) &&
                td_sheet_columns(load, &sheet, 4, columns, false, where);
    while (fine && !load->no_memory && td_csv_next(&sheet.csv))
        read_award(load, &sheet, where, &list);
    load->no_memory |= sheet.csv.no_memory;
    if (!load->no_memory)
        keep_awards(load, &list);
    free(list.items);
    td_sheet_release(&sheet);
}
