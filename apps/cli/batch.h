/*
 * thidua batch: what its parts share. Finding gives a list of evaluations with the names of their
 * results; each is evaluated by one thread and leaves a row; the journal remembers the rows of what
 * is done; the summary shows all rows.
 */
#ifndef TD_CLI_BATCH_H
#define TD_CLI_BATCH_H

#include <stdio.h>
#include <sys/types.h>

#include "apps/cli/run.h"
#include "apps/report/tabulation.h"

/* ---- what there is to do ---- */

typedef struct td_batch_item {
    char *path; /* as td_evaluation_load() takes it */
    char *name; /* of its results, below the output folder, without ending */
    dev_t device;
    ino_t inode; /* 0: there is nothing at this path */
} td_batch_item;

/* Zero-initialize; release also after failure. */
typedef struct td_batch_list {
    size_t n, capacity;
    td_batch_item *items; /* in the order of the operands, inside a folder by the bytes of names */
} td_batch_list;

/*
 * The evaluations that the operands of the settings mean, each once. TD_OK; TD_EIO: an operand or a
 * list cannot be read; TD_EINVAL: two evaluations would have the same name, or there is none;
 * TD_ENOMEM. A folder inside an operand that cannot be read is a fault, but not a failure.
 */
td_status td_batch_find(const td_settings *settings, td_batch_list *out, td_errors *errors);
void td_batch_list_release(td_batch_list *list);

/*
 * Reads a list of paths, one a line: blanks around them, empty lines and lines that begin with #
 * are left out. Calls take() for each until it does not return TD_OK, and returns that, or
 * TD_ENOMEM.
 */
td_status td_batch_read_list(FILE *in, td_status (*take)(void *context, const char *path),
                             void *context);

/*
 * A name of files made from a path: letters, digits, - and _ stay, / stays between the parts, any
 * other byte is %XX; parts that are empty or "." are left out. "" when nothing is left. The caller
 * frees; NULL when out of memory.
 */
char *td_batch_name(const char *path);

/* Whether the settings mean one wide CSV of any size, and the run of it. */
bool td_batch_is_stream(const td_settings *settings);
td_exit td_run_batch_stream(const td_settings *settings);

/* ---- what comes out ---- */

typedef enum td_batch_state {
    TD_BATCH_LEFT, /* not begun */
    TD_BATCH_OK,
    TD_BATCH_FINDINGS,
    TD_BATCH_FAILED,
    TD_BATCH_SKIPPED, /* done by an earlier run */
    TD_N_BATCH_STATES
} td_batch_state;

typedef struct td_batch_row {
    td_batch_state state;
    td_exit code_of_exit;
    bool has_figures; /* those up to n_proposed */
    bool has_policy;  /* n_proposed holds */
    char *code;       /* of the evaluation; owned */
    size_t year, n_units, n_clusters, n_ranked, n_unranked;
    size_t n_ties; /* clusters whose first place is shared */
    size_t n_proposed;
    size_t n_findings, n_errors;
    bool has_output, has_faults;
    double elapsed_s;
} td_batch_row;

/* The figures of an evaluated year; awards NULL: no policy. TD_OK or TD_ENOMEM. */
td_status td_batch_figures(const td_run *run, const td_awards *awards, td_batch_row *row);

/* "NAME.json", by the format of the settings. The caller frees; NULL when out of memory. */
char *td_batch_result(const td_settings *settings, const char *name);
/* "NAME.faults.json". */
char *td_batch_faults(const char *name);

/*
 * Fills a summary. Only rows that were begun are shown. TD_OK or TD_ENOMEM.
 */
td_status td_batch_summarize(const td_settings *settings, const td_batch_list *list,
                             const td_batch_row *rows, td_tabulation *sheet);

/* How many rows have the state. */
size_t td_batch_count(const td_batch_list *list, const td_batch_row *rows, td_batch_state state);

/* ---- files and what is in them ---- */

/* Paths with the SHA-256 of each. Zero-initialize; release also after failure. */
typedef struct td_batch_files {
    size_t n, capacity;
    struct {
        char *path, hash[65];
    } * files;
} td_batch_files;

/* TD_OK or TD_ENOMEM. */
td_status td_batch_files_add(td_batch_files *files, const char *path, const char hash[65]);
void td_batch_files_release(td_batch_files *files);

/*
 * The files below an evaluation's path that it is read from: evaluation.json and the CSV files of a
 * folder, by name, or the wide CSV file itself. TD_OK, TD_EIO or TD_ENOMEM.
 */
td_status td_batch_data_of(const char *path, td_batch_files *out, td_errors *errors);

/* Those outside: rule sets and the policy, as they were loaded. TD_OK or TD_ENOMEM. */
td_status td_batch_rules_of(const td_evaluation *evaluation, td_batch_files *out);

/* ---- the journal ---- */

/*
 * A file in the output folder: one line of JSON for each evaluation that is done, written after
 * its results are in place. A line that was cut says nothing; of several the last one counts.
 */
typedef struct td_journal td_journal;

/* What is remembered of one evaluation. */
typedef struct td_journal_entry {
    char *name, *path;
    char *options;              /* version and options: whatever changes the bytes of results */
    td_batch_files data, rules; /* inputs; data were hashed before they were loaded */
    td_batch_files results;     /* below the output folder */
    td_batch_row row;
} td_journal_entry;

/*
 * Opens the journal of an output folder, which is made if need be; one that is not empty and has no
 * journal is refused. Removes temporary files that a killed run left. resume: what an earlier run
 * did is remembered, else forgotten. TD_OK; TD_EIO; TD_EINVAL when the folder is refused or another
 * run writes to it; TD_ENOMEM. Freed by td_journal_free(), which takes NULL.
 */
td_status td_journal_open(const char *folder, bool resume, td_journal **out, td_errors *errors);
void td_journal_free(td_journal *journal);

/*
 * Whether an evaluation with this name, path and options is done, its inputs and its
 * results as they were. Then *row is filled. Any number of threads at a time.
 */
bool td_journal_has(const td_journal *journal, const td_journal_entry *wanted, td_batch_row *row);

/* Remembers an evaluation. One thread at a time. TD_OK, TD_EIO or TD_ENOMEM. */
td_status td_journal_add(td_journal *journal, const td_journal_entry *entry, td_errors *errors);

/* One line of a journal; false when it is cut, or memory ran out. Released by the next one. */
bool td_journal_read_line(const char *line, td_journal_entry *out);
void td_journal_entry_release(td_journal_entry *entry);

#endif
