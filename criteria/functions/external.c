/* external: scores that other agencies give, combined. */
#include <math.h>

#include "criteria/functions/common.h"

#define MAX_SCORERS 64 /* scores of one unit are sorted on the stack */

typedef enum combination { MEAN, MEDIAN, TRIMMED_MEAN } combination;

struct external {
    size_t n;
    size_t *of;
    int combine, at_least;
    bool has_gap;
    td_fraction gap;
};

static void read_scorer(td_reader *reader, const td_json *json, td_part *part,
                        struct external *external)
{
    if (!td_json_is_string(json)) {
        td_reader_fault(reader, TD_MSG_RULES_SCORER_NOT_NAME, NULL, NULL);
        return;
    }
    size_t scorer = td_reader_indicator(reader, td_json_string(json), TD_NUMBER);
    if (scorer == TD_NONE)
        return;
    for (size_t i = 0; i < external->n; i++)
        if (external->of[i] == scorer) {
            td_reader_fault(reader, TD_MSG_RULES_SCORER_TWICE, NULL, td_json_string(json), NULL);
            return;
        }
    external->of[external->n++] = scorer;
    td_part_add_input(reader, part, scorer);
}

static void read_scorers(td_reader *reader, const td_json *list, td_part *part,
                         struct external *external)
{
    if (td_json_count(list) > MAX_SCORERS) {
        td_reader_fault(reader, TD_MSG_RULES_SCORERS_MANY, "of", NULL);
        return;
    }
    external->of = td_arena_alloc(reader->arena, td_json_count(list), sizeof *external->of);
    if (external->of == NULL) {
        reader->failed = true;
        return;
    }
    size_t outer = td_reader_enter(reader, "of"), i = 0;
    for (const td_json *c = td_json_first(list); c != NULL; c = td_json_next(c), i++) {
        size_t mark = td_reader_enter_index(reader, i);
        read_scorer(reader, c, part, external);
        td_reader_leave(reader, mark);
    }
    td_reader_leave(reader, outer);
}

static void read_external(td_reader *reader, const td_json *object, td_part *part)
{
    static const char *const COMBINE[] = {"mean", "median", "trimmed-mean", NULL};
    struct external *external = td_part_new_params(reader, part, sizeof *external);
    if (external == NULL)
        return;
    external->at_least = 1;
    const td_json *list = td_part_read_list(reader, object, "of");
    if (list != NULL)
        read_scorers(reader, list, part, external);
    td_read_choice(reader, object, "combine", COMBINE, &external->combine);
    td_read_whole(reader, object, "at_least", 1, MAX_SCORERS, &external->at_least);
    double gap = 0;
    external->has_gap = td_read_number(reader, object, "gap", &gap);
    if (gap < 0)
        td_reader_fault(reader, TD_MSG_RULES_GAP_NEGATIVE, "gap", NULL);
    external->gap = td_fraction_of_double(gap);
}

static void lint_external(const td_rules *rules, const td_part *part, td_errors *errors,
                          const char *file)
{
    const struct external *external = part->params;
    td_lint_points(part, true, rules->view.leaf_decimals, errors, file);
    if ((size_t)external->at_least <= external->n)
        return;
    char at_least[TD_ARG_SIZE], n[TD_ARG_SIZE];
    td_arg_number(at_least, external->at_least);
    td_arg_number(n, (double)external->n);
    td_part_fault(errors, TD_MSG_RULES_AT_LEAST_TOO_MANY, file, part, NULL, at_least, n, NULL);
}

static bool check_external(const td_rules *rules, const td_part *part, const double *row,
                           td_domain_fault *fault)
{
    const struct external *external = part->params;
    double most = td_points_of_quanta(part->points_q, rules->view.leaf_decimals);
    for (size_t i = 0; i < external->n; i++) {
        double score = row[external->of[i]];
        if (score < 0 || score > most) {
            td_refuse(fault, TD_MSG_DATA_EXTERNAL_RANGE, part, external->of[i], score);
            td_arg_number(fault->args[1], most);
            return false;
        }
    }
    return true;
}

/* The scores of the row that are present, ascending; returns how many. */
static size_t sorted_scores(const struct external *external, const double *row, double *scores)
{
    size_t n = 0;
    for (size_t i = 0; i < external->n; i++) {
        double score = row[external->of[i]];
        if (isnan(score))
            continue;
        size_t at = n++;
        for (; at > 0 && scores[at - 1] > score; at--)
            scores[at] = scores[at - 1];
        scores[at] = score;
    }
    return n;
}

static td_fraction mean_of(const double *scores, size_t n)
{
    td_fraction sum = td_fraction_of(0);
    for (size_t i = 0; i < n; i++)
        sum = td_fraction_add(sum, td_fraction_of_double(scores[i]));
    return td_fraction_div(sum, td_fraction_of((int64_t)n));
}

static td_fraction combined(const struct external *external, const double *scores, size_t n)
{
    if (external->combine == MEDIAN)
        return mean_of(scores + (n - 1) / 2, n % 2 == 0 ? 2 : 1);
    if (external->combine == TRIMMED_MEAN && n >= 3)
        return mean_of(scores + 1, n - 2);
    return mean_of(scores, n);
}

static double spread_above_gap(const td_scene *scene, const struct external *external,
                               double lowest, double highest)
{
    if (!external->has_gap || scene->part->points_q <= 0)
        return NAN;
    td_fraction range = td_fraction_sub(td_fraction_of_points(highest, scene->leaf_decimals),
                                        td_fraction_of_points(lowest, scene->leaf_decimals));
    td_fraction spread = td_fraction_div(range, td_fraction_of(scene->part->points_q));
    if (!td_fraction_ok(spread) || td_fraction_cmp(spread, external->gap) <= 0)
        return NAN;
    return td_fraction_value(spread);
}

