/*
 * Small years for tests of what-if: written, loaded, prepared and evaluated; random ones too.
 */
#ifndef TD_TESTS_LINE_YEAR_H
#define TD_TESTS_LINE_YEAR_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "engine/prepared.h"
#include "engine/thidua.h"
#include "tests/lib/files.h"

typedef struct year {
    td_folder folder;
    td_errors *errors;
    td_evaluation *evaluation;
    td_prepared *prepared;
    td_results results;
} year;

static inline void print_faults(const td_errors *errors)
{
    for (size_t i = 0; i < td_errors_size(errors); i++) {
        char text[400];
        td_errors_what(errors, i, TD_EN, text, sizeof text);
        print_message("%s: %s\n", td_errors_view(errors, i).code, text);
    }
}

static inline void year_load(year *y, const char *path, size_t level)
{
    const td_options options = {.level = level};
    y->errors = td_errors_new();
    td_status status = td_evaluation_load(path, NULL, &y->evaluation, y->errors);
    if (status != TD_OK)
        print_faults(y->errors);
    assert_int_equal(status, TD_OK);
    assert_int_equal(td_prepare(y->evaluation, &options, &y->prepared, y->errors), TD_OK);
    assert_int_equal(td_evaluate(y->prepared, 1, NULL, NULL, &y->results, y->errors), TD_OK);
}

/* policy, na: NULL for none. */
static inline void year_write(year *y, const char *rules, const char *policy, const char *clusters,
                              const char *units, const char *values, const char *na)
{
    *y = (year){0};
    td_folder_init(&y->folder);
    free(td_folder_write(&y->folder, "evaluation.json",
                         policy == NULL
                             ? "{\"thidua\": \"evaluation/1\", \"code\": \"t\", \"name\": \"t\", "
                               "\"year\": 2025, \"rules\": \"rules.json\"}"
                             : "{\"thidua\": \"evaluation/1\", \"code\": \"t\", \"name\": \"t\", "
                               "\"year\": 2025, \"rules\": \"rules.json\", "
                               "\"policy\": \"policy.json\"}"));
    free(td_folder_write(&y->folder, "rules.json", rules));
    if (policy != NULL)
        free(td_folder_write(&y->folder, "policy.json", policy));
    free(td_folder_write(&y->folder, "clusters.csv", clusters));
    free(td_folder_write(&y->folder, "units.csv", units));
    free(td_folder_write(&y->folder, "values-final.csv", values));
    if (na != NULL)
        free(td_folder_write(&y->folder, "not-applicable.csv", na));
    year_load(y, y->folder.path, 1);
}

static inline void year_close(year *y)
{
    td_results_release(&y->results);
    td_prepared_free(y->prepared);
    td_evaluation_free(y->evaluation);
    td_errors_free(y->errors);
    if (y->folder.path[0] != '\0')
        td_folder_release(&y->folder);
}

#define WHATIF_HEAD                                                                                \
    "{\"thidua\": \"rule-set/1\", \"code\": \"t\", \"name\": \"t\", "                              \
    "\"valid\": {\"from\": \"2025-01-01\"}, \"reasons\": \"optional\", \"channels\": "             \
    "[\"final\"], "

/* ---- random years ---- */

typedef struct dice {
    uint64_t state;
} dice;

static inline unsigned roll(dice *d, unsigned n)
{
    d->state = d->state * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(d->state >> 33) % n;
}

static inline const char *pick(dice *d, const char *const *of, unsigned n)
{
    return of[roll(d, n)];
}

typedef struct text {
    char at[8000];
    size_t n;
} text;

static inline void say(text *t, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    t->n += (size_t)vsnprintf(t->at + t->n, sizeof t->at - t->n, format, args);
    va_end(args);
    assert_true(t->n < sizeof t->at);
}

/* Three groups with a maximum, one of bonuses; gates, classes and ties of every kind that follows
   the weights. */
