/*
 * Acceptability of ranks in closed form: volumes become probabilities, written down as fractions.
 */
#include <math.h>
#include <stdio.h>

#include "engine/whatif/exact.h"

/* Fractions on their way out. */
typedef struct writer {
    td_arena *arena;
    mpq_t value, nearest, next;
    bool out_of_memory;
} writer;

/* The double nearest to a fraction >= 0, halves to the even one; mpq_get_d() cuts off. */
static double nearest_double(writer *w, const mpq_t q)
{
    double below = mpq_get_d(q), above = nextafter(below, INFINITY);
    mpq_set_d(w->nearest, below);
    mpq_set_d(w->next, above);
    mpq_add(w->nearest, w->nearest, w->next);
    mpq_add(w->next, q, q);
    int sign = mpq_cmp(w->next, w->nearest);
    bool above_is_even = fmod(ldexp(above, 52 - ilogb(above)), 2) == 0;
    return sign > 0 || (sign == 0 && above_is_even) ? above : below;
}

static td_rational none(void)
{
    return (td_rational){NULL, NAN};
}

/* part / whole */
static td_rational ratio(writer *w, const mpq_t part, const mpq_t whole)
{
    if (mpq_sgn(part) == 0)
        return (td_rational){"0", 0};
    mpq_div(w->value, part, whole);
    size_t size =
        mpz_sizeinbase(mpq_numref(w->value), 10) + mpz_sizeinbase(mpq_denref(w->value), 10) + 3;
    char *text = td_arena_alloc(w->arena, size, 1);
    if (text == NULL) {
        w->out_of_memory = true;
        return none();
    }
    mpq_get_str(text, 10, w->value);
    return (td_rational){text, nearest_double(w, w->value)};
}

static td_rational *new_figures(writer *w, size_t n)
{
    td_rational *figures = td_arena_alloc(w->arena, n + 1, sizeof *figures);
    w->out_of_memory |= figures == NULL;
    for (size_t i = 0; figures != NULL && i < n; i++)
        figures[i] = none();
    return figures;
}

static td_rational expected_rank(writer *w, const td_exact_model *model,
                                 const td_exact_volumes *volumes, const td_exact_unit *unit)
{
    mpq_t sum, rank;
    mpq_inits(sum, rank, NULL);
    for (size_t p = 0; p < volumes->n_places; p++) {
        mpq_set_d(rank, td_exact_rank_of_place(model, p));
        mpq_mul(rank, rank, unit->place[p]);
        mpq_add(sum, sum, rank);
    }
    td_rational mean = ratio(w, sum, volumes->region);
    mpq_clears(sum, rank, NULL);
    return mean;
}

static void write_unit(writer *w, const td_exact_model *model, const td_exact_volumes *volumes,
                       size_t i, td_exact *out)
{
    const td_exact_unit *unit = &volumes->unit[i];
    size_t u = model->unit[i];
    for (size_t p = 0; p < volumes->n_places; p++)
        out->places[u * out->n_places + p] = ratio(w, unit->place[p], volumes->region);
    size_t top = td_exact_place(model, 0, td_exact_fixed_of(model, i).equal);
    out->first[u] = ratio(w, unit->place[top], volumes->region);
    out->expected_rank[u] = expected_rank(w, model, volumes, unit);
    for (size_t k = 0; k < model->n_items && mpq_sgn(unit->place[top]) > 0; k++)
        out->central[u * out->n_items + k] = ratio(w, unit->moment[k], unit->place[top]);
    for (size_t j = 0; j < model->n_units; j++)
        out->winning[u * out->n_units + model->unit[j]] =
            ratio(w, unit->before[j], volumes->region);
}

static void write_ranking(writer *w, const td_exact_model *model, const td_exact_volumes *volumes,
                          const td_exact_order *order, size_t n_units, td_exact_ranking *out)
{
    double *rank = td_arena_alloc(w->arena, n_units + 1, sizeof *rank);
    double *share = td_arena_alloc(w->arena, TD_EXACT_ITEMS, sizeof *share);
    if (rank == NULL || share == NULL) {
        w->out_of_memory = true;
        return;
    }
    for (size_t i = 0; i < model->n_units; i++)
        rank[model->unit[i]] = order->rank[i];
    for (size_t k = 0; k < model->n_items; k++) {
        mpq_div(w->value, order->moment[k], order->volume);
        share[k] = nearest_double(w, w->value);
    }
    *out = (td_exact_ranking){ratio(w, order->volume, volumes->region), rank, share};
}

