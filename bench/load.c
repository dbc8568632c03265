/*
 * Times loading alone: rules and data are read, checked and resolved.
 *
 *   load RUNS FOLDER
 *   load RUNS FILE.csv RULES.json
 *
 * Prints one line: units, then median, fastest and slowest run, and the median of the processor's
 * time over all threads.
 */
#include <stdio.h>
#include <stdlib.h>

#include "bench/lib/measure.h"

/* Seconds of one run on both clocks; ends the program when loading fails. */
static size_t load_once(const char *path, const td_load_options *options, double *wall_s,
                        double *processor_s)
{
    td_errors *errors = td_errors_new();
    td_evaluation *evaluation;
    double wall = measure_now_s(), processor = measure_processor_s();
    measure_must(td_evaluation_load(path, options, &evaluation, errors), "load", errors);
    *wall_s = measure_now_s() - wall;
    *processor_s = measure_processor_s() - processor;
    size_t n_units = td_evaluation_get(evaluation).n_units;
    td_evaluation_free(evaluation);
    td_errors_free(errors);
    return n_units;
}

int main(int argc, char **argv)
{
    size_t runs = argc == 3 || argc == 4 ? measure_number(argv[1]) : 0, n_units = 0;
    if (runs == 0) {
        fprintf(stderr, "usage: load RUNS FOLDER | load RUNS FILE.csv RULES.json\n");
        return 2;
    }
    td_load_options options = {.rules = argc == 4 ? argv[3] : NULL};
    double *wall_s = measure_room(runs, sizeof *wall_s);
    double *processor_s = measure_room(runs, sizeof *processor_s);
    for (size_t i = 0; i < runs; i++)
        n_units = load_once(argv[2], &options, &wall_s[i], &processor_s[i]);
    measure_spread wall = measure_spread_of(wall_s, runs);
    printf("%zu units: ", n_units);
    measure_print(stdout, &wall);
    printf(", processor %.4g ms\n", 1e3 * measure_spread_of(processor_s, runs).median);
    free(wall_s);
    free(processor_s);
    return 0;
}
