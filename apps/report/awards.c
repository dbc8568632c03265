#include "apps/report/awards.h"

#include <stdlib.h>

#include "apps/report/ranking.h"
#include "apps/report/text.h"

bool td_award_is_infeasible(const td_awarded *awarded, size_t award)
{
    return award < 64 && (awarded->infeasible >> award & 1) != 0;
}

const td_decision *td_decision_of(const td_awards *awards, size_t award, size_t unit)
{
    return &awards->decision[award * awards->n_units + unit];
}

td_message td_award_state_message(td_award_state state)
{
    static const td_message WORDS[TD_N_AWARD_STATES] = {
        [TD_PROPOSED] = TD_MSG_WORD_AWARD_PROPOSED,
        [TD_TIED_AT_CUT] = TD_MSG_WORD_AWARD_TIED,
        [TD_RESERVE] = TD_MSG_WORD_AWARD_RESERVE,
        [TD_OUTSIDE_QUOTA] = TD_MSG_WORD_AWARD_OUTSIDE,
        [TD_EXCLUDED] = TD_MSG_WORD_AWARD_EXCLUDED,
        [TD_STRUCK] = TD_MSG_WORD_AWARD_STRUCK,
        [TD_BARRED] = TD_MSG_WORD_AWARD_BARRED,
        [TD_AWARD_DEFERRED] = TD_MSG_WORD_AWARD_DEFERRED,
        [TD_NOT_ELIGIBLE] = TD_MSG_WORD_AWARD_NOT_ELIGIBLE,
        [TD_AWARD_UNRANKED] = TD_MSG_WORD_AWARD_UNRANKED,
        [TD_GIVEN] = TD_MSG_WORD_AWARD_GIVEN,
        [TD_NOT_GIVEN] = TD_MSG_WORD_AWARD_NOT_GIVEN,
    };
    return WORDS[state];
}

const char *td_award_state_words(td_award_state state, td_lang lang)
{
    return td_word(lang, td_award_state_message(state));
}

bool td_award_is_candidate(td_award_state state)
{
    return state == TD_PROPOSED || state == TD_TIED_AT_CUT || state == TD_RESERVE ||
           state == TD_OUTSIDE_QUOTA;
}

bool td_award_shows(const td_scored *scored, size_t unit)
{
    return scored->cluster == TD_NONE ||
           td_evaluation_unit(scored->evaluation, unit).cluster == scored->cluster;
}

/* ---- lists ---- */

static int by_place(const void *left, const void *right)
{
    const td_listed *a = left, *b = right;
    if (a->decision->region != b->decision->region)
        return a->decision->region < b->decision->region ? -1 : 1;
    if (a->decision->place != b->decision->place)
        return a->decision->place < b->decision->place ? -1 : 1;
    return a->unit < b->unit ? -1 : a->unit > b->unit;
}

td_status td_award_list(const td_scored *scored, size_t award, td_listed **out, size_t *n)
{
    const td_awards *awards = &scored->awarded->awards;
    td_listed *list = calloc(awards->n_units + 1, sizeof *list);
    if (list == NULL)
        return TD_ENOMEM;
    *n = 0;
    for (size_t u = 0; u < awards->n_units; u++) {
        const td_decision *decision = td_decision_of(awards, award, u);
        bool is_listed = td_award_is_candidate(decision->state) || decision->state == TD_GIVEN;
        if (is_listed && td_award_shows(scored, u))
            list[(*n)++] = (td_listed){u, decision};
    }
    qsort(list, *n, sizeof *list, by_place);
    *out = list;
    return TD_OK;
}

/* ---- bounds ---- */

static bool is_alike(const td_quota *a, const td_quota *b)
{
    return a->bound == b->bound && a->is_distributed == b->is_distributed && a->award == b->award &&
           a->limit == b->limit && a->denominator == b->denominator;
}

static bool is_bound_shown(const td_scored *scored, const td_quota *quota, size_t award)
{
    bool elsewhere = scored->cluster != TD_NONE && quota->within == TD_WITHIN_CLUSTER &&
                     quota->where != scored->cluster;
    return quota->award == award && quota->limit != TD_NONE && !elsewhere;
}

