#include "apps/report/stream_csv.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "apps/report/ranking.h"
#include "apps/report/text.h"

#define ROW_BYTES 160 /* of a row, but for its texts */
#define AT_ONCE 16    /* copied where fewer are wanted, which costs less than to count them */

td_stream_csv td_stream_csv_of(const td_evaluation *head, bool vn, td_lang lang)
{
    const td_rules *rules = td_evaluation_rules(head, 0);
    td_rules_view view = td_rules_get(rules);
    td_stream_csv csv = {.rules = rules,
                         .policy = td_evaluation_policy(head),
                         .view = view,
                         .quanta = 1,
                         .separator = vn ? ';' : ',',
                         .mark = vn ? ',' : '.',
                         .newline = vn ? "\r\n" : "\n",
                         .vn = vn,
                         .has_classes = view.n_classes > 0,
                         .has_states = view.n_gates > 0,
                         .lang = lang};
    for (int i = 0; i < view.decimals; i++)
        csv.quanta *= 10;
    csv.is_special['"'] = csv.is_special['\r'] = csv.is_special['\n'] = true;
    csv.is_special[(unsigned char)csv.separator] = true;
    return csv;
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

/* What has at least AT_ONCE bytes to be read, to where as many may be written. */
static char *put_short(char *at, const char *text, size_t n)
{
    if (n <= AT_ONCE)
        memcpy(at, text, AT_ONCE);
    else
        memcpy(at, text, n);
    return at + n;
}

static char *put_plain(char *at, const char *text)
{
    size_t n = strlen(text);
    memcpy(at, text, n);
    return at + n;
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
        quoted |= csv->is_special[(unsigned char)text[n]];
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

/* The last n digits of a number; where they end. */
static char *put_digits(char *at, uint64_t whole, int n)
{
    static const char pairs[] = "0001020304050607080910111213141516171819"
                                "2021222324252627282930313233343536373839"
                                "4041424344454647484950515253545556575859"
                                "6061626364656667686970717273747576777879"
                                "8081828384858687888990919293949596979899";
    int left = n;
    for (; left >= 2; left -= 2, whole /= 100)
        memcpy(at + left - 2, pairs + 2 * (whole % 100), 2);
    if (left > 0)
        *at = (char)('0' + whole % 10);
    return at + n;
}

/* The digits of a whole number. */
static char *put_whole(char *at, uint64_t whole)
{
    int n = 1;
    for (uint64_t more = whole; more >= 10; more /= 10)
        n++;
    return put_digits(at, whole, n);
}

/* As td_points_text(), nothing where there are none. */
static char *put_points(const td_stream_csv *csv, char *at, double quanta)
{
    const int decimals = csv->view.decimals;
    double size = fabs(quanta);
    if (isnan(quanta))
        return at;
    if (!(size < 0x1p53) || size != (double)(uint64_t)size)
        return at + td_points_text(quanta, decimals, csv->mark, 0, at, TD_NUMBER);
    uint64_t whole = (uint64_t)size;
    if (quanta < 0)
        *at++ = '-';
    at = put_whole(at, whole / csv->quanta);
    if (decimals == 0)
        return at;
    *at++ = csv->mark;
    return put_digits(at, whole % csv->quanta, decimals);
}

static char *put_rank(const td_stream_csv *csv, char *at, const td_outline *o, size_t u)
{
    float rank = o->rank[u];
    if (o->state[u] == TD_UNRANKED)
        return at;
    if (rank == floorf(rank))
        return put_whole(at, (uint64_t)rank);
    return at + td_number_text((double)rank, csv->mark, at, TD_NUMBER);
}

/* ---- rows ---- */

/* A block while it is put into rows. Its texts have AT_ONCE bytes more than they need. */
typedef struct sheet {
    const td_stream_csv *csv;
    const td_evaluation *block;
    const td_outline *results;
    td_buffer *out;
    td_buffer cluster;  /* the cell of the cluster at hand, as it is written */
    td_buffer codes;    /* of all awards, as they are written */
    size_t *codes_from; /* [awards + 1] where in it each begins */
    size_t newline_bytes;
} sheet;

static char *put_awards(const sheet *s, char *at, size_t u)
{
    const td_outline *o = s->results;
    const char *start = at;
    for (size_t w = 0; w < o->n_awards; w++) {
        uint8_t state = o->award_state[w * o->n_units + u];
        if (state != TD_PROPOSED && state != TD_GIVEN)
            continue;
        if (at > start)
            *at++ = ' ';
        at = put_short(at, s->codes.text + s->codes_from[w],
                       s->codes_from[w + 1] - s->codes_from[w]);
    }
    return at;
}

static char *put_row(const sheet *s, char *at, const char *unit, size_t u)
{
    const td_stream_csv *csv = s->csv;
    const td_outline *o = s->results;
    at = put_text(csv, at, unit);
    *at++ = csv->separator;
    at = put_short(at, s->cluster.text, s->cluster.size);
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
        at = put_awards(s, at, u);
    }
    memcpy(at, csv->newline, 2);
    return at + s->newline_bytes;
}

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

static td_status put_cluster(sheet *s, const td_cluster_view *cluster)
{
    char *at = room(&s->cluster, 2 * strlen(cluster->id) + 4 + AT_ONCE);
    if (at == NULL)
        return TD_ENOMEM;
    s->cluster.size = (size_t)(put_text(s->csv, at, cluster->id) - at);
    const size_t others = s->cluster.size + s->codes.size + s->results->n_awards + ROW_BYTES;
    for (size_t u = cluster->first_unit; u < cluster->first_unit + cluster->n_units; u++) {
        const char *id = td_evaluation_unit(s->block, u).id;
        at = room(s->out, 2 * strlen(id) + others + TD_NUMBER);
        if (at == NULL)
            return TD_ENOMEM;
        s->out->size = (size_t)(put_row(s, at, id, u) - s->out->text);
    }
    s->cluster.size = 0;
    return TD_OK;
}

/* The codes of all awards, one behind another. */
static td_status put_codes(sheet *s)
{
    const td_policy *policy = s->csv->policy;
    size_t n = policy == NULL ? 0 : td_policy_get(policy).n_awards;
    s->codes_from = calloc(n + 1, sizeof *s->codes_from);
    if (s->codes_from == NULL)
        return TD_ENOMEM;
    for (size_t w = 0; w < n; w++) {
        const char *code = td_policy_award(policy, w).code;
        char *at = room(&s->codes, 2 * strlen(code) + 4 + AT_ONCE);
        if (at == NULL)
            return TD_ENOMEM;
        s->codes.size = (size_t)(put_text(s->csv, at, code) - s->codes.text);
        s->codes_from[w + 1] = s->codes.size;
    }
    return TD_OK;
}

td_status td_stream_csv_rows(const td_stream_csv *csv, const td_evaluation *block,
                             const td_outline *results, td_buffer *out)
{
    sheet s = {.csv = csv,
               .block = block,
               .results = results,
               .out = out,
               .newline_bytes = strlen(csv->newline)};
    size_t n_clusters = td_evaluation_get(block).n_clusters;
    td_status status = put_codes(&s);
    for (size_t c = 0; c < n_clusters && status == TD_OK; c++) {
        td_cluster_view cluster = td_evaluation_cluster(block, c);
        status = put_cluster(&s, &cluster);
    }
    free(s.cluster.text);
    free(s.codes.text);
    free(s.codes_from);
    return status;
}
