#include "datasets/marks.h"

#include <endian.h>
#include <string.h>

#include "datasets/marks_wide.h"
#include "datasets/number.h"

#define ONES 0x0101010101010101u

/* The top bit of each byte that is c; the first byte is the lowest. */
static uint64_t places_of(uint64_t bytes, char c)
{
    static const uint64_t low = 0x7F7F7F7F7F7F7F7Fu;
    uint64_t differs = bytes ^ (ONES * (unsigned char)c);
    return ~(((differs & low) + low) | differs | low);
}

/* The top bits of eight bytes as eight bits, the first byte lowest. */
static uint64_t gathered(uint64_t tops)
{
    return ((tops >> 7) * 0x0102040810204080u) >> 56;
}

/* The marks of 64 bytes, a bit for each. */
static void masks_plain(const char *text, char separator, td_mark_masks *out)
{
    *out = (td_mark_masks){0};
    for (size_t k = 0; k < 8; k++) {
        uint64_t bytes;
        memcpy(&bytes, text + 8 * k, 8);
        bytes = le64toh(bytes);
        out->separators |= gathered(places_of(bytes, separator)) << (8 * k);
        out->lines |= gathered(places_of(bytes, '\n')) << (8 * k);
        out->quotes |= gathered(places_of(bytes, '"')) << (8 * k);
        out->returns |= gathered(places_of(bytes, '\r')) << (8 * k);
        out->high |= bytes & (0x80 * ONES);
        out->zeros |= places_of(bytes, '\0');
    }
}

void td_marks_find_plain(const char *text, size_t size, char separator, uint32_t *ends,
                         td_marks *out)
{
    td_mark_run run = {.out = out};
    *out = (td_marks){0};
    for (size_t at = 0; at < size; at += 64) {
        td_mark_masks masks;
        masks_plain(text + at, separator, &masks);
        for (uint64_t found = td_marks_count(&run, &masks, at, size); found != 0;
             found &= found - 1)
            ends[out->n++] = (uint32_t)(at + (size_t)__builtin_ctzll(found));
    }
    out->is_open = run.inside != 0;
}

/* One cell as td_numbers_read() takes it. */
static bool read_cell(const char *start, size_t length, int64_t most_places, td_number *out,
                      int64_t *places)
{
    bool negative = length > 1 && *start == '-';
    td_csv_cell cell = {start + negative, length - negative};
    if (length > 8 || !td_number_short(cell, out))
        return false;
    const char *mark =
        out->evident == TD_MARK_UNKNOWN
            ? NULL
            : memchr(cell.text, out->evident == TD_MARK_COMMA ? ',' : '.', cell.length);
    *places = mark == NULL ? 0 : cell.text + cell.length - mark - 1;
    if (negative)
        out->value = 0 - out->value;
    return *places <= most_places;
}

static void read_row(const char *text, const uint32_t *ends, const td_number_columns *columns,
                     size_t r, td_number_rows *rows)
{
    double *value = rows->value + r * rows->stride;
    for (size_t c = 0; c < columns->n; c++) {
        const char *start = text + (uint32_t)(ends[(ptrdiff_t)c - 1] + 1);
        td_number number = {0};
        int64_t places = 0;
        if (!read_cell(start, (size_t)(text + ends[c] - start), columns->places[c], &number,
                       &places) ||
            !(number.value >= columns->min[c] && number.value <= columns->max[c])) {
            rows->refused[rows->n_refused++] = (uint32_t)(r * columns->n + c);
            continue;
        }
        value[c] = number.value;
        rows->comma |= number.evident == TD_MARK_COMMA;
        rows->point |= number.evident == TD_MARK_POINT;
        rows->places[c] = places > rows->places[c] ? places : rows->places[c];
        rows->least[c] = number.value < rows->least[c] ? number.value : rows->least[c];
        rows->most[c] = number.value > rows->most[c] ? number.value : rows->most[c];
    }
}

void td_numbers_read_plain(const char *text, const uint32_t *ends, const td_number_columns *columns,
                           td_number_rows *rows)
{
    for (size_t r = 0; r < rows->n; r++)
        read_row(text, ends + r * rows->n_cells, columns, r, rows);
}

size_t td_lines_count(const char *text, size_t size, bool *has_quotes)
{
#if TD_HAS_WIDE
    if (td_wider())
        return td_lines_count_wider(text, size, has_quotes);
    if (td_wide())
        return td_lines_count_wide(text, size, has_quotes);
#endif
    *has_quotes = memchr(text, '"', size) != NULL;
    size_t n = 0, i = 0;
    for (; i + 8 <= size; i += 8) {
        uint64_t bytes;
        memcpy(&bytes, text + i, 8);
        n += (size_t)__builtin_popcountll(places_of(bytes, '\n'));
    }
    for (; i < size; i++)
        n += text[i] == '\n';
    return n;
}

void td_marks_find(const char *text, size_t size, char separator, uint32_t *ends, td_marks *out)
{
#if TD_HAS_WIDE
    if (td_wider()) {
        td_marks_find_wider(text, size, separator, ends, out);
        return;
    }
    if (td_wide()) {
        td_marks_find_wide(text, size, separator, ends, out);
        return;
    }
#endif
    td_marks_find_plain(text, size, separator, ends, out);
}

void td_numbers_read(const char *text, const uint32_t *ends, const td_number_columns *columns,
                     td_number_rows *rows)
{
#if TD_HAS_WIDE
    if (td_wider()) {
        td_numbers_read_wider(text, ends, columns, rows);
        return;
    }
    if (td_wide()) {
        td_numbers_read_wide(text, ends, columns, rows);
        return;
    }
#endif
    td_numbers_read_plain(text, ends, columns, rows);
}
