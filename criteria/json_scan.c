#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "criteria/json.h"
#include "criteria/json_scan.h"
#include "engine/base/decimal.h"

#define MAX_NUMBER_LENGTH 60 /* cJSON reads no further than 63 characters */
#define MAX_NUMBER_FAULTS 50 /* each one counts the columns of its line */
#define MAX_DIGITS 15
#define MAX_EXPONENT 9999

static const char EXPECTED_VALUE[] = "{ [ \" 0-9 - true false null";

typedef struct scanner {
    const char *text;
    size_t size, at;
    size_t row, line_start;
    size_t depth;
    size_t n_number_faults;
    const char *file;
    td_status family;
    td_errors *errors;
} scanner;

static bool scan_value(scanner *s);

td_message td_message_of_family(td_message rules_id, td_status family)
{
    return family == TD_EDATA ? rules_id + 1 : rules_id;
}

static size_t column_of(const scanner *s, size_t at)
{
    size_t column = 1;
    for (size_t i = s->line_start; i < at; i++)
        column += ((unsigned char)s->text[i] & 0xC0) != 0x80;
    return column;
}

static bool fault_at(scanner *s, size_t at, td_message id, const char *found, const char *wanted)
{
    td_place place = {.file = s->file, .row = s->row, .column = column_of(s, at)};
    td_errors_add(s->errors, td_message_of_family(id, s->family), &place, found, wanted, NULL);
    return false;
}

/* Bytes of the UTF-8 character at p, 0 when it is none. */
static size_t utf8_length(const unsigned char *p, size_t left)
{
    size_t length = p[0] < 0x80                   ? 1
                    : p[0] >= 0xC2 && p[0] < 0xE0 ? 2
                    : p[0] >= 0xE0 && p[0] < 0xF0 ? 3
                    : p[0] >= 0xF0 && p[0] < 0xF5 ? 4
                                                  : 0;
    if (length == 0 || length > left)
        return 0;
    for (size_t i = 1; i < length; i++)
        if ((p[i] & 0xC0) != 0x80)
            return 0;
    bool is_overlong = (p[0] == 0xE0 && p[1] < 0xA0) || (p[0] == 0xF0 && p[1] < 0x90);
    bool is_outside = (p[0] == 0xED && p[1] >= 0xA0) || (p[0] == 0xF4 && p[1] >= 0x90);
    return is_overlong || is_outside ? 0 : length;
}

static bool fault_byte(scanner *s, td_message id)
{
    char byte[8];
    snprintf(byte, sizeof byte, "0x%02X", (unsigned char)s->text[s->at]);
    return fault_at(s, s->at, id, byte, "");
}

static bool fault_unexpected(scanner *s, const char *wanted)
{
    if (s->at >= s->size)
        return fault_at(s, s->at, TD_MSG_RULES_JSON_END, wanted, "");
    const unsigned char *p = (const unsigned char *)s->text + s->at;
    size_t length = utf8_length(p, s->size - s->at);
    if (p[0] == 0)
        return fault_at(s, s->at, TD_MSG_RULES_ZERO_BYTE, "", "");
    if (length == 0)
        return fault_byte(s, TD_MSG_RULES_NOT_UTF8);
    if (p[0] < 0x20)
        return fault_byte(s, TD_MSG_RULES_JSON_CONTROL);
    char found[8] = {0};
    memcpy(found, p, length);
    return fault_at(s, s->at, TD_MSG_RULES_JSON_UNEXPECTED, found, wanted);
}

static void skip_blanks(scanner *s)
{
    for (; s->at < s->size; s->at++) {
        char c = s->text[s->at];
        if (c == '\n') {
            s->row++;
            s->line_start = s->at + 1;
        } else if (c != ' ' && c != '\t' && c != '\r') {
            return;
        }
    }
}

static bool next_is(const scanner *s, char c)
{
    return s->at < s->size && s->text[s->at] == c;
}

