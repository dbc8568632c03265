/*
 * What every format says about the standings of a cluster: order, distances, words.
 */
#ifndef TD_REPORT_RANKING_H
#define TD_REPORT_RANKING_H

#include "apps/report/format.h"

#define TD_CELL 512  /* bytes of a cell that is made up of parts */
#define TD_NUMBER 64 /* bytes of a number */

/* A unit at its place in the ranking. */
typedef struct td_place_row {
    size_t unit;
    const td_standing *standing;
    const td_standing *above; /* the nearest better rank; NULL for the first and the unranked */
} td_place_row;

/*
 * The units of one cluster by rank, the unranked at the end; units of one rank stay in the
 * order of the file and are marked as tied. *out has n_units rows; the caller frees it. TD_OK
 * or TD_ENOMEM.
 */
td_status td_places_of(const td_scored *scored, size_t cluster, td_place_row **out);

/* Whether the ranking is shown with shares: the basis, or a maximum that differs by unit. */
bool td_share_matters(const td_rules_view *rules);

/* "1", "2,5"; empty when unranked. mark is the decimal mark. */
const char *td_rank_text(const td_standing *standing, char mark, char *text, size_t size);

/* What another method ranks by; empty when the rule set's own does, and when unranked. */
bool td_has_score(const td_standing *standing);
const char *td_score_text(const td_standing *standing, char mark, char *text, size_t size);

/*
 * The distance to the rank above in the basis of the ranking: points, percentage points, scores.
 * Empty for the first, the unranked, and where a class came before the points.
 */
const char *td_distance_text(const td_rules_view *rules, const td_place_row *row, char mark,
                             char *text, size_t size);

/* "ranked", "deferred", "unranked". */
const char *td_state_code(td_state state);

/* Code of the reason ("gate:no-report", "missing:b3", "nothing-assigned"), empty for none. */
const char *td_reason_code(const td_rules *rules, const td_standing *standing, char *text,
                           size_t size);
/* The reason in words, without the state; empty for none. */
const char *td_reason_text(const td_rules *rules, const td_standing *standing, td_lang lang,
                           char *text, size_t size);
/* State, reason, tie, deduction of gates and deciding key in one cell. */
const char *td_note_text(const td_rules *rules, const td_place_row *row, td_lang lang, char *text,
                         size_t size);

/* The decimal mark and the grouping of a language. */
char td_lang_mark(td_lang lang);
char td_lang_group(td_lang lang);

/* The words of a status; NULL for "in-force". */
const char *td_status_words(const char *status, td_lang lang);

/* The name in one language, the other when it has none. */
const char *td_name_of(const char *const name[2], td_lang lang);

/* First and past-the-last cluster to show. */
size_t td_first_cluster(const td_scored *scored);
size_t td_end_cluster(const td_scored *scored);

/* Whether a shown cluster uses the rule set. */
bool td_rules_shown(const td_scored *scored, size_t rules);

#endif
