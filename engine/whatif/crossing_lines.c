/*
 * What a rule set allows, and the units of a cluster as lines along all its items.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/whatif/crossings.h"

#define MOST_WHOLE 0x1p50 /* see kernels/crossings.h */

/* ---- rule sets ---- */

static const td_criterion *criterion_of(const td_block *b, size_t item)
{
    return &b->rules->criteria[b->items[item]];
}

static int64_t scale_of(const td_block *b)
{
    int64_t scale_q = 0;
    for (size_t k = 0; k < b->n_items; k++)
        scale_q += criterion_of(b, k)->max_q;
    return scale_q;
}

static td_lane lane_of(const td_block *b, size_t item, int64_t scale_q)
{
    int decimals = b->rules->view.decimals;
    int64_t max_q = criterion_of(b, item)->max_q, quanta = td_pow10(decimals);
    td_int128 both = td_common_divisor(max_q, scale_q - max_q),
              c = td_common_divisor(max_q, quanta);
    td_int128 m = max_q / both, r = (scale_q - max_q) / both, gain = max_q / c;
    return (td_lane){.item = item,
                     .ar = gain * (m + r),
                     .af = gain * r,
                     .er = quanta / c * m,
                     .ex = quanta / c * r,
                     .max_q = max_q,
                     .scale_q = scale_q,
                     .m = (int64_t)m,
                     .r = (int64_t)r,
                     .end = td_decimal_value((td_decimal){scale_q, decimals})};
}

static void find_lanes(td_lane_plan *plan)
{
    const td_block *b = plan->block;
    int64_t scale_q = scale_of(b);
    for (size_t k = 0; k < b->n_items; k++) {
        int64_t max_q = criterion_of(b, k)->max_q;
        plan->counts[k] = max_q > 0;
        if (max_q <= 0 || max_q >= scale_q)
            continue;
        td_lane lane = lane_of(b, k, scale_q);
        plan->ar[plan->n] = (double)lane.ar;
        plan->af[plan->n] = (double)lane.af;
        plan->er[plan->n] = (double)lane.er;
        plan->ex[plan->n] = (double)lane.ex;
        plan->end[plan->n] = lane.end;
        plan->most_a = fmax(plan->most_a, (double)lane.ar);
        plan->most_f = fmax(plan->most_f, (double)lane.af);
        plan->most_e = fmax(plan->most_e, (double)(lane.er + lane.ex));
        plan->lanes[plan->n++] = lane;
    }
}

static void look_at_gates(td_lane_plan *plan)
{
    const td_rules *rules = plan->block->rules;
    for (size_t g = 0; g < rules->n_gates; g++) {
        size_t n_tests = 0;
        if (rules->gates[g].effect == TD_GATE_BAR)
            continue;
        bool varies = td_condition_varies(rules->gates[g].when, &n_tests);
        plan->follows_more |= varies;
        plan->has_gates |= !varies;
    }
}

static td_status plan_init(td_lane_plan *plan, const td_block *block)
{
    const td_rules *rules = block->rules;
    const td_criterion *root = &rules->criteria[0];
    *plan = (td_lane_plan){.block = block, .refusal = td_track_refusal(rules)};
    if (plan->refusal != TD_N_MESSAGES)
        return TD_OK;
    plan->width = (block->n_items + TD_CROSSING_LANES - 1) / TD_CROSSING_LANES * TD_CROSSING_LANES;
    plan->lanes = calloc(plan->width + 1, sizeof *plan->lanes);
    plan->ar = aligned_alloc(64, (6 * plan->width + 8) * sizeof *plan->ar);
    if (plan->lanes == NULL || plan->ar == NULL)
        return TD_ENOMEM;
    memset(plan->ar, 0, 6 * plan->width * sizeof *plan->ar);
    plan->af = plan->ar + plan->width;
    plan->er = plan->af + plan->width;
    plan->ex = plan->er + plan->width;
    plan->counts = plan->ex + plan->width;
    plan->end = plan->counts + plan->width;
    for (size_t l = 0; l < plan->width; l++)
        plan->end[l] = 1;
    find_lanes(plan);
    look_at_gates(plan);
    plan->may_bend = root->has_clamp_min || root->has_clamp_max || block->given != NULL;
    plan->follows_more |= rules->view.rank_class_first;
    for (size_t i = 0; i < rules->n_ties; i++)
        plan->ties_follow |=
            rules->ties[i].kind == TD_TIE_SHARE || rules->ties[i].kind == TD_TIE_MORE_BONUS;
    return TD_OK;
}

