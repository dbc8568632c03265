#include "tests/lib/files.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void stop(const char *what, const char *path)
{
    fprintf(stderr, "test files: %s %s: %s\n", what, path, strerror(errno));
    abort();
}

void td_folder_init(td_folder *folder)
{
    const char *parent = getenv("TMPDIR");
    int length = snprintf(folder->path, sizeof folder->path, "%s/thidua-test-XXXXXX",
                          parent && *parent ? parent : "/tmp");
    if (length < 0 || (size_t)length >= sizeof folder->path || !mkdtemp(folder->path))
        stop("cannot make", folder->path);
}

static int remove_below(const char *path, const struct stat *info, int type, struct FTW *place)
{
    (void)info;
    (void)type;
    if (place->level > 0 && remove(path) != 0)
        stop("cannot remove", path);
    return 0;
}

void td_folder_clear(td_folder *folder)
{
    if (nftw(folder->path, remove_below, 16, FTW_DEPTH | FTW_PHYS) != 0)
        stop("cannot clear", folder->path);
}

void td_folder_release(td_folder *folder)
{
    td_folder_clear(folder);
    if (rmdir(folder->path) != 0)
        stop("cannot remove", folder->path);
    folder->path[0] = '\0';
}

char *td_folder_path(const td_folder *folder, const char *name)
{
    size_t size = strlen(folder->path) + strlen(name) + 2;
    char *path = malloc(size);
    if (!path)
        stop("no memory for", name);
    snprintf(path, size, "%s/%s", folder->path, name);
    return path;
}

static void make_parents(char *path, size_t from)
{
    for (char *slash = strchr(path + from, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(path, 0777) != 0 && errno != EEXIST)
            stop("cannot make", path);
        *slash = '/';
    }
}

char *td_folder_write_bytes(const td_folder *folder, const char *name, const void *bytes,
                            size_t size)
{
    char *path = td_folder_path(folder, name);
    make_parents(path, strlen(folder->path) + 1);
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(bytes, 1, size, file) != size || fclose(file) != 0)
        stop("cannot write", path);
    return path;
}

char *td_folder_write(const td_folder *folder, const char *name, const char *text)
{
    return td_folder_write_bytes(folder, name, text, strlen(text));
}

char *td_test_read(const char *path, size_t *size)
{
    struct stat info;
    FILE *file = fopen(path, "rb");
    if (!file || fstat(fileno(file), &info) != 0)
        stop("cannot read", path);
    size_t length = (size_t)info.st_size;
    char *text = malloc(length + 1);
    if (!text || fread(text, 1, length, file) != length)
        stop("cannot read", path);
    fclose(file);
    text[length] = '\0';
    if (size)
        *size = length;
    return text;
}
