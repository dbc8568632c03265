/*
 * thidua batch on one wide CSV of any size: results as CSV, in the order of the file.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "apps/cli/batch.h"
#include "apps/cli/batch_part.h"
#include "apps/cli/progress.h"
#include "apps/report/faults.h"
#include "apps/report/stream_csv.h"
#include "apps/report/text.h"

typedef struct flow {
    const td_settings *settings;
    td_stream_csv csv;
    td_part_file file;
    td_progress_line line;
    td_stream_tally tally;
    bool puts_awards;
    char *code; /* of the evaluation */
    int year;
    td_errors *errors;
} flow;

bool td_batch_is_stream(const td_settings *settings)
{
    struct stat info;
    const char *path = settings->operands[0];
    return settings->n_operands == 1 && !settings->given[TD_OPT_OUTPUT_DIR] &&
           settings->given[TD_OPT_RULES] &&
           (strcmp(path, "-") == 0 || stat(path, &info) != 0 || !S_ISDIR(info.st_mode));
}

/* ---- settings ---- */

static td_status check_settings(const flow *f)
{
    const td_settings *settings = f->settings;
    bool other = settings->given[TD_OPT_FORMAT] &&
                 strcmp(td_formats[settings->whole[TD_OPT_FORMAT]].name, "csv") != 0;
    const char *summary = settings->text[TD_OPT_SUMMARY];
    td_status status = TD_OK;
    if (other || settings->given[TD_OPT_METHOD]) {
        td_errors_add(f->errors, other ? TD_MSG_STREAM_FORMAT : TD_MSG_STREAM_METHOD, NULL, NULL);
        return TD_EINVAL;
    }
    if (settings->given[TD_OPT_RESUME] && (strcmp(settings->operands[0], "-") == 0 ||
                                           strcmp(settings->text[TD_OPT_OUTPUT], "-") == 0)) {
        td_errors_add(f->errors, TD_MSG_STREAM_RESUME, NULL, NULL);
        return TD_EINVAL;
    }
    status = td_run_no_input(settings, settings->text[TD_OPT_OUTPUT], NULL, f->errors);
    if (status == TD_OK && summary != NULL)
        status = td_run_no_input(settings, summary, NULL, f->errors);
    if (status == TD_OK && summary != NULL && strcmp(summary, settings->text[TD_OPT_OUTPUT]) == 0) {
        td_errors_add(f->errors, TD_MSG_BATCH_SUMMARY_IN_PLACE, NULL, summary, NULL);
        status = TD_EINVAL;
    }
    return status;
}

/* Where temporary files belong. */
static const char *scratch_folder(void)
{
    const char *folder = getenv("TMPDIR");
    return folder == NULL || *folder == '\0' ? "/tmp" : folder;
}

static td_stream_options options_of(const td_settings *settings)
{
    static const char MARKS[] = {',', '.'};
    bool marked = settings->given[TD_OPT_DECIMAL_MARK];
    return (td_stream_options){.rules = settings->text[TD_OPT_RULES],
                               .policy = settings->text[TD_OPT_POLICY],
                               .year = (int)settings->whole[TD_OPT_YEAR],
                               .decimal_mark =
                                   marked ? MARKS[settings->whole[TD_OPT_DECIMAL_MARK]] : '\0',
                               .scratch = settings->given[TD_OPT_GROUP] ? scratch_folder() : NULL,
                               .threads = (int)settings->whole[TD_OPT_THREADS],
                               .block_bytes = (size_t)settings->whole[TD_OPT_BLOCK_BYTES]};
}

/* ---- writing ---- */

static td_status format_block(void *context, const td_evaluation *block, const td_outline *results,
                              td_buffer *out)
{
    flow *f = context;
    return td_stream_csv_rows(&f->csv, block, results, out);
}

static td_status write_block(void *context, const char *text, size_t size,
                             const td_stream_tally *so_far)
{
    flow *f = context;
    td_progress_step(&f->line, so_far->bytes, so_far->total_bytes);
    td_status status = td_part_write(&f->file, text, size, f->errors);
    if (status == TD_OK && so_far->n_unscored == 0)
        status = td_part_save(&f->file, so_far, false, f->errors);
    return status;
}

