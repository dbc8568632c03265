/* piecewise: straight lines between breakpoints. */
#include <math.h>

#include "criteria/functions/common.h"

typedef struct breakpoint {
    double x;
    int64_t points_q;
    const char *pointer;
} breakpoint;

struct piecewise {
    size_t of, n;
    breakpoint *through; /* x ascending */
    bool extend;
};

static bool read_breakpoint(td_reader *reader, const td_json *pair, breakpoint *out)
{
    const td_json *x = td_json_is_array(pair) ? td_json_first(pair) : NULL;
    const td_json *y = x != NULL ? td_json_next(x) : NULL;
    if (y == NULL || td_json_next(y) != NULL || !td_json_is_number(x)) {
        td_reader_fault(reader, TD_MSG_RULES_BREAKPOINT, NULL, NULL);
        return false;
    }
    out->x = td_json_number(x);
    out->pointer = td_reader_here(reader);
    return td_points_of_json(reader, y, "1", &out->points_q);
}

static void read_through(td_reader *reader, const td_json *list, struct piecewise *lines)
{
    lines->through = td_arena_alloc(reader->arena, td_json_count(list), sizeof *lines->through);
    if (lines->through == NULL) {
        reader->failed = true;
        return;
    }
    size_t outer = td_reader_enter(reader, "through"), i = 0;
    for (const td_json *c = td_json_first(list); c != NULL; c = td_json_next(c), i++) {
        size_t mark = td_reader_enter_index(reader, i);
        lines->n += read_breakpoint(reader, c, &lines->through[lines->n]);
        td_reader_leave(reader, mark);
    }
    td_reader_leave(reader, outer);
}

static void read_piecewise(td_reader *reader, const td_json *object, td_part *part)
{
    static const char *const OUTSIDE[] = {"flat", "extend", NULL};
    struct piecewise *lines = td_part_new_params(reader, part, sizeof *lines);
    if (lines == NULL)
        return;
    lines->of = td_part_read_input(reader, object, "of", part);
    int outside = 0;
    td_read_choice(reader, object, "outside", OUTSIDE, &outside);
    lines->extend = outside == 1;
    const td_json *list = td_part_read_list(reader, object, "through");
    if (list == NULL)
        return;
    if (td_json_count(list) < 2)
        td_reader_fault(reader, TD_MSG_RULES_BREAKPOINTS_FEW, "through", NULL);
    read_through(reader, list, lines);
}

/* The line through a and b, a.x < b.x, at x; in quanta. */
static td_fraction on_line(const breakpoint *a, const breakpoint *b, double x)
{
    td_fraction from = td_fraction_of_double(a->x);
    td_fraction run = td_fraction_sub(td_fraction_of_double(b->x), from);
    td_fraction along = td_fraction_div(td_fraction_sub(td_fraction_of_double(x), from), run);
    td_fraction start = td_fraction_of(a->points_q);
    td_fraction rise = td_fraction_sub(td_fraction_of(b->points_q), start);
    return td_fraction_add(start, td_fraction_mul(rise, along));
}

/* The end of the segment that holds x, or the nearest one outside: 1 .. n - 1. */
static size_t segment_end(const struct piecewise *lines, double x)
{
    size_t end = 1;
    while (end + 1 < lines->n && x > lines->through[end].x)
        end++;
    return end;
}

static td_fraction height(const struct piecewise *lines, double x)
{
    const breakpoint *first = &lines->through[0], *last = &lines->through[lines->n - 1];
    if (!lines->extend && x <= first->x)
        return td_fraction_of(first->points_q);
    if (!lines->extend && x >= last->x)
        return td_fraction_of(last->points_q);
    size_t end = segment_end(lines, x);
    return on_line(&lines->through[end - 1], &lines->through[end], x);
}

/* Does the line that runs on outside of a and b fall below 0 before the indicator ends? */
static bool sinks(const struct piecewise *lines, const breakpoint *edge, double limit)
{
    const breakpoint *a = edge, *b = edge == lines->through ? edge + 1 : edge - 1;
    bool falls = b->points_q > a->points_q;
    if (!falls || a->x == b->x)
        return false;
    if (isinf(limit))
        return true;
    td_fraction at = height(lines, limit);
    return !td_fraction_ok(at) || at.num < 0;
}

