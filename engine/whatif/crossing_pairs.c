/*
 * The crossings of one cluster and item from fractions: every pair, then sorted.
 */
#include <stdlib.h>
#include <string.h>

#include "engine/whatif/crossings.h"

/* ---- rows ---- */

td_status td_crossing_add(td_crossing_rows *rows, const td_crossing *crossing)
{
    if (rows->n == rows->room) {
        size_t room = 2 * rows->room + 64;
        td_crossing *moved = realloc(rows->rows, room * sizeof *moved);
        if (moved == NULL)
            return TD_ENOMEM;
        rows->rows = moved;
        rows->room = room;
    }
    rows->rows[rows->n++] = *crossing;
    return TD_OK;
}

void td_crossing_rows_release(td_crossing_rows *rows)
{
    free(rows->rows);
    *rows = (td_crossing_rows){0};
}

/* ---- order ---- */

static uint32_t pair_of(uint32_t who)
{
    uint32_t up = (uint32_t)td_crossing_up(who), down = (uint32_t)td_crossing_down(who);
    return up < down ? up << 16 | down : down << 16 | up;
}

/* Doubles are rounded to the nearest, which keeps the order: equal ones are told apart exactly. */
static int order(const td_crossing *x, const td_crossing *y)
{
    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    int sign = td_fraction_order(x->place.lo, y->place.lo);
    if (sign != 0)
        return sign;
    return pair_of(x->who) < pair_of(y->who) ? -1 : 1;
}

static void merge_sort(td_crossing *rows, td_crossing *scratch, size_t n)
{
    if (n < 2)
        return;
    size_t half = n / 2, i = 0, j = half, k = 0;
    merge_sort(rows, scratch, half);
    merge_sort(rows + half, scratch, n - half);
    while (i < half && j < n)
        scratch[k++] = order(&rows[i], &rows[j]) <= 0 ? rows[i++] : rows[j++];
    while (i < half)
        scratch[k++] = rows[i++];
    while (j < n)
        scratch[k++] = rows[j++];
    memcpy(rows, scratch, n * sizeof *rows);
}

/* ---- pairs ---- */

static td_status add_pair(const td_lines *lines, const td_lane *lane, size_t i, size_t j,
                          td_crossing_rows *out)
{
    bool failed = false, ahead;
    td_fraction at = td_lines_meet(lines, lane, i, j, &ahead, &failed);
    if (failed)
        return TD_EDATA;
    if (at.den == 0)
        return TD_OK;
    uint32_t first = lines->position[i], second = lines->position[j];
    return td_crossing_add(
        out, &(td_crossing){.at = td_fraction_value(at),
                            .who = ahead ? second | first << 16 : first | second << 16,
                            .place = td_root_of(at)});
}

td_status td_crossing_pairs(const td_lines *lines, const td_lane *lane, td_crossing_rows *out)
{
    td_status status = TD_OK;
    out->n = 0;
    for (size_t i = 0; i < lines->n && status == TD_OK; i++)
        for (size_t j = i + 1; j < lines->n && status == TD_OK; j++)
            status = add_pair(lines, lane, i, j, out);
    td_crossing *scratch = status == TD_OK ? calloc(out->n + 1, sizeof *scratch) : NULL;
    if (status != TD_OK || scratch == NULL)
        return status == TD_OK ? TD_ENOMEM : status;
    merge_sort(out->rows, scratch, out->n);
    free(scratch);
    return TD_OK;
}
