/*
 * The marks and numbers of a text with AVX2: 64 bytes, and twice four cells, at a time. Values are
 * exact as td_numbers_read() says.
 */
#include "datasets/marks_cells.h"
#include "datasets/marks_wide.h"

#if TD_HAS_WIDE

#include <immintrin.h>
#include <math.h>
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
    td_marks sum = {0};
    td_mark_run run = {.out = &sum};
    td_mark_masks masks = {0};
    __m256i all = zero, least = _mm256_set1_epi8(-1);
    for (size_t at = 0; at < size; at += 64) {
        __m256i low = _mm256_loadu_si256((const __m256i *)(const void *)(text + at));
        __m256i high = _mm256_loadu_si256((const __m256i *)(const void *)(text + at + 32));
        masks.separators = equal_to(low, high, s);
        masks.lines = equal_to(low, high, line);
        masks.quotes = equal_to(low, high, quote);
        masks.returns = equal_to(low, high, ret);
        all = _mm256_or_si256(all, _mm256_or_si256(low, high));
        least = _mm256_min_epu8(least, _mm256_min_epu8(low, high));
        uint64_t found = td_marks_count(&run, &masks, at, size);
        uint32_t *next = ends + sum.n;
        sum.n += (size_t)__builtin_popcountll(found);
        for (; found != 0; next += 8)
            found = write_eight(found, (uint32_t)at, next);
    }
    sum.is_open = run.inside != 0;
    sum.has_high = _mm256_movemask_epi8(all) != 0;
    sum.has_zero = _mm256_movemask_epi8(_mm256_cmpeq_epi8(least, zero)) != 0;
    *out = sum;
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

/* The eight bytes before each of two places. */
WIDE static inline __m128i two_ends(const char *first, const char *second)
{
    __m128i low = _mm_loadl_epi64((const __m128i *)(const void *)(first - 8));
    return _mm_castpd_si128(
        _mm_loadh_pd(_mm_castsi128_pd(low), (const double *)(const void *)(second - 8)));
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

/* 10^(counted - 1), 1 for 0; the lower halves of these doubles are 0. */
WIDE static inline __m256d power_of(__m256i counted)
{
    const __m256i upper = _mm256_setr_epi32(0x3FF00000, 0x3FF00000, 0x40240000, 0x40590000,
                                            0x408F4000, 0x40C38800, 0x40F86A00, 0x412E8480);
    __m256i power = _mm256_permutevar8x32_epi32(upper, _mm256_slli_epi64(counted, 32));
    return _mm256_castsi256_pd(
        _mm256_and_si256(power, _mm256_set1_epi64x((int64_t)0xFFFFFFFF00000000u)));
}

/* What the columns of a strip look at. */
typedef struct bounds {
    __m256d min[2], max[2];
    uint64_t allowed; /* of allowed_of() */
} bounds;

/* What the rows so far showed of a strip. */
typedef struct showing {
    __m256d least[2], most[2];
    uint64_t marks;
    __m256i ones, zeros; /* bits that were, and were not, in the marks of cells that were taken */
} showing;

/* Four cells of which it is known what their bytes are. */
typedef struct looked {
    __m256i bytes, digits; /* 0 where there is no digit */
    __m256i marks, signs;  /* 0xFF on them */
    unsigned is_short;     /* bits of those of eight bytes at most */
    kinds k;               /* of the lower half */
} looked;

WIDE static inline uint64_t mask_of(__m256i bytes)
{
    return (uint32_t)_mm256_movemask_epi8(bytes);
}

WIDE static inline looked look_at(const char *text, const uint32_t *ends)
{
    const __m256i from = _mm256_set1_epi64x(0x0102030405060708), nine = _mm256_set1_epi8(9);
    const __m256i lowest = _mm256_setr_epi64x(0, 8 * (int64_t)FIRST, 0, 8 * (int64_t)FIRST);
    __m128i end = _mm_loadu_si128((const __m128i *)(const void *)ends);
    __m128i before = _mm_loadu_si128((const __m128i *)(const void *)(ends - 1));
    /* How far the end of each is from that of the cell before: by one more than it is long. */
    __m128i width = _mm_min_epu32(_mm_sub_epi32(end, before), _mm_set1_epi32(10));
    __m256i bytes = _mm256_set_m128i(two_ends(text + ends[2], text + ends[3]),
                                     two_ends(text + ends[0], text + ends[1]));
    __m256i kept =
        _mm256_cmpgt_epi8(_mm256_shuffle_epi8(_mm256_cvtepu32_epi64(width), lowest), from);
    __m256i digits = _mm256_xor_si256(bytes, _mm256_set1_epi8('0'));
    __m256i is_digit =
        _mm256_and_si256(kept, _mm256_cmpeq_epi8(_mm256_min_epu8(digits, nine), digits));
    /* ',' and '.' differ in one bit. */
    __m256i without = _mm256_andnot_si256(_mm256_set1_epi8(',' ^ '.'), bytes);
    __m256i marks = _mm256_and_si256(kept, _mm256_cmpeq_epi8(without, _mm256_set1_epi8(',' & '.')));
    __m256i signs = _mm256_and_si256(kept, _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('-')));
    __m128i is_short = _mm_cmpgt_epi32(_mm_set1_epi32(10), width);
    return (looked){bytes,
                    _mm256_and_si256(digits, is_digit),
                    marks,
                    signs,
                    (unsigned)_mm_movemask_ps(_mm_castsi128_ps(is_short)),
                    {mask_of(kept), mask_of(is_digit), mask_of(marks), mask_of(signs)}};
}

