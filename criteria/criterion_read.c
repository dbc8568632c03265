#include <string.h>

#include "criteria/rules_build.h"

static const char *const COMBINES[] = {"sum", "arithmetic", "geometric", "harmonic", NULL};
static const char *const MISSING[] = {"error", "zero", "unranked", "to-parent", NULL};
static const char *const NOT_APPLICABLE[] = {"exclude", "full", "zero", "redistribute", NULL};
static const char *const GROUP_KEYS[] = {"combine", "if_missing", NULL};
static const char *const LEAF_KEYS[] = {"parts",  "start", "deduction_cap", "bonus_cap", "pass",
                                        "deduct", NULL};

static void read_clamp(td_reader *reader, const td_json *json, td_criterion *c)
{
    static const char *const BONUS[] = {"inside", "outside", NULL};
    const td_json *clamp = td_read_object(reader, json, "clamp");
    if (clamp == NULL)
        return;
    size_t mark = td_reader_enter(reader, "clamp");
    int bonus = 0;
    td_read_known(reader, clamp, td_keys_clamp);
    c->has_clamp_min = td_read_points(reader, clamp, "min", &c->clamp_min_q);
    c->has_clamp_max = td_read_points(reader, clamp, "max", &c->clamp_max_q);
    td_read_choice(reader, clamp, "bonus", BONUS, &bonus);
    c->bonus_outside = bonus == 1;
    if (td_json_member(clamp, "min") == NULL && td_json_member(clamp, "max") == NULL)
        td_reader_fault(reader, TD_MSG_RULES_CLAMP_EMPTY, NULL, NULL);
    td_reader_leave(reader, mark);
}

static void read_policies(td_reader *reader, const td_json *json, td_criterion *c)
{
    const td_criterion *parent = c->parent == TD_NONE ? NULL : &reader->rules->criteria[c->parent];
    int missing = parent == NULL ? TD_MISSING_ERROR : (int)parent->missing;
    int na = parent == NULL ? TD_NA_EXCLUDE : (int)parent->na;
    td_read_choice(reader, json, "missing", MISSING, &missing);
    bool has_na = td_read_choice(reader, json, "not_applicable", NOT_APPLICABLE, &na);
    c->missing = (td_missing)missing;
    c->na = (td_na)na;
    c->has_own_exclude = has_na && na == TD_NA_EXCLUDE;
}

static void read_group(td_reader *reader, const td_json *json, td_criterion *c)
{
    static const char *const IF_MISSING[] = {"missing", "rescale", NULL};
    int combine = TD_SUM, if_missing = 0;
    td_read_choice(reader, json, "combine", COMBINES, &combine);
    td_read_choice(reader, json, "if_missing", IF_MISSING, &if_missing);
    c->combine = (td_combine)combine;
    c->rescale_missing = if_missing == 1;
}

/* range, or mean and spread, or what they are by default. */
static void read_scale_of(td_reader *reader, const td_json *json, const td_criterion *c,
                          td_normalize *n)
{
    bool is_z = n->method == TD_Z_SCORE;
    n->lo = 0;
    n->hi = is_z || c->under_mean || !c->has_max
                ? 1
                : td_decimal_value((td_decimal){c->max_q, reader->leaf_decimals});
    static const char *const WRONG_FOR_Z[] = {"range", "if_constant", NULL};
    static const char *const ONLY_FOR_Z[] = {"mean", "spread", NULL};
    for (const char *const *key = is_z ? WRONG_FOR_Z : ONLY_FOR_Z; *key != NULL; key++)
        if (td_json_member(json, *key) != NULL)
            td_reader_fault(reader, TD_MSG_RULES_NORMALIZE_KEY, *key, *key, NULL);
    if (is_z) {
        n->has_range = td_read_number(reader, json, "mean", &n->lo);
        n->has_range |= td_read_number(reader, json, "spread", &n->hi);
        return;
    }
    const td_json *range = td_read_list(reader, json, "range");
    if (range == NULL)
        return;
    const td_json *lo = td_json_first(range);
    if (td_json_count(range) != 2 || !td_json_is_number(lo) ||
        !td_json_is_number(td_json_next(lo))) {
        td_reader_fault(reader, TD_MSG_RULES_NORMALIZE_RANGE, "range", NULL);
        return;
    }
    n->has_range = true;
    n->lo = td_json_number(lo);
    n->hi = td_json_number(td_json_next(lo));
}

static void read_normalize(td_reader *reader, const td_json *json, td_criterion *c)
{
    static const char *const METHODS[] = {"min-max",    "z-score",      "share-of-best",
                                          "percentile", "share-of-max", NULL};
    static const char *const SCOPES[] = {"cluster", "all", NULL};
    const td_json *object = td_read_object(reader, json, "normalize");
    if (object == NULL)
        return;
    td_normalize *n = &c->normalize;
    size_t mark = td_reader_enter(reader, "normalize");
    int method = 0, scope = 0;
    td_read_known(reader, object, td_keys_normalize);
    if (td_read_required(reader, object, "method") != NULL &&
        td_read_choice(reader, object, "method", METHODS, &method)) {
        n->method = (td_normal)(method + 1);
        td_read_choice(reader, object, "scope", SCOPES, &scope);
        n->over_all = scope == 1;
        reader->rules->sees_all |= n->over_all;
        n->if_constant = 1;
        td_read_number(reader, object, "if_constant", &n->if_constant);
        if (n->if_constant < 0 || n->if_constant > 1)
            td_reader_fault(reader, TD_MSG_RULES_IF_CONSTANT, "if_constant", NULL);
        read_scale_of(reader, object, c, n);
        if (n->method == TD_SHARE_OF_MAX && !c->has_max)
            td_reader_fault(reader, TD_MSG_RULES_SHARE_OF_NO_MAX, "method", NULL);
    }
    td_reader_leave(reader, mark);
}

