/*
 * Units of a cluster in order of merit. Ranks are at hand, so that orders that begin with the rank
 * only sort units that share one.
 */
#include <string.h>

#include "engine/award/local_parts.h"

/* Ranks are whole or halves. */
static size_t counter_of(const td_local_scratch *s, size_t entry)
{
    return (size_t)(2 * s->nominee[entry].standing->rank);
}

/* Entries that may be candidates, by rank. */
static void sort_by_rank(td_local_scratch *s)
{
    uint32_t *begin = s->counters;
    memset(begin, 0, (2 * s->n + 3) * sizeof *begin);
    s->n_by_rank = 0;
    for (size_t e = 0; e < s->n; e++) {
        bool takes_part = s->base[e] == TD_OUTSIDE_QUOTA;
        begin[takes_part ? counter_of(s, e) + 1 : 0]++;
        s->n_by_rank += takes_part;
    }
    begin[0] = 0;
    for (size_t k = 1; k < 2 * s->n + 3; k++)
        begin[k] += begin[k - 1];
    for (size_t e = 0; e < s->n; e++)
        if (s->base[e] == TD_OUTSIDE_QUOTA)
            s->by_rank[begin[counter_of(s, e)]++] = (uint32_t)e;
    s->is_by_rank = true;
}

/* Sorts order[n] by the keys of an award; returns the level after theirs. */
static uint32_t sort_run(td_local_scratch *s, const td_award_rule *rule, uint32_t *order, size_t n,
                         uint32_t *level, uint32_t first)
{
    td_field *f = &s->field;
    f->rule = rule;
    f->n = n;
    for (size_t i = 0; i < n; i++) {
        f->unit[i] = order[i];
        for (size_t m = 0; m < rule->n_merits; m++)
            f->keys[i * rule->n_merits + m] =
                td_nominee_merit(&s->nominee[order[i]], &rule->merits[m]);
    }
    td_field_sort_all(f);
    for (size_t i = 0; i < n; i++) {
        order[i] = (uint32_t)f->unit[f->order[i]];
        first += i > 0 && td_merit_cmp(f, f->order[i - 1], f->order[i]) != 0;
        level[order[i]] = first;
    }
    return first + 1;
}

static size_t end_of_rank(const td_local_scratch *s, const uint32_t *order, size_t begin)
{
    size_t end = begin + 1;
    while (end < s->n_by_rank && counter_of(s, order[end]) == counter_of(s, order[begin]))
        end++;
    return end;
}

static void sort(td_local_scratch *s, const td_award_rule *rule, uint32_t *order, uint32_t *level)
{
    bool rank_first = rule->merits[0].kind == TD_MERIT_RANK;
    uint32_t next = 0;
    if (!s->is_by_rank)
        sort_by_rank(s);
    memcpy(order, s->by_rank, s->n_by_rank * sizeof *order);
    for (size_t i = 0, end; i < s->n_by_rank; i = end) {
        end = rank_first ? end_of_rank(s, order, i) : s->n_by_rank;
        if (end - i > 1)
            next = sort_run(s, rule, order + i, end - i, level, next);
        else
            level[order[i]] = next++;
    }
}

/* Ranks are in order as they are. */
static void keep_order(td_local_scratch *s, uint32_t *order, uint32_t *level)
{
    for (size_t e = 0; e < s->n_by_rank; e++)
        order[e] = level[e] = (uint32_t)e;
}

td_local_order td_local_by_merit(const td_local *plan, td_local_scratch *s,
                                 const td_local_award *award)
{
    size_t list = award->list == TD_NONE ? plan->n_lists : award->list;
    uint32_t *order = s->order + list * s->capacity, *level = s->level + list * s->capacity;
    if (list == plan->n_lists || !s->is_ordered[list]) {
        if (s->by_ranks)
            keep_order(s, order, level);
        else
            sort(s, award->rule, order, level);
        s->is_ordered[list] = true;
    }
    return (td_local_order){s->n_by_rank, order, level};
}
