/*
 * Complete rankings: the cells that all lines on which two units meet cut the region into. The set
 * of shares that give one ranking is convex, so every cell is a ranking of its own.
 */
#include <stdlib.h>

#include "engine/whatif/exact.h"

typedef struct walk {
    const td_exact_model *model;
    const td_exact_limits *limits;
    const td_exact_volumes *volumes;
    td_exact_orders *out;
    td_corners stack;
    mpz_t *line; /* [n_lines * 3] positive where `before` stands before `behind` */
    size_t *before, *behind;
    size_t n_lines;
    size_t *ahead; /* [n_units] results before each, of the lines looked at */
    td_status status;
} walk;

static bool reserve(td_exact_orders *orders)
{
    if (orders->n < orders->capacity)
        return true;
    size_t capacity = orders->capacity == 0 ? 64 : 2 * orders->capacity;
    td_exact_order *more = realloc(orders->order, capacity * sizeof *more);
    if (more == NULL)
        return false;
    orders->order = more;
    orders->capacity = capacity;
    return true;
}

static void record(walk *w, td_cell_of_shares cell)
{
    const td_exact_model *model = w->model;
    if (w->out->n == w->limits->max_cells)
        w->status = TD_EINVAL;
    else if (w->limits->cancelled != NULL && *w->limits->cancelled)
        w->status = TD_EINTERRUPTED;
    double *rank = w->status == TD_OK ? calloc(model->n_units + 1, sizeof *rank) : NULL;
    if (w->status == TD_OK && (rank == NULL || !reserve(w->out)))
        w->status = TD_ENOMEM;
    if (w->status != TD_OK) {
        free(rank);
        return;
    }
    td_exact_order *order = &w->out->order[w->out->n++];
    mpq_inits(order->volume, order->moment[0], order->moment[1], order->moment[2], NULL);
    td_cell_measure(&w->stack, cell, w->volumes->axis, order->volume, order->moment);
    for (size_t u = 0; u < model->n_units; u++)
        rank[u] = td_exact_rank_of_place(
            model, td_exact_place(model, w->ahead[u], td_exact_fixed_of(model, u).equal));
    order->rank = rank;
}

/* Counts the line's pair in one order (sign 1: `before` stands before), or takes it back. */
static void count(walk *w, size_t line, int sign, bool taken)
{
    size_t a = sign > 0 ? w->before[line] : w->behind[line];
    size_t b = sign > 0 ? w->behind[line] : w->before[line];
    size_t n = td_exact_count_of(w->model, a);
    w->ahead[b] = taken ? w->ahead[b] + n : w->ahead[b] - n;
}

static void split(walk *w, td_cell_of_shares cell, size_t next)
{
    if (next == w->n_lines) {
        record(w, cell);
        return;
    }
    mpz_t *line = w->line + TD_EXACT_ITEMS * next;
    td_sides sides = td_cell_sides(&w->stack, cell, line);
    for (int sign = 1; sign >= -1 && w->status == TD_OK; sign -= 2) {
        if (!(sign > 0 ? sides.plus : sides.minus))
            continue;
        bool cuts = sides.plus && sides.minus;
        td_cell_of_shares part = cuts ? td_cell_cut(&w->stack, cell, line, sign) : cell;
        if (w->stack.out_of_memory) {
            w->status = TD_ENOMEM;
            return;
        }
        count(w, next, sign, true);
        split(w, part, next + 1);
        count(w, next, sign, false);
        if (cuts)
            td_cell_pop(&w->stack, part);
    }
}

static void find_lines(walk *w)
{
    const td_exact_model *model = w->model;
    for (size_t a = 0; a < model->n_units; a++)
        for (size_t b = 0; b < a; b++) {
            if (td_exact_coincide(model, a, b))
                continue;
            mpz_t *line = w->line + TD_EXACT_ITEMS * w->n_lines;
            for (size_t k = 0; k < TD_EXACT_ITEMS; k++)
                mpz_init(line[k]);
            td_exact_line(model, b, a, line);
            w->before[w->n_lines] = b;
            w->behind[w->n_lines++] = a;
        }
    for (size_t u = 0; u < model->n_units; u++)
        w->ahead[u] = td_exact_fixed_of(model, u).ahead;
}

/* ---- their order ---- */

/* qsort's comparison has no context: the number of units goes with every order. */
typedef struct sortable {
    td_exact_order order;
    size_t n_units;
} sortable;

static int by_probability(const void *a, const void *b)
{
    const sortable *x = a, *y = b;
    int sign = -mpq_cmp(x->order.volume, y->order.volume);
    for (size_t u = 0; u < x->n_units && sign == 0; u++)
        sign = (x->order.rank[u] > y->order.rank[u]) - (x->order.rank[u] < y->order.rank[u]);
    return sign;
}

static td_status sort_orders(td_exact_orders *orders, size_t n_units)
{
    sortable *all = calloc(orders->n + 1, sizeof *all);
    if (all == NULL)
        return TD_ENOMEM;
    for (size_t i = 0; i < orders->n; i++)
        all[i] = (sortable){orders->order[i], n_units};
    qsort(all, orders->n, sizeof *all, by_probability);
    for (size_t i = 0; i < orders->n; i++)
        orders->order[i] = all[i].order;
    free(all);
    return TD_OK;
}

td_status td_exact_enumerate(td_exact_model *model, const td_exact_limits *limits,
                             const td_exact_volumes *volumes, td_exact_orders *orders)
{
    size_t n = model->n_units, n_pairs = n * (n + 1) / 2 + 1;
    walk w = {.model = model, .limits = limits, .volumes = volumes, .out = orders};
    td_corners_init(&w.stack);
    w.line = calloc(TD_EXACT_ITEMS * n_pairs, sizeof *w.line);
    w.before = calloc(n_pairs, sizeof *w.before);
    w.behind = calloc(n_pairs, sizeof *w.behind);
    w.ahead = calloc(n + 1, sizeof *w.ahead);
    if (w.line == NULL || w.before == NULL || w.behind == NULL || w.ahead == NULL)
        w.status = TD_ENOMEM;
    if (w.status == TD_OK) {
        find_lines(&w);
        td_cell_of_shares region = td_cell_copy(&w.stack, &model->corners, model->region);
        if (w.stack.out_of_memory)
            w.status = TD_ENOMEM;
        else if (n > 0)
            split(&w, region, 0);
    }
    for (size_t i = 0; i < TD_EXACT_ITEMS * w.n_lines; i++)
        mpz_clear(w.line[i]);
    free(w.line);
    free(w.before);
    free(w.behind);
    free(w.ahead);
    td_corners_release(&w.stack);
    return w.status == TD_OK ? sort_orders(orders, n) : w.status;
}

void td_exact_orders_release(td_exact_orders *orders)
{
    for (size_t i = 0; i < orders->n; i++) {
        td_exact_order *order = &orders->order[i];
        mpq_clears(order->volume, order->moment[0], order->moment[1], order->moment[2], NULL);
        free(order->rank);
    }
    free(orders->order);
    *orders = (td_exact_orders){0};
}
