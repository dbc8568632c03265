#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "criteria/json.h"
#include "criteria/json_scan.h"
#include "criteria/rules.h"

#define MAX_ARGS 8
#define MAX_LIST 160 /* bytes of a list of choices in a message */
#define MAX_SHOWN 60 /* bytes of a value from the file in a message */

static bool pointer_room(td_reader *reader, size_t needed)
{
    if (needed <= reader->pointer_size)
        return true;
    size_t size = reader->pointer_size < 64 ? 64 : reader->pointer_size;
    while (size < needed)
        size *= 2;
    char *grown = td_arena_alloc(reader->arena, size, 1);
    if (grown == NULL) {
        reader->failed = true;
        return false;
    }
    if (reader->pointer != NULL)
        memcpy(grown, reader->pointer, reader->pointer_length);
    reader->pointer = grown;
    reader->pointer_size = size;
    return true;
}

size_t td_reader_enter(td_reader *reader, const char *key)
{
    size_t mark = reader->pointer_length;
    if (reader->fixed_pointer || !pointer_room(reader, mark + 2 * strlen(key) + 2))
        return mark;
    char *p = reader->pointer + mark;
    *p++ = '/';
    for (; *key != '\0'; key++) {
        if (*key == '~' || *key == '/') {
            *p++ = '~';
            *p++ = *key == '~' ? '0' : '1';
        } else {
            *p++ = *key;
        }
    }
    *p = '\0';
    reader->pointer_length = (size_t)(p - reader->pointer);
    return mark;
}

size_t td_reader_enter_index(td_reader *reader, size_t index)
{
    char number[24];
    snprintf(number, sizeof number, "%zu", index);
    return td_reader_enter(reader, number);
}

void td_reader_leave(td_reader *reader, size_t mark)
{
    reader->pointer_length = mark;
    if (reader->pointer != NULL)
        reader->pointer[mark] = '\0';
}

void td_reader_go(td_reader *reader, const char *pointer)
{
    size_t length = strlen(pointer);
    if (!pointer_room(reader, length + 1))
        return;
    memcpy(reader->pointer, pointer, length + 1);
    reader->pointer_length = length;
}

const char *td_reader_pointer(td_reader *reader)
{
    if (reader->pointer_length == 0)
        return "";
    const char *copy = td_arena_strndup(reader->arena, reader->pointer, reader->pointer_length);
    reader->failed |= copy == NULL;
    return copy == NULL ? "" : copy;
}

/* A text of the file, short enough for a message. */
static const char *shortened(const char *text, char out[MAX_SHOWN + 4])
{
    size_t length = strlen(text);
    if (length <= MAX_SHOWN)
        return text;
    length = MAX_SHOWN;
    while (length > 0 && ((unsigned char)text[length] & 0xC0) == 0x80)
        length--;
    memcpy(out, text, length);
    memcpy(out + length, "...", 4);
    return out;
}

void td_reader_fault(td_reader *reader, td_message id, const char *key, ...)
{
    const char *args[MAX_ARGS + 1] = {NULL};
    char texts[MAX_ARGS][MAX_SHOWN + 4];
    va_list list;
    va_start(list, key);
    const char *arg;
    for (size_t n = 0; n < MAX_ARGS && (arg = va_arg(list, const char *)) != NULL; n++)
        args[n] = strlen(arg) >= MAX_LIST ? shortened(arg, texts[n]) : arg;
    va_end(list);
    size_t mark = reader->pointer_length;
    if (key != NULL)
        mark = td_reader_enter(reader, key);
    td_place place = {.file = reader->file,
                      .pointer = reader->pointer == NULL ? "" : reader->pointer};
    td_errors_add(reader->errors, id, &place, args[0], args[1], args[2], args[3], args[4], args[5],
                  args[6], args[7], NULL);
    td_reader_leave(reader, mark);
}

struct td_text td_reader_words(td_reader *reader, td_message id, const char *const *args,
                               size_t n_args)
{
    struct td_text text = {{"", ""}};
    for (int lang = TD_VI; lang <= TD_EN; lang++) {
        const char *format = td_message_text(id, (td_lang)lang);
        size_t length = td_message_fill(format, (td_lang)lang, args, n_args, NULL, 0);
        char *filled = td_arena_alloc(reader->arena, length + 1, 1);
        if (filled == NULL) {
            reader->failed = true;
            return text;
        }
        td_message_fill(format, (td_lang)lang, args, n_args, filled, length + 1);
        text.in[lang] = filled;
    }
    return text;
}

