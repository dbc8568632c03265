/*
 * Clusters whose ranking is a plain sum of points: the kernel ranks them, a tile at a time. That
 * is exact, so counts are those of the general way; what is not plain stays with that.
 */
#include <stdlib.h>
#include <string.h>

#include "engine/whatif/sample.h"

_Static_assert(TD_RANK_TILE == TD_SAMPLE_TILE, "the kernel ranks one tile");

/* ---- what is plain ---- */

static bool sees_weights(td_subject subject, size_t index)
{
    bool of_total =
        subject == TD_SUBJ_POINTS || subject == TD_SUBJ_SHARE || subject == TD_SUBJ_BONUS;
    return of_total && index == 0;
}

static bool depends_on_weights(const td_condition *c)
{
    for (size_t i = 0; i < c->n_children; i++)
        if (depends_on_weights(&c->children[i]))
            return true;
    return c->logic == TD_TEST &&
           (sees_weights(c->subject, c->index) || sees_weights(c->right_subject, c->right_index));
}

static bool rules_are_plain(const td_rules *rules)
{
    const td_criterion *root = &rules->criteria[0];
    bool plain = root->combine == TD_SUM && !td_rules_has_method(rules) && !root->has_clamp_min &&
                 !root->has_clamp_max && rules->view.leaf_decimals == rules->view.decimals &&
                 rules->ranks == TD_COMPETITION && !rules->view.rank_class_first &&
                 rules->view.rank_by != TD_BY_ROUNDED_SHARE;
    for (size_t g = 0; g < rules->n_gates && plain; g++)
        plain = !depends_on_weights(rules->gates[g].when);
    return plain;
}

/* Shares order like points when all units have the same maximum assigned, item by item. */
static bool shares_are_points(const td_region *region, const td_block *b, size_t row, size_t n)
{
    for (size_t u = 1; u < n; u++)
        if (memcmp(b->assigned + row * b->n_items, b->assigned + (row + u) * b->n_items,
                   b->n_items * sizeof *b->assigned) != 0)
            return false;
    for (size_t f = 0; f < region->n_free; f++)
        if (!(b->assigned[row * b->n_items + region->item[f]] > 0))
            return false;
    return true;
}

static bool has_bonus(const td_region *region, const td_block *b, size_t row, size_t n)
{
    for (size_t u = 0; u < n; u++)
        for (size_t f = 0; f < region->n_free; f++)
            if (b->bonus[(row + u) * b->n_items + region->item[f]] != 0)
                return true;
    return false;
}

static bool cluster_is_plain(const td_sampler *s, size_t c)
{
    const td_dataset *data = &s->prepared->evaluation->data;
    const td_cluster *cluster = &data->clusters[c];
    const td_block *b = &s->prepared->blocks[cluster->rules];
    const td_region *region = &s->regions[cluster->rules];
    size_t row = data->row_of_unit[cluster->first_unit];
    bool by_share = b->rules->view.rank_by == TD_BY_SHARE, by_bonus = false;
    if (b->given != NULL || region->n_free > TD_RANK_MOST_ITEMS || !rules_are_plain(b->rules))
        return false;
    for (size_t t = 0; t < b->rules->n_ties; t++) {
        by_share |= b->rules->ties[t].kind == TD_TIE_SHARE;
        by_bonus |= b->rules->ties[t].kind == TD_TIE_MORE_BONUS;
    }
    return (!by_share || shares_are_points(region, b, row, cluster->n_units)) &&
           (!by_bonus || !has_bonus(region, b, row, cluster->n_units));
}

/* ---- making it ---- */

static void *room(const td_sampler *s, size_t n, size_t size, bool *failed)
{
    void *memory = td_arena_alloc(s->arena, n + 1, size);
    *failed |= memory == NULL;
    return memory;
}

/* With all totals equal, ranks are those of the tie keys: sorted by them, equals adjacent. */
static void order_by_keys(const td_sampler *s, size_t c, td_worker *w, td_standing *standing,
                          td_plain *p, size_t *before)
{
    const td_cluster *cluster = &s->prepared->evaluation->data.clusters[c];
    const td_block *b = &s->prepared->blocks[cluster->rules];
    size_t n = cluster->n_units;
    for (size_t u = 0; u < n; u++)
        standing[u].total_q = standing[u].assigned_q = 0;
    td_rank_cluster(s->prepared, b, c, standing, w->order, w->keys);
    for (size_t u = 0; u < n; u++)
        if (standing[u].state == TD_UNRANKED)
            p->unranked[p->n_unranked++] = u;
    p->units.n = n - p->n_unranked;
    memcpy(p->unit, w->order, p->units.n * sizeof *p->unit);
    for (size_t i = 0; i < p->units.n; i++)
        before[i] =
            i > 0 && standing[p->unit[i]].rank == standing[p->unit[i - 1]].rank ? before[i - 1] : i;
}

