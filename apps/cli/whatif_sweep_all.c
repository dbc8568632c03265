/*
 * thidua whatif --sweep-all: how far every weight can move, one at a time, before something changes.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "apps/cli/whatif_aim.h"
#include "apps/report/ranking.h"
#include "apps/report/text.h"

typedef struct sheet {
    td_whatif *w;
    td_tabulation *out;
    td_crossings all;
    td_sweep_hold *holds; /* [clusters * items] */
} sheet;

static const td_evaluation *evaluation_of(const sheet *s)
{
    return s->w->year->evaluation;
}

static size_t list_of(const sheet *s, size_t cluster, size_t item)
{
    return cluster * s->all.n_items + item;
}

static bool is_swept(const sheet *s, size_t cluster, size_t item)
{
    return s->all.lists[list_of(s, cluster, item)].is_swept;
}

static td_cluster_view cluster_of(const sheet *s, size_t cluster)
{
    return td_evaluation_cluster(evaluation_of(s), s->all.clusters[cluster]);
}

static double today_of(const sheet *s, size_t item)
{
    return td_whatif_item(s->w, item).max;
}

static double scale_of(const sheet *s, size_t item)
{
    size_t rules = td_item_get(s->w->items, item).rules;
    td_rules_view view = td_rules_get(td_evaluation_rules(evaluation_of(s), rules));
    return td_item_get(s->w->items, item).sum / pow(10, view.leaf_decimals);
}

/* Does the stretch end before the scale does? */
static bool has_end(const sheet *s, size_t item, const td_sweep_stretch *stretch)
{
    return stretch->from > 0 || stretch->to < scale_of(s, item);
}

/* ---- over all clusters ---- */

/* One item over all clusters that were swept. */
typedef struct summary {
    size_t n_clusters, n_crossings, n_movable; /* n_movable: clusters whose leader changes */
    td_sweep_stretch leader, ranking;          /* where nothing changes in any of them */
} summary;

static void narrow(td_sweep_stretch *all, const td_sweep_stretch *one)
{
    all->from = fmax(all->from, one->from);
    all->to = fmin(all->to, one->to);
}

static summary sum_up(const sheet *s, size_t item)
{
    const td_sweep_stretch whole = {0, scale_of(s, item), TD_NONE, TD_NONE};
    summary sum = {.leader = whole, .ranking = whole};
    for (size_t c = 0; c < s->all.n_clusters; c++) {
        const td_sweep_hold *hold = &s->holds[list_of(s, c, item)];
        if (!is_swept(s, c, item))
            continue;
        sum.n_clusters++;
        sum.n_crossings += s->all.lists[list_of(s, c, item)].n;
        sum.n_movable += has_end(s, item, &hold->leader);
        narrow(&sum.leader, &hold->leader);
        narrow(&sum.ranking, &hold->ranking);
    }
    return sum;
}

static void add_stretch(const sheet *s, const td_sweep_stretch *stretch)
{
    td_tab_number(s->out, stretch->from, 2);
    td_tab_number(s->out, stretch->to, 2);
}

static void add_summary(const sheet *s, size_t item)
{
    summary sum = sum_up(s, item);
    td_criterion_view criterion = td_whatif_item(s->w, item);
    size_t rules = td_item_get(s->w->items, item).rules;
    if (sum.n_clusters == 0)
        return;
    td_tab_row(s->out, TD_PLAIN);
    td_tab_text(s->out, td_rules_get(td_evaluation_rules(evaluation_of(s), rules)).code);
    td_tab_text(s->out, criterion.code);
    td_tab_both(s->out, td_name_of(criterion.name, TD_VI), td_name_of(criterion.name, TD_EN));
    td_tab_number(s->out, today_of(s, item), 2);
    td_tab_count(s->out, sum.n_crossings);
    td_tab_count(s->out, sum.n_clusters);
    td_tab_count(s->out, sum.n_movable);
    add_stretch(s, &sum.leader);
    add_stretch(s, &sum.ranking);
}

