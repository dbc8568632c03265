/*
 * thidua whatif: what its modes share. A mode is one file whatif_<mode>.c with one function, one
 * row in the table of whatif.c, and its title among the words.
 */
#ifndef TD_CLI_WHATIF_H
#define TD_CLI_WHATIF_H

#include "apps/cli/run.h"
#include "apps/report/tabulation.h"

/* A year under question. Everything here is made before a mode runs, and freed after it. */
typedef struct td_whatif {
    const td_settings *settings;
    td_run official;    /* as the files have it */
    const td_run *year; /* what the mode works on: official, or under the changes asked for */
    td_prepared *items; /* `year` prepared at --level; its own unless the level is 1 */
    bool has_policy;    /* awards hold */
    td_awards of_official, of_year; /* the latter empty while year is official */
    const td_awards *awards;        /* of year */
    size_t cluster;                 /* the only one to show, TD_NONE for all */
    td_tabulation *sheet;           /* the mode fills it */
    bool interrupted; /* the mode was asked to stop; what it filled in is shown all the same */
} td_whatif;

/* Fills w->sheet. Statuses of the library; faults in errors. */
typedef td_status td_whatif_fill(td_whatif *w, td_errors *errors);

/* How awards are decided in every mode: time limit, interrupt. */
td_award_options td_whatif_award_options(const td_settings *settings);

/* First and past-the-last cluster to show. */
size_t td_whatif_first_cluster(const td_whatif *w);
size_t td_whatif_end_cluster(const td_whatif *w);

/* The weighted item (of w->items) of a criterion's code, in the first rule set that has it. TD_EINVAL
   with a fault when there is none. */
td_status td_whatif_find_item(const td_whatif *w, const char *code, size_t *item,
                              td_errors *errors);

/* Code and name of an item. */
td_criterion_view td_whatif_item(const td_whatif *w, size_t item);

#endif
