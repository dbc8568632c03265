/*
 * thidua whatif --flip: the smallest change of weights that brings a unit to a rank or an award.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apps/cli/whatif_aim.h"
#include "apps/report/ranking.h"
#include "apps/report/text.h"

#define MOST_LIMITS 64

typedef struct sheet {
    td_whatif *w;
    td_tabulation *out;
    td_flip flip;
} sheet;

static td_unit_view unit_of(const sheet *s, size_t unit)
{
    return td_evaluation_unit(s->w->year->evaluation, unit);
}

static size_t rules_of(const sheet *s)
{
    const td_evaluation *evaluation = s->w->year->evaluation;
    return td_evaluation_cluster(evaluation, unit_of(s, s->flip.unit).cluster).rules;
}

static const td_rules *rule_set_of(const sheet *s)
{
    return td_evaluation_rules(s->w->year->evaluation, rules_of(s));
}

static double quantum_of(const sheet *s)
{
    return pow(10, -td_rules_get(rule_set_of(s)).leaf_decimals);
}

/* ---- limits ---- */

/* "II>=20%", "II<=300": a share of the scale. */
static td_status read_limit(const td_whatif *w, const char *text, td_flip_bound *out,
                            td_errors *errors)
{
    char code[64];
    const char *sign = strpbrk(text, "<>");
    size_t length = sign == NULL ? 0 : (size_t)(sign - text);
    if (length == 0 || length >= sizeof code || sign[1] != '=')
        goto refuse;
    memcpy(code, text, length);
    code[length] = '\0';
    char number[40];
    snprintf(number, sizeof number, "%s", sign + 2);
    bool percent = number[0] != '\0' && number[strlen(number) - 1] == '%';
    if (percent)
        number[strlen(number) - 1] = '\0';
    char *comma = strchr(number, ','), *end;
    if (comma != NULL)
        *comma = '.';
    double x = strtod(number, &end);
    if (end == number || *end != '\0' || !(x >= 0))
        goto refuse;
    td_status status = td_whatif_find_item(w, code, &out->item, errors);
    if (status != TD_OK)
        return status;
    td_item_view item = td_item_get(w->items, out->item);
    td_rules_view rules = td_rules_get(td_evaluation_rules(w->year->evaluation, item.rules));
    x = percent ? x / 100 : x * pow(10, rules.leaf_decimals) / item.sum;
    *(*sign == '>' ? &out->least : &out->most) = x;
    return TD_OK;
refuse:
    td_errors_add(errors, TD_MSG_WHATIF_FLIP_LIMIT, NULL, text, NULL);
    return TD_EINVAL;
}

/* Two limits of one group are one bound. */
static td_status read_limits(const td_whatif *w, td_flip_bound *bounds, size_t *n,
                             td_errors *errors)
{
    size_t given = td_settings_count(w->settings, TD_OPT_LIMIT);
    *n = 0;
    for (size_t i = 0; i < given && i < MOST_LIMITS; i++) {
        td_flip_bound one = {TD_NONE, 0, 1};
        td_status status =
            read_limit(w, td_settings_listed(w->settings, TD_OPT_LIMIT, i), &one, errors);
        if (status != TD_OK)
            return status;
        size_t k = 0;
        while (k < *n && bounds[k].item != one.item)
            k++;
        if (k == *n)
            bounds[(*n)++] = one;
        bounds[k].least = fmax(bounds[k].least, one.least);
        bounds[k].most = fmin(bounds[k].most, one.most);
    }
    return TD_OK;
}

/* ---- sentences ---- */

/* "II from 300 to 312.5 points; ...": groups whose weight changes. */
static void moves_in_words(const sheet *s, td_lang lang, char *text)
{
    *text = '\0';
    for (size_t i = 0; i < td_items(s->w->items); i++) {
        td_item_view item = td_item_get(s->w->items, i);
        char was[40], is[40], move[TD_WORDS];
        double points = item.max_q * quantum_of(s);
        if (item.rules != rules_of(s) || item.share == 0)
            continue;
        td_whatif_number(points, was, sizeof was);
        td_whatif_number(points * s->flip.weights[i], is, sizeof is);
        if (strcmp(was, is) == 0)
            continue;
        td_phrase(move, sizeof move, lang, TD_MSG_WHATIF_FLIP_MOVE, td_whatif_item(s->w, i).code,
                  was, is, NULL);
        td_text_join(text, TD_WORDS, "; ", move);
    }
}