static void lint_negative(const td_rules *rules, const td_part *part, const struct piecewise *lines,
                          td_errors *errors, const char *file)
{
    for (size_t i = 0; i < lines->n; i++) {
        if (lines->through[i].points_q >= 0)
            continue;
        char points[TD_ARG_SIZE];
        td_arg_points(points, td_fraction_of(lines->through[i].points_q),
                      rules->view.leaf_decimals);
        td_part_fault(errors, TD_MSG_RULES_NEGATIVE_POINTS, file, part, lines->through[i].pointer,
                      points, NULL);
    }
    if (!lines->extend)
        return;
    const td_indicator *of = &rules->indicators[lines->of];
    const breakpoint *first = &lines->through[0], *last = &lines->through[lines->n - 1];
    if (sinks(lines, first, fmin(of->min, first->x)) || sinks(lines, last, fmax(of->max, last->x)))
        td_part_fault(errors, TD_MSG_RULES_LINE_NEGATIVE, file, part, NULL, of->code, NULL);
}

static void lint_piecewise(const td_rules *rules, const td_part *part, td_errors *errors,
                           const char *file)
{
    const struct piecewise *lines = part->params;
    bool ascending = true;
    for (size_t i = 1; i < lines->n; i++) {
        if (lines->through[i].x > lines->through[i - 1].x)
            continue;
        char x[TD_ARG_SIZE], before[TD_ARG_SIZE];
        td_arg_number(x, lines->through[i].x);
        td_arg_number(before, lines->through[i - 1].x);
        td_part_fault(errors, TD_MSG_RULES_NOT_ASCENDING, file, part, lines->through[i].pointer, x,
                      before, NULL);
        ascending = false;
    }
    if (part->effect != TD_SCORE && ascending)
        lint_negative(rules, part, lines, errors, file);
}

static void explain_piecewise(const td_scene *scene, double x, td_part_result *out)
{
    const struct piecewise *lines = scene->part->params;
    const breakpoint *b = &lines->through[segment_end(lines, x)], *a = b - 1;
    td_arg_number(out->args[0], x);
    td_arg_points(out->args[1], out->points, scene->leaf_decimals);
    bool outside = x < lines->through[0].x || x > lines->through[lines->n - 1].x;
    if (outside && !lines->extend) {
        const breakpoint *edge = x < lines->through[0].x ? a : b;
        out->why = TD_MSG_WHY_PIECEWISE_FLAT;
        td_arg_number(out->args[2], edge->x);
        return;
    }
    out->why = outside ? TD_MSG_WHY_PIECEWISE_EXTENDED : TD_MSG_WHY_PIECEWISE;
    td_arg_number(out->args[2], a->x);
    td_arg_points(out->args[3], td_fraction_of(a->points_q), scene->leaf_decimals);
    td_arg_number(out->args[4], b->x);
    td_arg_points(out->args[5], td_fraction_of(b->points_q), scene->leaf_decimals);
}

static void score_piecewise(const td_scene *scene, const void *peers, bool explain,
                            td_part_result *out)
{
    (void)peers;
    const struct piecewise *lines = scene->part->params;
    double x = td_scene_row(scene)[lines->of];
    if (isnan(x)) {
        td_part_refused(out, TD_BLANK);
        return;
    }
    td_part_scored(out, height(lines, x));
    if (explain)
        explain_piecewise(scene, x, out);
}

/* Values up to 2^31 and steps between breakpoints up to 2^30: products stay below 2^62. */
#define MOST_VALUE 1073741824.0
#define MOST_RISE 536870912

/* The scale on which the column and the breakpoints are whole; -1: there is none. */
static int places_of(const td_scene *scene, const struct piecewise *lines)
{
    const double *x = td_scene_column(scene, lines->of);
    int places = 0;
    for (size_t i = 0; i < lines->n && places >= 0; i++) {
        int64_t points_q = lines->through[i].points_q;
        places = points_q > MOST_RISE || points_q < -MOST_RISE
                     ? -1
                     : td_places_of_column(1, &lines->through[i].x, places, MOST_VALUE);
    }
    if (places >= 0)
        places = td_places_of_column(scene->n_units, x, places, MOST_VALUE);
    for (size_t i = 0; i < lines->n && places >= 0; i++)
        places = fabs(lines->through[i].x) * td_scale_of(places) <= MOST_VALUE ? places : -1;
    return places;
}

