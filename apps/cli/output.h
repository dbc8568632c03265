/*
 * Where a report goes: standard output, or a file that appears whole or not at all.
 */
#ifndef TD_CLI_OUTPUT_H
#define TD_CLI_OUTPUT_H

#include <stdio.h>

#include "engine/base/errors.h"

typedef struct td_output {
    FILE *stream;
    const char *path; /* as the user wrote it; NULL for standard output */
    char *final;      /* where the file will be, links followed; NULL: written directly */
    char *temporary;  /* beside it */
    size_t slot;      /* private: where signals know it */
} td_output;

/*
 * Opens path ("-": standard output) for writing. A regular file is written beside as a
 * temporary one; devices and pipes are written directly. Returns TD_OK, TD_EIO or TD_ENOMEM
 * with a fault.
 */
td_status td_output_open(const char *path, td_output *out, td_errors *errors);

/*
 * Closes; keep: flushes, syncs and renames into place, else removes the temporary file.
 * Returns TD_OK or TD_EIO with a fault (then nothing was put in place).
 */
td_status td_output_close(td_output *out, bool keep, td_errors *errors);

/* Adds the fault that path cannot be written, by an errno. TD_EIO. */
td_status td_output_fault(const char *path, int error, td_errors *errors);

/* Makes a folder, and those above it, where it is missing. TD_OK, TD_EIO with a fault, TD_ENOMEM. */
td_status td_output_folder(const char *path, td_errors *errors);

/*
 * Whether `path` is the same file as `input`, or as a file directly inside the folder
 * `input`. False when either does not exist, and for "-".
 */
bool td_output_is_input(const char *path, const char *input);

/*
 * Patient: the first interrupt only sets the flag that is returned, the next one ends the
 * program. For work that looks at the flag.
 */
const volatile int *td_process_patience(bool patient);

/*
 * Makes standard input, output and error exist, and lets signals remove temporary files. Before
 * any thread is started.
 */
void td_process_prepare(void);

#endif
