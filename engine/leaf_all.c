/*
 * One leaf for all units of a tile: parts in whole quanta, column by column, into the cells. Units
 * whose points are beyond whole numbers are scored one by one, in fractions (leaf.c); both ways
 * mean the same.
 */
#include <math.h>
#include <string.h>

#include "engine/base/columns.h"
#include "engine/score.h"

static double *row_of(const td_scoring *s, double *matrix, size_t j)
{
    return matrix + j * s->stride;
}

/* ---- parts ---- */

/* A stretch of adjacent units of the tile, on leaf j: all of them, or a cluster. */
typedef struct stretch {
    size_t first; /* its first unit in the tile */
    td_scene scene;
} stretch;

static stretch stretch_of(const td_scoring *s, size_t j, size_t first, size_t n_units)
{
    size_t row = s->first_row + first;
    td_scene scene = {.rules = s->rules,
                      .leaf_decimals = s->rules->view.leaf_decimals,
                      .n_units = n_units,
                      .values = s->table->value + row * s->table->n_indicators,
                      .stride = s->table->n_indicators,
                      .left_out = s->any_left_out[j] ? s->left_out + j * s->stride + first : NULL,
                      .columns = s->one_by_one ? NULL : s->columns + first,
                      .extents = s->table->extent,
                      .column_stride = s->stride};
    return (stretch){first, scene};
}

/* What unit u of the stretch sees; everybody's values are in the scene already. */
static void look_from(const td_scoring *s, size_t u, stretch *the)
{
    const td_unit *unit = &s->data->units[s->cluster->first_unit + the->first + u];
    the->scene.unit = u;
    the->scene.held = s->data->held + unit->first_held;
    the->scene.n_held = unit->n_held;
}

/* A function that has no score_all(). */
static unsigned score_each(const td_scoring *s, stretch *the, const void *peers,
                           td_part_column *out)
{
    unsigned bits = 0;
    for (size_t u = 0; u < the->scene.n_units; u++) {
        td_part_result result = {.spread = NAN};
        look_from(s, u, the);
        the->scene.part->function->score(&the->scene, peers, false, &result);
        int64_t points = 0;
        unsigned known = TD_POINTS_EXACT;
        if (result.outcome != TD_SCORED)
            known = TD_POINTS_REFUSED;
        else if (!isnan(result.spread) || !td_fraction_round(result.points, &points))
            known = TD_POINTS_ASK;
        else if (result.points.den != 1)
            known = TD_POINTS_ROUNDED;
        if (fabs((double)points) > TD_COLUMN_LIMIT)
            known = TD_POINTS_ASK;
        out->points[u] = known <= TD_POINTS_ROUNDED ? (double)points : 0;
        out->known[u] = (uint8_t)known;
        bits |= known;
    }
    return bits;
}

static unsigned score_stretch(const td_scoring *s, stretch *the, const td_part_column *tile)
{
    const td_function *function = the->scene.part->function;
    td_part_column column = {tile->points + the->first, tile->known + the->first};
    return function->score_all != NULL ? function->score_all(&the->scene, s->peers, &column)
                                       : score_each(s, the, s->peers, &column);
}

/* A function that looks at the peers of a unit sees its cluster, any other the whole tile. */
static unsigned score_function(const td_scoring *s, size_t j, const td_part *part,
                               const td_part_column *tile)
{
    unsigned bits = 0;
    if (part->function->compare == NULL) {
        stretch all = stretch_of(s, j, 0, s->n_units);
        all.scene.part = part;
        return score_stretch(s, &all, tile);
    }
    for (size_t c = 0, first = 0; c < s->n_clusters; first += s->cluster[c].n_units, c++) {
        stretch cluster = stretch_of(s, j, first, s->cluster[c].n_units);
        cluster.scene.part = part;
        part->function->compare(&cluster.scene, s->peers);
        bits |= score_stretch(s, &cluster, tile);
    }
    return bits;
}

#define SKIPPED 8u   /* the part's own conditions leave the unit out */
#define LEFT_OUT 16u /* the leaf is not applicable to the unit */

