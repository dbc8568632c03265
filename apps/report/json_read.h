/*
 * JSON files that the program compares.
 */
#ifndef TD_REPORT_JSON_READ_H
#define TD_REPORT_JSON_READ_H

#include "apps/report/result_model.h"

struct cJSON;

/*
 * Reads a whole file ("-": standard input), with a final zero; the caller frees. TD_OK, TD_EIO or
 * TD_ENOMEM. Then its JSON: TD_OK or TD_EDATA, with the row of the fault.
 */
td_status td_document_text(const char *path, char **text, size_t *size, td_errors *errors);
td_status td_document_parse(const char *path, const char *text, size_t size, struct cJSON **out,
                            td_errors *errors);

/*
 * Reads one JSON document ("-": standard input). TD_OK, TD_EIO, TD_EDATA (not JSON, with the
 * row) or TD_ENOMEM. *out is freed by td_document_free(), which takes NULL.
 */
td_status td_document_read(const char *path, struct cJSON **out, td_errors *errors);
void td_document_free(struct cJSON *document);

bool td_document_is_rules(const struct cJSON *document);
bool td_document_is_policy(const struct cJSON *document);

/* The model of a result. TD_OK, TD_EDATA with a fault when it is none, or TD_ENOMEM. */
td_status td_result_model_read(const struct cJSON *document, const char *path, td_result_model *out,
                               td_errors *errors);

/*
 * What differs between two rule sets that have no errors: appends to out->rules. TD_OK or
 * TD_ENOMEM.
 */
td_status td_diff_rules(const struct cJSON *before, const struct cJSON *after, td_difference *out);

#endif