/* Takes the mark out of the digits of four cells: those before it move up. */
WIDE static inline __m256d value_of(const looked *l)
{
    const __m256i ones = _mm256_set1_epi8(1), zero = _mm256_setzero_si256();
    __m256i bit = _mm256_and_si256(l->marks, ones);
    __m256i below = _mm256_add_epi64(bit, _mm256_set1_epi64x(-1)); /* all, where there is no mark */
    __m256i shift = _mm256_andnot_si256(_mm256_cmpeq_epi64(bit, zero), _mm256_set1_epi64x(8));
    __m256i counted = _mm256_sad_epu8(_mm256_andnot_si256(below, ones), zero);
    __m256i moved = _mm256_sllv_epi64(_mm256_and_si256(below, l->digits), shift);
    __m256i whole = _mm256_or_si256(_mm256_andnot_si256(below, l->digits), moved);
    __m256d x = _mm256_div_pd(whole_of(whole), power_of(counted));
    __m256i positive = _mm256_cmpeq_epi64(l->signs, zero);
    return _mm256_blendv_pd(_mm256_sub_pd(_mm256_setzero_pd(), x), x,
                            _mm256_castsi256_pd(positive));
}

/* The values of four cells; bits of those that are within bounds. */
WIDE static inline __attribute__((always_inline)) unsigned take(const looked *l, size_t half,
                                                                const bounds *b, showing *s,
                                                                double *value)
{
    __m256d x = value_of(l);
    _mm256_storeu_pd(value, x);
    s->least[half] = _mm256_min_pd(x, s->least[half]);
    s->most[half] = _mm256_max_pd(x, s->most[half]);
    __m256d fits = _mm256_and_pd(_mm256_cmp_pd(x, b->min[half], _CMP_GE_OQ),
                                 _mm256_cmp_pd(x, b->max[half], _CMP_LE_OQ));
    return (unsigned)_mm256_movemask_pd(fits) & l->is_short;
}

WIDE static inline void note_marks(showing *s, __m256i marks, __m256i bytes)
{
    s->ones = _mm256_or_si256(s->ones, _mm256_and_si256(marks, bytes));
    s->zeros = _mm256_or_si256(s->zeros, _mm256_andnot_si256(bytes, marks));
}

/* What there is in the cells whose bit is not set. */
WIDE static __m256i without_cells(__m256i bytes, unsigned refused)
{
    const __m256i bits = _mm256_setr_epi64x(1, 2, 4, 8);
    __m256i set = _mm256_and_si256(_mm256_set1_epi64x(refused), bits);
    return _mm256_andnot_si256(_mm256_cmpeq_epi64(set, bits), bytes);
}

/* Eight cells; bits of those that are refused. */
WIDE static inline __attribute__((always_inline)) unsigned read_cells(const char *text,
                                                                      const cells *c,
                                                                      const bounds *b, showing *s)
{
    looked low = look_at(text, c->low), high = look_at(text, c->high);
    kinds k = {low.k.kept | high.k.kept << 32, low.k.digits | high.k.digits << 32,
               low.k.marks | high.k.marks << 32, low.k.signs | high.k.signs << 32};
    unsigned fits = take(&low, 0, b, s, c->low_value) | take(&high, 1, b, s, c->high_value) << 4;
    uint64_t faults = faults_of(&k, b->allowed);
    unsigned refused = 0;
    if (faults != 0 || fits != 0xFF) {
        refused = any_of(faults) | (~fits & 0xFF);
        low.marks = without_cells(low.marks, refused & 15);
        high.marks = without_cells(high.marks, refused >> 4);
    }
    s->marks |= k.marks;
    note_marks(s, low.marks, low.bytes);
    note_marks(s, high.marks, high.bytes);
    return refused;
}

/* What a strip showed to what its columns show. */
WIDE static void add_showing(const showing *s, const strip *at, td_number_rows *rows)
{
    const __m256i differs = _mm256_set1_epi8(',' ^ '.');
    double least[8], most[8];
    for (size_t half = 0; half < 2; half++) {
        _mm256_storeu_pd(least + 4 * half, s->least[half]);
        _mm256_storeu_pd(most + 4 * half, s->most[half]);
    }
    add_to_columns(least, most, s->marks, at, rows);
    rows->comma |= _mm256_testz_si256(s->zeros, differs) == 0;
    rows->point |= _mm256_testz_si256(s->ones, differs) == 0;
}

/* A strip of all rows. */
WIDE static inline __attribute__((always_inline)) void read_strip(const char *text,
                                                                  const uint32_t *ends,
                                                                  const td_number_columns *columns,
                                                                  const strip *at, bool two_rows,
                                                                  td_number_rows *rows)
{
    const double *min = columns->min, *max = columns->max;
    const bounds b = {{_mm256_loadu_pd(min + at->low), _mm256_loadu_pd(min + at->high)},
                      {_mm256_loadu_pd(max + at->low), _mm256_loadu_pd(max + at->high)},
                      allowed_of(columns, at)};
    const __m256d above = _mm256_set1_pd(INFINITY), beneath = _mm256_set1_pd(-INFINITY);
    showing s = {
        {above, above}, {beneath, beneath}, 0, _mm256_setzero_si256(), _mm256_setzero_si256()};
    for (size_t r = 0; r < rows->n; r += two_rows ? 2 : 1) {
        const cells c = cells_of(ends, at, r, two_rows, rows);
        unsigned refused = read_cells(text, &c, &b, &s);
        if (refused != 0)
            refuse_cells(refused, &c, at, columns->n, rows);
    }
    add_showing(&s, at, rows);
}

WIDE void td_numbers_read_wide(const char *text, const uint32_t *ends,
                               const td_number_columns *columns, td_number_rows *rows)
{
    if (columns->n < 4) {
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
