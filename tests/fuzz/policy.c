/*
 * Any bytes as an award policy: read and lint, then every public view of what was accepted.
 */
#include "engine/thidua.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void see_faults(const td_errors *errors)
{
    char text[64]; /* small on purpose: most messages are cut */
    for (size_t i = 0; i < td_errors_size(errors); i++) {
        (void)td_errors_view(errors, i);
        td_errors_what(errors, i, TD_VI, text, sizeof text);
        td_errors_fix(errors, i, TD_EN, text, sizeof text);
    }
}

static void see_policy(const td_policy *policy)
{
    td_policy_view view = td_policy_get(policy);
    if (view.n_awards == 0 || !view.code || !view.name[TD_VI] || strlen(view.hash) != 64)
        abort();
    for (size_t w = 0; w < view.n_awards; w++) {
        td_award_view award = td_policy_award(policy, w);
        if (!award.code || award.code[0] == '\0' || !award.name[TD_VI] || !award.name[TD_EN])
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    td_errors *errors = td_errors_new();
    td_policy *policy = NULL;
    td_status status = td_policy_parse((const char *)data, size, "fuzz.json", &policy, errors);
    /* A policy is accepted, or somebody is told why not: never both, never neither. */
    if ((status == TD_OK) != (policy != NULL) ||
        (status == TD_OK) != (td_errors_count(errors, TD_ERROR) == 0))
        abort();
    if (policy)
        see_policy(policy);
    see_faults(errors);
    td_policy_free(policy);
    td_errors_free(errors);
    return 0;
}
