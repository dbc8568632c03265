/*
 * One scenario beside the official result: who moves, what is proposed to whom.
 */
#include "apps/cli/whatif_compare.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "apps/report/awards.h"
#include "apps/report/ranking.h"
#include "apps/report/text.h"

#define MOST_SAID 12 /* sentences about awards; the table has them all */

/* ---- sentences ---- */

static void say_counts(const td_whatif *w, const td_summary *s)
{
    char a[24], b[24];
    if (s->n_moved > 0)
        TD_TAB_COUNTED(w->sheet, TD_BOLD, TD_MSG_WHATIF_MOVED, s->n_moved, s->n_both);
    else
        TD_TAB_COUNTED(w->sheet, TD_BOLD, TD_MSG_WHATIF_NOBODY_MOVED, s->n_both);
    if (s->n_entered + s->n_left > 0)
        TD_TAB_COUNTED(w->sheet, TD_PLAIN, TD_MSG_WHATIF_ENTERED, s->n_entered, s->n_left);
    if (s->moved_most != TD_NONE) {
        td_unit_view unit = td_evaluation_unit(w->official.evaluation, s->moved_most);
        td_number_text(w->official.results.standing[s->moved_most].rank, TD_MARK, a, sizeof a);
        td_number_text(w->year->results.standing[s->moved_most].rank, TD_MARK, b, sizeof b);
        td_tab_sentence(w->sheet, TD_PLAIN, TD_MSG_WHATIF_MOVED_MOST, unit.name,
                        td_evaluation_cluster(w->official.evaluation, unit.cluster).name, a, b,
                        NULL);
    }
    if (s->n_leaders > 0)
        TD_TAB_COUNTED(w->sheet, TD_PLAIN, TD_MSG_WHATIF_LEADERS, s->n_leaders, s->n_clusters);
    if (s->n_classes > 0)
        TD_TAB_COUNTED(w->sheet, TD_PLAIN, TD_MSG_WHATIF_CLASSES, s->n_classes);
}

/* What one award does in one region. */
typedef struct passing {
    size_t n_gained, n_lost;
    char gained[TD_CELL], lost[TD_CELL];
} passing;

static passing passing_of(const td_whatif *w, size_t award, size_t first, size_t end)
{
    passing p = {.n_gained = 0};
    for (size_t u = first; u < end; u++) {
        const char *name = td_evaluation_unit(w->official.evaluation, u).name;
        td_award_change change = td_compare_award(&w->of_official, w->awards, award, u);
        if (change == TD_AWARD_GAINED) {
            td_text_join(p.gained, sizeof p.gained, ", ", name);
            p.n_gained++;
        } else if (change == TD_AWARD_LOST) {
            td_text_join(p.lost, sizeof p.lost, ", ", name);
            p.n_lost++;
        }
    }
    return p;
}

/* `where` NULL: all clusters. */
static void say_passing(const td_whatif *w, const td_award_view *award, const char *where,
                        const passing *p, size_t *n_said)
{
    if (p->n_gained + p->n_lost == 0 || ++*n_said > MOST_SAID)
        return;
    bool passes = p->n_gained > 0 && p->n_lost > 0;
    td_message id = passes            ? TD_MSG_WHATIF_AWARD_PASSES
                    : p->n_gained > 0 ? TD_MSG_WHATIF_AWARD_GAINED
                                      : TD_MSG_WHATIF_AWARD_LOST;
    char text[2][4 * TD_CELL];
    for (int lang = TD_VI; lang <= TD_EN; lang++)
        td_phrase(text[lang], sizeof text[lang], (td_lang)lang, id,
                  td_name_of(award->name, (td_lang)lang),
                  where != NULL ? where : td_word((td_lang)lang, TD_MSG_WHATIF_EVERYWHERE),
                  passes || p->n_lost > 0 ? p->lost : p->gained, p->gained, NULL);
    td_tab_say(w->sheet, TD_PLAIN, text[TD_VI], text[TD_EN]);
}

