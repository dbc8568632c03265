/*
 * A result as far as two of them are compared: from a JSON file or from an evaluation. Texts
 * are borrowed from where they come from, which must outlive the model and the difference.
 */
#ifndef TD_REPORT_RESULT_MODEL_H
#define TD_REPORT_RESULT_MODEL_H

#include "apps/report/difference.h"
#include "engine/base/errors.h"

typedef struct td_result_unit {
    const char *id, *name;
    td_unit_side side;
} td_result_unit;

/* Zero-initialize; released by td_result_model_release(). */
typedef struct td_result_model {
    td_difference_source source;
    char *hashes; /* owns source.rules_hash */
    int decimals;
    size_t n_units, capacity;
    td_result_unit *units;
} td_result_model;

void td_result_model_release(td_result_model *model);

/* Adds a rule set or a unit. False when out of memory. */
bool td_result_model_rules(td_result_model *model, const char *hash, const char *status);
bool td_result_model_add(td_result_model *model, const td_result_unit *unit);

/* A model of an evaluated year. TD_OK or TD_ENOMEM. */
td_status td_result_model_of(const td_scored *scored, const char *path, td_result_model *out);

/* What differs; sorts the units of the models. TD_OK or TD_ENOMEM. */
td_status td_diff_results(td_result_model model[2], td_difference *out);

#endif
