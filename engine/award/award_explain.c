/*
 * One award for one unit: conditions with figures, the decision in a sentence, what would
 * have to be different.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/award/award.h"
#include "engine/base/messages.h"

#define TEXT 512

typedef struct account {
    td_awarding a;
    size_t award, unit;
    td_arena *arena;
    td_award_explanation *out;
    size_t capacity;
    bool failed;
} account;

static const char *kept(account *t, const char *text)
{
    const char *copy = td_arena_strdup(t->arena, text);
    t->failed |= copy == NULL;
    return copy == NULL ? "" : copy;
}

static void tell_need(account *t, const td_requirement *need, size_t depth)
{
    td_award_explanation *out = t->out;
    if (out->n_lines == t->capacity) {
        size_t capacity = t->capacity == 0 ? 8 : 2 * t->capacity;
        td_condition_line *grown = realloc(out->lines, capacity * sizeof *grown);
        if (grown == NULL) {
            t->failed = true;
            return;
        }
        out->lines = grown;
        t->capacity = capacity;
    }
    td_condition_line *line = &out->lines[out->n_lines++];
    *line = (td_condition_line){.depth = depth, .holds = td_need_holds(&t->a, need, t->unit)};
    for (int lang = TD_VI; lang <= TD_EN; lang++) {
        char text[TEXT];
        td_need_text(&t->a, need, t->unit, (td_lang)lang, text, sizeof text);
        line->text[lang] = kept(t, text);
    }
    for (size_t i = 0; i < need->n_children; i++)
        tell_need(t, &need->children[i], depth + 1);
}

static const td_decision *decision_of(const account *t)
{
    return td_award_decision(&t->a, t->award, t->unit);
}

/* {1}: award or unit or gate, {2}: worked line of the bound, {3}: place, {4}: list place. */
static void say(account *t, const char *out[2], td_message message)
{
    const td_decision *d = decision_of(t);
    const td_evaluation *evaluation = t->a.prepared->evaluation;
    const td_rules *rules = evaluation->rules[td_award_cluster(&t->a, t->unit)->rules];
    char place[32], reserve[32];
    snprintf(place, sizeof place, "%zu", d->place);
    snprintf(reserve, sizeof reserve, "%zu", d->reserve);
    for (int lang = TD_VI; lang <= TD_EN; lang++) {
        char bound[TEXT] = "", text[2 * TEXT];
        const char *who = "", *where = "";
        if (d->quota != TD_NONE) {
            td_quota_text(evaluation, &t->a.quotas[d->quota], (td_lang)lang, bound, sizeof bound);
            where = t->a.quotas[d->quota].within == TD_WITHIN_ALL
                        ? td_message_text(TD_MSG_AWARD_OVERALL, (td_lang)lang)
                        : td_quota_place(evaluation, &t->a.quotas[d->quota]);
        }
        if (d->state == TD_EXCLUDED)
            who = t->a.policy->awards[d->by_award].name.in[lang];
        else if ((d->state == TD_BARRED || d->state == TD_AWARD_DEFERRED) && d->gate != TD_NONE)
            who = rules->gates[d->gate].reason.in[lang];
        else if (d->state == TD_STRUCK)
            who = t->a.options->strikes[d->strike].reason;
        const char *args[] = {who, bound, place, reserve, where};
        td_message_fill(td_message_text(message, (td_lang)lang), (td_lang)lang, args, 5, text,
                        sizeof text);
        out[lang] = kept(t, text);
    }
}

static td_message why_message(const td_decision *d)
{
    static const td_message OF_STATE[TD_N_AWARD_STATES] = {
        [TD_PROPOSED] = TD_MSG_DECIDED_PROPOSED,
        [TD_TIED_AT_CUT] = TD_MSG_DECIDED_TIED,
        [TD_RESERVE] = TD_MSG_DECIDED_RESERVE,
        [TD_OUTSIDE_QUOTA] = TD_MSG_DECIDED_OUTSIDE,
        [TD_EXCLUDED] = TD_MSG_DECIDED_EXCLUDED,
        [TD_STRUCK] = TD_MSG_DECIDED_STRUCK,
        [TD_BARRED] = TD_MSG_DECIDED_BARRED,
        [TD_AWARD_DEFERRED] = TD_MSG_DECIDED_DEFERRED,
        [TD_NOT_ELIGIBLE] = TD_MSG_DECIDED_NOT_ELIGIBLE,
        [TD_AWARD_UNRANKED] = TD_MSG_DECIDED_UNRANKED,
        [TD_GIVEN] = TD_MSG_DECIDED_GIVEN,
        [TD_NOT_GIVEN] = TD_MSG_DECIDED_NOT_GIVEN,
    };
    return OF_STATE[d->state];
}

static td_message change_message(const td_decision *d)
{
    static const td_message OF_STATE[TD_N_AWARD_STATES] = {
        [TD_TIED_AT_CUT] = TD_MSG_CHANGE_TIED,        [TD_RESERVE] = TD_MSG_CHANGE_RESERVE,
        [TD_OUTSIDE_QUOTA] = TD_MSG_CHANGE_OUTSIDE,   [TD_EXCLUDED] = TD_MSG_CHANGE_EXCLUDED,
        [TD_STRUCK] = TD_MSG_CHANGE_STRUCK,           [TD_BARRED] = TD_MSG_CHANGE_GATE,
        [TD_AWARD_DEFERRED] = TD_MSG_CHANGE_GATE,     [TD_NOT_ELIGIBLE] = TD_MSG_CHANGE_CONDITIONS,
        [TD_AWARD_UNRANKED] = TD_MSG_CHANGE_UNRANKED, [TD_NOT_GIVEN] = TD_MSG_CHANGE_NOT_GIVEN,
    };
    return OF_STATE[d->state];
}

static void explain(account *t)
{
    const td_award_rule *rule = &t->a.policy->awards[t->award];
    const td_decision *d = decision_of(t);
    for (size_t i = 0; i < rule->n_needs; i++)
        tell_need(t, &rule->needs[i], 0);
    say(t, t->out->why, why_message(d));
    t->out->change[TD_VI] = t->out->change[TD_EN] = "";
    if (d->state != TD_PROPOSED && d->state != TD_GIVEN)
        say(t, t->out->change, change_message(d));
}

td_status td_award_explain(const td_prepared *prepared, const td_results *results,
                           const td_award_options *options, const td_awards *awards, size_t award,
                           size_t unit, td_award_explanation *out)
{
    if (award >= awards->n_awards || unit >= awards->n_units)
        return TD_EINVAL;
    td_award_explanation explanation = {.unit = unit, .award = award};
    account t = {.award = award, .unit = unit, .arena = td_arena_new(), .out = &explanation};
    if (t.arena == NULL)
        return TD_ENOMEM;
    td_awarding_start(&t.a, prepared, results, options, NULL);
    t.a.decision = awards->decision;
    t.a.quotas = awards->quotas;
    t.a.n_quotas = awards->n_quotas;
    explain(&t);
    explanation.memory = t.arena;
    if (t.failed) {
        td_award_explanation_release(&explanation);
        return TD_ENOMEM;
    }
    *out = explanation;
    return TD_OK;
}

void td_award_explanation_release(td_award_explanation *explanation)
{
    free(explanation->lines);
    td_arena_free(explanation->memory);
    *explanation = (td_award_explanation){0};
}
