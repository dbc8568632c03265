#include <stddef.h>

#include "criteria/keys.h"

const char *const td_keys_rules[] = {"$schema",
                                     "thidua",
                                     "code",
                                     "name",
                                     "issuer",
                                     "citation",
                                     "status",
                                     "notes",
                                     "unverified",
                                     "valid",
                                     "scale",
                                     "decimals",
                                     "rounding",
                                     "carried_decimals",
                                     "rank_by",
                                     "share_decimals",
                                     "rank_class_first",
                                     "ranks",
                                     "ties",
                                     "channels",
                                     "reasons",
                                     "not_applicable",
                                     "missing",
                                     "combine",
                                     "if_missing",
                                     "clamp",
                                     "indicators",
                                     "gates",
                                     "classes",
                                     "class_by",
                                     "class_cap",
                                     "criteria",
                                     NULL};

const char *const td_keys_valid[] = {"from", "to", NULL};

const char *const td_keys_indicator[] = {"kind",  "name",       "unit", "min", "max",
                                         "blank", "days_after", "of",   NULL};

const char *const td_keys_criterion[] = {
    "code",          "name",      "max",      "clamp",      "floor",   "parent",
    "weight",        "verifier",  "citation", "note",       "missing", "not_applicable",
    "normalize",     "children",  "combine",  "if_missing", "parts",   "start",
    "deduction_cap", "bonus_cap", "pass",     "deduct",     NULL};

const char *const td_keys_clamp[] = {"min", "max", "bonus", NULL};

const char *const td_keys_normalize[] = {"method", "scope",  "if_constant", "range",
                                         "mean",   "spread", NULL};

const char *const td_keys_part[] = {"function", "effect", "cap",  "when", "exempt",
                                    "group",    "code",   "name", "note", NULL};

const char *const td_keys_condition[] = {
    "all",   "any",          "not",         "indicator", "points",   "share",  "deductions",
    "bonus", "lowest_share", "below_floor", "channel",   "category", "absent", "times",
    "=",     "!=",           "<",           "<=",        ">",        ">=",     NULL};

const char *const td_keys_gate[] = {"code",    "when",   "effect", "points",
                                    "classes", "awards", "reason", NULL};

const char *const td_keys_class[] = {"code", "name", "from", "over", "when", NULL};

const char *const td_keys_tie[] = {"criterion",   "indicator", "better",
                                   "not_awarded", "years",     NULL};

const char *const td_keys_policy[] = {"$schema",  "thidua", "code",  "name",  "issuer",
                                      "citation", "status", "notes", "valid", "unverified",
                                      "awards",   "limits", NULL};

const char *const td_keys_award[] = {
    "code",       "name",   "authority", "citation",       "note", "unverified",
    "given",      "limits", "merit",     "exclusive_with", "ties", "reserve",
    "conditions", "scope",  "lower",     "distribute",     NULL};

const char *const td_keys_given[] = {"code", "name",       "authority", "citation",
                                     "note", "unverified", "given",     NULL};

const char *const td_keys_requirement[] = {"rank_at_most",
                                           "leader",
                                           "class_at_least",
                                           "share_at_least",
                                           "points_at_least",
                                           "lowest_share",
                                           "holds",
                                           "not_holds",
                                           "held_every_year",
                                           "held",
                                           "votes_at_least",
                                           "category",
                                           "any",
                                           "all",
                                           "not",
                                           "cluster_size_at_least",
                                           "criterion",
                                           "years_back",
                                           "at_least",
                                           "at_most",
                                           "of",
                                           NULL};

const char *const td_keys_limit[] = {"within", "count", "share", "of", "rounding", "only", NULL};

const char *const td_keys_shared_limit[] = {"within",   "count", "share",  "of",
                                            "rounding", "only",  "awards", NULL};

const char *const td_keys_holders[] = {"holders", NULL};

const char *const td_keys_lower[] = {"category", "within", "at_least", "share", NULL};

const char *const td_keys_merit[] = {"criterion", "held", "not_held", "years_back", NULL};

const char *const td_keys_distribute[] = {"total", "by", "method", NULL};
