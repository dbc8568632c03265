/*
 * Seats under upper and lower bounds, by integer programmes (GLPK).
 *
 * x_j in {0, 1} says whether candidate j is proposed. Merit decides lexicographically: for each
 * group of equals, best first, as many as possible are taken given what the groups before
 * got. A group that is not taken whole may leave a choice: a unit that is in some best
 * choice but not in all of them is tied, and the council decides.
 *
 * Coefficients are small whole numbers, so the programmes are solved exactly; rows and columns
 * are in a canonical order (cluster, unit), so the answer cannot depend on the input's.
 */
#include <glpk.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "engine/award/award.h"

#define DEFAULT_SECONDS 60.0

typedef struct programme {
    td_awarding *a;
    size_t award;
    td_field *field;
    size_t n_reach;
    td_reach reach[TD_MAX_REACH];
    glp_prob *glpk;
    int *index; /* [n + 1] scratch of one row, from 1 as GLPK counts */
    double *value;
    size_t first_lower; /* row of the first lower bound */
    size_t n_lower_rows;
    size_t *lower_of; /* [n_lower_rows] which lower bound of the rule */
    struct timespec start;
    td_status status;
} programme;

/* ---- rows ---- */

static int add_row(programme *p, int length, int kind, double lo, double hi)
{
    int row = glp_add_rows(p->glpk, 1);
    glp_set_row_bnds(p->glpk, row, kind, lo, hi);
    glp_set_mat_row(p->glpk, row, length, p->index, p->value);
    return row;
}

static size_t n_places(const td_awarding *a, td_scope within)
{
    return within == TD_WITHIN_CLUSTER ? a->n_clusters
           : within == TD_WITHIN_GROUP ? a->n_groups
                                       : 1;
}

/* Candidates by region of a scope, in one sweep: heads of chains through next[]. */
static void add_upper_bounds(programme *p, const td_reach *reach, size_t *members, size_t *heads)
{
    td_awarding *a = p->a;
    size_t n = p->field->n, places = n_places(a, reach->within);
    for (size_t w = 0; w < places; w++)
        heads[w] = TD_NONE;
    for (size_t j = n; j-- > 0;) {
        size_t w = td_region_of(a, reach->within, p->field->unit[j]);
        if (w == TD_NONE)
            continue;
        members[j] = heads[w];
        heads[w] = j;
    }
    for (size_t w = 0; w < places; w++) {
        int64_t left = a->left[reach->first + w];
        int length = 0;
        for (size_t j = heads[w]; j != TD_NONE && left != INT64_MAX; j = members[j]) {
            p->index[++length] = (int)j + 1;
            p->value[length] = 1;
        }
        if (length > 0 && length > left)
            add_row(p, length, GLP_UP, 0, (double)left);
    }
}

static bool in_category(const td_awarding *a, const td_lower_bound *lower, size_t unit)
{
    const char *category = a->prepared->evaluation->data.units[unit].category;
    for (size_t i = 0; category != NULL && i < lower->n_categories; i++)
        if (strcmp(category, lower->categories[i]) == 0)
            return true;
    return false;
}

/* At least k of the category; or den * (those of the category) >= num * (all proposed). */
static void add_lower_row(programme *p, size_t which, size_t where)
{
    const td_lower_bound *lower = &p->field->rule->lower[which];
    int length = 0;
    for (size_t j = 0; j < p->field->n; j++) {
        size_t unit = p->field->unit[j];
        if (td_region_of(p->a, lower->within, unit) != where)
            continue;
        bool inside = in_category(p->a, lower, unit);
        double all = lower->is_share ? -(double)lower->share.num : 0;
        double value = all + (inside ? lower->is_share ? (double)lower->share.den : 1 : 0);
        if (value == 0)
            continue;
        p->index[++length] = (int)j + 1;
        p->value[length] = value;
    }
    add_row(p, length, GLP_LO, lower->is_share ? 0 : (double)lower->at_least, 0);
    p->lower_of[p->n_lower_rows++] = which;
}

static size_t count_lower_rows(const programme *p)
{
    size_t n = 0;
    for (size_t i = 0; i < p->field->rule->n_lower; i++)
        n += n_places(p->a, p->field->rule->lower[i].within);
    return n;
}

