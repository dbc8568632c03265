/*
 * The kernel for one instruction set: acceptability.c includes this once for each, with LANES
 * doubles to a register, TARGET the attribute, NAME(x) the names. Vectors of the compiler are used
 * since at -O2 it keeps no array of sums in registers; the plain twin is in acceptability.c.
 */
typedef double NAME(lanes) __attribute__((vector_size(8 * LANES)));
typedef int64_t NAME(whole) __attribute__((vector_size(8 * LANES)));
typedef uint8_t NAME(narrow) __attribute__((vector_size(LANES)));
typedef uint8_t NAME(bytes) __attribute__((vector_size(8 * LANES)));
typedef uint64_t NAME(words) __attribute__((vector_size(8 * LANES)));

/* Four registers of vectors at `at`, two units at a time so that weights are loaded once. */
TARGET static inline void NAME(weigh)(size_t n, size_t m, const double *restrict points,
                                      const double *restrict offset, const double *restrict weights,
                                      double *restrict totals)
{
    for (size_t i = 0; i < n; i += 2) {
        size_t j = i + 1 < n ? i + 1 : i;
        const double *p = points + i * m, *q = points + j * m;
        NAME(lanes) zero = {0};
        NAME(lanes) a0 = zero + offset[i], a1 = a0, a2 = a0, a3 = a0;
        NAME(lanes) b0 = zero + offset[j], b1 = b0, b2 = b0, b3 = b0;
        for (size_t k = 0; k < m; k++) {
            const NAME(lanes) *w = (const NAME(lanes) *)(weights + k * TD_RANK_STEP);
            a0 += p[k] * w[0];
            b0 += q[k] * w[0];
            a1 += p[k] * w[1];
            b1 += q[k] * w[1];
            a2 += p[k] * w[2];
            b2 += q[k] * w[2];
            a3 += p[k] * w[3];
            b3 += q[k] * w[3];
        }
        NAME(lanes) *t = (NAME(lanes) *)totals + 4 * i, *u = (NAME(lanes) *)totals + 4 * j;
        t[0] = a0, t[1] = a1, t[2] = a2, t[3] = a3;
        u[0] = b0, u[1] = b1, u[2] = b2, u[3] = b3;
    }
}

/* Counts who goes before unit i; comparisons give -1 where they hold. */
TARGET static inline void NAME(compare)(size_t n, size_t i, size_t before,
                                        const double *restrict totals, uint8_t *restrict ranks)
{
    const NAME(lanes) *t = (const NAME(lanes) *)totals, *own = t + 4 * i;
    NAME(lanes) a0 = own[0], a1 = own[1], a2 = own[2], a3 = own[3];
    NAME(whole) r0 = {0}, r1 = r0, r2 = r0, r3 = r0;
    size_t j = 0;
    for (; j < before; j++, t += 4) {
        r0 -= t[0] >= a0;
        r1 -= t[1] >= a1;
        r2 -= t[2] >= a2;
        r3 -= t[3] >= a3;
    }
    for (; j < n; j++, t += 4) {
        r0 -= t[0] > a0;
        r1 -= t[1] > a1;
        r2 -= t[2] > a2;
        r3 -= t[3] > a3;
    }
    NAME(narrow) *out = (NAME(narrow) *)ranks;
    out[0] = __builtin_convertvector(r0, NAME(narrow));
    out[1] = __builtin_convertvector(r1, NAME(narrow));
    out[2] = __builtin_convertvector(r2, NAME(narrow));
    out[3] = __builtin_convertvector(r3, NAME(narrow));
}

TARGET static void NAME(tile)(size_t n, size_t m, const double *restrict points,
                              const double *restrict offset, const size_t *restrict before,
                              const double *restrict weights, double *restrict totals,
                              uint8_t *restrict ranks)
{
    for (size_t at = 0; at < TD_RANK_TILE; at += 4 * LANES) {
        const double *w = weights + at / TD_RANK_STEP * TD_RANK_STEP * m + at % TD_RANK_STEP;
        NAME(weigh)(n, m, points, offset, w, totals);
        for (size_t i = 0; i < n; i++)
            NAME(compare)(n, i, before[i], totals, ranks + i * TD_RANK_TILE + at);
    }
}

/* Sum of bytes none of which exceeds 32: TD_RANK_TILE of 0 or 1, eight to a word. */
TARGET static inline uint32_t NAME(sum)(const NAME(bytes) * bytes)
{
    const NAME(words) words = *(const NAME(words) *)bytes;
    uint64_t sum = 0;
    for (size_t x = 0; x < LANES; x++)
        sum += words[x];
    sum = (sum & 0x00FF00FF00FF00FF) + (sum >> 8 & 0x00FF00FF00FF00FF);
    return (uint32_t)(sum * 0x0001000100010001 >> 48);
}

TARGET static void NAME(count)(size_t n, const uint8_t *restrict ranks, uint32_t *restrict counts)
{
    for (size_t i = 0; i < n; i++) {
        const NAME(bytes) *own = (const NAME(bytes) *)(ranks + i * TD_RANK_TILE);
        for (size_t r = 0; r < n; r++) {
            NAME(bytes) same = {0};
            for (size_t x = 0; x < TD_RANK_TILE / (8 * LANES); x++)
                same -= (NAME(bytes))(own[x] == (uint8_t)r);
            counts[i * n + r] += NAME(sum)(&same);
        }
    }
}

TARGET static void NAME(pairs)(size_t n, const uint8_t *restrict ranks, uint32_t *restrict wins)
{
    for (size_t i = 0; i < n; i++) {
        const NAME(bytes) *own = (const NAME(bytes) *)(ranks + i * TD_RANK_TILE);
        for (size_t j = 0; j < n; j++) {
            const NAME(bytes) *other = (const NAME(bytes) *)(ranks + j * TD_RANK_TILE);
            NAME(bytes) less = {0};
            for (size_t x = 0; x < TD_RANK_TILE / (8 * LANES); x++)
                less -= (NAME(bytes))(own[x] < other[x]);
            wins[i * n + j] += NAME(sum)(&less);
        }
    }
}

#undef LANES
#undef TARGET
#undef NAME
