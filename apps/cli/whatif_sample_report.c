/*
 * The tables of a sample.
 */
#include <math.h>

#include "apps/cli/whatif_sample.h"
#include "apps/report/awards.h"
#include "apps/report/ranking.h"
#include "apps/report/text.h"

#define FEW_CLUSTERS 3 /* so many leaders are spoken of one by one */

typedef struct columns {
    td_tab_column of[16];
    size_t n;
} columns;

static void add(columns *c, const char *key, td_message word, td_align align, td_audience audience)
{
    c->of[c->n++] = td_tab_column_of(key, word, align, audience);
}

static void begin(const td_sampling_run *run, const char *key, td_message title, const columns *c)
{
    td_tab_table(run->w->sheet, key, title, c->n, c->of);
}

static void add_unit(columns *c)
{
    add(c, "cluster", TD_MSG_WORD_CLUSTER_CODE, TD_LEFT, TD_FOR_MACHINES);
    add(c, "id", TD_MSG_WORD_UNIT_CODE, TD_LEFT, TD_FOR_MACHINES);
    add(c, "unit", TD_MSG_WORD_UNIT, TD_LEFT, TD_FOR_ALL);
}

static td_unit_view unit_of(const td_sampling_run *run, size_t unit)
{
    return td_evaluation_unit(run->w->year->evaluation, unit);
}

static void fill_unit(const td_sampling_run *run, const char *cluster, size_t unit)
{
    td_unit_view view = unit_of(run, unit);
    td_tab_text(run->w->sheet, cluster);
    td_tab_text(run->w->sheet, view.id);
    td_tab_text(run->w->sheet, view.name);
}

static void fill_estimate(const td_sampling_run *run, td_estimate estimate)
{
    td_tab_percent(run->w->sheet, estimate.value, 1);
    td_tab_percent(run->w->sheet, estimate.error, 1);
}

static td_status for_units(const td_sampling_run *run, td_whatif_visit *visit)
{
    return td_whatif_each_unit(run->w, run->w->year, visit, run);
}

/* ---- ranks ---- */

/* Vectors that give the unit its official rank; NULL when it has none. */
static const uint64_t *official_place(const td_sampling_run *run, size_t unit)
{
    const td_sampled *s = &run->sampled;
    double rank = run->w->year->results.standing[unit].rank;
    if (rank == 0)
        return NULL;
    return &s->place[s->first_place[unit] + (size_t)((rank - 1) * (s->is_half[unit] ? 2 : 1))];
}

static void fill_ranks(const void *context, const td_cluster_view *cluster, size_t unit)
{
    const td_sampling_run *run = context;
    static const double PERCENTS[] = {5, 50, 95};
    const td_sampled *s = &run->sampled;
    td_tabulation *sheet = run->w->sheet;
    const uint64_t *kept = official_place(run, unit);
    td_tab_row(sheet, TD_PLAIN);
    fill_unit(run, cluster->id, unit);
    td_tab_rank(sheet, run->w->year->results.standing[unit].rank);
    for (size_t i = 0; i < 3; i++) {
        double rank = td_sampled_rank(s, unit, PERCENTS[i]);
        td_tab_rank(sheet, isnan(rank) ? 0 : rank);
    }
    fill_estimate(run, kept == NULL ? (td_estimate){NAN, NAN} : td_sampled_share(s, kept));
    fill_estimate(run, td_sampled_share(s, &s->first[unit]));
    td_tab_percent(sheet, run->confidence[unit].value, 0);
    if (s->unranked[unit] > 0)
        td_tab_percent(sheet, td_sampled_share(s, &s->unranked[unit]).value, 1);
    else
        td_tab_blank(sheet);
}

static td_status tell_ranks(const td_sampling_run *run)
{
    columns c = {0};
    add_unit(&c);
    add(&c, "official", TD_MSG_WHATIF_RANK_OFFICIAL, TD_RIGHT, TD_FOR_ALL);
    add(&c, "p5", TD_MSG_SAMPLE_P5, TD_RIGHT, TD_FOR_ALL);
    add(&c, "p50", TD_MSG_SAMPLE_P50, TD_RIGHT, TD_FOR_ALL);
    add(&c, "p95", TD_MSG_SAMPLE_P95, TD_RIGHT, TD_FOR_ALL);
    add(&c, "kept", TD_MSG_SAMPLE_KEPT, TD_RIGHT, TD_FOR_ALL);
    add(&c, "kept_error", TD_MSG_SAMPLE_ERROR, TD_RIGHT, TD_FOR_ALL);
    add(&c, "first", TD_MSG_WHATIF_FIRST, TD_RIGHT, TD_FOR_ALL);
    add(&c, "first_error", TD_MSG_SAMPLE_ERROR, TD_RIGHT, TD_FOR_ALL);
    add(&c, "confidence", TD_MSG_SAMPLE_CONFIDENCE, TD_RIGHT, TD_FOR_ALL);
    add(&c, "unranked", TD_MSG_SAMPLE_UNRANKED, TD_RIGHT, TD_FOR_ALL);
    c.of[c.n - 1].optional = true;
    begin(run, "ranks", TD_MSG_SAMPLE_RANKS, &c);
    return for_units(run, fill_ranks);
}

