#include "apps/cli/whatif_compare.h"

#include <math.h>
#include <string.h>

#include "apps/report/ranking.h"
#include "apps/report/text.h"

/* The best rank of a cluster: 1, or more where ranks are fractional and leaders are tied. */
static double best_rank(const td_run *run, const td_cluster_view *cluster)
{
    double best = 0;
    for (size_t u = cluster->first_unit; u < cluster->first_unit + cluster->n_units; u++) {
        double rank = run->results.standing[u].rank;
        if (rank > 0 && (best == 0 || rank < best))
            best = rank;
    }
    return best;
}

static bool leads(const td_run *run, size_t unit, double best)
{
    return best > 0 && run->results.standing[unit].rank == best;
}

const char *td_leaders_text(const td_run *run, size_t cluster, char *text)
{
    td_cluster_view view = td_evaluation_cluster(run->evaluation, cluster);
    double best = best_rank(run, &view);
    text[0] = '\0';
    for (size_t u = view.first_unit; u < view.first_unit + view.n_units; u++)
        if (leads(run, u, best))
            td_text_join(text, TD_CELL, ", ", td_evaluation_unit(run->evaluation, u).name);
    return text;
}

static bool has_other_leaders(const td_run *first, const td_run *second, size_t cluster)
{
    td_cluster_view view = td_evaluation_cluster(first->evaluation, cluster);
    double a = best_rank(first, &view), b = best_rank(second, &view);
    for (size_t u = view.first_unit; u < view.first_unit + view.n_units; u++)
        if (leads(first, u, a) != leads(second, u, b))
            return true;
    return false;
}

/* Codes are compared: another rule set has classes of its own. */
static bool has_other_class(const td_run *first, const td_run *second, size_t cluster, size_t unit)
{
    const char *code[2] = {NULL, NULL};
    const td_run *runs[2] = {first, second};
    for (size_t i = 0; i < 2; i++) {
        size_t class = runs[i]->results.standing[unit].class_index;
        size_t rules = td_evaluation_cluster(runs[i]->evaluation, cluster).rules;
        if (class != TD_NONE)
            code[i] = td_rules_class_code(td_evaluation_rules(runs[i]->evaluation, rules), class);
    }
    if (code[0] == NULL || code[1] == NULL)
        return code[0] != code[1];
    return strcmp(code[0], code[1]) != 0;
}

static void add_units(const td_whatif *w, const td_run *run, const td_awards *awards, size_t c,
                      td_summary *s)
{
    td_cluster_view view = td_evaluation_cluster(run->evaluation, c);
    for (size_t u = view.first_unit; u < view.first_unit + view.n_units; u++) {
        s->n_classes += has_other_class(&w->official, run, c, u);
        for (size_t a = 0; a < w->of_official.n_awards; a++) {
            td_award_change change = td_compare_award(&w->of_official, awards, a, u);
            s->n_awards += change == TD_AWARD_GAINED || change == TD_AWARD_LOST;
        }
    }
}

static void add_ranks(const td_rank_change *change, double *largest, td_summary *s)
{
    s->n_both += change->n_both;
    s->n_moved += change->n_moved;
    s->n_entered += change->n_entered;
    s->n_left += change->n_left;
    if (fabs(change->move) > *largest) {
        *largest = fabs(change->move);
        s->moved_most = change->moved_most;
    }
    if (isnan(change->tau_b))
        return;
    s->tau_mean += change->tau_b;
    s->tau_min = s->n_taus++ == 0 || change->tau_b < s->tau_min ? change->tau_b : s->tau_min;
}

td_status td_summarize(const td_whatif *w, const td_run *run, const td_awards *awards,
                       td_rank_change *changes, td_summary *out)
{
    td_status status = td_compare_ranks(w->official.evaluation, &w->official.results, 0,
                                        &run->results, 0, changes);
    if (status != TD_OK)
        return status;
    td_summary s = {.moved_most = TD_NONE};
    double largest = 0;
    for (size_t c = td_whatif_first_cluster(w); c < td_whatif_end_cluster(w); c++) {
        s.n_clusters++;
        s.n_leaders += has_other_leaders(&w->official, run, c);
        add_ranks(&changes[c], &largest, &s);
        add_units(w, run, awards, c, &s);
    }
    s.tau_mean = s.n_taus > 0 ? s.tau_mean / (double)s.n_taus : NAN;
    s.tau_min = s.n_taus > 0 ? s.tau_min : NAN;
    *out = s;
    return TD_OK;
}
