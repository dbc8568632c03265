/*
 * thidua whatif --exact: probabilities of ranks as fractions.
 */
#include "apps/cli/whatif.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "apps/report/ranking.h"
#include "apps/report/text.h"

#define MANY_PAIRS "exact-pairs" /* shown to people only when asked for */
#define SHORT_FRACTION 20        /* longer ones tell people nothing */

/* What was found for the clusters to show. */
typedef struct findings {
    td_whatif *w;
    size_t n;
    td_exact *exact;    /* [n] those that the method covers */
    size_t **order;     /* [n] their units as they are officially ranked, the unranked last */
    td_errors *refusal; /* why the first cluster that is not covered is not */
} findings;

/* ---- shared cells ---- */

static td_unit_view unit_of(const findings *f, const td_exact *e, size_t u)
{
    size_t first = td_evaluation_cluster(f->w->year->evaluation, e->cluster).first_unit;
    return td_evaluation_unit(f->w->year->evaluation, first + u);
}

static void begin_section(const findings *f, const td_exact *e)
{
    td_cluster_view cluster = td_evaluation_cluster(f->w->year->evaluation, e->cluster);
    char text[TD_CELL];
    td_phrase(text, sizeof text, TD_VI, TD_MSG_EXACT_CLUSTER, cluster.name, cluster.id, NULL);
    td_tab_section(f->w->sheet, text, text);
}

/* Begins a row with the cells that begin every table. */
static void begin_row(const findings *f, const td_exact *e, size_t u)
{
    td_unit_view unit = unit_of(f, e, u);
    td_tab_row(f->w->sheet, TD_PLAIN);
    td_tab_text(f->w->sheet, td_evaluation_cluster(f->w->year->evaluation, e->cluster).id);
    td_tab_text(f->w->sheet, unit.id);
    td_tab_text(f->w->sheet, unit.name);
}

#define FIRST_COLUMNS                                                                              \
    td_tab_column_of("cluster", TD_MSG_WORD_CLUSTER_CODE, TD_LEFT, TD_FOR_MACHINES),               \
        td_tab_column_of("id", TD_MSG_WORD_UNIT_CODE, TD_LEFT, TD_FOR_MACHINES),                   \
        td_tab_column_of("unit", TD_MSG_WORD_UNIT, TD_LEFT, TD_FOR_ALL)

/* A probability in percent, and the fraction that it is, for machines. */
static void add_probability(const findings *f, const td_rational *p)
{
    td_tab_percent(f->w->sheet, p->nearest, 2);
    td_tab_text(f->w->sheet, p->text);
}

/* The fraction for people. */
static void add_fraction(const findings *f, const td_rational *p)
{
    td_tab_text(f->w->sheet, strlen(p->text) <= SHORT_FRACTION ? p->text : NULL);
}

#define PROBABILITY_COLUMNS                                                                        \
    td_tab_column_of("percent", TD_MSG_EXACT_PROBABILITY, TD_RIGHT, TD_FOR_ALL),                   \
        td_tab_column_of("probability", TD_MSG_EXACT_FRACTION, TD_RIGHT, TD_FOR_MACHINES),         \
    {                                                                                              \
        "fraction",                                                                                \
            {td_word(TD_VI, TD_MSG_EXACT_FRACTION), td_word(TD_EN, TD_MSG_EXACT_FRACTION)},        \
            TD_RIGHT, TD_FOR_PEOPLE, true                                                          \
    }

static bool is_possible(const td_rational *p)
{
    return p->text != NULL && p->nearest > 0;
}

/* ---- tables ---- */

static double rank_at(const td_exact *e, size_t place)
{
    return 1 + (double)place * e->place_step;
}

static void add_unit(const findings *f, const td_exact *e, size_t u)
{
    td_tabulation *sheet = f->w->sheet;
    const td_rational *places = &e->places[u * e->n_places];
    size_t first = td_evaluation_cluster(f->w->year->evaluation, e->cluster).first_unit;
    double official = f->w->year->results.standing[first + u].rank, best = 0, worst = 0;
    td_rational keeps = {NULL, NAN};
    for (size_t p = 0; p < e->n_places; p++) {
        if (rank_at(e, p) == official)
            keeps = places[p];
        if (!is_possible(&places[p]))
            continue;
        best = best == 0 ? rank_at(e, p) : best;
        worst = rank_at(e, p);
    }
    begin_row(f, e, u);
    td_tab_rank(sheet, official);
    add_probability(f, &keeps);
    add_probability(f, &e->first[u]);
    td_tab_exact(sheet, e->expected_rank[u].text, e->expected_rank[u].nearest, 2);
    td_tab_rank(sheet, best);
    td_tab_rank(sheet, worst);
}

