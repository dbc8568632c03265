/*
 * thidua whatif --sweep: one weight from nothing to everything.
 */
#include <stdio.h>
#include <string.h>

#include "apps/cli/whatif_aim.h"
#include "apps/report/awards.h"
#include "apps/report/ranking.h"
#include "apps/report/text.h"

typedef struct sheet {
    td_whatif *w;
    td_tabulation *out;
    td_sweep sweep;
    td_sweep_awards awards;
    bool has_awards;
} sheet;

static const td_evaluation *evaluation_of(const sheet *s)
{
    return s->w->year->evaluation;
}

static bool is_shown(const sheet *s, const td_sweep_cluster *c)
{
    return c->is_swept && (s->w->cluster == TD_NONE || s->w->cluster == c->cluster);
}

static td_cluster_view cluster_of(const sheet *s, const td_sweep_cluster *c)
{
    return td_evaluation_cluster(evaluation_of(s), c->cluster);
}

/* Ids, and names, of those first on a range. */
static void leaders_of(const sheet *s, const td_sweep_reign *reign, char *ids, char *names)
{
    *ids = *names = '\0';
    for (size_t i = 0; i < reign->n_leaders; i++) {
        td_unit_view unit =
            td_evaluation_unit(evaluation_of(s), s->sweep.leaders[reign->first_leader + i]);
        td_text_join(ids, TD_WORDS, " ", unit.id);
        td_text_join(names, TD_WORDS, ", ", unit.name);
    }
}

static bool is_within(const td_sweep_range *range, double at)
{
    return (range->from < at || (range->from == at && range->has_from)) &&
           (at < range->to || (at == range->to && range->has_to));
}

static const td_sweep_reign *reign_today(const sheet *s, const td_sweep_cluster *c)
{
    const td_sweep_reign *reigns = s->sweep.reigns + c->first_reign;
    for (size_t i = 0; i < c->n_reigns; i++)
        if (is_within(&reigns[i].range, s->sweep.today))
            return &reigns[i];
    return reigns;
}

/* ---- sentences ---- */

static bool is_all(const td_sweep_range *range)
{
    return range->from_event == TD_NONE && range->to_event == TD_NONE;
}

static td_message choose(const td_sweep_range *range, td_message some, td_message all,
                         td_message point)
{
    return is_all(range) ? all : range->from == range->to ? point : some;
}

static void say_range(const sheet *s, const td_sweep_cluster *c, const td_sweep_range *range,
                      const char *leaders, td_message id, td_tone tone)
{
    char from[40], to[40], today[40];
    td_tab_sentence(s->out, tone, id, cluster_of(s, c).name, leaders,
                    td_whatif_item(s->w, s->sweep.item).code,
                    td_whatif_number(range->from, from, sizeof from),
                    td_whatif_number(range->to, to, sizeof to),
                    td_whatif_number(s->sweep.today, today, sizeof today), NULL);
}

static void say_cluster(const sheet *s, const td_sweep_cluster *c)
{
    char ids[TD_WORDS], names[TD_WORDS];
    const td_sweep_reign *reign = reign_today(s, c);
    if (reign->n_leaders == 0 || cluster_of(s, c).n_units < 2)
        return;
    leaders_of(s, reign, ids, names);
    say_range(s, c, &c->leader, names,
              choose(&c->leader, TD_MSG_WHATIF_SWEEP_KEEPS, TD_MSG_WHATIF_SWEEP_KEEPS_ALWAYS,
                     TD_MSG_WHATIF_SWEEP_KEEPS_POINT),
              TD_PLAIN);
    say_range(s, c, &c->ranking, names,
              choose(&c->ranking, TD_MSG_WHATIF_SWEEP_RANKS, TD_MSG_WHATIF_SWEEP_RANKS_ALWAYS,
                     TD_MSG_WHATIF_SWEEP_RANKS_POINT),
              TD_FAINT);
}

