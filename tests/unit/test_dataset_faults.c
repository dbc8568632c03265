/*
 * Every fault of data files with file, row, column and field, each alone: a fault must not
 * cause others.
 */
#include <unistd.h>

#include "tests/unit/trial.h"

typedef struct bad_case {
    const char *name, *text; /* the file that is replaced, "-" in text: removed */
    expected faults[3];
} bad_case;

static const bad_case CASES[] = {
    /* tables */
    {"units.csv", "", {{"data-empty-file", "units.csv", 0, 0, NULL}}},
    {"units.csv",
     "id,name,cluster\n",
     {{"data-no-rows", "units.csv", 0, 0, NULL},
      {"data-cluster-empty", "clusters.csv", 2, 0, "id"},
      {"data-cluster-empty", "clusters.csv", 3, 0, "id"}}},
    {"clusters.csv",
     "id,name\n",
     {{"data-no-rows", "clusters.csv", 0, 0, NULL},
      {"data-cluster-unknown", "units.csv", 2, 3, "cluster"},
      {"data-cluster-unknown", "units.csv", 3, 3, "cluster"}}},
    {"clusters.csv", "-", {{"io-read", "clusters.csv", 0, 0, NULL}}},
    {"units.csv",
     "id,nam,cluster,category\nu1,A,c1,\n",
     {{"data-column-missing", "units.csv", 1, 0, "name"},
      {"data-column-unused", "units.csv", 1, 2, "nam"}}},
    {"units.csv",
     "id,name,cluster,name \nu1,A,c1,\n",
     {{"data-column-twice", "units.csv", 1, 4, "name "}}},
    {"units.csv", "id,name,cluster,\nu1,A,c1,\n", {{"data-column-unnamed", "units.csv", 1, 4, ""}}},
    {VALUES, HEAD U1 U2 "u3;2,385;2;50\n", {{"data-too-few-cells", VALUES, 4, 0, NULL}}},
    {VALUES,
     HEAD U1 U2 U3 "\n"
                   "u9;;;;;;;;;\n",
     {{"data-blank-row", VALUES, 5, 0, NULL}, {"data-too-many-cells", VALUES, 6, 0, NULL}}},
    {VALUES, HEAD U1 "u2;\"4;0;80\n" U3, {{"data-quote-open", VALUES, 3, 2, NULL}}},
    {VALUES,
     HEAD U1 U2 "u3;\"2,385\"5;2;50;không;75;80;15/12/2025;\n",
     {{"data-text-after-quote", VALUES, 4, 2, NULL}}},
    {VALUES, HEAD U1 "u2;4;0;80;x;60;;2025-12-20;\xFF\n", {{"data-not-utf8", VALUES, 3, 28, NULL}}},
    /* clusters and units */
    {"clusters.csv",
     "id,name\nc2,Hai\nc1,Một\nC2 ,Ba\n",
     {{"data-cluster-twice", "clusters.csv", 4, 1, "id"}}},
    {"clusters.csv",
     "id,name\nc2,Hai\nc1,Một\nc3,Ba\n",
     {{"data-cluster-empty", "clusters.csv", 4, 0, "id"}}},
    {"clusters.csv", "id,name\nc2,Hai\nc1,\n", {{"data-cell-blank", "clusters.csv", 3, 2, "name"}}},
    {"clusters.csv",
     "id,name,màu\nc2,Hai,\nc1,Một,đỏ\n",
     {{"data-column-unused", "clusters.csv", 1, 3, "màu"}}},
    {"units.csv",
     "id,name,cluster\nu1,A,c1\nu2,B,c2\nu3,C,c11\n",
     {{"data-cluster-unknown", "units.csv", 4, 3, "cluster"}}},
    {"units.csv",
     "id,name,cluster\nu1,A,c1\nu2,B,c2\nu3,C, \n",
     {{"data-unit-without-cluster", "units.csv", 4, 3, "cluster"}}},
    {"units.csv",
     "id,name,cluster\nu1,A,c1\nu2,B,c2\nu3,C,c1\nU1,D,c2\n",
     {{"data-unit-twice", "units.csv", 5, 1, "id"}}},
    {"units.csv",
     "id,name,cluster\nu1,A,c1\nu2,B,c2\nu3,C,c1\n ,D,c2\n",
     {{"data-cell-blank", "units.csv", 5, 1, "id"}}},
    {"units.csv",
     "id,name,cluster\nu1,A,c1\nu2,B,c2\nu3,,c1\n",
     {{"data-cell-blank", "units.csv", 4, 2, "name"}}},
    {"units.csv",
     "id,name,cluster\nu1,A,c1\nu2,B,c2\nu3,C,c1\nu4,D,c1\n",
     {{"data-unit-without-values", "units.csv", 5, 0, "id"}}},
    /* columns and rows of values */
    {VALUES,
     "unit;a;cases;pct;done;r.a;r.y;sent;plus\n" U1 U2 U3,
     {{"data-indicator-unknown", VALUES, 1, 7, "r.y"}}},
    {VALUES,
     "unit;a;cases;pct;dono;r.a;r.t;sent;plus\n" U1 U2 "u3;2,385;2;50;không rõ;75;80;15/12/2025;\n",
     {{"data-indicator-unknown", VALUES, 1, 5, "dono"}}},
    {VALUES,
     "unit;a;cases;pct;done;r.a;r.t;sent;plus;late\n"
     "u1;3,5;1;95,5 %;có;120;100;10/12/2025;0,25;\nu2;4;0;80;x;60;;2025-12-20;0;5\n"
     "u3;2,385;2;50;không;75;80;15/12/2025;;\n",
     {{"data-indicator-computed", VALUES, 1, 10, "late"}}},
    {VALUES,
     HEAD U1 U2 U3 "u4;1;1;1;x;1;1;15/12/2025;0\n",
     {{"data-unit-unknown", VALUES, 5, 1, "unit"}}},
    {VALUES, HEAD U1 U2 U3 U2, {{"data-unit-twice", VALUES, 5, 1, "unit"}}},
    {VALUES,
     HEAD U1 U2 U3 ";1;1;1;x;1;1;15/12/2025;0\n",
     {{"data-cell-blank", VALUES, 5, 1, "unit"}}},
    {"values-final-2.csv",
     "unit,a\nu3,2.25\n",
     {{"data-value-twice", "values-final.csv", 2, 2, "a"}}},
    {"values-finale.csv",
     "unit,a\nu3,2.25\n",
     {{"data-channel-unknown", "values-finale.csv", 0, 0, NULL}}},
    {"value-self.csv", "unit,a\nu3,2.25\n", {{"data-file-unused", "value-self.csv", 0, 0, NULL}}},
    {"not_applicable.csv",
     "unit,criterion\n",
     {{"data-file-unused", "not_applicable.csv", 0, 0, NULL}}},
    /* cells */
    {VALUES,
     HEAD U1 "u2;bốn;0;80;x;60;;2025-12-20;0\n" U3,
     {{"data-value-text", VALUES, 3, 2, "a"}}},
    {VALUES,
     HEAD U1 "u2;NaN;1e400;0x10;x;60;;2025-12-20;0\n" U3,
     {{"data-value-text", VALUES, 3, 2, "a"},
      {"data-value-exponent", VALUES, 3, 3, "cases"},
      {"data-value-text", VALUES, 3, 4, "pct"}}},
    {VALUES,
     HEAD U1 "u2;k/g;0;80;x;60;;2025-12-20;0\n" U3,
     {{"data-value-not-applicable", VALUES, 3, 2, "a"}}},
    {VALUES,
     HEAD U1 "u2;#REF!;0;80;x;60;;2025-12-20;0\n" U3,
     {{"data-value-sheet-error", VALUES, 3, 2, "a"}}},
    {VALUES,
     HEAD "u1;3.5;1;95,5;có;120;100;10/12/2025;0\n" U2 "u3;2,38;2;50;không;1.234;80;15/12/2025;\n",
     {{"data-value-ambiguous", VALUES, 4, 6, "r.a"}}},
    {VALUES,
     HEAD U1 "u2;4;0;80;x;12.34,5;;2025-12-20;0\n" U3,
     {{"data-value-groups", VALUES, 3, 6, "r.a"}}},
    {VALUES,
     HEAD U1 "u2;4;0;80;x;0,1234567890123456;1000000000000000;2025-12-20;0\n" U3,
     {{"data-value-too-precise", VALUES, 3, 6, "r.a"},
      {"data-value-too-large", VALUES, 3, 7, "r.t"}}},
    {VALUES,
     HEAD U1 "u2;4 %;0;80;x;60;;2025-12-20;0\n" U3,
     {{"data-value-percent", VALUES, 3, 2, "a"}}},
    {VALUES,
     HEAD U1 "u2;4;0,5;80;x;60;;2025-12-20;0\n" U3,
     {{"data-value-not-count", VALUES, 3, 3, "cases"}}},
    {VALUES,
     HEAD U1 "u2;4;- 2;80;x;60;;2025-12-20;0\n" U3,
     {{"data-value-not-count", VALUES, 3, 3, "cases"}}},
    {VALUES,
     HEAD U1 "u2;4;0;100,5 %;x;60;;2025-12-20;0\n" U3,
     {{"data-value-above", VALUES, 3, 4, "pct"}}},
    {VALUES,
     HEAD U1 "u2;4;0;-0,5;x;60;;2025-12-20;0\n" U3,
     {{"data-value-below", VALUES, 3, 4, "pct"}}},
    {VALUES,
     HEAD U1 "u2;4;0;80;có thể;60;;2025-12-20;0\n" U3,
     {{"data-value-not-flag", VALUES, 3, 5, "done"}}},
    {VALUES,
     HEAD U1 "u2;4;0;80;x;60;;12/20/2025;0\n" U3,
     {{"data-value-not-date", VALUES, 3, 8, "sent"}}},
    {VALUES,
     HEAD U1 "u2;4;0;80;x;60;;2027-12-20;0\n" U3,
     {{"data-computed-above", VALUES, 3, 8, "sent"}}},
    /* domains */
    {VALUES,
     HEAD U1 "u2;4,25;0;80;x;60;;2025-12-20;0\n" U3,
     {{"data-points-above-max", VALUES, 3, 2, "a"}}},
    {"values-final.csv",
     "unit,a\nu3,4.5\n",
     {{"data-points-above-max", "values-final.csv", 2, 2, "a"}}},
    {VALUES,
     HEAD U1 "u2;4;0;80;x;60;;2025-12-20;-0,5\n" U3,
     {{"data-bonus-negative", VALUES, 3, 9, "plus"}}},
    {VALUES,
     HEAD U1 "u2;4;0;80;x;60;;2025-12-20;1,5\n" U3,
     {{"data-bonus-above-cap", VALUES, 3, 9, "plus"}}},
    {VALUES,
     HEAD U1 "u2;4;0;80;x;60;-1;2025-12-20;0\n" U3,
     {{"data-target-negative", VALUES, 3, 7, "r.t"}}},
    /* missing */
    {VALUES,
     HEAD U1 "u2;;0;80;x;60;;2025-12-20;0\n" U3,
     {{"data-value-missing", VALUES, 3, 2, "a"}}},
    {VALUES,
     HEAD U1 "u2;4;0;80;x;;80;2025-12-20;0\n" U3,
     {{"data-value-missing", VALUES, 3, 6, "r.a"}}},
    {VALUES,
     HEAD U1 "u2;4;0;80;x;;;2025-12-20;0\n" U3,
     {{"data-value-missing", VALUES, 3, 6, "r.a"}}},
    {VALUES,
     HEAD U1 "u2;4;;;x;60;;;\n" U3,
     {{"data-value-missing", VALUES, 3, 3, "cases"},
      {"data-value-missing", VALUES, 3, 4, "pct"},
      {"data-value-missing", VALUES, 3, 8, "sent"}}},
    {VALUES,
     HEAD U1 "u2;4;0;80;;60;;2025-12-20;\n" U3,
     {{"data-value-missing", VALUES, 3, 5, "done"}}},
    {VALUES,
     "unit;a;cases;pct;done;r.a;r.t;sent\nu1;3,5;1;95,5;0;120;100;10/12/2025\n"
     "u2;4;0;80;x;60;;2025-12-20\nu3;2,38;2;50;0;75;80;15/12/2025\n",
     {{"data-value-missing", VALUES, 3, 0, "plus"}}},
    /* other files */
    {"not-applicable.csv",
     "unit,criterion,approved_by\nu1,gg,HĐ\n",
     {{"data-criterion-unknown", "not-applicable.csv", 2, 2, "criterion"}}},
    {"not-applicable.csv",
     "unit,criterion,approved_by\nu7,g,HĐ\n",
     {{"data-unit-unknown", "not-applicable.csv", 2, 1, "unit"}}},
    {"not-applicable.csv",
     "unit,criterion,approved_by\nu1,g,\n",
     {{"data-not-approved", "not-applicable.csv", 2, 3, "approved_by"}}},
    {"not-applicable.csv",
     "unit,criterion,approved_by\nu1,,HĐ\n",
     {{"data-cell-blank", "not-applicable.csv", 2, 2, "criterion"}}},
    {"not-applicable.csv",
     "unit,criterion\nu1,g\n",
     {{"data-column-missing", "not-applicable.csv", 1, 0, "approved_by"}}},
    {"reasons.csv",
     "unit,indicator,reason\nu3,b,vì\nu3,a,vì\n",
     {{"data-reason-indicator", "reasons.csv", 2, 2, "indicator"}}},
    {"reasons.csv",
     "unit,indicator,reason,channel\nu3,a,vì,final\nu3,a,vì,council\n",
     {{"data-reason-channel", "reasons.csv", 3, 4, "channel"}}},
    {"reasons.csv",
     "unit,indicator,reason\nu3,a,\n",
     {{"data-cell-blank", "reasons.csv", 2, 3, "reason"},
      {"data-reason-wanted", "values-final.csv", 2, 2, "a"}}},
    {"reasons.csv", "-", {{"data-reason-wanted", "values-final.csv", 2, 2, "a"}}},
    {"reasons.csv",
     "unit,indicator,channel,reason\nu3,a,self,vì\nu3,pct,,vì\n",
     {{"data-reason-wanted", "values-final.csv", 2, 2, "a"}}},
    {"votes.csv",
     "unit,votes\nu1,-3\nu2,2.5\n",
     {{"data-value-not-count", "votes.csv", 2, 2, "votes"},
      {"data-value-not-count", "votes.csv", 3, 2, "votes"}}},
    {"votes.csv",
     "unit,votes,base,present,blank\nu1,15,20,14,\nu2,3,10,11,\nu3,3,10,5,3\n",
     {{"data-votes-above", "votes.csv", 2, 2, "votes"},
      {"data-votes-above", "votes.csv", 3, 4, "present"},
      {"data-votes-above", "votes.csv", 4, 5, "blank"}}},
    {"votes.csv", "unit,votes\nu1,3\nu1,4\n", {{"data-unit-twice", "votes.csv", 3, 1, "unit"}}},
    {"history.csv",
     "unit,year,award\nu9,2024,co-tinh\n",
     {{"data-history-unit", "history.csv", 2, 1, "unit"}}},
    {"history.csv",
     "unit,year,award\nu1,2026,co-tinh\n",
     {{"data-history-later", "history.csv", 2, 2, "year"}}},
    {"history.csv",
     "unit,year,award\nu1,24,co-tinh\nu1,,co-tinh\nu1,2024,\n",
     {{"data-history-not-year", "history.csv", 2, 2, "year"},
      {"data-history-not-year", "history.csv", 3, 2, "year"},
      {"data-cell-blank", "history.csv", 4, 3, "award"}}},
};

