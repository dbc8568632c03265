/*
 * How the layers below report faults: an id from the one table of messages, a place,
 * and the words that fill the message. The public side is in thidua.h.
 */
#ifndef TD_BASE_ERRORS_H
#define TD_BASE_ERRORS_H

#include "engine/thidua.h"

/* Every message of the program: faults, sentences of explanations, words of reports. */
typedef enum td_message {
#define TD_FAULT(id, severity, status, vi, en, fix_vi, fix_en) TD_MSG_##id,
#define TD_WORD(id, vi, en) TD_MSG_##id,
#include "engine/base/messages.def"
#undef TD_FAULT
#undef TD_WORD
    TD_N_MESSAGES
} td_message;

/*
 * Adds a fault. The arguments after place are strings (const char *), closed by a
 * NULL; they fill {1}, {2} ... of the texts and are copied, as the place is. errors NULL:
 * nothing happens. When memory runs out the list remembers that (td_errors_status gives TD_ENOMEM).
 * At most TD_MAX_FAULTS are kept; the rest is counted and said in one last line.
 */
#define TD_MAX_FAULTS 1000
#if defined(__GNUC__)
__attribute__((sentinel))
#endif
void td_errors_add(td_errors *errors, td_message id, const td_place *place, ...);

/* Appends all faults of `from` to `to` (merging per-thread lists in a fixed order). */
void td_errors_append(td_errors *to, const td_errors *from);

/*
 * The decimal mark of numbers in arguments: filling a text puts the mark of its language there.
 * Codes and cells, whose points are their own, stay as they are.
 */
#define TD_MARK '\1'

/* The text of a word or sentence in one language, with {1} ... still in it. */
const char *td_message_text(td_message id, td_lang lang);

/* Fills {1} .. {9} of a text with args; like snprintf. */
#define TD_MAX_ARGS 9
size_t td_message_fill(const char *text, td_lang lang, const char *const *args, size_t n_args,
                       char *out, size_t size);

/*
 * The candidate nearest to `word` by edit distance (at most a third of its length, at
 * least 1 edit allowed), or NULL: for "did you mean".
 */
const char *td_nearest(const char *word, const char *const *candidates, size_t n);

#endif
