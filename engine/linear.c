#include "engine/linear.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/extent.h"
#include "engine/base/columns.h"
#include "engine/methods/method.h"

#define OPEN (2 * TD_ROWS_LIMIT) /* a bound that no value reaches */

/* One leaf on its way into the plan. */
typedef struct lane {
    const td_rules *rules;
    const td_criterion *leaf;
    td_linear line;
    td_extent extent;
    double slope, start; /* shifted */
    double stretched, whole_start;
    bool can_stretch;
    double least, most;
    double q_lo, q_hi; /* of the whole column */
    double base, span, even;
    double largest; /* points or maximum */
} lane;

/* ---- the line ---- */

/* A / D and B / D per whole number of the column, as the lemma has them. */
typedef struct whole_line {
    td_int128 a, b, d;
} whole_line;

static double size_of(td_int128 x)
{
    return fabs((double)x);
}

/* False: too large to be sure of. */
static bool whole_line_of(const lane *l, whole_line *out)
{
    const td_fraction *zero = &l->line.at_zero, *slope = &l->line.slope;
    const double most = TD_MAX_QUANTA / 16;
    const td_int128 scale = td_pow10(l->extent.places);
    if (!td_fraction_ok(*zero) || !td_fraction_ok(*slope) || size_of(zero->num) > most ||
        size_of(slope->num) > most || size_of(slope->den) * (double)scale > most ||
        size_of(zero->den) > most)
        return false;
    td_int128 den = slope->den * scale, common = td_common_divisor(zero->den, den);
    if (size_of(zero->den / common) * size_of(den) > most)
        return false;
    *out = (whole_line){.d = zero->den / common * den};
    out->a = zero->num * (out->d / zero->den);
    out->b = slope->num * (out->d / den);
    return true;
}

static void cut(lane *l, double least, double most)
{
    l->least = fmin(fmax(l->least, least), most);
    l->most = fmin(fmax(l->most, least), most);
}

/* Bounds of the function, the cap of the part and the clamp of the leaf, one after another. */
static void find_bounds(lane *l)
{
    const td_part *part = &l->rules->parts[l->leaf->first_part];
    l->least = -INFINITY;
    l->most = INFINITY;
    cut(l, l->line.least, l->line.most);
    if (part->cap_q != TD_NO_CAP)
        cut(l, -INFINITY, (double)part->cap_q);
    if (l->leaf->normalize.method == TD_NORM_NONE)
        cut(l, l->leaf->has_clamp_min ? (double)l->leaf->clamp_min_q : -INFINITY,
            l->leaf->has_clamp_max ? (double)l->leaf->clamp_max_q : INFINITY);
}

/* The largest |A| + |B w| that matters. Beyond what brings the line to both bounds it does not:
   what is computed there keeps order, so that it stays at the bound. */
static double reach_of(const lane *l, const whole_line *w)
{
    double x = fmax(fabs(l->extent.least), fabs(l->extent.most));
    double reach = size_of(w->a) + size_of(w->b) * x * td_scale_of(l->extent.places);
    double bound = fmax(fabs(l->least), fabs(l->most));
    return fmin(reach, 2 * size_of(w->a) + size_of(w->b) + (bound + 1) * size_of(w->d));
}

static double on_line(const lane *l, double x)
{
    double q = td_nearest_whole(x * l->slope + l->start);
    return fmin(fmax(q, l->least), l->most);
}

/* Points are 0 or more wherever they are not cut off at 0 or above. */
static bool keeps_sign(const lane *l, const whole_line *w)
{
    const double scale = td_scale_of(l->extent.places);
    td_int128 lo = w->a + w->b * td_whole_at(l->extent.least, scale);
    td_int128 hi = w->a + w->b * td_whole_at(l->extent.most, scale);
    return l->least >= 0 || (lo >= 0 && hi >= 0);
}

