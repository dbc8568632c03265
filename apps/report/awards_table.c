/*
 * Proposals on a terminal: award by award the bounds, who is proposed, who is tied, the
 * reserve list and how many others there are.
 */
#include <stdlib.h>
#include <string.h>

#include "apps/report/awards.h"
#include "apps/report/awards_table.h"
#include "apps/report/grid.h"
#include "apps/report/provenance.h"
#include "apps/report/ranking.h"
#include "apps/report/text.h"

#define MAX_RESERVE_SHOWN 20
#define LINE 2048
#define MAX_CONDITIONS 64

static void say(const td_report *report, td_tone tone, const char *text)
{
    td_tone_print(report->out, report->color, tone, text);
    fputc('\n', report->out);
}

static void say_warning(const td_report *report, const char *text)
{
    say(report, TD_WARN, text);
}

static void say_line(const td_report *report, const char *text)
{
    say(report, TD_PLAIN, text);
}

static td_status print_bounds(const td_report *report, const td_scored *scored, size_t award)
{
    td_bound_line *lines = NULL;
    size_t n = 0;
    char text[LINE];
    td_status status = td_award_bounds(scored, award, &lines, &n);
    for (size_t i = 0; i < n; i++)
        say_line(report, td_bound_line_text(scored, &lines[i], report->lang, text, sizeof text));
    free(lines);
    return status;
}

/* ---- units ---- */

enum { PLACE, UNIT, STANDING, DECISION, N_COLUMNS };

static td_tone tone_of(td_award_state state)
{
    return state == TD_PROPOSED || state == TD_GIVEN ? TD_GOOD
           : state == TD_TIED_AT_CUT                 ? TD_WARN
                                                     : TD_PLAIN;
}

static void add_unit(td_grid *grid, const td_report *report, const td_scored *scored, size_t award,
                     const td_listed *row)
{
    char text[TD_CELL], number[24] = "";
    size_t n_tied, n_seats;
    const td_decision *d = row->decision;
    if (d->place > 0)
        snprintf(number, sizeof number, "%zu", d->place);
    td_grid_row(grid, tone_of(d->state));
    td_grid_cell(grid, number);
    td_grid_cell(grid, td_evaluation_unit(scored->evaluation, row->unit).name);
    td_grid_cell(grid, td_award_standing_text(scored, row->unit, report->lang, text, sizeof text));
    if (d->state == TD_TIED_AT_CUT) {
        td_award_tied_at(scored, award, d->quota, &n_tied, &n_seats);
        td_award_choice_text(n_seats, n_tied, report->lang, text, sizeof text);
    } else {
        td_decision_text(d, report->lang, text, sizeof text);
    }
    td_grid_cell(grid, text);
}

/* Rows that are shown, and how many on reserve are not. */
static size_t add_units(td_grid *grid, const td_report *report, const td_scored *scored,
                        size_t award, const td_listed *list, size_t n, size_t *n_shown)
{
    size_t reserves = 0;
    *n_shown = 0;
    for (size_t i = 0; i < n; i++) {
        td_award_state state = list[i].decision->state;
        reserves += state == TD_RESERVE;
        if (state == TD_OUTSIDE_QUOTA || (state == TD_RESERVE && reserves > MAX_RESERVE_SHOWN))
            continue;
        add_unit(grid, report, scored, award, &list[i]);
        (*n_shown)++;
    }
    return reserves > MAX_RESERVE_SHOWN ? reserves - MAX_RESERVE_SHOWN : 0;
}

/* Whether anybody on the list has the award, or may get it from the council. */
static bool is_anybody(const td_listed *list, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        td_award_state state = list[i].decision->state;
        if (state == TD_PROPOSED || state == TD_TIED_AT_CUT || state == TD_GIVEN)
            return true;
    }
    return false;
}

