/*
 * The command line: the table of options, parsing, and the completion that repeats it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/* The programs are no library: their sources are tested in place. */
#include "apps/cli/generate_options.c"
#include "apps/cli/options.c"
#include "apps/cli/verbs.c"

#define RUN_NOTHING(verb)                                                                          \
    td_exit td_run_##verb(const td_settings *settings)                                             \
    {                                                                                              \
        (void)settings;                                                                            \
        return TD_EXIT_OK;                                                                         \
    }
RUN_NOTHING(evaluate)
RUN_NOTHING(batch)
RUN_NOTHING(award)
RUN_NOTHING(whatif)
RUN_NOTHING(check)
RUN_NOTHING(explain)
RUN_NOTHING(verify)
RUN_NOTHING(diff)
RUN_NOTHING(generate)
RUN_NOTHING(help)
RUN_NOTHING(version)

#define MAX_ARGUMENTS (TD_MAX_OPERANDS + 8)

/* Parses the arguments up to NULL; gives the code of the first fault, "" for none. */
static td_status parse(td_settings *out, char code[64], char *const arguments[])
{
    char *argv[MAX_ARGUMENTS + 1] = {(char *)(uintptr_t) "thidua"};
    int argc = 1;
    for (size_t i = 0; arguments[i] != NULL; i++)
        argv[argc++] = arguments[i];
    td_errors *errors = td_errors_new();
    td_status status = td_settings_parse(argc, argv, out, errors);
    if (status == TD_OK && out->verb != NULL)
        status = td_settings_belong(out, td_verb_find(out->verb), out->verb, errors);
    snprintf(code, 64, "%s", td_errors_size(errors) == 0 ? "" : td_errors_view(errors, 0).code);
    td_errors_free(errors);
    return status;
}

#define PARSE(out, code, ...) parse(out, code, (char *[]){__VA_ARGS__, NULL})

static void defaults_are_those_of_the_table(void **state)
{
    (void)state;
    td_settings settings;
    char code[64];
    assert_int_equal(PARSE(&settings, code, "evaluate", "2025"), TD_OK);
    assert_string_equal(settings.text[TD_OPT_FORMAT], "table");
    assert_int_equal(settings.whole[TD_OPT_FORMAT], 0);
    assert_string_equal(settings.text[TD_OPT_OUTPUT], "-");
    assert_int_equal(settings.whole[TD_OPT_THREADS], 0);
    assert_null(settings.text[TD_OPT_CLUSTER]);
    assert_false(settings.given[TD_OPT_FORMAT]);
    assert_string_equal(settings.verb, "evaluate");
    assert_int_equal(settings.n_operands, 1);
    assert_string_equal(settings.operands[0], "2025");
}

static void many_files_are_for_programs(void **state)
{
    (void)state;
    td_settings settings;
    char code[64];
    assert_int_equal(PARSE(&settings, code, "batch", "2025"), TD_OK);
    assert_string_equal(settings.text[TD_OPT_FORMAT], "json");
    assert_int_equal(settings.whole[TD_OPT_FORMAT], 2);
    assert_string_equal(settings.text[TD_OPT_SUMMARY_FORMAT], "table");
    assert_false(settings.given[TD_OPT_FORMAT]);
    assert_int_equal(PARSE(&settings, code, "--format=csv", "batch", "2025"), TD_OK);
    assert_int_equal(settings.whole[TD_OPT_FORMAT], 1);
    assert_string_equal(td_option_fallback(TD_OPT_FORMAT, TD_VERB_EVALUATE), "table");
}

