#include <string.h>

#include "criteria/policy_build.h"

#define MAX_COUNT 1000000
#define MAX_GUESSES 1000 /* of codes that are not awards: a look at a long file stays short */
#define SHORTEST_SLIP 6
#define MAX_DIGITS 9 /* of the two numbers of "2/3" */

void *td_reader_array(td_reader *reader, size_t n, size_t size)
{
    void *array = td_arena_alloc(reader->arena, n + 1, size);
    reader->failed |= array == NULL;
    return array;
}

size_t td_read_some(td_reader *reader, const td_json *object, const char *key, size_t most,
                    const td_json **first)
{
    const td_json *list = td_read_list(reader, object, key);
    if (list == NULL)
        return 0;
    size_t n = td_json_count(list);
    if (n == 0)
        td_reader_fault(reader, TD_MSG_POLICY_EMPTY, key, key, NULL);
    if (n > most) {
        td_reader_fault(reader, TD_MSG_POLICY_TOO_MANY, key, key,
                        td_word_of_number((double)most).text, NULL);
        n = most;
    }
    *first = td_json_first(list);
    return n;
}

/* ---- sets of strings ---- */

size_t td_reader_enter_set(td_reader *reader, const td_json *object, const char *key, size_t i)
{
    size_t mark = td_reader_enter(reader, key);
    if (td_json_is_array(td_json_member(object, key)))
        td_reader_enter_index(reader, i);
    return mark;
}

static bool find_repeated(td_reader *reader, const td_json *object, const char *key,
                          const char *const *strings, size_t n)
{
    td_codes *seen = td_codes_new(reader->arena);
    bool is_set = true;
    for (size_t i = 0; i < n; i++) {
        if (td_codes_find(seen, strings[i]) == TD_NONE) {
            reader->failed |= !td_codes_add(seen, strings[i], i);
            continue;
        }
        size_t mark = td_reader_enter_set(reader, object, key, i);
        td_reader_fault(reader, TD_MSG_POLICY_TWICE, NULL, strings[i], NULL);
        td_reader_leave(reader, mark);
        is_set = false;
    }
    return is_set;
}

bool td_read_set(td_reader *reader, const td_json *object, const char *key, const char *const **out,
                 size_t *n)
{
    if (!td_read_strings(reader, object, key, out, n))
        return false;
    if (*n == 0)
        td_reader_fault(reader, TD_MSG_POLICY_EMPTY, key, key, NULL);
    return *n > 0 && find_repeated(reader, object, key, *out, *n);
}

/* ---- numbers ---- */

/* The digits at the start of text; NULL when there are none or too many. */
static const char *whole_of(const char *text, int64_t *out)
{
    size_t n = strspn(text, "0123456789");
    *out = 0;
    for (size_t i = 0; i < n && n <= MAX_DIGITS; i++)
        *out = 10 * *out + (text[i] - '0');
    return n == 0 || n > MAX_DIGITS ? NULL : text + n;
}

static bool ratio_of(const td_json *json, td_ratio *out)
{
    td_decimal d;
    if (td_json_is_string(json)) {
        const char *rest = whole_of(td_json_string(json), &out->num);
        if (rest == NULL || *rest != '/')
            return false;
        rest = whole_of(rest + 1, &out->den);
        return rest != NULL && *rest == '\0' && out->den > 0;
    }
    if (!td_json_is_number(json) || !td_decimal_of(td_json_number(json), &d) || d.mantissa < 0)
        return false;
    *out = (td_ratio){d.mantissa, td_pow10(d.places)};
    return true;
}

bool td_read_ratio(td_reader *reader, const td_json *object, const char *key, td_ratio *out)
{
    const td_json *json = td_json_member(object, key);
    td_ratio ratio = {0, 1};
    if (json == NULL)
        return false;
    if (!ratio_of(json, &ratio) || ratio.num > ratio.den) {
        td_points_word number =
            td_word_of_number(td_json_is_number(json) ? td_json_number(json) : 0);
        const char *shown = td_json_is_number(json)   ? number.text
                            : td_json_is_string(json) ? td_json_string(json)
                                                      : key;
        td_reader_fault(reader, TD_MSG_POLICY_RATIO, key, shown, NULL);
        return false;
    }
    int64_t common = (int64_t)td_common_divisor(ratio.num, ratio.den);
    *out = (td_ratio){ratio.num / common, ratio.den / common};
    return true;
}

bool td_read_count(td_reader *reader, const td_json *object, const char *key, int least,
                   size_t *out)
{
    int count;
    if (!td_read_whole(reader, object, key, least, MAX_COUNT, &count))
        return false;
    *out = (size_t)count;
    return true;
}

bool td_read_scope(td_reader *reader, const td_json *object, const char *key, td_scope *out)
{
    static const char *const SCOPES[] = {"cluster", "group", "all", NULL};
    int scope = 0;
    if (!td_read_choice(reader, object, key, SCOPES, &scope))
        return false;
    *out = (td_scope)scope;
    return true;
}

