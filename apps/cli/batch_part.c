#include "apps/cli/batch_part.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define EVERY_S 2.0
#define LINE_BYTES 512
#define WRITE_BYTES ((uint64_t)256 << 10) /* at once: then pages of the system are large, too */
#define DISK_BYTES ((uint64_t)1 << 20)

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static char *with_ending(const char *path, const char *ending)
{
    size_t size = strlen(path) + strlen(ending) + 1;
    char *text = malloc(size);
    if (text != NULL)
        snprintf(text, size, "%s%s", path, ending);
    return text;
}

/* ---- the journal ---- */

/* A line that was cut does not end in " .": it says nothing. */
static bool read_line(const char *line, td_stream_tally *t, uint64_t *size)
{
    int end = 0;
    return sscanf(line,
                  "done %" SCNu64 " %" SCNu64 " rows %zu units %zu clusters %zu ranked %zu "
                  "unranked %zu ties %zu proposed %zu .%n",
                  &t->bytes, size, &t->n_rows, &t->n_units, &t->n_clusters, &t->n_ranked,
                  &t->n_unranked, &t->n_ties, &t->n_proposed, &end) == 9 &&
           end > 0;
}

static int line_text(const td_stream_tally *t, uint64_t size, char line[LINE_BYTES])
{
    return snprintf(line, LINE_BYTES,
                    "done %" PRIu64 " %" PRIu64 " rows %zu units %zu clusters %zu ranked %zu "
                    "unranked %zu ties %zu proposed %zu .\n",
                    t->bytes, size, t->n_rows, t->n_units, t->n_clusters, t->n_ranked,
                    t->n_unranked, t->n_ties, t->n_proposed);
}

/* The last whole line of a journal with the same options; false: there is none. */
static bool read_journal(const td_part_file *file, td_stream_tally *tally, uint64_t *size)
{
    FILE *in = fopen(file->journal, "r");
    char *line = NULL;
    size_t room = 0;
    bool same = false, found = false;
    if (in == NULL)
        return false;
    if (getline(&line, &room, in) > 0) {
        line[strcspn(line, "\n")] = '\0';
        same = strcmp(line, file->options) == 0;
    }
    while (same && getline(&line, &room, in) > 0) {
        td_stream_tally t = {0};
        uint64_t n;
        if (!read_line(line, &t, &n))
            continue;
        *tally = t;
        *size = n;
        found = true;
    }
    free(line);
    fclose(in);
    return found;
}

/* ---- opening ---- */

