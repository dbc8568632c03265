#include <string.h>

#include "criteria/rules_build.h"

/*
 * The criteria of a file are nested lists, and the top list may also name parents. They are
 * collected as nodes first, linked, and then laid out in pre-order.
 */

enum { UNSEEN, ON_THE_WAY, SEEN };

static size_t add_node(td_reader *reader, const td_json *json, size_t parent)
{
    td_rules_build *build = reader->build;
    size_t n = build->n_nodes;
    td_node *nodes = td_grown(reader, build->nodes, n, &build->node_capacity, sizeof *nodes);
    if (nodes == NULL)
        return TD_NONE;
    build->nodes = nodes;
    nodes[n] = (td_node){.json = json,
                         .pointer = td_reader_pointer(reader),
                         .code = "",
                         .parent = parent,
                         .first_child = TD_NONE,
                         .last_child = TD_NONE,
                         .next = TD_NONE};
    build->n_nodes++;
    return n;
}

static bool is_reserved(const char *code)
{
    return strcmp(code, "total") == 0 || strcmp(code, "any") == 0;
}

static void read_code(td_reader *reader, const td_json *json, size_t n)
{
    td_rules *rules = reader->rules;
    td_node *node = &reader->build->nodes[n];
    const char *code = NULL;
    if (td_read_required(reader, json, "code") == NULL ||
        !td_read_string(reader, json, "code", &code))
        return;
    node->code = code;
    size_t other = td_codes_find(rules->criterion_codes, code);
    if (is_reserved(code))
        td_reader_fault(reader, TD_MSG_RULES_CODE_RESERVED, "code", code, NULL);
    else if (other != TD_NONE)
        td_reader_fault(reader, TD_MSG_RULES_CODE_TWICE, "code", code,
                        reader->build->nodes[other].pointer, NULL);
    else
        reader->failed |= !td_codes_add(rules->criterion_codes, code, n);
}

static void read_parent(td_reader *reader, const td_json *json, size_t n)
{
    if (td_json_member(json, "parent") == NULL)
        return;
    if (reader->build->nodes[n].parent != 0)
        td_reader_fault(reader, TD_MSG_RULES_PARENT_NESTED, "parent", NULL);
    else
        td_read_string(reader, json, "parent", &reader->build->nodes[n].parent_code);
}

static void collect(td_reader *reader, const td_json *object, const char *key, size_t parent)
{
    const td_json *list = td_read_list(reader, object, key);
    if (list == NULL)
        return;
    if (td_json_first(list) == NULL)
        td_reader_fault(reader, TD_MSG_RULES_NO_CHILDREN, key, key, NULL);
    size_t mark = td_reader_enter(reader, key), i = 0;
    for (const td_json *c = td_json_first(list); c != NULL; c = td_json_next(c), i++) {
        size_t inner = td_reader_enter_index(reader, i);
        size_t n = TD_NONE;
        if (!td_json_is_object(c))
            td_reader_fault(reader, TD_MSG_RULES_NOT_OBJECT, NULL, key, NULL);
        else
            n = add_node(reader, c, parent);
        if (n != TD_NONE) {
            read_code(reader, c, n);
            read_parent(reader, c, n);
            collect(reader, c, "children", n);
        }
        td_reader_leave(reader, inner);
    }
    td_reader_leave(reader, mark);
}

const char *td_suggest_criterion(td_reader *reader, const char *word)
{
    const td_rules_build *build = reader->build;
    const char *codes[TD_MAX_SUGGESTED];
    size_t n = 0;
    for (; n < TD_MAX_SUGGESTED && n + 1 < build->n_nodes; n++)
        codes[n] = build->nodes[n + 1].code;
    return td_reader_suggest(reader, word, codes, n);
}

static void resolve_parents(td_reader *reader)
{
    td_rules_build *build = reader->build;
    for (size_t n = 1; n < build->n_nodes; n++) {
        td_node *node = &build->nodes[n];
        if (node->parent_code == NULL)
            continue;
        size_t parent = td_codes_find(reader->rules->criterion_codes, node->parent_code);
        td_reader_go(reader, node->pointer);
        if (parent == TD_NONE)
            td_reader_fault(reader, TD_MSG_RULES_PARENT_UNKNOWN, "parent", node->parent_code,
                            td_suggest_criterion(reader, node->parent_code), NULL);
        else
            node->parent = parent;
    }
}

