/*
 * As much of cmocka as unit tests of kernels ask for, where the library is not there: a test that
 * fails ends the program. TAP on stdout, as cmocka prints it.
 */
#ifndef TD_TESTS_PLAIN_CMOCKA_H
#define TD_TESTS_PLAIN_CMOCKA_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct CMUnitTest {
    const char *name;
    void (*run)(void **state);
};
#define cmocka_unit_test(test) ((struct CMUnitTest){#test, test})

#define fail_msg(...)                                                                              \
    (printf("not ok - %s:%d: ", __FILE__, __LINE__), printf(__VA_ARGS__), puts(""), exit(1))
#define assert_true(what) ((what) ? (void)0 : fail_msg("%s", #what))
#define assert_false(what) assert_true(!(what))
#define assert_int_equal(a, b) assert_true((uintmax_t)(a) == (uintmax_t)(b))
#define assert_int_not_equal(a, b) assert_true((uintmax_t)(a) != (uintmax_t)(b))
#define assert_null(a) assert_true((a) == NULL)
#define assert_non_null(a) assert_true((a) != NULL)
#define assert_string_equal(a, b) assert_true(strcmp(a, b) == 0)
#define assert_memory_equal(a, b, size) assert_true(memcmp(a, b, size) == 0)

#define cmocka_run_group_tests(tests, setup, teardown)                                             \
    plain_run(sizeof(tests) / sizeof(tests)[0], tests)

static inline int plain_run(size_t n, const struct CMUnitTest *tests)
{
    printf("1..%zu\n", n);
    for (size_t i = 0; i < n; i++) {
        void *state = NULL;
        tests[i].run(&state);
        printf("ok %zu - %s\n", i + 1, tests[i].name);
    }
    return 0;
}

#endif