static td_status build(programme *p)
{
    size_t n = p->field->n, places = p->a->n_clusters + 1;
    size_t *members = calloc(n + places + 1, sizeof *members);
    p->index = calloc(n + 1, sizeof *p->index);
    p->value = calloc(n + 1, sizeof *p->value);
    p->lower_of = calloc(count_lower_rows(p) + 1, sizeof *p->lower_of);
    if (members == NULL || p->index == NULL || p->value == NULL || p->lower_of == NULL) {
        free(members);
        return TD_ENOMEM;
    }
    p->glpk = glp_create_prob();
    glp_add_cols(p->glpk, (int)n + 1); /* the last is fixed at 0: no programme is empty */
    for (size_t j = 0; j < n; j++)
        glp_set_col_kind(p->glpk, (int)j + 1, GLP_BV);
    glp_set_col_bnds(p->glpk, (int)n + 1, GLP_FX, 0, 0);
    for (size_t r = 0; r < p->n_reach; r++)
        add_upper_bounds(p, &p->reach[r], members, members + n);
    p->first_lower = (size_t)glp_get_num_rows(p->glpk) + 1;
    for (size_t i = 0; i < p->field->rule->n_lower; i++)
        for (size_t w = 0; w < n_places(p->a, p->field->rule->lower[i].within); w++)
            add_lower_row(p, i, w);
    free(members);
    return TD_OK;
}

/* ---- solving ---- */

static double elapsed_s(const programme *p)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - p->start.tv_sec) + 1e-9 * (double)(now.tv_nsec - p->start.tv_nsec);
}

static bool out_of_time(const programme *p)
{
    double limit = p->a->options->time_limit_s > 0 ? p->a->options->time_limit_s : DEFAULT_SECONDS;
    const volatile int *cancelled = p->a->options->cancelled;
    return (cancelled != NULL && *cancelled != 0) || elapsed_s(p) > limit;
}

static void watch_clock(glp_tree *tree, void *info)
{
    if (out_of_time(info))
        glp_ios_terminate(tree);
}

/* True when there is a solution; *best is the largest value of the objective. */
static bool solve(programme *p, long *best)
{
    if (p->status != TD_OK)
        return false;
    if (out_of_time(p)) {
        p->status = TD_EINTERRUPTED;
        return false;
    }
    glp_iocp options;
    glp_init_iocp(&options);
    options.msg_lev = GLP_MSG_OFF;
    options.presolve = GLP_ON;
    options.cb_func = watch_clock;
    options.cb_info = p;
    int code = glp_intopt(p->glpk, &options);
    if (code == GLP_ENOPFS || code == GLP_ENODFS)
        return false;
    if (code == GLP_ESTOP || code == GLP_ETMLIM) {
        p->status = TD_EINTERRUPTED;
        return false;
    }
    if (code != 0) {
        p->status = TD_EINTERNAL;
        return false;
    }
    if (glp_mip_status(p->glpk) != GLP_OPT)
        return false;
    double value = glp_mip_obj_val(p->glpk);
    *best = (long)(value + (value < 0 ? -0.5 : 0.5));
    return true;
}

static void set_objective(programme *p, const size_t *members, size_t n, double sign)
{
    glp_set_obj_dir(p->glpk, GLP_MAX);
    for (size_t i = 0; i < n; i++)
        glp_set_obj_coef(p->glpk, (int)members[i] + 1, sign);
}

/* The group's seats are decided: its sum is fixed from now on. */
static void fix_sum(programme *p, const size_t *members, size_t n, long seats)
{
    for (size_t i = 0; i < n; i++) {
        p->index[i + 1] = (int)members[i] + 1;
        p->value[i + 1] = 1;
        if (seats == 0 || seats == (long)n)
            glp_set_col_bnds(p->glpk, (int)members[i] + 1, GLP_FX, seats > 0, 0);
    }
    if (seats > 0 && seats < (long)n)
        add_row(p, (int)n, GLP_FX, (double)seats, 0);
}

/* Is there a best choice in which candidate j is (or is not) proposed? */
static bool possible(programme *p, size_t j, bool proposed)
{
    double was = glp_get_col_lb(p->glpk, (int)j + 1), until = glp_get_col_ub(p->glpk, (int)j + 1);
    long best;
    glp_set_col_bnds(p->glpk, (int)j + 1, GLP_FX, proposed, proposed);
    bool found = solve(p, &best);
    glp_set_col_bnds(p->glpk, (int)j + 1, was < until ? GLP_DB : GLP_FX, was, until);
    return found;
}

/* ---- conflicts ---- */

