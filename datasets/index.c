#include "datasets/index.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/arena.h"

/* Eight bytes at a time, each with a multiplication that spreads it and a shift that brings it down. */
static uint64_t hash_of(const char *key, size_t length)
{
    uint64_t h = length;
    for (size_t i = 0; i < length; i += 8) {
        uint64_t bytes = 0;
        memcpy(&bytes, key + i, length - i < 8 ? length - i : 8);
        h = (h ^ bytes) * 0x9E3779B97F4A7C15u;
        h ^= h >> 32;
    }
    h *= 0x9E3779B97F4A7C15u;
    return h ^ (h >> 29);
}

/* The slot that holds the key, or the free one where it belongs. */
static td_index_slot *slot_of(const td_index *index, uint64_t hash, const char *key, size_t length)
{
    for (size_t i = (size_t)hash;; i++) {
        td_index_slot *slot = &index->slots[i & (index->capacity - 1)];
        if (slot->key == NULL ||
            (slot->hash == hash && slot->length == length && memcmp(slot->key, key, length) == 0))
            return slot;
    }
}

static bool grow(td_index *index)
{
    td_index grown = {.n = index->n, .capacity = index->capacity == 0 ? 64 : 2 * index->capacity};
    grown.slots = calloc(grown.capacity, sizeof *grown.slots);
    if (grown.slots == NULL)
        return false;
    td_memory_large(grown.slots, grown.capacity * sizeof *grown.slots);
    for (size_t i = 0; i < index->capacity; i++) {
        const td_index_slot *old = &index->slots[i];
        if (old->key != NULL)
            *slot_of(&grown, old->hash, old->key, old->length) = *old;
    }
    free(index->slots);
    *index = grown;
    return true;
}

bool td_index_put(td_index *index, const char *key, size_t length, size_t value, size_t *found)
{
    if (2 * (index->n + 1) > index->capacity && !grow(index))
        return false;
    uint64_t hash = hash_of(key, length);
    td_index_slot *slot = slot_of(index, hash, key, length);
    *found = slot->key == NULL ? SIZE_MAX : slot->value;
    if (slot->key == NULL) {
        *slot = (td_index_slot){hash, key, length, value};
        index->n++;
    }
    return true;
}

bool td_index_add(td_index *index, const char *key, size_t length, size_t value)
{
    size_t found;
    return td_index_put(index, key, length, value, &found);
}

size_t td_index_find(const td_index *index, const char *key, size_t length)
{
    if (index->capacity == 0)
        return SIZE_MAX;
    const td_index_slot *slot = slot_of(index, hash_of(key, length), key, length);
    return slot->key == NULL ? SIZE_MAX : slot->value;
}

void td_index_release(td_index *index)
{
    free(index->slots);
    *index = (td_index){0};
}
