#include <string.h>

#include "criteria/policy_build.h"

/* One of two keys, and not both. */
static bool has_one_of(td_reader *reader, const td_json *json, const char *first,
                       const char *second, td_message otherwise)
{
    bool has_first = td_json_member(json, first) != NULL;
    if (has_first != (td_json_member(json, second) != NULL))
        return true;
    td_reader_fault(reader, otherwise, NULL, NULL);
    return false;
}

static bool is_object(td_reader *reader, const td_json *json, const char *section)
{
    if (!td_json_is_object(json))
        td_reader_fault(reader, TD_MSG_RULES_NOT_OBJECT, NULL, section, NULL);
    return td_json_is_object(json);
}

/* ---- upper bounds ---- */

static void read_holders(td_policy_build *build, const td_json *of, td_bound *bound)
{
    td_reader *reader = &build->reader;
    size_t mark = td_reader_enter(reader, "of");
    td_read_known(reader, of, td_keys_holders);
    bound->of = TD_OF_HOLDERS;
    if (build->award == TD_NONE)
        td_reader_fault(reader, TD_MSG_POLICY_OF_TOO_EARLY, NULL, "holders", NULL);
    else if (td_read_required(reader, of, "holders") != NULL)
        td_read_award(build, of, "holders", &bound->holders);
    td_reader_leave(reader, mark);
}

static void read_denominator(td_policy_build *build, const td_json *json, td_bound *bound)
{
    static const char *const OF[] = {"units", "ranked", "leaders", "eligible", "remaining", NULL};
    td_reader *reader = &build->reader;
    const td_json *of = td_read_required(reader, json, "of");
    int choice = 0;
    if (of == NULL)
        return;
    if (td_json_is_object(of)) {
        read_holders(build, of, bound);
        return;
    }
    if (!td_read_choice(reader, json, "of", OF, &choice))
        return;
    bound->of = (td_denominator)choice;
    bool is_late = bound->of == TD_OF_ELIGIBLE || bound->of == TD_OF_REMAINING;
    if (is_late && build->award == TD_NONE)
        td_reader_fault(reader, TD_MSG_POLICY_OF_TOO_EARLY, "of", OF[choice], NULL);
}

static void read_share(td_policy_build *build, const td_json *json, td_bound *bound)
{
    static const char *const ROUNDINGS[] = {"floor", "nearest", "ceil", NULL};
    int rounding = TD_QUOTA_FLOOR;
    bound->is_share = true;
    td_read_ratio(&build->reader, json, "share", &bound->share);
    read_denominator(build, json, bound);
    td_read_choice(&build->reader, json, "rounding", ROUNDINGS, &rounding);
    bound->rounding = (td_quota_rounding)rounding;
}

static void read_count(td_reader *reader, const td_json *json, td_bound *bound)
{
    static const char *const OF_SHARES[] = {"of", "rounding"};
    td_read_count(reader, json, "count", 0, &bound->count);
    for (size_t i = 0; i < sizeof OF_SHARES / sizeof OF_SHARES[0]; i++)
        if (td_json_member(json, OF_SHARES[i]) != NULL)
            td_reader_fault(reader, TD_MSG_POLICY_LIMIT_KEY, OF_SHARES[i], OF_SHARES[i], NULL);
}

static void read_bound(td_policy_build *build, const td_json *json, td_bound *bound)
{
    td_reader *reader = &build->reader;
    *bound = (td_bound){.holders = TD_NONE, .share = {0, 1}, .pointer = td_reader_pointer(reader)};
    if (!is_object(reader, json, "limits"))
        return;
    td_read_known(reader, json, build->award == TD_NONE ? td_keys_shared_limit : td_keys_limit);
    if (td_read_required(reader, json, "within") != NULL)
        td_read_scope(reader, json, "within", &bound->within);
    if (!has_one_of(reader, json, "count", "share", TD_MSG_POLICY_LIMIT_FORM))
        ;
    else if (td_json_member(json, "share") != NULL)
        read_share(build, json, bound);
    else
        read_count(reader, json, bound);
    td_read_string(reader, json, "only", &bound->only);
    if (bound->only != NULL && bound->within == TD_WITHIN_ALL)
        td_reader_fault(reader, TD_MSG_POLICY_ONLY_WITHIN_ALL, "only", NULL);
}

typedef void read_each(td_policy_build *build, const td_json *json, void *item);

