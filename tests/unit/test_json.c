/*
 * Strict JSON: every syntax fault with its row and column, duplicate keys with their pointer,
 * files made to crash or to hang, and the readers of members.
 */
#include "criteria/json.h"
#include "tests/unit/rules_case.h"

typedef struct syntax_case {
    const char *text, *code;
    size_t row, column;
} syntax_case;

static void check_syntax(const syntax_case *c, td_status family)
{
    td_errors *errors = td_errors_new();
    td_json *json = td_json_parse(c->text, strlen(c->text), "t.json", family, errors);
    if (json != NULL || td_errors_size(errors) != 1) {
        print_message("%s: wanted %s\n", c->text, c->code);
        fail();
    }
    td_fault f = td_errors_view(errors, 0);
    assert_string_equal(f.code, c->code);
    assert_string_equal(f.place.file, "t.json");
    assert_int_equal(f.place.row, c->row);
    assert_int_equal(f.place.column, c->column);
    assert_int_equal(f.status, family);
    td_errors_free(errors);
}

static void syntax_faults_have_a_place(void **state)
{
    (void)state;
    static const syntax_case CASES[] = {
        {"", "rules-json-end", 1, 1},
        {"{\"a\": 1", "rules-json-end", 1, 8},
        {"[1, 2", "rules-json-end", 1, 6},
        {"\"a", "rules-json-end", 1, 3},
        {"{\"a\":\n 1,\n}", "rules-json-unexpected", 3, 1},
        {"[1,]", "rules-json-unexpected", 1, 4},
        {"[1 2]", "rules-json-unexpected", 1, 4},
        {"{a: 1}", "rules-json-unexpected", 1, 2},
        {"{\"a\" 1}", "rules-json-unexpected", 1, 6},
        {"{\"tên\": x}", "rules-json-unexpected", 1, 9},
        {"nul", "rules-json-unexpected", 1, 1},
        {"{\"a\": 'b'}", "rules-json-unexpected", 1, 7},
        {"// c\n1", "rules-json-unexpected", 1, 1},
        {"{}\n\n {}", "rules-json-trailing", 3, 2},
        {"1 x", "rules-json-trailing", 1, 3},
        {"[\"a\tb\"]", "rules-json-control", 1, 4},
        {"[\"a\nb\"]", "rules-json-control", 1, 4},
        {"[\x01]", "rules-json-control", 1, 2},
        {"[\"\\x\"]", "rules-json-escape", 1, 3},
        {"[\"\\u12g4\"]", "rules-json-escape", 1, 3},
        {"[\"\\u0000\"]", "rules-json-escape", 1, 3},
        {"[\"\\ud800\"]", "rules-json-escape", 1, 3},
        {"[\"\\ude00\"]", "rules-json-escape", 1, 3},
        {"[\"\\ud83d\\u0041\"]", "rules-json-escape", 1, 3},
        {"[\"\xC3\"]", "rules-not-utf8", 1, 3},
        {"[\"\xED\xA0\x80\"]", "rules-not-utf8", 1, 3},
        {"[\"\xC0\xAF\"]", "rules-not-utf8", 1, 3},
        {"[\"\xF4\x90\x80\x80\"]", "rules-not-utf8", 1, 3},
        {"[\xFF]", "rules-not-utf8", 1, 2},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++)
        check_syntax(&CASES[i], TD_ERULES);
}

static void numbers_are_exact_decimals(void **state)
{
    (void)state;
    static const syntax_case CASES[] = {
        {"[01]", "rules-json-number", 1, 2},
        {"[1.]", "rules-json-number", 1, 2},
        {"[-]", "rules-json-number", 1, 2},
        {"[1e]", "rules-json-number", 1, 2},
        {"[-.5]", "rules-json-number", 1, 2},
        {"[.5]", "rules-json-unexpected", 1, 2},
        {"[+5]", "rules-json-unexpected", 1, 2},
        {"[0.1234567890123456]", "rules-json-digits", 1, 2},
        {"[1234567890.123456]", "rules-json-digits", 1, 2},
        {"[100000000000000.5]", "rules-json-digits", 1, 2},
        {"[1e400]", "rules-json-range", 1, 2},
        {"[-1e15]", "rules-json-range", 1, 2},
        {"[1000000000000000]", "rules-json-range", 1, 2},
        {"[1e-19]", "rules-json-range", 1, 2},
        {"[1e-99999999999999999999]", "rules-json-range", 1, 2},
        {"[1.0000000000000000000000000000000000000000000000000000000000000]", "rules-json-digits",
         1, 2},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++)
        check_syntax(&CASES[i], TD_ERULES);
}

