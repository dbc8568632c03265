/*
 * Under upper bounds alone a choice is right if and only if, from the best merit down, group of
 * equals by group of equals, with `left` the seats left by better ones at each bound:
 *
 *   proposed   all that are proposed and all seats that the tied of the group wait for fit
 *   tied       no bound around is full, and at the bound that is named more of the group
 *              arrive than seats are left, none of them being proposed
 *   left out   the bound that is named has no seats left
 *
 * With ties "include" a group is proposed whole where one seat is left; with "exclude" it is left
 * out whole where it does not fit, and the seats stay empty.
 */
#include <stdlib.h>

#include "engine/award/verify.h"

/* A group of equals. */
typedef struct equals {
    td_verifying *v;
    const size_t *members; /* candidates, sorted by unit */
    size_t n;
    int64_t *carried; /* [n] seats that reach the next level, at the first of a region */
    int64_t *kept;    /* [n] those of them that are kept open since a bound was short of seats */
    size_t *first_of; /* [regions] its first member + 1; 0 between uses */
} equals;

static size_t unit_of(const equals *e, size_t i)
{
    return e->v->field.unit[e->members[i]];
}

static td_award_state state_of(const equals *e, size_t i)
{
    td_award_state claimed = td_verify_claim(e->v, e->members[i]).state;
    return claimed == TD_RESERVE ? TD_OUTSIDE_QUOTA : claimed;
}

/* The bounds of one level around a unit: calls for each that holds. */
typedef void at_bound(td_verifying *v, size_t quota, int64_t seats);

static void each_bound(td_verifying *v, td_scope level, size_t unit, at_bound *each, int64_t seats)
{
    for (size_t r = 0; r < v->n_reach; r++) {
        size_t q = td_quota_of(&v->a, &v->reach[r], unit);
        if (v->reach[r].within == level && q != TD_NONE)
            each(v, q, seats);
    }
}

static void add_proposed(td_verifying *v, size_t quota, int64_t seats)
{
    v->proposed[quota] += seats;
}

static void set_arriving(td_verifying *v, size_t quota, int64_t seats)
{
    v->arriving[quota] = seats;
}

static void set_open(td_verifying *v, size_t quota, int64_t seats)
{
    v->open[quota] = seats;
}

/* The bound of one level with the fewest seats left, TD_NONE when none holds. */
static size_t tightest(const td_verifying *v, td_scope level, size_t unit)
{
    size_t best = TD_NONE;
    for (size_t r = 0; r < v->n_reach; r++) {
        size_t q = td_quota_of(&v->a, &v->reach[r], unit);
        if (v->reach[r].within == level && q != TD_NONE && v->a.left[q] != INT64_MAX &&
            (best == TD_NONE || v->a.left[q] < v->a.left[best]))
            best = q;
    }
    return best;
}

/* ---- how many arrive at each bound ---- */

/* Sums what is carried by the members of each region of a level into the first of them. */
static void gather(equals *e, td_scope level)
{
    for (size_t i = 0; i < e->n; i++) {
        size_t region = td_region_of(&e->v->a, level, unit_of(e, i));
        if (region == TD_NONE || e->carried[i] == 0)
            continue;
        if (e->first_of[region] == 0) {
            e->first_of[region] = i + 1;
        } else {
            e->carried[e->first_of[region] - 1] += e->carried[i];
            e->kept[e->first_of[region] - 1] += e->kept[i];
            e->carried[i] = e->kept[i] = 0;
        }
    }
    for (size_t i = 0; i < e->n; i++) {
        size_t region = td_region_of(&e->v->a, level, unit_of(e, i));
        if (region != TD_NONE)
            e->first_of[region] = 0;
    }
}

