/* The units of a generated evaluation: invented, or taken from files that name them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "datasets/csv.h"
#include "datasets/generate.h"
#include "datasets/index.h"
#include "engine/base/files.h"

#define MAX_BYTES ((size_t)1 << 30)
#define ROSTER_STREAM 0xFFFFFFFFu /* no unit has this number */

/* ---- invented ---- */

static size_t next_size(const td_generate_options *options, td_random *random, size_t left)
{
    size_t span = options->cluster_max - options->cluster_min + 1;
    size_t size = options->cluster_min + (size_t)(td_random_uniform(random) * (double)span);
    return size < left ? size : left;
}

static bool name_cluster(td_roster *roster, size_t c, td_arena *arena)
{
    roster->cluster_id[c] = td_arena_printf(arena, "c%zu", c + 1);
    roster->cluster_name[c] = td_arena_printf(arena, "Cụm %zu", c + 1);
    return roster->cluster_id[c] != NULL && roster->cluster_name[c] != NULL;
}

static bool name_unit(td_roster_unit *unit, size_t u, size_t cluster, td_arena *arena)
{
    unit->id = td_arena_printf(arena, "u%zu", u + 1);
    unit->name = td_arena_printf(arena, "Đơn vị %zu", u + 1);
    unit->cluster = cluster;
    return unit->id != NULL && unit->name != NULL;
}

static bool allot(td_roster *roster, size_t n_clusters, size_t n_units, td_arena *arena)
{
    roster->cluster_id = td_arena_alloc(arena, n_clusters + 1, sizeof *roster->cluster_id);
    roster->cluster_name = td_arena_alloc(arena, n_clusters + 1, sizeof *roster->cluster_name);
    roster->first = td_arena_alloc(arena, n_clusters + 1, sizeof *roster->first);
    roster->size = td_arena_alloc(arena, n_clusters + 1, sizeof *roster->size);
    roster->units = td_arena_alloc(arena, n_units + 1, sizeof *roster->units);
    return roster->cluster_id != NULL && roster->cluster_name != NULL && roster->first != NULL &&
           roster->size != NULL && roster->units != NULL;
}

td_status td_roster_invent(const td_generate_options *options, td_random *random, td_arena *arena,
                           td_roster *out, td_errors *errors)
{
    (void)errors;
    td_roster roster = {.n_units = options->n_units};
    if (!allot(&roster, roster.n_units / options->cluster_min + 1, roster.n_units, arena))
        return TD_ENOMEM;
    td_random_start(random, options->seed, ROSTER_STREAM);
    for (size_t u = 0; u < roster.n_units;) {
        size_t c = roster.n_clusters++;
        size_t size = next_size(options, random, roster.n_units - u);
        if (!name_cluster(&roster, c, arena))
            return TD_ENOMEM;
        roster.first[c] = u;
        roster.size[c] = size;
        for (size_t end = u + size; u < end; u++)
            if (!name_unit(&roster.units[u], u, c, arena))
                return TD_ENOMEM;
    }
    *out = roster;
    return TD_OK;
}

/* ---- read ---- */

/* A table being read: where its columns are and what was found. */
typedef struct roster_reader {
    td_arena *arena;
    td_errors *errors;
    td_status status;
    td_roster roster;
    td_index clusters;
    td_roster_unit *units; /* in the order of the file */
} roster_reader;

static size_t find_column(const td_csv *csv, const char *name)
{
    for (size_t k = 0; k < csv->n_columns; k++)
        if (csv->header[k].length == strlen(name) &&
            memcmp(csv->header[k].text, name, csv->header[k].length) == 0)
            return k;
    return TD_NONE;
}

static void note(roster_reader *reader, td_status status)
{
    if (reader->status == TD_OK)
        reader->status = status;
}

