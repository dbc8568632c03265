/*
 * What every format says about awards: lists in order, bounds summed up, strikes, words.
 */
#ifndef TD_REPORT_AWARDS_H
#define TD_REPORT_AWARDS_H

#include "apps/report/format.h"
#include "engine/base/errors.h"

/* What the policy decides, and how it came about. */
typedef struct td_awarded {
    const td_policy *policy;
    td_award_options options; /* with all strikes */
    td_awards awards;         /* with all strikes */
    td_awards *steps;         /* [n_strikes] step s: with the first s strikes only */
    uint64_t infeasible;      /* bit per award: its lower bounds conflict */
} td_awarded;

bool td_award_is_infeasible(const td_awarded *awarded, size_t award);

const td_decision *td_decision_of(const td_awards *awards, size_t award, size_t unit);

/* "đề nghị", "không đủ điều kiện" ... */
const char *td_award_state_words(td_award_state state, td_lang lang);
td_message td_award_state_message(td_award_state state);

/* In the order of merit: proposed, tied, on reserve or outside the quota. */
bool td_award_is_candidate(td_award_state state);

/* Whether a report that shows one cluster shows the unit. */
bool td_award_shows(const td_scored *scored, size_t unit);

typedef struct td_listed {
    size_t unit;
    const td_decision *decision;
} td_listed;

/*
 * The candidates of one award by region, place and unit; of a given award the units on record. The
 * caller frees *out. TD_OK or TD_ENOMEM.
 */
td_status td_award_list(const td_scored *scored, size_t award, td_listed **out, size_t *n);

/* Places in which a bound comes to the same, summed up. */
typedef struct td_bound_line {
    const td_quota *quota; /* the first of them */
    size_t n_places, used, open, over, left;
} td_bound_line;

/* The bounds of one award (TD_NONE: those over several). As td_award_list(). */
td_status td_award_bounds(const td_scored *scored, size_t award, td_bound_line **out, size_t *n);

/* "Chỉ tiêu Cụm 1: tối đa 1; đã đề nghị 1, còn 0". */
const char *td_bound_line_text(const td_scored *scored, const td_bound_line *line, td_lang lang,
                               char *text, size_t size);

/*
 * How many are tied at a bound for one award, and how many seats they wait for; no seats where
 * that is not known.
 */
void td_award_tied_at(const td_scored *scored, size_t award, size_t quota, size_t *n_tied,
                      size_t *n_seats);

/* "Hội đồng quyết định: chọn 1 trong 2". */
const char *td_award_choice_text(size_t n_seats, size_t n_tied, td_lang lang, char *text,
                                 size_t size);

/* One award with what a report shows first: name, code, who confers it. */
const char *td_award_title(const td_awarded *awarded, size_t award, td_lang lang, char *text,
                           size_t size);

/* "dẫn đầu Cụm 1", "hạng 2, Cụm 1", or the cluster alone. */
const char *td_award_standing_text(const td_scored *scored, size_t unit, td_lang lang, char *text,
                                   size_t size);

/* What one strike changes for another unit. */
typedef struct td_moved {
    size_t award, unit;
    const td_decision *before, *after;
} td_moved;

/*
 * What strike s changes, seen after the strikes before it: the struck unit first, award by
 * award, then the others. As td_award_list().
 */
td_status td_strike_moves(const td_scored *scored, size_t strike, td_moved **out, size_t *n);

/* "dự bị 1", "đề nghị, thứ 2". */
const char *td_decision_text(const td_decision *decision, td_lang lang, char *text, size_t size);

/* Awards that are proposed to a unit or given, codes or names, one after another. */
const char *td_award_names_of(const td_policy *policy, const td_awards *awards, size_t unit,
                              bool codes, td_lang lang, char *text, size_t size);

#endif
