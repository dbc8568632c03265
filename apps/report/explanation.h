/*
 * What every format says about the lines of an explanation.
 */
#ifndef TD_REPORT_EXPLANATION_H
#define TD_REPORT_EXPLANATION_H

#include "apps/report/format.h"

#define TD_LINE_TEXT 4096

/* Everything about the unit that is explained. */
typedef struct td_explained {
    const td_scored *scored;
    const td_explanation *explanation;
    td_unit_view unit;
    td_cluster_view cluster;
    const td_rules *rules;
    td_rules_view view;
    const td_standing *standing;
} td_explained;

td_explained td_explained_of(const td_scored *scored, const td_explanation *explanation);

/* "group", "leaf", "part", "input", "adjust", "gate", "total". */
const char *td_line_code(td_line_kind kind);
const char *td_line_words(td_line_kind kind, td_lang lang);

/* What a line is about: code and name of a criterion, indicator, part, gate ... */
const char *td_line_subject(const td_explained *e, const td_line *line, td_lang lang, char *text,
                            size_t size);

/* "tự chấm 3; thẩm định 2,5 → 2,5": who said what, what counted; empty when blank. */
const char *td_line_channels(const td_explained *e, const td_line *line, td_lang lang, char *text,
                             size_t size);

/*
 * The sum of the steps, to be shown beside the total: they are equal. Where the root is a mean
 * the criteria are no steps, and the total before gates is the first one.
 */
double td_steps_sum(const td_explained *e);
/* Points of the line of the total; NaN when there is none. */
double td_total_of(const td_explanation *explanation);

/* The channel in words where it is a usual one. */
const char *td_channel_words(const char *channel, td_lang lang);

#endif
