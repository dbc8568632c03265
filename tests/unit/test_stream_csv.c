/*
 * Rows of a stream, compared with cells that are written one by one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "criteria/policy.h"
#include "criteria/rules.h"
#include "datasets/dataset.h"

/* The programs are no library: their sources are tested in place. */
#include "apps/report/stream_csv.c"
#include "apps/report/text.c"

#include "tests/unit/random_text.h"

const char *td_state_code(td_state state)
{
    return state == TD_UNRANKED ? "unranked" : "ranked";
}

enum { MOST_UNITS = 40, MOST_AWARDS = 7, MOST_TEXT = 40 };

#define LONG_CODE                                                                                  \
    "-of-two-hundred-and-fifty-bytes-to-be-put-into-a-row-that-has-no-other-long-cell-"            \
    "..................................................................................."          \
    "..................................................................................."

/* A block with results, all of them picked. */
typedef struct block {
    td_class classes[2];
    td_rules rules, *rules_list[1];
    td_award_rule awards[MOST_AWARDS];
    td_policy policy;
    td_unit units[MOST_UNITS];
    td_cluster clusters[MOST_UNITS];
    char *texts[2 * MOST_UNITS];
    size_t n_texts;
    td_evaluation evaluation;
    double total_q[MOST_UNITS];
    float rank[MOST_UNITS];
    uint8_t state[MOST_UNITS], class_index[MOST_UNITS], award_state[MOST_UNITS * MOST_AWARDS];
    td_outline results;
} block;

/* Mostly plain; memory of just its size, so that a tool sees what is read behind it. */
static const char *some_text(block *b, size_t *length)
{
    static const char odd[] = "\",;\r\n\t=+-@ \x1f!'\xE1";
    size_t n = pick(chance(80) ? 10 : MOST_TEXT);
    char *made = malloc(n + 1);
    bool is_plain = chance(70);
    assert_non_null(made);
    for (size_t i = 0; i < n; i++)
        made[i] = is_plain || chance(80) ? (char)('0' + pick(10)) : odd[pick(sizeof odd - 1)];
    made[n] = '\0';
    *length = n;
    b->texts[b->n_texts++] = made;
    return made;
}

static double some_quanta(void)
{
    static const double few[] = {0, 1, 99, 100, 999999, 1e6, 1e8, 1e14 - 1, 0x1p53, 0x1p60, 0.5};
    double whole = (double)(pick(1000000) * (chance(50) ? 1 : pick(1000000)));
    double size = chance(70) ? whole : few[pick(sizeof few / sizeof few[0])];
    return chance(5) ? NAN : chance(20) ? -size : size;
}

static void pick_units(block *b)
{
    td_dataset *data = &b->evaluation.data;
    data->n_units = 1 + pick(MOST_UNITS);
    data->n_clusters = 0;
    for (size_t u = 0; u < data->n_units; u++) {
        size_t length;
        if (u == 0 || chance(20))
            b->clusters[data->n_clusters++] =
                (td_cluster){.id = some_text(b, &length), .first_unit = u};
        b->clusters[data->n_clusters - 1].n_units++;
        b->units[u] = (td_unit){.id = some_text(b, &length), .cluster = data->n_clusters - 1};
        b->units[u].id_length = chance(50) ? length : 0;
        b->total_q[u] = some_quanta();
        b->rank[u] = (float)(chance(80) ? pick(120) : pick(70000)) / (chance(20) ? 2 : 1);
        b->state[u] = (uint8_t)(chance(10) ? TD_UNRANKED : TD_RANKED);
        b->class_index[u] = chance(30) ? TD_OUTLINE_NONE : (uint8_t)pick(2);
    }
    data->units = b->units;
    data->clusters = b->clusters;
    data->view.n_units = data->n_units;
    data->view.n_clusters = data->n_clusters;
}

