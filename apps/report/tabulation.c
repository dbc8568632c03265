#include "apps/report/tabulation.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "apps/report/ranking.h"
#include "apps/report/text.h"

#define NO_TEXT SIZE_MAX
#define SENTENCE 1024

/* Texts are kept_cell as places in one pool, since the pool moves when it grows. */
typedef struct kept_cell {
    td_tab_kind kind;
    int decimals;
    double x, of;
    uint64_t count;
    size_t text[2], code;
} kept_cell;

typedef struct kept_row {
    td_tone tone;
    size_t first_cell, n_cells;
} kept_row;

typedef struct kept_section {
    size_t heading[2];
    size_t first_row, n_rows;
} kept_section;

typedef struct kept_column {
    size_t key, title[2];
    td_align align;
    td_audience audience;
    bool optional;
} kept_column;

typedef struct kept_table {
    size_t key;
    td_message title;
    size_t first_column, n_columns, first_section, n_sections;
} kept_table;

typedef struct kept_fact {
    size_t key;
    td_message word;
    size_t cell;
} kept_fact;

typedef struct kept_sentence {
    td_tone tone;
    size_t text[2];
} kept_sentence;

typedef struct growing {
    void *items;
    size_t n, capacity;
} growing;

struct td_tabulation {
    const char *kind;
    td_message title;
    growing texts, cells, rows, sections, columns, tables, facts, sentences;
    td_tab_column *views; /* of all columns, made when writing begins */
    size_t chosen;        /* table, TD_NONE: all */
    bool in_fact;
    bool out_of_memory;
};

td_tabulation *td_tabulation_new(const char *kind, td_message title)
{
    td_tabulation *sheet = calloc(1, sizeof *sheet);
    if (sheet == NULL)
        return NULL;
    sheet->kind = kind;
    sheet->title = title;
    sheet->chosen = TD_NONE;
    return sheet;
}

void td_tabulation_free(td_tabulation *sheet)
{
    if (sheet == NULL)
        return;
    free(sheet->texts.items);
    free(sheet->cells.items);
    free(sheet->rows.items);
    free(sheet->sections.items);
    free(sheet->columns.items);
    free(sheet->tables.items);
    free(sheet->facts.items);
    free(sheet->sentences.items);
    free(sheet->views);
    free(sheet);
}

/* Room for n more items; NULL, and remembered, when there is none. */
static void *more(td_tabulation *sheet, growing *l, size_t n, size_t size)
{
    if (l->n + n > l->capacity) {
        size_t larger = 2 * l->capacity > l->n + n ? 2 * l->capacity : l->n + n + 32;
        void *moved = realloc(l->items, larger * size);
        if (moved == NULL) {
            sheet->out_of_memory = true;
            return NULL;
        }
        l->items = moved;
        l->capacity = larger;
    }
    void *place = (char *)l->items + l->n * size;
    l->n += n;
    return place;
}

static size_t keep(td_tabulation *sheet, const char *text)
{
    if (text == NULL)
        return NO_TEXT;
    size_t at = sheet->texts.n, length = strlen(text) + 1;
    char *place = more(sheet, &sheet->texts, length, 1);
    if (place == NULL)
        return NO_TEXT;
    memcpy(place, text, length);
    return at;
}

static const char *text_at(const td_tabulation *sheet, size_t at)
{
    return at == NO_TEXT ? NULL : (const char *)sheet->texts.items + at;
}

/* ---- sentences and facts ---- */

void td_tab_say(td_tabulation *sheet, td_tone tone, const char *vi, const char *en)
{
    kept_sentence s = {tone, {keep(sheet, vi), keep(sheet, en)}};
    kept_sentence *place = more(sheet, &sheet->sentences, 1, sizeof s);
    if (place != NULL)
        *place = s;
}

