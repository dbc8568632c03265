/*
 * thidua whatif --importance: what every weighted item decides, beside its weight.
 */
#include "apps/cli/whatif.h"

#include <math.h>

#include "apps/report/ranking.h"
#include "apps/report/text.h"

#define MOST_SAID 5 /* sentences about items that decide nothing; the table has them all */

/* One scope: all units under a rule set, or one cluster. */
typedef struct scope {
    const td_whatif *w;
    td_rules_view rules;
    const td_importance *found;
    const char *id;      /* of the cluster; "" for all */
    const char *name[2]; /* by td_lang */
    const char *said[2]; /* the same in sentences */
} scope;

/* ---- the table ---- */

static void begin_table(td_whatif *w)
{
    td_tab_column columns[] = {
        td_tab_column_of("rules", TD_MSG_IMPORTANCE_RULES, TD_LEFT, TD_FOR_MACHINES),
        td_tab_column_of("cluster", TD_MSG_IMPORTANCE_SCOPE, TD_LEFT, TD_FOR_MACHINES),
        td_tab_column_of("code", TD_MSG_IMPORTANCE_CODE, TD_LEFT, TD_FOR_ALL),
        td_tab_column_of("name", TD_MSG_IMPORTANCE_NAME, TD_LEFT, TD_FOR_ALL),
        td_tab_column_of("max", TD_MSG_IMPORTANCE_MAX, TD_RIGHT, TD_FOR_ALL),
        td_tab_column_of("weight_percent", TD_MSG_IMPORTANCE_WEIGHT, TD_RIGHT, TD_FOR_ALL),
        td_tab_column_of("lowest", TD_MSG_IMPORTANCE_LOWEST, TD_RIGHT, TD_FOR_ALL),
        td_tab_column_of("highest", TD_MSG_IMPORTANCE_HIGHEST, TD_RIGHT, TD_FOR_ALL),
        td_tab_column_of("first_percent", TD_MSG_IMPORTANCE_FIRST, TD_RIGHT, TD_FOR_ALL),
        td_tab_column_of("first_error", TD_MSG_IMPORTANCE_FIRST_ERROR, TD_RIGHT, TD_FOR_ALL),
        td_tab_column_of("total_percent", TD_MSG_IMPORTANCE_TOTAL, TD_RIGHT, TD_FOR_ALL),
        td_tab_column_of("total_error", TD_MSG_IMPORTANCE_TOTAL_ERROR, TD_RIGHT, TD_FOR_MACHINES),
        td_tab_column_of("covariance_percent", TD_MSG_IMPORTANCE_COVARIANCE, TD_RIGHT, TD_FOR_ALL),
        td_tab_column_of("pairs", TD_MSG_IMPORTANCE_PAIRS, TD_RIGHT, TD_FOR_ALL),
        td_tab_column_of("pairs_percent", TD_MSG_IMPORTANCE_OF_PAIRS, TD_RIGHT, TD_FOR_ALL),
        td_tab_column_of("ranks", TD_MSG_IMPORTANCE_RANKS, TD_RIGHT, TD_FOR_ALL),
        td_tab_column_of("leaders", TD_MSG_IMPORTANCE_LEADERS, TD_RIGHT, TD_FOR_ALL)};
    columns[4].optional = columns[8].optional = columns[9].optional = columns[10].optional =
        columns[12].optional = true;
    TD_TAB_TABLE(w->sheet, "items", TD_MSG_IMPORTANCE_ITEMS, columns);
}

/* An item that is worth points and decides nothing. */
static bool is_idle(const scope *s, const td_importance_item *item)
{
    return s->found->n_units > 1 && item->share > 0 && item->pairs == 0 && item->ranks == 0 &&
           !isnan(td_item_get(s->w->items, item->item).max_q);
}

static void add_figure(const scope *s, const td_importance_item *item, double x)
{
    if (item->is_number)
        td_tab_number(s->w->sheet, x, 3);
    else
        td_tab_points(s->w->sheet, x, s->rules.leaf_decimals);
}

static void add_item(const scope *s, const td_importance_item *item)
{
    td_tabulation *sheet = s->w->sheet;
    td_criterion_view criterion = td_whatif_item(s->w, item->item);
    bool is_exact = s->found->how == TD_IMPORTANCE_EXACT;
    td_tab_row(sheet, is_idle(s, item) ? TD_WARN : TD_PLAIN);
    td_tab_text(sheet, s->rules.code);
    td_tab_text(sheet, s->id);
    td_tab_text(sheet, criterion.code);
    td_tab_both(sheet, criterion.name[TD_VI], criterion.name[TD_EN]);
    td_tab_points(sheet, td_item_get(s->w->items, item->item).max_q, s->rules.leaf_decimals);
    td_tab_percent(sheet, item->share, 1);
    add_figure(s, item, item->lowest);
    add_figure(s, item, item->highest);
    td_tab_percent(sheet, item->first.value, 1);
    td_tab_percent(sheet, is_exact ? NAN : item->first.error, 1);
    td_tab_percent(sheet, is_exact ? NAN : item->total.value, 1);
    td_tab_percent(sheet, is_exact ? NAN : item->total.error, 1);
    td_tab_percent(sheet, item->covariance, 1);
    td_tab_count(sheet, item->pairs);
    td_tab_percent(
        sheet, s->found->n_pairs > 0 ? (double)item->pairs / (double)s->found->n_pairs : NAN, 1);
    td_tab_count(sheet, item->ranks);
    td_tab_count(sheet, item->leaders);
}

