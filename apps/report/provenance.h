/*
 * What makes a result repeatable, and what one must know before believing it.
 */
#ifndef TD_REPORT_PROVENANCE_H
#define TD_REPORT_PROVENANCE_H

#include "apps/report/format.h"

/*
 * Calls say() for every warning that a reader must see first: generated scores, rule sets
 * that are drafts, excerpts or illustrations, notes of the data.
 */
void td_provenance_warn(const td_scored *scored, td_lang lang,
                        void (*say)(const td_report *report, const char *text),
                        const td_report *report);

/* Likewise: version, rule sets and data with their fingerprints, unverified remarks. */
void td_provenance_sources(const td_scored *scored, td_lang lang,
                           void (*say)(const td_report *report, const char *text),
                           const td_report *report);

#endif