static void say_filled(td_tabulation *sheet, td_tone tone, td_message id, size_t n,
                       const char *const *args)
{
    char text[2][SENTENCE];
    for (td_lang lang = TD_VI; lang <= TD_EN; lang++)
        td_message_fill(td_message_text(id, lang), lang, args, n, text[lang], sizeof text[lang]);
    td_tab_say(sheet, tone, text[TD_VI], text[TD_EN]);
}

void td_tab_sentence(td_tabulation *sheet, td_tone tone, td_message id, ...)
{
    const char *args[TD_MAX_ARGS];
    size_t n = 0;
    va_list given;
    va_start(given, id);
    for (const char *arg; n < TD_MAX_ARGS && (arg = va_arg(given, const char *)) != NULL;)
        args[n++] = arg;
    va_end(given);
    say_filled(sheet, tone, id, n, args);
}

void td_tab_counted(td_tabulation *sheet, td_tone tone, td_message id, size_t n,
                    const uint64_t *counts)
{
    char text[TD_MAX_ARGS][24];
    const char *args[TD_MAX_ARGS];
    for (size_t i = 0; i < n; i++) {
        snprintf(text[i], sizeof text[i], "%" PRIu64, counts[i]);
        args[i] = text[i];
    }
    say_filled(sheet, tone, id, n, args);
}

void td_tab_fact(td_tabulation *sheet, const char *key, td_message word)
{
    kept_fact f = {keep(sheet, key), word, sheet->cells.n};
    kept_fact *place = more(sheet, &sheet->facts, 1, sizeof f);
    if (place != NULL)
        *place = f;
    sheet->in_fact = true;
}

/* ---- tables ---- */

td_tab_column td_tab_column_of(const char *key, td_message word, td_align align,
                               td_audience audience)
{
    return (td_tab_column){.key = key,
                           .title = {td_word(TD_VI, word), td_word(TD_EN, word)},
                           .align = align,
                           .audience = audience};
}

void td_tab_table(td_tabulation *sheet, const char *key, td_message title, size_t n_columns,
                  const td_tab_column *columns)
{
    kept_table t = {keep(sheet, key), title, sheet->columns.n, n_columns, sheet->sections.n, 0};
    for (size_t i = 0; i < n_columns; i++) {
        kept_column c = {
            .key = keep(sheet, columns[i].key),
            .title = {keep(sheet, columns[i].title[TD_VI]), keep(sheet, columns[i].title[TD_EN])},
            .align = columns[i].align,
            .audience = columns[i].audience,
            .optional = columns[i].optional};
        kept_column *place = more(sheet, &sheet->columns, 1, sizeof c);
        if (place != NULL)
            *place = c;
    }
    kept_table *place = more(sheet, &sheet->tables, 1, sizeof t);
    if (place != NULL)
        *place = t;
}

static kept_table *last_table(td_tabulation *sheet)
{
    return (kept_table *)sheet->tables.items + sheet->tables.n - 1;
}

void td_tab_section(td_tabulation *sheet, const char *vi, const char *en)
{
    kept_section s = {.heading = {keep(sheet, vi), keep(sheet, en)}, .first_row = sheet->rows.n};
    kept_section *place = more(sheet, &sheet->sections, 1, sizeof s);
    if (place == NULL || sheet->tables.n == 0)
        return;
    *place = s;
    last_table(sheet)->n_sections++;
}

void td_tab_row(td_tabulation *sheet, td_tone tone)
{
    kept_row *place = more(sheet, &sheet->rows, 1, sizeof *place);
    if (place == NULL || sheet->sections.n == 0)
        return;
    *place = (kept_row){tone, sheet->cells.n, 0};
    ((kept_section *)sheet->sections.items + sheet->sections.n - 1)->n_rows++;
}

static void add(td_tabulation *sheet, kept_cell c)
{
    kept_cell *place = more(sheet, &sheet->cells, 1, sizeof c);
    if (place == NULL)
        return;
    *place = c;
    if (sheet->in_fact)
        sheet->in_fact = false;
    else if (sheet->rows.n > 0)
        ((kept_row *)sheet->rows.items + sheet->rows.n - 1)->n_cells++;
}

