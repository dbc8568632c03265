/*
 * Runs a fuzz target over kept inputs without libFuzzer: files and folders on the command
 * line, one TAP line per file. Under libFuzzer, which has a main of its own, it is empty.
 */
#include "tests/lib/files.h"

#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#ifndef TD_LIBFUZZER

static int n_files;

static void run_file(const char *path)
{
    size_t size = 0;
    char *text = td_test_read(path, &size);
    LLVMFuzzerTestOneInput((const uint8_t *)text, size);
    free(text);
    printf("ok %d - %s\n", ++n_files, path);
    fflush(stdout);
}

static void run_path(const char *path);

static void run_folder(const char *path)
{
    struct dirent **entries;
    int n = scandir(path, &entries, NULL, alphasort);
    for (int i = 0; i < n; i++) {
        char below[4096];
        snprintf(below, sizeof below, "%s/%s", path, entries[i]->d_name);
        if (entries[i]->d_name[0] != '.')
            run_path(below);
        free(entries[i]);
    }
    if (n >= 0)
        free(entries);
}

static void run_path(const char *path)
{
    struct stat info;
    if (stat(path, &info) != 0)
        return;
    if (S_ISDIR(info.st_mode))
        run_folder(path);
    else
        run_file(path);
}

int main(int argc, char **argv)
{
    /* The empty input is always among them. */
    LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
    printf("ok %d - nothing\n", ++n_files);
    for (int i = 1; i < argc; i++)
        run_path(argv[i]);
    return 0;
}

#endif
