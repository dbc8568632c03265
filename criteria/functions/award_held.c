/* award-held: points for awards that the unit holds from past years. */
#include <stdio.h>
#include <string.h>

#include "criteria/functions/common.h"

#define MAX_YEARS_BACK 63 /* the years of one award are a set of bits */

typedef struct award {
    const char *code, *pointer;
    int64_t points_q;
} award;

struct award_held {
    size_t n;
    award *awards;
    bool sum;
    int first_year, last_year; /* years back, both included */
};

static void read_awards(td_reader *reader, const td_json *map, struct award_held *held)
{
    held->awards = td_arena_alloc(reader->arena, td_json_count(map), sizeof *held->awards);
    if (held->awards == NULL) {
        reader->failed = true;
        return;
    }
    size_t outer = td_reader_enter(reader, "awards");
    for (const td_json *c = td_json_first(map); c != NULL; c = td_json_next(c)) {
        size_t mark = td_reader_enter(reader, td_json_key(c));
        award *one = &held->awards[held->n];
        one->code = td_arena_strdup(reader->arena, td_json_key(c));
        one->pointer = td_reader_here(reader);
        reader->failed |= one->code == NULL;
        held->n += one->code != NULL && td_points_of_json(reader, c, NULL, &one->points_q);
        td_reader_leave(reader, mark);
    }
    td_reader_leave(reader, outer);
}

static bool whole_years(const td_json *json, int *out)
{
    double years = json != NULL && td_json_is_number(json) ? td_json_number(json) : -1;
    if (!(years >= 0 && years <= MAX_YEARS_BACK) || years != (int)years)
        return false;
    *out = (int)years;
    return true;
}

static void read_years(td_reader *reader, const td_json *object, struct award_held *held)
{
    held->first_year = held->last_year = 1;
    const td_json *range = td_json_member(object, "years_back");
    if (range == NULL)
        return;
    const td_json *first = td_json_is_array(range) ? td_json_first(range) : NULL;
    const td_json *last = first != NULL ? td_json_next(first) : NULL;
    if (!whole_years(first, &held->first_year) || !whole_years(last, &held->last_year) ||
        td_json_next(last) != NULL || held->first_year > held->last_year)
        td_reader_fault(reader, TD_MSG_RULES_YEARS_BACK, "years_back", NULL);
}

static void read_award_held(td_reader *reader, const td_json *object, td_part *part)
{
    static const char *const COUNT[] = {"highest", "sum", NULL};
    struct award_held *held = td_part_new_params(reader, part, sizeof *held);
    if (held == NULL)
        return;
    const td_json *map = td_part_read_map(reader, object, "awards");
    if (map != NULL)
        read_awards(reader, map, held);
    int count = 0;
    td_read_choice(reader, object, "count", COUNT, &count);
    held->sum = count == 1;
    read_years(reader, object, held);
}

static void lint_award_held(const td_rules *rules, const td_part *part, td_errors *errors,
                            const char *file)
{
    const struct award_held *held = part->params;
    for (size_t i = 0; i < held->n; i++) {
        if (held->awards[i].points_q >= 0)
            continue;
        char points[TD_ARG_SIZE];
        td_arg_points(points, td_fraction_of(held->awards[i].points_q), rules->view.leaf_decimals);
        td_part_fault(errors, TD_MSG_RULES_AWARD_NEGATIVE, file, part, held->awards[i].pointer,
                      held->awards[i].code, points, NULL);
    }
}

/* The years back in which history holds the award, as bits: each year counts once. */
static uint64_t years_of(const td_scene *scene, const struct award_held *held, const award *one)
{
    uint64_t years = 0;
    for (size_t i = 0; i < scene->n_held; i++) {
        int back = scene->held[i].years_ago;
        if (back >= held->first_year && back <= held->last_year &&
            strcmp(scene->held[i].award, one->code) == 0)
            years |= (uint64_t)1 << back;
    }
    return years;
}

/* What was found; best: the award with the most points, the first listed when equal. */
typedef struct found {
    int count;
    td_fraction sum;
    const award *best;
    int best_year;
} found;

static found look_up(const td_scene *scene, const struct award_held *held)
{
    found all = {.sum = td_fraction_of(0)};
    for (size_t i = 0; i < held->n; i++) {
        const award *one = &held->awards[i];
        uint64_t years = years_of(scene, held, one);
        if (years == 0)
            continue;
        int times = __builtin_popcountll(years);
        td_fraction points = td_fraction_mul(td_fraction_of(one->points_q), td_fraction_of(times));
        all.count += times;
        all.sum = td_fraction_add(all.sum, points);
        if (all.best == NULL || one->points_q > all.best->points_q) {
            all.best = one;
            all.best_year = __builtin_ctzll(years);
        }
    }
    return all;
}

static void score_award_held(const td_scene *scene, const void *peers, bool explain,
                             td_part_result *out)
{
    (void)peers;
    const struct award_held *held = scene->part->params;
    found all = look_up(scene, held);
    td_fraction highest = td_fraction_of(all.best != NULL ? all.best->points_q : 0);
    td_part_scored(out, held->sum ? all.sum : highest);
    if (!explain)
        return;
    out->why = held->sum ? TD_MSG_WHY_AWARDS_SUM : TD_MSG_WHY_AWARD_HIGHEST;
    td_arg_points(out->args[0], out->points, scene->leaf_decimals);
    td_arg_number(out->args[1], held->sum ? all.count : all.best_year);
    if (all.best == NULL)
        out->why = TD_MSG_WHY_AWARDS_NONE;
    else
        td_arg_text(out->args[2], all.best->code);
}

static int64_t most_award_held(const td_part *part)
{
    const struct award_held *held = part->params;
    int64_t highest = 0, sum = 0;
    for (size_t i = 0; i < held->n; i++) {
        int64_t points_q = held->awards[i].points_q > 0 ? held->awards[i].points_q : 0;
        highest = points_q > highest ? points_q : highest;
        if (__builtin_add_overflow(sum, points_q, &sum))
            return TD_NO_CAP;
    }
    if (!held->sum)
        return highest;
    if (__builtin_mul_overflow(sum, held->last_year - held->first_year + 1, &sum))
        return TD_NO_CAP;
    return sum;
}

static const char *const KEYS[] = {"awards", "count", "years_back", NULL};

const td_function td_function_award_held = {
    .name = "award-held",
    .read = read_award_held,
    .lint = lint_award_held,
    .score = score_award_held,
    .most = most_award_held,
    .kind = TD_NUMBER,
    .keys = KEYS,
};