static void ignore_row(programme *p, size_t lower_row, bool ignored)
{
    size_t which = p->lower_of[lower_row];
    const td_lower_bound *lower = &p->field->rule->lower[which];
    double least = lower->is_share ? 0 : (double)lower->at_least;
    glp_set_row_bnds(p->glpk, (int)(p->first_lower + lower_row), ignored ? GLP_FR : GLP_LO, least,
                     0);
}

static bool conflicts(programme *p, const bool *kept)
{
    long best;
    for (size_t r = 0; r < p->n_lower_rows; r++)
        ignore_row(p, r, !kept[r]);
    return !solve(p, &best) && p->status == TD_OK;
}

#define MAX_ENUMERATED 12

/* Sets of size members are tried from kept[first] on; true when one conflicts. */
static bool conflict_of_size(programme *p, bool *kept, size_t first, size_t size)
{
    if (size == 0)
        return conflicts(p, kept);
    for (size_t r = first; r + size <= p->n_lower_rows && p->status == TD_OK; r++) {
        kept[r] = true;
        if (conflict_of_size(p, kept, r + 1, size - 1))
            return true;
        kept[r] = false;
    }
    return false;
}

/*
 * Few lower bounds: sets by size, so that the first that conflicts is a smallest one. Many: alone,
 * in pairs, and then what is left of all of them when each that can be spared is.
 */
static void find_conflict(programme *p, bool *kept)
{
    size_t n = p->n_lower_rows, most = n <= MAX_ENUMERATED ? n : 2;
    for (size_t size = 1; size <= most; size++)
        if (conflict_of_size(p, kept, 0, size))
            return;
    for (size_t r = 0; r < n; r++)
        kept[r] = true;
    for (size_t r = 0; r < n && p->status == TD_OK; r++) {
        kept[r] = false;
        kept[r] = !conflicts(p, kept);
    }
}

static void report_conflict(programme *p)
{
    const td_award_rule *rule = p->field->rule;
    bool *kept = calloc(p->n_lower_rows + 1, sizeof *kept);
    if (kept == NULL) {
        p->status = TD_ENOMEM;
        return;
    }
    set_objective(p, p->field->order, p->field->n, 0);
    find_conflict(p, kept);
    for (size_t r = 0; r < p->n_lower_rows; r++) {
        if (!kept[r])
            continue;
        const td_lower_bound *lower = &rule->lower[p->lower_of[r]];
        td_place place = {.file = p->a->policy->view.path, .pointer = lower->pointer};
        td_errors_add(p->a->errors, TD_MSG_AWARD_LOWER_BOUNDS_CONFLICT, &place, rule->code,
                      lower->categories[0], NULL);
    }
    free(kept);
}

/* ---- from the best merit down ---- */

static size_t end_of_equals(const td_field *f, size_t begin)
{
    size_t end = begin + 1;
    while (end < f->n && td_merit_cmp(f, f->order[begin], f->order[end]) == 0)
        end++;
    return end;
}

static void decide_groups(programme *p)
{
    td_field *f = p->field;
    for (size_t i = 0, next; i < f->n && p->status == TD_OK; i = next) {
        next = end_of_equals(f, i);
        long seats = 0;
        set_objective(p, f->order, f->n, 0);
        set_objective(p, f->order + i, next - i, 1);
        if (solve(p, &seats))
            fix_sum(p, f->order + i, next - i, seats);
    }
    set_objective(p, f->order, f->n, 0);
}

static void settle(programme *p, size_t j)
{
    td_decision *d = td_award_decision(p->a, p->award, p->field->unit[j]);
    double lo = glp_get_col_lb(p->glpk, (int)j + 1), hi = glp_get_col_ub(p->glpk, (int)j + 1);
    bool decided = lo >= hi;
    bool in = decided ? lo > 0 : possible(p, j, true);
    bool out = decided ? lo <= 0 : possible(p, j, false);
    d->state = in && out ? TD_TIED_AT_CUT : in ? TD_PROPOSED : TD_OUTSIDE_QUOTA;
}

static void count_seats(programme *p, size_t j)
{
    td_decision *d = td_award_decision(p->a, p->award, p->field->unit[j]);
    for (size_t r = 0; r < p->n_reach; r++) {
        size_t q = td_quota_of(p->a, &p->reach[r], p->field->unit[j]);
        if (q == TD_NONE || d->state != TD_PROPOSED)
            continue;
        p->a->quotas[q].used++;
        if (p->a->left[q] != INT64_MAX)
            p->a->left[q]--;
    }
}

