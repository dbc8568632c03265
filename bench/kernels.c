/*
 * Times every kernel beside its plain twin, in turn, in memory that fits the caches; both must give
 * the same bytes.
 *
 *   kernels [RUNS]     21 unless given
 *
 * Prints one row per way: kernel, way, nanoseconds per element (median, fastest, slowest), and how many
 * times faster than the first way of the kernel it is, separated by tabs.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/lib/measure.h"
#include "engine/base/columns.h"
#include "engine/kernels/acceptability.h"
#include "engine/kernels/rows.h"
#include "engine/kernels/weigh.h"

enum { UNITS = 2048, ITEMS = 20, CLUSTER = 20, MOST_WAYS = 8, REPEAT = 50 };
enum { WIDTH = (ITEMS + TD_ROWS_STEP - 1) / TD_ROWS_STEP * TD_ROWS_STEP };
enum { TILE = 120 };
static const size_t TILE_SIZES[] = {5, 22, 13, 17, 9, 25, 11, 18}; /* clusters of TILE units */

/* Inputs and outputs of all kernels; an output is compared after each way has run. */
typedef struct desk {
    double *decimals;         /* [UNITS] of two places */
    double *points, *weights; /* [UNITS * ITEMS] whole numbers; [TD_RANK_TILE * ITEMS] */
    uint8_t *marks, *ranks;   /* [UNITS]; [TD_RANK_MOST * TD_RANK_TILE] */
    td_rank_units units;      /* the first CLUSTER rows of points */
    td_rank_weights vectors;  /* of weights */
    uint8_t *order;           /* [TD_RANK_MOST * TD_RANK_TILE] of them */
    int32_t *keys;            /* [TD_RANK_SCRATCH] */
    double *totals;           /* scratch */
    double *row_values;       /* [TILE * ITEMS] */
    double *scratch;          /* [TD_ROWS_SCRATCH(TILE)] */
    void *out;
    size_t out_bytes;
    td_rows rows; /* ITEMS straight lines from 0 to 5,000, normalized in the cluster */
    size_t at;    /* which instruction set, the best is 0 */
} desk;

static const td_accepted LIMITS = {-1000, 1000, false};
static const double NO_OFFSET[TD_RANK_MOST];
static size_t BEFORE[TD_RANK_MOST];

/* ---- the twins of columns ---- */

static void whole_plain(void *state)
{
    desk *d = state;
    double *whole = d->out;
    for (size_t u = 0; u < UNITS; u++) {
        double m = td_nearest_whole(d->decimals[u] * 100);
        whole[u] = td_within(&LIMITS, d->decimals[u]) && m / 100 == d->decimals[u] ? m : NAN;
    }
}
static void whole(void *state)
{
    desk *d = state;
    td_whole_of_column(UNITS, d->decimals, &LIMITS, 2, d->out);
}

/* Of the points as a matrix of ITEMS columns. */
static void sum_plain(void *state)
{
    desk *d = state;
    double *volatile sum = d->out; /* volatile: no vectors */
    for (size_t u = 0; u < UNITS; u++) {
        sum[u] = 0;
        for (size_t j = 0; j < ITEMS; j++)
            sum[u] += d->points[j * UNITS + u];
    }
}
static void sum(void *state)
{
    desk *d = state;
    size_t first[ITEMS];
    for (size_t j = 0; j < ITEMS; j++)
        first[j] = j * UNITS;
    td_sum_columns(UNITS, ITEMS, first, d->points, d->out);
}

static void marks_plain(void *state)
{
    desk *d = state;
    uint64_t *volatile bits = d->out;
    for (size_t u = 0; u < UNITS; u++)
        bits[u / 64] |= (uint64_t)(d->marks[u] != 0) << u % 64;
}
static void marks(void *state)
{
    desk *d = state;
    uint64_t *bits = d->out;
    for (size_t u = 0; u < UNITS; u += 64)
        bits[u / 64] = td_marked(64, d->marks + u);
}

static void turn_plain(void *state)
{
    desk *d = state;
    double *columns = d->out;
    for (size_t u = 0; u < UNITS; u++)
        for (size_t j = 0; j < ITEMS; j++)
            columns[j * UNITS + u] = d->points[u * ITEMS + j];
}
static void turn(void *state)
{
    desk *d = state;
    td_turn_rows(UNITS, ITEMS, d->points, UNITS, d->out);
}

/* ---- weighing and ranking ---- */

static void weigh_plain(void *state)
{
    desk *d = state;
    td_weigh_naive(UNITS, ITEMS, d->points, d->weights, d->out);
}
static void weigh(void *state)
{
    desk *d = state;
    td_weigh(UNITS, ITEMS, d->points, d->weights, d->out);
}

