/*
 * A batch: names of results, lists of paths, lines of the journal.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/* The programs are no library: their sources are tested in place. */
#include "apps/cli/batch_files.c"
#include "apps/cli/batch_journal.c"
#include "apps/cli/output.c"
#include "apps/report/json_emit.c"
#include "apps/report/json_read.c"
#include "apps/report/text.c"
#include "tests/lib/files.h"

static void is_named(const char *path, const char *wanted)
{
    char *name = td_batch_name(path);
    assert_string_equal(name, wanted);
    free(name);
}

static void names_are_safe_and_tell_paths_apart(void **state)
{
    (void)state;
    is_named("2025/hcm_1-a", "2025/hcm_1-a");
    is_named("./2025//hcm/", "2025/hcm");
    is_named("/2025", "2025");
    is_named("Tỉnh A", "T%E1%BB%89nh%20A");
    is_named("../x", "%2E%2E/x");
    is_named("a.json/b.faults", "a%2Ejson/b%2Efaults");
    is_named("50%", "50%25");
    is_named(".", "");
    is_named("", "");
}

/* ---- lists ---- */

static char listed[256];

static td_status take(void *context, const char *path)
{
    size_t *left = context;
    strcat(strcat(listed, path), "|");
    return --*left == 0 ? TD_EINVAL : TD_OK;
}

static td_status read_list(const char *text, size_t most)
{
    char copy[256];
    snprintf(copy, sizeof copy, "%s", text);
    FILE *in = fmemopen(copy, strlen(copy), "r");
    listed[0] = '\0';
    td_status status = td_batch_read_list(in, take, &most);
    fclose(in);
    return status;
}

static void a_list_has_a_path_on_each_line(void **state)
{
    (void)state;
    assert_int_equal(read_list("# head\n\n  a b \r\n\tc#d\n#e\n- \nlast", 99), TD_OK);
    assert_string_equal(listed, "a b|c#d|-|last|");
    assert_int_equal(read_list("#\n \n", 99), TD_OK);
    assert_string_equal(listed, "");
    assert_int_equal(read_list("a\nb\nc\n", 2), TD_EINVAL);
    assert_string_equal(listed, "a|b|");
}

/* ---- the journal ---- */

typedef struct ground {
    td_folder folder;
    char *data, *out, *journal, *result, *sheet;
} ground;

static char *rewrite(const ground *g, const char *name, const char *text)
{
    return td_folder_write(&g->folder, name, text);
}

static int set_up(void **state)
{
    ground *g = calloc(1, sizeof *g);
    td_folder_init(&g->folder);
    free(rewrite(g, "data/evaluation.json", "{}"));
    free(rewrite(g, "data/README.md", "not data"));
    g->sheet = rewrite(g, "data/units.csv", "id\n");
    free(rewrite(g, "rules.json", "{}"));
    g->data = td_folder_path(&g->folder, "data");
    g->out = td_folder_path(&g->folder, "out/deep");
    g->journal = td_folder_path(&g->folder, "out/deep/" NAME);
    g->result = td_folder_path(&g->folder, "out/deep/a.json");
    *state = g;
    return 0;
}

static int tear_down(void **state)
{
    ground *g = *state;
    td_folder_release(&g->folder);
    free(g->data);
    free(g->out);
    free(g->journal);
    free(g->result);
    free(g->sheet);
    free(g);
    return 0;
}

static td_journal *open_journal(const ground *g, bool resume)
{
    td_journal *journal = NULL;
    td_errors *errors = td_errors_new();
    assert_int_equal(td_journal_open(g->out, resume, &journal, errors), TD_OK);
    td_errors_free(errors);
    return journal;
}

static const char *refused(const ground *g, td_status status)
{
    static char code[64];
    td_journal *journal = NULL;
    td_errors *errors = td_errors_new();
    assert_int_equal(td_journal_open(g->out, true, &journal, errors), status);
    assert_null(journal);
    snprintf(code, sizeof code, "%s", td_errors_view(errors, 0).code);
    td_errors_free(errors);
    return code;
}

static char a_name[] = "a", b_name[] = "b", some_options[] = "--format=json", a_code[] = "x";

static td_journal_entry wanted(const ground *g, char *name)
{
    return (td_journal_entry){.name = name, .path = g->data, .options = some_options};
}

static void add_to(td_journal *journal, const ground *g, char *name, const char *result)
{
    char hash[65];
    char *rules = td_folder_path(&g->folder, "rules.json");
    td_journal_entry entry = wanted(g, name);
    entry.row = (td_batch_row){.code = a_code, .year = 2025, .n_units = 7, .n_findings = 2};
    assert_int_equal(td_batch_data_of(g->data, &entry.data, NULL), TD_OK);
    assert_int_equal(entry.data.n, 2);
    assert_int_equal(td_file_hash(rules, hash, NULL), TD_OK);
    assert_int_equal(td_batch_files_add(&entry.rules, rules, hash), TD_OK);
    free(rewrite(g, "out/deep/a.json", result));
    assert_int_equal(td_file_hash(g->result, hash, NULL), TD_OK);
    assert_int_equal(td_batch_files_add(&entry.results, "a.json", hash), TD_OK);
    assert_int_equal(td_journal_add(journal, &entry, NULL), TD_OK);
    td_batch_files_release(&entry.data);
    td_batch_files_release(&entry.rules);
    td_batch_files_release(&entry.results);
    free(rules);
}

