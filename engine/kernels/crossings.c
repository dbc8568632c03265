#include "engine/kernels/crossings.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

__extension__ typedef __int128 whole;

/* ---- keys ---- */

/* A key is a place as a whole number in [-middle, middle), shifted left by `bits`, and the pair. */
typedef struct scale {
    int bits;
    double middle, range; /* range: of crossings; the largest place stands for none */
} scale;

static size_t pairs_of(size_t n)
{
    return n * (n - 1) / 2;
}

static scale scale_of(size_t n)
{
    int bits = 0;
    while ((size_t)1 << bits < pairs_of(n))
        bits++;
    double middle = (double)((int64_t)1 << (31 - bits));
    return (scale){bits, middle, 2 * middle - 2};
}

#if defined(__x86_64__)
#define NAME(x) middle_##x
#define TARGET __attribute__((target("avx2")))
#define LANES 4
#define KEYS 8
#define LOWER(x, y) (middle_row) _mm256_min_epi32((__m256i)(x), (__m256i)(y))
#define HIGHER(x, y) (middle_row) _mm256_max_epi32((__m256i)(x), (__m256i)(y))
#include "engine/kernels/crossings_body.h"
#endif
#define NAME(x) baseline_##x
#define TARGET
#define LANES 2
#define KEYS 4
#define LOWER(x, y) (((x) & ((x) < (y))) | ((y) & ~((x) < (y))))
#define HIGHER(x, y) (((y) & ((x) < (y))) | ((x) & ~((x) < (y))))
#include "engine/kernels/crossings_body.h"

/* ---- the plain twin ---- */

static int32_t key_of(const scale *coarse, double place, double end, size_t pair)
{
    double near = place > 0 && place < end ? place * (coarse->range / end) - coarse->middle
                                           : coarse->middle - 1;
    return (int32_t)((uint32_t)(int32_t)near << coarse->bits | (uint32_t)pair);
}

static void plain_find(size_t width, const double *restrict a, const double *restrict e,
                       const double *restrict end, td_crossing_work *restrict work)
{
    const size_t n = work->n;
    const scale coarse = scale_of(n);
    for (size_t l = 0; l < TD_CROSSING_LANES; l++) {
        work->counts[l] = 0;
        for (size_t i = 0, pair = 0; i < n; i++)
            for (size_t j = i + 1; j < n; j++, pair++) {
                double rise = a[i * width + l] - a[j * width + l];
                double place = rise / (e[i * width + l] - e[j * width + l]);
                work->keys[pair * TD_CROSSING_LANES + l] = key_of(&coarse, place, end[l], pair);
                work->at[pair * TD_CROSSING_LANES + l] = rise < 0 ? -fabs(place) : place;
                work->counts[l] += place > 0 && place < end[l];
            }
    }
}

static void plain_sort(td_crossing_work *restrict work)
{
    const size_t n_pairs = pairs_of(work->n);
    for (size_t l = 0; l < TD_CROSSING_LANES; l++)
        for (size_t i = 1; i < n_pairs; i++) {
            int32_t key = work->keys[i * TD_CROSSING_LANES + l];
            size_t k = i;
            for (; k > 0 && work->keys[(k - 1) * TD_CROSSING_LANES + l] > key; k--)
                work->keys[k * TD_CROSSING_LANES + l] = work->keys[(k - 1) * TD_CROSSING_LANES + l];
            work->keys[k * TD_CROSSING_LANES + l] = key;
        }
}

/* ---- choosing ---- */

static const td_crossing_kernel KERNELS[] = {
#if defined(__x86_64__)
    {"avx2", middle_find, middle_sort},
#endif
    {"baseline", baseline_find, baseline_sort},
    {"plain", plain_find, plain_sort},
};
#define N_KERNELS (sizeof KERNELS / sizeof KERNELS[0])

const td_crossing_kernel *td_crossing_kernel_get(size_t i)
{
#if defined(__x86_64__)
    i += __builtin_cpu_supports("avx2") ? 0 : 1;
#endif
    return i < N_KERNELS ? &KERNELS[i] : NULL;
}

void td_crossing_begin(td_crossing_work *work, size_t n)
{
    work->n = n;
    for (size_t i = 0, pair = 0; i < n; i++)
        for (size_t j = i + 1; j < n; j++)
            work->pairs[pair++] = (uint32_t)(i | j << 16);
}

/* ---- writing ---- */

typedef struct lane {
    size_t width;
    const double *a, *e;
    double *at;
    uint32_t *who;
} lane;

static void line_of(const lane *l, uint32_t who, whole *num, whole *den)
{
    size_t up = (who & UINT16_MAX) * l->width, down = (who >> 16) * l->width;
    *num = (whole)(l->a[down] - l->a[up]);
    *den = (whole)(l->e[down] - l->e[up]);
}

/* Pairs as i | j << 16 with i < j order as i << 16 | j. */
static uint32_t pair_of(uint32_t who)
{
    uint32_t up = who & UINT16_MAX, down = who >> 16;
    return up < down ? up << 16 | down : down << 16 | up;
}

/* Does the first of two equal doubles come after the second? Both a > 0 and e > 0. */
static bool is_after(const lane *l, uint32_t x, uint32_t y)
{
    whole a, e, b, f;
    line_of(l, x, &a, &e);
    line_of(l, y, &b, &f);
    return a * f != b * e ? a * f > b * e : pair_of(x) > pair_of(y);
}

/* Crossing k is not after the one before it by its double alone: puts it where it belongs. */
static void settle(const lane *l, size_t k)
{
    double at = l->at[k];
    uint32_t who = l->who[k];
    for (; k > 0 && (l->at[k - 1] > at || (l->at[k - 1] == at && is_after(l, l->who[k - 1], who)));
         k--) {
        l->at[k] = l->at[k - 1];
        l->who[k] = l->who[k - 1];
    }
    l->at[k] = at;
    l->who[k] = who;
}

void td_crossing_write(const td_crossing_work *restrict work, size_t at_lane, size_t width,
                       const double *restrict a, const double *restrict e, double *restrict at,
                       uint32_t *restrict who)
{
    const lane l = {width, a + at_lane, e + at_lane, at, who};
    const uint32_t mask = ((uint32_t)1 << scale_of(work->n).bits) - 1;
    const int32_t *key = work->keys + at_lane;
    const double *place = work->at + at_lane;
    const size_t n = work->counts[at_lane];
    uint64_t before = 0, bits; /* doubles above 0 order as their bits do */
    for (size_t k = 0; k < n; k++) {
        size_t pair = (uint32_t)key[k * TD_CROSSING_LANES] & mask;
        memcpy(&bits, place + pair * TD_CROSSING_LANES, sizeof bits);
        int swap = (int)(~bits >> 63) * 16; /* above 0: i is ahead at 0, and j passes it */
        bits &= INT64_MAX;
        memcpy(at + k, &bits, sizeof bits);
        who[k] = work->pairs[pair] >> swap | work->pairs[pair] << (-swap & 31);
        if (bits <= before) {
            settle(&l, k);
            memcpy(&bits, at + k, sizeof bits);
        }
        before = bits;
    }
}
