/*
 * Limits on shares as text: terms joined by >= or <=. A term is the code of an item, a number
 * times one, or a number: points of the table, or a share with % behind it.
 */
#include <stdio.h>
#include <string.h>

#include "datasets/number.h"
#include "engine/whatif/sample.h"

/* A factor beyond what a multiplier can be says nothing. */
#define LARGEST_FACTOR TD_WEIGHT_LIMIT

typedef struct term {
    size_t item;   /* of the rule set; TD_NONE: a number */
    double number; /* factor of the item, or the share */
} term;

/* One text, read for one rule set. */
typedef struct reading {
    const td_prepared *prepared;
    const td_block *block;
    const char *text; /* the whole limit */
    td_errors *errors;
    bool *lacks_item; /* set when the rule set does not have an item that is named */
} reading;

static td_csv_cell trim(const char *from, const char *to)
{
    while (from < to && (*from == ' ' || *from == '\t'))
        from++;
    while (from < to && (to[-1] == ' ' || to[-1] == '\t'))
        to--;
    return (td_csv_cell){from, (size_t)(to - from)};
}

/* Characters before `at`, counted from 1. */
static size_t position(const char *text, const char *at)
{
    size_t n = 1;
    for (; text < at; text++)
        n += ((unsigned char)*text & 0xC0) != 0x80;
    return n;
}

static bool complain(const reading *r, td_message id, td_csv_cell where, const char *more)
{
    char part[80], column[24];
    snprintf(part, sizeof part, "%.*s", (int)(where.length < 60 ? where.length : 60), where.text);
    size_t at = position(r->text, where.text);
    snprintf(column, sizeof column, "%zu", at);
    td_place place = {.column = at, .field = r->text};
    td_errors_add(r->errors, id, &place, r->text, column, part, more == NULL ? "" : more, NULL);
    return false;
}

static const char *code_of(const reading *r, size_t k)
{
    return r->block->rules->criteria[r->block->items[k]].code;
}

static size_t find_item(const reading *r, td_csv_cell cell)
{
    for (size_t k = 0; k < r->block->n_items; k++)
        if (strlen(code_of(r, k)) == cell.length &&
            memcmp(code_of(r, k), cell.text, cell.length) == 0)
            return k;
    return TD_NONE;
}

static bool unknown_item(const reading *r, td_csv_cell cell)
{
    *r->lacks_item = true;
    char word[64];
    const char *codes[64];
    size_t n = 0;
    for (; n < r->block->n_items && n < sizeof codes / sizeof codes[0]; n++)
        codes[n] = code_of(r, n);
    snprintf(word, sizeof word, "%.*s", (int)(cell.length < 60 ? cell.length : 60), cell.text);
    const char *near = td_nearest(word, codes, n);
    return complain(r, TD_MSG_LIMIT_UNKNOWN, cell, near != NULL ? near : n > 0 ? codes[0] : "");
}

static bool read_number(const reading *r, td_csv_cell cell, td_number *out)
{
    td_reading got = td_number_read(cell, TD_MARK_UNKNOWN, out);
    if (got == TD_READ_AMBIGUOUS)
        return complain(r, TD_MSG_LIMIT_AMBIGUOUS, cell, NULL);
    if (got != TD_READ_OK)
        return unknown_item(r, cell);
    return out->value >= 0 || complain(r, TD_MSG_LIMIT_NEGATIVE, cell, NULL);
}

static bool read_factor(const reading *r, td_csv_cell cell, term *out)
{
    td_number number;
    if (!read_number(r, cell, &number))
        return false;
    out->number = number.percent ? number.value / 100 : number.value;
    return (out->number <= LARGEST_FACTOR && out->number * LARGEST_FACTOR >= 1) ||
           complain(r, TD_MSG_LIMIT_FACTOR, cell, NULL);
}

/* A factor before or behind the mark of multiplication. */
static bool read_product(const reading *r, td_csv_cell cell, const char *mark, size_t width,
                         term *out)
{
    td_csv_cell left = trim(cell.text, mark);
    td_csv_cell right = trim(mark + width, cell.text + cell.length);
    out->item = find_item(r, right);
    if (out->item != TD_NONE)
        return read_factor(r, left, out);
    out->item = find_item(r, left);
    return out->item != TD_NONE ? read_factor(r, right, out) : unknown_item(r, right);
}

