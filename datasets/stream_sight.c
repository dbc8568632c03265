/*
 * A block read at sight: where its cells end is found for all of it at once, and its numbers are
 * read many at a time. Whatever is not as it should be makes it return false.
 */
#include <endian.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/extent.h"
#include "datasets/stream.h"
#include "datasets/value.h"
#include "engine/base/columns.h"

#define ONES 0x0101010101010101u
#define TOPS (0x80 * ONES)

/* A block while it is read. */
typedef struct seeing {
    td_stream_head *head;
    td_block *b;
    td_marks marks;
    size_t n_columns, n_rows, n_indicators;
    const uint32_t *ends;       /* of the row at hand */
    const char *start;          /* of the row */
    size_t n_quotes, n_returns; /* where they may be, in the rows so far */
    bool has_blanks;
    bool has_odd;                       /* a number was not read at sight */
    td_csv_cell cluster_text, unit_key; /* of the row before */
} seeing;

/* ---- text ---- */

static inline td_csv_cell cell_of(const seeing *s, size_t column)
{
    const char *text = s->b->text;
    const char *start = column == 0 ? s->start : text + s->ends[column - 1] + 1;
    td_csv_cell cell = {start, (size_t)(text + s->ends[column] - start)};
    if (cell.length >= 2 && *start == '"')
        cell = (td_csv_cell){start + 1, cell.length - 2};
    return cell;
}

/* A copy that ends with a zero; the room was made for all. */
static const char *keep(td_block *b, const char *text, size_t length)
{
    if (b->n_strings + length + 1 > b->room[TD_ROOM_STRINGS])
        return NULL;
    char *copy = b->strings + b->n_strings;
    memcpy(copy, text, length);
    copy[length] = '\0';
    b->n_strings += length + 1;
    return copy;
}

/* The same of a cell; bytes behind it come along where that is faster, for there is padding. */
static const char *keep_cell(td_block *b, td_csv_cell cell)
{
    enum { AT_ONCE = 32 };
    if (cell.length >= AT_ONCE || b->n_strings + AT_ONCE > b->room[TD_ROOM_STRINGS])
        return keep(b, cell.text, cell.length);
    char *copy = b->strings + b->n_strings;
    memcpy(copy, cell.text, AT_ONCE);
    copy[cell.length] = '\0';
    b->n_strings += cell.length + 1;
    return copy;
}

/* The top bit of each byte below 0x80 that is `from` or more. */
static uint64_t reach(uint64_t bytes, unsigned from)
{
    return bytes + ONES * (0x80 - from);
}

/* Eight bytes of a text, the first lowest. */
static uint64_t eight_at(const char *text)
{
    uint64_t bytes;
    memcpy(&bytes, text, 8);
    return le64toh(bytes);
}

/* Of what was found of eight bytes that of the first n, n > 0: bytes behind a cell do not count. */
static uint64_t of_first(uint64_t found, size_t n)
{
    return n >= 8 ? found : found << (64 - 8 * n);
}

/* Its own key: ASCII without capitals, blanks and control characters. */
static bool is_key(td_csv_cell cell)
{
    uint64_t others = 0;
    for (size_t i = 0; i < cell.length; i += 8) {
        uint64_t bytes = eight_at(cell.text + i), low = bytes & ~TOPS;
        uint64_t capital = reach(low, 'A') & ~reach(low, 'Z' + 1);
        uint64_t other = bytes | ~reach(low, '!') | reach(low, 0x7F) | capital;
        others |= of_first(other & TOPS, cell.length - i);
    }
    return others == 0;
}

static bool same_cell(td_csv_cell a, td_csv_cell b)
{
    uint64_t differ = a.length ^ b.length;
    for (size_t i = 0; i < a.length && differ == 0; i += 8)
        differ = of_first(eight_at(a.text + i) ^ eight_at(b.text + i), a.length - i);
    return differ == 0;
}