static void values_are_read_in_every_spelling(void **state)
{
    (void)state;
    td_settings settings;
    char code[64];
    assert_int_equal(PARSE(&settings, code, "--lang=en", "evaluate", "--format", "json", "-oa.json",
                           "-", "--threads=12", "-q"),
                     TD_OK);
    assert_int_equal(settings.whole[TD_OPT_LANG], 1);
    assert_int_equal(settings.whole[TD_OPT_FORMAT], 2);
    assert_string_equal(settings.text[TD_OPT_OUTPUT], "a.json");
    assert_int_equal(settings.whole[TD_OPT_THREADS], 12);
    assert_int_equal(settings.whole[TD_OPT_QUIET], 1);
    assert_string_equal(settings.operands[0], "-");
    assert_int_equal(PARSE(&settings, code, "explain", "--", "-o", "--lang"), TD_OK);
    assert_int_equal(settings.n_operands, 2);
    assert_string_equal(settings.operands[1], "--lang");
    assert_false(settings.given[TD_OPT_OUTPUT]);
}

static void each_mistake_has_its_fault(void **state)
{
    (void)state;
    static const struct {
        const char *arguments[4];
        const char *code;
    } CASES[] = {
        {{"evaluate", "--formt=csv"}, "cli-unknown-option-near"},
        {{"evaluate", "--zzzzzzzz"}, "cli-unknown-option"},
        {{"evaluate", "-x"}, "cli-unknown-option"},
        {{"evaluate", "--format"}, "cli-value-missing"},
        {{"evaluate", "--format="}, "cli-value-missing"},
        {{"evaluate", "--quiet=1"}, "cli-value-unwanted"},
        {{"evaluate", "-q1"}, "cli-value-unwanted"},
        {{"evaluate", "--format=xml"}, "cli-not-a-choice"},
        {{"evaluate", "--format=CSV"}, "cli-not-a-choice"},
        {{"evaluate", "--threads=-1"}, "cli-out-of-range"},
        {{"evaluate", "--threads=2.385"}, "cli-out-of-range"},
        {{"evaluate", "--threads=4097"}, "cli-out-of-range"},
        {{"evaluate", "--threads=18446744073709551617"}, "cli-out-of-range"},
        {{"evaluate", "--year=25"}, "cli-out-of-range"},
        {{"diff", "--cluster=c1"}, "cli-option-elsewhere"},
        {{"evaluate", "--n-units=5"}, "cli-option-elsewhere"},
        {{"generate", "--n-units=0"}, "cli-out-of-range"},
        {{"generate", "--n-units=2.5"}, "cli-out-of-range"},
        {{"generate", "--na-share=1.5"}, "cli-out-of-range"},
        {{"generate", "--seed=-1"}, "cli-out-of-range"},
        {{"generate", "--seed"}, "cli-value-missing"},
        {{"generate", "--seed="}, "cli-value-missing"},
        {{"generate", "--format=csv"}, "cli-option-elsewhere"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        td_settings settings;
        char code[64];
        char *arguments[5] = {0};
        for (size_t a = 0; a < 4; a++)
            arguments[a] = (char *)(uintptr_t)CASES[i].arguments[a];
        assert_int_equal(parse(&settings, code, arguments), TD_EINVAL);
        assert_string_equal(code, CASES[i].code);
    }
}

static void too_many_operands_are_refused(void **state)
{
    (void)state;
    td_settings settings;
    char code[64];
    static char batch[] = "batch", word[] = "a";
    char *arguments[TD_MAX_OPERANDS + 3] = {batch};
    for (size_t i = 1; i <= TD_MAX_OPERANDS; i++)
        arguments[i] = word;
    assert_int_equal(parse(&settings, code, arguments), TD_OK);
    assert_int_equal(settings.n_operands, TD_MAX_OPERANDS);
    arguments[TD_MAX_OPERANDS + 1] = word;
    assert_int_equal(parse(&settings, code, arguments), TD_EINVAL);
    assert_string_equal(code, "cli-too-many");
}

static void the_language_holds_before_a_mistake(void **state)
{
    (void)state;
    td_settings settings;
    char code[64];
    assert_int_equal(PARSE(&settings, code, "--lang=en", "evaluate", "--formt"), TD_EINVAL);
    assert_int_equal(settings.whole[TD_OPT_LANG], 1);
}

static void generator_settings_reach_its_options(void **state)
{
    (void)state;
    td_settings settings;
    char code[64];
    td_generate_options defaults = td_generate_defaults();
    assert_int_equal(PARSE(&settings, code, "generate", "--n-units=37", "--na-share=0.385",
                           "--seed=18446744073709551615", "--year", "2025", "out"),
                     TD_OK);
    td_generate_options options = td_generate_options_from(&settings);
    assert_int_equal(options.n_units, 37);
    assert_true(options.na_share == 0.385);
    assert_true(options.seed == UINT64_MAX);
    assert_int_equal(options.year, 2025);
    assert_null(options.rules);
    assert_int_equal(options.cluster_max, defaults.cluster_max);
    assert_int_equal(PARSE(&settings, code, "generate", "--rules=r.json", "out"), TD_OK);
    assert_string_equal(td_generate_options_from(&settings).rules, "r.json");
}

static void every_row_is_complete(void **state)
{
    (void)state;
    for (td_option_id o = 0; o < TD_N_OPTIONS; o++) {
        const td_option_row *row = &td_options_table[o];
        assert_non_null(row->name);
        assert_true(row->verbs != 0);
        assert_true(*td_message_text(row->help, TD_VI) != '\0');
        assert_true((row->choices != NULL) == (row->type == TD_CHOICE));
        assert_true(row->type != TD_WHOLE || row->min <= row->max);
        assert_true(td_generate_setting_find(row->name, strlen(row->name)) == SIZE_MAX ||
                    o == TD_OPT_RULES || o == TD_OPT_YEAR || o == TD_OPT_SEED);
    }
    for (td_verb_id v = 0; v < TD_N_VERBS; v++) {
        assert_int_equal(td_verb_find(td_verbs[v].name), v);
        assert_true(td_verbs[v].min_operands <= td_verbs[v].max_operands);
        assert_true(td_verbs[v].max_operands < TD_MAX_OPERANDS);
    }
    assert_int_equal(td_verb_find("evaluat"), TD_N_VERBS);
}

static char completion[32768];

static int read_completion(void **state)
{
    (void)state;
    FILE *in = fopen("apps/completion/thidua.bash", "rb");
    if (in == NULL)
        return -1;
    completion[fread(completion, 1, sizeof completion - 1, in)] = '\0';
    return fclose(in);
}

static void completion_knows(const char *format, const char *word)
{
    char text[80];
    snprintf(text, sizeof text, format, word);
    if (strstr(completion, text) == NULL)
        fail_msg("apps/completion/thidua.bash does not know \"%s\"", text);
}

static void completion_repeats_the_tables(void **state)
{
    (void)state;
    for (td_verb_id v = 0; v < TD_N_VERBS; v++)
        completion_knows("%s", td_verbs[v].name);
    for (td_option_id o = 0; o < TD_N_OPTIONS; o++) {
        const td_option_row *row = &td_options_table[o];
        completion_knows(row->type == TD_FLAG ? "--%s" : "--%s=", row->name);
        for (size_t c = 0; row->choices != NULL && row->choices[c] != NULL; c++)
            completion_knows("%s", row->choices[c]);
    }
    for (size_t s = 0; td_generate_setting(s) != NULL; s++)
        completion_knows("--%s=", td_generate_setting(s)->name);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_are_those_of_the_table),
        cmocka_unit_test(many_files_are_for_programs),
        cmocka_unit_test(values_are_read_in_every_spelling),
        cmocka_unit_test(each_mistake_has_its_fault),
        cmocka_unit_test(too_many_operands_are_refused),
        cmocka_unit_test(the_language_holds_before_a_mistake),
        cmocka_unit_test(generator_settings_reach_its_options),
        cmocka_unit_test(every_row_is_complete),
        cmocka_unit_test_setup(completion_repeats_the_tables, read_completion),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