static bool has(const ground *g, char *name, const char *options)
{
    td_journal *journal = open_journal(g, true);
    td_batch_row row = {0};
    td_journal_entry entry = wanted(g, name);
    char copy[64];
    snprintf(copy, sizeof copy, "%s", options);
    entry.options = copy;
    bool found = td_journal_has(journal, &entry, &row);
    if (found) {
        assert_int_equal(row.state, TD_BATCH_SKIPPED);
        assert_int_equal(row.code_of_exit, TD_EXIT_FINDINGS);
        assert_string_equal(row.code, "x");
        assert_int_equal(row.year, 2025);
        assert_int_equal(row.n_units, 7);
        assert_true(row.has_output && row.has_faults);
    } else {
        assert_int_equal(row.state, TD_BATCH_LEFT);
    }
    free(row.code);
    td_journal_free(journal);
    return found;
}

static void what_changed_is_done_again(void **state)
{
    const ground *g = *state;
    td_journal *journal = open_journal(g, false);
    add_to(journal, g, a_name, "one");
    td_journal_free(journal);
    assert_true(has(g, a_name, some_options));
    assert_false(has(g, b_name, some_options));
    assert_false(has(g, a_name, "--format=csv"));
    static const struct {
        const char *file, *changed, *was;
    } files[] = {{"out/deep/a.json", "two", "one"},
                 {"data/units.csv", "id\nx", "id\n"},
                 {"data/evaluation.json", "", "{}"},
                 {"rules.json", "{ }", "{}"}};
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        free(rewrite(g, files[i].file, files[i].changed));
        assert_false(has(g, a_name, some_options));
        free(rewrite(g, files[i].file, files[i].was));
        assert_true(has(g, a_name, some_options));
    }
    free(rewrite(g, "data/README.md", "still not data"));
    assert_true(has(g, a_name, some_options));
    free(rewrite(g, "data/votes.csv", "unit\n"));
    assert_false(has(g, a_name, some_options));
    char *votes = td_folder_path(&g->folder, "data/votes.csv");
    unlink(votes);
    free(votes);
    unlink(g->result);
    assert_false(has(g, a_name, some_options));
}

static void a_cut_line_says_nothing(void **state)
{
    const ground *g = *state;
    td_journal *journal = open_journal(g, false);
    add_to(journal, g, a_name, "one");
    td_journal_free(journal);
    size_t size;
    char *whole = td_test_read(g->journal, &size);
    for (size_t keep = 0; keep < size; keep++) {
        free(td_folder_write_bytes(&g->folder, "out/deep/" NAME, whole, keep));
        assert_false(has(g, a_name, some_options));
        if (keep % 50 != 7)
            continue;
        journal = open_journal(g, true); /* what comes after a line that was cut counts */
        add_to(journal, g, b_name, "one");
        td_journal_free(journal);
        assert_true(has(g, b_name, some_options));
        assert_false(has(g, a_name, some_options));
    }
    free(td_folder_write_bytes(&g->folder, "out/deep/" NAME, whole, size));
    assert_true(has(g, a_name, some_options));
    free(whole);
}

static void the_last_line_counts(void **state)
{
    const ground *g = *state;
    td_journal *journal = open_journal(g, false);
    add_to(journal, g, a_name, "one");
    add_to(journal, g, b_name, "one");
    add_to(journal, g, a_name, "two");
    td_journal_free(journal);
    assert_true(has(g, a_name, some_options));
    assert_false(has(g, b_name, some_options));
    free(rewrite(g, "out/deep/a.json", "one"));
    assert_false(has(g, a_name, some_options));
    td_journal_free(open_journal(g, false)); /* forgets */
    free(rewrite(g, "out/deep/a.json", "two"));
    assert_false(has(g, a_name, some_options));
}

static void folders_of_others_are_left_alone(void **state)
{
    ground *g = *state;
    free(rewrite(g, "out/deep/letter.odt", "x"));
    assert_string_equal(refused(g, TD_EINVAL), "batch-folder-in-use");
    char *letter = td_folder_path(&g->folder, "out/deep/letter.odt");
    unlink(letter);
    free(letter);
    td_journal *journal = open_journal(g, true);
    assert_string_equal(refused(g, TD_EINVAL), "batch-busy");
    td_journal_free(journal);
    td_journal_free(open_journal(g, true));
    td_folder_clear(&g->folder);
    free(rewrite(g, "out/deep", "a file"));
    assert_string_equal(refused(g, TD_EIO), "cli-cannot-write");
}

static void only_our_temporary_files_are_swept(void **state)
{
    const ground *g = *state;
    td_journal_free(open_journal(g, false));
    static const char *const names[] = {
        "out/deep/a.json.Ab3dEf",  "out/deep/x/a.faults.json.000000",
        "out/deep/x/b.txt.zzzzzz", "out/deep/a.json",
        "out/deep/a.json.Ab3dE",   "out/deep/a.xml.Ab3dEf",
        "out/deep/a.json.Ab3d-f",  "out/deep/b.csv.Ab3dEf"};
    static const bool stays[] = {false, false, false, true, true, true, true, false};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        free(rewrite(g, names[i], "x"));
    td_journal_free(open_journal(g, true));
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char *path = td_folder_path(&g->folder, names[i]);
        assert_int_equal(access(path, F_OK) == 0, stays[i]);
        free(path);
    }
}

#define ON_GROUND(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_safe_and_tell_paths_apart),
        cmocka_unit_test(a_list_has_a_path_on_each_line),
        ON_GROUND(what_changed_is_done_again),
        ON_GROUND(a_cut_line_says_nothing),
        ON_GROUND(the_last_line_counts),
        ON_GROUND(folders_of_others_are_left_alone),
        ON_GROUND(only_our_temporary_files_are_swept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