/* The key of a cell that is not its own, kept. */
static bool keep_folded(td_block *b, td_csv_cell cell, td_csv_cell *key, td_key_hash *hash)
{
    const char *folded = td_name_key(b->names, cell.text, cell.length, &key->length);
    key->text = folded == NULL || key->length == 0 ? NULL : keep(b, folded, key->length);
    if (key->text == NULL)
        return false;
    *hash = td_hash_key(key->text, key->length);
    return true;
}

/* The text of a cell and its key, kept; false: nothing is in it, or there is no room. */
static inline bool keep_named(td_block *b, td_csv_cell cell, const char **text, td_csv_cell *key,
                              td_key_hash *hash)
{
    *text = keep_cell(b, cell);
    if (*text == NULL || cell.length == 0)
        return false;
    if (!is_key(cell))
        return keep_folded(b, cell, key, hash);
    *key = (td_csv_cell){*text, cell.length};
    *hash = td_hash_key(*text, cell.length);
    return true;
}

/* Quotes are around cells, and nowhere in them. */
static bool quotes_fit(seeing *s)
{
    for (size_t c = 0; c < s->n_columns; c++) {
        const char *start = c == 0 ? s->start : s->b->text + s->ends[c - 1] + 1;
        size_t length = (size_t)(s->b->text + s->ends[c] - start);
        if (length == 0 || *start != '"')
            continue;
        if (length < 2 || start[length - 1] != '"' || memchr(start + 1, '"', length - 2) != NULL)
            return false;
        s->n_quotes += 2;
    }
    return true;
}

/* The last end of the row at hand is that of a line; a return before it is no part of the cell. */
static bool row_fits(seeing *s, uint32_t *last)
{
    const char *text = s->b->text;
    if (text[*last] != '\n')
        return false;
    if (*last > 0 && text[*last - 1] == '\r') {
        --*last;
        s->n_returns++;
    }
    return s->marks.n_quotes == 0 || quotes_fit(s);
}

static bool find_cells(seeing *s)
{
    td_block *b = s->b;
    size_t size = b->size;
    if (size == 0 || size >= UINT32_MAX - 64 || b->text[size - 1] == '\r' ||
        !td_block_room(b, TD_ROOM_ENDS, &b->ends, size + 72, sizeof *b->ends))
        return false;
    b->ends[0] = UINT32_MAX;
    bool open = b->text[size - 1] != '\n';
    b->text[size] = open ? '\n' : ' ';
    td_marks_find(b->text, size + open, s->head->sheet.csv.separator, b->ends + 1, &s->marks);
    s->n_rows = s->marks.n_lines;
    return !s->marks.is_open && !s->marks.has_zero && s->marks.n == s->n_rows * s->n_columns &&
           (!s->marks.has_high || td_text_valid(b->text, size) == size);
}

/* ---- values ---- */

/* A cell that is not read at sight; false after a fault. */
static bool read_cell(seeing *s, size_t column, double *row)
{
    td_block *b = s->b;
    size_t i = s->head->indicator[column];
    const td_indicator *indicator = &s->head->base->rules[0]->indicators[i];
    td_csv_cell cell = cell_of(s, column);
    td_mark declared = s->head->mark_declared ? s->head->mark : TD_MARK_UNKNOWN;
    double x = NAN, bound;
    td_message refusal = cell.length == 0
                             ? TD_N_MESSAGES
                             : td_value_read(b->names, cell, declared, indicator, &x, &bound);
    if (refusal == TD_MSG_DATA_VALUE_AMBIGUOUS && declared == TD_MARK_UNKNOWN) {
        b->used_mark = true;
        refusal = td_value_read(b->names, cell, td_stream_mark(s->head), indicator, &x, &bound);
    }
    if (refusal != TD_N_MESSAGES)
        return false;
    td_evidence evidence = {b->comma, b->point};
    if (indicator->kind != TD_FLAG && indicator->kind != TD_DATE)
        td_evidence_add(&evidence, cell);
    b->comma = evidence.comma;
    b->point = evidence.point;
    row[i] = x;
    s->has_blanks |= isnan(x);
    return true;
}

/* Row r comes to hand; those up to it have been found to fit. */
static void go_to(seeing *s, size_t r)
{
    const td_block *b = s->b;
    s->ends = b->ends + 1 + r * s->n_columns;
    s->start = b->text;
    if (r == 0)
        return;
    s->start += s->ends[-1] + 1;
    s->start += s->start[-1] == '\r';
}

