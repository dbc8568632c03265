/*
 * Deciding awards: one award after another, each in four steps.
 *
 *   needs.c      who may be a candidate: conditions of the policy, gates, exclusions
 *   past.c       awards held in a range of years
 *   need_text.c  a condition in words, the unit's figure beside what is asked
 *   bounds.c     what each bound comes to here: denominators and worked lines
 *   merit.c      candidates from the best down, equals together
 *   choose.c     seats, greedily, where bounds are nested upper bounds
 *   exact.c      seats by an integer programme, where there are lower bounds
 *   apportion.c  a total shared out over clusters
 *   local.h      awards decided cluster by cluster, where that can be
 */
#ifndef TD_ENGINE_AWARD_AWARD_H
#define TD_ENGINE_AWARD_AWARD_H

#include "engine/prepared.h"

/* Everything while awards are being decided. */
typedef struct td_awarding {
    const td_prepared *prepared;
    const td_results *results;
    const td_policy *policy;
    const td_award_options *options; /* never NULL */
    td_errors *errors;
    td_arena *arena;
    size_t n_units, n_clusters, n_groups;
    td_decision *decision; /* [n_awards * n_units] */
    uint64_t decided;      /* bits of the awards that are: what the others hold is not looked at */
    size_t *strike_of;     /* [n_units] TD_NONE */
    size_t n_quotas;
    td_quota *quotas;
    int64_t *left;       /* [n_quotas] seats left; INT64_MAX: no bound */
    size_t *first_quota; /* [n_bounds in order of policy] its quota in cluster 0 (group 0,
                               all) */
    size_t n_bounds;     /* bounds of awards, then over several, then distributions */
} td_awarding;

/* As td_award(), every award over all units at once: the plain twin of deciding within clusters. */
td_status td_award_plainly(const td_prepared *prepared, const td_results *results,
                           const td_award_options *options, td_awards *out, td_errors *errors);

/* Fills what does not depend on decisions. options and errors may be NULL. */
void td_awarding_start(td_awarding *a, const td_prepared *prepared, const td_results *results,
                       const td_award_options *options, td_errors *errors);

/* Threads for so many pieces of work: options, and one where there are few units. */
int td_award_threads(const td_awarding *a, size_t n_pieces);

const td_cluster *td_award_cluster(const td_awarding *a, size_t unit);
const td_standing *td_award_standing(const td_awarding *a, size_t unit);
td_decision *td_award_decision(const td_awarding *a, size_t award, size_t unit);

/* Proposed, or on record as given. */
bool td_award_holds(const td_awarding *a, size_t award, size_t unit);

/* ---- one unit, by itself ---- */

/* A unit as conditions and keys of merit see it: whoever decides, fills it. */
typedef struct td_nominee {
    const td_prepared *prepared;
    const td_block *block; /* that holds its row: of its rule set, or of a part of its units */
    size_t unit, row;
    const td_standing *standing;
    const size_t *codes; /* [n_codes of the policy] class or criterion in its rule set, TD_NONE;
                            NULL: looked up by name */
    uint64_t holds;      /* bit w: award w is proposed to it, or on record as given this year */
} td_nominee;

/* The awards of this year that an award asks for, as bits. */
#define TD_ANY_AWARD UINT64_MAX
uint64_t td_awards_asked(const td_award_rule *rule);
bool td_merit_asks_this_year(const td_merit *merit);

/* A unit under the decisions so far; `asked`: the awards whose bits are to be right. */
td_nominee td_award_nominee(const td_awarding *a, size_t unit, uint64_t asked);

/* Finds the codes of conditions and merits in one rule set: codes[n_codes of the policy]. */
void td_award_codes(const td_policy *policy, const td_rules *rules, size_t *codes);

bool td_nominee_meets(const td_nominee *the, const td_requirement *need);

/* How many years (or, when by_year is false, awards) of a range hold one of the awards. */
size_t td_nominee_past(const td_nominee *the, const td_past *past, bool by_year);

/* Whether the record says that an award was given to it this year, decided elsewhere. */
bool td_nominee_was_given(const td_nominee *the, const char *award);

/* A criterion of its rule set by code and number of the code; TD_NONE: none is kept. */
size_t td_nominee_criterion(const td_nominee *the, const char *code, size_t n_code);

