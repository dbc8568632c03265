/*
 * Why this rank: the place, the distance to the unit above, what decided.
 */
#include <math.h>
#include <stdio.h>

#include "engine/explain.h"

typedef struct place {
    td_telling *t;
    const td_results *results;
    const td_rules *rules;
    const td_cluster *cluster;
    size_t unit;
    const td_standing *own;
} place;

static const td_standing *standing_of(const place *p, size_t unit)
{
    return &p->results->standing[unit];
}

static const char *name_of(const place *p, size_t unit)
{
    return p->t->prepared->evaluation->data.units[unit].name;
}

/* The unit of the next better rank (above) or the next worse (below); TD_NONE. */
static size_t neighbour(const place *p, bool above)
{
    size_t found = TD_NONE;
    for (size_t u = p->cluster->first_unit; u < p->cluster->first_unit + p->cluster->n_units; u++) {
        double rank = standing_of(p, u)->rank;
        bool better = rank > 0 && (above ? rank < p->own->rank : rank > p->own->rank);
        if (!better)
            continue;
        double best = found == TD_NONE ? 0 : standing_of(p, found)->rank;
        if (found == TD_NONE || (above ? rank > best : rank < best))
            found = u;
    }
    return found;
}

static const char *arg_rank(double rank, char text[TD_ARG])
{
    td_number_text(rank, TD_MARK, text, TD_ARG);
    return text;
}

static const char *tied_names(const place *p)
{
    char *names = td_arena_strdup(p->t->arena, "");
    for (size_t u = p->cluster->first_unit; u < p->cluster->first_unit + p->cluster->n_units; u++) {
        if (u == p->unit || standing_of(p, u)->rank != p->own->rank || names == NULL)
            continue;
        names = td_arena_printf(p->t->arena, "%s%s%s", names, names[0] != '\0' ? ", " : "",
                                name_of(p, u));
    }
    p->t->failed |= names == NULL;
    return names == NULL ? "" : names;
}

static void append(const place *p, const char *why[2], const char *const more[2])
{
    for (int lang = TD_VI; lang <= TD_EN; lang++) {
        const char *joined = td_arena_printf(p->t->arena, "%s%s%s", why[lang],
                                             why[lang][0] != '\0' ? "; " : "", more[lang]);
        p->t->failed |= joined == NULL;
        why[lang] = joined == NULL ? "" : joined;
    }
}

static void say_key(const place *p, size_t key, const char *why[2])
{
    const char *said[2] = {"", ""};
    if (key == 0) {
        td_say(p->t, said, TD_MSG_WHY_KEY_CLASS, NULL);
    } else if (key == 1 && td_rules_has_method(p->rules)) {
        const char *each[2][2] = {{"", ""}, {"", ""}};
        for (int lang = TD_VI; lang <= TD_EN; lang++) {
            td_say(p->t, each[lang], TD_MSG_WHY_KEY_METHOD,
                   td_method_text(td_rules_method(p->rules), (td_lang)lang), NULL);
            said[lang] = each[lang][lang];
        }
    } else if (key == 1) {
        td_say(p->t, said,
               p->rules->view.rank_by == TD_BY_POINTS ? TD_MSG_WHY_KEY_POINTS
                                                      : TD_MSG_WHY_KEY_SHARE,
               NULL);
    } else if (key != TD_NONE) {
        const char *each[2][2] = {{"", ""}, {"", ""}};
        for (int lang = TD_VI; lang <= TD_EN; lang++) {
            td_say(p->t, each[lang], TD_MSG_WHY_KEY_TIE, p->rules->ties[key - 2].text.in[lang],
                   NULL);
            said[lang] = each[lang][lang];
        }
    }
    if (said[TD_VI][0] != '\0')
        append(p, why, said);
}