static size_t need_column(roster_reader *reader, const td_csv *csv, const char *name)
{
    size_t k = find_column(csv, name);
    if (k == TD_NONE) {
        td_errors_add(reader->errors, TD_MSG_GEN_NO_COLUMN, &(td_place){.file = csv->file}, name,
                      NULL);
        note(reader, TD_EINVAL);
    }
    return k;
}

/* The cell without blanks around it; NULL when it is empty. */
static const char *cell_text(roster_reader *reader, const td_csv *csv, size_t column)
{
    if (column == TD_NONE || column >= csv->n_cells || td_csv_blank(csv->cells[column]))
        return NULL;
    const char *from = csv->cells[column].text, *end = from + csv->cells[column].length;
    while (*from == ' ' || *from == '\t')
        from++;
    while (end[-1] == ' ' || end[-1] == '\t')
        end--;
    const char *text = td_arena_strndup(reader->arena, from, (size_t)(end - from));
    if (text == NULL)
        note(reader, TD_ENOMEM);
    return text;
}

static const char *need_text(roster_reader *reader, const td_csv *csv, size_t column,
                             const char *field)
{
    const char *text = cell_text(reader, csv, column);
    if (text == NULL && reader->status != TD_ENOMEM) {
        td_place place = td_csv_place(csv, column, field);
        td_errors_add(reader->errors, TD_MSG_GEN_NO_ID, &place, field, NULL);
        note(reader, TD_EINVAL);
    }
    return text;
}

static size_t add_cluster(roster_reader *reader, const char *id, const char *name)
{
    td_roster *roster = &reader->roster;
    size_t c = roster->n_clusters;
    if (!td_index_add(&reader->clusters, id, strlen(id), c)) {
        note(reader, TD_ENOMEM);
        return TD_NONE;
    }
    roster->n_clusters++;
    roster->cluster_id[c] = id;
    roster->cluster_name[c] = name != NULL ? name : id;
    return c;
}

static void read_cluster_rows(roster_reader *reader, td_csv *csv)
{
    size_t id_at = need_column(reader, csv, "id"), name_at = find_column(csv, "name");
    while (reader->status == TD_OK && td_csv_next(csv)) {
        const char *id = need_text(reader, csv, id_at, "id");
        if (id != NULL && td_index_find(&reader->clusters, id, strlen(id)) == SIZE_MAX)
            (void)add_cluster(reader, id, cell_text(reader, csv, name_at));
    }
}

static size_t cluster_of_row(roster_reader *reader, const td_csv *csv, const char *unit,
                             const char *cluster, const char *name, bool known)
{
    size_t c = td_index_find(&reader->clusters, cluster, strlen(cluster));
    if (c != SIZE_MAX)
        return c;
    if (!known)
        return add_cluster(reader, cluster, name);
    td_place place = td_csv_place(csv, find_column(csv, "cluster"), "cluster");
    td_errors_add(reader->errors, TD_MSG_GEN_CLUSTER_UNKNOWN, &place, unit, cluster, NULL);
    note(reader, TD_EINVAL);
    return TD_NONE;
}

/* known: clusters come from clusters.csv, else the rows name them as they come. */
static void read_unit_rows(roster_reader *reader, td_csv *csv, const char *id_column, bool known)
{
    size_t id_at = need_column(reader, csv, id_column);
    size_t cluster_at = need_column(reader, csv, "cluster");
    size_t name_at = find_column(csv, "name"), category_at = find_column(csv, "category");
    size_t cluster_name_at = find_column(csv, "cluster_name");
    while (reader->status == TD_OK && td_csv_next(csv)) {
        const char *id = need_text(reader, csv, id_at, id_column);
        const char *cluster = need_text(reader, csv, cluster_at, "cluster");
        if (id == NULL || cluster == NULL)
            return;
        const char *cluster_name = cell_text(reader, csv, cluster_name_at);
        const char *name = cell_text(reader, csv, name_at);
        td_roster_unit unit = {.id = id,
                               .name = name != NULL ? name : id,
                               .category = cell_text(reader, csv, category_at)};
        unit.cluster = cluster_of_row(reader, csv, id, cluster, cluster_name, known);
        reader->roster.has_categories |= unit.category != NULL;
        reader->units[reader->roster.n_units++] = unit;
    }
}