static unsigned skip_units(const td_scoring *s, const td_part *part, const td_part_column *out)
{
    size_t row = s->first_row, m = s->table->n_indicators;
    unsigned bits = 0;
    for (size_t u = 0; u < s->n_units; u++) {
        if (!td_part_applies(part, s->table->value + (row + u) * m)) {
            out->points[u] = 0;
            out->known[u] = SKIPPED;
        }
        bits |= out->known[u];
    }
    return bits;
}

static void cap_column(size_t n, int64_t cap_q, double *points)
{
    if (cap_q == TD_NO_CAP)
        return;
    const double cap = (double)cap_q;
    for (size_t u = 0; u < n; u++)
        points[u] = points[u] > cap ? cap : points[u];
}

/* Part p of leaf j; its known is all EXACT before. */
static unsigned score_part(const td_scoring *s, size_t j, size_t p, const td_part_column *out)
{
    const td_part *part = &s->rules->parts[s->rules->criteria[j].first_part + p];
    unsigned bits = score_function(s, j, part, out);
    if (part->when != NULL || part->exempt != NULL)
        bits = skip_units(s, part, out);
    cap_column(s->n_units, part->cap_q, out->points);
    return bits;
}

/* ---- leaves of several parts ---- */

static void subtract_column(size_t n, const double *restrict x, double *restrict points)
{
#pragma omp simd
    for (size_t u = 0; u < n; u++)
        points[u] -= x[u];
}

static void add_column(size_t n, const double *restrict x, double *restrict points)
{
#pragma omp simd
    for (size_t u = 0; u < n; u++)
        points[u] += x[u];
}

/* Adds a part to the sums of its effect, or, in an exclusive group, keeps it where it is best. */
static void add_part(td_scoring *s, size_t j, size_t p, double *base)
{
    const td_criterion *leaf = &s->rules->criteria[j];
    const td_part *part = &s->rules->parts[leaf->first_part + p];
    td_leaf_column *l = &s->leaf;
    double *sum = part->effect == TD_SCORE   ? base
                  : part->effect == TD_BONUS ? row_of(s, s->cells.bonus_q, j)
                                             : row_of(s, s->cells.deduction_q, j);
    if (part->group >= leaf->n_groups) {
        add_column(s->n_units, l->part_points, sum);
        return;
    }
    double *best = l->best + part->group * s->stride;
    uint8_t *best_part = l->best_part + part->group * s->stride;
    for (size_t u = 0; u < s->n_units; u++) {
        if ((l->part_known[u] & SKIPPED) != 0 ||
            (best_part[u] != 0 && l->part_points[u] <= best[u]))
            continue;
        best[u] = l->part_points[u];
        best_part[u] = (uint8_t)(p + 1);
    }
}

static void add_groups(td_scoring *s, size_t j, double *base)
{
    const td_criterion *leaf = &s->rules->criteria[j];
    for (size_t g = 0; g < leaf->n_groups; g++)
        for (size_t u = 0; u < s->n_units; u++) {
            size_t at = g * s->stride + u, p = s->leaf.best_part[at];
            if (p == 0)
                continue;
            td_effect effect = s->rules->parts[leaf->first_part + p - 1].effect;
            double *sum = effect == TD_SCORE   ? base
                          : effect == TD_BONUS ? row_of(s, s->cells.bonus_q, j)
                                               : row_of(s, s->cells.deduction_q, j);
            sum[u] += s->leaf.best[at];
        }
}

/* The clamp of a leaf that is not put on a scale afterwards. */
static void clamp_column(const td_criterion *leaf, size_t n, double *points)
{
    if (leaf->normalize.method != TD_NORM_NONE || !(leaf->has_clamp_min || leaf->has_clamp_max))
        return;
    const double lo = leaf->has_clamp_min ? (double)leaf->clamp_min_q : -INFINITY;
    const double hi = leaf->has_clamp_max ? (double)leaf->clamp_max_q : INFINITY;
#pragma omp simd
    for (size_t u = 0; u < n; u++) {
        double x = points[u] < lo ? lo : points[u];
        points[u] = x > hi ? hi : x;
    }
}

