/*
 * For tests of scoring functions: a rule set of one leaf, and one cluster of units to score.
 */
#ifndef TD_TESTS_ONE_LEAF_H
#define TD_TESTS_ONE_LEAF_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "criteria/function.h"
#include "engine/base/messages.h"

#define MAX_UNITS 8
#define MAX_INDICATORS 8

typedef struct one_leaf {
    td_rules *rules;
    size_t n_units;
    double values[MAX_UNITS * MAX_INDICATORS];
    bool left_out[MAX_UNITS];
    td_held held[8];
    size_t n_held;
    td_part_result result; /* of the last score() */
} one_leaf;

/*
 * leaf: members of the leaf beside its code "c"; max: as written, "" for none (then the root is
 * a mean); more: further members of the rule set, each with a comma behind.
 */
static inline td_rules *parse_leaf(const char *max, const char *leaf, const char *more,
                                   td_errors *errors)
{
    char text[4096], max_member[64] = "", above[64];
    snprintf(above, sizeof above, "\"scale\": %s,", max[0] != '\0' ? max : "10");
    if (max[0] != '\0')
        snprintf(max_member, sizeof max_member, "\"max\": %s,", max);
    int length = snprintf(text, sizeof text,
                          "{\"thidua\": \"rule-set/1\", \"code\": \"t\", \"name\": \"t\","
                          "\"valid\": {\"from\": \"2025-01-01\"}, %s %s %s"
                          "\"criteria\": [{\"code\": \"c\", %s %s}]}",
                          above, max[0] != '\0' ? "" : "\"combine\": \"arithmetic\",", more,
                          max_member, leaf);
    assert_in_range(length, 1, sizeof text - 1);
    td_rules *rules = NULL;
    td_rules_parse(text, (size_t)length, "t.json", &rules, errors);
    return rules;
}

static inline void print_faults(const td_errors *errors)
{
    for (size_t i = 0; i < td_errors_size(errors); i++) {
        char what[512];
        td_fault fault = td_errors_view(errors, i);
        td_errors_what(errors, i, TD_EN, what, sizeof what);
        fprintf(stderr, "%s at %s: %s\n", fault.code,
                fault.place.pointer != NULL ? fault.place.pointer : "-", what);
    }
}

/* A leaf that must be without errors (warnings may be). Released by close_leaf(). */
static inline one_leaf open_leaf_with(const char *max, const char *leaf, const char *more)
{
    one_leaf l = {.n_units = 1};
    td_errors *errors = td_errors_new();
    l.rules = parse_leaf(max, leaf, more, errors);
    if (l.rules == NULL)
        print_faults(errors);
    td_errors_free(errors);
    assert_non_null(l.rules);
    assert_in_range(l.rules->n_indicators, 0, MAX_INDICATORS);
    for (size_t i = 0; i < MAX_UNITS * MAX_INDICATORS; i++)
        l.values[i] = NAN;
    return l;
}

static inline one_leaf open_leaf(const char *max, const char *leaf)
{
    return open_leaf_with(max, leaf, "");
}

static inline void close_leaf(one_leaf *l)
{
    td_rules_free(l->rules);
}

static inline void set(one_leaf *l, size_t unit, const char *indicator, double value)
{
    size_t i = td_rules_find_indicator(l->rules, indicator);
    assert_int_not_equal(i, TD_NONE);
    l->values[unit * MAX_INDICATORS + i] = value;
    l->n_units = unit >= l->n_units ? unit + 1 : l->n_units;
}

static inline td_scene scene_of(const one_leaf *l, size_t unit, size_t part)
{
    return (td_scene){.rules = l->rules,
                      .part = &l->rules->parts[part],
                      .leaf_decimals = l->rules->view.leaf_decimals,
                      .unit = unit,
                      .n_units = l->n_units,
                      .values = l->values,
                      .stride = MAX_INDICATORS,
                      .left_out = l->left_out,
                      .held = l->held,
                      .n_held = l->n_held};
}

/* Scores the part of the unit into l->result. */
static inline td_outcome score_part(one_leaf *l, size_t unit, size_t part)
{
    _Alignas(16) unsigned char peers[256];
    td_scene scene = scene_of(l, unit, part);
    const td_function *function = scene.part->function;
    assert_in_range(function->peers_size, 0, sizeof peers);
    memset(&l->result, 0, sizeof l->result);
    if (function->compare != NULL)
        function->compare(&scene, peers);
    function->score(&scene, peers, true, &l->result);
    return l->result.outcome;
}

/* The points of the first part, rounded to the leaf grid: "6.67". */
static inline const char *points(one_leaf *l, size_t unit)
{
    static char text[64];
    int64_t quanta;
    assert_int_equal(score_part(l, unit, 0), TD_SCORED);
    assert_true(td_fraction_round(l->result.points, &quanta));
    td_points_text((double)quanta, l->rules->view.leaf_decimals, '.', '\0', text, sizeof text);
    return text;
}

/* Points of one value of one indicator. */
static inline const char *points_at(one_leaf *l, const char *indicator, double value)
{
    set(l, 0, indicator, value);
    return points(l, 0);
}

/* The sentence of the last score. */
static inline const char *sentence(const one_leaf *l, td_lang lang)
{
    static char text[512];
    const char *args[TD_PART_ARGS];
    for (size_t i = 0; i < TD_PART_ARGS; i++)
        args[i] = l->result.args[i];
    td_message_fill(td_message_text(l->result.why, lang), lang, args, TD_PART_ARGS, text,
                    sizeof text);
    return text;
}

/* What check() says of the unit and the first part: the code of its fault, "" when it accepts. */
static inline const char *refusal(const one_leaf *l, size_t unit, td_domain_fault *fault)
{
    td_scene scene = scene_of(l, unit, 0);
    const double *row = l->values + unit * MAX_INDICATORS;
    if (scene.part->function->check == NULL ||
        scene.part->function->check(l->rules, scene.part, row, fault))
        return "";
    return td_message_id(fault->message);
}

/* Sets the indicator; the value must be refused by check, with this id, and by score. */
static inline void assert_refused(one_leaf *l, const char *indicator, double value, const char *id)
{
    td_domain_fault fault;
    set(l, 0, indicator, value);
    assert_string_equal(refusal(l, 0, &fault), id);
    size_t at_fault = l->rules->parts[0].inputs[fault.input];
    assert_string_equal(l->rules->indicators[at_fault].code, indicator);
    td_outcome outcome = score_part(l, 0, 0);
    assert_true(outcome == TD_BAD_VALUE || outcome == TD_UNCOVERED);
}

static inline void assert_accepted(one_leaf *l, const char *indicator, double value)
{
    td_domain_fault fault;
    set(l, 0, indicator, value);
    assert_string_equal(refusal(l, 0, &fault), "");
    assert_int_equal(score_part(l, 0, 0), TD_SCORED);
}

#endif