static void say_award(const td_whatif *w, size_t award, size_t *n_said)
{
    td_award_view view = td_policy_award(td_evaluation_policy(w->official.evaluation), award);
    size_t first = td_whatif_first_cluster(w), end = td_whatif_end_cluster(w);
    if (view.scope != TD_WITHIN_CLUSTER && w->cluster == TD_NONE) {
        passing all = passing_of(w, award, 0, w->official.results.n_units);
        say_passing(w, &view, NULL, &all, n_said);
        return;
    }
    for (size_t c = first; c < end; c++) {
        td_cluster_view cluster = td_evaluation_cluster(w->official.evaluation, c);
        passing p = passing_of(w, award, cluster.first_unit, cluster.first_unit + cluster.n_units);
        say_passing(w, &view, cluster.name, &p, n_said);
    }
}

static void say_awards(const td_whatif *w)
{
    size_t n_said = 0;
    for (size_t a = 0; a < w->of_official.n_awards; a++)
        say_award(w, a, &n_said);
    if (n_said > MOST_SAID)
        TD_TAB_COUNTED(w->sheet, TD_PLAIN, TD_MSG_WHATIF_AWARDS_MORE, n_said - MOST_SAID);
    if (n_said == 0 && w->has_policy)
        td_tab_sentence(w->sheet, TD_PLAIN, TD_MSG_WHATIF_NO_AWARDS, NULL);
}

/* ---- unit by unit ---- */

static void begin_units(const td_whatif *w)
{
    td_tab_column columns[] = {
        td_tab_column_of("cluster", TD_MSG_WORD_CLUSTER_CODE, TD_LEFT, TD_FOR_MACHINES),
        td_tab_column_of("id", TD_MSG_WORD_UNIT_CODE, TD_LEFT, TD_FOR_MACHINES),
        td_tab_column_of("rank_official", TD_MSG_WHATIF_RANK_OFFICIAL, TD_RIGHT, TD_FOR_ALL),
        td_tab_column_of("rank", TD_MSG_WORD_RANK, TD_RIGHT, TD_FOR_ALL),
        td_tab_column_of("move", TD_MSG_WHATIF_MOVE, TD_RIGHT, TD_FOR_MACHINES),
        td_tab_column_of("moved", TD_MSG_WHATIF_MOVE, TD_RIGHT, TD_FOR_PEOPLE),
        td_tab_column_of("unit", TD_MSG_WORD_UNIT, TD_LEFT, TD_FOR_ALL),
        td_tab_column_of("points_official", TD_MSG_WHATIF_POINTS_OFFICIAL, TD_RIGHT, TD_FOR_ALL),
        td_tab_column_of("points", TD_MSG_WORD_POINTS, TD_RIGHT, TD_FOR_ALL),
        td_tab_column_of("share_official", TD_MSG_WHATIF_SHARE_OFFICIAL, TD_RIGHT, TD_FOR_ALL),
        td_tab_column_of("share", TD_MSG_WORD_SHARE_PERCENT, TD_RIGHT, TD_FOR_ALL),
        td_tab_column_of("class_official", TD_MSG_WHATIF_CLASS_OFFICIAL, TD_LEFT, TD_FOR_MACHINES),
        td_tab_column_of("class", TD_MSG_WORD_CLASS_CODE, TD_LEFT, TD_FOR_MACHINES),
        td_tab_column_of("awards_official", TD_MSG_WHATIF_AWARDS_OFFICIAL, TD_LEFT,
                         TD_FOR_MACHINES),
        td_tab_column_of("awards", TD_MSG_WORD_AWARDS, TD_LEFT, TD_FOR_MACHINES),
        td_tab_column_of("class_change", TD_MSG_WORD_CLASS, TD_LEFT, TD_FOR_PEOPLE),
        td_tab_column_of("award_change", TD_MSG_WORD_AWARDS, TD_LEFT, TD_FOR_PEOPLE)};
    size_t n = sizeof columns / sizeof columns[0];
    columns[n - 2].optional = columns[n - 1].optional = true;
    td_tab_table(w->sheet, "units", TD_MSG_WHATIF_UNITS, n, columns);
}