/* From the sums of the effects to points, as finish() of leaf.c. */
static void finish(td_scoring *s, size_t j, double *points)
{
    const td_criterion *leaf = &s->rules->criteria[j];
    double *bonus = row_of(s, s->cells.bonus_q, j);
    double *deduction = row_of(s, s->cells.deduction_q, j);
    const size_t n = s->n_units;
    if (s->bearing[j].deduction) {
        cap_column(n, leaf->deduction_cap_q, deduction);
        subtract_column(n, deduction, points);
    }
    if (leaf->bonus_outside)
        clamp_column(leaf, n, points);
    if (s->bearing[j].bonus) {
        cap_column(n, leaf->bonus_cap_q, bonus);
        add_column(n, bonus, points);
    }
    if (!leaf->bonus_outside)
        clamp_column(leaf, n, points);
}

static void start(td_scoring *s, size_t j, double *points)
{
    const td_criterion *leaf = &s->rules->criteria[j];
    for (size_t u = 0; u < s->n_units; u++)
        points[u] = leaf->has_score ? 0 : (double)leaf->start_q;
    if (s->bearing[j].bonus)
        memset(row_of(s, s->cells.bonus_q, j), 0, s->n_units * sizeof(double));
    if (s->bearing[j].deduction)
        memset(row_of(s, s->cells.deduction_q, j), 0, s->n_units * sizeof(double));
    memset(s->leaf.best_part, 0, leaf->n_groups * s->stride);
}

/* Fractions of several parts, and those that are taken off, cannot be rounded one by one. */
static unsigned score_parts(td_scoring *s, size_t j)
{
    const td_criterion *leaf = &s->rules->criteria[j];
    double *points = row_of(s, s->cells.value, j);
    td_leaf_column *l = &s->leaf;
    unsigned bits = 0;
    start(s, j, points);
    for (size_t p = 0; p < leaf->n_parts; p++) {
        td_part_column column = {l->part_points, l->part_known};
        unsigned of_part = score_part(s, j, p, &column) & ~SKIPPED;
        for (size_t u = 0; u < s->n_units && of_part != 0; u++)
            l->known[u] |=
                l->part_known[u] & (TD_POINTS_REFUSED | TD_POINTS_ASK | TD_POINTS_ROUNDED);
        bits |= of_part;
        add_part(s, j, p, points);
        memset(l->part_known, TD_POINTS_EXACT, s->n_units);
    }
    add_groups(s, j, points);
    finish(s, j, points);
    for (size_t u = 0; u < s->n_units && bits != 0; u++)
        if ((l->known[u] & TD_POINTS_ROUNDED) != 0)
            l->known[u] = TD_POINTS_ASK | (l->known[u] & TD_POINTS_REFUSED);
    return bits;
}

/* A single score: rounding first and clamping after is the same, for all bounds are whole. */
static unsigned score_single(td_scoring *s, size_t j)
{
    const td_criterion *leaf = &s->rules->criteria[j];
    td_part_column column = {row_of(s, s->cells.value, j), s->leaf.known};
    unsigned bits = score_part(s, j, 0, &column);
    clamp_column(leaf, s->n_units, column.points);
    const unsigned apart = TD_POINTS_REFUSED | TD_POINTS_ASK;
    for (size_t u = 0; u < s->n_units && (bits & ~apart) != 0; u++)
        column.known[u] &= (uint8_t)apart;
    return bits & apart;
}

/* The indicator as it is. */
static unsigned score_raw(td_scoring *s, size_t j)
{
    const td_part *part = &s->rules->parts[s->rules->criteria[j].first_part];
    const double *x = s->columns + part->inputs[0] * s->stride;
    double *value = row_of(s, s->cells.value, j);
    unsigned bits = 0;
    for (size_t u = 0; u < s->n_units; u++) {
        value[u] = x[u];
        s->leaf.known[u] = isnan(x[u]) ? TD_POINTS_REFUSED : TD_POINTS_EXACT;
        bits |= s->leaf.known[u];
    }
    return bits;
}

/* ---- the cells of units that stand apart ---- */

static double in_unit_of(const td_scoring *s, size_t j, double quanta)
{
    return td_is_real(s->rules, j) ? quanta / (double)td_pow10(s->rules->view.leaf_decimals)
                                   : quanta;
}