static void say_awards(const sheet *s)
{
    const td_sweep_awards *a = &s->awards;
    char from[40], to[40], today[40];
    td_tab_sentence(
        s->out, TD_PLAIN,
        a->n_changes == 0 ? TD_MSG_WHATIF_SWEEP_AWARDS_ALWAYS : TD_MSG_WHATIF_SWEEP_AWARDS,
        td_whatif_item(s->w, s->sweep.item).code, td_whatif_number(a->from, from, sizeof from),
        td_whatif_number(a->to, to, sizeof to),
        td_whatif_number(s->sweep.today, today, sizeof today), NULL);
    if (a->n_hidden > 0)
        TD_TAB_COUNTED(s->out, TD_WARN, TD_MSG_WHATIF_SWEEP_HIDDEN, a->n_hidden, a->n_intervals);
}

static void fill_facts(const sheet *s)
{
    td_criterion_view item = td_whatif_item(s->w, s->sweep.item);
    char vi[TD_WORDS], en[TD_WORDS];
    snprintf(vi, sizeof vi, "%s %s", item.code, td_name_of(item.name, TD_VI));
    snprintf(en, sizeof en, "%s %s", item.code, td_name_of(item.name, TD_EN));
    td_tab_fact(s->out, "item", TD_MSG_WHATIF_SWEEP_ITEM);
    td_tab_both(s->out, vi, en);
    td_tab_fact(s->out, "today", TD_MSG_WHATIF_SWEEP_TODAY);
    td_tab_number(s->out, s->sweep.today, 2);
    td_tab_fact(s->out, "scale", TD_MSG_WHATIF_SWEEP_SCALE);
    td_tab_number(s->out, s->sweep.scale, 2);
}

/* ---- tables ---- */

/* A value of the weight: its fraction, or as a number where it has none. */
static void cell_at(const sheet *s, size_t event, double x)
{
    char text[120];
    if (event != TD_NONE && s->sweep.events[event].is_exact) {
        td_sweep_value_text(&s->sweep, event, text, sizeof text);
        td_tab_exact(s->out, text, x, 2);
    } else {
        td_tab_number(s->out, x, 2);
    }
}

static void fill_cluster(const sheet *s, const td_sweep_cluster *c)
{
    char ids[TD_WORDS], names[TD_WORDS];
    leaders_of(s, reign_today(s, c), ids, names);
    td_tab_row(s->out, TD_PLAIN);
    td_tab_text(s->out, cluster_of(s, c).id);
    td_tab_text(s->out, cluster_of(s, c).name);
    td_tab_text(s->out, ids);
    td_tab_text(s->out, names);
    cell_at(s, c->leader.from_event, c->leader.from);
    cell_at(s, c->leader.to_event, c->leader.to);
    cell_at(s, c->ranking.from_event, c->ranking.from);
    cell_at(s, c->ranking.to_event, c->ranking.to);
    td_tab_count(s->out, c->n_events);
}

static void fill_clusters(const sheet *s)
{
    const td_tab_column columns[] = {
        td_tab_column_of("cluster", TD_MSG_WORD_CLUSTER_CODE, TD_LEFT, TD_FOR_MACHINES),
        td_tab_column_of("cluster_name", TD_MSG_WORD_CLUSTER, TD_LEFT, TD_FOR_ALL),
        td_tab_column_of("leaders", TD_MSG_WORD_LEADERS, TD_LEFT, TD_FOR_MACHINES),
        td_tab_column_of("leader_names", TD_MSG_WORD_LEADERS, TD_LEFT, TD_FOR_ALL),
        td_tab_column_of("leader_from", TD_MSG_WHATIF_LEADER_FROM, TD_RIGHT, TD_FOR_ALL),
        td_tab_column_of("leader_to", TD_MSG_WHATIF_LEADER_TO, TD_RIGHT, TD_FOR_ALL),
        td_tab_column_of("ranking_from", TD_MSG_WHATIF_RANKS_FROM, TD_RIGHT, TD_FOR_ALL),
        td_tab_column_of("ranking_to", TD_MSG_WHATIF_RANKS_TO, TD_RIGHT, TD_FOR_ALL),
        td_tab_column_of("events", TD_MSG_WHATIF_N_EVENTS, TD_RIGHT, TD_FOR_ALL)};
    TD_TAB_TABLE(s->out, "clusters", TD_MSG_WHATIF_SWEEP_SUMMARY, columns);
    td_tab_section(s->out, NULL, NULL);
    for (size_t i = 0; i < s->sweep.n_clusters; i++)
        if (is_shown(s, &s->sweep.clusters[i]))
            fill_cluster(s, &s->sweep.clusters[i]);
}

