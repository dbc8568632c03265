/* One unit's values: drawn by the plan, checked by the functions, and what was claimed. */
#include <math.h>
#include <string.h>

#include "datasets/generate.h"

#define MAX_TRIES 200
#define CLAIM_SHARE 0.12 /* cells that a lower channel claims better, at most */

static double between(double x, double lo, double hi)
{
    return x < lo ? lo : x > hi ? hi : x;
}

/* How good the unit is at one thing: its skill and some luck. */
static double quality(td_draw *draw, const td_column *column)
{
    return between(draw->skill + td_random_gauss(draw->random, column->luck), 0, 1);
}

static double neutral(td_draw *draw, const td_column *column)
{
    double u = td_random_uniform(draw->random);
    if (column->lo > 0 && column->hi > 20 * column->lo)
        return column->lo * pow(column->hi / column->lo, u);
    return column->lo + u * (column->hi - column->lo);
}

static double graded(td_draw *draw, const td_column *column)
{
    /* Somewhat beyond both ends, so that the edges of tables are met and passed. */
    double q = quality(draw, column) * 1.25 - 0.1;
    return column->worst + (column->best - column->worst) * q;
}

static double flag(td_draw *draw, const td_column *column)
{
    double good = column->only_gates ? 0.98 : 0.55 + 0.45 * quality(draw, column);
    bool is_good = td_random_uniform(draw->random) < good;
    return is_good == column->higher_is_better;
}

static double day(td_draw *draw, const td_column *column)
{
    double late = column->best - floor(21 * td_random_uniform(draw->random));
    if (quality(draw, column) < 0.5)
        late = column->best + (column->worst - column->best) * td_random_uniform(draw->random);
    return round(column->due + between(late, -60, 60));
}

static double target(td_draw *draw, const td_column *column)
{
    double u = td_random_uniform(draw->random);
    if (column->may_be_none && u < 0.05)
        return 0;
    double hi = column->hi / 2, lo = fmax(fmax(column->lo, column->hi / 50), 1e-2);
    return lo < hi ? lo * pow(hi / lo, td_random_uniform(draw->random)) : column->hi;
}

static double actual(td_draw *draw, const td_column *column)
{
    double goal = column->target == TD_NONE ? NAN : draw->row[column->target];
    double q = quality(draw, column);
    if (!(goal > 0))
        return column->lo + (column->hi - column->lo) * q / 20;
    return goal * (column->higher_is_better ? 0.7 + 0.5 * q : 1.35 - 0.6 * q);
}

static void draw_cell(td_draw *draw, size_t i)
{
    const td_column *column = &draw->plan->columns[i];
    double x = NAN;
    switch (column->shape) {
    case TD_SHAPE_NONE:
        return;
    case TD_SHAPE_GRADED:
        x = graded(draw, column);
        break;
    case TD_SHAPE_NEUTRAL:
        x = neutral(draw, column);
        break;
    case TD_SHAPE_FLAG:
        x = flag(draw, column);
        break;
    case TD_SHAPE_EITHER:
        x = td_random_uniform(draw->random) < 0.5 + 0.5 * quality(draw, column) ? column->hi : 0;
        break;
    case TD_SHAPE_TARGET:
        x = target(draw, column);
        break;
    case TD_SHAPE_ACTUAL:
        x = actual(draw, column);
        break;
    case TD_SHAPE_DAY:
        draw->row[i] = day(draw, column);
        return;
    }
    draw->row[i] = column->shape == TD_SHAPE_EITHER ? x : td_column_snap(column, x);
}

/* ---- checked ---- */

/* Redraws over the whole range until the part takes its values. */
static bool settle_part(td_draw *draw, const td_part *part, size_t *stuck)
{
    const td_rules *rules = draw->plan->rules;
    td_domain_fault fault;
    for (int tries = 0; tries < MAX_TRIES; tries++) {
        if (part->function->check(rules, part, draw->row, &fault))
            return true;
        *stuck = part->inputs[fault.input];
        const td_column *column = &draw->plan->columns[*stuck];
        if (column->shape == TD_SHAPE_NONE || column->shape == TD_SHAPE_DAY)
            return false;
        double u = td_random_uniform(draw->random);
        draw->row[*stuck] = td_column_snap(column, column->lo + u * (column->hi - column->lo));
    }
    return false;
}

static bool settle(td_draw *draw, size_t *stuck)
{
    const td_rules *rules = draw->plan->rules;
    td_plan_compute(rules, draw->row);
    for (size_t p = 0; p < rules->n_parts; p++)
        if (rules->parts[p].function->check != NULL && !settle_part(draw, &rules->parts[p], stuck))
            return false;
    return true;
}