static void pick_block(block *b)
{
    static const char *const codes[MOST_AWARDS] = {
        "flag", "=certificate-of-merit", "x;y", "x,y", "d", "e", "f"};
    size_t n_awards = pick(MOST_AWARDS + 1);
    *b = (block){.classes = {{.code = "good"}, {.code = LONG_CODE}}};
    b->rules.classes = b->classes;
    b->rules.view.decimals = (int)pick(7);
    b->rules.view.n_classes = pick(2) * 2;
    b->rules.view.n_gates = pick(2);
    b->rules_list[0] = &b->rules;
    b->policy.awards = b->awards;
    b->policy.n_awards = b->policy.view.n_awards = n_awards;
    for (size_t w = 0; w < n_awards; w++)
        b->awards[w].code = codes[w];
    b->evaluation.rules = b->rules_list;
    b->evaluation.n_rules = 1;
    b->evaluation.policy = chance(80) ? &b->policy : NULL;
    pick_units(b);
    b->results = (td_outline){.n_units = b->evaluation.data.n_units,
                              .n_awards = b->evaluation.policy == NULL ? 0 : n_awards,
                              .total_q = b->total_q,
                              .rank = b->rank,
                              .state = b->state,
                              .class_index = b->class_index,
                              .award_state = b->award_state};
    for (size_t i = 0; i < b->results.n_units * b->results.n_awards; i++)
        b->award_state[i] = (uint8_t)(chance(30) ? TD_PROPOSED : chance(10) ? TD_GIVEN : 0);
}

/* ---- one by one ---- */

static void put_numbers(FILE *out, const block *b, size_t u, char mark)
{
    char number[TD_NUMBER] = "";
    if (!isnan(b->total_q[u]))
        td_points_text(b->total_q[u], b->rules.view.decimals, mark, 0, number, sizeof number);
    fprintf(out, "%s%c", number, mark == ',' ? ';' : ',');
    if (b->state[u] == TD_UNRANKED)
        return;
    td_number_text((double)b->rank[u], mark, number, sizeof number);
    fprintf(out, "%s", number);
}

static void put_codes_of(FILE *out, const block *b, size_t u, char separator)
{
    bool first = true;
    for (size_t w = 0; w < b->results.n_awards; w++) {
        uint8_t state = b->award_state[w * b->results.n_units + u];
        if (state != TD_PROPOSED && state != TD_GIVEN)
            continue;
        if (!first)
            fputc(' ', out);
        td_text_csv(out, b->awards[w].code, separator, false);
        first = false;
    }
}

static char *one_by_one(const block *b, bool vn)
{
    const char separator = vn ? ';' : ',';
    char *lines = NULL;
    size_t size;
    FILE *out = open_memstream(&lines, &size);
    for (size_t u = 0; u < b->results.n_units; u++) {
        td_text_csv(out, b->units[u].id, separator, false);
        fputc(separator, out);
        td_text_csv(out, b->clusters[b->units[u].cluster].id, separator, false);
        fputc(separator, out);
        put_numbers(out, b, u, vn ? ',' : '.');
        if (b->rules.view.n_classes > 0) {
            fputc(separator, out);
            if (b->class_index[u] != TD_OUTLINE_NONE)
                td_text_csv(out, b->classes[b->class_index[u]].code, separator, false);
        }
        if (b->rules.view.n_gates > 0)
            fprintf(out, "%c%s", separator, td_state_code((td_state)b->state[u]));
        if (b->evaluation.policy != NULL) {
            fputc(separator, out);
            put_codes_of(out, b, u, separator);
        }
        fputs(vn ? "\r\n" : "\n", out);
    }
    assert_int_equal(fclose(out), 0);
    return lines;
}

static void rows_are_those_of_single_cells(void **state)
{
    (void)state;
    block *b = malloc(sizeof *b);
    assert_non_null(b);
    for (size_t round = 0; round < 3000; round++) {
        td_buffer out = {0};
        bool vn = chance(40);
        pick_block(b);
        td_stream_csv csv = td_stream_csv_of(&b->evaluation, vn, TD_EN);
        assert_int_equal(td_stream_csv_rows(&csv, &b->evaluation, &b->results, &out), TD_OK);
        char *expected = one_by_one(b, vn);
        assert_int_equal(out.size, strlen(expected));
        assert_memory_equal(out.text, expected, out.size);
        free(expected);
        free(out.text);
        for (size_t i = 0; i < b->n_texts; i++)
            free(b->texts[i]);
    }
    free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(rows_are_those_of_single_cells)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
