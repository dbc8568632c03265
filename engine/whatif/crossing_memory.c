/*
 * Memory of crossings: blocks that threads take one after another, kept for the next call.
 */
#include <stdlib.h>

#include "engine/base/arena.h"
#include "engine/whatif/crossings.h"

#define LARGE_PAGE ((size_t)2 << 20)

/* What td_crossings.memory is. */
typedef struct pool {
    td_crossing_block *used, *spare;
    size_t most_lists, most_clusters; /* room */
    bool has_places;                  /* some list owns places */
} pool;

static td_crossing_block *block_new(size_t room)
{
    td_crossing_block *b = malloc(sizeof *b);
    size_t size = room * (sizeof *b->at + sizeof *b->who);
    size_t align = size >= LARGE_PAGE ? LARGE_PAGE : 64;
    void *memory = b == NULL ? NULL : aligned_alloc(align, (size + align - 1) / align * align);
    if (memory == NULL) {
        free(b);
        return NULL;
    }
    td_memory_large(memory, size);
    *b = (td_crossing_block){
        .room = room, .at = memory, .who = (uint32_t *)((double *)memory + room)};
    return b;
}

static void blocks_free(td_crossing_block *b)
{
    for (td_crossing_block *next; b != NULL; b = next) {
        next = b->next;
        free(b->at);
        free(b);
    }
}

td_crossing_block *td_crossing_block_take(td_crossings *c, size_t n, size_t usual)
{
    pool *p = c->memory;
    td_crossing_block *taken = NULL;
#pragma omp critical(td_crossing_pool)
    {
        td_crossing_block **at = &p->spare;
        while (*at != NULL && (*at)->room < n)
            at = &(*at)->next;
        taken = *at;
        if (taken != NULL)
            *at = taken->next;
        else
            taken = block_new(n > usual ? n : usual);
        if (taken != NULL) {
            taken->used = 0;
            taken->next = p->used;
            p->used = taken;
        }
    }
    return taken;
}

static void drop_places(td_crossings *c)
{
    pool *p = c->memory;
    for (size_t i = 0; p->has_places && i < c->n_clusters * c->n_items; i++)
        free((void *)(uintptr_t)c->lists[i].places);
    p->has_places = false;
}

/* All blocks are spare again. */
static void pool_reset(pool *p)
{
    td_crossing_block **end = &p->spare;
    while (*end != NULL)
        end = &(*end)->next;
    *end = p->used;
    p->used = NULL;
}

void td_crossings_release(td_crossings *crossings)
{
    pool *p = crossings->memory;
    if (p != NULL) {
        drop_places(crossings);
        blocks_free(p->used);
        blocks_free(p->spare);
    }
    free(crossings->lists);
    free(crossings->clusters);
    free(p);
    *crossings = (td_crossings){0};
}

td_status td_crossings_make_lists(td_crossings *out, size_t n_clusters, size_t n_items)
{
    if (out->memory == NULL)
        out->memory = calloc(1, sizeof(pool));
    pool *p = out->memory;
    if (p == NULL)
        return TD_ENOMEM;
    drop_places(out);
    pool_reset(p);
    size_t n = n_clusters * n_items;
    out->n_clusters = out->n = 0;
    if (n > p->most_lists || n_clusters > p->most_clusters || out->lists == NULL) {
        free(out->lists);
        free(out->clusters);
        out->lists = malloc((n + 1) * sizeof *out->lists);
        out->clusters = malloc((n_clusters + 1) * sizeof *out->clusters);
        bool failed = out->lists == NULL || out->clusters == NULL;
        p->most_lists = failed ? 0 : n;
        p->most_clusters = failed ? 0 : n_clusters;
        if (failed)
            return TD_ENOMEM;
        td_memory_large(out->lists, n * sizeof *out->lists);
    }
    out->n_items = n_items;
    return TD_OK;
}

void td_crossings_own_places(td_crossings *crossings, bool some)
{
    pool *p = crossings->memory;
    p->has_places = some;
}
