#include "apps/report/explanation.h"

#include <math.h>
#include <string.h>

#include "apps/report/ranking.h"
#include "apps/report/text.h"

td_explained td_explained_of(const td_scored *scored, const td_explanation *explanation)
{
    td_explained e = {.scored = scored, .explanation = explanation};
    e.unit = td_evaluation_unit(scored->evaluation, explanation->unit);
    e.cluster = td_evaluation_cluster(scored->evaluation, e.unit.cluster);
    e.rules = td_evaluation_rules(scored->evaluation, e.cluster.rules);
    e.view = td_rules_get(e.rules);
    e.standing = &scored->results->standing[explanation->unit];
    return e;
}

const char *td_line_code(td_line_kind kind)
{
    static const char *const CODES[] = {
        [TD_LINE_GROUP] = "group", [TD_LINE_LEAF] = "leaf",     [TD_LINE_PART] = "part",
        [TD_LINE_INPUT] = "input", [TD_LINE_ADJUST] = "adjust", [TD_LINE_GATE] = "gate",
        [TD_LINE_TOTAL] = "total"};
    return CODES[kind];
}

const char *td_line_words(td_line_kind kind, td_lang lang)
{
    static const td_message WORDS[] = {
        [TD_LINE_GROUP] = TD_MSG_WORD_LINE_GROUP,   [TD_LINE_LEAF] = TD_MSG_WORD_LINE_LEAF,
        [TD_LINE_PART] = TD_MSG_WORD_LINE_PART,     [TD_LINE_INPUT] = TD_MSG_WORD_LINE_INPUT,
        [TD_LINE_ADJUST] = TD_MSG_WORD_LINE_ADJUST, [TD_LINE_GATE] = TD_MSG_WORD_LINE_GATE,
        [TD_LINE_TOTAL] = TD_MSG_WORD_LINE_TOTAL};
    return td_word(lang, WORDS[kind]);
}

static void criterion_subject(const td_explained *e, const td_line *line, td_lang lang, char *text,
                              size_t size)
{
    td_criterion_view criterion = td_rules_criterion(e->rules, line->criterion);
    const char *name = td_name_of(criterion.name, lang);
    if (*name == '\0' || strcmp(name, criterion.code) == 0)
        snprintf(text, size, "%s", criterion.code);
    else
        snprintf(text, size, "%s %s", criterion.code, name);
}

const char *td_line_subject(const td_explained *e, const td_line *line, td_lang lang, char *text,
                            size_t size)
{
    text[0] = '\0';
    if (line->kind == TD_LINE_GROUP || line->kind == TD_LINE_LEAF) {
        criterion_subject(e, line, lang, text, size);
        return text;
    }
    td_text_append(text, size, td_line_words(line->kind, lang));
    if (line->label != NULL && *line->label != '\0')
        td_text_join(text, size, " ", line->label);
    return text;
}

const char *td_channel_words(const char *channel, td_lang lang)
{
    static const struct {
        const char *channel;
        td_message words;
    } WORDS[] = {{"final", TD_MSG_WORD_CHANNEL_FINAL},
                 {"appraised", TD_MSG_WORD_CHANNEL_APPRAISED},
                 {"cluster", TD_MSG_WORD_CHANNEL_CLUSTER},
                 {"self", TD_MSG_WORD_CHANNEL_SELF}};
    for (size_t i = 0; i < sizeof WORDS / sizeof WORDS[0]; i++)
        if (strcmp(channel, WORDS[i].channel) == 0)
            return td_word(lang, WORDS[i].words);
    return channel;
}

static void append_value(const td_explained *e, const td_line *line, size_t channel, td_lang lang,
                         char *text, size_t size)
{
    char number[TD_NUMBER], part[TD_CELL];
    if (isnan(line->by_channel[channel]))
        return;
    td_number_text(line->by_channel[channel], td_lang_mark(lang), number, sizeof number);
    snprintf(part, sizeof part, "%s %s",
             td_channel_words(td_rules_channel(e->rules, channel), lang), number);
    td_text_join(text, size, "; ", part);
}

const char *td_line_channels(const td_explained *e, const td_line *line, td_lang lang, char *text,
                             size_t size)
{
    char number[TD_NUMBER];
    text[0] = '\0';
    if (line->kind != TD_LINE_INPUT)
        return text;
    /* The last channel in precedence spoke first: self, then cluster, then appraisal. */
    for (size_t c = line->n_channels; c-- > 0;)
        append_value(e, line, c, lang, text, size);
    if (!isnan(line->value)) {
        td_number_text(line->value, td_lang_mark(lang), number, sizeof number);
        td_text_join(text, size, " ", "→ ");
        td_text_append(text, size, number);
    }
    return text;
}

double td_steps_sum(const td_explained *e)
{
    double sum = 0;
    bool adds_up = false;
    for (size_t i = 0; i < e->explanation->n_lines; i++) {
        const td_line *line = &e->explanation->lines[i];
        if (!line->additive || line->kind == TD_LINE_TOTAL)
            continue;
        sum += line->step_q;
        adds_up |= line->kind != TD_LINE_GATE;
    }
    double grid = pow(10, e->view.leaf_decimals - e->view.decimals);
    return adds_up ? sum : sum + e->standing->before_q * grid;
}

double td_total_of(const td_explanation *explanation)
{
    for (size_t i = explanation->n_lines; i-- > 0;)
        if (explanation->lines[i].kind == TD_LINE_TOTAL)
            return explanation->lines[i].points_q;
    return (double)NAN;
}
