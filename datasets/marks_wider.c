/*
 * The marks and numbers of a text with AVX-512: 64 bytes, and eight cells, at a time.
 */
#include "datasets/marks_cells.h"
#include "datasets/marks_wide.h"

#if TD_HAS_WIDE

#include <immintrin.h>
#include <math.h>
#include <string.h>

#define WIDER                                                                                      \
    __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512cd,avx512vbmi,avx512vbmi2,"    \
                          "bmi,fma,popcnt")))

/* ---- marks ---- */

WIDER void td_marks_find_wider(const char *text, size_t size, char separator, uint32_t *ends,
                               td_marks *out)
{
    const __m512i s = _mm512_set1_epi8(separator), line = _mm512_set1_epi8('\n'),
                  quote = _mm512_set1_epi8('"'), ret = _mm512_set1_epi8('\r');
    const __m512i places = _mm512_set_epi8(
        63, 62, 61, 60, 59, 58, 57, 56, 55, 54, 53, 52, 51, 50, 49, 48, 47, 46, 45, 44, 43, 42, 41,
        40, 39, 38, 37, 36, 35, 34, 33, 32, 31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18,
        17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
    td_marks sum = {0};
    td_mark_run run = {.out = &sum};
    td_mark_masks masks = {0};
    __m512i all = _mm512_setzero_si512(), least = _mm512_set1_epi8(-1);
    for (size_t at = 0; at < size; at += 64) {
        __m512i bytes = _mm512_loadu_si512(text + at);
        masks.separators = _mm512_cmpeq_epi8_mask(bytes, s);
        masks.lines = _mm512_cmpeq_epi8_mask(bytes, line);
        masks.quotes = _mm512_cmpeq_epi8_mask(bytes, quote);
        masks.returns = _mm512_cmpeq_epi8_mask(bytes, ret);
        all = _mm512_or_si512(all, bytes);
        least = _mm512_min_epu8(least, bytes);
        uint64_t found = td_marks_count(&run, &masks, at, size);
        __m512i packed = _mm512_maskz_compress_epi8(found, places);
        __m512i first = _mm512_set1_epi32((int)at);
        uint32_t *next = ends + sum.n;
        sum.n += (size_t)__builtin_popcountll(found);
        for (; next < ends + sum.n; next += 16) {
            __m512i sixteen = _mm512_cvtepu8_epi32(_mm512_castsi512_si128(packed));
            _mm512_storeu_si512(next, _mm512_add_epi32(first, sixteen));
            packed = _mm512_shuffle_i64x2(packed, packed, 0x39); /* the next sixteen come first */
        }
    }
    sum.has_high = _mm512_movepi8_mask(all) != 0;
    sum.has_zero = _mm512_testn_epi8_mask(least, least) != 0;
    sum.is_open = run.inside != 0;
    *out = sum;
}

WIDER size_t td_lines_count_wider(const char *text, size_t size, bool *has_quotes)
{
    const __m512i line = _mm512_set1_epi8('\n'), quote = _mm512_set1_epi8('"');
    __mmask64 quotes = 0;
    size_t n = 0, i = 0;
    for (; i + 64 <= size; i += 64) {
        __m512i bytes = _mm512_loadu_si512(text + i);
        n += (size_t)__builtin_popcountll(_mm512_cmpeq_epi8_mask(bytes, line));
        quotes |= _mm512_cmpeq_epi8_mask(bytes, quote);
    }
    __m512i bytes = _mm512_maskz_loadu_epi8((UINT64_C(1) << (size - i)) - 1, text + i);
    n += (size_t)__builtin_popcountll(_mm512_cmpeq_epi8_mask(bytes, line));
    *has_quotes = (quotes | _mm512_cmpeq_epi8_mask(bytes, quote)) != 0;
    return n;
}

/* ---- numbers ---- */

/* What the columns of a strip look at. */
typedef struct bounds {
    __m512d min, max;
    uint64_t allowed; /* of allowed_of() */
} bounds;

/* What the rows so far showed of a strip. */
typedef struct showing {
    __m512d least, most;
    __m512i ones, zeros; /* bits that were, and were not, in the marks of cells that were taken */
} showing;

/* The eight bytes before a place, as they are. */
static inline double end_at(const char *text, uint32_t end)
{
    double bytes;
    memcpy(&bytes, text + end - sizeof bytes, sizeof bytes);
    return bytes;
}

WIDER static inline __m256d four_ends(const char *text, const uint32_t *ends)
{
    __m128d low = _mm_set_pd(end_at(text, ends[1]), end_at(text, ends[0]));
    __m128d high = _mm_set_pd(end_at(text, ends[3]), end_at(text, ends[2]));
    return _mm256_set_m128d(high, low);
}

/* Of eight: faster than a gather, for which the compiler has each wait for the one before. */
WIDER static inline __m512i bytes_of(const char *text, const cells *c)
{
    __m512d low = _mm512_castpd256_pd512(four_ends(text, c->low));
    return _mm512_castpd_si512(_mm512_insertf64x4(low, four_ends(text, c->high), 1));
}

WIDER static inline __m256i places_at(const uint32_t *low, const uint32_t *high)
{
    return _mm256_set_m128i(_mm_loadu_si128((const __m128i *)(const void *)high),
                            _mm_loadu_si128((const __m128i *)(const void *)low));
}

/* How far the end of each is from that of the cell before: by one more than it is long. */
WIDER static inline __m256i widths_of(const cells *c)
{
    return _mm256_sub_epi32(places_at(c->low, c->high), places_at(c->low - 1, c->high - 1));
}
/*
 * whole / 10^places, rounded once: the product with the reciprocal is put right by what it leaves
 * over, which is exact. It is the quotient for all whole numbers below 10^8.
 */
WIDER static inline __m512d divided(__m512d whole, __m512i places)
{
    const __m512d powers = _mm512_setr_pd(1e0, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8),
                  reciprocals = _mm512_setr_pd(1e0, 1 / 1e2, 1 / 1e3, 1 / 1e4, 1 / 1e5, 1 / 1e6,
                                               1 / 1e7, 1 / 1e8);
    __m512d power = _mm512_permutexvar_pd(places, powers);
    __m512d reciprocal = _mm512_permutexvar_pd(places, reciprocals);
    __m512d nearly = _mm512_mul_pd(whole, reciprocal);
    return _mm512_fmadd_pd(_mm512_fnmadd_pd(nearly, power, whole), reciprocal, nearly);
}

/*
 * Digits and a mark among them, which counts 0, to a double: what is behind the mark counts tenfold,
 * so that it is whole; `places` (8: no mark) says what to divide by.
 */
WIDER static inline __m512d value_of(__m512i digits, __m512i places)
{
    const __m512i weights = _mm512_setr_epi64(
        0x010A010A010A010A, 0x0A0A010A010A010A, 0x0A64010A010A010A, 0x0A640A0A010A010A,
        0x0A640A64010A010A, 0x0A640A640A0A010A, 0x0A640A640A64010A, 0x0A640A640A640A0A);
    __m512i pairs = _mm512_maddubs_epi16(digits, _mm512_permutexvar_epi64(places, weights));
    __m512i fours = _mm512_madd_epi16(pairs, _mm512_set1_epi32(0x00010064));
    __m512i whole = _mm512_add_epi64(_mm512_mul_epu32(fours, _mm512_set1_epi64(10000)),
                                     _mm512_srli_epi64(fours, 32));
    return divided(_mm512_cvtepu64_pd(whole), places);
}

/* The bytes of cells that lie in the eight before their ends; those of longer ones are refused. */
WIDER static inline __mmask64 kept_of(__m256i widths)
{
    const __m512i from = _mm512_set1_epi64(0x0102030405060708),
                  lowest =
                      _mm512_setr_epi64(0x00 * FIRST, 0x04 * FIRST, 0x08 * FIRST, 0x0C * FIRST,
                                        0x10 * FIRST, 0x14 * FIRST, 0x18 * FIRST, 0x1C * FIRST);
    __m512i width = _mm512_permutexvar_epi8(lowest, _mm512_castsi256_si512(widths));
    return _mm512_cmpgt_epu8_mask(width, from);
}

/* Eight cells of which it is known what their bytes are. */
typedef struct looked {
    __m512i bytes, digits; /* 0 where there is no digit */
    __m512i marks, places; /* 0xFF on marks; digits behind them, 8: no mark */
    __mmask8 is_short, is_negative;
    kinds k;
} looked;

WIDER static inline __attribute__((always_inline)) looked look_at(const char *text, const cells *c)
{
    __m512i bytes = bytes_of(text, c);
    __m512i digits = _mm512_xor_si512(bytes, _mm512_set1_epi8('0'));
    __m256i widths = widths_of(c);
    __mmask64 kept = kept_of(widths);
    __mmask64 is_digit = _mm512_mask_cmple_epu8_mask(kept, digits, _mm512_set1_epi8(9));
    __mmask64 is_sign = _mm512_mask_cmpeq_epi8_mask(kept, bytes, _mm512_set1_epi8('-'));
    /* ',' and '.' differ in one bit. */
    __m512i without = _mm512_andnot_si512(_mm512_set1_epi8(',' ^ '.'), bytes);
    __mmask64 is_mark = _mm512_mask_cmpeq_epi8_mask(kept, without, _mm512_set1_epi8(',' & '.'));
    __m512i marks = _mm512_movm_epi8(is_mark), signs = _mm512_movm_epi8(is_sign);
    return (looked){.bytes = bytes,
                    .digits = _mm512_maskz_mov_epi8(is_digit, digits),
                    .marks = marks,
                    .places = _mm512_srli_epi64(_mm512_lzcnt_epi64(marks), 3),
                    .is_short = _mm256_cmple_epu32_mask(widths, _mm256_set1_epi32(9)),
                    .is_negative = _mm512_test_epi64_mask(signs, signs),
                    .k = {kept, is_digit, is_mark, is_sign}};
}

/* Their values; bits of those that are refused. */
WIDER static inline __attribute__((always_inline)) unsigned take(const looked *l, const cells *c,
                                                                 const bounds *b, showing *s)
{
    __m512i marks = l->marks;
    __m512d x = value_of(l->digits, l->places);
    x = _mm512_mask_sub_pd(x, l->is_negative, _mm512_setzero_pd(), x);
    _mm256_storeu_pd(c->low_value, _mm512_castpd512_pd256(x));
    _mm256_storeu_pd(c->high_value, _mm512_extractf64x4_pd(x, 1));
    s->least = _mm512_min_pd(x, s->least);
    s->most = _mm512_max_pd(x, s->most);
    __mmask8 fits = _mm512_mask_cmp_pd_mask(l->is_short, x, b->min, _CMP_GE_OQ);
    fits = _mm512_mask_cmp_pd_mask(fits, x, b->max, _CMP_LE_OQ);
    uint64_t faults = faults_of(&l->k, b->allowed);
    unsigned refused = 0;
    if (faults != 0 || fits != 0xFF) {
        refused = any_of(faults) | (~(unsigned)fits & 0xFF);
        marks = _mm512_maskz_mov_epi64((__mmask8)~refused, marks);
    }
    s->ones = _mm512_or_si512(s->ones, _mm512_and_si512(marks, l->bytes));
    s->zeros = _mm512_or_si512(s->zeros, _mm512_andnot_si512(l->bytes, marks));
    return refused;
}

WIDER static inline __m512d doubles_at(const double *low, const double *high)
{
    __m512d both = _mm512_castpd256_pd512(_mm256_loadu_pd(low));
    return _mm512_insertf64x4(both, _mm256_loadu_pd(high), 1);
}

/* What a strip showed to what its columns show. */
WIDER static void add_showing(const showing *s, const strip *at, td_number_rows *rows)
{
    const __m512i differs = _mm512_set1_epi8(',' ^ '.');
    double least[8], most[8];
    _mm512_storeu_pd(least, s->least);
    _mm512_storeu_pd(most, s->most);
    add_to_columns(least, most, _mm512_movepi8_mask(_mm512_or_si512(s->ones, s->zeros)), at, rows);
    rows->comma |= _mm512_test_epi8_mask(s->zeros, differs) != 0;
    rows->point |= _mm512_test_epi8_mask(s->ones, differs) != 0;
}

/* A strip of all rows. While some are taken the next ones are looked at: neither has to wait. */
WIDER static inline __attribute__((always_inline)) void read_strip(const char *text,
                                                                   const uint32_t *ends,
                                                                   const td_number_columns *columns,
                                                                   const strip *at, bool two_rows,
                                                                   td_number_rows *rows)
{
    const bounds b = {doubles_at(columns->min + at->low, columns->min + at->high),
                      doubles_at(columns->max + at->low, columns->max + at->high),
                      allowed_of(columns, at)};
    const size_t n = rows->n, n_at_once = two_rows ? 2 : 1;
    showing s = {_mm512_set1_pd(INFINITY), _mm512_set1_pd(-INFINITY), _mm512_setzero_si512(),
                 _mm512_setzero_si512()};
    cells c = cells_of(ends, at, 0, two_rows, rows);
    looked l = look_at(text, &c);
    for (size_t r = 0; r < n; r += n_at_once) {
        size_t ahead = r + n_at_once < n ? r + n_at_once : r;
        cells c_ahead = cells_of(ends, at, ahead, two_rows, rows);
        looked l_ahead = look_at(text, &c_ahead);
        unsigned refused = take(&l, &c, &b, &s);
        if (refused != 0)
            refuse_cells(refused, &c, at, columns->n, rows);
        c = c_ahead;
        l = l_ahead;
    }
    add_showing(&s, at, rows);
}

WIDER void td_numbers_read_wider(const char *text, const uint32_t *ends,
                                 const td_number_columns *columns, td_number_rows *rows)
{
    if (columns->n < 4 || rows->n == 0) {
        td_numbers_read_plain(text, ends, columns, rows);
        return;
    }
    for (size_t c = 0; c < columns->n; c += 8) {
        const strip at = strip_at(c, columns->n);
        if (at.two_rows)
            read_strip(text, ends, columns, &at, true, rows);
        else
            read_strip(text, ends, columns, &at, false, rows);
    }
}

#endif
