/*
 * relative: a target met is half of P; the excess over the target is measured against the
 * leader of the cluster. Units without a target are compared among themselves.
 */
#include <math.h>
#include <string.h>

#include "criteria/functions/common.h"

struct relative {
    size_t actual;
    td_operand target;
    bool absolute; /* the excess is A - T, not (A - T) / T */
    const td_condition *leave_out;
};

/* What the cluster says of a part. */
struct peers {
    bool has_excess, has_most;
    td_fraction excess; /* E: largest excess over a target; overflow where it leaves the range.
                            Only where places is -1: see excess_of_leader() */
    double most;        /* M: largest A of the units without target */
    int places;         /* actuals and targets are whole numbers of 10^-places; -1: they are not */
    double over,
        under; /* then E = over / under (times 10^-places: an absolute excess; under is 1) */
};

static void read_relative(td_reader *reader, const td_json *object, td_part *part)
{
    static const char *const EXCESS[] = {"ratio", "absolute", NULL};
    struct relative *relative = td_part_new_params(reader, part, sizeof *relative);
    if (relative == NULL)
        return;
    relative->actual = td_part_read_input(reader, object, "actual", part);
    if (td_part_read_operand(reader, object, "target", part, &relative->target) &&
        relative->target.number < 0)
        td_reader_fault(reader, TD_MSG_RULES_TARGET_NEGATIVE, "target", NULL);
    int excess = 0;
    td_read_choice(reader, object, "excess", EXCESS, &excess);
    relative->absolute = excess == 1;
    relative->leave_out = td_read_condition(reader, object, "leave_out", false);
    td_part_add_condition(reader, part, relative->leave_out);
}

static void lint_relative(const td_rules *rules, const td_part *part, td_errors *errors,
                          const char *file)
{
    td_lint_points(part, true, rules->view.leaf_decimals, errors, file);
}

static bool check_relative(const td_rules *rules, const td_part *part, const double *row,
                           td_domain_fault *fault)
{
    (void)rules;
    const struct relative *relative = part->params;
    double actual = row[relative->actual], target = td_operand_value(&relative->target, row);
    if (actual < 0)
        return td_refuse(fault, TD_MSG_DATA_RELATIVE_NEGATIVE, part, relative->actual, actual);
    if (target < 0)
        return td_refuse(fault, TD_MSG_DATA_TARGET_NEGATIVE, part, relative->target.indicator,
                         target);
    return true;
}

static td_fraction excess_of(const struct relative *relative, double actual, double target)
{
    td_fraction goal = td_fraction_of_double(target);
    td_fraction over = td_fraction_sub(td_fraction_of_double(actual), goal);
    return relative->absolute ? over : td_fraction_div(over, goal);
}

static void compare_excess(struct peers *peers, td_fraction excess)
{
    if (!peers->has_excess || !td_fraction_ok(excess) ||
        (td_fraction_ok(peers->excess) && td_fraction_cmp(excess, peers->excess) > 0))
        peers->excess = excess;
    peers->has_excess = true;
}

/* Values up to 2^30: the products of two, and P times them, are checked or stay below 2^62. */
#define MOST_VALUE 1073741824.0

/* The scale on which both columns are whole; -1: there is none. */
static int places_of(const td_scene *scene, const struct relative *relative)
{
    if (scene->columns == NULL)
        return -1;
    const size_t of = relative->target.indicator;
    int places = td_scene_places(scene, relative->actual, 0, MOST_VALUE), both = places;
    if (places >= 0)
        both = of == TD_NONE ? td_places_of_column(1, &relative->target.number, places, MOST_VALUE)
                             : td_scene_places(scene, of, places, MOST_VALUE);
    return both > places ? td_scene_places(scene, relative->actual, both, MOST_VALUE) : both;
}

static bool is_compared(const td_scene *scene, const struct relative *relative, size_t u,
                        double actual)
{
    return !isnan(actual) && !(scene->left_out != NULL && scene->left_out[u]) &&
           (relative->leave_out == NULL ||
            !td_condition_on_row(relative->leave_out, scene->values + u * scene->stride));
}

#define BLOCK 64 /* units looked at together */
#define VECTOR 4 /* numbers of a vector: blocks are filled up with units that do not count */

