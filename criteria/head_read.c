#include <string.h>

#include "criteria/head.h"
#include "criteria/rules_build.h"

#define MAX_DECIMALS 6
#define MAX_CARRIED 8
#define MORE_CARRIED 4

static void read_names(td_reader *reader, const td_json *json)
{
    td_rules *rules = reader->rules;
    td_rules_view *view = &rules->view;
    td_head head;
    td_read_shared_head(reader, json, "rule-set/1", &head);
    rules->first_day = head.first_day;
    rules->last_day = head.last_day;
    view->code = head.code;
    view->name[TD_VI] = head.name.in[TD_VI];
    view->name[TD_EN] = head.name.in[TD_EN];
    view->issuer = head.issuer;
    view->status = head.status;
    view->valid_from = head.valid_from;
    view->valid_to = head.valid_to;
    view->n_citations = head.n_citations;
    view->citations = head.citations;
    view->n_notes = head.n_notes;
    view->notes = head.notes;
    view->n_unverified = head.n_unverified;
    view->unverified = head.unverified;
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
    td_rules *rules = reader->rules;
    size_t mark = td_reader_enter(reader, "channels");
    if (rules->n_channels == 0 || rules->n_channels > TD_MAX_CHANNELS)
        td_reader_fault(reader, TD_MSG_RULES_CHANNELS_COUNT, NULL,
                        td_word_of_number((double)TD_MAX_CHANNELS).text, NULL);
    if (rules->n_channels > TD_MAX_CHANNELS)
        rules->n_channels = TD_MAX_CHANNELS;
    for (size_t i = 1; i < rules->n_channels; i++)
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
    read_grid(reader, json);
    read_ranking(reader, json);
    read_channels(reader, json);
    td_rules_view *view = &reader->rules->view;
    if (td_read_required(reader, json, "scale") != NULL)
        td_read_number(reader, json, "scale", &view->scale);
}
