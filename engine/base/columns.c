#include "engine/base/columns.h"

#include <math.h>
#include <string.h>

TD_VECTORIZED
static size_t whole_between(size_t n, const double *restrict x, double lo, double hi, double scale,
                            double *restrict whole)
{
    double n_bad = 0;
#pragma omp simd reduction(+ : n_bad)
    for (size_t u = 0; u < n; u++) {
        double m = td_nearest_whole(x[u] * scale);
        bool good = (x[u] >= lo) & (x[u] <= hi) & (m / scale == x[u]);
        whole[u] = good ? m : (double)NAN;
        n_bad += good ? 0 : 1;
    }
    return (size_t)n_bad;
}

/* Where x is all, it is `quanta`. */
TD_VECTORIZED
static size_t all_or_nothing(size_t n, const double *restrict x, double all, double quanta,
                             double *restrict whole)
{
    double n_bad = 0;
#pragma omp simd reduction(+ : n_bad)
    for (size_t u = 0; u < n; u++) {
        double m = x[u] == all ? quanta : (double)NAN;
        m = x[u] == -all ? 0 - quanta : m;
        m = x[u] == 0 ? 0 : m;
        whole[u] = m;
        n_bad += m == m ? 0 : 1;
    }
    return (size_t)n_bad;
}

size_t td_whole_of_column(size_t n, const double *restrict x, const td_accepted *limits, int places,
                          double *restrict whole)
{
    const double scale = td_scale_of(places), most = TD_COLUMN_LIMIT / scale;
    if (limits->all_or_nothing) {
        double quanta;
        const td_accepted alone = {-INFINITY, INFINITY, false};
        td_whole_of_column(1, &limits->hi, &alone, places, &quanta);
        return all_or_nothing(n, x, limits->hi, quanta, whole);
    }
    return whole_between(n, x, limits->lo > -most ? limits->lo : -most,
                         limits->hi < most ? limits->hi : most, scale, whole);
}

TD_VECTORIZED
size_t td_scale_column(size_t n, const double *restrict x, double scale, double *restrict whole)
{
    double n_blank = 0;
#pragma omp simd reduction(+ : n_blank)
    for (size_t u = 0; u < n; u++) {
        whole[u] = td_nearest_whole(x[u] * scale);
        n_blank += x[u] == x[u] ? 0 : 1;
    }
    return (size_t)n_blank;
}

#define BIT(u) (uint64_t)1 << (u)
#define BITS(u)                                                                                    \
    BIT(u), BIT(u + 1), BIT(u + 2), BIT(u + 3), BIT(u + 4), BIT(u + 5), BIT(u + 6), BIT(u + 7)

/* A table, since a loop of shifts is no loop of vectors everywhere. */
static const uint64_t BIT_OF[64] = {BITS(0),  BITS(8),  BITS(16), BITS(24),
                                    BITS(32), BITS(40), BITS(48), BITS(56)};

TD_VECTORIZED
uint64_t td_blanks(size_t n, const double *x)
{
    uint64_t bits = 0;
#pragma omp simd reduction(| : bits)
    for (size_t u = 0; u < n; u++)
        bits |= x[u] == x[u] ? 0 : BIT_OF[u];
    return bits;
}

/* Half the lanes: gcc and clang make of it what the machine has. */
typedef double half __attribute__((vector_size(TD_LANES / 2 * sizeof(double)), aligned(8)));

TD_VECTORIZED
void td_sum_columns(size_t n, size_t n_columns, const size_t *first, const double *matrix,
                    double *sum)
{
    size_t u = 0;
    for (; u + TD_LANES < n; u += 2 * TD_LANES) {
        half a = {0}, b = {0}, c = {0}, d = {0};
        for (size_t k = 0; k < n_columns; k++) {
            const half *x = (const half *)(matrix + first[k] + u);
            a += x[0];
            b += x[1];
            c += x[2];
            d += x[3];
        }
        half *to = (half *)(sum + u);
        to[0] = a;
        to[1] = b;
        to[2] = c;
        to[3] = d;
    }
    for (; u < n; u += TD_LANES) {
        half a = {0}, b = {0};
        for (size_t k = 0; k < n_columns; k++) {
            const half *x = (const half *)(matrix + first[k] + u);
            a += x[0];
            b += x[1];
        }
        half *to = (half *)(sum + u);
        to[0] = a;
        to[1] = b;
    }
}

