/*
 * Estimates from the counts of a sample.
 */
#include <math.h>
#include <stdlib.h>

#include "engine/base/threads.h"
#include "engine/whatif/sample.h"

#define CONFIDENCE_DRAWS 1024 /* errors below 2 % */

/*
 * Independent draws: sqrt(p (1 - p) / n). Chains: the tiles are independent of each other, so the
 * error of their mean is that of equal batches (batch means; G. S. Fishman, Monte Carlo, 1996).
 */
td_estimate td_sampled_share(const td_sampled *s, const uint64_t *counter)
{
    double n = (double)s->n, p = (double)*counter / n;
    if (s->squares == NULL)
        return (td_estimate){p, sqrt(p * (1 - p) / n)};
    double tiles = n / TD_SAMPLE_TILE, size = TD_SAMPLE_TILE;
    double square = (double)s->squares[counter - s->counts] / tiles / (size * size);
    double variance = fmax(square - p * p, 0) / (tiles - 1);
    return (td_estimate){p, tiles < 2 ? NAN : sqrt(variance)};
}

double td_sampled_rank(const td_sampled *s, size_t unit, double percent)
{
    const uint64_t *place = s->place + s->first_place[unit];
    size_t n = s->first_place[unit + 1] - s->first_place[unit];
    uint64_t ranked = s->n - s->unranked[unit], below = 0;
    if (ranked == 0)
        return NAN;
    for (size_t i = 0; i < n; i++) {
        below += place[i];
        if ((double)below * 100 >= percent * (double)ranked && below > 0)
            return 1 + (double)i / (s->is_half[unit] ? 2 : 1);
    }
    return NAN;
}

/* Shares were squared in steps of 2^-15. */
td_estimate td_sampled_central(const td_sampled *s, size_t unit, size_t k)
{
    size_t at = s->first_central[unit] + k, item = s->first_item[unit] + k;
    double n = (double)s->first[unit];
    if (s->central == NULL || s->first[unit] == 0 || !(s->share[item] > 0))
        return (td_estimate){NAN, NAN};
    double mean = (double)s->central[at] / n / TD_WEIGHT_GRID * s->share[item];
    double square = (double)s->central_sq[at] / n / (32768.0 * 32768.0);
    return (td_estimate){mean, sqrt(fmax(square - mean * mean, 0) / n)};
}

/* ---- confidence factors ---- */

/* Mean multipliers where the unit is first, whole steps of the grid; others stay 1. */
static void central_multipliers(const td_sampled *s, const td_block *b, size_t unit,
                                double *weights)
{
    uint64_t n = s->first[unit];
    for (size_t k = 0; k < b->n_items; k++) {
        uint64_t sum = s->central[s->first_central[unit] + k];
        weights[b->first_item + k] = (double)((sum + n / 2) / n) / TD_WEIGHT_GRID;
    }
}

typedef struct trial {
    td_worker worker;
    td_noisy noisy;
    td_standing *standing;
    double *weights;
} trial;

static td_estimate confidence(const td_sampled *s, const td_sampler *sampler, size_t unit, trial *t)
{
    const td_prepared *prepared = sampler->prepared;
    size_t c = prepared->evaluation->data.units[unit].cluster;
    const td_cluster *cluster = &prepared->evaluation->data.clusters[c];
    uint64_t n = 1, wins = 0;
    if (s->central == NULL || s->first[unit] == 0)
        return (td_estimate){NAN, NAN};
    if (sampler->options->noise != TD_NOISE_NONE)
        n = s->n < CONFIDENCE_DRAWS ? s->n : CONFIDENCE_DRAWS;
    central_multipliers(s, &prepared->blocks[cluster->rules], unit, t->weights);
    for (uint64_t v = 0; v < n; v++) {
        const td_block *block = td_noisy_draw(&t->noisy, sampler, v, c);
        td_evaluate_cluster(prepared, block, c, t->weights, &t->worker, t->standing);
        wins += td_tally_is_first(&t->standing[unit - cluster->first_unit], s->is_half[unit]);
    }
    double p = (double)wins / (double)n;
    return (td_estimate){
        p, sampler->options->noise == TD_NOISE_NONE ? 0 : sqrt(p * (1 - p) / (double)n)};
}

static td_status trial_init(trial *t, const td_sampler *s)
{
    t->standing = calloc(s->prepared->max_units + 1, sizeof *t->standing);
    t->weights = calloc(s->n_items + 1, sizeof *t->weights);
    for (size_t i = 0; t->weights != NULL && i < s->n_items; i++)
        t->weights[i] = 1;
    td_status status = td_worker_init(&t->worker, s->prepared);
    if (status == TD_OK)
        status = td_noisy_init(&t->noisy, s);
    return t->standing == NULL || t->weights == NULL ? TD_ENOMEM : status;
}

static void trial_release(trial *t)
{
    td_worker_release(&t->worker);
    td_noisy_release(&t->noisy);
    free(t->standing);
    free(t->weights);
}

static td_status all_confidences(const td_sampled *s, const td_sampler *sampler, td_estimate *out)
{
    td_options threads = {.threads = sampler->options->threads};
    int n_threads = td_threads(&threads, s->n_units);
    trial *trials = calloc((size_t)n_threads, sizeof *trials);
    td_status status = trials == NULL ? TD_ENOMEM : TD_OK;
    for (int t = 0; t < n_threads && status == TD_OK; t++)
        status = trial_init(&trials[t], sampler);
    if (status == TD_OK) {
#pragma omp parallel for num_threads(n_threads) if (n_threads > 1) schedule(dynamic, 16)
        for (size_t u = 0; u < s->n_units; u++)
            out[u] = confidence(s, sampler, u, &trials[td_thread()]);
    }
    for (int t = 0; trials != NULL && t < n_threads; t++)
        trial_release(&trials[t]);
    free(trials);
    return status;
}

td_status td_sample_confidence(const td_prepared *prepared, const td_sample_options *options,
                               const td_sampled *sampled, td_estimate *out, td_errors *errors)
{
    td_sampler sampler;
    td_status status = td_sampler_init(&sampler, prepared, options, errors);
    if (status == TD_OK)
        status = td_keys_compare(sampled->key, sampler.key, NULL, errors);
    if (status == TD_OK)
        status = all_confidences(sampled, &sampler, out);
    td_sampler_release(&sampler);
    return status;
}
