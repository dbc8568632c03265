#include "apps/report/stream_csv.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "apps/report/ranking.h"
#include "apps/report/text.h"

#define ROW_BYTES 160 /* of a row, but for its texts */

td_stream_csv td_stream_csv_of(const td_evaluation *head, bool vn, td_lang lang)
{
    const td_rules *rules = td_evaluation_rules(head, 0);
    td_rules_view view = td_rules_get(rules);
    return (td_stream_csv){.rules = rules,
                           .policy = td_evaluation_policy(head),
                           .view = view,
                           .separator = vn ? ';' : ',',
                           .mark = vn ? ',' : '.',
                           .newline = vn ? "\r\n" : "\n",
                           .vn = vn,
                           .has_classes = view.n_classes > 0,
                           .has_states = view.n_gates > 0,
                           .lang = lang};
}

/* Room for more bytes; where they go, NULL when out of memory. */
static char *room(td_buffer *out, size_t more)
{
    if (out->capacity - out->size < more) {
        size_t capacity = 2 * (out->size + more);
        char *grown = realloc(out->text, capacity);
        if (grown == NULL)
            return NULL;
        out->text = grown;
        out->capacity = capacity;
    }
    return out->text + out->size;
}

/* ---- cells ---- */

static char *put_plain(char *at, const char *text)
{
    size_t n = strlen(text);
    memcpy(at, text, n);
    return at + n;
}

static bool is_special(const td_stream_csv *csv, char c)
{
    return c == '"' || c == '\r' || c == '\n' || c == csv->separator;
}

static bool is_like_formula(const char *text)
{
    char c = text[0];
    return c == '=' || c == '+' || c == '-' || c == '@' || c == '\t' || c == '\r' || c == '\n';
}

/* As td_text_csv(): at most twice the text and three bytes more. */
static char *put_text(const td_stream_csv *csv, char *at, const char *text)
{
    bool like_formula = is_like_formula(text), quoted = false;
    size_t n = 0;
    for (; text[n] != '\0'; n++) {
        at[n] = text[n];
        quoted |= is_special(csv, text[n]);
    }
    if (!quoted && !like_formula)
        return at + n;
    if (quoted)
        *at++ = '"';
    if (like_formula)
        *at++ = '\'';
    for (; *text != '\0'; text++) {
        if (*text == '"')
            *at++ = '"';
        *at++ = *text;
    }
    if (quoted)
        *at++ = '"';
    return at;
}

/* Two digits before `at`; where they begin. */
static char *put_pair(char *at, uint64_t pair)
{
    static const char pairs[] = "0001020304050607080910111213141516171819"
                                "2021222324252627282930313233343536373839"
                                "4041424344454647484950515253545556575859"
                                "6061626364656667686970717273747576777879"
                                "8081828384858687888990919293949596979899";
    memcpy(at - 2, pairs + 2 * pair, 2);
    return at - 2;
}

/* The last n digits of a number before `at`; what is left of it. */
static uint64_t put_last(char **at, uint64_t whole, int n)
{
    for (; n >= 2; n -= 2, whole /= 100)
        *at = put_pair(*at, whole % 100);
    if (n == 0)
        return whole;
    *--*at = (char)('0' + whole % 10);
    return whole / 10;
}

/* The digits of a whole number, with a mark before the last `decimals` of them. */
static char *put_whole(char *at, uint64_t whole, int decimals, char mark)
{
    char digits[48], *end = digits + sizeof digits, *start = end;
    if (decimals > 0) {
        whole = put_last(&start, whole, decimals);
        *--start = mark;
    }
    for (; whole >= 100; whole /= 100)
        start = put_pair(start, whole % 100);
    if (whole >= 10)
        start = put_pair(start, whole);
    else
        *--start = (char)('0' + whole);
    memcpy(at, start, (size_t)(end - start));
    return at + (end - start);
}

/* As td_points_text(), nothing where there are none. */
static char *put_points(const td_stream_csv *csv, char *at, double quanta)
{
    double size = fabs(quanta);
    if (isnan(quanta))
        return at;
    if (size != floor(size) || size >= 0x1p53)
        return at + td_points_text(quanta, csv->view.decimals, csv->mark, 0, at, TD_NUMBER);
    if (quanta < 0)
        *at++ = '-';
    return put_whole(at, (uint64_t)size, csv->view.decimals, csv->mark);
}

static char *put_rank(const td_stream_csv *csv, char *at, const td_outline *o, size_t u)
{
    float rank = o->rank[u];
    if (o->state[u] == TD_UNRANKED)
        return at;
    if (rank == floorf(rank))
        return put_whole(at, (uint64_t)rank, 0, csv->mark);
    return at + td_number_text((double)rank, csv->mark, at, TD_NUMBER);
}