static const char *rank_text(double rank, char *text, size_t size)
{
    return td_whatif_number(rank, text, size);
}

static void say_moves(const sheet *s, td_message id)
{
    char text[2][2 * TD_WORDS], moves[TD_WORDS], now[40], there[40], sum[40];
    for (int lang = TD_VI; lang <= TD_EN; lang++) {
        moves_in_words(s, (td_lang)lang, moves);
        const char *award = s->flip.award == TD_NONE
                                ? ""
                                : td_whatif_award_name(s->w, s->flip.award, (td_lang)lang);
        td_phrase(text[lang], sizeof text[lang], (td_lang)lang, id, unit_of(s, s->flip.unit).name,
                  rank_text(s->flip.rank_now, now, sizeof now),
                  rank_text(s->flip.rank_there, there, sizeof there),
                  td_whatif_number(100 * s->flip.distance, sum, sizeof sum), moves, award, NULL);
    }
    td_tab_say(s->out, TD_PLAIN, text[TD_VI], text[TD_EN]);
}

static void say_with_award(const sheet *s, td_message id, td_tone tone, const char *more_vi,
                           const char *more_en)
{
    char vi[2 * TD_WORDS], en[2 * TD_WORDS];
    const char *name = unit_of(s, s->flip.unit).name;
    td_phrase(vi, sizeof vi, TD_VI, id, name, td_whatif_award_name(s->w, s->flip.award, TD_VI),
              more_vi, NULL);
    td_phrase(en, sizeof en, TD_EN, id, name, td_whatif_award_name(s->w, s->flip.award, TD_EN),
              more_en, NULL);
    td_tab_say(s->out, tone, vi, en);
}

/* "2 x A + 1 x B", or names alone. */
static void rivals_in_words(const sheet *s, char *text)
{
    *text = '\0';
    for (size_t i = 0; i < s->flip.n_rivals; i++) {
        char one[TD_WORDS];
        const char *name = unit_of(s, s->flip.rivals[i]).name;
        bool mix = s->flip.proof == TD_PROOF_MIX && s->flip.n_rivals > 1;
        if (mix)
            snprintf(one, sizeof one, "%lld × %s", (long long)s->flip.parts[i], name);
        td_text_join(text, TD_WORDS, mix ? " + " : ", ", mix ? one : name);
    }
}

static void say_impossible(const sheet *s)
{
    char rivals[TD_WORDS], rank[40], number[24];
    const td_flip *f = &s->flip;
    switch (f->proof) {
    case TD_PROOF_CONDITION:
        snprintf(number, sizeof number, "%zu", f->condition + 1);
        say_with_award(s, TD_MSG_WHATIF_FLIP_CONDITION, TD_WARN, number, number);
        return;
    case TD_PROOF_GATE:
        say_with_award(s, TD_MSG_WHATIF_FLIP_BARRED, TD_WARN,
                       td_rules_gate_reason(rule_set_of(s), f->gate, TD_VI),
                       td_rules_gate_reason(rule_set_of(s), f->gate, TD_EN));
        return;
    default:
        rivals_in_words(s, rivals);
        td_tab_sentence(
            s->out, TD_WARN,
            f->proof == TD_PROOF_MIX ? TD_MSG_WHATIF_FLIP_MIX : TD_MSG_WHATIF_FLIP_DOMINATED,
            unit_of(s, f->unit).name, rivals, rank_text((double)f->rank, rank, sizeof rank), NULL);
    }
}

