#include <stdio.h>
#include <string.h>

#include "criteria/policy_build.h"

typedef struct simple_merit {
    const char *name;
    td_merit_kind kind;
    td_message text;
} simple_merit;

static const simple_merit SIMPLE[] = {
    {"rank", TD_MERIT_RANK, TD_MSG_POLICY_MERIT_RANK},
    {"share", TD_MERIT_SHARE, TD_MSG_RULES_TIE_SHARE},
    {"points", TD_MERIT_POINTS, TD_MSG_RULES_TIE_POINTS},
    {"class", TD_MERIT_CLASS, TD_MSG_POLICY_MERIT_CLASS},
    {"votes", TD_MERIT_VOTES, TD_MSG_RULES_TIE_VOTES},
    {"fewer-deductions", TD_MERIT_FEWER_DEDUCTIONS, TD_MSG_RULES_TIE_FEWER_DEDUCTIONS},
    {"more-bonus", TD_MERIT_MORE_BONUS, TD_MSG_RULES_TIE_MORE_BONUS},
};
#define N_SIMPLE (sizeof SIMPLE / sizeof SIMPLE[0])

/* ---- one key ---- */

static void set_simple(td_reader *reader, const simple_merit *simple, td_merit *merit)
{
    merit->kind = simple->kind;
    merit->text = td_reader_words(reader, simple->text, NULL, 0);
}

static void read_simple(td_reader *reader, const td_json *json, td_merit *merit)
{
    const char *names[N_SIMPLE], *word = td_json_string(json);
    for (size_t i = 0; i < N_SIMPLE; i++) {
        names[i] = SIMPLE[i].name;
        if (strcmp(word, SIMPLE[i].name) == 0) {
            set_simple(reader, &SIMPLE[i], merit);
            return;
        }
    }
    td_reader_fault(reader, TD_MSG_POLICY_MERIT_UNKNOWN, NULL, word,
                    td_reader_suggest(reader, word, names, N_SIMPLE), NULL);
}

static void read_criterion(td_policy_build *build, const td_json *json, td_merit *merit)
{
    td_reader *reader = &build->reader;
    merit->kind = TD_MERIT_CRITERION;
    if (!td_read_string(reader, json, "criterion", &merit->code))
        return;
    merit->n_code = build->policy->n_codes++;
    merit->text = td_reader_words(reader, TD_MSG_POLICY_MERIT_CRITERION, &merit->code, 1);
}

/* "co-tinh, co-bo" */
static const char *list_of(td_reader *reader, const td_past *past)
{
    const char *list = past->awards[0];
    for (size_t i = 1; i < past->n_awards && list != NULL && i < TD_MAX_AWARDS; i++)
        list = td_arena_printf(reader->arena, "%s, %s", list, past->awards[i]);
    reader->failed |= list == NULL;
    return list == NULL ? "" : list;
}

static void read_past(td_policy_build *build, const td_json *json, bool is_held, td_merit *merit)
{
    td_reader *reader = &build->reader;
    const td_past *past = &merit->past;
    merit->kind = is_held ? TD_MERIT_HELD : TD_MERIT_NOT_HELD;
    if (!td_read_past(build, json, is_held ? "held" : "not_held", &merit->past))
        return;
    char from[16], to[16];
    snprintf(from, sizeof from, "%d", past->years_from);
    snprintf(to, sizeof to, "%d", past->years_to);
    const char *args[] = {list_of(reader, past), from, to};
    bool last_year = past->years_from == 1 && past->years_to == 1;
    td_message text = is_held ? last_year ? TD_MSG_POLICY_MERIT_HELD_LAST : TD_MSG_POLICY_MERIT_HELD
                      : last_year ? TD_MSG_POLICY_MERIT_NOT_HELD_LAST
                                  : TD_MSG_POLICY_MERIT_NOT_HELD;
    merit->text = td_reader_words(reader, text, args, 3);
}

static void read_merit(td_policy_build *build, const td_json *json, td_merit *merit)
{
    td_reader *reader = &build->reader;
    *merit = (td_merit){.text = {{"", ""}}, .pointer = td_reader_pointer(reader)};
    if (td_json_is_string(json)) {
        read_simple(reader, json, merit);
        return;
    }
    bool has_criterion = td_json_member(json, "criterion") != NULL;
    bool has_held = td_json_member(json, "held") != NULL;
    bool has_not_held = td_json_member(json, "not_held") != NULL;
    if (td_json_is_object(json))
        td_read_known(reader, json, td_keys_merit);
    if (has_criterion + has_held + has_not_held != 1) {
        td_reader_fault(reader, TD_MSG_POLICY_MERIT_FORM, NULL, NULL);
        return;
    }
    if (!has_criterion)
        read_past(build, json, has_held, merit);
    else if (td_json_member(json, "years_back") != NULL)
        td_reader_fault(reader, TD_MSG_RULES_TIE_KEY, "years_back", "years_back", "held", NULL);
    else
        read_criterion(build, json, merit);
}

/* ---- all of them ---- */

static bool same_past(const td_past *a, const td_past *b)
{
    bool same =
        a->n_awards == b->n_awards && a->years_from == b->years_from && a->years_to == b->years_to;
    for (size_t i = 0; same && i < a->n_awards; i++)
        same = strcmp(a->awards[i], b->awards[i]) == 0;
    return same;
}

static bool is_same(const td_merit *a, const td_merit *b)
{
    bool same_code =
        a->code == NULL || b->code == NULL ? a->code == b->code : strcmp(a->code, b->code) == 0;
    return a->kind == b->kind && same_code && same_past(&a->past, &b->past);
}

/* A key that stands there before cannot decide anything. */
static void find_idle(td_reader *reader, const td_merit *merits, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (is_same(&merits[k], &merits[i])) {
            td_reader_fault(reader, TD_MSG_POLICY_MERIT_IDLE, NULL, NULL);
            return;
        }
}

static void set_usual(td_reader *reader, td_award_rule *rule)
{
    rule->n_merits = 2;
    for (size_t i = 0; i < 2; i++) {
        rule->merits[i].pointer = rule->pointer;
        set_simple(reader, &SIMPLE[i], &rule->merits[i]);
    }
}

void td_read_merits(td_policy_build *build, const td_json *json, td_award_rule *rule)
{
    td_reader *reader = &build->reader;
    const td_json *c = NULL;
    size_t n = td_read_some(reader, json, "merit", TD_MAX_MERITS, &c);
    rule->merits = td_reader_array(reader, n + 2, sizeof *rule->merits);
    if (rule->merits == NULL)
        return;
    if (td_json_member(json, "merit") == NULL) {
        set_usual(reader, rule);
        return;
    }
    rule->n_merits = n;
    size_t mark = td_reader_enter(reader, "merit");
    for (size_t i = 0; i < n; i++, c = td_json_next(c)) {
        size_t inner = td_reader_enter_index(reader, i);
        size_t before = td_errors_count(reader->errors, TD_ERROR);
        read_merit(build, c, &rule->merits[i]);
        if (td_errors_count(reader->errors, TD_ERROR) == before)
            find_idle(reader, rule->merits, i);
        td_reader_leave(reader, inner);
    }
    td_reader_leave(reader, mark);
}
