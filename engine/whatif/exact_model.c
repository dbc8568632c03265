/*
 * From a prepared cluster to whole coefficients: which rule sets rank linearly in the shares, and
 * what the limits leave of the simplex.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "engine/whatif/exact.h"
#include "engine/whatif/sample.h"

/* What the steps below look at. */
typedef struct source {
    const td_prepared *prepared;
    const td_cluster *cluster;
    const td_block *block;
    const td_rules *rules;
    const td_standing *official; /* of the cluster */
    size_t first_row;
    mpz_t factor[TD_EXACT_ITEMS]; /* S times the maxima of the other items */
    mpz_t product;                /* of the maxima */
    td_errors *errors;
} source;

static const char *unit_name(const source *s, size_t u)
{
    return s->prepared->evaluation->data.units[s->cluster->first_unit + u].name;
}

static td_status refuse(const source *s, td_message id, const char *second)
{
    td_place place = {.file = s->rules->view.path};
    td_errors_add(s->errors, id, &place, s->rules->view.code, second, NULL);
    return TD_EINVAL;
}

/* ---- is the ranking linear? ---- */

static bool subject_weighs(td_subject subject, size_t index)
{
    return index == 0 &&
           (subject == TD_SUBJ_POINTS || subject == TD_SUBJ_SHARE || subject == TD_SUBJ_BONUS);
}

/* Can what the condition says change with the weights? */
static bool condition_weighs(const td_condition *c)
{
    for (size_t i = 0; i < c->n_children; i++)
        if (condition_weighs(&c->children[i]))
            return true;
    return c->logic == TD_TEST && (subject_weighs(c->subject, c->index) ||
                                   subject_weighs(c->right_subject, c->right_index));
}

static td_status check_rules(const source *s)
{
    const td_rules *rules = s->rules;
    if (td_rules_has_method(rules))
        return refuse(s, TD_MSG_EXACT_METHOD, td_method_name(td_rules_method(rules)));
    if (rules->criteria[0].combine != TD_SUM)
        return refuse(s, TD_MSG_EXACT_MEAN, "");
    if (rules->view.leaf_decimals > rules->view.decimals ||
        rules->view.rank_by == TD_BY_ROUNDED_SHARE)
        return refuse(s, TD_MSG_EXACT_ROUNDED, "");
    if (rules->view.rank_class_first)
        return refuse(s, TD_MSG_EXACT_CLASS_FIRST, "");
    for (size_t g = 0; g < rules->n_gates; g++) {
        const td_gate *gate = &rules->gates[g];
        if ((gate->effect == TD_GATE_DEDUCT || gate->effect == TD_GATE_UNRANKED) &&
            condition_weighs(gate->when))
            return refuse(s, TD_MSG_EXACT_GATE, gate->code);
    }
    return TD_OK;
}

static bool same_row(const source *s, const double *matrix, size_t a, size_t b)
{
    size_t m = s->block->n_items;
    const double *x = matrix + (s->first_row + a) * m, *y = matrix + (s->first_row + b) * m;
    for (size_t k = 0; k < m; k++)
        if (x[k] != y[k])
            return false;
    return true;
}

static td_status check_units(const source *s, const td_exact_model *model)
{
    const td_block *b = s->block;
    for (size_t i = 0; i < model->n_units; i++) {
        size_t u = model->unit[i];
        for (size_t k = 0; b->given != NULL && k < b->n_items; k++)
            if (b->given[(s->first_row + u) * b->n_items + k] != 0)
                return refuse(s, TD_MSG_EXACT_REDISTRIBUTED, unit_name(s, u));
        if (s->rules->view.rank_by == TD_BY_SHARE && !same_row(s, b->assigned, model->unit[0], u))
            return refuse(s, TD_MSG_EXACT_ASSIGNED, unit_name(s, u));
    }
    return TD_OK;
}

/* ---- coefficients ---- */

/* The items whose share can change, and their maxima; last the sum of all maxima. */
static td_status find_items(const source *s, td_exact_model *model, mpz_t *max)
{
    for (size_t k = 0; k < s->block->n_items; k++) {
        td_item_view item = td_item_get(s->prepared, s->block->first_item + k);
        if (!(item.share > 0))
            continue;
        if (model->n_items < TD_EXACT_ITEMS) {
            model->item[model->n_items] = k;
            mpz_set_d(max[model->n_items], item.max_q);
            mpz_set_d(max[TD_EXACT_ITEMS], item.sum);
        }
        model->n_items++;
    }
    if (model->n_items > 0 && model->n_items <= TD_EXACT_ITEMS)
        return TD_OK;
    char count[24];
    snprintf(count, sizeof count, "%zu", model->n_items);
    return refuse(s, TD_MSG_EXACT_ITEMS, count);
}

