/*
 * Outlines by every way against the three stages: all bytes, all faults.
 */
#ifndef TD_TESTS_OUTLINE_CASE_H
#define TD_TESTS_OUTLINE_CASE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "engine/outline.h"

static inline size_t bytes_of(const td_outline *out)
{
    size_t per_unit = sizeof(double) * (out->with_assigned ? 2 : 1) + sizeof(float) + 2;
    return out->n_units * (per_unit + out->n_awards);
}

static inline void assert_same_faults(const td_errors *a, const td_errors *b)
{
    assert_int_equal(td_errors_size(a), td_errors_size(b));
    for (size_t i = 0; i < td_errors_size(a); i++) {
        char x[512], y[512];
        td_errors_what(a, i, TD_EN, x, sizeof x);
        td_errors_what(b, i, TD_EN, y, sizeof y);
        assert_string_equal(x, y);
    }
}

/* The one pass under 1 and 2 threads against the stages; *out is the result of the stages. */
static inline td_status outline_both_ways(const td_evaluation *evaluation, bool with_assigned,
                                          td_outline *out)
{
    td_errors *faults = td_errors_new();
    *out = (td_outline){.with_assigned = with_assigned};
    td_status status = td_outline_run(evaluation, NULL, out, faults);
    assert_true(status != TD_ENOMEM);
    td_errors_free(faults);
    faults = td_errors_new();
    status = td_outline_by_stages(evaluation, NULL, out, faults);
    for (int threads = 1; threads <= 2; threads++) {
        td_outline fast = {.with_assigned = with_assigned};
        td_errors *errors = td_errors_new();
        assert_int_equal(
            td_outline_run(evaluation, &(td_options){.threads = threads}, &fast, errors), status);
        assert_same_faults(errors, faults);
        if (status == TD_OK && memcmp(fast.memory, out->memory, bytes_of(out)) != 0)
            for (size_t u = 0; u < out->n_units; u++) {
                assert_memory_equal(&fast.total_q[u], &out->total_q[u], sizeof(double));
                assert_memory_equal(&fast.rank[u], &out->rank[u], sizeof(float));
                assert_int_equal(fast.state[u], out->state[u]);
                assert_int_equal(fast.class_index[u], out->class_index[u]);
            }
        if (status == TD_OK)
            assert_memory_equal(fast.memory, out->memory, bytes_of(out));
        td_errors_free(errors);
        td_outline_release(&fast);
    }
    td_errors_free(faults);
    return status;
}

#endif
