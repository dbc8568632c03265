/*
 * Weight vectors from a file: reading, every fault, and what the ranks come to.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "engine/thidua.h"
#include "tests/lib/files.h"

#define SAMPLE "datasets/samples/two-clusters"
#define COUNT(list) (sizeof(list) / sizeof(list)[0])

typedef struct year {
    td_errors *errors;
    td_evaluation *evaluation;
    td_prepared *prepared;
    td_results official;
} year;

static void year_open(year *y, const char *path, size_t level)
{
    td_options options = {.level = level};
    *y = (year){.errors = td_errors_new()};
    assert_int_equal(td_evaluation_load(path, NULL, &y->evaluation, y->errors), TD_OK);
    assert_int_equal(td_prepare(y->evaluation, &options, &y->prepared, y->errors), TD_OK);
    assert_int_equal(td_evaluate(y->prepared, 1, NULL, NULL, &y->official, y->errors), TD_OK);
}

static void year_close(year *y)
{
    td_results_release(&y->official);
    td_prepared_free(y->prepared);
    td_evaluation_free(y->evaluation);
    td_errors_free(y->errors);
}

static td_status parse(const year *y, const char *text, td_vectors *out, td_errors *errors)
{
    return td_vectors_parse(y->prepared, text, strlen(text), "w.csv", out, errors);
}

static void rows_are_maxima(void **state)
{
    (void)state;
    year y;
    year_open(&y, SAMPLE, 1);
    td_vectors v = {0};
    /* columns in any order, B left out, a blank cell, both marks of a decimal comma file */
    assert_int_equal(parse(&y, "name;c;A\nít kinh tế;25;20,5\n;;40\nbốn;\"10\";60\n", &v, y.errors),
                     TD_OK);
    assert_int_equal(v.k, 3);
    assert_int_equal(v.m, 3);
    assert_true(v.weights[0] == round(20.5 / 40 * 1048576) / 1048576);
    assert_true(v.weights[1] == 1 && v.weights[2] == 1);
    for (size_t i = 0; i < 3; i++)
        assert_true(v.weights[3 + i] == 1);
    assert_true(v.weights[6] == 1.5);
    assert_true(v.weights[8] == 419430 / 1048576.0); /* 10 / 25 = 419430.4 steps */
    assert_string_equal(v.name[0], "ít kinh tế");
    assert_null(v.name[1]);
    td_vectors_release(&v);
    td_vectors_release(&v);
    year_close(&y);
}

static void lower_levels_have_columns_too(void **state)
{
    (void)state;
    year y;
    year_open(&y, SAMPLE, 2);
    td_vectors v = {0};
    assert_int_equal(parse(&y, "A1,B2\n20,0\n", &v, y.errors), TD_OK);
    assert_int_equal(v.m, 8);
    assert_true(v.weights[0] == 2 && v.weights[4] == 0 && v.weights[7] == 1);
    td_vectors_release(&v);
    year_close(&y);
}

static void every_fault(void **state)
{
    (void)state;
    static const struct {
        const char *text, *code;
        size_t row, column;
    } cases[] = {
        {"A,D\n40,1\n", "vectors-item-unknown", 1, 2},
        {"A,A1\n40,1\n", "vectors-item-unknown", 1, 2},
        {"A\nnhiều\n", "vectors-cell", 2, 1},
        {"A,B\n40,35\n40,-1\n", "vectors-cell", 3, 2},
        {"A\n50 %\n", "vectors-cell", 2, 1},
        {"A\n40960\n", "vectors-cell", 2, 1},
        {"A,B,C\n0,0,0\n", "vectors-nothing", 2, 0},
        {"A,B,C\n", "vectors-empty", 0, 0},
        {"A,a\n1,2\n", "data-column-twice", 1, 2},
        {"A,B\n1\n", "data-too-few-cells", 2, 0},
        {"", "data-empty-file", 0, 0},
    };
    year y;
    year_open(&y, SAMPLE, 1);
    for (size_t i = 0; i < COUNT(cases); i++) {
        td_errors *errors = td_errors_new();
        td_vectors out = {.k = 77};
        td_status status = parse(&y, cases[i].text, &out, errors);
        td_fault fault = td_errors_view(errors, 0);
        if (status != TD_EDATA || strcmp(fault.code, cases[i].code) != 0)
            fail_msg("case %zu: %s, not %s", i, fault.code, cases[i].code);
        assert_int_equal(out.k, 77);
        if (cases[i].row > 0)
            assert_int_equal(fault.place.row, cases[i].row);
        if (cases[i].column > 0)
            assert_int_equal(fault.place.column, cases[i].column);
        td_errors_free(errors);
    }
    td_errors *errors = td_errors_new();
    td_vectors out;
    assert_int_equal(parse(&y, "A,B\nx,1\n2,y\nz,z\n", &out, errors), TD_EDATA);
    assert_int_equal(td_errors_count(errors, TD_ERROR), 4);
    assert_int_equal(td_vectors_load(y.prepared, "khong-co.csv", &out, errors), TD_EIO);
    td_errors_free(errors);
    year_close(&y);
}

