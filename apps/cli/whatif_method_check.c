/*
 * thidua whatif --method-check: who keeps rank and award under every method.
 */
#include <math.h>
#include <stdlib.h>

#include "apps/cli/whatif.h"
#include "apps/report/awards.h"
#include "apps/report/ranking.h"
#include "apps/report/text.h"

#define MOST_COLUMNS 40

/* The check and what it is shown beside. */
typedef struct sheet {
    td_whatif *w;
    td_tabulation *out;
    const td_evaluation *evaluation;
    td_method_check check;
    td_rank_change *changes; /* [n_methods * n_clusters] against the official ranks */
    size_t n_clusters;
    bool has_awards;
} sheet;

static const td_standing *official(const sheet *s, size_t unit)
{
    return &s->w->year->results.standing[unit];
}

static const td_standing *under(const sheet *s, size_t method, size_t unit)
{
    return &s->check.results[method].standing[unit];
}

static bool is_ranked(const sheet *s, size_t unit)
{
    return official(s, unit)->state != TD_UNRANKED;
}

static bool keeps_all(const sheet *s, size_t unit)
{
    return s->check.n_same_rank[unit] == s->check.n_methods &&
           s->check.n_same_awards[unit] == s->check.n_methods;
}

/* ---- columns ---- */

typedef struct columns {
    size_t n;
    td_tab_column of[MOST_COLUMNS];
} columns;

static void add(columns *c, const char *key, td_message word, td_align align, td_audience audience)
{
    c->of[c->n++] = td_tab_column_of(key, word, align, audience);
}

static void add_methods(columns *c, const sheet *s)
{
    for (size_t i = 0; i < s->check.n_methods; i++)
        c->of[c->n++] = (td_tab_column){.key = td_method_name(s->check.methods[i]),
                                        .title = {td_method_text(s->check.methods[i], TD_VI),
                                                  td_method_text(s->check.methods[i], TD_EN)},
                                        .align = TD_RIGHT};
}

static void add_unit(columns *c)
{
    add(c, "cluster", TD_MSG_WORD_CLUSTER_CODE, TD_LEFT, TD_FOR_MACHINES);
    add(c, "unit", TD_MSG_WORD_UNIT_CODE, TD_LEFT, TD_FOR_MACHINES);
    add(c, "unit_name", TD_MSG_WORD_UNIT, TD_LEFT, TD_FOR_ALL);
}

static void fill_unit(const sheet *s, const char *cluster, size_t unit)
{
    td_unit_view view = td_evaluation_unit(s->evaluation, unit);
    td_tab_row(s->out, keeps_all(s, unit) ? TD_PLAIN : TD_WARN);
    td_tab_text(s->out, cluster);
    td_tab_text(s->out, view.id);
    td_tab_text(s->out, view.name);
}

static td_status for_units(const sheet *s, td_whatif_visit *visit)
{
    return td_whatif_each_unit(s->w, s->w->year, visit, s);
}

/* ---- units ---- */

/* Awards proposed to the unit by the rule set's own ranking: codes, then names. */
static void fill_awards(const sheet *s, size_t unit)
{
    const td_awards *awards = s->w->awards;
    const td_policy *policy = td_evaluation_policy(s->evaluation);
    char codes[TD_CELL], vi[TD_CELL], en[TD_CELL];
    td_tab_text(s->out, td_award_names_of(policy, awards, unit, true, TD_VI, codes, sizeof codes));
    td_tab_both(s->out, td_award_names_of(policy, awards, unit, false, TD_VI, vi, sizeof vi),
                td_award_names_of(policy, awards, unit, false, TD_EN, en, sizeof en));
}

static void fill_ranks(const void *context, const td_cluster_view *cluster, size_t unit)
{
    const sheet *s = context;
    fill_unit(s, cluster->id, unit);
    td_tab_rank(s->out, official(s, unit)->rank);
    for (size_t i = 0; i < s->check.n_methods; i++)
        td_tab_rank(s->out, under(s, i, unit)->rank);
    td_tab_count(s->out, s->check.n_same_rank[unit]);
    if (s->has_awards) {
        fill_awards(s, unit);
        td_tab_count(s->out, s->check.n_same_awards[unit]);
    }
    td_tab_yes(s->out, keeps_all(s, unit));
}

