/* What the header says: the parts that are plain C, and the choice between instruction sets. */
#include "engine/kernels/acceptability.h"

#include <stdbool.h>
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

/* A key is the fraction of a float in (1, 2), 23 bits, and the code of a unit behind it. */
#define KEY_SHIFT 7
#define CODE_MASK 127u
#define KEY_TOP 0x1.fffffep0f /* the largest float below 2 */
#define KEY_BASE 0x40800000u  /* brings keys to 2^23 and more: they sort like floats, too */

#define NEARLY_ONE (1 - 0x1p-10) /* the widest difference of scaled totals */

/* ---- exact totals ---- */

static double total_of(const td_rank_units *u, const double *weights, size_t i)
{
    const double *points = u->points + i * u->m;
    double total = u->offset[i];
    for (size_t k = 0; k < u->m; k++)
        total += weights[k * TD_RANK_STEP] * points[k];
    return total;
}

/* Of equal totals the first unit goes first. */
static bool goes_before(const double *totals, size_t i, size_t j)
{
    return totals[i] > totals[j] || (totals[i] == totals[j] && i < j);
}

static bool share_by_chance(const td_rank_units *u, const double *totals, size_t i, size_t j)
{
    return totals[i] == totals[j] && u->before[i] == u->before[j] && u->same[i] != u->same[j];
}

/* One vector: its order is nearly right, so it is sorted by insertion. Returns the mark of ties. */
static uint8_t settle_one(const td_rank_units *u, const double *weights, const uint8_t *unit_of,
                          uint8_t *order)
{
    double totals[TD_RANK_MOST];
    uint8_t sorted[TD_RANK_MOST], mark = 0;
    for (size_t i = 0; i < u->n; i++)
        totals[i] = total_of(u, weights, i);
    for (size_t p = 0; p < u->n; p++) {
        uint8_t unit = unit_of[order[p * TD_RANK_TILE]];
        size_t at = p;
        for (; at > 0 && goes_before(totals, unit, sorted[at - 1]); at--)
            sorted[at] = sorted[at - 1];
        sorted[at] = unit;
    }
    for (size_t p = 0; p < u->n; p++) {
        order[p * TD_RANK_TILE] = u->code[sorted[p]];
        if (p > 0 && share_by_chance(u, totals, sorted[p - 1], sorted[p]))
            mark = UINT8_MAX;
    }
    return mark;
}

static void settle(const td_rank_units *u, const td_rank_weights *w, const uint8_t *open,
                   uint8_t *order, uint8_t *tied)
{
    uint8_t unit_of[CODE_MASK + 1];
    for (size_t i = 0; i < u->n; i++)
        unit_of[u->code[i]] = (uint8_t)i;
    memset(tied, 0, TD_RANK_TILE);
    for (size_t v = 0; v < TD_RANK_TILE; v++)
        if (open[v] != 0)
            tied[v] = settle_one(u, w->exact + td_rank_weight(w->m, v), unit_of, order + v);
}

static void copy_same(const td_rank_units *u, uint32_t *counts)
{
    for (size_t i = 0; i < u->n; i++)
        if (u->same[i] != i)
            memcpy(counts + i * u->n, counts + u->same[i] * u->n, u->n * sizeof *counts);
}

/* ---- one for each instruction set ---- */

/* clang-format off */
#define EACH_SIZE(X) \
    X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(10) X(11) X(12) X(13) X(14) X(15) X(16) \
    X(17) X(18) X(19) X(20) X(21) X(22) X(23) X(24) X(25) X(26) X(27) X(28) X(29) X(30) X(31) X(32)
/* clang-format on */

/* What the compilers are not led to: minima, of which they make two instructions of a choice by mask,
   or take half a minute to find that a loop over lanes is one; fused multiplications; sums of bytes,
   and numbers of bits of a mask. */
#define CHOOSE(mask, a, b) (((a) & (mask)) | ((b) & ~(mask)))