static td_status print_units(const td_report *report, const td_scored *scored, size_t award)
{
    const td_lang lang = report->lang;
    const td_column columns[N_COLUMNS] = {
        [PLACE] = {td_word(lang, TD_MSG_WORD_PLACE), TD_RIGHT, true},
        [UNIT] = {td_word(lang, TD_MSG_WORD_UNIT), TD_LEFT, false},
        [STANDING] = {td_word(lang, TD_MSG_WORD_IN_CLUSTER), TD_LEFT, false},
        [DECISION] = {td_word(lang, TD_MSG_WORD_PROPOSAL), TD_LEFT, false},
    };
    td_listed *list = NULL;
    size_t n = 0, n_shown = 0, n_more = 0;
    char text[LINE], count[24];
    td_grid *grid = td_grid_new(N_COLUMNS, columns);
    td_status status = grid == NULL ? TD_ENOMEM : td_award_list(scored, award, &list, &n);
    if (status == TD_OK)
        n_more = add_units(grid, report, scored, award, list, n, &n_shown);
    bool given = td_policy_award(scored->awarded->policy, award).given;
    if (status == TD_OK && !is_anybody(list, n))
        say_line(report, td_word(lang, given ? TD_MSG_WORD_NOTHING_GIVEN : TD_MSG_WORD_NOBODY));
    if (status == TD_OK && n_shown > 0)
        status = td_grid_print(grid, report->out, report->color);
    snprintf(count, sizeof count, "%zu", n_more);
    if (n_more > 0)
        say_line(report, td_phrase(text, sizeof text, lang, TD_MSG_WORD_MORE_RESERVE, count, NULL));
    td_grid_free(grid);
    free(list);
    return status;
}

/* ---- the others ---- */

static void add_count(char *text, td_lang lang, td_award_state state, size_t count)
{
    char part[TD_CELL];
    if (count == 0)
        return;
    snprintf(part, sizeof part, "%s %zu", td_award_state_words(state, lang), count);
    td_text_join(text, LINE, "; ", part);
}

/* "(điều kiện 1: 3, điều kiện 2: 1)": the first that fails, as `explain` numbers them. */
static void add_conditions(char *text, td_lang lang, const size_t *failing)
{
    char part[TD_CELL] = "", one[TD_CELL], number[24], count[24];
    for (size_t i = 0; i < MAX_CONDITIONS; i++) {
        if (failing[i] == 0)
            continue;
        snprintf(number, sizeof number, "%zu", i + 1);
        snprintf(count, sizeof count, "%zu", failing[i]);
        td_text_join(
            part, sizeof part, ", ",
            td_phrase(one, sizeof one, lang, TD_MSG_WORD_CONDITION_COUNT, number, count, NULL));
    }
    if (*part == '\0')
        return;
    td_text_append(text, LINE, " (");
    td_text_append(text, LINE, part);
    td_text_append(text, LINE, ")");
}

static void print_others(const td_report *report, const td_scored *scored, size_t award)
{
    const td_awards *awards = &scored->awarded->awards;
    size_t counts[TD_N_AWARD_STATES] = {0}, failing[MAX_CONDITIONS] = {0};
    char text[LINE] = "", line[LINE + 64];
    for (size_t u = 0; u < awards->n_units; u++) {
        const td_decision *d = td_decision_of(awards, award, u);
        if (!td_award_shows(scored, u))
            continue;
        counts[d->state]++;
        if (d->state == TD_NOT_ELIGIBLE && d->condition < MAX_CONDITIONS)
            failing[d->condition]++;
    }
    for (td_award_state s = TD_OUTSIDE_QUOTA; s < TD_N_AWARD_STATES; s++) {
        if (s == TD_GIVEN)
            continue;
        add_count(text, report->lang, s, counts[s]);
        if (s == TD_NOT_ELIGIBLE)
            add_conditions(text, report->lang, failing);
    }
    if (*text != '\0')
        say_line(report,
                 td_phrase(line, sizeof line, report->lang, TD_MSG_WORD_OTHERS, text, NULL));
}

