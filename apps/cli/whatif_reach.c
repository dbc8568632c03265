/*
 * thidua whatif --reach: what a unit would need for a rank or an award.
 */
#include <math.h>

#include "apps/cli/whatif_aim.h"
#include "apps/report/ranking.h"
#include "apps/report/text.h"

#define MOST_SAID 5 /* single criteria named in sentences; the table has all */

typedef struct sheet {
    td_whatif *w;
    td_tabulation *out;
    td_reach_result reach;
    const td_rules *rules;
    int decimals;
} sheet;

static const char *unit_name(const sheet *s)
{
    return td_evaluation_unit(s->w->year->evaluation, s->reach.unit).name;
}

static const char *points_text(const sheet *s, double quanta, char *text, size_t size)
{
    td_points_text(quanta, s->decimals, TD_MARK, 0, text, size);
    return text;
}

static const char *value_text(const td_reach_step *step, double x, char *text, size_t size)
{
    td_points_text(nearbyint(x * pow(10, step->decimals)), step->decimals, TD_MARK, 0, text, size);
    return text;
}

/* ---- sentences ---- */

/* {1} unit, {2} rank or award, {3} points, {4} the rank or award asked for. */
static void say(const sheet *s, td_message id, td_tone tone, double quanta)
{
    char text[2][2 * TD_WORDS], rank[40], points[60], wanted[40];
    for (int lang = TD_VI; lang <= TD_EN; lang++) {
        const char *award = s->reach.award == TD_NONE
                                ? NULL
                                : td_whatif_award_name(s->w, s->reach.award, (td_lang)lang);
        td_whatif_number(s->reach.rank_now, rank, sizeof rank);
        td_whatif_number((double)s->reach.rank, wanted, sizeof wanted);
        td_phrase(text[lang], sizeof text[lang], (td_lang)lang, id, unit_name(s),
                  s->reach.already && award != NULL ? award : rank,
                  points_text(s, quanta, points, sizeof points), award != NULL ? award : wanted,
                  NULL);
    }
    td_tab_say(s->out, tone, text[TD_VI], text[TD_EN]);
}

static void say_already(const sheet *s)
{
    enum { SPARE, JUST, SAFE };
    static const td_message IDS[][2] = {
        [SPARE] = {TD_MSG_WHATIF_REACH_ALREADY, TD_MSG_WHATIF_REACH_HAS_AWARD},
        [JUST] = {TD_MSG_WHATIF_REACH_ALREADY_JUST, TD_MSG_WHATIF_REACH_HAS_AWARD_JUST},
        [SAFE] = {TD_MSG_WHATIF_REACH_ALREADY_SAFE, TD_MSG_WHATIF_REACH_HAS_AWARD_SAFE}};
    double needed_q = s->reach.needed_q;
    int margin = isnan(needed_q) ? SAFE : needed_q == 0 ? JUST : SPARE;
    say(s, IDS[margin][s->reach.award != TD_NONE], TD_GOOD, margin == SAFE ? 0 : -needed_q);
}

static void say_alone(const sheet *s)
{
    size_t n = 0;
    for (size_t i = 0; i < s->reach.n_alone && s->reach.alone[i].reaches && n < MOST_SAID;
         i++, n++) {
        const td_reach_step *step = &s->reach.alone[i];
        char to[60], from[60];
        td_tab_sentence(s->out, TD_PLAIN, TD_MSG_WHATIF_REACH_ALONE_LINE,
                        td_rules_criterion(s->rules, step->criterion).code,
                        td_rules_indicator(s->rules, step->indicator),
                        value_text(step, step->to, to, sizeof to),
                        value_text(step, step->from, from, sizeof from), NULL);
    }
    if (n == 0)
        td_tab_sentence(s->out, TD_PLAIN, TD_MSG_WHATIF_REACH_NONE_ALONE, NULL);
}

static void say_mix(const sheet *s)
{
    char text[2][2 * TD_WORDS], all[TD_WORDS], one[TD_WORDS], to[60], from[60];
    if (!s->reach.mix_reaches) {
        td_tab_sentence(s->out, TD_WARN,
                        s->reach.award == TD_NONE ? TD_MSG_WHATIF_REACH_NO_MIX
                                                  : TD_MSG_WHATIF_REACH_NO_MIX_FOUND,
                        NULL);
        return;
    }
    for (int lang = TD_VI; lang <= TD_EN; lang++) {
        *all = '\0';
        for (size_t i = 0; i < s->reach.n_mix; i++) {
            const td_reach_step *step = &s->reach.mix[i];
            td_phrase(one, sizeof one, (td_lang)lang, TD_MSG_WHATIF_REACH_MIX_ITEM,
                      td_rules_indicator(s->rules, step->indicator),
                      value_text(step, step->to, to, sizeof to),
                      value_text(step, step->from, from, sizeof from), NULL);
            td_text_join(all, sizeof all, "; ", one);
        }
        td_phrase(text[lang], sizeof text[lang], (td_lang)lang, TD_MSG_WHATIF_REACH_MIX, all, NULL);
    }
    td_tab_say(s->out, TD_PLAIN, text[TD_VI], text[TD_EN]);
}

