/*
 * Codes and what they stand for, found in O(log n) whatever a file holds.
 */
#ifndef TD_CRITERIA_CODES_H
#define TD_CRITERIA_CODES_H

#include <stdbool.h>

#include "engine/base/arena.h"

typedef struct td_codes td_codes;

/* NULL when out of memory. Lives in the arena. */
td_codes *td_codes_new(td_arena *arena);

/* The index of a code, SIZE_MAX when it is not there (or codes is NULL). */
size_t td_codes_find(const td_codes *codes, const char *code);

/* Adds a code that is not there; it is borrowed. False when out of memory. */
bool td_codes_add(td_codes *codes, const char *code, size_t index);

#endif
