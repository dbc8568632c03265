#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/load.h"

/* Units as they are read, before they are put in the order of clusters. */
typedef struct unit_list {
    td_unit *items;
    size_t n, capacity;
} unit_list;

typedef struct cluster_list {
    td_cluster *items;
    size_t n, capacity;
} cluster_list;

/* Room for one more item; NULL when out of memory. */
static void *grown(td_load *load, void *items, size_t n, size_t *capacity, size_t size)
{
    if (n < *capacity)
        return items;
    size_t larger = *capacity == 0 ? 64 : 2 * *capacity;
    void *more = realloc(items, larger * size);
    if (more == NULL) {
        load->no_memory = true;
        return items;
    }
    *capacity = larger;
    return more;
}

static void row_text(size_t row, char text[24])
{
    snprintf(text, 24, "%zu", row);
}

static bool cell_is_blank(td_load *load, td_csv_cell cell)
{
    size_t length;
    return !td_csv_visible(cell) && (td_load_key(load, cell, &length) == NULL || length == 0);
}

/* What rule sets and policies compare letter by letter; NULL when blank. */
static const char *optional_text(td_load *load, td_csv_cell cell)
{
    return cell_is_blank(load, cell) ? NULL : td_load_plain(load, cell);
}

/* ---- clusters ---- */

/* The rule set of the kind in this cell, TD_NONE after a fault. */
static size_t rules_of_kind(td_load *load, const td_sheet *sheet, size_t column)
{
    if (load->n_kinds == 0)
        return 0;
    if (td_sheet_blank(load, sheet, column))
        return TD_NONE;
    size_t length;
    const char *key = td_load_key(load, td_sheet_cell(sheet, column), &length);
    for (size_t k = 0; key != NULL && k < load->n_kinds; k++)
        if (strcmp(key, load->kinds[k]) == 0)
            return k;
    char hint[TD_HINT_BYTES];
    if (key != NULL)
        td_sheet_fault(load, sheet, column, TD_MSG_DATA_CLUSTER_WITHOUT_RULES,
                       td_load_hint(load, key, load->kinds, load->n_kinds, hint), NULL);
    return TD_NONE;
}

/* The group named in a cell, made when it is new; TD_NONE when blank. */
static size_t group_at(td_load *load, const td_sheet *sheet, size_t column)
{
    size_t length;
    td_dataset *data = load->data;
    const char *key = td_load_key(load, td_sheet_cell(sheet, column), &length);
    if (key == NULL || length == 0)
        return TD_NONE;
    size_t found = td_index_find(&load->groups, key, length);
    if (found != TD_NONE)
        return found;
    data->groups =
        grown(load, data->groups, data->n_groups, &load->group_capacity, sizeof *data->groups);
    const char *kept = td_load_keep_key(load, td_sheet_cell(sheet, column), &length);
    const char *name = td_load_text(load, td_sheet_cell(sheet, column));
    if (load->no_memory || !td_index_add(&load->groups, kept, length, data->n_groups)) {
        load->no_memory = true;
        return TD_NONE;
    }
    data->groups[data->n_groups] = name;
    return data->n_groups++;
}

static void add_cluster(td_load *load, cluster_list *list, const td_cluster *cluster, size_t length)
{
    list->items = grown(load, list->items, list->n, &list->capacity, sizeof *list->items);
    if (load->no_memory || !td_index_add(&load->clusters, cluster->key, length, list->n)) {
        load->no_memory = true;
        return;
    }
    list->items[list->n++] = *cluster;
}

static void read_cluster(td_load *load, const td_sheet *sheet, const size_t *where,
                         cluster_list *list)
{
    if (sheet->csv.broken || td_sheet_blank(load, sheet, where[0]))
        return;
    size_t length;
    td_cluster cluster = {.row = sheet->csv.row};
    cluster.key = td_load_keep_key(load, td_sheet_cell(sheet, where[0]), &length);
    cluster.id = td_load_text(load, td_sheet_cell(sheet, where[0]));
    cluster.name = td_load_text(load, td_sheet_cell(sheet, where[1]));
    if (load->no_memory)
        return;
    td_sheet_blank(load, sheet, where[1]);
    cluster.rules = rules_of_kind(load, sheet, where[2]);
    cluster.kind = optional_text(load, td_sheet_cell(sheet, where[2]));
    cluster.group = group_at(load, sheet, where[3]);
    size_t first = td_index_find(&load->clusters, cluster.key, length);
    if (first == TD_NONE) {
        add_cluster(load, list, &cluster, length);
        return;
    }
    char row[24];
    row_text(list->items[first].row, row);
    td_sheet_fault(load, sheet, where[0], TD_MSG_DATA_CLUSTER_TWICE, row, NULL);
}

