/*
 * The head that all JSON documents share.
 */
#ifndef TD_REPORT_PROVENANCE_JSON_H
#define TD_REPORT_PROVENANCE_JSON_H

#include "apps/report/format.h"
#include "apps/report/json_emit.h"

/* Opens the document and writes schema_version, kind and version. */
void td_emit_head(td_emitter *json, const char *kind);

/* The member "policy". */
void td_emit_policy(td_emitter *json, const td_policy *policy);

/*
 * The members "evaluation", "rules" and, where the evaluation names one, "policy": what was
 * evaluated, with fingerprints.
 */
void td_emit_provenance(td_emitter *json, const td_scored *scored);

#endif
