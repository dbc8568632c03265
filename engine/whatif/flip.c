/*
 * Flip: the nearest weights that give a unit a rank or an award, confirmed by evaluation.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "engine/whatif/flip.h"

#define WEIGHT_GRID 1048576.0
#define FEW_UNITS 20000

/* Rounding to the grid moves a total by less than a quantum or so: how far inside to try. */
#define FIRST_MARGIN (1.0 / 64) /* quanta */
#define NEXT_MARGIN 4           /* times the last */
#define LAST_MARGIN 8

typedef struct flipping {
    const td_prepared *prepared;
    const td_flip_options *options;
    td_duel duel;
    double *lo, *hi; /* [n_items] shares */
    double *v;       /* [m] */
    double *margins; /* [n] by which each rival has to be left behind */
    double margin;   /* by which demands have to be exceeded */
    double *weights; /* [n_items] on the grid */
    td_flip out;
    double rank_there; /* of the last weights tried */
} flipping;

/* ---- bounds ---- */

static td_status refuse(const flipping *f, td_message why, size_t unit, td_errors *errors)
{
    const td_dataset *data = &f->prepared->evaluation->data;
    const td_unit *units = data->units;
    const td_rules *rules =
        f->prepared->evaluation->rules[data->clusters[units[f->out.unit].cluster].rules];
    td_errors_add(errors, why, &(td_place){.file = rules->view.path}, units[f->out.unit].name,
                  rules->view.code, unit == TD_NONE ? "" : units[unit].name, NULL);
    return TD_EINVAL;
}

static td_status take_bounds(flipping *f, td_errors *errors)
{
    size_t row;
    const td_block *b = td_block_of_unit(f->prepared, f->out.unit, &row);
    double least = 0, most = 0;
    bool valid = true;
    for (size_t i = 0; i < f->prepared->n_items; i++)
        f->hi[i] = 1;
    for (size_t i = 0; i < f->options->n_bounds; i++) {
        const td_flip_bound *bound = &f->options->bounds[i];
        if (bound->item >= f->prepared->n_items)
            return TD_EINVAL;
        f->lo[bound->item] = bound->least;
        f->hi[bound->item] = bound->most;
        valid &= bound->least >= 0 && bound->least <= bound->most && bound->most <= 1;
    }
    for (size_t k = 0; k < b->n_items; k++) {
        bool weighs = b->rules->criteria[b->items[k]].max_q > 0;
        least += weighs ? f->lo[b->first_item + k] : 0;
        most += weighs ? f->hi[b->first_item + k] : 0;
    }
    if (valid && least <= 1 + 1e-12 && most >= 1 - 1e-12)
        return TD_OK;
    return refuse(f, TD_MSG_FLIP_BOUNDS, TD_NONE, errors);
}

/* ---- on the grid ---- */

static double on_grid(double v, double lo, double hi)
{
    double n = nearbyint(v * WEIGHT_GRID);
    if (n < lo * WEIGHT_GRID)
        n = ceil(lo * WEIGHT_GRID);
    if (n > hi * WEIGHT_GRID)
        n = floor(hi * WEIGHT_GRID);
    return fmax(n, 0) / WEIGHT_GRID;
}

static void set_weights(flipping *f)
{
    const td_duel *duel = &f->duel;
    for (size_t i = 0; i < f->prepared->n_items; i++)
        f->weights[i] = 1;
    for (size_t k = 0; k < duel->m; k++)
        f->weights[duel->block->first_item + duel->items[k]] =
            on_grid(f->v[k], duel->lo[k], duel->hi[k]);
}

static double distance_of(const flipping *f)
{
    const td_duel *duel = &f->duel;
    double sum = 0;
    for (size_t k = 0; k < duel->m; k++)
        sum += fabs(f->weights[duel->block->first_item + duel->items[k]] - 1) * duel->max[k];
    return sum / duel->scale;
}

static td_status evaluate(const flipping *f, const double *weights, td_results *out)
{
    const td_options alone = {.threads = f->prepared->evaluation->data.n_units < FEW_UNITS ? 1 : 0};
    return td_evaluate(f->prepared, 1, weights, &alone, out, NULL);
}

static td_status is_proposed(const flipping *f, const td_results *results, bool *proposed)
{
    td_awards awards = {0};
    td_status status = td_award(f->prepared, results, f->options->awards, &awards, NULL);
    if (status == TD_EINFEASIBLE)
        status = TD_OK;
    if (status == TD_OK)
        *proposed =
            awards.decision[f->out.award * awards.n_units + f->out.unit].state == TD_PROPOSED;
    td_awards_release(&awards);
    return status;
}