/* A whole start and products of one sign; or those of the other are cut off. */
static void set_stretched(lane *l, const whole_line *w)
{
    const double start = (double)(w->a / w->d);
    double ends[] = {l->extent.least * l->slope, l->extent.most * l->slope};
    bool falls = ends[0] <= 0 && ends[1] <= 0;
    bool rises = (ends[0] >= 0 && ends[1] >= 0) || l->least >= start;
    l->can_stretch = w->a % w->d == 0 && (falls || rises) && !l->extent.has_blank;
    l->stretched = l->slope * (rises ? 1 + TD_ROWS_STRETCH : 1 - TD_ROWS_STRETCH);
    l->whole_start = start;
}

static bool set_line(lane *l)
{
    whole_line w;
    find_bounds(l);
    if (!whole_line_of(l, &w) || !(reach_of(l, &w) < TD_ROWS_LIMIT) || !keeps_sign(l, &w))
        return false;
    l->slope = (double)l->line.slope.num / (double)l->line.slope.den;
    l->start = (double)(4 * w.a + 1) / (double)(4 * w.d);
    set_stretched(l, &w);
    return true;
}

/* The indicator as it is, in its last places: whole numbers, of either sign. */
static bool set_raw(lane *l)
{
    l->least = -INFINITY;
    l->most = INFINITY;
    l->slope = l->stretched = td_scale_of(l->extent.places);
    l->start = 0.25;
    l->whole_start = 0;
    l->can_stretch = !l->extent.has_blank;
    return true;
}

static bool close_bounds(lane *l)
{
    if (l->least > OPEN || l->most < -OPEN)
        return false;
    l->least = fmax(l->least, -OPEN);
    l->most = fmin(l->most, OPEN);
    double a = on_line(l, l->extent.least), b = on_line(l, l->extent.most);
    l->q_lo = fmin(a, b);
    l->q_hi = fmax(a, b);
    return true;
}

/* ---- the scale ---- */

static bool quanta_of(double points, int decimals, double *out)
{
    int64_t quanta;
    if (!td_quanta_of(points, decimals, &quanta))
        return false;
    *out = (double)quanta;
    return true;
}

/* From base to base + span; false: it falls, or is not whole, or the clamp would cut it. */
static bool set_scale(lane *l)
{
    const td_criterion *c = l->leaf;
    const int decimals = l->rules->view.leaf_decimals;
    const double max = (double)td_scored_max(c);
    double lo = 0, hi = max;
    if (c->normalize.has_range &&
        (!quanta_of(c->normalize.lo, decimals, &lo) || !quanta_of(c->normalize.hi, decimals, &hi)))
        return false;
    if (lo < 0 || hi < lo || (c->has_clamp_min && (double)c->clamp_min_q > lo) ||
        (c->has_clamp_max && (double)c->clamp_max_q < hi))
        return false;
    const td_standard even = {.n = 1};
    l->base = lo;
    l->span = c->lower_is_better ? lo - hi : hi - lo;
    l->even = td_quanta_on_scale(c, decimals, &even, 0, max);
    l->largest = fmax(fmax(hi, fabs(l->even)), max);
    return hi * fmax(l->q_hi - l->q_lo, 1) < TD_ROWS_LIMIT && fabs(l->even) < TD_ROWS_LIMIT;
}

static bool is_scaled(const td_criterion *c)
{
    return c->normalize.method == TD_MIN_MAX && !c->normalize.over_all;
}

/* ---- leaves and nodes ---- */

static bool has_form(const td_rules *rules, const td_criterion *c)
{
    const td_part *part = &rules->parts[c->first_part];
    return c->n_parts == 1 && part->effect == TD_SCORE && part->when == NULL &&
           part->exempt == NULL && part->function->linear != NULL &&
           (c->normalize.method == TD_NORM_NONE || is_scaled(c));
}

