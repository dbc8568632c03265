#include "engine/kernels/rows.h"

#define GRID 6755399441055744.0        /* 1.5 * 2^52 */
#define GRID_BITS 0x4338000000000000LL /* the same as bits */

#define GROUPS 3    /* registers of criteria that are looked at together */
#define AHEAD 20480 /* bytes: a few times what is looked at together */

#if defined(__x86_64__)
#include <immintrin.h>

#define NAME(x) wide_##x
#define TARGET __attribute__((target("avx512f,avx512dq,avx512vl")))
#define LANES 8
#define LEAST(a, b) ((wide_lanes)_mm512_min_pd(a, b))
#define MOST(a, b) ((wide_lanes)_mm512_max_pd(a, b))
#define MULTIPLY_ADD(a, b, c) ((wide_lanes)_mm512_fmadd_pd(a, b, c))
#define LOAD_SOME(from, n) ((wide_lanes)_mm512_maskz_loadu_pd((__mmask8)(255 >> (8 - (n))), from))
#define ONE_MORE(sum, a, b)                                                                        \
    ((wide_whole)_mm512_mask_sub_epi64((__m512i)(sum), _mm512_cmp_pd_mask(a, b, _CMP_GT_OQ),       \
                                       (__m512i)(sum), _mm512_set1_epi64(-1)))
#define RANKED 2
#include "engine/kernels/rows_body.h"
#define NAME(x) middle_##x
#define TARGET __attribute__((target("avx2,fma")))
#define LANES 4
#define LEAST(a, b) ((middle_lanes)_mm256_min_pd(a, b))
#define MOST(a, b) ((middle_lanes)_mm256_max_pd(a, b))
#define MULTIPLY_ADD(a, b, c) ((middle_lanes)_mm256_fmadd_pd(a, b, c))
#define LOAD_SOME(from, n)                                                                         \
    ((middle_lanes)_mm256_maskload_pd(from, (__m256i)((middle_whole){0, 1, 2, 3} < (int64_t)(n))))
#define ONE_MORE(sum, a, b) ((sum) - ((a) > (b)))
#define RANKED 4
#include "engine/kernels/rows_body.h"
#endif
#define NAME(x) baseline_##x
#define TARGET
#define LANES 2
#define ONE_MORE(sum, a, b) ((sum) - ((a) > (b)))
#define RANKED 4
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

/* One cluster; q: [n_units]. */
static bool add_up_one(const td_rows *plan, size_t n_units, const double *rows, size_t stride,
                       double *q, double *totals)
{
    bool is_blank = false;
    for (size_t u = 0; u < n_units; u++)
        totals[u] = 0;
    for (size_t j = 0; j < plan->n; j++) {
        double lo = plan->most[j], hi = plan->least[j];
        for (size_t u = 0; u < n_units; u++) {
            double x = rows[u * stride + j];
            is_blank |= plan->may_be_blank && x != x;
            q[u] = on_line(plan, j, x);
            lo = q[u] < lo ? q[u] : lo;
            hi = q[u] > hi ? q[u] : hi;
        }
        for (size_t u = 0; u < n_units; u++)
            totals[u] += on_scale(plan, j, q[u], lo, hi);
    }
    return !is_blank;
}

static bool plain_add_up(const td_rows *plan, const td_rows_table *t, double *scratch,
                         double *totals)
{
    bool is_whole = true;
    size_t first = 0;
    for (size_t c = 0; c < t->n_clusters; first += t->n_units[c], c++)
        is_whole &= add_up_one(plan, t->n_units[c], t->values + first * t->stride, t->stride,
                               scratch, totals + first);
    return is_whole;
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
    {"avx512", wide_add_up, wide_count},
    {"avx2", middle_add_up, middle_count},
#endif
    {"baseline", baseline_add_up, baseline_count},
    {"plain", plain_add_up, plain_count},
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
