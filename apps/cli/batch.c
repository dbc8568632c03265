/*
 * thidua batch: many evaluations in one run.
 */
#include "apps/cli/batch.h"

#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "apps/cli/awards.h"
#include "apps/cli/progress.h"
#include "apps/report/text.h"

typedef struct batch {
    const td_settings *settings;
    td_batch_list list;
    td_batch_row *rows; /* of the list */
    td_journal *journal;
    char *options;                   /* as the journal knows them */
    int threads;                     /* inside of one evaluation */
    const volatile int *interrupted; /* no further evaluation is begun */
    td_progress_line line;
    size_t n_done;
    td_status status; /* of what concerns all of them */
    td_errors *errors;
} batch;

/* One evaluation in hand. */
typedef struct job {
    td_settings settings; /* of it alone */
    const td_batch_item *item;
    char *output, *faults; /* below the output folder */
    char *output_path, *faults_path;
    td_journal_entry entry;
    td_errors *errors;
    td_batch_row row;
} job;

/* ---- files ---- */

static char *below(const char *folder, const char *name)
{
    size_t size = strlen(folder) + strlen(name) + 2;
    char *path = malloc(size);
    if (path != NULL)
        snprintf(path, size, "%s/%s", folder, name);
    return path;
}

static td_status begin(const batch *b, size_t i, job *j)
{
    const char *folder = b->settings->text[TD_OPT_OUTPUT_DIR];
    *j = (job){.settings = *b->settings, .item = &b->list.items[i], .errors = td_errors_new()};
    j->output = td_batch_result(b->settings, j->item->name);
    j->faults = td_batch_faults(j->item->name);
    j->output_path = j->output == NULL ? NULL : below(folder, j->output);
    j->faults_path = j->faults == NULL ? NULL : below(folder, j->faults);
    j->settings.operands[0] = j->item->path;
    j->settings.n_operands = 1;
    j->settings.text[TD_OPT_OUTPUT] = j->output_path;
    j->settings.whole[TD_OPT_THREADS] = (uint64_t)b->threads;
    j->entry.name = j->item->name;
    j->entry.path = j->item->path;
    j->entry.options = b->options;
    return j->errors == NULL || j->output_path == NULL || j->faults_path == NULL ? TD_ENOMEM
                                                                                 : TD_OK;
}

static void end(job *j)
{
    td_batch_files_release(&j->entry.data);
    td_batch_files_release(&j->entry.rules);
    td_batch_files_release(&j->entry.results);
    td_errors_free(j->errors);
    free(j->output_path);
    free(j->faults_path);
    free(j->output);
    free(j->faults);
}

/* ---- one evaluation ---- */

static td_status make_room(const char *path, td_errors *errors)
{
    char *folder = strdup(path);
    td_status status = folder == NULL ? TD_ENOMEM : td_output_folder(dirname(folder), errors);
    free(folder);
    return status;
}

/* Data are hashed before they are loaded: what changes meanwhile is done again by --resume. */
static td_status evaluate(job *j)
{
    td_run run = {0};
    td_award_run awards = {0};
    td_status status = make_room(j->output_path, j->errors);
    if (status == TD_OK && td_batch_data_of(j->item->path, &j->entry.data, NULL) == TD_ENOMEM)
        status = TD_ENOMEM;
    if (status == TD_OK)
        status = td_run_scored(&j->settings, td_run_format(&j->settings)->ranking, &run, &awards,
                               j->errors);
    if (status == TD_OK)
        status = td_batch_rules_of(run.evaluation, &j->entry.rules);
    if (status == TD_OK)
        status = td_batch_figures(&run, awards.has_policy ? &awards.awarded.awards : NULL, &j->row);
    td_award_run_release(&awards);
    td_run_release(&run);
    return status;
}

