/*
 * Makes the data of the jobs that are compared with other programs: the same numbers for all.
 *
 *   make_data FOLDER UNITS PARTS [SEED]
 *
 * PARTS are letters. Always written: criteria.csv (name, points, target), rules.json, policy.json.
 *   y   year/ : an evaluation of thidua, at most a million units to a file of values
 *   w   wide.csv : cluster, unit, one column per criterion
 *   b   raw.f64 (double, unit by unit), cluster.i32 (number of the cluster of each unit)
 *
 * Units are grouped in adjacent clusters of 5 to 25. 20 criteria; values have two decimals, uniform from
 * -5 % to 125 % of the target, so that 4 % are negative and 19 % above the target; 0.3 % of the units
 * repeat the one before them in every value. Points of a criterion go from 0 at 0 to its maximum at
 * the target, and are normalized between the worst and the best of the cluster (0 where they are equal).
 * Targets are such that points before normalization are exact at six decimals; after it they are
 * rounded there. The first of a cluster gets a flag, certificates go to the next fifth of its units,
 * rounded up, ties included both times.
 */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "bench/lib/measure.h"

enum { CRITERIA = 20, LEAST = 5, MOST = 25, SCALE = 100, MOST_POINTS = 9, FILE_UNITS = 1000000 };

static const int TARGETS[] = {10, 25, 50, 100, 200, 500, 1000};

typedef struct table {
    int points[CRITERIA], target[CRITERIA];
} table;

/* ---- random numbers: splitmix64 (Steele, Lea, Flood 2014) ---- */

static uint64_t state;

static uint64_t next(void)
{
    uint64_t z = state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

static int below(int n)
{
    return (int)((next() >> 32) * (uint64_t)n >> 32);
}

/* ---- files ---- */

static FILE *open_in(const char *folder, const char *name)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "wb");
    if (file == NULL)
        measure_fail(path);
    setvbuf(file, NULL, _IOFBF, 1 << 20);
    return file;
}

static void close_file(FILE *file)
{
    if (file != NULL && (ferror(file) || fclose(file) != 0))
        measure_fail("write");
}

/* Writes hundredths as a decimal of two places; returns the end. */
static char *put_hundredths(char *at, int hundredths)
{
    char digits[16];
    int n = 0, size = hundredths < 0 ? -hundredths : hundredths;
    if (hundredths < 0)
        *at++ = '-';
    for (int whole = size / 100; n == 0 || whole > 0; whole /= 10)
        digits[n++] = (char)('0' + whole % 10);
    while (n > 0)
        *at++ = digits[--n];
    *at++ = '.';
    *at++ = (char)('0' + size / 10 % 10);
    *at++ = (char)('0' + size % 10);
    return at;
}

/* ---- rules ---- */

static table draw_table(void)
{
    table t;
    for (int j = 0; j < CRITERIA; j++) {
        t.target[j] = TARGETS[below(sizeof TARGETS / sizeof *TARGETS)];
        t.points[j] = 1;
    }
    for (int left = SCALE - CRITERIA; left > 0;) {
        int j = below(CRITERIA);
        left -= t.points[j] < MOST_POINTS;
        t.points[j] += t.points[j] < MOST_POINTS;
    }
    return t;
}

static void write_rules(const char *folder, const table *t)
{
    FILE *list = open_in(folder, "criteria.csv"), *rules = open_in(folder, "rules.json");
    fputs("name,points,target\n", list);
    fprintf(rules,
            "{\"thidua\": \"rule-set/1\", \"code\": \"bench-%d\", \"name\": \"Bench\","
            " \"status\": \"illustration\",\n"
            " \"valid\": {\"from\": \"2025-01-01\", \"to\": \"2025-12-31\"},\n"
            " \"scale\": %d, \"decimals\": 6, \"criteria\": [\n",
            CRITERIA, SCALE);
    for (int j = 0; j < CRITERIA; j++) {
        fprintf(list, "c%02d,%d,%d\n", j + 1, t->points[j], t->target[j]);
        fprintf(rules,
                "  {\"code\": \"c%02d\", \"max\": %d, \"piecewise\": {\"of\": \"c%02d\","
                " \"through\": [[0, 0], [%d, %d]]},\n"
                "   \"normalize\": {\"method\": \"min-max\", \"if_constant\": 0}}%s\n",
                j + 1, t->points[j], j + 1, t->target[j], t->points[j],
                j + 1 < CRITERIA ? "," : "");
    }
    fputs(" ]}\n", rules);
    close_file(list);
    close_file(rules);
}

static void write_policy(const char *folder)
{
    FILE *file = open_in(folder, "policy.json");
    fputs("{\"thidua\": \"policy/1\", \"code\": \"bench\", \"name\": \"Bench\","
          " \"status\": \"illustration\",\n"
          " \"valid\": {\"from\": \"2025-01-01\"}, \"awards\": [\n"
          "  {\"code\": \"flag\", \"name\": \"Flag\", \"conditions\": [{\"rank_at_most\": 1}]},\n"
          "  {\"code\": \"certificate\", \"name\": \"Certificate\", \"exclusive_with\": \"flag\","
          " \"ties\": \"include\",\n"
          "   \"limits\": [{\"within\": \"cluster\", \"share\": 0.2, \"of\": \"units\","
          " \"rounding\": \"ceil\"}]}]}\n",
          file);
    close_file(file);
}

