#include "datasets/number.h"

#include <endian.h>
#include <string.h>

#include "criteria/rules.h"
#include "engine/base/decimal.h"

#define MAX_CHARACTERS 128 /* no number that is accepted is longer, blanks and zeros included */
#define MAX_DIGITS 15

/* A cell in plain characters: digits, + - . , % and single spaces for all kinds of blanks. */
typedef struct plain {
    char text[MAX_CHARACTERS + 1];
    size_t length;
} plain;

typedef struct spelling {
    const char *bytes;
    char plain; /* '\0': nothing is there */
} spelling;

static const spelling SPELLINGS[] = {
    {"\u00A0", ' '},  {"\u202F", ' '},  {"\u2009", ' '},  {"\u2007", ' '},
    {"\u3000", ' '},  {"\u2212", '-'},  {"\u200B", '\0'}, {"\u200C", '\0'},
    {"\u200D", '\0'}, {"\u2060", '\0'}, {"\uFEFF", '\0'},
};

/* The spelling at p, NULL when there is none. */
static const spelling *spelling_at(const char *p, const char *end)
{
    for (size_t i = 0; i < sizeof SPELLINGS / sizeof SPELLINGS[0]; i++) {
        size_t n = strlen(SPELLINGS[i].bytes);
        if ((size_t)(end - p) >= n && memcmp(p, SPELLINGS[i].bytes, n) == 0)
            return &SPELLINGS[i];
    }
    return NULL;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* False when the cell holds a character that no number has, or too many. */
static bool simplify(td_csv_cell cell, plain *out)
{
    const char *p = cell.text, *end = p + cell.length;
    out->length = 0;
    while (p < end) {
        char c = *p == '\t' || *p == '\n' || *p == '\r' ? ' ' : *p;
        size_t n = 1;
        if ((unsigned char)c >= 0x80) {
            const spelling *s = spelling_at(p, end);
            if (s == NULL)
                return false;
            c = s->plain;
            n = strlen(s->bytes);
        } else if (!is_digit(c) && strchr("+-.,% ", c) == NULL) {
            return false;
        }
        p += n;
        if (c == '\0' || (c == ' ' && out->length == 0))
            continue;
        if (out->length == MAX_CHARACTERS)
            return false;
        out->text[out->length++] = c;
    }
    while (out->length > 0 && out->text[out->length - 1] == ' ')
        out->length--;
    out->text[out->length] = '\0';
    return true;
}

/* Runs of digits and the single characters between them. */
typedef struct runs {
    bool negative, percent;
    size_t n; /* runs */
    const char *start[MAX_CHARACTERS];
    size_t length[MAX_CHARACTERS];
    char before[MAX_CHARACTERS]; /* before[i] stands between run i-1 and run i */
} runs;

/* Splits "[sign] [blanks] digits (separator digits)* [blanks] [%]"; false: it is none. */
static bool split(plain *text, runs *out)
{
    out->n = 0;
    out->percent = text->length > 0 && text->text[text->length - 1] == '%';
    if (out->percent)
        for (text->length--; text->length > 0 && text->text[text->length - 1] == ' ';)
            text->length--;
    const char *p = text->text, *end = p + text->length;
    out->negative = p < end && *p == '-';
    if (p < end && (*p == '-' || *p == '+'))
        for (p++; p < end && *p == ' ';)
            p++;
    for (;;) {
        const char *start = p;
        while (p < end && is_digit(*p))
            p++;
        if (p == start)
            return false;
        out->start[out->n] = start;
        out->length[out->n++] = (size_t)(p - start);
        if (p == end)
            return true;
        if (*p != '.' && *p != ',' && *p != ' ')
            return false;
        out->before[out->n] = *p++;
    }
}

/* Are the runs 0 .. n-1 groups of thousands with one separator? A group never begins with 0. */
static bool grouped(const runs *r, size_t n)
{
    if (r->length[0] > 3 || *r->start[0] == '0')
        return false;
    for (size_t i = 1; i < n; i++)
        if (r->length[i] != 3 || r->before[i] != r->before[1])
            return false;
    return true;
}

/* What the separators mean: runs n_whole.. are behind the decimal mark. */
static td_reading interpret(const runs *r, td_mark mark, size_t *n_whole, td_mark *evident)
{
    *n_whole = r->n;
    *evident = TD_MARK_UNKNOWN;
    if (r->n == 1)
        return TD_READ_OK;
    char last = r->before[r->n - 1];
    td_mark itself = last == ',' ? TD_MARK_COMMA : TD_MARK_POINT;
    td_mark other = last == ',' ? TD_MARK_POINT : TD_MARK_COMMA;
    if (last == ' ')
        return grouped(r, r->n) ? TD_READ_OK : TD_READ_GROUPS;
    if (r->n == 2 && grouped(r, 2)) {
        *n_whole = mark == itself ? 1 : 2;
        return mark == TD_MARK_UNKNOWN ? TD_READ_AMBIGUOUS : TD_READ_OK;
    }
    if (r->n > 2 && r->before[1] == last) {
        *evident = other;
        return grouped(r, r->n) ? TD_READ_OK : TD_READ_GROUPS;
    }
    *n_whole = r->n - 1;
    *evident = itself;
    return r->n == 2 || grouped(r, r->n - 1) ? TD_READ_OK : TD_READ_GROUPS;
}

/* Digits to a decimal; zeros in front and zeros at the end behind the mark do not count. */
static td_reading value_of(const runs *r, size_t n_whole, double *value)
{
    td_decimal d = {0, 0};
    size_t n_digits = 0, n_zeros = 0;
    for (size_t i = 0; i < r->n; i++)
        for (size_t k = 0; k < r->length[i]; k++) {
            int digit = r->start[i][k] - '0';
            bool behind = i >= n_whole;
            if (behind && digit == 0) {
                n_zeros++;
                continue;
            }
            size_t n_new = (d.mantissa == 0 ? 0 : n_zeros) + (d.mantissa != 0 || digit != 0);
            n_digits += n_new;
            if (n_digits > MAX_DIGITS)
                return behind ? TD_READ_TOO_PRECISE : TD_READ_TOO_LARGE;
            int shift = (int)n_zeros + (behind ? 1 : 0);
            if (d.places + shift > TD_MAX_PLACES)
                return TD_READ_TOO_PRECISE;
            d.places += shift;
            d.mantissa = d.mantissa * td_pow10(behind && d.mantissa != 0 ? shift : 1) + digit;
            n_zeros = 0;
        }
    *value = td_decimal_value((td_decimal){r->negative ? -d.mantissa : d.mantissa, d.places});
    return TD_READ_OK;
}

static bool is_exponent(td_csv_cell cell)
{
    size_t digits = 0, letters = 0;
    for (size_t i = 0; i < cell.length; i++) {
        char c = cell.text[i];
        digits += is_digit(c);
        letters += c == 'e' || c == 'E';
        if (!is_digit(c) && strchr("eE+-., ", c) == NULL)
            return false;
    }
    return letters == 1 && digits > 1;
}

/* Is the cell one of these words, in whatever case and with whatever blanks? */
static bool is_one_of(td_names *names, td_csv_cell cell, const char *const *words)
{
    size_t length;
    const char *key = td_name_key(names, cell.text, cell.length, &length);
    for (; key != NULL && *words != NULL; words++)
        if (strcmp(key, *words) == 0)
            return true;
    return false;
}

td_reading td_reading_of_text(td_names *names, td_csv_cell cell)
{
    static const char *const not_applicable[] = {"k/g", "k.g", "kg", "không giao", "không áp dụng",
                                                 "n/a", "n.a", "na", NULL};
    static const char *const blank[] = {"", NULL};
    if (is_one_of(names, cell, blank))
        return TD_READ_BLANK;
    if (is_one_of(names, cell, not_applicable))
        return TD_READ_NOT_APPLICABLE;
    if (cell.length > 0 && cell.text[0] == '#')
        return TD_READ_SHEET_ERROR;
    return is_exponent(cell) ? TD_READ_EXPONENT : TD_READ_TEXT;
}

/* Up to eight characters as one word, the last in the highest byte, zeros before the first. */
static uint64_t word_of(const char *text, size_t length)
{
    uint64_t word = 0;
    if (length >= 4) {
        uint32_t first, last;
        memcpy(&first, text, 4);
        memcpy(&last, text + length - 4, 4);
        word = le32toh(first) | (uint64_t)le32toh(last) << (8 * (length - 4));
    } else {
        word = (uint64_t)(unsigned char)text[0] |
               (uint64_t)(unsigned char)text[length / 2] << (8 * (length / 2)) |
               (uint64_t)(unsigned char)text[length - 1] << (8 * (length - 1));
    }
    return word << (64 - 8 * length) | (0x3030303030303030u >> 4 >> (8 * length - 4));
}

/* Eight digits, as bytes 0 to 9 with the first lowest. */
static double value_of_digits(uint64_t digits)
{
    digits = (10 * digits + (digits >> 8)) & 0x00FF00FF00FF00FFu;
    digits = (100 * digits + (digits >> 16)) & 0x0000FFFF0000FFFFu;
    return (double)((10000 * digits + (digits >> 32)) & 0x00000000FFFFFFFFu);
}

/* Both sides of the division are exact, and zeros at the end change both alike: the same value. */
bool td_number_short(td_csv_cell cell, td_number *out)
{
    static const double POW10[] = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7};
    size_t length = cell.length;
    if (length == 0 || length > 8)
        return false;
    uint64_t digits = word_of(cell.text, length) ^ 0x3030303030303030u;
    /* The top bits of the bytes that are none. */
    uint64_t others =
        (((digits & 0x7F7F7F7F7F7F7F7Fu) + 0x7676767676767676u) | digits) & 0x8080808080808080u;
    if (others == 0) {
        *out = (td_number){.value = value_of_digits(digits)};
        return true;
    }
    size_t at = (size_t)__builtin_ctzll(others) >> 3, places = 7 - at;
    char mark = cell.text[at + length - 8];
    if ((others & (others - 1)) != 0 || (mark != ',' && mark != '.') || places == 0 ||
        places == 3 || places == length - 1)
        return false;
    /* The whole digits move up to where the mark was. */
    uint64_t whole = digits & ((1ull << (8 * at)) - 1);
    digits = digits >> (8 * at + 8) << (8 * at + 8) | whole << 8;
    *out = (td_number){.value = value_of_digits(digits) / POW10[places],
                       .evident = mark == ',' ? TD_MARK_COMMA : TD_MARK_POINT};
    return true;
}

