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

#include "bench/lib/limits.h"
#include "bench/lib/measure.h"
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

static void *read_array(FILE *file, size_t n, size_t size)
{
    void *memory = measure_room(n, size);
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
    j->first = measure_room((size_t)j->n_clusters, sizeof *j->first);
    j->first_count = measure_room((size_t)j->n_clusters, sizeof *j->first_count);
    for (size_t c = 0, unit = 0; c < (size_t)j->n_clusters; unit += (size_t)j->size[c++]) {
        j->first[c] = unit;
        j->first_count[c] = j->n_counts;
        j->n_counts += (size_t)(j->size[c] * j->size[c]);
    }
    j->counts = measure_room(j->n_counts, sizeof *j->counts);
    j->packed = measure_room(j->n_tiles * TD_RANK_TILE * (size_t)j->n_items, sizeof *j->packed);
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
        double *totals = measure_room(TD_RANK_MOST * TD_RANK_STEP, sizeof *totals);
        uint8_t *ranks = measure_room(TD_RANK_MOST * TD_RANK_TILE, 1);
#pragma omp for schedule(dynamic, 16)
        for (size_t c = 0; c < (size_t)j->n_clusters; c++)
            run_cluster(j, c, totals, ranks);
        free(totals);
        free(ranks);
    }
}

int main(int argc, char **argv)
{
    size_t runs = argc == 4 ? measure_number(argv[1]) : 0;
    if (runs == 0) {
        fprintf(stderr, "usage: acceptability RUNS IN OUT\n");
        return 2;
    }
    job j = {0};
    read_job(&j, argv[2]);
    double *elapsed_s = measure_room(runs, sizeof *elapsed_s);
    for (size_t i = 0; i < runs; i++) {
        double start = measure_now_s();
        run(&j);
        elapsed_s[i] = measure_now_s() - start;
    }
    measure_spread spread_s = measure_spread_of(elapsed_s, runs);
    double rate = (double)(j.n_units * j.n_vectors) / spread_s.median;
    printf("%s: ", td_rank_kernel_get(0)->name);
    measure_print(stdout, &spread_s);
    printf(", %.3g unit-scenarios/s, %.1f GFLOP/s of %.1f\n", rate, rate * 2e-9 * (double)j.n_items,
           1e-9 * limits_multiply_add(false, 2, 3));
    FILE *out = fopen(argv[3], "wb");
    return out == NULL || fwrite(j.counts, sizeof *j.counts, j.n_counts, out) != j.n_counts ||
           fclose(out) != 0;
}