/* Keys of leaves on an inner node, or the other way round. */
static void check_keys(td_reader *reader, const td_json *json, const td_criterion *c)
{
    td_read_known(reader, json, reader->build->criterion_keys);
    bool is_leaf = c->n_children == 0;
    for (const char *const *key = is_leaf ? GROUP_KEYS : LEAF_KEYS; *key != NULL; key++)
        if (td_json_member(json, *key) != NULL)
            td_reader_fault(reader, is_leaf ? TD_MSG_RULES_GROUP_KEY : TD_MSG_RULES_LEAF_KEY, *key,
                            *key, NULL);
    for (size_t i = 0; !is_leaf && td_functions[i] != NULL; i++)
        if (td_json_member(json, td_functions[i]->name) != NULL)
            td_reader_fault(reader, TD_MSG_RULES_LEAF_KEY, td_functions[i]->name,
                            td_functions[i]->name, NULL);
}

static void read_max(td_reader *reader, const td_json *json, td_criterion *c)
{
    const td_criterion *parent = &reader->rules->criteria[c->parent];
    c->under_mean = parent->combine != TD_SUM;
    c->has_max = td_read_points(reader, json, "max", &c->max_q);
    if (c->has_max && c->max_q < 0)
        td_reader_fault(reader, TD_MSG_RULES_MAX_NEGATIVE, "max",
                        td_word_of_points(c->max_q, reader->leaf_decimals).text, NULL);
    if (td_json_member(json, "max") == NULL && !c->under_mean)
        td_reader_fault(reader, TD_MSG_RULES_MAX_MISSING, NULL, c->code, NULL);
    c->has_floor = td_read_points(reader, json, "floor", &c->floor_q);
    c->weight = 1;
    if (td_read_number(reader, json, "weight", &c->weight)) {
        if (c->weight < 0)
            td_reader_fault(reader, TD_MSG_RULES_WEIGHT_NEGATIVE, "weight",
                            td_word_of_number(c->weight).text, NULL);
        if (!c->under_mean)
            td_reader_fault(reader, TD_MSG_RULES_WEIGHT_UNUSED, "weight", NULL);
    }
}

static void read_root(td_reader *reader, const td_json *json, td_criterion *c)
{
    td_rules_view *view = &reader->rules->view;
    c->name.in[TD_VI] = view->name[TD_VI];
    c->name.in[TD_EN] = view->name[TD_EN];
    c->has_max = td_read_points(reader, json, "scale", &c->max_q);
    c->weight = 1;
    int64_t unused;
    if (c->has_max && !td_quanta_of(view->scale, view->decimals, &unused))
        td_reader_fault(reader, TD_MSG_RULES_OFF_GRID, "scale", td_word_of_number(view->scale).text,
                        td_word_of_points(1, view->decimals).text, NULL);
    if (c->has_max && c->max_q <= 0)
        td_reader_fault(reader, TD_MSG_RULES_SCALE, "scale", NULL);
    read_group(reader, json, c);
    read_clamp(reader, json, c);
    read_policies(reader, json, c);
}

void td_read_criterion(td_reader *reader, td_criterion *c, const td_json *json)
{
    size_t before = td_errors_count(reader->errors, TD_ERROR);
    c->deduction_cap_q = c->bonus_cap_q = TD_NO_CAP;
    if (c->parent == TD_NONE) {
        read_root(reader, json, c);
    } else {
        check_keys(reader, json, c);
        c->name = (td_text){{c->code, c->code}};
        td_read_text(reader, json, "name", &c->name);
        td_read_string(reader, json, "verifier", &c->verifier);
        td_read_string(reader, json, "citation", &c->citation);
        td_read_string(reader, json, "note", &c->note);
        read_max(reader, json, c);
        read_clamp(reader, json, c);
        read_policies(reader, json, c);
        read_normalize(reader, json, c);
        if (c->n_children > 0)
            read_group(reader, json, c);
        else
            td_read_leaf(reader, c, json);
    }
    c->is_faulty = td_errors_count(reader->errors, TD_ERROR) > before;
}

size_t td_reader_criterion(td_reader *reader, const char *code, const char *key)
{
    size_t found = td_rules_find_criterion(reader->rules, code);
    if (found == TD_NONE)
        td_reader_fault(reader, TD_MSG_RULES_CRITERION_UNKNOWN, key, code,
                        td_suggest_criterion(reader, code), NULL);
    return found;
}