static void add_units(const findings *f)
{
    const td_tab_column columns[] = {
        FIRST_COLUMNS,
        td_tab_column_of("rank_official", TD_MSG_EXACT_RANK_OFFICIAL, TD_RIGHT, TD_FOR_ALL),
        td_tab_column_of("keeps_percent", TD_MSG_EXACT_KEEPS, TD_RIGHT, TD_FOR_ALL),
        td_tab_column_of("keeps", TD_MSG_EXACT_FRACTION, TD_RIGHT, TD_FOR_MACHINES),
        td_tab_column_of("first_percent", TD_MSG_EXACT_FIRST, TD_RIGHT, TD_FOR_ALL),
        td_tab_column_of("first", TD_MSG_EXACT_FRACTION, TD_RIGHT, TD_FOR_MACHINES),
        td_tab_column_of("expected_rank", TD_MSG_EXACT_EXPECTED, TD_RIGHT, TD_FOR_ALL),
        td_tab_column_of("best_rank", TD_MSG_EXACT_BEST, TD_RIGHT, TD_FOR_ALL),
        td_tab_column_of("worst_rank", TD_MSG_EXACT_WORST, TD_RIGHT, TD_FOR_ALL)};
    TD_TAB_TABLE(f->w->sheet, "exact-units", TD_MSG_EXACT_UNITS, columns);
    for (size_t i = 0; i < f->n; i++) {
        begin_section(f, &f->exact[i]);
        for (size_t u = 0; u < f->exact[i].n_units; u++)
            add_unit(f, &f->exact[i], f->order[i][u]);
    }
}

static void add_ranks(const findings *f)
{
    const td_tab_column columns[] = {
        FIRST_COLUMNS, td_tab_column_of("rank", TD_MSG_WORD_RANK, TD_RIGHT, TD_FOR_ALL),
        PROBABILITY_COLUMNS};
    TD_TAB_TABLE(f->w->sheet, "exact-ranks", TD_MSG_EXACT_RANKS, columns);
    for (size_t i = 0; i < f->n; i++) {
        const td_exact *e = &f->exact[i];
        begin_section(f, e);
        for (size_t at = 0; at < e->n_units * e->n_places; at++) {
            size_t u = f->order[i][at / e->n_places], place = at % e->n_places;
            const td_rational *p = &e->places[u * e->n_places + place];
            if (!is_possible(p))
                continue;
            begin_row(f, e, u);
            td_tab_rank(f->w->sheet, rank_at(e, place));
            add_probability(f, p);
            add_fraction(f, p);
        }
    }
}

/* Item k of the method among all items. */
static size_t item_of(const findings *f, const td_exact *e, size_t k)
{
    size_t rules = td_evaluation_cluster(f->w->year->evaluation, e->cluster).rules, first = 0;
    while (td_item_get(f->w->items, first).rules != rules)
        first++;
    return first + e->item[k];
}

static void add_centre(const findings *f, const td_exact *e, size_t u, size_t k)
{
    td_tabulation *sheet = f->w->sheet;
    const td_rational *share = &e->central[u * e->n_items + k];
    size_t item = item_of(f, e, k);
    td_item_view view = td_item_get(f->w->items, item);
    td_criterion_view criterion = td_whatif_item(f->w, item);
    td_rules_view rules = td_rules_get(td_evaluation_rules(f->w->year->evaluation, view.rules));
    begin_row(f, e, u);
    td_tab_text(sheet, criterion.code);
    td_tab_both(sheet, criterion.name[TD_VI], criterion.name[TD_EN]);
    add_probability(f, share);
    td_tab_number(sheet, share->nearest * view.sum / pow(10, rules.leaf_decimals), 2);
}

