/*
 * Random years with random award policies, from a number: clusters of 1 to 70 units, two rule
 * sets, points so coarse that equals are everywhere
 * (in every fourth year finer). Not every policy that comes out is one: what
 * the linter refuses is left out by the caller.
 */
#ifndef TD_TESTS_LOCAL_YEAR_H
#define TD_TESTS_LOCAL_YEAR_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "engine/thidua.h"
#include "tests/lib/files.h"

typedef struct local_random {
    uint64_t state;
    bool by_ranks; /* only what ranks can tell */
    bool wide;     /* also bounds and scopes beyond clusters */
    bool fine;     /* points that are seldom equal */
    size_t n_given;
} local_random;

static inline size_t local_draw(local_random *r, size_t n)
{
    r->state = r->state * 6364136223846793005u + 1442695040888963407u;
    return (size_t)((r->state >> 33) % n);
}

#define PICK(r, ...)                                                                               \
    ((const char *const[]){__VA_ARGS__}[local_draw(r, sizeof((const char *const[]){__VA_ARGS__}) / \
                                                          sizeof(const char *))])

/* ---- rule sets ---- */

static inline char *local_rules(local_random *r, const char *code)
{
    char *text = NULL, gates[900];
    snprintf(gates, sizeof gates,
             "{\"code\":\"b\",\"reason\":\"b\",\"when\":{\"indicator\":\"g\",\"=\":1},"
             "\"effect\":\"bar\",\"awards\":%s},"
             "{\"code\":\"c\",\"reason\":\"c\",\"when\":{\"criterion\":\"A\",\"points\":\">=3\"},"
             "\"effect\":\"bar\",\"awards\":[\"w1\"]},"
             "{\"code\":\"d\",\"reason\":\"d\",\"when\":{\"indicator\":\"g\",\"=\":2},"
             "\"effect\":\"deferred\"},",
             PICK(r, "[\"*\"]", "[\"w0\"]", "[\"w1\",\"w2\"]"));
    char *criterion = strstr(gates, "{\"code\":\"c\""), *next = strstr(gates, "{\"code\":\"d\"");
    memmove(criterion, next, strlen(next) + 1);
    int length = asprintf(
        &text,
        "{\"thidua\":\"rule-set/1\",\"code\":\"%s\",\"name\":\"%s\",\"scale\":6,"
        "\"valid\":{\"from\":\"2025-01-01\"},\"reasons\":\"optional\",\"channels\":[\"final\"],"
        "\"rank_by\":\"%s\",\"ranks\":\"%s\",\"rank_class_first\":%s,\"ties\":%s,"
        "\"not_applicable\":\"%s\","
        "\"classes\":[{\"code\":\"xs\",\"name\":\"X\",\"from\":5},"
        "{\"code\":\"tot\",\"name\":\"T\",\"from\":2.5}],"
        "\"indicators\":{\"g\":{\"kind\":\"number\"}},\"gates\":[%s"
        "{\"code\":\"u\",\"reason\":\"u\",\"when\":{\"indicator\":\"g\",\"=\":3},"
        "\"effect\":\"unranked\"},"
        "{\"code\":\"m\",\"reason\":\"m\",\"when\":{\"indicator\":\"g\",\"=\":4},"
        "\"effect\":\"deduct\",\"points\":0.5}],"
        "\"criteria\":[{\"code\":\"A\",\"max\":3,\"direct\":true},"
        "{\"code\":\"B\",\"max\":3,\"direct\":true}]}",
        code, code, PICK(r, "points", "share"),
        PICK(r, "competition", "competition", "dense", "fractional"), PICK(r, "false", "true"),
        PICK(r, "[]", "[{\"criterion\":\"A\"}]"), PICK(r, "exclude", "zero"),
        r->by_ranks ? "" : gates);
    assert_true(length > 0);
    return text;
}

/* ---- policies ---- */

