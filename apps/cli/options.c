#include "apps/cli/options.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "apps/cli/verbs.h"

#define IN(verb) (1u << TD_VERB_##verb)
#define REPORTS                                                                                    \
    (IN(EVALUATE) | IN(AWARD) | IN(BATCH) | IN(WHATIF) | IN(CHECK) | IN(EXPLAIN) | IN(DIFF))
#define LOADS (REPORTS | IN(VERIFY))
#define AWARDS (IN(EVALUATE) | IN(AWARD) | IN(EXPLAIN))
#define ALL ((1u << TD_N_VERBS) - 1)

static const char *const FORMATS[] = {"table", "csv", "json", NULL};
static const char *const MARKS[] = {"comma", "point", NULL};
static const char *const CSV_STYLES[] = {"rfc", "vn", NULL};
static const char *const LANGS[] = {"vi", "en", NULL};
static const char *const COLORS[] = {"auto", "always", "never", NULL};
static const char *const NA_POLICIES[] = {"exclude", "full", "zero", "redistribute", NULL};

/* Rows of `whatif` alone. */
#define WHATIF(word, kind, what, about)                                                            \
    {                                                                                              \
        .name = word, .type = kind, .unit = TD_MSG_WORD_##what, .help = TD_MSG_WORD_OPT_##about,   \
        .verbs = IN(WHATIF)                                                                        \
    }
#define WHATIF_WHOLE(word, initial, least, most, what, about)                                      \
    {                                                                                              \
        .name = word, .type = TD_WHOLE, .fallback = initial, .min = least, .max = most,            \
        .unit = TD_MSG_WORD_##what, .help = TD_MSG_WORD_OPT_##about, .verbs = IN(WHATIF)           \
    }