/* The 4 hex digits at offset, -1 when they are none. */
static long hex4(const scanner *s, size_t offset)
{
    if (s->size - s->at < offset + 4)
        return -1;
    long value = 0;
    for (size_t i = 0; i < 4; i++) {
        static const char digits[] = "0123456789abcdef";
        char c = s->text[s->at + offset + i];
        const char *found = c == '\0' ? NULL : strchr(digits, c >= 'A' && c <= 'F' ? c + 32 : c);
        if (found == NULL)
            return -1;
        value = 16 * value + (long)(found - digits);
    }
    return value;
}

/* Bytes of the escape at `at` (a backslash); 0 when it is none. \u0000 would end a C string. */
static size_t escape_length(const scanner *s)
{
    if (s->size - s->at < 2)
        return 0;
    char c = s->text[s->at + 1];
    if (c != 'u')
        return c != '\0' && strchr("\"\\/bfnrt", c) != NULL ? 2 : 0;
    long unit = hex4(s, 2);
    if (unit <= 0 || (unit >= 0xDC00 && unit <= 0xDFFF))
        return 0;
    if (unit < 0xD800 || unit > 0xDBFF)
        return 6;
    if (s->size - s->at < 12 || s->text[s->at + 6] != '\\' || s->text[s->at + 7] != 'u')
        return 0;
    long low = hex4(s, 8);
    return low >= 0xDC00 && low <= 0xDFFF ? 12 : 0;
}

static bool fault_escape(scanner *s)
{
    char found[8] = {0};
    size_t left = s->size - s->at;
    size_t length = left < 2 || s->text[s->at + 1] != 'u' ? 2 : 6;
    for (size_t i = 0; i < length && i < left && s->text[s->at + i] > ' '; i++)
        found[i] = s->text[s->at + i];
    return fault_at(s, s->at, TD_MSG_RULES_JSON_ESCAPE, found, "");
}

static bool scan_string(scanner *s)
{
    for (s->at++; s->at < s->size;) {
        unsigned char c = (unsigned char)s->text[s->at];
        size_t length;
        if (c == '"') {
            s->at++;
            return true;
        }
        if (c == 0)
            return fault_at(s, s->at, TD_MSG_RULES_ZERO_BYTE, "", "");
        if (c < 0x20)
            return fault_byte(s, TD_MSG_RULES_JSON_CONTROL);
        if (c == '\\')
            length = escape_length(s);
        else
            length = utf8_length((const unsigned char *)s->text + s->at, s->size - s->at);
        if (length == 0)
            return c == '\\' ? fault_escape(s) : fault_byte(s, TD_MSG_RULES_NOT_UTF8);
        s->at += length;
    }
    return fault_unexpected(s, "\"");
}

static bool is_digit(const scanner *s)
{
    return s->at < s->size && s->text[s->at] >= '0' && s->text[s->at] <= '9';
}

static size_t skip_digits(scanner *s)
{
    size_t start = s->at;
    while (is_digit(s))
        s->at++;
    return s->at - start;
}

/* What is wrong with a number that JSON's grammar takes; false: nothing. */
static bool number_fault(const char *number, size_t length, td_message *id)
{
    int n_digits = 0, exponent = 0, zeros = 0;
    bool after_mark = false;
    size_t i = number[0] == '-';
    for (; i < length && number[i] != 'e' && number[i] != 'E'; i++) {
        if (number[i] == '.') {
            after_mark = true;
            continue;
        }
        exponent -= after_mark;
        zeros = number[i] == '0' ? zeros + 1 : 0;
        n_digits += n_digits > 0 || number[i] != '0';
    }
    if (n_digits == 0)
        return false;
    if (i < length) {
        long written = strtol(number + i + 1, NULL, 10);
        exponent += (int)(written > MAX_EXPONENT    ? MAX_EXPONENT
                          : written < -MAX_EXPONENT ? -MAX_EXPONENT
                                                    : written);
    }
    n_digits -= zeros;
    exponent += zeros;
    bool has_many = n_digits > MAX_DIGITS;
    *id = has_many ? TD_MSG_RULES_JSON_DIGITS : TD_MSG_RULES_JSON_RANGE;
    return has_many || n_digits + exponent > MAX_DIGITS || exponent < -TD_MAX_PLACES;
}

