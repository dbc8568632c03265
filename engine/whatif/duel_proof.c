/*
 * Proofs that a unit cannot be first: a mix of rivals that has at least its points under all
 * weights (the linear programme's dual, made whole numbers and verified in them).
 */
#include <glpk.h>
#include <math.h>
#include <stdlib.h>

#include "engine/whatif/flip.h"

#define MOST_PARTS 60 /* of one rival in a mix that people are shown */

/* ---- exact ---- */

/* How far the mix is ahead in item k when that had the whole scale, times M_k: for corners. */
static td_int128 lead_in(const td_duel *duel, const int64_t *parts, size_t k, bool *failed)
{
    const double *mine = duel->points + duel->me * (duel->m + 1);
    td_int128 lead = 0;
    for (size_t u = 0; u < duel->n; u++) {
        const double *points = duel->points + u * (duel->m + 1);
        if (parts[u] == 0)
            continue;
        td_int128 own =
            td_mul_checked((td_int128)duel->scale, (td_int128)(points[k] - mine[k]), failed);
        td_int128 fixed = td_mul_checked((td_int128)duel->max[k],
                                         (td_int128)(points[duel->m] - mine[duel->m]), failed);
        td_int128 sum = td_add_checked(own, fixed, failed);
        lead = td_add_checked(lead, td_mul_checked(sum, parts[u], failed), failed);
    }
    return lead;
}

/* Equal results with all of the mix: does one of it come before the unit by a tie key? */
static bool wins_ties(const td_duel *duel, const int64_t *parts)
{
    for (size_t u = 0; u < duel->n; u++)
        if (parts[u] > 0 && duel->at_tie[u] == TD_TIE_BEHIND)
            return true;
    return false;
}

/* Where nothing is assigned there are no shares, and points prove nothing. */
static bool has_shares_everywhere(const td_duel *duel)
{
    const double *assigned = duel->assigned + duel->me * (duel->m + 1);
    for (size_t k = 0; k < duel->m; k++)
        if (duel->block->rules->view.rank_by == TD_BY_SHARE &&
            !(assigned[k] > 0 || assigned[duel->m] > 0))
            return false;
    return true;
}

/* Shares compare as points do where the same is assigned. */
static bool compares_by_points(const td_duel *duel, size_t u)
{
    const double *mine = duel->assigned + duel->me * (duel->m + 1);
    for (size_t k = 0; k <= duel->m && duel->by_share; k++)
        if (duel->assigned[u * (duel->m + 1) + k] != mine[k])
            return false;
    return u != duel->me && duel->ranked[u];
}

/*
 * The lead is linear in the weights: over all weights its least value is in a corner. Bounds on
 * weights only take weights away, so a proof without them is one with them.
 */
bool td_duel_proves(const td_duel *duel, const int64_t *parts)
{
    bool failed = false, some = false;
    td_int128 least = 0;
    if (!has_shares_everywhere(duel))
        return false;
    for (size_t u = 0; u < duel->n; u++) {
        if (parts[u] < 0 || (parts[u] > 0 && !compares_by_points(duel, u)))
            return false;
        some |= parts[u] > 0;
    }
    for (size_t k = 0; k < duel->m; k++) {
        td_int128 lead = lead_in(duel, parts, k, &failed);
        least = k == 0 || lead < least ? lead : least;
    }
    return some && !failed && (least > 0 || (least == 0 && wins_ties(duel, parts)));
}

size_t td_duel_dominators(const td_duel *duel, int64_t *parts)
{
    size_t n = 0;
    int64_t *one = calloc(duel->n + 1, sizeof *one);
    for (size_t u = 0; u < duel->n && one != NULL; u++) {
        one[u] = 1;
        parts[u] = td_duel_proves(duel, one);
        n += (size_t)parts[u];
        one[u] = 0;
    }
    free(one);
    return n;
}

/* ---- the mix ---- */

