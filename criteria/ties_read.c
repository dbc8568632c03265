#include <stdio.h>
#include <string.h>

#include "criteria/rules_build.h"

#define MAX_YEARS 100

typedef struct simple_tie {
    const char *name;
    td_tie_kind kind;
    td_message text;
} simple_tie;

static const simple_tie SIMPLE[] = {
    {"fewer-deductions", TD_TIE_FEWER_DEDUCTIONS, TD_MSG_RULES_TIE_FEWER_DEDUCTIONS},
    {"more-bonus", TD_TIE_MORE_BONUS, TD_MSG_RULES_TIE_MORE_BONUS},
    {"points", TD_TIE_POINTS, TD_MSG_RULES_TIE_POINTS},
    {"share", TD_TIE_SHARE, TD_MSG_RULES_TIE_SHARE},
    {"votes", TD_TIE_VOTES, TD_MSG_RULES_TIE_VOTES},
};

/* What the key compares, in both languages, with what fills {1} and {2}. */
static td_text text_of(td_reader *reader, td_message id, const char *first, const char *second)
{
    const char *args[] = {first, second};
    return td_reader_words(reader, id, args, 2);
}

static void read_simple(td_reader *reader, const td_json *json, td_tie *tie)
{
    const char *names[8] = {NULL};
    const size_t n = sizeof SIMPLE / sizeof SIMPLE[0];
    for (size_t i = 0; i < n; i++) {
        names[i] = SIMPLE[i].name;
        if (strcmp(td_json_string(json), SIMPLE[i].name) != 0)
            continue;
        tie->kind = SIMPLE[i].kind;
        tie->text = text_of(reader, SIMPLE[i].text, "", "");
        return;
    }
    td_reader_fault(reader, TD_MSG_RULES_TIE_UNKNOWN, NULL, td_json_string(json),
                    td_reader_suggest(reader, td_json_string(json), names, n), NULL);
}

static void read_criterion(td_reader *reader, const td_json *json, td_tie *tie)
{
    const char *code = NULL;
    tie->kind = TD_TIE_CRITERION;
    if (!td_read_string(reader, json, "criterion", &code))
        return;
    tie->index = td_reader_criterion(reader, code, "criterion");
    tie->text = text_of(
        reader, tie->index == 0 ? TD_MSG_RULES_TIE_POINTS : TD_MSG_RULES_TIE_CRITERION, code, "");
}

static void read_indicator(td_reader *reader, const td_json *json, td_tie *tie)
{
    static const char *const BETTER[] = {"higher", "lower", NULL};
    int better = 0;
    tie->kind = TD_TIE_INDICATOR;
    td_read_choice(reader, json, "better", BETTER, &better);
    tie->lower_is_better = better == 1;
    reader->build->in_condition = true;
    tie->index = td_read_indicator(reader, json, "indicator", TD_NUMBER);
    reader->build->in_condition = false;
    if (tie->index == TD_NONE)
        return;
    size_t mark = td_reader_enter(reader, "indicator");
    td_reader_use(reader, tie->index, TD_USE_MENTION);
    td_reader_leave(reader, mark);
    const char *name = reader->rules->indicators[tie->index].code;
    tie->text = text_of(
        reader, better == 1 ? TD_MSG_RULES_TIE_INDICATOR_LOWER : TD_MSG_RULES_TIE_INDICATOR_HIGHER,
        name, "");
}

static void read_not_awarded(td_reader *reader, const td_json *json, td_tie *tie)
{
    tie->kind = TD_TIE_NOT_AWARDED;
    tie->years = 1;
    td_read_whole(reader, json, "years", 1, MAX_YEARS, &tie->years);
    if (!td_read_string(reader, json, "not_awarded", &tie->award))
        return;
    char years[16];
    snprintf(years, sizeof years, "%d", tie->years);
    tie->text = text_of(
        reader, tie->years == 1 ? TD_MSG_RULES_TIE_NOT_AWARDED_LAST : TD_MSG_RULES_TIE_NOT_AWARDED,
        tie->award, years);
    reader->rules->sees_history = true;
}

/* Keys that belong to another kind of tie key. */
static void check_company(td_reader *reader, const td_json *json)
{
    static const char *const PAIRS[][2] = {{"better", "indicator"}, {"years", "not_awarded"}};
    for (size_t i = 0; i < sizeof PAIRS / sizeof PAIRS[0]; i++)
        if (td_json_member(json, PAIRS[i][0]) != NULL && td_json_member(json, PAIRS[i][1]) == NULL)
            td_reader_fault(reader, TD_MSG_RULES_TIE_KEY, PAIRS[i][0], PAIRS[i][0], PAIRS[i][1],
                            NULL);
}

static void read_tie(td_reader *reader, const td_json *json, td_tie *tie)
{
    *tie = (td_tie){.kind = TD_TIE_POINTS, .index = TD_NONE, .text = {{"", ""}}};
    if (td_json_is_string(json)) {
        read_simple(reader, json, tie);
        return;
    }
    bool has_criterion = td_json_member(json, "criterion") != NULL;
    bool has_indicator = td_json_member(json, "indicator") != NULL;
    bool has_award = td_json_member(json, "not_awarded") != NULL;
    if (td_json_is_object(json))
        td_read_known(reader, json, td_keys_tie);
    if (has_criterion + has_indicator + has_award != 1) {
        td_reader_fault(reader, TD_MSG_RULES_TIE_SHAPE, NULL, NULL);
        return;
    }
    check_company(reader, json);
    if (has_criterion)
        read_criterion(reader, json, tie);
    else if (has_indicator)
        read_indicator(reader, json, tie);
    else
        read_not_awarded(reader, json, tie);
}

void td_read_ties(td_reader *reader, const td_json *json)
{
    td_rules *rules = reader->rules;
    const td_json *list = td_read_list(reader, json, "ties");
    rules->n_ties = td_json_count(list);
    rules->ties = td_arena_alloc(reader->arena, rules->n_ties + 1, sizeof *rules->ties);
    if (rules->ties == NULL) {
        reader->failed = true;
        rules->n_ties = 0;
        return;
    }
    size_t mark = td_reader_enter(reader, "ties");
    const td_json *c = td_json_first(list);
    for (size_t i = 0; i < rules->n_ties; i++, c = td_json_next(c)) {
        size_t inner = td_reader_enter_index(reader, i);
        read_tie(reader, c, &rules->ties[i]);
        td_reader_leave(reader, inner);
    }
    td_reader_leave(reader, mark);
}
