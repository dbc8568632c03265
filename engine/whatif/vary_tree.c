/*
 * Criteria of a scenario, from the last to the first, so that what moves below a node is known
 * before the node itself.
 */
#include "engine/whatif/vary.h"

#define MOST_QUANTA (((int64_t)1 << 40) - 1) /* of points: what a rule file may hold */

typedef struct tree {
    td_vary *v;
    const td_rules *base;
    td_rules *rules;
    const td_plan *plans;
    td_amend *amends; /* [n_criteria] */
} tree;

static td_points_word word(const tree *t, int64_t quanta)
{
    return td_vary_points(quanta, t->rules->view.leaf_decimals);
}

/* Points of a change in quanta; false after a fault. */
static bool read_points(const tree *t, size_t j, const td_change *change, int64_t *out)
{
    const td_rules *rules = t->rules;
    bool coarse = rules->rounding == TD_ROUND_GROUP && rules->criteria[j].depth == 1;
    int fine = rules->view.leaf_decimals, decimals = coarse ? rules->view.decimals : fine;
    td_points_word number = td_vary_number(change->number);
    int64_t quanta;
    if (!(change->number >= 0) || change->number * (double)td_pow10(fine) > (double)MOST_QUANTA) {
        td_errors_add(t->v->errors, TD_MSG_SCENARIO_POINTS_RANGE, &change->place, number.text,
                      word(t, MOST_QUANTA).text, change->code, NULL);
        return false;
    }
    if (!td_quanta_of(change->number, decimals, &quanta)) {
        td_errors_add(t->v->errors, TD_MSG_SCENARIO_OFF_GRID, &change->place, number.text,
                      td_vary_points(1, decimals).text, change->code, NULL);
        return false;
    }
    *out = quanta * td_pow10(fine - decimals);
    return true;
}

static void set_weight(const tree *t, size_t j, const td_change *change)
{
    td_decimal unused;
    if (change->number >= 0 && td_decimal_of(change->number, &unused))
        t->rules->criteria[j].weight = change->number;
    else
        td_errors_add(t->v->errors, TD_MSG_SCENARIO_WEIGHT_RANGE, &change->place,
                      td_vary_number(change->number).text, change->code, NULL);
}

/* The new maximum of a criterion that is scored by scored_q. */
static void set_max(const tree *t, size_t j, const td_change *change, int64_t scored_q)
{
    td_criterion *c = &t->rules->criteria[j];
    int64_t quanta;
    if (!c->has_max)
        td_errors_add(t->v->errors, TD_MSG_SCENARIO_NO_MAX, &change->place, change->code, NULL);
    else if (scored_q <= 0)
        td_errors_add(t->v->errors, TD_MSG_SCENARIO_MAX_ZERO, &change->place, change->code, NULL);
    else if (read_points(t, j, change, &quanta))
        c->max_q = quanta;
}

/* The official maximum, moved by what moved below a sum. */
static int64_t scored_max(const tree *t, size_t j)
{
    const td_criterion *c = &t->base->criteria[j];
    int64_t max = c->max_q;
    if (!c->has_max || c->n_children == 0 || c->combine != TD_SUM)
        return max;
    for (size_t i = j + 1; i <= j + c->n_below; i += 1 + t->base->criteria[i].n_below)
        max += t->rules->criteria[i].max_q - t->base->criteria[i].max_q;
    return max;
}

/* quanta * to / from, halves away from zero. */
static int64_t in_proportion(int64_t quanta, int64_t to, int64_t from)
{
    return from <= 0 ? quanta : (int64_t)td_div_round((td_int128)quanta * to, from);
}

/*
 * A sum below a mean keeps its maximum, so that its weight in the mean stays what it was; only
 * the shares inside of it move.
 */
static bool keeps_max(const td_criterion *c, int64_t scored_q)
{
    return c->under_mean && scored_q > 0 && c->normalize.method == TD_NORM_NONE;
}

