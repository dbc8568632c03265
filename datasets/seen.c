#include "datasets/seen.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/arena.h"

#define ROW_SHIFT 24
#define PART_MASK ((UINT64_C(1) << ROW_SHIFT) - 1)
#define AHEAD 16 /* slots that are fetched before they are needed */

__extension__ typedef unsigned __int128 wide;

/* Both halves of the product of two words, folded: every bit depends on all of both. */
static uint64_t fold(uint64_t x, uint64_t y)
{
    wide product = (wide)x * y;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* Up to eight bytes, the first lowest. */
static uint64_t word_of(const char *key, size_t length)
{
    uint64_t word = 0;
    if (length >= 8) {
        memcpy(&word, key, 8);
        return le64toh(word);
    }
    if (length >= 4) {
        uint32_t first, last;
        memcpy(&first, key, 4);
        memcpy(&last, key + length - 4, 4);
        return le32toh(first) | (uint64_t)le32toh(last) << (8 * (length - 4));
    }
    for (size_t i = 0; i < length; i++)
        word |= (uint64_t)(unsigned char)key[i] << (8 * i);
    return word;
}

td_key_hash td_hash_key(const char *key, size_t length)
{
    uint64_t a = 0x9E3779B97F4A7C15u ^ length, b = 0xD1B54A32D192ED03u ^ length;
    for (size_t i = 0; i < length; i += 8) {
        uint64_t bytes = word_of(key + i, length - i);
        a = fold(a ^ bytes, 0xA0761D6478BD642Fu) + bytes;
        b = fold(b ^ bytes, 0xE7037ED1A0B428DBu) ^ (bytes << 32 | bytes >> 32);
    }
    return (td_key_hash){fold(a ^ 0x8EBC6AF09C88C6E3u, b ^ 0x589965CC75374CC3u) ^ a,
                         fold(b ^ 0x1D8E4E27C47D124Fu, a ^ 0xEB44ACCAB455D165u) ^ b};
}

static size_t row_of(const td_key_hash *slot)
{
    return (size_t)(slot->b >> ROW_SHIFT);
}

/* The slot that holds the key, or the free one where it belongs. */
static td_key_hash *slot_of(const td_seen *seen, const td_key_hash *hash)
{
    for (size_t i = (size_t)hash->a;; i++) {
        td_key_hash *slot = &seen->slots[i & (seen->capacity - 1)];
        if (row_of(slot) == 0 || (slot->a == hash->a && ((slot->b ^ hash->b) & PART_MASK) == 0))
            return slot;
    }
}

static td_key_hash slot_for(const td_key_hash *hash, size_t row)
{
    return (td_key_hash){hash->a, (uint64_t)row << ROW_SHIFT | (hash->b & PART_MASK)};
}

/* Slots of a table that are looked at in the order of keys are fetched some keys before. */
static void fetch(const td_seen *seen, const td_key_hash *keys, size_t i, size_t n)
{
    if (i + AHEAD < n)
        __builtin_prefetch(&seen->slots[keys[i + AHEAD].a & (seen->capacity - 1)], 1);
}

bool td_seen_reserve(td_seen *seen, size_t n)
{
    size_t capacity = seen->capacity == 0 || seen->is_list ? 1024 : seen->capacity;
    while (capacity / 2 < n)
        capacity *= 2;
    if (capacity == seen->capacity && !seen->is_list)
        return true;
    td_seen grown = {.n = seen->n, .capacity = capacity};
    grown.slots = calloc(capacity, sizeof *grown.slots);
    if (grown.slots == NULL)
        return false;
    td_memory_large(grown.slots, capacity * sizeof *grown.slots);
    const size_t n_old = seen->is_list ? seen->n : seen->capacity;
    for (size_t i = 0; i < n_old; i++) {
        fetch(&grown, seen->slots, i, n_old);
        if (row_of(&seen->slots[i]) != 0)
            *slot_of(&grown, &seen->slots[i]) = seen->slots[i];
    }
    free(seen->slots);
    *seen = grown;
    return true;
}

bool td_seen_append(td_seen *seen, size_t n, const td_key_hash *hash, const size_t *row,
                    size_t expected)
{
    if (seen->n + n > seen->capacity) {
        const size_t capacity = seen->n == 0 && expected > n ? expected : 2 * (seen->n + n);
        td_key_hash *grown = realloc(seen->slots, capacity * sizeof *grown);
        if (grown == NULL)
            return false;
        td_memory_large(grown, capacity * sizeof *grown);
        seen->slots = grown;
        seen->capacity = capacity;
    }
    seen->is_list = true;
    for (size_t i = 0; i < n; i++)
        seen->slots[seen->n++] = slot_for(&hash[i], row[i]);
    return true;
}

bool td_seen_add(td_seen *seen, size_t n, const td_key_hash *hash, const size_t *row, size_t *first)
{
    if (!td_seen_reserve(seen, seen->n + n))
        return false;
    for (size_t i = 0; i < n; i++) {
        fetch(seen, hash, i, n);
        td_key_hash *slot = slot_of(seen, &hash[i]);
        first[i] = row_of(slot);
        if (first[i] != 0)
            continue;
        *slot = slot_for(&hash[i], row[i]);
        seen->n++;
    }
    return true;
}

void td_seen_release(td_seen *seen)
{
    free(seen->slots);
    *seen = (td_seen){0};
}
