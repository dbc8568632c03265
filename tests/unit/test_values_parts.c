/*
 * An evaluation read in parts on several threads is the one that is read whole on one: values,
 * findings and faults, in the same order.
 */
#include "datasets/wide.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char RULES[] =
    "{\"thidua\": \"rule-set/1\", \"code\": \"w\", \"name\": \"W\","
    " \"valid\": {\"from\": \"2025-01-01\"}, \"scale\": 9, \"channels\": [\"final\"],"
    " \"missing\": \"zero\","
    " \"indicators\": {\"sent\": {\"kind\": \"date\"}, \"cases\": {\"kind\": \"count\"},"
    "  \"late\": {\"days_after\": \"2025-12-15\", \"of\": \"sent\"}}, \"criteria\": ["
    " {\"code\": \"a\", \"max\": 5, \"direct\": true},"
    " {\"code\": \"n\", \"max\": 2, \"deduct\": {\"cases\": 0.5}, \"clamp\": {\"min\": 0}},"
    " {\"code\": \"f\", \"max\": 1, \"pass\": \"done\"},"
    " {\"code\": \"d\", \"max\": 1, \"parts\": [{\"effect\": \"deduct\","
    "   \"function\": \"per-step\", \"of\": \"late\", \"above\": 0, \"points\": 0.25, \"cap\": "
    "1}]}]}";

typedef struct outcome {
    td_status status;
    td_evaluation *evaluation;
    td_errors *errors;
} outcome;

static outcome read_text(const char *text, size_t part_bytes, int threads)
{
    outcome o = {.errors = td_errors_new()};
    const td_load_options options = {.threads = threads};
    td_rules *rules = NULL;
    assert_int_equal(td_rules_parse(RULES, strlen(RULES), "r.json", &rules, o.errors), TD_OK);
    o.status = td_evaluation_parse_parts(text, strlen(text), "w.csv", rules, &options, part_bytes,
                                         &o.evaluation, o.errors);
    return o;
}

static void release(outcome *o)
{
    td_evaluation_free(o->evaluation);
    td_errors_free(o->errors);
}

static void assert_same_text(const char *a, const char *b)
{
    assert_string_equal(a == NULL ? "(none)" : a, b == NULL ? "(none)" : b);
}

static void assert_same_faults(const td_errors *a, const td_errors *b)
{
    assert_int_equal(td_errors_size(a), td_errors_size(b));
    for (size_t i = 0; i < td_errors_size(a); i++) {
        td_fault x = td_errors_view(a, i), y = td_errors_view(b, i);
        char what_x[512], what_y[512];
        td_errors_what(a, i, TD_EN, what_x, sizeof what_x);
        td_errors_what(b, i, TD_EN, what_y, sizeof what_y);
        assert_string_equal(what_x, what_y);
        assert_same_text(x.place.field, y.place.field);
        assert_int_equal(x.place.row, y.place.row);
        assert_int_equal(x.place.column, y.place.column);
    }
}

static void assert_same_data(const td_dataset *a, const td_dataset *b)
{
    assert_int_equal(a->n_units, b->n_units);
    assert_string_equal(a->hash, b->hash);
    const td_table *x = &a->tables[0], *y = &b->tables[0];
    size_t n = x->n_rows * x->n_indicators;
    assert_memory_equal(x->value, y->value, n * sizeof *x->value);
    assert_memory_equal(x->source, y->source, n);
    for (size_t u = 0; u < a->n_units; u++) {
        assert_string_equal(a->units[u].key, b->units[u].key);
        assert_int_equal(a->units[u].has_channel[0], b->units[u].has_channel[0]);
    }
}

static td_status check(const char *text)
{
    outcome whole = read_text(text, (size_t)1 << 40, 1);
    for (size_t part_bytes = 1; part_bytes < 100; part_bytes += 32)
        for (int threads = 1; threads <= 3; threads += 2) {
            outcome parts = read_text(text, part_bytes, threads);
            assert_int_equal(whole.status, parts.status);
            assert_same_faults(whole.errors, parts.errors);
            if (whole.evaluation != NULL)
                assert_same_data(&whole.evaluation->data, &parts.evaluation->data);
            release(&parts);
        }
    td_status status = whole.status;
    release(&whole);
    return status;
}

/* ---- tests ---- */

#define HEAD "cluster,unit,a,cases,done,sent\n"