static bool read_numbers(seeing *s, const td_run_of_columns *run)
{
    td_block *b = s->b;
    size_t i = run->indicator;
    const td_number_columns columns = {run->n, s->head->min + i, s->head->max + i,
                                       s->head->places + i};
    td_number_rows rows = {.n = s->n_rows,
                           .n_cells = s->n_columns,
                           .value = b->matrix + i,
                           .stride = s->n_indicators,
                           .refused = b->refused,
                           .least = b->least + i,
                           .most = b->most + i,
                           .places = b->most_places + i,
                           .comma = b->comma,
                           .point = b->point};
    td_numbers_read(b->text, b->ends + 1 + run->column, &columns, &rows);
    b->comma = rows.comma;
    b->point = rows.point;
    s->has_odd |= rows.n_refused > 0;
    for (size_t k = 0; k < rows.n_refused; k++) {
        size_t r = rows.refused[k] / run->n;
        go_to(s, r);
        if (!read_cell(s, run->column + rows.refused[k] % run->n, b->matrix + r * s->n_indicators))
            return false;
    }
    return true;
}

static bool read_values(seeing *s)
{
    const td_stream_head *head = s->head;
    td_block *b = s->b;
    for (size_t i = 0; head->fills && i < s->n_rows * s->n_indicators; i++)
        b->matrix[i] = NAN;
    for (size_t k = 0; k < head->n_runs; k++)
        if (!read_numbers(s, &head->runs[k]))
            return false;
    for (size_t r = 0; r < s->n_rows && head->n_singles > 0; r++) {
        go_to(s, r);
        for (size_t k = 0; k < head->n_singles; k++)
            if (!read_cell(s, head->singles[k], b->matrix + r * s->n_indicators))
                return false;
    }
    return true;
}

/* ---- units ---- */

static bool begin_cluster(seeing *s, td_csv_cell cell, size_t row)
{
    td_block *b = s->b;
    td_dataset *data = &b->own.data;
    td_cluster cluster = {.row = row, .group = TD_NONE, .first_unit = data->n_units};
    td_cluster_run run = {.row = row, .first = data->n_units, .id = cell};
    size_t n = b->n_clusters;
    td_csv_cell key;
    if (!keep_named(b, cell, &cluster.id, &key, &run.hash))
        return false;
    /* The same name in another spelling. */
    if (n > 0 && b->clusters[n - 1].hash.a == run.hash.a && b->clusters[n - 1].hash.b == run.hash.b)
        return true;
    cluster.name = cluster.id;
    cluster.key = key.text;
    data->clusters[n] = cluster;
    b->clusters[n] = run;
    b->n_clusters++;
    return true;
}

static bool read_name(seeing *s, td_unit *unit)
{
    td_block *b = s->b;
    td_csv_cell name = cell_of(s, s->head->name);
    size_t length = 1;
    if (!td_csv_visible(name) && td_name_key(b->names, name.text, name.length, &length) == NULL)
        return false;
    if (length > 0)
        unit->name = keep(b, name.text, name.length);
    return unit->name != NULL;
}

static bool read_category(seeing *s, td_unit *unit)
{
    td_block *b = s->b;
    td_csv_cell category = cell_of(s, s->head->category);
    size_t length;
    const char *plain = td_name_plain(b->names, category.text, category.length, &length);
    unit->category = plain == NULL || length == 0 ? NULL : keep(b, plain, length);
    return plain != NULL && (length == 0 || unit->category != NULL);
}

