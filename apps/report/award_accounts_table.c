/*
 * The awards of one unit on a terminal.
 */
#include "apps/report/awards.h"
#include "apps/report/awards_table.h"
#include "apps/report/grid.h"
#include "apps/report/ranking.h"
#include "apps/report/text.h"

#define LINE 2048

static void say(const td_report *report, td_tone tone, const char *text)
{
    td_tone_print(report->out, report->color, tone, text);
    fputc('\n', report->out);
}

/* "  [đạt]   1. ..." and "  [chưa]  1. ...": marks are words, colour only repeats them. */
static void print_conditions(const td_report *report, const td_award_explanation *why)
{
    char text[LINE];
    size_t number = 0;
    for (size_t i = 0; i < why->n_lines; i++) {
        const td_condition_line *line = &why->lines[i];
        td_message mark = line->holds ? TD_MSG_WORD_MARK_HOLDS : TD_MSG_WORD_MARK_FAILS;
        size_t length = (size_t)snprintf(text, sizeof text, "  %s ", td_word(report->lang, mark));
        for (size_t d = 0; d < line->depth && d < 20; d++)
            length += (size_t)snprintf(text + length, sizeof text - length, "   ");
        if (line->depth == 0)
            snprintf(text + length, sizeof text - length, "%zu. ", ++number);
        else
            snprintf(text + length, sizeof text - length, "- ");
        td_text_append(text, sizeof text, line->text[report->lang]);
        say(report, line->holds ? TD_GOOD : TD_BAD, text);
    }
}

static void print_bound(const td_report *report, const td_scored *scored, size_t quota)
{
    char text[LINE];
    const td_quota *q = &scored->awarded->awards.quotas[quota];
    size_t taken = q->used + q->open;
    td_bound_line line = {.quota = q,
                          .n_places = 1,
                          .used = q->used,
                          .open = q->open,
                          .over = q->over,
                          .left = taken < q->limit ? q->limit - taken : 0};
    say(report, TD_PLAIN, td_bound_line_text(scored, &line, report->lang, text, sizeof text));
}

static void print_account(const td_report *report, const td_scored *scored,
                          const td_award_explanation *why)
{
    const td_decision *d = td_decision_of(&scored->awarded->awards, why->award, why->unit);
    td_award_view view = td_policy_award(scored->awarded->policy, why->award);
    char text[LINE];
    fputc('\n', report->out);
    say(report, TD_BOLD,
        td_award_title(scored->awarded, why->award, report->lang, text, sizeof text));
    if (view.unverified != NULL)
        say(report, TD_WARN,
            td_phrase(text, sizeof text, report->lang, TD_MSG_WORD_UNVERIFIED_LINE, view.unverified,
                      NULL));
    print_conditions(report, why);
    if (d->quota != TD_NONE)
        print_bound(report, scored, d->quota);
    say(report, TD_BOLD,
        td_phrase(text, sizeof text, report->lang, TD_MSG_WORD_DECISION_LINE,
                  why->why[report->lang], NULL));
    if (*why->change[report->lang] != '\0')
        say(report, TD_PLAIN,
            td_phrase(text, sizeof text, report->lang, TD_MSG_WORD_CHANGE_LINE,
                      why->change[report->lang], NULL));
}

td_status td_table_award_accounts(const td_report *report, const td_scored *scored, size_t unit)
{
    const td_awarded *awarded = scored->awarded;
    td_policy_view policy = td_policy_get(awarded->policy);
    char text[LINE];
    say(report, TD_BOLD,
        td_phrase(text, sizeof text, report->lang, TD_MSG_WORD_AWARDS_TITLE,
                  td_name_of(policy.name, report->lang), policy.code, NULL));
    for (size_t w = 0; w < awarded->awards.n_awards; w++) {
        td_award_explanation why = {0};
        td_status status = td_award_explain(scored->prepared, scored->results, &awarded->options,
                                            &awarded->awards, w, unit, &why);
        if (status != TD_OK)
            return status;
        print_account(report, scored, &why);
        td_award_explanation_release(&why);
    }
    fputc('\n', report->out);
    return TD_OK;
}
