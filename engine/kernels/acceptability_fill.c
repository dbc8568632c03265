/* What the kernel of acceptability.h is given, and ranks outside of it. */
#include <stdbool.h>
#include <string.h>

#include "engine/kernels/acceptability.h"

#define COLUMNS 16

/* ---- units ---- */

static bool same_row(const td_rank_units *u, size_t i, size_t j)
{
    return u->offset[i] == u->offset[j] &&
           memcmp(u->points + i * u->m, u->points + j * u->m, u->m * sizeof *u->points) == 0;
}

/* Units with the same row get codes one apart, whatever their keys; others at least two. */
static void find_same(td_rank_units *u)
{
    bool has_code[TD_RANK_MOST] = {false};
    uint8_t next = 0;
    for (size_t i = 0; i < u->n; i++)
        u->same[i] = i;
    for (size_t i = 0; i < u->n; i++) {
        if (has_code[i])
            continue;
        u->code[i] = next;
        for (size_t j = i + 1, last = i; j < u->n; j++) {
            if (has_code[j] || !same_row(u, i, j))
                continue;
            has_code[j] = true;
            u->code[j] = ++next;
            if (u->before[j] == u->before[last])
                u->same[j] = u->same[last];
            last = j;
        }
        next = (uint8_t)(next + 2);
    }
}

/* Some columns at once: values lie `stride` apart, `filter` gets them less their least. */
static void fill_columns(const td_rank_units *u, size_t n_columns, const double *restrict values,
                         size_t stride, float *restrict filter, double *restrict range)
{
    double least[COLUMNS], most[COLUMNS];
    for (size_t k = 0; k < n_columns; k++)
        least[k] = most[k] = values[k];
    for (size_t i = 1; i < u->n; i++)
        for (size_t k = 0; k < n_columns; k++) {
            double x = values[i * stride + k];
            least[k] = x < least[k] ? x : least[k];
            most[k] = x > most[k] ? x : most[k];
        }
    for (size_t i = 0; i < u->n; i++)
        for (size_t k = 0; k < n_columns; k++)
            filter[i * u->n_columns + k] = (float)(values[i * stride + k] - least[k]);
    for (size_t k = 0; k < n_columns; k++)
        range[k] = most[k] - least[k] > range[k] ? most[k] - least[k] : range[k];
}

static bool has_one_offset(const td_rank_units *u)
{
    for (size_t i = 1; i < u->n; i++)
        if (u->offset[i] != u->offset[0])
            return false;
    return true;
}

void td_rank_units_fill(td_rank_units *u, double *range)
{
    if (u->n == 0)
        return;
    find_same(u);
    u->n_columns = has_one_offset(u) ? u->m : u->m + 1;
    for (size_t k = 0; k < u->m; k += COLUMNS)
        fill_columns(u, u->m - k < COLUMNS ? u->m - k : COLUMNS, u->points + k, u->m, u->filter + k,
                     range + k);
    if (u->n_columns > u->m)
        fill_columns(u, 1, u->offset, 1, u->filter + u->m, range + u->m);
}

void td_rank_ranks(const td_rank_units *u, const uint8_t *restrict order, uint8_t *restrict ranks)
{
    size_t unit_of[UINT8_MAX + 1];
    for (size_t i = 0; i < u->n; i++)
        unit_of[u->code[i]] = i;
    memset(ranks, UINT8_MAX, u->n * TD_RANK_TILE);
    for (size_t p = 0; p < u->n; p++)
        for (size_t v = 0; v < TD_RANK_TILE; v++)
            if (order[p * TD_RANK_TILE + v] != UINT8_MAX)
                ranks[unit_of[order[p * TD_RANK_TILE + v]] * TD_RANK_TILE + v] = (uint8_t)p;
    for (size_t i = 0; i < u->n; i++)
        if (u->same[i] != i)
            memcpy(ranks + i * TD_RANK_TILE, ranks + u->same[i] * TD_RANK_TILE, TD_RANK_TILE);
}

/* ---- weights ---- */

void td_rank_weights_fill(const td_rank_weights *w, const double *range)
{
    const td_rank_kernel *kernel = td_rank_kernel_get(0);
    for (size_t v = 0; v < TD_RANK_TILE; v += TD_RANK_STEP)
        kernel->fill(w->m, w->exact + v * w->m, range, w->filter + v * (w->m + 1));
}

/* ---- sorting ---- */

static void merge_sort(const double *totals, size_t *order, size_t *scratch, size_t n)
{
    if (n < 2)
        return;
    size_t half = n / 2, i = 0, j = half, k = 0;
    merge_sort(totals, order, scratch, half);
    merge_sort(totals, order + half, scratch, n - half);
    while (i < half && j < n)
        scratch[k++] = totals[order[i]] >= totals[order[j]] ? order[i++] : order[j++];
    while (i < half)
        scratch[k++] = order[i++];
    while (j < n)
        scratch[k++] = order[j++];
    memcpy(order, scratch, n * sizeof *order);
}

void td_rank_sorted(const td_rank_units *u, const double *restrict weights, double *restrict totals,
                    size_t *restrict order, size_t *restrict ranks)
{
    for (size_t i = 0; i < u->n; i++) {
        totals[i] = u->offset[i];
        for (size_t k = 0; k < u->m; k++)
            totals[i] += weights[k * TD_RANK_STEP] * u->points[i * u->m + k];
        order[i] = i;
    }
    merge_sort(totals, order, order + u->n, u->n);
    for (size_t at = 0, first = 0; at < u->n; at++) {
        size_t unit = order[at], above = order[first];
        if (totals[unit] != totals[above] || u->before[unit] != u->before[above])
            first = at;
        ranks[unit] = first;
    }
}
