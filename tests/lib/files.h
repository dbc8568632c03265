/*
 * Temporary folders and files for tests. Whatever goes wrong here ends the test program with
 * a message: a test without its files has nothing to say.
 */
#ifndef TD_TESTS_FILES_H
#define TD_TESTS_FILES_H

#include <stddef.h>

/* A folder of its own under TMPDIR; path has no slash at its end. */
typedef struct td_folder {
    char path[256];
} td_folder;

/* Makes an empty folder. */
void td_folder_init(td_folder *folder);
/* Removes it with everything in it. */
void td_folder_release(td_folder *folder);
/* Removes what is in it. */
void td_folder_clear(td_folder *folder);

/*
 * Writes a file, making the folders that its relative name needs. Returns its path, which
 * the caller frees.
 */
char *td_folder_write(const td_folder *folder, const char *name, const char *text);
char *td_folder_write_bytes(const td_folder *folder, const char *name, const void *bytes,
                            size_t size);

/* The path of a file in the folder, there or not; the caller frees. */
char *td_folder_path(const td_folder *folder, const char *name);

/* A whole file with a final zero; size may be NULL; the caller frees. */
char *td_test_read(const char *path, size_t *size);

#endif
