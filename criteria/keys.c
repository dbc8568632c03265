#include <stddef.h>

#include "criteria/keys.h"

const char *const td_keys_rules[] = {
    "$schema",          "thidua",           "code",           "name",    "issuer",
    "citation",         "status",           "notes",          "unverified", "valid",
    "scale",            "decimals",         "rounding",       "carried_decimals", "rank_by",
    "share_decimals",   "rank_class_first", "ranks",          "ties",    "channels",
    "reasons",          "not_applicable",   "missing",        "combine", "if_missing",
    "clamp",            "indicators",       "gates",          "classes", "class_by",
    "class_cap",        "criteria",         NULL};

const char *const td_keys_valid[] = {"from", "to", NULL};

const char *const td_keys_indicator[] = {"kind",  "name",       "unit", "min", "max",
                                         "blank", "days_after", "of",   NULL};

const char *const td_keys_criterion[] = {
    "code",      "name",   "max",           "clamp",          "floor",     "parent",
    "weight",    "verifier", "citation",    "note",           "missing",   "not_applicable",
    "normalize", "children", "combine",     "if_missing",     "parts",     "start",
    "deduction_cap", "bonus_cap", "pass",   "deduct",         NULL};

const char *const td_keys_clamp[] = {"min", "max", "bonus", NULL};

const char *const td_keys_normalize[] = {"method", "scope", "if_constant", "range",
                                         "mean",   "spread", NULL};

const char *const td_keys_part[] = {"function", "effect", "cap",  "when", "exempt",
                                    "group",    "code",   "name", "note", NULL};

const char *const td_keys_condition[] = {
    "all",   "any",     "not",      "indicator", "points", "share", "deductions",
    "bonus", "lowest_share", "below_floor", "channel", "category", "absent", "times",
    "=",     "!=",      "<",        "<=",        ">",      ">=",    NULL};

const char *const td_keys_gate[] = {"code",   "when",    "effect", "points",
                                    "classes", "awards", "reason", NULL};

const char *const td_keys_class[] = {"code", "name", "from", "over", "when", NULL};

const char *const td_keys_tie[] = {"criterion", "indicator", "better", "not_awarded", "years",
                                   NULL};
