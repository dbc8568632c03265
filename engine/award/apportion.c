/*
 * Sharing out a number of seats in proportion to weights, in exact integers.
 *
 * Hamilton's method gives whole quotas, then seats to the largest remainders. The divisor
 * methods give seat after seat to the largest weight / d(seats so far):
 * D'Hondt d = s + 1, Sainte-Laguë 2 s + 1, Adams s, Huntington-Hill sqrt(s (s + 1)).
 * Reference: Balinski and Young, Fair Representation, 2nd ed. (2001).
 */
#include <stdlib.h>
#include <string.h>

#include "engine/award/award.h"

/* A claim to a seat: num / den, den == 0 stands for infinity and is then ordered by num. */
typedef struct claim {
    td_int128 num, den;
    size_t who;
} claim;

static claim claim_of(td_apportionment method, size_t who, size_t weight, size_t seats)
{
    td_int128 w = (td_int128)weight, s = (td_int128)seats;
    switch (method) {
    case TD_DHONDT:
        return (claim){w, s + 1, who};
    case TD_SAINTE_LAGUE:
        return (claim){w, 2 * s + 1, who};
    case TD_ADAMS:
        return (claim){w, s, who};
    default: /* Huntington-Hill: squares compare like the quotients themselves */
        return (claim){w * w, s * (s + 1), who};
    }
}

/* 1 when a is the stronger claim. A weight of 0 has none. */
static int stronger(claim a, claim b)
{
    if (a.num == 0 || b.num == 0)
        return (a.num != 0) - (b.num != 0);
    if (a.den == 0 || b.den == 0) {
        int infinite = (a.den == 0) - (b.den == 0);
        return infinite != 0 ? infinite : (a.num > b.num) - (a.num < b.num);
    }
    return td_fraction_cmp((td_fraction){a.num, a.den}, (td_fraction){b.num, b.den});
}

/* A heap with the strongest claim at its root. */
static void sink(claim *heap, size_t n, size_t i)
{
    for (size_t child; (child = 2 * i + 1) < n; i = child) {
        if (child + 1 < n && stronger(heap[child + 1], heap[child]) > 0)
            child++;
        if (stronger(heap[child], heap[i]) <= 0)
            return;
        claim moved = heap[i];
        heap[i] = heap[child];
        heap[child] = moved;
    }
}

/* The last seats go to equal claims of which there are more than seats: take them back. */
static void settle_tie(td_apportionment method, size_t n, const size_t *weights, claim last,
                       size_t *seats, bool *tied, size_t *open)
{
    size_t given = 0, wanting = 0;
    for (size_t i = 0; i < n; i++) {
        bool took =
            seats[i] > 0 && stronger(claim_of(method, i, weights[i], seats[i] - 1), last) == 0;
        bool wants = stronger(claim_of(method, i, weights[i], seats[i]), last) == 0;
        given += took;
        wanting += wants;
        tied[i] = took || wants;
    }
    *open = wanting > 0 ? given : 0;
    for (size_t i = 0; i < n; i++) {
        tied[i] = tied[i] && wanting > 0;
        if (tied[i] && seats[i] > 0 &&
            stronger(claim_of(method, i, weights[i], seats[i] - 1), last) == 0)
            seats[i]--;
    }
}

static void by_divisors(td_apportionment method, size_t total, size_t n, const size_t *weights,
                        claim *heap, size_t *seats, bool *tied, size_t *open)
{
    for (size_t i = 0; i < n; i++)
        heap[i] = claim_of(method, i, weights[i], 0);
    for (size_t i = n / 2; i-- > 0;)
        sink(heap, n, i);
    claim last = {0};
    for (size_t seat = 0; seat < total && heap[0].num != 0; seat++) {
        last = heap[0];
        size_t who = last.who;
        heap[0] = claim_of(method, who, weights[who], ++seats[who]);
        sink(heap, n, 0);
    }
    if (last.num != 0)
        settle_tie(method, n, weights, last, seats, tied, open);
}

static int descending(const void *a, const void *b)
{
    td_int128 x = *(const td_int128 *)a, y = *(const td_int128 *)b;
    return (x < y) - (x > y);
}

/* One seat more for the `rest` largest remainders; those equal at the edge may be too many. */
static void give_rest(size_t rest, size_t n, const td_int128 *remainder, td_int128 *sorted,
                      size_t *seats, bool *tied, size_t *open)
{
    memcpy(sorted, remainder, n * sizeof *sorted);
    qsort(sorted, n, sizeof *sorted, descending);
    td_int128 edge = sorted[rest - 1];
    size_t n_larger = 0, n_equal = 0;
    for (size_t i = 0; i < n; i++) {
        n_larger += remainder[i] > edge;
        n_equal += remainder[i] == edge;
    }
    bool fit = n_larger + n_equal == rest;
    *open = fit ? 0 : rest - n_larger;
    for (size_t i = 0; i < n; i++) {
        seats[i] += remainder[i] > edge || (fit && remainder[i] == edge);
        tied[i] = !fit && remainder[i] == edge;
    }
}

/* scratch: [2 * n] */
static void by_remainders(size_t total, size_t n, const size_t *weights, size_t sum,
                          td_int128 *scratch, size_t *seats, bool *tied, size_t *open)
{
    size_t rest = total;
    for (size_t i = 0; i < n; i++) {
        td_int128 product = (td_int128)total * (td_int128)weights[i];
        seats[i] = (size_t)(product / (td_int128)sum);
        scratch[i] = product % (td_int128)sum;
        rest -= seats[i];
    }
    if (rest > 0) /* fewer than n: each remainder is below the sum */
        give_rest(rest, n, scratch, scratch + n, seats, tied, open);
}

bool td_apportion(td_apportionment method, size_t total, size_t n, const size_t *weights,
                  size_t *seats, bool *tied, size_t *open)
{
    size_t sum = 0, product;
    *open = 0;
    for (size_t i = 0; i < n; i++) {
        seats[i] = 0;
        tied[i] = false;
        if (__builtin_add_overflow(sum, weights[i], &sum))
            return false;
    }
    if (__builtin_mul_overflow(sum, total, &product) || product >= (size_t)1 << 62)
        return false;
    if (sum == 0 || total == 0)
        return true;
    /* room for a heap of claims, or for the remainders twice */
    void *memory = calloc(n, sizeof(claim));
    if (memory == NULL)
        return false;
    if (method == TD_LARGEST_REMAINDER)
        by_remainders(total, n, weights, sum, memory, seats, tied, open);
    else
        by_divisors(method, total, n, weights, memory, seats, tied, open);
    free(memory);
    return true;
}
