#include "apps/cli/progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "apps/cli/run.h"
#include "apps/report/text.h"

#define EVERY_S 0.2
#define TEXT 256

void td_progress_begin(td_progress_line *line, const td_settings *settings, td_message what,
                       uint64_t done_before)
{
    *line = (td_progress_line){
        .is_shown = !settings->given[TD_OPT_QUIET] && isatty(STDERR_FILENO),
        .lang = td_run_lang(settings),
        .what = what,
        .done_before = done_before,
    };
    clock_gettime(CLOCK_MONOTONIC, &line->begun);
}

static double elapsed_s(const td_progress_line *line)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - line->begun.tv_sec) +
           1e-9 * (double)(now.tv_nsec - line->begun.tv_nsec);
}

/* 3:05, 1:03:05. */
static void time_text(double seconds, char *text, size_t size)
{
    double most = 359999; /* 99:59:59 */
    unsigned s = (unsigned)(seconds < most ? seconds + 0.5 : most);
    if (s >= 3600)
        snprintf(text, size, "%u:%02u:%02u", s / 3600, s / 60 % 60, s % 60);
    else
        snprintf(text, size, "%u:%02u", s / 60, s % 60);
}

/* Three digits are enough: 0.25, 31.4, 1200000. TD_MARK takes the mark of the language. */
static void rate_text(double rate, char *text, size_t size)
{
    int decimals = rate < 10 ? 2 : rate < 100 ? 1 : 0;
    snprintf(text, size, "%.*f", decimals, rate);
    for (char *p = text; *p != '\0'; p++)
        if (*p == '.')
            *p = TD_MARK;
}

static void line_text(const td_progress_line *line, double now_s, uint64_t done, uint64_t total,
                      char *text, size_t size)
{
    char n[24], of[24], percent[24], rate[24], left[24];
    double new = (double)(done - line->done_before);
    snprintf(n, sizeof n, "%" PRIu64, done);
    snprintf(of, sizeof of, "%" PRIu64, total);
    snprintf(percent, sizeof percent, "%d", (int)(100.0 * (double)done / (double)total));
    rate_text(new / now_s, rate, sizeof rate);
    time_text((double)(total - done) * now_s / new, left, sizeof left);
    td_phrase(text, size, line->lang, TD_MSG_WORD_PROGRESS, n, of, td_word(line->lang, line->what),
              percent, rate, left, NULL);
}

static void write_over(td_progress_line *line, const char *text)
{
    size_t width = td_text_width(text);
    fprintf(stderr, "\r%s", text);
    td_text_pad(stderr, line->width > width ? line->width - width : 0);
    line->width = width;
    fflush(stderr);
}

void td_progress_step(void *context, uint64_t done, uint64_t total)
{
    td_progress_line *line = context;
    if (!line->is_shown || done <= line->done_before || done > total)
        return;
    double now_s = elapsed_s(line);
    if (now_s < line->written_s + EVERY_S)
        return;
    char text[TEXT];
    line->written_s = now_s;
    line_text(line, now_s, done, total, text, sizeof text);
    write_over(line, text);
}

void td_progress_end(td_progress_line *line)
{
    if (line->width == 0)
        return;
    write_over(line, "");
    fputc('\r', stderr);
    fflush(stderr);
}
