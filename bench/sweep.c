/*
 * Times the sweep of every item in every cluster: rules and data are read and scored once.
 *
 *   sweep RUNS FOLDER [THREADS [NUMBERS [FOUND]]]
 *
 * Prints the time of
 * td_sweep_all() into fresh memory and into the memory of the run before, of td_sweep_holds(), and
 * what was found: how many crossings, and the sum of their places as shares of the scale.
 *
 * NUMBERS, a file for other programs: int64 units, items, clusters, sizes [clusters]; double weights
 * [items] (shares of the scale), points / maximum [units * items]. FOUND: int64 counts [clusters *
 * items], double places [crossings] as shares of the scale.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench/lib/measure.h"

typedef struct year {
    td_errors *errors;
    td_evaluation *evaluation;
    td_prepared *prepared;
    td_sweep_options options;
    size_t runs;
} year;

/* ---- what is timed ---- */

static void sweep_fresh(const year *y, td_crossings *all)
{
    measure_must(td_sweep_all(y->prepared, &y->options, all, y->errors), "sweep", y->errors);
}

static double time_sweep(const year *y, td_crossings *all, bool fresh)
{
    if (fresh)
        td_crossings_release(all);
    double start = measure_now_s();
    sweep_fresh(y, all);
    return measure_now_s() - start;
}

static double time_holds(const year *y, const td_crossings *all, td_sweep_hold *holds)
{
    double start = measure_now_s();
    measure_must(td_sweep_holds(y->prepared, all, &y->options, holds), "look around today",
                 y->errors);
    return measure_now_s() - start;
}

static void say(const char *what, double *elapsed_s, size_t runs, size_t n)
{
    printf("RESULT j4 %s seconds", what);
    for (size_t i = 0; i < runs; i++)
        printf(" %.5f", elapsed_s[i]);
    measure_spread spread_s = measure_spread_of(elapsed_s, runs);
    printf(" median %.5f, %.3g crossings/s\n", spread_s.median, (double)n / spread_s.median);
}

static void time_all(const year *y, td_crossings *all)
{
    double *elapsed_s = measure_room(3 * y->runs, sizeof *elapsed_s);
    sweep_fresh(y, all);
    td_sweep_hold *holds = measure_room(all->n_clusters * all->n_items, sizeof *holds);
    for (size_t i = 0; i < y->runs; i++) {
        elapsed_s[i] = time_sweep(y, all, true);
        elapsed_s[y->runs + i] = time_sweep(y, all, false);
        elapsed_s[2 * y->runs + i] = time_holds(y, all, holds);
    }
    say("thidua", elapsed_s, y->runs, all->n);
    say("thidua-again", elapsed_s + y->runs, y->runs, all->n);
    say("thidua-holds", elapsed_s + 2 * y->runs, y->runs, all->n);
    free(holds);
    free(elapsed_s);
}

/* ---- what others read ---- */

static void must_write(FILE *file, const void *from, size_t n, size_t size)
{
    if (fwrite(from, size, n, file) != n) {
        perror("sweep");
        exit(1);
    }
}

static FILE *open_file(const char *path)
{
    FILE *file = fopen(path, "wb");
    if (file == NULL) {
        perror(path);
        exit(1);
    }
    return file;
}

/* Points of one item over its maximum: the totals when nothing else weighs. */
static void shares_of_item(const year *y, size_t item, size_t m, double *shares)
{
    double *weights = measure_room(m, sizeof *weights);
    td_results results = {0};
    weights[item] = 1;
    measure_must(td_evaluate(y->prepared, 1, weights, NULL, &results, y->errors), "evaluate",
                 y->errors);
    for (size_t u = 0; u < results.n_units; u++)
        shares[u * m + item] = results.standing[u].total_q / td_item_get(y->prepared, item).max_q;
    td_results_release(&results);
    free(weights);
}

static void write_numbers(const year *y, const char *path)
{
    td_evaluation_view view = td_evaluation_get(y->evaluation);
    size_t m = td_items(y->prepared);
    FILE *file = open_file(path);
    const int64_t head[] = {(int64_t)view.n_units, (int64_t)m, (int64_t)view.n_clusters};
    must_write(file, head, 3, sizeof *head);
    for (size_t c = 0; c < view.n_clusters; c++)
        must_write(file, &(int64_t){(int64_t)td_evaluation_cluster(y->evaluation, c).n_units}, 1,
                   sizeof(int64_t));
    double *shares = measure_room(view.n_units * m, sizeof *shares);
    for (size_t item = 0; item < m; item++) {
        double weight = td_item_get(y->prepared, item).share;
        must_write(file, &weight, 1, sizeof weight);
        shares_of_item(y, item, m, shares);
    }
    must_write(file, shares, view.n_units * m, sizeof *shares);
    free(shares);
    fclose(file);
}

static double scale_of(const year *y, size_t list)
{
    td_item_view item = td_item_get(y->prepared, list % td_items(y->prepared));
    return td_rules_get(td_evaluation_rules(y->evaluation, item.rules)).scale;
}

static void write_found(const year *y, const td_crossings *all, const char *path)
{
    FILE *file = open_file(path);
    size_t n = all->n_clusters * all->n_items;
    for (size_t i = 0; i < n; i++)
        must_write(file, &(int64_t){(int64_t)all->lists[i].n}, 1, sizeof(int64_t));
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < all->lists[i].n; k++)
            must_write(file, &(double){all->lists[i].at[k] / scale_of(y, i)}, 1, sizeof(double));
    fclose(file);
}

static double sum_of(const year *y, const td_crossings *all)
{
    double sum = 0;
    for (size_t i = 0; i < all->n_clusters * all->n_items; i++)
        for (size_t k = 0; k < all->lists[i].n; k++)
            sum += all->lists[i].at[k] / scale_of(y, i);
    return sum;
}

int main(int argc, char **argv)
{
    year y = {.errors = td_errors_new(), .runs = argc >= 3 ? measure_number(argv[1]) : 0};
    if (y.errors == NULL || y.runs == 0) {
        fprintf(stderr, "usage: sweep RUNS FOLDER [THREADS [NUMBERS [FOUND]]]\n");
        return 2;
    }
    y.options.threads = argc >= 4 ? (int)strtol(argv[3], NULL, 10) : 0;
    measure_must(td_evaluation_load(argv[2], NULL, &y.evaluation, y.errors), "load", y.errors);
    measure_must(td_prepare(y.evaluation, NULL, &y.prepared, y.errors), "score", y.errors);
    td_crossings all = {0};
    time_all(&y, &all);
    printf("RESULT j4 thidua found %zu sum %.4f\n", all.n, sum_of(&y, &all));
    if (argc >= 5)
        write_numbers(&y, argv[4]);
    if (argc >= 6)
        write_found(&y, &all, argv[5]);
    td_crossings_release(&all);
    td_prepared_free(y.prepared);
    td_evaluation_free(y.evaluation);
    td_errors_free(y.errors);
    return 0;
}
