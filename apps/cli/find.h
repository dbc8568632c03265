/*
 * Units and clusters by the words of the command line.
 */
#ifndef TD_CLI_FIND_H
#define TD_CLI_FIND_H

#include "engine/base/errors.h"

/*
 * The unit or cluster with this id or name. TD_OK; TD_EINVAL with a fault that names the
 * nearest one, or says that several have this name; TD_ENOMEM.
 */
td_status td_find_unit(const td_evaluation *evaluation, const char *word, size_t *out,
                       td_errors *errors);
td_status td_find_cluster(const td_evaluation *evaluation, const char *word, size_t *out,
                          td_errors *errors);

#endif
