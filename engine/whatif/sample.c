/*
 * Running a sample: a batch of tiles at a time. Multipliers are drawn tile by tile; then clusters
 * of tiles are evaluated and counted, or, with awards, whole tiles, since quotas reach over
 * clusters. All counters are whole numbers, so no order of adding can show.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/threads.h"
#include "engine/whatif/sample.h"

#define MOST_TILES 16
#define MOST_COUNTERS ((size_t)1 << 25) /* of a batch, 8 bytes each */
#define MANY_CLUSTERS 64                /* enough pieces without several tiles at once */

/* What one thread needs. */
typedef struct hand {
    td_worker worker;
    td_noisy noisy;
    td_plain_scratch plain;
    td_standing *standing; /* of a cluster; with awards, of all units */
    double *scratch;
    td_random *random;
} hand;

typedef struct batch {
    const td_sampler *sampler;
    td_sampled *out;
    size_t n_tiles, capacity; /* tiles at hand, tiles that fit */
    uint64_t first_tile;
    size_t from[MOST_TILES], to[MOST_TILES]; /* vectors of each tile that are wanted */
    uint64_t *counts[MOST_TILES];            /* a tile's own, or those of out */
    td_status status[MOST_TILES];
    uint64_t done; /* vectors, those of tiles under way included */
    td_drawn drawn;
    bool has_vectors;    /* whether anyone looks at multipliers */
    double *multipliers; /* [capacity * TD_SAMPLE_TILE * n_items] vector by vector; fixed ones 1 */
    int n_threads;
    hand *hands; /* [n_threads] */
} batch;

static const td_dataset *data_of(const batch *b)
{
    return &b->sampler->prepared->evaluation->data;
}

static bool with_awards(const batch *b)
{
    return b->out->n_awards > 0;
}

static bool has_own_counts(const batch *b)
{
    return b->capacity > 1 || b->out->squares != NULL || with_awards(b);
}

static bool is_cancelled(const batch *b)
{
    const volatile int *cancelled = b->sampler->options->cancelled;
    return cancelled != NULL && *cancelled;
}

/* ---- memory ---- */

static void hand_release(hand *h)
{
    td_worker_release(&h->worker);
    td_noisy_release(&h->noisy);
    td_plain_release(&h->plain);
    free(h->standing);
    free(h->scratch);
    td_random_free(h->random);
}

static td_status hand_init(hand *h, const batch *b)
{
    const td_prepared *prepared = b->sampler->prepared;
    size_t n = with_awards(b) ? b->out->n_units : prepared->max_units;
    h->standing = calloc(n + 1, sizeof *h->standing);
    h->scratch = calloc(TD_DRAW_SCRATCH * b->sampler->most_free + 1, sizeof *h->scratch);
    h->random = td_random_new();
    td_status status = td_worker_init(&h->worker, prepared);
    if (status == TD_OK)
        status = td_noisy_init(&h->noisy, b->sampler);
    if (status == TD_OK)
        status = td_plain_init(&h->plain, b->sampler);
    if (h->standing == NULL || h->scratch == NULL || h->random == NULL)
        status = TD_ENOMEM;
    return status;
}

static void batch_release(batch *b)
{
    for (int t = 0; b->hands != NULL && t < b->n_threads; t++)
        hand_release(&b->hands[t]);
    for (size_t t = 0; t < b->capacity && has_own_counts(b); t++)
        free(b->counts[t]);
    free(b->hands);
    free(b->multipliers);
    td_drawn_release(&b->drawn);
}

/* Tiles at once, by the size of the work: memory, and enough pieces for many threads. */
static size_t capacity_of(const td_sampler *s, const td_sampled *out)
{
    size_t fit = MOST_COUNTERS / out->n_counts;
    bool enough = out->n_awards == 0 && s->prepared->evaluation->data.n_clusters >= MANY_CLUSTERS;
    return enough || fit < 2 ? 1 : fit < MOST_TILES ? fit : MOST_TILES;
}

/* The kernel needs no vectors of multipliers: the general way, awards and central weights do. */
static bool needs_vectors(const td_sampler *s, const td_sampled *out)
{
    for (size_t c = 0; c < s->prepared->evaluation->data.n_clusters; c++)
        if (s->plain[c] == NULL)
            return true;
    return out->n_awards > 0 || out->central != NULL;
}