static inline void random_rules(dice *d, text *t)
{
    static const int MAXIMA[][3] = {{8, 4, 4}, {16, 32, 16}, {10, 20, 10}, {6, 3, 7}, {30, 50, 20}};
    static const char *const BASES[] = {"points", "share"};
    static const char *const TIES[] = {"",
                                       "{\"criterion\": \"A\"}",
                                       "\"share\"",
                                       "\"points\"",
                                       "\"more-bonus\"",
                                       "\"fewer-deductions\"",
                                       "\"points\", {\"criterion\": \"B\"}",
                                       "\"more-bonus\", {\"criterion\": \"C\"}"};
    static const char *const RANKS[] = {"competition", "dense", "fractional"};
    static const char *const GATES[] = {
        "",
        "{\"code\": \"g\", \"reason\": \"r\", \"when\": {\"share\": \"total\", \"<\": 0.5}, "
        "\"effect\": \"deduct\", \"points\": 1.25}",
        "{\"code\": \"g\", \"reason\": \"r\", \"when\": {\"share\": \"total\", \"<=\": 0.4}, "
        "\"effect\": \"unranked\"}",
        "{\"code\": \"g\", \"reason\": \"r\", \"when\": {\"bonus\": \"total\", \">\": "
        "{\"times\": 0.125, \"points\": \"total\"}}, \"effect\": \"deferred\"}",
        "{\"code\": \"g\", \"reason\": \"r\", \"when\": {\"share\": \"A\", \">\": 0.5}, "
        "\"effect\": \"deduct\", \"points\": 0.5}",
        "{\"code\": \"g\", \"reason\": \"r\", \"when\": {\"share\": \"total\", \">\": 0.75}, "
        "\"effect\": \"bar\", \"classes\": [\"x\"]}"};
    static const char *const BOOL[] = {"false", "true"};
    const int *max = MAXIMA[roll(d, 5)];
    int scale = max[0] + max[1] + max[2];
    bool by_share = roll(d, 2) != 0;
    say(t, WHATIF_HEAD "\"scale\": %d, \"rank_by\": \"%s\", \"ranks\": \"%s\", ", scale,
        pick(d, BASES, 2), pick(d, RANKS, 3));
    say(t, "\"rank_class_first\": %s, \"class_cap\": %s, ", BOOL[roll(d, 5) == 0],
        BOOL[roll(d, 4) == 0]);
    say(t, "\"ties\": [%s], \"gates\": [%s], ", pick(d, TIES, 8), pick(d, GATES, 6));
    say(t, "\"class_by\": \"%s\", \"classes\": [", by_share ? "share" : "points");
    say(t, "{\"code\": \"x\", \"name\": \"x\", \"%s\": %g}, ", roll(d, 2) != 0 ? "from" : "over",
        by_share ? 75.0 : 0.75 * scale);
    say(t,
        "{\"code\": \"y\", \"name\": \"y\", \"from\": %g}, {\"code\": \"z\", \"name\": \"z\"}], ",
        by_share ? 50.0 : 0.5 * scale);
    say(t,
        "\"criteria\": [{\"code\": \"A\", \"max\": %d, \"direct\": true}, {\"code\": \"B\", "
        "\"max\": %d, \"direct\": true}, {\"code\": \"C\", \"max\": %d, \"direct\": true}, "
        "{\"code\": \"K\", \"max\": 0, \"parts\": [{\"effect\": \"bonus\", \"function\": "
        "\"direct\", "
        "\"of\": \"k\", \"cap\": 10}, {\"effect\": \"deduct\", \"function\": \"direct\", "
        "\"of\": \"l\", \"cap\": 10}]}], \"indicators\": {\"k\": {\"kind\": \"points\", \"min\": "
        "0, "
        "\"blank\": 0}, \"l\": {\"kind\": \"points\", \"min\": 0, \"blank\": 0}}}",
        max[0], max[1], max[2]);
}

/* coarse: values in eighths of the maximum, so that ties abound. */
static inline void random_data(dice *d, text *clusters, text *units, text *values, text *na)
{
    bool coarse = roll(d, 2) != 0, bonus = roll(d, 3) == 0, some_na = roll(d, 2) != 0;
    static const char *const NAMES[] = {"A", "B", "C"};
    say(clusters, "id,name\n");
    say(units, "id,name,cluster\n");
    say(values, "unit,A,B,C,k,l\n");
    say(na, "unit,criterion,approved_by\n");
    for (unsigned c = 0; c < 2; c++) {
        say(clusters, "c%u,C%u\n", c, c);
        for (unsigned u = 0, n = 1 + roll(d, 6); u < n; u++) {
            int without = some_na && roll(d, 3) == 0 ? (int)roll(d, 3) : -1;
            say(units, "u%u%u,U%u%u,c%u\n", c, u, c, u, c);
            say(values, "u%u%u", c, u);
            for (int j = 0; j < 3; j++) {
                if (j == without)
                    say(values, ",");
                else
                    say(values, ",%s%g", "", coarse ? 0.5 * roll(d, 7) : 0.01 * roll(d, 301));
            }
            say(values, ",%g,%g\n", bonus ? 0.5 * roll(d, 4) : 0.0,
                bonus ? 0.25 * roll(d, 3) : 0.0);
            if (without >= 0)
                say(na, "u%u%u,%s,x\n", c, u, NAMES[without]);
        }
    }
}

static inline void year_random(year *y, uint64_t seed, const char *policy)
{
    dice d = {seed * 7919 + 1};
    for (int i = 0; i < 20; i++)
        roll(&d, 2);
    static text rules, clusters, units, values, na;
    rules.n = clusters.n = units.n = values.n = na.n = 0;
    random_rules(&d, &rules);
    random_data(&d, &clusters, &units, &values, &na);
    year_write(y, rules.at, policy, clusters.at, units.at, values.at, na.at);
}

#endif
