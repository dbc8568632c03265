/*
 * Ranks of many clusters under many weight vectors, by the kernel alone: for comparison with what
 * other programs do with the same numbers (bench/peers/j3_*.py make them and
 * compare the counts).
 *
 *   acceptability RUNS IN OUT
 *
 * IN holds int64 units, items, vectors, clusters, sizes [clusters], then double points [units * items],
 * weights [vectors * items]. OUT gets uint32 counts, unit by unit, as many as its cluster has units.
 * Prints the median, unit-scenarios per second, and multiply-adds beside what the machine can do in
 * single precision.
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
    double *points, *weights;
    td_rank_weights *tiles; /* [n_tiles] */
    size_t n_tiles;
    td_rank_units *clusters;
    size_t *first_count; /* [n_clusters] */
    uint32_t *counts;
    size_t n_counts;
} job;

static const double NO_OFFSET[TD_RANK_MOST];
static const size_t NO_KEYS[TD_RANK_MOST];

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
    j->tiles = measure_room(j->n_tiles, sizeof *j->tiles);
    for (size_t t = 0; t < j->n_tiles; t++) {
        j->tiles[t].m = (size_t)j->n_items;
        j->tiles[t].filter =
            measure_room(TD_RANK_TILE * (j->tiles[t].m + 1), sizeof *j->tiles[t].filter);
    }
    j->clusters = measure_room((size_t)j->n_clusters, sizeof *j->clusters);
    j->first_count = measure_room((size_t)j->n_clusters, sizeof *j->first_count);
    size_t *same = measure_room((size_t)j->n_units, sizeof *same), m = (size_t)j->n_items;
    uint8_t *code = measure_room((size_t)j->n_units, sizeof *code);
    float *filter = measure_room((size_t)j->n_units * m, sizeof *filter);
    for (size_t c = 0, unit = 0; c < (size_t)j->n_clusters; unit += (size_t)j->size[c++]) {
        j->clusters[c] = (td_rank_units){.n = (size_t)j->size[c],
                                         .m = m,
                                         .points = j->points + unit * m,
                                         .offset = NO_OFFSET,
                                         .before = NO_KEYS,
                                         .same = same + unit,
                                         .code = code + unit,
                                         .filter = filter + unit * m};
        j->first_count[c] = j->n_counts;
        j->n_counts += (size_t)(j->size[c] * j->size[c]);
    }
    j->counts = measure_room(j->n_counts, sizeof *j->counts);
}

/* What td_sample() does once: the units and the weights as the filter wants them. */
static void prepare(job *j)
{
    size_t m = (size_t)j->n_items;
    double *range = measure_room(m + 1, sizeof *range);
    for (size_t c = 0; c < (size_t)j->n_clusters; c++)
        td_rank_units_fill(&j->clusters[c], range);
    for (size_t t = 0, v = 0; t < j->n_tiles; t++, v += TD_RANK_TILE) {
        size_t n =
            (size_t)j->n_vectors - v < TD_RANK_TILE ? (size_t)j->n_vectors - v : TD_RANK_TILE;
        double *exact = measure_room(TD_RANK_TILE * m, sizeof *exact);
        for (size_t x = 0; x < TD_RANK_TILE; x++) {
            /* the last tile is filled with its first vector */
            const double *from = j->weights + (v + (x < n ? x : 0)) * m;
            for (size_t k = 0; k < m; k++)
                exact[td_rank_weight(m, x) + k * TD_RANK_STEP] = from[k];
        }
        j->tiles[t].exact = exact;
        td_rank_weights_fill(&j->tiles[t], range);
    }
    free(range);
}

static void blank(uint8_t *order, size_t n, size_t from, size_t to)
{
    for (size_t p = 0; p < n; p++)
        memset(order + p * TD_RANK_TILE + from, UINT8_MAX, to - from);
}

/* Vectors in which totals are equal by chance. */
static void count_tied(const td_rank_units *u, const td_rank_weights *w, size_t n_vectors,
                       const uint8_t *tied, uint8_t *order, uint32_t *counts)
{
    double totals[TD_RANK_MOST];
    size_t sorted[2 * TD_RANK_MOST], ranks[TD_RANK_MOST];
    for (size_t v = 0; v < n_vectors; v++) {
        if (tied[v] == 0)
            continue;
        td_rank_sorted(u, w->exact + td_rank_weight(w->m, v), totals, sorted, ranks);
        for (size_t i = 0; i < u->n; i++)
            counts[i * u->n + ranks[i]]++;
        blank(order, u->n, v, v + 1);
    }
}

static void run_cluster(const job *j, size_t c, int32_t *scratch, uint8_t *order)
{
    const td_rank_kernel *kernel = td_rank_kernel_get(0);
    const td_rank_units *u = &j->clusters[c];
    uint8_t tied[TD_RANK_TILE];
    uint32_t *counts = j->counts + j->first_count[c];
    for (size_t t = 0; t < j->n_tiles; t++) {
        size_t left = (size_t)j->n_vectors - t * TD_RANK_TILE;
        size_t n = left < TD_RANK_TILE ? left : TD_RANK_TILE;
        kernel->tile(u, &j->tiles[t], scratch, order, tied);
        count_tied(u, &j->tiles[t], n, tied, order, counts);
        blank(order, u->n, n, TD_RANK_TILE);
        kernel->count(u, order, counts);
    }
}

static void run(job *j)
{
    memset(j->counts, 0, j->n_counts * sizeof *j->counts);
    prepare(j);
#pragma omp parallel
    {
        int32_t *scratch = measure_room(TD_RANK_SCRATCH, sizeof *scratch);
        uint8_t *order = measure_room(TD_RANK_MOST * TD_RANK_TILE, 1);
#pragma omp for schedule(dynamic, 16)
        for (size_t c = 0; c < (size_t)j->n_clusters; c++)
            run_cluster(j, c, scratch, order);
        free(scratch);
        free(order);
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
    printf(", %.3g unit-scenarios/s, %.1f GFLOP/s of %.1f in single precision\n", rate,
           rate * 2e-9 * (double)j.n_items, 1e-9 * limits_multiply_add(true, 2, 3));
    FILE *out = fopen(argv[3], "wb");
    return out == NULL || fwrite(j.counts, sizeof *j.counts, j.n_counts, out) != j.n_counts ||
           fclose(out) != 0;
}
