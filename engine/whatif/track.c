/*
 * A line of weights, and the units of one cluster put on it.
 */
#include "engine/whatif/track.h"

#include <math.h>
#include <stdlib.h>

/* ---- the line ---- */

td_message td_track_refusal(const td_rules *rules)
{
    if (rules->criteria[0].combine != TD_SUM)
        return TD_MSG_SWEEP_MEAN;
    if (td_rules_has_method(rules))
        return TD_MSG_SWEEP_METHOD;
    if (rules->view.leaf_decimals != rules->view.decimals)
        return TD_MSG_SWEEP_ROUNDED_TOTAL;
    if (rules->view.rank_by == TD_BY_ROUNDED_SHARE)
        return TD_MSG_SWEEP_ROUNDED_SHARE;
    return TD_N_MESSAGES;
}

static const td_criterion *criterion_of(const td_block *b, size_t item)
{
    return &b->rules->criteria[b->items[item]];
}

static void find_conditions(td_track *track)
{
    const td_rules *rules = track->block->rules;
    for (size_t g = 0; g < rules->n_gates; g++) {
        track->varies[g] = td_condition_varies(rules->gates[g].when, &track->n_tests);
        track->deduction_varies |= track->varies[g] && rules->gates[g].effect == TD_GATE_DEDUCT;
    }
    for (size_t c = 0; c < rules->n_classes; c++)
        track->varies[rules->n_gates + c] =
            td_condition_varies(rules->classes[c].when, &track->n_tests);
}

static void find_bounds(td_track *track)
{
    const td_rules *rules = track->block->rules;
    td_int128 per_point = td_pow10(rules->view.decimals);
    td_int128 scale = (td_int128)(rules->view.scale * (double)td_pow10(rules->view.decimals));
    track->grid = td_mul_checked(track->d, per_point, &track->failed);
    track->cap = td_mul_checked(track->d, scale, &track->failed);
    for (size_t c = 0; c < rules->n_classes; c++) {
        track->edges[c] = rules->classes[c].exact_bound;
        if (rules->class_by_share)
            track->edges[c].den *= 100;
    }
}

static void find_scale(td_track *track)
{
    const td_block *b = track->block;
    track->max_q = criterion_of(b, track->item)->max_q;
    track->scale_q = 0;
    for (size_t k = 0; k < b->n_items; k++)
        track->scale_q += criterion_of(b, k)->max_q;
}

td_status td_track_init(td_track *track, const td_prepared *prepared, size_t item,
                        td_obstacle *obstacle)
{
    size_t rules = td_item_get(prepared, item).rules;
    const td_block *b = &prepared->blocks[rules];
    *track =
        (td_track){.prepared = prepared, .block = b, .rules = rules, .item = item - b->first_item};
    *obstacle = (td_obstacle){td_track_refusal(b->rules), TD_NONE};
    if (obstacle->message != TD_N_MESSAGES)
        return TD_OK;
    find_scale(track);
    if (track->max_q <= 0 || track->max_q >= track->scale_q) {
        obstacle->message = track->max_q <= 0 ? TD_MSG_SWEEP_NO_MAXIMUM : TD_MSG_SWEEP_ONLY_ITEM;
        return TD_OK;
    }
    td_int128 rest = track->scale_q - track->max_q, divisor = td_common_divisor(track->max_q, rest);
    track->m = track->max_q / divisor;
    track->r = rest / divisor;
    track->s = track->m + track->r;
    track->d = track->m * track->r;
    track->n_conditions = b->rules->n_gates + b->rules->n_classes;
    track->varies = calloc(track->n_conditions + 1, sizeof *track->varies);
    track->edges = calloc(b->rules->n_classes + 1, sizeof *track->edges);
    if (track->varies == NULL || track->edges == NULL)
        return TD_ENOMEM;
    find_conditions(track);
    find_bounds(track);
    return TD_OK;
}

void td_track_release(td_track *track)
{
    free(track->varies);
    free(track->edges);
    *track = (td_track){0};
}

/* ---- riders ---- */

static size_t most(size_t a, size_t b)
{
    return a > b ? a : b;
}

td_status td_course_init(td_course *course, const td_track *track)
{
    size_t n = track->prepared->max_units + 1;
    size_t n_turns = 2 * n * track->n_tests + 2;
    *course = (td_course){.track = track, .max_units = n};
    course->riders = calloc(n, sizeof *course->riders);
    course->order = calloc(2 * n, sizeof *course->order);
    course->cuts = calloc(n_turns, sizeof *course->cuts);
    course->scratch = calloc(n_turns, sizeof *course->scratch);
    course->spots = calloc(3 * n, sizeof *course->spots);
    course->holds = calloc(n * most(track->n_conditions, 1), sizeof *course->holds);
    course->keys = calloc(n * most(track->block->rules->n_ties, 1), sizeof *course->keys);
    bool failed = course->riders == NULL || course->order == NULL || course->cuts == NULL ||
                  course->scratch == NULL || course->spots == NULL || course->holds == NULL ||
                  course->keys == NULL;
    return failed ? TD_ENOMEM : TD_OK;
}

void td_course_release(td_course *course)
{
    free(course->riders);
    free(course->order);
    free(course->cuts);
    free(course->scratch);
    free(course->spots);
    free(course->holds);
    free(course->keys);
    *course = (td_course){0};
}

