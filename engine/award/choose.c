/*
 * Seats under nested upper bounds, from the best merit down, a group of equals at a time.
 *
 * The sets of units that respect nested bounds form a matroid (a laminar one), and for a
 * matroid taking the best that still fits gives the best sequence of merits (Edmonds, 1971).
 *
 * Equals are settled together, in a small tree of regions: clusters, groups, all. Upwards, the
 * demand of each region meets the seats left there; where it is larger, those inside are
 * tied. Downwards, a region below a tie keeps as many seats open as it could still be given.
 */
#include <stdlib.h>

#include "engine/award/award.h"

#define UNBOUND SIZE_MAX

/* A region of the group at hand: members [begin, end). */
typedef struct region {
    td_scope level;
    size_t begin, end;
    size_t parent;     /* TD_NONE for all */
    int64_t demand;    /* seats that it can use within its own bounds */
    size_t contested;  /* quota with fewer seats than demand, UNBOUND */
    bool is_uncertain; /* it, or a region around it, is contested */
    int64_t open;
} region;

typedef struct choice {
    td_awarding *a;
    size_t award;
    const td_field *field;
    size_t n_reach;
    td_reach reach[TD_MAX_REACH];
    size_t *members; /* the group of equals, sorted by group, then unit */
    size_t n;
    size_t *closed;  /* [n] quota without seats, UNBOUND while open */
    size_t *home;    /* [n] the region of its cluster */
    region *regions; /* [2 n + 1] clusters, then groups, then all: children before parents */
    size_t n_regions;
} choice;

static size_t unit_of(const choice *c, size_t i)
{
    return c->field->unit[c->members[i]];
}

/* ---- the tree ---- */

static int by_group_then_unit(const choice *c, size_t x, size_t y)
{
    size_t u = c->field->unit[x], v = c->field->unit[y];
    size_t p = td_region_of(c->a, TD_WITHIN_GROUP, u), q = td_region_of(c->a, TD_WITHIN_GROUP, v);
    int sign = (p > q) - (p < q);
    return sign != 0 ? sign : (u > v) - (u < v);
}

/* Insertion sort: members come sorted by unit, so only groups move. */
static void sort_members(choice *c)
{
    if (c->a->n_groups == 0)
        return;
    for (size_t i = 1; i < c->n; i++) {
        size_t moving = c->members[i], k = i;
        for (; k > 0 && by_group_then_unit(c, c->members[k - 1], moving) > 0; k--)
            c->members[k] = c->members[k - 1];
        c->members[k] = moving;
    }
}

/* Runs of members in the same region of a level; units of no group have none. */
static void add_regions(choice *c, td_scope level)
{
    for (size_t i = 0, end; i < c->n; i = end) {
        size_t where = td_region_of(c->a, level, unit_of(c, i));
        for (end = i + 1; end < c->n; end++)
            if (td_region_of(c->a, level, unit_of(c, end)) != where)
                break;
        if (where == TD_NONE)
            continue;
        c->regions[c->n_regions++] = (region){
            .level = level, .begin = i, .end = end, .parent = TD_NONE, .contested = UNBOUND};
    }
}

static void plant(choice *c)
{
    c->n_regions = 0;
    add_regions(c, TD_WITHIN_CLUSTER);
    size_t n_clusters = c->n_regions;
    add_regions(c, TD_WITHIN_GROUP);
    size_t n_below_all = c->n_regions;
    add_regions(c, TD_WITHIN_ALL);
    for (size_t r = 0, group = n_clusters; r < n_clusters; r++) {
        region *cluster = &c->regions[r];
        while (group < n_below_all && c->regions[group].end <= cluster->begin)
            group++;
        bool inside = group < n_below_all && c->regions[group].begin <= cluster->begin;
        cluster->parent = inside ? group : n_below_all;
        cluster->demand = (int64_t)(cluster->end - cluster->begin);
        for (size_t i = cluster->begin; i < cluster->end; i++)
            c->home[i] = r;
    }
    for (size_t group = n_clusters; group < n_below_all; group++)
        c->regions[group].parent = n_below_all;
}

/* ---- upwards: demand meets the seats left ---- */

/* The tightest bound of a region; UNBOUND when there is none. */
static size_t tightest(const choice *c, const region *r)
{
    size_t best = UNBOUND;
    for (size_t k = 0; k < c->n_reach; k++) {
        if (c->reach[k].within != r->level)
            continue;
        size_t q = td_quota_of(c->a, &c->reach[k], unit_of(c, r->begin));
        if (q != TD_NONE && c->a->left[q] != INT64_MAX &&
            (best == UNBOUND || c->a->left[q] < c->a->left[best]))
            best = q;
    }
    return best;
}

static void void_tie(region *r)
{
    r->demand = 0;
    r->contested = UNBOUND;
}

/* No seat for anybody in it: ties further down are void too. */
static void close_region(choice *c, region *r, size_t quota)
{
    for (size_t i = r->begin; i < r->end; i++) {
        if (c->closed[i] == UNBOUND)
            c->closed[i] = quota;
        void_tie(&c->regions[c->home[i]]);
    }
    for (region *below = c->regions; r->level == TD_WITHIN_ALL && below < r; below++)
        void_tie(below);
    void_tie(r);
}

