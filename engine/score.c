/*
 * Scoring a tile: criteria from the last to the first, so that children come before
 * their parents; each criterion for all units before the next.
 */
#include "engine/score.h"

#include <math.h>
#include <string.h>

#include "engine/base/columns.h"

bool td_is_raw(const td_rules *rules, const td_criterion *leaf)
{
    return leaf->n_parts == 1 && rules->parts[leaf->first_part].function->is_raw;
}

bool td_is_real(const td_rules *rules, size_t j)
{
    const td_criterion *c = &rules->criteria[j];
    if (!c->under_mean)
        return false;
    bool mean = c->n_children > 0 && c->combine != TD_SUM;
    return td_is_raw(rules, c) || mean || c->normalize.method != TD_NORM_NONE;
}

static bool over_all(const td_criterion *c)
{
    return c->normalize.method != TD_NORM_NONE && c->normalize.over_all;
}

size_t td_levels_of(const td_rules *rules, size_t *levels)
{
    for (size_t j = 0; j < rules->n_criteria; j++)
        levels[j] = 0;
    for (size_t j = rules->n_criteria - 1; j >= 1; j--) {
        levels[j] += over_all(&rules->criteria[j]);
        size_t *parent = &levels[rules->criteria[j].parent];
        if (levels[j] > *parent)
            *parent = levels[j];
    }
    return levels[0];
}

static size_t most_peers_bytes(const td_rules *rules)
{
    size_t most = 0;
    for (size_t j = 0; j < rules->n_criteria; j++) {
        const td_criterion *c = &rules->criteria[j];
        size_t bytes = 0;
        for (size_t p = 0; p < c->n_parts; p++)
            bytes += rules->parts[c->first_part + p].function->peers_size;
        most = bytes > most ? bytes : most;
    }
    return most;
}

static size_t most_groups(const td_rules *rules)
{
    size_t most = 0;
    for (size_t j = 0; j < rules->n_criteria; j++)
        most = rules->criteria[j].n_groups > most ? rules->criteria[j].n_groups : most;
    return most;
}

static void find_bearing(const td_rules *rules, td_bearing *bearing)
{
    for (size_t j = rules->n_criteria - 1; j >= 1; j--) {
        const td_criterion *c = &rules->criteria[j];
        bearing[j].given |= c->n_children == 0 && c->na == TD_NA_REDISTRIBUTE;
        for (size_t p = 0; p < c->n_parts; p++) {
            bearing[j].bonus |= rules->parts[c->first_part + p].effect == TD_BONUS;
            bearing[j].deduction |= rules->parts[c->first_part + p].effect == TD_DEDUCT;
        }
        td_bearing *parent = &bearing[c->parent];
        parent->given |= bearing[j].given;
        parent->bonus |= bearing[j].bonus;
        parent->deduction |= bearing[j].deduction;
    }
}

static void *room(td_scoring *s, size_t n, size_t size)
{
    void *memory = s->status == TD_OK ? td_arena_alloc(s->arena, n, size) : NULL;
    if (memory == NULL)
        s->status = TD_ENOMEM;
    return memory;
}

static void make_cells(td_scoring *s)
{
    size_t n = s->rules->n_criteria * s->stride;
    s->cells = (td_cells){.value = room(s, n, sizeof(double)),
                          .assigned_q = room(s, n, sizeof(double)),
                          .given_q = room(s, n, sizeof(double)),
                          .bonus_q = room(s, n, sizeof(double)),
                          .deduction_q = room(s, n, sizeof(double)),
                          .state = room(s, n, sizeof(uint8_t)),
                          .settled = room(s, n, sizeof(bool)),
                          .plain = room(s, s->rules->n_criteria, sizeof(bool))};
}