static void not_applicable(td_scoring *s, size_t j, size_t u)
{
    const td_criterion *leaf = &s->rules->criteria[j];
    double max = (double)td_scored_max(leaf);
    bool stays = leaf->na == TD_NA_FULL || leaf->na == TD_NA_ZERO;
    td_cell cell = {.value = leaf->na == TD_NA_FULL ? in_unit_of(s, j, max)
                             : stays                ? 0
                                                    : NAN,
                    .assigned_q = stays ? max : 0,
                    .given_q = leaf->na == TD_NA_REDISTRIBUTE ? max : 0,
                    .state = stays ? TD_PRESENT : TD_NOT_APPLICABLE,
                    .settled = true};
    td_cell_put(s, j, u, &cell);
}

static void blank_leaf(td_scoring *s, size_t j, size_t u)
{
    const td_criterion *leaf = &s->rules->criteria[j];
    bool to_parent = leaf->missing == TD_MISSING_TO_PARENT;
    td_cell cell = {.value = to_parent ? NAN : 0,
                    .assigned_q = (double)td_scored_max(leaf),
                    .state = to_parent ? TD_CELL_MISSING : TD_PRESENT,
                    .settled = true};
    td_cell_put(s, j, u, &cell);
    if (to_parent)
        s->absent_leaf[u] = j;
    else if (leaf->missing != TD_MISSING_ZERO)
        s->missing_leaf[u] = j;
}

static void out_of_range(td_scoring *s, size_t j, size_t u)
{
    const td_unit *unit = &s->data->units[s->cluster->first_unit + u];
    td_place place = {.file = s->rules->view.path, .pointer = s->rules->criteria[j].pointer};
    td_errors_add(s->errors, TD_MSG_DATA_OUT_OF_RANGE, &place, unit->id, s->rules->criteria[j].code,
                  NULL);
    s->status = TD_EDATA;
    s->found[u] = true;
}

static void report_spread(td_scoring *s, size_t j, size_t u, double spread)
{
    s->n_findings++;
    s->found[u] = true;
    char percent[32];
    td_share_text(spread * 1e6, 1e6, 0, TD_MARK, percent, sizeof percent);
    td_place place = {.file = s->rules->view.path, .pointer = s->rules->criteria[j].pointer};
    td_errors_add(s->errors, TD_MSG_DATA_SCORERS_FAR_APART, &place,
                  s->data->units[s->cluster->first_unit + u].id, s->rules->criteria[j].code,
                  percent, NULL);
}

static double whole_or_fault(td_scoring *s, td_fraction points, size_t j, size_t u)
{
    int64_t quanta;
    if (td_fraction_round(points, &quanta))
        return (double)quanta;
    out_of_range(s, j, u);
    return 0;
}

static bool keeps_raw(const td_rules *rules, const td_criterion *leaf)
{
    return td_is_raw(rules, leaf) && (leaf->under_mean || leaf->normalize.method != TD_NORM_NONE);
}

static void present_leaf(td_scoring *s, size_t j, size_t u, const td_leaf_result *r)
{
    const td_criterion *leaf = &s->rules->criteria[j];
    td_cell cell = {.assigned_q = (double)td_scored_max(leaf), .state = TD_PRESENT};
    cell.value = keeps_raw(s->rules, leaf) ? r->raw_value : whole_or_fault(s, r->points, j, u);
    cell.bonus_q = whole_or_fault(s, r->added, j, u);
    cell.deduction_q = whole_or_fault(s, r->deducted, j, u);
    td_cell_put(s, j, u, &cell);
    if (!isnan(r->widest_spread))
        report_spread(s, j, u, r->widest_spread);
}

/* ---- leaves ---- */

static void compare_peers(td_scoring *s, const td_criterion *leaf, td_scene *scene)
{
    unsigned char *peers = s->peers;
    for (size_t p = 0; p < leaf->n_parts; p++) {
        const td_part *part = &s->rules->parts[leaf->first_part + p];
        scene->part = part;
        if (part->function->compare != NULL)
            part->function->compare(scene, peers);
        peers += part->function->peers_size;
    }
}