static td_status fill_units(sheet *s)
{
    columns c = {0};
    add_unit(&c);
    add(&c, "rank", TD_MSG_WORD_BY_RULE_SET, TD_RIGHT, TD_FOR_ALL);
    add_methods(&c, s);
    add(&c, "same_rank", TD_MSG_WORD_SAME_RANK, TD_RIGHT, TD_FOR_ALL);
    if (s->has_awards) {
        add(&c, "awards", TD_MSG_WORD_AWARDS, TD_LEFT, TD_FOR_MACHINES);
        add(&c, "award_names", TD_MSG_WORD_AWARDS, TD_LEFT, TD_FOR_PEOPLE);
        add(&c, "same_awards", TD_MSG_WORD_SAME_AWARDS, TD_RIGHT, TD_FOR_ALL);
    }
    add(&c, "keeps_all", TD_MSG_WORD_KEEPS_ALL, TD_LEFT, TD_FOR_ALL);
    td_tab_table(s->out, "units", TD_MSG_WORD_METHOD_UNITS, c.n, c.of);
    return for_units(s, fill_ranks);
}

/* ---- methods ---- */

static size_t count_units(const sheet *s, size_t method, bool awards)
{
    size_t n = 0;
    for (size_t c = td_whatif_first_cluster(s->w); c < td_whatif_end_cluster(s->w); c++) {
        td_cluster_view view = td_evaluation_cluster(s->evaluation, c);
        for (size_t u = view.first_unit; u < view.first_unit + view.n_units; u++)
            n += is_ranked(s, u) && (awards ? s->check.same_awards[method * s->check.n_units + u]
                                            : under(s, method, u)->rank == official(s, u)->rank);
    }
    return n;
}

/* Units of the cluster that have a rank; a gate keeps it from the others under every method. */
static size_t count_ranked(const sheet *s, size_t cluster)
{
    size_t n = 0;
    td_cluster_view view = td_evaluation_cluster(s->evaluation, cluster);
    for (size_t u = view.first_unit; u < view.first_unit + view.n_units; u++)
        n += is_ranked(s, u);
    return n;
}

/* Clusters led by the very same units. */
static bool same_leaders(const sheet *s, size_t method, size_t cluster)
{
    td_cluster_view view = td_evaluation_cluster(s->evaluation, cluster);
    for (size_t u = view.first_unit; u < view.first_unit + view.n_units; u++)
        if ((official(s, u)->rank == 1) != (under(s, method, u)->rank == 1))
            return false;
    return count_ranked(s, cluster) > 0;
}

static void fill_name(const sheet *s, size_t method)
{
    size_t id = s->check.methods[method];
    td_tab_text(s->out, td_method_name(id));
    td_tab_both(s->out, td_method_text(id, TD_VI), td_method_text(id, TD_EN));
}

static void fill_method(const sheet *s, size_t method)
{
    size_t first = td_whatif_first_cluster(s->w), end = td_whatif_end_cluster(s->w);
    size_t n_tau = 0, n_leaders = 0;
    double sum = 0, lowest = INFINITY;
    for (size_t c = first; c < end; c++) {
        double tau = s->changes[method * s->n_clusters + c].tau_b;
        n_leaders += same_leaders(s, method, c);
        if (isnan(tau))
            continue;
        n_tau++;
        sum += tau;
        lowest = fmin(lowest, tau);
    }
    td_tab_row(s->out, TD_PLAIN);
    fill_name(s, method);
    td_tab_number(s->out, n_tau > 0 ? sum / (double)n_tau : NAN, 3);
    td_tab_number(s->out, n_tau > 0 ? lowest : NAN, 3);
    td_tab_count(s->out, count_units(s, method, false));
    if (s->has_awards)
        td_tab_count(s->out, count_units(s, method, true));
    td_tab_count(s->out, n_leaders);
}

static void fill_methods(sheet *s)
{
    columns c = {0};
    add(&c, "method", TD_MSG_WORD_METHOD, TD_LEFT, TD_FOR_MACHINES);
    add(&c, "method_name", TD_MSG_WORD_METHOD, TD_LEFT, TD_FOR_PEOPLE);
    add(&c, "tau_b", TD_MSG_WORD_TAU_MEAN, TD_RIGHT, TD_FOR_ALL);
    add(&c, "lowest_tau_b", TD_MSG_WORD_TAU_LOWEST, TD_RIGHT, TD_FOR_ALL);
    add(&c, "same_rank", TD_MSG_WORD_UNITS_SAME_RANK, TD_RIGHT, TD_FOR_ALL);
    if (s->has_awards)
        add(&c, "same_awards", TD_MSG_WORD_UNITS_SAME_AWARDS, TD_RIGHT, TD_FOR_ALL);
    add(&c, "same_leaders", TD_MSG_WORD_CLUSTERS_SAME_LEADER, TD_RIGHT, TD_FOR_ALL);
    td_tab_table(s->out, "methods", TD_MSG_WORD_METHOD_METHODS, c.n, c.of);
    td_tab_section(s->out, NULL, NULL);
    for (size_t i = 0; i < s->check.n_methods; i++)
        fill_method(s, i);
}