static td_message twin(const td_reader *reader, td_message rules_id)
{
    return td_message_of_family(rules_id, reader->family);
}

/* A fault that shows a text of the file. */
static void fault_text(td_reader *reader, td_message rules_id, const char *key, const char *text,
                       const char *more)
{
    char shown[MAX_SHOWN + 4];
    td_reader_fault(reader, twin(reader, rules_id), key, shortened(text, shown), more, NULL);
}

/* "a, b, c, ..." */
static const char *list_of(td_reader *reader, const char *const *names, size_t n)
{
    char list[MAX_LIST] = "";
    size_t length = 0, i = 0;
    for (; i < n; i++) {
        size_t left = sizeof list - length - sizeof ", ...";
        if (strlen(names[i]) + 2 > left)
            break;
        length += (size_t)snprintf(list + length, left, "%s%s", i > 0 ? ", " : "", names[i]);
    }
    if (i < n)
        snprintf(list + length, sizeof list - length, "%s", i > 0 ? ", ..." : "...");
    const char *copy = td_arena_strdup(reader->arena, list);
    return copy == NULL ? "" : copy;
}

const char *td_reader_suggest(td_reader *reader, const char *word, const char *const *names,
                              size_t n)
{
    if (n == 0 || td_errors_size(reader->errors) >= TD_MAX_FAULTS)
        return "-";
    n = n < TD_MAX_SUGGESTED ? n : TD_MAX_SUGGESTED;
    const char *nearest = td_nearest(word, names, n);
    return nearest != NULL ? nearest : list_of(reader, names, n);
}

static size_t count_names(const char *const *names)
{
    size_t n = 0;
    while (names[n] != NULL)
        n++;
    return n;
}

void td_read_known(td_reader *reader, const td_json *object, const char *const *known)
{
    size_t n = count_names(known);
    for (const td_json *c = td_json_first(object); c != NULL; c = td_json_next(c)) {
        const char *key = td_json_key(c);
        size_t i = 0;
        while (known[i] != NULL && strcmp(known[i], key) != 0)
            i++;
        if (known[i] == NULL)
            fault_text(reader, TD_MSG_RULES_UNKNOWN_KEY, key, key,
                       td_reader_suggest(reader, key, known, n));
    }
}

const td_json *td_read_required(td_reader *reader, const td_json *object, const char *key)
{
    const td_json *json = td_json_member(object, key);
    if (json == NULL)
        td_reader_fault(reader, twin(reader, TD_MSG_RULES_MISSING_KEY), NULL, key, NULL);
    return json;
}

/* The member when it is what it should be; a fault when it is something else. */
static const td_json *member_that(td_reader *reader, const td_json *object, const char *key,
                                  bool (*is)(const td_json *), td_message rules_id)
{
    const td_json *json = td_json_member(object, key);
    if (json == NULL || is(json))
        return json;
    td_reader_fault(reader, twin(reader, rules_id), key, key, NULL);
    return NULL;
}

const td_json *td_read_object(td_reader *reader, const td_json *object, const char *key)
{
    return member_that(reader, object, key, td_json_is_object, TD_MSG_RULES_NOT_OBJECT);
}

const td_json *td_read_list(td_reader *reader, const td_json *object, const char *key)
{
    return member_that(reader, object, key, td_json_is_array, TD_MSG_RULES_NOT_LIST);
}

bool td_read_number(td_reader *reader, const td_json *object, const char *key, double *out)
{
    const td_json *json =
        member_that(reader, object, key, td_json_is_number, TD_MSG_RULES_NOT_NUMBER);
    if (json != NULL)
        *out = td_json_number(json);
    return json != NULL;
}

bool td_read_whole(td_reader *reader, const td_json *object, const char *key, int lo, int hi,
                   int *out)
{
    const td_json *json = td_json_member(object, key);
    if (json == NULL)
        return false;
    double x = td_json_is_number(json) ? td_json_number(json) : lo - 1.0;
    if (x >= lo && x <= hi && x == (double)(int)x) {
        *out = (int)x;
        return true;
    }
    char least[16], most[16];
    snprintf(least, sizeof least, "%d", lo);
    snprintf(most, sizeof most, "%d", hi);
    td_reader_fault(reader, twin(reader, TD_MSG_RULES_NOT_WHOLE), key, key, least, most, NULL);
    return false;
}