const td_option_row td_options_table[TD_N_OPTIONS] = {
    [TD_OPT_FORMAT] = {.name = "format",
                       .type = TD_CHOICE,
                       .fallback = "table",
                       .choices = FORMATS,
                       .unit = TD_MSG_WORD_UNIT_FORMAT,
                       .help = TD_MSG_WORD_OPT_FORMAT,
                       .verbs = REPORTS},
    [TD_OPT_OUTPUT] = {.name = "output",
                       .letter = 'o',
                       .type = TD_FILE,
                       .fallback = "-",
                       .unit = TD_MSG_WORD_UNIT_FILE,
                       .help = TD_MSG_WORD_OPT_OUTPUT,
                       .verbs = REPORTS},
    [TD_OPT_CSV_STYLE] = {.name = "csv-style",
                          .type = TD_CHOICE,
                          .fallback = "rfc",
                          .choices = CSV_STYLES,
                          .unit = TD_MSG_WORD_UNIT_STYLE,
                          .help = TD_MSG_WORD_OPT_CSV_STYLE,
                          .verbs = REPORTS},
    [TD_OPT_OUTPUT_DIR] = {.name = "output-dir",
                           .type = TD_TEXT,
                           .unit = TD_MSG_WORD_UNIT_FOLDER,
                           .help = TD_MSG_WORD_OPT_OUTPUT_DIR,
                           .verbs = IN(BATCH)},
    [TD_OPT_SUMMARY_FORMAT] = {.name = "summary-format",
                               .type = TD_CHOICE,
                               .fallback = "table",
                               .choices = FORMATS,
                               .unit = TD_MSG_WORD_UNIT_FORMAT,
                               .help = TD_MSG_WORD_OPT_SUMMARY_FORMAT,
                               .verbs = IN(BATCH)},
    [TD_OPT_SUMMARY] = {.name = "summary",
                        .type = TD_FILE,
                        .unit = TD_MSG_WORD_UNIT_FILE,
                        .help = TD_MSG_WORD_OPT_SUMMARY,
                        .verbs = IN(BATCH)},
    [TD_OPT_RESUME] = {.name = "resume",
                       .type = TD_FLAG,
                       .help = TD_MSG_WORD_OPT_RESUME,
                       .verbs = IN(BATCH)},
    [TD_OPT_CLUSTER] = {.name = "cluster",
                        .type = TD_TEXT,
                        .unit = TD_MSG_WORD_UNIT_ID,
                        .help = TD_MSG_WORD_OPT_CLUSTER,
                        .verbs = IN(EVALUATE) | IN(AWARD) | IN(WHATIF)},
    [TD_OPT_STRIKE] = {.name = "strike",
                       .type = TD_LIST,
                       .unit = TD_MSG_WORD_UNIT_STRIKE,
                       .help = TD_MSG_WORD_OPT_STRIKE,
                       .verbs = AWARDS},
    [TD_OPT_CERTIFICATE] = {.name = "certificate",
                            .type = TD_FILE,
                            .unit = TD_MSG_WORD_UNIT_FILE,
                            .help = TD_MSG_WORD_OPT_CERTIFICATE,
                            .verbs = IN(EVALUATE) | IN(AWARD)},
    [TD_OPT_TIME_LIMIT] = {.name = "time-limit",
                           .type = TD_WHOLE,
                           .fallback = "60",
                           .min = 1,
                           .max = 86400,
                           .unit = TD_MSG_WORD_UNIT_SECONDS,
                           .help = TD_MSG_WORD_OPT_TIME_LIMIT,
                           .verbs = AWARDS | IN(BATCH) | IN(WHATIF)},
    [TD_OPT_SET] = WHATIF("set", TD_LIST, UNIT_SET, SET),
    [TD_OPT_CAP] = WHATIF("cap", TD_LIST, UNIT_SET, CAP),
    [TD_OPT_DROP] = WHATIF("drop", TD_LIST, UNIT_CRITERION, DROP),
    [TD_OPT_NA_POLICY] = {.name = "na-policy",
                          .type = TD_CHOICE,
                          .choices = NA_POLICIES,
                          .unit = TD_MSG_WORD_UNIT_POLICY,
                          .help = TD_MSG_WORD_OPT_NA_POLICY,
                          .verbs = IN(WHATIF)},
    [TD_OPT_UNIT] = WHATIF("unit", TD_LIST, UNIT_VALUE, UNIT),
    [TD_OPT_METHOD] = {.name = "method",
                       .type = TD_TEXT,
                       .unit = TD_MSG_WORD_UNIT_METHOD,
                       .help = TD_MSG_WORD_OPT_METHOD,
                       .verbs = IN(EVALUATE) | IN(AWARD) | IN(BATCH) | IN(WHATIF)},
    [TD_OPT_RULE_SET] = WHATIF("rule-set", TD_FILE, UNIT_FILE, RULE_SET),
    [TD_OPT_LEVEL] = WHATIF_WHOLE("level", "1", 1, 20, UNIT_NUMBER, LEVEL),
    [TD_OPT_SCENARIOS] = WHATIF("scenarios", TD_FILE, UNIT_FILE, SCENARIOS),
    [TD_OPT_WEIGHTS] = WHATIF("weights", TD_FILE, UNIT_FILE, WEIGHTS),
    [TD_OPT_SWEEP] = WHATIF("sweep", TD_TEXT, UNIT_CRITERION, SWEEP),
    [TD_OPT_SWEEP_ALL] = WHATIF("sweep-all", TD_FLAG, UNIT_NUMBER, SWEEP_ALL),
    [TD_OPT_FLIP] = WHATIF("flip", TD_TEXT, UNIT_UNIT, FLIP),
    [TD_OPT_REACH] = WHATIF("reach", TD_TEXT, UNIT_UNIT, REACH),
    [TD_OPT_TO] = WHATIF_WHOLE("to", "1", 1, 1000000, UNIT_RANK, TO),
    [TD_OPT_TO_AWARD] = WHATIF("to-award", TD_TEXT, UNIT_AWARD, TO_AWARD),
    [TD_OPT_SAMPLE] = WHATIF_WHOLE("sample", NULL, 1, 10000000000, UNIT_NUMBER, SAMPLE),
    [TD_OPT_EXACT] = WHATIF("exact", TD_FLAG, UNIT_NUMBER, EXACT),
    [TD_OPT_SEED] = WHATIF_WHOLE("seed", "1", 0, UINT64_MAX, UNIT_NUMBER, SEED),
    [TD_OPT_SPREAD] = WHATIF_WHOLE("spread", NULL, 1, 1000, UNIT_PERCENT, SPREAD),
    [TD_OPT_LIMIT] = WHATIF("limit", TD_LIST, UNIT_LIMIT, LIMIT),
    [TD_OPT_NOISE] = WHATIF("noise", TD_TEXT, UNIT_NOISE, NOISE),
    [TD_OPT_STATE] = WHATIF("state", TD_FILE, UNIT_FILE, STATE),
    [TD_OPT_NO_AWARDS] = WHATIF("no-awards", TD_FLAG, UNIT_NUMBER, NO_AWARDS),
    [TD_OPT_IMPORTANCE] = WHATIF("importance", TD_FLAG, UNIT_NUMBER, IMPORTANCE),
    [TD_OPT_METHOD_CHECK] = WHATIF("method-check", TD_FLAG, UNIT_NUMBER, METHOD_CHECK),
    [TD_OPT_PART] = WHATIF("part", TD_TEXT, UNIT_PART, PART),
    [TD_OPT_RULES] = {.name = "rules",
                      .type = TD_FILE,
                      .unit = TD_MSG_WORD_UNIT_FILE,
                      .help = TD_MSG_WORD_OPT_RULES,
                      .verbs = LOADS},
    [TD_OPT_POLICY] = {.name = "policy",
                       .type = TD_FILE,
                       .unit = TD_MSG_WORD_UNIT_FILE,
                       .help = TD_MSG_WORD_OPT_POLICY,
                       .verbs = LOADS | IN(BATCH)},
    [TD_OPT_DECIMAL_MARK] = {.name = "decimal-mark",
                             .type = TD_CHOICE,
                             .choices = MARKS,
                             .unit = TD_MSG_WORD_UNIT_MARK,
                             .help = TD_MSG_WORD_OPT_DECIMAL_MARK,
                             .verbs = IN(BATCH)},
    [TD_OPT_GROUP] = {.name = "group",
                      .type = TD_FLAG,
                      .help = TD_MSG_WORD_OPT_GROUP,
                      .verbs = IN(BATCH)},
    [TD_OPT_BLOCK_BYTES] = {.name = "block-bytes",
                            .type = TD_WHOLE,
                            .fallback = "0",
                            .max = 1 << 28,
                            .unit = TD_MSG_WORD_UNIT_NUMBER,
                            .help = TD_MSG_WORD_OPT_BLOCK_BYTES,
                            .verbs = IN(BATCH)},
    [TD_OPT_YEAR] = {.name = "year",
                     .type = TD_WHOLE,
                     .min = 1900,
                     .max = 9999,
                     .unit = TD_MSG_WORD_UNIT_YEAR,
                     .help = TD_MSG_WORD_OPT_YEAR,
                     .verbs = LOADS},
    [TD_OPT_THREADS] = {.name = "threads",
                        .type = TD_WHOLE,
                        .fallback = "0",
                        .max = 4096,
                        .unit = TD_MSG_WORD_UNIT_NUMBER,
                        .help = TD_MSG_WORD_OPT_THREADS,
                        .verbs = LOADS},
    [TD_OPT_LANG] = {.name = "lang",
                     .type = TD_CHOICE,
                     .fallback = "vi",
                     .choices = LANGS,
                     .unit = TD_MSG_WORD_UNIT_LANG,
                     .help = TD_MSG_WORD_OPT_LANG,
                     .verbs = ALL},
    [TD_OPT_COLOR] = {.name = "color",
                      .type = TD_CHOICE,
                      .fallback = "auto",
                      .choices = COLORS,
                      .unit = TD_MSG_WORD_UNIT_WHEN,
                      .help = TD_MSG_WORD_OPT_COLOR,
                      .verbs = REPORTS},
    [TD_OPT_QUIET] = {.name = "quiet",
                      .letter = 'q',
                      .type = TD_FLAG,
                      .help = TD_MSG_WORD_OPT_QUIET,
                      .verbs = LOADS | IN(GENERATE)},
    [TD_OPT_HELP] = {.name = "help",
                     .letter = 'h',
                     .type = TD_FLAG,
                     .help = TD_MSG_WORD_OPT_HELP,
                     .verbs = ALL},
    [TD_OPT_VERSION] = {.name = "version",
                        .letter = 'V',
                        .type = TD_FLAG,
                        .help = TD_MSG_WORD_OPT_VERSION,
                        .verbs = ALL},
};