/* Whatever else there is of a unit is that of all: see make_room(). */
static bool read_unit(seeing *s, size_t row)
{
    td_block *b = s->b;
    const td_stream_head *head = s->head;
    td_dataset *data = &b->own.data;
    td_csv_cell cluster = cell_of(s, head->cluster);
    size_t u = data->n_units;
    td_unit *unit = &data->units[u];
    if ((u == 0 || !same_cell(cluster, s->cluster_text)) && !begin_cluster(s, cluster, row))
        return false;
    s->cluster_text = cluster;
    td_csv_cell id = cell_of(s, head->unit), key;
    if (!keep_named(b, id, &unit->id, &key, &b->unit_hash[u]))
        return false;
    b->ascends &=
        u == 0 || td_key_precedes(s->unit_key.text, s->unit_key.length, key.text, key.length);
    s->unit_key = key;
    unit->key = key.text;
    unit->id_length = id.length;
    unit->name = unit->id;
    unit->row = row;
    unit->cluster = b->n_clusters - 1;
    unit->has_channel[head->channel] = s->n_indicators > 0; /* if no cell is blank */
    b->unit_row[u] = row;
    data->clusters[b->n_clusters - 1].n_units++;
    return (head->name == TD_NONE || read_name(s, unit)) &&
           (head->category == TD_NONE || read_category(s, unit));
}

/* What units have in common, those of all blocks; and the order of their rows. */
static void prepare_units(td_block *b)
{
    td_dataset *data = &b->own.data;
    for (size_t u = 0; u < b->room[TD_ROOM_UNITS]; u++)
        data->units[u] = (td_unit){.votes = NAN, .votes_present = NAN, .votes_council = NAN};
    for (size_t u = 0; u < b->room[TD_ROOM_ORDER]; u++)
        data->row_of_unit[u] = u;
}

static bool make_room(seeing *s)
{
    td_block *b = s->b;
    td_dataset *data = &b->own.data;
    size_t n = s->n_rows, cells = n * s->n_indicators;
    const size_t n_prepared = b->room[TD_ROOM_UNITS];
    bool grown = cells > b->room[TD_ROOM_SOURCE];
    if (!td_block_room(b, TD_ROOM_UNITS, &data->units, n, sizeof *data->units) ||
        !td_block_room(b, TD_ROOM_HASHES, &b->unit_hash, n, sizeof *b->unit_hash) ||
        !td_block_room(b, TD_ROOM_ROWS, &b->unit_row, n, sizeof *b->unit_row) ||
        !td_block_room(b, TD_ROOM_ORDER, &data->row_of_unit, n, sizeof *data->row_of_unit) ||
        !td_block_room(b, TD_ROOM_CLUSTERS, &data->clusters, n, sizeof *data->clusters) ||
        !td_block_room(b, TD_ROOM_RUNS, &b->clusters, n, sizeof *b->clusters) ||
        !td_block_room(b, TD_ROOM_MATRIX, &b->matrix, cells, sizeof *b->matrix) ||
        !td_block_room(b, TD_ROOM_SOURCE, &b->source, cells, 1) ||
        !td_block_room(b, TD_ROOM_REFUSED, &b->refused, cells, sizeof *b->refused) ||
        !td_block_room(b, TD_ROOM_STRINGS, &b->strings, 3 * b->size + 4096, 1) ||
        (s->head->resolves &&
         !td_block_room(b, TD_ROOM_RESOLVED, &b->resolved, cells, sizeof *b->resolved)))
        return false;
    if (b->room[TD_ROOM_UNITS] != n_prepared)
        prepare_units(b);
    if (grown || b->n_matrix == 0)
        memset(b->source, (int)s->head->channel, b->room[TD_ROOM_SOURCE]);
    if (b->extent == NULL) {
        b->most_places = calloc(s->n_indicators, sizeof *b->most_places);
        b->extent = calloc(s->n_indicators, sizeof *b->extent);
        b->least = calloc(s->n_indicators, sizeof *b->least);
        b->most = calloc(s->n_indicators, sizeof *b->most);
    }
    b->n_matrix = cells;
    return b->most_places != NULL && b->extent != NULL && b->least != NULL && b->most != NULL;
}

