/*
 * The marks and numbers of a text with AVX2: 64 bytes, and four cells, at a time. No multiplication
 * is fused with an addition here; td_numbers_read() says why the values are exact.
 */
#include "datasets/marks_wide.h"

#if TD_HAS_WIDE

#include <immintrin.h>
#include <string.h>

#define WIDE __attribute__((target("avx2,bmi,popcnt")))

WIDE static uint64_t equal_to(__m256i low, __m256i high, __m256i c)
{
    uint32_t l = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(low, c));
    uint32_t h = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(high, c));
    return (uint64_t)h << 32 | l;
}

/* The places of the lowest eight bits; where there are fewer, what is written is written over. */
WIDE static inline uint64_t write_eight(uint64_t found, uint32_t at, uint32_t *next)
{
#define WRITE(k)                                                                                   \
    next[k] = at + (uint32_t)_tzcnt_u64(found);                                                    \
    found = _blsr_u64(found);
    WRITE(0)
    WRITE(1)
    WRITE(2)
    WRITE(3)
    WRITE(4)
    WRITE(5)
    WRITE(6)
    WRITE(7)
#undef WRITE
    return found;
}

WIDE void td_marks_find_wide(const char *text, size_t size, char separator, uint32_t *ends,
                             td_marks *out)
{
    const __m256i s = _mm256_set1_epi8(separator), line = _mm256_set1_epi8('\n'),
                  quote = _mm256_set1_epi8('"'), ret = _mm256_set1_epi8('\r'),
                  zero = _mm256_setzero_si256();
    td_mark_run run = {.out = out};
    td_mark_masks masks;
    *out = (td_marks){0};
    for (size_t at = 0; at < size; at += 64) {
        __m256i low = _mm256_loadu_si256((const __m256i *)(const void *)(text + at));
        __m256i high = _mm256_loadu_si256((const __m256i *)(const void *)(text + at + 32));
        masks.separators = equal_to(low, high, s);
        masks.lines = equal_to(low, high, line);
        masks.quotes = equal_to(low, high, quote);
        masks.returns = equal_to(low, high, ret);
        masks.high = (uint32_t)_mm256_movemask_epi8(_mm256_or_si256(low, high));
        masks.zeros =
            (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_min_epu8(low, high), zero));
        uint64_t found = td_marks_count(&run, &masks, at, size);
        uint32_t *next = ends + out->n;
        out->n += (size_t)__builtin_popcountll(found);
        for (; found != 0; next += 8)
            found = write_eight(found, (uint32_t)at, next);
    }
    out->is_open = run.inside != 0;
}

WIDE size_t td_lines_count_wide(const char *text, size_t size, bool *has_quotes)
{
    const __m256i line = _mm256_set1_epi8('\n'), quote = _mm256_set1_epi8('"');
    __m256i quotes = _mm256_setzero_si256();
    size_t n = 0, i = 0;
    for (; i + 64 <= size; i += 64) {
        __m256i low = _mm256_loadu_si256((const __m256i *)(const void *)(text + i));
        __m256i high = _mm256_loadu_si256((const __m256i *)(const void *)(text + i + 32));
        n += (size_t)__builtin_popcountll(equal_to(low, high, line));
        quotes = _mm256_or_si256(
            quotes, _mm256_or_si256(_mm256_cmpeq_epi8(low, quote), _mm256_cmpeq_epi8(high, quote)));
    }
    *has_quotes = _mm256_testz_si256(quotes, quotes) == 0;
    for (; i < size; i++) {
        n += text[i] == '\n';
        *has_quotes |= text[i] == '"';
    }
    return n;
}

/* Four cells in the making: bytes of a lane end with the cell's last one. */
typedef struct four {
    __m256i bytes;   /* '0' before the cell, and in the place of its sign */
    __m256i kept;    /* 0xFF on the bytes of the cell */
    __m256i sign;    /* 0xFF on a '-' in front */
    __m256i refused; /* a lane that is not 0 */
} four;

/* The eight bytes before each of two places. */
WIDE static inline __m128i two_ends(const char *first, const char *second)
{
    __m128i low = _mm_loadl_epi64((const __m128i *)(const void *)(first - 8));
    return _mm_castpd_si128(
        _mm_loadh_pd(_mm_castsi128_pd(low), (const double *)(const void *)(second - 8)));
}