static td_status print_award(const td_report *report, const td_scored *scored, size_t award)
{
    td_award_view view = td_policy_award(scored->awarded->policy, award);
    char text[LINE];
    fputc('\n', report->out);
    say(report, TD_BOLD, td_award_title(scored->awarded, award, report->lang, text, sizeof text));
    if (view.unverified != NULL)
        say_warning(report, td_phrase(text, sizeof text, report->lang, TD_MSG_WORD_UNVERIFIED_LINE,
                                      view.unverified, NULL));
    td_status status = print_bounds(report, scored, award);
    if (status == TD_OK && td_award_is_infeasible(scored->awarded, award))
        say_warning(report, td_word(report->lang, TD_MSG_WORD_AWARD_INFEASIBLE));
    if (status == TD_OK)
        status = print_units(report, scored, award);
    if (status == TD_OK)
        print_others(report, scored, award);
    return status;
}

/* ---- strikes ---- */

static void say_move(const td_report *report, const td_scored *scored, const td_moved *moved)
{
    char text[LINE], before[TD_CELL], after[TD_CELL];
    td_award_view award = td_policy_award(scored->awarded->policy, moved->award);
    td_decision_text(moved->before, report->lang, before, sizeof before);
    td_decision_text(moved->after, report->lang, after, sizeof after);
    say_line(report, td_phrase(text, sizeof text, report->lang, TD_MSG_WORD_STRIKE_MOVES,
                               td_name_of(award.name, report->lang),
                               td_evaluation_unit(scored->evaluation, moved->unit).name, before,
                               after, NULL));
}

static td_status print_strike(const td_report *report, const td_scored *scored, size_t strike)
{
    const td_strike *the = &scored->awarded->options.strikes[strike];
    char text[LINE];
    td_moved *moved = NULL;
    size_t n = 0;
    say(report, TD_BOLD,
        td_phrase(text, sizeof text, report->lang, TD_MSG_WORD_STRIKE_LINE,
                  td_evaluation_unit(scored->evaluation, the->unit).name, the->reason, NULL));
    td_status status = td_strike_moves(scored, strike, &moved, &n);
    for (size_t i = 0; i < n; i++)
        if (moved[i].unit != the->unit || td_award_is_candidate(moved[i].before->state))
            say_move(report, scored, &moved[i]);
    if (status == TD_OK && n == 0)
        say_line(report, td_word(report->lang, TD_MSG_WORD_STRIKE_NOTHING));
    free(moved);
    return status;
}

td_status td_table_awards_part(const td_report *report, const td_scored *scored)
{
    const td_awarded *awarded = scored->awarded;
    td_policy_view policy = td_policy_get(awarded->policy);
    char text[LINE];
    say(report, TD_BOLD,
        td_phrase(text, sizeof text, report->lang, TD_MSG_WORD_AWARDS_TITLE,
                  td_name_of(policy.name, report->lang), policy.code, NULL));
    td_status status = TD_OK;
    for (size_t w = 0; w < awarded->awards.n_awards && status == TD_OK; w++)
        status = print_award(report, scored, w);
    td_bound_line *shared = NULL;
    size_t n = 0;
    if (status == TD_OK)
        status = td_award_bounds(scored, TD_NONE, &shared, &n);
    free(shared);
    if (status == TD_OK && n > 0) {
        fputc('\n', report->out);
        say(report, TD_BOLD, td_word(report->lang, TD_MSG_WORD_SHARED_BOUNDS));
        status = print_bounds(report, scored, TD_NONE);
    }
    for (size_t s = 0; s < awarded->options.n_strikes && status == TD_OK; s++) {
        fputc('\n', report->out);
        status = print_strike(report, scored, s);
    }
    fputc('\n', report->out);
    return status;
}

td_status td_table_awards(const td_report *report, const td_scored *scored, td_errors *errors)
{
    (void)errors;
    td_provenance_warn(scored, report->lang, say_warning, report);
    td_status status = td_table_awards_part(report, scored);
    if (status == TD_OK)
        td_provenance_sources(scored, report->lang, say_line, report);
    return status;
}