static void write_head(writer *w, const td_exact_model *model, const td_exact_volumes *volumes,
                       td_exact *out)
{
    out->n_items = model->n_items;
    for (size_t k = 0; k < model->n_items; k++)
        out->item[k] = model->item[k];
    out->place_step = model->ranks == TD_FRACTIONAL ? 0.5 : 1;
    out->n_places = volumes->n_places;
    mpq_t whole;
    mpq_init(whole);
    mpq_set_ui(whole, 1, 1);
    bool full = td_cell_dimension(model->region) == model->n_items - 1;
    out->allowed = full ? ratio(w, volumes->region, whole) : (td_rational){"0", 0};
    mpq_clear(whole);
}

static td_status write_down(const td_exact_model *model, const td_exact_volumes *volumes,
                            const td_exact_orders *orders, td_exact *out)
{
    writer w = {.arena = td_arena_new()};
    if (w.arena == NULL)
        return TD_ENOMEM;
    mpq_inits(w.value, w.nearest, w.next, NULL);
    write_head(&w, model, volumes, out);
    size_t n = out->n_units;
    out->memory = w.arena;
    out->places = new_figures(&w, n * out->n_places);
    out->first = new_figures(&w, n);
    out->expected_rank = new_figures(&w, n);
    out->central = new_figures(&w, n * out->n_items);
    out->winning = new_figures(&w, n * n);
    out->rankings = td_arena_alloc(w.arena, orders->n + 1, sizeof *out->rankings);
    w.out_of_memory |= out->rankings == NULL;
    for (size_t i = 0; i < model->n_units && !w.out_of_memory; i++)
        write_unit(&w, model, volumes, i, out);
    for (size_t r = 0; r < orders->n && !w.out_of_memory; r++)
        write_ranking(&w, model, volumes, &orders->order[r], n, &out->rankings[r]);
    out->n_rankings = orders->n;
    mpq_clears(w.value, w.nearest, w.next, NULL);
    return w.out_of_memory ? TD_ENOMEM : TD_OK;
}

static void refuse_size(const td_prepared *prepared, size_t cluster, size_t max_cells,
                        td_errors *errors)
{
    char limit[24];
    snprintf(limit, sizeof limit, "%zu", max_cells);
    const td_cluster *the = &prepared->evaluation->data.clusters[cluster];
    td_errors_add(errors, TD_MSG_EXACT_CELLS, NULL, the->name, limit, NULL);
}

td_status td_sample_exact(const td_prepared *prepared, const td_results *results, size_t cluster,
                          const td_exact_options *options, const td_options *threads, td_exact *out,
                          td_errors *errors)
{
    const td_dataset *data = &prepared->evaluation->data;
    if (cluster >= data->n_clusters || results->k != 1 || results->n_units != data->n_units)
        return TD_EINVAL;
    td_exact_limits limits = {.max_cells = TD_EXACT_CELLS};
    if (options != NULL) {
        limits.cancelled = options->cancelled;
        limits.max_cells = options->max_cells > 0 ? options->max_cells : TD_EXACT_CELLS;
    }
    td_exact_model model;
    td_exact_volumes volumes = {0};
    td_exact_orders orders = {0};
    td_exact exact = {.cluster = cluster, .n_units = data->clusters[cluster].n_units};
    td_status status = td_exact_model_init(&model, prepared, results, cluster, options, errors);
    if (status == TD_OK) {
        status = td_exact_measure(&model, &limits, threads, &volumes);
        if (status == TD_OK && options != NULL && options->with_rankings)
            status = td_exact_enumerate(&model, &limits, &volumes, &orders);
        if (status == TD_EINVAL)
            refuse_size(prepared, cluster, limits.max_cells, errors);
        if (status == TD_OK)
            status = write_down(&model, &volumes, &orders, &exact);
        td_exact_orders_release(&orders);
        td_exact_volumes_release(&model, &volumes);
    }
    td_exact_model_release(&model);
    if (status == TD_OK)
        *out = exact;
    else
        td_exact_release(&exact);
    return status;
}

void td_exact_release(td_exact *exact)
{
    td_arena_free(exact->memory);
    *exact = (td_exact){0};
}
