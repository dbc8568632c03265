#include "datasets/names.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/ucol.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

typedef struct buffer {
    UChar *text;
    int32_t length, capacity;
} buffer;

struct td_names {
    char *key;
    size_t capacity;
    buffer a, b;
};

td_names *td_names_new(void)
{
    return calloc(1, sizeof(td_names));
}

void td_names_free(td_names *names)
{
    if (names == NULL)
        return;
    free(names->key);
    free(names->a.text);
    free(names->b.text);
    free(names);
}

static bool key_room(td_names *names, size_t size)
{
    if (size <= names->capacity)
        return true;
    char *key = realloc(names->key, 2 * size);
    if (key == NULL)
        return false;
    names->key = key;
    names->capacity = 2 * size;
    return true;
}

static bool room(buffer *b, int32_t capacity)
{
    if (capacity <= b->capacity)
        return true;
    UChar *text = realloc(b->text, 2 * (size_t)capacity * sizeof *text);
    if (text == NULL)
        return false;
    b->text = text;
    b->capacity = 2 * capacity;
    return true;
}

static bool is_ascii(const char *text, size_t length)
{
    unsigned char all = 0;
    for (size_t i = 0; i < length; i++)
        all |= (unsigned char)text[i];
    return all < 0x80;
}

/* Blanks to one space, none at the ends; folded: letters to lower case. */
static const char *ascii_key(td_names *names, const char *text, size_t length, bool folded,
                             size_t *key_length)
{
    if (!key_room(names, length + 1))
        return NULL;
    char *out = names->key;
    size_t n = 0;
    for (size_t i = 0; i < length; i++) {
        char c = text[i];
        if (c == ' ' || (c >= '\t' && c <= '\r')) {
            if (n > 0 && out[n - 1] != ' ')
                out[n++] = ' ';
        } else {
            out[n++] = folded && c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
        }
    }
    n -= n > 0 && out[n - 1] == ' ';
    out[n] = '\0';
    *key_length = n;
    return out;
}

