/*
 * One leaf opened: its inputs by channel, its parts, its caps.
 */
#include <math.h>
#include <stdlib.h>

#include "engine/explain.h"

typedef struct leaf_view {
    td_telling *t;
    size_t j, depth;
    const td_criterion *leaf;
    const td_part *parts;
    td_part_trace traces[TD_MAX_PARTS];
    td_leaf_result result;
} leaf_view;

static td_cell cell_of(const leaf_view *v)
{
    return td_cell_get(v->t->scoring, v->j, v->t->u);
}

static size_t first_row(const leaf_view *v)
{
    const td_scoring *s = v->t->scoring;
    return s->data->row_of_unit[s->cluster->first_unit];
}

/* A fraction of quanta as points with at most three decimals more than the grid. */
static const char *arg_fraction(const leaf_view *v, td_fraction quanta, char text[TD_ARG])
{
    int decimals = v->t->scoring->rules->view.leaf_decimals;
    int64_t whole;
    if (td_fraction_round(quanta, &whole) && td_fraction_cmp(quanta, td_fraction_of(whole)) == 0)
        return td_quanta_arg((double)whole, decimals, text);
    if (!td_fraction_round(td_fraction_mul(quanta, td_fraction_of(1000)), &whole)) {
        text[0] = '\0';
        return text;
    }
    return td_quanta_arg((double)whole, decimals + 3, text);
}

/* Scores the leaf of this unit again, with everything written down. */
static bool trace_leaf(leaf_view *v)
{
    const td_scoring *s = v->t->scoring;
    size_t bytes = 1;
    for (size_t p = 0; p < v->leaf->n_parts; p++)
        bytes += v->parts[p].function->peers_size;
    unsigned char *peers = calloc(bytes, 1);
    if (peers != NULL) {
        td_scoring borrowed = *s;
        borrowed.peers = peers;
        td_trace_leaf(&borrowed, v->j, v->t->u, v->traces, &v->result);
    }
    free(peers);
    v->t->failed |= peers == NULL;
    return peers != NULL;
}

/* ---- inputs ---- */

static void tell_input(leaf_view *v, size_t indicator)
{
    const td_scoring *s = v->t->scoring;
    const td_indicator *i = &s->rules->indicators[indicator];
    const td_table *table = s->table;
    size_t at = (first_row(v) + v->t->u) * table->n_indicators + indicator;
    td_line *line = td_tell(v->t, TD_LINE_INPUT, v->j, v->depth + 1);
    line->label = i->code;
    line->value = table->value[at];
    line->n_channels = s->rules->n_channels;
    for (size_t c = 0; c < line->n_channels; c++)
        line->by_channel[c] = table->by_channel[c] != NULL ? table->by_channel[c][at] : NAN;
    uint8_t source = table->source[at];
    line->source = source < line->n_channels ? source : TD_NONE;
    td_message why = i->computed               ? TD_MSG_WHY_INPUT_COMPUTED
                     : line->source != TD_NONE ? TD_MSG_WHY_INPUT
                     : isnan(line->value)      ? TD_MSG_WHY_INPUT_MISSING
                                               : TD_MSG_WHY_INPUT_BLANK_MEANS;
    const char *said[2][2] = {{"", ""}, {"", ""}};
    for (int lang = TD_VI; lang <= TD_EN; lang++) {
        const char *name =
            td_arena_printf(v->t->arena, "%s%s%s%s", i->name.in[lang], i->unit != NULL ? " (" : "",
                            i->unit != NULL ? i->unit : "", i->unit != NULL ? ")" : "");
        v->t->failed |= name == NULL;
        td_say(v->t, said[lang], why, name == NULL ? "" : name, NULL);
        line->why[lang] = said[lang][lang];
    }
}

static bool told_before(const leaf_view *v, size_t part, size_t k)
{
    size_t indicator = v->parts[part].inputs[k];
    for (size_t p = 0; p <= part; p++) {
        size_t n = p < part ? v->parts[p].n_inputs : k;
        for (size_t i = 0; i < n; i++)
            if (v->parts[p].inputs[i] == indicator)
                return true;
    }
    return false;
}

static void tell_inputs(leaf_view *v)
{
    for (size_t p = 0; p < v->leaf->n_parts; p++)
        for (size_t k = 0; k < v->parts[p].n_inputs; k++)
            if (!told_before(v, p, k))
                tell_input(v, v->parts[p].inputs[k]);
}

/* ---- parts ---- */