/* Rival i's lead when item k has the whole scale, in quanta. */
static double corner(const td_duel *duel, size_t i, size_t k)
{
    const double *mine = duel->points + duel->me * (duel->m + 1);
    const double *points = duel->points + i * (duel->m + 1);
    return duel->scale / duel->max[k] * (points[k] - mine[k]) + points[duel->m] - mine[duel->m];
}

/* max e: sum of parts = 1, lead in every corner at least e. False: no solution. */
static bool solve_mix(const td_duel *duel, int *index, double *value, double *parts)
{
    glp_prob *p = glp_create_prob();
    int e = (int)duel->n + 1;
    glp_set_obj_dir(p, GLP_MAX);
    glp_add_cols(p, e);
    for (size_t i = 0; i < duel->n; i++) {
        bool is_rival = compares_by_points(duel, i);
        glp_set_col_bnds(p, (int)i + 1, is_rival ? GLP_LO : GLP_FX, 0, 0);
        /* Few rivals, those that win ties first: a hair's breadth in the objective. */
        glp_set_obj_coef(p, (int)i + 1, duel->at_tie[i] == TD_TIE_BEHIND ? 1e-9 : 0);
        index[i + 1] = (int)i + 1;
        value[i + 1] = 1;
    }
    glp_set_col_bnds(p, e, GLP_FR, 0, 0);
    glp_set_obj_coef(p, e, 1 / duel->scale);
    glp_add_rows(p, (int)duel->m + 1);
    glp_set_row_bnds(p, 1, GLP_FX, 1, 1);
    glp_set_mat_row(p, 1, (int)duel->n, index, value);
    for (size_t k = 0; k < duel->m; k++) {
        for (size_t i = 0; i < duel->n; i++)
            value[i + 1] = i == duel->me ? 0 : corner(duel, i, k) / duel->scale;
        index[e] = e;
        value[e] = -1 / duel->scale;
        glp_set_row_bnds(p, (int)k + 2, GLP_LO, 0, 0);
        glp_set_mat_row(p, (int)k + 2, e, index, value);
    }
    glp_smcp options;
    glp_init_smcp(&options);
    options.msg_lev = GLP_MSG_OFF;
    bool found = glp_simplex(p, &options) == 0 && glp_get_status(p) == GLP_OPT;
    for (size_t i = 0; i < duel->n && found; i++)
        parts[i] = glp_get_col_prim(p, (int)i + 1);
    glp_delete_prob(p);
    return found;
}

static void reduce(int64_t *parts, size_t n)
{
    int64_t divisor = 0;
    for (size_t i = 0; i < n; i++)
        divisor = (int64_t)td_common_divisor(divisor, parts[i]);
    for (size_t i = 0; i < n && divisor > 1; i++)
        parts[i] /= divisor;
}

/* Small whole numbers near the mix, the smallest that prove it; then large ones. */
static bool round_mix(const td_duel *duel, const double *mix, int64_t *parts)
{
    for (int64_t q = 1; q <= ((int64_t)1 << 30); q = q < MOST_PARTS ? q + 1 : 2 * q) {
        for (size_t i = 0; i < duel->n; i++)
            parts[i] = mix[i] > 1e-9 ? (int64_t)round(mix[i] * (double)q) : 0;
        if (td_duel_proves(duel, parts)) {
            reduce(parts, duel->n);
            return true;
        }
    }
    return false;
}

td_status td_duel_mix(const td_duel *duel, int64_t *parts, bool *found)
{
    *found = false;
    if (duel->n < 2 || duel->m == 0)
        return TD_OK;
    int *index = calloc(duel->n + 3, sizeof *index);
    double *value = calloc(duel->n + 3, sizeof *value), *mix = calloc(duel->n + 1, sizeof *mix);
    td_status status = index == NULL || value == NULL || mix == NULL ? TD_ENOMEM : TD_OK;
    if (status == TD_OK && solve_mix(duel, index, value, mix))
        *found = round_mix(duel, mix, parts);
    for (size_t i = 0; i < duel->n && !*found; i++)
        parts[i] = 0;
    free(mix);
    free(value);
    free(index);
    return status;
}