static td_status find_scale(source *s, td_exact_model *model)
{
    mpz_t max[TD_EXACT_ITEMS + 1]; /* of the items, and their sum */
    for (size_t k = 0; k <= TD_EXACT_ITEMS; k++)
        mpz_init(max[k]);
    td_status status = find_items(s, model, max);
    mpz_set_ui(s->product, 1);
    for (size_t k = 0; k < model->n_items && status == TD_OK; k++) {
        mpz_mul(s->product, s->product, max[k]);
        mpz_set(s->factor[k], max[TD_EXACT_ITEMS]);
        for (size_t j = 0; j < model->n_items; j++)
            if (j != k)
                mpz_mul(s->factor[k], s->factor[k], max[j]);
    }
    for (size_t k = 0; k <= TD_EXACT_ITEMS; k++)
        mpz_clear(max[k]);
    return status;
}

/* row = the linear form of a quantity of unit u (times the product of the maxima), plus constant. */
static void fill_row(const source *s, const td_exact_model *model, const double *matrix, size_t u,
                     double constant, mpz_t *row)
{
    const double *x = matrix + (s->first_row + u) * s->block->n_items;
    double fixed = constant;
    for (size_t k = 0, next = 0; k < s->block->n_items; k++) {
        if (next < model->n_items && model->item[next] == k)
            next++;
        else
            fixed += x[k];
    }
    mpz_t whole;
    mpz_init_set_d(whole, fixed);
    for (size_t k = 0; k < TD_EXACT_ITEMS; k++)
        mpz_set_ui(row[k], 0);
    for (size_t k = 0; k < model->n_items; k++)
        mpz_mul(row[k], whole, s->product);
    for (size_t k = 0; k < model->n_items; k++) {
        mpz_set_d(whole, x[model->item[k]]);
        mpz_addmul(row[k], whole, s->factor[k]);
    }
    mpz_clear(whole);
}

static td_status find_rows(const source *s, td_exact_model *model)
{
    size_t n = s->cluster->n_units;
    model->unit = calloc(n + 1, sizeof *model->unit);
    model->row = calloc(TD_EXACT_ITEMS * n + 1, sizeof *model->row);
    model->tie_rank = calloc(n + 1, sizeof *model->tie_rank);
    model->twin = calloc(n + 1, sizeof *model->twin);
    if (model->twin == NULL || model->unit == NULL || model->row == NULL || model->tie_rank == NULL)
        return TD_ENOMEM;
    for (size_t u = 0; u < n; u++) {
        if (s->official[u].state == TD_UNRANKED)
            continue;
        mpz_t *row = model->row + TD_EXACT_ITEMS * model->n_units;
        for (size_t k = 0; k < TD_EXACT_ITEMS; k++)
            mpz_init(row[k]);
        double gates = s->official[u].total_q - s->official[u].before_q;
        fill_row(s, model, s->block->points, u, gates, row);
        model->unit[model->n_units++] = u;
    }
    return check_units(s, model);
}

/* ---- the region ---- */

/* A number as the decimal that it was written as. */
static void set_decimal(mpq_t out, double x)
{
    td_decimal d;
    if (!td_decimal_of(x, &d)) {
        mpq_set_d(out, x);
        return;
    }
    mpz_set_d(mpq_numref(out), (double)d.mantissa);
    mpz_set_d(mpq_denref(out), d.places > 0 ? (double)td_pow10(d.places) : 1);
    mpq_canonicalize(out);
}

/* A share: points of the table, which are whole quanta, over the sum of all, or a decimal. */
static void set_share(const source *s, mpq_t out, double share)
{
    double sum = td_item_get(s->prepared, s->block->first_item).sum, quanta = round(share * sum);
    if (quanta / sum != share) {
        set_decimal(out, share);
        return;
    }
    mpz_set_d(mpq_numref(out), quanta);
    mpz_set_d(mpq_denref(out), sum);
    mpq_canonicalize(out);
}

/* near share[item] - far share[other] - least, whole; shares add up to 1. */
static void line_of_limit(const source *s, const td_exact_model *model, const td_limit *limit,
                          mpz_t *line)
{
    mpq_t part[TD_EXACT_ITEMS], number;
    mpz_t common;
    mpq_inits(part[0], part[1], part[2], number, NULL);
    mpz_init_set_ui(common, 1);
    for (size_t k = 0; k < model->n_items; k++) {
        if (model->item[k] == limit->item) {
            set_decimal(number, limit->near);
            mpq_add(part[k], part[k], number);
        }
        if (model->item[k] == limit->other) {
            set_decimal(number, limit->far);
            mpq_sub(part[k], part[k], number);
        }
        set_share(s, number, limit->least);
        mpq_sub(part[k], part[k], number);
        mpz_lcm(common, common, mpq_denref(part[k]));
    }
    for (size_t k = 0; k < TD_EXACT_ITEMS; k++) {
        mpz_divexact(line[k], common, mpq_denref(part[k]));
        mpz_mul(line[k], line[k], mpq_numref(part[k]));
    }
    mpq_clears(part[0], part[1], part[2], number, NULL);
    mpz_clear(common);
}