static void add_centres(const findings *f)
{
    const td_tab_column columns[] = {
        FIRST_COLUMNS,
        td_tab_column_of("code", TD_MSG_WORD_CODE, TD_LEFT, TD_FOR_ALL),
        td_tab_column_of("name", TD_MSG_WORD_CRITERION, TD_LEFT, TD_FOR_ALL),
        td_tab_column_of("weight_percent", TD_MSG_EXACT_SHARE, TD_RIGHT, TD_FOR_ALL),
        td_tab_column_of("weight", TD_MSG_EXACT_FRACTION, TD_RIGHT, TD_FOR_MACHINES),
        td_tab_column_of("max", TD_MSG_EXACT_POINTS, TD_RIGHT, TD_FOR_ALL)};
    TD_TAB_TABLE(f->w->sheet, "exact-centres", TD_MSG_EXACT_CENTRES, columns);
    for (size_t i = 0; i < f->n; i++) {
        const td_exact *e = &f->exact[i];
        begin_section(f, e);
        for (size_t at = 0; at < e->n_units * e->n_items; at++)
            if (is_possible(&e->first[f->order[i][at / e->n_items]]))
                add_centre(f, e, f->order[i][at / e->n_items], at % e->n_items);
    }
}

static void add_pairs(const findings *f)
{
    const td_tab_column columns[] = {
        FIRST_COLUMNS,
        td_tab_column_of("other_id", TD_MSG_EXACT_OTHER_CODE, TD_LEFT, TD_FOR_MACHINES),
        td_tab_column_of("other", TD_MSG_EXACT_OTHER, TD_LEFT, TD_FOR_ALL), PROBABILITY_COLUMNS};
    TD_TAB_TABLE(f->w->sheet, MANY_PAIRS, TD_MSG_EXACT_PAIRS, columns);
    for (size_t i = 0; i < f->n; i++) {
        const td_exact *e = &f->exact[i];
        begin_section(f, e);
        for (size_t at = 0; at < e->n_units * e->n_units; at++) {
            size_t u = f->order[i][at / e->n_units], v = f->order[i][at % e->n_units];
            const td_rational *p = &e->winning[u * e->n_units + v];
            if (u == v || p->text == NULL)
                continue;
            begin_row(f, e, u);
            td_tab_text(f->w->sheet, unit_of(f, e, v).id);
            td_tab_text(f->w->sheet, unit_of(f, e, v).name);
            add_probability(f, p);
            add_fraction(f, p);
        }
    }
}

/* n^2 rows are for machines, and for people who ask for them. */
static bool shows_pairs(const td_whatif *w)
{
    const char *part = w->settings->text[TD_OPT_PART];
    return strcmp(td_run_format(w->settings)->name, "table") != 0 ||
           (part != NULL && strcmp(part, MANY_PAIRS) == 0);
}

/* ---- sentences ---- */

static void say_limits(const td_whatif *w)
{
    char all[2 * TD_CELL] = "";
    for (size_t i = 0; i < td_settings_count(w->settings, TD_OPT_LIMIT); i++)
        td_text_join(all, sizeof all, "; ", td_settings_listed(w->settings, TD_OPT_LIMIT, i));
    if (all[0] != '\0')
        td_tab_sentence(w->sheet, TD_WARN, TD_MSG_EXACT_LIMITED, all, NULL);
}

/* Units (in official order) that are first under all weights, else the one that is most often. */
static void say_leader(const findings *f, const td_exact *e, const size_t *order)
{
    size_t most = TD_NONE;
    char sure[TD_CELL] = "", percent[48];
    for (size_t i = 0; i < e->n_units; i++) {
        const td_rational *p = &e->first[order[i]];
        if (!is_possible(p))
            continue;
        if (strcmp(p->text, "1") == 0)
            td_text_join(sure, sizeof sure, ", ", unit_of(f, e, order[i]).name);
        if (most == TD_NONE || p->nearest > e->first[most].nearest)
            most = order[i];
    }
    const char *cluster = td_evaluation_cluster(f->w->year->evaluation, e->cluster).name;
    if (sure[0] != '\0') {
        td_tab_sentence(f->w->sheet, TD_GOOD, TD_MSG_EXACT_SURE, cluster, sure, NULL);
    } else if (most != TD_NONE) {
        td_number_text(round(e->first[most].nearest * 1e4) / 100, TD_MARK, percent, sizeof percent);
        td_tab_sentence(f->w->sheet, TD_PLAIN, TD_MSG_EXACT_LEADS, cluster,
                        unit_of(f, e, most).name, percent, NULL);
    }
}