static void fill_places(const void *context, const td_cluster_view *cluster, size_t unit)
{
    const td_sampling_run *run = context;
    const td_sampled *s = &run->sampled;
    for (size_t i = s->first_place[unit]; i < s->first_place[unit + 1]; i++) {
        if (s->place[i] == 0)
            continue;
        double step = (double)(i - s->first_place[unit]) / (s->is_half[unit] ? 2 : 1);
        td_tab_row(run->w->sheet, TD_PLAIN);
        fill_unit(run, cluster->id, unit);
        td_tab_rank(run->w->sheet, 1 + step);
        td_tab_count(run->w->sheet, s->place[i]);
        fill_estimate(run, td_sampled_share(s, &s->place[i]));
    }
}

static td_status tell_places(const td_sampling_run *run)
{
    columns c = {0};
    add_unit(&c);
    add(&c, "rank", TD_MSG_WORD_RANK, TD_RIGHT, TD_FOR_ALL);
    add(&c, "count", TD_MSG_SAMPLE_COUNTED, TD_RIGHT, TD_FOR_ALL);
    add(&c, "probability", TD_MSG_SAMPLE_PROBABILITY, TD_RIGHT, TD_FOR_ALL);
    add(&c, "error", TD_MSG_SAMPLE_ERROR, TD_RIGHT, TD_FOR_ALL);
    begin(run, "places", TD_MSG_SAMPLE_PLACES, &c);
    return for_units(run, fill_places);
}

/* ---- pairs ---- */

static void fill_pairs(const void *context, const td_cluster_view *cluster, size_t unit)
{
    const td_sampling_run *run = context;
    const td_sampled *s = &run->sampled;
    for (size_t v = 0; v < cluster->n_units; v++) {
        if (cluster->first_unit + v == unit)
            continue;
        const uint64_t *beats = &s->beats[s->first_pair[unit] + v];
        td_unit_view other = unit_of(run, cluster->first_unit + v);
        td_tab_row(run->w->sheet, TD_PLAIN);
        fill_unit(run, cluster->id, unit);
        td_tab_text(run->w->sheet, other.id);
        td_tab_text(run->w->sheet, other.name);
        td_tab_count(run->w->sheet, *beats);
        fill_estimate(run, td_sampled_share(s, beats));
    }
}

static td_status tell_pairs(const td_sampling_run *run)
{
    columns c = {0};
    add_unit(&c);
    add(&c, "other_id", TD_MSG_WORD_UNIT_CODE, TD_LEFT, TD_FOR_MACHINES);
    add(&c, "other", TD_MSG_SAMPLE_OTHER, TD_LEFT, TD_FOR_ALL);
    add(&c, "count", TD_MSG_SAMPLE_COUNTED, TD_RIGHT, TD_FOR_ALL);
    add(&c, "probability", TD_MSG_SAMPLE_PROBABILITY, TD_RIGHT, TD_FOR_ALL);
    add(&c, "error", TD_MSG_SAMPLE_ERROR, TD_RIGHT, TD_FOR_ALL);
    begin(run, "pairwise", TD_MSG_SAMPLE_PAIRS, &c);
    return for_units(run, fill_pairs);
}

/* ---- weights ---- */

static void fill_item(const td_sampling_run *run, size_t item)
{
    td_criterion_view view = td_whatif_item(run->w, item);
    td_tab_text(run->w->sheet, view.code);
    td_tab_both(run->w->sheet, view.name[TD_VI], view.name[TD_EN]);
}

static void fill_central(const void *context, const td_cluster_view *cluster, size_t unit)
{
    const td_sampling_run *run = context;
    const td_sampled *s = &run->sampled;
    size_t first = s->first_item[unit], n = s->first_central[unit + 1] - s->first_central[unit];
    for (size_t k = 0; k < n && s->first[unit] > 0; k++) {
        if (!(s->share[first + k] > 0))
            continue;
        td_tab_row(run->w->sheet, TD_PLAIN);
        fill_unit(run, cluster->id, unit);
        fill_item(run, first + k);
        td_tab_percent(run->w->sheet, s->share[first + k], 1);
        fill_estimate(run, td_sampled_central(s, unit, k));
    }
}

