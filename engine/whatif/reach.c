/*
 * Reach: how much better a unit would have to be, one indicator at a time and together.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/whatif/trial.h"

#define MOST_DOUBLINGS 40
#define IDLE_DOUBLINGS 3 /* no more points for so long: the indicator has given what it can */

typedef struct reaching {
    const td_prepared *prepared;
    const td_reach_options *options;
    const td_rules *rules;
    td_trial trial;
    double today_q; /* total of today */
    td_standing today;
    size_t n_steps;
    td_reach_step *steps; /* one per indicator that can be moved */
    td_reach_result out;
    td_status status;
} reaching;

/* ---- is it there? ---- */

static bool is_proposed(reaching *r)
{
    td_awards awards = {0};
    td_status status = td_award(td_trial_prepared(&r->trial), &r->trial.results, r->options->awards,
                                &awards, NULL);
    if (status != TD_OK && status != TD_EINFEASIBLE) {
        r->status = status;
        return false;
    }
    bool proposed =
        awards.decision[r->out.award * awards.n_units + r->out.unit].state == TD_PROPOSED;
    td_awards_release(&awards);
    return proposed;
}

static bool is_there(reaching *r, const td_standing *s)
{
    if (s == NULL) {
        r->status = r->trial.status;
        return false;
    }
    if (r->options->cancelled != NULL && *r->options->cancelled != 0)
        r->status = TD_EINTERRUPTED;
    if (r->status != TD_OK)
        return false;
    if (r->out.award != TD_NONE)
        return is_proposed(r);
    return s->state != TD_UNRANKED && s->rank <= (double)r->out.rank;
}

/* ---- how far ---- */

/* A way to go: whole numbers from `no`, where it is not there, towards `yes`. */
typedef struct way {
    reaching *r;
    const td_reach_step *step; /* NULL: points */
    double no, yes;
} way;

static const td_standing *at(reaching *r, const td_reach_step *step, double x);
static double on_grid(const td_reach_step *step, double n);

static const td_standing *stand(const way *w, double n)
{
    if (w->step != NULL)
        return at(w->r, w->step, on_grid(w->step, n));
    return td_trial_run_points(&w->r->trial, w->r->today.before_q + n);
}

static bool holds(const way *w, double n, double rank)
{
    const td_standing *s = stand(w, n);
    if (rank == 0)
        return is_there(w->r, s);
    return s != NULL && s->state != TD_UNRANKED && s->rank <= rank;
}

/* The first from `no` to `yes` for which it holds, that being so at `yes`. */
static double bisect(const way *w, double no, double yes, double rank)
{
    while (fabs(yes - no) > 1 && w->r->status == TD_OK) {
        double middle = floor((no + yes) / 2);
        if (holds(w, middle, rank))
            yes = middle;
        else
            no = middle;
    }
    return yes;
}

/*
 * The least of the way that is there. A rank once reached stays; an award may be lost again
 * further on, to a higher one, so every rank on the way is looked at by itself.
 */
static bool find_least(const way *w, double *out)
{
    double from = w->no, step = w->yes > w->no ? 1 : -1;
    const td_standing *end = stand(w, w->yes);
    if (end == NULL)
        return false;
    double last = end->state == TD_UNRANKED ? INFINITY : end->rank;
    double rank = w->r->out.award == TD_NONE ? 0 : ceil(w->r->today.rank) - 1;
    for (; rank >= last && rank > 0 && w->r->status == TD_OK; rank--) {
        double next = bisect(w, from, w->yes, rank);
        if (next - step != from && holds(w, next - step, 0)) {
            *out = bisect(w, from, next - step, 0);
            return true;
        }
        if (holds(w, next, 0)) {
            *out = next;
            return true;
        }
        from = next;
    }
    if (from == w->yes || !holds(w, w->yes, 0))
        return false;
    *out = bisect(w, from, w->yes, 0);
    return true;
}

/* ---- points alone ---- */

