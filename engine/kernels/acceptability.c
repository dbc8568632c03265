#include "engine/kernels/acceptability.h"

#include <stdbool.h>
#include <string.h>

#if defined(__x86_64__)
#define NAME(x) wide_##x
#define TARGET __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl")))
#define LANES 8
#include "engine/kernels/acceptability_body.h"
#define NAME(x) middle_##x
#define TARGET __attribute__((target("avx2")))
#define LANES 4
#include "engine/kernels/acceptability_body.h"
#endif
#define NAME(x) baseline_##x
#define TARGET
#define LANES 2
#include "engine/kernels/acceptability_body.h"

/* ---- the plain twin ---- */

static double weight_of(const double *weights, size_t m, size_t k, size_t v)
{
    return weights[(v / TD_RANK_STEP * m + k) * TD_RANK_STEP + v % TD_RANK_STEP];
}

static double total_of(size_t m, const double *points, double offset, const double *weights,
                       size_t v)
{
    double total = offset;
    for (size_t k = 0; k < m; k++)
        total += weight_of(weights, m, k, v) * points[k];
    return total;
}

static void plain_tile(size_t n, size_t m, const double *restrict points,
                       const double *restrict offset, const size_t *restrict before,
                       const double *restrict weights, double *restrict totals,
                       uint8_t *restrict ranks)
{
    for (size_t v = 0; v < TD_RANK_TILE; v++) {
        for (size_t i = 0; i < n; i++)
            totals[i] = total_of(m, points + i * m, offset[i], weights, v);
        for (size_t i = 0; i < n; i++) {
            size_t rank = 0;
            for (size_t j = 0; j < n; j++)
                rank += totals[j] > totals[i] || (totals[j] == totals[i] && j < before[i]);
            ranks[i * TD_RANK_TILE + v] = (uint8_t)rank;
        }
    }
}

static void plain_count(size_t n, const uint8_t *restrict ranks, uint32_t *restrict counts)
{
    for (size_t i = 0; i < n; i++)
        for (size_t v = 0; v < TD_RANK_TILE; v++)
            if (ranks[i * TD_RANK_TILE + v] < n)
                counts[i * n + ranks[i * TD_RANK_TILE + v]]++;
}

static void plain_pairs(size_t n, const uint8_t *restrict ranks, uint32_t *restrict wins)
{
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            for (size_t v = 0; v < TD_RANK_TILE; v++)
                wins[i * n + j] += ranks[i * TD_RANK_TILE + v] < ranks[j * TD_RANK_TILE + v];
}

/* ---- choosing ---- */

static const td_rank_kernel KERNELS[] = {
#if defined(__x86_64__)
    {"avx512", wide_tile, wide_count, wide_pairs},
    {"avx2", middle_tile, middle_count, middle_pairs},
#endif
    {"baseline", baseline_tile, baseline_count, baseline_pairs},
    {"plain", plain_tile, plain_count, plain_pairs},
};
#define N_KERNELS (sizeof KERNELS / sizeof KERNELS[0])

const td_rank_kernel *td_rank_kernel_get(size_t i)
{
#if defined(__x86_64__)
    bool has_wide = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                    __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
    i += has_wide ? 0 : __builtin_cpu_supports("avx2") ? 1 : 2;
#endif
    return i < N_KERNELS ? &KERNELS[i] : NULL;
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

void td_rank_sorted(size_t n, size_t m, const double *restrict points,
                    const double *restrict offset, const size_t *restrict before,
                    const double *restrict weights, size_t v, double *restrict totals,
                    size_t *restrict order, size_t *restrict ranks)
{
    for (size_t i = 0; i < n; i++) {
        totals[i] = total_of(m, points + i * m, offset[i], weights, v);
        order[i] = i;
    }
    merge_sort(totals, order, order + n, n);
    for (size_t at = 0, first = 0; at < n; at++) {
        size_t unit = order[at], above = order[first];
        if (totals[unit] != totals[above] || before[unit] != before[above])
            first = at;
        ranks[unit] = first;
    }
}