/* A unit that stands before it, or beside it where that is not enough, needs a wider berth. */
static bool widen(flipping *f, const td_standing *cluster, bool rank_will_do)
{
    const td_duel *duel = &f->duel;
    bool wider = false;
    if (rank_will_do) { /* the award asks for more than the rank: everything a hair further inside */
        f->margin = fmax(FIRST_MARGIN, f->margin * NEXT_MARGIN);
        wider = f->margin <= LAST_MARGIN;
    }
    for (size_t i = 0; i < duel->n; i++) {
        double ahead = cluster[duel->me].rank - cluster[i].rank;
        bool shares = ahead == 0 && duel->block->rules->ranks != TD_FRACTIONAL;
        if (i == duel->me || !duel->ranked[i] || ahead < 0 || shares)
            continue;
        f->margins[i] = fmax(FIRST_MARGIN, f->margins[i] * NEXT_MARGIN);
        wider |= f->margins[i] <= LAST_MARGIN;
    }
    return wider;
}

/* Do the weights on the grid give the rank, or the award? *again: another margin may help. */
static td_status confirm(flipping *f, size_t rank, bool *confirmed, bool *again)
{
    td_results results = {0};
    set_weights(f);
    td_status status = evaluate(f, f->weights, &results);
    if (status != TD_OK)
        return status;
    const td_standing *s = &results.standing[f->out.unit];
    bool rank_will_do = s->state != TD_UNRANKED && s->rank <= (double)rank;
    f->rank_there = s->rank;
    *confirmed = rank_will_do;
    if (f->out.award != TD_NONE)
        status = is_proposed(f, &results, confirmed);
    *again = !*confirmed && widen(f, results.standing + f->duel.first_unit, rank_will_do);
    td_results_release(&results);
    return status;
}

/* The nearest weights for one rank. TD_EINFEASIBLE: none; *confirmed false: too narrow for the grid. */
static td_status try_rank(flipping *f, size_t rank, const td_aim *demands, bool *confirmed,
                          double *least)
{
    bool first = true;
    *confirmed = false;
    f->margin = 0;
    for (size_t i = 0; i < f->duel.n; i++)
        f->margins[i] = 0;
    for (bool again = true; again && !*confirmed; first = false) {
        td_aim aim = *demands;
        double distance;
        aim.above = rank - 1;
        aim.margin = f->margin;
        aim.margins = f->margins;
        aim.cancelled = f->options->cancelled;
        td_status status = td_duel_solve(&f->duel, &aim, f->v, &distance);
        if (!first && status == TD_EINFEASIBLE)
            return TD_OK;
        if (status == TD_OK)
            status = confirm(f, rank, confirmed, &again);
        if (status != TD_OK)
            return status;
        *least = first ? distance : *least;
    }
    return TD_OK;
}

/* ---- answers ---- */

static td_status keep_weights(flipping *f, double least)
{
    if (f->out.weights == NULL)
        f->out.weights = calloc(f->prepared->n_items + 1, sizeof *f->out.weights);
    if (f->out.weights == NULL)
        return TD_ENOMEM;
    for (size_t i = 0; i < f->prepared->n_items; i++)
        f->out.weights[i] = f->weights[i];
    f->out.rank_there = f->rank_there;
    f->out.distance = distance_of(f);
    f->out.least = least;
    return TD_OK;
}

static td_status keep_proof(flipping *f, td_flip_proof proof, const int64_t *parts)
{
    td_flip *out = &f->out;
    out->rivals = calloc(f->duel.n + 1, sizeof *out->rivals);
    out->parts = calloc(f->duel.n + 1, sizeof *out->parts);
    if (out->rivals == NULL || out->parts == NULL)
        return TD_ENOMEM;
    out->proof = proof;
    out->answer = TD_FLIP_IMPOSSIBLE;
    for (size_t i = 0; i < f->duel.n; i++) {
        if (parts[i] == 0)
            continue;
        out->rivals[out->n_rivals] = f->duel.first_unit + i;
        out->parts[out->n_rivals++] = parts[i];
    }
    return TD_OK;
}