static td_status apply_limits(const source *s, td_exact_model *model, const td_limits *limits)
{
    mpz_t line[TD_EXACT_ITEMS];
    mpz_inits(line[0], line[1], line[2], NULL);
    for (size_t i = 0; i < limits->n && model->region.n > 0; i++) {
        if (&s->prepared->blocks[limits->limit[i].rules] != s->block)
            continue;
        line_of_limit(s, model, &limits->limit[i], line);
        model->region = td_cell_cut(&model->corners, model->region, line, 1);
    }
    mpz_clears(line[0], line[1], line[2], NULL);
    if (model->corners.out_of_memory)
        return TD_ENOMEM;
    return model->region.n > 0 ? TD_OK : refuse(s, TD_MSG_EXACT_NO_WEIGHTS, "");
}

static td_status find_region(const source *s, td_exact_model *model,
                             const td_exact_options *options)
{
    model->region = td_cell_simplex(&model->corners, model->n_items);
    if (model->corners.out_of_memory)
        return TD_ENOMEM;
    if (options == NULL || options->n_limits == 0)
        return TD_OK;
    td_limits limits;
    td_arena *arena = td_arena_new();
    if (arena == NULL)
        return TD_ENOMEM;
    td_status status =
        td_limits_read(s->prepared, options->n_limits, options->limits, arena, &limits, s->errors);
    if (status == TD_OK)
        status = apply_limits(s, model, &limits);
    td_arena_free(arena);
    return status;
}

/* Is limit_q on the wrong side (sign) of the form anywhere in the region? */
static bool exceeds(const source *s, td_exact_model *model, mpz_t *form, double limit_q, int sign,
                    mpz_t *line)
{
    mpz_set_d(line[0], limit_q);
    mpz_mul(line[0], line[0], s->product);
    for (size_t k = TD_EXACT_ITEMS; k-- > 0;)
        mpz_sub(line[k], form[k], line[0]);
    td_sides sides = td_cell_sides(&model->corners, model->region, line);
    return sign > 0 ? sides.plus : sides.minus;
}

/* The root's clamp must not bind: totals are linear, so the corners of the region tell. */
static td_status check_clamp(const source *s, td_exact_model *model)
{
    const td_criterion *root = &s->rules->criteria[0];
    mpz_t form[TD_EXACT_ITEMS], other[TD_EXACT_ITEMS];
    mpz_inits(form[0], form[1], form[2], other[0], other[1], other[2], NULL);
    td_status status = TD_OK;
    for (size_t i = 0; i < model->n_units && status == TD_OK; i++) {
        size_t u = model->unit[i];
        fill_row(s, model, s->block->points, u, 0, form);
        if (root->bonus_outside) {
            fill_row(s, model, s->block->bonus, u, 0, other);
            for (size_t k = 0; k < TD_EXACT_ITEMS; k++)
                mpz_sub(form[k], form[k], other[k]);
        }
        if ((root->has_clamp_max && exceeds(s, model, form, (double)root->clamp_max_q, 1, other)) ||
            (root->has_clamp_min && exceeds(s, model, form, (double)root->clamp_min_q, -1, other)))
            status = refuse(s, TD_MSG_EXACT_CLAMPED, unit_name(s, u));
    }
    mpz_clears(form[0], form[1], form[2], other[0], other[1], other[2], NULL);
    return status;
}

/* ---- ties ---- */

bool td_exact_coincide(const td_exact_model *model, size_t a, size_t b)
{
    return model->twin[a] == model->twin[b];
}

void td_exact_line(const td_exact_model *model, size_t a, size_t b, mpz_t *line)
{
    mpz_t *x = model->row + TD_EXACT_ITEMS * a, *y = model->row + TD_EXACT_ITEMS * b;
    mpz_t common;
    mpz_init(common);
    for (size_t k = 0; k < TD_EXACT_ITEMS; k++) {
        mpz_sub(line[k], x[k], y[k]);
        mpz_gcd(common, common, line[k]);
    }
    for (size_t k = 0; k < TD_EXACT_ITEMS && mpz_sgn(common) != 0; k++)
        mpz_divexact(line[k], line[k], common);
    mpz_clear(common);
}