/* Every way up ends at the root; a way that meets itself is cut where it does. */
static void cut_circles(td_reader *reader)
{
    td_rules_build *build = reader->build;
    build->nodes[0].mark = SEEN;
    for (size_t start = 1; start < build->n_nodes; start++) {
        size_t n = start;
        while (build->nodes[n].mark == UNSEEN) {
            build->nodes[n].mark = ON_THE_WAY;
            n = build->nodes[n].parent;
        }
        bool is_circle = build->nodes[n].mark == ON_THE_WAY;
        for (size_t k = start; build->nodes[k].mark == ON_THE_WAY; k = build->nodes[k].parent)
            build->nodes[k].mark = SEEN;
        if (!is_circle)
            continue;
        while (build->nodes[n].parent_code == NULL)
            n = build->nodes[n].parent;
        td_reader_go(reader, build->nodes[n].pointer);
        td_reader_fault(reader, TD_MSG_RULES_PARENT_CYCLE, "parent", build->nodes[n].code,
                        build->nodes[n].parent_code, NULL);
        build->nodes[n].parent = 0;
    }
}

static void link_children(td_rules_build *build)
{
    for (size_t n = 1; n < build->n_nodes; n++) {
        td_node *parent = &build->nodes[build->nodes[n].parent];
        if (parent->last_child == TD_NONE)
            parent->first_child = n;
        else
            build->nodes[parent->last_child].next = n;
        parent->last_child = n;
    }
}

/* The node after n in pre-order; n_below of what is left behind is filled on the way up. */
static size_t next_node(td_rules_build *build, td_criterion *criteria, const size_t *place,
                        size_t n, size_t n_placed)
{
    if (build->nodes[n].first_child != TD_NONE)
        return build->nodes[n].first_child;
    for (;; n = build->nodes[n].parent) {
        criteria[place[n]].n_below = n_placed - place[n] - 1;
        if (n == 0)
            return TD_NONE;
        if (build->nodes[n].next != TD_NONE)
            return build->nodes[n].next;
    }
}

static void place_criterion(const td_node *node, size_t n, td_criterion *criteria, size_t j,
                            const size_t *place)
{
    td_criterion *c = &criteria[j];
    c->code = node->code;
    c->pointer = node->pointer;
    c->parent = c->item = TD_NONE;
    if (n == 0)
        return;
    c->parent = place[node->parent];
    td_criterion *parent = &criteria[c->parent];
    c->depth = parent->depth + 1;
    c->item = c->parent == 0 ? parent->n_children : parent->item;
    parent->n_children++;
}

/* Lays the nodes out. False when the tree is too deep or out of memory. */
static bool lay_out(td_reader *reader, const td_json **json)
{
    td_rules *rules = reader->rules;
    td_rules_build *build = reader->build;
    size_t *place = td_arena_alloc(reader->arena, build->n_nodes, sizeof *place);
    rules->criteria = td_arena_alloc(reader->arena, build->n_nodes, sizeof *rules->criteria);
    if (place == NULL || rules->criteria == NULL) {
        reader->failed = true;
        return false;
    }
    size_t j = 0;
    rules->criterion_codes = td_codes_new(reader->arena);
    for (size_t n = 0; n != TD_NONE; n = next_node(build, rules->criteria, place, n, j)) {
        const td_node *node = &build->nodes[n];
        place[n] = j;
        json[j] = node->json;
        place_criterion(node, n, rules->criteria, j, place);
        if (rules->criteria[j].depth > TD_MAX_DEPTH) {
            td_reader_go(reader, node->pointer);
            td_reader_fault(reader, TD_MSG_RULES_TREE_DEPTH, NULL,
                            td_word_of_number(TD_MAX_DEPTH).text, NULL);
            return false;
        }
        if (n > 0 && td_codes_find(rules->criterion_codes, node->code) == TD_NONE)
            reader->failed |= !td_codes_add(rules->criterion_codes, node->code, j);
        j++;
    }
    rules->n_criteria = j;
    return !reader->failed;
}

bool td_read_tree(td_reader *reader, const td_json *json)
{
    if (td_read_required(reader, json, "criteria") == NULL ||
        add_node(reader, json, TD_NONE) == TD_NONE)
        return false;
    collect(reader, json, "criteria", 0);
    td_rules_build *build = reader->build;
    if (reader->failed || build->n_nodes == 1)
        return false;
    resolve_parents(reader);
    cut_circles(reader);
    link_children(build);
    const td_json **in_order = td_arena_alloc(reader->arena, build->n_nodes, sizeof *in_order);
    if (in_order == NULL || !lay_out(reader, in_order)) {
        reader->failed |= in_order == NULL;
        reader->rules->n_criteria = 0;
        return false;
    }
    for (size_t j = 0; j < reader->rules->n_criteria; j++) {
        td_reader_go(reader, reader->rules->criteria[j].pointer);
        td_read_criterion(reader, &reader->rules->criteria[j], in_order[j]);
    }
    td_reader_go(reader, "");
    return !reader->failed;
}
