#include "criteria/functions/common.h"

#include <math.h>
#include <string.h>

void *td_part_new_params(td_reader *reader, td_part *part, size_t size)
{
    void *params = td_arena_alloc(reader->arena, 1, size);
    if (params == NULL)
        reader->failed = true;
    part->params = params;
    return params;
}

size_t td_part_read_input(td_reader *reader, const td_json *object, const char *key, td_part *part)
{
    size_t indicator = td_read_indicator(reader, object, key, (int)part->function->kind);
    td_part_add_input(reader, part, indicator);
    return indicator;
}

bool td_part_read_operand(td_reader *reader, const td_json *object, const char *key, td_part *part,
                          td_operand *out)
{
    *out = (td_operand){.indicator = TD_NONE, .number = NAN};
    const td_json *member = td_json_member(object, key);
    if (member != NULL && td_json_is_number(member))
        return td_read_number(reader, object, key, &out->number);
    out->indicator = td_part_read_input(reader, object, key, part);
    return out->indicator != TD_NONE;
}

static const td_json *with_members(td_reader *reader, const td_json *container, const char *key)
{
    if (container == NULL || td_json_first(container) != NULL)
        return container;
    td_reader_fault(reader, TD_MSG_RULES_PARAMETER_EMPTY, key, key, NULL);
    return NULL;
}

const td_json *td_part_read_map(td_reader *reader, const td_json *object, const char *key)
{
    if (td_read_required(reader, object, key) == NULL)
        return NULL;
    return with_members(reader, td_read_object(reader, object, key), key);
}

const td_json *td_part_read_list(td_reader *reader, const td_json *object, const char *key)
{
    if (td_read_required(reader, object, key) == NULL)
        return NULL;
    return with_members(reader, td_read_list(reader, object, key), key);
}

const char *td_reader_here(td_reader *reader)
{
    const char *copy = td_arena_strdup(reader->arena, reader->pointer);
    if (copy == NULL)
        reader->failed = true;
    return copy != NULL ? copy : "";
}

void td_lint_points(const td_part *part, bool needs_points, int decimals, td_errors *errors,
                    const char *file)
{
    char points[TD_ARG_SIZE];
    if (part->effect != TD_SCORE && part->points_q < 0) {
        td_arg_points(points, td_fraction_of(part->points_q), decimals);
        td_part_fault(errors, TD_MSG_RULES_NEGATIVE_POINTS, file, part, NULL, points, NULL);
    }
    if (needs_points && part->points_q == 0 && !part->has_points)
        td_part_fault(errors, TD_MSG_RULES_POINTS_MISSING, file, part, NULL, part->function->name,
                      NULL);
}

void td_lint_cap_of_one(const td_part *part, int decimals, td_errors *errors, const char *file)
{
    if (part->cap_q >= part->points_q)
        return;
    char cap[TD_ARG_SIZE], points[TD_ARG_SIZE];
    td_arg_points(cap, td_fraction_of(part->cap_q), decimals);
    td_arg_points(points, td_fraction_of(part->points_q), decimals);
    td_part_fault(errors, TD_MSG_RULES_CAP_BELOW_ONE, file, part, NULL, cap, points, NULL);
}

unsigned td_column_known(size_t n, const double *numbers, uint8_t *known)
{
    unsigned bits = 0;
    for (size_t u = 0; u < n; u++) {
        known[u] = (uint8_t)(int)numbers[u];
        bits |= known[u];
    }
    return bits;
}

unsigned td_column_ask(const td_scene *scene, td_part_column *out)
{
    memset(out->points, 0, scene->n_units * sizeof *out->points);
    memset(out->known, TD_POINTS_ASK, scene->n_units);
    return TD_POINTS_ASK;
}

/* Is every value of the indicator known to be a whole number at that many places, up to the limit? */
static bool is_known(const td_scene *scene, size_t indicator, int places, double limit)
{
    const td_extent *e = scene->extents == NULL ? NULL : &scene->extents[indicator];
    return e != NULL && e->places >= 0 && e->places <= places &&
           fmax(-e->least, e->most) * td_scale_of(places) <= limit;
}

int td_scene_places(const td_scene *scene, size_t indicator, int least, double limit)
{
    if (scene->extents != NULL) {
        int places = scene->extents[indicator].places;
        places = places > least ? places : least;
        if (is_known(scene, indicator, places, limit))
            return places;
    }
    return td_places_of_column(scene->n_units, td_scene_column(scene, indicator), least, limit);
}

