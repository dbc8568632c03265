/*
 * A condition in words: what the unit has, beside what is asked.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "engine/award/award.h"
#include "engine/base/messages.h"

#define ARG 64

typedef struct saying {
    const td_awarding *a;
    const td_requirement *need;
    size_t unit;
    td_lang lang;
    char *text;
    size_t size;
} saying;

static size_t fill(const saying *s, td_message message, const char *first, const char *second,
                   const char *third)
{
    const char *args[] = {first, second, third};
    return td_message_fill(td_message_text(message, s->lang), s->lang, args, 3, s->text, s->size);
}

static const char *number_arg(double x, char text[ARG])
{
    td_number_text(x, TD_MARK, text, ARG);
    return text;
}

static const char *count_arg(size_t n, char text[ARG])
{
    snprintf(text, ARG, "%zu", n);
    return text;
}

static const td_rules *rules_of(const saying *s)
{
    return s->a->prepared->evaluation->rules[td_award_cluster(s->a, s->unit)->rules];
}

static size_t say_rank(const saying *s)
{
    char rank[ARG], most[ARG];
    const td_standing *own = td_award_standing(s->a, s->unit);
    return fill(s, TD_MSG_NEED_RANK, number_arg(own->rank, rank), number_arg(s->need->number, most),
                "");
}

static size_t say_leader(const saying *s)
{
    char rank[ARG], of[ARG];
    const td_standing *own = td_award_standing(s->a, s->unit);
    return fill(s, s->need->expected ? TD_MSG_NEED_LEADER : TD_MSG_NEED_NO_LEADER,
                number_arg(own->rank, rank), count_arg(own->n_ranked, of),
                td_award_cluster(s->a, s->unit)->name);
}

static size_t say_class(const saying *s)
{
    const td_rules *rules = rules_of(s);
    size_t own = td_award_standing(s->a, s->unit)->class_index;
    size_t wanted = td_rules_find_class(rules, s->need->code);
    const char *has = own == TD_NONE ? td_message_text(TD_MSG_NEED_NO_CLASS, s->lang)
                                     : rules->classes[own].name.in[s->lang];
    const char *asked = wanted == TD_NONE ? s->need->code : rules->classes[wanted].name.in[s->lang];
    return fill(s, TD_MSG_NEED_CLASS, has, asked, "");
}

static size_t say_share(const saying *s)
{
    td_share share;
    int decimals;
    char has[ARG] = "", asked[ARG];
    if (td_need_figures(s->a, s->need, s->unit, &share, &decimals))
        td_share_text(share.points_q, share.assigned_q, 2, TD_MARK, has, sizeof has);
    td_share_text((double)s->need->ratio.num, (double)s->need->ratio.den, 2, TD_MARK, asked,
                  sizeof asked);
    td_message message = s->need->need == TD_NEED_LOWEST_SHARE
                             ? s->need->leaves ? TD_MSG_NEED_LOWEST_LEAF : TD_MSG_NEED_LOWEST_GROUP
                         : s->need->code != NULL ? TD_MSG_NEED_CRITERION_SHARE
                                                 : TD_MSG_NEED_SHARE;
    return fill(s, message, has, asked, s->need->code);
}

static size_t say_points(const saying *s)
{
    td_share share;
    int decimals;
    char has[ARG] = "", asked[ARG];
    if (td_need_figures(s->a, s->need, s->unit, &share, &decimals))
        td_points_text(share.points_q, decimals, TD_MARK, '\0', has, sizeof has);
    return fill(s, s->need->code != NULL ? TD_MSG_NEED_CRITERION_POINTS : TD_MSG_NEED_POINTS, has,
                number_arg(s->need->number, asked), s->need->code);
}

static void list_codes(char *text, size_t size, size_t n, const char *const *codes)
{
    size_t length = 0;
    text[0] = '\0';
    for (size_t i = 0; i < n && length + 1 < size; i++)
        length +=
            (size_t)snprintf(text + length, size - length, "%s%s", i > 0 ? ", " : "", codes[i]);
}

static size_t say_past(const saying *s)
{
    const td_past *past = &s->need->past;
    char awards[200], has[ARG], asked[2 * ARG];
    list_codes(awards, sizeof awards, past->n_awards, past->awards);
    if (s->need->need == TD_NEED_HELD_EVERY_YEAR) {
        size_t years = (size_t)(past->years_to - past->years_from + 1);
        return fill(s, TD_MSG_NEED_EVERY_YEAR,
                    count_arg(td_award_count_past(s->a, past, s->unit, true), has),
                    count_arg(years, asked), awards);
    }
    count_arg(td_award_count_past(s->a, past, s->unit, false), has);
    if (s->need->has_at_least)
        return fill(s, TD_MSG_NEED_HELD_AT_LEAST, has, count_arg(s->need->at_least, asked), awards);
    return fill(s, TD_MSG_NEED_HELD_AT_MOST, has, count_arg(s->need->at_most, asked), awards);
}

static size_t say_votes(const saying *s)
{
    double votes = s->a->prepared->evaluation->data.units[s->unit].votes;
    char has[ARG], asked[ARG], of[ARG];
    size_t needed, base;
    if (isnan(votes))
        return fill(s, TD_MSG_NEED_VOTES_NONE, "", "", "");
    if (!td_votes_needed(s->a, s->need, s->unit, &needed, &base))
        return fill(s, TD_MSG_NEED_VOTES_NO_BASE, number_arg(votes, has), "", "");
    return fill(s, TD_MSG_NEED_VOTES, number_arg(votes, has), count_arg(needed, asked),
                count_arg(base, of));
}

static size_t say_category(const saying *s)
{
    char asked[200];
    const char *category = s->a->prepared->evaluation->data.units[s->unit].category;
    list_codes(asked, sizeof asked, s->need->n_categories, s->need->categories);
    return fill(s, TD_MSG_NEED_CATEGORY,
                category == NULL ? td_message_text(TD_MSG_NEED_NO_CATEGORY, s->lang) : category,
                asked, "");
}

static size_t say_size(const saying *s)
{
    char has[ARG], asked[ARG];
    return fill(s, TD_MSG_NEED_CLUSTER_SIZE,
                count_arg(td_award_standing(s->a, s->unit)->n_ranked, has),
                number_arg(s->need->number, asked), "");
}

static size_t say_holds(const saying *s)
{
    const td_award_rule *award = &s->a->policy->awards[s->need->award];
    bool has = td_award_holds(s->a, s->need->award, s->unit);
    td_message message = s->need->need == TD_NEED_HOLDS
                             ? has ? TD_MSG_NEED_HOLDS : TD_MSG_NEED_HOLDS_NOT
                         : has ? TD_MSG_NEED_FREE_OF_NOT
                               : TD_MSG_NEED_FREE_OF;
    return fill(s, message, award->name.in[s->lang], "", "");
}

typedef size_t sayer(const saying *s);

static sayer *const SAYERS[] = {
    [TD_NEED_RANK_AT_MOST] = say_rank,
    [TD_NEED_LEADER] = say_leader,
    [TD_NEED_CLASS_AT_LEAST] = say_class,
    [TD_NEED_SHARE_AT_LEAST] = say_share,
    [TD_NEED_POINTS_AT_LEAST] = say_points,
    [TD_NEED_LOWEST_SHARE] = say_share,
    [TD_NEED_HOLDS] = say_holds,
    [TD_NEED_NOT_HOLDS] = say_holds,
    [TD_NEED_HELD_EVERY_YEAR] = say_past,
    [TD_NEED_HELD] = say_past,
    [TD_NEED_VOTES] = say_votes,
    [TD_NEED_CATEGORY] = say_category,
    [TD_NEED_CLUSTER_SIZE] = say_size,
};

size_t td_need_text(const td_awarding *a, const td_requirement *need, size_t unit, td_lang lang,
                    char *text, size_t size)
{
    saying s = {a, need, unit, lang, text, size};
    switch (need->need) {
    case TD_NEED_ALL:
        return fill(&s, TD_MSG_NEED_ALL, "", "", "");
    case TD_NEED_ANY:
        return fill(&s, TD_MSG_NEED_ANY, "", "", "");
    case TD_NEED_NOT:
        return fill(&s, TD_MSG_NEED_NOT, "", "", "");
    default:
        return SAYERS[need->need](&s);
    }
}
