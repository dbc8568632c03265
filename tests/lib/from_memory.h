/*
 * A text in memory as what a feed reads from (datasets/stream.h).
 */
#ifndef TD_TESTS_FROM_MEMORY_H
#define TD_TESTS_FROM_MEMORY_H

#include <stddef.h>
#include <string.h>

typedef struct from_memory {
    const char *at, *end;
} from_memory;

static inline size_t next_bytes(void *context, char *into, size_t size)
{
    from_memory *m = context;
    size_t left = (size_t)(m->end - m->at), n = left < size ? left : size;
    memcpy(into, m->at, n);
    m->at += n;
    return n;
}

#endif