/* One key of merit, the larger is better. */
td_share td_nominee_merit(const td_nominee *the, const td_merit *merit);

/* Whether the condition of a gate holds for it. */
bool td_nominee_stands_at(const td_nominee *the, const td_gate *gate);

/* Fills condition, by_award and state from all rules of an award; strike and gate (that defers or
   bars) are set before. A candidate gets TD_OUTSIDE_QUOTA for now. */
void td_nominee_judge(const td_nominee *the, const td_award_rule *rule, td_decision *d);

/* ---- needs.c ---- */

/* The same of unit `unit`. */
size_t td_award_count_past(const td_awarding *a, const td_past *past, size_t unit, bool by_year);
bool td_need_holds(const td_awarding *a, const td_requirement *need, size_t unit);

/* What a condition asks and what the unit has, in one language; like snprintf. */
size_t td_need_text(const td_awarding *a, const td_requirement *need, size_t unit, td_lang lang,
                    char *text, size_t size);

/*
 * Points and assigned maximum that a condition on points or shares looks at, in quanta of
 * `decimals`. False when there is no such figure.
 */
bool td_need_figures(const td_awarding *a, const td_requirement *need, size_t unit,
                     td_share *figures, int *decimals);

/* Votes needed: ceil(ratio * base); false when the base is not known. */
bool td_votes_needed(const td_awarding *a, const td_requirement *need, size_t unit, size_t *needed,
                     size_t *base);

/* Fills the state of every unit for one award; candidates get TD_OUTSIDE_QUOTA for now. */
void td_find_candidates(td_awarding *a, size_t award);

/* ---- bounds.c ---- */

/* Makes room for the quotas of all bounds; limits are set award by award. */
td_status td_bounds_plan(td_awarding *a);

/* Limits of the bounds of one award (TD_NONE: those over several), once its candidates are
   known. */
td_status td_bounds_set(td_awarding *a, size_t award);

/* A bound that touches an award: its quota for a unit is first + where. */
typedef struct td_reach {
    size_t first;
    td_scope within;
} td_reach;

/* The bounds that an award must respect, at most `most`; their number. */
size_t td_bounds_of(const td_awarding *a, size_t award, td_reach *reach, size_t most);
#define TD_MAX_REACH TD_MAX_BOUNDS

/* The quota of a reach for a unit; TD_NONE for a group bound on a cluster without group. */
size_t td_quota_of(const td_awarding *a, const td_reach *reach, size_t unit);

/* limit = rounding(share * denominator), exactly. */
size_t td_share_limit(td_ratio share, size_t denominator, td_quota_rounding rounding);

/* ---- merit.c ---- */

/* Candidates of one award in order of merit. */
typedef struct td_field {
    const td_award_rule *rule;
    size_t n;
    size_t *unit;   /* [n] candidate -> unit */
    td_share *keys; /* [n * n_merits] larger is better */
    size_t *order;  /* [2 * n] candidates, then scratch */
} td_field;

td_status td_field_init(td_awarding *a, size_t award, td_field *field);
void td_field_release(td_field *field);

/* -1 when candidate x has more merit than y, 0 when they are equal. */
int td_merit_cmp(const td_field *field, size_t x, size_t y);

/*
 * Sorts order by region (cluster, group or none, by scope), then merit, then unit, so that
 * regions and groups of equals are adjacent.
 */
td_status td_field_sort(const td_awarding *a, td_field *field, td_scope scope);

/* The same where all candidates are of one region. */
void td_field_sort_all(td_field *field);
size_t td_region_of(const td_awarding *a, td_scope scope, size_t unit);

/* Places within the award's scope, and the reserve list. */
td_status td_give_places(td_awarding *a, size_t award, td_field *field);

/* ---- choose.c, exact.c ---- */

td_status td_choose(td_awarding *a, size_t award, td_field *field);
td_status td_choose_exactly(td_awarding *a, size_t award, td_field *field);

/* ---- apportion.c ---- */

/*
 * Shares `total` seats out in proportion to weights[n]; in exact integers.
 * seats   [n] those that are certain
 * tied    [n] true for the claimants of `open` seats that have equal right to them
 * Returns false when the weights are out of range (sum of weights * total of 2^62 or more).
 */
bool td_apportion(td_apportionment method, size_t total, size_t n, const size_t *weights,
                  size_t *seats, bool *tied, size_t *open);

#endif