static void good_numbers_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double x;
    } CASES[] = {{"2.675", 2.675},
                 {"-0.5", -0.5},
                 {"1e3", 1000},
                 {"1.50000000000000000", 1.5},
                 {"0.00", 0},
                 {"-0", 0},
                 {"999999999999.999", 999999999999.999},
                 {"1E-2", 0.01},
                 {"123456789012345", 123456789012345.0},
                 {"0e400", 0}};
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        td_errors *errors = td_errors_new();
        td_json *json = td_json_parse(CASES[i].text, strlen(CASES[i].text), "t", TD_ERULES, errors);
        assert_non_null(json);
        assert_true(td_json_number(json) == CASES[i].x);
        td_json_free(json);
        td_errors_free(errors);
    }
}

static void data_files_have_their_own_family(void **state)
{
    (void)state;
    const syntax_case syntax = {"[1,]", "data-json-unexpected", 1, 4};
    const syntax_case utf8 = {"[\"\xFF\"]", "data-not-utf8", 1, 3};
    check_syntax(&syntax, TD_EDATA);
    check_syntax(&utf8, TD_EDATA);
}

static void duplicate_keys_have_a_pointer(void **state)
{
    (void)state;
    static const char TEXT[] =
        "{\"a/b~c\": [0, {\"x\": 1, \"y\": 2, \"x\": 3, \"x\": 4}], \"X\": 1, \"x\": 2}";
    td_errors *errors = td_errors_new();
    assert_null(td_json_parse(TEXT, strlen(TEXT), "t", TD_ERULES, errors));
    assert_int_equal(td_errors_size(errors), 1);
    td_fault f = td_errors_view(errors, 0);
    assert_string_equal(f.code, "rules-json-duplicate");
    assert_string_equal(f.place.pointer, "/a~1b~0c/1/x");
    td_errors_free(errors);
}

static void expect_fault(const char *text, size_t size, const char *code)
{
    td_errors *errors = td_errors_new();
    td_json *json = td_json_parse(text, size, "t", TD_ERULES, errors);
    if (code == NULL)
        assert_non_null(json);
    else
        assert_string_equal(td_errors_view(errors, 0).code, code);
    td_json_free(json);
    td_errors_free(errors);
}

static void depth_is_bounded(void **state)
{
    (void)state;
    enum { DEEP = 100000 };
    char *text = malloc(2 * DEEP);
    memset(text, '[', DEEP);
    memset(text + DEEP, ']', DEEP);
    expect_fault(text, DEEP, "rules-json-depth");
    expect_fault(text, 2 * DEEP, "rules-json-depth");
    expect_fault(text + DEEP - 100, 200, NULL);
    expect_fault(text + DEEP - 101, 202, "rules-json-depth");
    free(text);
}

/* 10^6 keys, the last one twice: quadratic work would take hours. */
static void many_keys_take_no_time(void **state)
{
    (void)state;
    enum { N = 1000000 };
    char *text = malloc(N * 16);
    size_t length = 0;
    text[length++] = '{';
    for (int i = 0; i < N; i++)
        length += (size_t)sprintf(text + length, "\"k%d\":%d,", i, i % 7);
    size_t end = length + (size_t)sprintf(text + length, "\"k%d\":0}", N - 1);
    expect_fault(text, end, "rules-json-duplicate");
    text[length - 1] = '}';
    expect_fault(text, length, NULL);
    td_errors *errors = td_errors_new();
    td_rules *rules = NULL;
    assert_int_equal(td_rules_parse(text, length, "t", &rules, errors), TD_ERULES);
    td_errors_free(errors);
    free(text);
}

static void keys_are_bounded(void **state)
{
    (void)state;
    char text[600] = "{\"";
    memset(text + 2, 'k', TD_MAX_KEY);
    strcpy(text + 2 + TD_MAX_KEY, "\": 1}");
    expect_fault(text, strlen(text), NULL);
    strcpy(text + 2 + TD_MAX_KEY, "k\": 1}");
    expect_fault(text, strlen(text), "rules-json-key-long");
}

static void a_zero_byte_is_told(void **state)
{
    (void)state;
    expect_fault("[1\0]", 4, "rules-zero-byte");
    expect_fault("[\"a\0\"]", 6, "rules-zero-byte");
    expect_fault("\xEF\xBB\xBF[1]", 6, NULL);
}

/* Readers without a rule set, as data files use them. */
typedef struct data_file {
    td_errors *errors;
    td_json *json;
    td_reader reader;
} data_file;

static data_file open_data(const char *text)
{
    data_file f = {.errors = td_errors_new()};
    f.json = td_json_parse(text, strlen(text), "e.json", TD_EDATA, f.errors);
    assert_non_null(f.json);
    f.reader = (td_reader){
        .file = "e.json", .family = TD_EDATA, .errors = f.errors, .arena = td_arena_new()};
    return f;
}

static void close_data(data_file *f)
{
    td_arena_free(f->reader.arena);
    td_json_free(f->json);
    td_errors_free(f->errors);
}

static const char *const COLOURS[] = {"red", "blue", NULL};

