/*
 * Points of every criterion of a cluster: scored again on demand, since keeping them for
 * all units of a country would cost far more memory than scoring costs time.
 */
#include "engine/detail.h"

#include <math.h>
#include <stdlib.h>

td_status td_rescore(const td_prepared *prepared, size_t cluster, td_rescored *out)
{
    const td_evaluation *evaluation = prepared->evaluation;
    size_t r = evaluation->data.clusters[cluster].rules;
    *out = (td_rescored){0};
    out->levels = calloc(evaluation->rules[r]->n_criteria, sizeof *out->levels);
    td_status status = td_scoring_init(&out->scoring, evaluation, r,
                                       evaluation->data.clusters[cluster].n_units, NULL);
    if (status == TD_OK && out->levels == NULL)
        status = TD_ENOMEM;
    if (status == TD_OK) {
        out->scoring.level = td_levels_of(evaluation->rules[r], out->levels);
        out->scoring.levels = out->levels;
        out->scoring.standards = td_prepared_standards(prepared, r);
        status = td_score_cluster(&out->scoring, cluster);
    }
    if (status != TD_OK)
        td_rescored_release(out);
    return status;
}

void td_rescored_release(td_rescored *rescored)
{
    td_scoring_release(&rescored->scoring);
    free(rescored->levels);
    *rescored = (td_rescored){0};
}

double td_cell_quanta(const td_scoring *s, size_t j, size_t u)
{
    double value = td_cell_get(s, j, u).value;
    return td_is_real(s->rules, j) && !isnan(value)
               ? td_round_real(value, s->rules->view.leaf_decimals)
               : value;
}

static void fill(const td_scoring *s, td_detail *d)
{
    for (size_t u = 0; u < d->n_units; u++)
        for (size_t j = 0; j < d->n_criteria; j++) {
            td_cell cell = td_cell_get(s, j + 1, u);
            size_t at = u * d->n_criteria + j;
            d->points_q[at] = td_cell_quanta(s, j + 1, u);
            d->assigned_q[at] = cell.assigned_q;
            d->deduction_q[at] = cell.deduction_q;
            d->bonus_q[at] = cell.bonus_q;
        }
}

td_status td_detail_cluster(const td_prepared *prepared, size_t cluster, td_detail *out,
                            td_errors *errors)
{
    (void)errors;
    td_rescored rescored;
    td_status status = td_rescore(prepared, cluster, &rescored);
    if (status != TD_OK)
        return status;
    td_detail d = {.n_units = rescored.scoring.n_units,
                   .n_criteria = rescored.scoring.rules->n_criteria - 1};
    size_t cells = d.n_units * d.n_criteria;
    d.points_q = calloc(4 * cells + 1, sizeof *d.points_q);
    if (d.points_q == NULL) {
        status = TD_ENOMEM;
    } else {
        d.assigned_q = d.points_q + cells;
        d.deduction_q = d.points_q + 2 * cells;
        d.bonus_q = d.points_q + 3 * cells;
        fill(&rescored.scoring, &d);
        *out = d;
    }
    td_rescored_release(&rescored);
    return status;
}

void td_detail_release(td_detail *detail)
{
    free(detail->points_q);
    *detail = (td_detail){0};
}