/* ---- leaders ---- */

/* Codes, then names, of the units of rank 1. */
static void fill_first(const sheet *s, const td_results *results, size_t cluster)
{
    char ids[TD_CELL] = "", names[TD_CELL] = "";
    td_cluster_view view = td_evaluation_cluster(s->evaluation, cluster);
    for (size_t u = view.first_unit; u < view.first_unit + view.n_units; u++)
        if (results->standing[u].rank == 1) {
            td_text_join(ids, sizeof ids, " ", td_evaluation_unit(s->evaluation, u).id);
            td_text_join(names, sizeof names, ", ", td_evaluation_unit(s->evaluation, u).name);
        }
    td_tab_text(s->out, ids);
    td_tab_text(s->out, names);
}

/* A cluster is a table of its own for people: seven names side by side fit on no screen. */
static void fill_leaders(sheet *s)
{
    columns c = {0};
    add(&c, "cluster", TD_MSG_WORD_CLUSTER_CODE, TD_LEFT, TD_FOR_MACHINES);
    add(&c, "method", TD_MSG_WORD_METHOD, TD_LEFT, TD_FOR_MACHINES);
    add(&c, "method_name", TD_MSG_WORD_METHOD, TD_LEFT, TD_FOR_PEOPLE);
    add(&c, "leaders", TD_MSG_WORD_LEADERS, TD_LEFT, TD_FOR_MACHINES);
    add(&c, "leader_names", TD_MSG_WORD_LEADERS, TD_LEFT, TD_FOR_PEOPLE);
    add(&c, "tau_b", TD_MSG_WORD_TAU, TD_RIGHT, TD_FOR_ALL);
    td_tab_table(s->out, "leaders", TD_MSG_WORD_METHOD_LEADERS, c.n, c.of);
    for (size_t k = td_whatif_first_cluster(s->w); k < td_whatif_end_cluster(s->w); k++) {
        td_cluster_view view = td_evaluation_cluster(s->evaluation, k);
        td_tab_section(s->out, view.name, view.name);
        td_tab_row(s->out, TD_BOLD);
        td_tab_text(s->out, view.id);
        td_tab_text(s->out, td_method_name(0));
        td_tab_both(s->out, td_method_text(0, TD_VI), td_method_text(0, TD_EN));
        fill_first(s, &s->w->year->results, k);
        td_tab_blank(s->out);
        for (size_t i = 0; i < s->check.n_methods; i++) {
            td_tab_row(s->out, same_leaders(s, i, k) ? TD_PLAIN : TD_WARN);
            td_tab_text(s->out, view.id);
            fill_name(s, i);
            fill_first(s, &s->check.results[i], k);
            td_tab_number(s->out, s->changes[i * s->n_clusters + k].tau_b, 3);
        }
    }
}

/* ---- scores ---- */

static void fill_score(const void *context, const td_cluster_view *cluster, size_t unit)
{
    const sheet *s = context;
    int decimals = td_rules_get(td_evaluation_rules(s->evaluation, cluster->rules)).decimals;
    fill_unit(s, cluster->id, unit);
    td_tab_points(s->out, official(s, unit)->total_q, decimals);
    for (size_t i = 0; i < s->check.n_methods; i++)
        td_tab_points(s->out, under(s, i, unit)->score_q, TD_SCORE_DECIMALS);
}

static td_status fill_scores(sheet *s)
{
    columns c = {0};
    add_unit(&c);
    add(&c, "points", TD_MSG_WORD_POINTS, TD_RIGHT, TD_FOR_ALL);
    size_t first = c.n;
    add_methods(&c, s);
    for (size_t i = first; i < c.n; i++)
        c.of[i].optional = true; /* the rule set's own method gives no score */
    td_tab_table(s->out, "scores", TD_MSG_WORD_METHOD_SCORES, c.n, c.of);
    return for_units(s, fill_score);
}

/* ---- sentences ---- */

/* Every score of method i is that of method k: what one says the other says too. */
static bool same_scores(const sheet *s, size_t i, size_t k)
{
    for (size_t u = 0; u < s->check.n_units; u++) {
        double a = under(s, i, u)->score_q, b = under(s, k, u)->score_q;
        if (a != b && !(isnan(a) && isnan(b)))
            return false;
    }
    return true;
}

