/*
 * Prepare: scores every cluster once and keeps what weighing, gates, classes and ties need.
 */
#include <math.h>
#include <stdlib.h>

#include "engine/passes.h"
#include "engine/prepared.h"

/* Threads write to rows of their own. */
static void keep_tile(void *context, int thread, const td_scoring *s, bool ended)
{
    (void)thread, (void)ended;
    td_block *b = context;
    size_t row = s->data->row_of_unit[s->cluster->first_unit];
    for (size_t u = 0; u < s->n_units; u++)
        td_block_keep_unit(b, s, row + u, u);
}

static td_status score(td_prepared *prepared, size_t r, const td_options *options,
                       td_errors *errors)
{
    td_passes passes = {.evaluation = prepared->evaluation,
                        .rules = r,
                        .max_units = prepared->max_units,
                        .standards = td_prepared_standards(prepared, r),
                        .arena = prepared->arena,
                        .keep = keep_tile,
                        .context = &prepared->blocks[r]};
    return td_run_passes(&passes, options, errors);
}

td_status td_prepare(const td_evaluation *evaluation, const td_options *options, td_prepared **out,
                     td_errors *errors)
{
    td_prepared *prepared = NULL;
    td_status status = td_prepared_new(evaluation, options, td_largest_cluster(&evaluation->data),
                                       0, &prepared, errors);
    if (status != TD_OK)
        return status;
    for (size_t r = 0; r < evaluation->n_rules && status == TD_OK; r++)
        status = score(prepared, r, options, errors);
    if (status == TD_OK)
        *out = prepared;
    else
        td_prepared_free(prepared);
    return status;
}

size_t td_items(const td_prepared *prepared)
{
    return prepared->n_items;
}

td_item_view td_item_get(const td_prepared *prepared, size_t item)
{
    size_t r = 0;
    while (item >= prepared->blocks[r].first_item + prepared->blocks[r].n_items)
        r++;
    const td_block *b = &prepared->blocks[r];
    const td_criterion *root = &b->rules->criteria[0];
    const td_criterion *c = &b->rules->criteria[b->items[item - b->first_item]];
    double sum = 0;
    for (size_t k = 0; k < b->n_items; k++) {
        const td_criterion *other = &b->rules->criteria[b->items[k]];
        sum += root->combine == TD_SUM ? (double)other->max_q : other->weight;
    }
    double own = root->combine == TD_SUM ? (double)c->max_q : c->weight;
    return (td_item_view){.rules = r,
                          .criterion = b->items[item - b->first_item] - 1,
                          .max_q = root->combine == TD_SUM ? own : NAN,
                          .weight = own,
                          .sum = sum,
                          .share = sum > 0 ? own / sum : 0};
}
