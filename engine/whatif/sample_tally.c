/*
 * The counters of a sample: one array, cut into parts; and one vector counted.
 */
#include <math.h>

#include "engine/whatif/sample.h"

/* Shares are squared in steps of 2^-15, so that 10^9 squares stay below 2^64. */
#define SHARE_GRID 32768.0

static size_t n_places(const td_rules *rules, size_t n_units)
{
    return rules->ranks == TD_FRACTIONAL ? 2 * n_units - 1 : n_units;
}

/* Where the counters of each unit begin; returns how many counters there are. */
static size_t lay_out(td_sampled *out, const td_sampler *s)
{
    const td_dataset *data = &s->prepared->evaluation->data;
    size_t u = 0;
    for (size_t c = 0; c < data->n_clusters; c++) {
        const td_cluster *cluster = &data->clusters[c];
        const td_rules *rules = s->prepared->evaluation->rules[cluster->rules];
        size_t n_items = s->prepared->blocks[cluster->rules].n_items;
        for (size_t end = u + cluster->n_units; u < end; u++) {
            out->first_place[u + 1] = out->first_place[u] + n_places(rules, cluster->n_units);
            out->first_pair[u + 1] = out->first_pair[u] + cluster->n_units;
            out->first_central[u + 1] = out->first_central[u] + n_items;
            out->first_item[u] = s->prepared->blocks[cluster->rules].first_item;
            out->is_half[u] = rules->ranks == TD_FRACTIONAL;
            out->half_ranks |= rules->ranks == TD_FRACTIONAL;
        }
    }
    size_t n_pairs = s->options->pairwise ? out->first_pair[u] : 0;
    size_t n_central = s->options->central ? out->first_central[u] : 0;
    return 1 + 2 * u + out->first_place[u] + n_pairs + 2 * n_central + 2 * out->n_awards * u;
}

static uint64_t *take(uint64_t **at, size_t n, bool wanted)
{
    uint64_t *part = wanted ? *at : NULL;
    *at += wanted ? n : 0;
    return part;
}

static void cut(td_sampled *out, const td_sampler *s)
{
    size_t n = out->n_units;
    uint64_t *at = out->counts + 1; /* the first counts vectors with infeasible lower bounds */
    out->unranked = take(&at, n, true);
    out->first = take(&at, n, true);
    out->place = take(&at, out->first_place[n], true);
    out->beats = take(&at, out->first_pair[n], s->options->pairwise);
    out->proposed = take(&at, out->n_awards * n, out->n_awards > 0);
    out->tied = take(&at, out->n_awards * n, out->n_awards > 0);
    out->n_squares = s->has_chains ? (size_t)(at - out->counts) : 0;
    out->central = take(&at, out->first_central[n], s->options->central);
    out->central_sq = take(&at, out->first_central[n], s->options->central);
}

/* Standard deviation of a drawn share; NaN where limits make it unknown. */
static double deviation(const td_region *r, size_t f)
{
    double n = (double)r->n_free, sum = 0;
    switch (r->how) {
    case TD_SAMPLING_DIRICHLET:
        for (size_t i = 0; i < r->n_free; i++)
            sum += r->alpha[i];
        return sqrt(r->share[f] * (1 - r->share[f]) / (sum + 1));
    case TD_SAMPLING_UNIFORM:
        return r->room * sqrt((n - 1) / (n * n * (n + 1)));
    case TD_SAMPLING_NONE:
        return 0;
    default:
        return NAN;
    }
}

static void describe(td_sampled *out, const td_sampler *s)
{
    for (size_t r = 0; r < s->n_rules; r++) {
        const td_region *region = &s->regions[r];
        out->how[r] = region->how;
        out->acceptance[r] = region->acceptance;
        for (size_t f = 0; f < region->n_free; f++) {
            size_t item = region->first_item + region->item[f];
            out->share[item] = region->how == TD_SAMPLING_NONE ? 0 : region->share[f];
            out->share_sd[item] = deviation(region, f);
        }
    }
}

static void *room(td_arena *arena, size_t n, size_t size, bool *failed)
{
    void *memory = td_arena_alloc(arena, n + 1, size);
    *failed |= memory == NULL;
    return memory;
}