/* ---- awards ---- */

/* Notes that the award being read waits for another one, at the reader's pointer. */
static void wait_for(td_policy_build *build, size_t award)
{
    td_reader *reader = &build->reader;
    td_award_reference *grown = td_grown(reader, build->references, build->n_references,
                                         &build->reference_capacity, sizeof *grown);
    if (grown == NULL)
        return;
    build->references = grown;
    grown[build->n_references++] =
        (td_award_reference){build->award, award, td_reader_pointer(reader)};
}

static bool find_award(td_policy_build *build, const char *code, bool waits, size_t *out)
{
    td_reader *reader = &build->reader;
    *out = td_codes_find(build->codes, code);
    if (*out == TD_NONE)
        td_reader_fault(reader, TD_MSG_POLICY_AWARD_UNKNOWN, NULL, code,
                        td_reader_suggest(reader, code, build->names, build->n_names), NULL);
    else if (waits)
        wait_for(build, *out);
    return *out != TD_NONE;
}

bool td_read_award(td_policy_build *build, const td_json *object, const char *key, size_t *out)
{
    const char *code = NULL;
    if (!td_read_string(&build->reader, object, key, &code))
        return false;
    size_t mark = td_reader_enter(&build->reader, key);
    bool ok = find_award(build, code, true, out);
    td_reader_leave(&build->reader, mark);
    return ok;
}

bool td_read_awards(td_policy_build *build, const td_json *object, const char *key, bool waits,
                    size_t **out, size_t *n)
{
    td_reader *reader = &build->reader;
    const char *const *codes = NULL;
    size_t n_codes = 0;
    bool ok = td_read_set(reader, object, key, &codes, &n_codes);
    size_t *awards = ok ? td_reader_array(reader, n_codes, sizeof *awards) : NULL;
    if (awards == NULL)
        return false;
    for (size_t i = 0; i < n_codes; i++) {
        size_t mark = td_reader_enter_set(reader, object, key, i);
        ok &= find_award(build, codes[i], waits, &awards[i]);
        td_reader_leave(reader, mark);
    }
    *out = awards;
    *n = n_codes;
    return ok;
}

/* ---- the past ---- */

static bool read_years(td_reader *reader, const td_json *object, td_past *past)
{
    const td_json *json = td_read_required(reader, object, "years_back");
    if (json == NULL)
        return false;
    int years[2] = {-1, -1};
    size_t n = td_json_is_array(json) ? td_json_count(json) : 0;
    const td_json *year = td_json_first(json);
    for (size_t i = 0; n == 2 && i < 2; i++, year = td_json_next(year)) {
        double x = td_json_is_number(year) ? td_json_number(year) : -1;
        years[i] = x >= 0 && x <= TD_MAX_YEARS_BACK && x == (double)(int)x ? (int)x : -1;
    }
    if (years[0] < 0 || years[1] < 0 || years[0] > years[1]) {
        td_reader_fault(reader, TD_MSG_POLICY_YEARS, "years_back",
                        td_word_of_number(TD_MAX_YEARS_BACK).text, NULL);
        return false;
    }
    past->years_from = years[0];
    past->years_to = years[1];
    return true;
}

/* One letter wrong, missing or too many, or two neighbours swapped. */
static bool is_slip(const char *a, const char *b)
{
    size_t n = strlen(a), m = strlen(b), head = 0;
    while (head < n && a[head] == b[head])
        head++;
    while (n > head && m > head && a[n - 1] == b[m - 1]) {
        n--;
        m--;
    }
    n -= head;
    m -= head;
    bool is_swap = n == 2 && m == 2 && a[head] == b[head + 1] && a[head + 1] == b[head];
    return is_swap || (n <= 1 && m <= 1);
}

/*
 * A code of the past need be no award of the policy, but one that is nearly one is told. Short
 * codes are all near each other: co-cp, co-tp.
 */
static void look_for_slip(td_policy_build *build, const char *code)
{
    if (strlen(code) < SHORTEST_SLIP || build->n_guesses++ >= MAX_GUESSES)
        return;
    for (size_t i = 0; i < build->n_names; i++)
        if (is_slip(code, build->names[i])) {
            td_reader_fault(&build->reader, TD_MSG_POLICY_HELD_NEAR, NULL, code, build->names[i],
                            NULL);
            return;
        }
}

bool td_read_past(td_policy_build *build, const td_json *object, const char *key, td_past *out)
{
    td_reader *reader = &build->reader;
    bool ok = td_read_set(reader, object, key, &out->awards, &out->n_awards);
    ok &= read_years(reader, object, out);
    for (size_t i = 0; ok && i < out->n_awards; i++) {
        size_t award = td_codes_find(build->codes, out->awards[i]);
        size_t mark = td_reader_enter_set(reader, object, key, i);
        if (award == TD_NONE)
            look_for_slip(build, out->awards[i]);
        else if (out->years_from == 0)
            wait_for(build, award);
        td_reader_leave(reader, mark);
    }
    return ok;
}