static bool ends_with(td_csv_cell cell, const char *word)
{
    size_t n = strlen(word);
    return cell.length > n && memcmp(cell.text + cell.length - n, word, n) == 0;
}

static bool read_share(const reading *r, td_csv_cell cell, term *out)
{
    static const char *const UNITS[] = {"điểm", "points", "đ"};
    bool is_points = false;
    for (size_t i = 0; i < sizeof UNITS / sizeof UNITS[0] && !is_points; i++)
        if (ends_with(cell, UNITS[i])) {
            is_points = true;
            cell = trim(cell.text, cell.text + cell.length - strlen(UNITS[i]));
        }
    td_number number;
    if (!read_number(r, cell, &number))
        return false;
    td_item_view item = td_item_get(r->prepared, r->block->first_item);
    bool has_points = r->block->rules->criteria[0].combine == TD_SUM;
    if (!number.percent && !has_points)
        return complain(r, TD_MSG_LIMIT_NO_POINTS, cell, NULL);
    double grid = (double)td_pow10(r->block->rules->view.leaf_decimals);
    double share = number.percent ? number.value / 100 : number.value * grid / item.sum;
    out->number = share < 2 ? share : 2; /* beyond 1 all is the same to the solver */
    return true;
}

static bool read_term(const reading *r, td_csv_cell cell, term *out)
{
    *out = (term){.item = find_item(r, cell), .number = 1};
    if (out->item != TD_NONE)
        return true;
    if (cell.length == 0)
        return complain(r, TD_MSG_LIMIT_EMPTY, cell, NULL);
    for (const char *at = cell.text; at < cell.text + cell.length; at++) {
        if (*at == '*')
            return read_product(r, cell, at, 1, out);
        if (strncmp(at, "×", strlen("×")) == 0)
            return read_product(r, cell, at, strlen("×"), out);
    }
    return read_share(r, cell, out);
}

/* The next comparison from `at` on; its width, and whether the left is the larger. 0: none. */
static size_t comparison(const char **at, bool *left_is_larger, bool *is_strict)
{
    for (; **at != '\0'; ++*at) {
        *is_strict = false;
        *left_is_larger = **at == '>' || strncmp(*at, "≥", strlen("≥")) == 0;
        if (strncmp(*at, ">=", 2) == 0 || strncmp(*at, "<=", 2) == 0)
            return 2;
        if (strncmp(*at, "≥", strlen("≥")) == 0 || strncmp(*at, "≤", strlen("≤")) == 0)
            return strlen("≥");
        if (**at == '<' || **at == '>' || **at == '=') {
            *is_strict = true;
            return 1;
        }
    }
    return 0;
}

/* large >= small as a row; false when that says nothing of items. */
static bool relate(const reading *r, td_csv_cell where, term large, term small, td_limit *out)
{
    if (large.item == TD_NONE && small.item == TD_NONE)
        return complain(r, TD_MSG_LIMIT_TWO_NUMBERS, where, NULL);
    for (int side = 0; side < 2; side++) {
        size_t item = side == 0 ? large.item : small.item;
        if (item != TD_NONE && td_item_get(r->prepared, r->block->first_item + item).share <= 0)
            return complain(r, TD_MSG_LIMIT_NO_SHARE, where, code_of(r, item));
    }
    *out = (td_limit){
        .item = large.item, .other = small.item, .near = large.number, .far = small.number};
    if (large.item == TD_NONE) { /* at most: -factor * share >= -number */
        *out = (td_limit){
            .item = small.item, .other = TD_NONE, .near = -small.number, .least = -large.number};
    } else if (small.item == TD_NONE) {
        *out = (td_limit){
            .item = large.item, .other = TD_NONE, .near = large.number, .least = small.number};
    } else if (large.item == small.item) {
        out->near -= out->far;
        out->other = TD_NONE;
    }
    return true;
}

