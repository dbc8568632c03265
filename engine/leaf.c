/*
 * One leaf of one unit: parts, exclusive groups, caps, clamp; all in exact fractions.
 */
#include <math.h>

#include "engine/score.h"

static const td_fraction ZERO = {0, 1};

static td_fraction at_most(td_fraction points, int64_t cap_q)
{
    if (cap_q == TD_NO_CAP || !td_fraction_ok(points))
        return points;
    td_fraction cap = td_fraction_of(cap_q);
    return td_fraction_cmp(points, cap) > 0 ? cap : points;
}

bool td_part_applies(const td_part *part, const double *row)
{
    if (part->when != NULL && !td_condition_on_row(part->when, row))
        return false;
    return part->exempt == NULL || !td_condition_on_row(part->exempt, row);
}

static void score_part(const td_scene *scene, const void *peers, bool explain, td_part_trace *trace)
{
    const td_part *part = scene->part;
    if (explain)
        *trace = (td_part_trace){0};
    trace->applies = td_part_applies(part, scene->values + scene->unit * scene->stride);
    trace->counted = false;
    trace->points = ZERO;
    trace->result.outcome = TD_SCORED;
    trace->result.spread = NAN;
    if (!trace->applies)
        return;
    part->function->score(scene, peers, explain, &trace->result);
    if (trace->result.outcome == TD_SCORED)
        trace->points = at_most(trace->result.points, part->cap_q);
    trace->counted = true;
}

/* Of an exclusive group only the largest stays, the first listed when equal. */
static void settle_groups(const td_criterion *leaf, const td_part *parts, td_part_trace *traces)
{
    size_t best[TD_MAX_PARTS];
    for (size_t g = 0; g < leaf->n_groups && g < TD_MAX_PARTS; g++)
        best[g] = TD_NONE;
    for (size_t p = 0; p < leaf->n_parts; p++) {
        size_t g = parts[p].group;
        if (g >= TD_MAX_PARTS || !traces[p].counted || !td_fraction_ok(traces[p].points))
            continue;
        size_t rival = best[g];
        bool wins = rival == TD_NONE || td_fraction_cmp(traces[p].points, traces[rival].points) > 0;
        if (rival != TD_NONE)
            traces[wins ? rival : p].counted = false;
        if (wins)
            best[g] = p;
    }
}

static void add_up(const td_criterion *leaf, const td_part *parts, const td_part_trace *traces,
                   td_leaf_result *out)
{
    out->base = leaf->has_score ? ZERO : td_fraction_of(leaf->start_q);
    for (size_t p = 0; p < leaf->n_parts; p++) {
        if (!traces[p].counted)
            continue;
        td_fraction *sum = parts[p].effect == TD_SCORE   ? &out->base
                           : parts[p].effect == TD_BONUS ? &out->bonuses
                                                         : &out->deductions;
        *sum = td_fraction_add(*sum, traces[p].points);
    }
    out->deducted = at_most(out->deductions, leaf->deduction_cap_q);
    out->added = at_most(out->bonuses, leaf->bonus_cap_q);
}

static td_fraction clamped(const td_criterion *leaf, td_fraction points)
{
    if (!td_fraction_ok(points))
        return points;
    td_fraction lo = td_fraction_of(leaf->clamp_min_q), hi = td_fraction_of(leaf->clamp_max_q);
    if (leaf->has_clamp_min && td_fraction_cmp(points, lo) < 0)
        points = lo;
    if (leaf->has_clamp_max && td_fraction_cmp(points, hi) > 0)
        points = hi;
    return points;
}

static void finish(const td_criterion *leaf, td_leaf_result *out)
{
    td_fraction core = td_fraction_sub(out->base, out->deducted);
    out->raw = td_fraction_add(core, out->added);
    if (leaf->normalize.method != TD_NORM_NONE)
        out->points = out->raw;
    else if (leaf->bonus_outside)
        out->points = td_fraction_add(clamped(leaf, core), out->added);
    else
        out->points = clamped(leaf, out->raw);
    out->in_range = td_fraction_ok(out->points);
}

static double wider(double a, double b)
{
    return isnan(a) || b > a ? b : a;
}

void td_leaf_score(const td_scene *scene, const td_criterion *leaf, const unsigned char *peers,
                   td_part_trace *trace, td_leaf_result *out)
{
    td_part_trace local[TD_MAX_PARTS];
    const td_part *parts = scene->rules->parts + leaf->first_part;
    td_part_trace *traces = trace != NULL ? trace : local;
    *out = (td_leaf_result){.base = ZERO,
                            .deductions = ZERO,
                            .bonuses = ZERO,
                            .points = ZERO,
                            .in_range = true,
                            .raw_value = NAN,
                            .widest_spread = NAN};
    for (size_t p = 0; p < leaf->n_parts; p++) {
        td_scene part_scene = *scene;
        part_scene.part = &parts[p];
        score_part(&part_scene, peers, trace != NULL, &traces[p]);
        peers += parts[p].function->peers_size;
        if (traces[p].applies && traces[p].result.outcome != TD_SCORED && out->outcome == TD_SCORED)
            out->outcome = traces[p].result.outcome;
        out->widest_spread = wider(out->widest_spread, traces[p].result.spread);
    }
    if (out->outcome != TD_SCORED)
        return;
    if (td_is_raw(scene->rules, leaf))
        out->raw_value = scene->values[scene->unit * scene->stride + parts[0].inputs[0]];
    settle_groups(leaf, parts, traces);
    add_up(leaf, parts, traces, out);
    finish(leaf, out);
}
