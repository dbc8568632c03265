#include "apps/report/stream_csv.h"

#include <endian.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "apps/report/ranking.h"
#include "apps/report/text.h"

#define ROW_BYTES 160 /* of a row, but for its texts */
#define AT_ONCE 16    /* copied where fewer are wanted, which costs less than to count them */
#define EIGHT_DIGITS 100000000u
#define FEW_AWARDS 5 /* of which every combination is written down beforehand */

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
    csv.to_eight = EIGHT_DIGITS / csv.quanta;
    for (size_t i = 0; i < view.n_classes; i++) {
        size_t length = strlen(td_rules_class_code(rules, i));
        csv.longest_class = length > csv.longest_class ? length : csv.longest_class;
    }
    for (const char *c = "=+-@\t\r\n"; *c != '\0'; c++)
        csv.kind[(unsigned char)*c] |= TD_CSV_FORMULA;
    for (const char *c = "\"\r\n"; *c != '\0'; c++)
        csv.kind[(unsigned char)*c] |= TD_CSV_QUOTED;
    csv.kind[(unsigned char)csv.separator] |= TD_CSV_QUOTED;
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

/* ---- eight bytes at a time ---- */

#define ONES 0x0101010101010101u
#define TOPS (0x80 * ONES)

static void put_word(char *at, uint64_t word)
{
    word = htole64(word);
    memcpy(at, &word, sizeof word);
}

/* Eight bytes, the first lowest. */
static uint64_t word_at(const char *text)
{
    uint64_t word;
    memcpy(&word, text, sizeof word);
    return le64toh(word);
}

/* Fewer than eight bytes, then zeros. */
static uint64_t short_word(const char *text, size_t n)
{
    uint64_t word = 0;
    uint32_t first, last;
    if (n >= 4) {
        memcpy(&first, text, 4);
        memcpy(&last, text + n - 4, 4);
        return le32toh(first) | (uint64_t)le32toh(last) << (8 * (n - 4));
    }
    for (size_t i = 0; i < n; i++)
        word |= (uint64_t)(unsigned char)text[i] << (8 * i);
    return word;
}

/* Top bits: one of the bytes is a separator, a quotation mark or a control character. */
static uint64_t odd_bytes(const td_stream_csv *csv, uint64_t word)
{
    uint64_t control = (word - 0x20 * ONES) & ~word;
    uint64_t quote = word ^ '"' * ONES, separator = word ^ (unsigned char)csv->separator * ONES;
    quote = (quote - ONES) & ~quote;
    separator = (separator - ONES) & ~separator;
    return (control | quote | separator) & TOPS;
}

/* ---- digits ---- */

static const char pairs[] = "0001020304050607080910111213141516171819"
                            "2021222324252627282930313233343536373839"
                            "4041424344454647484950515253545556575859"
                            "6061626364656667686970717273747576777879"
                            "8081828384858687888990919293949596979899";

/* The four digits of a number below 10,000. */
static void put_four(char *at, uint32_t x)
{
    memcpy(at, pairs + 2 * (x / 100), 2);
    memcpy(at + 2, pairs + 2 * (x % 100), 2);
}

/* The eight digits of a number below EIGHT_DIGITS. */
static void put_eight(char *at, uint32_t x)
{
    put_four(at, x / 10000);
    put_four(at + 4, x % 10000);
}

/* The digits of a whole number; room for 24 bytes. */
static char *put_large(char *at, uint64_t whole)
{
    char digits[24];
    size_t n = 0;
    do
        digits[n++] = (char)('0' + whole % 10);
    while ((whole /= 10) > 0);
    for (size_t i = 0; i < n; i++)
        at[i] = digits[n - 1 - i];
    return at + n;
}