/* Blocks that visit() saw. */
typedef struct visits {
    size_t n, next;
    double sum;
    int *cancel;
} visits;

static void visit(void *context, size_t first, const td_results *block)
{
    visits *v = context;
    assert_int_equal(first, v->next);
    v->next += block->k;
    v->n++;
    for (size_t i = 0; i < block->k * block->n_units; i++)
        v->sum += block->standing[i].rank;
    if (v->cancel != NULL)
        *v->cancel = 1;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Everything of td_stands again, from one evaluation of all vectors. */
static void check_stands(const year *y, const td_vectors *v, const td_tried *tried)
{
    td_results all = {0};
    assert_int_equal(td_evaluate(y->prepared, v->k, v->weights, NULL, &all, y->errors), TD_OK);
    double *ranks = calloc(v->k, sizeof *ranks);
    for (size_t u = 0; u < all.n_units; u++) {
        size_t n = 0, n_official = 0;
        double official = y->official.standing[u].rank;
        for (size_t i = 0; i < v->k; i++) {
            double rank = all.standing[i * all.n_units + u].rank;
            if (rank > 0)
                ranks[n++] = rank;
            n_official += rank > 0 && rank == official;
        }
        qsort(ranks, n, sizeof *ranks, by_value);
        const td_stands *s = &tried->stands[u];
        assert_int_equal(s->n_ranked, n);
        assert_int_equal(s->n_official, n_official);
        assert_true(s->official == official);
        assert_true(s->best == (n > 0 ? ranks[0] : 0));
        assert_true(s->worst == (n > 0 ? ranks[n - 1] : 0));
        assert_true(s->median == (n > 0 ? ranks[(n + 1) / 2 - 1] : 0));
    }
    free(ranks);
    td_results_release(&all);
}

static void stands_are_those_of_the_ranks(void **state)
{
    (void)state;
    year y;
    year_open(&y, "datasets/samples/hcmc-2025", 1);
    size_t n_rows = 1301, m = td_items(y.prepared);
    td_vectors v = {.k = n_rows, .m = m, .weights = calloc(n_rows * m, sizeof(double))};
    uint64_t seed = 7;
    for (size_t i = 0; i < n_rows * m; i++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        v.weights[i] = (double)(seed >> 42) / 1048576; /* 0 to 4 */
    }
    for (size_t i = 0; i < m; i++)
        v.weights[i] = 1;
    td_tried tried = {0};
    visits seen = {0};
    assert_int_equal(
        td_vectors_try(y.prepared, &y.official, &v, NULL, NULL, visit, &seen, &tried, y.errors),
        TD_OK);
    assert_int_equal(tried.k, n_rows);
    assert_int_equal(seen.next, n_rows);
    assert_true(seen.n > 1); /* more than one block */
    check_stands(&y, &v, &tried);
    td_tried_release(&tried);
    /* An interrupt ends it after the block at hand. */
    int cancelled = 0;
    seen = (visits){.cancel = &cancelled};
    assert_int_equal(td_vectors_try(y.prepared, &y.official, &v, NULL, &cancelled, visit, &seen,
                                    &tried, y.errors),
                     TD_OK);
    assert_int_equal(seen.n, 1);
    assert_int_equal(tried.k, seen.next);
    td_tried_release(&tried);
    free(v.weights);
    year_close(&y);
}

/* The official weights alone: every unit stands where it stands. */
static void official_weights_give_official_ranks(void **state)
{
    (void)state;
    year y;
    year_open(&y, SAMPLE, 1);
    td_vectors v = {0};
    assert_int_equal(parse(&y, "A,B,C\n40,35,25\n", &v, y.errors), TD_OK);
    td_tried tried = {0};
    assert_int_equal(
        td_vectors_try(y.prepared, &y.official, &v, NULL, NULL, NULL, NULL, &tried, y.errors),
        TD_OK);
    for (size_t u = 0; u < tried.n_units; u++) {
        const td_stands *s = &tried.stands[u];
        assert_true(s->best == s->official && s->worst == s->official && s->median == s->official);
        assert_int_equal(s->n_official, 1);
        assert_int_equal(s->n_first, s->official == 1);
    }
    td_tried_release(&tried);
    td_vectors_release(&v);
    year_close(&y);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_maxima),
        cmocka_unit_test(lower_levels_have_columns_too),
        cmocka_unit_test(every_fault),
        cmocka_unit_test(stands_are_those_of_the_ranks),
        cmocka_unit_test(official_weights_give_official_ranks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
