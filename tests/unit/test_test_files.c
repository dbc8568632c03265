/*
 * The helpers that other tests rely on.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/lib/files.h"

static void test_write_and_read(void **state)
{
    (void)state;
    td_folder folder;
    td_folder_init(&folder);
    char *path = td_folder_write_bytes(&folder, "a/b/c.csv", "x\0y", 3);
    size_t size = 0;
    char *text = td_test_read(path, &size);
    assert_int_equal(size, 3);
    assert_memory_equal(text, "x\0y", 4);
    free(text);
    free(path);
    td_folder_release(&folder);
}

static void test_clear_keeps_the_folder(void **state)
{
    (void)state;
    td_folder folder;
    td_folder_init(&folder);
    free(td_folder_write(&folder, "one.csv", "1"));
    char *two = td_folder_write(&folder, "deep/two.csv", "2");
    td_folder_clear(&folder);
    assert_int_not_equal(access(two, F_OK), 0);
    assert_int_equal(access(folder.path, F_OK), 0);
    td_folder_release(&folder);
    free(two);
}

static void test_release_removes_the_folder(void **state)
{
    (void)state;
    td_folder folder, other;
    char path[sizeof folder.path];
    td_folder_init(&folder);
    td_folder_init(&other);
    assert_string_not_equal(folder.path, other.path);
    strcpy(path, folder.path);
    free(td_folder_write(&folder, "x", ""));
    td_folder_release(&folder);
    assert_int_not_equal(access(path, F_OK), 0);
    td_folder_release(&other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_write_and_read),
        cmocka_unit_test(test_clear_keeps_the_folder),
        cmocka_unit_test(test_release_removes_the_folder),
    };
    return cmocka_run_group_tests_name("test files", tests, NULL, NULL);
}