/* Fills value, bonus, deduction and known of all units, as if all had everything. */
static unsigned score_units(td_scoring *s, size_t j)
{
    const td_criterion *leaf = &s->rules->criteria[j];
    const td_part *first = &s->rules->parts[leaf->first_part];
    bool single = leaf->n_parts == 1 && first->effect == TD_SCORE;
    bool raw = keeps_raw(s->rules, leaf);
    if (s->one_by_one || (raw && (!single || first->when != NULL || first->exempt != NULL))) {
        memset(s->leaf.known, TD_POINTS_ASK, s->n_units);
        return TD_POINTS_ASK;
    }
    if (raw)
        return score_raw(s, j);
    return single ? score_single(s, j) : score_parts(s, j);
}

static void score_alone(td_scoring *s, size_t j, size_t u, stretch *cluster)
{
    td_leaf_result result;
    look_from(s, u - cluster->first, cluster);
    td_leaf_score(&cluster->scene, &s->rules->criteria[j], s->peers, NULL, &result);
    if (result.outcome != TD_SCORED)
        blank_leaf(s, j, u);
    else
        present_leaf(s, j, u, &result);
}

/* The cluster of unit u of the tile as a stretch of leaf j, its peers compared. */
static stretch stretch_around(td_scoring *s, size_t j, size_t u)
{
    size_t first = 0, c = 0;
    while (u >= first + s->cluster[c].n_units)
        first += s->cluster[c++].n_units;
    stretch cluster = stretch_of(s, j, first, s->cluster[c].n_units);
    compare_peers(s, &s->rules->criteria[j], &cluster.scene);
    return cluster;
}

static void score_one_apart(td_scoring *s, size_t j, size_t u, stretch *cluster)
{
    unsigned known = s->leaf.known[u];
    if ((known & LEFT_OUT) != 0) {
        not_applicable(s, j, u);
    } else if ((known & TD_POINTS_ASK) != 0) {
        if (u >= cluster->first + cluster->scene.n_units)
            *cluster = stretch_around(s, j, u);
        score_alone(s, j, u, cluster);
    } else if ((known & TD_POINTS_REFUSED) != 0) {
        blank_leaf(s, j, u);
    }
    s->leaf.known[u] = TD_POINTS_EXACT;
}

/* The units that are not applicable, blank, or beyond whole numbers. Leaves known as it should be for
   the next leaf. */
static void score_apart(td_scoring *s, size_t j)
{
    stretch cluster = {0};
    for (size_t first = 0; first < s->n_units; first += 64) {
        size_t n = s->n_units - first < 64 ? s->n_units - first : 64;
        for (uint64_t apart = td_marked(n, s->leaf.known + first); apart != 0;)
            score_one_apart(s, j, first + td_take_mark(&apart), &cluster);
    }
}

/* As if all units had everything. */
static void make_plain(td_scoring *s, size_t j)
{
    if (s->cells.plain[j])
        return;
    s->cells.plain[j] = true;
    td_fill_column(s->stride, (double)td_scored_max(&s->rules->criteria[j]),
                   row_of(s, s->cells.assigned_q, j));
    if (s->bearing[j].given)
        memset(row_of(s, s->cells.given_q, j), 0, s->stride * sizeof(double));
    memset(s->cells.state + j * s->stride, TD_PRESENT, s->stride);
    memset(s->cells.settled + j * s->stride, false, s->stride);
}

void td_score_leaf(td_scoring *s, size_t j)
{
    make_plain(s, j);
    unsigned bits = score_units(s, j);
    if (s->any_left_out[j])
        td_mark_column(s->n_units, s->left_out + j * s->stride, LEFT_OUT, s->leaf.known);
    if (bits != 0 || s->any_left_out[j])
        score_apart(s, j);
}

void td_trace_leaf(td_scoring *s, size_t j, size_t u, td_part_trace *trace, td_leaf_result *out)
{
    const td_criterion *leaf = &s->rules->criteria[j];
    stretch cluster = stretch_of(s, j, 0, s->n_units);
    compare_peers(s, leaf, &cluster.scene);
    look_from(s, u, &cluster);
    td_leaf_score(&cluster.scene, leaf, s->peers, trace, out);
}