static void add_item(columns *c)
{
    add(c, "item", TD_MSG_SAMPLE_ITEM, TD_LEFT, TD_FOR_ALL);
    add(c, "name", TD_MSG_WORD_CRITERION, TD_LEFT, TD_FOR_ALL);
    add(c, "official_share", TD_MSG_SAMPLE_OFFICIAL_SHARE, TD_RIGHT, TD_FOR_ALL);
}

static td_status tell_central(const td_sampling_run *run)
{
    columns c = {0};
    add_unit(&c);
    add_item(&c);
    add(&c, "share", TD_MSG_SAMPLE_CENTRAL_SHARE, TD_RIGHT, TD_FOR_ALL);
    add(&c, "error", TD_MSG_SAMPLE_ERROR, TD_RIGHT, TD_FOR_ALL);
    begin(run, "central", TD_MSG_SAMPLE_CENTRAL, &c);
    return for_units(run, fill_central);
}

typedef struct how {
    const char *code;
    td_message word, sentence;
} how;

static const how HOW[] = {
    [TD_SAMPLING_NONE] = {"none", TD_MSG_SAMPLE_HOW_NONE, TD_MSG_SAMPLE_SAY_NONE},
    [TD_SAMPLING_UNIFORM] = {"uniform", TD_MSG_SAMPLE_HOW_UNIFORM, TD_MSG_SAMPLE_SAY_UNIFORM},
    [TD_SAMPLING_DIRICHLET] = {"dirichlet", TD_MSG_SAMPLE_HOW_DIRICHLET,
                               TD_MSG_SAMPLE_SAY_DIRICHLET},
    [TD_SAMPLING_REJECTION] = {"rejection", TD_MSG_SAMPLE_HOW_REJECTION,
                               TD_MSG_SAMPLE_SAY_REJECTION},
    [TD_SAMPLING_CHAIN] = {"hit-and-run", TD_MSG_SAMPLE_HOW_CHAIN, TD_MSG_SAMPLE_SAY_CHAIN},
};

static void tell_weights(const td_sampling_run *run)
{
    const td_sampled *s = &run->sampled;
    columns c = {0};
    add(&c, "rules", TD_MSG_SAMPLE_TABLE_CODE, TD_LEFT, TD_FOR_MACHINES);
    add_item(&c);
    add(&c, "deviation", TD_MSG_SAMPLE_DEVIATION, TD_RIGHT, TD_FOR_ALL);
    add(&c, "sampling", TD_MSG_SAMPLE_HOW, TD_LEFT, TD_FOR_ALL);
    begin(run, "weights", TD_MSG_SAMPLE_WEIGHTS, &c);
    for (size_t r = 0, item = 0; r < s->n_rules; r++) {
        td_rules_view rules = td_rules_get(td_evaluation_rules(run->w->year->evaluation, r));
        td_tab_section(run->w->sheet, rules.name[TD_VI], rules.name[TD_EN]);
        for (; item < s->n_items && td_item_get(run->w->items, item).rules == r; item++) {
            td_tab_row(run->w->sheet, s->share[item] > 0 ? TD_PLAIN : TD_FAINT);
            td_tab_text(run->w->sheet, rules.code);
            fill_item(run, item);
            td_tab_percent(run->w->sheet, td_item_get(run->w->items, item).share, 1);
            td_tab_percent(run->w->sheet, s->share[item] > 0 ? s->share_sd[item] : 0, 1);
            const how *drawn = &HOW[s->share[item] > 0 ? s->how[r] : TD_SAMPLING_NONE];
            td_tab_coded(run->w->sheet, drawn->code, drawn->word);
        }
    }
}

/* ---- awards ---- */

static bool is_shown(const td_sampling_run *run, size_t unit)
{
    return run->w->cluster == TD_NONE || unit_of(run, unit).cluster == run->w->cluster;
}