static inline void local_condition(local_random *r, FILE *out, size_t before, size_t depth)
{
    size_t form = local_draw(r, r->by_ranks ? 5 : 13);
    if (depth < 2 && local_draw(r, 4) == 0) {
        size_t n = 1 + local_draw(r, 3);
        const char *logic = PICK(r, "any", "all", "not");
        bool is_not = logic[0] == 'n';
        fprintf(out, "{\"%s\":%s", logic, is_not ? "" : "[");
        for (size_t i = 0; i < (is_not ? 1 : n); i++) {
            fputs(i > 0 ? "," : "", out);
            local_condition(r, out, before, depth + 1);
        }
        fprintf(out, "%s}", is_not ? "" : "]");
    } else if (form == 0 || (before == 0 && form < 3)) {
        fprintf(out, "{\"rank_at_most\":%zu}", 1 + local_draw(r, 12));
    } else if (form < 3) {
        fprintf(out, "{\"%s\":\"w%zu\"}", form == 1 ? "holds" : "not_holds", local_draw(r, before));
    } else if (form == 3) {
        fprintf(out, "{\"leader\":%s}", PICK(r, "true", "true", "false"));
    } else if (form == 4) {
        fprintf(out, "{\"cluster_size_at_least\":%zu}", 1 + local_draw(r, 6));
    } else if (form == 5) {
        fprintf(out, "{\"share_at_least\":%s}", PICK(r, "0.5", "\"2/3\"", "0.85", "0"));
    } else if (form == 6) {
        fprintf(out, "{\"points_at_least\":%s}", PICK(r, "1", "2.5", "4.25"));
    } else if (form == 7) {
        fprintf(out, "{\"criterion\":\"%s\",\"share_at_least\":%s}", PICK(r, "A", "B"),
                PICK(r, "0.5", "\"2/3\"", "1"));
    } else if (form == 8) {
        fprintf(out, "{\"lowest_share\":\"%s\",\"at_least\":%s}", PICK(r, "groups", "leaves"),
                PICK(r, "\"1/3\"", "0.5"));
    } else if (form == 9) {
        fprintf(out, "{\"class_at_least\":\"%s\"}", PICK(r, "xs", "tot"));
    } else if (form == 10) {
        fprintf(out, "{\"held\":[\"old\"],\"years_back\":[1,%zu],\"%s\":1}", 1 + local_draw(r, 3),
                PICK(r, "at_least", "at_most"));
    } else if (form == 11) {
        fprintf(out, "{\"votes_at_least\":\"1/2\",\"of\":\"%s\"}", PICK(r, "units", "present"));
    } else {
        fprintf(out, "{\"category\":[\"%s\"]}", PICK(r, "x", "y"));
    }
}

static inline void local_bound(local_random *r, FILE *out, size_t before, bool is_own)
{
    fprintf(out, "{\"within\":\"%s\",",
            r->wide ? PICK(r, "cluster", "cluster", "group", "all") : "cluster");
    if (local_draw(r, 2) == 0) {
        fprintf(out, "\"count\":%zu", local_draw(r, 5));
    } else {
        const char *of = is_own ? PICK(r, "units", "ranked", "leaders", "eligible", "remaining")
                                : PICK(r, "units", "ranked", "leaders");
        fprintf(out, "\"share\":%s,\"rounding\":\"%s\",\"of\":",
                PICK(r, "0.2", "\"1/3\"", "0.5", "0.85", "1"), PICK(r, "floor", "ceil", "nearest"));
        if (is_own && before > 0 && local_draw(r, 3) == 0)
            fprintf(out, "{\"holders\":\"w%zu\"}", local_draw(r, before));
        else
            fprintf(out, "\"%s\"", of);
    }
    if (!r->wide && local_draw(r, 5) == 0)
        fprintf(out, ",\"only\":\"%s\"", PICK(r, "p", "q"));
}

static inline void local_merit(local_random *r, FILE *out, size_t before)
{
    if (r->by_ranks && local_draw(r, 2) == 0)
        fputs(",\"merit\":[\"rank\"]", out);
    if (r->by_ranks || local_draw(r, 4) == 0)
        return;
    char this_year[80] = "\"points\"";
    if (before > 0)
        snprintf(this_year, sizeof this_year, "{\"held\":[\"w%zu\",\"old\"],\"years_back\":[0,2]}",
                 local_draw(r, before));
    const char *first = PICK(r, "\"rank\"", "\"rank\"", "\"class\"", "\"fewer-deductions\"",
                             "\"votes\"", "\"share\"", "{\"criterion\":\"A\"}", "this year");
    const char *second = PICK(r, "\"more-bonus\"", "{\"criterion\":\"B\"}",
                              "{\"not_held\":[\"old\"],\"years_back\":[1,2]}");
    fprintf(out, ",\"merit\":[%s,%s]", first[0] == 't' ? this_year : first, second);
}

static inline void local_award(local_random *r, FILE *out, size_t w)
{
    fprintf(out, "%s{\"code\":\"w%zu\",\"name\":\"W\"", w > 0 ? "," : "", w);
    if (w == 0 && local_draw(r, 3) == 0) {
        r->n_given = 1;
        fputs(",\"given\":true}", out);
        return;
    }
    size_t n_needs = local_draw(r, 3), n_bounds = local_draw(r, 4);
    fputs(n_needs > 0 ? ",\"conditions\":[" : "", out);
    for (size_t i = 0; i < n_needs; i++) {
        fputs(i > 0 ? "," : "", out);
        local_condition(r, out, w, 0);
    }
    fputs(n_needs > 0 ? "]" : "", out);
    fputs(n_bounds > 0 ? ",\"limits\":[" : "", out);
    for (size_t i = 0; i < n_bounds; i++) {
        fputs(i > 0 ? "," : "", out);
        local_bound(r, out, w, true);
        fputs("}", out);
    }
    fputs(n_bounds > 0 ? "]" : "", out);
    if (w > 0 && local_draw(r, 2) == 0)
        fprintf(out, ",\"exclusive_with\":[\"w%zu\"]", local_draw(r, w));
    local_merit(r, out, w);
    fprintf(out, ",\"ties\":\"%s\",\"reserve\":%s,\"scope\":\"%s\"}",
            PICK(r, "council", "council", "include", "exclude"), PICK(r, "0", "1", "3", "\"all\""),
            r->wide ? PICK(r, "cluster", "group", "all") : "cluster");
}

