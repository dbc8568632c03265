/*
 * With lower bounds: the claimed choice meets every bound, and no candidate left out could be
 * added to it or take the place of a proposed one with less merit. A best choice passes; a choice
 * that passes need not be the best one, since larger exchanges are not tried.
 */
#include <stdlib.h>
#include <string.h>

#include "engine/award/verify.h"

/* The proposed, counted by lower bound and place. */
typedef struct basket {
    td_verifying *v;
    size_t n_lower;
    size_t *first_row;     /* [n_lower] its place 0 */
    int64_t *inside, *all; /* [rows] proposed of the category, proposed */
    int64_t *may_join;     /* [rows] tied of the category */
    bool *fits;            /* [n_lower * n_candidates] of the category */
    size_t n_tied, n_proposed;
} basket;

static const td_lower_bound *lower_at(const basket *b, size_t i)
{
    return &b->v->field.rule->lower[i];
}

static size_t places_of(const td_awarding *a, td_scope within)
{
    return within == TD_WITHIN_CLUSTER ? a->n_clusters
           : within == TD_WITHIN_GROUP ? a->n_groups
                                       : 1;
}

static bool is_of(const td_awarding *a, const td_lower_bound *lower, size_t unit)
{
    const char *category = a->prepared->evaluation->data.units[unit].category;
    for (size_t i = 0; category != NULL && i < lower->n_categories; i++)
        if (strcmp(category, lower->categories[i]) == 0)
            return true;
    return false;
}

/* The row that a lower bound has for a candidate, TD_NONE without group. */
static size_t row_of(const basket *b, size_t i, size_t candidate)
{
    size_t unit = b->v->field.unit[candidate];
    size_t where = td_region_of(&b->v->a, lower_at(b, i)->within, unit);
    return where == TD_NONE ? TD_NONE : b->first_row[i] + where;
}

static bool is_met(const td_lower_bound *lower, int64_t inside, int64_t all)
{
    if (!lower->is_share)
        return inside >= (int64_t)lower->at_least;
    return (td_int128)lower->share.den * inside >= (td_int128)lower->share.num * all;
}

/* ---- the claimed choice ---- */

static td_status fill(basket *b)
{
    td_verifying *v = b->v;
    size_t n = v->field.n, rows = 0;
    b->n_lower = v->field.rule->n_lower;
    for (size_t i = 0; i < b->n_lower; i++)
        rows += places_of(&v->a, lower_at(b, i)->within);
    b->first_row = calloc(b->n_lower + 1, sizeof *b->first_row);
    b->inside = calloc(3 * rows + 1, sizeof *b->inside);
    b->fits = calloc(b->n_lower * n + 1, sizeof *b->fits);
    if (b->first_row == NULL || b->inside == NULL || b->fits == NULL)
        return TD_ENOMEM;
    b->all = b->inside + rows;
    b->may_join = b->all + rows;
    for (size_t i = 0, row = 0; i < b->n_lower; row += places_of(&v->a, lower_at(b, i++)->within))
        b->first_row[i] = row;
    for (size_t i = 0; i < b->n_lower; i++)
        for (size_t j = 0; j < n; j++) {
            size_t row = row_of(b, i, j);
            td_award_state state = td_verify_claim(v, j).state;
            b->fits[i * n + j] = is_of(&v->a, lower_at(b, i), v->field.unit[j]);
            if (row == TD_NONE)
                continue;
            b->all[row] += state == TD_PROPOSED;
            b->inside[row] += state == TD_PROPOSED && b->fits[i * n + j];
            b->may_join[row] += state == TD_TIED_AT_CUT && b->fits[i * n + j];
        }
    for (size_t j = 0; j < n; j++) {
        b->n_tied += td_verify_claim(v, j).state == TD_TIED_AT_CUT;
        b->n_proposed += td_verify_claim(v, j).state == TD_PROPOSED;
    }
    return TD_OK;
}

static bool meets_lower(const basket *b)
{
    for (size_t i = 0; i < b->n_lower; i++)
        for (size_t w = 0; w < places_of(&b->v->a, lower_at(b, i)->within); w++) {
            size_t row = b->first_row[i] + w;
            if (!is_met(lower_at(b, i), b->inside[row] + b->may_join[row], b->all[row]))
                return false;
        }
    return true;
}

/* ---- exchanges ---- */

static bool keeps_upper(const basket *b, size_t in, size_t out)
{
    const td_verifying *v = b->v;
    for (size_t r = 0; r < v->n_reach; r++) {
        size_t q = td_quota_of(&v->a, &v->reach[r], v->field.unit[in]);
        if (q == TD_NONE || v->a.left[q] == INT64_MAX)
            continue;
        bool frees = out != TD_NONE && td_quota_of(&v->a, &v->reach[r], v->field.unit[out]) == q;
        if (v->a.left[q] + frees < 1)
            return false;
    }
    return true;
}

static bool keeps_lower(const basket *b, size_t in, size_t out)
{
    size_t n = b->v->field.n;
    for (size_t i = 0; i < b->n_lower; i++) {
        size_t gains = row_of(b, i, in), loses = out == TD_NONE ? TD_NONE : row_of(b, i, out);
        int64_t joins = b->fits[i * n + in], leaves = loses != TD_NONE && b->fits[i * n + out];
        if (gains == loses && gains != TD_NONE) {
            if (!is_met(lower_at(b, i), b->inside[gains] + joins - leaves, b->all[gains]))
                return false;
            continue;
        }
        if (gains != TD_NONE &&
            !is_met(lower_at(b, i), b->inside[gains] + joins, b->all[gains] + 1))
            return false;
        if (loses != TD_NONE &&
            !is_met(lower_at(b, i), b->inside[loses] - leaves, b->all[loses] - 1))
            return false;
    }
    return true;
}