td_lane_plan *td_lane_plans(const td_prepared *prepared)
{
    size_t n = prepared->evaluation->n_rules;
    td_lane_plan *plans = calloc(n + 1, sizeof *plans);
    for (size_t i = 0; plans != NULL && i < n; i++)
        if (plan_init(&plans[i], &prepared->blocks[i]) != TD_OK) {
            td_lane_plans_free(plans, n);
            return NULL;
        }
    return plans;
}

void td_lane_plans_free(td_lane_plan *plans, size_t n)
{
    for (size_t i = 0; plans != NULL && i < n; i++) {
        free(plans[i].lanes);
        free(plans[i].ar);
    }
    free(plans);
}

/* ---- memory ---- */

td_status td_lines_init(td_lines *lines, const td_prepared *prepared, const td_lane_plan *plans)
{
    size_t n = prepared->max_units + 1, width = TD_CROSSING_LANES;
    for (size_t i = 0; i < prepared->evaluation->n_rules; i++)
        width = plans[i].width > width ? plans[i].width : width;
    size_t n_kernel = n < TD_CROSSING_MOST ? n : TD_CROSSING_MOST;
    *lines = (td_lines){.prepared = prepared};
    lines->position = calloc(n, sizeof *lines->position);
    lines->sum = calloc(2 * n, sizeof *lines->sum);
    lines->a = aligned_alloc(64, 2 * n_kernel * width * sizeof *lines->a);
    if (lines->position == NULL || lines->sum == NULL || lines->a == NULL)
        return TD_ENOMEM;
    lines->beside = lines->sum + n;
    lines->e = lines->a + n_kernel * width;
    return TD_OK;
}

void td_lines_release(td_lines *lines)
{
    free(lines->position);
    free(lines->sum);
    free(lines->a);
    *lines = (td_lines){0};
}

/* ---- one cluster ---- */

static bool is_out(const td_block *b, size_t row)
{
    const uint8_t *state = b->state + row * b->n_items;
    bool present = false, missing = b->missing_leaf[row] != TD_NONE;
    if (b->n_items > 0 && state[0] == TD_PRESENT && memcmp(state, state + 1, b->n_items - 1) == 0)
        return missing;
    for (size_t k = 0; k < b->n_items; k++) {
        missing |= state[k] == TD_CELL_MISSING;
        present |= state[k] == TD_PRESENT;
    }
    return missing || !present;
}

/* Gates that do not look at totals: what they deduct, in quanta. False: they unrank the unit. */
static bool pass_gates(const td_lines *lines, size_t unit, size_t row, double *deduction_q)
{
    const td_block *b = lines->plan->block;
    const td_case the = {.prepared = lines->prepared,
                         .block = b,
                         .unit = unit,
                         .row = row,
                         .before_q = NAN,
                         .deduction_q = b->deduction_q[row]};
    for (size_t g = 0; g < b->rules->n_gates; g++) {
        const td_gate *gate = &b->rules->gates[g];
        if (gate->effect == TD_GATE_BAR || (gate->when != NULL && !td_case_holds(&the, gate->when)))
            continue;
        if (gate->effect == TD_GATE_UNRANKED)
            return false;
        if (gate->effect == TD_GATE_DEDUCT)
            *deduction_q += (double)gate->points_q;
    }
    return true;
}

/* Shares order as points do when everybody's assigned maxima are the same, and there are some. */
static bool has_same_assigned(const td_lines *lines)
{
    const td_block *b = lines->plan->block;
    const double *first = b->assigned + (lines->first_row + lines->position[0]) * b->n_items;
    bool some = false;
    for (size_t k = 0; k < b->n_items; k++)
        some |= first[k] > 0 && criterion_of(b, k)->max_q > 0;
    for (size_t u = 1; u < lines->n && some; u++)
        some = memcmp(b->assigned + (lines->first_row + lines->position[u]) * b->n_items, first,
                      b->n_items * sizeof *first) == 0;
    return some;
}

static bool has_equals(const td_lines *lines)
{
    for (size_t i = 0; i < lines->n; i++)
        for (size_t j = i + 1; j < lines->n; j++)
            if (lines->sum[i] + lines->beside[i] == lines->sum[j] + lines->beside[j])
                return true;
    return false;
}

/* Adds a unit; false: it is not ranked. size: the sum of magnitudes. */
static bool add_unit(td_lines *lines, size_t unit, size_t position, double *size)
{
    const td_block *b = lines->plan->block;
    size_t row = lines->first_row + position;
    const double *points = td_row_points(b, row), *counts = lines->plan->counts;
    double all = 0, sum = 0, magnitude = 0, deduction_q = 0;
    if (is_out(b, row) || (lines->plan->has_gates && !pass_gates(lines, unit, row, &deduction_q)))
        return false;
#pragma omp simd reduction(+ : all, sum, magnitude) /* of whole numbers: exact in any order */
    for (size_t k = 0; k < b->n_items; k++) {
        all += points[k];
        sum += points[k] * counts[k];
        magnitude += fabs(points[k]);
    }
    *size = magnitude;
    lines->position[lines->n] = (uint16_t)position;
    lines->sum[lines->n] = sum;
    lines->beside[lines->n++] = all - sum - deduction_q;
    return true;
}

