/*
 * Random choices, the same in every run, and texts put together of them.
 */
#ifndef TD_TESTS_RANDOM_TEXT_H
#define TD_TESTS_RANDOM_TEXT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

static uint64_t seed = 88172645463325252u; /* xorshift64 (G. Marsaglia, 2003); never 0 */

/* One of 0 .. n - 1. */
static inline size_t pick(size_t n)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (size_t)((seed >> 11) % n);
}

static inline bool chance(size_t percent)
{
    return pick(100) < percent;
}

typedef struct text {
    char bytes[65536];
    size_t size;
} text;

/* Appends like printf; the text has room. */
static inline void put(text *t, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int n = vsnprintf(t->bytes + t->size, sizeof t->bytes - t->size, format, args);
    va_end(args);
    assert_in_range(n, 0, sizeof t->bytes - t->size - 1);
    t->size += (size_t)n;
}

#endif