static char *put_awards(const td_stream_csv *csv, char *at, const td_outline *o, size_t u)
{
    bool first = true;
    for (size_t w = 0; w < o->n_awards; w++) {
        uint8_t state = o->award_state[w * o->n_units + u];
        if (state != TD_PROPOSED && state != TD_GIVEN)
            continue;
        if (!first)
            *at++ = ' ';
        first = false;
        at = put_text(csv, at, td_policy_award(csv->policy, w).code);
    }
    return at;
}

static size_t most_of_awards(const td_stream_csv *csv)
{
    size_t n = csv->policy == NULL ? 0 : td_policy_get(csv->policy).n_awards, bytes = 0;
    for (size_t w = 0; w < n; w++)
        bytes += 2 * strlen(td_policy_award(csv->policy, w).code) + 4;
    return bytes;
}

/* cluster: its cell as it is written. */
static char *put_row(const td_stream_csv *csv, char *at, const char *unit, const td_buffer *cluster,
                     const td_outline *o, size_t u)
{
    at = put_text(csv, at, unit);
    *at++ = csv->separator;
    memcpy(at, cluster->text, cluster->size);
    at += cluster->size;
    *at++ = csv->separator;
    at = put_points(csv, at, o->total_q[u]);
    *at++ = csv->separator;
    at = put_rank(csv, at, o, u);
    if (csv->has_classes) {
        *at++ = csv->separator;
        if (o->class_index[u] != TD_OUTLINE_NONE)
            at = put_text(csv, at, td_rules_class_code(csv->rules, o->class_index[u]));
    }
    if (csv->has_states) {
        *at++ = csv->separator;
        at = put_plain(at, td_state_code((td_state)o->state[u]));
    }
    if (csv->policy != NULL) {
        *at++ = csv->separator;
        at = put_awards(csv, at, o, u);
    }
    return put_plain(at, csv->newline);
}

/* ---- rows ---- */

td_status td_stream_csv_titles(const td_stream_csv *csv, td_buffer *out)
{
    const struct {
        const char *name;
        td_message word;
        bool shown;
    } titles[] = {{"unit", TD_MSG_WORD_UNIT_CODE, true},
                  {"cluster", TD_MSG_WORD_CLUSTER_CODE, true},
                  {"points", TD_MSG_WORD_POINTS, true},
                  {"rank", TD_MSG_WORD_RANK, true},
                  {"class", TD_MSG_WORD_CLASS_CODE, csv->has_classes},
                  {"state", TD_MSG_WORD_STATE, csv->has_states},
                  {"awards", TD_MSG_WORD_AWARDS, csv->policy != NULL}};
    char *at = room(out, 1024);
    if (at == NULL)
        return TD_ENOMEM;
    if (csv->vn)
        at = put_plain(at, "\xEF\xBB\xBF");
    for (size_t i = 0; i < sizeof titles / sizeof titles[0]; i++) {
        if (!titles[i].shown)
            continue;
        if (i > 0)
            *at++ = csv->separator;
        at = put_text(csv, at, csv->vn ? td_word(csv->lang, titles[i].word) : titles[i].name);
    }
    at = put_plain(at, csv->newline);
    out->size = (size_t)(at - out->text);
    return TD_OK;
}

static td_status put_cluster(const td_stream_csv *csv, const td_evaluation *block,
                             const td_cluster_view *cluster, const td_outline *o, td_buffer *cell,
                             td_buffer *out)
{
    const size_t awards = most_of_awards(csv);
    cell->size = 0;
    char *at = room(cell, 2 * strlen(cluster->id) + 4);
    if (at == NULL)
        return TD_ENOMEM;
    cell->size = (size_t)(put_text(csv, at, cluster->id) - at);
    for (size_t u = cluster->first_unit; u < cluster->first_unit + cluster->n_units; u++) {
        const char *id = td_evaluation_unit(block, u).id;
        at = room(out, 2 * strlen(id) + cell->size + awards + ROW_BYTES + TD_NUMBER);
        if (at == NULL)
            return TD_ENOMEM;
        out->size = (size_t)(put_row(csv, at, id, cell, o, u) - out->text);
    }
    return TD_OK;
}

td_status td_stream_csv_rows(const td_stream_csv *csv, const td_evaluation *block,
                             const td_outline *results, td_buffer *out)
{
    size_t n_clusters = td_evaluation_get(block).n_clusters;
    td_buffer cell = {0};
    td_status status = TD_OK;
    for (size_t c = 0; c < n_clusters && status == TD_OK; c++) {
        td_cluster_view cluster = td_evaluation_cluster(block, c);
        status = put_cluster(csv, block, &cluster, results, &cell, out);
    }
    free(cell.text);
    return status;
}