bool td_read_bool(td_reader *reader, const td_json *object, const char *key, bool *out)
{
    const td_json *json = member_that(reader, object, key, td_json_is_bool, TD_MSG_RULES_NOT_BOOL);
    if (json != NULL)
        *out = td_json_true(json);
    return json != NULL;
}

/* A copy of a string; a fault when it is none or empty. key names it in the fault. */
static const char *string_of(td_reader *reader, const td_json *json, const char *key,
                             const char *pointer_key)
{
    if (!td_json_is_string(json)) {
        td_reader_fault(reader, twin(reader, TD_MSG_RULES_NOT_STRING), pointer_key, key, NULL);
        return NULL;
    }
    if (td_json_string(json)[0] == '\0') {
        td_reader_fault(reader, twin(reader, TD_MSG_RULES_EMPTY_STRING), pointer_key, key, NULL);
        return NULL;
    }
    const char *copy = td_arena_strdup(reader->arena, td_json_string(json));
    reader->failed |= copy == NULL;
    return copy;
}

bool td_read_string(td_reader *reader, const td_json *object, const char *key, const char **out)
{
    const td_json *json = td_json_member(object, key);
    const char *copy = json == NULL ? NULL : string_of(reader, json, key, key);
    if (copy != NULL)
        *out = copy;
    return copy != NULL;
}

static bool read_text_object(td_reader *reader, const td_json *json, const char *key,
                             struct td_text *out)
{
    static const char *const LANGUAGES[] = {"vi", "en", NULL};
    size_t mark = td_reader_enter(reader, key);
    td_read_known(reader, json, LANGUAGES);
    struct td_text text = {{NULL, NULL}};
    bool has_vi = td_read_string(reader, json, "vi", &text.in[TD_VI]);
    bool has_en = td_read_string(reader, json, "en", &text.in[TD_EN]);
    if (td_json_first(json) == NULL)
        td_reader_fault(reader, twin(reader, TD_MSG_RULES_EMPTY_STRING), NULL, key, NULL);
    td_reader_leave(reader, mark);
    if (!has_vi)
        text.in[TD_VI] = text.in[TD_EN];
    if (!has_en)
        text.in[TD_EN] = text.in[TD_VI];
    if (has_vi || has_en)
        *out = text;
    return has_vi || has_en;
}

bool td_read_text(td_reader *reader, const td_json *object, const char *key, struct td_text *out)
{
    const td_json *json = td_json_member(object, key);
    if (json == NULL)
        return false;
    if (td_json_is_object(json))
        return read_text_object(reader, json, key, out);
    const char *copy = string_of(reader, json, key, key);
    if (copy != NULL)
        out->in[TD_VI] = out->in[TD_EN] = copy;
    return copy != NULL;
}

bool td_read_strings(td_reader *reader, const td_json *object, const char *key,
                     const char *const **out, size_t *n)
{
    const td_json *json = td_json_member(object, key);
    if (json == NULL)
        return false;
    bool is_list = td_json_is_array(json);
    size_t size = is_list ? td_json_count(json) : 1, count = 0;
    const char **list = td_arena_alloc(reader->arena, size + 1, sizeof *list);
    if (list == NULL) {
        reader->failed = true;
        return false;
    }
    size_t mark = is_list ? td_reader_enter(reader, key) : reader->pointer_length;
    const td_json *item = is_list ? td_json_first(json) : json;
    for (size_t i = 0; i < size; i++, item = td_json_next(item)) {
        size_t inner = is_list ? td_reader_enter_index(reader, i) : reader->pointer_length;
        list[count] = string_of(reader, item, key, is_list ? NULL : key);
        count += list[count] != NULL;
        td_reader_leave(reader, inner);
    }
    td_reader_leave(reader, mark);
    *out = list;
    *n = count;
    return count == size;
}

bool td_read_choice(td_reader *reader, const td_json *object, const char *key,
                    const char *const *names, int *out)
{
    const td_json *json = td_json_member(object, key);
    if (json == NULL)
        return false;
    const char *word = td_json_is_string(json) ? td_json_string(json) : "";
    for (int i = 0; names[i] != NULL; i++)
        if (strcmp(names[i], word) == 0) {
            *out = i;
            return true;
        }
    fault_text(reader, TD_MSG_RULES_CHOICE, key, word,
               td_reader_suggest(reader, word, names, count_names(names)));
    return false;
}
