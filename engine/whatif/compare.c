/*
 * Two results of the same units beside each other: who moved, and how far the orders agree.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/dataset.h"

typedef struct pair {
    double x, y; /* first and second rank */
} pair;

static int by_first(const void *a, const void *b)
{
    const pair *p = a, *q = b;
    if (p->x != q->x)
        return p->x < q->x ? -1 : 1;
    return (p->y > q->y) - (p->y < q->y);
}

/* Sorts by y; how many pairs stood the other way round. */
static uint64_t sort_second(pair *pairs, pair *scratch, size_t n)
{
    if (n < 2)
        return 0;
    size_t half = n / 2, i = 0, j = half, k = 0;
    uint64_t swaps = sort_second(pairs, scratch, half);
    swaps += sort_second(pairs + half, scratch, n - half);
    while (i < half && j < n) {
        bool jumps = pairs[j].y < pairs[i].y;
        swaps += jumps ? half - i : 0;
        scratch[k++] = jumps ? pairs[j++] : pairs[i++];
    }
    while (i < half)
        scratch[k++] = pairs[i++];
    while (j < n)
        scratch[k++] = pairs[j++];
    memcpy(pairs, scratch, n * sizeof *pairs);
    return swaps;
}

static uint64_t pairs_of(uint64_t n)
{
    return n * (n - 1) / 2;
}

static bool tied(const pair *a, const pair *b, bool first, bool second)
{
    return (!first || a->x == b->x) && (!second || a->y == b->y);
}

/* Pairs of neighbours that are tied in what is asked for, once sorted by it. */
static uint64_t count_ties(const pair *pairs, size_t n, bool first, bool second)
{
    uint64_t ties = 0;
    for (size_t i = 0, end; i < n; i = end) {
        for (end = i + 1; end < n && tied(&pairs[i], &pairs[end], first, second);)
            end++;
        ties += pairs_of(end - i);
    }
    return ties;
}

/* (concordant - discordant) / sqrt(pairs not tied in x * pairs not tied in y) */
static double tau_b(pair *pairs, pair *scratch, size_t n)
{
    if (n < 2)
        return NAN;
    qsort(pairs, n, sizeof *pairs, by_first);
    uint64_t all = pairs_of(n), in_x = count_ties(pairs, n, true, false);
    uint64_t in_both = count_ties(pairs, n, true, true);
    uint64_t discordant = sort_second(pairs, scratch, n);
    uint64_t in_y = count_ties(pairs, n, false, true);
    if (all == in_x || all == in_y)
        return NAN;
    double difference = (double)(all + in_both) - (double)(in_x + in_y) - 2 * (double)discordant;
    return difference / sqrt((double)(all - in_x) * (double)(all - in_y));
}

static td_rank_change compare_cluster(const td_cluster *cluster, const td_standing *first,
                                      const td_standing *second, pair *pairs, pair *scratch)
{
    td_rank_change change = {.moved_most = TD_NONE};
    for (size_t u = cluster->first_unit; u < cluster->first_unit + cluster->n_units; u++) {
        double x = first[u].rank, y = second[u].rank;
        change.n_entered += x == 0 && y > 0;
        change.n_left += x > 0 && y == 0;
        if (x == 0 || y == 0)
            continue;
        pairs[change.n_both++] = (pair){x, y};
        change.n_moved += x != y;
        if (fabs(x - y) > fabs(change.move)) {
            change.move = x - y;
            change.moved_most = u;
        }
    }
    change.tau_b = tau_b(pairs, scratch, change.n_both);
    return change;
}

td_status td_compare_ranks(const td_evaluation *evaluation, const td_results *first, size_t v,
                           const td_results *second, size_t w, td_rank_change *out)
{
    const td_dataset *data = &evaluation->data;
    size_t n = data->n_units, most = 1;
    if (v >= first->k || w >= second->k || first->n_units != n || second->n_units != n)
        return TD_EINVAL;
    for (size_t c = 0; c < data->n_clusters; c++)
        most = data->clusters[c].n_units > most ? data->clusters[c].n_units : most;
    pair *pairs = calloc(2 * most, sizeof *pairs);
    if (pairs == NULL)
        return TD_ENOMEM;
    for (size_t c = 0; c < data->n_clusters; c++)
        out[c] = compare_cluster(&data->clusters[c], first->standing + v * n,
                                 second->standing + w * n, pairs, pairs + most);
    free(pairs);
    return TD_OK;
}

static bool is_held(td_award_state state)
{
    return state == TD_PROPOSED || state == TD_GIVEN;
}

td_award_change td_compare_award(const td_awards *first, const td_awards *second, size_t award,
                                 size_t unit)
{
    if (award >= first->n_awards || award >= second->n_awards || unit >= first->n_units ||
        unit >= second->n_units)
        return TD_AWARD_SAME;
    td_award_state a = first->decision[award * first->n_units + unit].state;
    td_award_state b = second->decision[award * second->n_units + unit].state;
    if (is_held(a) != is_held(b))
        return is_held(b) ? TD_AWARD_GAINED : TD_AWARD_LOST;
    return a == b ? TD_AWARD_SAME : TD_AWARD_SHIFTED;
}
