/*
 * Eight cells at a time, whatever the instructions they are read with: what marks_wide.c and
 * marks_wider.c share, and private to them. What is told byte by byte goes through masks of 64
 * bits, in which the eight bytes of a cell are eight bits and its last character is the highest.
 */
#ifndef TD_DATASETS_MARKS_CELLS_H
#define TD_DATASETS_MARKS_CELLS_H

#include "datasets/marks.h"

/* The highest and the lowest bytes of cells. */
#define LAST UINT64_C(0x8080808080808080)
#define FIRST UINT64_C(0x0101010101010101)

/* Bit c set if any of the eight of cell c is. */
static inline unsigned any_of(uint64_t bits)
{
    bits |= bits >> 4 & UINT64_C(0x0F0F0F0F0F0F0F0F);
    bits |= bits >> 2 & UINT64_C(0x3333333333333333);
    bits |= bits >> 1;
    return (unsigned)((bits & FIRST) * UINT64_C(0x0102040810204080) >> 56);
}

/* What the bytes of eight cells are; none of those before a cell. */
typedef struct kinds {
    uint64_t kept; /* bytes of the cells: none where there is nothing, or too much */
    uint64_t digits, marks, signs;
} kinds;

/* A bit or more of each cell that is not to be taken. allowed: where a mark may be. */
static inline uint64_t faults_of(const kinds *k, uint64_t allowed)
{
    uint64_t signs = k->signs & ~((k->kept & ~LAST) << 1); /* in front */
    uint64_t with_last = k->marks | LAST; /* no bit is borrowed from the next cell */
    uint64_t faults = k->kept & ~(k->digits | k->marks | signs);
    faults |= with_last & (with_last - FIRST);        /* a second mark */
    faults |= k->marks & ~(allowed & k->digits << 1); /* no digit before the mark */
    return (faults & ~LAST) | (LAST & ~k->digits);
}

/*
 * Columns that are read at a time: four adjacent ones and four more, in the same row, or the same
 * four in the next one.
 */
typedef struct strip {
    size_t low, high; /* the first of either four */
    bool two_rows;
    unsigned fresh; /* bits of those that no strip before has read */
} strip;

/* Eight cells of a strip. */
typedef struct cells {
    size_t low_row, high_row;
    const uint32_t *low, *high; /* their ends */
    double *low_value, *high_value;
} cells;

static inline size_t column_of(const strip *at, size_t i)
{
    return i < 4 ? at->low + i : at->high + i - 4;
}

/*
 * The strip for column c of n, n >= 4, and for those behind it. A rest of four or less is read two
 * rows at a time; what is less than eight, or four, with columns before it once more.
 */
static inline strip strip_at(size_t c, size_t n)
{
    bool two_rows = c + 4 >= n;
    size_t low = two_rows ? n - 4 : c + 8 <= n ? c : n < 8 ? 0 : n - 8;
    size_t high = two_rows || n < 8 ? n - 4 : low + 4;
    strip at = {low, high, two_rows, 0};
    for (size_t i = 0; i < 8; i++) {
        size_t column = column_of(&at, i);
        bool again = column < c || (!two_rows && i >= 4 && column < low + 4);
        at.fresh |= (unsigned)!again << i;
    }
    return at;
}

/* Where a mark may be in the cells of a strip: between digits, not before three, nor too many. */
static inline uint64_t allowed_of(const td_number_columns *columns, const strip *at)
{
    uint64_t allowed = 0;
    for (size_t i = 0; i < 8; i++) {
        int64_t places = columns->places[column_of(at, i)];
        uint64_t too_many = places < 7 ? 0x7Fu >> places : 0;
        allowed |= (0x6E & ~too_many) << 8 * i;
    }
    return allowed;
}

/* The cells of row r, and of the one behind it where two are read: the last comes twice then. */
static inline cells cells_of(const uint32_t *ends, const strip *at, size_t r, bool two_rows,
                             const td_number_rows *rows)
{
    size_t high = two_rows && r + 1 < rows->n ? r + 1 : r;
    return (cells){r,
                   high,
                   ends + r * rows->n_cells + at->low,
                   ends + high * rows->n_cells + at->high,
                   rows->value + r * rows->stride + at->low,
                   rows->value + high * rows->stride + at->high};
}

static inline void refuse_cells(unsigned refused, const cells *c, const strip *at, size_t n_columns,
                                td_number_rows *rows)
{
    if (at->two_rows && c->low_row == c->high_row)
        refused &= 15;
    for (refused &= at->fresh; refused != 0; refused &= refused - 1) {
        size_t i = (size_t)__builtin_ctz(refused), r = i < 4 ? c->low_row : c->high_row;
        rows->refused[rows->n_refused++] = (uint32_t)(r * n_columns + column_of(at, i));
    }
}

/* What a strip showed to what its columns show. marks: bytes that were a mark in some row. */
static inline void add_to_columns(const double least[8], const double most[8], uint64_t marks,
                                  const strip *at, td_number_rows *rows)
{
    for (size_t i = 0; i < 8; i++) {
        size_t c = column_of(at, i);
        unsigned seen = marks >> 8 * i & 0xFF;
        int64_t places = seen == 0 ? 0 : 7 - __builtin_ctz(seen);
        rows->places[c] = places > rows->places[c] ? places : rows->places[c];
        rows->least[c] = least[i] < rows->least[c] ? least[i] : rows->least[c];
        rows->most[c] = most[i] > rows->most[c] ? most[i] : rows->most[c];
    }
}

#endif
