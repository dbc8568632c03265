/*
 * The verbs of the program: one row each.
 */
#ifndef TD_CLI_VERBS_H
#define TD_CLI_VERBS_H

#include "apps/cli/options.h"

/* Exit codes; thidua(1) documents them. */
typedef enum td_exit {
    TD_EXIT_OK = 0,
    TD_EXIT_FINDINGS = 1,
    TD_EXIT_USAGE = 2,
    TD_EXIT_IO = 3,
    TD_EXIT_RULES = 4,
    TD_EXIT_DATA = 5,
    TD_EXIT_INFEASIBLE = 6,
    TD_EXIT_INTERNAL = 70,
    TD_EXIT_INTERRUPTED = 130,
} td_exit;

typedef struct td_verb {
    const char *name;
    td_exit (*run)(const td_settings *settings);
    size_t min_operands, max_operands;
    td_message operands; /* as the usage line shows them */
    td_message summary;  /* one line */
    td_message details;  /* what it reads, writes and returns */
} td_verb;

extern const td_verb td_verbs[TD_N_VERBS];

/* The verb with this name, TD_N_VERBS when there is none. */
td_verb_id td_verb_find(const char *name);

td_exit td_run_evaluate(const td_settings *settings);
td_exit td_run_award(const td_settings *settings);
td_exit td_run_batch(const td_settings *settings);
td_exit td_run_whatif(const td_settings *settings);
td_exit td_run_check(const td_settings *settings);
td_exit td_run_explain(const td_settings *settings);
td_exit td_run_verify(const td_settings *settings);
td_exit td_run_diff(const td_settings *settings);
td_exit td_run_generate(const td_settings *settings);
td_exit td_run_help(const td_settings *settings);
td_exit td_run_version(const td_settings *settings);

/* Help of the whole program (verb TD_N_VERBS) or of one verb, on standard output. */
td_exit td_help_print(td_verb_id verb, const td_settings *settings);

#endif
