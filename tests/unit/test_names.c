/*
 * When two names are the same, and how names are sorted.
 */
#include "datasets/names.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "datasets/index.h"

static char *key_of(const char *text)
{
    td_names *names = td_names_new();
    size_t length;
    const char *key = td_name_key(names, text, strlen(text), &length);
    assert_non_null(key);
    assert_int_equal(strlen(key), length);
    char *copy = strdup(key);
    td_names_free(names);
    return copy;
}

static void assert_same(const char *a, const char *b, bool same)
{
    char *x = key_of(a), *y = key_of(b);
    if ((strcmp(x, y) == 0) != same)
        fail_msg("\"%s\" has key \"%s\", \"%s\" has key \"%s\"", a, x, b, y);
    free(x);
    free(y);
}

static void the_same_name(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {
        {"Phường 1", "phường 1"},
        {"  Phường   1 ", "Phường 1"},
        {"Phường\u00A01", "Phường 1"},
        {"Phường\u202F1\t", "Phường 1"},
        {"Phường 1\u200B", "Phường 1"},
        {"Phươ\u200Bng\uFEFF 1", "Phương 1"},
        {"Phươ\u0300ng 1", "Phường 1"},
        {"Phu\u031B\u0300o\u031B\u0300ng", "Phừờng"},
        {"XÃ ĐỒNG ÍCH", "xã đồng ích"},
        {"Xã Hoà Bình", "Xã Hòa Bình"},
        {"Hòa", "Hoà"},
        {"HÒA", "hoà"},
        {"khoẻ", "khỏe"},
        {"thuỷ", "thủy"},
        {"Uỷ ban", "Ủy ban"},
        {"khuỷu", "khủyu"},
        {"Toà án", "Tòa án"},
        {"hoạ", "họa"},
        {"xoã", "xõa"},
        {"loé", "lóe"},
        {"Qúy", "Quý"},
        {"a1", "A1"},
        {"", " \u00A0\u200B"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
        assert_same(pairs[i][0], pairs[i][1], true);
}

static void other_names(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {
        {"Phường 1", "Phường 10"},
        {"hòa", "hóa"},
        {"hoà", "hoá"},
        {"quý", "quỳ"},
        {"của", "cùa"},
        {"An", "Ân"},
        {"Đông", "Dông"},
        {"mùa", "muà"},
        {"thúy", "thụy"},
        {"1.1", "11"},
        {"a b", "ab"},
        {"ủa", "uả"},
        {"Ơn", "On"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
        assert_same(pairs[i][0], pairs[i][1], false);
}

static void keys_are_readable(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {
        {"Xã  Quý Hòa ", "xã quý hoà"}, {" B3.1\t", "b3.1"}, {"THUỶ NGUYÊN", "thuỷ nguyên"}};
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        char *key = key_of(pairs[i][0]), *again = key_of(pairs[i][1]);
        assert_string_equal(key, pairs[i][1]);
        assert_string_equal(again, pairs[i][1]);
        free(key);
        free(again);
    }
}

static void plain_keeps_the_letters(void **state)
{
    (void)state;
    td_names *names = td_names_new();
    size_t length;
    static const char decomposed[] = " CTD\u0302CP  Ho\u0300a\u200B";
    assert_string_equal(td_name_plain(names, decomposed, strlen(decomposed), &length),
                        "CTD\u0302CP Hòa");
    assert_string_equal(td_name_plain(names, " Co  Tinh ", 10, &length), "Co Tinh");
    assert_int_equal(length, 7);
    td_names_free(names);
}

/* One working memory for many names, short after long. */
static void memory_is_used_again(void **state)
{
    (void)state;
    td_names *names = td_names_new();
    char text[4000];
    for (size_t n = 1; n < 1300; n *= 3) {
        text[0] = '\0';
        for (size_t i = 0; i < n; i++)
            strcat(text, "Ế");
        size_t length;
        const char *key = td_name_key(names, text, strlen(text), &length);
        assert_int_equal(length, 3 * n);
        assert_memory_equal(key, "ế", 3);
        assert_string_equal(td_name_key(names, "Á", 2, &length), "á");
        assert_string_equal(td_name_key(names, "A", 1, &length), "a");
    }
    td_names_free(names);
}

static td_collator *collator;

static int compare(const void *a, const void *b)
{
    return td_name_compare(collator, *(const char *const *)a, *(const char *const *)b);
}

static void vietnamese_order(void **state)
{
    (void)state;
    static const char *const sorted[] = {
        "An",      "Ăn",     "Ấn",       "Bình",      "Cần Thơ",        "Dĩ An",
        "Đà Nẵng", "Hà Nội", "Phường 2", "Phường 10", "Xã Phú Lương 2", "Xã Phú Lương 10"};
    const char *names[12];
    size_t n = sizeof sorted / sizeof sorted[0];
    for (size_t i = 0; i < n; i++)
        names[i] = sorted[(i * 5 + 3) % n];
    collator = td_collator_new();
    assert_non_null(collator);
    qsort(names, n, sizeof names[0], compare);
    for (size_t i = 0; i < n; i++)
        assert_string_equal(names[i], sorted[i]);
    assert_int_equal(td_name_compare(collator, "Xã", "Xã"), 0);
    td_collator_free(collator);
    td_collator_free(NULL);
}

/* ---- the table of keys ---- */

static void index_finds_what_it_has(void **state)
{
    (void)state;
    td_index index = {0};
    static char keys[5000][8];
    assert_int_equal(td_index_find(&index, "k", 1), SIZE_MAX);
    for (size_t i = 0; i < 5000; i++) {
        snprintf(keys[i], sizeof keys[i], "u%zu", i * 7);
        assert_int_equal(td_index_find(&index, keys[i], strlen(keys[i])), SIZE_MAX);
        assert_true(td_index_add(&index, keys[i], strlen(keys[i]), i));
    }
    for (size_t i = 0; i < 5000; i++)
        assert_int_equal(td_index_find(&index, keys[i], strlen(keys[i])), i);
    assert_int_equal(td_index_find(&index, "u7 ", 2), 1);
    assert_int_equal(td_index_find(&index, "u8", 2), SIZE_MAX);
    assert_int_equal(td_index_find(&index, "", 0), SIZE_MAX);
    td_index_release(&index);
    assert_int_equal(index.n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_name),           cmocka_unit_test(other_names),
        cmocka_unit_test(keys_are_readable),       cmocka_unit_test(plain_keeps_the_letters),
        cmocka_unit_test(memory_is_used_again),    cmocka_unit_test(vietnamese_order),
        cmocka_unit_test(index_finds_what_it_has),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