/* Both columns of up to BLOCK units as whole numbers; the actual is NaN where not compared. */
typedef struct block {
    size_t n, end; /* [n .. end - 1] fill the last vector */
    double actual[BLOCK], target[BLOCK];
    double one[BLOCK];
    const double *base;   /* what an excess is divided by: the target, or 1 */
    double excess[BLOCK]; /* rounded once: larger ones are never smaller; -1: none */
    double points[BLOCK], known[BLOCK];
} block;

static void fill_block(const td_scene *scene, int places, size_t first, block *b)
{
    const struct relative *relative = scene->part->params;
    const double *actual = td_scene_column(scene, relative->actual) + first;
    const double scale = td_scale_of(places);
    b->n = scene->n_units - first < BLOCK ? scene->n_units - first : BLOCK;
    if (relative->target.indicator == TD_NONE)
        td_fill_column(b->n, td_nearest_whole(relative->target.number * scale), b->target);
    else
        td_scale_column(b->n, td_scene_column(scene, relative->target.indicator) + first, scale,
                        b->target);
    td_scale_column(b->n, actual, scale, b->actual);
    for (b->end = b->n; b->end % VECTOR != 0; b->end++) {
        b->actual[b->end] = 0;
        b->target[b->end] = 1;
    }
    b->base = relative->absolute ? b->one : b->target;
    if (relative->absolute)
        td_fill_column(b->end, 1, b->one);
}

static void leave_out(const td_scene *scene, size_t first, block *b)
{
    const struct relative *relative = scene->part->params;
    const uint8_t *marks = (const uint8_t *)scene->left_out;
    for (uint64_t out = marks == NULL ? 0 : td_marked(b->n, marks + first); out != 0;)
        b->actual[td_take_mark(&out)] = NAN;
    for (size_t u = 0; u < b->n && relative->leave_out != NULL; u++)
        if (td_condition_on_row(relative->leave_out, scene->values + (first + u) * scene->stride))
            b->actual[u] = NAN;
}

TD_VECTORIZED
static void fill_excess(block *b)
{
    const double *base = b->base;
    double *excess = b->excess;
#pragma omp simd
    for (size_t u = 0; u < b->end; u++) {
        double a = b->actual[u], t = b->target[u];
        excess[u] = ((t > 0) & (a > t)) ? (a - t) / base[u] : -1;
    }
}

/* The largest excess; *most: the largest actual without a target. */
static double compare_block(const block *b, double *most)
{
    double largest = -1;
    for (size_t u = 0; u < b->n; u++) {
        largest = b->excess[u] > largest ? b->excess[u] : largest;
        if (!(b->target[u] > 0) && !(b->target[u] < 0) && b->actual[u] > *most)
            *most = b->actual[u];
    }
    return largest;
}

/* Products of two values are exact as whole numbers, and decide between quotients that look equal. */
static void follow_leader(struct peers *peers, double over, double under)
{
    if (peers->has_excess &&
        (int64_t)over * (int64_t)peers->under <= (int64_t)peers->over * (int64_t)under)
        return;
    peers->has_excess = true;
    peers->over = over;
    peers->under = under;
}

static void compare_whole(const td_scene *scene, struct peers *peers)
{
    double most = -INFINITY;
    for (size_t first = 0; first < scene->n_units; first += BLOCK) {
        block b;
        fill_block(scene, peers->places, first, &b);
        leave_out(scene, first, &b);
        fill_excess(&b);
        double largest = compare_block(&b, &most);
        for (size_t u = 0; u < b.n && largest > 0; u++)
            if (b.excess[u] == largest)
                follow_leader(peers, b.actual[u] - b.target[u], b.base[u]);
    }
    peers->has_most = most > -INFINITY;
    peers->most = peers->has_most ? most / td_scale_of(peers->places) : 0;
}

/* E as a fraction. */
static td_fraction excess_of_leader(const struct relative *relative, const struct peers *peers)
{
    if (peers->places < 0 || !peers->has_excess)
        return peers->excess;
    td_fraction unit = td_fraction_of(relative->absolute ? td_pow10(peers->places) : 1);
    td_fraction excess = td_fraction_div(td_fraction_of((int64_t)peers->over),
                                         td_fraction_of((int64_t)peers->under));
    return td_fraction_div(excess, unit);
}