static void fill_reign(const sheet *s, const td_sweep_cluster *c, const td_sweep_reign *reign)
{
    char ids[TD_WORDS], names[TD_WORDS];
    leaders_of(s, reign, ids, names);
    td_tab_row(s->out, is_within(&reign->range, s->sweep.today) ? TD_BOLD : TD_PLAIN);
    td_tab_text(s->out, cluster_of(s, c).id);
    cell_at(s, reign->range.from_event, reign->range.from);
    cell_at(s, reign->range.to_event, reign->range.to);
    td_tab_yes(s->out, reign->range.has_from);
    td_tab_yes(s->out, reign->range.has_to);
    td_tab_text(s->out, ids);
    td_tab_text(s->out, names);
}

static void fill_leaders(const sheet *s)
{
    const td_tab_column columns[] = {
        td_tab_column_of("cluster", TD_MSG_WORD_CLUSTER_CODE, TD_LEFT, TD_FOR_MACHINES),
        td_tab_column_of("from", TD_MSG_WHATIF_SWEEP_FROM, TD_RIGHT, TD_FOR_ALL),
        td_tab_column_of("to", TD_MSG_WHATIF_SWEEP_TO, TD_RIGHT, TD_FOR_ALL),
        td_tab_column_of("has_from", TD_MSG_WHATIF_HAS_FROM, TD_LEFT, TD_FOR_MACHINES),
        td_tab_column_of("has_to", TD_MSG_WHATIF_HAS_TO, TD_LEFT, TD_FOR_MACHINES),
        td_tab_column_of("leaders", TD_MSG_WORD_LEADERS, TD_LEFT, TD_FOR_MACHINES),
        td_tab_column_of("leader_names", TD_MSG_WORD_LEADERS, TD_LEFT, TD_FOR_ALL)};
    TD_TAB_TABLE(s->out, "leaders", TD_MSG_WHATIF_SWEEP_LEADERS, columns);
    for (size_t i = 0; i < s->sweep.n_clusters; i++) {
        const td_sweep_cluster *c = &s->sweep.clusters[i];
        if (!is_shown(s, c))
            continue;
        td_tab_section(s->out, cluster_of(s, c).name, cluster_of(s, c).name);
        for (size_t r = 0; r < c->n_reigns; r++)
            fill_reign(s, c, &s->sweep.reigns[c->first_reign + r]);
    }
}

static void cell_class(const sheet *s, size_t class_index)
{
    const td_rules *rules = td_evaluation_rules(evaluation_of(s), s->sweep.rules);
    if (class_index == TD_NONE)
        td_tab_blank(s->out);
    else
        td_tab_both(s->out, td_rules_class_name(rules, class_index, TD_VI),
                    td_rules_class_name(rules, class_index, TD_EN));
}

