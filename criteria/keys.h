/*
 * The keys that rule files may hold, per kind of object, each list ended by NULL. Scoring
 * functions bring their own (function.h). rule-set.schema.json and policy.schema.json say the
 * same; a test compares.
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

/* Of award policies. */
extern const char *const td_keys_policy[];
extern const char *const td_keys_award[];
extern const char *const td_keys_given[]; /* the ones of an award that is given elsewhere */
extern const char *const td_keys_requirement[];
extern const char *const td_keys_limit[];
extern const char *const td_keys_shared_limit[]; /* over several awards */
extern const char *const td_keys_holders[];
extern const char *const td_keys_lower[];
extern const char *const td_keys_merit[];
extern const char *const td_keys_distribute[];

#endif
