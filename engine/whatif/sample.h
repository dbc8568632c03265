/*
 * Sampling weights: vectors are drawn tile by tile, evaluated cluster by cluster, and counted.
 *
 *   limits.c          the language of limits on shares
 *   region.c          is there room inside the limits? GLPK answers
 *   shares.c          drawing shares, and multipliers from them
 *   sample_plan.c     options checked, regions made, what was sampled in words
 *   sample_tally.c    the counters, and one vector counted
 *   sample_noise.c    errors of the appraisers; sample_gap.c how large by the self-scores
 *   sample_plain.c    clusters ranked by plain sums of points: the kernel
 *   sample.c          tiles over threads
 *   sample_state.c    a run as text
 *   sample_figures.c  estimates from counts
 */
#ifndef TD_ENGINE_WHATIF_SAMPLE_H
#define TD_ENGINE_WHATIF_SAMPLE_H

#include "datasets/random.h"
#include "engine/kernels/acceptability.h"
#include "engine/prepared.h"

#define TD_WEIGHT_LIMIT 1024.0
#define TD_WEIGHT_GRID 1048576.0

/* ---- limits.c ---- */

/* near * share[item] - far * share[other] >= least; other TD_NONE: there is none. */
typedef struct td_limit {
    size_t text; /* of the list that was read */
    size_t rules, item, other;
    double near, far, least;
} td_limit;

typedef struct td_limits {
    size_t n;
    td_limit *limit;
} td_limits;

/*
 * Reads limits such as "I>=20%", "I<=300" (points of the table), "2*II<=I", "I>=II>=III", for every
 * rule set that has the items named, or for one: "code: I>=20%". Item codes go before numbers.
 * Faults name the text and the character. TD_OK, TD_EINVAL or TD_ENOMEM.
 */
td_status td_limits_read(const td_prepared *prepared, size_t n, const char *const *texts,
                         td_arena *arena, td_limits *out, td_errors *errors);

/* ---- region.c, shares.c ---- */

/* Where the shares of one rule set may lie. Free items are those with an official share. */
typedef struct td_region {
    size_t rules, first_item, n_items, n_free;
    size_t *item;  /* [n_free] position among the items of the rule set */
    double *share; /* [n_free] official */
    td_sampling how;
    double acceptance;
    double *alpha;       /* [n_free] of the Dirichlet, NULL when it is not asked for */
    double *low;         /* [n_free] lower limits of single items */
    double room;         /* 1 - sum of low */
    size_t n_rows;       /* coefficient * shares >= least */
    size_t n_looked;     /* the first so many are not kept by shifting: draws look at them */
    double *coefficient; /* [n_rows * n_free] */
    double *least;       /* [n_rows] */
    size_t *text;        /* [n_rows] into the texts of the options */
    double *centre;      /* [n_free] a point inside, as far from the limits as can be */
    double *most;        /* [n_free] the largest share that the limits leave */
} td_region;

/*
 * Fills centre and most. texts: of the limits, to name those that conflict. TD_OK; TD_EINVAL when
 * no shares keep all limits, or only some without any width; TD_ENOMEM. Calls GLPK, which aborts
 * the process when memory runs out.
 */
td_status td_region_explore(td_region *region, const td_rules *rules, const char *const *texts,
                            td_errors *errors);

/* Chooses between rejection and a chain by a pilot. random and scratch as below. */
void td_region_choose(td_region *region, td_random *random, double *scratch);

/*
 * The multipliers of one tile: TD_SAMPLE_TILE vectors of the free items, in the order of
 * td_rank_weights.exact. Always the whole tile, so that a run can be continued inside of it.
 * scratch: [TD_DRAW_SCRATCH * n_free].
 */
#define TD_DRAW_SCRATCH (TD_RANK_STEP + 1)
void td_region_draw(const td_region *region, uint64_t seed, uint64_t tile, td_random *random,
                    double *scratch, double *drawn);
/* The same vector by vector, [tile * stride]: the free items of the region are written. */
void td_region_spread(const td_region *region, const double *drawn, size_t stride,
                      double *multipliers);

/* ---- sample_plan.c ---- */

/* A cluster that the kernel can rank: its units sorted by tie keys. */
typedef struct td_plain {
    td_rank_units units; /* points of free items; above TD_RANK_MOST units nothing for the kernel */
    size_t *unit;        /* [units.n] place in the cluster */
    size_t n_unranked;
    size_t *unranked; /* [n_unranked] units of the cluster that no weights rank */
} td_plain;