static void check_case(const bad_case *c)
{
    trial t;
    begin(&t);
    char *path = td_folder_path(&t.folder, c->name);
    if (strcmp(c->text, "-") == 0)
        remove(path);
    else
        write_file(&t, c->name, c->text);
    free(path);
    load(&t);
    size_t n = 0;
    bool fine = true, failing = false;
    for (; n < 3 && c->faults[n].code != NULL; n++) {
        fine = fine && n < td_errors_size(t.errors) &&
               is_expected(td_errors_view(t.errors, n), &c->faults[n]);
        failing |= fine && td_errors_view(t.errors, n).severity == TD_ERROR;
    }
    bool open_end = n == 3;
    if (!fine || (!open_end && n != td_errors_size(t.errors)) || failing != (t.status != TD_OK)) {
        print_message("%s of %s\n", c->faults[0].code, c->name);
        print_faults(t.errors);
        fail_msg("wanted %s in row %zu column %zu", c->faults[0].code, c->faults[0].row,
                 c->faults[0].column);
    }
    end(&t);
}

static void every_fault_has_its_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++)
        check_case(&CASES[i]);
}

/* Both languages fill every text: no "{1}" is left, and something is said. */
static void every_fault_has_its_words(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        trial t;
        begin(&t);
        if (strcmp(CASES[i].text, "-") != 0)
            write_file(&t, CASES[i].name, CASES[i].text);
        load(&t);
        for (size_t f = 0; f < td_errors_size(t.errors); f++)
            for (int lang = TD_VI; lang <= TD_EN; lang++) {
                char text[600];
                td_errors_what(t.errors, f, (td_lang)lang, text, sizeof text);
                assert_true(strlen(text) > 5 && strchr(text, '{') == NULL);
                assert_null(strstr(text, "  "));
                td_errors_fix(t.errors, f, (td_lang)lang, text, sizeof text);
                assert_null(strchr(text, '{'));
            }
        end(&t);
    }
}

