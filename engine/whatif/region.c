/*
 * Is there room inside the limits? A linear programme looks for the shares that keep every limit
 * by the largest margin.
 */
#include <glpk.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/whatif/sample.h"

/* A margin of shares below this is no room: multipliers lie 2^-20 apart. */
#define LEAST_MARGIN 1e-9

/* The last column is the margin. Arrays count from 1, as GLPK does. */
typedef struct programme {
    const td_region *region;
    glp_prob *glpk;
    int *index;
    double *value;
} programme;

static int margin_column(const programme *p)
{
    return (int)p->region->n_free + 1;
}

static void add_row(programme *p, const double *coefficient, double least, bool with_margin)
{
    double largest = 0;
    int length = 0, row = glp_add_rows(p->glpk, 1);
    for (size_t f = 0; f < p->region->n_free; f++) {
        double x = coefficient[f];
        if (x == 0)
            continue;
        p->index[++length] = (int)f + 1;
        p->value[length] = x;
        largest = x > largest ? x : -x > largest ? -x : largest;
    }
    if (with_margin && largest > 0) {
        p->index[++length] = margin_column(p);
        p->value[length] = -largest;
    }
    glp_set_row_bnds(p->glpk, row, GLP_LO, least, 0);
    glp_set_mat_row(p->glpk, row, length, p->index, p->value);
}

/* Rows: the sum of shares, the limits, each share by itself. */
static td_status build(programme *p, const td_region *region)
{
    size_t n = region->n_free;
    *p = (programme){.region = region,
                     .index = calloc(n + 2, sizeof *p->index),
                     .value = calloc(n + 2, sizeof *p->value)};
    double *unit = calloc(n + 1, sizeof *unit);
    td_status status = p->index != NULL && p->value != NULL && unit != NULL ? TD_OK : TD_ENOMEM;
    if (status == TD_OK) {
        p->glpk = glp_create_prob();
        glp_set_obj_dir(p->glpk, GLP_MAX);
        glp_add_cols(p->glpk, (int)n + 1);
        for (size_t f = 0; f < n; f++) {
            glp_set_col_bnds(p->glpk, (int)f + 1, GLP_DB, 0, 1);
            unit[f] = 1;
        }
        glp_set_col_bnds(p->glpk, margin_column(p), GLP_DB, -4, 1);
        add_row(p, unit, 1, false);
        glp_set_row_bnds(p->glpk, 1, GLP_FX, 1, 1);
        for (size_t i = 0; i < region->n_rows; i++)
            add_row(p, region->coefficient + i * n, region->least[i], true);
        memset(unit, 0, n * sizeof *unit);
        for (size_t f = 0; f < n; f++) {
            unit[f] = 1;
            add_row(p, unit, 0, true);
            unit[f] = 0;
        }
    }
    free(unit);
    return status;
}

static void release(programme *p)
{
    if (p->glpk != NULL)
        glp_delete_prob(p->glpk);
    free(p->index);
    free(p->value);
}

static double maximum(programme *p, int column)
{
    for (int c = 1; c <= margin_column(p); c++)
        glp_set_obj_coef(p->glpk, c, c == column);
    glp_smcp options;
    glp_init_smcp(&options);
    options.msg_lev = GLP_MSG_OFF;
    options.tol_bnd = LEAST_MARGIN;
    glp_std_basis(p->glpk);
    int code = glp_simplex(p->glpk, &options);
    return code == 0 && glp_get_status(p->glpk) == GLP_OPT ? glp_get_obj_val(p->glpk) : -4;
}

static void use_limit(programme *p, size_t i, bool is_used)
{
    glp_set_row_bnds(p->glpk, (int)i + 2, is_used ? GLP_LO : GLP_FR, p->region->least[i], 0);
}

/* Drops every limit that the others do without; writes the rest, text by text. */
static void report_conflict(programme *p, const td_rules *rules, const char *const *texts,
                            double margin, td_errors *errors)
{
    bool is_empty = margin < -LEAST_MARGIN;
    char list[512] = "";
    size_t at = 0, last = TD_NONE;
    for (size_t i = 0; i < p->region->n_rows; i++) {
        use_limit(p, i, false);
        double without = maximum(p, margin_column(p));
        bool is_needed = is_empty ? without >= -LEAST_MARGIN : without > LEAST_MARGIN;
        use_limit(p, i, is_needed);
    }
    for (size_t text = 0; at < sizeof list - 1; text++) {
        bool more = false;
        for (size_t i = 0; i < p->region->n_rows; i++) {
            more |= p->region->text[i] >= text;
            bool is_used = glp_get_row_type(p->glpk, (int)i + 2) == GLP_LO;
            if (p->region->text[i] != text || !is_used || last == text || at >= sizeof list - 1)
                continue;
            at += (size_t)snprintf(list + at, sizeof list - at, "%s%s", at > 0 ? "; " : "",
                                   texts[text]);
            last = text;
        }
        if (!more)
            break;
    }
    td_place place = {.field = list};
    td_errors_add(errors, is_empty ? TD_MSG_LIMITS_CONFLICT : TD_MSG_LIMITS_NO_WIDTH, &place, list,
                  rules->view.code, NULL);
}

static td_status explore(programme *p, td_region *region, const td_rules *rules,
                         const char *const *texts, td_errors *errors)
{
    double margin = maximum(p, margin_column(p));
    if (margin <= LEAST_MARGIN) {
        report_conflict(p, rules, texts, margin, errors);
        return TD_EINVAL;
    }
    double sum = 0;
    for (size_t f = 0; f < region->n_free; f++)
        sum += region->centre[f] = glp_get_col_prim(p->glpk, (int)f + 1);
    for (size_t f = 0; f < region->n_free; f++)
        region->centre[f] /= sum;
    glp_set_col_bnds(p->glpk, margin_column(p), GLP_FX, 0, 0);
    for (size_t f = 0; f < region->n_free; f++)
        region->most[f] = maximum(p, (int)f + 1);
    return TD_OK;
}

td_status td_region_explore(td_region *region, const td_rules *rules, const char *const *texts,
                            td_errors *errors)
{
    int was_talking = glp_term_out(GLP_OFF);
    programme p;
    td_status status = build(&p, region);
    if (status == TD_OK)
        status = explore(&p, region, rules, texts, errors);
    release(&p);
    glp_term_out(was_talking);
    return status;
}
