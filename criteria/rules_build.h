/*
 * A rule set while it is being read: growing lists, and the steps of reading in their order.
 * Private to the reader's files.
 */
#ifndef TD_CRITERIA_RULES_BUILD_H
#define TD_CRITERIA_RULES_BUILD_H

#include "criteria/codes.h"
#include "criteria/function.h"
#include "criteria/json.h"
#include "criteria/keys.h"
#include "criteria/rules.h"

/* How an indicator is used somewhere: what a computed kind follows from. */
typedef enum td_use {
    TD_USE_MENTION, /* absent, a tie key, the right side of a comparison */
    TD_USE_FLAG,    /* compared with = 0 or = 1 */
    TD_USE_NUMBER,  /* compared with another number */
    TD_USE_DATE,    /* compared with a date */
    TD_USE_VALUE,   /* the input of a function */
    TD_USE_DAYS_OF, /* what a computed indicator counts from */
} td_use;

typedef struct td_reference {
    size_t indicator;
    td_use use;
    const char *pointer;
} td_reference;

/* What is known of an indicator beside td_indicator. */
typedef struct td_usage {
    unsigned kinds;   /* bit per td_kind that functions ask for */
    unsigned uses;    /* bit per td_use */
    bool is_defined;  /* declared, or the input of a part */
    size_t last_part; /* the part that had it as an input last, counted from 1 */
} td_usage;

/* A node as the file has it, before the order is known. nodes[0] is the root. */
typedef struct td_node {
    const td_json *json;
    const char *pointer, *code, *parent_code;
    size_t parent, first_child, last_child, next;
    size_t depth;
    unsigned mark;
} td_node;

typedef struct td_rules_build {
    size_t indicator_capacity, usage_capacity, part_capacity;
    td_usage *usages;
    size_t n_references, reference_capacity;
    td_reference *references;
    size_t n_nodes, node_capacity;
    td_node *nodes;
    const char *const *criterion_keys; /* with the names of the functions */
    bool in_function;                  /* inputs are the function's own */
    bool in_condition;
    size_t part_number;
} td_rules_build;

/*
 * The array with room for one more, NULL when out of memory (reader->failed). The old one
 * stays behind in the arena.
 */
void *td_grown(td_reader *reader, void *items, size_t n, size_t *capacity, size_t size);

/* Notes how the indicator is used at the reader's pointer. */
void td_reader_use(td_reader *reader, size_t indicator, td_use use);

/* td_reader_suggest() among the codes of criteria. */
const char *td_suggest_criterion(td_reader *reader, const char *word);

/* The steps, in this order. Faults go to the reader; each goes on after faults where it can. */
void td_read_head(td_reader *reader, const td_json *json);
void td_read_indicators(td_reader *reader, const td_json *json);
/* False when there is no tree to go on with. */
bool td_read_tree(td_reader *reader, const td_json *json);
void td_read_criterion(td_reader *reader, td_criterion *criterion, const td_json *json);
void td_read_leaf(td_reader *reader, td_criterion *criterion, const td_json *json);
void td_read_classes(td_reader *reader, const td_json *json);
void td_read_gates(td_reader *reader, const td_json *json);
void td_read_ties(td_reader *reader, const td_json *json);
/* Kinds that follow from use, unknown indicators, computed ones that go in circles. */
void td_finish_indicators(td_reader *reader);

/* criterion "c" of a condition, gate or tie; TD_NONE after a fault. "total" is the root. */
size_t td_reader_criterion(td_reader *reader, const char *code, const char *key);

/* Everything that section 10 of README.md names and reading does not find. False when out of
   memory. */
bool td_rules_lint(const td_rules *rules, bool with_ranking, td_errors *errors);

/* Quanta as a decimal number of points, for messages. */
typedef struct td_points_word {
    char text[48];
} td_points_word;
td_points_word td_word_of_points(int64_t quanta, int decimals);
td_points_word td_word_of_number(double x);

#endif