static void tile(void *state)
{
    desk *d = state;
    uint8_t tied[TD_RANK_TILE];
    td_rank_kernel_get(d->at)->tile(&d->units, &d->vectors, d->keys, d->out, tied);
}
static void count(void *state)
{
    desk *d = state;
    td_rank_kernel_get(d->at)->count(&d->units, d->order, d->out);
}
static void pairs(void *state)
{
    desk *d = state;
    td_rank_kernel_get(d->at)->pairs(CLUSTER, d->ranks, d->out);
}
static const char *rank_set(size_t i)
{
    const td_rank_kernel *kernel = td_rank_kernel_get(i);
    return kernel == NULL ? NULL : kernel->name;
}

/* ---- rows ---- */

static void total_rows(void *state)
{
    desk *d = state;
    const td_rows_table tile = {.n_clusters = sizeof TILE_SIZES / sizeof *TILE_SIZES,
                                .stride = ITEMS,
                                .n_units = TILE_SIZES,
                                .values = d->row_values};
    td_rows_kernel_get(d->at)->add_up(&d->rows, &tile, d->scratch, d->out);
}
static void count_rows(void *state)
{
    desk *d = state;
    td_rows_kernel_get(d->at)->count(CLUSTER, d->points, d->points, false, d->out);
}
static const char *row_set(size_t i)
{
    const td_rows_kernel *kernel = td_rows_kernel_get(i);
    return kernel == NULL ? NULL : kernel->name;
}

/* Two ways, or one way for each instruction set that set_name() names. */
static const struct {
    const char *name;
    size_t n_elements, out_bytes;
    void (*plain)(void *), (*fast)(void *);
    const char *(*set_name)(size_t i);
} KERNELS[] = {
    {"whole numbers of a column", UNITS, UNITS * 8, whole_plain, whole, NULL},
    {"sum of columns", UNITS *ITEMS, UNITS * 8, sum_plain, sum, NULL},
    {"marks of a column", UNITS, UNITS / 8, marks_plain, marks, NULL},
    {"rows to columns", UNITS *ITEMS, UNITS *ITEMS * 8, turn_plain, turn, NULL},
    {"weighted sums", UNITS *ITEMS, UNITS * 8, weigh_plain, weigh, NULL},
    {"ranks under 256 vectors", CLUSTER *TD_RANK_TILE, CLUSTER *TD_RANK_TILE, tile, tile, rank_set},
    {"counts of ranks", CLUSTER *TD_RANK_TILE, CLUSTER *CLUSTER * 4, count, count, rank_set},
    {"counts of pairs", CLUSTER *TD_RANK_TILE, CLUSTER *CLUSTER * 4, pairs, pairs, rank_set},
    {"totals of rows", TILE *ITEMS, TILE * 8, total_rows, total_rows, row_set},
    {"ranks of totals", CLUSTER, CLUSTER * 4, count_rows, count_rows, row_set},
};

static uint32_t random_below(uint32_t n)
{
    static uint64_t state = 2025;
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((state >> 32) * n >> 32);
}

static void lay_out_rows(desk *d)
{
    td_rows *r = &d->rows;
    double **numbers[] = {&r->slope, &r->start, &r->least, &r->most, &r->base, &r->span, &r->even};
    r->n = ITEMS;
    r->width = WIDTH;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        *numbers[i] = measure_room(WIDTH, sizeof(double));
    r->scaled = measure_room(WIDTH, sizeof *r->scaled);
    r->turned = measure_room(WIDTH, sizeof *r->turned);
    d->row_values = measure_room(TILE * ITEMS, sizeof(double));
    d->scratch = measure_room(TD_ROWS_SCRATCH(TILE), sizeof(double));
    for (size_t j = 0; j < ITEMS; j++) {
        r->slope[j] = 50 * (1 + TD_ROWS_STRETCH);
        r->most[j] = r->span[j] = 5000;
        r->scaled[j] = -1;
        for (size_t u = 0; u < TILE; u++)
            d->row_values[u * ITEMS + j] = (double)random_below(12501) / 100 - 5;
    }
}

/* Units and vectors as the kernel of ranks wants them, and an order to count. */
static void lay_out_ranks(desk *d)
{
    double *range = measure_room(ITEMS + 1, sizeof *range);
    uint8_t tied[TD_RANK_TILE];
    d->units = (td_rank_units){.n = CLUSTER, .m = ITEMS, .points = d->points};
    d->units.offset = NO_OFFSET;
    d->units.before = BEFORE;
    d->units.same = measure_room(CLUSTER, sizeof(size_t));
    d->units.code = measure_room(CLUSTER, 1);
    d->units.filter = measure_room(CLUSTER * (ITEMS + 1), sizeof(float));
    d->vectors = (td_rank_weights){.m = ITEMS, .exact = d->weights};
    d->vectors.filter = measure_room(TD_RANK_TILE * (ITEMS + 1), sizeof(float));
    d->keys = measure_room(TD_RANK_SCRATCH, sizeof *d->keys);
    d->order = measure_room(TD_RANK_MOST * TD_RANK_TILE, 1);
    td_rank_units_fill(&d->units, range);
    td_rank_weights_fill(&d->vectors, range);
    td_rank_kernel_get(0)->tile(&d->units, &d->vectors, d->keys, d->order, tied);
    free(range);
}