/* Those tied want seats; where they are short, all that are left stay open, there and above. */
static void let_tied_arrive(equals *e)
{
    for (size_t i = 0; i < e->n; i++) {
        e->carried[i] = state_of(e, i) == TD_TIED_AT_CUT;
        e->kept[i] = 0;
    }
    for (int level = TD_WITHIN_CLUSTER; level <= (int)TD_WITHIN_ALL; level++) {
        gather(e, (td_scope)level);
        for (size_t i = 0; i < e->n; i++) {
            if (e->carried[i] == 0)
                continue;
            size_t q = tightest(e->v, (td_scope)level, unit_of(e, i));
            each_bound(e->v, (td_scope)level, unit_of(e, i), set_arriving, e->carried[i]);
            if (q != TD_NONE && e->carried[i] > e->v->a.left[q])
                e->carried[i] = e->kept[i] = e->v->a.left[q];
            each_bound(e->v, (td_scope)level, unit_of(e, i), set_open, e->kept[i]);
        }
    }
}

/*
 * Downwards: a region inside one that is short keeps as many seats open as it could still be
 * given, so that whoever the council chooses, no bound is exceeded later.
 */
static void keep_open_below(equals *e)
{
    for (size_t i = 0; i < e->n; i++) {
        int64_t given = INT64_MAX;
        for (int level = TD_WITHIN_ALL; level >= (int)TD_WITHIN_CLUSTER; level--) {
            size_t unit = unit_of(e, i), q = tightest(e->v, (td_scope)level, unit);
            if (q == TD_NONE || state_of(e, i) != TD_TIED_AT_CUT)
                continue;
            int64_t arriving = e->v->arriving[q], left = e->v->a.left[q];
            if (given == INT64_MAX && arriving <= left)
                continue;
            int64_t usable = arriving < left ? arriving : left;
            given = usable < given ? usable : given;
            each_bound(e->v, (td_scope)level, unit, set_open, given);
        }
    }
}

/* Ties "exclude": carried says who is still in after a level; arriving counts them. */
static void let_all_arrive(equals *e)
{
    for (size_t i = 0; i < e->n; i++)
        e->carried[i] = 1;
    for (int level = TD_WITHIN_CLUSTER; level <= (int)TD_WITHIN_ALL; level++) {
        for (size_t i = 0; i < e->n; i++) {
            size_t q = tightest(e->v, (td_scope)level, unit_of(e, i));
            if (q != TD_NONE)
                e->v->arriving[q] += e->carried[i];
        }
        for (size_t i = 0; i < e->n; i++) {
            size_t q = tightest(e->v, (td_scope)level, unit_of(e, i));
            if (q != TD_NONE && e->v->arriving[q] > e->v->a.left[q])
                e->carried[i] = 0;
        }
    }
}

/* ---- the three claims ---- */

/* At a bound around somebody proposed: room for all of the group that want seats there. */
static bool has_seats(const td_verifying *v, size_t q)
{
    td_cut ties = v->field.rule->ties;
    int64_t wanted = v->proposed[q] + (ties == TD_CUT_COUNCIL ? v->arriving[q] : 0);
    return v->a.left[q] == INT64_MAX ||
           (ties == TD_CUT_INCLUDE ? v->a.left[q] > 0 : wanted <= v->a.left[q]);
}

static void check_proposed(equals *e, size_t i)
{
    td_verifying *v = e->v;
    size_t unit = unit_of(e, i), named = td_verify_claim(v, e->members[i]).quota;
    bool exceeds = false;
    for (size_t r = 0; r < v->n_reach; r++) {
        size_t q = td_quota_of(&v->a, &v->reach[r], unit);
        if (q == TD_NONE)
            continue;
        exceeds |= v->proposed[q] > v->a.left[q];
        if (!has_seats(v, q)) {
            td_verify_refuse(v, unit, TD_MSG_VERIFY_NO_SEAT, "", "");
            return;
        }
    }
    if (v->field.rule->ties == TD_CUT_EXCLUDE && e->carried[i] == 0)
        td_verify_refuse(v, unit, TD_MSG_VERIFY_NO_SEAT, "", "");
    else if (exceeds != (named != TD_NONE) ||
             (exceeds &&
              (!td_verify_stands_under(v, unit, named) || v->proposed[named] <= v->a.left[named])))
        td_verify_refuse(v, unit, TD_MSG_VERIFY_BOUND, "proposed", "");
}