const char *td_settings_listed(const td_settings *settings, td_option_id option, size_t i)
{
    for (size_t l = 0; l < settings->n_listed; l++)
        if (settings->listed[l].option == option && i-- == 0)
            return settings->listed[l].text;
    return NULL;
}

size_t td_settings_count(const td_settings *settings, td_option_id option)
{
    size_t n = 0;
    for (size_t l = 0; l < settings->n_listed; l++)
        n += settings->listed[l].option == option;
    return n;
}

static td_option_id option_named(const char *name, size_t length)
{
    for (td_option_id o = 0; o < TD_N_OPTIONS; o++)
        if (strlen(td_options_table[o].name) == length &&
            strncmp(td_options_table[o].name, name, length) == 0)
            return o;
    return TD_N_OPTIONS;
}

static td_option_id option_lettered(char letter)
{
    for (td_option_id o = 0; o < TD_N_OPTIONS; o++)
        if (td_options_table[o].letter == letter)
            return o;
    return TD_N_OPTIONS;
}

static td_status unknown_option(const char *argument, td_errors *errors)
{
    char word[64], near[64];
    const char *names[TD_N_OPTIONS + TD_MAX_SETTINGS];
    const char *name = argument + strspn(argument, "-");
    size_t length = strcspn(name, "="), n = 0;
    snprintf(word, sizeof word, "%.*s", (int)(length < sizeof word ? length : 0), name);
    for (size_t o = 0; o < TD_N_OPTIONS; o++)
        names[n++] = td_options_table[o].name;
    for (size_t i = 0; i < TD_MAX_SETTINGS && td_generate_setting(i) != NULL; i++)
        names[n++] = td_generate_setting(i)->name;
    const char *nearest = td_nearest(word, names, n);
    if (nearest == NULL) {
        td_errors_add(errors, TD_MSG_CLI_UNKNOWN_OPTION, NULL, argument, NULL);
    } else {
        snprintf(near, sizeof near, "--%s", nearest);
        td_errors_add(errors, TD_MSG_CLI_UNKNOWN_OPTION_NEAR, NULL, argument, near, NULL);
    }
    return TD_EINVAL;
}

