#include "engine/whatif/scenarios.h"

#include <string.h>

#include "datasets/number.h"

/* ---- lists ---- */

/* The array with room for one more; the old one stays behind in the arena. */
static void *grown(td_arena *arena, void *items, size_t n, size_t *capacity, size_t size)
{
    if (n < *capacity)
        return items;
    size_t more = *capacity == 0 ? 8 : 2 * *capacity;
    void *larger = td_arena_alloc(arena, more, size);
    if (larger == NULL)
        return NULL;
    if (n > 0)
        memcpy(larger, items, n * size);
    *capacity = more;
    return larger;
}

td_scenario *td_scenarios_grow(td_scenarios *s)
{
    td_scenario *items = grown(s->arena, s->items, s->n, &s->capacity, sizeof *items);
    if (items == NULL)
        return NULL;
    s->items = items;
    s->changes = NULL;
    s->change_capacity = 0;
    return &s->items[s->n++];
}

td_change *td_scenarios_grow_changes(td_scenarios *s)
{
    td_scenario *last = &s->items[s->n - 1];
    td_change *changes =
        grown(s->arena, s->changes, last->n_changes, &s->change_capacity, sizeof *changes);
    if (changes == NULL)
        return NULL;
    last->changes = s->changes = changes;
    return &changes[last->n_changes++];
}

/* ---- life ---- */

td_scenarios *td_scenarios_new(void)
{
    td_arena *arena = td_arena_new();
    td_scenarios *s = arena == NULL ? NULL : td_arena_alloc(arena, 1, sizeof *s);
    if (s != NULL)
        s->arena = arena;
    if (s != NULL && td_scenarios_grow(s) != NULL)
        return s;
    td_arena_free(arena);
    return NULL;
}

void td_scenarios_free(td_scenarios *scenarios)
{
    if (scenarios != NULL)
        td_arena_free(scenarios->arena);
}

size_t td_scenarios_size(const td_scenarios *scenarios)
{
    return scenarios->n;
}

td_scenario td_scenarios_get(const td_scenarios *scenarios, size_t i)
{
    return scenarios->items[i];
}

/* ---- as on a command line ---- */

static const char *const EXAMPLES[] = {
    [TD_CHANGE_SET] = "I=500", [TD_CHANGE_CAP] = "I=400", [TD_CHANGE_VALUE] = "X:I.2=96"};

static td_status refuse(td_message fault, const char *option, const char *text, td_change_kind kind,
                        td_errors *errors)
{
    char quoted[TD_QUOTE_BYTES];
    td_place place = {.field = option};
    td_errors_add(errors, fault, &place, option, td_text_quote(text, quoted), EXAMPLES[kind], NULL);
    return TD_EINVAL;
}

/* What follows the last = is the new value; what stands before it stays in `text`. */
static char *split(char *text, char at)
{
    char *mark = strrchr(text, at);
    if (mark == NULL || mark == text)
        return NULL;
    *mark = '\0';
    return mark + 1;
}

static bool read_number(const char *text, double *out)
{
    td_number number;
    td_csv_cell cell = {text, strlen(text)};
    bool fine = td_number_read(cell, TD_MARK_UNKNOWN, &number) == TD_READ_OK && !number.percent;
    if (fine)
        *out = number.value;
    return fine;
}

td_status td_scenarios_add(td_scenarios *s, td_change_kind kind, const char *text,
                           const char *option, td_errors *errors)
{
    td_change change = {.kind = kind, .place = {.field = option}};
    char *copy = td_arena_strdup(s->arena, text);
    if (copy == NULL)
        return TD_ENOMEM;
    if (kind == TD_CHANGE_NA_POLICY || kind == TD_CHANGE_METHOD) {
        change.text = copy;
    } else {
        change.code = copy;
    }
    if (kind == TD_CHANGE_SET || kind == TD_CHANGE_CAP || kind == TD_CHANGE_VALUE) {
        change.text = split(copy, '=');
        if (change.text == NULL)
            return refuse(TD_MSG_SCENARIO_NOT_A_CHANGE, option, text, kind, errors);
    }
    if (kind == TD_CHANGE_VALUE) {
        change.unit = copy;
        change.code = split(copy, ':');
        if (change.code == NULL)
            return refuse(TD_MSG_SCENARIO_NOT_A_CHANGE, option, text, kind, errors);
    } else if (change.text != NULL && change.code != NULL &&
               !read_number(change.text, &change.number)) {
        return refuse(TD_MSG_SCENARIO_NOT_A_NUMBER, option, text, kind, errors);
    }
    td_change *place = td_scenarios_grow_changes(s);
    if (place == NULL)
        return TD_ENOMEM;
    *place = change;
    return TD_OK;
}
