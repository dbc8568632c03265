#include <math.h>
#include <string.h>

#include "criteria/interval.h"
#include "engine/base/decimal.h"

#define MAX_DIGITS 15

static const char *skip_blanks(const char *p)
{
    while (*p == ' ' || *p == '\t')
        p++;
    return p;
}

/* A decimal without exponent of at most 15 significant digits. Returns its end, NULL: none. */
static const char *parse_number(const char *p, double *out)
{
    bool is_negative = *p == '-', after_mark = false;
    td_decimal d = {0, 0};
    int n_digits = 0, n_after = 0, n_before = 0;
    for (p += is_negative; (*p >= '0' && *p <= '9') || (*p == '.' && !after_mark); p++) {
        if (*p == '.') {
            after_mark = true;
            continue;
        }
        n_digits += n_digits > 0 || *p != '0';
        n_after += after_mark;
        n_before += !after_mark;
        if (n_digits > MAX_DIGITS || n_after > TD_MAX_PLACES)
            return NULL;
        d.mantissa = 10 * d.mantissa + (*p - '0');
    }
    if (n_before == 0 || (after_mark && n_after == 0))
        return NULL;
    d.mantissa = is_negative ? -d.mantissa : d.mantissa;
    d.places = n_after;
    *out = td_decimal_value(d);
    return p;
}

/* "[a, b)" from its opening bracket on. */
static const char *parse_pair(const char *p, td_interval *interval)
{
    interval->lo_closed = *p == '[';
    p = parse_number(skip_blanks(p + 1), &interval->lo);
    if (p == NULL || *(p = skip_blanks(p)) != ',')
        return NULL;
    p = parse_number(skip_blanks(p + 1), &interval->hi);
    if (p == NULL || (*(p = skip_blanks(p)) != ']' && *p != ')'))
        return NULL;
    interval->hi_closed = *p == ']';
    return p + 1;
}

static const char *parse_half(const char *p, td_interval *interval)
{
    bool is_below = *p++ == '<';
    bool is_closed = *p == '=';
    p += is_closed;
    if (is_below) {
        interval->hi_closed = is_closed;
        return parse_number(skip_blanks(p), &interval->hi);
    }
    interval->lo_closed = is_closed;
    return parse_number(skip_blanks(p), &interval->lo);
}

bool td_interval_parse(const char *text, td_interval *out)
{
    td_interval interval = {.lo = -INFINITY, .hi = INFINITY};
    const char *p = skip_blanks(text);
    if (*p == '[' || *p == '(') {
        p = parse_pair(p, &interval);
    } else if (*p == '<' || *p == '>') {
        p = parse_half(p, &interval);
    } else {
        p = parse_number(p, &interval.lo);
        interval.hi = interval.lo;
        interval.lo_closed = interval.hi_closed = true;
    }
    if (p == NULL || *skip_blanks(p) != '\0')
        return false;
    *out = interval;
    return true;
}

bool td_interval_holds(const td_interval *interval, double x)
{
    bool above = interval->lo_closed ? x >= interval->lo : x > interval->lo;
    bool below = interval->hi_closed ? x <= interval->hi : x < interval->hi;
    return above && below;
}

bool td_interval_empty(const td_interval *interval)
{
    if (interval->lo == interval->hi)
        return !interval->lo_closed || !interval->hi_closed;
    return interval->lo > interval->hi;
}
