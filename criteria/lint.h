/*
 * What the linter's files share. Each one adds its faults and warnings, with JSON pointers.
 */
#ifndef TD_CRITERIA_LINT_H
#define TD_CRITERIA_LINT_H

#include "criteria/rules_build.h"

/* A fault at pointer/key; key may be NULL, texts are "" where the message has none. */
void td_lint_fault(const td_rules *rules, td_errors *errors, td_message id, const char *pointer,
                   const char *key, const char *first, const char *second);

/* Sums, bounds, weights and magnitudes of the tree. */
void td_lint_tree(const td_rules *rules, td_errors *errors);
/* Caps, bonuses and deductions of the leaves. */
void td_lint_leaves(const td_rules *rules, td_errors *errors);
/* Gates, floors, classes and ties. False when out of memory. */
bool td_lint_ranking(const td_rules *rules, td_errors *errors);

/* Largest points of a part after its cap, TD_NO_CAP when there is no end. */
int64_t td_part_most(const td_part *part);

#endif
