/*
 * thidua whatif --sample: what the mode and its tables share.
 */
#ifndef TD_CLI_WHATIF_SAMPLE_H
#define TD_CLI_WHATIF_SAMPLE_H

#include "apps/cli/whatif.h"

typedef struct td_sampling_run {
    td_whatif *w;
    td_sample_options options;
    td_sampled sampled;
    td_estimate *confidence; /* [n_units] NULL when central weights were not asked for */
} td_sampling_run;

/* Whether the table is to be made: asked for by --part, or part of what the format shows. */
bool td_sampling_wants(const td_settings *settings, const char *table);

/* All tables that are wanted. TD_OK or TD_ENOMEM. */
td_status td_sampling_tell(const td_sampling_run *run);

#endif
