/*
 * thidua whatif: what its modes share. A mode is one file whatif_<mode>.c with one function, one
 * row in the table of whatif.c, and its title among the words.
 */
#ifndef TD_CLI_WHATIF_H
#define TD_CLI_WHATIF_H

#include "apps/cli/run.h"
#include "apps/report/tabulation.h"

/* The official year with something changed: evaluated, awards decided. */
typedef struct td_variation {
    td_evaluation *base; /* the data under another rule set, NULL: the official evaluation */
    td_run run;
    td_awards awards; /* empty without a policy */
} td_variation;

/* A year under question. Everything here is made before a mode runs, and freed after it. */
typedef struct td_whatif {
    const td_settings *settings;
    td_run official;       /* as the files have it */
    const td_run *year;    /* what the mode works on: official, or under the changes asked for */
    td_scenarios *changes; /* asked for by --set and the like: one scenario */
    td_variation changed;  /* under them; empty when there are none */
    td_prepared *items;    /* `year` prepared at --level; its own unless the level is 1 */
    bool has_policy;       /* awards hold */
    td_awards of_official;
    const td_awards *awards; /* of year */
    size_t cluster;          /* the only one to show, TD_NONE for all */
    td_tabulation *sheet;    /* the mode fills it */
    bool interrupted; /* the mode was asked to stop; what it filled in is shown all the same */
} td_whatif;

/* Fills w->sheet. Statuses of the library; faults in errors. */
typedef td_status td_whatif_fill(td_whatif *w, td_errors *errors);

/* Reads --set, --cap ... into w->changes, and makes w->changed where there are any. */
td_status td_whatif_change(td_whatif *w, td_errors *errors);
bool td_whatif_is_changed(const td_whatif *w);

/*
 * The official year under a scenario (with the rule set that it names). Released by
 * td_variation_release(), also when zero-initialized.
 */
td_status td_whatif_vary(const td_whatif *w, const td_scenario *scenario, td_variation *out,
                         td_errors *errors);
void td_variation_release(td_variation *variation);

/* The mode --exact, which --sample calls too when both are given. */
td_whatif_fill td_whatif_exact;

/* How awards are decided in every mode: time limit, interrupt. */
td_award_options td_whatif_award_options(const td_settings *settings);
/* Awards of a year; lower bounds that conflict are said, the rest is decided all the same. */
td_status td_whatif_decide(const td_settings *settings, const td_run *run, td_awards *out,
                           td_errors *errors);

/* First and past-the-last cluster to show. */
size_t td_whatif_first_cluster(const td_whatif *w);
size_t td_whatif_end_cluster(const td_whatif *w);

/*
 * Visits the units of the clusters to show, by their rank in `run`: a section of the sheet for each
 * cluster, under its name. TD_OK or TD_ENOMEM.
 */
typedef void td_whatif_visit(const void *context, const td_cluster_view *cluster, size_t unit);
td_status td_whatif_each_unit(const td_whatif *w, const td_run *run, td_whatif_visit *visit,
                              const void *context);

/* The weighted item (of w->items) of a criterion's code, in the first rule set that has it. TD_EINVAL
   with a fault when there is none. */
td_status td_whatif_find_item(const td_whatif *w, const char *code, size_t *item,
                              td_errors *errors);

/* Code and name of an item. */
td_criterion_view td_whatif_item(const td_whatif *w, size_t item);

#endif
