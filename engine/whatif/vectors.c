/*
 * Many weight vectors, a block at a time: where every unit stood.
 */
#include <stdlib.h>

#include "engine/prepared.h"

#define BLOCK_STANDINGS 200000 /* of one block: some 30 MB */

/* Ranks are multiples of one half: twice the rank is the place of its counter. */
typedef struct tally {
    const td_dataset *data;
    const td_results *official;
    size_t *first_counter; /* [n_units + 1] */
    uint32_t *count;
    double *best; /* [n_clusters] of the vector at hand */
    td_stands *stands;
} tally;

static void tally_release(tally *t)
{
    free(t->first_counter);
    free(t->count);
    free(t->best);
    free(t->stands);
}

static td_status tally_init(tally *t, const td_prepared *prepared, const td_results *official)
{
    const td_dataset *data = &prepared->evaluation->data;
    *t = (tally){.data = data, .official = official};
    t->first_counter = calloc(data->n_units + 1, sizeof *t->first_counter);
    t->stands = calloc(data->n_units + 1, sizeof *t->stands);
    t->best = calloc(data->n_clusters + 1, sizeof *t->best);
    if (t->first_counter == NULL || t->stands == NULL || t->best == NULL)
        return TD_ENOMEM;
    for (size_t u = 0; u < data->n_units; u++) {
        size_t places = 2 * data->clusters[data->units[u].cluster].n_units + 1;
        t->first_counter[u + 1] = t->first_counter[u] + places;
        t->stands[u].official = official->standing[u].rank;
    }
    t->count = calloc(t->first_counter[data->n_units] + 1, sizeof *t->count);
    return t->count == NULL ? TD_ENOMEM : TD_OK;
}

static void add_vector(tally *t, const td_standing *standing)
{
    const td_dataset *data = t->data;
    for (size_t c = 0; c < data->n_clusters; c++)
        t->best[c] = 0;
    for (size_t u = 0; u < data->n_units; u++) {
        double *best = &t->best[data->units[u].cluster], rank = standing[u].rank;
        if (rank > 0 && (*best == 0 || rank < *best))
            *best = rank;
    }
    for (size_t u = 0; u < data->n_units; u++) {
        double rank = standing[u].rank;
        td_stands *s = &t->stands[u];
        if (rank == 0)
            continue;
        t->count[t->first_counter[u] + (size_t)(2 * rank)]++;
        s->best = s->n_ranked == 0 || rank < s->best ? rank : s->best;
        s->worst = rank > s->worst ? rank : s->worst;
        s->n_official += rank == s->official;
        s->n_first += rank == t->best[data->units[u].cluster];
        s->n_ranked++;
    }
}

static void find_medians(tally *t)
{
    for (size_t u = 0; u < t->data->n_units; u++) {
        td_stands *s = &t->stands[u];
        size_t half = (s->n_ranked + 1) / 2, seen = 0, place = t->first_counter[u];
        for (; s->n_ranked > 0 && seen < half; place++)
            seen += t->count[place];
        s->median = s->n_ranked == 0 ? 0 : (double)(place - 1 - t->first_counter[u]) / 2;
    }
}

static td_status try_blocks(tally *t, const td_prepared *prepared, const td_vectors *vectors,
                            const td_options *options, const volatile int *cancelled,
                            td_vectors_seen *seen, void *context, size_t *n_done, td_errors *errors)
{
    size_t n = t->data->n_units, block = n == 0 ? 1 : BLOCK_STANDINGS / n;
    td_status status = TD_OK;
    block = block == 0 ? 1 : block;
    while (*n_done < vectors->k && status == TD_OK && (cancelled == NULL || *cancelled == 0)) {
        size_t k = vectors->k - *n_done < block ? vectors->k - *n_done : block;
        td_results results = {0};
        status = td_evaluate(prepared, k, vectors->weights + *n_done * vectors->m, options,
                             &results, errors);
        for (size_t v = 0; status == TD_OK && v < k; v++)
            add_vector(t, results.standing + v * n);
        if (status == TD_OK && seen != NULL)
            seen(context, *n_done, &results);
        *n_done += status == TD_OK ? k : 0;
        td_results_release(&results);
    }
    return status;
}

td_status td_vectors_try(const td_prepared *prepared, const td_results *official,
                         const td_vectors *vectors, const td_options *options,
                         const volatile int *cancelled, td_vectors_seen *seen, void *context,
                         td_tried *out, td_errors *errors)
{
    tally t;
    size_t n_done = 0;
    td_status status = tally_init(&t, prepared, official);
    if (status == TD_OK)
        status =
            try_blocks(&t, prepared, vectors, options, cancelled, seen, context, &n_done, errors);
    if (status == TD_OK) {
        find_medians(&t);
        *out = (td_tried){.k = n_done, .n_units = t.data->n_units, .stands = t.stands};
        t.stands = NULL;
    }
    tally_release(&t);
    return status;
}

void td_tried_release(td_tried *tried)
{
    free(tried->stands);
    *tried = (td_tried){0};
}