/* Where all was read at sight the bounds are known, and places that may be more than needed. */
static void find_extents(seeing *s)
{
    td_block *b = s->b;
    bool known = !s->has_odd && !s->has_blanks && !s->head->resolves && !s->head->fills &&
                 s->head->n_singles == 0;
    td_extent_clear(s->n_indicators, b->extent);
    for (size_t i = 0; i < s->n_indicators && known; i++) {
        b->extent[i] =
            (td_extent){.places = (int)b->most_places[i], .least = b->least[i], .most = b->most[i]};
        known = fmax(fabs(b->least[i]), fabs(b->most[i])) * td_scale_of(b->extent[i].places) <=
                TD_COLUMN_LIMIT;
    }
    if (known)
        return;
    td_extent_clear(s->n_indicators, b->extent);
    td_extent_widen(&b->table, 0, s->n_rows, b->extent);
}

/* The values that prevail. Blanks leave their source behind: the next block starts afresh. */
static void resolve(seeing *s)
{
    td_block *b = s->b;
    b->table = (td_table){.rules = s->head->base->rules[0],
                          .n_rows = s->n_rows,
                          .n_indicators = s->n_indicators,
                          .value = s->head->resolves ? b->resolved : b->matrix,
                          .source = b->source};
    b->table.by_channel[s->head->channel] = b->matrix;
    b->table.extent = b->extent;
    if (s->has_blanks || s->head->resolves || s->head->lacks_columns) {
        for (size_t r = 0; r < s->n_rows; r++)
            td_resolve_row(&b->table, r);
        b->n_matrix = 0;
    }
    find_extents(s);
}

static bool is_fine(seeing *s)
{
    td_block *b = s->b;
    if (!s->has_blanks && !s->head->checks_all && !s->head->lacks_columns)
        return true;
    td_load load = {.evaluation = &b->own, .data = &b->own.data, .arena = b->own.arena};
    return td_check_is_fine(&load);
}

/* Which units have a value at all, where some may have none. */
static void note_channel(seeing *s)
{
    for (size_t r = 0; r < s->n_rows; r++) {
        const double *values = s->b->matrix + r * s->n_indicators;
        bool *has = &s->b->own.data.units[r].has_channel[s->head->channel];
        *has = false;
        for (size_t i = 0; i < s->n_indicators && !*has; i++)
            *has = !isnan(values[i]);
    }
}

static bool read_units(seeing *s)
{
    td_block *b = s->b;
    uint32_t *ends = b->ends + 1;
    s->start = b->text;
    for (size_t r = 0; r < s->n_rows; r++) {
        uint32_t *last = &ends[s->n_columns - 1];
        const char *next = b->text + *last + 1;
        s->ends = ends;
        if (!row_fits(s, last) || !read_unit(s, b->rows != NULL ? b->rows[r] : b->row + r + 1))
            return false;
        b->own.data.n_units++;
        s->start = next;
        ends = last + 1;
    }
    return s->n_returns == s->marks.n_returns && s->n_quotes == s->marks.n_quotes;
}

static bool read_rows(seeing *s)
{
    td_block *b = s->b;
    for (size_t i = 0; i < s->n_indicators; i++) {
        b->least[i] = INFINITY;
        b->most[i] = -INFINITY;
        b->most_places[i] = 0;
    }
    if (!read_units(s) || !read_values(s))
        return false;
    if (s->has_blanks || s->head->fills)
        note_channel(s);
    return true;
}

bool td_block_see(td_stream_head *head, td_block *b)
{
    seeing s = {.head = head,
                .b = b,
                .n_columns = head->sheet.n_columns,
                .n_indicators = head->base->rules[0]->n_indicators};
    td_dataset *data = &b->own.data;
    data->n_units = data->n_clusters = b->n_clusters = b->n_strings = 0;
    b->own.rules = head->base->rules;
    b->own.policy = head->base->policy;
    b->own.n_rules = 1;
    b->own.is_varied = true;
    b->ascends = true;
    if (!find_cells(&s) || !make_room(&s) || !read_rows(&s))
        return false;
    resolve(&s);
    data->view = head->base->data.view;
    data->view.n_units = data->n_units;
    data->view.n_clusters = data->n_clusters = b->n_clusters;
    data->view.data_hash = data->hash;
    data->n_rules = 1;
    data->tables = &b->table;
    b->n_units = data->n_units;
    if (!is_fine(&s))
        return false;
    b->evaluation = &b->own;
    return true;
}