/* ---- units ---- */

typedef struct parts {
    const char *folder, *year; /* year: NULL when not asked for */
    FILE *wide, *raw, *cluster, *units, *clusters, *values;
    size_t n_files;
} parts;

static void write_header(FILE *file, const char *first)
{
    fputs(first, file);
    for (int j = 1; j <= CRITERIA; j++)
        fprintf(file, ",c%02d", j);
    fputc('\n', file);
}

static void open_parts(parts *p, const char *letters, char *year, size_t size)
{
    if (strchr(letters, 'w') != NULL)
        write_header(p->wide = open_in(p->folder, "wide.csv"), "cluster,unit");
    if (strchr(letters, 'b') != NULL) {
        p->raw = open_in(p->folder, "raw.f64");
        p->cluster = open_in(p->folder, "cluster.i32");
    }
    if (strchr(letters, 'y') == NULL)
        return;
    snprintf(year, size, "%s/year", p->folder);
    mkdir(year, 0777);
    p->year = year;
    FILE *file = open_in(year, "evaluation.json");
    fputs(
        "{\"thidua\": \"evaluation/1\", \"code\": \"bench\", \"name\": \"Bench\", \"year\": 2025,\n"
        " \"rules\": \"../rules.json\", \"policy\": \"../policy.json\", \"decimal_mark\": \".\",\n"
        " \"generated\": {\"by\": \"bench/make_data\", \"seed\": 1, \"note\": \"generated\"}}\n",
        file);
    close_file(file);
    fputs("id,name,cluster\n", p->units = open_in(year, "units.csv"));
    fputs("id,name\n", p->clusters = open_in(year, "clusters.csv"));
}

/* Values of a unit go to the file of its million. */
static void next_values(parts *p)
{
    char name[64];
    close_file(p->values);
    snprintf(name, sizeof name, "values-final-%03zu.csv", ++p->n_files);
    write_header(p->values = open_in(p->year, name), "unit");
}

static void write_unit(parts *p, size_t unit, int cluster, const int *hundredths)
{
    char cells[CRITERIA * 16 + 2], *end = cells;
    double row[CRITERIA];
    for (int j = 0; j < CRITERIA; j++) {
        *end++ = ',';
        end = put_hundredths(end, hundredths[j]);
        row[j] = hundredths[j] / 100.0;
    }
    *end++ = '\n';
    *end = '\0';
    if (p->wide != NULL)
        fprintf(p->wide, "%d,%zu%s", cluster, unit + 1, cells);
    if (p->raw != NULL) {
        int32_t number = cluster;
        fwrite(row, sizeof *row, CRITERIA, p->raw);
        fwrite(&number, sizeof number, 1, p->cluster);
    }
    if (p->year == NULL)
        return;
    if (unit % FILE_UNITS == 0)
        next_values(p);
    fprintf(p->units, "%zu,%zu,%d\n", unit + 1, unit + 1, cluster);
    fprintf(p->values, "%zu%s", unit + 1, cells);
}

/* Size of the next cluster: what is left after it is none, or enough for another. */
static size_t draw_size(size_t left)
{
    size_t size = (size_t)(LEAST + below(MOST - LEAST + 1));
    if (left <= MOST)
        return left < size + LEAST ? left : size;
    return left < size + LEAST ? left - LEAST : size;
}

static void write_units(parts *p, const table *t, size_t n_units)
{
    int hundredths[CRITERIA] = {0}, cluster = 0;
    for (size_t unit = 0; unit < n_units;) {
        size_t size = draw_size(n_units - unit);
        cluster++;
        if (p->clusters != NULL)
            fprintf(p->clusters, "%d,%d\n", cluster, cluster);
        for (size_t i = 0; i < size; i++, unit++) {
            bool copy = below(1000) < 3 && i > 0;
            for (int j = 0; j < CRITERIA && !copy; j++)
                hundredths[j] = below(130 * t->target[j] + 1) - 5 * t->target[j];
            write_unit(p, unit, cluster, hundredths);
        }
    }
}

int main(int argc, char **argv)
{
    size_t n_units = argc == 4 || argc == 5 ? measure_number(argv[2]) : 0;
    if (n_units < LEAST) {
        fprintf(stderr, "usage: make_data FOLDER UNITS PARTS [SEED]\n");
        return 2;
    }
    char year[4096];
    state = argc == 5 ? measure_number(argv[4]) : 1;
    parts p = {.folder = argv[1]};
    mkdir(p.folder, 0777);
    table t = draw_table();
    write_rules(p.folder, &t);
    write_policy(p.folder);
    open_parts(&p, argv[3], year, sizeof year);
    write_units(&p, &t, n_units);
    FILE *files[] = {p.wide, p.raw, p.cluster, p.units, p.clusters, p.values};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        close_file(files[i]);
    return 0;
}