/* Points of free items; the rest of the total (fixed items, gates) is the same for all vectors. */
static void take_points(const td_sampler *s, size_t c, const double *gates, const td_plain *p,
                        double *out, double *offset)
{
    const td_dataset *data = &s->prepared->evaluation->data;
    const td_cluster *cluster = &data->clusters[c];
    const td_block *b = &s->prepared->blocks[cluster->rules];
    const td_region *region = &s->regions[cluster->rules];
    for (size_t i = 0; i < p->units.n; i++) {
        size_t row = data->row_of_unit[cluster->first_unit + p->unit[i]];
        const double *points = b->points + row * b->n_items;
        offset[i] = gates[p->unit[i]];
        for (size_t k = 0; k < b->n_items; k++)
            offset[i] += points[k];
        for (size_t f = 0; f < region->n_free; f++) {
            out[i * region->n_free + f] = points[region->item[f]];
            offset[i] -= points[region->item[f]];
        }
    }
}

static double *range_of(const td_sampler *s, size_t rules)
{
    return s->range + s->regions[rules].first_item + rules;
}

/* What the filter of the kernel sees. */
static td_status fill_units(const td_sampler *s, size_t rules, td_rank_units *u)
{
    bool failed = false;
    u->same = room(s, u->n, sizeof *u->same, &failed);
    u->code = room(s, u->n, sizeof *u->code, &failed);
    u->filter = room(s, u->n * (u->m + 1), sizeof *u->filter, &failed);
    if (failed)
        return TD_ENOMEM;
    td_rank_units_fill(u, range_of(s, rules));
    return TD_OK;
}

static td_status make_plain(const td_sampler *s, size_t c, td_worker *w, td_standing *standing,
                            double *gates, td_plain **out)
{
    const td_cluster *cluster = &s->prepared->evaluation->data.clusters[c];
    const td_block *b = &s->prepared->blocks[cluster->rules];
    size_t n = cluster->n_units, n_free = s->regions[cluster->rules].n_free;
    bool failed = false;
    td_plain *p = room(s, 1, sizeof *p, &failed);
    double *points = room(s, n * n_free, sizeof *points, &failed);
    double *offset = room(s, n, sizeof *offset, &failed);
    size_t *before = room(s, n, sizeof *before, &failed);
    size_t *unit = room(s, n, sizeof *unit, &failed);
    size_t *unranked = room(s, n, sizeof *unranked, &failed);
    if (failed)
        return TD_ENOMEM;
    *p = (td_plain){.unit = unit, .unranked = unranked};
    td_evaluate_cluster(s->prepared, b, c, s->ones, w, standing);
    for (size_t u = 0; u < n; u++)
        gates[u] =
            standing[u].state == TD_UNRANKED ? 0 : standing[u].total_q - standing[u].before_q;
    order_by_keys(s, c, w, standing, p, before);
    take_points(s, c, gates, p, points, offset);
    p->units.m = n_free;
    p->units.points = points;
    p->units.offset = offset;
    p->units.before = before;
    *out = p;
    return p->units.n <= TD_RANK_MOST ? fill_units(s, cluster->rules, &p->units) : TD_OK;
}

td_status td_plain_make(td_sampler *s)
{
    size_t n_clusters = s->prepared->evaluation->data.n_clusters;
    bool failed = false;
    s->plain = room(s, n_clusters, sizeof *s->plain, &failed);
    s->ones = room(s, s->n_items, sizeof *s->ones, &failed);
    s->range = room(s, s->n_items + s->n_rules, sizeof *s->range, &failed);
    if (failed)
        return TD_ENOMEM;
    for (size_t k = 0; k < s->n_items; k++)
        s->ones[k] = 1;
    if (s->options->noise != TD_NOISE_NONE)
        return TD_OK;
    td_worker w;
    td_status status = td_worker_init(&w, s->prepared);
    td_standing *standing = calloc(s->prepared->max_units + 1, sizeof *standing);
    double *gates = calloc(s->prepared->max_units + 1, sizeof *gates);
    if (standing == NULL || gates == NULL)
        status = TD_ENOMEM;
    for (size_t c = 0; c < n_clusters && status == TD_OK; c++)
        if (cluster_is_plain(s, c))
            status = make_plain(s, c, &w, standing, gates, &s->plain[c]);
    free(gates);
    free(standing);
    td_worker_release(&w);
    return status;
}