static void say_part(leaf_view *v, const td_part_trace *trace, const char *why[2])
{
    const td_part_result *r = &trace->result;
    if (!trace->applies)
        td_say(v->t, why, TD_MSG_WHY_PART_NOT_APPLIED, NULL);
    else if (r->outcome == TD_BLANK)
        td_say(v->t, why, TD_MSG_WHY_PART_NO_VALUE, NULL);
    else if (r->outcome != TD_SCORED)
        td_say(v->t, why, TD_MSG_WHY_PART_BAD_VALUE, NULL);
    else
        td_say(v->t, why, r->why, r->args[0], r->args[1], r->args[2], r->args[3], r->args[4],
               r->args[5], NULL);
}

/* "so far; more" */
static void join(leaf_view *v, const char *why[2], const char *const more[2])
{
    for (int lang = TD_VI; lang <= TD_EN; lang++) {
        const char *joined = td_arena_printf(v->t->arena, "%s; %s", why[lang], more[lang]);
        v->t->failed |= joined == NULL;
        why[lang] = joined == NULL ? "" : joined;
    }
}

static void add_remark(leaf_view *v, const char *why[2], td_message remark, const char *arg)
{
    const char *said[2] = {"", ""};
    td_say(v->t, said, remark, arg, NULL);
    join(v, why, said);
}

/* "name of the part: sentence" */
static void put_name_first(leaf_view *v, const td_part *part, const char *why[2])
{
    for (int lang = TD_VI; lang <= TD_EN; lang++) {
        if (part->name.in[lang] == NULL)
            continue;
        const char *joined = td_arena_printf(v->t->arena, "%s: %s", part->name.in[lang], why[lang]);
        v->t->failed |= joined == NULL;
        why[lang] = joined == NULL ? "" : joined;
    }
}

static double rounded(td_fraction quanta)
{
    int64_t whole;
    return td_fraction_round(quanta, &whole) ? (double)whole : NAN;
}

static void tell_part(leaf_view *v, size_t p)
{
    const td_part_trace *trace = &v->traces[p];
    const td_part *part = &v->parts[p];
    td_line *line = td_tell(v->t, TD_LINE_PART, v->j, v->depth + 1);
    line->label = part->code;
    line->counted = trace->applies && trace->counted;
    double points = rounded(trace->points);
    line->points_q = part->effect == TD_DEDUCT ? -points : points;
    say_part(v, trace, line->why);
    put_name_first(v, part, line->why);
    char cap[TD_ARG];
    bool scored = trace->applies && trace->result.outcome == TD_SCORED;
    if (scored && td_fraction_ok(trace->result.points) &&
        td_fraction_cmp(trace->result.points, trace->points) > 0)
        add_remark(v, line->why, TD_MSG_WHY_PART_CAPPED,
                   arg_fraction(v, td_fraction_of(part->cap_q), cap));
    if (trace->applies && !trace->counted)
        add_remark(v, line->why, TD_MSG_WHY_PART_EXCLUDED, "");
}

/* ---- the leaf ---- */

static void tell_change(leaf_view *v, td_message why, td_fraction from, td_fraction to, double sign)
{
    if (!td_fraction_ok(from) || !td_fraction_ok(to) || td_fraction_cmp(from, to) == 0)
        return;
    char before[TD_ARG], after[TD_ARG];
    td_line *line = td_tell(v->t, TD_LINE_ADJUST, v->j, v->depth + 1);
    line->points_q = sign * rounded(td_fraction_sub(to, from));
    td_say(v->t, line->why, why, arg_fraction(v, from, before), arg_fraction(v, to, after), NULL);
}

static void tell_caps(leaf_view *v)
{
    const td_leaf_result *r = &v->result;
    tell_change(v, TD_MSG_WHY_DEDUCTION_CAP, r->deductions, r->deducted, -1);
    tell_change(v, TD_MSG_WHY_BONUS_CAP, r->bonuses, r->added, 1);
    if (v->leaf->normalize.method == TD_NORM_NONE)
        tell_change(v, TD_MSG_WHY_LEAF_CLAMPED, r->raw, r->points, 1);
}

static bool single_plain_part(const leaf_view *v)
{
    return v->leaf->n_parts == 1 && v->parts[0].effect == TD_SCORE &&
           v->parts[0].cap_q == TD_NO_CAP;
}

