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

static void append(char *out, size_t size, size_t *length, const char *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++, (*length)++)
        if (*length + 1 < size)
            out[*length] = bytes[i];
}

size_t td_message_fill(const char *text, const char *const *args, size_t n_args, char *out,
                       size_t size)
{
    size_t length = 0;
    for (const char *p = text; *p != '\0';) {
        size_t arg = (size_t)(p[0] == '{' && p[1] >= '1' && p[1] <= '9' && p[2] == '}' ? p[1] - '0'
                                                                                      : 0);
        if (arg == 0) {
            append(out, size, &length, p, 1);
            p++;
            continue;
        }
        if (arg <= n_args && args[arg - 1] != NULL)
            append(out, size, &length, args[arg - 1], strlen(args[arg - 1]));
        p += 3;
    }
    if (size > 0)
        out[length < size ? length : size - 1] = '\0';
    return length;
}

bool td_is_number_text(const char *text)
{
    const char *p = text + (text[0] == '-' || text[0] == '+');
    if (*p == '\0' || strspn(p, "0123456789.") != strlen(p))
        return false;
    const char *mark = strchr(p, '.');
    return mark == NULL || (mark > p && mark[1] != '\0' && strchr(mark + 1, '.') == NULL);
}

size_t td_message_render(const char *text, td_lang lang, const char *const *args, size_t n_args,
                         char *out, size_t size)
{
    char local[TD_MAX_ARGS][64];
    const char *shown[TD_MAX_ARGS];
    for (size_t a = 0; a < n_args && a < TD_MAX_ARGS; a++) {
        shown[a] = args[a];
        bool number = args[a] != NULL && strlen(args[a]) < sizeof local[a] &&
                      td_is_number_text(args[a]);
        if (lang != TD_VI || !number)
            continue;
        strcpy(local[a], args[a]);
        char *mark = strchr(local[a], '.');
        if (mark != NULL)
            *mark = ',';
        shown[a] = local[a];
    }
    return td_message_fill(text, shown, n_args, out, size);
}
