/*
 * Strict JSON on top of cJSON: UTF-8, exact decimals, no duplicate keys, no trailing text,
 * bounded depth, and readers that name the JSON pointer of every fault. The one place below the
 * programs that
 * includes cJSON.
 */
#ifndef TD_CRITERIA_JSON_H
#define TD_CRITERIA_JSON_H

#include "engine/base/arena.h"
#include "engine/base/errors.h"

typedef struct cJSON td_json;
struct td_text;

/*
 * Parses a whole text; faults with row and column: syntax, trailing text, depth above 100, a
 * number with
 * more than 15 significant digits or out of range, not UTF-8, and with JSON pointer: duplicate
 * keys. Keys are at most TD_MAX_KEY bytes. family is TD_ERULES or TD_EDATA. NULL on any fault,
 * and without a fault when out of memory. Freed by td_json_free().
 */
#define TD_MAX_KEY 256
#define TD_MAX_DEPTH 100
td_json *td_json_parse(const char *text, size_t size, const char *file, td_status family,
                       td_errors *errors);
void td_json_free(td_json *json);

/* What a reader carries: where faults go and the context that functions need. */
typedef struct td_reader {
    const char *file;
    td_status family; /* TD_ERULES or TD_EDATA: which of the twin messages is used */
    td_errors *errors;
    td_arena *arena;              /* holds what is read, and the pointer below */
    struct td_rules *rules;       /* the rule set being built; NULL for other files */
    struct td_rules_build *build; /* private to rules_read.c: growing lists of indicators etc. */
    int leaf_decimals;
    const char *leaf_code; /* the leaf being read: default of `of` in direct */
    char *pointer;         /* JSON pointer of the object at hand */
    size_t pointer_size, pointer_length;
    bool fixed_pointer; /* short forms: faults stay at the pointer of the short form */
    bool failed;        /* out of memory */
} td_reader;

/* Pointer bookkeeping: enter a member or an element, leave again. */
size_t td_reader_enter(td_reader *reader, const char *key);
size_t td_reader_enter_index(td_reader *reader, size_t index);
void td_reader_leave(td_reader *reader, size_t mark);
/* Goes to a pointer as td_reader_pointer() gave it, with no mark to come back to. */
void td_reader_go(td_reader *reader, const char *pointer);
/* The pointer of the object at hand, in the arena; "" when out of memory. */
const char *td_reader_pointer(td_reader *reader);
/* A fault at reader's pointer (plus "/key" when key is not NULL). args as td_errors_add. */
#if defined(__GNUC__)
__attribute__((sentinel))
#endif
void td_reader_fault(td_reader *reader, td_message id, const char *key, ...);

/* A sentence of the table in both languages, {1} .. filled with args, in the arena. */
struct td_text td_reader_words(td_reader *reader, td_message id, const char *const *args,
                               size_t n_args);

/*
 * The condition at object[key], on indicators alone unless `anywhere`; NULL when absent or
 * on a fault. In the reader's arena.
 */
const struct td_condition *td_read_condition(td_reader *reader, const td_json *object,
                                             const char *key, bool anywhere);

/*
 * For "perhaps: ...": the nearest name, or the first few of all; "-" when there is none. Names
 * beyond TD_MAX_SUGGESTED are not looked at.
 */
#define TD_MAX_SUGGESTED 500
const char *td_reader_suggest(td_reader *reader, const char *word, const char *const *names,
                              size_t n);

/* Names every member of object that is not in known (NULL-ended), with the nearest known one. */
void td_read_known(td_reader *reader, const td_json *object, const char *const *known);

/* Members; absent gives false/NULL and leaves *out as it was; a wrong type is a fault. */
const td_json *td_json_member(const td_json *object, const char *key);
const td_json *td_json_first(const td_json *container); /* first child, NULL if none */
const td_json *td_json_next(const td_json *child);
const char *td_json_key(const td_json *child);
size_t td_json_count(const td_json *container);
bool td_json_is_object(const td_json *json);
bool td_json_is_array(const td_json *json);
bool td_json_is_number(const td_json *json);
bool td_json_is_string(const td_json *json);
bool td_json_is_bool(const td_json *json);
bool td_json_is_null(const td_json *json);
double td_json_number(const td_json *json);
const char *td_json_string(const td_json *json);
bool td_json_true(const td_json *json);

/*
 * Objects made up for short forms. Each call takes its object over and gives it back with one
 * member more; NULL when out of memory, and NULL is passed through. Freed by td_json_free().
 */
td_json *td_json_object(void);
td_json *td_json_put_string(td_json *object, const char *key, const char *value);
td_json *td_json_put_number(td_json *object, const char *key, double value);
td_json *td_json_put_true(td_json *object, const char *key);
td_json *td_json_put(td_json *object, const char *key, td_json *value); /* takes value over */

/* The member, which a fault names when it is absent. */
const td_json *td_read_required(td_reader *reader, const td_json *object, const char *key);
/* The member if it is an object (a list); a fault when it is something else. */
const td_json *td_read_object(td_reader *reader, const td_json *object, const char *key);
const td_json *td_read_list(td_reader *reader, const td_json *object, const char *key);
bool td_read_number(td_reader *reader, const td_json *object, const char *key, double *out);
bool td_read_whole(td_reader *reader, const td_json *object, const char *key, int lo, int hi,
                   int *out);
bool td_read_bool(td_reader *reader, const td_json *object, const char *key, bool *out);
/* Copied into the reader's arena. Empty strings are a fault. */
bool td_read_string(td_reader *reader, const td_json *object, const char *key, const char **out);
/* A string, or {"vi": ..., "en": ...}: both languages are set. */
bool td_read_text(td_reader *reader, const td_json *object, const char *key, struct td_text *out);
/* A string, or a list of strings. */
bool td_read_strings(td_reader *reader, const td_json *object, const char *key,
                     const char *const **out, size_t *n);
/* One of names (NULL-ended): its index. A fault names the choices and the nearest. */
bool td_read_choice(td_reader *reader, const td_json *object, const char *key,
                    const char *const *names, int *out);
/* Points on the leaf grid; a number off the grid or outside the exact range is a fault. */
bool td_read_points(td_reader *reader, const td_json *object, const char *key, int64_t *out_q);
bool td_points_of_json(td_reader *reader, const td_json *json, const char *key, int64_t *out_q);
/* An indicator by name: declared or made on the spot with this kind; appended to part->inputs
   by the caller. TD_NONE on a fault, and an absent key is one. */
size_t td_read_indicator(td_reader *reader, const td_json *object, const char *key, int kind);
size_t td_reader_indicator(td_reader *reader, const char *code, int kind);

#endif
