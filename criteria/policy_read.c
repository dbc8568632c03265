#include <string.h>

#include "criteria/head.h"
#include "criteria/policy_build.h"

static void read_head(td_policy_build *build, const td_json *json)
{
    td_policy *policy = build->policy;
    td_policy_view *view = &policy->view;
    td_head head;
    td_read_known(&build->reader, json, td_keys_policy);
    td_read_shared_head(&build->reader, json, "policy/1", &head);
    policy->first_day = head.first_day;
    policy->last_day = head.last_day;
    view->code = head.code;
    view->name[TD_VI] = head.name.in[TD_VI];
    view->name[TD_EN] = head.name.in[TD_EN];
    view->issuer = head.issuer;
    view->status = head.status;
    view->valid_from = head.valid_from;
    view->valid_to = head.valid_to;
    view->n_citations = head.n_citations;
    view->citations = head.citations;
    view->n_notes = head.n_notes;
    view->notes = head.notes;
    view->n_unverified = head.n_unverified;
    view->unverified = head.unverified;
}

/* ---- first pass: codes, and which awards are given ---- */

static void read_code(td_policy_build *build, const td_json *json, size_t i)
{
    td_reader *reader = &build->reader;
    td_award_rule *rule = &build->policy->awards[i];
    if (td_read_required(reader, json, "code") == NULL ||
        !td_read_string(reader, json, "code", &rule->code))
        return;
    if (strcmp(rule->code, "*") == 0) { /* what gates call all of them */
        td_reader_fault(reader, TD_MSG_RULES_CODE_RESERVED, "code", rule->code, NULL);
    } else if (td_codes_find(build->codes, rule->code) != TD_NONE) {
        td_reader_fault(reader, TD_MSG_RULES_ENTRY_TWICE, "code", rule->code, NULL);
    } else {
        reader->failed |= !td_codes_add(build->codes, rule->code, i);
        build->names[build->n_names++] = rule->code;
    }
}

static void read_names(td_policy_build *build, const td_json *json, size_t i)
{
    td_reader *reader = &build->reader;
    td_award_rule *rule = &build->policy->awards[i];
    *rule = (td_award_rule){.code = "", .name = {{"", ""}}, .pointer = td_reader_pointer(reader)};
    if (!td_json_is_object(json)) {
        td_reader_fault(reader, TD_MSG_RULES_NOT_OBJECT, NULL, "awards", NULL);
        return;
    }
    read_code(build, json, i);
    if (td_read_required(reader, json, "name") != NULL)
        td_read_text(reader, json, "name", &rule->name);
    td_read_string(reader, json, "authority", &rule->authority);
    td_read_string(reader, json, "citation", &rule->citation);
    td_read_string(reader, json, "note", &rule->note);
    td_read_string(reader, json, "unverified", &rule->unverified);
    td_read_bool(reader, json, "given", &rule->given);
}

/* ---- second pass ---- */

static bool is_in(const char *const *keys, const char *key)
{
    for (; *keys != NULL; keys++)
        if (strcmp(*keys, key) == 0)
            return true;
    return false;
}

/* Whoever decides the award elsewhere has the conditions for it. */
static void check_given(td_reader *reader, const td_json *json)
{
    for (const td_json *c = td_json_first(json); c != NULL; c = td_json_next(c)) {
        const char *key = td_json_key(c);
        if (is_in(td_keys_award, key) && !is_in(td_keys_given, key))
            td_reader_fault(reader, TD_MSG_POLICY_GIVEN_KEY, key, key, NULL);
    }
}

static void read_reserve(td_reader *reader, const td_json *json, td_award_rule *rule)
{
    const td_json *reserve = td_json_member(json, "reserve");
    if (!td_json_is_string(reserve))
        td_read_count(reader, json, "reserve", 0, &rule->reserve);
    else if (strcmp(td_json_string(reserve), "all") == 0)
        rule->reserve_all = true;
    else
        td_reader_fault(reader, TD_MSG_POLICY_RESERVE, "reserve", td_json_string(reserve), NULL);
}

static void read_award(td_policy_build *build, const td_json *json, size_t i)
{
    static const char *const TIES[] = {"council", "include", "exclude", NULL};
    td_reader *reader = &build->reader;
    td_award_rule *rule = &build->policy->awards[i];
    int ties = TD_CUT_COUNCIL;
    if (!td_json_is_object(json))
        return;
    td_read_known(reader, json, td_keys_award);
    if (rule->given) {
        check_given(reader, json);
        return;
    }
    build->award = i;
    td_read_requirements(build, json, rule);
    td_read_bounds(build, json, rule);
    td_read_merits(build, json, rule);
    td_read_awards(build, json, "exclusive_with", true, &rule->exclusive, &rule->n_exclusive);
    td_read_choice(reader, json, "ties", TIES, &ties);
    rule->ties = (td_cut)ties;
    read_reserve(reader, json, rule);
    td_read_scope(reader, json, "scope", &rule->scope);
}

typedef void read_pass(td_policy_build *build, const td_json *json, size_t i);

static void each_award(td_policy_build *build, const td_json *first, read_pass *read)
{
    td_reader *reader = &build->reader;
    size_t mark = td_reader_enter(reader, "awards");
    for (size_t i = 0; i < build->policy->n_awards; i++, first = td_json_next(first)) {
        size_t inner = td_reader_enter_index(reader, i);
        size_t before = td_errors_count(reader->errors, TD_ERROR);
        read(build, first, i);
        build->is_faulty[i] |= td_errors_count(reader->errors, TD_ERROR) > before;
        td_reader_leave(reader, inner);
    }
    td_reader_leave(reader, mark);
}

void td_read_policy(td_policy_build *build, const td_json *json)
{
    td_reader *reader = &build->reader;
    td_policy *policy = build->policy;
    const td_json *first = NULL;
    if (!td_json_is_object(json)) {
        td_reader_fault(reader, TD_MSG_RULES_NOT_OBJECT, NULL, "policy/1", NULL);
        return;
    }
    read_head(build, json);
    size_t n = td_read_required(reader, json, "awards") == NULL
                   ? 0
                   : td_read_some(reader, json, "awards", TD_MAX_AWARDS, &first);
    policy->awards = td_reader_array(reader, n, sizeof *policy->awards);
    build->names = td_reader_array(reader, n, sizeof *build->names);
    build->is_faulty = td_reader_array(reader, n, sizeof *build->is_faulty);
    if (reader->failed)
        return;
    policy->n_awards = n;
    each_award(build, first, read_names);
    each_award(build, first, read_award);
    td_read_shared_bounds(build, json);
    policy->view.n_awards = n;
    if (!reader->failed)
        td_policy_lint(build);
}