static void explain_external(const td_scene *scene, const double *scores, size_t n,
                             td_part_result *out)
{
    static const td_message SENTENCES[] = {TD_MSG_WHY_EXTERNAL_MEAN, TD_MSG_WHY_EXTERNAL_MEDIAN,
                                           TD_MSG_WHY_EXTERNAL_TRIMMED};
    const struct external *external = scene->part->params;
    bool untrimmed = external->combine == TRIMMED_MEAN && n < 3;
    out->why = SENTENCES[untrimmed ? MEAN : external->combine];
    td_arg_number(out->args[0], (double)n);
    td_arg_number(out->args[1], scores[0]);
    td_arg_number(out->args[2], scores[n - 1]);
    td_arg_points(out->args[3], out->points, scene->leaf_decimals);
}

static void score_external(const td_scene *scene, const void *peers, bool explain,
                           td_part_result *out)
{
    (void)peers;
    const struct external *external = scene->part->params;
    const double *row = td_scene_row(scene);
    td_domain_fault fault;
    double scores[MAX_SCORERS];
    size_t n = sorted_scores(external, row, scores);
    if (n < (size_t)external->at_least) {
        td_part_refused(out, TD_BLANK);
        return;
    }
    if (!check_external(scene->rules, scene->part, row, &fault)) {
        td_part_refused(out, TD_BAD_VALUE);
        return;
    }
    td_fraction grid = td_fraction_of(td_pow10(scene->leaf_decimals));
    td_part_scored(out, td_fraction_mul(combined(external, scores, n), grid));
    out->spread = spread_above_gap(scene, external, scores[0], scores[n - 1]);
    if (explain)
        explain_external(scene, scores, n, out);
}

/* Scores up to 2^31 and at most 64 of them: their sum stays below 2^38. */
#define MOST_VALUE 2147483648.0

/* The scale on which the scores of all scorers are whole; -1: there is none. */
static int places_of(const td_scene *scene, const struct external *external)
{
    int places = 0;
    for (size_t i = 0; i < external->n && places >= 0; i++)
        places = td_places_of_column(scene->n_units, td_scene_column(scene, external->of[i]),
                                     places, MOST_VALUE);
    for (size_t i = 0; i < external->n && places > 0; i++)
        places = td_places_of_column(scene->n_units, td_scene_column(scene, external->of[i]),
                                     places, MOST_VALUE);
    return places;
}

/* Within rounding of the gap, or above: score() compares exactly, and has it reported. */
static bool may_exceed_gap(const td_scene *scene, const struct external *external, double lowest,
                           double highest)
{
    const double rounding = 1e-9; /* of three operations on doubles, far more than they lose */
    double most = td_points_of_quanta(scene->part->points_q, scene->leaf_decimals);
    double gap = td_fraction_value(external->gap);
    return external->has_gap && !(highest - lowest < gap * most * (1 - rounding));
}

/* combined() on whole numbers, times the grid. */
static unsigned set_combined(const td_scene *scene, const double *scores, size_t n, int places,
                             size_t u, td_part_column *out)
{
    const struct external *external = scene->part->params;
    const int more = scene->leaf_decimals - places;
    size_t first = 0, end = n;
    if (external->combine == MEDIAN) {
        first = (n - 1) / 2;
        end = n / 2 + 1;
    } else if (external->combine == TRIMMED_MEAN && n >= 3) {
        first++;
        end--;
    }
    int64_t num = 0, den = (int64_t)(end - first);
    for (size_t i = first; i < end; i++)
        num += td_whole_at(scores[i], td_scale_of(places));
    if (more > 0 ? __builtin_mul_overflow(num, td_pow10(more), &num)
                 : __builtin_mul_overflow(den, td_pow10(-more), &den))
        return td_column_set(out, u, 0, TD_POINTS_ASK);
    return td_column_set_quotient(out, u, num, den);
}

static unsigned score_external_all(const td_scene *scene, const void *peers, td_part_column *out)
{
    (void)peers;
    const struct external *external = scene->part->params;
    const double most = td_points_of_quanta(scene->part->points_q, scene->leaf_decimals);
    const int places = places_of(scene, external);
    double scores[MAX_SCORERS];
    unsigned bits = 0;
    for (size_t u = 0; u < scene->n_units; u++) {
        size_t n = sorted_scores(external, scene->values + u * scene->stride, scores);
        if (n < (size_t)external->at_least || scores[0] < 0 || scores[n - 1] > most)
            bits |= td_column_set(out, u, 0, TD_POINTS_REFUSED);
        else if (places < 0 || may_exceed_gap(scene, external, scores[0], scores[n - 1]))
            bits |= td_column_set(out, u, 0, TD_POINTS_ASK);
        else
            bits |= set_combined(scene, scores, n, places, u, out);
    }
    return bits;
}

static int64_t most_external(const td_part *part)
{
    return part->points_q > 0 ? part->points_q : 0;
}

static const char *const KEYS[] = {"of", "combine", "at_least", "gap", "points", NULL};

const td_function td_function_external = {
    .name = "external",
    .read = read_external,
    .lint = lint_external,
    .check = check_external,
    .score = score_external,
    .score_all = score_external_all,
    .most = most_external,
    .kind = TD_NUMBER,
    .keys = KEYS,
};
