/*
 * One year under several methods. A method changes nothing before units are ranked, so all
 * share one prepared evaluation; only the rule sets' word for the method differs.
 */
#include <stdlib.h>

#include "engine/prepared.h"

static const char *const DEFAULT_METHODS[] = {"weighted-sum", "geometric-mean", "topsis", "vikor",
                                              "promethee-ii", "copeland",       "borda"};

#define N_DEFAULT (sizeof DEFAULT_METHODS / sizeof DEFAULT_METHODS[0])

/* Shallow copies, down to the rule sets: what they point to belongs to the year. */
typedef struct other {
    td_evaluation evaluation;
    td_prepared prepared;
    td_rules *rules;   /* [n_rules] */
    td_rules **each;   /* [n_rules] */
    td_block *blocks;  /* [n_rules] */
    td_errors *errors; /* what awards say, method by method; nobody reads it */
} other;

static void other_release(other *o)
{
    free(o->rules);
    free(o->each);
    free(o->blocks);
    td_errors_free(o->errors);
}

static td_status other_init(other *o, const td_prepared *prepared)
{
    size_t n = prepared->evaluation->n_rules;
    *o = (other){.evaluation = *prepared->evaluation,
                 .prepared = *prepared,
                 .rules = calloc(n + 1, sizeof *o->rules),
                 .each = calloc(n + 1, sizeof *o->each),
                 .blocks = calloc(n + 1, sizeof *o->blocks),
                 .errors = td_errors_new()};
    if (o->rules == NULL || o->each == NULL || o->blocks == NULL || o->errors == NULL)
        return TD_ENOMEM;
    for (size_t r = 0; r < n; r++) {
        o->rules[r] = *prepared->evaluation->rules[r];
        o->each[r] = &o->rules[r];
        o->blocks[r] = prepared->blocks[r];
        o->blocks[r].rules = &o->rules[r];
    }
    o->evaluation.rules = o->each;
    o->prepared.evaluation = &o->evaluation;
    o->prepared.blocks = o->blocks;
    return TD_OK;
}

static td_status rank_by(other *o, size_t method, const td_options *options,
                         const td_award_options *award, td_method_check *check)
{
    size_t i = check->n_methods;
    for (size_t r = 0; r < o->evaluation.n_rules; r++)
        o->rules[r].method = method;
    td_status status = td_evaluate(&o->prepared, 1, NULL, options, &check->results[i], o->errors);
    if (status == TD_OK && check->awards != NULL)
        status = td_award(&o->prepared, &check->results[i], award, &check->awards[i], o->errors);
    check->methods[i] = method;
    check->n_methods++; /* also after failure: what there is is released */
    return status == TD_EINFEASIBLE ? TD_OK : status;
}

/* ---- comparing ---- */

/* Whether a decision gives the award, leaves it to the council, or neither. */
static int worth(td_award_state state)
{
    return state == TD_PROPOSED || state == TD_GIVEN ? 2 : state == TD_TIED_AT_CUT ? 1 : 0;
}

static bool same_awards(const td_awards *a, const td_awards *b, size_t unit)
{
    for (size_t w = 0; w < a->n_awards; w++) {
        size_t at = w * a->n_units + unit;
        if (worth(a->decision[at].state) != worth(b->decision[at].state))
            return false;
    }
    return true;
}

static void compare(const td_results *official, const td_awards *awards, td_method_check *check)
{
    size_t n = check->n_units;
    for (size_t i = 0; i < check->n_methods; i++)
        for (size_t u = 0; u < n; u++) {
            bool same = awards == NULL || same_awards(awards, &check->awards[i], u);
            check->same_awards[i * n + u] = same;
            check->n_same_awards[u] += same;
            check->n_same_rank[u] +=
                check->results[i].standing[u].rank == official->standing[u].rank;
        }
}

/* ---- */

static td_status make_room(td_method_check *check, size_t n_methods, bool with_awards)
{
    size_t n = check->n_units;
    td_arena *arena = td_arena_new();
    if (arena == NULL)
        return TD_ENOMEM;
    check->memory = arena;
    check->methods = td_arena_alloc(arena, n_methods, sizeof *check->methods);
    check->results = td_arena_alloc(arena, n_methods, sizeof *check->results);
    if (with_awards)
        check->awards = td_arena_alloc(arena, n_methods, sizeof *check->awards);
    check->same_awards = td_arena_alloc(arena, n_methods * n, sizeof *check->same_awards);
    check->n_same_rank = td_arena_alloc(arena, n, sizeof *check->n_same_rank);
    check->n_same_awards = td_arena_alloc(arena, n, sizeof *check->n_same_awards);
    bool failed = check->methods == NULL || check->results == NULL ||
                  (with_awards && check->awards == NULL) || check->same_awards == NULL ||
                  check->n_same_rank == NULL || check->n_same_awards == NULL;
    return failed ? TD_ENOMEM : TD_OK;
}

static td_status rank_by_all(const td_prepared *prepared, size_t n_methods, const size_t *methods,
                             const td_options *options, const td_award_options *award,
                             td_method_check *check)
{
    other o;
    td_status status = other_init(&o, prepared);
    for (size_t i = 0; i < n_methods && status == TD_OK && !check->interrupted; i++) {
        bool stop = award != NULL && award->cancelled != NULL && *award->cancelled != 0;
        check->interrupted = i > 0 && stop;
        if (!check->interrupted)
            status = rank_by(&o, methods[i], options, award, check);
        if (status == TD_EINTERRUPTED && i > 0) { /* the methods before this one stand */
            td_results_release(&check->results[--check->n_methods]);
            check->interrupted = true;
            status = TD_OK;
        }
    }
    other_release(&o);
    return status;
}

td_status td_method_check_run(const td_prepared *prepared, const td_results *official,
                              const td_awards *awards, size_t n_methods, const size_t *methods,
                              const td_options *options, const td_award_options *award,
                              td_method_check *out, td_errors *errors)
{
    (void)errors;
    size_t usual[N_DEFAULT], n_units = prepared->evaluation->data.n_units;
    for (size_t i = 0; i < N_DEFAULT; i++)
        usual[i] = td_method_find(DEFAULT_METHODS[i]);
    if (methods == NULL) {
        methods = usual;
        n_methods = N_DEFAULT;
    }
    bool wrong = n_methods == 0 || official->k != 1 || official->n_units != n_units ||
                 (awards != NULL && awards->n_units != n_units);
    for (size_t i = 0; i < n_methods && !wrong; i++)
        wrong = td_method_name(methods[i]) == NULL;
    if (wrong)
        return TD_EINVAL;
    td_method_check check = {.n_units = n_units};
    td_status status = make_room(&check, n_methods, awards != NULL);
    if (status == TD_OK)
        status = rank_by_all(prepared, n_methods, methods, options, award, &check);
    if (status != TD_OK) {
        td_method_check_release(&check);
        return status;
    }
    compare(official, awards, &check);
    *out = check;
    return TD_OK;
}

void td_method_check_release(td_method_check *check)
{
    for (size_t i = 0; i < check->n_methods; i++) {
        td_results_release(&check->results[i]);
        if (check->awards != NULL)
            td_awards_release(&check->awards[i]);
    }
    td_arena_free(check->memory);
    *check = (td_method_check){0};
}
