/*
 * Any bytes as a rule set: read and lint, then every public view of what was accepted.
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

static void see_rules(const td_rules *rules)
{
    td_rules_view view = td_rules_get(rules);
    for (size_t j = 0; j < view.n_criteria; j++) {
        td_criterion_view criterion = td_rules_criterion(rules, j);
        if (!criterion.code || (criterion.parent != TD_NONE && criterion.parent >= j))
            abort();
    }
    for (size_t i = 0; i < view.n_classes; i++)
        td_rules_class_name(rules, i, TD_EN);
    for (size_t i = 0; i < view.n_gates; i++)
        td_rules_gate_reason(rules, i, TD_VI);
    for (size_t i = 0; i < view.n_ties; i++)
        td_rules_tie_text(rules, i, TD_VI);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    td_errors *errors = td_errors_new();
    td_rules *rules = NULL;
    td_status status = td_rules_parse((const char *)data, size, "fuzz.json", &rules, errors);
    /* A rule set is accepted, or somebody is told why not: never both, never neither. */
    if ((status == TD_OK) != (rules != NULL) ||
        (status == TD_OK) != (td_errors_count(errors, TD_ERROR) == 0))
        abort();
    if (rules)
        see_rules(rules);
    see_faults(errors);
    td_rules_free(rules);
    td_errors_free(errors);
    return 0;
}