static void compare_relative(const td_scene *scene, void *state)
{
    const struct relative *relative = scene->part->params;
    struct peers *peers = state;
    *peers = (struct peers){.excess = td_fraction_of(0), .places = places_of(scene, relative)};
    if (peers->places >= 0) {
        compare_whole(scene, peers);
        return;
    }
    for (size_t u = 0; u < scene->n_units; u++) {
        const double *row = scene->values + u * scene->stride;
        double actual = row[relative->actual], target = td_operand_value(&relative->target, row);
        if (!is_compared(scene, relative, u, actual))
            continue;
        if (target > 0 && actual > target)
            compare_excess(peers, excess_of(relative, actual, target));
        if (isnan(target) || target == 0) {
            peers->most = peers->has_most ? fmax(peers->most, actual) : actual;
            peers->has_most = true;
        }
    }
}

/* P times a share, in quanta. */
static td_fraction share_of_points(const td_scene *scene, td_fraction share)
{
    return td_fraction_mul(td_fraction_of(scene->part->points_q), share);
}

/* For the words of an excess: percent of the target, or as it is. */
static void arg_excess(char *arg, const struct relative *relative, td_fraction excess)
{
    if (relative->absolute)
        td_arg_fraction(arg, excess, TD_MAX_PLACES);
    else
        td_arg_percent(arg, excess);
}

static void explain_numbers(const td_scene *scene, td_part_result *out, double first, double second)
{
    td_arg_points(out->args[0], out->points, scene->leaf_decimals);
    td_arg_points(out->args[1], td_fraction_of(scene->part->points_q), scene->leaf_decimals);
    td_arg_number(out->args[2], first);
    td_arg_number(out->args[3], second);
}

static void score_above(const td_scene *scene, const struct peers *peers, double actual,
                        double target, bool explain, td_part_result *out)
{
    const struct relative *relative = scene->part->params;
    td_fraction excess = excess_of(relative, actual, target), one = td_fraction_of(1);
    td_fraction largest = excess_of_leader(relative, peers);
    td_fraction share = peers->has_excess ? td_fraction_div(excess, largest) : one;
    bool whole = td_fraction_ok(share) && td_fraction_cmp(share, one) >= 0;
    share = td_fraction_div(td_fraction_add(one, td_fraction_least(share, one)), td_fraction_of(2));
    td_part_scored(out, share_of_points(scene, share));
    if (!explain)
        return;
    explain_numbers(scene, out, actual, target);
    arg_excess(out->args[4], relative, excess);
    arg_excess(out->args[5], relative, largest);
    if (!peers->has_excess)
        out->why = relative->absolute ? TD_MSG_WHY_RELATIVE_ALONE_BY : TD_MSG_WHY_RELATIVE_ALONE;
    else if (whole)
        out->why = relative->absolute ? TD_MSG_WHY_RELATIVE_LEADER_BY : TD_MSG_WHY_RELATIVE_LEADER;
    else
        out->why = relative->absolute ? TD_MSG_WHY_RELATIVE_ABOVE_BY : TD_MSG_WHY_RELATIVE_ABOVE;
}

static void score_with_target(const td_scene *scene, const struct peers *peers, double actual,
                              double target, bool explain, td_part_result *out)
{
    if (actual > target) {
        score_above(scene, peers, actual, target, explain, out);
        return;
    }
    td_fraction reached =
        td_fraction_div(td_fraction_of_double(actual), td_fraction_of_double(target));
    td_part_scored(out, share_of_points(scene, td_fraction_div(reached, td_fraction_of(2))));
    if (explain) {
        out->why = actual < target ? TD_MSG_WHY_RELATIVE_BELOW : TD_MSG_WHY_RELATIVE_EQUAL;
        explain_numbers(scene, out, actual, target);
    }
}

