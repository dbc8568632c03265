/*
 * The table that tests of sampling share, and what they do with it.
 */
#ifndef TD_TESTS_SAMPLE_CASE_H
#define TD_TESTS_SAMPLE_CASE_H

#include "tests/unit/matrix.h"

#define N_UNITS 23
#define N_ITEMS 5

static const double MAX[N_ITEMS] = {30, 25, 20, 15, 10};

static const char POLICY[] =
    "{\"thidua\": \"policy/1\", \"code\": \"p\", \"name\": \"p\","
    " \"valid\": {\"from\": \"2025-01-01\"}, \"awards\": ["
    "{\"code\": \"flag\", \"name\": \"f\", \"conditions\": [{\"rank_at_most\": 1}],"
    " \"limits\": [{\"within\": \"cluster\", \"count\": 1},"
    "  {\"within\": \"all\", \"share\": 0.5, \"of\": \"leaders\"}], \"merit\": [\"share\"]},"
    "{\"code\": \"paper\", \"name\": \"c\", \"exclusive_with\": \"flag\","
    " \"limits\": [{\"within\": \"cluster\", \"share\": 0.4, \"of\": \"units\"}],"
    " \"merit\": [\"rank\"]}]}";

/* Few different values, some rows twice: ties abound. */
static inline void fill(double *values)
{
    uint64_t x = 88172645463325252u;
    for (size_t i = 0; i < N_UNITS * N_ITEMS; i++) {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        values[i] = MAX[i % N_ITEMS] * (0.5 + 0.05 * (double)(x % 11));
    }
    memcpy(values + 4 * N_ITEMS, values + 3 * N_ITEMS, N_ITEMS * sizeof *values);
    memcpy(values + 12 * N_ITEMS, values + 11 * N_ITEMS, N_ITEMS * sizeof *values);
}

/* Rule sets that the kernel can rank, and others. */
static const struct {
    const char *head;
    bool is_plain;
} HEADS[] = {
    {"\"ties\": [{\"criterion\": \"B\"}], ", true},
    {"\"rank_by\": \"share\", \"ties\": [{\"criterion\": \"E\"}], ", true},
    {"\"gates\": [{\"code\": \"g\", \"reason\": \"g\", \"effect\": \"deduct\", \"points\": 2.5, "
     "\"when\": {\"points\": \"A\", \"<\": 18}}], \"ties\": [{\"criterion\": \"D\"}], ",
     true},
    {"\"gates\": [{\"code\": \"g\", \"reason\": \"g\", \"effect\": \"unranked\", "
     "\"when\": {\"points\": \"B\", \"<\": 16}}], ",
     true},
    {"\"ranks\": \"fractional\", ", false},
    {"\"ranks\": \"dense\", \"rank_by\": \"share\", ", false},
    {"\"rank_by\": \"rounded-share\", \"ties\": [{\"criterion\": \"C\"}], ", false},
    {"\"gates\": [{\"code\": \"g\", \"reason\": \"g\", \"effect\": \"unranked\", "
     "\"when\": {\"points\": \"total\", \"<\": 62}}], ",
     false},
};
#define N_HEADS (sizeof HEADS / sizeof HEADS[0])

static inline void open_form(matrix *the, const char *head, size_t cluster_size)
{
    static double values[N_UNITS * N_ITEMS];
    fill(values);
    matrix_open(the, &(matrix_form){.n_units = N_UNITS,
                                    .n_items = N_ITEMS,
                                    .values = values,
                                    .max = MAX,
                                    .cluster_size = cluster_size,
                                    .head = head,
                                    .policy = POLICY});
}

static inline void draw(const matrix *the, const td_sample_options *o, td_sampled *out)
{
    td_status status = td_sample(the->prepared, o, out, the->errors);
    if (status != TD_OK)
        matrix_faults(the->errors);
    assert_int_equal(status, TD_OK);
}

/* The first fault, which must have this code; the list is emptied. */
static inline void expect_fault(matrix *the, const char *code)
{
    if (td_errors_size(the->errors) == 0)
        fail_msg("no fault instead of %s", code);
    assert_string_equal(td_errors_view(the->errors, 0).code, code);
    for (int lang = 0; lang < 2; lang++) {
        char text[600];
        td_errors_what(the->errors, 0, (td_lang)lang, text, sizeof text);
        assert_null(strchr(text, '{'));
        td_errors_fix(the->errors, 0, (td_lang)lang, text, sizeof text);
        assert_null(strchr(text, '{'));
    }
    td_errors_free(the->errors);
    the->errors = td_errors_new();
}

#endif
