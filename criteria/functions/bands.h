/*
 * The parameters of bands, shared by its reader and its linter.
 */
#ifndef TD_CRITERIA_FUNCTIONS_BANDS_H
#define TD_CRITERIA_FUNCTIONS_BANDS_H

#include "criteria/function.h"

/* Sorted by lower edge. */
typedef struct td_band_table {
    size_t n;
    struct td_band *bands;
} td_band_table;

/* One interval: its points, or where it is a stratum, its table. */
typedef struct td_band {
    td_interval interval;
    const char *text, *pointer; /* as the file writes it, and where */
    int64_t points_q;
    td_band_table table;
} td_band;

struct bands {
    size_t of, by; /* indicators; by TD_NONE without strata */
    bool stratified;
    bool has_otherwise;
    int64_t otherwise_q;
    td_band_table top; /* the table, or the strata */
};

/* Empty, overlapping and unreachable intervals, gaps, negative points. */
void td_bands_lint(const td_rules *rules, const td_part *part, td_errors *errors, const char *file);

#endif