static void keep_groups(td_load *load)
{
    td_dataset *data = load->data;
    const char **kept = td_load_alloc(load, data->n_groups, sizeof *kept);
    if (kept != NULL && data->n_groups > 0)
        memcpy(kept, data->groups, data->n_groups * sizeof *kept);
    free(data->groups);
    data->groups = kept;
}

/* The list moves into the arena. */
static void keep_clusters(td_load *load, cluster_list *list)
{
    td_cluster *kept = td_load_alloc(load, list->n, sizeof *kept);
    if (kept != NULL && list->n > 0)
        memcpy(kept, list->items, list->n * sizeof *kept);
    load->data->clusters = kept;
    load->data->n_clusters = kept == NULL ? 0 : list->n;
    free(list->items);
    keep_groups(load);
}

static void fault_of_no_rows(td_load *load, const td_sheet *sheet)
{
    td_place place = {.file = sheet->path};
    td_errors_add(load->errors, TD_MSG_DATA_NO_ROWS, &place, NULL);
}

void td_load_clusters(td_load *load)
{
    const td_column columns[] = {
        {"id", false}, {"name", false}, {"kind", load->n_kinds == 0}, {"group", true}};
    size_t where[4];
    td_sheet sheet;
    cluster_list list = {0};
    bool fine = td_sheet_open(load, "clusters.csv", &sheet) &&
                td_sheet_columns(load, &sheet, 4, columns, false, where);
    while (fine && !load->no_memory && td_csv_next(&sheet.csv))
        read_cluster(load, &sheet, where, &list);
    if (fine && list.n == 0 && !td_sheet_incomplete(&sheet))
        fault_of_no_rows(load, &sheet);
    load->no_memory |= sheet.csv.no_memory;
    load->units_incomplete |= !fine || td_sheet_incomplete(&sheet);
    keep_clusters(load, &list);
    td_sheet_release(&sheet);
}

/* ---- units ---- */

typedef struct unit_columns {
    size_t id, name, cluster, category; /* name and category may be TD_NONE */
} unit_columns;

/* The cluster named in a cell, TD_NONE after a fault. */
static size_t cluster_at(td_load *load, const td_sheet *sheet, size_t column)
{
    size_t length, n = load->data->n_clusters;
    const char *key = td_load_key(load, td_sheet_cell(sheet, column), &length);
    if (key == NULL)
        return TD_NONE;
    if (length == 0) {
        td_sheet_fault(load, sheet, column, TD_MSG_DATA_UNIT_WITHOUT_CLUSTER, NULL, NULL);
        return TD_NONE;
    }
    size_t cluster = td_index_find(&load->clusters, key, length);
    if (cluster != TD_NONE || load->units_incomplete)
        return cluster;
    const char *ids[64];
    size_t n_ids = n < 64 ? n : 64;
    for (size_t c = 0; c < n_ids; c++)
        ids[c] = load->data->clusters[c].key;
    char hint[TD_HINT_BYTES];
    td_sheet_fault(load, sheet, column, TD_MSG_DATA_CLUSTER_UNKNOWN,
                   td_load_hint(load, key, ids, n_ids, hint), NULL);
    return TD_NONE;
}

/* Everything of a unit but its cluster. */
static td_unit unit_of(td_load *load, const td_sheet *sheet, const unit_columns *at, size_t *length)
{
    td_unit unit = {
        .row = sheet->csv.row, .votes = NAN, .votes_present = NAN, .votes_council = NAN};
    unit.key = td_load_keep_key(load, td_sheet_cell(sheet, at->id), length);
    unit.id = td_load_text(load, td_sheet_cell(sheet, at->id));
    td_csv_cell name = td_sheet_cell(sheet, at->name);
    unit.name = cell_is_blank(load, name) ? unit.id : td_load_text(load, name);
    unit.category = optional_text(load, td_sheet_cell(sheet, at->category));
    return unit;
}

static void read_unit(td_load *load, const td_sheet *sheet, const unit_columns *at, unit_list *list,
                      size_t cluster)
{
    size_t length;
    td_unit unit = unit_of(load, sheet, at, &length);
    if (load->no_memory)
        return;
    unit.cluster = cluster;
    size_t first = TD_NONE;
    list->items = grown(load, list->items, list->n, &list->capacity, sizeof *list->items);
    load->no_memory |= !td_index_put(&load->units, unit.key, length, list->n, &first);
    if (load->no_memory)
        return;
    if (first == TD_NONE) {
        list->items[list->n++] = unit;
        return;
    }
    char row[24];
    row_text(list->items[first].row, row);
    td_sheet_fault(load, sheet, at->id, TD_MSG_DATA_UNIT_TWICE, row, NULL);
}