static void say_all(const sheet *s)
{
    if (s->reach.already) {
        say_already(s);
        return;
    }
    if (isnan(s->reach.needed_q))
        say(s, TD_MSG_WHATIF_REACH_POINTS_WILL_NOT_DO, TD_WARN, 0);
    else
        say(s,
            s->reach.award == TD_NONE ? TD_MSG_WHATIF_REACH_NEEDS : TD_MSG_WHATIF_REACH_NEEDS_AWARD,
            TD_PLAIN, s->reach.needed_q);
    say_alone(s);
    say_mix(s);
}

/* ---- facts and tables ---- */

static void fill_facts(const sheet *s)
{
    td_tab_fact(s->out, "unit", TD_MSG_WORD_UNIT);
    td_tab_text(s->out, unit_name(s));
    td_tab_fact(s->out, "rank", TD_MSG_WHATIF_RANK_NOW);
    td_tab_rank(s->out, s->reach.rank_now);
    td_tab_fact(s->out, "needed", TD_MSG_WHATIF_NEEDED);
    td_tab_points(s->out, s->reach.needed_q, s->decimals);
}

static void cell_value(const sheet *s, const td_reach_step *step, double x)
{
    td_tab_number(s->out, x, step->decimals);
}

static void fill_step(const sheet *s, const td_reach_step *step)
{
    td_criterion_view criterion = td_rules_criterion(s->rules, step->criterion);
    td_tab_row(s->out, step->reaches ? TD_BOLD : TD_PLAIN);
    td_tab_text(s->out, criterion.code);
    td_tab_both(s->out, td_name_of(criterion.name, TD_VI), td_name_of(criterion.name, TD_EN));
    td_tab_text(s->out, td_rules_indicator(s->rules, step->indicator));
    cell_value(s, step, step->from);
    cell_value(s, step, step->to);
    cell_value(s, step, step->best);
    td_tab_points(s->out, step->gain_q, s->decimals);
    td_tab_rank(s->out, step->rank);
    td_tab_percent(s->out, step->way, 1);
    td_tab_yes(s->out, step->reaches);
}

static void fill_steps(const sheet *s, const char *key, td_message title, size_t n,
                       const td_reach_step *steps)
{
    const td_tab_column columns[] = {
        td_tab_column_of("criterion", TD_MSG_WHATIF_CRITERION_CODE, TD_LEFT, TD_FOR_ALL),
        td_tab_column_of("criterion_name", TD_MSG_WHATIF_CRITERION, TD_LEFT, TD_FOR_ALL),
        td_tab_column_of("indicator", TD_MSG_WHATIF_INDICATOR, TD_LEFT, TD_FOR_ALL),
        td_tab_column_of("from", TD_MSG_WHATIF_VALUE_NOW, TD_RIGHT, TD_FOR_ALL),
        td_tab_column_of("to", TD_MSG_WHATIF_VALUE_THERE, TD_RIGHT, TD_FOR_ALL),
        td_tab_column_of("best", TD_MSG_WHATIF_VALUE_BEST, TD_RIGHT, TD_FOR_MACHINES),
        td_tab_column_of("gain", TD_MSG_WHATIF_GAIN, TD_RIGHT, TD_FOR_ALL),
        td_tab_column_of("rank", TD_MSG_WORD_RANK, TD_RIGHT, TD_FOR_ALL),
        td_tab_column_of("way", TD_MSG_WHATIF_WAY, TD_RIGHT, TD_FOR_MACHINES),
        td_tab_column_of("reaches", TD_MSG_WHATIF_REACHES, TD_LEFT, TD_FOR_ALL)};
    TD_TAB_TABLE(s->out, key, title, columns);
    td_tab_section(s->out, NULL, NULL);
    for (size_t i = 0; i < n; i++)
        fill_step(s, &steps[i]);
}

td_status td_whatif_reach(td_whatif *w, td_errors *errors)
{
    sheet s = {.w = w, .out = w->sheet};
    td_award_options awards = td_whatif_award_options(w->settings);
    td_reach_options options = {.awards = &awards, .cancelled = awards.cancelled};
    td_aimed aim = {0};
    td_status status = td_whatif_aim(w, w->settings->text[TD_OPT_REACH], &aim, errors);
    options.rank = aim.rank;
    options.award = aim.award;
    if (status == TD_OK)
        status = td_reach_unit(w->year->prepared, aim.unit, &options, &s.reach, errors);
    if (status != TD_OK)
        return status;
    const td_evaluation *evaluation = w->year->evaluation;
    td_unit_view unit = td_evaluation_unit(evaluation, aim.unit);
    s.rules =
        td_evaluation_rules(evaluation, td_evaluation_cluster(evaluation, unit.cluster).rules);
    s.decimals = td_rules_get(s.rules).decimals;
    fill_facts(&s);
    say_all(&s);
    fill_steps(&s, "alone", TD_MSG_WHATIF_REACH_ALONE, s.reach.n_alone, s.reach.alone);
    fill_steps(&s, "together", TD_MSG_WHATIF_REACH_TOGETHER, s.reach.n_mix, s.reach.mix);
    td_reach_release(&s.reach);
    return TD_OK;
}