void td_lines_enter(td_lines *lines, const td_lane_plan *plan, size_t cluster)
{
    const td_dataset *data = &lines->prepared->evaluation->data;
    const td_cluster *the = &data->clusters[cluster];
    double most_size = 0, most_beside = 0, size;
    lines->plan = plan;
    lines->cluster = cluster;
    lines->first_row = the->n_units == 0 ? 0 : data->row_of_unit[the->first_unit];
    lines->n = 0;
    for (size_t u = 0; u < the->n_units && the->n_units <= UINT16_MAX; u++)
        if (add_unit(lines, the->first_unit + u, u, &size)) {
            most_size = fmax(most_size, size);
            most_beside = fmax(most_beside, fabs(lines->beside[lines->n - 1]));
        }
    lines->is_partial = lines->n < the->n_units;
    lines->fits = lines->n <= TD_CROSSING_MOST && most_size * plan->most_e <= MOST_WHOLE &&
                  most_size * plan->most_a + most_beside * plan->most_f <= MOST_WHOLE;
    lines->is_sum = !plan->follows_more &&
                    (plan->block->rules->view.rank_by == TD_BY_POINTS || lines->n == 0 ||
                     has_same_assigned(lines)) &&
                    !(plan->ties_follow && has_equals(lines));
}

/* One unit's row, where every item is a lane. */
static void fill_row(const td_lane_plan *plan, const double *restrict points, double sum,
                     double beside, double *restrict a, double *restrict e)
{
    const double *ar = plan->ar, *af = plan->af, *er = plan->er, *ex = plan->ex;
#pragma omp simd
    for (size_t l = 0; l < plan->n; l++) {
        double own = points[l], others = sum - own;
        a[l] = ar[l] * others + af[l] * beside;
        e[l] = er[l] * others - ex[l] * own;
    }
}

static void fill_some(const td_lane_plan *plan, const double *restrict points, double sum,
                      double beside, double *restrict a, double *restrict e)
{
    for (size_t l = 0; l < plan->n; l++) {
        double own = points[plan->lanes[l].item], others = sum - own;
        a[l] = plan->ar[l] * others + plan->af[l] * beside;
        e[l] = plan->er[l] * others - plan->ex[l] * own;
    }
}

void td_lines_fill(td_lines *lines)
{
    const td_lane_plan *plan = lines->plan;
    for (size_t u = 0; u < lines->n; u++) {
        const double *points = td_row_points(plan->block, lines->first_row + lines->position[u]);
        double *a = lines->a + u * plan->width, *e = lines->e + u * plan->width;
        (plan->n == plan->block->n_items ? fill_row : fill_some)(plan, points, lines->sum[u],
                                                                 lines->beside[u], a, e);
        for (size_t l = plan->n; l < plan->width; l++)
            a[l] = e[l] = 0;
    }
}

td_fraction td_lines_meet(const td_lines *lines, const td_lane *lane, size_t i, size_t j,
                          bool *ahead, bool *failed)
{
    const td_block *b = lines->plan->block;
    double own_i = td_row_points(b, lines->first_row + lines->position[i])[lane->item];
    double own_j = td_row_points(b, lines->first_row + lines->position[j])[lane->item];
    td_int128 own = (td_int128)own_i - (td_int128)own_j;
    td_int128 others = (td_int128)(lines->sum[i] - own_i) - (td_int128)(lines->sum[j] - own_j);
    td_int128 beside = (td_int128)lines->beside[i] - (td_int128)lines->beside[j];
    td_int128 num = td_add_checked(td_mul_checked(lane->ar, others, failed),
                                   td_mul_checked(lane->af, beside, failed), failed);
    td_int128 den = td_add_checked(td_mul_checked(lane->er, others, failed),
                                   -td_mul_checked(lane->ex, own, failed), failed);
    *ahead = num > 0;
    td_fraction end = td_fraction_of_decimal(
        (td_decimal){lane->scale_q, lines->plan->block->rules->view.decimals});
    td_fraction at = den < 0 ? (td_fraction){-num, -den} : (td_fraction){num, den};
    bool inside = !*failed && at.den > 0 && at.num > 0 && td_fraction_order(at, end) < 0;
    return inside ? at : (td_fraction){0, 0};
}
