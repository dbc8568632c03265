/*
 * Random weight vectors: how likely is each rank and each award.
 */
#include "apps/cli/whatif_sample.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "apps/cli/progress.h"

static const char *const TABLES[] = {"ranks", "awards", "places", "central", "weights", "pairwise"};
#define N_TABLES (sizeof TABLES / sizeof TABLES[0])
#define SHOWN 2 /* without being asked, in every format; json has all but the pairs */

bool td_sampling_wants(const td_settings *settings, const char *table)
{
    const char *part = settings->text[TD_OPT_PART];
    size_t i = 0, shown = strcmp(td_run_format(settings)->name, "json") == 0 ? N_TABLES - 1 : SHOWN;
    if (part != NULL)
        return strcmp(part, table) == 0;
    while (strcmp(TABLES[i], table) != 0)
        i++;
    return i < shown || (strcmp(table, "weights") == 0 && settings->given[TD_OPT_SPREAD]);
}

/* Before anything is sampled. */
static td_status check_part(const td_settings *settings, td_errors *errors)
{
    const char *part = settings->text[TD_OPT_PART];
    if (settings->given[TD_OPT_EXACT] && part != NULL && strncmp(part, "exact", 5) == 0)
        return TD_OK; /* one of the tables beside ours */
    char names[256] = "";
    for (size_t i = 0; i < N_TABLES; i++) {
        if (part == NULL || strcmp(part, TABLES[i]) == 0)
            return TD_OK;
        strcat(strcat(names, i > 0 ? ", " : ""), TABLES[i]);
    }
    td_errors_add(errors, TD_MSG_CLI_UNKNOWN_PART, NULL, part, names, NULL);
    return TD_EINVAL;
}

/* The exact figures beside the sampled ones are of weights that all count alike. */
static td_status check_exact(const td_settings *settings, td_errors *errors)
{
    bool differs = settings->given[TD_OPT_SPREAD] || settings->given[TD_OPT_NOISE];
    if (!settings->given[TD_OPT_EXACT] || !differs)
        return TD_OK;
    const char *other = settings->given[TD_OPT_SPREAD] ? "--spread" : "--noise";
    td_errors_add(errors, TD_MSG_CLI_TWO_MODES, NULL, "--exact", other, NULL);
    return TD_EINVAL;
}

/* ---- options ---- */

/* "2", "2,5", "0.25%": digits with a mark of decimals, then an optional percent sign. */
static bool read_percent(const char *text, double *out)
{
    uint64_t whole = 0, scale = 1;
    bool has_mark = false, has_digit = false;
    for (; (*text >= '0' && *text <= '9') || ((*text == '.' || *text == ',') && !has_mark);
         text++) {
        if (*text < '0') {
            has_mark = true;
            continue;
        }
        if (whole > UINT64_C(99999999999))
            return false;
        whole = 10 * whole + (uint64_t)(*text - '0');
        scale *= has_mark ? 10 : 1;
        has_digit = true;
    }
    *out = (double)whole / (double)scale;
    return has_digit && (*text == '\0' || strcmp(text, "%") == 0);
}

static td_status read_noise(const char *text, td_sample_options *o, td_errors *errors)
{
    static const struct {
        const char *name;
        td_noise noise;
    } NOISES[] = {{"normal:", TD_NOISE_NORMAL},
                  {"uniform:", TD_NOISE_UNIFORM},
                  {"channels:", TD_NOISE_CHANNEL}};
    if (text == NULL)
        return TD_OK;
    if (strcmp(text, "channels") == 0)
        text = "channels:100";
    for (size_t i = 0; i < sizeof NOISES / sizeof NOISES[0]; i++) {
        size_t n = strlen(NOISES[i].name);
        if (strncmp(text, NOISES[i].name, n) == 0 && read_percent(text + n, &o->noise_percent)) {
            o->noise = NOISES[i].noise;
            return TD_OK;
        }
    }
    td_errors_add(errors, TD_MSG_SAMPLE_NOISE_TEXT, NULL, text, NULL);
    return TD_EINVAL;
}