static td_status batch_init(batch *b, const td_sampler *s, td_sampled *out)
{
    *b = (batch){.sampler = s, .out = out, .capacity = capacity_of(s, out)};
    td_options threads = {.threads = s->options->threads};
    size_t n_pieces = with_awards(b) ? b->capacity : b->capacity * data_of(b)->n_clusters;
    b->n_threads = td_threads(&threads, n_pieces);
    b->hands = calloc((size_t)b->n_threads, sizeof *b->hands);
    size_t n = b->capacity * TD_SAMPLE_TILE * (s->n_items + 1);
    b->multipliers = calloc(n, sizeof *b->multipliers);
    td_status status = td_drawn_init(&b->drawn, s, b->capacity);
    if (b->hands == NULL || b->multipliers == NULL)
        status = TD_ENOMEM;
    b->has_vectors = needs_vectors(s, out);
    for (size_t i = 0; i < n && b->has_vectors && status == TD_OK; i++)
        b->multipliers[i] = 1;
    for (size_t t = 0; t < b->capacity && status == TD_OK; t++) {
        b->counts[t] =
            has_own_counts(b) ? calloc(out->n_counts, sizeof *b->counts[t]) : out->counts;
        status = b->counts[t] == NULL ? TD_ENOMEM : TD_OK;
    }
    for (int t = 0; t < b->n_threads && status == TD_OK; t++)
        status = hand_init(&b->hands[t], b);
    return status;
}

/* ---- pieces ---- */

static double *multipliers_of(const batch *b, size_t tile, size_t vector)
{
    return b->multipliers + (tile * TD_SAMPLE_TILE + vector) * b->sampler->n_items;
}

static void draw_tile(const batch *b, size_t tile, hand *h)
{
    const td_sampler *s = b->sampler;
    for (size_t r = 0; r < s->n_rules; r++) {
        double *drawn = td_drawn_of(s, &b->drawn, tile, r);
        td_region_draw(&s->regions[r], s->options->seed, b->first_tile + tile, h->random,
                       h->scratch, drawn);
        td_plain_fill(s, &b->drawn, tile, r);
        if (b->has_vectors)
            td_region_spread(&s->regions[r], drawn, s->n_items, multipliers_of(b, tile, 0));
    }
}

/* One cluster under one vector, as td_evaluate() would. */
static void evaluate(const batch *b, size_t tile, size_t vector, size_t c, hand *h,
                     td_standing *standing)
{
    uint64_t number = (b->first_tile + tile) * TD_SAMPLE_TILE + vector;
    const td_block *block = td_noisy_draw(&h->noisy, b->sampler, number, c);
    td_evaluate_cluster(b->sampler->prepared, block, c, multipliers_of(b, tile, vector), &h->worker,
                        standing);
}

static void tally(const batch *b, size_t tile, size_t vector, size_t c, const td_standing *standing)
{
    td_tally_cluster(b->out, b->sampler->prepared, c, standing, multipliers_of(b, tile, vector),
                     b->counts[tile]);
}

static void run_cluster(const batch *b, size_t tile, size_t c, hand *h)
{
    if (b->sampler->plain[c] != NULL) {
        td_plain_run(b->sampler, b->out, c, tile, multipliers_of(b, tile, 0), &b->drawn,
                     b->from[tile], b->to[tile], &h->plain, b->counts[tile]);
        return;
    }
    for (size_t v = b->from[tile]; v < b->to[tile]; v++) {
        evaluate(b, tile, v, c, h, h->standing);
        tally(b, tile, v, c, h->standing);
    }
}

/* All clusters under one vector, and what is proposed then. */
static td_status run_vector(const batch *b, size_t tile, size_t v, hand *h)
{
    const td_cluster *clusters = data_of(b)->clusters;
    td_results results = {.k = 1, .n_units = b->out->n_units, .standing = h->standing};
    td_awards awards = {0};
    for (size_t c = 0; c < data_of(b)->n_clusters; c++)
        evaluate(b, tile, v, c, h, h->standing + clusters[c].first_unit);
    td_status status = td_award(b->sampler->prepared, &results, NULL, &awards, NULL);
    if (status == TD_OK || status == TD_EINFEASIBLE) {
        b->counts[tile][0] += status == TD_EINFEASIBLE;
        for (size_t c = 0; c < data_of(b)->n_clusters; c++)
            tally(b, tile, v, c, h->standing + clusters[c].first_unit);
        td_tally_awards(b->out, &awards, b->counts[tile]);
        status = TD_OK;
    }
    td_awards_release(&awards);
    return status;
}

static void report_vector(batch *b)
{
    const td_sample_options *o = b->sampler->options;
    uint64_t done;
#pragma omp atomic capture
    done = ++b->done;
    if (o->progress != NULL && td_thread() == 0)
        o->progress(o->context, done, b->out->wanted);
}

/* Stops between vectors, where a tile can be continued; chains end their tile. */
static td_status run_tile(batch *b, size_t tile, hand *h)
{
    td_status status = is_cancelled(b) ? TD_EINTERRUPTED : TD_OK;
    size_t v = b->from[tile];
    while (v < b->to[tile] && status == TD_OK) {
        status = run_vector(b, tile, v, h);
        v += status == TD_OK;
        report_vector(b);
        if (is_cancelled(b) && b->out->squares == NULL)
            break;
    }
    if (v == b->to[tile])
        return TD_OK;
    b->to[tile] = v;
    return status == TD_OK ? TD_EINTERRUPTED : status;
}

