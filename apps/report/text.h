/*
 * Text for people: display width, padding, cells of CSV files that no spreadsheet runs.
 */
#ifndef TD_REPORT_TEXT_H
#define TD_REPORT_TEXT_H

#include <stdbool.h>
#include <stdio.h>

#include "engine/base/errors.h"

/*
 * Decodes one code point of UTF-8 and steps over it; U+FFFD, one byte on, where the bytes are
 * not UTF-8. *text must not be at the final zero.
 */
uint32_t td_text_next(const char **text);

/* Columns on a terminal: 0 for combining marks, 2 for East Asian wide letters, else 1. */
size_t td_text_width(const char *text);

/*
 * Writes text with control characters, line breaks and marks that turn the direction of
 * writing replaced by U+FFFD: a name from a file must not steer the terminal.
 */
void td_text_print(FILE *out, const char *text);

/* The width of what td_text_print() writes. */
size_t td_text_printed_width(const char *text);

void td_text_pad(FILE *out, size_t columns);

/* Writes words broken at blanks into lines of at most `width`, later lines indented. */
void td_text_wrap(FILE *out, const char *text, size_t indent, size_t width);

/*
 * One cell of a CSV file, quoted as RFC 4180 says. A text that begins like a formula
 * (= + - @ tab, a line break) gets an apostrophe; is_number: it is a number of ours, which
 * may begin with a minus.
 */
void td_text_csv(FILE *out, const char *text, char separator, bool is_number);

/* The message in one language. */
static inline const char *td_word(td_lang lang, td_message id)
{
    return td_message_text(id, lang);
}

/* Fills {1} ... of a message; the arguments are strings, closed by a NULL. Returns text. */
#if defined(__GNUC__)
__attribute__((sentinel))
#endif
const char *
td_phrase(char *text, size_t size, td_lang lang, td_message id, ...);

/* Appends to a text of `size` bytes, cutting what does not fit; returns whether it fitted. */
bool td_text_append(char *text, size_t size, const char *more);

/* Copies "more" after a separator unless text is still empty. */
bool td_text_join(char *text, size_t size, const char *separator, const char *more);

#endif