static void add_scope(const scope *s)
{
    char text[2][TD_CELL], units[24], clusters[24];
    snprintf(units, sizeof units, "%zu", s->found->n_units);
    snprintf(clusters, sizeof clusters, "%zu", s->found->n_clusters);
    for (td_lang lang = TD_VI; lang <= TD_EN; lang++) {
        if (s->found->cluster == TD_NONE)
            td_phrase(text[lang], sizeof text[lang], lang, TD_MSG_IMPORTANCE_ALL, s->name[lang],
                      units, clusters, NULL);
        else
            td_phrase(text[lang], sizeof text[lang], lang, TD_MSG_IMPORTANCE_CLUSTER, s->name[lang],
                      s->id, units, NULL);
    }
    td_tab_section(s->w->sheet, text[TD_VI], text[TD_EN]);
    for (size_t k = 0; k < s->found->n_items; k++)
        add_item(s, &s->found->item[k]);
}

/* ---- sentences ---- */

static void figure_text(const scope *s, const td_importance_item *item, double x, char *text,
                        size_t size)
{
    double grid = item->is_number ? 1 : pow(10, s->rules.leaf_decimals);
    td_number_text(x / grid, TD_MARK, text, size);
}

/* A sentence about an item in both languages: scope, item, then what is given. */
static void say(const scope *s, td_tone tone, td_message id, const char *item, const char *a,
                const char *b, const char *c)
{
    char text[2][2 * TD_CELL];
    for (td_lang lang = TD_VI; lang <= TD_EN; lang++)
        td_phrase(text[lang], sizeof text[lang], lang, id, s->said[lang], item, a, b, c, NULL);
    td_tab_say(s->w->sheet, tone, text[TD_VI], text[TD_EN]);
}

static void say_idle(const scope *s, const td_importance_item *item)
{
    char worth[48], low[48], high[48];
    double max_q = td_item_get(s->w->items, item->item).max_q;
    td_number_text(max_q / pow(10, s->rules.leaf_decimals), TD_MARK, worth, sizeof worth);
    figure_text(s, item, item->lowest, low, sizeof low);
    figure_text(s, item, item->highest, high, sizeof high);
    say(s, TD_WARN,
        item->lowest == item->highest ? TD_MSG_IMPORTANCE_NOTHING_SAME : TD_MSG_IMPORTANCE_NOTHING,
        td_whatif_item(s->w, item->item).code, worth, low, high);
}

/* The heaviest idle item that is lighter than `last`, or as heavy and behind it. */
static size_t next_idle(const scope *s, size_t last)
{
    const td_importance_item *item = s->found->item;
    size_t best = TD_NONE;
    for (size_t k = 0; k < s->found->n_items; k++) {
        bool is_left = last == TD_NONE || item[k].share < item[last].share ||
                       (item[k].share == item[last].share && k > last);
        if (is_left && is_idle(s, &item[k]) &&
            (best == TD_NONE || item[k].share > item[best].share))
            best = k;
    }
    return best;
}

static void say_all_idle(const scope *s)
{
    size_t n = 0;
    char more[24];
    for (size_t k = next_idle(s, TD_NONE); k != TD_NONE; k = next_idle(s, k))
        if (n++ < MOST_SAID)
            say_idle(s, &s->found->item[k]);
    if (n <= MOST_SAID)
        return;
    snprintf(more, sizeof more, "%zu", n - MOST_SAID);
    say(s, TD_WARN, TD_MSG_IMPORTANCE_NOTHING_MORE, more, "", "", "");
}

static void say_most(const scope *s)
{
    const td_importance_item *most = NULL;
    for (size_t k = 0; k < s->found->n_items; k++)
        if (s->found->item[k].pairs > (most != NULL ? most->pairs : 0))
            most = &s->found->item[k];
    if (most == NULL)
        return;
    char share[48], pairs[24], of[24];
    td_number_text(round(most->share * 1000) / 10, TD_MARK, share, sizeof share);
    snprintf(pairs, sizeof pairs, "%zu", most->pairs);
    snprintf(of, sizeof of, "%zu", s->found->n_pairs);
    say(s, TD_BOLD, TD_MSG_IMPORTANCE_MOST, td_whatif_item(s->w, most->item).code, share, pairs,
        of);
}

