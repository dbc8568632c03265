#include "apps/report/faults.h"

#include "apps/report/text.h"

/* 1 is A, 27 is AA. */
static void column_letters(size_t column, char text[16])
{
    char reversed[16];
    size_t n = 0;
    for (; column > 0 && n < 14; column = (column - 1) / 26)
        reversed[n++] = (char)('A' + (column - 1) % 26);
    for (size_t i = 0; i < n; i++)
        text[i] = reversed[n - 1 - i];
    text[n] = '\0';
}

const char *td_place_text(const td_place *place, td_lang lang, char *text, size_t size)
{
    char part[TD_FAULT_TEXT], letters[16], row[24];
    text[0] = '\0';
    if (place->row > 0) {
        snprintf(row, sizeof row, "%zu", place->row);
        td_text_join(text, size, ", ",
                     td_phrase(part, sizeof part, lang, TD_MSG_WORD_AT_ROW, row, NULL));
    }
    if (place->column > 0) {
        column_letters(place->column, letters);
        td_text_join(text, size, ", ",
                     td_phrase(part, sizeof part, lang, TD_MSG_WORD_AT_COLUMN, letters, NULL));
    }
    if (place->field != NULL) {
        snprintf(part, sizeof part, *text == '\0' ? "%s" : "(%s)", place->field);
        td_text_join(text, size, " ", part);
    }
    if (place->pointer != NULL)
        td_text_join(text, size, " ", *place->pointer == '\0' ? "/" : place->pointer);
    return text;
}

const char *td_severity_code(td_severity severity)
{
    return severity == TD_ERROR ? "error" : "warning";
}

const char *td_family_code(td_status status)
{
    static const char *const CODES[] = {[TD_OK] = "ok",
                                        [TD_EINVAL] = "usage",
                                        [TD_EIO] = "io",
                                        [TD_ERULES] = "rules",
                                        [TD_EDATA] = "data",
                                        [TD_EWEIGHT] = "weight",
                                        [TD_ENOMEM] = "memory",
                                        [TD_EINTERNAL] = "internal",
                                        [TD_EINFEASIBLE] = "infeasible",
                                        [TD_EINTERRUPTED] = "interrupted"};
    return CODES[status];
}

const char *td_fault_counts(const td_errors *faults, td_lang lang, char *text, size_t size)
{
    char errors[24], warnings[24];
    size_t n_errors = td_errors_count(faults, TD_ERROR);
    size_t n_warnings = td_errors_count(faults, TD_WARNING);
    if (n_errors + n_warnings == 0)
        return td_phrase(text, size, lang, TD_MSG_WORD_NO_FAULTS, NULL);
    snprintf(errors, sizeof errors, "%zu", n_errors);
    snprintf(warnings, sizeof warnings, "%zu", n_warnings);
    return td_phrase(text, size, lang, TD_MSG_WORD_FAULT_COUNTS, errors, warnings, NULL);
}
