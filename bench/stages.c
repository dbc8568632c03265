/*
 * Times the stages of one evaluation alone: prepare, evaluate and, where a policy is named, award.
 *
 *   stages RUNS FOLDER [THREADS...]
 *
 * Rules and data are read once. Prints per number of threads (1 and 2 unless given) one line per
 * stage: median, fastest and slowest run in milliseconds, the median in nanoseconds per unit and
 * per cell (a criterion of a unit), the median of the processor time of all threads (which a busy
 * machine stretches less), and a checksum of the totals and ranks.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/lib/measure.h"

enum stage { PREPARE, EVALUATE, AWARD, N_STAGES };

typedef struct timing {
    size_t runs;
    double *elapsed_s[N_STAGES], *processor_s[N_STAGES]; /* [runs] */
    double n_units, n_cells;
    uint64_t checksum;
} timing;

typedef struct moment {
    double elapsed_s, processor_s;
} moment;

static moment now(void)
{
    return (moment){measure_now_s(), measure_processor_s()};
}

static uint64_t mix(uint64_t sum, double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    sum = (sum ^ bits) * 1099511628211u;
    return sum ^ sum >> 29;
}

static uint64_t checksum_of(const td_results *results)
{
    uint64_t sum = 14695981039346656037u;
    for (size_t u = 0; u < results->n_units; u++) {
        sum = mix(sum, results->standing[u].total_q);
        sum = mix(sum, results->standing[u].assigned_q);
        sum = mix(sum, results->standing[u].rank);
    }
    return sum;
}

static void note(timing *times, enum stage stage, size_t i, moment start)
{
    moment end = now();
    times->elapsed_s[stage][i] = end.elapsed_s - start.elapsed_s;
    times->processor_s[stage][i] = end.processor_s - start.processor_s;
}

static void run_once(const td_evaluation *evaluation, const td_options *options, size_t i,
                     timing *times, td_errors *errors)
{
    td_prepared *prepared;
    td_results results = {0};
    td_awards awards = {0};
    moment start = now();
    measure_must(td_prepare(evaluation, options, &prepared, errors), "score", errors);
    note(times, PREPARE, i, start);
    start = now();
    measure_must(td_evaluate(prepared, 1, NULL, options, &results, errors), "rank", errors);
    note(times, EVALUATE, i, start);
    start = now();
    if (td_evaluation_policy(evaluation) != NULL)
        measure_must(td_award(prepared, &results, NULL, &awards, errors), "award", errors);
    note(times, AWARD, i, start);
    times->checksum = checksum_of(&results);
    td_awards_release(&awards);
    td_results_release(&results);
    td_prepared_free(prepared);
}

static void print(timing *times, int n_threads)
{
    static const char *const NAMES[N_STAGES] = {"prepare", "evaluate", "award"};
    double all_s = 0;
    for (size_t s = 0; s < N_STAGES; s++) {
        measure_spread wall_s = measure_spread_of(times->elapsed_s[s], times->runs);
        measure_spread processor_s = measure_spread_of(times->processor_s[s], times->runs);
        all_s += wall_s.median;
        printf("%d threads, %-8s: %9.2f ms (%.2f to %.2f), %8.1f ns per unit, %6.2f per cell,"
               " processor %8.1f ns per unit\n",
               n_threads, NAMES[s], 1e3 * wall_s.median, 1e3 * wall_s.fastest, 1e3 * wall_s.slowest,
               1e9 * wall_s.median / times->n_units, 1e9 * wall_s.median / times->n_cells,
               1e9 * processor_s.median / times->n_units);
    }
    printf("%d threads, together: %9.2f ms, %.3f million units a second, checksum %016llx\n",
           n_threads, 1e3 * all_s, 1e-6 * times->n_units / all_s,
           (unsigned long long)times->checksum);
}

static void measure(const td_evaluation *evaluation, timing *times, int n_threads,
                    td_errors *errors)
{
    td_options options = {.threads = n_threads};
    for (size_t i = 0; i < times->runs; i++)
        run_once(evaluation, &options, i, times, errors);
    print(times, n_threads);
}

static void count(const td_evaluation *evaluation, timing *times)
{
    td_evaluation_view view = td_evaluation_get(evaluation);
    times->n_units = (double)view.n_units;
    for (size_t u = 0; u < view.n_units; u++) {
        size_t cluster = td_evaluation_unit(evaluation, u).cluster;
        size_t rules = td_evaluation_cluster(evaluation, cluster).rules;
        times->n_cells += (double)td_rules_get(td_evaluation_rules(evaluation, rules)).n_criteria;
    }
    for (size_t s = 0; s < N_STAGES; s++) {
        times->elapsed_s[s] = measure_room(times->runs, sizeof(double));
        times->processor_s[s] = measure_room(times->runs, sizeof(double));
    }
}

int main(int argc, char **argv)
{
    timing times = {.runs = argc >= 3 ? measure_number(argv[1]) : 0};
    if (times.runs == 0) {
        fprintf(stderr, "usage: stages RUNS FOLDER [THREADS...]\n");
        return 2;
    }
    td_evaluation *evaluation;
    td_errors *errors = td_errors_new();
    if (errors == NULL)
        return 1;
    measure_must(td_evaluation_load(argv[2], NULL, &evaluation, errors), "load", errors);
    count(evaluation, &times);
    if (argc == 3) {
        measure(evaluation, &times, 1, errors);
        measure(evaluation, &times, 2, errors);
    }
    for (int a = 3; a < argc; a++)
        measure(evaluation, &times, atoi(argv[a]), errors);
    for (size_t s = 0; s < N_STAGES; s++) {
        free(times.elapsed_s[s]);
        free(times.processor_s[s]);
    }
    td_evaluation_free(evaluation);
    td_errors_free(errors);
    return 0;
}
