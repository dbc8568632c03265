/*
 * A result as far as two of them are compared: from a JSON file or from an evaluation.
 */
#ifndef TD_REPORT_RESULT_MODEL_H
#define TD_REPORT_RESULT_MODEL_H

#include "apps/report/difference.h"
#include "engine/base/errors.h"

/* A unit of a result; strings are owned. */
typedef struct td_result_unit {
    char *id, *name;
    td_unit_side side;
} td_result_unit;

typedef struct td_result_model {
    td_difference_source source;
    int decimals;
    size_t n_units, capacity;
    td_result_unit *units;
} td_result_model;

void td_result_model_release(td_result_model *model);

/* Building one; texts are copied. False when out of memory. */
bool td_result_model_source(td_result_model *model, const char *path, const char *title,
                            const char *data_hash);
bool td_result_model_hash(td_result_model *model, const char *hash);
bool td_result_model_add(td_result_model *model, const char *id, const char *name,
                         const td_unit_side *side);

/* A model of an evaluated year. TD_OK or TD_ENOMEM. */
td_status td_result_model_of(const td_scored *scored, const char *path, td_result_model *out);

/*
 * What differs. Takes the texts that it needs out of the models. TD_OK or TD_ENOMEM.
 */
td_status td_diff_results(td_result_model model[2], td_difference *out);

#endif