/* Reads the list at json[key] into *items, each with `read`. */
static size_t read_list(td_policy_build *build, const td_json *json, const char *key, size_t size,
                        read_each *read, void **items)
{
    td_reader *reader = &build->reader;
    const td_json *c = NULL;
    size_t n = td_read_some(reader, json, key, TD_MAX_BOUNDS, &c);
    char *array = td_reader_array(reader, n, size);
    if (array == NULL)
        return 0;
    size_t mark = td_reader_enter(reader, key);
    for (size_t i = 0; i < n; i++, c = td_json_next(c)) {
        size_t inner = td_reader_enter_index(reader, i);
        read(build, c, array + i * size);
        td_reader_leave(reader, inner);
    }
    td_reader_leave(reader, mark);
    *items = array;
    return n;
}

static void read_own_bound(td_policy_build *build, const td_json *json, void *item)
{
    td_bound *bound = item;
    read_bound(build, json, bound);
    bound->awards = td_reader_array(&build->reader, 1, sizeof *bound->awards);
    if (bound->awards == NULL)
        return;
    bound->awards[0] = build->award;
    bound->n_awards = 1;
}

static void read_shared_bound(td_policy_build *build, const td_json *json, void *item)
{
    td_reader *reader = &build->reader;
    td_bound *bound = item;
    read_bound(build, json, bound);
    if (!td_json_is_object(json) || td_read_required(reader, json, "awards") == NULL ||
        !td_read_awards(build, json, "awards", false, &bound->awards, &bound->n_awards))
        return;
    if (bound->n_awards < 2)
        td_reader_fault(reader, TD_MSG_POLICY_AWARDS_OF_ONE, "awards", NULL);
    for (size_t i = 0; i < bound->n_awards; i++) {
        const td_award_rule *rule = &build->policy->awards[bound->awards[i]];
        size_t mark = td_reader_enter_set(reader, json, "awards", i);
        if (rule->given)
            td_reader_fault(reader, TD_MSG_POLICY_LIMIT_OF_GIVEN, NULL, rule->code, NULL);
        td_reader_leave(reader, mark);
    }
}

/* ---- lower bounds ---- */

static void read_lower(td_policy_build *build, const td_json *json, void *item)
{
    td_reader *reader = &build->reader;
    td_lower_bound *lower = item;
    *lower = (td_lower_bound){.share = {0, 1}, .pointer = td_reader_pointer(reader)};
    if (!is_object(reader, json, "lower"))
        return;
    td_read_known(reader, json, td_keys_lower);
    if (td_read_required(reader, json, "category") != NULL)
        td_read_set(reader, json, "category", &lower->categories, &lower->n_categories);
    if (td_read_required(reader, json, "within") != NULL)
        td_read_scope(reader, json, "within", &lower->within);
    if (!has_one_of(reader, json, "at_least", "share", TD_MSG_POLICY_LOWER_FORM))
        return;
    td_read_count(reader, json, "at_least", 1, &lower->at_least);
    lower->is_share = td_read_ratio(reader, json, "share", &lower->share);
}

/* ---- a total shared out ---- */

static void read_distribution(td_policy_build *build, const td_json *json, td_award_rule *rule)
{
    static const char *const BY[] = {"units", "ranked", NULL};
    static const char *const METHODS[] = {"largest-remainder", "dhondt", "sainte-lague", "adams",
                                          "huntington-hill",   NULL};
    td_reader *reader = &build->reader;
    const td_json *distribute = td_read_object(reader, json, "distribute");
    int by = 0, method = TD_LARGEST_REMAINDER;
    if (distribute == NULL)
        return;
    rule->distributes = true;
    size_t mark = td_reader_enter(reader, "distribute");
    td_read_known(reader, distribute, td_keys_distribute);
    if (td_read_required(reader, distribute, "total") != NULL)
        td_read_count(reader, distribute, "total", 0, &rule->total);
    td_read_choice(reader, distribute, "by", BY, &by);
    td_read_choice(reader, distribute, "method", METHODS, &method);
    rule->by_ranked = by == 1;
    rule->method = (td_apportionment)method;
    td_reader_leave(reader, mark);
}

void td_read_bounds(td_policy_build *build, const td_json *json, td_award_rule *rule)
{
    void *bounds = NULL, *lower = NULL;
    rule->n_bounds =
        read_list(build, json, "limits", sizeof *rule->bounds, read_own_bound, &bounds);
    rule->bounds = bounds;
    rule->n_lower = read_list(build, json, "lower", sizeof *rule->lower, read_lower, &lower);
    rule->lower = lower;
    read_distribution(build, json, rule);
}

void td_read_shared_bounds(td_policy_build *build, const td_json *json)
{
    void *bounds = NULL;
    build->award = TD_NONE;
    build->policy->n_bounds =
        read_list(build, json, "limits", sizeof *build->policy->bounds, read_shared_bound, &bounds);
    build->policy->bounds = bounds;
}
