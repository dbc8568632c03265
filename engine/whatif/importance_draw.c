/*
 * Units put together from items of different units, each item drawn independently from its values
 * among the units, and weighed like units. The values of an item are taken in their order, so that
 * the figure is a smooth function of the draws where it can be, and the order of units is lost.
 */
#include <math.h>
#include <stdlib.h>

#include "engine/whatif/importance.h"

/* One item of one unit. */
typedef struct donor {
    double points, assigned, bonus, given;
    uint8_t state;
} donor;

typedef struct drawing {
    const td_sight *sight;
    donor *donors;  /* [n_items * n_units], by item, in order */
    td_block block; /* [TD_SOBOL_TILE rows] put together */
    td_totals totals;
    bool by_share;
} drawing;

static int sign_of(double a, double b)
{
    return (a > b) - (a < b);
}

static int by_value(const void *a, const void *b)
{
    const donor *x = a, *y = b;
    int sign = x->state - y->state;
    sign = sign != 0 ? sign : sign_of(x->points, y->points);
    sign = sign != 0 ? sign : sign_of(x->assigned, y->assigned);
    sign = sign != 0 ? sign : sign_of(x->bonus, y->bonus);
    return sign != 0 ? sign : sign_of(x->given, y->given);
}

static void collect(drawing *d)
{
    const td_sight *s = d->sight;
    const td_block *b = s->block;
    for (size_t k = 0; k < b->n_items; k++) {
        donor *of_item = d->donors + k * s->n_units;
        for (size_t i = 0; i < s->n_units; i++) {
            size_t at = s->row[i] * b->n_items + k;
            of_item[i] = (donor){b->points[at], b->assigned[at], b->bonus[at],
                                 b->given != NULL ? b->given[at] : 0, b->state[at]};
        }
        qsort(of_item, s->n_units, sizeof *of_item, by_value);
    }
}

static void respond(void *context, size_t n, const double *x, double *y)
{
    drawing *d = context;
    const td_sight *s = d->sight;
    size_t m = d->block.n_items;
    for (size_t i = 0; i < n * m; i++) {
        size_t from = (size_t)(x[i] * (double)s->n_units);
        const donor *cell = &d->donors[i % m * s->n_units + from];
        d->block.points[i] = cell->points;
        d->block.assigned[i] = cell->assigned;
        d->block.bonus[i] = cell->bonus;
        d->block.state[i] = cell->state;
        if (d->block.given != NULL)
            d->block.given[i] = cell->given;
    }
    td_weigh_cluster(&d->block, 0, n, s->weights, &d->totals);
    for (size_t i = 0; i < n; i++) {
        double assigned = d->totals.assigned[i];
        y[i] = d->totals.points[i];
        if (d->by_share)
            y[i] = assigned > 0 ? y[i] / assigned : NAN;
    }
}

static td_status drawing_init(drawing *d, const td_sight *s)
{
    size_t m = s->block->n_items, cells = TD_SOBOL_TILE * m, rows = TD_SOBOL_TILE;
    *d = (drawing){.sight = s, .block = *s->block};
    d->by_share = s->rules->view.rank_by != TD_BY_POINTS;
    double *numbers = calloc(4 * cells + 4 * rows + 2 * m, sizeof *numbers);
    d->block.points = numbers;
    d->block.state = calloc(cells + 1, sizeof *d->block.state);
    d->donors = calloc(m * s->n_units + 1, sizeof *d->donors);
    if (numbers == NULL || d->block.state == NULL || d->donors == NULL)
        return TD_ENOMEM;
    d->block.assigned = numbers + cells;
    d->block.bonus = numbers + 2 * cells;
    d->block.given = s->block->given != NULL ? numbers + 3 * cells : NULL;
    double *totals = numbers + 4 * cells;
    d->totals = (td_totals){.points = totals,
                            .assigned = totals + rows,
                            .bonus = totals + 2 * rows,
                            .given = totals + 3 * rows,
                            .scratch = totals + 4 * rows};
    collect(d);
    return TD_OK;
}

td_status td_importance_draw(const td_sight *sight, const td_importance_options *options,
                             td_indices *out)
{
    drawing d;
    td_status status = drawing_init(&d, sight);
    if (status == TD_OK)
        status = td_sobol_indices(options->n > 0 ? options->n : TD_IMPORTANCE_POINTS, options->seed,
                                  respond, &d, options->cancelled, out);
    free(d.block.points);
    free(d.block.state);
    free(d.donors);
    return status;
}
