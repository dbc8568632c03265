/* bands: a table of intervals of one indicator, or one table per stratum of a second one. */
#include <math.h>
#include <stdlib.h>

#include "criteria/functions/bands.h"
#include "criteria/functions/common.h"

static int compare_edges(const void *a, const void *b)
{
    const td_interval *x = &((const td_band *)a)->interval, *y = &((const td_band *)b)->interval;
    if (x->lo != y->lo)
        return x->lo < y->lo ? -1 : 1;
    if (x->lo_closed != y->lo_closed)
        return x->lo_closed ? -1 : 1;
    if (x->hi != y->hi)
        return x->hi < y->hi ? -1 : 1;
    return (int)x->hi_closed - (int)y->hi_closed;
}

static void read_table(td_reader *reader, const td_json *list, bool stratified,
                       td_band_table *table);

/* One member of a table or, when stratified, of the strata. False: at fault, told. */
static bool read_band(td_reader *reader, const td_json *member, bool stratified, td_band *band)
{
    const char *key = td_json_key(member);
    if (!td_interval_parse(key, &band->interval)) {
        td_reader_fault(reader, TD_MSG_RULES_NOT_AN_INTERVAL, NULL, key, NULL);
        return false;
    }
    band->text = td_arena_strdup(reader->arena, key);
    band->pointer = td_reader_here(reader);
    if (band->text == NULL) {
        reader->failed = true;
        return false;
    }
    if (!stratified)
        return td_points_of_json(reader, member, NULL, &band->points_q);
    if (!td_json_is_object(member) || td_json_first(member) == NULL) {
        td_reader_fault(reader, TD_MSG_RULES_STRATUM_NOT_TABLE, NULL, key, NULL);
        return false;
    }
    read_table(reader, member, false, &band->table);
    return true;
}

static void read_table(td_reader *reader, const td_json *list, bool stratified,
                       td_band_table *table)
{
    table->bands = td_arena_alloc(reader->arena, td_json_count(list), sizeof *table->bands);
    if (table->bands == NULL) {
        reader->failed = true;
        return;
    }
    for (const td_json *c = td_json_first(list); c != NULL; c = td_json_next(c)) {
        size_t mark = td_reader_enter(reader, td_json_key(c));
        table->n += read_band(reader, c, stratified, &table->bands[table->n]);
        td_reader_leave(reader, mark);
    }
    qsort(table->bands, table->n, sizeof *table->bands, compare_edges);
}

static void read_bands(td_reader *reader, const td_json *object, td_part *part)
{
    struct bands *bands = td_part_new_params(reader, part, sizeof *bands);
    if (bands == NULL)
        return;
    bands->by = TD_NONE;
    bands->of = td_part_read_input(reader, object, "of", part);
    bands->has_otherwise = td_read_points(reader, object, "otherwise", &bands->otherwise_q);
    bands->stratified = td_json_member(object, "strata") != NULL;
    bool has_by = td_json_member(object, "by") != NULL;
    if (bands->stratified != has_by ||
        bands->stratified == (td_json_member(object, "table") != NULL)) {
        td_reader_fault(reader, TD_MSG_RULES_TABLE_OR_STRATA, NULL, NULL);
        return;
    }
    if (bands->stratified)
        bands->by = td_part_read_input(reader, object, "by", part);
    const char *key = bands->stratified ? "strata" : "table";
    const td_json *list = td_part_read_map(reader, object, key);
    if (list == NULL)
        return;
    size_t mark = td_reader_enter(reader, key);
    read_table(reader, list, bands->stratified, &bands->top);
    td_reader_leave(reader, mark);
}

static const td_band *holder(const td_band_table *table, double x)
{
    for (size_t i = 0; i < table->n; i++)
        if (td_interval_holds(&table->bands[i].interval, x))
            return &table->bands[i];
    return NULL;
}

/* The band of the row, NULL when none holds it; *stratum: NULL when there are no strata. */
static const td_band *band_of_row(const struct bands *bands, const double *row,
                                  const td_band **stratum)
{
    *stratum = NULL;
    if (!bands->stratified)
        return holder(&bands->top, row[bands->of]);
    *stratum = holder(&bands->top, row[bands->by]);
    return *stratum == NULL ? NULL : holder(&(*stratum)->table, row[bands->of]);
}

static bool is_blank(const struct bands *bands, const double *row)
{
    return isnan(row[bands->of]) || (bands->stratified && isnan(row[bands->by]));
}

static bool needs_cover(const td_part *part, const struct bands *bands)
{
    return part->effect == TD_SCORE && !bands->has_otherwise;
}