static bool scan_digits(scanner *s, size_t start)
{
    if (next_is(s, '-'))
        s->at++;
    size_t first = s->at;
    size_t n = skip_digits(s);
    bool ok = n > 0 && (n == 1 || s->text[first] != '0');
    if (ok && next_is(s, '.')) {
        s->at++;
        ok = skip_digits(s) > 0;
    }
    if (ok && (next_is(s, 'e') || next_is(s, 'E'))) {
        s->at++;
        if (next_is(s, '+') || next_is(s, '-'))
            s->at++;
        ok = skip_digits(s) > 0;
    }
    char found[MAX_NUMBER_LENGTH + 1] = {0};
    size_t length = s->at - start < MAX_NUMBER_LENGTH ? s->at - start : MAX_NUMBER_LENGTH;
    memcpy(found, s->text + start, length);
    if (!ok)
        return fault_at(s, start, TD_MSG_RULES_JSON_NUMBER, found, "");
    td_message id = TD_MSG_RULES_JSON_DIGITS;
    if (s->at - start > MAX_NUMBER_LENGTH || number_fault(found, length, &id)) {
        fault_at(s, start, id, found, "");
        return ++s->n_number_faults < MAX_NUMBER_FAULTS;
    }
    return true;
}

static bool scan_word(scanner *s, const char *word)
{
    size_t length = strlen(word);
    if (s->size - s->at < length || memcmp(s->text + s->at, word, length) != 0)
        return fault_unexpected(s, EXPECTED_VALUE);
    s->at += length;
    return true;
}

static bool scan_key(scanner *s)
{
    skip_blanks(s);
    size_t start = s->at;
    if (!next_is(s, '"'))
        return fault_unexpected(s, "\"");
    if (!scan_string(s))
        return false;
    char limit[16];
    snprintf(limit, sizeof limit, "%d", TD_MAX_KEY);
    if (s->at - start - 2 > TD_MAX_KEY)
        return fault_at(s, start, TD_MSG_RULES_JSON_KEY_LONG, limit, "");
    skip_blanks(s);
    if (!next_is(s, ':'))
        return fault_unexpected(s, ":");
    s->at++;
    return true;
}

static bool scan_container(scanner *s, char close, bool has_keys)
{
    if (++s->depth > TD_MAX_DEPTH) {
        char limit[16];
        snprintf(limit, sizeof limit, "%d", TD_MAX_DEPTH);
        return fault_at(s, s->at, TD_MSG_RULES_JSON_DEPTH, limit, "");
    }
    s->at++;
    skip_blanks(s);
    if (!next_is(s, close)) {
        for (;; s->at++) {
            if ((has_keys && !scan_key(s)) || !scan_value(s))
                return false;
            skip_blanks(s);
            if (!next_is(s, ','))
                break;
        }
        if (!next_is(s, close))
            return fault_unexpected(s, has_keys ? ", }" : ", ]");
    }
    s->at++;
    s->depth--;
    return true;
}

static bool scan_value(scanner *s)
{
    skip_blanks(s);
    char c = s->at < s->size ? s->text[s->at] : '\0';
    switch (c) {
    case '{':
        return scan_container(s, '}', true);
    case '[':
        return scan_container(s, ']', false);
    case '"':
        return scan_string(s);
    case 't':
        return scan_word(s, "true");
    case 'f':
        return scan_word(s, "false");
    case 'n':
        return scan_word(s, "null");
    default:
        return c == '-' || is_digit(s) ? scan_digits(s, s->at)
                                       : fault_unexpected(s, EXPECTED_VALUE);
    }
}

bool td_json_scan(const char *text, size_t size, const char *file, td_status family,
                  td_errors *errors)
{
    scanner s = {
        .text = text, .size = size, .row = 1, .file = file, .family = family, .errors = errors};
    if (!scan_value(&s))
        return false;
    skip_blanks(&s);
    if (s.at < size)
        return fault_at(&s, s.at, TD_MSG_RULES_JSON_TRAILING, "", "");
    return s.n_number_faults == 0;
}