static void say_best(const sheet *s)
{
    char text[2][2 * TD_WORDS], moves[TD_WORDS], rank[40], sum[40];
    if (s->flip.award != TD_NONE)
        return;
    if (s->flip.weights == NULL) {
        td_tab_sentence(s->out, TD_PLAIN, TD_MSG_WHATIF_FLIP_NO_BEST, NULL);
        return;
    }
    for (int lang = TD_VI; lang <= TD_EN; lang++) {
        moves_in_words(s, (td_lang)lang, moves);
        td_phrase(text[lang], sizeof text[lang], (td_lang)lang, TD_MSG_WHATIF_FLIP_BEST,
                  rank_text(s->flip.rank_there, rank, sizeof rank),
                  td_whatif_number(100 * s->flip.distance, sum, sizeof sum), moves, NULL);
    }
    td_tab_say(s->out, TD_PLAIN, text[TD_VI], text[TD_EN]);
}

static void say_answer(const sheet *s)
{
    char rank[40];
    const td_flip *f = &s->flip;
    bool award = f->award != TD_NONE;
    const char *name = unit_of(s, f->unit).name;
    switch (f->answer) {
    case TD_FLIP_ALREADY:
        if (award)
            say_with_award(s, TD_MSG_WHATIF_FLIP_HAS_AWARD, TD_GOOD, "", "");
        else
            td_tab_sentence(s->out, TD_GOOD, TD_MSG_WHATIF_FLIP_ALREADY, name,
                            rank_text(f->rank_now, rank, sizeof rank), NULL);
        return;
    case TD_FLIP_REACHED:
        say_moves(s, award ? TD_MSG_WHATIF_FLIP_GETS_AWARD : TD_MSG_WHATIF_FLIP_REACHED);
        return;
    case TD_FLIP_IMPOSSIBLE:
        say_impossible(s);
        break;
    default:
        if (award)
            say_with_award(s, TD_MSG_WHATIF_FLIP_NO_AWARD_FOUND, TD_WARN, "", "");
        else
            td_tab_sentence(s->out, TD_WARN,
                            f->answer == TD_FLIP_TOO_NARROW ? TD_MSG_WHATIF_FLIP_TOO_NARROW
                                                            : TD_MSG_WHATIF_FLIP_NOT_FOUND,
                            name, rank_text((double)f->rank, rank, sizeof rank), NULL);
    }
    say_best(s);
}

/* ---- facts and tables ---- */

static void fill_facts(const sheet *s)
{
    static const struct {
        const char *code;
        td_message word;
    } ANSWERS[] = {[TD_FLIP_ALREADY] = {"already", TD_MSG_WHATIF_ANSWER_ALREADY},
                   [TD_FLIP_REACHED] = {"reached", TD_MSG_WHATIF_ANSWER_REACHED},
                   [TD_FLIP_IMPOSSIBLE] = {"impossible", TD_MSG_WHATIF_ANSWER_IMPOSSIBLE},
                   [TD_FLIP_NOT_FOUND] = {"not-found", TD_MSG_WHATIF_ANSWER_NOT_FOUND},
                   [TD_FLIP_TOO_NARROW] = {"too-narrow", TD_MSG_WHATIF_ANSWER_TOO_NARROW}};
    const td_flip *f = &s->flip;
    td_tab_fact(s->out, "unit", TD_MSG_WORD_UNIT);
    td_tab_text(s->out, unit_of(s, f->unit).name);
    td_tab_fact(s->out, "rank", TD_MSG_WHATIF_RANK_NOW);
    td_tab_rank(s->out, f->rank_now);
    td_tab_fact(s->out, "answer", TD_MSG_WHATIF_ANSWER);
    td_tab_coded(s->out, ANSWERS[f->answer].code, ANSWERS[f->answer].word);
    if (f->weights == NULL)
        return;
    td_tab_fact(s->out, "rank_there", TD_MSG_WHATIF_RANK_THERE);
    td_tab_rank(s->out, f->rank_there);
    td_tab_fact(s->out, "distance", TD_MSG_WHATIF_DISTANCE);
    td_tab_percent(s->out, f->distance, 4);
    td_tab_fact(s->out, "least", TD_MSG_WHATIF_LEAST);
    td_tab_percent(s->out, f->least, 4);
}