static td_status open_part(td_part_file *file, bool resume, td_stream_tally *tally,
                           td_errors *errors)
{
    struct stat info;
    uint64_t size = 0;
    td_stream_tally was = {0};
    int fd = open(file->part, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (fd == -1)
        return td_output_fault(file->part, errno, errors);
    if (flock(fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
        td_place place = {.file = file->part};
        td_errors_add(errors, TD_MSG_STREAM_BUSY, &place, NULL);
        close(fd);
        return TD_EINVAL;
    }
    bool goes_on = resume && read_journal(file, &was, &size) && fstat(fd, &info) == 0 &&
                   (uint64_t)info.st_size >= size;
    file->size = file->on_its_way = goes_on ? size : 0;
    if (goes_on)
        *tally = was;
    else
        (void)unlink(file->journal);
    if (ftruncate(fd, (off_t)file->size) != 0 || lseek(fd, 0, SEEK_END) == -1 ||
        (file->stream = fdopen(fd, "w")) == NULL) {
        td_status status = td_output_fault(file->part, errno, errors);
        close(fd);
        return status;
    }
    file->buffer = malloc(WRITE_BYTES);
    if (file->buffer != NULL)
        (void)setvbuf(file->stream, file->buffer, _IOFBF, WRITE_BYTES);
    return TD_OK;
}

td_status td_part_open(td_part_file *file, const char *path, const char *options, bool resume,
                       td_stream_tally *tally, td_errors *errors)
{
    struct stat info;
    *file = (td_part_file){.path = path, .saved_s = now_s()};
    if (strcmp(path, "-") == 0) {
        file->stream = stdout;
        return TD_OK;
    }
    if (stat(path, &info) == 0 && !S_ISREG(info.st_mode)) {
        file->stream = fopen(path, "w");
        return file->stream == NULL ? td_output_fault(path, errno, errors) : TD_OK;
    }
    char *real = realpath(path, NULL);
    file->final = real != NULL ? real : strdup(path);
    file->part = file->final == NULL ? NULL : with_ending(file->final, ".part");
    file->journal = file->final == NULL ? NULL : with_ending(file->final, ".journal");
    file->options = strdup(options);
    if (file->part == NULL || file->journal == NULL || file->options == NULL)
        return TD_ENOMEM;
    return open_part(file, resume, tally, errors);
}

/* ---- writing ---- */

/* Has the disk begin with what was written, so that little is left when the end is waited for. The
   last bytes may still be in the buffer. */
static void start_disk(td_part_file *file)
{
#ifdef SYNC_FILE_RANGE_WRITE
    if (file->part == NULL || file->size < file->on_its_way + DISK_BYTES + WRITE_BYTES)
        return;
    (void)sync_file_range(fileno(file->stream), (off_t)file->on_its_way, (off_t)DISK_BYTES,
                          SYNC_FILE_RANGE_WRITE);
    file->on_its_way += DISK_BYTES;
#endif
}

td_status td_part_write(td_part_file *file, const char *text, size_t size, td_errors *errors)
{
    if (size > 0 && fwrite(text, 1, size, file->stream) != size)
        return td_output_fault(file->path, errno, errors);
    file->size += size;
    start_disk(file);
    return TD_OK;
}

static td_status append_line(const td_part_file *file, const td_stream_tally *tally,
                             td_errors *errors)
{
    char line[LINE_BYTES];
    bool is_new = access(file->journal, F_OK) != 0;
    FILE *out = fopen(file->journal, "a");
    if (out == NULL)
        return td_output_fault(file->journal, errno, errors);
    if (is_new)
        fprintf(out, "%s", file->options);
    line_text(tally, file->size, line);
    fprintf(out, "\n%s", line); /* the line before may have been cut */
    bool failed = fflush(out) != 0 || ferror(out) != 0 || fdatasync(fileno(out)) != 0;
    int error = errno;
    failed = fclose(out) != 0 || failed;
    return failed ? td_output_fault(file->journal, error, errors) : TD_OK;
}

td_status td_part_save(td_part_file *file, const td_stream_tally *tally, bool now,
                       td_errors *errors)
{
    double at = now_s();
    if (file->part == NULL || (!now && at < file->saved_s + EVERY_S))
        return TD_OK;
    file->saved_s = at;
    if (fflush(file->stream) != 0 || fdatasync(fileno(file->stream)) != 0)
        return td_output_fault(file->part, errno, errors);
    return append_line(file, tally, errors);
}

/* ---- closing ---- */

static int put_in_place(td_part_file *file)
{
    int error = 0;
    if (fflush(file->stream) != 0 || ferror(file->stream))
        error = errno != 0 ? errno : EIO;
    else if (file->part != NULL && fsync(fileno(file->stream)) != 0)
        error = errno;
    if (error == 0 && file->part != NULL && rename(file->part, file->final) != 0)
        error = errno;
    return error;
}

static void forget(td_part_file *file)
{
    free(file->final);
    free(file->part);
    free(file->journal);
    free(file->options);
    free(file->buffer);
    *file = (td_part_file){0};
}

td_status td_part_close(td_part_file *file, td_part_end end, td_errors *errors)
{
    int error = 0;
    errno = 0;
    if (file->stream != NULL && end == TD_PART_KEEP)
        error = put_in_place(file);
    if (file->part != NULL && file->stream != NULL && end != TD_PART_LEAVE) {
        (void)unlink(file->journal);
        if (end == TD_PART_DROP || error != 0)
            (void)unlink(file->part);
    }
    if (file->stream != NULL && file->stream != stdout && fclose(file->stream) != 0 && error == 0 &&
        end == TD_PART_KEEP)
        error = errno;
    td_status status = error == 0 ? TD_OK : td_output_fault(file->path, error, errors);
    forget(file);
    return status;
}
