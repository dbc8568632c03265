/*
 * The nearest weights under which a unit has at most so many rivals before it: linear and mixed
 * integer programmes (GLPK).
 *
 * Columns: multipliers v_k, distances d_k >= |v_k - 1|, and z_i in {0, 1}: rival i may stay before
 * the unit. Whole quanta are the coefficients, so nothing is lost on the way in.
 *
 * Shares with different assigned maxima are not linear: T/A >= T_i/A_i. For a share x the unit has it or
 * more, and a rival has it or less, when T - x A >= 0 and T_i - x A_i <= 0, which is linear. An interval
 * of x is bounded from below by the same with its ends; intervals are halved, best bound first
 * (spatial branch and bound; A. H. Land and A. G. Doig, Econometrica 28, 1960, for the principle).
 */
#include <glpk.h>
#include <math.h>
#include <stdlib.h>

#include "engine/whatif/flip.h"

#define MOST_NODES 150 /* intervals: what is not settled by then keeps its bound */
#define MOST_SHARE 64  /* 6400 %: beyond that a unit has as good as nothing assigned */
#define GAP 1e-6       /* of shares: what the 2^-20 grid of weights can show */

#define LEAST_ASSIGNED (1.0 / 64) /* quanta: with nothing assigned there is no share */

typedef struct programme {
    const td_duel *duel;
    const td_aim *aim;
    glp_prob *glpk;
    int *index; /* [2 m + n + 1], from 1 as GLPK counts */
    double *value;
    double a, b;         /* interval of shares; by_share only */
    const double *fixed; /* [n] z that are decided, NULL: free */
    double *z;           /* [n] those of the last solution */
    td_status status;
} programme;

/* ---- rows ---- */

static void add_row(programme *p, size_t length, int kind, double bound)
{
    double size = 0;
    for (size_t i = 1; i <= length; i++)
        size = fmax(size, fabs(p->value[i]));
    for (size_t i = 1; i <= length && size > 0; i++)
        p->value[i] /= size;
    int row = glp_add_rows(p->glpk, 1);
    double scaled = size > 0 ? bound / size : bound;
    glp_set_row_bnds(p->glpk, row, kind, scaled, scaled);
    glp_set_mat_row(p->glpk, row, (int)length, p->index, p->value);
}

static void add_scale(programme *p)
{
    const td_duel *duel = p->duel;
    for (size_t k = 0; k < duel->m; k++) {
        p->index[k + 1] = (int)k + 1;
        p->value[k + 1] = duel->max[k];
    }
    add_row(p, duel->m, GLP_FX, duel->scale);
}

/* d >= v - 1 and d >= 1 - v */
static void add_distances(programme *p)
{
    const td_duel *duel = p->duel;
    for (size_t k = 0; k < duel->m; k++)
        for (int sign = -1; sign <= 1; sign += 2) {
            p->index[1] = (int)(duel->m + k) + 1;
            p->value[1] = 1;
            p->index[2] = (int)k + 1;
            p->value[2] = sign;
            add_row(p, 2, GLP_LO, sign);
        }
}

/* x - y where both are quanta, of which a billionth is rounding. */
static double less(double x, double y)
{
    double difference = x - y;
    return fabs(difference) < 1e-9 * (fabs(x) + fabs(y)) ? 0 : difference;
}

/* A linear function of the weights as a row: its coefficients in value, its constant returned. */
static double row_of_unit(programme *p, size_t u, double share)
{
    const td_duel *duel = p->duel;
    const double *points = duel->points + u * (duel->m + 1);
    const double *assigned = duel->assigned + u * (duel->m + 1);
    for (size_t k = 0; k < duel->m; k++) {
        p->index[k + 1] = (int)k + 1;
        p->value[k + 1] = less(points[k], share * assigned[k]);
    }
    return less(points[duel->m], share * assigned[duel->m]);
}

static double margin_of(const programme *p, size_t rival)
{
    return p->aim->margins != NULL ? p->aim->margins[rival] : 0;
}

/* The largest that the function in value can be over all weights, bounds aside. */
static double size_of_row(const programme *p, double constant)
{
    const td_duel *duel = p->duel;
    double most = 0;
    for (size_t k = 0; k < duel->m; k++)
        most = fmax(most, fabs(p->value[k + 1]) * duel->scale / duel->max[k]);
    return most + fabs(constant) + 1;
}