static void make_room(td_scoring *s)
{
    size_t n_criteria = s->rules->n_criteria, n_units = s->capacity;
    make_cells(s);
    s->bearing = room(s, n_criteria, sizeof *s->bearing);
    s->columns = room(s, s->table->n_indicators * s->stride, sizeof *s->columns);
    s->left_out = room(s, n_criteria * s->stride, sizeof *s->left_out);
    s->any_left_out = room(s, n_criteria, sizeof *s->any_left_out);
    s->missing_leaf = room(s, n_units, sizeof *s->missing_leaf);
    s->absent_leaf = room(s, n_units, sizeof *s->absent_leaf);
    s->found = room(s, n_units, sizeof *s->found);
    s->column = room(s, n_units, sizeof *s->column);
    s->seen = room(s, n_criteria, sizeof *s->seen);
    s->children = room(s, 2 * n_criteria, sizeof *s->children);
    s->siblings = room(s, n_criteria, sizeof *s->siblings);
    s->peers = room(s, most_peers_bytes(s->rules), 1);
    size_t n_best = most_groups(s->rules) * s->stride;
    s->leaf = (td_leaf_column){.known = room(s, n_units, sizeof(uint8_t)),
                               .part_points = room(s, n_units, sizeof(double)),
                               .part_known = room(s, n_units, sizeof(uint8_t)),
                               .best = room(s, n_best, sizeof(double)),
                               .best_part = room(s, n_best, sizeof(uint8_t))};
}

td_status td_scoring_init(td_scoring *s, const td_evaluation *evaluation, size_t rules,
                          size_t max_units, td_errors *errors)
{
    *s = (td_scoring){.data = &evaluation->data,
                      .rules = evaluation->rules[rules],
                      .table = &evaluation->data.tables[rules],
                      .capacity = max_units > 0 ? max_units : 1,
                      .errors = errors};
    /* An odd number of cache lines of doubles: columns do not fall on one another. */
    s->stride = s->capacity + 15 - (s->capacity + 7) % 16;
    s->arena = td_arena_new();
    s->status = s->arena == NULL ? TD_ENOMEM : TD_OK;
    make_room(s);
    if (s->status == TD_OK)
        find_bearing(s->rules, s->bearing);
    else
        td_scoring_release(s);
    return s->arena == NULL ? TD_ENOMEM : TD_OK;
}

void td_scoring_release(td_scoring *s)
{
    td_arena_free(s->arena);
    *s = (td_scoring){0};
}

/* ---- cells ---- */

td_cell td_cell_get(const td_scoring *s, size_t j, size_t u)
{
    const td_cells *c = &s->cells;
    size_t at = j * s->stride + u;
    return (td_cell){.value = c->state[at] == TD_PRESENT ? c->value[at] : NAN,
                     .assigned_q = c->assigned_q[at],
                     .given_q = c->given_q[at],
                     .bonus_q = c->bonus_q[at],
                     .deduction_q = c->deduction_q[at],
                     .state = c->state[at],
                     .settled = c->settled[at]};
}

void td_cell_put(td_scoring *s, size_t j, size_t u, const td_cell *cell)
{
    const td_cells *c = &s->cells;
    size_t at = j * s->stride + u;
    c->value[at] = cell->state == TD_PRESENT ? cell->value : 0;
    c->assigned_q[at] = cell->assigned_q;
    c->given_q[at] = cell->given_q;
    c->bonus_q[at] = cell->bonus_q;
    c->deduction_q[at] = cell->deduction_q;
    c->state[at] = cell->state;
    c->settled[at] = cell->settled;
    c->plain[j] = false;
}

/* ---- the values of a tile ---- */

/* rows: [n_units * n_criteria], NULL: none. */
static void find_left_out(td_scoring *s, const uint8_t *rows)
{
    const size_t m = s->rules->n_criteria, n = rows != NULL ? m * s->n_units : 0;
    for (size_t j = 0; j < m; j++)
        if (s->any_left_out[j]) {
            memset(s->left_out + j * s->stride, false, s->stride);
            s->any_left_out[j] = false;
        }
    for (size_t i = 0; i < n; i += 64)
        for (uint64_t marks = td_marked(n - i < 64 ? n - i : 64, rows + i); marks != 0;) {
            size_t at = i + td_take_mark(&marks);
            s->left_out[at % m * s->stride + at / m] = true;
            s->any_left_out[at % m] = true;
        }
}