static void members_are_read(void **state)
{
    (void)state;
    data_file f =
        open_data("{\"n\": 2.385, \"w\": 7, \"b\": true, \"s\": \"x\", \"t\": {\"en\": \"only\"},"
                  " \"l\": [\"p\", \"q\"], \"c\": \"blue\"}");
    double n = 0;
    int w = 0, c = -1;
    bool b = false;
    const char *s = NULL;
    const char *const *l = NULL;
    size_t n_l = 0;
    td_text t = {{NULL, NULL}};
    assert_true(td_read_number(&f.reader, f.json, "n", &n) && n == 2.385);
    assert_true(td_read_whole(&f.reader, f.json, "w", 0, 7, &w) && w == 7);
    assert_true(td_read_bool(&f.reader, f.json, "b", &b) && b);
    assert_true(td_read_string(&f.reader, f.json, "s", &s));
    assert_string_equal(s, "x");
    assert_true(td_read_text(&f.reader, f.json, "t", &t));
    assert_string_equal(t.in[TD_VI], "only");
    assert_true(td_read_strings(&f.reader, f.json, "l", &l, &n_l) && n_l == 2);
    assert_string_equal(l[1], "q");
    assert_true(td_read_choice(&f.reader, f.json, "c", COLOURS, &c) && c == 1);
    assert_false(td_read_number(&f.reader, f.json, "absent", &n));
    assert_int_equal(td_errors_size(f.errors), 0);
    close_data(&f);
}

static void provoke_reader_faults(data_file *f)
{
    double n = 0;
    int w = 0;
    bool b = false;
    const char *s = NULL;
    const char *const *l = NULL;
    size_t n_l = 0;
    size_t mark = td_reader_enter(&f->reader, "sub/key");
    td_reader_enter_index(&f->reader, 3);
    assert_false(td_read_whole(&f->reader, f->json, "w", 0, 6, &w));
    assert_false(td_read_whole(&f->reader, f->json, "half", 0, 6, &w));
    assert_false(td_read_string(&f->reader, f->json, "empty", &s));
    assert_false(td_read_bool(&f->reader, f->json, "w", &b));
    assert_false(td_read_number(&f->reader, f->json, "s", &n));
    assert_false(td_read_strings(&f->reader, f->json, "w", &l, &n_l));
    assert_null(td_read_object(&f->reader, f->json, "w"));
    assert_null(td_read_list(&f->reader, f->json, "s"));
    assert_false(td_read_choice(&f->reader, f->json, "s", COLOURS, &w));
    assert_null(td_read_required(&f->reader, f->json, "absent"));
    td_reader_leave(&f->reader, mark);
}

static void wrong_members_are_told(void **state)
{
    (void)state;
    static const char *const KNOWN[] = {"w", "s", "empty", "half", "unknown", NULL};
    static const struct {
        const char *code, *pointer;
    } WANTED[] = {
        {"data-not-whole", "/sub~1key/3/w"},
        {"data-not-whole", "/sub~1key/3/half"},
        {"data-empty-string", "/sub~1key/3/empty"},
        {"data-not-bool", "/sub~1key/3/w"},
        {"data-not-number", "/sub~1key/3/s"},
        {"data-not-string", "/sub~1key/3/w"},
        {"data-not-object", "/sub~1key/3/w"},
        {"data-not-list", "/sub~1key/3/s"},
        {"data-choice", "/sub~1key/3/s"},
        {"data-missing-key", "/sub~1key/3"},
        {"data-unknown-key", "/unkown"},
    };
    data_file f =
        open_data("{\"w\": 7, \"s\": \"x\", \"empty\": \"\", \"unkown\": 1, \"half\": 0.5}");
    provoke_reader_faults(&f);
    td_read_known(&f.reader, f.json, KNOWN);
    assert_int_equal(td_errors_size(f.errors), sizeof WANTED / sizeof WANTED[0]);
    for (size_t i = 0; i < sizeof WANTED / sizeof WANTED[0]; i++) {
        td_fault fault = td_errors_view(f.errors, i);
        assert_string_equal(fault.code, WANTED[i].code);
        assert_string_equal(fault.place.pointer, WANTED[i].pointer);
        assert_int_equal(fault.status, TD_EDATA);
    }
    char fix[128];
    td_errors_fix(f.errors, 10, TD_EN, fix, sizeof fix);
    assert_string_equal(fix, "perhaps: unknown");
    td_errors_fix(f.errors, 8, TD_EN, fix, sizeof fix);
    assert_string_equal(fix, "perhaps: red, blue");
    close_data(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(syntax_faults_have_a_place),
        cmocka_unit_test(numbers_are_exact_decimals),
        cmocka_unit_test(good_numbers_are_read),
        cmocka_unit_test(data_files_have_their_own_family),
        cmocka_unit_test(duplicate_keys_have_a_pointer),
        cmocka_unit_test(depth_is_bounded),
        cmocka_unit_test(many_keys_take_no_time),
        cmocka_unit_test(keys_are_bounded),
        cmocka_unit_test(a_zero_byte_is_told),
        cmocka_unit_test(members_are_read),
        cmocka_unit_test(wrong_members_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