static bool read_whole(const char *text, const td_option_row *row, uint64_t *out)
{
    uint64_t x = 0;
    if (*text == '\0')
        return false;
    for (const char *p = text; *p != '\0'; p++) {
        if (*p < '0' || *p > '9')
            return false;
        uint64_t digit = (uint64_t)(*p - '0');
        if (x > (UINT64_MAX - digit) / 10)
            return false;
        x = 10 * x + digit;
    }
    *out = x;
    return x >= row->min && x <= row->max;
}

static bool read_choice(const char *text, const td_option_row *row, uint64_t *out)
{
    for (size_t i = 0; row->choices[i] != NULL; i++)
        if (strcmp(text, row->choices[i]) == 0) {
            *out = i;
            return true;
        }
    return false;
}

static void add_choice_fault(const char *typed, const td_option_row *row, td_errors *errors)
{
    char list[128] = "";
    for (size_t i = 0; row->choices[i] != NULL; i++) {
        strncat(list, i > 0 ? ", " : "", sizeof list - strlen(list) - 1);
        strncat(list, row->choices[i], sizeof list - strlen(list) - 1);
    }
    td_errors_add(errors, TD_MSG_CLI_NOT_A_CHOICE, NULL, typed, list, NULL);
}

static void add_range_fault(const char *typed, const td_option_row *row, td_errors *errors)
{
    char min[24], max[24];
    snprintf(min, sizeof min, "%" PRIu64, row->min);
    snprintf(max, sizeof max, "%" PRIu64, row->max);
    td_errors_add(errors, TD_MSG_CLI_OUT_OF_RANGE, NULL, typed, min, max, NULL);
}

