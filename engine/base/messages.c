#include "engine/base/messages.h"

#include <string.h>

typedef struct message {
    bool is_fault;
    td_severity severity;
    td_status status;
    const char *id;
    const char *what[2], *fix[2];
} message;

static const message MESSAGES[] = {
#define TD_FAULT(id, severity, status, vi, en, fix_vi, fix_en)                                     \
    {true, severity, status, #id, {vi, en}, {fix_vi, fix_en}},
#define TD_WORD(id, vi, en) {false, TD_WARNING, TD_OK, #id, {vi, en}, {"", ""}},
#include "engine/base/messages.def"
#undef TD_FAULT
#undef TD_WORD
};

static const message *message_of(td_message id)
{
    return &MESSAGES[(size_t)id];
}

const char *td_message_text(td_message id, td_lang lang)
{
    return message_of(id)->what[lang];
}

const char *td_message_fix(td_message id, td_lang lang)
{
    return message_of(id)->fix[lang];
}

const char *td_message_id(td_message id)
{
    return message_of(id)->id;
}

td_severity td_message_severity(td_message id)
{
    return message_of(id)->severity;
}

td_status td_message_status(td_message id)
{
    return message_of(id)->status;
}

typedef struct output {
    char *text;
    size_t size, length;
    char mark;
} output;

static void append(output *out, const char *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++, out->length++)
        if (out->length + 1 < out->size)
            out->text[out->length] = bytes[i] == TD_MARK ? out->mark : bytes[i];
}

size_t td_message_fill(const char *text, td_lang lang, const char *const *args, size_t n_args,
                       char *out, size_t size)
{
    output o = {.text = out, .size = size, .mark = lang == TD_VI ? ',' : '.'};
    for (const char *p = text; *p != '\0';) {
        size_t arg =
            (size_t)(p[0] == '{' && p[1] >= '1' && p[1] <= '9' && p[2] == '}' ? p[1] - '0' : 0);
        if (arg == 0) {
            append(&o, p, 1);
            p++;
            continue;
        }
        if (arg <= n_args && args[arg - 1] != NULL)
            append(&o, args[arg - 1], strlen(args[arg - 1]));
        p += 3;
    }
    if (size > 0)
        out[o.length < size ? o.length : size - 1] = '\0';
    return o.length;
}
