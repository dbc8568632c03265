/*
 * What the scoring functions share: reading parameters, results, the numbers in sentences.
 */
#ifndef TD_CRITERIA_FUNCTIONS_COMMON_H
#define TD_CRITERIA_FUNCTIONS_COMMON_H

#include <math.h>

#include "criteria/function.h"
#include "engine/base/columns.h"

/* ---- reading ---- */

/* A zeroed struct for the parameters, already in part->params; NULL when out of memory. */
void *td_part_new_params(td_reader *reader, td_part *part, size_t size);

/* The indicator named by a required member, appended to part->inputs; TD_NONE on a fault. */
size_t td_part_read_input(td_reader *reader, const td_json *object, const char *key, td_part *part);

/* An indicator, or a number where indicator is TD_NONE. */
typedef struct td_operand {
    size_t indicator;
    double number;
} td_operand;

/* A required member that is a number or names an indicator; false on a fault. */
bool td_part_read_operand(td_reader *reader, const td_json *object, const char *key, td_part *part,
                          td_operand *out);

static inline double td_operand_value(const td_operand *operand, const double *row)
{
    return operand->indicator == TD_NONE ? operand->number : row[operand->indicator];
}

/* A required member that is an object (a list) with something in it; NULL on a fault. */
const td_json *td_part_read_map(td_reader *reader, const td_json *object, const char *key);
const td_json *td_part_read_list(td_reader *reader, const td_json *object, const char *key);

/* A copy of the reader's pointer at the member at hand; "" when out of memory. */
const char *td_reader_here(td_reader *reader);

/* ---- linting ---- */

/* Adds a fault of the part in the file of that path. at: a pointer, NULL for the part's own.
   The words are closed by NULL. */
#define td_part_fault(errors, id, path, part, at, ...)                                             \
    td_errors_add(errors, id,                                                                      \
                  &(td_place){.file = (path), .pointer = (at) != NULL ? (at) : (part)->pointer},   \
                  __VA_ARGS__)

/* Negative P in a bonus or a deduction; where P is needed, a P of 0 that nobody wrote. */
void td_lint_points(const td_part *part, bool needs_points, int decimals, td_errors *errors,
                    const char *file);

/* A cap that not even one case (or step) fits under. */
void td_lint_cap_of_one(const td_part *part, int decimals, td_errors *errors, const char *file);

/* ---- results ---- */

static inline const double *td_scene_row(const td_scene *scene)
{
    return scene->values + scene->unit * scene->stride;
}

/* A column of the cluster, unit by unit. */
static inline const double *td_scene_column(const td_scene *scene, size_t indicator)
{
    return scene->columns + indicator * scene->column_stride;
}

static inline double td_operand_at(const td_operand *operand, const td_scene *scene, size_t u)
{
    return operand->indicator == TD_NONE ? operand->number
                                         : td_scene_column(scene, operand->indicator)[u];
}

/* For score_all(): what is known of one unit. Both return the bit. */
static inline unsigned td_column_set(td_part_column *out, size_t u, double points, unsigned known)
{
    if (known <= TD_POINTS_ROUNDED && !(fabs(points) <= TD_COLUMN_LIMIT))
        known = TD_POINTS_ASK;
    out->points[u] = known <= TD_POINTS_ROUNDED ? points + 0.0 : 0; /* -0 becomes 0 */
    out->known[u] = (uint8_t)known;
    return known;
}

/* What is known of n units as numbers, as td_round_share() says it. Returns the bits. */
unsigned td_column_known(size_t n, const double *numbers, uint8_t *known);

/* Every unit is to be asked. */
unsigned td_column_ask(const td_scene *scene, td_part_column *out);

/* num / den quanta, den > 0, rounded to a whole number. */
static inline unsigned td_column_set_quotient(td_part_column *out, size_t u, int64_t num,
                                              int64_t den)
{
    bool exact;
    double points = (double)td_round_quotient(num, den, &exact);
    return td_column_set(out, u, points, exact ? TD_POINTS_EXACT : TD_POINTS_ROUNDED);
}

/* The fewest places, at least `least`, that are known or found to hold the indicator's column as whole
   numbers up to `limit`; -1: none. */
int td_scene_places(const td_scene *scene, size_t indicator, int least, double limit);

/* The values of a column within the limits as points: refused outside, to be asked where they are no
   whole quanta. */
unsigned td_column_of_values(const td_scene *scene, size_t indicator, const td_accepted *limits,
                             td_part_column *out);

/* A line without bounds through the origin: slope quanta for each 1 of the indicator. */
td_linear td_linear_of(size_t indicator, td_fraction slope);

void td_part_scored(td_part_result *out, td_fraction points);
void td_part_refused(td_part_result *out, td_outcome outcome); /* BLANK, UNCOVERED, BAD_VALUE */

/* x points in quanta. */
td_fraction td_fraction_of_points(double x, int decimals);
/* quanta in points. */
static inline double td_points_of_quanta(int64_t quanta, int decimals)
{
    return td_decimal_value((td_decimal){quanta, decimals});
}
/* The smaller one; an overflow stays one. */
td_fraction td_fraction_least(td_fraction a, td_fraction b);

/* ---- sentences: args of TD_ARG_SIZE bytes, numbers with the mark '.' ---- */

void td_arg_number(char *arg, double x);
/* At most `places` digits after the mark, halves away from zero, no zeros at the end. */
void td_arg_fraction(char *arg, td_fraction x, int places);
/* Quanta as points, two places finer than the grid, so that a later rounding can be seen. */
void td_arg_points(char *arg, td_fraction quanta, int decimals);
/* 0.8 as "80", at most two places. */
void td_arg_percent(char *arg, td_fraction share);
/* Cut short between characters when it is too long. */
void td_arg_text(char *arg, const char *text);

/* Refuses a value: for check(), which returns what this returns, false. */
bool td_refuse(td_domain_fault *fault, td_message message, const td_part *part, size_t indicator,
               double value);

#endif
