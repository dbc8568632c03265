/*
 * Places in words, and lists of them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/whatif/sweep.h"

/* The whole part and the first `places` digits after the mark, cut off. */
static size_t digits_of(td_fraction x, int places, char *text, size_t size)
{
    char decimals[24];
    td_int128 rest = x.num % x.den;
    for (int i = 0; i < places; i++, rest %= x.den) {
        rest *= 10;
        decimals[i] = (char)('0' + (int)(rest / x.den));
    }
    decimals[places] = '\0';
    return (size_t)snprintf(text, size, "%lld.%s", (long long)(x.num / x.den), decimals);
}

size_t td_root_text(const td_root *place, double scale, char *text, size_t size)
{
    td_fraction whole = td_fraction_of_double(scale);
    td_fraction from = td_fraction_mul(whole, td_fraction_reduce(place->lo));
    td_fraction to = td_fraction_mul(whole, td_fraction_reduce(place->hi));
    if (place->is_exact && td_fraction_ok(from))
        return td_fraction_text(from, text, size);
    char lo[64] = "", hi[64] = "?";
    for (int places = 12; places > 0 && td_fraction_ok(from) && td_fraction_ok(to); places--) {
        digits_of(from, places, lo, sizeof lo);
        digits_of(to, places, hi, sizeof hi);
        if (strcmp(lo, hi) == 0)
            return (size_t)snprintf(text, size, "%s...", lo);
    }
    return (size_t)snprintf(text, size, "%.12g...", scale * td_fraction_value(place->lo));
}

/* ---- lists ---- */

td_status td_places_add(td_places *places, const td_root *place)
{
    if (places->n == places->room) {
        size_t room = 2 * places->room + 64;
        td_root *at = realloc(places->at, room * sizeof *at);
        if (at == NULL)
            return TD_ENOMEM;
        places->at = at;
        places->room = room;
    }
    places->at[places->n++] = *place;
    return TD_OK;
}

td_status td_places_sort(td_places *places, bool *failed)
{
    td_root *scratch = calloc(places->n + 1, sizeof *scratch);
    if (scratch == NULL)
        return TD_ENOMEM;
    td_roots_sort(places->at, scratch, places->n, failed);
    free(scratch);
    size_t kept = 0;
    for (size_t i = 0; i < places->n; i++)
        if (kept == 0 || td_root_order(&places->at[kept - 1], &places->at[i], failed) != 0)
            places->at[kept++] = places->at[i];
    places->n = kept;
    return TD_OK;
}

void td_places_release(td_places *places)
{
    free(places->at);
    *places = (td_places){0};
}