static void fill_items(const sheet *s)
{
    const td_tab_column columns[] = {
        td_tab_column_of("rules", TD_MSG_IMPORTANCE_RULES, TD_LEFT, TD_FOR_MACHINES),
        td_tab_column_of("item", TD_MSG_WORD_CODE, TD_LEFT, TD_FOR_ALL),
        td_tab_column_of("item_name", TD_MSG_IMPORTANCE_NAME, TD_LEFT, TD_FOR_ALL),
        td_tab_column_of("today", TD_MSG_WHATIF_ALL_TODAY, TD_RIGHT, TD_FOR_ALL),
        td_tab_column_of("crossings", TD_MSG_WHATIF_ALL_CROSSINGS, TD_RIGHT, TD_FOR_ALL),
        td_tab_column_of("clusters", TD_MSG_WHATIF_ALL_SWEPT, TD_RIGHT, TD_FOR_ALL),
        td_tab_column_of("clusters_movable", TD_MSG_WHATIF_ALL_MOVABLE, TD_RIGHT, TD_FOR_ALL),
        td_tab_column_of("leader_from", TD_MSG_WHATIF_LEADER_FROM, TD_RIGHT, TD_FOR_ALL),
        td_tab_column_of("leader_to", TD_MSG_WHATIF_LEADER_TO, TD_RIGHT, TD_FOR_ALL),
        td_tab_column_of("ranking_from", TD_MSG_WHATIF_RANKS_FROM, TD_RIGHT, TD_FOR_ALL),
        td_tab_column_of("ranking_to", TD_MSG_WHATIF_RANKS_TO, TD_RIGHT, TD_FOR_ALL)};
    TD_TAB_TABLE(s->out, "items", TD_MSG_WHATIF_ALL_ITEMS, columns);
    td_tab_section(s->out, NULL, NULL);
    for (size_t item = 0; item < s->all.n_items; item++)
        add_summary(s, item);
}

/* ---- by cluster ---- */

/* An end of a stretch: its fraction where two units change places there. */
static void cell_end(const sheet *s, size_t list, size_t crossing, double x)
{
    char text[120] = "...";
    if (crossing != TD_NONE)
        td_crossing_text(s->w->items, &s->all, list, crossing, text, sizeof text);
    if (strstr(text, "...") == NULL)
        td_tab_exact(s->out, text, x, 2);
    else
        td_tab_number(s->out, x, 2);
}

static void cell_stretch(const sheet *s, size_t list, const td_sweep_stretch *stretch)
{
    cell_end(s, list, stretch->from_crossing, stretch->from);
    cell_end(s, list, stretch->to_crossing, stretch->to);
}

/* Names of those that are first today. */
static void leaders_of(const sheet *s, size_t cluster, char *names)
{
    td_cluster_view view = cluster_of(s, cluster);
    double first = 0;
    *names = '\0';
    for (size_t u = view.first_unit; u < view.first_unit + view.n_units; u++) {
        double rank = s->w->year->results.standing[u].rank;
        first = rank > 0 && (first == 0 || rank < first) ? rank : first;
    }
    for (size_t u = view.first_unit; u < view.first_unit + view.n_units; u++)
        if (first > 0 && s->w->year->results.standing[u].rank == first)
            td_text_join(names, TD_WORDS, ", ", td_evaluation_unit(evaluation_of(s), u).name);
}

static void add_section(const sheet *s, size_t cluster)
{
    char names[TD_WORDS], text[2][2 * TD_WORDS];
    leaders_of(s, cluster, names);
    for (td_lang lang = TD_VI; lang <= TD_EN; lang++)
        td_phrase(text[lang], sizeof text[lang], lang, TD_MSG_WHATIF_ALL_SECTION,
                  cluster_of(s, cluster).name, names, NULL);
    td_tab_section(s->out, text[TD_VI], text[TD_EN]);
}

static void add_hold(const sheet *s, size_t cluster, size_t item)
{
    size_t list = list_of(s, cluster, item);
    td_criterion_view criterion = td_whatif_item(s->w, item);
    td_tab_row(s->out, TD_PLAIN);
    td_tab_text(s->out, cluster_of(s, cluster).id);
    td_tab_text(s->out, criterion.code);
    td_tab_both(s->out, td_name_of(criterion.name, TD_VI), td_name_of(criterion.name, TD_EN));
    td_tab_number(s->out, today_of(s, item), 2);
    cell_stretch(s, list, &s->holds[list].leader);
    cell_stretch(s, list, &s->holds[list].ranking);
    td_tab_count(s->out, s->all.lists[list].n);
}

