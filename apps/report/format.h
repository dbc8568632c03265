/*
 * Output formats: one row each, one writer per kind of report.
 */
#ifndef TD_REPORT_FORMAT_H
#define TD_REPORT_FORMAT_H

#include <stdio.h>

#include "engine/thidua.h"

/* How a report is written. */
typedef struct td_report {
    FILE *out;
    td_lang lang;
    bool color;
    bool csv_vn; /* the CSV dialect of a Vietnamese spreadsheet instead of RFC 4180 */
} td_report;

/* What a ranking or an explanation shows. */
typedef struct td_scored {
    const td_evaluation *evaluation;
    const td_prepared *prepared;
    const td_results *results;        /* k = 1 */
    size_t cluster;                   /* the only one to show, TD_NONE for all */
    const struct td_awarded *awarded; /* by the policy; NULL when there is none */
} td_scored;

struct td_difference;
struct td_tabulation;

typedef struct td_format {
    const char *name;
    /* Each returns TD_OK, TD_ENOMEM or TD_EINTERNAL; errors of writing stay in the stream. */
    td_status (*ranking)(const td_report *report, const td_scored *scored, td_errors *errors);
    td_status (*awards)(const td_report *report, const td_scored *scored, td_errors *errors);
    td_status (*faults)(const td_report *report, const td_errors *faults);
    td_status (*explanation)(const td_report *report, const td_scored *scored,
                             const td_explanation *explanation);
    td_status (*difference)(const td_report *report, const struct td_difference *difference);
    /* scored NULL: about no single evaluation. */
    td_status (*tabulation)(const td_report *report, const td_scored *scored,
                            struct td_tabulation *sheet);
} td_format;

#define TD_N_FORMATS 3

/* In the order of the choices of --format. */
extern const td_format td_formats[TD_N_FORMATS];

td_status td_table_ranking(const td_report *report, const td_scored *scored, td_errors *errors);
td_status td_table_awards(const td_report *report, const td_scored *scored, td_errors *errors);
td_status td_table_faults(const td_report *report, const td_errors *faults);
td_status td_table_explanation(const td_report *report, const td_scored *scored,
                               const td_explanation *explanation);
td_status td_table_difference(const td_report *report, const struct td_difference *difference);
td_status td_table_tabulation(const td_report *report, const td_scored *scored,
                              struct td_tabulation *sheet);

td_status td_csv_ranking(const td_report *report, const td_scored *scored, td_errors *errors);
td_status td_csv_awards(const td_report *report, const td_scored *scored, td_errors *errors);
td_status td_csv_faults(const td_report *report, const td_errors *faults);
td_status td_csv_explanation(const td_report *report, const td_scored *scored,
                             const td_explanation *explanation);
td_status td_csv_difference(const td_report *report, const struct td_difference *difference);
td_status td_csv_tabulation(const td_report *report, const td_scored *scored,
                            struct td_tabulation *sheet);

td_status td_json_ranking(const td_report *report, const td_scored *scored, td_errors *errors);
td_status td_json_awards(const td_report *report, const td_scored *scored, td_errors *errors);
td_status td_json_faults(const td_report *report, const td_errors *faults);
td_status td_json_explanation(const td_report *report, const td_scored *scored,
                              const td_explanation *explanation);
td_status td_json_difference(const td_report *report, const struct td_difference *difference);
td_status td_json_tabulation(const td_report *report, const td_scored *scored,
                             struct td_tabulation *sheet);

#endif