/* The power of two at x or next to it, away from 0 or towards it; of the same sign. */
static double power_at(double x, bool away)
{
    int exponent;
    if (x == 0 || !isfinite(x))
        return x;
    bool is_power = fabs(frexp(x, &exponent)) == 0.5;
    return copysign(ldexp(1, away && !is_power ? exponent : exponent - 1), x);
}

/* Holds what was there before, and more of the line, but nothing of the other sign. */
static void make_roomy(td_extent *e, const td_extent *before, const td_linear *line)
{
    const td_extent now = *e;
    if (before != NULL)
        td_extent_join(1, before, e);
    e->least = fmax(power_at(e->least, e->least < 0), fmin(now.least, line->lo));
    e->most = fmin(power_at(e->most, e->most > 0), fmax(now.most, line->hi));
    e->has_blank = now.has_blank;
    if (e->places >= 0 &&
        !(fmax(fabs(e->least), fabs(e->most)) * td_scale_of(e->places) <= TD_COLUMN_LIMIT))
        e->places = -1;
}

/* Over the extent of its indicator; `wide`: over all that this one can be taken for without leaving the
   line, and over what the plan was fit to before. */
static bool lane_of(const td_linear_plan *plan, size_t i, const td_criterion *c, bool wide, lane *l)
{
    const td_rules *rules = plan->rules;
    const td_part *part = &rules->parts[c->first_part];
    *l = (lane){.rules = rules, .leaf = c};
    if (!has_form(rules, c) || !part->function->linear(rules, part, &l->line))
        return false;
    l->extent = plan->table->extent[l->line.indicator];
    td_extent *e = &l->extent;
    if (wide && e->places >= 0 && e->least <= e->most)
        make_roomy(e, plan->is_fit ? &plan->extent[i] : NULL, &l->line);
    if (e->places < 0 || !(e->least <= e->most) || e->least < l->line.lo || e->most > l->line.hi ||
        (l->line.whole && e->places > 0))
        return false;
    bool raw = td_is_raw(rules, c) && c->normalize.method != TD_NORM_NONE;
    if (!(raw ? set_raw(l) : set_line(l)) || !close_bounds(l))
        return false;
    l->largest = fmax(fmax(fabs(l->q_lo), fabs(l->q_hi)), (double)td_scored_max(c));
    return !is_scaled(c) || set_scale(l);
}

/* An inner criterion that is the sum of its children and no more. */
static bool is_plain_sum(const td_criterion *c)
{
    return c->combine == TD_SUM && c->normalize.method == TD_NORM_NONE && !c->has_clamp_min &&
           !c->has_clamp_max;
}

static bool has_shape(const td_block *b)
{
    const td_rules *rules = b->rules;
    bool rounds_groups =
        rules->rounding == TD_ROUND_GROUP && rules->view.leaf_decimals != rules->view.decimals;
    bool watches = b->n_watched > 0 || b->lowest_group != NULL || b->lowest_leaf != NULL ||
                   b->below_any_floor != NULL;
    if (watches || rounds_groups || td_rules_has_method(rules) ||
        rules->criteria[0].combine != TD_SUM || rules->criteria[0].normalize.method != TD_NORM_NONE)
        return false;
    for (size_t j = 0; j < rules->n_criteria; j++) {
        const td_criterion *c = &rules->criteria[j];
        if (c->amend != NULL || (j > 0 && c->n_children > 0 && !is_plain_sum(c)))
            return false;
    }
    return true;
}

/* ---- the plan ---- */

static size_t count_leaves(const td_rules *rules)
{
    size_t n = 0;
    for (size_t j = 1; j < rules->n_criteria; j++)
        n += rules->criteria[j].n_children == 0;
    return n;
}