/* ---- running it ---- */

void td_drawn_release(td_drawn *drawn)
{
    free(drawn->exact);
    free(drawn->filter);
    *drawn = (td_drawn){0};
}

td_status td_drawn_init(td_drawn *drawn, const td_sampler *s, size_t n_tiles)
{
    size_t n = n_tiles * TD_SAMPLE_TILE * (s->n_items + s->n_rules);
    drawn->exact = aligned_alloc(64, n * sizeof *drawn->exact);
    drawn->filter = aligned_alloc(64, n * sizeof *drawn->filter);
    return drawn->exact != NULL && drawn->filter != NULL ? TD_OK : TD_ENOMEM;
}

double *td_drawn_of(const td_sampler *s, const td_drawn *drawn, size_t tile, size_t rules)
{
    return drawn->exact + (tile * s->n_items + s->regions[rules].first_item) * TD_RANK_TILE;
}

static td_rank_weights weights_of(const td_sampler *s, const td_drawn *drawn, size_t tile,
                                  size_t rules)
{
    const td_region *region = &s->regions[rules];
    size_t column = tile * (s->n_items + s->n_rules) + region->first_item + rules;
    return (td_rank_weights){.m = region->n_free,
                             .exact = td_drawn_of(s, drawn, tile, rules),
                             .filter = drawn->filter + column * TD_RANK_TILE};
}

void td_plain_fill(const td_sampler *s, const td_drawn *drawn, size_t tile, size_t rules)
{
    td_rank_weights w = weights_of(s, drawn, tile, rules);
    td_rank_weights_fill(&w, range_of(s, rules));
}

void td_plain_release(td_plain_scratch *scratch)
{
    free(scratch->totals);
    free(scratch->keys);
    free(scratch->order);
    free(scratch->ranks);
    free(scratch->counts);
    free(scratch->sorted);
    *scratch = (td_plain_scratch){0};
}

td_status td_plain_init(td_plain_scratch *scratch, const td_sampler *s)
{
    size_t n = s->prepared->max_units > TD_RANK_MOST ? s->prepared->max_units : TD_RANK_MOST;
    *scratch =
        (td_plain_scratch){.totals = calloc(n, sizeof *scratch->totals),
                           .keys = aligned_alloc(64, TD_RANK_SCRATCH * sizeof *scratch->keys),
                           .order = aligned_alloc(64, TD_RANK_MOST * TD_RANK_TILE),
                           .ranks = aligned_alloc(64, TD_RANK_MOST * TD_RANK_TILE),
                           .counts = calloc(TD_RANK_MOST * TD_RANK_MOST, sizeof *scratch->counts),
                           .sorted = calloc(3 * n, sizeof *scratch->sorted)};
    return scratch->totals != NULL && scratch->keys != NULL && scratch->order != NULL &&
                   scratch->ranks != NULL && scratch->counts != NULL && scratch->sorted != NULL
               ? TD_OK
               : TD_ENOMEM;
}

typedef struct run {
    const td_sampled *sampled;
    const td_sampler *sampler;
    const td_plain *plain;
    const td_block *block;
    size_t first_unit;
    const double *multipliers;
    td_rank_weights weights;
    size_t from, to;
    td_plain_scratch *scratch;
    uint64_t *counts;
} run;

static void count_central(const run *r, size_t i, size_t v)
{
    td_tally_central(r->sampled, r->block, r->first_unit + r->plain->unit[i],
                     r->multipliers + v * r->sampler->n_items, r->counts);
}

/* The first of each vector, and who shares its place under every one. */
static void count_all_central(const run *r)
{
    const td_rank_units *u = &r->plain->units;
    for (size_t i = 0; i < u->n; i++) {
        const uint8_t *first = r->scratch->order;
        for (size_t v = r->from; v < r->to; v++)
            if (first[v] == u->code[u->same[i]])
                count_central(r, i, v);
    }
}