/* Rows of units that are proposed, tied or proposed officially; a heading before the first. */
static void fill_award(const td_sampling_run *run, size_t award, size_t unit, bool *has_heading)
{
    const td_sampled *s = &run->sampled;
    size_t at = award * s->n_units + unit;
    td_award_state state = run->w->awards->decision[at].state;
    bool is_proposed = state == TD_PROPOSED || state == TD_GIVEN;
    if (s->proposed[at] == 0 && s->tied[at] == 0 && !is_proposed)
        return;
    const td_evaluation *year = run->w->year->evaluation;
    td_cluster_view cluster = td_evaluation_cluster(year, unit_of(run, unit).cluster);
    td_award_view view = td_policy_award(td_evaluation_policy(year), award);
    if (!*has_heading)
        td_tab_section(run->w->sheet, td_name_of(view.name, TD_VI), td_name_of(view.name, TD_EN));
    *has_heading = true;
    td_tab_row(run->w->sheet, is_proposed ? TD_BOLD : TD_PLAIN);
    td_tab_text(run->w->sheet, view.code);
    fill_unit(run, cluster.id, unit);
    td_tab_coded(run->w->sheet, td_award_state_code(state), td_award_state_message(state));
    fill_estimate(run, td_sampled_share(s, &s->proposed[at]));
    td_tab_percent(run->w->sheet, s->tied[at] > 0 ? td_sampled_share(s, &s->tied[at]).value : NAN,
                   1);
}

static void tell_awards(const td_sampling_run *run)
{
    const td_policy *policy = td_evaluation_policy(run->w->year->evaluation);
    columns c = {0};
    add(&c, "award", TD_MSG_WORD_AWARD_CODE, TD_LEFT, TD_FOR_MACHINES);
    add_unit(&c);
    add(&c, "official", TD_MSG_SAMPLE_OFFICIALLY, TD_LEFT, TD_FOR_ALL);
    add(&c, "proposed", TD_MSG_SAMPLE_PROPOSED, TD_RIGHT, TD_FOR_ALL);
    add(&c, "error", TD_MSG_SAMPLE_ERROR, TD_RIGHT, TD_FOR_ALL);
    add(&c, "tied", TD_MSG_SAMPLE_TIED, TD_RIGHT, TD_FOR_ALL);
    c.of[c.n - 1].optional = true;
    begin(run, "awards", TD_MSG_SAMPLE_AWARDS, &c);
    for (size_t a = 0; a < run->sampled.n_awards; a++) {
        bool has_heading = false, is_given = td_policy_award(policy, a).given;
        for (size_t u = 0; u < run->sampled.n_units && !is_given; u++)
            if (is_shown(run, u))
                fill_award(run, a, u, &has_heading);
    }
}

/* ---- in words ---- */

static void percent_text(double share, char *text, size_t size)
{
    snprintf(text, size, "%.1f", 100 * share);
    for (char *p = text; *p != '\0'; p++)
        if (*p == '.')
            *p = TD_MARK;
}

static void rank_range(const td_sampling_run *run, size_t unit, char *text, size_t size)
{
    double from = td_sampled_rank(&run->sampled, unit, 5);
    double to = td_sampled_rank(&run->sampled, unit, 95);
    char a[24], b[24];
    td_number_text(from, TD_MARK, a, sizeof a);
    td_number_text(to, TD_MARK, b, sizeof b);
    snprintf(text, size, from == to ? "%s" : "%s–%s", a, b);
}

/* "X keeps the first rank in 93.4 % of the vectors (standard error 0.2 %)". */
static void say_leader(const td_sampling_run *run, size_t unit)
{
    char share[24], error[24], range[64];
    td_estimate first = td_sampled_share(&run->sampled, &run->sampled.first[unit]);
    percent_text(first.value, share, sizeof share);
    percent_text(first.error, error, sizeof error);
    rank_range(run, unit, range, sizeof range);
    td_tab_sentence(run->w->sheet, TD_BOLD,
                    isnan(first.error) ? TD_MSG_SAMPLE_SAY_LEADER_ONE_TILE
                                       : TD_MSG_SAMPLE_SAY_LEADER,
                    unit_of(run, unit).name, share, error, range, NULL);
}

static void say_leaders(const td_sampling_run *run)
{
    size_t n = 0, n_firm = 0, n_likely = 0;
    size_t first = td_whatif_first_cluster(run->w), end = td_whatif_end_cluster(run->w);
    for (size_t c = first; c < end; c++) {
        td_cluster_view cluster = td_evaluation_cluster(run->w->year->evaluation, c);
        for (size_t u = cluster.first_unit; u < cluster.first_unit + cluster.n_units; u++) {
            if (run->w->year->results.standing[u].rank != 1)
                continue;
            double share = td_sampled_share(&run->sampled, &run->sampled.first[u]).value;
            n++;
            n_firm += share >= 0.95;
            n_likely += share >= 0.5;
            if (end - first <= FEW_CLUSTERS)
                say_leader(run, u);
        }
    }
    if (end - first > FEW_CLUSTERS)
        TD_TAB_COUNTED(run->w->sheet, TD_BOLD, TD_MSG_SAMPLE_SAY_LEADERS, n, n_firm, n_likely);
}