static void whole_and_parts(void **state)
{
    (void)state;
    assert_int_equal(check(HEAD "c1,u1,2.38,1,x,15/12/2025\nc2,u2,,,,\nc1,u3,5,0,0,\n"), TD_OK);
    assert_int_equal(check(HEAD "\"c\n1\",u1,\"2,5\",1,x,\r\nc2,\"u\"\"2\",1,2,,\r\nc1,u3,5,,,"),
                     TD_OK);
    /* a repeated unit: the first row counts, wherever the other is */
    assert_int_equal(check(HEAD "c1,u1,1,,,\nc1,u2,2,,,\nc1,U1,3,,,\nc2,u2,4,,,\nc1,u1,x,,,\n"),
                     TD_EDATA);
    /* faults of cells, of the table, and one that ends the reading */
    assert_int_equal(check(HEAD "c1,u1,6,1,x,\nc1,u2,k/g,-1,y,32/13/2025\n\nc1,u3,1,1.5\nc1,,,,,\n"
                                "c1,u4,1,,,\r\nc1,u5,1,\"x\"y,,\nc1,u6,1\rc1,u7,1,,,\n"),
                     TD_EDATA);
    assert_int_equal(check(HEAD "c1,u1,1,,,\nc1,u2,\"2,,,\nc1,u3,x,,,\n"), TD_EDATA);
}

/* The mark of the file is looked for once, and proved by whatever part has it. */
static void marks_are_of_the_whole_file(void **state)
{
    (void)state;
    assert_int_equal(check(HEAD "c1,u1,1.234,,,\nc1,u2,1.234,,,\nc1,u3,2.5,,,\n"), TD_OK);
    assert_int_equal(check(HEAD "c1,u1,\"1,234\",,,\nc1,u2,\"2,5\",,,\nc1,u3,\"1,234\",,,\n"),
                     TD_OK);
    assert_int_equal(check(HEAD "c1,u1,1.234,,,\nc1,u2,2.5,,,\nc1,u3,\"2,5\",,,\n"), TD_EDATA);
}

/* More faults than are kept: the first ones stay, the others are counted. */
static void too_many_faults(void **state)
{
    (void)state;
    enum { ROWS = 1500 };
    char *text = malloc(sizeof HEAD + ROWS * 40), *p = text;
    assert_non_null(text);
    p += sprintf(p, HEAD);
    for (int u = 0; u < ROWS; u++)
        p += sprintf(p, "c%d,u%d,%s,,,\n", u % 7, u, u % 3 == 0 ? "oops" : "2.25");
    for (int u = 0; u < ROWS / 2; u++)
        p += sprintf(p, "c1,u%d,1,%s,,\n", 2 * u, u % 2 == 0 ? "-1" : "");
    outcome whole = read_text(text, (size_t)1 << 40, 1), parts = read_text(text, 1000, 2);
    assert_int_equal(whole.status, TD_EDATA);
    assert_int_equal(td_errors_size(whole.errors), TD_MAX_FAULTS + 1);
    assert_same_faults(whole.errors, parts.errors);
    assert_int_equal(td_errors_count(whole.errors, TD_ERROR),
                     td_errors_count(parts.errors, TD_ERROR));
    release(&whole);
    release(&parts);
    free(text);
}

static void random_files(void **state)
{
    (void)state;
    static const char *const rows[] = {"c1,u1,1,2,x,\n",
                                       "c2,u2,\"2,5\",0,,\n",
                                       "c1,u3,4.75,,0,15/12/2025\n",
                                       "c1,u4,1.234,,,\n",
                                       "c1,u1,3,,,\n",
                                       ",u5,1,,,\n",
                                       "c1,u6,7,,,\r\n",
                                       "c1,u7,1,2\n",
                                       "\"c1\",u8,1,\"\",,\n",
                                       "\n",
                                       "c2,u9,\"1\"\"\",,,\n",
                                       ",,,,,\n",
                                       "c2,u10,0.125,3,k,\n",
                                       "c1,u11,-1,,,\n",
                                       "\"c\n1\",u12,2,,,\n",
                                       "c1,u2,,,,\n",
                                       "c3,u13,1,,,\n",
                                       "c1,u14,,,,1/1/25\n",
                                       "c1,u15,1 234,,,\n",
                                       "c1,u16,\"1\"x,,,\n"};
    static const char *const fine[] = {"1,2,x,\n", "\"2,5\",0,,\r\n", "4.75,,0,15/12/2025\n",
                                       ",,,\n"};
    uint64_t seed = 3;
    size_t n_fine = 0;
    for (size_t k = 0; k < 60; k++) {
        char text[1000] = HEAD;
        for (size_t i = 0; i < 3 + k % 9; i++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            if (k % 2 == 0)
                sprintf(text + strlen(text), "c%zu,v%zu,%s", i % 3, i, fine[seed >> 62]);
            else
                strcat(text, rows[(seed >> 33) % (sizeof rows / sizeof rows[0])]);
        }
        n_fine += check(text) == TD_OK;
    }
    assert_in_range(n_fine, 30, 59);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_and_parts),
        cmocka_unit_test(marks_are_of_the_whole_file),
        cmocka_unit_test(too_many_faults),
        cmocka_unit_test(random_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
