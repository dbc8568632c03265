/*
 * Whole decisions of awards within clusters, all clusters in parallel: for td_award().
 */
#include <stdlib.h>

#include "engine/award/local_parts.h"
#include "engine/base/threads.h"

typedef struct run {
    td_awarding *a;
    const td_local *plan;
    size_t from, to;
    uint64_t asked; /* awards decided before that it asks for */
} run;

static size_t quota_number(const run *r, size_t bound, size_t cluster)
{
    return r->a->first_quota[r->plan->bounds[bound].number] + cluster;
}

/* ---- what was decided before ---- */

static uint64_t asked_by(const run *r)
{
    uint64_t asked = 0;
    for (size_t t = r->from; t < r->to; t++) {
        const td_award_rule *rule = r->plan->awards[r->plan->turns[t]].rule;
        asked |= td_awards_asked(rule);
        for (size_t i = 0; i < rule->n_bounds; i++)
            if (rule->bounds[i].of == TD_OF_HOLDERS && rule->bounds[i].is_share)
                asked |= (uint64_t)1 << rule->bounds[i].holders;
    }
    return asked & r->a->decided;
}

static size_t count_tied(const run *r, size_t award, const td_cluster *cluster, size_t quota)
{
    size_t n = 0;
    for (size_t u = cluster->first_unit; u < cluster->first_unit + cluster->n_units; u++) {
        const td_decision *d = td_award_decision(r->a, award, u);
        n += d->state == TD_TIED_AT_CUT && d->quota == quota;
    }
    return n;
}

/* Seats of an award that the council has still to fill in the cluster. */
static size_t open_seats(const run *r, size_t award, size_t c)
{
    const td_cluster *cluster = &r->plan->evaluation->data.clusters[c];
    td_reach reach[TD_MAX_REACH];
    size_t n = td_bounds_of(r->a, award, reach, TD_MAX_REACH), seats = 0;
    for (size_t k = 0; k < n; k++) {
        const td_quota *q = &r->a->quotas[reach[k].first];
        if (reach[k].within != TD_WITHIN_CLUSTER || q->award != award || q[c].open == 0)
            continue;
        size_t tied = count_tied(r, award, cluster, reach[k].first + c);
        seats += tied < q[c].open ? tied : q[c].open;
    }
    return seats;
}

static void take_over(const run *r, td_local_scratch *s, size_t c)
{
    for (size_t w = 0; w < r->plan->n_awards; w++) {
        if ((r->asked >> w & 1) == 0)
            continue;
        s->open_seats[w] = open_seats(r, w, c);
        for (size_t e = 0; e < s->n; e++)
            s->holds[e] |= (uint64_t)td_award_holds(r->a, w, s->of.first_unit + e) << w;
    }
    for (size_t b = r->plan->first_shared; b < r->plan->n_bounds; b++) {
        size_t q = quota_number(r, b, c);
        const td_quota *quota = &r->a->quotas[q];
        s->quotas[b] = (td_local_quota){.limit = quota->limit,
                                        .denominator = quota->denominator,
                                        .used = quota->used,
                                        .open = quota->open,
                                        .over = quota->over,
                                        .left = r->a->left[q]};
    }
}

/* ---- what is decided ---- */

static void keep(const run *r, const td_local_scratch *s, size_t bound, size_t c)
{
    size_t q = quota_number(r, bound, c);
    const td_local_quota *from = &s->quotas[bound];
    td_quota *to = &r->a->quotas[q];
    to->limit = from->limit;
    to->denominator = from->denominator;
    to->used = from->used;
    to->open = from->open;
    to->over = from->over;
    r->a->left[q] = from->left;
}

static void decide_cluster(const run *r, td_local_scratch *s, size_t c)
{
    const td_dataset *data = &r->plan->evaluation->data;
    const td_cluster *cluster = &data->clusters[c];
    const td_local_cluster the = {.prepared = r->a->prepared,
                                  .block = &r->a->prepared->blocks[cluster->rules],
                                  .first_row = data->row_of_unit[cluster->first_unit],
                                  .cluster = c,
                                  .first_unit = cluster->first_unit,
                                  .standing = r->a->results->standing + cluster->first_unit};
    s->awarding = r->a;
    td_local_set_units(r->plan, s, &the);
    td_local_start(r->plan, s);
    take_over(r, s, c);
    for (size_t t = r->from; t < r->to; t++) {
        const td_local_award *award = &r->plan->awards[r->plan->turns[t]];
        s->decision = td_award_decision(r->a, award->number, cluster->first_unit);
        td_local_decide_award(r->plan, s, award);
        for (size_t i = 0; i < award->n_own; i++)
            keep(r, s, award->first_bound + i, c);
    }
    for (size_t b = r->plan->first_shared; b < r->plan->n_bounds; b++)
        keep(r, s, b, c);
}

static td_status decide_clusters(const run *r)
{
    int n_threads = td_award_threads(r->a, r->a->n_clusters);
    td_local_scratch **scratch = calloc((size_t)n_threads, sizeof *scratch);
    td_status status = scratch == NULL ? TD_ENOMEM : TD_OK;
    for (int t = 0; t < n_threads && status == TD_OK; t++) {
        scratch[t] = td_local_scratch_new(r->plan, r->a->prepared->max_units);
        status = scratch[t] == NULL ? TD_ENOMEM : TD_OK;
    }
    if (status == TD_OK) {
#pragma omp parallel for num_threads(n_threads) if (n_threads > 1) schedule(dynamic, 64)
        for (size_t c = 0; c < r->a->n_clusters; c++)
            decide_cluster(r, scratch[td_thread()], c);
    }
    for (int t = 0; scratch != NULL && t < n_threads; t++)
        td_local_scratch_free(scratch[t]);
    free(scratch);
    return status;
}

/* Places beyond clusters take all candidates at once. */
static td_status give_wide_places(td_awarding *a, size_t award)
{
    td_field field = {0};
    td_status status = td_field_init(a, award, &field);
    if (status == TD_OK)
        status = td_give_places(a, award, &field);
    td_field_release(&field);
    return status;
}

td_status td_local_award_run(td_awarding *a, const td_local *plan, size_t from, size_t to)
{
    run r = {.a = a, .plan = plan, .from = from, .to = to};
    r.asked = asked_by(&r);
    td_status status = decide_clusters(&r);
    for (size_t t = from; t < to && status == TD_OK; t++) {
        const td_local_award *award = &plan->awards[plan->turns[t]];
        a->decided |= (uint64_t)1 << award->number;
        if (!award->has_places && !award->rule->given)
            status = give_wide_places(a, award->number);
    }
    return status;
}