td_status td_sampled_init(td_sampled *out, const td_sampler *s)
{
    const td_evaluation *e = s->prepared->evaluation;
    td_arena *arena = td_arena_new();
    size_t n = e->data.n_units;
    bool failed = arena == NULL, awards = s->options->awards && e->policy != NULL;
    *out = (td_sampled){.n_units = n,
                        .n_items = s->n_items,
                        .n_rules = s->n_rules,
                        .n_awards = awards ? e->policy->n_awards : 0,
                        .seed = s->options->seed,
                        .memory = arena};
    if (failed)
        return TD_ENOMEM;
    out->first_place = room(arena, n, sizeof(size_t), &failed);
    out->first_pair = room(arena, n, sizeof(size_t), &failed);
    out->first_central = room(arena, n, sizeof(size_t), &failed);
    out->first_item = room(arena, n, sizeof(size_t), &failed);
    out->is_half = room(arena, n, 1, &failed);
    out->how = room(arena, s->n_rules, sizeof *out->how, &failed);
    out->acceptance = room(arena, s->n_rules, sizeof(double), &failed);
    out->share = room(arena, s->n_items, sizeof(double), &failed);
    out->share_sd = room(arena, s->n_items, sizeof(double), &failed);
    out->key = td_arena_strdup(arena, s->key);
    if (!failed && out->key != NULL) {
        out->n_counts = lay_out(out, s);
        out->counts = room(arena, out->n_counts, sizeof(uint64_t), &failed);
        if (s->has_chains)
            out->squares = room(arena, out->n_counts, sizeof(uint64_t), &failed);
    }
    if (failed || out->key == NULL) {
        td_sampled_release(out);
        return TD_ENOMEM;
    }
    cut(out, s);
    describe(out, s);
    return TD_OK;
}

void td_sampled_release(td_sampled *sampled)
{
    td_arena_free(sampled->memory);
    *sampled = (td_sampled){0};
}

/* ---- one vector ---- */

void td_tally_central(const td_sampled *s, const td_block *b, size_t unit,
                      const double *multipliers, uint64_t *counts)
{
    uint64_t *sum = td_counts_of(s, s->central, counts) + s->first_central[unit];
    uint64_t *square = td_counts_of(s, s->central_sq, counts) + s->first_central[unit];
    for (size_t k = 0; k < b->n_items; k++) {
        double m = multipliers[b->first_item + k];
        uint64_t share = (uint64_t)(m * s->share[b->first_item + k] * SHARE_GRID + 0.5);
        sum[k] += (uint64_t)(m * TD_WEIGHT_GRID);
        square[k] += share * share;
    }
}

static void tally_pairs(const td_sampled *s, size_t unit, const td_standing *standing,
                        const td_standing *own, size_t n, uint64_t *counts)
{
    uint64_t *beats = td_counts_of(s, s->beats, counts) + s->first_pair[unit];
    for (size_t v = 0; v < n; v++)
        beats[v] += standing[v].state != TD_UNRANKED && own->rank < standing[v].rank;
}

bool td_tally_is_first(const td_standing *st, bool is_half)
{
    return st->state != TD_UNRANKED && st->rank - (is_half ? ((double)st->n_tied - 1) / 2 : 0) == 1;
}

void td_tally_cluster(const td_sampled *s, const td_prepared *prepared, size_t c,
                      const td_standing *standing, const double *multipliers, uint64_t *counts)
{
    const td_cluster *cluster = &prepared->evaluation->data.clusters[c];
    for (size_t u = 0; u < cluster->n_units; u++) {
        const td_standing *st = &standing[u];
        size_t unit = cluster->first_unit + u;
        if (st->state == TD_UNRANKED) {
            td_counts_of(s, s->unranked, counts)[unit]++;
            continue;
        }
        bool is_half = s->is_half[unit] != 0;
        size_t place = (size_t)((st->rank - 1) * (is_half ? 2 : 1));
        td_counts_of(s, s->place, counts)[s->first_place[unit] + place]++;
        if (s->beats != NULL)
            tally_pairs(s, unit, standing, st, cluster->n_units, counts);
        if (!td_tally_is_first(st, is_half))
            continue;
        td_counts_of(s, s->first, counts)[unit]++;
        if (s->central != NULL)
            td_tally_central(s, &prepared->blocks[cluster->rules], unit, multipliers, counts);
    }
}

void td_tally_awards(const td_sampled *s, const td_awards *awards, uint64_t *counts)
{
    uint64_t *proposed = td_counts_of(s, s->proposed, counts);
    uint64_t *tied = td_counts_of(s, s->tied, counts);
    for (size_t i = 0; i < s->n_awards * s->n_units; i++) {
        td_award_state state = awards->decision[i].state;
        proposed[i] += state == TD_PROPOSED || state == TD_GIVEN;
        tied[i] += state == TD_TIED_AT_CUT;
    }
}