static const td_rules *rules_of(const td_run *run, size_t unit)
{
    size_t cluster = td_evaluation_unit(run->evaluation, unit).cluster;
    return td_evaluation_rules(run->evaluation,
                               td_evaluation_cluster(run->evaluation, cluster).rules);
}

static void tell_share(const td_whatif *w, const td_run *run, size_t unit)
{
    const td_standing *s = &run->results.standing[unit];
    td_tab_share(w->sheet, s->total_q, s->assigned_q,
                 td_rules_get(rules_of(run, unit)).share_decimals);
}

static const char *class_code(const td_run *run, size_t unit)
{
    size_t i = run->results.standing[unit].class_index;
    return i == TD_NONE ? NULL : td_rules_class_code(rules_of(run, unit), i);
}

static const char *class_name(const td_run *run, size_t unit, td_lang lang)
{
    size_t i = run->results.standing[unit].class_index;
    return i == TD_NONE ? "–" : td_rules_class_name(rules_of(run, unit), i, lang);
}

static const char *awards_of(const td_whatif *w, const td_awards *awards, size_t unit, bool codes,
                             td_lang lang, char text[TD_CELL])
{
    return td_award_names_of(td_evaluation_policy(w->official.evaluation), awards, unit, codes,
                             lang, text, TD_CELL);
}

/* "before → after", or what stayed. */
static void tell_both(const td_whatif *w, char before[2][TD_CELL], char after[2][TD_CELL])
{
    char text[2][2 * TD_CELL + 8];
    for (int lang = TD_VI; lang <= TD_EN; lang++)
        if (strcmp(before[lang], after[lang]) == 0)
            snprintf(text[lang], sizeof text[lang], "%s", after[lang]);
        else
            snprintf(text[lang], sizeof text[lang], "%s → %s",
                     before[lang][0] != '\0' ? before[lang] : "–",
                     after[lang][0] != '\0' ? after[lang] : "–");
    td_tab_both(w->sheet, text[TD_VI], text[TD_EN]);
}

static void tell_changes(const td_whatif *w, size_t unit)
{
    char before[2][TD_CELL], after[2][TD_CELL];
    for (int lang = TD_VI; lang <= TD_EN; lang++) {
        snprintf(before[lang], TD_CELL, "%s", class_name(&w->official, unit, (td_lang)lang));
        snprintf(after[lang], TD_CELL, "%s", class_name(w->year, unit, (td_lang)lang));
    }
    bool none = class_code(&w->official, unit) == NULL && class_code(w->year, unit) == NULL;
    if (none)
        td_tab_blank(w->sheet);
    else
        tell_both(w, before, after);
    for (int lang = TD_VI; lang <= TD_EN; lang++) {
        awards_of(w, &w->of_official, unit, false, (td_lang)lang, before[lang]);
        awards_of(w, w->awards, unit, false, (td_lang)lang, after[lang]);
    }
    tell_both(w, before, after);
}

/* Places gained: a number, and for people with its sign. */
static void tell_move(const td_whatif *w, double first, double second)
{
    char text[32] = "";
    bool both = first > 0 && second > 0;
    if (both && first != second) {
        text[0] = first > second ? '+' : '-';
        td_number_text(fabs(first - second), '.', text + 1, sizeof text - 1);
    }
    td_tab_number(w->sheet, both ? first - second : NAN, 1);
    td_tab_text(w->sheet, text[0] != '\0' ? text : NULL);
}