static void fill_holds(const sheet *s)
{
    const td_tab_column columns[] = {
        td_tab_column_of("cluster", TD_MSG_WORD_CLUSTER_CODE, TD_LEFT, TD_FOR_MACHINES),
        td_tab_column_of("item", TD_MSG_WORD_CODE, TD_LEFT, TD_FOR_ALL),
        td_tab_column_of("item_name", TD_MSG_IMPORTANCE_NAME, TD_LEFT, TD_FOR_ALL),
        td_tab_column_of("today", TD_MSG_WHATIF_ALL_TODAY, TD_RIGHT, TD_FOR_ALL),
        td_tab_column_of("leader_from", TD_MSG_WHATIF_LEADER_FROM, TD_RIGHT, TD_FOR_ALL),
        td_tab_column_of("leader_to", TD_MSG_WHATIF_LEADER_TO, TD_RIGHT, TD_FOR_ALL),
        td_tab_column_of("ranking_from", TD_MSG_WHATIF_RANKS_FROM, TD_RIGHT, TD_FOR_ALL),
        td_tab_column_of("ranking_to", TD_MSG_WHATIF_RANKS_TO, TD_RIGHT, TD_FOR_ALL),
        td_tab_column_of("crossings", TD_MSG_WHATIF_ALL_CROSSINGS, TD_RIGHT, TD_FOR_ALL)};
    TD_TAB_TABLE(s->out, "clusters", TD_MSG_WHATIF_ALL_HOLDS, columns);
    for (size_t c = 0; c < s->all.n_clusters; c++) {
        bool some = false;
        for (size_t item = 0; item < s->all.n_items; item++)
            some |= is_swept(s, c, item);
        if (!some || cluster_of(s, c).n_units < 2)
            continue;
        add_section(s, c);
        for (size_t item = 0; item < s->all.n_items; item++)
            if (is_swept(s, c, item))
                add_hold(s, c, item);
    }
}

/* ---- sentences ---- */

/* The smallest step that costs a leader the first place. */
typedef struct nearest {
    size_t cluster, item;
    double to, step; /* step in scales, infinite: none */
} nearest;

static void look_at(const sheet *s, size_t cluster, size_t item, double to, bool is_end,
                    nearest *best)
{
    double step = fabs(to - today_of(s, item)) / scale_of(s, item);
    if (!is_end && step < best->step)
        *best = (nearest){cluster, item, to, step};
}

/* *any: something was swept. */
static nearest find_nearest(const sheet *s, bool *any)
{
    nearest best = {.step = INFINITY};
    *any = false;
    for (size_t c = 0; c < s->all.n_clusters; c++)
        for (size_t item = 0; item < s->all.n_items; item++) {
            const td_sweep_stretch *leader = &s->holds[list_of(s, c, item)].leader;
            if (!is_swept(s, c, item))
                continue;
            *any = true;
            look_at(s, c, item, leader->from, leader->from <= 0, &best);
            look_at(s, c, item, leader->to, leader->to >= scale_of(s, item), &best);
        }
    return best;
}

static void say_nearest(const sheet *s)
{
    bool any;
    nearest best = find_nearest(s, &any);
    char today[40], to[40];
    if (isinf(best.step)) {
        td_tab_sentence(s->out, TD_PLAIN, any ? TD_MSG_WHATIF_ALL_FIRM : TD_MSG_WHATIF_ALL_NOTHING,
                        NULL);
        return;
    }
    td_tab_sentence(s->out, TD_PLAIN,
                    best.step == 0 ? TD_MSG_WHATIF_ALL_TIED : TD_MSG_WHATIF_ALL_NEAREST,
                    cluster_of(s, best.cluster).name, td_whatif_item(s->w, best.item).code,
                    td_whatif_number(today_of(s, best.item), today, sizeof today),
                    td_whatif_number(best.to, to, sizeof to), NULL);
}

/* ---- all of it ---- */

static void fill(const sheet *s)
{
    td_tab_fact(s->out, "crossings", TD_MSG_WHATIF_ALL_CROSSINGS);
    td_tab_count(s->out, s->all.n);
    td_tab_sentence(s->out, TD_FAINT, TD_MSG_WHATIF_ALL_MEANING, NULL);
    say_nearest(s);
    fill_items(s);
    fill_holds(s);
}

td_status td_whatif_sweep_all(td_whatif *w, td_errors *errors)
{
    sheet s = {.w = w, .out = w->sheet};
    td_sweep_options options = {.threads = (int)w->settings->whole[TD_OPT_THREADS],
                                .cancelled = td_whatif_award_options(w->settings).cancelled};
    if (w->cluster != TD_NONE) {
        options.clusters = &w->cluster;
        options.n_clusters = 1;
    }
    td_status status = td_sweep_all(w->items, &options, &s.all, errors);
    if (status == TD_OK) {
        s.holds = calloc(s.all.n_clusters * s.all.n_items + 1, sizeof *s.holds);
        status = s.holds == NULL ? TD_ENOMEM : td_sweep_holds(w->items, &s.all, &options, s.holds);
    }
    if (status == TD_OK)
        fill(&s);
    free(s.holds);
    td_crossings_release(&s.all);
    return status;
}