static bool has_scores(const sheet *s, size_t method)
{
    for (size_t u = 0; u < s->check.n_units; u++)
        if (!isnan(under(s, method, u)->score_q))
            return true;
    return false;
}

static const char *name_of(const sheet *s, size_t method, td_lang lang)
{
    return td_method_text(s->check.methods[method], lang);
}

/* A sentence with the names of two methods (or of one). */
static void say_methods(const sheet *s, td_message id, size_t i, size_t k)
{
    char text[2][TD_CELL];
    for (int lang = TD_VI; lang <= TD_EN; lang++)
        td_phrase(text[lang], TD_CELL, (td_lang)lang, id, name_of(s, i, (td_lang)lang),
                  name_of(s, k, (td_lang)lang), NULL);
    td_tab_say(s->out, TD_FAINT, text[TD_VI], text[TD_EN]);
}

static void say_twins(const sheet *s)
{
    for (size_t i = 0; i < s->check.n_methods; i++) {
        if (!has_scores(s, i)) {
            say_methods(s, TD_MSG_WORD_METHOD_IS_OFFICIAL, i, i);
            continue;
        }
        for (size_t k = i + 1; k < s->check.n_methods; k++)
            if (same_scores(s, i, k))
                say_methods(s, TD_MSG_WORD_METHODS_ARE_TWINS, i, k);
    }
}

static void say_all(const sheet *s)
{
    size_t n_kept = 0, n_units = 0, n_leaders = 0, n_clusters = 0;
    for (size_t c = td_whatif_first_cluster(s->w); c < td_whatif_end_cluster(s->w); c++) {
        td_cluster_view view = td_evaluation_cluster(s->evaluation, c);
        bool same = true;
        for (size_t u = view.first_unit; u < view.first_unit + view.n_units; u++)
            n_kept += is_ranked(s, u) && keeps_all(s, u);
        for (size_t i = 0; i < s->check.n_methods; i++)
            same = same && same_leaders(s, i, c);
        n_units += count_ranked(s, c);
        n_leaders += same;
        n_clusters += count_ranked(s, c) > 0;
    }
    TD_TAB_COUNTED(s->out, n_units > 0 && n_kept == n_units ? TD_GOOD : TD_PLAIN,
                   s->has_awards ? TD_MSG_WORD_METHODS_KEEP_AWARDS : TD_MSG_WORD_METHODS_KEEP,
                   n_kept, n_units, s->check.n_methods);
    TD_TAB_COUNTED(s->out, TD_PLAIN, TD_MSG_WORD_METHODS_LEADERS, n_leaders, n_clusters,
                   s->check.n_methods);
    if (n_units > 0)
        say_twins(s);
    td_tab_sentence(s->out, TD_FAINT, TD_MSG_WORD_METHODS_NOTE, NULL);
}

/* ---- */

static td_status compare_ranks(sheet *s)
{
    s->changes = calloc(s->check.n_methods * s->n_clusters + 1, sizeof *s->changes);
    td_status status = s->changes == NULL ? TD_ENOMEM : TD_OK;
    for (size_t i = 0; i < s->check.n_methods && status == TD_OK; i++)
        status = td_compare_ranks(s->evaluation, &s->w->year->results, 0, &s->check.results[i], 0,
                                  s->changes + i * s->n_clusters);
    return status;
}

td_status td_whatif_method_check(td_whatif *w, td_errors *errors)
{
    if (w->settings->given[TD_OPT_METHOD]) {
        td_errors_add(errors, TD_MSG_CLI_TWO_MODES, NULL, "--method-check", "--method", NULL);
        return TD_EINVAL;
    }
    sheet s = {.w = w,
               .out = w->sheet,
               .evaluation = w->year->evaluation,
               .n_clusters = td_evaluation_get(w->year->evaluation).n_clusters,
               .has_awards = w->has_policy};
    td_options options = {.threads = (int)w->settings->whole[TD_OPT_THREADS]};
    td_award_options award = td_whatif_award_options(w->settings);
    td_status status =
        td_method_check_run(w->items, &w->year->results, w->has_policy ? w->awards : NULL, 0, NULL,
                            &options, &award, &s.check, errors);
    if (status == TD_OK)
        status = compare_ranks(&s);
    if (status == TD_OK) {
        w->interrupted = s.check.interrupted;
        say_all(&s);
        status = fill_units(&s);
    }
    if (status == TD_OK) {
        fill_methods(&s);
        fill_leaders(&s);
        status = fill_scores(&s);
    }
    free(s.changes);
    td_method_check_release(&s.check);
    return status;
}
