/*
 * Times loading alone: rules and data are read, checked and resolved.
 *
 *   load RUNS FOLDER
 *   load RUNS FILE.csv RULES.json
 *
 * Prints one line: units, then median, fastest and slowest run and the median of the processor's time
 * over all threads, in milliseconds.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "engine/thidua.h"

static double seconds(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Milliseconds of one run on both clocks; ends the program when loading fails. */
static size_t load_once(const char *path, const td_load_options *options, double *wall_ms,
                        double *processor_ms)
{
    td_errors *errors = td_errors_new();
    td_evaluation *evaluation;
    double wall = seconds(CLOCK_MONOTONIC), processor = seconds(CLOCK_PROCESS_CPUTIME_ID);
    td_status status = td_evaluation_load(path, options, &evaluation, errors);
    *wall_ms = 1000 * (seconds(CLOCK_MONOTONIC) - wall);
    *processor_ms = 1000 * (seconds(CLOCK_PROCESS_CPUTIME_ID) - processor);
    if (status != TD_OK) {
        fprintf(stderr, "load: cannot load %s (status %d)\n", path, (int)status);
        exit(1);
    }
    size_t n_units = td_evaluation_get(evaluation).n_units;
    td_evaluation_free(evaluation);
    td_errors_free(errors);
    return n_units;
}

int main(int argc, char **argv)
{
    size_t runs = argc == 3 || argc == 4 ? strtoul(argv[1], NULL, 10) : 0, n_units = 0;
    if (runs == 0) {
        fprintf(stderr, "usage: load RUNS FOLDER | load RUNS FILE.csv RULES.json\n");
        return 2;
    }
    td_load_options options = {.rules = argc == 4 ? argv[3] : NULL};
    double *wall_ms = malloc(runs * sizeof *wall_ms),
           *processor_ms = malloc(runs * sizeof *wall_ms);
    if (wall_ms == NULL || processor_ms == NULL)
        return 1;
    for (size_t i = 0; i < runs; i++)
        n_units = load_once(argv[2], &options, &wall_ms[i], &processor_ms[i]);
    qsort(wall_ms, runs, sizeof *wall_ms, ascending);
    qsort(processor_ms, runs, sizeof *processor_ms, ascending);
    printf("%zu units: %.1f ms (%.1f to %.1f), processor %.1f ms\n", n_units, wall_ms[runs / 2],
           wall_ms[0], wall_ms[runs - 1], processor_ms[runs / 2]);
    free(wall_ms);
    free(processor_ms);
    return 0;
}