static void count_places(const run *r, const td_rank_kernel *kernel)
{
    size_t n = r->plain->units.n;
    uint32_t *counts = r->scratch->counts;
    memset(counts, 0, n * n * sizeof *counts);
    kernel->count(&r->plain->units, r->scratch->order, counts);
    for (size_t i = 0; i < n; i++) {
        size_t unit = r->first_unit + r->plain->unit[i];
        uint64_t *place = td_counts_of(r->sampled, r->sampled->place, r->counts);
        place += r->sampled->first_place[unit];
        for (size_t q = 0; q < n; q++)
            place[q] += counts[i * n + q];
        td_counts_of(r->sampled, r->sampled->first, r->counts)[unit] += counts[i * n];
    }
}

static void count_pairs(const run *r, const td_rank_kernel *kernel)
{
    size_t n = r->plain->units.n;
    uint32_t *wins = r->scratch->counts;
    memset(wins, 0, n * n * sizeof *wins);
    td_rank_ranks(&r->plain->units, r->scratch->order, r->scratch->ranks);
    kernel->pairs(n, r->scratch->ranks, wins);
    for (size_t i = 0; i < n; i++) {
        uint64_t *beats = td_counts_of(r->sampled, r->sampled->beats, r->counts) +
                          r->sampled->first_pair[r->first_unit + r->plain->unit[i]];
        for (size_t j = 0; j < n; j++)
            beats[r->plain->unit[j]] += wins[i * n + j];
    }
}

/* One vector: of a large cluster, or of one in which totals are equal by chance. */
static void run_vector(const run *r, size_t v)
{
    const td_rank_units *u = &r->plain->units;
    const td_sampled *s = r->sampled;
    size_t *ranks = r->scratch->sorted + 2 * u->n;
    td_rank_sorted(u, r->weights.exact + td_rank_weight(u->m, v), r->scratch->totals,
                   r->scratch->sorted, ranks);
    for (size_t i = 0; i < u->n; i++) {
        size_t unit = r->first_unit + r->plain->unit[i];
        td_counts_of(s, s->place, r->counts)[s->first_place[unit] + ranks[i]]++;
        uint64_t *beats =
            s->beats == NULL ? NULL : td_counts_of(s, s->beats, r->counts) + s->first_pair[unit];
        for (size_t j = 0; j < u->n && beats != NULL; j++)
            beats[r->plain->unit[j]] += ranks[i] < ranks[j];
        if (ranks[i] > 0)
            continue;
        td_counts_of(s, s->first, r->counts)[unit]++;
        if (s->central != NULL)
            count_central(r, i, v);
    }
}

static void pass_over(const run *r, size_t from, size_t to)
{
    for (size_t p = 0; p < r->plain->units.n && from < to; p++)
        memset(r->scratch->order + p * TD_RANK_TILE + from, UINT8_MAX, to - from);
}

/* The order of all vectors at once; those outside of [from, to) are passed over. */
static void run_tile(const run *r)
{
    const td_rank_kernel *kernel = td_rank_kernel_get(0);
    uint8_t tied[TD_RANK_TILE];
    kernel->tile(&r->plain->units, &r->weights, r->scratch->keys, r->scratch->order, tied);
    pass_over(r, 0, r->from);
    pass_over(r, r->to, TD_RANK_TILE);
    for (size_t v = r->from; v < r->to; v++) {
        if (tied[v] == 0)
            continue;
        run_vector(r, v);
        pass_over(r, v, v + 1);
    }
    count_places(r, kernel);
    if (r->sampled->beats != NULL)
        count_pairs(r, kernel);
    if (r->sampled->central != NULL)
        count_all_central(r);
}

void td_plain_run(const td_sampler *s, const td_sampled *sampled, size_t c, size_t tile,
                  const double *multipliers, const td_drawn *drawn, size_t from, size_t to,
                  td_plain_scratch *scratch, uint64_t *counts)
{
    const td_cluster *cluster = &s->prepared->evaluation->data.clusters[c];
    run r = {.sampled = sampled,
             .sampler = s,
             .plain = s->plain[c],
             .block = &s->prepared->blocks[cluster->rules],
             .first_unit = cluster->first_unit,
             .multipliers = multipliers,
             .weights = weights_of(s, drawn, tile, cluster->rules),
             .from = from,
             .to = to,
             .scratch = scratch,
             .counts = counts};
    for (size_t i = 0; i < r.plain->n_unranked; i++)
        td_counts_of(sampled, sampled->unranked, counts)[r.first_unit + r.plain->unranked[i]] +=
            to - from;
    if (r.plain->units.n == 0)
        return;
    if (r.plain->units.n <= TD_RANK_MOST)
        run_tile(&r);
    for (size_t v = from; v < to && r.plain->units.n > TD_RANK_MOST; v++)
        run_vector(&r, v);
}
