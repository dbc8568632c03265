/*
 * The command line: one table of options drives parsing, checks and help.
 */
#ifndef TD_CLI_OPTIONS_H
#define TD_CLI_OPTIONS_H

#include "engine/base/errors.h"

typedef enum td_verb_id {
    TD_VERB_EVALUATE,
    TD_VERB_AWARD,
    TD_VERB_BATCH,
    TD_VERB_WHATIF,
    TD_VERB_CHECK,
    TD_VERB_EXPLAIN,
    TD_VERB_VERIFY,
    TD_VERB_DIFF,
    TD_VERB_GENERATE,
    TD_VERB_HELP,
    TD_VERB_VERSION,
    TD_N_VERBS
} td_verb_id;

typedef enum td_option_id {
    TD_OPT_FORMAT,
    TD_OPT_OUTPUT,
    TD_OPT_CSV_STYLE,
    TD_OPT_OUTPUT_DIR,
    TD_OPT_SUMMARY_FORMAT,
    TD_OPT_SUMMARY,
    TD_OPT_RESUME,
    TD_OPT_CLUSTER,
    TD_OPT_STRIKE,
    TD_OPT_CERTIFICATE,
    TD_OPT_TIME_LIMIT,
    TD_OPT_SET,
    TD_OPT_CAP,
    TD_OPT_DROP,
    TD_OPT_NA_POLICY,
    TD_OPT_UNIT,
    TD_OPT_METHOD,
    TD_OPT_RULE_SET,
    TD_OPT_LEVEL,
    TD_OPT_SCENARIOS,
    TD_OPT_WEIGHTS,
    TD_OPT_SWEEP,
    TD_OPT_SWEEP_ALL,
    TD_OPT_FLIP,
    TD_OPT_REACH,
    TD_OPT_TO,
    TD_OPT_TO_AWARD,
    TD_OPT_SAMPLE,
    TD_OPT_EXACT,
    TD_OPT_SEED,
    TD_OPT_SPREAD,
    TD_OPT_LIMIT,
    TD_OPT_NOISE,
    TD_OPT_STATE,
    TD_OPT_NO_AWARDS,
    TD_OPT_IMPORTANCE,
    TD_OPT_METHOD_CHECK,
    TD_OPT_PART,
    TD_OPT_RULES,
    TD_OPT_POLICY,
    TD_OPT_DECIMAL_MARK,
    TD_OPT_GROUP,
    TD_OPT_BLOCK_BYTES,
    TD_OPT_YEAR,
    TD_OPT_THREADS,
    TD_OPT_LANG,
    TD_OPT_COLOR,
    TD_OPT_QUIET,
    TD_OPT_HELP,
    TD_OPT_VERSION,
    TD_N_OPTIONS
} td_option_id;

typedef enum td_option_type {
    TD_FLAG,   /* takes no value */
    TD_TEXT,   /* any text but the empty one */
    TD_FILE,   /* a path, or - */
    TD_CHOICE, /* one of choices */
    TD_WHOLE,  /* a whole number from min to max */
    TD_LIST,   /* a text; may be given again, each time adding one */
} td_option_type;

typedef struct td_option_row {
    const char *name; /* without the dashes */
    char letter;      /* short form, 0 for none */
    td_option_type type;
    const char *fallback;       /* the default as it would be typed; NULL: none */
    uint64_t min, max;          /* TD_WHOLE */
    const char *const *choices; /* TD_CHOICE; ends with NULL */
    td_message unit;            /* what the value is, in help */
    td_message help;
    unsigned verbs; /* bit 1 << td_verb_id for each verb that takes it */
} td_option_row;

#define TD_MAX_OPERANDS 256
#define TD_MAX_SETTINGS 32
#define TD_MAX_LISTED 256

/* One use of an option that may be given again. */
typedef struct td_given_text {
    td_option_id option;
    const char *text;
} td_given_text;

/* What the command line says, defaults filled in. Strings are borrowed from argv. */
typedef struct td_settings {
    bool given[TD_N_OPTIONS];
    const char *text[TD_N_OPTIONS]; /* NULL when not given and without default */
    uint64_t whole[TD_N_OPTIONS];   /* TD_WHOLE: the number; TD_CHOICE: index; TD_FLAG: 0 or 1 */
    const char *generate[TD_MAX_SETTINGS]; /* by td_generate_setting(); NULL when not given */
    size_t n_listed;                       /* TD_LIST, in the order typed */
    td_given_text listed[TD_MAX_LISTED];
    size_t n_operands; /* the verb is not among them */
    const char *operands[TD_MAX_OPERANDS];
    const char *verb; /* as typed; NULL when none was */
} td_settings;

extern const td_option_row td_options_table[TD_N_OPTIONS];

/*
 * Reads argv[1..argc). The options are those of the table and, for `generate`, the settings
 * that the library lists. Returns TD_OK or TD_EINVAL with one fault: unknown option, value
 * missing, not wanted, not a choice, out of range, too many operands. The first operand is
 * the verb; `out` is filled as far as parsing came, so that --lang before a mistake holds.
 */
td_status td_settings_parse(int argc, char *const argv[], td_settings *out, td_errors *errors);

/* What the option is where it is not given, as it would be typed; NULL: nothing. */
const char *td_option_fallback(td_option_id option, td_verb_id verb);

/* Whether every option given belongs to the verb. TD_OK, or TD_EINVAL with one fault. */
td_status td_settings_belong(const td_settings *settings, td_verb_id verb, const char *verb_name,
                             td_errors *errors);

/* The i-th text given to an option of type TD_LIST; NULL past the last. */
const char *td_settings_listed(const td_settings *settings, td_option_id option, size_t i);
size_t td_settings_count(const td_settings *settings, td_option_id option);

/* Index of the generator's setting with this name, SIZE_MAX when there is none. */
size_t td_generate_setting_find(const char *name, size_t length);

/* Whether text is a value that the setting may have. */
bool td_generate_setting_takes(const td_setting *setting, const char *text);

/* The defaults with what the command line gives put over them. */
td_generate_options td_generate_options_from(const td_settings *settings);

#endif