static kept_cell cell_of(td_tab_kind kind, double x, int decimals)
{
    return (kept_cell){
        .kind = kind, .x = x, .decimals = decimals, .text = {NO_TEXT, NO_TEXT}, .code = NO_TEXT};
}

void td_tab_blank(td_tabulation *sheet)
{
    add(sheet, cell_of(TD_TAB_BLANK, 0, 0));
}

void td_tab_both(td_tabulation *sheet, const char *vi, const char *en)
{
    kept_cell c = cell_of(vi == NULL ? TD_TAB_BLANK : TD_TAB_TEXT, 0, 0);
    c.text[TD_VI] = keep(sheet, vi);
    c.text[TD_EN] = vi == en ? c.text[TD_VI] : keep(sheet, en);
    add(sheet, c);
}

void td_tab_text(td_tabulation *sheet, const char *text)
{
    kept_cell c = cell_of(text == NULL ? TD_TAB_BLANK : TD_TAB_TEXT, 0, 0);
    c.text[TD_VI] = c.text[TD_EN] = c.code = keep(sheet, text);
    add(sheet, c);
}

void td_tab_coded(td_tabulation *sheet, const char *code, td_message word)
{
    kept_cell c = cell_of(TD_TAB_TEXT, 0, 0);
    c.code = keep(sheet, code);
    for (td_lang lang = TD_VI; lang <= TD_EN; lang++)
        c.text[lang] = keep(sheet, td_word(lang, word));
    add(sheet, c);
}

void td_tab_yes(td_tabulation *sheet, bool yes)
{
    td_tab_coded(sheet, yes ? "yes" : "no", yes ? TD_MSG_WORD_YES : TD_MSG_WORD_NO);
}

void td_tab_count(td_tabulation *sheet, uint64_t count)
{
    kept_cell c = cell_of(TD_TAB_COUNT, 0, 0);
    c.count = count;
    add(sheet, c);
}

static void add_number(td_tabulation *sheet, td_tab_kind kind, double x, int decimals)
{
    add(sheet, cell_of(isfinite(x) ? kind : TD_TAB_BLANK, x, decimals));
}

void td_tab_points(td_tabulation *sheet, double quanta, int decimals)
{
    add_number(sheet, TD_TAB_POINTS, quanta, decimals);
}

void td_tab_rank(td_tabulation *sheet, double rank)
{
    add_number(sheet, TD_TAB_RANK, rank > 0 ? rank : (double)NAN, 0);
}

void td_tab_share(td_tabulation *sheet, double points_q, double assigned_q, int decimals)
{
    bool has_share = isfinite(points_q) && assigned_q > 0;
    kept_cell c = cell_of(has_share ? TD_TAB_SHARE : TD_TAB_BLANK, points_q, decimals);
    c.of = assigned_q;
    add(sheet, c);
}

void td_tab_percent(td_tabulation *sheet, double share, int decimals)
{
    add_number(sheet, TD_TAB_PERCENT, share, decimals);
}

void td_tab_number(td_tabulation *sheet, double x, int decimals)
{
    add_number(sheet, TD_TAB_NUMBER, x, decimals);
}

void td_tab_exact(td_tabulation *sheet, const char *fraction, double x, int decimals)
{
    kept_cell c = cell_of(fraction == NULL ? TD_TAB_BLANK : TD_TAB_EXACT, x, decimals);
    c.code = keep(sheet, fraction);
    add(sheet, c);
}

/* ---- reading ---- */

static const kept_table *table_at(const td_tabulation *sheet, size_t i)
{
    return (const kept_table *)sheet->tables.items + (sheet->chosen == TD_NONE ? i : sheet->chosen);
}

bool td_tabulation_choose(td_tabulation *sheet, const char *key)
{
    sheet->chosen = TD_NONE;
    for (size_t i = 0; key != NULL && i < sheet->tables.n; i++)
        if (strcmp(td_tabulation_key(sheet, i), key) == 0)
            sheet->chosen = i;
    return key == NULL || sheet->chosen != TD_NONE;
}