/* Some failures have no fault of their own; a report must say them all the same. */
static void say_why(td_status status, const char *path, td_errors *errors)
{
    td_place place = {.file = path};
    if (td_errors_count(errors, TD_ERROR) > 0 || status == TD_OK)
        return;
    td_errors_add(errors, status == TD_ENOMEM ? TD_MSG_BATCH_NO_MEMORY : TD_MSG_BATCH_INTERNAL,
                  &place, NULL);
}

static td_status write_faults(const td_report *report, const void *context, td_errors *errors)
{
    (void)errors;
    return td_json_faults(report, context);
}

/* The report of faults, or none when there are none; one of an earlier run goes. */
static td_status put_faults(job *j, td_errors *errors)
{
    if (td_errors_size(j->errors) == 0) {
        (void)unlink(j->faults_path);
        return TD_OK;
    }
    td_status status = make_room(j->faults_path, errors);
    if (status == TD_OK)
        status = td_run_write(&j->settings, j->faults_path, NULL, write_faults, j->errors, errors);
    j->row.has_faults = status == TD_OK;
    return status;
}

static void judge(job *j, td_status status)
{
    td_batch_row *row = &j->row;
    row->code_of_exit = td_run_exit(status, j->errors);
    row->state = row->code_of_exit == TD_EXIT_OK         ? TD_BATCH_OK
                 : row->code_of_exit == TD_EXIT_FINDINGS ? TD_BATCH_FINDINGS
                                                         : TD_BATCH_FAILED;
    row->n_findings = td_errors_count(j->errors, TD_WARNING);
    row->n_errors = td_errors_count(j->errors, TD_ERROR);
    row->has_output = status == TD_OK;
    if (status != TD_OK) {
        (void)unlink(j->output_path); /* of an earlier run: it would pass for the result */
        free(row->code);
        *row = (td_batch_row){.state = row->state,
                              .code_of_exit = row->code_of_exit,
                              .n_findings = row->n_findings,
                              .n_errors = row->n_errors};
    }
}

static td_status add_result(job *j, const char *name, const char *path, td_errors *errors)
{
    char hash[65];
    td_status status = td_file_hash(path, hash, errors);
    return status == TD_OK ? td_batch_files_add(&j->entry.results, name, hash) : status;
}

/* Faults of writing the report and the journal concern the whole batch: nothing is beside. */
static td_status finish(batch *b, job *j, td_status status, td_errors *errors)
{
    say_why(status, j->item->path, j->errors);
    judge(j, status);
    td_status kept = put_faults(j, errors);
    bool is_done = kept == TD_OK && j->row.state != TD_BATCH_FAILED && j->entry.data.n > 0;
    if (is_done)
        kept = add_result(j, j->output, j->output_path, errors);
    if (is_done && kept == TD_OK && j->row.has_faults)
        kept = add_result(j, j->faults, j->faults_path, errors);
    j->entry.row = j->row;
    if (is_done && kept == TD_OK) {
#pragma omp critical(td_batch)
        kept = td_journal_add(b->journal, &j->entry, errors);
    }
    return kept;
}

static double seconds_since(const struct timespec *begun)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - begun->tv_sec) + 1e-9 * (double)(now.tv_nsec - begun->tv_nsec);
}

static void do_one(batch *b, size_t i)
{
    job j;
    struct timespec begun;
    clock_gettime(CLOCK_MONOTONIC, &begun);
    td_errors *errors = td_errors_new();
    td_status status = begin(b, i, &j);
    if (status == TD_OK && td_journal_has(b->journal, &j.entry, &j.row))
        status = TD_OK;
    else if (status == TD_OK && errors != NULL)
        status = finish(b, &j, evaluate(&j), errors);
    else
        status = TD_ENOMEM;
    if (j.row.state == TD_BATCH_LEFT)
        j.row.state = TD_BATCH_FAILED, j.row.code_of_exit = TD_EXIT_INTERNAL;
    j.row.elapsed_s = seconds_since(&begun);
    b->rows[i] = j.row;
#pragma omp critical(td_batch)
    {
        if (b->status == TD_OK)
            b->status = status;
        if (errors != NULL)
            td_errors_append(b->errors, errors);
        td_progress_step(&b->line, ++b->n_done, b->list.n);
    }
    end(&j);
    td_errors_free(errors);
}