static void count_units(td_load *load, unit_list *list)
{
    td_cluster *clusters = load->data->clusters;
    for (size_t i = 0; i < list->n; i++)
        if (list->items[i].cluster != TD_NONE)
            clusters[list->items[i].cluster].n_units++;
}

/* Clusters that no unit names; units of a cluster without rule set stay out. */
static void check_clusters(td_load *load, const char *path)
{
    for (size_t c = 0; c < load->data->n_clusters; c++) {
        td_cluster *cluster = &load->data->clusters[c];
        if (cluster->n_units == 0 && !load->units_incomplete) {
            char quoted[TD_QUOTE_BYTES];
            td_place place = {.file = path, .row = cluster->row, .field = "id"};
            td_errors_add(load->errors, TD_MSG_DATA_CLUSTER_EMPTY, &place,
                          td_text_quote(cluster->id, quoted), NULL);
        }
        if (cluster->rules == TD_NONE)
            cluster->n_units = 0;
    }
}

/* Puts the units in the order of their clusters, stable, and notes where each went. */
static void order_units(td_load *load, unit_list *list)
{
    td_dataset *data = load->data;
    size_t n = 0;
    for (size_t c = 0; c < data->n_clusters; c++) {
        data->clusters[c].first_unit = n;
        n += data->clusters[c].n_units;
        data->clusters[c].n_units = 0;
    }
    data->units = td_load_alloc(load, n, sizeof *data->units);
    load->position = td_load_alloc(load, list->n, sizeof *load->position);
    if (load->no_memory)
        return;
    load->n_positions = list->n;
    data->n_units = n;
    for (size_t i = 0; i < list->n; i++) {
        size_t c = list->items[i].cluster;
        load->position[i] = TD_NONE;
        if (c == TD_NONE || data->clusters[c].rules == TD_NONE)
            continue;
        load->position[i] = data->clusters[c].first_unit + data->clusters[c].n_units++;
        data->units[load->position[i]] = list->items[i];
    }
}

/* Rows of the tables follow the clusters of each rule set. */
static void make_tables(td_load *load)
{
    td_dataset *data = load->data;
    if (!load->rules_ready)
        return;
    data->n_rules = load->evaluation->n_rules;
    data->tables = td_load_alloc(load, data->n_rules, sizeof *data->tables);
    data->row_of_unit = td_load_alloc(load, data->n_units, sizeof *data->row_of_unit);
    data->held = td_load_alloc(load, 0, sizeof *data->held);
    if (load->no_memory)
        return;
    for (size_t r = 0; r < data->n_rules; r++) {
        data->tables[r].rules = load->evaluation->rules[r];
        data->tables[r].n_indicators = data->tables[r].rules->n_indicators;
    }
    for (size_t c = 0; c < data->n_clusters; c++) {
        const td_cluster *cluster = &data->clusters[c];
        if (cluster->rules == TD_NONE)
            continue;
        for (size_t u = 0; u < cluster->n_units; u++)
            data->row_of_unit[cluster->first_unit + u] = data->tables[cluster->rules].n_rows++;
    }
}

static void finish_units(td_load *load, unit_list *list, const char *path)
{
    if (!load->no_memory) {
        count_units(load, list);
        check_clusters(load, path);
        order_units(load, list);
    }
    if (!load->no_memory)
        make_tables(load);
    free(list->items);
}

void td_load_units(td_load *load)
{
    static const td_column columns[] = {
        {"id", false}, {"name", false}, {"cluster", false}, {"category", true}};
    size_t where[4];
    td_sheet sheet;
    unit_list list = {0};
    bool fine = td_sheet_open(load, "units.csv", &sheet) &&
                td_sheet_columns(load, &sheet, 4, columns, false, where);
    unit_columns at = {where[0], where[1], where[2], where[3]};
    while (fine && !load->no_memory && td_csv_next(&sheet.csv)) {
        if (sheet.csv.broken || td_sheet_blank(load, &sheet, at.id))
            continue;
        td_sheet_blank(load, &sheet, at.name);
        read_unit(load, &sheet, &at, &list, cluster_at(load, &sheet, at.cluster));
    }
    if (fine && list.n == 0 && !td_sheet_incomplete(&sheet))
        fault_of_no_rows(load, &sheet);
    load->no_memory |= sheet.csv.no_memory;
    load->units_incomplete |= !fine || td_sheet_incomplete(&sheet);
    finish_units(load, &list, td_load_path(load, "clusters.csv"));
    td_sheet_release(&sheet);
}

