/*
 * "Did you mean": the nearest candidate by edit distance over bytes.
 */
#include <string.h>

#include "engine/base/errors.h"

#define MAX_WORD 63

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t edit_distance(const char *a, size_t n, const char *b, size_t m)
{
    size_t row[MAX_WORD + 1];
    for (size_t j = 0; j <= m; j++)
        row[j] = j;
    for (size_t i = 1; i <= n; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= m; j++) {
            size_t above = row[j];
            size_t changed = diagonal + (a[i - 1] != b[j - 1]);
            row[j] = least(changed, least(above, row[j - 1]) + 1);
            diagonal = above;
        }
    }
    return row[m];
}

const char *td_nearest(const char *word, const char *const *candidates, size_t n)
{
    size_t length = strlen(word), best = SIZE_MAX;
    const char *nearest = NULL;
    size_t allowed = length / 3 > 1 ? length / 3 : 1;
    for (size_t i = 0; length <= MAX_WORD && i < n; i++) {
        size_t other = candidates[i] == NULL ? 0 : strlen(candidates[i]);
        if (other == 0 || other > MAX_WORD || other > length + allowed || length > other + allowed)
            continue;
        size_t distance = edit_distance(word, length, candidates[i], other);
        if (distance <= allowed && distance < best) {
            best = distance;
            nearest = candidates[i];
        }
    }
    return nearest;
}
