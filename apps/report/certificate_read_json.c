/*
 * Takes a certificate apart: other inputs are refused first, then units and bounds are found again
 * by their ids. Nothing is believed here; that is what td_award_verify() is for.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "apps/report/certificate.h"
#include "apps/report/json_read.h"

#define POINTER 512
#define MAX_QUOTAS ((size_t)10000000)

static const cJSON *member(const cJSON *object, const char *key)
{
    return cJSON_GetObjectItemCaseSensitive(object, key);
}

static const char *text_at(const cJSON *object, const char *key)
{
    const char *text = cJSON_GetStringValue(member(object, key));
    return text == NULL ? "" : text;
}

void td_certificate_fault(const td_certificate *certificate, td_errors *errors, td_message id,
                          const char *pointer, ...)
{
    const char *args[2] = {"", ""};
    td_place place = {.file = certificate->file,
                      .row = td_json_row(certificate->text, pointer),
                      .pointer = pointer};
    va_list list;
    va_start(list, pointer);
    for (size_t i = 0; i < 2; i++) {
        const char *arg = va_arg(list, const char *);
        if (arg == NULL)
            break;
        args[i] = arg;
    }
    va_end(list);
    td_errors_add(errors, id, &place, args[0], args[1], NULL);
}

/* ---- the file ---- */

/* The pointer of what a certificate must have and this document has not; NULL when it is one. */
static const char *lacking(const td_certificate *c)
{
    const cJSON *version = member(c->document, "schema_version");
    if (strcmp(text_at(c->document, "kind"), "certificate") != 0)
        return "/kind";
    if (!cJSON_IsNumber(version) || version->valuedouble != 1)
        return "/schema_version";
    return *c->path == '\0' ? "/evaluation/path" : NULL;
}

td_status td_certificate_read(const char *file, td_certificate *out, td_errors *errors)
{
    size_t size = 0;
    out->file = file;
    td_status status = td_document_text(file, &out->text, &size, errors);
    if (status == TD_OK)
        status = td_document_parse(file, out->text, size, &out->document, errors);
    if (status != TD_OK)
        return status;
    out->path = text_at(member(out->document, "evaluation"), "path");
    const char *pointer = lacking(out);
    if (pointer == NULL)
        return TD_OK;
    td_certificate_fault(out, errors, TD_MSG_VERIFY_NOT_A_CERTIFICATE, pointer, NULL);
    return TD_EDATA;
}

void td_certificate_release(td_certificate *certificate)
{
    cJSON_Delete(certificate->document);
    free(certificate->text);
    free(certificate->strikes);
    free(certificate->claims);
    free(certificate->open);
    free(certificate->position);
    *certificate = (td_certificate){0};
}

/* ---- the inputs ---- */

static bool has_hash(const td_certificate *c, const cJSON *object, const char *pointer,
                     const char *what, const char *hash, td_errors *errors)
{
    const char *key = strrchr(pointer, '/') + 1, *claimed = text_at(object, key);
    char said[16], is[16];
    if (strcmp(claimed, hash) == 0)
        return true;
    snprintf(said, sizeof said, "%.12s", claimed);
    snprintf(is, sizeof is, "%.12s", hash);
    td_place place = {.file = c->file, .row = td_json_row(c->text, pointer), .pointer = pointer};
    td_errors_add(errors, TD_MSG_VERIFY_HASH, &place, what, said, is, NULL);
    return false;
}

static td_status match_inputs(const td_certificate *c, const td_evaluation *evaluation,
                              td_errors *errors)
{
    td_evaluation_view view = td_evaluation_get(evaluation);
    const cJSON *rules = member(c->document, "rules");
    char pointer[64];
    bool same = has_hash(c, member(c->document, "evaluation"), "/evaluation/data_hash", "data",
                         view.data_hash, errors);
    same &= has_hash(c, member(c->document, "policy"), "/policy/hash", "policy",
                     td_policy_get(td_evaluation_policy(evaluation)).hash, errors);
    for (size_t r = 0; r < view.n_rules; r++) {
        snprintf(pointer, sizeof pointer, "/rules/%zu/hash", r);
        same &= has_hash(c, cJSON_GetArrayItem(rules, (int)r), pointer, "rules",
                         td_rules_get(td_evaluation_rules(evaluation, r)).hash, errors);
    }
    return same ? TD_OK : TD_EDATA;
}