/* The unit's row less the rival's: at least the margin, unless z lets it off. */
static void add_rival(programme *p, size_t i)
{
    const td_duel *duel = p->duel;
    const double *mine = duel->points + duel->me * (duel->m + 1);
    double constant = row_of_unit(p, i, duel->by_share ? p->b : 0);
    for (size_t k = 0; k < duel->m; k++)
        p->value[k + 1] = (duel->by_share ? 0 : mine[k]) - p->value[k + 1];
    constant = (duel->by_share ? 0 : mine[duel->m]) - constant;
    size_t length = duel->m;
    if (p->aim->above > 0) {
        double size = size_of_row(p, constant) + margin_of(p, i);
        p->index[++length] = (int)(2 * duel->m + i) + 1;
        p->value[length] = size;
    }
    add_row(p, length, GLP_LO, margin_of(p, i) - constant);
}

static void add_own_share(programme *p)
{
    const td_duel *duel = p->duel;
    const double *assigned = duel->assigned + duel->me * (duel->m + 1);
    double constant = row_of_unit(p, duel->me, p->a);
    add_row(p, duel->m, GLP_LO, -constant);
    for (size_t k = 0; k < duel->m; k++)
        p->value[k + 1] = assigned[k];
    add_row(p, duel->m, GLP_LO, LEAST_ASSIGNED - assigned[duel->m]);
}

static void add_demands(programme *p)
{
    for (size_t i = 0; i < p->aim->n_demands; i++) {
        const td_demand *demand = &p->aim->demands[i];
        double constant = row_of_unit(p, p->duel->me, demand->is_share ? demand->least : 0);
        double least = demand->is_share ? 0 : demand->least;
        add_row(p, p->duel->m, GLP_LO, least + p->aim->margin - constant);
    }
}

static void add_count(programme *p)
{
    size_t length = 0;
    for (size_t i = 0; i < p->duel->n; i++) {
        if (i == p->duel->me || !p->duel->ranked[i])
            continue;
        p->index[++length] = (int)(2 * p->duel->m + i) + 1;
        p->value[length] = 1;
    }
    int row = glp_add_rows(p->glpk, 1);
    glp_set_row_bnds(p->glpk, row, GLP_UP, 0, (double)p->aim->above);
    glp_set_mat_row(p->glpk, row, (int)length, p->index, p->value);
}

static void add_columns(programme *p)
{
    const td_duel *duel = p->duel;
    glp_add_cols(p->glpk, (int)(2 * duel->m + duel->n));
    for (size_t k = 0; k < duel->m; k++) {
        int v = (int)k + 1, d = (int)(duel->m + k) + 1;
        glp_set_col_bnds(p->glpk, v, duel->lo[k] < duel->hi[k] ? GLP_DB : GLP_FX, duel->lo[k],
                         duel->hi[k]);
        glp_set_col_bnds(p->glpk, d, GLP_LO, 0, 0);
        glp_set_obj_coef(p->glpk, d, duel->max[k] / duel->scale);
    }
    for (size_t i = 0; i < duel->n; i++) {
        int z = (int)(2 * duel->m + i) + 1;
        if (p->aim->above == 0 || i == duel->me || !duel->ranked[i])
            glp_set_col_bnds(p->glpk, z, GLP_FX, 0, 0);
        else if (p->fixed != NULL)
            glp_set_col_bnds(p->glpk, z, GLP_FX, p->fixed[i], p->fixed[i]);
        else
            glp_set_col_kind(p->glpk, z, GLP_BV);
    }
}

static void build(programme *p)
{
    glp_set_obj_dir(p->glpk, GLP_MIN);
    add_columns(p);
    add_scale(p);
    add_distances(p);
    if (p->duel->by_share)
        add_own_share(p);
    for (size_t i = 0; i < p->duel->n; i++)
        if (i != p->duel->me && p->duel->ranked[i] && !(p->fixed != NULL && p->fixed[i] > 0.5))
            add_rival(p, i);
    add_demands(p);
    if (p->aim->above > 0 && p->fixed == NULL)
        add_count(p);
}