static void look_at(td_scoring *s, size_t first_cluster, size_t n)
{
    s->cluster = &s->data->clusters[first_cluster];
    s->n_clusters = n;
    s->n_units = 0;
    for (size_t c = 0; c < n; c++)
        s->n_units += s->cluster[c].n_units;
    s->status = TD_OK;
    const size_t row = s->first_row = s->data->row_of_unit[s->cluster->first_unit];
    const size_t m = s->table->n_indicators;
    td_turn_rows(s->n_units, m, s->table->value + row * m, s->stride, s->columns);
    find_left_out(s, s->table->not_applicable == NULL
                         ? NULL
                         : s->table->not_applicable + row * s->rules->n_criteria);
    for (size_t u = 0; u < s->n_units; u++) {
        s->missing_leaf[u] = s->absent_leaf[u] = TD_NONE;
        s->found[u] = false;
    }
}

/* ---- normalization ---- */

bool td_column_is_raw(const td_rules *rules, size_t j)
{
    const td_criterion *c = &rules->criteria[j];
    return c->n_children > 0 ? c->combine != TD_SUM : td_is_raw(rules, c);
}

/* From a number of points to whole quanta within the clamp. */
static double quanta_of(const td_criterion *c, int decimals, const td_normalized *n)
{
    int64_t quanta;
    if (n->exact && td_fraction_round(
                        td_fraction_mul(n->fraction, td_fraction_of(td_pow10(decimals))), &quanta))
        return td_clamp_quanta(c, (double)quanta, 0);
    return td_clamp_quanta(c, td_round_real(n->number, decimals), 0);
}

double td_quanta_on_scale(const td_criterion *criterion, int decimals, const td_standard *standard,
                          double x, double assigned_q)
{
    td_normalized n = td_normalize_value(criterion, false, decimals, standard, x, assigned_q);
    return quanta_of(criterion, decimals, &n);
}

/* The value of a unit that takes part, on the scale. */
static double value_on_scale(const td_scoring *s, size_t j, size_t u, const td_standard *standard)
{
    const td_criterion *c = &s->rules->criteria[j];
    const size_t at = j * s->stride + u;
    int decimals = s->rules->view.leaf_decimals;
    /* The maximum is quanta: bring it to the unit of the column. */
    double assigned = td_column_is_raw(s->rules, j)
                          ? s->cells.assigned_q[at] / (double)td_pow10(decimals)
                          : s->cells.assigned_q[at];
    bool real = td_is_real(s->rules, j);
    td_normalized n = td_normalize_value(c, real, decimals, standard, s->cells.value[at], assigned);
    return real ? n.number : quanta_of(c, decimals, &n);
}

/* The places of a column before it is put on its scale, 0: quanta; -1: not known. */
static int places_of_column(const td_scoring *s, size_t j)
{
    const td_criterion *c = &s->rules->criteria[j];
    if (!td_column_is_raw(s->rules, j))
        return 0;
    /* Of the maximum it would be a share of points, not of quanta. */
    if (c->n_children > 0 || s->table->extent == NULL || c->normalize.method == TD_SHARE_OF_MAX)
        return -1;
    return s->table->extent[s->rules->parts[c->first_part].inputs[0]].places;
}

static bool takes_part(const td_scoring *s, size_t j, size_t u)
{
    size_t at = j * s->stride + u;
    return s->cells.state[at] == TD_PRESENT && !s->cells.settled[at];
}

