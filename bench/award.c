/*
 * Times the decision of all awards alone: rules and data are read, scored and ranked once.
 *
 *   award RUNS FOLDER
 *
 * The evaluation in FOLDER names a policy. Prints one line: units, awards, units proposed, then
 * median, fastest and slowest run in milliseconds.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "engine/thidua.h"

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void must(td_status status, const char *what)
{
    if (status == TD_OK)
        return;
    fprintf(stderr, "award: cannot %s (status %d)\n", what, (int)status);
    exit(1);
}

static size_t count_proposed(const td_awards *awards)
{
    size_t n = 0;
    for (size_t i = 0; i < awards->n_awards * awards->n_units; i++)
        n += awards->decision[i].state == TD_PROPOSED;
    return n;
}

static void time_awards(const td_prepared *prepared, const td_results *results, size_t runs,
                        td_errors *errors)
{
    double *elapsed_ms = malloc(runs * sizeof *elapsed_ms);
    size_t n_units = 0, n_awards = 0, n_proposed = 0;
    if (elapsed_ms == NULL)
        exit(1);
    for (size_t i = 0; i < runs; i++) {
        td_awards awards = {0};
        double start = now_s();
        must(td_award(prepared, results, NULL, &awards, errors), "decide");
        elapsed_ms[i] = 1000 * (now_s() - start);
        n_units = awards.n_units;
        n_awards = awards.n_awards;
        n_proposed = count_proposed(&awards);
        td_awards_release(&awards);
    }
    qsort(elapsed_ms, runs, sizeof *elapsed_ms, ascending);
    printf("%zu units, %zu awards, %zu proposed: %.2f ms (%.2f to %.2f)\n", n_units, n_awards,
           n_proposed, elapsed_ms[runs / 2], elapsed_ms[0], elapsed_ms[runs - 1]);
    free(elapsed_ms);
}

int main(int argc, char **argv)
{
    size_t runs = argc == 3 ? strtoul(argv[1], NULL, 10) : 0;
    if (runs == 0) {
        fprintf(stderr, "usage: award RUNS FOLDER\n");
        return 2;
    }
    td_errors *errors = td_errors_new();
    td_evaluation *evaluation;
    td_prepared *prepared;
    td_results results = {0};
    if (errors == NULL)
        return 1;
    must(td_evaluation_load(argv[2], NULL, &evaluation, errors), "load");
    must(td_prepare(evaluation, NULL, &prepared, errors), "score");
    must(td_evaluate(prepared, 1, NULL, NULL, &results, errors), "rank");
    time_awards(prepared, &results, runs, errors);
    td_results_release(&results);
    td_prepared_free(prepared);
    td_evaluation_free(evaluation);
    td_errors_free(errors);
    return 0;
}
