/*
 * How far the points of each unit and item lie from those by its self-score: everything scored
 * once more, the channel of least precedence put first.
 */
#include <math.h>
#include <string.h>

#include "datasets/extent.h"
#include "datasets/load.h"
#include "engine/whatif/sample.h"

static size_t last_channel(const td_table *table)
{
    size_t last = table->rules->n_channels;
    while (last > 0 && table->by_channel[last - 1] == NULL)
        last--;
    return last == 0 ? TD_NONE : last - 1;
}

static bool has_other_channel(const td_table *table)
{
    size_t n = 0;
    for (size_t c = 0; c < table->rules->n_channels; c++)
        n += table->by_channel[c] != NULL;
    return n > 1;
}

/* The values that count when the last channel goes before all others. */
static td_status resolve_anew(td_table *table, td_arena *arena)
{
    size_t n = table->n_rows * table->n_indicators, last = last_channel(table);
    double *self = table->by_channel[last];
    memmove(table->by_channel + 1, table->by_channel, last * sizeof table->by_channel[0]);
    table->by_channel[0] = self;
    table->value = td_arena_alloc(arena, n + 1, sizeof *table->value);
    table->source = td_arena_alloc(arena, n + 1, sizeof *table->source);
    table->extent = td_arena_alloc(arena, table->n_indicators + 1, sizeof *table->extent);
    if (table->value == NULL || table->source == NULL || table->extent == NULL)
        return TD_ENOMEM;
    for (size_t row = 0; row < table->n_rows; row++)
        td_resolve_row(table, row);
    td_extent_clear(table->n_indicators, table->extent);
    td_extent_widen(table, 0, table->n_rows, table->extent);
    return TD_OK;
}

static size_t level_of(const td_prepared *prepared)
{
    size_t level = 1;
    for (size_t r = 0; r < prepared->evaluation->n_rules; r++) {
        const td_block *b = &prepared->blocks[r];
        for (size_t k = 0; k < b->n_items; k++)
            if (b->rules->criteria[b->items[k]].depth > level)
                level = b->rules->criteria[b->items[k]].depth;
    }
    return level;
}

static td_status keep_gaps(td_sampler *s, const td_prepared *self)
{
    s->gap = td_arena_alloc(s->arena, s->n_rules, sizeof *s->gap);
    for (size_t r = 0; s->gap != NULL && r < s->n_rules; r++) {
        const td_block *a = &s->prepared->blocks[r], *b = &self->blocks[r];
        size_t n = a->n_rows * a->n_items;
        double *gap = td_arena_alloc(s->arena, n + 1, sizeof *gap);
        if (gap == NULL)
            return TD_ENOMEM;
        for (size_t i = 0; i < n; i++)
            if (a->state[i] == TD_PRESENT && b->state[i] == TD_PRESENT)
                gap[i] = fabs(a->points[i] - b->points[i]);
        s->gap[r] = gap;
    }
    return s->gap == NULL ? TD_ENOMEM : TD_OK;
}

td_status td_gap_find(td_sampler *s)
{
    td_evaluation by_self = *s->prepared->evaluation;
    td_table *tables = td_arena_alloc(s->arena, s->n_rules, sizeof *tables);
    td_status status = tables == NULL ? TD_ENOMEM : TD_OK;
    for (size_t r = 0; r < s->n_rules && status == TD_OK; r++) {
        tables[r] = by_self.data.tables[r];
        td_place place = {0};
        if (has_other_channel(&tables[r])) {
            status = resolve_anew(&tables[r], s->arena);
            continue;
        }
        td_errors_add(s->errors, TD_MSG_SAMPLE_NOISE_CHANNEL, &place, by_self.rules[r]->view.code,
                      NULL);
        status = TD_EINVAL;
    }
    by_self.data.tables = tables;
    td_options options = {.threads = s->options->threads, .level = level_of(s->prepared)};
    td_prepared *self = NULL;
    if (status == TD_OK)
        status = td_prepare(&by_self, &options, &self, NULL);
    if (status == TD_OK)
        status = keep_gaps(s, self);
    td_prepared_free(self);
    return status;
}