static void put_on_scale(td_scoring *s, size_t j, size_t first, size_t end,
                         const td_standard *standard)
{
    const td_criterion *c = &s->rules->criteria[j];
    td_whole_scale scale;
    bool whole = !td_is_real(s->rules, j) && !s->one_by_one &&
                 td_whole_scale_of(c, s->rules->view.leaf_decimals, places_of_column(s, j),
                                   standard, &scale);
    for (size_t u = first; u < end; u++) {
        const size_t at = j * s->stride + u;
        if (!takes_part(s, j, u))
            continue;
        double quanta =
            whole ? td_on_whole_scale(&scale, s->cells.value[at], s->cells.assigned_q[at]) : NAN;
        s->cells.value[at] =
            isnan(quanta) ? value_on_scale(s, j, u, standard) : td_clamp_quanta(c, quanta, 0);
        s->cells.bonus_q[at] = s->cells.deduction_q[at] = 0;
    }
}

/* Units first .. end - 1 are a cluster. */
static void normalize_units(td_scoring *s, size_t j, size_t first, size_t end)
{
    td_standard standard = {0};
    if (s->rules->criteria[j].normalize.over_all) {
        standard = s->standards[j];
    } else {
        size_t n = 0;
        for (size_t u = first; u < end; u++)
            if (takes_part(s, j, u))
                s->column[n++] = s->cells.value[j * s->stride + u];
        standard = td_standard_of(s->column, n);
    }
    s->seen[j] = standard;
    put_on_scale(s, j, first, end, &standard);
}

static void normalize_criterion(td_scoring *s, size_t j)
{
    for (size_t c = 0, first = 0; c < s->n_clusters; first += s->cluster[c].n_units, c++)
        normalize_units(s, j, first, first + s->cluster[c].n_units);
}

/* Real criteria keep their clamp too, in points. */
static void clamp_real(const td_scoring *s, size_t j)
{
    const td_criterion *c = &s->rules->criteria[j];
    if (!(c->has_clamp_min || c->has_clamp_max) || !td_is_real(s->rules, j))
        return;
    double grid = (double)td_pow10(s->rules->view.leaf_decimals);
    double *value = s->cells.value + j * s->stride;
    for (size_t u = 0; u < s->n_units; u++)
        if (takes_part(s, j, u)) {
            double lo = c->has_clamp_min ? (double)c->clamp_min_q / grid : value[u];
            double hi = c->has_clamp_max ? (double)c->clamp_max_q / grid : value[u];
            value[u] = value[u] < lo ? lo : value[u] > hi ? hi : value[u];
        }
}

static void round_group(const td_scoring *s, size_t j)
{
    const td_rules *rules = s->rules;
    if (rules->rounding != TD_ROUND_GROUP || rules->criteria[j].depth != 1 || td_is_real(rules, j))
        return;
    int fine = rules->view.leaf_decimals, coarse = rules->view.decimals;
    double step = (double)td_pow10(fine - coarse);
    double *value = s->cells.value + j * s->stride;
    for (size_t u = 0; u < s->n_units; u++)
        if (s->cells.state[j * s->stride + u] == TD_PRESENT)
            value[u] = td_coarsen(value[u], fine, coarse) * step;
}

td_status td_score_cluster(td_scoring *s, size_t cluster)
{
    return td_score_tile(s, cluster, 1);
}

td_status td_score_tile(td_scoring *s, size_t first_cluster, size_t n)
{
    look_at(s, first_cluster, n);
    for (size_t j = s->rules->n_criteria - 1; j >= 1 && s->status == TD_OK; j--) {
        const td_criterion *c = &s->rules->criteria[j];
        if (c->amend != NULL && c->amend->dropped) {
            td_amend_cells(s, j);
            continue;
        }
        if (c->n_children == 0)
            td_score_leaf(s, j);
        else
            td_combine_node(s, j);
        if (over_all(c) && s->levels[j] > s->level)
            continue; /* its standards are still being collected */
        if (c->normalize.method != TD_NORM_NONE)
            normalize_criterion(s, j);
        clamp_real(s, j);
        if (c->amend != NULL)
            td_amend_cells(s, j);
        round_group(s, j);
    }
    return s->status;
}