static td_status value_missing(const char *typed, td_errors *errors)
{
    td_errors_add(errors, TD_MSG_CLI_VALUE_MISSING, NULL, typed, NULL);
    return TD_EINVAL;
}

static td_status add_to_list(td_settings *out, td_option_id o, const char *text, td_errors *errors)
{
    char name[64], most[24];
    if (out->n_listed < TD_MAX_LISTED) {
        out->listed[out->n_listed++] = (td_given_text){o, text};
        return TD_OK;
    }
    snprintf(name, sizeof name, "--%s", td_options_table[o].name);
    snprintf(most, sizeof most, "%d", TD_MAX_LISTED);
    td_errors_add(errors, TD_MSG_CLI_TOO_OFTEN, NULL, name, most, NULL);
    return TD_EINVAL;
}

static td_status set_value(td_settings *out, td_option_id o, const char *text, td_errors *errors)
{
    const td_option_row *row = &td_options_table[o];
    char typed[256];
    snprintf(typed, sizeof typed, "--%s=%s", row->name, text);
    uint64_t whole = 0;
    if (*text == '\0')
        return value_missing(typed, errors);
    if (row->type == TD_CHOICE && !read_choice(text, row, &whole)) {
        add_choice_fault(typed, row, errors);
        return TD_EINVAL;
    }
    if (row->type == TD_WHOLE && !read_whole(text, row, &whole)) {
        add_range_fault(typed, row, errors);
        return TD_EINVAL;
    }
    if (row->type == TD_LIST)
        return add_to_list(out, o, text, errors);
    out->text[o] = text;
    out->whole[o] = whole;
    return TD_OK;
}

/* value: what follows = or the letter, NULL when nothing does. May eat the next argument. */
static td_status take_option(td_settings *out, td_option_id o, const char *value, int argc,
                             char *const argv[], int *i, td_errors *errors)
{
    const td_option_row *row = &td_options_table[o];
    if (row->type == TD_FLAG && value != NULL) {
        td_errors_add(errors, TD_MSG_CLI_VALUE_UNWANTED, NULL, argv[*i], NULL);
        return TD_EINVAL;
    }
    out->given[o] = true;
    if (row->type == TD_FLAG) {
        out->whole[o] = 1;
        return TD_OK;
    }
    if (value == NULL && *i + 1 >= argc)
        return value_missing(argv[*i], errors);
    if (value == NULL)
        value = argv[++*i];
    return set_value(out, o, value, errors);
}

static void number_text(double x, char *text, size_t size)
{
    td_number_text(x, '.', text, size);
}

static td_status take_setting(td_settings *out, size_t s, const char *value, int argc,
                              char *const argv[], int *i, td_errors *errors)
{
    const td_setting *setting = td_generate_setting(s);
    const char *typed = argv[*i];
    if (value == NULL && *i + 1 >= argc)
        return value_missing(typed, errors);
    if (value == NULL)
        value = argv[++*i];
    if (*value == '\0')
        return value_missing(typed, errors);
    if (!td_generate_setting_takes(setting, value)) {
        char shown[256], min[32], max[32];
        snprintf(shown, sizeof shown, "--%s=%s", setting->name, value);
        number_text(setting->min, min, sizeof min);
        number_text(setting->max, max, sizeof max);
        td_errors_add(errors, TD_MSG_CLI_OUT_OF_RANGE, NULL, shown, min, max, NULL);
        return TD_EINVAL;
    }
    out->generate[s] = value;
    return TD_OK;
}

