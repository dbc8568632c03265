#include <stdio.h>
#include <string.h>

#include "apps/cli/output.h"
#include "apps/cli/run.h"
#include "apps/cli/verbs.h"
#include "apps/report/text.h"

#define HELP_WIDTH 90
#define HELP_INDENT 28

static void print_choices(const td_option_row *row)
{
    for (size_t i = 0; row->choices[i] != NULL; i++)
        printf("%s%s", i > 0 ? "|" : "", row->choices[i]);
}

static void print_left(const char *text, size_t taken)
{
    if (taken + 2 > HELP_INDENT) {
        putchar('\n');
        taken = 0;
    }
    td_text_pad(stdout, HELP_INDENT - taken);
    td_text_wrap(stdout, text, HELP_INDENT, HELP_WIDTH);
}

/* Appends "(from 1 to 9; default: 3)"; each part may be absent. */
static void append_limits(char *text, size_t size, td_lang lang, const char *min, const char *max,
                          const char *fallback)
{
    char part[160], limits[320] = "";
    if (min != NULL)
        td_text_join(limits, sizeof limits, "; ",
                     td_phrase(part, sizeof part, lang, TD_MSG_WORD_HELP_RANGE, min, max, NULL));
    if (fallback != NULL && *fallback != '\0')
        td_text_join(limits, sizeof limits, "; ",
                     td_phrase(part, sizeof part, lang, TD_MSG_WORD_HELP_DEFAULT, fallback, NULL));
    if (*limits == '\0')
        return;
    td_text_append(text, size, " (");
    td_text_append(text, size, limits);
    td_text_append(text, size, ")");
}

/* The sentence of the table, then the range and the default as they are now. */
static void option_text(td_option_id option, td_verb_id verb, td_lang lang, char *text, size_t size)
{
    const td_option_row *row = &td_options_table[option];
    char min[24], max[24];
    bool has_range = row->type == TD_WHOLE && row->max != UINT64_MAX;
    snprintf(min, sizeof min, "%llu", (unsigned long long)row->min);
    snprintf(max, sizeof max, "%llu", (unsigned long long)row->max);
    snprintf(text, size, "%s", td_word(lang, row->help));
    append_limits(text, size, lang, has_range ? min : NULL, max, td_option_fallback(option, verb));
}

static void print_option(td_option_id option, td_verb_id verb, td_lang lang)
{
    const td_option_row *row = &td_options_table[option];
    char left[64], text[800];
    if (row->letter != 0)
        snprintf(left, sizeof left, "  -%c, --%s", row->letter, row->name);
    else
        snprintf(left, sizeof left, "      --%s", row->name);
    if (row->type != TD_FLAG) {
        td_text_append(left, sizeof left, "=");
        td_text_append(left, sizeof left, td_word(lang, row->unit));
    }
    option_text(option, verb, lang, text, sizeof text);
    fputs(left, stdout);
    print_left(text, td_text_width(left));
    if (row->type == TD_CHOICE) {
        td_text_pad(stdout, HELP_INDENT);
        print_choices(row);
        putchar('\n');
    }
}

/* The options of a verb; TD_N_VERBS: those that all verbs have. */
static void print_options(td_verb_id verb, td_lang lang)
{
    unsigned verbs = verb == TD_N_VERBS ? (1u << TD_N_VERBS) - 1 : 1u << verb;
    for (td_option_id o = 0; o < TD_N_OPTIONS; o++)
        if ((td_options_table[o].verbs & verbs) == verbs)
            print_option(o, verb, lang);
}

static void print_program(td_lang lang)
{
    puts(td_word(lang, TD_MSG_WORD_HELP_TITLE));
    printf("\n%s thidua %s\n\n", td_word(lang, TD_MSG_WORD_HELP_USAGE),
           td_word(lang, TD_MSG_WORD_ARGS_PROGRAM));
    for (td_verb_id v = 0; v < TD_N_VERBS; v++) {
        printf("  %s", td_verbs[v].name);
        td_text_pad(stdout, 12 - strlen(td_verbs[v].name));
        td_text_wrap(stdout, td_word(lang, td_verbs[v].summary), 14, HELP_WIDTH);
    }
    printf("\n%s\n", td_word(lang, TD_MSG_WORD_HELP_ALL_OPTIONS));
    print_options(TD_N_VERBS, lang);
    putchar('\n');
    td_text_wrap(stdout, td_word(lang, TD_MSG_WORD_HELP_MORE), 0, HELP_WIDTH);
    td_text_wrap(stdout, td_word(lang, TD_MSG_WORD_HELP_EXITS), 0, HELP_WIDTH);
}

static void print_setting(const td_setting *setting, td_lang lang)
{
    static const td_message UNITS[] = {[TD_SETTING_TEXT] = TD_MSG_WORD_UNIT_TEXT,
                                       [TD_SETTING_COUNT] = TD_MSG_WORD_UNIT_NUMBER,
                                       [TD_SETTING_WHOLE] = TD_MSG_WORD_UNIT_NUMBER,
                                       [TD_SETTING_SEED] = TD_MSG_WORD_UNIT_NUMBER,
                                       [TD_SETTING_REAL] = TD_MSG_WORD_UNIT_NUMBER};
    char left[64], text[800], min[32], max[32];
    char mark = lang == TD_VI ? ',' : '.';
    bool has_range = setting->kind != TD_SETTING_TEXT && setting->kind != TD_SETTING_SEED;
    td_number_text(setting->min, mark, min, sizeof min);
    td_number_text(setting->max, mark, max, sizeof max);
    snprintf(left, sizeof left, "      --%s=%s", setting->name,
             td_word(lang, UNITS[setting->kind]));
    snprintf(text, sizeof text, "%s", setting->help[lang]);
    append_limits(text, sizeof text, lang, has_range ? min : NULL, max, setting->initial);
    fputs(left, stdout);
    print_left(text, td_text_width(left));
}

static void print_verb(td_verb_id verb, td_lang lang)
{
    const td_verb *row = &td_verbs[verb];
    printf("%s thidua %s %s\n\n", td_word(lang, TD_MSG_WORD_HELP_USAGE), row->name,
           td_word(lang, row->operands));
    td_text_wrap(stdout, td_word(lang, row->summary), 0, HELP_WIDTH);
    td_text_wrap(stdout, td_word(lang, row->details), 0, HELP_WIDTH);
    printf("\n%s\n", td_word(lang, TD_MSG_WORD_HELP_OPTIONS));
    for (size_t s = 0; verb == TD_VERB_GENERATE && s < TD_MAX_SETTINGS; s++)
        if (td_generate_setting(s) != NULL)
            print_setting(td_generate_setting(s), lang);
        else
            break;
    print_options(verb, lang);
}

static td_exit close_stdout(const td_settings *settings)
{
    td_output out = {.stream = stdout};
    td_errors *errors = td_errors_new();
    td_status status = td_output_close(&out, true, errors);
    return td_run_end(settings, status, errors);
}

td_exit td_help_print(td_verb_id verb, const td_settings *settings)
{
    if (verb == TD_N_VERBS)
        print_program(td_run_lang(settings));
    else
        print_verb(verb, td_run_lang(settings));
    return close_stdout(settings);
}

td_exit td_run_help(const td_settings *settings)
{
    if (settings->n_operands == 0)
        return td_help_print(TD_N_VERBS, settings);
    return td_help_print(td_verb_find(settings->operands[0]), settings);
}

td_exit td_run_version(const td_settings *settings)
{
    printf("thidua %s\n", TD_VERSION);
    return close_stdout(settings);
}
