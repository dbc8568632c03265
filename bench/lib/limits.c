#include "bench/lib/limits.h"

#include <stdint.h>

#include "bench/lib/measure.h"

#if defined(__x86_64__)
#include <immintrin.h>
#define WIDE __attribute__((target("avx512f")))
#define MIDDLE __attribute__((target("avx2,fma")))

static bool has_wide(void)
{
    return __builtin_cpu_supports("avx512f");
}
static bool has_middle(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}
#else
static bool has_wide(void)
{
    return false;
}
static bool has_middle(void)
{
    return false;
}
#endif

const char *limits_instruction_set(void)
{
    return has_wide() ? "avx512" : has_middle() ? "avx2" : "baseline";
}

/* ---- reading ---- */

#define BLOCK ((size_t)1 << 20)
#define STEP 512 /* bytes that every width of registers divides */

/* Eight independent sums of LANES words; narrower registers take several turns for STEP bytes. */
#define DEFINE_SUM(NAME, TARGET, LANES)                                                            \
    TARGET static uint64_t NAME(const void *buffer, size_t size_bytes)                             \
    {                                                                                              \
        typedef uint64_t words __attribute__((vector_size(8 * LANES)));                            \
        const words *from = buffer, *end = from + size_bytes / sizeof *from;                       \
        words a = {0}, b = a, c = a, d = a, e = a, f = a, g = a, h = a;                            \
        for (; from < end; from += 8) {                                                            \
            a += from[0], b += from[1], c += from[2], d += from[3];                                \
            e += from[4], f += from[5], g += from[6], h += from[7];                                \
        }                                                                                          \
        a += b + c + d + e + f + g + h;                                                            \
        uint64_t sum = 0;                                                                          \
        for (size_t i = 0; i < LANES; i++)                                                         \
            sum += a[i];                                                                           \
        return sum;                                                                                \
    }

#if defined(__x86_64__)
DEFINE_SUM(sum_wide, WIDE, 8)
DEFINE_SUM(sum_middle, MIDDLE, 4)
#else
#define sum_wide sum_baseline
#define sum_middle sum_baseline
#endif
DEFINE_SUM(sum_baseline, , 2)

static volatile uint64_t kept; /* so that no work is found to be useless */

double limits_read(const void *buffer, size_t size_bytes, int n_threads, size_t runs)
{
    uint64_t (*sum_of)(const void *, size_t) = has_wide()     ? sum_wide
                                               : has_middle() ? sum_middle
                                                              : sum_baseline;
    size_t whole = size_bytes / STEP * STEP, n_blocks = (whole + BLOCK - 1) / BLOCK;
    double best = 0;
    for (size_t i = 0; i <= runs; i++) { /* the first is not counted, unless alone */
        uint64_t sum = 0;
        double start = measure_now_s();
#pragma omp parallel for num_threads(n_threads) schedule(dynamic) reduction(+ : sum)
        for (size_t b = 0; b < n_blocks; b++) {
            size_t left = whole - b * BLOCK;
            sum += sum_of((const char *)buffer + b * BLOCK, left < BLOCK ? left : BLOCK);
        }
        double rate = (double)whole / (measure_now_s() - start);
        kept = sum;
        if ((i > 0 || runs == 0) && rate > best)
            best = rate;
    }
    return best;
}

/* ---- multiply-add ---- */

#define CHAINS 12 /* more than latency times ports, fewer than registers */
#define ROUNDS 4000000

/* One chain is x = x * a + b; LOAD makes a register of equal numbers, FIRST takes one out. */
#define DEFINE_CHAINS(NAME, TARGET, LANES, LOAD, FUSED, FIRST)                                     \
    TARGET static double NAME(void)                                                                \
    {                                                                                              \
        LANES x[CHAINS], a = LOAD(0.9999f), b = LOAD(0.0001f);                                     \
        double sum = 0;                                                                            \
        _Pragma("GCC unroll 12") for (int i = 0; i < CHAINS; i++) x[i] = a;                        \
        for (int round = 0; round < ROUNDS; round++) {                                             \
            _Pragma("GCC unroll 12") for (int i = 0; i < CHAINS; i++) x[i] = FUSED(x[i], a, b);    \
        }                                                                                          \
        _Pragma("GCC unroll 12") for (int i = 0; i < CHAINS; i++) sum += (double)FIRST(x[i]);      \
        return sum;                                                                                \
    }

typedef double doubles __attribute__((vector_size(16)));
typedef float singles __attribute__((vector_size(16)));
#define LOAD_DOUBLES(y) ((doubles){y, y})
#define LOAD_SINGLES(y) ((singles){y, y, y, y})
#define APART(x, a, b) ((x) * (a) + (b))
#define LANE_0(x) ((x)[0])
DEFINE_CHAINS(double_baseline, , doubles, LOAD_DOUBLES, APART, LANE_0)
DEFINE_CHAINS(single_baseline, , singles, LOAD_SINGLES, APART, LANE_0)

#if defined(__x86_64__)
DEFINE_CHAINS(double_wide, WIDE, __m512d, _mm512_set1_pd, _mm512_fmadd_pd, _mm512_cvtsd_f64)
DEFINE_CHAINS(single_wide, WIDE, __m512, _mm512_set1_ps, _mm512_fmadd_ps, _mm512_cvtss_f32)
DEFINE_CHAINS(double_middle, MIDDLE, __m256d, _mm256_set1_pd, _mm256_fmadd_pd, _mm256_cvtsd_f64)
DEFINE_CHAINS(single_middle, MIDDLE, __m256, _mm256_set1_ps, _mm256_fmadd_ps, _mm256_cvtss_f32)
#else
#define double_wide double_baseline
#define single_wide single_baseline
#define double_middle double_baseline
#define single_middle single_baseline
#endif

double limits_multiply_add(bool single, int n_threads, size_t runs)
{
    double (*chains)(void) = has_wide()     ? (single ? single_wide : double_wide)
                             : has_middle() ? (single ? single_middle : double_middle)
                                            : (single ? single_baseline : double_baseline);
    double lanes = (has_wide() ? 8 : has_middle() ? 4 : 2) * (single ? 2 : 1), best = 0;
    for (size_t i = 0; i <= runs; i++) { /* the first is not counted */
        double sum = 0;
        int n_running = 0;
        double start = measure_now_s();
#pragma omp parallel num_threads(n_threads) reduction(+ : sum, n_running)
        {
            sum += chains();
            n_running++;
        }
        double rate = 2 * lanes * CHAINS * ROUNDS * n_running / (measure_now_s() - start);
        kept = (uint64_t)sum;
        if (i > 0 && rate > best)
            best = rate;
    }
    return best;
}