/* What the bytes of the result depend on; the file is known by its size and its last change. */
static char *options_text(const flow *f, const td_evaluation *head)
{
    const td_settings *settings = f->settings;
    const td_policy *policy = td_evaluation_policy(head);
    struct stat info = {0};
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (out == NULL)
        return NULL;
    (void)stat(settings->operands[0], &info);
    fprintf(out,
            "thidua " TD_VERSION " stream rules %s policy %s year %d mark %d group %d block %d",
            td_rules_get(td_evaluation_rules(head, 0)).hash,
            policy == NULL ? "-" : td_policy_get(policy).hash, td_evaluation_get(head).year,
            settings->given[TD_OPT_DECIMAL_MARK] ? (int)settings->whole[TD_OPT_DECIMAL_MARK] : -1,
            settings->given[TD_OPT_GROUP], (int)settings->whole[TD_OPT_BLOCK_BYTES]);
    fprintf(out, " style %d lang %d file %ju %ju size %jd changed %jd.%09ld",
            (int)settings->whole[TD_OPT_CSV_STYLE], (int)settings->whole[TD_OPT_LANG],
            (uintmax_t)info.st_dev, (uintmax_t)info.st_ino, (intmax_t)info.st_size,
            (intmax_t)info.st_mtim.tv_sec, info.st_mtim.tv_nsec);
    bool failed = ferror(out) != 0;
    if (fclose(out) == 0 && !failed)
        return text;
    free(text);
    return NULL;
}

static td_status open_result(flow *f, const td_evaluation *head)
{
    const td_settings *settings = f->settings;
    char *options = options_text(f, head);
    td_status status = options == NULL ? TD_ENOMEM : TD_OK;
    if (status == TD_OK)
        status = td_part_open(&f->file, settings->text[TD_OPT_OUTPUT], options,
                              settings->given[TD_OPT_RESUME], &f->tally, f->errors);
    free(options);
    return status;
}

static td_status write_titles(flow *f)
{
    td_buffer titles = {0};
    if (f->tally.bytes > 0)
        return TD_OK; /* by an earlier run */
    td_status status = td_stream_csv_titles(&f->csv, &titles);
    if (status == TD_OK)
        status = td_part_write(&f->file, titles.text, titles.size, f->errors);
    free(titles.text);
    return status;
}

static td_status write_all(flow *f, td_stream *stream)
{
    const td_evaluation *head = td_stream_evaluation(stream);
    f->csv =
        td_stream_csv_of(head, f->settings->whole[TD_OPT_CSV_STYLE] == 1, td_run_lang(f->settings));
    f->puts_awards = td_evaluation_policy(head) != NULL;
    f->code = strdup(td_evaluation_get(head).code);
    f->year = td_evaluation_get(head).year;
    td_status status = write_titles(f);
    const td_stream_sink sink = {.context = f,
                                 .format = format_block,
                                 .write = write_block,
                                 .cancelled = td_process_patience(true),
                                 .done_bytes = f->tally.bytes};
    if (status == TD_OK) {
        td_progress_begin(&f->line, f->settings, TD_MSG_WORD_PROGRESS_BYTES, f->tally.bytes);
        status = td_stream_run(stream, &sink, &f->tally, f->errors);
        td_progress_end(&f->line);
    }
    (void)td_process_patience(false);
    return status;
}

static td_status run_stream(flow *f)
{
    const td_settings *settings = f->settings;
    const td_stream_options options = options_of(settings);
    td_stream *stream = NULL;
    td_status status = td_stream_open(settings->operands[0], &options, &stream, f->errors);
    if (status == TD_OK)
        status = td_run_no_input(settings, settings->text[TD_OPT_OUTPUT],
                                 td_stream_evaluation(stream), f->errors);
    if (status == TD_OK)
        status = open_result(f, td_stream_evaluation(stream));
    if (status == TD_OK)
        status = write_all(f, stream);
    td_part_end end = status == TD_OK             ? TD_PART_KEEP
                      : status == TD_EINTERRUPTED ? TD_PART_LEAVE
                                                  : TD_PART_DROP;
    if (end == TD_PART_LEAVE && f->tally.bytes > 0 && f->tally.n_unscored == 0)
        (void)td_part_save(&f->file, &f->tally, true, f->errors);
    td_status closed = td_part_close(&f->file, end, f->errors);
    td_stream_free(stream);
    return status == TD_OK ? closed : status;
}

/* ---- what it came to ---- */

