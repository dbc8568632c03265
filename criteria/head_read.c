#include <math.h>
#include <string.h>

#include "criteria/rules_build.h"

#define MAX_DECIMALS 6
#define MAX_CARRIED 8
#define MORE_CARRIED 4

static void read_validity(td_reader *reader, const td_json *json)
{
    td_rules *rules = reader->rules;
    rules->first_day = -INFINITY;
    rules->last_day = INFINITY;
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
    if (from != NULL && !td_day_of_iso(from, &rules->first_day))
        td_reader_fault(reader, TD_MSG_RULES_NOT_DATE, "from", from, NULL);
    if (to != NULL && !td_day_of_iso(to, &rules->last_day))
        td_reader_fault(reader, TD_MSG_RULES_NOT_DATE, "to", to, NULL);
    else if (from != NULL && rules->last_day < rules->first_day)
        td_reader_fault(reader, TD_MSG_RULES_VALID_ORDER, "to", from, to, NULL);
    rules->view.valid_from = from;
    rules->view.valid_to = to;
    td_reader_leave(reader, mark);
}

static void read_names(td_reader *reader, const td_json *json)
{
    td_rules_view *view = &reader->rules->view;
    static const char *const STATUSES[] = {"in-force", "draft", "excerpt", "illustration", NULL};
    int status = 0;
    const char *version = NULL;
    if (td_read_required(reader, json, "thidua") != NULL &&
        td_read_string(reader, json, "thidua", &version) && strcmp(version, "rule-set/1") != 0)
        td_reader_fault(reader, TD_MSG_RULES_VERSION, "thidua", version, NULL);
    td_text name = {{"", ""}};
    view->code = "";
    if (td_read_required(reader, json, "code") != NULL)
        td_read_string(reader, json, "code", &view->code);
    if (td_read_required(reader, json, "name") != NULL)
        td_read_text(reader, json, "name", &name);
    view->name[TD_VI] = name.in[TD_VI];
    view->name[TD_EN] = name.in[TD_EN];
    td_read_string(reader, json, "issuer", &view->issuer);
    td_read_strings(reader, json, "citation", &view->citations, &view->n_citations);
    td_read_strings(reader, json, "notes", &view->notes, &view->n_notes);
    td_read_strings(reader, json, "unverified", &view->unverified, &view->n_unverified);
    td_read_choice(reader, json, "status", STATUSES, &status);
    view->status = STATUSES[status];
}

static void read_grid(td_reader *reader, const td_json *json)
{
    static const char *const ROUNDINGS[] = {"leaf", "group", "total", NULL};
    td_rules *rules = reader->rules;
    int decimals = 2, rounding = TD_ROUND_LEAF, carried = 0;
    td_read_whole(reader, json, "decimals", 0, MAX_DECIMALS, &decimals);
    td_read_choice(reader, json, "rounding", ROUNDINGS, &rounding);
    carried = decimals + MORE_CARRIED < MAX_CARRIED ? decimals + MORE_CARRIED : MAX_CARRIED;
    td_read_whole(reader, json, "carried_decimals", decimals, MAX_CARRIED, &carried);
    rules->rounding = (td_rounding)rounding;
    rules->view.decimals = decimals;
    rules->view.leaf_decimals = rounding == TD_ROUND_LEAF ? decimals : carried;
    rules->view.share_decimals = 2;
    td_read_whole(reader, json, "share_decimals", 0, MAX_DECIMALS, &rules->view.share_decimals);
    reader->leaf_decimals = rules->view.leaf_decimals;
}

static void read_ranking(td_reader *reader, const td_json *json)
{
    static const char *const BASES[] = {"points", "share", "rounded-share", NULL};
    static const char *const RANKS[] = {"competition", "dense", "fractional", NULL};
    static const char *const CLASS_BY[] = {"points", "share", NULL};
    static const char *const REASONS[] = {"required", "optional", NULL};
    td_rules *rules = reader->rules;
    int basis = TD_BY_POINTS, ranks = TD_COMPETITION, class_by = 0, reasons = 0;
    td_read_choice(reader, json, "rank_by", BASES, &basis);
    td_read_choice(reader, json, "ranks", RANKS, &ranks);
    td_read_choice(reader, json, "class_by", CLASS_BY, &class_by);
    td_read_choice(reader, json, "reasons", REASONS, &reasons);
    td_read_bool(reader, json, "rank_class_first", &rules->view.rank_class_first);
    td_read_bool(reader, json, "class_cap", &rules->class_cap);
    rules->view.rank_by = (td_rank_basis)basis;
    rules->ranks = (td_ranks)ranks;
    rules->class_by_share = class_by == 1;
    rules->reasons_required = reasons == 0;
}

static void check_channels(td_reader *reader)
{
    const td_rules *rules = reader->rules;
    size_t mark = td_reader_enter(reader, "channels");
    if (rules->n_channels == 0 || rules->n_channels > TD_MAX_CHANNELS)
        td_reader_fault(reader, TD_MSG_RULES_CHANNELS_COUNT, NULL,
                        td_word_of_number((double)TD_MAX_CHANNELS).text, NULL);
    for (size_t i = 1; i < rules->n_channels && rules->n_channels <= TD_MAX_CHANNELS; i++)
        for (size_t k = 0; k < i; k++)
            if (strcmp(rules->channels[i], rules->channels[k]) == 0) {
                size_t inner = td_reader_enter_index(reader, i);
                td_reader_fault(reader, TD_MSG_RULES_CHANNEL_TWICE, NULL, rules->channels[i], NULL);
                td_reader_leave(reader, inner);
            }
    td_reader_leave(reader, mark);
}

static void read_channels(td_reader *reader, const td_json *json)
{
    static const char *const DEFAULTS[] = {"final", "appraised", "cluster", "self"};
    td_rules *rules = reader->rules;
    const char *const *channels = DEFAULTS;
    rules->n_channels = sizeof DEFAULTS / sizeof DEFAULTS[0];
    td_read_strings(reader, json, "channels", &channels, &rules->n_channels);
    rules->channels = td_arena_alloc(reader->arena, rules->n_channels + 1, sizeof *rules->channels);
    if (rules->channels == NULL) {
        reader->failed = true;
        rules->n_channels = 0;
        return;
    }
    memcpy(rules->channels, channels, rules->n_channels * sizeof *channels);
    check_channels(reader);
}

void td_read_head(td_reader *reader, const td_json *json)
{
    td_read_known(reader, json, td_keys_rules);
    read_names(reader, json);
    read_validity(reader, json);
    read_grid(reader, json);
    read_ranking(reader, json);
    read_channels(reader, json);
    td_rules_view *view = &reader->rules->view;
    if (td_read_required(reader, json, "scale") != NULL)
        td_read_number(reader, json, "scale", &view->scale);
}