static bool make_room(td_linear_plan *plan, size_t n, td_arena *arena)
{
    td_rows *r = &plan->rows;
    r->n = n;
    r->width = (n + TD_ROWS_STEP - 1) / TD_ROWS_STEP * TD_ROWS_STEP;
    /* Nine rows of numbers, at a multiple of 64 bytes. */
    double *next = td_arena_alloc(arena, 9 * r->width + TD_ROWS_STEP, sizeof *next);
    plan->indicator = td_arena_alloc(arena, n + 1, sizeof *plan->indicator);
    plan->extent = td_arena_alloc(arena, n + 1, sizeof *plan->extent);
    if (next == NULL || plan->indicator == NULL || plan->extent == NULL)
        return false;
    next += (64 - (uintptr_t)next % 64) % 64 / sizeof *next;
    double **rows[] = {&r->slope, &r->start, &r->least, &r->most, &r->base, &r->span, &r->even};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++, next += r->width)
        *rows[i] = next;
    r->scaled = (int64_t *)next;
    r->turned = r->scaled + r->width;
    return true;
}

static void put_lane(td_linear_plan *plan, size_t i, const lane *l)
{
    td_rows *r = &plan->rows;
    plan->indicator[i] = l->line.indicator;
    plan->extent[i] = l->extent;
    r->slope[i] = r->is_shifted ? l->slope : l->stretched;
    r->start[i] = r->is_shifted ? l->start : l->whole_start;
    r->least[i] = l->least;
    r->most[i] = l->most;
    r->base[i] = l->base;
    r->span[i] = l->span;
    r->even[i] = l->even;
    r->scaled[i] = is_scaled(l->leaf) ? -1 : 0;
    r->turned[i] = l->leaf->lower_is_better ? -1 : 0;
    r->may_be_blank |= l->extent.has_blank;
}

/* False: some leaf is no line, or totals could be too large. *all_stretch: no line need be shifted. */
static bool put_lanes(td_linear_plan *plan, bool wide, bool *all_stretch)
{
    const td_rules *rules = plan->rules;
    double sum = 0, largest = 0;
    lane l;
    *all_stretch = true;
    for (size_t j = 1, i = 0; j < rules->n_criteria; j++) {
        const td_criterion *c = &rules->criteria[j];
        if (c->n_children > 0)
            continue;
        if (!lane_of(plan, i, c, wide, &l))
            return false;
        put_lane(plan, i++, &l);
        *all_stretch &= l.can_stretch;
        sum += (double)td_scored_max(c);
        largest += l.largest;
    }
    plan->assigned_q = td_coarsen(sum, rules->view.leaf_decimals, rules->view.decimals);
    return largest < TD_MAX_QUANTA;
}

static bool fit(td_linear_plan *plan, bool wide)
{
    bool all_stretch;
    plan->rows.is_shifted = plan->rows.may_be_blank = false;
    if (!put_lanes(plan, wide, &all_stretch))
        return false;
    if (all_stretch)
        return true;
    plan->rows.is_shifted = true;
    return put_lanes(plan, wide, &all_stretch);
}

/* Do the extents of a table lie within those of the plan? */
static bool is_fit_to(const td_linear_plan *plan, const td_table *table)
{
    bool fits = plan->is_fit;
    for (size_t i = 0; i < plan->rows.n && fits; i++) {
        const td_extent *e = &table->extent[plan->indicator[i]], *room = &plan->extent[i];
        fits = e->places >= 0 && e->places <= room->places && e->least >= room->least &&
               e->most <= room->most && e->least <= e->most && e->has_blank == room->has_blank;
    }
    return fits;
}

static bool lies_in_row(const td_linear_plan *plan)
{
    for (size_t i = 0; i < plan->rows.n; i++)
        if (plan->indicator[i] != plan->indicator[0] + i)
            return false;
    return true;
}

td_status td_linear_plan_new(const td_block *block, td_arena *arena, td_linear_plan **out)
{
    *out = NULL;
    const size_t n = count_leaves(block->rules);
    if (n == 0 || !has_shape(block))
        return TD_OK;
    td_linear_plan *plan = td_arena_alloc(arena, 1, sizeof *plan);
    if (plan == NULL || !make_room(plan, n, arena))
        return TD_ENOMEM;
    plan->rules = block->rules;
    plan->kernel = td_rows_kernel_get(0);
    *out = plan;
    return TD_OK;
}