/* Units whose totals agree all over the region get the same twin. */
static void find_twins(td_exact_model *model)
{
    mpz_t line[TD_EXACT_ITEMS];
    mpz_inits(line[0], line[1], line[2], NULL);
    for (size_t a = 0; a < model->n_units; a++) {
        model->twin[a] = a;
        for (size_t b = 0; b < a && model->twin[a] == a; b++) {
            td_exact_line(model, a, b, line);
            td_sides sides = td_cell_sides(&model->corners, model->region, line);
            if (!sides.plus && !sides.minus)
                model->twin[a] = model->twin[b];
        }
    }
    mpz_clears(line[0], line[1], line[2], NULL);
}

/*
 * Ranks by the tie keys alone, by the ranking itself on standings with equal totals. Keys that
 * change with the weights (bonus, share) are levelled: check_ties() says that they do not matter.
 */
static td_status rank_ties(const source *s, td_exact_model *model)
{
    size_t n = s->cluster->n_units;
    size_t c = (size_t)(s->cluster - s->prepared->evaluation->data.clusters);
    td_standing *standing = calloc(n + 1, sizeof *standing);
    td_worker worker;
    td_status status = td_worker_init(&worker, s->prepared);
    if (standing == NULL)
        status = TD_ENOMEM;
    for (size_t u = 0; status == TD_OK && u < n; u++) {
        standing[u] = s->official[u];
        standing[u].total_q = standing[u].bonus_q = 0;
        standing[u].assigned_q = 1;
    }
    if (status == TD_OK)
        td_rank_cluster(s->prepared, s->block, c, standing, worker.order, worker.keys);
    for (size_t i = 0; status == TD_OK && i < model->n_units; i++)
        model->tie_rank[i] = standing[model->unit[i]].rank;
    td_worker_release(&worker);
    free(standing);
    return status;
}

/* Units that always have equal totals must be equal in keys that change with the weights. */
static td_status check_ties(const source *s, const td_exact_model *model)
{
    for (size_t t = 0; t < s->rules->n_ties; t++) {
        const td_tie *tie = &s->rules->ties[t];
        if (tie->kind != TD_TIE_MORE_BONUS && tie->kind != TD_TIE_SHARE)
            continue;
        const double *matrix = tie->kind == TD_TIE_SHARE ? s->block->assigned : s->block->bonus;
        for (size_t a = 0; a < model->n_units; a++)
            for (size_t b = 0; b < a; b++) {
                size_t u = model->unit[a], v = model->unit[b];
                if (!td_exact_coincide(model, a, b) || same_row(s, matrix, u, v))
                    continue;
                td_place place = {.file = s->rules->view.path};
                td_errors_add(s->errors, TD_MSG_EXACT_TIE_KEY, &place, unit_name(s, v),
                              unit_name(s, u), NULL);
                return TD_EINVAL;
            }
    }
    return TD_OK;
}

td_status td_exact_model_init(td_exact_model *model, const td_prepared *prepared,
                              const td_results *results, size_t cluster,
                              const td_exact_options *options, td_errors *errors)
{
    const td_dataset *data = &prepared->evaluation->data;
    const td_cluster *the = &data->clusters[cluster];
    source s = {.prepared = prepared,
                .cluster = the,
                .block = &prepared->blocks[the->rules],
                .rules = prepared->evaluation->rules[the->rules],
                .official = results->standing + the->first_unit,
                .first_row = data->row_of_unit[the->first_unit],
                .errors = errors};
    *model = (td_exact_model){.ranks = s.rules->ranks};
    td_corners_init(&model->corners);
    mpz_inits(s.factor[0], s.factor[1], s.factor[2], s.product, NULL);
    td_status status = check_rules(&s);
    if (status == TD_OK)
        status = find_scale(&s, model);
    if (status == TD_OK)
        status = find_rows(&s, model);
    if (status == TD_OK)
        status = find_region(&s, model, options);
    if (status == TD_OK)
        status = check_clamp(&s, model);
    if (status == TD_OK) {
        find_twins(model);
        status = check_ties(&s, model);
    }
    if (status == TD_OK)
        status = rank_ties(&s, model);
    mpz_clears(s.factor[0], s.factor[1], s.factor[2], s.product, NULL);
    return status;
}

void td_exact_model_release(td_exact_model *model)
{
    for (size_t i = 0; i < TD_EXACT_ITEMS * model->n_units; i++)
        mpz_clear(model->row[i]);
    free(model->unit);
    free(model->twin);
    free(model->row);
    free(model->tie_rank);
    td_corners_release(&model->corners);
    *model = (td_exact_model){0};
}
