#include "apps/report/ranking.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "apps/report/text.h"

static int by_place(const void *left, const void *right)
{
    const td_place_row *a = left, *b = right;
    bool a_last = a->standing->state == TD_UNRANKED, b_last = b->standing->state == TD_UNRANKED;
    if (a_last != b_last)
        return a_last ? 1 : -1;
    if (!a_last && a->standing->rank != b->standing->rank)
        return a->standing->rank < b->standing->rank ? -1 : 1;
    return a->unit < b->unit ? -1 : a->unit > b->unit;
}

static void link_above(td_place_row *rows, size_t n)
{
    const td_standing *above = NULL;
    for (size_t i = 0; i < n; i++) {
        if (rows[i].standing->state == TD_UNRANKED)
            break;
        if (i > 0 && rows[i - 1].standing->rank != rows[i].standing->rank)
            above = rows[i - 1].standing;
        rows[i].above = above;
    }
}

td_status td_places_of(const td_scored *scored, size_t cluster, td_place_row **out)
{
    td_cluster_view view = td_evaluation_cluster(scored->evaluation, cluster);
    td_place_row *rows = calloc(view.n_units > 0 ? view.n_units : 1, sizeof *rows);
    if (rows == NULL)
        return TD_ENOMEM;
    for (size_t i = 0; i < view.n_units; i++) {
        rows[i].unit = view.first_unit + i;
        rows[i].standing = &scored->results->standing[rows[i].unit];
    }
    qsort(rows, view.n_units, sizeof *rows, by_place);
    link_above(rows, view.n_units);
    *out = rows;
    return TD_OK;
}

bool td_share_matters(const td_rules_view *rules)
{
    return rules->rank_by != TD_BY_POINTS;
}

const char *td_rank_text(const td_standing *standing, char mark, char *text, size_t size)
{
    text[0] = '\0';
    if (standing->state != TD_UNRANKED)
        td_number_text(standing->rank, mark, text, size);
    return text;
}

/* The digits of a decimal as a whole number; the texts here have at most 18. */
static double digits_of(const char *text)
{
    double whole = 0;
    for (const char *p = text; *p != '\0'; p++)
        if (*p >= '0' && *p <= '9')
            whole = 10 * whole + (*p - '0');
    return text[0] == '-' ? -whole : whole;
}

static double share_in_steps(const td_rules_view *rules, const td_standing *standing)
{
    char text[TD_NUMBER];
    td_share_text(standing->total_q, standing->assigned_q, rules->share_decimals, '.', text,
                  sizeof text);
    return digits_of(text);
}

bool td_has_score(const td_standing *standing)
{
    return !isnan(standing->score_q);
}

const char *td_score_text(const td_standing *standing, char mark, char *text, size_t size)
{
    text[0] = '\0';
    if (td_has_score(standing))
        td_points_text(standing->score_q, TD_SCORE_DECIMALS, mark, 0, text, size);
    return text;
}

const char *td_distance_text(const td_rules_view *rules, const td_place_row *row, char mark,
                             char *text, size_t size)
{
    text[0] = '\0';
    if (row->above == NULL || row->standing->key == 0)
        return text;
    if (td_has_score(row->standing)) {
        td_points_text(row->above->score_q - row->standing->score_q, TD_SCORE_DECIMALS, mark, 0,
                       text, size);
    } else if (td_share_matters(rules)) {
        double steps = share_in_steps(rules, row->above) - share_in_steps(rules, row->standing);
        td_points_text(steps, rules->share_decimals, mark, 0, text, size);
    } else {
        td_points_text(row->above->total_q - row->standing->total_q, rules->decimals, mark, 0, text,
                       size);
    }
    return text;
}

const char *td_state_code(td_state state)
{
    static const char *const CODES[] = {
        [TD_RANKED] = "ranked", [TD_DEFERRED] = "deferred", [TD_UNRANKED] = "unranked"};
    return CODES[state];
}

const char *td_reason_code(const td_rules *rules, const td_standing *standing, char *text,
                           size_t size)
{
    text[0] = '\0';
    if (standing->why == TD_WHY_MISSING && standing->criterion != TD_NONE)
        snprintf(text, size, "missing:%s", td_rules_criterion(rules, standing->criterion).code);
    else if (standing->why == TD_WHY_MISSING)
        snprintf(text, size, "missing");
    else if (standing->why == TD_WHY_NOTHING_ASSIGNED)
        snprintf(text, size, "nothing-assigned");
    else if (standing->gate != TD_NONE && standing->state != TD_RANKED)
        snprintf(text, size, "gate:%s", td_rules_gate_code(rules, standing->gate));
    return text;
}

