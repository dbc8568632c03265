/*
 * The grammar of JSON, checked before cJSON sees the text: cJSON takes numbers such as
 * 01 and 1e400, control characters and trailing text, and recurses as deep as it is told.
 */
#ifndef TD_CRITERIA_JSON_SCAN_H
#define TD_CRITERIA_JSON_SCAN_H

#include "engine/base/errors.h"

/* True when the whole text is one JSON value as json.h wants it; else faults with their place. */
bool td_json_scan(const char *text, size_t size, const char *file, td_status family,
                  td_errors *errors);

/* The message of a family: every twin in messages_rules.def stands before its DATA_ twin. */
td_message td_message_of_family(td_message rules_id, td_status family);

#endif