const char *td_tabulation_key(const td_tabulation *sheet, size_t i)
{
    return i < sheet->tables.n ? text_at(sheet, ((const kept_table *)sheet->tables.items + i)->key)
                               : NULL;
}

td_status td_tabulation_seal(td_tabulation *sheet)
{
    if (sheet->out_of_memory)
        return TD_ENOMEM;
    free(sheet->views);
    sheet->views = calloc(sheet->columns.n + 1, sizeof *sheet->views);
    if (sheet->views == NULL)
        return TD_ENOMEM;
    for (size_t i = 0; i < sheet->columns.n; i++) {
        const kept_column *c = (const kept_column *)sheet->columns.items + i;
        sheet->views[i] = (td_tab_column){
            .key = text_at(sheet, c->key),
            .title = {text_at(sheet, c->title[TD_VI]), text_at(sheet, c->title[TD_EN])},
            .align = c->align,
            .audience = c->audience,
            .optional = c->optional};
    }
    return TD_OK;
}

td_tab_view td_tabulation_get(const td_tabulation *sheet)
{
    return (td_tab_view){.kind = sheet->kind,
                         .title = sheet->title,
                         .n_facts = sheet->facts.n,
                         .n_sentences = sheet->sentences.n,
                         .n_tables = sheet->chosen == TD_NONE ? sheet->tables.n : 1};
}

static td_tab_cell view_of(const td_tabulation *sheet, const kept_cell *c)
{
    return (td_tab_cell){.kind = c->kind,
                         .decimals = c->decimals,
                         .x = c->x,
                         .of = c->of,
                         .count = c->count,
                         .text = {text_at(sheet, c->text[TD_VI]), text_at(sheet, c->text[TD_EN])},
                         .code = text_at(sheet, c->code)};
}

void td_tab_fact_get(const td_tabulation *sheet, size_t i, const char **key, td_message *word,
                     td_tab_cell *cell)
{
    const kept_fact *f = (const kept_fact *)sheet->facts.items + i;
    *key = text_at(sheet, f->key);
    *word = f->word;
    *cell = view_of(sheet, (const kept_cell *)sheet->cells.items + f->cell);
}

void td_tab_sentence_get(const td_tabulation *sheet, size_t i, td_tone *tone, const char *text[2])
{
    const kept_sentence *s = (const kept_sentence *)sheet->sentences.items + i;
    *tone = s->tone;
    text[TD_VI] = text_at(sheet, s->text[TD_VI]);
    text[TD_EN] = text_at(sheet, s->text[TD_EN]);
}

td_table_view td_tab_table_get(const td_tabulation *sheet, size_t i)
{
    const kept_table *t = table_at(sheet, i);
    return (td_table_view){.key = text_at(sheet, t->key),
                           .title = t->title,
                           .n_columns = t->n_columns,
                           .n_sections = t->n_sections,
                           .columns = sheet->views + t->first_column};
}

static const kept_section *section_at(const td_tabulation *sheet, size_t i, size_t j)
{
    return (const kept_section *)sheet->sections.items + table_at(sheet, i)->first_section + j;
}

td_section_view td_tab_section_get(const td_tabulation *sheet, size_t i, size_t j)
{
    const kept_section *s = section_at(sheet, i, j);
    return (td_section_view){
        .heading = {text_at(sheet, s->heading[TD_VI]), text_at(sheet, s->heading[TD_EN])},
        .n_rows = s->n_rows};
}

td_tab_cell td_tab_cell_get(const td_tabulation *sheet, size_t i, size_t j, size_t k, size_t col,
                            td_tone *tone)
{
    const kept_row *r =
        (const kept_row *)sheet->rows.items + section_at(sheet, i, j)->first_row + k;
    *tone = r->tone;
    if (col >= r->n_cells)
        return (td_tab_cell){.kind = TD_TAB_BLANK};
    return view_of(sheet, (const kept_cell *)sheet->cells.items + r->first_cell + col);
}
