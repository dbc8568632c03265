/*
 * Reading whole files, and fingerprints.
 */
#ifndef TD_BASE_FILES_H
#define TD_BASE_FILES_H

#include "engine/base/errors.h"

typedef struct td_file {
    const char *text; /* size bytes without a BOM, and a final zero where memory is ours */
    size_t size;
    size_t n_mark; /* bytes of a BOM before text */
    char *memory;  /* owned; NULL: text is borrowed */
    char hash[65]; /* SHA-256 of the bytes as stored, hex */
} td_file;

/*
 * Reads a file whole ("-" is standard input), checks that it is UTF-8 without zero bytes
 * (skipping a BOM), and hashes the bytes as stored. Faults: cannot read (TD_EIO), larger than
 * limit_bytes, not
 * UTF-8 with row and column of the first bad byte (status: `family`, TD_ERULES or TD_EDATA).
 * Released by td_file_release().
 */
td_status td_file_read(const char *path, size_t limit_bytes, td_status family, td_file *out,
                       td_errors *errors);
void td_file_release(td_file *file);

/* How many of the bytes are UTF-8 without zero bytes. */
size_t td_text_valid(const char *text, size_t size);

/*
 * The same in two steps, for large files: the hash takes about as long as the reading, and is best
 * made while another thread is at work on the text.
 */
td_status td_file_open(const char *path, size_t limit_bytes, td_status family, td_file *out,
                       td_errors *errors);
void td_file_fingerprint(td_file *file);

/* SHA-256 of bytes as 64 hex digits and a final zero. */
void td_hash_text(const char *text, size_t size, char out[65]);

/* Directory part of path joined with relative (unless that is absolute). Caller frees. */
char *td_path_join(const char *path_of_file_or_folder, bool is_folder, const char *relative);

#endif
