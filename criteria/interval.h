/*
 * Intervals as rule files write them: "[95, 100)", "<80", ">= 98.5", "100".
 */
#ifndef TD_CRITERIA_INTERVAL_H
#define TD_CRITERIA_INTERVAL_H

#include <stdbool.h>

typedef struct td_interval {
    double lo, hi; /* -INFINITY, INFINITY when unbounded */
    bool lo_closed, hi_closed;
} td_interval;

/* False when the text is no interval (also when a bound is no exact decimal). */
bool td_interval_parse(const char *text, td_interval *out);
bool td_interval_holds(const td_interval *interval, double x);
/* Empty: lo > hi, or equal with an open edge. */
bool td_interval_empty(const td_interval *interval);

#endif
