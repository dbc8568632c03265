#include "apps/report/faults.h"
#include "apps/report/provenance_json.h"
#include "apps/report/text.h"

static void write_count(td_emitter *json, const char *key, size_t count)
{
    if (count == 0)
        td_emit_raw(json, key, "null");
    else
        td_emit_count(json, key, count);
}

static void write_fault(td_emitter *json, const td_errors *faults, size_t i)
{
    char vi[TD_FAULT_TEXT], en[TD_FAULT_TEXT];
    td_fault fault = td_errors_view(faults, i);
    const char *const texts[2] = {vi, en};
    td_emit_open(json, NULL, '{');
    td_emit_text(json, "code", fault.code);
    td_emit_text(json, "severity", td_severity_code(fault.severity));
    td_emit_text(json, "family", td_family_code(fault.status));
    td_emit_text(json, "file", fault.place.file);
    write_count(json, "row", fault.place.row);
    write_count(json, "column", fault.place.column);
    td_emit_text(json, "field", fault.place.field);
    td_emit_text(json, "pointer", fault.place.pointer);
    td_errors_what(faults, i, TD_VI, vi, sizeof vi);
    td_errors_what(faults, i, TD_EN, en, sizeof en);
    td_emit_both(json, "what", texts);
    td_errors_fix(faults, i, TD_VI, vi, sizeof vi);
    td_errors_fix(faults, i, TD_EN, en, sizeof en);
    td_emit_both(json, "fix", texts);
    td_emit_close(json, '}');
}

td_status td_json_faults(const td_report *report, const td_errors *faults)
{
    td_emitter json = {.out = report->out};
    td_emit_head(&json, "faults");
    td_emit_count(&json, "errors", td_errors_count(faults, TD_ERROR));
    td_emit_count(&json, "warnings", td_errors_count(faults, TD_WARNING));
    td_emit_open(&json, "faults", '[');
    for (size_t i = 0; i < td_errors_size(faults); i++)
        write_fault(&json, faults, i);
    td_emit_close(&json, ']');
    td_emit_close(&json, '}');
    return TD_OK;
}
