/*
 * Errors of the appraisers: the points of every item drawn anew, whole quanta, never outside of
 * what the item can give (nor further outside than the recorded points are).
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/whatif/sample.h"

td_status td_noise_plan(td_sampler *s)
{
    const td_evaluation *e = s->prepared->evaluation;
    for (size_t r = 0; r < s->n_rules && s->options->noise != TD_NOISE_NONE; r++) {
        const td_rules *rules = e->rules[r];
        td_place place = {0};
        if (rules->criteria[0].combine == TD_SUM)
            continue;
        td_errors_add(s->errors, TD_MSG_SAMPLE_NOISE_MEAN, &place, rules->view.code, NULL);
        return TD_EINVAL;
    }
    return s->options->noise == TD_NOISE_CHANNEL ? td_gap_find(s) : TD_OK;
}

void td_noisy_release(td_noisy *noisy)
{
    for (size_t r = 0; noisy->blocks != NULL && noisy->blocks[r].rules != NULL; r++)
        free(noisy->blocks[r].points);
    free(noisy->blocks);
    td_random_free(noisy->random);
    *noisy = (td_noisy){0};
}

td_status td_noisy_init(td_noisy *noisy, const td_sampler *s)
{
    *noisy = (td_noisy){.random = td_random_new()};
    if (noisy->random == NULL)
        return TD_ENOMEM;
    if (s->options->noise == TD_NOISE_NONE)
        return TD_OK;
    noisy->blocks = calloc(s->n_rules + 1, sizeof *noisy->blocks);
    for (size_t r = 0; noisy->blocks != NULL && r < s->n_rules; r++) {
        const td_block *b = &s->prepared->blocks[r];
        double *points = malloc((b->n_rows * b->n_items + 1) * sizeof *points);
        if (points == NULL)
            return TD_ENOMEM;
        memcpy(points, b->points, b->n_rows * b->n_items * sizeof *points);
        noisy->blocks[r] = *b;
        noisy->blocks[r].points = points;
    }
    return noisy->blocks == NULL ? TD_ENOMEM : TD_OK;
}

static double draw_error(td_random *random, td_noise noise, double scale)
{
    return noise == TD_NOISE_UNIFORM ? scale * (2 * td_random_uniform(random) - 1)
                                     : td_random_gauss(random, scale);
}

static void draw_row(const td_noisy *noisy, const td_sampler *s, const td_block *official,
                     const double *gap, td_block *b, size_t row)
{
    double part = s->options->noise_percent / 100;
    for (size_t k = 0; k < b->n_items; k++) {
        size_t at = row * b->n_items + k;
        double was = official->points[at];
        if (b->state[at] != TD_PRESENT)
            continue;
        double whole = (double)b->rules->criteria[b->items[k]].max_q;
        if (gap != NULL)
            whole = gap[at];
        double drawn = was + draw_error(noisy->random, s->options->noise, part * whole);
        double lo = fmin(was, 0), hi = fmax(was, b->assigned[at]);
        b->points[at] = fmin(fmax(round(drawn), lo), hi);
    }
}

const td_block *td_noisy_draw(td_noisy *noisy, const td_sampler *s, uint64_t vector, size_t c)
{
    const td_dataset *data = &s->prepared->evaluation->data;
    const td_cluster *cluster = &data->clusters[c];
    const td_block *official = &s->prepared->blocks[cluster->rules];
    if (s->options->noise == TD_NOISE_NONE)
        return official;
    td_block *b = &noisy->blocks[cluster->rules];
    const double *gap = s->gap != NULL ? s->gap[cluster->rules] : NULL;
    size_t row = data->row_of_unit[cluster->first_unit];
    /* One stream per vector and cluster: the same errors in whatever order they are drawn. */
    td_random_start(noisy->random, ~s->options->seed + vector * UINT64_C(0xD1B54A32D192ED03), c);
    for (size_t u = 0; u < cluster->n_units; u++)
        draw_row(noisy, s, official, gap, b, row + u);
    return b;
}