/* More points never harm a rank; fewer never help to keep an award that needs one. */
static void find_needed(reaching *r)
{
    const td_rules_view *view = &r->rules->view;
    double far = 2 * view->scale * (double)td_pow10(view->decimals);
    way up = {.r = r, .no = 0, .yes = far}, down = {.r = r, .no = -far, .yes = 0};
    r->out.needed_q = NAN;
    if (!r->out.already) {
        double least;
        if (find_least(&up, &least))
            r->out.needed_q = least;
    } else if (!holds(&down, -far, 0)) {
        r->out.needed_q = bisect(&down, -far, 0, 0);
    }
    td_trial_run(&r->trial);
}

/* ---- one indicator ---- */

/* The standing with the indicator at x; NULL when the data would be refused. */
static const td_standing *at(reaching *r, const td_reach_step *step, double x)
{
    td_trial_put(&r->trial, step->indicator, x);
    if (td_trial_value(&r->trial, step->indicator) != x || !td_trial_is_valid(&r->trial))
        return NULL;
    const td_standing *s = td_trial_run(&r->trial);
    if (s == NULL)
        r->status = r->trial.status;
    return s;
}

static void put_back(reaching *r, const td_reach_step *step)
{
    td_trial_put(&r->trial, step->indicator, step->from);
}

static double on_grid(const td_reach_step *step, double n)
{
    return td_decimal_value((td_decimal){(int64_t)n, step->decimals});
}

static double grid_of(const td_reach_step *step, double x)
{
    return nearbyint(x * (double)td_pow10(step->decimals));
}

static bool is_better(const td_standing *s, double best_q)
{
    return s != NULL && s->state != TD_UNRANKED && s->total_q > best_q;
}

/*
 * Outwards by doubling steps, up to the bound of the indicator or where the data would be refused
 * (then to the last value accepted), as long as that brings points.
 */
static void look_for_best(reaching *r, td_reach_step *step, int sign, double *best_q)
{
    const td_indicator *the = &r->rules->indicators[step->indicator];
    double start = grid_of(step, step->from), bound = sign > 0 ? the->max : the->min;
    double end = isinf(bound) ? bound : grid_of(step, bound);
    if (the->kind == TD_FLAG)
        end = sign > 0 ? 1 : 0;
    int idle = 0;
    double good = start, bad = NAN, width = 1;
    for (int i = 0; i < MOST_DOUBLINGS && r->status == TD_OK; i++) {
        double n = start + sign * width;
        width *= 2;
        if (sign * (n - end) > 0)
            n = end;
        if (fabs(n) >= 1e15 || n == good)
            break;
        const td_standing *s = at(r, step, on_grid(step, n));
        if (s == NULL) {
            bad = n;
            break;
        }
        good = n;
        idle = is_better(s, *best_q) ? 0 : idle + 1;
        if (idle == 0) {
            *best_q = s->total_q;
            step->best = on_grid(step, n);
        }
        if (n == end || (isinf(bound) && idle > IDLE_DOUBLINGS && step->best != step->from))
            break;
    }
    while (!isnan(bad) && fabs(bad - good) > 1 && r->status == TD_OK) {
        double middle = floor((good + bad) / 2);
        const td_standing *s = at(r, step, on_grid(step, middle));
        *(s == NULL ? &bad : &good) = middle;
        if (is_better(s, *best_q)) {
            *best_q = s->total_q;
            step->best = on_grid(step, middle);
        }
    }
    put_back(r, step);
}

/* Least move from `from` towards `until` that is there; false: none is. */
static bool bisect_value(reaching *r, td_reach_step *step, double until)
{
    const way w = {
        .r = r, .step = step, .no = grid_of(step, step->from), .yes = grid_of(step, until)};
    double least;
    if (w.no == w.yes || !find_least(&w, &least))
        return false;
    step->to = on_grid(step, least);
    return true;
}

static double way_of(const td_reach_step *step)
{
    return step->best == step->from ? 0 : (step->to - step->from) / (step->best - step->from);
}