static void run_batch(batch *b)
{
    size_t n_clusters = data_of(b)->n_clusters;
    size_t n_pieces = with_awards(b) ? b->n_tiles : b->n_tiles * n_clusters;
#pragma omp parallel num_threads(b->n_threads) if (b->n_threads > 1)
    {
        hand *h = &b->hands[td_thread()];
#pragma omp for schedule(dynamic, 1)
        for (size_t tile = 0; tile < b->n_tiles; tile++)
            draw_tile(b, tile, h);
#pragma omp for schedule(dynamic, 1)
        for (size_t piece = 0; piece < n_pieces; piece++) {
            if (with_awards(b))
                b->status[piece] = run_tile(b, piece, h);
            else
                run_cluster(b, piece / n_clusters, piece % n_clusters, h);
        }
    }
}

static void add_counts(td_sampled *out, uint64_t *counts)
{
    for (size_t i = 0; i < out->n_counts; i++)
        out->counts[i] += counts[i];
    for (size_t i = 0; i < out->n_squares; i++)
        out->squares[i] += counts[i] * counts[i];
    memset(counts, 0, out->n_counts * sizeof *counts);
}

/* Adds the tiles in order, up to the first that was not finished; chains count whole. */
static td_status merge(batch *b)
{
    td_sampled *out = b->out;
    td_status status = TD_OK;
    for (size_t t = 0; t < b->n_tiles && status == TD_OK; t++) {
        status = b->status[t];
        if (status == TD_EINTERRUPTED ? out->squares != NULL : status != TD_OK)
            return status;
        if (has_own_counts(b))
            add_counts(out, b->counts[t]);
        out->n += b->to[t] - b->from[t];
    }
    return status;
}

/* ---- the run ---- */

/* The tiles after the vectors that are done. */
static void plan(batch *b)
{
    uint64_t done = b->out->n, wanted = b->out->wanted;
    b->first_tile = done / TD_SAMPLE_TILE;
    b->n_tiles = 0;
    while (b->n_tiles < b->capacity && done < wanted) {
        uint64_t tile = b->first_tile + b->n_tiles, left = wanted - tile * TD_SAMPLE_TILE;
        b->from[b->n_tiles] = (size_t)(done % TD_SAMPLE_TILE);
        b->to[b->n_tiles] = left < TD_SAMPLE_TILE ? (size_t)left : TD_SAMPLE_TILE;
        b->status[b->n_tiles] = TD_OK;
        done += b->to[b->n_tiles] - b->from[b->n_tiles];
        b->n_tiles++;
    }
}

static td_status run(batch *b)
{
    const td_sample_options *o = b->sampler->options;
    td_status status = TD_OK;
    while (b->out->n < b->out->wanted && status == TD_OK) {
        if (is_cancelled(b))
            return TD_EINTERRUPTED;
        plan(b);
        b->done = b->out->n;
        run_batch(b);
        status = merge(b);
        if (o->progress != NULL)
            o->progress(o->context, b->out->n, b->out->wanted);
    }
    return status;
}

static td_status take_over(td_sampled *next, const td_sampled *before, const td_sampler *s)
{
    td_status status = td_keys_compare(before->key, s->key, NULL, s->errors);
    if (status == TD_OK && before->n > next->wanted) {
        char wanted[24], done[24];
        td_place place = {0};
        snprintf(wanted, sizeof wanted, "%" PRIu64, next->wanted);
        snprintf(done, sizeof done, "%" PRIu64, before->n);
        td_errors_add(s->errors, TD_MSG_SAMPLE_FEWER, &place, wanted, done, NULL);
        status = TD_EINVAL;
    }
    if (status != TD_OK)
        return status;
    next->n = before->n;
    memcpy(next->counts, before->counts, next->n_counts * sizeof *next->counts);
    if (next->squares != NULL)
        memcpy(next->squares, before->squares, next->n_squares * sizeof *next->squares);
    return TD_OK;
}

/* Chains are counted in whole tiles: their errors come from the tiles. */
static uint64_t whole_tiles(uint64_t n)
{
    return (n + TD_SAMPLE_TILE - 1) / TD_SAMPLE_TILE * TD_SAMPLE_TILE;
}

td_status td_sample(const td_prepared *prepared, const td_sample_options *options,
                    td_sampled *inout, td_errors *errors)
{
    td_sampler s;
    td_sampled next = {0};
    batch b = {0};
    td_status status = td_sampler_init(&s, prepared, options, errors);
    if (status == TD_OK)
        status = td_sampled_init(&next, &s);
    if (status == TD_OK) {
        next.wanted = s.has_chains ? whole_tiles(options->n) : options->n;
        status = inout->counts != NULL ? take_over(&next, inout, &s) : TD_OK;
    }
    if (status == TD_OK)
        status = batch_init(&b, &s, &next);
    if (status == TD_OK)
        status = run(&b);
    batch_release(&b);
    td_sampler_release(&s);
    if (status != TD_OK && status != TD_EINTERRUPTED) {
        td_sampled_release(&next);
        return status;
    }
    next.infeasible = next.counts[0];
    td_sampled_release(inout);
    *inout = next;
    return status;
}