static void say_sum(leaf_view *v, const char *why[2])
{
    char base[TD_ARG], minus[TD_ARG], plus[TD_ARG];
    const td_leaf_result *r = &v->result;
    bool taken = r->deducted.num != 0, added = r->added.num != 0;
    td_message message = taken && added ? TD_MSG_WHY_LEAF_ALL
                         : taken        ? TD_MSG_WHY_LEAF_DEDUCTED
                         : added        ? TD_MSG_WHY_LEAF_ADDED
                                        : TD_MSG_WHY_LEAF_BASE;
    td_say(v->t, why, message, arg_fraction(v, r->base, base), arg_fraction(v, r->deducted, minus),
           arg_fraction(v, r->added, plus), NULL);
}

static bool is_not_applicable(const leaf_view *v)
{
    const td_table *table = v->t->scoring->table;
    size_t row = first_row(v) + v->t->u;
    return table->not_applicable != NULL &&
           table->not_applicable[row * v->t->scoring->rules->n_criteria + v->j] != 0;
}

static void say_leaf(leaf_view *v, const char *why[2])
{
    static const td_message OF_POLICY[] = {[TD_NA_EXCLUDE] = TD_MSG_WHY_NA_EXCLUDE,
                                           [TD_NA_FULL] = TD_MSG_WHY_NA_FULL,
                                           [TD_NA_ZERO] = TD_MSG_WHY_NA_ZERO,
                                           [TD_NA_REDISTRIBUTE] = TD_MSG_WHY_NA_REDISTRIBUTE};
    static const td_message OF_BLANK[] = {[TD_MISSING_ERROR] = TD_MSG_WHY_BLANK_UNRANKED,
                                          [TD_MISSING_ZERO] = TD_MSG_WHY_BLANK_ZERO,
                                          [TD_MISSING_UNRANKED] = TD_MSG_WHY_BLANK_UNRANKED,
                                          [TD_MISSING_TO_PARENT] = TD_MSG_WHY_BLANK_TO_PARENT};
    if (is_not_applicable(v))
        td_say(v->t, why, OF_POLICY[v->leaf->na], NULL);
    else if (v->result.outcome != TD_SCORED)
        td_say(v->t, why, OF_BLANK[v->leaf->missing], NULL);
    else if (single_plain_part(v))
        say_part(v, &v->traces[0], why);
    else
        say_sum(v, why);
}

/* What a scenario made of the leaf; its points before are known unless a policy or a scale gave
   them. */
static void tell_amended(leaf_view *v)
{
    bool known = v->result.outcome == TD_SCORED && v->leaf->normalize.method == TD_NORM_NONE &&
                 !td_is_real(v->t->scoring->rules, v->j) && !is_not_applicable(v);
    if (cell_of(v).state == TD_PRESENT)
        td_tell_amended(v->t, v->j, v->depth + 1, known ? rounded(v->result.points) : NAN, false);
}

static void remark_rounding(leaf_view *v, td_line *line)
{
    if (v->leaf->normalize.method != TD_NORM_NONE) {
        const char *said[2] = {"", ""};
        td_say_normalized(v->t, said, v->j);
        join(v, line->why, said);
        return;
    }
    int64_t whole;
    char text[TD_ARG];
    if (v->result.outcome == TD_SCORED && td_fraction_round(v->result.points, &whole) &&
        td_fraction_cmp(v->result.points, td_fraction_of(whole)) != 0)
        add_remark(v, line->why, TD_MSG_WHY_ROUNDED, arg_fraction(v, v->result.points, text));
}

void td_explain_leaf(td_telling *t, size_t j, size_t depth, bool additive)
{
    const td_rules *rules = t->scoring->rules;
    leaf_view v = {.t = t, .j = j, .depth = depth, .leaf = &rules->criteria[j]};
    v.parts = rules->parts + v.leaf->first_part;
    if (!trace_leaf(&v))
        return;
    const td_cell cell = cell_of(&v);
    td_line *line = td_tell(t, TD_LINE_LEAF, j, depth);
    line->max_q = v.leaf->has_max ? cell.assigned_q : NAN;
    line->points_q = td_cell_quanta(t->scoring, j, t->u);
    if (additive)
        td_tell_step(t, line, line->points_q);
    say_leaf(&v, line->why);
    if (cell.state != TD_PRESENT || v.result.outcome != TD_SCORED) {
        tell_inputs(&v);
        tell_amended(&v);
        return;
    }
    remark_rounding(&v, line);
    tell_inputs(&v);
    for (size_t p = 0; p < v.leaf->n_parts && !single_plain_part(&v); p++)
        tell_part(&v, p);
    tell_caps(&v);
    tell_amended(&v);
}
