/* Writing the files of a generated evaluation: UTF-8, commas, points, LF. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/generate.h"
#include "engine/base/files.h"

td_status td_writer_open(td_writer *sheet, const char *folder, const char *name, td_errors *errors)
{
    sheet->path = td_path_join(folder, true, name);
    if (sheet->path == NULL)
        return TD_ENOMEM;
    sheet->file = fopen(sheet->path, "wbx"); /* x: what is there stays */
    if (sheet->file != NULL)
        return TD_OK;
    td_errors_add(errors, TD_MSG_GEN_WRITE, &(td_place){.file = sheet->path}, strerror(errno),
                  NULL);
    return TD_EIO;
}

td_status td_writer_close(td_writer *sheet, td_errors *errors)
{
    td_status status = TD_OK;
    if (sheet->file != NULL) {
        bool failed = ferror(sheet->file) != 0;
        errno = failed ? EIO : 0;
        if (fclose(sheet->file) != 0 || failed) {
            td_errors_add(errors, TD_MSG_GEN_WRITE, &(td_place){.file = sheet->path},
                          strerror(errno), NULL);
            status = TD_EIO;
        }
    }
    free(sheet->path);
    *sheet = (td_writer){0};
    return status;
}

void td_writer_text(td_writer *sheet, const char *text)
{
    if (strpbrk(text, ",\"\r\n") == NULL) {
        fputs(text, sheet->file);
        return;
    }
    putc('"', sheet->file);
    for (; *text != '\0'; text++) {
        if (*text == '"')
            putc('"', sheet->file);
        putc(*text, sheet->file);
    }
    putc('"', sheet->file);
}

void td_writer_json(td_writer *sheet, const char *text)
{
    putc('"', sheet->file);
    for (; *text != '\0'; text++) {
        unsigned char byte = (unsigned char)*text;
        if (byte < 0x20)
            fprintf(sheet->file, "\\u%04x", (unsigned)byte);
        else if (byte == '"' || byte == '\\')
            fprintf(sheet->file, "\\%c", byte);
        else
            putc(byte, sheet->file);
    }
    putc('"', sheet->file);
}

/* Year, month and day of days since 1970-01-01 (Hinnant's civil_from_days). */
static void write_date(FILE *file, double day)
{
    int64_t z = (int64_t)day + 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    int64_t doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t mp = (5 * doy + 2) / 153;
    int64_t month = mp < 10 ? mp + 3 : mp - 9;
    int64_t year = yoe + era * 400 + (month <= 2);
    fprintf(file, "%04d-%02d-%02d", (int)year, (int)month, (int)(doy - (153 * mp + 2) / 5 + 1));
}

/* Faster than printf, which is most of the time of a large folder. */
static void write_number(FILE *file, int places, double x)
{
    char text[40];
    size_t at = sizeof text;
    int64_t whole = llround(fabs(x) * (double)td_pow10(places));
    for (; places > 0 && whole % 10 == 0; places--)
        whole /= 10;
    int digits = 0;
    do {
        if (digits == places && places > 0)
            text[--at] = '.';
        text[--at] = (char)('0' + whole % 10);
        whole /= 10;
    } while (++digits <= places || whole > 0);
    if (x < 0)
        text[--at] = '-';
    fwrite(text + at, 1, sizeof text - at, file);
}

void td_writer_value(td_writer *sheet, td_kind kind, int places, double x)
{
    putc(',', sheet->file);
    if (isnan(x))
        return;
    if (kind == TD_DATE)
        write_date(sheet->file, x);
    else
        write_number(sheet->file, places, x);
}

const char *td_relative_path(const char *folder, const char *to, td_arena *arena)
{
    char *from = realpath(folder, NULL), *target = realpath(to, NULL);
    const char *result = NULL;
    if (from != NULL && target != NULL) {
        size_t same = 0, common = 0; /* common: up to the last folder that both share */
        while (from[same] != '\0' && from[same] == target[same]) {
            same++;
            if (target[same] == '/' && (from[same] == '/' || from[same] == '\0'))
                common = same;
        }
        result = td_arena_strdup(arena, target + common + (target[common] == '/'));
        for (const char *rest = from + common; result != NULL && *rest != '\0'; rest++)
            if (rest[0] == '/' && rest[1] != '\0')
                result = td_arena_printf(arena, "../%s", result);
    }
    free(from);
    free(target);
    return result;
}
