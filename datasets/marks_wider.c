/*
 * The marks and numbers of a text with AVX-512: 64 bytes, and eight cells, at a time. What is told
 * byte by byte goes through masks of 64 bits, in which the eight bytes of a cell are eight bits and
 * its last character is the highest.
 */
#include "datasets/marks_wide.h"

#if TD_HAS_WIDE

#include <immintrin.h>
#include <string.h>

#define WIDER                                                                                      \
    __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512cd,avx512vbmi2,"               \
                          "bmi,popcnt")))

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
    td_mark_run run = {.out = out};
    td_mark_masks masks;
    *out = (td_marks){0};
    for (size_t at = 0; at < size; at += 64) {
        __m512i bytes = _mm512_loadu_si512(text + at);
        masks.separators = _mm512_cmpeq_epi8_mask(bytes, s);
        masks.lines = _mm512_cmpeq_epi8_mask(bytes, line);
        masks.quotes = _mm512_cmpeq_epi8_mask(bytes, quote);
        masks.returns = _mm512_cmpeq_epi8_mask(bytes, ret);
        masks.high = _mm512_movepi8_mask(bytes);
        masks.zeros = _mm512_testn_epi8_mask(bytes, bytes);
        uint64_t found = td_marks_count(&run, &masks, at, size);
        __m512i packed = _mm512_maskz_compress_epi8(found, places);
        __m512i first = _mm512_set1_epi32((int)at);
        uint32_t *next = ends + out->n;
        out->n += (size_t)__builtin_popcountll(found);
        for (; next < ends + out->n; next += 16) {
            __m512i sixteen = _mm512_cvtepu8_epi32(_mm512_castsi512_si128(packed));
            _mm512_storeu_si512(next, _mm512_add_epi32(first, sixteen));
            packed = _mm512_shuffle_i64x2(packed, packed, 0x39); /* the next sixteen come first */
        }
    }
    out->is_open = run.inside != 0;
}

WIDER size_t td_lines_count_wider(const char *text, size_t size, bool *has_quotes)
{
    const __m512i line = _mm512_set1_epi8('\n'), quote = _mm512_set1_epi8('"');
    uint64_t quotes = 0;
    size_t n = 0;
    for (size_t i = 0; i < size; i += 64) {
        __mmask64 valid = size - i >= 64 ? ~UINT64_C(0) : (UINT64_C(1) << (size - i)) - 1;
        __m512i bytes = _mm512_maskz_loadu_epi8(valid, text + i);
        n += (size_t)__builtin_popcountll(_mm512_cmpeq_epi8_mask(bytes, line));
        quotes |= _mm512_cmpeq_epi8_mask(bytes, quote);
    }
    *has_quotes = quotes != 0;
    return n;
}

/* ---- numbers ---- */

/* The highest bytes of cells. */
#define LAST UINT64_C(0x8080808080808080)

/* Bit c set if any of the eight of cell c is. */
static inline unsigned any_of(uint64_t bits)
{
    bits |= bits >> 4 & UINT64_C(0x0F0F0F0F0F0F0F0F);
    bits |= bits >> 2 & UINT64_C(0x3333333333333333);
    bits |= bits >> 1;
    return (unsigned)((bits & UINT64_C(0x0101010101010101)) * UINT64_C(0x0102040810204080) >> 56);
}

/* The eight bits of each cell of which a bit is set. */
static inline uint64_t all_of(unsigned cells)
{
    uint64_t bits = (cells & 0x7F) * UINT64_C(0x0002040810204081) & UINT64_C(0x0101010101010101);
    return (bits | (uint64_t)(cells >> 7) << 56) * 0xFF;
}

/* What the bytes of eight cells are; none of those before a cell. */
typedef struct kinds {
    uint64_t kept; /* bytes of the cells: none where there is nothing, or too much */
    uint64_t digits, marks, signs;
} kinds;

/* A bit or more of each cell that is not to be taken. refused: where no mark may be. */
static inline uint64_t faults_of(const kinds *k, uint64_t refused)
{
    uint64_t sign = k->signs & ~((k->kept & ~LAST) << 1); /* in front */
    uint64_t with_last = k->marks | LAST; /* no bit is borrowed from the next cell */
    uint64_t faults = k->kept & ~(k->digits | k->marks | sign);
    faults |= with_last & (with_last - (LAST >> 7)) & ~LAST;      /* a second mark */
    faults |= k->marks & (refused | ~((k->digits & ~LAST) << 1)); /* no digit before the mark */
    return faults | (LAST & ~k->kept) | (LAST & sign);
}

/* What eight columns look at. */
typedef struct bounds {
    __m512d min, max;
    uint64_t refused; /* where no mark may be: at the end, before three digits, before too many */
} bounds;

