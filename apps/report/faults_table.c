#include <stdlib.h>
#include <string.h>

#include "apps/report/faults.h"
#include "apps/report/grid.h"
#include "apps/report/text.h"

static const char *file_of(const td_errors *faults, size_t i)
{
    const char *file = td_errors_view(faults, i).place.file;
    return file == NULL ? "" : file;
}

static void print_fault(const td_report *report, const td_errors *faults, size_t i)
{
    char text[TD_FAULT_TEXT];
    td_fault fault = td_errors_view(faults, i);
    bool is_error = fault.severity == TD_ERROR;
    fputs("  ", report->out);
    td_tone_print(report->out, report->color, is_error ? TD_BAD : TD_WARN,
                  td_word(report->lang, is_error ? TD_MSG_WORD_ERROR : TD_MSG_WORD_WARNING));
    td_place_text(&fault.place, report->lang, text, sizeof text);
    if (*text != '\0') {
        fputs(", ", report->out);
        td_text_print(report->out, text);
    }
    fputs(": ", report->out);
    td_errors_what(faults, i, report->lang, text, sizeof text);
    td_text_print(report->out, text);
    fprintf(report->out, " [%s]\n", fault.code);
    td_errors_fix(faults, i, report->lang, text, sizeof text);
    if (*text != '\0') {
        fputs("    → ", report->out);
        td_text_print(report->out, text);
        fputc('\n', report->out);
    }
}

/* All faults of the file of the first one that is not said yet. */
static void print_file(const td_report *report, const td_errors *faults, size_t first, bool *said)
{
    const char *file = file_of(faults, first);
    td_tone_print(report->out, report->color, TD_BOLD,
                  *file == '\0' ? td_word(report->lang, TD_MSG_WORD_GENERAL) : file);
    fputc('\n', report->out);
    for (size_t i = first; i < td_errors_size(faults); i++)
        if (!said[i] && strcmp(file_of(faults, i), file) == 0) {
            print_fault(report, faults, i);
            said[i] = true;
        }
    fputc('\n', report->out);
}

td_status td_table_faults(const td_report *report, const td_errors *faults)
{
    char text[TD_FAULT_TEXT];
    size_t n = td_errors_size(faults);
    bool *said = calloc(n + 1, sizeof *said);
    if (said == NULL)
        return TD_ENOMEM;
    for (size_t i = 0; i < n; i++)
        if (!said[i])
            print_file(report, faults, i, said);
    free(said);
    td_text_print(report->out, td_fault_counts(faults, report->lang, text, sizeof text));
    fputc('\n', report->out);
    return TD_OK;
}