WIDE static inline four load(const char *text, const uint32_t *ends)
{
    const __m256i eight = _mm256_set1_epi64x(8), one = _mm256_set1_epi64x(1),
                  zeros = _mm256_set1_epi8('0'), all = _mm256_set1_epi8(-1);
    __m128i low = two_ends(text + ends[0], text + ends[1]);
    __m128i high = two_ends(text + ends[2], text + ends[3]);
    __m128i end = _mm_loadu_si128((const __m128i *)(const void *)ends);
    __m128i before = _mm_loadu_si128((const __m128i *)(const void *)(ends - 1));
    __m256i length = _mm256_sub_epi64(_mm256_cvtepu32_epi64(_mm_sub_epi32(end, before)), one);
    __m256i shift = _mm256_slli_epi64(_mm256_sub_epi64(eight, length), 3);
    four f;
    f.kept = _mm256_sllv_epi64(all, shift); /* nothing where the shift is negative or too large */
    f.refused = _mm256_or_si256(_mm256_cmpgt_epi64(length, eight), _mm256_cmpgt_epi64(one, length));
    __m256i bytes = _mm256_set_m128i(high, low);
    __m256i first = _mm256_andnot_si256(_mm256_slli_epi64(f.kept, 8), f.kept);
    f.sign = _mm256_and_si256(_mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('-')), first);
    __m256i digits = _mm256_andnot_si256(f.sign, f.kept);
    f.bytes = _mm256_blendv_epi8(zeros, bytes, digits);
    /* A sign alone. */
    f.refused = _mm256_or_si256(f.refused, _mm256_cmpeq_epi64(digits, _mm256_setzero_si256()));
    return f;
}

/* Takes the mark out of the digits of four cells; places behind it. */
WIDE static inline __m256i take_mark(four *f, __m256i *digits, __m256i *comma, __m256i *point)
{
    const __m256i ones = _mm256_set1_epi8(1), zero = _mm256_setzero_si256();
    *comma = _mm256_cmpeq_epi8(f->bytes, _mm256_set1_epi8(','));
    *point = _mm256_cmpeq_epi8(f->bytes, _mm256_set1_epi8('.'));
    __m256i mark = _mm256_or_si256(*comma, *point), bit = _mm256_and_si256(mark, ones);
    __m256i below = _mm256_add_epi64(bit, _mm256_set1_epi64x(-1));
    __m256i none = _mm256_cmpeq_epi64(bit, zero);
    __m256i above = _mm256_andnot_si256(_mm256_or_si256(below, mark), _mm256_set1_epi8(-1));
    __m256i values = _mm256_xor_si256(f->bytes, _mm256_set1_epi8('0'));
    __m256i others = _mm256_subs_epu8(_mm256_andnot_si256(mark, values), _mm256_set1_epi8(9));
    __m256i places = _mm256_sad_epu8(_mm256_and_si256(above, ones), zero);
    /* Bytes that are no digits, or a second mark. */
    f->refused = _mm256_or_si256(f->refused, _mm256_or_si256(others, _mm256_and_si256(bit, below)));
    /* The byte before the mark is one of the cell, and no sign; something is behind it. */
    __m256i digits_of = _mm256_andnot_si256(f->sign, f->kept);
    __m256i before = _mm256_slli_epi64(digits_of, 8);
    __m256i after = _mm256_srli_epi64(mark, 56);
    f->refused =
        _mm256_or_si256(f->refused, _mm256_or_si256(_mm256_andnot_si256(before, mark), after));
    f->refused = _mm256_or_si256(f->refused, _mm256_cmpeq_epi64(places, _mm256_set1_epi64x(3)));
    __m256i moved = _mm256_or_si256(
        _mm256_and_si256(values, above),
        _mm256_slli_epi64(_mm256_and_si256(values, _mm256_andnot_si256(mark, below)), 8));
    *digits = _mm256_blendv_epi8(moved, values, none);
    return places;
}

/* Eight digits a lane, the first lowest, as a double. */
WIDE static inline __m256d whole_of(__m256i digits)
{
    const __m256i tens = _mm256_set1_epi16(0x010A), hundreds = _mm256_set1_epi32(0x00010064);
    const __m256i magic = _mm256_set1_epi64x(0x4330000000000000);
    __m256i pairs = _mm256_maddubs_epi16(digits, tens);
    __m256i fours = _mm256_madd_epi16(pairs, hundreds);
    __m256i whole = _mm256_add_epi64(_mm256_mul_epu32(fours, _mm256_set1_epi64x(10000)),
                                     _mm256_srli_epi64(fours, 32));
    return _mm256_sub_pd(_mm256_castsi256_pd(_mm256_or_si256(whole, magic)),
                         _mm256_set1_pd(0x1p52));
}

