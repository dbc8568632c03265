/*
 * What a scenario makes of a criterion that has been scored.
 */
#include <math.h>

#include "engine/score.h"

double td_amend_scale(const td_criterion *criterion, double quanta)
{
    int64_t from = td_scored_max(criterion), to = criterion->max_q;
    if (from == to || from <= 0 || isnan(quanta))
        return quanta;
    return (double)td_div_round((td_int128)quanta * to, from);
}

double td_amend_cap(const td_criterion *criterion, double value, double grid)
{
    if (criterion->amend == NULL || criterion->amend->cap_q == TD_NO_CAP || isnan(value))
        return value;
    double cap = (double)criterion->amend->cap_q / grid;
    return value > cap ? cap : value;
}

static void amend_cell(const td_criterion *c, bool real, double grid, td_cell *cell)
{
    if (!real)
        cell->value = td_amend_scale(c, cell->value);
    cell->value = td_amend_cap(c, cell->value, grid);
    cell->assigned_q = td_amend_scale(c, cell->assigned_q);
    cell->given_q = td_amend_scale(c, cell->given_q);
    cell->bonus_q = td_amend_scale(c, cell->bonus_q);
    cell->deduction_q = td_amend_scale(c, cell->deduction_q);
}

void td_amend_cells(td_scoring *s, size_t j)
{
    const td_criterion *c = &s->rules->criteria[j];
    bool real = td_is_real(s->rules, j);
    double grid = real ? (double)td_pow10(s->rules->view.leaf_decimals) : 1;
    for (size_t u = 0; u < s->n_units; u++) {
        td_cell cell = {.value = NAN, .state = TD_NOT_APPLICABLE, .settled = true};
        if (!c->amend->dropped) {
            cell = td_cell_get(s, j, u);
            amend_cell(c, real, grid, &cell);
        }
        td_cell_put(s, j, u, &cell);
    }
}