/* The distance to a neighbour in the ranking basis: points, or two percentages or scores. */
static void say_neighbour(const place *p, size_t other, bool above, const char *why[2])
{
    if (other == TD_NONE)
        return;
    const char *said[2] = {"", ""};
    const td_standing *own = p->own, *its = standing_of(p, other);
    char mine[TD_ARG], theirs[TD_ARG];
    if (td_rules_has_method(p->rules)) {
        td_points_text(own->score_q, TD_SCORE_DECIMALS, TD_MARK, '\0', mine, sizeof mine);
        td_points_text(its->score_q, TD_SCORE_DECIMALS, TD_MARK, '\0', theirs, sizeof theirs);
        td_say(p->t, said, above ? TD_MSG_WHY_BEHIND_SCORE : TD_MSG_WHY_AHEAD_SCORE,
               name_of(p, other), mine, theirs, NULL);
    } else if (p->rules->view.rank_by == TD_BY_POINTS) {
        td_points_text(fabs(its->total_q - own->total_q), p->rules->view.decimals, TD_MARK, '\0',
                       mine, sizeof mine);
        td_say(p->t, said, above ? TD_MSG_WHY_BEHIND : TD_MSG_WHY_AHEAD, name_of(p, other), mine,
               NULL);
    } else {
        int decimals = p->rules->view.share_decimals;
        td_share_text(own->total_q, own->assigned_q, decimals, TD_MARK, mine, sizeof mine);
        td_share_text(its->total_q, its->assigned_q, decimals, TD_MARK, theirs, sizeof theirs);
        td_say(p->t, said, above ? TD_MSG_WHY_BEHIND_SHARE : TD_MSG_WHY_AHEAD_SHARE,
               name_of(p, other), mine, theirs, NULL);
    }
    append(p, why, said);
}

static void say_unranked(const place *p, const char *why[2])
{
    const td_standing *own = p->own;
    if (own->why == TD_WHY_GATE) {
        const char *each[2][2] = {{"", ""}, {"", ""}};
        for (int lang = TD_VI; lang <= TD_EN; lang++) {
            td_say(p->t, each[lang], TD_MSG_WHY_UNRANKED_GATE,
                   p->rules->gates[own->gate].reason.in[lang], NULL);
            why[lang] = each[lang][lang];
        }
    } else if (own->why == TD_WHY_MISSING && own->criterion != TD_NONE) {
        td_say(p->t, why, TD_MSG_WHY_UNRANKED_MISSING, p->rules->criteria[own->criterion + 1].code,
               NULL);
    } else {
        td_say(p->t, why, TD_MSG_WHY_UNRANKED_NOTHING, NULL);
    }
}

static void say_rank(const place *p, const char *why[2])
{
    char rank[TD_ARG], of[TD_ARG];
    snprintf(of, sizeof of, "%zu", p->own->n_ranked);
    arg_rank(p->own->rank, rank);
    if (p->cluster->n_units == 1)
        td_say(p->t, why, TD_MSG_WHY_RANK_ALONE, NULL);
    else if (p->own->n_tied > 1)
        td_say(p->t, why, TD_MSG_WHY_RANK_TIED, rank, of, tied_names(p), NULL);
    else
        td_say(p->t, why, TD_MSG_WHY_RANK, rank, of, NULL);
    if (p->own->state == TD_DEFERRED) {
        const char *said[2] = {"", ""};
        td_say(p->t, said, TD_MSG_WHY_DEFERRED, NULL);
        append(p, why, said);
    }
}

void td_explain_rank(td_telling *t, const td_results *results, size_t unit, td_explanation *out)
{
    const td_dataset *data = &t->prepared->evaluation->data;
    place p = {.t = t,
               .results = results,
               .rules = t->scoring->rules,
               .cluster = &data->clusters[data->units[unit].cluster],
               .unit = unit,
               .own = &results->standing[unit]};
    const char *why[2] = {"", ""};
    if (p.own->state == TD_UNRANKED) {
        say_unranked(&p, why);
    } else {
        say_rank(&p, why);
        size_t above = neighbour(&p, true);
        say_neighbour(&p, above, true, why);
        if (above == TD_NONE)
            say_neighbour(&p, neighbour(&p, false), false, why);
        else if (!td_rules_has_method(p.rules))
            out->above_q = standing_of(&p, above)->total_q - p.own->total_q;
        say_key(&p, p.own->key, why);
    }
    out->rank_why[TD_VI] = why[TD_VI];
    out->rank_why[TD_EN] = why[TD_EN];
}
