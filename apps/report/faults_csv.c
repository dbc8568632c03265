#include "apps/report/csv.h"
#include "apps/report/faults.h"
#include "apps/report/text.h"

static const td_csv_title TITLES[] = {
    {"severity", TD_MSG_WORD_SEVERITY}, {"code", TD_MSG_WORD_CODE},
    {"family", TD_MSG_WORD_FAMILY},     {"file", TD_MSG_WORD_FILE},
    {"row", TD_MSG_WORD_ROW},           {"column", TD_MSG_WORD_COLUMN},
    {"field", TD_MSG_WORD_FIELD},       {"pointer", TD_MSG_WORD_POINTER},
    {"what", TD_MSG_WORD_WHAT},         {"fix", TD_MSG_WORD_FIX},
};

static void count_or_blank(td_csv *csv, size_t count)
{
    if (count == 0)
        td_csv_number(csv, "");
    else
        td_csv_count(csv, count);
}

static const char *family_words(td_status status, td_lang lang)
{
    return td_word(lang, status == TD_ERULES  ? TD_MSG_WORD_FAMILY_RULES
                         : status == TD_EDATA ? TD_MSG_WORD_FAMILY_DATA
                         : status == TD_EIO   ? TD_MSG_WORD_FAMILY_IO
                                              : TD_MSG_WORD_FAMILY_OTHER);
}

static void write_fault(td_csv *csv, td_lang lang, const td_errors *faults, size_t i)
{
    char text[TD_FAULT_TEXT];
    td_fault fault = td_errors_view(faults, i);
    td_message word = fault.severity == TD_ERROR ? TD_MSG_WORD_ERROR : TD_MSG_WORD_WARNING;
    td_csv_text(csv, csv->vn ? td_word(lang, word) : td_severity_code(fault.severity));
    td_csv_text(csv, fault.code);
    td_csv_text(csv, csv->vn ? family_words(fault.status, lang) : td_family_code(fault.status));
    td_csv_text(csv, fault.place.file);
    count_or_blank(csv, fault.place.row);
    count_or_blank(csv, fault.place.column);
    td_csv_text(csv, fault.place.field);
    td_csv_text(csv, fault.place.pointer);
    td_errors_what(faults, i, lang, text, sizeof text);
    td_csv_text(csv, text);
    td_errors_fix(faults, i, lang, text, sizeof text);
    td_csv_text(csv, text);
    td_csv_end_row(csv);
}

td_status td_csv_faults(const td_report *report, const td_errors *faults)
{
    td_csv csv = td_csv_begin(report);
    td_csv_titles(&csv, report->lang, sizeof TITLES / sizeof TITLES[0], TITLES);
    td_csv_end_row(&csv);
    for (size_t i = 0; i < td_errors_size(faults); i++)
        write_fault(&csv, report->lang, faults, i);
    return TD_OK;
}