static void fill_change(const sheet *s, const td_sweep_cluster *c, size_t e,
                        const td_sweep_change *change)
{
    const td_sweep_event *event = &s->sweep.events[e];
    td_unit_view unit = td_evaluation_unit(evaluation_of(s), change->unit);
    td_tab_row(s->out, event->moves_leader ? TD_BOLD : TD_PLAIN);
    td_tab_text(s->out, cluster_of(s, c).id);
    cell_at(s, e, event->at);
    td_tab_yes(s->out, event->is_exact);
    td_tab_text(s->out, unit.id);
    td_tab_text(s->out, unit.name);
    td_tab_rank(s->out, change->rank[0]);
    if (event->is_exact)
        td_tab_rank(s->out, change->rank[1]);
    else
        td_tab_blank(s->out);
    td_tab_rank(s->out, change->rank[2]);
    cell_class(s, change->class_index[0]);
    cell_class(s, change->class_index[2]);
}

static void fill_events(const sheet *s)
{
    const td_tab_column columns[] = {
        td_tab_column_of("cluster", TD_MSG_WORD_CLUSTER_CODE, TD_LEFT, TD_FOR_MACHINES),
        td_tab_column_of("at", TD_MSG_WHATIF_AT, TD_RIGHT, TD_FOR_ALL),
        td_tab_column_of("is_exact", TD_MSG_WHATIF_IS_EXACT, TD_LEFT, TD_FOR_MACHINES),
        td_tab_column_of("unit", TD_MSG_WORD_UNIT_CODE, TD_LEFT, TD_FOR_MACHINES),
        td_tab_column_of("unit_name", TD_MSG_WORD_UNIT, TD_LEFT, TD_FOR_ALL),
        td_tab_column_of("rank_below", TD_MSG_WHATIF_RANK_BELOW, TD_RIGHT, TD_FOR_ALL),
        td_tab_column_of("rank_at", TD_MSG_WHATIF_RANK_AT, TD_RIGHT, TD_FOR_ALL),
        td_tab_column_of("rank_above", TD_MSG_WHATIF_RANK_ABOVE, TD_RIGHT, TD_FOR_ALL),
        td_tab_column_of("class_below", TD_MSG_WHATIF_CLASS_BELOW, TD_LEFT, TD_FOR_ALL),
        td_tab_column_of("class_above", TD_MSG_WHATIF_CLASS_ABOVE, TD_LEFT, TD_FOR_ALL)};
    TD_TAB_TABLE(s->out, "events", TD_MSG_WHATIF_SWEEP_EVENTS, columns);
    for (size_t i = 0; i < s->sweep.n_clusters; i++) {
        const td_sweep_cluster *c = &s->sweep.clusters[i];
        if (!is_shown(s, c) || c->n_events == 0)
            continue;
        td_tab_section(s->out, cluster_of(s, c).name, cluster_of(s, c).name);
        for (size_t e = c->first_event; e < c->first_event + c->n_events; e++)
            for (size_t k = 0; k < s->sweep.events[e].n_changes; k++)
                fill_change(s, c, e, &s->sweep.changes[s->sweep.events[e].first_change + k]);
    }
}

static void cell_end(const sheet *s, size_t change, size_t end, double x)
{
    char text[120];
    td_sweep_award_text(&s->sweep, &s->awards, change, end, text, sizeof text);
    if (strstr(text, "...") == NULL)
        td_tab_exact(s->out, text, x, 2);
    else
        td_tab_number(s->out, x, 2);
}

static void cell_state(const sheet *s, td_award_state state)
{
    td_tab_text(s->out, td_award_state_code(state));
    td_tab_both(s->out, td_award_state_words(state, TD_VI), td_award_state_words(state, TD_EN));
}

static void fill_proposal(const sheet *s, size_t i)
{
    const td_sweep_award_change *change = &s->awards.changes[i];
    td_unit_view unit = td_evaluation_unit(evaluation_of(s), change->unit);
    td_award_view award = td_policy_award(td_evaluation_policy(evaluation_of(s)), change->award);
    if (s->w->cluster != TD_NONE && unit.cluster != s->w->cluster)
        return;
    td_tab_row(s->out, TD_PLAIN);
    cell_end(s, i, 0, change->from);
    cell_end(s, i, 1, change->to);
    td_tab_text(s->out, award.code);
    td_tab_both(s->out, td_name_of(award.name, TD_VI), td_name_of(award.name, TD_EN));
    td_tab_text(s->out, unit.id);
    td_tab_text(s->out, unit.name);
    cell_state(s, change->below);
    cell_state(s, change->above);
}