static void ambiguous_cells_are_named(void **state)
{
    (void)state;
    trial t;
    begin(&t);
    write_file(&t, "values-final.csv", "unit,r.t\nu2,1.234\n");
    load(&t);
    assert_int_equal(td_errors_count(t.errors, TD_ERROR), 1);
    char text[300];
    td_errors_what(t.errors, 0, TD_VI, text, sizeof text);
    assert_non_null(strstr(text, "B2"));
    assert_non_null(strstr(text, "“1.234”"));
    end(&t);
}

static void a_declared_mark_is_enough(void **state)
{
    (void)state;
    static const struct {
        const char *mark;
        double value;
    } cases[] = {{",", 1234}, {".", 1.234}};
    for (size_t i = 0; i < 2; i++) {
        trial t;
        begin(&t);
        char text[400];
        snprintf(text, sizeof text, "%.*s, \"decimal_mark\": \"%s\"}",
                 (int)strlen(TRIAL_EVALUATION) - 1, TRIAL_EVALUATION, cases[i].mark);
        write_file(&t, "evaluation.json", text);
        write_file(&t, "values-final.csv", "unit,r.t\nu2,1.234\n");
        write_file(&t, "values-self.csv", HEAD U1 U2 "u3;2,38;2;50;0;75;80;15/12/2025;\n");
        write_file(&t, "reasons.csv", "unit,indicator,reason\n");
        load(&t);
        assert_clean(&t);
        assert_true(value_of(&t, "u2", "r.t") == cases[i].value);
        end(&t);
    }
}

