/*
 * The ranks of each unit alone: only the lines on which it meets another unit matter to it, so
 * its regions of constant rank are few, about n^2 / 2 at most, where those of complete rankings
 * may be n^4 / 8. A region is cut by one line after the other; lines that miss it are settled.
 */
#include <stdlib.h>

#include "engine/base/threads.h"
#include "engine/whatif/exact.h"

/* One unit being measured by one thread. */
typedef struct walk {
    const td_exact_model *model;
    const td_exact_limits *limits;
    td_exact_unit *out;
    size_t axis;
    td_exact_fixed fixed;
    td_corners stack;
    mpz_t *line;   /* [n_lines * 3] positive where the other stands before the unit */
    size_t *count; /* [n_lines] how many results that is */
    size_t n_lines;
    td_status status;
} walk;

static void record(walk *w, td_cell_of_shares cell, size_t ahead)
{
    if (++w->out->n_cells > w->limits->max_cells)
        w->status = TD_EINVAL;
    else if (w->limits->cancelled != NULL && *w->limits->cancelled)
        w->status = TD_EINTERRUPTED;
    if (w->status != TD_OK)
        return;
    size_t place = td_exact_place(w->model, ahead, w->fixed.equal);
    td_cell_measure(&w->stack, cell, w->axis, w->out->place[place],
                    ahead == 0 ? w->out->moment : NULL);
}

/* The cell, cut by the lines from `next` on; `ahead` results stand before the unit so far. */
static void split(walk *w, td_cell_of_shares cell, size_t next, size_t ahead)
{
    for (; next < w->n_lines && w->status == TD_OK; next++) {
        mpz_t *line = w->line + TD_EXACT_ITEMS * next;
        td_sides sides = td_cell_sides(&w->stack, cell, line);
        if (sides.plus && sides.minus) {
            for (int sign = 1; sign >= -1; sign -= 2) {
                td_cell_of_shares part = td_cell_cut(&w->stack, cell, line, sign);
                if (w->stack.out_of_memory)
                    w->status = TD_ENOMEM;
                else
                    split(w, part, next + 1, ahead + (sign > 0 ? w->count[next] : 0));
                td_cell_pop(&w->stack, part);
            }
            return;
        }
        ahead += sides.plus ? w->count[next] : 0;
    }
    if (w->status == TD_OK)
        record(w, cell, ahead);
}

/* Where a stands before b: one cut of the region. */
static void measure_pair(walk *w, td_cell_of_shares region, mpz_t *line, mpq_t before)
{
    td_sides sides = td_cell_sides(&w->stack, region, line);
    if (!sides.minus)
        return;
    td_cell_of_shares part = td_cell_cut(&w->stack, region, line, -1);
    if (!w->stack.out_of_memory)
        td_cell_measure(&w->stack, part, w->axis, before, NULL);
    td_cell_pop(&w->stack, part);
}

static void measure_unit(walk *w, const td_exact_volumes *volumes, size_t u)
{
    const td_exact_model *model = w->model;
    w->out = &volumes->unit[u];
    w->fixed = td_exact_fixed_of(model, u);
    w->n_lines = 0;
    w->stack.n = 0;
    td_cell_of_shares region = td_cell_copy(&w->stack, &model->corners, model->region);
    for (size_t v = 0; v < model->n_units; v++) {
        if (td_exact_coincide(model, u, v)) {
            if (model->tie_rank[u] < model->tie_rank[v])
                mpq_set(w->out->before[v], volumes->region);
            continue;
        }
        mpz_t *line = w->line + TD_EXACT_ITEMS * w->n_lines;
        td_exact_line(model, v, u, line);
        measure_pair(w, region, line, w->out->before[v]);
        w->count[w->n_lines++] = td_exact_count_of(model, v);
    }
    if (w->stack.out_of_memory)
        w->status = TD_ENOMEM;
    split(w, region, 0, w->fixed.ahead);
}