static bool check_bands(const td_rules *rules, const td_part *part, const double *row,
                        td_domain_fault *fault)
{
    (void)rules;
    const struct bands *bands = part->params;
    const td_band *stratum;
    if (is_blank(bands, row) || !needs_cover(part, bands) ||
        band_of_row(bands, row, &stratum) != NULL)
        return true;
    if (bands->stratified && stratum == NULL)
        return td_refuse(fault, TD_MSG_DATA_STRATA_UNCOVERED, part, bands->by, row[bands->by]);
    return td_refuse(fault, TD_MSG_DATA_BANDS_UNCOVERED, part, bands->of, row[bands->of]);
}

/* The sentence for a band alone, by its shape: in words, since decimal marks depend on the
   language of the reader while the text of an interval does not. */
static td_message sentence_of(const td_interval *interval)
{
    static const td_message TWO_EDGES[2][2] = {
        {TD_MSG_WHY_BANDS_OPEN_OPEN, TD_MSG_WHY_BANDS_OPEN_CLOSED},
        {TD_MSG_WHY_BANDS_CLOSED_OPEN, TD_MSG_WHY_BANDS_CLOSED_CLOSED},
    };
    if (interval->lo == interval->hi)
        return TD_MSG_WHY_BANDS_EXACTLY;
    if (isinf(interval->lo))
        return interval->hi_closed ? TD_MSG_WHY_BANDS_AT_MOST : TD_MSG_WHY_BANDS_UNDER;
    if (isinf(interval->hi))
        return interval->lo_closed ? TD_MSG_WHY_BANDS_AT_LEAST : TD_MSG_WHY_BANDS_OVER;
    return TWO_EDGES[interval->lo_closed][interval->hi_closed];
}

static void explain_bands(const td_scene *scene, const struct bands *bands, const td_band *band,
                          const td_band *stratum, td_part_result *out)
{
    const double *row = td_scene_row(scene);
    td_arg_number(out->args[0], row[bands->of]);
    td_arg_points(out->args[1], out->points, scene->leaf_decimals);
    if (band == NULL) {
        out->why = TD_MSG_WHY_BANDS_NONE;
        return;
    }
    out->why = sentence_of(&band->interval);
    td_arg_number(out->args[2], isinf(band->interval.lo) ? band->interval.hi : band->interval.lo);
    td_arg_number(out->args[3], band->interval.hi);
    if (stratum != NULL) {
        out->why = TD_MSG_WHY_BANDS_STRATUM;
        td_arg_text(out->args[2], band->text);
        td_arg_number(out->args[3], row[bands->by]);
        td_arg_text(out->args[4], stratum->text);
    }
}

static void score_bands(const td_scene *scene, const void *peers, bool explain, td_part_result *out)
{
    (void)peers;
    const struct bands *bands = scene->part->params;
    const double *row = td_scene_row(scene);
    if (is_blank(bands, row)) {
        td_part_refused(out, TD_BLANK);
        return;
    }
    const td_band *stratum, *band = band_of_row(bands, row, &stratum);
    if (band == NULL && needs_cover(scene->part, bands)) {
        td_part_refused(out, TD_UNCOVERED);
        return;
    }
    td_part_scored(out, td_fraction_of(band != NULL ? band->points_q : bands->otherwise_q));
    if (explain)
        explain_bands(scene, bands, band, stratum, out);
}

static unsigned score_bands_all(const td_scene *scene, const void *peers, td_part_column *out)
{
    (void)peers;
    const struct bands *bands = scene->part->params;
    const bool must_cover = needs_cover(scene->part, bands);
    const td_band *stratum;
    unsigned bits = 0;
    for (size_t u = 0; u < scene->n_units; u++) {
        const double *row = scene->values + u * scene->stride;
        bool blank = is_blank(bands, row);
        const td_band *band = blank ? NULL : band_of_row(bands, row, &stratum);
        bool refused = blank || (band == NULL && must_cover);
        bits |= td_column_set(out, u, (double)(band != NULL ? band->points_q : bands->otherwise_q),
                              refused ? TD_POINTS_REFUSED : TD_POINTS_EXACT);
    }
    return bits;
}

static int64_t largest(const td_band_table *table, int64_t most)
{
    for (size_t i = 0; i < table->n; i++) {
        const td_band *band = &table->bands[i];
        int64_t points_q = band->table.n > 0 ? largest(&band->table, most) : band->points_q;
        most = points_q > most ? points_q : most;
    }
    return most;
}

static int64_t most_bands(const td_part *part)
{
    const struct bands *bands = part->params;
    return largest(&bands->top, bands->otherwise_q > 0 ? bands->otherwise_q : 0);
}

static const char *const KEYS[] = {"of", "table", "by", "strata", "otherwise", NULL};

const td_function td_function_bands = {
    .name = "bands",
    .read = read_bands,
    .lint = td_bands_lint,
    .check = check_bands,
    .score = score_bands,
    .score_all = score_bands_all,
    .most = most_bands,
    .kind = TD_NUMBER,
    .keys = KEYS,
};