/*
 * Seats kept open: as many as a best choice can give in the region of a bound, less those
 * that every best choice gives.
 */
static void keep_open(programme *p, const td_reach *reach, size_t *counted)
{
    for (size_t j = 0; j < p->field->n && p->status == TD_OK; j++) {
        size_t q = td_quota_of(p->a, reach, p->field->unit[j]);
        bool tied = td_award_decision(p->a, p->award, p->field->unit[j])->state == TD_TIED_AT_CUT;
        if (!tied || q == TD_NONE || counted[q - reach->first] != 0)
            continue;
        counted[q - reach->first] = 1;
        set_objective(p, p->field->order, p->field->n, 0);
        for (size_t k = 0; k < p->field->n; k++)
            if (td_quota_of(p->a, reach, p->field->unit[k]) == q)
                set_objective(p, &k, 1, 1);
        long most = 0;
        if (!solve(p, &most))
            return;
        size_t proposed = 0;
        for (size_t k = 0; k < p->field->n; k++)
            proposed += td_quota_of(p->a, reach, p->field->unit[k]) == q &&
                        td_award_decision(p->a, p->award, p->field->unit[k])->state == TD_PROPOSED;
        p->a->quotas[q].open += (size_t)most - proposed;
        if (p->a->left[q] != INT64_MAX)
            p->a->left[q] -= most - (long)proposed;
    }
}

static td_status keep_all_open(programme *p)
{
    size_t *counted = calloc(p->a->n_clusters + p->a->n_groups + 1, sizeof *counted);
    if (counted == NULL)
        return TD_ENOMEM;
    for (size_t r = 0; r < p->n_reach; r++) {
        memset(counted, 0, (p->a->n_clusters + p->a->n_groups + 1) * sizeof *counted);
        keep_open(p, &p->reach[r], counted);
    }
    free(counted);
    return p->status;
}

/* For the others: the tightest bound that they stand under. */
static void name_bound(programme *p, size_t j)
{
    td_decision *d = td_award_decision(p->a, p->award, p->field->unit[j]);
    for (size_t r = 0; r < p->n_reach && d->state != TD_PROPOSED; r++) {
        size_t q = td_quota_of(p->a, &p->reach[r], p->field->unit[j]);
        if (q != TD_NONE && p->a->left[q] != INT64_MAX &&
            (d->quota == TD_NONE || p->a->left[q] < p->a->left[d->quota]))
            d->quota = q;
    }
}

static td_status run(programme *p)
{
    long nothing;
    set_objective(p, p->field->order, p->field->n, 0);
    if (!solve(p, &nothing)) {
        if (p->status == TD_OK) {
            report_conflict(p);
            p->status = p->status == TD_OK ? TD_EINFEASIBLE : p->status;
        }
        return p->status;
    }
    decide_groups(p);
    for (size_t i = 0; i < p->field->n && p->status == TD_OK; i++)
        settle(p, i);
    for (size_t i = 0; i < p->field->n && p->status == TD_OK; i++)
        count_seats(p, i);
    for (size_t i = 0; i < p->field->n && p->status == TD_OK; i++)
        name_bound(p, i);
    if (p->status == TD_OK)
        p->status = keep_all_open(p);
    return p->status;
}

static void report_time(const programme *p)
{
    char seconds[32];
    snprintf(seconds, sizeof seconds, "%.0f", elapsed_s(p));
    td_place place = {.file = p->a->policy->view.path, .pointer = p->field->rule->pointer};
    td_errors_add(p->a->errors, TD_MSG_AWARD_INTERRUPTED, &place, p->field->rule->code, seconds,
                  NULL);
}

td_status td_choose_exactly(td_awarding *a, size_t award, td_field *field)
{
    programme p = {.a = a, .award = award, .field = field};
    clock_gettime(CLOCK_MONOTONIC, &p.start);
    p.n_reach = td_bounds_of(a, award, p.reach, TD_MAX_REACH);
    int was_talking = glp_term_out(GLP_OFF);
    td_field_sort_all(field);
    td_status status = build(&p);
    if (status == TD_OK)
        status = run(&p);
    if (status == TD_EINTERRUPTED)
        report_time(&p);
    if (p.glpk != NULL)
        glp_delete_prob(p.glpk);
    glp_term_out(was_talking);
    free(p.index);
    free(p.value);
    free(p.lower_of);
    return status;
}