static void tell_unit(const void *context, const td_cluster_view *cluster, size_t unit)
{
    const td_whatif *w = context;
    const td_standing *first = &w->official.results.standing[unit];
    const td_standing *second = &w->year->results.standing[unit];
    char text[TD_CELL];
    td_unit_view view = td_evaluation_unit(w->official.evaluation, unit);
    td_tab_row(w->sheet, second->rank == 0                                 ? TD_FAINT
                         : first->rank == 0 || first->rank == second->rank ? TD_PLAIN
                         : first->rank > second->rank                      ? TD_GOOD
                                                                           : TD_BAD);
    td_tab_text(w->sheet, cluster->id);
    td_tab_text(w->sheet, view.id);
    td_tab_rank(w->sheet, first->rank);
    td_tab_rank(w->sheet, second->rank);
    tell_move(w, first->rank, second->rank);
    td_tab_text(w->sheet, view.name);
    td_tab_points(w->sheet, first->total_q, td_rules_get(rules_of(&w->official, unit)).decimals);
    td_tab_points(w->sheet, second->total_q, td_rules_get(rules_of(w->year, unit)).decimals);
    tell_share(w, &w->official, unit);
    tell_share(w, w->year, unit);
    td_tab_text(w->sheet, class_code(&w->official, unit));
    td_tab_text(w->sheet, class_code(w->year, unit));
    td_tab_text(w->sheet, awards_of(w, &w->of_official, unit, true, TD_VI, text));
    td_tab_text(w->sheet, awards_of(w, w->awards, unit, true, TD_VI, text));
    tell_changes(w, unit);
}

static td_status fill_units(const td_whatif *w)
{
    begin_units(w);
    return td_whatif_each_unit(w, w->year, tell_unit, w);
}

/* ---- awards that change ---- */

static void tell_award_change(const td_whatif *w, size_t award, size_t unit)
{
    size_t at = award * w->of_official.n_units + unit;
    td_award_state before = w->of_official.decision[at].state;
    td_award_state after = w->awards->decision[at].state;
    td_award_view view = td_policy_award(td_evaluation_policy(w->official.evaluation), award);
    td_unit_view owner = td_evaluation_unit(w->official.evaluation, unit);
    td_award_change change = td_compare_award(&w->of_official, w->awards, award, unit);
    td_tab_row(w->sheet, change == TD_AWARD_GAINED ? TD_GOOD
                         : change == TD_AWARD_LOST ? TD_BAD
                                                   : TD_PLAIN);
    td_tab_text(w->sheet, view.code);
    td_tab_text(w->sheet, owner.id);
    td_tab_both(w->sheet, td_name_of(view.name, TD_VI), td_name_of(view.name, TD_EN));
    td_tab_text(w->sheet, td_evaluation_cluster(w->official.evaluation, owner.cluster).name);
    td_tab_text(w->sheet, owner.name);
    td_tab_coded(w->sheet, td_award_state_code(before), td_award_state_message(before));
    td_tab_coded(w->sheet, td_award_state_code(after), td_award_state_message(after));
}

static void fill_awards(const td_whatif *w)
{
    const td_tab_column columns[] = {
        td_tab_column_of("award", TD_MSG_WORD_AWARD_CODE, TD_LEFT, TD_FOR_MACHINES),
        td_tab_column_of("id", TD_MSG_WORD_UNIT_CODE, TD_LEFT, TD_FOR_MACHINES),
        td_tab_column_of("award_name", TD_MSG_WORD_AWARD, TD_LEFT, TD_FOR_ALL),
        td_tab_column_of("cluster", TD_MSG_WORD_CLUSTER, TD_LEFT, TD_FOR_ALL),
        td_tab_column_of("unit", TD_MSG_WORD_UNIT, TD_LEFT, TD_FOR_ALL),
        td_tab_column_of("state_official", TD_MSG_WHATIF_STATE_OFFICIAL, TD_LEFT, TD_FOR_ALL),
        td_tab_column_of("state", TD_MSG_WORD_PROPOSAL, TD_LEFT, TD_FOR_ALL)};
    size_t first =
        td_evaluation_cluster(w->year->evaluation, td_whatif_first_cluster(w)).first_unit;
    td_cluster_view last = td_evaluation_cluster(w->year->evaluation, td_whatif_end_cluster(w) - 1);
    TD_TAB_TABLE(w->sheet, "awards", TD_MSG_WHATIF_AWARDS, columns);
    td_tab_section(w->sheet, NULL, NULL);
    for (size_t a = 0; a < w->of_official.n_awards; a++)
        for (size_t u = first; u < last.first_unit + last.n_units; u++)
            if (td_compare_award(&w->of_official, w->awards, a, u) != TD_AWARD_SAME)
                tell_award_change(w, a, u);
}