/* ---- units by id ---- */

typedef struct roster {
    size_t n;
    struct {
        const char *id;
        size_t unit;
    } * entries;
} roster;

static int by_id(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static bool roster_of(const td_evaluation *evaluation, roster *out)
{
    out->n = td_evaluation_get(evaluation).n_units;
    out->entries = calloc(out->n + 1, sizeof *out->entries);
    if (out->entries == NULL)
        return false;
    for (size_t u = 0; u < out->n; u++) {
        out->entries[u].id = td_evaluation_unit(evaluation, u).id;
        out->entries[u].unit = u;
    }
    qsort(out->entries, out->n, sizeof *out->entries, by_id);
    return true;
}

static size_t unit_with(const roster *units, const char *id)
{
    size_t lo = 0, hi = units->n;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        int order = strcmp(units->entries[mid].id, id);
        if (order == 0)
            return units->entries[mid].unit;
        if (order < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return TD_NONE;
}

/* ---- strikes and claims ---- */

static td_status read_strikes(td_certificate *c, const roster *units, td_errors *errors)
{
    const cJSON *strikes = member(c->document, "strikes"), *strike;
    char pointer[64];
    c->strikes = calloc((size_t)cJSON_GetArraySize(strikes) + 1, sizeof *c->strikes);
    if (c->strikes == NULL)
        return TD_ENOMEM;
    cJSON_ArrayForEach(strike, strikes)
    {
        const char *id = text_at(strike, "unit");
        size_t unit = unit_with(units, id);
        if (unit == TD_NONE) {
            snprintf(pointer, sizeof pointer, "/strikes/%zu/unit", c->n_strikes);
            td_certificate_fault(c, errors, TD_MSG_VERIFY_UNKNOWN_UNIT, pointer, id, NULL);
            return TD_EDATA;
        }
        c->strikes[c->n_strikes++] = (td_strike){unit, text_at(strike, "reason")};
    }
    return TD_OK;
}

static bool state_with(const char *code, td_award_state *out)
{
    for (td_award_state s = 0; s < TD_N_AWARD_STATES; s++)
        if (strcmp(td_award_state_code(s), code) == 0) {
            *out = s;
            return true;
        }
    return false;
}

/* A whole number that can index bounds; anything else names none that exists. */
static size_t index_at(const cJSON *object, const char *key)
{
    const cJSON *number = member(object, key);
    if (number == NULL)
        return TD_NONE;
    bool is_index = cJSON_IsNumber(number) && number->valuedouble >= 0 &&
                    number->valuedouble < 1e15 &&
                    number->valuedouble == (double)(size_t)number->valuedouble;
    return is_index ? (size_t)number->valuedouble : TD_NONE - 1;
}

/* One row of a list: candidates or others. */
static td_status read_row(td_certificate *c, const roster *units, size_t award, const cJSON *row,
                          const char *list, size_t place, td_errors *errors)
{
    char pointer[POINTER];
    const char *id = text_at(row, "unit"), *code = text_at(row, "state");
    size_t unit = unit_with(units, id);
    snprintf(pointer, sizeof pointer, "/awards/%zu/%s/%zu/unit", award, list, place);
    if (unit == TD_NONE) {
        td_certificate_fault(c, errors, TD_MSG_VERIFY_UNKNOWN_UNIT, pointer, id, NULL);
        return TD_EDATA;
    }
    size_t cell = award * c->n_units + unit;
    if (c->position[cell] != UINT32_MAX) {
        td_certificate_fault(c, errors, TD_MSG_VERIFY_TWICE, pointer, id, NULL);
        return TD_EDATA;
    }
    c->position[cell] = (uint32_t)(2 * place + (*list == 'o'));
    c->claims[cell].quota = index_at(row, "quota");
    if (state_with(code, &c->claims[cell].state))
        return TD_OK;
    snprintf(pointer, sizeof pointer, "/awards/%zu/%s/%zu/state", award, list, place);
    td_certificate_fault(c, errors, TD_MSG_VERIFY_UNKNOWN_STATE, pointer, code, NULL);
    return TD_EDATA;
}

static td_status read_award(td_certificate *c, const td_evaluation *evaluation, const roster *units,
                            size_t award, td_errors *errors)
{
    static const char *const LISTS[] = {"candidates", "others"};
    const cJSON *awards = member(c->document, "awards"), *row;
    const cJSON *object = cJSON_GetArrayItem(awards, (int)award);
    const char *code = td_policy_award(td_evaluation_policy(evaluation), award).code;
    char pointer[POINTER];
    td_status status = TD_OK;
    snprintf(pointer, sizeof pointer, "/awards/%zu/code", award);
    if (strcmp(text_at(object, "code"), code) != 0) {
        td_certificate_fault(c, errors, TD_MSG_VERIFY_DIFFERS, pointer, text_at(object, "code"),
                             code, NULL);
        return TD_EDATA;
    }
    for (size_t l = 0; l < 2; l++) {
        size_t place = 0;
        cJSON_ArrayForEach(row, member(object, LISTS[l]))
        {
            if (status == TD_OK)
                status = read_row(c, units, award, row, LISTS[l], place++, errors);
        }
    }
    for (size_t u = 0; u < c->n_units && status == TD_OK; u++) {
        if (c->position[award * c->n_units + u] != UINT32_MAX)
            continue;
        snprintf(pointer, sizeof pointer, "/awards/%zu", award);
        td_certificate_fault(c, errors, TD_MSG_VERIFY_UNIT_MISSING, pointer,
                             td_evaluation_unit(evaluation, u).id, NULL);
        status = TD_EDATA;
    }
    return status;
}

/* Indices are those of the whole list of bounds; the certificate names the ones that hold. */
static bool read_open_seats(td_certificate *c)
{
    const cJSON *quotas = member(c->document, "quotas"), *row;
    cJSON_ArrayForEach(row, quotas)
    {
        size_t index = index_at(row, "index");
        if (index < MAX_QUOTAS && index >= c->n_open)
            c->n_open = index + 1;
    }
    c->open = calloc(c->n_open + 1, sizeof *c->open);
    cJSON_ArrayForEach(row, quotas)
    {
        size_t index = index_at(row, "index"), open = index_at(row, "open");
        if (c->open != NULL && index < c->n_open && open < TD_NONE - 1)
            c->open[index] = open;
    }
    return c->open != NULL;
}

td_status td_certificate_match(td_certificate *certificate, const td_evaluation *evaluation,
                               td_errors *errors)
{
    size_t n_awards = td_policy_get(td_evaluation_policy(evaluation)).n_awards;
    roster units = {0};
    td_status status = match_inputs(certificate, evaluation, errors);
    if (status != TD_OK)
        return status;
    certificate->n_units = td_evaluation_get(evaluation).n_units;
    size_t cells = n_awards * certificate->n_units;
    certificate->claims = calloc(cells + 1, sizeof *certificate->claims);
    certificate->position = malloc((cells + 1) * sizeof *certificate->position);
    if (certificate->claims == NULL || certificate->position == NULL ||
        !read_open_seats(certificate) || !roster_of(evaluation, &units))
        return TD_ENOMEM;
    memset(certificate->position, 0xFF, (cells + 1) * sizeof *certificate->position);
    status = read_strikes(certificate, &units, errors);
    for (size_t w = 0; w < n_awards && status == TD_OK; w++)
        status = read_award(certificate, evaluation, &units, w, errors);
    free(units.entries);
    return status;
}

/* ---- where a claim stands ---- */

/* The pointer lives until the next call, which is as long as a fault needs it. */
static void find_claim(const void *context, size_t award, size_t unit, td_place *place)
{
    static _Thread_local char pointer[POINTER];
    const td_certificate *c = context;
    uint32_t position = c->position[award * c->n_units + unit];
    snprintf(pointer, sizeof pointer, "/awards/%zu/%s/%u/state", award,
             position % 2 == 1 ? "others" : "candidates", (unsigned)(position / 2));
    *place = (td_place){.file = c->file, .row = td_json_row(c->text, pointer), .pointer = pointer};
}

td_award_claims td_certificate_claims(const td_certificate *certificate, size_t n_awards)
{
    return (td_award_claims){.n_awards = n_awards,
                             .n_units = certificate->n_units,
                             .claim = certificate->claims,
                             .open = certificate->open,
                             .n_open = certificate->n_open,
                             .find = find_claim,
                             .context = certificate};
}
