/*
 * What flip and reach are to bring a unit to, and words that the three exact modes share.
 */
#ifndef TD_CLI_WHATIF_AIM_H
#define TD_CLI_WHATIF_AIM_H

#include "apps/cli/whatif.h"

#define TD_WORDS 400 /* bytes of a text put together */

typedef struct td_aimed {
    size_t unit, rank, award; /* award TD_NONE: the rank */
} td_aimed;

/* Reads --flip or --reach, --to and --to-award. TD_OK or TD_EINVAL with a fault. */
td_status td_whatif_aim(const td_whatif *w, const char *unit, td_aimed *out, td_errors *errors);

/* x to at most two decimals, without zeros at the end, for a sentence. Returns text. */
const char *td_whatif_number(double x, char *text, size_t size);

/* The award's name in a language. */
const char *td_whatif_award_name(const td_whatif *w, size_t award, td_lang lang);

#endif