static void say_refusal(const td_whatif *w, size_t c, const td_errors *why)
{
    const char *name = td_evaluation_cluster(w->year->evaluation, c).name;
    char reason[2][TD_CELL], text[2][2 * TD_CELL];
    for (td_lang lang = TD_VI; lang <= TD_EN; lang++) {
        td_errors_what(why, 0, lang, reason[lang], sizeof reason[lang]);
        td_phrase(text[lang], sizeof text[lang], lang, TD_MSG_EXACT_NOT_COVERED, name, reason[lang],
                  NULL);
    }
    td_tab_say(w->sheet, TD_WARN, text[TD_VI], text[TD_EN]);
}

/* ---- clusters ---- */

static size_t *official_order(const td_whatif *w, size_t c)
{
    td_cluster_view cluster = td_evaluation_cluster(w->year->evaluation, c);
    const td_standing *standing = w->year->results.standing + cluster.first_unit;
    size_t *order = calloc(cluster.n_units + 1, sizeof *order);
    for (size_t u = 0; order != NULL && u < cluster.n_units; u++) {
        size_t at = u;
        double rank = standing[u].rank == 0 ? INFINITY : standing[u].rank;
        for (; at > 0; at--) {
            double before = standing[order[at - 1]].rank;
            if ((before == 0 ? INFINITY : before) <= rank)
                break;
            order[at] = order[at - 1];
        }
        order[at] = u;
    }
    return order;
}

/* A cluster that the method does not cover is said; when none is covered, it is a fault. */
static td_status pass_over(findings *f, size_t c, td_errors *why)
{
    say_refusal(f->w, c, why);
    if (f->refusal == NULL) {
        f->refusal = td_errors_new();
        if (f->refusal == NULL)
            return TD_ENOMEM;
        td_errors_append(f->refusal, why);
    }
    return TD_OK;
}

static td_status find_one(findings *f, size_t c, td_errors *errors)
{
    td_whatif *w = f->w;
    td_errors *why = td_errors_new();
    if (why == NULL)
        return TD_ENOMEM;
    const char *limits[TD_MAX_LISTED];
    td_exact_options options = {.n_limits = td_settings_count(w->settings, TD_OPT_LIMIT),
                                .limits = limits,
                                .cancelled = td_process_patience(true)};
    for (size_t i = 0; i < options.n_limits; i++)
        limits[i] = td_settings_listed(w->settings, TD_OPT_LIMIT, i);
    td_options threads = {.threads = (int)w->settings->whole[TD_OPT_THREADS]};
    td_status status =
        td_sample_exact(w->items, &w->year->results, c, &options, &threads, &f->exact[f->n], why);
    if (status == TD_OK) {
        size_t *order = official_order(w, c);
        status = order != NULL ? TD_OK : TD_ENOMEM;
        if (status == TD_OK)
            say_leader(f, &f->exact[f->n], order);
        f->order[f->n++] = order;
    } else if (status == TD_EINVAL && td_errors_size(why) > 0) {
        status = pass_over(f, c, why);
    } else {
        td_errors_append(errors, why);
    }
    td_errors_free(why);
    return status;
}

static void add_tables(const findings *f)
{
    add_units(f);
    add_ranks(f);
    add_centres(f);
    if (shows_pairs(f->w))
        add_pairs(f);
}

static void findings_release(findings *f)
{
    for (size_t i = 0; i < f->n; i++) {
        td_exact_release(&f->exact[i]);
        free(f->order[i]);
    }
    free(f->exact);
    free(f->order);
    td_errors_free(f->refusal);
}

td_status td_whatif_exact(td_whatif *w, td_errors *errors)
{
    size_t first = td_whatif_first_cluster(w), end = td_whatif_end_cluster(w);
    findings f = {.w = w,
                  .exact = calloc(end - first + 1, sizeof *f.exact),
                  .order = calloc(end - first + 1, sizeof *f.order)};
    td_status status = f.exact != NULL && f.order != NULL ? TD_OK : TD_ENOMEM;
    td_tab_sentence(w->sheet, TD_FAINT, TD_MSG_EXACT_MEANING, NULL);
    if (!w->settings->given[TD_OPT_SAMPLE])
        say_limits(w);
    for (size_t c = first; c < end && status == TD_OK; c++)
        status = find_one(&f, c, errors);
    if (status == TD_EINTERRUPTED) {
        w->interrupted = true;
        status = TD_OK;
    } else if (status == TD_OK && f.n == 0 && f.refusal != NULL &&
               !w->settings->given[TD_OPT_SAMPLE]) {
        td_errors_append(errors, f.refusal);
        status = TD_EINVAL;
    }
    if (status == TD_OK)
        add_tables(&f);
    findings_release(&f);
    return status;
}
