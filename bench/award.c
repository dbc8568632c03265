/*
 * Times the decision of all awards alone: rules and data are read, scored and ranked once.
 *
 *   award RUNS FOLDER
 *
 * The evaluation in FOLDER names a policy. Prints one line: units, awards, units proposed, then
 * median, fastest and slowest run.
 */
#include <stdio.h>
#include <stdlib.h>

#include "bench/lib/measure.h"

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
    double *elapsed_s = measure_room(runs, sizeof *elapsed_s);
    size_t n_units = 0, n_awards = 0, n_proposed = 0;
    for (size_t i = 0; i < runs; i++) {
        td_awards awards = {0};
        double start = measure_now_s();
        measure_must(td_award(prepared, results, NULL, &awards, errors), "decide", errors);
        elapsed_s[i] = measure_now_s() - start;
        n_units = awards.n_units;
        n_awards = awards.n_awards;
        n_proposed = count_proposed(&awards);
        td_awards_release(&awards);
    }
    measure_spread spread_s = measure_spread_of(elapsed_s, runs);
    printf("%zu units, %zu awards, %zu proposed: ", n_units, n_awards, n_proposed);
    measure_print(stdout, &spread_s);
    putchar('\n');
    free(elapsed_s);
}

int main(int argc, char **argv)
{
    size_t runs = argc == 3 ? measure_number(argv[1]) : 0;
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
    measure_must(td_evaluation_load(argv[2], NULL, &evaluation, errors), "load", errors);
    measure_must(td_prepare(evaluation, NULL, &prepared, errors), "score", errors);
    measure_must(td_evaluate(prepared, 1, NULL, NULL, &results, errors), "rank", errors);
    time_awards(prepared, &results, runs, errors);
    td_results_release(&results);
    td_prepared_free(prepared);
    td_evaluation_free(evaluation);
    td_errors_free(errors);
    return 0;
}