/* ---- not applicable, missing ---- */

static void draw_not_applicable(td_draw *draw)
{
    const td_plan *plan = draw->plan;
    double share = draw->options->na_share;
    for (size_t k = 0; k < plan->n_leaves; k++)
        draw->not_applicable[k] = share > 0 && td_random_uniform(draw->random) < share;
}

static void draw_blanks(td_draw *draw)
{
    const td_generate_options *options = draw->options;
    bool any = options->missing_share > 0 || options->refuse_missing > 0 || options->na_share > 0;
    for (size_t i = 0; any && i < draw->plan->n; i++) {
        const td_column *column = &draw->plan->columns[i];
        if (column->shape == TD_SHAPE_NONE)
            continue;
        double share = column->blank_is_fine      ? options->missing_share
                       : column->blank_is_refused ? options->refuse_missing
                                                  : 0;
        bool blank = share > 0 && td_random_uniform(draw->random) < share;
        if (blank || (column->owner != TD_NONE && draw->not_applicable[column->owner]))
            draw->row[i] = NAN;
    }
}

/* ---- a unit ---- */

bool td_draw_unit(td_draw *draw, uint64_t stream, size_t *stuck)
{
    const td_plan *plan = draw->plan;
    td_random_start(draw->random, draw->options->seed, stream);
    draw->skill = between(0.82 + td_random_gauss(draw->random, 0.07), 0.3, 1);
    draw_not_applicable(draw);
    for (size_t i = 0; i < plan->n; i++)
        if (plan->columns[i].shape != TD_SHAPE_ACTUAL)
            draw_cell(draw, i);
    for (size_t i = 0; i < plan->n; i++)
        if (plan->columns[i].shape == TD_SHAPE_ACTUAL)
            draw_cell(draw, i);
    if (!settle(draw, stuck))
        return false;
    draw_blanks(draw);
    return true;
}

bool td_draw_change(td_draw *draw, uint64_t stream, size_t *stuck)
{
    const td_plan *plan = draw->plan;
    td_random_start(draw->random, draw->options->seed, stream);
    size_t i = (size_t)(td_random_uniform(draw->random) * (double)plan->n);
    if (i >= plan->n || isnan(draw->row[i]))
        return true;
    draw_cell(draw, i);
    return settle(draw, stuck);
}

/* ---- what a lower channel claimed ---- */

static double better(td_draw *draw, const td_column *column, double x)
{
    double by = draw->options->inflation * td_random_uniform(draw->random);
    double room = 0.1 * (column->best - column->worst);
    switch (column->shape) {
    case TD_SHAPE_GRADED:
        return td_column_snap(column, x + by * (column->best + room - x));
    case TD_SHAPE_ACTUAL:
        return td_column_snap(column, x * (column->higher_is_better ? 1 + by / 2 : 1 - by / 2));
    case TD_SHAPE_FLAG:
        return column->only_gates ? x : column->higher_is_better;
    case TD_SHAPE_EITHER:
        return column->hi;
    case TD_SHAPE_NONE:
    case TD_SHAPE_NEUTRAL:
    case TD_SHAPE_TARGET:
    case TD_SHAPE_DAY:
        break;
    }
    return x;
}

static bool is_worse(const td_column *column, double claimed, double x)
{
    if (column->shape == TD_SHAPE_GRADED && column->best < column->worst)
        return claimed > x;
    if (column->shape == TD_SHAPE_ACTUAL && !column->higher_is_better)
        return claimed > x;
    return column->shape != TD_SHAPE_FLAG && claimed < x;
}

/* Do all functions that read indicator i take the claimed row? */
static bool is_taken(const td_draw *draw, size_t i)
{
    const td_plan *plan = draw->plan;
    td_domain_fault fault;
    for (size_t k = plan->first_user[i]; k < plan->first_user[i + 1]; k++) {
        const td_part *part = &plan->rules->parts[plan->users[k]];
        if (part->function->check != NULL &&
            !part->function->check(plan->rules, part, draw->lower, &fault))
            return false;
    }
    return true;
}

void td_draw_claim(td_draw *draw)
{
    const td_plan *plan = draw->plan;
    memcpy(draw->lower, draw->row, plan->n * sizeof *draw->row);
    if (!(draw->options->inflation > 0))
        return;
    for (size_t i = 0; i < plan->n; i++) {
        double x = draw->row[i];
        if (td_random_uniform(draw->random) >= CLAIM_SHARE || isnan(x))
            continue;
        draw->lower[i] = better(draw, &plan->columns[i], x);
        if (is_worse(&plan->columns[i], draw->lower[i], x) || !is_taken(draw, i))
            draw->lower[i] = x;
    }
}