/* Returns how many are NaN. */
static size_t whole_values(const td_scene *scene, size_t indicator, const td_accepted *limits,
                           double *whole)
{
    const double *x = td_scene_column(scene, indicator);
    const int places = scene->leaf_decimals;
    if (!limits->all_or_nothing && is_known(scene, indicator, places, TD_COLUMN_LIMIT) &&
        limits->lo <= scene->extents[indicator].least &&
        limits->hi >= scene->extents[indicator].most)
        return td_scale_column(scene->n_units, x, td_scale_of(places), whole);
    return td_whole_of_column(scene->n_units, x, limits, places, whole);
}

unsigned td_column_of_values(const td_scene *scene, size_t indicator, const td_accepted *limits,
                             td_part_column *out)
{
    const double *x = td_scene_column(scene, indicator);
    if (whole_values(scene, indicator, limits, out->points) == 0)
        return TD_POINTS_EXACT;
    unsigned bits = TD_POINTS_EXACT;
    for (size_t first = 0; first < scene->n_units; first += 64) {
        size_t n = scene->n_units - first < 64 ? scene->n_units - first : 64;
        for (uint64_t odd = td_blanks(n, out->points + first); odd != 0;) {
            size_t u = first + td_take_mark(&odd);
            bits |= td_column_set(out, u, 0,
                                  td_within(limits, x[u]) ? TD_POINTS_ASK : TD_POINTS_REFUSED);
        }
    }
    return bits;
}

td_linear td_linear_of(size_t indicator, td_fraction slope)
{
    return (td_linear){.indicator = indicator,
                       .at_zero = td_fraction_of(0),
                       .slope = slope,
                       .least = -INFINITY,
                       .most = INFINITY,
                       .lo = -INFINITY,
                       .hi = INFINITY};
}

void td_part_scored(td_part_result *out, td_fraction points)
{
    out->outcome = TD_SCORED;
    out->points = points;
    out->spread = NAN;
}

void td_part_refused(td_part_result *out, td_outcome outcome)
{
    out->outcome = outcome;
    out->points = td_fraction_of(0);
    out->spread = NAN;
}

td_fraction td_fraction_of_points(double x, int decimals)
{
    int64_t quanta;
    if (td_quanta_of(x, decimals, &quanta))
        return td_fraction_of(quanta);
    return td_fraction_mul(td_fraction_of_double(x), td_fraction_of(td_pow10(decimals)));
}

td_fraction td_fraction_least(td_fraction a, td_fraction b)
{
    if (!td_fraction_ok(a) || !td_fraction_ok(b))
        return td_fraction_ok(a) ? b : a;
    return td_fraction_cmp(a, b) <= 0 ? a : b;
}

void td_arg_number(char *arg, double x)
{
    td_number_text(x, TD_MARK, arg, TD_ARG_SIZE);
}

static void drop_zeros(char *text)
{
    if (strchr(text, TD_MARK) == NULL)
        return;
    size_t length = strlen(text);
    while (text[length - 1] == '0')
        length--;
    if (text[length - 1] == TD_MARK)
        length--;
    text[length] = '\0';
}

void td_arg_fraction(char *arg, td_fraction x, int places)
{
    int64_t whole;
    if (!td_fraction_round(td_fraction_mul(x, td_fraction_of(td_pow10(places))), &whole)) {
        td_arg_number(arg, td_fraction_value(x));
        return;
    }
    td_points_text((double)whole, places, TD_MARK, '\0', arg, TD_ARG_SIZE);
    drop_zeros(arg);
}

void td_arg_points(char *arg, td_fraction quanta, int decimals)
{
    td_fraction points = td_fraction_div(quanta, td_fraction_of(td_pow10(decimals)));
    td_arg_fraction(arg, points, decimals + 2);
}

void td_arg_percent(char *arg, td_fraction share)
{
    td_arg_fraction(arg, td_fraction_mul(share, td_fraction_of(100)), 2);
}

void td_arg_text(char *arg, const char *text)
{
    size_t length = strlen(text);
    if (length >= TD_ARG_SIZE) {
        static const char MORE[] = "…";
        length = TD_ARG_SIZE - sizeof MORE;
        while (length > 0 && ((unsigned char)text[length] & 0xC0) == 0x80)
            length--;
        memcpy(arg, text, length);
        memcpy(arg + length, MORE, sizeof MORE);
        return;
    }
    memcpy(arg, text, length + 1);
}

bool td_refuse(td_domain_fault *fault, td_message message, const td_part *part, size_t indicator,
               double value)
{
    size_t input = 0;
    while (input + 1 < part->n_inputs && part->inputs[input] != indicator)
        input++;
    *fault = (td_domain_fault){.message = message, .input = input};
    td_arg_number(fault->args[0], value);
    return false;
}