bool td_linear_plan_fit(td_linear_plan *plan, const td_table *table)
{
    plan->table = table;
    if (table->extent == NULL)
        return false;
    if (is_fit_to(plan, table))
        return true;
    plan->is_fit = fit(plan, true);
    if (!plan->is_fit && !fit(plan, false))
        return false;
    plan->in_place = lies_in_row(plan);
    return true;
}

/* ---- totals ---- */

void td_linear_scratch_release(td_linear_scratch *s)
{
    free(s->memory);
    *s = (td_linear_scratch){0};
}

td_status td_linear_scratch_init(td_linear_scratch *s, size_t max_units, const td_linear_plan *plan)
{
    const size_t n_totals = (max_units / TD_ROWS_RANKS + 2) * TD_ROWS_RANKS;
    const size_t bytes =
        (n_totals + TD_ROWS_SCRATCH(max_units) + max_units * plan->rows.n) * sizeof(double) +
        max_units * sizeof(size_t);
    *s = (td_linear_scratch){0};
    if (posix_memalign((void **)&s->memory, 64, bytes) != 0) {
        s->memory = NULL;
        return TD_ENOMEM;
    }
    s->totals = s->memory;
    memset(s->totals, 0, n_totals * sizeof *s->totals); /* those past the last are compared, too */
    s->kernel = s->totals + n_totals;
    s->copy = s->kernel + TD_ROWS_SCRATCH(max_units);
    s->n_units = (size_t *)(s->copy + max_units * plan->rows.n);
    return TD_OK;
}

static const double *copy_rows(const td_linear_plan *plan, size_t row, size_t n_units,
                               td_linear_scratch *s)
{
    const size_t m = plan->table->n_indicators, n = plan->rows.n;
    for (size_t u = 0; u < n_units; u++) {
        const double *from = plan->table->value + (row + u) * m;
        for (size_t i = 0; i < n; i++)
            s->copy[u * n + i] = from[plan->indicator[i]];
    }
    return s->copy;
}

static bool is_left_out(const td_linear_plan *plan, size_t row, size_t n_units)
{
    const size_t m = plan->rules->n_criteria, n = n_units * m;
    return plan->table->not_applicable != NULL &&
           td_next_marked(n, plan->table->not_applicable + row * m, 0) < n;
}

bool td_linear_totals(const td_linear_plan *plan, size_t row, size_t n_clusters,
                      const td_cluster *clusters, td_linear_scratch *s)
{
    const td_rules *rules = plan->rules;
    const td_table *table = plan->table;
    const td_criterion *root = &rules->criteria[0];
    td_rows_table tile = {.n_clusters = n_clusters, .n_units = s->n_units};
    size_t n_units = 0;
    for (size_t c = 0; c < n_clusters; c++)
        n_units += s->n_units[c] = clusters[c].n_units;
    if (is_left_out(plan, row, n_units))
        return false;
    tile.stride = plan->in_place ? table->n_indicators : plan->rows.n;
    tile.values = plan->in_place ? table->value + row * table->n_indicators + plan->indicator[0]
                                 : copy_rows(plan, row, n_units, s);
    if (!plan->kernel->add_up(&plan->rows, &tile, s->kernel, s->totals))
        return false;
    if (!root->has_clamp_min && !root->has_clamp_max &&
        rules->view.leaf_decimals == rules->view.decimals)
        return true;
    for (size_t u = 0; u < n_units; u++)
        s->totals[u] = td_coarsen(td_clamp_quanta(root, s->totals[u], 0), rules->view.leaf_decimals,
                                  rules->view.decimals);
    return true;
}
