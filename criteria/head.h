/*
 * The head that rule sets and policies share: who says so, since when, how sure it is.
 */
#ifndef TD_CRITERIA_HEAD_H
#define TD_CRITERIA_HEAD_H

#include "criteria/json.h"
#include "criteria/rules.h"

typedef struct td_head {
    const char *code, *issuer, *status; /* issuer NULL when absent */
    td_text name;
    const char *valid_from, *valid_to;
    double first_day, last_day; /* days since 1970-01-01; INFINITY when open */
    size_t n_citations, n_notes, n_unverified;
    const char *const *citations, *const *notes, *const *unverified;
} td_head;

/*
 * Reads the keys above and "thidua", which must be version ("policy/1"). Faults go to the
 * reader; what is faulty keeps its default. Strings are in the reader's arena.
 */
void td_read_shared_head(td_reader *reader, const td_json *json, const char *version, td_head *out);

#endif