/* What the rows so far showed of eight columns. */
typedef struct showing {
    __m512d least, most;
    uint64_t marks, commas, points;
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
WIDER static inline __m512i eight_ends(const char *text, const uint32_t *ends)
{
    __m512d low = _mm512_castpd256_pd512(four_ends(text, ends));
    return _mm512_castpd_si512(_mm512_insertf64x4(low, four_ends(text, ends + 4), 1));
}

/* 0xFF on the bytes of the cells that lie in the eight bytes before their ends. */
WIDER static inline __m512i kept_of(const uint32_t *ends)
{
    __m256i end = _mm256_loadu_si256((const __m256i *)(const void *)ends);
    __m256i before = _mm256_loadu_si256((const __m256i *)(const void *)(ends - 1));
    __m256i others = _mm256_sub_epi32(_mm256_set1_epi32(9), _mm256_sub_epi32(end, before));
    /* Nothing is left where the shift is negative or too large. */
    return _mm512_sllv_epi64(_mm512_set1_epi8(-1),
                             _mm512_cvtepi32_epi64(_mm256_slli_epi32(others, 3)));
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
    const __m512d powers = _mm512_setr_pd(1e0, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8);
    __m512i pairs = _mm512_maddubs_epi16(digits, _mm512_permutexvar_epi64(places, weights));
    __m512i fours = _mm512_madd_epi16(pairs, _mm512_set1_epi32(0x00010064));
    __m512i whole = _mm512_add_epi64(_mm512_mul_epu32(fours, _mm512_set1_epi64(10000)),
                                     _mm512_srli_epi64(fours, 32));
    return _mm512_div_pd(_mm512_cvtepu64_pd(whole), _mm512_permutexvar_pd(places, powers));
}

/* Eight cells; bits of those that are refused. */
WIDER static inline __attribute__((always_inline)) unsigned read_eight(const char *text,
                                                                       const uint32_t *ends,
                                                                       const bounds *b, showing *s,
                                                                       double *value)
{
    const __m512i all = _mm512_set1_epi8(-1);
    __m512i bytes = eight_ends(text, ends);
    __m512i digits = _mm512_xor_si512(bytes, _mm512_set1_epi8('0'));
    __mmask64 kept = _mm512_movepi8_mask(kept_of(ends));
    __mmask64 is_digit = _mm512_mask_cmple_epu8_mask(kept, digits, _mm512_set1_epi8(9));
    __mmask64 is_sign = _mm512_mask_cmpeq_epi8_mask(kept, bytes, _mm512_set1_epi8('-'));
    __mmask64 is_comma = _mm512_mask_cmpeq_epi8_mask(kept, bytes, _mm512_set1_epi8(','));
    __mmask64 is_point = _mm512_mask_cmpeq_epi8_mask(kept, bytes, _mm512_set1_epi8('.'));
    __mmask64 is_mark = is_comma | is_point;
    __m512i places = _mm512_srli_epi64(_mm512_lzcnt_epi64(_mm512_movm_epi8(is_mark)), 3);
    __m512d x = value_of(_mm512_maskz_mov_epi8(is_digit, digits), places);
    __mmask8 negative = _mm512_test_epi64_mask(_mm512_movm_epi8(is_sign), all);
    x = _mm512_mask_sub_pd(x, negative, _mm512_setzero_pd(), x);
    _mm512_storeu_pd(value, x);
    s->least = _mm512_min_pd(x, s->least);
    s->most = _mm512_max_pd(x, s->most);
    __mmask8 fits =
        _mm512_mask_cmp_pd_mask(_mm512_cmp_pd_mask(x, b->min, _CMP_GE_OQ), x, b->max, _CMP_LE_OQ);
    kinds k = {kept, is_digit, is_mark, is_sign};
    uint64_t faults = faults_of(&k, b->refused);
    uint64_t taken = ~UINT64_C(0);
    unsigned refused = 0;
    if (faults != 0 || fits != 0xFF) {
        refused = any_of(faults) | (~(unsigned)fits & 0xFF);
        taken = ~all_of(refused);
    }
    s->marks |= k.marks;
    s->commas |= is_comma & taken;
    s->points |= is_point & taken;
    return refused;
}

WIDER static bounds bounds_of(const td_number_columns *columns, size_t c)
{
    bounds b = {_mm512_loadu_pd(columns->min + c), _mm512_loadu_pd(columns->max + c), 0};
    for (size_t i = 0; i < 8; i++) {
        uint64_t too_many = columns->places[c + i] < 7 ? 0x7Fu >> columns->places[c + i] : 0;
        b.refused |= (0x90 | too_many) << 8 * i;
    }
    return b;
}

/* Eight columns of all rows. fresh: bits of those that no other eight have read. */
WIDER static void read_columns(const char *text, const uint32_t *ends,
                               const td_number_columns *columns, size_t c, unsigned fresh,
                               td_number_rows *rows)
{
    const bounds b = bounds_of(columns, c);
    showing s = {_mm512_loadu_pd(rows->least + c), _mm512_loadu_pd(rows->most + c), 0, 0, 0};
    const size_t n = rows->n, n_cells = rows->n_cells, stride = rows->stride;
    double *value = rows->value + c;
    ends += c;
    for (size_t r = 0; r < n; r++, ends += n_cells, value += stride)
        for (unsigned refused = read_eight(text, ends, &b, &s, value) & fresh; refused != 0;
             refused &= refused - 1)
            rows->refused[rows->n_refused++] =
                (uint32_t)(r * columns->n + c + (size_t)__builtin_ctz(refused));
    _mm512_storeu_pd(rows->least + c, s.least);
    _mm512_storeu_pd(rows->most + c, s.most);
    for (size_t i = 0; i < 8; i++) {
        unsigned marks = s.marks >> 8 * i & 0xFF;
        int64_t places = marks == 0 ? 0 : 7 - __builtin_ctz(marks);
        rows->places[c + i] = places > rows->places[c + i] ? places : rows->places[c + i];
    }
    rows->comma |= s.commas != 0;
    rows->point |= s.points != 0;
}

/* A rest that is less than eight is read with the columns before it once more. */
WIDER void td_numbers_read_wider(const char *text, const uint32_t *ends,
                                 const td_number_columns *columns, td_number_rows *rows)
{
    const size_t n = columns->n;
    if (n < 8) {
        td_numbers_read_wide(text, ends, columns, rows);
        return;
    }
    for (size_t c = 0; c < n; c += 8) {
        size_t at = c + 8 <= n ? c : n - 8;
        read_columns(text, ends, columns, at, 0xFFu << (c - at) & 0xFF, rows);
    }
}

#endif
