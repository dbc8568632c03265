#include <stddef.h>
#include <stdio.h>

#include "criteria/rules.h"

static bool digits(const char *text, int n, int *out)
{
    *out = 0;
    for (int i = 0; i < n; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        *out = 10 * *out + (text[i] - '0');
    }
    return true;
}

static int days_in_month(int year, int month)
{
    static const int DAYS[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return DAYS[month - 1] + (month == 2 && is_leap);
}

/* Days in the Gregorian calendar since 0000-03-01, with years that begin in March. */
static long days_since_march(int year, int month, int day)
{
    long y = month > 2 ? year : year - 1;
    long m = month > 2 ? month - 3 : month + 9;
    return 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1;
}

bool td_day_of_iso(const char *text, double *day)
{
    int y, m, d;
    if (!digits(text, 4, &y) || text[4] != '-' || !digits(text + 5, 2, &m) || text[7] != '-' ||
        !digits(text + 8, 2, &d) || text[10] != '\0')
        return false;
    if (y < 1 || m < 1 || m > 12 || d < 1 || d > days_in_month(y, m))
        return false;
    *day = (double)(days_since_march(y, m, d) - days_since_march(1970, 1, 1));
    return true;
}

const char *td_iso_of_day(double day, char out[TD_ISO_BYTES])
{
    long days = (long)day + days_since_march(1970, 1, 1);
    int year = 1, month = 1;
    while (year < 9999 && days_since_march(year + 1, 1, 1) <= days)
        year++;
    while (month < 12 && days_since_march(year, month + 1, 1) <= days)
        month++;
    int of_month = (int)(days - days_since_march(year, month, 1)) + 1;
    snprintf(out, TD_ISO_BYTES, "%04d-%02d-%02d", year % 10000, month % 100, of_month % 100);
    return out;
}
