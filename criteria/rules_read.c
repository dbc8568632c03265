#include "criteria/rule_file.h"
#include "criteria/json_scan.h"
#include "criteria/rules_build.h"

/* Keys of criteria: those of nodes, and every function by its name. */
static const char *const *criterion_keys(td_reader *reader)
{
    size_t n = 0, n_functions = 0;
    while (td_keys_criterion[n] != NULL)
        n++;
    while (td_functions[n_functions] != NULL)
        n_functions++;
    const char **keys = td_arena_alloc(reader->arena, n + n_functions + 1, sizeof *keys);
    if (keys == NULL) {
        reader->failed = true;
        return td_keys_criterion;
    }
    for (size_t i = 0; i < n; i++)
        keys[i] = td_keys_criterion[i];
    for (size_t i = 0; i < n_functions; i++)
        keys[n + i] = td_functions[i]->name;
    return keys;
}

static void fill_view(td_rules *rules)
{
    td_rules_view *view = &rules->view;
    view->n_criteria = rules->n_criteria == 0 ? 0 : rules->n_criteria - 1;
    view->n_items = rules->n_criteria == 0 ? 0 : rules->criteria[0].n_children;
    view->n_classes = rules->n_classes;
    view->n_gates = rules->n_gates;
    view->n_ties = rules->n_ties;
    view->n_channels = rules->n_channels;
    view->n_indicators = rules->n_indicators;
}

static void read_rules(td_reader *reader, const td_json *json)
{
    if (!td_json_is_object(json)) {
        td_reader_fault(reader, TD_MSG_RULES_NOT_OBJECT, NULL, "rule-set/1", NULL);
        return;
    }
    td_read_head(reader, json);
    td_read_indicators(reader, json);
    bool has_tree = td_read_tree(reader, json);
    td_reader_go(reader, "");
    size_t before = td_errors_count(reader->errors, TD_ERROR);
    if (has_tree) {
        td_read_classes(reader, json);
        td_read_gates(reader, json);
        td_read_ties(reader, json);
    }
    bool with_ranking = td_errors_count(reader->errors, TD_ERROR) == before;
    td_finish_indicators(reader);
    fill_view(reader->rules);
    if (has_tree && !reader->failed)
        reader->failed = !td_rules_lint(reader->rules, with_ranking, reader->errors);
}

static td_rules *new_rules(const char *name, const char *hash)
{
    td_arena *arena = td_arena_new();
    td_rules *rules = arena == NULL ? NULL : td_arena_alloc(arena, 1, sizeof *rules);
    if (rules == NULL) {
        td_arena_free(arena);
        return NULL;
    }
    rules->arena = arena;
    rules->indicator_codes = td_codes_new(arena);
    rules->criterion_codes = td_codes_new(arena);
    rules->class_codes = td_codes_new(arena);
    rules->view.path = td_arena_strdup(arena, name);
    rules->view.hash = td_arena_strdup(arena, hash);
    if (rules->indicator_codes == NULL || rules->criterion_codes == NULL ||
        rules->class_codes == NULL || rules->view.path == NULL || rules->view.hash == NULL) {
        td_arena_free(arena);
        return NULL;
    }
    return rules;
}

static td_status build_rules(const td_json *json, const char *name, const char *hash, void *out,
                             td_errors *errors)
{
    td_rules *rules = new_rules(name, hash);
    if (rules == NULL)
        return TD_ENOMEM;
    size_t before = td_errors_count(errors, TD_ERROR);
    td_rules_build build = {0};
    td_reader reader = {.file = name,
                        .family = TD_ERULES,
                        .errors = errors,
                        .arena = rules->arena,
                        .rules = rules,
                        .build = &build};
    build.criterion_keys = criterion_keys(&reader);
    read_rules(&reader, json);
    td_status status = reader.failed                                ? TD_ENOMEM
                       : td_errors_count(errors, TD_ERROR) > before ? TD_ERULES
                                                                    : TD_OK;
    if (status == TD_OK)
        *(td_rules **)out = rules;
    else
        td_rules_free(rules);
    return status;
}

td_status td_rules_parse(const char *text, size_t size, const char *name, td_rules **out,
                         td_errors *errors)
{
    return td_rule_file_parse(text, size, name, build_rules, out, errors);
}

td_status td_rules_load(const char *path, td_rules **out, td_errors *errors)
{
    return td_rule_file_load(path, build_rules, out, errors);
}

void td_rules_free(td_rules *rules)
{
    if (rules != NULL)
        td_arena_free(rules->arena);
}
