/*
 * Memory that is freed all at once: one arena per loaded object.
 */
#ifndef TD_BASE_ARENA_H
#define TD_BASE_ARENA_H

#include <stddef.h>

typedef struct td_arena td_arena;

/* NULL when out of memory. td_arena_free() takes NULL. */
td_arena *td_arena_new(void);
void td_arena_free(td_arena *arena);

/* Zeroed, aligned for any type; NULL when out of memory or when n * size overflows. */
void *td_arena_alloc(td_arena *arena, size_t n, size_t size);
/* A copy with a final zero. */
char *td_arena_strndup(td_arena *arena, const char *text, size_t length);
char *td_arena_strdup(td_arena *arena, const char *text);
/* printf into the arena; NULL when out of memory. */
#if defined(__GNUC__)
__attribute__((format(printf, 2, 3)))
#endif
char *
td_arena_printf(td_arena *arena, const char *format, ...);

/*
 * Asks for large pages for memory of some megabytes that is about to be written: with small ones the
 * faults take longer than the writing. Changes nothing else; NULL and small sizes are left alone.
 */
void td_memory_large(void *memory, size_t size);

#endif
