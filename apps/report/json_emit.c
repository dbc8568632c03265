#include "apps/report/json_emit.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>

#include "apps/report/text.h"

/* What is written as something else; runs of other characters are written as they are. */
static bool is_special(uint32_t c)
{
    return c < 0x20 || c == '"' || c == '\\' || c == 0x7F || c == 0xFFFD;
}

static void write_special(FILE *out, uint32_t c)
{
    if (c == '"' || c == '\\')
        fprintf(out, "\\%c", (int)c);
    else if (c == '\n')
        fputs("\\n", out);
    else if (c == 0xFFFD)
        fputs("\xEF\xBF\xBD", out);
    else
        fprintf(out, "\\u%04x", (unsigned)c);
}

static void write_quoted(FILE *out, const char *text)
{
    const char *run = text;
    fputc('"', out);
    while (*text != '\0') {
        const char *from = text;
        uint32_t c = td_text_next(&text);
        if (!is_special(c))
            continue;
        fwrite(run, 1, (size_t)(from - run), out);
        write_special(out, c);
        run = text;
    }
    fwrite(run, 1, (size_t)(text - run), out);
    fputc('"', out);
}

static void new_line(const td_emitter *json)
{
    fputc('\n', json->out);
    td_text_pad(json->out, 2 * json->depth);
}

static void begin_member(td_emitter *json, const char *key)
{
    if (json->depth > 0) {
        bool *has_members = &json->has_members[json->depth - 1];
        if (*has_members)
            fputc(',', json->out);
        if (!json->is_inline[json->depth - 1])
            new_line(json);
        else if (*has_members)
            fputc(' ', json->out);
        *has_members = true;
    }
    if (key != NULL) {
        write_quoted(json->out, key);
        fputs(": ", json->out);
    }
}

static void open_as(td_emitter *json, const char *key, char bracket, bool is_inline)
{
    begin_member(json, key);
    assert(json->depth < TD_EMIT_DEPTH);
    fputc(bracket, json->out);
    json->has_members[json->depth] = false;
    json->is_inline[json->depth] =
        is_inline || (json->depth > 0 && json->is_inline[json->depth - 1]);
    json->depth++;
}

void td_emit_open(td_emitter *json, const char *key, char bracket)
{
    open_as(json, key, bracket, false);
}

void td_emit_open_inline(td_emitter *json, const char *key, char bracket)
{
    open_as(json, key, bracket, true);
}

void td_emit_close(td_emitter *json, char bracket)
{
    json->depth--;
    if (json->has_members[json->depth] && !json->is_inline[json->depth])
        new_line(json);
    fputc(bracket, json->out);
    if (json->depth == 0)
        fputc('\n', json->out);
}

void td_emit_raw(td_emitter *json, const char *key, const char *raw)
{
    begin_member(json, key);
    fputs(raw, json->out);
}

void td_emit_text(td_emitter *json, const char *key, const char *text)
{
    if (text == NULL) {
        td_emit_raw(json, key, "null");
        return;
    }
    begin_member(json, key);
    write_quoted(json->out, text);
}

void td_emit_bool(td_emitter *json, const char *key, bool value)
{
    td_emit_raw(json, key, value ? "true" : "false");
}

void td_emit_count(td_emitter *json, const char *key, uint64_t count)
{
    char text[24];
    snprintf(text, sizeof text, "%" PRIu64, count);
    td_emit_raw(json, key, text);
}

void td_emit_points(td_emitter *json, const char *key, double quanta, int decimals)
{
    char text[64] = "null";
    if (!isnan(quanta))
        td_points_text(quanta, decimals, '.', 0, text, sizeof text);
    td_emit_raw(json, key, text);
}

void td_emit_number(td_emitter *json, const char *key, double x)
{
    char text[64] = "null";
    if (isfinite(x))
        td_number_text(x, '.', text, sizeof text);
    td_emit_raw(json, key, text);
}

void td_emit_both(td_emitter *json, const char *key, const char *const text[2])
{
    if (text[TD_VI] == NULL && text[TD_EN] == NULL) {
        td_emit_raw(json, key, "null");
        return;
    }
    td_emit_open_inline(json, key, '{');
    if (text[TD_VI] != NULL)
        td_emit_text(json, "vi", text[TD_VI]);
    if (text[TD_EN] != NULL)
        td_emit_text(json, "en", text[TD_EN]);
    td_emit_close(json, '}');
}

void td_emit_list(td_emitter *json, const char *key, size_t n, const char *const *texts)
{
    td_emit_open(json, key, '[');
    for (size_t i = 0; i < n; i++)
        td_emit_text(json, NULL, texts[i]);
    td_emit_close(json, ']');
}