static void try_exchanges(const basket *b, size_t in)
{
    td_verifying *v = b->v;
    const td_field *f = &v->field;
    if (keeps_upper(b, in, TD_NONE) && keeps_lower(b, in, TD_NONE)) {
        td_verify_refuse(v, f->unit[in], TD_MSG_VERIFY_COULD_JOIN, "", "");
        return;
    }
    for (size_t out = 0; out < f->n; out++) {
        if (td_verify_claim(v, out).state != TD_PROPOSED || td_merit_cmp(f, in, out) >= 0)
            continue;
        if (keeps_upper(b, in, out) && keeps_lower(b, in, out)) {
            const char *id = v->a.prepared->evaluation->data.units[f->unit[out]].id;
            td_verify_refuse(v, f->unit[in], TD_MSG_VERIFY_BETTER, id, "");
            return;
        }
    }
}

/* Somebody tied needs an equal who is tied too. */
static void check_company(const basket *b, size_t i)
{
    td_verifying *v = b->v;
    const td_field *f = &v->field;
    size_t n_equals = 0;
    for (size_t j = 0; j < f->n; j++)
        n_equals += td_verify_claim(v, j).state == TD_TIED_AT_CUT && td_merit_cmp(f, i, j) == 0;
    if (n_equals < 2)
        td_verify_refuse(v, f->unit[i], TD_MSG_VERIFY_NOT_TIED, "", "");
}

/* ---- seats and names ---- */

static void take_seats(td_verifying *v)
{
    for (size_t j = 0; j < v->field.n; j++)
        for (size_t r = 0; r < v->n_reach; r++) {
            size_t unit = v->field.unit[j], q = td_quota_of(&v->a, &v->reach[r], unit);
            if (q == TD_NONE || td_verify_claim(v, j).state != TD_PROPOSED)
                continue;
            v->a.quotas[q].used++;
            if (v->a.left[q] == INT64_MAX)
                continue;
            if (v->a.left[q] == 0)
                td_verify_refuse(v, unit, TD_MSG_VERIFY_NO_SEAT, "", "");
            else
                v->a.left[q]--;
        }
}

/* Left out or tied: the bound with the fewest seats left is named. */
static void check_name(td_verifying *v, size_t j, bool is_chosen)
{
    td_award_claim claim = td_verify_claim(v, j);
    size_t wanted = TD_NONE;
    for (size_t r = 0; r < v->n_reach && is_chosen && claim.state != TD_PROPOSED; r++) {
        size_t q = td_quota_of(&v->a, &v->reach[r], v->field.unit[j]);
        if (q != TD_NONE && v->a.left[q] != INT64_MAX &&
            (wanted == TD_NONE || v->a.left[q] < v->a.left[wanted]))
            wanted = q;
    }
    if (claim.quota != wanted)
        td_verify_refuse(v, v->field.unit[j], TD_MSG_VERIFY_BOUND, td_award_state_code(claim.state),
                         "");
}

static size_t count_tied(const td_verifying *v, const td_reach *reach, size_t quota)
{
    size_t n = 0;
    for (size_t j = 0; j < v->field.n; j++)
        n += td_verify_claim(v, j).state == TD_TIED_AT_CUT &&
             td_quota_of(&v->a, reach, v->field.unit[j]) == quota;
    return n;
}

/* Seats that are claimed to be kept open: no more than the tied want, nor than are left. */
static void take_open(td_verifying *v)
{
    for (size_t r = 0; r < v->n_reach; r++)
        for (size_t j = 0; j < v->field.n; j++) {
            size_t unit = v->field.unit[j], q = td_quota_of(&v->a, &v->reach[r], unit);
            bool tied = td_verify_claim(v, j).state == TD_TIED_AT_CUT;
            if (!tied || q == TD_NONE || q >= v->claims->n_open)
                continue;
            size_t claimed = v->claims->open[q], before = v->a.quotas[q].open;
            int64_t more = claimed > before ? (int64_t)(claimed - before) : 0;
            if (more > v->a.left[q] || more > (int64_t)count_tied(v, &v->reach[r], q)) {
                td_verify_refuse(v, unit, TD_MSG_VERIFY_NO_SEAT, "", "");
                return;
            }
            v->a.quotas[q].open += (size_t)more;
            v->a.left[q] -= v->a.left[q] == INT64_MAX ? 0 : more;
        }
}

static void check(const basket *b)
{
    td_verifying *v = b->v;
    bool is_chosen = b->n_proposed + b->n_tied > 0 || meets_lower(b);
    take_seats(v);
    for (size_t j = 0; j < v->field.n; j++)
        check_name(v, j, is_chosen);
    take_open(v);
    if (v->n_refused > 0 || !is_chosen)
        return;
    if (!meets_lower(b))
        td_verify_refuse(v, v->field.unit[0], TD_MSG_VERIFY_LOWER, "", "");
    for (size_t j = 0; j < v->field.n; j++) {
        td_award_state state = td_verify_claim(v, j).state;
        if (state == TD_TIED_AT_CUT)
            check_company(b, j);
        else if (state != TD_PROPOSED && b->n_tied == 0)
            try_exchanges(b, j);
    }
}

td_status td_verify_exchanges(td_verifying *v)
{
    basket b = {.v = v};
    td_status status = fill(&b);
    if (status == TD_OK)
        check(&b);
    v->n_by_exchange++;
    free(b.first_row);
    free(b.inside);
    free(b.fits);
    return status;
}
