/*
 * Rounds decimals read from standard input: one "value places" per line, the value as
 * text of at most 15 significant digits. Prints the quanta (value * 10^places rounded,
 * halves away from zero), or "-" where the result would leave the exact range.
 * Driven by test_rounding.py.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "engine/base/decimal.h"

static bool round_to(double x, int places, int64_t *quanta)
{
    td_fraction scaled =
        td_fraction_mul(td_fraction_of_double(x), td_fraction_of(td_pow10(places)));
    return td_fraction_ok(scaled) && td_fraction_round(scaled, quanta);
}

int main(void)
{
    char line[128];

    while (fgets(line, sizeof line, stdin)) {
        char *rest;
        double x = strtod(line, &rest);
        int places = (int)strtol(rest, NULL, 10);
        int64_t quanta;
        if (round_to(x, places, &quanta))
            printf("%" PRId64 "\n", quanta);
        else
            puts("-");
    }
    return 0;
}
