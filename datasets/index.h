/*
 * From a key to a number: unit, cluster, criterion. Keys are borrowed.
 */
#ifndef TD_DATASETS_INDEX_H
#define TD_DATASETS_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct td_index_slot {
    uint64_t hash;
    const char *key; /* NULL: free */
    size_t length, value;
} td_index_slot;

/* Zero-initialized: empty. Released by td_index_release(). */
typedef struct td_index {
    size_t n, capacity; /* a power of two, or 0 */
    td_index_slot *slots;
} td_index;

/*
 * Adds key, which must not be there yet and must outlive the index. False: out of memory.
 * Expected time O(length).
 */
bool td_index_add(td_index *index, const char *key, size_t length, size_t value);
/* Adds key unless it is there: *found is then its value, else SIZE_MAX. */
bool td_index_put(td_index *index, const char *key, size_t length, size_t value, size_t *found);
/* The value of key, SIZE_MAX when it is not there. */
size_t td_index_find(const td_index *index, const char *key, size_t length);
void td_index_release(td_index *index);

#endif
