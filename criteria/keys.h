/*
 * The keys that rule files may hold, per kind of object, each list ended by NULL. Scoring
 * functions bring their own (function.h). rule-set.schema.json says the same; a test compares.
 */
#ifndef TD_CRITERIA_KEYS_H
#define TD_CRITERIA_KEYS_H

extern const char *const td_keys_rules[];
extern const char *const td_keys_valid[];
extern const char *const td_keys_indicator[];
extern const char *const td_keys_criterion[]; /* of inner nodes and leaves, beside functions */
extern const char *const td_keys_clamp[];
extern const char *const td_keys_normalize[];
extern const char *const td_keys_part[];
extern const char *const td_keys_condition[];
extern const char *const td_keys_gate[];
extern const char *const td_keys_class[];
extern const char *const td_keys_tie[];

#endif
