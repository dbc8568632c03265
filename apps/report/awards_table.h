/*
 * Awards inside of tables about more.
 */
#ifndef TD_REPORT_AWARDS_TABLE_H
#define TD_REPORT_AWARDS_TABLE_H

#include "apps/report/format.h"

/* Awards, bounds over several of them and strikes. TD_OK or TD_ENOMEM. */
td_status td_table_awards_part(const td_report *report, const td_scored *scored);

/* One unit: its conditions, decisions, bounds, and what would have to be different. */
td_status td_table_award_accounts(const td_report *report, const td_scored *scored, size_t unit);

#endif