/* 10^places; the lower halves of these doubles are 0. */
WIDE static inline __m256d power_of(__m256i places)
{
    const __m256i upper = _mm256_setr_epi32(0x3FF00000, 0x40240000, 0x40590000, 0x408F4000,
                                            0x40C38800, 0x40F86A00, 0x412E8480, 0x416312D0);
    __m256i power = _mm256_permutevar8x32_epi32(upper, _mm256_slli_epi64(places, 32));
    return _mm256_castsi256_pd(
        _mm256_and_si256(power, _mm256_set1_epi64x((int64_t)0xFFFFFFFF00000000u)));
}

/* What four columns look at and leave behind. */
typedef struct bounds {
    __m256d min, max;
    __m256i places;
} bounds;

/* What the rows so far showed of four columns. */
typedef struct showing {
    __m256d least, most;
    __m256i places, commas, points;
} showing;

/* Four cells; bits of those that are refused. */
WIDE static inline __attribute__((always_inline)) unsigned read_four(const char *text,
                                                                     const uint32_t *ends,
                                                                     const bounds *b, showing *s,
                                                                     double *value)
{
    const __m256i zero = _mm256_setzero_si256();
    __m256i digits, comma, point;
    four f = load(text, ends);
    __m256i places = take_mark(&f, &digits, &comma, &point);
    __m256d x = _mm256_div_pd(whole_of(digits), power_of(places));
    __m256i positive = _mm256_cmpeq_epi64(f.sign, zero);
    x = _mm256_blendv_pd(_mm256_sub_pd(_mm256_setzero_pd(), x), x, _mm256_castsi256_pd(positive));
    __m256d fits =
        _mm256_and_pd(_mm256_cmp_pd(x, b->min, _CMP_GE_OQ), _mm256_cmp_pd(x, b->max, _CMP_LE_OQ));
    __m256i good = _mm256_andnot_si256(
        _mm256_cmpgt_epi64(places, b->places),
        _mm256_and_si256(_mm256_cmpeq_epi64(f.refused, zero), _mm256_castpd_si256(fits)));
    _mm256_storeu_pd(value, x);
    s->places = _mm256_blendv_epi8(s->places, places, _mm256_cmpgt_epi64(places, s->places));
    s->least = _mm256_min_pd(x, s->least);
    s->most = _mm256_max_pd(x, s->most);
    s->commas = _mm256_or_si256(s->commas, _mm256_and_si256(comma, good));
    s->points = _mm256_or_si256(s->points, _mm256_and_si256(point, good));
    return ~(unsigned)_mm256_movemask_pd(_mm256_castsi256_pd(good)) & 15;
}

/* Four columns of all rows. fresh: bits of those that no other four have read. */
WIDE static void read_columns(const char *text, const uint32_t *ends,
                              const td_number_columns *columns, size_t c, unsigned fresh,
                              td_number_rows *rows)
{
    const bounds b = {_mm256_loadu_pd(columns->min + c), _mm256_loadu_pd(columns->max + c),
                      _mm256_loadu_si256((const __m256i *)(const void *)(columns->places + c))};
    showing s = {_mm256_loadu_pd(rows->least + c), _mm256_loadu_pd(rows->most + c),
                 _mm256_loadu_si256((const __m256i *)(const void *)(rows->places + c)),
                 _mm256_setzero_si256(), _mm256_setzero_si256()};
    const size_t n = rows->n, n_cells = rows->n_cells, stride = rows->stride;
    double *value = rows->value + c;
    ends += c;
    for (size_t r = 0; r < n; r++, ends += n_cells, value += stride)
        for (unsigned refused = read_four(text, ends, &b, &s, value) & fresh; refused != 0;
             refused &= refused - 1)
            rows->refused[rows->n_refused++] =
                (uint32_t)(r * columns->n + c + (size_t)__builtin_ctz(refused));
    _mm256_storeu_pd(rows->least + c, s.least);
    _mm256_storeu_pd(rows->most + c, s.most);
    _mm256_storeu_si256((__m256i *)(void *)(rows->places + c), s.places);
    rows->comma |= _mm256_testz_si256(s.commas, s.commas) == 0;
    rows->point |= _mm256_testz_si256(s.points, s.points) == 0;
}

/* A rest that is less than four is read with the columns before it once more. */
WIDE void td_numbers_read_wide(const char *text, const uint32_t *ends,
                               const td_number_columns *columns, td_number_rows *rows)
{
    const size_t n = columns->n;
    if (n < 4) {
        td_numbers_read_plain(text, ends, columns, rows);
        return;
    }
    for (size_t c = 0; c < n; c += 4) {
        size_t at = c + 4 <= n ? c : n - 4;
        read_columns(text, ends, columns, at, 15u << (c - at) & 15, rows);
    }
}

#endif