/* ---- one wide CSV ---- */

/* The cluster named in a cell, made when it is new; TD_NONE after a fault. */
static size_t wide_cluster(td_load *load, const td_sheet *sheet, size_t column, cluster_list *list)
{
    size_t length;
    td_csv_cell cell = td_sheet_cell(sheet, column);
    const char *key = td_load_key(load, cell, &length);
    if (key == NULL)
        return TD_NONE;
    if (length == 0) {
        td_sheet_fault(load, sheet, column, TD_MSG_DATA_UNIT_WITHOUT_CLUSTER, NULL, NULL);
        return TD_NONE;
    }
    size_t found = td_index_find(&load->clusters, key, length);
    if (found != TD_NONE)
        return found;
    td_cluster cluster = {.row = sheet->csv.row, .group = TD_NONE};
    cluster.key = td_load_keep_key(load, cell, &length);
    cluster.id = cluster.name = td_load_text(load, cell);
    if (!load->no_memory)
        add_cluster(load, list, &cluster, length);
    return list->n - 1;
}

bool td_load_wide_units(td_load *load, td_sheet *sheet)
{
    static const td_column columns[] = {
        {"cluster", false}, {"unit", false}, {"name", true}, {"category", true}};
    size_t where[4];
    unit_list list = {0};
    cluster_list clusters = {0};
    bool fine = td_sheet_columns(load, sheet, 4, columns, true, where);
    unit_columns at = {where[1], where[2], where[0], where[3]};
    while (fine && !load->no_memory && td_csv_next(&sheet->csv)) {
        if (sheet->csv.broken || td_sheet_blank(load, sheet, at.id))
            continue;
        size_t cluster = wide_cluster(load, sheet, at.cluster, &clusters);
        if (!load->no_memory)
            read_unit(load, sheet, &at, &list, cluster);
    }
    if (fine && list.n == 0 && !td_sheet_incomplete(sheet) && !load->is_block)
        fault_of_no_rows(load, sheet);
    load->no_memory |= sheet->csv.no_memory;
    load->units_incomplete |= !fine || td_sheet_incomplete(sheet);
    keep_clusters(load, &clusters);
    /* A cluster that lost its units to faults of its own rows is no fault more. */
    bool incomplete = load->units_incomplete;
    load->units_incomplete = true;
    finish_units(load, &list, sheet->path);
    load->units_incomplete = incomplete;
    return fine;
}

/* Is this the unit that was read as number `order`? */
static bool is_unit(const td_load *load, size_t order, const char *key)
{
    if (order >= load->n_positions || load->position[order] == TD_NONE)
        return false;
    return strcmp(load->data->units[load->position[order]].key, key) == 0;
}

size_t td_load_find_unit(td_load *load, const char *key, size_t length)
{
    size_t order = load->last_unit;
    if (!is_unit(load, order, key) && !is_unit(load, ++order, key))
        order = td_index_find(&load->units, key, length);
    if (order != TD_NONE)
        load->last_unit = order;
    return order;
}

size_t td_load_unit_at(td_load *load, const td_sheet *sheet, size_t column)
{
    if (td_sheet_blank(load, sheet, column))
        return TD_NONE;
    size_t length;
    const char *key = td_load_key(load, td_sheet_cell(sheet, column), &length);
    size_t order = key == NULL ? TD_NONE : td_load_find_unit(load, key, length);
    if (order != TD_NONE)
        return load->position[order];
    if (key == NULL || load->units_incomplete)
        return TD_NONE;
    char hint[TD_HINT_BYTES];
    td_sheet_fault(load, sheet, column, TD_MSG_DATA_UNIT_UNKNOWN,
                   td_load_unit_hint(load, key, hint), NULL);
    return TD_NONE;
}

const char *td_load_unit_hint(td_load *load, const char *key, char hint[TD_HINT_BYTES])
{
    const td_dataset *data = load->data;
    const char **keys = calloc(data->n_units + 1, sizeof *keys);
    load->no_memory |= keys == NULL;
    hint[0] = '\0';
    if (keys == NULL)
        return hint;
    size_t n = 0;
    if (td_errors_size(load->errors) < TD_MAX_FAULTS)
        for (; n < data->n_units; n++)
            keys[n] = data->units[n].key;
    const char *text = td_load_hint(load, key, keys, n, hint);
    free(keys);
    return text;
}

td_table *td_load_table_of(const td_load *load, size_t unit)
{
    return &load->data->tables[load->data->clusters[load->data->units[unit].cluster].rules];
}