static inline char *local_policy(local_random *r)
{
    char *text = NULL;
    size_t size, n = 1 + local_draw(r, 5);
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    fputs("{\"thidua\":\"policy/1\",\"code\":\"p\",\"name\":\"P\","
          "\"valid\":{\"from\":\"2025-01-01\"},\"awards\":[",
          out);
    r->n_given = 0;
    for (size_t w = 0; w < n; w++)
        local_award(r, out, w);
    fputs("]", out);
    if (n > 2 && local_draw(r, 2) == 0) {
        fputs(",\"limits\":[", out);
        local_bound(r, out, 0, false);
        fprintf(out, ",\"awards\":[\"w%zu\",\"w2\"]}]", r->n_given);
    }
    fputs("}", out);
    fclose(out);
    return text;
}

/* ---- data ---- */

typedef struct local_files {
    FILE *file[6];
    char *text[6];
    size_t size[6];
} local_files;

enum { CLUSTERS, UNITS, VALUES, VOTES, HISTORY, NOT_APPLICABLE };
static const char *const LOCAL_NAMES[] = {"clusters.csv", "units.csv",   "values-final.csv",
                                          "votes.csv",    "history.csv", "not-applicable.csv"};

static inline void local_unit(local_random *r, local_files *f, size_t cluster, size_t unit)
{
    fprintf(f->file[UNITS], "u%zu,U%zu,c%zu,%s\n", unit, unit, cluster, PICK(r, "x", "y"));
    char fine[16];
    snprintf(fine, sizeof fine, "%zu.%02zu", local_draw(r, 3), local_draw(r, 100));
    fprintf(f->file[VALUES], "u%zu,%s,%s,%s\n", unit,
            r->fine ? fine : PICK(r, "1", "2", "3", "2.5"), PICK(r, "1", "3", "0"),
            PICK(r, "0", "0", "0", "0", "0", "0", "1", "2", "3", "4"));
    if (local_draw(r, 12) == 0)
        fprintf(f->file[NOT_APPLICABLE], "u%zu,B,H\n", unit);
    if (r->by_ranks)
        return;
    if (local_draw(r, 3) > 0)
        fprintf(f->file[VOTES], "u%zu,%zu,9,%s\n", unit, 1 + local_draw(r, 9),
                PICK(r, "9", "9", ""));
    if (local_draw(r, 3) == 0)
        fprintf(f->file[HISTORY], "u%zu,%s,old\n", unit, PICK(r, "2024", "2023"));
    if (r->n_given > 0 && local_draw(r, 4) == 0)
        fprintf(f->file[HISTORY], "u%zu,2025,w0\n", unit);
}

static inline void local_data(local_random *r, const td_folder *folder)
{
    static const char *const HEADS[] = {"id,name,kind,group", "id,name,cluster,category",
                                        "unit,A,B,g",         "unit,votes,council,present",
                                        "unit,year,award",    "unit,criterion,approved_by"};
    local_files f = {0};
    size_t n_clusters = 1 + local_draw(r, 8), unit = 0;
    for (size_t i = 0; i < 6; i++) {
        f.file[i] = open_memstream(&f.text[i], &f.size[i]);
        assert_non_null(f.file[i]);
        fprintf(f.file[i], "%s\n", HEADS[i]);
    }
    for (size_t c = 0; c < n_clusters; c++) {
        size_t n = 1 + local_draw(r, local_draw(r, 4) == 0 ? 70 : 12);
        fprintf(f.file[CLUSTERS], "c%zu,C%zu,%s,%s\n", c, c, c % 2 == 0 ? "p" : "q",
                c % 2 == 0 ? PICK(r, "g", "h") : "i");
        for (size_t u = 0; u < n; u++)
            local_unit(r, &f, c, unit++);
    }
    for (size_t i = 0; i < 6; i++) {
        fclose(f.file[i]);
        if (i < VOTES || i == NOT_APPLICABLE || !r->by_ranks)
            free(td_folder_write(folder, LOCAL_NAMES[i], f.text[i]));
        free(f.text[i]);
    }
}

/* Writes the folder of number `seed`. */
static inline void local_write(const td_folder *folder, uint64_t seed, bool by_ranks, bool wide)
{
    local_random r = {
        .state = seed * 1000003u + 17, .by_ranks = by_ranks, .wide = wide, .fine = seed % 4 == 0};
    local_draw(&r, 2);
    char *first = local_rules(&r, "rp"), *second = local_rules(&r, "rq"),
         *policy = local_policy(&r);
    free(td_folder_write(
        folder, "evaluation.json",
        "{\"thidua\":\"evaluation/1\",\"code\":\"t\",\"name\":\"t\",\"year\":2025,"
        "\"rules\":{\"p\":\"rp.json\",\"q\":\"rq.json\"},\"policy\":\"policy.json\"}"));
    free(td_folder_write(folder, "rp.json", first));
    free(td_folder_write(folder, "rq.json", second));
    free(td_folder_write(folder, "policy.json", policy));
    local_data(&r, folder);
    free(first);
    free(second);
    free(policy);
}

#endif