/* ---- solving ---- */

static bool is_cancelled(const programme *p)
{
    return p->aim->cancelled != NULL && *p->aim->cancelled != 0;
}

static void watch(glp_tree *tree, void *info)
{
    if (is_cancelled(info))
        glp_ios_terminate(tree);
}

/* A programme of some dozen rows takes some dozen steps; one that takes this many goes in circles. */
#define MOST_STEPS 20000

/* Degenerate programmes may circle: then once more, simplified and from another side. */
static int simplex(glp_prob *glpk)
{
    glp_smcp options;
    glp_init_smcp(&options);
    options.msg_lev = GLP_MSG_OFF;
    options.it_lim = MOST_STEPS;
    int code = glp_simplex(glpk, &options);
    if (code == 0)
        return 0;
    glp_std_basis(glpk);
    options.meth = GLP_DUALP;
    options.presolve = GLP_ON;
    code = glp_simplex(glpk, &options);
    return code == GLP_ENOPFS || code == GLP_ENODFS ? 0 : code;
}

/* False: nothing feasible, or status says why there is no answer. */
static bool run_simplex(programme *p)
{
    if (simplex(p->glpk) != 0)
        p->status = TD_EINTERNAL;
    return p->status == TD_OK && glp_get_status(p->glpk) == GLP_OPT;
}

static bool run_integer(programme *p)
{
    glp_iocp options;
    glp_init_iocp(&options);
    options.msg_lev = GLP_MSG_OFF;
    options.presolve = GLP_ON;
    options.cb_func = watch;
    options.cb_info = p;
    int code = glp_intopt(p->glpk, &options);
    if (code == GLP_ESTOP)
        p->status = TD_EINTERRUPTED;
    else if (code != 0 && code != GLP_ENOPFS && code != GLP_ENODFS)
        p->status = TD_EINTERNAL;
    return code == 0 && glp_mip_status(p->glpk) == GLP_OPT;
}

/* One programme. v: [m] or NULL; z of an integer one are kept. */
static bool solve_once(programme *p, double *v, double *objective)
{
    bool integer = p->aim->above > 0 && p->fixed == NULL;
    p->glpk = glp_create_prob();
    build(p);
    bool found = integer ? run_integer(p) : run_simplex(p);
    if (found) {
        *objective = integer ? glp_mip_obj_val(p->glpk) : glp_get_obj_val(p->glpk);
        for (size_t k = 0; k < p->duel->m; k++)
            v[k] = integer ? glp_mip_col_val(p->glpk, (int)k + 1)
                           : glp_get_col_prim(p->glpk, (int)k + 1);
        for (size_t i = 0; i < p->duel->n && integer; i++)
            p->z[i] = round(glp_mip_col_val(p->glpk, (int)(2 * p->duel->m + i) + 1));
    }
    glp_delete_prob(p->glpk);
    return found;
}

/* An integer solution holds z only nearly; with z decided the rest is solved clean. */
static bool solve(programme *p, double *v, double *objective)
{
    p->fixed = NULL;
    if (!solve_once(p, v, objective))
        return false;
    if (p->aim->above == 0)
        return true;
    p->fixed = p->z;
    bool clean = solve_once(p, v, objective);
    p->fixed = NULL;
    return clean;
}

/* ---- shares ---- */

typedef struct node {
    double a, b, bound;
} node;

static double share_at(const td_duel *duel, size_t u, const double *v)
{
    const double *points = duel->points + u * (duel->m + 1);
    const double *assigned = duel->assigned + u * (duel->m + 1);
    double sum = points[duel->m], of = assigned[duel->m];
    for (size_t k = 0; k < duel->m; k++) {
        sum += v[k] * points[k];
        of += v[k] * assigned[k];
    }
    return of > 0 ? sum / of : 0;
}