td_status td_award_bounds(const td_scored *scored, size_t award, td_bound_line **out, size_t *n)
{
    const td_awards *awards = &scored->awarded->awards;
    td_bound_line *lines = calloc(awards->n_quotas + 1, sizeof *lines);
    if (lines == NULL)
        return TD_ENOMEM;
    *n = 0;
    for (size_t q = 0; q < awards->n_quotas; q++) {
        const td_quota *quota = &awards->quotas[q];
        if (!is_bound_shown(scored, quota, award))
            continue;
        size_t i = 0, taken = quota->used + quota->open;
        while (i < *n && !is_alike(lines[i].quota, quota))
            i++;
        if (i == *n)
            lines[(*n)++].quota = quota;
        lines[i].n_places++;
        lines[i].used += quota->used;
        lines[i].open += quota->open;
        lines[i].over += quota->over;
        lines[i].left += taken < quota->limit ? quota->limit - taken : 0;
    }
    *out = lines;
    return TD_OK;
}

static void count_part(char *text, size_t size, td_lang lang, td_message id, size_t count)
{
    char number[24], part[128];
    if (count == 0)
        return;
    snprintf(number, sizeof number, "%zu", count);
    td_text_join(text, size, ", ", td_phrase(part, sizeof part, lang, id, number, NULL));
}

const char *td_bound_line_text(const td_scored *scored, const td_bound_line *line, td_lang lang,
                               char *text, size_t size)
{
    char worked[TD_CELL], where[TD_CELL], counts[TD_CELL] = "", used[24], left[24], places[24];
    td_quota_text(scored->evaluation, line->quota, lang, worked, sizeof worked);
    snprintf(used, sizeof used, "%zu", line->used);
    snprintf(left, sizeof left, "%zu", line->left);
    snprintf(places, sizeof places, "%zu", line->n_places);
    td_phrase(counts, sizeof counts, lang, TD_MSG_WORD_BOUND_COUNTS, used, left, NULL);
    count_part(counts, sizeof counts, lang, TD_MSG_WORD_BOUND_OPEN, line->open);
    count_part(counts, sizeof counts, lang, TD_MSG_WORD_BOUND_OVER, line->over);
    if (line->quota->within == TD_WITHIN_ALL)
        snprintf(where, sizeof where, "%s", td_word(lang, TD_MSG_WORD_BOUND_ALL));
    else if (line->n_places == 1)
        snprintf(where, sizeof where, "%s", td_quota_place(scored->evaluation, line->quota));
    else
        td_phrase(where, sizeof where, lang,
                  line->quota->within == TD_WITHIN_CLUSTER ? TD_MSG_WORD_BOUND_CLUSTERS
                                                           : TD_MSG_WORD_BOUND_GROUPS,
                  places, NULL);
    return td_phrase(text, size, lang, TD_MSG_WORD_BOUND_LINE, where, worked, counts, NULL);
}

/* ---- ties at the cut ---- */

/* Seats open at a wide bound include those that narrower bounds keep open. */
static size_t open_inside(const td_awards *awards, size_t award, const td_quota *wide)
{
    size_t open = 0, last = TD_NONE;
    for (size_t u = 0; u < awards->n_units; u++) {
        const td_decision *d = td_decision_of(awards, award, u);
        if (d->state != TD_TIED_AT_CUT || d->quota == TD_NONE || d->quota == last)
            continue;
        const td_quota *q = &awards->quotas[d->quota];
        last = d->quota;
        if (q->within < wide->within && wide->within == TD_WITHIN_ALL)
            open += q->open;
    }
    return open;
}

void td_award_tied_at(const td_scored *scored, size_t award, size_t quota, size_t *n_tied,
                      size_t *n_seats)
{
    const td_awards *awards = &scored->awarded->awards;
    *n_tied = *n_seats = 0;
    for (size_t u = 0; u < awards->n_units; u++) {
        const td_decision *d = td_decision_of(awards, award, u);
        *n_tied += d->state == TD_TIED_AT_CUT && d->quota == quota;
    }
    if (quota == TD_NONE)
        return;
    size_t inside = open_inside(awards, award, &awards->quotas[quota]);
    size_t open = awards->quotas[quota].open;
    *n_seats = open > inside && open - inside < *n_tied ? open - inside : 0;
}

