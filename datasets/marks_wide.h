/*
 * What the twins of marks.c share. Private to marks.c, to marks_wide.c, which is for processors with
 * AVX2, and to marks_wider.c, which is for those with AVX-512 and its moves of bytes.
 */
#ifndef TD_DATASETS_MARKS_WIDE_H
#define TD_DATASETS_MARKS_WIDE_H

#include "datasets/marks.h"

#if defined(__x86_64__)
#define TD_HAS_WIDE 1
#else
#define TD_HAS_WIDE 0
#endif

/* 64 bytes of text, a bit for each. */
typedef struct td_mark_masks {
    uint64_t separators, lines, quotes, returns;
    uint64_t high, zeros; /* not 0: there are some */
} td_mark_masks;

typedef struct td_mark_run {
    td_marks *out;
    uint64_t inside; /* all ones behind a quotation mark that is open, else 0 */
} td_mark_run;

/* Bit i: an odd number of quotation marks up to and with byte i. */
static inline uint64_t td_parity(uint64_t quotes)
{
    for (unsigned shift = 1; shift < 64; shift *= 2)
        quotes ^= quotes << shift;
    return quotes;
}

/* Counts what 64 bytes hold; the ends of cells in it, a bit for each. */
static inline __attribute__((always_inline)) uint64_t td_marks_count(td_mark_run *run,
                                                                     const td_mark_masks *masks,
                                                                     size_t at, size_t size)
{
    td_marks *out = run->out;
    uint64_t valid = size - at >= 64 ? ~UINT64_C(0) : (UINT64_C(1) << (size - at)) - 1;
    uint64_t inside = run->inside;
    if ((masks->quotes & valid) != 0) {
        inside ^= td_parity(masks->quotes & valid);
        run->inside = (uint64_t)((int64_t)inside >> 63);
        out->n_quotes += (size_t)__builtin_popcountll(masks->quotes & valid);
    }
    valid &= ~inside;
    out->n_lines += (size_t)__builtin_popcountll(masks->lines & valid);
    if (masks->returns != 0)
        out->n_returns += (size_t)__builtin_popcountll(masks->returns & valid);
    out->has_high |= masks->high != 0;
    out->has_zero |= masks->zeros != 0;
    return (masks->separators | masks->lines) & valid;
}

#if TD_HAS_WIDE
static inline bool td_wide(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
           __builtin_cpu_supports("popcnt");
}
void td_marks_find_wide(const char *text, size_t size, char separator, uint32_t *ends,
                        td_marks *out);
size_t td_lines_count_wide(const char *text, size_t size, bool *has_quotes);
void td_numbers_read_wide(const char *text, const uint32_t *ends, const td_number_columns *columns,
                          td_number_rows *rows);

static inline bool td_wider(void)
{
    return td_wide() && __builtin_cpu_supports("fma") && __builtin_cpu_supports("avx512f") &&
           __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512cd") &&
           __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512vbmi2");
}
void td_marks_find_wider(const char *text, size_t size, char separator, uint32_t *ends,
                         td_marks *out);
size_t td_lines_count_wider(const char *text, size_t size, bool *has_quotes);
void td_numbers_read_wider(const char *text, const uint32_t *ends, const td_number_columns *columns,
                           td_number_rows *rows);
#endif

#endif