static void score_without_target(const td_scene *scene, const struct peers *peers, double actual,
                                 bool explain, td_part_result *out)
{
    bool measured = peers->has_most && peers->most > 0;
    td_fraction share = td_fraction_of(actual > 0);
    if (actual > 0 && measured)
        share = td_fraction_least(share, td_fraction_div(td_fraction_of_double(actual),
                                                         td_fraction_of_double(peers->most)));
    td_part_scored(out, share_of_points(scene, share));
    if (!explain)
        return;
    explain_numbers(scene, out, actual, peers->most);
    if (actual == 0)
        out->why = TD_MSG_WHY_RELATIVE_NOTHING;
    else if (measured)
        out->why = actual < peers->most ? TD_MSG_WHY_RELATIVE_NO_TARGET
                                        : TD_MSG_WHY_RELATIVE_NO_TARGET_MOST;
    else
        out->why = TD_MSG_WHY_RELATIVE_NO_TARGET_ALONE;
}

static void score_relative(const td_scene *scene, const void *state, bool explain,
                           td_part_result *out)
{
    const struct relative *relative = scene->part->params;
    const double *row = td_scene_row(scene);
    double actual = row[relative->actual], target = td_operand_value(&relative->target, row);
    td_domain_fault fault;
    if (isnan(actual))
        td_part_refused(out, TD_BLANK);
    else if (!check_relative(scene->rules, scene->part, row, &fault))
        td_part_refused(out, TD_BAD_VALUE);
    else if (isnan(target) || target == 0)
        score_without_target(scene, state, actual, explain, out);
    else
        score_with_target(scene, state, actual, target, explain, out);
}

/* What a block of units is measured against; numbers only, so that there is no branch per unit. */
typedef struct measure {
    double points;      /* P */
    double over, under; /* E */
    double nobody;      /* 1 when nobody is above a target (then E is 0 / 0), else 0 */
    double most;        /* M, a whole number; 1 when there is none: then all above 0 get P */
} measure;

/* The share of P of one unit, num / den: a / 2t up to the target; (1 + e / E) / 2, at most 1, above;
   without a target a / M, at most 1. base: what the excess is divided by. */
static inline td_rounded share_of(const measure *m, double a, double t, double base)
{
    const double whole = base * m->over + m->nobody, excess = (a - t) * m->under + m->nobody;
    const double alone = a < m->most ? a : m->most;
    const double above = whole + (excess < whole ? excess : whole);
    const double num = a > t ? above : a, den = 2 * (a > t ? whole : t);
    const bool has_target = t > 0;
    return td_round_share(m->points, has_target ? num : alone, has_target ? den : m->most);
}

TD_VECTORIZED
static void score_block(block *b, const measure *m)
{
    const measure against = *m;
    const double *base = b->base;
    double *points = b->points, *known = b->known;
#pragma omp simd
    for (size_t u = 0; u < b->end; u++) {
        double a = b->actual[u], t = b->target[u];
        td_rounded share = share_of(&against, a, t, base[u]);
        bool is_refused = !(a >= 0) | (t < 0);
        points[u] = (is_refused | !(share.known <= 1)) ? 0 : share.points;
        known[u] = is_refused ? 2 : share.known;
    }
}

static unsigned score_relative_all(const td_scene *scene, const void *state, td_part_column *out)
{
    const struct peers *peers = state;
    if (peers->places < 0)
        return td_column_ask(scene, out);
    const double scale = td_scale_of(peers->places);
    const bool is_measured = peers->has_most && peers->most > 0;
    const measure m = {.points = (double)scene->part->points_q,
                       .over = peers->over,
                       .under = peers->under,
                       .nobody = peers->has_excess ? 0 : 1,
                       .most = is_measured ? td_nearest_whole(peers->most * scale) : 1};
    unsigned bits = 0;
    for (size_t first = 0; first < scene->n_units; first += BLOCK) {
        block b;
        fill_block(scene, peers->places, first, &b);
        score_block(&b, &m);
        memcpy(out->points + first, b.points, b.n * sizeof *b.points);
        bits |= td_column_known(b.n, b.known, out->known + first);
    }
    return bits;
}

static int64_t most_relative(const td_part *part)
{
    return part->points_q > 0 ? part->points_q : 0;
}

static const char *const KEYS[] = {"actual", "target", "excess", "leave_out", "points", NULL};

const td_function td_function_relative = {
    .name = "relative",
    .read = read_relative,
    .lint = lint_relative,
    .check = check_relative,
    .peers_size = sizeof(struct peers),
    .compare = compare_relative,
    .score = score_relative,
    .score_all = score_relative_all,
    .most = most_relative,
    .kind = TD_NUMBER,
    .keys = KEYS,
};
