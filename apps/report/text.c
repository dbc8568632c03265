#include "apps/report/text.h"

#include <stdarg.h>
#include <string.h>

typedef struct range {
    uint32_t first, last;
} range;

/* Combining marks and invisible characters that take no column. */
static const range ZERO_WIDTH[] = {
    {0x0300, 0x036F}, {0x0483, 0x0489}, {0x0591, 0x05BD}, {0x0610, 0x061A},   {0x064B, 0x065F},
    {0x0E31, 0x0E31}, {0x0E34, 0x0E3A}, {0x0E47, 0x0E4E}, {0x1AB0, 0x1AFF},   {0x1DC0, 0x1DFF},
    {0x200B, 0x200F}, {0x2060, 0x2064}, {0x20D0, 0x20FF}, {0x302A, 0x302D},   {0x3099, 0x309A},
    {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}, {0xFEFF, 0xFEFF}, {0xE0100, 0xE01EF},
};

/* East Asian wide and full-width letters, and pictures. */
static const range DOUBLE_WIDTH[] = {
    {0x1100, 0x115F},   {0x2E80, 0x303E},   {0x3041, 0x33FF},   {0x3400, 0x4DBF},
    {0x4E00, 0x9FFF},   {0xA000, 0xA4CF},   {0xA960, 0xA97F},   {0xAC00, 0xD7A3},
    {0xF900, 0xFAFF},   {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},   {0xFFE0, 0xFFE6},
    {0x1F300, 0x1F64F}, {0x1F680, 0x1F6FF}, {0x1F900, 0x1F9FF}, {0x20000, 0x3FFFD},
};

/* Characters that would move the cursor or turn the direction of writing. */
static const range STEERING[] = {
    {0x0000, 0x001F}, {0x007F, 0x009F}, {0x2028, 0x2029}, {0x202A, 0x202E}, {0x2066, 0x2069},
};

#define HOLDS(ranges, c) in_ranges(ranges, sizeof(ranges) / sizeof((ranges)[0]), c)

static bool in_ranges(const range *ranges, size_t n, uint32_t c)
{
    for (size_t i = 0; i < n; i++)
        if (c >= ranges[i].first && c <= ranges[i].last)
            return true;
    return false;
}

uint32_t td_text_next(const char **text)
{
    static const uint32_t LEAST[] = {0, 0x80, 0x800, 0x10000};
    const unsigned char *p = (const unsigned char *)*text;
    size_t more = p[0] >= 0xF0 ? 3 : p[0] >= 0xE0 ? 2 : p[0] >= 0xC0 ? 1 : 0;
    uint32_t c = more == 0 ? p[0] : p[0] & (0x3Fu >> more);
    (*text)++;
    if (p[0] < 0x80)
        return c;
    if (more == 0 || p[0] > 0xF4)
        return 0xFFFD;
    for (size_t i = 1; i <= more; i++) {
        if ((p[i] & 0xC0) != 0x80)
            return 0xFFFD;
        c = c << 6 | (p[i] & 0x3Fu);
    }
    if (c < LEAST[more] || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
        return 0xFFFD;
    *text += more;
    return c;
}

static size_t width_of(uint32_t c)
{
    if (c < 0x300)
        return 1;
    if (HOLDS(ZERO_WIDTH, c))
        return 0;
    return HOLDS(DOUBLE_WIDTH, c) ? 2 : 1;
}

size_t td_text_width(const char *text)
{
    size_t width = 0;
    while (*text != '\0')
        width += width_of(td_text_next(&text));
    return width;
}

void td_text_print(FILE *out, const char *text)
{
    while (*text != '\0') {
        const char *from = text;
        uint32_t c = td_text_next(&text);
        if (c == 0xFFFD || HOLDS(STEERING, c))
            fputs("\xEF\xBF\xBD", out);
        else
            fwrite(from, 1, (size_t)(text - from), out);
    }
}

size_t td_text_printed_width(const char *text)
{
    size_t width = 0;
    while (*text != '\0') {
        uint32_t c = td_text_next(&text);
        width += HOLDS(STEERING, c) ? 1 : width_of(c);
    }
    return width;
}

void td_text_pad(FILE *out, size_t columns)
{
    for (size_t i = 0; i < columns; i++)
        fputc(' ', out);
}

void td_text_wrap(FILE *out, const char *text, size_t indent, size_t width)
{
    size_t column = indent;
    bool at_start = true;
    while (*text != '\0') {
        char word[512];
        size_t length = strcspn(text, " \n");
        snprintf(word, sizeof word, "%.*s", (int)(length < 511 ? length : 511), text);
        size_t wide = td_text_width(word);
        if (!at_start && column + 1 + wide > width) {
            fputc('\n', out);
            td_text_pad(out, indent);
            column = indent;
        } else if (!at_start) {
            fputc(' ', out);
            column++;
        }
        fputs(word, out);
        column += wide;
        at_start = false;
        text += length;
        if (*text == '\n') {
            fputc('\n', out);
            td_text_pad(out, text[1] == '\0' ? 0 : indent);
            column = indent;
            at_start = true;
        }
        text += *text != '\0';
    }
    fputc('\n', out);
}

void td_text_csv(FILE *out, const char *text, char separator, bool is_number)
{
    bool like_formula = !is_number && text[0] != '\0' && strchr("=+-@\t\r\n", text[0]) != NULL;
    char special[] = {'"', '\r', '\n', separator, '\0'};
    bool quoted = strpbrk(text, special) != NULL;
    if (quoted)
        fputc('"', out);
    if (like_formula)
        fputc('\'', out);
    for (; *text != '\0'; text++) {
        if (*text == '"')
            fputc('"', out);
        fputc(*text, out);
    }
    if (quoted)
        fputc('"', out);
}

const char *td_phrase(char *text, size_t size, td_lang lang, td_message id, ...)
{
    const char *args[9];
    size_t n = 0;
    va_list list;
    va_start(list, id);
    for (const char *arg; n < 9 && (arg = va_arg(list, const char *)) != NULL;)
        args[n++] = arg;
    va_end(list);
    td_message_fill(td_word(lang, id), lang, args, n, text, size);
    return text;
}

/* Does not cut inside a letter: what does not fit is left out whole. */
bool td_text_append(char *text, size_t size, const char *more)
{
    size_t length = strlen(text), room = size - length - 1, n = strlen(more);
    bool fits = n <= room;
    if (!fits)
        for (n = room; n > 0 && ((unsigned char)more[n] & 0xC0) == 0x80;)
            n--;
    memcpy(text + length, more, n);
    text[length + n] = '\0';
    return fits;
}

bool td_text_join(char *text, size_t size, const char *separator, const char *more)
{
    if (*text != '\0' && !td_text_append(text, size, separator))
        return false;
    return td_text_append(text, size, more);
}
