/*
 * A JSON document written as it comes: stable key order, numbers as given, two blanks of
 * indentation, memory that does not grow.
 */
#ifndef TD_REPORT_JSON_EMIT_H
#define TD_REPORT_JSON_EMIT_H

#include <stdbool.h>
#include <stdio.h>

#include "engine/thidua.h"

#define TD_EMIT_DEPTH 16

typedef struct td_emitter {
    FILE *out;
    size_t depth;
    bool has_members[TD_EMIT_DEPTH];
    bool is_inline[TD_EMIT_DEPTH]; /* on one line */
} td_emitter;

/* key NULL inside of an array. `bracket` is '{' or '['. */
void td_emit_open(td_emitter *json, const char *key, char bracket);
void td_emit_open_inline(td_emitter *json, const char *key, char bracket);
void td_emit_close(td_emitter *json, char bracket);

/* Bytes that are not UTF-8 become U+FFFD. text NULL writes null. */
void td_emit_text(td_emitter *json, const char *key, const char *text);
void td_emit_raw(td_emitter *json, const char *key, const char *raw);
void td_emit_bool(td_emitter *json, const char *key, bool value);
void td_emit_count(td_emitter *json, const char *key, uint64_t count);
/* An exact decimal of quanta; null when NaN. */
void td_emit_points(td_emitter *json, const char *key, double quanta, int decimals);
/* A double as short as it can be; null when NaN. */
void td_emit_number(td_emitter *json, const char *key, double x);
/* {"vi": ..., "en": ...}; null when both are NULL. */
void td_emit_both(td_emitter *json, const char *key, const char *const text[2]);
void td_emit_list(td_emitter *json, const char *key, size_t n, const char *const *texts);

#endif