static void check_tied(equals *e, size_t i)
{
    td_verifying *v = e->v;
    size_t unit = unit_of(e, i), named = td_verify_claim(v, e->members[i]).quota;
    bool closed = v->field.rule->ties != TD_CUT_COUNCIL || !td_verify_stands_under(v, unit, named);
    for (size_t r = 0; r < v->n_reach && !closed; r++) {
        size_t q = td_quota_of(&v->a, &v->reach[r], unit);
        closed = q != TD_NONE && v->a.left[q] == 0;
    }
    if (closed || v->arriving[named] <= v->a.left[named] || v->proposed[named] > 0)
        td_verify_refuse(v, unit, TD_MSG_VERIFY_NOT_TIED, "", "");
}

static void check_left_out(equals *e, size_t i)
{
    td_verifying *v = e->v;
    size_t unit = unit_of(e, i), named = td_verify_claim(v, e->members[i]).quota;
    bool excludes = v->field.rule->ties == TD_CUT_EXCLUDE;
    if (!td_verify_stands_under(v, unit, named))
        td_verify_refuse(v, unit, TD_MSG_VERIFY_BOUND, "outside", "");
    else if (v->a.left[named] > 0 &&
             !(excludes && e->carried[i] == 0 && v->arriving[named] > v->a.left[named]))
        td_verify_refuse(v, unit, TD_MSG_VERIFY_PASSED_OVER, "", "");
}

/* ---- seats ---- */

static void take_seats(equals *e, size_t q)
{
    td_verifying *v = e->v;
    td_quota *quota = &v->a.quotas[q];
    bool is_emptied = v->field.rule->ties == TD_CUT_EXCLUDE && v->arriving[q] > v->a.left[q];
    quota->used += (size_t)v->proposed[q];
    quota->open += (size_t)v->open[q];
    int64_t taken = v->proposed[q] + v->open[q];
    v->proposed[q] = v->open[q] = v->arriving[q] = 0;
    if (v->a.left[q] == INT64_MAX)
        return;
    if (taken > v->a.left[q])
        quota->over += (size_t)(taken - v->a.left[q]);
    v->a.left[q] = taken > v->a.left[q] || is_emptied ? 0 : v->a.left[q] - taken;
}

static void check_group(equals *e)
{
    td_verifying *v = e->v;
    for (size_t i = 0; i < e->n; i++)
        for (int level = TD_WITHIN_CLUSTER; level <= (int)TD_WITHIN_ALL; level++)
            if (state_of(e, i) == TD_PROPOSED)
                each_bound(v, (td_scope)level, unit_of(e, i), add_proposed, 1);
    if (v->field.rule->ties == TD_CUT_EXCLUDE)
        let_all_arrive(e);
    else
        let_tied_arrive(e);
    if (v->field.rule->ties == TD_CUT_COUNCIL)
        keep_open_below(e);
    for (size_t i = 0; i < e->n; i++) {
        td_award_state state = state_of(e, i);
        if (state == TD_PROPOSED)
            check_proposed(e, i);
        else if (state == TD_TIED_AT_CUT)
            check_tied(e, i);
        else
            check_left_out(e, i);
    }
    for (size_t i = 0; i < e->n; i++)
        for (size_t r = 0; r < v->n_reach; r++) {
            size_t q = td_quota_of(&v->a, &v->reach[r], unit_of(e, i));
            if (q != TD_NONE)
                take_seats(e, q);
        }
}

td_status td_verify_choice(td_verifying *v)
{
    const td_awarding *a = &v->a;
    td_field *f = &v->field;
    equals e = {.v = v};
    e.carried = calloc(2 * f->n + 1, sizeof *e.carried);
    e.kept = e.carried + f->n;
    e.first_of = calloc(a->n_clusters + a->n_groups + 1, sizeof *e.first_of);
    td_status status = e.carried == NULL || e.first_of == NULL ? TD_ENOMEM : TD_OK;
    td_field_sort_all(f);
    for (size_t i = 0, next; i < f->n && status == TD_OK; i = next) {
        for (next = i + 1; next < f->n; next++)
            if (td_merit_cmp(f, f->order[i], f->order[next]) != 0)
                break;
        e.members = f->order + i;
        e.n = next - i;
        check_group(&e);
    }
    free(e.carried);
    free(e.first_of);
    return status;
}
