/*
 * Preloaded into the program under test: the TD_FAIL_AT-th allocation and all after it fail,
 * as they do on a machine without memory. TD_FAIL_ONCE=1: only that one.
 */
#include <errno.h>
#include <stdlib.h>

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t n, size_t size);
extern void *__libc_realloc(void *memory, size_t size);

static long fail_at = -1;
static int once;
static long count;

static void read_settings(void)
{
    const char *at = getenv("TD_FAIL_AT");
    fail_at = at == NULL ? 0 : atol(at);
    once = getenv("TD_FAIL_ONCE") != NULL;
}

static int fails(void)
{
    if (fail_at < 0)
        read_settings();
    long now = __atomic_add_fetch(&count, 1, __ATOMIC_RELAXED);
    if (fail_at == 0 || now < fail_at || (once && now > fail_at))
        return 0;
    errno = ENOMEM;
    return 1;
}

void *malloc(size_t size)
{
    return fails() ? NULL : __libc_malloc(size);
}

void *calloc(size_t n, size_t size)
{
    return fails() ? NULL : __libc_calloc(n, size);
}

void *realloc(void *memory, size_t size)
{
    return fails() ? NULL : __libc_realloc(memory, size);
}