const char *td_award_choice_text(size_t n_seats, size_t n_tied, td_lang lang, char *text,
                                 size_t size)
{
    char seats[24], tied[24];
    snprintf(seats, sizeof seats, "%zu", n_seats);
    snprintf(tied, sizeof tied, "%zu", n_tied);
    td_message id = n_seats == 0 ? TD_MSG_WORD_COUNCIL_DECIDES : TD_MSG_WORD_COUNCIL_CHOOSES;
    return td_phrase(text, size, lang, id, seats, tied, NULL);
}

/* ---- words ---- */

const char *td_award_title(const td_awarded *awarded, size_t award, td_lang lang, char *text,
                           size_t size)
{
    td_award_view view = td_policy_award(awarded->policy, award);
    td_message id = view.authority == NULL ? TD_MSG_WORD_AWARD_TITLE : TD_MSG_WORD_AWARD_TITLE_BY;
    return td_phrase(text, size, lang, id, td_name_of(view.name, lang), view.code, view.authority,
                     NULL);
}

const char *td_award_standing_text(const td_scored *scored, size_t unit, td_lang lang, char *text,
                                   size_t size)
{
    const td_standing *standing = &scored->results->standing[unit];
    size_t cluster = td_evaluation_unit(scored->evaluation, unit).cluster;
    const char *name = td_evaluation_cluster(scored->evaluation, cluster).name;
    char rank[TD_NUMBER];
    td_rank_text(standing, td_lang_mark(lang), rank, sizeof rank);
    if (standing->rank == 1 && standing->n_ranked >= 2)
        return td_phrase(text, size, lang, TD_MSG_WORD_LEADS, name, NULL);
    if (*rank != '\0')
        return td_phrase(text, size, lang, TD_MSG_WORD_RANK_IN, rank, name, NULL);
    snprintf(text, size, "%s", name);
    return text;
}

const char *td_decision_text(const td_decision *decision, td_lang lang, char *text, size_t size)
{
    char place[24];
    const char *words = td_award_state_words(decision->state, lang);
    size_t number = decision->state == TD_RESERVE ? decision->reserve : decision->place;
    snprintf(place, sizeof place, "%zu", number);
    if (decision->state == TD_RESERVE)
        return td_phrase(text, size, lang, TD_MSG_WORD_DECISION_RESERVE, words, place, NULL);
    snprintf(text, size, "%s", words);
    return text;
}

const char *td_award_names_of(const td_policy *policy, const td_awards *awards, size_t unit,
                              bool codes, td_lang lang, char *text, size_t size)
{
    text[0] = '\0';
    for (size_t w = 0; w < awards->n_awards; w++) {
        td_award_view view = td_policy_award(policy, w);
        td_award_state state = td_decision_of(awards, w, unit)->state;
        if (state != TD_PROPOSED && state != TD_GIVEN)
            continue;
        td_text_join(text, size, codes ? " " : "; ",
                     codes ? view.code : td_name_of(view.name, lang));
    }
    return text;
}

/* ---- strikes ---- */

static bool is_same(const td_decision *a, const td_decision *b)
{
    return a->state == b->state && a->reserve == b->reserve;
}

td_status td_strike_moves(const td_scored *scored, size_t strike, td_moved **out, size_t *n)
{
    const td_awarded *awarded = scored->awarded;
    size_t n_strikes = awarded->options.n_strikes;
    const td_awards *before = &awarded->steps[strike];
    const td_awards *after =
        strike + 1 < n_strikes ? &awarded->steps[strike + 1] : &awarded->awards;
    size_t struck = awarded->options.strikes[strike].unit;
    td_moved *moved = calloc(before->n_awards * before->n_units + 1, sizeof *moved);
    if (moved == NULL)
        return TD_ENOMEM;
    *n = 0;
    for (int others = 0; others <= 1; others++)
        for (size_t w = 0; w < before->n_awards; w++)
            for (size_t u = 0; u < before->n_units; u++) {
                const td_decision *a = td_decision_of(before, w, u);
                const td_decision *b = td_decision_of(after, w, u);
                if ((u != struck) == others && !is_same(a, b))
                    moved[(*n)++] = (td_moved){w, u, a, b};
            }
    *out = moved;
    return TD_OK;
}
