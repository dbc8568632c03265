/*
 * Two results, matched by the id of the unit: who moved, who came, who went.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "apps/report/ranking.h"
#include "apps/report/result_model.h"

static void release_side(td_unit_side *side)
{
    free(side->cluster);
    free(side->state);
    free(side->class_code);
    free(side->class_name);
    *side = (td_unit_side){0};
}

void td_result_model_release(td_result_model *model)
{
    for (size_t i = 0; i < model->n_units; i++) {
        free(model->units[i].id);
        free(model->units[i].name);
        release_side(&model->units[i].side);
    }
    free(model->units);
    free(model->source.path);
    free(model->source.title);
    free(model->source.rules_hash);
    free(model->source.data_hash);
    *model = (td_result_model){0};
}

bool td_result_model_add(td_result_model *model, const char *id, const char *name,
                     const td_unit_side *side)
{
    if (model->n_units == model->capacity) {
        size_t capacity = 2 * model->capacity + 64;
        td_result_unit *grown = realloc(model->units, capacity * sizeof *grown);
        if (grown == NULL)
            return false;
        model->units = grown;
        model->capacity = capacity;
    }
    td_result_unit *unit = &model->units[model->n_units];
    *unit = (td_result_unit){
        strdup(id), strdup(name),
        {true, side->rank, side->points, strdup(side->cluster), strdup(side->state),
         strdup(side->class_code), strdup(side->class_name)}};
    model->n_units++;
    return unit->id != NULL && unit->name != NULL && unit->side.cluster != NULL &&
           unit->side.state != NULL && unit->side.class_code != NULL &&
           unit->side.class_name != NULL;
}

bool td_result_model_hash(td_result_model *model, const char *hash)
{
    size_t length = strlen(model->source.rules_hash);
    char *longer = realloc(model->source.rules_hash, length + strlen(hash) + 2);
    if (longer == NULL)
        return false;
    sprintf(longer + length, "%s%s", length > 0 ? " " : "", hash);
    model->source.rules_hash = longer;
    return true;
}

bool td_result_model_source(td_result_model *model, const char *path, const char *title,
                            const char *data_hash)
{
    model->source.path = strdup(path);
    model->source.title = strdup(title);
    model->source.data_hash = strdup(data_hash);
    model->source.rules_hash = strdup("");
    return model->source.path != NULL && model->source.title != NULL &&
           model->source.data_hash != NULL && model->source.rules_hash != NULL;
}

static td_unit_side side_of(const td_scored *scored, const td_cluster_view *cluster, size_t unit)
{
    const td_standing *standing = &scored->results->standing[unit];
    const td_rules *rules = td_evaluation_rules(scored->evaluation, cluster->rules);
    double scale = pow(10, td_rules_get(rules).decimals);
    bool has_class = standing->class_index != TD_NONE;
    /* The struct borrows here; add_unit() copies. */
    return (td_unit_side){
        .rank = standing->state == TD_UNRANKED ? 0 : standing->rank,
        .points = standing->total_q / scale,
        .cluster = (char *)(uintptr_t)cluster->id,
        .state = (char *)(uintptr_t)td_state_code(standing->state),
        .class_code = (char *)(uintptr_t)(
            has_class ? td_rules_class_code(rules, standing->class_index) : ""),
        .class_name = (char *)(uintptr_t)(
            has_class ? td_rules_class_name(rules, standing->class_index, TD_VI) : "")};
}

static bool add_cluster(td_result_model *out, const td_scored *scored, size_t c)
{
    td_cluster_view cluster = td_evaluation_cluster(scored->evaluation, c);
    td_place_row *rows = NULL;
    if (td_places_of(scored, c, &rows) != TD_OK)
        return false;
    bool added = true;
    for (size_t i = 0; added && i < cluster.n_units; i++) {
        td_unit_view unit = td_evaluation_unit(scored->evaluation, rows[i].unit);
        td_unit_side side = side_of(scored, &cluster, rows[i].unit);
        added = td_result_model_add(out, unit.id, unit.name, &side);
    }
    free(rows);
    return added;
}

td_status td_result_model_of(const td_scored *scored, const char *path, td_result_model *out)
{
    td_evaluation_view view = td_evaluation_get(scored->evaluation);
    if (!td_result_model_source(out, path, td_name_of(view.name, TD_VI), view.data_hash))
        return TD_ENOMEM;
    for (size_t r = 0; r < view.n_rules; r++) {
        td_rules_view rules = td_rules_get(td_evaluation_rules(scored->evaluation, r));
        out->decimals = rules.decimals > out->decimals ? rules.decimals : out->decimals;
        if (!td_result_model_hash(out, rules.hash))
            return TD_ENOMEM;
    }
    for (size_t c = 0; c < view.n_clusters; c++)
        if (!add_cluster(out, scored, c))
            return TD_ENOMEM;
    return TD_OK;
}