td_reading td_number_read(td_csv_cell cell, td_mark mark, td_number *out)
{
    if (cell.length == 0)
        return TD_READ_BLANK;
    return td_number_short(cell, out) ? TD_READ_OK : td_number_read_fully(cell, mark, out);
}

td_reading td_number_read_fully(td_csv_cell cell, td_mark mark, td_number *out)
{
    plain text;
    runs r;
    size_t n_whole;
    td_number number = {0};
    if (!simplify(cell, &text))
        return TD_READ_TEXT;
    if (text.length == 0)
        return TD_READ_BLANK;
    if (!split(&text, &r))
        return TD_READ_TEXT;
    number.percent = r.percent;
    td_reading reading = interpret(&r, mark, &n_whole, &number.evident);
    if (reading == TD_READ_OK)
        reading = value_of(&r, n_whole, &number.value);
    if (reading == TD_READ_OK || reading == TD_READ_AMBIGUOUS)
        *out = number;
    return reading;
}

td_reading td_flag_read(td_names *names, td_csv_cell cell, double *out)
{
    static const char *const yes[] = {"1", "x", "có", "đạt", "yes", "true", NULL};
    static const char *const no[] = {"0", "không", "không đạt", "no", "false", NULL};
    if (cell.length == 0)
        return TD_READ_BLANK;
    bool holds = is_one_of(names, cell, yes);
    if (!holds && !is_one_of(names, cell, no))
        return td_reading_of_text(names, cell);
    *out = holds;
    return TD_READ_OK;
}