/* A quotient of linear functions is largest and smallest in corners. */
static node whole_range(const td_duel *duel)
{
    node all = {INFINITY, -INFINITY, 0};
    for (size_t k = 0; k < duel->m; k++) {
        const double *points = duel->points + duel->me * (duel->m + 1);
        const double *assigned = duel->assigned + duel->me * (duel->m + 1);
        double factor = duel->scale / duel->max[k];
        double of = factor * assigned[k] + assigned[duel->m];
        if (of <= 0) { /* bonuses over next to nothing */
            all.b = fmax(all.b, MOST_SHARE);
            continue;
        }
        double share = (factor * points[k] + points[duel->m]) / of;
        all.a = fmin(all.a, share);
        all.b = fmax(all.b, share);
    }
    return all;
}

static size_t best_node(const node *nodes, size_t n)
{
    size_t best = 0;
    for (size_t i = 1; i < n; i++)
        if (nodes[i].bound < nodes[best].bound)
            best = i;
    return best;
}

/* With x fixed everything is exact: a solution. */
static void try_share(programme *p, double x, double *trial, double *v, double *best)
{
    double objective;
    p->a = p->b = x;
    if (!solve(p, trial, &objective) || objective >= *best)
        return;
    *best = objective;
    for (size_t k = 0; k < p->duel->m; k++)
        v[k] = trial[k];
}

static td_status solve_shares(programme *p, node *nodes, double *trial, double *v, double *least)
{
    double best = INFINITY, lowest = INFINITY; /* lowest: of intervals given up as too narrow */
    size_t n = 0, steps = 0;
    nodes[n++] = whole_range(p->duel);
    if (isinf(nodes[0].a)) /* nothing assigned, whatever the weights */
        return TD_EINFEASIBLE;
    try_share(p, nodes[0].a, trial, v, &best); /* halving would only come near a share that stays */
    while (n > 0 && p->status == TD_OK) {
        size_t at = best_node(nodes, n);
        node the = nodes[at];
        nodes[at] = nodes[--n];
        if (the.bound >= best - GAP)
            break;
        if (is_cancelled(p))
            p->status = TD_EINTERRUPTED;
        p->a = the.a;
        p->b = the.b;
        if (!solve(p, trial, &the.bound) || the.bound >= best - GAP)
            continue;
        double middle = share_at(p->duel, p->duel->me, trial);
        if (!(middle > the.a + (the.b - the.a) / 8 && middle < the.b - (the.b - the.a) / 8))
            middle = (the.a + the.b) / 2;
        try_share(p, middle, trial, v, &best);
        if (the.b - the.a < 1e-8 || n + 2 > MOST_NODES || ++steps > MOST_NODES) {
            lowest = fmin(lowest, the.bound);
            continue;
        }
        nodes[n++] = (node){the.a, middle, the.bound};
        nodes[n++] = (node){middle, the.b, the.bound};
    }
    *least = fmin(best - GAP, lowest);
    if (*least < 0)
        *least = 0;
    return p->status != TD_OK ? p->status : isinf(best) ? TD_EINFEASIBLE : TD_OK;
}

/* ---- all of it ---- */

static td_status solve_linear(programme *p, double *v, double *least)
{
    if (solve(p, v, least))
        return TD_OK;
    return p->status != TD_OK ? p->status : TD_EINFEASIBLE;
}

td_status td_duel_solve(const td_duel *duel, const td_aim *aim, double *v, double *least)
{
    programme p = {.duel = duel, .aim = aim};
    size_t width = 2 * duel->m + duel->n + 2;
    p.index = calloc(width, sizeof *p.index);
    p.value = calloc(width, sizeof *p.value);
    p.z = calloc(duel->n + 1, sizeof *p.z);
    double *trial = calloc(2 * (duel->m + 1), sizeof *trial);
    node *nodes = calloc(MOST_NODES + 2, sizeof *nodes);
    double distance = 0, *found = trial + duel->m + 1;
    td_status status = TD_ENOMEM;
    if (p.index != NULL && p.value != NULL && p.z != NULL && trial != NULL && nodes != NULL)
        status = duel->by_share ? solve_shares(&p, nodes, trial, found, &distance)
                                : solve_linear(&p, found, &distance);
    for (size_t k = 0; k < duel->m && status == TD_OK; k++)
        v[k] = found[k];
    if (status == TD_OK)
        *least = distance;
    free(nodes);
    free(trial);
    free(p.z);
    free(p.value);
    free(p.index);
    return status;
}
