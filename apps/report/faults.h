/*
 * What every format says about a fault.
 */
#ifndef TD_REPORT_FAULTS_H
#define TD_REPORT_FAULTS_H

#include "apps/report/format.h"

#define TD_FAULT_TEXT 4096

/*
 * Where inside of its file, in words: "dòng 5, cột C (a1.1)" with the column as a spreadsheet
 * names it, a JSON pointer, or nothing.
 */
const char *td_place_text(const td_place *place, td_lang lang, char *text, size_t size);

/* "error", "warning". */
const char *td_severity_code(td_severity severity);
/* "rules", "data", "io", "usage", "internal". */
const char *td_family_code(td_status status);

/* "2 lỗi, 1 cảnh báo." or that nothing was found. */
const char *td_fault_counts(const td_errors *faults, td_lang lang, char *text, size_t size);

#endif
