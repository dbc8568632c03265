/*
 * Ranks of many clusters under many weight vectors, by the kernel alone: for comparison with what
 * other programs do with the same numbers (bench/peers/j3_numpy.py makes them and checks the
 * counts).
 *
 *   acceptability RUNS IN OUT
 *
 * IN holds int64 units, items, vectors, clusters, sizes [clusters], then double points [units * items],
 * weights [vectors * items]. OUT gets uint32 counts, unit by unit, as many as its cluster has units.
 * Prints unit-scenarios per second, median of the runs, beside the machine's multiply-add rate.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "engine/kernels/acceptability.h"

typedef struct job {
    int64_t n_units, n_items, n_vectors, n_clusters;
    int64_t *size;
    double *points, *weights, *packed;
    size_t n_tiles;
    size_t *first, *first_count; /* [n_clusters] */
    uint32_t *counts;
    size_t n_counts;
} job;

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void *room(size_t n, size_t size)
{
    void *memory = aligned_alloc(64, (n * size + 64) / 64 * 64);
    if (memory == NULL)
        exit(1);
    memset(memory, 0, n * size);
    return memory;
}

static void *read_array(FILE *file, size_t n, size_t size)
{
    void *memory = room(n, size);
    if (fread(memory, size, n, file) != n)
        exit(1);
    return memory;
}

static void read_job(job *j, const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL || fread(j, sizeof(int64_t), 4, file) != 4)
        exit(1);
    j->size = read_array(file, (size_t)j->n_clusters, sizeof *j->size);
    j->points = read_array(file, (size_t)(j->n_units * j->n_items), sizeof *j->points);
    j->weights = read_array(file, (size_t)(j->n_vectors * j->n_items), sizeof *j->weights);
    fclose(file);
    j->n_tiles = ((size_t)j->n_vectors + TD_RANK_TILE - 1) / TD_RANK_TILE;
    j->first = room((size_t)j->n_clusters, sizeof *j->first);
    j->first_count = room((size_t)j->n_clusters, sizeof *j->first_count);
    for (size_t c = 0, unit = 0; c < (size_t)j->n_clusters; unit += (size_t)j->size[c++]) {
        j->first[c] = unit;
        j->first_count[c] = j->n_counts;
        j->n_counts += (size_t)(j->size[c] * j->size[c]);
    }
    j->counts = room(j->n_counts, sizeof *j->counts);
    j->packed = room(j->n_tiles * TD_RANK_TILE * (size_t)j->n_items, sizeof *j->packed);
}

static void pack(job *j)
{
    size_t m = (size_t)j->n_items;
    for (size_t v = 0; v < (size_t)j->n_vectors; v++)
        for (size_t k = 0; k < m; k++)
            j->packed[(v / TD_RANK_STEP * m + k) * TD_RANK_STEP + v % TD_RANK_STEP] =
                j->weights[v * m + k];
}

static void run_cluster(const job *j, size_t c, double *totals, uint8_t *ranks)
{
    static const double NO_OFFSET[TD_RANK_MOST];
    static const size_t NO_KEYS[TD_RANK_MOST];
    const td_rank_kernel *kernel = td_rank_kernel_get(0);
    size_t n = (size_t)j->size[c], m = (size_t)j->n_items;
    for (size_t tile = 0; tile < j->n_tiles; tile++) {
        size_t left = (size_t)j->n_vectors - tile * TD_RANK_TILE;
        kernel->tile(n, m, j->points + j->first[c] * m, NO_OFFSET, NO_KEYS,
                     j->packed + tile * TD_RANK_TILE * m, totals, ranks);
        for (size_t i = 0; i < n && left < TD_RANK_TILE; i++)
            memset(ranks + i * TD_RANK_TILE + left, UINT8_MAX, TD_RANK_TILE - left);
        kernel->count(n, ranks, j->counts + j->first_count[c]);
    }
}

static void run(job *j)
{
    memset(j->counts, 0, j->n_counts * sizeof *j->counts);
    pack(j);
#pragma omp parallel
    {
        double *totals = room(TD_RANK_MOST * TD_RANK_STEP, sizeof *totals);
        uint8_t *ranks = room(TD_RANK_MOST * TD_RANK_TILE, 1);
#pragma omp for schedule(dynamic, 16)
        for (size_t c = 0; c < (size_t)j->n_clusters; c++)
            run_cluster(j, c, totals, ranks);
        free(totals);
        free(ranks);
    }
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

#define CHAINS 12
#define STEPS 20000000

#if defined(__x86_64__)
#define WIDE __attribute__((target("avx2")))
#else
#define WIDE
#endif

/* Multiplications and additions that do not wait for each other. */
WIDE static double multiply_add(void)
{
    typedef double lanes __attribute__((vector_size(32)));
    lanes x[CHAINS], a = {1.0000001, 1, 1, 1}, b = {1e-9, 0, 0, 0};
    double sum = 0;
    for (int i = 0; i < CHAINS; i++)
        x[i] = a + (double)i;
    for (int step = 0; step < STEPS; step++)
#pragma GCC unroll 12
        for (int i = 0; i < CHAINS; i++)
            x[i] = x[i] * a + b;
    for (int i = 0; i < CHAINS; i++)
        sum += x[i][0];
    return sum;
}

/* Operations per second, all threads together; four doubles at a time. */
static double multiply_add_rate(void)
{
    double start = now_s(), sum = 0, threads = 0;
#pragma omp parallel reduction(+ : sum, threads)
    {
        sum += multiply_add();
        threads += 1;
    }
    return sum == 0 ? 0 : 8.0 * CHAINS * STEPS * threads / (now_s() - start);
}

int main(int argc, char **argv)
{
    size_t runs = argc == 4 ? strtoul(argv[1], NULL, 10) : 0;
    if (runs == 0) {
        fprintf(stderr, "usage: acceptability RUNS IN OUT\n");
        return 2;
    }
    job j = {0};
    read_job(&j, argv[2]);
    double *elapsed_s = room(runs, sizeof *elapsed_s);
    for (size_t i = 0; i < runs; i++) {
        double start = now_s();
        run(&j);
        elapsed_s[i] = now_s() - start;
    }
    qsort(elapsed_s, runs, sizeof *elapsed_s, ascending);
    double rate = (double)(j.n_units * j.n_vectors) / elapsed_s[runs / 2];
    printf("%s: %.4f s (%.4f to %.4f), %.3g unit-scenarios/s, %.1f GFLOP/s of %.1f\n",
           td_rank_kernel_get(0)->name, elapsed_s[runs / 2], elapsed_s[0], elapsed_s[runs - 1],
           rate, rate * 2e-9 * (double)j.n_items, 1e-9 * multiply_add_rate());
    FILE *out = fopen(argv[3], "wb");
    return out == NULL || fwrite(j.counts, sizeof *j.counts, j.n_counts, out) != j.n_counts ||
           fclose(out) != 0;
}