/* Looks for a proof that at most `above` rivals before the unit is impossible. */
static td_status prove(flipping *f, size_t above)
{
    int64_t *parts = calloc(f->duel.n + 1, sizeof *parts);
    bool found = false;
    if (parts == NULL)
        return TD_ENOMEM;
    td_status status = TD_OK;
    if (td_duel_dominators(&f->duel, parts) > above)
        status = keep_proof(f, TD_PROOF_DOMINATED, parts);
    else if (above == 0) {
        status = td_duel_mix(&f->duel, parts, &found);
        if (status == TD_OK && found)
            status = keep_proof(f, TD_PROOF_MIX, parts);
    }
    free(parts);
    return status;
}

/* The best rank beyond the one asked for, up to today's. */
static td_status find_best(flipping *f, size_t from, double until)
{
    const td_aim none = {0};
    for (size_t rank = from; (double)rank < until; rank++) {
        bool confirmed;
        double least = 0;
        td_status status = try_rank(f, rank, &none, &confirmed, &least);
        if (status == TD_OK && confirmed) {
            f->out.best_rank = rank;
            return keep_weights(f, least);
        }
        if (status != TD_OK && status != TD_EINFEASIBLE)
            return status;
    }
    return TD_OK;
}

/* Equal results may do or not, as a tie key that follows the weights says: not searched. */
static bool ties_depend(const flipping *f)
{
    for (size_t i = 0; i < f->duel.n; i++)
        if (i != f->duel.me && f->duel.ranked[i] && f->duel.at_tie[i] == TD_TIE_DEPENDS)
            return true;
    return false;
}

static td_status flip_to_rank(flipping *f)
{
    const td_aim none = {0};
    bool confirmed = false;
    double least = 0;
    if (f->out.rank_now <= (double)f->out.rank) {
        f->out.answer = TD_FLIP_ALREADY;
        f->out.rank_there = f->out.rank_now;
        return TD_OK;
    }
    td_status status = try_rank(f, f->out.rank, &none, &confirmed, &least);
    if (status == TD_OK && confirmed) {
        f->out.answer = TD_FLIP_REACHED;
        return keep_weights(f, least);
    }
    if (status != TD_OK && status != TD_EINFEASIBLE)
        return status;
    bool narrow = status == TD_OK && !ties_depend(f);
    f->out.answer = narrow ? TD_FLIP_TOO_NARROW : TD_FLIP_NOT_FOUND;
    status = prove(f, f->out.rank - 1);
    return status == TD_OK ? find_best(f, f->out.rank + 1, f->out.rank_now) : status;
}

/* ---- awards ---- */

static td_status try_ranks(flipping *f, const td_aim *demands, size_t worst)
{
    for (size_t rank = 1; rank <= worst; rank++) {
        bool confirmed = false;
        double least = 0;
        td_status status = try_rank(f, rank, demands, &confirmed, &least);
        if (status == TD_OK && confirmed &&
            (f->out.weights == NULL || distance_of(f) < f->out.distance)) {
            f->out.answer = TD_FLIP_REACHED;
            f->out.best_rank = (size_t)f->rank_there;
            status = keep_weights(f, least);
        }
        if (status != TD_OK && status != TD_EINFEASIBLE)
            return status;
    }
    return f->out.weights == NULL && worst == 1 ? prove(f, 0) : TD_OK;
}

/* Gates and conditions that stand against the award under any weights. */
static void find_bar(flipping *f, const td_results *official, td_decision decision)
{
    td_flip *out = &f->out;
    out->condition = td_award_constant_bar(f->prepared, official, f->options->awards, out->unit,
                                           out->award, decision, &out->gate);
    if (out->condition == TD_NONE && out->gate == TD_NONE)
        return;
    out->answer = TD_FLIP_IMPOSSIBLE;
    out->proof = out->gate != TD_NONE ? TD_PROOF_GATE : TD_PROOF_CONDITION;
}

static td_status flip_to_award(flipping *f, const td_results *official)
{
    const td_award_rule *rule = &f->prepared->evaluation->policy->awards[f->out.award];
    td_awards awards = {0};
    td_demand *demands = calloc(rule->n_needs + 1, sizeof *demands);
    td_status status = demands == NULL ? TD_ENOMEM : TD_OK;
    if (status == TD_OK)
        status = td_award(f->prepared, official, f->options->awards, &awards, NULL);
    if (status == TD_EINFEASIBLE)
        status = TD_OK;
    td_decision decision = {.gate = TD_NONE};
    if (status == TD_OK)
        decision = awards.decision[f->out.award * awards.n_units + f->out.unit];
    td_awards_release(&awards);
    f->out.answer = decision.state == TD_PROPOSED ? TD_FLIP_ALREADY : TD_FLIP_NOT_FOUND;
    if (status == TD_OK && f->out.answer != TD_FLIP_ALREADY)
        find_bar(f, official, decision);
    if (status == TD_OK && f->out.answer == TD_FLIP_NOT_FOUND) {
        td_aim aim = {.n_demands = td_award_demands(&f->duel, f->out.award, demands),
                      .demands = demands};
        status =
            try_ranks(f, &aim, td_award_worst_rank(f->prepared, f->out.award, f->out.rank_now));
    }
    free(demands);
    return status;
}