static void change_criterion(const tree *t, size_t j)
{
    const td_plan *plan = &t->plans[j];
    const td_criterion *was = &t->base->criteria[j];
    td_criterion *c = &t->rules->criteria[j];
    int64_t scored_q = scored_max(t, j);
    td_amend amend = {.scored_max_q = scored_q, .cap_q = TD_NO_CAP};
    if (!keeps_max(c, scored_q))
        c->max_q = scored_q;
    if (plan->set != NULL && c->under_mean)
        set_weight(t, j, plan->set);
    else if (plan->set != NULL)
        set_max(t, j, plan->set, scored_q);
    if (plan->cap != NULL)
        read_points(t, j, plan->cap, &amend.cap_q);
    c->clamp_min_q = in_proportion(c->clamp_min_q, scored_q, was->max_q);
    c->clamp_max_q = in_proportion(c->clamp_max_q, scored_q, was->max_q);
    c->floor_q = in_proportion(c->floor_q, c->max_q, was->max_q);
    if (c->max_q == scored_q && amend.cap_q == TD_NO_CAP)
        return;
    t->amends[j] = amend;
    c->amend = &t->amends[j];
}

static void drop(const tree *t, size_t j)
{
    for (size_t i = j; i <= j + t->base->criteria[j].n_below; i++) {
        t->amends[i] = (td_amend){.dropped = true, .cap_q = TD_NO_CAP};
        t->rules->criteria[i].amend = &t->amends[i];
        t->rules->criteria[i].max_q = 0;
    }
}

static bool is_dropped(const tree *t, size_t j)
{
    return t->amends[j].dropped;
}

/* Is something left of every mean, and of the whole? */
static void check_means(const tree *t)
{
    for (size_t j = 0; j < t->base->n_criteria; j++) {
        const td_criterion *c = &t->base->criteria[j];
        if (c->n_children == 0 || c->combine == TD_SUM || is_dropped(t, j))
            continue;
        size_t n_left = 0;
        double weights = 0;
        for (size_t i = j + 1; i <= j + c->n_below; i += 1 + t->base->criteria[i].n_below)
            if (!is_dropped(t, i)) {
                n_left++;
                weights += t->rules->criteria[i].weight;
            }
        td_place place = {.file = t->base->view.path, .pointer = c->pointer};
        const char *code = j == 0 ? t->base->view.code : c->code;
        if (n_left == 0 && j == 0)
            td_errors_add(t->v->errors, TD_MSG_SCENARIO_NOTHING_LEFT, &place, code, NULL);
        else if (n_left > 0 && weights == 0)
            td_errors_add(t->v->errors, TD_MSG_SCENARIO_ZERO_WEIGHTS, &place, code, NULL);
    }
}

static void check_scale(const tree *t)
{
    const td_criterion *root = &t->rules->criteria[0], *was = &t->base->criteria[0];
    if (was->combine != TD_SUM || root->max_q == was->max_q)
        return;
    td_place place = {.file = t->base->view.path};
    if (root->max_q == 0)
        td_errors_add(t->v->errors, TD_MSG_SCENARIO_NOTHING_LEFT, &place, t->base->view.code, NULL);
    else
        td_errors_add(t->v->errors, TD_MSG_SCENARIO_SCALE, &place, t->base->view.code,
                      word(t, root->max_q).text, word(t, was->max_q).text, NULL);
}

static void change_rules(td_vary *v, size_t r)
{
    tree t = {
        .v = v, .base = v->base->rules[r], .rules = td_vary_rules(v, r), .plans = v->plans[r]};
    t.amends = td_vary_alloc(v, t.base->n_criteria, sizeof *t.amends);
    if (t.amends == NULL)
        return;
    for (size_t j = 1; j < t.base->n_criteria; j++)
        if (t.plans[j].drop != NULL)
            drop(&t, j);
    for (size_t j = t.base->n_criteria; j-- > 0;)
        if (!is_dropped(&t, j))
            change_criterion(&t, j);
    check_means(&t);
    check_scale(&t);
}

void td_vary_tree(td_vary *v)
{
    for (size_t r = 0; r < v->base->n_rules && !v->no_memory; r++)
        if (v->plans[r] != NULL)
            change_rules(v, r);
}