/* ---- cluster by cluster ---- */

static void tell_cluster(const td_whatif *w, const td_rank_change *change, size_t c)
{
    td_cluster_view cluster = td_evaluation_cluster(w->year->evaluation, c);
    char text[TD_CELL];
    td_tab_row(w->sheet, change->n_moved > 0 ? TD_PLAIN : TD_FAINT);
    td_tab_text(w->sheet, cluster.id);
    td_tab_text(w->sheet, cluster.name);
    td_tab_count(w->sheet, change->n_both);
    td_tab_count(w->sheet, change->n_moved);
    td_tab_text(w->sheet, td_leaders_text(&w->official, c, text));
    td_tab_text(w->sheet, td_leaders_text(w->year, c, text));
    bool moved = change->moved_most != TD_NONE;
    size_t unit = moved ? change->moved_most : cluster.first_unit;
    td_tab_text(w->sheet, moved ? td_evaluation_unit(w->year->evaluation, unit).name : NULL);
    td_tab_rank(w->sheet, moved ? w->official.results.standing[unit].rank : 0);
    td_tab_rank(w->sheet, moved ? w->year->results.standing[unit].rank : 0);
    td_tab_number(w->sheet, change->tau_b, 3);
}

static void fill_clusters(const td_whatif *w, const td_rank_change *changes)
{
    const td_tab_column columns[] = {
        td_tab_column_of("id", TD_MSG_WORD_CLUSTER_CODE, TD_LEFT, TD_FOR_MACHINES),
        td_tab_column_of("cluster", TD_MSG_WORD_CLUSTER, TD_LEFT, TD_FOR_ALL),
        td_tab_column_of("n_units", TD_MSG_WHATIF_N_UNITS, TD_RIGHT, TD_FOR_ALL),
        td_tab_column_of("n_moved", TD_MSG_WHATIF_N_MOVED, TD_RIGHT, TD_FOR_ALL),
        td_tab_column_of("leader_official", TD_MSG_WHATIF_LEADER_OFFICIAL, TD_LEFT, TD_FOR_ALL),
        td_tab_column_of("leader", TD_MSG_WHATIF_LEADER, TD_LEFT, TD_FOR_ALL),
        td_tab_column_of("moved_most", TD_MSG_WHATIF_MOST, TD_LEFT, TD_FOR_ALL),
        td_tab_column_of("from", TD_MSG_WHATIF_FROM, TD_RIGHT, TD_FOR_ALL),
        td_tab_column_of("to", TD_MSG_WHATIF_TO, TD_RIGHT, TD_FOR_ALL),
        td_tab_column_of("tau_b", TD_MSG_WHATIF_TAU, TD_RIGHT, TD_FOR_ALL)};
    TD_TAB_TABLE(w->sheet, "clusters", TD_MSG_WHATIF_CLUSTERS, columns);
    td_tab_section(w->sheet, NULL, NULL);
    for (size_t c = td_whatif_first_cluster(w); c < td_whatif_end_cluster(w); c++)
        tell_cluster(w, &changes[c], c);
}

td_status td_whatif_scenario(td_whatif *w, td_errors *errors)
{
    if (!td_whatif_is_changed(w)) {
        td_errors_add(errors, TD_MSG_CLI_NOTHING_ASKED, NULL, NULL);
        return TD_EINVAL;
    }
    size_t n = td_evaluation_get(w->year->evaluation).n_clusters;
    td_rank_change *changes = calloc(n + 1, sizeof *changes);
    if (changes == NULL)
        return TD_ENOMEM;
    td_summary summary;
    td_status status = td_summarize(w, w->year, w->awards, changes, &summary);
    if (status == TD_OK) {
        say_counts(w, &summary);
        say_awards(w);
        status = fill_units(w);
        fill_clusters(w, changes);
        if (w->has_policy)
            fill_awards(w);
    }
    free(changes);
    return status;
}
