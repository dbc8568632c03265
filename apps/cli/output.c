#include "apps/cli/output.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * The temporary files that a signal must remove. A slot is taken by whoever writes a file, and
 * its path holds while is_set: a handler may run in any thread at any time. When all are taken a
 * file does without.
 */
#define N_PENDING 64
static struct {
    atomic_bool is_taken, is_set;
    char path[PATH_MAX];
} pending[N_PENDING];

static const int SIGNALS[] = {SIGINT, SIGTERM, SIGHUP};
#define N_SIGNALS (sizeof SIGNALS / sizeof SIGNALS[0])

static volatile int is_patient, is_interrupted;
static mode_t mask; /* umask() can only be asked by changing it: once, before there are threads */

static void on_signal(int number)
{
    if (number == SIGINT && is_patient && !is_interrupted) {
        is_interrupted = 1;
        return;
    }
    for (size_t i = 0; i < N_PENDING; i++)
        if (atomic_load(&pending[i].is_set))
            unlink(pending[i].path);
    _exit(128 + number);
}

const volatile int *td_process_patience(bool patient)
{
    is_patient = patient;
    return &is_interrupted;
}

static size_t set_pending(const char *path)
{
    for (size_t i = 0; i < N_PENDING; i++) {
        if (atomic_exchange(&pending[i].is_taken, true))
            continue;
        snprintf(pending[i].path, sizeof pending[i].path, "%s", path);
        atomic_store(&pending[i].is_set, true);
        return i;
    }
    return N_PENDING;
}

static void clear_pending(size_t slot)
{
    if (slot == N_PENDING)
        return;
    atomic_store(&pending[slot].is_set, false);
    atomic_store(&pending[slot].is_taken, false);
}

/* A missing descriptor would be taken by the next file opened: fill it with one that fails. */
void td_process_prepare(void)
{
    for (int fd = 0; fd <= 2; fd++)
        if (fcntl(fd, F_GETFD) == -1 && errno == EBADF)
            (void)!open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY);
    mask = umask(0);
    umask(mask);
    struct sigaction action = {.sa_handler = on_signal};
    sigfillset(&action.sa_mask);
    for (size_t i = 0; i < N_SIGNALS; i++) {
        struct sigaction before;
        if (sigaction(SIGNALS[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN)
            sigaction(SIGNALS[i], &action, NULL);
    }
}

td_status td_output_fault(const char *path, int error, td_errors *errors)
{
    td_place place = {.file = path};
    td_errors_add(errors, TD_MSG_CLI_CANNOT_WRITE, &place, strerror(error), NULL);
    return TD_EIO;
}

/* The file that a path means when its last links are followed; it need not exist yet. */
static char *followed(const char *path)
{
    char *real = realpath(path, NULL);
    return real != NULL ? real : strdup(path);
}

static mode_t mode_for(const char *path)
{
    struct stat info;
    if (stat(path, &info) == 0)
        return info.st_mode & 0777;
    return 0666 & ~mask;
}

static td_status open_beside(td_output *out, td_errors *errors)
{
    size_t size = strlen(out->final) + 16;
    out->temporary = malloc(size);
    if (out->temporary == NULL)
        return TD_ENOMEM;
    snprintf(out->temporary, size, "%s.XXXXXX", out->final);
    mode_t mode = mode_for(out->final);
    int fd = mkstemp(out->temporary);
    if (fd == -1)
        return td_output_fault(out->path, errno, errors);
    out->slot = set_pending(out->temporary);
    (void)fchmod(fd, mode);
    out->stream = fdopen(fd, "w");
    if (out->stream != NULL)
        return TD_OK;
    close(fd);
    unlink(out->temporary);
    clear_pending(out->slot);
    return td_output_fault(out->path, errno, errors);
}

static void forget(td_output *out)
{
    free(out->final);
    free(out->temporary);
    *out = (td_output){0};
}

td_status td_output_open(const char *path, td_output *out, td_errors *errors)
{
    *out = (td_output){0};
    if (strcmp(path, "-") == 0) {
        out->stream = stdout;
        return TD_OK;
    }
    out->path = path;
    struct stat info;
    td_status status = TD_OK;
    if (stat(path, &info) == 0 && !S_ISREG(info.st_mode)) {
        out->stream = fopen(path, "w");
        status = out->stream == NULL ? td_output_fault(path, errno, errors) : TD_OK;
    } else if ((out->final = followed(path)) == NULL) {
        status = TD_ENOMEM;
    } else {
        status = open_beside(out, errors);
    }
    if (status != TD_OK)
        forget(out);
    return status;
}

/* The rename lasts only when the folder is on disk too. */
static void sync_folder_of(char *path)
{
    int fd = open(dirname(path), O_RDONLY | O_DIRECTORY);
    if (fd == -1)
        return;
    (void)fsync(fd);
    close(fd);
}

static int put_in_place(td_output *out)
{
    int error = 0;
    if (fflush(out->stream) != 0 || ferror(out->stream))
        error = errno != 0 ? errno : EIO;
    else if (out->temporary != NULL && fsync(fileno(out->stream)) != 0)
        error = errno;
    if (out->path != NULL && fclose(out->stream) != 0 && error == 0)
        error = errno;
    if (error == 0 && out->temporary != NULL && rename(out->temporary, out->final) != 0)
        error = errno;
    return error;
}

td_status td_output_close(td_output *out, bool keep, td_errors *errors)
{
    int error = 0;
    errno = 0;
    if (keep)
        error = put_in_place(out);
    else if (out->path != NULL)
        fclose(out->stream);
    if (out->temporary != NULL && (!keep || error != 0))
        unlink(out->temporary);
    if (out->temporary != NULL)
        clear_pending(out->slot);
    td_status status = error == 0 ? TD_OK : td_output_fault(out->path, error, errors);
    if (keep && error == 0 && out->final != NULL)
        sync_folder_of(out->final);
    forget(out);
    return status;
}

td_status td_output_folder(const char *path, td_errors *errors)
{
    char *made = strdup(path);
    if (made == NULL)
        return TD_ENOMEM;
    int error = 0;
    for (char *end = made; *end != '\0' && error == 0;) {
        end += strspn(end, "/");
        end += strcspn(end, "/");
        char kept = *end;
        *end = '\0';
        if (mkdir(made, 0777) != 0 && errno != EEXIST)
            error = errno;
        *end = kept;
    }
    struct stat info;
    if (error == 0 && stat(path, &info) == 0 && !S_ISDIR(info.st_mode))
        error = ENOTDIR;
    free(made);
    return error == 0 ? TD_OK : td_output_fault(path, error, errors);
}

static bool same(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

static bool is_inside(const struct stat *target, const char *folder)
{
    DIR *entries = opendir(folder);
    bool found = false;
    const struct dirent *entry;
    while (!found && entries != NULL && (entry = readdir(entries)) != NULL) {
        struct stat info;
        found = fstatat(dirfd(entries), entry->d_name, &info, 0) == 0 && same(target, &info);
    }
    if (entries != NULL)
        closedir(entries);
    return found;
}

bool td_output_is_input(const char *path, const char *input)
{
    struct stat target, source;
    if (strcmp(path, "-") == 0 || strcmp(input, "-") == 0)
        return false;
    if (stat(path, &target) != 0 || !S_ISREG(target.st_mode) || stat(input, &source) != 0)
        return false;
    return S_ISDIR(source.st_mode) ? is_inside(&target, input) : same(&target, &source);
}