static td_status walk_init(walk *w, const td_exact_model *model, const td_exact_limits *limits,
                           size_t axis)
{
    size_t n = model->n_units;
    *w = (walk){.model = model, .limits = limits, .axis = axis};
    td_corners_init(&w->stack);
    w->line = calloc(TD_EXACT_ITEMS * n + 1, sizeof *w->line);
    w->count = calloc(n + 1, sizeof *w->count);
    for (size_t i = 0; w->line != NULL && i < TD_EXACT_ITEMS * n; i++)
        mpz_init(w->line[i]);
    return w->line == NULL || w->count == NULL ? TD_ENOMEM : TD_OK;
}

static void walk_release(walk *w)
{
    for (size_t i = 0; w->line != NULL && i < TD_EXACT_ITEMS * w->model->n_units; i++)
        mpz_clear(w->line[i]);
    free(w->line);
    free(w->count);
    td_corners_release(&w->stack);
}

static mpq_t *fractions(size_t n)
{
    mpq_t *q = calloc(n + 1, sizeof *q);
    for (size_t i = 0; q != NULL && i < n; i++)
        mpq_init(q[i]);
    return q;
}

static void fractions_free(mpq_t *q, size_t n)
{
    for (size_t i = 0; q != NULL && i < n; i++)
        mpq_clear(q[i]);
    free(q);
}

static td_status volumes_init(td_exact_model *model, td_exact_volumes *v)
{
    size_t n = model->n_units;
    mpq_init(v->region);
    v->axis = td_cell_axis(&model->corners, model->region);
    v->n_places = n == 0 ? 0 : td_exact_place(model, n - 1, 1) + 1;
    td_cell_measure(&model->corners, model->region, v->axis, v->region, NULL);
    v->unit = calloc(n + 1, sizeof *v->unit);
    bool ok = v->unit != NULL;
    for (size_t i = 0; ok && i < n * TD_EXACT_ITEMS; i++)
        mpq_init(v->unit[i / TD_EXACT_ITEMS].moment[i % TD_EXACT_ITEMS]);
    for (size_t u = 0; ok && u < n; u++) {
        v->unit[u].place = fractions(v->n_places);
        v->unit[u].before = fractions(n);
        ok = v->unit[u].place != NULL && v->unit[u].before != NULL;
    }
    return ok ? TD_OK : TD_ENOMEM;
}

void td_exact_volumes_release(const td_exact_model *model, td_exact_volumes *v)
{
    for (size_t u = 0; v->unit != NULL && u < model->n_units; u++) {
        fractions_free(v->unit[u].place, v->n_places);
        fractions_free(v->unit[u].before, model->n_units);
        for (size_t k = 0; k < TD_EXACT_ITEMS; k++)
            mpq_clear(v->unit[u].moment[k]);
    }
    free(v->unit);
    mpq_clear(v->region);
    *v = (td_exact_volumes){0};
}

td_status td_exact_measure(td_exact_model *model, const td_exact_limits *limits,
                           const td_options *options, td_exact_volumes *volumes)
{
    td_status status = volumes_init(model, volumes);
    int n_threads = td_threads(options, model->n_units);
    walk *walks = calloc((size_t)n_threads, sizeof *walks);
    if (walks == NULL)
        return TD_ENOMEM;
    for (int t = 0; t < n_threads; t++) {
        td_status of = walk_init(&walks[t], model, limits, volumes->axis);
        status = status == TD_OK ? of : status;
    }
    if (status == TD_OK) {
#pragma omp parallel for num_threads(n_threads) if (n_threads > 1) schedule(dynamic, 1)
        for (size_t u = 0; u < model->n_units; u++)
            if (walks[td_thread()].status == TD_OK)
                measure_unit(&walks[td_thread()], volumes, u);
    }
    for (int t = 0; t < n_threads; t++) {
        if (status == TD_OK)
            status = walks[t].status;
        walk_release(&walks[t]);
    }
    free(walks);
    return status;
}