/* ---- all of them ---- */

static char *options_text(const td_settings *settings)
{
    static const td_option_id RELEVANT[] = {TD_OPT_FORMAT, TD_OPT_CSV_STYLE, TD_OPT_LANG,
                                            TD_OPT_COLOR,  TD_OPT_RULES,     TD_OPT_YEAR,
                                            TD_OPT_METHOD};
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (out == NULL)
        return NULL;
    fputs("thidua " TD_VERSION, out);
    for (size_t i = 0; i < sizeof RELEVANT / sizeof RELEVANT[0]; i++) {
        const td_option_row *row = &td_options_table[RELEVANT[i]];
        const char *value = settings->text[RELEVANT[i]];
        if (row->type == TD_CHOICE) /* the language may come from the environment */
            value = row->choices[settings->whole[RELEVANT[i]]];
        if (value != NULL)
            fprintf(out, " --%s=%s", row->name, value);
    }
    bool failed = ferror(out) != 0;
    if (fclose(out) == 0 && !failed)
        return text;
    free(text);
    return NULL;
}

/* Options of one large file mean nothing to many evaluations. */
static td_status refuse_stream_options(const batch *b)
{
    static const td_option_id OPTIONS[] = {TD_OPT_POLICY, TD_OPT_SUMMARY, TD_OPT_DECIMAL_MARK,
                                           TD_OPT_GROUP, TD_OPT_BLOCK_BYTES};
    for (size_t i = 0; i < sizeof OPTIONS / sizeof OPTIONS[0]; i++) {
        char name[64];
        if (!b->settings->given[OPTIONS[i]])
            continue;
        snprintf(name, sizeof name, "--%s", td_options_table[OPTIONS[i]].name);
        td_errors_add(b->errors, TD_MSG_STREAM_ONLY, NULL, name, NULL);
        return TD_EINVAL;
    }
    return TD_OK;
}

static td_status prepare(batch *b)
{
    const td_settings *settings = b->settings;
    if (!settings->given[TD_OPT_OUTPUT_DIR]) {
        td_errors_add(b->errors, TD_MSG_BATCH_NO_FOLDER, NULL, NULL);
        return TD_EINVAL;
    }
    td_status status = refuse_stream_options(b);
    if (status == TD_OK)
        status = td_batch_find(settings, &b->list, b->errors);
    if (status != TD_OK)
        return status;
    b->options = options_text(settings);
    b->rows = calloc(b->list.n + 1, sizeof *b->rows);
    if (b->options == NULL || b->rows == NULL)
        return TD_ENOMEM;
    return td_journal_open(settings->text[TD_OPT_OUTPUT_DIR], settings->given[TD_OPT_RESUME],
                           &b->journal, b->errors);
}

/* One thread each where there are enough; else one after another, each with all threads. */
static void do_all(batch *b)
{
    td_options options = {.threads = (int)b->settings->whole[TD_OPT_THREADS]};
    int all = td_threads(&options, SIZE_MAX);
    bool side_by_side = b->list.n >= (size_t)all;
    b->threads = side_by_side ? 1 : all;
    b->interrupted = td_process_patience(true);
    td_progress_begin(&b->line, b->settings, TD_MSG_WORD_PROGRESS_EVALUATIONS, 0);
    size_t n = b->list.n;
#pragma omp parallel for num_threads(side_by_side ? all : 1) schedule(dynamic, 1)
    for (size_t i = 0; i < n; i++)
        if (!*b->interrupted)
            do_one(b, i);
    td_progress_end(&b->line);
    (void)td_process_patience(false);
}

/* ---- what it came to ---- */