/* More rows than this a file of `size` bytes cannot have. */
static size_t row_bound(const td_file *file)
{
    size_t n = 1;
    for (size_t i = 0; i < file->size; i++)
        n += file->text[i] == '\n';
    return n;
}

static void gather_by_cluster(roster_reader *reader)
{
    td_roster *roster = &reader->roster;
    for (size_t u = 0; u < roster->n_units; u++)
        roster->size[reader->units[u].cluster]++;
    size_t at = 0;
    for (size_t c = 0; c < roster->n_clusters; at += roster->size[c], c++)
        roster->first[c] = at;
    size_t *next = td_arena_alloc(reader->arena, roster->n_clusters + 1, sizeof *next);
    if (next == NULL) {
        note(reader, TD_ENOMEM);
        return;
    }
    for (size_t u = 0; u < roster->n_units; u++) {
        size_t c = reader->units[u].cluster;
        roster->units[roster->first[c] + next[c]++] = reader->units[u];
    }
}

static void read_file(roster_reader *reader, const char *path, td_file *file)
{
    note(reader, td_file_read(path, MAX_BYTES, TD_EDATA, file, reader->errors));
}

static void read_both(roster_reader *reader, const char *clusters, const char *units)
{
    td_file cluster_file = {0}, unit_file = {0};
    td_csv csv;
    if (clusters != NULL)
        read_file(reader, clusters, &cluster_file);
    if (reader->status == TD_OK)
        read_file(reader, units, &unit_file);
    size_t bound = row_bound(&unit_file) + row_bound(&cluster_file);
    reader->units = td_arena_alloc(reader->arena, bound, sizeof *reader->units);
    if (reader->units == NULL || !allot(&reader->roster, bound, bound, reader->arena))
        note(reader, TD_ENOMEM);
    if (reader->status == TD_OK && clusters != NULL) {
        if (td_csv_open(&csv, cluster_file.text, cluster_file.size, clusters, reader->errors))
            read_cluster_rows(reader, &csv);
        else
            note(reader, TD_EDATA);
        td_csv_release(&csv);
    }
    if (reader->status == TD_OK) {
        if (td_csv_open(&csv, unit_file.text, unit_file.size, units, reader->errors))
            read_unit_rows(reader, &csv, clusters != NULL ? "id" : "unit", clusters != NULL);
        else
            note(reader, TD_EDATA);
        td_csv_release(&csv);
    }
    td_file_release(&cluster_file);
    td_file_release(&unit_file);
}

td_status td_roster_read(const char *path, td_arena *arena, td_roster *out, td_errors *errors)
{
    roster_reader reader = {.arena = arena, .errors = errors};
    size_t faults = td_errors_count(errors, TD_ERROR);
    struct stat info;
    if (stat(path, &info) == 0 && S_ISDIR(info.st_mode)) {
        char *clusters = td_path_join(path, true, "clusters.csv");
        char *units = td_path_join(path, true, "units.csv");
        if (clusters != NULL && units != NULL)
            read_both(&reader, clusters, units);
        else
            note(&reader, TD_ENOMEM);
        free(clusters);
        free(units);
    } else {
        read_both(&reader, NULL, path);
    }
    if (td_errors_count(errors, TD_ERROR) > faults)
        note(&reader, TD_EDATA);
    if (reader.status == TD_OK && reader.roster.n_units == 0) {
        td_errors_add(errors, TD_MSG_GEN_NO_UNITS, &(td_place){.file = path}, NULL);
        note(&reader, TD_EINVAL);
    }
    if (reader.status == TD_OK)
        gather_by_cluster(&reader);
    td_index_release(&reader.clusters);
    if (reader.status == TD_OK)
        *out = reader.roster;
    return reader.status;
}