/* The rows of one text; out holds room for one per comparison, NULL: only looks. */
static bool read_chain(const reading *r, const char *from, td_limit *out, size_t *n)
{
    term last = {0}, next;
    td_csv_cell whole = trim(from, from + strlen(from));
    bool was_larger = false, has_last = false;
    const char *line = strpbrk(from, "\r\n");
    if (line != NULL)
        return complain(r, TD_MSG_LIMIT_UNKNOWN, (td_csv_cell){line, 1}, code_of(r, 0));
    for (bool is_end = false; !is_end;) {
        const char *mark = from;
        bool is_larger, is_strict;
        size_t width = comparison(&mark, &is_larger, &is_strict);
        is_end = width == 0;
        if (is_end && !has_last)
            return complain(r, TD_MSG_LIMIT_NO_COMPARISON, whole, NULL);
        if (is_strict && !is_end)
            return complain(r, TD_MSG_LIMIT_STRICT, (td_csv_cell){mark, 1}, NULL);
        td_csv_cell cell = trim(from, mark);
        if (!read_term(r, cell, &next))
            return false;
        if (has_last) {
            td_limit *row = &out[(*n)++];
            if (!relate(r, cell, was_larger ? last : next, was_larger ? next : last, row))
                return false;
        }
        last = next;
        has_last = true;
        was_larger = is_larger;
        from = mark + width;
    }
    return true;
}

/* A rule set's code and ":" before the limit; the text behind them, *named whether there is. */
static const char *behind_code(const char *text, const td_rules *rules, bool *named)
{
    const char *colon = strchr(text, ':');
    *named = colon != NULL;
    if (colon == NULL)
        return text;
    td_csv_cell code = trim(text, colon);
    bool is_this = strlen(rules->view.code) == code.length &&
                   memcmp(rules->view.code, code.text, code.length) == 0;
    return is_this ? colon + 1 : NULL;
}

/* The rule set that says what is wrong when none takes the text: the first, or the one named. */
static td_status refuse(const td_prepared *prepared, const char *text, size_t r, td_limits *out,
                        td_errors *errors)
{
    size_t n = out->n;
    bool named, lacks_item = false;
    const td_block *block = &prepared->blocks[r == TD_NONE ? 0 : r];
    reading reads = {prepared, block, text, errors, &lacks_item};
    if (r != TD_NONE)
        read_chain(&reads, behind_code(text, block->rules, &named), out->limit, &n);
    else
        complain(&reads, TD_MSG_LIMIT_RULES, trim(text, text + strcspn(text, ":")),
                 block->rules->view.code);
    return TD_EINVAL;
}

static td_status read_one(const td_prepared *prepared, size_t index, const char *text,
                          td_limits *out, td_errors *errors)
{
    size_t first = TD_NONE;
    bool is_taken = false;
    for (size_t r = 0; r < prepared->evaluation->n_rules; r++) {
        bool named, lacks_item = false;
        const char *from = behind_code(text, prepared->evaluation->rules[r], &named);
        reading reads = {prepared, &prepared->blocks[r], text, NULL, &lacks_item};
        size_t n = out->n;
        if (from == NULL)
            continue;
        first = first == TD_NONE ? r : first;
        if (!read_chain(&reads, from, out->limit, &n)) {
            if (lacks_item)
                continue;
            return refuse(prepared, text, r, out, errors);
        }
        is_taken = true;
        for (; out->n < n; out->n++) {
            out->limit[out->n].rules = r;
            out->limit[out->n].text = index;
        }
    }
    return is_taken ? TD_OK : refuse(prepared, text, first, out, errors);
}

td_status td_limits_read(const td_prepared *prepared, size_t n, const char *const *texts,
                         td_arena *arena, td_limits *out, td_errors *errors)
{
    size_t most = 1, n_rules = prepared->evaluation->n_rules;
    for (size_t i = 0; i < n; i++)
        most += strlen(texts[i]) * (n_rules + 1); /* more comparisons than bytes there are not */
    *out = (td_limits){.limit = td_arena_alloc(arena, most, sizeof *out->limit)};
    if (out->limit == NULL)
        return TD_ENOMEM;
    td_status status = TD_OK;
    for (size_t i = 0; i < n; i++)
        if (read_one(prepared, i, texts[i], out, errors) != TD_OK)
            status = TD_EINVAL;
    return status;
}
