/*
 * Numbers as people and programs read them, and the filling of messages.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "engine/base/decimal.h"
#include "engine/base/messages.h"

static void points(void **state)
{
    (void)state;
    char text[64];
    assert_int_equal(td_points_text(8725, 2, '.', '\0', text, sizeof text), 5);
    assert_string_equal(text, "87.25");
    td_points_text(-5, 2, ',', '\0', text, sizeof text);
    assert_string_equal(text, "-0,05");
    td_points_text(123456789, 2, ',', '.', text, sizeof text);
    assert_string_equal(text, "1.234.567,89");
    td_points_text(1234, 0, ',', '.', text, sizeof text);
    assert_string_equal(text, "1.234");
    td_points_text(0, 2, '.', '\0', text, sizeof text);
    assert_string_equal(text, "0.00");
    td_points_text(-0.2, 0, '.', '\0', text, sizeof text);
    assert_string_equal(text, "0");
}

static void points_fit_any_buffer(void **state)
{
    (void)state;
    char text[4] = "zzz";
    assert_int_equal(td_points_text(8725, 2, '.', '\0', text, sizeof text), 5);
    assert_string_equal(text, "87.");
    assert_int_equal(td_points_text(8725, 2, '.', '\0', NULL, 0), 5);
}

static void shares(void **state)
{
    (void)state;
    char text[64];
    td_share_text(1300, 1500, 2, ',', text, sizeof text);
    assert_string_equal(text, "86,67");
    td_share_text(-1, 3, 2, '.', text, sizeof text);
    assert_string_equal(text, "-33.33");
    td_share_text(1, 8, 2, '.', text, sizeof text); /* 12.5 */
    assert_string_equal(text, "12.50");
    td_share_text(1, 1600, 2, '.', text, sizeof text); /* 0.0625: half up */
    assert_string_equal(text, "0.06");
    td_share_text(3, 800, 2, '.', text, sizeof text); /* 0.375 */
    assert_string_equal(text, "0.38");
    td_share_text(5, 0, 2, '.', text, sizeof text);
    assert_string_equal(text, "");
}

static void shortest_numbers_read_back(void **state)
{
    (void)state;
    static const struct {
        double x;
        const char *text;
    } CASES[] = {{66.67, "66.67"},
                 {0.1, "0.1"},
                 {-3, "-3"},
                 {0.1 + 0.2, "0.30000000000000004"},
                 {123456789012345, "123456789012345"},
                 {1.0 / 3.0, "0.3333333333333333"}};
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        char text[64];
        assert_int_equal(td_number_text(CASES[i].x, '.', text, sizeof text), strlen(CASES[i].text));
        assert_string_equal(text, CASES[i].text);
    }
}

static void messages_are_filled(void **state)
{
    (void)state;
    const char number[] = {'1', '2', TD_MARK, '5', '\0'};
    const char *args[] = {number, "[80, 95)", "3.1"};
    char text[64];
    td_message_fill("{2}: {1} {3} {9}{x}", TD_VI, args, 3, text, sizeof text);
    assert_string_equal(text, "[80, 95): 12,5 3.1 {x}");
    td_message_fill("{2}: {1}", TD_EN, args, 3, text, sizeof text);
    assert_string_equal(text, "[80, 95): 12.5");
    char narrow[6];
    assert_int_equal(td_message_fill("{2}: {1}", TD_EN, args, 3, narrow, sizeof narrow), 14);
    assert_string_equal(narrow, "[80, ");
}

static size_t count_holes(const char *text)
{
    size_t n = 0;
    for (char arg = '1'; arg <= '9'; arg++) {
        char hole[] = {'{', arg, '}', '\0'};
        n += strstr(text, hole) != NULL;
    }
    return n;
}

/* Every text of the table in both languages (or in none), with as many arguments in both. */
static void every_message_speaks_both_languages(void **state)
{
    (void)state;
    for (int id = 0; id < TD_N_MESSAGES; id++) {
        const char *vi = td_message_text((td_message)id, TD_VI);
        const char *en = td_message_text((td_message)id, TD_EN);
        if ((vi[0] == '\0') != (en[0] == '\0'))
            fail_msg("%s: in one language only", td_message_id((td_message)id));
        if (count_holes(vi) != count_holes(en))
            fail_msg("%s: other arguments in Vietnamese than in English",
                     td_message_id((td_message)id));
    }
}

static void nearest_words(void **state)
{
    (void)state;
    const char *known[] = {"criteria", "classes", "channels", "gates"};
    assert_string_equal(td_nearest("criterai", known, 4), "criteria");
    assert_string_equal(td_nearest("gate", known, 4), "gates");
    assert_null(td_nearest("banana", known, 4));
    assert_null(td_nearest("x", known, 0));
    char longest[300];
    memset(longest, 'a', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    assert_null(td_nearest(longest, known, 4));
}

static void faults_keep_place_and_words(void **state)
{
    (void)state;
    td_errors *errors = td_errors_new();
    char file[] = "x.csv";
    td_place place = {.file = file, .row = 3, .column = 2, .field = "I.1"};
    td_errors_add(errors, TD_MSG_DATA_NOT_UTF8, &place, "0xFF", NULL);
    file[0] = '!';
    assert_int_equal(td_errors_size(errors), 1);
    td_fault fault = td_errors_view(errors, 0);
    assert_string_equal(fault.code, "data-not-utf8");
    assert_string_equal(fault.place.file, "x.csv");
    assert_int_equal(fault.place.row, 3);
    assert_int_equal(td_errors_status(errors), TD_EDATA);
    char text[200];
    td_errors_what(errors, 0, TD_EN, text, sizeof text);
    assert_non_null(strstr(text, "0xFF"));
    for (size_t i = 0; i < TD_MAX_FAULTS + 9; i++)
        td_errors_add(errors, TD_MSG_DATA_MEAN_OF_NEGATIVE, NULL, "a", "b", NULL);
    assert_int_equal(td_errors_size(errors), TD_MAX_FAULTS + 1);
    assert_int_equal(td_errors_count(errors, TD_WARNING), TD_MAX_FAULTS + 9);
    td_errors_what(errors, TD_MAX_FAULTS, TD_EN, text, sizeof text);
    assert_non_null(strstr(text, "10 more"));
    td_errors_free(errors);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(points),
        cmocka_unit_test(points_fit_any_buffer),
        cmocka_unit_test(shares),
        cmocka_unit_test(shortest_numbers_read_back),
        cmocka_unit_test(messages_are_filled),
        cmocka_unit_test(every_message_speaks_both_languages),
        cmocka_unit_test(nearest_words),
        cmocka_unit_test(faults_keep_place_and_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