/* The line of on_line(), in whole numbers. */
static unsigned set_on_line(const breakpoint *a, const breakpoint *b, double x, double scale,
                            size_t u, td_part_column *out)
{
    int64_t from = td_whole_at(a->x, scale);
    int64_t run = td_whole_at(b->x, scale) - from, along = td_whole_at(x, scale) - from;
    int64_t num;
    if (__builtin_mul_overflow(b->points_q - a->points_q, along, &num) ||
        __builtin_add_overflow(num, a->points_q * run, &num))
        return td_column_set(out, u, 0, TD_POINTS_ASK);
    return td_column_set_quotient(out, u, num, run);
}

static unsigned score_piecewise_all(const td_scene *scene, const void *peers, td_part_column *out)
{
    (void)peers;
    const struct piecewise *lines = scene->part->params;
    const breakpoint *first = &lines->through[0], *last = &lines->through[lines->n - 1];
    const double *x = td_scene_column(scene, lines->of);
    const int places = places_of(scene, lines);
    const double scale = td_scale_of(places >= 0 ? places : 0);
    unsigned bits = 0;
    for (size_t u = 0; u < scene->n_units; u++) {
        if (isnan(x[u]) || places < 0) {
            bits |= td_column_set(out, u, 0, isnan(x[u]) ? TD_POINTS_REFUSED : TD_POINTS_ASK);
        } else if (!lines->extend && (x[u] <= first->x || x[u] >= last->x)) {
            const breakpoint *edge = x[u] <= first->x ? first : last;
            bits |= td_column_set(out, u, (double)edge->points_q, TD_POINTS_EXACT);
        } else {
            const breakpoint *end = &lines->through[segment_end(lines, x[u])];
            bits |= set_on_line(end - 1, end, x[u], scale, u, out);
        }
    }
    return bits;
}

/* Between two breakpoints; flat ends are bounds. */
static bool linear_piecewise(const td_rules *rules, const td_part *part, td_linear *out)
{
    (void)rules;
    const struct piecewise *lines = part->params;
    const breakpoint *a = &lines->through[0], *b = &lines->through[1];
    if (lines->n != 2)
        return false;
    td_fraction run = td_fraction_sub(td_fraction_of_double(b->x), td_fraction_of_double(a->x));
    td_fraction rise = td_fraction_sub(td_fraction_of(b->points_q), td_fraction_of(a->points_q));
    *out = td_linear_of(lines->of, td_fraction_div(rise, run));
    out->at_zero = td_fraction_sub(td_fraction_of(a->points_q),
                                   td_fraction_mul(out->slope, td_fraction_of_double(a->x)));
    if (!lines->extend) {
        out->least = (double)(a->points_q < b->points_q ? a->points_q : b->points_q);
        out->most = (double)(a->points_q < b->points_q ? b->points_q : a->points_q);
    }
    return true;
}

static int64_t most_piecewise(const td_part *part)
{
    const struct piecewise *lines = part->params;
    const breakpoint *first = &lines->through[0], *last = &lines->through[lines->n - 1];
    bool rises = first->points_q > first[1].points_q || last->points_q > last[-1].points_q;
    if (lines->extend && rises)
        return TD_NO_CAP;
    int64_t most = 0;
    for (size_t i = 0; i < lines->n; i++)
        most = lines->through[i].points_q > most ? lines->through[i].points_q : most;
    return most;
}

static const char *const KEYS[] = {"of", "through", "outside", NULL};

const td_function td_function_piecewise = {
    .name = "piecewise",
    .read = read_piecewise,
    .lint = lint_piecewise,
    .score = score_piecewise,
    .score_all = score_piecewise_all,
    .linear = linear_piecewise,
    .most = most_piecewise,
    .kind = TD_NUMBER,
    .keys = KEYS,
};
