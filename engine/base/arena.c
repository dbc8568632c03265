#include "engine/base/arena.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Blocks grow: many arenas hold a few sentences. */
#define FIRST_BYTES (size_t)2048
#define BLOCK_BYTES (size_t)65536
#define ALIGNMENT (size_t)16
#define LARGE_BYTES ((size_t)4 << 20)

typedef struct block {
    struct block *next;
    size_t used, size;
} block;

struct td_arena {
    block *first;
    size_t next_bytes; /* of the next block that is not for one large piece */
};

static size_t aligned(size_t n)
{
    return (n + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

void td_memory_large(void *memory, size_t size)
{
#ifdef MADV_HUGEPAGE
    size_t page = (size_t)sysconf(_SC_PAGESIZE), skip = (size_t)(-(uintptr_t)memory & (page - 1));
    if (memory != NULL && size >= LARGE_BYTES)
        madvise((char *)memory + skip, (size - skip) & ~(page - 1), MADV_HUGEPAGE);
#endif
}

td_arena *td_arena_new(void)
{
    td_arena *arena = calloc(1, sizeof *arena);
    if (arena != NULL)
        arena->next_bytes = FIRST_BYTES;
    return arena;
}

void td_arena_free(td_arena *arena)
{
    if (arena == NULL)
        return;
    for (block *b = arena->first; b != NULL;) {
        block *next = b->next;
        free(b);
        b = next;
    }
    free(arena);
}

static void *from_block(block *b, size_t bytes)
{
    unsigned char *start = (unsigned char *)b + aligned(sizeof *b) + b->used;
    b->used += bytes;
    return start;
}

void *td_arena_alloc(td_arena *arena, size_t n, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(n, size, &bytes) || bytes > SIZE_MAX / 2)
        return NULL;
    bytes = aligned(bytes > 0 ? bytes : 1);
    if (arena->first != NULL && arena->first->size - arena->first->used >= bytes)
        return from_block(arena->first, bytes);
    bool is_large = bytes > arena->next_bytes;
    size_t capacity = is_large ? bytes : arena->next_bytes;
    block *b = calloc(1, aligned(sizeof *b) + capacity);
    if (b == NULL)
        return NULL;
    td_memory_large(b, aligned(sizeof *b) + capacity);
    b->size = capacity;
    /* A large block goes behind the current one, so that its free rest stays in use. */
    if (arena->next_bytes < BLOCK_BYTES)
        arena->next_bytes *= 2;
    if (arena->first != NULL && is_large) {
        b->next = arena->first->next;
        arena->first->next = b;
    } else {
        b->next = arena->first;
        arena->first = b;
    }
    return from_block(b, bytes);
}

char *td_arena_strndup(td_arena *arena, const char *text, size_t length)
{
    char *copy = td_arena_alloc(arena, length + 1, 1);
    if (copy != NULL)
        memcpy(copy, text, length);
    return copy;
}

char *td_arena_strdup(td_arena *arena, const char *text)
{
    return td_arena_strndup(arena, text, strlen(text));
}

char *td_arena_printf(td_arena *arena, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, args);
    char *text = length < 0 ? NULL : td_arena_alloc(arena, (size_t)length + 1, 1);
    if (text != NULL)
        vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    va_end(args);
    return text;
}
