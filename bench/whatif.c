/*
 * Times questions of what-if alone: rules and data are read once.
 *
 *   whatif QUESTION RUNS FOLDER
 *
 * One row of QUESTIONS each. Prints one line: what was done, then median, fastest and slowest run.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/lib/measure.h"

/* A year that is open. */
typedef struct year {
    td_errors *errors;
    td_evaluation *evaluation;
    td_prepared *prepared;
    td_results official;
} year;

/* One scenario from the change to the awards: the first criterion gets half as many points more. */
static size_t try_scenario(const year *y)
{
    const td_rules *rules = td_evaluation_rules(y->evaluation, 0);
    td_criterion_view first = td_rules_criterion(rules, 0);
    td_change change = {.kind = TD_CHANGE_SET, .code = first.code, .number = 1.5 * first.max};
    td_scenario scenario = {.n_changes = 1, .changes = &change};
    td_evaluation *varied = NULL;
    td_prepared *prepared = NULL;
    td_results results = {0};
    td_awards awards = {0};
    measure_must(td_evaluation_vary(y->evaluation, &scenario, &varied, y->errors), "vary",
                 y->errors);
    measure_must(td_prepare(varied, NULL, &prepared, y->errors), "score", y->errors);
    measure_must(td_evaluate(prepared, 1, NULL, NULL, &results, y->errors), "rank", y->errors);
    measure_must(td_award(prepared, &results, NULL, &awards, y->errors), "decide", y->errors);
    size_t n = results.n_units;
    td_awards_release(&awards);
    td_results_release(&results);
    td_prepared_free(prepared);
    td_evaluation_free(varied);
    return n;
}

/* 1,000 weight vectors, counted. */
static size_t try_vectors(const year *y)
{
    enum { N_VECTORS = 1000 };
    size_t m = td_items(y->prepared);
    td_vectors vectors = {.k = N_VECTORS, .m = m};
    td_tried tried = {0};
    vectors.weights = measure_room(N_VECTORS * m, sizeof *vectors.weights);
    for (size_t i = 0; i < N_VECTORS * m; i++)
        vectors.weights[i] = (double)(i * 2654435761u % 2097152) / 1048576; /* 0 to 2 */
    measure_must(td_vectors_try(y->prepared, &y->official, &vectors, NULL, NULL, NULL, NULL, &tried,
                                y->errors),
                 "evaluate", y->errors);
    size_t n = tried.k * tried.n_units;
    td_tried_release(&tried);
    free(vectors.weights);
    return n;
}

/* Random weight vectors, ranks counted, no awards. */
static size_t sample(const year *y, uint64_t n_vectors)
{
    td_sample_options options = {.n = n_vectors, .seed = 1};
    td_sampled sampled = {0};
    measure_must(td_sample(y->prepared, &options, &sampled, y->errors), "sample", y->errors);
    size_t n = (size_t)sampled.n * sampled.n_units;
    td_sampled_release(&sampled);
    return n;
}

static size_t try_sample(const year *y)
{
    return sample(y, 1000);
}

static size_t try_large_sample(const year *y)
{
    return sample(y, 1000000);
}

static const struct {
    const char *name, *counted;
    size_t (*run)(const year *y);
} QUESTIONS[] = {
    {"scenario", "units under one scenario", try_scenario},
    {"weights", "standings under 1,000 weight vectors", try_vectors},
    {"sample", "ranks under 1,000 random weight vectors", try_sample},
    {"large-sample", "ranks under 1,000,000 random weight vectors", try_large_sample},
};

static void time_question(size_t question, size_t runs, const year *y)
{
    double *elapsed_s = measure_room(runs, sizeof *elapsed_s);
    size_t n = 0;
    for (size_t i = 0; i < runs; i++) {
        double start = measure_now_s();
        n = QUESTIONS[question].run(y);
        elapsed_s[i] = measure_now_s() - start;
    }
    measure_spread spread_s = measure_spread_of(elapsed_s, runs);
    printf("%zu %s: ", n, QUESTIONS[question].counted);
    measure_print(stdout, &spread_s);
    putchar('\n');
    free(elapsed_s);
}

int main(int argc, char **argv)
{
    size_t n = sizeof QUESTIONS / sizeof QUESTIONS[0], question = 0;
    size_t runs = argc == 4 ? measure_number(argv[2]) : 0;
    while (question < n && runs > 0 && strcmp(argv[1], QUESTIONS[question].name) != 0)
        question++;
    if (runs == 0 || question == n) {
        fprintf(stderr, "usage: whatif QUESTION RUNS FOLDER\n");
        return 2;
    }
    year y = {.errors = td_errors_new()};
    if (y.errors == NULL)
        return 1;
    measure_must(td_evaluation_load(argv[3], NULL, &y.evaluation, y.errors), "load", y.errors);
    measure_must(td_prepare(y.evaluation, NULL, &y.prepared, y.errors), "score", y.errors);
    measure_must(td_evaluate(y.prepared, 1, NULL, NULL, &y.official, y.errors), "rank", y.errors);
    time_question(question, runs, &y);
    td_results_release(&y.official);
    td_prepared_free(y.prepared);
    td_evaluation_free(y.evaluation);
    td_errors_free(y.errors);
    return 0;
}