/* What stands where the indicator is at `to`. */
static void note(reaching *r, td_reach_step *step)
{
    const td_standing *s = at(r, step, step->to);
    step->way = way_of(step);
    if (s == NULL)
        return;
    step->gain_q = s->total_q - r->today_q;
    step->rank = s->state == TD_UNRANKED ? 0 : s->rank;
}

static void try_alone(reaching *r, td_reach_step *step)
{
    double best_q = r->today_q;
    look_for_best(r, step, 1, &best_q);
    look_for_best(r, step, -1, &best_q);
    step->to = step->best;
    step->reaches = bisect_value(r, step, step->best);
    note(r, step);
    put_back(r, step);
    td_trial_run(&r->trial);
}

static int by_gain(const void *a, const void *b)
{
    const td_reach_step *x = a, *y = b;
    if (x->reaches != y->reaches)
        return x->reaches ? -1 : 1;
    if (x->gain_q != y->gain_q)
        return x->gain_q > y->gain_q ? -1 : 1;
    return (x->criterion > y->criterion) - (x->criterion < y->criterion);
}

static td_status try_all_alone(reaching *r)
{
    td_reach_result *out = &r->out;
    out->alone = calloc(r->n_steps + 1, sizeof *out->alone);
    if (out->alone == NULL)
        return TD_ENOMEM;
    for (size_t i = 0; i < r->n_steps && r->status == TD_OK; i++) {
        try_alone(r, &r->steps[i]);
        if (r->steps[i].best != r->steps[i].from)
            out->alone[out->n_alone++] = r->steps[i];
    }
    qsort(out->alone, out->n_alone, sizeof *out->alone, by_gain);
    return r->status;
}

/* ---- together ---- */

/* Points that the whole way of an indicator brings by itself. */
static int by_whole_gain(const void *a, const void *b)
{
    const td_reach_step *x = a, *y = b;
    if (x->gain_q != y->gain_q)
        return x->gain_q > y->gain_q ? -1 : 1;
    return (x->criterion > y->criterion) - (x->criterion < y->criterion);
}

static void whole_way(reaching *r, td_reach_step *step)
{
    step->to = step->best;
    note(r, step);
    put_back(r, step);
}

/* Steps that turn out superfluous go back, those with the fewest points first. */
static void give_back(reaching *r)
{
    td_reach_result *out = &r->out;
    for (size_t i = out->n_mix; i-- > 0 && r->status == TD_OK;) {
        put_back(r, &out->mix[i]);
        if (is_there(r, td_trial_run(&r->trial))) {
            memmove(&out->mix[i], &out->mix[i + 1], (out->n_mix - i - 1) * sizeof *out->mix);
            out->n_mix--;
        } else {
            td_trial_put(&r->trial, out->mix[i].indicator, out->mix[i].to);
        }
    }
}

/* Each goes back as far as the others allow, those with the fewest points first. */
static void tighten(reaching *r)
{
    td_reach_result *out = &r->out;
    for (size_t i = out->n_mix; i-- > 0 && r->status == TD_OK;) {
        (void)bisect_value(r, &out->mix[i], out->mix[i].to);
        td_trial_put(&r->trial, out->mix[i].indicator, out->mix[i].to);
    }
}

/* Figures after each step of the final mix. */
static void note_mix(reaching *r)
{
    td_reach_result *out = &r->out;
    for (size_t i = 0; i < out->n_mix; i++)
        put_back(r, &out->mix[i]);
    for (size_t i = 0; i < out->n_mix && r->status == TD_OK; i++) {
        note(r, &out->mix[i]);
        out->mix_way += out->mix[i].way;
        out->mix[i].reaches = i + 1 == out->n_mix && out->mix_reaches;
    }
    for (size_t i = 0; i < out->n_mix; i++)
        put_back(r, &out->mix[i]);
    td_trial_run(&r->trial);
}