static inline char *put_whole(char *at, uint64_t whole)
{
    if (whole >= 100)
        return put_large(at, whole);
    const char *pair = pairs + 2 * whole;
    const int skip = whole < 10;
    at[0] = pair[skip];
    at[1] = pair[1];
    return at + 2 - skip;
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

/* What may need quotation marks or an apostrophe; rare, and kept out of the way of the others. */
__attribute__((noinline)) static char *put_odd_text(const td_stream_csv *csv, char *at,
                                                    const char *text, size_t n)
{
    bool quoted = false;
    for (size_t i = 0; i < n; i++)
        quoted |= (csv->kind[(unsigned char)text[i]] & TD_CSV_QUOTED) != 0;
    if (quoted)
        *at++ = '"';
    if (n > 0 && (csv->kind[(unsigned char)*text] & TD_CSV_FORMULA) != 0)
        *at++ = '\'';
    for (size_t i = 0; i < n; i++) {
        if (text[i] == '"')
            *at++ = '"';
        *at++ = text[i];
    }
    if (quoted)
        *at++ = '"';
    return at;
}

/* As td_text_csv(): at most twice the text and eight bytes more are written to. */
static inline char *put_text(const td_stream_csv *csv, char *at, const char *text, size_t n)
{
    uint64_t odd = 0, word;
    for (size_t i = 0; i + 8 < n; i += 8) {
        word = word_at(text + i);
        put_word(at + i, word);
        odd |= odd_bytes(csv, word);
    }
    if (n < 8) {
        word = short_word(text, n);
        put_word(at, word);
        odd = odd_bytes(csv, word) & ~(UINT64_MAX << 8 * n);
    } else {
        word = word_at(text + n - 8);
        put_word(at + n - 8, word);
        odd |= odd_bytes(csv, word);
    }
    if (odd != 0 || csv->kind[(unsigned char)*text] != 0)
        return put_odd_text(csv, at, text, n);
    return at + n;
}

static char *put_whole_text(const td_stream_csv *csv, char *at, const char *text)
{
    return put_text(csv, at, text, strlen(text));
}

/* As td_points_text(), nothing where there are none. */
static char *put_points(const td_stream_csv *csv, char *at, double quanta)
{
    const int decimals = csv->view.decimals;
    double size = fabs(quanta);
    if (isnan(quanta))
        return at;
    if (!(size < 0x1p53) || size != (double)(int64_t)size)
        return at + td_points_text(quanta, decimals, csv->mark, 0, at, TD_NUMBER);
    uint64_t whole = (uint64_t)(int64_t)size, points = whole / csv->quanta;
    uint64_t rest = whole - points * csv->quanta;
    *at = '-';
    at = put_whole(at + (quanta < 0), points);
    if (decimals == 0)
        return at;
    *at++ = csv->mark;
    put_eight(at, (uint32_t)(rest * csv->to_eight));
    return at + decimals;
}

static char *put_rank(const td_stream_csv *csv, char *at, const td_outline *o, size_t u)
{
    float rank = o->rank[u];
    if (o->state[u] == TD_UNRANKED)
        return at;
    if (rank == (float)(int64_t)rank)
        return put_whole(at, (uint64_t)(int64_t)rank);
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
    td_buffer codes;    /* of awards, as they are written: each, then the combinations of few */
    size_t *codes_from; /* [awards + 1] where in it each begins */
    size_t *cells_from; /* [combinations + 1] likewise; NULL: awards are many */
    size_t newline_bytes;
} sheet;

/* The codes of these awards, bits from the first one on. */
static char *put_codes(const sheet *s, char *at, uint64_t awards)
{
    for (const char *start = at; awards != 0; awards &= awards - 1) {
        int w = __builtin_ctzll(awards);
        if (at > start)
            *at++ = ' ';
        at = put_short(at, s->codes.text + s->codes_from[w],
                       s->codes_from[w + 1] - s->codes_from[w]);
    }
    return at;
}

static char *put_awards(const sheet *s, char *at, size_t u)
{
    const td_outline *o = s->results;
    const uint8_t *state = o->award_state + u;
    uint64_t awards = 0;
    for (size_t w = 0; w < o->n_awards; w++, state += o->n_units)
        awards |= (uint64_t)(*state == TD_PROPOSED || *state == TD_GIVEN) << w;
    if (s->cells_from == NULL)
        return put_codes(s, at, awards);
    size_t from = s->cells_from[awards];
    return put_short(at, s->codes.text + from, s->cells_from[awards + 1] - from);
}

static char *put_row(const sheet *s, char *at, const char *id, size_t length, size_t u)
{
    const td_stream_csv *csv = s->csv;
    const td_outline *o = s->results;
    const char separator = csv->separator;
    at = put_text(csv, at, id, length);
    *at++ = separator;
    at = put_short(at, s->cluster.text, s->cluster.size);
    *at++ = separator;
    at = put_points(csv, at, o->total_q[u]);
    *at++ = separator;
    at = put_rank(csv, at, o, u);
    if (csv->has_classes) {
        *at++ = separator;
        if (o->class_index[u] != TD_OUTLINE_NONE)
            at = put_whole_text(csv, at, td_rules_class_code(csv->rules, o->class_index[u]));
    }
    if (csv->has_states) {
        *at++ = separator;
        at = put_plain(at, td_state_code((td_state)o->state[u]));
    }
    if (csv->policy != NULL) {
        *at++ = separator;
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
        at = put_whole_text(csv, at, csv->vn ? td_word(csv->lang, titles[i].word) : titles[i].name);
    }
    at = put_plain(at, csv->newline);
    out->size = (size_t)(at - out->text);
    return TD_OK;
}

static td_status put_cluster(sheet *s, const td_cluster_view *cluster)
{
    char *at = room(&s->cluster, 2 * strlen(cluster->id) + 2 * AT_ONCE);
    if (at == NULL)
        return TD_ENOMEM;
    s->cluster.size = (size_t)(put_whole_text(s->csv, at, cluster->id) - at);
    const size_t others = s->cluster.size + s->codes.size + s->results->n_awards +
                          2 * s->csv->longest_class + ROW_BYTES;
    for (size_t u = cluster->first_unit; u < cluster->first_unit + cluster->n_units; u++) {
        size_t length;
        const char *id = td_evaluation_unit_id(s->block, u, &length);
        at = room(s->out, 2 * length + others + TD_NUMBER);
        if (at == NULL)
            return TD_ENOMEM;
        s->out->size = (size_t)(put_row(s, at, id, length, u) - s->out->text);
    }
    s->cluster.size = 0;
    return TD_OK;
}

/* The codes of all awards, one behind another. */
static td_status make_codes(sheet *s, size_t n)
{
    s->codes_from = calloc(n + 1, sizeof *s->codes_from);
    if (s->codes_from == NULL)
        return TD_ENOMEM;
    for (size_t w = 0; w < n; w++) {
        const char *code = td_policy_award(s->csv->policy, w).code;
        char *at = room(&s->codes, 2 * strlen(code) + 2 * AT_ONCE);
        if (at == NULL)
            return TD_ENOMEM;
        s->codes.size = (size_t)(put_whole_text(s->csv, at, code) - s->codes.text);
        s->codes_from[w + 1] = s->codes.size;
    }
    return TD_OK;
}

/* Behind them, what a row has of a few awards: then nobody has to guess which. */
static td_status make_cells(sheet *s, size_t n)
{
    const size_t n_cells = (size_t)1 << n, longest = s->codes.size + n;
    s->cells_from = calloc(n_cells + 1, sizeof *s->cells_from);
    if (s->cells_from == NULL || room(&s->codes, n_cells * longest + 2 * AT_ONCE) == NULL)
        return TD_ENOMEM;
    for (size_t awards = 0; awards < n_cells; awards++) {
        s->cells_from[awards] = s->codes.size;
        char *end = put_codes(s, s->codes.text + s->codes.size, awards);
        s->codes.size = (size_t)(end - s->codes.text);
    }
    s->cells_from[n_cells] = s->codes.size;
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
    size_t n_awards = csv->policy == NULL ? 0 : td_policy_get(csv->policy).n_awards;
    td_status status = make_codes(&s, n_awards);
    if (status == TD_OK && n_awards <= FEW_AWARDS)
        status = make_cells(&s, n_awards);
    for (size_t c = 0; c < n_clusters && status == TD_OK; c++) {
        td_cluster_view cluster = td_evaluation_cluster(block, c);
        status = put_cluster(&s, &cluster);
    }
    free(s.cluster.text);
    free(s.codes.text);
    free(s.codes_from);
    free(s.cells_from);
    return status;
}