static void say_scope(const scope *s)
{
    char n[24];
    snprintf(n, sizeof n, "%zu", s->found->n);
    if (s->found->n_units < 2)
        say(s, TD_PLAIN, TD_MSG_IMPORTANCE_FEW, "", "", "", "");
    say_most(s);
    say_all_idle(s);
    if (s->found->how == TD_IMPORTANCE_SEQUENCE)
        say(s, TD_FAINT, TD_MSG_IMPORTANCE_SEQUENCED, n, "", "", "");
    if (s->found->how == TD_IMPORTANCE_RANDOM)
        say(s, TD_FAINT, TD_MSG_IMPORTANCE_RANDOMIZED, n, "", "", "");
}

/* ---- scopes ---- */

/* Is the cluster (TD_NONE: all of the rule set) looked at on its own? */
static bool is_shown(const td_whatif *w, size_t r, size_t c, size_t n_clusters)
{
    if (c == TD_NONE)
        return w->cluster == TD_NONE && n_clusters > 1;
    return td_evaluation_cluster(w->year->evaluation, c).rules == r;
}

static td_status add_one(td_whatif *w, const td_results *results, size_t r, size_t c, bool speaks)
{
    td_importance found;
    td_importance_options options = {.seed = w->settings->whole[TD_OPT_SEED],
                                     .cancelled = td_process_patience(true)};
    td_status status = td_importance_of(w->items, NULL, results, r, c, &options, &found);
    if (status != TD_OK)
        return status;
    scope s = {.w = w, .found = &found, .id = ""};
    s.rules = td_rules_get(td_evaluation_rules(w->year->evaluation, r));
    bool is_only = td_evaluation_get(w->year->evaluation).n_rules == 1;
    for (td_lang lang = TD_VI; lang <= TD_EN; lang++) {
        s.name[lang] = s.said[lang] = s.rules.name[lang];
        if (is_only)
            s.said[lang] = td_word(lang, TD_MSG_IMPORTANCE_EVERYWHERE);
        if (c != TD_NONE)
            s.name[lang] = s.said[lang] = td_evaluation_cluster(w->year->evaluation, c).name;
    }
    if (c != TD_NONE)
        s.id = td_evaluation_cluster(w->year->evaluation, c).id;
    add_scope(&s);
    if (speaks)
        say_scope(&s);
    td_importance_release(&found);
    return TD_OK;
}

/* Another method than that of the rule set ranks, which the shares do not describe. */
static void say_method(const td_whatif *w, size_t r)
{
    const td_rules *rules = td_evaluation_rules(w->year->evaluation, r);
    td_rules_view view = td_rules_get(rules);
    char text[2][2 * TD_CELL];
    bool in_sight =
        w->cluster == TD_NONE || td_evaluation_cluster(w->year->evaluation, w->cluster).rules == r;
    if (!td_rules_has_method(rules) || !in_sight)
        return;
    for (td_lang lang = TD_VI; lang <= TD_EN; lang++)
        td_phrase(text[lang], sizeof text[lang], lang, TD_MSG_IMPORTANCE_METHOD, view.name[lang],
                  td_method_text(td_rules_method(rules), lang), NULL);
    td_tab_say(w->sheet, TD_WARN, text[TD_VI], text[TD_EN]);
}

static size_t clusters_of(const td_whatif *w, size_t r)
{
    size_t n = 0;
    for (size_t c = 0; c < td_evaluation_get(w->year->evaluation).n_clusters; c++)
        n += td_evaluation_cluster(w->year->evaluation, c).rules == r;
    return n;
}

static td_status add_all(td_whatif *w, const td_results *results)
{
    td_status status = TD_OK;
    size_t end = td_whatif_end_cluster(w);
    for (size_t r = 0; r < td_evaluation_get(w->year->evaluation).n_rules && status == TD_OK; r++) {
        size_t n = clusters_of(w, r);
        bool all = is_shown(w, r, TD_NONE, n);
        say_method(w, r);
        if (all)
            status = add_one(w, results, r, TD_NONE, true);
        for (size_t c = td_whatif_first_cluster(w); c < end && status == TD_OK; c++)
            if (is_shown(w, r, c, n))
                status = add_one(w, results, r, c, !all);
    }
    return status;
}

td_status td_whatif_importance(td_whatif *w, td_errors *errors)
{
    td_results results = {0};
    td_options options = {.threads = (int)w->settings->whole[TD_OPT_THREADS]};
    td_tab_sentence(w->sheet, TD_FAINT, TD_MSG_IMPORTANCE_MEANING, NULL);
    begin_table(w);
    /* Ranks by the items of the level: other methods than sums see them. */
    td_status status = td_evaluate(w->items, 1, NULL, &options, &results, errors);
    if (status == TD_OK)
        status = add_all(w, &results);
    td_results_release(&results);
    w->interrupted = status == TD_EINTERRUPTED;
    return w->interrupted ? TD_OK : status;
}
