/*
 * Awards inside of JSON documents about more.
 */
#ifndef TD_REPORT_AWARDS_JSON_H
#define TD_REPORT_AWARDS_JSON_H

#include "apps/report/format.h"
#include "apps/report/json_emit.h"

/* The members "awards", "quotas" and, where there are some, "strikes". TD_OK or TD_ENOMEM. */
td_status td_emit_awards(td_emitter *json, const td_scored *scored);

/* The member "quotas": the bounds that hold. units refer to them by index. */
void td_emit_quotas(td_emitter *json, const td_scored *scored);

/* "award": a code, or null for bounds over several. */
void td_emit_award_code(td_emitter *json, const td_scored *scored, const char *key, size_t award);

/* The member "awards" of an explanation: one unit, condition by condition. */
td_status td_emit_award_accounts(td_emitter *json, const td_scored *scored, size_t unit);

#endif
