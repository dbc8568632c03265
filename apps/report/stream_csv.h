/*
 * Results of a stream as CSV: a row for each unit in the order of the file. Codes and numbers are
 * those of the CSV of `evaluate`; columns that the rule set or the policy cannot fill are left out.
 */
#ifndef TD_REPORT_STREAM_CSV_H
#define TD_REPORT_STREAM_CSV_H

#include "apps/report/format.h"

enum {
    TD_CSV_QUOTED = 1, /* a cell that has it is put into quotation marks */
    TD_CSV_FORMULA = 2 /* one that begins with it gets an apostrophe */
};

typedef struct td_stream_csv {
    const td_rules *rules;
    const td_policy *policy; /* NULL: no awards */
    td_rules_view view;
    uint64_t quanta;   /* of a point: 10^decimals */
    uint64_t to_eight; /* makes the decimals of a number eight: 10^(8 - decimals) */
    uint8_t kind[256]; /* of bytes: TD_CSV_QUOTED, TD_CSV_FORMULA or both */
    char separator, mark;
    const char *newline;
    size_t longest_class; /* bytes of a code */
    bool vn;
    bool has_classes, has_states;
    td_lang lang;
} td_stream_csv;

td_stream_csv td_stream_csv_of(const td_evaluation *head, bool vn, td_lang lang);

/* The names of the columns, after a BOM in the Vietnamese style. TD_OK or TD_ENOMEM. */
td_status td_stream_csv_titles(const td_stream_csv *csv, td_buffer *out);

/* The rows of a block, appended. TD_OK or TD_ENOMEM. */
td_status td_stream_csv_rows(const td_stream_csv *csv, const td_evaluation *block,
                             const td_outline *results, td_buffer *out);

#endif
