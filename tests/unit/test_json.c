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
        {"[1e-16]", "rules-json-range", 1, 2},
        {"[1e-99999999999999999999]", "rules-json-range", 1, 2},
        {"[1.0000000000000000000000000000000000000000000000000000000000000]",
         "rules-json-digits", 1, 2},
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
    } CASES[] = {{"2.675", 2.675},  {"-0.5", -0.5},  {"1e3", 1000},   {"1.50000000000000000", 1.5},
                 {"0.00", 0},       {"-0", 0},       {"999999999999.999", 999999999999.999},
                 {"1E-2", 0.01},    {"123456789012345", 123456789012345.0}, {"0e400", 0}};
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
    static const char TEXT[] = "{\"a/b~c\": [0, {\"x\": 1, \"y\": 2, \"x\": 3, \"x\": 4}], \"X\": 1, \"x\": 2}";
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
static void members_are_read(void **state)
{
    (void)state;
    static const char TEXT[] =
        "{\"n\": 2.385, \"w\": 7, \"b\": true, \"s\": \"x\", \"t\": {\"en\": \"only\"}, \"l\": [\"p\", \"q\"],"
        " \"c\": \"blue\", \"empty\": \"\", \"unkown\": 1, \"half\": 0.5}";
    static const char *const KNOWN[] = {"n", "w", "b", "s",       "t",    "l",
                                        "c", "empty", "unknown", "half", NULL};
    static const char *const COLOURS[] = {"red", "blue", NULL};
    td_errors *errors = td_errors_new();
    td_json *json = td_json_parse(TEXT, strlen(TEXT), "e.json", TD_EDATA, errors);
    td_reader reader = {.file = "e.json", .family = TD_EDATA, .errors = errors,
                        .arena = td_arena_new()};
    double n = 0;
    int w = 0, c = -1;
    bool b = false;
    const char *s = NULL;
    const char *const *l = NULL;
    size_t n_l = 0;
    td_text t = {{NULL, NULL}};
    assert_true(td_read_number(&reader, json, "n", &n) && n == 2.385);
    assert_true(td_read_whole(&reader, json, "w", 0, 7, &w) && w == 7);
    assert_true(td_read_bool(&reader, json, "b", &b) && b);
    assert_true(td_read_string(&reader, json, "s", &s));
    assert_string_equal(s, "x");
    assert_true(td_read_text(&reader, json, "t", &t));
    assert_string_equal(t.in[TD_VI], "only");
    assert_true(td_read_strings(&reader, json, "l", &l, &n_l) && n_l == 2);
    assert_string_equal(l[1], "q");
    assert_true(td_read_choice(&reader, json, "c", COLOURS, &c) && c == 1);
    assert_false(td_read_number(&reader, json, "absent", &n));
    assert_int_equal(td_errors_size(errors), 0);

    size_t mark = td_reader_enter(&reader, "sub/key");
    td_reader_enter_index(&reader, 3);
    assert_false(td_read_whole(&reader, json, "w", 0, 6, &w));
    assert_false(td_read_whole(&reader, json, "half", 0, 6, &w));
    assert_false(td_read_string(&reader, json, "empty", &s));
    assert_false(td_read_bool(&reader, json, "n", &b));
    assert_false(td_read_number(&reader, json, "s", &n));
    assert_false(td_read_strings(&reader, json, "n", &l, &n_l));
    assert_null(td_read_object(&reader, json, "n"));
    assert_null(td_read_list(&reader, json, "t"));
    assert_false(td_read_choice(&reader, json, "s", COLOURS, &c));
    assert_null(td_read_required(&reader, json, "absent"));
    td_reader_leave(&reader, mark);
    td_read_known(&reader, json, KNOWN);
    static const char *const CODES[] = {"data-not-whole", "data-not-whole", "data-empty-string",
                                        "data-not-bool",  "data-not-number", "data-not-string",
                                        "data-not-object", "data-not-list", "data-choice",
                                        "data-missing-key", "data-unknown-key"};
    static const char *const POINTERS[] = {
        "/sub~1key/3/w", "/sub~1key/3/half", "/sub~1key/3/empty", "/sub~1key/3/n",
        "/sub~1key/3/s", "/sub~1key/3/n",    "/sub~1key/3/n",     "/sub~1key/3/t",
        "/sub~1key/3/s", "/sub~1key/3",      "/unkown"};
    assert_int_equal(td_errors_size(errors), sizeof CODES / sizeof CODES[0]);
    for (size_t i = 0; i < sizeof CODES / sizeof CODES[0]; i++) {
        td_fault f = td_errors_view(errors, i);
        assert_string_equal(f.code, CODES[i]);
        assert_string_equal(f.place.pointer, POINTERS[i]);
        assert_int_equal(f.status, TD_EDATA);
    }
    char fix[128];
    td_errors_fix(errors, 10, TD_EN, fix, sizeof fix);
    assert_string_equal(fix, "perhaps: unknown");
    td_errors_fix(errors, 8, TD_EN, fix, sizeof fix);
    assert_string_equal(fix, "perhaps: red, blue");
    td_arena_free(reader.arena);
    td_json_free(json);
    td_errors_free(errors);
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
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
