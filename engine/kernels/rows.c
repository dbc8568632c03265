#include "engine/kernels/rows.h"

#define GRID 6755399441055744.0        /* 1.5 * 2^52 */
#define GRID_BITS 0x4338000000000000LL /* the same as bits */

#define GROUPS 3   /* registers of criteria that are looked at together */
#define AHEAD 5120 /* bytes: some clusters */

#if defined(__x86_64__)
#include <immintrin.h>

#define NAME(x) wide_##x
#define TARGET __attribute__((target("avx512f,avx512dq,avx512vl")))
#define LANES 8
#define LEAST(a, b) ((wide_lanes)_mm512_min_pd(a, b))
#define MOST(a, b) ((wide_lanes)_mm512_max_pd(a, b))
#define MULTIPLY_ADD(a, b, c) ((wide_lanes)_mm512_fmadd_pd(a, b, c))
#include "engine/kernels/rows_body.h"
#define NAME(x) middle_##x
#define TARGET __attribute__((target("avx2,fma")))
#define LANES 4
#define LEAST(a, b) ((middle_lanes)_mm256_min_pd(a, b))
#define MOST(a, b) ((middle_lanes)_mm256_max_pd(a, b))
#define MULTIPLY_ADD(a, b, c) ((middle_lanes)_mm256_fmadd_pd(a, b, c))
#include "engine/kernels/rows_body.h"
#endif
#define NAME(x) baseline_##x
#define TARGET
#define LANES 2
#include "engine/kernels/rows_body.h"

/* ---- the plain twin ---- */

static double nearest(double x)
{
    return (x + GRID) - GRID;
}

static double on_line(const td_rows *plan, size_t j, double x)
{
    double q = plan->is_shifted ? nearest(x * plan->slope[j] + plan->start[j])
                                : nearest(x * plan->slope[j]) + plan->start[j];
    q = q < plan->least[j] ? plan->least[j] : q;
    return q > plan->most[j] ? plan->most[j] : q;
}

static double on_scale(const td_rows *plan, size_t j, double q, double lo, double hi)
{
    if (plan->scaled[j] == 0)
        return q;
    if (lo == hi)
        return plan->even[j];
    double along = plan->turned[j] != 0 ? q - hi : q - lo;
    return plan->base[j] + nearest(along * plan->span[j] / (hi - lo) + 0.25 / (hi - lo));
}

static bool plain_add_up(const td_rows *plan, size_t n_units, const double *rows, size_t stride,
                         double *scratch, double *totals)
{
    bool is_blank = false;
    for (size_t u = 0; u < n_units; u++)
        totals[u] = 0;
    for (size_t j = 0; j < plan->n; j++) {
        double lo = plan->most[j], hi = plan->least[j];
        for (size_t u = 0; u < n_units; u++) {
            double x = rows[u * stride + j];
            is_blank |= plan->may_be_blank && x != x;
            scratch[u] = on_line(plan, j, x);
            lo = scratch[u] < lo ? scratch[u] : lo;
            hi = scratch[u] > hi ? scratch[u] : hi;
        }
        for (size_t u = 0; u < n_units; u++)
            totals[u] += on_scale(plan, j, scratch[u], lo, hi);
    }
    return !is_blank;
}

static void plain_count(size_t n, const double *totals, const double *rivals, bool or_equal,
                        float *counts)
{
    for (size_t u = 0; u < n; u++) {
        size_t above = 0;
        for (size_t r = 0; r < n; r++)
            above += rivals[r] > totals[u] || (or_equal && rivals[r] == totals[u]);
        counts[u] = (float)above;
    }
}

/* ---- choosing ---- */

static const td_rows_kernel KERNELS[] = {
#if defined(__x86_64__)
    {"avx512", 8, wide_add_up, wide_count},
    {"avx2", 4, middle_add_up, middle_count},
#endif
    {"baseline", 2, baseline_add_up, baseline_count},
    {"plain", 1, plain_add_up, plain_count},
};
#define N_KERNELS (sizeof KERNELS / sizeof KERNELS[0])

const td_rows_kernel *td_rows_kernel_get(size_t i)
{
#if defined(__x86_64__)
    bool has_wide = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
                    __builtin_cpu_supports("avx512vl");
    bool has_middle = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    i += has_wide ? 0 : has_middle ? 1 : 2;
#endif
    return i < N_KERNELS ? &KERNELS[i] : NULL;
}