/* ---- all of it ---- */

static td_status check_aim(const flipping *f, const td_standing *s, td_errors *errors)
{
    const td_unit *the = &f->prepared->evaluation->data.units[f->out.unit];
    const td_policy *policy = f->prepared->evaluation->policy;
    char rank[24], ranked[24];
    if (s->state == TD_UNRANKED)
        return refuse(f, TD_MSG_FLIP_UNRANKED, TD_NONE, errors);
    if (f->duel.m < 2)
        return refuse(f, TD_MSG_FLIP_ONE_ITEM, TD_NONE, errors);
    if (f->out.award != TD_NONE) {
        bool known = policy != NULL && f->out.award < policy->n_awards;
        if (known && !policy->awards[f->out.award].given)
            return TD_OK;
        td_errors_add(errors, TD_MSG_FLIP_NO_AWARD, NULL,
                      known ? policy->awards[f->out.award].code : "?", NULL);
        return TD_EINVAL;
    }
    if (f->out.rank <= s->n_ranked)
        return TD_OK;
    snprintf(rank, sizeof rank, "%zu", f->out.rank);
    snprintf(ranked, sizeof ranked, "%zu", s->n_ranked);
    td_errors_add(errors, TD_MSG_FLIP_RANK, NULL, the->name, rank, ranked, NULL);
    return TD_EINVAL;
}

static td_status run(flipping *f, td_errors *errors)
{
    td_obstacle obstacle;
    td_results official = {0};
    td_status status = td_duel_init(&f->duel, f->prepared, f->out.unit, f->lo, f->hi, &obstacle);
    if (status == TD_OK && obstacle.message != TD_N_MESSAGES)
        return refuse(f, obstacle.message, obstacle.unit, errors);
    f->v = calloc(f->duel.m + 1, sizeof *f->v);
    f->margins = calloc(f->duel.n + 1, sizeof *f->margins);
    if (status == TD_OK)
        status = f->v == NULL || f->margins == NULL ? TD_ENOMEM : evaluate(f, NULL, &official);
    if (status != TD_OK)
        return status;
    const td_standing *s = &official.standing[f->out.unit];
    f->out.rank_now = s->rank;
    status = check_aim(f, s, errors);
    if (status == TD_OK)
        status = f->out.award == TD_NONE ? flip_to_rank(f) : flip_to_award(f, &official);
    td_results_release(&official);
    return status;
}

td_status td_flip_unit(const td_prepared *prepared, size_t unit, const td_flip_options *options,
                       td_flip *out, td_errors *errors)
{
    static const td_flip_options DEFAULTS = {.award = TD_NONE};
    if (unit >= prepared->evaluation->data.n_units)
        return TD_EINVAL;
    flipping f = {.prepared = prepared, .options = options != NULL ? options : &DEFAULTS};
    f.out = (td_flip){.unit = unit,
                      .rank = f.options->rank > 0 ? f.options->rank : 1,
                      .award = f.options->award,
                      .condition = TD_NONE,
                      .gate = TD_NONE};
    f.lo = calloc(prepared->n_items + 1, sizeof *f.lo);
    f.hi = calloc(prepared->n_items + 1, sizeof *f.hi);
    f.weights = calloc(prepared->n_items + 1, sizeof *f.weights);
    bool failed = f.lo == NULL || f.hi == NULL || f.weights == NULL;
    td_status status = failed ? TD_ENOMEM : take_bounds(&f, errors);
    if (status == TD_OK)
        status = run(&f, errors);
    td_duel_release(&f.duel);
    free(f.v);
    free(f.margins);
    free(f.weights);
    free(f.hi);
    free(f.lo);
    if (status == TD_OK)
        *out = f.out;
    else
        td_flip_release(&f.out);
    return status;
}

void td_flip_release(td_flip *flip)
{
    free(flip->weights);
    free(flip->rivals);
    free(flip->parts);
    *flip = (td_flip){0};
}