static void say_sampling(const td_sampling_run *run, size_t r)
{
    char number[48];
    td_rules_view rules = td_rules_get(td_evaluation_rules(run->w->year->evaluation, r));
    td_message sentence = HOW[run->sampled.how[r]].sentence;
    if (sentence == TD_MSG_SAMPLE_SAY_UNIFORM && run->options.n_limits == 0)
        sentence = TD_MSG_SAMPLE_SAY_ALL;
    if (run->sampled.how[r] == TD_SAMPLING_DIRICHLET)
        td_number_text(100 * run->options.spread, TD_MARK, number, sizeof number);
    else
        percent_text(run->sampled.acceptance[r], number, sizeof number);
    td_tab_sentence(run->w->sheet, TD_FAINT, sentence, rules.code, number, NULL);
}

static void say(const td_sampling_run *run)
{
    const td_sampled *s = &run->sampled;
    char percent[48];
    if (run->w->interrupted)
        TD_TAB_COUNTED(run->w->sheet, TD_WARN, TD_MSG_SAMPLE_SAY_INTERRUPTED, s->n, s->wanted);
    say_leaders(run);
    for (size_t r = 0; r < s->n_rules; r++)
        say_sampling(run, r);
    static const td_message NOISE[] = {[TD_NOISE_NORMAL] = TD_MSG_SAMPLE_SAY_NORMAL,
                                       [TD_NOISE_UNIFORM] = TD_MSG_SAMPLE_SAY_EVEN,
                                       [TD_NOISE_CHANNEL] = TD_MSG_SAMPLE_SAY_CHANNELS};
    td_number_text(run->options.noise_percent, TD_MARK, percent, sizeof percent);
    if (run->options.noise != TD_NOISE_NONE)
        td_tab_sentence(run->w->sheet, TD_FAINT, NOISE[run->options.noise], percent, NULL);
    if (s->infeasible > 0)
        TD_TAB_COUNTED(run->w->sheet, TD_WARN, TD_MSG_SAMPLE_SAY_INFEASIBLE, s->infeasible);
}

static void tell_facts(const td_sampling_run *run)
{
    td_tab_fact(run->w->sheet, "n_vectors", TD_MSG_WHATIF_N_VECTORS);
    td_tab_count(run->w->sheet, run->sampled.n);
    td_tab_fact(run->w->sheet, "wanted", TD_MSG_SAMPLE_WANTED);
    td_tab_count(run->w->sheet, run->sampled.wanted);
    td_tab_fact(run->w->sheet, "seed", TD_MSG_SAMPLE_SEED);
    td_tab_count(run->w->sheet, run->sampled.seed);
    const char *noise = run->w->settings->text[TD_OPT_NOISE];
    char limits[TD_CELL] = "";
    for (size_t i = 0; i < run->options.n_limits; i++)
        td_text_join(limits, sizeof limits, "; ", run->options.limits[i]);
    if (run->options.n_limits > 0) {
        td_tab_fact(run->w->sheet, "limits", TD_MSG_SAMPLE_LIMITS);
        td_tab_text(run->w->sheet, limits);
    }
    if (run->options.spread > 0) {
        td_tab_fact(run->w->sheet, "spread", TD_MSG_SAMPLE_SPREAD_FACT);
        td_tab_percent(run->w->sheet, run->options.spread, 0);
    }
    if (noise != NULL) {
        td_tab_fact(run->w->sheet, "noise", TD_MSG_SAMPLE_NOISE_FACT);
        td_tab_text(run->w->sheet, noise);
    }
}

td_status td_sampling_tell(const td_sampling_run *run)
{
    const td_settings *settings = run->w->settings;
    td_status status = TD_OK;
    tell_facts(run);
    say(run);
    if (td_sampling_wants(settings, "ranks"))
        status = tell_ranks(run);
    if (td_sampling_wants(settings, "awards") && run->sampled.proposed != NULL)
        tell_awards(run);
    if (td_sampling_wants(settings, "places") && status == TD_OK)
        status = tell_places(run);
    if (td_sampling_wants(settings, "central") && status == TD_OK)
        status = tell_central(run);
    if (td_sampling_wants(settings, "weights"))
        tell_weights(run);
    if (td_sampling_wants(settings, "pairwise") && status == TD_OK)
        status = tell_pairs(run);
    return status;
}
