#include "apps/cli/verbs.h"

#include <string.h>

const td_verb td_verbs[TD_N_VERBS] = {
    [TD_VERB_EVALUATE] = {"evaluate", td_run_evaluate, 1, 1, TD_MSG_WORD_ARGS_DATA,
                          TD_MSG_WORD_VERB_EVALUATE, TD_MSG_WORD_ABOUT_EVALUATE},
    [TD_VERB_AWARD] = {"award", td_run_award, 1, 1, TD_MSG_WORD_ARGS_AWARD, TD_MSG_WORD_VERB_AWARD,
                       TD_MSG_WORD_ABOUT_AWARD},
    [TD_VERB_BATCH] = {"batch", td_run_batch, 1, TD_MAX_OPERANDS - 1, TD_MSG_WORD_ARGS_BATCH,
                       TD_MSG_WORD_VERB_BATCH, TD_MSG_WORD_ABOUT_BATCH},
    [TD_VERB_WHATIF] = {"whatif", td_run_whatif, 1, 1, TD_MSG_WORD_ARGS_DATA,
                        TD_MSG_WORD_VERB_WHATIF, TD_MSG_WORD_ABOUT_WHATIF},
    [TD_VERB_CHECK] = {"check", td_run_check, 1, 1, TD_MSG_WORD_ARGS_CHECK, TD_MSG_WORD_VERB_CHECK,
                       TD_MSG_WORD_ABOUT_CHECK},
    [TD_VERB_EXPLAIN] = {"explain", td_run_explain, 2, 2, TD_MSG_WORD_ARGS_EXPLAIN,
                         TD_MSG_WORD_VERB_EXPLAIN, TD_MSG_WORD_ABOUT_EXPLAIN},
    [TD_VERB_VERIFY] = {"verify", td_run_verify, 1, 2, TD_MSG_WORD_ARGS_VERIFY,
                        TD_MSG_WORD_VERB_VERIFY, TD_MSG_WORD_ABOUT_VERIFY},
    [TD_VERB_DIFF] = {"diff", td_run_diff, 2, 2, TD_MSG_WORD_ARGS_DIFF, TD_MSG_WORD_VERB_DIFF,
                      TD_MSG_WORD_ABOUT_DIFF},
    [TD_VERB_GENERATE] = {"generate", td_run_generate, 1, 1, TD_MSG_WORD_ARGS_GENERATE,
                          TD_MSG_WORD_VERB_GENERATE, TD_MSG_WORD_ABOUT_GENERATE},
    [TD_VERB_HELP] = {"help", td_run_help, 0, 1, TD_MSG_WORD_ARGS_HELP, TD_MSG_WORD_VERB_HELP,
                      TD_MSG_WORD_ABOUT_HELP},
    [TD_VERB_VERSION] = {"version", td_run_version, 0, 0, TD_MSG_WORD_ARGS_NONE,
                         TD_MSG_WORD_VERB_VERSION, TD_MSG_WORD_ABOUT_VERSION},
};

td_verb_id td_verb_find(const char *name)
{
    for (td_verb_id v = 0; v < TD_N_VERBS; v++)
        if (strcmp(name, td_verbs[v].name) == 0)
            return v;
    return TD_N_VERBS;
}
