/*
 * Units of a cluster in order of merit. Ranks are at hand, so that orders that begin with the rank
 * only sort units that share one.
 */
#include <string.h>

#include "engine/award/local_parts.h"

static size_t counter_of(const td_local_scratch *s, size_t entry)
{
    return (size_t)((double)s->rules->halves * s->rank[entry]);
}

/* Entries that may be candidates, by rank. */
static void sort_by_rank(td_local_scratch *s)
{
    uint32_t *begin = s->counters;
    size_t n_counters = s->rules->halves * s->n + 2;
    memset(begin, 0, n_counters * sizeof *begin);
    for (size_t e = 0; e < s->n; e++)
        begin[s->base[e] == TD_OUTSIDE_QUOTA ? counter_of(s, e) + 1 : 0]++;
    s->n_by_rank = s->n - begin[0];
    begin[0] = 0;
    for (size_t k = 1; k < n_counters; k++)
        begin[k] += begin[k - 1];
    for (size_t e = 0; e < s->n; e++)
        if (s->base[e] == TD_OUTSIDE_QUOTA)
            s->by_rank[begin[counter_of(s, e)]++] = (uint32_t)e;
    s->is_by_rank = true;
}

/* Sorts order[n] by the keys of an award. */
static void sort_run(td_local_scratch *s, const td_award_rule *rule, uint32_t *order,
                     uint8_t *equal, size_t n)
{
    td_field *f = &s->field;
    f->rule = rule;
    f->n = n;
    for (size_t i = 0; i < n; i++) {
        const td_nominee the = td_local_nominee(s, order[i]);
        f->unit[i] = order[i];
        for (size_t m = 0; m < rule->n_merits; m++)
            f->keys[i * rule->n_merits + m] = td_nominee_merit(&the, &rule->merits[m]);
    }
    td_field_sort_all(f);
    for (size_t i = 0; i < n; i++) {
        order[i] = (uint32_t)f->unit[f->order[i]];
        equal[i] = i > 0 && td_merit_cmp(f, f->order[i - 1], f->order[i]) == 0;
    }
}

static void sort(td_local_scratch *s, const td_award_rule *rule, uint32_t *order, uint8_t *equal)
{
    bool rank_first = rule->merits[0].kind == TD_MERIT_RANK;
    if (!s->is_by_rank)
        sort_by_rank(s);
    memcpy(order, s->by_rank, s->n_by_rank * sizeof *order);
    memset(equal, 0, s->n_by_rank);
    for (size_t i = 0, end; i < s->n_by_rank; i = end) {
        end = rank_first ? i + 1 : s->n_by_rank;
        while (end < s->n_by_rank && s->rank[order[end]] == s->rank[order[i]])
            end++;
        if (end - i > 1)
            sort_run(s, rule, order + i, equal + i, end - i);
    }
}

td_local_order td_local_by_merit(const td_local *plan, td_local_scratch *s,
                                 const td_local_award *award)
{
    if (s->by_ranks)
        return (td_local_order){s->n_eligible, s->identity, s->distinct};
    size_t list = award->list == TD_NONE ? plan->n_lists : award->list;
    uint32_t *order = s->order + list * s->capacity;
    uint8_t *equal = s->equal + list * s->capacity;
    if (list == plan->n_lists || !s->is_ordered[list])
        sort(s, award->rule, order, equal);
    s->is_ordered[list] = true;
    return (td_local_order){s->n_by_rank, order, equal};
}