static td_status write_summary(const td_report *report, const void *context, td_errors *errors)
{
    const batch *b = context;
    (void)errors;
    td_tabulation *sheet = td_tabulation_new("batch", TD_MSG_WORD_BATCH_TITLE);
    if (sheet == NULL)
        return TD_ENOMEM;
    td_status status = td_batch_summarize(b->settings, &b->list, b->rows, sheet);
    if (status == TD_OK)
        status =
            td_formats[b->settings->whole[TD_OPT_SUMMARY_FORMAT]].tabulation(report, NULL, sheet);
    td_tabulation_free(sheet);
    return status;
}

/* The file of the summary may lie in the output folder, but not in place of results. */
static td_status check_summary(const batch *b)
{
    const char *summary = b->settings->text[TD_OPT_OUTPUT];
    td_status status = TD_OK;
    for (size_t i = 0; i < b->list.n && status == TD_OK && strcmp(summary, "-") != 0; i++) {
        job j;
        status = begin(b, i, &j);
        if (status == TD_OK && (td_output_is_input(summary, j.output_path) ||
                                td_output_is_input(summary, j.faults_path))) {
            td_errors_add(b->errors, TD_MSG_BATCH_SUMMARY_IN_PLACE, NULL, summary, NULL);
            status = TD_EINVAL;
        }
        end(&j);
    }
    return status;
}

/* How long it took is not the same each time: it stays out of the summary. */
static void say_time(const batch *b, double elapsed_s)
{
    char line[1024], n[24], seconds[32], longest[32];
    size_t slow = 0;
    for (size_t i = 1; i < b->list.n; i++)
        if (b->rows[i].elapsed_s > b->rows[slow].elapsed_s)
            slow = i;
    if (b->settings->given[TD_OPT_QUIET] || b->n_done == 0)
        return;
    char mark[2] = {TD_MARK, '\0'};
    unsigned ms = (unsigned)(elapsed_s * 1000),
             slow_ms = (unsigned)(b->rows[slow].elapsed_s * 1000);
    snprintf(n, sizeof n, "%zu", b->n_done);
    snprintf(seconds, sizeof seconds, "%u%s%03u", ms / 1000, mark, ms % 1000);
    snprintf(longest, sizeof longest, "%u%s%03u", slow_ms / 1000, mark, slow_ms % 1000);
    td_phrase(line, sizeof line, td_run_lang(b->settings), TD_MSG_WORD_BATCH_TIME, n, seconds,
              longest, b->list.items[slow].path, NULL);
    fputs("thidua: ", stderr);
    td_text_print(stderr, line);
    fputc('\n', stderr);
}

static td_exit worst_of(const batch *b)
{
    td_exit worst = TD_EXIT_OK;
    for (size_t i = 0; b->rows != NULL && i < b->list.n; i++)
        worst = td_run_worse(worst, b->rows[i].code_of_exit);
    return worst;
}

static void release(batch *b)
{
    for (size_t i = 0; b->rows != NULL && i < b->list.n; i++)
        free(b->rows[i].code);
    free(b->rows);
    free(b->options);
    td_journal_free(b->journal);
    td_batch_list_release(&b->list);
}

td_exit td_run_batch(const td_settings *settings)
{
    if (td_batch_is_stream(settings))
        return td_run_batch_stream(settings);
    batch b = {.settings = settings, .errors = td_errors_new()};
    struct timespec begun;
    if (b.errors == NULL)
        return td_run_end(settings, TD_ENOMEM, NULL);
    clock_gettime(CLOCK_MONOTONIC, &begun);
    td_status status = prepare(&b);
    if (status == TD_OK) {
        do_all(&b);
        say_time(&b, seconds_since(&begun));
        status = check_summary(&b);
    }
    if (status == TD_OK)
        status = td_run_report(settings, NULL, write_summary, &b, b.errors);
    if (status == TD_OK)
        status = b.status;
    if (b.interrupted != NULL && *b.interrupted)
        status = TD_EINTERRUPTED;
    td_exit worst = worst_of(&b);
    release(&b);
    return td_run_worse(worst, td_run_end(settings, status, b.errors));
}