static td_status read_options(td_sampling_run *run, const char **limits, td_errors *errors)
{
    const td_settings *settings = run->w->settings;
    td_sample_options *o = &run->options;
    *o = (td_sample_options){
        .n = settings->whole[TD_OPT_SAMPLE],
        .seed = settings->whole[TD_OPT_SEED],
        .spread = settings->given[TD_OPT_SPREAD] ? (double)settings->whole[TD_OPT_SPREAD] / 100 : 0,
        .n_limits = td_settings_count(settings, TD_OPT_LIMIT),
        .limits = limits,
        .pairwise = td_sampling_wants(settings, "pairwise"),
        .central = true,
        .awards = run->w->has_policy && !settings->given[TD_OPT_NO_AWARDS],
        .threads = (int)settings->whole[TD_OPT_THREADS],
        .cancelled = td_whatif_award_options(settings).cancelled,
        .progress = td_progress_step};
    for (size_t i = 0; i < o->n_limits; i++)
        limits[i] = td_settings_listed(settings, TD_OPT_LIMIT, i);
    return read_noise(settings->text[TD_OPT_NOISE], o, errors);
}

/* ---- the run ---- */

/* What an earlier run left, if there is any. */
static td_status read_state(td_sampling_run *run, td_errors *errors)
{
    const char *path = run->w->settings->text[TD_OPT_STATE];
    struct stat info;
    if (path == NULL || stat(path, &info) != 0)
        return TD_OK;
    if (!S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode)) { /* a device may never end */
        td_place place = {.file = path};
        td_errors_add(errors, TD_MSG_SAMPLE_STATE_BROKEN, &place, NULL);
        return TD_EINVAL;
    }
    return td_sampled_read(run->w->items, &run->options, path, &run->sampled, errors);
}

static td_status sample(td_sampling_run *run, td_errors *errors)
{
    const td_settings *settings = run->w->settings;
    td_progress_line progress;
    td_progress_begin(&progress, settings, TD_MSG_SAMPLE_VECTORS, run->sampled.n);
    run->options.context = &progress;
    td_status status = td_sample(run->w->items, &run->options, &run->sampled, errors);
    td_progress_end(&progress);
    run->w->interrupted = status == TD_EINTERRUPTED;
    if (status == TD_EINTERRUPTED && run->sampled.n > 0)
        status = TD_OK;
    if (status == TD_OK && settings->text[TD_OPT_STATE] != NULL)
        status = td_sampled_write(&run->sampled, settings->text[TD_OPT_STATE], errors);
    return status;
}

static td_status find_confidence(td_sampling_run *run, td_errors *errors)
{
    run->confidence = calloc(run->sampled.n_units + 1, sizeof *run->confidence);
    if (run->confidence == NULL)
        return TD_ENOMEM;
    return td_sample_confidence(run->w->items, &run->options, &run->sampled, run->confidence,
                                errors);
}

td_status td_whatif_sample(td_whatif *w, td_errors *errors)
{
    td_sampling_run run = {.w = w};
    const char *limits[TD_MAX_LISTED];
    td_status status = check_part(w->settings, errors);
    if (status == TD_OK)
        status = check_exact(w->settings, errors);
    if (status == TD_OK)
        status = read_options(&run, limits, errors);
    if (status == TD_OK)
        status = read_state(&run, errors);
    if (status == TD_OK)
        status = sample(&run, errors);
    if (status == TD_OK)
        status = find_confidence(&run, errors);
    if (status == TD_OK)
        status = td_sampling_tell(&run);
    if (status == TD_OK && w->settings->given[TD_OPT_EXACT] && !w->interrupted)
        status = td_whatif_exact(w, errors);
    td_sampled_release(&run.sampled);
    free(run.confidence);
    return status;
}