static td_status summarize(const td_report *report, const void *context, td_errors *errors)
{
    const flow *f = context;
    const td_stream_tally *tally = &f->tally;
    char *path = strdup(f->settings->operands[0]), *name = strdup(f->settings->text[TD_OPT_OUTPUT]);
    td_batch_item item = {.path = path, .name = name};
    td_batch_list list = {.n = 1, .capacity = 1, .items = &item};
    td_exit code = td_run_exit(TD_OK, f->errors);
    td_batch_row row = {.state = code == TD_EXIT_OK         ? TD_BATCH_OK
                                 : code == TD_EXIT_FINDINGS ? TD_BATCH_FINDINGS
                                                            : TD_BATCH_FAILED,
                        .code_of_exit = code,
                        .has_figures = true,
                        .has_policy = f->puts_awards,
                        .code = f->code,
                        .year = (size_t)f->year,
                        .n_units = tally->n_units,
                        .n_clusters = tally->n_clusters,
                        .n_ranked = tally->n_ranked,
                        .n_unranked = tally->n_unranked,
                        .n_ties = tally->n_ties,
                        .n_proposed = tally->n_proposed,
                        .n_findings = td_errors_count(f->errors, TD_WARNING),
                        .n_errors = td_errors_count(f->errors, TD_ERROR)};
    td_tabulation *sheet = td_tabulation_new("batch", TD_MSG_WORD_BATCH_TITLE);
    td_status status = sheet == NULL || path == NULL || name == NULL
                           ? TD_ENOMEM
                           : td_batch_summarize(f->settings, &list, &row, sheet);
    (void)errors;
    if (status == TD_OK)
        status =
            td_formats[f->settings->whole[TD_OPT_SUMMARY_FORMAT]].tabulation(report, NULL, sheet);
    if (sheet != NULL)
        td_tabulation_free(sheet);
    free(path);
    free(name);
    return status;
}

static td_status write_faults(const td_report *report, const void *context, td_errors *errors)
{
    (void)errors;
    return td_json_faults(report, context);
}

/* RESULT.faults.json beside the result; one of an earlier run goes. */
static td_status put_faults(flow *f, td_errors *errors)
{
    const char *output = f->settings->text[TD_OPT_OUTPUT];
    struct stat info;
    size_t length = strlen(output), ending = strlen(".faults.json");
    bool csv = length > 4 && strcmp(output + length - 4, ".csv") == 0;
    if (strcmp(output, "-") == 0 || (stat(output, &info) == 0 && !S_ISREG(info.st_mode)))
        return TD_OK;
    char *path = malloc(length + ending + 1);
    if (path == NULL)
        return TD_ENOMEM;
    snprintf(path, length + ending + 1, "%.*s.faults.json", (int)(csv ? length - 4 : length),
             output);
    td_status status = TD_OK;
    if (td_errors_size(f->errors) == 0)
        (void)unlink(path);
    else
        status = td_run_write(f->settings, path, NULL, write_faults, f->errors, errors);
    free(path);
    return status;
}

static void say(const flow *f, const char *text)
{
    if (f->settings->given[TD_OPT_QUIET])
        return;
    fputs("thidua: ", stderr);
    td_text_print(stderr, text);
    fputc('\n', stderr);
}

static void say_counts(const flow *f)
{
    char line[512], units[24], clusters[24], failed[24];
    snprintf(units, sizeof units, "%zu", f->tally.n_units);
    snprintf(clusters, sizeof clusters, "%zu", f->tally.n_clusters);
    snprintf(failed, sizeof failed, "%zu", f->tally.n_failed);
    td_phrase(line, sizeof line, td_run_lang(f->settings), TD_MSG_WORD_STREAM_COUNTS, units,
              clusters, failed, NULL);
    say(f, line);
}

td_exit td_run_batch_stream(const td_settings *settings)
{
    flow f = {.settings = settings, .errors = td_errors_new()};
    if (f.errors == NULL)
        return td_run_end(settings, TD_ENOMEM, NULL);
    td_status status = check_settings(&f);
    bool begun = status == TD_OK;
    if (begun)
        status = run_stream(&f);
    td_errors *others = td_errors_new();
    td_status later = others == NULL ? TD_ENOMEM : TD_OK;
    if (begun && others != NULL && status != TD_EINTERRUPTED)
        later = put_faults(&f, others);
    if (status == TD_OK && later == TD_OK && settings->given[TD_OPT_SUMMARY])
        later = td_run_write(settings, settings->text[TD_OPT_SUMMARY], NULL, summarize, &f, others);
    if (status == TD_OK)
        say_counts(&f);
    else if (status == TD_EINTERRUPTED && f.tally.bytes > 0)
        say(&f, td_word(td_run_lang(settings), TD_MSG_WORD_STREAM_LEFT));
    free(f.code);
    td_exit worst = td_run_end(settings, status, f.errors);
    return td_run_worse(worst, td_run_end(settings, later, others));
}
