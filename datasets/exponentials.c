/*
 * Exponential numbers, a block at a time: the numbers of GSL's Mersenne twister (M. Matsumoto and
 * T. Nishimura, ACM Transactions on Modeling and Computer Simulation 8, 1998) and their logarithms,
 * as loops that the compiler vectorizes.
 */
#include <string.h>

#include "datasets/random.h"
#include "engine/base/vectorized.h"

#define N TD_EXPONENTIALS
#define M 397

void td_exponentials_start(td_exponentials *e, uint32_t seed)
{
    e->state[0] = seed != 0 ? seed : 4357; /* as GSL has it */
    for (uint32_t i = 1; i < N; i++)
        e->state[i] = 1812433253u * (e->state[i - 1] ^ (e->state[i - 1] >> 30)) + i;
    e->n_left = 0;
}

static inline uint32_t twisted(uint32_t high, uint32_t low)
{
    uint32_t y = (high & 0x80000000u) | (low & 0x7FFFFFFFu);
    return (y >> 1) ^ ((y & 1) * 0x9908B0DFu);
}

/* The next state: each word from its neighbour and one that lies M ahead, or N - M behind. */
TD_VECTORIZED
static void twist(uint32_t *s)
{
#pragma omp simd
    for (size_t i = 0; i < N - M; i++)
        s[i] = s[i + M] ^ twisted(s[i], s[i + 1]);
#pragma omp simd safelen(64)
    for (size_t i = N - M; i < N - 1; i++)
        s[i] = s[i + M - N] ^ twisted(s[i], s[i + 1]);
    s[N - 1] = s[M - 1] ^ twisted(s[N - 1], s[0]);
}

static inline uint32_t tempered(uint32_t y)
{
    y ^= y >> 11;
    y ^= y << 7 & 0x9D2C5680u;
    y ^= y << 15 & 0xEFC60000u;
    return y ^ (y >> 18);
}

static inline uint64_t bits_of(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static inline double of_bits(uint64_t bits)
{
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* A whole number below 2^52 as a double. */
static inline double of_whole(uint64_t whole)
{
    return of_bits(0x4330000000000000u | whole) - 0x1p52;
}

/*
 * -ln x of x = 2^e (1 + f), 1 + f between sqrt(1/2) and sqrt(2), to less than one unit of the last
 * place: ln(1 + f) by s = f/(2 + f) and the polynomial of fdlibm (e_log.c, Sun Microsystems, 1993).
 * Only additions, products and a quotient: the same on every machine, which the logarithms of C
 * libraries are not.
 */
static inline double minus_log(double e, double f)
{
    const double LN2_HIGH = 6.93147180369123816490e-01, LN2_LOW = 1.90821492927058770002e-10;
    double s = f / (2 + f), z = s * s, w = z * z, half = 0.5 * f * f;
    double odd = z * (6.666666666666735130e-01 +
                      w * (2.857142874366239149e-01 +
                           w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01)));
    double even = w * (3.999999999940941908e-01 +
                       w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01));
    return (half - (s * (half + (odd + even)) + e * LN2_LOW)) - f - e * LN2_HIGH;
}

/* x = 1 - u in parts, then the logarithms: short loops, of which a processor has many under way. */
TD_VECTORIZED
static void take_logs(size_t n, const uint32_t *restrict words, double *restrict out)
{
    const uint64_t ROOT = 0x3FE6A09E00000000u; /* about sqrt(1/2) */
    double e[N], f[N];
#pragma omp simd
    for (size_t i = 0; i < n; i++)
        out[i] = (0x1p32 - of_whole(words[i])) * 0x1p-32;
#pragma omp simd
    for (size_t i = 0; i < n; i++) {
        uint64_t above = (bits_of(out[i]) - ROOT + ((uint64_t)64 << 52)) >> 52; /* e + 64 */
        e[i] = of_whole(above) - 64;
        f[i] = of_bits(bits_of(out[i]) - ((above - 64) << 52)) - 1;
    }
#pragma omp simd
    for (size_t i = 0; i < n; i++)
        out[i] = minus_log(e[i], f[i]);
}

void td_exponentials_of(size_t n, const uint32_t *words, double *out)
{
    for (size_t i = 0; i < n; i += N)
        take_logs(n - i < N ? n - i : N, words + i, out + i);
}

/*
 * 2^32 - w = 2^e x with 1 <= x < 2. In place of e stands 1 + (e + 1023)/2048, its bits put into a
 * fraction; ln x = ln 2 / 2 + ln((1 + s)/(1 - s)), s = (x - sqrt 2)/(x + sqrt 2), of which the
 * polynomial is less than 2^-40 off.
 */
TD_VECTORIZED
void td_exponentials_near(size_t n, const uint32_t *restrict words, double *restrict out)
{
    const uint64_t FRACTION = 0x000FFFFFFFFFFFFFu, TOP = 0x000FFE0000000000u;
    const uint64_t ONE = 0x3FF0000000000000u;
    const double ROOT = 1.4142135623730951, LN2_2048 = 1419.565425786768;
    const double ALL = 2150.4891276872304; /* (32 + 1023 + 2048 - 1/2) ln 2 */
#pragma omp simd
    for (size_t i = 0; i < n; i++) {
        uint64_t bits = bits_of((0x1p52 + 0x1p32) - of_bits(0x4330000000000000u | words[i]));
        double x = of_bits((bits & FRACTION) | ONE), e = of_bits((bits >> 11 & TOP) | ONE);
        double s = (x - ROOT) / (x + ROOT), z = s * s;
        double odd =
            2.000000000046268 +
            z * (0.6666666352710099 +
                 z * (0.40000595340831774 + z * (0.28525500069468585 + z * 0.2376066120995391)));
        out[i] = (ALL - e * LN2_2048) - s * odd;
    }
}

TD_VECTORIZED
static void temper(const uint32_t *restrict state, uint32_t *restrict words)
{
#pragma omp simd
    for (size_t i = 0; i < N; i++)
        words[i] = tempered(state[i]);
}

void td_exponentials_words(td_exponentials *e, size_t n, uint32_t *out)
{
    while (n > 0) {
        if (e->n_left == 0) {
            twist(e->state);
            temper(e->state, e->words);
            e->n_left = N;
        }
        size_t taken = n < e->n_left ? n : e->n_left;
        memcpy(out, e->words + N - e->n_left, taken * sizeof *out);
        e->n_left -= taken;
        out += taken;
        n -= taken;
    }
}

void td_exponentials_draw(td_exponentials *e, size_t n, double *out)
{
    uint32_t words[N];
    for (size_t i = 0; i < n; i += N) {
        size_t some = n - i < N ? n - i : N;
        td_exponentials_words(e, some, words);
        take_logs(some, words, out + i);
    }
}