static void fill_weights(const sheet *s)
{
    const td_tab_column columns[] = {
        td_tab_column_of("item", TD_MSG_WHATIF_ITEM_CODE, TD_LEFT, TD_FOR_ALL),
        td_tab_column_of("item_name", TD_MSG_WHATIF_ITEM, TD_LEFT, TD_FOR_ALL),
        td_tab_column_of("points", TD_MSG_WHATIF_POINTS_NOW, TD_RIGHT, TD_FOR_ALL),
        td_tab_column_of("points_there", TD_MSG_WHATIF_POINTS_THERE, TD_RIGHT, TD_FOR_ALL),
        td_tab_column_of("share", TD_MSG_WHATIF_SHARE_NOW, TD_RIGHT, TD_FOR_ALL),
        td_tab_column_of("share_there", TD_MSG_WHATIF_SHARE_THERE, TD_RIGHT, TD_FOR_ALL),
        td_tab_column_of("multiplier", TD_MSG_WHATIF_MULTIPLIER, TD_RIGHT, TD_FOR_MACHINES)};
    TD_TAB_TABLE(s->out, "weights", TD_MSG_WHATIF_FLIP_WEIGHTS, columns);
    td_tab_section(s->out, NULL, NULL);
    for (size_t i = 0; s->flip.weights != NULL && i < td_items(s->w->items); i++) {
        td_item_view item = td_item_get(s->w->items, i);
        td_criterion_view criterion = td_whatif_item(s->w, i);
        double weight = s->flip.weights[i], points = item.max_q * quantum_of(s);
        if (item.rules != rules_of(s) || item.share == 0)
            continue;
        td_tab_row(s->out, weight == 1 ? TD_FAINT : TD_PLAIN);
        td_tab_text(s->out, criterion.code);
        td_tab_both(s->out, td_name_of(criterion.name, TD_VI), td_name_of(criterion.name, TD_EN));
        td_tab_number(s->out, points, 2);
        td_tab_number(s->out, points * weight, 2);
        td_tab_percent(s->out, item.share, 2);
        td_tab_percent(s->out, item.share * weight, 2);
        td_tab_number(s->out, weight, 6);
    }
}

static void fill_rivals(const sheet *s)
{
    const td_tab_column columns[] = {
        td_tab_column_of("unit", TD_MSG_WORD_UNIT_CODE, TD_LEFT, TD_FOR_MACHINES),
        td_tab_column_of("unit_name", TD_MSG_WORD_UNIT, TD_LEFT, TD_FOR_ALL),
        td_tab_column_of("parts", TD_MSG_WHATIF_PARTS, TD_RIGHT, TD_FOR_ALL)};
    if (s->flip.n_rivals == 0)
        return;
    TD_TAB_TABLE(s->out, "rivals", TD_MSG_WHATIF_FLIP_RIVALS, columns);
    td_tab_section(s->out, NULL, NULL);
    for (size_t i = 0; i < s->flip.n_rivals; i++) {
        td_unit_view unit = unit_of(s, s->flip.rivals[i]);
        td_tab_row(s->out, TD_PLAIN);
        td_tab_text(s->out, unit.id);
        td_tab_text(s->out, unit.name);
        td_tab_count(s->out, (uint64_t)s->flip.parts[i]);
    }
}

td_status td_whatif_flip(td_whatif *w, td_errors *errors)
{
    sheet s = {.w = w, .out = w->sheet};
    td_flip_bound bounds[MOST_LIMITS];
    td_award_options awards = td_whatif_award_options(w->settings);
    td_flip_options options = {.bounds = bounds, .awards = &awards, .cancelled = awards.cancelled};
    td_aimed aim = {0};
    td_status status = td_whatif_aim(w, w->settings->text[TD_OPT_FLIP], &aim, errors);
    options.rank = aim.rank;
    options.award = aim.award;
    if (status == TD_OK)
        status = read_limits(w, bounds, &options.n_bounds, errors);
    if (status == TD_OK)
        status = td_flip_unit(w->items, aim.unit, &options, &s.flip, errors);
    if (status != TD_OK)
        return status;
    fill_facts(&s);
    say_answer(&s);
    fill_weights(&s);
    fill_rivals(&s);
    td_flip_release(&s.flip);
    return TD_OK;
}