static int by_id(const void *left, const void *right)
{
    const td_result_unit *a = left, *b = right;
    return strcmp(a->id, b->id);
}

/* Units in the order of the later result; those that are gone come last. */
static int by_order(const void *left, const void *right)
{
    const td_unit_change *a = left, *b = right;
    if (a->change == TD_REMOVED || b->change == TD_REMOVED)
        return (a->change == TD_REMOVED) - (b->change == TD_REMOVED);
    int cluster = strcmp(a->side[1].cluster, b->side[1].cluster);
    if (cluster != 0)
        return cluster;
    double rank_a = a->side[1].rank, rank_b = b->side[1].rank;
    if (rank_a != rank_b)
        return rank_a == 0 ? 1 : rank_b == 0 ? -1 : rank_a < rank_b ? -1 : 1;
    return strcmp(a->id, b->id);
}

static bool same_points(double a, double b)
{
    return a == b || (isnan(a) && isnan(b));
}

static bool same_side(const td_unit_side *a, const td_unit_side *b)
{
    return a->rank == b->rank && same_points(a->points, b->points) &&
           strcmp(a->cluster, b->cluster) == 0 && strcmp(a->state, b->state) == 0 &&
           strcmp(a->class_code, b->class_code) == 0;
}

static char *taken(char **text)
{
    char *mine = *text;
    *text = NULL;
    return mine;
}

static void take_side(td_unit_change *change, size_t side, td_result_unit *unit)
{
    char *id = taken(&unit->id), *name = taken(&unit->name);
    free(change->id);
    free(change->name);
    change->id = id;
    change->name = name;
    change->side[side] = unit->side;
    unit->side = (td_unit_side){0};
}

/* Sides that are absent still have texts: reports need not ask. */
static bool fill_absent(td_unit_side *side)
{
    if (side->present)
        return true;
    *side = (td_unit_side){.points = (double)NAN,
                           .cluster = strdup(""),
                           .state = strdup(""),
                           .class_code = strdup(""),
                           .class_name = strdup("")};
    return side->cluster != NULL && side->state != NULL && side->class_code != NULL &&
           side->class_name != NULL;
}

static bool add_change(td_difference *out, td_result_unit *before, td_result_unit *after)
{
    td_unit_change *change = &out->units[out->n_units++];
    *change = (td_unit_change){
        .change = before == NULL ? TD_ADDED : after == NULL ? TD_REMOVED : TD_CHANGED};
    if (before != NULL)
        take_side(change, 0, before);
    if (after != NULL)
        take_side(change, 1, after);
    bool first = fill_absent(&change->side[0]), second = fill_absent(&change->side[1]);
    return first && second;
}

static td_status merge(td_result_model model[2], td_difference *out)
{
    size_t i = 0, j = 0;
    td_result_model *a = &model[0], *b = &model[1];
    bool kept = true;
    while (kept && (i < a->n_units || j < b->n_units)) {
        int order = i == a->n_units   ? 1
                    : j == b->n_units ? -1
                                      : strcmp(a->units[i].id, b->units[j].id);
        out->n_compared++;
        if (order < 0)
            kept = add_change(out, &a->units[i++], NULL);
        else if (order > 0)
            kept = add_change(out, NULL, &b->units[j++]);
        else if (same_side(&a->units[i].side, &b->units[j].side))
            i++, j++;
        else
            kept = add_change(out, &a->units[i++], &b->units[j++]);
    }
    return kept ? TD_OK : TD_ENOMEM;
}

td_status td_diff_results(td_result_model model[2], td_difference *out)
{
    size_t room = model[0].n_units + model[1].n_units;
    out->decimals = model[0].decimals > model[1].decimals ? model[0].decimals : model[1].decimals;
    out->units = calloc(room + 1, sizeof *out->units);
    if (out->units == NULL)
        return TD_ENOMEM;
    for (size_t s = 0; s < 2; s++)
        if (model[s].n_units > 0)
            qsort(model[s].units, model[s].n_units, sizeof *model[s].units, by_id);
    td_status status = merge(model, out);
    if (status == TD_OK && out->n_units > 0)
        qsort(out->units, out->n_units, sizeof *out->units, by_order);
    return status;
}
