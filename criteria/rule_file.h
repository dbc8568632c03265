/*
 * Rule sets and policies come alike: a text or a file of JSON, and a builder of what it says.
 */
#ifndef TD_CRITERIA_RULE_FILE_H
#define TD_CRITERIA_RULE_FILE_H

#include "criteria/json.h"

/*
 * Makes *out, a pointer to what the caller of td_rule_file_*() asks for, of the JSON of a text with this
 * name and SHA-256. TD_OK, TD_ERULES (faults say why) or TD_ENOMEM; *out is set with TD_OK only.
 */
typedef td_status td_rule_file_builder(const td_json *json, const char *name, const char *hash,
                                       void *out, td_errors *errors);

/* What the builder returns; TD_ERULES also when the text is no JSON. */
td_status td_rule_file_parse(const char *text, size_t size, const char *name,
                             td_rule_file_builder *build, void *out, td_errors *errors);

/* Likewise of a file of at most 8 MB; TD_EIO when it cannot be read. */
td_status td_rule_file_load(const char *path, td_rule_file_builder *build, void *out,
                            td_errors *errors);

#endif