/* Evidence of the same file: "0,5" says that a comma is the mark. */
static void another_number_proves_the_mark(void **state)
{
    (void)state;
    trial t;
    begin(&t);
    write_file(&t, "values-self.csv", HEAD U1 "u2;4;0;80;x;1.234;;2025-12-20;0\n" U3);
    load(&t);
    assert_clean(&t);
    assert_true(value_of(&t, "u2", "r.a") == 1234);
    assert_true(value_of(&t, "u3", "a") == 2.25);
    end(&t);
}

/* A file with a line of 2^26 bytes and more is refused without being read. */
static void endless_lines(void **state)
{
    (void)state;
    trial t;
    begin(&t);
    char *path = td_folder_write(&t.folder, "values-final.csv", "unit,a\nu3,2.25\n");
    assert_int_equal(truncate(path, (off_t)TD_CSV_LINE_BYTES * 2), 0);
    load(&t);
    assert_int_equal(td_errors_size(t.errors), 1);
    assert_true(is_expected(td_errors_view(t.errors, 0),
                            &(expected){"data-line-too-long", "values-final.csv", 3, 0, NULL}));
    free(path);
    end(&t);
}

/* Of the files of a channel, the one that has the column is where the value is missing. */
static void missing_in_the_file_with_the_column(void **state)
{
    (void)state;
    trial t;
    begin(&t);
    write_file(&t, "values-self-1.csv", "unit,plus\nu1,0.25\nu2,0\n");
    write_file(&t, "values-self-3.csv", "unit,sent\nu1,2025-12-10\nu2,2025-12-20\nu3,\n");
    write_file(&t, "values-self.csv",
               "unit;a;cases;pct;done;r.a;r.t\nu1;3,5;1;95,5 %;có;120;100\n"
               "u2;;0;80;x;60;\nu3;2,385;2;50;không;75;80\n");
    load(&t);
    assert_int_equal(td_errors_size(t.errors), 2);
    assert_true(is_expected(td_errors_view(t.errors, 0),
                            &(expected){"data-value-missing", "values-self.csv", 3, 2, "a"}));
    assert_true(is_expected(td_errors_view(t.errors, 1),
                            &(expected){"data-value-missing", "values-self-3.csv", 4, 2, "sent"}));
    end(&t);
}

