#include <math.h>
#include <string.h>

#include "criteria/head.h"
#include "criteria/keys.h"

static void read_names(td_reader *reader, const td_json *json, const char *version, td_head *head)
{
    static const char *const STATUSES[] = {"in-force", "draft", "excerpt", "illustration", NULL};
    int status = 0;
    const char *own = NULL;
    if (td_read_required(reader, json, "thidua") != NULL &&
        td_read_string(reader, json, "thidua", &own) && strcmp(own, version) != 0)
        td_reader_fault(reader, TD_MSG_RULES_VERSION, "thidua", own, version, NULL);
    if (td_read_required(reader, json, "code") != NULL)
        td_read_string(reader, json, "code", &head->code);
    if (td_read_required(reader, json, "name") != NULL)
        td_read_text(reader, json, "name", &head->name);
    td_read_string(reader, json, "issuer", &head->issuer);
    td_read_strings(reader, json, "citation", &head->citations, &head->n_citations);
    td_read_strings(reader, json, "notes", &head->notes, &head->n_notes);
    td_read_strings(reader, json, "unverified", &head->unverified, &head->n_unverified);
    td_read_choice(reader, json, "status", STATUSES, &status);
    head->status = STATUSES[status];
}

static void read_validity(td_reader *reader, const td_json *json, td_head *head)
{
    if (td_read_required(reader, json, "valid") == NULL)
        return;
    const td_json *valid = td_read_object(reader, json, "valid");
    if (valid == NULL)
        return;
    size_t mark = td_reader_enter(reader, "valid");
    td_read_known(reader, valid, td_keys_valid);
    td_read_required(reader, valid, "from");
    const char *from = NULL, *to = NULL;
    td_read_string(reader, valid, "from", &from);
    td_read_string(reader, valid, "to", &to);
    if (from != NULL && !td_day_of_iso(from, &head->first_day))
        td_reader_fault(reader, TD_MSG_RULES_NOT_DATE, "from", from, NULL);
    if (to != NULL && !td_day_of_iso(to, &head->last_day))
        td_reader_fault(reader, TD_MSG_RULES_NOT_DATE, "to", to, NULL);
    else if (from != NULL && head->last_day < head->first_day)
        td_reader_fault(reader, TD_MSG_RULES_VALID_ORDER, "to", from, to, NULL);
    head->valid_from = from;
    head->valid_to = to;
    td_reader_leave(reader, mark);
}

void td_read_shared_head(td_reader *reader, const td_json *json, const char *version, td_head *out)
{
    *out = (td_head){.code = "", .name = {{"", ""}}, .first_day = -INFINITY, .last_day = INFINITY};
    read_names(reader, json, version, out);
    read_validity(reader, json, out);
}