static void meet_bound(choice *c, region *r)
{
    size_t q = tightest(c, r);
    if (q == UNBOUND || r->demand <= c->a->left[q])
        return;
    if (c->a->left[q] == 0) {
        close_region(c, r, q);
    } else if (c->field->rule->ties == TD_CUT_EXCLUDE) {
        c->a->left[q] = 0;
        close_region(c, r, q);
    } else {
        r->contested = q;
        if (c->field->rule->ties == TD_CUT_COUNCIL)
            r->demand = c->a->left[q];
    }
}

static void meet_bounds(choice *c)
{
    for (size_t k = 0; k < c->n_regions; k++) {
        region *r = &c->regions[k];
        meet_bound(c, r);
        if (r->parent != TD_NONE)
            c->regions[r->parent].demand += r->demand;
    }
}

/* ---- downwards: seats kept open ---- */

static void keep_seats_open(choice *c)
{
    for (size_t k = c->n_regions; k-- > 0;) {
        region *r = &c->regions[k];
        const region *above = r->parent == TD_NONE ? NULL : &c->regions[r->parent];
        bool below_a_tie = above != NULL && above->is_uncertain;
        r->is_uncertain = below_a_tie || r->contested != UNBOUND;
        if (r->is_uncertain)
            r->open = below_a_tie && above->open < r->demand ? above->open : r->demand;
    }
    for (size_t k = 0; k < c->n_regions; k++) /* above a tie: the sum of what is open below */
        if (c->regions[k].parent != TD_NONE && !c->regions[c->regions[k].parent].is_uncertain)
            c->regions[c->regions[k].parent].open += c->regions[k].open;
}

/* ---- seats ---- */

/* Takes seats at every bound of a region: proposed, or kept open for the council. */
static void take(choice *c, const region *r, int64_t seats, bool open)
{
    for (size_t k = 0; k < c->n_reach && seats > 0; k++) {
        size_t q = td_quota_of(c->a, &c->reach[k], unit_of(c, r->begin));
        if (c->reach[k].within != r->level || q == TD_NONE)
            continue;
        td_quota *quota = &c->a->quotas[q];
        *(open ? &quota->open : &quota->used) += (size_t)seats;
        if (c->a->left[q] == INT64_MAX)
            continue;
        c->a->left[q] -= seats;
        if (c->a->left[q] < 0) {
            quota->over += (size_t)-c->a->left[q];
            c->a->left[q] = 0;
        }
    }
}

/* The bound that a member is tied at: the narrowest contested one around it. */
static size_t contested_around(const choice *c, size_t i)
{
    for (size_t r = c->home[i]; r != TD_NONE; r = c->regions[r].parent)
        if (c->regions[r].contested != UNBOUND)
            return c->regions[r].contested;
    return UNBOUND;
}

static void settle_member(choice *c, size_t i)
{
    td_decision *d = td_award_decision(c->a, c->award, unit_of(c, i));
    if (c->closed[i] != UNBOUND) {
        d->quota = c->closed[i];
        return;
    }
    size_t q = contested_around(c, i);
    bool tied = q != UNBOUND && c->field->rule->ties == TD_CUT_COUNCIL;
    d->state = tied ? TD_TIED_AT_CUT : TD_PROPOSED;
    d->quota = q == UNBOUND ? TD_NONE : q;
    for (size_t r = c->home[i]; !tied && r != TD_NONE; r = c->regions[r].parent)
        take(c, &c->regions[r], 1, false);
}

static void settle_group(choice *c)
{
    sort_members(c);
    for (size_t i = 0; i < c->n; i++)
        c->closed[i] = UNBOUND;
    plant(c);
    meet_bounds(c);
    if (c->field->rule->ties == TD_CUT_COUNCIL) {
        keep_seats_open(c);
        for (size_t k = 0; k < c->n_regions; k++)
            take(c, &c->regions[k], c->regions[k].open, true);
    }
    for (size_t i = 0; i < c->n; i++)
        settle_member(c, i);
}

/* Bounds tell how far units compete: only those within one region can take each other's seats. */
static td_scope widest(const choice *c)
{
    td_scope scope = TD_WITHIN_CLUSTER;
    for (size_t r = 0; r < c->n_reach; r++)
        if (c->reach[r].within > scope)
            scope = c->reach[r].within;
    return scope;
}

td_status td_choose(td_awarding *a, size_t award, td_field *field)
{
    choice c = {.a = a, .award = award, .field = field};
    c.n_reach = td_bounds_of(a, award, c.reach, TD_MAX_REACH);
    c.closed = calloc(2 * field->n + 1, sizeof *c.closed);
    c.regions = calloc(2 * field->n + 1, sizeof *c.regions);
    if (c.closed == NULL || c.regions == NULL) {
        free(c.closed);
        free(c.regions);
        return TD_ENOMEM;
    }
    c.home = c.closed + field->n;
    td_scope scope = widest(&c);
    td_status status = td_field_sort(a, field, scope);
    for (size_t i = 0, next; i < field->n && status == TD_OK; i = next) {
        size_t where = td_region_of(a, scope, field->unit[field->order[i]]);
        for (next = i + 1; next < field->n; next++)
            if (td_region_of(a, scope, field->unit[field->order[next]]) != where ||
                td_merit_cmp(field, field->order[i], field->order[next]) != 0)
                break;
        c.members = field->order + i;
        c.n = next - i;
        settle_group(&c);
    }
    free(c.closed);
    free(c.regions);
    return status;
}