static td_status find_mix(reaching *r)
{
    td_reach_result *out = &r->out;
    out->mix = calloc(r->n_steps + 1, sizeof *out->mix);
    if (out->mix == NULL)
        return TD_ENOMEM;
    for (size_t i = 0; i < r->n_steps && r->status == TD_OK; i++)
        whole_way(r, &r->steps[i]);
    qsort(r->steps, r->n_steps, sizeof *r->steps, by_whole_gain);
    for (size_t i = 0; i < r->n_steps && r->status == TD_OK && !out->mix_reaches; i++) {
        if (r->steps[i].gain_q <= 0)
            break;
        td_reach_step *step = &out->mix[out->n_mix++];
        *step = r->steps[i];
        out->mix_reaches = bisect_value(r, step, step->best);
        td_trial_put(&r->trial, step->indicator, step->to);
    }
    if (out->mix_reaches) {
        give_back(r);
        tighten(r);
    }
    note_mix(r);
    return r->status;
}

/* ---- all of it ---- */

static td_status check_aim(const reaching *r, td_errors *errors)
{
    const td_unit *the = &r->prepared->evaluation->data.units[r->out.unit];
    const td_policy *policy = r->prepared->evaluation->policy;
    char rank[24], ranked[24];
    if (r->today.state == TD_UNRANKED) {
        td_errors_add(errors, TD_MSG_REACH_UNRANKED, NULL, the->name, NULL);
        return TD_EINVAL;
    }
    if (r->out.award != TD_NONE) {
        bool known = policy != NULL && r->out.award < policy->n_awards;
        if (known && !policy->awards[r->out.award].given)
            return TD_OK;
        td_errors_add(errors, TD_MSG_FLIP_NO_AWARD, NULL,
                      known ? policy->awards[r->out.award].code : "?", NULL);
        return TD_EINVAL;
    }
    if (r->out.rank <= r->today.n_ranked)
        return TD_OK;
    snprintf(rank, sizeof rank, "%zu", r->out.rank);
    snprintf(ranked, sizeof ranked, "%zu", r->today.n_ranked);
    td_errors_add(errors, TD_MSG_FLIP_RANK, NULL, the->name, rank, ranked, NULL);
    return TD_EINVAL;
}

static td_status run(reaching *r, td_errors *errors)
{
    td_status status = td_trial_init(&r->trial, r->prepared, r->out.unit);
    if (status != TD_OK)
        return status;
    r->today = r->trial.results.standing[r->out.unit];
    r->today_q = r->today.total_q;
    r->out.rank_now = r->today.rank;
    status = check_aim(r, errors);
    if (status != TD_OK)
        return status;
    r->out.already = is_there(r, &r->trial.results.standing[r->out.unit]);
    find_needed(r);
    if (r->out.already || r->status != TD_OK)
        return r->status;
    size_t most = 0;
    for (size_t p = 0; p < r->rules->n_parts; p++)
        most += r->rules->parts[p].n_own;
    r->steps = calloc(most + 1, sizeof *r->steps);
    if (r->steps == NULL)
        return TD_ENOMEM;
    r->n_steps = td_trial_steps(&r->trial, r->steps);
    status = try_all_alone(r);
    return status == TD_OK ? find_mix(r) : status;
}

td_status td_reach_unit(const td_prepared *prepared, size_t unit, const td_reach_options *options,
                        td_reach_result *out, td_errors *errors)
{
    static const td_reach_options DEFAULTS = {.award = TD_NONE};
    const td_dataset *data = &prepared->evaluation->data;
    if (unit >= data->n_units)
        return TD_EINVAL;
    reaching r = {.prepared = prepared, .options = options != NULL ? options : &DEFAULTS};
    r.rules = prepared->evaluation->rules[data->clusters[data->units[unit].cluster].rules];
    r.out = (td_reach_result){.unit = unit,
                              .rank = r.options->rank > 0 ? r.options->rank : 1,
                              .award = r.options->award,
                              .needed_q = NAN};
    td_status status = run(&r, errors);
    td_trial_release(&r.trial);
    free(r.steps);
    if (status == TD_OK)
        *out = r.out;
    else
        td_reach_release(&r.out);
    return status;
}

void td_reach_release(td_reach_result *reach)
{
    free(reach->alone);
    free(reach->mix);
    *reach = (td_reach_result){0};
}
