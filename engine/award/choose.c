/*
 * Seats under nested upper bounds, from the best merit down, a group of equals at a time.
 *
 * The sets of units that respect nested bounds form a matroid (a laminar one), and for a
 * matroid taking the best that still fits gives the best sequence of merits (Edmonds, 1971).
 * Equals are settled together: level by level, from clusters to all, their demand meets the
 * seats left; where it is larger, they are tied and the level above is asked for the seats only.
 */
#include <stdlib.h>

#include "engine/award/award.h"

#define UNBOUND SIZE_MAX

typedef struct choice {
    td_awarding *a;
    size_t award;
    const td_field *field;
    size_t n_reach;
    td_reach reach[TD_MAX_REACH];
    size_t *members;  /* the group of equals, sorted by group, then unit */
    size_t n;
    size_t *closed;   /* [n] quota without seats, UNBOUND while open */
    size_t *contested; /* [n] quota with fewer seats than equals */
    size_t *n_tied;    /* [n_quotas] members of the group that are tied there; 0 between groups */
} choice;

static size_t unit_of(const choice *c, size_t i)
{
    return c->field->unit[c->members[i]];
}

/* The tightest bound of one level for a unit; UNBOUND when there is none. */
static size_t tightest(const choice *c, td_scope level, size_t unit)
{
    size_t best = UNBOUND;
    for (size_t r = 0; r < c->n_reach; r++) {
        if (c->reach[r].within != level)
            continue;
        size_t q = td_quota_of(c->a, &c->reach[r], unit);
        if (q != TD_NONE && c->a->left[q] != INT64_MAX &&
            (best == UNBOUND || c->a->left[q] < c->a->left[best]))
            best = q;
    }
    return best;
}

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

/* Marks the members of [begin, end) that are still open. */
static void mark(choice *c, size_t begin, size_t end, size_t *marks, size_t quota)
{
    for (size_t i = begin; i < end; i++)
        if (c->closed[i] == UNBOUND && marks[i] == UNBOUND)
            marks[i] = quota;
}

/* Takes seats at every bound of one level for a unit: proposed, or kept open for the council. */
static void take(choice *c, td_scope level, size_t unit, int64_t seats, bool open)
{
    for (size_t r = 0; r < c->n_reach; r++) {
        size_t q = td_quota_of(c->a, &c->reach[r], unit);
        if (c->reach[r].within != level || q == TD_NONE)
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

/*
 * One level over members [begin, end) of one region who want `demand` seats. Returns the
 * seats that the level above is asked for.
 */
static int64_t meet_bound(choice *c, td_scope level, size_t begin, size_t end, int64_t demand)
{
    size_t q = tightest(c, level, unit_of(c, begin));
    if (q == UNBOUND || demand == 0 || demand <= c->a->left[q])
        return demand;
    int64_t left = c->a->left[q];
    if (left == 0) {
        mark(c, begin, end, c->closed, q);
        return 0;
    }
    mark(c, begin, end, c->contested, q);
    switch (c->field->rule->ties) {
    case TD_CUT_INCLUDE:
        return demand;
    case TD_CUT_EXCLUDE:
        c->a->left[q] = 0;
        mark(c, begin, end, c->closed, q);
        return 0;
    default:
        return left;
    }
}

/* Demands of the regions of one level, summed from those of the level below. */
static int64_t meet_level(choice *c, td_scope level, size_t begin, size_t end)
{
    if (begin == end)
        return 0;
    td_scope below = level == TD_WITHIN_ALL ? TD_WITHIN_GROUP : TD_WITHIN_CLUSTER;
    int64_t demand = 0;
    for (size_t i = begin, next; i < end; i = next) {
        size_t region = td_region_of(c->a, below, unit_of(c, i));
        for (next = i + 1; next < end; next++)
            if (td_region_of(c->a, below, unit_of(c, next)) != region)
                break;
        bool ungrouped = below == TD_WITHIN_GROUP && region == TD_NONE;
        int64_t wanted = below == TD_WITHIN_CLUSTER ? (int64_t)(next - i)
                                                    : meet_level(c, TD_WITHIN_GROUP, i, next);
        demand += ungrouped ? wanted : meet_bound(c, below, i, next, wanted);
    }
    return demand;
}

static bool is_tied(const choice *c, size_t i)
{
    return c->closed[i] == UNBOUND && c->contested[i] != UNBOUND;
}

/* The seats that the tied wait for are kept open where they meet the bound, and above. */
static void keep_open(choice *c)
{
    for (size_t i = 0; i < c->n; i++)
        if (is_tied(c, i))
            c->n_tied[c->contested[i]]++;
    for (size_t i = 0; i < c->n; i++) {
        size_t q = c->contested[i];
        if (!is_tied(c, i) || c->n_tied[q] == 0)
            continue;
        int64_t tied = (int64_t)c->n_tied[q], left = c->a->left[q];
        for (int level = (int)c->a->quotas[q].within; level <= (int)TD_WITHIN_ALL; level++)
            take(c, (td_scope)level, unit_of(c, i), tied < left ? tied : left, true);
        c->n_tied[q] = 0;
    }
}

static void settle_member(choice *c, size_t i)
{
    td_decision *d = td_award_decision(c->a, c->award, unit_of(c, i));
    if (c->closed[i] != UNBOUND) {
        d->quota = c->closed[i];
        return;
    }
    bool tied = is_tied(c, i) && c->field->rule->ties == TD_CUT_COUNCIL;
    d->state = tied ? TD_TIED_AT_CUT : TD_PROPOSED;
    d->quota = c->contested[i] == UNBOUND ? TD_NONE : c->contested[i];
    for (int level = TD_WITHIN_CLUSTER; !tied && level <= (int)TD_WITHIN_ALL; level++)
        take(c, (td_scope)level, unit_of(c, i), 1, false);
}

static void settle_group(choice *c)
{
    sort_members(c);
    for (size_t i = 0; i < c->n; i++)
        c->closed[i] = c->contested[i] = UNBOUND;
    int64_t demand = meet_level(c, TD_WITHIN_ALL, 0, c->n);
    meet_bound(c, TD_WITHIN_ALL, 0, c->n, demand);
    if (c->field->rule->ties == TD_CUT_COUNCIL)
        keep_open(c);
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
    c.closed = calloc(2 * field->n + a->n_quotas + 1, sizeof *c.closed);
    if (c.closed == NULL)
        return TD_ENOMEM;
    c.contested = c.closed + field->n;
    c.n_tied = c.contested + field->n;
    td_scope scope = widest(&c);
    td_field_sort(a, field, scope);
    for (size_t i = 0, next; i < field->n; i = next) {
        size_t region = td_region_of(a, scope, field->unit[field->order[i]]);
        for (next = i + 1; next < field->n; next++)
            if (td_region_of(a, scope, field->unit[field->order[next]]) != region ||
                td_merit_cmp(field, field->order[i], field->order[next]) != 0)
                break;
        c.members = field->order + i;
        c.n = next - i;
        settle_group(&c);
    }
    free(c.closed);
    return TD_OK;
}
