/*
 * Times td_outline_run() alone: rules and data are read once; points, normalization, ranks and awards
 * of all units come out in memory.
 *
 *   outline RUNS FOLDER [OUT [THREADS...]]
 *
 * Threads 1 and 2 unless given, in turn with a plain reading of a buffer as large as the values (eight
 * bytes to a cell), which is the least that any program must do. Prints per number of threads one row of
 * key=value; OUT ("-": none) gets total (double), rank (int32) and award (uint8: 2 the first award of
 * the policy, 1 the second, 0 none) of all units, as the scripts of peers/ write theirs.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "bench/lib/limits.h"
#include "bench/lib/measure.h"

typedef struct job {
    const td_evaluation *evaluation;
    td_errors *errors;
    td_outline outline;
    td_options options;
    const void *buffer;
    size_t buffer_bytes;
} job;

static void run_outline(void *state)
{
    job *j = state;
    measure_must(td_outline_run(j->evaluation, &j->options, &j->outline, j->errors), "outline",
                 j->errors);
}

static void run_read(void *state)
{
    job *j = state;
    limits_read(j->buffer, j->buffer_bytes, j->options.threads, 0);
}

/* Values of all units: indicators of their rule sets. */
static size_t cells_of(const td_evaluation *evaluation)
{
    size_t n_cells = 0, n_units = td_evaluation_get(evaluation).n_units;
    for (size_t u = 0; u < n_units; u++) {
        size_t cluster = td_evaluation_unit(evaluation, u).cluster;
        size_t rules = td_evaluation_cluster(evaluation, cluster).rules;
        n_cells += td_rules_get(td_evaluation_rules(evaluation, rules)).n_indicators;
    }
    return n_cells;
}

static void time_job(job *j, size_t runs)
{
    measure_way ways[] = {{.name = "outline", .run = run_outline, .state = j},
                          {.name = "read", .run = run_read, .state = j}};
    measure_in_turn(ways, 2, runs);
    measure_spread s = ways[0].spread_s, read = ways[1].spread_s;
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("threads=%d units=%zu cells=%zu median=%.6f fastest=%.6f slowest=%.6f quartiles=%.6f"
           " ns_per_unit=%.1f gb_per_s=%.2f read=%.2f of_read=%.3f peak_mb=%.0f\n",
           j->options.threads, j->outline.n_units, j->buffer_bytes / sizeof(double), s.median,
           s.fastest, s.slowest, s.quartiles, 1e9 * s.median / (double)j->outline.n_units,
           1e-9 * (double)j->buffer_bytes / s.median, 1e-9 * (double)j->buffer_bytes / read.median,
           read.median / s.median, (double)usage.ru_maxrss / 1024);
    fflush(stdout);
}

static void write_outline(const td_outline *outline, const char *path)
{
    size_t n = outline->n_units;
    int32_t *rank = measure_room(n, sizeof *rank);
    uint8_t *award = measure_room(n, sizeof *award);
    FILE *file = fopen(path, "wb");
    if (file == NULL)
        measure_fail(path);
    for (size_t u = 0; u < n; u++) {
        rank[u] = (int32_t)outline->rank[u];
        for (size_t a = 0; a < 2 && a < outline->n_awards; a++)
            if (outline->award_state[a * n + u] == TD_PROPOSED)
                award[u] = (uint8_t)(2 - a);
    }
    fwrite(outline->total_q, sizeof *outline->total_q, n, file);
    fwrite(rank, sizeof *rank, n, file);
    fwrite(award, sizeof *award, n, file);
    if (ferror(file) || fclose(file) != 0)
        measure_fail(path);
    free(rank);
    free(award);
}

int main(int argc, char **argv)
{
    size_t runs = argc >= 3 ? measure_number(argv[1]) : 0;
    if (runs == 0) {
        fprintf(stderr, "usage: outline RUNS FOLDER [OUT [THREADS...]]\n");
        return 2;
    }
    td_evaluation *evaluation;
    job j = {.errors = td_errors_new()};
    double start = measure_now_s();
    measure_must(td_evaluation_load(argv[2], NULL, &evaluation, j.errors), "load", j.errors);
    printf("load=%.3f\n", measure_now_s() - start);
    j.evaluation = evaluation;
    j.buffer_bytes = cells_of(evaluation) * sizeof(double);
    void *buffer = measure_room(j.buffer_bytes, 1);
    j.buffer = buffer;
    for (int t = 1; t <= 2 && argc <= 4; t++) {
        j.options.threads = t;
        time_job(&j, runs);
    }
    for (int a = 4; a < argc; a++) {
        j.options.threads = (int)measure_number(argv[a]);
        time_job(&j, runs);
    }
    if (argc > 3 && strcmp(argv[3], "-") != 0)
        write_outline(&j.outline, argv[3]);
    td_outline_release(&j.outline);
    td_evaluation_free(evaluation);
    td_errors_free(j.errors);
    free(buffer);
    return 0;
}