static bool is_blank(UChar c)
{
    return c == 0x20 || (c >= 0x09 && c <= 0x0D) || c == 0x85 || c == 0xA0 || c == 0x1680 ||
           (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F ||
           c == 0x205F || c == 0x3000;
}

/* Zero-width characters, soft hyphen, marks of direction. */
static bool is_invisible(UChar c)
{
    return (c >= 0x200B && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) ||
           (c >= 0x2060 && c <= 0x2064) || c == 0xFEFF || c == 0xAD || c == 0x034F;
}

static void fold_blanks(buffer *b)
{
    int32_t n = 0;
    for (int32_t i = 0; i < b->length; i++) {
        UChar c = b->text[i];
        if (is_invisible(c))
            continue;
        if (!is_blank(c))
            b->text[n++] = c;
        else if (n > 0 && b->text[n - 1] != ' ')
            b->text[n++] = ' ';
    }
    b->length = n - (n > 0 && b->text[n - 1] == ' ');
}

/* A vowel without tone, then with the five tones. */
static const UChar A_TONES[] = {'a', 0xE0, 0x1EA3, 0xE3, 0xE1, 0x1EA1};
static const UChar E_TONES[] = {'e', 0xE8, 0x1EBB, 0x1EBD, 0xE9, 0x1EB9};
static const UChar O_TONES[] = {'o', 0xF2, 0x1ECF, 0xF5, 0xF3, 0x1ECD};
static const UChar U_TONES[] = {'u', 0xF9, 0x1EE7, 0x169, 0xFA, 0x1EE5};
static const UChar Y_TONES[] = {'y', 0x1EF3, 0x1EF7, 0x1EF9, 0xFD, 0x1EF5};

/* 1 to 5, 0 when c is not this vowel with a tone. */
static int tone_of(const UChar tones[6], UChar c)
{
    for (int t = 1; t < 6; t++)
        if (tones[t] == c)
            return t;
    return 0;
}

/* Old and new spelling differ in where oa, oe, uy carry the tone; a syllable has one tone only. */
static void fold_tones(buffer *b)
{
    for (int32_t i = 0; i + 1 < b->length; i++) {
        UChar *c = b->text + i;
        const UChar *first = c[1] == 'y' ? U_TONES : O_TONES;
        const UChar *second = c[1] == 'a'   ? A_TONES
                              : c[1] == 'e' ? E_TONES
                              : c[1] == 'y' ? Y_TONES
                                            : NULL;
        int tone = second == NULL ? 0 : tone_of(first, c[0]);
        if (tone > 0) {
            c[0] = first[0];
            c[1] = second[tone];
        }
    }
}

/* from -> to in NFC. */
static bool normalize(const buffer *from, buffer *to)
{
    UErrorCode code = U_ZERO_ERROR;
    const UNormalizer2 *nfc = unorm2_getNFCInstance(&code);
    if (U_FAILURE(code) || !room(to, 3 * from->length + 1))
        return false;
    to->length = unorm2_normalize(nfc, from->text, from->length, to->text, to->capacity, &code);
    return U_SUCCESS(code);
}

static bool fold_case(const buffer *from, buffer *to)
{
    UErrorCode code = U_ZERO_ERROR;
    if (!room(to, 3 * from->length + 1))
        return false;
    to->length =
        u_strFoldCase(to->text, to->capacity, from->text, from->length, U_FOLD_CASE_DEFAULT, &code);
    return U_SUCCESS(code);
}

static bool to_utf16(const char *text, size_t length, buffer *to)
{
    UErrorCode code = U_ZERO_ERROR;
    if (length > INT32_MAX / 8 || !room(to, (int32_t)length + 1))
        return false;
    u_strFromUTF8WithSub(to->text, to->capacity, &to->length, text, (int32_t)length, 0xFFFD, NULL,
                         &code);
    return U_SUCCESS(code);
}

static const char *to_utf8(td_names *names, const buffer *from, size_t *length)
{
    int32_t n = 0;
    UErrorCode code = U_ZERO_ERROR;
    if (!key_room(names, 3 * (size_t)from->length + 1))
        return NULL;
    u_strToUTF8(names->key, (int32_t)names->capacity, &n, from->text, from->length, &code);
    if (U_FAILURE(code))
        return NULL;
    names->key[n] = '\0';
    *length = (size_t)n;
    return names->key;
}

static const char *key_of(td_names *names, const char *text, size_t length, bool folded,
                          size_t *key_length)
{
    if (is_ascii(text, length))
        return ascii_key(names, text, length, folded, key_length);
    buffer *a = &names->a, *b = &names->b;
    /* Invisible characters first: between a letter and its accent they would keep them apart. */
    if (!to_utf16(text, length, a))
        return NULL;
    fold_blanks(a);
    if (!normalize(a, b))
        return NULL;
    if (!folded)
        return to_utf8(names, b, key_length);
    if (!fold_case(b, a) || !normalize(a, b))
        return NULL;
    fold_tones(b);
    return to_utf8(names, b, key_length);
}

const char *td_name_key(td_names *names, const char *text, size_t length, size_t *key_length)
{
    return key_of(names, text, length, true, key_length);
}

const char *td_name_plain(td_names *names, const char *text, size_t length, size_t *plain_length)
{
    return key_of(names, text, length, false, plain_length);
}

struct td_collator {
    UCollator *rules;
};

td_collator *td_collator_new(void)
{
    UErrorCode code = U_ZERO_ERROR;
    td_collator *collator = calloc(1, sizeof *collator);
    if (collator == NULL)
        return NULL;
    collator->rules = ucol_open("vi", &code);
    if (U_SUCCESS(code))
        ucol_setAttribute(collator->rules, UCOL_NUMERIC_COLLATION, UCOL_ON, &code);
    if (U_FAILURE(code)) {
        td_collator_free(collator);
        return NULL;
    }
    return collator;
}

void td_collator_free(td_collator *collator)
{
    if (collator == NULL)
        return;
    if (collator->rules != NULL)
        ucol_close(collator->rules);
    free(collator);
}

int td_name_compare(const td_collator *collator, const char *a, const char *b)
{
    UErrorCode code = U_ZERO_ERROR;
    UCollationResult result = ucol_strcollUTF8(collator->rules, a, -1, b, -1, &code);
    if (U_FAILURE(code))
        return strcmp(a, b);
    return result == UCOL_LESS ? -1 : result == UCOL_GREATER ? 1 : 0;
}