uint8_t td_or_columns(size_t n, size_t n_columns, const size_t *first, const uint8_t *matrix,
                      uint8_t *all)
{
    uint64_t total = 0;
    for (size_t u = 0; u < n; u += TD_LANES) {
        uint64_t bits = 0, word;
        for (size_t k = 0; k < n_columns; k++) {
            memcpy(&word, matrix + first[k] + u, sizeof word);
            bits |= word;
        }
        memcpy(all + u, &bits, sizeof bits);
        if (u + TD_LANES > n) /* only its first n - u bytes count */
            for (size_t v = u; v < n; v++)
                total |= all[v];
        else
            total |= bits;
    }
    total |= total >> 32;
    total |= total >> 16;
    return (uint8_t)(total | total >> 8);
}

TD_VECTORIZED
void td_mark_column(size_t n, const bool *marked, uint8_t bit, uint8_t *known)
{
#pragma omp simd
    for (size_t u = 0; u < n; u++)
        known[u] |= (uint8_t)(-(int)marked[u]) & bit;
}

TD_VECTORIZED
void td_fill_column(size_t n, double x, double *column)
{
#pragma omp simd
    for (size_t u = 0; u < n; u++)
        column[u] = x;
}

/* Four rows and more at once: columns are written by whole vectors. */
TD_VECTORIZED
void td_turn_rows(size_t n, size_t m, const double *restrict rows, size_t stride,
                  double *restrict columns)
{
    size_t first = 0;
    for (; first + TD_LANES <= n; first += TD_LANES) {
        const double *restrict row = rows + first * m;
        double *restrict to = columns + first;
        for (size_t i = 0; i < m; i++, to += stride) {
            const double *x = row + i;
            *(half *)to = (half){x[0], x[m], x[2 * m], x[3 * m]};
            *(half *)(to + 4) = (half){x[4 * m], x[5 * m], x[6 * m], x[7 * m]};
        }
    }
    for (size_t u = first; u < n; u++)
        for (size_t i = 0; i < m; i++)
            columns[i * stride + u] = rows[u * m + i];
}

#define WORDS 4 /* looked at together: marks are rare */

size_t td_next_marked(size_t n, const uint8_t *known, size_t from)
{
    size_t u = from;
    for (uint64_t word[WORDS]; u + sizeof word <= n; u += sizeof word) {
        memcpy(word, known + u, sizeof word);
        if ((word[0] | word[1] | word[2] | word[3]) != 0)
            break;
    }
    while (u < n && known[u] == 0)
        u++;
    return u;
}

/* The eight bytes from there, the first one lowest. */
static uint64_t word_at(const uint8_t *bytes)
{
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word;
}

/* Eight bytes at once: adding 127 sets the highest bit of what is not 0; a product brings the eight
   bits together. */
uint64_t td_marked(size_t n, const uint8_t *bytes)
{
    const uint64_t low = 0x7f7f7f7f7f7f7f7f, gather = 0x0102040810204080;
    uint64_t marks = 0;
    size_t u = 0;
    for (; u + 8 <= n; u += 8) {
        uint64_t high = (word_at(bytes + u) + low) & ~low;
        marks |= ((high >> 7) * gather >> 56) << u;
    }
    for (; u < n; u++)
        marks |= (uint64_t)(bytes[u] != 0) << u;
    return marks;
}

TD_VECTORIZED
static bool holds_column(size_t n, const double *x, double scale, double limit)
{
    double n_bad = 0;
#pragma omp simd reduction(+ : n_bad)
    for (size_t u = 0; u < n; u++) {
        double m = td_nearest_whole(x[u] * scale);
        bool good = (m / scale == x[u]) & (fabs(m) <= limit);
        n_bad += (good | (x[u] != x[u])) ? 0 : 1;
    }
    return n_bad == 0;
}

int td_places_of_column(size_t n, const double *x, int least, double limit)
{
    for (int places = least; places <= TD_MAX_PLACES; places++)
        if (holds_column(n, x, td_scale_of(places), limit))
            return places;
    return -1;
}