static void no_values_at_all(void **state)
{
    (void)state;
    trial t;
    begin(&t);
    char *self = td_folder_path(&t.folder, "values-self.csv");
    char *final = td_folder_path(&t.folder, "values-final.csv");
    remove(self);
    remove(final);
    free(self);
    free(final);
    load(&t);
    assert_int_equal(t.status, TD_EDATA);
    assert_int_equal(td_errors_size(t.errors), 1);
    assert_string_equal(td_errors_view(t.errors, 0).code, "data-no-values");
    end(&t);
}

static void tools_may_skip_the_checks(void **state)
{
    (void)state;
    trial t;
    begin(&t);
    write_file(&t, "values-self.csv", HEAD "u1;9;;;;;;;\n");
    td_load_options options = {.no_data_checks = true};
    t.status = td_evaluation_load(t.folder.path, &options, &t.evaluation, t.errors);
    assert_clean(&t);
    assert_true(value_of(&t, "u1", "a") == 9);
    assert_true(isnan(value_of(&t, "u1", "pct")));
    end(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_fault_has_its_place),
        cmocka_unit_test(every_fault_has_its_words),
        cmocka_unit_test(ambiguous_cells_are_named),
        cmocka_unit_test(a_declared_mark_is_enough),
        cmocka_unit_test(another_number_proves_the_mark),
        cmocka_unit_test(endless_lines),
        cmocka_unit_test(missing_in_the_file_with_the_column),
        cmocka_unit_test(no_values_at_all),
        cmocka_unit_test(tools_may_skip_the_checks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
