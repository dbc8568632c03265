/*
 * A small sound evaluation folder that tests change file by file.
 */
#ifndef TD_TESTS_TRIAL_H
#define TD_TESTS_TRIAL_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "datasets/wide.h"
#include "tests/lib/files.h"

static const char TRIAL_RULES[] =
    "{\"thidua\": \"rule-set/1\", \"code\": \"t\", \"name\": \"T\","
    " \"valid\": {\"from\": \"2025-01-01\", \"to\": \"2025-12-31\"}, \"scale\": 20,"
    " \"rank_by\": \"share\","
    " \"channels\": [\"final\", \"self\"],"
    " \"indicators\": {\"pct\": {\"min\": 50, \"max\": 100}, \"sent\": {\"kind\": \"date\"},"
    "  \"late\": {\"days_after\": \"2025-12-15\", \"of\": \"sent\", \"max\": 300},"
    "  \"free\": {\"kind\": \"number\", \"blank\": 0}},"
    " \"criteria\": ["
    "  {\"code\": \"a\", \"max\": 4, \"direct\": true},"
    "  {\"code\": \"g\", \"max\": 8, \"children\": ["
    "    {\"code\": \"n\", \"max\": 2, \"deduct\": {\"cases\": 0.5}, \"clamp\": {\"min\": 0}},"
    "    {\"code\": \"p\", \"max\": 6, \"bands\": {\"of\": \"pct\","
    "      \"table\": {\">=95\": 6, \"[50, 95)\": 3.5}}}]},"
    "  {\"code\": \"f\", \"max\": 2, \"pass\": \"done\"},"
    "  {\"code\": \"r\", \"max\": 4, \"relative\": {\"actual\": \"r.a\", \"target\": \"r.t\"}},"
    "  {\"code\": \"d\", \"max\": 2, \"parts\": ["
    "    {\"effect\": \"deduct\", \"function\": \"per-step\", \"of\": \"late\", \"above\": 0,"
    "     \"points\": 0.25, \"cap\": 1, \"exempt\": {\"indicator\": \"free\", \"=\": 1}},"
    "    {\"effect\": \"bonus\", \"function\": \"direct\", \"of\": \"plus\", \"cap\": 1,"
    "     \"when\": {\"indicator\": \"done\", \"=\": 1}}]}]}";

static const char TRIAL_OTHER_RULES[] =
    "{\"thidua\": \"rule-set/1\", \"code\": \"o\", \"name\": \"O\","
    " \"valid\": {\"from\": \"2025-01-01\"}, \"scale\": 5, \"channels\": [\"final\"],"
    " \"criteria\": [{\"code\": \"z\", \"max\": 5, \"direct\": true}]}";

static const char TRIAL_EVALUATION[] = "{\"thidua\": \"evaluation/1\", \"code\": \"e-2025\","
                                       " \"name\": {\"vi\": \"Kỳ\", \"en\": \"E\"},"
                                       " \"year\": 2025, \"rules\": \"rules.json\"}";

static const char TRIAL_CLUSTERS[] = "id,name\nc2,Cụm hai\nc1,Cụm một\n";
static const char TRIAL_UNITS[] = "id,name,cluster,category\n"
                                  "u1,Xã Hoà Bình,c1,xã\n"
                                  "u2,Phường 2,c2,\n"
                                  "u3,Phường 10,c1,phường\n";
/* Rows of values-self.csv. */
#define HEAD "unit;a;cases;pct;done;r.a;r.t;sent;plus\n"
#define U1 "u1;3,5;1;95,5 %;có;120;100;10/12/2025;0,25\n"
#define U2 "u2;4;0;100;x;60;;2025-12-20;0\n"
#define U3 "u3;2,385;2;50;không;75;80;15/12/2025;\n"
#define VALUES "values-self.csv"
static const char TRIAL_SELF[] = HEAD U1 U2 U3;
static const char TRIAL_FINAL[] = "unit,a\nu3,2.25\n";
static const char TRIAL_REASONS[] = "unit,indicator,reason\nu3,a,thiếu minh chứng\n";

/* A folder with a sound evaluation, and what loading it gave. */
typedef struct trial {
    td_folder folder;
    td_errors *errors;
    td_evaluation *evaluation;
    td_status status;
} trial;

static inline void write_file(trial *t, const char *name, const char *text)
{
    free(td_folder_write(&t->folder, name, text));
}

static inline void begin(trial *t)
{
    *t = (trial){.errors = td_errors_new()};
    td_folder_init(&t->folder);
    write_file(t, "rules.json", TRIAL_RULES);
    write_file(t, "evaluation.json", TRIAL_EVALUATION);
    write_file(t, "clusters.csv", TRIAL_CLUSTERS);
    write_file(t, "units.csv", TRIAL_UNITS);
    write_file(t, "values-self.csv", TRIAL_SELF);
    write_file(t, "values-final.csv", TRIAL_FINAL);
    write_file(t, "reasons.csv", TRIAL_REASONS);
}

static inline void load(trial *t)
{
    t->status = td_evaluation_load(t->folder.path, NULL, &t->evaluation, t->errors);
    assert_int_equal(t->status == TD_OK, t->evaluation != NULL);
}

static inline void end(trial *t)
{
    td_evaluation_free(t->evaluation);
    td_errors_free(t->errors);
    td_folder_release(&t->folder);
}

static inline void print_faults(const td_errors *errors)
{
    for (size_t i = 0; i < td_errors_size(errors); i++) {
        td_fault f = td_errors_view(errors, i);
        char what[400];
        td_errors_what(errors, i, TD_EN, what, sizeof what);
        print_message("  %s %s:%zu:%zu [%s] %s\n", f.code, f.place.file == NULL ? "" : f.place.file,
                      f.place.row, f.place.column, f.place.field == NULL ? "" : f.place.field,
                      what);
    }
}

static inline double value_of(const trial *t, const char *unit, const char *indicator)
{
    assert_non_null(t->evaluation);
    const td_dataset *data = &t->evaluation->data;
    size_t u = td_evaluation_find_unit(t->evaluation, unit);
    assert_true(u < data->n_units);
    const td_table *table = &data->tables[data->clusters[data->units[u].cluster].rules];
    size_t i = td_rules_find_indicator(table->rules, indicator);
    assert_true(i < table->n_indicators);
    return table->value[data->row_of_unit[u] * table->n_indicators + i];
}

static inline void assert_clean(const trial *t)
{
    if (t->status != TD_OK || td_errors_size(t->errors) > 0) {
        print_faults(t->errors);
        fail_msg("status %d, %zu faults", (int)t->status, td_errors_size(t->errors));
    }
}

/* A fault and its place; field NULL: none. */
typedef struct expected {
    const char *code, *file;
    size_t row, column;
    const char *field;
} expected;

static inline bool ends_with(const char *text, const char *end)
{
    size_t n = text == NULL ? 0 : strlen(text), m = strlen(end);
    return n >= m && strcmp(text + n - m, end) == 0;
}

static inline bool is_expected(td_fault fault, const expected *e)
{
    if (strcmp(fault.code, e->code) != 0)
        return false;
    const char *field = fault.place.field;
    return ends_with(fault.place.file, e->file) && fault.place.row == e->row &&
           fault.place.column == e->column &&
           (e->field == NULL ? field == NULL : field != NULL && strcmp(field, e->field) == 0);
}

#endif