const char *td_reason_text(const td_rules *rules, const td_standing *standing, td_lang lang,
                           char *text, size_t size)
{
    text[0] = '\0';
    if (standing->why == TD_WHY_MISSING && standing->criterion != TD_NONE) {
        td_criterion_view criterion = td_rules_criterion(rules, standing->criterion);
        const char *name = td_name_of(criterion.name, lang);
        td_message id =
            strcmp(name, criterion.code) == 0 ? TD_MSG_WORD_MISSING_CODE : TD_MSG_WORD_MISSING_AT;
        return td_phrase(text, size, lang, id, criterion.code, name, NULL);
    }
    if (standing->why == TD_WHY_MISSING)
        return td_phrase(text, size, lang, TD_MSG_WORD_MISSING_SOME, NULL);
    if (standing->why == TD_WHY_NOTHING_ASSIGNED)
        return td_phrase(text, size, lang, TD_MSG_WORD_NOTHING_ASSIGNED, NULL);
    if (standing->gate != TD_NONE && standing->state != TD_RANKED)
        td_text_append(text, size, td_rules_gate_reason(rules, standing->gate, lang));
    return text;
}

static void note_state(const td_rules *rules, const td_standing *standing, td_lang lang, char *text,
                       size_t size)
{
    char reason[TD_CELL], part[TD_CELL + 64];
    if (standing->state == TD_RANKED)
        return;
    td_message id = standing->state == TD_DEFERRED ? TD_MSG_WORD_DEFERRED : TD_MSG_WORD_UNRANKED;
    td_reason_text(rules, standing, lang, reason, sizeof reason);
    if (*reason == '\0')
        snprintf(part, sizeof part, "%s", td_word(lang, id));
    else
        snprintf(part, sizeof part, "%s: %s", td_word(lang, id), reason);
    td_text_join(text, size, "; ", part);
}

static void note_deduction(const td_rules *rules, const td_standing *standing, td_lang lang,
                           char *text, size_t size)
{
    char points[TD_NUMBER], part[TD_CELL];
    if (!(standing->before_q > standing->total_q)) /* also where there is no total */
        return;
    td_points_text(standing->before_q - standing->total_q, td_rules_get(rules).decimals,
                   td_lang_mark(lang), td_lang_group(lang), points, sizeof points);
    td_text_join(text, size, "; ",
                 td_phrase(part, sizeof part, lang, TD_MSG_WORD_GATE_TAKES, points, NULL));
}

static void note_key(const td_rules *rules, const td_standing *standing, td_lang lang, char *text,
                     size_t size)
{
    char part[TD_CELL];
    if (standing->state == TD_UNRANKED || standing->key == TD_NONE || standing->key == 1)
        return;
    if (standing->key == 0)
        td_phrase(part, sizeof part, lang, TD_MSG_WORD_BEHIND_BY_CLASS, NULL);
    else
        td_phrase(part, sizeof part, lang, TD_MSG_WORD_BEHIND_BY_KEY,
                  td_rules_tie_text(rules, standing->key - 2, lang), NULL);
    td_text_join(text, size, "; ", part);
}

const char *td_note_text(const td_rules *rules, const td_place_row *row, td_lang lang, char *text,
                         size_t size)
{
    const td_standing *standing = row->standing;
    char rank[TD_NUMBER], part[TD_CELL];
    text[0] = '\0';
    if (standing->state != TD_UNRANKED && standing->n_tied > 1) {
        td_rank_text(standing, td_lang_mark(lang), rank, sizeof rank);
        td_text_join(text, size, "; ",
                     td_phrase(part, sizeof part, lang, TD_MSG_WORD_TIED, rank, NULL));
    }
    note_state(rules, standing, lang, text, size);
    note_deduction(rules, standing, lang, text, size);
    note_key(rules, standing, lang, text, size);
    return text;
}

char td_lang_mark(td_lang lang)
{
    return lang == TD_VI ? ',' : '.';
}

char td_lang_group(td_lang lang)
{
    return lang == TD_VI ? '.' : ',';
}

const char *td_status_words(const char *status, td_lang lang)
{
    static const struct {
        const char *status;
        td_message words;
    } WORDS[] = {{"draft", TD_MSG_WORD_STATUS_DRAFT},
                 {"excerpt", TD_MSG_WORD_STATUS_EXCERPT},
                 {"illustration", TD_MSG_WORD_STATUS_ILLUSTRATION}};
    for (size_t i = 0; i < sizeof WORDS / sizeof WORDS[0]; i++)
        if (strcmp(status, WORDS[i].status) == 0)
            return td_word(lang, WORDS[i].words);
    return NULL;
}

const char *td_name_of(const char *const name[2], td_lang lang)
{
    if (name[lang] != NULL)
        return name[lang];
    return name[1 - lang] != NULL ? name[1 - lang] : "";
}

size_t td_first_cluster(const td_scored *scored)
{
    return scored->cluster == TD_NONE ? 0 : scored->cluster;
}

size_t td_end_cluster(const td_scored *scored)
{
    return scored->cluster == TD_NONE ? td_evaluation_get(scored->evaluation).n_clusters
                                      : scored->cluster + 1;
}

bool td_rules_shown(const td_scored *scored, size_t rules)
{
    for (size_t c = td_first_cluster(scored); c < td_end_cluster(scored); c++)
        if (td_evaluation_cluster(scored->evaluation, c).rules == rules)
            return true;
    return false;
}
