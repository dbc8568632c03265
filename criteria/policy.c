#include <string.h>

#include "criteria/policy_build.h"
#include "criteria/rule_file.h"

static td_policy *new_policy(const char *name, const char *hash)
{
    td_arena *arena = td_arena_new();
    td_policy *policy = arena == NULL ? NULL : td_arena_alloc(arena, 1, sizeof *policy);
    if (policy == NULL) {
        td_arena_free(arena);
        return NULL;
    }
    policy->arena = arena;
    policy->view.path = td_arena_strdup(arena, name);
    policy->view.hash = td_arena_strdup(arena, hash);
    if (policy->view.path == NULL || policy->view.hash == NULL) {
        td_arena_free(arena);
        return NULL;
    }
    return policy;
}

static td_status build_policy(const td_json *json, const char *name, const char *hash, void *out,
                              td_errors *errors)
{
    td_policy *policy = new_policy(name, hash);
    if (policy == NULL)
        return TD_ENOMEM;
    size_t before = td_errors_count(errors, TD_ERROR);
    td_policy_build build = {.reader = {.file = policy->view.path,
                                        .family = TD_ERULES,
                                        .errors = errors,
                                        .arena = policy->arena},
                             .policy = policy,
                             .codes = td_codes_new(policy->arena),
                             .award = TD_NONE};
    build.reader.failed = build.codes == NULL;
    if (!build.reader.failed)
        td_read_policy(&build, json);
    td_status status = build.reader.failed                          ? TD_ENOMEM
                       : td_errors_count(errors, TD_ERROR) > before ? TD_ERULES
                                                                    : TD_OK;
    if (status == TD_OK)
        *(td_policy **)out = policy;
    else
        td_policy_free(policy);
    return status;
}

td_status td_policy_parse(const char *text, size_t size, const char *name, td_policy **out,
                          td_errors *errors)
{
    return td_rule_file_parse(text, size, name, build_policy, out, errors);
}

td_status td_policy_load(const char *path, td_policy **out, td_errors *errors)
{
    return td_rule_file_load(path, build_policy, out, errors);
}

void td_policy_free(td_policy *policy)
{
    if (policy != NULL)
        td_arena_free(policy->arena);
}

td_policy_view td_policy_get(const td_policy *policy)
{
    return policy->view;
}

td_award_view td_policy_award(const td_policy *policy, size_t award)
{
    const td_award_rule *rule = &policy->awards[award];
    return (td_award_view){
        .code = rule->code,
        .name = {rule->name.in[TD_VI], rule->name.in[TD_EN]},
        .authority = rule->authority,
        .citation = rule->citation,
        .note = rule->note,
        .unverified = rule->unverified,
        .given = rule->given,
        .scope = rule->scope,
    };
}