/* "31/03/2025" to "2025-03-31". */
static bool iso_of(const char *day, char iso[11])
{
    static const char shape[] = "00/00/0000";
    for (size_t i = 0; i < 10; i++)
        if (shape[i] == '0' ? !is_digit(day[i]) : day[i] != shape[i])
            return false;
    const char text[11] = {day[6], day[7], day[8], day[9], '-', day[3],
                           day[4], '-',    day[0], day[1], '\0'};
    memcpy(iso, text, sizeof text);
    return true;
}

td_reading td_date_read(td_names *names, td_csv_cell cell, double *out)
{
    size_t length;
    char iso[11];
    const char *key = td_name_key(names, cell.text, cell.length, &length);
    if (key != NULL && length == 10 &&
        (td_day_of_iso(key, out) || (iso_of(key, iso) && td_day_of_iso(iso, out))))
        return TD_READ_OK;
    return td_reading_of_text(names, cell);
}

void td_evidence_add(td_evidence *evidence, td_csv_cell cell)
{
    td_number number = {0};
    if (td_number_read(cell, TD_MARK_UNKNOWN, &number) != TD_READ_OK)
        return;
    evidence->comma |= number.evident == TD_MARK_COMMA;
    evidence->point |= number.evident == TD_MARK_POINT;
}

td_mark td_evidence_mark(const td_evidence *evidence)
{
    if (evidence->comma == evidence->point)
        return TD_MARK_UNKNOWN;
    return evidence->comma ? TD_MARK_COMMA : TD_MARK_POINT;
}
