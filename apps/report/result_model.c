/*
 * Two results, matched by the id of the unit: who moved, who came, who went.
 */
#include "apps/report/result_model.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "apps/report/ranking.h"

void td_result_model_release(td_result_model *model)
{
    free(model->units);
    free(model->hashes);
    *model = (td_result_model){0};
}

bool td_result_model_add(td_result_model *model, const td_result_unit *unit)
{
    if (model->n_units == model->capacity) {
        size_t capacity = 2 * model->capacity + 64;
        td_result_unit *grown = realloc(model->units, capacity * sizeof *grown);
        if (grown == NULL)
            return false;
        model->units = grown;
        model->capacity = capacity;
    }
    model->units[model->n_units++] = *unit;
    return true;
}

bool td_result_model_rules(td_result_model *model, const char *hash, const char *status)
{
    size_t length = model->hashes == NULL ? 0 : strlen(model->hashes);
    char *longer = realloc(model->hashes, length + strlen(hash) + 2);
    if (longer == NULL)
        return false;
    sprintf(longer + length, "%s%s", length > 0 ? " " : "", hash);
    model->hashes = longer;
    model->source.rules_hash = longer;
    model->source.in_force = model->source.in_force && strcmp(status, "in-force") == 0;
    return true;
}

static td_unit_side side_of(const td_scored *scored, const td_cluster_view *cluster, size_t unit)
{
    const td_standing *standing = &scored->results->standing[unit];
    const td_rules *rules = td_evaluation_rules(scored->evaluation, cluster->rules);
    double scale = pow(10, td_rules_get(rules).decimals);
    td_unit_side side = {.present = true,
                         .rank = standing->state == TD_UNRANKED ? 0 : standing->rank,
                         .points = standing->total_q / scale,
                         .cluster = cluster->id,
                         .state = td_state_code(standing->state),
                         .class_code = "",
                         .class_name = {"", ""}};
    size_t class_index = standing->class_index;
    if (class_index != TD_NONE) {
        side.class_code = td_rules_class_code(rules, class_index);
        side.class_name[TD_VI] = td_rules_class_name(rules, class_index, TD_VI);
        side.class_name[TD_EN] = td_rules_class_name(rules, class_index, TD_EN);
    }
    return side;
}

static bool add_cluster(td_result_model *out, const td_scored *scored, size_t c)
{
    td_cluster_view cluster = td_evaluation_cluster(scored->evaluation, c);
    for (size_t u = cluster.first_unit; u < cluster.first_unit + cluster.n_units; u++) {
        td_unit_view view = td_evaluation_unit(scored->evaluation, u);
        td_result_unit unit = {view.id, view.name, side_of(scored, &cluster, u)};
        if (!td_result_model_add(out, &unit))
            return false;
    }
    return true;
}

td_status td_result_model_of(const td_scored *scored, const char *path, td_result_model *out)
{
    td_evaluation_view view = td_evaluation_get(scored->evaluation);
    out->source = (td_difference_source){.path = path,
                                         .title = {view.name[TD_VI], view.name[TD_EN]},
                                         .rules_hash = "",
                                         .data_hash = view.data_hash,
                                         .generated = view.generated[TD_VI] != NULL ||
                                                      view.generated[TD_EN] != NULL,
                                         .in_force = true};
    for (size_t r = 0; r < view.n_rules; r++) {
        td_rules_view rules = td_rules_get(td_evaluation_rules(scored->evaluation, r));
        out->decimals = rules.decimals > out->decimals ? rules.decimals : out->decimals;
        if (!td_result_model_rules(out, rules.hash, rules.status))
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

/* Sides that are absent still have texts: reports need not ask. */
static const td_unit_side ABSENT = {
    .points = (double)NAN, .cluster = "", .state = "", .class_code = "", .class_name = {"", ""}};

static void add_change(td_difference *out, const td_result_unit *before,
                       const td_result_unit *after)
{
    const td_result_unit *last = after != NULL ? after : before;
    out->units[out->n_units++] = (td_unit_change){
        .change = before == NULL  ? TD_ADDED
                  : after == NULL ? TD_REMOVED
                                  : TD_CHANGED,
        .id = last->id,
        .name = last->name,
        .side = {before != NULL ? before->side : ABSENT, after != NULL ? after->side : ABSENT}};
}

static void merge(const td_result_model model[2], td_difference *out)
{
    size_t i = 0, j = 0;
    const td_result_model *a = &model[0], *b = &model[1];
    while (i < a->n_units || j < b->n_units) {
        int order = i == a->n_units   ? 1
                    : j == b->n_units ? -1
                                      : strcmp(a->units[i].id, b->units[j].id);
        out->n_compared++;
        if (order < 0) {
            add_change(out, &a->units[i++], NULL);
        } else if (order > 0) {
            add_change(out, NULL, &b->units[j++]);
        } else {
            if (!same_side(&a->units[i].side, &b->units[j].side))
                add_change(out, &a->units[i], &b->units[j]);
            i++;
            j++;
        }
    }
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
    merge(model, out);
    if (out->n_units > 0)
        qsort(out->units, out->n_units, sizeof *out->units, by_order);
    return TD_OK;
}
