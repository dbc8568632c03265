/*
 * thidua generate: writes an evaluation folder whose scores are made up.
 */
#include "apps/cli/run.h"
#include "apps/report/text.h"

td_exit td_run_generate(const td_settings *settings)
{
    td_errors *errors = td_errors_new();
    if (errors == NULL)
        return td_run_end(settings, TD_ENOMEM, NULL);
    td_generate_options options = td_generate_options_from(settings);
    const char *folder = settings->operands[0];
    td_status status = td_generate(folder, &options, errors);
    if (status == TD_OK && !settings->given[TD_OPT_QUIET]) {
        char line[1024], seed[24];
        snprintf(seed, sizeof seed, "%llu", (unsigned long long)options.seed);
        td_phrase(line, sizeof line, td_run_lang(settings), TD_MSG_WORD_GENERATED_INTO, folder,
                  seed, NULL);
        fprintf(stderr, "thidua: %s\n", line);
    }
    return td_run_end(settings, status, errors);
}