typedef struct td_sampler {
    const td_prepared *prepared;
    const td_sample_options *options;
    td_errors *errors;
    td_arena *arena;
    size_t n_rules, n_items;
    td_region *regions; /* [n_rules] */
    bool has_chains;
    size_t most_free;
    double *ones;     /* [n_items] the official weights */
    td_plain **plain; /* [n_clusters] NULL: the cluster takes the general way */
    double *range;    /* [n_items + n_rules] widths for the kernel, rule set by rule set */
    double **gap;     /* [n_rules][n_rows * n_items] for TD_NOISE_CHANNEL, quanta; else NULL */
    char *key;
} td_sampler;

/* Checks options and makes everything that draws need. TD_OK, TD_EINVAL, TD_EDATA, TD_ENOMEM. */
td_status td_sampler_init(td_sampler *sampler, const td_prepared *prepared,
                          const td_sample_options *options, td_errors *errors);
void td_sampler_release(td_sampler *sampler);

/* ---- sample_tally.c ---- */

/* Counters of zero, everything but n, wanted and key filled. TD_OK or TD_ENOMEM. */
td_status td_sampled_init(td_sampled *sampled, const td_sampler *sampler);

/* Counts one vector for one cluster. standing, multipliers: of its units, of all items. */
void td_tally_cluster(const td_sampled *sampled, const td_prepared *prepared, size_t cluster,
                      const td_standing *standing, const double *multipliers, uint64_t *counts);
void td_tally_central(const td_sampled *sampled, const td_block *block, size_t unit,
                      const double *multipliers, uint64_t *counts);
/* No unit ranks before it: in fractional ranks equals share the mean of their places. */
bool td_tally_is_first(const td_standing *standing, bool is_half);
void td_tally_awards(const td_sampled *sampled, const td_awards *awards, uint64_t *counts);

/* The counters of another array with the layout of sampled->counts. */
static inline uint64_t *td_counts_of(const td_sampled *sampled, const uint64_t *part,
                                     uint64_t *counts)
{
    return counts + (part - sampled->counts);
}

/* TD_OK when both keys are the same, else TD_EINVAL and the first line that differs; file (may be
   NULL) is where `before` was read. */
td_status td_keys_compare(const char *before, const char *now, const char *file, td_errors *errors);

/* ---- sample_noise.c ---- */

/* A rule set's block whose points of one cluster have been drawn; one per thread. */
typedef struct td_noisy {
    td_block *blocks; /* [n_rules] copies with points of their own */
    td_random *random;
} td_noisy;

/* Finds out how large errors are. TD_OK, TD_EINVAL, TD_EDATA or TD_ENOMEM. */
td_status td_noise_plan(td_sampler *sampler);
td_status td_gap_find(td_sampler *sampler);
td_status td_noisy_init(td_noisy *noisy, const td_sampler *sampler);
void td_noisy_release(td_noisy *noisy);
/* The block of the cluster, its points with errors; without noise the prepared one. */
const td_block *td_noisy_draw(td_noisy *noisy, const td_sampler *sampler, uint64_t vector,
                              size_t cluster);

/* ---- sample_plain.c ---- */

typedef struct td_plain_scratch {
    double *totals;
    int32_t *keys;
    uint8_t *order, *ranks;
    uint32_t *counts;
    size_t *sorted;
} td_plain_scratch;

/* Tiles of multipliers as they are drawn and as the kernel wants them, rule set by rule set. */
typedef struct td_drawn {
    double *exact; /* [n_tiles * TD_SAMPLE_TILE * n_items] */
    float *filter; /* [n_tiles * TD_SAMPLE_TILE * (n_items + n_rules)] */
} td_drawn;

/* Finds the clusters that the kernel can rank. TD_OK or TD_ENOMEM. */
td_status td_plain_make(td_sampler *sampler);
td_status td_plain_init(td_plain_scratch *scratch, const td_sampler *sampler);
void td_plain_release(td_plain_scratch *scratch);
td_status td_drawn_init(td_drawn *drawn, const td_sampler *sampler, size_t n_tiles);
void td_drawn_release(td_drawn *drawn);
/* Where the multipliers of one tile and rule set lie. */
double *td_drawn_of(const td_sampler *sampler, const td_drawn *drawn, size_t tile, size_t rules);
/* Fills the filter of the kernel from them. */
void td_plain_fill(const td_sampler *sampler, const td_drawn *drawn, size_t tile, size_t rules);
/* Counts vectors from .. to - 1 of a tile for a plain cluster. multipliers: vector by vector, looked
   at for central weights only. */
void td_plain_run(const td_sampler *sampler, const td_sampled *sampled, size_t cluster, size_t tile,
                  const double *multipliers, const td_drawn *drawn, size_t from, size_t to,
                  td_plain_scratch *scratch, uint64_t *counts);

#endif
