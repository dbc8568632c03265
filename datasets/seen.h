/*
 * Which keys came before, and in which row: units and clusters of a stream too long to be kept.
 * Sixteen bytes a key at most half of the table's room: 88 bits of a hash and the row. Two of
 * 10^8 different keys share their 88 bits with a chance below 10^-10; then a unit is said to be
 * there twice that is not, and nothing is passed over.
 */
#ifndef TD_DATASETS_SEEN_H
#define TD_DATASETS_SEEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* 128 bits of a hash; the table keeps 88. */
typedef struct td_key_hash {
    uint64_t a, b;
} td_key_hash;

td_key_hash td_hash_key(const char *key, size_t length);

/* An order of keys, in which 9 comes before 10. */
static inline bool td_key_precedes(const char *a, size_t n_a, const char *b, size_t n_b)
{
    return n_a != n_b ? n_a < n_b : memcmp(a, b, n_a) < 0;
}

/* Zero-initialized: empty. Released by td_seen_release(). */
typedef struct td_seen {
    size_t n, capacity; /* of a table: a power of two, or 0 */
    td_key_hash *slots; /* a, and the row in the upper 40 bits of b; row 0: free */
    bool is_list;       /* n slots as they were appended: no key was looked for yet */
} td_seen;

/* A table with room for n keys, so that adding does not grow it. False: out of memory. */
bool td_seen_reserve(td_seen *seen, size_t n);

/* Adds n keys that the caller knows to be new, while it knows so of all: the table is made when a key
   is looked for. Rows as below. The first time room is made for `expected` keys. False: out of memory.
   A few nanoseconds a key. */
bool td_seen_append(td_seen *seen, size_t n, const td_key_hash *hash, const size_t *row,
                    size_t expected);

/*
 * Adds n keys with the rows row[i] >= 1 (below 2^40) in this order. first[i] is the row in which
 * the key came before, 0 when it is new. False: out of memory. Expected time O(n).
 */
bool td_seen_add(td_seen *seen, size_t n, const td_key_hash *hash, const size_t *row,
                 size_t *first);
void td_seen_release(td_seen *seen);

#endif
