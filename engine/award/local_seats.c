/*
 * Seats in one cluster. Bounds that hold in the cluster alone need no tree of regions (choose.c has
 * the general case): all of them lose the same seats, so that one bound is the tightest all the way
 * down to the cut, and nobody below the cut gets a seat.
 */
#include "engine/award/local_parts.h"

/* How far an award has come down its order of merit. */
typedef struct descent {
    const td_local *plan;
    td_local_scratch *s;
    const td_local_award *award;
    td_local_order order;
    size_t next;            /* in the order */
    size_t n_done;          /* candidates before that */
    size_t on_list, wanted; /* of the reserve */
} descent;

/* The tightest bound; TD_NONE. */
static size_t tightest(const descent *d)
{
    size_t best = TD_NONE;
    const td_local_quota *quotas = d->s->quotas;
    for (size_t k = 0; k < d->award->n_reach; k++) {
        size_t b = d->award->reach[k];
        if (quotas[b].left != INT64_MAX && (best == TD_NONE || quotas[b].left < quotas[best].left))
            best = b;
    }
    return best;
}

static void take(const descent *d, size_t seats, bool open)
{
    for (size_t k = 0; k < d->award->n_reach; k++) {
        td_local_quota *q = &d->s->quotas[d->award->reach[k]];
        *(open ? &q->open : &q->used) += seats;
        if (q->left == INT64_MAX)
            continue;
        q->left -= (int64_t)seats;
        if (q->left < 0) {
            q->over += (size_t)-q->left;
            q->left = 0;
        }
    }
}

/* The end of the group of equals at `next`; *weight: candidates in it. */
static size_t end_of_group(const descent *d, size_t *weight)
{
    const td_local_scratch *s = d->s;
    size_t i = d->next, n = 0;
    do {
        size_t e = d->order.entry[i];
        n += s->row[e] == TD_OUTSIDE_QUOTA ? s->count[e] : 0;
        i++;
    } while (i < d->order.n && d->order.equal[i]);
    *weight = n;
    return i;
}

/* All that is said of the candidates of a group: they share it. */
static void say(const descent *d, size_t e, uint8_t state, size_t bound)
{
    const td_local_scratch *s = d->s;
    td_decision *decision = &s->decision[e];
    decision->state = (td_award_state)state;
    if (bound != TD_NONE)
        decision->quota = s->awarding->first_quota[d->plan->bounds[bound].number] + s->of.cluster;
    if (!d->award->has_places)
        return;
    decision->place = d->n_done + 1;
    decision->region = s->of.cluster;
    decision->reserve = state == TD_RESERVE ? d->on_list + 1 : 0;
}

/* Gives a state to the candidates of a group and goes on behind it. */
static void settle(descent *d, size_t end, size_t weight, uint8_t state, size_t bound)
{
    td_local_scratch *s = d->s;
    bool outside = state == TD_OUTSIDE_QUOTA;
    if (outside && d->on_list < d->wanted)
        state = TD_RESERVE;
    for (size_t i = d->next; i < end; i++) {
        size_t e = d->order.entry[i];
        if (s->row[e] != TD_OUTSIDE_QUOTA)
            continue;
        s->row[e] = state;
        s->holds[e] |= (uint64_t)(state == TD_PROPOSED) << d->award->number;
        if (s->decision != NULL)
            say(d, e, state, bound);
    }
    d->next = end;
    d->n_done += weight;
    d->on_list += outside ? weight : 0;
}

/* The same where entries are ranks: all in order, none equal. */
static bool propose_ranks(descent *d, uint64_t left)
{
    td_local_scratch *s = d->s;
    const uint64_t bit = (uint64_t)1 << d->award->number;
    size_t e = d->next, n_done = d->n_done;
    for (; e < s->n_eligible; e++) {
        if (s->row[e] != TD_OUTSIDE_QUOTA)
            continue;
        if (n_done + s->count[e] > left)
            break;
        s->row[e] = TD_PROPOSED;
        s->holds[e] |= bit;
        n_done += s->count[e];
    }
    d->next = e;
    d->n_done = n_done;
    return false;
}

/* Candidates without equals, states alone: as far as they fit. False: not any further at all. */
static bool propose_single(descent *d, uint64_t left)
{
    td_local_scratch *s = d->s;
    const td_local_order *order = &d->order;
    const uint64_t bit = (uint64_t)1 << d->award->number;
    size_t i = d->next, n_done = d->n_done;
    bool fits = true;
    for (; i < order->n && !(i + 1 < order->n && order->equal[i + 1]); i++) {
        size_t e = order->entry[i];
        if (s->row[e] != TD_OUTSIDE_QUOTA)
            continue;
        fits = n_done + s->count[e] <= left;
        if (!fits)
            break;
        s->row[e] = TD_PROPOSED;
        s->holds[e] |= bit;
        n_done += s->count[e];
    }
    d->next = i;
    d->n_done = n_done;
    return fits;
}

/* From the best down, as long as a group fits. */
static void propose(descent *d, uint64_t left)
{
    size_t weight = 0, end;
    while (d->next < d->order.n) {
        if (d->s->decision == NULL &&
            !(d->s->by_ranks ? propose_ranks(d, left) : propose_single(d, left)))
            break;
        if (d->next == d->order.n)
            break;
        end = end_of_group(d, &weight);
        if (d->n_done + weight > left)
            break;
        settle(d, end, weight, TD_PROPOSED, TD_NONE);
    }
    take(d, d->n_done, false);
}

/* The group that does not fit, if there is one and some seat is left. */
static void cut(descent *d, size_t bound)
{
    td_local_quota *q = &d->s->quotas[bound];
    size_t weight, end;
    if (d->next == d->order.n || q->left == 0)
        return;
    end = end_of_group(d, &weight);
    if (d->award->rule->ties == TD_CUT_EXCLUDE) {
        q->left = 0;
    } else if (d->award->rule->ties == TD_CUT_INCLUDE) {
        take(d, weight, false);
        settle(d, end, weight, TD_PROPOSED, bound);
    } else {
        if (d->plan->bounds[bound].award == d->award->number)
            q->tied += weight;
        take(d, (size_t)q->left, true);
        settle(d, end, weight, TD_TIED_AT_CUT, bound);
    }
}

/* Who is left stays outside; some of them on the reserve list. */
static void leave_out(descent *d)
{
    size_t bound = tightest(d), weight, end;
    while (d->next < d->order.n && (d->s->decision != NULL || d->on_list < d->wanted)) {
        end = end_of_group(d, &weight);
        settle(d, end, weight, TD_OUTSIDE_QUOTA, bound);
    }
}

/* The reserve list, as far as it is the cluster's own: states are, where all are on it. */
static size_t length_of_list(const td_local_scratch *s, const td_local_award *award)
{
    if (s->decision != NULL && !award->has_places)
        return 0;
    return award->rule->reserve_all ? SIZE_MAX : award->rule->reserve;
}

void td_local_choose(const td_local *plan, td_local_scratch *s, const td_local_award *award)
{
    descent d = {.plan = plan,
                 .s = s,
                 .award = award,
                 .order = td_local_by_merit(plan, s, award),
                 .wanted = length_of_list(s, award)};
    size_t bound = tightest(&d);
    propose(&d, bound == TD_NONE ? UINT64_MAX : (uint64_t)s->quotas[bound].left);
    if (bound == TD_NONE)
        return;
    cut(&d, bound);
    leave_out(&d);
    for (size_t i = 0; i < award->n_own; i++) {
        const td_local_quota *q = &s->quotas[award->first_bound + i];
        s->open_seats[award->number] += q->tied < q->open ? q->tied : q->open;
    }
}