/* A column of the block as a function of t, times D. */
static td_affine column_along(td_course *course, const double *column, size_t row)
{
    const td_track *track = course->track;
    const td_block *b = track->block;
    bool *failed = &course->failed;
    td_int128 own = 0, others = 0, fixed = 0;
    for (size_t k = 0; k < b->n_items; k++) {
        td_int128 q = (td_int128)column[row * b->n_items + k];
        *(k == track->item ? &own : criterion_of(b, k)->max_q > 0 ? &others : &fixed) += q;
    }
    td_int128 at1 = td_mul_checked(track->s * track->r, own, failed);
    td_int128 at0 = td_mul_checked(track->s * track->m, others, failed);
    td_int128 constant = td_mul_checked(track->d, fixed, failed);
    return (td_affine){td_add_checked(at0, constant, failed), td_add_checked(at1, -at0, failed)};
}

static bool is_out(const td_block *b, size_t row)
{
    bool present = false;
    for (size_t k = 0; k < b->n_items; k++) {
        if (b->state[row * b->n_items + k] == TD_CELL_MISSING)
            return true;
        present |= b->state[row * b->n_items + k] == TD_PRESENT;
    }
    return !present || b->missing_leaf[row] != TD_NONE;
}

static const td_condition *condition_of(const td_rules *rules, size_t i)
{
    return i < rules->n_gates ? rules->gates[i].when : rules->classes[i - rules->n_gates].when;
}

static void fix_conditions(td_rider *rider, const td_track *track)
{
    const td_rules *rules = track->block->rules;
    for (size_t i = 0; i < track->n_conditions; i++) {
        const td_condition *when = condition_of(rules, i);
        rider->holds[i] = !track->varies[i] && (when == NULL || td_case_holds(&rider->the, when));
    }
}

static bool key_varies(td_tie_kind kind)
{
    return kind == TD_TIE_POINTS || kind == TD_TIE_SHARE || kind == TD_TIE_MORE_BONUS ||
           kind == TD_TIE_FEWER_DEDUCTIONS;
}

static void fix_keys(td_rider *rider, const td_track *track)
{
    const td_rules *rules = track->block->rules;
    const td_standing none = {0};
    for (size_t i = 0; i < rules->n_ties; i++)
        rider->keys[i] = key_varies(rules->ties[i].kind)
                             ? 0
                             : td_tie_key(track->prepared, track->block, &rules->ties[i],
                                          rider->the.unit, &none);
}

static void mount(td_course *course, size_t u, size_t row)
{
    const td_track *track = course->track;
    const td_block *b = track->block;
    td_rider *rider = &course->riders[u];
    *rider = (td_rider){.is_out = is_out(b, row),
                        .holds = course->holds + u * track->n_conditions,
                        .keys = course->keys + u * b->rules->n_ties,
                        .the = {.prepared = track->prepared,
                                .block = b,
                                .unit = course->first_unit + u,
                                .row = row,
                                .before_q = NAN,
                                .deduction_q = b->deduction_q[row]}};
    rider->points = column_along(course, b->points, row);
    rider->assigned = column_along(course, b->assigned, row);
    rider->bonus = column_along(course, b->bonus, row);
    rider->deduction = td_mul_checked(track->d, (td_int128)b->deduction_q[row], &course->failed);
    fix_conditions(rider, track);
    fix_keys(rider, track);
}

/* ---- what makes a cluster not linear ---- */

static bool is_given(const td_block *b, size_t row)
{
    for (size_t k = 0; b->given != NULL && k < b->n_items; k++)
        if (b->given[row * b->n_items + k] > 0)
            return true;
    return false;
}

/* A linear function is within bounds on [0, 1] when it is so at both ends. */
static bool is_clamped(td_course *course, const td_rider *rider)
{
    const td_track *track = course->track;
    const td_criterion *root = &track->block->rules->criteria[0];
    td_affine core = rider->points;
    if (root->bonus_outside)
        core = td_affine_sub(core, rider->bonus, &course->failed);
    const td_int128 ends[2] = {core.at0, core.at0 + core.slope};
    for (int i = 0; i < 2; i++)
        if ((root->has_clamp_min && ends[i] < track->d * root->clamp_min_q) ||
            (root->has_clamp_max && ends[i] > track->d * root->clamp_max_q))
            return true;
    return false;
}

static td_obstacle obstacle_of_cluster(td_course *course, size_t first_row)
{
    for (size_t u = 0; u < course->n; u++) {
        const td_rider *rider = &course->riders[u];
        if (rider->is_out)
            continue;
        if (is_given(course->track->block, first_row + u))
            return (td_obstacle){TD_MSG_SWEEP_REDISTRIBUTED, rider->the.unit};
        if (is_clamped(course, rider))
            return (td_obstacle){TD_MSG_SWEEP_CLAMPED, rider->the.unit};
    }
    return (td_obstacle){course->failed ? TD_MSG_SWEEP_TOO_LARGE : TD_N_MESSAGES, TD_NONE};
}

td_obstacle td_course_enter(td_course *course, size_t cluster)
{
    const td_dataset *data = &course->track->prepared->evaluation->data;
    course->cluster = cluster;
    course->first_unit = data->clusters[cluster].first_unit;
    course->n = data->clusters[cluster].n_units;
    course->failed = course->track->failed;
    if (course->n == 0)
        return (td_obstacle){TD_N_MESSAGES, TD_NONE};
    size_t first_row = data->row_of_unit[course->first_unit];
    for (size_t u = 0; u < course->n; u++)
        mount(course, u, first_row + u);
    return obstacle_of_cluster(course, first_row);
}
