#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/arena.h"
#include "engine/base/messages.h"

typedef struct fault {
    td_message id;
    td_place place;
    const char *code;
    size_t n_args;
    const char *args[TD_MAX_ARGS];
} fault;

struct td_errors {
    td_arena *arena;
    fault *faults;
    size_t n, capacity, n_dropped, n_dropped_errors;
    bool out_of_memory;
};

td_errors *td_errors_new(void)
{
    td_errors *errors = calloc(1, sizeof *errors);
    if (errors != NULL && (errors->arena = td_arena_new()) == NULL) {
        free(errors);
        return NULL;
    }
    return errors;
}

void td_errors_free(td_errors *errors)
{
    if (errors == NULL)
        return;
    td_arena_free(errors->arena);
    free(errors->faults);
    free(errors);
}

static bool room_for_one(td_errors *errors)
{
    if (errors->n < errors->capacity)
        return true;
    size_t capacity = errors->capacity == 0 ? 16 : 2 * errors->capacity;
    fault *grown = realloc(errors->faults, capacity * sizeof *grown);
    if (grown == NULL)
        return false;
    errors->faults = grown;
    errors->capacity = capacity;
    return true;
}

static const char *copied(td_errors *errors, const char *text)
{
    if (text == NULL)
        return NULL;
    const char *copy = td_arena_strdup(errors->arena, text);
    if (copy == NULL)
        errors->out_of_memory = true;
    return copy;
}

static const char *code_of(td_errors *errors, td_message id)
{
    char *code = td_arena_strdup(errors->arena, td_message_id(id));
    if (code == NULL) {
        errors->out_of_memory = true;
        return "";
    }
    for (char *p = code; *p != '\0'; p++)
        *p = *p == '_' ? '-' : (char)tolower((unsigned char)*p);
    return code;
}

static void add(td_errors *errors, td_message id, const td_place *place, const char *const *args,
                size_t n_args)
{
    if (errors->n >= TD_MAX_FAULTS) {
        errors->n_dropped++;
        errors->n_dropped_errors += td_message_severity(id) == TD_ERROR;
        return;
    }
    if (!room_for_one(errors)) {
        errors->out_of_memory = true;
        return;
    }
    fault *f = &errors->faults[errors->n];
    *f = (fault){.id = id, .code = code_of(errors, id), .n_args = n_args};
    if (place != NULL)
        f->place = (td_place){.file = copied(errors, place->file),
                              .row = place->row,
                              .column = place->column,
                              .field = copied(errors, place->field),
                              .pointer = copied(errors, place->pointer)};
    for (size_t i = 0; i < n_args; i++)
        f->args[i] = copied(errors, args[i]);
    errors->n++;
}

void td_errors_add(td_errors *errors, td_message id, const td_place *place, ...)
{
    if (errors == NULL)
        return;
    const char *args[TD_MAX_ARGS];
    size_t n_args = 0;
    va_list list;
    va_start(list, place);
    for (const char *arg; n_args < TD_MAX_ARGS && (arg = va_arg(list, const char *)) != NULL;)
        args[n_args++] = arg;
    va_end(list);
    add(errors, id, place, args, n_args);
}

void td_errors_append(td_errors *to, const td_errors *from)
{
    if (to == NULL || from == NULL)
        return;
    for (size_t i = 0; i < from->n; i++) {
        const fault *f = &from->faults[i];
        add(to, f->id, &f->place, f->args, f->n_args);
    }
    to->n_dropped += from->n_dropped;
    to->n_dropped_errors += from->n_dropped_errors;
    to->out_of_memory |= from->out_of_memory;
}

/* Faults beyond the limit are shown as one more line. */
size_t td_errors_size(const td_errors *errors)
{
    return errors->n + (errors->n_dropped > 0);
}

size_t td_errors_count(const td_errors *errors, td_severity severity)
{
    size_t count = severity == TD_ERROR ? errors->n_dropped_errors
                                        : errors->n_dropped - errors->n_dropped_errors;
    for (size_t i = 0; i < errors->n; i++)
        count += td_message_severity(errors->faults[i].id) == severity;
    return count;
}

td_fault td_errors_view(const td_errors *errors, size_t i)
{
    if (i >= errors->n)
        return (td_fault){.severity = errors->n_dropped_errors > 0 ? TD_ERROR : TD_WARNING,
                          .status = td_errors_status(errors),
                          .code = "too-many-faults"};
    const fault *f = &errors->faults[i];
    return (td_fault){.severity = td_message_severity(f->id),
                      .status = td_message_status(f->id),
                      .code = f->code,
                      .place = f->place};
}

td_status td_errors_status(const td_errors *errors)
{
    if (errors->out_of_memory)
        return TD_ENOMEM;
    for (size_t i = 0; i < errors->n; i++)
        if (td_message_severity(errors->faults[i].id) == TD_ERROR)
            return td_message_status(errors->faults[i].id);
    return errors->n_dropped_errors > 0 ? TD_EDATA : TD_OK;
}

static size_t dropped_text(const td_errors *errors, const char *text, td_lang lang, char *out,
                           size_t size)
{
    char count[24];
    snprintf(count, sizeof count, "%zu", errors->n_dropped);
    const char *args[] = {count};
    return td_message_fill(text, lang, args, 1, out, size);
}

size_t td_errors_what(const td_errors *errors, size_t i, td_lang lang, char *text, size_t size)
{
    if (i >= errors->n)
        return dropped_text(errors, td_message_text(TD_MSG_TOO_MANY_FAULTS, lang), lang, text,
                            size);
    const fault *f = &errors->faults[i];
    return td_message_fill(td_message_text(f->id, lang), lang, f->args, f->n_args, text, size);
}

size_t td_errors_fix(const td_errors *errors, size_t i, td_lang lang, char *text, size_t size)
{
    if (i >= errors->n)
        return dropped_text(errors, td_message_fix(TD_MSG_TOO_MANY_FAULTS, lang), lang, text, size);
    const fault *f = &errors->faults[i];
    return td_message_fill(td_message_fix(f->id, lang), lang, f->args, f->n_args, text, size);
}
