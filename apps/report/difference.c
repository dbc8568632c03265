#include "apps/report/difference.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "apps/report/ranking.h"
#include "apps/report/text.h"

void td_difference_release(td_difference *difference)
{
    for (size_t i = 0; i < difference->n_rules; i++) {
        free(difference->rules[i].criterion);
        free(difference->rules[i].key);
        free(difference->rules[i].before);
        free(difference->rules[i].after);
    }
    free(difference->rules);
    free(difference->units);
    *difference = (td_difference){0};
}

size_t td_difference_size(const td_difference *difference)
{
    return difference->n_rules + difference->n_units;
}

/* Points are decimals with at most `decimals` digits, so the nearest whole number is exact. */
static double quanta_of(double points, int decimals)
{
    double scale = 1;
    for (int i = 0; i < decimals; i++)
        scale *= 10;
    return round(points * scale);
}

double td_points_moved(const td_difference *difference, const td_unit_change *unit)
{
    const td_unit_side *before = &unit->side[0], *after = &unit->side[1];
    if (!before->present || !after->present || isnan(before->points) || isnan(after->points))
        return (double)NAN;
    return quanta_of(after->points, difference->decimals) -
           quanta_of(before->points, difference->decimals);
}

const char *td_change_code(td_diff_kind change)
{
    static const char *const CODES[] = {
        [TD_CHANGED] = "changed", [TD_ADDED] = "added", [TD_REMOVED] = "removed"};
    return CODES[change];
}

const char *td_change_words(td_diff_kind change, td_lang lang)
{
    static const td_message WORDS[] = {[TD_CHANGED] = TD_MSG_WORD_CHANGED,
                                       [TD_ADDED] = TD_MSG_WORD_ADDED,
                                       [TD_REMOVED] = TD_MSG_WORD_REMOVED};
    return td_word(lang, WORDS[change]);
}

const char *td_side_points(const td_difference *difference, const td_unit_side *side, char mark,
                           char group, char *text, size_t size)
{
    text[0] = '\0';
    if (side->present && !isnan(side->points))
        td_points_text(quanta_of(side->points, difference->decimals), difference->decimals, mark,
                       group, text, size);
    return text;
}

const char *td_side_rank(const td_unit_side *side, char mark, char *text, size_t size)
{
    text[0] = '\0';
    if (side->present && side->rank > 0)
        td_number_text(side->rank, mark, text, size);
    return text;
}

static void rank_words(const td_unit_change *unit, td_lang lang, char *text, size_t size)
{
    char steps[TD_NUMBER], part[TD_CELL];
    double up = unit->side[0].rank - unit->side[1].rank;
    if (up == 0 || unit->side[0].rank == 0 || unit->side[1].rank == 0)
        return;
    td_number_text(fabs(up), td_lang_mark(lang), steps, sizeof steps);
    td_text_join(text, size, "; ",
                 td_phrase(part, sizeof part, lang, up > 0 ? TD_MSG_WORD_UP : TD_MSG_WORD_DOWN,
                           steps, NULL));
}

const char *td_state_words(const char *state, td_lang lang)
{
    if (*state == '\0')
        return "";
    if (strcmp(state, "unranked") == 0)
        return td_word(lang, TD_MSG_WORD_UNRANKED);
    return td_word(lang,
                   strcmp(state, "deferred") == 0 ? TD_MSG_WORD_DEFERRED : TD_MSG_WORD_RANKED);
}

static void pair_words(td_lang lang, td_message id, const char *before, const char *after,
                       char *text, size_t size)
{
    char part[TD_CELL];
    const char *none = td_word(lang, TD_MSG_WORD_NONE);
    td_text_join(text, size, "; ",
                 td_phrase(part, sizeof part, lang, id, *before == '\0' ? none : before,
                           *after == '\0' ? none : after, NULL));
}

const char *td_move_words(const td_unit_change *unit, td_lang lang, char *text, size_t size)
{
    const td_unit_side *before = &unit->side[0], *after = &unit->side[1];
    text[0] = '\0';
    if (unit->change != TD_CHANGED) {
        td_text_append(
            text, size,
            td_word(lang, unit->change == TD_ADDED ? TD_MSG_WORD_NEW_UNIT : TD_MSG_WORD_GONE_UNIT));
        return text;
    }
    if (strcmp(before->cluster, after->cluster) != 0)
        pair_words(lang, TD_MSG_WORD_CLUSTER_MOVED, before->cluster, after->cluster, text, size);
    rank_words(unit, lang, text, size);
    if (strcmp(before->state, after->state) != 0)
        pair_words(lang, TD_MSG_WORD_STATE_MOVED, td_state_words(before->state, lang),
                   td_state_words(after->state, lang), text, size);
    if (strcmp(before->class_code, after->class_code) != 0)
        pair_words(lang, TD_MSG_WORD_CLASS_MOVED, td_name_of(before->class_name, lang),
                   td_name_of(after->class_name, lang), text, size);
    return text;
}