#if defined(__x86_64__)
#define NAME(x) wide_##x
#define TARGET __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,popcnt")))
#define LANES 16
/* Keys are positive floats as well: a minimum of either kind has a pipe of its own. */
#define MIN(a, b) _mm512_min_epi32((__m512i)(a), (__m512i)(b))
#define MAX(a, b) _mm512_max_ps((__m512)(a), (__m512)(b))
#define MIN_UNSIGNED(a, b) _mm512_min_epu32((__m512i)(a), (__m512i)(b))
#define LESS_PRODUCT(a, x, y) (NAME(floats)) _mm512_fnmadd_ps((__m512)(x), (__m512)(y), (__m512)(a))
#define TALLY uint64_t
#define BITS(mask) (uint64_t) __builtin_popcountll(mask)
#define ADD_EQUAL(n, a, b) ((n) += BITS(_mm512_cmpeq_epi8_mask((__m512i)(a), (__m512i)(b))))
#define ADD_LESS(n, a, b) ((n) += BITS(_mm512_cmplt_epu8_mask((__m512i)(a), (__m512i)(b))))
#define SUM(n) (uint32_t)(n)
#include "engine/kernels/acceptability_body.h"
#define NAME(x) middle_##x
#define TARGET __attribute__((target("avx2,fma")))
#define LANES 8
#define MIN(a, b) _mm256_min_epi32((__m256i)(a), (__m256i)(b))
#define MAX(a, b) _mm256_max_epi32((__m256i)(a), (__m256i)(b))
#define MIN_UNSIGNED(a, b) _mm256_min_epu32((__m256i)(a), (__m256i)(b))
#define LESS_PRODUCT(a, x, y) (NAME(floats)) _mm256_fnmadd_ps((__m256)(x), (__m256)(y), (__m256)(a))
#define EIGHTHS(n) ((NAME(longs))_mm256_sad_epu8((__m256i)(n), _mm256_setzero_si256()))
#define SUM(n) (uint32_t)(EIGHTHS(n)[0] + EIGHTHS(n)[1] + EIGHTHS(n)[2] + EIGHTHS(n)[3])
#include "engine/kernels/acceptability_body.h"
#undef EIGHTHS
#endif
#define NAME(x) baseline_##x
#define TARGET
#define LANES 4
#if defined(__aarch64__)
#define MIN(a, b) vminq_s32((int32x4_t)(a), (int32x4_t)(b))
#define MAX(a, b) vmaxq_s32((int32x4_t)(a), (int32x4_t)(b))
#define MIN_UNSIGNED(a, b) vminq_u32((uint32x4_t)(a), (uint32x4_t)(b))
#define LESS_PRODUCT(a, x, y) vfmsq_f32(a, x, y)
#define SUM(n) (uint32_t) vaddlvq_u8(n)
#else
#undef EACH_SIZE /* without minima as instructions, a network is as long as a page */
#define MIN(a, b) CHOOSE((a) < (b), a, b)
#define MAX(a, b) CHOOSE((a) < (b), b, a)
#define MIN_UNSIGNED(a, b) CHOOSE((NAME(words))((a) < (b)), a, b)
#endif
#include "engine/kernels/acceptability_body.h"

/* ---- the plain twin ---- */

static void plain_fill(size_t m, const double *restrict exact, const double *restrict range,
                       float *restrict out)
{
    for (size_t c = 0; c < TD_RANK_STEP; c++) {
        double widest = range[m];
        for (size_t k = 0; k < m; k++)
            widest += exact[k * TD_RANK_STEP + c] * range[k];
        double scale = widest > 0 ? NEARLY_ONE / widest : 0;
        for (size_t k = 0; k < m; k++)
            out[k * TD_RANK_STEP + c] = (float)(exact[k * TD_RANK_STEP + c] * scale);
        out[m * TD_RANK_STEP + c] = (float)scale;
    }
}

static void plain_tile(const td_rank_units *u, const td_rank_weights *w, int32_t *restrict scratch,
                       uint8_t *restrict order, uint8_t *restrict tied)
{
    double totals[TD_RANK_MOST];
    (void)scratch;
    for (size_t v = 0; v < TD_RANK_TILE; v++) {
        tied[v] = 0;
        for (size_t i = 0; i < u->n; i++)
            totals[i] = total_of(u, w->exact + td_rank_weight(w->m, v), i);
        for (size_t i = 0; i < u->n; i++) {
            size_t place = 0;
            for (size_t j = 0; j < u->n; j++) {
                place += goes_before(totals, j, i);
                if (share_by_chance(u, totals, i, j))
                    tied[v] = UINT8_MAX;
            }
            order[place * TD_RANK_TILE + v] = u->code[i];
        }
    }
}

static void plain_count(const td_rank_units *u, const uint8_t *restrict order,
                        uint32_t *restrict counts)
{
    for (size_t i = 0; i < u->n; i++)
        for (size_t p = 0; p < u->n; p++)
            for (size_t v = 0; v < TD_RANK_TILE; v++)
                counts[i * u->n + p] += order[p * TD_RANK_TILE + v] == u->code[i];
    copy_same(u, counts);
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
    {"avx512", wide_fill, wide_tile, wide_count, wide_pairs},
    {"avx2", middle_fill, middle_tile, middle_count, middle_pairs},
#endif
    {"baseline", baseline_fill, baseline_tile, baseline_count, baseline_pairs},
    {"plain", plain_fill, plain_tile, plain_count, plain_pairs},
};
#define N_KERNELS (sizeof KERNELS / sizeof KERNELS[0])

const td_rank_kernel *td_rank_kernel_get(size_t i)
{
#if defined(__x86_64__)
    bool has_wide = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                    __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
                    __builtin_cpu_supports("popcnt");
    bool has_middle = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    i += has_wide ? 0 : has_middle ? 1 : 2;
#endif
    return i < N_KERNELS ? &KERNELS[i] : NULL;
}