static void lay_out(desk *d)
{
    d->decimals = measure_room(UNITS, sizeof(double));
    d->points = measure_room(UNITS * ITEMS, sizeof(double));
    d->weights = measure_room(TD_RANK_TILE * ITEMS, sizeof(double));
    d->marks = measure_room(UNITS, 1);
    d->ranks = measure_room(TD_RANK_MOST * TD_RANK_TILE, 1);
    d->totals = measure_room(UNITS, sizeof(double));
    for (size_t u = 0; u < UNITS; u++) {
        d->decimals[u] = (double)random_below(100001) / 100;
        d->marks[u] = random_below(100) == 0;
    }
    for (size_t i = 0; i < UNITS * ITEMS; i++)
        d->points[i] = random_below(5001);
    for (size_t i = 0; i < TD_RANK_TILE * ITEMS; i++)
        d->weights[i] = (double)random_below(2097152) / 1048576;
    for (size_t i = 0; i < CLUSTER * TD_RANK_TILE; i++)
        d->ranks[i] = (uint8_t)random_below(CLUSTER);
    for (size_t i = 0; i < TD_RANK_MOST; i++)
        BEFORE[i] = i;
    lay_out_ranks(d);
    lay_out_rows(d);
}

typedef struct turns {
    void (*run)(void *);
    desk *desk;
} turns;

/* Often enough for the clock. */
static void repeat(void *state)
{
    const turns *t = state;
    for (int i = 0; i < REPEAT; i++)
        t->run(t->desk);
}

static void check(size_t k, const char *way, const turns *first, const turns *t)
{
    memset(first->desk->out, 0, first->desk->out_bytes);
    memset(t->desk->out, 0, t->desk->out_bytes);
    first->run(first->desk);
    t->run(t->desk);
    if (memcmp(first->desk->out, t->desk->out, t->desk->out_bytes) == 0)
        return;
    fprintf(stderr, "kernels: %s: %s differs from its twin\n", KERNELS[k].name, way);
    exit(1);
}

/* The ways of one kernel, the plain one first. */
static size_t list_ways(size_t k, const desk *table, desk *desks, turns *all, measure_way *ways)
{
    static const char *const TWO[] = {"plain", "kernel"};
    size_t n = 2;
    if (KERNELS[k].set_name != NULL)
        for (n = 0; n < MOST_WAYS && KERNELS[k].set_name(n) != NULL;)
            n++;
    for (size_t w = 0; w < n; w++) {
        desks[w] = *table;
        desks[w].out_bytes = KERNELS[k].out_bytes;
        desks[w].out = measure_room(KERNELS[k].out_bytes + 64, 1);
        desks[w].at = n - 1 - w;
        all[w] = (turns){w == 0 ? KERNELS[k].plain : KERNELS[k].fast, &desks[w]};
        ways[w].name = KERNELS[k].set_name == NULL ? TWO[w] : KERNELS[k].set_name(n - 1 - w);
        ways[w].run = repeat;
        ways[w].state = &all[w];
        check(k, ways[w].name, &all[0], &all[w]);
    }
    return n;
}

static void time_kernel(size_t k, const desk *table, size_t runs)
{
    desk desks[MOST_WAYS];
    turns all[MOST_WAYS];
    measure_way ways[MOST_WAYS];
    size_t n_ways = list_ways(k, table, desks, all, ways);
    measure_in_turn(ways, n_ways, runs);
    for (size_t w = 0; w < n_ways; w++) {
        double scale = 1e9 / (double)KERNELS[k].n_elements / REPEAT;
        measure_spread s = ways[w].spread_s;
        printf("%s\t%s\t%.3f\t%.3f\t%.3f\t%.1f\n", KERNELS[k].name, ways[w].name, scale * s.median,
               scale * s.fastest, scale * s.slowest, ways[0].spread_s.median / s.median);
        free(desks[w].out);
    }
}

int main(int argc, char **argv)
{
    size_t runs = argc == 1 ? 21 : argc == 2 ? measure_number(argv[1]) : 0;
    if (runs == 0) {
        fprintf(stderr, "usage: kernels [RUNS]\n");
        return 2;
    }
    desk table = {0};
    lay_out(&table);
    for (size_t k = 0; k < sizeof KERNELS / sizeof KERNELS[0]; k++)
        time_kernel(k, &table, runs);
    free(table.decimals);
    free(table.points);
    free(table.weights);
    free(table.marks);
    free(table.ranks);
    free(table.totals);
    free(table.row_values);
    double *lines[] = {table.rows.slope, table.rows.start, table.rows.least, table.rows.most,
                       table.rows.base,  table.rows.span,  table.rows.even};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        free(lines[i]);
    free(table.rows.scaled);
    free(table.rows.turned);
    return 0;
}