/* Names that both tables have (rules, year) belong to the verb that is run. */
static bool is_setting(const td_settings *out, const char *name, size_t length, size_t *s)
{
    *s = td_generate_setting_find(name, length);
    if (*s == SIZE_MAX)
        return false;
    bool generating = out->verb != NULL && strcmp(out->verb, "generate") == 0;
    return generating || option_named(name, length) == TD_N_OPTIONS;
}

static td_status take_dashed(td_settings *out, int argc, char *const argv[], int *i,
                             td_errors *errors)
{
    const char *argument = argv[*i];
    const char *value = NULL;
    td_option_id o;
    if (argument[1] == '-') {
        size_t length = strcspn(argument + 2, "="), setting;
        if (argument[2 + length] == '=')
            value = argument + 2 + length + 1;
        if (is_setting(out, argument + 2, length, &setting))
            return take_setting(out, setting, value, argc, argv, i, errors);
        o = option_named(argument + 2, length);
    } else {
        o = option_lettered(argument[1]);
        if (argument[2] != '\0')
            value = argument + 2;
    }
    if (o == TD_N_OPTIONS)
        return unknown_option(argument, errors);
    return take_option(out, o, value, argc, argv, i, errors);
}

static td_status take_operand(td_settings *out, const char *argument, td_errors *errors)
{
    if (out->verb == NULL) {
        out->verb = argument;
        return TD_OK;
    }
    if (out->n_operands == TD_MAX_OPERANDS) {
        td_errors_add(errors, TD_MSG_CLI_TOO_MANY, NULL, argument, out->verb, NULL);
        return TD_EINVAL;
    }
    out->operands[out->n_operands++] = argument;
    return TD_OK;
}

const char *td_option_fallback(td_option_id option, td_verb_id verb)
{
    /* Many files are for programs; one is for the person who asked. */
    return option == TD_OPT_FORMAT && verb == TD_VERB_BATCH ? "json"
                                                            : td_options_table[option].fallback;
}

static void set_defaults(td_settings *out, td_verb_id verb)
{
    for (td_option_id o = 0; o < TD_N_OPTIONS; o++)
        if (!out->given[o] && td_option_fallback(o, verb) != NULL)
            (void)set_value(out, o, td_option_fallback(o, verb), NULL);
}

td_status td_settings_parse(int argc, char *const argv[], td_settings *out, td_errors *errors)
{
    *out = (td_settings){0};
    set_defaults(out, TD_N_VERBS);
    bool only_operands = false;
    for (int i = 1; i < argc; i++) {
        td_status status = TD_OK;
        if (!only_operands && strcmp(argv[i], "--") == 0)
            only_operands = true;
        else if (!only_operands && argv[i][0] == '-' && argv[i][1] != '\0')
            status = take_dashed(out, argc, argv, &i, errors);
        else
            status = take_operand(out, argv[i], errors);
        if (status != TD_OK)
            return status;
    }
    if (out->verb != NULL)
        set_defaults(out, td_verb_find(out->verb));
    return TD_OK;
}

static td_status belongs_elsewhere(const char *option, const char *verb, td_errors *errors)
{
    char name[64];
    snprintf(name, sizeof name, "--%s", option);
    td_errors_add(errors, TD_MSG_CLI_OPTION_ELSEWHERE, NULL, name, verb, NULL);
    return TD_EINVAL;
}

td_status td_settings_belong(const td_settings *settings, td_verb_id verb, const char *verb_name,
                             td_errors *errors)
{
    for (td_option_id o = 0; o < TD_N_OPTIONS; o++) {
        if (!settings->given[o] || (td_options_table[o].verbs & (1u << verb)) != 0)
            continue;
        return belongs_elsewhere(td_options_table[o].name, verb_name, errors);
    }
    for (size_t s = 0; verb != TD_VERB_GENERATE && s < TD_MAX_SETTINGS; s++)
        if (settings->generate[s] != NULL)
            return belongs_elsewhere(td_generate_setting(s)->name, verb_name, errors);
    return TD_OK;
}