static void fill_proposals(const sheet *s)
{
    const td_tab_column columns[] = {
        td_tab_column_of("from", TD_MSG_WHATIF_AT, TD_RIGHT, TD_FOR_ALL),
        td_tab_column_of("to", TD_MSG_WHATIF_SWEEP_TO, TD_RIGHT, TD_FOR_MACHINES),
        td_tab_column_of("award", TD_MSG_WORD_AWARD_CODE, TD_LEFT, TD_FOR_MACHINES),
        td_tab_column_of("award_name", TD_MSG_WORD_AWARD, TD_LEFT, TD_FOR_PEOPLE),
        td_tab_column_of("unit", TD_MSG_WORD_UNIT_CODE, TD_LEFT, TD_FOR_MACHINES),
        td_tab_column_of("unit_name", TD_MSG_WORD_UNIT, TD_LEFT, TD_FOR_ALL),
        td_tab_column_of("state_below", TD_MSG_WHATIF_STATE_BELOW, TD_LEFT, TD_FOR_MACHINES),
        td_tab_column_of("words_below", TD_MSG_WHATIF_STATE_BELOW, TD_LEFT, TD_FOR_PEOPLE),
        td_tab_column_of("state_above", TD_MSG_WHATIF_STATE_ABOVE, TD_LEFT, TD_FOR_MACHINES),
        td_tab_column_of("words_above", TD_MSG_WHATIF_STATE_ABOVE, TD_LEFT, TD_FOR_PEOPLE)};
    TD_TAB_TABLE(s->out, "proposals", TD_MSG_WHATIF_SWEEP_PROPOSALS, columns);
    td_tab_section(s->out, NULL, NULL);
    for (size_t i = 0; i < s->awards.n_changes; i++)
        fill_proposal(s, i);
}

/* ---- all of it ---- */

static void fill(const sheet *s)
{
    fill_facts(s);
    for (size_t i = 0; i < s->sweep.n_clusters; i++)
        if (is_shown(s, &s->sweep.clusters[i]))
            say_cluster(s, &s->sweep.clusters[i]);
    if (s->has_awards)
        say_awards(s);
    fill_clusters(s);
    fill_leaders(s);
    fill_events(s);
    if (s->has_awards)
        fill_proposals(s);
}

static bool is_complete(const td_sweep *sweep)
{
    for (size_t i = 0; i < sweep->n_clusters; i++)
        if (!sweep->clusters[i].is_swept)
            return false;
    return true;
}

td_status td_whatif_sweep(td_whatif *w, td_errors *errors)
{
    sheet s = {.w = w, .out = w->sheet};
    size_t item;
    td_award_options awards = td_whatif_award_options(w->settings);
    td_sweep_options options = {.threads = (int)w->settings->whole[TD_OPT_THREADS],
                                .cancelled = awards.cancelled};
    td_status status = td_whatif_find_item(w, w->settings->text[TD_OPT_SWEEP], &item, errors);
    if (status == TD_OK)
        status = td_sweep_item(w->items, item, &options, &s.sweep, errors);
    s.has_awards = status == TD_OK && w->has_policy && is_complete(&s.sweep) &&
                   w->settings->whole[TD_OPT_NO_AWARDS] == 0;
    if (s.has_awards)
        status = td_sweep_awards_find(w->items, &s.sweep, &awards, &s.awards, errors);
    if (status == TD_OK)
        fill(&s);
    td_sweep_awards_release(&s.awards);
    td_sweep_release(&s.sweep);
    return status;
}
