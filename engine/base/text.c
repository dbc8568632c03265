/*
 * Numbers as text: the C locale's digits, a mark that the caller chooses.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "engine/base/decimal.h"
#include "engine/thidua.h"

/* Digits of `whole` with the mark before the last `decimals`, grouped by three before it. */
static size_t with_mark(bool negative, uint64_t whole, int decimals, char mark, char group,
                        char *text, size_t size)
{
    char reversed[64];
    size_t n = 0;
    for (int digit = 0; whole > 0 || digit <= decimals; digit++, whole /= 10) {
        if (digit == decimals && decimals > 0)
            reversed[n++] = mark;
        if (group != '\0' && digit > decimals && (digit - decimals) % 3 == 0)
            reversed[n++] = group;
        reversed[n++] = (char)('0' + whole % 10);
    }
    if (negative)
        reversed[n++] = '-';
    for (size_t i = 0; i < n && i + 1 < size; i++)
        text[i] = reversed[n - 1 - i];
    if (size > 0)
        text[n < size ? n : size - 1] = '\0';
    return n;
}

size_t td_points_text(double quanta, int decimals, char mark, char group, char *text, size_t size)
{
    double whole = round(fabs(quanta));
    if (!(whole < TD_MAX_QUANTA))
        return (size_t)snprintf(text, size, "%s", "");
    return with_mark(quanta < 0 && whole > 0, (uint64_t)whole, decimals, mark, group, text, size);
}

/* Weighted quanta are multiples of 2^-20: scaled, they are whole numbers. */
static td_int128 scaled(double quanta)
{
    return (td_int128)(quanta * 1048576.0);
}

size_t td_share_text(double points_q, double assigned_q, int decimals, char mark, char *text,
                     size_t size)
{
    if (!(assigned_q > 0) || !(fabs(points_q) < TD_MAX_QUANTA))
        return (size_t)snprintf(text, size, "%s", "");
    td_int128 numerator = scaled(points_q) * 100 * td_pow10(decimals);
    td_int128 share = td_div_round(numerator, scaled(assigned_q));
    uint64_t whole = (uint64_t)(share < 0 ? -share : share);
    return with_mark(share < 0, whole, decimals, mark, '\0', text, size);
}

static size_t shortest(double x, char *text, size_t size)
{
    td_decimal d;
    if (td_decimal_of(x, &d)) {
        bool negative = d.mantissa < 0;
        uint64_t whole = (uint64_t)(negative ? -d.mantissa : d.mantissa);
        return with_mark(negative, whole, d.places, '.', '\0', text, size);
    }
    for (int digits = 15; digits < 17; digits++) {
        char trial[40];
        double back;
        snprintf(trial, sizeof trial, "%.*g", digits, x);
        if (sscanf(trial, "%lf", &back) == 1 && back == x)
            return (size_t)snprintf(text, size, "%s", trial);
    }
    return (size_t)snprintf(text, size, "%.17g", x);
}

size_t td_number_text(double x, char mark, char *text, size_t size)
{
    if (!isfinite(x))
        return (size_t)snprintf(text, size, "%s", "");
    size_t length = shortest(x, text, size);
    char *point = size > 0 ? strchr(text, '.') : NULL;
    if (point != NULL)
        *point = mark;
    return length;
}
